/* vehicles.c - which account a plugged car stands for, and what it may take (see vehicles.h). */
#include "app/vehicles.h"

#include "app/auth.h"
#include "app/charging.h"
#include "app/step.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/money.h"
#include "domain/token.h"
#include "store/ledger.h"
#include "store/member.h"
#include "store/order.h"

#define KEEP_US US_PER_DAY           /* what piles saw */
#define REMEMBER_US US_PER_DAY       /* a pile, of a vehicle that may charge */
#define REMEMBER_SHORT_US US_PER_MIN /* where a second layer is asked for each time */

struct str vehicles_tag(struct ctx *ctx, struct str id_tag)
{
	return vid_is(str_trim(id_tag)) ? vid_normal(ctx->arena, id_tag)
					: token_normal(ctx->arena, id_tag);
}

static int put(struct ctx *ctx, struct vid *vid)
{
	int result = store_vehicle_put(ctx->db, vid);

	TRY(result);
	return result == 0 ? 0 : FAULT(FAULT_BUSY, "a vehicle was changed meanwhile");
}

static struct str subject_of(struct ctx *ctx, int64_t id)
{
	return str_format(ctx->arena, "vehicle:%lld", (long long)id);
}

/* Who did it stands in the subject's own record: a driver, or the car itself. */
static int note(struct ctx *ctx, int64_t tenant_id, int64_t id, const char *action)
{
	struct login nobody = {.tenant_id = tenant_id};

	return auth_audit(ctx, &nobody, action, subject_of(ctx, id), STR("{}"));
}

/* A vehicle at a place, on its way to a charge. */
struct plugged {
	const struct place *place;
	int64_t connector_no; /* 0: not told */
	struct vid_policy policy;
	struct vid vid;
	struct vehicle_sight sight;
	struct vid_told told;
	int64_t limit_minor; /* 0: none of its own */
};

/* People are told once, however often the pile tries; the record says when it began. */
static int alarm(struct ctx *ctx, struct plugged *at, const char *kind)
{
	struct vid *vid = &at->vid;

	if (vid->alarm_us == 0)
		TRY(note(ctx, vid->tenant_id, vid->id, "vehicle.contradiction"));
	vid->alarm_us = ctx->now_us;
	TRY(put(ctx, vid));
	return tell_alarm(ctx, vid->tenant_id, kind, subject_of(ctx, vid->id),
		str_format(ctx->arena, "{\"pile\":\"%lld\"}", (long long)at->place->pile_id));
}

/* The first second identity that is told of it; false when it has one. */
static bool take_second(struct ctx *ctx, struct plugged *at)
{
	struct vid *vid = &at->vid;

	if (vid->second.len > 0 || at->told.second.len == 0)
		return false;
	vid->second = at->told.second;
	vid->kind = at->told.kind;
	vid->second_us = ctx->now_us;
	return true;
}

static int learn_confirmed(struct ctx *ctx, struct plugged *at)
{
	return !at->told.contradicts && take_second(ctx, at) ? put(ctx, &at->vid) : 0;
}

/* --- what piles tell --- */

/* The outlet a car must be at when its pile does not say: the only one that waits for a start. */
static int only_waiting(struct ctx *ctx, int64_t pile_id, int64_t *ret_no, int64_t *ret_outlets)
{
	struct connector *list;
	size_t len;
	int waiting = 0;

	*ret_no = 0;
	*ret_outlets = 0;
	TRY(store_connectors(ctx->db, ctx->arena, pile_id, &list, &len));
	for (size_t i = 0; i < len; i++) {
		if (list[i].no == 0)
			continue;
		*ret_outlets += 1;
		if (str_is(list[i].status, "Preparing") && waiting++ == 0)
			*ret_no = list[i].no;
	}
	if (waiting != 1)
		*ret_no = *ret_outlets == 1 && len > 0 ? list[len - 1].no : 0;
	return 0;
}

/* Were too many tried here? Then none is believed for a while, not even a right one: who tries them
 * all would hit it. */
static int check_guesses(struct ctx *ctx, const struct place *place, int64_t outlets)
{
	int64_t guesses;

	TRY(store_vehicle_guesses(
		ctx->db, place->pile_id, ctx->now_us - VEHICLES_GUESS_US, &guesses));
	if (guesses < VEHICLES_GUESSES * (outlets > 0 ? outlets : 1))
		return 0;
	TRY(step_alarm(ctx, place, "vehicle_guesses", STR("")));
	return CHARGING_E_TOKEN;
}

