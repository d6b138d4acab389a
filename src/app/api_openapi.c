/* api_openapi.c - the OpenAPI 3.1 document, made from the route table, the bodies' rows and the
 * lists' columns: what is described is what runs. */
#include <string.h>
#include "app/api_handlers.h"
#include "app/api_lists.h"

static void schema_of(struct out *out, const char *name, const struct record *record);

static void type(struct out *out, const char *name)
{
	out_word(out, "type", name);
}

static void schema_enum(struct out *out, const struct field *field)
{
	type(out, "string");
	out_list(out, "enum");
	for (size_t i = 0; i < field->names->count; i++)
		out_text(out, NULL,
			(struct str){field->names->names[i].text, field->names->names[i].len});
	out_list_end(out);
}

static void schema_list(struct out *out, const struct field *field)
{
	type(out, "array");
	out_number(out, "maxItems", (int64_t)field->count_max);
	if (field->count_min)
		out_number(out, "minItems", (int64_t)field->count_min);
	if (field->kind == FIELD_LIST) {
		schema_of(out, "items", field->record);
		return;
	}
	out_object(out, "items");
	if (field->kind == FIELD_WORDS)
		schema_enum(out, field);
	else
		type(out, field->kind == FIELD_STRS ? "string" : "integer");
	out_end(out);
}

static void schema_field(struct out *out, const struct field *field)
{
	if (field->kind == FIELD_OBJ) {
		schema_of(out, field->name, field->record);
		return;
	}
	out_object(out, field->name);
	switch ((enum field_kind)field->kind) {
	case FIELD_STR:
		type(out, "string");
		out_number(out, "maxLength", field->max);
		break;
	case FIELD_INT:
		type(out, "integer");
		out_number(out, "minimum", field->min);
		out_number(out, "maximum", field->max);
		break;
	case FIELD_BOOL:
		type(out, "boolean");
		break;
	case FIELD_TIME:
		type(out, "string");
		out_word(out, "format", "date-time");
		break;
	case FIELD_DEC:
		type(out, "number");
		break;
	case FIELD_DECTEXT:
		type(out, "string");
		out_word(out, "pattern", "^[0-9]+(\\.[0-9]+)?$");
		break;
	case FIELD_ID:
		type(out, "string");
		out_word(out, "pattern", "^[1-9][0-9]*$");
		break;
	case FIELD_ENUM:
	case FIELD_WORD:
		schema_enum(out, field);
		break;
	case FIELD_LIST:
	case FIELD_STRS:
	case FIELD_INTS:
	case FIELD_WORDS:
		schema_list(out, field);
		break;
	case FIELD_OBJ:
	case FIELD_RAW:
		break;
	}
	out_word(out, "description", field->help);
	out_end(out);
}

static void schema_of(struct out *out, const char *name, const struct record *record)
{
	out_object(out, name);
	type(out, "object");
	out_flag(out, "additionalProperties", false);
	out_list(out, "required");
	for (size_t i = 0; i < record->fields_len; i++) {
		if (record->fields[i].presence == FIELD_REQ)
			out_word(out, NULL, record->fields[i].name);
	}
	out_list_end(out);
	out_object(out, "properties");
	for (size_t i = 0; i < record->fields_len; i++)
		schema_field(out, &record->fields[i]);
	out_end(out);
	out_end(out);
}

static void schema_columns(struct out *out, const struct api_list *list)
{
	static const char *const types[] = {
		[SHOW_ID] = "string",
		[SHOW_NUMBER] = "integer",
		[SHOW_TEXT] = "string",
		[SHOW_TIME] = "string",
		[SHOW_MONEY] = "object",
		[SHOW_ENERGY] = "string",
		[SHOW_FLAG] = "boolean",
		[SHOW_WORD] = "string",
		[SHOW_JSON] = "object",
	};

	out_object(out, "schema");
	type(out, "object");
	out_object(out, "properties");
	out_object(out, "items");
	type(out, "array");
	out_object(out, "items");
	type(out, "object");
	out_object(out, "properties");
	for (size_t i = 0; i < list->columns_len; i++) {
		if (list->columns[i].show <= SHOW_HIDDEN)
			continue;
		out_object(out, list->columns[i].name);
		type(out, types[list->columns[i].show]);
		out_end(out);
	}
	out_end(out);
	out_end(out);
	out_end(out);
	out_object(out, "next");
	type(out, "string");
	out_end(out);
	out_end(out);
	out_end(out);
}

