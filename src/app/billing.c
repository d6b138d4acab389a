/* billing.c - hold, receive, settle, release. Each step has one key made from the id of the order
 * or payment it belongs to, so that a step done twice is done once. Every amount passes through the
 * order's own account, which ends at zero. */
#include "app/billing.h"

#include "app/books.h"
#include "app/payments.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/money.h"
#include "store/member.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/session.h"
#include "store/tariff.h"

#define HOLD_LASTS_US \
	(7 * US_PER_DAY) /* no charge takes longer; then the member has the money back */
#define PAYMENTS_OF_ORDER_MAX 64
#define EXPIRE_BATCH 16

/* A transfer of the order's, between its own account and another one, ready but for its accounts
 * and amount. */
static struct transfer order_transfer(struct ctx *ctx, const struct order *order, const char *step,
	enum transfer_kind kind, enum transfer_code code)
{
	return (struct transfer){.key = books_key(ctx, "order", order->id, step),
		.tenant_id = order->tenant_id,
		.kind = kind,
		.code = code,
		.currency = order->currency,
		.order_id = order->id};
}

static int open_account(struct ctx *ctx, struct order *order)
{
	if (order->account_id != 0)
		return 0;
	return books_account(ctx, order->tenant_id, ACCOUNT_ORDER, order->id, STR(""),
		order->currency, &order->account_id);
}

static int channel_account(
	struct ctx *ctx, const struct order *order, struct str channel, int64_t *ret_id)
{
	return books_account(
		ctx, order->tenant_id, ACCOUNT_CHANNEL, 0, channel, order->currency, ret_id);
}

static int house_account(
	struct ctx *ctx, const struct order *order, enum account_kind kind, int64_t *ret_id)
{
	return books_account(ctx, order->tenant_id, kind, 0, STR(""), order->currency, ret_id);
}

/* The wallet of the order's member, with its counters. BILLING_E_FUNDS when there is none. */
static int wallet_of(struct ctx *ctx, const struct order *order, struct account *ret_wallet)
{
	struct member member;
	int result = store_member_get(ctx->db, ctx->arena, order->member_id, &member);

	TRY(result);
	if (result != 0 || member.tenant_id != order->tenant_id)
		return BILLING_E_FUNDS;
	result = store_ledger_account_get(ctx->db, ctx->arena, member.account_id, ret_wallet);
	TRY(result);
	if (result != 0 || !str_eq(ret_wallet->currency, order->currency))
		return BILLING_E_FUNDS;
	return 0;
}

/* The balance of the commercial card that began the order, in the same way. */
static int card_of(struct ctx *ctx, const struct order *order, struct account *ret_card)
{
	struct token token;
	int result =
		store_member_tag_find(ctx->db, ctx->arena, order->tenant_id, order->id_tag, &token);

	TRY(result);
	if (result != 0 || token.kind != CARD_COMMERCIAL)
		return BILLING_E_FUNDS;
	result = store_ledger_account_get(ctx->db, ctx->arena, token.account_id, ret_card);
	TRY(result);
	if (result != 0 || !str_eq(ret_card->currency, order->currency))
		return BILLING_E_FUNDS;
	return 0;
}

int billing_purse(struct ctx *ctx, const struct order *order, struct account *ret_purse)
{
	return order->source == SOURCE_CARD ? card_of(ctx, order, ret_purse)
					    : wallet_of(ctx, order, ret_purse);
}

static bool has_purse(const struct order *order)
{
	return order->source == SOURCE_WALLET || order->source == SOURCE_CARD;
}

static int64_t least_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Holds money on the wallet or card: what is asked for, or all there is when that is enough to
 * begin with. */
