/* ocpp2.c - the front desk of OCPP 2.0.1 and 2.1. Read the list of routes at the end: one line per
 * message a pile may send, twice expanded, once a version. Transactions are in
 * ocpp2_transaction.c, reports in ocpp2_report.c, what piles are told in ocpp2_command.c. */
#include "app/ocpp2.h"

#include "app/api_offline.h"
#include "app/certificates.h"
#include "app/charging.h"
#include "app/devices.h"
#include "app/ocpp2_parts.h"
#include "app/ocpp2_tariff.h"
#include "app/ocpp_vehicle.h"
#include "app/pricetext.h"
#include "app/reservations.h"
#include "app/step.h"
#include "app/tariffs.h"
#include "app/updates.h"
#include "app/uploads.h"
#include "base/fault.h"
#include "base/limits.h"
#include "domain/money.h"
#include "domain/reading.h"
#include "domain/token.h"
#include "store/order.h"
#include "store/model.h"
#include "store/session.h"
#include "store/transaction.h"
#include "wire/ocpp2/action.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/battery.h"
#include "wire/ocpp2/certificate.h"
#include "wire/ocpp2/der.h"
#include "wire/ocpp2/diagnostics.h"
#include "wire/ocpp2/display.h"
#include "wire/ocpp2/firmware.h"
#include "wire/ocpp2/needs.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/remote.h"
#include "wire/ocpp2/security.h"
#include "wire/ocpp2/smart.h"
#include "wire/ocpp2/stream.h"
#include "wire/ocpp2/tariff.h"

#define START_ID_MOST INT64_C(2147483647)

/* --- shared with the other files of the desk --- */

struct str ocpp2_tag(const struct desk *desk, const struct ocpp2_id_token *token)
{
	struct str vehicle = ocpp_vehicle_tag(desk->arena, token);

	if (vehicle.len > 0)
		return vehicle;
	if (token->id_token.len == 0 && str_is(token->type, "NoAuthorization"))
		return STR("NOAUTHORIZATION");
	return token->id_token;
}

bool ocpp2_is_terminal(const struct desk *desk, const struct ocpp2_id_token *token)
{
	return desk->version == OCPP_21 && str_is(token->type, "DirectPayment") &&
	       token->id_token.len > 0;
}

int ocpp2_token_status(int outcome)
{
	static const struct {
		int outcome, status;
	} rows[] = {
		{0, OCPP2_AUTHORIZATION_STATUS_ACCEPTED},
		{CHARGING_E_BLOCKED, OCPP2_AUTHORIZATION_STATUS_BLOCKED},
		{CHARGING_E_FUNDS, OCPP2_AUTHORIZATION_STATUS_NO_CREDIT},
		{CHARGING_E_CAP, OCPP2_AUTHORIZATION_STATUS_NO_CREDIT},
		{CHARGING_E_CLONE, OCPP2_AUTHORIZATION_STATUS_BLOCKED},
		{CHARGING_E_EXPIRED, OCPP2_AUTHORIZATION_STATUS_EXPIRED},
		{CHARGING_E_CONCURRENT, OCPP2_AUTHORIZATION_STATUS_CONCURRENT_TX},
		{CHARGING_E_TOKEN, OCPP2_AUTHORIZATION_STATUS_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].outcome == outcome)
			return rows[i].status;
	}
	return OCPP2_AUTHORIZATION_STATUS_INVALID;
}

/* The price, in the driver's language, to a pile that shows it before the charge begins; a 2.1 pile
 * that is asked for a token gets it whole as well. */
static int tell_price(
	struct desk *desk, const struct ocpp2_id_token *token, struct ocpp2_id_token_info *info)
{
	struct ocpp2_authorize_conf *conf = desk->conf;
	struct tariff tariff;
	struct str lang;
	bool shown;

	TRY(tariffs_for(desk->ctx, desk->pile_id, ocpp2_tag(desk, token), &tariff, &lang, &shown));
	if (!shown)
		return 0;
	info->has_language1 = true;
	info->language1 = lang;
	info->has_personal_message = true;
	info->personal_message = (struct ocpp2_message_content){.format = OCPP2_MESSAGE_FORMAT_UTF8,
		.content = pricetext(desk->arena, lang, &tariff),
		.has_language = true,
		.language = lang};
	if (desk->version != OCPP_21 || !str_is(str_from(desk->route->action), "Authorize"))
		return 0;
	conf->has_tariff = true;
	return ocpp2_tariff_of(desk->arena, &tariff, &conf->tariff);
}

