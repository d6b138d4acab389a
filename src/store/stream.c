/* stream.c - streams of values and swaps of batteries as rows. */
#include "store/stream.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column stream_columns[] = {
	COL_I64(struct event_stream, pile_id),
	COL_I64(struct event_stream, stream_id),
	COL_I64(struct event_stream, tenant_id),
	COL_I64(struct event_stream, monitor_id),
	COL_I64(struct event_stream, every_s),
	COL_I64(struct event_stream, most_values),
	COL_BOOL(struct event_stream, open),
	COL_I64(struct event_stream, pending),
	COL_I64(struct event_stream, received),
	COL_I64(struct event_stream, opened_us),
	COL_I64(struct event_stream, at_us),
};
static const struct column value_columns[] = {
	COL_I64(struct event_value, id),
	COL_I64(struct event_value, pile_id),
	COL_I64(struct event_value, stream_id),
	COL_I64(struct event_value, at_us),
	COL_STR(struct event_value, value),
};
static const struct column swap_columns[] = {
	COL_I64(struct battery_swap, id),
	COL_I64(struct battery_swap, tenant_id),
	COL_I64(struct battery_swap, pile_id),
	COL_I64(struct battery_swap, at_us),
	COL_I64(struct battery_swap, request_id),
	COL_STR(struct battery_swap, event),
	COL_STR(struct battery_swap, id_tag),
	COL_I64(struct battery_swap, evse),
	COL_STR(struct battery_swap, serial),
	COL_I64(struct battery_swap, soc_e6),
	COL_I64(struct battery_swap, soh_e6),
	COL_STR(struct battery_swap, info),
};

int store_stream_count(struct db *db, int64_t pile_id, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_STREAM_OPEN_COUNT);

	stmt_bind_i64(stmt, 1, pile_id);
	return row_number(stmt, 0, ret_count);
}

int store_stream_get(struct db *db, int64_t pile_id, int64_t stream_id, struct event_stream *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_STREAM_GET);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, stream_id);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	row_read(stmt, 0, COLUMNS(stream_columns), NULL, ret);
	stmt_reset(stmt);
	return 0;
}

int store_stream_put(struct db *db, const struct event_stream *stream)
{
	struct stmt *stmt = stmt_of(db, SQL_STREAM_PUT);

	row_bind(stmt, 1, COLUMNS(stream_columns), stream);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_stream_value(struct db *db, const struct event_value *value)
{
	struct stmt *stmt = stmt_of(db, SQL_STREAM_VALUE_ADD);

	row_bind(stmt, 1, COLUMNS(value_columns), value);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_stream_trim(struct db *db, int64_t pile_id, int64_t stream_id)
{
	struct stmt *stmt = stmt_of(db, SQL_STREAM_VALUES_TRIM);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, stream_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_swap_add(struct db *db, const struct battery_swap *swap)
{
	struct stmt *stmt = stmt_of(db, SQL_SWAP_ADD);

	row_bind(stmt, 1, COLUMNS(swap_columns), swap);
	TRY(stmt_run(stmt, NULL));
	stmt = stmt_of(db, SQL_SWAP_TRIM);
	stmt_bind_i64(stmt, 1, swap->pile_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
