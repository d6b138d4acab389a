/* profiles.h - the pile's charging profiles (domain/profile.h): kept as notes of the journal, so
 * that a power cut at any byte leaves a profile whole or not there, and applied to the outlets at
 * every step as one more consideration of strategy.h. Hardware limits and protections always win.
 *
 * Words of no version: the 1.6 answers are in ocpp16_profiles.c; other versions call the same.
 * A TxProfile names its transaction by the pile's own number (spool.h) and ends with it.
 *
 * A charge may have priority (OCPP 2.1): the server's word, or its driver's at the pile. Then a
 * PriorityCharging profile takes the place of TxProfile and TxDefaultProfile, and nothing else
 * changes: maxima, external limits and hardware stand above it as above any other. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "domain/profile.h"

#define PROFILES_MOST 16
#define PROFILES_LEVEL_MOST 8
#define PROFILES_PERIODS_ANSWERED 96 /* of a composite schedule */

struct pile;
struct outlet;
struct profiles {
	struct profile *list; /* NULL until the first one comes */
	size_t len;
	int64_t looked_s;       /* when the outlets' limits were made last */
	int64_t offline_from_s; /* without network since then, 0: there is one */
	int64_t pulling;        /* the profile whose update is being asked for */
};

/* What the journal kept. TxProfiles whose transaction does not run any more are forgotten. */
void profiles_load(struct pile *pile);
void profiles_free(struct pile *pile);
/* Keeps a profile in the place of those it replaces (profile_replaces). A TxProfile with
 * transaction_id 0 gets the transaction that runs at its outlet. 0, PROFILE_E_* when it cannot be
 * kept (PROFILE_E_PURPOSE also: no such outlet, or that transaction does not run there), or a
 * fault: then everything is as before. */
int profiles_set(struct pile *pile, const struct profile *profile);
/* Forgets those that match. The number forgotten, or a fault. */
int profiles_clear(struct pile *pile, const struct profile_filter *filter);
/* An update of a dynamic profile. PROFILE_E_DYNAMIC when there is none with this number. */
int profiles_update(struct pile *pile, int64_t id, const struct profile_update *update);
/* The dynamic profile whose update is due to be asked for; NULL none. */
struct profile *profiles_due(struct pile *pile);

enum profiles_priority {
	PRIORITY_E_PROFILE = 1, /* no PriorityCharging profile for this outlet now */
	PRIORITY_E_CHARGE = 2,  /* nothing charges there */
};
/* Priority for the charge at this outlet, or not any more; it ends with the charge and lasts over a
 * restart. `local`: its driver asked here, and the server is told. */
int profiles_priority(struct pile *pile, struct outlet *outlet, bool on, bool local);
/* The charge at this outlet may give energy back, or not; it ends with the charge and lasts over a
 * restart. 0, or a fault: as it was. */
int profiles_allow_back(struct pile *pile, struct outlet *outlet, bool on);
/* The transaction of this outlet is over. */
void profiles_ended(struct pile *pile, struct outlet *outlet);
/* Once a second, and after every change: what each outlet may take now. */
void profiles_step(struct pile *pile);

struct profiles_schedule {
	int64_t start_s, duration_s;
	enum profile_unit unit;
	struct profile_period periods[PROFILES_PERIODS_ANSWERED];
	size_t len;
};
/* The composite schedule of an outlet (0: of the pile) from now on: what the profiles allow, never
 * more than the hardware. False when there is no such outlet or the duration is not positive. */
bool profiles_composite(struct pile *pile, int64_t connector, int64_t duration_s,
	enum profile_unit unit, struct profiles_schedule *ret);
