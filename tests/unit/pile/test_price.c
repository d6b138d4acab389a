/* test_price.c - the price on the display: told, turned by the clock alone, read from a start
 * code's prices; and nonsense that changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "pile/price.h"

#define NOON INT64_C(1772452800000000) /* 2026-03-02T12:00:00Z */

static struct arena arena;

static void take(struct price *price, const char *json)
{
	price_take(price, str_from(json), &arena);
	arena_reset(&arena);
}

static void test_told_and_turned(void **state)
{
	struct price price = {.steps_len = 0};

	(void)state;
	take(&price, "{\"connector\":1,\"cost\":\"3.20 CNY\",\"price\":\"1.52 CNY\",\"steps\":["
		     "{\"at\":\"2026-03-02T14:00:00Z\",\"price\":\"0.80 CNY\"},"
		     "{\"at\":\"2026-03-03T00:00:00Z\",\"price\":\"1.52 CNY\"}],\"new\":true}");
	assert_string_equal(price.now, "1.52 CNY");
	assert_int_equal(price.steps_len, 2);
	price_turn(&price, NOON + 2 * US_PER_HOUR - 1);
	assert_string_equal(price.now, "1.52 CNY");
	price_turn(&price, NOON + 2 * US_PER_HOUR);
	assert_string_equal(price.now, "0.80 CNY");
	assert_int_equal(price.steps_len, 1);
	/* days without a word of the server: the last price known stays */
	price_turn(&price, NOON + 4 * US_PER_DAY);
	assert_string_equal(price.now, "1.52 CNY");
	assert_int_equal(price.steps_len, 0);
	price_turn(&price, NOON + 5 * US_PER_DAY);
	assert_string_equal(price.now, "1.52 CNY");
	take(&price, "{\"price\":\"2.00 CNY\"}");
	assert_string_equal(price.now, "2.00 CNY");
}

static void test_nonsense(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "{\"price\":5}",
		"{\"price\":\"1234567890123456789012345\"}",
		"{\"price\":\"1\",\"steps\":[{\"at\":\"now\",\"price\":\"1\"}]}",
		("{\"price\":\"1\",\"steps\":[{\"at\":\"2026-03-02T14:00:00Z\",\"price\":\"1\"},"
		 "{\"at\":\"2026-03-02T14:00:00Z\",\"price\":\"2\"}]}"),
		"{\"price\":\"1\",\"steps\":[{},{},{},{},{},{},{}]}"};
	struct price price = {.steps_len = 0};

	(void)state;
	take(&price, "{\"price\":\"1.52 CNY\"}");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		take(&price, bad[i]);
		assert_string_equal(price.now, "1.52 CNY");
		assert_int_equal(price.steps_len, 0);
	}
}

static void test_of_a_start_code(void **state)
{
	struct tariff tariff = {.currency = STR("CNY")};
	struct price price;

	(void)state;
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++)
		tariff.energy_e5[slot] = slot >= 16 && slot < 44 ? 152000 : 80000;
	tariff.service_e5[30] = 500; /* an odd half hour: 15:00 */
	/* 20:00 in Shanghai: cheaper from 22:00 on, dearer at 8:00 */
	price_of_tariff(&price, &tariff, 480, NOON);
	assert_string_equal(price.now, "1.52 CNY");
	assert_string_equal(price.steps[0].text, "0.80 CNY");
	assert_int_equal(price.steps[0].at_us, NOON + 2 * US_PER_HOUR);
	assert_string_equal(price.steps[1].text, "1.52 CNY");
	assert_int_equal(price.steps[1].at_us, NOON + 12 * US_PER_HOUR);
	assert_string_equal(price.steps[2].text, "1.525 CNY");
	assert_true(price.steps_len <= PRICE_STEPS);
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++)
		tariff.energy_e5[slot] = 100000, tariff.service_e5[slot] = 0;
	price_of_tariff(&price, &tariff, 480, NOON);
	assert_string_equal(price.now, "1.00 CNY");
	assert_int_equal(price.steps_len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told_and_turned),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_of_a_start_code),
	};
	int failed;

	arena_init(&arena, 65536);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_fini(&arena);
	return failed;
}
