/* ocpp2_care.c - the server's list of cards, reservations, security events, certificates, updates
 * and files in OCPP 2.x (the pile's own part is in locallist.h, reserve.h, events.h, certs.h,
 * firmware.h and logs.h). */
#include "base/fault.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "wire/ocpp16/enums.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/certificate.h"
#include "wire/ocpp2/firmware.h"
#include "wire/ocpp2/security.h"

#define CARE_TRIES 3
#define CARE_PAUSE_S 60

/* ---- the list of cards ---- */

static int order_list_version(struct talk *talk, const void *in, void *out)
{
	struct ocpp2_get_local_list_version_conf *conf = out;
	const struct pile *pile = talk->pile;

	(void)in;
	conf->version_number = pile->keys.values[KEY_LOCAL_LIST_ENABLED] ? pile->list.version : 0;
	return 0;
}

/* A card whose status says nothing for long (no credit, not at this time) is not accepted either.
 */
static void order_list_change(
	const struct ocpp2_authorization_data *data, struct locallist_change *ret)
{
	const struct ocpp2_id_token_info *info = &data->id_token_info;

	*ret = (struct locallist_change){
		.tag = data->id_token.id_token, .gone = !data->has_id_token_info};
	if (ret->gone)
		return;
	ret->verdict.status = ocpp2_token_lasting(info->status);
	if (ret->verdict.status == 0)
		ret->verdict.status = OCPP16_AUTHORIZATION_STATUS_INVALID;
	ret->verdict.expiry_us =
		info->has_cache_expiry_date_time ? info->cache_expiry_date_time_us : INT64_MAX;
	if (info->has_group_id_token)
		talk_tag(ret->verdict.parent, info->group_id_token.id_token);
}

static int order_send_list(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP2_SEND_LOCAL_LIST_STATUS_ACCEPTED,
		[LOCALLIST_E_VERSION] = OCPP2_SEND_LOCAL_LIST_STATUS_VERSION_MISMATCH,
		[LOCALLIST_E_REFUSED] = OCPP2_SEND_LOCAL_LIST_STATUS_FAILED,
	};
	const struct ocpp2_send_local_list_req *req = in;
	struct ocpp2_send_local_list_conf *conf = out;
	struct pile *pile = talk->pile;
	size_t len = req->local_authorization_list_len;
	struct locallist_change *changes =
		ARENA_ARRAY(talk->arena, struct locallist_change, len + 1);
	int result;

	if (!changes)
		return FAULT(FAULT_NOMEM, "a list of %zu cards", len);
	conf->status = OCPP2_SEND_LOCAL_LIST_STATUS_FAILED;
	if (!pile->keys.values[KEY_LOCAL_LIST_ENABLED])
		return 0;
	for (size_t i = 0; i < len; i++)
		order_list_change(&req->local_authorization_list[i], &changes[i]);
	result = locallist_update(&pile->list, req->update_type == OCPP2_UPDATE_FULL,
		req->version_number, changes, len);
	if (result >= 0)
		conf->status = answers[result];
	return 0;
}

/* ---- reservations ---- */

static int order_reserve(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP2_RESERVE_NOW_STATUS_ACCEPTED,
		[RESERVE_E_REJECTED] = OCPP2_RESERVE_NOW_STATUS_REJECTED,
		[RESERVE_E_OCCUPIED] = OCPP2_RESERVE_NOW_STATUS_OCCUPIED,
		[RESERVE_E_UNAVAILABLE] = OCPP2_RESERVE_NOW_STATUS_UNAVAILABLE,
		[RESERVE_E_FAULTED] = OCPP2_RESERVE_NOW_STATUS_FAULTED,
	};
	const struct ocpp2_reserve_now_req *req = in;
	struct ocpp2_reserve_now_conf *conf = out;
	int64_t evse = req->has_evse_id ? req->evse_id : 0;
	struct reservation wish = {
		.id = req->id, .connector = (uint8_t)evse, .until_us = req->expiry_date_time_us};
	int result;

	conf->status = OCPP2_RESERVE_NOW_STATUS_REJECTED;
	if (evse >= LIMIT_CONNECTORS || req->id_token.id_token.len > HAL_TAG_MAX)
		return 0;
	talk_tag(wish.tag, req->id_token.id_token);
	if (req->has_group_id_token)
		talk_tag(wish.parent, req->group_id_token.id_token);
	result = reserve_now(talk->pile, &wish);
	if (result >= 0)
		conf->status = answers[result];
	return 0;
}

