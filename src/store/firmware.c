/* firmware.c - firmware files, campaigns and their piles as rows. */
#include "store/firmware.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column firmware_columns[] = {
	COL_I64(struct firmware, id),
	COL_I64(struct firmware, tenant_id),
	COL_STR(struct firmware, name),
	COL_STR(struct firmware, version),
	COL_STR(struct firmware, vendor),
	COL_STR(struct firmware, model),
	COL_STR(struct firmware, token),
	COL_I64(struct firmware, bytes),
	COL_STR(struct firmware, sha256),
	COL_STR(struct firmware, certificate),
	COL_STR(struct firmware, signature),
	COL_STR(struct firmware, state),
	COL_I64(struct firmware, user_id),
	COL_I64(struct firmware, created_us),
	COL_STR(struct firmware, md5),
};
static const struct column campaign_columns[] = {
	COL_I64(struct campaign, id),
	COL_I64(struct campaign, tenant_id),
	COL_I64(struct campaign, firmware_id),
	COL_STR(struct campaign, name),
	COL_INT(struct campaign, state),
	COL_STR(struct campaign, reason),
	COL_I64(struct campaign, wave),
	COL_I64(struct campaign, waves),
	COL_I64(struct campaign, fail_pct),
	COL_I64(struct campaign, rollback_of),
	COL_I64(struct campaign, user_id),
	COL_I64(struct campaign, created_us),
	COL_I64(struct campaign, done_us),
	COL_I64(struct campaign, revision),
};
static const struct column campaign_pile_columns[] = {
	COL_I64(struct campaign_pile, id),
	COL_I64(struct campaign_pile, campaign_id),
	COL_I64(struct campaign_pile, tenant_id),
	COL_I64(struct campaign_pile, pile_id),
	COL_I64(struct campaign_pile, wave),
	COL_INT(struct campaign_pile, state),
	COL_STR(struct campaign_pile, step),
	COL_STR(struct campaign_pile, error),
	COL_I64(struct campaign_pile, number),
	COL_STR(struct campaign_pile, from_version),
	COL_STR(struct campaign_pile, to_version),
	COL_I64(struct campaign_pile, asked_us),
	COL_I64(struct campaign_pile, due_us),
	COL_I64(struct campaign_pile, done_us),
};

/* --- files --- */

int store_firmware_add(struct db *db, const struct firmware *firmware)
{
	struct stmt *stmt = stmt_of(db, SQL_FIRMWARE_ADD);

	row_bind(stmt, 1, COLUMNS(firmware_columns), firmware);
	return stmt_run(stmt, NULL);
}

int store_firmware_get(struct db *db, struct arena *arena, int64_t id, struct firmware *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_FIRMWARE_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(firmware_columns), arena, ret);
}

int store_firmware_by_token(
	struct db *db, struct arena *arena, struct str token, struct firmware *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_FIRMWARE_BY_TOKEN);

	stmt_bind_str(stmt, 1, token);
	return row_one(stmt, COLUMNS(firmware_columns), arena, ret);
}

int store_firmware_of_version(struct db *db, struct arena *arena, int64_t tenant_id,
	struct str version, struct str vendor, struct str model, struct firmware *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_FIRMWARE_OF_VERSION);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, version);
	stmt_bind_str(stmt, 3, vendor);
	stmt_bind_str(stmt, 4, model);
	return row_one(stmt, COLUMNS(firmware_columns), arena, ret);
}

int store_firmware_put(struct db *db, const struct firmware *firmware)
{
	struct stmt *stmt = stmt_of(db, SQL_FIRMWARE_PUT);

	stmt_bind_i64(stmt, 1, firmware->id);
	stmt_bind_i64(stmt, 2, firmware->bytes);
	stmt_bind_str(stmt, 3, firmware->sha256);
	stmt_bind_str(stmt, 4, firmware->state);
	stmt_bind_str(stmt, 5, firmware->md5);
	return stmt_run(stmt, NULL);
}

/* --- campaigns --- */

int store_campaign_add(struct db *db, const struct campaign *campaign)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_ADD);

	row_bind(stmt, 1, COLUMNS(campaign_columns), campaign);
	return stmt_run(stmt, NULL);
}

int store_campaign_get(struct db *db, struct arena *arena, int64_t id, struct campaign *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(campaign_columns), arena, ret);
}

int store_campaign_put(struct db *db, struct campaign *campaign)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, campaign->id);
	stmt_bind_i64(stmt, 2, (int64_t)campaign->state);
	stmt_bind_str(stmt, 3, campaign->reason.ptr ? campaign->reason : STR(""));
	stmt_bind_i64(stmt, 4, campaign->wave);
	stmt_bind_i64(stmt, 5, campaign->done_us);
	stmt_bind_i64(stmt, 6, campaign->revision);
	stmt_bind_i64(stmt, 7, campaign->fail_pct);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	campaign->revision++;
	return 0;
}

