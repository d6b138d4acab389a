/* test_future.c - plans of shares: examples, and random sites with hours, circuits and signals,
 * whose piles refuse, hear late, lose their network in turn or all at once: at no moment of the
 * future do their plans together allow more than the limit of that moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "domain/future.h"
#include "domain/profile.h"

#define MOST 12
#define HOUR INT64_C(3600)
#define RST 7

static struct share_site site_of(int32_t limit_ma)
{
	return (struct share_site){.limit_ma = {limit_ma, limit_ma, limit_ma},
		.mv = PROFILE_MV,
		.turn_us = INT64_C(900) * 1000000};
}

static struct share_car car_of(int32_t told_ma)
{
	return (struct share_car){.phases = RST,
		.wants = true,
		.most_ma = 32000,
		.least_ma = SHARE_LEAST_MA,
		.held_ma = -1,
		.draw_ma = -1,
		.told_ma = told_ma};
}

/* A site that has all now, half in the evening, and all again; at last the lowest. */
static struct future evening(int32_t limit_ma)
{
	return (struct future){.len = 4,
		.from_s = {0, 8 * HOUR, 12 * HOUR, 24 * HOUR},
		.sites = {site_of(limit_ma), site_of(limit_ma / 2), site_of(limit_ma),
			site_of(limit_ma / 2)}};
}

struct bench {
	struct share_car cars[MOST], work[MOST];
	struct future_car list[MOST];
	struct share_room rooms[FUTURE_MOST + 1];
	size_t order[MOST];
	bool send[MOST];
};

static void decide(struct bench *b, const struct future *future, size_t len)
{
	share_solve(&future->sites[0], b->cars, len, future->from_s[0] * 1000000, b->order);
	share_damp(&future->sites[0], b->cars, len);
	future_solve(future, b->cars, len, b->list, b->work, b->order);
	future_steps(future, b->cars, len, b->list, b->rooms, b->send);
}

static void nothing_told(const struct future *future, struct future_car *car, int periods)
{
	struct plan none = {0};

	*car = (struct future_car){.periods = periods};
	future_heard(future, &none, &none, car);
}

/* Two cars that were told nothing yet. */
static void two_come(struct bench *b, const struct future *future)
{
	for (int i = 0; i < 2; i++) {
		b->cars[i] = car_of(-1);
		nothing_told(future, &b->list[i], 24);
	}
	decide(b, future, 2);
}

static void assert_plan(const struct future *future, const struct future_car *car, const char *text)
{
	struct arena arena;
	struct plan plan;

	arena_init(&arena, 4096);
	future_plan(future, car, &plan);
	assert_string_equal(
		str_format(&arena, "%.*s", STR_FMT(plan_text(&arena, &plan))).ptr, text);
	arena_fini(&arena);
}

static void two_follow_the_evening(void **state)
{
	struct future future = evening(40000);
	static struct bench b;

	(void)state;
	two_come(&b, &future);
	assert_true(b.send[0] && b.send[1]);
	assert_plan(&future, &b.list[0], "0:20000,28800:10000,43200:20000,86400:10000");
	assert_plan(&future, &b.list[1], "0:20000,28800:10000,43200:20000,86400:10000");
}

/* Three steps: what comes behind is joined to the last at its lowest. Two: the same. */
static void a_pile_with_few_steps(void **state)
{
	struct future future = evening(40000);
	static struct bench b;

	(void)state;
	b.cars[0] = car_of(-1);
	nothing_told(&future, &b.list[0], 3);
	decide(&b, &future, 1);
	assert_plan(&future, &b.list[0], "0:32000,28800:20000");
	nothing_told(&future, &b.list[0], 4);
	decide(&b, &future, 1);
	assert_plan(&future, &b.list[0], "0:32000,28800:20000,43200:32000,86400:20000");
	future.sites[1] = site_of(64000);
	future.sites[2] = site_of(10000);
	nothing_told(&future, &b.list[0], 2);
	decide(&b, &future, 1);
	assert_plan(&future, &b.list[0], "0:32000,43200:10000");
}

