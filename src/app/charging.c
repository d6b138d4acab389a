/* charging.c - the two doors of an order, what its payment and its commands bring, and its
 * deadlines. What the pile tells is in charging_pile.c; the steps both are made of in step.c. */
#include "app/charging.h"

#include "app/ask.h"
#include "app/billing.h"
#include "app/devices.h"
#include "app/payments.h"
#include "app/reservations.h"
#include "app/step.h"
#include "app/tell.h"
#include "app/terminal.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/money.h"
#include "domain/station.h"
#include "domain/token.h"
#include "store/command.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/power.h"
#include "store/session.h"
#include "store/tariff.h"

#define TICK_ORDERS 64
#define TICK_COMMANDS 64
#define LIMIT_LASTS_S INT64_C(604800) /* the longest charge somebody may wish: a week */

/* May a charge be opened at this place at all? */
static int check_place(struct ctx *ctx, const struct open_cmd *cmd, const struct place *place)
{
	int64_t busy;

	if (place->state != PILE_APPROVED)
		return CHARGING_E_PILE;
	if (cmd->tenant_id != 0 && cmd->tenant_id != place->tenant_id)
		return CHARGING_E_PILE;
	if (cmd->connector_no < 1)
		return CHARGING_E_CONNECTOR;
	/* A card at the pile starts what is already flowing: nothing to ask of the connector. */
	if (order_begins_at_pile(cmd->starter))
		return 0;
	if (!place->online && cmd->starter != STARTER_OFFLINE)
		return CHARGING_E_OFFLINE;
	TRY(store_order_busy(ctx->db, cmd->pile_id, cmd->connector_no, &busy));
	if (busy != 0)
		return CHARGING_E_BUSY;
	/* What a pile without network said last is old; it judges for itself when the code is
	 * shown.
	 */
	if (cmd->starter == STARTER_OFFLINE)
		return 0;
	return connector_can_start(place->status) ? 0 : CHARGING_E_CONNECTOR;
}

/* A connector kept free for somebody is started by nobody else. One that is reserved for a card
 * waits for the card; one that is reserved from a page carries the tag of the start to come. */
static int check_reserved(
	struct ctx *ctx, const struct open_cmd *cmd, struct reservation *ret_reservation)
{
	int result;

	*ret_reservation = (struct reservation){0};
	if (order_begins_at_pile(cmd->starter))
		return 0;
	result = reservations_check(
		ctx, cmd->pile_id, cmd->connector_no, cmd->reservation, ret_reservation);
	TRY(result);
	if (result != 0)
		return CHARGING_E_BUSY;
	if (ret_reservation->id == 0)
		return 0;
	return token_is_start(ret_reservation->id_tag) && ret_reservation->order_id == 0
		       ? 0
		       : CHARGING_E_BUSY;
}

/* The price of now, if it is the one the driver saw. */
static int check_tariff(struct ctx *ctx, const struct open_cmd *cmd, const struct place *place,
	struct tariff *ret_tariff)
{
	int64_t at = cmd->at_us != 0 ? cmd->at_us : ctx->now_us;
	int found;

	*ret_tariff = (struct tariff){0};
	if (place->tariff_series_id ==
		0) /* a site that gives energy away says so in its settings */
		return ctx->config->tariff_required ? CHARGING_E_TARIFF : 0;
	found = store_tariff_current(ctx->db, ctx->arena, place->tariff_series_id, at, ret_tariff);
	TRY(found);
	if (found != 0 || !str_eq(ret_tariff->currency, place->currency))
		return CHARGING_E_TARIFF;
	if (cmd->tariff_hash.len > 0 && !str_eq(cmd->tariff_hash, ret_tariff->hash))
		return CHARGING_E_TARIFF;
	return 0;
}

static bool channel_known(const struct app_config *config, struct str channel)
{
	for (size_t i = 0; i < config->channels_len; i++) {
		if (str_eq(config->channels[i], channel))
			return true;
	}
	return false;
}

/* A terminal's money is no channel of ours: only a start at the pile can be paid there. */
static bool channel_fits(const struct app_config *config, const struct open_cmd *cmd)
{
	return order_begins_at_pile(cmd->starter) ? str_is(cmd->channel, TERMINAL_CHANNEL)
						  : channel_known(config, cmd->channel);
}

static int check_money(
	struct ctx *ctx, const struct open_cmd *cmd, const struct place *place, int64_t *ret_limit)
{
	int64_t limit = cmd->limit_minor != 0 ? cmd->limit_minor : place->default_limit_minor;

