/* test_share.c - sharing a site's current: examples, and thousands of random sites in which no
 * phase may ever get more than its limit, whatever piles answer. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "base/rng.h"
#include "domain/profile.h"
#include "domain/share.h"

#define SITES 8000
#define LARGE SHARE_CARS_MAX
#define MOST 24
#define TURN (INT64_C(900) * 1000000)
#define RST 7

static struct share_site site_of(int32_t limit_ma)
{
	return (struct share_site){
		.limit_ma = {limit_ma, limit_ma, limit_ma}, .mv = PROFILE_MV, .turn_us = TURN};
}

static struct share_car car_of(uint8_t phases)
{
	return (struct share_car){.phases = phases,
		.wants = true,
		.most_ma = 32000,
		.least_ma = SHARE_LEAST_MA,
		.held_ma = -1,
		.draw_ma = -1,
		.told_ma = -1};
}

static size_t order[MOST];

static void three_cars_share_63(void **state)
{
	struct share_site site = site_of(63000);
	struct share_car cars[] = {car_of(RST), car_of(RST), car_of(RST)};

	(void)state;
	assert_true(share_solve(&site, cars, 3, 0, order));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(cars[i].share_ma, 21000);
		assert_int_equal(cars[i].reason, SHARE_SITE);
	}
	/* one leaves, the others rise */
	cars[1].wants = false;
	assert_true(share_solve(&site, cars, 3, 0, order));
	assert_int_equal(cars[0].share_ma, 31500);
	assert_int_equal(cars[1].share_ma, 0);
	assert_int_equal(cars[1].state, SHARE_IDLE);
	/* one cannot be told: its share stays its own */
	cars[1].held_ma = 21000;
	assert_true(share_solve(&site, cars, 3, 0, order));
	assert_int_equal(cars[0].share_ma, 21000);
	assert_int_equal(cars[1].state, SHARE_HELD);
}

static void small_cars_leave_more_to_big_ones(void **state)
{
	struct share_site site = site_of(63000);
	struct share_car cars[] = {car_of(RST), car_of(1), car_of(2)};

	(void)state;
	cars[1].most_ma = 10000;
	share_solve(&site, cars, 3, 0, order);
	assert_int_equal(cars[1].share_ma, 10000);
	assert_int_equal(cars[1].reason, SHARE_FULL);
	assert_int_equal(cars[2].share_ma, 31500);
	assert_int_equal(cars[0].share_ma, 31500);
}

/* A car on one phase does not suffer for another phase. */
static void phases_are_separate(void **state)
{
	struct share_site site = site_of(32000);
	struct share_car cars[] = {car_of(1), car_of(2)};

	(void)state;
	site.base_ma[1] = 40000;
	assert_false(share_solve(&site, cars, 2, 0, order));
	assert_int_equal(cars[0].share_ma, 32000);
	assert_int_equal(cars[1].state, SHARE_PAUSED);
	assert_int_equal(cars[1].share_ma, 0);
}

static void less_before_nothing(void **state)
{
	struct share_site site = site_of(18000);
	struct share_car cars[] = {car_of(RST), car_of(RST), car_of(RST), car_of(RST)};

	(void)state;
	for (int i = 0; i < 4; i++)
		cars[i].since_us = i;
	share_solve(&site, cars, 4, 1000, order);
	for (int i = 0; i < 3; i++)
		assert_int_equal(cars[i].share_ma, 6000);
	assert_int_equal(cars[3].state, SHARE_PAUSED);
	assert_int_equal(cars[3].reason, SHARE_TURN);
}

static void priority_and_departure(void **state)
{
	struct share_site site = site_of(40000);
	struct share_car cars[] = {car_of(RST), car_of(RST), car_of(RST)};

	(void)state;
	cars[2].priority = 1;
	share_solve(&site, cars, 3, 0, order);
	assert_int_equal(cars[2].share_ma, 28000); /* the others keep their least */
	assert_int_equal(cars[0].share_ma, 6000);
	cars[2].priority = 0;
	cars[1].depart_us = 100;
	cars[1].need_ma = 25000;
	share_solve(&site, cars, 3, 0, order);
	assert_int_equal(cars[1].share_ma, 25000);
	assert_int_equal(cars[0].share_ma, 7500);
	/* 22 kWh in an hour on three phases of 230 V */
	assert_int_equal(share_need_ma(22080, INT64_C(3600000000), 0, 3, 230000), 32000);
	assert_int_equal(share_need_ma(22080, 0, 0, 3, 230000), 0);
	assert_true(share_need_ma(1, 5, 10, 1, 230000) > 0);
}

