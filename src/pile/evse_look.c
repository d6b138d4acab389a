/* evse_look.c - reading an outlet's hardware: what is plugged, what flows, what is wrong. Values go
 * to the protections as they are; where each of them becomes a cause stands in protect.c alone. */
#include "base/clock.h"
#include "pile/evse.h"

#define LOOK_FRAMES 256 /* of the bus at once: a flood must not hold the outlet up */

static void look_seen(struct protect_look *look, enum protect_kind kind, bool seen)
{
	if (seen)
		look->seen |= UINT32_C(1) << kind;
}

static char look_pilot_letter(int32_t high_mv)
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

/* Reads the pilot; two equal readings in a row count. While we hold it at -12 V ourselves it says
 * nothing about the car. */
static void look_pilot(struct evse *evse, struct protect_look *look, int64_t ticks_us)
{
	struct hal_pilot pilot;
	char letter;

	if (evse->hal->ops->pilot_read(evse->hal->context, &pilot) != 0) {
		look_seen(look, PROTECT_HARDWARE, true);
		return;
	}
	if (ticks_us < evse->pulse_until_us)
		return;
	letter = look_pilot_letter(pilot.high_mv);
	if (letter == evse->pilot_seen)
		evse->pilot = letter;
	evse->pilot_seen = letter;
	if (letter >= 'A' && letter <= 'D' && evse->pilot == letter)
		evse->plugged = letter != 'A';
	look_seen(look, PROTECT_PILOT, letter == 'E' || letter == 'F');
	look_seen(look, PROTECT_PILOT,
		evse_signals(evse) && (letter == 'C' || letter == 'D') && pilot.low_mv > -10500);
}

/* What came: chosen once a plug, in the order of mode.h. */
static void look_plug(
	struct evse *evse, struct protect_look *look, bool was_plugged, int64_t ticks_us)
{
	const struct hal *hal = evse->hal;
	struct hal_plugged plugged = {.plug = hal->plug ? hal->plug : HAL_PLUG_IEC_TYPE2};
	bool passed = true;

	if (!evse->plugged && was_plugged) {
		evse->mode = (struct mode){0};
		evse->test_failed = false;
		dc_reset(&evse->dc);
		gbt_reset(&evse->gbt);
		vehicle_init(&evse->vehicle);
		evse_cable(evse, ticks_us);
	}
	if (!evse->plugged)
		return;
	if (evse->mode.plug == HAL_PLUG_NONE) {
		if (hal->ops->plug_read && hal->ops->plug_read(hal->context, &plugged) != 0)
			look_seen(look, PROTECT_HARDWARE, true);
		else
			evse->mode = mode_choose(hal, &plugged);
	}
	if (!was_plugged && hal->ops->residual_test && evse->mode.current != MODE_DC) {
		if (hal->ops->residual_test(hal->context, &passed) != 0)
			look_seen(look, PROTECT_HARDWARE, true);
		evse->test_failed = !passed;
	}
}

/* The largest current of any phase, by the meter and by the transformers' peak. */
static int64_t look_most_ma(const struct evse *evse, const struct hal_meter *reading)
{
	int phases = evse->mode.current == MODE_DC ? 1 : evse->hal->phases;
	int64_t most_ma = 0;

	for (int i = 0; i < phases; i++) {
		int32_t peak_ma = evse->filter.channels[HAL_CT_L1 + i].peak;
		if (reading && reading->current_ma[i] > most_ma)
			most_ma = reading->current_ma[i];
		if (peak_ma != HAL_ABSENT && peak_ma > most_ma)
			most_ma = peak_ma;
	}
	return most_ma;
}

static void look_voltages(
	const struct evse *evse, struct protect_look *look, const struct hal_meter *reading)
{
	int64_t nominal_mv = evse->mode.nominal_mv ? evse->mode.nominal_mv : 230000;

	/* an outlet for direct current has no voltage to judge until it charges */
	if (evse->mode.current == MODE_DC || (!evse->mode.current && evse->hal->max_mv > 0))
		return;
	for (int i = 0; i < evse->hal->phases; i++) {
		int64_t permille = reading->voltage_mv[i] * INT64_C(1000) / nominal_mv;
		int64_t *over = &look->values[PROTECT_OVERVOLTAGE];
		int64_t *under = &look->values[PROTECT_UNDERVOLTAGE];
		if (*over == PROTECT_NO_VALUE || permille > *over)
			*over = permille;
		if (*under == PROTECT_NO_VALUE || permille < *under)
			*under = permille;
	}
}

