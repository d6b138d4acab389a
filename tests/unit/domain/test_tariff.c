/* test_tariff.c - the pricing function against hand-computed bills and an independent 128-bit
 * model, and the canonical text by which a price is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/fault.h"
#include "base/rng.h"
#include "domain/money.h"
#include "domain/tariff.h"

#define TEST_ARENA (1024 * 1024)

static struct tariff flat(int64_t energy_e5, int64_t service_e5)
{
	struct tariff tariff = {.currency = STR("CNY"), .vat_bp = 1300};

	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		tariff.energy_e5[i] = energy_e5;
		tariff.service_e5[i] = service_e5;
	}
	return tariff;
}

static void test_bill_by_hand(void **state)
{
	/* 10.0000 kWh at 0.50 + 0.30 and 5.5555 kWh at 1.20 + 0.40. */
	struct usage usage[2] = {{.start_us = 1, .slot = 10, .energy_dwh = 100000},
		{.start_us = 2, .slot = 20, .energy_dwh = 55555, .estimated = true}};
	struct tariff tariff = flat(50000, 30000);
	struct arena arena;
	struct bill bill;

	(void)state;
	arena_init(&arena, TEST_ARENA);
	tariff.energy_e5[20] = 120000;
	tariff.service_e5[20] = 40000;
	assert_int_equal(tariff_bill(&tariff, usage, 2, 0, &arena, &bill), 0);
	assert_int_equal(bill.energy_dwh, 155555);
	assert_int_equal(bill.energy_minor, 1167); /* 5.00 + 6.6666 */
	assert_int_equal(bill.service_minor, 522); /* 3.00 + 2.2222 */
	assert_int_equal(bill.total_minor, 1689);
	assert_int_equal(bill.vat_minor, 194); /* 16.89 x 13 / 113 = 1.9431 */
	assert_int_equal(bill.lines_len, 2);
	assert_int_equal(bill.lines[0].energy_minor, 500);
	assert_int_equal(bill.lines[1].energy_minor, 667);
	assert_int_equal(bill.lines[1].service_e5, 40000);
	assert_true(bill.lines[1].estimated);
	arena_fini(&arena);
}

static int64_t idle_of(const struct tariff *tariff, int64_t idle_s)
{
	struct arena arena;
	struct bill bill;

	arena_init(&arena, TEST_ARENA);
	assert_int_equal(tariff_bill(tariff, NULL, 0, idle_s, &arena, &bill), 0);
	assert_int_equal(bill.total_minor, bill.idle_minor);
	arena_fini(&arena);
	return bill.idle_minor;
}

static void test_idle_fee(void **state)
{
	struct tariff tariff = flat(0, 0);

	(void)state;
	tariff.idle_e5 = 50000; /* 0.50 a minute */
	tariff.idle_grace_s = 900;
	tariff.idle_cap_minor = 3000;
	assert_int_equal(idle_of(&tariff, 0), 0);
	assert_int_equal(idle_of(&tariff, 900), 0);
	assert_int_equal(idle_of(&tariff, 901), 1); /* 0.0083 rounds to a cent */
	assert_int_equal(idle_of(&tariff, 960), 50);
	assert_int_equal(idle_of(&tariff, 930), 25);
	assert_int_equal(idle_of(&tariff, 900 + 3600), 3000);
	assert_int_equal(idle_of(&tariff, INT64_MAX), 3000);
	tariff.idle_cap_minor = 0;
	assert_int_equal(idle_of(&tariff, 900 + 7200), 6000);
	tariff.idle_e5 = 0;
	assert_int_equal(idle_of(&tariff, INT64_MAX), 0);
}