static void unused_goes_to_others(void **state)
{
	struct share_site site = site_of(40000);
	struct share_car cars[] = {car_of(RST), car_of(RST)};

	(void)state;
	cars[0].told_ma = 20000;
	cars[0].draw_ma = 8000;
	share_solve(&site, cars, 2, 0, order);
	assert_int_equal(cars[0].share_ma, 11000);
	assert_int_equal(cars[0].reason, SHARE_DRAW);
	assert_int_equal(cars[1].share_ma, 29000);
	/* drawing all it may: it is asked to take more */
	cars[0].told_ma = 11000;
	cars[0].draw_ma = 10900;
	share_solve(&site, cars, 2, 0, order);
	assert_int_equal(cars[0].share_ma, 20000);
}

static void power_limit_and_reserve(void **state)
{
	struct share_site site = site_of(63000);
	struct share_car cars[] = {car_of(RST), car_of(RST)};

	(void)state;
	site.reserve_ma = 3000;
	share_solve(&site, cars, 2, 0, order);
	assert_int_equal(cars[0].share_ma, 30000);
	site.reserve_ma = 0;
	site.limit_w = 22080;
	share_solve(&site, cars, 2, 0, order);
	assert_int_equal(cars[0].share_ma, 16000);
}

static void wiring(void **state)
{
	(void)state;
	assert_int_equal(share_phase_bits("RST", 3, 3), 7);
	assert_int_equal(share_phase_bits("STR", 3, 1), 2);
	assert_int_equal(share_phase_bits("TRS", 3, 2), 5);
	assert_int_equal(share_phase_bits("T", 1, 3), 4);
	assert_int_equal(share_phase_bits("RRS", 3, 3), 0);
	assert_int_equal(share_phase_bits("RS", 2, 3), 0);
	assert_int_equal(share_phase_bits("rst", 3, 3), 0);
}

/* What is left to a car that uses less is stable: it never looks used up by being left so much. */
static void unused_does_not_flap(void **state)
{
	struct share_site site = site_of(200000);

	(void)state;
	for (int32_t draw = 6000; draw < 120000; draw += 700) {
		struct share_car car = car_of(RST);

		car.most_ma = 160000;
		car.draw_ma = draw;
		car.told_ma = 160000;
		share_solve(&site, &car, 1, 0, order);
		assert_int_equal(car.reason, SHARE_DRAW);
		car.told_ma = car.share_ma;
		share_solve(&site, &car, 1, 0, order);
		assert_int_equal(car.share_ma, car.told_ma);
	}
}

static void a_circuit_has_a_limit_of_its_own(void **state)
{
	struct share_circuit garage = {.limit_ma = {20000, 20000, 20000}};
	struct share_site site = site_of(63000);
	struct share_car cars[] = {car_of(RST), car_of(RST), car_of(RST)};

	(void)state;
	site.circuits = &garage;
	site.circuits_len = 1;
	cars[0].circuit = cars[1].circuit = 1;
	assert_true(share_solve(&site, cars, 3, 0, order));
	assert_int_equal(cars[0].share_ma, 10000);
	assert_int_equal(cars[1].share_ma, 10000);
	assert_int_equal(cars[0].reason, SHARE_SITE);
	assert_int_equal(cars[2].share_ma, 32000); /* not behind that fuse */
	/* what is kept free there is nobody's */
	garage.reserve_ma = 6000;
	share_solve(&site, cars, 3, 0, order);
	assert_int_equal(cars[0].share_ma, 7000);
	/* one that cannot be told holds more than the fuse bears: the other waits, the third not */
	cars[0].held_ma = 21000;
	assert_false(share_solve(&site, cars, 3, 0, order));
	assert_int_equal(cars[1].state, SHARE_PAUSED);
	assert_int_equal(cars[2].share_ma, 32000);
	/* one phase of it is enough to be full */
	cars[0].held_ma = -1;
	garage.limit_ma[1] = 12500;
	garage.reserve_ma = 0;
	cars[1].phases = 1;
	share_solve(&site, cars, 3, 0, order);
	assert_int_equal(cars[0].share_ma, 10000);
	assert_int_equal(cars[1].share_ma, 10000);
}

