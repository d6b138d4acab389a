/* charging_start.c - what a pile tells before a charge runs: a tag is shown, a transaction begins.
 * Told twice, late or after its own stop; the same facts give the same answer. */
#include "app/charging.h"

#include "app/billing.h"
#include "app/costs.h"
#include "app/devices.h"
#include "app/reservations.h"
#include "app/step.h"
#include "app/tell.h"
#include "app/terminal.h"
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
	struct account purse;
	int64_t running;
	int result = check_token(ctx, place, tag, ret_token);

	if (result != 0)
		return result;
	/* Shown again at the pile where it charges: that is how a charge is ended. Elsewhere the
	 * start is refused, not the question: the standard's ConcurrentTx only answers starts. */
	TRY(store_order_of_tag(ctx->db, place->tenant_id, tag, &running));
	if (running != 0)
		return 0;
	if (ret_token->kind == CARD_COMMERCIAL)
		TRY(charging_deduct_card(ctx, ret_token));
	TRY(step_must(
		store_ledger_account_get(ctx->db, ctx->arena, token_account(ret_token), &purse),
		"the account of a card"));
	return account_available(&purse) >= STEP_LEAST_MINOR ? 0 : CHARGING_E_FUNDS;
}

int charging_authorize(struct ctx *ctx, int64_t pile_id, struct str id_tag, struct str *ret_parent,
	int64_t *ret_expires_us)
{
	struct str tag = vehicles_tag(ctx, id_tag);
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
	if (vid_is(tag))
		return vehicles_authorize(ctx, &place, tag, ret_expires_us);
	result = authorize_card(ctx, &place, tag, &token);
	if (result == 0) {
		*ret_parent = token.parent;
		*ret_expires_us = token.expires_us;
	}
	return result;
}

/* --- start --- */

/* Whole minor units of what a terminal secured; 0 (the site's preset) when it did not say. */
static int64_t secured(const struct start_facts *facts, const struct place *place)
{
	int64_t minor = facts->limit_e5;

	for (int i = currency_digits(place->currency); i < 5; i++)
		minor /= 10;
	return minor > 0 && minor <= MONEY_MAX ? minor : 0;
}

/* Which order does this start belong to? 0 and *ret_order (starting), or why there is none. */
static int order_of_start(struct ctx *ctx, const struct start_facts *facts,
	const struct place *place, const struct session *session, struct order *ret_order)
{
	struct open_cmd cmd = {.starter = facts->contract ? STARTER_CONTRACT : STARTER_RFID,
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
	if (facts->terminal) {
		cmd.timing = TIMING_CREDIT;
		cmd.source = SOURCE_CHANNEL;
		cmd.channel = STR(TERMINAL_CHANNEL);
		cmd.limit_minor = secured(facts, place);
		return charging_open_at(ctx, &cmd, place, ret_order);
	}
	if (facts->contract_bad)
		return CHARGING_E_BLOCKED;
	if (vid_is(session->id_tag))
		return vehicles_open(
			ctx, place, facts->connector_no, session->id_tag, cmd.at_us, ret_order);
	result = check_token(ctx, place, session->id_tag, &token);
	if (result != 0)
		return result;
	TRY(store_order_of_tag(ctx->db, place->tenant_id, session->id_tag, &running));
	if (running != 0 && !ctx->config->cards_at_once)
		return CHARGING_E_CONCURRENT;
	cmd.member_id = token.member_id;
	if (token.kind == CARD_COMMERCIAL)
		cmd.source = SOURCE_CARD;
	return charging_open_at(ctx, &cmd, place, ret_order);
}

/* The order's side of a start: it charges. */
static int begin_order(struct ctx *ctx, struct order *order, struct session *session)
{
	bool is_new = order_begins_at_pile(order->starter);

	order->connector_no = session->connector_no;
	order->session_id = session->id;
	order->started_us = session->start_us;
	order->deadline_us = order_until_us(order);
	if (order->limit_soc > 0 && session->soc_pct >= order->limit_soc)
		order->deadline_us = ctx->now_us;
	session->order_id = order->id;
	TRY(step_move(ctx, order, ORDER_CHARGING, STR_NULL));
	TRY(costs_began(ctx, order));
	TRY(vehicles_enrol(ctx, order));
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
		return step_alarm(ctx, place, "late_start", detail);
	}
	if (why == CHARGING_E_FOREIGN)
		return step_alarm(ctx, place, "foreign_start", detail);
	return step_alarm(ctx, place, "unpaid_start", detail);
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
	return step_end(ctx, old, STR("superseded"), usage, len, STEP_LATE_STOP);
}

