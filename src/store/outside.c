/* outside.c - answers of responders and verdicts on contracts <-> rows. */
#include "store/outside.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column list_columns[] = {
	COL_STR(struct fetched_list, url),
	COL_STR(struct fetched_list, state),
	COL_STR(struct fetched_list, pem),
	COL_STR(struct fetched_list, issuer),
	COL_I64(struct fetched_list, revoked),
	COL_I64(struct fetched_list, from_us),
	COL_I64(struct fetched_list, until_us),
	COL_I64(struct fetched_list, ask_us),
	COL_I64(struct fetched_list, at_us),
	COL_I64(struct fetched_list, read_us),
};

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

int store_list_get(struct db *db, struct arena *arena, struct str url, struct fetched_list *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_FETCHED_LIST_GET);

	stmt_bind_str(stmt, 1, url);
	return row_one(stmt, COLUMNS(list_columns), arena, ret);
}

int store_list_put(struct db *db, const struct fetched_list *list)
{
	struct stmt *stmt = stmt_of(db, SQL_FETCHED_LIST_PUT);

	row_bind(stmt, 1, COLUMNS(list_columns), list);
	TRY(stmt_run(stmt, NULL));
	stmt = stmt_of(db, SQL_FETCHED_LIST_FORGET);
	stmt_bind_i64(stmt, 1, STORE_LISTS_MOST);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_list_recent(struct db *db, struct arena *arena,
	struct fetched_list ret_lists[STORE_LISTS_MOST], size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_FETCHED_LIST_RECENT);
	size_t len = 0;
	int row;

	stmt_bind_i64(stmt, 1, STORE_LISTS_MOST);
	while ((row = stmt_step(stmt)) == 1)
		row_read(stmt, 0, COLUMNS(list_columns), arena, &ret_lists[len++]);
	TRY(row);
	*ret_len = len;
	return 0;
}
