/* share.c - sharing a site's current among its cars (rules in share.h). */
#include "domain/share.h"

#include <string.h>

#define MANY_MA 1000000000

int share_phase_count(uint8_t bits)
{
	return (bits & 1) + (bits >> 1 & 1) + (bits >> 2 & 1);
}

uint8_t share_phase_bits(const char *rotation, size_t len, int phases)
{
	uint8_t bits = 0, all = 0;

	if (len != 1 && len != SHARE_PHASES)
		return 0;
	for (size_t i = 0; i < len; i++) {
		uint8_t bit = (uint8_t)(rotation[i] == 'R'   ? 1
					: rotation[i] == 'S' ? 2
					: rotation[i] == 'T' ? 4
							     : 0);

		if (bit == 0 || all & bit)
			return 0;
		all |= bit;
		if (phases <= 0 || (int)i < phases)
			bits |= bit;
	}
	return bits;
}

int64_t share_need_ma(int64_t energy_wh, int64_t depart_us, int64_t now_us, int phases, int64_t mv)
{
	int64_t left_s = (depart_us - now_us) / 1000000;
	__int128 per_ma; /* of energy in 1e-6 W x s */
	__int128 ma;

	if (energy_wh <= 0 || depart_us == 0 || phases < 1 || mv <= 0)
		return 0;
	if (left_s < 1)
		left_s = 1;
	per_ma = (__int128)mv * phases * left_s;
	ma = ((__int128)energy_wh * 3600 * 1000000 + per_ma - 1) / per_ma;
	return ma > MANY_MA ? MANY_MA : (int64_t)ma;
}

/* --- what is free --- */

/* The power limit as a bound of all phases' sum, in mA. */
static int64_t sum_most_ma(const struct share_site *site)
{
	return site->limit_w > 0 && site->mv > 0 ? site->limit_w * 1000000 / site->mv : 0;
}

static struct share_part site_part(const struct share_site *site)
{
	struct share_part part = {.sum_ma = sum_most_ma(site)};

	if (part.sum_ma == 0)
		part.sum_ma = INT64_C(3) * MANY_MA;
	for (int p = 0; p < SHARE_PHASES; p++) {
		part.phase_ma[p] = (int64_t)site->limit_ma[p] - site->base_ma[p] - site->reserve_ma;
		part.sum_ma -=
			(int64_t)site->base_ma[p] + (site->limit_w > 0 ? site->reserve_ma : 0);
	}
	return part;
}

void share_room_of(const struct share_site *site, struct share_room *ret_room)
{
	ret_room->site = site_part(site);
	ret_room->circuits_len = site->circuits_len;
	for (size_t i = 0; i < site->circuits_len; i++) {
		const struct share_circuit *circuit = &site->circuits[i];

		ret_room->circuits[i].sum_ma = INT64_C(3) * MANY_MA;
		for (int p = 0; p < SHARE_PHASES; p++)
			ret_room->circuits[i].phase_ma[p] =
				(int64_t)circuit->limit_ma[p] - circuit->reserve_ma;
	}
}

static void part_take(struct share_part *part, uint8_t phases, int64_t ma)
{
	for (int p = 0; p < SHARE_PHASES; p++) {
		if (phases >> p & 1)
			part->phase_ma[p] -= ma;
	}
	part->sum_ma -= ma * share_phase_count(phases);
}

void share_room_take(struct share_room *room, const struct share_car *car, int64_t ma)
{
	part_take(&room->site, car->phases, ma);
	if (car->circuit > 0)
		part_take(&room->circuits[car->circuit - 1], car->phases, ma);
}

/* May be below 0. */
static int64_t part_left(const struct share_part *part, uint8_t phases)
{
	int count = share_phase_count(phases);
	int64_t left_ma = count > 0 ? part->sum_ma / count - (part->sum_ma < 0) : 0;

	for (int p = 0; p < SHARE_PHASES; p++) {
		if (phases >> p & 1 && part->phase_ma[p] < left_ma)
			left_ma = part->phase_ma[p];
	}
	return left_ma;
}

static int64_t least_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t share_room_left(const struct share_room *room, const struct share_car *car)
{
	int64_t left_ma = part_left(&room->site, car->phases);

	return car->circuit > 0 ? least_of(left_ma,
					  part_left(&room->circuits[car->circuit - 1], car->phases))
				: left_ma;
}

