/* profile.c - charging profiles: which one counts at a moment, and the composite schedule. */
#include "domain/profile.h"

#define DAY_S INT64_C(86400)

/* --- keeping --- */

static int check_periods(const struct profile *profile)
{
	int64_t before = -1;

	if (profile->periods_len == 0 || profile->periods[0].start_s != 0)
		return PROFILE_E_SCHEDULE;
	if (profile->periods_len > PROFILE_PERIODS_MAX)
		return PROFILE_E_MANY;
	for (size_t i = 0; i < profile->periods_len; i++) {
		const struct profile_period *period = &profile->periods[i];

		if (period->start_s <= before)
			return PROFILE_E_SCHEDULE;
		if (period->limit < 0 || period->limit > PROFILE_LIMIT_MAX || period->phases < 0 ||
			period->phases > 3 || period->setpoint < -PROFILE_LIMIT_MAX ||
			period->setpoint > PROFILE_LIMIT_MAX || period->back < 0 ||
			period->back > PROFILE_LIMIT_MAX || period->mode < PROFILE_CHARGING ||
			period->mode > PROFILE_SETPOINT)
			return PROFILE_E_LIMIT;
		before = period->start_s;
	}
	return 0;
}

int profile_check(const struct profile *profile)
{
	bool of_pile = profile->purpose == PROFILE_MAX || profile->purpose == PROFILE_EXTERNAL;

	if (profile->purpose == PROFILE_MAX && profile->connector != 0)
		return PROFILE_E_PURPOSE;
	if (profile->purpose == PROFILE_TX && profile->connector == 0)
		return PROFILE_E_PURPOSE;
	/* Nothing begins when the whole pile is meant. */
	if (of_pile && profile->kind != PROFILE_DYNAMIC &&
		(profile->kind == PROFILE_RELATIVE || profile->start_s == 0))
		return PROFILE_E_PURPOSE;
	if (profile->kind == PROFILE_DYNAMIC && profile->periods_len > 1)
		return PROFILE_E_DYNAMIC;
	if (profile->kind == PROFILE_RECURRING &&
		(profile->recurs == PROFILE_ONCE || profile->start_s == 0))
		return PROFILE_E_RECURRING;
	if (profile->valid_to_s <= profile->valid_from_s || profile->duration_s < 0 ||
		profile->interval_s < 0 || profile->offline_s < 0)
		return PROFILE_E_VALIDITY;
	return check_periods(profile);
}

const char *profile_outcome_word(int outcome)
{
	static const char *const words[] = {
		"", "purpose", "schedule", "recurring", "limit", "validity", "many", "dynamic"};

	return outcome > 0 && outcome <= PROFILE_E_DYNAMIC ? words[outcome] : "";
}

bool profile_replaces(const struct profile *young, const struct profile *old)
{
	if (old->purpose == PROFILE_EXTERNAL || young->purpose == PROFILE_EXTERNAL)
		return young->purpose == old->purpose && young->id == old->id;
	if (young->id == old->id)
		return true;
	return young->purpose == old->purpose && young->connector == old->connector &&
	       young->stack_level == old->stack_level;
}

int profile_update(struct profile *profile, const struct profile_update *update, int64_t now_s)
{
	struct profile young = *profile;
	int outcome;

	if (profile->kind != PROFILE_DYNAMIC)
		return PROFILE_E_DYNAMIC;
	if (update->has_limit)
		young.periods[0].limit = update->limit;
	if (update->has_setpoint)
		young.periods[0].setpoint = update->setpoint;
	if (update->has_back) {
		young.periods[0].has_back = true;
		young.periods[0].back = update->back;
	}
	young.updated_s = now_s;
	outcome = profile_check(&young);
	if (outcome == 0)
		*profile = young;
	return outcome;
}

bool profile_matches(const struct profile *profile, const struct profile_filter *filter)
{
	if (profile->purpose == PROFILE_EXTERNAL)
		return false; /* not set by who clears */
	if (filter->has_id)
		return profile->id == filter->id;
	return (!filter->has_connector || profile->connector == filter->connector) &&
	       (!filter->has_purpose || profile->purpose == filter->purpose) &&
	       (!filter->has_stack_level || profile->stack_level == filter->stack_level);
}

/* --- one profile at a moment --- */

/* The earliest change that was seen. */
static void sooner(int64_t *next_s, int64_t at_s, int64_t candidate_s)
{
	if (candidate_s > at_s && candidate_s < *next_s)
		*next_s = candidate_s;
}

