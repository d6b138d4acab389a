/* payments.h - the conversation with payment channels: create attempts, apply what is learned, ask again when unknown. */
#pragma once
#include "app/ctx.h"
#include "domain/payment.h"

enum payments_outcome {
	PAYMENTS_E_CHANNEL = 1,  /* not configured */
	PAYMENTS_E_OPEN = 2,     /* an attempt is still open or unknown */
	PAYMENTS_E_AMOUNT = 3,
	PAYMENTS_E_UNKNOWN = 4,  /* no such payment */
	PAYMENTS_E_MISMATCH = 5, /* amount, currency or number differ: refused, raised as an alarm */
};
/* Stores an attempt and its outbox row. kind, channel, amount_minor, currency, order_id/member_id, parent_id are read
 * from `wish`; everything else is filled in *ret_payment. */
int payments_begin(struct ctx *ctx, const struct payment *wish, struct payment *ret_payment);
/* Applies what the channel said (answer, query or notification), in any order and any number of times. *ret_changed
 * tells whether this call moved the payment; the caller then tells charging or credits the top-up (payments_topup). */
struct payment_news {
	struct str key;
	enum payment_state state;
	struct str channel_ref, pay_url, error, currency;
	int64_t amount_minor;
};
int payments_apply(struct ctx *ctx, const struct payment_news *news, struct payment *ret_payment, bool *ret_changed);
/* Wallet top-up of a member. */
int payments_topup(struct ctx *ctx, int64_t tenant_id, int64_t member_id, struct str channel, int64_t amount_minor, struct payment *ret_payment);
/* Work for the courier: payments due to be sent or asked for, oldest first (read lane). */
int payments_due(struct ctx *ctx, size_t most, struct payment **ret_payments, size_t *ret_count);
