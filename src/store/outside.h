/* outside.h - what was asked outside for piles, and contracts of vehicles as judged <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

/* What a responder said of a certificate; `status` "good", "revoked", "unknown", "failed". */
struct ocsp_answer {
	struct str key, status;
	bool proven; /* signed by one below our roots */
	struct str body;
	int64_t until_us, at_us;
};
/* STORE_E_MISSING: nothing that still holds at `now_us`. Texts in the arena. */
int store_ocsp_get(struct db *db, struct arena *arena, struct str key, int64_t now_us,
	struct ocsp_answer *ret_answer);
/* Adds or replaces; what does not hold any more is forgotten. */
int store_ocsp_put(struct db *db, const struct ocsp_answer *answer);

/* A list of revoked certificates as it was fetched last (app/revocations.h). */
struct fetched_list {
	struct str url, state, pem, issuer;
	int64_t revoked, from_us, until_us, ask_us, at_us, read_us;
};
#define STORE_LISTS_MOST 32 /* addresses that are remembered */
/* STORE_E_MISSING; texts in the arena. */
int store_list_get(struct db *db, struct arena *arena, struct str url, struct fetched_list *ret);
/* Adds or replaces; the oldest beyond STORE_LISTS_MOST are forgotten. */
int store_list_put(struct db *db, const struct fetched_list *list);
/* Without their texts, looked at last first. */
int store_list_recent(struct db *db, struct arena *arena,
	struct fetched_list ret_lists[STORE_LISTS_MOST], size_t *ret_len);

/* The last verdict on a contract at a pile. STORE_E_MISSING: none was asked for. */
int store_verdict_get(struct db *db, int64_t pile_id, struct str emaid, int *ret_verdict);
int store_verdict_put(
	struct db *db, int64_t pile_id, struct str emaid, int verdict, int64_t now_us);
