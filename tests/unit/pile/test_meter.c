/* test_meter.c - the billed register is steady whatever the meter says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/clock.h"
#include "pile/meter.h"

static void say(struct meter *meter, int64_t register_dwh, int64_t power_mw, int64_t at_s)
{
	struct hal_meter reading = {.register_dwh = register_dwh, .power_mw = power_mw};

	meter_update(meter, &reading, at_s * US_PER_S);
}

static void test_counts_and_carries_over_restart(void **state)
{
	struct meter meter;

	(void)state;
	meter_init(&meter, 0, 0, 22000000);
	say(&meter, 5000, 0, 1); /* a meter with a history */
	assert_int_equal(meter.register_dwh, 5000);
	say(&meter, 5030, 22000000, 2);
	assert_int_equal(meter.register_dwh, 5030);
	assert_int_equal(meter.trouble, 0);
	/* the pile restarts, the meter goes on */
	meter_init(&meter, 5030, 5030, 22000000);
	say(&meter, 5035, 0, 1);
	assert_int_equal(meter.register_dwh, 5035);
	/* the meter was replaced by a new one */
	meter_init(&meter, 5035, 5035, 22000000);
	say(&meter, 2, 0, 1);
	assert_int_equal(meter.register_dwh, 5037);
	assert_int_equal(meter.trouble, 0);
}

static void test_never_backwards_never_jumps(void **state)
{
	struct meter meter;

	(void)state;
	meter_init(&meter, 0, 0, 22000000);
	say(&meter, 1000, 0, 1);
	say(&meter, 900, 0, 2);
	assert_int_equal(meter.register_dwh, 1000);
	assert_true(meter.trouble & METER_T_BACKWARDS);
	say(&meter, 910, 0, 3);
	assert_int_equal(meter.register_dwh, 1010); /* counts on from there */
	say(&meter, 900000000, 0, 4);
	assert_int_equal(meter.register_dwh, 1010);
	assert_true(meter.trouble & METER_T_JUMP);
	say(&meter, 900000010, 0, 5);
	assert_int_equal(meter.register_dwh, 1020);
	say(&meter, 900000010, 0, 20); /* old strangeness is forgotten */
	assert_int_equal(meter.trouble, 0);
}

static void test_frozen_and_silent(void **state)
{
	struct meter meter;
	struct hal_meter values;

	(void)state;
	meter_init(&meter, 0, 0, 22000000);
	for (int s = 1; s <= 12; s++)
		say(&meter, 700, 7000000, s);
	assert_true(meter.trouble & METER_T_FROZEN); /* 7 kW for 11 s are 21 Wh */
	say(&meter, 701, 7000000, 13);
	say(&meter, 703, 7000000, 14);
	assert_false(meter.trouble & METER_T_FROZEN);
	meter_update(&meter, NULL, 15 * US_PER_S);
	assert_false(meter.trouble & METER_T_SILENT);
	meter_update(&meter, NULL, 18 * US_PER_S);
	assert_true(meter.trouble & METER_T_SILENT);
	values = meter_values(&meter, 18 * US_PER_S);
	assert_int_equal(values.power_mw, 7000000);
	values = meter_values(&meter, 30 * US_PER_S); /* a measurement has an age */
	assert_int_equal(values.power_mw, 0);
	assert_int_equal(values.register_dwh, meter.register_dwh);
	assert_int_equal(values.soc_percent, -1);
}

static void test_aligned_times(void **state)
{
	int64_t day = 20000 * US_PER_DAY;

	(void)state;
	assert_true(meter_next_aligned(day, 900) == day + 900 * US_PER_S);
	assert_true(meter_next_aligned(day + 1, 900) == day + 900 * US_PER_S);
	assert_true(meter_next_aligned(day + 899 * US_PER_S, 900) == day + 900 * US_PER_S);
	assert_true(meter_next_aligned(day + 86399 * US_PER_S, 7000) == day + US_PER_DAY);
	assert_true(meter_next_aligned(day, 0) == INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_and_carries_over_restart),
		cmocka_unit_test(test_never_backwards_never_jumps),
		cmocka_unit_test(test_frozen_and_silent),
		cmocka_unit_test(test_aligned_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
