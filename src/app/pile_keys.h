/* pile_keys.h - the conversation about the keys by which piles sign their offline codes. A pile's
 * first key is believed, since it comes over the pile's own connection. Another one is believed
 * when a believed key vouched for it (both count until the pile says that it uses the new one; then
 * the old one settles what was begun before) or when a person accepts it. A lost or stolen one is
 * revoked by a person. */
#pragma once
#include "app/ctx.h"
#include "store/offline.h"

#define PILE_KEYS_MOST 8   /* of a pile that are looked at, the newest */
#define PILE_KEYS_PRINT 16 /* digits of a key's fingerprint */

enum pile_keys_outcome {
	PILE_KEYS_E_MISSING = 1, /* no key of this pile has that fingerprint */
	PILE_KEYS_E_STATE = 2,   /* it is believed, or revoked, already */
};

/* First 16 hex digits of SHA-256 over kind, a blank, and the public half's hex digits. */
struct str pile_keys_print(struct arena *arena, const struct pile_key *key);
/* What a handover names a key by: the same hash, whole. */
struct str pile_keys_hash(struct arena *arena, const struct pile_key *key);

/* The pile says that it signs with `now`. `next`, NULL for none, is a key that `now` vouched for
 * with a signature that was checked; *ret_next: it is believed. */
int pile_keys_said(struct ctx *ctx, int64_t pile_id, const struct pile_key *now,
	const struct pile_key *next, bool *ret_next);
/* A person accepts the key that was offered: those before it are replaced. */
int pile_keys_accept(struct ctx *ctx, int64_t pile_id, struct str print);
/* A person says that a key was lost or stolen: nothing starts with it any more. */
int pile_keys_revoke(struct ctx *ctx, int64_t pile_id, struct str print);
