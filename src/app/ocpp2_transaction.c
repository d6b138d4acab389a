/* ocpp2_transaction.c - TransactionEvent: a transaction told in pieces that may come late, twice,
 * out of order or after days offline.
 *
 * What is known of a transaction is one row (struct pile_transaction); every event adds to it. As
 * soon as the row says who charges where and from which register on, charging is told that a
 * transaction began; when it says how it ended, that it ended. So a cable that was plugged in
 * before the card was shown, a card before the cable, and a whole charge delivered in one go from
 * the pile's memory all end in the same two calls. */
#include "app/charging.h"
#include "app/contracts.h"
#include "app/costs.h"
#include "app/devices.h"
#include "app/givenback.h"
#include "app/ocpp2_parts.h"
#include "app/ocpp_vehicle.h"
#include "app/step.h"
#include "app/tariffs.h"
#include "base/fault.h"
#include "base/limits.h"
#include "store/order.h"
#include "store/session.h"
#include "store/transaction.h"

#define SEQ_MASK INT64_MAX /* how far back repeated numbers are noticed: 63 */
#define STARTED_WAIT_SEQ 3 /* after so many events a missing Started is not waited for */

enum arrival { ARRIVAL_FRESH = 1, ARRIVAL_LATE = 2, ARRIVAL_AGAIN = 3 };
/* One event on its way. */
struct telling {
	struct desk *desk;
	const struct ocpp2_transaction_event_req *req;
	struct pile_transaction stored; /* the row as it is; pile_id 0: there is none */
	struct pile_transaction known;  /* this event included */
	struct scene scene;             /* what it charges; session.id 0: not read yet */
	struct reading *readings;
	size_t readings_len;
	enum arrival arrival;
	bool first;  /* nothing was known of the transaction */
	bool begun;  /* by this event */
	int outcome; /* of the beginning */
};

/* Marks a number as seen. */
static enum arrival take_number(struct pile_transaction *known, int64_t seq)
{
	int64_t back = known->seq_top - 1 - seq;
	uint64_t seen = (uint64_t)known->seq_seen;
	int64_t ahead = seq - known->seq_top;

	if (ahead > 0) {
		seen = ahead < 63 ? seen << ahead : 0;
		if (known->seq_top >= 0 && ahead <= 63)
			seen |= UINT64_C(1) << (ahead - 1);
		known->seq_seen = (int64_t)(seen & SEQ_MASK);
		known->seq_top = seq;
		return ARRIVAL_FRESH;
	}
	if (ahead == 0)
		return ARRIVAL_AGAIN;
	if (back > 62)
		return ARRIVAL_LATE;
	if (seen >> back & 1)
		return ARRIVAL_AGAIN;
	known->seq_seen = (int64_t)(seen | UINT64_C(1) << back);
	return ARRIVAL_LATE;
}

/* --- what an event adds --- */

static int64_t first_register(const struct telling *telling)
{
	for (size_t i = 0; i < telling->readings_len; i++) {
		if (telling->readings[i].energy_dwh >= 0)
			return telling->readings[i].energy_dwh;
	}
	return -1;
}

static int64_t last_register(const struct telling *telling)
{
	for (size_t i = telling->readings_len; i > 0; i--) {
		if (telling->readings[i - 1].energy_dwh >= 0)
			return telling->readings[i - 1].energy_dwh;
	}
	return -1;
}

/* A start we asked for names our number instead of a token: the tag is that of its order. */
static int tag_of_remote_start(struct telling *telling)
{
	const struct ocpp2_transaction *info = &telling->req->transaction_info;
	struct pile_transaction *known = &telling->known;
	struct order order;
	int found;

	if (known->id_tag.len > 0 || !info->has_remote_start_id || known->connector_no == 0)
		return 0;
	found = store_order_on_connector(telling->desk->ctx->db, telling->desk->arena,
		telling->desk->pile_id, known->connector_no, &order);
	TRY(found);
	if (found == 0 && ocpp2_start_id(order.id) == info->remote_start_id)
		known->id_tag = order.start_tag;
	return 0;
}

