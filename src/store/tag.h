/* tag.h - RFID cards and other idTags <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/token.h"
#include "store/store.h"

/* By its normal spelling (token_normal). STORE_E_MISSING; texts in the arena. */
int store_tag_find(struct db *db, struct arena *arena, int64_t tenant_id, struct str id_tag,
	struct token *ret_token);
/* STORE_E_UNIQUE: this operator has that tag already. */
int store_tag_add(struct db *db, const struct token *token);
/* "active" or "blocked". STORE_E_MISSING. */
int store_tag_state(struct db *db, int64_t tenant_id, int64_t tag_id, struct str state);
