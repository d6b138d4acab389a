/* vid.h - a vehicle known by its network address (Autocharge) as a value, and the rules on what
 * such an address is worth: anybody can copy it, so by itself it pays for little, and where a
 * second identity of the vehicle is known it must agree. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

#define VID_SECOND_LEN 32 /* half a SHA-256 in hex: what an additionalIdToken of 2.0.1 holds */
#define VID_KIND_MAX 16   /* characters of its kind */

/* The one spelling of an address, "VID:" and 12 capital hex digits: from digits in either case,
 * with or without "VID:" and with ':', '-' or '.' between. A car without network (GB/T) is "VIN:"
 * and 16 digits of what was made of its number. What is neither (wrong length, other characters)
 * comes back as its prefix and the text in capitals: it is never good, and never a card. In the
 * arena. */
struct str vid_normal(struct arena *arena, struct str text);
/* The same of a vehicle identification number as it is. */
struct str vid_of_vin(struct arena *arena, struct str vin);
/* Its second identity by that number, as our own piles tell it: another maker's pile tells the
 * number itself. */
struct str vid_second_of_vin(struct arena *arena, struct str vin);
/* Begins it like a vehicle's? Then it is looked up among vehicles, never among cards. */
bool vid_is(struct str tag);
/* Is it a vehicle's own? Not nought, nor an address of many (group bit). */
bool vid_good(struct str tag);
/* A second identity as told: VID_SECOND_LEN hex digits, in small letters in the arena; empty when
 * it is none. */
struct str vid_second(struct arena *arena, struct str text);

/* What an operator trusts an address with. */
enum vid_mode {
	VID_OFF = 0,
	VID_CAPPED = 1, /* by itself up to a cap, more with a second layer */
	VID_BOTH = 2,   /* nothing without a second layer */
};
const char *vid_mode_name(enum vid_mode mode);
bool vid_mode_parse(struct str word, enum vid_mode *ret_mode);
struct vid_policy {
	enum vid_mode mode;
	int64_t single_minor; /* most of one charge by the address alone */
};

enum vid_state {
	VID_SUSPENDED = 1, /* seen with its driver, who has not agreed yet */
	VID_ACTIVE = 2,
	VID_BLOCKED = 3,
};
const char *vid_state_name(enum vid_state state);
/* A vehicle of a member. */
struct vid {
	int64_t id, tenant_id, member_id;
	struct str vid;          /* vid_normal, good */
	struct str second, kind; /* digest and what it was made of; empty: not learned */
	int64_t second_us;       /* when it was learned */
	enum vid_state state;
	int64_t charge_minor, day_minor; /* the driver's caps: one charge, 24 hours; 0: none */
	int64_t present_us;              /* until then its driver stands by it */
	int64_t alarm_us;                /* it contradicted itself; 0: never, or cleared */
	int64_t seen_us, seen_pile_id;   /* last at a pile */
	int64_t created_us, version;
	bool member_blocked;
	int64_t account_id; /* its member's wallet */
};
/* What a pile told of a vehicle that was just plugged in. */
struct vid_told {
	struct str second, kind; /* empty: nothing */
	bool contradicts;        /* the pile saw addresses that differ */
};
enum vid_outcome {
	VID_E_BLOCKED = 1, /* or not agreed to yet */
	VID_E_CLONE = 2,   /* it contradicts what is known of it */
	VID_E_SECOND = 3,  /* a second layer is missing */
	VID_E_CAP = 4,     /* the driver's caps leave nothing */
};
/* May it charge, and for how much at most (*ret_minor, 0: no cap)? `spent_minor` of the last 24
 * hours; less than `least_minor` left is nothing. */
int vid_judge(const struct vid *vid, const struct vid_policy *policy, const struct vid_told *told,
	int64_t spent_minor, int64_t least_minor, int64_t now_us, int64_t *ret_minor);
