/* ocpp16.c - the pile's own calls as OCPP 1.6 messages, and their answers (see talk.h). */
#include "pile/ocpp16.h"

#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/attest.h"
#include "pile/offline.h"
#include "pile/tags.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp16/core.h"

#define OCPP16_SAMPLES_OF_ONE 16

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
	OCPP16_REASON_LOCAL,
	OCPP16_REASON_REMOTE,
	OCPP16_REASON_EV_DISCONNECTED,
	OCPP16_REASON_DE_AUTHORIZED,
	OCPP16_REASON_EMERGENCY_STOP,
	OCPP16_REASON_HARD_RESET,
	OCPP16_REASON_SOFT_RESET,
	OCPP16_REASON_POWER_LOSS,
	OCPP16_REASON_REBOOT,
	OCPP16_REASON_UNLOCK_COMMAND,
	OCPP16_REASON_OTHER,
};

/* ---- readings ---- */

struct samples {
	struct arena *arena;
	struct ocpp16_sampled_value *list;
	size_t len;
	int context;
};

/* `value` has `scale` digits behind the point; zeros at the end are dropped. */
static void sample_add(
	struct samples *samples, int measurand, int unit, int phase, int64_t value, int scale)
{
	struct ocpp16_sampled_value *one;
	struct buf text;

	if (samples->len == OCPP16_SAMPLES_OF_ONE)
		return;
	while (scale > 0 && value % 10 == 0) {
		value /= 10;
		scale--;
	}
	buf_init(&text, samples->arena, 32);
	buf_put_fixed(&text, value, scale);
	one = &samples->list[samples->len++];
	one->value = buf_str(&text);
	one->has_context = true;
	one->context = samples->context;
	one->has_measurand = true;
	one->measurand = measurand;
	one->has_unit = unit != 0;
	one->unit = unit;
	one->has_phase = phase != 0;
	one->phase = phase;
}

static void sample_phases(struct samples *samples, int measurand, int unit, const int phases[3],
	const int32_t values[HAL_PHASES], const int32_t present[HAL_PHASES])
{
	for (int i = 0; i < HAL_PHASES; i++)
		if (present[i] != 0)
			sample_add(samples, measurand, unit, phases[i], values[i], 3);
}

struct reading {
	const struct hal_meter *meter;
	int64_t register_dwh;
	int32_t temperature_mc;
	int32_t offered_ma;
	int64_t measurands;
};

static void sample_all(struct samples *samples, const struct reading *reading)
{
	static const int to_neutral[3] = {OCPP16_PHASE_L1_N, OCPP16_PHASE_L2_N, OCPP16_PHASE_L3_N};
	static const int lines[3] = {OCPP16_PHASE_L1, OCPP16_PHASE_L2, OCPP16_PHASE_L3};
	const struct hal_meter *meter = reading->meter;
	int64_t set = reading->measurands;
#define WANTED(name) (set & INT64_C(1) << OCPP16_MEASURAND_##name)

	if (WANTED(ENERGY_ACTIVE_IMPORT_REGISTER))
		sample_add(samples, OCPP16_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER,
			OCPP16_UNIT_OF_MEASURE_WH, 0, reading->register_dwh, 1);
	if (WANTED(POWER_ACTIVE_IMPORT))
		sample_add(samples, OCPP16_MEASURAND_POWER_ACTIVE_IMPORT, OCPP16_UNIT_OF_MEASURE_W,
			0, meter->power_mw / 1000, 0);
	if (WANTED(VOLTAGE))
		sample_phases(samples, OCPP16_MEASURAND_VOLTAGE, OCPP16_UNIT_OF_MEASURE_V,
			to_neutral, meter->voltage_mv, meter->voltage_mv);
	if (WANTED(CURRENT_IMPORT))
		sample_phases(samples, OCPP16_MEASURAND_CURRENT_IMPORT,
			OCPP16_UNIT_OF_MEASURE_AMPERE, lines, meter->current_ma, meter->voltage_mv);
	if (WANTED(CURRENT_OFFERED))
		sample_add(samples, OCPP16_MEASURAND_CURRENT_OFFERED, OCPP16_UNIT_OF_MEASURE_AMPERE,
			0, reading->offered_ma, 3);
	if (WANTED(SOC) && meter->soc_percent >= 0)
		sample_add(samples, OCPP16_MEASURAND_SOC, OCPP16_UNIT_OF_MEASURE_PERCENT, 0,
			meter->soc_percent, 0);
	if (WANTED(TEMPERATURE) && reading->temperature_mc != HAL_ABSENT)
		sample_add(samples, OCPP16_MEASURAND_TEMPERATURE, OCPP16_UNIT_OF_MEASURE_CELSIUS, 0,
			reading->temperature_mc / 100, 1);
	if (WANTED(FREQUENCY) && meter->frequency_mhz > 0)
		sample_add(samples, OCPP16_MEASURAND_FREQUENCY, 0, 0, meter->frequency_mhz, 3);
#undef WANTED
}