/* A raise goes only into what the circuit has free, although the site has plenty. */
static void a_circuit_is_raised_last(void **state)
{
	struct share_circuit garage = {.limit_ma = {20000, 20000, 20000}};
	struct share_site site = site_of(63000);
	struct share_car cars[] = {car_of(RST), car_of(RST)};
	int32_t may[2] = {20000, 0};
	bool send[2];

	(void)state;
	site.circuits = &garage;
	site.circuits_len = 1;
	cars[0].circuit = cars[1].circuit = 1;
	cars[0].told_ma = 20000;
	share_solve(&site, cars, 2, 0, order);
	share_steps(&site, cars, 2, may, send);
	assert_true(send[0]);
	assert_false(send[1]);
	may[0] = cars[0].told_ma = 10000; /* confirmed, and followed */
	share_steps(&site, cars, 2, may, send);
	assert_false(send[0]);
	assert_true(send[1]);
}

/* --- random sites --- */

static int32_t between(struct rng *rng, int32_t from, int32_t to)
{
	return from + (int32_t)rng_below(rng, (uint64_t)(to - from + 1));
}

static struct share_circuit circuits[3];

/* One in three sites has circuits, on which most of its cars hang. */
static void random_circuits(
	struct rng *rng, struct share_site *site, struct share_car *cars, size_t len)
{
	if (rng_below(rng, 3) != 0)
		return;
	site->circuits = circuits;
	site->circuits_len = 1 + rng_below(rng, 3);
	for (size_t i = 0; i < site->circuits_len; i++) {
		for (int p = 0; p < 3; p++)
			circuits[i].limit_ma[p] = between(rng, 60, 1000) * 100;
		circuits[i].reserve_ma = rng_below(rng, 2) ? between(rng, 0, 6000) : 0;
	}
	for (size_t i = 0; i < len; i++)
		cars[i].circuit = (uint8_t)rng_below(rng, site->circuits_len + 1);
}

static size_t random_site(struct rng *rng, struct share_site *site, struct share_car *cars)
{
	static const uint8_t phases[] = {RST, RST, RST, 1, 2, 4, 3, 5, 6};
	size_t len = rng_below(rng, MOST + 1);

	*site = (struct share_site){.mv = PROFILE_MV, .turn_us = TURN};
	for (int p = 0; p < 3; p++) {
		site->limit_ma[p] = between(rng, 10, 2000) * 100;
		site->base_ma[p] = rng_below(rng, 2) ? between(rng, 0, 20000) : 0;
	}
	site->reserve_ma = rng_below(rng, 3) == 0 ? between(rng, 0, 5000) : 0;
	site->limit_w = rng_below(rng, 3) == 0 ? between(rng, 2000, 100000) : 0;
	for (size_t i = 0; i < len; i++) {
		cars[i] = car_of(phases[rng_below(rng, 9)]);
		cars[i].wants = rng_below(rng, 4) != 0;
		cars[i].most_ma = between(rng, 60, 630) * 100;
		if (rng_below(rng, 8) == 0)
			cars[i].least_ma = 0;
		if (rng_below(rng, 6) == 0)
			cars[i].held_ma = between(rng, 0, 16000);
		cars[i].told_ma = rng_below(rng, 2) ? between(rng, 0, 32000) : -1;
		cars[i].draw_ma = rng_below(rng, 2) ? between(rng, 0, 32000) : -1;
		cars[i].priority = between(rng, 0, 2);
		cars[i].since_us = between(rng, 0, 2000000000);
		cars[i].has_turn = rng_below(rng, 2);
		if (rng_below(rng, 4) == 0) {
			cars[i].need_ma = between(rng, 0, 60000);
			cars[i].depart_us = between(rng, 1, 1000);
		}
	}
	return len;
}

