/* test_ledger.c - posting on both engines: idempotency by key, sticky refusals, holds that resolve
 * once, sharded counters; and a long random history of fresh and repeated keys against a naive
 * model that remembers every answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "engines.h"
#include "store/ledger.h"

#define TENANT 7
#define TEST_ARENA (16 * 1024 * 1024)

struct books {
	struct test_db *test;
	struct arena arena;
	int64_t wallet, order, channel, energy;
	int64_t next_id;
};

static int64_t open_account(
	struct books *b, enum account_kind kind, int64_t owner, const char *name)
{
	struct account wish = {.id = b->next_id++,
		.tenant_id = TENANT,
		.kind = kind,
		.owner_id = owner,
		.name = str_from(name),
		.currency = STR("CNY")};
	int64_t id = 0;

	assert_int_equal(store_ledger_account(b->test->db, &wish, 1, &id), 0);
	return id;
}

static void books_open(struct books *b, void **state)
{
	*b = (struct books){.test = *state, .next_id = 1000};
	arena_init(&b->arena, TEST_ARENA);
	assert_int_equal(db_begin(b->test->db), 0);
	b->wallet = open_account(b, ACCOUNT_WALLET, 1, "");
	b->order = open_account(b, ACCOUNT_ORDER, 2, "");
	b->channel = open_account(b, ACCOUNT_CHANNEL, 0, "sandbox");
	b->energy = open_account(b, ACCOUNT_ENERGY, 0, "");
}

static void books_close(struct books *b)
{
	assert_int_equal(db_commit(b->test->db), 0);
	arena_fini(&b->arena);
}

static struct transfer wish(struct books *b, const char *key, enum transfer_kind kind, int64_t from,
	int64_t to, int64_t amount)
{
	return (struct transfer){.id = b->next_id++,
		.key = str_from(key),
		.tenant_id = TENANT,
		.kind = kind,
		.code = TRANSFER_CORRECTION,
		.debit_account = from,
		.credit_account = to,
		.amount_minor = amount,
		.currency = STR("CNY"),
		.at_us = 5};
}

static int post(struct books *b, int shard, const struct transfer *t, struct ledger_receipt *ret)
{
	return store_ledger_post(b->test->db, &b->arena, shard, t, ret);
}

static struct account account_of(struct books *b, int64_t id)
{
	struct account account;

	assert_int_equal(store_ledger_account_get(b->test->db, &b->arena, id, &account), 0);
	return account;
}

static void test_accounts(void **state)
{
	struct books b;
	struct account account;

	books_open(&b, state);
	assert_int_equal(open_account(&b, ACCOUNT_WALLET, 1, ""), b.wallet);
	assert_int_equal(open_account(&b, ACCOUNT_ORDER, 2, ""), b.order);
	assert_int_not_equal(open_account(&b, ACCOUNT_WALLET, 3, ""), b.wallet);
	assert_int_not_equal(open_account(&b, ACCOUNT_CHANNEL, 0, "other"), b.channel);
	account = account_of(&b, b.channel);
	assert_int_equal(account.flags, ACCOUNT_SHARDED);
	assert_int_equal(account.kind, ACCOUNT_CHANNEL);
	assert_true(str_is(account.name, "sandbox"));
	assert_true(str_is(account.currency, "CNY"));
	assert_int_equal(account.credits_posted, 0);
	assert_int_equal(
		store_ledger_account_get(b.test->db, &b.arena, 1, &account), STORE_E_MISSING);
	books_close(&b);
}

static void test_same_key(void **state)
{
	struct ledger_receipt receipt;
	struct transfer t, again;
	struct books b;

	books_open(&b, state);
	t = wish(&b, "top", TRANSFER_POSTED, b.channel, b.wallet, 5000);
	assert_int_equal(post(&b, 0, &t, &receipt), 0);
	assert_false(receipt.repeated);
	again = t;
	again.id = b.next_id++;
	again.at_us = 99;
	assert_int_equal(post(&b, 1, &again, &receipt), 0);
	assert_true(receipt.repeated);
	assert_int_equal(receipt.id, t.id);
	assert_int_equal(account_of(&b, b.wallet).credits_posted, 5000);
	again.amount_minor = 5001;
	assert_int_equal(post(&b, 0, &again, &receipt), LEDGER_E_CONFLICT);
	assert_string_equal(receipt.field, "amount_minor");
	again = t;
	again.id = b.next_id++;
	again.credit_account = b.order;
	assert_int_equal(post(&b, 0, &again, &receipt), LEDGER_E_CONFLICT);
	assert_string_equal(receipt.field, "credit_account");
	assert_int_equal(account_of(&b, b.wallet).credits_posted, 5000);
	assert_int_equal(account_of(&b, b.channel).debits_posted, 5000);
	books_close(&b);
}

/* The key of a posted transfer keeps its answer even when the money it moved is long gone. */
static void test_same_key_after_the_money_is_spent(void **state)
{
	struct ledger_receipt receipt;
	struct transfer top, spend;
	struct books b;

	books_open(&b, state);
	top = wish(&b, "top", TRANSFER_POSTED, b.channel, b.wallet, 100);
	spend = wish(&b, "spend", TRANSFER_POSTED, b.wallet, b.order, 100);
	assert_int_equal(post(&b, 0, &top, NULL), 0);
	assert_int_equal(post(&b, 0, &spend, NULL), 0);
	assert_int_equal(post(&b, 0, &spend, &receipt), 0);
	assert_true(receipt.repeated);
	assert_int_equal(account_of(&b, b.wallet).debits_posted, 100);
	books_close(&b);
}

