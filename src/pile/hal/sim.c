/* sim.c - the simulated outlet and its car (see sim.h). */
#include "pile/hal/sim.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"

#define SIM_MAGIC 0x4c594e32u
#define SIM_TENTH_WH_PJ \
	INT64_C(360000000000000) /* picojoules in 0.1 Wh = microwatts times microseconds */
#define SIM_CONTACTOR_US 30000
#define SIM_WAVE_US 10000 /* 100 rows a second */
#define SIM_JUMP_DWH 5000000
#define SIM_WARM_S 60
#define SIM_CONTACT_MC 30000
#define SIM_TAPER_PERCENT 80 /* above it the battery takes less and less */

static const struct {
	uint32_t bit;
	const char *name;
} sim_faults[] = {
	{SIM_FAULT_EMERGENCY, "emergency"},
	{SIM_FAULT_RESIDUAL, "residual"},
	{SIM_FAULT_OVERCURRENT, "overcurrent"},
	{SIM_FAULT_OVERHEAT, "overheat"},
	{SIM_FAULT_WELDED, "welded"},
	{SIM_FAULT_CONTACTOR_DEAD, "contactor-dead"},
	{SIM_FAULT_LOCK, "lock"},
	{SIM_FAULT_METER_FROZEN, "meter-frozen"},
	{SIM_FAULT_METER_BACK, "meter-backwards"},
	{SIM_FAULT_METER_SILENT, "meter-silent"},
	{SIM_FAULT_DIODE, "diode"},
	{SIM_FAULT_PILOT, "pilot"},
	{SIM_FAULT_RESIDUAL_DC, "residual-dc"},
	{SIM_FAULT_RESIDUAL_TEST, "residual-test"},
	{SIM_FAULT_INSULATION, "insulation"},
	{SIM_FAULT_SURGE, "surge"},
	{SIM_FAULT_DOOR, "door"},
	{SIM_FAULT_WATER, "water"},
	{SIM_FAULT_CABINET, "cabinet-heat"},
	{SIM_FAULT_SOURCE, "source"},
	{SIM_FAULT_STUBBORN, "stubborn"},
	{SIM_FAULT_SENSORS, "sensors"},
	{SIM_FAULT_METER_JUMP, "meter-jump"},
	{SIM_FAULT_CAR_SILENT, "car-silent"},
};

uint32_t sim_fault_bit(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(sim_faults) / sizeof(sim_faults[0]); i++)
		if (strlen(sim_faults[i].name) == len && memcmp(sim_faults[i].name, name, len) == 0)
			return sim_faults[i].bit;
	return 0;
}

const char *sim_fault_word(uint32_t bit)
{
	for (size_t i = 0; i < sizeof(sim_faults) / sizeof(sim_faults[0]); i++)
		if (sim_faults[i].bit == bit)
			return sim_faults[i].name;
	return "";
}

int32_t sim_duty_ma(int32_t duty_permille)
{
	if (duty_permille < 80 || duty_permille > 970)
		return 0;
	if (duty_permille < 100)
		return 6000;
	if (duty_permille <= 850)
		return duty_permille * 60;
	if (duty_permille <= 960)
		return (duty_permille - 640) * 250;
	return 80000;
}

int32_t sim_soc_percent(const struct sim *sim)
{
	if (sim->world->battery_cap_dwh <= 0)
		return -1;
	return (int32_t)(sim->world->battery_dwh * 100 / sim->world->battery_cap_dwh);
}

/* Does the car pull the control pilot to C (or D) now? A full battery asks for nothing. */
static bool sim_car_ready(const struct sim *sim)
{
	return sim->world->plugged && sim->wants_energy && !sim->asleep &&
	       sim->world->battery_dwh < sim->world->battery_cap_dwh;
}

/* Ready, and connected. */
static bool sim_car_takes(const struct sim *sim)
{
	return sim_car_ready(sim) && sim_talk_takes(sim);
}

static bool sim_is_direct(const struct sim *sim)
{
	return sim->hal.max_mv > 0;
}

