/* transaction.h - transactions as OCPP 2.x piles name them, and where their outlets are <-> rows.
 */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

/* What is known of a transaction, whatever order its events came in. */
struct pile_transaction {
	int64_t pile_id;
	struct str name;      /* the pile's own id */
	int64_t number;       /* ours: session.transaction_id */
	int64_t session_id;   /* 0: nothing to charge for is known yet */
	int64_t connector_no; /* 0: not told */
	struct str id_tag;    /* empty: not told */
	struct str charging_state;
	int64_t start_us;        /* 0: not told */
	int64_t meter_start_dwh; /* -1: not told */
	int64_t end_us;          /* 0: not ended */
	int64_t meter_end_dwh;   /* -1: not told */
	struct str reason;
	int64_t seq_top;          /* the highest number seen, -1 none */
	int64_t seq_seen;         /* bit n: number seq_top - 1 - n was seen */
	int64_t started;          /* 1: its Started event was seen */
	int64_t told_limit_minor; /* the money limit that an answer told last; -1 none */
	int64_t told_minor;       /* the cost that the last answer told; -1 none */
};
/* STORE_E_MISSING; texts in the arena. */
int store_transaction_get(struct db *db, struct arena *arena, int64_t pile_id, struct str name,
	struct pile_transaction *ret_transaction);
/* The pile's name of a transaction with our number. STORE_E_MISSING. */
int store_transaction_name(
	struct db *db, struct arena *arena, int64_t pile_id, int64_t number, struct str *ret_name);
/* Adds or replaces. */
int store_transaction_put(struct db *db, const struct pile_transaction *transaction);
/* Keeps all but what tells it from others and where it began (number, connector, tag, begin). */
int store_transaction_seen(struct db *db, const struct pile_transaction *transaction);

/* The number by which we know an outlet; *ret_no 0: never told. */
int store_outlet_no(struct db *db, int64_t pile_id, int64_t evse, int64_t outlet, int64_t *ret_no);
/* Gives an outlet a number: that of its equipment for the first outlet, if it is free, else the
 * next one. */
int store_outlet_add(struct db *db, int64_t pile_id, int64_t evse, int64_t outlet, int64_t *ret_no);
/* Equipment and outlet of a connector; a connector never told is the first outlet of the equipment
 * with its number. */
int store_outlet_at(
	struct db *db, int64_t pile_id, int64_t no, int64_t *ret_evse, int64_t *ret_outlet);
