/* ocpp.c - the OCPP-J envelope. */
#include "wire/ocpp.h"
#include <string.h>
#include "base/fault.h"

#define DESCRIPTION_MAX 255 /* characters */

static const struct {
	enum ocpp_version version;
	const char *protocol;
} versions[] = {{OCPP_16, "ocpp1.6"}, {OCPP_201, "ocpp2.0.1"}, {OCPP_21, "ocpp2.1"}};

struct str ocpp_protocol(enum ocpp_version version)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (versions[i].version == version)
			return str_from(versions[i].protocol);
	}
	return STR_NULL;
}

enum ocpp_version ocpp_version_of(struct str protocol)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (str_is(protocol, versions[i].protocol))
			return versions[i].version;
	}
	return (enum ocpp_version)0;
}

struct code_row {
	enum ocpp_code code;
	struct str v16, v201;
};
#define ROW(code, v16, v201) \
	{ \
		code, {v16, sizeof(v16) - 1}, \
		{ \
			v201, sizeof(v201) - 1 \
		} \
	}
static const struct code_row code_rows[] = {
	ROW(OCPP_CODE_NOT_IMPLEMENTED, "NotImplemented", "NotImplemented"),
	ROW(OCPP_CODE_NOT_SUPPORTED, "NotSupported", "NotSupported"),
	ROW(OCPP_CODE_INTERNAL, "InternalError", "InternalError"),
	ROW(OCPP_CODE_PROTOCOL, "ProtocolError", "ProtocolError"),
	ROW(OCPP_CODE_SECURITY, "SecurityError", "SecurityError"),
	ROW(OCPP_CODE_FORMATION, "FormationViolation", "FormatViolation"),
	ROW(OCPP_CODE_PROPERTY, "PropertyConstraintViolation", "PropertyConstraintViolation"),
	ROW(OCPP_CODE_OCCURRENCE, "OccurenceConstraintViolation", "OccurrenceConstraintViolation"),
	ROW(OCPP_CODE_TYPE, "TypeConstraintViolation", "TypeConstraintViolation"),
	ROW(OCPP_CODE_GENERIC, "GenericError", "GenericError"),
	ROW(OCPP_CODE_MESSAGE_TYPE, "ProtocolError", "MessageTypeNotSupported"),
	ROW(OCPP_CODE_FRAMEWORK, "FormationViolation", "RpcFrameworkError"),
};
#define CODE_ROWS (sizeof(code_rows) / sizeof(code_rows[0]))

static int failed(const struct json *json)
{
	if (json->arena->failed)
		return FAULT(FAULT_NOMEM, "no room to read a frame");
	return json->error == JSON_E_KIND ? OCPP_E_SHAPE : OCPP_E_JSON;
}

/* The next element must be there and be a text. */
static int next_str(struct json *json, struct str *ret_text)
{
	if (!json_next(json))
		return json->error != 0 ? failed(json) : OCPP_E_SHAPE;
	return json_str(json, ret_text) ? 0 : failed(json);
}

static int next_raw(struct json *json, struct str *ret_raw)
{
	if (!json_next(json))
		return json->error != 0 ? failed(json) : OCPP_E_SHAPE;
	return json_skip(json, ret_raw) ? 0 : failed(json);
}

static int parse_kind(struct json *json, enum ocpp_version version, enum ocpp_kind *ret_kind)
{
	int64_t last = version == OCPP_21 ? OCPP_SEND : OCPP_ERROR;
	int64_t kind;

	if (!json_next(json))
		return json->error != 0 ? failed(json) : OCPP_E_SHAPE;
	if (!json_int(json, &kind))
		return failed(json);
	if (kind < OCPP_CALL || kind > last)
		return OCPP_E_KIND;
	*ret_kind = (enum ocpp_kind)kind;
	return 0;
}

static int parse_id(struct json *json, struct str *ret_id)
{
	struct str id;
	int outcome = next_str(json, &id);

	if (outcome != 0)
		return outcome == OCPP_E_SHAPE && json->error == JSON_E_KIND ? OCPP_E_ID : outcome;
	if (id.len == 0 || str_utf8_len(id) > OCPP_ID_MAX)
		return OCPP_E_ID;
	*ret_id = id;
	return 0;
}

static int parse_error(struct json *json, struct ocpp_message *message)
{
	int outcome = next_str(json, &message->code);

	if (outcome == 0)
		outcome = next_str(json, &message->text);
	if (outcome == 0)
		outcome = next_raw(json, &message->details);
	if (outcome == 0 && message->details.ptr[0] != '{' && message->details.ptr[0] != 'n')
		outcome = OCPP_E_SHAPE;
	return outcome;
}

static int parse_body(struct json *json, struct ocpp_message *message)
{
	int outcome = 0;

	switch (message->kind) {
	case OCPP_CALL:
	case OCPP_SEND:
		outcome = next_str(json, &message->action);
		if (outcome == 0)
			outcome = next_raw(json, &message->payload);
		break;
	case OCPP_RESULT:
		outcome = next_raw(json, &message->payload);
		break;
	case OCPP_ERROR:
	case OCPP_RESULT_ERROR:
		outcome = parse_error(json, message);
		break;
	}
	if (outcome != 0)
		return outcome;
	if (json_next(json))
		return OCPP_E_SHAPE;
	return json_end(json) ? 0 : failed(json);
}