static int gather_place(struct telling *telling)
{
	const struct ocpp2_evse *evse = &telling->req->evse;
	struct pile_transaction *known = &telling->known;

	if (!telling->req->has_evse || known->connector_no != 0)
		return 0;
	return ocpp2_connector(telling->desk, evse->id,
		evse->has_connector_id ? evse->connector_id : 1, &known->connector_no);
}

static void gather_begin(struct telling *telling)
{
	const struct ocpp2_transaction_event_req *req = telling->req;
	struct pile_transaction *known = &telling->known;
	bool started = req->event_type == OCPP2_TRANSACTION_EVENT_STARTED;

	if (known->session_id == 0 && (started || known->start_us == 0))
		known->start_us = req->timestamp_us;
	if (known->session_id == 0 && (started || known->meter_start_dwh < 0) &&
		first_register(telling) >= 0)
		known->meter_start_dwh = first_register(telling);
	if (started)
		known->started = 1;
}

static void gather_end(struct telling *telling)
{
	const struct ocpp2_transaction_event_req *req = telling->req;
	const struct ocpp2_transaction *info = &req->transaction_info;
	struct pile_transaction *known = &telling->known;

	if (req->event_type != OCPP2_TRANSACTION_EVENT_ENDED || known->end_us != 0)
		return;
	known->end_us = req->timestamp_us;
	known->meter_end_dwh = last_register(telling);
	known->reason = info->has_stopped_reason
				? field_enum_name(&ocpp2_reason_enum_21_names, info->stopped_reason)
				: STR("Local");
	if (req->trigger_reason == OCPP2_TRIGGER_REASON_EV_DEPARTED)
		known->reason = STR("EVDisconnected");
}

static int gather(struct telling *telling)
{
	const struct ocpp2_transaction_event_req *req = telling->req;
	struct pile_transaction *known = &telling->known;

	TRY(gather_place(telling));
	/* A token that only stops is no beginning, unless nothing else is ever told. */
	if (req->has_id_token && known->id_tag.len == 0 &&
		req->trigger_reason != OCPP2_TRIGGER_REASON_STOP_AUTHORIZED)
		known->id_tag = ocpp2_tag(telling->desk, &req->id_token);
	TRY(tag_of_remote_start(telling));
	gather_begin(telling);
	gather_end(telling);
	if (req->transaction_info.has_charging_state && telling->arrival == ARRIVAL_FRESH)
		known->charging_state = field_enum_name(
			&ocpp2_charging_state_enum_21_names, req->transaction_info.charging_state);
	return 0;
}

/* --- what charging is told --- */

/* Is enough known? Before its Started event a transaction has no trustworthy first register, so
 * that is waited for, though not for ever. */
static bool ready(const struct telling *telling)
{
	const struct pile_transaction *known = &telling->known;
	bool ended = known->end_us != 0;
	bool told = known->started != 0 || telling->req->seq_no >= STARTED_WAIT_SEQ ||
		    (ended && telling->readings_len >= 2);

	if (known->session_id != 0 || known->connector_no == 0 || !told)
		return false;
	/* Nobody showed a token: it is a charge only if energy flowed. */
	return known->id_tag.len > 0 || (ended && known->meter_end_dwh > known->meter_start_dwh);
}

/* Did a vehicle's contract begin this? Its token says so, or that it was judged here before. One
 * whose certificate was bad charges nobody, whatever the pile thinks of it; one that could not be
 * judged (the pile asked nobody, being without network or verifying by itself) is a card like any
 * other. */
