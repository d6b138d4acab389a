/* api_view.c - the JSON of an order and of a pile. */
#include "app/api_view.h"
#include "app/api_words.h"
#include "app/nearby.h"
#include "base/clock.h"

static void put_step(struct out *out, const char *name, int64_t at_us)
{
	out_object(out, NULL);
	out_word(out, "name", name);
	out_time(out, "at", at_us);
	out_end(out);
}

static void put_start(struct out *out, const struct reads_order *view)
{
	const struct order *order = &view->order;
	const struct reads_place *place = &view->place;

	out_object(out, "pile");
	out_text(out, "code", place->code);
	out_text(out, "name", place->name);
	out_text(out, "site", place->site);
	out_text(out, "address", place->address);
	out_text(out, "helpline", place->helpline);
	out_number(out, "connector", order->connector_no);
	out_end(out);
	out_text(out, "zone", place->zone);
	out_list(out, "steps");
	put_step(out, "paid", order->authorised_us);
	put_step(out, "sent", order->starting_us);
	put_step(out, "accepted", view->accepted_us);
	put_step(out, "current", order->started_us);
	out_list_end(out);
	out_time(out, "start_deadline", view->deadline_us);
	out_money(out, "secured", order->limit_minor, order->currency);
	out_word(out, "timing", word_timing(order->timing));
	out_word(out, "source", word_source(order->source));
}

static void put_live(struct out *out, const struct reads_order *view)
{
	const struct session *session = &view->session;

	out_energy(out, "energy_wh", view->order.energy_dwh);
	if (view->live && session->power_w >= 0)
		out_number(out, "power_w", session->power_w);
	else
		out_null(out, "power_w");
	if (view->live && session->voltage_mv >= 0)
		out_milli(out, "voltage_v", session->voltage_mv);
	else
		out_null(out, "voltage_v");
	if (view->live && session->current_ma >= 0)
		out_milli(out, "current_a", session->current_ma);
	else
		out_null(out, "current_a");
	if (session->id && session->soc_pct >= 0)
		out_number(out, "soc", session->soc_pct);
	else
		out_null(out, "soc");
}

/* Cost and parts: of the bill where there is one, else the live amounts of the order. */
static void put_cost(struct out *out, const struct reads_order *view)
{
	const struct order *order = &view->order;
	struct str currency = order->currency;

	out_money(out, "cost", view->has_bill ? view->bill.total_minor : order->total_minor,
		currency);
	out_object(out, "parts");
	out_money(out, "energy", view->has_bill ? view->bill.energy_minor : order->energy_minor,
		currency);
	out_money(out, "service", view->has_bill ? view->bill.service_minor : order->service_minor,
		currency);
	out_money(
		out, "idle", view->has_bill ? view->bill.idle_minor : order->idle_minor, currency);
	out_end(out);
	out_money(out, "credit", view->has_bill ? view->bill.credit_minor : order->credit_minor,
		currency);
	out_money(out, "due",
		view->has_bill ? tariff_due(view->bill.total_minor, view->bill.credit_minor)
			       : order_due_minor(order),
		currency);
	out_time(out, "full_at", view->full_us);
	out_time(out, "limit_at", view->limit_us);
}

static void put_price(struct out *out, const char *name, const struct reads_price *price)
{
	if (!price->known) {
		out_null(out, name);
		return;
	}
	out_object(out, name);
	out_price(out, "energy", price->energy_e5);
	out_price(out, "service", price->service_e5);
	out_price(out, "total", price->total_e5);
	out_price(out, "back", price->back_e5);
	out_end(out);
}

static void put_next(struct out *out, const char *name, const struct reads_price *price)
{
	if (price->next_us == 0) {
		out_null(out, name);
		return;
	}
	out_object(out, name);
	out_time(out, "at", price->next_us);
	out_price(out, "total", price->next_e5);
	out_end(out);
}

static void put_idle(
	struct out *out, const struct tariff *tariff, const struct order *order, int64_t billed_s)
{
	out_object(out, "idle");
	out_price(out, "price_per_min", tariff->idle_e5);
	out_number(out, "grace_s", tariff->idle_grace_s);
	out_time(out, "from", order ? order->idle_from_us : 0);
	out_number(out, "past_s", order ? order->idle_past_us / US_PER_S : 0);
	if (tariff->idle_cap_minor)
		out_money(out, "cap", tariff->idle_cap_minor, tariff->currency);
	else
		out_null(out, "cap");
	out_number(out, "billed_s", billed_s);
	out_end(out);
}

