/* security.h - the conversation about how piles prove who they are: security profiles that only go
 * up, passwords that are changed through the protocol, secrets that never reach a log.
 *
 *   0  nothing            1  password over plain TCP
 *   2  password in TLS    3  certificate in TLS
 */
#pragma once
#include "app/ctx.h"
#include "domain/station.h"
#include "store/certificate.h"

struct command; /* store/command.h */

#define SECURITY_PROFILE_MAX 3

/* What a handshake shows beside the name. Borrowed texts. */
struct security_proof {
	struct str user, password;
	bool tls;
	struct str transport; /* "TLSv1.3 TLS_AES_128_GCM_SHA256", empty: plain */
	bool certified;       /* it showed a certificate that our authorities vouch for */
	struct str common_name, organisation, serial; /* of it */
	int64_t until_us;                             /* its end */
};
enum security_outcome {
	SECURITY_E_PASSWORD = 1,     /* wrong or missing */
	SECURITY_E_DOWNGRADE = 2,    /* less than it came with before */
	SECURITY_E_CERTIFICATE = 3,  /* none, but this pile must show one */
	SECURITY_E_NAME = 4,         /* the certificate is somebody else's */
	SECURITY_E_ORGANISATION = 5, /* of another organisation */
	SECURITY_E_EXPIRED = 6,
	SECURITY_E_REVOKED = 7,
	SECURITY_E_LEAST = 8,   /* below what the settings ask of every pile */
	SECURITY_E_UNKNOWN = 9, /* no such pile of this tenant */
	SECURITY_E_STATE = 10,  /* cannot be done now: offline, wrong order, same profile */
	SECURITY_E_FULL = 11,   /* too many commands wait for the pile */
};
/* Does the proof hold for this pile? Raises its profile when it came with more than before, makes a
 * new password the only one when it was used, and remembers transport and certificate. The words
 * for the installer are left in *ret_words when an outcome is returned. */
int security_admit(struct ctx *ctx, struct pile *pile, const struct security_proof *proof,
	struct str *ret_words);

/* Orders a higher profile: a password first where one is needed, then the profile itself. The pile
 * comes back by itself with the new profile, or stays as it is. */
int security_upgrade(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t profile,
	int64_t user_id, int64_t *ret_command_id);
/* Lets a pile come with less from now on: only an operator does this, and it is an alarm. */
int security_lower(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t profile);
/* A fresh password through the protocol. The old one counts until the new one was used. */
int security_rotate(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t user_id,
	int64_t *ret_command_id);
/* A call is on its way that carries a new password (empty: none), the raw console's say: it counts
 * beside the old one as if we had made it, so that nobody locks a pile out by telling it one. */
int security_overheard(
	struct ctx *ctx, const struct pile *pile, struct str password, int64_t command_id);
/* The pile answered a command: of ours (password, profile) or of certificates.h. Called by both
 * OCPP desks for every answer; `status` is the answer's status in words, empty on error. */
int security_answered(struct ctx *ctx, const struct command *command, struct str status);
