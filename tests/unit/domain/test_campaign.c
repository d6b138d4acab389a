/* test_campaign.c - when a firmware campaign goes on, waits, stops; how piles fall into waves. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "domain/campaign.h"

static enum campaign_advice advise(
	int64_t wave, int64_t waiting, int64_t open, int64_t done, int64_t failed)
{
	const struct campaign campaign = {
		.state = CAMPAIGN_RUNNING, .wave = wave, .waves = 2, .fail_pct = 20};
	const struct campaign_count count = {
		.waiting = waiting, .open = open, .done = done, .failed = failed};

	return campaign_advise(&campaign, &count, &count);
}

static void goes_wave_by_wave(void **state)
{
	(void)state;
	assert_int_equal(advise(1, 3, 0, 0, 0), CAMPAIGN_GO);
	assert_int_equal(advise(1, 0, 3, 0, 0), CAMPAIGN_WAIT);
	assert_int_equal(advise(1, 0, 1, 2, 0), CAMPAIGN_WAIT);
	assert_int_equal(advise(1, 0, 0, 3, 0), CAMPAIGN_NEXT);
	assert_int_equal(advise(2, 0, 0, 3, 0), CAMPAIGN_END);
}

static void stops_on_failures(void **state)
{
	struct campaign campaign = {.wave = 1, .waves = 1, .fail_pct = 100};
	const struct campaign_count all_fail = {.failed = 3};

	(void)state;
	/* the first pile of all fails: nobody else is told */
	assert_int_equal(advise(1, 9, 0, 0, 1), CAMPAIGN_STOP);
	/* exactly the bound is still allowed, one more is not */
	assert_int_equal(advise(1, 5, 0, 4, 1), CAMPAIGN_GO);
	assert_int_equal(advise(1, 5, 0, 3, 1), CAMPAIGN_STOP);
	assert_int_equal(campaign_advise(&campaign, &all_fail, &all_fail), CAMPAIGN_END);
	campaign.fail_pct = 0;
	assert_int_equal(campaign_advise(&campaign, &all_fail, &all_fail), CAMPAIGN_STOP);
}

static void every_pile_has_a_wave(void **state)
{
	static const int64_t pct[] = {10, 50, 100};

	(void)state;
	for (size_t count = 1; count <= 40; count++) {
		int64_t before = 1;

		for (size_t i = 0; i < count; i++) {
			int64_t wave = campaign_wave_of(i, count, pct, 3);

			assert_in_range(wave, 1, 3);
			assert_true(wave == before || wave == before + 1);
			before = wave;
		}
	}
	assert_int_equal(campaign_wave_of(0, 3, pct, 3), 1);
	assert_int_equal(campaign_wave_of(1, 3, pct, 3), 2);
	assert_int_equal(campaign_wave_of(2, 3, pct, 3), 3);
	assert_int_equal(campaign_wave_of(9, 100, pct, 3), 1);
	assert_int_equal(campaign_wave_of(10, 100, pct, 3), 2);
	assert_int_equal(campaign_wave_of(99, 100, pct, 3), 3);
}

static void bad_waves(void **state)
{
	static const int64_t falling[] = {50, 40, 100}, short_of[] = {50, 90}, beyond[] = {50, 101},
			     zero[] = {0, 100}, one[] = {100};

	(void)state;
	assert_false(campaign_waves_ok(falling, 3));
	assert_false(campaign_waves_ok(short_of, 2));
	assert_false(campaign_waves_ok(beyond, 2));
	assert_false(campaign_waves_ok(zero, 2));
	assert_false(campaign_waves_ok(one, 0));
	assert_true(campaign_waves_ok(one, 1));
}

static void what_operators_may(void **state)
{
	(void)state;
	assert_true(campaign_may(CAMPAIGN_RUNNING, CAMPAIGN_PAUSED));
	assert_true(campaign_may(CAMPAIGN_PAUSED, CAMPAIGN_RUNNING));
	assert_true(campaign_may(CAMPAIGN_STOPPED, CAMPAIGN_RUNNING));
	assert_true(campaign_may(CAMPAIGN_STOPPED, CAMPAIGN_CANCELLED));
	assert_false(campaign_may(CAMPAIGN_DONE, CAMPAIGN_RUNNING));
	assert_false(campaign_may(CAMPAIGN_DONE, CAMPAIGN_CANCELLED));
	assert_false(campaign_may(CAMPAIGN_CANCELLED, CAMPAIGN_RUNNING));
	assert_false(campaign_may(CAMPAIGN_PAUSED, CAMPAIGN_PAUSED));
	assert_false(campaign_may(CAMPAIGN_RUNNING, CAMPAIGN_DONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_wave_by_wave),
		cmocka_unit_test(stops_on_failures),
		cmocka_unit_test(every_pile_has_a_wave),
		cmocka_unit_test(bad_waves),
		cmocka_unit_test(what_operators_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
