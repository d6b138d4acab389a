/* display.c - messages on displays and published firmware as rows. */
#include "store/display.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column display_columns[] = {
	COL_I64(struct display, id),
	COL_I64(struct display, tenant_id),
	COL_I64(struct display, pile_id),
	COL_I64(struct display, number),
	COL_STR(struct display, content),
	COL_STR(struct display, format),
	COL_STR(struct display, language),
	COL_STR(struct display, priority),
	COL_STR(struct display, shown_while),
	COL_I64(struct display, from_us),
	COL_I64(struct display, until_us),
	COL_STR(struct display, state),
	COL_STR(struct display, error),
	COL_I64(struct display, user_id),
	COL_I64(struct display, created_us),
	COL_I64(struct display, done_us),
	COL_I64(struct display, order_id),
};
static const struct column publication_columns[] = {
	COL_I64(struct publication, id),
	COL_I64(struct publication, tenant_id),
	COL_I64(struct publication, pile_id),
	COL_I64(struct publication, firmware_id),
	COL_I64(struct publication, number),
	COL_STR(struct publication, state),
	COL_STR(struct publication, error),
	COL_STR(struct publication, place),
	COL_I64(struct publication, user_id),
	COL_I64(struct publication, created_us),
	COL_I64(struct publication, done_us),
};

static int add(struct stmt *stmt)
{
	int64_t rows;

	TRY(stmt_run(stmt, &rows));
	return rows == 0 ? STORE_E_UNIQUE : 0;
}

int store_display_add(struct db *db, const struct display *display)
{
	struct stmt *stmt = stmt_of(db, SQL_DISPLAY_ADD);

	row_bind(stmt, 1, COLUMNS(display_columns), display);
	return add(stmt);
}

int store_display_put(struct db *db, const struct display *display)
{
	struct stmt *stmt = stmt_of(db, SQL_DISPLAY_PUT);

	stmt_bind_i64(stmt, 1, display->id);
	stmt_bind_str(stmt, 2, display->state);
	stmt_bind_str(stmt, 3, display->error.ptr ? display->error : STR(""));
	stmt_bind_i64(stmt, 4, display->done_us);
	return stmt_run(stmt, NULL);
}

int store_display_get(struct db *db, struct arena *arena, int64_t id, struct display *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_DISPLAY_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(display_columns), arena, ret);
}

int store_display_end(struct db *db, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_DISPLAY_END);

	stmt_bind_i64(stmt, 1, now_us);
	return stmt_run(stmt, NULL);
}

int store_display_charge_over(struct db *db, size_t most, int64_t *ret_ids, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_DISPLAY_CHARGE_OVER);

	stmt_bind_i64(stmt, 1, (int64_t)most);
	return row_ids(stmt, most, ret_ids, ret_len);
}

int store_publication_add(struct db *db, const struct publication *publication)
{
	struct stmt *stmt = stmt_of(db, SQL_PUBLICATION_ADD);

	row_bind(stmt, 1, COLUMNS(publication_columns), publication);
	return add(stmt);
}

int store_publication_put(struct db *db, const struct publication *publication)
{
	struct stmt *stmt = stmt_of(db, SQL_PUBLICATION_PUT);

	stmt_bind_i64(stmt, 1, publication->id);
	stmt_bind_str(stmt, 2, publication->state);
	stmt_bind_str(stmt, 3, publication->error.ptr ? publication->error : STR(""));
	stmt_bind_str(stmt, 4, publication->place.ptr ? publication->place : STR(""));
	stmt_bind_i64(stmt, 5, publication->done_us);
	return stmt_run(stmt, NULL);
}

int store_publication_get(struct db *db, struct arena *arena, int64_t id, struct publication *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_PUBLICATION_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(publication_columns), arena, ret);
}

int store_publication_by_number(struct db *db, struct arena *arena, int64_t pile_id, int64_t number,
	struct publication *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_PUBLICATION_BY_NUMBER);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, number);
	return row_one(stmt, COLUMNS(publication_columns), arena, ret);
}
