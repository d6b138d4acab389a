/* test_id.c - ids grow, whatever the clock does. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/id.h"

static const int64_t now_us = INT64_C(1795183331000000);

static void ids_increase_and_carry_their_time(void **state)
{
	struct id_maker maker;
	int64_t last = 0;

	(void)state;
	id_maker_init(&maker, 1023);
	for (int i = 0; i < 100000; i++) {
		int64_t id = id_next(&maker, now_us + i * 7);

		assert_true(id > last);
		last = id;
	}
	id_maker_init(&maker, 0);
	assert_true(id_time_us(id_next(&maker, now_us + 999)) == now_us);
}

static void a_clock_going_back_does_not_repeat(void **state)
{
	struct id_maker maker;
	int64_t first, second;

	(void)state;
	id_maker_init(&maker, 5);
	first = id_next(&maker, now_us);
	second = id_next(&maker, now_us - US_PER_HOUR);
	assert_true(second > first);
	assert_true(id_next(&maker, 0) > second);
}

static void nodes_differ(void **state)
{
	struct id_maker one, two;

	(void)state;
	id_maker_init(&one, 1);
	id_maker_init(&two, 2);
	for (int i = 0; i < 10000; i++)
		assert_true(id_next(&one, now_us) != id_next(&two, now_us));
}

static void a_clock_before_our_time_still_gives_positive_ids(void **state)
{
	struct id_maker maker;

	(void)state;
	id_maker_init(&maker, 0);
	assert_true(id_next(&maker, 0) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_increase_and_carry_their_time),
		cmocka_unit_test(a_clock_going_back_does_not_repeat),
		cmocka_unit_test(nodes_differ),
		cmocka_unit_test(a_clock_before_our_time_still_gives_positive_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
