/* test_str.c - views, numbers and UTF-8. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"

static void comparing(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NULL, STR("")));
	assert_true(str_eq(STR("abc"), STR("abc")));
	assert_false(str_eq(STR("abc"), STR("abd")));
	assert_false(str_eq(STR("abc"), STR("ab")));
	assert_true(str_is(STR("abc"), "abc"));
	assert_true(str_eq_nocase(STR("Content-Length"), STR("content-LENGTH")));
	assert_false(str_eq_nocase(STR("a"), STR("b")));
	assert_false(str_eq_nocase(STR("@"), STR("`")));
	assert_true(str_cmp(STR("a"), STR("b")) < 0);
	assert_true(str_cmp(STR("ab"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR("a"), STR("a")), 0);
	assert_int_equal(str_cmp(STR_NULL, STR("")), 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_true(str_starts(STR("https://x"), STR("https")));
	assert_false(str_starts(STR("ht"), STR("https")));
	assert_true(str_from(NULL).ptr == NULL);
}

static void cutting(void **state)
{
	struct str rest = STR("a,b,,c");

	(void)state;
	assert_true(str_is(str_cut(&rest, ','), "a"));
	assert_true(str_is(str_cut(&rest, ','), "b"));
	assert_true(str_is(str_cut(&rest, ','), ""));
	assert_true(str_is(str_cut(&rest, ','), "c"));
	assert_int_equal(rest.len, 0);
	assert_true(str_is(str_cut(&rest, ','), ""));
	assert_true(str_is(str_trim(STR(" \t x y\r\n")), "x y"));
	assert_true(str_is(str_trim(STR("   ")), ""));
	assert_true(str_is(str_slice(STR("hello"), 1, 3), "el"));
	assert_true(str_is(str_slice(STR("hello"), 4, 99), "o"));
	assert_true(str_is(str_slice(STR("hello"), 9, 3), ""));
	assert_int_equal(str_find(STR("hello"), 'l'), 2);
	assert_int_equal(str_find(STR("hello"), 'x'), -1);
	assert_int_equal(str_find(STR_NULL, 'x'), -1);
}

static void integers(void **state)
{
	int64_t value = 77;

	(void)state;
	assert_true(str_to_i64(STR("9223372036854775807"), &value));
	assert_true(value == INT64_MAX);
	assert_true(str_to_i64(STR("-9223372036854775808"), &value));
	assert_true(value == INT64_MIN);
	assert_true(str_to_i64(STR("007"), &value));
	assert_int_equal(value, 7);
	assert_false(str_to_i64(STR("9223372036854775808"), &value));
	assert_false(str_to_i64(STR("-9223372036854775809"), &value));
	assert_false(str_to_i64(STR(""), &value));
	assert_false(str_to_i64(STR("-"), &value));
	assert_false(str_to_i64(STR("+1"), &value));
	assert_false(str_to_i64(STR(" 1"), &value));
	assert_false(str_to_i64(STR("1x"), &value));
	assert_int_equal(value, 7);
}

struct fixed_row {
	const char *text;
	int scale;
	int round;
	int good;
	int64_t value;
};

static void fixed_point(void **state)
{
	static const struct fixed_row rows[] = {
		{"12.345", 3, 0, 1, 12345},
		{"-12.345", 3, 0, 1, -12345},
		{"12", 3, 0, 1, 12000},
		{"12.3", 3, 0, 1, 12300},
		{"12.34500", 3, 0, 1, 12345},
		{"12.3456", 3, 0, 0, 0},
		{"12.3456", 3, 1, 1, 12346},
		{"12.3454", 3, 1, 1, 12345},
		{"-12.3455", 3, 1, 1, -12346},
		{"0.5", 0, 1, 1, 1},
		{"-0.5", 0, 1, 1, -1},
		{"0.49999999999999999999999", 0, 1, 1, 0},
		{"-0.001", 3, 0, 1, -1},
		{"-0", 2, 0, 1, 0},
		{"9223372036854775807", 0, 0, 1, INT64_MAX},
		{"-9223372036854775.808", 3, 0, 1, INT64_MIN},
		{"9223372036854775.808", 3, 0, 0, 0},
		{"9223372036854775.8075", 3, 1, 0, 0},
		{"92233720368547758070", 0, 0, 0, 0},
		{"1", 18, 0, 1, INT64_C(1000000000000000000)},
		{"10", 18, 0, 0, 0},
		{"", 3, 0, 0, 0},
		{".5", 3, 0, 0, 0},
		{"5.", 3, 0, 0, 0},
		{"-", 3, 0, 0, 0},
		{"1e3", 3, 0, 0, 0},
		{"1.2.3", 3, 0, 0, 0},
		{"+1", 3, 0, 0, 0},
		{"1,5", 3, 0, 0, 0},
		{"1.5x", 0, 1, 0, 0},
		{"NaN", 3, 1, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value = 99;
		bool good = str_to_fixed(
			str_from(rows[i].text), rows[i].scale, rows[i].round != 0, &value);

		if (good != (rows[i].good != 0) || value != (good ? rows[i].value : 99))
			fail_msg("%s scale %d", rows[i].text, rows[i].scale);
	}
}

/* What was written with all digits reads back the same, whatever the value and scale. */
static void fixed_point_round_trip(void **state)
{
	uint64_t seed = 42;
	struct buf buf;

	(void)state;
	buf_init(&buf, NULL, 100);
	for (int i = 0; i < 20000; i++) {
		int scale = i % 19;
		int64_t value, back;

		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		value = (int64_t)seed >> (i % 63);
		buf_clear(&buf);
		buf_put_fixed(&buf, value, scale);
		assert_true(str_to_fixed(buf_str(&buf), scale, false, &back));
		assert_true(back == value);
	}
	buf_fini(&buf);
}

