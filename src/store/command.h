/* command.h - what piles are told <-> rows. A command is queued until it is answered, failed or too
 * old. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct command {
	int64_t id, tenant_id, pile_id, order_id, user_id;
	struct str action;   /* OCPP action */
	struct str payload;  /* its JSON; where it carries a secret, with stars for it */
	struct str sealed;   /* then the whole payload, for box_open; empty once it was answered */
	struct str protocol; /* whose words they are; empty: the house's, see app/ocpp.h */
	struct str state;    /* "queued", "answered", "failed" */
	struct str answer, error;
	int64_t latency_us;
	int64_t created_us, expires_us, done_us;
	int64_t ask, about_id; /* what it asks and for which row (app/ask.h); 0: nobody waits */
};
/* How many still wait for the pile. */
int store_command_waiting(struct db *db, int64_t pile_id, int64_t *ret_count);
int store_command_add(struct db *db, const struct command *command);
/* STORE_E_MISSING; texts in the arena. */
int store_command_get(struct db *db, struct arena *arena, int64_t id, struct command *ret_command);
/* Waiting and still useful, oldest first. */
int store_command_open(struct db *db, struct arena *arena, int64_t pile_id, int64_t now_us,
	struct command **ret_commands, size_t *ret_len);
/* Waiting but too old, at most `most`. */
int store_command_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct command **ret_commands, size_t *ret_len);
/* Ends a queued command; STORE_E_STALE when it has ended before. */
int store_command_done(struct db *db, const struct command *command);
/* The waiting command of an order with this action, else 0. */
int store_command_of_order(
	struct db *db, int64_t pile_id, int64_t order_id, struct str action, int64_t *ret_id);