int ocpp2_authorize(
	struct desk *desk, const struct ocpp2_id_token *token, struct ocpp2_id_token_info *info)
{
	struct str parent = STR_NULL;
	int64_t expires_us = 0;
	int outcome = charging_authorize(
		desk->ctx, desk->pile_id, ocpp2_tag(desk, token), &parent, &expires_us);

	TRY(outcome);
	info->status = ocpp2_token_status(outcome);
	if (parent.len > 0 && parent.len <= 36) {
		info->has_group_id_token = true;
		info->group_id_token.id_token = parent;
		info->group_id_token.type = STR("Central");
	}
	if (expires_us != 0) {
		info->has_cache_expiry_date_time = true;
		info->cache_expiry_date_time_us = expires_us;
	}
	return outcome == 0 ? tell_price(desk, token, info) : 0;
}

int ocpp2_connector(struct desk *desk, int64_t evse, int64_t outlet, int64_t *ret_no)
{
	*ret_no = 0;
	if (evse == 0)
		return 0;
	/* some name the equipment alone by outlet 0; a charge is not refused for that */
	if (outlet == 0)
		outlet = 1;
	if (evse > LIMIT_CONNECTORS || outlet < 1 || outlet > LIMIT_CONNECTORS)
		return desk_refuse(
			desk, OCPP_CODE_PROPERTY, STR("evse: no such equipment or outlet"));
	TRY(store_outlet_no(desk->ctx->db, desk->pile_id, evse, outlet, ret_no));
	if (*ret_no == 0)
		TRY(store_outlet_add(desk->ctx->db, desk->pile_id, evse, outlet, ret_no));
	if (*ret_no > LIMIT_CONNECTORS)
		return desk_refuse(desk, OCPP_CODE_PROPERTY, STR("evse: too many outlets"));
	desk->reply->connector_no = *ret_no;
	return 0;
}

/* The value with its power of ten as decimal text; empty for one beyond any meter. */
static struct str value_text(struct arena *arena, const struct ocpp2_sampled_value *sample)
{
	int64_t power = sample->has_unit_of_measure && sample->unit_of_measure.has_multiplier
				? sample->unit_of_measure.multiplier
				: 0;
	int64_t value = sample->value_e6;
	struct buf buf;

	for (; power > 0; power--) {
		if (value > INT64_MAX / 10 || value < -(INT64_MAX / 10))
			return STR("");
		value *= 10;
	}
	for (; power < 0 && value != 0; power++)
		value /= 10;
	buf_init(&buf, arena, 48);
	buf_put_fixed(&buf, value, 6);
	return buf_str(&buf);
}

static void read_moment(struct arena *arena, const struct ocpp2_meter_value *moment,
	struct sampled *samples, struct reading *ret_reading)
{
	for (size_t i = 0; i < moment->sampled_value_len; i++) {
		const struct ocpp2_sampled_value *value = &moment->sampled_value[i];

		samples[i] = (struct sampled){
			.value = value_text(arena, value),
			.context = field_enum_name(
				&ocpp2_reading_context_enum_21_names, value->context),
			.measurand =
				field_enum_name(&ocpp2_measurand_enum_21_names, value->measurand),
			.phase = field_enum_name(&ocpp2_phase_enum_21_names, value->phase),
			.location = field_enum_name(&ocpp2_location_enum_21_names, value->location),
			.unit = value->has_unit_of_measure ? value->unit_of_measure.unit : STR(""),
		};
	}
	ret_reading->at_us = moment->timestamp_us;
	reading_from(samples, moment->sampled_value_len, ret_reading);
}

int ocpp2_readings(struct desk *desk, const struct ocpp2_meter_value *moments, size_t len,
	struct reading **ret_readings)
{
	struct reading *readings = ARENA_ARRAY(desk->arena, struct reading, len + 1);
	struct sampled *samples;
	size_t most = 1;

	for (size_t i = 0; i < len; i++) {
		if (moments[i].sampled_value_len > most)
			most = moments[i].sampled_value_len;
	}
	samples = ARENA_ARRAY(desk->arena, struct sampled, most);
	if (!readings || !samples)
		return FAULT(FAULT_NOMEM, "readings");
	for (size_t i = 0; i < len; i++)
		read_moment(desk->arena, &moments[i], samples, &readings[i]);
	*ret_readings = readings;
	return 0;
}