static int see_contract(struct telling *telling, struct start_facts *facts)
{
	const struct ocpp2_transaction_event_req *req = telling->req;
	int verdict;

	TRY(contracts_noted(telling->desk->ctx, telling->known.pile_id, facts->id_tag, &verdict));
	facts->contract = verdict != CONTRACTS_NEVER ||
			  (req->has_id_token && str_is(req->id_token.type, "eMAID"));
	facts->contract_bad = facts->contract && verdict != CONTRACTS_NEVER && verdict != 0 &&
			      verdict != CONTRACTS_E_NO_ROOTS;
	return 0;
}

/* The one reading that came with the beginning and says where the register stands then. */
static const struct reading *opening_reading(const struct telling *telling)
{
	return telling->readings_len == 1 &&
			       telling->readings[0].energy_dwh == telling->known.meter_start_dwh
		       ? &telling->readings[0]
		       : NULL;
}

static int begin(struct telling *telling)
{
	struct ctx *ctx = telling->desk->ctx;
	struct pile_transaction *known = &telling->known;
	struct start_facts facts = {.pile_id = known->pile_id,
		.connector_no = known->connector_no,
		.id_tag = known->id_tag,
		.has_reservation = telling->req->has_reservation_id,
		.reservation = telling->req->reservation_id,
		.meter_dwh = known->meter_start_dwh,
		.at_us = known->start_us,
		.reading = opening_reading(telling),
		.terminal = ocpp2_is_terminal(telling->desk, &telling->req->id_token),
		.limit_e5 = telling->req->transaction_info.transaction_limit.max_cost_e5};

	TRY(see_contract(telling, &facts));
	if (telling->req->has_id_token)
		TRY(ocpp_vehicle_token(
			ctx, known->pile_id, known->connector_no, &telling->req->id_token, false));
	/* The number is stored first: a start that is refused stops the transaction by it, and that
	 * command is worded at once. */
	known->number = (int64_t)(rng_u64(ctx->rng) >> 33) | 1;
	facts.transaction_id = known->number;
	TRY(store_transaction_put(ctx->db, known));
	telling->stored = *known;
	telling->outcome = charging_started(ctx, &facts, &telling->scene);
	TRY(telling->outcome);
	telling->begun = true;
	known->session_id = telling->scene.session.id;
	known->number = telling->scene.session.transaction_id;
	return 0;
}

static int end(struct telling *telling)
{
	const struct pile_transaction *known = &telling->known;
	struct stop_facts facts = {.pile_id = known->pile_id,
		.transaction_id = known->number,
		.id_tag = telling->req->has_id_token
				  ? ocpp2_tag(telling->desk, &telling->req->id_token)
				  : STR_NULL,
		.meter_dwh = known->meter_end_dwh,
		.at_us = known->end_us,
		.reason = known->reason,
		.readings = telling->readings,
		.readings_len = telling->readings_len};
	int outcome;

	if (known->meter_end_dwh < 0)
		facts.meter_dwh = -1;
	if (telling->req->event_type != OCPP2_TRANSACTION_EVENT_ENDED)
		facts.readings_len = 0; /* a late event's readings are older than the end */
	outcome = charging_stopped(telling->desk->ctx, &facts, &telling->scene);
	TRY(outcome);
	if (outcome == CHARGING_E_FOREIGN)
		telling->desk->reply->note = STR("foreign");
	return 0;
}

/* Its end came, but not enough is known to charge anybody: people must look. */
static int orphan(struct telling *telling)
{
	struct ctx *ctx = telling->desk->ctx;
	struct place place;

	TRY(step_must(store_pile_place(ctx->db, ctx->arena, telling->known.pile_id, 0, &place),
		"a pile"));
	return step_alarm(ctx, &place, "stop_first", STR(""));
}

