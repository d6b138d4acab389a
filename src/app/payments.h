/* payments.h - the conversation with payment channels: create attempts, apply what is learned, ask
 * again when unknown. */
#pragma once
#include "app/ctx.h"
#include "domain/payment.h"
#include "domain/token.h"

enum payments_outcome {
	PAYMENTS_E_CHANNEL = 1, /* not configured */
	PAYMENTS_E_OPEN = 2,    /* an attempt is still open or unknown */
	PAYMENTS_E_AMOUNT = 3,
	PAYMENTS_E_UNKNOWN = 4, /* no such payment */
	PAYMENTS_E_MISMATCH =
		5, /* amount, currency or number differ: refused, raised as an alarm */
};
/* Stores an attempt, due at once, and tells the courier. kind, channel, amount_minor, currency,
 * tenant_id, order_id/member_id, parent_id are read from `wish`; everything else is filled in
 * *ret_payment. A wish with a key of its own gives the same attempt however often it is asked for.
 * At most one attempt to get money for an order is open (PAYMENTS_E_OPEN); all refunds of a payment
 * together stay within it (PAYMENTS_E_AMOUNT). */
int payments_begin(struct ctx *ctx, const struct payment *wish, struct payment *ret_payment);
/* Applies what the channel said (answer, query or notification), in any order and any number of
 * times. *ret_changed tells whether this call moved the payment; when it did and the payment has an
 * order, the caller goes on with charging_payment. Top-ups are credited here, exactly once. A
 * success after the end (closed, failed) is paid back by itself. PAYMENTS_E_UNKNOWN,
 * PAYMENTS_E_MISMATCH. */
struct payment_news {
	struct str key;
	enum payment_state state;
	struct str channel_ref, pay_url, error, currency;
	int64_t amount_minor;
};
int payments_apply(struct ctx *ctx, const struct payment_news *news, struct payment *ret_payment,
	bool *ret_changed);
/* Begins a wallet top-up of a member in the wallet's currency. PAYMENTS_E_UNKNOWN: no such member
 * of this tenant. */
int payments_topup(struct ctx *ctx, int64_t tenant_id, int64_t member_id, struct str channel,
	int64_t amount_minor, struct payment *ret_payment);
/* The same for a commercial card's own balance. PAYMENTS_E_UNKNOWN: a personal card has none. */
int payments_topup_card(struct ctx *ctx, const struct token *card, struct str channel,
	int64_t amount_minor, struct payment *ret_payment);
/* Work for the courier: payments due to be sent or asked for, oldest first (read lane). */
int payments_due(struct ctx *ctx, size_t most, struct payment **ret_payments, size_t *ret_count);
/* The courier's mark before it calls the channel: stored first, so that a crash is followed by a
 * query and never by a second sending under another key. *ret_query: ask how it stands instead of
 * sending; *ret_parent: what a capture, release or refund refers to (id 0 when none).
 * PAYMENTS_E_UNKNOWN when it is not due any more. */
int payments_claim(struct ctx *ctx, int64_t payment_id, struct payment *ret_payment,
	struct payment *ret_parent, bool *ret_query);
/* The link by which a cashier sends the payer back to us, and whether one was made here. The number
 * alone could be guessed, so the link carries a proof made with the server key. */
struct str payments_return_url(const struct app_config *app, struct str key, struct arena *arena);
bool payments_return_ok(const struct app_config *app, struct str key, struct str proof);