static void parameter(struct out *out, struct str name, const char *in, const char *help)
{
	out_object(out, NULL);
	out_text(out, "name", name);
	out_word(out, "in", in);
	if (strcmp(in, "path") == 0)
		out_flag(out, "required", true);
	out_object(out, "schema");
	type(out, "string");
	out_end(out);
	out_word(out, "description", help);
	out_end(out);
}

static void put_parameters(struct out *out, const struct api_route *route)
{
	struct str rest = str_from(route->path);

	out_list(out, "parameters");
	while (rest.len) {
		struct str segment = str_cut(&rest, '/');

		if (segment.len > 2 && segment.ptr[0] == '{')
			parameter(out, str_slice(segment, 1, segment.len - 1), "path",
				"part of the path");
	}
	for (const struct api_query *query = route->query; query && query->name; query++)
		parameter(out, str_from(query->name), "query", query->help);
	if (route->flags & API_LIST) {
		parameter(out, STR("cursor"), "query", "`next` of the page before");
		parameter(out, STR("limit"), "query", "1 to 200, 50 when left out");
		parameter(out, STR("format"), "query", "csv for a spreadsheet");
	}
	if (route->flags & API_MONEY)
		parameter(out, STR("Idempotency-Key"), "header", "same key and body, same answer");
	if (route->roles && strcmp(route->method, "GET") != 0)
		parameter(out, STR("X-CSRF"), "header", "the csrf of the sign-in");
	out_list_end(out);
}

static void put_responses(struct out *out, const struct api_route *route)
{
	out_object(out, "responses");
	out_object(out, "2XX");
	out_word(out, "description", route->answer);
	if (route->list) {
		out_object(out, "content");
		out_object(out, "application/json");
		schema_columns(out, route->list);
		out_end(out);
		out_object(out, "text/csv");
		out_end(out);
		out_end(out);
	}
	out_end(out);
	out_object(out, "default");
	out_word(out, "$ref", "#/components/responses/problem");
	out_end(out);
	out_end(out);
}

static void put_operation(struct out *out, const struct api_route *route, struct arena *arena)
{
	struct str method = str_from(route->method);
	char *lower = str_dup_z(arena, method);

	for (size_t i = 0; lower && i < method.len; i++)
		lower[i] = (char)(lower[i] - 'A' + 'a');
	out_object(out, lower ? lower : route->method);
	out_word(out, "summary", route->help);
	put_parameters(out, route);
	if (route->body) {
		out_object(out, "requestBody");
		out_object(out, "content");
		out_object(out, "application/json");
		schema_of(out, "schema", route->body);
		out_end(out);
		out_end(out);
		out_end(out);
	}
	put_responses(out, route);
	out_list(out, "security");
	if (route->roles) {
		out_object(out, NULL);
		out_list(out, "session");
		for (int role = 1; role <= ROLE_INSTALLER; role <<= 1) {
			if (route->roles & role)
				out_word(out, NULL, auth_role_name(role));
		}
		out_list_end(out);
		out_end(out);
	}
	out_list_end(out);
	out_end(out);
}

static void put_components(struct out *out)
{
	out_object(out, "components");
	out_object(out, "securitySchemes");
	out_object(out, "session");
	type(out, "apiKey");
	out_word(out, "in", "cookie");
	out_word(out, "name", AUTH_COOKIE);
	out_end(out);
	out_end(out);
	out_object(out, "responses");
	out_object(out, "problem");
	out_word(out, "description", "RFC 9457 problem; type is urn:leyden:error:<word>");
	out_object(out, "content");
	out_object(out, "application/problem+json");
	out_end(out);
	out_end(out);
	out_end(out);
	out_end(out);
	out_end(out);
}

/* Rows of one path stand together in the table; a path seen before is not opened again. */
static bool first_of_path(size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(api_routes[i].path, api_routes[index].path) == 0)
			return false;
	}
	return true;
}

int desk_openapi(struct api_call *call)
{
	struct out *out = &call->out;

	reply_begin(call);
	out_word(out, "openapi", "3.1.0");
	out_object(out, "info");
	out_word(out, "title", "Leyden");
	out_word(out, "version", "1");
	out_end(out);
	out_object(out, "paths");
	for (size_t i = 0; i < api_routes_len; i++) {
		if (!first_of_path(i))
			continue;
		out_object(out, api_routes[i].path);
		for (size_t j = i; j < api_routes_len; j++) {
			if (strcmp(api_routes[i].path, api_routes[j].path) == 0)
				put_operation(out, &api_routes[j], call->ctx->arena);
		}
		out_end(out);
	}
	out_end(out);
	put_components(out);
	return reply_json(call, 200);
}
