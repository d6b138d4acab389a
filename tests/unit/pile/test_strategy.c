/* test_strategy.c - the current on offer: never above the hard limit whatever the inputs, each
 * reason found, cooling as a step, and changes worth a line in the log told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/rng.h"
#include "pile/hal/hal.h"
#include "pile/strategy.h"

static const struct strategy_input calm = {.limit_ma = 32000,
	.profile_ma = -1,
	.least_ma = 6000,
	.connector_mc = 25000,
	.cabinet_mc = 25000,
	.battery_mc = HAL_ABSENT,
	.grid_permille = 1000,
	.frequency_mhz = 50000};

static struct strategy_output decide(struct strategy_input input)
{
	struct strategy strategy = {.cooling = false};

	return strategy_decide(&strategy, &input);
}

static void test_each_reason(void **state)
{
	struct strategy_input input = calm;

	(void)state;
	assert_int_equal(decide(input).ma, 32000);
	assert_int_equal(decide(input).reason, STRATEGY_FULL);
	assert_int_equal(decide(input).cool_percent, 0);
	input.connector_mc = 77500; /* half way from 70 to 85 */
	assert_int_equal(decide(input).ma, 19000);
	assert_int_equal(decide(input).reason, STRATEGY_HEAT);
	assert_int_equal(decide(input).cool_percent, 100);
	input = calm;
	input.cabinet_mc = 78000;
	assert_int_equal(decide(input).ma, 6000);
	assert_int_equal(decide(input).reason, STRATEGY_CABINET);
	input = calm;
	input.frequency_mhz = 49500;
	assert_int_equal(decide(input).ma, 19000);
	assert_int_equal(decide(input).reason, STRATEGY_FREQUENCY);
	input = calm;
	input.grid_permille = 0; /* alone goes below the least current */
	assert_int_equal(decide(input).ma, 0);
	assert_int_equal(decide(input).reason, STRATEGY_GRID);
}

/* base x (1 + 0.02 x degrees), inside the limits. */
static void test_battery_formula(void **state)
{
	struct strategy_input input = calm;

	(void)state;
	assert_int_equal(strategy_formula_ma(20000, 0), 20000);
	assert_int_equal(strategy_formula_ma(20000, 25000), 30000);
	assert_int_equal(strategy_formula_ma(20000, -10000), 16000);
	assert_int_equal(strategy_formula_ma(20000, -60000), 0);
	input.base_ma = 20000;
	input.battery_mc = 10000;
	assert_int_equal(decide(input).ma, 24000);
	assert_int_equal(decide(input).reason, STRATEGY_BATTERY);
	input.battery_mc = 40000; /* the formula wants 36 A, the limit says 32 */
	assert_int_equal(decide(input).ma, 32000);
	assert_int_equal(decide(input).reason, STRATEGY_FULL);
	input.battery_mc = -40000; /* 4 A: not less than the least */
	assert_int_equal(decide(input).ma, 6000);
	input.base_ma = 10000;
	input.battery_mc = 90000; /* hot: no more than at 45 degrees */
	assert_int_equal(decide(input).ma, 19000);
	input.base_ma = 0;
	assert_int_equal(decide(input).reason, STRATEGY_FULL);
}

static void test_cooling_is_a_step(void **state)
{
	struct strategy strategy = {.cooling = false};
	struct strategy_input input = calm;
	struct strategy_output output;

	(void)state;
	strategy_decide(&strategy, &input);
	input.connector_mc = 88000;
	output = strategy_decide(&strategy, &input);
	assert_int_equal(output.ma, 6000);
	assert_true(output.changed);
	input.connector_mc = 65000; /* not warm any more, still not cool */
	output = strategy_decide(&strategy, &input);
	assert_int_equal(output.ma, 16000);
	assert_int_equal(output.reason, STRATEGY_COOLING);
	assert_int_equal(output.cool_percent, 100);
	assert_false(strategy_decide(&strategy, &input).changed); /* said once */
	input.connector_mc = 60000;
	output = strategy_decide(&strategy, &input);
	assert_int_equal(output.ma, 32000);
	assert_true(output.changed);
}

static void test_never_above_the_limit(void **state)
{
	struct strategy strategy = {.cooling = false};
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 7);
	for (int i = 0; i < 200000; i++) {
		struct strategy_input input = {.limit_ma = (int32_t)rng_below(&rng, 600000),
			.least_ma = rng_below(&rng, 2) ? 6000 : 0,
			.base_ma = (int32_t)rng_below(&rng, 2000000),
			.connector_mc = (int32_t)rng_below(&rng, 300000) - 100000,
			.cabinet_mc = (int32_t)rng_below(&rng, 300000) - 100000,
			.battery_mc = (int32_t)rng_below(&rng, 300000) - 100000,
			.grid_permille = (int32_t)rng_below(&rng, 1001),
			.profile_ma = (int32_t)rng_below(&rng, 600000) - 300000,
			.frequency_mhz = (int32_t)rng_below(&rng, 70000)};
		struct strategy_output output;
		if (rng_below(&rng, 8) == 0)
			input.connector_mc = input.battery_mc = HAL_ABSENT;
		output = strategy_decide(&strategy, &input);
		assert_in_range(output.ma, 0, input.limit_ma);
		if (input.profile_ma >= 0)
			assert_true(output.ma <= input.profile_ma);
		assert_in_range(output.cool_percent, 0, 100);
	}
}

