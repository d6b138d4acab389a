/* test_offline.c - the rules on offline codes: every refusal and their order, tariffs in and out of
 * a code, and that the price reckoned from runs is the price reckoned from half hours. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/rng.h"
#include "domain/offline.h"

static const struct offline_start good_start = {.order_id = 100,
	.pile = {"A-06", 4},
	.connector_no = 1,
	.nonce = 77,
	.from_s = 1000000,
	.valid_s = 300,
	.has_limit_dwh = true,
	.limit_dwh = 50000,
	.limit_s = 3600,
	.tariff_mark = 5};
static const struct offline_here good_here = {.pile = {"A-06", 4},
	.connector_no = 1,
	.nonces = {77, 78},
	.last_order_id = 99,
	.now_s = 1000100};

static void start_rules(void **state)
{
	struct offline_start start = good_start;
	struct offline_here here = good_here;

	(void)state;
	assert_int_equal(offline_start_check(&start, &here), 0);
	here.nonces[0] = 0;
	assert_int_equal(offline_start_check(&start, &here), OFFLINE_E_NONCE);
	here.nonces[1] = 77; /* the one shown before */
	assert_int_equal(offline_start_check(&start, &here), 0);
	here.now_s = 0; /* a clock nobody trusts */
	start.from_s = 5;
	assert_int_equal(offline_start_check(&start, &here), 0);

	start = good_start;
	here = good_here;
	here.now_s = start.from_s - OFFLINE_CLOCK_S;
	assert_int_equal(offline_start_check(&start, &here), 0);
	here.now_s--;
	assert_int_equal(offline_start_check(&start, &here), OFFLINE_E_EARLY);
	here.now_s = start.from_s + start.valid_s + OFFLINE_CLOCK_S;
	assert_int_equal(offline_start_check(&start, &here), 0);
	here.now_s++;
	assert_int_equal(offline_start_check(&start, &here), OFFLINE_E_EXPIRED);
	here.nonces[0] = 1;
	assert_int_equal(offline_start_check(&start, &here), OFFLINE_E_NONCE);
	here.last_order_id = 100;
	assert_int_equal(offline_start_check(&start, &here), OFFLINE_E_USED);
	here.connector_no = 2;
	assert_int_equal(offline_start_check(&start, &here), OFFLINE_E_CONNECTOR);
	here.pile = STR("A-07");
	assert_int_equal(offline_start_check(&start, &here), OFFLINE_E_PILE);

	/* money without prices cannot be kept to */
	start = good_start;
	here = good_here;
	start.has_limit_dwh = false;
	start.has_limit_minor = true;
	assert_int_equal(offline_start_check(&start, &here), OFFLINE_E_TARIFF);
	assert_string_equal(offline_word(OFFLINE_E_TARIFF), "tariff");
	assert_string_equal(offline_word(999), "form");
}

static void settlement_rules(void **state)
{
	int64_t runs[2] = {30000, 20000};
	struct offline_settlement code = {.pile = STR("A-06"),
		.connector_no = 1,
		.order_id = 100,
		.serial = 4,
		.runs_dwh = runs,
		.runs_dwh_len = 2,
		.tariff_mark = 5};
	struct offline_known known = {.pile = STR("A-06"),
		.connector_no = 1,
		.order_id = 100,
		.tariff_mark = 5,
		.limit_dwh = 50000};

	(void)state;
	assert_int_equal(offline_energy(&code), 50000);
	assert_int_equal(offline_settlement_check(&code, &known), 0);
	known.serial = 4;
	known.serial_order_id = 100;
	assert_int_equal(offline_settlement_check(&code, &known), 0); /* told again */
	known.serial = 3;
	assert_int_equal(offline_settlement_check(&code, &known), OFFLINE_E_SERIAL);
	known.serial = 0;
	known.serial_order_id = 98;
	assert_int_equal(offline_settlement_check(&code, &known), OFFLINE_E_SERIAL);
	known.serial_order_id = 0;
	runs[0] += OFFLINE_SLACK_DWH;
	assert_int_equal(offline_settlement_check(&code, &known), 0);
	runs[0]++;
	assert_int_equal(offline_settlement_check(&code, &known), OFFLINE_E_LIMIT);
	code.tariff_mark = 6;
	assert_int_equal(offline_settlement_check(&code, &known), OFFLINE_E_TARIFF);
	code.connector_no = 2;
	assert_int_equal(offline_settlement_check(&code, &known), OFFLINE_E_CONNECTOR);
	code.pile = STR("A-6");
	assert_int_equal(offline_settlement_check(&code, &known), OFFLINE_E_PILE);
	known.order_id = 0;
	assert_int_equal(offline_settlement_check(&code, &known), OFFLINE_E_ORDER);
}

