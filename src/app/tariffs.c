/* tariffs.c - prices in the piles (see tariffs.h).
 *
 *   waiting --2.1: asks what it has--> asking --ours alone--> current
 *                                        |--others too--> clearing --> sending
 *                                        '--not ours--> sending --accepted--> current
 *   waiting --2.0.1--> sending (a text) --accepted--> current
 *   current, none --the price in force is another--> sending, or clearing when there is none
 *   anything --refused, no answer--> failed, and again after a pause
 *
 * One message is under way for a pile at a time; `due_us` is when it is given up, or looked at
 * again. */
#include "app/tariffs.h"

#include "app/api_text.h"
#include "app/devices.h"
#include "app/pricetext.h"
#include "app/step.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/token.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/piletariff.h"
#include "store/tariff.h"

#define NAME_DIGITS 40
#define TICK_PILES 64
#define LOOK_EVERY_US US_PER_MIN /* a price that comes into force by itself is noticed then */
#define CHECK_EVERY_US (6 * US_PER_HOUR) /* the pile is asked what it has */
#define ANSWER_US (90 * US_PER_S)
#define PAUSE_US (60 * US_PER_S)
#define PAUSE_MOST_US (60 * US_PER_MIN)
#define ALARM_FAILURES 3

struct str tariffs_name(struct str hash)
{
	return str_slice(hash, 0, NAME_DIGITS);
}

static int save(struct ctx *ctx, struct piletariff *row)
{
	int result = store_piletariff_put(ctx->db, row);

	TRY(result);
	return result == 0 ? 0 : FAULT(FAULT_BUSY, "a pile's price was changed meanwhile");
}

static int settle(struct ctx *ctx, struct piletariff *row, const char *state)
{
	row->state = str_from(state);
	row->error = STR("");
	row->failures = 0;
	row->synced_us = ctx->now_us;
	row->due_us = ctx->now_us + LOOK_EVERY_US;
	return save(ctx, row);
}

static int fail(struct ctx *ctx, struct piletariff *row, struct str error)
{
	int64_t pause = PAUSE_US << (row->failures < 6 ? row->failures : 6);

	row->failures++;
	row->state = STR("failed");
	row->error = error;
	row->due_us = ctx->now_us + (pause < PAUSE_MOST_US ? pause : PAUSE_MOST_US);
	if (row->failures == ALARM_FAILURES)
		TRY(tell_alarm(ctx, row->tenant_id, "pile_tariff",
			str_format(ctx->arena, "pile:%lld", (long long)row->pile_id), STR("")));
	return save(ctx, row);
}

/* The price in force at a pile. *ret_found false: it has none. */
static int price_of(struct ctx *ctx, int64_t pile_id, struct tariff *ret_tariff, bool *ret_found)
{
	struct place place;
	int found = store_pile_place(ctx->db, ctx->arena, pile_id, 0, &place);

	TRY(step_must(found, "the place of a pile"));
	*ret_found = false;
	if (place.tariff_series_id == 0)
		return 0;
	found = store_tariff_current(
		ctx->db, ctx->arena, place.tariff_series_id, ctx->now_us, ret_tariff);
	TRY(found);
	*ret_found = found == 0 && str_eq(ret_tariff->currency, place.currency);
	return 0;
}

/* --- what is sent --- */

static int put(struct ctx *ctx, struct piletariff *row, struct ask *ask, const char *state)
{
	int64_t id;
	int result;

	ask->pile_id = row->pile_id;
	ask->about_id = row->pile_id;
	result = ask_pile(ctx, ask, &id);
	TRY(result);
	if (result == ASK_E_UNSUPPORTED) {
		row->state = STR("none"); /* of a protocol without prices now */
		row->due_us = 0;
		return save(ctx, row);
	}
	if (result != 0)
		return fail(ctx, row, STR("queue"));
	row->state = str_from(state);
	row->due_us = ctx->now_us + ANSWER_US;
	return save(ctx, row);
}

static int send_price(struct ctx *ctx, struct piletariff *row, const struct pile *pile,
	const struct tariff *price)
{
	struct ask ask = {.kind = ASK_TARIFF_SET, .tariff = price};

	if (!str_is(pile->protocol, "ocpp2.1")) {
		ask.kind = ASK_TARIFF_TEXT;
		ask.value = pricetext(ctx->arena, text_lang_known(STR("en")), price);
	}
	row->wanted = price->hash;
	return put(ctx, row, &ask, "sending");
}