static int order_cancel_reservation(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_cancel_reservation_req *req = in;
	struct ocpp2_cancel_reservation_conf *conf = out;

	conf->status = reserve_cancel(talk->pile, req->reservation_id)
			       ? OCPP2_CANCEL_RESERVATION_STATUS_ACCEPTED
			       : OCPP2_CANCEL_RESERVATION_STATUS_REJECTED;
	return 0;
}

static int say_reservation(struct talk *talk, void *out)
{
	const struct reserve_end *end = &talk->pile->reserve.ends[0];
	struct ocpp2_reservation_status_update_req *req = out;

	req->reservation_id = end->id;
	req->reservation_update_status = end->expired ? OCPP2_RESERVATION_UPDATE_STATUS_EXPIRED
						      : OCPP2_RESERVATION_UPDATE_STATUS_REMOVED;
	return 0;
}

static bool hear_reservation(struct talk *talk, const void *in, struct talk_heard *ret)
{
	struct reserve_end end;

	(void)in;
	(void)ret;
	(void)reserve_ended(talk->pile, &end);
	return true;
}

/* ---- security ---- */

/* The standard gave some events other names in 2.x. */
static struct str event_word(const char *type)
{
	static const char *const words[][2] = {
		{"FailedToAuthenticateAtCentralSystem", "FailedToAuthenticateAtCsms"},
		{"InvalidCentralSystemCertificate", "InvalidCsmsCertificate"},
		{"InvalidChargePointCertificate", "InvalidChargingStationCertificate"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(str_from(type), words[i][0]))
			return str_from(words[i][1]);
	return str_from(type);
}

static int say_event(struct talk *talk, void *out)
{
	struct ocpp2_security_event_notification_req *req = out;
	const struct event *event = events_head(talk->pile);

	if (!event)
		return FAULT(FAULT_BUG, "no event to tell");
	req->type = event_word(event->type);
	req->timestamp_us = event->at_us;
	req->has_tech_info = event->info[0] != 0;
	req->tech_info = str_from(event->info);
	return 0;
}

static bool hear_event(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in;
	(void)ret;
	events_told(talk->pile);
	return true;
}

static int say_sign(struct talk *talk, void *out)
{
	struct ocpp2_sign_certificate_req *req = out;

	req->has_certificate_type = true;
	req->certificate_type = OCPP2_CERTIFICATE_SIGNING_USE_CHARGING_STATION_CERTIFICATE;
	return certs_request(talk->pile, talk->arena, &req->csr);
}

static bool hear_sign(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_sign_certificate_conf *conf = in;

	(void)ret;
	certs_requested(talk->pile, conf->status == OCPP2_GENERIC_STATUS_ACCEPTED);
	return true;
}

static int order_certificate_signed(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_certificate_signed_req *req = in;
	struct ocpp2_certificate_signed_conf *conf = out;
	int use = req->has_certificate_type
			  ? req->certificate_type
			  : OCPP2_CERTIFICATE_SIGNING_USE_CHARGING_STATION_CERTIFICATE;
	int outcome = CERTS_E_REJECTED;

	if (use == OCPP2_CERTIFICATE_SIGNING_USE_CHARGING_STATION_CERTIFICATE)
		outcome = certs_signed(talk->pile, req->certificate_chain);
	else if (use == OCPP2_CERTIFICATE_SIGNING_USE_V2_G_CERTIFICATE)
		outcome = secc_signed(talk->pile, req->certificate_chain);
	conf->status = outcome == 0 ? OCPP2_CERTIFICATE_SIGNED_STATUS_ACCEPTED
				    : OCPP2_CERTIFICATE_SIGNED_STATUS_REJECTED;
	return 0;
}

/* By enum certs_use: the use and its name in 2.x. */
static const struct {
	int use;
	const char *word;
} care_uses[CERTS_USES] = {
	[CERTS_CSMS] = {OCPP2_INSTALL_CERTIFICATE_USE_CSMS_ROOT_CERTIFICATE, "CSMSRootCertificate"},
	[CERTS_MAKER] = {OCPP2_INSTALL_CERTIFICATE_USE_MANUFACTURER_ROOT_CERTIFICATE,
		"ManufacturerRootCertificate"},
	[CERTS_V2G] = {OCPP2_INSTALL_CERTIFICATE_USE_V2_G_ROOT_CERTIFICATE, "V2GRootCertificate"},
	[CERTS_MO] = {OCPP2_INSTALL_CERTIFICATE_USE_MO_ROOT_CERTIFICATE, "MORootCertificate"},
};

static int order_install_certificate(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_install_certificate_req *req = in;
	struct ocpp2_install_certificate_conf *conf = out;
	int use = 0, outcome;

	while (use < CERTS_USES && care_uses[use].use != req->certificate_type)
		use++;
	outcome = use < CERTS_USES
			  ? certs_install(talk->pile, (enum certs_use)use, req->certificate)
			  : CERTS_E_REJECTED;
	conf->status = outcome == 0                  ? OCPP2_INSTALL_CERTIFICATE_STATUS_ACCEPTED
		       : outcome == CERTS_E_REJECTED ? OCPP2_INSTALL_CERTIFICATE_STATUS_REJECTED
						     : OCPP2_INSTALL_CERTIFICATE_STATUS_FAILED;
	return 0;
}

/* Ours are named by SHA-256 alone: another hash is of none of them. */
static int order_delete_certificate(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_delete_certificate_req *req = in;
	struct ocpp2_delete_certificate_conf *conf = out;
	const struct ocpp2_certificate_hash_data *data = &req->certificate_hash_data;
	struct x509_hash hash = {
		data->issuer_name_hash, data->issuer_key_hash, data->serial_number};
	int outcome = data->hash_algorithm == OCPP2_HASH_ALGORITHM_SHA256
			      ? certs_delete(talk->pile, &hash)
			      : CERTS_E_NOT_FOUND;

	conf->status = outcome == 0                   ? OCPP2_DELETE_CERTIFICATE_STATUS_ACCEPTED
		       : outcome == CERTS_E_NOT_FOUND ? OCPP2_DELETE_CERTIFICATE_STATUS_NOT_FOUND
						      : OCPP2_DELETE_CERTIFICATE_STATUS_FAILED;
	return 0;
}

static bool care_use_wanted(
	const struct ocpp2_get_installed_certificate_ids_req *req, const char *word)
{
	for (size_t i = 0; i < req->certificate_type_len; i++)
		if (str_is(req->certificate_type[i], word))
			return true;
	return !req->has_certificate_type;
}

static struct ocpp2_certificate_hash_data care_hash(const struct x509_hash *hash)
{
	return (struct ocpp2_certificate_hash_data){.hash_algorithm = OCPP2_HASH_ALGORITHM_SHA256,
		.issuer_name_hash = hash->issuer_name,
		.issuer_key_hash = hash->issuer_key,
		.serial_number = hash->serial};
}

/* Our certificate towards cars, with the authorities above it as its children. 0, CERTS_E_NOT_FOUND
 * or a fault. */
static int care_secc(struct talk *talk, struct ocpp2_certificate_hash_data_chain *ret)
{
	struct ocpp2_certificate_hash_data *above =
		ARENA_ARRAY(talk->arena, struct ocpp2_certificate_hash_data, X509_CHAIN_MAX);
	struct x509_hash *found;
	size_t len;
	int outcome = secc_list(talk->pile, talk->arena, &found, &len);

	if (outcome != 0)
		return outcome;
	if (!above)
		return FAULT(FAULT_NOMEM, "no room for hashes");
	for (size_t i = 1; i < len; i++)
		above[i - 1] = care_hash(&found[i]);
	ret->certificate_type = OCPP2_GET_CERTIFICATE_ID_USE_V2_G_CERTIFICATE_CHAIN;
	ret->certificate_hash_data = care_hash(&found[0]);
	ret->has_child_certificate_hash_data = len > 1;
	ret->child_certificate_hash_data = above;
	ret->child_certificate_hash_data_len = len - 1;
	return 0;
}

static int order_certificate_ids(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_installed_certificate_ids_req *req = in;
	struct ocpp2_get_installed_certificate_ids_conf *conf = out;
	struct ocpp2_certificate_hash_data_chain *list = ARENA_ARRAY(
		talk->arena, struct ocpp2_certificate_hash_data_chain, CERTS_USES * CERTS_MAX + 1);
	struct x509_hash *found;
	size_t found_len, len = 0;

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for hashes");
	for (int use = 0; use < CERTS_USES; use++) {
		int outcome = care_use_wanted(req, care_uses[use].word)
				      ? certs_list(talk->pile, (enum certs_use)use, talk->arena,
						&found, &found_len)
				      : CERTS_E_NOT_FOUND;
		TRY(outcome);
		for (size_t i = 0; outcome == 0 && i < found_len && i < CERTS_MAX; i++) {
			struct ocpp2_certificate_hash_data_chain *one = &list[len++];
			one->certificate_type =
				field_enum_value(&ocpp2_get_certificate_id_use_enum_21_names,
					str_from(care_uses[use].word));
			one->certificate_hash_data = care_hash(&found[i]);
		}
	}
	if (care_use_wanted(req, "V2GCertificateChain")) {
		int outcome = care_secc(talk, &list[len]);
		TRY(outcome);
		len += outcome == 0;
	}
	conf->status = len > 0 ? OCPP2_GET_INSTALLED_CERTIFICATE_STATUS_ACCEPTED
			       : OCPP2_GET_INSTALLED_CERTIFICATE_STATUS_NOT_FOUND;
	conf->has_certificate_hash_data_chain = len > 0;
	conf->certificate_hash_data_chain = list;
	conf->certificate_hash_data_chain_len = len;
	return 0;
}

/* ---- updates and files ---- */

/* The number of an update is that of its wish; what was asked for in the oldest words of 1.6,
 * before the pile changed its language, has none. */
static int say_firmware(struct talk *talk, void *out)
{
	static const int words[] = {
		[FIRMWARE_IDLE] = OCPP2_FIRMWARE_STATUS_IDLE,
		[FIRMWARE_DOWNLOAD_SCHEDULED] = OCPP2_FIRMWARE_STATUS_DOWNLOAD_SCHEDULED,
		[FIRMWARE_DOWNLOADING] = OCPP2_FIRMWARE_STATUS_DOWNLOADING,
		[FIRMWARE_DOWNLOADED] = OCPP2_FIRMWARE_STATUS_DOWNLOADED,
		[FIRMWARE_DOWNLOAD_FAILED] = OCPP2_FIRMWARE_STATUS_DOWNLOAD_FAILED,
		[FIRMWARE_SIGNATURE_VERIFIED] = OCPP2_FIRMWARE_STATUS_SIGNATURE_VERIFIED,
		[FIRMWARE_INVALID_SIGNATURE] = OCPP2_FIRMWARE_STATUS_INVALID_SIGNATURE,
		[FIRMWARE_INSTALL_SCHEDULED] = OCPP2_FIRMWARE_STATUS_INSTALL_SCHEDULED,
		[FIRMWARE_INSTALLING] = OCPP2_FIRMWARE_STATUS_INSTALLING,
		[FIRMWARE_INSTALL_REBOOTING] = OCPP2_FIRMWARE_STATUS_INSTALL_REBOOTING,
		[FIRMWARE_INSTALLED] = OCPP2_FIRMWARE_STATUS_INSTALLED,
		[FIRMWARE_INSTALLATION_FAILED] = OCPP2_FIRMWARE_STATUS_INSTALLATION_FAILED,
	};
	struct ocpp2_firmware_status_notification_req *req = out;
	const struct firmware *firmware = &talk->pile->firmware;

	req->status = words[firmware->told[0].status];
	req->has_request_id = firmware->told[0].number >= 0;
	req->request_id = firmware->told[0].number;
	return 0;
}

static int say_log(struct talk *talk, void *out)
{
	static const int words[] = {
		[LOGS_IDLE] = OCPP2_UPLOAD_LOG_STATUS_IDLE,
		[LOGS_UPLOADING] = OCPP2_UPLOAD_LOG_STATUS_UPLOADING,
		[LOGS_UPLOADED] = OCPP2_UPLOAD_LOG_STATUS_UPLOADED,
		[LOGS_FAILED] = OCPP2_UPLOAD_LOG_STATUS_UPLOAD_FAILURE,
		[LOGS_REFUSED] = OCPP2_UPLOAD_LOG_STATUS_PERMISSION_DENIED,
	};
	struct ocpp2_log_status_notification_req *req = out;
	const struct logs *logs = &talk->pile->logs;

	req->status = words[logs->told[0].status];
	req->has_request_id = logs->told[0].status != LOGS_IDLE && !logs->told[0].plain;
	req->request_id = logs->told[0].number;
	return 0;
}

static bool hear_care(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in, (void)ret;
	care_told(talk->pile, talk->pile->link.call.kind);
	return true;
}

/* One message for both kinds: a file that comes with a certificate or a signature must prove
 * itself by both. */
static int order_update(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP2_UPDATE_FIRMWARE_STATUS_ACCEPTED,
		[FIRMWARE_E_REPLACED] = OCPP2_UPDATE_FIRMWARE_STATUS_ACCEPTED_CANCELED,
		[FIRMWARE_E_REFUSED] = OCPP2_UPDATE_FIRMWARE_STATUS_REJECTED,
		[FIRMWARE_E_CERTIFICATE] = OCPP2_UPDATE_FIRMWARE_STATUS_INVALID_CERTIFICATE,
	};
	const struct ocpp2_update_firmware_req *req = in;
	const struct ocpp2_firmware *file = &req->firmware;
	struct ocpp2_update_firmware_conf *conf = out;
	struct firmware_wish *wish = ARENA_NEW(talk->arena, struct firmware_wish);
	int outcome;

