/* evse.c - the outlet's state machine and its hardware loop (drawing and contract in evse.h). */
#include "pile/evse.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"

#define EVSE_WAIT_CAR_US \
	(10 * US_PER_S) /* a car that does not ask so long after the start is pausing */
#define EVSE_DUTY_HOLD_US (5 * US_PER_S) /* the signal changes its value at most this often */
#define EVSE_MIN_MA 6000
#define EVSE_DERATE_FROM_MC 70000
#define EVSE_DERATE_TO_MC 85000
#define EVSE_HOT_MC 90000
#define EVSE_COOL_MC 75000
#define EVSE_RESIDUAL_UA 30000
#define EVSE_VOLT_MAX_MV 253000
#define EVSE_VOLT_MIN_MV 195500

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
	enum hal_light colour;
	enum hal_motion motion;
} evse_faces[EVSE_STATES] = {
	[EVSE_AVAILABLE] = {"available", "Available", HAL_LIGHT_YELLOW, HAL_MOTION_BREATHE},
	[EVSE_PREPARING] = {"preparing", "Preparing", HAL_LIGHT_YELLOW, HAL_MOTION_BREATHE},
	[EVSE_STARTING] = {"starting", "Preparing", HAL_LIGHT_YELLOW, HAL_MOTION_BREATHE},
	[EVSE_CHARGING] = {"charging", "Charging", HAL_LIGHT_GREEN, HAL_MOTION_ROTATE},
	[EVSE_SUSPENDED_EV] = {"suspended-ev", "SuspendedEV", HAL_LIGHT_YELLOW, HAL_MOTION_BREATHE},
	[EVSE_SUSPENDED_EVSE] = {"suspended-evse", "SuspendedEVSE", HAL_LIGHT_YELLOW,
		HAL_MOTION_BREATHE},
	[EVSE_FINISHING] = {"finishing", "Finishing", HAL_LIGHT_YELLOW, HAL_MOTION_BREATHE},
	[EVSE_RESERVED] = {"reserved", "Reserved", HAL_LIGHT_YELLOW, HAL_MOTION_STEADY},
	[EVSE_UNAVAILABLE] = {"unavailable", "Unavailable", HAL_LIGHT_OFF, HAL_MOTION_STEADY},
	[EVSE_FAULTED] = {"faulted", "Faulted", HAL_LIGHT_RED, HAL_MOTION_SPLIT},
};

const char *evse_status(enum evse_state state)
{
	ASSERT(state < EVSE_STATES);
	return evse_faces[state].status;
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
	evse->duty_permille = -1;
}

void evse_claim(struct evse *evse, bool claimed, int64_t ticks_us)
{
	evse->claimed = claimed;
	evse_on(evse, claimed ? EVSE_ON_CLAIM : EVSE_ON_RELEASE, ticks_us);
}

