/* ocpp2_energy.c - energy both ways in OCPP 2.1: priority of a charge, schedules that are updated,
 * which ways energy may flow (see profiles.h). */
#include "base/clock.h"
#include "base/fault.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "wire/ocpp2/needs.h"
#include "wire/ocpp2/smart.h"

/* ---- priority ---- */

static int order_priority(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_use_priority_charging_req *req = in;
	struct ocpp2_use_priority_charging_conf *conf = out;
	struct outlet *outlet =
		pile_outlet_of(talk->pile, ocpp2_tx(talk->pile, req->transaction_id));
	int outcome = outlet ? profiles_priority(talk->pile, outlet, req->activate, false)
			     : PRIORITY_E_CHARGE;

	TRY(outcome);
	conf->status = outcome == 0                    ? OCPP2_PRIORITY_CHARGING_STATUS_ACCEPTED
		       : outcome == PRIORITY_E_PROFILE ? OCPP2_PRIORITY_CHARGING_STATUS_NO_PROFILE
						       : OCPP2_PRIORITY_CHARGING_STATUS_REJECTED;
	return 0;
}

static struct outlet *priority_due(struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++)
		if (pile->outlets[i].priority_due != 0)
			return &pile->outlets[i];
	return NULL;
}

static int say_priority(struct talk *talk, void *out)
{
	struct outlet *outlet = priority_due(talk->pile);
	struct ocpp2_notify_priority_charging_req *req = out;

	if (!outlet || !spool_tx(&talk->pile->spool, outlet->priority_due))
		return TALK_UNSAID;
	req->transaction_id = ocpp2_name(talk->pile, outlet->priority_due, talk->arena);
	req->activated = outlet->priority && outlet->tx == outlet->priority_due;
	outlet->priority_due = 0;
	return 0;
}

/* ---- schedules that are updated ---- */

/* False for what cannot be followed: a phase of its own, power that only shifts. */
static bool take_update(enum profile_unit unit, const struct ocpp2_charging_schedule_update *from,
	struct profile_update *to)
{
	int64_t divisor = unit == PROFILE_W ? 1000 : 1;

	*to = (struct profile_update){.has_limit = from->has_limit_milli,
		.limit = from->limit_milli / divisor,
		.has_setpoint = from->has_setpoint_milli,
		.setpoint = from->setpoint_milli / divisor,
		.has_back = from->has_discharge_limit_milli,
		.back = -from->discharge_limit_milli / divisor};
	return !from->has_limit_l2_milli && !from->has_limit_l3_milli &&
	       !from->has_setpoint_l2_milli && !from->has_setpoint_l3_milli &&
	       !from->has_discharge_limit_l2_milli && !from->has_discharge_limit_l3_milli &&
	       !from->has_setpoint_reactive_milli && !from->has_setpoint_reactive_l2_milli &&
	       !from->has_setpoint_reactive_l3_milli;
}

static const struct profile *profile_named(const struct pile *pile, int64_t id)
{
	for (size_t i = 0; i < pile->profiles.len; i++)
		if (pile->profiles.list[i].id == id)
			return &pile->profiles.list[i];
	return NULL;
}

/* 0, PROFILE_E_*, or a fault. */
static int update(struct pile *pile, int64_t id, const struct ocpp2_charging_schedule_update *from)
{
	const struct profile *profile = profile_named(pile, id);
	struct profile_update values;

	if (!profile || !take_update(profile->unit, from, &values))
		return PROFILE_E_DYNAMIC;
	return profiles_update(pile, id, &values);
}

static int order_update(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_update_dynamic_schedule_req *req = in;
	struct ocpp2_update_dynamic_schedule_conf *conf = out;
	int outcome = update(talk->pile, req->charging_profile_id, &req->schedule_update);

	TRY(outcome);
	conf->status = outcome == 0 ? OCPP2_CHARGING_PROFILE_STATUS_ACCEPTED
				    : OCPP2_CHARGING_PROFILE_STATUS_REJECTED;
	conf->has_status_info = outcome != 0;
	conf->status_info.reason_code =
		outcome == PROFILE_E_DYNAMIC ? STR("InvalidProfileId") : STR("InvalidSchedule");
	return 0;
}

static int say_pull(struct talk *talk, void *out)
{
	struct ocpp2_pull_dynamic_schedule_update_req *req = out;
	struct profile *profile = profiles_due(talk->pile);

	if (!profile)
		return TALK_UNSAID;
	profile->asked_s = talk->pile->now_us / US_PER_S;
	talk->pile->profiles.pulling = req->charging_profile_id = profile->id;
	return 0;
}

static bool hear_pull(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_pull_dynamic_schedule_update_conf *conf = in;

	(void)ret;
	if (conf->status != OCPP2_CHARGING_PROFILE_STATUS_ACCEPTED || !conf->has_schedule_update)
		return true;
	return update(talk->pile, talk->pile->profiles.pulling, &conf->schedule_update) >= 0;
}

enum call_kind ocpp2_energy_due(struct pile *pile)
{
	if (priority_due(pile))
		return CALL_PRIORITY;
	return profiles_due(pile) ? CALL_PULL : ocpp2_der_due(pile);
}

/* ---- which ways energy may flow ---- */

static int order_allowed(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_notify_allowed_energy_transfer_req *req = in;
	struct ocpp2_notify_allowed_energy_transfer_conf *conf = out;
	struct outlet *outlet =
		pile_outlet_of(talk->pile, ocpp2_tx(talk->pile, req->transaction_id));

	conf->status = OCPP2_NOTIFY_ALLOWED_ENERGY_TRANSFER_STATUS_REJECTED;
	if (!outlet)
		return 0;
	TRY(profiles_allow_back(talk->pile, outlet,
		ocpp2_lets_back(req->allowed_energy_transfer, req->allowed_energy_transfer_len)));
	conf->status = OCPP2_NOTIFY_ALLOWED_ENERGY_TRANSFER_STATUS_ACCEPTED;
	return 0;
}

static const struct talk_say energy_say_rows[] = {
	{CALL_PRIORITY, "NotifyPriorityCharging", say_priority, NULL},
	{CALL_PULL, "PullDynamicScheduleUpdate", say_pull, hear_pull},
};
const struct talk_says ocpp2_energy_says = TALK_ROWS(energy_say_rows);

static const struct talk_order energy_order_rows[] = {
	{"NotifyAllowedEnergyTransfer", order_allowed},
	{"UpdateDynamicSchedule", order_update},
	{"UsePriorityCharging", order_priority},
};
const struct talk_orders ocpp2_energy_orders = TALK_ROWS(energy_order_rows);
