/* certificates.h - the conversation about certificates of piles: a pile asks for one, somebody
 * signs it (our own authority, or an outside one through the console), the pile is told, shows it,
 * and is reminded before it ends. Version-neutral: the OCPP desks translate. */
#pragma once
#include "app/ctx.h"
#include "store/certificate.h"

struct command; /* store/command.h */

enum certificates_outcome {
	CERTIFICATES_E_UNKNOWN = 1,   /* no such certificate, or not of this tenant */
	CERTIFICATES_E_FORMAT = 2,    /* no request, no chain */
	CERTIFICATES_E_NAME = 3,      /* the name is not the pile's, the organisation not ours */
	CERTIFICATES_E_WEAK = 4,      /* key or signature too weak, or the signature is wrong */
	CERTIFICATES_E_STATE = 5,     /* not in this state */
	CERTIFICATES_E_NO_CA = 6,     /* there is no authority of our own */
	CERTIFICATES_E_CHAIN = 7,     /* no path to an authority we trust, or outside its time */
	CERTIFICATES_E_KEY = 8,       /* made for another key than the request's */
	CERTIFICATES_E_FULL = 9,      /* too many commands or requests wait */
	CERTIFICATES_E_PROTOCOL = 10, /* this pile's protocol has no such thing */
};
/* The stable word of an outcome ("unknown", "format" ...). */
const char *certificates_word(int outcome);

#define CERTIFICATES_CSR_MAX 5500    /* characters, what both protocols allow */
#define CERTIFICATES_CHAIN_MAX 10000 /* the same */

/* --- what the pile says --- */
/* SignCertificate. `kind` is "pile" or "v2g" (empty: pile); `request_id` OCPP 2.1's number or -1.
 * 0: the answer is Accepted, and CertificateSigned follows by itself or after an operator's
 * approval; any outcome: Rejected (the request is kept with its reason, an alarm is raised). */
int certificates_requested(
	struct ctx *ctx, int64_t pile_id, struct str kind, struct str csr, int64_t request_id);
/* The pile answered CertificateSigned, InstallCertificate, DeleteCertificate or a trigger of ours
 * with this status ("Accepted", "Rejected", "Failed" ...; empty: error or timeout). Other actions:
 * nothing happens. */
int certificates_answered(struct ctx *ctx, const struct command *command, struct str status);
/* GetInstalledCertificateIds answered: everything of `kind` ("csms", "manufacturer", "v2g", "mo",
 * "chain"); len 0 when it found none. */
int certificates_reported(struct ctx *ctx, int64_t pile_id, struct str kind,
	const struct anchor *anchors, size_t len);
/* SecurityEventNotification. Serious ones raise an alarm. */
int certificates_event(
	struct ctx *ctx, int64_t pile_id, struct str type, int64_t at_us, struct str info);

/* --- what the operator wants --- */
/* Asks the pile for a new request (ExtendedTriggerMessage, TriggerMessage). */
int certificates_renew(struct ctx *ctx, int64_t pile_id, struct str kind, int64_t user_id,
	int64_t *ret_command_id);
/* Signs a waiting request with our own authority and tells the pile. */
int certificates_sign(struct ctx *ctx, int64_t tenant_id, int64_t certificate_id);
/* The chain an outside authority made from a waiting request: checked, stored, told. */
int certificates_import(
	struct ctx *ctx, int64_t tenant_id, int64_t certificate_id, struct str chain);
/* Turns a waiting request down. */
int certificates_refuse(
	struct ctx *ctx, int64_t tenant_id, int64_t certificate_id, struct str reason);
/* Revokes: it goes onto the list, and a pile that is connected with it is cut off. */
int certificates_revoke(
	struct ctx *ctx, int64_t tenant_id, int64_t certificate_id, struct str reason);
/* A certificate for a pile that brings it by hand: signs `csr` without any request of the pile. */
int certificates_issue(struct ctx *ctx, int64_t pile_id, struct str csr, int64_t *ret_id);
/* InstallCertificate, DeleteCertificate, GetInstalledCertificateIds. `kind` as in struct anchor. */
int certificates_install(struct ctx *ctx, int64_t pile_id, struct str kind, struct str pem,
	int64_t user_id, int64_t *ret_command_id);
int certificates_delete(struct ctx *ctx, int64_t pile_id, const struct anchor *anchor,
	int64_t user_id, int64_t *ret_command_id);
int certificates_query(struct ctx *ctx, int64_t pile_id, struct str kind, int64_t user_id,
	int64_t *ret_command_id);

/* --- what happens by itself --- */
/* A pile showed the certificate with this serial in a handshake: active from now on. */
int certificates_shown(struct ctx *ctx, int64_t pile_id, struct str serial);
/* Once a minute: certificates that end soon are announced and their piles asked for a successor. */
int certificates_tick(struct ctx *ctx);
/* The revocation list of our own authority as of now (PEM). CERTIFICATES_E_NO_CA. */
int certificates_crl(struct ctx *ctx, struct str *ret_pem);
