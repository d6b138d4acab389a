/* api_circuits.c - the parts of a site with limits of their own, and less for a time: the outside
 * face of app/smart_circuits.c. Every answer is the load of the site. */
#include "app/api_care.h"
#include "app/api_power.h"
#include "app/smart.h"
#include "store/power.h"
#include "store/site.h"

/* The site's load, when it is the asker's. */
static int answer(struct api_call *call, int64_t site_id, int status)
{
	struct site site;
	int found = store_site_get(call->ctx->db, call->ctx->arena, site_id, &site);

	TRY(found);
	return found == 0 && site.tenant_id == call->who.tenant_id
		       ? power_answer(call, &site, status)
		       : P_NOT_FOUND;
}

static int refused(struct api_call *call, int outcome, const char *field)
{
	return outcome == SMART_E_VALUE ? call_field(call, field, "bounds")
					: power_problem(call, outcome, 0);
}

static int put(struct api_call *call, struct power_circuit *circuit, const char *audit)
{
	const struct api_circuit *body = call->body;
	int result;

	circuit->tenant_id = call->who.tenant_id;
	circuit->name = str_trim(body->name);
	circuit->revision = body->revision;
	for (int p = 0; p < SHARE_PHASES; p++)
		circuit->limit_ma[p] = body->limit_ma[p];
	result = smart_circuit(call->ctx, circuit);
	TRY(result);
	if (result != 0)
		return refused(call, result, circuit->name.len == 0 ? "name" : "limit_ma");
	return care_audit(call, audit, "site", circuit->site_id,
		str_format(call->ctx->arena, "{\"circuit\":\"%lld\",\"limit_ma\":[%lld,%lld,%lld]}",
			(long long)circuit->id, (long long)circuit->limit_ma[0],
			(long long)circuit->limit_ma[1], (long long)circuit->limit_ma[2]));
}

int circuit_add(struct api_call *call)
{
	struct power_circuit circuit = {0};
	int result;

	if (!call_id(call, 0, &circuit.site_id))
		return P_NOT_FOUND;
	result = put(call, &circuit, "site.circuit");
	return result != 0 ? result : answer(call, circuit.site_id, 201);
}

int circuit_patch(struct api_call *call)
{
	struct power_circuit circuit = {0};
	int result;

	if (!call_id(call, 0, &circuit.id))
		return P_NOT_FOUND;
	result = put(call, &circuit, "site.circuit");
	return result != 0 ? result : answer(call, circuit.site_id, 200);
}

/* The circuit the path names. */
static int find(struct api_call *call, struct power_circuit *ret_circuit)
{
	int64_t id;
	int found;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	found = store_site_circuit_get(call->ctx->db, call->ctx->arena, id, ret_circuit);
	TRY(found);
	return found == 0 && ret_circuit->tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

int circuit_delete(struct api_call *call)
{
	struct power_circuit circuit;
	int result = find(call, &circuit);

	if (result != 0)
		return result;
	result = smart_circuit_delete(call->ctx, call->who.tenant_id, circuit.id);
	TRY(result);
	if (result != 0)
		return power_problem(call, result, 0);
	TRY(care_audit(call, "site.circuit_delete", "site", circuit.site_id,
		str_format(call->ctx->arena, "{\"circuit\":\"%lld\"}", (long long)circuit.id)));
	return answer(call, circuit.site_id, 200);
}

int circuit_piles(struct api_call *call)
{
	const struct api_circuit_piles *body = call->body;
	bool inside = !body->has_inside || body->inside;
	struct power_circuit circuit;
	int64_t pile_id;
	int result = find(call, &circuit);

	for (size_t i = 0; result == 0 && i < body->pile_ids_len; i++) {
		if (!call_text_id(body->pile_ids[i], &pile_id))
			return call_field(call, "pile_ids", "format");
		result = smart_circuit_pile(
			call->ctx, call->who.tenant_id, pile_id, inside ? circuit.id : 0);
		TRY(result);
		if (result != 0)
			return power_problem(call, result, 0);
	}
	if (result != 0)
		return result;
	TRY(smart_site(call->ctx, circuit.site_id));
	TRY(care_audit(call, "site.circuit_piles", "site", circuit.site_id,
		str_format(call->ctx->arena, "{\"circuit\":\"%lld\",\"piles\":%zu,\"inside\":%s}",
			(long long)circuit.id, body->pile_ids_len, inside ? "true" : "false")));
	return answer(call, circuit.site_id, 200);
}

int signal_add(struct api_call *call)
{
	const struct api_signal *body = call->body;
	struct power_signal signal = {.tenant_id = call->who.tenant_id,
		.from_us = body->has_from ? body->from_us : call->ctx->now_us,
		.until_us = body->until_us,
		.percent = body->has_percent ? body->percent : 100,
		.limit_w = body->limit_w,
		.note = body->has_note ? str_trim(body->note) : STR("")};
	int result;

	if (!call_id(call, 0, &signal.site_id))
		return P_NOT_FOUND;
	result = smart_signal(call->ctx, &signal);
	TRY(result);
	if (result != 0)
		return refused(call, result,
			signal.percent == 100 && signal.limit_w == 0 ? "percent" : "until");
	TRY(care_audit(call, "site.signal", "site", signal.site_id,
		str_format(call->ctx->arena, "{\"percent\":%lld,\"limit_w\":%lld}",
			(long long)signal.percent, (long long)signal.limit_w)));
	return answer(call, signal.site_id, 201);
}

int signal_delete(struct api_call *call)
{
	struct power_signal signal;
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_site_signal_get(call->ctx->db, call->ctx->arena, id, &signal);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	result = smart_signal_delete(call->ctx, call->who.tenant_id, id);
	TRY(result);
	if (result != 0)
		return power_problem(call, result, 0);
	TRY(care_audit(call, "site.signal_delete", "site", signal.site_id,
		str_format(call->ctx->arena, "{\"percent\":%lld}", (long long)signal.percent)));
	return answer(call, signal.site_id, 200);
}
