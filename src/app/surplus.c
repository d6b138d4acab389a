/* surplus.c - giving back what belongs to drivers without an account (see surplus.h). */
#include "app/surplus.h"

#include "app/books.h"
#include "base/fault.h"
#include "store/member.h"
#include "store/payment.h"

/* The account the money goes to. */
static int wallet_of(struct ctx *ctx, const struct surplus *wish, struct str currency, int64_t *ret)
{
	struct account account;
	struct member member;
	int found = store_member_get(ctx->db, ctx->arena, wish->member_id, &member);

	TRY(found);
	if (found != 0 || member.tenant_id != wish->tenant_id)
		return SURPLUS_E_MEMBER;
	found = store_ledger_account_get(ctx->db, ctx->arena, member.account_id, &account);
	TRY(found);
	if (found != 0)
		return FAULT(FAULT_CORRUPT, "a member without a wallet");
	*ret = account.id;
	return str_eq(account.currency, currency) ? 0 : SURPLUS_E_MEMBER;
}

/* The refund that somebody made at the terminal's payment service, as a success from the start. */
static int add_refund(struct ctx *ctx, const struct surplus *surplus, struct str reference,
	const struct payment *paid, int64_t *ret_payment_id)
{
	struct payment refund = {.id = CTX_ID(ctx),
		.tenant_id = surplus->tenant_id,
		.order_id = surplus->order_id,
		.parent_id = paid->id,
		.kind = PAYMENT_REFUND,
		.state = PAYMENT_CREATED,
		.channel = paid->channel,
		.key = str_format(ctx->arena, "S%lld", (long long)paid->id),
		.amount_minor = surplus->amount_minor,
		.currency = surplus->currency,
		.created_us = ctx->now_us,
		.version = 1};

	*ret_payment_id = refund.id;
	if (store_payment_add(ctx->db, &refund) != 0)
		return FAULT(FAULT_BUSY, "a surplus went back meanwhile");
	refund.state = PAYMENT_SUCCEEDED;
	refund.channel_ref = reference;
	refund.done_us = ctx->now_us;
	return store_payment_put(ctx->db, &refund) == 0
		       ? 0
		       : FAULT(FAULT_CORRUPT, "a payment changed under our hands");
}

static int channel_of(struct ctx *ctx, const struct surplus *surplus, struct str reference,
	int64_t *ret_account, int64_t *ret_payment_id)
{
	struct payment paid;
	int found = store_payment_get(ctx->db, ctx->arena, surplus->payment_id, &paid);

	TRY(found);
	if (found != 0)
		return FAULT(FAULT_CORRUPT, "a surplus of no payment");
	TRY(add_refund(ctx, surplus, reference, &paid, ret_payment_id));
	return books_account(ctx, surplus->tenant_id, ACCOUNT_CHANNEL, 0, paid.channel,
		surplus->currency, ret_account);
}

/* A payment with the terminal's payment service is made by it; a credit is paid out at the desk. */
static int outside(struct ctx *ctx, const struct surplus *surplus, const struct surplus *wish,
	int64_t *ret_account, int64_t *ret_payment_id)
{
	if (str_is(wish->way, "till"))
		return books_account(ctx, surplus->tenant_id, ACCOUNT_TILL, 0, STR(""),
			surplus->currency, ret_account);
	return channel_of(ctx, surplus, wish->reference, ret_account, ret_payment_id);
}

static int post(
	struct ctx *ctx, const struct surplus *surplus, int64_t to_account, int64_t payment_id)
{
	struct transfer back = {
		.key = str_is(surplus->kind, "terminal")
			       ? books_key(ctx, "payment", surplus->payment_id, "surplus_back")
			       : books_key(ctx, "order", surplus->order_id, "feed_in_back"),
		.tenant_id = surplus->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_REFUND,
		.credit_account = to_account,
		.amount_minor = surplus->amount_minor,
		.currency = surplus->currency,
		.order_id = surplus->order_id,
		.payment_id = payment_id};

	TRY(books_account(ctx, surplus->tenant_id, ACCOUNT_SURPLUS, 0, STR(""), surplus->currency,
		&back.debit_account));
	return books_must_post(ctx, back, NULL);
}

/* The way back for who is no member: to where the money came from, or out of the till when none
 * came. */
static int check(const struct surplus *wish, const struct surplus *surplus)
{
	bool wallet = str_is(wish->way, "wallet");

	if (!wallet && !str_is(wish->way, str_is(surplus->kind, "terminal") ? "terminal" : "till"))
		return SURPLUS_E_WAY;
	if (!wallet && wish->reference.len == 0)
		return SURPLUS_E_REFERENCE;
	if (surplus->way.len > 0)
		return SURPLUS_E_DONE;
	return 0;
}

/* Is this what was done before? */
static bool repeats(const struct surplus *wish, const struct surplus *surplus)
{
	return surplus->way.len > 0 && str_eq(surplus->way, wish->way) &&
	       (str_is(wish->way, "wallet") ? surplus->member_id == wish->member_id
					    : str_eq(surplus->reference, wish->reference));
}

int surplus_give_back(struct ctx *ctx, const struct surplus *wish)
{
	bool wallet = str_is(wish->way, "wallet");
	struct surplus surplus;
	int64_t account, payment_id = 0;
	int result = store_surplus_get(ctx->db, ctx->arena, wish->id, &surplus);

	TRY(result);
	if (result != 0 || surplus.tenant_id != wish->tenant_id)
		return SURPLUS_E_UNKNOWN;
	if (repeats(wish, &surplus))
		return 0;
	result = check(wish, &surplus);
	if (result == 0)
		result = wallet ? wallet_of(ctx, wish, surplus.currency, &account)
				: outside(ctx, &surplus, wish, &account, &payment_id);
	TRY(result);
	if (result != 0)
		return result;
	TRY(post(ctx, &surplus, account, payment_id));
	surplus.way = wish->way;
	surplus.member_id = wallet ? wish->member_id : 0;
	surplus.reference = wallet ? STR("") : wish->reference;
	surplus.staff_id = wish->staff_id;
	surplus.done_us = ctx->now_us;
	if (store_surplus_give(ctx->db, &surplus) != 0)
		return FAULT(FAULT_BUSY, "a surplus went back meanwhile");
	return books_note(ctx, surplus.order_id,
		wallet                      ? "surplus_wallet"
		: str_is(wish->way, "till") ? "surplus_till"
					    : "surplus_terminal",
		surplus.amount_minor, surplus.currency);
}
