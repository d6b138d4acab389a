/* charging_pile.c - what a pile tells about a charge: authorisation, start, readings, stop, the
 * state of a connector. Piles tell things twice, late, out of order and wrongly; the same facts
 * give the same answer. */
#include "app/charging.h"

#include "app/billing.h"
#include "app/devices.h"
#include "app/step.h"
#include "app/tell.h"
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

#define TRANSACTION_TRIES 8

static int alarm_pile(
	struct ctx *ctx, const struct place *place, const char *kind, struct str detail)
{
	return tell_alarm(ctx, place->tenant_id, kind,
		str_format(ctx->arena, "pile:%lld", (long long)place->pile_id), detail);
}

static int check_token(
	struct ctx *ctx, const struct place *place, struct str tag, struct token *ret_token)
{
	int result = store_member_tag_find(ctx->db, ctx->arena, place->tenant_id, tag, ret_token);

	TRY(result);
	if (result != 0)
		return CHARGING_E_TOKEN;
	result = token_check(ret_token, ctx->now_us);
	if (result == TOKEN_E_BLOCKED)
		return CHARGING_E_BLOCKED;
	return result == TOKEN_E_EXPIRED ? CHARGING_E_EXPIRED : 0;
}

static int authorize_card(
	struct ctx *ctx, const struct place *place, struct str tag, struct token *ret_token)
{
	struct account wallet;
	struct order order;
	int64_t running;
	int result = check_token(ctx, place, tag, ret_token);

	if (result != 0)
		return result;
	TRY(store_order_of_tag(ctx->db, place->tenant_id, tag, &running));
	if (running != 0) {
		TRY(step_must(
			store_order_get(ctx->db, ctx->arena, running, &order), "an open order"));
		/* Shown again at the pile where it charges: that is how a charge is ended. */
		return order.pile_id == place->pile_id ? 0 : CHARGING_E_CONCURRENT;
	}
	TRY(step_must(store_ledger_account_get(
			      ctx->db, ctx->arena, ret_token->wallet_account_id, &wallet),
		"a member's wallet"));
	return account_available(&wallet) >= STEP_LEAST_MINOR ? 0 : CHARGING_E_FUNDS;
}

int charging_authorize(struct ctx *ctx, int64_t pile_id, struct str id_tag, struct str *ret_parent,
	int64_t *ret_expires_us)
{
	struct str tag = token_normal(ctx->arena, id_tag);
	struct token token = {0};
	struct place place;
	struct order order;
	int result = store_pile_place(ctx->db, ctx->arena, pile_id, 0, &place);

	TRY(result);
	if (result != 0 || place.state != PILE_APPROVED)
		return CHARGING_E_PILE;
	if (token_is_start(tag)) {
		result = store_order_by_start_tag(ctx->db, ctx->arena, tag, &order);
		TRY(result);
		if (result != 0 || order.pile_id != pile_id)
			return CHARGING_E_TOKEN;
		return order.state == ORDER_STARTING || order_is_running(order.state)
			       ? 0
			       : CHARGING_E_EXPIRED;
	}
	result = authorize_card(ctx, &place, tag, &token);
	if (result == 0) {
		*ret_parent = token.parent;
		*ret_expires_us = token.expires_us;
	}
	return result;
}

/* --- start --- */

/* A transaction nobody will pay for gets a number too, for energy may already flow; people are
 * told. */
static int add_session(struct ctx *ctx, struct session *session)
{
	uint32_t number;
	int added;

	for (int i = 0; i < TRANSACTION_TRIES; i++) {
		number = (uint32_t)(rng_u64(ctx->rng) >> 33);
		if (number == 0)
			continue;
		session->transaction_id = number;
		added = store_session_add(ctx->db, session);
		TRY(added);
		if (added == 0)
			return 0;
	}
	return FAULT(FAULT_BUSY, "no free transaction number, or the same start twice at once");
}

