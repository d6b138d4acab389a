/* ocpp2_transaction.c - TransactionEvent: the spool's messages in OCPP 2.x, and what the server
 * answers to them (see ocpp2.h). A message keeps its number and what was true when it was written
 * down, so it says the same whenever it is sent. */
#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "base/fault.h"
#include "pile/attest.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/cost.h"
#include "wire/ocpp16/enums.h"

/* By enum spool_context. */
static const int event_contexts[] = {
	OCPP2_READING_CONTEXT_SAMPLE_PERIODIC,
	OCPP2_READING_CONTEXT_SAMPLE_CLOCK,
	OCPP2_READING_CONTEXT_TRANSACTION_BEGIN,
	OCPP2_READING_CONTEXT_TRANSACTION_END,
	OCPP2_READING_CONTEXT_TRIGGER,
	OCPP2_READING_CONTEXT_INTERRUPTION_BEGIN,
	OCPP2_READING_CONTEXT_INTERRUPTION_END,
};

/* By enum spool_context: why a reading was told. */
static const int event_sample_triggers[] = {
	OCPP2_TRIGGER_REASON_METER_VALUE_PERIODIC,
	OCPP2_TRIGGER_REASON_METER_VALUE_CLOCK,
	OCPP2_TRIGGER_REASON_METER_VALUE_PERIODIC,
	OCPP2_TRIGGER_REASON_METER_VALUE_PERIODIC,
	OCPP2_TRIGGER_REASON_TRIGGER,
	OCPP2_TRIGGER_REASON_METER_VALUE_PERIODIC,
	OCPP2_TRIGGER_REASON_METER_VALUE_PERIODIC,
};

/* By enum start_cause. */
static const int event_start_triggers[] = {
	OCPP2_TRIGGER_REASON_AUTHORIZED,
	OCPP2_TRIGGER_REASON_CABLE_PLUGGED_IN,
	OCPP2_TRIGGER_REASON_REMOTE_START,
};

/* By enum state_cause. */
static const int event_state_triggers[] = {
	OCPP2_TRIGGER_REASON_CHARGING_STATE_CHANGED,
	OCPP2_TRIGGER_REASON_DEAUTHORIZED,
	OCPP2_TRIGGER_REASON_LIMIT_SET,
	OCPP2_TRIGGER_REASON_TARIFF_CHANGED,
	OCPP2_TRIGGER_REASON_ABNORMAL_CONDITION,
	OCPP2_TRIGGER_REASON_CHARGING_RATE_CHANGED,
};

/* Why it ended, as what happened and as the reason. `since_21`: 2.0.1 knows no such happening. */
static const struct {
	int trigger, reason;
	int trigger_201;
} event_stops[STOP_REASONS] = {
	[STOP_LOCAL] = {OCPP2_TRIGGER_REASON_STOP_AUTHORIZED, OCPP2_REASON_LOCAL, 0},
	[STOP_REMOTE] = {OCPP2_TRIGGER_REASON_REMOTE_STOP, OCPP2_REASON_REMOTE, 0},
	[STOP_EV_DISCONNECTED] = {OCPP2_TRIGGER_REASON_EV_COMMUNICATION_LOST,
		OCPP2_REASON_EV_DISCONNECTED, 0},
	[STOP_DEAUTHORIZED] = {OCPP2_TRIGGER_REASON_DEAUTHORIZED, OCPP2_REASON_DE_AUTHORIZED, 0},
	[STOP_EMERGENCY] = {OCPP2_TRIGGER_REASON_ABNORMAL_CONDITION, OCPP2_REASON_EMERGENCY_STOP,
		0},
	[STOP_HARD_RESET] = {OCPP2_TRIGGER_REASON_RESET_COMMAND, OCPP2_REASON_IMMEDIATE_RESET, 0},
	[STOP_SOFT_RESET] = {OCPP2_TRIGGER_REASON_RESET_COMMAND, OCPP2_REASON_REBOOT, 0},
	[STOP_POWER_LOSS] = {OCPP2_TRIGGER_REASON_ABNORMAL_CONDITION, OCPP2_REASON_POWER_LOSS, 0},
	[STOP_REBOOT] = {OCPP2_TRIGGER_REASON_ABNORMAL_CONDITION, OCPP2_REASON_REBOOT, 0},
	[STOP_UNLOCK] = {OCPP2_TRIGGER_REASON_UNLOCK_COMMAND, OCPP2_REASON_OTHER, 0},
	[STOP_OTHER] = {OCPP2_TRIGGER_REASON_ABNORMAL_CONDITION, OCPP2_REASON_OTHER, 0},
	[STOP_ENERGY_LIMIT] = {OCPP2_TRIGGER_REASON_ENERGY_LIMIT_REACHED,
		OCPP2_REASON_ENERGY_LIMIT_REACHED, 0},
	[STOP_TIME_LIMIT] = {OCPP2_TRIGGER_REASON_TIME_LIMIT_REACHED,
		OCPP2_REASON_TIME_LIMIT_REACHED, 0},
	[STOP_COST_LIMIT] = {OCPP2_TRIGGER_REASON_COST_LIMIT_REACHED,
		OCPP2_REASON_LOCAL_OUT_OF_CREDIT, OCPP2_TRIGGER_REASON_STOP_AUTHORIZED},
	[STOP_SOC_LIMIT] = {OCPP2_TRIGGER_REASON_SO_C_LIMIT_REACHED, OCPP2_REASON_SOC_LIMIT_REACHED,
		OCPP2_TRIGGER_REASON_ENERGY_LIMIT_REACHED},
	[STOP_GROUND_FAULT] = {OCPP2_TRIGGER_REASON_ABNORMAL_CONDITION, OCPP2_REASON_GROUND_FAULT,
		0},
	[STOP_MASTER] = {OCPP2_TRIGGER_REASON_STOP_AUTHORIZED, OCPP2_REASON_MASTER_PASS, 0},
	[STOP_OVERCURRENT] = {OCPP2_TRIGGER_REASON_ABNORMAL_CONDITION,
		OCPP2_REASON_OVERCURRENT_FAULT, 0},
};

