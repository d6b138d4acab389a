/* exported.h - energy given back during charges <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/exported.h"
#include "store/store.h"

/* STORE_E_MISSING: that charge gave nothing back. */
int store_exported_get(
	struct db *db, struct arena *arena, int64_t session_id, struct exported *ret_exported);
/* Adds or changes it. */
int store_exported_put(struct db *db, const struct exported *exported);
