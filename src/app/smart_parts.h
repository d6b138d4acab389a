/* smart_parts.h - what smart.c, smart_rush.c and smart_wishes.c share. Included by nobody else. */
#pragma once
#include "app/smart.h"

/* One of our own profiles with one value from now on (milliamperes a phase). DC outlets are told
 * watts: their current is the battery's. */
struct profile smart_profile(
	const struct outlet_power *outlet, enum profile_purpose purpose, int64_t ma);
/* A limit that is taken away: what the piles were given is cleared, then the limit is forgotten. */
int smart_release(
	struct ctx *ctx, const struct site_power *power, struct outlet_power *outlets, size_t len);
#define SMART_PILE_21 "ocpp2.1"

/* An outlet among its pile's. */
struct found {
	int64_t site_id, tenant_id;
	struct outlet_power *outlets, *outlet; /* the pile's; outlet NULL: there is none */
	size_t len;
};
/* connector_no 0: only the pile's outlets. */
int smart_find(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct found *ret);
int smart_save_and_share(struct ctx *ctx, const struct found *found);
/* At a site with a limit no PriorityCharging profile may stay. Changes the outlet; not stored. */
int smart_rush_over(struct ctx *ctx, struct outlet_power *outlet);
/* At a site without limit: the charge is told all that outlet and car can. */
int smart_tell_all(struct ctx *ctx, const struct outlet_power *outlet);
/* Something about one outlet changed: a small site is shared anew at once, a large one at its
 * beat. */
int smart_changed(struct ctx *ctx, int64_t site_id);
