/* ocpp16.c - the OCPP 1.6 front desk. Read the table at the end of the first half: one row per
 * message a pile may send. */
#include "app/ocpp16.h"

#include "app/api_offline.h"

#include "app/charging.h"
#include "app/devices.h"
#include "app/ocpp16_parts.h"
#include "app/ocpp16_signed.h"
#include "app/ocpp_vehicle.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "domain/reading.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/firmware.h"
#include "wire/ocpp16/security.h"

/* Connector numbers beyond any real pile are refused, so that nobody fills our tables with them. */
static bool connector_ok(struct desk *desk, int64_t connector_no, int64_t least)
{
	desk->reply->connector_no = connector_no;
	if (connector_no >= least && connector_no <= LIMIT_CONNECTORS)
		return true;
	desk_refuse(desk, OCPP_CODE_PROPERTY, STR("connectorId: no such connector"));
	return false;
}

/* charging's outcomes in the words of idTagInfo. */
static int tag_status(int outcome)
{
	static const struct {
		int outcome, status;
	} rows[] = {
		{0, OCPP16_AUTHORIZATION_STATUS_ACCEPTED},
		{CHARGING_E_BLOCKED, OCPP16_AUTHORIZATION_STATUS_BLOCKED},
		{CHARGING_E_FUNDS, OCPP16_AUTHORIZATION_STATUS_BLOCKED},
		{CHARGING_E_CAP, OCPP16_AUTHORIZATION_STATUS_BLOCKED},
		{CHARGING_E_CLONE, OCPP16_AUTHORIZATION_STATUS_BLOCKED},
		{CHARGING_E_EXPIRED, OCPP16_AUTHORIZATION_STATUS_EXPIRED},
		{CHARGING_E_CONCURRENT, OCPP16_AUTHORIZATION_STATUS_CONCURRENT_TX},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].outcome == outcome)
			return rows[i].status;
	}
	return OCPP16_AUTHORIZATION_STATUS_INVALID;
}

static int on_authorize(struct desk *desk)
{
	const struct ocpp16_authorize_req *req = desk->req;
	struct ocpp16_authorize_conf *conf = desk->conf;
	struct str parent = STR_NULL;
	int64_t expires_us = 0;
	int outcome =
		charging_authorize(desk->ctx, desk->pile_id, req->id_tag, &parent, &expires_us);

	TRY(outcome);
	conf->id_tag_info.status = tag_status(outcome);
	if (parent.len > 0 && parent.len <= OCPP16_ID_TAG_MAX) {
		conf->id_tag_info.has_parent_id_tag = true;
		conf->id_tag_info.parent_id_tag = parent;
	}
	if (expires_us != 0) {
		conf->id_tag_info.has_expiry_date = true;
		conf->id_tag_info.expiry_date_us = expires_us;
	}
	return 0;
}

static int on_boot_notification(struct desk *desk)
{
	const struct ocpp16_boot_notification_req *req = desk->req;
	struct ocpp16_boot_notification_conf *conf = desk->conf;
	struct pile facts = {.id = desk->pile_id,
		.vendor = req->charge_point_vendor,
		.model = req->charge_point_model,
		.serial = req->has_charge_point_serial_number ? req->charge_point_serial_number
							      : req->charge_box_serial_number,
		.firmware = req->firmware_version};
	struct str status = STR("Rejected");
	int outcome = devices_boot(desk->ctx, &facts, &status);

	TRY(outcome);
	conf->status = field_enum_value(&ocpp16_registration_status_names, status);
	conf->current_time_us = desk->now_us;
	conf->interval = devices_interval(desk->ctx, status);
	return 0;
}

