/* test_zone.c - civil time of zones, at the places where it is difficult. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include "base/clock.h"

static int64_t at(const char *text)
{
	int64_t us;

	assert_true(time_parse(str_from(text), &us, NULL));
	return us;
}

static void names(void **state)
{
	(void)state;
	assert_true(zone_exists(STR("Asia/Shanghai")));
	assert_true(zone_exists(STR("Europe/Berlin")));
	assert_true(zone_exists(STR("UTC")));
	assert_false(zone_exists(STR("Europe/Atlantis")));
	assert_false(zone_exists(STR("GMT+3")));
	assert_false(zone_exists(STR("Etc/Unknown")));
	assert_false(zone_exists(STR("")));
	assert_false(zone_exists(STR("Europe/Berlin ")));
	assert_false(zone_exists(STR("Europe/B\xc3\xa9rlin")));
	assert_false(zone_exists(
		STR("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")));
}

static void civil_fields(void **state)
{
	struct civil civil;

	(void)state;
	assert_true(zone_civil(STR("Asia/Shanghai"), at("2026-11-20T17:02:11.9Z"), &civil));
	assert_int_equal(civil.year, 2026);
	assert_int_equal(civil.month, 11);
	assert_int_equal(civil.day, 21);
	assert_int_equal(civil.hour, 1);
	assert_int_equal(civil.minute, 2);
	assert_int_equal(civil.second, 11);
	assert_int_equal(civil.weekday, 5);
	assert_int_equal(civil.offset_s, 28800);
	assert_true(zone_civil(STR("Asia/Kathmandu"), at("2026-01-01T00:00:00Z"), &civil));
	assert_int_equal(civil.offset_s, 20700);
	assert_false(zone_civil(STR("Nowhere"), 0, &civil));
}

/* Berlin 2026: forward on 29 March at 01:00Z, back on 25 October at 01:00Z. */
static void daylight_saving(void **state)
{
	int64_t start, end;
	struct civil civil;
	int slot;

	(void)state;
	zone_civil(STR("Europe/Berlin"), at("2026-03-29T00:59:59Z"), &civil);
	assert_int_equal(civil.hour, 1);
	assert_int_equal(civil.offset_s, 3600);
	zone_civil(STR("Europe/Berlin"), at("2026-03-29T01:00:00Z"), &civil);
	assert_int_equal(civil.hour, 3);
	assert_int_equal(civil.offset_s, 7200);
	assert_true(zone_half_hour(
		STR("Europe/Berlin"), at("2026-10-25T00:45:00Z"), &start, &end, &slot));
	assert_int_equal(slot, 5);
	assert_true(start == at("2026-10-25T00:30:00Z") && end == at("2026-10-25T01:00:00Z"));
	assert_true(zone_half_hour(
		STR("Europe/Berlin"), at("2026-10-25T01:45:00Z"), &start, &end, &slot));
	assert_int_equal(slot, 5);
	assert_true(start == at("2026-10-25T01:30:00Z") && end == at("2026-10-25T02:00:00Z"));
}

/* Lord Howe moves by half an hour; Kathmandu's half hours begin at a quarter past and to in UTC. */
static void odd_zones(void **state)
{
	int64_t start, end;
	int slot;

	(void)state;
	assert_true(zone_half_hour(
		STR("Asia/Kathmandu"), at("2026-01-01T00:00:00Z"), &start, &end, &slot));
	assert_int_equal(slot, 11);
	assert_true(start == at("2025-12-31T23:45:00Z") && end == at("2026-01-01T00:15:00Z"));
	assert_true(zone_half_hour(
		STR("Australia/Lord_Howe"), at("2026-04-04T15:00:00Z"), &start, &end, &slot));
	assert_int_equal(slot, 3);
	assert_true(end - start == 30 * US_PER_MIN);
}

/* Half hours tile the time line: each begins where the last ended, none is longer than 30 minutes,
 * and the slot is the one of its civil time. */
static void half_hours_tile(void **state)
{
	static const char *const zones[] = {"Europe/Berlin", "Asia/Shanghai", "America/New_York",
		"Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "UTC"};

	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		struct str zone = str_from(zones[i]);
		int64_t now = at("2026-01-01T00:00:00Z"), stop = at("2027-01-01T00:00:00Z");
		int64_t start, end;
		int slot;

		assert_true(zone_half_hour(zone, now, &start, &end, &slot));
		now = end;
		while (now < stop) {
			struct civil civil;

			assert_true(zone_half_hour(zone, now, &start, &end, &slot));
			assert_true(start == now && end > start && end - start <= 30 * US_PER_MIN);
			assert_true(zone_civil(zone, start, &civil));
			assert_int_equal(slot, civil.hour * 2 + civil.minute / 30);
			assert_true(zone_civil(zone, end - 1, &civil));
			assert_int_equal(slot, civil.hour * 2 + civil.minute / 30);
			now = end;
		}
	}
}

/* Against the C library, whose rules come from the same database. */
static void agrees_with_the_library(void **state)
{
	(void)state;
	setenv("TZ", "America/New_York", 1);
	tzset();
	for (int64_t at_s = at("2020-01-01T00:00:00Z") / US_PER_S; at_s < 1900000000;
		at_s += 40009) {
		time_t when = (time_t)at_s;
		struct civil civil;
		struct tm tm;

		localtime_r(&when, &tm);
		assert_true(zone_civil(STR("America/New_York"), at_s * US_PER_S, &civil));
		assert_int_equal(civil.offset_s, tm.tm_gmtoff);
		assert_int_equal(civil.hour, tm.tm_hour);
		assert_int_equal(civil.day, tm.tm_mday);
		assert_int_equal(civil.weekday, (tm.tm_wday + 6) % 7);
	}
}

static void *many_zones(void *arg)
{
	static const char *const zones[] = {"Europe/Berlin", "Europe/Paris", "Europe/Rome",
		"Europe/Madrid", "Asia/Shanghai", "Asia/Tokyo", "Asia/Seoul", "Asia/Kolkata",
		"America/New_York", "America/Chicago", "America/Denver", "America/Sao_Paulo",
		"Africa/Cairo", "Africa/Lagos", "Australia/Sydney", "Pacific/Auckland", "UTC",
		"Asia/Dubai", "Europe/London"};
	size_t *wrong = arg;

	for (int round = 0; round < 50; round++)
		for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
			struct civil civil;

			if (!zone_civil(str_from(zones[i]), round * US_PER_DAY, &civil))
				++*wrong;
		}
	return NULL;
}

/* More zones than the cache holds, in several threads, each of which gives its memory back. */
static void threads(void **state)
{
	pthread_t ids[4];
	size_t wrong[4] = {0};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&ids[i], NULL, many_zones, &wrong[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(ids[i], NULL);
		assert_int_equal(wrong[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(civil_fields),
		cmocka_unit_test(daylight_saving),
		cmocka_unit_test(odd_zones),
		cmocka_unit_test(half_hours_tile),
		cmocka_unit_test(agrees_with_the_library),
		cmocka_unit_test(threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
