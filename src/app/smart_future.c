/* smart_future.c - a site's shares from now on (domain/future.h): the moments its limit is known to
 * change at, what each outlet was told of them, and the plan it is told next. */
#include <stdlib.h>

#include "app/smart_parts.h"
#include "base/clock.h"
#include "base/fault.h"
#include "store/power.h"
#include "store/site.h"

#define AHEAD_S (POWER_AHEAD_US / US_PER_S)
#define LAST_LEAST_S 3600
#define MOMENTS_MOST (2 * POWER_SLOTS + 4 + 2 * STORE_SIGNALS_MOST)

/* --- what is known of the limit --- */

int smart_look_out(struct ctx *ctx, const struct site_power *power, struct outlook *ret)
{
	struct site site;
	int found = store_site_get(ctx->db, ctx->arena, power->site_id, &site);

	TRY(found);
	*ret = (struct outlook){
		.zone = found == 0 && zone_exists(site.zone) ? site.zone : STR("UTC")};
	if (!power_week(power, ret->week))
		return FAULT(FAULT_BUG, "hours that are none");
	for (int slot = 1; slot < POWER_WEEK_SLOTS; slot++)
		ret->changes = ret->changes || ret->week[slot] != ret->week[0];
	return store_site_signals(
		ctx->db, ctx->arena, power->site_id, ctx->now_us, &ret->signals, &ret->signals_len);
}

/* Which half hour of its week it is at the site. */
static int week_slot(const struct outlook *outlook, int64_t at_us)
{
	struct civil civil;

	if (!zone_civil(outlook->zone, at_us, &civil))
		return 0;
	return civil.weekday * POWER_SLOTS + civil.hour * 2 + civil.minute / 30;
}

struct power_bound smart_bound_at(const struct outlook *outlook, int64_t at_us)
{
	int64_t soon_us = at_us + POWER_AHEAD_US;
	struct power_bound bound = {.percent = outlook->week[week_slot(outlook, at_us)]};
	struct power_bound later = {.percent = outlook->week[week_slot(outlook, soon_us)]};

	power_bound_lower(&bound, &later);
	for (size_t i = 0; i < outlook->signals_len; i++) {
		const struct power_signal *signal = &outlook->signals[i];

		later = (struct power_bound){signal->percent, signal->limit_w};
		if (signal->from_us <= soon_us && signal->until_us > at_us)
			power_bound_lower(&bound, &later);
	}
	return bound;
}

/* The lowest of all that holds after a time. */
static struct power_bound lowest_after(const struct outlook *outlook, int64_t at_us)
{
	struct power_bound bound = {.percent = 100}, other;

	for (int slot = 0; slot < POWER_WEEK_SLOTS; slot++) {
		other = (struct power_bound){.percent = outlook->week[slot]};
		power_bound_lower(&bound, &other);
	}
	for (size_t i = 0; i < outlook->signals_len; i++) {
		other = (struct power_bound){
			outlook->signals[i].percent, outlook->signals[i].limit_w};
		if (outlook->signals[i].until_us > at_us)
			power_bound_lower(&bound, &other);
	}
	return bound;
}

int smart_bound(struct ctx *ctx, const struct site_power *power, struct power_bound *ret_bound)
{
	struct outlook outlook;

	TRY(smart_look_out(ctx, power, &outlook));
	*ret_bound = smart_bound_at(&outlook, ctx->now_us);
	return 0;
}

/* --- moments --- */

static int by_time(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return one < other ? -1 : one > other;
}

/* Whole seconds in which the limit may change, in order. What falls does so a moment ahead. */
static size_t find_moments(const struct outlook *outlook, int64_t now_us, int64_t *ret_s)
{
	int64_t now_s = now_us / US_PER_S, start_us, end_us = now_us;
	size_t len = 0;
	int slot;

	while (outlook->changes && end_us < now_us + FUTURE_AHEAD_S * US_PER_S &&
		len + 2 <= MOMENTS_MOST - 2 * STORE_SIGNALS_MOST &&
		zone_half_hour(outlook->zone, end_us, &start_us, &end_us, &slot)) {
		ret_s[len++] = end_us / US_PER_S - AHEAD_S;
		ret_s[len++] = end_us / US_PER_S;
	}
	for (size_t i = 0; i < outlook->signals_len && i < STORE_SIGNALS_MOST; i++) {
		ret_s[len++] = outlook->signals[i].from_us / US_PER_S - AHEAD_S;
		ret_s[len++] = (outlook->signals[i].until_us + US_PER_S - 1) / US_PER_S;
	}
	qsort(ret_s, len, sizeof(*ret_s), by_time);
	for (size_t i = 0, all = len; i < all; i++) {
		if (i == 0)
			len = 0;
		if (ret_s[i] > now_s && ret_s[i] <= now_s + FUTURE_AHEAD_S)
			ret_s[len++] = ret_s[i];
	}
	return len;
}

static bool same_limit(const struct share_site *a, const struct share_site *b)
{
	return a->limit_ma[0] == b->limit_ma[0] && a->limit_ma[1] == b->limit_ma[1] &&
	       a->limit_ma[2] == b->limit_ma[2] && a->limit_w == b->limit_w;
}

static void add_moment(
	const struct round *round, struct power_bound bound, int64_t at_s, struct future *future)
{
	struct share_site *site = &future->sites[future->len];

	*site = power_site(&round->power, &bound);
	site->circuits = round->site.circuits;
	site->circuits_len = round->site.circuits_len;
	if (same_limit(site, site - 1))
		return;
	future->from_s[future->len++] = at_s;
}

