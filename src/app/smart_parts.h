/* smart_parts.h - what the files of smart.h share. Included by nobody else. */
#pragma once
#include "app/smart.h"
#include "domain/future.h"

/* What is known of a site's limit, now and later. */
struct outlook {
	struct str zone;
	uint8_t week[POWER_WEEK_SLOTS]; /* percent by half hour */
	bool changes;                   /* they are not all the same */
	struct power_signal *signals;   /* not over */
	size_t signals_len;
};
int smart_look_out(struct ctx *ctx, const struct site_power *power, struct outlook *ret);
/* What holds at a time, or in a moment. */
struct power_bound smart_bound_at(const struct outlook *outlook, int64_t at_us);

/* One look at a site. */
struct round {
	struct arena *arena; /* what is looked at: a large site would not fit the job's */
	struct site_power power;
	struct outlook outlook;
	struct outlet_power *outlets, *before;
	struct share_car *cars; /* one more than outlets: the start of the next */
	size_t len;
	struct share_site site;
	struct power_circuit *circuits;
	struct share_circuit limits[SHARE_CIRCUITS_MAX];
	/* what is known of later, beside each car and moment; NULL: it stays as it is now */
	struct future *future;
	struct future_car *list;
	struct share_car *work;
	struct share_room *rooms;
};
/* The shares of what is known to come, where the limit changes or was to change; the shares of now
 * are decided. `order` is room for as many numbers as there are cars. */
int smart_future(struct ctx *ctx, struct round *round, size_t *order);
/* Outlet i is told its plan: into its profile, and into what it might have heard. */
int smart_future_told(
	struct ctx *ctx, const struct round *round, size_t i, struct profile *profile);

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