static int clear(struct ctx *ctx, struct piletariff *row, struct str ids)
{
	struct ask ask = {.kind = ASK_TARIFF_CLEAR, .value = ids};

	return put(ctx, row, &ask, "clearing");
}

/* Brings the pile from what it has been told to what holds. */
static int step(struct ctx *ctx, struct piletariff *row, const struct pile *pile)
{
	struct tariff price;
	bool found;

	TRY(price_of(ctx, row->pile_id, &price, &found));
	if (row->strange.len > 0)
		return clear(ctx, row, row->strange);
	if (!found && row->told.len > 0 && str_is(pile->protocol, "ocpp2.1"))
		return clear(ctx, row, tariffs_name(row->told));
	if (!found)
		return settle(ctx, row, "none");
	if (!str_eq(price.hash, row->told))
		return send_price(ctx, row, pile, &price);
	return settle(ctx, row, "current");
}

static int check(struct ctx *ctx, struct piletariff *row, const struct pile *pile)
{
	struct ask ask = {.kind = ASK_TARIFF_LIST};

	if (!str_is(pile->protocol, "ocpp2.1"))
		return step(ctx, row, pile);
	return put(ctx, row, &ask, "asking");
}

static int look(struct ctx *ctx, int64_t pile_id)
{
	struct piletariff row;
	struct pile pile;
	int result = store_piletariff_get(ctx->db, ctx->arena, pile_id, &row);

	TRY(result);
	if (result != 0)
		return 0;
	TRY(step_must(store_pile_get(ctx->db, ctx->arena, pile_id, &pile), "a pile"));
	if (!pile.online || pile.state != PILE_APPROVED) {
		row.due_us = 0; /* until it is back */
		return save(ctx, &row);
	}
	if (str_is(row.state, "asking") || str_is(row.state, "sending") ||
		str_is(row.state, "clearing"))
		return fail(ctx, &row, STR("timeout"));
	if (str_is(row.state, "waiting") || str_is(row.state, "failed") ||
		row.checked_us <= ctx->now_us - CHECK_EVERY_US)
		return check(ctx, &row, &pile);
	return step(ctx, &row, &pile);
}

int tariffs_tick(struct ctx *ctx)
{
	int64_t piles[TICK_PILES];
	size_t len;

	TRY(store_piletariff_due(ctx->db, ctx->now_us, TICK_PILES, piles, &len));
	for (size_t i = 0; i < len; i++)
		TRY(look(ctx, piles[i]));
	return 0;
}

/* --- answers --- */

/* What the pile has, beside what it was told. */
static int told_list(struct ctx *ctx, struct piletariff *row, struct str ids)
{
	bool ours = false;
	struct buf strange;

	buf_init(&strange, ctx->arena, 4096);
	while (ids.len > 0) {
		struct str id = str_cut(&ids, '\n');

		if (row->told.len > 0 && str_eq(id, tariffs_name(row->told))) {
			ours = true;
			continue;
		}
		if (strange.len > 0)
			buf_put_char(&strange, '\n');
		buf_put_str(&strange, id);
	}
	row->strange = buf_str(&strange);
	if ((row->told.len > 0 && !ours) || (row->synced_us != 0 && row->strange.len > 0))
		row->drifts++;
	if (!ours)
		row->told = STR("");
	row->checked_us = ctx->now_us;
	return 0;
}

static int changed_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct order order;
	int found = store_order_get(ctx->db, ctx->arena, answer->about_id, &order);

	TRY(found);
	if (found != 0)
		return 0;
	return step_event(ctx, &order, "command",
		answer->verdict == ASK_ACCEPTED ? "tariff_changed" : "tariff_refused", STR(""));
}

