/* sim_can.c - the simulated bus: a script puts frames on it, in the notation of the candump tool,
 * and sees the last ones the pile sent. A bus nobody reads drops what does not fit, as a real one
 * does. */
#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "pile/hal/sim.h"

#define SIM_CAN_ID_MAX 0x1fffffff

static bool can_id(struct str text, uint32_t *ret)
{
	uint8_t bytes[4];

	if (text.len != 8 || !hex_read(text, bytes, sizeof(bytes)))
		return false;
	*ret = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
	return *ret <= SIM_CAN_ID_MAX;
}

bool sim_can_put(struct sim *sim, struct str text)
{
	struct sim_bus *bus = &sim->bus;
	struct hal_can frame = {0};
	struct str rest = text, id = str_cut(&rest, '#');

	if (!can_id(id, &frame.id) || rest.len % 2 != 0 || rest.len / 2 > sizeof(frame.data) ||
		!memchr(text.ptr, '#', text.len) || !hex_read(rest, frame.data, rest.len / 2) ||
		bus->in_len == SIM_CAN_IN_MAX)
		return false;
	frame.len = (uint8_t)(rest.len / 2);
	bus->in[bus->in_len++] = frame;
	return true;
}

void sim_can_text(const struct hal_can *frame, char ret[SIM_CAN_TEXT])
{
	int len = snprintf(ret, SIM_CAN_TEXT, "%08X#", frame->id);

	for (int i = 0; i < frame->len; i++)
		len += snprintf(ret + len, (size_t)(SIM_CAN_TEXT - len), "%02X", frame->data[i]);
}

/* What the battery has to say goes onto the bus, where the pile finds it. */
static void can_from_car(struct sim *sim)
{
	struct sim_bus *bus = &sim->bus;
	struct hal_can frame;

	while (gbt_link_next(&sim->bms.link, &frame))
		if (!(sim->faults & SIM_FAULT_CAR_SILENT) && bus->in_len < SIM_CAN_IN_MAX)
			bus->in[bus->in_len++] = frame;
}

void sim_can_step(struct sim *sim, const struct sim_battery *battery, int64_t dt_us)
{
	if (sim->hal.plug != HAL_PLUG_GBT_DC)
		return;
	if (!sim->world->plugged) {
		sim_bms_init(&sim->bms);
		return;
	}
	sim_bms_step(&sim->bms, battery, dt_us);
	can_from_car(sim);
}

int sim_can_send(void *context, const struct hal_can *frame)
{
	struct sim *sim = context;
	struct sim_bus *bus = &sim->bus;

	if (bus->out_len == SIM_CAN_MAX) {
		bus->out_len--;
		memmove(bus->out, bus->out + 1, bus->out_len * sizeof(bus->out[0]));
	}
	bus->out[bus->out_len++] = *frame;
	if (sim->hal.plug == HAL_PLUG_GBT_DC && sim->world->plugged) {
		sim_bms_take(&sim->bms, frame);
		can_from_car(sim);
	}
	return 0;
}

int sim_can_receive(void *context, struct hal_can *ret, bool *ret_got)
{
	struct sim_bus *bus = &((struct sim *)context)->bus;

	*ret_got = bus->in_len > 0;
	if (!*ret_got)
		return 0;
	*ret = bus->in[0];
	bus->in_len--;
	memmove(bus->in, bus->in + 1, bus->in_len * sizeof(bus->in[0]));
	return 0;
}
