/* test_qr_text.c - base45 by the examples of RFC 9285, digits, and that both have one text only. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/rng.h"
#include "wire/qr_text.h"

static void rfc_examples(void **state)
{
	static const char *const rows[][2] = {{"AB", "BB8"}, {"Hello!!", "%69 VD92EX0"},
		{"base-45", "UJCLQE7W581"}, {"ietf!", "QED8WEX0"}, {"", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[16];
		struct buf buf;
		size_t len;

		buf_init(&buf, NULL, 64);
		base45_write(&buf, str_from(rows[i][0]));
		assert_true(str_is(buf_str(&buf), rows[i][1]));
		assert_true(base45_read(str_from(rows[i][1]), bytes, sizeof(bytes), &len));
		assert_true(str_is((struct str){(const char *)bytes, len}, rows[i][0]));
		buf_fini(&buf);
	}
}

static void bad_texts(void **state)
{
	static const char *const bad45[] = {"A", "GGW", ":::", "::", "ABCD", "aB8", "BB8\n", "B,8"};
	static const char *const bad10[] = {"1", "12", "256", "1234", "65536", "99999999999999999",
		"12345678901234567 ", "-01"};
	uint8_t bytes[32];
	size_t len;

	(void)state;
	assert_true(base45_read(STR("FGW"), bytes, sizeof(bytes), &len) && len == 2);
	for (size_t i = 0; i < sizeof(bad45) / sizeof(bad45[0]); i++)
		assert_false(base45_read(str_from(bad45[i]), bytes, sizeof(bytes), &len));
	for (size_t i = 0; i < sizeof(bad10) / sizeof(bad10[0]); i++)
		assert_false(digits_read(str_from(bad10[i]), bytes, sizeof(bytes), &len));
	assert_false(base45_read(STR("BB8BB8"), bytes, 3, &len));
	assert_false(digits_read(STR("000000"), bytes, 1, &len));
}

static void any_bytes(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 45);
	for (int i = 0; i < 3000; i++) {
		uint8_t bytes[64], back[64];
		struct str text = {(const char *)bytes, rng_below(&rng, 60)};
		struct buf buf;
		size_t len;

		rng.fill(&rng, bytes, sizeof(bytes));
		if (i % 3 == 0)
			memset(bytes, i % 2 ? 0xff : 0, sizeof(bytes));
		buf_init(&buf, NULL, 256);
		base45_write(&buf, text);
		assert_true(base45_read(buf_str(&buf), back, sizeof(back), &len));
		assert_true(str_eq(text, (struct str){(const char *)back, len}));
		buf_clear(&buf);
		digits_write(&buf, text);
		assert_true(digits_read(buf_str(&buf), back, sizeof(back), &len));
		assert_true(str_eq(text, (struct str){(const char *)back, len}));
		buf_fini(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_examples),
		cmocka_unit_test(bad_texts),
		cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
