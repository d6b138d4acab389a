/* session.c - physical transactions as rows. */
#include "store/session.h"

#include "base/fault.h"
#include "store/order.h"
#include "store/row.h"

/* As in view session_full and statement session_add. */
static const struct column session_columns[] = {
	COL_I64(struct session, id),
	COL_I64(struct session, tenant_id),
	COL_I64(struct session, pile_id),
	COL_I64(struct session, connector_no),
	COL_I64(struct session, order_id),
	COL_I64(struct session, transaction_id),
	COL_STR(struct session, id_tag),
	COL_STR(struct session, start_key),
	COL_I64(struct session, start_us),
	COL_I64(struct session, stop_us),
	COL_I64(struct session, meter_start_dwh),
	COL_I64(struct session, meter_last_dwh),
	COL_I64(struct session, meter_stop_dwh),
	COL_I64(struct session, last_us),
	COL_I64(struct session, aside_dwh),
	COL_I64(struct session, aside_us),
	COL_I64(struct session, energy_dwh),
	COL_I64(struct session, power_w),
	COL_I64(struct session, voltage_mv),
	COL_I64(struct session, current_ma),
	COL_I64(struct session, soc_pct),
	COL_STR(struct session, stop_reason),
	COL_INT(struct session, flags),
	COL_BOOL(struct session, open),
	COL_I64(struct session, version),
};
/* As in statement session_put, $2 onward. */
static const struct column session_changing[] = {
	COL_I64(struct session, connector_no),
	COL_I64(struct session, order_id),
	COL_STR(struct session, id_tag),
	COL_I64(struct session, start_us),
	COL_I64(struct session, stop_us),
	COL_I64(struct session, meter_start_dwh),
	COL_I64(struct session, meter_last_dwh),
	COL_I64(struct session, meter_stop_dwh),
	COL_I64(struct session, last_us),
	COL_I64(struct session, aside_dwh),
	COL_I64(struct session, aside_us),
	COL_I64(struct session, energy_dwh),
	COL_I64(struct session, power_w),
	COL_I64(struct session, voltage_mv),
	COL_I64(struct session, current_ma),
	COL_I64(struct session, soc_pct),
	COL_STR(struct session, stop_reason),
	COL_INT(struct session, flags),
	COL_BOOL(struct session, open),
};
#define SESSION_COLUMNS (int)(sizeof(session_columns) / sizeof(session_columns[0]))
#define SESSION_CHANGING (int)(sizeof(session_changing) / sizeof(session_changing[0]))

static int read_session(struct stmt *stmt, struct arena *arena, struct session *ret_session)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	row_read(stmt, 0, COLUMNS(session_columns), arena, ret_session);
	stmt_reset(stmt);
	return 0;
}

int store_session_get(struct db *db, struct arena *arena, int64_t id, struct session *ret_session)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_BY_ID);

	stmt_bind_i64(stmt, 1, id);
	return read_session(stmt, arena, ret_session);
}

int store_session_by_start_key(
	struct db *db, struct arena *arena, struct str key, struct session *ret_session)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_BY_START_KEY);

	int found;

	stmt_bind_str(stmt, 1, key);
	found = read_session(stmt, arena, ret_session);
	TRY(found);
	if (found != 0)
		ret_session->id = 0;
	return 0;
}

int store_session_stopped(struct db *db, const struct session *session, bool *ret_found)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_STOPPED);
	int row;

	stmt_bind_i64(stmt, 1, session->pile_id);
	stmt_bind_str(stmt, 2, session->id_tag);
	stmt_bind_i64(stmt, 3, session->start_us);
	stmt_bind_i64(stmt, 4, session->meter_start_dwh);
	row = stmt_step(stmt);
	TRY(row);
	*ret_found = row == 1;
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}

/* Columns of view session_scene: session, order, place. */
static void scene_row(struct stmt *stmt, struct arena *arena, struct scene *ret_scene)
{
	*ret_scene = (struct scene){0};
	row_read(stmt, 0, COLUMNS(session_columns), arena, &ret_scene->session);
	if (!stmt_is_null(stmt, SESSION_COLUMNS))
		store_order_read(stmt, SESSION_COLUMNS, arena, &ret_scene->order);
	store_place_read(stmt, SESSION_COLUMNS + store_order_columns(), arena, &ret_scene->place);
}

static int read_scene(struct stmt *stmt, struct arena *arena, struct scene *ret_scene)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	scene_row(stmt, arena, ret_scene);
	stmt_reset(stmt);
	return 0;
}

int store_scene_by_transaction(struct db *db, struct arena *arena, int64_t pile_id,
	int64_t transaction_id, struct scene *ret_scene)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_SCENE_BY_TRANSACTION);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, transaction_id);
	return read_scene(stmt, arena, ret_scene);
}

