/* ocpp2_care.c - commands about local lists, reservations, firmware, logs and charging profiles for
 * 2.x piles: the house's words said anew, as in ocpp2_command.c. */
#include "app/ocpp2_command.h"
#include "app/ocpp2_parts.h"
#include "base/fault.h"
#include "base/limits.h"
#include "store/transaction.h"
#include "wire/ocpp16/firmware.h"
#include "wire/ocpp16/locallist.h"
#include "wire/ocpp16/reservation.h"
#include "wire/ocpp16/security.h"
#include "wire/ocpp16/smartcharging.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/firmware.h"
#include "wire/ocpp2/remote.h"
#include "wire/ocpp2/smart.h"

/* A plastic card, as nearly all tags of the house are. */
static struct ocpp2_id_token card(struct str id_tag)
{
	return (struct ocpp2_id_token){.id_token = id_tag, .type = STR("ISO14443")};
}

/* --- local lists --- */

static int say_list_version(struct saying *saying)
{
	saying_new(saying, "GetLocalListVersion");
	return 0;
}

static int hear_list_version(struct saying *saying, const void *answer, struct json_out *out)
{
	const struct ocpp2_get_local_list_version_conf *conf = answer;

	(void)saying;
	json_put_int(out, "listVersion", conf->version_number);
	return 0;
}

static void say_list_entry(
	const struct ocpp16_authorization_data *house, struct ocpp2_authorization_data *entry)
{
	const struct ocpp16_id_tag_info *info = &house->id_tag_info;

	entry->id_token = card(house->id_tag);
	entry->has_id_token_info = house->has_id_tag_info;
	if (!house->has_id_tag_info)
		return;
	entry->id_token_info.status = info->status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED
					      ? OCPP2_AUTHORIZATION_STATUS_ACCEPTED
					      : OCPP2_AUTHORIZATION_STATUS_BLOCKED;
	entry->id_token_info.has_cache_expiry_date_time = info->has_expiry_date;
	entry->id_token_info.cache_expiry_date_time_us = info->expiry_date_us;
	entry->id_token_info.has_group_id_token = info->has_parent_id_tag;
	if (info->has_parent_id_tag)
		entry->id_token_info.group_id_token = (struct ocpp2_id_token){
			.id_token = info->parent_id_tag, .type = STR("Central")};
}

static int say_list_send(struct saying *saying)
{
	const struct ocpp16_send_local_list_req *house = saying->house;
	struct ocpp2_send_local_list_req *req = saying_new(saying, "SendLocalList");
	size_t len = house->local_authorization_list_len;

	req->version_number = house->list_version;
	req->update_type = house->update_type == OCPP16_UPDATE_TYPE_FULL
				   ? OCPP2_UPDATE_FULL
				   : OCPP2_UPDATE_DIFFERENTIAL;
	/* An empty list is told by leaving it out. */
	if (len == 0)
		return 0;
	req->local_authorization_list =
		ARENA_ARRAY(saying->ctx->arena, struct ocpp2_authorization_data, len);
	if (!req->local_authorization_list)
		return FAULT(FAULT_NOMEM, "a list");
	req->local_authorization_list_len = len;
	for (size_t i = 0; i < len; i++)
		say_list_entry(
			&house->local_authorization_list[i], &req->local_authorization_list[i]);
	return 0;
}

/* --- reservations --- */

static int say_reserve(struct saying *saying)
{
	const struct ocpp16_reserve_now_req *house = saying->house;
	struct ocpp2_reserve_now_req *req = saying_new(saying, "ReserveNow");
	int64_t outlet;

	req->id = house->reservation_id;
	req->expiry_date_time_us = house->expiry_date_us;
	req->id_token = card(house->id_tag);
	req->has_group_id_token = house->has_parent_id_tag;
	if (house->has_parent_id_tag)
		req->group_id_token = (struct ocpp2_id_token){
			.id_token = house->parent_id_tag, .type = STR("Central")};
	req->has_evse_id = house->connector_id > 0;
	if (!req->has_evse_id)
		return 0;
	return store_outlet_at(saying->ctx->db, saying->command->pile_id, house->connector_id,
		&req->evse_id, &outlet);
}

static int say_reserve_cancel(struct saying *saying)
{
	const struct ocpp16_cancel_reservation_req *house = saying->house;
	struct ocpp2_cancel_reservation_req *req = saying_new(saying, "CancelReservation");

	req->reservation_id = house->reservation_id;
	return 0;
}

/* --- firmware and logs --- */

/* 1.6 names no number where 2.x wants one: the one under which whoever asked waits for it. */
static int64_t request_number(const struct command *command)
{
	return (command->about_id != 0 ? command->about_id : command->id) & INT32_MAX;
}