int store_campaigns_running(struct db *db, size_t most, int64_t *ret_ids, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGNS_RUNNING);

	stmt_bind_i64(stmt, 1, (int64_t)most);
	return row_ids(stmt, most, ret_ids, ret_len);
}

/* --- their piles --- */

int store_campaign_pile_add(struct db *db, const struct campaign_pile *pile)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_PILE_ADD);
	int result;

	row_bind(stmt, 1, COLUMNS(campaign_pile_columns), pile);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STORE_E_UNIQUE : 0;
}

int store_campaign_pile_put(struct db *db, const struct campaign_pile *pile)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_PILE_PUT);

	stmt_bind_i64(stmt, 1, pile->id);
	stmt_bind_i64(stmt, 2, (int64_t)pile->state);
	stmt_bind_str(stmt, 3, pile->step.ptr ? pile->step : STR(""));
	stmt_bind_str(stmt, 4, pile->error.ptr ? pile->error : STR(""));
	stmt_bind_i64(stmt, 5, pile->asked_us);
	stmt_bind_i64(stmt, 6, pile->due_us);
	stmt_bind_i64(stmt, 7, pile->done_us);
	return stmt_run(stmt, NULL);
}

int store_campaign_pile_get(
	struct db *db, struct arena *arena, int64_t id, struct campaign_pile *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_PILE_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(campaign_pile_columns), arena, ret);
}

int store_campaign_pile_open(
	struct db *db, struct arena *arena, int64_t pile_id, struct campaign_pile *ret)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_PILE_OPEN);

	stmt_bind_i64(stmt, 1, pile_id);
	return row_one(stmt, COLUMNS(campaign_pile_columns), arena, ret);
}

static int read_piles(struct stmt *stmt, struct arena *arena, size_t most,
	struct campaign_pile **ret_piles, size_t *ret_len)
{
	struct campaign_pile *piles = ARENA_ARRAY(arena, struct campaign_pile, most + 1);
	size_t len = 0;
	int row;

	if (!piles)
		return FAULT(FAULT_NOMEM, "piles of a campaign");
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(campaign_pile_columns), arena, &piles[len++]);
	}
	TRY(row);
	*ret_piles = piles;
	*ret_len = len;
	return 0;
}

int store_campaign_piles(struct db *db, struct arena *arena, int64_t campaign_id,
	enum update_state state, size_t most, struct campaign_pile **ret_piles, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_PILES);

	stmt_bind_i64(stmt, 1, campaign_id);
	stmt_bind_i64(stmt, 2, (int64_t)state);
	stmt_bind_i64(stmt, 3, (int64_t)most);
	return read_piles(stmt, arena, most, ret_piles, ret_len);
}

int store_campaign_piles_ready(struct db *db, struct arena *arena, int64_t campaign_id,
	int64_t wave, bool away, size_t most, struct campaign_pile **ret_piles, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_PILES_READY);

	stmt_bind_i64(stmt, 1, campaign_id);
	stmt_bind_i64(stmt, 2, wave);
	stmt_bind_i64(stmt, 3, away);
	stmt_bind_i64(stmt, 4, (int64_t)most);
	return read_piles(stmt, arena, most, ret_piles, ret_len);
}

int store_campaign_piles_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct campaign_pile **ret_piles, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_PILES_DUE);

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return read_piles(stmt, arena, most, ret_piles, ret_len);
}

static void count_in(struct campaign_count *count, int64_t state, int64_t number)
{
	switch ((enum update_state)state) {
	case UPDATE_WAITING:
		count->waiting += number;
		break;
	case UPDATE_ASKED:
	case UPDATE_LOADING:
		count->open += number;
		break;
	case UPDATE_DONE:
		count->done += number;
		break;
	case UPDATE_FAILED:
		count->failed += number;
		break;
	case UPDATE_SKIPPED:
		count->skipped += number;
		break;
	}
}

int store_campaign_count(struct db *db, int64_t campaign_id, int64_t wave,
	struct campaign_count *ret_wave, struct campaign_count *ret_all)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_COUNT);
	int row;

	*ret_wave = *ret_all = (struct campaign_count){0};
	stmt_bind_i64(stmt, 1, campaign_id);
	stmt_bind_i64(stmt, 2, wave);
	while ((row = stmt_step(stmt)) == 1) {
		count_in(ret_all, stmt_i64(stmt, 1), stmt_i64(stmt, 2));
		if (stmt_i64(stmt, 0) == wave)
			count_in(ret_wave, stmt_i64(stmt, 1), stmt_i64(stmt, 2));
	}
	return row;
}

int store_campaign_skip(struct db *db, int64_t campaign_id, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_CAMPAIGN_SKIP);

	stmt_bind_i64(stmt, 1, campaign_id);
	stmt_bind_i64(stmt, 2, now_us);
	return stmt_run(stmt, NULL);
}
