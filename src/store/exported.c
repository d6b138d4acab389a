/* exported.c - what flowed back, a row for each charge. */
#include "store/exported.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column columns[] = {
	COL_I64(struct exported, session_id),
	COL_I64(struct exported, tenant_id),
	COL_I64(struct exported, pile_id),
	COL_I64(struct exported, order_id),
	COL_I64(struct exported, start_dwh),
	COL_I64(struct exported, last_dwh),
	COL_I64(struct exported, energy_dwh),
	COL_I64(struct exported, last_us),
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
