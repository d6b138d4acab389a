/* ocpp2_profiles.c - charging profiles in OCPP 2.x: set, cleared, reported, and what they allow
 * together (see profiles.h). A profile of several schedules is one for a car that can choose; with
 * a car that cannot, the first counts, so only profiles of one schedule are taken. */
#include "base/clock.h"
#include "base/fault.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/report.h"
#include "wire/ocpp2/smart.h"

/* 0: a purpose or kind that is not kept here. */
static enum profile_purpose purpose_of(int purpose)
{
	switch (purpose) {
	case OCPP2_CHARGING_PROFILE_PURPOSE_CHARGING_STATION_EXTERNAL_CONSTRAINTS:
		return PROFILE_EXTERNAL;
	case OCPP2_CHARGING_PROFILE_PURPOSE_CHARGING_STATION_MAX_PROFILE:
		return PROFILE_MAX;
	case OCPP2_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE:
		return PROFILE_DEFAULT;
	case OCPP2_CHARGING_PROFILE_PURPOSE_TX_PROFILE:
		return PROFILE_TX;
	case OCPP2_CHARGING_PROFILE_PURPOSE_PRIORITY_CHARGING:
		return PROFILE_PRIORITY;
	default:
		return (enum profile_purpose)0;
	}
}

static enum profile_kind kind_of(int kind)
{
	switch (kind) {
	case OCPP2_CHARGING_PROFILE_KIND_ABSOLUTE:
		return PROFILE_ABSOLUTE;
	case OCPP2_CHARGING_PROFILE_KIND_RECURRING:
		return PROFILE_RECURRING;
	case OCPP2_CHARGING_PROFILE_KIND_RELATIVE:
		return PROFILE_RELATIVE;
	case OCPP2_CHARGING_PROFILE_KIND_DYNAMIC:
		return PROFILE_DYNAMIC;
	default:
		return (enum profile_kind)0;
	}
}

/* A value of the wire as the profile's unit has it. */
static int64_t amount(enum profile_unit unit, int64_t milli)
{
	return unit == PROFILE_W ? milli / 1000 : milli;
}

/* The smallest of what the phases may have each: an outlet offers the same on all of them. */
static int64_t least_milli(const struct ocpp2_charging_schedule_period *from)
{
	int64_t least = from->limit_milli;

	if (from->has_limit_l2_milli && from->limit_l2_milli < least)
		least = from->limit_l2_milli;
	if (from->has_limit_l3_milli && from->limit_l3_milli < least)
		least = from->limit_l3_milli;
	return least;
}

/* What a period is for. False for what cannot be followed here: curves of the frequency, set points
 * from outside, a phase of its own. */
static bool take_mode(const struct ocpp2_charging_schedule_period *from, enum profile_unit unit,
	struct profile_period *to)
{
	int mode = from->has_operation_mode ? from->operation_mode
					    : OCPP2_OPERATION_MODE_CHARGING_ONLY;

	to->has_back = from->has_discharge_limit_milli;
	to->back = to->has_back ? -amount(unit, from->discharge_limit_milli) : 0;
	if (from->has_setpoint_l2_milli || from->has_setpoint_l3_milli ||
		from->has_discharge_limit_l2_milli || from->has_discharge_limit_l3_milli)
		return false;
	switch (mode) {
	case OCPP2_OPERATION_MODE_IDLE:
		to->mode = PROFILE_IDLE;
		return true;
	case OCPP2_OPERATION_MODE_CHARGING_ONLY:
		return from->has_limit_milli;
	case OCPP2_OPERATION_MODE_CENTRAL_SETPOINT:
		to->mode = PROFILE_SETPOINT;
		to->setpoint = amount(unit, from->setpoint_milli);
		return from->has_setpoint_milli;
	default:
		return false;
	}
}

static bool take_period(enum ocpp_version version,
	const struct ocpp2_charging_schedule_period *from, enum profile_unit unit,
	struct profile_period *to)
{
	bool limited = version != OCPP_21 || from->has_limit_milli;

	*to = (struct profile_period){.start_s = from->start_period,
		.limit = limited ? amount(unit, least_milli(from)) : PROFILE_LIMIT_MAX,
		.phases = from->has_number_phases ? (int)from->number_phases : 0};
	return version != OCPP_21 || take_mode(from, unit, to);
}

static bool take_schedule(
	enum ocpp_version version, const struct ocpp2_charging_schedule *from, struct profile *to)
{
	to->unit = from->charging_rate_unit == OCPP2_CHARGING_RATE_UNIT_W ? PROFILE_W : PROFILE_MA;
	to->start_s = from->has_start_schedule ? from->start_schedule_us / US_PER_S : 0;
	to->duration_s = from->has_duration ? from->duration : PROFILE_NEVER;
	if (from->charging_schedule_period_len > PROFILE_PERIODS_MAX)
		return false;
	for (size_t i = 0; i < from->charging_schedule_period_len; i++) {
		if (!take_period(
			    version, &from->charging_schedule_period[i], to->unit, &to->periods[i]))
			return false;
	}
	to->periods_len = from->charging_schedule_period_len;
	return true;
}

