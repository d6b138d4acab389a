/* profile.h - charging profiles, one model behind all versions of the protocol, and what they allow
 * together.
 *
 *   what is allowed now = the smallest of
 *     ChargePointMaxProfile   of the whole pile
 *     external constraints    of the outlet, else of the whole pile
 *     PriorityCharging        of the outlet, else of the pile, while the charge has priority; else
 *     TxProfile               of the running transaction; where none has a period now,
 *     TxDefaultProfile        of the outlet; where none has a period now, of the whole pile
 *   and of several profiles in one line, the one with the highest stack level that has a period
 *   now. No profile in a line: it allows everything.
 *
 * A dynamic profile has one period that is updated; its duration counts from the last update, so
 * that it ends by itself when updates stop, and what stands below it counts again.
 *
 * Energy flows back to the grid only by a set point below zero (PROFILE_SETPOINT), never by a
 * limit: a pile that reads but the limits of a schedule can do no harm.
 *
 * Times are whole seconds since 1970 (a profile begins in the second it names). Limits are
 * integers: milliamperes for each phase, or watts over all phases. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROFILE_PERIODS_MAX 24
#define PROFILE_MV 230000 /* between a phase and neutral, where nothing better is known */
#define PROFILE_LIMIT_MAX INT64_C(10000000) /* mA or W: no outlet is larger */
#define PROFILE_NO_LIMIT INT64_MAX
#define PROFILE_NEVER INT64_MAX

enum profile_purpose {
	PROFILE_EXTERNAL = 1, /* somebody else at the pile limits it */
	PROFILE_MAX = 2,
	PROFILE_DEFAULT = 3,
	PROFILE_TX = 4,
	PROFILE_PRIORITY = 5,
};
enum profile_kind {
	PROFILE_ABSOLUTE = 1,
	PROFILE_RECURRING = 2,
	PROFILE_RELATIVE = 3,
	PROFILE_DYNAMIC = 4,
};
enum profile_mode { /* what a period is for */
	PROFILE_CHARGING = 0,
	PROFILE_IDLE = 1,     /* nothing flows, the car stays ready */
	PROFILE_SETPOINT = 2, /* so much flows, either way */
};
enum profile_recurs { PROFILE_ONCE = 0, PROFILE_DAILY = 1, PROFILE_WEEKLY = 2 };
enum profile_unit { PROFILE_MA = 1, PROFILE_W = 2 };

struct profile_period {
	int64_t start_s; /* from the beginning of the schedule */
	int64_t limit;
	int phases; /* 1..3, 0: not said */
	enum profile_mode mode;
	int64_t setpoint; /* SETPOINT: below 0 the car gives back */
	bool has_back;
	int64_t back; /* the most that may be given back */
};
struct profile {
	int64_t id;
	int64_t connector; /* 0: the whole pile */
	int64_t stack_level;
	int64_t transaction_id; /* of a TxProfile, 0: the one that runs */
	enum profile_purpose purpose;
	enum profile_kind kind;
	enum profile_recurs recurs;
	enum profile_unit unit;
	int64_t valid_from_s; /* 0: always */
	int64_t valid_to_s;   /* PROFILE_NEVER: for ever */
	int64_t start_s;      /* of the schedule, 0: it begins with the charge */
	int64_t duration_s;   /* PROFILE_NEVER: open end */
	int64_t updated_s;    /* DYNAMIC: heard last */
	int64_t asked_s;      /* DYNAMIC: an update was asked for last; not kept */
	int64_t interval_s; /* DYNAMIC: an update is asked for so long after the last one, 0 not */
	bool has_offline;   /* without network it holds for ... */
	int64_t offline_s;
	bool offline_ends; /* ... and is over for ever then */
	struct profile_period periods[PROFILE_PERIODS_MAX];
	size_t periods_len;
};

enum profile_outcome {
	PROFILE_E_PURPOSE = 1,   /* a maximum or TxProfile at the wrong place, or relative */
	PROFILE_E_SCHEDULE = 2,  /* periods not in order, not from 0 on, or none */
	PROFILE_E_RECURRING = 3, /* without start or word how often */
	PROFILE_E_LIMIT = 4,     /* out of range */
	PROFILE_E_VALIDITY = 5,  /* ends before it begins */
	PROFILE_E_MANY = 6,      /* too many profiles or periods */
	PROFILE_E_DYNAMIC = 7,   /* updated, but not dynamic; or dynamic with more than a period */
};
/* Is it one that can be kept? 0 or PROFILE_E_*. */
int profile_check(const struct profile *profile);
const char *profile_outcome_word(int outcome);
/* Does `young` take the place of `old`: the same number, or the same line and level? */
bool profile_replaces(const struct profile *young, const struct profile *old);

/* What an update of a dynamic profile changes; the rest stays. */
struct profile_update {
	bool has_limit, has_setpoint, has_back;
	int64_t limit, setpoint, back;
};
/* Updates it now; as it was with PROFILE_E_*. */
int profile_update(struct profile *profile, const struct profile_update *update, int64_t now_s);

/* Which profiles a ClearChargingProfile means; everything unset means all. */
struct profile_filter {
	bool has_id, has_connector, has_purpose, has_stack_level;
	int64_t id, connector, stack_level;
	enum profile_purpose purpose;
};
bool profile_matches(const struct profile *profile, const struct profile_filter *filter);

/* For whom it is asked. */
struct profile_view {
	int64_t connector;      /* 0: the pile as a whole */
	int64_t transaction_id; /* 0: none runs */
	int64_t begun_s;        /* when it began; none runs: when one would begin */
	enum profile_unit unit; /* of the answer */
	int phases;             /* of the outlet, for periods that do not say */
	int64_t mv;             /* between a phase and neutral */
	bool priority;          /* the charge has it */
	int64_t offline_from_s; /* without network since then, 0: there is one */
};
struct profile_limit {
	int64_t limit; /* in the view's unit; PROFILE_NO_LIMIT */
	int phases;    /* most that any of the lines allows; the view's when none says */
	int64_t id;    /* of the profile that decides; 0 none */
	enum profile_purpose purpose;
	bool prior; /* PriorityCharging has taken the place of the charge's own */
	/* of the line of the charge itself */
	enum profile_mode mode;
	int64_t setpoint; /* in the view's unit */
	int64_t back;     /* the most that any line lets flow back; PROFILE_NO_LIMIT */
};
/* What the profiles allow in the second `at_s`. Returns the next second in which that may change,
 * PROFILE_NEVER when it will not. */
int64_t profile_at(const struct profile *profiles, size_t len, const struct profile_view *view,
	int64_t at_s, struct profile_limit *ret_limit);
/* What they allow from `from_s` for `duration_s`: periods from 0 on, each unlike the one before, at
 * most `most` (what comes after is cut off). Where nothing limits, `everything` is written. Returns
 * how many; *ret_duration_s is how far they reach. */
size_t profile_composite(const struct profile *profiles, size_t len,
	const struct profile_view *view, int64_t from_s, int64_t duration_s, int64_t everything,
	struct profile_period *ret_periods, size_t most, int64_t *ret_duration_s);
/* A limit in another unit, rounded down. */
int64_t profile_convert(
	int64_t limit, enum profile_unit from, enum profile_unit to, int phases, int64_t mv);