static struct strategy_input any_input(struct rng *rng)
{
	struct strategy_input input = {.limit_ma = (int32_t)rng_below(rng, 600000),
		.least_ma = rng_below(rng, 2) ? 6000 : 0,
		.base_ma = (int32_t)rng_below(rng, 100000),
		.connector_mc = (int32_t)rng_below(rng, 160000) - 40000,
		.cabinet_mc = (int32_t)rng_below(rng, 160000) - 40000,
		.battery_mc = (int32_t)rng_below(rng, 160000) - 40000,
		.grid_permille = (int32_t)rng_below(rng, 1001),
		.profile_ma = (int32_t)rng_below(rng, 600001) - 1,
		.frequency_mhz = (int32_t)rng_below(rng, 70000)};

	return input;
}

/* Hotter never gives more current or less fan, whatever else holds; a warmer battery never less,
 * which is what the formula says. The step of cooling has a memory, so both sides begin alike. */
static void test_monotone(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 11);
	for (int i = 0; i < 100000; i++) {
		struct strategy cool = {.cooling = rng_below(&rng, 2)}, hot = cool;
		struct strategy_input less = any_input(&rng), more = less;
		int32_t step = (int32_t)rng_below(&rng, 60000);
		struct strategy_output a, b;
		bool battery = i % 3 == 0;
		*(battery            ? &more.battery_mc
			: i % 3 == 1 ? &more.connector_mc
				     : &more.cabinet_mc) += step;
		a = strategy_decide(&cool, &less);
		b = strategy_decide(&hot, &more);
		assert_true(battery ? b.ma >= a.ma : b.ma <= a.ma);
		assert_true(b.cool_percent >= a.cool_percent);
	}
}

/* Less from the grid, from a profile or from the hardware is never more current. */
static void test_monotone_in_limits(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 12);
	for (int i = 0; i < 100000; i++) {
		struct strategy one = {.cooling = false}, two = one;
		struct strategy_input more = any_input(&rng), less = more;
		less.limit_ma = (int32_t)rng_below(&rng, (uint64_t)more.limit_ma + 1);
		less.grid_permille = (int32_t)rng_below(&rng, (uint64_t)more.grid_permille + 1);
		if (more.profile_ma >= 0)
			less.profile_ma = (int32_t)rng_below(&rng, (uint64_t)more.profile_ma + 1);
		assert_true(strategy_decide(&one, &less).ma <= strategy_decide(&two, &more).ma);
	}
}

/* A history gives the same decisions whenever it is told again. */
static void test_deterministic(void **state)
{
	struct strategy one = {.cooling = false}, two = one;
	struct rng rng, again;

	(void)state;
	rng_init_seeded(&rng, 13);
	rng_init_seeded(&again, 13);
	for (int i = 0; i < 20000; i++) {
		struct strategy_input a = any_input(&rng), b = any_input(&again);
		struct strategy_output x = strategy_decide(&one, &a);
		struct strategy_output y = strategy_decide(&two, &b);
		assert_int_equal(x.ma, y.ma);
		assert_int_equal(x.reason, y.reason);
		assert_int_equal(x.cool_percent, y.cool_percent);
		assert_int_equal(x.changed, y.changed);
	}
}

/* Sensors and signals that say nonsense, at the ends of what an integer holds. */
static void test_nonsense(void **state)
{
	static const int32_t ends[] = {
		INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX - 1, INT32_MAX};
	const int len = sizeof(ends) / sizeof(ends[0]);

	(void)state;
	for (int i = 0; i < len * len * len; i++) {
		struct strategy_input input = calm;
		struct strategy_output output;
		input.connector_mc = input.battery_mc = ends[i % len];
		input.cabinet_mc = input.frequency_mhz = ends[i / len % len];
		input.grid_permille = input.base_ma = input.profile_ma = ends[i / len / len];
		for (int limit = 0; limit < len; limit++) {
			input.limit_ma = ends[limit];
			output = decide(input);
			assert_true(output.ma >= 0);
			assert_true(output.ma <= (ends[limit] > 0 ? ends[limit] : 0));
			assert_in_range(output.cool_percent, 0, 100);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_reason),
		cmocka_unit_test(test_battery_formula),
		cmocka_unit_test(test_cooling_is_a_step),
		cmocka_unit_test(test_never_above_the_limit),
		cmocka_unit_test(test_monotone),
		cmocka_unit_test(test_monotone_in_limits),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_nonsense),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
