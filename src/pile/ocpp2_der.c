/* ocpp2_der.c - the grid's controls in OCPP 2.1: set, cleared, told back, and what became of them
 * (see der.h). */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "pile/der.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/report.h"
#include "wire/ocpp2/der.h"

/* Exactly the object of its kind stands there, with a share and nothing that cannot be kept. */
static bool take_control(
	struct talk *talk, const struct ocpp2_set_der_control_req *req, struct der_control *ret)
{
	const struct ocpp2_limit_max_discharge *limit = &req->limit_max_discharge;

	*ret = (struct der_control){.is_default = req->is_default,
		.priority = limit->priority,
		.percent_e6 = limit->pct_max_discharge_power_e6,
		.start_s = limit->has_start_time ? limit->start_time_us / US_PER_S
						 : talk->pile->now_us / US_PER_S,
		.duration_s = limit->has_duration_e6 ? limit->duration_e6 / 1000000 : DER_NEVER};
	if (req->control_id.len > DER_ID_MAX) /* its characters were counted, not its bytes */
		return false;
	memcpy(ret->id, req->control_id.ptr, req->control_id.len);
	if (!req->has_limit_max_discharge || !limit->has_pct_max_discharge_power_e6 ||
		limit->has_power_monitoring_must_trip || req->has_curve || req->has_enter_service ||
		req->has_fixed_pf_absorb || req->has_fixed_pf_inject || req->has_fixed_var ||
		req->has_freq_droop || req->has_gradient)
		return false;
	/* a default has no time, a scheduled one has */
	return req->is_default ? !limit->has_start_time && !limit->has_duration_e6
			       : limit->has_start_time || limit->has_duration_e6;
}

static int fill_superseded(struct talk *talk, const size_t *places, size_t len,
	struct ocpp2_set_der_control_conf *conf)
{
	if (len == 0)
		return 0;
	conf->has_superseded_ids = true;
	conf->superseded_ids = ARENA_ARRAY(talk->arena, struct str, len);
	if (!conf->superseded_ids)
		return FAULT(FAULT_NOMEM, "names");
	for (size_t i = 0; i < len; i++)
		conf->superseded_ids[i] = str_from(talk->pile->der.list[places[i]].id);
	conf->superseded_ids_len = len;
	return 0;
}

static int order_set(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_set_der_control_req *req = in;
	struct ocpp2_set_der_control_conf *conf = out;
	size_t places[DER_MOST], len = 0;
	struct der_control control;
	int outcome;

	conf->status = OCPP2_DER_CONTROL_STATUS_NOT_SUPPORTED;
	if (req->control_type != OCPP2_DER_CONTROL_LIMIT_MAX_DISCHARGE)
		return 0;
	conf->status = OCPP2_DER_CONTROL_STATUS_REJECTED;
	conf->has_status_info = true;
	conf->status_info.reason_code = STR("InvalidValue");
	if (!take_control(talk, req, &control))
		return 0;
	outcome = der_set(talk->pile, &control, places, &len);
	TRY(outcome);
	if (outcome == DER_E_FULL)
		conf->status_info.reason_code = STR("TooManyElements");
	if (outcome != 0)
		return 0;
	conf->has_status_info = false;
	conf->status = OCPP2_DER_CONTROL_STATUS_ACCEPTED;
	return fill_superseded(talk, places, len, conf);
}

static bool other_kind(bool has_type, int type)
{
	return has_type && type != OCPP2_DER_CONTROL_LIMIT_MAX_DISCHARGE;
}

static int order_clear(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_clear_der_control_req *req = in;
	struct ocpp2_clear_der_control_conf *conf = out;
	int count = 0;

	conf->status = OCPP2_DER_CONTROL_STATUS_NOT_SUPPORTED;
	if (other_kind(req->has_control_type, req->control_type))
		return 0;
	count = der_clear(talk->pile, req->is_default, req->control_id);
	TRY(count);
	conf->status =
		count > 0 ? OCPP2_DER_CONTROL_STATUS_ACCEPTED : OCPP2_DER_CONTROL_STATUS_NOT_FOUND;
	return 0;
}

/* ---- told back ---- */

static int order_get(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_der_control_req *req = in;
	struct ocpp2_get_der_control_conf *conf = out;
	struct pile *pile = talk->pile;
	struct pile_report *report;

	conf->status = OCPP2_DER_CONTROL_STATUS_NOT_SUPPORTED;
	if (other_kind(req->has_control_type, req->control_type))
		return 0;
	conf->status = OCPP2_DER_CONTROL_STATUS_REJECTED;
	report = report_add(pile, CALL_DER, (int32_t)req->request_id);
	if (!report)
		return 0;
	for (size_t i = 0; i < pile->der.len; i++) {
		const struct der_control *control = &pile->der.list[i];

		if ((!req->has_is_default || req->is_default == control->is_default) &&
			(!req->has_control_id || str_is(req->control_id, control->id)))
			report_want(report, i);
	}
	conf->status = OCPP2_DER_CONTROL_STATUS_ACCEPTED;
	if (report_next(report, 0) >= 0)
		return 0;
	conf->status = OCPP2_DER_CONTROL_STATUS_NOT_FOUND;
	report_cancel(pile);
	return 0;
}

