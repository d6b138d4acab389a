/* test_json.c - the JSON reader's torture list, and the writer. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/json.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 22);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

/* Reads an exact heap copy, so that the sanitizer sees any read behind the end. */
static int outcome_of(const char *text, size_t len)
{
	char *exact = malloc(len > 0 ? len : 1);
	struct json json;
	int outcome;

	memcpy(exact, text, len);
	json_init(&json, (struct str){exact, len}, &arena);
	if (json_skip(&json, NULL))
		json_end(&json);
	outcome = json.error;
	free(exact);
	return outcome;
}

struct row {
	const char *text;
	int outcome;
};

static const struct row rows[] = {
	{"0", 0},
	{"-0", 0},
	{"123", 0},
	{"-1.5e+10", 0},
	{"1E5", 0},
	{"0.00", 0},
	{"[]", 0},
	{"{}", 0},
	{" \t\r\n[ ] \n", 0},
	{"\"\"", 0},
	{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", 0},
	{"\"\\u00e9\\uD83D\\ude00\"", 0},
	{"\"\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\"", 0},
	{"\"\x7f\"", 0},
	{"true", 0},
	{"false", 0},
	{"null", 0},
	{"[1,\"a\",{\"b\":[null,true]},-2.5]", 0},
	{"{\"a\":1,\"b\":{\"a\":2},\"c\":[{\"a\":3},{\"a\":4}]}", 0},
	{"{\"\":1}", 0},
	{"", JSON_E_SYNTAX},
	{" ", JSON_E_SYNTAX},
	{"01", JSON_E_SYNTAX},
	{"-", JSON_E_SYNTAX},
	{"-a", JSON_E_SYNTAX},
	{"+1", JSON_E_SYNTAX},
	{"1.", JSON_E_SYNTAX},
	{".5", JSON_E_SYNTAX},
	{"1e", JSON_E_SYNTAX},
	{"1e+", JSON_E_SYNTAX},
	{"1.e5", JSON_E_SYNTAX},
	{"0x10", JSON_E_SYNTAX},
	{"1 2", JSON_E_SYNTAX},
	{"NaN", JSON_E_SYNTAX},
	{"Infinity", JSON_E_SYNTAX},
	{"[1,]", JSON_E_SYNTAX},
	{"[,1]", JSON_E_SYNTAX},
	{"[1 2]", JSON_E_SYNTAX},
	{"[1", JSON_E_SYNTAX},
	{"[", JSON_E_SYNTAX},
	{"]", JSON_E_SYNTAX},
	{"[}", JSON_E_SYNTAX},
	{"{]", JSON_E_SYNTAX},
	{"{\"a\":1,}", JSON_E_SYNTAX},
	{"{,}", JSON_E_SYNTAX},
	{"{\"a\"}", JSON_E_SYNTAX},
	{"{\"a\":}", JSON_E_SYNTAX},
	{"{\"a\" 1}", JSON_E_SYNTAX},
	{"{a:1}", JSON_E_SYNTAX},
	{"{'a':1}", JSON_E_SYNTAX},
	{"{1:1}", JSON_E_SYNTAX},
	{"{\"a\":1", JSON_E_SYNTAX},
	{"{\"a\":1 \"b\":2}", JSON_E_SYNTAX},
	{"{\"a\":1]", JSON_E_SYNTAX},
	{"[1}", JSON_E_SYNTAX},
	{"tru", JSON_E_SYNTAX},
	{"truex", JSON_E_SYNTAX},
	{"True", JSON_E_SYNTAX},
	{"nul", JSON_E_SYNTAX},
	{"fals", JSON_E_SYNTAX},
	{"\"abc", JSON_E_SYNTAX},
	{"\"abcdefgh", JSON_E_SYNTAX},
	{"\"a\\\"", JSON_E_SYNTAX},
	{"\"\\", JSON_E_SYNTAX},
	{"\"\\x41\"", JSON_E_SYNTAX},
	{"\"\\'\"", JSON_E_SYNTAX},
	{"\"\\u12\"", JSON_E_SYNTAX},
	{"\"\\u12g4\"", JSON_E_SYNTAX},
	{"\"\\u\"", JSON_E_SYNTAX},
	{"\"a\nb\"", JSON_E_SYNTAX},
	{"\"a\tb\"", JSON_E_SYNTAX},
	{"\"\x1f\"", JSON_E_SYNTAX},
	{"/* */1", JSON_E_SYNTAX},
	{"1//", JSON_E_SYNTAX},
	{"\xef\xbb\xbf[]", JSON_E_SYNTAX},
	{"[1]x", JSON_E_SYNTAX},
	{"[1][2]", JSON_E_SYNTAX},
	{"{}{}", JSON_E_SYNTAX},
	{"\x0b[]", JSON_E_SYNTAX},
	{"\xc2\xa0[]", JSON_E_SYNTAX},
	{"\"\\u0000\"", JSON_E_UTF8},
	{"\"\\ud800\"", JSON_E_UTF8},
	{"\"\\ud800x\"", JSON_E_UTF8},
	{"\"\\udc00\"", JSON_E_UTF8},
	{"\"\\ud800\\ud800\"", JSON_E_UTF8},
	{"\"\\ud800\\u0041\"", JSON_E_UTF8},
	{"\"\\udc00\\ud800\"", JSON_E_UTF8},
	{"\"\x80\"", JSON_E_UTF8},
	{"\"\xc0\xaf\"", JSON_E_UTF8},
	{"\"\xed\xa0\x80\"", JSON_E_UTF8},
	{"\"\xf4\x90\x80\x80\"", JSON_E_UTF8},
	{"\"\xc3", JSON_E_UTF8},
	{"\"\xff\"", JSON_E_UTF8},
	{"{\"\xff\":1}", JSON_E_UTF8},
	{"{\"a\":1,\"a\":2}", JSON_E_DUPLICATE},
	{"{\"a\":1,\"b\":2,\"\\u0061\":3}", JSON_E_DUPLICATE},
	{"[{\"x\":{\"a\":1,\"a\":1}}]", JSON_E_DUPLICATE},
	{"{\"\":1,\"\":2}", JSON_E_DUPLICATE},
	{"{\"a\":{\"b\":1},\"c\":1,\"a\":0}", JSON_E_DUPLICATE},
};

static void torture(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int outcome = outcome_of(rows[i].text, strlen(rows[i].text));

		if (outcome != rows[i].outcome)
			fail_msg("%s gives %d", rows[i].text, outcome);
	}
	assert_int_equal(outcome_of("1\0", 2), JSON_E_SYNTAX);
	assert_int_equal(outcome_of("\"a\0b\"", 5), JSON_E_SYNTAX);
	assert_int_equal(outcome_of("\0", 1), JSON_E_SYNTAX);
}

