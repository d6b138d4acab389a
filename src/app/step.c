/* step.c - the steps charging is made of. */
#include "app/step.h"

#include "app/billing.h"
#include "app/charging.h"
#include "app/devices.h"
#include "app/smart.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/money.h"
#include "store/order.h"
#include "store/tariff.h"

#define TRANSACTION_TRIES 8

int step_must(int result, const char *what)
{
	TRY(result);
	return result == 0 ? 0 : FAULT(FAULT_CORRUPT, "%s is missing (%d)", what, result);
}

int step_event(struct ctx *ctx, const struct order *order, const char *kind, const char *word,
	struct str detail)
{
	struct order_event event = {.id = CTX_ID(ctx),
		.order_id = order->id,
		.at_us = ctx->now_us,
		.kind = str_from(kind),
		.word = str_from(word),
		.detail = detail};

	return store_order_event(ctx->db, &event);
}

int step_tell(struct ctx *ctx, const struct order *order)
{
	return tell(ctx, order->tenant_id, "order", order->id,
		str_format(ctx->arena, "order:%.*s", STR_FMT(order->token)));
}

int step_move(struct ctx *ctx, struct order *order, enum order_state to, struct str reason)
{
	struct str detail = STR("");

	if (order_move(order, to, reason, ctx->now_us) != 0)
		return FAULT(FAULT_BUG, "order %lld cannot go from %s to %s", (long long)order->id,
			order_state_name(order->state), order_state_name(to));
	if (reason.len > 0)
		detail = str_format(ctx->arena, "{\"reason\":\"%.*s\"}", STR_FMT(reason));
	TRY(step_event(ctx, order, "state", order_state_name(to), detail));
	return step_tell(ctx, order);
}

int step_start(struct ctx *ctx, struct order *order)
{
	struct profile profile;
	bool has_profile;
	int sent;

	if (order->state == ORDER_CREATED)
		TRY(step_move(ctx, order, ORDER_AUTHORISED, STR_NULL));
	TRY(step_move(ctx, order, ORDER_STARTING, STR_NULL));
	if (order->starter == STARTER_OFFLINE) {
		/* nobody is told: the driver carries the code, and what becomes of it comes back by
		 * the settlement code or when the pile has network again */
		order->deadline_us = ctx->now_us + ctx->config->offline.wait_us;
		return 0;
	}
	TRY(smart_start(ctx, order, &profile, &has_profile));
	sent = devices_remote_start(
		ctx, order, has_profile ? &profile : NULL, ctx->config->start_timeout_us);
	TRY(sent);
	if (sent != 0)
		return CHARGING_E_BUSY;
	order->deadline_us = ctx->now_us + ctx->config->start_timeout_us;
	return 0;
}

int step_give_back(struct ctx *ctx, struct order *order, struct str reason)
{
	order->deadline_us = 0;
	TRY(step_move(ctx, order, order->state == ORDER_STARTING ? ORDER_FAILED : ORDER_CANCELLED,
		reason));
	TRY(billing_release(ctx, order));
	return 0;
}

int step_alarm(struct ctx *ctx, const struct place *place, const char *kind, struct str detail)
{
	return tell_alarm(ctx, place->tenant_id, kind,
		str_format(ctx->arena, "pile:%lld", (long long)place->pile_id), detail);
}

int step_add_session(struct ctx *ctx, struct session *session)
{
	uint32_t number;
	int added;

	for (int i = 0; i < TRANSACTION_TRIES; i++) {
		number = (uint32_t)(rng_u64(ctx->rng) >> 33);
		if (number == 0)
			continue;
		/* One that the desk chose before counts first. */
		if (i > 0 || session->transaction_id == 0)
			session->transaction_id = number;
		added = store_session_add(ctx->db, session);
		TRY(added);
		if (added == 0)
			return 0;
	}
	return FAULT(FAULT_BUSY, "no free transaction number, or the same start twice at once");
}