static int hold_purse(struct ctx *ctx, struct order *order, int64_t least_minor)
{
	struct transfer hold = order_transfer(ctx, order, "hold", TRANSFER_PENDING, TRANSFER_HOLD);
	struct ledger_receipt receipt;
	struct account purse;
	int result = billing_purse(ctx, order, &purse);

	if (result != 0)
		return result;
	hold.amount_minor = least_of(account_available(&purse), MONEY_MAX);
	if (order->limit_minor > 0)
		hold.amount_minor = least_of(hold.amount_minor, order->limit_minor);
	if (hold.amount_minor < least_minor || hold.amount_minor < 1)
		return BILLING_E_FUNDS;
	hold.debit_account = purse.id;
	hold.credit_account = order->account_id;
	hold.expires_us = ctx->now_us + HOLD_LASTS_US;
	result = books_post(ctx, hold, &receipt);
	TRY(result);
	if (result != 0)
		return BILLING_E_FUNDS;
	order->hold_id = receipt.id;
	order->limit_minor = hold.amount_minor;
	return books_note(ctx, order->id, "hold_placed", hold.amount_minor, order->currency);
}

int billing_secure(struct ctx *ctx, struct order *order, int64_t least_minor)
{
	TRY(open_account(ctx, order));
	if (!has_purse(order) || order->timing == TIMING_CREDIT || order->hold_id != 0)
		return 0;
	return hold_purse(ctx, order, least_minor);
}

/* Takes `amount_minor` of an unpaid order's debt off; with nothing left the order is settled. */
static int pay_debt(struct ctx *ctx, struct order *order, struct transfer against)
{
	int64_t left = order_open_minor(order) - against.amount_minor;

	if (against.amount_minor < 1)
		return 0;
	TRY(house_account(ctx, order, ACCOUNT_UNPAID, &against.credit_account));
	TRY(books_must_post(ctx, against, NULL));
	TRY(books_note(ctx, order->id, "debt_paid", against.amount_minor, order->currency));
	order->paid_minor += against.amount_minor;
	if (left == 0 && order_move(order, ORDER_SETTLED, STR(""), ctx->now_us) != 0)
		return FAULT(FAULT_BUG, "an unpaid order cannot settle");
	return 0;
}

/* Begins the payment that follows another one: its key says which, so that it is begun once. */
static int follow_up(struct ctx *ctx, const struct payment *parent, enum payment_kind kind,
	int64_t amount_minor, struct payment *ret_payment)
{
	static const char letters[] = {
		[PAYMENT_CAPTURE] = 'C', [PAYMENT_RELEASE] = 'V', [PAYMENT_REFUND] = 'R'};
	struct payment wish = {.tenant_id = parent->tenant_id,
		.order_id = parent->order_id,
		.parent_id = parent->id,
		.kind = kind,
		.channel = parent->channel,
		.amount_minor = amount_minor,
		.currency = parent->currency,
		.key = str_format(ctx->arena, "%c%lld", letters[kind], (long long)parent->id)};
	int result = payments_begin(ctx, &wish, ret_payment);

	TRY(result);
	if (result != 0 || ret_payment->amount_minor != amount_minor)
		return FAULT(FAULT_CORRUPT, "%s of payment %lld refused: outcome %d",
			payment_kind_name(kind), (long long)parent->id, result);
	return 0;
}

/* Gives `amount_minor` of a payment back: from the order's account at once, by the channel when it
 * can. */
static int refund(
	struct ctx *ctx, struct order *order, const struct payment *paid, int64_t amount_minor)
{
	struct payment back;
	struct transfer out = {.key = books_key(ctx, "payment", paid->id, "refund"),
		.tenant_id = order->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_REFUND,
		.debit_account = order->account_id,
		.amount_minor = amount_minor,
		.currency = order->currency,
		.order_id = order->id};
	bool repeated;

	if (amount_minor == 0)
		return 0;
	TRY(follow_up(ctx, paid, PAYMENT_REFUND, amount_minor, &back));
	out.payment_id = back.id;
	TRY(channel_account(ctx, order, paid->channel, &out.credit_account));
	TRY(books_must_post(ctx, out, &repeated));
	if (repeated)
		return 0;
	order->refund_minor += amount_minor;
	return books_note(ctx, order->id, "refund_begun", amount_minor, order->currency);
}

