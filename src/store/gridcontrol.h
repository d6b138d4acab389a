/* gridcontrol.h - the grid's controls of energy that flows back <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct grid_control {
	int64_t pile_id;
	struct str name, kind;
	bool is_default;
	struct str state; /* "set", "superseded", "started", "ended" */
	struct str body;
	int64_t at_us;
};
int store_grid_control_put(struct db *db, const struct grid_control *control);
/* A name that is not kept changes nothing. */
int store_grid_control_state(
	struct db *db, int64_t pile_id, struct str name, struct str state, int64_t now_us);
/* Defaults or scheduled ones; an empty name or kind means any. */
int store_grid_control_clear(
	struct db *db, int64_t pile_id, bool is_default, struct str name, struct str kind);
