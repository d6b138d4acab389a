/* evse.c - the outlet's state machine and its hardware loop (drawing and contract in evse.h). */
#include "pile/evse.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"

#define EVSE_WAIT_CAR_US \
	(10 * US_PER_S) /* a car that does not ask so long after the start is pausing */
#define EVSE_DUTY_HOLD_US (5 * US_PER_S) /* the signal changes its value at most this often */
#define EVSE_OPEN_WAIT_US \
	(6 * US_PER_S) /* without a signal the car has this long to stop before the contactor \
			  opens under load */
#define EVSE_FAULT_PULSE_US (500 * US_PER_MS) /* -12 V after a fault: the car lets go */
#define EVSE_WAKE_AFTER_US (30 * US_PER_S)    /* a car that sleeps is woken once ... */
#define EVSE_WAKE_US (4 * US_PER_S)           /* ... by so long a -12 V */
#define EVSE_MIN_MA 6000

struct evse_row {
	enum evse_state from;
	enum evse_event on;
	enum evse_state to;
};

static const struct evse_row evse_rows[] = {
	{EVSE_AVAILABLE, EVSE_ON_PLUG, EVSE_PREPARING},
	{EVSE_AVAILABLE, EVSE_ON_CLAIM, EVSE_PREPARING},
	{EVSE_AVAILABLE, EVSE_ON_RESERVE, EVSE_RESERVED},
	{EVSE_AVAILABLE, EVSE_ON_DISABLE, EVSE_UNAVAILABLE},
	{EVSE_AVAILABLE, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_PREPARING, EVSE_ON_UNPLUG, EVSE_REST},
	{EVSE_PREPARING, EVSE_ON_RELEASE, EVSE_REST},
	{EVSE_PREPARING, EVSE_ON_BEGIN, EVSE_STARTING},
	{EVSE_PREPARING, EVSE_ON_DISABLE, EVSE_UNAVAILABLE},
	{EVSE_PREPARING, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_STARTING, EVSE_ON_FLOW, EVSE_CHARGING},
	{EVSE_STARTING, EVSE_ON_PAUSE, EVSE_SUSPENDED_EV},
	{EVSE_STARTING, EVSE_ON_HOLD, EVSE_SUSPENDED_EVSE},
	{EVSE_STARTING, EVSE_ON_END, EVSE_FINISHING},
	{EVSE_STARTING, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_CHARGING, EVSE_ON_PAUSE, EVSE_SUSPENDED_EV},
	{EVSE_CHARGING, EVSE_ON_HOLD, EVSE_SUSPENDED_EVSE},
	{EVSE_CHARGING, EVSE_ON_END, EVSE_FINISHING},
	{EVSE_CHARGING, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_SUSPENDED_EV, EVSE_ON_FLOW, EVSE_CHARGING},
	{EVSE_SUSPENDED_EV, EVSE_ON_HOLD, EVSE_SUSPENDED_EVSE},
	{EVSE_SUSPENDED_EV, EVSE_ON_END, EVSE_FINISHING},
	{EVSE_SUSPENDED_EV, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_SUSPENDED_EVSE, EVSE_ON_FLOW, EVSE_CHARGING},
	{EVSE_SUSPENDED_EVSE, EVSE_ON_PAUSE, EVSE_SUSPENDED_EV},
	{EVSE_SUSPENDED_EVSE, EVSE_ON_END, EVSE_FINISHING},
	{EVSE_SUSPENDED_EVSE, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_FINISHING, EVSE_ON_UNPLUG, EVSE_REST},
	{EVSE_FINISHING, EVSE_ON_CLAIM, EVSE_PREPARING},
	{EVSE_FINISHING, EVSE_ON_DISABLE, EVSE_UNAVAILABLE},
	{EVSE_FINISHING, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_RESERVED, EVSE_ON_CLAIM, EVSE_PREPARING},
	{EVSE_RESERVED, EVSE_ON_CANCEL, EVSE_REST},
	{EVSE_RESERVED, EVSE_ON_DISABLE, EVSE_UNAVAILABLE},
	{EVSE_RESERVED, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_UNAVAILABLE, EVSE_ON_ENABLE, EVSE_REST},
	{EVSE_UNAVAILABLE, EVSE_ON_FAULT, EVSE_FAULTED},

	{EVSE_FAULTED, EVSE_ON_CLEAR, EVSE_REST},
};

