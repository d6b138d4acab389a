/* power.c - a site's limit and its outlets (rules in power.h). */
#include "domain/power.h"

#include <string.h>

#include "domain/profile.h"

#define US_PER_S INT64_C(1000000)
#define WATTS_OF(ma, phases) ((ma) * (PROFILE_MV / 1000) * (phases) / 1000)

/* --- the site --- */

bool power_week(const struct site_power *power, uint8_t ret_percent[POWER_WEEK_SLOTS])
{
	struct str hours = power->hours;
	int64_t percent;
	int count = 0;

	memset(ret_percent, 100, POWER_WEEK_SLOTS);
	if (hours.len == 0)
		return true;
	for (; hours.len > 0; count++) {
		if (count == POWER_WEEK_SLOTS || !str_to_i64(str_cut(&hours, ','), &percent) ||
			percent < 0 || percent > 100)
			return false;
		ret_percent[count] = (uint8_t)percent;
	}
	if (count != POWER_SLOTS && count != POWER_WEEK_SLOTS)
		return false;
	for (int slot = count; slot < POWER_WEEK_SLOTS; slot++)
		ret_percent[slot] = ret_percent[slot - count];
	return true;
}

int power_check(const struct site_power *power)
{
	uint8_t week[POWER_WEEK_SLOTS];

	for (int p = 0; p < SHARE_PHASES; p++) {
		if (power->limit_ma[p] < SHARE_LEAST_MA || power->limit_ma[p] > POWER_SITE_MOST_MA)
			return POWER_E_LIMIT;
		if (power->base_ma[p] < 0 || power->reserve_ma < 0 ||
			power->base_ma[p] + power->reserve_ma >= power->limit_ma[p])
			return POWER_E_BASE;
	}
	if (power->limit_w < 0 || power->limit_w > INT64_C(10000000) ||
		(power->limit_w > 0 && power->limit_w < WATTS_OF(SHARE_LEAST_MA, 1)))
		return POWER_E_LIMIT;
	if (!power_week(power, week))
		return POWER_E_HOURS;
	if (power->offline_ma != 0 &&
		(power->offline_ma < SHARE_LEAST_MA || power->offline_ma > 80000))
		return POWER_E_OFFLINE;
	return power->turn_s >= 60 && power->turn_s <= 86400 ? 0 : POWER_E_TURN;
}

int power_circuit_check(const struct power_circuit *circuit)
{
	int64_t letters = str_utf8_len(circuit->name);

	if (letters < 1 || letters > POWER_NAME_MOST)
		return POWER_E_LIMIT;
	for (int p = 0; p < SHARE_PHASES; p++) {
		if (circuit->limit_ma[p] < SHARE_LEAST_MA ||
			circuit->limit_ma[p] > POWER_SITE_MOST_MA)
			return POWER_E_LIMIT;
	}
	return 0;
}

int64_t power_percent(const struct site_power *power, int week_slot)
{
	uint8_t week[POWER_WEEK_SLOTS];

	return power_week(power, week) ? week[week_slot] : -1;
}

void power_bound_lower(struct power_bound *bound, const struct power_bound *other)
{
	if (other->percent < bound->percent)
		bound->percent = other->percent;
	if (other->limit_w > 0 && (bound->limit_w == 0 || other->limit_w < bound->limit_w))
		bound->limit_w = other->limit_w;
}

struct share_site power_site(const struct site_power *power, const struct power_bound *bound)
{
	struct share_site site = {.reserve_ma = (int32_t)power->reserve_ma,
		.limit_w = power->limit_w * bound->percent / 100,
		.mv = PROFILE_MV,
		.turn_us = power->turn_s * 1000000};

	for (int p = 0; p < SHARE_PHASES; p++) {
		site.limit_ma[p] = (int32_t)(power->limit_ma[p] * bound->percent / 100);
		site.base_ma[p] = (int32_t)power->base_ma[p];
	}
	/* a power limit of nothing is not "no power limit" */
	if (power->limit_w > 0 && site.limit_w == 0)
		site.limit_w = 1;
	if (bound->limit_w > 0 && (site.limit_w == 0 || bound->limit_w < site.limit_w))
		site.limit_w = bound->limit_w;
	return site;
}