/* What only our own piles say: their keys for offline codes, and what is known of a car. */
static int on_data_transfer(struct desk *desk)
{
	struct ocpp16_data_transfer_conf *conf = desk->conf;
	const struct ocpp16_data_transfer_req *req = desk->req;
	bool vehicle = req->has_message_id && str_is(req->message_id, OCPP_VEHICLE_MESSAGE);
	int result;

	conf->status = OCPP16_DATA_TRANSFER_STATUS_UNKNOWN_VENDOR_ID;
	if (!str_is(req->vendor_id, "leyden"))
		return 0;
	conf->status = OCPP16_DATA_TRANSFER_STATUS_UNKNOWN_MESSAGE_ID;
	if (!req->has_message_id || !req->has_data ||
		(!vehicle && !str_is(req->message_id, "offline-key")))
		return 0;
	result = vehicle ? ocpp_vehicle_data(desk->ctx, desk->pile_id, req->data)
			 : api_offline_exchange(desk->ctx, desk->pile_id, req->data, &conf->data);
	TRY(result);
	conf->has_data = result == 0 && !vehicle;
	conf->status = result == 0 ? OCPP16_DATA_TRANSFER_STATUS_ACCEPTED
				   : OCPP16_DATA_TRANSFER_STATUS_REJECTED;
	return 0;
}

static int on_heartbeat(struct desk *desk)
{
	struct ocpp16_heartbeat_conf *conf = desk->conf;

	conf->current_time_us = desk->now_us;
	return 0;
}

/* Texts of one moment's samples in the words the domain knows; one array serves all moments. */
static void read_moment(const struct ocpp16_meter_value *moment, struct sampled *samples,
	struct reading *ret_reading)
{
	for (size_t i = 0; i < moment->sampled_value_len; i++) {
		const struct ocpp16_sampled_value *value = &moment->sampled_value[i];

		samples[i] = (struct sampled){
			.value = value->value,
			.context = field_enum_name(&ocpp16_reading_context_names, value->context),
			.format = field_enum_name(&ocpp16_value_format_names, value->format),
			.measurand = field_enum_name(&ocpp16_measurand_names, value->measurand),
			.phase = field_enum_name(&ocpp16_phase_names, value->phase),
			.location = field_enum_name(&ocpp16_location_names, value->location),
			.unit = field_enum_name(&ocpp16_unit_of_measure_names, value->unit),
		};
	}
	ret_reading->at_us = moment->timestamp_us;
	reading_from(samples, moment->sampled_value_len, ret_reading);
}

static int read_moments(struct desk *desk, const struct ocpp16_meter_value *moments, size_t len,
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
		read_moment(&moments[i], samples, &readings[i]);
	*ret_readings = readings;
	return 0;
}

static int on_meter_values(struct desk *desk)
{
	const struct ocpp16_meter_values_req *req = desk->req;
	int64_t transaction = req->has_transaction_id ? req->transaction_id : 0;
	struct reading *readings;
	int outcome;

	if (!connector_ok(desk, req->connector_id, 0))
		return 0;
	TRY(read_moments(desk, req->meter_value, req->meter_value_len, &readings));
	outcome = charging_metered(desk->ctx, desk->pile_id, req->connector_id, transaction,
		readings, req->meter_value_len, NULL);
	TRY(outcome);
	if (outcome == CHARGING_E_FOREIGN)
		desk->reply->note = STR("foreign");
	return 0;
}

static int on_start_transaction(struct desk *desk)
{
	const struct ocpp16_start_transaction_req *req = desk->req;
	struct ocpp16_start_transaction_conf *conf = desk->conf;
	struct start_facts facts = {.pile_id = desk->pile_id,
		.connector_no = req->connector_id,
		.id_tag = req->id_tag,
		.meter_dwh = req->meter_start * 10,
		.at_us = req->timestamp_us,
		.has_reservation = req->has_reservation_id,
		.reservation = req->reservation_id};
	struct scene scene = {0};
	int outcome;

	if (!connector_ok(desk, req->connector_id, 1))
		return 0;
	outcome = charging_started(desk->ctx, &facts, &scene);
	TRY(outcome);
	conf->id_tag_info.status = tag_status(outcome);
	conf->transaction_id = scene.session.transaction_id;
	desk->reply->order_id = scene.session.order_id;
	return 0;
}

