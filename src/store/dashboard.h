/* dashboard.h - the numbers an operator sees first. Each comes from an index of its own; none
 * counts all orders. */
#pragma once
#include "base/arena.h"
#include "db/db.h"

#define DASHBOARD_HOURS 24

struct dashboard {
	int64_t piles, online, charging, faulted;
	int64_t power_w;
	int64_t orders, energy_dwh, revenue_minor; /* settled since the day began */
	struct {
		int64_t energy_dwh, revenue_minor;
	} hours[DASHBOARD_HOURS]; /* from the time asked for */
};
/* `day_us`: when the day began; `hours_us`: the begin of the first of the hours. */
int store_dashboard(struct db *db, int64_t tenant_id, int64_t day_us, int64_t hours_us,
	struct dashboard *ret_dashboard);
/* The time zone of a tenant's first site; "UTC" without one. */
int store_dashboard_zone(
	struct db *db, int64_t tenant_id, struct arena *arena, struct str *ret_zone);
