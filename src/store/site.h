/* site.h - places with piles <-> rows; and the operator (tenant) they belong to. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/station.h"
#include "store/store.h"

/* STORE_E_MISSING; texts in the arena. */
int store_site_get(struct db *db, struct arena *arena, int64_t id, struct site *ret_site);
int store_site_add(struct db *db, const struct site *site);
/* STORE_E_STALE when the version is not the one read. */
int store_site_put(struct db *db, const struct site *site);
/* The first operator and its first site (0: it has none). STORE_E_MISSING: no operator at all. */
int store_site_first(struct db *db, int64_t *ret_tenant_id, int64_t *ret_site_id);
int store_tenant_add(
	struct db *db, int64_t id, struct str name, struct str currency, int64_t now_us);
