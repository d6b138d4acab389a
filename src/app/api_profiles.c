/* api_profiles.c - charging profiles by hand: set, taken back by what they are, listed, and what a
 * pile makes of all of them. In the words of 1.6 (app/ocpp.h), so that every version is told, but
 * for the list, which only OCPP 2 has. A site's limit is kept as it is for raw calls
 * (api_profile.c). */
#include "app/api_profiles.h"

#include "app/api_handlers.h"
#include "app/api_ocpp2.h"
#include "app/api_power.h"
#include "base/clock.h"
#include "store/pile.h"
#include "store/session.h"
#include "store/transaction.h"
#include "wire/ocpp16/smartcharging.h"
#include "wire/ocpp2/smart.h"

#define HAND_PROFILE 4000 /* numbers of ours, beside those of app/smart.h */
#define HAND_LEVEL 1
#define FORESEE_HOURS 24

FIELD_ENUM_DEFINE(api_purpose, API_PURPOSE, API_PURPOSES)
FIELD_ENUM_DEFINE(api_rate, API_RATE, API_RATES)
FIELD_ENUM_DEFINE(api_repeat, API_REPEAT, API_REPEATS)
FIELD_ROWS(api_period, API_PERIOD_FIELDS)
FIELD_ROWS(api_limiting, API_LIMITING_FIELDS)
FIELD_ROWS(api_which, API_WHICH_FIELDS)
FIELD_ROWS(api_foresee, API_FORESEE_FIELDS)

static int purpose_16(int purpose)
{
	static const int purposes[] = {
		[API_PURPOSE_MAXIMUM] = OCPP16_CHARGING_PROFILE_PURPOSE_CHARGE_POINT_MAX_PROFILE,
		[API_PURPOSE_STANDARD] = OCPP16_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE,
		[API_PURPOSE_CHARGE] = OCPP16_CHARGING_PROFILE_PURPOSE_TX_PROFILE,
	};

	return purposes[purpose];
}

static int unit_16(bool watts)
{
	return watts ? OCPP16_CHARGING_RATE_UNIT_W : OCPP16_CHARGING_RATE_UNIT_AMPERE;
}

/* Sends a call in the house's words. */
static int tell(struct api_call *call, const struct pile *pile, const char *action,
	const struct record *record, const void *req)
{
	struct buf buf;
	int result;

	buf_init(&buf, call->ctx->arena, LIMIT_FRAME_BYTES);
	result = record_encode(record, req, &buf, NULL);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_BUG, "a checked body gives no %s", action);
	if (!pile->online)
		return P_PILE_OFFLINE;
	result = power_guard(call, pile->id, str_from(action), buf_str(&buf));
	return result != 0 ? result : action_say(call, pile, action, buf_str(&buf));
}

/* --- set --- */

static int check_limiting(struct api_call *call, const struct api_limiting *body)
{
	bool whole = !body->has_connector || body->connector == 0;

	if (body->purpose == API_PURPOSE_MAXIMUM && !whole)
		return call_field(call, "connector", "unknown");
	if (body->purpose == API_PURPOSE_CHARGE && whole)
		return call_field(call, "connector", "missing");
	for (size_t i = 0; i < body->periods_len; i++) {
		if (i == 0 ? body->periods[i].after_s != 0
			   : body->periods[i].after_s <= body->periods[i - 1].after_s)
			return call_field(call, "periods", "format");
	}
	if (body->has_until && body->until_us <= call->ctx->now_us)
		return call_field(call, "until", "past");
	if (body->has_until && body->has_from && body->until_us <= body->from_us)
		return call_field(call, "until", "bounds");
	if (body->has_repeats && body->purpose == API_PURPOSE_CHARGE)
		return call_field(call, "repeats", "unknown");
	return 0;
}

static int fill_periods(struct api_call *call, struct ocpp16_charging_schedule *schedule)
{
	const struct api_limiting *body = call->body;

	schedule->charging_schedule_period = ARENA_ARRAY(
		call->ctx->arena, struct ocpp16_charging_schedule_period, body->periods_len);
	if (!schedule->charging_schedule_period)
		return FAULT(FAULT_NOMEM, "a profile");
	schedule->charging_schedule_period_len = body->periods_len;
	for (size_t i = 0; i < body->periods_len; i++)
		schedule->charging_schedule_period[i] = (struct ocpp16_charging_schedule_period){
			.start_period = body->periods[i].after_s,
			.limit_milli = body->periods[i].limit_milli,
			.has_number_phases = body->periods[i].has_phases,
			.number_phases = body->periods[i].phases};
	return 0;
}

/* When it counts: from a time on, again and again, or from the charge's beginning. */
static void fill_times(struct api_call *call, struct ocpp16_charging_profile *profile)
{
	const struct api_limiting *body = call->body;
	struct ocpp16_charging_schedule *schedule = &profile->charging_schedule;
	bool relative = !body->has_from && !body->has_repeats && !body->has_until &&
			body->purpose != API_PURPOSE_MAXIMUM;

	profile->charging_profile_kind = body->has_repeats ? OCPP16_CHARGING_PROFILE_KIND_RECURRING
					 : relative        ? OCPP16_CHARGING_PROFILE_KIND_RELATIVE
							   : OCPP16_CHARGING_PROFILE_KIND_ABSOLUTE;
	profile->has_recurrency_kind = body->has_repeats;
	profile->recurrency_kind = body->repeats == API_REPEAT_WEEKLY
					   ? OCPP16_RECURRENCY_KIND_WEEKLY
					   : OCPP16_RECURRENCY_KIND_DAILY;
	profile->has_valid_to = body->has_until;
	profile->valid_to_us = body->until_us;
	schedule->has_start_schedule = !relative;
	schedule->start_schedule_us = body->has_from ? body->from_us : call->ctx->now_us;
}