/* Whoever it stands for only said so: nobody has ever come with it. */
static bool is_hearsay(const struct vid *vid)
{
	return vid->seen_us == 0 && vid->state != VID_BLOCKED;
}

/* Keeps a sight; of a vehicle nobody has, or has come with, as a refusal, for the card that may
 * follow. */
static int keep(struct ctx *ctx, const struct place *place, struct vehicle_sight *sight)
{
	int64_t no, outlets;
	struct vid vid;
	int found = store_vehicle_find(ctx->db, ctx->arena, place->tenant_id, sight->vid, &vid);

	TRY(found);
	TRY(only_waiting(ctx, place->pile_id, &no, &outlets));
	if (sight->connector_no == 0)
		sight->connector_no = no;
	if (found != 0 || is_hearsay(&vid)) {
		int guessed = check_guesses(ctx, place, outlets);

		if (guessed != 0)
			return guessed;
		sight->refused_us = ctx->now_us;
	}
	return store_vehicle_sight_put(ctx->db, sight, ctx->now_us - KEEP_US);
}

/* Some of it becomes known only while the car charges. What contradicts ends a charge by its name;
 * what comes while its own member's card pays is learned. */
static int told_charging(
	struct ctx *ctx, const struct place *place, const struct vehicle_sight *told)
{
	struct plugged at = {.place = place, .told = {told->second, told->kind, told->contradicts}};
	struct close_cmd stop = {.reason = STR("vehicle_clone")};
	int64_t none;
	struct order order;
	int found = store_vehicle_find(ctx->db, ctx->arena, place->tenant_id, told->vid, &at.vid);

	TRY(found);
	if (found != 0 || told->connector_no == 0)
		return 0;
	found = store_order_on_connector(
		ctx->db, ctx->arena, place->pile_id, told->connector_no, &order);
	TRY(found);
	if (found != 0 || !order_is_running(order.state) || order.member_id != at.vid.member_id)
		return 0;
	if (order.starter != STARTER_VEHICLE)
		return learn_confirmed(ctx, &at);
	if (!str_eq(order.id_tag, told->vid))
		return 0;
	if (vid_judge(&at.vid, &(struct vid_policy){.mode = VID_BOTH}, &at.told, 0, 0, ctx->now_us,
		    &none) != VID_E_CLONE)
		return 0;
	TRY(alarm(ctx, &at, "vehicle_clone"));
	stop.order_id = order.id;
	found = charging_close(ctx, &stop, NULL);
	TRY(found);
	return 0;
}

int vehicles_told(struct ctx *ctx, const struct vehicle_sight *sight)
{
	struct vehicle_sight told = *sight;
	struct vid_policy policy;
	struct place place;
	int result = store_pile_place(ctx->db, ctx->arena, sight->pile_id, 0, &place);

	TRY(result);
	if (result != 0 || place.state != PILE_APPROVED || !vid_good(sight->vid) ||
		sight->kind.len > VID_KIND_MAX)
		return 0;
	TRY(store_vehicle_policy(ctx->db, place.tenant_id, &policy));
	if (policy.mode == VID_OFF)
		return 0;
	told.told_us = ctx->now_us;
	told.refused_us = 0;
	result = keep(ctx, &place, &told);
	TRY(result);
	return result == 0 ? told_charging(ctx, &place, &told) : 0;
}

int vehicles_gone(struct ctx *ctx, int64_t pile_id, int64_t connector_no)
{
	return store_vehicle_gone(ctx->db, pile_id, connector_no);
}

/* --- judging --- */

static int keep_refused(struct ctx *ctx, struct plugged *at, struct str vid)
{
	struct vehicle_sight sight = at->sight;

	/* told before, and still there: what was told of it is kept */
	if (sight.pile_id == 0 || sight.connector_no < 0)
		sight = (struct vehicle_sight){
			.pile_id = at->place->pile_id, .vid = vid, .told_us = ctx->now_us};
	if (at->connector_no != 0)
		sight.connector_no = at->connector_no;
	TRY(keep(ctx, at->place, &sight));
	return 0;
}

