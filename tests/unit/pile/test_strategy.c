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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_reason),
		cmocka_unit_test(test_battery_formula),
		cmocka_unit_test(test_cooling_is_a_step),
		cmocka_unit_test(test_never_above_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
