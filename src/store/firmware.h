/* firmware.h - firmware files, campaigns and their piles <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/campaign.h"
#include "store/store.h"

struct firmware {
	int64_t id, tenant_id;
	struct str name, version;
	struct str vendor, model; /* empty: any */
	struct str token;         /* of its address, and the name of its file */
	int64_t bytes;
	struct str sha256, md5;            /* hex */
	struct str certificate, signature; /* empty: not signed */
	struct str state;                  /* empty, ready, deleted */
	int64_t user_id, created_us;
};
int store_firmware_add(struct db *db, const struct firmware *firmware);
int store_firmware_get(struct db *db, struct arena *arena, int64_t id, struct firmware *ret);
int store_firmware_by_token(
	struct db *db, struct arena *arena, struct str token, struct firmware *ret);
/* The newest ready file of a version for a vendor and model. STORE_E_MISSING. */
int store_firmware_of_version(struct db *db, struct arena *arena, int64_t tenant_id,
	struct str version, struct str vendor, struct str model, struct firmware *ret);
/* Bytes, hashes and state. */
int store_firmware_put(struct db *db, const struct firmware *firmware);

int store_campaign_add(struct db *db, const struct campaign *campaign);
int store_campaign_get(struct db *db, struct arena *arena, int64_t id, struct campaign *ret);
/* State, reason, wave, end; raises the revision. STORE_E_STALE. */
int store_campaign_put(struct db *db, struct campaign *campaign);
int store_campaigns_running(struct db *db, size_t most, int64_t *ret_ids, size_t *ret_len);

struct campaign_pile {
	int64_t id, campaign_id, tenant_id, pile_id, wave;
	enum update_state state;
	struct str step, error;
	int64_t number;
	struct str from_version, to_version;
	int64_t asked_us, due_us, done_us;
};
int store_campaign_pile_add(struct db *db, const struct campaign_pile *pile);
int store_campaign_pile_put(struct db *db, const struct campaign_pile *pile);
int store_campaign_pile_get(
	struct db *db, struct arena *arena, int64_t id, struct campaign_pile *ret);
/* The update a pile is in. STORE_E_MISSING. */
int store_campaign_pile_open(
	struct db *db, struct arena *arena, int64_t pile_id, struct campaign_pile *ret);
/* Piles of a campaign in a state, by id. */
int store_campaign_piles(struct db *db, struct arena *arena, int64_t campaign_id,
	enum update_state state, size_t most, struct campaign_pile **ret_piles, size_t *ret_len);
/* Piles of a wave that wait and can be told now; `away`: all that wait. */
int store_campaign_piles_ready(struct db *db, struct arena *arena, int64_t campaign_id,
	int64_t wave, bool away, size_t most, struct campaign_pile **ret_piles, size_t *ret_len);
int store_campaign_piles_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct campaign_pile **ret_piles, size_t *ret_len);
/* Counts of the waves up to `wave`: all of them, and those of `wave` alone. */
int store_campaign_count(struct db *db, int64_t campaign_id, int64_t wave,
	struct campaign_count *ret_wave, struct campaign_count *ret_all);
/* Every pile that waits is skipped. */
int store_campaign_skip(struct db *db, int64_t campaign_id, int64_t now_us);
