/* pages_landing.c - the page behind the code on a pile: price now and next, state in words,
 * amounts, a form that starts a charge without any script. */
#include "app/api_handlers.h"
#include "app/api_offline.h"
#include "app/api_public.h"
#include "app/nearby.h"
#include "app/pages.h"
#include "app/reservations.h"
#include "app/webcodes.h"
#include "domain/money.h"
#include "store/order.h"
#include "store/reservation.h"

#define BAR_WIDTH 10
#define BAR_BASE 64
#define BAR_LEAST 10
#define AMOUNTS_MAX 4

/* What a reservation makes of the connector that is shown. */
struct kept {
	const char *look, *word; /* instead of the plug's own state; NULL: nothing else to say */
	bool closed;             /* no start from here */
	bool offered;            /* may be reserved */
	struct str own;          /* address of this browser's reservation here; empty: none */
	int64_t until_us;
};

static void put_connector(struct api_call *call, struct html_value *item,
	const struct reads_pile *pile, const struct reads_connector *connector,
	const struct kept *kept)
{
	const char *look = kept && kept->look ? kept->look : reads_plug_name(connector->plug);
	const char *word = kept && kept->word ? kept->word : look;
	struct arena *arena = call->ctx->arena;

	html_set_int(item, "no", connector->connector.no);
	html_set_str(item, "plug", connector->connector.plug);
	html_set_str(item, "max_kw",
		connector->connector.max_w
			? str_format(arena, "%lld",
				  (long long)((connector->connector.max_w + 500) / 1000))
			: STR(""));
	html_set_str(item, "state", str_from(look));
	html_set_str(item, "state_text", pages_text(call, "connector.", word, ""));
	html_set_str(item, "hint_text", pages_text(call, "connector.", word, ".hint"));
	html_set_str(item, "last_good",
		connector->connector.last_good_us ? format_date(arena, call->lang, pile->place.zone,
							    connector->connector.last_good_us)
						  : STR(""));
	html_set_bool(item, "ready", connector->ready && !(kept && kept->closed));
	html_set_bool(item, "current", kept != NULL);
	html_set_str(item, "href",
		str_format(arena, "/p/%.*s/%lld", STR_FMT(pile->place.code),
			(long long)connector->connector.no));
}

static int64_t slot_total(const struct tariff *tariff, int slot)
{
	return tariff->energy_e5[slot] + tariff->service_e5[slot];
}

static void put_price(struct api_call *call, struct html_value *view, const struct reads_pile *pile)
{
	struct arena *arena = call->ctx->arena;
	struct html_value *price = html_set_object(view, "price"), *next;
	struct str currency = pile->tariff.currency;
	struct civil now, then;

	html_set_str(
		price, "total", format_price(arena, call->lang, pile->price.total_e5, currency));
	html_set_str(
		price, "energy", format_price(arena, call->lang, pile->price.energy_e5, currency));
	html_set_str(price, "service",
		format_price(arena, call->lang, pile->price.service_e5, currency));
	if (!pile->price.next_us)
		return;
	next = html_set_object(view, "next");
	html_set_str(next, "at", format_clock(arena, pile->place.zone, pile->price.next_us));
	html_set_str(next, "total", format_price(arena, call->lang, pile->price.next_e5, currency));
	html_set_bool(next, "cheaper", pile->price.next_e5 < pile->price.total_e5);
	html_set_bool(next, "dearer", pile->price.next_e5 > pile->price.total_e5);
	html_set_bool(next, "tomorrow",
		zone_civil(pile->place.zone, call->ctx->now_us, &now) &&
			zone_civil(pile->place.zone, pile->price.next_us, &then) &&
			now.day != then.day);
}

/* 48 bars between the lowest and the highest price of the day. */
static void put_bars(struct api_call *call, struct html_value *view, const struct reads_pile *pile)
{
	struct html_value *bars = html_set_list(view, "bars");
	const struct tariff *tariff = &pile->tariff;
	int64_t least = slot_total(tariff, 0), most = least;
	struct arena *arena = call->ctx->arena;
	struct civil now = {0};

	for (int i = 1; i < LIMIT_TARIFF_SLOTS; i++) {
		int64_t total = slot_total(tariff, i);

		least = total < least ? total : least;
		most = total > most ? total : most;
	}
	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		int64_t total = slot_total(tariff, i), spread = most - least;
		int64_t share = spread ? (total - least) * 1000 / spread : 500;
		int64_t height = BAR_LEAST + share * (BAR_BASE - BAR_LEAST) / 1000;
		struct html_value *bar = html_add(bars);

		html_set_int(bar, "x", i * BAR_WIDTH);
		html_set_int(bar, "y", BAR_BASE - height);
		html_set_int(bar, "h", height);
		html_set_int(bar, "level", share >= 1000 ? 4 : 1 + share * 4 / 1000);
		html_set_bool(bar, "now", i == pile->price.slot);
		html_set_str(bar, "from", format_slot(arena, i));
		html_set_str(bar, "to", format_slot(arena, i + 1));
		html_set_str(
			bar, "total", format_price(arena, call->lang, total, tariff->currency));
	}
	if (zone_civil(pile->place.zone, call->ctx->now_us, &now))
		html_set_int(view, "now_x", (now.hour * 60 + now.minute) / 3);
}

