/* network.h - the servers a pile may connect to, in slots (OCPP 2.x network connection profiles).
 * Slot 0 is the installer's own address and stays; the others are set by the server. Which are
 * tried, and in which order, is the key NetworkConfigurationPriority; it takes effect with the next
 * start, on trial: access.h has the turns and the way back. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "pile/keys.h"

struct pile;

#define NETWORK_SLOTS KEY_SLOTS
#define NETWORK_URL_MAX 512
#define NETWORK_NAME_MAX 48
#define NETWORK_TIMEOUT_MAX_S 3600

struct network_slot {
	int64_t profile, timeout_s;
	int wire;                        /* of ocpp2_ocpp_interface_enum; routing is not ours */
	char url[NETWORK_URL_MAX + 1];   /* the pile's name is appended */
	char name[NETWORK_NAME_MAX + 1]; /* instead of the pile's own, "" that one */
	char secret[KEY_SECRET_ROOM];    /* "" the one that counts already */
};
struct network {
	struct network_slot *slots[NETWORK_SLOTS]; /* NULL: not set; the first always is */
};

enum network_outcome {
	NETWORK_E_SLOT = 1, /* no such slot, or the one in use */
	NETWORK_E_URL,
	NETWORK_E_PROFILE, /* lower than now, not of that address, or something for it is missing */
	NETWORK_E_NAME,    /* name or password cannot be one */
	NETWORK_E_TIMEOUT,
};

/* Takes up what was kept; the spool is open. */
void network_open(struct pile *pile);
void network_close(struct pile *pile);
/* Fills a slot. Durable after 0; else an outcome or a fault, and nothing changed. */
int network_set(struct pile *pile, int64_t slot, const struct network_slot *wish);
/* NULL when it is not set, or is the installer's. */
const struct network_slot *network_at(const struct pile *pile, int64_t slot);
/* May these slots be the priority: set, and none below the security profile of now? */
bool network_priority_ok(const struct pile *pile, int64_t priority);
/* The slot that comes after `slot` in the priority (KEY_SLOTS: the first of all), without `but` and
 * without those below the security profile of now; KEY_SLOTS when there is none. */
int64_t network_next(const struct pile *pile, int64_t slot, int64_t but);
/* How long an answer of the server is waited for. */
int64_t network_timeout_us(const struct pile *pile);
/* A property of a slot by its name in the device model, for reports; STR_NULL when it has none. */
struct str network_value(
	const struct pile *pile, int64_t slot, const char *variable, struct arena *arena);