/* ---- readings ---- */

/* The house's words stand in 2.x as well, unit by unit and measurand by measurand. */
int ocpp2_reading(struct arena *arena, const struct reading *reading, struct ocpp2_meter_value *ret)
{
	struct ocpp2_sampled_value *list =
		ARENA_ARRAY(arena, struct ocpp2_sampled_value, reading->len);

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for a reading");
	for (size_t i = 0; i < reading->len; i++) {
		const struct reading_value *from = &reading->values[i];
		struct ocpp2_sampled_value *one = &list[i];
		one->value_e6 = from->value;
		for (int scale = from->scale; scale < 6; scale++)
			one->value_e6 *= 10;
		one->has_context = true;
		one->context = event_contexts[reading->context];
		one->has_measurand = true;
		one->measurand = field_enum_value(&ocpp2_measurand_enum_21_names,
			field_enum_name(&ocpp16_measurand_names, from->measurand));
		one->has_phase = from->phase != 0;
		one->phase = one->has_phase
				     ? field_enum_value(&ocpp2_phase_enum_21_names,
					       field_enum_name(&ocpp16_phase_names, from->phase))
				     : 0;
		one->has_unit_of_measure = one->unit_of_measure.has_unit = from->unit != 0;
		if (from->unit)
			one->unit_of_measure.unit =
				field_enum_name(&ocpp16_unit_of_measure_names, from->unit);
	}
	*ret = (struct ocpp2_meter_value){.sampled_value = list, .sampled_value_len = reading->len};
	ret->timestamp_us = reading->at_us;
	return 0;
}

/* The register at begin or end, with the signed line when there is one. */
static int event_moment(struct talk *talk, const struct spool_tx *tx, char why,
	const struct reading *reading, struct ocpp2_meter_value *ret)
{
	struct str line = attest_line(talk->pile, tx->id, why);
	struct ocpp2_signed_meter_value *signature;
	struct buf data;

	TRY(ocpp2_reading(talk->arena, reading, ret));
	if (line.len == 0)
		return 0;
	signature = &ret->sampled_value[0].signed_meter_value;
	ret->sampled_value[0].has_signed_meter_value = true;
	buf_init(&data, talk->arena, 2 * SPOOL_NOTE_MAX);
	base64_write(&data, line.ptr, line.len);
	signature->signed_meter_data = buf_str(&data);
	signature->encoding_method = STR("OCMF");
	/* the line names its own method, and the key is asked for once, as a variable */
	signature->has_signing_method = signature->has_public_key = talk->version == OCPP_201;
	signature->signing_method = signature->public_key = STR("");
	return 0;
}

