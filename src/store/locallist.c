/* locallist.c - piles' own lists of cards as rows. */
#include "store/locallist.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column locallist_columns[] = {
	COL_I64(struct locallist, pile_id),
	COL_I64(struct locallist, tenant_id),
	COL_BOOL(struct locallist, wanted),
	COL_STR(struct locallist, state),
	COL_I64(struct locallist, version),
	COL_I64(struct locallist, number),
	COL_I64(struct locallist, upto),
	COL_BOOL(struct locallist, built),
	COL_I64(struct locallist, held),
	COL_I64(struct locallist, left_out),
	COL_I64(struct locallist, sent_upto),
	COL_I64(struct locallist, sent_held),
	COL_I64(struct locallist, sent_left_out),
	COL_I64(struct locallist, failures),
	COL_STR(struct locallist, error),
	COL_I64(struct locallist, due_us),
	COL_I64(struct locallist, synced_us),
	COL_I64(struct locallist, revision),
};
static const struct column card_columns[] = {
	COL_STR(struct listed_card, id_tag),
	COL_STR(struct listed_card, state),
	COL_STR(struct listed_card, parent),
	COL_I64(struct listed_card, expires_us),
	COL_I64(struct listed_card, changed),
	COL_I64(struct listed_card, added),
	COL_BOOL(struct listed_card, member_blocked),
};

int store_locallist_get(struct db *db, struct arena *arena, int64_t pile_id, struct locallist *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_LOCALLIST_GET);

	stmt_bind_i64(stmt, 1, pile_id);
	return row_one(stmt, COLUMNS(locallist_columns), arena, ret);
}

int store_locallist_add(struct db *db, const struct locallist *list)
{
	struct stmt *stmt = stmt_of(db, SQL_LOCALLIST_ADD);
	int64_t changed = 0;

	row_bind(stmt, 1, COLUMNS(locallist_columns), list);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STORE_E_UNIQUE;
}

int store_locallist_put(struct db *db, struct locallist *list)
{
	struct stmt *stmt = stmt_of(db, SQL_LOCALLIST_PUT);
	int64_t changed = 0;

	row_bind(stmt, 1, COLUMNS(locallist_columns), list);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	list->revision++;
	return 0;
}

int store_locallist_due(
	struct db *db, int64_t now_us, size_t most, int64_t *ret_piles, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_LOCALLIST_DUE);

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return row_ids(stmt, most, ret_piles, ret_len);
}

int store_locallist_touch(struct db *db, int64_t tenant_id, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_LOCALLIST_TOUCH);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_i64(stmt, 2, now_us);
	return stmt_run(stmt, NULL);
}

int store_cards_changed(struct db *db, struct arena *arena, int64_t tenant_id, int64_t after,
	size_t most, struct listed_card **ret_cards, size_t *ret_len)
{
	struct listed_card *cards = ARENA_ARRAY(arena, struct listed_card, most + 1);
	struct stmt *stmt = stmt_of(db, SQL_CARDS_CHANGED);
	size_t len = 0;
	int row;

	if (!cards)
		return FAULT(FAULT_NOMEM, "cards");
	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_i64(stmt, 2, after);
	stmt_bind_i64(stmt, 3, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(card_columns), arena, &cards[len++]);
	}
	TRY(row);
	*ret_cards = cards;
	*ret_len = len;
	return 0;
}

int store_card_touch(struct db *db, int64_t tenant_id, int64_t tag_id)
{
	struct stmt *stmt = stmt_of(db, SQL_CARD_NEXT_CHANGE);
	int64_t next;

	stmt_bind_i64(stmt, 1, tenant_id);
	TRY(row_number(stmt, 0, &next));
	stmt = stmt_of(db, SQL_CARD_TOUCH);
	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_i64(stmt, 2, tag_id);
	stmt_bind_i64(stmt, 3, next);
	return stmt_run(stmt, NULL);
}

int store_cards_last_change(struct db *db, int64_t tenant_id, int64_t *ret_last)
{
	struct stmt *stmt = stmt_of(db, SQL_CARDS_LAST_CHANGE);

	stmt_bind_i64(stmt, 1, tenant_id);
	return row_number(stmt, 0, ret_last);
}

int store_pile_setting_get(
	struct db *db, struct arena *arena, int64_t pile_id, struct str name, struct str *ret_value)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_SETTING_GET);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, name);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_value = stmt_dup(stmt, 0, arena);
	stmt_reset(stmt);
	return 0;
}
