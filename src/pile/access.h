/* access.h - how the pile proves itself to the server: security profile, password, certificate.
 * What counts changes only when it worked:
 *
 *   now --change--> trial: the new set is tried, the old one kept --boot accepted--> now (the other
 * is forgotten)
 *                     '--several failures in a row--> the other set is tried, and so on in turn
 *
 * With a server in another slot (network.h) it is the same, and the slots of the priority take
 * their turns before the set that worked; a server that cannot be reached any more makes the next
 * slot's turn come, too.
 *
 * So a wrong password or a server that is not ready locks no pile out, and a profile never goes
 * down but by going back from a trial. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/keys.h"

struct pile;

#define ACCESS_TRIES 5 /* failures in a row before the other set is tried, of one server */
#define ACCESS_PROFILE_MAX 3

/* A secret that begins so is digits of the password's bytes: 1.6 tells it that way, and the bytes
 * are what is shown to the server. */
#define ACCESS_DIGITS '\t'

struct access_set {
	int64_t profile;
	int64_t slot;                 /* of the own certificate (certs.h), 0 none */
	int64_t net;                  /* of the server (network.h), 0 the installer's */
	char secret[KEY_SECRET_ROOM]; /* "" : the first one, of the provisioning */
};
struct access {
	struct access_set now, other;
	bool trial;
	bool back; /* during a trial: `now` is the set that worked before, having its turn */
	uint32_t failures; /* of `now`, in a row */
};

/* Takes up what counts; the spool and the keys are open. */
void access_open(struct pile *pile);
/* SecurityProfile and AuthorizationKey: an enum ocpp16_configuration_status value, or a fault. A
 * lower profile is rejected, as is one that lacks its password, authority or certificate. */
int access_set_profile(struct pile *pile, int64_t profile);
int access_set_secret(struct pile *pile, struct str secret);
/* Could that profile be gone to? It needs a password (`secret` or what counts), an authority, a
 * certificate. */
bool access_able(struct pile *pile, int64_t profile, const char *secret);
/* The profile of the installer's own server, as it was last proved. */
int64_t access_first_profile(const struct pile *pile);
/* The server of this slot is another one now: what was proved there counts no more. */
int access_forget(struct pile *pile, int64_t net);
/* A new certificate of our own is in its slot. 0 or a fault. */
int access_use_slot(struct pile *pile, int64_t slot);
/* The server accepted the boot: what was tried counts. */
void access_accepted(struct pile *pile);
/* A connection ended or was refused before that. */
void access_failed(struct pile *pile);
/* The key the pile signs in with: the AuthorizationKey if one was set, else `first`. */
struct str access_password(struct pile *pile, struct str first);
