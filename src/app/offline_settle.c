/* offline_settle.c - second payment logic: a settlement code ends its order like the pile's own
 * report would. Whichever of the two comes first makes the bill; the other changes nothing. */
#include "app/offline_order.h"

#include "app/charging.h"
#include "app/step.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/session.h"
#include "store/tariff.h"

/* Registers that came by OCPP 1.6 are whole watt-hours. */
#define OTHER_WAY_DWH 20
#define OTHER_WAY_MINOR 1

/* One settlement on its way, with what is known. */
struct settling {
	const struct offline_settlement *code;
	const struct offline_seal *seal;
	struct order order;
	struct offline_row row;
	struct place place;
	bool known; /* order, row and place are there */
};

static int alarm(struct ctx *ctx, int64_t tenant_id, const char *what, int64_t id,
	const char *reason, int64_t order_id)
{
	return tell_alarm(ctx, tenant_id, "offline_refused",
		str_format(ctx->arena, "%s:%lld:%s", what, (long long)id, reason),
		str_format(ctx->arena, "{\"reason\":\"%s\",\"order\":\"%lld\"}", reason,
			(long long)order_id));
}

/* The signature was good, so what it says of itself is a fact: the order is where to look. */
static int refuse(struct ctx *ctx, const struct settling *at, int outcome)
{
	const char *word = offline_word(outcome);

	LOG_WARN("settlement refused", "pile=%.*s order=%lld reason=%s", STR_FMT(at->code->pile),
		(long long)at->code->order_id, word);
	if (at->known)
		TRY(alarm(ctx, at->order.tenant_id, "order", at->order.id, word, at->order.id));
	else
		TRY(offline_order_refused(ctx, at->code, word));
	return outcome;
}

int offline_order_refused(
	struct ctx *ctx, const struct offline_settlement *settlement, const char *reason)
{
	struct order order;
	struct pile pile;
	int found = store_pile_by_code(ctx->db, ctx->arena, settlement->pile, &pile);

	TRY(found);
	if (found == 0)
		return alarm(ctx, pile.tenant_id, "pile", pile.id, reason, settlement->order_id);
	found = store_order_get(ctx->db, ctx->arena, settlement->order_id, &order);
	TRY(found);
	return found == 0 ? alarm(ctx, order.tenant_id, "order", order.id, reason, order.id) : 0;
}

static int look_up(struct ctx *ctx, struct settling *at)
{
	int found = store_order_get(ctx->db, ctx->arena, at->code->order_id, &at->order);

	TRY(found);
	if (found != 0 || at->order.starter != STARTER_OFFLINE)
		return 0;
	found = store_offline_get(ctx->db, ctx->arena, at->order.id, &at->row);
	TRY(found);
	if (found != 0)
		return 0;
	TRY(step_must(store_pile_place(ctx->db, ctx->arena, at->order.pile_id,
			      at->order.connector_no, &at->place),
		"the pile of an order"));
	at->known = at->row.issued_us != 0;
	return 0;
}

static bool is_over(const struct order *order)
{
	return order->state == ORDER_FAILED || order->state == ORDER_CANCELLED ||
	       order->state == ORDER_CREATED || order->state == ORDER_AUTHORISED;
}

/* By a key of today, or by one of an earlier time what belongs to that time. */
static int judge_key(const struct settling *at, bool *ret_doubtful)
{
	const struct pile_key *key = &at->seal->key;

	*ret_doubtful = false;
	if (at->row.serial != 0)
		return 0; /* told again: nothing moves any more */
	return offline_key_settles(key->state, key->until_us / US_PER_S,
		at->row.issued_us / US_PER_S, at->code->begin_s + at->code->lasted_s, ret_doubtful);
}

