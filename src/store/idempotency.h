/* idempotency.h - the answers already given to money calls, by the caller's key. */
#pragma once
#include "base/arena.h"
#include "db/db.h"

enum idempotency_outcome {
	IDEMPOTENCY_E_NONE = 1,  /* this key was never used */
	IDEMPOTENCY_E_TAKEN = 2, /* another call stored the key first */
};
struct idempotency {
	struct str key;          /* with the caller's scope in front */
	struct str request_hash; /* what was asked */
	int64_t status;
	struct str body;
	int64_t at_us;
};
int store_idempotency_get(
	struct db *db, struct str key, struct arena *arena, struct idempotency *ret_answer);
int store_idempotency_add(struct db *db, const struct idempotency *answer);
/* Forgets answers given at or before `until_us`. */
int store_idempotency_prune(struct db *db, int64_t until_us);