/* From now on to a day ahead, or as many moments as there is room for; then the lowest. */
static void find_future(const struct round *round, int64_t now_us, struct future *future)
{
	const struct outlook *outlook = &round->outlook;
	int64_t moments[MOMENTS_MOST], last_s = now_us / US_PER_S + FUTURE_AHEAD_S;
	size_t len = find_moments(outlook, now_us, moments);

	*future = (struct future){.len = 1, .from_s = {now_us / US_PER_S}, .sites = {round->site}};
	for (size_t i = 0; i < len; i++) {
		if (future->len == FUTURE_MOST - 1) {
			last_s = moments[i];
			break;
		}
		add_moment(
			round, smart_bound_at(outlook, moments[i] * US_PER_S), moments[i], future);
	}
	/* less than an hour behind the last moment is not worth a step */
	if (future->len > 1 && last_s - future->from_s[future->len - 1] < LAST_LEAST_S)
		last_s = future->from_s[--future->len];
	add_moment(round, lowest_after(outlook, last_s * US_PER_S), last_s, future);
}

/* --- outlets --- */

static void hear(const struct round *round, size_t i, int64_t now_us)
{
	const struct outlet_power *outlet = &round->outlets[i];
	struct future_car *car = &round->list[i];
	struct plan told, may;

	*car = (struct future_car){.periods = power_periods(outlet),
		.fallback_ma = outlet->default_ma > 0 ? (int32_t)outlet->default_ma : 0,
		.now_ma = (int32_t)power_may_ma(outlet, now_us),
		.left_wh = outlet->wanted_wh - outlet->energy_dwh / 10,
		.owed = outlet->answer_owed};
	power_plans(outlet, now_us, &told, &may);
	future_heard(round->future, &told, &may, car);
	/* without network another may begin behind it */
	for (size_t at = 0; at < round->future->len && !outlet->online; at++) {
		if (car->may_ma[at] < power_default_ma(outlet))
			car->may_ma[at] = (int32_t)power_default_ma(outlet);
	}
}

static bool has_plans(const struct round *round)
{
	for (size_t i = 0; i < round->len; i++) {
		if (round->outlets[i].told_plan.len > 0 || round->outlets[i].may_plan.len > 0)
			return true;
	}
	return false;
}

static int take_room(struct round *round)
{
	size_t len = round->len + 1;

	round->list = ARENA_ARRAY(round->arena, struct future_car, len);
	round->work = ARENA_ARRAY(round->arena, struct share_car, len);
	round->rooms = ARENA_ARRAY(round->arena, struct share_room, round->future->len + 1);
	return round->list && round->work && round->rooms ? 0 : FAULT(FAULT_NOMEM, "plans");
}

int smart_future(struct ctx *ctx, struct round *round, size_t *order)
{
	struct future *future = ARENA_NEW(round->arena, struct future);

	if (!future)
		return FAULT(FAULT_NOMEM, "a future");
	find_future(round, ctx->now_us, future);
	if (future->len == 1 && !has_plans(round))
		return 0;
	round->future = future;
	TRY(take_room(round));
	for (size_t i = 0; i < round->len; i++)
		hear(round, i, ctx->now_us);
	/* the start of the next: as now at any time */
	round->list[round->len] = (struct future_car){.now_ma = round->cars[round->len].held_ma};
	for (size_t at = 0; at < future->len; at++)
		round->list[round->len].may_ma[at] = round->cars[round->len].held_ma;
	future_solve(future, round->cars, round->len + 1, round->list, round->work, order);
	return 0;
}

/* --- telling --- */

/* A plan in the words of a profile. One that ends does so with room for our own word before it. */
static void put_steps(const struct outlet_power *outlet, const struct plan *plan, bool ends,
	struct profile *profile)
{
	const struct profile_period first = profile->periods[0];

	if (ends)
		profile->valid_to_s = plan->steps[1].from_s + AHEAD_S / 2;
	if (ends || plan->len < 2)
		return;
	profile->kind = PROFILE_ABSOLUTE;
	profile->start_s = plan->steps[0].from_s - POWER_CLOCK_S;
	profile->periods_len = plan->len;
	for (size_t i = 1; i < plan->len; i++) {
		profile->periods[i] = first;
		profile->periods[i].start_s = plan->steps[i].from_s - profile->start_s;
		profile->periods[i].limit = profile_convert(plan->steps[i].ma, PROFILE_MA,
			power_is_direct(outlet) ? PROFILE_W : PROFILE_MA, SHARE_PHASES, PROFILE_MV);
	}
}

int smart_future_told(struct ctx *ctx, const struct round *round, size_t i, struct profile *profile)
{
	struct outlet_power *outlet = &round->outlets[i];
	struct plan plan, told, may, before;
	struct str sent = STR(""), all = STR("");
	bool ends = future_plan(round->future, &round->list[i], &plan);

	put_steps(outlet, &plan, ends, profile);
	power_plans(outlet, ctx->now_us, &told, &may);
	before = may.len > 0 ? may : told;
	if (plan.len > 1)
		sent = plan_text(round->arena, &plan);
	if (plan.len > 1 || outlet->may_plan.len > 0) {
		plan_either(&before, &plan, ctx->now_us / US_PER_S, &before);
		all = plan_text(round->arena, &before);
	}
	if (!sent.ptr || !all.ptr)
		return FAULT(FAULT_NOMEM, "a plan");
	power_planned(outlet, sent, all);
	return 0;
}