/* A valid text cut anywhere is an error and reads nothing behind its end. */
static void every_prefix_is_refused(void **state)
{
	static const char text[] =
		"{\"k\\u00e9y\":[1.5e3,-2,\"\\ud83d\\ude00\xc3\xa9\",true,null,{\"a\":false}]}";

	(void)state;
	assert_int_equal(outcome_of(text, sizeof(text) - 1), 0);
	for (size_t len = 0; len < sizeof(text) - 1; len++)
		assert_int_not_equal(outcome_of(text, len), 0);
}

static void depth_is_bounded(void **state)
{
	char text[2 * LIMIT_JSON_DEPTH + 2];

	(void)state;
	memset(text, '[', LIMIT_JSON_DEPTH);
	memset(text + LIMIT_JSON_DEPTH, ']', LIMIT_JSON_DEPTH);
	assert_int_equal(outcome_of(text, 2 * LIMIT_JSON_DEPTH), 0);
	memset(text, '[', LIMIT_JSON_DEPTH + 1);
	memset(text + LIMIT_JSON_DEPTH + 1, ']', LIMIT_JSON_DEPTH + 1);
	assert_int_equal(outcome_of(text, 2 * LIMIT_JSON_DEPTH + 2), JSON_E_DEPTH);
}

static void keys_are_bounded_and_all_compared(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, NULL, 1 << 20);
	buf_put_char(&buf, '{');
	for (int i = 0; i < LIMIT_JSON_KEYS; i++)
		buf_format(&buf, "\"k%d\":%d,", i, i);
	buf.len--;
	buf_put_char(&buf, '}');
	assert_int_equal(outcome_of(buf.ptr, buf.len), 0);
	buf.len--;
	buf_format(&buf, ",\"k7\":1}");
	assert_int_equal(outcome_of(buf.ptr, buf.len), JSON_E_DUPLICATE);
	buf.len -= strlen("\"k7\":1}");
	buf_format(&buf, "\"more\":1}");
	assert_int_equal(outcome_of(buf.ptr, buf.len), JSON_E_LARGE);
	buf_fini(&buf);
}