static const struct {
	const char *word;
	const char *status;
	const char *charging;
	enum hal_light colour;
	enum hal_motion motion;
} evse_faces[EVSE_STATES] = {
	[EVSE_AVAILABLE] = {"available", "Available", "Idle", HAL_LIGHT_YELLOW, HAL_MOTION_BREATHE},
	[EVSE_PREPARING] = {"preparing", "Preparing", "EVConnected", HAL_LIGHT_YELLOW,
		HAL_MOTION_BREATHE},
	[EVSE_STARTING] = {"starting", "Preparing", "EVConnected", HAL_LIGHT_YELLOW,
		HAL_MOTION_BREATHE},
	[EVSE_CHARGING] = {"charging", "Charging", "Charging", HAL_LIGHT_GREEN, HAL_MOTION_ROTATE},
	[EVSE_SUSPENDED_EV] = {"suspended-ev", "SuspendedEV", "SuspendedEV", HAL_LIGHT_YELLOW,
		HAL_MOTION_BREATHE},
	[EVSE_SUSPENDED_EVSE] = {"suspended-evse", "SuspendedEVSE", "SuspendedEVSE",
		HAL_LIGHT_YELLOW, HAL_MOTION_BREATHE},
	[EVSE_FINISHING] = {"finishing", "Finishing", "EVConnected", HAL_LIGHT_YELLOW,
		HAL_MOTION_BREATHE},
	[EVSE_RESERVED] = {"reserved", "Reserved", "Idle", HAL_LIGHT_YELLOW, HAL_MOTION_STEADY},
	[EVSE_UNAVAILABLE] = {"unavailable", "Unavailable", "Idle", HAL_LIGHT_OFF,
		HAL_MOTION_STEADY},
	[EVSE_FAULTED] = {"faulted", "Faulted", "SuspendedEVSE", HAL_LIGHT_RED, HAL_MOTION_SPLIT},
};

const char *evse_status(enum evse_state state)
{
	ASSERT(state < EVSE_STATES);
	return evse_faces[state].status;
}

const char *evse_charging(enum evse_state state)
{
	ASSERT(state < EVSE_STATES);
	return evse_faces[state].charging;
}

const char *evse_taken(enum evse_state state)
{
	ASSERT(state < EVSE_STATES);
	switch (state) {
	case EVSE_AVAILABLE:
	case EVSE_RESERVED:
	case EVSE_UNAVAILABLE:
	case EVSE_FAULTED:
		return evse_faces[state].status;
	default:
		return "Occupied";
	}
}

const char *evse_word(enum evse_state state)
{
	ASSERT(state < EVSE_STATES);
	return evse_faces[state].word;
}

void evse_light(enum evse_state state, enum hal_light *ret_colour, enum hal_motion *ret_motion)
{
	ASSERT(state < EVSE_STATES);
	*ret_colour = evse_faces[state].colour;
	*ret_motion = evse_faces[state].motion;
}

enum evse_state evse_next(enum evse_state state, enum evse_event event)
{
	for (size_t i = 0; i < sizeof(evse_rows) / sizeof(evse_rows[0]); i++)
		if (evse_rows[i].from == state && evse_rows[i].on == event)
			return evse_rows[i].to;
	return state;
}

/* Where the levels say the outlet stands when nothing else decides. */
static enum evse_state evse_rest(const struct evse *evse)
{
	if (evse->running)
		return EVSE_STARTING;
	if (!evse->operative)
		return EVSE_UNAVAILABLE;
	if (evse->finishing && evse->plugged && !evse->claimed)
		return EVSE_FINISHING;
	if (evse->claimed)
		return EVSE_PREPARING;
	if (evse->reserved)
		return EVSE_RESERVED;
	return evse->plugged ? EVSE_PREPARING : EVSE_AVAILABLE;
}

