/* member.h - people, their wallets and the tags that stand for them <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/member.h"
#include "domain/token.h"
#include "store/store.h"

/* Adds a member and opens the wallet in `currency`; `account_id` is the id for the new account.
 * Fills member->account_id. STORE_E_UNIQUE when the wallet token is taken. */
int store_member_add(struct db *db, struct str currency, int64_t account_id, struct member *member);
int store_member_get(struct db *db, struct arena *arena, int64_t id, struct member *ret_member);
int store_member_by_wallet(
	struct db *db, struct arena *arena, struct str wallet_token, struct member *ret_member);
/* Stores name, phone and blocked if nobody stored meanwhile, and raises the version. STORE_E_STALE.
 */
int store_member_put(struct db *db, struct member *member);

/* Adds a tag; id_tag must be normal (token_normal). STORE_E_UNIQUE when this tenant has it already.
 */
int store_member_tag_add(struct db *db, const struct token *token);
/* A tag of a tenant with what its member's row says (blocked, wallet). STORE_E_MISSING. */
int store_member_tag_find(struct db *db, struct arena *arena, int64_t tenant_id, struct str id_tag,
	struct token *ret_token);
/* The commercial card behind a link. */
int store_member_tag_by_link(
	struct db *db, struct arena *arena, struct str link, struct token *ret_token);
int store_member_tag_get(struct db *db, struct arena *arena, int64_t id, struct token *ret_token);
/* Stores state and expires_us. STORE_E_MISSING when the tag is not this tenant's. */
int store_member_tag_put(struct db *db, const struct token *token);