/* Resolves the order's hold: takes `amount_minor` of it (0: nothing) and lets the rest go.
 * *ret_taken is 0 when the hold had run out or was resolved before. */
static int resolve_hold(struct ctx *ctx, struct order *order, int64_t hold_id, int64_t amount_minor,
	int64_t payment_id, int64_t *ret_taken)
{
	struct transfer hold, done;
	int64_t resolver = 0;
	int result = store_ledger_transfer_get(ctx->db, ctx->arena, hold_id, &hold, &resolver);

	TRY(result);
	if (result != 0 || hold.order_id != order->id)
		return FAULT(FAULT_CORRUPT, "hold %lld of order %lld is not there",
			(long long)hold_id, (long long)order->id);
	done = hold;
	done.pending_id = hold.id;
	done.expires_us = 0;
	done.payment_id = payment_id;
	done.kind = amount_minor > 0 ? TRANSFER_POST : TRANSFER_VOID;
	done.key = books_key(ctx, "hold", hold.id, amount_minor > 0 ? "capture" : "release");
	if (amount_minor > 0)
		done.amount_minor = least_of(amount_minor, hold.amount_minor);
	*ret_taken = 0;
	result = resolver == 0 ? books_post(ctx, done, NULL) : LEDGER_E_RESOLVED;
	TRY(result);
	if (result == LEDGER_E_EXPIRED || result == LEDGER_E_RESOLVED)
		return 0;
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "hold %lld cannot be resolved: outcome %d",
			(long long)hold_id, result);
	if (amount_minor > 0)
		*ret_taken = done.amount_minor;
	return books_note(ctx, order->id, amount_minor > 0 ? "captured" : "released",
		done.amount_minor, order->currency);
}

/* Everything one payment brought goes back. */
static int return_payment(struct ctx *ctx, struct order *order, const struct payment *payment)
{
	struct transfer in;
	struct payment next;
	int64_t taken;
	int result = store_ledger_transfer_by_key(
		ctx->db, ctx->arena, books_key(ctx, "payment", payment->id, "in"), &in);

	TRY(result);
	if (result != 0)
		return 0; /* never received: billing_received comes first */
	if (payment->kind == PAYMENT_PAY)
		return refund(ctx, order, payment, payment->amount_minor);
	TRY(follow_up(ctx, payment, PAYMENT_RELEASE, payment->amount_minor, &next));
	return resolve_hold(ctx, order, in.id, 0, next.id, &taken);
}

/* Money for an order that was billed already: first its debt, and what is over goes back. */
static int received_after_bill(struct ctx *ctx, struct order *order, const struct payment *payment)
{
	int64_t to_debt = least_of(order_open_minor(order), payment->amount_minor);
	struct transfer against = {.key = books_key(ctx, "payment", payment->id, "debt"),
		.tenant_id = order->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_DEBT,
		.debit_account = order->account_id,
		.amount_minor = to_debt,
		.currency = order->currency,
		.order_id = order->id,
		.payment_id = payment->id};

	TRY(pay_debt(ctx, order, against));
	order->paid_minor += payment->amount_minor - to_debt;
	return refund(ctx, order, payment, payment->amount_minor - to_debt);
}

/* Posts the money or the hold itself. *ret_id: the transfer; *ret_repeated: it was there already.
 */
static int post_receipt(struct ctx *ctx, struct order *order, const struct payment *payment,
	int64_t *ret_id, bool *ret_repeated)
{
	bool hold = payment->kind == PAYMENT_PREAUTH;
	struct transfer in = {.key = books_key(ctx, "payment", payment->id, "in"),
		.tenant_id = order->tenant_id,
		.kind = hold ? TRANSFER_PENDING : TRANSFER_POSTED,
		.code = hold ? TRANSFER_HOLD : TRANSFER_PREPAY,
		.credit_account = order->account_id,
		.amount_minor = payment->amount_minor,
		.currency = order->currency,
		.order_id = order->id,
		.payment_id = payment->id};
	struct ledger_receipt receipt;
	int result;

	TRY(channel_account(ctx, order, payment->channel, &in.debit_account));
	result = books_post(ctx, in, &receipt);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "receipt of a payment refused: outcome %d", result);
	*ret_id = receipt.id;
	*ret_repeated = receipt.repeated;
	return 0;
}

