/* pages_offline.c - the driver's pages for a pile without network: the page behind its
 * identification code (own prices, the wish), the start code to hold up, the scanner. All work
 * without script but the scanner, which has none to work with. */
#include "app/api_files.h"
#include "app/api_handlers.h"
#include "app/api_offline.h"
#include "app/api_public.h"
#include "app/charging.h"
#include "app/pages.h"
#include "app/tell.h"
#include "base/crypt.h"
#include "domain/geo.h"
#include "domain/money.h"
#include "store/order.h"
#include "store/site.h"
#include "wire/qr_draw.h"

#define DRIVER_COOKIE "dv"
#define DRIVER_COOKIE_S (400 * 24 * 3600)
#define DRIVER_BYTES 16
#define SVG_MAX (128 * 1024)
#define AMOUNTS 3
#define FAR_M 1000 /* a site may be large, and its position rough */

/* What was scanned, and where it is. */
struct offline_visit {
	struct offline_ident ident;
	struct reads_place place;
	struct reads_pile pile;
	bool moved;          /* it says that it stands far from its site */
	const char *problem; /* word, or NULL */
	int status;
};

int page_offline_refused(struct api_call *call, const char *word)
{
	struct html_value *view = pages_view(call);

	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	html_set_str(view, "word", str_from(word));
	html_set_str(view, "text", pages_text(call, "problem.offline_", word, ""));
	return pages_render(call, 422, "offline_bad", view);
}

/* --- who --- */

/* A browser keeps a secret of its own, so that one driver has one offline charge at a time. */
static struct str driver_of(struct api_call *call)
{
	struct str secret = http_cookie(call->request->head, DRIVER_COOKIE);
	uint8_t digest[SHA256_LEN];
	struct buf hex;

	if (secret.len < 16 || secret.len > 64) {
		secret = rng_token(call->ctx->rng, call->ctx->arena, DRIVER_BYTES);
		reply_cookie(call, STR(DRIVER_COOKIE), secret, DRIVER_COOKIE_S);
	}
	sha256(secret.ptr, secret.len, digest);
	buf_init(&hex, call->ctx->arena, 2 * SHA256_LEN);
	hex_write(&hex, digest, sizeof(digest));
	return buf_str(&hex);
}

/* --- the page behind the identification code --- */

/* A pile far from where it belongs was carried away, or its picture was: either way the driver
 * shall look twice. Sites without a position, and piles that do not know theirs, tell nothing. */
static int look_where(struct ctx *ctx, struct offline_visit *visit)
{
	const struct offline_ident *ident = &visit->ident;
	struct site site;
	int found;

	visit->moved = false;
	if (!ident->has_latitude_e5 || !ident->has_longitude_e5)
		return 0;
	found = store_site_get(ctx->db, ctx->arena, visit->place.site_id, &site);
	TRY(found);
	if (found == 0 && site.has_position)
		visit->moved = geo_distance_m(site.latitude_e7, site.longitude_e7,
				       ident->latitude_e5 * 100, ident->longitude_e5 * 100) > FAR_M;
	return 0;
}

/* 0 with the visit, a rendered refusal (*ret_done), or a fault. */
static int visit_of(struct api_call *call, struct offline_visit *visit, bool *ret_done)
{
	bool offered;
	int result = api_offline_ident(call->ctx, call->params[0], &visit->ident, &visit->place);

	TRY(result);
	*ret_done = true;
	if (result != 0)
		return page_offline_refused(call, api_offline_word(result));
	TRY(api_offline_offered(call->ctx, &visit->place, &offered));
	if (!offered)
		return page_offline_refused(call, "pile");
	if (visit->ident.state == OFFLINE_OUT)
		return page_offline_refused(call, "out");
	*ret_done = false;
	TRY(look_where(call->ctx, visit));
	return reads_pile(call->ctx, &visit->place, &visit->pile);
}

static void put_amounts(
	struct api_call *call, struct html_value *view, const struct offline_visit *visit)
{
	static const int64_t usual[AMOUNTS] = {3000, 5000, 10000};
	const struct app_offline *limits = &call->ctx->config->offline;
	struct html_value *list = html_set_list(view, "amounts");
	struct str currency = visit->place.currency;
	struct arena *arena = call->ctx->arena;
	bool checked = false;

