/* power.c - sites with a limit and their outlets as rows. */
#include "store/power.h"

#include "base/fault.h"
#include "base/limits.h"
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
	COL_BOOL(struct outlet_power, dynamic),
	COL_I64(struct outlet_power, periods),
	COL_I64(struct outlet_power, charge_most_w),
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
	COL_I64(struct outlet_power, circuit_id),
	COL_STR(struct outlet_power, external_source),
	COL_BOOL(struct outlet_power, rush),
	COL_I64(struct outlet_power, rush_asked_id),
	COL_I64(struct outlet_power, dyn_phases),
	COL_I64(struct outlet_power, dyn_sent),
	COL_STR(struct outlet_power, told_plan),
	COL_STR(struct outlet_power, may_plan),
	COL_STR(struct outlet_power, sent_plan),
	COL_I64(struct outlet_power, plan_mode),
};
static const struct column circuit_columns[] = {
	COL_I64(struct power_circuit, id),
	COL_I64(struct power_circuit, tenant_id),
	COL_I64(struct power_circuit, site_id),
	COL_STR(struct power_circuit, name),
	COL_I64(struct power_circuit, limit_ma[0]),
	COL_I64(struct power_circuit, limit_ma[1]),
	COL_I64(struct power_circuit, limit_ma[2]),
	COL_I64(struct power_circuit, created_us),
	COL_I64(struct power_circuit, revision),
};
static const struct column signal_columns[] = {
	COL_I64(struct power_signal, id),
	COL_I64(struct power_signal, tenant_id),
	COL_I64(struct power_signal, site_id),
	COL_I64(struct power_signal, from_us),
	COL_I64(struct power_signal, until_us),
	COL_I64(struct power_signal, percent),
	COL_I64(struct power_signal, limit_w),
	COL_STR(struct power_signal, note),
	COL_I64(struct power_signal, created_us),
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

/* Reads what the statement gives, each outlet once, at most `most`. A connector with two open
 * transactions has two rows. */
static int read_outlets(struct stmt *stmt, struct arena *arena, size_t most,
	struct outlet_power *list, size_t *ret_len)
{
	size_t len = 0;
	int row;

	stmt_bind_i64(stmt, 2, (int64_t)most * 2);
	while ((row = stmt_step(stmt)) == 1) {
		struct outlet_power *outlet = &list[len];

		if (len == most)
			continue;
		row_read(stmt, 0, COLUMNS(seen_columns), arena, outlet);
		row_read(stmt, (int)SEEN, COLUMNS(own_columns), arena, outlet);
		if (len == 0 || list[len - 1].pile_id != outlet->pile_id ||
			list[len - 1].no != outlet->no)
			len++;
	}
	*ret_len = len;
	return row;
}

int store_outlet_powers(struct db *db, struct arena *arena, int64_t site_id,
	struct outlet_power **ret_outlets, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_POWERS);
	int64_t count;

	/* Most sites are small: room is taken for what is there, and for a start meanwhile. */
	TRY(store_outlet_count(db, site_id, &count));
	if (count > STORE_OUTLETS_MOST)
		count = STORE_OUTLETS_MOST;
	*ret_outlets = ARENA_ARRAY(arena, struct outlet_power, (size_t)count + 1);
	if (!*ret_outlets)
		return FAULT(FAULT_NOMEM, "outlets");
	stmt_bind_i64(stmt, 1, site_id);
	return read_outlets(stmt, arena, (size_t)count + 1, *ret_outlets, ret_len);
}

int store_outlet_powers_of_pile(struct db *db, struct arena *arena, int64_t pile_id,
	struct outlet_power **ret_outlets, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_POWERS_OF_PILE);

	*ret_outlets = ARENA_ARRAY(arena, struct outlet_power, LIMIT_CONNECTORS);
	if (!*ret_outlets)
		return FAULT(FAULT_NOMEM, "a pile's outlets");
	stmt_bind_i64(stmt, 1, pile_id);
	return read_outlets(stmt, arena, LIMIT_CONNECTORS, *ret_outlets, ret_len);
}

int store_outlet_count(struct db *db, int64_t site_id, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_COUNT);

	stmt_bind_i64(stmt, 1, site_id);
	return row_number(stmt, 0, ret_count);
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

/* --- circuits, signals --- */