/* Which order does this start belong to? 0 and *ret_order (starting), or why there is none. */
static int order_of_start(struct ctx *ctx, const struct start_facts *facts,
	const struct place *place, const struct session *session, struct order *ret_order)
{
	struct open_cmd cmd = {.starter = STARTER_RFID,
		.pile_id = facts->pile_id,
		.connector_no = facts->connector_no,
		.timing = TIMING_HOLD,
		.source = SOURCE_WALLET,
		.id_tag = session->id_tag,
		.at_us = session->start_us};
	struct token token;
	int64_t running;
	int result;

	if (place->state != PILE_APPROVED)
		return CHARGING_E_PILE;
	if (token_is_start(session->id_tag)) {
		result = store_order_by_start_tag(ctx->db, ctx->arena, session->id_tag, ret_order);
		TRY(result);
		if (result != 0)
			return CHARGING_E_TOKEN;
		if (ret_order->pile_id != facts->pile_id)
			return CHARGING_E_FOREIGN;
		return ret_order->state == ORDER_STARTING ? 0 : CHARGING_E_STATE;
	}
	result = check_token(ctx, place, session->id_tag, &token);
	if (result != 0)
		return result;
	TRY(store_order_of_tag(ctx->db, place->tenant_id, session->id_tag, &running));
	if (running != 0)
		return CHARGING_E_CONCURRENT;
	cmd.member_id = token.member_id;
	return charging_open(ctx, &cmd, ret_order);
}

/* The order's side of a start: it charges. */
static int begin_order(struct ctx *ctx, struct order *order, struct session *session)
{
	bool is_new = order->starter == STARTER_RFID;

	order->connector_no = session->connector_no;
	order->session_id = session->id;
	order->started_us = session->start_us;
	order->deadline_us = 0;
	session->order_id = order->id;
	TRY(step_move(ctx, order, ORDER_CHARGING, STR_NULL));
	return is_new ? store_order_add(ctx->db, order) : store_order_put(ctx->db, order);
}

/* A start whose order is over (it timed out, or was cancelled): the money is on its way back, so
 * the pile must stop. */
static int refuse_start(
	struct ctx *ctx, const struct place *place, const struct session *session, int why)
{
	struct str detail = str_format(
		ctx->arena, "{\"transaction\":%lld}", (long long)session->transaction_id);

	if (why == CHARGING_E_STATE) {
		TRY(devices_remote_stop(ctx, place->pile_id, session->transaction_id, 0));
		return alarm_pile(ctx, place, "late_start", detail);
	}
	if (why == CHARGING_E_FOREIGN)
		return alarm_pile(ctx, place, "foreign_start", detail);
	return alarm_pile(ctx, place, "unpaid_start", detail);
}

/* Another transaction still stands open on the connector: its stop was lost, or is late. It ends
 * with its last reading; a late stop is waited for before the bill is made. */
static int supersede(struct ctx *ctx, struct scene *old)
{
	struct session_world world = step_world(ctx, &old->place);
	struct session_change change = {0};
	struct usage *usage;
	size_t len;
	int before = old->session.flags;

	TRY(store_session_usage(ctx->db, ctx->arena, old->session.id, &usage, &len));
	old->session.flags |= SESSION_CLOSED_BY_US;
	TRY(session_end(
		&old->session, &world, old->session.last_us, -1, usage, len, ctx->arena, &change));
	old->session.stop_reason = STR("superseded");
	TRY(step_energy(ctx, old, &change, usage, len, before, &usage, &len));
	if (!order_is_running(old->order.state))
		return 0;
	TRY(step_event(ctx, &old->order, "warning", "superseded", STR("")));
	return step_end(ctx, old, STR("superseded"), true, true);
}

