/* idempotency.c - the answers already given to money calls, as rows. */
#include "store/idempotency.h"
#include "base/fault.h"

int store_idempotency_get(
	struct db *db, struct str key, struct arena *arena, struct idempotency *ret_answer)
{
	struct stmt *stmt = stmt_of(db, SQL_IDEMPOTENCY_GET);
	int row;

	stmt_bind_str(stmt, 1, key);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return IDEMPOTENCY_E_NONE;
	*ret_answer = (struct idempotency){
		.key = key,
		.request_hash = stmt_dup(stmt, 0, arena),
		.status = stmt_i64(stmt, 1),
		.body = stmt_dup(stmt, 2, arena),
	};
	stmt_reset(stmt);
	return 0;
}

int store_idempotency_add(struct db *db, const struct idempotency *answer)
{
	struct stmt *stmt = stmt_of(db, SQL_IDEMPOTENCY_ADD);
	int result;

	stmt_bind_str(stmt, 1, answer->key);
	stmt_bind_str(stmt, 2, answer->request_hash);
	stmt_bind_i64(stmt, 3, answer->status);
	stmt_bind_str(stmt, 4, answer->body);
	stmt_bind_i64(stmt, 5, answer->at_us);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? IDEMPOTENCY_E_TAKEN : 0;
}

int store_idempotency_prune(struct db *db, int64_t until_us)
{
	struct stmt *stmt = stmt_of(db, SQL_IDEMPOTENCY_PRUNE);

	stmt_bind_i64(stmt, 1, until_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