static int event_no_reading(struct ocpp2_transaction_event_req *req)
{
	req->has_meter_value = false;
	req->meter_value_len = 0;
	return 0;
}

static int event_readings(
	struct talk *talk, const struct spool_tx *tx, struct ocpp2_transaction_event_req *req)
{
	const struct spool_entry *entry = talk->about->entry;
	struct ocpp2_meter_value *list = ARENA_ARRAY(talk->arena, struct ocpp2_meter_value, 2);
	struct reading reading;

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for readings");
	req->has_meter_value = true;
	req->meter_value = list;
	req->meter_value_len = 1;
	switch ((enum spool_kind)entry->kind) {
	case SPOOL_START:
		if (!talk->pile->keys.values[KEY_START_DATA])
			return event_no_reading(req);
		reading_of_message(entry, SPOOL_BEGIN, &reading);
		return ocpp2_reading(talk->arena, &reading, &list[0]);
	case SPOOL_SAMPLE:
		reading_of_entry(talk->pile, entry, &reading);
		return ocpp2_reading(talk->arena, &reading, &list[0]);
	case SPOOL_STATE:
		return event_no_reading(req);
	case SPOOL_STOP:
		if (!talk->pile->keys.values[KEY_END_DATA] &&
			attest_line(talk->pile, tx->id, 'E').len == 0)
			return event_no_reading(req);
		req->meter_value_len = 2;
		reading_of_register(tx->start_dwh, SPOOL_BEGIN, tx->started_us, &reading);
		TRY(event_moment(talk, tx, 'B', &reading, &list[0]));
		reading_of_message(entry, SPOOL_END, &reading);
		return event_moment(talk, tx, 'E', &reading, &list[1]);
	}
	return FAULT(FAULT_BUG, "spool entry of kind %d", entry->kind);
}

/* ---- the event ---- */

static void event_start(const struct spool_entry *entry, struct ocpp2_transaction_event_req *req)
{
	req->event_type = OCPP2_TRANSACTION_EVENT_STARTED;
	req->trigger_reason = event_start_triggers[entry->facts.cause];
	req->transaction_info.has_remote_start_id = entry->facts.remote;
	req->transaction_info.remote_start_id = entry->facts.remote_id;
	req->has_reservation_id = entry->reservation >= 0;
	req->reservation_id = entry->reservation >= 0 ? entry->reservation : 0;
	req->has_id_token = entry->tag[0] != 0 || entry->facts.token == TOKEN_NONE;
	req->id_token = ocpp2_token(entry->tag, entry->facts.token);
}

static void event_stop(struct talk *talk, const struct spool_tx *tx,
	const struct spool_entry *entry, struct ocpp2_transaction_event_req *req)
{
	bool old = talk->version == OCPP_201 && event_stops[entry->why].trigger_201;

	req->event_type = OCPP2_TRANSACTION_EVENT_ENDED;
	req->trigger_reason =
		old ? event_stops[entry->why].trigger_201 : event_stops[entry->why].trigger;
	req->transaction_info.has_stopped_reason = true;
	req->transaction_info.stopped_reason = event_stops[entry->why].reason;
	req->transaction_info.has_time_spent_charging = true;
	req->transaction_info.time_spent_charging = (entry->at_us - tx->started_us) / US_PER_S;
	req->has_id_token = entry->tag[0] != 0;
	req->id_token = ocpp2_token(entry->tag, entry->facts.token);
}

static int say_transaction(struct talk *talk, void *out)
{
	const struct spool_entry *entry = talk->about->entry;
	const struct spool_tx *tx = spool_tx(&talk->pile->spool, entry->tx);
	struct ocpp2_transaction_event_req *req = out;

	req->timestamp_us = entry->at_us;
	req->seq_no = entry->number;
	req->has_offline = entry->facts.offline;
	req->offline = entry->facts.offline;
	req->has_evse = true;
	req->evse = ocpp2_evse_of(entry->connector);
	req->transaction_info.transaction_id = ocpp2_name(talk->pile, entry->tx, talk->arena);
	req->transaction_info.has_charging_state = true;
	req->transaction_info.charging_state = field_enum_value(&ocpp2_charging_state_enum_21_names,
		str_from(evse_charging((enum evse_state)entry->facts.state)));
	req->event_type = OCPP2_TRANSACTION_EVENT_UPDATED;
	if (entry->kind == SPOOL_START)
		event_start(entry, req);
	else if (entry->kind == SPOOL_SAMPLE)
		req->trigger_reason = event_sample_triggers[entry->why];
	else if (entry->kind == SPOOL_STATE)
		req->trigger_reason = event_state_triggers[entry->why];
	else
		event_stop(talk, tx, entry, req);
	if (entry->kind == SPOOL_START || entry->kind == SPOOL_STOP)
		TRY(ocpp2_choice(
			talk->arena, &tx->choice, &req->has_custom_data, &req->custom_data));
	if (entry->kind == SPOOL_STOP)
		TRY(ocpp2_cost(talk, entry, req));
	return event_readings(talk, tx, req);
}

