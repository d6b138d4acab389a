/* vehicle.c - vehicles, sights and policies as rows (see vehicle.h). */
#include "store/vehicle.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column vid_columns[] = {
	COL_I64(struct vid, id),
	COL_I64(struct vid, tenant_id),
	COL_I64(struct vid, member_id),
	COL_STR(struct vid, vid),
	COL_STR(struct vid, second),
	COL_STR(struct vid, kind),
	COL_I64(struct vid, second_us),
	COL_INT(struct vid, state),
	COL_I64(struct vid, charge_minor),
	COL_I64(struct vid, day_minor),
	COL_I64(struct vid, present_us),
	COL_I64(struct vid, alarm_us),
	COL_I64(struct vid, seen_us),
	COL_I64(struct vid, seen_pile_id),
	COL_I64(struct vid, created_us),
	COL_I64(struct vid, version),
	COL_BOOL(struct vid, member_blocked),
	COL_I64(struct vid, account_id),
};
#define VID_OWN 16 /* the columns of its own row */
static const struct column put_columns[] = {
	COL_I64(struct vid, id),
	COL_I64(struct vid, version),
	COL_STR(struct vid, second),
	COL_STR(struct vid, kind),
	COL_I64(struct vid, second_us),
	COL_INT(struct vid, state),
	COL_I64(struct vid, charge_minor),
	COL_I64(struct vid, day_minor),
	COL_I64(struct vid, present_us),
	COL_I64(struct vid, alarm_us),
	COL_I64(struct vid, seen_us),
	COL_I64(struct vid, seen_pile_id),
};
static const struct column sight_columns[] = {
	COL_I64(struct vehicle_sight, pile_id),
	COL_STR(struct vehicle_sight, vid),
	COL_I64(struct vehicle_sight, connector_no),
	COL_STR(struct vehicle_sight, second),
	COL_STR(struct vehicle_sight, kind),
	COL_BOOL(struct vehicle_sight, contradicts),
	COL_I64(struct vehicle_sight, told_us),
	COL_I64(struct vehicle_sight, refused_us),
};

int store_vehicle_find(
	struct db *db, struct arena *arena, int64_t tenant_id, struct str vid, struct vid *ret_vid)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_FIND);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, vid);
	return row_one(stmt, COLUMNS(vid_columns), arena, ret_vid);
}

int store_vehicle_get(struct db *db, struct arena *arena, int64_t id, struct vid *ret_vid)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(vid_columns), arena, ret_vid);
}

int store_vehicle_count(struct db *db, int64_t member_id, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_COUNT);

	stmt_bind_i64(stmt, 1, member_id);
	return row_number(stmt, 0, ret_count);
}

int store_vehicle_add(struct db *db, const struct vid *vid)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_ADD);
	int64_t changed = 0;

	row_bind(stmt, 1, vid_columns, VID_OWN, vid);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STORE_E_UNIQUE;
}

int store_vehicle_put(struct db *db, struct vid *vid)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_PUT);
	int64_t changed = 0;

	row_bind(stmt, 1, COLUMNS(put_columns), vid);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	vid->version++;
	return 0;
}

int store_vehicle_drop(struct db *db, const struct vid *vid)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_DROP);

	stmt_bind_i64(stmt, 1, vid->id);
	TRY(stmt_run(stmt, NULL));
	stmt = stmt_of(db, SQL_VEHICLE_SIGHT_DROP);
	stmt_bind_str(stmt, 1, vid->vid);
	stmt_bind_i64(stmt, 2, vid->tenant_id);
	return stmt_run(stmt, NULL);
}

int store_vehicle_spent(
	struct db *db, int64_t tenant_id, struct str vid, int64_t since_us, int64_t *ret_minor)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_SPENT);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, vid);
	stmt_bind_i64(stmt, 3, since_us);
	return row_number(stmt, 0, ret_minor);
}

int store_vehicle_sight(struct db *db, struct arena *arena, int64_t pile_id, struct str vid,
	struct vehicle_sight *ret_sight)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_SIGHT_GET);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, vid);
	return row_one(stmt, COLUMNS(sight_columns), arena, ret_sight);
}

int store_vehicle_sight_put(struct db *db, const struct vehicle_sight *sight, int64_t keep_us)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_SIGHT_OLD);

	stmt_bind_i64(stmt, 1, keep_us);
	TRY(stmt_run(stmt, NULL));
	stmt = stmt_of(db, SQL_VEHICLE_SIGHT_PUT);
	row_bind(stmt, 1, COLUMNS(sight_columns), sight);
	return stmt_run(stmt, NULL);
}

int store_vehicle_refused(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	int64_t since_us, struct vehicle_sight *ret_sight)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_SIGHT_REFUSED);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	stmt_bind_i64(stmt, 3, since_us);
	return row_one(stmt, COLUMNS(sight_columns), arena, ret_sight);
}

int store_vehicle_gone(struct db *db, int64_t pile_id, int64_t connector_no)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_SIGHT_THERE);
	int64_t there;

	/* nearly always nothing stood there, and a look is a tenth of an update of nothing */
	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	TRY(row_number(stmt, 0, &there));
	if (there == 0)
		return 0;
	stmt = stmt_of(db, SQL_VEHICLE_SIGHT_GONE);
	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	return stmt_run(stmt, NULL);
}

int store_vehicle_guesses(struct db *db, int64_t pile_id, int64_t since_us, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_SIGHT_GUESSES);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, since_us);
	return row_number(stmt, 0, ret_count);
}

int store_vehicle_policy(struct db *db, int64_t tenant_id, struct vid_policy *ret_policy)
{
	static const struct column columns[] = {
		COL_INT(struct vid_policy, mode), COL_I64(struct vid_policy, single_minor)};
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_POLICY_GET);
	int found;

	*ret_policy = (struct vid_policy){.mode = VID_OFF};
	stmt_bind_i64(stmt, 1, tenant_id);
	found = row_one(stmt, COLUMNS(columns), NULL, ret_policy);
	TRY(found);
	return 0;
}

int store_vehicle_policy_put(struct db *db, int64_t tenant_id, const struct vid_policy *policy)
{
	struct stmt *stmt = stmt_of(db, SQL_VEHICLE_POLICY_PUT);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_i64(stmt, 2, policy->mode);
	stmt_bind_i64(stmt, 3, policy->single_minor);
	return stmt_run(stmt, NULL);
}
