/* smart.h - the conversation that shares a site's limit among its cars: looks at every site with a
 * limit every second or two, decides (domain/share.h, domain/power.h), and tells the piles by
 * charging profiles, lower shares first. Knows no OCPP, no SQL, no socket. */
#pragma once
#include "app/ask.h"
#include "domain/power.h"
#include "domain/profile.h"

struct order; /* domain/order.h */

/* Numbers of our profiles at a pile, plus the connector's number. */
#define SMART_TX_PROFILE 1000
#define SMART_DEFAULT_PROFILE 2000
#define SMART_RUSH_PROFILE 3000
#define SMART_PULL_S \
	300 /* a pile asks what its dynamic profile says when it heard nothing so long */
/* Their levels: what stands above them would hide them. */
#define SMART_TX_LEVEL 1
#define SMART_DEFAULT_LEVEL 0

enum smart_outcome {
	SMART_E_UNKNOWN = 1,  /* no such site, outlet, or no limit there */
	SMART_E_EXCEEDS = 2,  /* would allow more than the site can keep */
	SMART_E_STALE = 3,    /* changed meanwhile */
	SMART_E_VALUE = 4,    /* POWER_E_* of the limit, or an impossible value */
	SMART_E_MANY = 5,     /* more outlets, circuits or signals than a site may have */
	SMART_E_NO_LIMIT = 6, /* the site has none: nothing would keep the circuit's */
	SMART_E_USELESS = 7,  /* no limit to have priority under, and the pile has no word for it */
};
/* A site with more outlets is shared by its beat alone, not also at once after every answer. */
#define SMART_AT_ONCE 64
/* So many profiles are sent in one round of a site; the others in the next. */
#define SMART_TELL_MOST 512

/* One site now: decides, stores, tells. Harmless when nothing changed. */
int smart_site(struct ctx *ctx, int64_t site_id);
/* All sites with a limit, half of them each second. */
int smart_tick(struct ctx *ctx);
/* The pile says how many periods of a schedule it takes. */
int smart_periods(struct ctx *ctx, int64_t pile_id, struct str value);
/* A pile answered to a profile of ours. */
int smart_answered(struct ctx *ctx, const struct ask_answer *answer);

/* The profile that a start brings along so that its charge takes at most so many watts (K05). None
 * at a site with a limit: there the charge's share keeps it, which is told at once. */
int smart_start(
	struct ctx *ctx, const struct order *order, struct profile *ret_profile, bool *ret_has);
/* The operator sets or changes a limit (revision 0: there is none yet). *ret_power_error is
 * POWER_E_* with SMART_E_VALUE. */
int smart_limit(struct ctx *ctx, struct site_power *power, int *ret_power_error);
/* ... takes it away: the piles are told to forget what they were given. */
int smart_unlimit(struct ctx *ctx, int64_t tenant_id, int64_t site_id);
/* What limits the site now, or in a moment (POWER_AHEAD_US): its hours and what was signalled. */
int smart_bound(struct ctx *ctx, const struct site_power *power, struct power_bound *ret_bound);
/* A circuit of a site with a limit, new (id 0) or changed (revision as read). */
int smart_circuit(struct ctx *ctx, struct power_circuit *circuit);
int smart_circuit_delete(struct ctx *ctx, int64_t tenant_id, int64_t id);
/* All outlets of a pile of the site into the circuit; 0: out of whatever they are in. */
int smart_circuit_pile(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t circuit_id);
/* Less for a time: percent of the limit, watts, or both. The id is made here. */
int smart_signal(struct ctx *ctx, struct power_signal *signal);
int smart_signal_delete(struct ctx *ctx, int64_t tenant_id, int64_t id);
/* How an outlet is wired, its most, its priority, its manual limit (cap). SMART_E_EXCEEDS: more
 * than the site has in a phase. */
int smart_outlet(struct ctx *ctx, int64_t tenant_id, const struct outlet_power *wanted);
/* May an operator send this profile by hand? SMART_E_EXCEEDS when it would allow more than what is
 * kept for the outlet at a site with a limit, or hide a later and lower share of ours. */
int smart_profile_allowed(struct ctx *ctx, int64_t pile_id, const struct profile *profile);
/* Somebody changed the pile's profiles by hand: nothing is known of what it was told. */
int smart_forget(struct ctx *ctx, int64_t pile_id);

/* --- what 2.x piles say --- */
struct smart_needs { /* of a car; 0 where it says nothing */
	int64_t connector_no;
	int64_t phases, most_ma, wanted_wh, depart_us;
};
/* A car's wishes. Always kept; a schedule follows, at a site without limit as well. */
int smart_needs(struct ctx *ctx, int64_t pile_id, const struct smart_needs *needs);
/* Does the car's own schedule, whose highest value is `most_ma`, stay within its share?
 * *ret_within; if not, it is sent its share again. */
int smart_schedule(
	struct ctx *ctx, int64_t pile_id, int64_t connector_no, int64_t most_ma, bool *ret_within);
/* Somebody else (source: "EMS" ...) limits the outlet (0: all of the pile), to limit_ma, or to
 * nobody knows what (-1); source empty: not any more. */
int smart_external(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str source,
	int64_t limit_ma);
/* What the outlet of our profile may draw now, for a pile that asks: mA, or mW of a direct current,
 * as its profile has them. SMART_E_UNKNOWN. */
int smart_pulled(struct ctx *ctx, int64_t pile_id, int64_t profile_id, int64_t *ret_milli);

/* --- priority ---
 * At a site with a limit it is a rank in the sharing: the share is told as ever, so nothing stands
 * above it. Elsewhere a pile of 2.1 is given a PriorityCharging profile with all that outlet and
 * car can, and told to go by it. */

/* Priority for a charge by the server's word (an operator, or its driver), on or off.
 * SMART_E_UNKNOWN, SMART_E_USELESS. */
int smart_rush(struct ctx *ctx, int64_t pile_id, int64_t transaction_id, bool on);
/* The pile says that its charge has it, or not any more. Who may not have it is taken back. */
int smart_urgent(struct ctx *ctx, int64_t pile_id, int64_t transaction_id, bool on, bool may);
/* Has the charge priority? *ret_can: it could, by site and pile. */
int smart_rushes(
	struct ctx *ctx, int64_t pile_id, int64_t transaction_id, bool *ret_on, bool *ret_can);
int smart_rush_answered(struct ctx *ctx, const struct ask_answer *answer);
