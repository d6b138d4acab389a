/* site.c - places with piles as rows. */
#include "store/site.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column site_columns[] = {
	COL_I64(struct site, id),
	COL_I64(struct site, tenant_id),
	COL_STR(struct site, name),
	COL_STR(struct site, address),
	COL_STR(struct site, zone),
	COL_STR(struct site, currency),
	COL_STR(struct site, helpline),
	COL_I64(struct site, latitude_e7),
	COL_I64(struct site, longitude_e7),
	COL_BOOL(struct site, has_position),
	COL_I64(struct site, tariff_series_id),
	COL_STR(struct site, timing),
	COL_I64(struct site, default_limit_minor),
	COL_I64(struct site, reserve_min),
	COL_I64(struct site, created_us),
	COL_I64(struct site, version),
};

int store_site_get(struct db *db, struct arena *arena, int64_t id, struct site *ret_site)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_BY_ID);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(site_columns), arena, ret_site);
}

static struct str text_or_empty(struct str text)
{
	return text.ptr ? text : STR("");
}

static void bind_position(struct stmt *stmt, int index, const struct site *site)
{
	if (!site->has_position) {
		stmt_bind_null(stmt, index);
		stmt_bind_null(stmt, index + 1);
		return;
	}
	stmt_bind_i64(stmt, index, site->latitude_e7);
	stmt_bind_i64(stmt, index + 1, site->longitude_e7);
}

int store_site_add(struct db *db, const struct site *site)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_ADD);

	stmt_bind_i64(stmt, 1, site->id);
	stmt_bind_i64(stmt, 2, site->tenant_id);
	stmt_bind_str(stmt, 3, site->name);
	stmt_bind_str(stmt, 4, text_or_empty(site->address));
	stmt_bind_str(stmt, 5, site->zone);
	stmt_bind_str(stmt, 6, site->currency);
	stmt_bind_str(stmt, 7, text_or_empty(site->helpline));
	bind_position(stmt, 8, site);
	stmt_bind_i64(stmt, 10, site->tariff_series_id);
	stmt_bind_str(stmt, 11, site->timing.len > 0 ? site->timing : STR("prepay"));
	stmt_bind_i64(stmt, 12, site->default_limit_minor);
	stmt_bind_i64(stmt, 13, site->reserve_min);
	stmt_bind_i64(stmt, 14, site->created_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_site_put(struct db *db, const struct site *site)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, site->id);
	stmt_bind_str(stmt, 2, site->name);
	stmt_bind_str(stmt, 3, text_or_empty(site->address));
	stmt_bind_str(stmt, 4, site->zone);
	stmt_bind_str(stmt, 5, text_or_empty(site->helpline));
	bind_position(stmt, 6, site);
	stmt_bind_i64(stmt, 8, site->tariff_series_id);
	stmt_bind_str(stmt, 9, site->timing);
	stmt_bind_i64(stmt, 10, site->default_limit_minor);
	stmt_bind_i64(stmt, 11, site->reserve_min);
	stmt_bind_i64(stmt, 12, site->version);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STORE_E_STALE;
}

int store_site_first(struct db *db, int64_t *ret_tenant_id, int64_t *ret_site_id)
{
	struct stmt *stmt = stmt_of(db, SQL_SITE_FIRST);
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_tenant_id = stmt_i64(stmt, 0);
	*ret_site_id = stmt_i64(stmt, 1);
	stmt_reset(stmt);
	return 0;
}

int store_tenant_add(
	struct db *db, int64_t id, struct str name, struct str currency, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_TENANT_ADD);

	stmt_bind_i64(stmt, 1, id);
	stmt_bind_str(stmt, 2, name);
	stmt_bind_str(stmt, 3, currency);
	stmt_bind_i64(stmt, 4, now_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
