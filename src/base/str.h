/* str.h - text: borrowed views (struct str) and bounded growing buffers (struct buf). No view is
 * NUL terminated. */
#pragma once
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NULL ((struct str){NULL, 0})
/* for printf: printf("%.*s", STR_FMT(text)) */
#define STR_FMT(s) (int)(s).len, (s).ptr ? (s).ptr : ""

struct str str_from(const char *text); /* NUL terminated text; NULL gives the empty view */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *text);
bool str_eq_nocase(struct str a, struct str b); /* ASCII only */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
struct str str_trim(struct str s); /* ASCII blanks at both ends */
struct str str_slice(struct str s, size_t from, size_t to);
/* Position of `needle`, or -1. */
ptrdiff_t str_find(struct str s, char needle);
/* Cuts `s` at the first `sep`: returns the head and moves *s behind the separator (to empty at the
 * end). */
struct str str_cut(struct str *s, char sep);
/* Spreads texts evenly, the same in every run. Not for tables of hostile keys: that is map.h. */
uint64_t str_hash(struct str s);
/* Number of Unicode code points; -1 when the bytes are not strict UTF-8 (RFC 3629). */
ptrdiff_t str_utf8_len(struct str s);
/* Bytes of the strict UTF-8 sequence at `at`, of which `left` > 0 bytes follow; 0 when there is
 * none. */
size_t str_utf8_step(const char *at, size_t left);
/* The longest prefix of at most `points` code points; stops at bad bytes. */
struct str str_utf8_cut(struct str s, size_t points);

/* Whole-text decimal integer in range; false leaves *ret untouched. */
bool str_to_i64(struct str s, int64_t *ret);
/* Strict decimal text ("-12.345", no exponent) to an integer with `scale` digits after the point;
 * digits beyond `scale` are refused unless `round`, then rounded half away from zero. False on bad
 * text or overflow. */
bool str_to_fixed(struct str s, int scale, bool round, int64_t *ret);

/* Copies into the arena. The _z form is NUL terminated. On a full arena: STR_NULL / NULL. */
struct str str_dup(struct arena *arena, struct str s);
char *str_dup_z(struct arena *arena, struct str s);
struct str str_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A growing byte buffer with a named maximum. Writes past the maximum set `failed` and are dropped.
 * Storage is the arena when one is given at init, else mem_alloc (then buf_fini is owed). */
struct buf {
	char *ptr;
	size_t len;
	size_t cap;
	size_t max;
	struct arena *arena;
	bool failed;
};

void buf_init(struct buf *buf, struct arena *arena, size_t max);
void buf_fini(struct buf *buf);
void buf_clear(struct buf *buf);
bool buf_reserve(struct buf *buf, size_t more);
void buf_put(struct buf *buf, const void *bytes, size_t len);
void buf_put_str(struct buf *buf, struct str s);
void buf_put_char(struct buf *buf, char c);
void buf_put_i64(struct buf *buf, int64_t value);
/* An integer with `scale` decimal digits after the point: (12345, 3) -> "12.345". Keeps all digits.
 */
void buf_put_fixed(struct buf *buf, int64_t value, int scale);
void buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vformat(struct buf *buf, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
/* Drops the first `len` bytes. */
void buf_consume(struct buf *buf, size_t len);
struct str buf_str(const struct buf *buf);
