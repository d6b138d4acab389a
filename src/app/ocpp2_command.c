/* ocpp2_command.c - what a 2.x pile is told. Commands in the words of the house (OCPP 1.6) are
 * worded anew, row by row of the table below, and the pile's answer is worded back, so that every
 * conversation that gives commands works with any version. Commands in 2.x words go as they are. */
#include "app/charging.h"
#include "app/costs.h"
#include "app/devices.h"
#include "app/ocpp16.h"
#include "app/ocpp2_ask.h"
#include "app/ocpp2_command.h"
#include "app/ocpp2_parts.h"
#include "app/ocpp2_tariff.h"
#include "base/fault.h"
#include "base/limits.h"
#include "store/command.h"
#include "store/order.h"
#include "store/transaction.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp2/action.h"
#include "wire/ocpp2/remote.h"

#define ENCODE_E_UNSAID 1 /* no words for it in this version */
#define KEYS_MOST 100     /* of one question for settings */

/* --- the two that charging gives --- */

static int say_start(struct saying *saying)
{
	const struct ocpp16_remote_start_transaction_req *house = saying->house;
	struct ocpp2_request_start_transaction_req *req =
		saying_new(saying, "RequestStartTransaction");
	int64_t outlet;

	req->id_token.id_token = house->id_tag;
	req->id_token.type = STR("Central");
	req->remote_start_id = ocpp2_start_id(
		saying->command->order_id != 0 ? saying->command->order_id : saying->command->id);
	req->has_evse_id = house->has_connector_id && house->connector_id > 0;
	req->has_charging_profile = house->has_charging_profile;
	if (house->has_charging_profile)
		TRY(ocpp2_say_profile(saying, &house->charging_profile, &req->charging_profile));
	if (!req->has_evse_id)
		return 0;
	return store_outlet_at(saying->ctx->db, saying->command->pile_id, house->connector_id,
		&req->evse_id, &outlet);
}

static int say_stop(struct saying *saying)
{
	const struct ocpp16_remote_stop_transaction_req *house = saying->house;
	struct ocpp2_request_stop_transaction_req *req =
		saying_new(saying, "RequestStopTransaction");
	int found = store_transaction_name(saying->ctx->db, saying->ctx->arena,
		saying->command->pile_id, house->transaction_id, &req->transaction_id);

	TRY(found);
	return found == 0 ? 0 : ENCODE_E_UNSAID;
}

/* --- what operators do --- */

static int say_reset(struct saying *saying)
{
	const struct ocpp16_reset_req *house = saying->house;
	struct ocpp2_reset_req *req = saying_new(saying, "Reset");

	req->type =
		house->type == OCPP16_RESET_TYPE_HARD ? OCPP2_RESET_IMMEDIATE : OCPP2_RESET_ON_IDLE;
	return 0;
}

static int say_unlock(struct saying *saying)
{
	const struct ocpp16_unlock_connector_req *house = saying->house;
	struct ocpp2_unlock_connector_req *req = saying_new(saying, "UnlockConnector");

	return store_outlet_at(saying->ctx->db, saying->command->pile_id, house->connector_id,
		&req->evse_id, &req->connector_id);
}

static int say_availability(struct saying *saying)
{
	const struct ocpp16_change_availability_req *house = saying->house;
	struct ocpp2_change_availability_req *req = saying_new(saying, "ChangeAvailability");

	req->operational_status = house->type == OCPP16_AVAILABILITY_TYPE_OPERATIVE
					  ? OCPP2_OPERATIONAL_STATUS_OPERATIVE
					  : OCPP2_OPERATIONAL_STATUS_INOPERATIVE;
	req->has_evse = house->connector_id > 0;
	if (!req->has_evse)
		return 0;
	req->evse.has_connector_id = true;
	return store_outlet_at(saying->ctx->db, saying->command->pile_id, house->connector_id,
		&req->evse.id, &req->evse.connector_id);
}

int ocpp2_say_trigger(
	struct saying *saying, struct str wanted, bool has_connector, int64_t connector_no)
{
	struct ocpp2_trigger_message_req *req = saying_new(saying, "TriggerMessage");

