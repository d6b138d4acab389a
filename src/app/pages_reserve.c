/* pages_reserve.c - a driver keeps a free connector: the form, and the reservation's own page. Who
 * has the page's address may cancel and start, as with a ticket; the browser that was last on it
 * starts from the landing page. */
#include "app/api_handlers.h"
#include "app/api_public.h"
#include "app/auth.h"
#include "app/pages.h"
#include "app/reservations.h"
#include "base/clock.h"
#include "store/order.h"
#include "store/reservation.h"

#define RESERVATION_TOKEN_MAX 64
#define ASKED_REFRESH_S 2  /* the pile is about to answer */
#define HELD_REFRESH_S 20  /* it may be used up or let go meanwhile */
#define COOKIE_LEAST_S 600 /* of the page of one that is over */

/* --- the form --- */

/* A connector somebody wants to keep. */
struct seat {
	struct reads_pile pile;
	const struct reads_connector *connector;
	const char *problem; /* why it cannot be had now: reserve.problem.<word>; NULL */
};

static const char *seat_problem(const struct seat *seat, bool possible, bool taken)
{
	enum reads_plug plug = seat->connector->plug;

	if (seat->pile.place.reserve_min == 0)
		return "off";
	if (plug == PLUG_OFFLINE)
		return "offline";
	if (!possible)
		return "unsupported";
	return taken ? "taken" : plug != PLUG_FREE ? "connector" : NULL;
}

/* P_NOT_FOUND: no such pile or connector. */
static int find_seat(struct api_call *call, struct seat *ret_seat)
{
	struct reads_place place;
	struct reservation other;
	struct seat seat = {0};
	bool possible;
	int64_t no;
	int result = reads_place_code(call->ctx, call->params[0], &place);

	TRY(result);
	if (result > 0 || !str_to_i64(call->params[1], &no))
		return P_NOT_FOUND;
	TRY(reads_pile(call->ctx, &place, &seat.pile));
	for (size_t i = 0; i < seat.pile.connectors_len; i++) {
		if (seat.pile.connectors[i].connector.no == no)
			seat.connector = &seat.pile.connectors[i];
	}
	if (!seat.connector)
		return P_NOT_FOUND;
	TRY(reservations_possible(call->ctx, place.pile_id, &possible));
	result = store_reservation_on(call->ctx->db, call->ctx->arena, place.pile_id, no, &other);
	TRY(result);
	seat.problem =
		seat_problem(&seat, possible, result == 0 && other.until_us > call->ctx->now_us);
	*ret_seat = seat;
	return 0;
}

/* Usual times up to the site's longest, which is the last of them. */
static void put_times(
	struct api_call *call, struct html_value *form, const struct seat *seat, int64_t wished)
{
	static const int64_t usual[] = {5, 10, 15, 30, 60, 120};
	const struct reads_place *place = &seat->pile.place;
	struct html_value *times = html_set_list(form, "times");
	struct arena *arena = call->ctx->arena;
	int64_t longest = place->reserve_min;
	bool last = false;

	for (size_t i = 0; !last; i++) {
		struct html_value *item;
		int64_t minutes;

		last = i == sizeof(usual) / sizeof(usual[0]) || usual[i] >= longest;
		minutes = last ? longest : usual[i];
		item = html_add(times);
		html_set_int(item, "minutes", minutes);
		html_set_str(item, "until",
			format_clock(arena, place->zone, call->ctx->now_us + minutes * US_PER_MIN));
		html_set_bool(item, "checked", wished ? minutes == wished : last);
	}
}

/* The one this browser holds, so that it finds its way back to it. */
static int put_held(struct api_call *call, struct html_value *view, bool *ret_holds)
{
	struct str token = public_reservation(call);
	struct reservation held;
	int result;

	*ret_holds = false;
	if (token.len == 0)
		return 0;
	result = store_reservation_by_token(call->ctx->db, call->ctx->arena, token, &held);
	TRY(result);
	*ret_holds =
		result == 0 && reservation_is_open(held.state) && held.until_us > call->ctx->now_us;
	if (*ret_holds)
		html_set_str(html_set_object(view, "held"), "href",
			str_format(call->ctx->arena, "/r/%.*s", STR_FMT(held.token)));
	return 0;
}

static void put_seat(struct api_call *call, struct html_value *view, const struct seat *seat)
{
	const struct connector *connector = &seat->connector->connector;
	struct html_value *item = html_set_object(view, "connector");
	struct arena *arena = call->ctx->arena;

	pages_place(view, &seat->pile.place, arena);
	html_set_int(item, "no", connector->no);
	html_set_str(item, "plug", connector->plug);
	html_set_str(item, "max_kw",
		connector->max_w
			? str_format(arena, "%lld", (long long)((connector->max_w + 500) / 1000))
			: STR(""));
	html_set_str(view, "back",
		str_format(arena, "/p/%.*s/%lld", STR_FMT(seat->pile.place.code),
			(long long)connector->no));
}

