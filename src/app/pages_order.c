/* pages_order.c - the live order, which becomes the receipt, and its print view; both complete
 * without script. */
#include "app/api_handlers.h"
#include "app/api_public.h"
#include "app/api_view.h"
#include "app/pages.h"
#include "app/priority.h"
#include "base/fault.h"
#include "store/meter_record.h"
#include "wire/ocmf.h"

#define AWAIT_LOOKS 20 /* for the cashier's address, about a second in all */
#define AWAIT_US (30 * US_PER_MS)

static void put_line(struct api_call *call, struct html_value *item, const struct bill_line *line,
	const struct reads_order *view)
{
	struct str currency = view->order.currency, lang = call->lang;
	struct arena *arena = call->ctx->arena;

	html_set_str(item, "from", format_clock(arena, view->place.zone, line->start_us));
	html_set_str(item, "to",
		format_clock(arena, view->place.zone, line->start_us + 30 * US_PER_MIN));
	html_set_str(item, "energy", format_billed(arena, lang, line->energy_dwh));
	html_set_str(item, "price",
		format_price(arena, lang, line->energy_e5 + line->service_e5, currency));
	html_set_str(item, "energy_price", format_price(arena, lang, line->energy_e5, currency));
	html_set_str(item, "service_price", format_price(arena, lang, line->service_e5, currency));
	html_set_str(item, "energy_fee", format_money(arena, lang, line->energy_minor, currency));
	html_set_str(item, "service_fee", format_money(arena, lang, line->service_minor, currency));
	html_set_str(item, "amount",
		format_money(arena, lang, line->energy_minor + line->service_minor, currency));
	html_set_bool(item, "estimated", line->estimated);
}

/* What the car gave back and is paid for, with what is left to pay or to pay out. */
static void put_back(
	struct api_call *call, struct html_value *bill, const struct reads_order *order)
{
	struct str currency = order->order.currency, lang = call->lang;
	const struct bill *made = &order->bill;
	struct arena *arena = call->ctx->arena;
	struct html_value *back, *lines;

	if (made->credit_minor == 0)
		return;
	back = html_set_object(bill, "back");
	lines = html_set_list(back, "lines");
	for (size_t i = 0; i < made->back_len; i++) {
		const struct back_line *line = &made->back[i];
		struct html_value *item = html_add(lines);

		html_set_str(item, "from", format_clock(arena, order->place.zone, line->start_us));
		html_set_str(item, "to",
			format_clock(arena, order->place.zone, line->start_us + 30 * US_PER_MIN));
		html_set_str(item, "energy", format_billed(arena, lang, line->energy_dwh));
		html_set_str(item, "price", format_price(arena, lang, line->price_e5, currency));
		html_set_str(item, "amount", format_money(arena, lang, line->minor, currency));
		html_set_bool(item, "estimated", line->estimated);
	}
	html_set_str(back, "energy", format_billed(arena, lang, made->back_dwh));
	html_set_str(back, "credit", format_money(arena, lang, made->credit_minor, currency));
	html_set_str(back, "vat",
		made->credit_vat_minor ? format_money(arena, lang, made->credit_vat_minor, currency)
				       : STR(""));
	html_set_str(back, "due",
		format_money(
			arena, lang, tariff_due(made->total_minor, made->credit_minor), currency));
	if (made->credit_minor > made->total_minor)
		html_set_str(back, "over",
			format_money(arena, lang,
				tariff_over(made->total_minor, made->credit_minor), currency));
	html_set_str(back, "meter_start", format_billed(arena, lang, order->exported.start_dwh));
	html_set_str(back, "meter_stop", format_billed(arena, lang, order->exported.last_dwh));
}

static void put_bill(
	struct api_call *call, struct html_value *view, const struct reads_order *order)
{
	struct html_value *bill = html_set_object(view, "bill"),
			  *lines = html_set_list(bill, "lines");
	struct str currency = order->order.currency, lang = call->lang;
	const struct session *session = &order->session;
	struct arena *arena = call->ctx->arena;
	bool estimated = false;

