/* charging_pile.c - what a pile tells about a running charge: readings, the stop, the state of a
 * connector. Told twice, late, out of order or wrongly; the same facts give the same answer. The
 * start is in charging_start.c. */
#include "app/charging.h"

#include "app/billing.h"
#include "app/devices.h"
#include "app/givenback.h"
#include "app/step.h"
#include "app/tell.h"
#include "app/vehicles.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/money.h"
#include "domain/station.h"
#include "domain/token.h"
#include "store/ledger.h"
#include "store/member.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/session.h"

/* --- readings --- */

/* Microseconds until `left` of something is used at `rate` per `per` microseconds; no rate, never.
 */
static int64_t time_left_us(int64_t left, __int128 rate, int64_t per)
{
	__int128 us;

	if (rate <= 0)
		return INT64_MAX / 4;
	us = (__int128)left * per / rate;
	return us > INT64_MAX / 4 ? INT64_MAX / 4 : (int64_t)us;
}

/* When will what was paid for, or asked for, be used up at the present power? Looks ahead so that
 * the stop reaches the pile before. */
static int64_t limit_at_us(const struct scene *scene, const struct bill *bill, int64_t now_us)
{
	const struct order *order = &scene->order;
	const struct bill_line *last =
		bill->lines_len > 0 ? &bill->lines[bill->lines_len - 1] : NULL;
	int64_t power_w = scene->session.power_w > 0 ? scene->session.power_w : 0;
	int64_t first = INT64_MAX / 4;
	int64_t us;

	if (order->limit_soc > 0 && scene->session.soc_pct >= order->limit_soc)
		return now_us;
	if (order->limit_s > 0)
		first = order_until_us(order) - now_us;
	if (order->source != SOURCE_HOUSE && order->limit_minor > 0) {
		int64_t left = order->limit_minor - bill->total_minor;
		int digits = currency_digits(order->currency);
		int64_t nano = left;

		if (left <= 0)
			return now_us;
		for (int i = digits < 0 ? 2 : digits; i < 9; i++)
			nano *= 10;
		/* W x us = 1/10 Wh x 3.6e8; times price per kWh in 1e-5 = 1e-9 of the unit */
		if (last) {
			us = time_left_us(nano,
				(__int128)power_w * (last->energy_e5 + last->service_e5),
				360000000);
			first = us < first ? us : first;
		}
	}
	if (order->limit_dwh > 0) {
		int64_t left = order->limit_dwh - bill->energy_dwh;

		if (left <= 0)
			return now_us;
		us = time_left_us(left, power_w, 360000000);
		first = us < first ? us : first;
	}
	return first >= INT64_MAX / 4 ? 0 : now_us + first - STEP_MARGIN_US;
}

/* Live amounts, by the same pricing as the receipt; and the end in time. */
static int price_live(struct ctx *ctx, struct scene *scene, const struct usage *usage, size_t len)
{
	struct order *order = &scene->order;
	struct close_cmd stop = {.order_id = order->id, .reason = STR("limit")};
	struct bill bill;
	int64_t at;

	order->energy_dwh = scene->session.energy_dwh;
	TRY(step_must(
		billing_price(ctx, order, usage, len, &bill), "the price of a running order"));
	order->energy_minor = bill.energy_minor;
	order->service_minor = bill.service_minor;
	order->idle_minor = bill.idle_minor;
	order->total_minor = bill.total_minor;
	order->credit_minor = bill.credit_minor; /* worth nothing to the limit before the end */
	if (order->state == ORDER_CHARGING) {
		at = limit_at_us(scene, &bill, ctx->now_us);
		order->deadline_us = at;
	}
	TRY(store_order_put_live(ctx->db, order));
	TRY(step_tell(ctx, order));
	if (order->state == ORDER_CHARGING && order->deadline_us != 0 &&
		order->deadline_us <= ctx->now_us)
		TRY(charging_close(ctx, &stop, NULL));
	return 0;
}

static int foreign(struct ctx *ctx, int64_t pile_id, int64_t transaction_id, const char *what)
{
	struct place place;

	TRY(step_must(store_pile_place(ctx->db, ctx->arena, pile_id, 0, &place), "a pile"));
	TRY(step_alarm(ctx, &place, "foreign_transaction",
		str_format(ctx->arena, "{\"transaction\":%lld,\"message\":\"%s\"}",
			(long long)transaction_id, what)));
	return CHARGING_E_FOREIGN;
}

static int take_readings(
	struct ctx *ctx, struct scene *scene, const struct reading *readings, size_t readings_len)
{
	struct session_world world = step_world(ctx, &scene->place);
	struct session_change change = {0};
	int before = scene->session.flags;
	struct usage *usage;
	size_t len;

