/* api_power.c - a site's load on the outside face: its limit, each outlet's share and why. */
#include "app/api_power.h"

#include "app/api_care.h"
#include "app/smart.h"
#include "store/power.h"
#include "store/site.h"

#define TURN_S 900
#define OFFLINE_MA 6000

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

/* Each phase: its limit now, and what stands in it. Held and given are what outlets may draw. */
static void put_phases(struct api_call *call, const struct share_site *site,
	const struct outlet_power *outlets, size_t len)
{
	int64_t now_us = call->ctx->now_us, start_ma = power_start_ma(outlets, len);

	out_list(&call->out, "phases");
	for (int p = 0; p < SHARE_PHASES; p++) {
		int64_t given = 0, held = 0, measured = site->base_ma[p];

		for (size_t i = 0; i < len; i++) {
			struct share_car car = power_car(&outlets[i], now_us);

			if (!(car.phases >> p & 1))
				continue;
			if (car.held_ma >= 0)
				held += car.held_ma;
			else
				given += power_may_ma(&outlets[i], now_us);
			if (outlets[i].open_session != 0 && outlets[i].online && car.draw_ma > 0)
				measured += car.draw_ma;
		}
		out_object(&call->out, NULL);
		out_number(&call->out, "limit_ma", site->limit_ma[p]);
		out_number(&call->out, "base_ma", site->base_ma[p]);
		out_number(&call->out, "reserve_ma", site->reserve_ma);
		out_number(&call->out, "start_ma", start_ma);
		out_number(&call->out, "given_ma", given);
		out_number(&call->out, "held_ma", held);
		out_number(&call->out, "measured_ma", measured);
		out_end(&call->out);
	}
	out_list_end(&call->out);
}

static int put_now(struct api_call *call, const struct site *site, const struct site_power *power)
{
	struct outlet_power *outlets;
	struct share_site now;
	int64_t start_us, end_us;
	size_t len;
	int slot = 0;

	TRY(store_outlet_powers(call->ctx->db, call->ctx->arena, site->id, &outlets, &len));
	(void)zone_half_hour(site->zone, call->ctx->now_us, &start_us, &end_us, &slot);
	now = power_site(power, slot);
	if (power->revision > 0)
		put_phases(call, &now, outlets, len);
	out_list(&call->out, "outlets");
	for (size_t i = 0; i < len; i++)
		put_outlet(&call->out, &outlets[i], call->ctx->now_us);
	out_list_end(&call->out);
	return 0;
}

static int answer_power(struct api_call *call, const struct site *site, int status)
{
	struct site_power power = {.turn_s = TURN_S, .offline_ma = OFFLINE_MA, .hours = STR("")};
	struct out *out = &call->out;
	int found = store_site_power_get(call->ctx->db, call->ctx->arena, site->id, &power);

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
	TRY(put_now(call, site, &power));
	return reply_json(call, status);
}

int power_get(struct api_call *call)
{
	struct site site;
	int result = load_site(call, &site);

	return result != 0 ? result : answer_power(call, &site, 200);
}

/* --- changing --- */

static int refused(struct api_call *call, int outcome, int error)
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

	buf_init(&text, call->ctx->arena, 256);
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
		return refused(call, result, error);
	TRY(care_audit(call, "site.power", "site", site.id,
		str_format(call->ctx->arena, "{\"limit_ma\":[%lld,%lld,%lld],\"offline_ma\":%lld}",
			(long long)power.limit_ma[0], (long long)power.limit_ma[1],
			(long long)power.limit_ma[2], (long long)power.offline_ma)));
	return answer_power(call, &site, 200);
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
		return refused(call, result, 0);
	TRY(care_audit(call, "site.power_off", "site", site.id, STR("{}")));
	return answer_power(call, &site, 202);
}

/* The outlet as it is, with what the body names put over it. */
static int find_outlet(
	struct api_call *call, const struct pile *pile, int64_t no, struct outlet_power *ret_outlet)
{
	struct outlet_power *outlets;
	size_t len;

	TRY(store_outlet_powers(call->ctx->db, call->ctx->arena, pile->site_id, &outlets, &len));
	for (size_t i = 0; i < len; i++) {
		if (outlets[i].pile_id != pile->id || outlets[i].no != no)
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
		return refused(call, result, 0);
	TRY(care_audit(call, "pile.power", "pile", pile.id,
		str_format(call->ctx->arena,
			"{\"connector\":%lld,\"cap_ma\":%lld,\"priority\":%lld}",
			(long long)outlet.no, (long long)outlet.cap_ma,
			(long long)outlet.priority)));
	result = store_site_get(call->ctx->db, call->ctx->arena, pile.site_id, &site);
	TRY(result);
	return result == 0 ? answer_power(call, &site, 200) : P_NOT_FOUND;
}
