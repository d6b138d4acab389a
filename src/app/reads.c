/* reads.c - gathering what a person sees of an order or a pile. */
#include "app/reads.h"
#include "app/billing.h"
#include "app/nearby.h"
#include "app/priority.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/money.h"
#include "store/exported.h"
#include "store/journal.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/pile.h"
#include "store/session.h"
#include "store/tariff.h"

#define READS_PAYMENTS_MAX 64
#define SHOWN_POWER_LEAST_W 50 /* less is no charging to make estimates from */
#define SOC_SAMPLES 5          /* the first readings may not tell the charge yet */
#define ESTIMATE_MOST_US (48 * US_PER_HOUR)

static int place_step(struct ctx *ctx, struct stmt *stmt, struct reads_place *ret_place)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return READS_E_MISSING;
	*ret_place = (struct reads_place){
		.code = stmt_dup(stmt, 0, ctx->arena),
		.name = stmt_dup(stmt, 1, ctx->arena),
		.online = stmt_i64(stmt, 2) != 0,
		.state = (enum pile_state)stmt_i64(stmt, 3),
		.pile_id = stmt_i64(stmt, 12),
		.tenant_id = stmt_i64(stmt, 13),
		.series_id = stmt_i64(stmt, 14),
		.reserve_min = stmt_i64(stmt, 15),
		.zone = STR("UTC"),
		.currency = ctx->config->default_currency,
		.timing = STR("prepay"),
	};
	if (!stmt_is_null(stmt, 4)) {
		ret_place->site_id = stmt_i64(stmt, 4);
		ret_place->site = stmt_dup(stmt, 5, ctx->arena);
		ret_place->address = stmt_dup(stmt, 6, ctx->arena);
		ret_place->zone = stmt_dup(stmt, 7, ctx->arena);
		ret_place->helpline = stmt_dup(stmt, 8, ctx->arena);
		ret_place->currency = stmt_dup(stmt, 9, ctx->arena);
		ret_place->timing = stmt_dup(stmt, 10, ctx->arena);
		ret_place->default_limit_minor = stmt_i64(stmt, 11);
	}
	stmt_reset(stmt);
	return 0;
}

int reads_place(struct ctx *ctx, int64_t pile_id, struct reads_place *ret_place)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_READ_PLACE);

	stmt_bind_i64(stmt, 1, pile_id);
	return place_step(ctx, stmt, ret_place);
}

int reads_place_code(struct ctx *ctx, struct str code, struct reads_place *ret_place)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_READ_PLACE_CODE);
	struct reads_place place;
	int result;

	stmt_bind_str(stmt, 1, code);
	result = place_step(ctx, stmt, &place);
	if (result != 0)
		return result;
	if (place.state != PILE_APPROVED)
		return READS_E_MISSING;
	*ret_place = place;
	return 0;
}

void reads_price(
	const struct tariff *tariff, struct str zone, int64_t at_us, struct reads_price *ret_price)
{
	struct reads_price price = {.known = true};
	int64_t start_us, end_us;
	int next;

	if (!zone_half_hour(zone, at_us, &start_us, &end_us, &price.slot)) {
		*ret_price = (struct reads_price){0};
		return;
	}
	price.energy_e5 = tariff->energy_e5[price.slot];
	price.service_e5 = tariff->service_e5[price.slot];
	price.total_e5 = price.energy_e5 + price.service_e5;
	price.back_e5 = tariff->back_e5[price.slot];
	next = tariff_next_change(tariff, price.slot);
	/* walk the half hours of the zone, so that a change of daylight saving keeps clock times
	 * right */
	for (int i = 0; next >= 0 && i < 2 * LIMIT_TARIFF_SLOTS && price.next_us == 0; i++) {
		int64_t from_us = end_us;
		int slot;

		if (!zone_half_hour(zone, from_us, &start_us, &end_us, &slot))
			break;
		if (slot == next) {
			price.next_us = start_us;
			price.next_e5 = tariff->energy_e5[slot] + tariff->service_e5[slot];
		}
	}
	*ret_price = price;
}

int64_t reads_journal_from(const struct ctx *ctx)
{
	bool beside = ctx->journal[0] == ctx->db;
	int64_t months = beside ? ctx->config->journal_months : 1;

	return months == 0 ? 0 : month_begin(ctx->now_us, months);
}

/* --- one order --- */

const char *reads_refund_name(enum reads_refund refund)
{
	static const char *const names[] = {"none", "sent", "done", "failed"};

	return names[refund];
}

static bool gives_back(enum payment_kind kind)
{
	return kind == PAYMENT_REFUND || kind == PAYMENT_RELEASE;
}

/* Where the driver pays, and how far the money back is: done when every part is, failed when one
 * is. */