int ocpp2_body(struct desk *desk, struct str *ret_body)
{
	struct buf buf;

	buf_init(&buf, desk->arena, LIMIT_FRAME_BYTES * 2);
	if (record_encode(desk->route->req, desk->req, &buf, NULL) != 0)
		return FAULT(FAULT_BUG, "%s cannot be written again", desk->route->action);
	*ret_body = buf_str(&buf);
	return 0;
}

int64_t ocpp2_cost_e5(struct str currency, int64_t minor)
{
	int digits = currency_digits(currency);

	for (int i = digits < 0 ? 2 : digits; i < 5; i++)
		minor *= 10;
	return minor;
}

int64_t ocpp2_start_id(int64_t order_id)
{
	return order_id % START_ID_MOST;
}

/* --- blocks B, C, G --- */

static int on_authorize(struct desk *desk)
{
	const struct ocpp2_authorize_req *req = desk->req;
	struct ocpp2_authorize_conf *conf = desk->conf;
	bool asks;

	conf->id_token_info.status = OCPP2_AUTHORIZATION_STATUS_ACCEPTED;
	if (ocpp2_is_terminal(desk, &req->id_token))
		return 0;
	TRY(ocpp2_judge_contract(desk, &asks));
	if (asks)
		return 0;
	TRY(ocpp_vehicle_token(desk->ctx, desk->pile_id, 0, &req->id_token, true));
	TRY(ocpp2_authorize(desk, &req->id_token, &conf->id_token_info));
	ocpp2_join_contract(desk);
	return 0;
}

static int on_boot_notification(struct desk *desk)
{
	const struct ocpp2_boot_notification_req *req = desk->req;
	struct ocpp2_boot_notification_conf *conf = desk->conf;
	struct pile facts = {.id = desk->pile_id,
		.vendor = req->charging_station.vendor_name,
		.model = req->charging_station.model,
		.serial = req->charging_station.serial_number,
		.firmware = req->charging_station.firmware_version};
	struct str status = STR("Rejected");
	int outcome = devices_boot(desk->ctx, &facts, &status);

	TRY(outcome);
	conf->status = field_enum_value(&ocpp2_registration_status_enum_21_names, status);
	desk->reply->admitted =
		conf->status == OCPP2_REGISTRATION_STATUS_ACCEPTED ? REPLY_ADMITTED : REPLY_HELD;
	conf->current_time_us = desk->now_us;
	conf->interval = devices_interval(desk->ctx, status);
	return 0;
}

/* Our own piles exchange their keys for offline codes here, and tell what they know of cars: data
 * is a text, as in 1.6, or what that text would hold. */
static int on_data_transfer(struct desk *desk)
{
	const struct ocpp2_data_transfer_req *req = desk->req;
	struct ocpp2_data_transfer_conf *conf = desk->conf;
	struct str data, answer;
	struct json_out out;
	struct json json;
	struct buf buf;
	bool vehicle;
	int result;

	conf->status = OCPP2_DATA_TRANSFER_STATUS_UNKNOWN_VENDOR_ID;
	if (!str_is(req->vendor_id, "leyden"))
		return 0;
	conf->status = OCPP2_DATA_TRANSFER_STATUS_UNKNOWN_MESSAGE_ID;
	json_init(&json, req->data, desk->arena);
	vehicle = req->has_message_id && str_is(req->message_id, OCPP_VEHICLE_MESSAGE);
	if (!req->has_message_id || !req->has_data ||
		(!vehicle && !str_is(req->message_id, "offline-key")))
		return 0;
	if (json_peek(&json) != JSON_STRING || !json_str(&json, &data))
		data = req->data;
	conf->status = OCPP2_DATA_TRANSFER_STATUS_REJECTED;
	result = vehicle ? ocpp_vehicle_data(desk->ctx, desk->pile_id, data)
			 : api_offline_exchange(desk->ctx, desk->pile_id, data, &answer);
	TRY(result);
	if (result != 0)
		return 0;
	conf->status = OCPP2_DATA_TRANSFER_STATUS_ACCEPTED;
	if (vehicle)
		return 0;
	buf_init(&buf, desk->arena, LIMIT_FRAME_BYTES);
	json_out_init(&out, &buf);
	json_put_str(&out, NULL, answer);
	conf->has_data = true;
	conf->data = buf_str(&buf);
	return 0;
}