static bool is_billed(const struct order *order)
{
	return order->state == ORDER_SETTLED || order->state == ORDER_UNPAID ||
	       order->state == ORDER_WRITTEN_OFF;
}

int billing_received(struct ctx *ctx, struct order *order, const struct payment *payment)
{
	bool hold = payment->kind == PAYMENT_PREAUTH, repeated = false;
	int64_t transfer_id = 0;

	if (payment->state != PAYMENT_SUCCEEDED || payment->order_id != order->id ||
		payment->kind > PAYMENT_PREAUTH)
		return BILLING_E_STATE;
	TRY(open_account(ctx, order));
	TRY(post_receipt(ctx, order, payment, &transfer_id, &repeated));
	if (repeated)
		return 0;
	TRY(books_note(ctx, order->id, hold ? "preauthorised" : "paid", payment->amount_minor,
		order->currency));
	if (is_billed(order) && !hold)
		return received_after_bill(ctx, order, payment);
	if (is_billed(order))
		return return_payment(ctx, order, payment);
	order->limit_minor = payment->amount_minor;
	if (hold)
		order->hold_id = transfer_id;
	else
		order->paid_minor += payment->amount_minor;
	return 0;
}

/* The whole debt from a wallet or card; the keys carry its word. */
static int pay_from(struct ctx *ctx, struct order *order, const struct account *purse,
	const char *step, const char *debt_step)
{
	struct transfer in = order_transfer(ctx, order, step, TRANSFER_POSTED, TRANSFER_PREPAY);
	struct transfer against =
		order_transfer(ctx, order, debt_step, TRANSFER_POSTED, TRANSFER_DEBT);

	in.amount_minor = order_open_minor(order);
	if (account_available(purse) < in.amount_minor)
		return BILLING_E_FUNDS;
	TRY(open_account(ctx, order));
	in.debit_account = purse->id;
	in.credit_account = order->account_id;
	TRY(books_must_post(ctx, in, NULL));
	TRY(books_note(ctx, order->id, "paid", in.amount_minor, order->currency));
	against.debit_account = order->account_id;
	against.amount_minor = in.amount_minor;
	return pay_debt(ctx, order, against);
}

int billing_pay_wallet(struct ctx *ctx, struct order *order)
{
	struct account wallet;
	int result;

	if (order->state != ORDER_UNPAID)
		return BILLING_E_STATE;
	result = wallet_of(ctx, order, &wallet);
	return result != 0 ? result : pay_from(ctx, order, &wallet, "wallet", "wallet_debt");
}

int billing_pay_card(struct ctx *ctx, struct order *order)
{
	struct account card;
	int result;

	if (order->state != ORDER_UNPAID || order->source != SOURCE_CARD)
		return BILLING_E_STATE;
	result = card_of(ctx, order, &card);
	return result != 0 ? result : pay_from(ctx, order, &card, "card", "card_debt");
}

int billing_price(struct ctx *ctx, const struct order *order, const struct usage *usage,
	size_t usage_len, struct bill *ret_bill)
{
	int64_t idle_s = order_idle_us(order, ctx->now_us) / US_PER_S;
	struct tariff tariff;
	int result;

	if (order->tariff_id == 0) {
		tariff = (struct tariff){.currency = order->currency};
	} else {
		result = store_tariff_get(ctx->db, ctx->arena, order->tariff_id, &tariff);
		TRY(result);
		if (result != 0 || !str_eq(tariff.hash, order->tariff_hash) ||
			!str_eq(tariff.currency, order->currency))
			return FAULT(FAULT_CORRUPT, "the frozen tariff of order %lld is not there",
				(long long)order->id);
	}
	result = tariff_bill(&tariff, usage, usage_len, idle_s, ctx->arena, ret_bill);
	if (result == 0)
		result = billing_add_credit(ctx, order, &tariff, ret_bill);
	TRY(result);
	return result == 0 ? 0
			   : FAULT(FAULT_CORRUPT, "order %lld cannot be priced: outcome %d",
				     (long long)order->id, result);
}

