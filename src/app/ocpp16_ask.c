/* ocpp16_ask.c - asks as OCPP 1.6 calls: the first table turns a kind into a call, the second its
 * answer into a verdict. */
#include "app/ocpp16_ask.h"

#include "app/devices.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "domain/profile.h"
#include "store/command.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/firmware.h"
#include "wire/ocpp16/locallist.h"
#include "wire/ocpp16/reservation.h"
#include "wire/ocpp16/security.h"
#include "wire/ocpp16/smartcharging.h"
#include "wire/ocpp16/trigger.h"
#include "wire/record.h"

#define LOG_RETRIES 3
#define LOG_RETRY_S 60
#define FIRMWARE_RETRIES 3
#define FIRMWARE_RETRY_S 60

static int put(struct ctx *ctx, struct command_wish *wish, const char *action,
	const struct record *record, const void *req)
{
	struct buf buf;

	buf_init(&buf, ctx->arena, LIMIT_FRAME_BYTES);
	if (record_encode(record, req, &buf, NULL) != 0)
		return FAULT(FAULT_BUG, "%s does not fit its record", action);
	wish->action = str_from(action);
	wish->payload = buf_str(&buf);
	return 0;
}

static int put_list_version(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	const struct ocpp16_get_local_list_version_req req = {0};

	(void)ask;
	return put(
		ctx, wish, "GetLocalListVersion", &ocpp16_get_local_list_version_req_record, &req);
}

static int card_status(enum ask_card card)
{
	return card == ASK_CARD_GOOD ? OCPP16_AUTHORIZATION_STATUS_ACCEPTED
				     : OCPP16_AUTHORIZATION_STATUS_BLOCKED;
}

/* Cards of OCPP 2 may have longer names than 1.6 has room for. */
static bool is_tag(struct str text)
{
	return text.len > 0 && text.len <= OCPP16_ID_TAG_MAX;
}

static int put_list_send(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp16_authorization_data *list =
		ARENA_ARRAY(ctx->arena, struct ocpp16_authorization_data, ask->entries_len + 1);
	struct ocpp16_send_local_list_req req = {.list_version = ask->number,
		.has_local_authorization_list = true,
		.local_authorization_list = list,
		.local_authorization_list_len = ask->entries_len,
		.update_type =
			ask->full ? OCPP16_UPDATE_TYPE_FULL : OCPP16_UPDATE_TYPE_DIFFERENTIAL};

	if (!list)
		return FAULT(FAULT_NOMEM, "list");
	for (size_t i = 0; i < ask->entries_len; i++) {
		const struct ask_entry *entry = &ask->entries[i];

		list[i].id_tag = entry->id_tag;
		if (entry->card == ASK_CARD_GONE)
			continue;
		list[i].has_id_tag_info = true;
		list[i].id_tag_info =
			(struct ocpp16_id_tag_info){.status = card_status(entry->card),
				.has_expiry_date = entry->expires_us != 0,
				.expiry_date_us = entry->expires_us,
				.has_parent_id_tag = is_tag(entry->parent),
				.parent_id_tag = entry->parent};
	}
	return put(ctx, wish, "SendLocalList", &ocpp16_send_local_list_req_record, &req);
}

static int put_reserve(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp16_reserve_now_req req = {.connector_id = ask->connector_no,
		.expiry_date_us = ask->until_us,
		.id_tag = ask->id_tag,
		.has_parent_id_tag = is_tag(ask->parent),
		.parent_id_tag = ask->parent,
		.reservation_id = ask->number};

	if (!is_tag(ask->id_tag))
		return ASK_E_UNSUPPORTED;
	return put(ctx, wish, "ReserveNow", &ocpp16_reserve_now_req_record, &req);
}

static int put_reserve_cancel(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp16_cancel_reservation_req req = {.reservation_id = ask->number};

	return put(ctx, wish, "CancelReservation", &ocpp16_cancel_reservation_req_record, &req);
}

