/* test_record.c - field tables against JSON: every kind of field, every kind of error, both ways.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/clock.h"
#include "wire/record.h"

/* clang-format off */
#define COLOUR_LIST(E, A, P) E(P, RED, "Red") E(P, GREEN, "Green") A(P, RED, "Rot")
FIELD_ENUM_DECLARE(colour, COLOUR, COLOUR_LIST)
FIELD_ENUM_DEFINE(colour, COLOUR, COLOUR_LIST)

#define PART(F, S)                                                                                 \
	F(STR, REQ, S, name, "name", 5, "")                                                        \
	F(INT, OPT, S, size, "size", (0, 9), "")
FIELD_STRUCT(part, PART)
FIELD_ROWS(part, PART)

#define ALL(F, S)                                                                                  \
	F(STR, OPT, S, text, "text", 5, "")                                                        \
	F(INT, OPT, S, number, "number", (-10, 1000), "")                                          \
	F(BOOL, OPT, S, yes, "yes", 0, "")                                                         \
	F(TIME, OPT, S, at, "at", 0, "")                                                           \
	F(DEC, OPT, S, limit_milli, "limit", (3, -5000, 5000), "")                                 \
	F(DECTEXT, OPT, S, price, "price", (5, 0, INT64_MAX), "")                                  \
	F(ID, OPT, S, id, "id", 0, "")                                                             \
	F(ENUM, OPT, S, colour, "colour", colour, "")                                              \
	F(OBJ, OPT, S, part, "part", part, "")                                                     \
	F(LIST, OPT, S, parts, "parts", (part, 1, 20), "")                                         \
	F(STRS, OPT, S, words, "words", (3, 0, 4), "")                                             \
	F(INTS, OPT, S, numbers, "numbers", (1, 5, 0, 3), "")                                      \
	F(RAW, OPT, S, raw, "raw", 20, "")                                                         \
	F(STR, NIL, S, maybe, "maybe", 5, "")
FIELD_STRUCT(all, ALL)
FIELD_ROWS(all, ALL)
FIELD_STRUCT_EMPTY(nothing)
FIELD_ROWS_EMPTY(nothing)
/* clang-format on */

static struct arena arena;
static struct record_error error;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static int decode(const char *text, struct all *ret)
{
	return record_decode(&all_record, str_from(text), RECORD_STRICT, &arena, ret, &error);
}

static const char full[] =
	"{\"text\":\"h\xc3\xa9llo\",\"number\":-10,\"yes\":true,\"at\":\"2026-11-20T14:02:11Z\","
	"\"limit\":-2.5,\"price\":\"1.12000\",\"id\":\"42\",\"colour\":\"Green\","
	"\"part\":{\"name\":\"a\"},\"parts\":[{\"name\":\"b\",\"size\":3},{\"name\":\"c\"}],"
	"\"words\":[\"x\",\"\"],\"numbers\":[1,5],\"raw\":[1,{\"a\":null}],\"maybe\":\"m\"}";

static void decodes_every_kind(void **state)
{
	struct all all;

	(void)state;
	assert_int_equal(decode(full, &all), 0);
	assert_true(all.has_text && str_is(all.text, "h\xc3\xa9llo"));
	assert_true(all.has_number && all.number == -10);
	assert_true(all.has_yes && all.yes);
	assert_true(all.has_at && all.at_us == INT64_C(1795183331000000));
	assert_true(all.has_limit_milli && all.limit_milli == -2500);
	assert_true(all.has_price && all.price == 112000);
	assert_true(all.has_id && all.id == 42);
	assert_true(all.has_colour && all.colour == COLOUR_GREEN);
	assert_true(all.has_part && str_is(all.part.name, "a") && !all.part.has_size);
	assert_int_equal(all.parts_len, 2);
	assert_true(str_is(all.parts[0].name, "b") && all.parts[0].size == 3);
	assert_true(str_is(all.parts[1].name, "c") && !all.parts[1].has_size);
	assert_int_equal(all.words_len, 2);
	assert_true(str_is(all.words[0], "x") && all.words[1].len == 0);
	assert_true(all.numbers_len == 2 && all.numbers[1] == 5);
	assert_true(str_is(all.raw, "[1,{\"a\":null}]"));
	assert_true(all.has_maybe);
}

