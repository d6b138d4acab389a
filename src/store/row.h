/* row.h - a struct as columns: one table per noun says which field stands at which place, and both
 * reading and binding follow it. The table's order is the order of the columns in sql/queries. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "db/db.h"

enum column_kind { COLUMN_I64 = 0, COLUMN_STR = 1, COLUMN_INT = 2, COLUMN_BOOL = 3 };
struct column {
	size_t offset;
	enum column_kind kind;
};
#define COL_I64(type, field) \
	{ \
		offsetof(type, field), COLUMN_I64 \
	}
#define COL_STR(type, field) \
	{ \
		offsetof(type, field), COLUMN_STR \
	}
#define COL_INT(type, field) \
	{ \
		offsetof(type, field), COLUMN_INT \
	} /* int or enum */
#define COL_BOOL(type, field) \
	{ \
		offsetof(type, field), COLUMN_BOOL \
	}
#define COLUMNS(table) (table), sizeof(table) / sizeof((table)[0])

/* Reads columns first.. of the current row into `ret`; texts go to the arena. */
void row_read(struct stmt *stmt, int first, const struct column *columns, size_t count,
	struct arena *arena, void *ret);
/* Binds the fields as parameters first..; texts are borrowed until the step, an absent text is
 * bound as ''. */
void row_bind(
	struct stmt *stmt, int first, const struct column *columns, size_t count, const void *from);
/* The answer to a question for one row. STORE_E_MISSING: there is none. */
int row_one(struct stmt *stmt, const struct column *columns, size_t count, struct arena *arena,
	void *ret);
/* The first number of the first row, or `otherwise` where there is none. */
int row_number(struct stmt *stmt, int64_t otherwise, int64_t *ret);
/* The first column of every row, at most `most`. */
int row_ids(struct stmt *stmt, size_t most, int64_t *ret_ids, size_t *ret_len);
