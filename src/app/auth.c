/* auth.c - sign-in, sessions, roles. A cookie holds 256 random bits, the table only their hash; a
 * stolen table opens no session. An unknown login costs the same time as a wrong password, both
 * give the same answer, and both are locked after as many of them. */
#include "app/auth.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "store/audit.h"
#include "store/staff.h"

static const struct {
	int role;
	const char *name;
} roles[] = {
	{ROLE_ADMIN, "admin"},
	{ROLE_OPERATOR, "operator"},
	{ROLE_FINANCE, "finance"},
	{ROLE_AUDITOR, "auditor"},
	{ROLE_INSTALLER, "installer"},
};

int auth_role(struct str name)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (str_is(name, roles[i].name))
			return roles[i].role;
	}
	return 0;
}

const char *auth_role_name(int role)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (roles[i].role == role)
			return roles[i].name;
	}
	return "";
}

struct str auth_address(struct str remote)
{
	for (size_t i = remote.len; i > 0; i--) {
		if (remote.ptr[i - 1] == ':')
			return str_slice(remote, 0, i - 1);
	}
	return remote;
}

static struct str token_hash(struct arena *arena, struct str token)
{
	uint8_t digest[SHA256_LEN];
	struct buf hex;

	sha256(token.ptr, token.len, digest);
	buf_init(&hex, arena, 2 * SHA256_LEN + 1);
	hex_write(&hex, digest, sizeof(digest));
	return buf_str(&hex);
}

/* ASCII lower case, as logins are stored. */
static struct str login_normal(struct arena *arena, struct str login)
{
	struct str copy = str_dup(arena, str_trim(login));
	char *chars = arena_copy(arena, copy.ptr, copy.len);

	if (!chars)
		return STR("");
	for (size_t i = 0; i < copy.len; i++) {
		if (chars[i] >= 'A' && chars[i] <= 'Z')
			chars[i] = (char)(chars[i] - 'A' + 'a');
	}
	return (struct str){chars, copy.len};
}

/* The work of a verification for a person who does not exist. */
static void spend_time(struct ctx *ctx, struct str password)
{
	static const uint8_t salt[16] = {1};
	struct str ignored;

	if (password_hash(ctx->arena, password, salt, &ignored) < 0)
		fault_clear();
}

/* May this attempt be made at all? Asked before the password is looked at and again before it
 * counts: many attempts at once are worked on side by side. */
static int check_limits(struct ctx *ctx, const struct auth_attempt *attempt)
{
	struct login_lock lock;
	int64_t tries;

	TRY(store_login_tries(ctx->db, attempt->address, ctx->now_us - AUTH_WINDOW_US, &tries));
	if (tries >= AUTH_TRIES)
		return AUTH_E_RATE;
	TRY(store_login_lock(ctx->db, attempt->login_hash, &lock));
	return lock.locked_until_us > ctx->now_us ? AUTH_E_LOCKED : 0;
}

int auth_check(struct ctx *ctx, struct str login, struct str password, struct str remote,
	struct auth_attempt *ret_attempt)
{
	struct str name = login_normal(ctx->arena, login);
	struct auth_attempt attempt = {
		.address = auth_address(remote), .login_hash = token_hash(ctx->arena, name)};
	struct staff staff;
	int found = check_limits(ctx, &attempt);

	if (found != 0)
		return found;
	found = store_staff_by_login(ctx->db, name, ctx->arena, &staff);
	TRY(found);
	if (found == 0) {
		attempt.staff_id = staff.id;
		attempt.right = password_verify(staff.password_hash, password) && !staff.disabled &&
				auth_role(staff.role) != 0;
	} else {
		spend_time(ctx, password);
	}
	*ret_attempt = attempt;
	return 0;
}

