/* api_tariffs.c - the tariff editor's side: versions that never change, and a bill computed before
 * anything is stored. */
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/api_view.h"
#include "app/tariffs.h"
#include "domain/money.h"
#include "store/dashboard.h"
#include "store/tariff.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define HISTORY_MOST 50
#define VALID_FROM 6 /* column of list_tariffs */
#define AHEAD_MOST_US (366 * US_PER_DAY)
#define SIMULATED_MOST 1000 /* half hours: 20 days */

static struct str currency_of(const struct api_call *call, const struct api_tariff *body)
{
	return body->has_currency && body->currency.len ? body->currency : call->who.currency;
}

/* The body as a tariff; every row that is wrong is told by its number. */
static int tariff_of(
	struct api_call *call, const struct api_tariff *body, struct tariff *ret_tariff)
{
	struct tariff tariff = {
		.tenant_id = call->who.tenant_id,
		.series_id = body->series_id,
		.name = str_trim(body->name),
		.currency = currency_of(call, body),
		.vat_bp = body->vat_bp,
	};

	if (tariff.name.len == 0)
		call_field(call, "name", "missing");
	if (currency_digits(tariff.currency) < 0)
		call_field(call, "currency", "currency");
	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		tariff.energy_e5[i] = body->slots[i].energy;
		tariff.service_e5[i] = body->slots[i].service;
		tariff.back_e5[i] = body->slots[i].back;
	}
	if (tariff_buys(&tariff))
		tariff.back_vat_bp = body->back_vat_bp;
	if (body->has_idle) {
		tariff.idle_e5 = body->idle.price_per_min;
		tariff.idle_grace_s = body->idle.grace_s;
		tariff.idle_cap_minor = body->idle.cap.minor;
	}
	*ret_tariff = tariff;
	return call->fields_len ? P_FIELDS : 0;
}

/* The version in force leads; when none is yet, the newest. Rows come newest first. */
static size_t leading(const struct list_rows *rows, int64_t now_us)
{
	for (size_t i = 0; i < rows->rows_len; i++) {
		if (list_row(rows, i)[VALID_FROM].number <= now_us)
			return i;
	}
	return 0;
}

static int answer_series(struct api_call *call, int64_t series_id, int status)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(series_id), NUMBER(HISTORY_MOST)};
	const struct list_cell *row;
	struct list_rows rows;

	TRY(list_query(call, &list_tariffs, SQL_LIST_TARIFF_SERIES, args, 3, HISTORY_MOST, &rows));
	if (rows.rows_len == 0)
		return P_NOT_FOUND;
	row = list_row(&rows, leading(&rows, call->ctx->now_us));
	reply_begin(call);
	list_row_write(call, &list_tariffs, row);
	TRY(list_tariffs.more(call, row));
	out_list(&call->out, "history");
	for (size_t i = 0; i < rows.rows_len; i++) {
		out_object(&call->out, NULL);
		list_row_write(call, &list_tariffs, list_row(&rows, i));
		TRY(list_tariffs.more(call, list_row(&rows, i)));
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, status);
}

int tariff_series(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_series(call, id, 200) : P_NOT_FOUND;
}

int tariff_post(struct api_call *call)
{
	const struct api_tariff *body = call->body;
	struct ctx *ctx = call->ctx;
	int64_t from_us = body->has_valid_from ? body->valid_from_us : ctx->now_us;
	struct tariff tariff;
	int result = tariff_of(call, body, &tariff);

	if (result != 0)
		return result;
	/* a version in the past would change what a price was when somebody looked at it */
	if (from_us < ctx->now_us - US_PER_MIN)
		return call_field(call, "valid_from", "past");
	if (from_us > ctx->now_us + AHEAD_MOST_US)
		return call_field(call, "valid_from", "bounds");
	result = store_tariff_add(ctx->db, ctx->arena, CTX_ID(ctx), from_us, call->who.staff_id,
		ctx->now_us, &tariff);
	TRY(result);
	if (result == STORE_E_MISSING)
		return call_field(call, "series_id", "reference");
	if (result > 0)
		return P_CONFLICT;
	TRY(tariffs_changed(ctx, call->who.tenant_id));
	TRY(auth_audit(ctx, &call->who, "tariff.add",
		str_format(ctx->arena, "tariff:%lld", (long long)tariff.id),
		str_format(ctx->arena, "{\"series\":\"%lld\",\"version\":%lld,\"hash\":\"%.*s\"}",
			(long long)tariff.series_id, (long long)tariff.version,
			STR_FMT(tariff.hash))));
	return answer_series(call, tariff.series_id, 201);
}

