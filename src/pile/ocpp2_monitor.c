/* ocpp2_monitor.c - monitors in OCPP 2.x: set, cleared, reported, and the events they give (see
 * monitor.h). */
#include <string.h>

#include "base/fault.h"
#include "pile/monitor.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/report.h"
#include "pile/stream.h"

#define MONITOR_PART 10 /* monitors of one NotifyMonitoringReport */

/* By enum monitor_kind. */
static const struct {
	int type, trigger;
	const char *criterion;
} monitor_words[MONITOR_KINDS] = {
	[MONITOR_UPPER] = {OCPP2_MONITOR_UPPER_THRESHOLD, OCPP2_EVENT_TRIGGER_ALERTING,
		"ThresholdMonitoring"},
	[MONITOR_LOWER] = {OCPP2_MONITOR_LOWER_THRESHOLD, OCPP2_EVENT_TRIGGER_ALERTING,
		"ThresholdMonitoring"},
	[MONITOR_DELTA] = {OCPP2_MONITOR_DELTA, OCPP2_EVENT_TRIGGER_DELTA, "DeltaMonitoring"},
	[MONITOR_PERIODIC] = {OCPP2_MONITOR_PERIODIC, OCPP2_EVENT_TRIGGER_PERIODIC,
		"PeriodicMonitoring"},
	[MONITOR_ALIGNED] = {OCPP2_MONITOR_PERIODIC_CLOCK_ALIGNED, OCPP2_EVENT_TRIGGER_PERIODIC,
		"PeriodicMonitoring"},
};

static enum monitor_kind monitor_kind_of(int type)
{
	int kind = 0;

	while (kind < MONITOR_KINDS && monitor_words[kind].type != type)
		kind++;
	return (enum monitor_kind)kind;
}

int ocpp2_monitor_event(
	struct talk *talk, const struct pile_alert *event, struct ocpp2_event_data *data)
{
	const struct monitor *monitor = monitor_find(talk->pile, event->monitor);
	struct model_variable variable;

	if (!monitor || !model_at(talk->pile, monitor->variable, &variable)) {
		pile_alert_done(talk->pile); /* cleared meanwhile */
		return TALK_UNSAID;
	}
	ocpp2_model_names(&variable, &data->component, &data->variable);
	data->trigger = monitor_words[monitor->kind].trigger;
	data->event_notification_type = OCPP2_EVENT_NOTIFICATION_CUSTOM_MONITOR;
	data->actual_value = str_from(event->value);
	data->has_cleared = event->cleared;
	data->cleared = event->cleared;
	data->has_variable_monitoring_id = true;
	data->variable_monitoring_id = monitor->id;
	data->has_severity = true;
	data->severity = monitor->severity;
	return 0;
}

static int monitor_status(int outcome)
{
	switch (outcome) {
	case 0:
		return OCPP2_SET_MONITORING_STATUS_ACCEPTED;
	case MONITOR_E_COMPONENT:
		return OCPP2_SET_MONITORING_STATUS_UNKNOWN_COMPONENT;
	case MONITOR_E_VARIABLE:
		return OCPP2_SET_MONITORING_STATUS_UNKNOWN_VARIABLE;
	case MONITOR_E_KIND:
		return OCPP2_SET_MONITORING_STATUS_UNSUPPORTED_MONITOR_TYPE;
	case MONITOR_E_DUPLICATE:
		return OCPP2_SET_MONITORING_STATUS_DUPLICATE;
	default:
		return OCPP2_SET_MONITORING_STATUS_REJECTED;
	}
}

/* Only what comes by itself can flow. */
static int stream_possible(
	const struct monitor *wanted, const struct ocpp2_periodic_event_stream_params *params)
{
	if (wanted->kind != MONITOR_PERIODIC && wanted->kind != MONITOR_ALIGNED)
		return MONITOR_E_KIND;
	return stream_check(params->has_interval ? params->interval : 0,
		       params->has_values ? params->values : 0) == 0
		       ? 0
		       : MONITOR_E_VALUE;
}

/* Without room for the stream there is no monitor either. */
static int stream_begins(
	struct pile *pile, int32_t id, const struct ocpp2_periodic_event_stream_params *params)
{
	int outcome = stream_set(pile, id, params->has_interval ? params->interval : 0,
		params->has_values ? params->values : 0);

