/* act_smart.c - what operators do about a site's limit in a transcript:
 *     $ power limit 63 [offline=6] [base=0] [reserve=0] [turn=900] [watts=0]    amperes a phase
 *     $ power hours 18:00 22:00 50                percent between two times of each day, else all
 *     $ power circuit Garage 20 A-01 A-02         a circuit of so many amperes, and its piles
 *     $ power signal 50 [watts=0] [in=0] [for=60]  less for a time, minutes
 *     $ power none
 *     $ power outlet A-07 no=1 [rotation=RST] [most=0] [priority=0] [cap=-1]    amperes
 *     $ power profile A-07 no=1 purpose=default|tx|most limit=16                may it be sent by
 * hand? Outcomes by number (enum smart_outcome). */
#include "app/smart.h"
#include "base/clock.h"
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

/* Half hours of "18:00". */
static int half_hour(struct wish *wish)
{
	struct str text = words_next(&wish->words);
	int64_t hour = 0, minute = 0;

	if (!str_to_i64(str_cut(&text, ':'), &hour) || !str_to_i64(text, &minute))
		flow_fail(wish->flow, "no time of day");
	return (int)(hour * 2 + minute / 30);
}

static int do_hours(struct ctx *ctx, void *arg)
{
	struct wish *wish = arg;
	int from = half_hour(wish), to = half_hour(wish), error;
	struct str percent = words_next(&wish->words);
	struct site_power power;
	struct buf hours;

	buf_init(&hours, ctx->arena, 1024);
	for (int slot = 0; slot < POWER_SLOTS; slot++) {
		if (slot > 0)
			buf_put_char(&hours, ',');
		buf_put_str(&hours, slot >= from && slot < to ? percent : STR("100"));
	}
	TRY(store_site_power_get(ctx->db, ctx->arena, wish->flow->site_id, &power));
	power.hours = buf_str(&hours);
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

static int do_circuit(struct ctx *ctx, void *arg)
{
	struct wish *wish = arg;
	struct power_circuit circuit = {.tenant_id = wish->flow->tenant_id,
		.site_id = wish->flow->site_id,
		.name = words_next(&wish->words)};
	int64_t limit = 0, pile_id;
	int result;

	str_to_fixed(words_next(&wish->words), 3, false, &limit);
	for (int p = 0; p < SHARE_PHASES; p++)
		circuit.limit_ma[p] = limit;
	result = smart_circuit(ctx, &circuit);
	while (result == 0 && wish->words.len > 0) {
		TRY(pile_of(ctx, wish, &pile_id));
		result = smart_circuit_pile(ctx, circuit.tenant_id, pile_id, circuit.id);
	}
	return result != 0 ? result : smart_site(ctx, circuit.site_id);
}

static int do_signal(struct ctx *ctx, void *arg)
{
	struct wish *wish = arg;
	struct power_signal signal = {.tenant_id = wish->flow->tenant_id,
		.site_id = wish->flow->site_id,
		.note = STR("")};

	str_to_i64(words_next(&wish->words), &signal.percent);
	signal.limit_w = milli(wish, "watts", "0") / 1000;
	signal.from_us = ctx->now_us + milli(wish, "in", "0") / 1000 * US_PER_MIN;
	signal.until_us = signal.from_us + milli(wish, "for", "60") / 1000 * US_PER_MIN;
	return smart_signal(ctx, &signal);
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
	} verbs[] = {{"limit", do_limit}, {"none", do_none}, {"hours", do_hours},
		{"circuit", do_circuit}, {"signal", do_signal}, {"outlet", do_outlet},
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
