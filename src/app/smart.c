/* smart.c - sharing a site's limit: one round of a site, and what its piles answer (smart.h). What
 * operators and cars want is in smart_wishes.c. */
#include "app/smart.h"

#include <string.h>

#include "app/smart_parts.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "store/pile.h"
#include "store/power.h"
#include "store/site.h"

#define TICK_SITES 128

/* --- telling --- */

struct profile smart_profile(
	const struct outlet_power *outlet, enum profile_purpose purpose, int64_t ma)
{
	static const struct {
		int64_t id; /* plus the outlet's number */
		int level;
	} ours[] = {[PROFILE_DEFAULT] = {SMART_DEFAULT_PROFILE, SMART_DEFAULT_LEVEL},
		[PROFILE_TX] = {SMART_TX_PROFILE, SMART_TX_LEVEL},
		[PROFILE_PRIORITY] = {SMART_RUSH_PROFILE, 0}};
	bool tx = purpose == PROFILE_TX, direct = power_is_direct(outlet);
	struct profile profile = {.id = ours[purpose].id + outlet->no,
		.connector = outlet->no,
		.stack_level = ours[purpose].level,
		.transaction_id = tx ? outlet->transaction_id : 0,
		.purpose = purpose,
		.kind = PROFILE_RELATIVE,
		.unit = direct ? PROFILE_W : PROFILE_MA,
		.valid_to_s = PROFILE_NEVER,
		.duration_s = PROFILE_NEVER,
		.periods_len = 1};

	profile.periods[0].limit =
		profile_convert(ma, PROFILE_MA, profile.unit, SHARE_PHASES, PROFILE_MV);
	/* A pile that can switch phases keeps a car on those it is counted with. */
	if (tx && !direct && outlet->car_phases > 0)
		profile.periods[0].phases = (int)outlet->car_phases;
	return profile;
}

/* *ret_id stays 0 when the pile cannot be asked now. */
static int send(struct ctx *ctx, const struct outlet_power *outlet, enum ask_kind kind,
	const struct profile *profile, int64_t *ret_id)
{
	struct ask ask = {.kind = kind,
		.pile_id = outlet->pile_id,
		.about_id = CTX_ID(ctx),
		.valid_us = POWER_ANSWER_US,
		.connector_no = outlet->no,
		.profile = profile};
	int64_t command_id;
	int result = ask_pile(ctx, &ask, &command_id);

	TRY(result);
	*ret_id = result == 0 ? ask.about_id : 0;
	return 0;
}

/* How a share is told: to a pile that takes dynamic profiles the whole one once, then its limit
 * alone; to others the whole one each time. */
static enum ask_kind share_words(struct outlet_power *outlet, struct profile *profile)
{
	/* a dynamic profile has but one value, and no end that is known */
	if (!outlet->dynamic || outlet->dyn_phases == POWER_NEVER_DYNAMIC ||
		profile->periods_len > 1 || profile->valid_to_s != PROFILE_NEVER ||
		!str_is(outlet->protocol, SMART_PILE_21))
		return ASK_PROFILE;
	if (power_by_update(outlet))
		return ASK_DYNAMIC;
	profile->kind = PROFILE_DYNAMIC;
	profile->interval_s = SMART_PULL_S;
	outlet->dyn_sent = profile->periods[0].phases;
	return ASK_PROFILE_OWN;
}

static int tell_share(struct ctx *ctx, const struct round *round, size_t i)
{
	struct outlet_power *outlet = &round->outlets[i];
	int64_t id, ma = round->list ? round->list[i].share_ma[0] : round->cars[i].share_ma;
	struct profile profile = smart_profile(outlet, PROFILE_TX, ma);
	enum ask_kind kind;

	if (round->future)
		TRY(smart_future_told(ctx, round, i, &profile));
	kind = share_words(outlet, &profile);
	TRY(send(ctx, outlet, kind, &profile, &id));
	if (id == 0)
		power_lost(outlet, STR("queue"), ctx->now_us);
	else
		power_sent(outlet, ma, id, ctx->now_us);
	return 0;
}

