/* cbor_record.h - structs by field tables (base/field.h) <-> small CBOR maps: the key of a field is
 * its place in the table, counted from 1. Kinds that a code needs: INT, ID, STR, INTS, OBJ. */
#pragma once
#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"

enum cbor_record_outcome {
	CBOR_RECORD_E_FORM = 1,    /* no deterministic CBOR, or no map of this shape */
	CBOR_RECORD_E_UNKNOWN = 2, /* a key the table does not have */
	CBOR_RECORD_E_MISSING = 3,
	CBOR_RECORD_E_BOUNDS = 4,
};

/* All of `bytes` must be one map. Texts are views into `bytes`, lists live in the arena. Returns 0,
 * CBOR_RECORD_E_*, or FAULT_NOMEM. On an outcome *ret is half filled and must not be used. */
int cbor_record_read(const struct record *record, struct str bytes, struct arena *arena, void *ret);
/* Appends the struct as a map; checks the same bounds. Returns 0, CBOR_RECORD_E_BOUNDS, or
 * FAULT_NOMEM when the buffer is full. */
int cbor_record_write(const struct record *record, const void *value, struct buf *buf);