static int on_heartbeat(struct desk *desk)
{
	struct ocpp2_heartbeat_conf *conf = desk->conf;

	conf->current_time_us = desk->now_us;
	return 0;
}

/* "Occupied" in the finer words that our pages know: what the transaction says wins. */
static int occupied_word(struct desk *desk, int64_t connector_no, struct str *ret_word)
{
	struct place place;
	struct scene scene;
	int found =
		store_pile_place(desk->ctx->db, desk->arena, desk->pile_id, connector_no, &place);

	TRY(found);
	*ret_word = STR("Preparing");
	if (found != 0)
		return 0;
	found = store_scene_open(desk->ctx->db, desk->arena, desk->pile_id, connector_no, &scene);
	TRY(found);
	if (found == 0)
		*ret_word = connector_occupied(place.status) ? place.status : STR("Preparing");
	else if (str_is(place.status, "Charging") || str_is(place.status, "Finishing") ||
		 str_starts(place.status, STR("Suspended")))
		*ret_word = STR("Finishing");
	return 0;
}

static int on_status_notification(struct desk *desk)
{
	const struct ocpp2_status_notification_req *req = desk->req;
	struct connector connector = {.pile_id = desk->pile_id,
		.status = field_enum_name(
			&ocpp2_connector_status_enum_21_names, req->connector_status),
		.error_code = STR("NoError"),
		.status_us = desk->now_us};
	int outcome;

	TRY(ocpp2_connector(desk, req->evse_id, req->connector_id, &connector.no));
	if (desk->reply->code != 0)
		return 0;
	if (req->connector_status == OCPP2_CONNECTOR_STATUS_OCCUPIED)
		TRY(occupied_word(desk, connector.no, &connector.status));
	if (req->connector_status == OCPP2_CONNECTOR_STATUS_FAULTED)
		connector.error_code = STR("OtherError");
	if (str_is(req->custom_data.vendor_id, "leyden"))
		connector.info = req->custom_data.choice;
	outcome = devices_status(desk->ctx, &connector);
	TRY(outcome);
	outcome = charging_connector(
		desk->ctx, desk->pile_id, connector.no, connector.status, req->timestamp_us);
	TRY(outcome);
	return 0;
}

/* --- what is kept and answered with nothing --- */

int ocpp2_keep_notice(struct desk *desk, int64_t evse)
{
	struct pile_notice notice = {.id = CTX_ID(desk->ctx),
		.pile_id = desk->pile_id,
		.at_us = desk->now_us,
		.kind = str_from(desk->route->action)};
	struct place place;

	if (evse > 0)
		TRY(ocpp2_connector(desk, evse, 1, &notice.connector_no));
	if (desk->reply->code != 0)
		return 0;
	TRY(step_must(
		store_pile_place(desk->ctx->db, desk->arena, desk->pile_id, 0, &place), "a pile"));
	notice.tenant_id = place.tenant_id;
	TRY(ocpp2_body(desk, &notice.body));
	return store_notice_add(desk->ctx->db, &notice);
}

/* Alarms and events of monitors are an operator's business when they are grave. */
static int on_notify_event(struct desk *desk)
{
	const struct ocpp2_notify_event_req *req = desk->req;
	struct place place;

	TRY(ocpp2_keep_notice(desk, 0));
	TRY(step_must(
		store_pile_place(desk->ctx->db, desk->arena, desk->pile_id, 0, &place), "a pile"));
	for (size_t i = 0; i < req->event_data_len; i++) {
		const struct ocpp2_event_data *event = &req->event_data[i];

		if (event->trigger != OCPP2_EVENT_TRIGGER_ALERTING ||
			(event->has_cleared && event->cleared))
			continue;
		TRY(step_alarm(desk->ctx, &place, "pile_event", STR("")));
		break;
	}
	return 0;
}

/* --- care: firmware, logs, reservations, certificates --- */

