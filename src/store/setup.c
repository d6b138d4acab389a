/* setup.c - wanted settings as rows. */
#include "store/setup.h"

#include "base/fault.h"
#include "base/limits.h"
#include "store/row.h"

static const struct column setup_columns[] = {
	COL_I64(struct setup, id),
	COL_I64(struct setup, tenant_id),
	COL_STR(struct setup, name),
	COL_I64(struct setup, created_us),
	COL_I64(struct setup, revision),
};
static const struct column drift_columns[] = {
	COL_STR(struct drift, name),
	COL_STR(struct drift, wanted),
	COL_BOOL(struct drift, known),
	COL_STR(struct drift, actual),
	COL_BOOL(struct drift, readonly),
};

int store_setup_add(struct db *db, const struct setup *setup)
{
	struct stmt *stmt = stmt_of(db, SQL_SETUP_ADD);

	row_bind(stmt, 1, COLUMNS(setup_columns), setup);
	return stmt_run(stmt, NULL);
}

int store_setup_get(struct db *db, struct arena *arena, int64_t id, struct setup *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_SETUP_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(setup_columns), arena, ret);
}

int store_setup_put(struct db *db, struct setup *setup)
{
	struct stmt *stmt = stmt_of(db, SQL_SETUP_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, setup->id);
	stmt_bind_str(stmt, 2, setup->name);
	stmt_bind_i64(stmt, 3, setup->revision);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	setup->revision++;
	return 0;
}

static int run_for(struct db *db, enum sql_id sql, int64_t id)
{
	struct stmt *stmt = stmt_of(db, sql);

	stmt_bind_i64(stmt, 1, id);
	return stmt_run(stmt, NULL);
}

int store_setup_values_clear(struct db *db, int64_t setup_id)
{
	return run_for(db, SQL_SETUP_VALUES_CLEAR, setup_id);
}

int store_setup_piles_clear(struct db *db, int64_t setup_id)
{
	return run_for(db, SQL_SETUP_PILES_CLEAR, setup_id);
}

int store_setup_delete(struct db *db, int64_t id)
{
	TRY(store_setup_values_clear(db, id));
	TRY(store_setup_piles_clear(db, id));
	return run_for(db, SQL_SETUP_DELETE, id);
}

int store_setup_value_add(struct db *db, int64_t setup_id, struct str name, struct str value)
{
	struct stmt *stmt = stmt_of(db, SQL_SETUP_VALUE_ADD);
	int result;

	stmt_bind_i64(stmt, 1, setup_id);
	stmt_bind_str(stmt, 2, name);
	stmt_bind_str(stmt, 3, value);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STORE_E_UNIQUE : 0;
}

int store_setup_pile_put(struct db *db, int64_t setup_id, int64_t pile_id)
{
	struct stmt *stmt = stmt_of(db, SQL_SETUP_PILE_PUT);

	stmt_bind_i64(stmt, 1, setup_id);
	stmt_bind_i64(stmt, 2, pile_id);
	return stmt_run(stmt, NULL);
}

int store_drift(struct db *db, struct arena *arena, int64_t pile_id, struct drift **ret_drift,
	size_t *ret_len)
{
	struct drift *list = ARENA_ARRAY(arena, struct drift, LIMIT_SETUP_VALUES);
	struct stmt *stmt = stmt_of(db, SQL_DRIFT);
	size_t len = 0;
	int row;

	if (!list)
		return FAULT(FAULT_NOMEM, "drift");
	stmt_bind_i64(stmt, 1, pile_id);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < LIMIT_SETUP_VALUES)
			row_read(stmt, 0, COLUMNS(drift_columns), arena, &list[len++]);
	}
	TRY(row);
	*ret_drift = list;
	*ret_len = len;
	return 0;
}

int store_setup_pushed(struct db *db, int64_t pile_id, struct str name, struct str value,
	struct str result, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_SETUP_PUSHED);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, name);
	stmt_bind_str(stmt, 3, value);
	stmt_bind_str(stmt, 4, result);
	stmt_bind_i64(stmt, 5, now_us);
	return stmt_run(stmt, NULL);
}

int store_setup_push_result(
	struct db *db, int64_t pile_id, struct str name, struct str result, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_SETUP_PUSH_RESULT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, name);
	stmt_bind_str(stmt, 3, result);
	stmt_bind_i64(stmt, 4, now_us);
	return stmt_run(stmt, NULL);
}
