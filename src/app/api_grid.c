/* api_grid.c - the grid's controls of energy that flows back, its reserve's signal, which ways a
 * charge's energy may flow; streams of values and batteries to swap. All in the words of OCPP 2.1,
 * answered with the command's number as in api_ocpp2.c. */
#include "app/api_grid.h"

#include "app/api_ocpp2.h"
#include "app/ocpp2_ask.h"
#include "base/clock.h"
#include "store/order.h"
#include "store/pile.h"
#include "wire/ocpp2/battery.h"
#include "wire/ocpp2/der.h"
#include "wire/ocpp2/needs.h"
#include "wire/ocpp2/stream.h"

#define PRIORITY 1

FIELD_ENUM_DEFINE(api_control_kind, API_CONTROL, API_CONTROL_KINDS)
FIELD_ENUM_DEFINE(api_control_unit, API_UNIT, API_CONTROL_UNITS)
FIELD_ROWS(api_point, API_POINT_FIELDS)
FIELD_ROWS(api_control, API_CONTROL_FIELDS)
FIELD_ROWS(api_control_clear, API_CONTROL_CLEAR_FIELDS)
FIELD_ROWS(api_control_read, API_CONTROL_READ_FIELDS)
FIELD_ROWS(api_afrr, API_AFRR_FIELDS)
FIELD_ROWS(api_give_back, API_GIVE_BACK_FIELDS)
FIELD_ROWS(api_stream, API_STREAM_FIELDS)
FIELD_ROWS(api_swap, API_SWAP_FIELDS)

static int kind_of(int kind)
{
	return field_enum_value(
		&ocpp2_der_control_enum_21_names, field_enum_name(&api_control_kind_names, kind));
}

static int unit_of(const struct api_control *body)
{
	return field_enum_value(&ocpp2_der_unit_enum_21_names,
		field_enum_name(&api_control_unit_names, body->unit));
}

/* --- a control --- */

/* What a control is made of: each kind has one of these shapes. */
enum shape { LIMIT = 1, VAR = 2, FACTOR = 4, DROOP = 8, GRADIENT = 16, SERVICE = 32, CURVE = 64 };

static enum shape shape_of(int kind)
{
	switch (kind) {
	case API_CONTROL_LIMIT:
		return LIMIT;
	case API_CONTROL_FIXED_VAR:
		return VAR;
	case API_CONTROL_PF_ABSORB:
	case API_CONTROL_PF_INJECT:
		return FACTOR;
	case API_CONTROL_DROOP:
		return DROOP;
	case API_CONTROL_GRADIENTS:
		return GRADIENT;
	case API_CONTROL_SERVICE:
		return SERVICE;
	default:
		return CURVE;
	}
}

/* A control says what its kind is made of, and nothing else: what would be passed over silently is
 * refused by name. */
static int check_parts(struct api_call *call, const struct api_control *body)
{
	enum shape shape = shape_of(body->kind);
	const struct {
		const char *name;
		bool has;
		unsigned needs, takes; /* shapes */
	} rows[] = {
		{"percent", body->has_percent_e6, LIMIT, LIMIT},
		{"setpoint", body->has_setpoint_e6, VAR, VAR},
		{"unit", body->has_unit, VAR | CURVE, VAR | CURVE},
		{"displacement", body->has_displacement_e6, FACTOR, FACTOR},
		{"excitation", body->has_excitation, 0, FACTOR},
		{"over_freq", body->has_over_freq_e6, DROOP, DROOP},
		{"under_freq", body->has_under_freq_e6, DROOP, DROOP},
		{"over_droop", body->has_over_droop_e6, DROOP, DROOP},
		{"under_droop", body->has_under_droop_e6, DROOP, DROOP},
		{"response", body->has_response_e6, DROOP, DROOP | CURVE},
		{"gradient", body->has_gradient_e6, GRADIENT, GRADIENT},
		{"soft_gradient", body->has_soft_gradient_e6, GRADIENT, GRADIENT},
		{"high_voltage", body->has_high_voltage_e6, SERVICE, SERVICE},
		{"low_voltage", body->has_low_voltage_e6, SERVICE, SERVICE},
		{"high_freq", body->has_high_freq_e6, SERVICE, SERVICE},
		{"low_freq", body->has_low_freq_e6, SERVICE, SERVICE},
		{"delay", body->has_delay_e6, 0, SERVICE},
		{"random_delay", body->has_random_delay_e6, 0, SERVICE},
		{"ramp", body->has_ramp_e6, 0, SERVICE},
		{"points", body->points_len > 0, CURVE, CURVE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].has && (rows[i].needs & shape))
			return call_field(call, rows[i].name, "missing");
		if (rows[i].has && !(rows[i].takes & shape))
			return call_field(call, rows[i].name, "unknown");
	}
	return 0;
}

