/* order.c - orders and their timeline as rows. */
#include "store/order.h"

#include "base/fault.h"
#include "store/row.h"

/* As in view order_full and statement order_add. */
static const struct column order_columns[] = {
	COL_I64(struct order, id),
	COL_I64(struct order, tenant_id),
	COL_I64(struct order, site_id),
	COL_I64(struct order, pile_id),
	COL_I64(struct order, connector_no),
	COL_INT(struct order, state),
	COL_STR(struct order, reason),
	COL_INT(struct order, starter),
	COL_INT(struct order, timing),
	COL_INT(struct order, source),
	COL_STR(struct order, token),
	COL_STR(struct order, owner_key),
	COL_STR(struct order, start_tag),
	COL_STR(struct order, id_tag),
	COL_I64(struct order, member_id),
	COL_I64(struct order, user_id),
	COL_STR(struct order, channel),
	COL_STR(struct order, currency),
	COL_STR(struct order, language),
	COL_I64(struct order, tariff_id),
	COL_STR(struct order, tariff_hash),
	COL_I64(struct order, account_id),
	COL_I64(struct order, hold_id),
	COL_I64(struct order, limit_minor),
	COL_I64(struct order, limit_dwh),
	COL_I64(struct order, limit_s),
	COL_I64(struct order, limit_soc),
	COL_I64(struct order, session_id),
	COL_I64(struct order, energy_dwh),
	COL_I64(struct order, energy_minor),
	COL_I64(struct order, service_minor),
	COL_I64(struct order, idle_minor),
	COL_I64(struct order, total_minor),
	COL_I64(struct order, paid_minor),
	COL_I64(struct order, refund_minor),
	COL_I64(struct order, credit_minor),
	COL_I64(struct order, created_us),
	COL_I64(struct order, authorised_us),
	COL_I64(struct order, starting_us),
	COL_I64(struct order, started_us),
	COL_I64(struct order, stopped_us),
	COL_I64(struct order, ended_us),
	COL_I64(struct order, settled_us),
	COL_I64(struct order, idle_from_us),
	COL_I64(struct order, idle_until_us),
	COL_I64(struct order, idle_past_us),
	COL_I64(struct order, deadline_us),
	COL_I64(struct order, version),
};
/* As in statement order_put, $2 onward. */
static const struct column order_changing[] = {
	COL_I64(struct order, connector_no),
	COL_INT(struct order, state),
	COL_STR(struct order, reason),
	COL_INT(struct order, timing),
	COL_INT(struct order, source),
	COL_STR(struct order, id_tag),
	COL_I64(struct order, member_id),
	COL_STR(struct order, channel),
	COL_I64(struct order, tariff_id),
	COL_STR(struct order, tariff_hash),
	COL_I64(struct order, account_id),
	COL_I64(struct order, hold_id),
	COL_I64(struct order, limit_minor),
	COL_I64(struct order, limit_dwh),
	COL_I64(struct order, session_id),
	COL_I64(struct order, energy_dwh),
	COL_I64(struct order, energy_minor),
	COL_I64(struct order, service_minor),
	COL_I64(struct order, idle_minor),
	COL_I64(struct order, total_minor),
	COL_I64(struct order, paid_minor),
	COL_I64(struct order, refund_minor),
	COL_I64(struct order, credit_minor),
	COL_I64(struct order, authorised_us),
	COL_I64(struct order, starting_us),
	COL_I64(struct order, started_us),
	COL_I64(struct order, stopped_us),
	COL_I64(struct order, ended_us),
	COL_I64(struct order, settled_us),
	COL_I64(struct order, idle_from_us),
	COL_I64(struct order, idle_until_us),
	COL_I64(struct order, idle_past_us),
	COL_I64(struct order, deadline_us),
};
#define ORDER_CHANGING (int)(sizeof(order_changing) / sizeof(order_changing[0]))

void store_order_read(struct stmt *stmt, int first, struct arena *arena, struct order *ret_order)
{
	row_read(stmt, first, COLUMNS(order_columns), arena, ret_order);
}

int store_order_columns(void)
{
	return (int)(sizeof(order_columns) / sizeof(order_columns[0]));
}

static int read_one(struct stmt *stmt, struct arena *arena, struct order *ret_order)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	store_order_read(stmt, 0, arena, ret_order);
	stmt_reset(stmt);
	return 0;
}

int store_order_get(struct db *db, struct arena *arena, int64_t id, struct order *ret_order)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_BY_ID);

	stmt_bind_i64(stmt, 1, id);
	return read_one(stmt, arena, ret_order);
}

