/* test_coding.c - hex, base64 and base64url: RFC 4648 vectors and strictness. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/crypt.h"

static void rfc_vectors(void **state)
{
	static const char *const rows[][3] = {
		{"", "", ""},
		{"f", "Zg==", "Zg"},
		{"fo", "Zm8=", "Zm8"},
		{"foo", "Zm9v", "Zm9v"},
		{"foob", "Zm9vYg==", "Zm9vYg"},
		{"fooba", "Zm9vYmE=", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
		{"\xfb\xff\xbf", "+/+/", "-_-_"},
	};
	struct buf buf;

	(void)state;
	buf_init(&buf, NULL, 1000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[16];
		size_t len;

		buf_clear(&buf);
		base64_write(&buf, rows[i][0], strlen(rows[i][0]));
		assert_true(str_is(buf_str(&buf), rows[i][1]));
		buf_clear(&buf);
		base64url_write(&buf, rows[i][0], strlen(rows[i][0]));
		assert_true(str_is(buf_str(&buf), rows[i][2]));
		assert_true(base64_read(str_from(rows[i][1]), bytes, sizeof(bytes), &len));
		assert_int_equal(len, strlen(rows[i][0]));
		assert_memory_equal(bytes, rows[i][0], len);
		assert_true(base64url_read(str_from(rows[i][2]), bytes, sizeof(bytes), &len));
		assert_memory_equal(bytes, rows[i][0], len);
	}
	buf_fini(&buf);
}

static void bad_texts(void **state)
{
	static const char *const plain[] = {"Zg",
		"Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "Zm9v=", "Zm9v\n", "Zm 9", "-_-_",
		"Zg==Zg==", "Z\x80==", "A"};
	static const char *const url[] = {"Zg==", "Z", "Zh", "Zm9", "+/+/", "Zm9v=", "Zm9v Zg"};
	uint8_t bytes[16];
	size_t len = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (base64_read(str_from(plain[i]), bytes, sizeof(bytes), &len))
			fail_msg("%s was read", plain[i]);
	for (size_t i = 0; i < sizeof(url) / sizeof(url[0]); i++)
		if (base64url_read(str_from(url[i]), bytes, sizeof(bytes), &len))
			fail_msg("%s was read", url[i]);
	assert_false(base64_read(STR("Zm9vYmFy"), bytes, 5, &len));
	assert_int_equal(len, 77);
	assert_true(base64_read(STR("Zm9vYmFy"), bytes, 6, &len));
}

static void round_trips(void **state)
{
	uint8_t bytes[300], back[300];
	struct buf buf;

	(void)state;
	buf_init(&buf, NULL, 1000);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + i / 7);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		size_t got;

		buf_clear(&buf);
		base64_write(&buf, bytes, len);
		assert_true(base64_read(buf_str(&buf), back, sizeof(back), &got) && got == len);
		assert_memory_equal(back, bytes, len);
		buf_clear(&buf);
		base64url_write(&buf, bytes, len);
		assert_true(base64url_read(buf_str(&buf), back, len, &got) && got == len);
		buf_clear(&buf);
		hex_write(&buf, bytes, len);
		assert_true(hex_read(buf_str(&buf), back, len));
		assert_memory_equal(back, bytes, len);
	}
	buf_fini(&buf);
}

static void hex(void **state)
{
	uint8_t bytes[2] = {1, 2};

	(void)state;
	assert_true(hex_read(STR("aBcD"), bytes, 2));
	assert_int_equal(bytes[0], 0xab);
	assert_false(hex_read(STR("abc"), bytes, 2));
	assert_false(hex_read(STR("abcde"), bytes, 2));
	assert_false(hex_read(STR("00g0"), bytes, 2));
	assert_int_equal(bytes[0], 0xab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_vectors),
		cmocka_unit_test(bad_texts),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
