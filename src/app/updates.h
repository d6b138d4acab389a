/* updates.h - the conversation about firmware: files, campaigns in waves, and what each pile says
 * on its way. A campaign goes to its next wave when the present one is over, and stops by itself
 * when too many piles fail. */
#pragma once
#include "app/ask.h"
#include "domain/campaign.h"
#include "store/firmware.h"

enum updates_outcome {
	UPDATES_E_UNKNOWN = 1,
	UPDATES_E_STATE = 2,
	UPDATES_E_FILE = 3,  /* no such firmware, or its bytes are not there yet */
	UPDATES_E_PILES = 4, /* no pile that it fits */
	UPDATES_E_WAVES = 5,
	UPDATES_E_NONE = 6, /* nothing to roll back, or no file of an earlier version */
};
/* What a pile says while it updates itself; the words of OCPP 2, of which 1.6 knows some. */
enum update_step {
	UPDATE_IDLE = 1,
	UPDATE_DOWNLOAD_SCHEDULED,
	UPDATE_DOWNLOADING,
	UPDATE_DOWNLOAD_PAUSED,
	UPDATE_DOWNLOADED,
	UPDATE_DOWNLOAD_FAILED,
	UPDATE_SIGNATURE_VERIFIED,
	UPDATE_INVALID_SIGNATURE,
	UPDATE_INVALID_CHECKSUM,
	UPDATE_INSTALL_SCHEDULED,
	UPDATE_INSTALLING,
	UPDATE_INSTALL_REBOOTING,
	UPDATE_INSTALLED,
	UPDATE_INSTALL_FAILED,
	UPDATE_VERIFICATION_FAILED,
	UPDATE_STEPS,
};
/* `number` of the request, below 0 when the pile does not name one. */
int updates_reported(struct ctx *ctx, int64_t pile_id, int64_t number, enum update_step step);
/* A pile booted with this firmware: an update to it is done. */
int updates_booted(struct ctx *ctx, int64_t pile_id, struct str version);

struct campaign_wish {
	int64_t tenant_id, user_id, firmware_id;
	struct str name;
	const int64_t *piles;
	size_t piles_len;
	const int64_t *waves_pct; /* cumulated percent of each wave, the last 100 */
	size_t waves_len;
	int64_t fail_pct;
	int64_t rollback_of;
};
int updates_start(struct ctx *ctx, const struct campaign_wish *wish, struct campaign *ret_campaign);
/* PAUSED <-> RUNNING, or STOPPED for good; UPDATES_E_STATE. */
int updates_set(struct ctx *ctx, int64_t tenant_id, int64_t campaign_id, enum campaign_state state);
/* A new campaign that brings the piles of an old one back to the version they had, where a file of
 * that version is kept. */
int updates_rollback(struct ctx *ctx, int64_t tenant_id, int64_t campaign_id, int64_t user_id,
	struct campaign *ret_campaign);
int updates_answered(struct ctx *ctx, const struct ask_answer *answer);
int updates_tick(struct ctx *ctx);
/* The address a pile fetches a file from. */
struct str updates_url(const struct ctx *ctx, struct str token);
