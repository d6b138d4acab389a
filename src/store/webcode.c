/* webcode.c - codes on piles' screens as rows. */
#include "store/webcode.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column code_columns[] = {
	COL_I64(struct webcode, id),
	COL_I64(struct webcode, pile_id),
	COL_I64(struct webcode, tenant_id),
	COL_I64(struct webcode, evse),
	COL_STR(struct webcode, mode),
	COL_STR(struct webcode, state),
	COL_I64(struct webcode, generation),
	COL_I64(struct webcode, told),
	COL_STR(struct webcode, error),
	COL_I64(struct webcode, failures),
	COL_I64(struct webcode, due_us),
	COL_I64(struct webcode, synced_us),
	COL_I64(struct webcode, revision),
};
static const struct column scan_columns[] = {
	COL_I64(struct webscan, id),
	COL_I64(struct webscan, pile_id),
	COL_I64(struct webscan, connector_no),
	COL_I64(struct webscan, step),
	COL_STR(struct webscan, ticket),
	COL_STR(struct webscan, remote),
	COL_I64(struct webscan, at_us),
	COL_I64(struct webscan, limit_minor),
	COL_I64(struct webscan, limit_dwh),
	COL_I64(struct webscan, limit_s),
};

static int read_one(
	struct stmt *stmt, const struct column *columns, size_t len, struct arena *arena, void *ret)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	row_read(stmt, 0, columns, len, arena, ret);
	stmt_reset(stmt);
	return 0;
}

int store_webcode_get(struct db *db, struct arena *arena, int64_t id, struct webcode *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBCODE_GET);

	stmt_bind_i64(stmt, 1, id);
	return read_one(stmt, COLUMNS(code_columns), arena, ret);
}

int store_webcode_at(
	struct db *db, struct arena *arena, int64_t pile_id, int64_t evse, struct webcode *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBCODE_AT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, evse);
	return read_one(stmt, COLUMNS(code_columns), arena, ret);
}

int store_webcode_of_pile(struct db *db, struct arena *arena, int64_t pile_id, size_t most,
	struct webcode *ret, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBCODE_OF_PILE);
	size_t len = 0;
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(code_columns), arena, &ret[len++]);
	}
	TRY(row);
	*ret_len = len;
	return 0;
}

int store_webcode_add(struct db *db, const struct webcode *code)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBCODE_ADD);
	int64_t changed = 0;

	row_bind(stmt, 1, COLUMNS(code_columns), code);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STORE_E_UNIQUE;
}

int store_webcode_put(struct db *db, struct webcode *code)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBCODE_PUT);
	int64_t changed = 0;

	row_bind(stmt, 1, COLUMNS(code_columns), code);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	code->revision++;
	return 0;
}

int store_webcode_due(struct db *db, int64_t now_us, size_t most, int64_t *ret_ids, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBCODE_DUE);
	size_t len = 0;
	int row;

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			ret_ids[len++] = stmt_i64(stmt, 0);
	}
	TRY(row);
	*ret_len = len;
	return 0;
}

int store_webscan_add(struct db *db, const struct webscan *scan)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBSCAN_ADD);

	row_bind(stmt, 1, COLUMNS(scan_columns), scan);
	return stmt_run(stmt, NULL);
}

int store_webscan_at(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	int64_t step, struct webscan *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBSCAN_AT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	stmt_bind_i64(stmt, 3, step);
	return read_one(stmt, COLUMNS(scan_columns), arena, ret);
}

int store_webscan_by_ticket(
	struct db *db, struct arena *arena, struct str ticket, struct webscan *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBSCAN_BY_TICKET);

	stmt_bind_str(stmt, 1, ticket);
	return read_one(stmt, COLUMNS(scan_columns), arena, ret);
}

int store_webscan_wrong(struct db *db, struct str remote, int64_t since_us, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBSCAN_WRONG);

	stmt_bind_str(stmt, 1, remote);
	stmt_bind_i64(stmt, 2, since_us);
	return row_number(stmt, 0, ret_count);
}

int store_webscan_forget(struct db *db, int64_t before_us)
{
	struct stmt *stmt = stmt_of(db, SQL_WEBSCAN_FORGET);

	stmt_bind_i64(stmt, 1, before_us);
	return stmt_run(stmt, NULL);
}
