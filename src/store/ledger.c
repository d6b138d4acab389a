/* ledger.c - posts transfers: looks up what the rule needs, asks the rule, appends the row and adds
 * to the counters. */
#include "store/ledger.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "db/memo.h"

#define MEMO_ACCOUNT 'a'
#define MEMO_KEY_MAX 96

/* 1 found, 0 not. */
static int account_find(struct db *db, const struct account *wish, int64_t *ret_id)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_ACCOUNT_FIND);
	int row;

	stmt_bind_i64(stmt, 1, wish->tenant_id);
	stmt_bind_i64(stmt, 2, wish->kind);
	stmt_bind_i64(stmt, 3, wish->owner_id);
	stmt_bind_str(stmt, 4, wish->name.ptr != NULL ? wish->name : STR(""));
	stmt_bind_str(stmt, 5, wish->currency);
	row = stmt_step(stmt);
	if (row == 1) {
		*ret_id = stmt_i64(stmt, 0);
		stmt_reset(stmt);
	}
	return row;
}

/* 1 added, 0 another one is there. */
static int account_add(struct db *db, const struct account *wish, int64_t now_us, int64_t *ret_id)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_ACCOUNT_ADD);
	int64_t added = 0;

	stmt_bind_i64(stmt, 1, wish->id);
	stmt_bind_i64(stmt, 2, wish->tenant_id);
	stmt_bind_i64(stmt, 3, wish->kind);
	stmt_bind_i64(stmt, 4, wish->owner_id);
	stmt_bind_str(stmt, 5, wish->name.ptr != NULL ? wish->name : STR(""));
	stmt_bind_str(stmt, 6, wish->currency);
	stmt_bind_i64(stmt, 7, account_flags_of(wish->kind));
	stmt_bind_i64(stmt, 8, now_us);
	TRY(stmt_run(stmt, &added));
	if (added == 1)
		*ret_id = wish->id;
	return added == 1;
}

/* Under which name the connection remembers an account of the house. */
static struct str house_key(char text[MEMO_KEY_MAX], const struct account *wish)
{
	int len = snprintf(text, MEMO_KEY_MAX, "%lld %d %.*s %.*s", (long long)wish->tenant_id,
		(int)wish->kind, STR_FMT(wish->currency), STR_FMT(wish->name));

	return (struct str){text, (size_t)len < MEMO_KEY_MAX ? (size_t)len : MEMO_KEY_MAX};
}

/* The accounts of the house are few and asked for all the time. */
static int house_find(struct db *db, const struct account *wish, int64_t *ret_id)
{
	char text[MEMO_KEY_MAX];
	struct str key = house_key(text, wish);
	const int64_t *kept = key.len < MEMO_KEY_MAX ? db_recall(db, MEMO_ACCOUNT, key) : NULL;
	int found;

	if (kept) {
		*ret_id = *kept;
		return 1;
	}
	found = account_find(db, wish, ret_id);
	if (found == 1 && key.len < MEMO_KEY_MAX)
		db_remember(db, MEMO_ACCOUNT, key, ret_id, sizeof(*ret_id));
	return found;
}

int store_ledger_account(struct db *db, const struct account *wish, int64_t now_us, int64_t *ret_id)
{
	int found;

	/* An order's account is new nearly always, the others nearly never: the likely case costs
	 * one statement. */
	if (wish->kind != ACCOUNT_ORDER) {
		found = wish->owner_id == 0 ? house_find(db, wish, ret_id)
					    : account_find(db, wish, ret_id);
		TRY(found);
		if (found == 1)
			return 0;
	}
	found = account_add(db, wish, now_us, ret_id);
	TRY(found);
	if (found == 1)
		return 0;
	found = account_find(db, wish, ret_id);
	TRY(found);
	return found == 1 ? 0
			  : FAULT(FAULT_CORRUPT, "account id %lld is taken", (long long)wish->id);
}

static void account_read(
	struct stmt *stmt, int first, struct arena *arena, struct account *ret_account)
{
	*ret_account = (struct account){
		.id = stmt_i64(stmt, first),
		.tenant_id = stmt_i64(stmt, first + 1),
		.kind = (enum account_kind)stmt_i64(stmt, first + 2),
		.owner_id = stmt_i64(stmt, first + 3),
		.name = stmt_dup(stmt, first + 4, arena),
		.currency = stmt_dup(stmt, first + 5, arena),
		.flags = (int)stmt_i64(stmt, first + 6),
		.debits_pending = stmt_i64(stmt, first + 7),
		.debits_posted = stmt_i64(stmt, first + 8),
		.credits_pending = stmt_i64(stmt, first + 9),
		.credits_posted = stmt_i64(stmt, first + 10),
	};
}