static void look_meter(struct evse *evse, struct protect_look *look, int64_t ticks_us)
{
	const struct hal *hal = evse->hal;
	struct hal_meter reading;
	bool answered = hal->ops->meter_read(hal->context, &reading) == 0;
	/* a signal changes only now and then: the car is judged by what it was told, not by what it
	 * is about to be told */
	bool told = evse->mode.charging == MODE_SIGNAL && evse_signals(evse) &&
		    evse->duty_permille != HAL_DUTY_DIGITAL;
	int64_t allowed_ma = told && evse->told_ma > 0 ? evse->told_ma : evse->limit_ma;

	meter_update(&evse->meter, answered ? &reading : NULL, ticks_us);
	look_seen(look, PROTECT_METER, evse->meter.trouble != 0);
	if (allowed_ma > 0)
		look->values[PROTECT_OVERCURRENT] =
			look_most_ma(evse, answered ? &reading : NULL) * 1000 / allowed_ma;
	if (answered)
		look_voltages(evse, look, &reading);
}

static void look_sensors(struct evse *evse, struct protect_look *look)
{
	const struct filter_channel *channels = evse->filter.channels;
	struct hal_samples samples;
	static const struct {
		enum hal_channel channel;
		enum protect_kind kind;
		bool peak;
	} rows[] = {{HAL_RESIDUAL_AC, PROTECT_RESIDUAL, true},
		{HAL_RESIDUAL_DC, PROTECT_RESIDUAL_DC, true},
		{HAL_TEMP_CONNECTOR, PROTECT_OVERHEAT, false},
		{HAL_TEMP_CABINET, PROTECT_CABINET_HEAT, false}};

	samples.len = 0;
	if (evse->hal->ops->sensors_read(evse->hal->context, &samples) != 0)
		look_seen(look, PROTECT_HARDWARE, true);
	filter_take(&evse->filter, &samples);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct filter_channel *channel = &channels[rows[i].channel];
		int32_t value = rows[i].peak ? channel->peak : channel->value;
		if (value != HAL_ABSENT)
			look->values[rows[i].kind] = value;
	}
	evse->connector_mc = channels[HAL_TEMP_CONNECTOR].value;
	evse->cabinet_mc = channels[HAL_TEMP_CABINET].value;
}

static void look_parts(struct evse *evse, struct protect_look *look)
{
	const struct hal_ops *ops = evse->hal->ops;
	void *context = evse->hal->context;
	uint32_t contacts = 0;

	if (ops->contactor_read(context, &evse->closed) != 0 ||
		ops->lock_read(context, &evse->locked) != 0 ||
		ops->contacts_read(context, &contacts) != 0)
		look_seen(look, PROTECT_HARDWARE, true);
	look_seen(look, PROTECT_EMERGENCY, contacts & HAL_CONTACT_EMERGENCY);
	look_seen(look, PROTECT_SURGE, contacts & HAL_CONTACT_SURGE);
	look_seen(look, PROTECT_DOOR, contacts & HAL_CONTACT_DOOR);
	look_seen(look, PROTECT_WATER, contacts & HAL_CONTACT_WATER);
	look_seen(look, PROTECT_WELDED, evse->closed && !evse->closed_wish);
	look_seen(look, PROTECT_CONTACTOR_DEAD, !evse->closed && evse->closed_wish);
	look_seen(look, PROTECT_LOCK, evse->locked != evse->lock_wish);
	look_seen(look, PROTECT_REMOTE_STOP, evse->remote_stop);
	look_seen(look, PROTECT_RESIDUAL_TEST, evse->test_failed);
	evse->grid_permille = 1000;
	if (ops->grid_read && ops->grid_read(context, &evse->grid_permille) != 0)
		evse->grid_permille = 1000; /* a lost signal is not a command */
}

bool evse_on_bus(const struct evse *evse)
{
	return evse->mode.charging == MODE_GBT && evse->hal->ops->can_send &&
	       evse->hal->ops->can_receive;
}

bool evse_wants(const struct evse *evse)
{
	return evse->running && evse->permitted && evse->plugged && evse->locked &&
	       evse->protect.active == 0 && evse->mode.max_ma > 0;
}

/* Answers go out as they come up, so that a long message needs no step of its own a packet. */
static bool look_bus_pump(struct evse *evse, int64_t ticks_us)
{
	const struct hal_ops *ops = evse->hal->ops;
	void *context = evse->hal->context;
	struct hal_can frame;
	bool got = true;

	for (int i = 0; i < LOOK_FRAMES && got; i++) {
		if (ops->can_receive(context, &frame, &got) != 0)
			return false;
		if (got)
			gbt_take(&evse->gbt, &frame, ticks_us);
		while (gbt_link_next(&evse->gbt.link, &frame))
			if (ops->can_send(context, &frame) != 0)
				return false;
	}
	return true;
}