/* A battery's voltage rises with its charge: 360 V empty, 420 V full. */
static int32_t sim_battery_mv(const struct sim *sim)
{
	int32_t soc = sim_soc_percent(sim);

	return 360000 + (soc > 0 ? soc : 0) * 600;
}

/* What the car would take: the smallest of its own limit, what the signal allows, and what the
 * battery still accepts (falling in a line from all at 80 % to a twentieth at 100 %). */
static int32_t sim_car_ma(const struct sim *sim)
{
	bool told = sim_talks(sim) && sim->duty_permille == HAL_DUTY_DIGITAL;
	int32_t allowed_ma = sim_is_direct(sim)      ? sim->dc_set_ma
			     : told                  ? sim->ev->told_ma
			     : sim->hal.simple_pilot ? 10000
						     : sim_duty_ma(sim->duty_permille);
	int32_t ma = sim->car_max_ma < allowed_ma ? sim->car_max_ma : allowed_ma;
	int64_t taper_dwh = sim->world->battery_cap_dwh * SIM_TAPER_PERCENT / 100;
	int64_t above_dwh = sim->world->battery_dwh - taper_dwh;

	if (ma > 0 && above_dwh > 0) {
		int64_t span_dwh = sim->world->battery_cap_dwh - taper_dwh;
		int64_t percent = span_dwh > 0 ? 100 - 95 * above_dwh / span_dwh : 5;
		ma = (int32_t)(sim->car_max_ma * percent / 100 < ma
				       ? sim->car_max_ma * percent / 100
				       : ma);
	}
	if (sim->faults & SIM_FAULT_STUBBORN && ma < 6000)
		ma = 6000;
	if (sim->faults & SIM_FAULT_OVERCURRENT)
		ma = ma + ma / 2 + 5000;
	return ma;
}

static int64_t sim_power_uw(const struct sim *sim)
{
	if (sim_is_direct(sim))
		return (int64_t)sim->dc_mv * sim->current_ma;
	return (int64_t)sim->voltage_mv * sim->current_ma * sim->car_phases;
}

static void sim_count(int64_t *value_dwh, int64_t *rest_pj, __int128 add_pj)
{
	__int128 sum_pj = *rest_pj + add_pj;

	*value_dwh += (int64_t)(sum_pj / SIM_TENTH_WH_PJ);
	*rest_pj = (int64_t)(sum_pj % SIM_TENTH_WH_PJ);
}

static void sim_step_energy(struct sim *sim, int64_t dt_us)
{
	int64_t energy_pj = sim_power_uw(sim) * dt_us;
	int64_t metered_pj = energy_pj + energy_pj / 1000000 * sim->drift_ppm;

	if (sim->faults & SIM_FAULT_METER_BACK)
		metered_pj = -metered_pj;
	if (!(sim->faults & SIM_FAULT_METER_FROZEN))
		sim_count(&sim->world->register_dwh, &sim->world->register_rest, metered_pj);
	sim_count(&sim->world->battery_dwh, &sim->world->battery_rest,
		(__int128)energy_pj * sim->battery_speed);
	if (sim->world->battery_dwh > sim->world->battery_cap_dwh)
		sim->world->battery_dwh = sim->world->battery_cap_dwh;
}

static void sim_follow(int32_t *value_mc, int32_t target_mc, int32_t slow_s, int64_t dt_us)
{
	*value_mc += (int32_t)((target_mc - *value_mc) * dt_us / (slow_s * US_PER_S));
}

/* Temperatures move towards their target by 1/60 a second: ambient, plus what the current heats,
 * which at the rated current is `contact_mc` at the connector and a third of 30 degrees in the
 * cabinet. */
