/* displays.c - messages on piles' displays (see displays.h). */
#include "app/displays.h"

#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/session.h"

#define WAIT_US US_PER_DAY
#define NUMBER_TRIES 8
#define OVER_AT_ONCE 64

static int tell_pile(struct ctx *ctx, int64_t pile_id)
{
	struct pile pile;
	int result = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);

	TRY(result);
	if (result != 0)
		return 0;
	return tell(ctx, pile.tenant_id, "pile", pile.id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(pile.code)));
}

static int move(struct ctx *ctx, struct display *display, const char *state, struct str error)
{
	display->state = str_from(state);
	display->error = error;
	display->done_us = ctx->now_us;
	TRY(store_display_put(ctx->db, display));
	return tell_pile(ctx, display->pile_id);
}

static int outcome_of(int result)
{
	return result == ASK_E_FULL      ? DISPLAYS_E_FULL
	       : result == ASK_E_UNKNOWN ? DISPLAYS_E_UNKNOWN
					 : DISPLAYS_E_VERSION;
}

static int ask_show(struct ctx *ctx, const struct display *display)
{
	int64_t until_us = display->until_us ? display->until_us - ctx->now_us : WAIT_US, id;
	struct ask ask = {.kind = ASK_DISPLAY_SHOW,
		.pile_id = display->pile_id,
		.about_id = display->id,
		.user_id = display->user_id,
		.valid_us = until_us < WAIT_US ? until_us : WAIT_US,
		.number = display->number,
		.display = display};

	return ask_pile(ctx, &ask, &id);
}

/* Numbers are random: a pile's own messages, and those of another server before us, keep theirs. */
static int add(struct ctx *ctx, struct display *display)
{
	for (int i = 0; i < NUMBER_TRIES; i++) {
		int result;

		display->number = 1 + (int64_t)rng_below(ctx->rng, INT32_MAX - 1);
		result = store_display_add(ctx->db, display);
		TRY(result);
		if (result == 0)
			return 0;
	}
	return FAULT(FAULT_BUG, "no free number for a message");
}

/* Does the order's charge run at this pile? Another one's display tells its driver nothing. */
static int check_charge(struct ctx *ctx, const struct display_wish *wish)
{
	struct session session;
	struct order order;
	int found;

	if (wish->order_id == 0)
		return 0;
	found = store_order_get(ctx->db, ctx->arena, wish->order_id, &order);
	if (found == 0)
		found = store_session_get(ctx->db, ctx->arena, order.session_id, &session);
	TRY(found);
	return found == 0 && session.open && session.pile_id == wish->pile_id ? 0
									      : DISPLAYS_E_CHARGE;
}

int displays_show(struct ctx *ctx, const struct display_wish *wish, struct display *ret_display)
{
	struct display display = {.tenant_id = wish->tenant_id,
		.pile_id = wish->pile_id,
		.content = wish->content,
		.format = wish->format,
		.language = wish->language,
		.priority = wish->priority,
		.shown_while = wish->shown_while,
		.from_us = wish->from_us,
		.until_us = wish->until_us,
		.state = STR("sent"),
		.user_id = wish->user_id,
		.order_id = wish->order_id,
		.created_us = ctx->now_us};
	struct pile pile;
	int result = store_pile_get(ctx->db, ctx->arena, wish->pile_id, &pile);

	TRY(result);
	if (result != 0 || pile.tenant_id != wish->tenant_id)
		return DISPLAYS_E_UNKNOWN;
	if (wish->until_us != 0 &&
		(wish->until_us <= ctx->now_us || wish->until_us <= wish->from_us))
		return DISPLAYS_E_TIME;
	result = check_charge(ctx, wish);
	if (result != 0)
		return result;
	display.id = CTX_ID(ctx);
	TRY(add(ctx, &display));
	result = ask_show(ctx, &display);
	TRY(result);
	if (result != 0) {
		TRY(move(ctx, &display, "refused",
			result == ASK_E_FULL ? STR("queue") : STR("version")));
		return outcome_of(result);
	}
	*ret_display = display;
	return tell_pile(ctx, wish->pile_id);
}

int displays_clear(struct ctx *ctx, int64_t tenant_id, int64_t id, int64_t user_id)
{
	struct display display;
	struct ask ask = {.kind = ASK_DISPLAY_CLEAR, .about_id = id, .user_id = user_id};
	int64_t command_id;
	int result = store_display_get(ctx->db, ctx->arena, id, &display);

	TRY(result);
	if (result != 0 || display.tenant_id != tenant_id)
		return DISPLAYS_E_UNKNOWN;
	if (!str_is(display.state, "shown") && !str_is(display.state, "sent"))
		return DISPLAYS_E_STATE;
	ask.pile_id = display.pile_id;
	ask.number = display.number;
	ask.valid_us = WAIT_US;
	result = ask_pile(ctx, &ask, &command_id);
	TRY(result);
	return result != 0 ? outcome_of(result) : move(ctx, &display, "clearing", STR(""));
}

int displays_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	bool accepted = answer->verdict == ASK_ACCEPTED;
	struct str why = answer->verdict == ASK_LOST ? answer->error : answer->text;
	struct display display;
	int result = store_display_get(ctx->db, ctx->arena, answer->about_id, &display);

	TRY(result);
	if (result != 0)
		return 0;
	if (answer->kind == ASK_DISPLAY_SHOW) {
		/* Taken away meanwhile, or its time is over: the answer comes too late. */
		if (!str_is(display.state, "sent"))
			return 0;
		return move(
			ctx, &display, accepted ? "shown" : "refused", accepted ? STR("") : why);
	}
	if (!str_is(display.state, "clearing"))
		return 0;
	/* A pile that does not know it any more shows it no more either. */
	if (accepted || answer->verdict == ASK_MISSING)
		return move(ctx, &display, "cleared", STR(""));
	return move(ctx, &display, "shown", why);
}

static int charges_over(struct ctx *ctx)
{
	int64_t ids[OVER_AT_ONCE];
	struct display display;
	size_t len;

	TRY(store_display_charge_over(ctx->db, OVER_AT_ONCE, ids, &len));
	for (size_t i = 0; i < len; i++) {
		int found = store_display_get(ctx->db, ctx->arena, ids[i], &display);

		TRY(found);
		if (found == 0)
			TRY(move(ctx, &display, "over", STR("")));
	}
	return 0;
}

int displays_tick(struct ctx *ctx)
{
	TRY(charges_over(ctx));
	return store_display_end(ctx->db, ctx->now_us);
}