/* Runs of half hours with the same price. */
static void put_rows(struct api_call *call, struct html_value *view, const struct reads_pile *pile)
{
	struct html_value *rows = html_set_list(view, "rows");
	const struct tariff *tariff = &pile->tariff;
	struct arena *arena = call->ctx->arena;

	for (int from = 0, to; from < LIMIT_TARIFF_SLOTS; from = to) {
		struct html_value *row = html_add(rows);

		for (to = from + 1; to < LIMIT_TARIFF_SLOTS &&
				    tariff->energy_e5[to] == tariff->energy_e5[from] &&
				    tariff->service_e5[to] == tariff->service_e5[from];
			to++)
			;
		html_set_str(row, "from", format_slot(arena, from));
		html_set_str(row, "to", format_slot(arena, to));
		html_set_str(row, "energy",
			format_price(arena, call->lang, tariff->energy_e5[from], tariff->currency));
		html_set_str(row, "service",
			format_price(
				arena, call->lang, tariff->service_e5[from], tariff->currency));
		html_set_str(row, "total",
			format_price(
				arena, call->lang, slot_total(tariff, from), tariff->currency));
		html_set_bool(row, "now", pile->price.slot >= from && pile->price.slot < to);
	}
}

static void put_idle(struct api_call *call, struct html_value *view, const struct tariff *tariff)
{
	struct arena *arena = call->ctx->arena;
	struct html_value *idle;

	if (tariff->idle_e5 == 0)
		return;
	idle = html_set_object(view, "idle");
	html_set_str(
		idle, "price", format_price(arena, call->lang, tariff->idle_e5, tariff->currency));
	html_set_int(idle, "grace_min", tariff->idle_grace_s / 60);
	if (tariff->idle_cap_minor)
		html_set_str(idle, "cap",
			format_money(arena, call->lang, tariff->idle_cap_minor, tariff->currency));
	else
		html_set_str(idle, "cap", STR(""));
}

void pages_prices(struct api_call *call, struct html_value *view, const struct reads_pile *pile)
{
	put_price(call, view, pile);
	put_bars(call, view, pile);
	put_rows(call, view, pile);
	put_idle(call, view, &pile->tariff);
}

/* Three usual amounts, and the site's own preset when it is another one. */
static size_t choose_amounts(int64_t preset, int64_t ret_minor[AMOUNTS_MAX])
{
	static const int64_t usual[] = {3000, 5000, 10000};
	size_t len = 0;
	bool has_preset = preset <= 0;

	for (size_t i = 0; i < 3; i++) {
		if (!has_preset && preset < usual[i]) {
			ret_minor[len++] = preset;
			has_preset = true;
		}
		has_preset = has_preset || preset == usual[i];
		ret_minor[len++] = usual[i];
	}
	if (!has_preset)
		ret_minor[len++] = preset;
	return len;
}

/* `scan` with a step: the driver stands before this outlet, and may have chosen the most to pay
 * there. */
