/* priority.h - who may have a charge go before others: an operator may give it to any charge, a
 * driver asks for it where an operator lets that member. What it then does is smart.h's business.
 */
#pragma once
#include "app/ctx.h"
#include "domain/order.h"

enum priority_outcome {
	PRIORITY_E_STATE = 1,   /* nothing charges */
	PRIORITY_E_USELESS = 2, /* neither a limit there to go before others under, nor OCPP 2.1 */
	PRIORITY_E_FORBIDDEN = 3,
};
/* May the order's driver ask for it? */
int priority_may(struct ctx *ctx, const struct order *order, bool *ret_may);
/* `by_driver`: only who may. PRIORITY_E_*. */
int priority_set(struct ctx *ctx, const struct order *order, bool on, bool by_driver);
struct priority {
	bool on;
	bool can; /* a charge runs, and priority would do something */
	bool may; /* its driver may ask */
};
int priority_of(struct ctx *ctx, const struct order *order, struct priority *ret_priority);