/* One start on its way: what it says, where, and what is known of it already. */
struct start {
	const struct start_facts *facts;
	struct place place;
	struct session session; /* as it would be */
	struct session before;  /* the one with this key; id 0: none */
	struct session stop;    /* a stop that came first; id 0: none */
	bool known;             /* session is one that was stored before */
};

/* The stop came first and waited under a key of its own: both halves become one transaction. */
static int start_after_stop(struct ctx *ctx, struct start *start)
{
	struct session_world world = step_world(ctx, &start->place);
	struct session *session = &start->session;
	const struct session *stop = &start->stop;
	struct session_change change = {0};
	struct scene scene;
	struct usage *usage;
	size_t len;
	struct order order;
	int why;

	session->id = stop->id;
	session->transaction_id = stop->transaction_id;
	session->flags |= SESSION_STOP_FIRST;
	session->stop_reason = stop->stop_reason;
	why = order_of_start(ctx, start->facts, &start->place, session, &order);
	TRY(why);
	TRY(session_end(session, &world, stop->stop_us, stop->meter_stop_dwh, NULL, 0, ctx->arena,
		&change));
	if (why == 0)
		TRY(begin_order(ctx, &order, session));
	else
		session->flags |= SESSION_NO_ORDER;
	TRY(store_session_take(ctx->db, session));
	if (why != 0) {
		TRY(store_session_usage_add(ctx->db, session->id, &change));
		TRY(refuse_start(ctx, &start->place, session, why));
		return why;
	}
	scene = (struct scene){.session = *session, .order = order, .place = start->place};
	scene.session.version = stop->version + 1;
	TRY(step_energy(ctx, &scene, &change, NULL, 0, 0, &usage, &len));
	return step_end(ctx, &scene, STR("pile:Local"), usage, len, STEP_UNPLUGGED);
}

/* Is this a charge of its own, after the one that ended? Then its register and its time are beyond
 * the other's end. */
static bool follows(const struct session *session, const struct session *ended)
{
	return !ended->open && session->meter_start_dwh >= ended->meter_stop_dwh &&
	       session->start_us >= ended->stop_us;
}

/* The start tag of an order that has its transaction already names that one for ever. A pile that
 * begins once more with it is told to stop: the order is over, and nobody would pay. */
static int known_order(struct ctx *ctx, struct start *start)
{
	struct session session;
	struct order order;
	int found = store_order_by_start_tag(ctx->db, ctx->arena, start->session.id_tag, &order);

	TRY(found);
	if (found != 0 || order.session_id == 0 || order.pile_id != start->facts->pile_id)
		return 0;
	TRY(step_must(store_session_get(ctx->db, ctx->arena, order.session_id, &session),
		"the session of an order"));
	if (follows(&start->session, &session))
		return 0;
	start->known = true;
	start->session = session;
	return 0;
}

/* Is a start with the key of this session that session, told again? A pile whose clock stands still
 * repeats its keys. Then only an open transaction is the same, or one whose register has moved on
 * from where it began: a register that counts for ever is never there again (one that counts from
 * zero each time is). */
static bool same_start(const struct session *before)
{
	if (before->open || !(before->flags & SESSION_CLOCK))
		return true;
	return before->meter_start_dwh > 0 && before->meter_stop_dwh > before->meter_start_dwh;
}

/* The same start again, perhaps with another time: the session it made before. Another open
 * transaction on the connector makes way. */