static void sim_step_heat(struct sim *sim, int64_t dt_us)
{
	int64_t load = (int64_t)sim->current_ma * 1000 / sim->hal.max_ma; /* permille */
	int32_t target_mc = sim->ambient_mc + (int32_t)(load * load * sim->contact_mc / 1000000);

	if (sim->faults & SIM_FAULT_OVERHEAT)
		target_mc += 90000;
	if (sim->sensor_slow_s <= 0)
		sim->pin_mc = sim->connector_mc;
	sim_follow(&sim->pin_mc, target_mc, SIM_WARM_S, dt_us);
	if (sim->sensor_slow_s > 0)
		sim_follow(&sim->connector_mc, sim->pin_mc, sim->sensor_slow_s, dt_us);
	else
		sim->connector_mc = sim->pin_mc;
	target_mc = sim->ambient_mc + (int32_t)(load * load * 10000 / 1000000);
	if (sim->faults & SIM_FAULT_CABINET)
		target_mc += 90000;
	sim_follow(&sim->cabinet_mc, target_mc, SIM_WARM_S, dt_us);
}

/* The source follows by 400 V in 100 ms; switched off it falls as fast. */
static void sim_step_source(struct sim *sim, int64_t dt_us)
{
	int32_t target_mv = sim->faults & SIM_FAULT_SOURCE ? 0 : sim->dc_set_mv;
	int64_t step_mv = dt_us * 4;

	if (sim->contactor_closed && sim_car_takes(sim))
		target_mv = sim_battery_mv(sim); /* the battery is stiffer than the source */
	if (target_mv > sim->dc_mv + step_mv)
		sim->dc_mv += (int32_t)step_mv;
	else if (target_mv < sim->dc_mv - step_mv)
		sim->dc_mv -= (int32_t)step_mv;
	else
		sim->dc_mv = target_mv;
}

/* What a sensor adds: the same small noise in every run, and each second a spike to filter out. */
static int32_t sim_noise(int64_t at_us, int channel, int32_t size)
{
	uint64_t x = (uint64_t)at_us / 10000 * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)channel;

	x ^= x >> 29;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 32;
	return size ? (int32_t)(x % (uint64_t)(2 * size + 1)) - size : 0;
}

static void sim_wave_row(struct sim *sim, int32_t row[HAL_CHANNELS])
{
	bool spike = sim->wave_us / 10000 % 100 == 50;
	int64_t t = sim->wave_us;

	for (int i = 0; i < HAL_PHASES; i++) {
		bool loaded = sim->current_ma > 0 && i < sim->car_phases;
		row[HAL_CT_L1 + i] = loaded ? sim->current_ma + sim_noise(t, i, 50) : 0;
		if (spike && loaded)
			row[HAL_CT_L1 + i] *= 8;
	}
	row[HAL_RESIDUAL_AC] = sim->faults & SIM_FAULT_RESIDUAL ? 45000 : 300;
	row[HAL_RESIDUAL_DC] = sim->faults & SIM_FAULT_RESIDUAL_DC ? 8000 : 100;
	row[HAL_RESIDUAL_AC] += sim_noise(t, HAL_RESIDUAL_AC, 50);
	row[HAL_RESIDUAL_DC] += sim_noise(t, HAL_RESIDUAL_DC, 50);
	row[HAL_TEMP_CONNECTOR] = sim->connector_mc + sim_noise(t, HAL_TEMP_CONNECTOR, 200);
	row[HAL_TEMP_CABINET] = sim->cabinet_mc + sim_noise(t, HAL_TEMP_CABINET, 200);
	row[HAL_HUMIDITY] = sim->humidity_permille + sim_noise(t, HAL_HUMIDITY, 5);
}

/* Draws the waveforms of `dt_us`; of a long time only the newest rows are kept. */
static void sim_step_waves(struct sim *sim, int64_t dt_us)
{
	sim->wave_rest_us += dt_us;
	if (sim->wave_rest_us > HAL_SAMPLES * SIM_WAVE_US) {
		sim->wave_us += sim->wave_rest_us - HAL_SAMPLES * SIM_WAVE_US;
		sim->wave_rest_us = HAL_SAMPLES * SIM_WAVE_US;
	}
	for (; sim->wave_rest_us >= SIM_WAVE_US; sim->wave_rest_us -= SIM_WAVE_US) {
		sim->wave_us += SIM_WAVE_US;
		if (sim->waves.len == HAL_SAMPLES) {
			sim->waves.len--;
			memmove(sim->waves.rows[0], sim->waves.rows[1],
				sim->waves.len * sizeof(sim->waves.rows[0]));
		}
		sim_wave_row(sim, sim->waves.rows[sim->waves.len++]);
	}
}