static int on_firmware_status_notification(struct desk *desk)
{
	static const enum update_step steps[] = {
		[OCPP2_FIRMWARE_STATUS_DOWNLOADED] = UPDATE_DOWNLOADED,
		[OCPP2_FIRMWARE_STATUS_DOWNLOAD_FAILED] = UPDATE_DOWNLOAD_FAILED,
		[OCPP2_FIRMWARE_STATUS_DOWNLOADING] = UPDATE_DOWNLOADING,
		[OCPP2_FIRMWARE_STATUS_DOWNLOAD_SCHEDULED] = UPDATE_DOWNLOAD_SCHEDULED,
		[OCPP2_FIRMWARE_STATUS_DOWNLOAD_PAUSED] = UPDATE_DOWNLOAD_PAUSED,
		[OCPP2_FIRMWARE_STATUS_IDLE] = UPDATE_IDLE,
		[OCPP2_FIRMWARE_STATUS_INSTALLATION_FAILED] = UPDATE_INSTALL_FAILED,
		[OCPP2_FIRMWARE_STATUS_INSTALLING] = UPDATE_INSTALLING,
		[OCPP2_FIRMWARE_STATUS_INSTALLED] = UPDATE_INSTALLED,
		[OCPP2_FIRMWARE_STATUS_INSTALL_REBOOTING] = UPDATE_INSTALL_REBOOTING,
		[OCPP2_FIRMWARE_STATUS_INSTALL_SCHEDULED] = UPDATE_INSTALL_SCHEDULED,
		[OCPP2_FIRMWARE_STATUS_INSTALL_VERIFICATION_FAILED] = UPDATE_VERIFICATION_FAILED,
		[OCPP2_FIRMWARE_STATUS_INVALID_SIGNATURE] = UPDATE_INVALID_SIGNATURE,
		[OCPP2_FIRMWARE_STATUS_SIGNATURE_VERIFIED] = UPDATE_SIGNATURE_VERIFIED,
	};
	const struct ocpp2_firmware_status_notification_req *req = desk->req;

	return updates_reported(desk->ctx, desk->pile_id,
		req->has_request_id ? req->request_id : -1, steps[req->status]);
}

static int on_log_status_notification(struct desk *desk)
{
	static const enum upload_step steps[] = {
		[OCPP2_UPLOAD_LOG_STATUS_BAD_MESSAGE] = UPLOAD_REFUSED,
		[OCPP2_UPLOAD_LOG_STATUS_IDLE] = UPLOAD_IDLE,
		[OCPP2_UPLOAD_LOG_STATUS_NOT_SUPPORTED_OPERATION] = UPLOAD_REFUSED,
		[OCPP2_UPLOAD_LOG_STATUS_PERMISSION_DENIED] = UPLOAD_REFUSED,
		[OCPP2_UPLOAD_LOG_STATUS_UPLOADED] = UPLOAD_SENT,
		[OCPP2_UPLOAD_LOG_STATUS_UPLOAD_FAILURE] = UPLOAD_FAILED,
		[OCPP2_UPLOAD_LOG_STATUS_UPLOADING] = UPLOAD_SENDING,
		[OCPP2_UPLOAD_LOG_STATUS_ACCEPTED_CANCELED] = UPLOAD_REFUSED,
	};
	const struct ocpp2_log_status_notification_req *req = desk->req;

	return uploads_reported(desk->ctx, desk->pile_id,
		req->has_request_id ? req->request_id : -1, steps[req->status]);
}

static int on_reservation_status_update(struct desk *desk)
{
	const struct ocpp2_reservation_status_update_req *req = desk->req;
	int outcome = reservations_reported(desk->ctx, desk->pile_id, req->reservation_id,
		req->reservation_update_status == OCPP2_RESERVATION_UPDATE_STATUS_EXPIRED);

	TRY(outcome);
	if (outcome != 0)
		desk->reply->note = STR("foreign");
	return 0;
}

static int on_security_event_notification(struct desk *desk)
{
	const struct ocpp2_security_event_notification_req *req = desk->req;
	int outcome = certificates_event(
		desk->ctx, desk->pile_id, req->type, req->timestamp_us, req->tech_info);

	TRY(outcome);
	return 0;
}

static int on_sign_certificate(struct desk *desk)
{
	const struct ocpp2_sign_certificate_req *req = desk->req;
	struct ocpp2_sign_certificate_conf *conf = desk->conf;
	bool vehicle =
		req->has_certificate_type &&
		req->certificate_type != OCPP2_CERTIFICATE_SIGNING_USE_CHARGING_STATION_CERTIFICATE;
	int outcome =
		certificates_requested(desk->ctx, desk->pile_id, vehicle ? STR("v2g") : STR("pile"),
			req->csr, req->has_request_id ? req->request_id : -1);

	TRY(outcome);
	conf->status = outcome == 0 ? OCPP2_GENERIC_STATUS_ACCEPTED : OCPP2_GENERIC_STATUS_REJECTED;
	return 0;
}