	if (cmd->limit_dwh < 0 || limit < 0 || limit > MONEY_MAX || cmd->limit_s < 0 ||
		cmd->limit_s > LIMIT_LASTS_S || cmd->limit_soc < 0 || cmd->limit_soc > 100)
		return CHARGING_E_AMOUNT;
	if (cmd->source == SOURCE_HOUSE)
		limit = cmd->limit_minor;
	else if (limit == 0)
		return CHARGING_E_AMOUNT;
	if (cmd->source == SOURCE_WALLET && cmd->member_id == 0)
		return CHARGING_E_TOKEN;
	if (cmd->source == SOURCE_CARD && cmd->id_tag.len == 0)
		return CHARGING_E_TOKEN;
	if (cmd->source == SOURCE_CHANNEL && cmd->channel.len > 0 &&
		!channel_fits(ctx->config, cmd))
		return CHARGING_E_AMOUNT;
	*ret_limit = limit;
	return 0;
}

static void order_born(struct ctx *ctx, const struct open_cmd *cmd, const struct place *place,
	const struct tariff *tariff, int64_t limit, struct order *ret_order)
{
	uint8_t bytes[18];

	ctx->rng->fill(ctx->rng, bytes, sizeof(bytes));
	*ret_order = (struct order){
		.id = CTX_ID(ctx),
		.tenant_id = place->tenant_id,
		.site_id = place->site_id,
		.pile_id = cmd->pile_id,
		.connector_no = cmd->connector_no,
		.state = ORDER_CREATED,
		.starter = cmd->starter,
		.timing = cmd->timing,
		.source = cmd->source,
		.token = rng_token(ctx->rng, ctx->arena, 16),
		.owner_key = rng_token(ctx->rng, ctx->arena, 16),
		.start_tag = token_start(ctx->arena, bytes),
		.id_tag = cmd->id_tag,
		.member_id = cmd->member_id,
		.user_id = cmd->user_id,
		.channel = cmd->channel,
		.currency = place->currency,
		.language = cmd->language,
		.tariff_id = tariff->id,
		.tariff_hash = tariff->hash,
		.limit_minor = limit,
		.limit_dwh = cmd->limit_dwh,
		.limit_s = cmd->limit_s,
		.limit_soc = cmd->limit_soc,
		.most_w = cmd->most_w,
		.created_us = ctx->now_us,
		.version = 1,
	};
	if (cmd->source == SOURCE_CHANNEL && cmd->channel.len == 0 && ctx->config->channels_len > 0)
		ret_order->channel = ctx->config->channels[0];
}

/* A 2.1 pile keeps the outlet for who pays in the browser. Not told at a mere look at the page: a
 * stranger who opens it must not occupy a pile. */
static int tell_web_payment(struct ctx *ctx, const struct order *order)
{
	struct ask ask = {.kind = ASK_WEB_PAYMENT,
		.pile_id = order->pile_id,
		.connector_no = order->connector_no,
		.timeout_s = STEP_PAY_US / US_PER_S};
	int64_t id;

	if (order->starter != STARTER_WEB)
		return 0;
	TRY(ask_pile(ctx, &ask, &id)); /* a pile of another version has no such message */
	return 0;
}

/* The channel is asked for the money; the order waits for it. */
static int open_channel(struct ctx *ctx, struct order *order)
{
	struct payment wish = {.tenant_id = order->tenant_id,
		.order_id = order->id,
		.kind = order->timing == TIMING_HOLD ? PAYMENT_PREAUTH : PAYMENT_PAY,
		.channel = order->channel,
		.amount_minor = order->limit_minor,
		.currency = order->currency};
	struct payment payment;
	int begun;

	order->deadline_us = ctx->now_us + STEP_PAY_US;
	TRY(store_order_add(ctx->db, order));
	TRY(step_event(ctx, order, "state", "created", STR("")));
	begun = payments_begin(ctx, &wish, &payment);
	TRY(begun);
	if (begun != 0)
		return FAULT(FAULT_BUG, "a checked payment was refused (%d)", begun);
	TRY(tell_web_payment(ctx, order));
	return step_tell(ctx, order);
}

int charging_open(struct ctx *ctx, const struct open_cmd *cmd, struct order *ret_order)
{
	struct place place;
	int found = store_pile_place(ctx->db, ctx->arena, cmd->pile_id, cmd->connector_no, &place);

	TRY(found);
	return found == 0 ? charging_open_at(ctx, cmd, &place, ret_order) : CHARGING_E_PILE;
}

