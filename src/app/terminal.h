/* terminal.h - payment terminals at piles. A driver who pays at the pile begins a charge with a
 * token of the terminal (DirectPayment): an order on credit, whose channel is `terminal`. When the
 * terminal has taken the money it says so, and the order's debt is paid by what it took.
 *
 *	waiting	the order has no bill yet, or its transaction is not known yet (for an hour)
 *	booked	took what the bill says
 *	short	took less: booked, the rest is still owed
 *	over	took more: booked, what is too much stands on the account `surplus`
 *	none	took nothing (canceled, rejected, failed)
 *	odd	not booked; the reason is one of foreign, other_order, amount, late, unbilled
 *
 * All but booked and none raise an alarm; so does another amount or status under a reference that
 * was told before (reason conflict), which changes nothing else. */
#pragma once
#include "app/ctx.h"
#include "domain/order.h"

#define TERMINAL_CHANNEL "terminal"

struct terminal_claim {
	int64_t pile_id;
	struct str reference; /* of the payment service: the same reference is the same payment */
	struct str name;      /* the pile's transaction, empty: none */
	struct str status;    /* Settled, Canceled, Rejected, Failed */
	int64_t amount_e5;
	int64_t settled_us;
	struct str body;
};
/* Told twice it changes nothing. *ret_order (id 0: none): whose receipt answers it. */
int terminal_settled(struct ctx *ctx, const struct terminal_claim *claim, struct order *ret_order);
/* Settlements that wait for a bill. */
int terminal_tick(struct ctx *ctx);
