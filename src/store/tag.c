/* tag.c - idTags as rows. */
#include "store/tag.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column tag_columns[] = {
	COL_I64(struct token, id),
	COL_I64(struct token, tenant_id),
	COL_I64(struct token, member_id),
	COL_STR(struct token, id_tag),
	COL_STR(struct token, state),
	COL_STR(struct token, parent),
	COL_I64(struct token, expires_us),
	COL_I64(struct token, created_us),
	COL_BOOL(struct token, member_blocked),
	COL_I64(struct token, wallet_account_id),
};

int store_tag_find(struct db *db, struct arena *arena, int64_t tenant_id, struct str id_tag,
	struct token *ret_token)
{
	struct stmt *stmt = stmt_of(db, SQL_TAG_FIND);
	int row;

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, id_tag);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	row_read(stmt, 0, COLUMNS(tag_columns), arena, ret_token);
	stmt_reset(stmt);
	return 0;
}

int store_tag_add(struct db *db, const struct token *token)
{
	struct stmt *stmt = stmt_of(db, SQL_TAG_ADD);
	int result;

	stmt_bind_i64(stmt, 1, token->id);
	stmt_bind_i64(stmt, 2, token->tenant_id);
	stmt_bind_str(stmt, 3, token->id_tag);
	stmt_bind_i64(stmt, 4, token->member_id);
	stmt_bind_str(stmt, 5, token->state);
	stmt_bind_str(stmt, 6, token->parent.ptr ? token->parent : STR(""));
	stmt_bind_i64(stmt, 7, token->expires_us);
	stmt_bind_i64(stmt, 8, token->created_us);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STORE_E_UNIQUE : 0;
}

int store_tag_state(struct db *db, int64_t tenant_id, int64_t tag_id, struct str state)
{
	struct stmt *stmt = stmt_of(db, SQL_TAG_STATE);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, tag_id);
	stmt_bind_i64(stmt, 2, tenant_id);
	stmt_bind_str(stmt, 3, state);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STORE_E_MISSING;
}
