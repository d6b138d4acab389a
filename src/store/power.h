/* power.h - sites with a limit and their outlets <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/power.h"
#include "store/store.h"

#define STORE_OUTLETS_MOST SHARE_CARS_MAX /* of one site */
#define STORE_SIGNALS_MOST 64             /* of one site, not yet over */

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
/* All outlets of a site's approved piles, by name of the pile, each once; STORE_OUTLETS_MOST + 1
 * of them when there are more. */
int store_outlet_powers(struct db *db, struct arena *arena, int64_t site_id,
	struct outlet_power **ret_outlets, size_t *ret_len);
/* Those of one pile, by number. */
int store_outlet_powers_of_pile(struct db *db, struct arena *arena, int64_t pile_id,
	struct outlet_power **ret_outlets, size_t *ret_len);
/* How many outlets a site's approved piles have. */
int store_outlet_count(struct db *db, int64_t site_id, int64_t *ret_count);
/* Its own columns. */
int store_outlet_power_put(struct db *db, const struct outlet_power *outlet);
/* Nothing is known any more of what this pile was told. */
int store_outlet_power_forget(struct db *db, int64_t pile_id);

/* What the charge of an order may take at most; 0: nobody said. Added once. */
int store_start_limit_add(struct db *db, int64_t order_id, int64_t most_w);
int store_start_limit_get(struct db *db, int64_t order_id, int64_t *ret_most_w);

/* The circuits of a site, oldest first, at most SHARE_CIRCUITS_MAX. */
int store_site_circuits(struct db *db, struct arena *arena, int64_t site_id,
	struct power_circuit **ret_circuits, size_t *ret_len);
/* STORE_E_MISSING. */
int store_site_circuit_get(
	struct db *db, struct arena *arena, int64_t id, struct power_circuit *ret_circuit);
int store_site_circuit_add(struct db *db, const struct power_circuit *circuit);
/* STORE_E_STALE; raises the revision. */
int store_site_circuit_put(struct db *db, struct power_circuit *circuit);
/* Its outlets hang straight at the site then. */
int store_site_circuit_delete(struct db *db, int64_t id);
/* What was signalled to a site and is not over at `now_us`, the earliest end first. */
int store_site_signals(struct db *db, struct arena *arena, int64_t site_id, int64_t now_us,
	struct power_signal **ret_signals, size_t *ret_len);
/* STORE_E_MISSING. */
int store_site_signal_get(
	struct db *db, struct arena *arena, int64_t id, struct power_signal *ret_signal);
int store_site_signal_add(struct db *db, const struct power_signal *signal);
int store_site_signal_delete(struct db *db, int64_t id);
/* Forgets what was over before `before_us`. */
int store_site_signal_forget(struct db *db, int64_t site_id, int64_t before_us);
