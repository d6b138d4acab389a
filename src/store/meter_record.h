/* meter_record.h - what a pile's meter signed about a transaction, as rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct meter_record {
	int64_t session_id, pile_id, counter, at_us;
	struct str why; /* "begin", "end" */
	struct str line, public_key;
	struct str state; /* "valid", or why not */
};
/* Keeps a record; one that is there already stays as it is. */
int store_meter_record_add(struct db *db, const struct meter_record *record);
/* The records of a transaction, begin first; at most two. Texts in the arena. */
int store_meter_record_list(struct db *db, struct arena *arena, int64_t session_id,
	struct meter_record **ret_records, size_t *ret_len);
/* Is the counter taken by another valid record of this pile? */
int store_meter_record_seen(struct db *db, const struct meter_record *record, bool *ret_seen);
/* The pile's public key as it last told; empty when it never did. */
int store_meter_record_key(
	struct db *db, struct arena *arena, int64_t pile_id, struct str *ret_key);
