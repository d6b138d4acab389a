/* api_ocpp2.c - what only piles that speak OCPP 2 can be asked: parts of their inventory, monitors,
 * what they keep of a customer, how it stands with a transaction, another network profile. Each is
 * a command in the pile's own words; its answer is read from the command (GET /v1/commands/{id}),
 * what follows as a report from GET /v1/piles/{id}/reports. */
#include "app/api_ocpp2.h"

#include "app/api_care.h"
#include "app/devices.h"
#include "app/ocpp2_ask.h"
#include "base/mask.h"
#include "store/order.h"
#include "store/pile.h"
#include "wire/ocpp2/diagnostics.h"
#include "wire/ocpp2/display.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/transaction.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define TEXT(value) ((struct list_arg){0, (value)})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TIMEOUT_S 30
#define REPORTS_SHOWN 50
#define PARTS_SHOWN 200

FIELD_ENUM_DEFINE(api_criterion, API_CRITERION, API_CRITERIA)
FIELD_ROWS(api_inventory, API_INVENTORY_FIELDS)
FIELD_ENUM_DEFINE(api_monitor_kind, API_MONITOR, API_MONITOR_KINDS)
FIELD_ROWS(api_monitor, API_MONITOR_FIELDS)
FIELD_ENUM_DEFINE(api_base, API_BASE, API_BASES)
FIELD_ROWS(api_monitor_base, API_MONITOR_BASE_FIELDS)
FIELD_ROWS(api_monitor_level, API_MONITOR_LEVEL_FIELDS)
FIELD_ROWS(api_customer, API_CUSTOMER_FIELDS)
FIELD_ENUM_DEFINE(api_interface, API_INTERFACE, API_INTERFACES)
FIELD_ROWS(api_network, API_NETWORK_FIELDS)

/* --- sending --- */

static int audit_said(struct api_call *call, const struct command_wish *wish)
{
	struct str shown;

	if (!mask_secrets(call->ctx->arena, wish->payload, &shown))
		shown = wish->payload;
	return care_audit(call, "pile.command", "pile", wish->pile_id,
		str_format(call->ctx->arena, "{\"action\":\"%.*s\",\"payload\":%.*s}",
			STR_FMT(wish->action), STR_FMT(shown)));
}

int pile_say(struct api_call *call, const struct pile *pile, const char *action, const void *req)
{
	struct command_wish wish = {.pile_id = pile->id, .user_id = call->who.staff_id};
	struct record_error error;
	int64_t command_id;
	int result;

	if (!pile->online)
		return P_PILE_OFFLINE;
	result = ocpp2_word(call->ctx, pile, action, req, &wish, &error);
	TRY(result);
	if (result != 0) /* another version, or a value that this one has not */
		return error.path[0] ? call_field(call, error.path, "format") : P_VERSION;
	result = devices_command(call->ctx, &wish, &command_id);
	TRY(result);
	if (result != 0)
		return result == DEVICES_E_FULL ? P_QUEUE_FULL : P_PILE_OFFLINE;
	TRY(audit_said(call, &wish));
	reply_begin(call);
	out_id(&call->out, "command_id", command_id);
	return reply_json(call, 202);
}

int64_t request_number(struct api_call *call)
{
	return CTX_ID(call->ctx) & INT32_MAX;
}

/* --- the inventory --- */

int inventory_ask(struct api_call *call)
{
	const struct api_inventory *body = call->body;
	struct str criterion = field_enum_name(&api_criterion_names, body->criterion);
	struct ocpp2_component_variable one = {.component = {.name = body->component},
		.has_variable = body->has_variable,
		.variable = {.name = body->variable}};
	struct ocpp2_get_report_req req = {.request_id = request_number(call)};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (body->has_variable && !body->has_component)
		return call_field(call, "component", "missing");
	if (!body->has_criterion && !body->has_component)
		return call_field(call, "criterion", "missing");
	if (body->has_component) {
		req.has_component_variable = true;
		req.component_variable = &one;
		req.component_variable_len = 1;
	}
	if (body->has_criterion) {
		req.has_component_criteria = true;
		req.component_criteria = &criterion;
		req.component_criteria_len = 1;
	}
	return pile_say(call, &pile, "GetReport", &req);
}

/* --- monitors --- */

int monitors_ask(struct api_call *call)
{
	struct ocpp2_get_monitoring_report_req req = {.request_id = request_number(call)};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "GetMonitoringReport", &req);
}

