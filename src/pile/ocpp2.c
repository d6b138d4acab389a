/* ocpp2.c - what the pile says in OCPP 2.x outside transactions, and the tables of both versions
 * (see ocpp2.h). */
#include "pile/ocpp2.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/offline.h"
#include "pile/ocpp2_parts.h"
#include "pile/told.h"
#include "wire/ocpp16/enums.h"
#include "wire/ocpp2/action.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/diagnostics.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/remote.h"

/* ---- names and places ---- */

static uint64_t name_identity(const struct pile *pile)
{
	return pile->spool.journal.identity & 0xffffffffffULL;
}

struct str ocpp2_name(const struct pile *pile, int64_t tx, struct arena *arena)
{
	return str_format(
		arena, "%llx-%lld", (unsigned long long)name_identity(pile), (long long)tx);
}

int64_t ocpp2_tx(const struct pile *pile, struct str name)
{
	char ours[16];
	int len = snprintf(ours, sizeof(ours), "%llx-", (unsigned long long)name_identity(pile));
	int64_t tx;

	if (!str_starts(name, (struct str){ours, (size_t)len}) ||
		!str_to_i64(str_slice(name, (size_t)len, name.len), &tx) || tx <= 0)
		return 0;
	return tx;
}

struct outlet *ocpp2_outlet(struct pile *pile, const struct ocpp2_evse *evse)
{
	return evse->has_connector_id && evse->connector_id != 1 ? NULL
								 : pile_outlet(pile, evse->id);
}

struct ocpp2_evse ocpp2_evse_of(int64_t connector)
{
	return (struct ocpp2_evse){.id = connector, .has_connector_id = true, .connector_id = 1};
}

/* ---- tokens ---- */

/* By enum token_kind. */
static const char *const token_words[TOKEN_KINDS] = {
	[TOKEN_CARD] = "ISO14443",
	[TOKEN_CENTRAL] = "Central",
	[TOKEN_EMAID] = "eMAID",
	[TOKEN_CARD_15693] = "ISO15693",
	[TOKEN_KEY_CODE] = "KeyCode",
	[TOKEN_LOCAL] = "Local",
	[TOKEN_MAC] = "MacAddress",
	[TOKEN_NONE] = "NoAuthorization",
};

struct ocpp2_id_token ocpp2_token(const char *tag, int kind)
{
	ASSERT(kind >= 0 && kind < TOKEN_KINDS);
	/* a car without network has no address: its tag is a name that the server gave a meaning */
	if (kind == TOKEN_MAC && strncmp(tag, "VIN:", 4) == 0)
		kind = TOKEN_CENTRAL;
	return (struct ocpp2_id_token){
		.id_token = str_from(tag), .type = str_from(token_words[kind])};
}

int ocpp2_token_kind(struct str type)
{
	for (int kind = 0; kind < TOKEN_KINDS; kind++)
		if (str_is(type, token_words[kind]))
			return kind;
	return TOKEN_CENTRAL;
}

int ocpp2_token_lasting(int status)
{
	switch (status) {
	case OCPP2_AUTHORIZATION_STATUS_ACCEPTED:
		return OCPP16_AUTHORIZATION_STATUS_ACCEPTED;
	case OCPP2_AUTHORIZATION_STATUS_BLOCKED:
		return OCPP16_AUTHORIZATION_STATUS_BLOCKED;
	case OCPP2_AUTHORIZATION_STATUS_EXPIRED:
		return OCPP16_AUTHORIZATION_STATUS_EXPIRED;
	case OCPP2_AUTHORIZATION_STATUS_INVALID:
	case OCPP2_AUTHORIZATION_STATUS_UNKNOWN:
		return OCPP16_AUTHORIZATION_STATUS_INVALID;
	default:
		return 0;
	}
}

static bool token_here(const struct ocpp2_id_token_info *info, int64_t connector)
{
	for (size_t i = 0; i < info->evse_id_len; i++)
		if (info->evse_id[i] == connector)
			return true;
	return !info->has_evse_id;
}

int ocpp2_token_info(struct talk *talk, const char *tag, int64_t connector,
	const struct ocpp2_id_token_info *info)
{
	struct pile *pile = talk->pile;
	int lasting = ocpp2_token_lasting(info->status);
	struct tag_verdict verdict = {.status = lasting,
		.expiry_us = info->has_cache_expiry_date_time ? info->cache_expiry_date_time_us
							      : INT64_MAX};

	if (info->has_group_id_token && info->group_id_token.id_token.len <= HAL_TAG_MAX)
		memcpy(verdict.parent, info->group_id_token.id_token.ptr,
			info->group_id_token.id_token.len);
	/* good at some outlets only is nothing to remember */
	if (lasting && !info->has_evse_id)
		pile_card_told(pile, tag, &verdict);
	if (info->status == OCPP2_AUTHORIZATION_STATUS_CONCURRENT_TX)
		return OCPP16_AUTHORIZATION_STATUS_CONCURRENT_TX;
	return lasting && token_here(info, connector) ? lasting
						      : OCPP16_AUTHORIZATION_STATUS_INVALID;
}