	req->requested_message = field_enum_value(&ocpp2_message_trigger_enum_201_names, wanted);
	req->has_evse = has_connector;
	if (!has_connector)
		return 0;
	req->evse.has_connector_id = true;
	return store_outlet_at(saying->ctx->db, saying->command->pile_id, connector_no,
		&req->evse.id, &req->evse.connector_id);
}

static int say_trigger(struct saying *saying)
{
	const struct ocpp16_trigger_message_req *house = saying->house;
	struct str wanted =
		field_enum_name(&ocpp16_message_trigger_names, house->requested_message);

	if (str_is(wanted, "DiagnosticsStatusNotification"))
		wanted = STR("LogStatusNotification");
	return ocpp2_say_trigger(saying, wanted, house->has_connector_id, house->connector_id);
}

static int say_clear_cache(struct saying *saying)
{
	saying_new(saying, "ClearCache");
	return 0;
}

/* The house's words for the running cost (app/costs.c) are 2.x's own message, but for a pile that
 * shows prices too: CostUpdated has no place for those. */
static int say_cost(struct saying *saying, struct str data)
{
	struct ocpp2_cost_updated_req *req = saying_new(saying, "CostUpdated");
	int64_t number;
	struct str amount;
	int found;

	if (!json_get_str(data, "amount", saying->ctx->arena, &amount) ||
		!str_to_fixed(amount, 5, false, &req->total_cost_e5) ||
		!json_get_int(data, "transaction", saying->ctx->arena, &number))
		return ENCODE_E_UNSAID;
	found = store_transaction_name(saying->ctx->db, saying->ctx->arena,
		saying->command->pile_id, number, &req->transaction_id);
	TRY(found);
	return found == 0 ? 0 : ENCODE_E_UNSAID;
}

static int say_data_transfer(struct saying *saying)
{
	const struct ocpp16_data_transfer_req *house = saying->house;
	struct ocpp2_data_transfer_req *req;
	bool prices = false;
	struct json_out out;
	struct buf buf;

	if (str_is(house->vendor_id, "leyden") && str_is(house->message_id, "display")) {
		TRY(costs_shows_prices(saying->ctx, saying->command->pile_id, &prices));
		if (!prices)
			return say_cost(saying, house->data);
	}
	req = saying_new(saying, "DataTransfer");
	req->vendor_id = house->vendor_id;
	req->has_message_id = house->has_message_id;
	req->message_id = house->message_id;
	req->has_data = house->has_data;
	if (!house->has_data)
		return 0;
	buf_init(&buf, saying->ctx->arena, LIMIT_FRAME_BYTES);
	json_out_init(&out, &buf);
	json_put_str(&out, NULL, house->data);
	req->data = buf_str(&buf);
	return 0;
}

/* A cost is answered with nothing. */
static int hear_data_transfer(struct saying *saying, const void *answer, struct json_out *out)
{
	if (!str_is(saying->action, "CostUpdated"))
		return ocpp2_hear_status(saying, answer, out);
	json_put_str(out, "status", STR("Accepted"));
	return 0;
}

/* --- settings --- */

