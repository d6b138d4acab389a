/* future.c - shares of a site from now on (rules in future.h). */
#include "domain/future.h"

#include <string.h>

#include "domain/profile.h"

#define NOT_LOOKED_AT INT32_MAX
#define US_PER_S INT64_C(1000000)
#define ENDS_PASSES 3 /* what one more car's end leaves to others, or takes from them */

static int64_t until_s(const struct future *future, size_t at)
{
	return at + 1 < future->len ? future->from_s[at + 1] : PLAN_ALWAYS;
}

static int32_t larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

void future_heard(const struct future *future, const struct plan *told, const struct plan *may,
	struct future_car *ret_car)
{
	const struct plan *all = may->len > 0 ? may : told;
	int64_t later_s = future->from_s[0] + FUTURE_LATER_S;

	for (size_t at = 0; at < future->len; at++) {
		int64_t from_s = future->from_s[at], to_s = until_s(future, at);

		ret_car->most_ma[at] = plan_most(told, from_s, to_s);
		ret_car->least_ma[at] =
			from_s >= later_s
				? NOT_LOOKED_AT
				: plan_least(told, from_s, to_s < later_s ? to_s : later_s);
		ret_car->may_ma[at] = plan_most(all, from_s, to_s);
		ret_car->sure_ma[at] = plan_least(all, from_s, to_s);
	}
}

/* --- deciding --- */

/* A single step has an end, and nothing rises in it. */
static bool is_single(const struct future_car *car)
{
	return car->periods == 1;
}

/* What it has by then of the energy it wants. */
static void pass_time(const struct future *future, size_t at, const struct share_car *car,
	struct future_car *future_car)
{
	int64_t seconds = future->from_s[at] - future->from_s[at - 1];
	__int128 given = (__int128)future_car->share_ma[at - 1] * PROFILE_MV *
			 share_phase_count(car->phases) * seconds / (INT64_C(3600) * 1000000);

	future_car->left_wh =
		given < future_car->left_wh ? future_car->left_wh - (int64_t)given : 0;
}

/* A car as it will be at that moment. */
static struct share_car car_at(const struct future *future, size_t at, const struct share_car *now,
	const struct future_car *future_car)
{
	int64_t at_us = future->from_s[at] * US_PER_S;
	struct share_car car = *now;

	if (car.held_ma >= 0) {
		car.held_ma = larger(future_car->may_ma[at], 0);
		return car;
	}
	car.need_ma = 0;
	if (future_car->left_wh > 0 && car.depart_us > at_us)
		car.need_ma = share_need_ma(future_car->left_wh, car.depart_us, at_us,
			share_phase_count(car.phases), PROFILE_MV);
	if (!car.wants || future_car->periods > 1)
		return car;
	/* it has had its end, or takes none */
	if (is_single(future_car) && future_car->share_ma[at - 1] < now->share_ma)
		car.held_ma = future_car->fallback_ma;
	else if (future_car->periods == 0 || now->share_ma == 0)
		car.held_ma = now->share_ma;
	else if (car.most_ma > now->share_ma)
		car.most_ma = now->share_ma;
	return car;
}

/* Those whose single step cannot go on as it is end here. True when there are any. */
static bool find_ends(struct share_car *work, const struct share_car *cars, size_t len,
	const struct future_car *list)
{
	bool any = false;

	for (size_t i = 0; i < len; i++) {
		if (!is_single(&list[i]) || work[i].held_ma >= 0 || !work[i].wants ||
			work[i].share_ma >= cars[i].share_ma)
			continue;
		work[i].held_ma = list[i].fallback_ma;
		any = true;
	}
	return any;
}

static void solve_at(const struct future *future, size_t at, const struct share_car *cars,
	size_t len, struct future_car *list, struct share_car *work, size_t *order)
{
	bool again = true;

	for (size_t i = 0; i < len; i++) {
		pass_time(future, at, &cars[i], &list[i]);
		work[i] = car_at(future, at, &cars[i], &list[i]);
	}
	for (int pass = 0; again && pass < ENDS_PASSES; pass++) {
		share_solve(&future->sites[at], work, len, future->from_s[at] * US_PER_S, order);
		for (size_t i = 0; i < len; i++)
			work[i].told_ma =
				is_single(&list[i]) ? cars[i].share_ma : list[i].most_ma[at];
		share_damp(&future->sites[at], work, len);
		for (size_t i = 0; i < len; i++)
			work[i].told_ma = cars[i].told_ma;
		again = find_ends(work, cars, len, list);
	}
	for (size_t i = 0; i < len; i++)
		list[i].share_ma[at] = work[i].share_ma;
}

void future_solve(const struct future *future, const struct share_car *cars, size_t len,
	struct future_car *list, struct share_car *work, size_t *order)
{
	for (size_t i = 0; i < len; i++)
		list[i].share_ma[0] = cars[i].share_ma;
	for (size_t at = 1; at < future->len; at++)
		solve_at(future, at, cars, len, list, work, order);
}

/* --- telling --- */

/* A single step, and where it cannot go on what its pile falls back to. */
static void shape_single(const struct future *future, const struct future_car *car, int32_t *shares)
{
	for (size_t at = 1; at < future->len; at++) {
		bool ended = shares[at] < shares[0] || shares[at - 1] < shares[0];

		shares[at] = ended && car->fallback_ma < shares[0] ? car->fallback_ma : shares[0];
	}
}