/* One step: it ends where it would fall; the other one knows, and has what is left by then. */
static void a_pile_with_one_step(void **state)
{
	struct future future = evening(40000);
	static struct bench b;
	struct plan plan;

	(void)state;
	for (int i = 0; i < 2; i++)
		b.cars[i] = car_of(-1);
	nothing_told(&future, &b.list[0], 1);
	nothing_told(&future, &b.list[1], 24);
	b.list[0].fallback_ma = 6000;
	decide(&b, &future, 2);
	assert_true(future_plan(&future, &b.list[0], &plan));
	assert_plan(&future, &b.list[0], "0:20000,28800:6000");
	assert_false(future_plan(&future, &b.list[1], &plan));
	assert_plan(&future, &b.list[1], "0:20000,28800:14000,43200:32000,86400:14000");
	/* where nothing falls, nothing ends */
	future.sites[1] = future.sites[3] = site_of(40000);
	nothing_told(&future, &b.list[0], 1);
	nothing_told(&future, &b.list[1], 24);
	decide(&b, &future, 2);
	assert_false(future_plan(&future, &b.list[0], &plan));
	assert_plan(&future, &b.list[0], "0:20000");
	assert_plan(&future, &b.list[1], "0:20000");
}

/* One that takes no end keeps what it has: the others are told less in the evening. */
static void a_pile_without_end(void **state)
{
	struct future future = evening(40000);
	static struct bench b;

	(void)state;
	for (int i = 0; i < 2; i++)
		b.cars[i] = car_of(-1);
	nothing_told(&future, &b.list[0], 0);
	nothing_told(&future, &b.list[1], 24);
	decide(&b, &future, 2);
	assert_plan(&future, &b.list[0], "0:20000");
	assert_plan(&future, &b.list[1], "0:20000,28800:0,43200:20000,86400:0");
}

/* 100 kWh in nine hours: what it lacks at the evening counts there as well, until it leaves. */
static void the_one_that_leaves(void **state)
{
	struct future future = evening(32000);
	static struct bench b;

	(void)state;
	future.sites[1] = site_of(24000);
	for (int i = 0; i < 2; i++) {
		b.cars[i] = car_of(-1);
		nothing_told(&future, &b.list[i], 24);
	}
	b.cars[1].depart_us = 9 * HOUR * 1000000;
	b.list[1].left_wh = 100000;
	b.cars[1].need_ma =
		share_need_ma(b.list[1].left_wh, b.cars[1].depart_us, 0, SHARE_PHASES, PROFILE_MV);
	decide(&b, &future, 2);
	assert_int_equal(b.list[1].share_ma[0], 16100);
	assert_int_equal(b.list[0].share_ma[0], 15900);
	assert_int_equal(b.list[1].share_ma[1], 16100);
	assert_int_equal(b.list[0].share_ma[1], 7900);
	assert_int_equal(b.list[1].share_ma[2], 16000);
	assert_int_equal(b.list[0].share_ma[2], 16000);
}

static void hear(const struct future *future, struct bench *b, size_t i)
{
	struct plan plan;

	future_plan(future, &b->list[i], &plan);
	b->cars[i].told_ma = plan.steps[0].ma;
	b->list[i] = (struct future_car){.periods = 24};
	future_heard(future, &plan, &plan, &b->list[i]);
	b->list[i].now_ma = b->cars[i].told_ma;
}

