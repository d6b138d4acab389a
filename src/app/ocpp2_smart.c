/* ocpp2_smart.c - what 2.x piles say about limits and cars' wishes (block K), in the words of
 * smart.h. Every message is kept whole as a notice as well. */
#include "app/ocpp2_parts.h"
#include "app/priority.h"
#include "app/smart.h"
#include "base/fault.h"
#include "store/order.h"
#include "store/session.h"
#include "store/transaction.h"
#include "wire/ocpp2/needs.h"
#include "wire/ocpp2/smart.h"

/* The highest value of a schedule in each of three phases, in mA. -1: it says none. */
static int64_t highest_ma(const struct ocpp2_charging_schedule *schedule)
{
	bool watts = schedule->charging_rate_unit == OCPP2_CHARGING_RATE_UNIT_W;
	int64_t most = -1;

	for (size_t i = 0; i < schedule->charging_schedule_period_len; i++) {
		const struct ocpp2_charging_schedule_period *period =
			&schedule->charging_schedule_period[i];
		int phases = period->has_number_phases && period->number_phases > 0
				     ? (int)period->number_phases
				     : SHARE_PHASES;
		int64_t limit = watts ? period->limit_milli / 1000 : period->limit_milli;

		if (!period->has_limit_milli || limit < 0)
			continue;
		limit = profile_convert(limit < PROFILE_LIMIT_MAX ? limit : PROFILE_LIMIT_MAX,
			watts ? PROFILE_W : PROFILE_MA, PROFILE_MA, phases, PROFILE_MV);
		most = limit > most ? limit : most;
	}
	return most;
}

static int connector_of(struct desk *desk, bool has, int64_t evse, int64_t *ret_no)
{
	*ret_no = 0;
	return has && evse > 0 ? ocpp2_connector(desk, evse, 1, ret_no) : 0;
}

/* The smallest of the schedules counts. Without one it is known who limits, and not how much: the
 * pile keeps it by itself, and what it leaves is seen by what the car draws. */
int ocpp2_on_notify_charging_limit(struct desk *desk)
{
	const struct ocpp2_notify_charging_limit_req *req = desk->req;
	int64_t no, limit = -1;

	TRY(ocpp2_keep_notice(desk, req->has_evse_id ? req->evse_id : 0));
	if (desk->reply->code != 0)
		return 0;
	TRY(connector_of(desk, req->has_evse_id, req->evse_id, &no));
	for (size_t i = 0; i < req->charging_schedule_len; i++) {
		int64_t one = highest_ma(&req->charging_schedule[i]);

		if (one >= 0 && (limit < 0 || one < limit))
			limit = one;
	}
	return smart_external(
		desk->ctx, desk->pile_id, no, req->charging_limit.charging_limit_source, limit);
}

int ocpp2_on_cleared_charging_limit(struct desk *desk)
{
	const struct ocpp2_cleared_charging_limit_req *req = desk->req;
	int64_t no;

	TRY(ocpp2_keep_notice(desk, req->has_evse_id ? req->evse_id : 0));
	if (desk->reply->code != 0)
		return 0;
	TRY(connector_of(desk, req->has_evse_id, req->evse_id, &no));
	return smart_external(desk->ctx, desk->pile_id, no, STR(""), -1);
}

/* A number that 2.0.1 sends whole and 2.1 with a fraction. */
static int64_t whole(const struct desk *desk, int64_t number, int64_t number_e6)
{
	int64_t value = desk->version == OCPP_21 ? number_e6 / 1000000 : number;

	return value > 0 && value < INT32_MAX ? value : 0;
}

/* A car that may give as well says in watts what it takes at most. What it gives is no wish for
 * current: it stays with the notice, for whoever sets points. */
static void read_both_ways(
	const struct ocpp2_v2_x_charging_parameters *both, struct smart_needs *needs)
{
	int64_t power_w = both->has_max_charge_power_e6 ? both->max_charge_power_e6 / 1000000 : 0;
	int64_t target_wh = both->has_ev_target_energy_request_e6
				    ? both->ev_target_energy_request_e6 / 1000000
				    : 0;

	if (power_w > 0 && power_w <= PROFILE_LIMIT_MAX)
		needs->most_ma =
			profile_convert(power_w, PROFILE_W, PROFILE_MA, SHARE_PHASES, PROFILE_MV);
	if (target_wh > 0 && target_wh < INT32_MAX)
		needs->wanted_wh = target_wh;
}