/* The stop came first and waited under a key of its own: now both halves are one transaction. */
static int start_after_stop(struct ctx *ctx, const struct start_facts *facts,
	const struct place *place, struct session *session, bool *ret_found)
{
	struct session_world world = step_world(ctx, place);
	struct session_change change = {0};
	struct session stop;
	struct scene scene;
	struct usage *usage;
	size_t len;
	struct str key = str_format(
		ctx->arena, "stop:%lld:%.*s", (long long)facts->pile_id, STR_FMT(session->id_tag));
	int found = store_session_by_start_key(ctx->db, ctx->arena, key, &stop);
	struct order order;
	int why;

	*ret_found = false;
	TRY(found);
	if (found != 0 || stop.meter_stop_dwh < session->meter_start_dwh ||
		stop.stop_us < session->start_us)
		return 0;
	*ret_found = true;
	session->id = stop.id;
	session->transaction_id = stop.transaction_id;
	session->flags |= SESSION_STOP_FIRST;
	session->stop_reason = stop.stop_reason;
	why = order_of_start(ctx, facts, place, session, &order);
	TRY(why);
	TRY(session_end(
		session, &world, stop.stop_us, stop.meter_stop_dwh, NULL, 0, ctx->arena, &change));
	if (why == 0)
		TRY(begin_order(ctx, &order, session));
	else
		session->flags |= SESSION_NO_ORDER;
	TRY(store_session_take(ctx->db, session));
	if (why != 0) {
		TRY(store_session_usage_add(ctx->db, session->id, &change));
		TRY(refuse_start(ctx, place, session, why));
		return why;
	}
	scene = (struct scene){.session = *session, .order = order, .place = *place};
	scene.session.version = stop.version + 1;
	TRY(step_energy(ctx, &scene, &change, NULL, 0, 0, &usage, &len));
	TRY(step_end(ctx, &scene, STR("pile:Local"), true, false));
	*session = scene.session;
	return 0;
}

/* The same start again, perhaps with another time: the session it made before. */
static int known_start(
	struct ctx *ctx, const struct start_facts *facts, struct session *session, bool *ret_known)
{
	struct session before;
	struct order order;
	struct scene open;
	int found = store_session_by_start_key(ctx->db, ctx->arena, session->start_key, &before);

	*ret_known = false;
	TRY(found);
	/* A pile whose clock stands still repeats its keys: only an open transaction is then the
	 * same. */
	if (found == 0 && (before.open || !(before.flags & SESSION_CLOCK))) {
		*ret_known = true;
		*session = before;
		return before.order_id != 0 ? 0 : CHARGING_E_TOKEN;
	}
	if (found == 0)
		session->start_key = str_format(ctx->arena, "%.*s:%lld",
			STR_FMT(session->start_key), (long long)ctx->now_us);
	if (token_is_start(session->id_tag)) {
		found = store_order_by_start_tag(ctx->db, ctx->arena, session->id_tag, &order);
		TRY(found);
		if (found == 0 && order.session_id != 0 && order.pile_id == facts->pile_id) {
			*ret_known = true;
			return step_must(
				store_session_get(ctx->db, ctx->arena, order.session_id, session),
				"the session of an order");
		}
	}
	found = store_scene_open(ctx->db, ctx->arena, facts->pile_id, facts->connector_no, &open);
	TRY(found);
	if (found != 0)
		return 0;
	if (str_eq(open.session.id_tag, session->id_tag) &&
		open.session.meter_start_dwh == facts->meter_dwh) {
		*ret_known = true;
		*session = open.session;
		return open.order.id != 0 ? 0 : CHARGING_E_TOKEN;
	}
	return supersede(ctx, &open);
}

