/* updates.c - firmware campaigns (see updates.h). A campaign is looked at every second while it
 * runs: it tells a few piles of its wave at a time, so that a thousand piles do not fetch one file
 * in the same minute. */
#include "app/updates.h"

#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "domain/station.h"
#include "store/pile.h"

#define TICK_CAMPAIGNS 16
#define TICK_PILES 32
#define LOADING_MOST 20 /* piles of a campaign that fetch the file at once */
#define UPDATE_TIME_US (2 * US_PER_HOUR)
#define OFFLINE_TIME_US (7 * US_PER_DAY) /* how long an absent pile is waited for */
#define ASK_TIME_US (10 * US_PER_MIN)

static const struct {
	const char *name;
	enum update_state state;
} steps[UPDATE_STEPS] = {
	[UPDATE_IDLE] = {"idle", 0},
	[UPDATE_DOWNLOAD_SCHEDULED] = {"download_scheduled", UPDATE_LOADING},
	[UPDATE_DOWNLOADING] = {"downloading", UPDATE_LOADING},
	[UPDATE_DOWNLOAD_PAUSED] = {"download_paused", UPDATE_LOADING},
	[UPDATE_DOWNLOADED] = {"downloaded", UPDATE_LOADING},
	[UPDATE_DOWNLOAD_FAILED] = {"download_failed", UPDATE_FAILED},
	[UPDATE_SIGNATURE_VERIFIED] = {"signature_verified", UPDATE_LOADING},
	[UPDATE_INVALID_SIGNATURE] = {"invalid_signature", UPDATE_FAILED},
	[UPDATE_INVALID_CHECKSUM] = {"invalid_checksum", UPDATE_FAILED},
	[UPDATE_INSTALL_SCHEDULED] = {"install_scheduled", UPDATE_LOADING},
	[UPDATE_INSTALLING] = {"installing", UPDATE_LOADING},
	[UPDATE_INSTALL_REBOOTING] = {"install_rebooting", UPDATE_LOADING},
	[UPDATE_INSTALLED] = {"installed", UPDATE_DONE},
	[UPDATE_INSTALL_FAILED] = {"install_failed", UPDATE_FAILED},
	[UPDATE_VERIFICATION_FAILED] = {"verification_failed", UPDATE_FAILED},
};

struct str updates_url(const struct ctx *ctx, struct str token)
{
	return str_format(
		ctx->arena, "%.*s/fw/%.*s", STR_FMT(ctx->config->public_url), STR_FMT(token));
}

static int tell_campaign(struct ctx *ctx, int64_t tenant_id, int64_t campaign_id)
{
	return tell(ctx, tenant_id, "campaign", campaign_id,
		str_format(ctx->arena, "campaign:%lld", (long long)campaign_id));
}

/* A final state of one pile. */
static int finish(
	struct ctx *ctx, struct campaign_pile *update, enum update_state state, struct str error)
{
	update->state = state;
	update->error = error;
	update->due_us = 0;
	update->done_us = ctx->now_us;
	TRY(store_campaign_pile_put(ctx->db, update));
	return tell_campaign(ctx, update->tenant_id, update->campaign_id);
}

/* --- what piles say --- */

int updates_reported(struct ctx *ctx, int64_t pile_id, int64_t number, enum update_step step)
{
	struct campaign_pile update;
	int result = store_campaign_pile_open(ctx->db, ctx->arena, pile_id, &update);

	ASSERT(step > 0 && step < UPDATE_STEPS);
	TRY(result);
	if (result != 0 || step == UPDATE_IDLE || (number >= 0 && number != update.number))
		return 0;
	update.step = str_from(steps[step].name);
	if (steps[step].state == UPDATE_DONE)
		return finish(ctx, &update, UPDATE_DONE, STR(""));
	if (steps[step].state == UPDATE_FAILED)
		return finish(ctx, &update, UPDATE_FAILED, update.step);
	update.state = UPDATE_LOADING;
	update.due_us = ctx->now_us + UPDATE_TIME_US;
	TRY(store_campaign_pile_put(ctx->db, &update));
	return tell_campaign(ctx, update.tenant_id, update.campaign_id);
}