	if (!wish)
		return FAULT(FAULT_NOMEM, "no room for a wish");
	wish->is_signed = file->has_signing_certificate || file->has_signature;
	wish->number = req->request_id;
	wish->fetch_us = file->retrieve_date_time_us;
	wish->install_us = file->has_install_date_time ? file->install_date_time_us : 0;
	wish->tries = req->has_retries ? req->retries : CARE_TRIES;
	wish->pause_s = req->has_retry_interval ? req->retry_interval : CARE_PAUSE_S;
	talk_text(wish->url, sizeof(wish->url), file->location);
	if (file->has_signing_certificate)
		talk_text(wish->certificate, sizeof(wish->certificate), file->signing_certificate);
	if (file->has_signature)
		talk_text(wish->signature, sizeof(wish->signature), file->signature);
	outcome = firmware_update(talk->pile, wish);
	TRY(outcome);
	conf->status = answers[outcome];
	return 0;
}

/* There is no log of a data collector (2.1) here. */
static int order_log(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP2_LOG_STATUS_ACCEPTED,
		[LOGS_E_REPLACED] = OCPP2_LOG_STATUS_ACCEPTED_CANCELED,
		[LOGS_E_REFUSED] = OCPP2_LOG_STATUS_REJECTED,
	};
	const struct ocpp2_get_log_req *req = in;
	struct ocpp2_get_log_conf *conf = out;
	struct logs_wish *wish = ARENA_NEW(talk->arena, struct logs_wish);
	int outcome;

	if (!wish)
		return FAULT(FAULT_NOMEM, "no room for a wish");
	conf->status = OCPP2_LOG_STATUS_REJECTED;
	if (req->log_type != OCPP2_LOG_DIAGNOSTICS_LOG && req->log_type != OCPP2_LOG_SECURITY_LOG)
		return 0;
	wish->security = req->log_type == OCPP2_LOG_SECURITY_LOG;
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

