/* exported.h - energy given back during charges <-> rows: the register, its payable half hours, and
 * when giving back was allowed. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/exported.h"
#include "store/store.h"

#define STORE_RIGHTS_MOST 64 /* of one charge; the oldest count */

/* STORE_E_MISSING: that charge gave nothing back. */
int store_exported_get(
	struct db *db, struct arena *arena, int64_t session_id, struct exported *ret_exported);
/* Adds or changes it. */
int store_exported_put(struct db *db, const struct exported *exported);
/* Payable energy per half hour, as store_session_usage. */
int store_exported_usage_add(
	struct db *db, int64_t session_id, const struct session_change *change);
int store_exported_usage(struct db *db, struct arena *arena, int64_t session_id,
	struct usage **ret_usage, size_t *ret_len);
/* Oldest first, at most STORE_RIGHTS_MOST; ret_rights must hold so many. */
int store_exported_rights(struct db *db, int64_t session_id,
	struct exported_right ret_rights[STORE_RIGHTS_MOST], size_t *ret_len);
/* Adds one, or gives the one of that beginning its end. */
int store_exported_right_put(struct db *db, int64_t session_id, const struct exported_right *right);