int billing_compute(struct ctx *ctx, const struct order *order, struct bill *ret_bill)
{
	struct usage *usage = NULL;
	size_t usage_len = 0;

	if (order->session_id != 0)
		TRY(store_session_usage(
			ctx->db, ctx->arena, order->session_id, &usage, &usage_len));
	return billing_price(ctx, order, usage, usage_len, ret_bill);
}

/* One fee from the order's account to its revenue account. */
static int post_fee(struct ctx *ctx, const struct order *order, const char *step,
	enum account_kind revenue, enum transfer_code code, int64_t amount_minor)
{
	struct transfer fee = order_transfer(ctx, order, step, TRANSFER_POSTED, code);

	if (amount_minor == 0)
		return 0;
	fee.debit_account = order->account_id;
	fee.amount_minor = amount_minor;
	TRY(house_account(ctx, order, revenue, &fee.credit_account));
	return books_must_post(ctx, fee, NULL);
}

/* The successful payment that brought money or a hold for this order. STORE_E_MISSING when there is
 * none. */
static int payment_of(struct ctx *ctx, const struct order *order, struct payment *ret_payment)
{
	struct payment *payments;
	size_t count;

	TRY(store_payment_of_order(
		ctx->db, ctx->arena, order->id, PAYMENTS_OF_ORDER_MAX, &payments, &count));
	for (size_t i = 0; i < count; i++)
		if (payments[i].kind <= PAYMENT_PREAUTH && payments[i].state == PAYMENT_SUCCEEDED) {
			*ret_payment = payments[i];
			return 0;
		}
	return STORE_E_MISSING;
}

/* A wallet's or card's order pays: from its hold, or straight from the balance when the hold ran
 * out. */
static int take_from_purse(
	struct ctx *ctx, struct order *order, int64_t total_minor, int64_t *ret_covered)
{
	struct transfer direct =
		order_transfer(ctx, order, "direct", TRANSFER_POSTED, TRANSFER_PREPAY);
	struct account purse;
	int result;

	if (order->hold_id != 0) {
		TRY(resolve_hold(ctx, order, order->hold_id, total_minor, 0, ret_covered));
		if (*ret_covered > 0 || total_minor == 0)
			return 0;
	}
	result = billing_purse(ctx, order, &purse);
	TRY(result);
	if (result != 0)
		return 0;
	direct.debit_account = purse.id;
	direct.credit_account = order->account_id;
	direct.amount_minor = least_of(total_minor, account_available(&purse));
	if (direct.amount_minor < 1)
		return 0;
	TRY(books_must_post(ctx, direct, NULL));
	*ret_covered = direct.amount_minor;
	return books_note(ctx, order->id, "paid", direct.amount_minor, order->currency);
}

/* A pre-authorised order captures what it used and releases the rest, in the books and at the
 * channel. */
static int take_from_preauth(struct ctx *ctx, struct order *order, const struct payment *preauth,
	int64_t total_minor, int64_t *ret_covered)
{
	int64_t take = least_of(total_minor, preauth->amount_minor);
	struct payment next;

	if (take > 0)
		TRY(follow_up(ctx, preauth, PAYMENT_CAPTURE, take, &next));
	else
		TRY(follow_up(ctx, preauth, PAYMENT_RELEASE, preauth->amount_minor, &next));
	return resolve_hold(ctx, order, order->hold_id, take, next.id, ret_covered);
}

static int take_from_house(
	struct ctx *ctx, struct order *order, int64_t total_minor, int64_t *ret_covered)
{
	struct transfer gift = order_transfer(ctx, order, "house", TRANSFER_POSTED, TRANSFER_HOUSE);