static int put_firmware(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp16_update_firmware_req plain = {.location = ask->url,
		.has_retries = true,
		.retries = FIRMWARE_RETRIES,
		.retrieve_date_us = ask->from_us,
		.has_retry_interval = true,
		.retry_interval = FIRMWARE_RETRY_S};
	struct ocpp16_signed_update_firmware_req with_signature = {.has_retries = true,
		.retries = FIRMWARE_RETRIES,
		.has_retry_interval = true,
		.retry_interval = FIRMWARE_RETRY_S,
		.request_id = ask->number,
		.firmware = {.location = ask->url,
			.retrieve_date_time_us = ask->from_us,
			.signing_certificate = ask->certificate,
			.signature = ask->signature}};

	if (ask->signature.len == 0)
		return put(ctx, wish, "UpdateFirmware", &ocpp16_update_firmware_req_record, &plain);
	return put(ctx, wish, "SignedUpdateFirmware", &ocpp16_signed_update_firmware_req_record,
		&with_signature);
}

/* The security log is only known to the security extension; diagnostics are asked in the way that
 * every pile knows. */
static int put_log(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp16_get_diagnostics_req diagnostics = {.location = ask->url,
		.has_retries = true,
		.retries = LOG_RETRIES,
		.has_retry_interval = true,
		.retry_interval = LOG_RETRY_S,
		.has_start_time = ask->from_us != 0,
		.start_time_us = ask->from_us,
		.has_stop_time = ask->until_us != 0,
		.stop_time_us = ask->until_us};
	struct ocpp16_get_log_req security = {.log = {.remote_location = ask->url,
						      .has_oldest_timestamp = ask->from_us != 0,
						      .oldest_timestamp_us = ask->from_us,
						      .has_latest_timestamp = ask->until_us != 0,
						      .latest_timestamp_us = ask->until_us},
		.log_type = OCPP16_LOG_TYPE_SECURITY_LOG,
		.request_id = ask->number,
		.has_retries = true,
		.retries = LOG_RETRIES,
		.has_retry_interval = true,
		.retry_interval = LOG_RETRY_S};

	if (ask->security_log)
		return put(ctx, wish, "GetLog", &ocpp16_get_log_req_record, &security);
	return put(ctx, wish, "GetDiagnostics", &ocpp16_get_diagnostics_req_record, &diagnostics);
}

static int put_setting(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp16_change_configuration_req req = {.key = ask->name, .value = ask->value};

	return put(ctx, wish, "ChangeConfiguration", &ocpp16_change_configuration_req_record, &req);
}

static int put_settings(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	const struct ocpp16_get_configuration_req req = {0};

	(void)ask;
	return put(ctx, wish, "GetConfiguration", &ocpp16_get_configuration_req_record, &req);
}

static int put_report(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	static const struct {
		const char *name;
		int plain, extended;
	} rows[] = {
		{"boot", OCPP16_MESSAGE_TRIGGER_BOOT_NOTIFICATION, 0},
		{"status", OCPP16_MESSAGE_TRIGGER_STATUS_NOTIFICATION, 0},
		{"meter", OCPP16_MESSAGE_TRIGGER_METER_VALUES, 0},
		{"heartbeat", OCPP16_MESSAGE_TRIGGER_HEARTBEAT, 0},
		{"firmware", OCPP16_MESSAGE_TRIGGER_FIRMWARE_STATUS_NOTIFICATION, 0},
		{"log", 0, OCPP16_EXTENDED_TRIGGER_LOG_STATUS_NOTIFICATION},
		{"certificate", 0, OCPP16_EXTENDED_TRIGGER_SIGN_CHARGE_POINT_CERTIFICATE},
	};
	struct ocpp16_trigger_message_req plain = {
		.has_connector_id = ask->connector_no > 0, .connector_id = ask->connector_no};
	struct ocpp16_extended_trigger_message_req extended = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!str_is(ask->name, rows[i].name))
			continue;
		plain.requested_message = rows[i].plain;
		extended.requested_message = rows[i].extended;
		if (rows[i].plain == 0)
			return put(ctx, wish, "ExtendedTriggerMessage",
				&ocpp16_extended_trigger_message_req_record, &extended);
		return put(ctx, wish, "TriggerMessage", &ocpp16_trigger_message_req_record, &plain);
	}
	return ASK_E_UNSUPPORTED;
}

static struct ocpp16_charging_schedule_period *periods_of(
	struct ctx *ctx, const struct profile *profile)
{
	struct ocpp16_charging_schedule_period *list = ARENA_ARRAY(
		ctx->arena, struct ocpp16_charging_schedule_period, profile->periods_len);