/* `problem`: why what was asked for is not done; NULL. What can be mended here keeps the form. */
static int render_form(struct api_call *call, const struct seat *seat, const char *problem,
	int status, int64_t wished)
{
	struct html_value *view = pages_view(call), *form;
	struct arena *arena = call->ctx->arena;
	bool holds;

	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	put_seat(call, view, seat);
	TRY(put_held(call, view, &holds));
	if (holds && !problem)
		problem = "many";
	if (problem)
		html_set_str(view, "problem", pages_text(call, "reserve.problem.", problem, ""));
	if (!seat->problem && !holds) {
		form = html_set_object(view, "form");
		html_set_str(form, "action",
			str_format(arena, "/p/%.*s/%lld/reserve", STR_FMT(seat->pile.place.code),
				(long long)seat->connector->connector.no));
		put_times(call, form, seat, wished);
	}
	return pages_render(call, status, "reserve", view);
}

int page_reserve(struct api_call *call)
{
	struct seat seat;
	int result = find_seat(call, &seat);

	return result != 0 ? result
			   : render_form(call, &seat, seat.problem, seat.problem ? 409 : 200, 0);
}

static const char *open_word(int outcome)
{
	switch (outcome) {
	case RESERVATIONS_E_OFFLINE:
		return "offline";
	case RESERVATIONS_E_CONNECTOR:
		return "connector";
	case RESERVATIONS_E_TAKEN:
		return "taken";
	case RESERVATIONS_E_TIME:
		return "time";
	case RESERVATIONS_E_MANY:
		return "many";
	case RESERVATIONS_E_RATE:
		return "rate";
	default:
		return "off";
	}
}

static int open_status(int outcome)
{
	return outcome == RESERVATIONS_E_TIME ? 422 : outcome == RESERVATIONS_E_RATE ? 429 : 409;
}

/* Minutes from the form: a number above 0 and within the site's limit, or 0. */
static int64_t wished_minutes(struct api_call *call, const struct seat *seat)
{
	struct str text = http_param(call->ctx->arena, call->request->body, "minutes");
	int64_t minutes;

	return text.ptr && str_to_i64(text, &minutes) && minutes > 0 &&
			       minutes <= seat->pile.place.reserve_min
		       ? minutes
		       : 0;
}

static void give_cookie(struct api_call *call, const struct reservation *reservation)
{
	int64_t left_s = (reservation->until_us - call->ctx->now_us) / US_PER_S;

	reply_cookie(call, STR(RESERVATION_COOKIE), reservation->token,
		left_s > COOKIE_LEAST_S ? left_s : COOKIE_LEAST_S);
}

int page_reserve_open(struct api_call *call)
{
	struct reservation reservation;
	struct reservation_wish wish;
	struct seat seat;
	int64_t minutes;
	int result = find_seat(call, &seat);

	if (result != 0)
		return result;
	if (seat.problem)
		return render_form(call, &seat, seat.problem, 409, 0);
	minutes = wished_minutes(call, &seat);
	if (minutes == 0)
		return render_form(call, &seat, "time", 422, 0);
	wish = (struct reservation_wish){
		.pile_id = seat.pile.place.pile_id,
		.connector_no = seat.connector->connector.no,
		.until_us = call->ctx->now_us + minutes * US_PER_MIN,
		.longest_us = seat.pile.place.reserve_min * US_PER_MIN,
		.remote = auth_address(call->request->remote),
		.held = public_reservation(call),
	};
	result = reservations_open(call->ctx, &wish, &reservation);
	TRY(result);
	if (result != 0)
		return render_form(call, &seat, open_word(result), open_status(result), minutes);
	give_cookie(call, &reservation);
	return reply_redirect(
		call, str_format(call->ctx->arena, "/r/%.*s", STR_FMT(reservation.token)));
}

/* --- its own page --- */

static int find_reservation(struct api_call *call, struct reservation *ret_reservation)
{
	int result;

	if (call->params[0].len > RESERVATION_TOKEN_MAX)
		return P_NOT_FOUND;
	result = store_reservation_by_token(
		call->ctx->db, call->ctx->arena, call->params[0], ret_reservation);
	TRY(result);
	return result == 0 ? 0 : P_NOT_FOUND;
}

/* A reason known to the catalogue in its own words; any other in general ones. */
static struct str reason_text(struct api_call *call, const struct reservation *reservation)
{
	struct str text = text_join(call->lang, call->ctx->arena, "reserve.why.",
		reservation->reason, "", "reserve.why.other");