/* A tariff of a few rates in blocks, as tariffs are. */
static void random_tariff(struct rng *rng, int rates, struct tariff *ret)
{
	int64_t unit = rng_below(rng, 2) ? 1000 : 1;
	int64_t energy[48], service[48];
	size_t rate = 0;

	*ret = (struct tariff){.currency = STR("CNY")};
	for (int i = 0; i < rates; i++) {
		energy[i] = (int64_t)rng_below(rng, 300) * unit;
		service[i] = (int64_t)rng_below(rng, 100) * unit;
	}
	for (int slot = 0; slot < 48; slot++) {
		if (rng_below(rng, 5) == 0 || slot == 0)
			rate = rng_below(rng, (uint64_t)rates);
		ret->energy_e5[slot] = energy[rate];
		ret->service_e5[slot] = service[rate];
	}
}

static void tariffs_pack(void **state)
{
	struct arena arena;
	struct rng rng;

	(void)state;
	arena_init(&arena, 1 << 20);
	rng_init_seeded(&rng, 5);
	for (int i = 0; i < 2000; i++) {
		struct tariff tariff, back;
		struct offline_tariff packed;

		arena_reset(&arena);
		random_tariff(&rng, 1 + (int)rng_below(&rng, 48), &tariff);
		assert_int_equal(offline_tariff_pack(&tariff, 480, &arena, &packed), 0);
		assert_int_equal(offline_tariff_unpack(&packed, &back), 0);
		assert_memory_equal(tariff.energy_e5, back.energy_e5, sizeof(back.energy_e5));
		assert_memory_equal(tariff.service_e5, back.service_e5, sizeof(back.service_e5));
		/* any damage is refused or another day of prices, never a read out of bounds */
		packed.runs[rng_below(&rng, packed.runs_len)] = (int64_t)rng_below(&rng, 48 * 48);
		packed.prices_len -= rng_below(&rng, packed.prices_len + 1);
		(void)offline_tariff_unpack(&packed, &back);
	}
	arena_fini(&arena);
}

static void edges_of_the_day(void **state)
{
	struct tariff tariff = {.currency = STR("CNY")};
	int64_t edges[8];

	(void)state;
	assert_true(offline_next_edge(&tariff, 480, 1000) == 0);
	for (int slot = 0; slot < 48; slot++)
		tariff.energy_e5[slot] = slot >= 16 && slot < 44 ? 100000 : 50000;
	/* 08:00 in Shanghai is midnight UTC, exactly where the day price begins */
	assert_int_equal(offline_slot(480, 0), 16);
	assert_int_equal(offline_slot(480, -1), 15);
	assert_int_equal(offline_slot(-480, 0), 32);
	assert_int_equal(offline_next_edge(&tariff, 480, 86399), 86400);
	assert_int_equal(offline_next_edge(&tariff, 480, 86400), 86400 + 14 * 3600);
	assert_int_equal(offline_edges(&tariff, 480, 86390, 86400, edges, 8), 0);
	assert_int_equal(offline_edges(&tariff, 480, 86390, 86401, edges, 8), 1);
	assert_int_equal(edges[0], 86400);
	assert_int_equal(offline_edges(&tariff, 480, 5, 3 * 86400, edges, 2), 5);
	assert_int_equal(edges[1], 86400);
}

