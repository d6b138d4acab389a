/* ocpp16_care.c - what a pile says of its firmware, of the files it sends and of its security, in
 * OCPP 1.6 and its security extension. */
#include "app/certificates.h"
#include "app/ocpp16_parts.h"
#include "app/updates.h"
#include "app/uploads.h"
#include "base/fault.h"
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

int ocpp16_on_security_event_notification(struct desk *desk)
{
	const struct ocpp16_security_event_notification_req *req = desk->req;
	int result = certificates_event(desk->ctx, desk->pile_id, req->type, req->timestamp_us,
		req->has_tech_info ? req->tech_info : STR(""));

	TRY(result);
	return 0;
}

int ocpp16_on_sign_certificate(struct desk *desk)
{
	const struct ocpp16_sign_certificate_req *req = desk->req;
	struct ocpp16_sign_certificate_conf *conf = desk->conf;
	int result = certificates_requested(desk->ctx, desk->pile_id, STR("pile"), req->csr, -1);

	TRY(result);
	conf->status = result == 0 ? OCPP16_SIGN_CERTIFICATE_STATUS_ACCEPTED
				   : OCPP16_SIGN_CERTIFICATE_STATUS_REJECTED;
	return 0;
}