int store_ledger_account_get(
	struct db *db, struct arena *arena, int64_t id, struct account *ret_account)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_ACCOUNT_GET);
	int row;

	stmt_bind_i64(stmt, 1, id);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	account_read(stmt, 0, arena, ret_account);
	stmt_reset(stmt);
	return 0;
}

static void transfer_read(struct stmt *stmt, struct arena *arena, struct transfer *ret_transfer)
{
	*ret_transfer = (struct transfer){
		.id = stmt_i64(stmt, 0),
		.key = stmt_dup(stmt, 1, arena),
		.tenant_id = stmt_i64(stmt, 2),
		.kind = (enum transfer_kind)stmt_i64(stmt, 3),
		.code = (enum transfer_code)stmt_i64(stmt, 4),
		.debit_account = stmt_i64(stmt, 5),
		.credit_account = stmt_i64(stmt, 6),
		.amount_minor = stmt_i64(stmt, 7),
		.currency = stmt_dup(stmt, 8, arena),
		.pending_id = stmt_i64(stmt, 9),
		.order_id = stmt_i64(stmt, 10),
		.payment_id = stmt_i64(stmt, 11),
		.at_us = stmt_i64(stmt, 12),
		.expires_us = stmt_i64(stmt, 13),
	};
}

static int transfer_one(struct stmt *stmt, struct arena *arena, struct transfer *ret_transfer,
	int64_t *ret_resolver)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	transfer_read(stmt, arena, ret_transfer);
	if (ret_resolver != NULL)
		*ret_resolver = stmt_i64(stmt, 14);
	stmt_reset(stmt);
	return 0;
}

int store_ledger_transfer_get(struct db *db, struct arena *arena, int64_t id,
	struct transfer *ret_transfer, int64_t *ret_resolver)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_TRANSFER_GET);

	stmt_bind_i64(stmt, 1, id);
	return transfer_one(stmt, arena, ret_transfer, ret_resolver);
}

int store_ledger_transfer_by_key(
	struct db *db, struct arena *arena, struct str key, struct transfer *ret_transfer)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_TRANSFER_BY_KEY);

	stmt_bind_str(stmt, 1, key);
	return transfer_one(stmt, arena, ret_transfer, NULL);
}

/* What a refused key was about, as text: number after number, then the currency. */
static struct str content_text(struct arena *arena, const struct transfer *t)
{
	return str_format(arena, "%lld %d %d %lld %lld %lld %lld %lld %lld %.*s",
		(long long)t->tenant_id, (int)t->kind, (int)t->code, (long long)t->debit_account,
		(long long)t->credit_account, (long long)t->amount_minor, (long long)t->pending_id,
		(long long)t->order_id, (long long)t->payment_id, STR_FMT(t->currency));
}

static bool content_read(struct str text, struct transfer *ret_transfer)
{
	int64_t n[9];

	for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++)
		if (!str_to_i64(str_cut(&text, ' '), &n[i]))
			return false;
	*ret_transfer = (struct transfer){
		.tenant_id = n[0],
		.kind = (enum transfer_kind)n[1],
		.code = (enum transfer_code)n[2],
		.debit_account = n[3],
		.credit_account = n[4],
		.amount_minor = n[5],
		.pending_id = n[6],
		.order_id = n[7],
		.payment_id = n[8],
		.currency = text,
	};
	return true;
}

/* The accounts of a transfer as this lane may change them, and the outcome once given to its key
 * (0: none). */
struct parties {
	struct account debit, credit;
	bool have_both;
	int refused;
};

static int parties_load(struct db *db, struct arena *arena, int shard,
	const struct transfer *transfer, struct parties *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_PAIR);
	int row;

	memset(ret, 0, sizeof(*ret));
	stmt_bind_i64(stmt, 1, transfer->debit_account);
	stmt_bind_i64(stmt, 2, transfer->credit_account);
	stmt_bind_i64(stmt, 3, shard);
	stmt_bind_str(stmt, 4, transfer->key);
	row = stmt_step(stmt);
	if (row != 1)
		return row;
	ret->refused = (int)stmt_i64(stmt, 0);
	ret->have_both = !stmt_is_null(stmt, 1) && !stmt_is_null(stmt, 12);
	if (ret->have_both) {
		account_read(stmt, 1, arena, &ret->debit);
		account_read(stmt, 12, arena, &ret->credit);
	}
	stmt_reset(stmt);
	return 0;
}

/* The answer to a key that was refused before: the same again, unless it now asks for something
 * else. */
