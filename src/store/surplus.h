/* surplus.h - money of drivers who have no account with us <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct surplus {
	int64_t id;
	int64_t payment_id; /* which took it; 0: none did */
	struct str kind;    /* terminal: taken beyond the bill; feed_in: for energy given back */
	int64_t tenant_id, order_id;
	int64_t amount_minor;
	struct str currency;
	int64_t at_us;
	struct str way; /* app/surplus.h; empty: not given back yet */
	int64_t member_id;
	struct str reference;
	int64_t staff_id, done_us;
};
int store_surplus_add(struct db *db, const struct surplus *surplus);
/* STORE_E_MISSING; texts in the arena. */
int store_surplus_get(struct db *db, struct arena *arena, int64_t id, struct surplus *ret_surplus);
int store_surplus_of_order(
	struct db *db, struct arena *arena, int64_t order_id, struct surplus *ret_surplus);
/* Way, member, reference, who and when; STORE_E_STALE: it went back before. */
int store_surplus_give(struct db *db, const struct surplus *surplus);