int charging_started(struct ctx *ctx, const struct start_facts *facts, struct session *ret_session)
{
	struct session session = {.pile_id = facts->pile_id, .connector_no = facts->connector_no};
	struct session_world world;
	struct place place;
	struct order order;
	bool done;
	int result =
		store_pile_place(ctx->db, ctx->arena, facts->pile_id, facts->connector_no, &place);

	TRY(result);
	if (result != 0)
		return CHARGING_E_PILE;
	world = step_world(ctx, &place);
	session.tenant_id = place.tenant_id;
	session.version = 1;
	session.id_tag = token_normal(ctx->arena, facts->id_tag);
	session.start_key = str_format(ctx->arena, "%lld:%lld:%.*s:%lld:%lld",
		(long long)facts->pile_id, (long long)facts->connector_no, STR_FMT(session.id_tag),
		(long long)facts->at_us, (long long)facts->meter_dwh);
	session_begin(&session, &world, facts->at_us, facts->meter_dwh);
	result = known_start(ctx, facts, &session, &done);
	if (result == 0 && !done)
		result = start_after_stop(ctx, facts, &place, &session, &done);
	TRY(result);
	if (done) {
		*ret_session = session;
		return result;
	}
	session.id = CTX_ID(ctx);
	result = order_of_start(ctx, facts, &place, &session, &order);
	TRY(result);
	if (result == 0)
		TRY(begin_order(ctx, &order, &session));
	else
		session.flags |= SESSION_NO_ORDER;
	TRY(add_session(ctx, &session));
	if (result != 0)
		TRY(refuse_start(ctx, &place, &session, result));
	*ret_session = session;
	return result;
}

/* --- readings --- */

static int sample_rows(
	struct ctx *ctx, const struct scene *scene, const struct reading *readings, size_t len)
{
	uint8_t packed[SESSION_PACKED_MAX];