/* Refused; whoever stands by a car that nobody has come with yet may take it over with a card. */
static int refused(struct ctx *ctx, struct plugged *at, int outcome)
{
	if (is_hearsay(&at->vid))
		TRY(keep_refused(ctx, at, at->vid.vid));
	return outcome;
}

/* The same address with another identity, or addresses that differ: one of them is a copy. */
static int contradicted(struct ctx *ctx, struct plugged *at)
{
	TRY(alarm(ctx, at, "vehicle_clone"));
	return CHARGING_E_CLONE;
}

/* It charges elsewhere already. */
static int check_running(struct ctx *ctx, struct plugged *at)
{
	struct order order;
	int64_t running;

	TRY(store_order_of_tag(ctx->db, at->vid.tenant_id, at->vid.vid, &running));
	if (running == 0)
		return 0;
	TRY(step_must(store_order_get(ctx->db, ctx->arena, running, &order), "an open order"));
	if (order.pile_id == at->place->pile_id &&
		(at->connector_no == 0 || at->connector_no == order.connector_no))
		return at->connector_no == 0 ? 0 : CHARGING_E_CONCURRENT;
	TRY(alarm(ctx, at, "vehicle_twice"));
	return CHARGING_E_CONCURRENT;
}

static int outcome_of(int judged)
{
	static const int outcomes[] = {[0] = 0,
		[VID_E_BLOCKED] = CHARGING_E_BLOCKED,
		[VID_E_CLONE] = CHARGING_E_CLONE,
		[VID_E_SECOND] = CHARGING_E_SECOND,
		[VID_E_CAP] = CHARGING_E_CAP};

	return outcomes[judged];
}

/* What the pile told of it a moment ago, at this outlet. */
static int read_told(struct ctx *ctx, struct plugged *at, struct str vid)
{
	int found = store_vehicle_sight(ctx->db, ctx->arena, at->place->pile_id, vid, &at->sight);

	TRY(found);
	if (found != 0)
		at->sight = (struct vehicle_sight){0};
	else if (at->sight.told_us > ctx->now_us - VEHICLES_TOLD_US &&
		 at->sight.connector_no >= 0 &&
		 (at->connector_no == 0 || at->sight.connector_no == 0 ||
			 at->sight.connector_no == at->connector_no))
		at->told =
			(struct vid_told){at->sight.second, at->sight.kind, at->sight.contradicts};
	return 0;
}

static int judge(struct ctx *ctx, struct plugged *at, struct str vid)
{
	int64_t spent, no, outlets;
	int result;

	TRY(store_vehicle_policy(ctx->db, at->place->tenant_id, &at->policy));
	if (at->policy.mode == VID_OFF || !vid_good(vid))
		return CHARGING_E_TOKEN;
	TRY(only_waiting(ctx, at->place->pile_id, &no, &outlets));
	result = check_guesses(ctx, at->place, outlets);
	if (result != 0)
		return result;
	TRY(read_told(ctx, at, vid));
	result = store_vehicle_find(ctx->db, ctx->arena, at->place->tenant_id, vid, &at->vid);
	TRY(result);
	if (result != 0) {
		TRY(keep_refused(ctx, at, vid));
		return CHARGING_E_TOKEN;
	}
	TRY(store_vehicle_spent(ctx->db, at->vid.tenant_id, vid, ctx->now_us - US_PER_DAY, &spent));
	result = vid_judge(&at->vid, &at->policy, &at->told, spent, STEP_LEAST_MINOR, ctx->now_us,
		&at->limit_minor);
	if (result == VID_E_CLONE)
		return contradicted(ctx, at);
	return result != 0 ? refused(ctx, at, outcome_of(result)) : check_running(ctx, at);
}

int vehicles_authorize(
	struct ctx *ctx, const struct place *place, struct str vid, int64_t *ret_until_us)
{
	struct plugged at = {.place = place};
	struct account purse;
	int result = judge(ctx, &at, vid);

