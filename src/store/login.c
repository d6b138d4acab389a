/* login.c - signed-in browsers and failed tries per address, as rows. */
#include "store/login.h"
#include "base/fault.h"
#include "store/row.h"

int store_login_add(struct db *db, struct str token_hash, int64_t staff_id, struct str csrf,
	int64_t now_us, int64_t expires_us)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_ADD);
	int result;

	stmt_bind_str(stmt, 1, token_hash);
	stmt_bind_i64(stmt, 2, staff_id);
	stmt_bind_str(stmt, 3, csrf);
	stmt_bind_i64(stmt, 4, now_us);
	stmt_bind_i64(stmt, 5, expires_us);
	result = stmt_run(stmt, NULL);
	TRY(result);
	/* 256 random bits met twice: the generator is broken, no session may come of it */
	return result == DB_E_UNIQUE ? FAULT(FAULT_BUG, "session token exists") : 0;
}

int store_login_get(struct db *db, struct str token_hash, int64_t now_us, struct arena *arena,
	struct login *ret_login)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_GET);
	int row;

	stmt_bind_str(stmt, 1, token_hash);
	stmt_bind_i64(stmt, 2, now_us);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return LOGIN_E_NONE;
	*ret_login = (struct login){
		.staff_id = stmt_i64(stmt, 0),
		.tenant_id = stmt_i64(stmt, 1),
		.login = stmt_dup(stmt, 2, arena),
		.name = stmt_dup(stmt, 3, arena),
		.role = stmt_dup(stmt, 4, arena),
		.language = stmt_dup(stmt, 5, arena),
		.csrf = stmt_dup(stmt, 6, arena),
		.seen_us = stmt_i64(stmt, 7),
		.tenant_name = stmt_dup(stmt, 8, arena),
		.currency = stmt_dup(stmt, 9, arena),
	};
	stmt_reset(stmt);
	return 0;
}

int store_login_seen(struct db *db, struct str token_hash, int64_t now_us, int64_t expires_us)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_SEEN);

	stmt_bind_str(stmt, 1, token_hash);
	stmt_bind_i64(stmt, 2, now_us);
	stmt_bind_i64(stmt, 3, expires_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_login_del(struct db *db, struct str token_hash)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_DEL);

	stmt_bind_str(stmt, 1, token_hash);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_login_prune(struct db *db, int64_t now_us, int64_t tries_from_us)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_PRUNE);

	stmt_bind_i64(stmt, 1, now_us);
	TRY(stmt_run(stmt, NULL));
	stmt = stmt_of(db, SQL_LOGIN_TRY_PRUNE);
	stmt_bind_i64(stmt, 1, tries_from_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_login_tries(struct db *db, struct str remote, int64_t window_from_us, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_TRY_GET);

	stmt_bind_str(stmt, 1, remote);
	stmt_bind_i64(stmt, 2, window_from_us);
	return row_number(stmt, 0, ret_count);
}

int store_login_tried(struct db *db, struct str remote, int64_t now_us, int64_t window_from_us)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_TRY_ADD);

	stmt_bind_str(stmt, 1, remote);
	stmt_bind_i64(stmt, 2, now_us);
	stmt_bind_i64(stmt, 3, window_from_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_login_lock(struct db *db, struct str login_hash, struct login_lock *ret_lock)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_LOCK_GET);
	int row;

	stmt_bind_str(stmt, 1, login_hash);
	row = stmt_step(stmt);
	TRY(row);
	*ret_lock = (struct login_lock){0};
	if (row == 0)
		return 0;
	*ret_lock = (struct login_lock){.failed_count = stmt_i64(stmt, 0),
		.failed_us = stmt_i64(stmt, 1),
		.locked_until_us = stmt_i64(stmt, 2)};
	stmt_reset(stmt);
	return 0;
}

int store_login_lock_put(struct db *db, struct str login_hash, const struct login_lock *lock)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_LOCK_PUT);

	stmt_bind_str(stmt, 1, login_hash);
	stmt_bind_i64(stmt, 2, lock->failed_count);
	stmt_bind_i64(stmt, 3, lock->failed_us);
	stmt_bind_i64(stmt, 4, lock->locked_until_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_login_unlock(struct db *db, struct str login_hash)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_LOCK_DEL);

	stmt_bind_str(stmt, 1, login_hash);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_login_lock_prune(struct db *db, int64_t until_us, int64_t most)
{
	struct stmt *stmt = stmt_of(db, SQL_LOGIN_LOCK_PRUNE);

	stmt_bind_i64(stmt, 1, until_us);
	stmt_bind_i64(stmt, 2, most);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