int store_order_by_token(
	struct db *db, struct arena *arena, struct str token, struct order *ret_order)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_BY_TOKEN);

	stmt_bind_str(stmt, 1, token);
	return read_one(stmt, arena, ret_order);
}

int store_order_by_start_tag(
	struct db *db, struct arena *arena, struct str start_tag, struct order *ret_order)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_BY_START_TAG);

	stmt_bind_str(stmt, 1, start_tag);
	return read_one(stmt, arena, ret_order);
}

int store_order_on_connector(struct db *db, struct arena *arena, int64_t pile_id,
	int64_t connector_no, struct order *ret_order)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_ON_CONNECTOR);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	return read_one(stmt, arena, ret_order);
}

int store_order_busy(struct db *db, int64_t pile_id, int64_t connector_no, int64_t *ret_id)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_BUSY);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	return row_number(stmt, 0, ret_id);
}

int store_order_of_tag(struct db *db, int64_t tenant_id, struct str id_tag, int64_t *ret_id)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_OF_TAG);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, id_tag);
	return row_number(stmt, 0, ret_id);
}

int store_order_card_unpaid(struct db *db, int64_t tenant_id, struct str id_tag, int64_t *ret_id)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_CARD_UNPAID);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, id_tag);
	return row_number(stmt, 0, ret_id);
}

int store_order_of_wallet(
	struct db *db, struct arena *arena, int64_t member_id, struct order *ret_order)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_OF_WALLET);

	stmt_bind_i64(stmt, 1, member_id);
	return read_one(stmt, arena, ret_order);
}

int store_order_add(struct db *db, const struct order *order)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_ADD);
	int result;

	row_bind(stmt, 1, COLUMNS(order_columns), order);
	result = stmt_run(stmt, NULL);
	TRY(result);
	if (result == DB_E_UNIQUE)
		return FAULT(FAULT_BUG, "an order's random words are taken");
	return 0;
}

static int put_done(struct stmt *stmt, struct order *order)
{
	int64_t changed = 0;

	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return FAULT(FAULT_BUSY, "order %lld changed meanwhile", (long long)order->id);
	order->version++;
	return 0;
}

int store_order_put(struct db *db, struct order *order)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_PUT);

	stmt_bind_i64(stmt, 1, order->id);
	row_bind(stmt, 2, COLUMNS(order_changing), order);
	stmt_bind_i64(stmt, 2 + ORDER_CHANGING, order->version);
	return put_done(stmt, order);
}

int store_order_put_live(struct db *db, struct order *order)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_LIVE);

	stmt_bind_i64(stmt, 1, order->id);
	stmt_bind_i64(stmt, 2, order->version);
	stmt_bind_i64(stmt, 3, order->energy_dwh);
	stmt_bind_i64(stmt, 4, order->energy_minor);
	stmt_bind_i64(stmt, 5, order->service_minor);
	stmt_bind_i64(stmt, 6, order->idle_minor);
	stmt_bind_i64(stmt, 7, order->total_minor);
	stmt_bind_i64(stmt, 8, order->credit_minor);
	stmt_bind_i64(stmt, 9, order->deadline_us);
	return put_done(stmt, order);
}

int store_order_due(struct db *db, int64_t now_us, size_t most, int64_t *ret_ids, size_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_DUE);
	size_t count = 0;
	int row;

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (count < most)
			ret_ids[count++] = stmt_i64(stmt, 0);
	}
	TRY(row);
	*ret_count = count;
	return 0;
}

static const struct column event_columns[] = {
	COL_I64(struct order_event, id),
	COL_I64(struct order_event, order_id),
	COL_I64(struct order_event, at_us),
	COL_STR(struct order_event, kind),
	COL_STR(struct order_event, word),
	COL_STR(struct order_event, detail),
	COL_I64(struct order_event, user_id),
};

int store_order_event(struct db *db, const struct order_event *event)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_EVENT_ADD);

	row_bind(stmt, 1, COLUMNS(event_columns), event);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_order_events(struct db *db, struct arena *arena, int64_t order_id, int64_t after,
	size_t most, struct order_event **ret_events, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_ORDER_EVENTS);
	struct order_event *events = ARENA_ARRAY(arena, struct order_event, most);
	size_t len = 0;
	int row;

	if (!events)
		return FAULT(FAULT_NOMEM, "timeline");
	stmt_bind_i64(stmt, 1, order_id);
	stmt_bind_i64(stmt, 2, after);
	stmt_bind_i64(stmt, 3, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1 && len < most)
		row_read(stmt, 0, COLUMNS(event_columns), arena, &events[len++]);
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	*ret_events = events;
	*ret_len = len;
	return 0;
}
