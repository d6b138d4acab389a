/* piletariff.h - the price each pile has been told <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct piletariff {
	int64_t pile_id, tenant_id;
	struct str state;   /* app/tariffs.c has the drawing */
	struct str wanted;  /* hash of the price that was sent last */
	struct str told;    /* hash of the price it took; empty: none */
	struct str strange; /* ids of other prices found there, one a line */
	struct str error;
	int64_t drifts; /* how often it was found with another price than it was told */
	int64_t failures;
	int64_t due_us; /* 0: when something happens */
	int64_t checked_us, synced_us;
	int64_t revision;
};
/* STORE_E_MISSING; texts in the arena. */
int store_piletariff_get(
	struct db *db, struct arena *arena, int64_t pile_id, struct piletariff *ret);
/* STORE_E_UNIQUE: there is one. */
int store_piletariff_add(struct db *db, const struct piletariff *tariff);
/* STORE_E_STALE: changed meanwhile. */
int store_piletariff_put(struct db *db, struct piletariff *tariff);
int store_piletariff_due(
	struct db *db, int64_t now_us, size_t most, int64_t *ret_piles, size_t *ret_len);
/* All piles of an operator that have their price are looked at from `due_us` on. */
int store_piletariff_touch(struct db *db, int64_t tenant_id, int64_t due_us);
/* Does the pile show or calculate prices? False for one nobody knows. */
int store_piletariff_wanted(struct db *db, int64_t pile_id, bool *ret_wanted);
int store_piletariff_want(struct db *db, int64_t pile_id, bool wanted);
