/* cbor_io.h - CBOR (RFC 8949), the small strict part that our codes use: integers, byte and text
 * strings, arrays, maps, tags, true, false, null, always in deterministic form (section 4.2.1).
 * Refused: anything longer than needed, indefinite lengths, floats, undefined, other simple values,
 * texts that are no UTF-8, nesting over CBOR_DEPTH, counts that cannot fit into what is left. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define CBOR_DEPTH 8

enum cbor_kind {
	CBOR_NONE = 0, /* no item here: an error, or the end */
	CBOR_INT,      /* of either sign, within int64 */
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_ARRAY,
	CBOR_MAP,
	CBOR_TAG,
	CBOR_BOOL,
	CBOR_NULL,
};

/* Reads from front to back. All functions that return bool are false on error, and then so is every
 * later call. Views point into the input. */
struct cbor_in {
	const uint8_t *at, *end;
	unsigned depth;
	bool bad;
};
void cbor_open(struct cbor_in *in, struct str bytes);
/* Kind of the next item. */
enum cbor_kind cbor_peek(struct cbor_in *in);
bool cbor_take_int(struct cbor_in *in, int64_t *ret_value);
bool cbor_take_bytes(struct cbor_in *in, struct str *ret_bytes);
bool cbor_take_text(struct cbor_in *in, struct str *ret_text);
/* Enter an array or map: *ret_count items (pairs) follow. */
bool cbor_take_array(struct cbor_in *in, size_t *ret_count);
bool cbor_take_map(struct cbor_in *in, size_t *ret_count);
bool cbor_take_tag(struct cbor_in *in, uint64_t *ret_tag);
/* The next key of a map whose keys are integers: must be above the one before in deterministic
 * order. `*last` starts with CBOR_NO_KEY. */
#define CBOR_NO_KEY INT64_MIN
bool cbor_take_key(struct cbor_in *in, int64_t *last);
/* Passes over any item, checking all of it. */
bool cbor_skip(struct cbor_in *in);
/* True when all was read without an error. */
bool cbor_end(const struct cbor_in *in);

/* Appends; problems show in buf->failed. */
void cbor_put_int(struct buf *buf, int64_t value);
void cbor_put_bytes(struct buf *buf, struct str bytes);
void cbor_put_text(struct buf *buf, struct str text);
void cbor_put_array(struct buf *buf, size_t count);
void cbor_put_map(struct buf *buf, size_t count);
void cbor_put_tag(struct buf *buf, uint64_t tag);