int monitor_set(struct api_call *call)
{
	const struct api_monitor *body = call->body;
	struct ocpp2_set_monitoring_data one = {.value_e6 = body->value_e6,
		.type = field_enum_value(&ocpp2_monitor_enum_201_names,
			field_enum_name(&api_monitor_kind_names, body->kind)),
		.severity = body->severity,
		.component = {.name = body->component,
			.has_instance = body->component_instance.len > 0,
			.instance = body->component_instance,
			.has_evse = body->evse > 0,
			.evse = {.id = body->evse,
				.has_connector_id = body->outlet > 0,
				.connector_id = body->outlet}},
		.variable = {.name = body->variable,
			.has_instance = body->variable_instance.len > 0,
			.instance = body->variable_instance},
		.has_id = body->has_id,
		.id = body->id,
		.has_transaction = body->has_during_charge,
		.transaction = body->during_charge,
		.has_periodic_event_stream = body->has_stream_s,
		.periodic_event_stream = {
			.has_interval = body->has_stream_s, .interval = body->stream_s}};
	struct ocpp2_set_variable_monitoring_req req = {
		.set_monitoring_data = &one, .set_monitoring_data_len = 1};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (body->has_stream_s && ocpp_version_of(pile.protocol) != OCPP_21)
		return P_VERSION;
	return pile_say(call, &pile, "SetVariableMonitoring", &req);
}

int monitor_clear(struct api_call *call)
{
	int64_t number;
	struct ocpp2_clear_variable_monitoring_req req = {.id = &number, .id_len = 1};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (!str_to_i64(call->params[1], &number) || number < 0 || number > INT32_MAX)
		return P_NOT_FOUND;
	return pile_say(call, &pile, "ClearVariableMonitoring", &req);
}

int monitor_base(struct api_call *call)
{
	const struct api_monitor_base *body = call->body;
	struct ocpp2_set_monitoring_base_req req = {
		.monitoring_base = field_enum_value(&ocpp2_monitoring_base_enum_201_names,
			field_enum_name(&api_base_names, body->base))};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "SetMonitoringBase", &req);
}

int monitor_level(struct api_call *call)
{
	const struct api_monitor_level *body = call->body;
	struct ocpp2_set_monitoring_level_req req = {.severity = body->severity};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "SetMonitoringLevel", &req);
}

/* --- customers --- */

/* What the pile keeps of a customer is told, or forgotten, or both. */
int customer_ask(struct api_call *call)
{
	const struct api_customer *body = call->body;
	bool named = body->has_id_tag && str_trim(body->id_tag).len > 0;
	struct ocpp2_customer_information_req req = {.request_id = request_number(call),
		.report = !body->has_report || body->report,
		.clear = body->has_clear && body->clear,
		.has_id_token = named,
		.id_token = {.id_token = str_trim(body->id_tag), .type = STR("ISO14443")},
		.has_customer_identifier = body->has_customer,
		.customer_identifier = body->customer};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (named == (body->has_customer && body->customer.len > 0))
		return call_field(call, "id_tag", named ? "unknown" : "missing");
	if (!req.report && !req.clear)
		return call_field(call, "report", "format");
	return pile_say(call, &pile, "CustomerInformation", &req);
}

/* --- network --- */

int network_set(struct api_call *call)
{
	const struct api_network *body = call->body;
	bool tls = str_starts(body->url, STR("wss://"));
	struct ocpp2_set_network_profile_req req = {.configuration_slot = body->slot,
		.connection_data = {.ocpp_transport = OCPP2_OCPP_TRANSPORT_JSON,
			.ocpp_csms_url = body->url,
			.message_timeout = body->has_timeout_s ? body->timeout_s : TIMEOUT_S,
			.security_profile = body->profile,
			.ocpp_interface = field_enum_value(&ocpp2_ocpp_interface_enum_201_names,
				field_enum_name(&api_interface_names, body->interface)),
			.has_ocpp_version = true}};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	/* 2.0.1 has no better word for itself */
	req.connection_data.ocpp_version = ocpp_version_of(pile.protocol) == OCPP_21
						   ? OCPP2_OCPP_VERSION_OCPP21
						   : OCPP2_OCPP_VERSION_OCPP20;
	if (!tls && !str_starts(body->url, STR("ws://")))
		return call_field(call, "url", "format");
	if (tls != (body->profile >= 2)) /* 2 and 3 stand on TLS, 0 and 1 have none */
		return call_field(call, "profile", "format");
	return pile_say(call, &pile, "SetNetworkProfile", &req);
}

/* --- transactions --- */

/* Has the pile messages of charges that it could not send yet? */
int pile_transactions_ask(struct api_call *call)
{
	struct ocpp2_get_transaction_status_req req = {0};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "GetTransactionStatus", &req);
}

int order_charge(
	struct api_call *call, struct order *ret_order, struct pile *ret_pile, struct str *ret_name)
{
	struct ctx *ctx = call->ctx;
	int64_t id;
	int result = call_id(call, 0, &id) ? store_order_get(ctx->db, ctx->arena, id, ret_order)
					   : STORE_E_MISSING;