int updates_booted(struct ctx *ctx, int64_t pile_id, struct str version)
{
	struct campaign_pile update;
	int result = store_campaign_pile_open(ctx->db, ctx->arena, pile_id, &update);

	TRY(result);
	if (result != 0 || version.len == 0 || !str_eq(version, update.to_version))
		return 0;
	update.step = STR("installed");
	return finish(ctx, &update, UPDATE_DONE, STR(""));
}

int updates_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct campaign_pile update;
	int result = store_campaign_pile_get(ctx->db, ctx->arena, answer->about_id, &update);

	TRY(result);
	if (result != 0 || update.state != UPDATE_ASKED)
		return 0;
	/* Not heard: the pile was away. It is asked again as long as the campaign runs. */
	if (answer->verdict == ASK_LOST &&
		(str_is(answer->error, "expired") || str_is(answer->error, "timeout"))) {
		update.state = UPDATE_WAITING;
		update.error = answer->error;
		update.due_us = 0;
		return store_campaign_pile_put(ctx->db, &update);
	}
	if (answer->verdict != ASK_ACCEPTED)
		return finish(ctx, &update, UPDATE_FAILED,
			answer->verdict == ASK_LOST ? answer->error
						    : str_from(ask_verdict_name(answer->verdict)));
	update.state = UPDATE_LOADING;
	update.due_us = ctx->now_us + UPDATE_TIME_US;
	return store_campaign_pile_put(ctx->db, &update);
}

/* --- running --- */

static int ask_update(
	struct ctx *ctx, const struct firmware *firmware, struct campaign_pile *update)
{
	struct ask ask = {.kind = ASK_FIRMWARE,
		.pile_id = update->pile_id,
		.about_id = update->id,
		.number = update->number,
		.valid_us = ASK_TIME_US,
		.from_us = ctx->now_us,
		.url = updates_url(ctx, firmware->token),
		.certificate = firmware->certificate,
		.signature = firmware->signature};
	struct pile pile;
	int64_t id;
	int result = store_pile_get(ctx->db, ctx->arena, update->pile_id, &pile);

	TRY(result);
	if (result != 0)
		return finish(ctx, update, UPDATE_SKIPPED, STR("gone"));
	if (str_eq(pile.firmware, firmware->version))
		return finish(ctx, update, UPDATE_DONE, STR(""));
	if (!pile.online)
		return 0; /* it waits for the pile */
	result = ask_pile(ctx, &ask, &id);
	TRY(result);
	if (result == ASK_E_FULL)
		return 0;
	if (result != 0)
		return finish(ctx, update, UPDATE_FAILED, STR("unsupported"));
	update->state = UPDATE_ASKED;
	update->error = STR("");
	update->asked_us = ctx->now_us;
	update->due_us = ctx->now_us + UPDATE_TIME_US;
	return store_campaign_pile_put(ctx->db, update);
}

static int go_on(
	struct ctx *ctx, const struct campaign *campaign, const struct campaign_count *wave)
{
	bool too_long = ctx->now_us - campaign->created_us > OFFLINE_TIME_US;
	int64_t room = LOADING_MOST - wave->open;
	struct campaign_pile *piles;
	struct firmware firmware;
	size_t len;
	int result = store_firmware_get(ctx->db, ctx->arena, campaign->firmware_id, &firmware);

	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "a campaign without its file");
	if (room <= 0)
		return 0;
	TRY(store_campaign_piles_ready(ctx->db, ctx->arena, campaign->id, campaign->wave, too_long,
		TICK_PILES, &piles, &len));
	for (size_t i = 0; i < len && room > 0; i++) {
		TRY(ask_update(ctx, &firmware, &piles[i]));
		room -= piles[i].state == UPDATE_ASKED;
		if (piles[i].state == UPDATE_WAITING && too_long)
			TRY(finish(ctx, &piles[i], UPDATE_SKIPPED, STR("offline")));
	}
	return 0;
}

static int put_campaign(struct ctx *ctx, struct campaign *campaign)
{
	int result = store_campaign_put(ctx->db, campaign);

	TRY(result);
	if (result != 0)
		return FAULT(FAULT_BUSY, "a campaign changed meanwhile");
	return tell_campaign(ctx, campaign->tenant_id, campaign->id);
}

