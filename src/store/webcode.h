/* webcode.h - codes on piles' screens that change with the time <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

/* A screen: of the outlets of one equipment, or (evse 0) of the whole pile. */
struct webcode {
	int64_t id, pile_id, tenant_id, evse;
	struct str mode, state;   /* words: app/webcodes.h */
	int64_t generation, told; /* of the secret: sent last, taken */
	struct str error;
	int64_t failures, due_us, synced_us, revision;
};
/* STORE_E_MISSING; texts in the arena. */
int store_webcode_get(struct db *db, struct arena *arena, int64_t id, struct webcode *ret);
/* The screen that an outlet's code is shown on. STORE_E_MISSING. */
int store_webcode_at(
	struct db *db, struct arena *arena, int64_t pile_id, int64_t evse, struct webcode *ret);
int store_webcode_of_pile(struct db *db, struct arena *arena, int64_t pile_id, size_t most,
	struct webcode *ret, size_t *ret_len);
/* STORE_E_UNIQUE: there is one. */
int store_webcode_add(struct db *db, const struct webcode *code);
/* STORE_E_STALE: changed meanwhile. */
int store_webcode_put(struct db *db, struct webcode *code);
int store_webcode_due(
	struct db *db, int64_t now_us, size_t most, int64_t *ret_ids, size_t *ret_len);

/* A code that was shown to us. */
struct webscan {
	int64_t id, pile_id, connector_no;
	int64_t step; /* 0: it was not right */
	struct str ticket, remote;
	int64_t at_us;
	int64_t limit_minor, limit_dwh, limit_s; /* chosen at the pile, 0 none */
};
int store_webscan_add(struct db *db, const struct webscan *scan);
/* STORE_E_MISSING: nobody used that code yet. */
int store_webscan_at(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	int64_t step, struct webscan *ret);
/* STORE_E_MISSING. */
int store_webscan_by_ticket(
	struct db *db, struct arena *arena, struct str ticket, struct webscan *ret);
/* Wrong codes of an address since a moment. */
int store_webscan_wrong(struct db *db, struct str remote, int64_t since_us, int64_t *ret_count);
int store_webscan_forget(struct db *db, int64_t before_us);
