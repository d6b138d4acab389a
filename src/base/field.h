/* field.h - the field-table idiom: one list macro yields a struct and the rows that describe it. */

/* clang-format off */
/*
 *	#define READING(F, S)
 *		F(INT, REQ, S, outlet, "outlet", (0, 64), "0 is the whole pile")
 *		F(STR, OPT, S, info, "info", 50, "free text")
 *		F(TIME, OPT, S, taken, "taken", 0, "when it was measured")
 *	FIELD_STRUCT(reading, READING)	in the header: struct reading, extern reading_record
 *	FIELD_ROWS(reading, READING)	in the .c file: the rows
 *
 * (each line of the list but the last ends with a backslash) gives struct reading {int64_t outlet;
 * bool has_info; struct str info; bool has_taken; int64_t taken_us;}.
 *
 * kind      member                              argument            text form in JSON
 * STR       struct str m                        most characters     string
 * INT       int64_t m                           (least, most)       integer
 * BOOL      bool m                              0                   true, false
 * TIME      int64_t m_us                        0                   string, RFC 3339
 * DEC       int64_t m (fixed point)             (scale, least, most) number with a fraction
 * DECTEXT   int64_t m (fixed point)             (scale, least, most) string "1.12000"
 * ID        int64_t m                           0                   string of digits, 1 or more
 * ENUM      int m                               tag of FIELD_ENUM   string
 * OBJ       struct T m                          T                   object
 * LIST      struct T *m; size_t m_len           (T, least, most)    array of objects
 * STRS      struct str *m; size_t m_len         (chars, least, most) array of strings
 * INTS      int64_t *m; size_t m_len            (least, most, fewest, elements) array of integers
 * WORD      struct str m                        tag of FIELD_ENUM   string, one of the names
 * WORDS     struct str *m; size_t m_len         (tag of FIELD_ENUM, least, most) array of names
 * RAW       struct str m                        most bytes          any value, kept as its text
 *
 * Presence: REQ required; OPT optional, adds `bool has_m`; NIL as OPT, and null in the text counts
 * as absent; CLR as OPT, and null is a value: nothing (0, no text);
 * MUST required, of a member that is optional in another table of the same struct. */
/* clang-format on */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

enum field_kind {
	FIELD_STR = 1,
	FIELD_INT,
	FIELD_BOOL,
	FIELD_TIME,
	FIELD_DEC,
	FIELD_DECTEXT,
	FIELD_ID,
	FIELD_ENUM,
	FIELD_OBJ,
	FIELD_LIST,
	FIELD_STRS,
	FIELD_INTS,
	FIELD_RAW,
	FIELD_WORD,
	FIELD_WORDS,
};
enum field_presence { FIELD_REQ = 0, FIELD_OPT = 1, FIELD_NIL = 2, FIELD_MUST = 3, FIELD_CLR = 4 };

/* Names of an enumeration in order of their values 1..count; aliases (accepted, never written)
 * follow. */
struct field_name {
	const char *text;
	uint16_t len;
	int16_t value;
};
struct field_names {
	const struct field_name *names;
	size_t count;
	size_t with_aliases;
};
struct record;
struct field {
	const char *name; /* on the wire */
	const char *help;
	uint16_t name_len;
	uint8_t kind, presence;
	uint8_t scale; /* DEC, DECTEXT */
	uint32_t offset;
	uint32_t has_offset; /* unless REQ */
	uint32_t len_offset; /* LIST, STRS, INTS */
	int64_t min, max;    /* of the value; characters for STR, STRS; bytes for RAW */
	size_t count_min, count_max;
	const struct record *record;     /* OBJ, LIST */
	const struct field_names *names; /* ENUM, WORD, WORDS */
};
struct record {
	const char *name;
	size_t size; /* of the struct */
	const struct field *fields;
	size_t fields_len; /* at most 64 */
	bool open;         /* anybody may add fields: unknown ones are passed over */
};

/* The value of a name, 0 when unknown. */
int field_enum_value(const struct field_names *names, struct str text);
/* The name of a value, the empty view for values outside. */
struct str field_enum_name(const struct field_names *names, int value);

