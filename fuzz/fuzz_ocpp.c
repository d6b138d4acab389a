/* fuzz_ocpp.c - any bytes as an OCPP frame; what decodes is encoded, and that decodes to the same.
 */
#include "base/fault.h"
#include "fuzz.h"
#include "wire/ocpp.h"
#include "wire/ocpp16/action.h"

/* Decodes and, when valid, goes around once more. */
static void around(const struct record *record, struct str payload, struct arena *arena)
{
	void *value = arena_alloc(arena, record->size);
	struct record_error error = {.path = ""};
	int outcome = ocpp_payload(record, payload, arena, value, &error);
	struct buf once, twice;

	ASSERT(outcome >= 0);
	if (outcome != 0) {
		ASSERT(outcome == (int)error.kind);
		ASSERT(str_utf8_len(record_error_text(&error, arena)) >= 0);
		ASSERT(ocpp_code_of_record(outcome) != OCPP_CODE_GENERIC);
		return;
	}
	buf_init(&once, arena, 8 << 20);
	buf_init(&twice, arena, 8 << 20);
	ASSERT(record_encode(record, value, &once, NULL) == 0);
	ASSERT(record_decode(record, buf_str(&once), RECORD_STRICT, arena, value, NULL) == 0);
	ASSERT(record_encode(record, value, &twice, NULL) == 0);
	ASSERT(str_eq(buf_str(&once), buf_str(&twice)));
}

static void call(const struct ocpp_message *message, struct arena *arena)
{
	const struct ocpp16_action *action = ocpp16_action_find(message->action);

	if (action != NULL)
		around(action->req, message->payload, arena);
}

static void result(const struct ocpp_message *message, struct arena *arena)
{
	for (size_t i = 0; i < ocpp16_actions_len; i++)
		around(ocpp16_actions[i].conf, message->payload, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocpp_message message;
	struct arena arena;
	int outcome;

	arena_init(&arena, 256 << 20);
	outcome = ocpp_parse((struct str){(const char *)data, size}, &arena, &message);
	ASSERT(outcome >= 0);
	ASSERT(str_utf8_len(message.id) <= OCPP_ID_MAX);
	if (outcome == 0 && message.kind == OCPP_CALL)
		call(&message, &arena);
	else if (outcome == 0 && message.kind == OCPP_RESULT)
		result(&message, &arena);
	else
		ocpp_code_of_frame(outcome);
	arena_fini(&arena);
	return 0;
}
