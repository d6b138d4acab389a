/* devices.h - the conversation about piles: who may connect, what they are, how they are, what they
 * were told. */
#pragma once
#include "app/ctx.h"
#include "app/security.h"
#include "domain/order.h"
#include "domain/profile.h"
#include "domain/station.h" /* struct pile, struct connector, enum pile_state */

struct place;

enum unknown_policy { UNKNOWN_REJECT = 0, UNKNOWN_HOLD = 1, UNKNOWN_ACCEPT = 2 };

enum devices_outcome {
	DEVICES_E_UNKNOWN = 1,     /* policy says no */
	DEVICES_E_CREDENTIALS = 2, /* wrong or missing password */
	DEVICES_E_REJECTED = 3,
	DEVICES_E_NAME = 4, /* not a legal identity */
	DEVICES_E_OFFLINE = 5,
	DEVICES_E_FULL = 6,        /* too many commands waiting */
	DEVICES_E_NO_OPERATOR = 7, /* an unknown pile would be taken in, but there is nobody whose
				      it could be */
	/* The certificate, or the lack of one. */
	DEVICES_E_CERTIFICATE = 8,
	DEVICES_E_CERTIFICATE_NAME = 9,
	DEVICES_E_CERTIFICATE_ORGANISATION = 10,
	DEVICES_E_CERTIFICATE_EXPIRED = 11,
	DEVICES_E_CERTIFICATE_REVOKED = 12,
	DEVICES_E_DOWNGRADE = 13, /* less than before */
	DEVICES_E_LEAST = 14,     /* less than every pile must offer */
	DEVICES_E_RATE = 15,      /* too many wrong passwords: wait */
};
/* The handshake: may `code` connect with this proof? Registers an unknown pile by the policy (hold
 * or accept); the password it offers then is the one it must keep. Basic auth: the user must equal
 * the identity. *ret_words says in words what is wrong, for the installer. */
int devices_handshake(struct ctx *ctx, struct str code, const struct security_proof *proof,
	struct pile *ret_pile, struct str *ret_words);
/* Keeps a refused handshake for the installer, with its reason (devices_refusal) and details in
 * words. It is the operator's of the pile it named; one of a stranger is shown to an operator only
 * when there is no other, and always to who holds the machine (`leyden pile refused`). */
int devices_refused(
	struct ctx *ctx, struct str code, struct str remote, struct str reason, struct str detail);
/* The stable word of a refusal ("unknown", "credentials", "downgrade" ...) and the HTTP status that
 * tells the pile. */
struct str devices_refusal(int outcome, int *ret_status);
/* The pile is there: marks it and sends again what it has not been told yet. */
int devices_connected(struct ctx *ctx, int64_t pile_id, struct str protocol);
int devices_disconnected(struct ctx *ctx, int64_t pile_id, int code);
/* When the server starts nobody is connected. */
int devices_all_offline(struct ctx *ctx);
int devices_seen(struct ctx *ctx, int64_t pile_id, int64_t at_us);

/* The interval in the answer to a boot: between heartbeats, or until it is tried again. */
int64_t devices_interval(const struct ctx *ctx, struct str boot_status);
/* What a pile says of itself when it boots: vendor, model, serial and firmware of `facts` (id set).
 * The answer is Accepted, Pending while an operator has to approve it, or Rejected. A pile accepted
 * for the first time, or with another firmware, is asked for its settings and told the sample
 * interval. */
int devices_boot(struct ctx *ctx, const struct pile *facts, struct str *ret_status);
/* A connector's own words; connector 0 is the pile. */
int devices_status(struct ctx *ctx, const struct connector *connector);
/* Only its state, and its info when there is one: what a transaction tells of its connector. */
int devices_state(struct ctx *ctx, const struct place *place, const struct connector *connector);
/* A setting as the pile reported it (or accepted it). */
int devices_setting(
	struct ctx *ctx, int64_t pile_id, struct str name, struct str value, bool readonly);

/* The operator's decision on a pending pile. Approve: site_id 0 keeps its site; the pile is asked
 * to boot again. Reject: it is disconnected. DEVICES_E_UNKNOWN: no such pile of this tenant. */
int devices_approve(
	struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t site_id, int64_t user_id);
/* Takes an approved pile back: its next boot is answered Pending, or (`refused`) Rejected, until it
 * is approved again. It stays connected and is asked to boot now. */
int devices_hold(
	struct ctx *ctx, int64_t tenant_id, int64_t pile_id, bool refused, int64_t user_id);
int devices_reject(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t user_id);

/* Stores a command for a pile (sent after commit, again after a reconnect until it expires). */
struct command_wish {
	int64_t pile_id;
	struct str action;   /* OCPP action */
	struct str payload;  /* its JSON */
	struct str protocol; /* "ocpp2.0.1" ...: words that only it has; empty: the house's */
	int64_t order_id, user_id;
	int64_t valid_us;      /* how long it makes sense, 0: 60 s */
	int64_t ask, about_id; /* for whom the answer is (app/ask.h), 0: nobody */
};
/* DEVICES_E_UNKNOWN no such pile, DEVICES_E_FULL too many commands wait for it. */
int devices_command(struct ctx *ctx, const struct command_wish *wish, int64_t *ret_command_id);
/* Does this pile speak OCPP 1.6, as far as is known? */
bool devices_speaks_16(const struct pile *pile);
/* devices_command in the words the pile itself speaks. FAULT_NOMEM for a payload that found no room
 * (it is empty). */
int devices_say(struct ctx *ctx, const struct pile *pile, const char *action, struct str payload,
	int64_t user_id, int64_t valid_us, int64_t *ret_command_id);
/* The pile answered (error empty), or "timeout", "offline", "expired", "CALLERROR:..." . Harmless
 * when it was done before. */
int devices_command_done(struct ctx *ctx, int64_t command_id, struct str answer, struct str error,
	int64_t latency_us);

/* The two commands that charging itself gives, in the words of the pile's protocol. A start may
 * bring a profile with one value (NULL: none). */
int devices_remote_start(struct ctx *ctx, const struct order *order, const struct profile *profile,
	int64_t valid_us);
int devices_remote_stop(struct ctx *ctx, int64_t pile_id, int64_t transaction_id, int64_t order_id);