static int fill_charge(
	struct api_call *call, const struct pile *pile, struct ocpp16_charging_profile *profile)
{
	const struct api_limiting *body = call->body;
	struct scene scene;
	int found;

	if (body->purpose != API_PURPOSE_CHARGE)
		return 0;
	found = store_scene_open(
		call->ctx->db, call->ctx->arena, pile->id, body->connector, &scene);
	TRY(found);
	profile->has_transaction_id = true;
	profile->transaction_id = found == 0 ? scene.session.transaction_id : 0;
	return found == 0 ? 0 : P_STATE;
}

int profile_add(struct api_call *call)
{
	const struct api_limiting *body = call->body;
	struct ocpp16_set_charging_profile_req req = {
		.connector_id = body->has_connector ? body->connector : 0};
	struct ocpp16_charging_profile *profile = &req.cs_charging_profiles;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0 || (result = check_limiting(call, body)) != 0)
		return result;
	profile->charging_profile_id =
		body->has_number ? body->number
				 : HAND_PROFILE + 10 * req.connector_id + body->purpose;
	profile->stack_level = body->has_level ? body->level : HAND_LEVEL;
	profile->charging_profile_purpose = purpose_16(body->purpose);
	profile->charging_schedule.charging_rate_unit =
		unit_16(!body->has_unit || body->unit == API_RATE_WATT);
	fill_times(call, profile);
	TRY(fill_periods(call, &profile->charging_schedule));
	result = fill_charge(call, &pile, profile);
	if (result != 0)
		return result;
	return tell(
		call, &pile, "SetChargingProfile", &ocpp16_set_charging_profile_req_record, &req);
}

/* --- take back, list, foresee --- */

/* By what they are; everything only when that is said. */
int profiles_clear(struct api_call *call)
{
	const struct api_which *body = call->body;
	bool some = body->has_connector || body->has_purpose || body->has_level || body->has_number;
	struct ocpp16_clear_charging_profile_req req = {.has_id = body->has_number,
		.id = body->number,
		.has_connector_id = body->has_connector,
		.connector_id = body->connector,
		.has_charging_profile_purpose = body->has_purpose,
		.charging_profile_purpose = body->has_purpose ? purpose_16(body->purpose) : 0,
		.has_stack_level = body->has_level,
		.stack_level = body->level};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (some == (body->has_all && body->all))
		return call_field(call, "all", some ? "unknown" : "missing");
	return tell(call, &pile, "ClearChargingProfile", &ocpp16_clear_charging_profile_req_record,
		&req);
}

static int purpose_2(int purpose)
{
	static const int purposes[] = {
		[API_PURPOSE_MAXIMUM] = OCPP2_CHARGING_PROFILE_PURPOSE_CHARGING_STATION_MAX_PROFILE,
		[API_PURPOSE_STANDARD] = OCPP2_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE,
		[API_PURPOSE_CHARGE] = OCPP2_CHARGING_PROFILE_PURPOSE_TX_PROFILE,
	};

	return purposes[purpose];
}

/* Which profiles a pile has: told as a report. OCPP 1.6 has no such question. */
int profiles_ask(struct api_call *call)
{
	const struct api_which *body = call->body;
	int64_t number = body->number, outlet;
	struct ocpp2_get_charging_profiles_req req = {
		.request_id = request_number(call), .has_evse_id = body->has_connector};
	struct ocpp2_charging_profile_criterion *which = &req.charging_profile;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	which->has_charging_profile_purpose = body->has_purpose;
	which->charging_profile_purpose = body->has_purpose ? purpose_2(body->purpose) : 0;
	which->has_stack_level = body->has_level;
	which->stack_level = body->level;
	which->charging_profile_id = body->has_number ? &number : NULL;
	which->charging_profile_id_len = body->has_number;
	if (body->has_connector && body->connector > 0)
		TRY(store_outlet_at(
			call->ctx->db, pile.id, body->connector, &req.evse_id, &outlet));
	return pile_say(call, &pile, "GetChargingProfiles", &req);
}

/* What all its profiles allow together. */
int schedule_ask(struct api_call *call)
{
	const struct api_foresee *body = call->body;
	struct ocpp16_get_composite_schedule_req req = {
		.connector_id = body->has_connector ? body->connector : 0,
		.duration = (body->has_hours ? body->hours : FORESEE_HOURS) * 3600,
		.has_charging_rate_unit = true,
		.charging_rate_unit = unit_16(body->has_unit && body->unit == API_RATE_WATT)};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result
			   : tell(call, &pile, "GetCompositeSchedule",
				     &ocpp16_get_composite_schedule_req_record, &req);
}
