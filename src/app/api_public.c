/* api_public.c - the driver's side of the API: no sign-in, the unguessable token shows an order,
 * the owner key in the paying browser's cookie acts on it. */
#include "app/api_public.h"
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_view.h"
#include "app/charging.h"
#include "app/payments.h"
#include "app/priority.h"
#include "app/webcodes.h"
#include "base/crypt.h"
#include "domain/money.h"
#include "store/alarm.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/tariff.h"

#define TOKEN_LEN_MAX 64
#define OWNER_COOKIE_S (30 * 24 * 3600)

int public_find(struct api_call *call, struct order *ret_order)
{
	int result;

	if (call->params[0].len > TOKEN_LEN_MAX)
		return P_NOT_FOUND;
	result = store_order_by_token(call->ctx->db, call->ctx->arena, call->params[0], ret_order);
	TRY(result);
	return result == 0 ? 0 : P_NOT_FOUND;
}

bool public_owns(const struct api_call *call, const struct order *order)
{
	struct str key = call_owner_key(call, order->token);

	return key.len && key.len == order->owner_key.len &&
	       crypt_equal(key.ptr, order->owner_key.ptr, key.len);
}

void public_give_key(struct api_call *call, const struct order *order)
{
	reply_cookie(call, str_format(call->ctx->arena, "ok_%.*s", STR_FMT(order->token)),
		order->owner_key, OWNER_COOKIE_S);
}

struct str public_reservation(const struct api_call *call)
{
	struct str token = http_cookie(call->request->head, RESERVATION_COOKIE);

	return token.len <= TOKEN_LEN_MAX ? token : STR_NULL;
}

struct str public_ticket(const struct api_call *call)
{
	struct str ticket = http_cookie(call->request->head, TICKET_COOKIE);

	return ticket.len <= TOKEN_LEN_MAX ? ticket : STR_NULL;
}

/* Which channel pays: the one wished when it is configured, the first when none was wished. */
static int choose_channel(const struct api_call *call, struct str wish, struct str *ret_channel)
{
	const struct app_config *config = call->ctx->config;

	for (size_t i = 0; i < config->channels_len; i++) {
		if (wish.len == 0 || str_eq(wish, config->channels[i])) {
			*ret_channel = config->channels[i];
			return 0;
		}
	}
	return P_CHANNEL;
}

/* charging says "no price" both when there is none and when it is another one than the driver saw.
 */
static int open_problem(
	struct api_call *call, int outcome, const struct reads_place *place, struct str seen_hash)
{
	struct tariff tariff;
	int result;

	if (outcome != CHARGING_E_TARIFF || seen_hash.len == 0)
		return (int)problem_of_charging(outcome);
	result = store_tariff_current(
		call->ctx->db, call->ctx->arena, place->series_id, call->ctx->now_us, &tariff);
	TRY(result);
	return result == 0 ? P_PRICE_CHANGED : P_NO_TARIFF;
}

static int64_t smaller(int64_t wished, int64_t most)
{
	return most > 0 && (wished == 0 || wished > most) ? most : wished;
}

/* A start where only who stands there may start, and never more than was chosen there. */
static int hold_to_scan(struct api_call *call, struct open_cmd *cmd)
{
	struct webscan scan;
	bool required;

	TRY(webcodes_bound(
		call->ctx, cmd->pile_id, cmd->connector_no, public_ticket(call), &required, &scan));
	if (required && scan.step == 0)
		return P_SCAN;
	cmd->limit_minor = smaller(cmd->limit_minor, scan.limit_minor);
	cmd->limit_dwh = smaller(cmd->limit_dwh, scan.limit_dwh);
	cmd->limit_s = smaller(cmd->limit_s, scan.limit_s);
	return 0;
}

