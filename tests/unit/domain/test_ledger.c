/* test_ledger.c - the rules of one transfer, and random histories against a second, naive model
 * that keeps a list of transfers and recomputes every balance from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/fault.h"
#include "base/rng.h"
#include "domain/ledger.h"
#include "domain/money.h"

#define ACCOUNTS 6
#define HISTORY 300

static struct account account_new(int64_t id, int flags)
{
	return (struct account){.id = id,
		.tenant_id = 1,
		.kind = ACCOUNT_WALLET,
		.currency = STR("CNY"),
		.flags = flags};
}

static struct transfer transfer_new(
	enum transfer_kind kind, int64_t from, int64_t to, int64_t amount)
{
	return (struct transfer){.id = 100,
		.tenant_id = 1,
		.kind = kind,
		.code = TRANSFER_HOLD,
		.debit_account = from,
		.credit_account = to,
		.amount_minor = amount,
		.currency = STR("CNY")};
}

static void test_refusals_change_nothing(void **state)
{
	struct account a = account_new(1, ACCOUNT_NO_OVERDRAFT), b = account_new(2, 0);
	struct transfer good = transfer_new(TRANSFER_POSTED, 1, 2, 50), t;
	struct account a0, b0;

	(void)state;
	a.credits_posted = 100;
	a0 = a;
	b0 = b;
	t = good, t.amount_minor = 0;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_AMOUNT);
	t.amount_minor = -5;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_AMOUNT);
	t.amount_minor = MONEY_MAX + 1;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_AMOUNT);
	t.amount_minor = 101;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_FUNDS);
	t = good, t.currency = STR("EUR");
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_CURRENCY);
	t = good, t.tenant_id = 2;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_ACCOUNTS);
	t = good, t.debit_account = 2;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_ACCOUNTS);
	t = good, t.pending_id = 9;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_UNKNOWN);
	t = good, t.kind = TRANSFER_POST, t.pending_id = 9;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_UNKNOWN);
	assert_int_equal(ledger_apply(&a, &b, &good, &t), LEDGER_E_UNKNOWN);
	t = good, t.kind = (enum transfer_kind)6;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), FAULT_BUG);
	t = good, t.credit_account = 1;
	assert_int_equal(ledger_apply(&a, &a, NULL, &t), LEDGER_E_ACCOUNTS);
	assert_memory_equal(&a, &a0, sizeof(a));
	assert_memory_equal(&b, &b0, sizeof(b));
}

static void test_hold_counts_as_spent(void **state)
{
	struct account a = account_new(1, ACCOUNT_NO_OVERDRAFT), b = account_new(2, 0);
	struct transfer hold = transfer_new(TRANSFER_PENDING, 1, 2, 1000);
	struct transfer post = transfer_new(TRANSFER_POST, 1, 2, 400);

	(void)state;
	a.credits_posted = 5000;
	for (int i = 0; i < 5; i++)
		assert_int_equal(ledger_apply(&a, &b, NULL, &hold), 0);
	assert_int_equal(account_available(&a), 0);
	assert_int_equal(account_balance(&a), 5000);
	assert_int_equal(ledger_apply(&a, &b, NULL, &hold), LEDGER_E_FUNDS);
	post.pending_id = hold.id;
	assert_int_equal(ledger_apply(&a, &b, &hold, &post), 0);
	assert_int_equal(a.debits_pending, 4000);
	assert_int_equal(a.debits_posted, 400);
	assert_int_equal(b.credits_pending, 4000);
	assert_int_equal(b.credits_posted, 400);
	assert_int_equal(account_available(&a), 600);
	/* Money that is only pending cannot be spent by its receiver. */
	assert_int_equal(account_available(&b), 400);
}

static void test_resolving(void **state)
{
	struct account a = account_new(1, 0), b = account_new(2, 0), c = account_new(3, 0);
	struct transfer hold = transfer_new(TRANSFER_PENDING, 1, 2, 100), t;

	(void)state;
	hold.expires_us = 1000;
	assert_int_equal(ledger_apply(&a, &b, NULL, &hold), 0);
	t = transfer_new(TRANSFER_POST, 1, 2, 101);
	t.pending_id = hold.id;
	assert_int_equal(ledger_apply(&a, &b, &hold, &t), LEDGER_E_EXCEEDS);
	t.amount_minor = 100;
	t.at_us = 1000;
	assert_int_equal(ledger_apply(&a, &b, &hold, &t), LEDGER_E_EXPIRED);
	t.kind = TRANSFER_EXPIRE;
	t.at_us = 999;
	assert_int_equal(ledger_apply(&a, &b, &hold, &t), LEDGER_E_EARLY);
	t.at_us = 1000;
	t.amount_minor = 99;
	assert_int_equal(ledger_apply(&a, &b, &hold, &t), LEDGER_E_AMOUNT);
	t.kind = TRANSFER_VOID;
	assert_int_equal(ledger_apply(&a, &b, &hold, &t), LEDGER_E_AMOUNT);
	t.amount_minor = 100;
	t.credit_account = 3;
	assert_int_equal(ledger_apply(&a, &c, &hold, &t), LEDGER_E_ACCOUNTS);
	t.credit_account = 2;
	assert_int_equal(ledger_apply(&a, &b, &hold, &t), 0);
	assert_int_equal(a.debits_pending, 0);
	assert_int_equal(a.debits_posted, 0);
	/* A second resolution of the same hold is the store's to refuse; the counters show the
	 * contradiction. */
	assert_int_equal(ledger_apply(&a, &b, &hold, &t), FAULT_CORRUPT);
}