static int known_start(struct ctx *ctx, struct start *start)
{
	struct session *session = &start->session;
	const struct session *before = &start->before;
	struct scene open;
	int found;

	if (before->id != 0 && same_start(before)) {
		start->known = true;
		*session = *before;
		return before->order_id != 0 ? 0 : CHARGING_E_TOKEN;
	}
	if (token_is_start(session->id_tag)) {
		TRY(known_order(ctx, start));
		if (start->known)
			return 0;
	}
	found = store_scene_open(
		ctx->db, ctx->arena, start->facts->pile_id, start->facts->connector_no, &open);
	TRY(found);
	if (found != 0)
		return 0;
	if (str_eq(open.session.id_tag, session->id_tag) &&
		open.session.meter_start_dwh == start->facts->meter_dwh) {
		start->known = true;
		*session = open.session;
		return open.order.id != 0 ? 0 : CHARGING_E_TOKEN;
	}
	return supersede(ctx, &open);
}

/* Fills the session as it would be, and what is known under its keys. */
static int read_start(struct ctx *ctx, struct start *start)
{
	const struct start_facts *facts = start->facts;
	struct session *session = &start->session;
	struct session_world world = step_world(ctx, &start->place);

	session->pile_id = facts->pile_id;
	session->connector_no = facts->connector_no;
	session->tenant_id = start->place.tenant_id;
	session->version = 1;
	session->transaction_id = facts->transaction_id;
	session->id_tag = vehicles_tag(ctx, facts->id_tag);
	session->start_key = str_format(ctx->arena, "%lld:%lld:%.*s:%lld:%lld",
		(long long)facts->pile_id, (long long)facts->connector_no, STR_FMT(session->id_tag),
		(long long)facts->at_us, (long long)facts->meter_dwh);
	session_begin(session, &world, facts->at_us, facts->meter_dwh);
	TRY(store_session_by_start_key(ctx->db, ctx->arena, session->start_key, &start->before));
	TRY(store_session_by_start_key(ctx->db, ctx->arena,
		step_stop_key(ctx, facts->pile_id, session->id_tag), &start->stop));
	if (start->stop.meter_stop_dwh < session->meter_start_dwh ||
		start->stop.stop_us < session->start_us)
		start->stop.id = 0;
	return 0;
}

/* The newest session has the plain key: it is the one a repeated start may mean. */
static int give_up_key(struct ctx *ctx, const struct session *older)
{
	return store_session_rekey(ctx->db, older->id,
		str_format(
			ctx->arena, "%.*s:%lld", STR_FMT(older->start_key), (long long)older->id));
}

int charging_started(struct ctx *ctx, const struct start_facts *facts, struct scene *ret_scene)
{
	struct start start = {.facts = facts};
	struct order order = {0};
	int result = store_pile_place(
		ctx->db, ctx->arena, facts->pile_id, facts->connector_no, &start.place);

	TRY(result);
	if (result != 0)
		return CHARGING_E_PILE;
	TRY(read_start(ctx, &start));
	result = known_start(ctx, &start);
	TRY(result);
	if (!start.known && start.before.id != 0)
		TRY(give_up_key(ctx, &start.before));
	if (!start.known && start.stop.id != 0)
		result = start_after_stop(ctx, &start);
	TRY(result);
	if (start.known || start.stop.id != 0) {
		TRY(step_must(store_scene_get(ctx->db, ctx->arena, start.session.id, ret_scene),
			"a transaction told before"));
		return result;
	}
	start.session.id = CTX_ID(ctx);
	result = order_of_start(ctx, facts, &start.place, &start.session, &order);
	TRY(result);
	if (facts->reading) {
		session_show(&start.session, facts->reading);
		step_samples(ctx, &start.session, result == 0 ? order.id : 0, facts->reading, 1);
	}
	if (result == 0)
		TRY(begin_order(ctx, &order, &start.session));
	else
		start.session.flags |= SESSION_NO_ORDER;
	TRY(step_add_session(ctx, &start.session));
	if (result != 0)
		TRY(refuse_start(ctx, &start.place, &start.session, result));
	else
		TRY(reservations_started(ctx, facts->pile_id, facts->connector_no,
			facts->has_reservation ? facts->reservation : -1, start.session.id_tag,
			start.session.order_id));
	*ret_scene = (struct scene){.session = start.session, .place = start.place};
	if (result == 0)
		ret_scene->order = order;
	return result;
}
