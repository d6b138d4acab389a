/* exi_rows.h - how a schema is written down: types of values, then groups of one row an element, in
 * the standard's order and spelling. Only for the exi_*.c files that are such tables. */
#pragma once
#include "pile/exi.h"

#define EXI_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Rows of a group: exactly once; at most once; so often; an alternative of the row before; an
 * attribute, which may be missing, and one that may not. */
#define ONE(name, type) \
	{ \
		name, &type, 1, 1, false, false \
	}
#define MAY(name, type) \
	{ \
		name, &type, 0, 1, false, false \
	}
#define MANY(name, type, least, most) \
	{ \
		name, &type, least, most, false, false \
	}
#define OR(name, type) \
	{ \
		name, &type, 1, 1, false, true \
	}
#define ATTRIBUTE(name, type) \
	{ \
		name, &type, 1, 1, true, false \
	}
#define MAY_ATTRIBUTE(name, type) \
	{ \
		name, &type, 0, 1, true, false \
	}
/* In the standard, but not spoken here: it has its event code, and ends the reading. */
#define ONE_MUTE(name) \
	{ \
		name, NULL, 1, 1, false, false \
	}
#define MAY_MUTE(name) \
	{ \
		name, NULL, 0, 1, false, false \
	}
#define OR_MUTE(name) \
	{ \
		name, NULL, 1, 1, false, true \
	}
#define MANY_MUTE(name) \
	{ \
		name, NULL, 0, EXI_MANY, false, false \
	}

#define GROUP(ident, ...) \
	static const struct exi_row ident##_rows[] = {__VA_ARGS__}; \
	static const struct exi_type ident = { \
		.kind = EXI_GROUP, .rows = ident##_rows, .len = EXI_COUNT(ident##_rows)}
/* The same with text between its elements. */
#define MIXED(ident, ...) \
	static const struct exi_row ident##_rows[] = {__VA_ARGS__}; \
	static const struct exi_type ident = {.kind = EXI_GROUP, \
		.rows = ident##_rows, \
		.len = EXI_COUNT(ident##_rows), \
		.mixed = true}
#define WORDS(ident, ...) \
	static const char *const ident##_words[] = {__VA_ARGS__}; \
	static const struct exi_type ident = { \
		.kind = EXI_WORD, .words = ident##_words, .len = EXI_COUNT(ident##_words)}
#define BYTES(ident, length) \
	static const struct exi_type ident = {.kind = EXI_BYTES, .most = length}
#define TEXT(ident, length) static const struct exi_type ident = {.kind = EXI_TEXT, .most = length}
#define SMALL(ident, width, from, to) \
	static const struct exi_type ident = { \
		.kind = EXI_SMALL, .bits = width, .least = from, .most = to}
