/* test_ocpp2_tariff.c - the house's price said as an OCPP 2.1 tariff: an evaluator that knows only
 * the standard's elements must come to the exact price of the house's own engine, for any tariff,
 * usage and idle time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "app/ocpp2_tariff.h"
#include "app/tariffs.h"
#include "base/fault.h"
#include "base/rng.h"
#include "domain/money.h"
#include "domain/tariff.h"
#include "wire/ocpp2/tariff.h"
#include "wire/record.h"

#define TEST_ARENA (4 * 1024 * 1024)
#define ROUNDS 3000

static int minutes_of(struct str clock)
{
	assert_int_equal(clock.len, 5);
	return ((clock.ptr[0] - '0') * 10 + clock.ptr[1] - '0') * 60 + (clock.ptr[3] - '0') * 10 +
	       clock.ptr[4] - '0';
}

/* The price in force at a minute of the day: the first whose conditions hold. */
static int64_t energy_price(const struct ocpp2_tariff *tariff, int minute)
{
	for (size_t i = 0; i < tariff->energy.prices_len; i++) {
		const struct ocpp2_tariff_energy_price *price = &tariff->energy.prices[i];
		int from, until;

		if (!price->has_conditions)
			return price->price_kwh_e5;
		from = minutes_of(price->conditions.start_time_of_day);
		until = minutes_of(price->conditions.end_time_of_day);
		if (until == 0)
			until = 24 * 60;
		if (minute >= from && minute < until)
			return price->price_kwh_e5;
	}
	fail_msg("no price at minute %d", minute);
	return 0;
}

/* Second by second, as the standard defines it: idle time from minIdleTime on, before maxIdleTime.
 */
static __int128 idle_cost(const struct ocpp2_tariff *tariff, int64_t idle_s)
{
	__int128 sum = 0; /* 1e-5 of the unit, times 60 */

	for (size_t i = 0; i < tariff->idle_time.prices_len; i++) {
		const struct ocpp2_tariff_time_price *price = &tariff->idle_time.prices[i];
		int64_t from =
			price->conditions.has_min_idle_time ? price->conditions.min_idle_time : 0;
		int64_t until = price->conditions.has_max_idle_time
					? price->conditions.max_idle_time
					: INT64_MAX;

		if (idle_s < until)
			until = idle_s;
		if (until > from)
			sum += (__int128)price->price_minute_e5 * (until - from);
	}
	return sum;
}

static struct tariff any_tariff(struct rng *rng, struct arena *arena)
{
	static const char *const currencies[] = {"CNY", "EUR", "JPY", "KWD"};
	struct tariff tariff = {.currency = str_from(currencies[rng_u64(rng) % 4])};
	int64_t energy = 0, service = 0;

	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++) {
		if (slot == 0 || rng_u64(rng) % 7 == 0) {
			energy = (int64_t)(rng_u64(rng) % 300000);
			service = (int64_t)(rng_u64(rng) % 100000);
		}
		tariff.energy_e5[slot] = energy;
		tariff.service_e5[slot] = service;
	}
	if (rng_u64(rng) % 3 != 0) {
		tariff.idle_e5 = 1 + (int64_t)(rng_u64(rng) % 200000);
		tariff.idle_grace_s = (int64_t)(rng_u64(rng) % 3600);
		tariff.idle_cap_minor = rng_u64(rng) % 2 ? 0 : 1 + (int64_t)(rng_u64(rng) % 5000);
	}
	tariff.hash = tariff_hash(arena, tariff_text(arena, &tariff));
	return tariff;
}

static size_t any_usage(struct rng *rng, struct usage *usage, size_t most)
{
	size_t len = rng_u64(rng) % most;

	for (size_t i = 0; i < len; i++)
		usage[i] = (struct usage){.start_us = (int64_t)i + 1,
			.slot = (int)(rng_u64(rng) % LIMIT_TARIFF_SLOTS),
			.energy_dwh = (int64_t)(rng_u64(rng) % 2000000)};
	return len;
}