	if (result != 0)
		return result;
	TRY(step_must(store_ledger_account_get(ctx->db, ctx->arena, at.vid.account_id, &purse),
		"the wallet of a vehicle"));
	if (account_available(&purse) < STEP_LEAST_MINOR)
		return refused(ctx, &at, CHARGING_E_FUNDS);
	*ret_until_us =
		ctx->now_us + (at.policy.mode == VID_BOTH ? REMEMBER_SHORT_US : REMEMBER_US);
	return 0;
}

/* What only a confirmed charge may teach: an address alone would teach what its copy says. */
static void learn(struct ctx *ctx, struct plugged *at)
{
	struct vid *vid = &at->vid;

	if (vid->present_us > ctx->now_us)
		(void)take_second(ctx, at);
	vid->present_us = 0; /* it stood for one charge */
	vid->seen_us = ctx->now_us;
	vid->seen_pile_id = at->place->pile_id;
}

int vehicles_open(struct ctx *ctx, const struct place *place, int64_t connector_no, struct str vid,
	int64_t at_us, struct order *ret_order)
{
	struct plugged at = {.place = place, .connector_no = connector_no};
	struct open_cmd cmd = {.starter = STARTER_VEHICLE,
		.pile_id = place->pile_id,
		.connector_no = connector_no,
		.timing = TIMING_HOLD,
		.source = SOURCE_WALLET,
		.id_tag = vid,
		.at_us = at_us};
	int result = judge(ctx, &at, vid);

	if (result != 0)
		return result;
	cmd.member_id = at.vid.member_id;
	cmd.limit_minor = place->default_limit_minor;
	if (at.limit_minor > 0 && (cmd.limit_minor == 0 || at.limit_minor < cmd.limit_minor))
		cmd.limit_minor = at.limit_minor;
	result = charging_open_at(ctx, &cmd, place, ret_order);
	if (result != 0)
		return result;
	learn(ctx, &at);
	return put(ctx, &at.vid);
}

/* --- enrolment --- */

static int add(struct ctx *ctx, struct vid *vid)
{
	int64_t count;
	int result;

	TRY(store_vehicle_count(ctx->db, vid->member_id, &count));
	if (count >= VEHICLES_OF_MEMBER)
		return VEHICLES_E_FULL;
	vid->id = CTX_ID(ctx);
	vid->state = VID_SUSPENDED;
	vid->created_us = ctx->now_us;
	vid->version = 1;
	result = store_vehicle_add(ctx->db, vid);
	TRY(result);
	return result == 0 ? 0 : VEHICLES_E_TAKEN;
}

/* Who stands by the car with a card knows it better than who only typed its address: that one makes
 * way, unless its car was ever seen. */
static int make_room(struct ctx *ctx, const struct vid *vid)
{
	struct vid other;
	int found = store_vehicle_find(ctx->db, ctx->arena, vid->tenant_id, vid->vid, &other);

	TRY(found);
	if (found != 0 || !is_hearsay(&other) || other.member_id == vid->member_id)
		return 0;
	TRY(note(ctx, other.tenant_id, other.id, "vehicle.remove"));
	return store_vehicle_drop(ctx->db, &other);
}

int vehicles_enrol(struct ctx *ctx, const struct order *order)
{
	struct vid vid = {.tenant_id = order->tenant_id, .member_id = order->member_id};
	struct vehicle_sight sight;
	struct vid_policy policy;
	int result;

	if (order->member_id == 0 || order->source != SOURCE_WALLET ||
		order->starter == STARTER_VEHICLE)
		return 0;
	TRY(store_vehicle_policy(ctx->db, order->tenant_id, &policy));
	if (policy.mode == VID_OFF)
		return 0;
	result = store_vehicle_refused(ctx->db, ctx->arena, order->pile_id, order->connector_no,
		order->created_us - VEHICLES_ENROL_US, &sight);
	TRY(result);
	if (result != 0 || sight.contradicts)
		return 0;
	vid.vid = sight.vid;
	vid.second = sight.second;
	vid.kind = sight.kind;
	vid.second_us = sight.second.len > 0 ? ctx->now_us : 0;
	vid.seen_us = ctx->now_us;
	vid.seen_pile_id = order->pile_id;
	TRY(make_room(ctx, &vid));
	result = add(ctx, &vid);
	TRY(result);
	if (result != 0)
		return 0;
	sight.refused_us = 0; /* it was no guess */
	TRY(store_vehicle_sight_put(ctx->db, &sight, ctx->now_us - KEEP_US));
	return note(ctx, vid.tenant_id, vid.id, "vehicle.seen");
}

