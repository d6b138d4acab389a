/* test_chunked.c - the chunked transfer coding: whole, in every possible pieces, and everything
 * that smuggles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "net/chunked.h"

/* Feeds `text` in pieces of `step` bytes as a connection would; the outcome, the decoded body and
 * what is behind it. */
static int decode(
	const char *text, size_t step, size_t max, char *body, size_t *ret_len, size_t *ret_rest)
{
	struct chunked chunked = {0};
	char bytes[4096];
	size_t have = 0, decoded_all = 0, given = 0, whole = strlen(text);
	int outcome = CHUNKED_E_MORE;

	while (outcome == CHUNKED_E_MORE && given < whole) {
		size_t take = whole - given < step ? whole - given : step, len, decoded;

		memcpy(bytes + have, text + given, take);
		given += take;
		len = have + take - decoded_all;
		outcome = chunked_decode(
			&chunked, bytes + decoded_all, &len, max - decoded_all, &decoded);
		decoded_all += decoded;
		have = decoded_all - decoded + len;
	}
	memcpy(body, bytes, decoded_all);
	body[decoded_all] = '\0';
	*ret_len = decoded_all;
	*ret_rest = have - decoded_all + (whole - given);
	return outcome;
}

static void bodies_are_put_together(void **state)
{
	static const char text[] = "4\r\nwiki\r\n5;name=\"x y\"\r\npedia\r\n00A\r\n in "
				   "chunks\r\n0\r\nExpires: never\r\n\r\nGET /";
	char body[256];
	size_t len, rest;

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++) {
		assert_int_equal(decode(text, step, 100, body, &len, &rest), 0);
		assert_string_equal(body, "wikipedia in chunks");
		assert_int_equal(rest, 5);
	}
}

static void malformed_bodies_are_refused(void **state)
{
	static const char *const texts[] = {"\r\n", "x\r\n", "4\nwiki\r\n0\r\n\r\n",
		"4\r\nwikiX\r\n", "4\r\nwiki\n", "-1\r\n", "0x4\r\nwiki\r\n", "+4\r\n",
		"4 \x01\r\n", "4;a=\x02\r\n", "0\r\nA: b\n\r\n", "0\r\n\rX", "4\r\nwiki\r\n\r\n",
		"4\rwiki"};
	char body[256];
	size_t len, rest;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t step = 1; step <= strlen(texts[i]); step++)
			if (decode(texts[i], step, 100, body, &len, &rest) != CHUNKED_E_BAD)
				fail_msg("accepted %zu at step %zu", i, step);
}

static void large_bodies_are_refused(void **state)
{
	char body[256], endless[3000];
	size_t len, rest;

	(void)state;
	assert_int_equal(decode("65\r\n", 1, 100, body, &len, &rest), CHUNKED_E_LARGE);
	assert_int_equal(decode("5\r\nhello\r\n1\r\nx", 3, 5, body, &len, &rest), CHUNKED_E_LARGE);
	assert_int_equal(decode("FFFFFFFFF\r\n", 4, 100, body, &len, &rest), CHUNKED_E_LARGE);
	assert_int_equal(decode("000000000\r\n", 4, 100, body, &len, &rest), CHUNKED_E_LARGE);
	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	endless[0] = '1';
	endless[1] = ';';
	assert_int_equal(decode(endless, 100, 100, body, &len, &rest), CHUNKED_E_LARGE);
	assert_int_equal(decode("5\r\nhello\r\n0\r\n\r\n", 2, 5, body, &len, &rest), 0);
}

static void an_incomplete_body_waits(void **state)
{
	char body[256];
	size_t len, rest;

	(void)state;
	assert_int_equal(decode("5\r\nhel", 2, 100, body, &len, &rest), CHUNKED_E_MORE);
	assert_int_equal(len, 3);
	assert_int_equal(decode("0\r\n", 1, 100, body, &len, &rest), CHUNKED_E_MORE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_are_put_together),
		cmocka_unit_test(malformed_bodies_are_refused),
		cmocka_unit_test(large_bodies_are_refused),
		cmocka_unit_test(an_incomplete_body_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