	if (total_minor == 0)
		return 0;
	gift.amount_minor = total_minor;
	gift.credit_account = order->account_id;
	TRY(house_account(ctx, order, ACCOUNT_HOUSE, &gift.debit_account));
	TRY(books_must_post(ctx, gift, NULL));
	*ret_covered = total_minor;
	return 0;
}

/* Brings money for the bill to the order's account from where it was secured. *ret_covered: how
 * much of the total. */
static int cover(struct ctx *ctx, struct order *order, int64_t total_minor, int64_t *ret_covered)
{
	struct payment payment;
	int result;

	*ret_covered = 0;
	if (order->source == SOURCE_HOUSE)
		return take_from_house(ctx, order, total_minor, ret_covered);
	if (has_purse(order)) {
		TRY(take_from_purse(ctx, order, total_minor, ret_covered));
		order->paid_minor = *ret_covered;
		return 0;
	}
	result = payment_of(ctx, order, &payment);
	TRY(result);
	if (result != 0)
		return 0;
	if (payment.kind == PAYMENT_PREAUTH) {
		TRY(take_from_preauth(ctx, order, &payment, total_minor, ret_covered));
		order->paid_minor = *ret_covered;
		return 0;
	}
	*ret_covered = least_of(total_minor, payment.amount_minor);
	return refund(ctx, order, &payment, payment.amount_minor - *ret_covered);
}

/* What nobody paid becomes what the driver owes. */
static int post_debt(struct ctx *ctx, const struct order *order, int64_t amount_minor)
{
	struct transfer debt = order_transfer(ctx, order, "debt", TRANSFER_POSTED, TRANSFER_DEBT);

	if (amount_minor == 0)
		return 0;
	debt.amount_minor = amount_minor;
	debt.credit_account = order->account_id;
	TRY(house_account(ctx, order, ACCOUNT_UNPAID, &debt.debit_account));
	TRY(books_must_post(ctx, debt, NULL));
	return books_note(ctx, order->id, "debt", amount_minor, order->currency);
}

int billing_settle(struct ctx *ctx, struct order *order, const struct bill *bill)
{
	int64_t due = tariff_due(bill->total_minor, bill->credit_minor), covered, debt;

	if (order->state != ORDER_ENDED)
		return BILLING_E_STATE;
	TRY(open_account(ctx, order));
	TRY(billing_buy(ctx, order, bill->credit_minor));
	TRY(cover(ctx, order, due, &covered));
	debt = due - covered;
	TRY(post_debt(ctx, order, debt));
	TRY(post_fee(ctx, order, "energy", ACCOUNT_ENERGY, TRANSFER_ENERGY, bill->energy_minor));
	TRY(post_fee(
		ctx, order, "service", ACCOUNT_SERVICE, TRANSFER_SERVICE, bill->service_minor));
	TRY(post_fee(ctx, order, "idle", ACCOUNT_IDLE, TRANSFER_IDLE, bill->idle_minor));
	TRY(billing_pay_over(ctx, order, tariff_over(bill->total_minor, bill->credit_minor)));
	order->energy_dwh = bill->energy_dwh;
	order->energy_minor = bill->energy_minor;
	order->service_minor = bill->service_minor;
	order->idle_minor = bill->idle_minor;
	order->total_minor = bill->total_minor;
	order->credit_minor = bill->credit_minor;
	return order_move(order, debt > 0 ? ORDER_UNPAID : ORDER_SETTLED, STR(""), ctx->now_us) == 0
		       ? 0
		       : FAULT(FAULT_BUG, "an ended order cannot settle");
}