static void test_failed_key_is_sticky(void **state)
{
	struct ledger_receipt receipt;
	struct transfer t, top;
	struct books b;

	books_open(&b, state);
	t = wish(&b, "spend", TRANSFER_POSTED, b.wallet, b.order, 100);
	assert_int_equal(post(&b, 0, &t, NULL), LEDGER_E_FUNDS);
	top = wish(&b, "top", TRANSFER_POSTED, b.channel, b.wallet, 1000);
	assert_int_equal(post(&b, 0, &top, NULL), 0);
	assert_int_equal(post(&b, 0, &t, NULL), LEDGER_E_FUNDS);
	t.amount_minor = 50;
	assert_int_equal(post(&b, 0, &t, &receipt), LEDGER_E_CONFLICT);
	assert_string_equal(receipt.field, "amount_minor");
	t.amount_minor = 100;
	t.key = STR("spend again");
	assert_int_equal(post(&b, 0, &t, NULL), 0);
	t = wish(&b, "nowhere", TRANSFER_POSTED, b.wallet, 4, 100);
	assert_int_equal(post(&b, 0, &t, NULL), LEDGER_E_UNKNOWN);
	books_close(&b);
}

static void test_hold_resolves_once(void **state)
{
	struct transfer top, hold, done, t;
	struct ledger_receipt receipt;
	struct books b;
	int64_t resolver;

	books_open(&b, state);
	top = wish(&b, "top", TRANSFER_POSTED, b.channel, b.wallet, 1000);
	hold = wish(&b, "hold", TRANSFER_PENDING, b.wallet, b.order, 800);
	assert_int_equal(post(&b, 0, &top, NULL), 0);
	assert_int_equal(post(&b, 0, &hold, NULL), 0);
	t = wish(&b, "too much", TRANSFER_POSTED, b.wallet, b.order, 201);
	assert_int_equal(post(&b, 0, &t, NULL), LEDGER_E_FUNDS);
	done = wish(&b, "capture", TRANSFER_POST, b.wallet, b.order, 300);
	done.pending_id = hold.id;
	assert_int_equal(post(&b, 0, &done, NULL), 0);
	assert_int_equal(account_of(&b, b.wallet).debits_posted, 300);
	assert_int_equal(account_of(&b, b.wallet).debits_pending, 0);
	t = wish(&b, "void", TRANSFER_VOID, b.wallet, b.order, 800);
	t.pending_id = hold.id;
	assert_int_equal(post(&b, 0, &t, NULL), LEDGER_E_RESOLVED);
	t = wish(&b, "capture 2", TRANSFER_POST, b.wallet, b.order, 300);
	t.pending_id = hold.id;
	assert_int_equal(post(&b, 0, &t, NULL), LEDGER_E_RESOLVED);
	assert_int_equal(post(&b, 0, &done, &receipt), 0);
	assert_true(receipt.repeated);
	assert_int_equal(
		store_ledger_transfer_get(b.test->db, &b.arena, hold.id, &t, &resolver), 0);
	assert_int_equal(resolver, done.id);
	books_close(&b);
}

