/* api_ocpp_help.c - help for who sends calls raw: which there are, a payload to begin from, and
 * what may stand in it. All of it is read from the field tables, so it cannot say anything else
 * than what is checked. */
#include <string.h>
#include "app/api_care.h"
#include "app/api_ocpp.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp2/action.h"

#define DEPTH_MOST 5 /* of fields described: a schedule inside a profile inside a call */

/* --- the catalogues as one --- */

static size_t calls_len(enum ocpp_version version)
{
	return version == OCPP_16 ? ocpp16_actions_len : ocpp2_actions_len;
}

/* The call at an index, NULL when we may not send it. */
static const struct record *call_at(enum ocpp_version version, size_t index, const char **ret_name)
{
	const struct ocpp2_action *action;

	if (version == OCPP_16) {
		*ret_name = ocpp16_actions[index].name;
		return ocpp16_actions[index].from_server ? ocpp16_actions[index].req : NULL;
	}
	action = &ocpp2_actions[index];
	*ret_name = action->name;
	return action->from_server ? ocpp2_action_req(version, action) : NULL;
}

const struct record *ocpp_call_record(enum ocpp_version version, struct str action)
{
	enum ocpp_version known = version ? version : OCPP_16;

	for (size_t i = 0; i < calls_len(known); i++) {
		const char *name;
		const struct record *record = call_at(known, i, &name);

		if (record && str_is(action, name))
			return record;
	}
	return NULL;
}

bool ocpp_call_known(struct str action)
{
	return ocpp_call_record(OCPP_16, action) || ocpp_call_record(OCPP_201, action) ||
	       ocpp_call_record(OCPP_21, action);
}

/* --- a payload to begin from --- */

/* Texts that piles look at closely; others begin empty. */
static struct str sample_text(const struct field *field)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{"idToken", "CARD0001"},
		{"idTag", "CARD0001"},
		{"type", "Central"},
		{"vendorId", "org.example"},
		{"location", "https://example.org/file"},
		{"remoteLocation", "https://example.org/up"},
		{"ocppCsmsUrl", "wss://example.org/ocpp"},
		{"checksum", "d41d8cd98f00b204e9800998ecf8427e"},
		{"content", "Hello"},
		{"currency", "EUR"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_is(str_from(field->name), rows[i].name) &&
			(int64_t)strlen(rows[i].text) <= field->max)
			return str_from(rows[i].text);
	}
	return STR("");
}

/* One, in units of the field, or the nearest that it allows. */
static int64_t sample_number(const struct field *field)
{
	int64_t one = 1;

	for (int i = 0; i < field->scale; i++)
		one *= 10;
	return field->min > one ? field->min : field->max < one ? field->max : one;
}

static void put_elements(struct json_out *out, const struct field *field)
{
	json_open_array(out, field->name);
	for (size_t i = 0; i < field->count_min; i++) {
		if (field->kind == FIELD_LIST)
			ocpp_sample(out, NULL, field->record);
		else if (field->kind == FIELD_INTS)
			json_put_int(out, NULL, sample_number(field));
		else if (field->kind == FIELD_WORDS)
			json_put_str(out, NULL, field_enum_name(field->names, 1 + (int)i));
		else
			json_put_str(out, NULL, sample_text(field));
	}
	json_close_array(out);
}

static void put_value(struct json_out *out, const struct field *field)
{
	switch ((enum field_kind)field->kind) {
	case FIELD_INT:
		json_put_int(out, field->name, sample_number(field));
		return;
	case FIELD_DEC:
		json_put_fixed(out, field->name, sample_number(field), field->scale);
		return;
	case FIELD_DECTEXT:
		json_put_fixed_text(out, field->name, sample_number(field), field->scale);
		return;
	case FIELD_ID:
		json_put_id(out, field->name, 1);
		return;
	case FIELD_BOOL:
		json_put_bool(out, field->name, false);
		return;
	case FIELD_TIME:
		json_put_str(out, field->name, STR("2030-01-01T00:00:00Z"));
		return;
	case FIELD_ENUM:
	case FIELD_WORD:
		json_put_str(out, field->name, field_enum_name(field->names, 1));
		return;
	case FIELD_OBJ:
		ocpp_sample(out, field->name, field->record);
		return;
	case FIELD_LIST:
	case FIELD_STRS:
	case FIELD_INTS:
	case FIELD_WORDS:
		put_elements(out, field);
		return;
	case FIELD_RAW:
		json_put_null(out, field->name);
		return;
	case FIELD_STR:
		json_put_str(out, field->name, sample_text(field));
		return;
	}
}

