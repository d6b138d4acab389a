/* api_ocpp.c - the raw command console: any call of the version a pile speaks, with the payload as
 * it stands, answered with what the pile answered. The payload is checked by the same field tables
 * that read the piles. */
#include "app/api_care.h"
#include "app/api_ocpp.h"
#include "app/api_power.h"
#include "app/devices.h"
#include "base/mask.h"
#include "store/command.h"
#include "wire/ocpp.h"

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

/* What stands in the record of deeds: the payload without the secrets it may carry. What a vendor's
 * message holds nobody knows. */
static struct str audited(struct api_call *call, struct str action, struct str payload)
{
	struct str shown = payload;

	if (str_is(action, "DataTransfer"))
		shown = STR("{}");
	else if (!mask_secrets(call->ctx->arena, payload, &shown))
		shown = payload;
	return str_format(call->ctx->arena, "{\"action\":\"%.*s\",\"payload\":%.*s,\"raw\":true}",
		STR_FMT(action), STR_FMT(shown));
}

/* Queues the checked payload; the answer is watched by the read lane. */
static int queue_raw(struct api_call *call, const struct pile *pile, struct str payload)
{
	struct raw_call *raw = ARENA_NEW(call->ctx->arena, struct raw_call);
	struct command_wish wish = {.pile_id = pile->id,
		.action = call->params[1],
		.payload = payload,
		.protocol = devices_speaks_16(pile) ? STR_NULL : pile->protocol,
		.user_id = call->who.staff_id};
	int result;

	if (!raw)
		return FAULT(FAULT_NOMEM, "call");
	result = devices_command(call->ctx, &wish, &raw->command_id);
	TRY(result);
	if (result != 0)
		return result == DEVICES_E_FULL ? P_QUEUE_FULL : P_PILE_OFFLINE;
	TRY(care_audit(call, "pile.ocpp", "pile", pile->id, audited(call, wish.action, payload)));
	raw->until_us = call->ctx->now_us + WAIT_US;
	call->response->carry = raw;
	call->response->again = true;
	call->response->again_lane = API_READ;
	call->response->again_us = LOOK_US;
	return 0;
}

static int store_raw(struct api_call *call)
{
	struct str payload = str_trim(call->request->body);
	const struct record *record;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	record = ocpp_call_record(ocpp_version_of(pile.protocol), call->params[1]);
	if (!record)
		return ocpp_call_known(call->params[1]) ? P_VERSION : P_NOT_FOUND;
	if (payload.len == 0)
		payload = STR("{}");
	result = bad_payload(call, payload, record);
	if (result != 0)
		return result;
	if (!pile.online)
		return P_PILE_OFFLINE;
	result = power_guard(call, pile.id, call->params[1], payload);
	return result == 0 ? queue_raw(call, &pile, payload) : result;
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