	TRY(result);
	if (result != 0 || ret_order->tenant_id != call->who.tenant_id)
		return P_NOT_FOUND;
	result = store_pile_get(ctx->db, ctx->arena, ret_order->pile_id, ret_pile);
	TRY(result);
	if (result != 0)
		return P_STATE;
	if (devices_speaks_16(ret_pile))
		return P_VERSION;
	result = ocpp2_charge_name(ctx, id, ret_name);
	TRY(result);
	return result == 0 ? 0 : P_STATE;
}

/* Does the charge of an order still run, as the pile sees it? */
int order_transaction_ask(struct api_call *call)
{
	struct ocpp2_get_transaction_status_req req = {.has_transaction_id = true};
	struct order order;
	struct pile pile;
	int result = order_charge(call, &order, &pile, &req.transaction_id);

	return result != 0 ? result : pile_say(call, &pile, "GetTransactionStatus", &req);
}

/* --- what is on the display, as the pile sees it --- */

int displays_ask(struct api_call *call)
{
	struct ocpp2_get_display_messages_req req = {.request_id = request_number(call)};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "GetDisplayMessages", &req);
}

/* --- reports --- */

int reports_get(struct api_call *call)
{
	struct list_rows rows;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	const struct list_arg args[] = {
		NUMBER(pile.id), TEXT(call_query(call, "kind")), NUMBER(REPORTS_SHOWN)};
	TRY(store_list(call->ctx->db, SQL_LIST_REPORTS, args, COUNT(args), "sissiiii",
		REPORTS_SHOWN, call->ctx->arena, &rows));
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		out_object(&call->out, NULL);
		out_text(&call->out, "kind", row[0].text);
		out_number(&call->out, "request", row[1].number);
		out_text(&call->out, "state", row[2].text);
		out_text(&call->out, "reason", row[3].text);
		out_number(&call->out, "parts", row[4].number);
		out_number(&call->out, "bytes", row[5].number);
		out_time(&call->out, "begun", row[6].number);
		out_time(&call->out, "at", row[7].number);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, 200);
}

/* The parts of one report that is kept as it came. */
int report_get(struct api_call *call)
{
	struct list_rows rows;
	struct pile pile;
	int64_t request;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (!str_to_i64(call->params[2], &request))
		return P_NOT_FOUND;
	const struct list_arg args[] = {
		NUMBER(pile.id), TEXT(call->params[1]), NUMBER(request), NUMBER(PARTS_SHOWN + 1)};
	TRY(store_list(call->ctx->db, SQL_LIST_REPORT_PARTS, args, COUNT(args), "is",
		PARTS_SHOWN + 1, call->ctx->arena, &rows));
	if (rows.rows_len == 0)
		return P_NOT_FOUND;
	reply_begin(call);
	out_list(&call->out, "parts");
	for (size_t i = 0; i < rows.rows_len && i < PARTS_SHOWN; i++)
		out_raw(&call->out, NULL, list_row(&rows, i)[1].text);
	out_list_end(&call->out);
	out_flag(&call->out, "more", rows.rows_len > PARTS_SHOWN);
	return reply_json(call, 200);
}

/* --- notices --- */

static const struct api_column notice_columns[] = {
	{"id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"kind", SHOW_TEXT, NULL},
	{"connector", SHOW_NUMBER, NULL},
	{"body", SHOW_JSON, NULL},
};

static int notices_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct pile pile;
	int result = call_pile(call, &pile);
	const struct list_arg args[] = {NUMBER(result == 0 ? pile.id : 0),
		NUMBER(page->cursor.id ? page->cursor.id : INT64_MAX), NUMBER((int64_t)page->most),
		TEXT(call_query(call, "kind"))};

	return result != 0 ? result
			   : list_query(call, &list_notices, SQL_LIST_NOTICES, args, COUNT(args),
				     page->most, ret_rows);
}

const struct api_list list_notices = {
	"notices", notice_columns, COUNT(notice_columns), -1, -1, false, notices_read, NULL};

/* --- the grid's controls --- */

static const struct api_column control_columns[] = {
	{"name", SHOW_TEXT, NULL},
	{"kind", SHOW_TEXT, NULL},
	{"is_default", SHOW_FLAG, NULL},
	{"state", SHOW_TEXT, NULL},
	{"body", SHOW_JSON, NULL},
	{"at", SHOW_TIME, NULL},
};

static int controls_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct pile pile;
	int result = call_pile(call, &pile);
	const struct list_arg args[] = {NUMBER(result == 0 ? pile.id : 0),
		TEXT(page->cursor.name.ptr ? page->cursor.name : STR("")),
		NUMBER((int64_t)page->most)};

	return result != 0 ? result
			   : list_query(call, &list_grid_controls, SQL_LIST_GRID_CONTROLS, args,
				     COUNT(args), page->most, ret_rows);
}

const struct api_list list_grid_controls = {
	"grid controls", control_columns, COUNT(control_columns), -1, 0, true, controls_read, NULL};
