/* test_filter.c - the filter of the sensors: spikes go, steps stay, absent sensors stay absent; and
 * what a second of 8 sensors at 100 Hz costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "base/clock.h"
#include "pile/filter.h"
#include "pile/hal/sim.h"

static void feed(struct filter *filter, int32_t value, size_t rows)
{
	struct hal_samples samples = {.len = rows};

	for (size_t row = 0; row < rows; row++)
		for (int i = 0; i < HAL_CHANNELS; i++)
			samples.rows[row][i] = value;
	filter_take(filter, &samples);
}

static void test_spike_and_step(void **state)
{
	const struct filter_channel *channel;
	struct filter filter;

	(void)state;
	filter_init(&filter);
	channel = &filter.channels[HAL_CT_L1];
	assert_int_equal(channel->value, HAL_ABSENT);
	feed(&filter, 1000, 10);
	assert_int_equal(channel->value, 1000);
	feed(&filter, 90000, 1);
	feed(&filter, 1000, 5);
	assert_int_equal(channel->value, 1000); /* a single spike leaves nothing behind */
	assert_int_equal(channel->most, 1000);
	feed(&filter, 2000, 2);
	assert_int_equal(channel->peak, 2000); /* a step is seen at its second sample */
	feed(&filter, 2000, 64);
	assert_in_range(channel->value, 1970, 2000);
	feed(&filter, -5000, 64);
	feed(&filter, -5000, 64);
	assert_true(channel->value < -4990);
	assert_int_equal(filter.samples, 10 + 1 + 5 + 2 + 64 + 64 + 64);
}

static void test_absent_and_nothing(void **state)
{
	struct filter filter;
	struct hal_samples none = {.len = 0};

	(void)state;
	filter_init(&filter);
	feed(&filter, 500, 5);
	filter_take(&filter, &none);
	assert_int_equal(filter.channels[0].value, 500);
	assert_int_equal(filter.channels[0].peak, 500);
	feed(&filter, HAL_ABSENT, 1);
	assert_int_equal(filter.channels[0].value, HAL_ABSENT);
	feed(&filter, 700, 1); /* fitted again: no memory of before */
	assert_int_equal(filter.channels[0].value, 700);
}

/* The simulated sensors draw 100 rows a second with a spike each second. */
static void test_waveforms(void **state)
{
	struct filter filter;
	struct sim sim;
	struct hal_samples samples;

	(void)state;
	filter_init(&filter);
	sim_init(&sim, NULL, 32000, 3);
	for (int i = 0; i < 100; i++) {
		sim_step(&sim, 100 * US_PER_MS);
		assert_int_equal(sim.hal.ops->sensors_read(sim.hal.context, &samples), 0);
		assert_int_equal(samples.len, 10);
		filter_take(&filter, &samples);
	}
	assert_int_equal(filter.samples, 1000);
	assert_in_range(filter.channels[HAL_TEMP_CONNECTOR].value, 19800, 20200);
	assert_in_range(filter.channels[HAL_HUMIDITY].value, 445, 455);
	sim_step(&sim, US_PER_S); /* nobody looked for a second: the newest 64 are there */
	assert_int_equal(sim.hal.ops->sensors_read(sim.hal.context, &samples), 0);
	assert_int_equal(samples.len, HAL_SAMPLES);
}

static int64_t cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

/* 8 sensors at 100 Hz must stay below 2 % of a core, also in this build with its sanitizers. */
static void test_cost(void **state)
{
	enum { SECONDS = 1000 };
	struct filter filter;
	int64_t began_us = cpu_us(), used_us;

	(void)state;
	filter_init(&filter);
	for (int i = 0; i < SECONDS * 10; i++)
		feed(&filter, 1000 + i, 10);
	used_us = cpu_us() - began_us;
	printf("8 sensors at 100 Hz: %lld ppm of a core\n", (long long)(used_us / SECONDS));
	assert_in_range(used_us / SECONDS, 0, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spike_and_step),
		cmocka_unit_test(test_absent_and_nothing),
		cmocka_unit_test(test_waveforms),
		cmocka_unit_test(test_cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
