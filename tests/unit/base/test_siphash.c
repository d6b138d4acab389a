/* test_siphash.c - the keyed hash: stable, and every bit of key and text counts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/siphash.h"
#include "base/str.h"

static void every_bit_counts(void **state)
{
	uint64_t key[2] = {1, 2};
	unsigned char text[40] = {0};
	uint64_t plain;

	(void)state;
	for (size_t len = 0; len <= sizeof(text); len++) {
		plain = siphash(key, text, len);
		assert_true(plain == siphash(key, text, len));
		for (size_t bit = 0; bit < len * 8; bit++) {
			text[bit / 8] ^= (unsigned char)(1 << bit % 8);
			assert_true(siphash(key, text, len) != plain);
			text[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
		key[len % 2] ^= 1;
		assert_true(siphash(key, text, len) != plain);
		key[len % 2] ^= 1;
	}
	assert_true(siphash(key, text, 3) != siphash(key, text, 4));
}

static void spreads_evenly(void **state)
{
	size_t lanes[8] = {0};

	(void)state;
	for (int i = 0; i < 8000; i++) {
		char name[] = {'P', (char)('0' + i / 1000), (char)('0' + i / 100 % 10),
			(char)('0' + i / 10 % 10), (char)('0' + i % 10)};

		lanes[str_hash((struct str){name, sizeof(name)}) % 8]++;
	}
	for (int i = 0; i < 8; i++)
		assert_in_range(lanes[i], 850, 1150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(spreads_evenly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