static void put_start(struct api_call *call, struct html_value *view, const struct reads_pile *pile,
	int64_t wished_minor, const struct webscan *scan)
{
	struct arena *arena = call->ctx->arena;
	struct html_value *start = html_set_object(view, "start"),
			  *amounts = html_set_list(view, "amounts");
	struct str currency = pile->place.currency;
	bool hold = str_is(pile->place.timing, "hold");
	int64_t preset = scan->limit_minor ? scan->limit_minor : pile->place.default_limit_minor;
	int64_t minor[AMOUNTS_MAX];
	size_t len = choose_amounts(preset, minor), checked = 1;

	for (size_t i = 0; i < len; i++) {
		if (minor[i] == (wished_minor ? wished_minor : preset))
			checked = i;
	}
	for (size_t i = 0; i < len; i++) {
		struct html_value *item = html_add(amounts);
		int64_t dwh = tariff_energy_for(&pile->tariff, pile->price.slot, minor[i]);

		html_set_int(item, "minor", minor[i]);
		html_set_str(item, "text", format_money(arena, call->lang, minor[i], currency));
		html_set_str(item, "energy",
			pile->price.total_e5 ? str_format(arena, "\xE2\x89\x88 %.*s kWh",
						       STR_FMT(format_kwh(arena, call->lang, dwh)))
					     : STR(""));
		html_set_bool(item, "checked", i == checked);
	}
	html_set_bool(start, "bound", scan->step != 0);
	html_set_str(
		start, "action", str_format(arena, "/p/%.*s/start", STR_FMT(pile->place.code)));
	html_set_str(start, "tariff_hash", pile->tariff.hash);
	html_set_str(start, "timing", pile->place.timing);
	html_set_bool(start, "timing_hold", hold);
	html_set_bool(start, "timing_prepay", !hold);
	html_set_str(start, "channel",
		call->ctx->config->channels_len ? call->ctx->config->channels[0] : STR(""));
	html_set_str(
		start, "button_amount", format_money(arena, call->lang, minor[checked], currency));
}

/* A running order on this connector that this browser may stop. */
static int put_own_order(
	struct api_call *call, struct html_value *view, const struct reads_connector *connector)
{
	struct html_value *orders = html_set_list(view, "orders");
	struct order order;
	int result = store_order_on_connector(call->ctx->db, call->ctx->arena,
		connector->connector.pile_id, connector->connector.no, &order);

	TRY(result);
	if (result == 0 && public_owns(call, &order))
		html_set_str(html_add(orders), "href",
			str_format(call->ctx->arena, "/o/%.*s", STR_FMT(order.token)));
	return 0;
}

/* May a driver keep this connector? The site allows it, it is free, the pile can. */
static int look_at_offer(struct api_call *call, const struct reads_place *place,
	const struct reads_connector *chosen, struct kept *kept)
{
	if (place->reserve_min == 0 || chosen->plug != PLUG_FREE)
		return 0;
	return reservations_possible(call->ctx, place->pile_id, &kept->offered);
}

static int look_at_kept(struct api_call *call, const struct reads_place *place,
	const struct reads_connector *chosen, struct kept *ret_kept)
{
	struct str token = public_reservation(call);
	struct reservation held;
	int result = store_reservation_on(
		call->ctx->db, call->ctx->arena, place->pile_id, chosen->connector.no, &held);

	*ret_kept = (struct kept){0};
	TRY(result);
	if (result != 0 || held.until_us <= call->ctx->now_us)
		return look_at_offer(call, place, chosen, ret_kept);
	ret_kept->until_us = held.until_us;
	if (token.len && str_eq(token, held.token)) {
		ret_kept->own = str_format(call->ctx->arena, "/r/%.*s", STR_FMT(held.token));
		ret_kept->closed = held.order_id != 0;
	} else if (chosen->plug == PLUG_FREE || str_is(chosen->connector.status, "Reserved")) {
		ret_kept->closed = true;
		ret_kept->look = "busy";
		ret_kept->word = "reserved";
		return 0;
	}
	if (ret_kept->own.len && str_is(chosen->connector.status, "Reserved")) {
		ret_kept->look = "free";
		ret_kept->word = "reserved_own";
	}
	return 0;
}

static void put_kept(struct api_call *call, struct html_value *view,
	const struct reads_connector *chosen, const struct reads_place *place,
	const struct kept *kept)
{
	struct arena *arena = call->ctx->arena;
	struct html_value *item;

	if (kept->own.len) {
		item = html_set_object(view, "own_reservation");
		html_set_str(item, "href", kept->own);
		html_set_str(item, "until", format_clock(arena, place->zone, kept->until_us));
	} else if (kept->offered) {
		item = html_set_object(view, "reserve");
		html_set_str(item, "href",
			str_format(arena, "/p/%.*s/%lld/reserve", STR_FMT(place->code),
				(long long)chosen->connector.no));
		html_set_int(item, "most_min", place->reserve_min);
	}
}

struct landing {
	const char *problem; /* word of a refused start, or NULL */
	int status;
	int64_t connector;
	int64_t amount_minor;
};