static void utf8_good(void **state)
{
	(void)state;
	assert_int_equal(str_utf8_len(STR("")), 0);
	assert_int_equal(str_utf8_len(STR("hello, this is plain text")), 25);
	assert_int_equal(str_utf8_len(STR("h\xc3\xa9llo")), 5);
	assert_int_equal(str_utf8_len(STR("\xe4\xb8\xad\xe6\x96\x87")), 2);
	assert_int_equal(str_utf8_len(STR("\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf")), 2);
	assert_int_equal(str_utf8_len(STR("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf")), 4);
	assert_int_equal(str_utf8_len(STR("\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80")), 3);
	assert_true(str_is(str_utf8_cut(STR("a\xc3\xa9z"), 2), "a\xc3\xa9"));
	assert_true(str_is(str_utf8_cut(STR("ab"), 9), "ab"));
	assert_true(str_is(str_utf8_cut(STR("a\xff"), 2), "a"));
}

/* The families of Markus Kuhn's well-known stress test, by byte pattern. */
static void utf8_bad(void **state)
{
	static const char *const texts[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc2",
		"\xc2\x20",
		"\xc2\xc2",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xe0\xa0",
		"\xe1\x80\x20",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xed\xa0\x80\xed\xb0\x80",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf0\x90\x80",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"\xfc\x84\x80\x80\x80\x80",
		"\xfe",
		"\xff",
		"plain ascii then \xff",
		"12345678\x80",
		"1234567\xc3",
		"\xc3(abcdefgh",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(texts[i]);
		char *exact = malloc(len);

		/* An exact copy lets the sanitizer see reads behind the end. */
		memcpy(exact, texts[i], len);
		if (str_utf8_len((struct str){exact, len}) != -1)
			fail_msg("text %zu", i);
		free(exact);
	}
}

/* Every code point, written by the rules, is one; everything else of up to three bytes is not. */
static void utf8_exhaustive(void **state)
{
	size_t good = 0;

	(void)state;
	for (unsigned word = 0; word < 1u << 24; word++) {
		char bytes[3] = {(char)(word >> 16), (char)(word >> 8), (char)word};

		if ((word >> 16 & 0xF0) == 0xE0 && str_utf8_step(bytes, 3) == 3)
			good++;
	}
	assert_int_equal(good, 0x10000 - 0x800 - 0x800);
}

static void copies_and_formats(void **state)
{
	struct arena arena;
	char *text;

	(void)state;
	arena_init(&arena, 8192);
	text = str_dup_z(&arena, STR("abc"));
	assert_string_equal(text, "abc");
	assert_string_equal(str_dup_z(&arena, STR_NULL), "");
	assert_true(str_is(str_dup(&arena, STR("xyz")), "xyz"));
	assert_true(str_is(str_format(&arena, "%d-%s", 5, "x"), "5-x"));
	assert_int_equal(str_format(&arena, "%600d", 5).len, 600);
	assert_true(str_format(&arena, "%9000d", 5).ptr == NULL);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing),
		cmocka_unit_test(cutting),
		cmocka_unit_test(integers),
		cmocka_unit_test(fixed_point),
		cmocka_unit_test(fixed_point_round_trip),
		cmocka_unit_test(utf8_good),
		cmocka_unit_test(utf8_bad),
		cmocka_unit_test(utf8_exhaustive),
		cmocka_unit_test(copies_and_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