	for (size_t i = 0; i < order->bill.lines_len; i++) {
		put_line(call, html_add(lines), &order->bill.lines[i], order);
		estimated = estimated || order->bill.lines[i].estimated;
	}
	html_set_str(bill, "energy", format_billed(arena, lang, order->bill.energy_dwh));
	html_set_str(
		bill, "energy_fee", format_money(arena, lang, order->bill.energy_minor, currency));
	html_set_str(bill, "service_fee",
		format_money(arena, lang, order->bill.service_minor, currency));
	html_set_str(bill, "idle_fee",
		order->bill.idle_minor ? format_money(arena, lang, order->bill.idle_minor, currency)
				       : STR(""));
	html_set_int(bill, "idle_min", (order->bill.idle_s + 59) / 60);
	html_set_str(bill, "total", format_money(arena, lang, order->bill.total_minor, currency));
	html_set_str(bill, "vat",
		order->tariff.vat_bp ? format_money(arena, lang, order->bill.vat_minor, currency)
				     : STR(""));
	html_set_str(bill, "vat_rate", format_percent(arena, lang, order->tariff.vat_bp));
	html_set_str(bill, "meter_start", format_billed(arena, lang, session->meter_start_dwh));
	html_set_str(bill, "meter_stop",
		format_billed(arena, lang,
			session->meter_stop_dwh >= 0 ? session->meter_stop_dwh
						     : session->meter_last_dwh));
	html_set_str(bill, "tariff_hash", order->order.tariff_hash);
	html_set_bool(bill, "estimated", estimated);
	put_back(call, bill, order);
}

static void put_money(
	struct api_call *call, struct html_value *view, const struct reads_order *order)
{
	struct html_value *money;
	struct str currency = order->order.currency;
	struct arena *arena = call->ctx->arena;
	const char *state = reads_refund_name(order->refund);

	if (order->order.paid_minor == 0 && order->order.refund_minor == 0 &&
		order->surplus.id == 0)
		return;
	money = html_set_object(view, "money");
	html_set_str(
		money, "paid", format_money(arena, call->lang, order->order.paid_minor, currency));
	html_set_str(money, "captured",
		format_money(arena, call->lang, order->captured_minor, currency));
	html_set_str(money, "refund",
		order->order.refund_minor
			? format_money(arena, call->lang, order->order.refund_minor, currency)
			: STR(""));
	html_set_str(money, "refund_state", str_from(state));
	html_set_str(money, "refund_text", pages_text(call, "refund.", state, ""));
	html_set_str(money, "refund_at",
		order->refund_us
			? format_date(arena, call->lang, order->place.zone, order->refund_us)
			: STR(""));
	if (order->surplus.id == 0)
		return;
	html_set_str(money, "surplus",
		format_money(arena, call->lang, order->surplus.amount_minor, currency));
	html_set_bool(money, "surplus_credit", str_is(order->surplus.kind, "feed_in"));
	html_set_str(money, "surplus_text",
		pages_text(call, "surplus.",
			order->surplus.way.len > 0 ? str_dup_z(arena, order->surplus.way) : "open",
			""));
	html_set_str(money, "surplus_at",
		order->surplus.done_us
			? format_date(arena, call->lang, order->place.zone, order->surplus.done_us)
			: STR(""));
}

static struct str reason_text(struct api_call *call, struct str reason)
{
	struct arena *arena = call->ctx->arena;
	struct str rest = reason, head = str_cut(&rest, ':');

	if (reason.len == 0)
		return STR("");
	if (str_is(head, "pile"))
		return text_join(call->lang, arena, "reason.pile.", rest, "", "reason.other");
	return text_join(call->lang, arena, "reason.", reason, "", "reason.other");
}

/* The view for scripts, inside a script element: a '<' could end it. */
static struct str order_json(struct api_call *call, const struct reads_order *order, bool owner)
{
	struct buf safe;
	struct out out;
	struct str json;

	out_init(&out, call->ctx->arena);
	out_object(&out, NULL);
	view_order(&out, order, owner);
	out_end(&out);
	json = out_str(&out);
	buf_init(&safe, call->ctx->arena, 2 * json.len + 64);
	for (size_t i = 0; i < json.len; i++) {
		if (json.ptr[i] == '<')
			buf_put_str(&safe, STR("\\u003c"));
		else
			buf_put_char(&safe, json.ptr[i]);
	}
	return buf_str(&safe);
}

static void put_flags(struct html_value *view, const struct reads_order *order)
{
	enum order_state state = order->order.state;

	html_set_bool(view, "live", !order_is_final(state));
	html_set_bool(view, "running", !order_is_final(state) && state != ORDER_UNPAID);
	html_set_bool(view, "charging", state == ORDER_CHARGING || state == ORDER_SUSPENDED);
	html_set_bool(view, "starting", state == ORDER_AUTHORISED || state == ORDER_STARTING);
	html_set_bool(view, "waiting", state == ORDER_CREATED);
	html_set_bool(view, "failed", state == ORDER_FAILED);
	html_set_bool(view, "settled", state == ORDER_SETTLED);
	html_set_bool(view, "cancelled", state == ORDER_CANCELLED);
	html_set_bool(view, "unpaid", state == ORDER_UNPAID);
}

