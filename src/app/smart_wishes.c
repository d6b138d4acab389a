/* smart_wishes.c - what operators set, what cars and others at a pile ask for (smart.h). */
#include "app/smart_parts.h"
#include "base/fault.h"
#include "domain/order.h"
#include "store/pile.h"
#include "store/power.h"
#include "store/session.h"
#include "store/site.h"

/* --- an outlet among its pile's --- */

int smart_find(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct found *ret)
{
	struct place place;
	int result = store_pile_place(ctx->db, ctx->arena, pile_id, 0, &place);

	*ret = (struct found){0};
	TRY(result);
	if (result != 0 || place.site_id == 0)
		return 0;
	ret->site_id = place.site_id;
	ret->tenant_id = place.tenant_id;
	TRY(store_outlet_powers_of_pile(ctx->db, ctx->arena, pile_id, &ret->outlets, &ret->len));
	for (size_t i = 0; i < ret->len; i++) {
		if (ret->outlets[i].no == connector_no)
			ret->outlet = &ret->outlets[i];
	}
	return 0;
}

int smart_save_and_share(struct ctx *ctx, const struct found *found)
{
	TRY(store_outlet_power_put(ctx->db, found->outlet));
	return smart_changed(ctx, found->site_id);
}

/* The limit of the pile's site, if it has one. */
static int limit_of(struct ctx *ctx, int64_t pile_id, struct found *found,
	struct site_power *ret_power, int64_t connector_no)
{
	TRY(smart_find(ctx, pile_id, connector_no, found));
	if (found->site_id == 0)
		return SMART_E_UNKNOWN;
	return store_site_power_get(ctx->db, ctx->arena, found->site_id, ret_power) == 0
		       ? 0
		       : SMART_E_UNKNOWN;
}

/* --- operators --- */

int smart_limit(struct ctx *ctx, struct site_power *power, int *ret_power_error)
{
	struct site_power old;
	struct site site;
	int64_t outlets;
	int found = store_site_get(ctx->db, ctx->arena, power->site_id, &site);

	TRY(found);
	if (found != 0 || site.tenant_id != power->tenant_id)
		return SMART_E_UNKNOWN;
	*ret_power_error = power_check(power);
	if (*ret_power_error != 0)
		return SMART_E_VALUE;
	TRY(store_outlet_count(ctx->db, power->site_id, &outlets));
	if (outlets > STORE_OUTLETS_MOST)
		return SMART_E_MANY;
	found = store_site_power_get(ctx->db, ctx->arena, power->site_id, &old);
	TRY(found);
	if (found != 0) {
		power->revision = 1;
		TRY(store_site_power_add(ctx->db, power));
		return smart_site(ctx, power->site_id);
	}
	if (power->revision != old.revision)
		return SMART_E_STALE;
	power->over_us = old.over_us;
	if (store_site_power_put(ctx->db, power) != 0)
		return SMART_E_STALE;
	return smart_site(ctx, power->site_id);
}

int smart_unlimit(struct ctx *ctx, int64_t tenant_id, int64_t site_id)
{
	struct site_power power;
	int found = store_site_power_get(ctx->db, ctx->arena, site_id, &power);

	TRY(found);
	if (found != 0 || power.tenant_id != tenant_id)
		return SMART_E_UNKNOWN;
	power.off = true;
	if (store_site_power_put(ctx->db, &power) != 0)
		return SMART_E_STALE;
	return smart_site(ctx, site_id);
}

/* Has the pile anything of ours? */
static bool holds_ours(const struct outlet_power *outlet)
{
	return outlet->default_ma >= 0 || outlet->default_sent_ma >= 0 || outlet->told_ma >= 0 ||
	       outlet->sent_ma >= 0;
}

int smart_release(
	struct ctx *ctx, const struct site_power *power, struct outlet_power *outlets, size_t len)
{
	size_t held = 0;

