/* exported.c - what flowed back: a row for each charge, and rows of its half hours and rights. */
#include "store/exported.h"

#include "base/fault.h"
#include "store/row.h"
#include "store/session.h"

static const struct column columns[] = {
	COL_I64(struct exported, session_id),
	COL_I64(struct exported, tenant_id),
	COL_I64(struct exported, pile_id),
	COL_I64(struct exported, order_id),
	COL_I64(struct exported, start_dwh),
	COL_I64(struct exported, last_dwh),
	COL_I64(struct exported, energy_dwh),
	COL_I64(struct exported, last_us),
	COL_I64(struct exported, top_dwh),
	COL_I64(struct exported, allowed_us),
	COL_I64(struct exported, payable_dwh),
	COL_I64(struct exported, flags),
};

int store_exported_get(
	struct db *db, struct arena *arena, int64_t session_id, struct exported *ret_exported)
{
	struct stmt *stmt = stmt_of(db, SQL_EXPORTED_GET);

	stmt_bind_i64(stmt, 1, session_id);
	return row_one(stmt, COLUMNS(columns), arena, ret_exported);
}

int store_exported_put(struct db *db, const struct exported *exported)
{
	struct stmt *stmt = stmt_of(db, SQL_EXPORTED_PUT);

	row_bind(stmt, 1, COLUMNS(columns), exported);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_exported_usage_add(struct db *db, int64_t session_id, const struct session_change *change)
{
	return store_usage_add(db, SQL_EXPORTED_USAGE_ADD, session_id, change);
}

int store_exported_usage(struct db *db, struct arena *arena, int64_t session_id,
	struct usage **ret_usage, size_t *ret_len)
{
	return store_usage(db, SQL_EXPORTED_USAGE, arena, session_id, ret_usage, ret_len);
}

int store_exported_rights(struct db *db, int64_t session_id,
	struct exported_right ret_rights[STORE_RIGHTS_MOST], size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_EXPORTED_RIGHTS);
	size_t len = 0;
	int row;

	stmt_bind_i64(stmt, 1, session_id);
	stmt_bind_i64(stmt, 2, STORE_RIGHTS_MOST);
	while ((row = stmt_step(stmt)) == 1)
		ret_rights[len++] = (struct exported_right){stmt_i64(stmt, 0), stmt_i64(stmt, 1)};
	TRY(row);
	*ret_len = len;
	return 0;
}

int store_exported_right_put(struct db *db, int64_t session_id, const struct exported_right *right)
{
	struct stmt *stmt = stmt_of(db, SQL_EXPORTED_RIGHT_PUT);

	stmt_bind_i64(stmt, 1, session_id);
	stmt_bind_i64(stmt, 2, right->from_us);
	stmt_bind_i64(stmt, 3, right->until_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