	for (size_t i = 0; i < AMOUNTS; i++) {
		int64_t dwh =
			tariff_energy_for(&visit->pile.tariff, visit->pile.price.slot, usual[i]);
		struct html_value *item;

		if (usual[i] > limits->max_minor && checked)
			continue;
		item = html_add(list);
		html_set_int(item, "minor", usual[i]);
		html_set_str(item, "text", format_money(arena, call->lang, usual[i], currency));
		html_set_str(item, "energy",
			dwh > 0 ? str_format(arena, "\xE2\x89\x88 %.*s kWh",
					  STR_FMT(format_kwh(arena, call->lang, dwh)))
				: STR(""));
		html_set_bool(item, "checked", i == 1 || limits->max_minor < usual[1]);
		checked = true;
	}
}

static void put_timing(
	struct api_call *call, struct html_value *view, const struct offline_visit *visit)
{
	bool credit = call->ctx->config->offline.credit_max_minor > 0;
	bool hold = str_is(visit->place.timing, "hold");

	html_set_bool(view, "credit", credit);
	html_set_bool(view, "timing_hold", hold);
	html_set_bool(view, "timing_prepay", !hold);
	html_set_str(view, "timing", visit->place.timing);
	html_set_str(view, "credit_max",
		format_money(call->ctx->arena, call->lang,
			call->ctx->config->offline.credit_max_minor, visit->place.currency));
}

static int render_offline(struct api_call *call, const struct offline_visit *visit)
{
	struct arena *arena = call->ctx->arena;
	struct html_value *view = pages_view(call);

	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	html_set_int(
		pages_place(view, &visit->place, arena), "connector", visit->ident.connector_no);
	html_set_str(view, "action", str_format(arena, "/q/%.*s/start", STR_FMT(call->params[0])));
	html_set_str(view, "tariff_hash", visit->pile.tariff.hash);
	html_set_bool(view, "plugged", visit->ident.state == OFFLINE_PLUGGED);
	html_set_bool(view, "busy", visit->ident.state == OFFLINE_BUSY);
	html_set_bool(view, "moved", visit->moved);
	if (visit->ident.has_latitude_e5 && visit->ident.has_longitude_e5)
		html_set_str(view, "position",
			str_format(arena, "%lld,%lld", (long long)visit->ident.latitude_e5,
				(long long)visit->ident.longitude_e5));
	html_set_bool(
		view, "can_start", visit->pile.price.known && visit->ident.state != OFFLINE_BUSY);
	if (visit->pile.price.known) {
		pages_prices(call, view, &visit->pile);
		put_amounts(call, view, visit);
	}
	put_timing(call, view, visit);
	if (visit->problem)
		html_set_str(view, "problem", pages_text(call, "problem.", visit->problem, ""));
	return pages_render(call, visit->status, "offline", view);
}

int page_offline(struct api_call *call)
{
	struct offline_visit visit = {.status = 200};
	bool done;
	int result = visit_of(call, &visit, &done);

	return result != 0 || done ? result : render_offline(call, &visit);
}

/* A number from the form in thousandths, so that "7.5" kWh counts; 0 when empty, -1 when bad. */
static int64_t form_number(const struct api_call *call, const char *name, int64_t most)
{
	struct str text = str_trim(http_param(call->ctx->arena, call->request->body, name));
	int64_t value;

	if (text.len == 0)
		return 0;
	if (text.len > 12 || !str_to_fixed(text, 3, false, &value) || value < 0 || value > most)
		return -1;
	return value;
}

static struct str form_word(const struct api_call *call, const char *name)
{
	struct str value = http_param(call->ctx->arena, call->request->body, name);

	return value.ptr && value.len <= API_PARAM_LEN ? value : STR("");
}

static const char *wish_of(
	struct api_call *call, const struct offline_visit *visit, struct offline_wish *ret_wish)
{
	int64_t kwh = form_number(call, "kwh", 1000 * 1000);
	int64_t minutes = form_number(call, "minutes", 1000 * OFFLINE_LASTS_MAX_S / 60);
	struct str timing = form_word(call, "timing");
	int64_t minor = 0;

	if (!str_to_i64(form_word(call, "amount"), &minor) || minor < 1 || minor > MONEY_MAX)
		return "amount";
	if (kwh < 0 || minutes < 0)
		return "offline_wish";
	*ret_wish = (struct offline_wish){.pile_id = visit->place.pile_id,
		.connector_no = visit->ident.connector_no,
		.nonce = visit->ident.nonce,
		.driver = driver_of(call),
		.timing = str_is(timing, "credit")              ? TIMING_CREDIT
			  : str_is(visit->place.timing, "hold") ? TIMING_HOLD
								: TIMING_PREPAY,
		.language = call->lang,
		.tariff_hash = form_word(call, "tariff_hash"),
		.limit_minor = minor,
		.limit_dwh = kwh * (DWH_PER_KWH / 1000),
		.limit_s = minutes * 60 / 1000};
	return NULL;
}