static void absent_is_absent(void **state)
{
	struct all all;

	(void)state;
	memset(&all, 0xff, sizeof(all));
	assert_int_equal(decode("{}", &all), 0);
	assert_false(all.has_text || all.has_number || all.has_parts || all.has_maybe);
	assert_int_equal(all.parts_len, 0);
	assert_int_equal(decode("{\"maybe\":null}", &all), 0);
	assert_false(all.has_maybe);
}

static void round_trip(void **state)
{
	struct all all;
	struct buf buf;

	(void)state;
	assert_int_equal(decode(full, &all), 0);
	buf_init(&buf, &arena, 4096);
	assert_int_equal(record_encode(&all_record, &all, &buf, &error), 0);
	assert_true(str_is(buf_str(&buf), full));
}

struct row {
	const char *text;
	int outcome;
	const char *path;
};

static const struct row rows[] = {
	{"", RECORD_E_JSON, ""},
	{"{", RECORD_E_JSON, ""},
	{"{}x", RECORD_E_JSON, ""},
	{"[]", RECORD_E_OBJECT, ""},
	{"null", RECORD_E_OBJECT, ""},
	{"\"x\"", RECORD_E_OBJECT, ""},
	{"{\"text\":\"a\",\"text\":\"b\"}", RECORD_E_JSON, "text"},
	{"{\"other\":1}", RECORD_E_UNKNOWN, "other"},
	{"{\"Text\":\"a\"}", RECORD_E_UNKNOWN, "Text"},
	{"{\"part\":{\"name\":\"a\",\"x\":1}}", RECORD_E_UNKNOWN, "part.x"},
	{"{\"text\":1}", RECORD_E_TYPE, "text"},
	{"{\"text\":null}", RECORD_E_TYPE, "text"},
	{"{\"text\":[\"a\"]}", RECORD_E_TYPE, "text"},
	{"{\"text\":\"123456\"}", RECORD_E_LENGTH, "text"},
	{"{\"text\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"}", 0, ""},
	{"{\"text\":\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\"}", 0, ""},
	{"{\"text\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"}", RECORD_E_LENGTH,
		"text"},
	{"{\"text\":\"\\ud800\"}", RECORD_E_JSON, "text"},
	{"{\"number\":1001}", RECORD_E_BOUNDS, "number"},
	{"{\"number\":-11}", RECORD_E_BOUNDS, "number"},
	{"{\"number\":99999999999999999999}", RECORD_E_BOUNDS, "number"},
	{"{\"number\":1.5}", RECORD_E_TYPE, "number"},
	{"{\"number\":1e2}", RECORD_E_TYPE, "number"},
	{"{\"number\":\"1\"}", RECORD_E_TYPE, "number"},
	{"{\"number\":true}", RECORD_E_TYPE, "number"},
	{"{\"number\":-}", RECORD_E_JSON, "number"},
	{"{\"number\":}", RECORD_E_JSON, "number"},
	{"{\"yes\":1}", RECORD_E_TYPE, "yes"},
	{"{\"yes\":\"true\"}", RECORD_E_TYPE, "yes"},
	{"{\"yes\":tru}", RECORD_E_JSON, "yes"},
	{"{\"at\":\"yesterday\"}", RECORD_E_FORMAT, "at"},
	{"{\"at\":1795183331}", RECORD_E_TYPE, "at"},
	{"{\"limit\":\"1\"}", RECORD_E_TYPE, "limit"},
	{"{\"limit\":1.23456}", 0, ""},
	{"{\"limit\":5.001}", RECORD_E_BOUNDS, "limit"},
	{"{\"limit\":1e1}", RECORD_E_FORMAT, "limit"},
	{"{\"price\":1.12}", RECORD_E_TYPE, "price"},
	{"{\"price\":\"1.123456\"}", RECORD_E_FORMAT, "price"},
	{"{\"price\":\"-1\"}", RECORD_E_BOUNDS, "price"},
	{"{\"price\":\"abc\"}", RECORD_E_FORMAT, "price"},
	{"{\"id\":42}", RECORD_E_TYPE, "id"},
	{"{\"id\":\"0\"}", RECORD_E_FORMAT, "id"},
	{"{\"id\":\"-1\"}", RECORD_E_FORMAT, "id"},
	{"{\"id\":\"x\"}", RECORD_E_FORMAT, "id"},
	{"{\"colour\":\"Rot\"}", 0, ""},
	{"{\"colour\":\"Blue\"}", RECORD_E_ENUM, "colour"},
	{"{\"colour\":1}", RECORD_E_TYPE, "colour"},
	{"{\"part\":{}}", RECORD_E_MISSING, "part.name"},
	{"{\"part\":[]}", RECORD_E_TYPE, "part"},
	{"{\"part\":{\"name\":\"a\",\"size\":10}}", RECORD_E_BOUNDS, "part.size"},
	{"{\"parts\":[]}", RECORD_E_COUNT, "parts"},
	{"{\"parts\":{}}", RECORD_E_TYPE, "parts"},
	{"{\"parts\":[1]}", RECORD_E_TYPE, "parts[0]"},
	{"{\"parts\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"size\":1}]}", RECORD_E_MISSING,
		"parts[2].name"},
	{"{\"parts\":[{\"name\":\"toolong\"}]}", RECORD_E_LENGTH, "parts[0].name"},
	{"{\"parts\":[{\"name\":\"a\"},]}", RECORD_E_JSON, "parts"},
	{"{\"words\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}", RECORD_E_COUNT, "words"},
	{"{\"words\":[\"abcd\"]}", RECORD_E_LENGTH, "words[0]"},
	{"{\"words\":[\"a\",null]}", RECORD_E_TYPE, "words[1]"},
	{"{\"numbers\":[1,2,3]}", 0, ""},
	{"{\"numbers\":[1,6]}", RECORD_E_BOUNDS, "numbers[1]"},
	{"{\"raw\":\"012345678901234567890\"}", RECORD_E_LENGTH, "raw"},
	{"{\"raw\":{\"a\":1,\"a\":2}}", RECORD_E_JSON, "raw"},
	{"{\"raw\":}", RECORD_E_JSON, "raw"},
	{"{\"maybe\":nul}", RECORD_E_JSON, "maybe"},
};