static void put_times(
	struct api_call *call, struct html_value *view, const struct reads_order *order)
{
	const struct order *row = &order->order;
	struct arena *arena = call->ctx->arena;
	struct str zone = order->place.zone, none = STR("");
	int64_t end_us = row->stopped_us ? row->stopped_us : row->ended_us;

	html_set_str(view, "created", format_date(arena, call->lang, zone, row->created_us));
	html_set_str(view, "started",
		row->started_us ? format_date(arena, call->lang, zone, row->started_us) : none);
	html_set_str(view, "stopped", end_us ? format_date(arena, call->lang, zone, end_us) : none);
	html_set_str(view, "duration",
		row->started_us && end_us > row->started_us
			? format_duration(arena, end_us - row->started_us)
			: none);
	html_set_str(view, "data_at",
		order->session.id ? format_clock(arena, zone, order->session.last_us) : none);
}

/* What is still open after the bill, and the button that pays it; while an attempt is under way its
 * cashier is shown instead. */
static void put_open(
	struct api_call *call, struct html_value *view, const struct reads_order *order)
{
	int64_t open_minor = order_open_minor(&order->order);
	struct arena *arena = call->ctx->arena;
	struct html_value *open;

	if (open_minor == 0)
		return;
	open = html_set_object(view, "open");
	html_set_str(
		open, "amount", format_money(arena, call->lang, open_minor, order->order.currency));
	html_set_str(open, "action",
		order->pay_url.len || call->ctx->config->channels_len == 0
			? STR("")
			: str_format(arena, "/o/%.*s/pay", STR_FMT(order->order.token)));
}

/* The signed readings, when the pile gave some: a link to them, and what our own check said. */
static int put_meter(
	struct api_call *call, struct html_value *view, const struct reads_order *order)
{
	struct meter_record *records;
	const char *word = "valid";
	bool back = false;
	struct ocmf ocmf;
	size_t len;

	TRY(store_meter_record_list(
		call->ctx->db, call->ctx->arena, order->session.id, &records, &len));
	for (size_t i = 0; i < len; i++) {
		if (str_is(records[i].state, "foreign") && !str_is(str_from(word), "invalid"))
			word = "foreign";
		else if (!str_is(records[i].state, "valid"))
			word = "invalid";
		else if (ocmf_read(call->ctx->arena, records[i].line, &ocmf) == 0)
			back |= ocmf_energy_dwh(&ocmf, true) >= 0;
	}
	html_set_bool(view, "meter", order->session.id && len > 0);
	html_set_str(view, "meter_text", pages_text(call, "page.meter_", word, ""));
	html_set_bool(view, "back_signed", back && str_is(str_from(word), "valid"));
	return 0;
}

struct html_value *pages_order_view(
	struct api_call *call, const struct reads_order *order, bool owner)
{
	const struct order *row = &order->order;
	struct arena *arena = call->ctx->arena;
	struct html_value *view = pages_view(call);
	struct str lang = call->lang;
	bool can_stop =
		owner && (row->state == ORDER_STARTING || row->state == ORDER_CHARGING ||
				 row->state == ORDER_SUSPENDED || row->state == ORDER_CREATED);

	if (!view)
		return NULL;
	html_set_int(pages_place(view, &order->place, arena), "connector", row->connector_no);
	html_set_safe(view, "order_json", order_json(call, order, owner));
	html_set_str(view, "token", row->token);
	html_set_bool(view, "owner", owner);
	html_set_str(view, "state", str_from(order_state_name(row->state)));
	html_set_str(
		view, "state_text", pages_text(call, "order.", order_state_name(row->state), ""));
	html_set_str(view, "reason_text", reason_text(call, row->reason));
	put_flags(view, order);
	put_times(call, view, order);
	html_set_str(view, "cost",
		format_money(arena, lang,
			order->has_bill ? order->bill.total_minor : row->total_minor,
			row->currency));
	html_set_str(view, "energy",
		str_format(arena, "%.*s kWh", STR_FMT(format_kwh(arena, lang, row->energy_dwh))));
	html_set_str(view, "power",
		order->live && order->session.power_w >= 0
			? str_format(arena, "%.*s kW",
				  STR_FMT(format_kw(arena, lang, order->session.power_w)))
			: STR(""));
	html_set_str(view, "limit", format_money(arena, lang, row->limit_minor, row->currency));
	html_set_str(view, "pay_url",
		(row->state == ORDER_CREATED && owner) || row->state == ORDER_UNPAID
			? order->pay_url
			: STR(""));
	put_open(call, view, order);
	html_set_str(view, "rush_action",
		owner && !str_is(order->priority, "none")
			? str_format(arena, "/o/%.*s/priority", STR_FMT(row->token))
			: STR(""));
	html_set_bool(view, "rushing", str_is(order->priority, "on"));
	pages_nearby(call, view, order->nearby, order->nearby_len);
	html_set_bool(view, "can_stop", can_stop);
	html_set_str(view, "stop_action", str_format(arena, "/o/%.*s/stop", STR_FMT(row->token)));
	if (order->has_bill)
		put_bill(call, view, order);
	put_money(call, view, order);
	return view;
}