static const char *open_word(int outcome)
{
	switch ((enum charging_outcome)outcome) {
	case CHARGING_E_AMOUNT:
		return "offline_amount";
	case CHARGING_E_BUSY:
		return "busy";
	case CHARGING_E_TARIFF:
		return "tariff";
	default:
		return "other";
	}
}

/* Back to an order that is not settled: with a new nonce when it waits for this very pile. */
static int back_to(struct api_call *call, const struct offline_visit *visit, struct str token)
{
	struct order order;
	int result = store_order_by_token(call->ctx->db, call->ctx->arena, token, &order);

	TRY(result);
	if (result == 0 && public_owns(call, &order)) {
		result = offline_order_renew(call->ctx, &order, &visit->ident);
		TRY(result);
		if (result == 0)
			return reply_redirect(
				call, str_format(call->ctx->arena, "/c/%.*s", STR_FMT(token)));
	}
	return reply_redirect(
		call, str_format(call->ctx->arena, "/o/%.*s?unsettled=1", STR_FMT(token)));
}

int page_offline_start(struct api_call *call)
{
	struct offline_visit visit = {.status = 422};
	struct offline_wish wish;
	struct order order;
	bool done;
	int result = visit_of(call, &visit, &done);

	if (result != 0 || done)
		return result;
	visit.problem = visit.ident.state == OFFLINE_BUSY ? "busy" : wish_of(call, &visit, &wish);
	if (visit.problem)
		return render_offline(call, &visit);
	if (visit.moved)
		TRY(tell_alarm(call->ctx, visit.place.tenant_id, "pile_moved",
			str_format(call->ctx->arena, "pile:%lld", (long long)visit.place.pile_id),
			STR("{}")));
	result = offline_order_open(call->ctx, &wish, &order);
	TRY(result);
	if (result == CHARGING_E_UNSETTLED)
		return back_to(call, &visit, order.token);
	if (result != 0) {
		visit.problem = open_word(result);
		return render_offline(call, &visit);
	}
	public_give_key(call, &order);
	return reply_redirect(
		call, str_format(call->ctx->arena, "/%s/%.*s",
			      order.state == ORDER_STARTING ? "c" : "o", STR_FMT(order.token)));
}

/* --- the start code --- */

static int render_code(
	struct api_call *call, const struct order *order, struct str text, int64_t until_us)
{
	struct arena *arena = call->ctx->arena;
	struct html_value *view = pages_view(call);
	struct reads_place place;
	struct buf svg;

	buf_init(&svg, arena, SVG_MAX);
	TRY(reads_place(call->ctx, order->pile_id, &place));
	if (!view || !qr_draw_svg(text, &svg))
		return FAULT(FAULT_NOMEM, "page");
	html_set_int(pages_place(view, &place, arena), "connector", order->connector_no);
	html_set_str(view, "token", order->token);
	html_set_bool(view, "expired", until_us == 0);
	html_set_safe(view, "svg", buf_str(&svg));
	html_set_str(view, "code", text);
	html_set_str(view, "until", format_clock(arena, place.zone, until_us));
	html_set_str(view, "until_at", until_us ? time_text(arena, until_us) : STR(""));
	html_set_str(view, "limit",
		format_money(arena, call->lang, order->limit_minor, order->currency));
	return pages_render(call, 200, "code", view);
}

int page_code(struct api_call *call)
{
	struct order order;
	struct str text;
	int64_t until_us;
	int result = public_find(call, &order);

	if (result != 0)
		return result;
	if (!public_owns(call, &order))
		return P_FORBIDDEN;
	if (order.starter != STARTER_OFFLINE || order.state != ORDER_STARTING)
		return reply_redirect(
			call, str_format(call->ctx->arena, "/o/%.*s", STR_FMT(order.token)));
	result = api_offline_code(call->ctx, &order, &text, &until_us);
	TRY(result);
	if (result != 0)
		return page_offline_refused(call, "pile");
	return render_code(call, &order, text, until_us);
}

/* The worker that keeps the start code while there is no network; it rules over /c/ only, because
 * it is served there. */
int page_code_worker(struct api_call *call)
{
	struct str text = files_get(STR("dist/code-worker.js"), call->ctx->arena);

	if (!text.ptr)
		return P_NOT_FOUND;
	call->response->status = 200;
	call->response->content_type = STR("text/javascript; charset=utf-8");
	call->response->body = text;
	return 0;
}

int page_scan(struct api_call *call)
{
	return pages_render(call, 200, "scan", pages_view(call));
}
