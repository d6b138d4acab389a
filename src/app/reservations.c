/* reservations.c - keeping a connector free (see reservations.h). The pile holds the reservation;
 * we keep what it said, and its end when it says nothing. */
#include "app/reservations.h"

#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/station.h"
#include "domain/token.h"
#include "store/member.h"
#include "store/locallist.h"
#include "store/model.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/reservation.h"

#define TIME_LEAST_US (60 * US_PER_S)
#define TIME_MOST_US (24 * US_PER_HOUR)
#define HELD_MOST 4   /* open ones from one address */
#define ASKED_MOST 12 /* in an hour, from one address */
#define TICK_RESERVATIONS 64
#define NUMBER_TRIES 8

static int tell_connector(struct ctx *ctx, const struct reservation *reservation)
{
	struct pile pile;
	int result = store_pile_get(ctx->db, ctx->arena, reservation->pile_id, &pile);

	TRY(result);
	if (result != 0)
		return 0;
	return tell(ctx, pile.tenant_id, "pile", pile.id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(pile.code)));
}

/* Moves it along the table and stores it; an event that changes nothing is passed over. */
static int move(struct ctx *ctx, struct reservation *reservation, enum reservation_event event,
	struct str reason)
{
	enum reservation_state to = reservation_next(reservation->state, event);
	int result;

	if (to == reservation->state)
		return 0;
	reservation->state = to;
	reservation->reason = reason;
	if (!reservation_is_open(to))
		reservation->done_us = ctx->now_us;
	result = store_reservation_put(ctx->db, reservation);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_BUSY, "a reservation changed meanwhile");
	return tell_connector(ctx, reservation);
}

static int check_place(
	struct ctx *ctx, const struct reservation_wish *wish, struct place *ret_place)
{
	int64_t busy;
	int result =
		store_pile_place(ctx->db, ctx->arena, wish->pile_id, wish->connector_no, ret_place);

	TRY(result);
	if (result != 0 || ret_place->state != PILE_APPROVED ||
		(wish->tenant_id != 0 && wish->tenant_id != ret_place->tenant_id))
		return RESERVATIONS_E_PILE;
	if (!ret_place->online)
		return RESERVATIONS_E_OFFLINE;
	if (wish->connector_no < 1 ||
		(ret_place->status.len > 0 && !str_is(ret_place->status, "Available")))
		return RESERVATIONS_E_CONNECTOR;
	TRY(store_order_busy(ctx->db, wish->pile_id, wish->connector_no, &busy));
	return busy == 0 ? 0 : RESERVATIONS_E_TAKEN;
}

/* One open one a browser; an address, which may stand for many, holds a little more. */
static int check_driver(
	struct ctx *ctx, const struct reservation_wish *wish, const struct place *place)
{
	struct reservation other;
	int64_t count;
	int result;

	if (wish->held.len > 0) {
		result = store_reservation_by_token(ctx->db, ctx->arena, wish->held, &other);
		TRY(result);
		if (result == 0 && reservation_is_open(other.state) && other.until_us > ctx->now_us)
			return RESERVATIONS_E_MANY;
	}
	if (wish->remote.len == 0)
		return 0;
	TRY(store_reservation_held_by(ctx->db, place->tenant_id, wish->remote, &count));
	if (count >= HELD_MOST)
		return RESERVATIONS_E_MANY;
	TRY(store_reservation_asked_from(
		ctx->db, place->tenant_id, wish->remote, ctx->now_us - US_PER_HOUR, &count));
	return count < ASKED_MOST ? 0 : RESERVATIONS_E_RATE;
}

static int check_wish(struct ctx *ctx, const struct reservation_wish *wish,
	const struct place *place, struct token *ret_token)
{
	int64_t longest_us = wish->longest_us > 0 ? wish->longest_us : TIME_MOST_US;
	struct reservation other;
	int result = store_reservation_on(
		ctx->db, ctx->arena, wish->pile_id, wish->connector_no, &other);

	TRY(result);
	if (result == 0)
		return RESERVATIONS_E_TAKEN;
	if (wish->until_us < ctx->now_us + TIME_LEAST_US ||
		wish->until_us > ctx->now_us + longest_us)
		return RESERVATIONS_E_TIME;
	result = check_driver(ctx, wish, place);
	if (result != 0)
		return result;
	if (wish->id_tag.len == 0)
		return 0;
	result = store_member_tag_find(ctx->db, ctx->arena, place->tenant_id,
		token_normal(ctx->arena, wish->id_tag), ret_token);
	TRY(result);
	return result == 0 && token_check(ret_token, ctx->now_us) == 0 ? 0 : RESERVATIONS_E_TAG;
}