/* ---- its answer ---- */

/* The standard's number has no currency; where our own server told one it stays behind the figure.
 */
void ocpp2_show_cost(struct pile *pile, struct outlet *outlet, int64_t cost_e5)
{
	int64_t cents = cost_e5 >= 0 ? (cost_e5 + 500) / 1000 : 0;
	const char *told = strchr(outlet->cost, ' ');
	char currency[8] = "";

	/* a pile that calculates shows what it calculates */
	if (outlet->account && outlet->account->tx == outlet->tx && outlet->tx)
		return;
	outlet->cost_e5 = cost_e5;
	outlet->cost_at_us = pile->now_us;
	if (told)
		snprintf(currency, sizeof(currency), "%.4s", told);
	snprintf(outlet->cost, sizeof(outlet->cost), "%lld.%02lld%s", (long long)(cents / 100),
		(long long)(cents % 100), currency);
}

static int event_limits(
	struct talk *talk, int64_t tx_id, const struct ocpp2_transaction_limit *told)
{
	const struct spool_tx *tx = spool_tx(&talk->pile->spool, tx_id);
	struct spool_limit limit;

	if (!tx)
		return 0;
	limit = tx->limit;
	if (told->has_max_cost_e5)
		limit.cost_e5 = told->max_cost_e5;
	if (told->has_max_energy_e5)
		limit.energy_dwh = told->max_energy_e5 / 10000;
	if (told->has_max_time)
		limit.seconds = told->max_time;
	if (told->has_max_soc)
		limit.soc_percent = told->max_soc;
	return spool_limit(&talk->pile->spool, tx_id, &limit);
}

/* What the answer to any event may carry. */
static bool hear_transaction(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_transaction_event_conf *conf = in;
	struct pile *pile = talk->pile;
	const struct spool_entry *head = spool_head(&pile->spool);
	struct outlet *outlet = pile_outlet(pile, head->connector);

	if (conf->has_id_token_info)
		ret->tag_status =
			ocpp2_token_info(talk, head->tag, head->connector, &conf->id_token_info);
	/* a server that takes an old event for the present is told the present again */
	if (outlet && head->facts.offline)
		outlet->told = false;
	/* of a charge that is over nothing is shown while another one runs */
	if (conf->has_total_cost_e5 && outlet && (!outlet->tx || outlet->tx == head->tx))
		ocpp2_show_cost(pile, outlet, conf->total_cost_e5);
	return !conf->has_transaction_limit ||
	       event_limits(talk, head->tx, &conf->transaction_limit) == 0;
}

static bool hear_start(struct talk *talk, const void *in, struct talk_heard *ret)
{
	struct pile *pile = talk->pile;
	int64_t tx = spool_head(&pile->spool)->tx;

	if (!hear_transaction(talk, in, ret))
		return false;
	/* an answer that says nothing of the token accepts it */
	if (ret->tag_status == 0)
		ret->tag_status = OCPP16_AUTHORIZATION_STATUS_ACCEPTED;
	return spool_confirm(&pile->spool, tx, SPOOL_OWN_NAME,
		       ret->tag_status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED) == 0;
}

static const struct talk_say transaction_say_rows[] = {
	{CALL_START, "TransactionEvent", say_transaction, hear_start},
	{CALL_SAMPLE, "TransactionEvent", say_transaction, hear_transaction},
	{CALL_STATE, "TransactionEvent", say_transaction, hear_transaction},
	{CALL_STOP, "TransactionEvent", say_transaction, hear_transaction},
};
const struct talk_says ocpp2_transaction_says = TALK_ROWS(transaction_say_rows);