static int say_firmware(struct saying *saying)
{
	const struct ocpp16_update_firmware_req *house = saying->house;
	struct ocpp2_update_firmware_req *req = saying_new(saying, "UpdateFirmware");

	req->request_id = request_number(saying->command);
	req->firmware.location = house->location;
	req->firmware.retrieve_date_time_us = house->retrieve_date_us;
	req->has_retries = house->has_retries;
	req->retries = house->retries;
	req->has_retry_interval = house->has_retry_interval;
	req->retry_interval = house->retry_interval;
	return 0;
}

/* 1.6 answers an update with nothing at all. */
static int hear_firmware(struct saying *saying, const void *answer, struct json_out *out)
{
	(void)saying;
	(void)answer;
	(void)out;
	return 0;
}

static int say_signed_firmware(struct saying *saying)
{
	const struct ocpp16_signed_update_firmware_req *house = saying->house;
	struct ocpp2_update_firmware_req *req = saying_new(saying, "UpdateFirmware");

	req->request_id = house->request_id;
	req->firmware.location = house->firmware.location;
	req->firmware.retrieve_date_time_us = house->firmware.retrieve_date_time_us;
	req->firmware.has_install_date_time = house->firmware.has_install_date_time;
	req->firmware.install_date_time_us = house->firmware.install_date_time_us;
	req->firmware.has_signing_certificate = true;
	req->firmware.signing_certificate = house->firmware.signing_certificate;
	req->firmware.has_signature = true;
	req->firmware.signature = house->firmware.signature;
	req->has_retries = house->has_retries;
	req->retries = house->retries;
	req->has_retry_interval = house->has_retry_interval;
	req->retry_interval = house->retry_interval;
	return 0;
}

static int say_diagnostics(struct saying *saying)
{
	const struct ocpp16_get_diagnostics_req *house = saying->house;
	struct ocpp2_get_log_req *req = saying_new(saying, "GetLog");

	req->log_type = OCPP2_LOG_DIAGNOSTICS_LOG;
	req->request_id = request_number(saying->command);
	req->log.remote_location = house->location;
	req->log.has_oldest_timestamp = house->has_start_time;
	req->log.oldest_timestamp_us = house->start_time_us;
	req->log.has_latest_timestamp = house->has_stop_time;
	req->log.latest_timestamp_us = house->stop_time_us;
	req->has_retries = house->has_retries;
	req->retries = house->retries;
	req->has_retry_interval = house->has_retry_interval;
	req->retry_interval = house->retry_interval;
	return 0;
}

static int hear_diagnostics(struct saying *saying, const void *answer, struct json_out *out)
{
	const struct ocpp2_get_log_conf *conf = answer;

	(void)saying;
	/* No name of a file means to 1.6 that there is nothing to send. */
	if (conf->status != OCPP2_LOG_STATUS_REJECTED)
		json_put_str(out, "fileName",
			conf->has_filename && conf->filename.len > 0 ? conf->filename : STR("log"));
	return 0;
}

static int say_log(struct saying *saying)
{
	const struct ocpp16_get_log_req *house = saying->house;
	struct ocpp2_get_log_req *req = saying_new(saying, "GetLog");

	req->log_type = house->log_type == OCPP16_LOG_TYPE_SECURITY_LOG ? OCPP2_LOG_SECURITY_LOG
									: OCPP2_LOG_DIAGNOSTICS_LOG;
	req->request_id = house->request_id;
	req->log.remote_location = house->log.remote_location;
	req->log.has_oldest_timestamp = house->log.has_oldest_timestamp;
	req->log.oldest_timestamp_us = house->log.oldest_timestamp_us;
	req->log.has_latest_timestamp = house->log.has_latest_timestamp;
	req->log.latest_timestamp_us = house->log.latest_timestamp_us;
	req->has_retries = house->has_retries;
	req->retries = house->retries;
	req->has_retry_interval = house->has_retry_interval;
	req->retry_interval = house->retry_interval;
	return 0;
}

static int hear_log(struct saying *saying, const void *answer, struct json_out *out)
{
	const struct ocpp2_get_log_conf *conf = answer;

	TRY(ocpp2_hear_status(saying, answer, out));
	if (conf->has_filename)
		json_put_str(out, "filename", conf->filename);
	return 0;
}

static int say_extended_trigger(struct saying *saying)
{
	const struct ocpp16_extended_trigger_message_req *house = saying->house;
	struct str wanted =
		field_enum_name(&ocpp16_extended_trigger_names, house->requested_message);

	if (str_is(wanted, "SignChargePointCertificate"))
		wanted = STR("SignChargingStationCertificate");
	return ocpp2_say_trigger(saying, wanted, house->has_connector_id, house->connector_id);
}