/* --- its driver --- */

static int of_member(struct ctx *ctx, int64_t member_id, int64_t id, struct vid *ret_vid)
{
	int found = store_vehicle_get(ctx->db, ctx->arena, id, ret_vid);

	TRY(found);
	return found == 0 && ret_vid->member_id == member_id ? 0 : VEHICLES_E_NONE;
}

static bool cap_ok(int64_t minor)
{
	return minor == 0 || (minor >= STEP_LEAST_MINOR && minor <= MONEY_MAX);
}

int vehicles_agree(
	struct ctx *ctx, int64_t member_id, int64_t id, int64_t charge_minor, int64_t day_minor)
{
	struct vid vid;
	bool suspended;
	int result = of_member(ctx, member_id, id, &vid);

	if (result != 0)
		return result;
	if (!cap_ok(charge_minor) || !cap_ok(day_minor))
		return VEHICLES_E_AMOUNT;
	if (vid.state == VID_BLOCKED)
		return VEHICLES_E_STATE;
	suspended = vid.state == VID_SUSPENDED;
	vid.state = VID_ACTIVE;
	vid.charge_minor = charge_minor;
	vid.day_minor = day_minor;
	TRY(put(ctx, &vid));
	return note(ctx, vid.tenant_id, id, suspended ? "vehicle.agree" : "vehicle.caps");
}

int vehicles_present(struct ctx *ctx, int64_t member_id, int64_t id)
{
	struct vid vid;
	int result = of_member(ctx, member_id, id, &vid);

	if (result != 0)
		return result;
	if (vid.state != VID_ACTIVE)
		return VEHICLES_E_STATE;
	vid.present_us = ctx->now_us + VEHICLES_PRESENT_US;
	return put(ctx, &vid);
}

int vehicles_remove(struct ctx *ctx, int64_t member_id, int64_t id)
{
	struct vid vid;
	int result = of_member(ctx, member_id, id, &vid);

	if (result != 0)
		return result;
	TRY(note(ctx, vid.tenant_id, id, "vehicle.remove"));
	return store_vehicle_drop(ctx->db, &vid);
}

/* --- the operator --- */

static int of_tenant(struct ctx *ctx, int64_t tenant_id, int64_t id, struct vid *ret_vid)
{
	int found = store_vehicle_get(ctx->db, ctx->arena, id, ret_vid);

	TRY(found);
	return found == 0 && ret_vid->tenant_id == tenant_id ? 0 : VEHICLES_E_NONE;
}

int vehicles_add(
	struct ctx *ctx, int64_t tenant_id, int64_t member_id, struct str mac, int64_t *ret_id)
{
	struct vid vid = {
		.tenant_id = tenant_id, .member_id = member_id, .vid = vid_normal(ctx->arena, mac)};
	int result;

	if (!vid_good(vid.vid))
		return VEHICLES_E_FORMAT;
	result = add(ctx, &vid);
	*ret_id = vid.id;
	return result;
}

int vehicles_block(struct ctx *ctx, int64_t tenant_id, int64_t id, bool blocked)
{
	struct vid vid;
	int result = of_tenant(ctx, tenant_id, id, &vid);

	if (result != 0)
		return result;
	if (blocked)
		vid.state = VID_BLOCKED;
	else if (vid.state == VID_BLOCKED)
		vid.state = VID_SUSPENDED; /* its driver is asked again */
	if (!blocked)
		vid.alarm_us = 0;
	return put(ctx, &vid);
}

int vehicles_drop(struct ctx *ctx, int64_t tenant_id, int64_t id)
{
	struct vid vid;
	int result = of_tenant(ctx, tenant_id, id, &vid);

	return result != 0 ? result : store_vehicle_drop(ctx->db, &vid);
}

int vehicles_set_policy(struct ctx *ctx, int64_t tenant_id, const struct vid_policy *policy)
{
	if (policy->mode != VID_OFF &&
		!(policy->single_minor >= STEP_LEAST_MINOR && policy->single_minor <= MONEY_MAX))
		return VEHICLES_E_AMOUNT;
	return store_vehicle_policy_put(ctx->db, tenant_id, policy);
}
