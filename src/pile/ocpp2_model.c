/* ocpp2_model.c - the device model in OCPP 2.x: variables got and set, and reports in parts (see
 * model.h for what there is). */
#include <string.h>

#include "base/fault.h"
#include "pile/model.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/report.h"
#include "wire/ocpp16/enums.h"
#include "wire/ocpp2/provisioning.h"

#define REPORT_PART 25 /* variables of one NotifyReport */

/* By enum model_data and enum model_access. */
static const int model_datas[] = {
	OCPP2_DATA_STRING,
	OCPP2_DATA_DECIMAL,
	OCPP2_DATA_INTEGER,
	OCPP2_DATA_DATE_TIME,
	OCPP2_DATA_BOOLEAN,
	OCPP2_DATA_OPTION_LIST,
	OCPP2_DATA_MEMBER_LIST,
	OCPP2_DATA_SEQUENCE_LIST,
};
static const int model_accesses[] = {
	OCPP2_MUTABILITY_READ_ONLY,
	OCPP2_MUTABILITY_WRITE_ONLY,
	OCPP2_MUTABILITY_READ_WRITE,
};

/* ---- names ---- */

struct model_name ocpp2_model_name(
	const struct ocpp2_component *component, const struct ocpp2_variable *variable)
{
	return (struct model_name){.component = component->name,
		.component_instance = component->has_instance ? component->instance : STR_NULL,
		.variable = variable ? variable->name : STR_NULL,
		.instance = variable && variable->has_instance ? variable->instance : STR_NULL,
		.evse = component->has_evse ? component->evse.id : 0,
		.connector = component->has_evse && component->evse.has_connector_id};
}

void ocpp2_model_names(const struct model_variable *from, struct ocpp2_component *ret_component,
	struct ocpp2_variable *ret_variable)
{
	memset(ret_component, 0, sizeof(*ret_component));
	memset(ret_variable, 0, sizeof(*ret_variable));
	ret_component->name = str_from(from->component);
	ret_component->has_instance = from->component_instance[0] != 0;
	ret_component->instance = str_from(from->component_instance);
	ret_component->has_evse = from->evse > 0;
	ret_component->evse.id = from->evse;
	ret_component->evse.has_connector_id = from->connector;
	ret_component->evse.connector_id = from->connector;
	ret_variable->name = str_from(from->variable);
	ret_variable->has_instance = from->instance[0] != 0;
	ret_variable->instance = str_from(from->instance);
}

static bool model_attribute(bool given, int type)
{
	return !given || type == OCPP2_ATTRIBUTE_ACTUAL;
}

/* ---- one by one ---- */

static void model_get(struct talk *talk, const struct ocpp2_get_variable_data *in,
	struct ocpp2_get_variable_result *out)
{
	static const int answers[] = {
		[MODEL_FOUND] = OCPP2_GET_VARIABLE_STATUS_ACCEPTED,
		[MODEL_NO_COMPONENT] = OCPP2_GET_VARIABLE_STATUS_UNKNOWN_COMPONENT,
		[MODEL_NO_VARIABLE] = OCPP2_GET_VARIABLE_STATUS_UNKNOWN_VARIABLE,
	};
	struct model_name name = ocpp2_model_name(&in->component, &in->variable);
	struct model_variable found;
	enum model_found outcome = model_find(talk->pile, &name, &found);

	out->component = in->component;
	out->variable = in->variable;
	out->has_attribute_type = in->has_attribute_type;
	out->attribute_type = in->attribute_type;
	out->attribute_status = answers[outcome];
	if (outcome != MODEL_FOUND)
		return;
	if (!model_attribute(in->has_attribute_type, in->attribute_type)) {
		out->attribute_status = OCPP2_GET_VARIABLE_STATUS_NOT_SUPPORTED_ATTRIBUTE_TYPE;
	} else if (found.access == MODEL_WRITE) {
		out->attribute_status = OCPP2_GET_VARIABLE_STATUS_REJECTED;
	} else {
		out->has_attribute_value = true;
		out->attribute_value = model_value(talk->pile, &found, talk->arena);
		if (!out->attribute_value.ptr)
			out->attribute_value = STR("");
	}
}

static int order_get_variables(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_variables_req *req = in;
	struct ocpp2_get_variables_conf *conf = out;

	conf->get_variable_result = ARENA_ARRAY(
		talk->arena, struct ocpp2_get_variable_result, req->get_variable_data_len);
	if (!conf->get_variable_result)
		return FAULT(FAULT_NOMEM, "too many variables");
	conf->get_variable_result_len = req->get_variable_data_len;
	for (size_t i = 0; i < req->get_variable_data_len; i++)
		model_get(talk, &req->get_variable_data[i], &conf->get_variable_result[i]);
	return 0;
}

