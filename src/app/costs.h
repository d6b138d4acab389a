/* costs.h - the running cost of a charge, told to piles that can show it. Answers to a pile's own
 * messages carry the cost where the protocol has a place for it (2.x); what they cannot tell in
 * time is told here: to 1.6 piles always, to 2.x piles what readings outside of transactions and
 * idle time have changed. Told at most every COSTS_EVERY_US, and only what is new. */
#pragma once
#include "app/ctx.h"
#include "domain/order.h"

#define COSTS_EVERY_US (INT64_C(30) * 1000000)

/* The name under which a 1.6 pile says that it shows the cost. */
#define COSTS_SETTING "LeydenDisplay"

/* The pile said whether it shows the cost. */
int costs_wanted(struct ctx *ctx, int64_t pile_id, bool wanted);
/* A charge began. */
int costs_began(struct ctx *ctx, const struct order *order);
/* Every second: tells what is due. */
int costs_tick(struct ctx *ctx);