static int judge(struct ctx *ctx, const struct settling *at, bool *ret_doubtful)
{
	struct offline_known known = {0};
	int outcome;

	*ret_doubtful = false;

	if (at->known) {
		known = (struct offline_known){.pile = at->place.code,
			.connector_no = at->row.connector_no,
			.order_id = at->order.id,
			.tariff_mark = offline_mark(at->order.tariff_hash),
			.limit_dwh = at->row.limit_dwh,
			.serial = at->row.serial};
		TRY(store_offline_serial(
			ctx->db, at->order.pile_id, at->code->serial, &known.serial_order_id));
	}
	outcome = offline_settlement_check(at->code, &known);
	if (outcome == 0 && at->row.serial != 0 && !str_eq(at->row.content, at->seal->content))
		outcome = OFFLINE_E_SERIAL;
	if (outcome == 0 && at->row.serial == 0 && is_over(&at->order))
		outcome = OFFLINE_E_ORDER;
	return outcome != 0 ? outcome : judge_key(at, ret_doubtful);
}

/* The register at each change of price: what makes the bill exact. Without them (the pile was not
 * told the prices) energy is spread over the time. */
static int readings_of(
	struct ctx *ctx, struct settling *at, struct reading **ret_readings, size_t *ret_len)
{
	const struct offline_settlement *code = at->code;
	int64_t edges[OFFLINE_RUNS_MAX], register_dwh = code->register_dwh;
	struct reading *readings;
	struct tariff tariff;
	size_t count;

	*ret_len = 0;
	if (code->runs_dwh_len == 1)
		return 0;
	TRY(step_must(store_tariff_get(ctx->db, ctx->arena, at->order.tariff_id, &tariff),
		"the price of an offline order"));
	count = offline_edges(&tariff, at->row.offset_min, code->begin_s,
		code->begin_s + code->lasted_s, edges, OFFLINE_RUNS_MAX);
	if (count + 1 != code->runs_dwh_len)
		return step_event(ctx, &at->order, "warning", "estimated", STR(""));
	readings = ARENA_ARRAY(ctx->arena, struct reading, count);
	if (!readings)
		return FAULT(FAULT_NOMEM, "no room for readings");
	for (size_t i = 0; i < count; i++) {
		register_dwh += code->runs_dwh[i];
		readings[i] = (struct reading){.at_us = edges[i] * US_PER_S,
			.energy_dwh = register_dwh,
			.power_w = -1,
			.voltage_mv = -1,
			.current_ma = -1,
			.soc_pct = -1};
	}
	*ret_readings = readings;
	*ret_len = count;
	return 0;
}

/* The words OCPP has for the same ends, so that one timeline tells both ways alike. */
static struct str reason_of(enum offline_end end)
{
	switch (end) {
	case OFFLINE_END_UNPLUGGED:
		return STR("EVDisconnected");
	case OFFLINE_END_FAULT:
		return STR("Other");
	case OFFLINE_END_DRIVER:
	case OFFLINE_END_ENERGY:
	case OFFLINE_END_AMOUNT:
	case OFFLINE_END_TIME:
	case OFFLINE_END_FULL:
	case OFFLINE_END_UNUSED:
		break;
	}
	return STR("Local");
}

/* The charge as the pile would have told it: its start unless that was told, and its stop. What the
 * rest of the house will not take is an outcome too, for people to look at. */
static int tell_charge(struct ctx *ctx, struct settling *at)
{
	const struct offline_settlement *code = at->code;
	struct start_facts start = {.pile_id = at->order.pile_id,
		.connector_no = at->order.connector_no,
		.id_tag = at->order.start_tag,
		.meter_dwh = code->register_dwh,
		.at_us = code->begin_s * US_PER_S};
	struct stop_facts stop = {.pile_id = at->order.pile_id,
		.meter_dwh = code->register_dwh + offline_energy(code),
		.at_us = (code->begin_s + code->lasted_s) * US_PER_S,
		.reason = reason_of((enum offline_end)code->reason),
		.final = true};
	struct reading *readings = NULL;
	struct scene scene;
	int outcome = charging_started(ctx, &start, &scene);

	TRY(outcome);
	if (outcome != 0)
		return OFFLINE_E_ORDER;
	TRY(readings_of(ctx, at, &readings, &stop.readings_len));
	stop.readings = readings;
	stop.transaction_id = scene.session.transaction_id;
	outcome = charging_stopped(ctx, &stop, NULL);
	TRY(outcome);
	if (outcome != 0)
		return OFFLINE_E_ORDER;
	return step_must(store_order_get(ctx->db, ctx->arena, at->order.id, &at->order),
		"an order that was settled");
}