void power_circuits(const struct power_circuit *circuits, size_t circuits_len,
	const struct outlet_power *outlets, size_t len, struct share_circuit *ret_circuits)
{
	for (size_t i = 0; i < circuits_len; i++) {
		for (int p = 0; p < SHARE_PHASES; p++)
			ret_circuits[i].limit_ma[p] = (int32_t)circuits[i].limit_ma[p];
		ret_circuits[i].reserve_ma = (int32_t)power_start_ma(outlets, len, circuits[i].id);
	}
}

uint8_t power_circuit_of(const struct outlet_power *outlet, const struct power_circuit *circuits,
	size_t circuits_len)
{
	for (size_t i = 0; outlet->circuit_id != 0 && i < circuits_len; i++) {
		if (circuits[i].id == outlet->circuit_id)
			return (uint8_t)(i + 1);
	}
	return 0;
}

/* --- the outlet --- */

bool power_is_direct(const struct outlet_power *outlet)
{
	static const char *const plugs[] = {"CCS", "GB/T DC", "CHAdeMO"};

	for (size_t i = 0; i < sizeof(plugs) / sizeof(plugs[0]); i++) {
		if (str_starts(outlet->plug, str_from(plugs[i])))
			return true;
	}
	return false;
}

static int wired_phases(const struct outlet_power *outlet)
{
	return outlet->rotation.len == 1 ? 1 : SHARE_PHASES;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t power_start_most_ma(const struct outlet_power *outlet)
{
	bool direct = power_is_direct(outlet);
	int phases = SHARE_PHASES;

	if (!direct && outlet->car_phases > 0)
		phases = (int)outlet->car_phases;
	else if (!direct && outlet->max_w > 0 && outlet->max_w <= 7400)
		phases = 1;
	return profile_convert(outlet->charge_most_w, PROFILE_W, PROFILE_MA, phases, PROFILE_MV);
}

int64_t power_plate_ma(const struct outlet_power *outlet)
{
	int64_t volts = PROFILE_MV / 1000, ma = POWER_UNKNOWN_MA;

	/* Up to 7.4 kW may all flow in one phase. */
	if (outlet->max_w > 0 && outlet->max_w <= 7400 && !power_is_direct(outlet))
		ma = outlet->max_w * 1000 / volts;
	else if (outlet->max_w > 0)
		ma = outlet->max_w * 1000 / volts / wired_phases(outlet);
	return outlet->most_ma > 0 && outlet->most_ma < ma ? outlet->most_ma : ma;
}

int64_t power_default_ma(const struct outlet_power *outlet)
{
	int64_t plate = power_plate_ma(outlet);
	int64_t most = outlet->default_sent_ma > outlet->default_ma ? outlet->default_sent_ma
								    : outlet->default_ma;

	return outlet->default_ma < 0 ? plate : smaller(most, plate);
}

int64_t power_may_ma(const struct outlet_power *outlet, int64_t now_us)
{
	bool known = outlet->open_session != 0 && outlet->session_id == outlet->open_session;
	int64_t may = known && outlet->may_ma >= 0 ? outlet->may_ma : power_default_ma(outlet);

	/* a PriorityCharging profile would stand above every share */
	if (outlet->rush)
		return power_plate_ma(outlet);
	if (known && outlet->told_ma >= 0 && outlet->asked_id == 0 &&
		now_us >= outlet->may_until_us)
		may = outlet->told_ma;
	if (!outlet->online)
		return may > power_default_ma(outlet) ? may : power_default_ma(outlet);
	return outlet->open_session != 0 ? may : 0;
}

/* The smallest of everything that limits this charge. */
static int64_t most_ma(const struct outlet_power *outlet, int64_t now_us)
{
	int64_t most = power_plate_ma(outlet);

	if (outlet->cap_ma >= 0 && (outlet->cap_until_us == 0 || now_us < outlet->cap_until_us))
		most = smaller(most, outlet->cap_ma);
	if (outlet->external_ma >= 0)
		most = smaller(most, outlet->external_ma);
	if (outlet->car_most_ma > 0)
		most = smaller(most, outlet->car_most_ma);
	if (outlet->charge_most_w > 0)
		most = smaller(most, power_start_most_ma(outlet));
	return most;
}

static int64_t draw_ma(const struct outlet_power *outlet, int64_t now_us)
{
	/* The car itself pauses: it keeps the least, to begin again with. */
	if (str_is(outlet->status, "SuspendedEV") || str_is(outlet->status, "Finishing"))
		return 0;
	if (outlet->current_ma < 0 && outlet->power_w < 0)
		return -1;
	if (now_us - outlet->read_us > POWER_STALE_US ||
		outlet->read_us < outlet->raised_us + POWER_RAMP_US)
		return -1;
	/* A battery's current says nothing of the site's. */
	if (power_is_direct(outlet))
		return outlet->power_w < 0
			       ? -1
			       : outlet->power_w * 1000 / (PROFILE_MV / 1000) / SHARE_PHASES;
	return outlet->current_ma;
}

struct share_car power_car(const struct outlet_power *outlet, int64_t now_us)
{
	bool direct = power_is_direct(outlet);
	int phases = outlet->car_phases > 0 && !direct ? (int)outlet->car_phases : SHARE_PHASES;
	struct share_car car = {
		.phases = share_phase_bits(outlet->rotation.ptr, outlet->rotation.len, phases),
		.wants = outlet->open_session != 0 && outlet->online,
		.most_ma = (int32_t)most_ma(outlet, now_us),
		.least_ma = direct ? POWER_DIRECT_LEAST_MA : SHARE_LEAST_MA,
		.held_ma = -1,
		.draw_ma = (int32_t)draw_ma(outlet, now_us),
		.told_ma = (int32_t)outlet->told_ma,
		.priority = (int)outlet->priority + (outlet->urgent ? 1 : 0),
		.since_us = outlet->since_us,
		.has_turn = outlet->has_turn,
		.busy = outlet->asked_id != 0,
		.depart_us = outlet->depart_us > now_us ? outlet->depart_us : 0};
	bool silent = !outlet->online || now_us < outlet->try_us;

	if (car.phases == 0)
		car.phases = 7;
	/* Nobody knows which phases a car without network will use next. */
	if (!outlet->online)
		car.phases = share_phase_bits(outlet->rotation.ptr, outlet->rotation.len, 3);
	if (silent && (outlet->open_session != 0 || !outlet->online))
		car.held_ma = (int32_t)power_may_ma(outlet, now_us);
	if (car.depart_us != 0)
		car.need_ma = share_need_ma(outlet->wanted_wh - outlet->energy_dwh / 10,
			car.depart_us, now_us, share_phase_count(car.phases), PROFILE_MV);
	return car;
}

int64_t power_start_ma(const struct outlet_power *outlets, size_t len, int64_t circuit_id)
{
	int64_t most = 0;

	for (size_t i = 0; i < len; i++) {
		int64_t may = power_default_ma(&outlets[i]);

		if (outlets[i].online && outlets[i].open_session == 0 && may > most &&
			(circuit_id == 0 || outlets[i].circuit_id == circuit_id))
			most = may;
	}
	return most;
}

/* --- what happens to it --- */

bool power_session(struct outlet_power *outlet, int64_t now_us)
{
	if (outlet->session_id == outlet->open_session)
		return false;
	outlet->session_id = outlet->open_session;
	outlet->told_ma = outlet->may_ma = outlet->sent_ma = -1;
	outlet->may_until_us = outlet->raised_us = outlet->asked_id = 0;
	outlet->car_phases = outlet->car_most_ma = outlet->wanted_wh = outlet->depart_us = 0;
	outlet->answer_owed = outlet->urgent = outlet->has_turn = false;
	outlet->dyn_phases = outlet->dyn_sent = POWER_NOT_DYNAMIC;
	outlet->told_plan = outlet->may_plan = outlet->sent_plan = STR("");
	outlet->plan_mode = POWER_PLAN_STEPS;
	outlet->failures = outlet->try_us = 0;
	outlet->error = STR("");
	outlet->since_us = now_us;
	return true;
}

/* --- its plan --- */

static struct plan plan_of(struct str text)
{
	struct plan plan;

	/* a plan that cannot be read is none: it is ours, and told anew */
	if (!plan_read(text, &plan))
		plan.len = 0;
	return plan;
}

/* No time to follow is kept for it: what falls because the limit does begins a moment ahead of it
 * (POWER_AHEAD_US). */
void power_roll(struct outlet_power *outlet, int64_t now_us)
{
	int64_t now_s = now_us / US_PER_S;
	bool certain = outlet->told_ma >= 0 && outlet->asked_id == 0;
	struct plan plan;
	int32_t ma;

	if (outlet->told_ma >= 0 && outlet->told_plan.len > 0) {
		plan = plan_of(outlet->told_plan);
		ma = plan_most(&plan, now_s, now_s + 1);
		if (ma > outlet->told_ma)
			outlet->raised_us = now_us;
		if (certain && ma >= 0 && ma != outlet->told_ma)
			outlet->may_ma = ma;
		if (ma >= 0)
			outlet->told_ma = ma;
	}
	if (certain || outlet->may_plan.len == 0 || now_us < outlet->may_until_us)
		return;
	plan = plan_of(outlet->may_plan);
	if (plan.len > 0)
		outlet->may_ma = plan_most(&plan, now_s, now_s + 1);
}

int power_periods(const struct outlet_power *outlet)
{
	if (outlet->plan_mode >= POWER_PLAN_ALWAYS)
		return 0;
	if (outlet->plan_mode == POWER_PLAN_STEPS && outlet->periods > 1)
		return outlet->periods < PLAN_STEPS ? (int)outlet->periods : PLAN_STEPS;
	/* an end is worth something where it is known what follows it */
	return outlet->default_ma >= 0 ? 1 : 0;
}

void power_plans(const struct outlet_power *outlet, int64_t now_us, struct plan *ret_told,
	struct plan *ret_may)
{
	bool certain = outlet->told_ma >= 0 && outlet->asked_id == 0;
	int64_t now_s = now_us / US_PER_S;

	*ret_told = *ret_may = (struct plan){0};
	if (outlet->told_ma >= 0)
		*ret_told = plan_of(outlet->told_plan);
	if (outlet->told_ma >= 0 && ret_told->len == 0)
		plan_add(ret_told, now_s, (int32_t)outlet->told_ma, false);
	if (certain)
		return;
	*ret_may = plan_of(outlet->may_plan);
	if (ret_may->len == 0)
		plan_add(ret_may, now_s, (int32_t)power_may_ma(outlet, now_us), false);
}

void power_planned(struct outlet_power *outlet, struct str sent, struct str may)
{
	outlet->sent_plan = sent;
	outlet->may_plan = may;
	/* steps are no dynamic profile: the next one is told whole again */
	if (sent.len > 0 && outlet->dyn_phases >= 0)
		outlet->dyn_phases = POWER_NOT_DYNAMIC;
}

/* It goes on by what it was told before. */
static void plan_stays(struct outlet_power *outlet)
{
	outlet->sent_plan = STR("");
	if (outlet->told_ma >= 0)
		outlet->may_plan = outlet->told_plan;
}

bool power_plan_refused(struct outlet_power *outlet)
{
	if (outlet->sent_plan.len == 0)
		return false;
	outlet->plan_mode = power_periods(outlet) > 1 ? POWER_PLAN_END : POWER_PLAN_ALWAYS;
	outlet->asked_id = 0;
	outlet->sent_ma = -1;
	plan_stays(outlet);
	return true;
}

bool power_phases_seen(struct outlet_power *outlet)
{
	int64_t mv = outlet->voltage_mv > 100000 ? outlet->voltage_mv : PROFILE_MV;
	int64_t phases, per_phase;

	if (power_is_direct(outlet) || outlet->rotation.len != SHARE_PHASES ||
		outlet->power_w <= 0 || outlet->current_ma < 3000)
		return false;
	per_phase = outlet->current_ma * mv / 1000000; /* W */
	phases = (outlet->power_w * 2 + per_phase) / (per_phase * 2);
	phases = phases < 1 ? 1 : phases > SHARE_PHASES ? SHARE_PHASES : phases;
	if (phases == outlet->car_phases || (outlet->car_phases == 0 && phases == SHARE_PHASES))
		return false;
	outlet->car_phases = phases;
	return true;
}

bool power_by_update(const struct outlet_power *outlet)
{
	return outlet->told_ma >= 0 && outlet->dyn_phases >= 0 &&
	       (power_is_direct(outlet) || outlet->dyn_phases == outlet->car_phases);
}

void power_update_refused(struct outlet_power *outlet)
{
	outlet->asked_id = 0;
	outlet->sent_ma = -1;
	outlet->dyn_phases = POWER_NOT_DYNAMIC;
	plan_stays(outlet);
}

void power_sent(struct outlet_power *outlet, int64_t ma, int64_t asked_id, int64_t now_us)
{
	int64_t may = power_may_ma(outlet, now_us);

	outlet->sent_ma = ma;
	outlet->asked_id = asked_id;
	outlet->may_ma = ma > may ? ma : may;
	outlet->answer_owed = false;
	if (ma > outlet->told_ma)
		outlet->raised_us = now_us;
}

void power_accepted(struct outlet_power *outlet, int64_t now_us)
{
	if (outlet->sent_ma < outlet->may_ma)
		outlet->may_until_us = now_us + POWER_SETTLE_US;
	outlet->told_ma = outlet->sent_ma;
	outlet->told_plan = outlet->may_plan = outlet->sent_plan;
	outlet->sent_plan = STR("");
	outlet->sent_ma = -1;
	if (outlet->dyn_sent >= 0)
		outlet->dyn_phases = outlet->dyn_sent;
	outlet->dyn_sent = POWER_NOT_DYNAMIC;
	outlet->asked_id = outlet->failures = outlet->try_us = 0;
	outlet->error = STR("");
}

/* The next try, later each time. */
static void pause_tries(struct outlet_power *outlet, struct str error, int64_t now_us)
{
	int64_t pause = POWER_PAUSE_US << (outlet->failures < 5 ? outlet->failures : 5);

	outlet->failures++;
	outlet->error = error;
	outlet->asked_id = 0;
	outlet->try_us = now_us + smaller(pause, POWER_PAUSE_MOST_US);
}

void power_refused(struct outlet_power *outlet, struct str error, int64_t now_us)
{
	plan_stays(outlet);
	outlet->sent_ma = -1;
	outlet->dyn_phases = outlet->dyn_sent >= 0 ? POWER_NEVER_DYNAMIC : outlet->dyn_phases;
	outlet->dyn_sent = POWER_NOT_DYNAMIC;
	pause_tries(outlet, error, now_us);
}

void power_lost(struct outlet_power *outlet, struct str error, int64_t now_us)
{
	/* Heard or not: the larger one is kept for it until it confirms something. */
	outlet->told_ma = outlet->sent_ma = -1;
	outlet->told_plan = outlet->sent_plan = STR("");
	if (outlet->dyn_phases >= 0)
		outlet->dyn_phases = POWER_NOT_DYNAMIC;
	outlet->dyn_sent = POWER_NOT_DYNAMIC;
	pause_tries(outlet, error, now_us);
}

const char *power_state_word(int64_t state)
{
	static const char *const words[] = {"idle", "given", "paused", "held"};

	return state >= 0 && state <= SHARE_HELD ? words[state] : "idle";
}

const char *power_reason_word(int64_t reason)
{
	static const char *const words[] = {"full", "site", "turn", "draw", "hold", "none"};

	return reason >= 0 && reason <= SHARE_NONE ? words[reason] : "none";
}