bool ocpp2_take_profile(struct talk *talk, int64_t evse, const struct ocpp2_charging_profile *from,
	struct profile *ret)
{
	*ret = (struct profile){.id = from->id,
		.connector = evse,
		.stack_level = from->stack_level,
		.purpose = purpose_of(from->charging_profile_purpose),
		.kind = kind_of(from->charging_profile_kind),
		.valid_from_s = from->has_valid_from ? from->valid_from_us / US_PER_S : 0,
		.valid_to_s = from->has_valid_to ? from->valid_to_us / US_PER_S : PROFILE_NEVER,
		.updated_s = from->has_dyn_update_time ? from->dyn_update_time_us / US_PER_S : 0,
		.interval_s = from->has_dyn_update_interval ? from->dyn_update_interval : 0,
		.has_offline = from->has_max_offline_duration,
		.offline_s = from->has_max_offline_duration ? from->max_offline_duration : 0,
		.offline_ends = from->has_invalid_after_offline_duration &&
				from->invalid_after_offline_duration};
	if (!ret->purpose || ret->purpose == PROFILE_EXTERNAL || !ret->kind ||
		from->charging_schedule_len != 1 ||
		!take_schedule(talk->version, &from->charging_schedule[0], ret))
		return false;
	if (ret->kind == PROFILE_RECURRING && from->has_recurrency_kind)
		ret->recurs = from->recurrency_kind == OCPP2_RECURRENCY_KIND_WEEKLY ? PROFILE_WEEKLY
										    : PROFILE_DAILY;
	/* a maximum begins at once where no begin is named */
	if (ret->purpose == PROFILE_MAX && ret->kind == PROFILE_ABSOLUTE && ret->start_s == 0)
		ret->start_s = talk->pile->now_us / US_PER_S;
	if (ret->purpose == PROFILE_TX && from->has_transaction_id) {
		ret->transaction_id = ocpp2_tx(talk->pile, from->transaction_id);
		return ret->transaction_id != 0;
	}
	return true;
}

static int order_set(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_set_charging_profile_req *req = in;
	struct ocpp2_set_charging_profile_conf *conf = out;
	struct profile profile;
	int outcome;

	conf->status = OCPP2_CHARGING_PROFILE_STATUS_REJECTED;
	conf->has_status_info = true;
	conf->status_info.reason_code = STR("UnsupportedParam");
	if (!ocpp2_take_profile(talk, req->evse_id, &req->charging_profile, &profile))
		return 0;
	outcome = profiles_set(talk->pile, &profile);
	TRY(outcome);
	conf->status_info.reason_code = STR("InvalidProfile");
	if (outcome == 0) {
		if (profile.purpose == PROFILE_TX)
			needs_profiled(talk->pile, req->evse_id);
		conf->has_status_info = false;
		conf->status = OCPP2_CHARGING_PROFILE_STATUS_ACCEPTED;
	}
	return 0;
}

static int order_clear(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_clear_charging_profile_req *req = in;
	const struct ocpp2_clear_charging_profile *criteria = &req->charging_profile_criteria;
	struct ocpp2_clear_charging_profile_conf *conf = out;
	struct profile_filter filter = {.has_id = req->has_charging_profile_id,
		.id = req->charging_profile_id,
		.has_connector = criteria->has_evse_id,
		.connector = criteria->evse_id,
		.has_purpose = criteria->has_charging_profile_purpose,
		.has_stack_level = criteria->has_stack_level,
		.stack_level = criteria->stack_level};
	int count;

	if (filter.has_purpose)
		filter.purpose = purpose_of(criteria->charging_profile_purpose);
	count = profiles_clear(talk->pile, &filter);
	TRY(count);
	conf->status = count > 0 ? OCPP2_CLEAR_CHARGING_PROFILE_STATUS_ACCEPTED
				 : OCPP2_CLEAR_CHARGING_PROFILE_STATUS_UNKNOWN;
	return 0;
}

static void period_to(enum ocpp_version version, const struct profile_period *from, int64_t factor,
	struct ocpp2_charging_schedule_period *to)
{
	static const int modes[] = {
		[PROFILE_CHARGING] = OCPP2_OPERATION_MODE_CHARGING_ONLY,
		[PROFILE_IDLE] = OCPP2_OPERATION_MODE_IDLE,
		[PROFILE_SETPOINT] = OCPP2_OPERATION_MODE_CENTRAL_SETPOINT,
	};

