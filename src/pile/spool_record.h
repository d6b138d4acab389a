/* spool_record.h - the bytes of the spool's journal records: a type, then fixed fields in little
 * endian and texts with their length before them. Read with every bound checked: the journal's link
 * proves a record whole, not sensible. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/spool.h"

#define SPOOL_RECORD_BYTES_MAX 256 /* of every type but a note */

enum spool_record_type {
	SPOOL_RECORD_ENTRY = 1,
	SPOOL_RECORD_DONE,     /* number: seq of the answered message */
	SPOOL_RECORD_CONFIRM,  /* tx: id, server_id, confirmed, refused, abandoned */
	SPOOL_RECORD_TX,       /* tx: all of it (rewritten journals) */
	SPOOL_RECORD_REGISTER, /* connector, reg */
	SPOOL_RECORD_NOTE,     /* key, value */
	SPOOL_RECORD_COUNTERS, /* number: next seq; tx.id: next transaction (rewritten journals) */
};

struct spool_record {
	enum spool_record_type type;
	uint8_t connector;
	int64_t number;
	struct spool_entry entry;
	struct spool_tx tx;
	struct spool_register reg;
	struct str key, value;
};

struct spool_bytes {
	char bytes[JOURNAL_RECORD_MAX];
};

/* The record as bytes, a view into `room`. */
struct str spool_record_write(const struct spool_record *record, struct spool_bytes *room);
/* False when the bytes are no record; views of the result point into `payload`. */
bool spool_record_read(struct str payload, struct spool_record *ret);