static void test_bill_overflows(void **state)
{
	struct usage usage[2] = {
		{.slot = 0, .energy_dwh = INT64_MAX}, {.slot = 0, .energy_dwh = 1}};
	struct tariff tariff = flat(0, 0);
	struct arena arena;
	struct bill bill = {.total_minor = 42};

	(void)state;
	arena_init(&arena, TEST_ARENA);
	assert_int_equal(tariff_bill(&tariff, usage, 1, 0, &arena, &bill), 0);
	assert_int_equal(bill.total_minor, 0);
	bill.total_minor = 42;
	assert_int_equal(tariff_bill(&tariff, usage, 2, 0, &arena, &bill), TARIFF_E_OVERFLOW);
	tariff = flat(2, 0);
	assert_int_equal(tariff_bill(&tariff, usage, 1, 0, &arena, &bill), TARIFF_E_OVERFLOW);
	usage[0].energy_dwh = usage[1].energy_dwh = INT64_MAX / 2 - 1;
	tariff = flat(1, 0); /* each product fits, and so does the sum */
	assert_int_equal(tariff_bill(&tariff, usage, 2, 0, &arena, &bill), 0);
	assert_int_equal(bill.total_minor, INT64_C(922337203685));
	tariff = flat(1, 1); /* two fees that fit, one total beyond what money may be */
	assert_int_equal(tariff_bill(&tariff, usage, 2, 0, &arena, &bill), TARIFF_E_OVERFLOW);
	tariff = flat(2, 0); /* each product fits, their sum does not */
	assert_int_equal(tariff_bill(&tariff, usage, 2, 0, &arena, &bill), TARIFF_E_OVERFLOW);
	tariff = flat(0, 0);
	tariff.idle_e5 = TARIFF_PRICE_MAX;
	assert_int_equal(
		tariff_bill(&tariff, NULL, 0, INT64_MAX, &arena, &bill), TARIFF_E_OVERFLOW);
	arena_fini(&arena);
}

static void test_bill_refuses_bad_usage(void **state)
{
	struct usage usage = {.slot = 48, .energy_dwh = 1};
	struct tariff tariff = flat(1, 1);
	struct arena arena;
	struct bill bill = {.total_minor = 42};

	(void)state;
	arena_init(&arena, TEST_ARENA);
	assert_int_equal(tariff_bill(&tariff, &usage, 1, 0, &arena, &bill), TARIFF_E_USAGE);
	usage.slot = -1;
	assert_int_equal(tariff_bill(&tariff, &usage, 1, 0, &arena, &bill), TARIFF_E_USAGE);
	usage.slot = 0;
	usage.energy_dwh = -1;
	assert_int_equal(tariff_bill(&tariff, &usage, 1, 0, &arena, &bill), TARIFF_E_USAGE);
	assert_int_equal(bill.total_minor, 42);
	arena_fini(&arena);
	arena_init(&arena, 64);
	assert_int_equal(tariff_bill(&tariff, &usage, 1, 0, &arena, &bill), FAULT_NOMEM);
	arena_fini(&arena);
}

static struct tariff random_tariff(struct rng *rng)
{
	static const struct str currencies[] = {{"CNY", 3}, {"JPY", 3}, {"KWD", 3}, {"EUR", 3}};
	struct tariff tariff = {.currency = currencies[rng_below(rng, 4)]};

	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		bool same = i > 0 && rng_below(rng, 3) > 0;

		tariff.energy_e5[i] =
			same ? tariff.energy_e5[i - 1] : (int64_t)rng_below(rng, 500000);
		tariff.service_e5[i] =
			same ? tariff.service_e5[i - 1] : (int64_t)rng_below(rng, 200000);
	}
	for (int i = 0; i < LIMIT_TARIFF_SLOTS && rng_below(rng, 200) > 0; i++)
		tariff.back_e5[i] = rng_below(rng, 3) > 0 && i > 0
					    ? tariff.back_e5[i - 1]
					    : (int64_t)rng_below(rng, 300000);
	if (tariff_buys(&tariff))
		tariff.back_vat_bp = (int64_t)rng_below(rng, 3000);
	tariff.idle_e5 = (int64_t)rng_below(rng, 200000);
	tariff.idle_grace_s = (int64_t)rng_below(rng, 3600);
	tariff.idle_cap_minor = (int64_t)rng_below(rng, 5000);
	tariff.vat_bp = (int64_t)rng_below(rng, TARIFF_VAT_MAX_BP + 1);
	return tariff;
}