static void assert_circuit_kept(const struct share_circuit *circuit, size_t number,
	const struct share_car *cars, size_t len)
{
	for (int p = 0; p < 3; p++) {
		int64_t free_ma = (int64_t)circuit->limit_ma[p] - circuit->reserve_ma, shared = 0;

		for (size_t i = 0; i < len; i++) {
			int64_t ma = cars[i].phases >> p & 1 ? cars[i].share_ma : 0;

			if (cars[i].circuit != number)
				continue;
			if (cars[i].state == SHARE_HELD)
				free_ma -= ma;
			else
				shared += ma;
		}
		assert_true(shared == 0 || shared <= free_ma);
	}
}

/* Independent sum: may these be drawn? What is held and base may exceed by itself; then nobody else
 * on that phase gets anything. */
static void assert_kept(const struct share_site *site, const struct share_car *cars, size_t len)
{
	int64_t watts = 0, free_ma[3], shared[3] = {0}, all_shared = 0;

	for (int p = 0; p < 3; p++) {
		free_ma[p] = (int64_t)site->limit_ma[p] - site->base_ma[p] - site->reserve_ma;
		for (size_t i = 0; i < len; i++) {
			int64_t ma = cars[i].phases >> p & 1 ? cars[i].share_ma : 0;

			if (cars[i].state == SHARE_HELD)
				free_ma[p] -= ma;
			else
				shared[p] += ma;
			watts += ma * site->mv / 1000;
		}
		watts += (int64_t)site->base_ma[p] * site->mv / 1000;
		all_shared += shared[p];
		assert_true(shared[p] == 0 || shared[p] <= free_ma[p]);
	}
	if (site->limit_w > 0 && all_shared > 0)
		assert_true(watts <= site->limit_w * 1000);
	for (size_t i = 0; i < site->circuits_len; i++)
		assert_circuit_kept(&site->circuits[i], i + 1, cars, len);
}

/* --- a large site --- */

/* Thousands of cars, each with another wish: every rule at its slowest. The bound is wide, for
 * machines that are busy; without it a site of this size once took seconds. */
static void thousands_of_cars(void **state)
{
	static struct share_car cars[LARGE];
	static size_t large_order[LARGE];
	struct share_circuit feeders[SHARE_CIRCUITS_MAX];
	struct share_site site = site_of(4000000);
	struct rng rng;
	clock_t begin;

	(void)state;
	rng_init_seeded(&rng, 11);
	for (int i = 0; i < SHARE_CIRCUITS_MAX; i++)
		feeders[i] = (struct share_circuit){.limit_ma = {250000, 250000, 250000}};
	site.circuits = feeders;
	site.circuits_len = SHARE_CIRCUITS_MAX;
	for (size_t i = 0; i < LARGE; i++) {
		cars[i] = car_of((uint8_t)(i % 3 ? RST : 1 << i % 9 / 3));
		cars[i].circuit = (uint8_t)(i % SHARE_CIRCUITS_MAX + 1);
		cars[i].since_us = (int64_t)rng_below(&rng, 2000000000);
		cars[i].most_ma = (int32_t)(7000 + 100 * rng_below(&rng, 250));
		cars[i].need_ma = (int64_t)rng_below(&rng, 32000);
		cars[i].depart_us = 1 + (int64_t)rng_below(&rng, 1000000);
	}
	begin = clock();
	assert_true(share_solve(&site, cars, LARGE, 0, large_order));
	share_damp(&site, cars, LARGE);
	print_message("a share of %d cars: %ld us\n", LARGE,
		(long)((clock() - begin) * 1000000 / CLOCKS_PER_SEC));
	assert_true(clock() - begin < 2 * CLOCKS_PER_SEC);
	assert_kept(&site, cars, LARGE);
}

