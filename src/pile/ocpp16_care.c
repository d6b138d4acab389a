/* ocpp16_care.c - updates and files of the pile in OCPP 1.6: both the FirmwareManagement profile
 * and the security extension, whose words say more. */
#include "base/fault.h"
#include "pile/ocpp16.h"
#include "wire/ocpp16/firmware.h"
#include "wire/ocpp16/security.h"

#define CARE_TRIES 3
#define CARE_PAUSE_S 60

/* ---- how an update goes ---- */

/* By enum firmware_status: the word of either message, 0 where the older one has none. */
static const struct {
	int plain, extended;
} care_firmware_words[] = {
	[FIRMWARE_IDLE] = {OCPP16_FIRMWARE_STATUS_IDLE, OCPP16_SIGNED_FIRMWARE_STATUS_IDLE},
	[FIRMWARE_DOWNLOAD_SCHEDULED] = {0, OCPP16_SIGNED_FIRMWARE_STATUS_DOWNLOAD_SCHEDULED},
	[FIRMWARE_DOWNLOADING] = {OCPP16_FIRMWARE_STATUS_DOWNLOADING,
		OCPP16_SIGNED_FIRMWARE_STATUS_DOWNLOADING},
	[FIRMWARE_DOWNLOADED] = {OCPP16_FIRMWARE_STATUS_DOWNLOADED,
		OCPP16_SIGNED_FIRMWARE_STATUS_DOWNLOADED},
	[FIRMWARE_DOWNLOAD_FAILED] = {OCPP16_FIRMWARE_STATUS_DOWNLOAD_FAILED,
		OCPP16_SIGNED_FIRMWARE_STATUS_DOWNLOAD_FAILED},
	[FIRMWARE_SIGNATURE_VERIFIED] = {0, OCPP16_SIGNED_FIRMWARE_STATUS_SIGNATURE_VERIFIED},
	[FIRMWARE_INVALID_SIGNATURE] = {0, OCPP16_SIGNED_FIRMWARE_STATUS_INVALID_SIGNATURE},
	[FIRMWARE_INSTALL_SCHEDULED] = {0, OCPP16_SIGNED_FIRMWARE_STATUS_INSTALL_SCHEDULED},
	[FIRMWARE_INSTALLING] = {OCPP16_FIRMWARE_STATUS_INSTALLING,
		OCPP16_SIGNED_FIRMWARE_STATUS_INSTALLING},
	[FIRMWARE_INSTALL_REBOOTING] = {0, OCPP16_SIGNED_FIRMWARE_STATUS_INSTALL_REBOOTING},
	[FIRMWARE_INSTALLED] = {OCPP16_FIRMWARE_STATUS_INSTALLED,
		OCPP16_SIGNED_FIRMWARE_STATUS_INSTALLED},
	[FIRMWARE_INSTALLATION_FAILED] = {OCPP16_FIRMWARE_STATUS_INSTALLATION_FAILED,
		OCPP16_SIGNED_FIRMWARE_STATUS_INSTALLATION_FAILED},
};

static int say_firmware(struct talk *talk, void *out)
{
	struct ocpp16_firmware_status_notification_req *req = out;

	req->status = care_firmware_words[talk->pile->firmware.told[0].status].plain;
	return 0;
}

static int say_signed_firmware(struct talk *talk, void *out)
{
	struct ocpp16_signed_firmware_status_notification_req *req = out;
	const struct firmware *firmware = &talk->pile->firmware;

	req->status = care_firmware_words[firmware->told[0].status].extended;
	req->has_request_id = firmware->told[0].number >= 0;
	req->request_id = firmware->told[0].number;
	return 0;
}

static int say_diagnostics(struct talk *talk, void *out)
{
	static const int words[] = {
		[LOGS_IDLE] = OCPP16_DIAGNOSTICS_STATUS_IDLE,
		[LOGS_UPLOADING] = OCPP16_DIAGNOSTICS_STATUS_UPLOADING,
		[LOGS_UPLOADED] = OCPP16_DIAGNOSTICS_STATUS_UPLOADED,
		[LOGS_FAILED] = OCPP16_DIAGNOSTICS_STATUS_UPLOAD_FAILED,
		[LOGS_REFUSED] = OCPP16_DIAGNOSTICS_STATUS_UPLOAD_FAILED,
	};
	struct ocpp16_diagnostics_status_notification_req *req = out;

	req->status = words[talk->pile->logs.told[0].status];
	return 0;
}

static int say_log(struct talk *talk, void *out)
{
	static const int words[] = {
		[LOGS_IDLE] = OCPP16_LOG_STATUS_IDLE,
		[LOGS_UPLOADING] = OCPP16_LOG_STATUS_UPLOADING,
		[LOGS_UPLOADED] = OCPP16_LOG_STATUS_UPLOADED,
		[LOGS_FAILED] = OCPP16_LOG_STATUS_UPLOAD_FAILURE,
		[LOGS_REFUSED] = OCPP16_LOG_STATUS_PERMISSION_DENIED,
	};
	struct ocpp16_log_status_notification_req *req = out;
	const struct logs *logs = &talk->pile->logs;

	req->status = words[logs->told[0].status];
	req->has_request_id = logs->told[0].status != LOGS_IDLE;
	req->request_id = logs->told[0].number;
	return 0;
}

static bool hear_care(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in, (void)ret;
	care_told(talk->pile, talk->pile->link.call.kind);
	return true;
}