/* ---- calls ---- */

static int say_boot(struct talk *talk, void *out)
{
	static const int reasons[] = {
		[BOOT_POWER_UP] = OCPP2_BOOT_REASON_POWER_UP,
		[BOOT_REMOTE_RESET] = OCPP2_BOOT_REASON_REMOTE_RESET,
		[BOOT_SCHEDULED_RESET] = OCPP2_BOOT_REASON_SCHEDULED_RESET,
		[BOOT_FIRMWARE] = OCPP2_BOOT_REASON_FIRMWARE_UPDATE,
		[BOOT_TRIGGERED] = OCPP2_BOOT_REASON_TRIGGERED,
	};
	const struct pile_config *config = &talk->pile->config;
	struct ocpp2_boot_notification_req *req = out;
	struct ocpp2_charging_station *station = &req->charging_station;

	station->model = config->model;
	station->vendor_name = config->vendor;
	station->has_serial_number = config->serial.len > 0;
	station->serial_number = config->serial;
	station->has_firmware_version = config->firmware.len > 0;
	station->firmware_version = config->firmware;
	req->reason =
		reasons[talk->pile->link.boot_wish ? BOOT_TRIGGERED : talk->pile->link.boot_reason];
	return 0;
}

static bool hear_boot(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_boot_notification_conf *conf = in;

	(void)talk;
	/* both versions have the same three words */
	ret->boot = field_enum_value(&ocpp16_registration_status_names,
		field_enum_name(&ocpp2_registration_status_enum_21_names, conf->status));
	ret->interval_s = conf->interval;
	ret->time_us = conf->current_time_us;
	return true;
}

static int say_heartbeat(struct talk *talk, void *out)
{
	(void)talk;
	(void)out;
	return 0;
}

static bool hear_heartbeat(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_heartbeat_conf *conf = in;

	(void)talk;
	ret->time_us = conf->current_time_us;
	return true;
}

int ocpp2_choice(struct arena *arena, const struct mode_choice *choice, bool *ret_has,
	struct ocpp2_custom_data *ret)
{
	char text[MODE_TEXT_MAX + 1];

	mode_choice_text(choice, text);
	*ret_has = ret->has_choice = text[0] != 0;
	ret->vendor_id = STR("leyden");
	ret->choice = str_dup(arena, str_from(text));
	return ret->choice.ptr ? 0 : FAULT(FAULT_NOMEM, "no room for a choice");
}

/* The pile as a whole has no connector: its availability is a variable. */
static int say_status(struct talk *talk, void *out)
{
	const struct status_note *note = talk->about->status;
	const struct outlet *outlet = pile_outlet(talk->pile, note->connector);
	struct ocpp2_status_notification_req *req = out;
	struct mode_choice choice;

	if (!outlet)
		return TALK_UNSAID;
	choice = mode_chosen(&outlet->evse.mode);
	req->timestamp_us = note->at_us;
	req->connector_status = field_enum_value(&ocpp2_connector_status_enum_21_names,
		str_from(evse_taken((enum evse_state)note->state)));
	req->evse_id = note->connector;
	req->connector_id = 1;
	return ocpp2_choice(talk->arena, &choice, &req->has_custom_data, &req->custom_data);
}

/* Beside a car's address: its second identity, and that its addresses differ. */
static int token_of_vehicle(struct talk *talk, struct ocpp2_id_token *token)
{
	struct outlet *outlet = pile_outlet(talk->pile, talk->about->connector);
	struct ocpp2_additional_info *list =
		ARENA_ARRAY(talk->arena, struct ocpp2_additional_info, 2);
	struct autocharge *car = &outlet->autocharge;
	size_t len = 0;

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for a car");
	if (car->second[0])
		list[len++] = (struct ocpp2_additional_info){
			.additional_id_token = str_from(car->second),
			.type = str_format(talk->arena, "leyden-%s", autocharge_kind(outlet))};
	if (car->contradicts)
		list[len++] = (struct ocpp2_additional_info){
			.additional_id_token = STR("true"), .type = STR("leyden-contradiction")};
	token->has_additional_info = len > 0;
	token->additional_info = list;
	token->additional_info_len = len;
	car->told = true;
	return 0;
}

