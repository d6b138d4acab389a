/* offline.h - keys of piles and orders for piles without network <-> rows. */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "db/db.h"
#include "store/store.h"

struct pile_key {
	struct str kind;         /* sign_kind_name */
	struct str public;       /* hex */
	int64_t state;           /* enum offline_key_state */
	int64_t at_us, until_us; /* since when it is known; when it was replaced or revoked */
};
/* Adding one that is there changes nothing. */
int store_pile_key_add(struct db *db, int64_t pile_id, const struct pile_key *key);
/* Its state and `until_us`. */
int store_pile_key_put(struct db *db, int64_t pile_id, const struct pile_key *key);
/* Forgets what is only offered. */
int store_pile_key_drop_offered(struct db *db, int64_t pile_id);
/* At most `most`, newest first. */
int store_pile_keys(struct db *db, struct arena *arena, int64_t pile_id, size_t most,
	struct pile_key *ret_keys, size_t *ret_len);

/* Which of our keys a pile said it has, with blanks between; empty when it never said. */
int store_pile_trust_put(struct db *db, int64_t pile_id, struct str kids, int64_t now_us);
int store_pile_trust(struct db *db, struct arena *arena, int64_t pile_id, struct str *ret_kids);

/* What an order for a pile without network has beside the order. */
struct offline_row {
	int64_t order_id, pile_id, connector_no;
	int64_t nonce;
	struct str driver;
	int64_t limit_s, limit_dwh;
	int64_t offset_min;
	int64_t issued_us, valid_us; /* 0: no start code was made */
	struct str kid, code;
	int64_t serial; /* 0: not settled by code */
	int64_t settled_us, amount_minor;
	struct str content;
};
int store_offline_add(struct db *db, const struct offline_row *row);
/* STORE_E_MISSING. */
int store_offline_get(
	struct db *db, struct arena *arena, int64_t order_id, struct offline_row *ret_row);
/* A start code was made. */
int store_offline_issue(struct db *db, const struct offline_row *row);
/* The order gets the tag and connector of its start code. FAULT_BUSY as store_order_put. */
struct order;
int store_offline_tag(struct db *db, struct order *order);
/* Its settlement came; once. STORE_E_UNIQUE: the pile used this number for another order. */
int store_offline_settle(struct db *db, const struct offline_row *row);
/* The order that a pile's settlement of this number belongs to, 0 none. */
int store_offline_serial(struct db *db, int64_t pile_id, int64_t serial, int64_t *ret_order_id);
/* Token of the oldest order this driver has not settled; empty when there is none. */
int store_offline_unsettled(
	struct db *db, struct arena *arena, struct str driver, struct str *ret_token);