/* The settings of 1.6 that have a successor among the variables. */
static const struct {
	const char *key, *component, *variable, *instance;
} settings[] = {
	{"AllowOfflineTxForUnknownId", "AuthCtrlr", "OfflineTxForUnknownIdEnabled", ""},
	{"AuthorizationCacheEnabled", "AuthCacheCtrlr", "Enabled", ""},
	{"AuthorizationKey", "SecurityCtrlr", "BasicAuthPassword", ""},
	{"AuthorizeRemoteTxRequests", "AuthCtrlr", "AuthorizeRemoteStart", ""},
	{"AlignedDataSignReadings", "AlignedDataCtrlr", "SignReadings", ""},
	{"ClockAlignedDataInterval", "AlignedDataCtrlr", "Interval", ""},
	{"ConnectionTimeOut", "TxCtrlr", "EVConnectionTimeOut", ""},
	{"HeartbeatInterval", "OCPPCommCtrlr", "HeartbeatInterval", ""},
	{"LocalAuthListEnabled", "LocalAuthListCtrlr", "Enabled", ""},
	{"LocalAuthorizeOffline", "AuthCtrlr", "LocalAuthorizeOffline", ""},
	{"LocalPreAuthorize", "AuthCtrlr", "LocalPreAuthorize", ""},
	{"MeterValueSampleInterval", "SampledDataCtrlr", "TxUpdatedInterval", ""},
	{"MeterValuesAlignedData", "AlignedDataCtrlr", "Measurands", ""},
	{"MeterValuesSampledData", "SampledDataCtrlr", "TxUpdatedMeasurands", ""},
	{"PublicKeyWithSignedMeterValue", "OCPPCommCtrlr", "PublicKeyWithSignedMeterValue", ""},
	{"ResetRetries", "OCPPCommCtrlr", "ResetRetries", ""},
	{"SampledDataSignReadings", "SampledDataCtrlr", "SignReadings", ""},
	{"SecurityProfile", "SecurityCtrlr", "SecurityProfile", ""},
	{"StopTransactionOnEVSideDisconnect", "TxCtrlr", "StopTxOnEVSideDisconnect", ""},
	{"StopTransactionOnInvalidId", "TxCtrlr", "StopTxOnInvalidId", ""},
	{"StopTxnAlignedData", "AlignedDataCtrlr", "TxEndedMeasurands", ""},
	{"StopTxnSampledData", "SampledDataCtrlr", "TxEndedMeasurands", ""},
	{"TransactionMessageAttempts", "OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"},
	{"TransactionMessageRetryInterval", "OCPPCommCtrlr", "MessageAttemptInterval",
		"TransactionEvent"},
	{"UnlockConnectorOnEVSideDisconnect", "OCPPCommCtrlr", "UnlockOnEVSideDisconnect", ""},
	{"WebSocketPingInterval", "OCPPCommCtrlr", "WebSocketPingInterval", ""},
};

/* A key of the house as component and variable: by the table, or "Component.Variable". */
static bool variable_of(
	struct str key, struct ocpp2_component *component, struct ocpp2_variable *variable)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (!str_is(key, settings[i].key))
			continue;
		component->name = str_from(settings[i].component);
		variable->name = str_from(settings[i].variable);
		variable->has_instance = settings[i].instance[0] != '\0';
		variable->instance = str_from(settings[i].instance);
		return true;
	}
	component->name = str_cut(&key, '.');
	variable->name = key;
	return component->name.len > 0 && key.len > 0;
}

/* The key under which the house keeps a variable. */
static struct str key_of(struct arena *arena, const struct ocpp2_component *component,
	const struct ocpp2_variable *variable)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (str_is(component->name, settings[i].component) &&
			str_is(variable->name, settings[i].variable) &&
			str_is(variable->instance, settings[i].instance))
			return str_from(settings[i].key);
	}
	return str_format(arena, "%.*s.%.*s", STR_FMT(component->name), STR_FMT(variable->name));
}

static int say_get_settings(struct saying *saying)
{
	const struct ocpp16_get_configuration_req *house = saying->house;
	struct ocpp2_get_base_report_req *report;
	struct ocpp2_get_variables_req *req;

	if (house->key_len == 0) {
		report = saying_new(saying, "GetBaseReport");
		report->request_id = ocpp2_start_id(saying->command->id);
		report->report_base = OCPP2_REPORT_BASE_FULL_INVENTORY;
		return 0;
	}
	req = saying_new(saying, "GetVariables");
	req->get_variable_data =
		ARENA_ARRAY(saying->ctx->arena, struct ocpp2_get_variable_data, house->key_len);
	if (!req->get_variable_data)
		return FAULT(FAULT_NOMEM, "variables");
	for (size_t i = 0; i < house->key_len && i < KEYS_MOST; i++) {
		struct ocpp2_get_variable_data *one =
			&req->get_variable_data[req->get_variable_data_len];

		if (variable_of(house->key[i], &one->component, &one->variable))
			req->get_variable_data_len++;
	}
	return req->get_variable_data_len > 0 ? 0 : ENCODE_E_UNSAID;
}