static int say_authorize(struct talk *talk, void *out)
{
	const struct outlet *outlet = pile_outlet(talk->pile, talk->about->connector);
	struct ocpp2_authorize_req *req = out;

	req->id_token = ocpp2_token(talk->about->tag, outlet ? outlet->claim_from.token : 0);
	if (outlet && contract_owns(outlet))
		return ocpp2_say_contract(talk, outlet, req);
	return outlet && autocharge_owns(outlet) ? token_of_vehicle(talk, &req->id_token) : 0;
}

static bool hear_authorize(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_authorize_conf *conf = in;
	const struct link *link = &talk->pile->link;

	struct outlet *outlet = pile_outlet(talk->pile, link->call.connector);

	/* what a bad certificate brought about says nothing of the number in it */
	if (outlet && contract_owns(outlet) && !ocpp2_hear_contract(talk, outlet, conf))
		ret->tag_status = OCPP16_AUTHORIZATION_STATUS_INVALID;
	else
		ret->tag_status = ocpp2_token_info(
			talk, link->call.tag, link->call.connector, &conf->id_token_info);
	return true;
}

static int say_meter(struct talk *talk, void *out)
{
	struct ocpp2_meter_values_req *req = out;
	struct outlet *outlet = pile_outlet(talk->pile, talk->about->connector);
	struct reading reading;

	reading_now(talk->pile, outlet, &reading);
	req->evse_id = outlet->number;
	req->meter_value = ARENA_NEW(talk->arena, struct ocpp2_meter_value);
	req->meter_value_len = 1;
	return req->meter_value ? ocpp2_reading(talk->arena, &reading, req->meter_value)
				: FAULT(FAULT_NOMEM, "no room for a reading");
}

/* Only our own server knows these: a text in a text, as in 1.6. */
static int say_own(struct talk *talk, const char *message, struct str text,
	struct ocpp2_data_transfer_req *req)
{
	struct json_out json;
	struct buf data;

	buf_init(&data, talk->arena, LIMIT_FRAME_BYTES);
	json_out_init(&json, &data);
	json_put_str(&json, NULL, text);
	req->vendor_id = STR("leyden");
	req->has_message_id = true;
	req->message_id = str_from(message);
	req->has_data = true;
	req->data = buf_str(&data);
	return 0;
}

static int say_offline(struct talk *talk, void *out)
{
	return say_own(talk, "offline-key", offline_offer(talk->pile->offline, talk->arena), out);
}

/* What became known of a car after it was asked about. */
static int say_vehicle(struct talk *talk, void *out)
{
	struct outlet *outlet = pile_outlet(talk->pile, talk->about->connector);

	return say_own(talk, "vehicle", autocharge_data(outlet, talk->arena), out);
}

static bool hear_offline(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_data_transfer_conf *conf = in;

	(void)ret;
	if (!offline_answered(
		    talk->pile->offline, ocpp2_data_text(conf->data, talk->arena), talk->arena))
		LOG_INFO(
			"no keys for offline codes", "pile=%.*s", STR_FMT(talk->pile->config.name));
	return true;
}

struct str ocpp2_data_text(struct str data, struct arena *arena)
{
	struct json json;
	struct str text;

	json_init(&json, data, arena);
	return data.len > 0 && data.ptr[0] == '"' && json_str(&json, &text) ? text : data;
}

/* ---- events ---- */

/* What came or went at an outlet: the variable of the model that tells the same, and our code. */
static int say_problem(struct talk *talk, const struct pile_alert *event, const char *component,
	const char *variable, const char *code, const char *info, struct ocpp2_event_data *data)
{
	struct model_name name = {.component = str_from(component),
		.variable = str_from(variable),
		.evse = event->connector};
	struct model_variable found;

	if (model_find(talk->pile, &name, &found) != MODEL_FOUND)
		return FAULT(FAULT_BUG, "no variable %s of %s", variable, component);
	ocpp2_model_names(&found, &data->component, &data->variable);
	data->trigger = OCPP2_EVENT_TRIGGER_ALERTING;
	data->event_notification_type = OCPP2_EVENT_NOTIFICATION_HARD_WIRED_NOTIFICATION;
	data->has_tech_code = data->has_tech_info = true;
	data->tech_code = str_from(code);
	data->tech_info = str_from(info);
	data->has_cleared = event->cleared;
	data->cleared = event->cleared;
	data->has_severity = true;
	data->severity = pile_alert_severity(talk->pile, event);
	data->actual_value = event->value[0]  ? str_from(event->value)
			     : event->cleared ? STR("false")
					      : STR("true");
	return 0;
}

