/* power.h - a site's limit and its outlets as the sharing sees them: what was told, what may still
 * be drawn, who can be told anything. The rules that keep a limit although piles refuse, stay
 * silent or lose their network:
 *
 *   default   every outlet is given a default profile (the offline share) as soon as it can be
 * told: what a charge may take that begins before, or without, a word of ours told      the last
 * share the pile confirmed for the running charge may       the most the outlet may draw by all it
 * might have heard: not lowered before the pile confirmed a lower share and its car had time to
 * follow (POWER_SETTLE_US)
 *
 * A pile without network keeps `may` of its charge, and never less than the default; one that never
 * confirmed a default is counted with all it can deliver. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "domain/plan.h"
#include "domain/share.h"

#define POWER_SETTLE_US (INT64_C(10) * 1000000) /* signal and car: 5 s each, IEC 61851-1 */
#define POWER_ANSWER_US (INT64_C(30) * 1000000) /* a share is worth sending so long */
#define POWER_RAMP_US (INT64_C(30) * 1000000)   /* so long after a raise a draw says nothing */
#define POWER_STALE_US (INT64_C(600) * 1000000) /* nor does an old reading */
#define POWER_PAUSE_US (INT64_C(30) * 1000000)  /* after a refusal, doubled each time ... */
#define POWER_PAUSE_MOST_US (INT64_C(900) * 1000000)
#define POWER_DEFAULT_PAUSE_US (INT64_C(300) * 1000000)
#define POWER_UNKNOWN_MA 32000 /* an outlet that never said how much it can */
#define POWER_DIRECT_LEAST_MA 1500
#define POWER_SITE_MOST_MA 4000000
#define POWER_SLOTS 48
#define POWER_WEEK_SLOTS (7 * POWER_SLOTS)
/* What a limit will be in a moment is kept now already: a lower share has to be sent, confirmed and
 * followed by the car before it counts. */
#define POWER_AHEAD_US (INT64_C(30) * 1000000)
#define POWER_NAME_MOST 40 /* characters of a circuit's name */
#define POWER_CLOCK_S 300  /* a pile's clock may be so far behind; its plan begins earlier */
#define POWER_NOT_DYNAMIC (-1)
#define POWER_NEVER_DYNAMIC (-2) /* in this charge: it was refused */

struct site_power {
	int64_t site_id, tenant_id;
	int64_t limit_ma[SHARE_PHASES];
	int64_t limit_w; /* 0 none */
	int64_t base_ma[SHARE_PHASES];
	int64_t reserve_ma;
	int64_t offline_ma; /* the default of every outlet */
	int64_t turn_s;
	struct str hours; /* percent of the limit by half hour of local time, with a comma between:
			     48 numbers for each day, or 336 for a week from Monday on; empty:
			     always all */
	bool off;         /* no limit any more: what was told is being taken back */
	int64_t over_us;  /* since when what cannot be told is more than the limit; 0 it is not */
	int64_t revision;
};
/* A part of the site with a fuse of its own: a feeder, a row of piles. */
struct power_circuit {
	int64_t id, tenant_id, site_id;
	struct str name;
	int64_t limit_ma[SHARE_PHASES];
	int64_t created_us, revision;
};
/* What somebody outside, the grid operator say, wants the site to keep to for a time. */
struct power_signal {
	int64_t id, tenant_id, site_id;
	int64_t from_us, until_us;
	int64_t percent; /* of the limit */
	int64_t limit_w; /* 0 none */
	struct str note;
	int64_t created_us;
};
/* The least of all that holds at a time. */
struct power_bound {
	int64_t percent;
	int64_t limit_w; /* 0 none */
};
struct outlet_power {
	/* the outlet and its charge, as other tables know them */
	int64_t pile_id, no;
	struct str code, name, protocol;
	bool online;
	struct str status, plug;
	int64_t max_w;
	int64_t open_session, transaction_id, start_us;
	int64_t power_w, voltage_mv, current_ma, read_us; /* -1 not known */
	int64_t energy_dwh;
	bool dynamic;          /* the pile says that it takes dynamic profiles */
	int64_t periods;       /* ... and how many periods of a schedule; 0 not said */
	int64_t charge_most_w; /* its charge was started with at most so much; 0: no such wish */
	/* how it is wired and what an operator wants */
	int64_t circuit_id;  /* 0: straight at the site */
	struct str rotation; /* "RST": its L1 lies on the site's first phase ...; "S": one phase */
	int64_t most_ma;     /* 0: as its plate says */
	int64_t priority;
	int64_t cap_ma; /* manual limit, -1 none */
	int64_t cap_until_us;
	int64_t external_ma;        /* somebody else limits it, -1 none, or to nobody knows what */
	struct str external_source; /* who does; empty: nobody */
	/* what its car said, or showed */
	int64_t car_phases; /* 0 not known */
	int64_t car_most_ma, wanted_wh, depart_us;
	bool answer_owed; /* it asked for a schedule: one is sent even if nothing changes */
	bool urgent;      /* its driver asked for priority */
	/* what it was told */
	int64_t session_id; /* whose shares these are */
	int64_t told_ma, may_ma, sent_ma;
	int64_t may_until_us, raised_us, asked_id;
	int64_t default_ma, default_sent_ma, default_asked_id, default_try_us;
	int64_t failures, try_us;
	struct str error;
	/* the shares it was told from then on (plan.h); empty: told_ma, may_ma, sent_ma for ever */
	struct str told_plan, may_plan, sent_plan;
	int64_t plan_mode; /* enum power_plan_mode */
	/* the dynamic profile it has: the phases in it, POWER_NOT_DYNAMIC, POWER_NEVER_DYNAMIC */
	int64_t dyn_phases, dyn_sent;
	bool rush; /* the pile may have a PriorityCharging profile of ours */
	int64_t rush_asked_id;
	/* what was decided */
	int64_t share_ma, state, reason, since_us;
	bool has_turn;
};