	TRY(outcome);
	if (outcome == 0)
		return 0;
	TRY(monitor_clear(pile, id));
	return MONITOR_E_FULL;
}

static int monitor_set_one(struct talk *talk, const struct ocpp2_set_monitoring_data *in,
	struct ocpp2_set_monitoring_result *out)
{
	struct monitor wanted = {.id = in->has_id ? (int32_t)in->id : 0,
		.kind = monitor_kind_of(in->type),
		.severity = in->severity <= MONITOR_SEVERITY_MAX ? (uint8_t)in->severity
								 : MONITOR_SEVERITY_MAX + 1,
		.transaction = in->has_transaction && in->transaction,
		.value_milli = in->value_e6 / 1000,
		.name = ocpp2_model_name(&in->component, &in->variable)};
	const struct ocpp2_periodic_event_stream_params *stream =
		talk->version == OCPP_21 && in->has_periodic_event_stream
			? &in->periodic_event_stream
			: NULL;
	int32_t id = 0;
	int outcome = stream ? stream_possible(&wanted, stream) : 0;

	if (outcome == 0)
		outcome = monitor_set(talk->pile, &wanted, &id);
	TRY(outcome);
	if (outcome == 0 && stream)
		outcome = stream_begins(talk->pile, id, stream);
	else if (outcome == 0)
		outcome = stream_end(talk->pile, id); /* a monitor set anew, without one */
	TRY(outcome);
	out->status = monitor_status(outcome);
	out->type = in->type;
	out->component = in->component;
	out->variable = in->variable;
	out->severity = in->severity;
	out->has_id = outcome == 0;
	out->id = id;
	return 0;
}

static int order_set(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_set_variable_monitoring_req *req = in;
	struct ocpp2_set_variable_monitoring_conf *conf = out;

	conf->set_monitoring_result = ARENA_ARRAY(
		talk->arena, struct ocpp2_set_monitoring_result, req->set_monitoring_data_len);
	if (!conf->set_monitoring_result)
		return FAULT(FAULT_NOMEM, "too many monitors");
	conf->set_monitoring_result_len = req->set_monitoring_data_len;
	for (size_t i = 0; i < req->set_monitoring_data_len; i++)
		TRY(monitor_set_one(
			talk, &req->set_monitoring_data[i], &conf->set_monitoring_result[i]));
	return 0;
}

static int order_clear(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_clear_variable_monitoring_req *req = in;
	struct ocpp2_clear_variable_monitoring_conf *conf = out;
	int outcome;

	conf->clear_monitoring_result =
		ARENA_ARRAY(talk->arena, struct ocpp2_clear_monitoring_result, req->id_len);
	if (!conf->clear_monitoring_result)
		return FAULT(FAULT_NOMEM, "too many monitors");
	conf->clear_monitoring_result_len = req->id_len;
	for (size_t i = 0; i < req->id_len; i++) {
		outcome = monitor_clear(talk->pile, (int32_t)req->id[i]);
		TRY(outcome);
		conf->clear_monitoring_result[i].id = req->id[i];
		conf->clear_monitoring_result[i].status =
			outcome == 0 ? OCPP2_CLEAR_MONITORING_STATUS_ACCEPTED
				     : OCPP2_CLEAR_MONITORING_STATUS_NOT_FOUND;
	}
	return 0;
}

/* There are no preconfigured monitors: every base but "All" leaves only what is built in. */
static int order_base(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_set_monitoring_base_req *req = in;
	struct ocpp2_set_monitoring_base_conf *conf = out;

	if (req->monitoring_base != OCPP2_MONITORING_BASE_ALL)
		TRY(monitors_clear(talk->pile));
	conf->status = OCPP2_GENERIC_DEVICE_MODEL_STATUS_ACCEPTED;
	return 0;
}

static int order_level(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_set_monitoring_level_req *req = in;
	struct ocpp2_set_monitoring_level_conf *conf = out;
	int outcome = req->severity > MONITOR_SEVERITY_MAX
			      ? MONITOR_E_VALUE
			      : monitors_level(talk->pile, (uint8_t)req->severity);

	TRY(outcome);
	conf->status = outcome == 0 ? OCPP2_GENERIC_STATUS_ACCEPTED : OCPP2_GENERIC_STATUS_REJECTED;
	return 0;
}

/* ---- the report ---- */

