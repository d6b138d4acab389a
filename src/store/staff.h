/* staff.h - the people who sign in, as rows. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "db/db.h"

enum staff_outcome {
	STAFF_E_NONE = 1,  /* no such person */
	STAFF_E_TAKEN = 2, /* the login exists already */
};
struct staff {
	int64_t id, tenant_id;
	struct str login, name;
	struct str role; /* admin, operator, finance, auditor, installer */
	struct str password_hash;
	struct str language;
	bool disabled;
	int64_t created_us;
};
/* By login name (stored lower case). STAFF_E_NONE. Texts in the arena. */
int store_staff_by_login(
	struct db *db, struct str login, struct arena *arena, struct staff *ret_staff);
/* Adds a person with a ready password hash. STAFF_E_TAKEN. */
int store_staff_add(struct db *db, const struct staff *staff);
/* Sets a new password hash. STAFF_E_NONE. */
int store_staff_password(struct db *db, int64_t staff_id, struct str password_hash);
