/* settlement.c - what payment terminals took, as rows. */
#include "store/settlement.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column settlement_columns[] = {
	COL_I64(struct settlement, id),
	COL_I64(struct settlement, tenant_id),
	COL_I64(struct settlement, pile_id),
	COL_STR(struct settlement, reference),
	COL_STR(struct settlement, name),
	COL_STR(struct settlement, status),
	COL_I64(struct settlement, amount_e5),
	COL_I64(struct settlement, settled_us),
	COL_I64(struct settlement, order_id),
	COL_I64(struct settlement, payment_id),
	COL_STR(struct settlement, state),
	COL_STR(struct settlement, reason),
	COL_I64(struct settlement, due_us),
	COL_I64(struct settlement, at_us),
	COL_STR(struct settlement, body),
};

int store_settlement_get(struct db *db, struct arena *arena, int64_t pile_id, struct str reference,
	struct str name, struct settlement *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_SETTLEMENT_GET);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, reference);
	stmt_bind_str(stmt, 3, name.ptr ? name : STR(""));
	return row_one(stmt, COLUMNS(settlement_columns), arena, ret);
}

int store_settlement_add(struct db *db, const struct settlement *settlement)
{
	struct stmt *stmt = stmt_of(db, SQL_SETTLEMENT_ADD);

	row_bind(stmt, 1, COLUMNS(settlement_columns), settlement);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_settlement_put(struct db *db, const struct settlement *settlement)
{
	struct stmt *stmt = stmt_of(db, SQL_SETTLEMENT_PUT);

	stmt_bind_i64(stmt, 1, settlement->id);
	stmt_bind_i64(stmt, 2, settlement->order_id);
	stmt_bind_i64(stmt, 3, settlement->payment_id);
	stmt_bind_str(stmt, 4, settlement->state);
	stmt_bind_str(stmt, 5, settlement->reason.ptr ? settlement->reason : STR(""));
	stmt_bind_i64(stmt, 6, settlement->due_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_settlement_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct settlement **ret, size_t *ret_len)
{
	struct settlement *rows = ARENA_ARRAY(arena, struct settlement, most);
	struct stmt *stmt = stmt_of(db, SQL_SETTLEMENT_DUE);
	size_t len = 0;
	int row;

	if (!rows)
		return FAULT(FAULT_NOMEM, "settlements");
	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(settlement_columns), arena, &rows[len++]);
	}
	TRY(row);
	*ret = rows;
	*ret_len = len;
	return 0;
}