/* --- the routes --- */

#define on_notify_settlement ocpp2_on_notify_settlement
#define on_vat_number_validation ocpp2_on_vat_number_validation
#define on_get15118_ev_certificate ocpp2_on_get15118_ev_certificate
#define on_get_certificate_status ocpp2_on_get_certificate_status
#define on_get_certificate_chain_status ocpp2_on_get_certificate_chain_status
#define on_open_periodic_event_stream ocpp2_on_open_periodic_event_stream
#define on_close_periodic_event_stream ocpp2_on_close_periodic_event_stream
#define on_notify_periodic_event_stream ocpp2_on_notify_periodic_event_stream
#define on_battery_swap ocpp2_on_battery_swap
#define on_transaction_event ocpp2_on_transaction_event
#define on_meter_values ocpp2_on_meter_values
#define on_notify_report ocpp2_on_notify_report
#define on_notify_monitoring_report ocpp2_on_notify_monitoring_report
#define on_notify_customer_information ocpp2_on_notify_customer_information
#define on_notify_display_messages ocpp2_on_notify_display_messages
#define on_report_charging_profiles ocpp2_on_report_charging_profiles
#define on_report_der_control ocpp2_on_report_der_control
#define on_notify_charging_limit ocpp2_on_notify_charging_limit
#define on_cleared_charging_limit ocpp2_on_cleared_charging_limit
#define on_notify_ev_charging_needs ocpp2_on_notify_ev_charging_needs
#define on_notify_ev_charging_schedule ocpp2_on_notify_ev_charging_schedule
#define on_notify_priority_charging ocpp2_on_notify_priority_charging
#define on_pull_dynamic_schedule_update ocpp2_on_pull_dynamic_schedule_update

/* clang-format off */
#define ROUTES(ROUTE)                                                                              \
	ROUTE("Authorize", authorize, false, on_authorize)                                         \
	ROUTE("BootNotification", boot_notification, false, on_boot_notification)                  \
	ROUTE("ClearedChargingLimit", cleared_charging_limit, false, on_cleared_charging_limit)    \
	ROUTE("DataTransfer", data_transfer, false, on_data_transfer)                              \
	ROUTE("FirmwareStatusNotification", firmware_status_notification, false,                  \
		on_firmware_status_notification)                                                   \
	ROUTE("Get15118EVCertificate", get15118_ev_certificate, false, on_get15118_ev_certificate) \
	ROUTE("GetCertificateStatus", get_certificate_status, false, on_get_certificate_status)    \
	ROUTE("Heartbeat", heartbeat, true, on_heartbeat)                                          \
	ROUTE("LogStatusNotification", log_status_notification, false,                            \
		on_log_status_notification)                                                        \
	ROUTE("MeterValues", meter_values, false, on_meter_values)                                 \
	ROUTE("NotifyChargingLimit", notify_charging_limit, false, on_notify_charging_limit)       \
	ROUTE("NotifyCustomerInformation", notify_customer_information, false,                     \
		on_notify_customer_information)                                                    \
	ROUTE("NotifyDisplayMessages", notify_display_messages, false, on_notify_display_messages) \
	ROUTE("NotifyEVChargingNeeds", notify_ev_charging_needs, false,                            \
		on_notify_ev_charging_needs)                                                       \
	ROUTE("NotifyEVChargingSchedule", notify_ev_charging_schedule, false,                      \
		on_notify_ev_charging_schedule)                                                    \
	ROUTE("NotifyEvent", notify_event, false, on_notify_event)                                 \
	ROUTE("NotifyMonitoringReport", notify_monitoring_report, false,                           \
		on_notify_monitoring_report)                                                       \
	ROUTE("NotifyReport", notify_report, false, on_notify_report)                              \
	ROUTE("PublishFirmwareStatusNotification", publish_firmware_status_notification, false,    \
		ocpp2_on_publish_firmware_status)                                                  \
	ROUTE("ReportChargingProfiles", report_charging_profiles, false,                           \
		on_report_charging_profiles)                                                       \
	ROUTE("ReservationStatusUpdate", reservation_status_update, false,                        \
		on_reservation_status_update)                                                      \
	ROUTE("SecurityEventNotification", security_event_notification, false,                    \
		on_security_event_notification)                                                    \
	ROUTE("SignCertificate", sign_certificate, false, on_sign_certificate)                     \
	ROUTE("StatusNotification", status_notification, false, on_status_notification)            \
	ROUTE("TransactionEvent", transaction_event, false, on_transaction_event)