static const struct talk_say ocpp16_care_say_rows[] = {
	{CALL_FIRMWARE_PLAIN, "FirmwareStatusNotification", say_firmware, hear_care},
	{CALL_FIRMWARE, "SignedFirmwareStatusNotification", say_signed_firmware, hear_care},
	{CALL_DIAGNOSTICS, "DiagnosticsStatusNotification", say_diagnostics, hear_care},
	{CALL_LOG, "LogStatusNotification", say_log, hear_care},
};
const struct talk_says ocpp16_care_says = TALK_ROWS(ocpp16_care_say_rows);

/* ---- what is answered ---- */

static int order_update(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_update_firmware_req *req = in;
	struct firmware_wish *wish = ARENA_NEW(talk->arena, struct firmware_wish);

	(void)out; /* empty: it was heard */
	if (!wish)
		return FAULT(FAULT_NOMEM, "no room for a wish");
	wish->plain = true;
	wish->number = -1;
	wish->fetch_us = req->retrieve_date_us;
	wish->tries = req->has_retries ? req->retries : CARE_TRIES;
	wish->pause_s = req->has_retry_interval ? req->retry_interval : CARE_PAUSE_S;
	talk_text(wish->url, sizeof(wish->url), req->location);
	if (firmware_update(talk->pile, wish) == FIRMWARE_E_REFUSED)
		firmware_tell(talk->pile, true);
	return 0;
}

static int order_signed_update(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP16_SIGNED_UPDATE_STATUS_ACCEPTED,
		[FIRMWARE_E_REPLACED] = OCPP16_SIGNED_UPDATE_STATUS_ACCEPTED_CANCELED,
		[FIRMWARE_E_REFUSED] = OCPP16_SIGNED_UPDATE_STATUS_REJECTED,
		[FIRMWARE_E_CERTIFICATE] = OCPP16_SIGNED_UPDATE_STATUS_INVALID_CERTIFICATE,
	};
	const struct ocpp16_signed_update_firmware_req *req = in;
	struct ocpp16_signed_update_firmware_conf *conf = out;
	struct firmware_wish *wish = ARENA_NEW(talk->arena, struct firmware_wish);
	int outcome;

	if (!wish)
		return FAULT(FAULT_NOMEM, "no room for a wish");
	wish->is_signed = true;
	wish->number = req->request_id;
	wish->fetch_us = req->firmware.retrieve_date_time_us;
	wish->install_us =
		req->firmware.has_install_date_time ? req->firmware.install_date_time_us : 0;
	wish->tries = req->has_retries ? req->retries : CARE_TRIES;
	wish->pause_s = req->has_retry_interval ? req->retry_interval : CARE_PAUSE_S;
	talk_text(wish->url, sizeof(wish->url), req->firmware.location);
	talk_text(wish->certificate, sizeof(wish->certificate), req->firmware.signing_certificate);
	talk_text(wish->signature, sizeof(wish->signature), req->firmware.signature);
	outcome = firmware_update(talk->pile, wish);
	TRY(outcome);
	conf->status = answers[outcome];
	return 0;
}

static int order_diagnostics(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_get_diagnostics_req *req = in;
	struct ocpp16_get_diagnostics_conf *conf = out;
	struct logs_wish *wish = ARENA_NEW(talk->arena, struct logs_wish);

	if (!wish)
		return FAULT(FAULT_NOMEM, "no room for a wish");
	wish->plain = true;
	wish->from_us = req->has_start_time ? req->start_time_us : 0;
	wish->until_us = req->has_stop_time ? req->stop_time_us : 0;
	wish->tries = req->has_retries ? req->retries : CARE_TRIES;
	wish->pause_s = req->has_retry_interval ? req->retry_interval : CARE_PAUSE_S;
	talk_text(wish->url, sizeof(wish->url), req->location);
	/* no name of a file: there is nothing this pile could send there */
	if (logs_send(talk->pile, wish) == LOGS_E_REFUSED)
		return 0;
	conf->has_file_name = true;
	conf->file_name = str_from(talk->pile->logs.name);
	return 0;
}

static int order_log(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP16_LOG_ANSWER_ACCEPTED,
		[LOGS_E_REPLACED] = OCPP16_LOG_ANSWER_ACCEPTED_CANCELED,
		[LOGS_E_REFUSED] = OCPP16_LOG_ANSWER_REJECTED,
	};
	const struct ocpp16_get_log_req *req = in;
	struct ocpp16_get_log_conf *conf = out;
	struct logs_wish *wish = ARENA_NEW(talk->arena, struct logs_wish);
	int outcome;

	if (!wish)
		return FAULT(FAULT_NOMEM, "no room for a wish");
	wish->security = req->log_type == OCPP16_LOG_TYPE_SECURITY_LOG;
	wish->number = req->request_id;
	wish->from_us = req->log.has_oldest_timestamp ? req->log.oldest_timestamp_us : 0;
	wish->until_us = req->log.has_latest_timestamp ? req->log.latest_timestamp_us : 0;
	wish->tries = req->has_retries ? req->retries : CARE_TRIES;
	wish->pause_s = req->has_retry_interval ? req->retry_interval : CARE_PAUSE_S;
	talk_text(wish->url, sizeof(wish->url), req->log.remote_location);
	outcome = logs_send(talk->pile, wish);
	conf->status = answers[outcome];
	conf->has_filename = outcome != LOGS_E_REFUSED;
	conf->filename = str_from(talk->pile->logs.name);
	return 0;
}

static const struct talk_order ocpp16_care_rows[] = {
	{"UpdateFirmware", order_update},
	{"SignedUpdateFirmware", order_signed_update},
	{"GetDiagnostics", order_diagnostics},
	{"GetLog", order_log},
};
const struct talk_orders ocpp16_care = TALK_ROWS(ocpp16_care_rows);