	for (size_t i = 0; i < len; i++) {
		struct outlet_power *outlet = &outlets[i];
		struct ask ask = {.kind = ASK_PROFILE_CLEAR,
			.pile_id = outlet->pile_id,
			.about_id = CTX_ID(ctx),
			.valid_us = POWER_ANSWER_US,
			.connector_no = outlet->no};
		int64_t command_id;
		int result;

		if (!holds_ours(outlet))
			continue;
		held++;
		if (!outlet->online || outlet->default_asked_id != 0 || outlet->asked_id != 0 ||
			ctx->now_us < outlet->default_try_us)
			continue;
		result = ask_pile(ctx, &ask, &command_id);
		TRY(result);
		if (result != 0)
			continue;
		outlet->default_asked_id = ask.about_id;
		TRY(store_outlet_power_put(ctx->db, outlet));
	}
	/* The last one has forgotten: so do we. */
	return held == 0 ? store_site_power_delete(ctx->db, power->site_id) : 0;
}

int smart_outlet(struct ctx *ctx, int64_t tenant_id, const struct outlet_power *wanted)
{
	struct site_power power;
	struct found found;
	int result;

	TRY(smart_find(ctx, wanted->pile_id, wanted->no, &found));
	if (!found.outlet || found.tenant_id != tenant_id)
		return SMART_E_UNKNOWN;
	if (share_phase_bits(wanted->rotation.ptr, wanted->rotation.len, 3) == 0 ||
		wanted->most_ma < 0 || wanted->most_ma > PROFILE_LIMIT_MAX ||
		wanted->cap_ma > PROFILE_LIMIT_MAX)
		return SMART_E_VALUE;
	result = store_site_power_get(ctx->db, ctx->arena, found.site_id, &power);
	TRY(result);
	for (int p = 0; result == 0 && p < SHARE_PHASES; p++) {
		if (wanted->cap_ma > power.limit_ma[p] - power.reserve_ma)
			return SMART_E_EXCEEDS;
	}
	found.outlet->rotation = wanted->rotation;
	found.outlet->most_ma = wanted->most_ma;
	found.outlet->priority = wanted->priority;
	found.outlet->cap_ma = wanted->cap_ma;
	found.outlet->cap_until_us = wanted->cap_until_us;
	return smart_save_and_share(ctx, &found);
}

/* The fewest phases on which watts may be drawn at the outlet, or at any of the pile's (0). */
static int fewest_phases(const struct found *found, int64_t connector_no)
{
	int64_t fewest = SHARE_PHASES;

	for (size_t i = 0; i < found->len; i++) {
		const struct outlet_power *outlet = &found->outlets[i];
		int64_t phases = power_is_direct(outlet)  ? SHARE_PHASES
				 : outlet->car_phases > 0 ? outlet->car_phases
							  : 1;

		if (phases < fewest && (connector_no == 0 || outlet->no == connector_no))
			fewest = phases;
	}
	return (int)fewest;
}

/* The highest limit of a profile in a phase. */
static int64_t highest_ma(const struct profile *profile, int phases)
{
	int64_t most = 0, ma;

	for (size_t i = 0; i < profile->periods_len; i++) {
		int own = profile->periods[i].phases;

		ma = profile_convert(profile->periods[i].limit, profile->unit, PROFILE_MA,
			own > 0 && own < phases ? own : phases, PROFILE_MV);
		most = ma > most ? ma : most;
	}
	return most;
}

int smart_profile_allowed(struct ctx *ctx, int64_t pile_id, const struct profile *profile)
{
	bool tx = profile->purpose == PROFILE_TX;
	struct site_power power;
	struct found found;
	int64_t ma, bound;
	int result = limit_of(ctx, pile_id, &found, &power, profile->connector);

	TRY(result);
	/* a maximum only lowers */
	if (result != 0 || power.off || profile->purpose == PROFILE_MAX ||
		profile->purpose == PROFILE_EXTERNAL)
		return 0;
	if (profile->stack_level > (tx ? SMART_TX_LEVEL : SMART_DEFAULT_LEVEL))
		return SMART_E_EXCEEDS;
	/* what begins with this profile has no share yet */
	bound = tx && found.outlet && found.outlet->open_session != 0 ? found.outlet->share_ma
								      : power.offline_ma;
	ma = highest_ma(profile, fewest_phases(&found, profile->connector));
	return ma > bound ? SMART_E_EXCEEDS : 0;
}

