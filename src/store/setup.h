/* setup.h - wanted settings <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct setup {
	int64_t id, tenant_id;
	struct str name;
	int64_t created_us, revision;
};
int store_setup_add(struct db *db, const struct setup *setup);
int store_setup_get(struct db *db, struct arena *arena, int64_t id, struct setup *ret);
/* The name; raises the revision. STORE_E_STALE. */
int store_setup_put(struct db *db, struct setup *setup);
/* With its values and its piles. */
int store_setup_delete(struct db *db, int64_t id);
int store_setup_values_clear(struct db *db, int64_t setup_id);
int store_setup_value_add(struct db *db, int64_t setup_id, struct str name, struct str value);
int store_setup_piles_clear(struct db *db, int64_t setup_id);
/* Takes the pile from any other setup. */
int store_setup_pile_put(struct db *db, int64_t setup_id, int64_t pile_id);

/* One wanted setting of a pile beside what the pile reported. */
struct drift {
	struct str name, wanted;
	bool known; /* the pile has reported it */
	struct str actual;
	bool readonly;
};
/* Of the pile's setup, by name; none when it has no setup. */
int store_drift(struct db *db, struct arena *arena, int64_t pile_id, struct drift **ret_drift,
	size_t *ret_len);
int store_setup_pushed(struct db *db, int64_t pile_id, struct str name, struct str value,
	struct str result, int64_t now_us);
/* The answer to what was pushed. */
int store_setup_push_result(
	struct db *db, int64_t pile_id, struct str name, struct str result, int64_t now_us);
