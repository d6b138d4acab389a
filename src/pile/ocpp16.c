/* ocpp16.c - the pile's own calls as OCPP 1.6 messages, and their answers (see talk.h). */
#include "pile/ocpp16.h"

#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/attest.h"
#include "pile/offline.h"
#include "pile/reading.h"
#include "pile/tags.h"
#include "pile/told.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp16/core.h"

#define OCPP16_TAG_MAX 20

/* A longer one comes from a server of 2.x. */
static struct str ocpp16_tag(const char *tag)
{
	size_t len = strlen(tag);

	return (struct str){tag, len < OCPP16_TAG_MAX ? len : OCPP16_TAG_MAX};
}

/* By enum spool_context. */
static const int ocpp16_contexts[] = {
	OCPP16_READING_CONTEXT_SAMPLE_PERIODIC,
	OCPP16_READING_CONTEXT_SAMPLE_CLOCK,
	OCPP16_READING_CONTEXT_TRANSACTION_BEGIN,
	OCPP16_READING_CONTEXT_TRANSACTION_END,
	OCPP16_READING_CONTEXT_TRIGGER,
	OCPP16_READING_CONTEXT_INTERRUPTION_BEGIN,
	OCPP16_READING_CONTEXT_INTERRUPTION_END,
};

/* By enum stop_reason. */
static const int ocpp16_reasons[] = {
	OCPP16_REASON_LOCAL, OCPP16_REASON_REMOTE, OCPP16_REASON_EV_DISCONNECTED,
	OCPP16_REASON_DE_AUTHORIZED, OCPP16_REASON_EMERGENCY_STOP, OCPP16_REASON_HARD_RESET,
	OCPP16_REASON_SOFT_RESET, OCPP16_REASON_POWER_LOSS, OCPP16_REASON_REBOOT,
	OCPP16_REASON_UNLOCK_COMMAND, OCPP16_REASON_OTHER,
	OCPP16_REASON_OTHER, /* limits, which 1.6 does not know */
	OCPP16_REASON_OTHER, OCPP16_REASON_OTHER, OCPP16_REASON_OTHER,
	OCPP16_REASON_OTHER,                      /* ground fault, over-current: neither */
	OCPP16_REASON_OTHER, OCPP16_REASON_LOCAL, /* a card all the same */
};

/* ---- readings ---- */

/* One meterValue, with room for one sampled value more. */
static struct ocpp16_meter_value *ocpp16_reading(struct arena *arena, const struct reading *reading)
{
	struct ocpp16_meter_value *value = ARENA_NEW(arena, struct ocpp16_meter_value);
	struct ocpp16_sampled_value *list =
		ARENA_ARRAY(arena, struct ocpp16_sampled_value, reading->len + 1);
	struct buf text;

	if (!value || !list)
		return NULL;
	for (size_t i = 0; i < reading->len; i++) {
		const struct reading_value *one = &reading->values[i];
		buf_init(&text, arena, 32);
		buf_put_fixed(&text, one->value, one->scale);
		list[i] = (struct ocpp16_sampled_value){.value = buf_str(&text),
			.has_context = true,
			.context = ocpp16_contexts[reading->context],
			.has_measurand = true,
			.measurand = one->measurand,
			.has_unit = one->unit != 0,
			.unit = one->unit,
			.has_phase = one->phase != 0,
			.phase = one->phase};
	}
	value->timestamp_us = reading->at_us;
	value->sampled_value = list;
	value->sampled_value_len = reading->len;
	return value;
}

/* ---- calls ---- */

static int say_boot(struct talk *talk, void *out)
{
	const struct pile_config *config = &talk->pile->config;
	struct ocpp16_boot_notification_req *req = out;

	req->charge_point_vendor = config->vendor;
	req->charge_point_model = config->model;
	req->has_charge_point_serial_number = config->serial.len > 0;
	req->charge_point_serial_number = config->serial;
	req->has_firmware_version = config->firmware.len > 0;
	req->firmware_version = config->firmware;
	return 0;
}