/* The default profile: what a charge takes that nobody told anything. */
static int tell_default(
	struct ctx *ctx, const struct site_power *power, struct outlet_power *outlet)
{
	struct profile profile = smart_profile(outlet, PROFILE_DEFAULT, power->offline_ma);
	int64_t id;

	if (!outlet->online || outlet->default_ma == power->offline_ma ||
		outlet->default_asked_id != 0 || ctx->now_us < outlet->default_try_us)
		return 0;
	TRY(send(ctx, outlet, ASK_PROFILE, &profile, &id));
	if (id == 0)
		return 0;
	outlet->default_asked_id = id;
	outlet->default_sent_ma = power->offline_ma;
	return 0;
}

int smart_tell_all(struct ctx *ctx, const struct outlet_power *outlet)
{
	int64_t ma = power_car(outlet, ctx->now_us).most_ma;
	struct profile profile = smart_profile(outlet, PROFILE_TX, ma);
	int64_t id;

	return send(ctx, outlet, ASK_PROFILE, &profile, &id);
}

/* --- one round --- */

static int load(struct ctx *ctx, struct round *round)
{
	struct power_bound bound;

	TRY(store_outlet_powers(
		ctx->db, round->arena, round->power.site_id, &round->outlets, &round->len));
	round->before = arena_copy(round->arena, round->outlets,
		round->len * sizeof(*round->outlets) + (round->len == 0));
	round->cars = ARENA_ARRAY(round->arena, struct share_car, round->len + 1);
	if (!round->before || !round->cars)
		return FAULT(FAULT_NOMEM, "a site's outlets");
	TRY(smart_look_out(ctx, &round->power, &round->outlook));
	bound = smart_bound_at(&round->outlook, ctx->now_us);
	round->site = power_site(&round->power, &bound);
	TRY(store_site_circuits(ctx->db, round->arena, round->power.site_id, &round->circuits,
		&round->site.circuits_len));
	round->site.circuits = round->limits;
	return 0;
}

/* Decides the shares; false when what cannot be told is more than the limit. */
static int decide(struct ctx *ctx, struct round *round, bool *ret_kept)
{
	size_t *order = ARENA_ARRAY(round->arena, size_t, round->len + 1);

	if (!order)
		return FAULT(FAULT_NOMEM, "an order of cars");
	for (size_t i = 0; i < round->len; i++) {
		power_session(&round->outlets[i], ctx->now_us);
		power_roll(&round->outlets[i], ctx->now_us);
		if (round->outlets[i].open_session != 0)
			power_phases_seen(&round->outlets[i]);
		round->cars[i] = power_car(&round->outlets[i], ctx->now_us);
		round->cars[i].circuit = power_circuit_of(
			&round->outlets[i], round->circuits, round->site.circuits_len);
	}
	round->cars[round->len] = (struct share_car){
		.phases = 7, .held_ma = (int32_t)power_start_ma(round->outlets, round->len, 0)};
	power_circuits(round->circuits, round->site.circuits_len, round->outlets, round->len,
		round->limits);
	*ret_kept = share_solve(&round->site, round->cars, round->len + 1, ctx->now_us, order);
	share_damp(&round->site, round->cars, round->len + 1);
	return smart_future(ctx, round, order);
}

static void keep_decision(struct ctx *ctx, struct round *round)
{
	for (size_t i = 0; i < round->len; i++) {
		struct outlet_power *outlet = &round->outlets[i];
		const struct share_car *car = &round->cars[i];
		bool has_turn = car->state == SHARE_GIVEN;

		if (car->state != SHARE_HELD && has_turn != outlet->has_turn) {
			outlet->has_turn = has_turn;
			outlet->since_us = ctx->now_us;
		}
		outlet->share_ma = car->share_ma;
		outlet->state = (int64_t)car->state;
		outlet->reason = (int64_t)car->reason;
	}
}

/* Tells the marked shares that lower, or those that raise, as many as one round may. */
static int tell_marked(
	struct ctx *ctx, struct round *round, const bool *marked, bool raise, size_t *told)
{
	for (size_t i = 0; i < round->len && *told < SMART_TELL_MOST; i++) {
		const struct share_car *car = &round->cars[i];

		if (!marked[i] || (car->share_ma > car->told_ma) != raise)
			continue;
		TRY(tell_share(ctx, round, i));
		(*told)++;
	}
	return 0;
}