/* Numbers are random, so that nobody cancels another's by counting. */
static int add(struct ctx *ctx, struct reservation *reservation)
{
	for (int i = 0; i < NUMBER_TRIES; i++) {
		int result;

		reservation->number = 1 + (int64_t)rng_below(ctx->rng, INT32_MAX - 1);
		result = store_reservation_add(ctx->db, reservation);
		TRY(result);
		if (result == 0)
			return 0;
	}
	return FAULT(FAULT_BUG, "no free reservation number");
}

static int ask_reserve(struct ctx *ctx, const struct reservation *reservation)
{
	struct ask ask = {.kind = ASK_RESERVE,
		.pile_id = reservation->pile_id,
		.about_id = reservation->id,
		.user_id = reservation->user_id,
		.number = reservation->number,
		.connector_no = reservation->connector_no,
		.until_us = reservation->until_us,
		.id_tag = reservation->id_tag,
		.parent = reservation->parent};
	int64_t id;

	return ask_pile(ctx, &ask, &id);
}

static bool names(struct str words, const char *word)
{
	while (words.len > 0) {
		if (str_is(str_trim(str_cut(&words, ',')), word))
			return true;
	}
	return false;
}

int reservations_possible(struct ctx *ctx, int64_t pile_id, bool *ret_possible)
{
	struct str profiles;
	int64_t off;
	int result = store_pile_setting_get(
		ctx->db, ctx->arena, pile_id, STR("SupportedFeatureProfiles"), &profiles);

	TRY(result);
	*ret_possible = result != 0 || names(profiles, "Reservation");
	if (!*ret_possible)
		return 0;
	TRY(store_variable_off(ctx->db, pile_id, STR("ReservationCtrlr"), &off));
	*ret_possible = off == 0;
	return 0;
}

int reservations_open(
	struct ctx *ctx, const struct reservation_wish *wish, struct reservation *ret_reservation)
{
	struct reservation reservation = {.state = RESERVATION_ASKED, .version = 1};
	struct token token = {0};
	struct place place;
	uint8_t bytes[18];
	int result = check_place(ctx, wish, &place);

	if (result == 0)
		result = check_wish(ctx, wish, &place, &token);
	if (result != 0)
		return result;
	ctx->rng->fill(ctx->rng, bytes, sizeof(bytes));
	reservation.id = CTX_ID(ctx);
	reservation.tenant_id = place.tenant_id;
	reservation.pile_id = wish->pile_id;
	reservation.connector_no = wish->connector_no;
	reservation.token = rng_token(ctx->rng, ctx->arena, 16);
	reservation.id_tag = wish->id_tag.len > 0 ? token.id_tag : token_start(ctx->arena, bytes);
	reservation.parent = token.parent;
	reservation.member_id = token.member_id;
	reservation.user_id = wish->user_id;
	reservation.remote = wish->remote;
	reservation.created_us = ctx->now_us;
	reservation.until_us = wish->until_us;
	TRY(add(ctx, &reservation));
	result = ask_reserve(ctx, &reservation);
	TRY(result);
	if (result != 0)
		TRY(move(ctx, &reservation, RESERVATION_ON_REFUSED,
			result == ASK_E_FULL ? STR("queue") : STR("unsupported")));
	*ret_reservation = reservation;
	return 0;
}

static int ask_cancel(struct ctx *ctx, const struct reservation *reservation)
{
	struct ask ask = {.kind = ASK_RESERVE_CANCEL,
		.pile_id = reservation->pile_id,
		.about_id = reservation->id,
		.number = reservation->number,
		.valid_us = reservation->until_us - ctx->now_us};
	int64_t id;
	int result = ask_pile(ctx, &ask, &id);

	TRY(result); /* a full queue or another protocol: time ends it */
	return 0;
}