	to->start_period = from->start_s;
	to->has_limit_milli = version == OCPP_21;
	to->limit_milli = from->limit * factor;
	to->has_number_phases = from->phases > 0;
	to->number_phases = from->phases;
	if (version != OCPP_21)
		return;
	to->has_operation_mode = from->mode != PROFILE_CHARGING;
	to->operation_mode = modes[from->mode];
	to->has_setpoint_milli = from->mode == PROFILE_SETPOINT;
	to->setpoint_milli = from->setpoint * factor;
	to->has_discharge_limit_milli = from->has_back;
	to->discharge_limit_milli = -from->back * factor;
}

/* Periods in 2.x words. 0 or a fault. */
static int periods_to(struct talk *talk, const struct profile_period *from, size_t len,
	enum profile_unit unit, struct ocpp2_charging_schedule_period **ret)
{
	struct ocpp2_charging_schedule_period *list =
		ARENA_ARRAY(talk->arena, struct ocpp2_charging_schedule_period, len);

	if (!list)
		return FAULT(FAULT_NOMEM, "a schedule");
	for (size_t i = 0; i < len; i++) {
		period_to(talk->version, &from[i], unit == PROFILE_W ? 1000 : 1, &list[i]);
	}
	*ret = list;
	return 0;
}

static int order_composite(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_composite_schedule_req *req = in;
	struct ocpp2_get_composite_schedule_conf *conf = out;
	struct ocpp2_composite_schedule *to = &conf->schedule;
	bool watts = req->has_charging_rate_unit &&
		     req->charging_rate_unit == OCPP2_CHARGING_RATE_UNIT_W;
	struct profiles_schedule schedule;

	conf->status = OCPP2_GENERIC_STATUS_REJECTED;
	if (!profiles_composite(talk->pile, req->evse_id, req->duration,
		    watts ? PROFILE_W : PROFILE_MA, &schedule))
		return 0;
	TRY(periods_to(talk, schedule.periods, schedule.len, schedule.unit,
		&to->charging_schedule_period));
	to->charging_schedule_period_len = schedule.len;
	to->evse_id = req->evse_id;
	to->duration = schedule.duration_s;
	to->schedule_start_us = schedule.start_s * US_PER_S;
	to->charging_rate_unit = watts ? OCPP2_CHARGING_RATE_UNIT_W : OCPP2_CHARGING_RATE_UNIT_A;
	conf->status = OCPP2_GENERIC_STATUS_ACCEPTED;
	conf->has_schedule = true;
	return 0;
}

/* ---- the report ---- */

static bool profile_wanted(
	const struct ocpp2_get_charging_profiles_req *req, const struct profile *profile)
{
	const struct ocpp2_charging_profile_criterion *criterion = &req->charging_profile;
	bool meant = !criterion->has_charging_limit_source, named;

	for (size_t i = 0; i < criterion->charging_limit_source_len; i++)
		meant = meant || str_is(criterion->charging_limit_source[i], "CSO");
	named = !criterion->has_charging_profile_id;
	for (size_t i = 0; i < criterion->charging_profile_id_len; i++)
		named = named || criterion->charging_profile_id[i] == profile->id;
	return meant && named && (!req->has_evse_id || req->evse_id == profile->connector) &&
	       (!criterion->has_stack_level || criterion->stack_level == profile->stack_level) &&
	       (!criterion->has_charging_profile_purpose ||
		       purpose_of(criterion->charging_profile_purpose) == profile->purpose);
}

static int order_get(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_charging_profiles_req *req = in;
	struct ocpp2_get_charging_profiles_conf *conf = out;
	struct pile *pile = talk->pile;
	struct pile_report *report = report_add(pile, CALL_PROFILES, (int32_t)req->request_id);

	conf->status = OCPP2_GET_CHARGING_PROFILE_STATUS_NO_PROFILES;
	for (size_t i = 0; report && i < pile->profiles.len; i++)
		if (profile_wanted(req, &pile->profiles.list[i]))
			report_want(report, i);
	if (report && report_next(report, 0) >= 0)
		conf->status = OCPP2_GET_CHARGING_PROFILE_STATUS_ACCEPTED;
	else if (report)
		pile->reports_len--;
	return 0;
}

