/* smart_rush.c - priority of a charge, at the server's word and at the pile's (smart.h). */
#include "app/smart_parts.h"
#include "base/fault.h"
#include "store/pile.h"
#include "store/power.h"

/* The outlet of a running charge by our number of it. */
static int find_charge(
	struct ctx *ctx, int64_t pile_id, int64_t transaction_id, struct found *ret_found)
{
	TRY(smart_find(ctx, pile_id, 0, ret_found));
	for (size_t i = 0; i < ret_found->len; i++) {
		struct outlet_power *outlet = &ret_found->outlets[i];

		if (outlet->pile_id != pile_id || outlet->open_session == 0 ||
			outlet->transaction_id != transaction_id)
			continue;
		power_session(outlet, ctx->now_us);
		ret_found->outlet = outlet;
		return 0;
	}
	return SMART_E_UNKNOWN;
}

static int is_limited(struct ctx *ctx, int64_t site_id, bool *ret_limited)
{
	struct site_power power;
	int found = store_site_power_get(ctx->db, ctx->arena, site_id, &power);

	TRY(found);
	*ret_limited = found == 0 && !power.off;
	return 0;
}

/* --- at the pile --- */

static int ask(struct ctx *ctx, const struct outlet_power *outlet, struct ask ask)
{
	int64_t command_id;
	int result;

	ask.pile_id = outlet->pile_id;
	ask.connector_no = outlet->no;
	ask.valid_us = POWER_ANSWER_US;
	result = ask_pile(ctx, &ask, &command_id);
	TRY(result);
	return result;
}

/* First the profile, then the word to go by it: a pile takes its calls one after another. */
static int rush_on(struct ctx *ctx, struct outlet_power *outlet)
{
	struct profile profile =
		smart_profile(outlet, PROFILE_PRIORITY, power_car(outlet, ctx->now_us).most_ma);
	int64_t id = CTX_ID(ctx);
	int result;

	result = ask(ctx, outlet, (struct ask){.kind = ASK_PROFILE_OWN, .profile = &profile});
	if (result == 0)
		result = ask(ctx, outlet,
			(struct ask){.kind = ASK_RUSH,
				.about_id = id,
				.number = outlet->transaction_id,
				.full = true});
	TRY(result);
	if (result != 0)
		return SMART_E_USELESS;
	outlet->rush = true;
	outlet->rush_asked_id = id;
	return 0;
}

/* The pile is told, and what it was given is taken back, so that nobody finds it there later. */
static int rush_off(struct ctx *ctx, struct outlet_power *outlet)
{
	int64_t id = CTX_ID(ctx);
	int result = 0;

	if (outlet->open_session != 0)
		TRY(ask(ctx, outlet,
			(struct ask){.kind = ASK_RUSH, .number = outlet->transaction_id}));
	if (!outlet->rush)
		return 0;
	result = ask(ctx, outlet,
		(struct ask){.kind = ASK_PROFILE_TAKE,
			.about_id = id,
			.number = SMART_RUSH_PROFILE + outlet->no});
	TRY(result);
	outlet->rush_asked_id = result == 0 ? id : 0;
	return 0;
}

int smart_rush_over(struct ctx *ctx, struct outlet_power *outlet)
{
	if (!outlet->rush || !outlet->online || outlet->rush_asked_id != 0)
		return 0;
	return rush_off(ctx, outlet);
}

/* --- words --- */

int smart_rush(struct ctx *ctx, int64_t pile_id, int64_t transaction_id, bool on)
{
	struct found found;
	bool limited;
	int result = find_charge(ctx, pile_id, transaction_id, &found);

	if (result != 0)
		return result;
	TRY(is_limited(ctx, found.site_id, &limited));
	if (!limited && !str_is(found.outlet->protocol, SMART_PILE_21))
		return SMART_E_USELESS;
	found.outlet->urgent = on;
	if (limited)
		return smart_save_and_share(ctx, &found);
	result = on ? rush_on(ctx, found.outlet) : rush_off(ctx, found.outlet);
	if (result != 0)
		return result;
	return store_outlet_power_put(ctx->db, found.outlet);
}

int smart_urgent(struct ctx *ctx, int64_t pile_id, int64_t transaction_id, bool on, bool may)
{
	struct found found;
	int result = find_charge(ctx, pile_id, transaction_id, &found);

	if (result != 0)
		return result;
	if (on && !may && !found.outlet->urgent)
		return rush_off(ctx, found.outlet) < 0
			       ? FAULT(FAULT_BUSY, "priority is not taken back")
			       : store_outlet_power_put(ctx->db, found.outlet);
	found.outlet->urgent = on;
	return smart_save_and_share(ctx, &found);
}

int smart_rushes(
	struct ctx *ctx, int64_t pile_id, int64_t transaction_id, bool *ret_on, bool *ret_can)
{
	struct found found;
	int result = find_charge(ctx, pile_id, transaction_id, &found);

	TRY(result);
	*ret_on = *ret_can = false;
	if (result != 0)
		return 0;
	TRY(is_limited(ctx, found.site_id, ret_can));
	*ret_can = *ret_can || str_is(found.outlet->protocol, SMART_PILE_21);
	*ret_on = found.outlet->urgent;
	return 0;
}

/* --- answers --- */

static void rush_answered(struct outlet_power *outlet, const struct ask_answer *answer)
{
	outlet->rush_asked_id = 0;
	if (answer->kind == ASK_PROFILE_TAKE) {
		outlet->rush = answer->verdict != ASK_ACCEPTED && answer->verdict != ASK_MISSING;
		return;
	}
	if (answer->verdict == ASK_ACCEPTED)
		return;
	outlet->urgent = false;
	outlet->error = str_from(ask_verdict_name(answer->verdict));
}

int smart_rush_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct found found;

	TRY(smart_find(ctx, answer->pile_id, 0, &found));
	for (size_t i = 0; answer->about_id != 0 && i < found.len; i++) {
		if (found.outlets[i].pile_id != answer->pile_id ||
			found.outlets[i].rush_asked_id != answer->about_id)
			continue;
		rush_answered(&found.outlets[i], answer);
		return store_outlet_power_put(ctx->db, &found.outlets[i]);
	}
	return 0;
}