static void no_phase_above_its_limit(void **state)
{
	struct share_car cars[MOST];
	struct share_site site;
	struct rng rng;
	int64_t given = 0, paused = 0;

	(void)state;
	rng_init_seeded(&rng, 7);
	for (int round = 0; round < SITES; round++) {
		size_t len = random_site(&rng, &site, cars);

		random_circuits(&rng, &site, cars, len);
		share_solve(&site, cars, len, INT64_C(2000000000), order);
		assert_kept(&site, cars, len);
		for (size_t i = 0; i < len; i++) {
			struct share_car *car = &cars[i];

			if (car->state != SHARE_GIVEN) {
				assert_true(car->state == SHARE_HELD || car->share_ma == 0);
				paused += car->state == SHARE_PAUSED;
				continue;
			}
			given++;
			assert_true(car->share_ma >= car->least_ma);
			assert_true(car->share_ma <= car->most_ma);
		}
		share_damp(&site, cars, len);
		assert_kept(&site, cars, len);
	}
	assert_true(given > SITES && paused > SITES / 4);
}

/* Max-min: nobody below its most could have more while another of the same priority on a phase they
 * share has more than it, and nothing lies about unused. */
static void nothing_is_wasted_and_all_is_fair(void **state)
{
	struct share_car cars[MOST];
	struct share_site site;
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 8);
	for (int round = 0; round < SITES; round++) {
		size_t len = random_site(&rng, &site, cars);
		int32_t ma[MOST], free_ma[3];

		for (size_t i = 0; i < len; i++) {
			cars[i].need_ma = cars[i].priority = 0;
			cars[i].draw_ma = -1;
		}
		site.limit_w = 0;
		share_solve(&site, cars, len, INT64_C(2000000000), order);
		for (size_t i = 0; i < len; i++)
			ma[i] = cars[i].share_ma;
		share_free(&site, cars, len, ma, free_ma);
		for (size_t i = 0; i < len; i++) {
			bool full = cars[i].share_ma + SHARE_STEP_MA > cars[i].most_ma;
			bool blocked = false;

			if (cars[i].state != SHARE_GIVEN || full)
				continue;
			for (int p = 0; p < 3; p++) {
				int32_t top = 0;

				if (!(cars[i].phases >> p & 1) || free_ma[p] >= SHARE_STEP_MA)
					continue;
				for (size_t k = 0; k < len; k++) {
					bool least = cars[k].share_ma == cars[k].least_ma;

					if (cars[k].state == SHARE_GIVEN &&
						cars[k].phases >> p & 1 && !least &&
						cars[k].share_ma > top)
						top = cars[k].share_ma;
				}
				blocked |= cars[i].share_ma + SHARE_STEP_MA >= top;
			}
			assert_true(blocked);
		}
	}
}

/* Every car has its turn, also a three-phase one among many small ones. */
static void turns_rotate(void **state)
{
	struct share_site site = site_of(16000);
	struct share_car cars[9];
	int64_t served[9] = {0}, now_us = 0;

	(void)state;
	cars[0] = car_of(RST);
	for (size_t i = 1; i < 9; i++) {
		cars[i] = car_of((uint8_t)(1 << i % 3));
		cars[i].most_ma = 16000;
	}
	for (int minute = 0; minute < 24 * 60; minute++, now_us += 60000000) {
		share_solve(&site, cars, 9, now_us, order);
		assert_kept(&site, cars, 9);
		for (size_t i = 0; i < 9; i++) {
			bool has = cars[i].state == SHARE_GIVEN;

			served[i] += has;
			if (has != cars[i].has_turn)
				cars[i].since_us = now_us;
			cars[i].has_turn = has;
		}
	}
	for (size_t i = 0; i < 9; i++)
		assert_true(served[i] > 24 * 60 / 5); /* a fair part would be about a half */
}

/* --- telling: piles that refuse, stay silent, hear late --- */

struct wire {
	int32_t draws; /* what the pile's profile allows right now */
	int32_t sent;  /* on its way, -1 none */
	int32_t told, may;
};

