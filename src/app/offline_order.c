/* offline_order.c - order generation: opening an order for a pile without network, and the values
 * of its start code. */
#include "app/offline_order.h"

#include "app/charging.h"
#include "app/step.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "domain/token.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/tariff.h"

#define TAG_BYTES 18 /* token_start takes five bits of each */

/* How much may be risked, by how it is paid. */
static bool amount_ok(const struct app_offline *limits, const struct offline_wish *wish)
{
	int64_t most = wish->timing == TIMING_CREDIT ? limits->credit_max_minor : limits->max_minor;

	return wish->limit_minor > 0 && wish->limit_minor <= most &&
	       wish->limit_minor <= OFFLINE_AMOUNT_MAX && wish->limit_dwh >= 0 &&
	       wish->limit_dwh <= OFFLINE_ENERGY_MAX && wish->limit_s >= 0;
}

int offline_order_open(struct ctx *ctx, const struct offline_wish *wish, struct order *ret_order)
{
	const struct open_cmd cmd = {.starter = STARTER_OFFLINE,
		.pile_id = wish->pile_id,
		.connector_no = wish->connector_no,
		.timing = wish->timing,
		.source = SOURCE_CHANNEL,
		.channel = wish->channel,
		.limit_minor = wish->limit_minor,
		.limit_dwh = wish->limit_dwh,
		.language = wish->language,
		.tariff_hash = wish->tariff_hash};
	struct offline_row row = {.pile_id = wish->pile_id,
		.connector_no = wish->connector_no,
		.nonce = wish->nonce,
		.driver = wish->driver,
		.limit_s = wish->limit_s};
	struct str unsettled;
	int result;

	TRY(store_offline_unsettled(ctx->db, ctx->arena, wish->driver, &unsettled));
	if (unsettled.len > 0) {
		*ret_order = (struct order){.token = unsettled};
		return CHARGING_E_UNSETTLED;
	}
	if (!amount_ok(&ctx->config->offline, wish))
		return CHARGING_E_AMOUNT;
	result = charging_open(ctx, &cmd, ret_order);
	TRY(result);
	if (result != 0)
		return result;
	row.order_id = ret_order->id;
	if (row.limit_s == 0 || row.limit_s > ctx->config->offline.lasts_s)
		row.limit_s = ctx->config->offline.lasts_s;
	return store_offline_add(ctx->db, &row);
}

int offline_order_renew(
	struct ctx *ctx, const struct order *order, const struct offline_ident *ident)
{
	struct offline_row row;
	struct place place;

	if (order->starter != STARTER_OFFLINE || order->state != ORDER_STARTING)
		return CHARGING_E_STATE;
	TRY(step_must(store_pile_place(ctx->db, ctx->arena, order->pile_id, 0, &place),
		"the pile of an order"));
	if (!str_eq(place.code, ident->pile))
		return CHARGING_E_FOREIGN;
	TRY(step_must(store_offline_get(ctx->db, ctx->arena, order->id, &row),
		"what is known of an offline order"));
	row.nonce = ident->nonce;
	row.connector_no = ident->connector_no;
	row.valid_us = 0;
	row.code = STR("");
	return store_offline_issue(ctx->db, &row);
}

/* Station time less UTC, in minutes. */
static int64_t offset_min(struct str zone, int64_t at_us)
{
	struct civil civil;

	return zone_civil(zone, at_us, &civil) ? civil.offset_s / 60 : 0;
}

/* Limits of a start code. A pile that is not told the prices gets energy instead of money: what the
 * money surely buys at the dearest hour. */
static void put_limits(const struct order *order, const struct tariff *tariff, bool with_tariff,
	struct offline_start *start)
{
	start->limit_minor = order->limit_minor;
	start->has_limit_minor = order->limit_minor > 0;
	start->limit_dwh = order->limit_dwh;
	if (!with_tariff && order->limit_minor > 0) {
		int64_t energy_dwh = offline_energy_for(tariff, order->limit_minor);

		if (energy_dwh > 0 && (start->limit_dwh == 0 || energy_dwh < start->limit_dwh))
			start->limit_dwh = energy_dwh;
	}
	if (start->limit_dwh > OFFLINE_ENERGY_MAX)
		start->limit_dwh = OFFLINE_ENERGY_MAX;
	start->has_limit_dwh = start->limit_dwh > 0;
}

int offline_order_start(struct ctx *ctx, const struct order *order, bool with_tariff,
	struct offline_start *ret_start, struct offline_row *ret_row)
{
	struct offline_start start = {.order_id = order->id,
		.from_s = ctx->now_us / US_PER_S,
		.valid_s = ctx->config->offline.valid_s,
		.tariff_mark = offline_mark(order->tariff_hash),
		.has_tariff = with_tariff};
	struct tariff tariff;
	struct place place;

	if (order->starter != STARTER_OFFLINE || order->state != ORDER_STARTING)
		return CHARGING_E_STATE;
	TRY(step_must(store_offline_get(ctx->db, ctx->arena, order->id, ret_row),
		"what is known of an offline order"));
	TRY(step_must(
		store_pile_place(ctx->db, ctx->arena, order->pile_id, order->connector_no, &place),
		"the pile of an order"));
	TRY(step_must(store_tariff_get(ctx->db, ctx->arena, order->tariff_id, &tariff),
		"the price of an offline order"));
	ret_row->offset_min = offset_min(place.zone, ctx->now_us);
	start.pile = place.code;
	start.connector_no = ret_row->connector_no;
	start.nonce = ret_row->nonce;
	start.limit_s = ret_row->limit_s < 60 ? 60 : ret_row->limit_s;
	put_limits(order, &tariff, with_tariff, &start);
	if (with_tariff)
		TRY(offline_tariff_pack(&tariff, ret_row->offset_min, ctx->arena, &start.tariff));
	*ret_start = start;
	return 0;
}

struct str offline_order_tag(struct str code_bytes, struct arena *arena)
{
	uint8_t digest[SHA256_LEN];

	sha256(code_bytes.ptr, code_bytes.len, digest);
	return token_start(arena, digest);
}

int offline_order_issued(struct ctx *ctx, struct order *order, const struct offline_start *start,
	struct offline_row *row)
{
	row->limit_dwh = start->has_limit_dwh ? start->limit_dwh : 0;
	row->connector_no = start->connector_no;
	row->issued_us = ctx->now_us;
	row->valid_us = (start->from_s + start->valid_s) * US_PER_S;
	order->connector_no = start->connector_no;
	TRY(store_offline_issue(ctx->db, row));
	TRY(store_offline_tag(ctx->db, order));
	return step_event(ctx, order, "command", "offline_code", STR(""));
}
