/* record.h - JSON objects <-> structs by field tables (base/field.h): decode with validation, and
 * encode. */
#pragma once
#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"
#include "wire/json.h"

enum record_outcome {
	RECORD_E_JSON = 1, /* not JSON, or JSON we refuse (duplicate keys, depth ...) */
	RECORD_E_OBJECT,   /* the whole is no object */
	RECORD_E_UNKNOWN,  /* a field that the record does not have */
	RECORD_E_TYPE,     /* a value of another kind */
	RECORD_E_MISSING,  /* a required field is absent */
	RECORD_E_LENGTH,   /* text too long */
	RECORD_E_ENUM,     /* none of the names */
	RECORD_E_BOUNDS,   /* number out of bounds */
	RECORD_E_COUNT,    /* too few or too many elements */
	RECORD_E_FORMAT,   /* text that is no time, decimal or id */
};
#define RECORD_PATH_MAX 192

struct record_error {
	enum record_outcome kind;
	int json;                   /* enum json_outcome for RECORD_E_JSON */
	char path[RECORD_PATH_MAX]; /* "meterValue[0].sampledValue[2].unit"; "" for the whole */
};
enum record_mode {
	RECORD_STRICT = 0,  /* unknown fields are errors */
	RECORD_LENIENT = 1, /* unknown fields are passed over: answers of outside services */
};

/* Decodes the object `text` into the struct `ret` (record->size bytes, zeroed first). Lists, and
 * texts with escapes, live in `arena`; other texts are views into `text`. `ret_error` may be NULL.
 * Returns 0, RECORD_E_*, or FAULT_NOMEM. On an outcome *ret is half filled and must not be used. */
int record_decode(const struct record *record, struct str text, enum record_mode mode,
	struct arena *arena, void *ret, struct record_error *ret_error);
/* The same for a value inside a text that is being read. */
int record_read(const struct record *record, struct json *json, enum record_mode mode, void *ret,
	struct record_error *ret_error);
/* Appends the struct as a JSON object. Checks the same rules: what we send is valid, or RECORD_E_*
 * tells. An optional list is written when has_ is set or it has elements. Returns 0, RECORD_E_*, or
 * FAULT_NOMEM when the buffer is full. */
int record_encode(const struct record *record, const void *value, struct buf *buf,
	struct record_error *ret_error);
int record_write(const struct record *record, const void *value, struct json_out *out,
	const char *key, struct record_error *ret_error);
/* A sentence for people: "meterValue[0].timestamp: is no valid time". Lives in the arena. */
struct str record_error_text(const struct record_error *error, struct arena *arena);
