/* test_clock.c - RFC 3339 in and out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/arena.h"
#include "base/civil.h"
#include "base/clock.h"

struct time_row {
	const char *text;
	int64_t us; /* -1: refused */
	bool lenient;
};

static void parsing(void **state)
{
	static const struct time_row rows[] = {
		{"1970-01-01T00:00:00Z", 0, false},
		{"2026-11-20T14:02:11Z", INT64_C(1795183331000000), false},
		{"2026-11-20t14:02:11z", INT64_C(1795183331000000), false},
		{"2026-11-20T14:02:11", INT64_C(1795183331000000), true},
		{"2026-11-20T14:02:11.5", INT64_C(1795183331500000), true},
		{"2026-11-20T14:02:11.123456789012Z", INT64_C(1795183331123456), false},
		{"2026-11-20T14:02:11.9999999Z", INT64_C(1795183331999999), false},
		{"2026-11-20T22:02:11+08:00", INT64_C(1795183331000000), false},
		{"2026-11-20T08:32:11-05:30", INT64_C(1795183331000000), false},
		{"2026-11-20T14:02:11-00:00", INT64_C(1795183331000000), false},
		{"2024-02-29T00:00:00Z", INT64_C(1709164800000000), false},
		{"2016-12-31T23:59:60Z", INT64_C(1483228800000000), false},
		{"2017-01-01T00:59:60+01:00", INT64_C(1483228800000000), false},
		{"2199-12-31T23:59:59.999Z", INT64_C(7258118399999000), false},
		{"1970-01-01T01:00:00+01:00", 0, false},
		{"2200-01-01T00:00:00Z", -1, false},
		{"1969-12-31T23:59:59Z", -1, false},
		{"1970-01-01T00:00:00+00:01", -1, false},
		{"2023-02-29T00:00:00Z", -1, false},
		{"2100-02-29T00:00:00Z", -1, false},
		{"2026-13-01T00:00:00Z", -1, false},
		{"2026-00-01T00:00:00Z", -1, false},
		{"2026-04-31T00:00:00Z", -1, false},
		{"2026-04-00T00:00:00Z", -1, false},
		{"2026-11-20T24:00:00Z", -1, false},
		{"2026-11-20T14:60:00Z", -1, false},
		{"2026-11-20T14:02:60Z", -1, false},
		{"2026-11-20T14:02:61Z", -1, false},
		{"2026-11-20T14:02:11.Z", -1, false},
		{"2026-11-20T14:02:11,5Z", -1, false},
		{"2026-11-20 14:02:11Z", -1, false},
		{"2026-11-20T14:02:11+0800", -1, false},
		{"2026-11-20T14:02:11+24:00", -1, false},
		{"2026-11-20T14:02:11+08:60", -1, false},
		{"2026-11-20T14:02:11+08", -1, false},
		{"2026-11-20T14:02:11ZZ", -1, false},
		{"2026-11-20T14:02:11Z ", -1, false},
		{" 2026-11-20T14:02:11Z", -1, false},
		{"2026-11-20T14:02", -1, false},
		{"2026-11-20", -1, false},
		{"26-11-20T14:02:11Z", -1, false},
		{"+026-11-20T14:02:11Z", -1, false},
		{"2026-1-20T14:02:11Z", -1, false},
		{"1795183331", -1, false},
		{"", -1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].text);
		char *exact = malloc(len + 1);
		bool lenient = false;
		int64_t us = -1;

		memcpy(exact, rows[i].text, len);
		time_parse((struct str){exact, len}, &us, &lenient);
		free(exact);
		if (us != rows[i].us || lenient != rows[i].lenient)
			fail_msg("%s gives %lld", rows[i].text, (long long)us);
	}
}

static void writing(void **state)
{
	struct arena arena;
	struct buf buf;

	(void)state;
	arena_init(&arena, 1 << 20);
	buf_init(&buf, &arena, 100);
	assert_true(str_is(time_text(&arena, INT64_C(1795183331123456)), "2026-11-20T14:02:11Z"));
	time_write(&buf, INT64_C(1795183331007456), true);
	assert_true(str_is(buf_str(&buf), "2026-11-20T14:02:11.007Z"));
	buf_clear(&buf);
	time_write(&buf, -1, true);
	assert_true(str_is(buf_str(&buf), "1969-12-31T23:59:59.999Z"));
	arena_fini(&arena);
}

/* Our calendar against the C library's, over 230 years of odd steps. */
static void agrees_with_the_library(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (int64_t at_s = 0; at_s < TIME_END_US / US_PER_S; at_s += 777777) {
		time_t when = (time_t)at_s;
		char wanted[32];
		struct str text;
		int64_t back;
		struct tm tm;

		gmtime_r(&when, &tm);
		strftime(wanted, sizeof(wanted), "%Y-%m-%dT%H:%M:%SZ", &tm);
		text = time_text(&arena, at_s * US_PER_S);
		assert_true(str_is(text, wanted));
		assert_true(time_parse(text, &back, NULL));
		assert_true(back == at_s * US_PER_S);
		arena_reset(&arena);
	}
	arena_fini(&arena);
}

static void calendar_runs_both_ways(void **state)
{
	(void)state;
	for (int64_t days = -800000; days < 800000; days += 13) {
		int year, month, day;

		civil_from_days(days, &year, &month, &day);
		assert_true(civil_days(year, month, day) == days);
	}
	assert_int_equal(civil_floor(-1, 10), -1);
	assert_int_equal(civil_floor(-10, 10), -1);
	assert_int_equal(civil_floor(9, 10), 0);
}

static void clocks(void **state)
{
	struct clock_fake fake;
	int64_t before = clock_ticks_us(&clock_system);

	(void)state;
	clock_fake_init(&fake, 5);
	assert_int_equal(clock_now_us(&fake.clock), 5);
	fake.at_us += 10;
	assert_int_equal(clock_ticks_us(&fake.clock), 15);
	assert_true(clock_now_us(&clock_system) > INT64_C(1700000000000000));
	assert_true(clock_ticks_us(&clock_system) >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parsing),
		cmocka_unit_test(writing),
		cmocka_unit_test(agrees_with_the_library),
		cmocka_unit_test(calendar_runs_both_ways),
		cmocka_unit_test(clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
