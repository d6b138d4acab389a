/* costs.c - who is told the running cost, and when. A charge at a pile that shows it is watched
 * from its start until its bill is made (1.6) or the pile has ended the transaction (2.x, where the
 * answer to that end told the final cost). */
#include "app/costs.h"

#include "app/billing.h"
#include "app/devices.h"
#include "app/step.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/money.h"
#include "domain/offline.h"
#include "domain/tariff.h"
#include "store/command.h"
#include "store/cost.h"
#include "store/model.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/session.h"
#include "store/tariff.h"

#define TICK_CHARGES 128
#define PRICE_STEPS 6                            /* changes of price told ahead */
#define TELL_VALID_US (COSTS_EVERY_US - 1000000) /* the next one is better */

int costs_wanted(struct ctx *ctx, int64_t pile_id, bool wanted)
{
	return store_cost_want(ctx->db, pile_id, wanted);
}

int costs_shows_prices(struct ctx *ctx, int64_t pile_id, bool *ret_shows)
{
	return store_variable_on(
		ctx->db, pile_id, STR(COSTS_COMPONENT), STR(COSTS_SETTING), ret_shows);
}

int costs_began(struct ctx *ctx, const struct order *order)
{
	const struct cost_watch watch = {.order_id = order->id, .pile_id = order->pile_id};
	bool wanted;

	TRY(store_cost_wanted(ctx->db, order->pile_id, &wanted));
	/* the price stands on the display at once, not with the first cost */
	return wanted ? store_cost_watch(ctx->db, &watch, ctx->now_us) : 0;
}

/* One look at one charge. */
struct look {
	struct cost_watch watch;
	struct scene scene;
	struct pile pile;
	struct tariff tariff; /* frozen in the order; without currency: none */
	int64_t total_minor, credit_minor, energy_dwh; /* to pay; for what the car gave back */
	bool final;                                    /* nothing more will be told */
};

static int64_t offset_of(struct str zone, int64_t now_us)
{
	struct civil civil;

	return zone_civil(zone, now_us, &civil) ? civil.offset_s / 60 : 0;
}

/* The price of now and the steps of the order's frozen tariff that come, so that the pile can turn
 * them by its own clock. */
static void put_prices(
	struct buf *buf, const struct tariff *tariff, struct str zone, int64_t now_us)
{
	int64_t offset_min = offset_of(zone, now_us), at_s = now_us / US_PER_S;

	for (int step = 0; step <= PRICE_STEPS; step++) {
		int slot = offline_slot(offset_min, at_s);

		buf_put_str(buf, step == 0   ? STR(",\\\"price\\\":\\\"")
				 : step == 1 ? STR(",\\\"steps\\\":[{\\\"at\\\":\\\"")
					     : STR(",{\\\"at\\\":\\\""));
		if (step > 0) {
			time_write(buf, at_s * US_PER_S, false);
			buf_put_str(buf, STR("\\\",\\\"price\\\":\\\""));
		}
		money_write_price(buf, tariff->energy_e5[slot] + tariff->service_e5[slot]);
		buf_format(buf, " %.*s\\\"%s", STR_FMT(tariff->currency), step > 0 ? "}" : "");
		at_s = offline_next_edge(tariff, offset_min, at_s);
		if (at_s == 0 || step == PRICE_STEPS) {
			buf_put_str(buf, step > 0 ? STR("]") : STR(""));
			return;
		}
	}
}

static struct str words(struct ctx *ctx, const struct look *look)
{
	const struct order *order = &look->scene.order;
	struct buf buf;

