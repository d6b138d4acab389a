/* autocharge.h - the car as the key (Autocharge): what follows at an outlet when a plugged car has
 * said who it is. The modules of document A, one after another:
 *
 *   Recognition module    vehicle.h: the car's address and a second identity, compared with each
 *                         other; both together are the charging signal
 *   Filter module         autocharge_filter: address known -> connector -> kind of current -> way
 * of charging (mode.h); where a step fails, nobody is asked Determination module  whose account:
 * the server is asked, or what it said before (claim.c) Record module         the transaction in
 * the journal (spool.h): its energy, and its fee (cost.h) Payment module        is the server's;
 * here its word is obeyed, and without it little is given
 *
 *   OVER --plugged--> LOOKING --named--> ASKING --granted--> a transaction like any other
 *    ^ '---------------' | nobody in time: the display says "scan or tap", a late car still counts
 *    '--- unplugged, refused, a card or an order took the outlet
 *
 * A card or an order of the server always wins over a car that is not charging yet. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "pile/vehicle.h"

struct evse;
struct outlet;
struct pile;

#define AUTOCHARGE_TAG 20 /* "VID:" and a MAC, or "VIN:" and what was made of a number */

enum autocharge_state { AUTOCHARGE_OVER = 0, AUTOCHARGE_LOOKING, AUTOCHARGE_ASKING };

struct autocharge {
	enum autocharge_state state;
	bool empty; /* the outlet was, since the controller began: a car that was there is no news
		     */
	int64_t until_us, named_us; /* monotonic */
	bool late;                  /* the display has said "scan or tap" */
	/* The charging signal, as told or to be told. */
	char tag[AUTOCHARGE_TAG + 1]; /* "" the car is not known */
	char second[VEHICLE_PRINT + 1];
	bool contradicts;
	bool told; /* to the server, as it is now */
};

/* Once a step, after the evse's. */
void autocharge_step(struct pile *pile, struct outlet *outlet, uint32_t happened);
/* Filter module: the tag of a car that can be charged here; false when a step fails. */
bool autocharge_filter(const struct evse *evse, char ret_tag[AUTOCHARGE_TAG + 1]);
/* Is the outlet's claim the car's own? */
bool autocharge_owns(const struct outlet *outlet);
/* Somebody with a card or an order comes: the car steps back. */
void autocharge_yield(struct pile *pile, struct outlet *outlet);
/* May a car the server knew before charge without its word? A little, and only one that does not
 * contradict itself. */
bool autocharge_offline(const struct pile *pile, const struct outlet *outlet);
/* The next outlet whose car the server is to be told of by a message of its own, NULL none. With
 * `asking`: before it is asked about. */
struct outlet *autocharge_owed(struct pile *pile, bool asking);
/* That message's data (docs/autocharge.md); from now on it counts as told. */
struct str autocharge_data(struct outlet *outlet, struct arena *arena);
/* What the second identity was made of: "vin", "battery". */
const char *autocharge_kind(const struct outlet *outlet);