int store_scene_get(struct db *db, struct arena *arena, int64_t session_id, struct scene *ret_scene)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_SCENE_BY_ID);

	stmt_bind_i64(stmt, 1, session_id);
	return read_scene(stmt, arena, ret_scene);
}

int store_scene_open(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	struct scene *ret_scene)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_SCENE_OPEN);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	return read_scene(stmt, arena, ret_scene);
}

int store_scene_unnamed(struct db *db, struct arena *arena, int64_t pile_id, struct str id_tag,
	struct scene *ret_scene)
{
	struct stmt *stmt;
	int row;

	if (id_tag.len > 0) {
		int found;

		stmt = stmt_of(db, SQL_SESSION_SCENE_OF_TAG);
		stmt_bind_i64(stmt, 1, pile_id);
		stmt_bind_str(stmt, 2, id_tag);
		found = read_scene(stmt, arena, ret_scene);
		if (found != STORE_E_MISSING)
			return found;
	}
	stmt = stmt_of(db, SQL_SESSION_SCENE_ANY);
	stmt_bind_i64(stmt, 1, pile_id);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	scene_row(stmt, arena, ret_scene);
	row = stmt_step(stmt); /* a second one would make it a guess */
	TRY(row);
	if (row == 0)
		return 0;
	stmt_reset(stmt);
	return STORE_E_MISSING;
}

int store_session_add(struct db *db, const struct session *session)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_ADD);
	int result;

	row_bind(stmt, 1, COLUMNS(session_columns), session);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STORE_E_UNIQUE : 0;
}

int store_session_put(struct db *db, struct session *session)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, session->id);
	row_bind(stmt, 2, COLUMNS(session_changing), session);
	stmt_bind_i64(stmt, 2 + SESSION_CHANGING, session->version);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return FAULT(FAULT_BUSY, "session %lld changed meanwhile", (long long)session->id);
	session->version++;
	return 0;
}

int store_session_rekey(struct db *db, int64_t id, struct str start_key)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_REKEY);

	stmt_bind_i64(stmt, 1, id);
	stmt_bind_str(stmt, 2, start_key);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_session_take(struct db *db, const struct session *session)
{
	struct stmt *stmt = stmt_of(db, SQL_SESSION_TAKE);

	stmt_bind_i64(stmt, 1, session->id);
	stmt_bind_str(stmt, 2, session->start_key);
	stmt_bind_i64(stmt, 3, session->connector_no);
	stmt_bind_i64(stmt, 4, session->order_id);
	stmt_bind_i64(stmt, 5, session->start_us);
	stmt_bind_i64(stmt, 6, session->meter_start_dwh);
	stmt_bind_i64(stmt, 7, session->energy_dwh);
	stmt_bind_i64(stmt, 8, session->flags);
	stmt_bind_i64(stmt, 9, session->meter_last_dwh);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_session_usage_add(struct db *db, int64_t session_id, const struct session_change *change)
{
	return store_usage_add(db, SQL_SESSION_USAGE_ADD, session_id, change);
}

int store_usage_add(
	struct db *db, enum sql_id sql, int64_t session_id, const struct session_change *change)
{
	for (size_t i = 0; i < change->usage_len; i++) {
		struct stmt *stmt = stmt_of(db, sql);

		stmt_bind_i64(stmt, 1, session_id);
		stmt_bind_i64(stmt, 2, change->usage[i].start_us);
		stmt_bind_i64(stmt, 3, change->usage[i].slot);
		stmt_bind_i64(stmt, 4, change->usage[i].energy_dwh);
		stmt_bind_i64(stmt, 5, change->usage[i].estimated ? 1 : 0);
		TRY(stmt_run(stmt, NULL));
	}
	return 0;
}

int store_session_usage(struct db *db, struct arena *arena, int64_t session_id,
	struct usage **ret_usage, size_t *ret_len)
{
	return store_usage(db, SQL_SESSION_USAGE, arena, session_id, ret_usage, ret_len);
}

int store_usage(struct db *db, enum sql_id sql, struct arena *arena, int64_t session_id,
	struct usage **ret_usage, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, sql);
	struct usage *usage = NULL;
	size_t len = 0, cap = 0;
	int row;

	stmt_bind_i64(stmt, 1, session_id);
	while ((row = stmt_step(stmt)) == 1) {
		if (len == cap) {
			struct usage *grown;

			cap = cap ? cap * 2 : 16;
			grown = ARENA_ARRAY(arena, struct usage, cap);
			if (!grown) {
				stmt_reset(stmt);
				return FAULT(FAULT_NOMEM, "usage of a session");
			}
			for (size_t i = 0; i < len; i++)
				grown[i] = usage[i];
			usage = grown;
		}
		usage[len++] = (struct usage){stmt_i64(stmt, 0), (int)stmt_i64(stmt, 1),
			stmt_i64(stmt, 2), stmt_i64(stmt, 3) != 0};
	}
	TRY(row);
	*ret_usage = usage;
	*ret_len = len;
	return 0;
}
