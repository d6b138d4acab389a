/* piletariff.c - what price each pile has, as rows. */
#include "store/piletariff.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column tariff_columns[] = {
	COL_I64(struct piletariff, pile_id),
	COL_I64(struct piletariff, tenant_id),
	COL_STR(struct piletariff, state),
	COL_STR(struct piletariff, wanted),
	COL_STR(struct piletariff, told),
	COL_STR(struct piletariff, strange),
	COL_STR(struct piletariff, error),
	COL_I64(struct piletariff, drifts),
	COL_I64(struct piletariff, failures),
	COL_I64(struct piletariff, due_us),
	COL_I64(struct piletariff, checked_us),
	COL_I64(struct piletariff, synced_us),
	COL_I64(struct piletariff, revision),
};

int store_piletariff_get(
	struct db *db, struct arena *arena, int64_t pile_id, struct piletariff *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_PILETARIFF_GET);

	stmt_bind_i64(stmt, 1, pile_id);
	return row_one(stmt, COLUMNS(tariff_columns), arena, ret);
}

int store_piletariff_add(struct db *db, const struct piletariff *tariff)
{
	struct stmt *stmt = stmt_of(db, SQL_PILETARIFF_ADD);
	int64_t changed = 0;

	row_bind(stmt, 1, COLUMNS(tariff_columns), tariff);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STORE_E_UNIQUE;
}

int store_piletariff_put(struct db *db, struct piletariff *tariff)
{
	struct stmt *stmt = stmt_of(db, SQL_PILETARIFF_PUT);
	int64_t changed = 0;

	row_bind(stmt, 1, COLUMNS(tariff_columns), tariff);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	tariff->revision++;
	return 0;
}

int store_piletariff_due(
	struct db *db, int64_t now_us, size_t most, int64_t *ret_piles, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_PILETARIFF_DUE);

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return row_ids(stmt, most, ret_piles, ret_len);
}

int store_piletariff_touch(struct db *db, int64_t tenant_id, int64_t due_us)
{
	struct stmt *stmt = stmt_of(db, SQL_PILETARIFF_TOUCH);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_i64(stmt, 2, due_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_piletariff_wanted(struct db *db, int64_t pile_id, bool *ret_wanted)
{
	struct stmt *stmt = stmt_of(db, SQL_PILETARIFF_WANTED);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	row = stmt_step(stmt);
	TRY(row);
	*ret_wanted = row == 1 && stmt_i64(stmt, 0) != 0;
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}

int store_piletariff_want(struct db *db, int64_t pile_id, bool wanted)
{
	struct stmt *stmt = stmt_of(db, SQL_PILETARIFF_WANT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, wanted);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
