/* gridcontrol.c - the grid's controls as rows. */
#include "store/gridcontrol.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column columns[] = {
	COL_I64(struct grid_control, pile_id),
	COL_STR(struct grid_control, name),
	COL_STR(struct grid_control, kind),
	COL_BOOL(struct grid_control, is_default),
	COL_STR(struct grid_control, state),
	COL_STR(struct grid_control, body),
	COL_I64(struct grid_control, at_us),
};

int store_grid_control_put(struct db *db, const struct grid_control *control)
{
	struct stmt *stmt = stmt_of(db, SQL_GRID_CONTROL_PUT);

	row_bind(stmt, 1, COLUMNS(columns), control);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_grid_control_state(
	struct db *db, int64_t pile_id, struct str name, struct str state, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_GRID_CONTROL_STATE);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, name);
	stmt_bind_str(stmt, 3, state);
	stmt_bind_i64(stmt, 4, now_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_grid_control_clear(
	struct db *db, int64_t pile_id, bool is_default, struct str name, struct str kind)
{
	struct stmt *stmt = stmt_of(db, SQL_GRID_CONTROL_CLEAR);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, is_default);
	stmt_bind_str(stmt, 3, name.ptr ? name : STR(""));
	stmt_bind_str(stmt, 4, kind.ptr ? kind : STR(""));
	TRY(stmt_run(stmt, NULL));
	return 0;
}