int charging_open_at(struct ctx *ctx, const struct open_cmd *cmd, const struct place *place,
	struct order *ret_order)
{
	struct reservation reservation;
	struct tariff tariff;
	struct order order;
	int64_t limit;
	int result;

	if ((result = check_place(ctx, cmd, place)) != 0 ||
		(result = check_reserved(ctx, cmd, &reservation)) != 0 ||
		(result = check_tariff(ctx, cmd, place, &tariff)) != 0 ||
		(result = check_money(ctx, cmd, place, &limit)) != 0)
		return result;
	order_born(ctx, cmd, place, &tariff, limit, &order);
	if (reservation.id != 0)
		order.start_tag = reservation.id_tag;
	if (order.source == SOURCE_CHANNEL && !order_begins_at_pile(order.starter) &&
		!channel_known(ctx->config, order.channel))
		return CHARGING_E_AMOUNT;
	result = billing_secure(ctx, &order, STEP_LEAST_MINOR);
	TRY(result);
	if (result != 0)
		return CHARGING_E_FUNDS;
	if (reservation.id != 0)
		TRY(reservations_order(ctx, &reservation, order.id));
	if (order.source == SOURCE_CHANNEL && order.timing != TIMING_CREDIT) {
		TRY(open_channel(ctx, &order));
		*ret_order = order;
		return 0;
	}
	if (order_begins_at_pile(order.starter)) {
		/* The caller ties the transaction to it and stores both in one go; its timeline
		 * begins with charging, since all before happened in the same moment. */
		order_move(&order, ORDER_AUTHORISED, STR_NULL, ctx->now_us);
		order_move(&order, ORDER_STARTING, STR_NULL, ctx->now_us);
		*ret_order = order;
		return 0;
	}
	if (order.most_w > 0)
		TRY(store_start_limit_add(ctx->db, order.id, order.most_w));
	result = step_start(ctx, &order);
	TRY(result);
	if (result != 0)
		TRY(step_give_back(ctx, &order, STR("start_failed")));
	TRY(store_order_add(ctx->db, &order));
	*ret_order = order;
	return result;
}

/* Takes back a command that was not answered yet; one already on its way is judged when the pile
 * starts after all. */
static int recall_command(struct ctx *ctx, const struct order *order, struct str action)
{
	int64_t id;

	TRY(store_command_of_order(ctx->db, order->pile_id, order->id, action, &id));
	if (id != 0)
		TRY(devices_command_done(ctx, id, STR(""), STR("recalled"), 0));
	return 0;
}

static int ask_stop(struct ctx *ctx, struct order *order, const struct session *session)
{
	int64_t waiting;

	order->deadline_us = ctx->now_us + STEP_STOP_US;
	TRY(store_command_of_order(
		ctx->db, order->pile_id, order->id, STR("RemoteStopTransaction"), &waiting));
	if (waiting == 0)
		TRY(devices_remote_stop(ctx, order->pile_id, session->transaction_id, order->id));
	return store_order_put(ctx->db, order);
}

/* The pile will not tell the end any more: what it told last is the end. */
static int force_end(struct ctx *ctx, struct scene *scene, const struct close_cmd *cmd)
{
	struct session_world world = step_world(ctx, &scene->place);
	struct session_change change = {0};
	struct usage *usage;
	size_t len;
	int before = scene->session.flags;

	TRY(store_session_usage(ctx->db, ctx->arena, scene->session.id, &usage, &len));
	scene->session.flags |= SESSION_CLOSED_BY_US;
	TRY(session_end(&scene->session, &world, ctx->now_us, -1, usage, len, ctx->arena, &change));
	scene->session.stop_reason = cmd->reason;
	TRY(step_energy(ctx, scene, &change, usage, len, before, &usage, &len));
	return step_end(ctx, scene, cmd->reason, usage, len, STEP_UNPLUGGED);
}

static int close_running(struct ctx *ctx, const struct close_cmd *cmd, struct order *order)
{
	struct scene scene;

	TRY(step_must(store_scene_get(ctx->db, ctx->arena, order->session_id, &scene),
		"the session of a running order"));
	if (cmd->force) {
		TRY(force_end(ctx, &scene, cmd));
		*order = scene.order;
		return 0;
	}
	if (order->state != ORDER_STOPPING)
		TRY(step_move(ctx, order, ORDER_STOPPING, cmd->reason));
	return ask_stop(ctx, order, &scene.session);
}