static void evse_on(struct evse *evse, enum evse_event event, int64_t ticks_us)
{
	enum evse_state next = evse_next(evse->state, event);

	if (next == EVSE_REST)
		next = evse_rest(evse);
	if (next != evse->state) {
		evse->state = next;
		evse->state_since_us = ticks_us;
	}
}

void evse_init(struct evse *evse, const struct hal *hal)
{
	memset(evse, 0, sizeof(*evse));
	evse->hal = hal;
	evse->pilot = evse->pilot_seen = '?';
	evse->operative = true;
	evse->permitted = true;
	evse->limit_ma = hal->max_ma;
	evse->profile_ma = -1;
	evse->duty_permille = -1;
	evse->connector_mc = evse->cabinet_mc = HAL_ABSENT;
	evse->grid_permille = 1000;
	evse->car.battery_mc = HAL_ABSENT;
	gbt_init(&evse->gbt);
	cable_init(&evse->cable, NULL);
	memcpy(evse->name, "ZZ*000*E1", sizeof("ZZ*000*E1"));
	vehicle_init(&evse->vehicle);
	filter_init(&evse->filter);
	foresee_init(&evse->foresee);
	evse->foresight = true;
}

void evse_claim(struct evse *evse, bool claimed, int64_t ticks_us)
{
	evse->claimed = claimed;
	evse_on(evse, claimed ? EVSE_ON_CLAIM : EVSE_ON_RELEASE, ticks_us);
}

bool evse_begin(struct evse *evse, int64_t ticks_us)
{
	if (evse->running || !evse->plugged || evse->protect.active || evse->mode.max_ma <= 0 ||
		evse_next(evse->state, EVSE_ON_BEGIN) != EVSE_STARTING)
		return false;
	evse->running = true;
	evse->permitted = true;
	evse->claimed = false;
	evse->reserved = false;
	evse->asked = evse->woken = false;
	evse->begun_dwh = evse->meter.register_dwh;
	evse_on(evse, EVSE_ON_BEGIN, ticks_us);
	return true;
}

void evse_end(struct evse *evse, int64_t ticks_us)
{
	evse->running = false;
	evse->finishing = evse->plugged;
	evse_on(evse, EVSE_ON_END, ticks_us);
}

void evse_permit(struct evse *evse, bool permitted)
{
	evse->permitted = permitted;
}

void evse_operate(struct evse *evse, bool operative, int64_t ticks_us)
{
	evse->operative = operative;
	evse_on(evse, operative ? EVSE_ON_ENABLE : EVSE_ON_DISABLE, ticks_us);
}

void evse_reserve(struct evse *evse, bool reserved, int64_t ticks_us)
{
	evse->reserved = reserved;
	evse_on(evse, reserved ? EVSE_ON_RESERVE : EVSE_ON_CANCEL, ticks_us);
}

bool evse_unlock(struct evse *evse)
{
	const struct hal_ops *ops = evse->hal->ops;

	if (evse->running || evse->closed)
		return false;
	evse->lock_wish = false;
	return ops->lock_set(evse->hal->context, false) == 0 &&
	       !(evse->protect.causes & 1u << PROTECT_LOCK);
}

void evse_remote_stop(struct evse *evse, bool on)
{
	evse->remote_stop = on;
}

int32_t evse_hard_ma(const struct evse *evse)
{
	return evse->mode.max_ma < evse->limit_ma ? evse->mode.max_ma : evse->limit_ma;
}

bool evse_signals(const struct evse *evse)
{
	return evse->duty_permille > 0 && evse->duty_permille < HAL_DUTY_OFF;
}