/* So many steps; what finds no room is joined to the last one at its lowest. */
static void shape_steps(const struct future *future, const struct future_car *car, int32_t *shares)
{
	size_t last = 0;
	int steps = 1;

	for (size_t at = 1; at < future->len && steps <= car->periods; at++) {
		if (shares[at] == shares[at - 1])
			continue;
		if (++steps <= car->periods)
			last = at;
	}
	for (size_t at = future->len; steps > car->periods && at-- > last;)
		shares[last] = shares[at] < shares[last] ? shares[at] : shares[last];
	for (size_t at = last; steps > car->periods && at < future->len; at++)
		shares[at] = shares[last];
}

static void shape(const struct future *future, const struct future_car *car, int32_t *shares)
{
	if (car->periods > 1) {
		shape_steps(future, car, shares);
	} else if (is_single(car)) {
		shape_single(future, car, shares);
	} else {
		for (size_t at = 1; at < future->len; at++)
			shares[at] = shares[0];
	}
}

/* Is there room for it all through this moment, beside all that others might have? What it has
 * there for certain it may keep in any case. */
static bool fits(const struct share_room *room, const struct share_car *car,
	const struct future_car *future_car, size_t at, int32_t ma)
{
	return ma <= larger(future_car->sure_ma[at], 0) ||
	       ma - larger(future_car->may_ma[at], 0) <= share_room_left(room, car);
}

/* ... and at once, while others still follow what they heard a moment ago? */
static bool fits_now(const struct share_room *room, const struct share_car *car,
	const struct future_car *future_car, int32_t ma)
{
	return ma <= future_car->now_ma || ma - future_car->now_ma <= share_room_left(room, car);
}

/* What may be told of the shares; what does not fit yet stays at what the car has. False when it
 * has nothing, there is no room for it now, and nothing that it might have heard is to be lowered.
 */
static bool fit(const struct future *future, const struct share_car *car,
	const struct future_car *future_car, const struct share_room *rooms, int32_t *ret_shares)
{
	bool waits = false, lowers = false;

	for (size_t at = 0; at < future->len; at++) {
		int32_t ma = future_car->share_ma[at];

		ret_shares[at] = ma;
		lowers = lowers || ma < future_car->may_ma[at];
		/* what takes no end is bound by what comes later but as far as it can be */
		if ((at > 0 && future_car->periods == 0) ||
			(fits(&rooms[at], car, future_car, at, ma) &&
				(at > 0 || fits_now(&rooms[future->len], car, future_car, ma))))
			continue;
		waits = waits || (at == 0 && car->told_ma < 0);
		ret_shares[at] = larger(future_car->sure_ma[at], 0);
	}
	shape(future, future_car, ret_shares);
	return !waits || lowers;
}

/* Is it worth a message? What is far off is only where others need it. */
static bool changes(const struct future *future, const struct share_car *car,
	const struct future_car *future_car, const struct share_room *rooms, const int32_t *shares)
{
	for (size_t at = 0; at < future->len; at++) {
		bool far = future_car->least_ma[at] == NOT_LOOKED_AT;

		if (!far && future_car->least_ma[at] < shares[at])
			return true;
		if (future_car->most_ma[at] > shares[at] &&
			(!far || share_room_left(&rooms[at], car) < 0))
			return true;
	}
	return future_car->owed;
}

static bool step(const struct future *future, const struct share_car *car,
	struct future_car *future_car, struct share_room *rooms)
{
	int32_t shares[FUTURE_MOST];

	if (car->busy || car->state == SHARE_HELD || car->state == SHARE_IDLE ||
		!fit(future, car, future_car, rooms, shares) ||
		!changes(future, car, future_car, rooms, shares))
		return false;
	for (size_t at = 0; at < future->len; at++) {
		int32_t has = larger(future_car->may_ma[at], 0);

		if (shares[at] > has) {
			share_room_take(&rooms[at], car, shares[at] - has);
			future_car->may_ma[at] = shares[at];
		}
	}
	if (shares[0] > future_car->now_ma)
		share_room_take(&rooms[future->len], car, shares[0] - future_car->now_ma);
	memcpy(future_car->share_ma, shares, sizeof(shares[0]) * future->len);
	return true;
}

void future_steps(const struct future *future, const struct share_car *cars, size_t len,
	struct future_car *list, struct share_room *rooms, bool *ret_send)
{
	for (size_t at = 0; at < future->len; at++) {
		share_room_of(&future->sites[at], &rooms[at]);
		for (size_t i = 0; i < len; i++)
			share_room_take(&rooms[at], &cars[i], larger(list[i].may_ma[at], 0));
	}
	share_room_of(&future->sites[0], &rooms[future->len]);
	for (size_t i = 0; i < len; i++)
		share_room_take(&rooms[future->len], &cars[i], list[i].now_ma);
	for (size_t i = 0; i < len; i++)
		ret_send[i] = step(future, &cars[i], &list[i], rooms);
}

bool future_plan(const struct future *future, const struct future_car *car, struct plan *ret)
{
	ret->len = 0;
	for (size_t at = 0; at < future->len; at++)
		plan_add(ret, future->from_s[at], car->share_ma[at], true);
	return is_single(car) && ret->len > 1;
}
