/* billing_feed_in.c - energy that a car gave back, in the books: bought from the driver, set off
 * against what was charged, and what is over on to where the driver's money is. */
#include "app/billing.h"

#include "app/books.h"
#include "base/fault.h"
#include "store/exported.h"

int billing_add_credit(
	struct ctx *ctx, const struct order *order, const struct tariff *tariff, struct bill *bill)
{
	struct usage *back;
	size_t len;

	if (order->session_id == 0 || !tariff_buys(tariff))
		return 0;
	TRY(store_exported_usage(ctx->db, ctx->arena, order->session_id, &back, &len));
	return tariff_credit(tariff, back, len, ctx->arena, bill);
}

static struct transfer transfer_of(
	struct ctx *ctx, const struct order *order, const char *step, int64_t amount_minor)
{
	return (struct transfer){.key = books_key(ctx, "order", order->id, step),
		.tenant_id = order->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_FEED_IN,
		.amount_minor = amount_minor,
		.currency = order->currency,
		.order_id = order->id};
}

static int house_account(
	struct ctx *ctx, const struct order *order, enum account_kind kind, int64_t *ret_id)
{
	return books_account(ctx, order->tenant_id, kind, 0, STR(""), order->currency, ret_id);
}

int billing_buy(struct ctx *ctx, const struct order *order, int64_t credit_minor)
{
	struct transfer bought = transfer_of(ctx, order, "feed_in", credit_minor);

	if (credit_minor == 0)
		return 0;
	bought.credit_account = order->account_id;
	TRY(house_account(ctx, order, ACCOUNT_BOUGHT, &bought.debit_account));
	TRY(books_must_post(ctx, bought, NULL));
	return books_note(ctx, order->id, "feed_in", credit_minor, order->currency);
}

int billing_pay_over(struct ctx *ctx, const struct order *order, int64_t over_minor)
{
	struct transfer over = transfer_of(ctx, order, "feed_in_over", over_minor);
	struct account purse;
	int found;

	if (over_minor == 0)
		return 0;
	over.debit_account = order->account_id;
	if (order->source == SOURCE_HOUSE) {
		TRY(house_account(ctx, order, ACCOUNT_HOUSE, &over.credit_account));
		return books_must_post(ctx, over, NULL);
	}
	found = billing_purse(ctx, order, &purse);
	TRY(found);
	if (found == 0)
		over.credit_account = purse.id;
	else
		TRY(house_account(ctx, order, ACCOUNT_SURPLUS, &over.credit_account));
	TRY(books_must_post(ctx, over, NULL));
	return found == 0 ? books_note(ctx, order->id, "feed_in_paid", over_minor, order->currency)
			  : billing_keep(ctx, order, CTX_ID(ctx), NULL, over_minor);
}
