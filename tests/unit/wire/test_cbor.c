/* test_cbor.c - the examples of RFC 8949 appendix A, what deterministic form refuses, and maps by
 * field tables. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/crypt.h"
#include "base/rng.h"
#include "wire/cbor_io.h"
#include "wire/cbor_record.h"

static struct str bytes_of(const char *hex, uint8_t *room)
{
	assert_true(hex_read(str_from(hex), room, strlen(hex) / 2));
	return (struct str){(const char *)room, strlen(hex) / 2};
}

static void rfc_integers(void **state)
{
	static const struct {
		const char *hex;
		int64_t value;
	} rows[] = {
		{"00", 0},
		{"01", 1},
		{"0a", 10},
		{"17", 23},
		{"1818", 24},
		{"1819", 25},
		{"1864", 100},
		{"1903e8", 1000},
		{"1a000f4240", 1000000},
		{"1b000000e8d4a51000", 1000000000000},
		{"1b7fffffffffffffff", INT64_MAX},
		{"20", -1},
		{"29", -10},
		{"3863", -100},
		{"3903e7", -1000},
		{"3b7fffffffffffffff", INT64_MIN},
	};
	uint8_t room[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str bytes = bytes_of(rows[i].hex, room);
		struct cbor_in in;
		struct buf buf;
		int64_t value;

		cbor_open(&in, bytes);
		assert_int_equal(cbor_peek(&in), CBOR_INT);
		assert_true(cbor_take_int(&in, &value) && cbor_end(&in));
		assert_true(value == rows[i].value);
		buf_init(&buf, NULL, 16);
		cbor_put_int(&buf, rows[i].value);
		assert_true(str_eq(buf_str(&buf), bytes));
		buf_fini(&buf);
	}
}

static void rfc_others(void **state)
{
	/* well formed and deterministic: skipping passes over exactly all of it */
	static const char *const good[] = {"40", "4401020304", "60", "6161", "6449455446", "62c3bc",
		"64f0908591", "80", "83010203", "8301820203820405", "a0", "a201020304",
		"a26161016162820203", "f4", "f5", "f6",
		"c074323031332d30332d32315432303a30343a30305a",
		"98190102030405060708090a0b0c0d0e0f101112131415161718181819"};
	uint8_t room[64];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct cbor_in in;

		cbor_open(&in, bytes_of(good[i], room));
		assert_true(cbor_skip(&in));
		assert_true(cbor_end(&in));
	}
}

static void refused(void **state)
{
	static const char *const bad[] = {
		"", /* nothing */
		"1817",
		"190018", /* longer than needed */
		"1a0000ffff",
		"1b00000000ffffffff",
		"5801ff",
		"7801"
		"61",
		"9801"
		"00",
		"1c",
		"1f", /* reserved, break */
		"f90000",
		"fa47c35000",
		"fb3ff199999999999a", /* floats */
		"f7",
		"f0",
		"f818", /* undefined, simple values */
		"5f42010243030405ff",
		"7f657374726561646d696e67ff",
		"9fff",
		"bfff", /* indefinite */
		"19",
		"1a0000",
		"44010203",
		"62c3", /* cut */
		"61ff",
		"62c328", /* no UTF-8 */
		"8201",
		"a101",
		"9b0000000100000000",
		"bb7fffffffffffffff", /* counts that lie */
		"818181818181818181"
		"00", /* too deep */
		"5bffffffffffffffff",
		"3bffffffffffffffff",
		"1bffffffffffffffff",
	};
	uint8_t room[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct str text;
		struct cbor_in in;
		int64_t value;
		bool whole;

		cbor_open(&in, bytes_of(bad[i], room));
		/* the last two are integers, well formed and out of our range */
		whole = cbor_peek(&in) == CBOR_INT ? cbor_take_int(&in, &value) : cbor_skip(&in);
		if (whole && cbor_end(&in))
			fail_msg("%s was taken", bad[i]);
		/* after an error everything fails */
		assert_false(cbor_take_text(&in, &text) && cbor_end(&in));
	}
}