static int32_t sim_inlet_mv(const struct sim *sim)
{
	if (!sim->world->plugged)
		return 0;
	/* a car that speaks shows its battery with its contactors closed; a real one has its own */
	if (sim_talks(sim) && (!sim->ev->closed || sim->outside))
		return sim->contactor_closed ? sim->dc_mv : 0;
	return sim_battery_mv(sim);
}

/* What the car says, on the bus and on the charging cable. */
static void sim_step_words(struct sim *sim, int64_t dt_us)
{
	const struct sim_battery battery = {.wants = sim_car_ready(sim),
		.now_mv = sim_battery_mv(sim),
		.max_mv = 450000,
		.max_ma = sim->car_max_ma,
		.mc = sim->battery_mc,
		.soc_percent = sim_soc_percent(sim)};

	if (sim_is_direct(sim))
		sim_can_step(sim, &battery, dt_us);
	if (sim->ev)
		sim_line_step(sim, &battery, sim_inlet_mv(sim), dt_us);
}

void sim_step(struct sim *sim, int64_t dt_us)
{
	bool coil = sim->contactor_coil && !(sim->faults & SIM_FAULT_CONTACTOR_DEAD);

	if (sim->faults & SIM_FAULT_WELDED)
		coil = coil || sim->contactor_closed;
	sim->coil_us += dt_us;
	sim->identified_us += dt_us;
	if (sim->coil_us >= SIM_CONTACTOR_US)
		sim->contactor_closed = coil;
	if (!(sim->faults & SIM_FAULT_LOCK))
		sim->locked = sim->lock_coil;
	sim_step_source(sim, dt_us);
	sim_step_words(sim, dt_us);
	sim->current_ma = sim->contactor_closed && sim_car_takes(sim) ? sim_car_ma(sim) : 0;
	if (!sim_back_step(sim, dt_us))
		sim_step_energy(sim, dt_us);
	if (sim->faults & SIM_FAULT_METER_JUMP)
		sim->world->register_dwh += SIM_JUMP_DWH;
	sim_step_heat(sim, dt_us);
	sim_step_waves(sim, dt_us);
}

void sim_plug(struct sim *sim, int64_t battery_cap_dwh, int32_t soc_percent)
{
	sim->world->plugged = 1;
	sim->world->battery_cap_dwh = battery_cap_dwh;
	sim->world->battery_dwh = battery_cap_dwh * soc_percent / 100;
	sim->world->battery_rest = 0;
	sim->wants_energy = true;
	sim->identified_us = 0;
}

void sim_unplug(struct sim *sim)
{
	sim->world->plugged = 0;
	sim->current_ma = 0;
	vehicle_init(&sim->vehicle);
	sim->identified_us = 0;
}

void sim_vehicle(struct sim *sim, const struct vehicle *vehicle, int64_t identify_us)
{
	sim->vehicle = *vehicle;
	if (sim->ev)
		sim_ev_vehicle(sim->ev, vehicle);
	sim->identify_us = identify_us;
	sim->identified_us = 0;
}

bool sim_tap(struct sim *sim, const char *tag, size_t len)
{
	if (len == 0 || len > HAL_TAG_MAX || sim->tag[0])
		return false;
	memcpy(sim->tag, tag, len);
	sim->tag[len] = 0;
	return true;
}

bool sim_show(struct sim *sim, struct str code)
{
	if (code.len == 0 || code.len > HAL_CODE_MAX || sim->code || memchr(code.ptr, 0, code.len))
		return false;
	sim->code = mem_alloc(code.len + 1);
	memcpy(sim->code, code.ptr, code.len);
	return true;
}

