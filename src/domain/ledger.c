/* ledger.c - the rules of one transfer. Everything is checked first; only then do the counters of
 * both accounts move, so that a refusal leaves no trace. */
#include "domain/ledger.h"

#include "base/fault.h"
#include "domain/money.h"

static bool resolves(enum transfer_kind kind)
{
	return kind == TRANSFER_POST || kind == TRANSFER_VOID || kind == TRANSFER_EXPIRE;
}

int64_t account_available(const struct account *account)
{
	return account->credits_posted - account->debits_posted - account->debits_pending;
}

int64_t account_balance(const struct account *account)
{
	return account->credits_posted - account->debits_posted;
}

static int check_parties(
	const struct account *debit, const struct account *credit, const struct transfer *transfer)
{
	if (transfer->amount_minor < 1 || transfer->amount_minor > MONEY_MAX)
		return LEDGER_E_AMOUNT;
	if (debit->id == credit->id || debit->id != transfer->debit_account ||
		credit->id != transfer->credit_account || debit->tenant_id != transfer->tenant_id ||
		credit->tenant_id != transfer->tenant_id)
		return LEDGER_E_ACCOUNTS;
	if (!str_eq(debit->currency, transfer->currency) ||
		!str_eq(credit->currency, transfer->currency))
		return LEDGER_E_CURRENCY;
	return 0;
}

/* A resolving transfer must be about the same money as its hold. */
static int check_hold(const struct transfer *hold, const struct transfer *transfer)
{
	bool late;

	if (hold == NULL || hold->id != transfer->pending_id || hold->kind != TRANSFER_PENDING)
		return LEDGER_E_UNKNOWN;
	if (hold->debit_account != transfer->debit_account ||
		hold->credit_account != transfer->credit_account)
		return LEDGER_E_ACCOUNTS;
	if (!str_eq(hold->currency, transfer->currency))
		return LEDGER_E_CURRENCY;
	if (transfer->amount_minor > hold->amount_minor)
		return LEDGER_E_EXCEEDS;
	if (transfer->kind != TRANSFER_POST && transfer->amount_minor != hold->amount_minor)
		return LEDGER_E_AMOUNT;
	late = hold->expires_us != 0 && transfer->at_us >= hold->expires_us;
	if (transfer->kind == TRANSFER_POST && late)
		return LEDGER_E_EXPIRED;
	if (transfer->kind == TRANSFER_EXPIRE && !late)
		return LEDGER_E_EARLY;
	return 0;
}

/* Would this debit pass the account's limit? Open holds count as spent. */
static int check_limit(const struct account *debit, int64_t amount_minor)
{
	int64_t used;

	if (__builtin_add_overflow(debit->debits_posted, debit->debits_pending, &used) ||
		__builtin_add_overflow(used, amount_minor, &used))
		return LEDGER_E_OVERFLOW;
	if ((debit->flags & ACCOUNT_NO_OVERDRAFT) != 0 && used > debit->credits_posted)
		return LEDGER_E_FUNDS;
	return 0;
}

/* What a transfer adds to the pending and the posted counter of both its legs. */
struct ledger_move {
	int64_t pending, posted;
};

static struct ledger_move move_of(const struct transfer *hold, const struct transfer *transfer)
{
	struct ledger_move move = {0, 0};

	if (resolves(transfer->kind))
		move.pending = -hold->amount_minor;
	else if (transfer->kind == TRANSFER_PENDING)
		move.pending = transfer->amount_minor;
	if (transfer->kind == TRANSFER_POSTED || transfer->kind == TRANSFER_POST)
		move.posted = transfer->amount_minor;
	return move;
}

/* The counters after the move. One lane's share of a busy account may be negative while the sum
 * over lanes is not. */
static int counters_add(int64_t *pending, int64_t *posted, struct ledger_move move, bool sharded)
{
	if (__builtin_add_overflow(*pending, move.pending, pending) ||
		__builtin_add_overflow(*posted, move.posted, posted))
		return LEDGER_E_OVERFLOW;
	if (*pending < 0 && !sharded)
		return FAULT(FAULT_CORRUPT, "a pending counter fell below zero");
	return 0;
}

