/* power.c - sites with a limit and their outlets as rows. */
#include "store/power.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column site_columns[] = {
	COL_I64(struct site_power, site_id),
	COL_I64(struct site_power, tenant_id),
	COL_I64(struct site_power, limit_ma[0]),
	COL_I64(struct site_power, limit_ma[1]),
	COL_I64(struct site_power, limit_ma[2]),
	COL_I64(struct site_power, limit_w),
	COL_I64(struct site_power, base_ma[0]),
	COL_I64(struct site_power, base_ma[1]),
	COL_I64(struct site_power, base_ma[2]),
	COL_I64(struct site_power, reserve_ma),
	COL_I64(struct site_power, offline_ma),
	COL_I64(struct site_power, turn_s),
	COL_STR(struct site_power, hours),
	COL_BOOL(struct site_power, off),
	COL_I64(struct site_power, over_us),
	COL_I64(struct site_power, revision),
};
/* What other tables know of an outlet. */
static const struct column seen_columns[] = {
	COL_I64(struct outlet_power, pile_id),
	COL_I64(struct outlet_power, no),
	COL_STR(struct outlet_power, code),
	COL_STR(struct outlet_power, name),
	COL_STR(struct outlet_power, protocol),
	COL_BOOL(struct outlet_power, online),
	COL_STR(struct outlet_power, status),
	COL_STR(struct outlet_power, plug),
	COL_I64(struct outlet_power, max_w),
	COL_I64(struct outlet_power, open_session),
	COL_I64(struct outlet_power, transaction_id),
	COL_I64(struct outlet_power, start_us),
	COL_I64(struct outlet_power, power_w),
	COL_I64(struct outlet_power, voltage_mv),
	COL_I64(struct outlet_power, current_ma),
	COL_I64(struct outlet_power, read_us),
	COL_I64(struct outlet_power, energy_dwh),
};
/* Its own. */
static const struct column own_columns[] = {
	COL_STR(struct outlet_power, rotation),
	COL_I64(struct outlet_power, most_ma),
	COL_I64(struct outlet_power, priority),
	COL_I64(struct outlet_power, cap_ma),
	COL_I64(struct outlet_power, cap_until_us),
	COL_I64(struct outlet_power, external_ma),
	COL_I64(struct outlet_power, car_phases),
	COL_I64(struct outlet_power, car_most_ma),
	COL_I64(struct outlet_power, wanted_wh),
	COL_I64(struct outlet_power, depart_us),
	COL_BOOL(struct outlet_power, answer_owed),
	COL_BOOL(struct outlet_power, urgent),
	COL_I64(struct outlet_power, session_id),
	COL_I64(struct outlet_power, told_ma),
	COL_I64(struct outlet_power, may_ma),
	COL_I64(struct outlet_power, sent_ma),
	COL_I64(struct outlet_power, may_until_us),
	COL_I64(struct outlet_power, raised_us),
	COL_I64(struct outlet_power, asked_id),
	COL_I64(struct outlet_power, default_ma),
	COL_I64(struct outlet_power, default_sent_ma),
	COL_I64(struct outlet_power, default_asked_id),
	COL_I64(struct outlet_power, default_try_us),
	COL_I64(struct outlet_power, failures),
	COL_I64(struct outlet_power, try_us),
	COL_STR(struct outlet_power, error),
	COL_I64(struct outlet_power, share_ma),
	COL_I64(struct outlet_power, state),
	COL_I64(struct outlet_power, reason),
	COL_I64(struct outlet_power, since_us),
	COL_BOOL(struct outlet_power, has_turn),
};
#define SEEN (sizeof(seen_columns) / sizeof(seen_columns[0]))

int store_site_power_get(
	struct db *db, struct arena *arena, int64_t site_id, struct site_power *ret_power)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_POWER_GET);

	stmt_bind_i64(stmt, 1, site_id);
	return row_one(stmt, COLUMNS(site_columns), arena, ret_power);
}

int store_site_power_after(
	struct db *db, int64_t after_id, size_t most, int64_t *ret_ids, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_POWER_AFTER);

	stmt_bind_i64(stmt, 1, after_id);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return row_ids(stmt, most, ret_ids, ret_len);
}

int store_site_power_add(struct db *db, const struct site_power *power)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_POWER_ADD);

	row_bind(stmt, 1, COLUMNS(site_columns), power);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_site_power_put(struct db *db, struct site_power *power)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_POWER_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, power->site_id);
	/* all but the key and the operator, up to the revision */
	row_bind(stmt, 2, site_columns + 2, sizeof(site_columns) / sizeof(site_columns[0]) - 2,
		power);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	power->revision++;
	return 0;
}

int store_site_power_delete(struct db *db, int64_t site_id)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_POWER_DELETE);

	stmt_bind_i64(stmt, 1, site_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_outlet_powers(struct db *db, struct arena *arena, int64_t site_id,
	struct outlet_power **ret_outlets, size_t *ret_len)
{
	struct outlet_power *list = ARENA_ARRAY(arena, struct outlet_power, STORE_OUTLETS_MOST);
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_POWERS);
	size_t len = 0;
	int row;

	if (!list)
		return FAULT(FAULT_NOMEM, "outlets");
	stmt_bind_i64(stmt, 1, site_id);
	stmt_bind_i64(stmt, 2, STORE_OUTLETS_MOST);
	while ((row = stmt_step(stmt)) == 1) {
		struct outlet_power *outlet = &list[len];

		if (len == STORE_OUTLETS_MOST)
			continue;
		row_read(stmt, 0, COLUMNS(seen_columns), arena, outlet);
		row_read(stmt, (int)SEEN, COLUMNS(own_columns), arena, outlet);
		if (len == 0 || list[len - 1].pile_id != outlet->pile_id ||
			list[len - 1].no != outlet->no)
			len++;
	}
	TRY(row);
	*ret_outlets = list;
	*ret_len = len;
	return 0;
}

int store_outlet_power_put(struct db *db, const struct outlet_power *outlet)
{
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_POWER_PUT);

	stmt_bind_i64(stmt, 1, outlet->pile_id);
	stmt_bind_i64(stmt, 2, outlet->no);
	row_bind(stmt, 3, COLUMNS(own_columns), outlet);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_outlet_power_forget(struct db *db, int64_t pile_id)
{
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_POWER_FORGET);

	stmt_bind_i64(stmt, 1, pile_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
