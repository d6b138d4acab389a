/* surplus.c - money of drivers who have no account with us, as rows. */
#include "store/surplus.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column surplus_columns[] = {
	COL_I64(struct surplus, id),
	COL_I64(struct surplus, tenant_id),
	COL_I64(struct surplus, order_id),
	COL_I64(struct surplus, amount_minor),
	COL_STR(struct surplus, currency),
	COL_I64(struct surplus, at_us),
	COL_STR(struct surplus, way),
	COL_I64(struct surplus, member_id),
	COL_STR(struct surplus, reference),
	COL_I64(struct surplus, staff_id),
	COL_I64(struct surplus, done_us),
	COL_I64(struct surplus, payment_id),
	COL_STR(struct surplus, kind),
};

int store_surplus_add(struct db *db, const struct surplus *surplus)
{
	struct stmt *stmt = stmt_of(db, SQL_SURPLUS_ADD);

	row_bind(stmt, 1, COLUMNS(surplus_columns), surplus);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_surplus_get(struct db *db, struct arena *arena, int64_t id, struct surplus *ret_surplus)
{
	struct stmt *stmt = stmt_of(db, SQL_SURPLUS_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(surplus_columns), arena, ret_surplus);
}

int store_surplus_of_order(
	struct db *db, struct arena *arena, int64_t order_id, struct surplus *ret_surplus)
{
	struct stmt *stmt = stmt_of(db, SQL_SURPLUS_OF_ORDER);

	stmt_bind_i64(stmt, 1, order_id);
	return row_one(stmt, COLUMNS(surplus_columns), arena, ret_surplus);
}

int store_surplus_give(struct db *db, const struct surplus *surplus)
{
	struct stmt *stmt = stmt_of(db, SQL_SURPLUS_GIVE);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, surplus->id);
	stmt_bind_str(stmt, 2, surplus->way);
	stmt_bind_i64(stmt, 3, surplus->member_id);
	stmt_bind_str(stmt, 4, surplus->reference.ptr ? surplus->reference : STR(""));
	stmt_bind_i64(stmt, 5, surplus->staff_id);
	stmt_bind_i64(stmt, 6, surplus->done_us);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STORE_E_STALE;
}