enum power_plan_mode {         /* what its pile takes in this charge */
	POWER_PLAN_STEPS = 0,  /* as many as it says, else one with an end */
	POWER_PLAN_END = 1,    /* refused steps: one, with an end */
	POWER_PLAN_ALWAYS = 2, /* refused that, too */
};
enum power_outcome {
	POWER_E_LIMIT = 1,   /* no current at all, or beyond any site */
	POWER_E_BASE = 2,    /* base load and reserve leave nothing */
	POWER_E_HOURS = 3,   /* not 48 or 336 numbers of 0 to 100 */
	POWER_E_OFFLINE = 4, /* the default is neither a pause nor a charge */
	POWER_E_TURN = 5,
};
int power_check(const struct site_power *power);
/* POWER_E_LIMIT: a name without letters, or no current at all, or beyond any site. */
int power_circuit_check(const struct power_circuit *circuit);
/* Percent of the limit in a half hour of the local week (0..335, from Monday on). */
int64_t power_percent(const struct site_power *power, int week_slot);
/* ... in each of them. False when the hours are no such list. */
bool power_week(const struct site_power *power, uint8_t ret_percent[POWER_WEEK_SLOTS]);
/* The lower of both, wherever one limits. */
void power_bound_lower(struct power_bound *bound, const struct power_bound *other);
/* The site's limits while this holds; no circuits yet. */
struct share_site power_site(const struct site_power *power, const struct power_bound *bound);
/* The circuits as the sharing sees them: in each as much is kept free as one start of its idle
 * outlets takes. */
void power_circuits(const struct power_circuit *circuits, size_t circuits_len,
	const struct outlet_power *outlets, size_t len, struct share_circuit *ret_circuits);
/* The number of an outlet's circuit among these, counted from 1; 0: none of them. */
uint8_t power_circuit_of(const struct outlet_power *outlet, const struct power_circuit *circuits,
	size_t circuits_len);

bool power_is_direct(const struct outlet_power *outlet);
/* What its charge was started with at most, in mA of each phase it draws from; of three where that
 * is not known, so that it is never more. */
int64_t power_start_most_ma(const struct outlet_power *outlet);
/* What the outlet can deliver by plate, operator and wiring, in each phase. */
int64_t power_plate_ma(const struct outlet_power *outlet);
/* The most it may draw by all it might have heard; 0 when its contactor is open for sure. */
int64_t power_may_ma(const struct outlet_power *outlet, int64_t now_us);
/* What its pile goes by where it was told nothing, or what it was told has ended. */
int64_t power_default_ma(const struct outlet_power *outlet);
/* As one of the cars that share, straight at the site. */
struct share_car power_car(const struct outlet_power *outlet, int64_t now_us);
/* What idle outlets that can be told could take before they are: the largest of them, in all
 * phases; 0 when none is idle. Of one circuit, or all (0). */
int64_t power_start_ma(const struct outlet_power *outlets, size_t len, int64_t circuit_id);

/* Another charge, or none, than the shares were for. True when something changed. */
bool power_session(struct outlet_power *outlet, int64_t now_us);
/* What it was told goes on by itself: its share is now that of its plan. */
void power_roll(struct outlet_power *outlet, int64_t now_us);
/* How many steps of a plan its pile takes: 1 with an end, 0 without. */
int power_periods(const struct outlet_power *outlet);
/* By plan, what it was told (no steps: nothing) and the higher of all it might have heard. */
void power_plans(const struct outlet_power *outlet, int64_t now_us, struct plan *ret_told,
	struct plan *ret_may);
/* A car on fewer phases than its outlet shows it by power and current. True when learned. */
bool power_phases_seen(struct outlet_power *outlet);
/* The share is told as an update of the dynamic profile the pile has. */
bool power_by_update(const struct outlet_power *outlet);
/* An update was refused: the whole profile is told next, at once. */
void power_update_refused(struct outlet_power *outlet);
/* A share was sent under this number; `sent` and `may` are its plan and the higher of all plans it
 * might go by now, empty where there are none. */
void power_sent(struct outlet_power *outlet, int64_t ma, int64_t asked_id, int64_t now_us);
void power_planned(struct outlet_power *outlet, struct str sent, struct str may);
/* A plan was refused: a simpler one is told next, at once. False when there was none. */
bool power_plan_refused(struct outlet_power *outlet);
/* What became of it. */
void power_accepted(struct outlet_power *outlet, int64_t now_us);
void power_refused(struct outlet_power *outlet, struct str error, int64_t now_us);
void power_lost(struct outlet_power *outlet, struct str error, int64_t now_us);
/* Stable words of enum share_state and share_reason. */
const char *power_state_word(int64_t state);
const char *power_reason_word(int64_t reason);