static int say_set_setting(struct saying *saying)
{
	const struct ocpp16_change_configuration_req *house = saying->house;
	struct ocpp2_set_variables_req *req = saying_new(saying, "SetVariables");
	struct ocpp2_set_variable_data *one =
		ARENA_NEW(saying->ctx->arena, struct ocpp2_set_variable_data);

	if (!one)
		return FAULT(FAULT_NOMEM, "a variable");
	req->set_variable_data = one;
	req->set_variable_data_len = 1;
	one->attribute_value = house->value;
	return variable_of(house->key, &one->component, &one->variable) ? 0 : ENCODE_E_UNSAID;
}

/* Values that were told become settings of the house. */
static int hear_settings(struct saying *saying, const void *answer, struct json_out *out)
{
	const struct ocpp2_get_variables_conf *conf = answer;

	if (!str_is(saying->action, "GetVariables"))
		return ocpp2_expect_report(saying, answer);
	json_open_array(out, "configurationKey");
	for (size_t i = 0; i < conf->get_variable_result_len; i++) {
		const struct ocpp2_get_variable_result *one = &conf->get_variable_result[i];

		if (one->attribute_status != OCPP2_GET_VARIABLE_STATUS_ACCEPTED)
			continue;
		json_open_object(out, NULL);
		json_put_str(out, "key",
			str_utf8_cut(
				key_of(saying->ctx->arena, &one->component, &one->variable), 50));
		json_put_bool(out, "readonly", false);
		json_put_str(out, "value", str_utf8_cut(one->attribute_value, 500));
		json_close_object(out);
	}
	json_close_array(out);
	return ocpp2_keep_values(saying->ctx, saying->command, conf);
}

static int hear_setting(struct saying *saying, const void *answer, struct json_out *out)
{
	static const struct {
		int status;
		const char *word;
	} words[] = {
		{OCPP2_SET_VARIABLE_STATUS_ACCEPTED, "Accepted"},
		{OCPP2_SET_VARIABLE_STATUS_REJECTED, "Rejected"},
		{OCPP2_SET_VARIABLE_STATUS_REBOOT_REQUIRED, "RebootRequired"},
	};
	const struct ocpp2_set_variables_conf *conf = answer;
	const char *word = "NotSupported";

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (conf->set_variable_result_len > 0 &&
			conf->set_variable_result[0].attribute_status == words[i].status)
			word = words[i].word;
	}
	json_put_str(out, "status", str_from(word));
	return ocpp2_keep_set(saying->ctx, saying->command, saying->req, conf);
}

/* --- the table --- */

/* Words of 2.x that 1.6 has not, in the nearest it has. */
static const struct {
	const char *house, *theirs, *ours;
} other_words[] = {
	{"Reset", "Scheduled", "Accepted"},
	{"UnlockConnector", "OngoingAuthorizedTransaction", "UnlockFailed"},
	{"UnlockConnector", "UnknownConnector", "NotSupported"},
};

/* The word of an answer's field "status"; "Rejected" when it has none. */
static struct str status_word(const struct saying *saying, const void *answer)
{
	const struct record *record = ocpp2_action_conf(
		saying->version, ocpp2_action_find(saying->version, saying->action));

	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *field = &record->fields[i];

		if (field->kind == FIELD_ENUM && str_is(str_from(field->name), "status"))
			return field_enum_name(field->names,
				*(const int *)(const void *)((const char *)answer + field->offset));
	}
	return STR("Rejected");
}

int ocpp2_hear_status(struct saying *saying, const void *answer, struct json_out *out)
{
	struct str word = status_word(saying, answer);

	for (size_t i = 0; i < sizeof(other_words) / sizeof(other_words[0]); i++) {
		if (str_is(saying->command->action, other_words[i].house) &&
			str_is(word, other_words[i].theirs))
			word = str_from(other_words[i].ours);
	}
	json_put_str(out, "status", word);
	return 0;
}

