/* lists.h - reading many rows for people: a statement, its parameters, and cells as the caller's
 * columns ask. */
#pragma once
#include "base/arena.h"
#include "db/db.h"

/* A parameter: text when `text.ptr` is set, else the number. */
struct list_arg {
	int64_t number;
	struct str text;
};
struct list_cell {
	int64_t number;
	struct str text; /* STR_NULL for NULL and for number columns */
};
struct list_rows {
	struct list_cell *cells; /* rows_len x columns */
	size_t columns;
	size_t rows_len;
};
/* Runs `sql` and copies at most `most` rows into the arena. `columns` has a letter per column to
 * read, in order: 'i' a number, 's' text. */
int store_list(struct db *db, enum sql_id sql, const struct list_arg *args, size_t args_len,
	const char *columns, size_t most, struct arena *arena, struct list_rows *ret_rows);
const struct list_cell *list_row(const struct list_rows *rows, size_t index);