void step_samples(struct ctx *ctx, const struct session *session, int64_t order_id,
	const struct reading *readings, size_t len)
{
	uint8_t packed[SESSION_PACKED_MAX];

	for (size_t i = 0; i < len; i++) {
		struct journal_row *row = effects_add_row(ctx->effects);
		size_t size = session_pack(&readings[i], packed);

		row->sample = true;
		row->session_id = session->id;
		row->pile_id = session->pile_id;
		row->tenant_id = session->tenant_id;
		row->connector_no = session->connector_no;
		row->order_id = order_id;
		row->at_us = readings[i].at_us;
		row->request = str_dup(ctx->arena, (struct str){(char *)packed, size});
	}
}

struct str step_stop_key(struct ctx *ctx, int64_t pile_id, struct str id_tag)
{
	return str_format(ctx->arena, "stop:%lld:%.*s", (long long)pile_id, STR_FMT(id_tag));
}

static bool place_half_hour(
	void *context, int64_t at_us, int64_t *ret_start_us, int64_t *ret_end_us, int *ret_slot)
{
	const struct place *place = context;

	return zone_half_hour(place->zone, at_us, ret_start_us, ret_end_us, ret_slot) ||
	       zone_half_hour(STR("UTC"), at_us, ret_start_us, ret_end_us, ret_slot);
}

struct session_world step_world(struct ctx *ctx, const struct place *place)
{
	return (struct session_world){
		.now_us = ctx->now_us,
		.online_since_us = place->online ? place->connected_us : ctx->now_us,
		.max_w = place->max_w,
		.half_hour = place_half_hour,
		.context = (void *)(uintptr_t)place,
	};
}

/* What an operator reads in the timeline about an odd meter. */
static const struct {
	int flag;
	const char *word;
} step_flags[] = {
	{SESSION_BACKWARDS, "meter_backwards"},
	{SESSION_JUMP, "meter_jump"},
	{SESSION_CLOCK, "pile_clock"},
	{SESSION_ESTIMATED, "estimated"},
	{SESSION_STOP_FIRST, "stop_first"},
	{SESSION_RESET, "meter_reset"},
};

int step_energy(struct ctx *ctx, struct scene *scene, const struct session_change *change,
	const struct usage *before, size_t before_len, int flags_before, struct usage **ret_usage,
	size_t *ret_len)
{
	int raised = scene->session.flags & ~flags_before;

	TRY(store_session_put(ctx->db, &scene->session));
	TRY(store_session_usage_add(ctx->db, scene->session.id, change));
	for (size_t i = 0; i < sizeof(step_flags) / sizeof(step_flags[0]); i++) {
		if (scene->order.id != 0 && (raised & step_flags[i].flag))
			TRY(step_event(ctx, &scene->order, "warning", step_flags[i].word, STR("")));
	}
	return session_usage_merge(before, before_len, change, ctx->arena, ret_usage, ret_len);
}

/* The frozen price, or (outcome) none: an order of before prices were set. */
static int frozen_tariff(struct ctx *ctx, const struct order *order, struct tariff *ret_tariff)
{
	if (order->tariff_id == 0)
		return STORE_E_MISSING;
	return store_tariff_get(ctx->db, ctx->arena, order->tariff_id, ret_tariff);
}

/* Idle seconds, grace included, that the secured money (and the cap) pay for; -1 without any bound.
 */
static int64_t idle_affordable_s(const struct order *order, const struct tariff *tariff)
{
	int digits = currency_digits(order->currency);
	int64_t most = -1, left, nano_per_minor = 1;

	if (order->source != SOURCE_HOUSE && order->limit_minor > 0) {
		left = order->limit_minor - order->energy_minor - order->service_minor;
		most = left > 0 ? left : 0;
	}
	if (tariff->idle_cap_minor > 0 && (most < 0 || tariff->idle_cap_minor < most))
		most = tariff->idle_cap_minor;
	if (most < 0)
		return -1;
	for (int i = digits < 0 ? 2 : digits; i < 9; i++)
		nano_per_minor *= 10;
	/* price per minute in 1e-5 is 1e4 nano; per second a 60th */
	return tariff->idle_grace_s + (int64_t)((__int128)most * nano_per_minor * 60 /
						((__int128)tariff->idle_e5 * 10000));
}

