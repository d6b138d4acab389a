/* audit.h - who did what: append only, each row carries the hash of itself and the row before, per
 * tenant. */
#pragma once
#include "base/arena.h"
#include "base/id.h"
#include "db/db.h"

enum audit_outcome {
	AUDIT_E_BROKEN = 1, /* a row was changed, removed or added beside us */
};
struct audit {
	int64_t id, tenant_id, staff_id, at_us;
	struct str action;  /* "pile.approve" */
	struct str subject; /* "pile:123" */
	struct str detail;  /* JSON object, no secrets */
};
/* Appends. FAULT_BUSY when another writer extended the chain meanwhile (the lane runs the job
 * again). */
int store_audit_add(struct db *db, const struct audit *audit, struct arena *arena);
/* Walks the whole chain of a tenant. AUDIT_E_BROKEN with the id of the first bad row (0: rows
 * missing at the end). */
int store_audit_check(struct db *db, int64_t tenant_id, struct arena *arena, int64_t *ret_rows,
	int64_t *ret_bad_id);
