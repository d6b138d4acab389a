/* billing_terminal.c - money that a pile's own terminal took, in the books: to the order's debt,
 * and what is too much to the account of what nobody owes us. */
#include "app/billing.h"

#include "app/books.h"
#include "base/fault.h"
#include "store/surplus.h"

/* A transfer of this payment. */
static struct transfer transfer_of(struct ctx *ctx, const struct order *order,
	const struct payment *payment, const char *step, enum transfer_code code)
{
	return (struct transfer){.key = books_key(ctx, "payment", payment->id, step),
		.tenant_id = order->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = code,
		.currency = order->currency,
		.order_id = order->id,
		.payment_id = payment->id};
}

static int receive(struct ctx *ctx, const struct order *order, const struct payment *payment)
{
	struct transfer in = transfer_of(ctx, order, payment, "in", TRANSFER_PREPAY);

	in.credit_account = order->account_id;
	in.amount_minor = payment->amount_minor;
	TRY(books_account(ctx, order->tenant_id, ACCOUNT_CHANNEL, 0, payment->channel,
		order->currency, &in.debit_account));
	TRY(books_must_post(ctx, in, NULL));
	return books_note(ctx, order->id, "paid", payment->amount_minor, order->currency);
}

static int pay_debt(struct ctx *ctx, struct order *order, const struct payment *payment)
{
	struct transfer against = transfer_of(ctx, order, payment, "debt", TRANSFER_DEBT);
	int64_t open = order_open_minor(order);

	against.amount_minor = payment->amount_minor < open ? payment->amount_minor : open;
	against.debit_account = order->account_id;
	TRY(books_account(ctx, order->tenant_id, ACCOUNT_UNPAID, 0, STR(""), order->currency,
		&against.credit_account));
	TRY(books_must_post(ctx, against, NULL));
	TRY(books_note(ctx, order->id, "debt_paid", against.amount_minor, order->currency));
	order->paid_minor += against.amount_minor;
	if (against.amount_minor == open &&
		order_move(order, ORDER_SETTLED, STR(""), ctx->now_us) != 0)
		return FAULT(FAULT_BUG, "an unpaid order cannot settle");
	return 0;
}

int billing_keep(struct ctx *ctx, const struct order *order, int64_t id,
	const struct payment *payment, int64_t amount_minor)
{
	struct surplus surplus = {.id = id,
		.payment_id = payment ? payment->id : 0,
		.kind = payment ? STR("terminal") : STR("feed_in"),
		.tenant_id = order->tenant_id,
		.order_id = order->id,
		.amount_minor = amount_minor,
		.currency = order->currency,
		.at_us = ctx->now_us,
		.way = STR(""),
		.reference = STR("")};

	TRY(store_surplus_add(ctx->db, &surplus));
	return books_note(ctx, order->id, "surplus", amount_minor, order->currency);
}

static int put_surplus(struct ctx *ctx, const struct order *order, const struct payment *payment,
	int64_t amount_minor)
{
	struct transfer over = transfer_of(ctx, order, payment, "surplus", TRANSFER_CORRECTION);

	if (amount_minor == 0)
		return 0;
	over.debit_account = order->account_id;
	over.amount_minor = amount_minor;
	TRY(books_account(ctx, order->tenant_id, ACCOUNT_SURPLUS, 0, STR(""), order->currency,
		&over.credit_account));
	TRY(books_must_post(ctx, over, NULL));
	return billing_keep(ctx, order, payment->id, payment, amount_minor);
}

int billing_terminal(struct ctx *ctx, struct order *order, const struct payment *payment)
{
	int64_t open = order_open_minor(order);

	if (order->state != ORDER_UNPAID || payment->order_id != order->id || open < 1)
		return BILLING_E_STATE;
	TRY(receive(ctx, order, payment));
	TRY(pay_debt(ctx, order, payment));
	return put_surplus(ctx, order, payment,
		payment->amount_minor > open ? payment->amount_minor - open : 0);
}
