/* row.c - structs to parameters and columns to structs, by table. */
#include "store/row.h"

#include "base/fault.h"
#include "store/store.h"

void row_read(struct stmt *stmt, int first, const struct column *columns, size_t count,
	struct arena *arena, void *ret)
{
	for (size_t i = 0; i < count; i++) {
		void *field = (char *)ret + columns[i].offset;
		int column = first + (int)i;

		switch (columns[i].kind) {
		case COLUMN_I64:
			*(int64_t *)field = stmt_i64(stmt, column);
			break;
		case COLUMN_STR:
			*(struct str *)field = stmt_dup(stmt, column, arena);
			break;
		case COLUMN_INT:
			*(int *)field = (int)stmt_i64(stmt, column);
			break;
		case COLUMN_BOOL:
			*(bool *)field = stmt_i64(stmt, column) != 0;
			break;
		}
	}
}

void row_bind(
	struct stmt *stmt, int first, const struct column *columns, size_t count, const void *from)
{
	for (size_t i = 0; i < count; i++) {
		const void *field = (const char *)from + columns[i].offset;
		int index = first + (int)i;
		struct str text;

		switch (columns[i].kind) {
		case COLUMN_I64:
			stmt_bind_i64(stmt, index, *(const int64_t *)field);
			break;
		case COLUMN_STR:
			text = *(const struct str *)field;
			stmt_bind_str(stmt, index, text.ptr ? text : STR(""));
			break;
		case COLUMN_INT:
			stmt_bind_i64(stmt, index, *(const int *)field);
			break;
		case COLUMN_BOOL:
			stmt_bind_i64(stmt, index, *(const bool *)field ? 1 : 0);
			break;
		}
	}
}

int row_one(struct stmt *stmt, const struct column *columns, size_t count, struct arena *arena,
	void *ret)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	row_read(stmt, 0, columns, count, arena, ret);
	stmt_reset(stmt);
	return 0;
}

int row_number(struct stmt *stmt, int64_t otherwise, int64_t *ret)
{
	int row = stmt_step(stmt);

	TRY(row);
	*ret = row == 1 ? stmt_i64(stmt, 0) : otherwise;
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}

int row_ids(struct stmt *stmt, size_t most, int64_t *ret_ids, size_t *ret_len)
{
	size_t len = 0;
	int row;

	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			ret_ids[len++] = stmt_i64(stmt, 0);
	}
	TRY(row);
	*ret_len = len;
	return 0;
}
