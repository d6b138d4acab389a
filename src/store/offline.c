/* offline.c - keys of piles and orders for piles without network as rows. */
#include "store/offline.h"

#include "base/fault.h"
#include "domain/order.h"
#include "store/row.h"

/* As in statement offline_get. */
static const struct column offline_columns[] = {
	COL_I64(struct offline_row, order_id),
	COL_I64(struct offline_row, pile_id),
	COL_I64(struct offline_row, connector_no),
	COL_I64(struct offline_row, nonce),
	COL_STR(struct offline_row, driver),
	COL_I64(struct offline_row, limit_s),
	COL_I64(struct offline_row, limit_dwh),
	COL_I64(struct offline_row, offset_min),
	COL_I64(struct offline_row, issued_us),
	COL_I64(struct offline_row, valid_us),
	COL_STR(struct offline_row, kid),
	COL_STR(struct offline_row, code),
	COL_I64(struct offline_row, serial),
	COL_I64(struct offline_row, settled_us),
	COL_I64(struct offline_row, amount_minor),
	COL_STR(struct offline_row, content),
};
#define OFFLINE_BIRTH 6 /* columns an order has from the start */

int store_pile_key_add(struct db *db, int64_t pile_id, const struct pile_key *key)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_KEY_ADD);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, key->kind);
	stmt_bind_str(stmt, 3, key->public);
	stmt_bind_i64(stmt, 4, key->at_us);
	stmt_bind_i64(stmt, 5, key->state);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_pile_key_put(struct db *db, int64_t pile_id, const struct pile_key *key)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_KEY_PUT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, key->public);
	stmt_bind_i64(stmt, 3, key->state);
	stmt_bind_i64(stmt, 4, key->until_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_pile_key_drop_offered(struct db *db, int64_t pile_id)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_KEY_DROP_OFFERED);

	stmt_bind_i64(stmt, 1, pile_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_pile_keys(struct db *db, struct arena *arena, int64_t pile_id, size_t most,
	struct pile_key *ret_keys, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_KEYS);
	int row;

	*ret_len = 0;
	stmt_bind_i64(stmt, 1, pile_id);
	while ((row = stmt_step(stmt)) == 1 && *ret_len < most)
		ret_keys[(*ret_len)++] =
			(struct pile_key){stmt_dup(stmt, 0, arena), stmt_dup(stmt, 1, arena),
				stmt_i64(stmt, 2), stmt_i64(stmt, 3), stmt_i64(stmt, 4)};
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}

int store_pile_trust_put(struct db *db, int64_t pile_id, struct str kids, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_TRUST_PUT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, kids);
	stmt_bind_i64(stmt, 3, now_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_pile_trust(struct db *db, struct arena *arena, int64_t pile_id, struct str *ret_kids)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_TRUST_GET);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	row = stmt_step(stmt);
	TRY(row);
	*ret_kids = row == 1 ? stmt_dup(stmt, 0, arena) : STR("");
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}

int store_offline_add(struct db *db, const struct offline_row *row)
{
	struct stmt *stmt = stmt_of(db, SQL_OFFLINE_ADD);
	int result;

	row_bind(stmt, 1, offline_columns, OFFLINE_BIRTH, row);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? FAULT(FAULT_BUG, "an offline order twice") : 0;
}

int store_offline_get(
	struct db *db, struct arena *arena, int64_t order_id, struct offline_row *ret_row)
{
	struct stmt *stmt = stmt_of(db, SQL_OFFLINE_GET);

	stmt_bind_i64(stmt, 1, order_id);
	return row_one(stmt, COLUMNS(offline_columns), arena, ret_row);
}

int store_offline_issue(struct db *db, const struct offline_row *row)
{
	struct stmt *stmt = stmt_of(db, SQL_OFFLINE_ISSUE);

	stmt_bind_i64(stmt, 1, row->order_id);
	stmt_bind_i64(stmt, 2, row->nonce);
	stmt_bind_i64(stmt, 3, row->connector_no);
	stmt_bind_i64(stmt, 4, row->limit_dwh);
	stmt_bind_i64(stmt, 5, row->offset_min);
	stmt_bind_i64(stmt, 6, row->issued_us);
	stmt_bind_i64(stmt, 7, row->valid_us);
	stmt_bind_str(stmt, 8, row->kid);
	stmt_bind_str(stmt, 9, row->code);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_offline_tag(struct db *db, struct order *order)
{
	struct stmt *stmt = stmt_of(db, SQL_OFFLINE_TAG);
	int64_t changed;

	stmt_bind_i64(stmt, 1, order->id);
	stmt_bind_str(stmt, 2, order->start_tag);
	stmt_bind_i64(stmt, 3, order->connector_no);
	stmt_bind_i64(stmt, 4, order->version);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return FAULT(FAULT_BUSY, "order %lld changed meanwhile", (long long)order->id);
	order->version++;
	return 0;
}

int store_offline_settle(struct db *db, const struct offline_row *row)
{
	struct stmt *stmt = stmt_of(db, SQL_OFFLINE_SETTLE);
	int result;

	stmt_bind_i64(stmt, 1, row->order_id);
	stmt_bind_i64(stmt, 2, row->serial);
	stmt_bind_i64(stmt, 3, row->settled_us);
	stmt_bind_i64(stmt, 4, row->amount_minor);
	stmt_bind_str(stmt, 5, row->content);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STORE_E_UNIQUE : 0;
}

int store_offline_serial(struct db *db, int64_t pile_id, int64_t serial, int64_t *ret_order_id)
{
	struct stmt *stmt = stmt_of(db, SQL_OFFLINE_SERIAL);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, serial);
	return row_number(stmt, 0, ret_order_id);
}

int store_offline_unsettled(
	struct db *db, struct arena *arena, struct str driver, struct str *ret_token)
{
	struct stmt *stmt = stmt_of(db, SQL_OFFLINE_UNSETTLED);
	int row;

	stmt_bind_str(stmt, 1, driver);
	row = stmt_step(stmt);
	TRY(row);
	*ret_token = row == 1 ? stmt_dup(stmt, 0, arena) : STR("");
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}
