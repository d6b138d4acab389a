/* costs.h - the running cost of a charge, told to piles that can show it. Answers to a pile's own
 * messages carry the cost where the protocol has a place for it (2.x); what they cannot tell in
 * time is told here: to 1.6 piles always, to 2.x piles what readings outside of transactions and
 * idle time have changed. Told at most every COSTS_EVERY_US, and only what is new. */
#pragma once
#include "app/ctx.h"
#include "domain/order.h"

#define COSTS_EVERY_US (INT64_C(30) * 1000000)

/* The name under which a pile of ours says that it shows the cost and the price: a key of 1.6, a
 * variable of 2.x. */
#define COSTS_SETTING "LeydenDisplay"
#define COSTS_COMPONENT "LeydenCtrlr"

/* Does a pile of 2.x show prices as well? Such a one, which is ours, is told in the house's own
 * words (DataTransfer) when a charge began and when the price changed. */
int costs_shows_prices(struct ctx *ctx, int64_t pile_id, bool *ret_shows);
/* The pile said whether it shows the cost. */
int costs_wanted(struct ctx *ctx, int64_t pile_id, bool wanted);
/* What a pile calculated for a charge that ended. */
struct cost_claim {
	struct str tariff; /* the id it named */
	struct str currency;
	int64_t total_e5; /* with tax */
	int64_t energy_dwh, charging_s, idle_s;
	bool failed; /* it could not */
	struct str reason;
	struct str body; /* JSON */
};
/* Kept beside our own bill, which stands whatever the pile came to. A difference, or a pile that
 * could not calculate, raises an alarm. */
int costs_reported(struct ctx *ctx, const struct order *order, const struct cost_claim *claim);
/* A charge began. */
int costs_began(struct ctx *ctx, const struct order *order);
/* Every second: tells what is due. */
int costs_tick(struct ctx *ctx);