int public_open(struct api_call *call, const struct public_wish *wish, struct order *ret_order)
{
	struct reads_place place;
	struct open_cmd cmd;
	struct str timing;
	int result = reads_place_code(call->ctx, wish->pile, &place);

	TRY(result);
	if (result == READS_E_MISSING)
		return P_PILE_UNKNOWN;
	timing = wish->timing.len ? wish->timing : place.timing;
	if (!str_eq(timing, place.timing)) /* credit and free charging are no driver's choice */
		return call_field(call, "timing", "enum");
	cmd = (struct open_cmd){
		.starter = STARTER_WEB,
		.pile_id = place.pile_id,
		.connector_no = wish->connector ? wish->connector : 1,
		.timing = str_is(timing, "hold") ? TIMING_HOLD : TIMING_PREPAY,
		.source = SOURCE_CHANNEL,
		.limit_minor = wish->limit_minor,
		.limit_dwh = wish->limit_dwh,
		.limit_s = wish->limit_s,
		.limit_soc = wish->limit_soc,
		.language = text_lang_known(wish->language.len ? wish->language : call->lang),
		.tariff_hash = wish->tariff_hash,
		.reservation = public_reservation(call),
	};
	result = choose_channel(call, wish->channel, &cmd.channel);
	if (result == 0)
		result = hold_to_scan(call, &cmd);
	if (result != 0)
		return result;
	result = charging_open(call->ctx, &cmd, ret_order);
	TRY(result);
	if (result > 0)
		return open_problem(call, result, &place, wish->tariff_hash);
	public_give_key(call, ret_order);
	return 0;
}

static int answer_order(struct api_call *call, const struct order *order, int status, bool with_key)
{
	struct reads_order view;
	int result = reads_order(call->ctx, order, &view);

	TRY(result);
	reply_begin(call);
	view_order(&call->out, &view, with_key || public_owns(call, order));
	if (with_key)
		out_text(&call->out, "owner_key", order->owner_key);
	return reply_json(call, status);
}

int public_pile(struct api_call *call)
{
	struct reads_place place;
	struct reads_pile pile;
	int result = reads_place_code(call->ctx, call->params[0], &place);

	TRY(result);
	if (result > 0)
		return P_PILE_UNKNOWN;
	TRY(reads_pile(call->ctx, &place, &pile));
	reply_begin(call);
	view_pile(&call->out, call->ctx, &pile);
	return reply_json(call, 200);
}

int public_order_get(struct api_call *call)
{
	struct order order;
	int result = public_find(call, &order);

	return result != 0 ? result : answer_order(call, &order, 200, false);
}

int public_order_open(struct api_call *call)
{
	const struct api_open *body = call->body;
	struct public_wish wish = {
		.pile = body->pile,
		.connector = body->connector,
		.limit_minor = body->limit.minor,
		.limit_dwh = body->limit_wh * DWH_PER_WH,
		.limit_s = body->limit_s,
		.limit_soc = body->limit_soc,
		.timing = body->timing,
		.channel = body->channel,
		.tariff_hash = body->tariff_hash,
		.language = body->language,
	};
	struct order order;
	int result = public_open(call, &wish, &order);

	return result != 0 ? result : answer_order(call, &order, 201, true);
}

int public_stop(struct api_call *call, struct order *order)
{
	const struct close_cmd cmd = {.order_id = order->id, .reason = STR("driver")};
	int result;

	if (!public_owns(call, order))
		return P_FORBIDDEN;
	if (order_is_final(order->state))
		return 0; /* asked twice, or too late: nothing to do, the answer tells how it ended
			   */
	result = charging_close(call->ctx, &cmd, order);
	TRY(result);
	return result > 0 ? (int)problem_of_charging(result) : 0;
}

int public_order_stop(struct api_call *call)
{
	struct order order;
	int result = public_find(call, &order);

	if (result == 0)
		result = public_stop(call, &order);
	return result != 0 ? result : answer_order(call, &order, 200, false);
}

int public_priority(struct api_call *call, struct order *order, bool on)
{
	int result;

	if (!public_owns(call, order))
		return P_FORBIDDEN;
	result = priority_set(call->ctx, order, on, true);
	TRY(result);
	return result != 0 ? (int)problem_of_priority(result) : 0;
}