static void look_at_payments(struct reads_order *view)
{
	bool open = false, failed = false, any = false;

	for (size_t i = 0; i < view->payments_len; i++) {
		const struct payment *payment = &view->payments[i];

		if ((payment->kind == PAYMENT_PAY || payment->kind == PAYMENT_PREAUTH) &&
			payment->state == PAYMENT_WAITING)
			view->pay_url = payment->pay_url;
		if (!gives_back(payment->kind))
			continue;
		any = true;
		open = open || !payment_is_final(payment->state);
		failed = failed || payment->state == PAYMENT_FAILED ||
			 payment->state == PAYMENT_CLOSED;
		if (payment->state == PAYMENT_SUCCEEDED && payment->done_us > view->refund_us)
			view->refund_us = payment->done_us;
	}
	if (view->order.refund_minor == 0)
		return;
	view->refund = !any     ? REFUND_DONE
		       : failed ? REFUND_FAILED
		       : open   ? REFUND_SENT
				: REFUND_DONE;
	if (!any) /* from the wallet: released in the same transaction */
		view->refund_us =
			view->order.settled_us ? view->order.settled_us : view->order.ended_us;
}

/* When the secured money or the wished energy is used up, at the present power and price. */
static int64_t limit_estimate(const struct reads_order *view, int64_t now_us)
{
	const struct order *order = &view->order;
	int64_t left_dwh = INT64_MAX, wait_us;

	if (!view->live || view->session.power_w < SHOWN_POWER_LEAST_W || !view->price.known)
		return 0;
	if (order->limit_minor > order->total_minor && view->price.total_e5 > 0)
		left_dwh = tariff_energy_for(
			&view->tariff, view->price.slot, order->limit_minor - order->total_minor);
	if (order->limit_dwh > order->energy_dwh && order->limit_dwh - order->energy_dwh < left_dwh)
		left_dwh = order->limit_dwh - order->energy_dwh;
	if (left_dwh <= 0 || left_dwh > DWH_PER_KWH * 10000)
		return 0;
	wait_us = left_dwh * 360 / view->session.power_w * US_PER_S;
	return wait_us > ESTIMATE_MOST_US ? 0 : now_us + wait_us;
}

/* When the battery will be full, if it goes on as since the first reading that told its charge. The
 * journal is there in read lanes only; without it there is no estimate. */
static int full_estimate(struct ctx *ctx, struct reads_order *view)
{
	const struct session *session = &view->session;
	struct sample *samples = NULL;
	size_t len = 0;

	if (!view->live || session->soc_pct <= 0 || session->soc_pct >= 100 ||
		session->power_w < SHOWN_POWER_LEAST_W || (!ctx->journal[0] && !ctx->journal[1]))
		return 0;
	TRY(store_samples(ctx->journal, session->id, session->start_us, session->last_us,
		SOC_SAMPLES, ctx->arena, &samples, &len));
	for (size_t i = 0; i < len; i++) {
		struct reading first;
		int64_t gained;

		if (!session_unpack(samples[i].packed, &first) || first.soc_pct < 0)
			continue;
		gained = session->soc_pct - first.soc_pct;
		if (gained > 0)
			view->full_us = session->last_us + (session->last_us - samples[i].at_us) /
								   gained *
								   (100 - session->soc_pct);
		break;
	}
	if (view->full_us > ctx->now_us + ESTIMATE_MOST_US || view->full_us <= ctx->now_us)
		view->full_us = 0;
	return 0;
}

static int accepted_at(struct ctx *ctx, int64_t order_id, int64_t *ret_us)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_READ_ORDER_ACCEPTED);
	int row;

	stmt_bind_i64(stmt, 1, order_id);
	row = stmt_step(stmt);
	TRY(row);
	*ret_us = row == 1 ? stmt_i64(stmt, 0) : 0;
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}

static int look_at_energy(struct ctx *ctx, struct reads_order *view)
{
	const struct order *order = &view->order;
	int result;

	if (order->session_id) {
		result = store_session_get(ctx->db, ctx->arena, order->session_id, &view->session);
		TRY(result);
	}
	result = store_tariff_by_hash(
		ctx->db, ctx->arena, order->tenant_id, order->tariff_hash, &view->tariff);
	TRY(result);
	view->has_tariff = result == 0;
	view->live = view->session.id && view->session.open &&
		     (order->state == ORDER_CHARGING || order->state == ORDER_SUSPENDED ||
			     order->state == ORDER_STOPPING);
	if (!view->has_tariff)
		return 0;
	reads_price(&view->tariff, view->place.zone, ctx->now_us, &view->price);
	if (!order->session_id)
		return 0;
	result = billing_compute(ctx, order, &view->bill);
	TRY(result);
	view->has_bill = result == 0 &&
			 (order->state == ORDER_ENDED || order->state == ORDER_SETTLED ||
				 order->state == ORDER_UNPAID || order->state == ORDER_WRITTEN_OFF);
	return 0;
}

/* It did not charge, and not by the driver's own wish: where else? */
static int look_around(struct ctx *ctx, struct reads_order *view)
{
	const struct order *order = &view->order;

	if ((order->state != ORDER_FAILED && order->state != ORDER_CANCELLED) ||
		str_is(order->reason, "driver"))
		return 0;
	view->nearby = ARENA_ARRAY(ctx->arena, struct nearby, NEARBY_MOST);
	if (!view->nearby)
		return FAULT(FAULT_NOMEM, "nearby");
	return nearby_free(ctx, &view->place, order->connector_no, view->nearby, &view->nearby_len);
}