/* clang-format off */
/* Declares struct `tag` and its record. An empty list is FIELD_STRUCT_EMPTY: C has no struct
 * without members. */
#define FIELD_STRUCT(tag, LIST)                                                                    \
	struct tag {                                                                               \
		LIST(FIELD_MEMBER_, tag)                                                           \
	};                                                                                         \
	extern const struct record tag##_record;
#define FIELD_STRUCT_EMPTY(tag)                                                                    \
	struct tag {                                                                               \
		char empty;                                                                        \
	};                                                                                         \
	extern const struct record tag##_record;
/* Defines the rows of struct `tag`. */
#define FIELD_ROWS(tag, LIST)                                                                      \
	static const struct field tag##_fields[] = {LIST(FIELD_ROW_, tag)};                        \
	_Static_assert(sizeof(tag##_fields) / sizeof(tag##_fields[0]) <= 64, "too many fields");   \
	const struct record tag##_record = {#tag, sizeof(struct tag), tag##_fields,                \
		sizeof(tag##_fields) / sizeof(tag##_fields[0])};
#define FIELD_ROWS_EMPTY(tag)                                                                      \
	const struct record tag##_record = {#tag, sizeof(struct tag), NULL, 0};

/* An enumeration from a list
 *	#define LIST(E, A, P) E(P, YES, "Accepted") E(P, NO, "Rejected") A(P, YES, "OK")
 * gives enum tag {P_NONE = 0, P_YES = 1, P_NO = 2} and tag_names. Aliases (A) are accepted, never
 * written, and come last in the list. */
#define FIELD_ENUM_DECLARE(tag, prefix, LIST)                                                      \
	enum tag { prefix##_NONE = 0, LIST(FIELD_ENUM_VALUE_, FIELD_NOTHING_, prefix) };           \
	extern const struct field_names tag##_names;
#define FIELD_ENUM_DEFINE(tag, prefix, LIST)                                                       \
	static const struct field_name tag##_rows[] = {                                            \
		LIST(FIELD_ENUM_ROW_, FIELD_NOTHING_, prefix)                                      \
			LIST(FIELD_NOTHING_, FIELD_ENUM_ROW_, prefix)};                            \
	const struct field_names tag##_names = {tag##_rows,                                        \
		0 LIST(FIELD_ENUM_COUNT_, FIELD_NOTHING_, prefix),                                 \
		sizeof(tag##_rows) / sizeof(tag##_rows[0])};

#define FIELD_NOTHING_(prefix, value, text)
#define FIELD_ENUM_VALUE_(prefix, value, text) prefix##_##value,
#define FIELD_ENUM_ROW_(prefix, value, text) {text, sizeof(text) - 1, prefix##_##value},
#define FIELD_ENUM_COUNT_(prefix, value, text) +1

#define FIELD_MEMBER_(kind, presence, tag, member, wire, arg, help)                                \
	FIELD_HAS_##presence(member) FIELD_DECLARE_##kind(member, arg)
#define FIELD_HAS_REQ(m)
#define FIELD_HAS_OPT(m) bool has_##m;
#define FIELD_HAS_NIL(m) bool has_##m;
#define FIELD_HAS_CLR(m) bool has_##m;
#define FIELD_DECLARE_STR(m, arg) struct str m;
#define FIELD_DECLARE_INT(m, arg) int64_t m;
#define FIELD_DECLARE_BOOL(m, arg) bool m;
#define FIELD_DECLARE_TIME(m, arg) int64_t m##_us;
#define FIELD_DECLARE_DEC(m, arg) int64_t m;
#define FIELD_DECLARE_DECTEXT(m, arg) int64_t m;
#define FIELD_DECLARE_ID(m, arg) int64_t m;
#define FIELD_DECLARE_ENUM(m, arg) int m;
#define FIELD_DECLARE_OBJ(m, arg) struct arg m;
#define FIELD_DECLARE_LIST(m, arg)                                                                 \
	struct FIELD_TAG_ arg *m;                                                                  \
	size_t m##_len;
#define FIELD_DECLARE_STRS(m, arg)                                                                 \
	struct str *m;                                                                             \
	size_t m##_len;
#define FIELD_DECLARE_INTS(m, arg)                                                                 \
	int64_t *m;                                                                                \
	size_t m##_len;
#define FIELD_DECLARE_RAW(m, arg) struct str m;
#define FIELD_DECLARE_WORD(m, arg) struct str m;
#define FIELD_DECLARE_WORDS(m, arg)                                                                \
	struct str *m;                                                                             \
	size_t m##_len;
#define FIELD_TAG_(tag, least, most) tag

#define FIELD_ROW_(kind_, presence_, tag, member, wire, arg, help_)                                \
	{.name = wire,                                                                             \
		.name_len = sizeof(wire) - 1,                                                      \
		.help = help_,                                                                     \
		.kind = FIELD_##kind_,                                                             \
		.presence = FIELD_##presence_,                                                     \
		FIELD_HAS_AT_##presence_(tag, member) FIELD_AT_##kind_(tag, member, arg)},
#define FIELD_HAS_AT_REQ(tag, m)
#define FIELD_HAS_AT_OPT(tag, m) .has_offset = offsetof(struct tag, has_##m),
#define FIELD_HAS_AT_NIL(tag, m) .has_offset = offsetof(struct tag, has_##m),
#define FIELD_HAS_AT_CLR(tag, m) .has_offset = offsetof(struct tag, has_##m),
#define FIELD_HAS_AT_MUST(tag, m) .has_offset = offsetof(struct tag, has_##m),
#define FIELD_AT_(tag, m) .offset = offsetof(struct tag, m)
#define FIELD_LEN_AT_(tag, m) FIELD_AT_(tag, m), .len_offset = offsetof(struct tag, m##_len)
#define FIELD_AT_STR(tag, m, arg) FIELD_AT_(tag, m), .max = arg
#define FIELD_AT_INT(tag, m, arg) FIELD_AT_(tag, m), FIELD_RANGE_ arg
#define FIELD_AT_BOOL(tag, m, arg) FIELD_AT_(tag, m)
#define FIELD_AT_TIME(tag, m, arg) FIELD_AT_(tag, m##_us)
#define FIELD_AT_DEC(tag, m, arg) FIELD_AT_(tag, m), FIELD_SCALED_ arg
#define FIELD_AT_DECTEXT(tag, m, arg) FIELD_AT_(tag, m), FIELD_SCALED_ arg
#define FIELD_AT_ID(tag, m, arg) FIELD_AT_(tag, m)
#define FIELD_AT_ENUM(tag, m, arg) FIELD_AT_(tag, m), .names = &arg##_names
#define FIELD_AT_OBJ(tag, m, arg) FIELD_AT_(tag, m), .record = &arg##_record
#define FIELD_AT_LIST(tag, m, arg) FIELD_LEN_AT_(tag, m), FIELD_LIST_ arg
#define FIELD_AT_STRS(tag, m, arg) FIELD_LEN_AT_(tag, m), FIELD_STRS_ arg
#define FIELD_AT_INTS(tag, m, arg) FIELD_LEN_AT_(tag, m), FIELD_INTS_ arg
#define FIELD_AT_RAW(tag, m, arg) FIELD_AT_(tag, m), .max = arg
#define FIELD_AT_WORD(tag, m, arg) FIELD_AT_(tag, m), .names = &arg##_names
#define FIELD_AT_WORDS(tag, m, arg) FIELD_LEN_AT_(tag, m), FIELD_WORDS_ arg
#define FIELD_RANGE_(least, most) .min = least, .max = most
#define FIELD_SCALED_(digits, least, most) .scale = digits, .min = least, .max = most
#define FIELD_LIST_(tag, least, most)                                                              \
	.record = &tag##_record, .count_min = least, .count_max = most
#define FIELD_STRS_(characters, least, most)                                                       \
	.max = characters, .count_min = least, .count_max = most
#define FIELD_INTS_(least, most, fewest, elements)                                                 \
	.min = least, .max = most, .count_min = fewest, .count_max = elements
#define FIELD_WORDS_(tag, least, most)                                                             \
	.names = &tag##_names, .count_min = least, .count_max = most
/* clang-format on */