/* The pile reckons over runs, the platform over half hours: one price. */
static void runs_cost_what_half_hours_cost(void **state)
{
	struct arena arena;
	struct rng rng;

	(void)state;
	arena_init(&arena, 1 << 20);
	rng_init_seeded(&rng, 8);
	for (int i = 0; i < 1500; i++) {
		int64_t offset = (int64_t)rng_below(&rng, 60) * 30 - 900;
		int64_t begin = 1700000000 + (int64_t)rng_below(&rng, 1000000);
		int64_t end = begin + (int64_t)rng_below(&rng, 30 * 3600), edge;
		int64_t runs[OFFLINE_RUNS_MAX] = {0};
		struct usage usage[100];
		size_t usage_len = 0, run = 0;
		struct bill by_runs, by_halves;
		struct tariff tariff;

		arena_reset(&arena);
		random_tariff(&rng, 1 + (int)rng_below(&rng, 5), &tariff);
		edge = offline_next_edge(&tariff, offset, begin);
		for (int64_t at = begin; at < end || at == begin; at += 1800 - at % 1800) {
			int64_t energy = (int64_t)rng_below(&rng, 40000);

			if (edge != 0 && at >= edge) {
				run++;
				edge = offline_next_edge(&tariff, offset, at);
			}
			if (run == OFFLINE_RUNS_MAX)
				break;
			runs[run] += energy;
			usage[usage_len++] = (struct usage){.start_us = at * 1000000,
				.slot = offline_slot(offset, at),
				.energy_dwh = energy};
		}
		if (run == OFFLINE_RUNS_MAX)
			continue;
		assert_int_equal(
			offline_bill(&tariff, offset, begin, runs, run + 1, &arena, &by_runs), 0);
		assert_int_equal(tariff_bill(&tariff, usage, usage_len, 0, &arena, &by_halves), 0);
		assert_int_equal(by_runs.total_minor, by_halves.total_minor);
		assert_int_equal(by_runs.energy_minor, by_halves.energy_minor);
	}
	arena_fini(&arena);
}

static void marks_and_least_energy(void **state)
{
	struct tariff tariff = {.currency = STR("CNY")};

	(void)state;
	assert_true(offline_mark(STR("0000000000000000ffff")) == 1);
	assert_true(offline_mark(STR("ffffffffffffffff00")) == INT64_MAX);
	assert_true(offline_mark(STR("8000000000000010")) == 16);
	for (int slot = 0; slot < 48; slot++)
		tariff.energy_e5[slot] = slot == 20 ? 200000 : 100000;
	assert_int_equal(offline_energy_for(&tariff, 1000), 50000); /* 10 at 2 a kWh */
}

/* Which key counts for what, at every edge of its time. */
static void key_rules(void **state)
{
	bool doubtful = true;

	(void)state;
	assert_int_equal(offline_key_begins(OFFLINE_KEY_BELIEVED), 0);
	assert_int_equal(offline_key_begins(OFFLINE_KEY_REPLACED), OFFLINE_E_REPLACED);
	assert_int_equal(offline_key_begins(OFFLINE_KEY_REVOKED), OFFLINE_E_REVOKED);
	assert_int_equal(offline_key_begins(OFFLINE_KEY_OFFERED), OFFLINE_E_REVOKED);
	assert_int_equal(offline_key_begins(0), OFFLINE_E_REVOKED);
	assert_int_equal(offline_key_settles(OFFLINE_KEY_BELIEVED, 0, 100, 200, &doubtful), 0);
	assert_false(doubtful);
	assert_int_equal(offline_key_settles(OFFLINE_KEY_REPLACED, 100, 100, 900, &doubtful), 0);
	assert_false(doubtful);
	assert_int_equal(offline_key_settles(OFFLINE_KEY_REPLACED, 100, 101, 900, &doubtful),
		OFFLINE_E_REPLACED);
	assert_int_equal(offline_key_settles(OFFLINE_KEY_REVOKED, 100, 50, 100, &doubtful), 0);
	assert_true(doubtful);
	assert_int_equal(offline_key_settles(OFFLINE_KEY_REVOKED, 100, 50, 101, &doubtful),
		OFFLINE_E_REVOKED);
	assert_false(doubtful);
	assert_int_equal(offline_key_settles(OFFLINE_KEY_REVOKED, 100, 101, 90, &doubtful),
		OFFLINE_E_REVOKED);
	assert_int_equal(offline_key_settles(OFFLINE_KEY_OFFERED, 100, 50, 60, &doubtful),
		OFFLINE_E_REVOKED);
	assert_string_equal(offline_key_state_name(OFFLINE_KEY_REPLACED), "replaced");
	assert_string_equal(offline_key_state_name(9), "");
	assert_string_equal(offline_word(OFFLINE_E_REVOKED), "revoked");
	assert_string_equal(offline_word(OFFLINE_E_REVOKED + 1), "form");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_rules),
		cmocka_unit_test(settlement_rules),
		cmocka_unit_test(tariffs_pack),
		cmocka_unit_test(edges_of_the_day),
		cmocka_unit_test(runs_cost_what_half_hours_cost),
		cmocka_unit_test(marks_and_least_energy),
		cmocka_unit_test(key_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
