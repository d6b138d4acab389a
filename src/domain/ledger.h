/* ledger.h - double entry with two-phase holds, pure rules. An account has two posted counters that
 * only grow and two pending counters that hold what is open; a transfer names one debit and one
 * credit account; a pending transfer (hold) is resolved at most once by a later transfer that names
 * it: post (all or part, the rest is released), void, or expire. A hold with an expiry can be
 * posted only before it and expired only from it on, so the two never race. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

enum account_kind {
	ACCOUNT_WALLET = 1, /* liability: a member's money */
	ACCOUNT_ORDER =
		2, /* liability: money set aside for one order; zero when the order is settled */
	ACCOUNT_CHANNEL = 3,  /* asset: what a payment channel owes us */
	ACCOUNT_ENERGY = 4,   /* revenue: energy fee */
	ACCOUNT_SERVICE = 5,  /* revenue: service fee */
	ACCOUNT_IDLE = 6,     /* revenue: idle fee */
	ACCOUNT_HOUSE = 7,    /* expense: charging the operator pays for itself */
	ACCOUNT_UNPAID = 8,   /* asset: what drivers owe us for charging already done */
	ACCOUNT_BONUS = 9,    /* expense: money given away (top-up bonus, goodwill) */
	ACCOUNT_CARD = 10,    /* liability: the balance of a commercial card */
	ACCOUNT_TILL = 11,    /* asset: money taken at the operator's desk */
	ACCOUNT_SURPLUS = 12, /* liability: what belongs to a driver who has no account with us */
	ACCOUNT_BOUGHT = 13,  /* expense: energy bought from cars */
};
enum account_flag {
	ACCOUNT_NO_OVERDRAFT = 1, /* debits (posted + pending) may not exceed credits posted */
	ACCOUNT_SHARDED =
		2, /* busy account without limit: counters per lane, balance = their sum */
};
struct account {
	int64_t id;
	int64_t tenant_id;
	enum account_kind kind;
	int64_t owner_id; /* member, order, or 0 */
	struct str name;  /* channel name for ACCOUNT_CHANNEL, else empty */
	struct str currency;
	int flags;
	int64_t debits_pending, debits_posted, credits_pending, credits_posted;
};
enum transfer_kind {
	TRANSFER_POSTED = 1,
	TRANSFER_PENDING = 2,
	TRANSFER_POST = 3, /* resolves a pending one: `amount` posted, the rest released */
	TRANSFER_VOID = 4,
	TRANSFER_EXPIRE = 5,
};
/* What the money was for; shown in the ledger view and summed in reports. */
enum transfer_code {
	TRANSFER_TOPUP = 1,
	TRANSFER_PREPAY = 2,
	TRANSFER_HOLD = 3,
	TRANSFER_ENERGY = 4,
	TRANSFER_SERVICE = 5,
	TRANSFER_IDLE = 6,
	TRANSFER_REFUND = 7,
	TRANSFER_DEBT = 8,
	TRANSFER_HOUSE = 9,
	TRANSFER_CORRECTION = 10,
	TRANSFER_FEED_IN = 11, /* energy given back: to the order, and what is over on from it */
};
struct transfer {
	int64_t id;
	struct str key; /* caller-made idempotency key, unique for ever */
	int64_t tenant_id;
	enum transfer_kind kind;
	enum transfer_code code;
	int64_t debit_account, credit_account;
	int64_t amount_minor; /* > 0; for POST may be less than the hold; for VOID/EXPIRE the
				 released amount */
	struct str currency;
	int64_t pending_id; /* POST, VOID, EXPIRE: the hold they resolve */
	int64_t order_id;
	int64_t payment_id;
	int64_t at_us;
	int64_t expires_us; /* PENDING: 0 = never */
};
enum ledger_outcome {
	LEDGER_E_FUNDS =
		1, /* would pass the account's limit, counting holds; sticky for this key */
	LEDGER_E_CONFLICT = 2, /* same key, other content */
	LEDGER_E_RESOLVED = 3, /* the hold was already posted, voided or expired */
	LEDGER_E_EXCEEDS = 4,  /* post of more than the hold */
	LEDGER_E_CURRENCY = 5,
	LEDGER_E_AMOUNT = 6,  /* not in 1..MONEY_MAX */
	LEDGER_E_UNKNOWN = 7, /* no such account or hold */
	LEDGER_E_ACCOUNTS =
		8,          /* both legs one account, another tenant's, or not those of the hold */
	LEDGER_E_EARLY = 9, /* expire before the hold's time */
	LEDGER_E_EXPIRED = 10,  /* post at or after the hold's expiry */
	LEDGER_E_OVERFLOW = 11, /* a counter would leave 64 bits */
};
/* Pure: checks one transfer against its accounts (and its hold for POST/VOID/EXPIRE) and moves the
 * counters. On an outcome nothing is changed. */
int ledger_apply(struct account *debit, struct account *credit, const struct transfer *hold,
	const struct transfer *transfer);
/* What the account can still spend: credits posted - debits posted - debits pending. */
int64_t account_available(const struct account *account);
/* Signed balance, credit positive. */
int64_t account_balance(const struct account *account);
/* Does this kind resolve a hold? */
bool ledger_resolves(enum transfer_kind kind);
/* The first field in which two transfers of one key differ (id, times and state aside), or NULL:
 * same content. */
const char *ledger_difference(const struct transfer *a, const struct transfer *b);
/* The flags every account of a kind is opened with: wallets and orders may not be overdrawn, the
 * rest is busy. */
int account_flags_of(enum account_kind kind);
/* Stable words; "" for a value outside the enum. */
const char *transfer_kind_name(enum transfer_kind kind);
const char *transfer_code_name(enum transfer_code code);
const char *account_kind_name(enum account_kind kind);
