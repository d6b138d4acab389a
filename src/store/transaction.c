/* transaction.c - transactions of OCPP 2.x piles and their outlets as rows. */
#include "store/transaction.h"

#include "base/fault.h"
#include "store/row.h"

/* As in statements transaction_get and transaction_put. */
static const struct column transaction_columns[] = {
	COL_I64(struct pile_transaction, pile_id),
	COL_STR(struct pile_transaction, name),
	COL_I64(struct pile_transaction, number),
	COL_I64(struct pile_transaction, session_id),
	COL_I64(struct pile_transaction, connector_no),
	COL_STR(struct pile_transaction, id_tag),
	COL_STR(struct pile_transaction, charging_state),
	COL_I64(struct pile_transaction, start_us),
	COL_I64(struct pile_transaction, meter_start_dwh),
	COL_I64(struct pile_transaction, end_us),
	COL_I64(struct pile_transaction, meter_end_dwh),
	COL_STR(struct pile_transaction, reason),
	COL_I64(struct pile_transaction, seq_top),
	COL_I64(struct pile_transaction, seq_seen),
	COL_I64(struct pile_transaction, started),
	COL_I64(struct pile_transaction, told_minor),
	COL_I64(struct pile_transaction, told_limit_minor),
};

/* As in statement transaction_seen. */
static const struct column transaction_seen_columns[] = {
	COL_I64(struct pile_transaction, pile_id),
	COL_STR(struct pile_transaction, name),
	COL_I64(struct pile_transaction, session_id),
	COL_STR(struct pile_transaction, charging_state),
	COL_I64(struct pile_transaction, end_us),
	COL_I64(struct pile_transaction, meter_end_dwh),
	COL_STR(struct pile_transaction, reason),
	COL_I64(struct pile_transaction, seq_top),
	COL_I64(struct pile_transaction, seq_seen),
	COL_I64(struct pile_transaction, told_minor),
	COL_I64(struct pile_transaction, told_limit_minor),
};

int store_transaction_get(struct db *db, struct arena *arena, int64_t pile_id, struct str name,
	struct pile_transaction *ret_transaction)
{
	struct stmt *stmt = stmt_of(db, SQL_TRANSACTION_GET);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, name);
	return row_one(stmt, COLUMNS(transaction_columns), arena, ret_transaction);
}

int store_transaction_name(
	struct db *db, struct arena *arena, int64_t pile_id, int64_t number, struct str *ret_name)
{
	struct stmt *stmt = stmt_of(db, SQL_TRANSACTION_NAME);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, number);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_name = str_dup(arena, stmt_str(stmt, 0));
	stmt_reset(stmt);
	return 0;
}

int store_transaction_put(struct db *db, const struct pile_transaction *transaction)
{
	struct stmt *stmt = stmt_of(db, SQL_TRANSACTION_PUT);

	row_bind(stmt, 1, COLUMNS(transaction_columns), transaction);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_transaction_seen(struct db *db, const struct pile_transaction *transaction)
{
	struct stmt *stmt = stmt_of(db, SQL_TRANSACTION_SEEN);

	row_bind(stmt, 1, COLUMNS(transaction_seen_columns), transaction);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_outlet_no(struct db *db, int64_t pile_id, int64_t evse, int64_t outlet, int64_t *ret_no)
{
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_NO);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, evse);
	stmt_bind_i64(stmt, 3, outlet);
	return row_number(stmt, 0, ret_no);
}

int store_outlet_add(struct db *db, int64_t pile_id, int64_t evse, int64_t outlet, int64_t *ret_no)
{
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_TAKEN);
	int64_t taken, last;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, evse);
	TRY(row_number(stmt, 0, &taken));
	stmt = stmt_of(db, SQL_OUTLET_LAST);
	stmt_bind_i64(stmt, 1, pile_id);
	TRY(row_number(stmt, 0, &last));
	*ret_no = outlet == 1 && taken == 0 ? evse : (last > evse ? last : evse) + 1;
	stmt = stmt_of(db, SQL_OUTLET_PUT);
	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, *ret_no);
	stmt_bind_i64(stmt, 3, evse);
	stmt_bind_i64(stmt, 4, outlet);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_outlet_at(
	struct db *db, int64_t pile_id, int64_t no, int64_t *ret_evse, int64_t *ret_outlet)
{
	struct stmt *stmt = stmt_of(db, SQL_OUTLET_AT);
	int row;

	*ret_evse = no;
	*ret_outlet = 1;
	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, no);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 1 && stmt_i64(stmt, 0) != 0) {
		*ret_evse = stmt_i64(stmt, 0);
		*ret_outlet = stmt_i64(stmt, 1);
	}
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}