/* Five wrong passwords lock a login for a minute, each further one doubles it, up to an hour. */
static int64_t lock_time(int64_t failed_count, int64_t now_us)
{
	int64_t wait_us = AUTH_LOCK_US;

	if (failed_count < AUTH_LOCK_AFTER)
		return 0;
	for (int64_t i = AUTH_LOCK_AFTER; i < failed_count && wait_us < AUTH_LOCK_MAX_US; i++)
		wait_us *= 2;
	return now_us + (wait_us < AUTH_LOCK_MAX_US ? wait_us : AUTH_LOCK_MAX_US);
}

static int count_failure(struct ctx *ctx, const struct auth_attempt *attempt)
{
	int64_t forgotten_us = ctx->now_us - AUTH_FORGET_US;
	struct login_lock lock;

	TRY(store_login_tried(
		ctx->db, attempt->address, ctx->now_us, ctx->now_us - AUTH_WINDOW_US));
	TRY(store_login_lock(ctx->db, attempt->login_hash, &lock));
	lock.failed_count = lock.failed_us > forgotten_us ? lock.failed_count + 1 : 1;
	lock.failed_us = ctx->now_us;
	lock.locked_until_us = lock_time(lock.failed_count, ctx->now_us);
	TRY(store_login_lock_put(ctx->db, attempt->login_hash, &lock));
	TRY(store_login_lock_prune(ctx->db, forgotten_us, AUTH_LOCKS_MAX));
	return AUTH_E_LOGIN;
}

int auth_enter(struct ctx *ctx, const struct auth_attempt *attempt, struct str *ret_token,
	struct login *ret_login)
{
	struct str token, hash, csrf;
	int result = check_limits(ctx, attempt);

	if (result != 0)
		return result;
	if (!attempt->right)
		return count_failure(ctx, attempt);
	token = rng_token(ctx->rng, ctx->arena, 32);
	csrf = rng_token(ctx->rng, ctx->arena, 16);
	hash = token_hash(ctx->arena, token);
	if (!token.ptr || !csrf.ptr || !hash.ptr)
		return FAULT(FAULT_NOMEM, "sign-in");
	TRY(store_login_unlock(ctx->db, attempt->login_hash));
	TRY(store_login_prune(ctx->db, ctx->now_us, ctx->now_us - AUTH_WINDOW_US));
	TRY(store_login_add(
		ctx->db, hash, attempt->staff_id, csrf, ctx->now_us, ctx->now_us + AUTH_IDLE_US));
	result = store_login_get(ctx->db, hash, ctx->now_us, ctx->arena, ret_login);
	TRY(result);
	if (result > 0) /* disabled between the two steps */
		return AUTH_E_LOGIN;
	*ret_token = token;
	return auth_audit(ctx, ret_login, "login", STR("staff"), STR("{}"));
}

int auth_session(struct ctx *ctx, struct str token, bool may_write, struct login *ret_login)
{
	struct login login;
	struct str hash;
	int result;

	if (token.len == 0 || token.len > 64)
		return AUTH_E_NONE;
	hash = token_hash(ctx->arena, token);
	result = store_login_get(ctx->db, hash, ctx->now_us, ctx->arena, &login);
	TRY(result);
	if (result > 0 || auth_role(login.role) == 0)
		return AUTH_E_NONE;
	if (may_write && ctx->now_us - login.seen_us > AUTH_SEEN_US)
		TRY(store_login_seen(ctx->db, hash, ctx->now_us, ctx->now_us + AUTH_IDLE_US));
	*ret_login = login;
	return 0;
}

int auth_audit(struct ctx *ctx, const struct login *who, const char *action, struct str subject,
	struct str detail)
{
	const struct audit audit = {
		.id = CTX_ID(ctx),
		.tenant_id = who->tenant_id,
		.staff_id = who->staff_id,
		.at_us = ctx->now_us,
		.action = str_from(action),
		.subject = subject,
		.detail = detail,
	};

	return store_audit_add(ctx->db, &audit, ctx->arena);
}

int auth_leave(struct ctx *ctx, struct str token)
{
	return store_login_del(ctx->db, token_hash(ctx->arena, token));
}

int auth_unlock(struct db *db, struct arena *arena, struct str login)
{
	return store_login_unlock(db, token_hash(arena, login_normal(arena, login)));
}