static void test_overflow_at_the_edges(void **state)
{
	struct account a = account_new(1, 0), b = account_new(2, 0), a0, b0;
	struct transfer t = transfer_new(TRANSFER_POSTED, 1, 2, 1);

	(void)state;
	a.debits_posted = INT64_MAX;
	a0 = a;
	b0 = b;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_OVERFLOW);
	assert_memory_equal(&a, &a0, sizeof(a));
	assert_memory_equal(&b, &b0, sizeof(b));
	a.debits_posted = INT64_MAX - 1;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), 0);
	a = account_new(1, 0);
	b.credits_posted = INT64_MAX;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_OVERFLOW);
	assert_int_equal(a.debits_posted, 0);
	a.debits_pending = INT64_MAX;
	a.flags = ACCOUNT_NO_OVERDRAFT;
	assert_int_equal(ledger_apply(&a, &b, NULL, &t), LEDGER_E_OVERFLOW);
}

static void test_difference_names_the_field(void **state)
{
	struct transfer a = transfer_new(TRANSFER_POSTED, 1, 2, 50), b = a;

	(void)state;
	b.id = 5, b.at_us = 99;
	assert_null(ledger_difference(&a, &b));
	b.amount_minor = 51;
	assert_string_equal(ledger_difference(&a, &b), "amount_minor");
	b = a, b.credit_account = 3;
	assert_string_equal(ledger_difference(&a, &b), "credit_account");
	b = a, b.debit_account = 3;
	assert_string_equal(ledger_difference(&a, &b), "debit_account");
	b = a, b.currency = STR("EUR");
	assert_string_equal(ledger_difference(&a, &b), "currency");
	b = a, b.code = TRANSFER_IDLE;
	assert_string_equal(ledger_difference(&a, &b), "code");
	b = a, b.kind = TRANSFER_PENDING;
	assert_string_equal(ledger_difference(&a, &b), "kind");
	b = a, b.order_id = 1;
	assert_string_equal(ledger_difference(&a, &b), "order_id");
	b = a, b.payment_id = 1;
	assert_string_equal(ledger_difference(&a, &b), "payment_id");
	b = a, b.pending_id = 1;
	assert_string_equal(ledger_difference(&a, &b), "pending_id");
	b = a, b.tenant_id = 2;
	assert_string_equal(ledger_difference(&a, &b), "tenant_id");
}

/* The history so far, and what a naive bookkeeper makes of it. */
struct history {
	struct account accounts[ACCOUNTS];
	struct transfer rows[HISTORY];
	bool resolved[HISTORY];
	size_t len;
};

static int64_t naive_posted(const struct history *h, int64_t account, bool debit)
{
	int64_t sum = 0;

	for (size_t i = 0; i < h->len; i++)
		if ((h->rows[i].kind == TRANSFER_POSTED || h->rows[i].kind == TRANSFER_POST) &&
			(debit ? h->rows[i].debit_account : h->rows[i].credit_account) == account)
			sum += h->rows[i].amount_minor;
	return sum;
}

static int64_t naive_pending(const struct history *h, int64_t account, bool debit)
{
	int64_t sum = 0;

	for (size_t i = 0; i < h->len; i++)
		if (h->rows[i].kind == TRANSFER_PENDING && !h->resolved[i] &&
			(debit ? h->rows[i].debit_account : h->rows[i].credit_account) == account)
			sum += h->rows[i].amount_minor;
	return sum;
}

/* I1, I2, I3 after every step. */
static void history_check(const struct history *h)
{
	int64_t debits = 0, credits = 0, debits_open = 0, credits_open = 0;

	for (int i = 0; i < ACCOUNTS; i++) {
		const struct account *a = &h->accounts[i];

		assert_int_equal(a->debits_posted, naive_posted(h, a->id, true));
		assert_int_equal(a->credits_posted, naive_posted(h, a->id, false));
		assert_int_equal(a->debits_pending, naive_pending(h, a->id, true));
		assert_int_equal(a->credits_pending, naive_pending(h, a->id, false));
		if ((a->flags & ACCOUNT_NO_OVERDRAFT) != 0)
			assert_true(a->debits_posted + a->debits_pending <= a->credits_posted);
		debits += a->debits_posted;
		credits += a->credits_posted;
		debits_open += a->debits_pending;
		credits_open += a->credits_pending;
	}
	assert_int_equal(debits, credits);
	assert_int_equal(debits_open, credits_open);
}