/* --- a charge that never was --- */

/* Constant power from `at_us` until the energy is used up, cut at the half hours of the zone.
 * *ret_end_us: when that was. */
static int spread(struct str zone, int64_t power_w, int64_t energy_wh, int64_t at_us,
	struct usage *usage, size_t *ret_len, int64_t *ret_end_us)
{
	int64_t left_dwh = energy_wh * DWH_PER_WH;
	size_t len = 0;

	while (left_dwh > 0 && len < SIMULATED_MOST) {
		int64_t start_us, end_us, dwh;
		int slot;

		if (!zone_half_hour(zone, at_us, &start_us, &end_us, &slot))
			return P_FIELDS;
		dwh = (end_us - at_us) / US_PER_S * power_w / 360;
		if (dwh > left_dwh) {
			dwh = left_dwh;
			end_us = at_us + dwh * 360 / power_w * US_PER_S;
		}
		usage[len++] =
			(struct usage){.start_us = start_us, .slot = slot, .energy_dwh = dwh};
		left_dwh -= dwh;
		at_us = end_us;
	}
	*ret_len = len;
	*ret_end_us = at_us;
	return left_dwh > 0 ? P_FIELDS : 0;
}

static int simulated_tariff(
	struct api_call *call, const struct api_simulate *body, struct tariff *ret_tariff)
{
	int result;

	if (body->has_tariff)
		return tariff_of(call, &body->tariff, ret_tariff);
	if (!body->tariff_id)
		return call_field(call, "tariff", "missing");
	result = store_tariff_get(call->ctx->db, call->ctx->arena, body->tariff_id, ret_tariff);
	TRY(result);
	if (result > 0 || ret_tariff->tenant_id != call->who.tenant_id)
		return call_field(call, "tariff_id", "reference");
	return 0;
}

/* The bill of what flows in, then idle time, then back. > 0: too long or too much. */
static int simulated_bill(struct api_call *call, const struct api_simulate *body, struct str zone,
	const struct tariff *tariff, struct bill *ret_bill)
{
	struct arena *arena = call->ctx->arena;
	struct usage *usage = ARENA_ARRAY(arena, struct usage, SIMULATED_MOST);
	int64_t at_us;
	size_t len;
	int result;

	if (!usage)
		return FAULT(FAULT_NOMEM, "simulation");
	result = spread(zone, body->power_w, body->energy_wh, body->start_us, usage, &len, &at_us);
	if (result == 0)
		result = tariff_bill(tariff, usage, len, body->idle_s, arena, ret_bill);
	if (result != 0 || body->back_wh == 0)
		return result;
	result = spread(zone, body->power_w, body->back_wh, at_us, usage, &len, &at_us);
	return result != 0 ? result : tariff_credit(tariff, usage, len, arena, ret_bill);
}

int tariff_simulate(struct api_call *call)
{
	const struct api_simulate *body = call->body;
	struct tariff tariff;
	struct bill bill;
	struct str zone = body->zone;
	int result = simulated_tariff(call, body, &tariff);

	if (result != 0)
		return result;
	if (!body->has_zone)
		TRY(store_dashboard_zone(
			call->ctx->db, call->who.tenant_id, call->ctx->arena, &zone));
	else if (!zone_exists(zone))
		return call_field(call, "zone", "zone");
	result = simulated_bill(call, body, zone, &tariff, &bill);
	TRY(result);
	if (result > 0)
		return call_field(call, "energy_wh", "bounds");
	reply_begin(call);
	out_text(&call->out, "zone", zone);
	view_bill(&call->out, &bill, tariff.currency);
	out_number(&call->out, "vat_bp", tariff.vat_bp);
	out_number(&call->out, "back_vat_bp", tariff.back_vat_bp);
	return reply_json(call, 200);
}
