/* test_field.c - what the field macros make of a list. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/field.h"

#define COLOUR_LIST(E, A, P) E(P, RED, "Red") E(P, GREEN, "Green") A(P, RED, "Rot")
FIELD_ENUM_DECLARE(colour, COLOUR, COLOUR_LIST)
FIELD_ENUM_DEFINE(colour, COLOUR, COLOUR_LIST)

#define LAMP(F, S) \
	F(INT, REQ, S, watts, "watts", (1, 99), "power") \
	F(ENUM, OPT, S, colour, "colour", colour, "of the light") \
	F(TIME, OPT, S, bought, "boughtAt", 0, "when") \
	F(STRS, NIL, S, labels, "labels", (10, 1, 3), "any")
FIELD_STRUCT(lamp, LAMP)
FIELD_ROWS(lamp, LAMP)
FIELD_STRUCT_EMPTY(nothing)
FIELD_ROWS_EMPTY(nothing)

static void rows_describe_the_struct(void **state)
{
	const struct field *fields = lamp_record.fields;

	(void)state;
	assert_int_equal(lamp_record.size, sizeof(struct lamp));
	assert_int_equal(lamp_record.fields_len, 4);
	assert_string_equal(fields[0].name, "watts");
	assert_int_equal(fields[0].name_len, 5);
	assert_int_equal(fields[0].min, 1);
	assert_int_equal(fields[0].max, 99);
	assert_string_equal(fields[0].help, "power");
	assert_int_equal(fields[1].offset, offsetof(struct lamp, colour));
	assert_int_equal(fields[1].has_offset, offsetof(struct lamp, has_colour));
	assert_ptr_equal(fields[1].names, &colour_names);
	assert_int_equal(fields[2].offset, offsetof(struct lamp, bought_us));
	assert_int_equal(fields[3].presence, FIELD_NIL);
	assert_int_equal(fields[3].len_offset, offsetof(struct lamp, labels_len));
	assert_int_equal(fields[3].count_max, 3);
	assert_int_equal(nothing_record.fields_len, 0);
}

static void enumerations(void **state)
{
	(void)state;
	assert_int_equal(COLOUR_NONE, 0);
	assert_int_equal(COLOUR_RED, 1);
	assert_int_equal(field_enum_value(&colour_names, STR("Green")), COLOUR_GREEN);
	assert_int_equal(field_enum_value(&colour_names, STR("Rot")), COLOUR_RED);
	assert_int_equal(field_enum_value(&colour_names, STR("red")), 0);
	assert_int_equal(field_enum_value(&colour_names, STR("")), 0);
	assert_true(str_is(field_enum_name(&colour_names, COLOUR_RED), "Red"));
	assert_int_equal(field_enum_name(&colour_names, 0).len, 0);
	assert_int_equal(field_enum_name(&colour_names, 3).len, 0);
	assert_int_equal(field_enum_name(&colour_names, -1).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_describe_the_struct),
		cmocka_unit_test(enumerations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