static int say_nothing(struct talk *talk, void *out)
{
	(void)talk;
	(void)out;
	return 0;
}

/* How the car that is plugged in will be charged, in the place the standard has for words of the
 * maker's own. */
static void say_choice(struct talk *talk, struct ocpp16_status_notification_req *req)
{
	const struct outlet *outlet = pile_outlet(talk->pile, req->connector_id);
	char text[MODE_TEXT_MAX + 1];

	if (!outlet || outlet->evse.mode.plug == HAL_PLUG_NONE)
		return;
	mode_text(&outlet->evse.mode, text);
	req->has_info = req->has_vendor_id = true;
	req->info = str_dup(talk->arena, str_from(text));
	req->vendor_id = talk->pile->config.vendor;
}

/* An error beside any other status than Faulted is a warning. */
static void say_error(struct talk *talk, const char *error, const char *code, const char *info,
	struct ocpp16_status_notification_req *req)
{
	req->error_code = field_enum_value(&ocpp16_charge_point_error_code_names, str_from(error));
	req->has_info = req->has_vendor_id = req->has_vendor_error_code = true;
	req->info = str_from(info);
	req->vendor_id = talk->pile->config.vendor;
	req->vendor_error_code = str_from(code);
}

static int say_status(struct talk *talk, void *out)
{
	const struct status_note *note = talk->about->status;
	struct ocpp16_status_notification_req *req = out;

	req->connector_id = note->connector;
	req->error_code = OCPP16_CHARGE_POINT_ERROR_CODE_NO_ERROR;
	req->status = field_enum_value(&ocpp16_charge_point_status_names,
		str_from(evse_status((enum evse_state)note->state)));
	req->has_timestamp = true;
	req->timestamp_us = note->at_us;
	if (note->list_conflict)
		req->error_code = OCPP16_CHARGE_POINT_ERROR_CODE_LOCAL_LIST_CONFLICT;
	if (note->fault < PROTECT_KINDS) {
		const struct protect_row *row = protect_row((enum protect_kind)note->fault);
		say_error(talk, row->ocpp_error, row->code, row->info, req);
	} else if (note->easing != EASING_NONE) {
		const struct easing_row *row = easing_row((enum easing)note->easing);
		say_error(talk, "HighTemperature", row->code, row->info, req);
	} else {
		say_choice(talk, req);
	}
	return 0;
}

static int say_authorize(struct talk *talk, void *out)
{
	struct ocpp16_authorize_req *req = out;

	req->id_tag = ocpp16_tag(talk->about->tag);
	return 0;
}

static int say_meter(struct talk *talk, void *out)
{
	struct pile *pile = talk->pile;
	struct outlet *outlet = pile_outlet(pile, talk->about->connector);
	const struct spool_tx *tx = outlet->tx ? spool_tx(&pile->spool, outlet->tx) : NULL;
	struct ocpp16_meter_values_req *req = out;
	struct reading reading;

	reading_now(pile, outlet, &reading);
	req->connector_id = outlet->number;
	req->has_transaction_id = tx && tx->confirmed;
	req->transaction_id = tx && tx->confirmed ? tx->server_id : 0;
	req->meter_value = ocpp16_reading(talk->arena, &reading);
	req->meter_value_len = 1;
	return req->meter_value ? 0 : FAULT(FAULT_NOMEM, "no room for a reading");
}

static int say_start(struct talk *talk, void *out)
{
	const struct spool_entry *entry = talk->about->entry;
	struct ocpp16_start_transaction_req *req = out;

	req->connector_id = entry->connector;
	req->id_tag = ocpp16_tag(entry->tag);
	/* whole watt-hours, downwards at both ends: what is billed was measured */
	req->meter_start = entry->register_dwh / 10;
	req->timestamp_us = entry->at_us;
	req->has_reservation_id = entry->reservation >= 0;
	req->reservation_id = entry->reservation;
	return 0;
}