/* ---- the tables ---- */

static const struct talk_say care_say_rows[] = {
	{CALL_RESERVATION, "ReservationStatusUpdate", say_reservation, hear_reservation},
	{CALL_EVENT, "SecurityEventNotification", say_event, hear_event},
	{CALL_SIGN, "SignCertificate", say_sign, hear_sign},
	{CALL_FIRMWARE, "FirmwareStatusNotification", say_firmware, hear_care},
	{CALL_FIRMWARE_PLAIN, "FirmwareStatusNotification", say_firmware, hear_care},
	{CALL_LOG, "LogStatusNotification", say_log, hear_care},
	{CALL_DIAGNOSTICS, "LogStatusNotification", say_log, hear_care},
};
const struct talk_says ocpp2_care_says = TALK_ROWS(care_say_rows);

static const struct talk_order care_order_rows[] = {
	{"GetLocalListVersion", order_list_version},
	{"SendLocalList", order_send_list},
	{"ReserveNow", order_reserve},
	{"CancelReservation", order_cancel_reservation},
	{"CertificateSigned", order_certificate_signed},
	{"InstallCertificate", order_install_certificate},
	{"DeleteCertificate", order_delete_certificate},
	{"GetInstalledCertificateIds", order_certificate_ids},
	{"UpdateFirmware", order_update},
	{"GetLog", order_log},
};
const struct talk_orders ocpp2_care_orders = TALK_ROWS(care_order_rows);
