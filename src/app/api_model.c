/* api_model.c - the device model of a 2.x pile: its variables and monitors shown and searched, a
 * variable changed. */
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/devices.h"
#include "store/pile.h"

#define VARIABLES_SHOWN 200 /* of one page */
#define MONITORS_SHOWN 500
#define STREAMS_SHOWN 64
#define STREAM_VALUES_SHOWN 50 /* newest first */
#define NUMBER(value) ((struct list_arg){(value), STR_NULL})

/* The first six columns of both statements. */
static void put_key(struct api_call *call, const struct list_cell *row)
{
	out_text(&call->out, "component", row[0].text);
	out_text(&call->out, "component_instance", row[1].text);
	out_number(&call->out, "evse", row[2].number);
	out_number(&call->out, "outlet", row[3].number);
	out_text(&call->out, "variable", row[4].text);
	out_text(&call->out, "variable_instance", row[5].text);
}

static void put_variable(struct api_call *call, const struct list_cell *row)
{
	out_object(&call->out, NULL);
	put_key(call, row);
	out_text(&call->out, "attribute", row[6].text);
	out_text(&call->out, "value", row[7].text);
	out_flag(&call->out, "has_value", row[8].number != 0);
	out_text(&call->out, "mutability", row[9].text);
	out_text(&call->out, "data_type", row[10].text);
	out_text(&call->out, "unit", row[11].text);
	out_text(&call->out, "least", row[12].text);
	out_text(&call->out, "most", row[13].text);
	out_text(&call->out, "choices", row[14].text);
	out_flag(&call->out, "monitored", row[15].number != 0);
	out_time(&call->out, "at", row[16].number);
	out_end(&call->out);
}

static int put_monitors(struct api_call *call, int64_t pile_id)
{
	const struct list_arg args[] = {NUMBER(pile_id), NUMBER(MONITORS_SHOWN)};
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_MONITORS, args, 2, "ssiississii", MONITORS_SHOWN,
		call->ctx->arena, &rows));
	out_list(&call->out, "monitors");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		out_object(&call->out, NULL);
		put_key(call, row);
		out_number(&call->out, "id", row[6].number);
		out_text(&call->out, "kind", row[7].text);
		out_text(&call->out, "value", row[8].text);
		out_number(&call->out, "severity", row[9].number);
		out_flag(&call->out, "during_charge", row[10].number != 0);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

int model_variables(struct api_call *call)
{
	int64_t skip = call_query_id(call, "skip");
	struct list_rows rows;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	const struct list_arg args[] = {NUMBER(pile.id),
		{0, list_pattern(call->ctx->arena, call_query(call, "q"), false)},
		NUMBER(VARIABLES_SHOWN + 1), NUMBER(skip)};
	TRY(store_list(call->ctx->db, SQL_LIST_VARIABLES, args, 4, "ssiissssissssssii",
		VARIABLES_SHOWN + 1, call->ctx->arena, &rows));
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < rows.rows_len && i < VARIABLES_SHOWN; i++)
		put_variable(call, list_row(&rows, i));
	out_list_end(&call->out);
	if (rows.rows_len > VARIABLES_SHOWN)
		out_number(&call->out, "next", skip + VARIABLES_SHOWN);
	TRY(put_monitors(call, pile.id));
	return reply_json(call, 200);
}

static int put_stream_values(struct api_call *call, int64_t pile_id, int64_t stream_id)
{
	const struct list_arg args[] = {
		NUMBER(pile_id), NUMBER(stream_id), NUMBER(STREAM_VALUES_SHOWN)};
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_STREAM_VALUES, args, 3, "is", STREAM_VALUES_SHOWN,
		call->ctx->arena, &rows));
	out_list(&call->out, "values");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		out_object(&call->out, NULL);
		out_time(&call->out, "at", row[0].number);
		out_text(&call->out, "value", row[1].text);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

int model_streams(struct api_call *call)
{
	struct list_rows rows;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	const struct list_arg args[] = {NUMBER(pile.id), NUMBER(STREAMS_SHOWN)};
	TRY(store_list(call->ctx->db, SQL_LIST_STREAMS, args, 2, "iiiiiiiii", STREAMS_SHOWN,
		call->ctx->arena, &rows));
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		out_object(&call->out, NULL);
		out_number(&call->out, "id", row[0].number);
		out_number(&call->out, "monitor_id", row[1].number);
		out_number(&call->out, "every_s", row[2].number);
		out_number(&call->out, "most_values", row[3].number);
		out_flag(&call->out, "open", row[4].number != 0);
		out_number(&call->out, "pending", row[5].number);
		out_number(&call->out, "received", row[6].number);
		out_time(&call->out, "opened", row[7].number);
		out_time(&call->out, "at", row[8].number);
		TRY(put_stream_values(call, pile.id, row[0].number));
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, 200);
}

/* {"setVariableData":[{...}]} in the words of 2.0.1, which 2.1 has as well. */
static struct str set_variables(struct api_call *call, const struct api_variable *body)
{
	out_init(&call->out, call->ctx->arena);
	out_object(&call->out, NULL);
	out_list(&call->out, "setVariableData");
	out_object(&call->out, NULL);
	out_text(&call->out, "attributeType",
		field_enum_name(&api_attribute_names,
			body->has_attribute ? body->attribute : API_ATTRIBUTE_ACTUAL));
	out_text(&call->out, "attributeValue", body->value);
	out_object(&call->out, "component");
	out_text(&call->out, "name", body->component);
	if (body->component_instance.len > 0)
		out_text(&call->out, "instance", body->component_instance);
	if (body->evse > 0) {
		out_object(&call->out, "evse");
		out_number(&call->out, "id", body->evse);
		if (body->outlet > 0)
			out_number(&call->out, "connectorId", body->outlet);
		out_end(&call->out);
	}
	out_end(&call->out);
	out_object(&call->out, "variable");
	out_text(&call->out, "name", body->variable);
	if (body->variable_instance.len > 0)
		out_text(&call->out, "instance", body->variable_instance);
	out_end(&call->out);
	out_end(&call->out);
	out_list_end(&call->out);
	out_end(&call->out);
	return out_str(&call->out);
}

/* Which variable stands in the record of deeds; its value may be a secret and does not. */
static int audit_change(
	struct api_call *call, const struct pile *pile, const struct api_variable *body)
{
	struct out out;

	out_init(&out, call->ctx->arena);
	out_object(&out, NULL);
	out_word(&out, "action", "SetVariables");
	out_text(&out, "component", body->component);
	out_text(&out, "variable", body->variable);
	out_end(&out);
	return auth_audit(call->ctx, &call->who, "pile.command",
		str_format(call->ctx->arena, "pile:%lld", (long long)pile->id), out_str(&out));
}

int action_change_variable(struct api_call *call)
{
	const struct api_variable *body = call->body;
	struct command_wish wish = {.action = STR("SetVariables"), .user_id = call->who.staff_id};
	struct pile pile;
	int64_t command_id;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (!pile.online)
		return P_PILE_OFFLINE;
	if (!str_starts(pile.protocol, STR("ocpp2")))
		return P_STATE; /* has settings, no variables */
	wish.pile_id = pile.id;
	wish.protocol = pile.protocol;
	wish.payload = set_variables(call, body);
	result = devices_command(call->ctx, &wish, &command_id);
	TRY(result);
	if (result > 0)
		return result == DEVICES_E_FULL ? P_QUEUE_FULL : P_PILE_OFFLINE;
	TRY(audit_change(call, &pile, body));
	reply_begin(call);
	out_id(&call->out, "command_id", command_id);
	return reply_json(call, 202);
}