static const struct saying_row house_rows[] = {
	{"ChangeAvailability", say_availability, ocpp2_hear_status},
	{"ChangeConfiguration", say_set_setting, hear_setting},
	{"ClearCache", say_clear_cache, ocpp2_hear_status},
	{"DataTransfer", say_data_transfer, hear_data_transfer},
	{"GetConfiguration", say_get_settings, hear_settings},
	{"RemoteStartTransaction", say_start, ocpp2_hear_status},
	{"RemoteStopTransaction", say_stop, ocpp2_hear_status},
	{"Reset", say_reset, ocpp2_hear_status},
	{"TriggerMessage", say_trigger, ocpp2_hear_status},
	{"UnlockConnector", say_unlock, ocpp2_hear_status},
};

void *saying_new(struct saying *saying, const char *action)
{
	const struct ocpp2_action *row = ocpp2_action_find(saying->version, str_from(action));

	ASSERT(row);
	saying->action = str_from(action);
	saying->req_record = ocpp2_action_req(saying->version, row);
	saying->req = arena_alloc(saying->ctx->arena, saying->req_record->size);
	ASSERT(saying->req);
	return saying->req;
}

static const struct saying_row *row_of(struct str house)
{
	const struct saying_row *row = ocpp2_care_row(house);

	if (row)
		return row;
	for (size_t i = 0; i < sizeof(house_rows) / sizeof(house_rows[0]); i++) {
		if (str_is(house, house_rows[i].house))
			return &house_rows[i];
	}
	return NULL;
}

/* The house's command in 2.x words; the same command always gives the same. */
static int say(struct saying *saying, const struct saying_row **ret_row)
{
	const struct saying_row *row = row_of(saying->command->action);
	const struct ocpp16_action *house = ocpp16_action_find(saying->command->action);
	void *req;

	if (!row || !house)
		return ENCODE_E_UNSAID;
	req = arena_alloc(saying->ctx->arena, house->req->size);
	if (!req)
		return FAULT(FAULT_NOMEM, "a command");
	if (record_decode(house->req, saying->command->payload, RECORD_LENIENT, saying->ctx->arena,
		    req, NULL) != 0)
		return ENCODE_E_UNSAID;
	saying->house = req;
	*ret_row = row;
	return row->say(saying);
}

/* Words of this version already: marked so, or written by a conversation that knew what the pile
 * speaks. */
static int is_own(struct saying *saying, bool *ret_own)
{
	const struct ocpp2_action *action =
		ocpp2_action_find(saying->version, saying->command->action);
	const struct record *record;
	void *req;
	int result;

	*ret_own = false;
	if (!action)
		return 0;
	record = ocpp2_action_req(saying->version, action);
	req = arena_alloc(saying->ctx->arena, record->size);
	if (!req)
		return FAULT(FAULT_NOMEM, "a command");
	result = record_decode(
		record, saying->command->payload, RECORD_STRICT, saying->ctx->arena, req, NULL);
	TRY(result);
	*ret_own = result == 0;
	return 0;
}

/* What is the command: the house's (*ret_row set), 2.x words (*ret_row NULL), or unsayable (> 0).
 */
static int understand(struct saying *saying, const struct saying_row **ret_row)
{
	bool own;
	int result = ENCODE_E_UNSAID;

	*ret_row = NULL;
	if (saying->command->protocol.len == 0)
		result = say(saying, ret_row);
	TRY(result);
	if (result == 0)
		return 0;
	*ret_row = NULL;
	TRY(is_own(saying, &own));
	return own ? 0 : result;
}

int ocpp2_encode(enum ocpp_version version, struct ctx *ctx, const struct command *command,
	struct str *ret_action, struct str *ret_payload)
{
	struct saying saying = {.version = version, .ctx = ctx, .command = command};
	const struct saying_row *row;
	struct buf buf;
	int result;