static void check_round(struct rng *rng)
{
	struct usage usage[20];
	struct ocpp2_tariff said;
	struct arena arena;
	struct tariff tariff;
	struct bill bill;
	__int128 sum = 0;
	int64_t exact, idle_s = (int64_t)(rng_u64(rng) % 20000), minor_e5 = 1;
	size_t len;

	arena_init(&arena, TEST_ARENA);
	tariff = any_tariff(rng, &arena);
	len = any_usage(rng, usage, 20);
	assert_int_equal(ocpp2_tariff_of(&arena, &tariff, &said), 0);
	for (size_t i = 0; i < len; i++) /* both ends of the half hour have its price */
		assert_int_equal(energy_price(&said, usage[i].slot * 30),
			energy_price(&said, usage[i].slot * 30 + 29));
	for (size_t i = 0; i < len; i++)
		sum += (__int128)usage[i].energy_dwh * 60 * energy_price(&said, usage[i].slot * 30);
	sum += idle_cost(&said, idle_s) * 10000;
	assert_int_equal(tariff_exact_e5(&tariff, usage, len, idle_s, &exact), 0);
	assert_true((int64_t)((sum + 300000) / 600000) == exact);
	assert_int_equal(tariff_bill(&tariff, usage, len, idle_s, &arena, &bill), 0);
	for (int i = currency_digits(tariff.currency); i < 5; i++)
		minor_e5 *= 10;
	assert_true(tariff_agrees(tariff.currency, exact, bill.total_minor, exact));
	assert_true(tariff_agrees(
		tariff.currency, bill.total_minor * minor_e5, bill.total_minor, exact));
	/* three fees, each rounded once */
	assert_true(bill.total_minor * minor_e5 - exact <= minor_e5 * 3 / 2 + 1);
	assert_true(exact - bill.total_minor * minor_e5 <= minor_e5 * 3 / 2 + 1);
	assert_false(tariff_agrees(tariff.currency, exact + 2 * minor_e5 + minor_e5 / 2,
			     bill.total_minor, exact) &&
		     (exact + 2 * minor_e5 + minor_e5 / 2) != bill.total_minor * minor_e5);
	arena_fini(&arena);
}

static void test_same_price(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 2101);
	for (int i = 0; i < ROUNDS; i++)
		check_round(&rng);
}

/* What we say fits the standard's record and comes back the same. */
static void test_fits(void **state)
{
	struct ocpp2_set_default_tariff_req req = {0}, back;
	struct arena arena;
	struct tariff tariff;
	struct rng rng;
	struct buf buf;

	(void)state;
	rng_init_seeded(&rng, 7);
	for (int i = 0; i < 50; i++) {
		arena_init(&arena, TEST_ARENA);
		tariff = any_tariff(&rng, &arena);
		assert_int_equal(ocpp2_tariff_of(&arena, &tariff, &req.tariff), 0);
		assert_true(str_eq(req.tariff.tariff_id, str_slice(tariff.hash, 0, 40)));
		buf_init(&buf, &arena, 1 << 20);
		assert_int_equal(
			record_encode(&ocpp2_set_default_tariff_req_21_record, &req, &buf, NULL),
			0);
		assert_int_equal(record_decode(&ocpp2_set_default_tariff_req_21_record,
					 buf_str(&buf), RECORD_STRICT, &arena, &back, NULL),
			0);
		assert_int_equal(back.tariff.energy.prices_len, req.tariff.energy.prices_len);
		assert_int_equal(back.tariff.description_len, 3);
		arena_fini(&arena);
	}
}

/* A cap that falls inside a second: the last second costs what is left. */
static void test_cap_to_the_second(void **state)
{
	struct tariff tariff = {.currency = STR("EUR"),
		.idle_e5 = 70000, /* 0.70 a minute */
		.idle_grace_s = 600,
		.idle_cap_minor = 100};
	struct ocpp2_tariff said;
	struct arena arena;

	(void)state;
	arena_init(&arena, TEST_ARENA);
	tariff.hash = tariff_hash(&arena, tariff_text(&arena, &tariff));
	assert_int_equal(ocpp2_tariff_of(&arena, &tariff, &said), 0);
	assert_int_equal(said.idle_time.prices_len, 2);
	assert_int_equal(said.idle_time.prices[0].conditions.min_idle_time, 600);
	assert_int_equal(said.idle_time.prices[0].conditions.max_idle_time, 685);
	assert_int_equal(said.idle_time.prices[1].conditions.min_idle_time, 685);
	assert_int_equal(said.idle_time.prices[1].conditions.max_idle_time, 686);
	/* 85 s at 0.70/60 is 0.991666...; one second at 0.50/60 is the rest */
	assert_int_equal(said.idle_time.prices[1].price_minute_e5, 50000);
	assert_true(idle_cost(&said, 100000) == (__int128)100000 * 60);
	assert_int_equal(said.energy.prices_len, 1);
	assert_false(said.energy.prices[0].has_conditions);
	/* a cap nobody reaches is not said */
	tariff.idle_cap_minor = MONEY_MAX;
	assert_int_equal(ocpp2_tariff_of(&arena, &tariff, &said), 0);
	assert_int_equal(said.idle_time.prices_len, 1);
	assert_false(said.idle_time.prices[0].conditions.has_max_idle_time);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_price),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_cap_to_the_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