	for (size_t i = 0; i < len; i++) {
		struct journal_row *row = effects_add_row(ctx->effects);
		size_t size = session_pack(&readings[i], packed);

		row->sample = true;
		row->session_id = scene->session.id;
		row->pile_id = scene->session.pile_id;
		row->tenant_id = scene->session.tenant_id;
		row->connector_no = scene->session.connector_no;
		row->order_id = scene->order.id;
		row->at_us = readings[i].at_us;
		row->request = str_dup(ctx->arena, (struct str){(char *)packed, size});
	}
	return 0;
}

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
static int64_t limit_at_us(
	const struct order *order, const struct bill *bill, int64_t power_w, int64_t now_us)
{
	const struct bill_line *last =
		bill->lines_len > 0 ? &bill->lines[bill->lines_len - 1] : NULL;
	int64_t first = INT64_MAX / 4;
	int64_t us;

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
	if (order->state == ORDER_CHARGING) {
		at = limit_at_us(order, &bill,
			scene->session.power_w > 0 ? scene->session.power_w : 0, ctx->now_us);
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
	TRY(alarm_pile(ctx, &place, "foreign_transaction",
		str_format(ctx->arena, "{\"transaction\":%lld,\"message\":\"%s\"}",
			(long long)transaction_id, what)));
	return CHARGING_E_FOREIGN;
}

int charging_metered(struct ctx *ctx, int64_t pile_id, int64_t connector_no, int64_t transaction_id,
	const struct reading *readings, size_t readings_len)
{
	struct session_change change = {0};
	struct session_world world;
	struct scene scene;
	struct usage *usage;
	size_t len;
	int before;
	int found = transaction_id > 0
			    ? store_scene_by_transaction(
				      ctx->db, ctx->arena, pile_id, transaction_id, &scene)
			    : store_scene_open(ctx->db, ctx->arena, pile_id, connector_no, &scene);

	TRY(found);
	if (found != 0)
		return transaction_id > 0 ? foreign(ctx, pile_id, transaction_id, "meter") : 0;
	TRY(sample_rows(ctx, &scene, readings, readings_len));
	if (!scene.session.open)
		return 0;
	world = step_world(ctx, &scene.place);
	before = scene.session.flags;
	for (size_t i = 0; i < readings_len; i++)
		TRY(session_meter(&scene.session, &world, &readings[i], ctx->arena, &change));
	TRY(store_session_usage(ctx->db, ctx->arena, scene.session.id, &usage, &len));
	TRY(step_energy(ctx, &scene, &change, usage, len, before, &usage, &len));
	if (!order_is_running(scene.order.state))
		return 0;
	return price_live(ctx, &scene, usage, len);
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
	int found;

	TRY(step_must(store_pile_place(ctx->db, ctx->arena, facts->pile_id, 0, &place), "a pile"));
	world = step_world(ctx, &place);
	session.tenant_id = place.tenant_id;
	session.id_tag = token_normal(ctx->arena, facts->id_tag);
	session.start_key = str_format(
		ctx->arena, "stop:%lld:%.*s", (long long)facts->pile_id, STR_FMT(session.id_tag));
	found = store_session_by_start_key(ctx->db, ctx->arena, session.start_key, &before);
	TRY(found);
	if (found == 0)
		return 0;
	session_begin(&session, &world, facts->at_us, facts->meter_dwh);
	session.stop_us = session.start_us;
	session.meter_stop_dwh = session.meter_start_dwh;
	session.open = false;
	TRY(add_session(ctx, &session));
	return alarm_pile(ctx, &place, "stop_first", STR(""));
}

/* A stop for a session that is closed: told twice, or late after we closed it ourselves. */
static int stop_again(struct ctx *ctx, struct scene *scene, const struct stop_facts *facts)
{
	if (!(scene->session.flags & SESSION_CLOSED_BY_US) ||
		facts->meter_dwh <= scene->session.meter_last_dwh)
		return 0;
	/* The bill is made and the money moved: the difference is for people to judge. */
	return tell_alarm(ctx, scene->session.tenant_id, "late_stop",
		str_format(ctx->arena, "session:%lld", (long long)scene->session.id),
		str_format(ctx->arena, "{\"meter_last_dwh\":%lld,\"meter_stop_dwh\":%lld}",
			(long long)scene->session.meter_last_dwh, (long long)facts->meter_dwh));
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

static int stop_session(struct ctx *ctx, struct scene *scene, const struct stop_facts *facts)
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
	scene->session.flags &= ~SESSION_CLOSED_BY_US;
	scene->session.stop_reason = facts->reason;
	return step_energy(ctx, scene, &change, usage, len, before, &usage, &len);
}

int charging_stopped(struct ctx *ctx, const struct stop_facts *facts)
{
	bool unplugged = str_is(facts->reason, "EVDisconnected");
	struct scene scene;
	int found = find_stop(ctx, facts, &scene);

	TRY(found);
	if (found != 0 && facts->transaction_id > 0)
		return foreign(ctx, facts->pile_id, facts->transaction_id, "stop");
	if (found != 0)
		return stop_before_start(ctx, facts);
	if (!scene.session.open && still_waiting(&scene)) {
		TRY(stop_session(ctx, &scene, facts));
		scene.order.stopped_us = scene.session.stop_us;
		scene.order.energy_dwh = scene.session.energy_dwh;
		return step_settle(ctx, &scene.order);
	}
	if (!scene.session.open)
		return stop_again(ctx, &scene, facts);
	TRY(stop_session(ctx, &scene, facts));
	if (!order_is_running(scene.order.state))
		return 0;
	unplugged |= !connector_occupied(scene.place.status);
	return step_end(ctx, &scene, str_format(ctx->arena, "pile:%.*s", STR_FMT(facts->reason)),
		unplugged, false);
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
		order->idle_from_us = order->idle_until_us = order->deadline_us = 0;
	return store_order_put(ctx->db, order);
}

static int resumed(struct ctx *ctx, struct order *order)
{
	TRY(step_move(ctx, order, ORDER_CHARGING, STR_NULL));
	order->idle_from_us = order->idle_until_us = order->deadline_us = 0;
	return store_order_put(ctx->db, order);
}

int charging_connector(
	struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str status, int64_t at_us)
{
	struct order order;
	int found;

	if (connector_no < 1)
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
			return resumed(ctx, &order);
	}
	if (order.state == ORDER_ENDED && order.idle_from_us != 0 && str_is(status, "Available")) {
		order.idle_until_us = at_us < order.idle_from_us ? order.idle_from_us : at_us;
		return step_settle(ctx, &order);
	}
	if (order.state == ORDER_STARTING && str_is(status, "Faulted")) {
		TRY(step_give_back(ctx, &order, STR("fault")));
		return store_order_put(ctx->db, &order);
	}
	return 0;
}