static void test_expiring_holds_are_listed(void **state)
{
	struct transfer top, a, c, expire;
	int64_t ids[4];
	size_t count;
	struct books b;

	books_open(&b, state);
	top = wish(&b, "top", TRANSFER_POSTED, b.channel, b.wallet, 1000);
	a = wish(&b, "a", TRANSFER_PENDING, b.wallet, b.order, 10);
	c = wish(&b, "c", TRANSFER_PENDING, b.wallet, b.order, 20);
	a.expires_us = 2000;
	c.expires_us = 1000;
	assert_int_equal(post(&b, 0, &top, NULL), 0);
	assert_int_equal(post(&b, 0, &a, NULL), 0);
	assert_int_equal(post(&b, 0, &c, NULL), 0);
	assert_int_equal(store_ledger_due_holds(b.test->db, 999, 4, ids, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(store_ledger_due_holds(b.test->db, 2000, 4, ids, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(ids[0], c.id);
	expire = wish(&b, "expire c", TRANSFER_EXPIRE, b.wallet, b.order, 20);
	expire.pending_id = c.id;
	expire.at_us = 1000;
	assert_int_equal(post(&b, 0, &expire, NULL), 0);
	assert_int_equal(store_ledger_due_holds(b.test->db, 2000, 4, ids, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(ids[0], a.id);
	assert_int_equal(account_of(&b, b.wallet).debits_pending, 10);
	books_close(&b);
}

/* Busy accounts: a hold opened by one lane and resolved by another leaves one lane's counter
 * negative, their sum right. */
static void test_shards_sum(void **state)
{
	struct transfer hold, done;
	struct account channel;
	struct books b;

	books_open(&b, state);
	hold = wish(&b, "h", TRANSFER_PENDING, b.channel, b.order, 500);
	assert_int_equal(post(&b, 1, &hold, NULL), 0);
	done = wish(&b, "p", TRANSFER_POST, b.channel, b.order, 200);
	done.pending_id = hold.id;
	assert_int_equal(post(&b, 3, &done, NULL), 0);
	channel = account_of(&b, b.channel);
	assert_int_equal(channel.debits_pending, 0);
	assert_int_equal(channel.debits_posted, 200);
	books_close(&b);
}

static void test_lists_with_cursor(void **state)
{
	struct transfer_list list;
	struct books b;
	int64_t after = 0;
	size_t seen = 0;
	char key[32];

	books_open(&b, state);
	for (int i = 0; i < 25; i++) {
		struct transfer t;

		snprintf(key, sizeof(key), "t%d", i);
		t = wish(&b, key, TRANSFER_POSTED, b.channel, b.wallet, 10 + i);
		t.order_id = 77;
		assert_int_equal(post(&b, 0, &t, NULL), 0);
	}
	do {
		assert_int_equal(store_ledger_transfers(b.test->db, &b.arena, TRANSFERS_OF_ORDER,
					 77, after, 10, &list),
			0);
		for (size_t i = 0; i < list.len; i++)
			assert_int_equal(list.rows[i].amount_minor, 10 + (int64_t)seen++);
		after = list.next;
	} while (after != 0);
	assert_int_equal(seen, 25);
	assert_int_equal(store_ledger_transfers(
				 b.test->db, &b.arena, TRANSFERS_OF_DEBIT, b.channel, 0, 25, &list),
		0);
	assert_int_equal(list.len, 25);
	assert_int_equal(list.next, 0);
	assert_int_equal(store_ledger_transfers(b.test->db, &b.arena, TRANSFERS_OF_CREDIT,
				 b.channel, 0, 25, &list),
		0);
	assert_int_equal(list.len, 0);
	assert_int_equal(
		store_ledger_transfers(b.test->db, &b.arena, TRANSFERS_OF_ORDER, 0, 0, 25, &list),
		0);
	assert_int_equal(list.len, 0);
	books_close(&b);
}

/* --- the random history --- */
#define MODEL_ACCOUNTS 5
#define MODEL_KEYS 400

struct model {
	int64_t ids[MODEL_ACCOUNTS];
	bool bounded[MODEL_ACCOUNTS];
	int64_t pending_debit[MODEL_ACCOUNTS], pending_credit[MODEL_ACCOUNTS];
	int64_t posted_debit[MODEL_ACCOUNTS], posted_credit[MODEL_ACCOUNTS];
	struct transfer said[MODEL_KEYS]; /* what was asked under each key first */
	char keys[MODEL_KEYS][16];
	int answer[MODEL_KEYS];
	bool resolved[MODEL_KEYS];
	size_t len;
};

static int model_index(const struct model *m, int64_t id)
{
	for (int i = 0; i < MODEL_ACCOUNTS; i++)
		if (m->ids[i] == id)
			return i;
	return -1;
}

/* The model's answer to a key it has not seen, and its own books. `hold` is the position of the
 * hold or -1. */
static int model_answer(struct model *m, const struct transfer *t, ptrdiff_t hold)
{
	int d = model_index(m, t->debit_account), c = model_index(m, t->credit_account);
	bool posts = t->kind == TRANSFER_POSTED || t->kind == TRANSFER_POST;
	int64_t open = hold >= 0 ? m->said[hold].amount_minor : 0;

	if (hold >= 0 && m->resolved[hold])
		return LEDGER_E_RESOLVED;
	if (d == c)
		return LEDGER_E_ACCOUNTS;
	if (hold >= 0 && t->amount_minor > open)
		return LEDGER_E_EXCEEDS;
	if (hold >= 0 && t->kind == TRANSFER_VOID && t->amount_minor != open)
		return LEDGER_E_AMOUNT;
	if (hold < 0 && m->bounded[d] &&
		m->posted_debit[d] + m->pending_debit[d] + t->amount_minor > m->posted_credit[d])
		return LEDGER_E_FUNDS;
	if (hold >= 0) {
		m->resolved[hold] = true;
		m->pending_debit[d] -= open;
		m->pending_credit[c] -= open;
	} else if (t->kind == TRANSFER_PENDING) {
		m->pending_debit[d] += t->amount_minor;
		m->pending_credit[c] += t->amount_minor;
	}
	if (posts) {
		m->posted_debit[d] += t->amount_minor;
		m->posted_credit[c] += t->amount_minor;
	}
	return 0;
}

static ptrdiff_t model_pick_hold(const struct model *m, struct rng *rng)
{
	for (int tries = 0; tries < 20 && m->len > 0; tries++) {
		size_t i = (size_t)rng_below(rng, m->len);

		if (m->said[i].kind == TRANSFER_PENDING && m->answer[i] == 0)
			return (ptrdiff_t)i;
	}
	return -1;
}

static struct transfer model_wish(
	struct books *b, struct model *m, struct rng *rng, ptrdiff_t *ret_hold)
{
	struct transfer t;

	snprintf(m->keys[m->len], sizeof(m->keys[0]), "key-%zu", m->len);
	t = wish(b, m->keys[m->len], rng_below(rng, 2) == 0 ? TRANSFER_POSTED : TRANSFER_PENDING,
		m->ids[rng_below(rng, MODEL_ACCOUNTS)], m->ids[rng_below(rng, MODEL_ACCOUNTS)],
		1 + (int64_t)rng_below(rng, 300));
	*ret_hold = rng_below(rng, 5) < 2 ? model_pick_hold(m, rng) : -1;
	if (*ret_hold >= 0) {
		const struct transfer *hold = &m->said[*ret_hold];

		t.kind = rng_below(rng, 3) > 0 ? TRANSFER_POST : TRANSFER_VOID;
		t.pending_id = hold->id;
		t.debit_account = hold->debit_account;
		t.credit_account = hold->credit_account;
		if (rng_below(rng, 6) > 0)
			t.amount_minor =
				t.kind == TRANSFER_VOID
					? hold->amount_minor
					: 1 + (int64_t)rng_below(rng, (uint64_t)hold->amount_minor);
	}
	return t;
}

static void model_compare(struct books *b, const struct model *m)
{
	for (int i = 0; i < MODEL_ACCOUNTS; i++) {
		struct account account = account_of(b, m->ids[i]);

		assert_int_equal(account.debits_pending, m->pending_debit[i]);
		assert_int_equal(account.credits_pending, m->pending_credit[i]);
		assert_int_equal(account.debits_posted, m->posted_debit[i]);
		assert_int_equal(account.credits_posted, m->posted_credit[i]);
		if (m->bounded[i])
			assert_true(account_available(&account) >= 0);
	}
}

/* Asks an old key again, as it was or altered in one field. */
static void model_repeat(struct books *b, struct model *m, struct rng *rng)
{
	size_t i = (size_t)rng_below(rng, m->len);
	struct transfer t = m->said[i];
	struct ledger_receipt receipt = {.field = NULL};
	int want = m->answer[i];

	t.id = b->next_id++;
	if (rng_below(rng, 3) == 0) {
		t.amount_minor += 1;
		want = LEDGER_E_CONFLICT;
	}
	assert_int_equal(post(b, (int)rng_below(rng, 4), &t, &receipt), want);
	if (want == LEDGER_E_CONFLICT)
		assert_string_equal(receipt.field, "amount_minor");
}

static void test_random_history(void **state)
{
	static struct model m;
	struct books b;
	struct rng rng;

	memset(&m, 0, sizeof(m));
	books_open(&b, state);
	rng_init_seeded(&rng, 424242);
	m.ids[0] = b.wallet;
	m.ids[1] = b.order;
	m.ids[2] = open_account(&b, ACCOUNT_WALLET, 9, "");
	m.ids[3] = b.channel;
	m.ids[4] = b.energy;
	m.bounded[0] = m.bounded[1] = m.bounded[2] = true;
	while (m.len < MODEL_KEYS) {
		ptrdiff_t hold;
		struct transfer t = model_wish(&b, &m, &rng, &hold);

		m.said[m.len] = t;
		m.answer[m.len] = model_answer(&m, &t, hold);
		assert_int_equal(post(&b, (int)rng_below(&rng, 4), &t, NULL), m.answer[m.len]);
		m.len++;
		if (rng_below(&rng, 3) == 0)
			model_repeat(&b, &m, &rng);
		if (m.len % 10 == 0)
			model_compare(&b, &m);
	}
	model_compare(&b, &m);
	books_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_accounts),
		ON_BOTH_ENGINES(test_same_key),
		ON_BOTH_ENGINES(test_same_key_after_the_money_is_spent),
		ON_BOTH_ENGINES(test_failed_key_is_sticky),
		ON_BOTH_ENGINES(test_hold_resolves_once),
		ON_BOTH_ENGINES(test_expiring_holds_are_listed),
		ON_BOTH_ENGINES(test_shards_sum),
		ON_BOTH_ENGINES(test_lists_with_cursor),
		ON_BOTH_ENGINES(test_random_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