static int say_event_data(
	struct talk *talk, const struct pile_alert *event, struct ocpp2_event_data *data)
{
	if (event->protect < PROTECT_KINDS) {
		const struct protect_row *row = protect_row((enum protect_kind)event->protect);
		return say_problem(
			talk, event, row->component, row->variable, row->code, row->info, data);
	}
	if (event->easing != EASING_NONE) {
		const struct easing_row *row = easing_row((enum easing)event->easing);
		return say_problem(
			talk, event, row->component, row->variable, row->code, row->info, data);
	}
	return ocpp2_monitor_event(talk, event, data);
}

static int say_event(struct talk *talk, void *out)
{
	const struct pile *pile = talk->pile;
	const struct pile_alert *event = &pile->alerts[0];
	struct ocpp2_notify_event_req *req = out;
	struct ocpp2_event_data *data = ARENA_NEW(talk->arena, struct ocpp2_event_data);

	if (!data)
		return FAULT(FAULT_NOMEM, "no room for an event");
	req->generated_at_us = pile->now_us;
	req->event_data = data;
	req->event_data_len = 1;
	data->event_id = pile->alerts_told + 1;
	data->timestamp_us = event->at_us;
	data->has_transaction_id = event->tx != 0;
	data->transaction_id = event->tx ? ocpp2_name(pile, event->tx, talk->arena) : STR_NULL;
	return say_event_data(talk, event, data);
}

static bool hear_event(struct talk *talk, const void *in, struct talk_heard *ret)
{
	struct pile *pile = talk->pile;

	(void)in;
	(void)ret;
	pile_alert_done(pile);
	return true;
}

/* ---- the tables ---- */

static const struct talk_say ocpp2_say_rows[] = {
	{CALL_BOOT, "BootNotification", say_boot, hear_boot},
	{CALL_HEARTBEAT, "Heartbeat", say_heartbeat, hear_heartbeat},
	{CALL_STATUS, "StatusNotification", say_status, NULL},
	{CALL_AUTHORIZE, "Authorize", say_authorize, hear_authorize},
	{CALL_METER, "MeterValues", say_meter, NULL},
	{CALL_VEHICLE, "DataTransfer", say_vehicle, NULL},
	{CALL_OFFLINE, "DataTransfer", say_offline, hear_offline},
	{CALL_ALERT, "NotifyEvent", say_event, hear_event},
};
static const struct talk_says ocpp2_says = TALK_ROWS(ocpp2_say_rows);
static const struct talk_says *const ocpp2_say_lists[] = {&ocpp2_says, &ocpp2_transaction_says,
	&ocpp2_model_says, &ocpp2_monitor_says, &ocpp2_stream_says, &ocpp2_care_says,
	&ocpp2_profile_says, &ocpp2_board_says, &ocpp2_customer_says, &ocpp2_energy_says,
	&ocpp2_needs_says, &ocpp2_der_says, &ocpp2_contract_says, NULL};
static const struct talk_orders *const ocpp2_order_lists[] = {&ocpp2_orders, &ocpp2_model_orders,
	&ocpp2_monitor_orders, &ocpp2_stream_orders, &ocpp2_care_orders, &ocpp2_profile_orders,
	&ocpp2_tariff_orders, &ocpp2_board_orders, &ocpp2_customer_orders, &ocpp2_network_orders,
	&ocpp2_energy_orders, &ocpp2_der_orders, NULL};

static bool ocpp2_records(enum ocpp_version version, struct str action,
	const struct record **ret_req, const struct record **ret_conf)
{
	const struct ocpp2_action *known = ocpp2_action_find(version, action);

	if (!known)
		return false;
	*ret_req = ocpp2_action_req(version, known);
	*ret_conf = ocpp2_action_conf(version, known);
	return true;
}

static bool records_201(
	struct str action, const struct record **ret_req, const struct record **ret_conf)
{
	return ocpp2_records(OCPP_201, action, ret_req, ret_conf);
}

static bool records_21(
	struct str action, const struct record **ret_req, const struct record **ret_conf)
{
	return ocpp2_records(OCPP_21, action, ret_req, ret_conf);
}

const struct talk_version talk_201 = {.version = OCPP_201,
	.says = ocpp2_say_lists,
	.orders = ocpp2_order_lists,
	.records = records_201};
const struct talk_version talk_21 = {.version = OCPP_21,
	.says = ocpp2_say_lists,
	.orders = ocpp2_order_lists,
	.records = records_21};