static int tell_charging(struct telling *telling)
{
	struct pile_transaction *known = &telling->known;
	bool ends = telling->req->event_type == OCPP2_TRANSACTION_EVENT_ENDED;

	if (ready(telling))
		TRY(begin(telling));
	if (known->session_id == 0)
		return ends && known->started == 0 ? orphan(telling) : 0;
	if (telling->begun && opening_reading(telling) != NULL)
		telling->readings_len = 0; /* taken with the beginning */
	if (!ends && telling->arrival == ARRIVAL_FRESH && telling->readings_len > 0) {
		int outcome = charging_metered(telling->desk->ctx, known->pile_id,
			known->connector_no, known->number, telling->readings,
			telling->readings_len, &telling->scene);

		TRY(outcome);
	}
	return known->end_us != 0 && (ends || telling->begun) ? end(telling) : 0;
}

/* --- the state of the outlet --- */

static struct str connector_word(const struct pile_transaction *known)
{
	if (str_is(known->charging_state, "Idle"))
		return STR("Available");
	if (known->end_us != 0)
		return STR("Finishing");
	if (str_is(known->charging_state, "EVConnected"))
		return STR("Preparing");
	return known->charging_state;
}

/* Does the row hold what tells the transaction from others and where it began? The rest is written
 * with every event. */
static bool is_stored(const struct pile_transaction *row, const struct pile_transaction *known)
{
	return row->pile_id == known->pile_id && row->number == known->number &&
	       row->connector_no == known->connector_no && str_eq(row->id_tag, known->id_tag) &&
	       row->start_us == known->start_us && row->meter_start_dwh == known->meter_start_dwh &&
	       row->started == known->started;
}

static int keep(const struct telling *telling)
{
	struct db *db = telling->desk->ctx->db;

	return is_stored(&telling->stored, &telling->known)
		       ? store_transaction_seen(db, &telling->known)
		       : store_transaction_put(db, &telling->known);
}

/* Does the connector say so already, and has nothing begun or ended that it has to hear of? */
static bool is_told(const struct telling *telling, struct str status)
{
	return !telling->begun && telling->stored.end_us == telling->known.end_us &&
	       str_eq(telling->stored.charging_state, telling->known.charging_state) &&
	       telling->scene.session.id != 0 && str_eq(telling->scene.place.status, status);
}

static int place_of(const struct telling *telling, struct place *ret_place)
{
	const struct desk *desk = telling->desk;

	*ret_place = telling->scene.place;
	if (telling->scene.session.id != 0)
		return 0;
	return step_must(store_pile_place(desk->ctx->db, desk->arena, desk->pile_id, 0, ret_place),
		"a pile");
}

static int tell_connector(struct telling *telling)
{
	const struct ocpp2_custom_data *own = &telling->req->custom_data;
	const struct pile_transaction *known = &telling->known;
	struct connector connector = {.pile_id = known->pile_id,
		.no = known->connector_no,
		.status = connector_word(known),
		.error_code = STR("NoError"),
		.status_us = telling->desk->now_us};
	struct place place;
	int outcome;

	/* what was true without network is told too late to say how the outlet is now */
	if (telling->arrival != ARRIVAL_FRESH || known->connector_no == 0 ||
		connector.status.len == 0 || (telling->req->has_offline && telling->req->offline))
		return 0;
	if (is_told(telling, connector.status))
		return 0;
	/* How the car is charged is told with the plug and with the transaction's ends; a state
	 * between does not take it away. */
	if (str_is(own->vendor_id, "leyden"))
		connector.info = own->choice;
	TRY(place_of(telling, &place));
	TRY(devices_state(telling->desk->ctx, &place, &connector));
	if (telling->begun && str_is(connector.status, "Charging"))
		return 0; /* as the order that has just begun does */
	outcome = charging_connector(telling->desk->ctx, known->pile_id, known->connector_no,
		connector.status, telling->req->timestamp_us);
	TRY(outcome);
	if (!order_is_final(telling->scene.order.state))
		telling->scene.session.id = 0; /* what was read of it may be old now */
	return 0;
}

/* --- the answer --- */