static bool monitor_wanted(
	const struct ocpp2_get_monitoring_report_req *req, const struct monitor *monitor)
{
	bool named = !req->has_component_variable, meant = !req->has_monitoring_criteria;

	for (size_t i = 0; i < req->component_variable_len; i++) {
		const struct ocpp2_component_variable *one = &req->component_variable[i];
		named = named || (str_eq_nocase(one->component.name, monitor->name.component) &&
					 (!one->has_variable || str_eq_nocase(one->variable.name,
									monitor->name.variable)));
	}
	for (size_t i = 0; i < req->monitoring_criteria_len; i++)
		meant = meant ||
			str_is(req->monitoring_criteria[i], monitor_words[monitor->kind].criterion);
	return named && meant;
}

static int order_report(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_monitoring_report_req *req = in;
	struct ocpp2_get_monitoring_report_conf *conf = out;
	struct pile *pile = talk->pile;
	struct pile_report *report = report_add(pile, CALL_MONITORS, (int32_t)req->request_id);

	conf->status = OCPP2_GENERIC_DEVICE_MODEL_STATUS_REJECTED;
	if (!report)
		return 0;
	for (size_t i = 0; i < MONITORS_MAX; i++)
		if (pile->monitors->list[i].id && monitor_wanted(req, &pile->monitors->list[i]))
			report_want(report, i);
	conf->status = OCPP2_GENERIC_DEVICE_MODEL_STATUS_ACCEPTED;
	if (report_next(report, 0) < 0) {
		pile->reports_len--;
		conf->status = OCPP2_GENERIC_DEVICE_MODEL_STATUS_EMPTY_RESULT_SET;
	}
	return 0;
}

static int monitor_row(
	struct talk *talk, const struct monitor *monitor, struct ocpp2_monitoring_data *ret)
{
	struct ocpp2_variable_monitoring *one =
		ARENA_NEW(talk->arena, struct ocpp2_variable_monitoring);
	struct model_variable variable;

	if (!one)
		return FAULT(FAULT_NOMEM, "no room for a report");
	if (!model_at(talk->pile, monitor->variable, &variable))
		return FAULT(FAULT_BUG, "monitor of nothing");
	ocpp2_model_names(&variable, &ret->component, &ret->variable);
	*one = (struct ocpp2_variable_monitoring){.id = monitor->id,
		.transaction = monitor->transaction,
		.value_e6 = monitor->value_milli * 1000,
		.type = monitor_words[monitor->kind].type,
		.severity = monitor->severity,
		.event_notification_type = OCPP2_EVENT_NOTIFICATION_CUSTOM_MONITOR};
	ret->variable_monitoring = one;
	ret->variable_monitoring_len = 1;
	return 0;
}

static int say_report(struct talk *talk, void *out)
{
	const struct pile_report *report = &talk->pile->reports[0];
	struct ocpp2_notify_monitoring_report_req *req = out;
	struct ocpp2_monitoring_data *list =
		ARENA_ARRAY(talk->arena, struct ocpp2_monitoring_data, MONITOR_PART);
	int row = report_next(report, report->next);

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for a report");
	for (; row >= 0 && req->monitor_len < MONITOR_PART; row = report_next(report, row + 1))
		if (row < MONITORS_MAX && talk->pile->monitors->list[row].id)
			TRY(monitor_row(
				talk, &talk->pile->monitors->list[row], &list[req->monitor_len++]));
	req->request_id = report->request_id;
	req->generated_at_us = report->at_us;
	req->seq_no = report->part;
	req->has_monitor = req->monitor_len > 0;
	req->monitor = list;
	req->has_tbc = true;
	req->tbc = row >= 0;
	return 0;
}

static bool hear_report(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in;
	(void)ret;
	ocpp2_report_told(talk->pile, MONITOR_PART);
	return true;
}

static const struct talk_say monitor_say_rows[] = {
	{CALL_MONITORS, "NotifyMonitoringReport", say_report, hear_report},
};
const struct talk_says ocpp2_monitor_says = TALK_ROWS(monitor_say_rows);

static const struct talk_order monitor_order_rows[] = {
	{"SetVariableMonitoring", order_set},
	{"ClearVariableMonitoring", order_clear},
	{"SetMonitoringBase", order_base},
	{"SetMonitoringLevel", order_level},
	{"GetMonitoringReport", order_report},
};
const struct talk_orders ocpp2_monitor_orders = TALK_ROWS(monitor_order_rows);
