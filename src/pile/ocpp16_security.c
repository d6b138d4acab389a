/* ocpp16_security.c - the security extension of OCPP 1.6 at the pile: events, certificates,
 * extended triggers. */
#include "base/fault.h"
#include "pile/ocpp16.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/security.h"
#include "wire/ocpp16/trigger.h"

/* ---- what is said ---- */

static int say_event(struct talk *talk, void *out)
{
	struct ocpp16_security_event_notification_req *req = out;
	const struct event *event = events_head(talk->pile);

	if (!event)
		return FAULT(FAULT_BUG, "no event to tell");
	req->type = str_from(event->type);
	req->timestamp_us = event->at_us;
	req->has_tech_info = event->info[0] != 0;
	req->tech_info = str_from(event->info);
	return 0;
}

static bool hear_event(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in, (void)ret;
	events_told(talk->pile);
	return true;
}

static int say_sign(struct talk *talk, void *out)
{
	struct ocpp16_sign_certificate_req *req = out;

	return certs_request(talk->pile, talk->arena, &req->csr);
}

static bool hear_sign(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp16_sign_certificate_conf *conf = in;

	(void)ret;
	certs_requested(talk->pile, conf->status == OCPP16_SIGN_CERTIFICATE_STATUS_ACCEPTED);
	return true;
}

static const struct talk_say ocpp16_security_say_rows[] = {
	{CALL_EVENT, "SecurityEventNotification", say_event, hear_event},
	{CALL_SIGN, "SignCertificate", say_sign, hear_sign},
};
const struct talk_says ocpp16_security_says = TALK_ROWS(ocpp16_security_say_rows);

/* ---- what is answered ---- */

static int order_certificate_signed(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_certificate_signed_req *req = in;
	struct ocpp16_certificate_signed_conf *conf = out;

	conf->status = certs_signed(talk->pile, req->certificate_chain) == 0
			       ? OCPP16_CERTIFICATE_SIGNED_STATUS_ACCEPTED
			       : OCPP16_CERTIFICATE_SIGNED_STATUS_REJECTED;
	return 0;
}

static enum certs_use order_use(int use)
{
	return use == OCPP16_CERTIFICATE_USE_MANUFACTURER_ROOT_CERTIFICATE ? CERTS_MAKER
									   : CERTS_CSMS;
}

static int order_install_certificate(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_install_certificate_req *req = in;
	struct ocpp16_install_certificate_conf *conf = out;
	int outcome = certs_install(talk->pile, order_use(req->certificate_type), req->certificate);

	conf->status = outcome == 0                  ? OCPP16_INSTALL_CERTIFICATE_STATUS_ACCEPTED
		       : outcome == CERTS_E_REJECTED ? OCPP16_INSTALL_CERTIFICATE_STATUS_REJECTED
						     : OCPP16_INSTALL_CERTIFICATE_STATUS_FAILED;
	return 0;
}

/* Ours are named by SHA-256 alone: another hash is of none of them. */
static int order_delete_certificate(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_delete_certificate_req *req = in;
	struct ocpp16_delete_certificate_conf *conf = out;
	const struct ocpp16_certificate_hash_data *data = &req->certificate_hash_data;
	struct x509_hash hash = {
		data->issuer_name_hash, data->issuer_key_hash, data->serial_number};
	int outcome = data->hash_algorithm == OCPP16_HASH_ALGORITHM_SHA256
			      ? certs_delete(talk->pile, &hash)
			      : CERTS_E_NOT_FOUND;

	conf->status = outcome == 0                   ? OCPP16_DELETE_CERTIFICATE_STATUS_ACCEPTED
		       : outcome == CERTS_E_NOT_FOUND ? OCPP16_DELETE_CERTIFICATE_STATUS_NOT_FOUND
						      : OCPP16_DELETE_CERTIFICATE_STATUS_FAILED;
	return 0;
}

static int order_certificate_ids(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_get_installed_certificate_ids_req *req = in;
	struct ocpp16_get_installed_certificate_ids_conf *conf = out;
	struct x509_hash *list;
	size_t len;
	int outcome =
		certs_list(talk->pile, order_use(req->certificate_type), talk->arena, &list, &len);

	TRY(outcome);
	conf->status = OCPP16_INSTALLED_CERTIFICATES_STATUS_NOT_FOUND;
	if (outcome != 0)
		return 0;
	conf->certificate_hash_data =
		ARENA_ARRAY(talk->arena, struct ocpp16_certificate_hash_data, len);
	if (!conf->certificate_hash_data)
		return FAULT(FAULT_NOMEM, "no room for hashes");
	for (size_t i = 0; i < len; i++)
		conf->certificate_hash_data[i] = (struct ocpp16_certificate_hash_data){
			.hash_algorithm = OCPP16_HASH_ALGORITHM_SHA256,
			.issuer_name_hash = list[i].issuer_name,
			.issuer_key_hash = list[i].issuer_key,
			.serial_number = list[i].serial};
	conf->certificate_hash_data_len = len;
	conf->has_certificate_hash_data = true;
	conf->status = OCPP16_INSTALLED_CERTIFICATES_STATUS_ACCEPTED;
	return 0;
}

/* The old triggers under new names, and the pile's certificate. */
static int order_extended_trigger(struct talk *talk, const void *in, void *out)
{
	static const int plain[] = {
		[OCPP16_EXTENDED_TRIGGER_BOOT_NOTIFICATION] =
			OCPP16_MESSAGE_TRIGGER_BOOT_NOTIFICATION,
		[OCPP16_EXTENDED_TRIGGER_HEARTBEAT] = OCPP16_MESSAGE_TRIGGER_HEARTBEAT,
		[OCPP16_EXTENDED_TRIGGER_METER_VALUES] = OCPP16_MESSAGE_TRIGGER_METER_VALUES,
		[OCPP16_EXTENDED_TRIGGER_STATUS_NOTIFICATION] =
			OCPP16_MESSAGE_TRIGGER_STATUS_NOTIFICATION,
		[OCPP16_EXTENDED_TRIGGER_SIGN_CHARGE_POINT_CERTIFICATE] = 0,
	};
	const struct ocpp16_extended_trigger_message_req *req = in;
	struct ocpp16_extended_trigger_message_conf *conf = out;
	int64_t connector = req->has_connector_id ? req->connector_id : 0;

	conf->status = OCPP16_TRIGGER_MESSAGE_STATUS_ACCEPTED;
	if (req->requested_message == OCPP16_EXTENDED_TRIGGER_SIGN_CHARGE_POINT_CERTIFICATE)
		certs_wish(talk->pile);
	else if (req->requested_message == OCPP16_EXTENDED_TRIGGER_LOG_STATUS_NOTIFICATION)
		logs_tell(talk->pile, false);
	else if (req->requested_message == OCPP16_EXTENDED_TRIGGER_FIRMWARE_STATUS_NOTIFICATION)
		firmware_tell(talk->pile, false);
	else
		conf->status = ocpp16_trigger(talk->pile, plain[req->requested_message], connector);
	return 0;
}

static const struct talk_order ocpp16_security_rows[] = {
	{"CertificateSigned", order_certificate_signed},
	{"InstallCertificate", order_install_certificate},
	{"DeleteCertificate", order_delete_certificate},
	{"GetInstalledCertificateIds", order_certificate_ids},
	{"ExtendedTriggerMessage", order_extended_trigger},
};
const struct talk_orders ocpp16_security = TALK_ROWS(ocpp16_security_rows);