/* Nobody plugged in: the money goes back at once. */
static int close_unused(struct ctx *ctx, struct settling *at)
{
	const struct close_cmd cmd = {.order_id = at->order.id, .reason = STR("unused")};

	return step_must(charging_close(ctx, &cmd, &at->order), "an order that was not used");
}

static bool differs(int64_t a, int64_t b, int64_t slack)
{
	return a > b + slack || b > a + slack;
}

/* Two tellings of one charge must agree; when they do not, people decide, and nothing moves. */
static int compare(struct ctx *ctx, const struct settling *at, bool by_pile)
{
	int64_t energy_dwh = offline_energy(at->code);
	int64_t told_minor = at->code->has_amount_minor ? at->code->amount_minor : -1;

	if (!differs(at->order.energy_dwh, energy_dwh, by_pile ? OTHER_WAY_DWH : 0) &&
		(told_minor < 0 ||
			!differs(at->order.total_minor, told_minor, by_pile ? OTHER_WAY_MINOR : 0)))
		return 0;
	TRY(step_event(ctx, &at->order, "warning", "offline_differs", STR("")));
	return tell_alarm(ctx, at->order.tenant_id, "offline_differs",
		str_format(ctx->arena, "order:%lld", (long long)at->order.id),
		str_format(ctx->arena,
			"{\"energy_dwh\":%lld,\"code_dwh\":%lld,\"total_minor\":%lld,"
			"\"code_minor\":%lld}",
			(long long)at->order.energy_dwh, (long long)energy_dwh,
			(long long)at->order.total_minor, (long long)told_minor));
}

static int keep(struct ctx *ctx, struct settling *at)
{
	int kept;

	at->row.serial = at->code->serial;
	at->row.settled_us = ctx->now_us;
	at->row.amount_minor = at->code->has_amount_minor ? at->code->amount_minor : -1;
	at->row.content = at->seal->content;
	kept = store_offline_settle(ctx->db, &at->row);
	TRY(kept);
	/* the unique number was looked for just now, in this transaction */
	if (kept != 0)
		return FAULT(
			FAULT_BUSY, "settlement %lld twice at once", (long long)at->code->serial);
	return step_event(ctx, &at->order, "command", "offline_settled", STR(""));
}

/* Signed by a key that was revoked since, about a time when it was good: posted, and looked at. */
static int doubt(struct ctx *ctx, const struct settling *at)
{
	TRY(step_event(ctx, &at->order, "warning", "offline_doubtful", STR("")));
	return tell_alarm(ctx, at->order.tenant_id, "offline_doubtful",
		str_format(ctx->arena, "order:%lld", (long long)at->order.id), STR("{}"));
}

/* The first time: posts it. An outcome when the house does not take it. */
static int settle(struct ctx *ctx, struct settling *at)
{
	bool unused = at->code->reason == OFFLINE_END_UNUSED && offline_energy(at->code) == 0;
	bool by_pile = at->order.state != ORDER_STARTING && !order_is_running(at->order.state);
	int outcome = 0;

	if (at->order.state == ORDER_STARTING && unused)
		outcome = close_unused(ctx, at);
	else if (at->order.state == ORDER_STARTING || order_is_running(at->order.state))
		outcome = tell_charge(ctx, at);
	TRY(outcome);
	if (outcome != 0)
		return outcome;
	TRY(keep(ctx, at));
	return is_over(&at->order) ? 0 : compare(ctx, at, by_pile);
}

int offline_order_settle(struct ctx *ctx, const struct offline_settlement *settlement,
	const struct offline_seal *seal, struct order *ret_order)
{
	struct settling at = {.code = settlement, .seal = seal};
	bool doubtful;
	int outcome;

	TRY(look_up(ctx, &at));
	outcome = judge(ctx, &at, &doubtful);
	TRY(outcome);
	if (outcome == 0 && at.row.serial == 0)
		outcome = settle(ctx, &at);
	TRY(outcome);
	if (outcome != 0)
		return refuse(ctx, &at, outcome);
	if (doubtful)
		TRY(doubt(ctx, &at));
	*ret_order = at.order;
	return 0;
}