int ledger_apply(struct account *debit, struct account *credit, const struct transfer *hold,
	const struct transfer *transfer)
{
	struct account d = *debit, c = *credit;
	struct ledger_move move;
	int result;

	if (transfer->kind < TRANSFER_POSTED || transfer->kind > TRANSFER_EXPIRE)
		return FAULT(FAULT_BUG, "transfer of kind %d", (int)transfer->kind);
	result = check_parties(debit, credit, transfer);
	if (result == 0 && resolves(transfer->kind))
		result = check_hold(hold, transfer);
	else if (result == 0)
		result = transfer->pending_id != 0 ? LEDGER_E_UNKNOWN
						   : check_limit(debit, transfer->amount_minor);
	if (result != 0)
		return result;

	move = move_of(hold, transfer);
	result = counters_add(
		&d.debits_pending, &d.debits_posted, move, (d.flags & ACCOUNT_SHARDED) != 0);
	if (result == 0)
		result = counters_add(&c.credits_pending, &c.credits_posted, move,
			(c.flags & ACCOUNT_SHARDED) != 0);
	if (result != 0)
		return result;
	*debit = d;
	*credit = c;
	return 0;
}

bool ledger_resolves(enum transfer_kind kind)
{
	return resolves(kind);
}

const char *ledger_difference(const struct transfer *a, const struct transfer *b)
{
	if (a->tenant_id != b->tenant_id)
		return "tenant_id";
	if (a->kind != b->kind)
		return "kind";
	if (a->code != b->code)
		return "code";
	if (a->debit_account != b->debit_account)
		return "debit_account";
	if (a->credit_account != b->credit_account)
		return "credit_account";
	if (a->amount_minor != b->amount_minor)
		return "amount_minor";
	if (!str_eq(a->currency, b->currency))
		return "currency";
	if (a->pending_id != b->pending_id)
		return "pending_id";
	if (a->order_id != b->order_id)
		return "order_id";
	if (a->payment_id != b->payment_id)
		return "payment_id";
	return NULL;
}

/* Stable words for logs, the ledger view and the API. */
static const char *const kind_names[] = {
	[TRANSFER_POSTED] = "posted",
	[TRANSFER_PENDING] = "pending",
	[TRANSFER_POST] = "post",
	[TRANSFER_VOID] = "void",
	[TRANSFER_EXPIRE] = "expire",
};
static const char *const code_names[] = {
	[TRANSFER_TOPUP] = "topup",
	[TRANSFER_PREPAY] = "prepay",
	[TRANSFER_HOLD] = "hold",
	[TRANSFER_ENERGY] = "energy",
	[TRANSFER_SERVICE] = "service",
	[TRANSFER_IDLE] = "idle",
	[TRANSFER_REFUND] = "refund",
	[TRANSFER_DEBT] = "debt",
	[TRANSFER_HOUSE] = "house",
	[TRANSFER_CORRECTION] = "correction",
	[TRANSFER_FEED_IN] = "feed_in",
};
static const char *const account_names[] = {
	[ACCOUNT_WALLET] = "wallet",
	[ACCOUNT_ORDER] = "order",
	[ACCOUNT_CHANNEL] = "channel",
	[ACCOUNT_ENERGY] = "energy",
	[ACCOUNT_SERVICE] = "service",
	[ACCOUNT_IDLE] = "idle",
	[ACCOUNT_HOUSE] = "house",
	[ACCOUNT_UNPAID] = "unpaid",
	[ACCOUNT_BONUS] = "bonus",
	[ACCOUNT_CARD] = "card",
	[ACCOUNT_TILL] = "till",
	[ACCOUNT_SURPLUS] = "surplus",
	[ACCOUNT_BOUGHT] = "bought",
};
#define NAME_OF(table, value) \
	((size_t)(value) < sizeof(table) / sizeof((table)[0]) && (table)[value] != NULL \
			? (table)[value] \
			: "")

const char *transfer_kind_name(enum transfer_kind kind)
{
	return NAME_OF(kind_names, kind);
}

const char *transfer_code_name(enum transfer_code code)
{
	return NAME_OF(code_names, code);
}

const char *account_kind_name(enum account_kind kind)
{
	return NAME_OF(account_names, kind);
}

int account_flags_of(enum account_kind kind)
{
	return kind == ACCOUNT_WALLET || kind == ACCOUNT_ORDER || kind == ACCOUNT_CARD
		       ? ACCOUNT_NO_OVERDRAFT
		       : ACCOUNT_SHARDED;
}