/* Does the car ask for energy, in a way this place can serve? */
static bool evse_ready(const struct evse *evse)
{
	return evse->pilot == 'C' || (evse->pilot == 'D' && !evse->hal->unventilated);
}

bool evse_may_close(const struct evse *evse)
{
	bool on = evse->running && evse->permitted && (evse->offer.ma > 0 || evse->give_ma > 0);
	bool letting_go =
		evse->closed_wish && evse->read_us - evse->duty_since_us < EVSE_OPEN_WAIT_US;

	if (evse->protect.active || !evse->plugged || !evse->locked || evse->mode.max_ma <= 0)
		return false;
	if (evse->mode.current == MODE_DC)
		return evse->dc_wish.close;
	if (!evse_ready(evse) || evse->pilot_seen != evse->pilot)
		return false;
	if (evse->duty_permille == HAL_DUTY_DIGITAL)
		return evse_cable_closes(evse, on);
	if (evse->mode.charging == MODE_SIMPLE)
		return on;
	return on && evse_signals(evse) ? true : !evse_signals(evse) && letting_go;
}

/* ---- what the car is told ---- */

int32_t evse_duty(int32_t ma)
{
	if (ma < EVSE_MIN_MA)
		return HAL_DUTY_OFF;
	if (ma < 52750) /* the signal has no words between 51 A and here */
		return ma > 51000 ? 850 : ma / 60;
	return ma >= 80000 ? 960 : ma / 250 + 640;
}

/* What flows now, and how warm it is, is what the model learns from. */
static void evse_foresee(struct evse *evse, const struct hal_meter *values)
{
	struct foresee_felt felt = {.mc = {evse->connector_mc, evse->cabinet_mc},
		.full_ma = evse->hal->max_ma,
		.fans_percent = evse->offer.cool_percent};

	for (int i = 0; i < HAL_PHASES; i++)
		if (values->current_ma[i] > felt.ma)
			felt.ma = values->current_ma[i];
	evse->news = foresee_take(&evse->foresee, &felt, evse->read_us);
}

/* Does the car give energy back now, and how much? By a set point of the platform alone, never more
 * than outlet, plug, cable and heat let flow the other way, and never while something is wrong. A
 * car that does not is told to take nothing: the set point says so. */
static void evse_decide_back(struct evse *evse)
{
	int32_t most_ma =
		evse_hard_ma(evse) < evse->hal->back_ma ? evse_hard_ma(evse) : evse->hal->back_ma;
	int32_t wish_ma = evse->back_ma < most_ma ? evse->back_ma : most_ma;
	bool does = false;

	if (!evse->hal->ops->back_set || evse->hal->back_ma <= 0)
		return;
	if (evse->strategy.cooling)
		wish_ma /= 2;
	if (!evse->running || !evse->permitted || !evse->plugged || evse->protect.active ||
		evse->mode.current == MODE_DC)
		wish_ma = 0;
	if (evse->hal->ops->back_set(evse->hal->context, wish_ma, &does) != 0)
		does = false;
	evse->give_ma = does ? wish_ma : 0;
}

/* Decides the current on offer: what may be taken, less for heat, battery and grid. */
static bool evse_decide(struct evse *evse)
{
	bool direct = evse->mode.current == MODE_DC;
	struct hal_meter values = meter_values(&evse->meter, evse->read_us);
	struct strategy_input input = {
		.limit_ma = evse->plugged ? evse_hard_ma(evse) : evse->limit_ma,
		.least_ma = direct ? 0 : EVSE_MIN_MA,
		.base_ma = evse->base_ma,
		.profile_ma = evse->profile_ma,
		.connector_mc = evse->connector_mc,
		.cabinet_mc = evse->cabinet_mc,
		.battery_mc = direct && evse->car.present ? evse->car.battery_mc : HAL_ABSENT,
		.grid_permille = evse->grid_permille,
		.frequency_mhz = values.frequency_mhz};

	evse_foresee(evse, &values);
	if (evse->foresight)
		input.foreseen_ma = evse->foresee.most_ma;
	evse->offer = strategy_decide(&evse->strategy, &input);
	if (!direct && evse->offer.ma < EVSE_MIN_MA)
		evse->offer.ma = 0; /* a car cannot be told less: it pauses */
	evse_decide_back(evse);
	if (evse->hal->ops->cool_set)
		evse->hal->ops->cool_set(evse->hal->context, evse->offer.cool_percent);
	return evse->offer.changed;
}