int billing_raise(struct ctx *ctx, struct order *order, int64_t why_id, int64_t more_minor)
{
	const char *step =
		str_dup_z(ctx->arena, str_format(ctx->arena, "hold:%lld", (long long)why_id));
	struct transfer hold, before;
	struct ledger_receipt receipt;
	struct account wallet;
	int64_t taken;
	int result;

	if (order->source != SOURCE_WALLET || order->hold_id == 0 || !step)
		return BILLING_E_FUNDS;
	TRY(store_ledger_transfer_get(ctx->db, ctx->arena, order->hold_id, &before, NULL));
	hold = order_transfer(ctx, order, step, TRANSFER_PENDING, TRANSFER_HOLD);
	result = wallet_of(ctx, order, &wallet);
	if (result != 0)
		return result;
	if (account_available(&wallet) < 1)
		return BILLING_E_FUNDS;
	TRY(resolve_hold(ctx, order, order->hold_id, 0, 0, &taken));
	TRY(wallet_of(ctx, order, &wallet));
	hold.amount_minor = least_of(
		least_of(account_available(&wallet), MONEY_MAX), before.amount_minor + more_minor);
	hold.debit_account = wallet.id;
	hold.credit_account = order->account_id;
	hold.expires_us = ctx->now_us + HOLD_LASTS_US;
	result = books_post(ctx, hold, &receipt);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "a larger hold is refused: outcome %d", result);
	order->hold_id = receipt.id;
	order->limit_minor = hold.amount_minor;
	return books_note(ctx, order->id, "limit_raised", hold.amount_minor, order->currency);
}

int billing_release(struct ctx *ctx, struct order *order)
{
	struct payment *payments;
	int64_t taken;
	size_t count;

	if (is_billed(order))
		return BILLING_E_STATE;
	if (has_purse(order) && order->hold_id != 0)
		TRY(resolve_hold(ctx, order, order->hold_id, 0, 0, &taken));
	if (order->source != SOURCE_CHANNEL)
		return 0;
	TRY(store_payment_of_order(
		ctx->db, ctx->arena, order->id, PAYMENTS_OF_ORDER_MAX, &payments, &count));
	for (size_t i = 0; i < count; i++)
		if (payments[i].kind <= PAYMENT_PREAUTH && payments[i].state == PAYMENT_SUCCEEDED)
			TRY(return_payment(ctx, order, &payments[i]));
	return 0;
}

int billing_write_off(struct ctx *ctx, struct order *order, int64_t staff_id)
{
	struct transfer loss =
		order_transfer(ctx, order, "write_off", TRANSFER_POSTED, TRANSFER_HOUSE);
	struct order_event event = {.id = CTX_ID(ctx),
		.order_id = order->id,
		.at_us = ctx->now_us,
		.kind = STR("payment"),
		.word = STR("written_off"),
		.user_id = staff_id};

	if (order->state != ORDER_UNPAID)
		return BILLING_E_STATE;
	loss.amount_minor = order_open_minor(order);
	if (loss.amount_minor > 0) {
		TRY(house_account(ctx, order, ACCOUNT_HOUSE, &loss.debit_account));
		TRY(house_account(ctx, order, ACCOUNT_UNPAID, &loss.credit_account));
		TRY(books_must_post(ctx, loss, NULL));
	}
	TRY(store_order_event(ctx->db, &event));
	return order_move(order, ORDER_WRITTEN_OFF, STR("written_off"), ctx->now_us) == 0
		       ? 0
		       : FAULT(FAULT_BUG, "an unpaid order cannot be written off");
}

static int expire_hold(struct ctx *ctx, int64_t hold_id)
{
	struct transfer hold, done;
	int result = store_ledger_transfer_get(ctx->db, ctx->arena, hold_id, &hold, NULL);

	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "hold %lld is not there", (long long)hold_id);
	done = hold;
	done.kind = TRANSFER_EXPIRE;
	done.pending_id = hold.id;
	done.expires_us = 0;
	done.key = books_key(ctx, "hold", hold.id, "expire");
	TRY(books_must_post(ctx, done, NULL));
	return books_note(ctx, hold.order_id, "hold_expired", hold.amount_minor, hold.currency);
}

int billing_tick(struct ctx *ctx)
{
	int64_t ids[EXPIRE_BATCH];
	size_t count;

	TRY(store_ledger_due_holds(ctx->db, ctx->now_us, EXPIRE_BATCH, ids, &count));
	for (size_t i = 0; i < count; i++)
		TRY(expire_hold(ctx, ids[i]));
	return 0;
}
