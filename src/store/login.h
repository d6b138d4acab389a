/* login.h - signed-in browsers, known by the hash of their cookie, and failed tries per address. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "db/db.h"

enum login_outcome {
	LOGIN_E_NONE = 1, /* no such session, or it has ended */
};
/* Who a session cookie stands for. */
struct login {
	int64_t staff_id, tenant_id;
	struct str login, name, role, language;
	struct str csrf;
	int64_t seen_us;
	struct str tenant_name, currency;
};
int store_login_add(struct db *db, struct str token_hash, int64_t staff_id, struct str csrf,
	int64_t now_us, int64_t expires_us);
/* The live session of a token. LOGIN_E_NONE when unknown, over, or the person is disabled. */
int store_login_get(struct db *db, struct str token_hash, int64_t now_us, struct arena *arena,
	struct login *ret_login);
/* Notes use and moves the end. */
int store_login_seen(struct db *db, struct str token_hash, int64_t now_us, int64_t expires_us);
int store_login_del(struct db *db, struct str token_hash);
/* Forgets what is over: sessions, and tries that began before `tries_from_us`. */
int store_login_prune(struct db *db, int64_t now_us, int64_t tries_from_us);
/* Failed tries from an address in the window that began at `window_from_us`. */
int store_login_tries(struct db *db, struct str remote, int64_t window_from_us, int64_t *ret_count);
int store_login_tried(struct db *db, struct str remote, int64_t now_us, int64_t window_from_us);

/* Wrong passwords in a row for one login, known or not: the key is a hash of what was typed. */
struct login_lock {
	int64_t failed_count;
	int64_t failed_us; /* the last one */
	int64_t locked_until_us;
};
/* All zero when there is none. */
int store_login_lock(struct db *db, struct str login_hash, struct login_lock *ret_lock);
int store_login_lock_put(struct db *db, struct str login_hash, const struct login_lock *lock);
int store_login_unlock(struct db *db, struct str login_hash);
/* Forgets failures not after `until_us`, and the oldest beyond `most`. */
int store_login_lock_prune(struct db *db, int64_t until_us, int64_t most);