static void pulling(void **state)
{
	struct str key, text, raw = STR_NULL;
	struct json json;
	int64_t number = 0;
	bool yes = false;

	(void)state;
	json_init(&json,
		STR("{\"s\":\"a\\n\\u4e2d\\ud83d\\ude00\\/"
		    "\",\"n\":-12,\"b\":true,\"l\":[1,2],\"r\": {\"x\" : 1} ,"
		    "\"z\":null,\"d\":1.50}"),
		&arena);
	assert_int_equal(json_peek(&json), JSON_OBJECT);
	assert_true(json_object(&json));
	assert_true(json_next_key(&json, &key) && str_is(key, "s"));
	assert_true(json_str(&json, &text));
	assert_true(str_is(text, "a\n\xe4\xb8\xad\xf0\x9f\x98\x80/"));
	assert_true(json_next_key(&json, &key) && json_int(&json, &number));
	assert_int_equal(number, -12);
	assert_true(json_next_key(&json, &key) && json_bool(&json, &yes) && yes);
	assert_true(json_next_key(&json, &key) && json_array(&json));
	assert_true(json_next(&json) && json_int(&json, &number) && number == 1);
	assert_true(json_next(&json) && json_int(&json, &number) && number == 2);
	assert_false(json_next(&json));
	assert_int_equal(json.error, 0);
	assert_true(json_next_key(&json, &key) && json_skip(&json, &raw));
	assert_true(str_is(raw, "{\"x\" : 1}"));
	assert_true(json_next_key(&json, &key) && json_null(&json));
	assert_true(json_next_key(&json, &key) && json_number(&json, &text));
	assert_true(str_is(text, "1.50"));
	assert_false(json_next_key(&json, &key));
	assert_true(json_end(&json));
}

static void wrong_kinds_and_sticky_errors(void **state)
{
	struct str text;
	struct json json;
	int64_t number;

	(void)state;
	json_init(&json, STR("[1,2]"), &arena);
	assert_true(json_array(&json) && json_next(&json));
	assert_false(json_str(&json, &text));
	assert_int_equal(json.error, JSON_E_KIND);
	assert_false(json_int(&json, &number));
	assert_false(json_next(&json));
	assert_false(json_end(&json));
	assert_int_equal(json_peek(&json), JSON_NONE);
	json_init(&json, STR("1.0"), &arena);
	assert_false(json_int(&json, &number));
	assert_int_equal(json.error, JSON_E_KIND);
	json_init(&json, STR("9223372036854775808"), &arena);
	assert_false(json_int(&json, &number));
	json_init(&json, STR("[1]"), &arena);
	assert_true(json_array(&json));
	assert_false(json_end(&json));
	json_init(&json, STR_NULL, &arena);
	assert_false(json_skip(&json, NULL));
}

static void full_arena_is_told(void **state)
{
	struct arena small;
	struct json json;
	struct str text;

	(void)state;
	arena_init(&small, 16);
	json_init(&json, STR("\"0123456789012345678901234567890\\n\""), &small);
	assert_false(json_str(&json, &text));
	assert_int_equal(json.error, JSON_E_LARGE);
	assert_true(small.failed);
	arena_fini(&small);
}

static void getting_by_path(void **state)
{
	struct str text = STR("{\"a\":{\"b\":[10,{\"c\":\"x\\u0041\"},[]]},\"n\":-5}"), got;
	int64_t number;

	(void)state;
	assert_true(str_is(json_get(text, "a.b.0", &arena), "10"));
	assert_true(str_is(json_get(text, "a.b.2", &arena), "[]"));
	assert_true(json_get_str(text, "a.b.1.c", &arena, &got) && str_is(got, "xA"));
	assert_true(json_get_int(text, "n", &arena, &number) && number == -5);
	assert_true(str_eq(json_get(text, "", &arena), text));
	assert_null(json_get(text, "a.x", &arena).ptr);
	assert_null(json_get(text, "a.b.9", &arena).ptr);
	assert_null(json_get(text, "a.b.-1", &arena).ptr);
	assert_null(json_get(text, "n.x", &arena).ptr);
	assert_null(json_get(STR("{\"a\":1,}"), "a", &arena).ptr);
	assert_false(json_get_str(text, "n", &arena, &got));
	assert_false(json_get_int(text, "a", &arena, &number));
}

