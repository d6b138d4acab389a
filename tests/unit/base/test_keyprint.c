/* test_keyprint.c - fingerprints of keys for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/keyprint.h"

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void test_text(void **state)
{
	char one[KEYPRINT_LEN + 1], other[KEYPRINT_LEN + 1];

	(void)state;
	assert_true(keyprint_of(STR(ZERO), one));
	assert_string_equal(one, "AAAA-AAAA-AAAA-AAAA");
	assert_true(keyprint_of(STR(ONES), one));
	assert_string_equal(one, "9999-9999-9999-9999");
	/* each of the first eighty bits counts, the others do not */
	for (int digit = 0; digit < 64; digit++) {
		char hash[] = ZERO;

		hash[digit] = '1';
		assert_true(keyprint_of(str_from(hash), other));
		assert_int_equal(strcmp(other, "AAAA-AAAA-AAAA-AAAA") != 0, digit < 20);
	}
	assert_false(keyprint_of(STR(""), one));
	assert_string_equal(one, "");
	assert_false(keyprint_of(STR("00"), one));
	assert_false(keyprint_of(
		STR("zz00000000000000000000000000000000000000000000000000000000000000"), one));
}

static void test_typed(void **state)
{
	const char *print = "K7QF-2M4X-9TWD-H3PR";

	(void)state;
	assert_true(keyprint_same(STR("K7QF-2M4X-9TWD-H3PR"), print));
	assert_true(keyprint_same(STR("k7qf2m4x9twdh3pr"), print));
	assert_true(keyprint_same(STR(" K7QF 2M4X 9TWD H3PR "), print));
	assert_false(keyprint_same(STR("K7QF-2M4X-9TWD-H3PS"), print));
	assert_false(keyprint_same(STR("K7QF-2M4X-9TWD"), print));
	assert_false(keyprint_same(STR("K7QF-2M4X-9TWD-H3PRA"), print));
	assert_false(keyprint_same(STR(""), print));
	assert_false(keyprint_same(STR(""), ""));
	assert_false(keyprint_same(STR("--"), print));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
