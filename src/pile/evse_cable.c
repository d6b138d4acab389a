/* evse_cable.c - an outlet whose car is spoken with over the charging cable: what the talk has to
 * know of the outlet, and what the outlet does by it. */
#include <stdio.h>

#include "base/clock.h"
#include "pile/evse.h"

#define CABLE_PROBE_MV 500000        /* of a source that is not there */
#define CABLE_OPEN_US (6 * US_PER_S) /* a car that was told to stop has this long to do so */

static bool cable_plug(enum hal_plug plug)
{
	switch (plug) {
	case HAL_PLUG_IEC_TYPE1:
	case HAL_PLUG_IEC_TYPE2:
	case HAL_PLUG_SAE_J3400:
	case HAL_PLUG_CCS1:
	case HAL_PLUG_CCS2:
		return true;
	default:
		return false;
	}
}

bool evse_on_cable(const struct evse *evse)
{
	const struct hal_ops *ops = evse->hal->ops;

	return evse->cable.rng && ops->line_look && ops->line_send && ops->line_receive &&
	       (evse->mode.charging == MODE_CCS || evse->mode.charging == MODE_SIGNAL) &&
	       cable_plug(evse->mode.plug);
}

static struct hlc_input cable_outlet(const struct evse *evse)
{
	const uint32_t stops = 1u << PROTECT_EMERGENCY | 1u << PROTECT_REMOTE_STOP;
	bool direct = evse->mode.current == MODE_DC, probe = evse->probe && !direct;

	return (struct hlc_input){.direct = direct || probe,
		.probe = probe,
		.granted = evse_wants(evse),
		.look = evse->look,
		.contract = evse->contract,
		.contracts = evse->contracts,
		.receipts = evse->receipts,
		.fault = evse->protect.active != 0,
		.emergency = evse->protect.active & stops,
		.closed = evse->closed,
		.dc = evse->dc.phase,
		.dc_failed = evse->dc.failed,
		.source = evse->dc_seen,
		.max_mv = probe ? CABLE_PROBE_MV : evse->hal->max_mv,
		.min_mv = evse->hal->min_mv,
		.max_ma = evse->mode.max_ma,
		.limit_ma = evse->offer.ma,
		.nominal_mv = evse->mode.nominal_mv,
		.phases = evse->mode.current == MODE_AC_THREE ? HAL_PHASES : 1,
		.plans = evse->plans,
		.planned = evse->planned,
		.schedule = &evse->schedule,
		.register_dwh = evse->meter.register_dwh,
		.now_us = evse->utc_us};
}

void evse_cable(struct evse *evse, int64_t ticks_us)
{
	/* a car that is told of a fault hears it to the end; a talk does not begin with one */
	struct cable_input input = {
		.plugged = evse->plugged && evse->operative && evse->mode.max_ma > 0,
		.fit = !protect_ends(&evse->protect),
		.wanted = evse_wants(evse),
		.paper = evse->paper,
		.outlet = cable_outlet(evse)};

	/* while the pilot is held down the car starts over */
	if (evse->cable.rng && (ticks_us >= evse->pulse_until_us || !input.plugged)) {
		snprintf(input.outlet.name, sizeof(input.outlet.name), "%s", evse->name);
		cable_run(&evse->cable, evse->hal, &input, &evse->vehicle, ticks_us);
	}
}

bool evse_cable_closes(const struct evse *evse, bool on)
{
	/* told to take nothing, the car needs a moment; it is not switched off under load */
	bool letting_go = evse->closed_wish && evse->read_us - evse->on_us < CABLE_OPEN_US;

	return evse->cable.hlc.closes && (on || letting_go);
}