static int say_sample(struct talk *talk, void *out)
{
	const struct spool_entry *entry = talk->about->entry;
	struct ocpp16_meter_values_req *req = out;
	struct reading reading;

	reading_of_entry(talk->pile, entry, &reading);
	req->connector_id = entry->connector;
	req->has_transaction_id = true;
	req->transaction_id = spool_tx(&talk->pile->spool, entry->tx)->server_id;
	req->meter_value = ocpp16_reading(talk->arena, &reading);
	req->meter_value_len = 1;
	return req->meter_value ? 0 : FAULT(FAULT_NOMEM, "no room for a reading");
}

/* The energy register at begin and end, when StopTxnSampledData asks for it, and the same signed,
 * whenever there is a key to sign with. */
static bool ocpp16_moment(struct pile *pile, const struct spool_tx *tx, char why,
	const struct reading *reading, struct arena *arena, struct ocpp16_meter_value *ret)
{
	struct str line = attest_line(pile, tx->id, why);
	struct ocpp16_meter_value *value;

	if (!pile->keys.values[KEY_STOP_SAMPLED_DATA] && line.len == 0)
		return false;
	value = ocpp16_reading(arena, reading);
	if (!value)
		return false;
	if (line.len)
		value->sampled_value[value->sampled_value_len++] =
			(struct ocpp16_sampled_value){.value = line,
				.has_context = true,
				.context = ocpp16_contexts[reading->context],
				.has_format = true,
				.format = OCPP16_VALUE_FORMAT_SIGNED_DATA,
				.has_measurand = true,
				.measurand = OCPP16_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER};
	*ret = *value;
	return true;
}

static void ocpp16_stop_data(struct pile *pile, const struct spool_tx *tx,
	const struct spool_entry *entry, struct arena *arena,
	struct ocpp16_stop_transaction_req *req)
{
	struct ocpp16_meter_value *list = ARENA_ARRAY(arena, struct ocpp16_meter_value, 2);
	struct reading begin, end;
	size_t len = 0;

	if (!list)
		return;
	reading_of_register(tx->start_dwh, SPOOL_BEGIN, tx->started_us, &begin);
	reading_of_register(entry->register_dwh, SPOOL_END, entry->at_us, &end);
	len += ocpp16_moment(pile, tx, 'B', &begin, arena, &list[len]);
	len += ocpp16_moment(pile, tx, 'E', &end, arena, &list[len]);
	req->has_transaction_data = len > 0;
	req->transaction_data = list;
	req->transaction_data_len = len;
}

static int say_stop(struct talk *talk, void *out)
{
	const struct spool_entry *entry = talk->about->entry;
	const struct spool_tx *tx = spool_tx(&talk->pile->spool, entry->tx);
	struct ocpp16_stop_transaction_req *req = out;

	req->transaction_id = tx->server_id;
	req->has_id_tag = entry->tag[0] != 0;
	req->id_tag = ocpp16_tag(entry->tag);
	req->meter_stop = entry->register_dwh / 10;
	req->timestamp_us = entry->at_us;
	req->has_reason = true;
	req->reason = ocpp16_reasons[entry->why];
	ocpp16_stop_data(talk->pile, tx, entry, talk->arena, req);
	return 0;
}

static int say_vehicle(struct talk *talk, void *out)
{
	struct ocpp16_data_transfer_req *req = out;

	req->vendor_id = STR("leyden");
	req->has_message_id = true;
	req->message_id = STR("vehicle");
	req->has_data = true;
	req->data = autocharge_data(pile_outlet(talk->pile, talk->about->connector), talk->arena);
	return 0;
}

static int say_offline(struct talk *talk, void *out)
{
	struct ocpp16_data_transfer_req *req = out;

	req->vendor_id = STR("leyden");
	req->has_message_id = true;
	req->message_id = STR("offline-key");
	req->has_data = true;
	req->data = offline_offer(talk->pile->offline, talk->arena);
	return 0;
}

/* ---- answers ---- */