/* A default one holds always, a scheduled one from a time on and for a time. */
static int check_times(struct api_call *call, const struct api_control *body)
{
	bool always = shape_of(body->kind) & (GRADIENT | SERVICE);

	if (always && body->has_is_default && !body->is_default)
		return call_field(call, "default", "enum");
	if (always || (body->has_is_default && body->is_default)) {
		if (body->has_from)
			return call_field(call, "from", "unknown");
		return body->has_seconds ? call_field(call, "seconds", "unknown") : 0;
	}
	if (!body->has_seconds)
		return call_field(call, "seconds", "missing");
	if (body->has_from && body->from_us + body->seconds * US_PER_S <= call->ctx->now_us)
		return call_field(call, "from", "past");
	return 0;
}

/* A curve runs from left to right. */
static int check_curve(struct api_call *call, const struct api_control *body)
{
	for (size_t i = 1; i < body->points_len; i++) {
		if (body->points[i].x_e6 < body->points[i - 1].x_e6)
			return call_field(call, "points", "format");
	}
	return 0;
}

/* What all scheduled shapes have alike. */
#define FILL_WHEN(part) \
	do { \
		(part)->priority = priority; \
		(part)->has_start_time = (part)->has_duration_e6 = !req->is_default; \
		(part)->start_time_us = body->has_from ? body->from_us : call->ctx->now_us; \
		(part)->duration_e6 = body->seconds * US_PER_S; \
	} while (0)

static int fill_curve(
	struct api_call *call, int64_t priority, struct ocpp2_set_der_control_req *req)
{
	const struct api_control *body = call->body;
	struct ocpp2_der_curve *curve = &req->curve;

	req->has_curve = true;
	FILL_WHEN(curve);
	curve->y_unit = unit_of(body);
	curve->has_response_time_e6 = body->has_response_e6;
	curve->response_time_e6 = body->response_e6;
	curve->curve_data =
		ARENA_ARRAY(call->ctx->arena, struct ocpp2_der_curve_points, body->points_len);
	if (!curve->curve_data)
		return FAULT(FAULT_NOMEM, "a curve");
	curve->curve_data_len = body->points_len;
	for (size_t i = 0; i < body->points_len; i++)
		curve->curve_data[i] = (struct ocpp2_der_curve_points){
			.x_e6 = body->points[i].x_e6, .y_e6 = body->points[i].y_e6};
	return 0;
}

static void fill_fixed(
	struct api_call *call, int64_t priority, struct ocpp2_set_der_control_req *req)
{
	const struct api_control *body = call->body;
	bool absorb = body->kind == API_CONTROL_PF_ABSORB;
	struct ocpp2_fixed_pf *factor = absorb ? &req->fixed_pf_absorb : &req->fixed_pf_inject;

	if (body->kind == API_CONTROL_FIXED_VAR) {
		req->has_fixed_var = true;
		FILL_WHEN(&req->fixed_var);
		req->fixed_var.setpoint_e6 = body->setpoint_e6;
		req->fixed_var.unit = unit_of(body);
		return;
	}
	req->has_fixed_pf_absorb = absorb;
	req->has_fixed_pf_inject = !absorb;
	FILL_WHEN(factor);
	factor->displacement_e6 = body->displacement_e6;
	factor->excitation = body->has_excitation && body->excitation;
}

static void fill_droop(
	struct api_call *call, int64_t priority, struct ocpp2_set_der_control_req *req)
{
	const struct api_control *body = call->body;
	struct ocpp2_freq_droop *droop = &req->freq_droop;

	req->has_freq_droop = true;
	FILL_WHEN(droop);
	droop->over_freq_e6 = body->over_freq_e6;
	droop->under_freq_e6 = body->under_freq_e6;
	droop->over_droop_e6 = body->over_droop_e6;
	droop->under_droop_e6 = body->under_droop_e6;
	droop->response_time_e6 = body->response_e6;
}

static void fill_service(
	const struct api_control *body, int64_t priority, struct ocpp2_set_der_control_req *req)
{
	req->has_enter_service = true;
	req->enter_service = (struct ocpp2_enter_service){.priority = priority,
		.high_voltage_e6 = body->high_voltage_e6,
		.low_voltage_e6 = body->low_voltage_e6,
		.high_freq_e6 = body->high_freq_e6,
		.low_freq_e6 = body->low_freq_e6,
		.has_delay_e6 = body->has_delay_e6,
		.delay_e6 = body->delay_e6,
		.has_random_delay_e6 = body->has_random_delay_e6,
		.random_delay_e6 = body->random_delay_e6,
		.has_ramp_rate_e6 = body->has_ramp_e6,
		.ramp_rate_e6 = body->ramp_e6};
}

static void fill_limit(
	struct api_call *call, int64_t priority, struct ocpp2_set_der_control_req *req)
{
	const struct api_control *body = call->body;

	req->has_limit_max_discharge = true;
	FILL_WHEN(&req->limit_max_discharge);
	req->limit_max_discharge.has_pct_max_discharge_power_e6 = true;
	req->limit_max_discharge.pct_max_discharge_power_e6 = body->percent_e6;
}