int64_t share_room_for(const struct share_room *room, const struct share_car *car)
{
	int64_t left_ma = share_room_left(room, car);

	return left_ma > 0 ? left_ma : 0;
}

static bool part_kept(const struct share_part *part)
{
	return part->phase_ma[0] >= 0 && part->phase_ma[1] >= 0 && part->phase_ma[2] >= 0 &&
	       part->sum_ma >= 0;
}

static bool room_kept(const struct share_room *room)
{
	for (size_t i = 0; i < room->circuits_len; i++) {
		if (!part_kept(&room->circuits[i]))
			return false;
	}
	return part_kept(&room->site);
}

void share_free(const struct share_site *site, const struct share_car *cars, size_t len,
	const int32_t *ma, int32_t ret_free[SHARE_PHASES])
{
	struct share_part part = site_part(site);

	for (size_t i = 0; i < len; i++)
		part_take(&part, cars[i].phases, ma[i] > 0 ? ma[i] : 0);
	for (int p = 0; p < SHARE_PHASES; p++)
		ret_free[p] = (int32_t)least_of(part.phase_ma[p], part.sum_ma);
}

/* --- whose turn it is --- */

/* The most a car can use: what it does not draw goes to others, unless it draws nearly all it may
 * (cars stay some percent below), or was told nothing that it could have used. What is left to it
 * is more than that nearness, so that it does not look used up at once. */
static int32_t usable(const struct share_car *car)
{
	int32_t near_ma = car->told_ma / 8 > SHARE_SMALL_MA ? car->told_ma / 8 : SHARE_SMALL_MA;
	int32_t above = car->draw_ma / 4 > SHARE_UNUSED_MA ? car->draw_ma / 4 : SHARE_UNUSED_MA;
	int32_t most = car->most_ma;

	if (car->draw_ma < 0 || car->told_ma < car->least_ma || car->told_ma <= 0 ||
		car->draw_ma >= car->told_ma - near_ma)
		return most;
	if (car->draw_ma + above < most)
		most = car->draw_ma + above;
	return most < car->least_ma ? car->least_ma : most;
}

/* 0 first: long waiting, 1 has its turn, 2 waits, 3 turn is over. */
static int rank(const struct share_site *site, const struct share_car *car, int64_t now_us)
{
	bool long_ago = now_us - car->since_us >= site->turn_us;

	if (car->has_turn)
		return long_ago ? 3 : 1;
	return long_ago ? 0 : 2;
}

static bool before(const struct share_site *site, const struct share_car *a,
	const struct share_car *b, int64_t now_us)
{
	int rank_a = rank(site, a, now_us), rank_b = rank(site, b, now_us);

	if (a->priority != b->priority)
		return a->priority > b->priority;
	if (rank_a != rank_b)
		return rank_a < rank_b;
	/* who has its turn keeps it in the order it came; who waits, likewise */
	return a->since_us < b->since_us;
}

/* By insertion, its place found by halves: thousands of numbers are moved in no time, comparing
 * them all is what would take long. Who is equal stays in the order of the list. */
static size_t sort_wanting(const struct share_site *site, const struct share_car *cars, size_t len,
	int64_t now_us, size_t *order)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++) {
		size_t from = 0, to = count;

		if (!cars[i].wants || cars[i].held_ma >= 0)
			continue;
		while (from < to) {
			size_t middle = from + (to - from) / 2;

			if (before(site, &cars[i], &cars[order[middle]], now_us))
				to = middle;
			else
				from = middle + 1;
		}
		memmove(&order[from + 1], &order[from], (count - from) * sizeof(*order));
		order[from] = i;
		count++;
	}
	return count;
}

/* --- giving --- */

static void give(struct share_room *room, struct share_car *car, int64_t more_ma)
{
	more_ma -= more_ma % SHARE_STEP_MA;
	if (more_ma <= 0)
		return;
	share_room_take(room, car, more_ma);
	car->share_ma += (int32_t)more_ma;
}

