/* campaign.c - when a campaign goes on. */
#include "domain/campaign.h"

#include "base/fault.h"

static const char *const campaign_names[] = {
	"", "running", "paused", "stopped", "done", "cancelled"};
static const char *const update_names[] = {
	"", "waiting", "asked", "loading", "installed", "failed", "skipped"};

static bool too_many_fail(const struct campaign *campaign, const struct campaign_count *all)
{
	int64_t told = all->done + all->failed;

	return all->failed > 0 && all->failed * 100 > told * campaign->fail_pct;
}

enum campaign_advice campaign_advise(const struct campaign *campaign,
	const struct campaign_count *wave, const struct campaign_count *all)
{
	/* With one pile told and failed the rate says 100 %: the first wave is there to learn. */
	if (too_many_fail(campaign, all))
		return CAMPAIGN_STOP;
	if (wave->waiting > 0)
		return CAMPAIGN_GO;
	if (wave->open > 0)
		return CAMPAIGN_WAIT;
	return campaign->wave < campaign->waves ? CAMPAIGN_NEXT : CAMPAIGN_END;
}

bool campaign_may(enum campaign_state from, enum campaign_state to)
{
	if (to == CAMPAIGN_RUNNING)
		return from == CAMPAIGN_PAUSED || from == CAMPAIGN_STOPPED;
	if (to == CAMPAIGN_PAUSED)
		return from == CAMPAIGN_RUNNING;
	return to == CAMPAIGN_CANCELLED && from <= CAMPAIGN_STOPPED;
}

int64_t campaign_wave_of(size_t index, size_t count, const int64_t *waves_pct, size_t waves_len)
{
	size_t before = 0;

	for (size_t wave = 0; wave < waves_len; wave++) {
		size_t upto = (count * (size_t)waves_pct[wave] + 99) / 100;

		if (upto <= before)
			upto = before + 1;
		if (index < upto)
			return (int64_t)wave + 1;
		before = upto;
	}
	return (int64_t)waves_len;
}

bool campaign_waves_ok(const int64_t *waves_pct, size_t waves_len)
{
	int64_t before = 0;

	if (waves_len == 0 || waves_len > CAMPAIGN_WAVES_MAX)
		return false;
	for (size_t i = 0; i < waves_len; i++) {
		if (waves_pct[i] <= before || waves_pct[i] > 100)
			return false;
		before = waves_pct[i];
	}
	return before == 100;
}

const char *campaign_state_name(enum campaign_state state)
{
	ASSERT(state >= CAMPAIGN_RUNNING && state <= CAMPAIGN_CANCELLED);
	return campaign_names[state];
}

const char *update_state_name(enum update_state state)
{
	ASSERT(state >= UPDATE_WAITING && state <= UPDATE_SKIPPED);
	return update_names[state];
}