/* What was told and stays true is not told again; a new signal is, to all that it lowers. */
static void only_what_changes(void **state)
{
	struct future future = evening(40000);
	static struct bench b;

	(void)state;
	two_come(&b, &future);
	for (size_t i = 0; i < 2; i++)
		hear(&future, &b, i);
	decide(&b, &future, 2);
	assert_false(b.send[0] || b.send[1]);
	b.list[1].owed = true;
	decide(&b, &future, 2);
	assert_true(!b.send[0] && b.send[1]);
	b.list[1].owed = false;
	/* the end of the day moves on: more in twenty hours is not worth a message */
	future.from_s[3] += HOUR;
	decide(&b, &future, 2);
	assert_false(b.send[0] || b.send[1]);
	future.sites[2] = site_of(14000);
	decide(&b, &future, 2);
	assert_true(b.send[0] && b.send[1]);
	assert_int_equal(b.list[0].share_ma[2], 7000);
}

/* Each waits for the other at another moment: what fits is told, and then the rest. */
static void no_deadlock(void **state)
{
	struct future future = evening(20000);
	struct plan high_then_low = {.steps = {{0, 14000}, {8 * HOUR, 0}}, .len = 2};
	struct plan low_then_high = {.steps = {{0, 6000}, {8 * HOUR, 10000}}, .len = 2};
	static struct bench b;

	(void)state;
	b.cars[0] = car_of(14000);
	b.cars[1] = car_of(6000);
	b.cars[1].priority = 1; /* now it is to have more, the other one in the evening less */
	b.list[0] = b.list[1] = (struct future_car){.periods = 24};
	future_heard(&future, &high_then_low, &high_then_low, &b.list[0]);
	future_heard(&future, &low_then_high, &low_then_high, &b.list[1]);
	b.list[0].now_ma = 14000;
	b.list[1].now_ma = 6000;
	for (int round = 0; round < 3; round++) {
		decide(&b, &future, 2);
		for (size_t i = 0; i < 2; i++) {
			if (b.send[i])
				hear(&future, &b, i);
		}
	}
	decide(&b, &future, 2);
	assert_false(b.send[0] || b.send[1]);
	assert_int_equal(b.list[1].most_ma[0], 14000);
	assert_int_equal(b.list[0].most_ma[0], 6000);
}

/* --- random sites --- */

struct pile {
	struct plan draws; /* what its car may have, as it stands at the pile */
	struct plan told, may, sent;
	bool online, waits; /* an answer is awaited */
	bool runs;
	int periods;
};
struct world {
	struct rng rng;
	int64_t now_s;
	int32_t limit_ma;
	int percent[24]; /* by hour of the day */
	int64_t signal_from_s, signal_until_s;
	int32_t signal_ma;
	struct share_circuit circuits[2];
	struct pile piles[MOST];
	struct bench bench;
	size_t len;
	int64_t sent, held;
};

static struct share_site limit_at(const struct world *w, int64_t at_s)
{
	int percent = w->percent[at_s / HOUR % 24];
	int32_t limit = w->limit_ma * percent / 100;
	struct share_site site;

	if (at_s >= w->signal_from_s && at_s < w->signal_until_s && w->signal_ma < limit)
		limit = w->signal_ma;
	site = site_of(limit);
	site.circuits = w->circuits;
	site.circuits_len = 2;
	return site;
}

static struct share_site lowest_of(const struct world *w)
{
	int least = 100;
	struct share_site site;

	for (int hour = 0; hour < 24; hour++)
		least = w->percent[hour] < least ? w->percent[hour] : least;
	site = site_of(w->limit_ma * least / 100);
	site.circuits = w->circuits;
	site.circuits_len = 2;
	return site;
}

static struct future future_of(const struct world *w)
{
	struct future future = {.len = 1, .from_s = {w->now_s}, .sites = {limit_at(w, w->now_s)}};
	int64_t at_s = w->now_s;