static void give_least(struct share_room *room, struct share_car *car)
{
	int32_t least = car->least_ma;

	car->state = SHARE_PAUSED;
	car->reason = SHARE_TURN;
	if (car->most_ma < least || share_room_for(room, car) < least ||
		(least == 0 && share_room_for(room, car) < SHARE_STEP_MA))
		return;
	car->state = SHARE_GIVEN;
	car->reason = SHARE_SITE;
	share_room_take(room, car, least);
	car->share_ma = least;
}

/* Cars order[from..to): the earliest departure first, who knows none last. */
static void sort_by_departure(const struct share_car *cars, size_t *order, size_t from, size_t to)
{
	for (size_t i = from + 1; i < to; i++) {
		size_t moved = order[i], at = i;
		int64_t depart = cars[moved].depart_us;

		while (at > from && depart != 0 &&
			(cars[order[at - 1]].depart_us == 0 ||
				cars[order[at - 1]].depart_us > depart)) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = moved;
	}
}

static void give_needed(
	struct share_room *room, struct share_car *cars, size_t *order, size_t from, size_t to)
{
	sort_by_departure(cars, order, from, to);
	for (size_t i = from; i < to; i++) {
		struct share_car *car = &cars[order[i]];

		if (car->state == SHARE_GIVEN && car->need_ma > car->share_ma)
			give(room, car,
				least_of(least_of(car->need_ma, usable(car)) - car->share_ma,
					share_room_for(room, car)));
	}
}

static bool can_grow(const struct share_room *room, const struct share_car *car)
{
	return car->state == SHARE_GIVEN && car->share_ma + SHARE_STEP_MA <= usable(car) &&
	       share_room_for(room, car) >= SHARE_STEP_MA;
}

/* Of the cars that can still grow, those with the least share, and how much they may rise together:
 * until the next one's share, until one has its most, until a phase is used up. */
struct rise {
	int32_t lowest_ma, next_ma;
	int64_t raise_ma;
};

static bool rises(
	const struct share_room *room, const struct share_car *car, const struct rise *rise)
{
	return can_grow(room, car) && car->share_ma < rise->lowest_ma + SHARE_STEP_MA;
}

/* How many phases of how many cars grow in a part, and how far they can together. */
struct growth {
	int64_t phases[SHARE_PHASES], sum;
};

static void growth_add(struct growth *growth, const struct share_car *car)
{
	growth->sum += share_phase_count(car->phases);
	for (int p = 0; p < SHARE_PHASES; p++)
		growth->phases[p] += car->phases >> p & 1;
}

static int64_t growth_most(
	const struct growth *growth, const struct share_part *part, int64_t most_ma)
{
	if (growth->sum == 0)
		return most_ma;
	most_ma = least_of(most_ma, part->sum_ma / growth->sum);
	for (int p = 0; p < SHARE_PHASES; p++) {
		if (growth->phases[p] > 0)
			most_ma = least_of(most_ma, part->phase_ma[p] / growth->phases[p]);
	}
	return most_ma;
}

/* False when none can grow. */
static bool find_rise(const struct share_room *room, const struct share_car *cars,
	const size_t *order, size_t from, size_t to, struct rise *rise)
{
	struct growth site = {0}, circuits[SHARE_CIRCUITS_MAX] = {0};

	*rise = (struct rise){.lowest_ma = MANY_MA, .next_ma = MANY_MA, .raise_ma = MANY_MA};
	for (size_t i = from; i < to; i++) {
		const struct share_car *car = &cars[order[i]];

		if (can_grow(room, car) && car->share_ma < rise->lowest_ma)
			rise->lowest_ma = car->share_ma;
	}
	for (size_t i = from; i < to; i++) {
		const struct share_car *car = &cars[order[i]];

		if (!can_grow(room, car))
			continue;
		if (!rises(room, car, rise)) {
			rise->next_ma = (int32_t)least_of(rise->next_ma, car->share_ma);
			continue;
		}
		rise->raise_ma = least_of(rise->raise_ma, usable(car) - car->share_ma);
		growth_add(&site, car);
		if (car->circuit > 0)
			growth_add(&circuits[car->circuit - 1], car);
	}
	if (site.sum == 0)
		return false;
	rise->raise_ma = least_of(rise->raise_ma, rise->next_ma - rise->lowest_ma);
	rise->raise_ma = growth_most(&site, &room->site, rise->raise_ma);
	for (size_t i = 0; i < room->circuits_len; i++)
		rise->raise_ma = growth_most(&circuits[i], &room->circuits[i], rise->raise_ma);
	/* less than a step for all: the first in order have one */
	if (rise->raise_ma < SHARE_STEP_MA)
		rise->raise_ma = SHARE_STEP_MA;
	return true;
}

