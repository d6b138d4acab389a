/* api_profile.c - charging profiles that somebody sends by hand, as raw calls of any version: what
 * they allow at most, so that none takes from the others at a site with a limit. */
#include "app/api_power.h"

#include "app/smart.h"
#include "store/transaction.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/smartcharging.h"
#include "wire/ocpp2/smart.h"
#include "wire/ocpp2/transaction.h"

#define SCHEDULES_MAX 3     /* of one profile in 2.x */
#define STACK_ALL INT32_MAX /* of what stands above every other profile */

/* What a call carries: a profile for each of its schedules, each with one period that holds the
 * most of all and the fewest phases it may be drawn from. */
struct carried {
	struct profile profiles[SCHEDULES_MAX];
	size_t len;
};

static struct profile *add(struct carried *carried, const struct profile *like)
{
	struct profile *profile = &carried->profiles[carried->len++];

	*profile = *like;
	profile->periods_len = 1;
	profile->periods[0] = (struct profile_period){0};
	return profile;
}

static void allow(struct profile *profile, int64_t milli, bool has_phases, int64_t phases)
{
	struct profile_period *most = &profile->periods[0];
	int64_t limit = profile->unit == PROFILE_W ? milli / 1000 : milli;

	if (limit > PROFILE_LIMIT_MAX)
		limit = PROFILE_LIMIT_MAX;
	if (limit > most->limit)
		most->limit = limit;
	if (has_phases && phases > 0 && (most->phases == 0 || phases < most->phases))
		most->phases = (int)phases;
}

/* --- 1.6 --- */

static void carry_16(
	struct carried *carried, int64_t connector, const struct ocpp16_charging_profile *from)
{
	static const enum profile_purpose purposes[] = {
		[OCPP16_CHARGING_PROFILE_PURPOSE_CHARGE_POINT_MAX_PROFILE] = PROFILE_MAX,
		[OCPP16_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE] = PROFILE_DEFAULT,
		[OCPP16_CHARGING_PROFILE_PURPOSE_TX_PROFILE] = PROFILE_TX,
	};
	const struct ocpp16_charging_schedule *schedule = &from->charging_schedule;
	struct profile like = {.connector = connector,
		.stack_level = from->stack_level,
		.purpose = purposes[from->charging_profile_purpose],
		.unit = schedule->charging_rate_unit == OCPP16_CHARGING_RATE_UNIT_W ? PROFILE_W
										    : PROFILE_MA};
	struct profile *profile = add(carried, &like);

	for (size_t i = 0; i < schedule->charging_schedule_period_len; i++) {
		const struct ocpp16_charging_schedule_period *period =
			&schedule->charging_schedule_period[i];

		allow(profile, period->limit_milli, period->has_number_phases,
			period->number_phases);
	}
}

static int read_16(
	struct api_call *call, struct str action, struct str payload, struct carried *carried)
{
	struct arena *arena = call->ctx->arena;
	struct ocpp16_remote_start_transaction_req start;
	struct ocpp16_set_charging_profile_req set;
	int result;

	if (str_is(action, "SetChargingProfile")) {
		result = record_decode(&ocpp16_set_charging_profile_req_record, payload,
			RECORD_STRICT, arena, &set, NULL);
		if (result == 0)
			carry_16(carried, set.connector_id, &set.cs_charging_profiles);
		return result;
	}
	result = record_decode(&ocpp16_remote_start_transaction_req_record, payload, RECORD_STRICT,
		arena, &start, NULL);
	if (result == 0 && start.has_charging_profile)
		carry_16(carried, start.has_connector_id ? start.connector_id : 0,
			&start.charging_profile);
	return result;
}

/* --- 2.x --- */

static int64_t larger(int64_t a, bool has, int64_t b)
{
	return has && b > a ? b : a;
}

/* A period of 2.1 may name a limit or a set point for each phase; one that names neither has no
 * limit at all. */
static int64_t most_milli(const struct ocpp2_charging_schedule_period *period)
{
	int64_t most = 0;

	if (!period->has_limit_milli && !period->has_setpoint_milli)
		return INT64_MAX;
	most = larger(most, period->has_limit_milli, period->limit_milli);
	most = larger(most, period->has_limit_l2_milli, period->limit_l2_milli);
	most = larger(most, period->has_limit_l3_milli, period->limit_l3_milli);
	most = larger(most, period->has_setpoint_milli, period->setpoint_milli);
	most = larger(most, period->has_setpoint_l2_milli, period->setpoint_l2_milli);
	return larger(most, period->has_setpoint_l3_milli, period->setpoint_l3_milli);
}

static void carry_2(
	struct carried *carried, int64_t connector, const struct ocpp2_charging_profile *from)
{
	/* priority and own generation come before a transaction's profile, whatever its level */
	struct profile like = {
		.connector = connector, .stack_level = STACK_ALL, .purpose = PROFILE_TX};

