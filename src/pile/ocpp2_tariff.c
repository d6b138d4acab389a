/* ocpp2_tariff.c - tariffs in OCPP 2.1: set, told, cleared, changed under a running charge, and the
 * cost of a charge that ended (see cost.h). What the shared pricing function cannot calculate is
 * refused when it is set, in the standard's words, not at the bill. */
#include <string.h>

#include "base/fault.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/cost.h"
#include "pile/web.h"
#include "wire/ocpp2/tariff.h"

#define PAYING_MOST_S INT64_C(3600) /* no outlet is kept longer for a payment */

enum take_outcome { TAKE_E_CONDITION = 1, TAKE_E_VALUE };

/* "HH:MM" at a half hour -> slot; -1 for anything else. */
static int take_slot(struct str text)
{
	int hour, minute;

	if (text.len != 5 || text.ptr[2] != ':')
		return -1;
	for (size_t i = 0; i < 5; i++)
		if (i != 2 && (text.ptr[i] < '0' || text.ptr[i] > '9'))
			return -1;
	hour = (text.ptr[0] - '0') * 10 + text.ptr[1] - '0';
	minute = (text.ptr[3] - '0') * 10 + text.ptr[4] - '0';
	return hour > 23 || (minute != 0 && minute != 30) ? -1 : hour * 2 + minute / 30;
}

/* Of all conditions only the time of the day is one of ours. */
static bool take_only_time(const struct ocpp2_tariff_conditions *from)
{
	return !(from->has_day_of_week || from->has_valid_from_date || from->has_valid_to_date ||
		 from->has_evse_kind || from->has_min_energy_e5 || from->has_max_energy_e5 ||
		 from->has_min_current_e5 || from->has_max_current_e5 || from->has_min_power_e5 ||
		 from->has_max_power_e5 || from->has_min_time || from->has_max_time ||
		 from->has_min_charging_time || from->has_max_charging_time ||
		 from->has_min_idle_time || from->has_max_idle_time);
}

static int take_price(
	const struct ocpp2_tariff_energy_price *price, struct tariff *tariff, bool *filled)
{
	int from = 0, until = 0;

	if (price->has_conditions && !take_only_time(&price->conditions))
		return TAKE_E_CONDITION;
	if (price->has_conditions && price->conditions.has_start_time_of_day)
		from = take_slot(price->conditions.start_time_of_day);
	if (price->has_conditions && price->conditions.has_end_time_of_day)
		until = take_slot(price->conditions.end_time_of_day);
	if (from < 0 || until < 0)
		return TAKE_E_CONDITION;
	if (price->price_kwh_e5 < 0 || price->price_kwh_e5 > TARIFF_PRICE_MAX)
		return TAKE_E_VALUE;
	/* the first price that fits counts; a span may go over midnight, and may be the whole day
	 */
	for (int i = 0, slot = from; i < LIMIT_TARIFF_SLOTS; i++) {
		if (i > 0 && slot == until)
			break;
		if (!filled[slot])
			tariff->energy_e5[slot] = price->price_kwh_e5;
		filled[slot] = true;
		slot = (slot + 1) % LIMIT_TARIFF_SLOTS;
	}
	return 0;
}

/* Idle time is counted where the unplugging is seen, at the platform; its price says nothing here.
 */
static int take_tariff(const struct ocpp2_tariff *from, struct cost_tariff *ret)
{
	bool filled[LIMIT_TARIFF_SLOTS] = {false};

	memset(ret, 0, sizeof(*ret));
	if (from->tariff_id.len == 0 || from->tariff_id.len > COST_NAME_MAX ||
		str_find(from->tariff_id, '\n') >= 0 || from->currency.len != 3)
		return TAKE_E_VALUE;
	if (!from->has_energy || from->has_charging_time || from->has_fixed_fee ||
		from->has_reservation_time || from->has_reservation_fixed || from->has_min_cost ||
		from->has_max_cost || from->energy.has_tax_rates)
		return TAKE_E_CONDITION;
	memcpy(ret->name, from->tariff_id.ptr, from->tariff_id.len);
	memcpy(ret->currency, from->currency.ptr, 3);
	ret->tariff.currency = str_from(ret->currency);
	ret->tariff.name = ret->tariff.hash = STR("");
	ret->from_us = from->has_valid_from ? from->valid_from_us : 0;
	for (size_t i = 0; i < from->energy.prices_len; i++) {
		int outcome = take_price(&from->energy.prices[i], &ret->tariff, filled);
		if (outcome != 0)
			return outcome;
	}
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++)
		if (!filled[slot])
			return TAKE_E_CONDITION;
	return tariff_valid(&ret->tariff) ? 0 : TAKE_E_VALUE;
}