	for (size_t i = 0; i < readings_len; i++)
		TRY(session_meter(&scene->session, &world, &readings[i], ctx->arena, &change));
	TRY(store_session_usage(ctx->db, ctx->arena, scene->session.id, &usage, &len));
	TRY(step_energy(ctx, scene, &change, usage, len, before, &usage, &len));
	return order_is_running(scene->order.state) ? price_live(ctx, scene, usage, len) : 0;
}

int charging_metered(struct ctx *ctx, int64_t pile_id, int64_t connector_no, int64_t transaction_id,
	const struct reading *readings, size_t readings_len, struct scene *ret_scene)
{
	struct scene scene;
	int found = transaction_id > 0
			    ? store_scene_by_transaction(
				      ctx->db, ctx->arena, pile_id, transaction_id, &scene)
			    : store_scene_open(ctx->db, ctx->arena, pile_id, connector_no, &scene);

	TRY(found);
	if (found != 0)
		return transaction_id > 0 ? foreign(ctx, pile_id, transaction_id, "meter") : 0;
	step_samples(ctx, &scene.session, scene.order.id, readings, readings_len);
	if (scene.session.open) {
		TRY(givenback_take(ctx, &scene, readings, readings_len));
		TRY(take_readings(ctx, &scene, readings, readings_len));
	}
	if (ret_scene)
		*ret_scene = scene;
	return 0;
}

/* --- stop --- */

/* The stop of a transaction nobody knows yet (the start still waits in the pile): kept until the
 * start comes. */
static int stop_before_start(struct ctx *ctx, const struct stop_facts *facts)
{
	struct session session = {.id = CTX_ID(ctx),
		.pile_id = facts->pile_id,
		.version = 1,
		.flags = SESSION_STOP_FIRST | SESSION_NO_ORDER,
		.stop_reason = facts->reason};
	struct session_world world;
	struct session before;
	struct place place;
	bool told;

	TRY(step_must(store_pile_place(ctx->db, ctx->arena, facts->pile_id, 0, &place), "a pile"));
	world = step_world(ctx, &place);
	session.tenant_id = place.tenant_id;
	session.id_tag = token_normal(ctx->arena, facts->id_tag);
	session.start_key = step_stop_key(ctx, facts->pile_id, session.id_tag);
	TRY(store_session_by_start_key(ctx->db, ctx->arena, session.start_key, &before));
	session_begin(&session, &world, facts->at_us, facts->meter_dwh);
	TRY(store_session_stopped(ctx->db, &session, &told));
	if (before.id != 0 || told)
		return 0; /* told again */
	session.stop_us = session.start_us;
	session.meter_stop_dwh = session.meter_start_dwh;
	session.open = false;
	TRY(step_add_session(ctx, &session));
	return step_alarm(ctx, &place, "stop_first", STR(""));
}

/* A stop for a session that is closed: told twice, or late after we closed it ourselves. */
static int stop_again(struct ctx *ctx, struct scene *scene, const struct stop_facts *facts)
{
	if (!(scene->session.flags & SESSION_CLOSED_BY_US) ||
		facts->meter_dwh <= scene->session.meter_last_dwh)
		return 0;
	/* The bill is made and the money moved: the difference is for people to judge. */
	return tell_alarm(ctx, scene->session.tenant_id, "late_stop",
		scene->order.id != 0
			? str_format(ctx->arena, "order:%lld", (long long)scene->order.id)
			: str_format(ctx->arena, "session:%lld", (long long)scene->session.id),
		str_format(ctx->arena,
			"{\"billed_to_wh\":%lld,\"stopped_at_wh\":%lld,\"unbilled_wh\":%lld}",
			(long long)scene->session.meter_last_dwh / 10,
			(long long)facts->meter_dwh / 10,
			(long long)(facts->meter_dwh - scene->session.meter_last_dwh) / 10));
}

static int find_stop(struct ctx *ctx, const struct stop_facts *facts, struct scene *ret_scene)
{
	if (facts->transaction_id > 0)
		return store_scene_by_transaction(
			ctx->db, ctx->arena, facts->pile_id, facts->transaction_id, ret_scene);
	return store_scene_unnamed(ctx->db, ctx->arena, facts->pile_id,
		token_normal(ctx->arena, facts->id_tag), ret_scene);
}

/* Was closed by us, but its bill still waits for this stop. */
static bool still_waiting(const struct scene *scene)
{
	return (scene->session.flags & SESSION_CLOSED_BY_US) && scene->order.state == ORDER_ENDED &&
	       scene->order.idle_from_us == 0;
}

static int stop_session(struct ctx *ctx, struct scene *scene, const struct stop_facts *facts,
	struct usage **ret_usage, size_t *ret_len)
{
	struct session_world world = step_world(ctx, &scene->place);
	struct session_change change = {0};
	struct usage *usage;
	size_t len;
	int before = scene->session.flags;

