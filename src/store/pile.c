/* pile.c - piles and what belongs to them as rows. */
#include "store/pile.h"

#include "base/fault.h"
#include "base/limits.h"
#include "store/row.h"

/* As in view pile_full. */
static const struct column pile_columns[] = {
	COL_I64(struct pile, id),
	COL_I64(struct pile, tenant_id),
	COL_I64(struct pile, site_id),
	COL_STR(struct pile, code),
	COL_STR(struct pile, name),
	COL_INT(struct pile, state),
	COL_STR(struct pile, secret_hash),
	COL_STR(struct pile, vendor),
	COL_STR(struct pile, model),
	COL_STR(struct pile, serial),
	COL_STR(struct pile, firmware),
	COL_STR(struct pile, protocol),
	COL_STR(struct pile, boot_status),
	COL_BOOL(struct pile, online),
	COL_I64(struct pile, last_seen_us),
	COL_I64(struct pile, connected_us),
	COL_I64(struct pile, created_us),
	COL_I64(struct pile, tariff_series_id),
	COL_I64(struct pile, version),
};
/* As in statement pile_place and at the end of view session_scene. */
static const struct column place_columns[] = {
	COL_I64(struct place, pile_id),
	COL_I64(struct place, tenant_id),
	COL_I64(struct place, site_id),
	COL_STR(struct place, code),
	COL_INT(struct place, state),
	COL_BOOL(struct place, online),
	COL_I64(struct place, connected_us),
	COL_STR(struct place, zone),
	COL_STR(struct place, currency),
	COL_STR(struct place, timing),
	COL_I64(struct place, default_limit_minor),
	COL_I64(struct place, tariff_series_id),
	COL_STR(struct place, status),
	COL_I64(struct place, max_w),
};
static const struct column connector_columns[] = {
	COL_I64(struct connector, pile_id),
	COL_I64(struct connector, no),
	COL_STR(struct connector, status),
	COL_STR(struct connector, error_code),
	COL_STR(struct connector, info),
	COL_STR(struct connector, vendor_error),
	COL_STR(struct connector, plug),
	COL_I64(struct connector, max_w),
	COL_I64(struct connector, status_us),
	COL_I64(struct connector, last_good_us),
};

static int read_pile(struct stmt *stmt, struct arena *arena, struct pile *ret_pile)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	row_read(stmt, 0, COLUMNS(pile_columns), arena, ret_pile);
	stmt_reset(stmt);
	return 0;
}

int store_pile_by_code(struct db *db, struct arena *arena, struct str code, struct pile *ret_pile)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_BY_CODE);

	stmt_bind_str(stmt, 1, code);
	return read_pile(stmt, arena, ret_pile);
}

int store_pile_get(struct db *db, struct arena *arena, int64_t id, struct pile *ret_pile)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_BY_ID);

	stmt_bind_i64(stmt, 1, id);
	return read_pile(stmt, arena, ret_pile);
}

void store_place_read(struct stmt *stmt, int first, struct arena *arena, struct place *ret_place)
{
	row_read(stmt, first, COLUMNS(place_columns), arena, ret_place);
}

int store_pile_place(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	struct place *ret_place)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_PLACE);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	store_place_read(stmt, 0, arena, ret_place);
	stmt_reset(stmt);
	return 0;
}

int store_pile_add(struct db *db, const struct pile *pile)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_ADD);
	int result;

	stmt_bind_i64(stmt, 1, pile->id);
	stmt_bind_i64(stmt, 2, pile->tenant_id);
	stmt_bind_i64(stmt, 3, pile->site_id);
	stmt_bind_str(stmt, 4, pile->code);
	stmt_bind_str(stmt, 5, pile->name);
	stmt_bind_i64(stmt, 6, pile->state);
	stmt_bind_str(stmt, 7, pile->secret_hash.ptr ? pile->secret_hash : STR(""));
	stmt_bind_i64(stmt, 8, pile->tariff_series_id);
	stmt_bind_i64(stmt, 9, pile->created_us);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STORE_E_UNIQUE : 0;
}

int store_pile_put(struct db *db, const struct pile *pile)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_PUT);

	stmt_bind_i64(stmt, 1, pile->id);
	stmt_bind_i64(stmt, 2, pile->site_id);
	stmt_bind_str(stmt, 3, pile->name);
	stmt_bind_i64(stmt, 4, pile->state);
	stmt_bind_str(stmt, 5, pile->secret_hash.ptr ? pile->secret_hash : STR(""));
	stmt_bind_i64(stmt, 6, pile->tariff_series_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

static struct str text_or_empty(struct str text)
{
	return text.ptr ? text : STR("");
}

int store_pile_boot(struct db *db, const struct pile *pile)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_BOOT);

	stmt_bind_i64(stmt, 1, pile->id);
	stmt_bind_str(stmt, 2, text_or_empty(pile->vendor));
	stmt_bind_str(stmt, 3, text_or_empty(pile->model));
	stmt_bind_str(stmt, 4, text_or_empty(pile->serial));
	stmt_bind_str(stmt, 5, text_or_empty(pile->firmware));
	stmt_bind_str(stmt, 6, text_or_empty(pile->boot_status));
	stmt_bind_i64(stmt, 7, pile->last_seen_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_pile_dynamic(struct db *db, int64_t pile_id, bool on)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_DYNAMIC);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, on);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_pile_periods(struct db *db, int64_t pile_id, int64_t periods)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_PERIODS);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, periods);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_pile_online(struct db *db, int64_t pile_id, int64_t now_us, struct str protocol)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_ONLINE);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, now_us);
	stmt_bind_str(stmt, 3, text_or_empty(protocol));
	TRY(stmt_run(stmt, NULL));
	return 0;
}

