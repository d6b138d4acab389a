/* upload.c - files piles were asked for as rows. */
#include "store/upload.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column upload_columns[] = {
	COL_I64(struct upload, id),
	COL_I64(struct upload, tenant_id),
	COL_I64(struct upload, pile_id),
	COL_STR(struct upload, kind),
	COL_I64(struct upload, number),
	COL_STR(struct upload, token),
	COL_STR(struct upload, state),
	COL_STR(struct upload, error),
	COL_STR(struct upload, file_name),
	COL_I64(struct upload, bytes),
	COL_I64(struct upload, user_id),
	COL_I64(struct upload, created_us),
	COL_I64(struct upload, until_us),
	COL_I64(struct upload, done_us),
};

int store_upload_add(struct db *db, const struct upload *upload)
{
	struct stmt *stmt = stmt_of(db, SQL_UPLOAD_ADD);

	row_bind(stmt, 1, COLUMNS(upload_columns), upload);
	return stmt_run(stmt, NULL);
}

int store_upload_put(struct db *db, const struct upload *upload)
{
	struct stmt *stmt = stmt_of(db, SQL_UPLOAD_PUT);

	stmt_bind_i64(stmt, 1, upload->id);
	stmt_bind_str(stmt, 2, upload->state);
	stmt_bind_str(stmt, 3, upload->error.ptr ? upload->error : STR(""));
	stmt_bind_str(stmt, 4, upload->file_name.ptr ? upload->file_name : STR(""));
	stmt_bind_i64(stmt, 5, upload->bytes);
	stmt_bind_i64(stmt, 6, upload->done_us);
	return stmt_run(stmt, NULL);
}

int store_upload_get(struct db *db, struct arena *arena, int64_t id, struct upload *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_UPLOAD_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(upload_columns), arena, ret);
}

int store_upload_by_token(struct db *db, struct arena *arena, struct str token, struct upload *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_UPLOAD_BY_TOKEN);

	stmt_bind_str(stmt, 1, token);
	return row_one(stmt, COLUMNS(upload_columns), arena, ret);
}

int store_upload_open(
	struct db *db, struct arena *arena, int64_t pile_id, int64_t number, struct upload *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_UPLOAD_OPEN);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, number);
	return row_one(stmt, COLUMNS(upload_columns), arena, ret);
}

static int read_list(struct stmt *stmt, struct arena *arena, size_t most,
	struct upload **ret_uploads, size_t *ret_len)
{
	struct upload *uploads = ARENA_ARRAY(arena, struct upload, most);
	size_t len = 0;
	int row;

	if (!uploads)
		return FAULT(FAULT_NOMEM, "uploads");
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(upload_columns), arena, &uploads[len++]);
	}
	TRY(row);
	*ret_uploads = uploads;
	*ret_len = len;
	return 0;
}

int store_uploads_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct upload **ret_uploads, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_UPLOADS_DUE);

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return read_list(stmt, arena, most, ret_uploads, ret_len);
}

int store_uploads_old(struct db *db, struct arena *arena, int64_t before_us, size_t most,
	struct upload **ret_uploads, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_UPLOADS_OLD);

	stmt_bind_i64(stmt, 1, before_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return read_list(stmt, arena, most, ret_uploads, ret_len);
}
