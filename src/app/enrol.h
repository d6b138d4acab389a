/* enrol.h - a new pile becomes one of ours: while it waits for approval it is asked for a
 * certificate request, whose key's fingerprint the pile shows on its screen and the console beside
 * its name; who approves says that they are the same, and only then the certificate is made.
 * Afterwards the pile is raised to the security profile the settings want. */
#pragma once
#include "app/ctx.h"
#include "store/certificate.h"
#include "store/pile.h"

#define ENROL_REQUESTS 4

enum enrol_outcome {
	ENROL_E_MISSING = 1, /* a request waits: its fingerprint must be told */
	ENROL_E_OTHER = 2,   /* no request that waits has this fingerprint */
};
/* A pile has booted: one without any certificate is asked for a request, when we can sign one and
 * it waits for approval or the settings want profile 3. */
int enrol_booted(struct ctx *ctx, const struct pile *pile);
/* A request of a pile that is not approved: is there another one with another key? Then two devices
 * say that they are this pile, and an alarm says so. */
int enrol_asked(struct ctx *ctx, const struct pile *pile, const struct certificate *request);
/* Which request does a fingerprint mean? *ret_id 0: none waits, there is nothing to compare. */
int enrol_match(struct ctx *ctx, int64_t pile_id, struct str print, int64_t *ret_id);
/* The pile is approved: request `id` (0: none) is signed, all others are turned down. */
int enrol_approved(struct ctx *ctx, const struct pile *pile, int64_t id);
/* The pile took its certificate: on to the profile the settings want. */
int enrol_installed(struct ctx *ctx, int64_t pile_id);