	/* all that changes does so at whole minutes */
	for (int64_t minute = w->now_s / 60 + 1; minute <= w->now_s / 60 + 24 * 60; minute++) {
		struct share_site site = limit_at(w, minute * 60);

		at_s = minute * 60;
		if (site.limit_ma[0] == future.sites[future.len - 1].limit_ma[0])
			continue;
		if (future.len == FUTURE_MOST - 1)
			break;
		future.from_s[future.len] = at_s;
		future.sites[future.len++] = site;
	}
	future.from_s[future.len] = at_s;
	future.sites[future.len] = lowest_of(w);
	if (w->signal_until_s > at_s && w->signal_ma < future.sites[future.len].limit_ma[0])
		for (int p = 0; p < 3; p++)
			future.sites[future.len].limit_ma[p] = w->signal_ma;
	future.len++;
	return future;
}

static void random_world(struct world *w, uint64_t seed)
{
	memset(w, 0, sizeof(*w));
	rng_init_seeded(&w->rng, seed);
	w->limit_ma = 20000 + (int32_t)rng_below(&w->rng, 100000);
	w->len = 2 + rng_below(&w->rng, MOST - 1);
	for (int hour = 0, percent = 100; hour < 24; hour++) {
		if (rng_below(&w->rng, 4) == 0)
			percent = (int)rng_below(&w->rng, 101);
		w->percent[hour] = percent;
	}
	for (size_t c = 0; c < 2; c++) {
		for (int p = 0; p < 3; p++)
			w->circuits[c].limit_ma[p] = 10000 + (int32_t)rng_below(&w->rng, 40000);
	}
	for (size_t i = 0; i < w->len; i++) {
		int phases = 1 + (int)rng_below(&w->rng, 3);

		w->piles[i].online = true;
		w->piles[i].periods =
			rng_below(&w->rng, 4) == 0 ? 1 : 2 + (int)rng_below(&w->rng, 23);
		w->bench.cars[i] = car_of(-1);
		w->bench.cars[i].phases = share_phase_bits("RST", 3, phases);
		w->bench.cars[i].circuit = (uint8_t)rng_below(&w->rng, 3);
		w->bench.cars[i].priority = (int)rng_below(&w->rng, 2);
	}
}

static int32_t plan_now(const struct plan *plan, int64_t at_s)
{
	int32_t ma = plan_most(plan, at_s, at_s + 1);

	return ma > 0 ? ma : 0;
}

/* Every moment to come, whatever is still on its way. */
static void assert_future_kept(const struct world *w, const struct future *future)
{
	for (int64_t at_s = w->now_s; at_s < w->now_s + 49 * HOUR; at_s += HOUR / 4) {
		struct share_site site = limit_at(w, at_s);
		struct share_room room;

		share_room_of(&site, &room);
		for (size_t i = 0; i < w->len; i++)
			share_room_take(
				&room, &w->bench.cars[i], plan_now(&w->piles[i].draws, at_s));
		for (int p = 0; p < 3; p++) {
			if (room.site.phase_ma[p] < 0)
				fail_msg("phase %d at +%lld s: %lld mA too much", p,
					(long long)(at_s - w->now_s),
					(long long)-room.site.phase_ma[p]);
			assert_true(room.circuits[0].phase_ma[p] >= 0);
			assert_true(room.circuits[1].phase_ma[p] >= 0);
		}
	}
	assert_true(future->len >= 1);
}

static void look(struct world *w, const struct future *future, size_t i)
{
	struct pile *pile = &w->piles[i];
	struct share_car *car = &w->bench.cars[i];
	struct future_car *future_car = &w->bench.list[i];

	*future_car = (struct future_car){.periods = pile->periods};
	future_heard(future, &pile->told, &pile->may, future_car);
	future_car->now_ma = plan_now(pile->may.len > 0 ? &pile->may : &pile->told, w->now_s);
	car->told_ma = plan_most(&pile->told, w->now_s, w->now_s + 1);
	car->wants = pile->runs && pile->online;
	car->busy = pile->waits;
	car->held_ma = pile->runs && !pile->online ? plan_now(&pile->may, w->now_s) : -1;
}