static int tell_defaults(struct ctx *ctx, struct round *round, size_t *told)
{
	for (size_t i = 0; i < round->len && *told < SMART_TELL_MOST; i++) {
		int64_t asked_id = round->outlets[i].default_asked_id;

		TRY(tell_default(ctx, &round->power, &round->outlets[i]));
		*told += round->outlets[i].default_asked_id != asked_id;
		TRY(smart_rush_over(ctx, &round->outlets[i]));
	}
	return 0;
}

/* Which shares may be told now, where nothing is known of later. */
static int mark_shares(struct ctx *ctx, struct round *round, bool *ret_marked)
{
	int32_t *may = ARENA_ARRAY(round->arena, int32_t, round->len + 1);

	if (!may)
		return FAULT(FAULT_NOMEM, "shares");
	for (size_t i = 0; i < round->len; i++) {
		may[i] = (int32_t)power_may_ma(&round->outlets[i], ctx->now_us);
		/* asked for a schedule: it is told although nothing changed */
		if (round->outlets[i].answer_owed)
			round->cars[i].told_ma = -1;
	}
	may[round->len] = round->cars[round->len].held_ma;
	share_steps(&round->site, round->cars, round->len + 1, may, ret_marked);
	return 0;
}

static int tell_shares(struct ctx *ctx, struct round *round)
{
	bool *marked = ARENA_ARRAY(round->arena, bool, round->len + 1);
	size_t told = 0;

	if (!marked)
		return FAULT(FAULT_NOMEM, "shares");
	if (round->future)
		future_steps(round->future, round->cars, round->len + 1, round->list, round->rooms,
			marked);
	else
		TRY(mark_shares(ctx, round, marked));
	TRY(tell_marked(ctx, round, marked, false, &told));
	TRY(tell_defaults(ctx, round, &told));
	return tell_marked(ctx, round, marked, true, &told);
}

/* Stores what changed; a hint for pages when anything did. */
static int save(struct ctx *ctx, struct round *round, bool kept)
{
	bool changed = kept != (round->power.over_us == 0);
	struct str topic = str_format(ctx->arena, "site:%lld", (long long)round->power.site_id);

	for (size_t i = 0; i < round->len; i++) {
		if (memcmp(&round->outlets[i], &round->before[i], sizeof(*round->outlets)) == 0)
			continue;
		TRY(store_outlet_power_put(ctx->db, &round->outlets[i]));
		changed = true;
	}
	if (kept != (round->power.over_us == 0)) {
		round->power.over_us = kept ? 0 : ctx->now_us;
		if (store_site_power_put(ctx->db, &round->power) != 0)
			return FAULT(FAULT_BUSY, "a limit changed meanwhile");
		if (!kept)
			TRY(tell_alarm(
				ctx, round->power.tenant_id, "site_overload", topic, STR("")));
	}
	return changed ? tell(ctx, round->power.tenant_id, "site", round->power.site_id, topic) : 0;
}

static int share_round(struct ctx *ctx, struct round *round)
{
	bool kept;

	TRY(load(ctx, round));
	if (round->power.off)
		return smart_release(ctx, &round->power, round->outlets, round->len);
	TRY(decide(ctx, round, &kept));
	keep_decision(ctx, round);
	TRY(tell_shares(ctx, round));
	/* An outlet nobody looks at may draw what it likes. */
	return save(ctx, round, kept && round->len <= STORE_OUTLETS_MOST);
}

int smart_site(struct ctx *ctx, int64_t site_id)
{
	struct round round = {0};
	struct arena arena;
	int result, found = store_site_power_get(ctx->db, ctx->arena, site_id, &round.power);

	TRY(found);
	if (found != 0)
		return 0;
	arena_init(&arena, LIMIT_SITE_ARENA);
	round.arena = &arena;
	result = share_round(ctx, &round);
	arena_fini(&arena);
	return result;
}