int step_idle(struct ctx *ctx, struct order *order, int64_t from_us)
{
	struct tariff tariff;
	int64_t seconds, left_us, most_s = STEP_IDLE_MOST_US / US_PER_S;
	int found = frozen_tariff(ctx, order, &tariff);

	TRY(found);
	order->idle_until_us = 0;
	if (found != 0 || tariff.idle_e5 <= 0) {
		order->idle_from_us = 0;
		order->deadline_us = 0;
		return 0;
	}
	order->idle_from_us = from_us;
	seconds = idle_affordable_s(order, &tariff);
	if (seconds < 0 || seconds > most_s)
		seconds = most_s;
	left_us = seconds * US_PER_S - order->idle_past_us;
	order->deadline_us = from_us + (left_us > 0 ? left_us : 0);
	return 0;
}

int step_idle_over(struct ctx *ctx, struct order *order, int64_t at_us)
{
	if (order->idle_from_us != 0) {
		TRY(step_idle(ctx, order, order->idle_from_us));
		if (order->deadline_us != 0 && at_us > order->deadline_us)
			at_us = order->deadline_us;
	}
	order_idle_pause(order, at_us);
	order->deadline_us = 0;
	return 0;
}

int step_settle(struct ctx *ctx, struct order *order, const struct step_usage *known)
{
	struct bill bill;

	/* Idle time ends when the plug was pulled, or when the money for it is used up, whichever
	 * came first. */
	if (order->idle_from_us != 0 && order->idle_until_us == 0)
		order->idle_until_us = ctx->now_us;
	if (order->idle_from_us != 0 && order->deadline_us != 0 &&
		order->deadline_us < order->idle_until_us)
		order->idle_until_us = order->deadline_us;
	if (order->idle_until_us < order->idle_from_us)
		order->idle_until_us = order->idle_from_us;
	order->deadline_us = 0;
	TRY(step_must(known ? billing_price(ctx, order, known->usage, known->len, &bill)
			    : billing_compute(ctx, order, &bill),
		"the price of an ended order"));
	TRY(step_must(billing_settle(ctx, order, &bill), "the settlement of an ended order"));
	TRY(step_event(ctx, order, "state", order_state_name(order->state), STR("")));
	TRY(store_connector_good(ctx->db, order->pile_id, order->connector_no, ctx->now_us));
	TRY(store_order_put(ctx->db, order));
	return step_tell(ctx, order);
}

int step_end(struct ctx *ctx, struct scene *scene, struct str reason, struct usage *usage,
	size_t usage_len, enum step_ending ending)
{
	const struct step_usage known = {usage, usage_len};
	struct order *order = &scene->order;
	int64_t idle_from = order->idle_from_us != 0 ? order->idle_from_us : scene->session.stop_us;

	if (order->reason.len > 0)
		reason = STR_NULL; /* why it was stopped is known better than how the pile words it
				    */
	TRY(step_move(ctx, order, ORDER_ENDED, reason));
	order->stopped_us = scene->session.stop_us;
	order->energy_dwh = scene->session.energy_dwh;
	order->deadline_us = 0;
	if (ending == STEP_LATE_STOP) {
		TRY(step_idle_over(ctx, order, scene->session.stop_us));
		order->deadline_us = ctx->now_us + STEP_LATE_STOP_US;
		return store_order_put(ctx->db, order);
	}
	if (ending == STEP_UNPLUGGED && order->idle_from_us == 0)
		return step_settle(ctx, order, &known);
	TRY(step_idle(ctx, order, idle_from));
	if (order->idle_from_us == 0 || ending == STEP_UNPLUGGED ||
		order->deadline_us <= ctx->now_us)
		return step_settle(ctx, order, &known);
	return store_order_put(ctx->db, order);
}