static void ocpp16_remember(
	struct pile *pile, const char *tag, const struct ocpp16_id_tag_info *info)
{
	struct tag_verdict verdict = {.status = info->status,
		.expiry_us = info->has_expiry_date ? info->expiry_date_us : INT64_MAX};

	if (info->has_parent_id_tag && info->parent_id_tag.len <= HAL_TAG_MAX)
		memcpy(verdict.parent, info->parent_id_tag.ptr, info->parent_id_tag.len);
	pile_card_told(pile, tag, &verdict);
}

static bool hear_boot(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp16_boot_notification_conf *conf = in;

	(void)talk;
	ret->boot = conf->status;
	ret->interval_s = conf->interval;
	ret->time_us = conf->current_time_us;
	return true;
}

static bool hear_heartbeat(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp16_heartbeat_conf *conf = in;

	(void)talk;
	ret->time_us = conf->current_time_us;
	return true;
}

static bool hear_authorize(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp16_authorize_conf *conf = in;

	ocpp16_remember(talk->pile, talk->pile->link.call.tag, &conf->id_tag_info);
	ret->tag_status = conf->id_tag_info.status;
	return true;
}

static bool hear_start(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp16_start_transaction_conf *conf = in;
	const struct spool_entry *head = spool_head(&talk->pile->spool);
	bool accepted = conf->id_tag_info.status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED;

	if (spool_confirm(&talk->pile->spool, head->tx, conf->transaction_id, accepted) < 0)
		return false;
	ocpp16_remember(talk->pile, head->tag, &conf->id_tag_info);
	ret->tag_status = conf->id_tag_info.status;
	return true;
}

static bool hear_stop(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp16_stop_transaction_conf *conf = in;

	(void)ret;
	if (conf->has_id_tag_info)
		ocpp16_remember(
			talk->pile, spool_head(&talk->pile->spool)->tag, &conf->id_tag_info);
	return true;
}

static bool hear_offline(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp16_data_transfer_conf *conf = in;

	(void)ret;
	if (!offline_answered(talk->pile->offline, conf->data, talk->arena))
		LOG_INFO(
			"no keys for offline codes", "pile=%.*s", STR_FMT(talk->pile->config.name));
	return true;
}

/* ---- the tables ---- */

static const struct talk_say ocpp16_say_rows[] = {
	{CALL_BOOT, "BootNotification", say_boot, hear_boot},
	{CALL_HEARTBEAT, "Heartbeat", say_nothing, hear_heartbeat},
	{CALL_STATUS, "StatusNotification", say_status, NULL},
	{CALL_AUTHORIZE, "Authorize", say_authorize, hear_authorize},
	{CALL_METER, "MeterValues", say_meter, NULL},
	{CALL_START, "StartTransaction", say_start, hear_start},
	{CALL_SAMPLE, "MeterValues", say_sample, NULL},
	{CALL_STOP, "StopTransaction", say_stop, hear_stop},
	{CALL_VEHICLE, "DataTransfer", say_vehicle, NULL},
	{CALL_OFFLINE, "DataTransfer", say_offline, hear_offline},
};
static const struct talk_says ocpp16_says = TALK_ROWS(ocpp16_say_rows);
static const struct talk_says *const ocpp16_say_lists[] = {
	&ocpp16_says, &ocpp16_security_says, &ocpp16_care_says, NULL};
static const struct talk_orders *const ocpp16_order_lists[] = {&ocpp16_orders, &ocpp16_lists,
	&ocpp16_security, &ocpp16_care, &ocpp16_profile_orders, NULL};

static bool ocpp16_records(
	struct str action, const struct record **ret_req, const struct record **ret_conf)
{
	const struct ocpp16_action *known = ocpp16_action_find(action);

	if (!known)
		return false;
	*ret_req = known->req;
	*ret_conf = known->conf;
	return true;
}

const struct talk_version talk_16 = {
	.version = OCPP_16,
	.says = ocpp16_say_lists,
	.orders = ocpp16_order_lists,
	.records = ocpp16_records,
};