static int answer_token(struct telling *telling, const struct scene *scene)
{
	const struct ocpp2_transaction_event_req *req = telling->req;
	struct ocpp2_transaction_event_conf *conf = telling->desk->conf;
	struct ocpp2_id_token_info *info = &conf->id_token_info;

	if (!req->has_id_token)
		return 0;
	conf->has_id_token_info = true;
	info->status = OCPP2_AUTHORIZATION_STATUS_ACCEPTED;
	if (!ocpp2_is_terminal(telling->desk, &req->id_token))
		TRY(ocpp2_authorize(telling->desk, &req->id_token, info));
	/* The token of the transaction itself: what was decided when it began stands. */
	if (telling->known.session_id != 0 &&
		str_eq(ocpp2_tag(telling->desk, &req->id_token), telling->known.id_tag))
		info->status = scene->order.id != 0    ? OCPP2_AUTHORIZATION_STATUS_ACCEPTED
			       : telling->outcome != 0 ? ocpp2_token_status(telling->outcome)
						       : OCPP2_AUTHORIZATION_STATUS_INVALID;
	return 0;
}

static void answer_cost(struct telling *telling, const struct order *order)
{
	struct ocpp2_transaction_event_conf *conf = telling->desk->conf;
	bool ended = telling->req->event_type == OCPP2_TRANSACTION_EVENT_ENDED;
	bool idling = order->idle_from_us != 0 && order->state == ORDER_ENDED;

	/* A final cost that may still grow is not told as final. */
	if (telling->req->event_type == OCPP2_TRANSACTION_EVENT_STARTED || (ended && idling))
		return;
	conf->has_total_cost_e5 = true;
	conf->total_cost_e5 = ocpp2_cost_e5(order->currency, order_due_minor(order));
	telling->known.told_minor = order_due_minor(order);
}

/* What was paid for, or asked for, so that the pile can stop by itself: 2.1. With the beginning,
 * and again when there is more money. */
static void answer_limit(struct telling *telling, const struct order *order)
{
	struct ocpp2_transaction_event_conf *conf = telling->desk->conf;
	struct ocpp2_transaction_limit *limit = &conf->transaction_limit;
	bool again = telling->known.told_limit_minor == order->limit_minor;

	if (telling->desk->version != OCPP_21 || (!telling->begun && again) ||
		!order_is_running(order->state))
		return;
	limit->has_max_cost_e5 = order->source != SOURCE_HOUSE && order->limit_minor > 0;
	limit->max_cost_e5 = ocpp2_cost_e5(order->currency, order->limit_minor);
	limit->has_max_energy_e5 = order->limit_dwh > 0;
	limit->max_energy_e5 = order->limit_dwh * 10000;
	limit->has_max_time = order->limit_s > 0;
	limit->max_time = order->limit_s;
	limit->has_max_soc = order->limit_soc > 0;
	limit->max_soc = order->limit_soc;
	conf->has_transaction_limit = limit->has_max_cost_e5 || limit->has_max_energy_e5 ||
				      limit->has_max_time || limit->has_max_soc;
	telling->known.told_limit_minor = order->limit_minor;
}

/* A pile that calculates the cost itself shall come to our result: a difference is for people. */
static int check_cost(struct telling *telling, const struct order *order)
{
	const struct ocpp2_cost_details *details = &telling->req->cost_details;
	struct str body = STR("");
	struct buf buf;

	if (!telling->req->has_cost_details || telling->arrival == ARRIVAL_AGAIN ||
		telling->req->event_type != OCPP2_TRANSACTION_EVENT_ENDED)
		return 0;
	buf_init(&buf, telling->desk->arena, LIMIT_FRAME_BYTES);
	if (record_encode(&ocpp2_cost_details_21_record, details, &buf, NULL) == 0)
		body = buf_str(&buf);
	return costs_reported(telling->desk->ctx, order,
		&(struct cost_claim){.tariff = telling->req->transaction_info.tariff_id,
			.currency = details->total_cost.currency,
			.total_e5 = details->total_cost.total.has_incl_tax_e5
					    ? details->total_cost.total.incl_tax_e5
					    : details->total_cost.total.excl_tax_e5,
			.energy_dwh = details->total_usage.energy_e5 / 10,
			.charging_s = details->total_usage.charging_time,
			.idle_s = details->total_usage.idle_time,
			.failed =
				details->has_failure_to_calculate && details->failure_to_calculate,
			.reason = details->failure_reason,
			.body = body});
}