int smart_forget(struct ctx *ctx, int64_t pile_id)
{
	return store_outlet_power_forget(ctx->db, pile_id);
}

/* --- cars --- */

int smart_needs(struct ctx *ctx, int64_t pile_id, const struct smart_needs *needs)
{
	struct outlet_power *outlet;
	struct site_power power;
	struct found found;
	int result = limit_of(ctx, pile_id, &found, &power, needs->connector_no);

	TRY(result);
	outlet = found.outlet;
	if (!outlet || outlet->open_session == 0)
		return SMART_E_UNKNOWN;
	power_session(outlet, ctx->now_us);
	outlet->car_phases = needs->phases;
	outlet->car_most_ma = needs->most_ma;
	outlet->wanted_wh = needs->wanted_wh > 0 ? outlet->energy_dwh / 10 + needs->wanted_wh : 0;
	outlet->depart_us = needs->depart_us;
	if (result != 0)
		return smart_tell_all(ctx, outlet);
	outlet->answer_owed = true;
	return smart_save_and_share(ctx, &found);
}

int smart_schedule(
	struct ctx *ctx, int64_t pile_id, int64_t connector_no, int64_t most_ma, bool *ret_within)
{
	struct site_power power;
	struct found found;
	int result = limit_of(ctx, pile_id, &found, &power, connector_no);

	TRY(result);
	*ret_within = true;
	if (result != 0 || !found.outlet || found.outlet->told_ma < 0 ||
		most_ma <= found.outlet->told_ma)
		return 0;
	*ret_within = false;
	found.outlet->answer_owed = true;
	return smart_save_and_share(ctx, &found);
}

int smart_external(
	struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str source, int64_t limit_ma)
{
	struct found found;

	TRY(smart_find(ctx, pile_id, connector_no, &found));
	for (size_t i = 0; i < found.len; i++) {
		struct outlet_power *outlet = &found.outlets[i];

		if ((connector_no != 0 && outlet->no != connector_no) ||
			(outlet->external_ma == limit_ma &&
				str_eq(outlet->external_source, source)))
			continue;
		outlet->external_ma = limit_ma;
		outlet->external_source = source;
		TRY(store_outlet_power_put(ctx->db, outlet));
	}
	return found.site_id != 0 ? smart_changed(ctx, found.site_id) : 0;
}

int smart_pulled(struct ctx *ctx, int64_t pile_id, int64_t profile_id, int64_t *ret_milli)
{
	int64_t no = profile_id - SMART_TX_PROFILE;
	struct site_power power;
	struct found found;
	int result = limit_of(ctx, pile_id, &found, &power, no);

	TRY(result);
	if (result != 0 || no < 1 || !found.outlet || found.outlet->told_ma < 0)
		return SMART_E_UNKNOWN;
	*ret_milli = power_is_direct(found.outlet)
			     ? 1000 * profile_convert(found.outlet->told_ma, PROFILE_MA, PROFILE_W,
					      SHARE_PHASES, PROFILE_MV)
			     : found.outlet->told_ma;
	return 0;
}

int smart_start(
	struct ctx *ctx, const struct order *order, struct profile *ret_profile, bool *ret_has)
{
	struct site_power power;
	struct found found;
	int limited;

	*ret_has = false;
	if (order->most_w == 0)
		return 0;
	TRY(smart_find(ctx, order->pile_id, order->connector_no, &found));
	if (!found.outlet)
		return 0;
	limited = store_site_power_get(ctx->db, ctx->arena, order->site_id, &power);
	TRY(limited);
	if (limited == 0 && !power.off)
		return 0;
	found.outlet->charge_most_w = order->most_w;
	found.outlet->car_phases = 0; /* of the car before */
	*ret_profile = smart_profile(found.outlet, PROFILE_TX, power_start_most_ma(found.outlet));
	*ret_has = true;
	return 0;
}