/* One meterValue; the energy register stands in for an empty choice, because a list may not be
 * empty. */
static struct ocpp16_meter_value *ocpp16_reading(struct arena *arena, const struct reading *reading,
	enum spool_context context, int64_t at_us)
{
	struct ocpp16_meter_value *value = ARENA_NEW(arena, struct ocpp16_meter_value);
	struct samples samples = {.arena = arena,
		.list = ARENA_ARRAY(arena, struct ocpp16_sampled_value, OCPP16_SAMPLES_OF_ONE),
		.context = ocpp16_contexts[context]};

	if (!value || !samples.list)
		return NULL;
	sample_all(&samples, reading);
	if (samples.len == 0)
		sample_add(&samples, OCPP16_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER,
			OCPP16_UNIT_OF_MEASURE_WH, 0, reading->register_dwh, 1);
	value->timestamp_us = at_us;
	value->sampled_value = samples.list;
	value->sampled_value_len = samples.len;
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
		req->error_code = field_enum_value(
			&ocpp16_charge_point_error_code_names, str_from(row->ocpp_error));
		req->has_info = req->has_vendor_id = req->has_vendor_error_code = true;
		req->info = str_from(row->info);
		req->vendor_id = talk->pile->config.vendor;
		req->vendor_error_code = str_from(row->code);
	}
	return 0;
}

static int say_authorize(struct talk *talk, void *out)
{
	struct ocpp16_authorize_req *req = out;

	req->id_tag = str_from(talk->about->tag);
	return 0;
}

static int say_meter(struct talk *talk, void *out)
{
	struct pile *pile = talk->pile;
	struct outlet *outlet = pile_outlet(pile, talk->about->connector);
	struct hal_meter values = meter_values(&outlet->evse.meter, pile->ticks_us);
	const struct spool_tx *tx = outlet->tx ? spool_tx(&pile->spool, outlet->tx) : NULL;
	struct reading reading = {&values, values.register_dwh, outlet->evse.connector_mc,
		outlet->evse.limit_ma, pile->keys.values[KEY_SAMPLED_DATA]};
	struct ocpp16_meter_values_req *req = out;

	req->connector_id = outlet->number;
	req->has_transaction_id = tx && tx->confirmed;
	req->transaction_id = tx && tx->confirmed ? tx->server_id : 0;
	req->meter_value = ocpp16_reading(talk->arena, &reading, SPOOL_TRIGGER, pile->now_us);
	req->meter_value_len = 1;
	return req->meter_value ? 0 : FAULT(FAULT_NOMEM, "no room for a reading");
}