static int on_status_notification(struct desk *desk)
{
	const struct ocpp16_status_notification_req *req = desk->req;
	struct str status = field_enum_name(&ocpp16_charge_point_status_names, req->status);
	int64_t at_us = req->has_timestamp ? req->timestamp_us : desk->now_us;
	struct connector connector = {.pile_id = desk->pile_id,
		.no = req->connector_id,
		.status = status,
		.error_code =
			field_enum_name(&ocpp16_charge_point_error_code_names, req->error_code),
		.info = req->info,
		.vendor_error = req->vendor_error_code,
		.status_us = desk->now_us};
	int outcome;

	if (!connector_ok(desk, req->connector_id, 0))
		return 0;
	outcome = devices_status(desk->ctx, &connector);
	TRY(outcome);
	return charging_connector(desk->ctx, desk->pile_id, req->connector_id, status, at_us);
}

static int on_stop_transaction(struct desk *desk)
{
	const struct ocpp16_stop_transaction_req *req = desk->req;
	struct ocpp16_stop_transaction_conf *conf = desk->conf;
	struct stop_facts facts = {.pile_id = desk->pile_id,
		.transaction_id = req->transaction_id,
		.id_tag = req->id_tag,
		.meter_dwh = req->meter_stop * 10,
		.at_us = req->timestamp_us,
		.reason = req->has_reason ? field_enum_name(&ocpp16_reason_names, req->reason)
					  : STR("Local"),
		.readings_len = req->transaction_data_len};
	struct reading *readings;
	int outcome;

	/* -1 means "none" to charging; a negative register is none either. */
	if (facts.meter_dwh < 0)
		facts.meter_dwh = -10;
	TRY(read_moments(desk, req->transaction_data, req->transaction_data_len, &readings));
	facts.readings = readings;
	outcome = charging_stopped(desk->ctx, &facts, NULL);
	TRY(outcome);
	TRY(ocpp16_signed(desk->ctx, desk->pile_id, req));
	if (outcome == CHARGING_E_FOREIGN)
		desk->reply->note = STR("foreign");
	conf->has_id_tag_info = req->has_id_tag;
	conf->id_tag_info.status = tag_status(outcome);
	return 0;
}

#define ROUTE(action, tag, light) \
	{ \
		action, light, &ocpp16_##tag##_req_record, &ocpp16_##tag##_conf_record, on_##tag \
	}
#define CARE(action, tag) \
	{ \
		action, false, &ocpp16_##tag##_req_record, &ocpp16_##tag##_conf_record, \
			ocpp16_on_##tag \
	}

static const struct ocpp_route rows[] = {
	ROUTE("Authorize", authorize, false),
	ROUTE("BootNotification", boot_notification, false),
	ROUTE("DataTransfer", data_transfer, false),
	CARE("DiagnosticsStatusNotification", diagnostics_status_notification),
	CARE("FirmwareStatusNotification", firmware_status_notification),
	ROUTE("Heartbeat", heartbeat, true),
	CARE("LogStatusNotification", log_status_notification),
	ROUTE("MeterValues", meter_values, false),
	CARE("SecurityEventNotification", security_event_notification),
	CARE("SignCertificate", sign_certificate),
	CARE("SignedFirmwareStatusNotification", signed_firmware_status_notification),
	ROUTE("StartTransaction", start_transaction, false),
	ROUTE("StatusNotification", status_notification, false),
	ROUTE("StopTransaction", stop_transaction, false),
};

static const struct ocpp_routes ocpp16_routes = {rows, sizeof(rows) / sizeof(rows[0])};

static bool known(struct str action)
{
	return ocpp16_action_find(action) != NULL;
}

/* The words of the house are this version's own. */
static int encode(struct ctx *ctx, const struct command *command, struct str *ret_action,
	struct str *ret_payload)
{
	(void)ctx;
	*ret_action = command->action;
	*ret_payload = command->payload;
	return 0;
}

const struct ocpp_desk ocpp16_desk = {.version = OCPP_16,
	.routes = &ocpp16_routes,
	.known = known,
	.encode = encode,
	.answered = ocpp16_answered};
