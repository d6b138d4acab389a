/* pile_keys.c - keys of piles: believed, replaced, revoked (see pile_keys.h). */
#include "app/pile_keys.h"

#include "app/tell.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "domain/offline.h"
#include "store/pile.h"

/* The keys of one pile, and a place among them. */
struct pile_keys {
	int64_t pile_id;
	struct pile_key rows[PILE_KEYS_MOST];
	size_t len;
};

struct str pile_keys_hash(struct arena *arena, const struct pile_key *key)
{
	uint8_t digest[SHA256_LEN];
	struct str text = str_format(arena, "%.*s %.*s", STR_FMT(key->kind), STR_FMT(key->public));
	struct buf hex;

	sha256(text.ptr, text.len, digest);
	buf_init(&hex, arena, 2 * SHA256_LEN);
	hex_write(&hex, digest, sizeof(digest));
	return buf_str(&hex);
}

struct str pile_keys_print(struct arena *arena, const struct pile_key *key)
{
	return str_slice(pile_keys_hash(arena, key), 0, PILE_KEYS_PRINT);
}

static int load(struct ctx *ctx, int64_t pile_id, struct pile_keys *ret_keys)
{
	ret_keys->pile_id = pile_id;
	return store_pile_keys(
		ctx->db, ctx->arena, pile_id, PILE_KEYS_MOST, ret_keys->rows, &ret_keys->len);
}

static struct pile_key *find(struct pile_keys *keys, const struct pile_key *key)
{
	for (size_t i = 0; i < keys->len; i++)
		if (str_eq(keys->rows[i].kind, key->kind) &&
			str_eq(keys->rows[i].public, key->public))
			return &keys->rows[i];
	return NULL;
}

static int put(struct ctx *ctx, const struct pile_keys *keys, struct pile_key *key,
	enum offline_key_state state)
{
	key->state = state;
	key->until_us = state == OFFLINE_KEY_BELIEVED ? 0 : ctx->now_us;
	LOG_INFO("key of a pile", "pile=%lld key=%.*s state=%s", (long long)keys->pile_id,
		STR_FMT(pile_keys_print(ctx->arena, key)), offline_key_state_name(state));
	return store_pile_key_put(ctx->db, keys->pile_id, key);
}

static int add(
	struct ctx *ctx, int64_t pile_id, const struct pile_key *key, enum offline_key_state state)
{
	struct pile_key row = *key;

	row.state = state;
	row.at_us = ctx->now_us;
	row.until_us = 0;
	return store_pile_key_add(ctx->db, pile_id, &row);
}

/* The pile uses this one: all others that were believed settle what was begun with them. */
static int replace_others(struct ctx *ctx, struct pile_keys *keys, const struct pile_key *used)
{
	for (size_t i = 0; i < keys->len; i++)
		if (&keys->rows[i] != used && keys->rows[i].state == OFFLINE_KEY_BELIEVED)
			TRY(put(ctx, keys, &keys->rows[i], OFFLINE_KEY_REPLACED));
	return 0;
}

/* A key nobody vouched for, or one of an earlier time: a person has to look. */
static int alarm(struct ctx *ctx, int64_t pile_id, const struct pile_key *key, int64_t state)
{
	struct pile pile;

	TRY(store_pile_get(ctx->db, ctx->arena, pile_id, &pile));
	return tell_alarm(ctx, pile.tenant_id, "pile_key_changed",
		str_format(ctx->arena, "pile:%lld", (long long)pile_id),
		str_format(ctx->arena, "{\"key\":\"%.*s\",\"state\":\"%s\"}",
			STR_FMT(pile_keys_print(ctx->arena, key)), offline_key_state_name(state)));
}

/* `next` stands behind what is believed of it afterwards. */
static int believe_next(
	struct ctx *ctx, struct pile_keys *keys, const struct pile_key *next, bool *ret_next)
{
	struct pile_key *known = find(keys, next);

	if (known && known->state == OFFLINE_KEY_REVOKED)
		return alarm(ctx, keys->pile_id, next, known->state);
	*ret_next = true;
	if (!known)
		return add(ctx, keys->pile_id, next, OFFLINE_KEY_BELIEVED);
	return known->state == OFFLINE_KEY_BELIEVED ? 0
						    : put(ctx, keys, known, OFFLINE_KEY_BELIEVED);
}

static int offered(struct ctx *ctx, struct pile_keys *keys, const struct pile_key *key)
{
	TRY(store_pile_key_drop_offered(ctx->db, keys->pile_id));
	TRY(add(ctx, keys->pile_id, key, OFFLINE_KEY_OFFERED));
	return alarm(ctx, keys->pile_id, key, OFFLINE_KEY_OFFERED);
}

int pile_keys_said(struct ctx *ctx, int64_t pile_id, const struct pile_key *now,
	const struct pile_key *next, bool *ret_next)
{
	struct pile_keys keys;
	struct pile_key *known;

	*ret_next = false;
	TRY(load(ctx, pile_id, &keys));
	known = find(&keys, now);
	if (keys.len == 0) {
		TRY(add(ctx, pile_id, now, OFFLINE_KEY_BELIEVED));
		return next ? believe_next(ctx, &keys, next, ret_next) : 0;
	}
	if (!known)
		return offered(ctx, &keys, now);
	if (known->state != OFFLINE_KEY_BELIEVED)
		return alarm(ctx, pile_id, now, known->state);
	return next ? believe_next(ctx, &keys, next, ret_next) : replace_others(ctx, &keys, known);
}

/* All keys of a pile and the one a person named by its print; PILE_KEYS_E_MISSING when it has none
 * like that. */
static int load_named(struct ctx *ctx, int64_t pile_id, struct str print,
	struct pile_keys *ret_keys, struct pile_key **ret_key)
{
	TRY(load(ctx, pile_id, ret_keys));
	for (size_t i = 0; i < ret_keys->len; i++) {
		*ret_key = &ret_keys->rows[i];
		if (str_eq(pile_keys_print(ctx->arena, *ret_key), print))
			return 0;
	}
	return PILE_KEYS_E_MISSING;
}

int pile_keys_accept(struct ctx *ctx, int64_t pile_id, struct str print)
{
	struct pile_keys keys;
	struct pile_key *known;
	int outcome;

	outcome = load_named(ctx, pile_id, print, &keys, &known);
	if (outcome != 0)
		return outcome;
	if (known->state == OFFLINE_KEY_BELIEVED || known->state == OFFLINE_KEY_REVOKED)
		return PILE_KEYS_E_STATE;
	TRY(put(ctx, &keys, known, OFFLINE_KEY_BELIEVED));
	return replace_others(ctx, &keys, known);
}

int pile_keys_revoke(struct ctx *ctx, int64_t pile_id, struct str print)
{
	struct pile_keys keys;
	struct pile_key *known;
	int outcome;

	outcome = load_named(ctx, pile_id, print, &keys, &known);
	if (outcome != 0)
		return outcome;
	return known->state == OFFLINE_KEY_REVOKED ? PILE_KEYS_E_STATE
						   : put(ctx, &keys, known, OFFLINE_KEY_REVOKED);
}
