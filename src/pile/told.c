/* told.c - what a server of OCPP 2.x is told of an outlet (see told.h). */
#include "pile/told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/monitor.h"
#include "pile/talk.h"

#define TOLD_RATE_US (10 * US_PER_S)  /* changes of power are told at most this often */
#define TOLD_EASED_US (60 * US_PER_S) /* an easing that is none for so long is over */
#define TOLD_RETRY_US (30 * US_PER_S)
#define TOLD_ATTEMPTS 5
#define TOLD_WARNING 6 /* severity, as 2.x counts */

bool pile_tells_states(const struct pile *pile)
{
	enum ocpp_version version =
		pile->link.talk ? pile->link.talk->version : pile->config.versions[0];

	return version != OCPP_16;
}

struct spool_facts outlet_facts(const struct pile *pile, const struct outlet *outlet)
{
	return (struct spool_facts){.state = (uint8_t)outlet->evse.state,
		.offline = !pile->link.accepted,
		.exports = outlet->hal.back_ma > 0,
		.export_dwh = outlet->evse.meter.export_dwh};
}

static void outlet_tell(struct pile *pile, struct outlet *outlet, enum state_cause cause)
{
	struct spool_facts facts = outlet_facts(pile, outlet);

	if (spool_state(&pile->spool, outlet->tx, cause, pile->now_us,
		    outlet->evse.meter.register_dwh, &facts) < 0)
		LOG_WARN("state not journalled", "pile=%.*s why=\"%s\"", STR_FMT(pile->config.name),
			fault_text());
	outlet->told_charging = facts.state;
}

/* Is the change of power large enough for the server? */
static bool told_matters(const struct pile *pile, const struct outlet *outlet)
{
	int64_t before_ma = outlet->rate.told_ma, change_ma = outlet->evse.offer.ma - before_ma;

	return llabs(change_ma) * 100 >= before_ma * pile->keys.values[KEY_SIGNIFICANCE];
}

/* 2.x is told each change of the charging state as part of the transaction, and when the power was
 * changed for reasons of our own. */
void outlet_states(struct pile *pile, struct outlet *outlet)
{
	enum evse_state state = outlet->evse.state;

	if (!outlet->tx || outlet->stop.owed || outlet->resuming || !pile_tells_states(pile)) {
		outlet->rate.owed = false;
		return;
	}
	if (strcmp(evse_charging(state), evse_charging((enum evse_state)outlet->told_charging)) !=
		0) {
		outlet_tell(pile, outlet, state == EVSE_FAULTED ? STATE_FAULT : STATE_CHANGED);
	} else if (outlet->rate.owed && state == EVSE_CHARGING &&
		   pile->ticks_us >= outlet->rate.next_us) {
		outlet->rate.owed = false;
		if (!told_matters(pile, outlet))
			return;
		outlet->rate.told_ma = outlet->evse.offer.ma;
		outlet->rate.next_us = pile->ticks_us + TOLD_RATE_US;
		outlet_tell(pile, outlet, STATE_RATE);
	}
}

enum stop_reason outlet_fault_reason(const struct outlet *outlet)
{
	switch (protect_ending(&outlet->evse.protect)) {
	case PROTECT_EMERGENCY:
	case PROTECT_REMOTE_STOP:
		return STOP_EMERGENCY;
	case PROTECT_RESIDUAL:
	case PROTECT_RESIDUAL_DC:
	case PROTECT_RESIDUAL_TEST:
	case PROTECT_INSULATION:
		return STOP_GROUND_FAULT;
	case PROTECT_OVERCURRENT:
		return STOP_OVERCURRENT;
	default:
		return STOP_OTHER;
	}
}

/* ---- less power by heat ---- */

static const struct easing_row easing_rows[EASINGS] = {
	[EASING_CABINET] = {"W02", "Less power: cabinet warm", "TemperatureSensor", "Temperature"},
	[EASING_CONNECTOR] = {"W01", "Less power: connector warm", "Connector", "Temperature"},
	[EASING_COOLING] = {"W03", "Half the power until the connector has cooled",
		"AirCoolingSystem", "Active"},
};

const struct easing_row *easing_row(enum easing easing)
{
	ASSERT(easing > EASING_NONE && easing < EASINGS);
	return &easing_rows[easing];
}

enum easing outlet_easing(const struct outlet *outlet)
{
	for (int easing = EASINGS - 1; easing > EASING_NONE; easing--)
		if (outlet->eased_us[easing])
			return (enum easing)easing;
	return EASING_NONE;
}