	buf_init(&buf, ctx->arena, 1024);
	buf_format(&buf,
		"{\"vendorId\":\"leyden\",\"messageId\":\"display\",\"data\":"
		"\"{\\\"connector\\\":%lld,\\\"cost\\\":\\\"",
		(long long)order->connector_no);
	money_write(&buf, look->total_minor, order->currency);
	buf_format(&buf, " %.*s\\\",\\\"amount\\\":\\\"", STR_FMT(order->currency));
	money_write(&buf, look->total_minor, order->currency);
	buf_format(&buf,
		"\\\",\\\"currency\\\":\\\"%.*s\\\",\\\"energy_wh\\\":%lld,\\\"transaction\\\":%"
		"lld,"
		"\\\"state\\\":\\\"%s\\\"",
		STR_FMT(order->currency), (long long)(look->energy_dwh / DWH_PER_WH),
		(long long)look->scene.session.transaction_id, look->final ? "final" : "running");
	if (look->credit_minor > 0) {
		buf_put_str(&buf, STR(",\\\"credit\\\":\\\""));
		money_write(&buf, look->credit_minor, order->currency);
		buf_format(&buf, " %.*s\\\"", STR_FMT(order->currency));
	}
	if (look->tariff.currency.len > 0 && !look->final)
		put_prices(&buf, &look->tariff, look->scene.place.zone, ctx->now_us);
	buf_put_str(&buf, STR("}\"}"));
	return buf.failed ? STR_NULL : buf_str(&buf);
}

/* Stores the message, unless the one before it still waits for its answer. */
static int send(struct ctx *ctx, const struct look *look, bool *ret_sent)
{
	struct command_wish wish = {.pile_id = look->pile.id,
		.action = STR("DataTransfer"),
		.payload = words(ctx, look),
		.order_id = look->scene.order.id,
		.valid_us = TELL_VALID_US};
	int64_t id;
	int sent;

	*ret_sent = false;
	if (!wish.payload.ptr)
		return FAULT(FAULT_NOMEM, "a cost");
	TRY(store_command_of_order(ctx->db, look->pile.id, look->scene.order.id, wish.action, &id));
	if (id != 0)
		return 0;
	sent = devices_command(ctx, &wish, &id);
	TRY(sent);
	*ret_sent = sent == 0;
	return 0;
}

/* The cost as of now: idle time grows without any reading. */
static int price(struct ctx *ctx, struct look *look)
{
	const struct order *order = &look->scene.order;
	struct bill bill;

	look->total_minor = order_due_minor(order);
	look->credit_minor = order->credit_minor;
	look->energy_dwh = order->energy_dwh;
	if (!order_is_running(order->state) && order->state != ORDER_ENDED)
		return 0;
	TRY(step_must(billing_compute(ctx, order, &bill), "the price of a running order"));
	look->total_minor = tariff_due(bill.total_minor, bill.credit_minor);
	look->credit_minor = bill.credit_minor;
	look->energy_dwh = bill.energy_dwh;
	return 0;
}

static int read_look(struct ctx *ctx, struct look *look)
{
	struct order order;
	int found = store_order_get(ctx->db, ctx->arena, look->watch.order_id, &order);

	TRY(step_must(found, "a watched order"));
	TRY(step_must(store_scene_get(ctx->db, ctx->arena, order.session_id, &look->scene),
		"the session of a watched order"));
	TRY(step_must(store_pile_get(ctx->db, ctx->arena, order.pile_id, &look->pile),
		"the pile of a watched order"));
	if (order.tariff_id != 0)
		TRY(step_must(store_tariff_get(ctx->db, ctx->arena, order.tariff_id, &look->tariff),
			"the tariff of a watched order"));
	return 0;
}

/* Prices are told when nothing was told yet, and when the price changed since the last look: the
 * pile knows the steps that come, but not more than a few. */
static int prices_due(struct ctx *ctx, const struct look *look, bool *ret_due)
{
	int64_t before_s = (ctx->now_us - COSTS_EVERY_US) / US_PER_S, edge_s;

	*ret_due = false;
	if (look->tariff.currency.len == 0)
		return 0;
	edge_s = offline_next_edge(
		&look->tariff, offset_of(look->scene.place.zone, ctx->now_us), before_s);
	if (look->watch.told_minor >= 0 && (edge_s == 0 || edge_s * US_PER_S > ctx->now_us))
		return 0;
	return costs_shows_prices(ctx, look->pile.id, ret_due);
}