/* What the naive bookkeeper answers to a new transfer. */
static int naive_verdict(const struct history *h, const struct transfer *t, ptrdiff_t hold)
{
	const struct account *debit = &h->accounts[t->debit_account - 1];

	if (t->debit_account == t->credit_account)
		return LEDGER_E_ACCOUNTS;
	if (hold >= 0 && (h->rows[hold].debit_account != t->debit_account ||
				 h->rows[hold].credit_account != t->credit_account))
		return LEDGER_E_ACCOUNTS;
	if (hold >= 0 && t->amount_minor > h->rows[hold].amount_minor)
		return LEDGER_E_EXCEEDS;
	if (hold >= 0 && t->kind != TRANSFER_POST && t->amount_minor != h->rows[hold].amount_minor)
		return LEDGER_E_AMOUNT;
	if (hold >= 0 || (debit->flags & ACCOUNT_NO_OVERDRAFT) == 0)
		return 0;
	return t->amount_minor > naive_posted(h, debit->id, false) -
					 naive_posted(h, debit->id, true) -
					 naive_pending(h, debit->id, true)
		       ? LEDGER_E_FUNDS
		       : 0;
}

static ptrdiff_t pick_open_hold(const struct history *h, struct rng *rng)
{
	size_t start = h->len > 0 ? (size_t)rng_below(rng, h->len) : 0;

	for (size_t n = 0; n < h->len; n++) {
		size_t i = (start + n) % h->len;

		if (h->rows[i].kind == TRANSFER_PENDING && !h->resolved[i])
			return (ptrdiff_t)i;
	}
	return -1;
}

static struct transfer random_transfer(
	const struct history *h, struct rng *rng, ptrdiff_t *ret_hold)
{
	int64_t from = 1 + (int64_t)rng_below(rng, ACCOUNTS),
		to = 1 + (int64_t)rng_below(rng, ACCOUNTS);
	struct transfer t =
		transfer_new(TRANSFER_POSTED, from, to, 1 + (int64_t)rng_below(rng, 500));
	ptrdiff_t hold = rng_below(rng, 2) == 0 ? pick_open_hold(h, rng) : -1;

	t.id = (int64_t)h->len + 1;
	*ret_hold = hold;
	if (hold < 0) {
		t.kind = rng_below(rng, 2) == 0 ? TRANSFER_POSTED : TRANSFER_PENDING;
		return t;
	}
	t.kind = rng_below(rng, 2) == 0 ? TRANSFER_POST : TRANSFER_VOID;
	t.pending_id = h->rows[hold].id;
	if (rng_below(rng, 10) > 0) {
		t.debit_account = h->rows[hold].debit_account;
		t.credit_account = h->rows[hold].credit_account;
	}
	if (t.kind == TRANSFER_VOID && rng_below(rng, 10) > 0)
		t.amount_minor = h->rows[hold].amount_minor;
	return t;
}

static void history_run(uint64_t seed)
{
	struct history h = {.len = 0};
	struct rng rng;

	rng_init_seeded(&rng, seed);
	for (int i = 0; i < ACCOUNTS; i++)
		h.accounts[i] = account_new(i + 1, i < 4 ? ACCOUNT_NO_OVERDRAFT : ACCOUNT_SHARDED);
	while (h.len < HISTORY) {
		ptrdiff_t hold;
		struct transfer t = random_transfer(&h, &rng, &hold);
		struct account *debit = &h.accounts[t.debit_account - 1];
		struct account *credit = &h.accounts[t.credit_account - 1];
		int verdict = naive_verdict(&h, &t, hold);

		assert_int_equal(
			ledger_apply(debit, credit, hold >= 0 ? &h.rows[hold] : NULL, &t), verdict);
		if (verdict == 0) {
			if (hold >= 0)
				h.resolved[hold] = true;
			h.rows[h.len++] = t;
		}
		if (verdict == 0 || rng_below(&rng, 8) == 0)
			history_check(&h);
	}
}

static void test_random_histories(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 25; seed++)
		history_run(seed);
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(transfer_kind_name(TRANSFER_EXPIRE), "expire");
	assert_string_equal(transfer_kind_name((enum transfer_kind)0), "");
	assert_string_equal(transfer_code_name(TRANSFER_CORRECTION), "correction");
	assert_string_equal(transfer_code_name(TRANSFER_FEED_IN), "feed_in");
	assert_string_equal(transfer_code_name((enum transfer_code)12), "");
	assert_string_equal(account_kind_name(ACCOUNT_UNPAID), "unpaid");
	assert_string_equal(account_kind_name((enum account_kind) - 1), "");
	assert_int_equal(account_flags_of(ACCOUNT_WALLET), ACCOUNT_NO_OVERDRAFT);
	assert_int_equal(account_flags_of(ACCOUNT_ORDER), ACCOUNT_NO_OVERDRAFT);
	assert_int_equal(account_flags_of(ACCOUNT_ENERGY), ACCOUNT_SHARDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals_change_nothing),
		cmocka_unit_test(test_hold_counts_as_spent),
		cmocka_unit_test(test_resolving),
		cmocka_unit_test(test_overflow_at_the_edges),
		cmocka_unit_test(test_difference_names_the_field),
		cmocka_unit_test(test_random_histories),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
