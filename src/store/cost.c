/* cost.c - watched charges as rows. */
#include "store/cost.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column watch_columns[] = {
	COL_I64(struct cost_watch, order_id),
	COL_I64(struct cost_watch, pile_id),
	COL_I64(struct cost_watch, told_minor),
};

int store_cost_wanted(struct db *db, int64_t pile_id, bool *ret_wanted)
{
	struct stmt *stmt = stmt_of(db, SQL_COST_WANTED);
	int64_t wanted;

	stmt_bind_i64(stmt, 1, pile_id);
	TRY(row_number(stmt, 0, &wanted));
	*ret_wanted = wanted != 0;
	return 0;
}

int store_cost_want(struct db *db, int64_t pile_id, bool wanted)
{
	struct stmt *stmt = stmt_of(db, SQL_COST_WANT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, wanted);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_cost_watch(struct db *db, const struct cost_watch *watch, int64_t due_us)
{
	struct stmt *stmt = stmt_of(db, SQL_COST_WATCH_ADD);

	stmt_bind_i64(stmt, 1, watch->order_id);
	stmt_bind_i64(stmt, 2, watch->pile_id);
	stmt_bind_i64(stmt, 3, due_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_cost_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct cost_watch **ret_watches, size_t *ret_len)
{
	struct cost_watch *watches = ARENA_ARRAY(arena, struct cost_watch, most);
	struct stmt *stmt = stmt_of(db, SQL_COST_WATCH_DUE);
	size_t len = 0;
	int row;

	if (!watches)
		return FAULT(FAULT_NOMEM, "watched charges");
	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(watch_columns), arena, &watches[len++]);
	}
	TRY(row);
	*ret_watches = watches;
	*ret_len = len;
	return 0;
}

int store_cost_put(struct db *db, const struct cost_watch *watch, int64_t due_us)
{
	struct stmt *stmt = stmt_of(db, SQL_COST_WATCH_PUT);

	stmt_bind_i64(stmt, 1, watch->order_id);
	stmt_bind_i64(stmt, 2, watch->told_minor);
	stmt_bind_i64(stmt, 3, due_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_cost_drop(struct db *db, int64_t order_id)
{
	struct stmt *stmt = stmt_of(db, SQL_COST_WATCH_DROP);

	stmt_bind_i64(stmt, 1, order_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_cost_answered(struct db *db, int64_t pile_id, int64_t number, int64_t *ret_minor)
{
	struct stmt *stmt = stmt_of(db, SQL_COST_TRANSACTION_TOLD);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, number);
	return row_number(stmt, -1, ret_minor);
}

static const struct column report_columns[] = {
	COL_I64(struct cost_report, order_id),
	COL_I64(struct cost_report, tenant_id),
	COL_I64(struct cost_report, pile_id),
	COL_I64(struct cost_report, at_us),
	COL_STR(struct cost_report, tariff),
	COL_STR(struct cost_report, currency),
	COL_I64(struct cost_report, theirs_e5),
	COL_I64(struct cost_report, ours_minor),
	COL_I64(struct cost_report, exact_e5),
	COL_I64(struct cost_report, energy_dwh),
	COL_I64(struct cost_report, charging_s),
	COL_I64(struct cost_report, idle_s),
	COL_STR(struct cost_report, verdict),
	COL_STR(struct cost_report, reason),
	COL_STR(struct cost_report, body),
};

int store_cost_report(struct db *db, const struct cost_report *report)
{
	struct stmt *stmt = stmt_of(db, SQL_COST_REPORT_PUT);

	row_bind(stmt, 1, COLUMNS(report_columns), report);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