#define ROUTES_21(ROUTE)                                                                           \
	ROUTE("BatterySwap", battery_swap, false, on_battery_swap)                                 \
	ROUTE("ClosePeriodicEventStream", close_periodic_event_stream, false,                   \
		on_close_periodic_event_stream)           \
	ROUTE("GetCertificateChainStatus", get_certificate_chain_status, false,                    \
		on_get_certificate_chain_status)                                                   \
	ROUTE("NotifyDERAlarm", notify_der_alarm, false, ocpp2_on_notify_der_alarm)        \
	ROUTE("NotifyDERStartStop", notify_der_start_stop, false,                                 \
		ocpp2_on_notify_der_start_stop)                                                    \
	ROUTE("NotifyPriorityCharging", notify_priority_charging, false,                           \
		on_notify_priority_charging)                                                       \
	ROUTE("NotifySettlement", notify_settlement, false, on_notify_settlement)                  \
	ROUTE("OpenPeriodicEventStream", open_periodic_event_stream, false,                        \
		on_open_periodic_event_stream)                                                     \
	ROUTE("PullDynamicScheduleUpdate", pull_dynamic_schedule_update, false,                    \
		on_pull_dynamic_schedule_update)                                                   \
	ROUTE("ReportDERControl", report_der_control, false, on_report_der_control)                \
	ROUTE("VatNumberValidation", vat_number_validation, false, on_vat_number_validation)
/* clang-format on */
#define ROUTE_201(action, tag, light, handler) \
	{action, light, &ocpp2_##tag##_req_201_record, &ocpp2_##tag##_conf_201_record, handler},
#define ROUTE_21(action, tag, light, handler) \
	{action, light, &ocpp2_##tag##_req_21_record, &ocpp2_##tag##_conf_21_record, handler},

static const struct ocpp_route rows_201[] = {ROUTES(ROUTE_201)};
static const struct ocpp_route rows_21[] = {ROUTES(ROUTE_21) ROUTES_21(ROUTE_21){
	"NotifyPeriodicEventStream", false, &ocpp2_notify_periodic_event_stream_req_21_record, NULL,
	on_notify_periodic_event_stream}};
static const struct ocpp_routes routes_201 = {rows_201, sizeof(rows_201) / sizeof(rows_201[0])};
static const struct ocpp_routes routes_21 = {rows_21, sizeof(rows_21) / sizeof(rows_21[0])};

static bool known_201(struct str action)
{
	return ocpp2_action_find(OCPP_201, action) != NULL;
}

static bool known_21(struct str action)
{
	return ocpp2_action_find(OCPP_21, action) != NULL;
}

static int encode_201(struct ctx *ctx, const struct command *command, struct str *ret_action,
	struct str *ret_payload)
{
	return ocpp2_encode(OCPP_201, ctx, command, ret_action, ret_payload);
}

static int encode_21(struct ctx *ctx, const struct command *command, struct str *ret_action,
	struct str *ret_payload)
{
	return ocpp2_encode(OCPP_21, ctx, command, ret_action, ret_payload);
}

static int answered_201(struct ctx *ctx, int64_t command_id, struct str payload, struct str error,
	int64_t latency_us, struct str *ret_error, int64_t *ret_order_id)
{
	return ocpp2_answered(
		OCPP_201, ctx, command_id, payload, error, latency_us, ret_error, ret_order_id);
}

static int answered_21(struct ctx *ctx, int64_t command_id, struct str payload, struct str error,
	int64_t latency_us, struct str *ret_error, int64_t *ret_order_id)
{
	return ocpp2_answered(
		OCPP_21, ctx, command_id, payload, error, latency_us, ret_error, ret_order_id);
}

const struct ocpp_desk ocpp201_desk = {.version = OCPP_201,
	.routes = &routes_201,
	.known = known_201,
	.encode = encode_201,
	.answered = answered_201};
const struct ocpp_desk ocpp21_desk = {.version = OCPP_21,
	.routes = &routes_21,
	.known = known_21,
	.encode = encode_21,
	.answered = answered_21};