/* The model: one division of a 128-bit sum, written without any function under test. */
static int64_t model_fee(const int64_t *prices, const struct usage *usage, size_t count, int digits)
{
	__int128 sum = 0, unit = 1;

	for (int i = digits; i < 9; i++)
		unit *= 10;
	for (size_t i = 0; i < count; i++)
		sum += (__int128)prices[usage[i].slot] * usage[i].energy_dwh;
	return (int64_t)((2 * sum + unit) / (2 * unit));
}

/* Thousands of random bills: the totals are the model's, every column sums to its total, tax is
 * inside. */
static void test_random_bills(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 1);
	for (int round = 0; round < 4000; round++) {
		struct tariff tariff = random_tariff(&rng);
		int digits = currency_digits(tariff.currency);
		size_t count = (size_t)rng_below(&rng, 60);
		int64_t energy = 0, service = 0, dwh = 0;
		struct usage usage[60];
		struct arena arena;
		struct bill bill;

		for (size_t i = 0; i < count; i++)
			usage[i] = (struct usage){.slot = (int)rng_below(&rng, 48),
				.energy_dwh = (int64_t)rng_below(&rng, 2000000)};
		arena_init(&arena, TEST_ARENA);
		assert_int_equal(tariff_bill(&tariff, usage, count, (int64_t)rng_below(&rng, 20000),
					 &arena, &bill),
			0);
		for (size_t i = 0; i < count; i++) {
			energy += bill.lines[i].energy_minor;
			service += bill.lines[i].service_minor;
			dwh += bill.lines[i].energy_dwh;
		}
		assert_int_equal(energy, bill.energy_minor);
		assert_int_equal(service, bill.service_minor);
		assert_int_equal(dwh, bill.energy_dwh);
		assert_int_equal(energy, model_fee(tariff.energy_e5, usage, count, digits));
		assert_int_equal(service, model_fee(tariff.service_e5, usage, count, digits));
		assert_int_equal(bill.total_minor, energy + service + bill.idle_minor);
		assert_true(bill.vat_minor >= 0 && bill.vat_minor <= bill.total_minor);
		if (tariff.idle_cap_minor > 0)
			assert_true(bill.idle_minor <= tariff.idle_cap_minor);
		arena_fini(&arena);
	}
}

/* The same for what cars give back: the total stays, the credit is the model's, its lines sum to
 * it, and total and credit part into what is due and what is over. */
static void test_random_credits(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 11);
	for (int round = 0; round < 2000; round++) {
		struct tariff tariff = random_tariff(&rng);
		size_t count = (size_t)rng_below(&rng, 60);
		struct usage usage[60];
		struct arena arena;
		struct bill bill;
		int64_t sum = 0, total;

		for (size_t i = 0; i < count; i++)
			usage[i] = (struct usage){.start_us = (int64_t)i,
				.slot = (int)rng_below(&rng, 48),
				.energy_dwh = (int64_t)rng_below(&rng, 2000000)};
		arena_init(&arena, TEST_ARENA);
		assert_int_equal(tariff_bill(&tariff, usage, count / 2, 0, &arena, &bill), 0);
		assert_int_equal(bill.credit_minor, 0);
		total = bill.total_minor;
		assert_int_equal(tariff_credit(&tariff, usage, count, &arena, &bill), 0);
		assert_int_equal(bill.total_minor, total);
		for (size_t i = 0; i < count; i++)
			sum += bill.back[i].minor;
		assert_int_equal(sum, bill.credit_minor);
		assert_int_equal(sum,
			model_fee(tariff.back_e5, usage, count, currency_digits(tariff.currency)));
		assert_true(bill.credit_vat_minor >= 0 && bill.credit_vat_minor <= sum);
		assert_true(tariff.back_vat_bp > 0 || bill.credit_vat_minor == 0);
		assert_int_equal(tariff_due(total, sum) - tariff_over(total, sum), total - sum);
		assert_true(tariff_due(total, sum) == 0 || tariff_over(total, sum) == 0);
		arena_fini(&arena);
	}
}

