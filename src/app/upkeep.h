/* upkeep.h - what has to happen by itself in the care of piles: lists of cards, reservations,
 * firmware campaigns, uploads, running costs. */
#pragma once
#include "app/ctx.h"

/* Small batches, once a second. */
int upkeep_tick(struct ctx *ctx);
