/* surplus.h - money that belongs to a driver who has no account with us: what a pile's terminal
 * took beyond the bill, or a credit for energy that was larger than the bill. It stands on the
 * account `surplus` until somebody of the operator gives it back.
 *
 *	wallet	 credited to a member's wallet
 *	terminal was given back where it was taken, at the payment service of the terminal, which
 *		 this server cannot reach: booked against its channel, with the service's reference
 *	till	 a credit for energy was paid out at the operator's desk or bank, with a reference
 */
#pragma once
#include "app/ctx.h"
#include "store/surplus.h"

enum surplus_outcome {
	SURPLUS_E_UNKNOWN = 1,   /* no such surplus of this operator */
	SURPLUS_E_DONE = 2,      /* it went back another way before */
	SURPLUS_E_WAY = 3,       /* no such way, or none for this kind of money */
	SURPLUS_E_MEMBER = 4,    /* no such member, or a wallet of another currency */
	SURPLUS_E_REFERENCE = 5, /* what went back at the terminal or the desk has one */
};
/* Gives all of it back: id, tenant_id, way, member_id, reference and staff_id are read from
 * `wish`. The same wish again changes nothing. */
int surplus_give_back(struct ctx *ctx, const struct surplus *wish);
