/* api_ocpp.c - the raw command console: any call of the house's words (OCPP 1.6 and its security
 * extension) with the payload as it stands, answered with what the pile answered. The payload is
 * checked by the same field tables that read the piles. */
#include "app/api_care.h"
#include "app/devices.h"
#include "store/command.h"
#include "wire/ocpp.h"
#include "wire/ocpp16/action.h"

#define WAIT_US (45 * US_PER_S)
#define LOOK_US (100 * US_PER_MS)

/* The call between its two lanes: stored by the write lane, watched by the read lane. */
struct raw_call {
	int64_t command_id, until_us;
};

static int bad_payload(struct api_call *call, struct str payload, const struct record *record)
{
	void *value = arena_alloc(call->ctx->arena, record->size);
	struct record_error error = {.path = ""};
	int result;

	if (!value)
		return FAULT(FAULT_NOMEM, "payload");
	result = ocpp_payload(record, payload, call->ctx->arena, value, &error);
	TRY(result);
	if (result == 0)
		return 0;
	if (error.kind == RECORD_E_JSON || error.kind == RECORD_E_OBJECT)
		return P_JSON;
	return call_field(call, error.path,
		error.kind == RECORD_E_MISSING   ? "missing"
		: error.kind == RECORD_E_UNKNOWN ? "unknown"
		: error.kind == RECORD_E_TYPE    ? "type"
		: error.kind == RECORD_E_ENUM    ? "enum"
		: error.kind == RECORD_E_LENGTH  ? "length"
		: error.kind == RECORD_E_BOUNDS  ? "bounds"
		: error.kind == RECORD_E_COUNT   ? "count"
						 : "format");
}

/* What stands in the record of deeds: the payload, unless it may carry a secret. */
static struct str audited(struct api_call *call, struct str action, struct str payload)
{
	bool secret = str_is(action, "ChangeConfiguration") || str_is(action, "DataTransfer");

	return str_format(call->ctx->arena, "{\"action\":\"%.*s\",\"payload\":%.*s,\"raw\":true}",
		STR_FMT(action), STR_FMT(secret ? STR("{}") : payload));
}

static int store_raw(struct api_call *call)
{
	struct str payload = str_trim(call->request->body);
	const struct ocpp16_action *action = ocpp16_action_find(call->params[1]);
	struct command_wish wish = {.action = call->params[1], .user_id = call->who.staff_id};
	struct raw_call *raw = ARENA_NEW(call->ctx->arena, struct raw_call);
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (!action || !action->from_server)
		return P_NOT_FOUND;
	if (payload.len == 0)
		payload = STR("{}");
	result = bad_payload(call, payload, action->req);
	if (result != 0)
		return result;
	if (!pile.online)
		return P_PILE_OFFLINE;
	wish.pile_id = pile.id;
	wish.payload = payload;
	if (!raw)
		return FAULT(FAULT_NOMEM, "call");
	result = devices_command(call->ctx, &wish, &raw->command_id);
	TRY(result);
	if (result != 0)
		return result == DEVICES_E_FULL ? P_QUEUE_FULL : P_PILE_OFFLINE;
	TRY(care_audit(call, "pile.ocpp", "pile", pile.id, audited(call, wish.action, payload)));
	raw->until_us = call->ctx->now_us + WAIT_US;
	call->response->carry = raw;
	call->response->again = true;
	call->response->again_lane = API_READ;
	call->response->again_us = LOOK_US;
	return 0;
}

static int answer_raw(struct api_call *call, const struct command *command)
{
	bool waiting = str_is(command->state, "queued");

	reply_begin(call);
	out_id(&call->out, "command_id", command->id);
	out_text(&call->out, "action", command->action);
	out_text(&call->out, "state", command->state);
	out_raw(&call->out, "answer", command->answer);
	out_text(&call->out, "error", command->error);
	out_number(&call->out, "latency_us", command->latency_us);
	return reply_json(call, waiting ? 202 : 200);
}

int ocpp_send(struct api_call *call)
{
	const struct raw_call *raw = call->response->carry;
	struct command command;
	int result;

	if (!raw)
		return store_raw(call);
	result = store_command_get(call->ctx->db, call->ctx->arena, raw->command_id, &command);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	if (str_is(command.state, "queued") && call->ctx->now_us < raw->until_us) {
		call->response->again = true;
		call->response->again_lane = API_READ;
		call->response->again_us = LOOK_US;
		return 0;
	}
	return answer_raw(call, &command);
}

static void put_sample(struct json_out *out, const struct record *record, const char *key);

/* A value that the field's rule allows, as a beginning. */
static void put_sample_field(struct json_out *out, const struct field *field)
{
	switch ((enum field_kind)field->kind) {
	case FIELD_INT:
	case FIELD_DEC:
		json_put_int(out, field->name,
			field->min > 1   ? field->min
			: field->max < 1 ? 0
					 : 1);
		return;
	case FIELD_BOOL:
		json_put_bool(out, field->name, false);
		return;
	case FIELD_TIME:
		json_put_str(out, field->name, STR("2030-01-01T00:00:00Z"));
		return;
	case FIELD_ENUM:
		json_put_str(out, field->name, field_enum_name(field->names, 1));
		return;
	case FIELD_OBJ:
		put_sample(out, field->record, field->name);
		return;
	case FIELD_LIST:
		json_open_array(out, field->name);
		put_sample(out, field->record, NULL);
		json_close_array(out);
		return;
	case FIELD_STRS:
	case FIELD_INTS:
		json_open_array(out, field->name);
		json_close_array(out);
		return;
	default:
		json_put_str(out, field->name, STR(""));
		return;
	}
}

static void put_sample(struct json_out *out, const struct record *record, const char *key)
{
	json_open_object(out, key);
	for (size_t i = 0; i < record->fields_len; i++) {
		if (record->fields[i].presence == FIELD_REQ)
			put_sample_field(out, &record->fields[i]);
	}
	json_close_object(out);
}

static const char *kind_name(const struct field *field)
{
	static const char *const names[] = {"", "text", "integer", "true or false", "time",
		"number", "number as text", "id", "word", "object", "list", "texts", "integers",
		"anything"};

	return names[field->kind];
}

/* The calls that may be sent: each with a payload to begin from and its fields. */
int ocpp_actions_get(struct api_call *call)
{
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < ocpp16_actions_len; i++) {
		const struct record *record = ocpp16_actions[i].req;

		if (!ocpp16_actions[i].from_server)
			continue;
		out_object(&call->out, NULL);
		out_word(&call->out, "action", ocpp16_actions[i].name);
		put_sample(&call->out.json, record, "template");
		out_list(&call->out, "fields");
		for (size_t j = 0; j < record->fields_len; j++) {
			const struct field *field = &record->fields[j];

			out_object(&call->out, NULL);
			out_word(&call->out, "name", field->name);
			out_word(&call->out, "kind", kind_name(field));
			out_flag(&call->out, "required", field->presence == FIELD_REQ);
			out_word(&call->out, "help", field->help);
			out_end(&call->out);
		}
		out_list_end(&call->out);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, 200);
}
