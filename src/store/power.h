/* power.h - sites with a limit and their outlets <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/power.h"
#include "store/store.h"

#define STORE_OUTLETS_MOST 256 /* of one site */

/* STORE_E_MISSING: the site has no limit. */
int store_site_power_get(
	struct db *db, struct arena *arena, int64_t site_id, struct site_power *ret_power);
/* The sites with a limit behind `after_id`, at most `most`. */
int store_site_power_after(
	struct db *db, int64_t after_id, size_t most, int64_t *ret_ids, size_t *ret_len);
/* Adds one with revision 1. */
int store_site_power_add(struct db *db, const struct site_power *power);
/* STORE_E_STALE; raises the revision. */
int store_site_power_put(struct db *db, struct site_power *power);
int store_site_power_delete(struct db *db, int64_t site_id);
/* All outlets of a site's approved piles, by name of the pile, each once. */
int store_outlet_powers(struct db *db, struct arena *arena, int64_t site_id,
	struct outlet_power **ret_outlets, size_t *ret_len);
/* Its own columns. */
int store_outlet_power_put(struct db *db, const struct outlet_power *outlet);
/* Nothing is known any more of what this pile was told. */
int store_outlet_power_forget(struct db *db, int64_t pile_id);