static int say_start(struct talk *talk, void *out)
{
	const struct spool_entry *entry = talk->about->entry;
	struct ocpp16_start_transaction_req *req = out;

	req->connector_id = entry->connector;
	req->id_tag = str_from(entry->tag);
	/* whole watt-hours, downwards at both ends: what is billed was measured */
	req->meter_start = entry->register_dwh / 10;
	req->timestamp_us = entry->at_us;
	req->has_reservation_id = entry->reservation >= 0;
	req->reservation_id = entry->reservation;
	return 0;
}

static int say_sample(struct talk *talk, void *out)
{
	struct pile *pile = talk->pile;
	const struct spool_entry *entry = talk->about->entry;
	const struct outlet *outlet = pile_outlet(pile, entry->connector);
	enum key_id key = entry->why == SPOOL_CLOCK ? KEY_ALIGNED_DATA : KEY_SAMPLED_DATA;
	struct reading reading = {&entry->meter, entry->register_dwh, entry->temperature_mc,
		outlet ? outlet->evse.limit_ma : 0, pile->keys.values[key]};
	struct ocpp16_meter_values_req *req = out;

	req->connector_id = entry->connector;
	req->has_transaction_id = true;
	req->transaction_id = spool_tx(&pile->spool, entry->tx)->server_id;
	req->meter_value =
		ocpp16_reading(talk->arena, &reading, (enum spool_context)entry->why, entry->at_us);
	req->meter_value_len = 1;
	return req->meter_value ? 0 : FAULT(FAULT_NOMEM, "no room for a reading");
}

/* The energy register at begin and end, when StopTxnSampledData asks for it, and the same signed,
 * whenever there is a key to sign with. */
static bool ocpp16_moment(struct pile *pile, const struct spool_tx *tx, char why,
	const struct reading *reading, int64_t at_us, struct arena *arena,
	struct ocpp16_meter_value *ret)
{
	enum spool_context context = why == 'B' ? SPOOL_BEGIN : SPOOL_END;
	struct str line = attest_line(pile, tx->id, why);
	struct ocpp16_meter_value *value;

	if (!pile->keys.values[KEY_STOP_SAMPLED_DATA] && line.len == 0)
		return false;
	value = ocpp16_reading(arena, reading, context, at_us);
	if (!value)
		return false;
	if (line.len && value->sampled_value_len < OCPP16_SAMPLES_OF_ONE)
		value->sampled_value[value->sampled_value_len++] =
			(struct ocpp16_sampled_value){.value = line,
				.has_context = true,
				.context = ocpp16_contexts[context],
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
	const struct hal_meter none = {.soc_percent = -1};
	struct reading begin = {.meter = &none, .register_dwh = tx->start_dwh};
	struct reading end = {.meter = &none, .register_dwh = entry->register_dwh};
	struct ocpp16_meter_value *list = ARENA_ARRAY(arena, struct ocpp16_meter_value, 2);
	size_t len = 0;

	if (!list)
		return;
	begin.temperature_mc = end.temperature_mc = HAL_ABSENT;
	len += ocpp16_moment(pile, tx, 'B', &begin, tx->started_us, arena, &list[len]);
	len += ocpp16_moment(pile, tx, 'E', &end, entry->at_us, arena, &list[len]);
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
	req->id_tag = str_from(entry->tag);
	req->meter_stop = entry->register_dwh / 10;
	req->timestamp_us = entry->at_us;
	req->has_reason = true;
	req->reason = ocpp16_reasons[entry->why];
	ocpp16_stop_data(talk->pile, tx, entry, talk->arena, req);
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
	{CALL_OFFLINE, "DataTransfer", say_offline, hear_offline},
};
static const struct talk_says ocpp16_says = TALK_ROWS(ocpp16_say_rows);
static const struct talk_says *const ocpp16_say_lists[] = {
	&ocpp16_says, &ocpp16_security_says, NULL};
static const struct talk_orders *const ocpp16_order_lists[] = {
	&ocpp16_orders, &ocpp16_lists, &ocpp16_security, &ocpp16_profile_orders, NULL};

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