/* --- charging profiles --- */

static int say_schedule(struct saying *saying, const struct ocpp16_charging_schedule *house,
	struct ocpp2_charging_schedule *schedule)
{
	size_t len = house->charging_schedule_period_len;

	schedule->has_duration = house->has_duration;
	schedule->duration = house->duration;
	schedule->has_start_schedule = house->has_start_schedule;
	schedule->start_schedule_us = house->start_schedule_us;
	schedule->charging_rate_unit = house->charging_rate_unit == OCPP16_CHARGING_RATE_UNIT_W
					       ? OCPP2_CHARGING_RATE_UNIT_W
					       : OCPP2_CHARGING_RATE_UNIT_A;
	schedule->has_min_charging_rate_milli = house->has_min_charging_rate_milli;
	schedule->min_charging_rate_milli = house->min_charging_rate_milli;
	schedule->charging_schedule_period =
		ARENA_ARRAY(saying->ctx->arena, struct ocpp2_charging_schedule_period, len);
	if (!schedule->charging_schedule_period)
		return FAULT(FAULT_NOMEM, "a schedule");
	schedule->charging_schedule_period_len = len;
	for (size_t i = 0; i < len; i++) {
		const struct ocpp16_charging_schedule_period *from =
			&house->charging_schedule_period[i];

		schedule->charging_schedule_period[i] =
			(struct ocpp2_charging_schedule_period){.start_period = from->start_period,
				.has_limit_milli = true,
				.limit_milli = from->limit_milli,
				.has_number_phases = from->has_number_phases,
				.number_phases = from->number_phases};
	}
	return 0;
}

static int profile_purpose(int house)
{
	static const int purposes[] = {
		[OCPP16_CHARGING_PROFILE_PURPOSE_CHARGE_POINT_MAX_PROFILE] =
			OCPP2_CHARGING_PROFILE_PURPOSE_CHARGING_STATION_MAX_PROFILE,
		[OCPP16_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE] =
			OCPP2_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE,
		[OCPP16_CHARGING_PROFILE_PURPOSE_TX_PROFILE] =
			OCPP2_CHARGING_PROFILE_PURPOSE_TX_PROFILE,
	};

	return purposes[house];
}

int ocpp2_say_profile(struct saying *saying, const struct ocpp16_charging_profile *house,
	struct ocpp2_charging_profile *profile)
{
	profile->id = house->charging_profile_id;
	profile->stack_level = house->stack_level;
	profile->charging_profile_purpose = profile_purpose(house->charging_profile_purpose);
	/* Kinds of profiles and of recurrence have the same words in both. */
	profile->charging_profile_kind = field_enum_value(
		&ocpp2_charging_profile_kind_enum_201_names,
		field_enum_name(&ocpp16_charging_profile_kind_names, house->charging_profile_kind));
	profile->has_recurrency_kind = house->has_recurrency_kind;
	if (house->has_recurrency_kind)
		profile->recurrency_kind = field_enum_value(&ocpp2_recurrency_kind_enum_201_names,
			field_enum_name(&ocpp16_recurrency_kind_names, house->recurrency_kind));
	profile->has_valid_from = house->has_valid_from;
	profile->valid_from_us = house->valid_from_us;
	profile->has_valid_to = house->has_valid_to;
	profile->valid_to_us = house->valid_to_us;
	if (house->has_transaction_id) {
		int found = store_transaction_name(saying->ctx->db, saying->ctx->arena,
			saying->command->pile_id, house->transaction_id, &profile->transaction_id);

		TRY(found);
		if (found != 0)
			return 1; /* a charge this pile never began */
		profile->has_transaction_id = true;
	}
	profile->charging_schedule =
		ARENA_ARRAY(saying->ctx->arena, struct ocpp2_charging_schedule, 1);
	if (!profile->charging_schedule)
		return FAULT(FAULT_NOMEM, "a profile");
	profile->charging_schedule_len = 1;
	profile->charging_schedule[0].id = house->charging_profile_id;
	return say_schedule(saying, &house->charging_schedule, &profile->charging_schedule[0]);
}

static int evse_of(struct saying *saying, int64_t connector_no, int64_t *ret_evse)
{
	int64_t outlet;

	*ret_evse = 0;
	if (connector_no == 0)
		return 0;
	return store_outlet_at(
		saying->ctx->db, saying->command->pile_id, connector_no, ret_evse, &outlet);
}