static void keys_in_order(void **state)
{
	static const struct {
		const char *hex;
		bool good;
	} rows[] = {{"a201000200", true}, {"a202000100", false}, {"a201000100", false},
		{"a201002000", true}, {"a220000100", false}, {"a220002100", true}};
	uint8_t room[16];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t key = CBOR_NO_KEY;
		struct cbor_in in;
		size_t count;
		bool good = true;

		cbor_open(&in, bytes_of(rows[i].hex, room));
		assert_true(cbor_take_map(&in, &count));
		for (size_t k = 0; k < count; k++)
			good = good && cbor_take_key(&in, &key) && cbor_skip(&in);
		assert_int_equal(good && cbor_end(&in), rows[i].good);
	}
}

#define INNER(F, S) F(INT, REQ, S, depth, "depth", (0, 9), "")
FIELD_STRUCT(inner, INNER)
FIELD_ROWS(inner, INNER)
#define THING(F, S) \
	F(ID, REQ, S, number, "number", 0, "") \
	F(STR, REQ, S, name, "name", 4, "") \
	F(INT, OPT, S, height, "height", (-5, 5), "") \
	F(INTS, REQ, S, list, "list", (0, 100, 0, 3), "") \
	F(OBJ, OPT, S, inner, "inner", inner, "")
FIELD_STRUCT(thing, THING)
FIELD_ROWS(thing, THING)

static int read_thing(const char *hex, struct arena *arena, struct thing *ret)
{
	uint8_t *room = arena_alloc(arena, 64);

	return cbor_record_read(&thing_record, bytes_of(hex, room), arena, ret);
}

static void records(void **state)
{
	int64_t list[3] = {1, 2, 100};
	struct thing thing = {.number = 7, .name = STR("ab"), .list = list, .list_len = 3}, back;
	struct arena arena;
	struct buf buf;

	(void)state;
	arena_init(&arena, 1 << 16);
	buf_init(&buf, &arena, 64);
	assert_int_equal(cbor_record_write(&thing_record, &thing, &buf), 0);
	assert_int_equal(cbor_record_read(&thing_record, buf_str(&buf), &arena, &back), 0);
	assert_true(back.number == 7 && str_is(back.name, "ab") && !back.has_height);
	assert_true(back.list_len == 3 && back.list[2] == 100 && !back.has_inner);
	thing.has_height = thing.has_inner = true;
	thing.height = -5;
	thing.inner.depth = 9;
	buf_clear(&buf);
	assert_int_equal(cbor_record_write(&thing_record, &thing, &buf), 0);
	assert_int_equal(cbor_record_read(&thing_record, buf_str(&buf), &arena, &back), 0);
	assert_true(back.has_height && back.height == -5 && back.inner.depth == 9);

	thing.height = 6;
	buf_clear(&buf);
	assert_int_equal(cbor_record_write(&thing_record, &thing, &buf), CBOR_RECORD_E_BOUNDS);
	assert_int_equal(read_thing("a301070261610480", &arena, &back), 0);
	assert_int_equal(read_thing("a20107026161", &arena, &back), CBOR_RECORD_E_MISSING);
	assert_int_equal(read_thing("a401070261610480"
				    "0700",
				 &arena, &back),
		CBOR_RECORD_E_UNKNOWN);
	assert_int_equal(read_thing("a301000261610480", &arena, &back), CBOR_RECORD_E_BOUNDS);
	assert_int_equal(read_thing("a3010702656162636465"
				    "0480",
				 &arena, &back),
		CBOR_RECORD_E_BOUNDS);
	assert_int_equal(read_thing("a30107026161"
				    "048400000000",
				 &arena, &back),
		CBOR_RECORD_E_BOUNDS);
	assert_int_equal(read_thing("a302616101070480", &arena, &back), CBOR_RECORD_E_FORM);
	assert_int_equal(read_thing("a301070261610480"
				    "00",
				 &arena, &back),
		CBOR_RECORD_E_FORM);
	assert_int_equal(read_thing("a301610702616104"
				    "80",
				 &arena, &back),
		CBOR_RECORD_E_FORM);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_integers),
		cmocka_unit_test(rfc_others),
		cmocka_unit_test(refused),
		cmocka_unit_test(keys_in_order),
		cmocka_unit_test(records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
