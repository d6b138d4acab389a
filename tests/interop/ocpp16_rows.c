/* ocpp16_rows.c - prints the message tables of OCPP 1.6 as JSON, for the drift test which compares
 * them with the schemas that an independent client library carries. */
#include <stdio.h>
#include "base/field.h"
#include "wire/json.h"
#include "wire/ocpp16/action.h"

#define OUT_MAX (4 * 1024 * 1024)

static const char *const kind_names[] = {
	[FIELD_STR] = "string",
	[FIELD_INT] = "integer",
	[FIELD_BOOL] = "boolean",
	[FIELD_TIME] = "time",
	[FIELD_DEC] = "number",
	[FIELD_DECTEXT] = "string",
	[FIELD_ID] = "string",
	[FIELD_ENUM] = "enum",
	[FIELD_OBJ] = "object",
	[FIELD_LIST] = "array",
	[FIELD_STRS] = "array",
	[FIELD_INTS] = "array",
	[FIELD_RAW] = "any",
};

static void put_record(
	struct json_out *out, const char *key, const struct record *record, int depth)
{
	json_open_object(out, key);
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *field = &record->fields[i];
		json_open_object(out, field->name);
		json_put_str(out, "kind", str_from(kind_names[field->kind]));
		json_put_bool(out, "required", field->presence == FIELD_REQ);
		json_put_int(out, "max", field->max);
		if (field->names) {
			json_open_array(out, "names");
			for (size_t n = 0; n < field->names->with_aliases; n++)
				json_put_str(out, NULL, str_from(field->names->names[n].text));
			json_close_array(out);
		}
		if (field->record && depth < 8)
			put_record(out, "fields", field->record, depth + 1);
		json_close_object(out);
	}
	json_close_object(out);
}

int main(void)
{
	struct json_out out;
	struct buf text;
	buf_init(&text, NULL, OUT_MAX);
	json_out_init(&out, &text);
	json_open_object(&out, NULL);
	for (size_t i = 0; i < ocpp16_actions_len; i++) {
		const struct ocpp16_action *action = &ocpp16_actions[i];
		json_open_object(&out, action->name);
		put_record(&out, "req", action->req, 0);
		put_record(&out, "conf", action->conf, 0);
		json_close_object(&out);
	}
	json_close_object(&out);
	int bad = text.failed || fwrite(text.ptr, 1, text.len, stdout) != text.len;
	buf_fini(&text);
	return bad;
}