/* ---- orders ---- */

static int order_set(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP2_TARIFF_SET_STATUS_ACCEPTED,
		[TAKE_E_CONDITION] = OCPP2_TARIFF_SET_STATUS_CONDITION_NOT_SUPPORTED,
		[TAKE_E_VALUE] = OCPP2_TARIFF_SET_STATUS_REJECTED,
	};
	const struct ocpp2_set_default_tariff_req *req = in;
	struct ocpp2_set_default_tariff_conf *conf = out;
	struct cost_tariff tariff;
	int outcome;

	conf->status = OCPP2_TARIFF_SET_STATUS_REJECTED;
	if (req->evse_id != 0 && !pile_outlet(talk->pile, req->evse_id))
		return 0;
	outcome = take_tariff(&req->tariff, &tariff);
	conf->status = answers[outcome];
	return outcome == 0 ? cost_set(talk->pile, req->evse_id, &tariff) : 0;
}

static int order_get(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_tariffs_req *req = in;
	struct ocpp2_get_tariffs_conf *conf = out;
	struct pile *pile = talk->pile;
	struct ocpp2_tariff_assignment *list =
		ARENA_ARRAY(talk->arena, struct ocpp2_tariff_assignment, pile->tariffs.len);
	int64_t *evses = ARENA_ARRAY(talk->arena, int64_t, pile->tariffs.len);
	size_t len = 0;

	conf->status = OCPP2_TARIFF_GET_STATUS_REJECTED;
	if (req->evse_id != 0 && !pile_outlet(pile, req->evse_id))
		return 0;
	if (!list || !evses)
		return FAULT(FAULT_NOMEM, "tariffs");
	for (size_t i = 0; i < pile->tariffs.len; i++) {
		const struct cost_tariff *one = &pile->tariffs.list[i];
		if (!one->name[0] || (req->evse_id != 0 && (int64_t)i != req->evse_id))
			continue;
		evses[i] = (int64_t)i;
		list[len++] = (struct ocpp2_tariff_assignment){.tariff_id = str_from(one->name),
			.tariff_kind = OCPP2_TARIFF_KIND_DEFAULT_TARIFF,
			.has_valid_from = one->from_us > 0,
			.valid_from_us = one->from_us,
			.has_evse_ids = i > 0,
			.evse_ids = &evses[i],
			.evse_ids_len = i > 0};
	}
	conf->status =
		len > 0 ? OCPP2_TARIFF_GET_STATUS_ACCEPTED : OCPP2_TARIFF_GET_STATUS_NO_TARIFF;
	conf->has_tariff_assignments = len > 0;
	conf->tariff_assignments = list;
	conf->tariff_assignments_len = len;
	return 0;
}

/* Clears what has the name (any, when it is empty); the number cleared or a fault. */
static int clear_named(struct pile *pile, struct str name, bool one, int64_t evse)
{
	int count = 0;

	for (size_t i = 0; i < pile->tariffs.len; i++) {
		const struct cost_tariff *tariff = &pile->tariffs.list[i];
		if (!tariff->name[0] || (one && (int64_t)i != evse) ||
			(name.len && !str_is(name, tariff->name)))
			continue;
		TRY(cost_clear(pile, (int64_t)i));
		count++;
	}
	return count;
}

static int order_clear(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_clear_tariffs_req *req = in;
	struct ocpp2_clear_tariffs_conf *conf = out;
	size_t len = req->has_tariff_ids ? req->tariff_ids_len : 1;

	conf->clear_tariffs_result =
		ARENA_ARRAY(talk->arena, struct ocpp2_clear_tariffs_result, len);
	if (!conf->clear_tariffs_result)
		return FAULT(FAULT_NOMEM, "tariffs");
	conf->clear_tariffs_result_len = len;
	for (size_t i = 0; i < len; i++) {
		struct ocpp2_clear_tariffs_result *result = &conf->clear_tariffs_result[i];
		struct str name = req->has_tariff_ids ? req->tariff_ids[i] : STR_NULL;
		int count = clear_named(talk->pile, name, req->has_evse_id, req->evse_id);

		TRY(count);
		result->has_tariff_id = req->has_tariff_ids;
		result->tariff_id = name;
		result->status = count > 0 ? OCPP2_TARIFF_CLEAR_STATUS_ACCEPTED
					   : OCPP2_TARIFF_CLEAR_STATUS_NO_TARIFF;
	}
	return 0;
}