static int tell_cost(struct ctx *ctx, struct look *look)
{
	bool old, sent, prices = false;
	int64_t answered = -1;

	TRY(read_look(ctx, look));
	old = devices_speaks_16(&look->pile);
	look->final = old ? !order_is_running(look->scene.order.state) &&
				      look->scene.order.state != ORDER_ENDED
			  : !look->scene.session.open;
	if (look->final && !old)
		return 0;
	TRY(price(ctx, look));
	if (!old) {
		TRY(store_cost_answered(
			ctx->db, look->pile.id, look->scene.session.transaction_id, &answered));
		TRY(prices_due(ctx, look, &prices));
	}
	if (!look->pile.online ||
		(!prices && !old && look->watch.told_minor < 0 && look->total_minor == 0) ||
		(!prices && (look->total_minor == answered ||
				    (look->total_minor == look->watch.told_minor && !look->final))))
		return 0;
	TRY(send(ctx, look, &sent));
	if (sent)
		look->watch.told_minor = look->total_minor;
	return 0;
}

int costs_tick(struct ctx *ctx)
{
	struct cost_watch *due;
	size_t len;

	TRY(store_cost_due(ctx->db, ctx->arena, ctx->now_us, TICK_CHARGES, &due, &len));
	for (size_t i = 0; i < len; i++) {
		struct look look = {.watch = due[i]};

		TRY(tell_cost(ctx, &look));
		if (look.final)
			TRY(store_cost_drop(ctx->db, look.watch.order_id));
		else
			TRY(store_cost_put(ctx->db, &look.watch, ctx->now_us + COSTS_EVERY_US));
	}
	return 0;
}

/* --- what piles calculate --- */

/* Our own reckoning at this moment. */
static int reckon(struct ctx *ctx, const struct order *order, struct cost_report *report)
{
	struct tariff tariff = {.currency = order->currency};
	struct usage *usage;
	struct bill bill;
	size_t len;

	TRY(step_must(billing_compute(ctx, order, &bill), "the price of an ended order"));
	report->ours_minor = bill.total_minor;
	TRY(store_session_usage(ctx->db, ctx->arena, order->session_id, &usage, &len));
	if (order->tariff_id != 0)
		TRY(step_must(store_tariff_get(ctx->db, ctx->arena, order->tariff_id, &tariff),
			"the price of an order"));
	return step_must(tariff_exact_e5(&tariff, usage, len,
				 order_idle_us(order, ctx->now_us) / US_PER_S, &report->exact_e5),
		"an exact price");
}

int costs_reported(struct ctx *ctx, const struct order *order, const struct cost_claim *claim)
{
	struct cost_report report = {.order_id = order->id,
		.tenant_id = order->tenant_id,
		.pile_id = order->pile_id,
		.at_us = ctx->now_us,
		.tariff = claim->tariff,
		.currency = claim->currency,
		.theirs_e5 = claim->total_e5,
		.energy_dwh = claim->energy_dwh,
		.charging_s = claim->charging_s,
		.idle_s = claim->idle_s,
		.verdict = STR("differs"),
		.reason = claim->reason,
		.body = claim->body};
	struct str detail;

	TRY(reckon(ctx, order, &report));
	if (claim->failed)
		report.verdict = STR("failed");
	else if (str_eq(claim->currency, order->currency) &&
		 tariff_agrees(
			 order->currency, claim->total_e5, report.ours_minor, report.exact_e5))
		report.verdict = STR("same");
	TRY(store_cost_report(ctx->db, &report));
	if (str_is(report.verdict, "same"))
		return 0;
	detail =
		str_format(ctx->arena, "{\"ours_minor\":%lld,\"exact_e5\":%lld,\"theirs_e5\":%lld}",
			(long long)report.ours_minor, (long long)report.exact_e5,
			(long long)report.theirs_e5);
	TRY(step_event(
		ctx, order, "warning", claim->failed ? "cost_failed" : "cost_differs", detail));
	return tell_alarm(ctx, order->tenant_id, claim->failed ? "cost_failed" : "cost_differs",
		str_format(ctx->arena, "order:%lld", (long long)order->id), detail);
}