static int fill(struct api_call *call, struct ocpp2_set_der_control_req *req)
{
	const struct api_control *body = call->body;
	int64_t priority = body->has_priority ? body->priority : PRIORITY;

	switch (shape_of(body->kind)) {
	case LIMIT:
		fill_limit(call, priority, req);
		return 0;
	case VAR:
	case FACTOR:
		fill_fixed(call, priority, req);
		return 0;
	case DROOP:
		fill_droop(call, priority, req);
		return 0;
	case GRADIENT:
		req->has_gradient = true;
		req->gradient = (struct ocpp2_gradient){.priority = priority,
			.gradient_e6 = body->gradient_e6,
			.soft_gradient_e6 = body->soft_gradient_e6};
		return 0;
	case SERVICE:
		fill_service(body, priority, req);
		return 0;
	case CURVE:
		return fill_curve(call, priority, req);
	}
	return 0;
}

int control_set(struct api_call *call)
{
	const struct api_control *body = call->body;
	struct str kind = field_enum_name(&api_control_kind_names, body->kind);
	struct str name = body->has_name ? str_trim(body->name) : STR("");
	struct ocpp2_set_der_control_req req = {.control_type = kind_of(body->kind),
		.is_default = (shape_of(body->kind) & (GRADIENT | SERVICE)) ||
			      (body->has_is_default && body->is_default)};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0 || (result = check_parts(call, body)) != 0 ||
		(result = check_times(call, body)) != 0 || (result = check_curve(call, body)) != 0)
		return result;
	req.control_id = name.len > 0 ? name
				      : str_format(call->ctx->arena, "%.*s-%lld", STR_FMT(kind),
						(long long)(CTX_ID(call->ctx) & INT32_MAX));
	TRY(fill(call, &req));
	return pile_say(call, &pile, "SetDERControl", &req);
}

int control_clear(struct api_call *call)
{
	const struct api_control_clear *body = call->body;
	struct ocpp2_clear_der_control_req req = {.is_default = body->is_default,
		.has_control_type = body->has_kind,
		.control_type = body->has_kind ? kind_of(body->kind) : 0,
		.has_control_id = body->has_name && body->name.len > 0,
		.control_id = body->name};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "ClearDERControl", &req);
}

int controls_ask(struct api_call *call)
{
	const struct api_control_read *body = call->body;
	struct ocpp2_get_der_control_req req = {.request_id = request_number(call),
		.has_is_default = body->has_is_default,
		.is_default = body->is_default,
		.has_control_type = body->has_kind,
		.control_type = body->has_kind ? kind_of(body->kind) : 0};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "GetDERControl", &req);
}

/* --- the reserve, and the ways of energy --- */

int afrr_send(struct api_call *call)
{
	const struct api_afrr *body = call->body;
	struct ocpp2_afrr_signal_req req = {
		.timestamp_us = body->has_at ? body->at_us : call->ctx->now_us,
		.signal = body->signal};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "AFRRSignal", &req);
}

/* May the car of this charge give energy back? Whatever way of taking it has stays allowed. */
int order_give_back(struct api_call *call)
{
	struct str ways[] = {STR("AC_single_phase"), STR("AC_two_phase"), STR("AC_three_phase"),
		STR("DC"), STR("AC_BPT"), STR("DC_BPT")};
	const struct api_give_back *body = call->body;
	struct ocpp2_notify_allowed_energy_transfer_req req = {
		.allowed_energy_transfer = ways, .allowed_energy_transfer_len = body->back ? 6 : 4};
	struct order order;
	struct pile pile;
	int result = order_charge(call, &order, &pile, &req.transaction_id);

	return result != 0 ? result : pile_say(call, &pile, "NotifyAllowedEnergyTransfer", &req);
}

/* --- streams and batteries --- */

int streams_ask(struct api_call *call)
{
	struct ocpp2_get_periodic_event_stream_req req = {0};
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : pile_say(call, &pile, "GetPeriodicEventStream", &req);
}

int stream_adjust(struct api_call *call)
{
	const struct api_stream *body = call->body;
	struct ocpp2_adjust_periodic_event_stream_req req = {
		.params = {.has_interval = body->has_every_s,
			.interval = body->every_s,
			.has_values = body->has_most_values,
			.values = body->most_values}};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (!str_to_i64(call->params[1], &req.id) || req.id < 0 || req.id > INT32_MAX)
		return P_NOT_FOUND;
	if (!body->has_every_s && !body->has_most_values)
		return call_field(call, "every_s", "missing");
	return pile_say(call, &pile, "AdjustPeriodicEventStream", &req);
}

int swap_ask(struct api_call *call)
{
	const struct api_swap *body = call->body;
	struct ocpp2_request_battery_swap_req req = {.request_id = request_number(call),
		.id_token = {.id_token = str_trim(body->id_tag), .type = STR("ISO14443")}};
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (req.id_token.id_token.len == 0)
		return call_field(call, "id_tag", "missing");
	return pile_say(call, &pile, "RequestBatterySwap", &req);
}