int tariffs_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct piletariff row;
	struct pile pile;
	int result;

	if (answer->kind == ASK_TARIFF_CHANGE)
		return changed_answered(ctx, answer);
	result = store_piletariff_get(ctx->db, ctx->arena, answer->pile_id, &row);
	TRY(result);
	if (result != 0 || !str_is(row.state, answer->kind == ASK_TARIFF_LIST    ? "asking"
					      : answer->kind == ASK_TARIFF_CLEAR ? "clearing"
										 : "sending"))
		return 0;
	if (answer->verdict == ASK_LOST)
		return fail(ctx, &row, answer->error);
	if (answer->verdict != ASK_ACCEPTED)
		return fail(ctx, &row, answer->text.len > 0 ? answer->text : STR("Rejected"));
	TRY(step_must(store_pile_get(ctx->db, ctx->arena, answer->pile_id, &pile), "a pile"));
	if (answer->kind == ASK_TARIFF_LIST)
		TRY(told_list(ctx, &row, answer->text));
	else if (answer->kind != ASK_TARIFF_CLEAR)
		row.told = row.wanted;
	else if (row.strange.len > 0)
		row.strange = STR("");
	else
		row.told = STR("");
	return step(ctx, &row, &pile);
}

/* --- what starts it --- */

static int begin(struct ctx *ctx, const struct pile *pile)
{
	struct piletariff row = {.pile_id = pile->id,
		.tenant_id = pile->tenant_id,
		.state = STR("waiting"),
		.due_us = ctx->now_us,
		.revision = 1};
	int result = store_piletariff_add(ctx->db, &row);

	TRY(result);
	return 0;
}

int tariffs_wanted(struct ctx *ctx, int64_t pile_id, bool wanted)
{
	struct pile pile;

	TRY(store_piletariff_want(ctx->db, pile_id, wanted));
	if (!wanted)
		return 0;
	TRY(step_must(store_pile_get(ctx->db, ctx->arena, pile_id, &pile), "a pile"));
	return begin(ctx, &pile);
}

int tariffs_pile_ready(struct ctx *ctx, int64_t pile_id)
{
	struct piletariff row;
	int result = store_piletariff_get(ctx->db, ctx->arena, pile_id, &row);

	TRY(result);
	if (result != 0)
		return 0;
	row.state = STR("waiting");
	row.due_us = ctx->now_us;
	row.failures = 0;
	return save(ctx, &row);
}

int tariffs_changed(struct ctx *ctx, int64_t tenant_id)
{
	return store_piletariff_touch(ctx->db, tenant_id, ctx->now_us);
}

/* --- one charge --- */

int tariffs_for(struct ctx *ctx, int64_t pile_id, struct str id_tag, struct tariff *ret_tariff,
	struct str *ret_lang, bool *ret_shown)
{
	struct str tag = token_normal(ctx->arena, id_tag);
	struct order order;
	int found;

	*ret_lang = text_lang_known(STR(""));
	TRY(store_piletariff_wanted(ctx->db, pile_id, ret_shown));
	if (!*ret_shown)
		return 0;
	if (!token_is_start(tag))
		return price_of(ctx, pile_id, ret_tariff, ret_shown);
	*ret_shown = false;
	found = store_order_by_start_tag(ctx->db, ctx->arena, tag, &order);
	TRY(found);
	if (found != 0 || order.tariff_id == 0)
		return 0;
	*ret_lang = text_lang_known(order.language);
	TRY(step_must(store_tariff_get(ctx->db, ctx->arena, order.tariff_id, ret_tariff),
		"the price of an order"));
	*ret_shown = true;
	return 0;
}

int tariffs_named(struct ctx *ctx, const struct order *order, struct str name, struct str tariff_id)
{
	struct ask ask = {.kind = ASK_TARIFF_CHANGE,
		.pile_id = order->pile_id,
		.about_id = order->id,
		.name = name};
	struct tariff price;
	bool wanted;
	int64_t id;
	int result;

	if (order->tariff_id == 0 || str_eq(tariff_id, tariffs_name(order->tariff_hash)))
		return 0;
	TRY(store_piletariff_wanted(ctx->db, order->pile_id, &wanted));
	if (!wanted)
		return 0;
	TRY(step_must(store_tariff_get(ctx->db, ctx->arena, order->tariff_id, &price),
		"the price of an order"));
	ask.tariff = &price;
	result = ask_pile(ctx, &ask, &id);
	TRY(result);
	return step_event(ctx, order, "warning", "other_tariff", STR(""));
}