void ocpp_sample(struct json_out *out, const char *key, const struct record *record)
{
	json_open_object(out, key);
	for (size_t i = 0; i < record->fields_len; i++) {
		if (record->fields[i].presence == FIELD_REQ ||
			record->fields[i].presence == FIELD_MUST)
			put_value(out, &record->fields[i]);
	}
	json_close_object(out);
}

/* --- what may stand in it --- */

static const char *kind_name(const struct field *field)
{
	static const char *const names[] = {"", "text", "integer", "true or false", "time",
		"number", "number as text", "id", "word", "object", "list", "texts", "integers",
		"anything", "word", "words"};

	return names[field->kind];
}

static void put_words(struct api_call *call, const struct field *field)
{
	out_list(&call->out, "words");
	for (size_t i = 0; field->names && i < field->names->count; i++)
		out_text(&call->out, NULL, field_enum_name(field->names, 1 + (int)i));
	out_list_end(&call->out);
}

static void put_field(struct api_call *call, const struct field *field, struct str path)
{
	out_object(&call->out, NULL);
	out_text(&call->out, "name", path);
	out_word(&call->out, "kind", kind_name(field));
	out_flag(&call->out, "required",
		field->presence == FIELD_REQ || field->presence == FIELD_MUST);
	out_number(&call->out, "most",
		field->kind == FIELD_STR || field->kind == FIELD_STRS ? field->max : 0);
	out_word(&call->out, "help", field->help);
	put_words(call, field);
	out_end(&call->out);
}

/* Every field by its path, as errors name it: "chargingProfile.chargingSchedule[].id". Anybody's
 * own data may stand everywhere and is named once. */
static void put_fields(
	struct api_call *call, const struct record *record, struct str before, int depth)
{
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *field = &record->fields[i];
		struct str path = str_format(call->ctx->arena, "%.*s%s%s%s", STR_FMT(before),
			before.len > 0 ? "." : "", field->name,
			field->kind == FIELD_LIST ? "[]" : "");

		if (depth > 0 && str_is(str_from(field->name), "customData"))
			continue;
		put_field(call, field, path);
		if (field->record && !field->record->open && depth < DEPTH_MOST)
			put_fields(call, field->record, path, depth + 1);
	}
}

/* --- the two questions --- */

/* The version asked about: OCPP 1.6 when none is named, 0 when it is not spoken here. */
static enum ocpp_version asked_version(const struct api_call *call)
{
	struct str protocol = call_query(call, "version");

	return protocol.len == 0 ? OCPP_16 : ocpp_version_of(protocol);
}

int ocpp_actions_get(struct api_call *call)
{
	enum ocpp_version version = asked_version(call);

	if (!version)
		return P_NOT_FOUND;
	reply_begin(call);
	out_text(&call->out, "version", ocpp_protocol(version));
	out_list(&call->out, "items");
	for (size_t i = 0; i < calls_len(version); i++) {
		const char *name;

		if (!call_at(version, i, &name))
			continue;
		out_object(&call->out, NULL);
		out_word(&call->out, "action", name);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, 200);
}

/* All messages of all versions, each once, for whoever looks for one in a log. */
int ocpp_messages_get(struct api_call *call)
{
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < ocpp16_actions_len; i++)
		out_word(&call->out, NULL, ocpp16_actions[i].name);
	for (size_t i = 0; i < ocpp2_actions_len; i++) {
		bool known = false;

		for (size_t j = 0; j < ocpp16_actions_len && !known; j++)
			known = strcmp(ocpp16_actions[j].name, ocpp2_actions[i].name) == 0;
		if (!known)
			out_word(&call->out, NULL, ocpp2_actions[i].name);
	}
	out_list_end(&call->out);
	return reply_json(call, 200);
}

int ocpp_action_get(struct api_call *call)
{
	enum ocpp_version version = asked_version(call);
	const struct record *record = version ? ocpp_call_record(version, call->params[0]) : NULL;

	if (!record)
		return P_NOT_FOUND;
	reply_begin(call);
	out_text(&call->out, "action", call->params[0]);
	ocpp_sample(&call->out.json, "template", record);
	out_list(&call->out, "fields");
	put_fields(call, record, STR(""), 0);
	out_list_end(&call->out);
	return reply_json(call, 200);
}
