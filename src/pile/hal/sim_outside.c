/* sim_outside.c - a car that is no simulation at a simulated outlet. It stands beyond a network
 * interface and speaks for itself from its question where to connect on, as behind a modem that has
 * already found it; plug, control pilot, meter and source stay simulated, and do what a car that
 * talks so would make them do. So a charging station is tested with any car's software, and the
 * other way round, without a cable. */
#include "base/arena.h"
#include "base/fault.h"
#include "pile/hal/linux_parts.h"
#include "pile/hal/sim.h"

#define OUTSIDE_MA 6000    /* alternating current it draws: nobody here hears what it is told */
#define OUTSIDE_LEAST 2000 /* more than this is no precharge: its contactors are closed */

struct sim_outside {
	struct linux_cable line;
	bool open; /* its connection stands */
};

static int outside_look(void *context, struct hal_line *ret)
{
	struct sim *sim = context;

	TRY(linux_cable_look(&sim->outside->line, ret));
	sim_line_mac(ret->mac);
	return 0;
}

static int outside_send(void *context, const struct hal_packet *packet)
{
	struct sim *sim = context;

	if (packet->wire == HAL_WIRE_CLOSED)
		sim->outside->open = false;
	if (packet->wire != HAL_WIRE_FRAME)
		return linux_cable_send(&sim->outside->line, packet);
	sim_ev_take(sim->ev, packet);
	return 0;
}

static int outside_receive(void *context, struct hal_packet *ret, bool *ret_got)
{
	struct sim *sim = context;

	*ret_got = sim_ev_next(sim->ev, ret);
	if (*ret_got)
		return 0;
	TRY(linux_cable_receive(&sim->outside->line, ret, ret_got));
	if (*ret_got && ret->wire == HAL_WIRE_OPENED)
		sim->outside->open = true;
	if (*ret_got && ret->wire == HAL_WIRE_CLOSED)
		sim->outside->open = false;
	return 0;
}

int sim_outside(struct sim *sim, const char *interface)
{
	struct linux_cable line;

	TRY(linux_cable_open(&line, interface, false));
	if (!sim->ev)
		sim_line(sim);
	sim->outside = mem_alloc(sizeof(*sim->outside));
	*sim->outside = (struct sim_outside){.line = line};
	sim->ev->outside = true;
	sim->line_ops.line_look = outside_look;
	sim->line_ops.line_send = outside_send;
	sim->line_ops.line_receive = outside_receive;
	return 0;
}

void sim_outside_step(struct sim *sim)
{
	bool talks = sim->outside->open && sim->world->plugged;

	sim->ev->asks = talks;
	sim->ev->closed = talks && sim->contactor_closed && sim->dc_set_ma > OUTSIDE_LEAST;
	sim->ev->told_ma = OUTSIDE_MA;
}

void sim_outside_end(struct sim *sim)
{
	if (!sim->outside)
		return;
	linux_cable_close(&sim->outside->line);
	mem_free(sim->outside);
	sim->outside = NULL;
}