static int model_set(struct talk *talk, const struct ocpp2_set_variable_data *in,
	struct ocpp2_set_variable_result *out)
{
	static const int answers[] = {
		[MODEL_FOUND] = OCPP2_SET_VARIABLE_STATUS_REJECTED,
		[MODEL_NO_COMPONENT] = OCPP2_SET_VARIABLE_STATUS_UNKNOWN_COMPONENT,
		[MODEL_NO_VARIABLE] = OCPP2_SET_VARIABLE_STATUS_UNKNOWN_VARIABLE,
	};
	struct model_name name = ocpp2_model_name(&in->component, &in->variable);
	struct model_variable found;
	enum model_found outcome = model_find(talk->pile, &name, &found);
	int result;

	out->component = in->component;
	out->variable = in->variable;
	out->has_attribute_type = in->has_attribute_type;
	out->attribute_type = in->attribute_type;
	out->attribute_status = answers[outcome];
	if (outcome == MODEL_FOUND && !model_attribute(in->has_attribute_type, in->attribute_type))
		out->attribute_status = OCPP2_SET_VARIABLE_STATUS_NOT_SUPPORTED_ATTRIBUTE_TYPE;
	else if (outcome == MODEL_FOUND && found.access != MODEL_READ && found.key != KEYS) {
		result = pile_set_key(
			talk->pile, str_from(key_row(found.key)->name), in->attribute_value);
		TRY(result);
		out->attribute_status = result == OCPP16_CONFIGURATION_STATUS_ACCEPTED
						? OCPP2_SET_VARIABLE_STATUS_ACCEPTED
					: result == OCPP16_CONFIGURATION_STATUS_REBOOT_REQUIRED
						? OCPP2_SET_VARIABLE_STATUS_REBOOT_REQUIRED
						: OCPP2_SET_VARIABLE_STATUS_REJECTED;
	}
	return 0;
}

static int order_set_variables(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_set_variables_req *req = in;
	struct ocpp2_set_variables_conf *conf = out;

	conf->set_variable_result = ARENA_ARRAY(
		talk->arena, struct ocpp2_set_variable_result, req->set_variable_data_len);
	if (!conf->set_variable_result)
		return FAULT(FAULT_NOMEM, "too many variables");
	conf->set_variable_result_len = req->set_variable_data_len;
	for (size_t i = 0; i < req->set_variable_data_len; i++)
		TRY(model_set(talk, &req->set_variable_data[i], &conf->set_variable_result[i]));
	return 0;
}

/* ---- reports ---- */

/* In the inventory asked for: all, what can be changed, or what tells of the state. */
static bool report_base_has(int base, const struct model_variable *one)
{
	switch (base) {
	case OCPP2_REPORT_BASE_CONFIGURATION_INVENTORY:
		return one->access != MODEL_READ;
	case OCPP2_REPORT_BASE_SUMMARY_INVENTORY:
		return strcmp(one->variable, "AvailabilityState") == 0 ||
		       strcmp(one->variable, "Problem") == 0;
	default:
		return true;
	}
}

static int report_status(struct pile *pile, struct pile_report *report)
{
	if (!report)
		return OCPP2_GENERIC_DEVICE_MODEL_STATUS_REJECTED;
	if (report_next(report, 0) >= 0)
		return OCPP2_GENERIC_DEVICE_MODEL_STATUS_ACCEPTED;
	report_cancel(pile);
	return OCPP2_GENERIC_DEVICE_MODEL_STATUS_EMPTY_RESULT_SET;
}

static int order_base_report(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_base_report_req *req = in;
	struct ocpp2_get_base_report_conf *conf = out;
	struct pile_report *report = report_add(talk->pile, CALL_REPORT, (int32_t)req->request_id);
	struct model_variable one;

	for (size_t i = 0; report && model_at(talk->pile, i, &one); i++)
		if (report_base_has(req->report_base, &one))
			report_want(report, i);
	conf->status = report_status(talk->pile, report);
	return 0;
}

static bool report_matches(
	const struct ocpp2_component_variable *wanted, const struct model_variable *one)
{
	const struct ocpp2_component *component = &wanted->component;

	if (!str_eq_nocase(component->name, str_from(one->component)) ||
		(component->has_instance &&
			!str_eq_nocase(component->instance, str_from(one->component_instance))) ||
		(component->has_evse &&
			(component->evse.id != one->evse ||
				(component->evse.has_connector_id &&
					(!one->connector || component->evse.connector_id != 1)))))
		return false;
	if (!wanted->has_variable)
		return true;
	return str_eq_nocase(wanted->variable.name, str_from(one->variable)) &&
	       (!wanted->variable.has_instance ||
		       str_eq_nocase(wanted->variable.instance, str_from(one->instance)));
}

