/* outside.c - answers of responders and verdicts on contracts <-> rows. */
#include "store/outside.h"

#include "base/fault.h"

int store_ocsp_get(struct db *db, struct arena *arena, struct str key, int64_t now_us,
	struct ocsp_answer *ret_answer)
{
	struct stmt *stmt = stmt_of(db, SQL_OCSP_GET);
	int row;

	stmt_bind_str(stmt, 1, key);
	stmt_bind_i64(stmt, 2, now_us);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_answer = (struct ocsp_answer){.key = key,
		.status = stmt_dup(stmt, 0, arena),
		.proven = stmt_i64(stmt, 1) != 0,
		.body = stmt_dup(stmt, 2, arena),
		.until_us = stmt_i64(stmt, 3)};
	stmt_reset(stmt);
	return 0;
}

int store_ocsp_put(struct db *db, const struct ocsp_answer *answer)
{
	struct stmt *stmt = stmt_of(db, SQL_OCSP_FORGET);

	stmt_bind_i64(stmt, 1, answer->at_us);
	TRY(stmt_run(stmt, NULL));
	stmt = stmt_of(db, SQL_OCSP_PUT);
	stmt_bind_str(stmt, 1, answer->key);
	stmt_bind_str(stmt, 2, answer->status);
	stmt_bind_i64(stmt, 3, answer->proven);
	stmt_bind_str(stmt, 4, answer->body.len ? answer->body : STR(""));
	stmt_bind_i64(stmt, 5, answer->until_us);
	stmt_bind_i64(stmt, 6, answer->at_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_verdict_get(struct db *db, int64_t pile_id, struct str emaid, int *ret_verdict)
{
	struct stmt *stmt = stmt_of(db, SQL_VERDICT_GET);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, emaid);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_verdict = (int)stmt_i64(stmt, 0);
	stmt_reset(stmt);
	return 0;
}

int store_verdict_put(struct db *db, int64_t pile_id, struct str emaid, int verdict, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_VERDICT_PUT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, emaid);
	stmt_bind_i64(stmt, 3, verdict);
	stmt_bind_i64(stmt, 4, now_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
