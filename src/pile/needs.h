/* needs.h - what a car says that it needs (ISO 15118-2, ChargeParameterDiscovery), what it may draw
 * by our profiles, and what it will draw by its own word.
 *
 *   the car's needs --CALL_NEEDS--> server --SetChargingProfile--> our schedule for the car
 *   the car's plan  --CALL_EV_PLAN--> server
 *
 * The car waits for its schedule (hlc.h) until the server's profile is there, the server wants
 * none, or HLC_PLAN_US are over; without a server that could be asked it gets what the profiles say
 * at once. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEEDS_STEPS 24 /* a car's own plan has no more, either */

struct needs {
	uint32_t count; /* raised when a car tells them anew; 0 it did not yet */
	bool direct, three;
	int64_t said_us;   /* wall clock, 0 unknown */
	int64_t departs_s; /* after it was said, 0 not said */
	int64_t energy_wh; /* it wants, 0 not said */
	int64_t max_w, capacity_wh;
	int32_t max_ma, min_ma, max_mv;
	int32_t soc_percent, full_percent, bulk_percent; /* -1 not said */
	int64_t entries; /* of a schedule that it takes, 0 not said */
};

struct needs_step {
	int64_t from_s, w;
};
struct needs_schedule {
	uint32_t count; /* the needs it belongs to */
	struct needs_step steps[NEEDS_STEPS];
	size_t len;
};

/* What the server knows of them, beside each outlet. */
struct needs_told {
	uint32_t asked;   /* the needs it was told ... */
	uint32_t settled; /* ... and those that wait for nothing more */
	uint32_t plan;    /* the car's own schedule, likewise */
};

struct pile;
struct outlet;
/* Tells the outlets whether somebody can be asked, and what their cars may draw. */
void needs_step(struct pile *pile);
/* The server gave the outlet's charge a profile: no car waits for it any longer. */
void needs_profiled(struct pile *pile, int64_t connector);
/* Whose needs, or whose car's schedule, the server is to be told; NULL: nobody's. */
struct outlet *needs_due(struct pile *pile);
struct outlet *needs_plan_due(struct pile *pile);