static void outlet_easing_event(
	struct pile *pile, const struct outlet *outlet, enum easing easing, bool cleared)
{
	struct pile_alert event = {.connector = outlet->number,
		.protect = PROTECT_KINDS,
		.easing = (uint8_t)easing,
		.tx = outlet->tx,
		.cleared = cleared};
	int32_t felt_mc =
		easing == EASING_CABINET ? outlet->evse.cabinet_mc : outlet->evse.connector_mc;

	if (!pile_tells_states(pile))
		return;
	if (easing != EASING_COOLING && felt_mc != HAL_ABSENT)
		snprintf(event.value, sizeof(event.value), "%d", felt_mc / 1000);
	pile_alert(pile, &event);
}

/* The reasons take turns when both are near: each is over only when it has been none for a while,
 * or the charge is. */
static void outlet_ease(struct pile *pile, struct outlet *outlet)
{
	const struct evse *evse = &outlet->evse;
	const bool now[EASINGS] = {
		[EASING_CABINET] = evse->offer.reason == STRATEGY_CABINET,
		[EASING_CONNECTOR] = evse->offer.reason == STRATEGY_HEAT,
		[EASING_COOLING] = evse->strategy.cooling,
	};

	for (int easing = EASING_NONE + 1; easing < EASINGS; easing++) {
		int64_t *since_us = &outlet->eased_us[easing];
		bool told = *since_us != 0;
		if (evse->running && now[easing])
			*since_us = pile->ticks_us;
		else if (told && (!evse->running || pile->ticks_us - *since_us >= TOLD_EASED_US))
			*since_us = 0;
		if (told != (*since_us != 0))
			outlet_easing_event(pile, outlet, (enum easing)easing, told);
	}
}

/* What the platform itself asked for needs no telling. */
static bool told_reason(uint8_t reason)
{
	return reason != STRATEGY_FULL && reason != STRATEGY_PROFILE;
}

void outlet_eases(struct pile *pile, struct outlet *outlet, uint32_t happened)
{
	uint8_t reason = (uint8_t)outlet->evse.offer.reason;

	if (happened & EVSE_H_POWER && outlet->evse.offer.changed)
		outlet->rate.owed = outlet->rate.owed || told_reason(reason) ||
				    told_reason(outlet->rate.reason);
	outlet->rate.reason = reason;
	outlet_ease(pile, outlet);
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

static void alert_drop(struct pile *pile, size_t at)
{
	pile->alerts_len--;
	memmove(pile->alerts + at, pile->alerts + at + 1,
		(pile->alerts_len - at) * sizeof(pile->alerts[0]));
}

void pile_alert_done(struct pile *pile)
{
	if (pile->alerts_len == 0)
		return;
	alert_drop(pile, 0);
	pile->alerts_told++;
	pile->alert_failures = 0;
	pile->alert_retry_us = 0;
}

void pile_alert_refused(struct pile *pile, bool never)
{
	pile->alert_failures++;
	pile->alert_retry_us = pile->ticks_us + TOLD_RETRY_US;
	if (!never && pile->alert_failures < TOLD_ATTEMPTS)
		return;
	LOG_WARN("event given up", "pile=%.*s waiting=%zu", STR_FMT(pile->config.name),
		pile->alerts_len);
	pile_alert_done(pile);
}

uint8_t pile_alert_severity(const struct pile *pile, const struct pile_alert *event)
{
	const struct monitor *monitor;

	if (event->protect < PROTECT_KINDS)
		return protect_row((enum protect_kind)event->protect)->severity;
	if (event->easing != EASING_NONE)
		return TOLD_WARNING;
	monitor = monitor_find(pile, event->monitor);
	return monitor ? monitor->severity : MONITOR_SEVERITY_MAX;
}

/* Makes room: the least serious goes, of several the oldest, but not the one that is being told.
 * False when the new one itself is less serious than all. */
static bool alert_room(struct pile *pile, uint8_t severity)
{
	size_t worst = pile->link.call.kind == CALL_ALERT ? 1 : 0;

	if (pile->alerts_len < PILE_ALERTS)
		return true;
	for (size_t i = worst; i < pile->alerts_len; i++)
		if (pile_alert_severity(pile, &pile->alerts[i]) >
			pile_alert_severity(pile, &pile->alerts[worst]))
			worst = i;
	if (pile_alert_severity(pile, &pile->alerts[worst]) < severity)
		return false;
	alert_drop(pile, worst);
	return true;
}

void pile_alert(struct pile *pile, const struct pile_alert *event)
{
	uint8_t severity = pile_alert_severity(pile, event);

	if (!pile->link.accepted && severity > pile->keys.values[KEY_QUEUE_SEVERITY])
		return;
	if (!alert_room(pile, severity))
		return;
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
