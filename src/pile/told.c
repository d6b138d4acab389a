/* told.c - what only a server of OCPP 2.x is told of an outlet (see told.h). */
#include "pile/told.h"

#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/talk.h"

bool pile_tells_states(const struct pile *pile)
{
	enum ocpp_version version =
		pile->link.talk ? pile->link.talk->version : pile->config.versions[0];

	return version != OCPP_16;
}

struct spool_facts outlet_facts(const struct pile *pile, const struct outlet *outlet)
{
	return (struct spool_facts){
		.state = (uint8_t)outlet->evse.state, .offline = !pile->link.accepted};
}

/* 2.x is told each change of the charging state as part of the transaction. */
void outlet_states(struct pile *pile, struct outlet *outlet)
{
	struct spool_facts facts = outlet_facts(pile, outlet);

	if (!outlet->tx || outlet->stop.owed || outlet->resuming || !pile_tells_states(pile) ||
		strcmp(evse_charging(outlet->evse.state),
			evse_charging((enum evse_state)outlet->told_charging)) == 0)
		return;
	if (spool_state(&pile->spool, outlet->tx, STATE_CHANGED, pile->now_us,
		    outlet->evse.meter.register_dwh, &facts) < 0)
		LOG_WARN("state not journalled", "pile=%.*s why=\"%s\"", STR_FMT(pile->config.name),
			fault_text());
	outlet->told_charging = facts.state;
}

/* A transaction ends by itself where the server set a limit to it. */
void outlet_limits(struct pile *pile, struct outlet *outlet)
{
	const struct spool_tx *tx = outlet->tx ? spool_tx(&pile->spool, outlet->tx) : NULL;
	const struct spool_limit *limit = tx ? &tx->limit : NULL;
	struct hal_meter values;

	if (!limit || outlet->stop.owed || outlet->resuming)
		return;
	values = meter_values(&outlet->evse.meter, pile->ticks_us);
	if (limit->energy_dwh >= 0 && values.register_dwh - tx->start_dwh >= limit->energy_dwh)
		pile_stop(pile, outlet, STOP_ENERGY_LIMIT, "");
	else if (limit->seconds >= 0 && pile->now_us - tx->started_us >= limit->seconds * US_PER_S)
		pile_stop(pile, outlet, STOP_TIME_LIMIT, "");
	else if (limit->soc_percent >= 0 && values.soc_percent >= limit->soc_percent)
		pile_stop(pile, outlet, STOP_SOC_LIMIT, "");
	else if (limit->cost_e5 >= 0 && outlet->cost_e5 >= limit->cost_e5)
		pile_stop(pile, outlet, STOP_COST_LIMIT, "");
}

uint64_t pile_connectors(const struct pile *pile, int64_t connector, bool whole)
{
	uint64_t bits = 0;

	if (connector)
		return UINT64_C(1) << connector;
	for (size_t i = whole ? 0 : 1; i <= pile->outlets_len; i++)
		bits |= UINT64_C(1) << i;
	return bits;
}

void pile_alert_done(struct pile *pile)
{
	if (pile->alerts_len == 0)
		return;
	pile->alerts_len--;
	memmove(pile->alerts, pile->alerts + 1, pile->alerts_len * sizeof(pile->alerts[0]));
}

void pile_alert(struct pile *pile, const struct pile_alert *event)
{
	if (pile->alerts_len == PILE_ALERTS) {
		memmove(pile->alerts, pile->alerts + 1,
			(PILE_ALERTS - 1) * sizeof(pile->alerts[0]));
		pile->alerts_len--;
	}
	pile->alerts[pile->alerts_len] = *event;
	pile->alerts[pile->alerts_len++].at_us = pile->now_us;
}

void outlet_alerts(struct pile *pile, const struct outlet *outlet)
{
	const struct evse *evse = &outlet->evse;

	for (uint32_t kind = 0; kind < PROTECT_KINDS && pile_tells_states(pile); kind++) {
		if (!(evse->protect_changed & UINT32_C(1) << kind))
			continue;
		pile_alert(pile, &(struct pile_alert){.connector = outlet->number,
					 .protect = (uint8_t)kind,
					 .tx = outlet->tx,
					 .cleared = !(evse->protect.active & UINT32_C(1) << kind)});
	}
}