void evse_bus(struct evse *evse, int64_t ticks_us)
{
	const uint32_t stops = 1u << PROTECT_EMERGENCY | 1u << PROTECT_REMOTE_STOP;
	struct gbt_input input = {.wanted = evse_wants(evse),
		.stopping = evse->protect.active != 0,
		.emergency = evse->protect.active & stops,
		.dc = evse->dc.phase,
		.source = evse->dc_seen,
		.max_mv = evse->hal->max_mv,
		.min_mv = evse->hal->min_mv,
		.limit_ma = evse->offer.ma,
		.energy_dwh = evse->meter.register_dwh - evse->begun_dwh,
		.now_us = evse->wall_us};

	evse->bus_lost = !look_bus_pump(evse, ticks_us);
	gbt_step(&evse->gbt, &input, ticks_us);
	evse->bus_lost = !look_bus_pump(evse, ticks_us) || evse->bus_lost;
}

/* Who it is, as BRM and BCP say. */
static void look_bus_vehicle(struct evse *evse)
{
	const struct gbt *gbt = &evse->gbt;
	struct vehicle *vehicle = &evse->vehicle;

	if (gbt->heard_us[GBT_BRM])
		vehicle_set_vin(vehicle, gbt->who.vin);
	if (gbt->heard_us[GBT_BCP] && gbt->takes.max_mv > 0) {
		vehicle->battery.known = true;
		vehicle->battery.capacity_dwh = gbt->takes.energy_dwh;
		vehicle->battery.max_mv = gbt->takes.max_mv;
		vehicle->battery.max_ma = gbt->takes.max_ma;
	}
	vehicle->soc_percent = gbt_soc_percent(gbt);
}

/* What the car asks: over the bus, or as the outlet's modem tells it. */
static bool look_car(struct evse *evse, int64_t ticks_us)
{
	const struct hal_ops *ops = evse->hal->ops;

	if (evse_on_bus(evse)) {
		evse_bus(evse, ticks_us);
		evse->car = gbt_car(&evse->gbt);
		evse->meter.last.soc_percent = gbt_soc_percent(&evse->gbt);
		look_bus_vehicle(evse);
		return !evse->bus_lost;
	}
	if (evse_on_cable(evse)) {
		evse->car = evse->cable.hlc.car;
		if (evse->cable.hlc.soc_percent >= 0)
			evse->meter.last.soc_percent = evse->cable.hlc.soc_percent;
		return !evse->cable.lost;
	}
	return ops->car_read && ops->car_read(evse->hal->context, &evse->car) == 0;
}

/* Direct current: the source, the car's wishes, the insulation; and the next step of dc.h. */
static void look_dc(struct evse *evse, struct protect_look *look, int64_t ticks_us)
{
	const struct hal_ops *ops = evse->hal->ops;
	void *context = evse->hal->context;
	struct dc_input input = {.closed = evse->closed,
		.insulation_kohm = HAL_ABSENT,
		.limit_ma = evse->offer.ma,
		.max_mv = evse->hal->max_mv};

	if (evse->mode.current != MODE_DC) {
		evse->dc_wish = (struct dc_output){0};
		return;
	}
	if (!ops->dc_read || ops->dc_read(context, &input.dc) != 0 || !look_car(evse, ticks_us)) {
		look_seen(look, PROTECT_HARDWARE, true);
		evse->car = (struct hal_car){.battery_mc = HAL_ABSENT};
	}
	evse->dc_seen = input.dc;
	/* nothing is ever put above what the car bears, the insulation's test neither */
	if (evse->car.max_mv > 0 && evse->car.max_mv < input.max_mv)
		input.max_mv = evse->car.max_mv;
	if (ops->insulation_read && ops->insulation_read(context, &input.insulation_kohm) != 0)
		look_seen(look, PROTECT_HARDWARE, true);
	input.car = evse->car;
	input.wanted = evse_wants(evse);
	evse->dc_wish = dc_step(&evse->dc, &input, ticks_us);
	/* at ramp-up and under load the reading says nothing (false trips) */
	if (evse->dc_wish.judge_insulation && input.insulation_kohm != HAL_ABSENT)
		look->values[PROTECT_INSULATION] = input.insulation_kohm;
	look_seen(look, PROTECT_SOURCE, evse->dc.failed);
	look_seen(look, PROTECT_CAR, evse->gbt.phase == GBT_FAILED || cable_failed(&evse->cable));
}

struct protect_look evse_look(struct evse *evse, int64_t ticks_us)
{
	struct protect_look look = protect_look_none();
	bool was_plugged = evse->plugged;

	look_pilot(evse, &look, ticks_us);
	look_plug(evse, &look, was_plugged, ticks_us);
	look_sensors(evse, &look);
	look_meter(evse, &look, ticks_us);
	look_parts(evse, &look);
	/* who it is: from the talk, or from a modem that does the talking by itself */
	if (evse_on_cable(evse))
		evse_cable(evse, ticks_us);
	else if (evse->plugged && evse->hal->ops->vehicle_read &&
		 evse->hal->ops->vehicle_read(evse->hal->context, &evse->vehicle) != 0)
		look_seen(&look, PROTECT_HARDWARE, true);
	look_dc(evse, &look, ticks_us);
	return look;
}
