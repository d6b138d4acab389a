/* api_desk.c - the operator's front door: sign-in, dashboard, alarms, the record's check. */
#include "app/api_attention.h"
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "store/alarm.h"
#include "store/audit.h"
#include "store/dashboard.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define RECENT_ORDERS 10

/* --- sign-in --- */

static int answer_me(struct api_call *call, const struct login *login)
{
	reply_begin(call);
	out_text(&call->out, "login", login->login);
	out_text(&call->out, "name", login->name);
	out_text(&call->out, "role", login->role);
	out_text(&call->out, "csrf", login->csrf);
	out_text(&call->out, "language", login->language);
	out_object(&call->out, "tenant");
	out_id(&call->out, "id", login->tenant_id);
	out_text(&call->out, "name", login->tenant_name);
	out_text(&call->out, "currency", login->currency);
	out_end(&call->out);
	return reply_json(call, 200);
}

static int login_problem(int outcome)
{
	return outcome == AUTH_E_RATE ? P_RATE : outcome == AUTH_E_LOCKED ? P_LOCKED : P_LOGIN;
}

/* Runs twice: in the work lane for the password, then in the write lane for the session. */
int desk_login(struct api_call *call)
{
	const struct api_login *body = call->body;
	struct auth_attempt *attempt = call->response->carry;
	struct login login;
	struct str token;
	int result;

	if (!attempt) {
		attempt = ARENA_NEW(call->ctx->arena, struct auth_attempt);
		if (!attempt)
			return FAULT(FAULT_NOMEM, "sign-in");
		result = auth_check(
			call->ctx, body->login, body->password, call->request->remote, attempt);
		TRY(result);
		if (result > 0)
			return login_problem(result);
		call->response->carry = attempt;
		call->response->again = true;
		call->response->again_lane = API_WRITE;
		return 0;
	}
	result = auth_enter(call->ctx, attempt, &token, &login);
	TRY(result);
	if (result > 0)
		return login_problem(result);
	reply_cookie(call, STR(AUTH_COOKIE), token, AUTH_IDLE_US / US_PER_S);
	return answer_me(call, &login);
}

int desk_me(struct api_call *call)
{
	return answer_me(call, &call->who);
}

int desk_logout(struct api_call *call)
{
	TRY(auth_leave(call->ctx, http_cookie(call->request->head, AUTH_COOKIE)));
	reply_cookie(call, STR(AUTH_COOKIE), STR(""), 0);
	return reply_empty(call, 200);
}

/* --- the dashboard --- */

static int put_recent(struct api_call *call)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(INT64_MAX), NUMBER(RECENT_ORDERS), NUMBER(0)};
	struct list_rows rows;

	TRY(list_query(call, &list_orders, SQL_LIST_ORDERS, args, 4, RECENT_ORDERS, &rows));
	out_list(&call->out, "recent");
	for (size_t i = 0; i < rows.rows_len; i++) {
		out_object(&call->out, NULL);
		list_row_write(call, &list_orders, list_row(&rows, i));
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

/* Midnight of the zone's civil day. */
static int64_t day_begin(struct str zone, int64_t now_us)
{
	struct civil civil;

	if (!zone_civil(zone, now_us, &civil))
		return now_us - now_us % US_PER_DAY;
	return now_us - ((civil.hour * 60 + civil.minute) * 60 + civil.second) * US_PER_S -
	       now_us % US_PER_S;
}

static void put_numbers(struct api_call *call, const struct dashboard *numbers, int64_t hours_us)
{
	struct out *out = &call->out;
	struct str currency = call->who.currency;

	out_object(out, "piles");
	out_number(out, "online", numbers->online);
	out_number(out, "total", numbers->piles);
	out_number(out, "charging", numbers->charging);
	out_number(out, "faulted", numbers->faulted);
	out_end(out);
	out_object(out, "today");
	out_number(out, "orders", numbers->orders);
	out_energy(out, "energy_wh", numbers->energy_dwh);
	out_money(out, "revenue", numbers->revenue_minor, currency);
	out_end(out);
	out_number(out, "power_w", numbers->power_w);
	out_list(out, "hours");
	for (int i = 0; i < DASHBOARD_HOURS; i++) {
		out_object(out, NULL);
		out_time(out, "at", hours_us + i * US_PER_HOUR);
		out_energy(out, "energy_wh", numbers->hours[i].energy_dwh);
		out_money(out, "revenue", numbers->hours[i].revenue_minor, currency);
		out_end(out);
	}
	out_list_end(out);
}

int desk_dashboard(struct api_call *call)
{
	struct ctx *ctx = call->ctx;
	int64_t hours_us =
		ctx->now_us - ctx->now_us % US_PER_HOUR - (DASHBOARD_HOURS - 1) * US_PER_HOUR;
	struct dashboard numbers;
	struct str zone;

	TRY(store_dashboard_zone(ctx->db, call->who.tenant_id, ctx->arena, &zone));
	TRY(store_dashboard(
		ctx->db, call->who.tenant_id, day_begin(zone, ctx->now_us), hours_us, &numbers));
	reply_begin(call);
	put_numbers(call, &numbers, hours_us);
	out_text(&call->out, "zone", zone);
	TRY(attention_put_counts(call));
	TRY(put_recent(call));
	return reply_json(call, 200);
}

/* --- alarms and the record --- */

int desk_alarm_close(struct api_call *call)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_alarm_close(
		call->ctx->db, call->who.tenant_id, id, call->who.staff_id, call->ctx->now_us);
	TRY(result);
	if (result > 0)
		return P_NOT_FOUND;
	TRY(auth_audit(call->ctx, &call->who, "alarm.close",
		str_format(call->ctx->arena, "alarm:%lld", (long long)id), STR("{}")));
	return reply_empty(call, 200);
}

int desk_audit_check(struct api_call *call)
{
	int64_t rows = 0, bad_id = 0;
	int result = store_audit_check(
		call->ctx->db, call->who.tenant_id, call->ctx->arena, &rows, &bad_id);

	TRY(result);
	reply_begin(call);
	out_flag(&call->out, "ok", result == 0);
	out_number(&call->out, "rows", rows);
	out_id(&call->out, "bad_id", bad_id);
	return reply_json(call, 200);
}