static int stop(struct ctx *ctx, struct campaign *campaign)
{
	campaign->state = CAMPAIGN_STOPPED;
	campaign->reason = STR("failures");
	TRY(put_campaign(ctx, campaign));
	return tell_alarm(ctx, campaign->tenant_id, "campaign_stopped",
		str_format(ctx->arena, "campaign:%lld", (long long)campaign->id), STR(""));
}

static int look(struct ctx *ctx, int64_t id)
{
	struct campaign_count wave, all;
	struct campaign campaign;
	int result = store_campaign_get(ctx->db, ctx->arena, id, &campaign);

	TRY(result);
	if (result != 0)
		return 0;
	TRY(store_campaign_count(ctx->db, id, campaign.wave, &wave, &all));
	switch (campaign_advise(&campaign, &wave, &all)) {
	case CAMPAIGN_GO:
		return go_on(ctx, &campaign, &wave);
	case CAMPAIGN_WAIT:
		return 0;
	case CAMPAIGN_NEXT:
		campaign.wave++;
		return put_campaign(ctx, &campaign);
	case CAMPAIGN_END:
		campaign.state = CAMPAIGN_DONE;
		campaign.done_us = ctx->now_us;
		return put_campaign(ctx, &campaign);
	case CAMPAIGN_STOP:
		return stop(ctx, &campaign);
	}
	return 0;
}

int updates_tick(struct ctx *ctx)
{
	int64_t ids[TICK_CAMPAIGNS];
	struct campaign_pile *late;
	size_t len;

	TRY(store_campaign_piles_due(ctx->db, ctx->arena, ctx->now_us, TICK_PILES, &late, &len));
	for (size_t i = 0; i < len; i++)
		TRY(finish(ctx, &late[i], UPDATE_FAILED, STR("timeout")));
	TRY(store_campaigns_running(ctx->db, TICK_CAMPAIGNS, ids, &len));
	for (size_t i = 0; i < len; i++)
		TRY(look(ctx, ids[i]));
	return 0;
}

/* --- what operators do --- */

static bool fits(const struct firmware *firmware, const struct pile *pile)
{
	return (firmware->vendor.len == 0 || str_eq(firmware->vendor, pile->vendor)) &&
	       (firmware->model.len == 0 || str_eq(firmware->model, pile->model));
}

/* One row per pile of this operator that the file fits; their waves by place in the list. */
static int add_piles(struct ctx *ctx, const struct campaign_wish *wish,
	const struct firmware *firmware, const struct campaign *campaign, size_t *ret_count)
{
	size_t count = 0;

	for (size_t i = 0; i < wish->piles_len; i++) {
		struct campaign_pile row = {.campaign_id = campaign->id,
			.tenant_id = campaign->tenant_id,
			.pile_id = wish->piles[i],
			.wave = campaign_wave_of(
				i, wish->piles_len, wish->waves_pct, wish->waves_len),
			.state = UPDATE_WAITING,
			.to_version = firmware->version};
		struct pile pile;
		int result = store_pile_get(ctx->db, ctx->arena, wish->piles[i], &pile);

		TRY(result);
		if (result != 0 || pile.tenant_id != wish->tenant_id || !fits(firmware, &pile))
			continue;
		row.id = CTX_ID(ctx);
		row.number = row.id & INT32_MAX;
		row.from_version = pile.firmware;
		result = store_campaign_pile_add(ctx->db, &row);
		TRY(result);
		count += result == 0;
	}
	*ret_count = count;
	return 0;
}