	for (size_t i = 0; list && i < profile->periods_len; i++) {
		const struct profile_period *from = &profile->periods[i];

		list[i] = (struct ocpp16_charging_schedule_period){.start_period = from->start_s,
			.limit_milli = from->limit * (profile->unit == PROFILE_W ? 1000 : 1),
			.has_number_phases = from->phases > 0,
			.number_phases = from->phases};
	}
	return list;
}

/* From the beginning of the charge on, or from a time that is named. */
static int put_profile(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	static const int purposes[] = {
		[PROFILE_MAX] = OCPP16_CHARGING_PROFILE_PURPOSE_CHARGE_POINT_MAX_PROFILE,
		[PROFILE_DEFAULT] = OCPP16_CHARGING_PROFILE_PURPOSE_TX_DEFAULT_PROFILE,
		[PROFILE_TX] = OCPP16_CHARGING_PROFILE_PURPOSE_TX_PROFILE,
	};
	const struct profile *profile = ask->profile;
	bool timed = profile->kind == PROFILE_ABSOLUTE;
	struct ocpp16_set_charging_profile_req req = {.connector_id = ask->connector_no,
		.cs_charging_profiles = {.charging_profile_id = profile->id,
			.has_transaction_id = profile->transaction_id != 0,
			.transaction_id = profile->transaction_id,
			.stack_level = profile->stack_level,
			.charging_profile_purpose = purposes[profile->purpose],
			.charging_profile_kind = timed ? OCPP16_CHARGING_PROFILE_KIND_ABSOLUTE
						       : OCPP16_CHARGING_PROFILE_KIND_RELATIVE,
			.has_valid_to = profile->valid_to_s != PROFILE_NEVER,
			.charging_schedule = {.has_start_schedule = timed,
				.start_schedule_us = profile->start_s * US_PER_S,
				.charging_rate_unit = profile->unit == PROFILE_W
							      ? OCPP16_CHARGING_RATE_UNIT_W
							      : OCPP16_CHARGING_RATE_UNIT_AMPERE,
				.charging_schedule_period = periods_of(ctx, profile),
				.charging_schedule_period_len = profile->periods_len}}};

	if (!req.cs_charging_profiles.charging_schedule.charging_schedule_period)
		return FAULT(FAULT_NOMEM, "a schedule");
	if (req.cs_charging_profiles.has_valid_to)
		req.cs_charging_profiles.valid_to_us = profile->valid_to_s * US_PER_S;
	return put(ctx, wish, "SetChargingProfile", &ocpp16_set_charging_profile_req_record, &req);
}

static int put_profile_clear(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp16_clear_charging_profile_req req = {
		.has_connector_id = true, .connector_id = ask->connector_no};

	return put(
		ctx, wish, "ClearChargingProfile", &ocpp16_clear_charging_profile_req_record, &req);
}

static const struct {
	enum ask_kind kind;
	int (*put)(struct ctx *ctx, const struct ask *ask, struct command_wish *wish);
} calls[] = {
	{ASK_LIST_VERSION, put_list_version},
	{ASK_LIST_SEND, put_list_send},
	{ASK_RESERVE, put_reserve},
	{ASK_RESERVE_CANCEL, put_reserve_cancel},
	{ASK_FIRMWARE, put_firmware},
	{ASK_LOG, put_log},
	{ASK_SETTING, put_setting},
	{ASK_SETTINGS, put_settings},
	{ASK_REPORT, put_report},
	{ASK_PROFILE, put_profile},
	{ASK_PROFILE_CLEAR, put_profile_clear},
};

int ocpp16_ask(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (calls[i].kind == ask->kind)
			return calls[i].put(ctx, ask, wish);
	}
	return ASK_E_UNSUPPORTED;
}

/* --- answers --- */