static void every_error_has_its_kind_and_path(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct all all;
		int outcome;

		memset(&error, 0, sizeof(error));
		outcome = decode(rows[i].text, &all);
		if (outcome != rows[i].outcome || strcmp(error.path, rows[i].path) != 0)
			fail_msg("%s gives %d at %s", rows[i].text, outcome, error.path);
		if (outcome != 0)
			assert_int_equal(error.kind, outcome);
		assert_int_equal(record_decode(&all_record, str_from(rows[i].text), RECORD_STRICT,
					 &arena, &all, NULL),
			outcome);
	}
}

static void lists_grow(void **state)
{
	struct buf buf;
	struct all all;

	(void)state;
	buf_init(&buf, &arena, 4096);
	buf_format(&buf, "{\"parts\":[");
	for (int i = 0; i < 20; i++)
		buf_format(&buf, "%s{\"name\":\"n%d\",\"size\":%d}", i > 0 ? "," : "", i, i % 10);
	buf_format(&buf, "]}%c", '\0');
	assert_int_equal(decode(buf.ptr, &all), 0);
	assert_int_equal(all.parts_len, 20);
	for (int i = 0; i < 20; i++)
		assert_true(all.parts[i].has_size && all.parts[i].size == i % 10);
}

static void lenient_passes_over(void **state)
{
	struct part part;

	(void)state;
	assert_int_equal(
		record_decode(&part_record, STR("{\"z\":{\"name\":1},\"name\":\"a\",\"y\":[1,2]}"),
			RECORD_LENIENT, &arena, &part, &error),
		0);
	assert_true(str_is(part.name, "a"));
	assert_int_equal(record_decode(&part_record, STR("{\"name\":\"a\",\"z\":1,\"z\":2}"),
				 RECORD_LENIENT, &arena, &part, &error),
		RECORD_E_JSON);
	assert_int_equal(record_decode(&part_record, STR("{\"name\":\"a\",\"name\":\"b\"}"),
				 RECORD_LENIENT, &arena, &part, &error),
		RECORD_E_JSON);
	assert_int_equal(error.json, JSON_E_DUPLICATE);
}

static void no_memory_is_a_fault(void **state)
{
	struct arena small;
	struct all all;

	(void)state;
	arena_init(&small, 64);
	assert_true(
		record_decode(&all_record, STR("{\"parts\":[{\"name\":\"a\"},{\"name\":\"b\"}]}"),
			RECORD_STRICT, &small, &all, &error) < 0);
	arena_fini(&small);
}

static int encode(const struct all *all)
{
	struct buf buf;

	buf_init(&buf, &arena, 1000);
	return record_encode(&all_record, all, &buf, &error);
}