/* Holds the pilot at -12 V for a while. */
static void evse_pulse(struct evse *evse, int64_t span_us, int64_t ticks_us)
{
	evse->pulse_until_us = ticks_us + span_us;
}

static int32_t evse_wanted_duty(const struct evse *evse, int64_t ticks_us)
{
	bool on = evse->running && evse->permitted && evse->protect.active == 0;

	if (ticks_us < evse->pulse_until_us)
		return 0;
	if (evse_on_cable(evse) && cable_signals(&evse->cable))
		return HAL_DUTY_DIGITAL;
	if (evse_on_cable(evse) &&
		(evse->mode.charging == MODE_CCS || evse->cable.phase == CABLE_DONE ||
			cable_rests(&evse->cable, ticks_us)))
		return HAL_DUTY_OFF;
	if (!on || evse->mode.charging == MODE_SIMPLE || evse->mode.charging == MODE_GBT)
		return HAL_DUTY_OFF;
	if (evse->mode.charging == MODE_CCS)
		return HAL_DUTY_DIGITAL;
	/* who gives keeps the least signal, which holds it connected */
	return evse_duty(
		evse->give_ma > 0 && evse->offer.ma < EVSE_MIN_MA ? EVSE_MIN_MA : evse->offer.ma);
}

static void evse_set_pilot(struct evse *evse, int64_t ticks_us)
{
	int32_t duty = evse_wanted_duty(evse, ticks_us);
	bool value_only = duty != HAL_DUTY_OFF && duty > 0 && evse_signals(evse);

	if (duty == evse->duty_permille)
		return;
	if (value_only && ticks_us - evse->duty_since_us < EVSE_DUTY_HOLD_US)
		return;
	if (evse->hal->ops->pilot_set(evse->hal->context, duty) == 0) {
		evse->duty_permille = duty;
		evse->told_ma = evse->offer.ma;
		evse->duty_since_us = ticks_us;
	}
}

/* A car that never asked may be asleep: -12 V for a moment wakes older ones, once. One that is
 * talked with is woken when the talk wants it. */
static void evse_wake(struct evse *evse, int64_t ticks_us)
{
	if (evse->cable.wake)
		evse_pulse(evse, EVSE_WAKE_US, ticks_us);
	evse->cable.wake = false;
	if (evse->pilot == 'C' || evse->pilot == 'D')
		evse->asked = true;
	if (!evse->running || !evse->permitted || evse->asked || evse->woken ||
		evse->protect.active || evse->mode.charging != MODE_SIGNAL || !evse_signals(evse) ||
		evse->duty_permille == HAL_DUTY_DIGITAL ||
		ticks_us - evse->duty_since_us < EVSE_WAKE_AFTER_US)
		return;
	evse->woken = true;
	evse_pulse(evse, EVSE_WAKE_US, ticks_us);
}

/* The plug stays locked while a transaction runs and until the contactor has opened. */
static void evse_set_parts(struct evse *evse, int64_t ticks_us)
{
	const struct hal_ops *ops = evse->hal->ops;
	void *context = evse->hal->context;
	enum hal_light colour;
	enum hal_motion motion;

	evse->lock_wish = evse->running || (evse->lock_wish && evse->closed);
	ops->lock_set(context, evse->lock_wish);
	evse_wake(evse, ticks_us);
	evse_set_pilot(evse, ticks_us);
	if (evse_wants(evse) && evse->offer.ma > 0)
		evse->on_us = ticks_us;
	evse->closed_wish = evse_may_close(evse);
	ops->contactor_set(context, evse->closed_wish);
	/* the set-point is sent at every step: nothing old survives an interruption */
	if (ops->dc_set)
		ops->dc_set(context, evse->dc_wish.set_mv,
			evse->protect.active ? 0 : evse->dc_wish.set_ma);
	evse_light(evse->state, &colour, &motion);
	if (ops->light_set)
		ops->light_set(context, colour, motion);
}