	if (from->charging_profile_purpose == OCPP2_CHARGING_PROFILE_PURPOSE_TX_PROFILE)
		like.stack_level = from->stack_level;
	if (from->charging_profile_purpose == OCPP2_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE) {
		like.stack_level = from->stack_level;
		like.purpose = PROFILE_DEFAULT;
	}
	if (from->charging_profile_purpose ==
			OCPP2_CHARGING_PROFILE_PURPOSE_CHARGING_STATION_MAX_PROFILE ||
		from->charging_profile_purpose ==
			OCPP2_CHARGING_PROFILE_PURPOSE_CHARGING_STATION_EXTERNAL_CONSTRAINTS)
		like.purpose = PROFILE_MAX;
	for (size_t i = 0; i < from->charging_schedule_len && i < SCHEDULES_MAX; i++) {
		const struct ocpp2_charging_schedule *schedule = &from->charging_schedule[i];
		struct profile *profile = add(carried, &like);

		profile->unit = schedule->charging_rate_unit == OCPP2_CHARGING_RATE_UNIT_W
					? PROFILE_W
					: PROFILE_MA;
		for (size_t k = 0; k < schedule->charging_schedule_period_len; k++) {
			const struct ocpp2_charging_schedule_period *period =
				&schedule->charging_schedule_period[k];

			allow(profile, most_milli(period), period->has_number_phases,
				period->number_phases);
		}
	}
}

/* The outlet's number here; 0 for the whole pile, or equipment it never spoke of. */
static int connector_of(struct api_call *call, int64_t pile_id, int64_t evse, int64_t *ret_no)
{
	*ret_no = 0;
	return evse > 0 ? store_outlet_no(call->ctx->db, pile_id, evse, 1, ret_no) : 0;
}

static int read_2(struct api_call *call, int64_t pile_id, struct str action, struct str payload,
	struct carried *carried)
{
	struct arena *arena = call->ctx->arena;
	struct ocpp2_request_start_transaction_req start;
	struct ocpp2_set_charging_profile_req set;
	int64_t no;
	int result;

	if (str_is(action, "SetChargingProfile")) {
		result = record_decode(&ocpp2_set_charging_profile_req_21_record, payload,
			RECORD_STRICT, arena, &set, NULL);
		if (result != 0)
			return result;
		TRY(connector_of(call, pile_id, set.evse_id, &no));
		carry_2(carried, no, &set.charging_profile);
		return 0;
	}
	result = record_decode(&ocpp2_request_start_transaction_req_21_record, payload,
		RECORD_STRICT, arena, &start, NULL);
	if (result != 0 || !start.has_charging_profile)
		return result;
	TRY(connector_of(call, pile_id, start.has_evse_id ? start.evse_id : 0, &no));
	carry_2(carried, no, &start.charging_profile);
	return 0;
}

/* --- any --- */

static bool carries(struct str action)
{
	return str_is(action, "SetChargingProfile") || str_is(action, "RemoteStartTransaction") ||
	       str_is(action, "RequestStartTransaction");
}

/* Does it let a pile go by a profile that stands above every share? */
static int activates(struct api_call *call, struct str action, struct str payload, bool *ret_does)
{
	struct ocpp2_use_priority_charging_req use;
	int result;

	*ret_does = false;
	if (!str_is(action, "UsePriorityCharging"))
		return 0;
	result = record_decode(&ocpp2_use_priority_charging_req_21_record, payload, RECORD_STRICT,
		call->ctx->arena, &use, NULL);
	TRY(result);
	*ret_does = result == 0 && use.activate;
	return 0;
}

int power_guard(struct api_call *call, int64_t pile_id, struct str action, struct str payload)
{
	struct carried carried = {.len = 0};
	bool activates_priority;
	int result;

	if (str_is(action, "ClearChargingProfile"))
		return smart_forget(call->ctx, pile_id);
	TRY(activates(call, action, payload, &activates_priority));
	/* of which profile, in which unit? */
	if (str_is(action, "UpdateDynamicSchedule") || activates_priority)
		add(&carried, &(struct profile){.purpose = PROFILE_TX, .stack_level = STACK_ALL});
	else if (!carries(action))
		return 0;
	result = carried.len == 0 ? read_16(call, action, payload, &carried) : 0;
	if (result > 0)
		result = read_2(call, pile_id, action, payload, &carried);
	TRY(result);
	/* (whoever sends what is no call finds out what is wrong with it) */
	for (size_t i = 0; i < carried.len; i++) {
		result = smart_profile_allowed(call->ctx, pile_id, &carried.profiles[i]);
		TRY(result);
		if (result == SMART_E_EXCEEDS)
			return P_SITE_LIMIT;
	}
	return carried.len > 0 ? smart_forget(call->ctx, pile_id) : 0;
}
