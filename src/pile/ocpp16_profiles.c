/* ocpp16_profiles.c - the server's OCPP 1.6 calls about charging profiles (rows as in talk.h). */
#include "base/clock.h"
#include "base/fault.h"
#include "pile/ocpp16.h"
#include "wire/ocpp16/smartcharging.h"

static const enum profile_purpose purposes[] = {
	[OCPP16_CHARGING_PROFILE_PURPOSE_CHARGE_POINT_MAX_PROFILE] = PROFILE_MAX,
	[OCPP16_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE] = PROFILE_DEFAULT,
	[OCPP16_CHARGING_PROFILE_PURPOSE_TX_PROFILE] = PROFILE_TX,
};

static bool take_schedule(const struct ocpp16_charging_schedule *from, struct profile *profile)
{
	profile->unit =
		from->charging_rate_unit == OCPP16_CHARGING_RATE_UNIT_W ? PROFILE_W : PROFILE_MA;
	profile->start_s = from->has_start_schedule ? from->start_schedule_us / US_PER_S : 0;
	profile->duration_s = from->has_duration ? from->duration : PROFILE_NEVER;
	if (from->charging_schedule_period_len > PROFILE_PERIODS_MAX)
		return false;
	for (size_t i = 0; i < from->charging_schedule_period_len; i++) {
		const struct ocpp16_charging_schedule_period *period =
			&from->charging_schedule_period[i];

		profile->periods[i] = (struct profile_period){.start_s = period->start_period,
			.limit = profile->unit == PROFILE_W ? period->limit_milli / 1000
							    : period->limit_milli,
			.phases = period->has_number_phases ? (int)period->number_phases : 0};
	}
	profile->periods_len = from->charging_schedule_period_len;
	return true;
}

/* False when it can be no profile of ours. */
static bool take_profile(struct talk *talk, int64_t connector,
	const struct ocpp16_charging_profile *from, struct profile *profile)
{
	static const enum profile_kind kinds[] = {
		[OCPP16_CHARGING_PROFILE_KIND_ABSOLUTE] = PROFILE_ABSOLUTE,
		[OCPP16_CHARGING_PROFILE_KIND_RECURRING] = PROFILE_RECURRING,
		[OCPP16_CHARGING_PROFILE_KIND_RELATIVE] = PROFILE_RELATIVE,
	};
	const struct spool_tx *tx;

	*profile = (struct profile){.id = from->charging_profile_id,
		.connector = connector,
		.stack_level = from->stack_level,
		.purpose = purposes[from->charging_profile_purpose],
		.kind = kinds[from->charging_profile_kind],
		.valid_from_s = from->has_valid_from ? from->valid_from_us / US_PER_S : 0,
		.valid_to_s = from->has_valid_to ? from->valid_to_us / US_PER_S : PROFILE_NEVER};
	if (profile->kind == PROFILE_RECURRING && from->has_recurrency_kind)
		profile->recurs = from->recurrency_kind == OCPP16_RECURRENCY_KIND_WEEKLY
					  ? PROFILE_WEEKLY
					  : PROFILE_DAILY;
	/* a maximum begins at once where no begin is named */
	if (profile->purpose == PROFILE_MAX && profile->kind == PROFILE_ABSOLUTE &&
		!from->charging_schedule.has_start_schedule)
		profile->start_s = talk->pile->now_us / US_PER_S;
	if (profile->purpose == PROFILE_TX && from->has_transaction_id) {
		tx = spool_tx_of_server(&talk->pile->spool, from->transaction_id);
		if (!tx)
			return false;
		profile->transaction_id = tx->id;
	}
	return true;
}

static int order_set_profile(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_set_charging_profile_req *req = in;
	struct ocpp16_set_charging_profile_conf *conf = out;
	const struct ocpp16_charging_profile *from = &req->cs_charging_profiles;
	struct profile profile;
	int64_t begin_s;
	int outcome;

	conf->status = OCPP16_CHARGING_PROFILE_STATUS_REJECTED;
	if (!take_profile(talk, req->connector_id, from, &profile))
		return 0;
	begin_s = profile.start_s;
	if (!take_schedule(&from->charging_schedule, &profile))
		return 0;
	if (profile.start_s == 0)
		profile.start_s = begin_s;
	outcome = profiles_set(talk->pile, &profile);
	TRY(outcome);
	if (outcome == 0)
		conf->status = OCPP16_CHARGING_PROFILE_STATUS_ACCEPTED;
	return 0;
}

static int order_clear_profile(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_clear_charging_profile_req *req = in;
	struct ocpp16_clear_charging_profile_conf *conf = out;
	struct profile_filter filter = {.has_id = req->has_id,
		.id = req->id,
		.has_connector = req->has_connector_id,
		.connector = req->connector_id,
		.has_purpose = req->has_charging_profile_purpose,
		.has_stack_level = req->has_stack_level,
		.stack_level = req->stack_level};
	int count;

	if (filter.has_purpose)
		filter.purpose = purposes[req->charging_profile_purpose];
	count = profiles_clear(talk->pile, &filter);
	TRY(count);
	conf->status = count > 0 ? OCPP16_CLEAR_PROFILE_STATUS_ACCEPTED
				 : OCPP16_CLEAR_PROFILE_STATUS_UNKNOWN;
	return 0;
}

static int order_composite(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_get_composite_schedule_req *req = in;
	struct ocpp16_get_composite_schedule_conf *conf = out;
	bool watts = req->has_charging_rate_unit &&
		     req->charging_rate_unit == OCPP16_CHARGING_RATE_UNIT_W;
	struct ocpp16_charging_schedule *to = &conf->charging_schedule;
	struct profiles_schedule schedule;

	conf->status = OCPP16_COMPOSITE_STATUS_REJECTED;
	if (!profiles_composite(talk->pile, req->connector_id, req->duration,
		    watts ? PROFILE_W : PROFILE_MA, &schedule))
		return 0;
	to->charging_schedule_period =
		ARENA_ARRAY(talk->arena, struct ocpp16_charging_schedule_period, schedule.len);
	if (!to->charging_schedule_period)
		return FAULT(FAULT_NOMEM, "a composite schedule");
	for (size_t i = 0; i < schedule.len; i++)
		to->charging_schedule_period[i] = (struct ocpp16_charging_schedule_period){
			.start_period = schedule.periods[i].start_s,
			.limit_milli = watts ? schedule.periods[i].limit * 1000
					     : schedule.periods[i].limit,
			.has_number_phases = true,
			.number_phases = schedule.periods[i].phases};
	to->charging_schedule_period_len = schedule.len;
	to->has_duration = true;
	to->duration = schedule.duration_s;
	to->charging_rate_unit =
		watts ? OCPP16_CHARGING_RATE_UNIT_W : OCPP16_CHARGING_RATE_UNIT_AMPERE;
	conf->status = OCPP16_COMPOSITE_STATUS_ACCEPTED;
	conf->has_connector_id = true;
	conf->connector_id = req->connector_id;
	conf->has_schedule_start = true;
	conf->schedule_start_us = schedule.start_s * US_PER_S;
	conf->has_charging_schedule = true;
	return 0;
}

static const struct talk_order ocpp16_profile_rows[] = {
	{"SetChargingProfile", order_set_profile},
	{"ClearChargingProfile", order_clear_profile},
	{"GetCompositeSchedule", order_composite},
};
const struct talk_orders ocpp16_profile_orders = TALK_ROWS(ocpp16_profile_rows);