bool evse_begin(struct evse *evse, int64_t ticks_us)
{
	if (evse->running || !evse->plugged || evse->protect.active ||
		evse_next(evse->state, EVSE_ON_BEGIN) != EVSE_STARTING)
		return false;
	evse->running = true;
	evse->permitted = true;
	evse->claimed = false;
	evse->reserved = false;
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

bool evse_may_close(const struct evse *evse)
{
	return evse->running && evse->permitted && evse->protect.active == 0 && evse->plugged &&
	       (evse->pilot == 'C' || evse->pilot == 'D') && evse->pilot_seen == evse->pilot &&
	       evse->locked && evse->duty_permille > 0 && evse->duty_permille < HAL_DUTY_OFF;
}

static char evse_pilot_letter(int32_t high_mv)
{
	static const struct {
		int32_t least_mv;
		char letter;
	} levels[] = {{10500, 'A'}, {7500, 'B'}, {4500, 'C'}, {1500, 'D'}, {-1500, 'E'}};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (high_mv >= levels[i].least_mv)
			return levels[i].letter;
	return 'F';
}

/* Reads the pilot; two equal readings in a row count. Returns the causes it gives. */
static uint32_t evse_read_pilot(struct evse *evse)
{
	struct hal_pilot pilot;
	bool signal = evse->duty_permille > 0 && evse->duty_permille < HAL_DUTY_OFF;
	uint32_t causes = 0;
	char letter;

	if (evse->hal->ops->pilot_read(evse->hal->context, &pilot) != 0)
		return 1u << PROTECT_HARDWARE;
	letter = evse_pilot_letter(pilot.high_mv);
	if (letter == evse->pilot_seen)
		evse->pilot = letter;
	evse->pilot_seen = letter;
	if (letter >= 'A' && letter <= 'D' && evse->pilot == letter)
		evse->plugged = letter != 'A';
	if (letter == 'E' || letter == 'F')
		causes |= 1u << PROTECT_PILOT;
	if (signal && (letter == 'C' || letter == 'D') && pilot.low_mv > -10500)
		causes |= 1u << PROTECT_PILOT;
	return causes;
}

static uint32_t evse_read_meter(struct evse *evse, int64_t ticks_us)
{
	const struct hal *hal = evse->hal;
	struct hal_meter reading;
	bool answered = hal->ops->meter_read(hal->context, &reading) == 0;
	int32_t most_ma = evse->limit_ma + evse->limit_ma / 10;
	uint32_t causes = 0;

	meter_update(&evse->meter, answered ? &reading : NULL, ticks_us);
	if (evse->meter.trouble)
		causes |= 1u << PROTECT_METER;
	if (!answered)
		return causes;
	for (int i = 0; i < hal->phases; i++) {
		if (reading.current_ma[i] > most_ma)
			causes |= 1u << PROTECT_OVERCURRENT;
		if (reading.voltage_mv[i] > EVSE_VOLT_MAX_MV)
			causes |= 1u << PROTECT_OVERVOLTAGE;
		if (reading.voltage_mv[i] < EVSE_VOLT_MIN_MV)
			causes |= 1u << PROTECT_UNDERVOLTAGE;
	}
	return causes;
}

static uint32_t evse_read_parts(struct evse *evse)
{
	const struct hal_ops *ops = evse->hal->ops;
	void *context = evse->hal->context;
	int32_t residual_ua = 0;
	bool pressed = false, hot = evse->protect.active & 1u << PROTECT_OVERHEAT;
	uint32_t causes = 0;

	if (ops->contactor_read(context, &evse->closed) != 0 ||
		ops->lock_read(context, &evse->locked) != 0 ||
		ops->residual_read(context, &residual_ua) != 0 ||
		ops->emergency_read(context, &pressed) != 0 ||
		ops->temperature_read(context, HAL_SENSOR_CONNECTOR, &evse->connector_mc) != 0)
		causes |= 1u << PROTECT_HARDWARE;
	if (pressed)
		causes |= 1u << PROTECT_EMERGENCY;
	if (residual_ua >= EVSE_RESIDUAL_UA)
		causes |= 1u << PROTECT_RESIDUAL;
	if (evse->connector_mc >= (hot ? EVSE_COOL_MC : EVSE_HOT_MC))
		causes |= 1u << PROTECT_OVERHEAT;
	if (evse->closed && !evse->closed_wish)
		causes |= 1u << PROTECT_WELDED;
	if (!evse->closed && evse->closed_wish)
		causes |= 1u << PROTECT_CONTACTOR_DEAD;
	if (evse->locked != evse->lock_wish)
		causes |= 1u << PROTECT_LOCK;
	return causes;
}

/* The current the car is told: the limit, less when the connector is warm. */
static int32_t evse_signal_ma(const struct evse *evse)
{
	int32_t over_mc = evse->connector_mc - EVSE_DERATE_FROM_MC;
	int32_t span_mc = EVSE_DERATE_TO_MC - EVSE_DERATE_FROM_MC;

	if (over_mc <= 0 || evse->limit_ma <= EVSE_MIN_MA)
		return evse->limit_ma;
	if (over_mc >= span_mc)
		return EVSE_MIN_MA;
	return evse->limit_ma -
	       (int32_t)((int64_t)(evse->limit_ma - EVSE_MIN_MA) * over_mc / span_mc);
}

static int32_t evse_duty(int32_t ma)
{
	if (ma < EVSE_MIN_MA)
		return HAL_DUTY_OFF;
	if (ma <= 51000)
		return ma / 60;
	return ma >= 80000 ? 960 : ma / 250 + 640;
}

static void evse_set_pilot(struct evse *evse, int64_t ticks_us)
{
	bool on = evse->running && evse->permitted && evse->protect.active == 0;
	int32_t duty = on ? evse_duty(evse_signal_ma(evse)) : HAL_DUTY_OFF;
	bool value_only = duty != HAL_DUTY_OFF && evse->duty_permille > 0 &&
			  evse->duty_permille != HAL_DUTY_OFF;

	if (duty == evse->duty_permille)
		return;
	if (value_only && ticks_us - evse->duty_since_us < EVSE_DUTY_HOLD_US)
		return;
	if (evse->hal->ops->pilot_set(evse->hal->context, duty) == 0) {
		evse->duty_permille = duty;
		evse->duty_since_us = ticks_us;
	}
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
	evse_set_pilot(evse, ticks_us);
	evse->closed_wish = evse_may_close(evse);
	ops->contactor_set(context, evse->closed_wish);
	evse_light(evse->state, &colour, &motion);
	ops->light_set(context, colour, motion);
}

static void evse_move(struct evse *evse, int64_t ticks_us)
{
	bool ready = evse->pilot == 'C' || evse->pilot == 'D';
	bool waiting =
		evse->state == EVSE_STARTING && ticks_us - evse->state_since_us < EVSE_WAIT_CAR_US;

	if (!evse->plugged)
		evse->finishing = false;
	evse_on(evse, evse->protect.active ? EVSE_ON_FAULT : EVSE_ON_CLEAR, ticks_us);
	evse_on(evse, evse->operative ? EVSE_ON_ENABLE : EVSE_ON_DISABLE, ticks_us);
	evse_on(evse, evse->plugged ? EVSE_ON_PLUG : EVSE_ON_UNPLUG, ticks_us);
	if (!evse->running)
		return;
	if (!evse->permitted)
		evse_on(evse, EVSE_ON_HOLD, ticks_us);
	else if (evse->closed && ready)
		evse_on(evse, EVSE_ON_FLOW, ticks_us);
	else if (!ready && !waiting)
		evse_on(evse, EVSE_ON_PAUSE, ticks_us);
}

uint32_t evse_step(struct evse *evse, int64_t ticks_us)
{
	enum evse_state state = evse->state;
	bool plugged = evse->plugged;
	uint32_t happened = 0, causes;

	causes = evse_read_pilot(evse);
	causes |= evse_read_meter(evse, ticks_us);
	causes |= evse_read_parts(evse);
	protect_update(&evse->protect, causes, evse->plugged, ticks_us);
	if (evse->hal->ops->reader_read(evse->hal->context, evse->tag) == 0 && evse->tag[0])
		happened |= EVSE_H_TAG;
	evse_move(evse, ticks_us);
	evse_set_parts(evse, ticks_us);
	if (evse->plugged != plugged)
		happened |= evse->plugged ? EVSE_H_PLUGGED : EVSE_H_UNPLUGGED;
	if (evse->running && protect_ends(&evse->protect))
		happened |= EVSE_H_MUST_END;
	if (evse->state != state)
		happened |= EVSE_H_STATE;
	evse->read_us = ticks_us;
	return happened;
}
