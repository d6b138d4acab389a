/* records.c - writes the field tables of one OCPP version as JSON, for the drift test to compare
 * with the schemas that a strict client carries:
 * {"Authorize.req":{"idTag":{"kind":"STR","required":true,"max":20}, ...}, ...}.
 * usage: ocpp-records 1.6|2.0.1|2.1 */
#include <stdio.h>
#include <string.h>
#include "base/arena.h"
#include "wire/json.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp2/action.h"

static const char *const kinds[] = {
	[FIELD_STR] = "STR",
	[FIELD_INT] = "INT",
	[FIELD_BOOL] = "BOOL",
	[FIELD_TIME] = "TIME",
	[FIELD_DEC] = "DEC",
	[FIELD_DECTEXT] = "DECTEXT",
	[FIELD_ID] = "ID",
	[FIELD_ENUM] = "ENUM",
	[FIELD_OBJ] = "OBJ",
	[FIELD_LIST] = "LIST",
	[FIELD_STRS] = "STRS",
	[FIELD_INTS] = "INTS",
	[FIELD_RAW] = "RAW",
	[FIELD_WORD] = "ENUM",
	[FIELD_WORDS] = "ENUMS",
};

static void put_record(struct json_out *out, const char *key, const struct record *record);

static void put_field(struct json_out *out, const struct field *field)
{
	json_open_object(out, field->name);
	json_put_str(out, "kind", str_from(kinds[field->kind]));
	json_put_bool(
		out, "required", field->presence == FIELD_REQ || field->presence == FIELD_MUST);
	json_put_int(out, "max", field->max);
	json_put_int(out, "least", (int64_t)field->count_min);
	json_put_int(out, "most", (int64_t)field->count_max);
	if (field->record != NULL)
		put_record(out, "fields", field->record);
	if (field->names != NULL) {
		json_open_array(out, "names");
		for (size_t i = 0; i < field->names->with_aliases; i++)
			json_put_str(out, NULL, str_from(field->names->names[i].text));
		json_close_array(out);
	}
	json_close_object(out);
}

static void put_record(struct json_out *out, const char *key, const struct record *record)
{
	json_open_object(out, key);
	for (size_t i = 0; i < record->fields_len; i++)
		put_field(out, &record->fields[i]);
	json_close_object(out);
}

static void put_action(struct json_out *out, const char *action, const struct record *req,
	const struct record *conf)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.req", action);
	put_record(out, name, req);
	snprintf(name, sizeof(name), "%s.conf", action);
	if (conf != NULL)
		put_record(out, name, conf);
}

static void put_ocpp2(struct json_out *out, enum ocpp_version version)
{
	for (size_t i = 0; i < ocpp2_actions_len; i++) {
		const struct ocpp2_action *action = &ocpp2_actions[i];

		if (ocpp2_action_req(version, action) != NULL)
			put_action(out, action->name, ocpp2_action_req(version, action),
				ocpp2_action_conf(version, action));
	}
}

int main(int argc, char **argv)
{
	struct json_out out;
	struct buf buf;

	buf_init(&buf, NULL, 8 << 20);
	json_out_init(&out, &buf);
	json_open_object(&out, NULL);
	if (argc > 1 && strcmp(argv[1], "2.0.1") == 0)
		put_ocpp2(&out, OCPP_201);
	else if (argc > 1 && strcmp(argv[1], "2.1") == 0)
		put_ocpp2(&out, OCPP_21);
	for (size_t i = 0; i < ocpp16_actions_len && (argc < 2 || strcmp(argv[1], "1.6") == 0); i++)
		put_action(&out, ocpp16_actions[i].name, ocpp16_actions[i].req,
			ocpp16_actions[i].conf);
	json_close_object(&out);
	printf("%.*s\n", STR_FMT(buf_str(&buf)));
	buf_fini(&buf);
	return 0;
}
