/* dashboard.c - the numbers an operator sees first. */
#include "store/dashboard.h"
#include "base/fault.h"

/* The only row of a statement whose first parameter is the tenant; up to three numbers. */
static int numbers(
	struct db *db, enum sql_id sql, int64_t tenant_id, int64_t from_us, int count, int64_t *ret)
{
	struct stmt *stmt = stmt_of(db, sql);
	int row;

	stmt_bind_i64(stmt, 1, tenant_id);
	if (from_us)
		stmt_bind_i64(stmt, 2, from_us);
	row = stmt_step(stmt);
	TRY(row);
	for (int i = 0; i < count; i++)
		ret[i] = row == 1 ? stmt_i64(stmt, i) : 0;
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}

static int read_hours(
	struct db *db, int64_t tenant_id, int64_t hours_us, struct dashboard *dashboard)
{
	struct stmt *stmt = stmt_of(db, SQL_DASH_HOURS);
	int row;

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_i64(stmt, 2, hours_us);
	while ((row = stmt_step(stmt)) == 1) {
		int64_t hour = stmt_i64(stmt, 0);

		if (hour < 0 || hour >= DASHBOARD_HOURS)
			continue;
		dashboard->hours[hour].energy_dwh = stmt_i64(stmt, 1);
		dashboard->hours[hour].revenue_minor = stmt_i64(stmt, 2);
	}
	return row;
}

int store_dashboard(struct db *db, int64_t tenant_id, int64_t day_us, int64_t hours_us,
	struct dashboard *ret_dashboard)
{
	struct dashboard dashboard = {0};
	int64_t piles[2] = {0}, today[3] = {0};

	TRY(numbers(db, SQL_DASH_PILES, tenant_id, 0, 2, piles));
	TRY(numbers(db, SQL_DASH_FAULTED, tenant_id, 0, 1, &dashboard.faulted));
	TRY(numbers(db, SQL_DASH_CHARGING, tenant_id, 0, 1, &dashboard.charging));
	TRY(numbers(db, SQL_DASH_POWER, tenant_id, 0, 1, &dashboard.power_w));
	TRY(numbers(db, SQL_DASH_TODAY, tenant_id, day_us, 3, today));
	TRY(read_hours(db, tenant_id, hours_us, &dashboard));
	dashboard.piles = piles[0];
	dashboard.online = piles[1];
	dashboard.orders = today[0];
	dashboard.energy_dwh = today[1];
	dashboard.revenue_minor = today[2];
	*ret_dashboard = dashboard;
	return 0;
}

int store_dashboard_zone(
	struct db *db, int64_t tenant_id, struct arena *arena, struct str *ret_zone)
{
	struct stmt *stmt = stmt_of(db, SQL_DASH_ZONE);
	int row;

	stmt_bind_i64(stmt, 1, tenant_id);
	row = stmt_step(stmt);
	TRY(row);
	*ret_zone = row == 1 ? stmt_dup(stmt, 0, arena) : STR("UTC");
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}