static int answer_refused(struct db *db, const struct transfer *transfer, const char **ret_field)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_REFUSED_GET);
	struct transfer before;
	int row, outcome;

	stmt_bind_str(stmt, 1, transfer->key);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return 0;
	outcome = (int)stmt_i64(stmt, 0);
	if (!content_read(stmt_str(stmt, 1), &before)) {
		stmt_reset(stmt);
		return FAULT(FAULT_CORRUPT, "unreadable content of a refused transfer");
	}
	*ret_field = ledger_difference(&before, transfer);
	stmt_reset(stmt);
	return *ret_field != NULL ? LEDGER_E_CONFLICT : outcome;
}

static int remember_refused(
	struct db *db, struct arena *arena, const struct transfer *transfer, int outcome)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_REFUSED_ADD);

	stmt_bind_str(stmt, 1, transfer->key);
	stmt_bind_i64(stmt, 2, outcome);
	stmt_bind_str(stmt, 3, content_text(arena, transfer));
	stmt_bind_i64(stmt, 4, transfer->at_us);
	TRY(stmt_run(stmt, NULL));
	return outcome;
}

/* Is the key stored already? 0 and receipt->repeated for the same content; LEDGER_E_CONFLICT for
 * other content; `otherwise` when it is not there. */
static int answer_repeated(struct db *db, struct arena *arena, const struct transfer *transfer,
	int otherwise, struct ledger_receipt *receipt)
{
	struct transfer before;
	int result = store_ledger_transfer_by_key(db, arena, transfer->key, &before);

	TRY(result);
	if (result == STORE_E_MISSING)
		return otherwise;
	receipt->field = ledger_difference(&before, transfer);
	if (receipt->field != NULL)
		return LEDGER_E_CONFLICT;
	receipt->id = before.id;
	receipt->repeated = true;
	return 0;
}

/* Appends the row. 1 added, 0 its key or its hold's resolution is there already. */
static int transfer_add(struct db *db, const struct transfer *t)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_TRANSFER_ADD);
	int64_t added = 0;

	stmt_bind_i64(stmt, 1, t->id);
	stmt_bind_str(stmt, 2, t->key);
	stmt_bind_i64(stmt, 3, t->tenant_id);
	stmt_bind_i64(stmt, 4, t->kind);
	stmt_bind_i64(stmt, 5, t->code);
	stmt_bind_i64(stmt, 6, t->debit_account);
	stmt_bind_i64(stmt, 7, t->credit_account);
	stmt_bind_i64(stmt, 8, t->amount_minor);
	stmt_bind_str(stmt, 9, t->currency);
	if (t->pending_id != 0)
		stmt_bind_i64(stmt, 10, t->pending_id);
	else
		stmt_bind_null(stmt, 10);
	stmt_bind_i64(stmt, 11, t->order_id);
	stmt_bind_i64(stmt, 12, t->payment_id);
	stmt_bind_i64(stmt, 13, t->at_us);
	stmt_bind_i64(stmt, 14, t->expires_us);
	TRY(stmt_run(stmt, &added));
	return added == 1;
}

/* Adds what the rule moved to both accounts' counters. */
static int counters_add(
	struct db *db, int shard, const struct parties *before, const struct parties *after)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_COUNT);
	const struct account *debit = &before->debit, *credit = &before->credit;

	stmt_bind_i64(stmt, 1, debit->id);
	stmt_bind_i64(stmt, 2, (debit->flags & ACCOUNT_SHARDED) != 0 ? shard : 0);
	stmt_bind_i64(stmt, 3, after->debit.debits_pending - debit->debits_pending);
	stmt_bind_i64(stmt, 4, after->debit.debits_posted - debit->debits_posted);
	stmt_bind_i64(stmt, 5, credit->id);
	stmt_bind_i64(stmt, 6, (credit->flags & ACCOUNT_SHARDED) != 0 ? shard : 0);
	stmt_bind_i64(stmt, 7, after->credit.credits_pending - credit->credits_pending);
	stmt_bind_i64(stmt, 8, after->credit.credits_posted - credit->credits_posted);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

/* Keeps the list of open holds that the timer watches. */
static int watch_hold(struct db *db, const struct transfer *hold, const struct transfer *transfer)
{
	struct stmt *stmt;

	if (transfer->kind == TRANSFER_PENDING && transfer->expires_us != 0) {
		stmt = stmt_of(db, SQL_LEDGER_HOLD_ADD);
		stmt_bind_i64(stmt, 1, transfer->id);
		stmt_bind_i64(stmt, 2, transfer->expires_us);
		TRY(stmt_run(stmt, NULL));
	} else if (hold != NULL && hold->expires_us != 0) {
		stmt = stmt_of(db, SQL_LEDGER_HOLD_DONE);
		stmt_bind_i64(stmt, 1, hold->id);
		TRY(stmt_run(stmt, NULL));
	}
	return 0;
}