static void assert_site_kept(const struct share_site *site, const struct share_car *cars,
	const struct wire *wires, size_t len)
{
	for (size_t c = 0; c < site->circuits_len; c++) {
		for (int p = 0; p < 3; p++) {
			int64_t sum = 0;

			for (size_t i = 0; i < len; i++)
				sum += cars[i].circuit == c + 1 && cars[i].phases >> p & 1
					       ? wires[i].draws
					       : 0;
			assert_true(sum <= site->circuits[c].limit_ma[p]);
		}
	}
	for (int p = 0; p < 3; p++) {
		int64_t sum = site->base_ma[p];

		for (size_t i = 0; i < len; i++)
			sum += cars[i].phases >> p & 1 ? wires[i].draws : 0;
		assert_true(sum <= site->limit_ma[p]);
	}
}

/* What a pile does with what it was sent: hears and says so, hears and its answer is lost, refuses,
 * or nothing yet. */
static void pile_acts(struct rng *rng, struct wire *wire)
{
	uint64_t luck = rng_below(rng, 10);

	if (wire->sent < 0 || luck < 3)
		return;
	if (luck < 8)
		wire->draws = wire->sent;
	if (luck < 7) { /* confirmed */
		wire->told = wire->may = wire->sent;
		wire->sent = -1;
	} else if (luck == 7) { /* heard, but nobody knows */
		wire->told = wire->may > wire->sent ? wire->may : wire->sent;
		wire->may = wire->told;
		wire->sent = -1;
	} else if (luck == 8) { /* refused */
		wire->may = wire->told > 0 ? wire->told : 0;
		wire->sent = -1;
	}
}

static void lower_first_keeps_the_limit(void **state)
{
	struct rng rng;
	int64_t sent = 0, full = 0;

	(void)state;
	rng_init_seeded(&rng, 9);
	for (int round = 0; round < 300; round++) {
		struct share_car cars[MOST];
		struct wire wires[MOST];
		struct share_site site;
		size_t len = random_site(&rng, &site, cars);

		random_circuits(&rng, &site, cars, len);
		for (int p = 0; p < 3; p++)
			site.base_ma[p] = site.limit_ma[p] / 10;
		site.reserve_ma = 0;
		for (size_t i = 0; i < len; i++) {
			cars[i].held_ma = -1;
			cars[i].draw_ma = -1;
			wires[i] = (struct wire){.sent = -1, .told = 0};
		}
		for (int step = 0; step < 60; step++) {
			int32_t may[MOST];
			bool send[MOST];

			for (size_t i = 0; i < len; i++) {
				if (rng_below(&rng, 12) == 0)
					cars[i].wants = !cars[i].wants;
				cars[i].told_ma = wires[i].told;
				may[i] = wires[i].may;
				cars[i].busy = wires[i].sent >= 0;
				if (!cars[i].wants && wires[i].sent < 0)
					wires[i] = (struct wire){.sent = -1};
				cars[i].told_ma = wires[i].told;
				may[i] = wires[i].may;
			}
			share_solve(&site, cars, len, step, order);
			share_damp(&site, cars, len);
			share_steps(&site, cars, len, may, send);
			for (size_t i = 0; i < len; i++) {
				if (!send[i])
					continue;
				sent++;
				wires[i].sent = cars[i].share_ma;
				wires[i].may = may[i];
			}
			for (size_t i = 0; i < len; i++) {
				pile_acts(&rng, &wires[i]);
				full += wires[i].draws >= SHARE_LEAST_MA;
			}
			assert_site_kept(&site, cars, wires, len);
		}
	}
	assert_true(sent > 5000 && full > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_cars_share_63),
		cmocka_unit_test(small_cars_leave_more_to_big_ones),
		cmocka_unit_test(phases_are_separate),
		cmocka_unit_test(less_before_nothing),
		cmocka_unit_test(priority_and_departure),
		cmocka_unit_test(unused_goes_to_others),
		cmocka_unit_test(unused_does_not_flap),
		cmocka_unit_test(power_limit_and_reserve),
		cmocka_unit_test(wiring),
		cmocka_unit_test(a_circuit_has_a_limit_of_its_own),
		cmocka_unit_test(a_circuit_is_raised_last),
		cmocka_unit_test(thousands_of_cars),
		cmocka_unit_test(no_phase_above_its_limit),
		cmocka_unit_test(nothing_is_wasted_and_all_is_fair),
		cmocka_unit_test(turns_rotate),
		cmocka_unit_test(lower_first_keeps_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