int store_site_circuits(struct db *db, struct arena *arena, int64_t site_id,
	struct power_circuit **ret_circuits, size_t *ret_len)
{
	struct power_circuit *list = ARENA_ARRAY(arena, struct power_circuit, SHARE_CIRCUITS_MAX);
	struct stmt *stmt = stmt_of(db, SQL_SITE_CIRCUITS);
	size_t len = 0;
	int row;

	if (!list)
		return FAULT(FAULT_NOMEM, "circuits");
	stmt_bind_i64(stmt, 1, site_id);
	stmt_bind_i64(stmt, 2, SHARE_CIRCUITS_MAX);
	while ((row = stmt_step(stmt)) == 1)
		row_read(stmt, 0, COLUMNS(circuit_columns), arena, &list[len++]);
	TRY(row);
	*ret_circuits = list;
	*ret_len = len;
	return 0;
}

int store_site_circuit_get(
	struct db *db, struct arena *arena, int64_t id, struct power_circuit *ret_circuit)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_CIRCUIT_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(circuit_columns), arena, ret_circuit);
}

int store_site_circuit_add(struct db *db, const struct power_circuit *circuit)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_CIRCUIT_ADD);

	row_bind(stmt, 1, COLUMNS(circuit_columns), circuit);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_site_circuit_put(struct db *db, struct power_circuit *circuit)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_CIRCUIT_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, circuit->id);
	stmt_bind_str(stmt, 2, circuit->name);
	for (int p = 0; p < SHARE_PHASES; p++)
		stmt_bind_i64(stmt, 3 + p, circuit->limit_ma[p]);
	stmt_bind_i64(stmt, 6, circuit->revision);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	circuit->revision++;
	return 0;
}

int store_site_circuit_delete(struct db *db, int64_t id)
{
	struct stmt *empty = stmt_of(db, SQL_SITE_CIRCUIT_EMPTY);
	struct stmt *stmt = stmt_of(db, SQL_SITE_CIRCUIT_DELETE);

	stmt_bind_i64(empty, 1, id);
	TRY(stmt_run(empty, NULL));
	stmt_bind_i64(stmt, 1, id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_site_signals(struct db *db, struct arena *arena, int64_t site_id, int64_t now_us,
	struct power_signal **ret_signals, size_t *ret_len)
{
	struct power_signal *list = ARENA_ARRAY(arena, struct power_signal, STORE_SIGNALS_MOST);
	struct stmt *stmt = stmt_of(db, SQL_SITE_SIGNALS);
	size_t len = 0;
	int row;

	if (!list)
		return FAULT(FAULT_NOMEM, "signals");
	stmt_bind_i64(stmt, 1, site_id);
	stmt_bind_i64(stmt, 2, now_us);
	stmt_bind_i64(stmt, 3, STORE_SIGNALS_MOST);
	while ((row = stmt_step(stmt)) == 1)
		row_read(stmt, 0, COLUMNS(signal_columns), arena, &list[len++]);
	TRY(row);
	*ret_signals = list;
	*ret_len = len;
	return 0;
}

int store_site_signal_get(
	struct db *db, struct arena *arena, int64_t id, struct power_signal *ret_signal)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_SIGNAL_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(signal_columns), arena, ret_signal);
}

int store_site_signal_add(struct db *db, const struct power_signal *signal)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_SIGNAL_ADD);

	row_bind(stmt, 1, COLUMNS(signal_columns), signal);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_site_signal_delete(struct db *db, int64_t id)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_SIGNAL_DELETE);

	stmt_bind_i64(stmt, 1, id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_site_signal_forget(struct db *db, int64_t site_id, int64_t before_us)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_SIGNAL_FORGET);

	stmt_bind_i64(stmt, 1, site_id);
	stmt_bind_i64(stmt, 2, before_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_start_limit_add(struct db *db, int64_t order_id, int64_t most_w)
{
	struct stmt *stmt = stmt_of(db, SQL_START_LIMIT_ADD);

	stmt_bind_i64(stmt, 1, order_id);
	stmt_bind_i64(stmt, 2, most_w);
	return stmt_run(stmt, NULL);
}

int store_start_limit_get(struct db *db, int64_t order_id, int64_t *ret_most_w)
{
	struct stmt *stmt = stmt_of(db, SQL_START_LIMIT_GET);

	stmt_bind_i64(stmt, 1, order_id);
	return row_number(stmt, 0, ret_most_w);
}