	return text.ptr ? text : reservation->reason;
}

/* The order its start opened. One that came to nothing has used up the reservation's start: the
 * pile knows only one. */
static int put_order(
	struct api_call *call, struct html_value *view, const struct reservation *reservation)
{
	struct order order;
	int result;

	if (reservation->order_id == 0)
		return 0;
	result = store_order_get(call->ctx->db, call->ctx->arena, reservation->order_id, &order);
	TRY(result);
	if (result != 0)
		return 0;
	html_set_bool(view, "spent",
		order_is_final(order.state) && reservation->state == RESERVATION_HELD);
	html_set_str(html_set_object(view, "order"), "href",
		str_format(call->ctx->arena, "/o/%.*s", STR_FMT(order.token)));
	return 0;
}

static void put_times_of(struct api_call *call, struct html_value *view, struct str zone,
	const struct reservation *reservation)
{
	int64_t left_us = reservation->until_us - call->ctx->now_us;
	struct arena *arena = call->ctx->arena;

	html_set_str(view, "until", format_clock(arena, zone, reservation->until_us));
	html_set_str(view, "made", format_date(arena, call->lang, zone, reservation->created_us));
	html_set_int(view, "left_min", left_us > 0 ? (left_us + US_PER_MIN - 1) / US_PER_MIN : 0);
}

/* Which shape and colour goes with a state; the words beside it say the same. */
static const char *look_of(enum reservation_state state)
{
	switch (state) {
	case RESERVATION_HELD:
		return "free";
	case RESERVATION_USED:
		return "busy";
	case RESERVATION_REFUSED:
		return "fault";
	case RESERVATION_ASKED:
	case RESERVATION_CANCELLING:
		return "waiting";
	default:
		return "unavailable";
	}
}

static int render_reservation(struct api_call *call, const struct reservation *reservation)
{
	bool over = reservation->until_us <= call->ctx->now_us;
	enum reservation_state state = over && reservation_is_open(reservation->state)
					       ? RESERVATION_EXPIRED
					       : reservation->state;
	const char *word = reservation_state_name(state);
	struct html_value *view = pages_view(call);
	struct arena *arena = call->ctx->arena;
	struct reads_place place;
	int result = reads_place(call->ctx, reservation->pile_id, &place);

	TRY(result);
	if (result > 0 || !view)
		return FAULT(FAULT_CORRUPT, "a reservation without pile");
	pages_place(view, &place, arena);
	put_times_of(call, view, place.zone, reservation);
	html_set_int(view, "no", reservation->connector_no);
	html_set_str(view, "look", str_from(look_of(state)));
	html_set_str(view, "state_text", pages_text(call, "reserve.state.", word, ""));
	html_set_str(view, "hint_text",
		state == RESERVATION_REFUSED ? reason_text(call, reservation)
					     : pages_text(call, "reserve.state.", word, ".hint"));
	html_set_bool(view, "lasting", state == RESERVATION_HELD);
	html_set_str(view, "landing",
		str_format(arena, "/p/%.*s/%lld", STR_FMT(place.code),
			(long long)reservation->connector_no));
	html_set_bool(view, "again", !reservation_is_open(state) && state != RESERVATION_USED);
	if (state == RESERVATION_ASKED || state == RESERVATION_HELD)
		html_set_str(html_set_object(view, "cancel"), "action",
			str_format(arena, "/r/%.*s/cancel", STR_FMT(reservation->token)));
	html_set_bool(view, "can_start", state == RESERVATION_HELD && reservation->order_id == 0);
	TRY(put_order(call, view, reservation));
	if (reservation_is_open(state))
		reply_header(call, "Refresh: %d",
			state == RESERVATION_HELD ? HELD_REFRESH_S : ASKED_REFRESH_S);
	return pages_render(call, 200, "reservation", view);
}

int page_reservation(struct api_call *call)
{
	struct reservation reservation;
	int result = find_reservation(call, &reservation);

	if (result != 0)
		return result;
	if (reservation_is_open(reservation.state) && reservation.until_us > call->ctx->now_us)
		give_cookie(call, &reservation);
	return render_reservation(call, &reservation);
}

/* Cancelled twice, or too late: the page tells how it stands. */
int page_reservation_cancel(struct api_call *call)
{
	struct reservation reservation;
	int result = find_reservation(call, &reservation);

	if (result != 0)
		return result;
	TRY(reservations_cancel(call->ctx, 0, 0, reservation.token, &reservation));
	return reply_redirect(
		call, str_format(call->ctx->arena, "/r/%.*s", STR_FMT(reservation.token)));
}