static void fill(struct share_room *room, struct share_car *cars, const size_t *order, size_t from,
	size_t to)
{
	struct rise rise;

	while (find_rise(room, cars, order, from, to, &rise)) {
		for (size_t i = from; i < to; i++) {
			struct share_car *car = &cars[order[i]];

			if (rises(room, car, &rise))
				give(room, car,
					least_of(least_of(rise.raise_ma,
							 usable(car) - car->share_ma),
						share_room_for(room, car)));
		}
	}
}

/* Cars nobody shares with. */
static void settle_others(struct share_room *room, struct share_car *cars, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct share_car *car = &cars[i];

		car->share_ma = car->held_ma > 0 ? car->held_ma : 0;
		car->state = car->held_ma >= 0 ? SHARE_HELD : SHARE_IDLE;
		car->reason = car->held_ma >= 0 ? SHARE_HOLD : SHARE_NONE;
		share_room_take(room, car, car->share_ma);
	}
}

bool share_solve(const struct share_site *site, struct share_car *cars, size_t len, int64_t now_us,
	size_t *order)
{
	struct share_room room;
	size_t count, to;
	bool kept;

	share_room_of(site, &room);
	settle_others(&room, cars, len);
	kept = room_kept(&room);
	count = sort_wanting(site, cars, len, now_us, order);
	for (size_t i = 0; i < count; i++)
		give_least(&room, &cars[order[i]]);
	for (size_t from = 0; from < count; from = to) {
		for (to = from + 1; to < count; to++) {
			if (cars[order[to]].priority != cars[order[from]].priority)
				break;
		}
		give_needed(&room, cars, order, from, to);
		fill(&room, cars, order, from, to);
	}
	for (size_t i = 0; i < count; i++) {
		struct share_car *car = &cars[order[i]];

		if (car->state == SHARE_GIVEN && car->share_ma + SHARE_STEP_MA > usable(car))
			car->reason = usable(car) < car->most_ma ? SHARE_DRAW : SHARE_FULL;
	}
	return kept;
}

/* --- telling --- */

void share_damp(const struct share_site *site, struct share_car *cars, size_t len)
{
	struct share_room room;

	share_room_of(site, &room);
	for (size_t i = 0; i < len; i++)
		share_room_take(&room, &cars[i], cars[i].share_ma);
	for (size_t i = 0; i < len; i++) {
		struct share_car *car = &cars[i];
		int64_t change = (int64_t)car->told_ma - car->share_ma;

		if (car->state != SHARE_GIVEN || car->told_ma <= 0 ||
			car->told_ma < car->least_ma || car->told_ma > car->most_ma ||
			change >= SHARE_SMALL_MA || change <= -SHARE_SMALL_MA)
			continue;
		if (change > share_room_for(&room, car))
			continue;
		share_room_take(&room, car, change);
		car->share_ma = car->told_ma;
	}
}

void share_steps(const struct share_site *site, const struct share_car *cars, size_t len,
	int32_t *may, bool *ret_send)
{
	struct share_room room;

	share_room_of(site, &room);
	for (size_t i = 0; i < len; i++)
		share_room_take(&room, &cars[i], may[i] > 0 ? may[i] : 0);
	for (size_t i = 0; i < len; i++) {
		int64_t more = (int64_t)cars[i].share_ma - (may[i] > 0 ? may[i] : 0);

		ret_send[i] = false;
		if (cars[i].busy || cars[i].state == SHARE_HELD || cars[i].state == SHARE_IDLE ||
			cars[i].share_ma == cars[i].told_ma)
			continue;
		if (more > 0 && more > share_room_for(&room, &cars[i]))
			continue;
		ret_send[i] = true;
		if (more <= 0)
			continue;
		share_room_take(&room, &cars[i], more);
		may[i] = cars[i].share_ma;
	}
}
