/* table.h - how the tables of OCPP 2.0.1 and 2.1 are written: one list a message, two columns.
 *
 * Both versions share their messages, so one struct serves both and a desk reads either alike; each
 * version has its own record, which decides what may stand on the wire. A list L(F, A, B, R, S) has
 *	F(kind, presence, S, member, "wireName", argument)	the same in both versions
 *	B(...)	only in 2.1, or as 2.1 has it: the member's kind
 *	R(...)	as 2.0.1 has the member of a B row (shorter, required, one of fixed words)
 *	A(...)	only in 2.0.1, with a member of its own
 * Words of an enumeration: E in both versions, B since 2.1, after the others so that both versions
 * count alike. Every object may carry customData, so the macros add it. A tag's records are
 * tag_201_record and tag_21_record. */
#pragma once
#include "base/field.h"
#include "base/limits.h"

#define OCPP2_INT_MAX INT64_C(2147483647)
#define OCPP2_DEC_MAX INT64_C(9000000000000000000)
#define OCPP2_ITEMS_MAX 4096 /* of one list where the standard names no number */
#define OCPP2_TEXT_MAX 64    /* of a text where the standard gives a pattern and no length */

/* clang-format off */
#define OCPP2_ENUM(tag, NAME)                                                                      \
	enum tag {                                                                                 \
		OCPP2_##NAME##_ABSENT = 0,                                                         \
		OCPP2_E_##NAME(FIELD_ENUM_VALUE_, FIELD_ENUM_VALUE_, OCPP2_##NAME)                 \
	};                                                                                         \
	extern const struct field_names tag##_201_names, tag##_21_names;
#define OCPP2_WORDS(tag, NAME)                                                                     \
	OCPP2_NAMES_(tag##_201, OCPP2_E_##NAME, FIELD_NOTHING_, FIELD_NOTHING_, OCPP2_##NAME)      \
	OCPP21_WORDS(tag, NAME)
#define OCPP21_WORDS(tag, NAME)                                                                    \
	OCPP2_NAMES_(tag##_21, OCPP2_E_##NAME, FIELD_ENUM_ROW_, FIELD_ENUM_COUNT_, OCPP2_##NAME)
#define OCPP2_NAMES_(tag, LIST, LATER, COUNT, prefix)                                              \
	static const struct field_name tag##_rows[] = {LIST(FIELD_ENUM_ROW_, LATER, prefix)};      \
	const struct field_names tag##_names = {tag##_rows,                                        \
		0 LIST(FIELD_ENUM_COUNT_, COUNT, prefix),                                          \
		sizeof(tag##_rows) / sizeof(tag##_rows[0])};

/* customData is the one object of the standard with fields of anybody's. */
#define OCPP2_STRUCT_CUSTOM(tag, LIST)                                                             \
	struct tag {                                                                               \
		LIST(OCPP2_MEMBER_, OCPP2_MEMBER_, OCPP2_MEMBER_, OCPP2_NOTHING_, tag)             \
	};                                                                                         \
	extern const struct record tag##_201_record, tag##_21_record;
#define OCPP2_STRUCT(tag, LIST)                                                                    \
	struct tag {                                                                               \
		LIST(OCPP2_MEMBER_, OCPP2_MEMBER_, OCPP2_MEMBER_, OCPP2_NOTHING_, tag)             \
		OCPP2_CUSTOM_(OCPP2_MEMBER_, tag)                                                  \
	};                                                                                         \
	extern const struct record tag##_201_record, tag##_21_record;
#define OCPP2_STRUCT_EMPTY(tag)                                                                    \
	struct tag {                                                                               \
		OCPP2_CUSTOM_(OCPP2_MEMBER_, tag)                                                  \
	};                                                                                         \
	extern const struct record tag##_201_record, tag##_21_record;
#define OCPP2_CUSTOM_(F, tag) F(OBJ, OPT, tag, custom_data, "customData", ocpp2_custom_data)

#define OCPP2_ROWS(tag, LIST)                                                                      \
	static const struct field tag##_201_fields[] = {                                           \
		LIST(OCPP2_ROW_201_, OCPP2_ROW_201_, OCPP2_NOTHING_, OCPP2_ROW_201_, tag)          \
			OCPP2_CUSTOM_(OCPP2_ROW_201_, tag)};                                       \
	OCPP2_RECORD_(tag, 201, false)                                                             \
	OCPP21_ROWS(tag, LIST)
#define OCPP21_ROWS(tag, LIST)                                                                     \
	static const struct field tag##_21_fields[] = {                                            \
		LIST(OCPP2_ROW_21_, OCPP2_NOTHING_, OCPP2_ROW_21_, OCPP2_NOTHING_, tag)            \
			OCPP2_CUSTOM_(OCPP2_ROW_21_, tag)};                                        \
	OCPP2_RECORD_(tag, 21, false)
#define OCPP2_ROWS_EMPTY(tag)                                                                      \
	static const struct field tag##_201_fields[] = {OCPP2_CUSTOM_(OCPP2_ROW_201_, tag)};       \
	OCPP2_RECORD_(tag, 201, false)                                                             \
	OCPP21_ROWS_EMPTY(tag)
#define OCPP21_ROWS_EMPTY(tag)                                                                     \
	static const struct field tag##_21_fields[] = {OCPP2_CUSTOM_(OCPP2_ROW_21_, tag)};         \
	OCPP2_RECORD_(tag, 21, false)
#define OCPP2_ROWS_CUSTOM(tag, LIST)                                                               \
	static const struct field tag##_201_fields[] = {LIST(                                      \
		OCPP2_ROW_201_, OCPP2_ROW_201_, OCPP2_NOTHING_, OCPP2_ROW_201_, tag)};             \
	OCPP2_RECORD_(tag, 201, true)                                                              \
	static const struct field tag##_21_fields[] = {LIST(                                       \
		OCPP2_ROW_21_, OCPP2_NOTHING_, OCPP2_ROW_21_, OCPP2_NOTHING_, tag)};               \
	OCPP2_RECORD_(tag, 21, true)