static void encoding_checks_the_same_rules(void **state)
{
	struct part parts[2] = {{.name = STR("a")}, {.name = STR("toolong")}};
	struct part many[21] = {{.size = 0}};
	struct all all = {.has_colour = true};

	(void)state;
	assert_int_equal(encode(&all), RECORD_E_ENUM);
	assert_string_equal(error.path, "colour");
	all = (struct all){.has_number = true, .number = 1001};
	assert_int_equal(encode(&all), RECORD_E_BOUNDS);
	all = (struct all){.has_text = true, .text = STR("123456")};
	assert_int_equal(encode(&all), RECORD_E_LENGTH);
	all = (struct all){.has_text = true, .text = STR("\xff")};
	assert_int_equal(encode(&all), RECORD_E_FORMAT);
	all = (struct all){.has_id = true};
	assert_int_equal(encode(&all), RECORD_E_FORMAT);
	all = (struct all){.has_at = true, .at_us = -1};
	assert_int_equal(encode(&all), RECORD_E_BOUNDS);
	all = (struct all){.has_raw = true};
	assert_int_equal(encode(&all), RECORD_E_FORMAT);
	all = (struct all){.has_parts = true};
	assert_int_equal(encode(&all), RECORD_E_COUNT);
	all = (struct all){.parts = many, .parts_len = 21};
	assert_int_equal(encode(&all), RECORD_E_COUNT);
	all = (struct all){.parts = parts, .parts_len = 2};
	assert_int_equal(encode(&all), RECORD_E_LENGTH);
	assert_string_equal(error.path, "parts[1].name");
	all = (struct all){.has_words = true};
	assert_int_equal(encode(&all), 0);
}

static void a_full_buffer_is_a_fault(void **state)
{
	struct all all;
	struct buf buf;

	(void)state;
	assert_int_equal(decode(full, &all), 0);
	buf_init(&buf, &arena, 100);
	assert_true(record_encode(&all_record, &all, &buf, NULL) < 0);
}

static void records_inside_written_json(void **state)
{
	struct part part = {.name = STR("a")};
	struct nothing nothing = {0};
	struct json_out out;
	struct buf buf;

	(void)state;
	buf_init(&buf, &arena, 1000);
	json_out_init(&out, &buf);
	json_open_object(&out, NULL);
	assert_int_equal(record_write(&part_record, &part, &out, "one", NULL), 0);
	assert_int_equal(record_write(&nothing_record, &nothing, &out, "two", NULL), 0);
	json_open_array(&out, "all");
	assert_int_equal(record_write(&part_record, &part, &out, NULL, NULL), 0);
	assert_int_equal(record_write(&part_record, &part, &out, NULL, NULL), 0);
	json_close_array(&out);
	json_close_object(&out);
	assert_true(str_is(buf_str(&buf), "{\"one\":{\"name\":\"a\"},\"two\":{},"
					  "\"all\":[{\"name\":\"a\"},{\"name\":\"a\"}]}"));
}

static void errors_in_words(void **state)
{
	struct all all;

	(void)state;
	decode("{\"parts\":[{\"name\":\"toolong\"}]}", &all);
	assert_true(str_is(record_error_text(&error, &arena), "parts[0].name: is too long"));
	decode("[]", &all);
	assert_true(str_is(record_error_text(&error, &arena), "the whole is no object"));
}

/* A name as long as a frame must not overrun the path, nor cut a character in two. */
static void hostile_names_are_cut(void **state)
{
	struct buf buf;
	struct all all;

	(void)state;
	buf_init(&buf, &arena, 100000);
	buf_put_str(&buf, STR("{\""));
	for (int i = 0; i < 10000; i++)
		buf_put_str(&buf, STR("\xc3\xa9"));
	buf_format(&buf, "\":1}%c", '\0');
	assert_int_equal(decode(buf.ptr, &all), RECORD_E_UNKNOWN);
	assert_int_equal(str_utf8_len(str_from(error.path)), 48);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_every_kind),
		cmocka_unit_test(absent_is_absent),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(every_error_has_its_kind_and_path),
		cmocka_unit_test(lists_grow),
		cmocka_unit_test(lenient_passes_over),
		cmocka_unit_test(no_memory_is_a_fault),
		cmocka_unit_test(encoding_checks_the_same_rules),
		cmocka_unit_test(a_full_buffer_is_a_fault),
		cmocka_unit_test(records_inside_written_json),
		cmocka_unit_test(errors_in_words),
		cmocka_unit_test(hostile_names_are_cut),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