/* Where the schedule's second 0 lies for this moment, and where it is cut off by its own
 * repetition. False when it has not begun; *next_s then hears when it will. */
static bool begun(const struct profile *profile, const struct profile_view *view, int64_t at_s,
	int64_t *ret_begin_s, int64_t *ret_end_s, int64_t *next_s)
{
	bool with_charge = profile->kind == PROFILE_RELATIVE || profile->start_s == 0;
	int64_t begin_s = profile->kind == PROFILE_DYNAMIC ? profile->updated_s
			  : with_charge                    ? view->begun_s
							   : profile->start_s;
	int64_t round_s = profile->recurs == PROFILE_WEEKLY ? 7 * DAY_S : DAY_S;

	if (at_s < begin_s) {
		sooner(next_s, at_s, begin_s);
		return false;
	}
	*ret_end_s = profile->duration_s == PROFILE_NEVER ? PROFILE_NEVER
							  : begin_s + profile->duration_s;
	if (profile->kind == PROFILE_RECURRING) {
		begin_s += (at_s - begin_s) / round_s * round_s;
		*ret_end_s =
			begin_s + (profile->duration_s < round_s ? profile->duration_s : round_s);
		sooner(next_s, at_s, begin_s + round_s);
	}
	*ret_begin_s = begin_s;
	return true;
}

/* Without network for longer than it holds? */
static bool lost(const struct profile *profile, const struct profile_view *view, int64_t at_s,
	int64_t *next_s)
{
	int64_t end_s;

	if (view->offline_from_s == 0 || !profile->has_offline)
		return false;
	end_s = view->offline_from_s + profile->offline_s;
	sooner(next_s, at_s, end_s);
	return at_s >= end_s;
}

/* The period of a profile in this second, or NULL. */
static const struct profile_period *period_at(const struct profile *profile,
	const struct profile_view *view, int64_t at_s, int64_t *next_s)
{
	const struct profile_period *now = NULL;
	int64_t begin_s, end_s;

	sooner(next_s, at_s, profile->valid_from_s);
	sooner(next_s, at_s, profile->valid_to_s);
	if (at_s < profile->valid_from_s || at_s >= profile->valid_to_s ||
		lost(profile, view, at_s, next_s) ||
		!begun(profile, view, at_s, &begin_s, &end_s, next_s))
		return NULL;
	if (at_s >= end_s)
		return NULL;
	sooner(next_s, at_s, end_s);
	for (size_t i = 0; i < profile->periods_len; i++) {
		const struct profile_period *period = &profile->periods[i];

		if (begin_s + period->start_s > at_s) {
			sooner(next_s, at_s, begin_s + period->start_s);
			break;
		}
		now = period;
	}
	return now;
}

int64_t profile_convert(
	int64_t limit, enum profile_unit from, enum profile_unit to, int phases, int64_t mv)
{
	if (from == to || limit == PROFILE_NO_LIMIT)
		return limit;
	/* mA x mV = 1e-6 W */
	if (from == PROFILE_MA)
		return limit * mv * phases / 1000000;
	return limit * 1000000 / (mv * phases);
}

/* --- the lines --- */

/* Does the profile stand in this line for this view? `connector`: of the outlet, or 0. */
static bool in_line(const struct profile *profile, const struct profile_view *view,
	enum profile_purpose purpose, int64_t connector)
{
	if (profile->purpose != purpose || profile->connector != connector)
		return false;
	if (purpose != PROFILE_TX)
		return true;
	return view->transaction_id != 0 &&
	       (profile->transaction_id == 0 || profile->transaction_id == view->transaction_id);
}

static int64_t convert(
	int64_t value, const struct profile *profile, const struct profile_view *view, int phases)
{
	return profile_convert(value, profile->unit, view->unit, phases, view->mv);
}

/* What one line says; false when it says nothing. The later one wins where two have one level, as
 * it would have replaced the other. */
static bool line(const struct profile *profiles, size_t len, const struct profile_view *view,
	enum profile_purpose purpose, int64_t connector, int64_t at_s, struct profile_limit *ret,
	int64_t *next_s)
{
	int64_t level = -1;

	for (size_t i = 0; i < len; i++) {
		const struct profile *profile = &profiles[i];
		const struct profile_period *period;
		int phases;

		if (!in_line(profile, view, purpose, connector))
			continue;
		period = period_at(profile, view, at_s, next_s);
		if (!period || profile->stack_level < level)
			continue;
		level = profile->stack_level;
		phases = period->phases > 0 && period->phases < view->phases ? period->phases
									     : view->phases;
		*ret = (struct profile_limit){
			.limit = convert(period->limit, profile, view, phases),
			.phases = phases,
			.id = profile->id,
			.purpose = purpose,
			.mode = period->mode,
			.setpoint = convert(period->setpoint, profile, view, phases),
			.back = period->has_back ? convert(period->back, profile, view, phases)
						 : PROFILE_NO_LIMIT};
	}
	return level >= 0;
}

