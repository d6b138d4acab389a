/* test_vat.c - VAT numbers of each country, right and with a digit or its shape spoilt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "domain/vat.h"

/* Published examples of each country's numbers. */
static const char *const good[] = {"ATU13585627", "BE0428759497", "BG175074752", "CY10259033P",
	"CZ25123891", "DE136695976", "DK13585628", "EE100931558", "EL094259216", "ES54362315K",
	"ESB58378431", "ESX2482300W", "FI20774740", "FR40303265045", "FR83404833048",
	"HR33392005961", "HU12892312", "IE6433435F", "IE6433435OA", "IT00743110157", "LT119511515",
	"LT100001919017", "LU15027442", "LV40003521600", "MT11679112", "NL004495445B01",
	"PL8567346215", "PT501964843", "RO18547290", "SE123456789701", "SI50223054", "SK2022749619",
	"XI980780684"};
/* Numbers whose last or some digit is wrong. */
static const char *const bad[] = {"ATU13585626", "BE0431150351", "BG175074751", "CY10259033Z",
	"CZ25123890", "DE136695978", "DK13585627", "EE100594103", "EL123456781", "ESB58378432",
	"ES54362315Z", "FI20774741", "FR84323140391", "HR33392005962", "HU12892313", "IE6433435E",
	"IT00743110158", "LT100001919018", "LU15027443", "LV40003521601", "MT11679113",
	"NL123456789B90", "PL8567346216", "PT501964842", "RO18547291", "SE123456789101",
	"SI50223055", "SK2022749618", "XI980780685"};

static void test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (vat_check(str_from(good[i])) != 0)
			fail_msg("%s is refused: %s", good[i],
				vat_word(vat_check(str_from(good[i]))));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (vat_check(str_from(bad[i])) != VAT_E_CHECKSUM)
			fail_msg("%s is not refused by its check digits", bad[i]);
	}
}

/* A number that lost a digit, or has one more, has not the shape of its country. Romanian numbers
 * have any length. */
static void test_shapes(void **state)
{
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct str number = str_from(good[i]);

		if (str_starts(number, STR("RO")) || str_starts(number, STR("CZ")) ||
			str_starts(number, STR("BG")) || str_starts(number, STR("IE")))
			continue;
		assert_int_equal(vat_check(str_slice(number, 0, number.len - 1)), VAT_E_FORMAT);
		snprintf(text, sizeof(text), "%s9", good[i]);
		assert_int_equal(vat_check(str_from(text)), VAT_E_FORMAT);
	}
	assert_int_equal(vat_check(STR("")), VAT_E_COUNTRY);
	assert_int_equal(vat_check(STR("D")), VAT_E_COUNTRY);
	assert_int_equal(vat_check(STR("US123456789")), VAT_E_COUNTRY);
	assert_int_equal(vat_check(STR("DE")), VAT_E_FORMAT);
	assert_int_equal(vat_check(STR("DE13669597A")), VAT_E_FORMAT);
	assert_int_equal(vat_check(STR("FROO303265045")), VAT_E_CHECKSUM);
}

/* Every single digit changed, where the check is a proper one, is found. */
static void test_single_digits(void **state)
{
	static const char *const strict[] = {"DE136695976", "HR33392005961", "IT00743110157",
		"DK13585628", "LU15027442", "BE0428759497", "PL8567346215"};

	(void)state;
	for (size_t i = 0; i < sizeof(strict) / sizeof(strict[0]); i++) {
		for (size_t at = 2; strict[i][at]; at++) {
			char text[32];

			snprintf(text, sizeof(text), "%s", strict[i]);
			for (char c = '0'; c <= '9'; c++) {
				text[at] = c;
				assert_int_equal(
					vat_check(str_from(text)) == 0, c == strict[i][at]);
			}
		}
	}
}

static void test_normal(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 4096);
	assert_true(str_is(vat_normal(&arena, STR(" de 136.695-976 ")), "DE136695976"));
	assert_true(str_is(vat_normal(&arena, STR("")), ""));
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_single_digits),
		cmocka_unit_test(test_normal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
