/* act_vehicle.c - what operators and drivers say of vehicles in a transcript:
 * $ autocharge off|capped|both [single=30.00]
 * $ vehicle add anna mac=0A:.. | agree anna vid=VID:.. [charge=10.00] [day=20.00] | present ... |
 * remove ... | block vid=VID:.. | unblock ... | drop ... */
#include "app/vehicles.h"
#include "base/fault.h"
#include "flow.h"

static const char *const outcomes[] = {"ok", "none", "taken", "full", "format", "state", "amount"};

struct asked {
	struct flow *flow;
	struct str verb, words;
};

static int64_t number_of(struct flow *flow, struct str name)
{
	int64_t id = 0;

	str_to_i64(words_fill(flow, str_format(&flow->arena, "$%.*s", STR_FMT(name))), &id);
	return id;
}

static int do_policy(struct ctx *ctx, void *arg)
{
	struct asked *asked = arg;
	struct vid_policy policy = {
		.single_minor = words_money(asked->flow, asked->words, "single", "30.00")};

	if (!vid_mode_parse(words_next(&asked->words), &policy.mode))
		flow_fail(asked->flow, "no such policy");
	return vehicles_set_policy(ctx, asked->flow->tenant_id, &policy);
}

static int do_add(struct ctx *ctx, struct asked *asked, int64_t member)
{
	int64_t id;

	return vehicles_add(ctx, asked->flow->tenant_id, member,
		words_get(asked->flow, asked->words, "mac", ""), &id);
}

static int do_vehicle(struct ctx *ctx, void *arg)
{
	struct asked *asked = arg;
	struct flow *flow = asked->flow;
	struct str words = asked->words, verb = words_next(&words);
	struct vid vid = {0};
	int64_t member;

	TRY(store_vehicle_find(ctx->db, ctx->arena, flow->tenant_id,
		words_get(flow, asked->words, "vid", ""), &vid));
	if (str_is(verb, "drop"))
		return vehicles_drop(ctx, flow->tenant_id, vid.id);
	if (str_is(verb, "block") || str_is(verb, "unblock"))
		return vehicles_block(ctx, flow->tenant_id, vid.id, str_is(verb, "block"));
	member = number_of(flow, words_next(&words));
	if (str_is(verb, "add"))
		return do_add(ctx, asked, member);
	if (str_is(verb, "agree"))
		return vehicles_agree(ctx, member, vid.id,
			words_money(flow, asked->words, "charge", "0.00"),
			words_money(flow, asked->words, "day", "0.00"));
	if (str_is(verb, "present"))
		return vehicles_present(ctx, member, vid.id);
	return vehicles_remove(ctx, member, vid.id);
}

void act_vehicle(struct flow *flow, struct str verb, struct str words, struct str expect)
{
	struct asked asked = {flow, verb, words};
	int result = world_act(flow, str_is(verb, "autocharge") ? do_policy : do_vehicle, &asked);

	if (result < 0 || !str_is(expect, outcomes[result]))
		flow_fail(flow, "%.*s: %s", STR_FMT(verb), result < 0 ? "fault" : outcomes[result]);
}
