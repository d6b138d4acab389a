/* vehicle.h - vehicles known by their network address <-> rows; what piles saw of them, and what
 * operators trust them with. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/vid.h"
#include "store/store.h"

/* A vehicle of a tenant with what its member's row says. STORE_E_MISSING; texts in the arena. */
int store_vehicle_find(
	struct db *db, struct arena *arena, int64_t tenant_id, struct str vid, struct vid *ret_vid);
int store_vehicle_get(struct db *db, struct arena *arena, int64_t id, struct vid *ret_vid);
int store_vehicle_count(struct db *db, int64_t member_id, int64_t *ret_count);
/* STORE_E_UNIQUE: the tenant has it already. */
int store_vehicle_add(struct db *db, const struct vid *vid);
/* Everything but whose it is. STORE_E_STALE: changed meanwhile. Raises the version. */
int store_vehicle_put(struct db *db, struct vid *vid);
/* Also where it was seen. */
int store_vehicle_drop(struct db *db, const struct vid *vid);
/* What its orders since `since_us` came to. */
int store_vehicle_spent(
	struct db *db, int64_t tenant_id, struct str vid, int64_t since_us, int64_t *ret_minor);

/* What a pile told last of a vehicle. */
struct vehicle_sight {
	int64_t pile_id;
	struct str vid;
	int64_t connector_no; /* 0: not known; -1: it has left */
	struct str second, kind;
	bool contradicts;
	int64_t told_us, refused_us; /* refused as unknown; 0: it was not */
};
/* STORE_E_MISSING. */
int store_vehicle_sight(struct db *db, struct arena *arena, int64_t pile_id, struct str vid,
	struct vehicle_sight *ret_sight);
/* Adds or replaces, and forgets what is older than `keep_us`. */
int store_vehicle_sight_put(struct db *db, const struct vehicle_sight *sight, int64_t keep_us);
/* The last one refused at an outlet since then. STORE_E_MISSING. */
int store_vehicle_refused(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	int64_t since_us, struct vehicle_sight *ret_sight);
/* The outlet is empty. */
int store_vehicle_gone(struct db *db, int64_t pile_id, int64_t connector_no);
/* How many different ones were refused at a pile since then. */
int store_vehicle_guesses(struct db *db, int64_t pile_id, int64_t since_us, int64_t *ret_count);

/* Off when the operator never said anything. */
int store_vehicle_policy(struct db *db, int64_t tenant_id, struct vid_policy *ret_policy);
int store_vehicle_policy_put(struct db *db, int64_t tenant_id, const struct vid_policy *policy);
