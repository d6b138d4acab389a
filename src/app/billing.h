/* billing.h - the conversation between an order and the ledger: hold, receive, settle, release. Every posting has a key
 * made from the order's id, so running it again changes nothing. */
#pragma once
#include "app/ctx.h"
#include "domain/ledger.h"
#include "domain/order.h"
#include "domain/payment.h"
#include "domain/tariff.h"

enum billing_outcome {
	BILLING_E_FUNDS = 1,
	BILLING_E_STATE = 2,
};
/* Opens the order's account; SOURCE_WALLET: holds order->limit_minor on the member's wallet (all that is available when
 * less but at least `least_minor`), sets hold_id and limit_minor. */
int billing_secure(struct ctx *ctx, struct order *order, int64_t least_minor);
/* Posts what a channel payment brought (pay, preauth) to the order's account. */
int billing_received(struct ctx *ctx, struct order *order, const struct payment *payment);
/* The current bill of an order from its usage and frozen tariff (live and final use the same call). */
int billing_compute(struct ctx *ctx, const struct order *order, struct bill *ret_bill);
/* Final: posts the fees, captures, releases the rest, starts refunds; fills the order's amounts. Leaves the order's
 * account at zero. What is not covered becomes a debt (order goes to unpaid). */
int billing_settle(struct ctx *ctx, struct order *order, const struct bill *bill);
/* Nothing was charged: everything secured goes back. */
int billing_release(struct ctx *ctx, struct order *order);