static void writing(void **state)
{
	struct json_out out;
	struct buf buf;

	(void)state;
	buf_init(&buf, &arena, 4096);
	json_out_init(&out, &buf);
	json_open_object(&out, NULL);
	json_put_str(&out, "s", STR("q\"b\\c/\b\f\n\r\t\x01\x1f\x7f<\xc3\xa9\xff\xe4\xb8"));
	json_put_int(&out, "i", INT64_MIN);
	json_put_bool(&out, "t", true);
	json_put_null(&out, "n");
	json_put_fixed(&out, "f", 16100, 3);
	json_put_fixed(&out, "g", 16000, 3);
	json_put_fixed(&out, "z", 0, 3);
	json_put_fixed_text(&out, "p", 112000, 5);
	json_put_id(&out, "id", 42);
	json_put_time(&out, "at", INT64_C(1795183331000000));
	json_put_time(&out, "ms", INT64_C(1795183331250000));
	json_open_array(&out, "l");
	json_put_int(&out, NULL, 1);
	json_open_object(&out, NULL);
	json_close_object(&out);
	json_open_array(&out, NULL);
	json_close_array(&out);
	json_put_raw(&out, NULL, STR("[9]"));
	json_close_array(&out);
	json_put_key(&out, STR("k\"1"));
	json_put_int(&out, NULL, 2);
	json_put_plain_key(&out, STR("k2"));
	json_open_object(&out, NULL);
	json_put_str(&out, "", STR_NULL);
	json_close_object(&out);
	json_close_object(&out);
	assert_false(buf.failed);
	assert_true(json_valid(buf_str(&buf), &arena));
	assert_true(str_is(buf_str(&buf),
		"{\"s\":\"q\\\"b\\\\c/"
		"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f<\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\","
		"\"i\":-9223372036854775808,\"t\":true,\"n\":null,\"f\":16.1,\"g\":16,\"z\":0,"
		"\"p\":\"1.12000\",\"id\":\"42\",\"at\":\"2026-11-20T14:02:11Z\",\"ms\":\"2026-11-"
		"20T14:02:11.250Z\","
		"\"l\":[1,{},[],[9]],\"k\\\"1\":2,\"k2\":{\"\":\"\"}}"));
}

/* Any bytes written as text give valid JSON; text that is UTF-8 reads back the same. */
static void any_bytes_survive(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char bytes[40];
		size_t len;
		struct json_out out;
		struct json json;
		struct buf buf;
		struct str text, back;

		for (len = 0; len < sizeof(bytes) && len < (size_t)round % 41; len++) {
			seed = seed * 1664525 + 1013904223;
			bytes[len] = (char)(round % 2 == 0 ? seed >> 24 : (seed >> 24 & 0x5f) + 1);
		}
		text = (struct str){bytes, len};
		buf_init(&buf, &arena, 4096);
		json_out_init(&out, &buf);
		json_put_str(&out, NULL, text);
		json_init(&json, buf_str(&buf), &arena);
		assert_true(json_str(&json, &back) && json_end(&json));
		if (str_utf8_len(text) >= 0 && memchr(bytes, 0, len) == NULL)
			assert_true(str_eq(text, back));
		arena_reset(&arena);
	}
}

static void full_buffer_is_told(void **state)
{
	struct json_out out;
	struct buf buf;

	(void)state;
	buf_init(&buf, &arena, 10);
	json_out_init(&out, &buf);
	json_put_str(&out, NULL, STR("0123456789"));
	assert_true(buf.failed);
	assert_true(buf.len <= 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(torture),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(keys_are_bounded_and_all_compared),
		cmocka_unit_test(pulling),
		cmocka_unit_test(wrong_kinds_and_sticky_errors),
		cmocka_unit_test(full_arena_is_told),
		cmocka_unit_test(getting_by_path),
		cmocka_unit_test(writing),
		cmocka_unit_test(any_bytes_survive),
		cmocka_unit_test(full_buffer_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