static void evse_move(struct evse *evse, int64_t ticks_us)
{
	bool direct = evse->mode.current == MODE_DC;
	bool asks = direct ? evse->car.present && evse->car.ready
			   : evse->pilot == 'C' || evse->pilot == 'D';
	bool held = !evse->permitted || (evse->offer.ma <= 0 && evse->give_ma <= 0) ||
		    (!direct && asks && !evse_ready(evse));
	/* direct current has to be talked about, and to prove its insulation first */
	bool preparing = (direct && (evse->dc.phase == DC_CHECK || evse->dc.phase == DC_PRECHARGE ||
					    gbt_preparing(&evse->gbt))) ||
			 cable_preparing(&evse->cable);
	bool waiting = preparing || (evse->state == EVSE_STARTING &&
					    ticks_us - evse->state_since_us < EVSE_WAIT_CAR_US);

	if (!evse->plugged)
		evse->finishing = false;
	evse_on(evse, evse->protect.active ? EVSE_ON_FAULT : EVSE_ON_CLEAR, ticks_us);
	evse_on(evse, evse->operative ? EVSE_ON_ENABLE : EVSE_ON_DISABLE, ticks_us);
	evse_on(evse, evse->plugged ? EVSE_ON_PLUG : EVSE_ON_UNPLUG, ticks_us);
	if (!evse->running)
		return;
	if (held)
		evse_on(evse, EVSE_ON_HOLD, ticks_us);
	else if (evse->closed && asks)
		evse_on(evse, EVSE_ON_FLOW, ticks_us);
	else if (!asks && !waiting)
		evse_on(evse, EVSE_ON_PAUSE, ticks_us);
}

static bool evse_read_tag(struct evse *evse)
{
	const struct hal *hal = evse->hal;

	evse->tag[0] = 0;
	return hal->ops->reader_read && hal->ops->reader_read(hal->context, evse->tag) == 0 &&
	       evse->tag[0];
}

uint32_t evse_step(struct evse *evse, int64_t ticks_us)
{
	enum evse_state state = evse->state;
	bool plugged = evse->plugged, ended = protect_ends(&evse->protect);
	struct vehicle known = evse->vehicle;
	uint32_t happened = 0;
	struct protect_look look;

	evse->read_us = ticks_us;
	look = evse_look(evse, ticks_us);
	evse->protect_changed = protect_update(&evse->protect, &look, evse->plugged, ticks_us);
	if (!ended && protect_ends(&evse->protect) && evse->plugged)
		evse_pulse(evse, EVSE_FAULT_PULSE_US, ticks_us);
	/* a charge that begins with less than everything says why, too */
	if ((evse_decide(evse) || !evse->power_told) && evse->running)
		happened |= EVSE_H_POWER;
	evse->power_told = evse->running;
	if (evse_read_tag(evse))
		happened |= EVSE_H_TAG;
	evse_move(evse, ticks_us);
	evse_set_parts(evse, ticks_us);
	if (evse->plugged != plugged)
		happened |= evse->plugged ? EVSE_H_PLUGGED : EVSE_H_UNPLUGGED;
	if (evse->running && protect_ends(&evse->protect))
		happened |= EVSE_H_MUST_END;
	if (evse->protect_changed)
		happened |= EVSE_H_PROTECT;
	if (evse->news != FORESEE_SAME)
		happened |= EVSE_H_NEWS;
	if (evse->state != state)
		happened |= EVSE_H_STATE;
	if (!vehicle_same(&known, &evse->vehicle))
		happened |= EVSE_H_VEHICLE;
	return happened;
}