static void put_bill_line(struct out *out, const struct bill_line *line, struct str currency)
{
	out_object(out, NULL);
	out_time(out, "start", line->start_us);
	out_number(out, "slot", line->slot);
	out_energy(out, "energy_wh", line->energy_dwh);
	out_price(out, "energy_price", line->energy_e5);
	out_price(out, "service_price", line->service_e5);
	out_money(out, "energy", line->energy_minor, currency);
	out_money(out, "service", line->service_minor, currency);
	out_flag(out, "estimated", line->estimated);
	out_end(out);
}

/* What the car gave back and is paid for; beside the total, which is what was charged. */
static void put_back(struct out *out, const struct bill *bill, struct str currency)
{
	out_list(out, "back");
	for (size_t i = 0; i < bill->back_len; i++) {
		const struct back_line *line = &bill->back[i];

		out_object(out, NULL);
		out_time(out, "start", line->start_us);
		out_number(out, "slot", line->slot);
		out_energy(out, "energy_wh", line->energy_dwh);
		out_price(out, "price", line->price_e5);
		out_money(out, "amount", line->minor, currency);
		out_flag(out, "estimated", line->estimated);
		out_end(out);
	}
	out_list_end(out);
	out_energy(out, "back_wh", bill->back_dwh);
	out_money(out, "credit", bill->credit_minor, currency);
	out_money(out, "credit_vat", bill->credit_vat_minor, currency);
	out_money(out, "due", tariff_due(bill->total_minor, bill->credit_minor), currency);
	out_money(out, "over", tariff_over(bill->total_minor, bill->credit_minor), currency);
}

void view_bill(struct out *out, const struct bill *bill, struct str currency)
{
	out_list(out, "lines");
	for (size_t i = 0; i < bill->lines_len; i++)
		put_bill_line(out, &bill->lines[i], currency);
	out_list_end(out);
	out_energy(out, "energy_wh", bill->energy_dwh);
	out_money(out, "energy", bill->energy_minor, currency);
	out_money(out, "service", bill->service_minor, currency);
	out_money(out, "idle", bill->idle_minor, currency);
	out_number(out, "idle_s", bill->idle_s);
	out_money(out, "total", bill->total_minor, currency);
	out_money(out, "vat", bill->vat_minor, currency);
	put_back(out, bill, currency);
}

static void put_order_bill(struct out *out, const struct reads_order *view)
{
	const struct session *session = &view->session;

	if (!view->has_bill) {
		out_null(out, "bill");
		return;
	}
	out_object(out, "bill");
	view_bill(out, &view->bill, view->order.currency);
	out_number(out, "vat_bp", view->tariff.vat_bp);
	out_number(out, "back_vat_bp", view->tariff.back_vat_bp);
	out_energy(out, "meter_start_wh", session->meter_start_dwh);
	out_energy(out, "meter_stop_wh",
		session->meter_stop_dwh >= 0 ? session->meter_stop_dwh : session->meter_last_dwh);
	out_text(out, "tariff_hash", view->order.tariff_hash);
	out_end(out);
}

/* What waits for its driver or went to him; whose wallet it went to is nobody else's business. */
static void put_surplus(struct out *out, const struct surplus *surplus)
{
	out_object(out, "surplus");
	out_money(out, "amount", surplus->amount_minor, surplus->currency);
	out_text(out, "kind", surplus->kind);
	out_text(out, "way", surplus->way);
	out_time(out, "at", surplus->done_us);
	out_end(out);
}

static void put_money(struct out *out, const struct reads_order *view)
{
	const struct order *order = &view->order;

	out_object(out, "money");
	out_money(out, "paid", order->paid_minor, order->currency);
	out_money(out, "captured", view->captured_minor, order->currency);
	out_money(out, "refund", order->refund_minor, order->currency);
	out_money(out, "open", order_open_minor(order), order->currency);
	out_word(out, "refund_state", reads_refund_name(view->refund));
	out_time(out, "refund_at", view->refund_us);
	if (view->surplus.id != 0)
		put_surplus(out, &view->surplus);
	else
		out_null(out, "surplus");
	out_end(out);
}

/* Recorded, and of that payable; the registers and what was odd about them, for whoever doubts it.
 */
static void put_exported(struct out *out, const struct reads_order *view)
{
	const struct exported *exported = &view->exported;
	const char *word;
	int64_t flag;

	if (!view->has_exported) {
		out_null(out, "exported_wh");
		out_null(out, "exported");
		return;
	}
	out_energy(out, "exported_wh", exported->energy_dwh);
	out_object(out, "exported");
	out_energy(out, "payable_wh", exported->payable_dwh);
	out_energy(out, "start_wh", exported->start_dwh);
	out_energy(out, "last_wh", exported->last_dwh);
	out_list(out, "odd");
	for (size_t i = 0; (word = exported_flag_name(i, &flag)) != NULL; i++) {
		if (exported->flags & flag)
			out_word(out, NULL, word);
	}
	out_list_end(out);
	out_end(out);
}