/* Of a component with a problem, or one that is there at all: all of ours are. */
static bool report_criterion(
	struct talk *talk, const struct ocpp2_get_report_req *req, const struct model_variable *one)
{
	const struct outlet *outlet = pile_outlet(talk->pile, one->evse);

	if (!req->has_component_criteria)
		return true;
	for (size_t i = 0; i < req->component_criteria_len; i++)
		if (!str_is(req->component_criteria[i], "Problem") ||
			(outlet && outlet->evse.protect.active))
			return true;
	return false;
}

static int order_report(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_report_req *req = in;
	struct ocpp2_get_report_conf *conf = out;
	struct pile_report *report = report_add(talk->pile, CALL_REPORT, (int32_t)req->request_id);
	struct model_variable one;

	for (size_t i = 0; report && model_at(talk->pile, i, &one); i++) {
		bool wanted = !req->has_component_variable;
		for (size_t w = 0; w < req->component_variable_len && !wanted; w++)
			wanted = report_matches(&req->component_variable[w], &one);
		if (wanted && report_criterion(talk, req, &one))
			report_want(report, i);
	}
	conf->status = report_status(talk->pile, report);
	return 0;
}

static int report_row(
	struct talk *talk, const struct model_variable *one, struct ocpp2_report_data *ret)
{
	struct ocpp2_variable_attribute *attribute =
		ARENA_NEW(talk->arena, struct ocpp2_variable_attribute);
	struct ocpp2_variable_characteristics *traits = &ret->variable_characteristics;

	if (!attribute)
		return FAULT(FAULT_NOMEM, "no room for a report");
	ocpp2_model_names(one, &ret->component, &ret->variable);
	attribute->value = model_value(talk->pile, one, talk->arena);
	attribute->has_value = attribute->value.ptr != NULL;
	attribute->has_mutability = attribute->has_persistent = attribute->has_constant = true;
	attribute->mutability = model_accesses[one->access];
	attribute->persistent = one->key != KEYS;
	ret->variable_attribute = attribute;
	ret->variable_attribute_len = 1;
	ret->has_variable_characteristics = true;
	traits->data_type = model_datas[one->data];
	traits->supports_monitoring = one->numeric;
	traits->has_unit = one->unit[0] != 0;
	traits->unit = str_from(one->unit);
	traits->has_values_list = one->list[0] != 0;
	traits->values_list = str_from(one->list);
	traits->has_max_limit_e6 = one->most > 0;
	traits->max_limit_e6 = one->most * 1000000;
	if (one->key != KEYS && key_row(one->key)->kind == KEY_KIND_INT) {
		traits->has_min_limit_e6 = traits->has_max_limit_e6 = true;
		traits->min_limit_e6 = key_row(one->key)->least * 1000000;
		traits->max_limit_e6 = key_row(one->key)->most * 1000000;
	}
	return 0;
}

static int say_report(struct talk *talk, void *out)
{
	const struct pile_report *report = &talk->pile->reports[0];
	struct ocpp2_notify_report_req *req = out;
	struct ocpp2_report_data *list =
		ARENA_ARRAY(talk->arena, struct ocpp2_report_data, REPORT_PART);
	struct model_variable one;
	int row = report_next(report, report->next);

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for a report");
	for (; row >= 0 && req->report_data_len < REPORT_PART; row = report_next(report, row + 1))
		if (model_at(talk->pile, (size_t)row, &one))
			TRY(report_row(talk, &one, &list[req->report_data_len++]));
	req->request_id = report->request_id;
	req->generated_at_us = report->at_us;
	req->seq_no = report->part;
	req->has_report_data = req->report_data_len > 0;
	req->report_data = list;
	req->has_tbc = true;
	req->tbc = row >= 0;
	return 0;
}

void ocpp2_report_told(struct pile *pile, int rows)
{
	struct pile_report *report = &pile->reports[0];
	int row = report_next(report, report->next);

	for (int i = 0; i < rows && row >= 0; i++)
		row = report_next(report, row + 1);
	report->part++;
	report->next = row;
	if (row < 0)
		report_drop(pile);
}

static bool hear_report(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in;
	(void)ret;
	ocpp2_report_told(talk->pile, REPORT_PART);
	return true;
}

static const struct talk_say model_say_rows[] = {
	{CALL_REPORT, "NotifyReport", say_report, hear_report},
};
const struct talk_says ocpp2_model_says = TALK_ROWS(model_say_rows);

static const struct talk_order model_order_rows[] = {
	{"GetVariables", order_get_variables},
	{"SetVariables", order_set_variables},
	{"GetBaseReport", order_base_report},
	{"GetReport", order_report},
};
const struct talk_orders ocpp2_model_orders = TALK_ROWS(model_order_rows);
