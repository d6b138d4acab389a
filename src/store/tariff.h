/* tariff.h - price versions <-> rows. The stored text is the truth; the columns beside it are for
 * lists. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/tariff.h"
#include "store/store.h"

/* Adds a version: tenant_id, name, currency and prices are read; series_id 0 begins a new series
 * (its id is the row's). Fills id from `id`, series_id, version, hash and created_us in *tariff.
 * STORE_E_MISSING when the series belongs to another tenant, STORE_E_UNIQUE when another version
 * came first (try again). */
int store_tariff_add(struct db *db, struct arena *arena, int64_t id, int64_t valid_from_us,
	int64_t staff_id, int64_t now_us, struct tariff *tariff);
/* STORE_E_MISSING when there is none. A version never changes, so the connection remembers it;
 * _read asks the table and checks the hash again each time. */
int store_tariff_get(struct db *db, struct arena *arena, int64_t id, struct tariff *ret_tariff);
int store_tariff_read(struct db *db, struct arena *arena, int64_t id, struct tariff *ret_tariff);
int store_tariff_by_hash(struct db *db, struct arena *arena, int64_t tenant_id, struct str hash,
	struct tariff *ret_tariff);
/* The version of a series that is in force at `at_us`. STORE_E_MISSING when none is yet. */
int store_tariff_current(struct db *db, struct arena *arena, int64_t series_id, int64_t at_us,
	struct tariff *ret_tariff);
