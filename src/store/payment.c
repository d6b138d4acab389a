/* payment.c - reads and writes payment attempts. */
#include "store/payment.h"

#include "base/fault.h"
#include "store/row.h"

static struct str text(struct str s)
{
	return s.ptr != NULL ? s : STR("");
}

int store_payment_add(struct db *db, const struct payment *payment)
{
	struct stmt *stmt = stmt_of(db, SQL_PAYMENT_ADD);
	int result;

	stmt_bind_i64(stmt, 1, payment->id);
	stmt_bind_i64(stmt, 2, payment->tenant_id);
	stmt_bind_i64(stmt, 3, payment->order_id);
	stmt_bind_i64(stmt, 4, payment->member_id);
	stmt_bind_i64(stmt, 5, payment->parent_id);
	stmt_bind_i64(stmt, 6, payment->kind);
	stmt_bind_i64(stmt, 7, payment->state);
	stmt_bind_str(stmt, 8, payment->channel);
	stmt_bind_str(stmt, 9, payment->key);
	stmt_bind_i64(stmt, 10, payment->amount_minor);
	stmt_bind_str(stmt, 11, payment->currency);
	stmt_bind_i64(stmt, 12, payment->next_us);
	stmt_bind_i64(stmt, 13, payment->created_us);
	stmt_bind_i64(stmt, 14, payment->tag_id);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STORE_E_UNIQUE : 0;
}

static void payment_read(struct stmt *stmt, struct arena *arena, struct payment *ret_payment)
{
	*ret_payment = (struct payment){
		.id = stmt_i64(stmt, 0),
		.tenant_id = stmt_i64(stmt, 1),
		.order_id = stmt_i64(stmt, 2),
		.member_id = stmt_i64(stmt, 3),
		.parent_id = stmt_i64(stmt, 4),
		.kind = (enum payment_kind)stmt_i64(stmt, 5),
		.state = (enum payment_state)stmt_i64(stmt, 6),
		.channel = stmt_dup(stmt, 7, arena),
		.key = stmt_dup(stmt, 8, arena),
		.channel_ref = stmt_dup(stmt, 9, arena),
		.pay_url = stmt_dup(stmt, 10, arena),
		.amount_minor = stmt_i64(stmt, 11),
		.currency = stmt_dup(stmt, 12, arena),
		.error = stmt_dup(stmt, 13, arena),
		.attempts = stmt_i64(stmt, 14),
		.next_us = stmt_i64(stmt, 15),
		.created_us = stmt_i64(stmt, 16),
		.done_us = stmt_i64(stmt, 17),
		.version = stmt_i64(stmt, 18),
		.tag_id = stmt_i64(stmt, 19),
	};
}

static int payment_one(struct stmt *stmt, struct arena *arena, struct payment *ret_payment)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	payment_read(stmt, arena, ret_payment);
	stmt_reset(stmt);
	return 0;
}

int store_payment_get(struct db *db, struct arena *arena, int64_t id, struct payment *ret_payment)
{
	struct stmt *stmt = stmt_of(db, SQL_PAYMENT_GET);

	stmt_bind_i64(stmt, 1, id);
	return payment_one(stmt, arena, ret_payment);
}

int store_payment_by_key(
	struct db *db, struct arena *arena, struct str key, struct payment *ret_payment)
{
	struct stmt *stmt = stmt_of(db, SQL_PAYMENT_BY_KEY);

	stmt_bind_str(stmt, 1, key);
	return payment_one(stmt, arena, ret_payment);
}

int store_payment_put(struct db *db, struct payment *payment)
{
	struct stmt *stmt = stmt_of(db, SQL_PAYMENT_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, payment->id);
	stmt_bind_i64(stmt, 2, payment->version);
	stmt_bind_i64(stmt, 3, payment->state);
	stmt_bind_str(stmt, 4, text(payment->channel_ref));
	stmt_bind_str(stmt, 5, text(payment->pay_url));
	stmt_bind_str(stmt, 6, text(payment->error));
	stmt_bind_i64(stmt, 7, payment->attempts);
	stmt_bind_i64(stmt, 8, payment->next_us);
	stmt_bind_i64(stmt, 9, payment->done_us);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	payment->version++;
	return 0;
}

/* Walks a statement with a limit of `most` rows into a list in the arena. */
static int payment_list(struct stmt *stmt, struct arena *arena, size_t most,
	struct payment **ret_payments, size_t *ret_count)
{
	struct payment *list = ARENA_ARRAY(arena, struct payment, most);
	size_t count = 0;
	int row = 0;

	if (list == NULL) {
		stmt_reset(stmt);
		return FAULT(FAULT_NOMEM, "no room for %zu payments", most);
	}
	while (count < most && (row = stmt_step(stmt)) == 1)
		payment_read(stmt, arena, &list[count++]);
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	*ret_payments = list;
	*ret_count = count;
	return 0;
}

int store_payment_of_order(struct db *db, struct arena *arena, int64_t order_id, size_t most,
	struct payment **ret_payments, size_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_PAYMENT_OF_ORDER);

	stmt_bind_i64(stmt, 1, order_id);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return payment_list(stmt, arena, most, ret_payments, ret_count);
}

int store_payment_open_count(struct db *db, int64_t order_id, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_PAYMENT_OPEN_OF_ORDER);

	stmt_bind_i64(stmt, 1, order_id);
	return row_number(stmt, 0, ret_count);
}

int store_payment_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct payment **ret_payments, size_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_PAYMENT_DUE);

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return payment_list(stmt, arena, most, ret_payments, ret_count);
}
