/* sim_back.c - a simulated car that gives energy back, and a meter that counts it (sim.h). It keeps
 * a fifth of its battery for the way home. */
#include "pile/hal/sim.h"

#define KEEP_PERCENT 20
#define TENTH_WH_PJ INT64_C(360000000000000)

static bool has_to_give(const struct sim *sim)
{
	return sim->world->plugged && sim->car_back_ma > 0 && sim->hal.max_mv == 0 &&
	       sim->world->battery_dwh * 100 > sim->world->battery_cap_dwh * KEEP_PERCENT;
}

int sim_back_set(void *context, int32_t ma, bool *ret_does)
{
	struct sim *sim = context;

	sim->back_set_ma = ma;
	*ret_does = ma > 0 && has_to_give(sim);
	return 0;
}

bool sim_back_step(struct sim *sim, int64_t dt_us)
{
	int32_t ma = sim->back_set_ma < sim->car_back_ma ? sim->back_set_ma : sim->car_back_ma;
	__int128 energy_pj;

	sim->gives = sim->contactor_closed && ma > 0 && has_to_give(sim);
	if (!sim->gives)
		return false;
	sim->current_ma = ma;
	energy_pj = (__int128)sim->voltage_mv * ma * sim->car_phases * dt_us;
	energy_pj += sim->world->export_rest;
	sim->world->export_dwh += (int64_t)(energy_pj / TENTH_WH_PJ);
	sim->world->battery_dwh -= (int64_t)(energy_pj / TENTH_WH_PJ);
	sim->world->export_rest = (int64_t)(energy_pj % TENTH_WH_PJ);
	return true;
}
