/* api_power.c - a site's load on the outside face: its limit, each outlet's share and why. */
#include "app/api_power.h"

#include "app/api_care.h"
#include "app/smart.h"
#include "base/limits.h"
#include "store/power.h"
#include "store/site.h"

#define TURN_S 900
#define OFFLINE_MA 6000
#define OUTLETS_PAGE 200 /* shown at once */
#define AWAY_NAMED 8     /* piles without network that are named */

/* --- reading --- */

static int load_site(struct api_call *call, struct site *ret_site)
{
	int64_t id;
	int found;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	found = store_site_get(call->ctx->db, call->ctx->arena, id, ret_site);
	TRY(found);
	return found == 0 && ret_site->tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

static void put_numbers(struct out *out, const char *name, const int64_t *numbers, size_t len)
{
	out_list(out, name);
	for (size_t i = 0; i < len; i++)
		json_put_int(&out->json, NULL, numbers[i]);
	out_list_end(out);
}

static void put_hours(struct out *out, struct str hours)
{
	int64_t percent;

	out_list(out, "hours");
	while (hours.len > 0) {
		if (str_to_i64(str_cut(&hours, ','), &percent))
			json_put_int(&out->json, NULL, percent);
	}
	out_list_end(out);
}

static void put_outlet(struct out *out, const struct outlet_power *outlet, int64_t now_us)
{
	bool live = outlet->open_session != 0 && outlet->session_id == outlet->open_session;

	out_object(out, NULL);
	out_id(out, "pile_id", outlet->pile_id);
	out_text(out, "pile_code", outlet->code);
	out_text(out, "pile", outlet->name);
	out_number(out, "connector", outlet->no);
	out_text(out, "protocol", outlet->protocol);
	out_flag(out, "online", outlet->online);
	out_text(out, "status", outlet->status);
	out_flag(out, "charging", outlet->open_session != 0);
	out_number(out, "power_w", outlet->power_w);
	out_number(out, "current_ma", outlet->current_ma);
	out_id(out, "circuit_id", outlet->circuit_id);
	out_text(out, "rotation", outlet->rotation);
	out_number(out, "car_phases", live ? outlet->car_phases : 0);
	out_number(out, "most_ma", power_plate_ma(outlet));
	out_number(out, "set_most_ma", outlet->most_ma);
	out_number(out, "priority", outlet->priority);
	if (outlet->cap_ma >= 0 && (outlet->cap_until_us == 0 || now_us < outlet->cap_until_us))
		out_number(out, "cap_ma", outlet->cap_ma);
	else
		out_null(out, "cap_ma");
	out_time(out, "cap_until", outlet->cap_until_us);
	if (outlet->external_ma >= 0)
		out_number(out, "external_ma", outlet->external_ma);
	else
		out_null(out, "external_ma");
	out_text(out, "external_source", outlet->external_source);
	out_number(out, "wanted_wh", live ? outlet->wanted_wh : 0);
	out_time(out, "departs", live ? outlet->depart_us : 0);
	out_flag(out, "urgent", live && outlet->urgent);
	out_number(out, "share_ma", outlet->share_ma);
	out_number(out, "told_ma", live ? outlet->told_ma : -1);
	out_number(out, "may_ma", power_may_ma(outlet, now_us));
	out_number(out, "default_ma", outlet->default_ma);
	out_word(out, "state", power_state_word(outlet->state));
	out_word(out, "reason", power_reason_word(outlet->reason));
	out_time(out, "since", outlet->since_us);
	out_text(out, "error", outlet->error);
	out_end(out);
}

/* What is looked at: a site's outlets and circuits now. */
struct now {
	struct outlet_power *outlets;
	size_t len;
	struct power_circuit *circuits;
	size_t circuits_len;
	struct share_site site;
};

/* What its outlets do to one phase of the site, or of a circuit (0: the site). */
static void put_phase(
	struct api_call *call, const struct now *now, int p, int64_t circuit_id, int64_t limit_ma)
{
	int64_t given = 0, held = 0, measured = circuit_id == 0 ? now->site.base_ma[p] : 0;

	for (size_t i = 0; i < now->len; i++) {
		const struct outlet_power *outlet = &now->outlets[i];
		struct share_car car;

		if (circuit_id != 0 && outlet->circuit_id != circuit_id)
			continue;
		car = power_car(outlet, call->ctx->now_us);
		if (!(car.phases >> p & 1))
			continue;
		if (car.held_ma >= 0)
			held += car.held_ma;
		else
			given += power_may_ma(outlet, call->ctx->now_us);
		if (outlet->open_session != 0 && outlet->online && car.draw_ma > 0)
			measured += car.draw_ma;
	}
	out_object(&call->out, NULL);
	out_number(&call->out, "limit_ma", limit_ma);
	out_number(&call->out, "base_ma", circuit_id == 0 ? now->site.base_ma[p] : 0);
	out_number(&call->out, "reserve_ma", circuit_id == 0 ? now->site.reserve_ma : 0);
	out_number(&call->out, "start_ma", power_start_ma(now->outlets, now->len, circuit_id));
	out_number(&call->out, "given_ma", given);
	out_number(&call->out, "held_ma", held);
	out_number(&call->out, "measured_ma", measured);
	out_end(&call->out);
}

static void put_circuits(struct api_call *call, const struct now *now)
{
	out_list(&call->out, "circuits");
	for (size_t i = 0; i < now->circuits_len; i++) {
		const struct power_circuit *circuit = &now->circuits[i];
		int64_t count = 0;

		for (size_t o = 0; o < now->len; o++)
			count += now->outlets[o].circuit_id == circuit->id;
		out_object(&call->out, NULL);
		out_id(&call->out, "id", circuit->id);
		out_text(&call->out, "name", circuit->name);
		put_numbers(&call->out, "limit_ma", circuit->limit_ma, SHARE_PHASES);
		out_number(&call->out, "revision", circuit->revision);
		out_number(&call->out, "outlets", count);
		out_list(&call->out, "phases");
		for (int p = 0; p < SHARE_PHASES; p++)
			put_phase(call, now, p, circuit->id, circuit->limit_ma[p]);
		out_list_end(&call->out);
		out_end(&call->out);
	}
	out_list_end(&call->out);
}

static int put_signals(struct api_call *call, int64_t site_id)
{
	struct power_signal *signals;
	size_t len;

	TRY(store_site_signals(
		call->ctx->db, call->ctx->arena, site_id, call->ctx->now_us, &signals, &len));
	out_list(&call->out, "signals");
	for (size_t i = 0; i < len; i++) {
		out_object(&call->out, NULL);
		out_id(&call->out, "id", signals[i].id);
		out_time(&call->out, "from", signals[i].from_us);
		out_time(&call->out, "until", signals[i].until_us);
		out_number(&call->out, "percent", signals[i].percent);
		out_number(&call->out, "limit_w", signals[i].limit_w);
		out_text(&call->out, "note", signals[i].note);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

/* The numbers of all outlets, and those of the asked page. */
static void put_outlets(struct api_call *call, const struct now *now)
{
	int64_t from = call_query_id(call, "from"), circuit_id = call_query_id(call, "circuit");
	int64_t matching = 0, shown = 0, waiting = 0, away = 0;

	out_list(&call->out, "outlets");
	for (size_t i = 0; i < now->len; i++) {
		waiting += now->outlets[i].state == SHARE_PAUSED;
		if (circuit_id != 0 && now->outlets[i].circuit_id != circuit_id)
			continue;
		if (matching++ < from || shown == OUTLETS_PAGE)
			continue;
		put_outlet(&call->out, &now->outlets[i], call->ctx->now_us);
		shown++;
	}
	out_list_end(&call->out);
	out_list(&call->out, "away");
	for (size_t i = 0; i < now->len; i++) {
		if (!now->outlets[i].online && away++ < AWAY_NAMED)
			json_put_str(&call->out.json, NULL, now->outlets[i].name);
	}
	out_list_end(&call->out);
	out_number(&call->out, "outlets_away", away);
	out_number(&call->out, "outlets_waiting", waiting);
	out_number(&call->out, "outlets_all", (int64_t)now->len);
	out_number(&call->out, "outlets_found", matching);
	out_number(&call->out, "outlets_from", from);
}

static int put_now(struct api_call *call, struct arena *arena, const struct site *site,
	const struct site_power *power)
{
	struct db *db = call->ctx->db;
	struct power_bound bound;
	struct now now;

	TRY(store_outlet_powers(db, arena, site->id, &now.outlets, &now.len));
	TRY(store_site_circuits(db, arena, site->id, &now.circuits, &now.circuits_len));
	TRY(smart_bound(call->ctx, power, &bound));
	now.site = power_site(power, &bound);
	out_number(&call->out, "percent", bound.percent);
	if (power->revision > 0) {
		out_list(&call->out, "phases");
		for (int p = 0; p < SHARE_PHASES; p++)
			put_phase(call, &now, p, 0, now.site.limit_ma[p]);
		out_list_end(&call->out);
	}
	put_circuits(call, &now);
	TRY(put_signals(call, site->id));
	put_outlets(call, &now);
	return 0;
}

int power_answer(struct api_call *call, const struct site *site, int status)
{
	struct site_power power = {
		.site_id = site->id, .turn_s = TURN_S, .offline_ma = OFFLINE_MA, .hours = STR("")};
	struct out *out = &call->out;
	struct arena arena;
	int result, found = store_site_power_get(call->ctx->db, call->ctx->arena, site->id, &power);

	TRY(found);
	reply_begin(call);
	out_id(out, "site_id", site->id);
	out_text(out, "site", site->name);
	out_text(out, "zone", site->zone);
	out_flag(out, "limited", found == 0 && !power.off);
	out_flag(out, "ending", found == 0 && power.off);
	put_numbers(out, "limit_ma", power.limit_ma, SHARE_PHASES);
	out_number(out, "limit_w", power.limit_w);
	put_numbers(out, "base_ma", power.base_ma, SHARE_PHASES);
	out_number(out, "reserve_ma", power.reserve_ma);
	out_number(out, "offline_ma", power.offline_ma);
	out_number(out, "turn_s", power.turn_s);
	put_hours(out, power.hours);
	out_time(out, "over", power.over_us);
	out_number(out, "revision", power.revision);
	arena_init(&arena, LIMIT_SITE_ARENA);
	result = put_now(call, &arena, site, &power);
	arena_fini(&arena);
	TRY(result);
	return reply_json(call, status);
}

int power_get(struct api_call *call)
{
	struct site site;
	int result = load_site(call, &site);

	return result != 0 ? result : power_answer(call, &site, 200);
}

/* --- changing --- */

int power_problem(struct api_call *call, int outcome, int error)
{
	static const struct {
		int error;
		const char *field, *word;
	} rows[] = {
		{POWER_E_LIMIT, "limit_ma", "bounds"},
		{POWER_E_BASE, "base_ma", "bounds"},
		{POWER_E_HOURS, "hours", "count"},
		{POWER_E_OFFLINE, "offline_ma", "bounds"},
		{POWER_E_TURN, "turn_s", "bounds"},
	};

	if (outcome == SMART_E_EXCEEDS)
		return P_SITE_LIMIT;
	if (outcome == SMART_E_STALE)
		return P_CONFLICT;
	if (outcome == SMART_E_MANY)
		return P_SITE_LARGE;
	if (outcome == SMART_E_NO_LIMIT)
		return P_SITE_FREE;
	if (outcome != SMART_E_VALUE)
		return P_NOT_FOUND;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].error == error)
			return call_field(call, rows[i].field, rows[i].word);
	}
	return call_field(call, "rotation", "format");
}