static void lower(struct profile_limit *all, const struct profile_limit *one)
{
	int phases = one->phases < all->phases ? one->phases : all->phases;

	int64_t back = one->back < all->back ? one->back : all->back;
	struct profile_limit wish = *all;

	if (one->limit < all->limit)
		*all = *one;
	all->phases = phases;
	all->back = back;
	all->mode = wish.mode;
	all->setpoint = wish.setpoint;
	all->prior = wish.prior;
}

/* What the charge itself is to do: its priority, its own profile, or what every charge does. */
static bool of_charge(const struct profile *profiles, size_t len, const struct profile_view *view,
	int64_t at_s, struct profile_limit *ret, int64_t *next_s)
{
	int64_t outlet = view->connector;

	if (outlet == 0)
		return false;
	if (view->priority &&
		(line(profiles, len, view, PROFILE_PRIORITY, outlet, at_s, ret, next_s) ||
			line(profiles, len, view, PROFILE_PRIORITY, 0, at_s, ret, next_s)))
		return true;
	return line(profiles, len, view, PROFILE_TX, outlet, at_s, ret, next_s) ||
	       line(profiles, len, view, PROFILE_DEFAULT, outlet, at_s, ret, next_s) ||
	       line(profiles, len, view, PROFILE_DEFAULT, 0, at_s, ret, next_s);
}

int64_t profile_at(const struct profile *profiles, size_t len, const struct profile_view *view,
	int64_t at_s, struct profile_limit *ret_limit)
{
	struct profile_limit all = {
		.limit = PROFILE_NO_LIMIT, .phases = view->phases, .back = PROFILE_NO_LIMIT};
	struct profile_limit one;
	int64_t next_s = PROFILE_NEVER, outlet = view->connector;

	if (line(profiles, len, view, PROFILE_MAX, 0, at_s, &one, &next_s))
		lower(&all, &one);
	if ((outlet != 0 &&
		    line(profiles, len, view, PROFILE_EXTERNAL, outlet, at_s, &one, &next_s)) ||
		line(profiles, len, view, PROFILE_EXTERNAL, 0, at_s, &one, &next_s))
		lower(&all, &one);
	if (of_charge(profiles, len, view, at_s, &one, &next_s)) {
		lower(&all, &one);
		all.mode = one.mode;
		all.setpoint = one.setpoint;
		all.prior = one.purpose == PROFILE_PRIORITY;
	}
	if (all.mode == PROFILE_IDLE)
		all.limit = 0;
	*ret_limit = all;
	return next_s;
}

static bool same_values(const struct profile_period *a, const struct profile_period *b)
{
	return a->limit == b->limit && a->phases == b->phases && a->mode == b->mode &&
	       a->setpoint == b->setpoint && a->has_back == b->has_back && a->back == b->back;
}

size_t profile_composite(const struct profile *profiles, size_t len,
	const struct profile_view *view, int64_t from_s, int64_t duration_s, int64_t everything,
	struct profile_period *ret_periods, size_t most, int64_t *ret_duration_s)
{
	int64_t at_s = from_s, end_s = from_s + duration_s;
	size_t count = 0;

	while (at_s < end_s) {
		struct profile_limit now;
		int64_t next_s = profile_at(profiles, len, view, at_s, &now);
		struct profile_period period = {.start_s = at_s - from_s,
			.limit = now.limit < everything ? now.limit : everything,
			.phases = now.phases,
			.mode = now.mode,
			.setpoint = now.mode == PROFILE_SETPOINT ? now.setpoint : 0,
			.has_back = now.back != PROFILE_NO_LIMIT,
			.back = now.back == PROFILE_NO_LIMIT ? 0 : now.back};

		if (count == 0 || !same_values(&ret_periods[count - 1], &period)) {
			if (count == most)
				break;
			ret_periods[count++] = period;
		}
		at_s = next_s < end_s ? next_s : end_s;
	}
	*ret_duration_s = at_s - from_s;
	return count;
}
