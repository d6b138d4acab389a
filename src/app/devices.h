/* devices.h - the conversation about piles: who may connect, what they are, how they are, what they were told. */
#pragma once
#include "app/ctx.h"
#include "domain/station.h" /* struct pile, struct connector, enum pile_state */

enum unknown_policy { UNKNOWN_REJECT = 0, UNKNOWN_HOLD = 1, UNKNOWN_ACCEPT = 2 };

enum devices_outcome {
	DEVICES_E_UNKNOWN = 1,     /* policy says no */
	DEVICES_E_CREDENTIALS = 2, /* wrong or missing password */
	DEVICES_E_REJECTED = 3,
	DEVICES_E_NAME = 4,        /* not a legal identity */
	DEVICES_E_OFFLINE = 5,
	DEVICES_E_FULL = 6,        /* too many commands waiting */
};
/* The handshake: may `code` connect with this password? Registers an unknown pile by the policy (hold or accept). */
int devices_handshake(struct ctx *ctx, struct str code, struct str user, struct str password, struct str remote,
	struct str protocol, struct pile *ret_pile);
/* Keeps a refused handshake for the installer, with its reason in words. */
int devices_refused(struct ctx *ctx, struct str code, struct str remote, struct str reason, struct str detail);
int devices_connected(struct ctx *ctx, int64_t pile_id, struct str protocol);
int devices_disconnected(struct ctx *ctx, int64_t pile_id, int code);
/* Stores a command for a pile (sent after commit, again after a reconnect until it expires). */
struct command_wish {
	int64_t pile_id;
	struct str action;  /* OCPP action */
	struct str payload; /* its JSON */
	int64_t order_id, user_id;
	int64_t valid_us;   /* how long it makes sense, 0: 60 s */
};
int devices_command(struct ctx *ctx, const struct command_wish *wish, int64_t *ret_command_id);
/* The pile answered (error empty), or "timeout", "offline", "CALLERROR:..." . */
int devices_command_done(struct ctx *ctx, int64_t command_id, struct str answer, struct str error, int64_t latency_us);