static int profile_to(
	struct talk *talk, const struct profile *from, struct ocpp2_charging_profile *to)
{
	static const int purposes[] = {
		[PROFILE_EXTERNAL] =
			OCPP2_CHARGING_PROFILE_PURPOSE_CHARGING_STATION_EXTERNAL_CONSTRAINTS,
		[PROFILE_MAX] = OCPP2_CHARGING_PROFILE_PURPOSE_CHARGING_STATION_MAX_PROFILE,
		[PROFILE_DEFAULT] = OCPP2_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE,
		[PROFILE_TX] = OCPP2_CHARGING_PROFILE_PURPOSE_TX_PROFILE,
		[PROFILE_PRIORITY] = OCPP2_CHARGING_PROFILE_PURPOSE_PRIORITY_CHARGING,
	};
	static const int kinds[] = {
		[PROFILE_ABSOLUTE] = OCPP2_CHARGING_PROFILE_KIND_ABSOLUTE,
		[PROFILE_RECURRING] = OCPP2_CHARGING_PROFILE_KIND_RECURRING,
		[PROFILE_RELATIVE] = OCPP2_CHARGING_PROFILE_KIND_RELATIVE,
		[PROFILE_DYNAMIC] = OCPP2_CHARGING_PROFILE_KIND_DYNAMIC,
	};
	struct ocpp2_charging_schedule *schedule =
		ARENA_NEW(talk->arena, struct ocpp2_charging_schedule);

	if (!schedule)
		return FAULT(FAULT_NOMEM, "a profile");
	to->id = from->id;
	to->stack_level = from->stack_level;
	to->charging_profile_purpose = purposes[from->purpose];
	to->charging_profile_kind = kinds[from->kind];
	to->has_recurrency_kind = from->recurs != PROFILE_ONCE;
	to->recurrency_kind = from->recurs == PROFILE_WEEKLY ? OCPP2_RECURRENCY_KIND_WEEKLY
							     : OCPP2_RECURRENCY_KIND_DAILY;
	to->has_valid_from = from->valid_from_s > 0;
	to->valid_from_us = from->valid_from_s * US_PER_S;
	to->has_valid_to = from->valid_to_s != PROFILE_NEVER;
	to->valid_to_us = to->has_valid_to ? from->valid_to_s * US_PER_S : 0;
	to->has_dyn_update_time = from->kind == PROFILE_DYNAMIC;
	to->dyn_update_time_us = from->updated_s * US_PER_S;
	to->has_dyn_update_interval = from->interval_s > 0;
	to->dyn_update_interval = from->interval_s;
	to->has_max_offline_duration = from->has_offline;
	to->max_offline_duration = from->offline_s;
	to->has_invalid_after_offline_duration = from->offline_ends;
	to->invalid_after_offline_duration = from->offline_ends;
	to->has_transaction_id = from->transaction_id != 0;
	if (to->has_transaction_id)
		to->transaction_id = ocpp2_name(talk->pile, from->transaction_id, talk->arena);
	schedule->id = from->id;
	schedule->charging_rate_unit =
		from->unit == PROFILE_W ? OCPP2_CHARGING_RATE_UNIT_W : OCPP2_CHARGING_RATE_UNIT_A;
	schedule->has_start_schedule = from->start_s > 0;
	schedule->start_schedule_us = from->start_s * US_PER_S;
	schedule->has_duration = from->duration_s != PROFILE_NEVER;
	schedule->duration = schedule->has_duration ? from->duration_s : 0;
	schedule->charging_schedule_period_len = from->periods_len;
	to->charging_schedule = schedule;
	to->charging_schedule_len = 1;
	return periods_to(talk, from->periods, from->periods_len, from->unit,
		&schedule->charging_schedule_period);
}

/* One profile a message, since a message names one outlet. */
static int say_profiles(struct talk *talk, void *out)
{
	const struct pile_report *report = &talk->pile->reports[0];
	struct ocpp2_report_charging_profiles_req *req = out;
	int row = report_next(report, report->next);

	/* cleared since it was asked for */
	if (row < 0 || (size_t)row >= talk->pile->profiles.len)
		return TALK_UNSAID;
	req->charging_profile = ARENA_NEW(talk->arena, struct ocpp2_charging_profile);
	if (!req->charging_profile)
		return FAULT(FAULT_NOMEM, "a profile");
	req->request_id = report->request_id;
	req->charging_limit_source = STR("CSO");
	req->charging_profile_len = 1;
	req->evse_id = talk->pile->profiles.list[row].connector;
	req->has_tbc = true;
	req->tbc = report_next(report, row + 1) >= 0;
	return profile_to(talk, &talk->pile->profiles.list[row], req->charging_profile);
}

static bool hear_profiles(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in;
	(void)ret;
	ocpp2_report_told(talk->pile, 1);
	return true;
}

static const struct talk_say profile_say_rows[] = {
	{CALL_PROFILES, "ReportChargingProfiles", say_profiles, hear_profiles},
};
const struct talk_says ocpp2_profile_says = TALK_ROWS(profile_say_rows);

static const struct talk_order profile_order_rows[] = {
	{"SetChargingProfile", order_set},
	{"ClearChargingProfile", order_clear},
	{"GetCompositeSchedule", order_composite},
	{"GetChargingProfiles", order_get},
};
const struct talk_orders ocpp2_profile_orders = TALK_ROWS(profile_order_rows);