static int say_set_profile(struct saying *saying)
{
	const struct ocpp16_set_charging_profile_req *house = saying->house;
	struct ocpp2_set_charging_profile_req *req = saying_new(saying, "SetChargingProfile");

	TRY(evse_of(saying, house->connector_id, &req->evse_id));
	return ocpp2_say_profile(saying, &house->cs_charging_profiles, &req->charging_profile);
}

static int say_clear_profile(struct saying *saying)
{
	const struct ocpp16_clear_charging_profile_req *house = saying->house;
	struct ocpp2_clear_charging_profile_req *req = saying_new(saying, "ClearChargingProfile");
	struct ocpp2_clear_charging_profile *which = &req->charging_profile_criteria;

	req->has_charging_profile_id = house->has_id;
	req->charging_profile_id = house->id;
	req->has_charging_profile_criteria = house->has_connector_id ||
					     house->has_charging_profile_purpose ||
					     house->has_stack_level;
	which->has_charging_profile_purpose = house->has_charging_profile_purpose;
	which->charging_profile_purpose = profile_purpose(house->charging_profile_purpose);
	which->has_stack_level = house->has_stack_level;
	which->stack_level = house->stack_level;
	which->has_evse_id = house->has_connector_id;
	return house->has_connector_id ? evse_of(saying, house->connector_id, &which->evse_id) : 0;
}

static int say_composite(struct saying *saying)
{
	const struct ocpp16_get_composite_schedule_req *house = saying->house;
	struct ocpp2_get_composite_schedule_req *req = saying_new(saying, "GetCompositeSchedule");

	req->duration = house->duration;
	req->has_charging_rate_unit = house->has_charging_rate_unit;
	req->charging_rate_unit = house->charging_rate_unit == OCPP16_CHARGING_RATE_UNIT_W
					  ? OCPP2_CHARGING_RATE_UNIT_W
					  : OCPP2_CHARGING_RATE_UNIT_A;
	return evse_of(saying, house->connector_id, &req->evse_id);
}

static int hear_composite(struct saying *saying, const void *answer, struct json_out *out)
{
	const struct ocpp2_get_composite_schedule_conf *conf = answer;
	const struct ocpp2_composite_schedule *from = &conf->schedule;
	size_t len = from->charging_schedule_period_len;
	struct ocpp16_charging_schedule schedule = {.has_duration = true,
		.duration = from->duration,
		.charging_rate_unit = from->charging_rate_unit == OCPP2_CHARGING_RATE_UNIT_W
					      ? OCPP16_CHARGING_RATE_UNIT_W
					      : OCPP16_CHARGING_RATE_UNIT_AMPERE,
		.charging_schedule_period_len = len};
	const struct ocpp16_get_composite_schedule_req *house = saying->house;

	TRY(ocpp2_hear_status(saying, answer, out));
	if (!conf->has_schedule)
		return 0;
	json_put_int(out, "connectorId", house->connector_id);
	json_put_time(out, "scheduleStart", from->schedule_start_us);
	schedule.charging_schedule_period =
		ARENA_ARRAY(saying->ctx->arena, struct ocpp16_charging_schedule_period, len + 1);
	if (!schedule.charging_schedule_period)
		return FAULT(FAULT_NOMEM, "a schedule");
	for (size_t i = 0; i < len; i++)
		schedule.charging_schedule_period[i] = (struct ocpp16_charging_schedule_period){
			.start_period = from->charging_schedule_period[i].start_period,
			.limit_milli = from->charging_schedule_period[i].limit_milli};
	TRY(record_write(
		&ocpp16_charging_schedule_record, &schedule, out, "chargingSchedule", NULL));
	return 0;
}

static const struct saying_row care_rows[] = {
	{"CancelReservation", say_reserve_cancel, ocpp2_hear_status},
	{"ClearChargingProfile", say_clear_profile, ocpp2_hear_status},
	{"ExtendedTriggerMessage", say_extended_trigger, ocpp2_hear_status},
	{"GetCompositeSchedule", say_composite, hear_composite},
	{"GetDiagnostics", say_diagnostics, hear_diagnostics},
	{"GetLocalListVersion", say_list_version, hear_list_version},
	{"GetLog", say_log, hear_log},
	{"ReserveNow", say_reserve, ocpp2_hear_status},
	{"SendLocalList", say_list_send, ocpp2_hear_status},
	{"SetChargingProfile", say_set_profile, ocpp2_hear_status},
	{"SignedUpdateFirmware", say_signed_firmware, ocpp2_hear_status},
	{"UpdateFirmware", say_firmware, hear_firmware},
};

const struct saying_row *ocpp2_care_row(struct str house)
{
	for (size_t i = 0; i < sizeof(care_rows) / sizeof(care_rows[0]); i++) {
		if (str_is(house, care_rows[i].house))
			return &care_rows[i];
	}
	return NULL;
}
