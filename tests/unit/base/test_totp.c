/* test_totp.c - codes of time steps: the hash against the vectors of RFC 6238, the letters, and
 * which steps count. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/clock.h"
#include "base/totp.h"

/* RFC 6238, appendix B, SHA-256: eight digits cut from the hash by RFC 4226's rule. */
static void hashes_are_those_of_rfc_6238(void **state)
{
	static const struct {
		int64_t seconds;
		uint32_t digits;
	} vectors[] = {
		{59, 46119246},
		{1111111109, 68084774},
		{1111111111, 67062674},
		{1234567890, 91819424},
		{2000000000, 90698825},
		{20000000000, 77737706},
	};
	uint8_t hash[SHA256_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		size_t from;
		uint32_t number = 0;
		totp_hash(STR("12345678901234567890123456789012"),
			totp_step(vectors[i].seconds * US_PER_S, 30), hash);
		from = hash[SHA256_LEN - 1] & 0x0f;
		for (size_t b = 0; b < 4; b++)
			number = number << 8 | hash[from + b];
		assert_int_equal((number & 0x7fffffff) % 100000000, vectors[i].digits);
	}
}

static void codes_are_letters_and_digits(void **state)
{
	static const char letters[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	uint8_t hash[SHA256_LEN];
	char code[TOTP_LEN_MAX + 1], longer[TOTP_LEN_MAX + 1];

	(void)state;
	totp_hash(STR("a secret of some length"), 41152263, hash);
	totp_write(STR("a secret of some length"), 41152263, 8, code);
	totp_write(STR("a secret of some length"), 41152263, TOTP_LEN_MAX, longer);
	assert_int_equal(strlen(code), 8);
	assert_memory_equal(code, longer, 8); /* a longer code begins with the shorter one */
	for (size_t i = 0; i < TOTP_LEN_MAX; i++)
		assert_int_equal(longer[i], letters[hash[((hash[31] & 15) + i) % 32] % 62]);
}

static void one_step_each_way_counts(void **state)
{
	struct str secret = STR("a secret of some length"), code;
	char text[TOTP_LEN_MAX + 1];
	int64_t step = 0;

	(void)state;
	totp_write(secret, 100, 10, text);
	code = str_from(text);
	assert_false(totp_match(secret, 98, code, &step));
	for (int64_t now = 99; now <= 101; now++) {
		step = 0;
		assert_true(totp_match(secret, now, code, &step));
		assert_int_equal(step, 100);
	}
	assert_false(totp_match(secret, 102, code, &step));
	assert_false(totp_match(STR("another secret of that length"), 100, code, &step));
	assert_false(totp_match(secret, 100, str_slice(code, 1, code.len), &step));
	assert_false(totp_match(secret, 100, STR(""), &step));
	assert_false(totp_match(
		secret, 100, STR("012345678901234567890123456789012"), &step)); /* 33 characters */
}

static void steps_begin_in_1970(void **state)
{
	(void)state;
	assert_int_equal(totp_step(0, 30), 0);
	assert_int_equal(totp_step(-US_PER_HOUR, 30), 0);
	assert_int_equal(totp_step(29999999, 30), 0);
	assert_int_equal(totp_step(30 * US_PER_S, 30), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_those_of_rfc_6238),
		cmocka_unit_test(codes_are_letters_and_digits),
		cmocka_unit_test(one_step_each_way_counts),
		cmocka_unit_test(steps_begin_in_1970),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