static int render_order(struct api_call *call, const char *name)
{
	struct reads_order facts;
	struct html_value *view;
	struct order order;
	int result = public_find(call, &order);

	if (result != 0)
		return result;
	TRY(reads_order(call->ctx, &order, &facts));
	if (order.state == ORDER_UNPAID && str_is(call_query(call, "pay"), "wait")) {
		/* just asked to pay, without script: on to the cashier as soon as it is known */
		if (facts.pay_url.len)
			return reply_redirect(call, facts.pay_url);
		reply_header(call, "Refresh: 1");
	}
	view = pages_order_view(call, &facts, public_owns(call, &order));
	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	TRY(put_meter(call, view, &facts));
	return pages_render(call, 200, name, view);
}

int page_order(struct api_call *call)
{
	struct order order;
	int result = public_find(call, &order);

	if (result != 0)
		return result;
	/* paid, and the pile cannot be told: its driver has to show it the start code */
	if (order.starter == STARTER_OFFLINE && order.state == ORDER_STARTING &&
		public_owns(call, &order))
		return reply_redirect(
			call, str_format(call->ctx->arena, "/c/%.*s", STR_FMT(order.token)));
	return render_order(call, "order");
}

int page_receipt(struct api_call *call)
{
	return render_order(call, "receipt");
}

int page_order_stop(struct api_call *call)
{
	struct order order;
	int result = public_find(call, &order);

	if (result == 0)
		result = public_stop(call, &order);
	if (result != 0)
		return result;
	return reply_redirect(call, str_format(call->ctx->arena, "/o/%.*s", STR_FMT(order.token)));
}

/* The other way round than it is. */
int page_order_priority(struct api_call *call)
{
	struct priority now;
	struct order order;
	int result = public_find(call, &order);

	if (result != 0)
		return result;
	TRY(priority_of(call->ctx, &order, &now));
	result = public_priority(call, &order, !now.on);
	if (result != 0)
		return result;
	return reply_redirect(call, str_format(call->ctx->arena, "/o/%.*s", STR_FMT(order.token)));
}

struct awaited {
	int looks; /* left */
};

bool pages_await_cashier(struct api_call *call, const struct reads_order *facts)
{
	struct awaited *awaited = call->response->carry;

	if (facts->order.state != ORDER_UNPAID || facts->pay_url.len > 0)
		return false;
	if (!awaited) {
		awaited = ARENA_NEW(call->ctx->arena, struct awaited);
		if (!awaited)
			return false;
		awaited->looks = AWAIT_LOOKS;
		call->response->carry = awaited;
	}
	if (awaited->looks-- <= 0)
		return false;
	call->response->again = true;
	call->response->again_lane = API_READ;
	call->response->again_us = AWAIT_US;
	return true;
}

/* Straight on to the cashier, as soon as it is known where that is. */
int page_order_pay(struct api_call *call)
{
	struct reads_order facts;
	struct order order;
	int result = public_find(call, &order);

	if (result == 0 && !call->response->carry)
		result = public_pay(call, &order);
	if (result != 0)
		return result;
	TRY(reads_order(call->ctx, &order, &facts));
	if (pages_await_cashier(call, &facts))
		return 0;
	if (order.state == ORDER_UNPAID && facts.pay_url.len > 0)
		return reply_redirect(call, facts.pay_url);
	return reply_redirect(call, str_format(call->ctx->arena, "/o/%.*s%s", STR_FMT(order.token),
					    order.state == ORDER_UNPAID ? "?pay=wait" : ""));
}
