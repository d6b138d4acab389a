/* access.h - how the pile proves itself to the server: security profile, password, certificate.
 * What counts changes only when it worked:
 *
 *   now --change--> trial: the new set is tried, the old one kept --boot accepted--> now (the other
 * is forgotten)
 *                     '--several failures in a row--> the other set is tried, and so on in turn
 *
 * So a wrong password or a server that is not ready locks no pile out, and a profile never goes
 * down but by going back from a trial. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/keys.h"

struct pile;

#define ACCESS_TRIES 5 /* failures in a row before the other set is tried */
#define ACCESS_PROFILE_MAX 3

struct access_set {
	int64_t profile;
	int64_t slot;                    /* of the own certificate (certs.h), 0 none */
	char secret[KEY_SECRET_MAX + 1]; /* "" : the first one, of the provisioning */
};
struct access {
	struct access_set now, other;
	bool trial;
	uint32_t failures; /* of `now`, in a row */
};

/* Takes up what counts; the spool and the keys are open. */
void access_open(struct pile *pile);
/* SecurityProfile and AuthorizationKey: an enum ocpp16_configuration_status value, or a fault. A
 * lower profile is rejected, as is one that lacks its password, authority or certificate. */
int access_set_profile(struct pile *pile, int64_t profile);
int access_set_secret(struct pile *pile, struct str secret);
/* A new certificate of our own is in its slot. 0 or a fault. */
int access_use_slot(struct pile *pile, int64_t slot);
/* The server accepted the boot: what was tried counts. */
void access_accepted(struct pile *pile);
/* A connection ended or was refused before that. */
void access_failed(struct pile *pile);