int ocpp_parse(struct str text, struct arena *arena, struct ocpp_message *ret_message)
{
	return ocpp_parse_in(OCPP_16, text, arena, ret_message);
}

int ocpp_parse_in(enum ocpp_version version, struct str text, struct arena *arena,
	struct ocpp_message *ret_message)
{
	struct json json;
	int outcome;

	memset(ret_message, 0, sizeof(*ret_message));
	json_init(&json, text, arena);
	if (!json_array(&json))
		return failed(&json);
	outcome = parse_kind(&json, version, &ret_message->kind);
	/* Even of an unknown kind, the id is worth reading: it is what an answer needs. */
	if (outcome == OCPP_E_KIND) {
		int faulty = parse_id(&json, &ret_message->id);

		return faulty < 0 ? faulty : outcome;
	}
	if (outcome == 0)
		outcome = parse_id(&json, &ret_message->id);
	if (outcome == 0)
		outcome = parse_body(&json, ret_message);
	return outcome;
}

enum ocpp_code ocpp_code_of_frame(int outcome)
{
	return outcome == OCPP_E_KIND ? OCPP_CODE_MESSAGE_TYPE : OCPP_CODE_FRAMEWORK;
}

enum ocpp_code ocpp_code_of_record(int outcome)
{
	switch (outcome) {
	case RECORD_E_JSON:
	case RECORD_E_OBJECT:
	case RECORD_E_UNKNOWN:
		return OCPP_CODE_FORMATION;
	case RECORD_E_TYPE:
		return OCPP_CODE_TYPE;
	case RECORD_E_MISSING:
	case RECORD_E_COUNT:
		return OCPP_CODE_OCCURRENCE;
	case RECORD_E_LENGTH:
	case RECORD_E_ENUM:
	case RECORD_E_BOUNDS:
	case RECORD_E_FORMAT:
		return OCPP_CODE_PROPERTY;
	default:
		return OCPP_CODE_GENERIC;
	}
}

struct str ocpp_code_name(enum ocpp_code code, enum ocpp_version version)
{
	for (size_t i = 0; i < CODE_ROWS; i++)
		if (code_rows[i].code == code)
			return version == OCPP_16 ? code_rows[i].v16 : code_rows[i].v201;
	return STR("GenericError");
}

enum ocpp_code ocpp_code_find(struct str name)
{
	for (size_t i = 0; i < CODE_ROWS; i++)
		if (str_eq(code_rows[i].v16, name) || str_eq(code_rows[i].v201, name))
			return code_rows[i].code;
	return (enum ocpp_code)0;
}

static bool requires_nothing(const struct record *record)
{
	for (size_t i = 0; i < record->fields_len; i++)
		if (record->fields[i].presence == FIELD_REQ ||
			record->fields[i].presence == FIELD_MUST)
			return false;
	return true;
}

int ocpp_payload(const struct record *record, struct str payload, struct arena *arena, void *ret,
	struct record_error *ret_error)
{
	if (str_is(payload, "null") && requires_nothing(record))
		payload = STR("{}");
	return record_decode(record, payload, RECORD_STRICT, arena, ret, ret_error);
}

/* Opens a frame up to and including its id. */
static void open_frame(struct json_out *out, struct buf *buf, enum ocpp_kind kind, struct str id)
{
	json_out_init(out, buf);
	json_open_array(out, NULL);
	json_put_int(out, NULL, (int64_t)kind);
	json_put_str(out, NULL, id);
}

static struct str or_empty(struct str json_text)
{
	return json_text.len > 0 ? json_text : STR("{}");
}

void ocpp_write_call(struct buf *buf, struct str id, struct str action, struct str payload)
{
	struct json_out out;

	open_frame(&out, buf, OCPP_CALL, id);
	json_put_str(&out, NULL, action);
	json_put_raw(&out, NULL, or_empty(payload));
	json_close_array(&out);
}

void ocpp_write_result(struct buf *buf, struct str id, struct str payload)
{
	struct json_out out;

	open_frame(&out, buf, OCPP_RESULT, id);
	json_put_raw(&out, NULL, or_empty(payload));
	json_close_array(&out);
}

void ocpp_write_error(struct buf *buf, struct str id, enum ocpp_code code,
	enum ocpp_version version, struct str text, struct str details)
{
	struct json_out out;

	open_frame(&out, buf, OCPP_ERROR, id);
	json_put_str(&out, NULL, ocpp_code_name(code, version));
	json_put_str(&out, NULL, str_utf8_cut(text, DESCRIPTION_MAX));
	json_put_raw(&out, NULL, or_empty(details));
	json_close_array(&out);
}

static int close_frame(struct json_out *out, const struct record *record, const void *value)
{
	int outcome = record_write(record, value, out, NULL, NULL);

	if (outcome != 0)
		return outcome;
	json_close_array(out);
	return out->buf->failed ? FAULT(FAULT_NOMEM, "no room for a frame") : 0;
}

int ocpp_encode_call(struct buf *buf, struct str id, struct str action, const struct record *record,
	const void *value)
{
	struct json_out out;

	open_frame(&out, buf, OCPP_CALL, id);
	json_put_str(&out, NULL, action);
	return close_frame(&out, record, value);
}

int ocpp_encode_result(
	struct buf *buf, struct str id, const struct record *record, const void *value)
{
	struct json_out out;

	open_frame(&out, buf, OCPP_RESULT, id);
	return close_frame(&out, record, value);
}
