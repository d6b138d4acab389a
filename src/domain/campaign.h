/* campaign.h - a firmware campaign as a value: waves of piles, and when to go on, wait or stop.
 *
 *   campaign:  RUNNING <--> PAUSED      RUNNING --all done--> DONE
 *              RUNNING --too many fail--> STOPPED   (an operator may set it RUNNING again)
 *              RUNNING, PAUSED, STOPPED --cancel--> CANCELLED
 *   one pile:  WAITING -> ASKED -> LOADING -> INSTALLED | FAILED      WAITING -> SKIPPED */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

enum campaign_state {
	CAMPAIGN_RUNNING = 1,
	CAMPAIGN_PAUSED = 2,
	CAMPAIGN_STOPPED = 3,
	CAMPAIGN_DONE = 4,
	CAMPAIGN_CANCELLED = 5,
};
enum update_state { /* of one pile; stored */
	UPDATE_WAITING = 1,
	UPDATE_ASKED = 2,
	UPDATE_LOADING = 3,
	UPDATE_DONE = 4,
	UPDATE_FAILED = 5,
	UPDATE_SKIPPED = 6,
};
#define CAMPAIGN_WAVES_MAX 10

struct campaign {
	int64_t id, tenant_id, firmware_id;
	struct str name;
	enum campaign_state state;
	struct str reason; /* why it stopped */
	int64_t wave, waves;
	int64_t fail_pct;
	int64_t rollback_of;
	int64_t user_id;
	int64_t created_us, done_us;
	int64_t revision;
};
/* How many piles of a wave, or of all so far, are where. */
struct campaign_count {
	int64_t waiting, open, done, failed, skipped;
};
enum campaign_advice {
	CAMPAIGN_GO = 1, /* tell waiting piles of this wave */
	CAMPAIGN_WAIT,
	CAMPAIGN_NEXT, /* this wave is over: the next */
	CAMPAIGN_END,
	CAMPAIGN_STOP, /* too many failures */
};
/* What a running campaign does now. `wave` counts the present wave, `all` every pile of it and of
 * those before. */
enum campaign_advice campaign_advise(const struct campaign *campaign,
	const struct campaign_count *wave, const struct campaign_count *all);
/* May an operator set this state now? */
bool campaign_may(enum campaign_state from, enum campaign_state to);
/* The wave, from 1, of the pile at `index` among `count`, by cumulated percents (the last is 100):
 * every wave takes at least one pile as long as there are piles. */
int64_t campaign_wave_of(size_t index, size_t count, const int64_t *waves_pct, size_t waves_len);
/* Percents that rise and end in 100, 1 to CAMPAIGN_WAVES_MAX of them. */
bool campaign_waves_ok(const int64_t *waves_pct, size_t waves_len);
const char *campaign_state_name(enum campaign_state state);
const char *update_state_name(enum update_state state);
