/* givenback.h - readings of what cars give back: kept with the charge, beside its order's energy,
 * and never part of its price (ARCHITECTURE, the decision on energy that flows back). */
#pragma once
#include "app/ctx.h"
#include "domain/exported.h"

/* Takes the readings of a running or ending charge. Readings without the register cost nothing. */
int givenback_take(struct ctx *ctx, int64_t session_id, const struct reading *readings, size_t len);