int charging_close(struct ctx *ctx, const struct close_cmd *cmd, struct order *ret_order)
{
	struct order order;
	int found = store_order_get(ctx->db, ctx->arena, cmd->order_id, &order);

	TRY(found);
	if (found != 0)
		return CHARGING_E_UNKNOWN;
	/* The start code may be in use this very moment: only the pile knows. */
	if (order.starter == STARTER_OFFLINE && order.state == ORDER_STARTING &&
		str_is(cmd->reason, "driver"))
		return CHARGING_E_STATE;
	if (order.state == ORDER_CREATED || order.state == ORDER_AUTHORISED ||
		order.state == ORDER_STARTING) {
		TRY(recall_command(ctx, &order, STR("RemoteStartTransaction")));
		TRY(step_give_back(ctx, &order, cmd->reason));
		TRY(store_order_put(ctx->db, &order));
	} else if (order_is_running(order.state)) {
		TRY(close_running(ctx, cmd, &order));
	} else if (order.state == ORDER_ENDED && cmd->force) {
		TRY(step_settle(ctx, &order, NULL));
	}
	if (ret_order)
		*ret_order = order;
	return 0;
}

/* The money is there: can the charge still begin? */
static int paid(struct ctx *ctx, struct order *order)
{
	struct place place;
	struct str why = STR_NULL;
	int64_t busy;
	int started;

	if (order->starter == STARTER_OFFLINE)
		return step_start(ctx, order);
	TRY(step_must(
		store_pile_place(ctx->db, ctx->arena, order->pile_id, order->connector_no, &place),
		"the pile of an order"));
	TRY(store_order_busy(ctx->db, order->pile_id, order->connector_no, &busy));
	if (!place.online)
		why = STR("offline");
	else if (busy != 0)
		why = STR("busy");
	else if (!connector_can_start(place.status))
		why = STR("fault");
	if (why.len > 0)
		return step_give_back(ctx, order, why);
	started = step_start(ctx, order);
	TRY(started);
	return started == 0 ? 0 : step_give_back(ctx, order, STR("start_failed"));
}

static int payment_came(struct ctx *ctx, struct order *order, const struct payment *payment)
{
	enum order_state before = order->state;

	TRY(step_must(billing_received(ctx, order, payment), "a place for a payment"));
	if (before == ORDER_UNPAID && order->state == ORDER_SETTLED)
		return step_event(ctx, order, "state", order_state_name(order->state), STR(""));
	if (order->state == ORDER_CREATED)
		return paid(ctx, order);
	if (order->state == ORDER_CANCELLED || order->state == ORDER_FAILED) {
		TRY(step_event(ctx, order, "payment", "paid_late", STR("")));
		TRY(billing_release(ctx, order));
	}
	return 0;
}

static int payment_moved(struct ctx *ctx, struct order *order, const struct payment *payment)
{
	bool incoming = payment->kind == PAYMENT_PAY || payment->kind == PAYMENT_PREAUTH;

	if (incoming && payment->state == PAYMENT_SUCCEEDED)
		return payment_came(ctx, order, payment);
	if (incoming && payment_is_final(payment->state) && order->state == ORDER_CREATED)
		return step_give_back(ctx, order,
			payment->state == PAYMENT_CLOSED ? STR("payment_closed")
							 : STR("payment_failed"));
	/* What became of captures, releases and refunds is noted by payments. */
	return 0;
}

/* Money came to a wallet while its member charges: the charge may go on for so much more. */
static int topped_up(struct ctx *ctx, const struct payment *payment)
{
	struct order order;
	int result;

	if (payment->member_id == 0 || payment->kind != PAYMENT_PAY ||
		payment->state != PAYMENT_SUCCEEDED)
		return 0;
	result = store_order_of_wallet(ctx->db, ctx->arena, payment->member_id, &order);
	TRY(result);
	if (result != 0)
		return 0;
	result = billing_raise(ctx, &order, payment->id, payment->amount_minor);
	TRY(result);
	if (result != 0)
		return 0;
	/* The next reading says when more money is used up. */
	order.deadline_us = order_until_us(&order);
	if (order.idle_from_us != 0)
		TRY(step_idle(ctx, &order, order.idle_from_us));
	TRY(store_order_put(ctx->db, &order));
	return step_tell(ctx, &order);
}

int charging_payment(struct ctx *ctx, const struct payment *payment)
{
	struct order order;
	int found;

	if (payment->order_id == 0)
		return topped_up(ctx, payment);
	found = store_order_get(ctx->db, ctx->arena, payment->order_id, &order);
	TRY(found);
	if (found != 0)
		return CHARGING_E_UNKNOWN;
	TRY(payment_moved(ctx, &order, payment));
	TRY(store_order_put(ctx->db, &order));
	return step_tell(ctx, &order);
}

