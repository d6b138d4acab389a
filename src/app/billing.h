/* billing.h - the conversation between an order and the ledger: hold, receive, settle, release.
 * Every posting has a key made from the order's id, so running it again changes nothing. */
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
/* Opens the order's account. SOURCE_WALLET, SOURCE_CARD: holds order->limit_minor on the member's
 * wallet or the card's own balance (all that is available when less but at least `least_minor`,
 * else BILLING_E_FUNDS), sets hold_id and
 * limit_minor. SOURCE_CHANNEL: nothing more; the caller begins the payment. SOURCE_HOUSE and
 * credit: nothing more. */
int billing_secure(struct ctx *ctx, struct order *order, int64_t least_minor);
/* Posts what a successful channel payment brought to the order's account: pay is money
 * (paid_minor), preauth a hold (hold_id); limit_minor becomes its amount. For an unpaid order the
 * money goes to the debt, and the order to settled when nothing is left of it. Call it for every
 * success, even when the order is over: then follow with billing_release, which sends it back. */
int billing_received(struct ctx *ctx, struct order *order, const struct payment *payment);
/* Takes the whole debt of an unpaid order from its member's wallet: the order is settled.
 * BILLING_E_FUNDS when there is less (or no wallet): nothing changes. The caller stores the order.
 */
int billing_pay_wallet(struct ctx *ctx, struct order *order);
/* The same from the balance of the commercial card that began it. BILLING_E_STATE also for an order
 * that none began. */
int billing_pay_card(struct ctx *ctx, struct order *order);
/* The current bill of an order from its usage and frozen tariff (live and final use the same call).
 */
int billing_compute(struct ctx *ctx, const struct order *order, struct bill *ret_bill);
/* The same when the caller has the usage at hand already. */
int billing_price(struct ctx *ctx, const struct order *order, const struct usage *usage,
	size_t usage_len, struct bill *ret_bill);
/* Final, for an order in state ended: posts the fees and what its car's energy is worth, which is
 * set off against them (what is over goes to the driver's wallet or card, or waits as a surplus);
 * captures, releases the rest, starts refunds;
 * fills the order's amounts and moves it to settled, or to unpaid with a debt for what is not
 * covered. Leaves the order's account at zero. BILLING_E_STATE when the order is not ended. The
 * caller stores the order. */
int billing_settle(struct ctx *ctx, struct order *order, const struct bill *bill);
/* billing_feed_in.c. Adds to a bill what its car gave back (outcomes of tariff_credit); buys the
 * energy: the credit comes to the order's account; pays out of it what is more than the total. Each
 * once. */
int billing_add_credit(
	struct ctx *ctx, const struct order *order, const struct tariff *tariff, struct bill *bill);
int billing_buy(struct ctx *ctx, const struct order *order, int64_t credit_minor);
int billing_pay_over(struct ctx *ctx, const struct order *order, int64_t over_minor);
/* Where the money of its driver is: the balance of the commercial card that began it, else the
 * member's wallet. BILLING_E_FUNDS: there is none in the order's currency. */
int billing_purse(struct ctx *ctx, const struct order *order, struct account *ret_purse);
/* Money that the pile's own terminal took for an unpaid order (the payment succeeded): to its debt,
 * and what is beyond it to the account `surplus`; settled when nothing is left to pay.
 * BILLING_E_STATE: it is not unpaid. The caller stores the order. */
int billing_terminal(struct ctx *ctx, struct order *order, const struct payment *payment);
/* What stands on the account `surplus` waits for the driver of an order, in a row of this id: of
 * the payment that brought it, or (NULL) of energy that a guest's car gave back. */
int billing_keep(struct ctx *ctx, const struct order *order, int64_t id,
	const struct payment *payment, int64_t amount_minor);
/* Nothing was charged: everything secured goes back by itself. Does not move the order. Harmless
 * when there is nothing (left) to give back; call it again whenever money arrives for an order that
 * is over. */
int billing_release(struct ctx *ctx, struct order *order);
/* A charge that is paid from a wallet, and may cost `more_minor` more: its hold is let go and a
 * larger one placed, as far as the wallet reaches. `why_id` makes each raise happen once.
 * BILLING_E_FUNDS: there is no such hold, or no more money. */
int billing_raise(struct ctx *ctx, struct order *order, int64_t why_id, int64_t more_minor);
/* Gives up the debt of an unpaid order: the house bears it, the order goes to written_off. */
int billing_write_off(struct ctx *ctx, struct order *order, int64_t staff_id);
/* Lets holds expire whose time has come. Every second by the timer, a small batch each. */
int billing_tick(struct ctx *ctx);