#define OCPP2_RECORD_(tag, version, open_)                                                         \
	_Static_assert(sizeof(tag##_##version##_fields) / sizeof(struct field) <= 64, "fields");   \
	const struct record tag##_##version##_record = {.name = #tag,                              \
		.size = sizeof(struct tag),                                                        \
		.fields = tag##_##version##_fields,                                                \
		.fields_len = sizeof(tag##_##version##_fields) / sizeof(struct field),             \
		.open = open_};

#define OCPP2_NOTHING_(kind, presence, tag, member, wire, arg)
#define OCPP2_MEMBER_(kind, presence, tag, member, wire, arg)                                      \
	FIELD_HAS_##presence(member) FIELD_DECLARE_##kind(member, arg)
#define OCPP2_ROW_201_(kind, presence, tag, member, wire, arg)                                     \
	OCPP2_ROW_(kind, presence, tag, member, wire, OCPP201_ARG_##kind(arg))
#define OCPP2_ROW_21_(kind, presence, tag, member, wire, arg)                                      \
	OCPP2_ROW_(kind, presence, tag, member, wire, OCPP21_ARG_##kind(arg))
#define OCPP2_ROW_(kind, presence, tag, member, wire, arg)                                         \
	FIELD_ROW_(kind, presence, tag, member, wire, arg, "")

/* The argument of a row with the records and words of its version. */
#define OCPP201_ARG_STR(arg) arg
#define OCPP201_ARG_INT(arg) arg
#define OCPP201_ARG_BOOL(arg) arg
#define OCPP201_ARG_TIME(arg) arg
#define OCPP201_ARG_DEC(arg) arg
#define OCPP201_ARG_STRS(arg) arg
#define OCPP201_ARG_INTS(arg) arg
#define OCPP201_ARG_RAW(arg) arg
#define OCPP201_ARG_ENUM(arg) arg##_201
#define OCPP201_ARG_WORD(arg) arg##_201
#define OCPP201_ARG_OBJ(arg) arg##_201
#define OCPP201_ARG_LIST(arg) OCPP201_LIST_ arg
#define OCPP201_ARG_WORDS(arg) OCPP201_LIST_ arg
#define OCPP201_LIST_(tag, least, most) (tag##_201, least, most)
#define OCPP21_ARG_STR(arg) arg
#define OCPP21_ARG_INT(arg) arg
#define OCPP21_ARG_BOOL(arg) arg
#define OCPP21_ARG_TIME(arg) arg
#define OCPP21_ARG_DEC(arg) arg
#define OCPP21_ARG_STRS(arg) arg
#define OCPP21_ARG_INTS(arg) arg
#define OCPP21_ARG_RAW(arg) arg
#define OCPP21_ARG_ENUM(arg) arg##_21
#define OCPP21_ARG_OBJ(arg) arg##_21
#define OCPP21_ARG_LIST(arg) OCPP21_LIST_ arg
#define OCPP21_ARG_WORDS(arg) OCPP21_LIST_ arg
#define OCPP21_LIST_(tag, least, most) (tag##_21, least, most)
/* clang-format on */
