/* ocpp2_needs.c - what cars need and will draw, told to a server of OCPP 2.x (needs.h; use cases
 * K15 to K17). */
#include "base/clock.h"
#include "base/fault.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "wire/ocpp2/needs.h"

#define E6 INT64_C(1000000)

enum call_kind ocpp2_needs_due(struct pile *pile)
{
	if (needs_due(pile))
		return CALL_NEEDS;
	return needs_plan_due(pile) ? CALL_EV_PLAN : CALL_NONE;
}

/* ---- needs: both spellings of each number; a version's rows write its own ---- */

static void put_ac(const struct needs *needs, struct ocpp2_ac_charging_parameters *to)
{
	to->energy_amount = needs->energy_wh;
	to->energy_amount_e6 = needs->energy_wh * E6;
	to->ev_min_current = needs->min_ma / 1000;
	to->ev_min_current_e6 = needs->min_ma * INT64_C(1000);
	to->ev_max_current = needs->max_ma / 1000;
	to->ev_max_current_e6 = needs->max_ma * INT64_C(1000);
	to->ev_max_voltage = needs->max_mv / 1000;
	to->ev_max_voltage_e6 = needs->max_mv * INT64_C(1000);
}

static void put_dc(const struct needs *needs, struct ocpp2_dc_charging_parameters *to)
{
	to->ev_max_current = needs->max_ma / 1000;
	to->ev_max_current_e6 = needs->max_ma * INT64_C(1000);
	to->ev_max_voltage = needs->max_mv / 1000;
	to->ev_max_voltage_e6 = needs->max_mv * INT64_C(1000);
	to->has_energy_amount = to->has_energy_amount_e6 = needs->energy_wh > 0;
	to->energy_amount = needs->energy_wh;
	to->energy_amount_e6 = needs->energy_wh * E6;
	to->has_ev_max_power = to->has_ev_max_power_e6 = needs->max_w > 0;
	to->ev_max_power = needs->max_w;
	to->ev_max_power_e6 = needs->max_w * E6;
	to->has_ev_energy_capacity = to->has_ev_energy_capacity_e6 = needs->capacity_wh > 0;
	to->ev_energy_capacity = needs->capacity_wh;
	to->ev_energy_capacity_e6 = needs->capacity_wh * E6;
	to->has_state_of_charge = needs->soc_percent >= 0;
	to->state_of_charge = needs->soc_percent;
	to->has_full_soc = needs->full_percent >= 0;
	to->full_soc = needs->full_percent;
	to->has_bulk_soc = needs->bulk_percent >= 0;
	to->bulk_soc = needs->bulk_percent;
}

static int say_needs(struct talk *talk, void *out)
{
	struct ocpp2_notify_ev_charging_needs_req *req = out;
	struct outlet *outlet = needs_due(talk->pile);
	const struct needs *needs = outlet ? &outlet->evse.cable.hlc.needs : NULL;
	struct ocpp2_charging_needs *to = &req->charging_needs;

	if (!needs)
		return TALK_UNSAID;
	outlet->needs.asked = needs->count;
	talk->pile->needs_asked_for = outlet->number;
	req->evse_id = outlet->number;
	req->has_max_schedule_tuples = needs->entries > 0;
	req->max_schedule_tuples = needs->entries;
	req->has_timestamp = talk->version == OCPP_21 && needs->said_us > 0;
	req->timestamp_us = needs->said_us;
	to->requested_energy_transfer = needs->direct  ? OCPP2_ENERGY_TRANSFER_MODE_DC
					: needs->three ? OCPP2_ENERGY_TRANSFER_MODE_AC_THREE_PHASE
						       : OCPP2_ENERGY_TRANSFER_MODE_AC_SINGLE_PHASE;
	to->has_departure_time = needs->departs_s > 0 && needs->said_us > 0;
	to->departure_time_us = needs->said_us + needs->departs_s * US_PER_S;
	to->has_dc_charging_parameters = needs->direct;
	to->has_ac_charging_parameters = !needs->direct;
	if (needs->direct)
		put_dc(needs, &to->dc_charging_parameters);
	else
		put_ac(needs, &to->ac_charging_parameters);
	/* ISO 15118-2 has schedules, and the car alone knows what it needs */
	to->has_control_mode = to->has_mobility_needs_mode = talk->version == OCPP_21;
	to->control_mode = OCPP2_CONTROL_MODE_SCHEDULED_CONTROL;
	to->mobility_needs_mode = OCPP2_MOBILITY_NEEDS_MODE_EVCC;
	return 0;
}

/* A profile follows, or none: then the car goes by what there is. */
static bool hear_needs(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_notify_ev_charging_needs_conf *conf = in;

	(void)ret;
	if (conf->status == OCPP2_NOTIFY_EV_CHARGING_NEEDS_STATUS_ACCEPTED ||
		conf->status == OCPP2_NOTIFY_EV_CHARGING_NEEDS_STATUS_PROCESSING)
		return true;
	needs_profiled(talk->pile, talk->pile->needs_asked_for);
	return true;
}

/* ---- the car's own schedule ---- */

static int say_plan(struct talk *talk, void *out)
{
	struct ocpp2_notify_ev_charging_schedule_req *req = out;
	struct outlet *outlet = needs_plan_due(talk->pile);
	const struct needs_schedule *plan = outlet ? &outlet->evse.cable.hlc.plan : NULL;
	struct ocpp2_charging_schedule *to = &req->charging_schedule;

	if (!plan)
		return TALK_UNSAID;
	outlet->needs.plan = plan->count;
	to->charging_schedule_period =
		ARENA_ARRAY(talk->arena, struct ocpp2_charging_schedule_period, plan->len);
	if (!to->charging_schedule_period)
		return FAULT(FAULT_NOMEM, "a car's schedule");
	for (size_t i = 0; i < plan->len; i++)
		to->charging_schedule_period[i] = (struct ocpp2_charging_schedule_period){
			.start_period = plan->steps[i].from_s,
			.has_limit_milli = talk->version == OCPP_21,
			.limit_milli = plan->steps[i].w * 1000};
	to->charging_schedule_period_len = plan->len;
	to->id = 1;
	to->charging_rate_unit = OCPP2_CHARGING_RATE_UNIT_W;
	req->evse_id = outlet->number;
	req->time_base_us = talk->pile->now_us;
	return 0;
}

static const struct talk_say needs_say_rows[] = {
	{CALL_NEEDS, "NotifyEVChargingNeeds", say_needs, hear_needs},
	{CALL_EV_PLAN, "NotifyEVChargingSchedule", say_plan, NULL},
};
const struct talk_says ocpp2_needs_says = TALK_ROWS(needs_say_rows);
