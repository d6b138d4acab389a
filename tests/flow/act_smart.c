/* act_smart.c - what operators do about a site's limit in a transcript:
 *     $ power limit 63 [offline=6] [base=0] [reserve=0] [turn=900] [watts=0]    amperes a phase
 *     $ power none
 *     $ power outlet A-07 no=1 [rotation=RST] [most=0] [priority=0] [cap=-1]    amperes
 *     $ power profile A-07 no=1 purpose=default|tx|most limit=16                may it be sent by
 * hand? Outcomes by number (enum smart_outcome). */
#include "app/smart.h"
#include "base/fault.h"
#include "flow.h"
#include "store/pile.h"
#include "store/power.h"

struct wish {
	struct flow *flow;
	struct str words;
};

static int64_t milli(struct wish *wish, const char *key, const char *otherwise)
{
	int64_t value = 0;

	if (!str_to_fixed(words_get(wish->flow, wish->words, key, otherwise), 3, false, &value))
		flow_fail(wish->flow, "%s is no number", key);
	return value;
}

static int do_limit(struct ctx *ctx, void *arg)
{
	struct wish *wish = arg;
	struct site_power power = {.site_id = wish->flow->site_id}, old;
	int64_t limit = 0;
	int error;

	power.tenant_id = wish->flow->tenant_id;
	str_to_fixed(words_next(&wish->words), 3, false, &limit);
	for (int p = 0; p < SHARE_PHASES; p++) {
		power.limit_ma[p] = limit;
		power.base_ma[p] = milli(wish, "base", "0");
	}
	power.reserve_ma = milli(wish, "reserve", "0");
	power.offline_ma = milli(wish, "offline", "6");
	power.turn_s = milli(wish, "turn", "900") / 1000;
	power.limit_w = milli(wish, "watts", "0") / 1000;
	power.hours = STR("");
	if (store_site_power_get(ctx->db, ctx->arena, power.site_id, &old) == 0)
		power.revision = old.revision;
	return smart_limit(ctx, &power, &error);
}

static int do_none(struct ctx *ctx, void *arg)
{
	struct wish *wish = arg;

	return smart_unlimit(ctx, wish->flow->tenant_id, wish->flow->site_id);
}

static int pile_of(struct ctx *ctx, struct wish *wish, int64_t *ret_id)
{
	struct pile pile;
	int found = store_pile_by_code(ctx->db, ctx->arena, words_next(&wish->words), &pile);

	TRY(found);
	if (found != 0)
		flow_fail(wish->flow, "no such pile");
	*ret_id = pile.id;
	return 0;
}

static int do_outlet(struct ctx *ctx, void *arg)
{
	struct wish *wish = arg;
	struct outlet_power outlet = {0};

	TRY(pile_of(ctx, wish, &outlet.pile_id));
	outlet.no = milli(wish, "no", "1") / 1000;
	outlet.rotation = words_get(wish->flow, wish->words, "rotation", "RST");
	outlet.most_ma = milli(wish, "most", "0");
	outlet.priority = milli(wish, "priority", "0") / 1000;
	outlet.cap_ma = milli(wish, "cap", "-0.001");
	return smart_outlet(ctx, wish->flow->tenant_id, &outlet);
}

static int do_profile(struct ctx *ctx, void *arg)
{
	struct wish *wish = arg;
	struct profile profile = {.unit = PROFILE_MA, .periods_len = 1};
	struct str purpose;
	int64_t pile_id;

	TRY(pile_of(ctx, wish, &pile_id));
	purpose = words_get(wish->flow, wish->words, "purpose", "tx");
	profile.purpose = str_is(purpose, "default") ? PROFILE_DEFAULT
			  : str_is(purpose, "most")  ? PROFILE_MAX
						     : PROFILE_TX;
	profile.connector = milli(wish, "no", "1") / 1000;
	profile.periods[0].limit = milli(wish, "limit", "16");
	return smart_profile_allowed(ctx, pile_id, &profile);
}

int act_smart(struct flow *flow, struct str words)
{
	static const struct {
		const char *verb;
		int (*run)(struct ctx *ctx, void *arg);
	} verbs[] = {{"limit", do_limit}, {"none", do_none}, {"outlet", do_outlet},
		{"profile", do_profile}};
	struct wish wish = {.flow = flow};
	struct str verb = words_next(&words);

	wish.words = words;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (str_is(verb, verbs[i].verb))
			return world_act(flow, verbs[i].run, &wish);
	}
	flow_fail(flow, "no such deed: power %.*s", STR_FMT(verb));
	return 0;
}