static void read_needs(
	const struct desk *desk, const struct ocpp2_charging_needs *from, struct smart_needs *needs)
{
	const struct ocpp2_ac_charging_parameters *ac = &from->ac_charging_parameters;
	const struct ocpp2_dc_charging_parameters *dc = &from->dc_charging_parameters;

	if (from->requested_energy_transfer == OCPP2_ENERGY_TRANSFER_MODE_AC_SINGLE_PHASE)
		needs->phases = 1;
	else if (from->requested_energy_transfer == OCPP2_ENERGY_TRANSFER_MODE_AC_TWO_PHASE)
		needs->phases = 2;
	if (from->has_departure_time)
		needs->depart_us = from->departure_time_us;
	if (from->has_ac_charging_parameters) {
		needs->wanted_wh = whole(desk, ac->energy_amount, ac->energy_amount_e6);
		needs->most_ma = whole(desk, ac->ev_max_current, ac->ev_max_current_e6) * 1000;
	} else if (from->has_dc_charging_parameters) {
		needs->wanted_wh = whole(desk, dc->energy_amount, dc->energy_amount_e6);
		needs->most_ma = profile_convert(whole(desk, dc->ev_max_power, dc->ev_max_power_e6),
			PROFILE_W, PROFILE_MA, SHARE_PHASES, PROFILE_MV);
	}
	if (from->has_v2x_charging_parameters)
		read_both_ways(&from->v2x_charging_parameters, needs);
	if (needs->most_ma > PROFILE_LIMIT_MAX)
		needs->most_ma = 0;
}

/* The schedule follows as a profile (K15); a charge nobody began here has none to come. */
int ocpp2_on_notify_ev_charging_needs(struct desk *desk)
{
	const struct ocpp2_notify_ev_charging_needs_req *req = desk->req;
	struct ocpp2_notify_ev_charging_needs_conf *conf = desk->conf;
	struct smart_needs needs = {0};
	int outcome;

	conf->status = OCPP2_NOTIFY_EV_CHARGING_NEEDS_STATUS_REJECTED;
	TRY(ocpp2_keep_notice(desk, req->evse_id));
	if (desk->reply->code != 0)
		return 0;
	TRY(connector_of(desk, true, req->evse_id, &needs.connector_no));
	read_needs(desk, &req->charging_needs, &needs);
	outcome = smart_needs(desk->ctx, desk->pile_id, &needs);
	TRY(outcome);
	if (outcome == 0)
		conf->status = OCPP2_NOTIFY_EV_CHARGING_NEEDS_STATUS_ACCEPTED;
	return 0;
}

int ocpp2_on_notify_ev_charging_schedule(struct desk *desk)
{
	const struct ocpp2_notify_ev_charging_schedule_req *req = desk->req;
	struct ocpp2_notify_ev_charging_schedule_conf *conf = desk->conf;
	bool within = true;
	int64_t no;

	TRY(ocpp2_keep_notice(desk, req->evse_id));
	if (desk->reply->code != 0)
		return 0;
	TRY(connector_of(desk, true, req->evse_id, &no));
	TRY(smart_schedule(
		desk->ctx, desk->pile_id, no, highest_ma(&req->charging_schedule), &within));
	conf->status = within ? OCPP2_GENERIC_STATUS_ACCEPTED : OCPP2_GENERIC_STATUS_REJECTED;
	return 0;
}

int ocpp2_on_pull_dynamic_schedule_update(struct desk *desk)
{
	const struct ocpp2_pull_dynamic_schedule_update_req *req = desk->req;
	struct ocpp2_pull_dynamic_schedule_update_conf *conf = desk->conf;
	int64_t milli;
	int outcome = smart_pulled(desk->ctx, desk->pile_id, req->charging_profile_id, &milli);

	TRY(outcome);
	conf->status = OCPP2_CHARGING_PROFILE_STATUS_REJECTED;
	if (outcome != 0)
		return 0;
	conf->status = OCPP2_CHARGING_PROFILE_STATUS_ACCEPTED;
	conf->has_schedule_update = true;
	conf->schedule_update.has_limit_milli = true;
	conf->schedule_update.limit_milli = milli;
	return 0;
}

/* Its driver is a member who was given that. */
static int may_hurry(struct desk *desk, int64_t session_id, bool *ret_may)
{
	struct session session;
	struct order order;
	int found = store_session_get(desk->ctx->db, desk->arena, session_id, &session);

	TRY(found);
	*ret_may = false;
	if (found == 0)
		found = store_order_get(desk->ctx->db, desk->arena, session.order_id, &order);
	TRY(found);
	return found == 0 ? priority_may(desk->ctx, &order, ret_may) : 0;
}

int ocpp2_on_notify_priority_charging(struct desk *desk)
{
	const struct ocpp2_notify_priority_charging_req *req = desk->req;
	struct pile_transaction transaction;
	bool may = false;
	int outcome;

	TRY(ocpp2_keep_notice(desk, 0));
	outcome = store_transaction_get(
		desk->ctx->db, desk->arena, desk->pile_id, req->transaction_id, &transaction);
	TRY(outcome);
	if (outcome == 0)
		TRY(may_hurry(desk, transaction.session_id, &may));
	if (outcome == 0)
		outcome = smart_urgent(
			desk->ctx, desk->pile_id, transaction.number, req->activated, may);
	TRY(outcome);
	if (outcome != 0)
		desk->reply->note = STR("foreign");
	return 0;
}