static void round_of(struct world *w)
{
	struct future future = future_of(w);
	struct bench *b = &w->bench;

	for (size_t i = 0; i < w->len; i++)
		look(w, &future, i);
	decide(b, &future, w->len);
	for (size_t i = 0; i < w->len; i++) {
		struct pile *pile = &w->piles[i];

		w->held += !pile->online && pile->runs;
		if (!b->send[i])
			continue;
		w->sent++;
		future_plan(&future, &b->list[i], &pile->sent);
		plan_either(&pile->may, &pile->sent, w->now_s, &pile->may);
		pile->waits = true;
	}
	assert_future_kept(w, &future);
}

/* Hears and says so, hears and its answer is lost, refuses, or nothing yet. */
static void pile_acts(struct world *w, struct pile *pile, bool well)
{
	uint64_t luck = well ? 3 : rng_below(&w->rng, 10);

	if (!pile->waits || luck < 3)
		return;
	if (luck < 8)
		pile->draws = pile->sent;
	if (luck < 7)
		pile->told = pile->may = pile->sent;
	else if (luck == 7)
		pile->told.len = 0; /* nobody knows */
	else if (luck == 8 && pile->told.len > 0)
		pile->may = pile->told;
	else
		pile->told.len = 0;
	pile->waits = false;
}

static void life(struct world *w)
{
	for (size_t i = 0; i < w->len; i++) {
		struct pile *pile = &w->piles[i];

		if (rng_below(&w->rng, 40) == 0)
			pile->online = !pile->online;
		if (pile->online && !pile->waits && rng_below(&w->rng, 20) == 0) {
			pile->runs = !pile->runs;
			pile->draws.len = pile->told.len = pile->may.len = 0;
		}
		if (pile->online)
			pile_acts(w, pile, false);
	}
}

/* A signal is announced while all can be told, and kept once they were. */
static void announce(struct world *w)
{
	for (size_t i = 0; i < w->len; i++)
		w->piles[i].online = true;
	w->signal_from_s = (w->now_s / HOUR + 1 + (int64_t)rng_below(&w->rng, 6)) * HOUR;
	w->signal_until_s = w->signal_from_s + (1 + (int64_t)rng_below(&w->rng, 6)) * HOUR;
	w->signal_ma = (int32_t)rng_below(&w->rng, (uint64_t)w->limit_ma);
	for (int round = 0; round < 4; round++) {
		struct future future = future_of(w);
		struct bench *b = &w->bench;

		for (size_t i = 0; i < w->len; i++) {
			pile_acts(w, &w->piles[i], true);
			look(w, &future, i);
		}
		decide(b, &future, w->len);
		for (size_t i = 0; i < w->len; i++) {
			if (!b->send[i])
				continue;
			future_plan(&future, &b->list[i], &w->piles[i].sent);
			w->piles[i].waits = true;
		}
	}
	for (size_t i = 0; i < w->len; i++)
		pile_acts(w, &w->piles[i], true);
}

static void no_moment_above_its_limit(void **state)
{
	static struct world w;
	int64_t sent = 0, held = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		random_world(&w, seed);
		for (int step = 0; step < 120; step++) {
			life(&w);
			round_of(&w);
			if (step % 40 == 39)
				announce(&w);
			w.now_s += rng_below(&w.rng, 3) == 0 ? 60 * (int64_t)rng_below(&w.rng, 300)
							     : 2;
		}
		sent += w.sent;
		held += w.held;
	}
	print_message("%lld plans sent, %lld rounds of a car without network\n", (long long)sent,
		(long long)held);
	assert_true(sent > 3000 && held > 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_follow_the_evening),
		cmocka_unit_test(a_pile_with_few_steps),
		cmocka_unit_test(a_pile_with_one_step),
		cmocka_unit_test(a_pile_without_end),
		cmocka_unit_test(the_one_that_leaves),
		cmocka_unit_test(only_what_changes),
		cmocka_unit_test(no_deadlock),
		cmocka_unit_test(no_moment_above_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