static int render_landing(struct api_call *call, const struct landing *landing)
{
	const struct reads_connector *chosen;
	struct nearby nearby[NEARBY_MOST];
	struct html_value *view, *list;
	size_t nearby_len = 0;
	struct reads_place place;
	struct reads_pile pile;
	struct kept kept;
	struct webscan scan;
	bool offered, required;
	int result = reads_place_code(call->ctx, call->params[0], &place);

	TRY(result);
	if (result > 0)
		return P_NOT_FOUND;
	TRY(reads_pile(call->ctx, &place, &pile));
	chosen = &pile.connectors[0];
	for (size_t i = 0; i < pile.connectors_len; i++) {
		if (pile.connectors[i].connector.no == landing->connector)
			chosen = &pile.connectors[i];
	}
	if (landing->connector && chosen->connector.no != landing->connector)
		return P_NOT_FOUND;
	TRY(look_at_kept(call, &place, chosen, &kept));
	view = pages_view(call);
	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	pages_place(view, &pile.place, call->ctx->arena);
	put_connector(call, html_set_object(view, "connector"), &pile, chosen, &kept);
	put_kept(call, view, chosen, &place, &kept);
	html_set_bool(view, "many", pile.connectors_len > 1);
	list = html_set_list(view, "connectors");
	for (size_t i = 0; i < pile.connectors_len; i++)
		put_connector(call, html_add(list), &pile, &pile.connectors[i],
			&pile.connectors[i] == chosen ? &kept : NULL);
	if (pile.price.known)
		pages_prices(call, view, &pile);
	html_set_bool(view, "offline_way", false);
	if (!place.online && pile.price.known) {
		TRY(api_offline_offered(call->ctx, &place, &offered));
		html_set_bool(view, "offline_way", offered);
	}
	TRY(webcodes_bound(call->ctx, place.pile_id, chosen->connector.no, public_ticket(call),
		&required, &scan));
	if (!required || scan.step) {
		if (chosen->ready && !kept.closed && call->ctx->config->channels_len)
			put_start(call, view, &pile, landing->amount_minor, &scan);
	} else if (chosen->ready && !kept.closed) {
		html_set_bool(view, "scan_first", true);
	}
	if (!chosen->ready || (kept.closed && !kept.own.len)) {
		TRY(nearby_free(call->ctx, &pile.place, chosen->connector.no, nearby, &nearby_len));
		pages_nearby(call, view, nearby, nearby_len);
	}
	TRY(put_own_order(call, view, chosen));
	if (landing->problem)
		html_set_str(view, "problem", pages_text(call, "problem.", landing->problem, ""));
	return pages_render(call, landing->status, "landing", view);
}

int page_landing(struct api_call *call)
{
	struct landing landing = {.status = 200};

	if (call->params_len > 1 &&
		(!str_to_i64(call->params[1], &landing.connector) || landing.connector < 1))
		return P_NOT_FOUND;
	return render_landing(call, &landing);
}

static const char *landing_word(enum api_problem problem)
{
	switch (problem) {
	case P_PILE_UNKNOWN:
		return "pile";
	case P_PILE_OFFLINE:
		return "offline";
	case P_CONNECTOR:
		return "connector";
	case P_BUSY:
	case P_CONCURRENT:
		return "busy";
	case P_NO_TARIFF:
	case P_PRICE_CHANGED:
		return "tariff";
	case P_FUNDS:
		return "funds";
	case P_AMOUNT:
		return "amount";
	case P_CHANNEL:
		return "channel";
	case P_SCAN:
		return "scan";
	case P_STATE:
		return "state";
	default:
		return "other";
	}
}

static struct str form(const struct api_call *call, const char *name)
{
	struct str value = http_param(call->ctx->arena, call->request->body, name);

	return value.ptr && value.len <= API_PARAM_LEN ? value : STR("");
}

int page_landing_start(struct api_call *call)
{
	struct landing landing = {.status = 422};
	struct public_wish wish = {
		.pile = call->params[0],
		.timing = form(call, "timing"),
		.channel = form(call, "channel"),
		.tariff_hash = form(call, "tariff_hash"),
	};
	struct order order;
	int result;

	if (!str_to_i64(form(call, "connector"), &landing.connector) || landing.connector < 1)
		landing.connector = 0;
	wish.connector = landing.connector;
	if (!str_to_i64(form(call, "amount"), &wish.limit_minor) || wish.limit_minor < 1 ||
		wish.limit_minor > MONEY_MAX)
		landing.problem = "amount";
	if (!str_is(form(call, "match"), "yes"))
		landing.problem = "match";
	if (landing.problem)
		return render_landing(call, &landing);
	landing.amount_minor = wish.limit_minor;
	result = public_open(call, &wish, &order);
	TRY(result);
	if (result == 0)
		return reply_redirect(
			call, str_format(call->ctx->arena, "/o/%.*s", STR_FMT(order.token)));
	call->fields_len = 0;
	landing.problem = landing_word((enum api_problem)result);
	landing.status = problem_status((enum api_problem)result);
	return render_landing(call, &landing);
}
