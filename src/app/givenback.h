/* givenback.h - readings of what cars give back: kept with the charge beside its order's energy,
 * and what of them is paid for, which is only what grew while giving back was allowed
 * (domain/exported.h, ARCHITECTURE, the decisions on energy that flows back). */
#pragma once
#include "app/ctx.h"
#include "domain/exported.h"
#include "store/session.h"

/* Takes the readings of a running or ending charge, before it is priced. Readings without the
 * register cost nothing. What is odd for the first time stands in the order's timeline. */
int givenback_take(
	struct ctx *ctx, const struct scene *scene, const struct reading *readings, size_t len);
/* The same by the session's id, for readings that came beside the charge's own messages; one that
 * is over hears nothing any more, for its bill is made. */
int givenback_told(struct ctx *ctx, int64_t session_id, const struct reading *readings, size_t len);
/* The pile accepted that the charge it knows by this name may give back (or may no more), since
 * `from_us` by our clock. */
int givenback_allowed(struct ctx *ctx, int64_t pile_id, struct str name, bool may, int64_t from_us);