	result = understand(&saying, &row);
	if (result != 0)
		return result;
	if (!row) {
		*ret_action = command->action;
		*ret_payload = command->payload;
		return 0;
	}
	buf_init(&buf, ctx->arena, LIMIT_FRAME_BYTES);
	result = record_encode(saying.req_record, saying.req, &buf, NULL);
	TRY(result);
	if (result != 0)
		return ENCODE_E_UNSAID; /* a value that 2.x does not allow */
	*ret_action = saying.action;
	*ret_payload = buf_str(&buf);
	return 0;
}

/* --- answers --- */

/* The answer as a struct, or what is wrong with it. */
static int read_answer(
	struct saying *saying, struct str payload, void **ret_answer, struct str *error)
{
	const struct ocpp2_action *action = ocpp2_action_find(saying->version, saying->action);
	const struct record *record = action ? ocpp2_action_conf(saying->version, action) : NULL;
	int result;

	if (!record)
		return FAULT(FAULT_BUG, "an answer to a command without answer");
	*ret_answer = arena_alloc(saying->ctx->arena, record->size);
	if (!*ret_answer)
		return FAULT(FAULT_NOMEM, "answer");
	if (error->len > 0)
		return 0;
	result = record_decode(
		record, payload, RECORD_LENIENT, saying->ctx->arena, *ret_answer, NULL);
	TRY(result);
	if (result != 0)
		*error = STR("CALLERROR:bad answer");
	return 0;
}

/* Whoever asked in 2.x words hears how it ended. */
static int tell_asker(const struct saying *saying, const void *answer, struct str error)
{
	struct ask_answer back = {.kind = (enum ask_kind)saying->command->ask,
		.pile_id = saying->command->pile_id,
		.about_id = saying->command->about_id,
		.verdict = ASK_LOST,
		.error = error};

	if (back.kind == ASK_NONE)
		return 0;
	if (back.kind >= ASK_TARIFF_LIST && back.kind < ASK_DISPLAY_SHOW)
		return ocpp2_tariff_answered(saying->ctx, saying->command, answer, error);
	if (error.len == 0) {
		back.text = status_word(saying, answer);
		back.verdict = ocpp2_verdict(back.text);
	}
	return ask_answered(saying->ctx, &back);
}

static int answered_own(struct saying *saying, struct str payload, struct str error,
	int64_t latency_us, struct str *ret_error)
{
	void *answer;

	saying->action = saying->command->action;
	TRY(read_answer(saying, payload, &answer, &error));
	*ret_error = error;
	TRY(devices_command_done(saying->ctx, saying->command->id, payload, error, latency_us));
	if (error.len == 0)
		TRY(ocpp2_keep_answer(saying, answer));
	return tell_asker(saying, answer, error);
}

int ocpp2_answered(enum ocpp_version version, struct ctx *ctx, int64_t command_id,
	struct str payload, struct str error, int64_t latency_us, struct str *ret_error,
	int64_t *ret_order_id)
{
	struct saying saying = {.version = version, .ctx = ctx};
	const struct saying_row *row;
	struct command command;
	struct json_out out;
	struct buf buf;
	void *answer;
	int result = store_command_get(ctx->db, ctx->arena, command_id, &command);

	TRY(result);
	*ret_error = error;
	*ret_order_id = 0;
	if (result != 0 || !str_is(command.state, "queued"))
		return 0; /* ended before: recalled or too old */
	saying.command = &command;
	*ret_order_id = command.order_id;
	result = understand(&saying, &row);
	TRY(result);
	if (result != 0)
		return ocpp16_desk.answered(ctx, command_id, STR_NULL, STR("version"), latency_us,
			ret_error, ret_order_id);
	if (!row)
		return answered_own(&saying, payload, error, latency_us, ret_error);
	TRY(read_answer(&saying, payload, &answer, &error));
	buf_init(&buf, ctx->arena, LIMIT_FRAME_BYTES);
	json_out_init(&out, &buf);
	json_open_object(&out, NULL);
	if (error.len == 0)
		TRY(row->hear(&saying, answer, &out));
	json_close_object(&out);
	return ocpp16_desk.answered(ctx, command_id, error.len == 0 ? buf_str(&buf) : STR_NULL,
		error, latency_us, ret_error, ret_order_id);
}