/* Asks the rule; *ret_after are the accounts as they will be. A hold that is resolved already never
 * reaches it. */
static int decide(struct db *db, struct arena *arena, const struct transfer *transfer,
	const struct parties *before, struct transfer *hold, struct parties *ret_after)
{
	int64_t resolver = 0;
	int result;

	if (!before->have_both)
		return LEDGER_E_UNKNOWN;
	if (ledger_resolves(transfer->kind)) {
		result =
			store_ledger_transfer_get(db, arena, transfer->pending_id, hold, &resolver);
		TRY(result);
		if (result == STORE_E_MISSING)
			return LEDGER_E_UNKNOWN;
		if (resolver != 0)
			return LEDGER_E_RESOLVED;
	}
	*ret_after = *before;
	return ledger_apply(&ret_after->debit, &ret_after->credit, hold, transfer);
}

/* A key that was never refused: posts it, or finds it posted before. */
static int post_unrefused(struct db *db, struct arena *arena, int shard,
	const struct transfer *transfer, const struct parties *before,
	struct ledger_receipt *receipt)
{
	struct transfer hold = {.id = 0};
	struct parties after;
	int added, result = decide(db, arena, transfer, before, &hold, &after);

	TRY(result);
	if (result > 0) {
		result = answer_repeated(db, arena, transfer, result, receipt);
		if (result <= 0 || result == LEDGER_E_CONFLICT)
			return result;
		return remember_refused(db, arena, transfer, result);
	}
	added = transfer_add(db, transfer);
	TRY(added);
	if (added == 0)
		return answer_repeated(db, arena, transfer, LEDGER_E_RESOLVED, receipt);
	TRY(counters_add(db, shard, before, &after));
	return watch_hold(db, hold.id != 0 ? &hold : NULL, transfer);
}

int store_ledger_post(struct db *db, struct arena *arena, int shard,
	const struct transfer *transfer, struct ledger_receipt *ret_receipt)
{
	struct ledger_receipt receipt = {.id = transfer->id};
	struct parties before;
	int result;

	if (transfer->key.len == 0 || transfer->id <= 0)
		return FAULT(FAULT_BUG, "transfer without key or id");
	TRY(parties_load(db, arena, shard, transfer, &before));
	if (before.refused != 0)
		result = answer_refused(db, transfer, &receipt.field);
	else
		result = post_unrefused(db, arena, shard, transfer, &before, &receipt);
	TRY(result);
	if (ret_receipt != NULL)
		*ret_receipt = receipt;
	return result;
}

static const enum sql_id side_sql[] = {
	[TRANSFERS_OF_ORDER] = SQL_LEDGER_TRANSFERS_OF_ORDER,
	[TRANSFERS_OF_DEBIT] = SQL_LEDGER_TRANSFERS_OF_DEBIT,
	[TRANSFERS_OF_CREDIT] = SQL_LEDGER_TRANSFERS_OF_CREDIT,
};

int store_ledger_transfers(struct db *db, struct arena *arena, enum transfer_side side, int64_t id,
	int64_t after, size_t most, struct transfer_list *ret_list)
{
	struct transfer_list list = {.rows = ARENA_ARRAY(arena, struct transfer, most + 1),
		.resolvers = ARENA_ARRAY(arena, int64_t, most + 1)};
	struct stmt *stmt = stmt_of(db, side_sql[side]);
	int row;

	if (list.rows == NULL || list.resolvers == NULL)
		return FAULT(FAULT_NOMEM, "no room for %zu transfers", most);
	stmt_bind_i64(stmt, 1, id);
	stmt_bind_i64(stmt, 2, after);
	stmt_bind_i64(stmt, 3, (int64_t)most + 1);
	while ((row = stmt_step(stmt)) == 1 && list.len <= most) {
		transfer_read(stmt, arena, &list.rows[list.len]);
		list.resolvers[list.len++] = stmt_i64(stmt, 14);
	}
	TRY(row);
	if (list.len > most) {
		list.len = most;
		list.next = most > 0 ? list.rows[most - 1].id : after;
	}
	*ret_list = list;
	return 0;
}

int store_ledger_due_holds(
	struct db *db, int64_t now_us, size_t most, int64_t *ret_ids, size_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_LEDGER_HOLD_DUE);
	size_t count = 0;
	int row;

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1)
		ret_ids[count++] = stmt_i64(stmt, 0);
	TRY(row);
	*ret_count = count;
	return 0;
}
