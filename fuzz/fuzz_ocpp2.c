/* fuzz_ocpp2.c - any bytes as a frame of OCPP 2.0.1 and 2.1; what decodes is encoded, and that
 * decodes to the same, in the version it came in. */
#include "base/fault.h"
#include "fuzz.h"
#include "wire/ocpp.h"
#include "wire/ocpp2/action.h"

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

static void message_in(
	enum ocpp_version version, const struct ocpp_message *message, struct arena *arena)
{
	const struct ocpp2_action *action = ocpp2_action_find(version, message->action);

	if (message->kind == OCPP_CALL || message->kind == OCPP_SEND) {
		if (action != NULL)
			around(ocpp2_action_req(version, action), message->payload, arena);
		return;
	}
	for (size_t i = 0; i < ocpp2_actions_len; i++) {
		const struct record *conf = ocpp2_action_conf(version, &ocpp2_actions[i]);

		if (conf != NULL)
			around(conf, message->payload, arena);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum ocpp_version versions[] = {OCPP_201, OCPP_21};

	for (size_t i = 0; i < 2; i++) {
		struct ocpp_message message;
		struct arena arena;
		int outcome;

		arena_init(&arena, 512 << 20);
		outcome = ocpp_parse_in(
			versions[i], (struct str){(const char *)data, size}, &arena, &message);
		ASSERT(outcome >= 0);
		ASSERT(versions[i] == OCPP_21 || message.kind <= OCPP_ERROR);
		if (outcome == 0 && message.kind != OCPP_ERROR && message.kind != OCPP_RESULT_ERROR)
			message_in(versions[i], &message, &arena);
		arena_fini(&arena);
	}
	return 0;
}