/* Bad energy and amounts beyond all bounds leave the bill as it was. */
static void test_credit_refuses(void **state)
{
	struct usage usage = {.slot = 48, .energy_dwh = 1};
	struct tariff tariff = flat(50000, 0);
	struct bill bill = {.total_minor = 42};
	struct arena arena;

	(void)state;
	tariff.back_e5[3] = TARIFF_PRICE_MAX;
	arena_init(&arena, TEST_ARENA);
	assert_int_equal(tariff_credit(&tariff, &usage, 1, &arena, &bill), TARIFF_E_USAGE);
	usage = (struct usage){.slot = 3, .energy_dwh = -1};
	assert_int_equal(tariff_credit(&tariff, &usage, 1, &arena, &bill), TARIFF_E_USAGE);
	usage.energy_dwh = INT64_MAX / 2;
	assert_int_equal(tariff_credit(&tariff, &usage, 1, &arena, &bill), TARIFF_E_OVERFLOW);
	assert_int_equal(bill.total_minor, 42);
	assert_null(bill.back);
	arena_fini(&arena);
	arena_init(&arena, 64);
	assert_int_equal(tariff_credit(&tariff, &usage, 1, &arena, &bill), FAULT_NOMEM);
	arena_fini(&arena);
}

static const char text_back[] = "leyden-tariff 1\n"
				"currency CNY\n"
				"from 00:00 energy 0.31000 service 0.40000\n"
				"idle 0.00000 grace 0 cap 0\n"
				"vat 1300\n"
				"back 00:00 0.00000\n"
				"back 17:30 0.25000\n"
				"back_vat 0\n";

/* Only a tariff that pays for what is given back says so: the others keep their names. */
static void test_text_of_back(void **state)
{
	static const char *const wrong[][2] = {{"back 00:00 0.00000\n", ""},
		{"back 17:30 0.25000", "back 17:30 0.00000"}, {"back_vat 0\n", ""},
		{"back_vat 0", "back_vat 10001"}, {"back_vat 0", "back_vat -1"},
		{"back 17:30 0.25000\n", "back 17:31 0.25000\n"},
		{"back 17:30 0.25000\n", "back 17:30\n"},
		{"back 17:30 0.25000\n", "back 17:30 -0.25000\n"},
		{"back 17:30 0.25000\n", "back 17:30 0.25000\nback 18:00 0.25000\n"}};
	struct tariff tariff = flat(31000, 40000), read;
	struct arena arena;

	(void)state;
	arena_init(&arena, TEST_ARENA);
	for (int i = 35; i < 48; i++)
		tariff.back_e5[i] = 25000;
	assert_true(str_is(tariff_text(&arena, &tariff), text_back));
	assert_int_equal(tariff_read(str_from(text_back), &arena, &read), 0);
	assert_memory_equal(read.back_e5, tariff.back_e5, sizeof(read.back_e5));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *at = strstr(text_back, wrong[i][0]);
		struct str text = str_format(&arena, "%.*s%s%s", (int)(at - text_back), text_back,
			wrong[i][1], at + strlen(wrong[i][0]));

		assert_int_equal(tariff_read(text, &arena, &read), TARIFF_E_TEXT);
	}
	tariff.back_vat_bp = 1900;
	assert_true(tariff_valid(&tariff));
	memset(tariff.back_e5, 0, sizeof(tariff.back_e5));
	assert_false(tariff_valid(&tariff));
	arena_fini(&arena);
}

static const char text_example[] = "leyden-tariff 1\n"
				   "currency CNY\n"
				   "from 00:00 energy 0.31000 service 0.40000\n"
				   "from 08:30 energy 1.12345 service 0.40000\n"
				   "idle 0.50000 grace 900 cap 3000\n"
				   "vat 1300\n";

