/* ocpp16_care.c - what a pile says of its firmware and of the files it sends, in OCPP 1.6. */
#include "app/ocpp16_parts.h"
#include "app/updates.h"
#include "app/uploads.h"
#include "wire/ocpp16/firmware.h"
#include "wire/ocpp16/security.h"

/* Both enumerations use the same words for the same steps. */
static enum update_step update_step(struct str status)
{
	static const struct {
		const char *status;
		enum update_step step;
	} rows[] = {
		{"Idle", UPDATE_IDLE},
		{"DownloadScheduled", UPDATE_DOWNLOAD_SCHEDULED},
		{"Downloading", UPDATE_DOWNLOADING},
		{"DownloadPaused", UPDATE_DOWNLOAD_PAUSED},
		{"Downloaded", UPDATE_DOWNLOADED},
		{"DownloadFailed", UPDATE_DOWNLOAD_FAILED},
		{"SignatureVerified", UPDATE_SIGNATURE_VERIFIED},
		{"InvalidSignature", UPDATE_INVALID_SIGNATURE},
		{"InstallScheduled", UPDATE_INSTALL_SCHEDULED},
		{"Installing", UPDATE_INSTALLING},
		{"InstallRebooting", UPDATE_INSTALL_REBOOTING},
		{"Installed", UPDATE_INSTALLED},
		{"InstallationFailed", UPDATE_INSTALL_FAILED},
		{"InstallVerificationFailed", UPDATE_VERIFICATION_FAILED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_is(status, rows[i].status))
			return rows[i].step;
	}
	return UPDATE_IDLE;
}

int ocpp16_on_firmware_status_notification(struct desk *desk)
{
	const struct ocpp16_firmware_status_notification_req *req = desk->req;

	return updates_reported(desk->ctx, desk->pile_id, -1,
		update_step(field_enum_name(&ocpp16_firmware_status_names, req->status)));
}

int ocpp16_on_signed_firmware_status_notification(struct desk *desk)
{
	const struct ocpp16_signed_firmware_status_notification_req *req = desk->req;

	return updates_reported(desk->ctx, desk->pile_id,
		req->has_request_id ? req->request_id : -1,
		update_step(field_enum_name(&ocpp16_signed_firmware_status_names, req->status)));
}

int ocpp16_on_diagnostics_status_notification(struct desk *desk)
{
	static const enum upload_step steps[] = {
		[OCPP16_DIAGNOSTICS_STATUS_IDLE] = UPLOAD_IDLE,
		[OCPP16_DIAGNOSTICS_STATUS_UPLOADED] = UPLOAD_SENT,
		[OCPP16_DIAGNOSTICS_STATUS_UPLOAD_FAILED] = UPLOAD_FAILED,
		[OCPP16_DIAGNOSTICS_STATUS_UPLOADING] = UPLOAD_SENDING,
	};
	const struct ocpp16_diagnostics_status_notification_req *req = desk->req;

	return uploads_reported(desk->ctx, desk->pile_id, -1, steps[req->status]);
}

int ocpp16_on_log_status_notification(struct desk *desk)
{
	static const enum upload_step steps[] = {
		[OCPP16_LOG_STATUS_BAD_MESSAGE] = UPLOAD_REFUSED,
		[OCPP16_LOG_STATUS_IDLE] = UPLOAD_IDLE,
		[OCPP16_LOG_STATUS_NOT_SUPPORTED_OPERATION] = UPLOAD_REFUSED,
		[OCPP16_LOG_STATUS_PERMISSION_DENIED] = UPLOAD_REFUSED,
		[OCPP16_LOG_STATUS_UPLOADED] = UPLOAD_SENT,
		[OCPP16_LOG_STATUS_UPLOAD_FAILURE] = UPLOAD_FAILED,
		[OCPP16_LOG_STATUS_UPLOADING] = UPLOAD_SENDING,
	};
	const struct ocpp16_log_status_notification_req *req = desk->req;

	return uploads_reported(desk->ctx, desk->pile_id,
		req->has_request_id ? req->request_id : -1, steps[req->status]);
}
