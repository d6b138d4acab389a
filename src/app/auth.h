/* auth.h - who is asking: sign-in with a password, the session behind a cookie, roles. A person's
 * tenant always comes from the session, never from the request. */
#pragma once
#include "app/ctx.h"
#include "store/login.h"

/* Roles as bits, so that a route names everybody who may use it. */
enum auth_role {
	ROLE_ADMIN = 1,
	ROLE_OPERATOR = 2,
	ROLE_FINANCE = 4,
	ROLE_AUDITOR = 8,    /* reads everything, changes nothing */
	ROLE_INSTALLER = 16, /* piles and their handshakes */
};
#define ROLE_ALL 31
enum auth_outcome {
	AUTH_E_LOGIN = 1,  /* unknown person or wrong password: never said which */
	AUTH_E_LOCKED = 2, /* too many wrong passwords for this login, known or not: wait */
	AUTH_E_RATE = 3,   /* too many tries from this address: wait */
	AUTH_E_NONE = 4,   /* not signed in */
};
#define AUTH_COOKIE "session"
#define AUTH_IDLE_US (12 * US_PER_HOUR) /* a session ends after this long unused */
#define AUTH_SEEN_US (5 * US_PER_MIN)   /* use is noted at most this often */
#define AUTH_LOCK_AFTER 5               /* wrong passwords in a row until a login is locked */
#define AUTH_LOCK_US (1 * US_PER_MIN)   /* the first lock; doubles up to AUTH_LOCK_MAX_US */
#define AUTH_LOCK_MAX_US (60 * US_PER_MIN)
#define AUTH_FORGET_US \
	(24 * US_PER_HOUR)   /* without a further one wrong passwords are forgotten \
			      */
#define AUTH_LOCKS_MAX 10000 /* logins with wrong passwords that are remembered */
#define AUTH_TRIES 20        /* failed tries per address and window */
#define AUTH_WINDOW_US (10 * US_PER_MIN)
#define AUTH_PASSWORD_MAX 256

/* Bit of a role's name, 0 when unknown; and back. */
int auth_role(struct str name);
const char *auth_role_name(int role);
/* The address of a peer without its port. */
struct str auth_address(struct str remote);

/* What the first step of a sign-in (work lane: the hash costs tens of milliseconds) learned for the
 * second. */
struct auth_attempt {
	int64_t staff_id; /* 0: no such person */
	bool right;       /* password matches and the person may sign in */
	struct str address;
	struct str login_hash;
};
/* First step: checks limits and the password. AUTH_E_LOCKED and AUTH_E_RATE end it here, nothing is
 * written. A login that nobody has is locked, answered and timed like one that somebody has. */
int auth_check(struct ctx *ctx, struct str login, struct str password, struct str remote,
	struct auth_attempt *ret_attempt);
/* Second step (write lane): counts a failure (AUTH_E_LOGIN) or opens a session; *ret_token is the
 * cookie's value. */
int auth_enter(struct ctx *ctx, const struct auth_attempt *attempt, struct str *ret_token,
	struct login *ret_login);
/* The session of a cookie value. AUTH_E_NONE. In a write transaction its use is noted when
 * `may_write`. */
int auth_session(struct ctx *ctx, struct str token, bool may_write, struct login *ret_login);
/* Notes an audit row for what this person did. `detail` is a JSON object without secrets. */
int auth_audit(struct ctx *ctx, const struct login *who, const char *action, struct str subject,
	struct str detail);
/* Forgets the wrong passwords of a login (it got a new one). */
int auth_unlock(struct db *db, struct arena *arena, struct str login);
int auth_leave(struct ctx *ctx, struct str token);
