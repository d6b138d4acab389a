/* smart_circuits.c - the parts of a site with limits of their own, and less for a time because
 * somebody outside wants it (smart.h). */
#include "app/smart_parts.h"
#include "base/clock.h"
#include "base/fault.h"
#include "store/pile.h"
#include "store/power.h"
#include "store/site.h"

#define SIGNAL_LONGEST_US (366 * US_PER_DAY)

/* SMART_E_UNKNOWN, SMART_E_NO_LIMIT. */
static int limited_site(struct ctx *ctx, int64_t tenant_id, int64_t site_id)
{
	struct site_power power;
	struct site site;
	int found = store_site_get(ctx->db, ctx->arena, site_id, &site);

	TRY(found);
	if (found != 0 || site.tenant_id != tenant_id)
		return SMART_E_UNKNOWN;
	found = store_site_power_get(ctx->db, ctx->arena, site_id, &power);
	TRY(found);
	return found != 0 || power.off ? SMART_E_NO_LIMIT : 0;
}

static int circuit_of(
	struct ctx *ctx, int64_t tenant_id, int64_t id, struct power_circuit *ret_circuit)
{
	int found = store_site_circuit_get(ctx->db, ctx->arena, id, ret_circuit);

	TRY(found);
	return found == 0 && ret_circuit->tenant_id == tenant_id ? 0 : SMART_E_UNKNOWN;
}

static int circuit_add(struct ctx *ctx, struct power_circuit *circuit)
{
	struct power_circuit *circuits;
	size_t len;
	int result = limited_site(ctx, circuit->tenant_id, circuit->site_id);

	if (result != 0)
		return result;
	TRY(store_site_circuits(ctx->db, ctx->arena, circuit->site_id, &circuits, &len));
	if (len == SHARE_CIRCUITS_MAX)
		return SMART_E_MANY;
	circuit->id = CTX_ID(ctx);
	circuit->created_us = ctx->now_us;
	circuit->revision = 1;
	return store_site_circuit_add(ctx->db, circuit);
}

int smart_circuit(struct ctx *ctx, struct power_circuit *circuit)
{
	struct power_circuit old;
	int result;

	if (power_circuit_check(circuit) != 0)
		return SMART_E_VALUE;
	if (circuit->id == 0) {
		result = circuit_add(ctx, circuit);
		return result != 0 ? result : smart_site(ctx, circuit->site_id);
	}
	result = circuit_of(ctx, circuit->tenant_id, circuit->id, &old);
	if (result != 0)
		return result;
	circuit->site_id = old.site_id;
	result = store_site_circuit_put(ctx->db, circuit);
	TRY(result);
	return result != 0 ? SMART_E_STALE : smart_site(ctx, old.site_id);
}

int smart_circuit_delete(struct ctx *ctx, int64_t tenant_id, int64_t id)
{
	struct power_circuit circuit;
	int result = circuit_of(ctx, tenant_id, id, &circuit);

	if (result != 0)
		return result;
	TRY(store_site_circuit_delete(ctx->db, id));
	return smart_site(ctx, circuit.site_id);
}

int smart_circuit_pile(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t circuit_id)
{
	struct outlet_power *outlets;
	struct power_circuit circuit;
	struct pile pile;
	size_t len;
	int result = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);

	TRY(result);
	if (result != 0 || pile.tenant_id != tenant_id)
		return SMART_E_UNKNOWN;
	result = circuit_id != 0 ? circuit_of(ctx, tenant_id, circuit_id, &circuit) : 0;
	if (result != 0)
		return result;
	if (circuit_id != 0 && circuit.site_id != pile.site_id)
		return SMART_E_UNKNOWN;
	TRY(store_outlet_powers_of_pile(ctx->db, ctx->arena, pile_id, &outlets, &len));
	for (size_t i = 0; i < len; i++) {
		if (outlets[i].circuit_id == circuit_id)
			continue;
		outlets[i].circuit_id = circuit_id;
		TRY(store_outlet_power_put(ctx->db, &outlets[i]));
	}
	return 0;
}

/* --- signals --- */

static bool signal_fits(const struct power_signal *signal, int64_t now_us)
{
	bool limits = signal->percent < 100 || signal->limit_w > 0;

	return limits && signal->percent >= 0 && signal->percent <= 100 && signal->limit_w >= 0 &&
	       signal->until_us > signal->from_us && signal->until_us > now_us &&
	       signal->until_us - now_us <= SIGNAL_LONGEST_US && str_utf8_len(signal->note) >= 0;
}

int smart_signal(struct ctx *ctx, struct power_signal *signal)
{
	struct power_signal *signals;
	size_t len;
	int result = limited_site(ctx, signal->tenant_id, signal->site_id);

	if (result != 0)
		return result;
	if (!signal_fits(signal, ctx->now_us))
		return SMART_E_VALUE;
	TRY(store_site_signal_forget(ctx->db, signal->site_id, ctx->now_us - US_PER_DAY));
	TRY(store_site_signals(ctx->db, ctx->arena, signal->site_id, ctx->now_us, &signals, &len));
	if (len == STORE_SIGNALS_MOST)
		return SMART_E_MANY;
	signal->id = CTX_ID(ctx);
	signal->created_us = ctx->now_us;
	TRY(store_site_signal_add(ctx->db, signal));
	return smart_site(ctx, signal->site_id);
}

int smart_signal_delete(struct ctx *ctx, int64_t tenant_id, int64_t id)
{
	struct power_signal signal;
	int found = store_site_signal_get(ctx->db, ctx->arena, id, &signal);

	TRY(found);
	if (found != 0 || signal.tenant_id != tenant_id)
		return SMART_E_UNKNOWN;
	TRY(store_site_signal_delete(ctx->db, id));
	return smart_site(ctx, signal.site_id);
}
