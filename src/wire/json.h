/* json.h - JSON (RFC 8259): a strict pull reader over a complete text and an append writer.
 * Refused: depth over LIMIT_JSON_DEPTH, duplicate keys, bad UTF-8, lone surrogates, \u0000,
 * anything behind the value. Numbers stay digits: nothing here is a float. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/limits.h"
#include "base/str.h"

enum json_kind {
	JSON_NONE = 0, /* no value here: an error, or the end */
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};
enum json_outcome {
	JSON_E_SYNTAX = 1,
	JSON_E_UTF8, /* bad UTF-8, lone surrogate or \u0000 */
	JSON_E_DEPTH,
	JSON_E_DUPLICATE, /* key */
	JSON_E_KIND,      /* a well-formed value of another kind than the one asked for */
	JSON_E_LARGE,     /* too many keys in one object, or the arena is full */
};

#define JSON_KEYS_INLINE 48

/* Reads from front to back. All functions that return bool are false on error, and then so is every
 * later call; `error` says why. Texts without escapes are views into the input, others are in the
 * arena. */
struct json_key {
	const char *ptr;
	uint32_t len, hash;
};
struct json {
	const char *at, *end;
	struct arena *arena;
	int error; /* enum json_outcome, 0 while all is well */
	unsigned depth;
	uint64_t first;        /* bit per depth: nothing was read there yet */
	struct json_key *keys; /* of all open objects, to find duplicates */
	size_t keys_len, keys_cap;
	size_t keys_base[LIMIT_JSON_DEPTH + 1];
	struct json_key keys_inline[JSON_KEYS_INLINE];
};

void json_init(struct json *json, struct str text, struct arena *arena);
/* Kind of the next value, by its first character. */
enum json_kind json_peek(struct json *json);
/* Enter an object: then json_next_key until it is false, reading one value after each key. */
bool json_object(struct json *json);
bool json_next_key(struct json *json, struct str *ret_key);
/* The same without looking for duplicates, for a caller that does so itself (record.c). */
bool json_next_key_unchecked(struct json *json, struct str *ret_key);
/* Enter an array: then json_next until it is false, reading one value after each. */
bool json_array(struct json *json);
bool json_next(struct json *json);
bool json_str(struct json *json, struct str *ret_text);
bool json_number(struct json *json, struct str *ret_digits);
bool json_int(struct json *json, int64_t *ret_value); /* no fraction, no exponent, fits 64 bits */
bool json_bool(struct json *json, bool *ret_value);
bool json_null(struct json *json);
/* Passes over any value, checking it fully; gives its text. */
bool json_skip(struct json *json, struct str *ret_raw);
/* True when nothing but blanks is left and there was no error. */
bool json_end(struct json *json);
/* Short English words for an outcome. */
const char *json_error_text(int outcome);
/* Is the whole text one valid JSON value? */
bool json_valid(struct str text, struct arena *arena);

/* Looking into small texts by path ("payment.lines.0.id"): the value's text, or STR_NULL when the
 * text is no valid JSON or has nothing there. For tests and odd formats; messages have records. */
struct str json_get(struct str text, const char *path, struct arena *arena);
/* The same for strings, unescaped; false when absent or no string. */
bool json_get_str(struct str text, const char *path, struct arena *arena, struct str *ret);
bool json_get_int(struct str text, const char *path, struct arena *arena, int64_t *ret);

/* Writer. `key` names the member inside objects and is NULL inside arrays and at the top. Problems
 * (buffer full) show in buf->failed. Bytes that are no UTF-8, and NUL, are written as U+FFFD, so
 * the result is always valid JSON. */
struct json_out {
	struct buf *buf;
	bool comma; /* the next value follows another one */
};

void json_out_init(struct json_out *out, struct buf *buf);
void json_open_object(struct json_out *out, const char *key);
void json_close_object(struct json_out *out);
void json_open_array(struct json_out *out, const char *key);
void json_close_array(struct json_out *out);
void json_put_str(struct json_out *out, const char *key, struct str text);
void json_put_int(struct json_out *out, const char *key, int64_t value);
void json_put_bool(struct json_out *out, const char *key, bool value);
void json_put_null(struct json_out *out, const char *key);
/* As a number ("16.1", needless zeros dropped), and as text with all digits ("1.12000"). */
void json_put_fixed(struct json_out *out, const char *key, int64_t value, int scale);
void json_put_fixed_text(struct json_out *out, const char *key, int64_t value, int scale);
void json_put_id(struct json_out *out, const char *key, int64_t id); /* decimal text */
void json_put_time(struct json_out *out, const char *key,
	int64_t at_us); /* RFC 3339, milliseconds when not whole */
/* Text that is JSON already. */
void json_put_raw(struct json_out *out, const char *key, struct str raw);
/* A key with any text, for objects whose keys are data; the value's call follows with key NULL. */
void json_put_key(struct json_out *out, struct str key);
/* A key known to need no escapes. */
void json_put_plain_key(struct json_out *out, struct str key);
