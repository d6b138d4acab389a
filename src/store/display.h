/* display.h - messages on piles' displays, and firmware that piles give on <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

/* sent -> shown -> clearing -> cleared; sent -> refused; sent, shown -> over (its time ended) */
struct display {
	int64_t id, tenant_id, pile_id;
	int64_t number; /* what the pile calls it */
	struct str content, format, language, priority;
	struct str shown_while; /* a state of the pile; empty: always */
	int64_t from_us, until_us;
	struct str state, error;
	int64_t user_id, created_us, done_us;
	int64_t order_id; /* for this charge, over with it; 0: for everybody */
};
/* STORE_E_UNIQUE: the number is taken. */
int store_display_add(struct db *db, const struct display *display);
/* State, error and end. */
int store_display_put(struct db *db, const struct display *display);
/* STORE_E_MISSING; texts in the arena. */
int store_display_get(struct db *db, struct arena *arena, int64_t id, struct display *ret);
/* All whose time ended are over. */
int store_display_end(struct db *db, int64_t now_us);
/* Some of those whose charge does not run any more. */
int store_display_charge_over(struct db *db, size_t most, int64_t *ret_ids, size_t *ret_len);

/* asked -> loading -> published -> withdrawing -> withdrawn; asked, loading -> failed */
struct publication {
	int64_t id, tenant_id, pile_id, firmware_id;
	int64_t number; /* of the request */
	struct str state, error;
	struct str place; /* addresses at which its neighbours find it, one a line */
	int64_t user_id, created_us, done_us;
};
/* STORE_E_UNIQUE: the number is taken. */
int store_publication_add(struct db *db, const struct publication *publication);
/* State, error, place and end. */
int store_publication_put(struct db *db, const struct publication *publication);
/* STORE_E_MISSING; texts in the arena. */
int store_publication_get(struct db *db, struct arena *arena, int64_t id, struct publication *ret);
int store_publication_by_number(struct db *db, struct arena *arena, int64_t pile_id, int64_t number,
	struct publication *ret);
