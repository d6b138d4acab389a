/* sim.c - the simulated outlet and its car (see sim.h). */
#include "pile/hal/sim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"

#define SIM_MAGIC 0x4c594e31u
#define SIM_TENTH_WH_PJ \
	INT64_C(360000000000000) /* picojoules in 0.1 Wh = microwatts times microseconds */
#define SIM_CONTACTOR_US 30000
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
	return sim->world->plugged && sim->wants_energy &&
	       sim->world->battery_dwh < sim->world->battery_cap_dwh;
}

/* What the car would take: the smallest of its own limit, what the signal allows, and what the
 * battery still accepts (falling in a line from all at 80 % to a twentieth at 100 %). */
static int32_t sim_car_ma(const struct sim *sim)
{
	int32_t allowed_ma = sim_duty_ma(sim->duty_permille);
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
	if (sim->faults & SIM_FAULT_OVERCURRENT)
		ma = ma + ma / 2 + 5000;
	return ma;
}

static int64_t sim_power_uw(const struct sim *sim)
{
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

/* Temperatures move towards their target by 1/60 a second: ambient, plus what the current heats,
 * which at the rated current is 30 degrees at the connector and 10 in the cabinet. */
static void sim_step_heat(struct sim *sim, int64_t dt_us)
{
	int64_t load = (int64_t)sim->current_ma * 1000 / sim->hal.max_ma; /* permille */
	int32_t heat_mc = (int32_t)(load * load * 30000 / 1000000);
	int32_t target_mc = sim->ambient_mc + heat_mc;

	if (sim->faults & SIM_FAULT_OVERHEAT)
		target_mc += 90000;
	sim->connector_mc += (int32_t)((target_mc - sim->connector_mc) * dt_us / 60000000);
	sim->cabinet_mc +=
		(int32_t)((sim->ambient_mc + heat_mc / 3 - sim->cabinet_mc) * dt_us / 60000000);
}

void sim_step(struct sim *sim, int64_t dt_us)
{
	bool coil = sim->contactor_coil && !(sim->faults & SIM_FAULT_CONTACTOR_DEAD);

	if (sim->faults & SIM_FAULT_WELDED)
		coil = coil || sim->contactor_closed;
	sim->coil_us += dt_us;
	if (sim->coil_us >= SIM_CONTACTOR_US)
		sim->contactor_closed = coil;
	if (!(sim->faults & SIM_FAULT_LOCK))
		sim->locked = sim->lock_coil;
	sim->current_ma = sim->contactor_closed && sim_car_ready(sim) ? sim_car_ma(sim) : 0;
	sim_step_energy(sim, dt_us);
	sim_step_heat(sim, dt_us);
}

void sim_plug(struct sim *sim, int64_t battery_cap_dwh, int32_t soc_percent)
{
	sim->world->plugged = 1;
	sim->world->battery_cap_dwh = battery_cap_dwh;
	sim->world->battery_dwh = battery_cap_dwh * soc_percent / 100;
	sim->world->battery_rest = 0;
	sim->wants_energy = true;
}

void sim_unplug(struct sim *sim)
{
	sim->world->plugged = 0;
	sim->current_ma = 0;
}

bool sim_tap(struct sim *sim, const char *tag, size_t len)
{
	if (len == 0 || len > HAL_TAG_MAX || sim->tag[0])
		return false;
	memcpy(sim->tag, tag, len);
	sim->tag[len] = 0;
	return true;
}

/* ---- the operations of hal.h ---- */

static int sim_pilot_read(void *context, struct hal_pilot *ret)
{
	struct sim *sim = context;
	bool signal = sim->duty_permille > 0 && sim->duty_permille < HAL_DUTY_OFF;

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
	if (signal && sim_car_ready(sim))
		ret->high_mv = sim->ventilation ? 3000 : 6000;
	ret->low_mv = ret->high_mv;
	if (signal)
		ret->low_mv = sim->faults & SIM_FAULT_DIODE ? -ret->high_mv : -12000;
	return 0;
}

static int sim_pilot_set(void *context, int32_t duty_permille)
{
	((struct sim *)context)->duty_permille = duty_permille;
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
	ret->power_mw = sim_power_uw(sim) / 1000;
	for (int i = 0; i < sim->hal.phases; i++) {
		ret->voltage_mv[i] = sim->voltage_mv;
		ret->current_ma[i] = i < sim->car_phases ? sim->current_ma : 0;
	}
	ret->frequency_mhz = 50000;
	ret->soc_percent = sim->world->plugged ? sim_soc_percent(sim) : -1;
	return 0;
}

static int sim_temperature_read(void *context, enum hal_sensor sensor, int32_t *ret_mc)
{
	struct sim *sim = context;

	*ret_mc = sensor == HAL_SENSOR_CONNECTOR ? sim->connector_mc : sim->cabinet_mc;
	return 0;
}

static int sim_residual_read(void *context, int32_t *ret_ua)
{
	*ret_ua = ((struct sim *)context)->faults & SIM_FAULT_RESIDUAL ? 45000 : 300;
	return 0;
}

static int sim_emergency_read(void *context, bool *ret_pressed)
{
	*ret_pressed = ((struct sim *)context)->faults & SIM_FAULT_EMERGENCY;
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

static const struct hal_ops sim_ops = {
	.pilot_read = sim_pilot_read,
	.pilot_set = sim_pilot_set,
	.contactor_set = sim_contactor_set,
	.contactor_read = sim_contactor_read,
	.lock_set = sim_lock_set,
	.lock_read = sim_lock_read,
	.meter_read = sim_meter_read,
	.temperature_read = sim_temperature_read,
	.residual_read = sim_residual_read,
	.emergency_read = sim_emergency_read,
	.light_set = sim_light_set,
	.reader_read = sim_reader_read,
};

void sim_init(struct sim *sim, struct sim_world *world, int32_t max_ma, uint8_t phases)
{
	memset(sim, 0, sizeof(*sim));
	sim->world = world ? world : &sim->own_world;
	if (sim->world->magic != SIM_MAGIC) {
		memset(sim->world, 0, sizeof(*sim->world));
		sim->world->magic = SIM_MAGIC;
	}
	sim->hal = (struct hal){&sim_ops, sim, max_ma, phases};
	sim->wants_energy = true;
	sim->car_max_ma = max_ma;
	sim->car_phases = phases;
	sim->battery_speed = 1;
	sim->voltage_mv = 230000;
	sim->ambient_mc = 20000;
	sim->connector_mc = sim->cabinet_mc = sim->ambient_mc;
	sim->duty_permille = HAL_DUTY_OFF;
}

int sim_worlds_map(const char *path, size_t count, struct sim_world **ret_worlds)
{
	size_t bytes = count * sizeof(struct sim_world);
	void *memory;
	int file;

	if (!path) {
		*ret_worlds = mem_alloc(bytes);
		return 0;
	}
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return FAULT(FAULT_IO, "cannot open %s: %m", path);
	if (ftruncate(file, (off_t)bytes) != 0) {
		close(file);
		return FAULT(FAULT_IO, "cannot size %s: %m", path);
	}
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	if (memory == MAP_FAILED)
		return FAULT(FAULT_IO, "cannot map %s: %m", path);
	*ret_worlds = memory;
	return 0;
}

void sim_worlds_unmap(struct sim_world *worlds, size_t count, bool file)
{
	if (!worlds)
		return;
	if (file)
		munmap(worlds, count * sizeof(struct sim_world));
	else
		mem_free(worlds);
}
