/* cost.h - which piles are told the running cost of which charges <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct cost_watch {
	int64_t order_id, pile_id;
	int64_t told_minor; /* what the pile was told last of our own accord; -1: nothing */
};
/* Can the pile show the cost of a charge? False for one nobody knows. */
int store_cost_wanted(struct db *db, int64_t pile_id, bool *ret_wanted);
int store_cost_want(struct db *db, int64_t pile_id, bool wanted);
/* A charge is watched from now on; once more changes nothing. */
int store_cost_watch(struct db *db, const struct cost_watch *watch, int64_t due_us);
/* Those that are due, longest waiting first. */
int store_cost_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct cost_watch **ret_watches, size_t *ret_len);
int store_cost_put(struct db *db, const struct cost_watch *watch, int64_t due_us);
int store_cost_drop(struct db *db, int64_t order_id);
/* What the last answer to a 2.x transaction told; -1: nothing, or no such transaction. */
int store_cost_answered(struct db *db, int64_t pile_id, int64_t number, int64_t *ret_minor);
