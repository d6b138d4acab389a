/* lists.c - reading many rows for people. */
#include "store/lists.h"
#include <string.h>
#include "base/fault.h"

#define LIST_FIRST_ROWS 32

/* Makes room for one more row by doubling; the arena keeps the old copy until the job ends. */
static int list_room(struct list_rows *rows, size_t *capacity, struct arena *arena)
{
	struct list_cell *grown;

	if (rows->rows_len < *capacity)
		return 0;
	*capacity = *capacity ? 2 * *capacity : LIST_FIRST_ROWS;
	grown = ARENA_ARRAY(arena, struct list_cell, *capacity * rows->columns);
	if (!grown)
		return FAULT(FAULT_NOMEM, "list too large");
	if (rows->rows_len)
		memcpy(grown, rows->cells, rows->rows_len * rows->columns * sizeof(*grown));
	rows->cells = grown;
	return 0;
}

int store_list(struct db *db, enum sql_id sql, const struct list_arg *args, size_t args_len,
	const char *columns, size_t most, struct arena *arena, struct list_rows *ret_rows)
{
	struct list_rows rows = {.columns = strlen(columns)};
	struct stmt *stmt = stmt_of(db, sql);
	size_t capacity = 0;
	int row = 0;

	for (size_t i = 0; i < args_len; i++) {
		if (args[i].text.ptr)
			stmt_bind_str(stmt, (int)i + 1, args[i].text);
		else
			stmt_bind_i64(stmt, (int)i + 1, args[i].number);
	}
	while (rows.rows_len < most && (row = stmt_step(stmt)) == 1) {
		struct list_cell *cell;
		int room = list_room(&rows, &capacity, arena);

		if (room < 0) {
			stmt_reset(stmt);
			return room;
		}
		cell = &rows.cells[rows.rows_len * rows.columns];
		for (size_t i = 0; i < rows.columns; i++) {
			if (columns[i] == 'i')
				cell[i].number = stmt_i64(stmt, (int)i);
			else if (!stmt_is_null(stmt, (int)i))
				cell[i].text = stmt_dup(stmt, (int)i, arena);
		}
		rows.rows_len++;
	}
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	*ret_rows = rows;
	return 0;
}

const struct list_cell *list_row(const struct list_rows *rows, size_t index)
{
	return &rows->cells[index * rows->columns];
}