static void test_text(void **state)
{
	struct tariff tariff = flat(31000, 40000);
	struct arena arena;

	(void)state;
	arena_init(&arena, TEST_ARENA);
	for (int i = 17; i < 48; i++)
		tariff.energy_e5[i] = 112345;
	tariff.idle_e5 = 50000;
	tariff.idle_grace_s = 900;
	tariff.idle_cap_minor = 3000;
	assert_true(str_is(tariff_text(&arena, &tariff), text_example));
	assert_int_equal(tariff_hash(&arena, STR("")).len, 64);
	assert_true(str_is(tariff_hash(&arena, STR("abc")),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	arena_fini(&arena);
}

static void test_text_round_trip(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 3);
	for (int round = 0; round < 500; round++) {
		struct tariff tariff = random_tariff(&rng), back;
		struct arena arena;
		struct str text;

		arena_init(&arena, TEST_ARENA);
		text = tariff_text(&arena, &tariff);
		assert_int_equal(tariff_read(text, &arena, &back), 0);
		assert_true(str_eq(tariff_text(&arena, &back), text));
		assert_memory_equal(back.energy_e5, tariff.energy_e5, sizeof(back.energy_e5));
		assert_memory_equal(back.service_e5, tariff.service_e5, sizeof(back.service_e5));
		assert_memory_equal(back.back_e5, tariff.back_e5, sizeof(back.back_e5));
		assert_int_equal(back.back_vat_bp, tariff.back_vat_bp);
		assert_true(str_eq(back.hash, tariff_hash(&arena, text)));
		arena_fini(&arena);
	}
}

static void test_text_is_strict(void **state)
{
	static const char *const bad[] = {
		"",
		"leyden-tariff 2\n",
		"leyden-tariff 1\n",
		"leyden-tariff 1\ncurrency QQQ\nfrom 00:00 energy 0.31000 service 0.40000\n"
		"idle 0.50000 grace 900 cap 3000\nvat 1300\n",
		/* no last newline; a price short of digits; a run that changes nothing; a wrong
		 * slot; a negative price; a missing line; the first line twice */
		"leyden-tariff 1\ncurrency CNY\nfrom 00:00 energy 0.31000 service 0.40000\n"
		"idle 0.50000 grace 900 cap 3000\nvat 1300",
		"leyden-tariff 1\ncurrency CNY\nfrom 00:00 energy 0.31 service 0.40000\n"
		"idle 0.50000 grace 900 cap 3000\nvat 1300\n",
		"leyden-tariff 1\ncurrency CNY\nfrom 00:00 energy 0.31000 service 0.40000\n"
		"from 01:00 energy 0.31000 service 0.40000\n"
		"idle 0.50000 grace 900 cap 3000\nvat 1300\n",
		"leyden-tariff 1\ncurrency CNY\nfrom 00:15 energy 0.31000 service 0.40000\n"
		"idle 0.50000 grace 900 cap 3000\nvat 1300\n",
		"leyden-tariff 1\ncurrency CNY\nfrom 00:00 energy -0.31000 service 0.40000\n"
		"idle 0.50000 grace 900 cap 3000\nvat 1300\n",
		"leyden-tariff 1\ncurrency CNY\nfrom 00:00 energy 0.31000 service 0.40000\n"
		"vat 1300\n",
		"leyden-tariff 1\nleyden-tariff 1\ncurrency CNY\n",
		"leyden-tariff 1\ncurrency CNY\nfrom 24:00 energy 0.31000 service 0.40000\n",
	};
	struct tariff tariff = {.id = 7};
	struct arena arena;

	(void)state;
	arena_init(&arena, TEST_ARENA);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(tariff_read(str_from(bad[i]), &arena, &tariff), TARIFF_E_TEXT);
	assert_int_equal(tariff.id, 7);
	assert_int_equal(tariff_read(str_from(text_example), &arena, &tariff), 0);
	arena_fini(&arena);
}

static void test_known_text(void **state)
{
	struct tariff tariff = {.id = 7}, good;
	struct arena arena;

	(void)state;
	arena_init(&arena, TEST_ARENA);
	assert_int_equal(tariff_read(str_from(text_example), &arena, &good), 0);
	assert_int_equal(tariff_read_known(str_from(text_example), STR("x"), &arena, &tariff),
		TARIFF_E_TEXT);
	assert_int_equal(tariff_read_known(STR(""), good.hash, &arena, &tariff), TARIFF_E_TEXT);
	assert_int_equal(tariff.id, 7);
	assert_int_equal(tariff_read_known(str_from(text_example), good.hash, &arena, &tariff), 0);
	assert_memory_equal(tariff.energy_e5, good.energy_e5, sizeof(good.energy_e5));
	assert_int_equal(tariff.idle_cap_minor, 3000);
	assert_int_equal(tariff_read_known(str_slice(str_from(text_example), 0, 40), good.hash,
				 &arena, &tariff),
		TARIFF_E_TEXT);
	arena_fini(&arena);
}

/* Any single altered byte either is refused or gives another hash: a price cannot change unseen. */
static void test_text_altered(void **state)
{
	char text[sizeof(text_example)];
	struct tariff tariff, good;
	struct arena arena;

	(void)state;
	arena_init(&arena, 8 * TEST_ARENA);
	assert_int_equal(tariff_read(str_from(text_example), &arena, &good), 0);
	for (size_t i = 0; i + 1 < sizeof(text_example); i++) {
		memcpy(text, text_example, sizeof(text));
		text[i] = (char)(text[i] ^ 1);
		if (tariff_read((struct str){text, sizeof(text) - 1}, &arena, &tariff) == 0)
			assert_false(str_eq(tariff.hash, good.hash));
	}
	arena_fini(&arena);
}

static void test_valid_bounds(void **state)
{
	struct tariff tariff = flat(TARIFF_PRICE_MAX, 0);

	(void)state;
	assert_true(tariff_valid(&tariff));
	tariff.energy_e5[47] = TARIFF_PRICE_MAX + 1;
	assert_false(tariff_valid(&tariff));
	tariff = flat(0, 0);
	tariff.service_e5[0] = -1;
	assert_false(tariff_valid(&tariff));
	tariff = flat(0, 0);
	tariff.vat_bp = TARIFF_VAT_MAX_BP + 1;
	assert_false(tariff_valid(&tariff));
	tariff = flat(0, 0);
	tariff.idle_cap_minor = -1;
	assert_false(tariff_valid(&tariff));
	tariff = flat(0, 0);
	tariff.currency = STR("ABC");
	assert_false(tariff_valid(&tariff));
}

static void test_display_helpers(void **state)
{
	struct tariff tariff = flat(80000, 40000);

	(void)state;
	assert_int_equal(tariff_energy_for(&tariff, 0, 1200), 100000);
	assert_int_equal(tariff_energy_for(&tariff, 0, 1), 83);
	assert_int_equal(tariff_next_change(&tariff, 5), -1);
	tariff.energy_e5[20] = 90000;
	assert_int_equal(tariff_next_change(&tariff, 5), 20);
	assert_int_equal(tariff_next_change(&tariff, 20), 21);
	assert_int_equal(tariff_next_change(&tariff, 21), 20);
	tariff.energy_e5[20] = 70000;
	tariff.service_e5[20] = 50000; /* another split, the same total */
	assert_int_equal(tariff_next_change(&tariff, 5), -1);
	tariff = flat(0, 0);
	assert_int_equal(tariff_energy_for(&tariff, 0, 100), -1);
	tariff = flat(1, 0);
	assert_true(tariff_energy_for(&tariff, 0, INT64_MAX) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bill_by_hand),
		cmocka_unit_test(test_idle_fee),
		cmocka_unit_test(test_bill_overflows),
		cmocka_unit_test(test_bill_refuses_bad_usage),
		cmocka_unit_test(test_random_bills),
		cmocka_unit_test(test_random_credits),
		cmocka_unit_test(test_credit_refuses),
		cmocka_unit_test(test_text_of_back),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_round_trip),
		cmocka_unit_test(test_text_is_strict),
		cmocka_unit_test(test_known_text),
		cmocka_unit_test(test_text_altered),
		cmocka_unit_test(test_valid_bounds),
		cmocka_unit_test(test_display_helpers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