/* Each answer's status word, whatever its enumeration, as a verdict. */
static enum ask_verdict verdict_of(struct str status)
{
	static const struct {
		const char *status;
		enum ask_verdict verdict;
	} rows[] = {
		{"Accepted", ASK_ACCEPTED},
		{"AcceptedCanceled", ASK_ACCEPTED},
		{"Rejected", ASK_REJECTED},
		{"Failed", ASK_FAILED},
		{"Occupied", ASK_OCCUPIED},
		{"Faulted", ASK_FAULTED},
		{"Unavailable", ASK_UNAVAILABLE},
		{"NotSupported", ASK_UNSUPPORTED},
		{"VersionMismatch", ASK_MISMATCH},
		{"RebootRequired", ASK_REBOOT},
		{"InvalidCertificate", ASK_CERTIFICATE},
		{"RevokedCertificate", ASK_CERTIFICATE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_is(status, rows[i].status))
			return rows[i].verdict;
	}
	return ASK_REJECTED;
}

static void read_list_version(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_get_local_list_version_conf *conf = in;

	answer->number = conf->list_version;
}

static void read_list_send(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_send_local_list_conf *conf = in;

	answer->verdict = verdict_of(field_enum_name(&ocpp16_update_status_names, conf->status));
}

static void read_reserve(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_reserve_now_conf *conf = in;

	answer->verdict =
		verdict_of(field_enum_name(&ocpp16_reservation_status_names, conf->status));
}

static void read_reserve_cancel(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_cancel_reservation_conf *conf = in;

	answer->verdict = conf->status == OCPP16_CANCEL_RESERVATION_STATUS_ACCEPTED ? ASK_ACCEPTED
										    : ASK_REJECTED;
}

/* UpdateFirmware's answer is empty: it was heard. */
static void read_nothing(const void *in, struct ask_answer *answer)
{
	(void)in;
	(void)answer;
}

static void read_signed_update(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_signed_update_firmware_conf *conf = in;

	answer->verdict =
		verdict_of(field_enum_name(&ocpp16_signed_update_status_names, conf->status));
}

/* No name of a file means there is nothing to send. */
static void read_diagnostics(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_get_diagnostics_conf *conf = in;

	answer->text = conf->file_name;
	if (!conf->has_file_name || conf->file_name.len == 0)
		answer->verdict = ASK_REJECTED;
}

static void read_log(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_get_log_conf *conf = in;

	answer->text = conf->filename;
	answer->verdict = verdict_of(field_enum_name(&ocpp16_log_answer_names, conf->status));
}

static void read_setting(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_change_configuration_conf *conf = in;

	answer->verdict =
		verdict_of(field_enum_name(&ocpp16_configuration_status_names, conf->status));
}

static void read_profile(const void *in, struct ask_answer *answer)
{
	const struct ocpp16_set_charging_profile_conf *conf = in;

	answer->verdict =
		verdict_of(field_enum_name(&ocpp16_charging_profile_status_names, conf->status));
}

static const struct {
	const char *action;
	void (*read)(const void *in, struct ask_answer *answer);
} answers[] = {
	{"GetLocalListVersion", read_list_version},
	{"SendLocalList", read_list_send},
	{"ReserveNow", read_reserve},
	{"CancelReservation", read_reserve_cancel},
	{"UpdateFirmware", read_nothing},
	{"SignedUpdateFirmware", read_signed_update},
	{"GetDiagnostics", read_diagnostics},
	{"GetLog", read_log},
	{"ChangeConfiguration", read_setting},
	{"SetChargingProfile", read_profile},
	{"ClearChargingProfile", read_nothing},
};

/* Which setting was to be changed. */
static int setting_name(struct ctx *ctx, const struct command *command, struct str *ret_name)
{
	struct ocpp16_change_configuration_req req;
	int result = record_decode(&ocpp16_change_configuration_req_record, command->payload,
		RECORD_LENIENT, ctx->arena, &req, NULL);

	TRY(result);
	*ret_name = result == 0 ? req.key : STR("");
	return 0;
}

int ocpp16_ask_answered(
	struct ctx *ctx, const struct command *command, const void *answer, struct str error)
{
	struct ask_answer back = {.kind = (enum ask_kind)command->ask,
		.pile_id = command->pile_id,
		.about_id = command->about_id,
		.verdict = error.len > 0 ? ASK_LOST : ASK_ACCEPTED,
		.error = error};

	if (back.kind == ASK_SETTING)
		TRY(setting_name(ctx, command, &back.text));
	for (size_t i = 0; error.len == 0 && i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (str_is(command->action, answers[i].action))
			answers[i].read(answer, &back);
	}
	return ask_answered(ctx, &back);
}
