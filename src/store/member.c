/* member.c - reads and writes members and tags. */
#include "store/member.h"

#include "base/fault.h"
#include "store/locallist.h"
#include "store/ledger.h"

static struct str text(struct str s)
{
	return s.ptr != NULL ? s : STR("");
}

int store_member_add(struct db *db, struct str currency, int64_t account_id, struct member *member)
{
	struct account wallet = {.id = account_id,
		.tenant_id = member->tenant_id,
		.kind = ACCOUNT_WALLET,
		.owner_id = member->id,
		.currency = currency};
	struct stmt *stmt;
	int result;

	TRY(store_ledger_account(db, &wallet, member->created_us, &account_id));
	stmt = stmt_of(db, SQL_MEMBER_ADD);
	stmt_bind_i64(stmt, 1, member->id);
	stmt_bind_i64(stmt, 2, member->tenant_id);
	stmt_bind_str(stmt, 3, text(member->name));
	stmt_bind_str(stmt, 4, text(member->phone));
	stmt_bind_str(stmt, 5, member->wallet_token);
	stmt_bind_i64(stmt, 6, account_id);
	stmt_bind_i64(stmt, 7, member->created_us);
	result = stmt_run(stmt, NULL);
	TRY(result);
	if (result == DB_E_UNIQUE)
		return STORE_E_UNIQUE;
	member->account_id = account_id;
	member->version = 1;
	return 0;
}

static int member_one(struct stmt *stmt, struct arena *arena, struct member *ret_member)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_member = (struct member){
		.id = stmt_i64(stmt, 0),
		.tenant_id = stmt_i64(stmt, 1),
		.name = stmt_dup(stmt, 2, arena),
		.phone = stmt_dup(stmt, 3, arena),
		.wallet_token = stmt_dup(stmt, 4, arena),
		.account_id = stmt_i64(stmt, 5),
		.blocked = stmt_i64(stmt, 6) != 0,
		.created_us = stmt_i64(stmt, 7),
		.version = stmt_i64(stmt, 8),
		.priority = stmt_i64(stmt, 9) != 0,
	};
	stmt_reset(stmt);
	return 0;
}

int store_member_get(struct db *db, struct arena *arena, int64_t id, struct member *ret_member)
{
	struct stmt *stmt = stmt_of(db, SQL_MEMBER_GET);

	stmt_bind_i64(stmt, 1, id);
	return member_one(stmt, arena, ret_member);
}

int store_member_by_wallet(
	struct db *db, struct arena *arena, struct str wallet_token, struct member *ret_member)
{
	struct stmt *stmt = stmt_of(db, SQL_MEMBER_BY_WALLET);

	stmt_bind_str(stmt, 1, wallet_token);
	return member_one(stmt, arena, ret_member);
}

int store_member_put(struct db *db, struct member *member)
{
	struct stmt *stmt = stmt_of(db, SQL_MEMBER_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, member->id);
	stmt_bind_i64(stmt, 2, member->version);
	stmt_bind_str(stmt, 3, text(member->name));
	stmt_bind_str(stmt, 4, text(member->phone));
	stmt_bind_i64(stmt, 5, member->blocked);
	stmt_bind_i64(stmt, 6, member->priority);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	member->version++;
	return 0;
}

int store_member_tag_add(struct db *db, const struct token *token)
{
	struct stmt *stmt = stmt_of(db, SQL_MEMBER_TAG_ADD);
	int result;

	stmt_bind_i64(stmt, 1, token->id);
	stmt_bind_i64(stmt, 2, token->tenant_id);
	stmt_bind_str(stmt, 3, token->id_tag);
	stmt_bind_i64(stmt, 4, token->member_id);
	stmt_bind_str(stmt, 5, token->state);
	stmt_bind_str(stmt, 6, text(token->parent));
	stmt_bind_i64(stmt, 7, token->expires_us);
	stmt_bind_i64(stmt, 8, token->created_us);
	stmt_bind_i64(stmt, 9, token->kind);
	stmt_bind_i64(stmt, 10, token->account_id);
	stmt_bind_str(stmt, 11, text(token->link));
	result = stmt_run(stmt, NULL);
	TRY(result);
	if (result == DB_E_UNIQUE)
		return STORE_E_UNIQUE;
	return store_card_touch(db, token->tenant_id, token->id);
}

static int token_one(struct stmt *stmt, struct arena *arena, struct token *ret_token)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_token = (struct token){
		.id = stmt_i64(stmt, 0),
		.tenant_id = stmt_i64(stmt, 1),
		.member_id = stmt_i64(stmt, 2),
		.id_tag = stmt_dup(stmt, 3, arena),
		.state = stmt_dup(stmt, 4, arena),
		.parent = stmt_dup(stmt, 5, arena),
		.expires_us = stmt_i64(stmt, 6),
		.created_us = stmt_i64(stmt, 7),
		.member_blocked = stmt_i64(stmt, 8) != 0,
		.wallet_account_id = stmt_i64(stmt, 9),
		.kind = (enum card_kind)stmt_i64(stmt, 10),
		.account_id = stmt_i64(stmt, 11),
		.link = stmt_dup(stmt, 12, arena),
	};
	stmt_reset(stmt);
	return 0;
}

int store_member_tag_find(struct db *db, struct arena *arena, int64_t tenant_id, struct str id_tag,
	struct token *ret_token)
{
	struct stmt *stmt = stmt_of(db, SQL_MEMBER_TAG_FIND);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, id_tag);
	return token_one(stmt, arena, ret_token);
}

int store_member_tag_get(struct db *db, struct arena *arena, int64_t id, struct token *ret_token)
{
	struct stmt *stmt = stmt_of(db, SQL_MEMBER_TAG_GET);

	stmt_bind_i64(stmt, 1, id);
	return token_one(stmt, arena, ret_token);
}

int store_member_tag_by_link(
	struct db *db, struct arena *arena, struct str link, struct token *ret_token)
{
	struct stmt *stmt = stmt_of(db, SQL_MEMBER_TAG_BY_LINK);

	stmt_bind_str(stmt, 1, link);
	return token_one(stmt, arena, ret_token);
}

int store_member_tag_put(struct db *db, const struct token *token)
{
	struct stmt *stmt = stmt_of(db, SQL_MEMBER_TAG_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, token->id);
	stmt_bind_i64(stmt, 2, token->tenant_id);
	stmt_bind_str(stmt, 3, token->state);
	stmt_bind_i64(stmt, 4, token->expires_us);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_MISSING;
	return store_card_touch(db, token->tenant_id, token->id);
}