void sim_fini(struct sim *sim)
{
	mem_free(sim->code);
	sim->code = NULL;
	sim_outside_end(sim);
	sim_line_end(sim);
}

/* ---- the operations of hal.h ---- */

static int sim_pilot_read(void *context, struct hal_pilot *ret)
{
	struct sim *sim = context;
	bool signal = sim->duty_permille > 0 && sim->duty_permille < HAL_DUTY_OFF;
	bool asks = signal || sim->hal.simple_pilot ||
		    (sim->faults & SIM_FAULT_STUBBORN && sim->contactor_closed);

	if (sim->faults & SIM_FAULT_PILOT) {
		*ret = (struct hal_pilot){0, 0};
		return 0;
	}
	if (sim->duty_permille == 0) {
		*ret = (struct hal_pilot){-12000, -12000};
		return 0;
	}
	ret->high_mv = 12000;
	if (sim->world->plugged)
		ret->high_mv = 9000;
	if (sim_talks(sim) && sim->duty_permille == HAL_DUTY_DIGITAL)
		asks = sim->ev->asks;
	if (asks && sim_car_ready(sim))
		ret->high_mv = sim->ventilation ? 3000 : 6000;
	ret->low_mv = ret->high_mv;
	if (signal)
		ret->low_mv = sim->faults & SIM_FAULT_DIODE ? -ret->high_mv : -12000;
	return 0;
}

static int sim_pilot_set(void *context, int32_t duty_permille)
{
	struct sim *sim = context;

	sim->duty_permille = duty_permille;
	if (duty_permille == 0)
		sim->asleep = false;
	return 0;
}

static int sim_contactor_set(void *context, bool closed)
{
	struct sim *sim = context;

	if (sim->contactor_coil != closed)
		sim->coil_us = 0;
	sim->contactor_coil = closed;
	return 0;
}

static int sim_contactor_read(void *context, bool *ret_closed)
{
	*ret_closed = ((struct sim *)context)->contactor_closed;
	return 0;
}

static int sim_lock_set(void *context, bool locked)
{
	((struct sim *)context)->lock_coil = locked;
	return 0;
}

static int sim_lock_read(void *context, bool *ret_locked)
{
	*ret_locked = ((struct sim *)context)->locked;
	return 0;
}

static int sim_meter_read(void *context, struct hal_meter *ret)
{
	struct sim *sim = context;

	if (sim->faults & SIM_FAULT_METER_SILENT)
		return FAULT(FAULT_IO, "meter does not answer");
	memset(ret, 0, sizeof(*ret));
	ret->register_dwh = sim->world->register_dwh;
	ret->export_dwh = sim->world->export_dwh;
	ret->power_mw = (sim->gives ? -1 : 1) * sim_power_uw(sim) / 1000;
	if (sim_is_direct(sim)) {
		ret->voltage_mv[0] = sim->contactor_closed ? sim->dc_mv : 0;
		ret->current_ma[0] = sim->current_ma;
	}
	for (int i = 0; i < sim->hal.phases && !sim_is_direct(sim); i++) {
		ret->voltage_mv[i] = sim->voltage_mv;
		ret->current_ma[i] = i < sim->car_phases ? sim->current_ma : 0;
	}
	ret->frequency_mhz = sim_is_direct(sim) ? 0 : sim->frequency_mhz;
	ret->soc_percent = sim->world->plugged ? sim_soc_percent(sim) : -1;
	return 0;
}

static int sim_sensors_read(void *context, struct hal_samples *ret)
{
	struct sim *sim = context;

	if (sim->faults & SIM_FAULT_SENSORS)
		return FAULT(FAULT_IO, "sensors do not answer");
	ret->len = sim->waves.len;
	memcpy(ret->rows, sim->waves.rows, ret->len * sizeof(ret->rows[0]));
	sim->waves.len = 0;
	return 0;
}

