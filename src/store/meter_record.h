/* meter_record.h - what a pile's meter signed about a transaction, and the key it is known by, as
 * rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct meter_record {
	int64_t session_id, pile_id, connector_no, counter, at_us;
	struct str why; /* "begin", "end" */
	struct str line, public_key;
	struct str format, method; /* as the pile named them: "OCMF"; how it was signed, or empty */
	struct str state;          /* "valid", or why not */
};
/* Keeps a record; one that is there already stays as it is. */
int store_meter_record_add(struct db *db, const struct meter_record *record);
/* The records of a transaction, begin first; at most two. Texts in the arena. */
int store_meter_record_list(struct db *db, struct arena *arena, int64_t session_id,
	struct meter_record **ret_records, size_t *ret_len);
/* Is the counter taken by another valid record of this pile? */
int store_meter_record_seen(struct db *db, const struct meter_record *record, bool *ret_seen);
/* The public key of an outlet as the pile last told it in its settings (MeterPublicKey[n]) or its
 * device model (FiscalMetering.PublicKey); empty when it never did. */
int store_meter_record_key(struct db *db, struct arena *arena, int64_t pile_id,
	int64_t connector_no, struct str *ret_key);

/* Readings of a transaction that charges nobody yet: kept by the pile's name of it. */
int store_meter_early_add(struct db *db, struct str name, const struct meter_record *record);
/* Begin first, at most two; texts in the arena. */
int store_meter_early_list(struct db *db, struct arena *arena, int64_t pile_id, struct str name,
	struct meter_record **ret_records, size_t *ret_len);
int store_meter_early_drop(struct db *db, int64_t pile_id, struct str name);
/* Of transactions that never charged anybody. */
int store_meter_early_forget(struct db *db, int64_t before_us);

/* The key by which a meter is known. */
struct meter_key {
	int64_t pile_id, connector_no;
	struct str public_key;
	int64_t since_us;
	int64_t staff_id;     /* who took it for good after a change; 0: the first one */
	struct str other_key; /* another one that signs now; empty: none */
	int64_t other_us;
};
#define STORE_METER_KEYS_MOST 64
/* STORE_E_MISSING; texts in the arena. */
int store_meter_key_get(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	struct meter_key *ret_key);
/* By outlet, at most STORE_METER_KEYS_MOST. */
int store_meter_key_list(struct db *db, struct arena *arena, int64_t pile_id,
	struct meter_key **ret_keys, size_t *ret_len);
/* Adds or replaces. */
int store_meter_key_put(struct db *db, const struct meter_key *key);
/* Records that waited for this key are valid from now on. */
int store_meter_key_trust(struct db *db, const struct meter_key *key);
