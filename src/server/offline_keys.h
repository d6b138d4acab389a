/* offline_keys.h - the keys that sign start codes, in DATA/offline.keys (mode 0600): one line a
 * key, "kind secret", the newest last. Piles are told the public halves of all of them, so that a
 * new key signs from the day it was made while codes of the old one still count. */
#pragma once
#include "app/ctx.h"
#include "base/rng.h"
#include "server/config.h"

/* Reads the keys, newest first; makes the first one when the file is not there. */
int offline_keys_read(const struct config *config, struct arena *arena, struct rng *rng,
	struct app_offline *ret_offline);
/* Adds a new key of the configured kind; the oldest goes when there are APP_OFFLINE_KEYS_MAX. */
int offline_keys_rotate(const struct config *config, struct arena *arena, struct rng *rng,
	struct app_offline *ret_offline);
/* Takes away the key of this id (hex); the newest of the others signs. *ret_gone is false when no
 * key has it or it is the only one. */
int offline_keys_revoke(const struct config *config, struct arena *arena, struct str kid,
	struct app_offline *ret_offline, bool *ret_gone);