static int sim_contacts_read(void *context, uint32_t *ret_contacts)
{
	uint32_t faults = ((struct sim *)context)->faults;

	*ret_contacts = (faults & SIM_FAULT_EMERGENCY ? (uint32_t)HAL_CONTACT_EMERGENCY : 0) |
			(faults & SIM_FAULT_SURGE ? (uint32_t)HAL_CONTACT_SURGE : 0) |
			(faults & SIM_FAULT_DOOR ? (uint32_t)HAL_CONTACT_DOOR : 0) |
			(faults & SIM_FAULT_WATER ? (uint32_t)HAL_CONTACT_WATER : 0);
	return 0;
}

static int sim_plug_read(void *context, struct hal_plugged *ret)
{
	struct sim *sim = context;
	enum hal_plug own = sim->hal.plug ? sim->hal.plug : HAL_PLUG_IEC_TYPE2;

	ret->plug = sim->plug ? sim->plug : own;
	ret->cable_ma = sim->cable_ma;
	return 0;
}

static int sim_residual_test(void *context, bool *ret_passed)
{
	*ret_passed = !(((struct sim *)context)->faults & SIM_FAULT_RESIDUAL_TEST);
	return 0;
}

static int sim_insulation_read(void *context, int32_t *ret_kohm)
{
	*ret_kohm = ((struct sim *)context)->faults & SIM_FAULT_INSULATION ? 20 : 2000;
	return 0;
}

static int sim_dc_set(void *context, int32_t voltage_mv, int32_t current_ma)
{
	struct sim *sim = context;

	sim->dc_set_mv = voltage_mv;
	sim->dc_set_ma = current_ma;
	return 0;
}

static int sim_dc_read(void *context, struct hal_dc *ret)
{
	struct sim *sim = context;

	ret->voltage_mv = sim->dc_mv;
	ret->current_ma = sim->current_ma;
	ret->inlet_mv = sim_inlet_mv(sim);
	return 0;
}

static int sim_car_read(void *context, struct hal_car *ret)
{
	struct sim *sim = context;
	bool talks = sim->duty_permille == HAL_DUTY_DIGITAL;

	*ret = (struct hal_car){.present = sim->world->plugged && talks,
		.ready = sim_car_ready(sim),
		.target_mv = sim_battery_mv(sim),
		.target_ma = sim->car_max_ma,
		.max_mv = 450000,
		.battery_mc = sim->battery_mc};
	return 0;
}

static int sim_grid_read(void *context, int32_t *ret_permille)
{
	*ret_permille = ((struct sim *)context)->grid_permille;
	return 0;
}

static int sim_cool_set(void *context, int32_t percent)
{
	((struct sim *)context)->cool_percent = percent;
	return 0;
}

static int sim_display_set(void *context, int32_t percent)
{
	((struct sim *)context)->display_percent = percent;
	return 0;
}

static int sim_camera_read(void *context, char ret_code[HAL_CODE_MAX + 1])
{
	struct sim *sim = context;

	ret_code[0] = 0;
	if (!sim->code)
		return 0;
	memcpy(ret_code, sim->code, strlen(sim->code) + 1);
	mem_free(sim->code);
	sim->code = NULL;
	return 0;
}

static int sim_speak(void *context, const struct hal_speech *speech)
{
	struct sim *sim = context;

	snprintf(sim->spoken, sizeof(sim->spoken), "%s:%s", speech->language, speech->text);
	sim->spoken_volume = speech->volume;
	return 0;
}

static int sim_light_set(void *context, enum hal_light colour, enum hal_motion motion)
{
	struct sim *sim = context;

	sim->light = colour;
	sim->motion = motion;
	return 0;
}

static int sim_reader_read(void *context, char ret_tag[HAL_TAG_MAX + 1])
{
	struct sim *sim = context;

	memcpy(ret_tag, sim->tag, sizeof(sim->tag));
	sim->tag[0] = 0;
	return 0;
}

