/* test_money.c - amounts: strict text, exact products, one rounding, shares that always tie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "domain/money.h"

static void test_digits(void **state)
{
	(void)state;
	assert_int_equal(currency_digits(STR("CNY")), 2);
	assert_int_equal(currency_digits(STR("EUR")), 2);
	assert_int_equal(currency_digits(STR("JPY")), 0);
	assert_int_equal(currency_digits(STR("KWD")), 3);
	assert_int_equal(currency_digits(STR("eur")), -1);
	assert_int_equal(currency_digits(STR("EURO")), -1);
	assert_int_equal(currency_digits(STR("")), -1);
	assert_int_equal(currency_digits(STR_NULL), -1);
}

static void test_parse_good(void **state)
{
	static const struct {
		const char *text, *currency;
		int64_t minor;
	} rows[] = {
		{"12.34", "CNY", 1234},
		{"0.01", "CNY", 1},
		{"0", "CNY", 0},
		{"7", "CNY", 700},
		{"7.5", "CNY", 750},
		{"500", "JPY", 500},
		{"1.234", "KWD", 1234},
		{"10000000000", "EUR", MONEY_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t minor = -1;

		assert_true(
			money_parse(str_from(rows[i].text), str_from(rows[i].currency), &minor));
		assert_int_equal(minor, rows[i].minor);
	}
}

static void test_parse_bad(void **state)
{
	static const char *const rows[] = {"", "-1", "+1", "1e2", "1,5", "1.", ".5", " 1", "1 ",
		"0.001", "0x1", "1.2.3", "10000000000.01", "9223372036854775808", "nan",
		"99999999999999999999999999"};
	int64_t minor = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_false(money_parse(str_from(rows[i]), STR("CNY"), &minor));
	assert_false(money_parse(STR("1"), STR("QQQ"), &minor));
	assert_false(money_parse(STR("1.5"), STR("JPY"), &minor));
	assert_false(money_parse((struct str){"1\0", 2}, STR("CNY"), &minor));
	assert_int_equal(minor, 77);
}

static void check_text(int64_t minor, struct str currency, const char *want)
{
	struct buf buf;

	buf_init(&buf, NULL, 64);
	money_write(&buf, minor, currency);
	assert_true(str_is(buf_str(&buf), want));
	buf_fini(&buf);
}

static void test_write(void **state)
{
	(void)state;
	check_text(1234, STR("CNY"), "12.34");
	check_text(5, STR("CNY"), "0.05");
	check_text(-5, STR("CNY"), "-0.05");
	check_text(500, STR("JPY"), "500");
	check_text(1, STR("KWD"), "0.001");
}

static void test_write_reads_back(void **state)
{
	static const char *const currencies[] = {"CNY", "JPY", "KWD"};
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 11);
	for (int i = 0; i < 3000; i++) {
		struct str currency = str_from(currencies[i % 3]);
		int64_t minor = (int64_t)rng_below(&rng, (uint64_t)MONEY_MAX + 1), back = -1;
		struct buf buf;

		buf_init(&buf, NULL, 64);
		money_write(&buf, minor, currency);
		assert_true(money_parse(buf_str(&buf), currency, &back));
		assert_int_equal(back, minor);
		buf_fini(&buf);
	}
}

static void test_exact(void **state)
{
	int64_t nano = 0;

	(void)state;
	/* 28.9405 kWh at 1.12345 is 32.513204725. */
	assert_int_equal(money_exact(289405, 112345, &nano), 0);
	assert_int_equal(nano, INT64_C(32513204725));
	assert_int_equal(money_exact(INT64_MAX, 1, &nano), 0);
	assert_int_equal(nano, INT64_MAX);
	assert_int_equal(money_exact(INT64_MAX, 2, &nano), MONEY_E_OVERFLOW);
	assert_int_equal(money_exact(INT64_MIN, -1, &nano), MONEY_E_OVERFLOW);
	assert_int_equal(nano, INT64_MAX);
}

static void test_round(void **state)
{
	(void)state;
	assert_int_equal(money_round(4999999, 2), 0);
	assert_int_equal(money_round(5000000, 2), 1);
	assert_int_equal(money_round(14999999, 2), 1);
	assert_int_equal(money_round(15000000, 2), 2);
	assert_int_equal(money_round(-5000000, 2), 0);
	assert_int_equal(money_round(-5000001, 2), -1);
	assert_int_equal(money_round(499999999, 0), 0);
	assert_int_equal(money_round(500000000, 0), 1);
	assert_int_equal(money_round(7, 9), 7);
	assert_int_equal(money_round(INT64_MAX, 9), INT64_MAX);
	assert_int_equal(money_round(INT64_MAX, 2), INT64_C(922337203685));
	assert_int_equal(money_round(INT64_MIN, 2), INT64_C(-922337203685));
	assert_int_equal(money_round(INT64_MAX, 0), INT64_C(9223372037));
}

static void test_spread_tie_goes_to_the_first(void **state)
{
	/* Three times a third of a cent's worth: 1 cent in all, the first line gets it. */
	int64_t exact[3] = {3333334, 3333333, 3333333}, shares[3];
	int64_t even[4] = {5000000, 5000000, 5000000, 5000000};
	int64_t four[4];

	(void)state;
	money_spread(1, exact, 3, 2, shares);
	assert_int_equal(shares[0], 1);
	assert_int_equal(shares[1], 0);
	assert_int_equal(shares[2], 0);
	money_spread(2, even, 4, 2, four);
	assert_int_equal(four[0], 1);
	assert_int_equal(four[1], 1);
	assert_int_equal(four[2], 0);
	assert_int_equal(four[3], 0);
	money_spread(0, NULL, 0, 2, NULL);
}

/* Random bills: the shares sum to the rounded total and each is within one unit of its exact value.
 */
static void test_spread_ties(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 20261121);
	for (int round = 0; round < 5000; round++) {
		int64_t exact[48], shares[48], sum = 0, shared = 0, total;
		size_t count = 1 + (size_t)rng_below(&rng, 48);
		int digits = (int)rng_below(&rng, 4);
		int64_t unit = 1;

		for (int i = digits; i < 9; i++)
			unit *= 10;
		for (size_t i = 0; i < count; i++) {
			exact[i] = (int64_t)rng_below(&rng, UINT64_C(40000000000));
			sum += exact[i];
		}
		total = money_round(sum, digits);
		money_spread(total, exact, count, digits, shares);
		for (size_t i = 0; i < count; i++) {
			int64_t off = shares[i] * unit - exact[i];

			assert_true(off > -unit && off <= unit);
			shared += shares[i];
		}
		assert_int_equal(shared, total);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_parse_good),
		cmocka_unit_test(test_parse_bad),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_reads_back),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_spread_tie_goes_to_the_first),
		cmocka_unit_test(test_spread_ties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
