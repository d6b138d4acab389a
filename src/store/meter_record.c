/* meter_record.c - signed readings and the keys of meters <-> rows. */
#include "store/meter_record.h"

#include "base/fault.h"
#include "store/transaction.h"

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
	stmt_bind_str(stmt, 9, record->format);
	stmt_bind_str(stmt, 10, record->method.len ? record->method : STR(""));
	stmt_bind_i64(stmt, 11, record->connector_no);
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
			.at_us = stmt_i64(stmt, 5),
			.format = stmt_dup(stmt, 6, arena),
			.method = stmt_dup(stmt, 7, arena),
			.connector_no = stmt_i64(stmt, 8)};
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

static int one_text(struct stmt *stmt, struct arena *arena, struct str *ret_text)
{
	int row = stmt_step(stmt);

	TRY(row);
	*ret_text = STR("");
	if (row == 1) {
		*ret_text = stmt_dup(stmt, 0, arena);
		stmt_reset(stmt);
	}
	return 0;
}

int store_meter_record_key(struct db *db, struct arena *arena, int64_t pile_id,
	int64_t connector_no, struct str *ret_key)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_RECORD_KEY);
	int64_t evse, outlet;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, str_format(arena, "MeterPublicKey[%lld]", (long long)connector_no));
	TRY(one_text(stmt, arena, ret_key));
	if (ret_key->len > 0)
		return 0;
	TRY(store_outlet_at(db, pile_id, connector_no, &evse, &outlet));
	stmt = stmt_of(db, SQL_METER_RECORD_VARIABLE);
	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, evse);
	return one_text(stmt, arena, ret_key);
}

/* --- of transactions that charge nobody yet --- */

int store_meter_early_add(struct db *db, struct str name, const struct meter_record *record)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_EARLY_ADD);

	stmt_bind_i64(stmt, 1, record->pile_id);
	stmt_bind_str(stmt, 2, name);
	stmt_bind_str(stmt, 3, record->why);
	stmt_bind_str(stmt, 4, record->line);
	stmt_bind_str(stmt, 5, record->format);
	stmt_bind_str(stmt, 6, record->method.len ? record->method : STR(""));
	stmt_bind_str(stmt, 7, record->public_key.len ? record->public_key : STR(""));
	stmt_bind_i64(stmt, 8, record->at_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_meter_early_list(struct db *db, struct arena *arena, int64_t pile_id, struct str name,
	struct meter_record **ret_records, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_EARLY_LIST);
	struct meter_record *records = ARENA_ARRAY(arena, struct meter_record, RECORDS_MOST);
	size_t len = 0;
	int row;

	if (!records)
		return FAULT(FAULT_NOMEM, "early meter records");
	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, name);
	while ((row = stmt_step(stmt)) == 1 && len < RECORDS_MOST)
		records[len++] = (struct meter_record){.pile_id = pile_id,
			.why = stmt_dup(stmt, 0, arena),
			.line = stmt_dup(stmt, 1, arena),
			.format = stmt_dup(stmt, 2, arena),
			.method = stmt_dup(stmt, 3, arena),
			.public_key = stmt_dup(stmt, 4, arena),
			.at_us = stmt_i64(stmt, 5)};
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	*ret_records = records;
	*ret_len = len;
	return 0;
}

int store_meter_early_drop(struct db *db, int64_t pile_id, struct str name)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_EARLY_DROP);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, name);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_meter_early_forget(struct db *db, int64_t before_us)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_EARLY_FORGET);

	stmt_bind_i64(stmt, 1, before_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

/* --- keys --- */

int store_meter_key_get(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	struct meter_key *ret_key)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_KEY_GET);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_key = (struct meter_key){.pile_id = pile_id,
		.connector_no = connector_no,
		.public_key = stmt_dup(stmt, 0, arena),
		.since_us = stmt_i64(stmt, 1),
		.staff_id = stmt_i64(stmt, 2),
		.other_key = stmt_dup(stmt, 3, arena),
		.other_us = stmt_i64(stmt, 4)};
	stmt_reset(stmt);
	return 0;
}

int store_meter_key_list(struct db *db, struct arena *arena, int64_t pile_id,
	struct meter_key **ret_keys, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_KEY_LIST);
	struct meter_key *keys = ARENA_ARRAY(arena, struct meter_key, STORE_METER_KEYS_MOST);
	size_t len = 0;
	int row;

	if (!keys)
		return FAULT(FAULT_NOMEM, "meter keys");
	stmt_bind_i64(stmt, 1, pile_id);
	while ((row = stmt_step(stmt)) == 1 && len < STORE_METER_KEYS_MOST)
		keys[len++] = (struct meter_key){.pile_id = pile_id,
			.connector_no = stmt_i64(stmt, 0),
			.public_key = stmt_dup(stmt, 1, arena),
			.since_us = stmt_i64(stmt, 2),
			.staff_id = stmt_i64(stmt, 3),
			.other_key = stmt_dup(stmt, 4, arena),
			.other_us = stmt_i64(stmt, 5)};
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	*ret_keys = keys;
	*ret_len = len;
	return 0;
}

int store_meter_key_put(struct db *db, const struct meter_key *key)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_KEY_PUT);

	stmt_bind_i64(stmt, 1, key->pile_id);
	stmt_bind_i64(stmt, 2, key->connector_no);
	stmt_bind_str(stmt, 3, key->public_key);
	stmt_bind_i64(stmt, 4, key->since_us);
	stmt_bind_i64(stmt, 5, key->staff_id);
	stmt_bind_str(stmt, 6, key->other_key.len ? key->other_key : STR(""));
	stmt_bind_i64(stmt, 7, key->other_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_meter_key_trust(struct db *db, const struct meter_key *key)
{
	struct stmt *stmt = stmt_of(db, SQL_METER_RECORD_TRUST);

	stmt_bind_i64(stmt, 1, key->pile_id);
	stmt_bind_i64(stmt, 2, key->connector_no);
	stmt_bind_str(stmt, 3, key->public_key);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
