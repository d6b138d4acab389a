/* meter_record.c - signed readings <-> rows. */
#include "store/meter_record.h"

#include "base/fault.h"

#define RECORDS_MOST 2 /* begin and end */

int store_meter_record_add(struct db *db, const struct meter_record *record)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_RECORD_ADD);

	stmt_bind_i64(stmt, 1, record->session_id);
	stmt_bind_str(stmt, 2, record->why);
	stmt_bind_i64(stmt, 3, record->pile_id);
	stmt_bind_i64(stmt, 4, record->counter);
	stmt_bind_str(stmt, 5, record->line);
	stmt_bind_str(stmt, 6, record->public_key.len ? record->public_key : STR(""));
	stmt_bind_str(stmt, 7, record->state);
	stmt_bind_i64(stmt, 8, record->at_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_meter_record_list(struct db *db, struct arena *arena, int64_t session_id,
	struct meter_record **ret_records, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_RECORD_LIST);
	struct meter_record *records = ARENA_ARRAY(arena, struct meter_record, RECORDS_MOST);
	size_t len = 0;
	int row;

	if (!records)
		return FAULT(FAULT_NOMEM, "meter records");
	stmt_bind_i64(stmt, 1, session_id);
	while ((row = stmt_step(stmt)) == 1 && len < RECORDS_MOST)
		records[len++] = (struct meter_record){.session_id = session_id,
			.why = stmt_dup(stmt, 0, arena),
			.counter = stmt_i64(stmt, 1),
			.line = stmt_dup(stmt, 2, arena),
			.public_key = stmt_dup(stmt, 3, arena),
			.state = stmt_dup(stmt, 4, arena),
			.at_us = stmt_i64(stmt, 5)};
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	*ret_records = records;
	*ret_len = len;
	return 0;
}

int store_meter_record_seen(struct db *db, const struct meter_record *record, bool *ret_seen)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_RECORD_COUNTER);
	int row;

	stmt_bind_i64(stmt, 1, record->pile_id);
	stmt_bind_i64(stmt, 2, record->counter);
	stmt_bind_i64(stmt, 3, record->session_id);
	stmt_bind_str(stmt, 4, record->why);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	*ret_seen = row == 1;
	return 0;
}

int store_meter_record_key(struct db *db, struct arena *arena, int64_t pile_id, struct str *ret_key)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_RECORD_KEY);
	struct str key = STR("");
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 1) {
		key = stmt_dup(stmt, 0, arena);
		stmt_reset(stmt);
	}
	*ret_key = key;
	return 0;
}