int public_order_priority(struct api_call *call)
{
	const struct api_hurry *body = call->body;
	struct order order;
	int result = public_find(call, &order);

	if (result == 0)
		result = public_priority(call, &order, body->on);
	return result != 0 ? result : answer_order(call, &order, 200, false);
}

/* A failed start is over and its money on the way back; trying again is a new order with the same
 * wish. */
int public_order_retry(struct api_call *call)
{
	struct reads_place place;
	struct order old, order;
	int result = public_find(call, &old);

	if (result != 0)
		return result;
	if (!public_owns(call, &old))
		return P_FORBIDDEN;
	if ((old.state != ORDER_FAILED && old.state != ORDER_CANCELLED) ||
		old.source != SOURCE_CHANNEL)
		return P_STATE;
	result = reads_place(call->ctx, old.pile_id, &place);
	TRY(result);
	if (result > 0)
		return P_PILE_UNKNOWN;
	result = public_open(call,
		&(struct public_wish){
			.pile = place.code,
			.connector = old.connector_no,
			.limit_minor = old.limit_minor,
			.limit_dwh = old.limit_dwh,
			.channel = old.channel,
			.tariff_hash = old.tariff_hash,
			.language = old.language,
		},
		&order);
	return result != 0 ? result : answer_order(call, &order, 201, true);
}

int public_pay(struct api_call *call, struct order *order)
{
	struct str channel;
	int result = choose_channel(call, STR(""), &channel);

	if (result == 0 && order->source == SOURCE_CHANNEL)
		result = choose_channel(call, order->channel, &channel);
	if (result != 0) /* the channel it was opened with is gone: the first one there is */
		result = choose_channel(call, STR(""), &channel);
	if (result != 0)
		return result;
	result = charging_pay(call->ctx, order->id, channel, order);
	TRY(result);
	return result > 0 ? (int)problem_of_charging(result) : 0;
}

int public_order_pay(struct api_call *call)
{
	struct order order;
	int result = public_find(call, &order);

	if (result == 0)
		result = public_pay(call, &order);
	return result != 0 ? result : answer_order(call, &order, 200, false);
}

int public_order_problem(struct api_call *call)
{
	const struct api_trouble *body = call->body;
	struct ctx *ctx = call->ctx;
	struct order order;
	struct out detail;
	int result = public_find(call, &order);

	if (result != 0)
		return result;
	if (str_trim(body->text).len == 0)
		return call_field(call, "text", "missing");
	out_init(&detail, ctx->arena);
	out_object(&detail, NULL);
	out_text(&detail, "text", body->text);
	out_word(&detail, "state", order_state_name(order.state));
	out_end(&detail);
	/* one open report per order: a link that was passed around cannot flood the operator */
	TRY(store_alarm_raise(ctx->db,
		&(struct alarm){
			.id = CTX_ID(ctx),
			.tenant_id = order.tenant_id,
			.at_us = ctx->now_us,
			.kind = STR("problem"),
			.subject = str_format(ctx->arena, "order:%lld", (long long)order.id),
			.detail = out_str(&detail),
		},
		true));
	return reply_empty(call, 202);
}

/* --- notifications of payment channels --- */

/* The headers as text lines, as a channel's verification wants them. */
static struct str header_text(const struct http_head *head, struct arena *arena)
{
	struct buf text;

	buf_init(&text, arena, 2 * LIMIT_HTTP_HEAD_BYTES);
	for (size_t i = 0; i < head->headers_len; i++) {
		buf_put_str(&text, head->headers[i].name);
		buf_put_str(&text, STR(": "));
		buf_put_str(&text, head->headers[i].value);
		buf_put_str(&text, STR("\r\n"));
	}
	return buf_str(&text);
}