/* The pile's answer to a remote start. A refusal after a reconnect proves nothing: the first copy
 * of the command may have arrived, and the charge may be on its way; then the deadline decides. */
static int start_answered(struct ctx *ctx, struct order *order, bool accepted, struct str error)
{
	struct place place;

	if (accepted && error.len == 0)
		return step_event(ctx, order, "command", "start_accepted", STR(""));
	if (error.len > 0 && !str_starts(error, STR("CALLERROR")))
		return step_event(ctx, order, "command", "start_unanswered", STR(""));
	TRY(step_event(ctx, order, "command", "start_rejected", STR("")));
	TRY(step_must(
		store_pile_place(ctx->db, ctx->arena, order->pile_id, order->connector_no, &place),
		"the pile of an order"));
	if (order->state != ORDER_STARTING || place.connected_us > order->starting_us)
		return 0;
	return step_give_back(ctx, order, STR("start_rejected"));
}

int charging_command_done(
	struct ctx *ctx, int64_t order_id, struct str action, bool accepted, struct str error)
{
	struct order order;
	int found = store_order_get(ctx->db, ctx->arena, order_id, &order);

	TRY(found);
	if (found != 0)
		return CHARGING_E_UNKNOWN;
	if (str_is(action, "RemoteStartTransaction")) {
		TRY(start_answered(ctx, &order, accepted, error));
		TRY(store_order_put(ctx->db, &order));
	} else if (str_is(action, "RemoteStopTransaction")) {
		TRY(step_event(ctx, &order, "command",
			accepted && error.len == 0 ? "stop_accepted" : "stop_rejected", STR("")));
	}
	return step_tell(ctx, &order);
}

/* A stop without effect is repeated, and people are told. */
static int stop_again(struct ctx *ctx, struct order *order)
{
	struct scene scene;

	TRY(step_must(store_scene_get(ctx->db, ctx->arena, order->session_id, &scene),
		"the session of a running order"));
	TRY(tell_alarm(ctx, order->tenant_id, "stop_stuck",
		str_format(ctx->arena, "order:%lld", (long long)order->id), STR("")));
	return ask_stop(ctx, order, &scene.session);
}

static int deadline(struct ctx *ctx, int64_t order_id)
{
	struct close_cmd cmd = {.order_id = order_id};
	struct order order;

	TRY(step_must(store_order_get(ctx->db, ctx->arena, order_id, &order), "a due order"));
	switch (order.state) {
	case ORDER_CREATED:
		cmd.reason = STR("payment_timeout");
		break;
	case ORDER_STARTING:
		cmd.reason = STR("start_timeout");
		break;
	case ORDER_CHARGING:
	case ORDER_SUSPENDED:
		cmd.reason = STR("limit");
		break;
	case ORDER_STOPPING:
		return stop_again(ctx, &order);
	case ORDER_ENDED:
		return step_settle(ctx, &order, NULL);
	case ORDER_AUTHORISED:
	case ORDER_SETTLED:
	case ORDER_FAILED:
	case ORDER_CANCELLED:
	case ORDER_UNPAID:
	case ORDER_WRITTEN_OFF:
		order.deadline_us = 0;
		return store_order_put(ctx->db, &order);
	}
	return charging_close(ctx, &cmd, NULL);
}

static int expire_commands(struct ctx *ctx)
{
	struct command *commands;
	size_t len;

	TRY(store_command_due(ctx->db, ctx->arena, ctx->now_us, TICK_COMMANDS, &commands, &len));
	for (size_t i = 0; i < len; i++) {
		TRY(devices_command_done(ctx, commands[i].id, STR(""), STR("expired"), 0));
		TRY(ask_lost(ctx, &commands[i], STR("expired")));
		if (commands[i].order_id != 0)
			TRY(charging_command_done(ctx, commands[i].order_id, commands[i].action,
				false, STR("expired")));
	}
	return 0;
}

int charging_tick(struct ctx *ctx)
{
	int64_t ids[TICK_ORDERS];
	size_t count;

	TRY(expire_commands(ctx));
	TRY(store_order_due(ctx->db, ctx->now_us, TICK_ORDERS, ids, &count));
	for (size_t i = 0; i < count; i++)
		TRY(deadline(ctx, ids[i]));
	return 0;
}