static int order_change(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP2_TARIFF_CHANGE_STATUS_ACCEPTED,
		[TAKE_E_CONDITION] = OCPP2_TARIFF_CHANGE_STATUS_CONDITION_NOT_SUPPORTED,
		[TAKE_E_VALUE] = OCPP2_TARIFF_CHANGE_STATUS_REJECTED,
	};
	const struct ocpp2_change_transaction_tariff_req *req = in;
	struct ocpp2_change_transaction_tariff_conf *conf = out;
	struct pile *pile = talk->pile;
	struct outlet *outlet = pile_outlet_of(pile, ocpp2_tx(pile, req->transaction_id));
	struct cost_tariff tariff;
	struct spool_facts facts;

	conf->status = OCPP2_TARIFF_CHANGE_STATUS_TX_NOT_FOUND;
	if (!outlet)
		return 0;
	conf->status = answers[take_tariff(&req->tariff, &tariff)];
	if (conf->status != OCPP2_TARIFF_CHANGE_STATUS_ACCEPTED)
		return 0;
	conf->status = OCPP2_TARIFF_CHANGE_STATUS_NO_CURRENCY_CHANGE;
	if (outlet->account && strcmp(outlet->account->tariff.currency, tariff.currency) != 0)
		return 0;
	conf->status = OCPP2_TARIFF_CHANGE_STATUS_REJECTED;
	if (!cost_change(pile, outlet, &tariff))
		return 0;
	facts = (struct spool_facts){.state = (uint8_t)outlet->evse.state};
	conf->status = OCPP2_TARIFF_CHANGE_STATUS_ACCEPTED;
	return spool_state(&pile->spool, outlet->tx, STATE_TARIFF, pile->now_us,
		outlet->evse.meter.register_dwh, &facts);
}

/* ---- the cost of a charge that ended ---- */

int ocpp2_cost(
	struct talk *talk, const struct spool_entry *entry, struct ocpp2_transaction_event_req *req)
{
	const struct outlet *outlet = pile_outlet(talk->pile, entry->connector);
	const struct cost_run *run = outlet ? outlet->account : NULL;
	const struct spool_tx *tx = spool_tx(&talk->pile->spool, entry->tx);
	struct ocpp2_cost_details *details = &req->cost_details;
	struct bill bill;
	int64_t total_minor;

	if (talk->version != OCPP_21 || !run || run->tx != entry->tx)
		return 0;
	req->transaction_info.has_tariff_id = true;
	req->transaction_info.tariff_id = str_from(run->tariff.name);
	req->has_cost_details = true;
	details->total_cost.currency = str_from(run->tariff.currency);
	details->total_cost.type_of_cost = OCPP2_TARIFF_COST_NORMAL_COST;
	details->total_usage.energy_e5 = (entry->register_dwh - tx->start_dwh) * 10;
	details->total_usage.charging_time = run->charging_s;
	details->total_usage.idle_time = run->idle_s;
	details->has_failure_to_calculate = true;
	details->failure_to_calculate = true;
	if (!cost_bill(talk->pile, outlet, talk->arena, &bill, &total_minor))
		return 0;
	details->has_failure_to_calculate = details->failure_to_calculate = false;
	details->total_cost.total.has_incl_tax_e5 = true;
	details->total_cost.total.incl_tax_e5 = cost_in_e5(&run->tariff, total_minor);
	details->total_cost.has_energy = true;
	details->total_cost.energy.has_incl_tax_e5 = true;
	details->total_cost.energy.incl_tax_e5 = details->total_cost.total.incl_tax_e5;
	return 0;
}

/* ---- somebody pays on the web ---- */

/* Has no answer that could refuse; what is no outlet of ours is nothing to keep. */
static int order_web_payment(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_notify_web_payment_started_req *req = in;
	struct outlet *outlet = pile_outlet(talk->pile, req->evse_id);
	int64_t seconds = req->timeout < PAYING_MOST_S ? req->timeout : PAYING_MOST_S;

	(void)out;
	if (outlet && !outlet->tx)
		web_paying(talk->pile, outlet, seconds);
	return 0;
}

static const struct talk_order tariff_order_rows[] = {
	{"SetDefaultTariff", order_set},
	{"GetTariffs", order_get},
	{"ClearTariffs", order_clear},
	{"ChangeTransactionTariff", order_change},
	{"NotifyWebPaymentStarted", order_web_payment},
};
const struct talk_orders ocpp2_tariff_orders = TALK_ROWS(tariff_order_rows);