static int notify_answer(struct api_call *call, int status, struct str body)
{
	call->response->status = status;
	call->response->content_type = body.len && body.ptr[0] == '{'
					       ? STR("application/json")
					       : STR("text/plain; charset=utf-8");
	call->response->body = body;
	return 0;
}

/* Forged, unknown or contradicting notifications change nothing; what contradicts was raised as an
 * alarm. */
int public_notify(struct api_call *call)
{
	const struct app_hooks *hooks = &call->ctx->config->hooks;
	struct str accepted = STR("ok"), refused = STR("refused"), channel;
	struct payment_news news = {0};
	struct payment payment;
	bool changed = false;
	int result = choose_channel(call, call->params[0], &channel);

	if (result != 0 || !hooks->notify_verify)
		return P_NOT_FOUND;
	result = hooks->notify_verify(hooks->context, channel,
		header_text(call->request->head, call->ctx->arena), call->request->body,
		call->ctx->now_us, call->ctx->arena, &news, &accepted, &refused);
	TRY(result);
	if (result > 0)
		return notify_answer(call, 401, refused);
	result = payments_apply(call->ctx, &news, &payment, &changed);
	TRY(result);
	if (result > 0)
		return notify_answer(call, result == PAYMENTS_E_UNKNOWN ? 404 : 409, refused);
	if (changed) {
		result = charging_payment(call->ctx, &payment);
		TRY(result);
	}
	return notify_answer(call, 200, accepted);
}

/* --- live streams --- */

static int order_event(struct ctx *ctx, struct str token, struct str *ret_data)
{
	struct reads_order view;
	struct order order;
	struct out out;
	int result = store_order_by_token(ctx->db, ctx->arena, token, &order);

	TRY(result);
	if (result > 0) {
		*ret_data = STR("");
		return 0;
	}
	TRY(reads_order(ctx, &order, &view));
	out_init(&out, ctx->arena);
	out_object(&out, NULL);
	view_order(&out, &view, -1);
	out_end(&out);
	if (out_failed(&out))
		return FAULT(FAULT_NOMEM, "event");
	*ret_data = out_str(&out);
	return 0;
}

int api_event(struct ctx *ctx, struct str topic, struct str name, struct str payload,
	struct str *ret_data)
{
	static const char *const hints[] = {"site", "pile", "order", "alarm"};
	struct str kind = str_cut(&topic, ':');

	*ret_data = STR("");
	if (str_is(kind, "order"))
		return order_event(ctx, topic, ret_data);
	if (str_is(kind, "log") && str_is(name, "frame"))
		*ret_data = payload;
	for (size_t i = 0; str_is(kind, "tenant") && i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (str_is(name, hints[i]))
			*ret_data = payload.len ? payload : STR("{}");
	}
	return 0;
}

int stream_order(struct api_call *call)
{
	struct str token = call_query(call, "order");

	TRY(order_event(call->ctx, token, &call->response->body));
	if (call->response->body.len == 0)
		return P_NOT_FOUND;
	call->response->status = 200;
	call->response->content_type = STR("text/event-stream");
	call->response->topic = str_format(call->ctx->arena, "order:%.*s", STR_FMT(token));
	call->response->stream_event = STR("order");
	return 0;
}

/* The operator's hints, and those of one pile's log while that is open. */
int stream_console(struct api_call *call)
{
	int64_t pile_id = call_query_id(call, "log");
	struct pile pile;

	if (call_query(call, "log").len > 0) {
		int result = store_pile_get(call->ctx->db, call->ctx->arena, pile_id, &pile);

		TRY(result);
		if (result > 0 || pile.tenant_id != call->who.tenant_id)
			return P_NOT_FOUND;
		call->response->log = str_format(call->ctx->arena, "log:%lld", (long long)pile_id);
	}
	call->response->status = 200;
	call->response->content_type = STR("text/event-stream");
	call->response->topic =
		str_format(call->ctx->arena, "tenant:%lld", (long long)call->who.tenant_id);
	return 0;
}