static int run_id_time(struct db *db, enum sql_id id, int64_t pile_id, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, id);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, now_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_pile_offline(struct db *db, int64_t pile_id, int64_t now_us)
{
	return run_id_time(db, SQL_PILE_OFFLINE, pile_id, now_us);
}

int store_pile_seen(struct db *db, int64_t pile_id, int64_t now_us)
{
	return run_id_time(db, SQL_PILE_SEEN, pile_id, now_us);
}

int store_pile_all_offline(struct db *db)
{
	TRY(stmt_run(stmt_of(db, SQL_PILE_ALL_OFFLINE), NULL));
	return 0;
}

/* What every word about a connector's state says first: places 1 to 5. */
static struct stmt *bind_state(struct stmt *stmt, const struct connector *connector)
{
	stmt_bind_i64(stmt, 1, connector->pile_id);
	stmt_bind_i64(stmt, 2, connector->no);
	stmt_bind_str(stmt, 3, text_or_empty(connector->status));
	stmt_bind_str(stmt, 4, text_or_empty(connector->error_code));
	stmt_bind_str(stmt, 5, text_or_empty(connector->info));
	return stmt;
}

int store_connector_status(struct db *db, const struct connector *connector)
{
	struct stmt *stmt = bind_state(stmt_of(db, SQL_CONNECTOR_STATUS), connector);

	stmt_bind_str(stmt, 6, text_or_empty(connector->vendor_error));
	stmt_bind_i64(stmt, 7, connector->status_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_connector_state(struct db *db, const struct connector *connector)
{
	struct stmt *stmt = bind_state(stmt_of(db, SQL_CONNECTOR_STATE), connector);

	stmt_bind_i64(stmt, 6, connector->status_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_connector_plate(struct db *db, const struct connector *connector)
{
	struct stmt *stmt = stmt_of(db, SQL_CONNECTOR_PLATE);

	stmt_bind_i64(stmt, 1, connector->pile_id);
	stmt_bind_i64(stmt, 2, connector->no);
	stmt_bind_str(stmt, 3, text_or_empty(connector->plug));
	stmt_bind_i64(stmt, 4, connector->max_w);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_connector_good(struct db *db, int64_t pile_id, int64_t no, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_CONNECTOR_GOOD);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, no);
	stmt_bind_i64(stmt, 3, now_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_connectors(struct db *db, struct arena *arena, int64_t pile_id,
	struct connector **ret_connectors, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_CONNECTOR_LIST);
	struct connector *connectors = ARENA_ARRAY(arena, struct connector, LIMIT_CONNECTORS + 1);
	size_t len = 0;
	int row;

	if (!connectors)
		return FAULT(FAULT_NOMEM, "connectors");
	stmt_bind_i64(stmt, 1, pile_id);
	while ((row = stmt_step(stmt)) == 1) {
		if (len <= LIMIT_CONNECTORS)
			row_read(stmt, 0, COLUMNS(connector_columns), arena, &connectors[len++]);
	}
	TRY(row);
	*ret_connectors = connectors;
	*ret_len = len;
	return 0;
}

int store_pile_setting(struct db *db, int64_t pile_id, struct str name, struct str value,
	bool readonly, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_PILE_SETTING_PUT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, name);
	stmt_bind_str(stmt, 3, text_or_empty(value));
	stmt_bind_i64(stmt, 4, readonly ? 1 : 0);
	stmt_bind_i64(stmt, 5, now_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_refusal_add(struct db *db, const struct refusal *refusal)
{
	struct stmt *stmt = stmt_of(db, SQL_REFUSAL_ADD);

	stmt_bind_i64(stmt, 1, refusal->id);
	stmt_bind_i64(stmt, 2, refusal->at_us);
	stmt_bind_str(stmt, 3, text_or_empty(refusal->code));
	stmt_bind_str(stmt, 4, text_or_empty(refusal->remote));
	stmt_bind_str(stmt, 5, text_or_empty(refusal->reason));
	stmt_bind_str(stmt, 6, text_or_empty(refusal->detail));
	stmt_bind_i64(stmt, 7, refusal->tenant_id);
	TRY(stmt_run(stmt, NULL));
	stmt = stmt_of(db, SQL_REFUSAL_TRIM);
	stmt_bind_i64(stmt, 1, refusal->tenant_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