static int say_report(struct talk *talk, void *out)
{
	const struct pile_report *report = &talk->pile->reports[0];
	const struct der *der = &talk->pile->der;
	struct ocpp2_report_der_control_req *req = out;
	int row = report_next(report, report->next);
	struct ocpp2_limit_max_discharge_get *one;
	const struct der_control *control;

	/* cleared since it was asked for */
	if (row < 0 || (size_t)row >= der->len)
		return TALK_UNSAID;
	control = &der->list[row];
	one = ARENA_NEW(talk->arena, struct ocpp2_limit_max_discharge_get);
	if (!one)
		return FAULT(FAULT_NOMEM, "a control");
	one->id = str_from(control->id);
	one->is_default = control->is_default;
	one->is_superseded = der_superseded(der, (size_t)row);
	one->limit_max_discharge.priority = control->priority;
	one->limit_max_discharge.has_pct_max_discharge_power_e6 = true;
	one->limit_max_discharge.pct_max_discharge_power_e6 = control->percent_e6;
	one->limit_max_discharge.has_start_time = !control->is_default;
	one->limit_max_discharge.start_time_us = control->start_s * US_PER_S;
	one->limit_max_discharge.has_duration_e6 =
		!control->is_default && control->duration_s != DER_NEVER;
	if (one->limit_max_discharge.has_duration_e6)
		one->limit_max_discharge.duration_e6 = control->duration_s * 1000000;
	req->request_id = report->request_id;
	req->has_limit_max_discharge = true;
	req->limit_max_discharge = one;
	req->limit_max_discharge_len = 1;
	req->has_tbc = true;
	req->tbc = report_next(report, row + 1) >= 0;
	return 0;
}

static bool hear_report(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in;
	(void)ret;
	ocpp2_report_told(talk->pile, 1);
	return true;
}

/* ---- what happened ---- */

static int say_start_stop(struct talk *talk, void *out)
{
	const struct der *der = &talk->pile->der;
	struct ocpp2_notify_der_start_stop_req *req = out;

	if (der->news_len == 0)
		return TALK_UNSAID;
	req->control_id = str_dup(talk->arena, str_from(der->news[0].id));
	req->started = der->news[0].started;
	req->timestamp_us = der->news[0].at_us;
	return req->control_id.ptr ? 0 : FAULT(FAULT_NOMEM, "a name");
}

static int say_alarm(struct talk *talk, void *out)
{
	const struct der *der = &talk->pile->der;
	struct ocpp2_notify_der_alarm_req *req = out;
	bool over = der->news_len > 0 && der->news[0].over;

	if (der->news_len == 0)
		return TALK_UNSAID;
	req->control_type = over ? OCPP2_DER_CONTROL_HV_MUST_TRIP : OCPP2_DER_CONTROL_LV_MUST_TRIP;
	req->timestamp_us = der->news[0].at_us;
	req->has_grid_event_fault = true;
	req->grid_event_fault =
		over ? OCPP2_GRID_EVENT_FAULT_OVER_VOLTAGE : OCPP2_GRID_EVENT_FAULT_UNDER_VOLTAGE;
	req->has_alarm_ended = req->alarm_ended = !der->news[0].started;
	return 0;
}

static bool hear_news(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in;
	(void)ret;
	der_told(talk->pile);
	return true;
}

enum call_kind ocpp2_der_due(const struct pile *pile)
{
	if (pile->der.news_len == 0)
		return CALL_NONE;
	return pile->der.news[0].alarm ? CALL_DER_ALARM : CALL_DER_START_STOP;
}

static const struct talk_say der_say_rows[] = {
	{CALL_DER, "ReportDERControl", say_report, hear_report},
	{CALL_DER_ALARM, "NotifyDERAlarm", say_alarm, hear_news},
	{CALL_DER_START_STOP, "NotifyDERStartStop", say_start_stop, hear_news},
};
const struct talk_says ocpp2_der_says = TALK_ROWS(der_say_rows);

static const struct talk_order der_order_rows[] = {
	{"ClearDERControl", order_clear},
	{"GetDERControl", order_get},
	{"SetDERControl", order_set},
};
const struct talk_orders ocpp2_der_orders = TALK_ROWS(der_order_rows);