	TRY(store_session_usage(ctx->db, ctx->arena, scene->session.id, &usage, &len));
	for (size_t i = 0; i < facts->readings_len; i++)
		TRY(session_meter(
			&scene->session, &world, &facts->readings[i], ctx->arena, &change));
	TRY(session_end(&scene->session, &world, facts->at_us, facts->meter_dwh, usage, len,
		ctx->arena, &change));
	TRY(givenback_take(ctx, scene, facts->readings, facts->readings_len));
	scene->session.flags &= ~SESSION_CLOSED_BY_US;
	scene->session.stop_reason = facts->reason;
	return step_energy(ctx, scene, &change, usage, len, before, ret_usage, ret_len);
}

/* The stop of a transaction that is known: what is left of it ends. */
static int stop_scene(struct ctx *ctx, struct scene *scene, const struct stop_facts *facts)
{
	bool unplugged = facts->final || str_is(facts->reason, "EVDisconnected");
	struct step_usage known;
	struct usage *usage;

	if (!scene->session.open && still_waiting(scene)) {
		TRY(stop_session(ctx, scene, facts, &usage, &known.len));
		known.usage = usage;
		scene->order.stopped_us = scene->session.stop_us;
		scene->order.energy_dwh = scene->session.energy_dwh;
		return step_settle(ctx, &scene->order, &known);
	}
	if (!scene->session.open)
		return stop_again(ctx, scene, facts);
	TRY(stop_session(ctx, scene, facts, &usage, &known.len));
	if (!order_is_running(scene->order.state))
		return 0;
	unplugged |= !connector_occupied(scene->place.status);
	return step_end(ctx, scene, str_format(ctx->arena, "pile:%.*s", STR_FMT(facts->reason)),
		usage, known.len, unplugged ? STEP_UNPLUGGED : STEP_OCCUPIED);
}

int charging_stopped(struct ctx *ctx, const struct stop_facts *facts, struct scene *ret_scene)
{
	struct scene scene;
	int found = find_stop(ctx, facts, &scene);

	TRY(found);
	if (found != 0 && facts->transaction_id > 0)
		return foreign(ctx, facts->pile_id, facts->transaction_id, "stop");
	if (found != 0)
		return stop_before_start(ctx, facts);
	TRY(stop_scene(ctx, &scene, facts));
	if (ret_scene)
		*ret_scene = scene;
	return 0;
}

/* --- connector --- */

static int suspended(struct ctx *ctx, struct order *order, bool by_car, int64_t at_us)
{
	if (order->state == ORDER_CHARGING)
		TRY(step_move(ctx, order, ORDER_SUSPENDED, STR_NULL));
	/* Waiting for the grid is not the driver's idling. */
	if (by_car && order->idle_from_us == 0)
		TRY(step_idle(ctx, order, at_us));
	if (!by_car)
		TRY(step_idle_over(ctx, order, at_us));
	return store_order_put(ctx->db, order);
}

static int resumed(struct ctx *ctx, struct order *order, int64_t at_us)
{
	TRY(step_move(ctx, order, ORDER_CHARGING, STR_NULL));
	TRY(step_idle_over(ctx, order, at_us));
	return store_order_put(ctx->db, order);
}

/* Can the state change anything about an order? The others are not asked for. */
static bool moves_order(struct str status)
{
	static const char *const states[] = {
		"Charging", "SuspendedEV", "SuspendedEVSE", "Available", "Faulted"};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (str_is(status, states[i]))
			return true;
	return false;
}

int charging_connector(
	struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str status, int64_t at_us)
{
	struct order order;
	int found;

	if (connector_no >= 1 && str_is(status, "Available"))
		TRY(vehicles_gone(ctx, pile_id, connector_no));
	if (connector_no < 1 || !moves_order(status))
		return 0;
	found = store_order_on_connector(ctx->db, ctx->arena, pile_id, connector_no, &order);
	TRY(found);
	if (found != 0)
		return 0;
	/* The pile's time when it lies within the charge, else ours. */
	if (at_us < order.started_us || at_us > ctx->now_us)
		at_us = ctx->now_us;
	if (order.state == ORDER_CHARGING || order.state == ORDER_SUSPENDED) {
		if (str_is(status, "SuspendedEV") || str_is(status, "SuspendedEVSE"))
			return suspended(ctx, &order, str_is(status, "SuspendedEV"), at_us);
		if (str_is(status, "Charging") && order.state == ORDER_SUSPENDED)
			return resumed(ctx, &order, at_us);
	}
	if (order.state == ORDER_ENDED && order.idle_from_us != 0 && str_is(status, "Available")) {
		order.idle_until_us = at_us < order.idle_from_us ? order.idle_from_us : at_us;
		return step_settle(ctx, &order, NULL);
	}
	if (order.state == ORDER_STARTING && str_is(status, "Faulted")) {
		TRY(step_give_back(ctx, &order, STR("fault")));
		return store_order_put(ctx->db, &order);
	}
	return 0;
}