static struct str hours_text(struct api_call *call, const struct api_power *body)
{
	struct buf text;

	buf_init(&text, call->ctx->arena, 2048);
	for (size_t i = 0; i < body->hours_len; i++)
		buf_format(&text, "%s%lld", i > 0 ? "," : "", (long long)body->hours[i]);
	return body->hours_len > 0 ? buf_str(&text) : STR("");
}

int power_put(struct api_call *call)
{
	const struct api_power *body = call->body;
	struct site_power power = {.limit_w = body->limit_w,
		.reserve_ma = body->reserve_ma,
		.offline_ma = body->has_offline_ma ? body->offline_ma : OFFLINE_MA,
		.turn_s = body->has_turn_s ? body->turn_s : TURN_S,
		.revision = body->revision};
	struct site site;
	int error = 0, result = load_site(call, &site);

	if (result != 0)
		return result;
	power.site_id = site.id;
	power.tenant_id = call->who.tenant_id;
	power.hours = hours_text(call, body);
	for (size_t p = 0; p < SHARE_PHASES; p++) {
		power.limit_ma[p] = body->limit_ma[p];
		power.base_ma[p] = p < body->base_ma_len ? body->base_ma[p] : 0;
	}
	result = smart_limit(call->ctx, &power, &error);
	TRY(result);
	if (result != 0)
		return power_problem(call, result, error);
	TRY(care_audit(call, "site.power", "site", site.id,
		str_format(call->ctx->arena, "{\"limit_ma\":[%lld,%lld,%lld],\"offline_ma\":%lld}",
			(long long)power.limit_ma[0], (long long)power.limit_ma[1],
			(long long)power.limit_ma[2], (long long)power.offline_ma)));
	return power_answer(call, &site, 200);
}