static int answer(struct telling *telling)
{
	struct ctx *ctx = telling->desk->ctx;
	struct scene *scene = &telling->scene;

	if (telling->known.session_id != 0 && scene->session.id == 0)
		TRY(step_must(
			store_scene_get(ctx->db, ctx->arena, telling->known.session_id, scene),
			"the session of a transaction"));
	telling->desk->reply->order_id = scene->order.id;
	TRY(answer_token(telling, scene));
	if (scene->order.id == 0)
		return 0;
	answer_cost(telling, &scene->order);
	answer_limit(telling, &scene->order);
	if (telling->begun && telling->req->transaction_info.has_tariff_id)
		TRY(tariffs_named(ctx, &scene->order, telling->known.name,
			telling->req->transaction_info.tariff_id));
	return check_cost(telling, &scene->order);
}

/* Signed readings of earlier events wait for the charge's beginning and end; before the first event
 * of a transaction there are none. */
static bool settles_waiting(const struct telling *telling)
{
	return (telling->begun && !telling->first) ||
	       telling->req->event_type == OCPP2_TRANSACTION_EVENT_ENDED;
}

int ocpp2_on_transaction_event(struct desk *desk)
{
	struct telling telling = {.desk = desk, .req = desk->req};
	struct str name = telling.req->transaction_info.transaction_id;
	struct pile_transaction *known = &telling.known;
	int found;

	if (name.len == 0)
		return desk_refuse(desk, OCPP_CODE_PROPERTY,
			STR("transactionInfo.transactionId: must not be empty"));
	found = store_transaction_get(desk->ctx->db, desk->arena, desk->pile_id, name, known);
	TRY(found);
	if (found != 0)
		*known = (struct pile_transaction){.pile_id = desk->pile_id,
			.name = name,
			.meter_start_dwh = -1,
			.meter_end_dwh = -1,
			.seq_top = -1,
			.told_minor = -1,
			.told_limit_minor = -1};
	telling.first = found != 0;
	if (found == 0)
		telling.stored = *known;
	TRY(ocpp2_readings(
		desk, telling.req->meter_value, telling.req->meter_value_len, &telling.readings));
	telling.readings_len = telling.req->meter_value_len;
	telling.arrival = take_number(known, telling.req->seq_no);
	if (telling.arrival != ARRIVAL_AGAIN) {
		TRY(gather(&telling));
		if (desk->reply->code != 0)
			return 0;
		TRY(tell_charging(&telling));
		TRY(givenback_told(desk->ctx, known->session_id, telling.readings,
			telling.req->meter_value_len));
		TRY(ocpp2_signed(desk, known, settles_waiting(&telling)));
		TRY(tell_connector(&telling));
	}
	desk->reply->connector_no = known->connector_no;
	TRY(answer(&telling));
	/* Last, for it also keeps what the answer told. */
	return telling.arrival != ARRIVAL_AGAIN ? keep(&telling) : 0;
}

int ocpp2_on_meter_values(struct desk *desk)
{
	const struct ocpp2_meter_values_req *req = desk->req;
	struct reading *readings;
	int64_t connector_no;
	int outcome;

	TRY(ocpp2_connector(desk, req->evse_id, 1, &connector_no));
	if (desk->reply->code != 0)
		return 0;
	TRY(ocpp2_readings(desk, req->meter_value, req->meter_value_len, &readings));
	outcome = charging_metered(
		desk->ctx, desk->pile_id, connector_no, 0, readings, req->meter_value_len, NULL);
	TRY(outcome);
	return 0;
}