/* A modem that knows the car as soon as it has said who it is. */
static int sim_vehicle_read(void *context, struct vehicle *ret)
{
	const struct sim *sim = context;
	const struct vehicle *car = &sim->vehicle;

	if (!sim->world->plugged || sim->identified_us < sim->identify_us)
		return 0;
	if (car->match.known)
		ret->match = ret->source = ret->address = car->match;
	if (car->address.known)
		ret->address = car->address;
	if (car->vin.known)
		ret->vin = car->vin;
	if (car->battery.known)
		ret->battery = car->battery;
	return 0;
}

static const struct hal_ops sim_ops = {
	.pilot_read = sim_pilot_read,
	.pilot_set = sim_pilot_set,
	.contactor_set = sim_contactor_set,
	.contactor_read = sim_contactor_read,
	.lock_set = sim_lock_set,
	.lock_read = sim_lock_read,
	.meter_read = sim_meter_read,
	.sensors_read = sim_sensors_read,
	.contacts_read = sim_contacts_read,
	.plug_read = sim_plug_read,
	.residual_test = sim_residual_test,
	.insulation_read = sim_insulation_read,
	.car_read = sim_car_read,
	.vehicle_read = sim_vehicle_read,
	.grid_read = sim_grid_read,
	.back_set = sim_back_set,
	.cool_set = sim_cool_set,
	.light_set = sim_light_set,
	.display_set = sim_display_set,
	.reader_read = sim_reader_read,
	.camera_read = sim_camera_read,
	.speak = sim_speak,
};

/* An outlet with a source behind it; what it has not got must be NULL. */
static const struct hal_ops sim_direct_ops = {
	.pilot_read = sim_pilot_read,
	.pilot_set = sim_pilot_set,
	.contactor_set = sim_contactor_set,
	.contactor_read = sim_contactor_read,
	.lock_set = sim_lock_set,
	.lock_read = sim_lock_read,
	.meter_read = sim_meter_read,
	.sensors_read = sim_sensors_read,
	.contacts_read = sim_contacts_read,
	.plug_read = sim_plug_read,
	.insulation_read = sim_insulation_read,
	.dc_set = sim_dc_set,
	.dc_read = sim_dc_read,
	.car_read = sim_car_read,
	.vehicle_read = sim_vehicle_read,
	.can_send = sim_can_send,
	.can_receive = sim_can_receive,
	.grid_read = sim_grid_read,
	.cool_set = sim_cool_set,
	.light_set = sim_light_set,
	.display_set = sim_display_set,
	.reader_read = sim_reader_read,
	.camera_read = sim_camera_read,
	.speak = sim_speak,
};

void sim_direct(struct sim *sim, enum hal_plug plug, int32_t max_mv)
{
	sim->hal.ops = &sim_direct_ops;
	sim->hal.plug = plug;
	sim->hal.max_mv = max_mv;
	sim->car_phases = 1;
	sim_bms_init(&sim->bms);
}

void sim_init(struct sim *sim, struct sim_world *world, int32_t max_ma, uint8_t phases)
{
	memset(sim, 0, sizeof(*sim));
	sim->world = world ? world : &sim->own_world;
	if (sim->world->magic != SIM_MAGIC) {
		memset(sim->world, 0, sizeof(*sim->world));
		sim->world->magic = SIM_MAGIC;
	}
	sim->hal =
		(struct hal){.ops = &sim_ops, .context = sim, .max_ma = max_ma, .phases = phases};
	sim->wants_energy = true;
	sim->car_max_ma = max_ma;
	sim->car_phases = phases;
	sim->battery_speed = 1;
	sim->voltage_mv = 230000;
	sim->frequency_mhz = 50000;
	sim->humidity_permille = 450;
	sim->grid_permille = 1000;
	sim->battery_mc = 25000;
	sim->ambient_mc = 20000;
	sim->contact_mc = SIM_CONTACT_MC;
	sim->connector_mc = sim->cabinet_mc = sim->pin_mc = sim->ambient_mc;
	sim->duty_permille = HAL_DUTY_OFF;
}