int power_delete(struct api_call *call)
{
	struct site site;
	int result = load_site(call, &site);

	if (result != 0)
		return result;
	result = smart_unlimit(call->ctx, call->who.tenant_id, site.id);
	TRY(result);
	if (result != 0)
		return power_problem(call, result, 0);
	TRY(care_audit(call, "site.power_off", "site", site.id, STR("{}")));
	return power_answer(call, &site, 202);
}

/* The outlet as it is, with what the body names put over it. */
static int find_outlet(
	struct api_call *call, const struct pile *pile, int64_t no, struct outlet_power *ret_outlet)
{
	struct outlet_power *outlets;
	size_t len;

	TRY(store_outlet_powers_of_pile(call->ctx->db, call->ctx->arena, pile->id, &outlets, &len));
	for (size_t i = 0; i < len; i++) {
		if (outlets[i].no != no)
			continue;
		*ret_outlet = outlets[i];
		return 0;
	}
	return P_CONNECTOR;
}

int outlet_power_patch(struct api_call *call)
{
	const struct api_outlet *body = call->body;
	struct outlet_power outlet;
	struct site site;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result == 0)
		result = find_outlet(
			call, &pile, body->has_connector ? body->connector : 1, &outlet);
	if (result != 0)
		return result;
	if (body->has_circuit_id && !call_text_id(body->circuit_id, &outlet.circuit_id))
		return call_field(call, "circuit_id", "format");
	if (body->has_rotation)
		outlet.rotation = body->rotation;
	if (body->has_most_ma)
		outlet.most_ma = body->most_ma;
	if (body->has_priority)
		outlet.priority = body->priority;
	if (body->has_cap_ma) {
		outlet.cap_ma = body->cap_ma;
		outlet.cap_until_us = body->has_cap_minutes
					      ? call->ctx->now_us + body->cap_minutes * US_PER_MIN
					      : 0;
	}
	result = smart_outlet(call->ctx, call->who.tenant_id, &outlet);
	TRY(result);
	if (result != 0)
		return power_problem(call, result, 0);
	TRY(care_audit(call, "pile.power", "pile", pile.id,
		str_format(call->ctx->arena,
			"{\"connector\":%lld,\"cap_ma\":%lld,\"priority\":%lld}",
			(long long)outlet.no, (long long)outlet.cap_ma,
			(long long)outlet.priority)));
	result = store_site_get(call->ctx->db, call->ctx->arena, pile.site_id, &site);
	TRY(result);
	return result == 0 ? power_answer(call, &site, 200) : P_NOT_FOUND;
}