static int look_at_export(struct ctx *ctx, struct reads_order *view)
{
	int found;

	if (view->session.id == 0)
		return 0;
	found = store_exported_get(ctx->db, ctx->arena, view->session.id, &view->exported);
	TRY(found);
	view->has_exported = found == 0;
	return 0;
}

/* Guests have none, so nothing is looked up for them. */
static int look_at_priority(struct ctx *ctx, struct reads_order *view)
{
	const struct order *order = &view->order;
	struct priority priority = {0};

	if (order->member_id != 0 &&
		(order->state == ORDER_CHARGING || order->state == ORDER_SUSPENDED))
		TRY(priority_of(ctx, order, &priority));
	view->priority = !priority.may || !priority.can ? STR("none")
			 : priority.on                  ? STR("on")
							: STR("off");
	return 0;
}

int reads_order(struct ctx *ctx, const struct order *order, struct reads_order *ret_view)
{
	struct reads_order view = {.order = *order};
	int result = reads_place(ctx, order->pile_id, &view.place);

	TRY(result);
	if (result == READS_E_MISSING)
		return FAULT(FAULT_CORRUPT, "order %lld has no pile", (long long)order->id);
	TRY(look_at_energy(ctx, &view));
	TRY(store_payment_of_order(ctx->db, ctx->arena, order->id, READS_PAYMENTS_MAX,
		&view.payments, &view.payments_len));
	TRY(accepted_at(ctx, order->id, &view.accepted_us));
	look_at_payments(&view);
	if (order->state == ORDER_STARTING)
		view.deadline_us = order->starting_us + ctx->config->start_timeout_us;
	view.captured_minor = order->paid_minor > order->refund_minor
				      ? order->paid_minor - order->refund_minor
				      : 0;
	TRY(look_around(ctx, &view));
	TRY(look_at_priority(ctx, &view));
	result = store_surplus_of_order(ctx->db, ctx->arena, order->id, &view.surplus);
	TRY(result);
	TRY(look_at_export(ctx, &view));
	view.limit_us = limit_estimate(&view, ctx->now_us);
	TRY(full_estimate(ctx, &view));
	*ret_view = view;
	return 0;
}

/* --- one pile --- */

const char *reads_plug_name(enum reads_plug plug)
{
	static const char *const names[] = {
		"", "free", "plugged", "busy", "finishing", "fault", "unavailable", "offline"};

	return names[plug];
}

static enum reads_plug plug_of(const struct reads_place *place, struct str status, bool busy)
{
	static const struct {
		const char *status;
		enum reads_plug plug;
	} words[] = {
		{"Preparing", PLUG_PLUGGED},
		{"Charging", PLUG_BUSY},
		{"SuspendedEV", PLUG_BUSY},
		{"SuspendedEVSE", PLUG_BUSY},
		{"Reserved", PLUG_BUSY},
		{"Finishing", PLUG_FINISHING},
		{"Faulted", PLUG_FAULT},
		{"Unavailable", PLUG_UNAVAILABLE},
	};

	if (!place->online)
		return PLUG_OFFLINE;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_is(status, words[i].status))
			return words[i].plug == PLUG_PLUGGED && busy ? PLUG_BUSY : words[i].plug;
	}
	return busy ? PLUG_BUSY : PLUG_FREE;
}

static int read_connector(struct ctx *ctx, const struct reads_pile *pile,
	const struct connector *connector, struct reads_connector *ret_connector)
{
	int64_t order_id;

	TRY(store_order_busy(ctx->db, connector->pile_id, connector->no, &order_id));
	ret_connector->connector = *connector;
	ret_connector->plug = plug_of(&pile->place, connector->status, order_id != 0);
	ret_connector->ready = pile->place.online && order_id == 0 && pile->price.known &&
			       connector_can_start(connector->status);
	return 0;
}

int reads_pile(struct ctx *ctx, const struct reads_place *place, struct reads_pile *ret_pile)
{
	struct reads_pile pile = {.place = *place};
	struct connector *connectors;
	size_t count;
	int result = store_tariff_current(
		ctx->db, ctx->arena, place->series_id, ctx->now_us, &pile.tariff);

	TRY(result);
	if (result == 0)
		reads_price(&pile.tariff, place->zone, ctx->now_us, &pile.price);
	TRY(store_connectors(ctx->db, ctx->arena, place->pile_id, &connectors, &count));
	pile.connectors = ARENA_ARRAY(ctx->arena, struct reads_connector, count + 1);
	if (!pile.connectors)
		return FAULT(FAULT_NOMEM, "connectors");
	for (size_t i = 0; i < count; i++) {
		if (connectors[i].no == 0)
			continue;
		TRY(read_connector(
			ctx, &pile, &connectors[i], &pile.connectors[pile.connectors_len]));
		pile.connectors_len++;
	}
	if (pile.connectors_len == 0) { /* it never told its connectors: there is at least one */
		const struct connector first = {.pile_id = place->pile_id, .no = 1};

		TRY(read_connector(ctx, &pile, &first, &pile.connectors[0]));
		pile.connectors_len = 1;
	}
	*ret_pile = pile;
	return 0;
}