int updates_start(struct ctx *ctx, const struct campaign_wish *wish, struct campaign *ret_campaign)
{
	struct campaign campaign = {.tenant_id = wish->tenant_id,
		.firmware_id = wish->firmware_id,
		.name = wish->name,
		.state = CAMPAIGN_RUNNING,
		.wave = 1,
		.waves = (int64_t)wish->waves_len,
		.fail_pct = wish->fail_pct,
		.rollback_of = wish->rollback_of,
		.user_id = wish->user_id,
		.created_us = ctx->now_us,
		.revision = 1};
	struct firmware firmware;
	size_t count;
	int result = store_firmware_get(ctx->db, ctx->arena, wish->firmware_id, &firmware);

	TRY(result);
	if (result != 0 || firmware.tenant_id != wish->tenant_id ||
		!str_is(firmware.state, "ready"))
		return UPDATES_E_FILE;
	if (!campaign_waves_ok(wish->waves_pct, wish->waves_len))
		return UPDATES_E_WAVES;
	campaign.id = CTX_ID(ctx);
	TRY(add_piles(ctx, wish, &firmware, &campaign, &count));
	if (count == 0)
		return UPDATES_E_PILES;
	TRY(store_campaign_add(ctx->db, &campaign));
	*ret_campaign = campaign;
	return tell_campaign(ctx, campaign.tenant_id, campaign.id);
}

int updates_set(struct ctx *ctx, int64_t tenant_id, int64_t campaign_id, enum campaign_state state)
{
	struct campaign campaign;
	int result = store_campaign_get(ctx->db, ctx->arena, campaign_id, &campaign);

	TRY(result);
	if (result != 0 || campaign.tenant_id != tenant_id)
		return UPDATES_E_UNKNOWN;
	if (!campaign_may(campaign.state, state))
		return UPDATES_E_STATE;
	/* Set running after too many failures: the operator has judged them; only new ones count
	 * when the bound is no bound any more. */
	if (campaign.state == CAMPAIGN_STOPPED && state == CAMPAIGN_RUNNING)
		campaign.fail_pct = 100;
	campaign.state = state;
	campaign.reason = state == CAMPAIGN_RUNNING ? STR("") : STR("operator");
	if (state == CAMPAIGN_CANCELLED) {
		campaign.done_us = ctx->now_us;
		TRY(store_campaign_skip(ctx->db, campaign_id, ctx->now_us));
	}
	return put_campaign(ctx, &campaign);
}

int updates_rollback(struct ctx *ctx, int64_t tenant_id, int64_t campaign_id, int64_t user_id,
	struct campaign *ret_campaign)
{
	static const int64_t at_once[] = {100};
	struct campaign_wish wish = {.tenant_id = tenant_id,
		.user_id = user_id,
		.waves_pct = at_once,
		.waves_len = 1,
		.fail_pct = 100,
		.rollback_of = campaign_id};
	struct campaign_pile *done;
	struct campaign campaign;
	struct firmware firmware = {0};
	int64_t *piles;
	size_t len;
	int result = store_campaign_get(ctx->db, ctx->arena, campaign_id, &campaign);

	TRY(result);
	if (result != 0 || campaign.tenant_id != tenant_id)
		return UPDATES_E_UNKNOWN;
	if (campaign.state == CAMPAIGN_RUNNING)
		return UPDATES_E_STATE;
	TRY(store_campaign_piles(
		ctx->db, ctx->arena, campaign_id, UPDATE_DONE, LIMIT_CAMPAIGN_PILES, &done, &len));
	piles = ARENA_ARRAY(ctx->arena, int64_t, len + 1);
	if (!piles)
		return FAULT(FAULT_NOMEM, "piles");
	for (size_t i = 0; i < len; i++) {
		struct pile pile;

		/* The version the first of them came from leads; the others need a campaign of
		 * their own. */
		if (firmware.id != 0 && !str_eq(done[i].from_version, firmware.version))
			continue;
		result = store_pile_get(ctx->db, ctx->arena, done[i].pile_id, &pile);
		TRY(result);
		if (result == 0 && firmware.id == 0)
			result = store_firmware_of_version(ctx->db, ctx->arena, tenant_id,
				done[i].from_version, pile.vendor, pile.model, &firmware);
		TRY(result);
		if (result == 0)
			piles[wish.piles_len++] = done[i].pile_id;
	}
	if (wish.piles_len == 0)
		return UPDATES_E_NONE;
	wish.piles = piles;
	wish.firmware_id = firmware.id;
	wish.name = str_format(
		ctx->arena, "%.*s < %.*s", STR_FMT(firmware.version), STR_FMT(campaign.name));
	return updates_start(ctx, &wish, ret_campaign);
}