int reservations_cancel(struct ctx *ctx, int64_t tenant_id, int64_t id, struct str token,
	struct reservation *ret_reservation)
{
	int result =
		id != 0 ? store_reservation_get(ctx->db, ctx->arena, id, ret_reservation)
			: store_reservation_by_token(ctx->db, ctx->arena, token, ret_reservation);

	TRY(result);
	if (result != 0 || (tenant_id != 0 && tenant_id != ret_reservation->tenant_id))
		return RESERVATIONS_E_UNKNOWN;
	if (ret_reservation->state == RESERVATION_CANCELLING)
		return 0;
	if (!reservation_is_open(ret_reservation->state))
		return RESERVATIONS_E_STATE;
	TRY(move(ctx, ret_reservation, RESERVATION_ON_CANCEL, STR("")));
	if (ret_reservation->until_us <= ctx->now_us)
		return 0; /* the timer is about to end it */
	return ask_cancel(ctx, ret_reservation);
}

int reservations_check(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str token,
	struct reservation *ret_reservation)
{
	int result =
		store_reservation_on(ctx->db, ctx->arena, pile_id, connector_no, ret_reservation);

	TRY(result);
	if (result != 0 || ret_reservation->until_us <= ctx->now_us ||
		ret_reservation->state == RESERVATION_CANCELLING) {
		*ret_reservation = (struct reservation){0};
		return 0;
	}
	return token.len > 0 && str_eq(token, ret_reservation->token) ? 0 : RESERVATIONS_E_TAKEN;
}

int reservations_order(struct ctx *ctx, struct reservation *reservation, int64_t order_id)
{
	int result;

	reservation->order_id = order_id;
	result = store_reservation_put(ctx->db, reservation);
	TRY(result);
	return result == 0 ? 0 : FAULT(FAULT_BUSY, "a reservation changed meanwhile");
}

int reservations_started(struct ctx *ctx, int64_t pile_id, int64_t connector_no, int64_t number,
	struct str id_tag, int64_t order_id)
{
	struct reservation reservation;
	int result = STORE_E_MISSING;

	if (number >= 0)
		result = store_reservation_by_number(
			ctx->db, ctx->arena, pile_id, number, &reservation);
	TRY(result);
	if (result != 0)
		result = store_reservation_on(
			ctx->db, ctx->arena, pile_id, connector_no, &reservation);
	TRY(result);
	/* Another one's charge leaves it as it is, whatever the pile thinks. */
	if (result != 0 ||
		(number != reservation.number && !str_eq_nocase(id_tag, reservation.id_tag)))
		return 0;
	reservation.order_id = order_id;
	return move(ctx, &reservation, RESERVATION_ON_START, STR(""));
}

int reservations_reported(struct ctx *ctx, int64_t pile_id, int64_t number, bool expired)
{
	struct reservation reservation;
	int result =
		store_reservation_by_number(ctx->db, ctx->arena, pile_id, number, &reservation);

	TRY(result);
	if (result != 0)
		return 0;
	return move(ctx, &reservation, expired ? RESERVATION_ON_TIME : RESERVATION_ON_GONE,
		expired ? STR("") : STR("pile"));
}

int reservations_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	bool accepted = answer->verdict == ASK_ACCEPTED;
	struct reservation reservation;
	int result = store_reservation_get(ctx->db, ctx->arena, answer->about_id, &reservation);

	TRY(result);
	if (result != 0)
		return 0;
	if (answer->kind == ASK_RESERVE)
		return move(ctx, &reservation,
			accepted ? RESERVATION_ON_ACCEPTED : RESERVATION_ON_REFUSED,
			accepted ? STR("") : str_from(ask_verdict_name(answer->verdict)));
	/* Refused: the pile does not know it any more. No answer: time ends it. */
	if (answer->verdict == ASK_LOST)
		return 0;
	return move(ctx, &reservation, RESERVATION_ON_GONE, STR(""));
}

int reservations_tick(struct ctx *ctx)
{
	struct reservation *due;
	size_t len;

	TRY(store_reservation_due(ctx->db, ctx->arena, ctx->now_us, TICK_RESERVATIONS, &due, &len));
	for (size_t i = 0; i < len; i++)
		TRY(move(ctx, &due[i], RESERVATION_ON_TIME, STR("")));
	return 0;
}
