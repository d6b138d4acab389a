/* sim_line.c - the data line of a simulated outlet: between the pile's operations and the car that
 * speaks on it (sim_ev.h). */
#include <string.h>

#include "base/arena.h"
#include "pile/hal/sim.h"

static const uint8_t line_mac[SLAC_MAC] = {0x02, 0x70, 0x69, 0x6c, 0x65, 0x01};

void sim_line_mac(uint8_t ret_mac[SLAC_MAC])
{
	memcpy(ret_mac, line_mac, sizeof(line_mac));
}

static int line_look(void *context, struct hal_line *ret)
{
	(void)context;
	memset(ret, 0, sizeof(*ret));
	sim_line_mac(ret->mac);
	ret->address[0] = 0xfe;
	ret->address[1] = 0x80;
	ret->address[15] = 1;
	ret->port = 50001;
	return 0;
}

static int line_send(void *context, const struct hal_packet *packet)
{
	struct sim *sim = context;

	sim_ev_take(sim->ev, packet);
	return 0;
}

static int line_receive(void *context, struct hal_packet *ret, bool *ret_got)
{
	struct sim *sim = context;

	*ret_got = sim_ev_next(sim->ev, ret);
	/* a car that is silenced is heard no more, its modem neither */
	if (sim->faults & SIM_FAULT_CAR_SILENT)
		*ret_got = false;
	return 0;
}

void sim_line(struct sim *sim)
{
	sim->ev = mem_alloc(sizeof(*sim->ev));
	sim_ev_init(sim->ev);
	sim->ev->on = true;
	sim->line_ops = *sim->hal.ops;
	sim->line_ops.line_look = line_look;
	sim->line_ops.line_send = line_send;
	sim->line_ops.line_receive = line_receive;
	sim->hal.ops = &sim->line_ops;
}

void sim_line_end(struct sim *sim)
{
	sim_ev_fini(sim->ev);
	mem_free(sim->ev);
	sim->ev = NULL;
}

bool sim_talks(const struct sim *sim)
{
	return sim->ev && sim->ev->on;
}

bool sim_talk_takes(const struct sim *sim)
{
	if (!sim_talks(sim))
		return true;
	if (sim->hal.max_mv > 0)
		return sim->ev->closed;
	return sim->duty_permille != HAL_DUTY_DIGITAL || sim->ev->asks;
}

void sim_line_step(
	struct sim *sim, const struct sim_battery *battery, int32_t inlet_mv, int64_t dt_us)
{
	const struct sim_ev_world world = {.duty_permille = sim->duty_permille,
		.plugged = sim->world->plugged,
		.wants = battery->wants,
		.direct = sim->hal.max_mv > 0,
		.now_mv = battery->now_mv,
		.max_mv = battery->max_mv,
		.max_ma = battery->max_ma,
		.inlet_mv = inlet_mv,
		.soc_percent = battery->soc_percent,
		.capacity_dwh = sim->world->battery_cap_dwh};

	sim_ev_step(sim->ev, &world, dt_us);
	if (sim->outside)
		sim_outside_step(sim);
}