int smart_changed(struct ctx *ctx, int64_t site_id)
{
	int64_t count;

	TRY(store_outlet_count(ctx->db, site_id, &count));
	return count <= SMART_AT_ONCE ? smart_site(ctx, site_id) : 0;
}

/* Half of the sites each second, so that one is looked at every two. Nothing is written where
 * nothing changed. */
int smart_tick(struct ctx *ctx)
{
	int64_t ids[TICK_SITES], after = 0;
	size_t len;

	do {
		TRY(store_site_power_after(ctx->db, after, TICK_SITES, ids, &len));
		for (size_t i = 0; i < len; i++) {
			after = ids[i];
			if ((ids[i] ^ ctx->now_us / US_PER_S) & 1)
				TRY(smart_site(ctx, ids[i]));
		}
	} while (len == TICK_SITES);
	return 0;
}

/* --- answers --- */

/* What was given is taken back: a pile that knows nothing of it has it no more either. */
static void clear_answered(
	struct outlet_power *outlet, const struct ask_answer *answer, int64_t now_us)
{
	outlet->default_asked_id = 0;
	if (answer->verdict == ASK_LOST) {
		outlet->default_try_us = now_us + POWER_PAUSE_US;
		return;
	}
	outlet->default_ma = outlet->default_sent_ma = -1;
	outlet->told_ma = outlet->may_ma = outlet->sent_ma = -1;
	outlet->told_plan = outlet->may_plan = outlet->sent_plan = STR("");
}

static void default_answered(
	struct outlet_power *outlet, const struct ask_answer *answer, int64_t now_us)
{
	outlet->default_asked_id = 0;
	if (answer->verdict == ASK_ACCEPTED) {
		outlet->default_ma = outlet->default_sent_ma;
		return;
	}
	outlet->error = str_from(ask_verdict_name(answer->verdict));
	outlet->default_try_us = now_us + POWER_DEFAULT_PAUSE_US;
	/* Not heard, or perhaps: what it has now is not known. */
	if (answer->verdict == ASK_LOST)
		outlet->default_ma = -1;
}

static void share_answered(
	struct outlet_power *outlet, const struct ask_answer *answer, int64_t now_us)
{
	bool heard = answer->verdict != ASK_LOST || str_starts(answer->error, STR("CALLERROR"));

	if (answer->verdict == ASK_ACCEPTED)
		power_accepted(outlet, now_us);
	else if (heard && power_plan_refused(outlet))
		return;
	else if (answer->kind == ASK_DYNAMIC && answer->verdict != ASK_LOST)
		power_update_refused(outlet);
	else if (!heard)
		power_lost(outlet, answer->error, now_us);
	else
		power_refused(outlet, str_from(ask_verdict_name(answer->verdict)), now_us);
}

int smart_periods(struct ctx *ctx, int64_t pile_id, struct str value)
{
	int64_t periods;

	if (!str_to_i64(value, &periods) || periods < 1)
		return 0;
	return store_pile_periods(ctx->db, pile_id, periods < PLAN_STEPS ? periods : PLAN_STEPS);
}

int smart_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct outlet_power *outlets;
	struct place place;
	size_t len;
	int found = store_pile_place(ctx->db, ctx->arena, answer->pile_id, 0, &place);

	TRY(found);
	if (found != 0 || place.site_id == 0)
		return 0;
	TRY(store_outlet_powers_of_pile(ctx->db, ctx->arena, answer->pile_id, &outlets, &len));
	for (size_t i = 0; i < len; i++) {
		struct outlet_power *outlet = &outlets[i];

		if (answer->about_id == 0)
			continue;
		if (outlet->default_asked_id == answer->about_id &&
			answer->kind == ASK_PROFILE_CLEAR)
			clear_answered(outlet, answer, ctx->now_us);
		else if (outlet->default_asked_id == answer->about_id)
			default_answered(outlet, answer, ctx->now_us);
		else if (outlet->asked_id == answer->about_id)
			share_answered(outlet, answer, ctx->now_us);
		else
			continue;
		TRY(store_outlet_power_put(ctx->db, outlet));
		return smart_changed(ctx, place.site_id);
	}
	return 0;
}