static void put_nearby(struct out *out, const struct reads_order *view)
{
	out_list(out, "nearby");
	for (size_t i = 0; i < view->nearby_len; i++) {
		const struct nearby *near = &view->nearby[i];

		out_object(out, NULL);
		out_text(out, "code", near->place.code);
		out_text(out, "name", near->place.name);
		out_text(out, "site", near->place.site);
		out_number(out, "connector", near->connector_no);
		out_text(out, "plug", near->plug);
		out_number(out, "max_w", near->max_w);
		out_price(out, "total", near->price.total_e5);
		out_text(out, "currency", near->currency);
		if (near->distance_m >= 0)
			out_number(out, "distance_m", near->distance_m);
		else
			out_null(out, "distance_m");
		out_end(out);
	}
	out_list_end(out);
}

void view_order(struct out *out, const struct reads_order *view, int owner)
{
	const struct order *order = &view->order;

	out_text(out, "token", order->token);
	out_word(out, "state", order_state_name(order->state));
	out_text(out, "reason", order->reason.ptr ? order->reason : STR(""));
	if (owner >= 0)
		out_flag(out, "owner", owner != 0);
	put_start(out, view);
	put_live(out, view);
	put_cost(out, view);
	put_price(out, "price_now", &view->price);
	put_next(out, "next_price", &view->price);
	put_idle(out, &view->tariff, order, view->bill.idle_s);
	out_time(out, "data_at", view->session.id ? view->session.last_us : 0);
	put_order_bill(out, view);
	put_money(out, view);
	put_nearby(out, view);
	out_text(out, "priority", view->priority);
	put_exported(out, view);
	out_text(out, "pay_url", view->pay_url.len ? view->pay_url : STR_NULL);
	out_time(out, "created", order->created_us);
	out_time(out, "started", order->started_us);
	out_time(out, "stopped", order->stopped_us);
	out_time(out, "settled", order->settled_us);
	out_number(out, "version", order->version);
}

void view_terms(struct out *out, const struct tariff *tariff)
{
	out_list(out, "slots");
	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		out_object(out, NULL);
		out_price(out, "energy", tariff->energy_e5[i]);
		out_price(out, "service", tariff->service_e5[i]);
		out_price(out, "total", tariff->energy_e5[i] + tariff->service_e5[i]);
		out_price(out, "back", tariff->back_e5[i]);
		out_end(out);
	}
	out_list_end(out);
	put_idle(out, tariff, NULL, 0);
	out_number(out, "vat_bp", tariff->vat_bp);
	out_number(out, "back_vat_bp", tariff->back_vat_bp);
}

static void put_connectors(struct out *out, const struct reads_pile *pile)
{
	out_list(out, "connectors");
	for (size_t i = 0; i < pile->connectors_len; i++) {
		const struct reads_connector *connector = &pile->connectors[i];

		out_object(out, NULL);
		out_number(out, "no", connector->connector.no);
		out_word(out, "state", reads_plug_name(connector->plug));
		out_flag(out, "ready", connector->ready);
		out_text(out, "plug", connector->connector.plug);
		out_number(out, "max_w", connector->connector.max_w);
		out_time(out, "last_good", connector->connector.last_good_us);
		out_end(out);
	}
	out_list_end(out);
}

void view_pile(struct out *out, const struct ctx *ctx, const struct reads_pile *pile)
{
	const struct reads_place *place = &pile->place;

	out_text(out, "code", place->code);
	out_text(out, "name", place->name);
	out_text(out, "site", place->site);
	out_text(out, "address", place->address);
	out_text(out, "helpline", place->helpline);
	out_text(out, "zone", place->zone);
	out_text(out, "currency", place->currency);
	out_text(out, "timing", place->timing);
	out_flag(out, "online", place->online);
	out_money(out, "default_limit", place->default_limit_minor, place->currency);
	put_connectors(out, pile);
	if (pile->price.known) {
		out_object(out, "tariff");
		out_text(out, "hash", pile->tariff.hash);
		out_text(out, "currency", pile->tariff.currency);
		view_terms(out, &pile->tariff);
		out_end(out);
	} else {
		out_null(out, "tariff");
	}
	put_price(out, "price_now", &pile->price);
	put_next(out, "next_price", &pile->price);
	out_list(out, "channels");
	for (size_t i = 0; i < ctx->config->channels_len; i++)
		out_text(out, NULL, ctx->config->channels[i]);
	out_list_end(out);
}
