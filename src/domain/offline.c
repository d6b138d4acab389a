/* offline.c - rules on the codes of offline charging (see offline.h). */
#include "domain/offline.h"

#include <string.h>

#include "base/fault.h"
#include "domain/money.h"

#define HALF_HOUR_S 1800
#define DAY_S 86400

FIELD_ROWS(offline_tariff, OFFLINE_TARIFF)
FIELD_ROWS(offline_handover, OFFLINE_HANDOVER)
FIELD_ROWS(offline_ident, OFFLINE_IDENT)
FIELD_ROWS(offline_start, OFFLINE_START)
FIELD_ROWS(offline_settlement, OFFLINE_SETTLEMENT)

const char *offline_end_name(enum offline_end end)
{
	static const char *const names[] = {
		"", "driver", "unplugged", "energy", "amount", "time", "full", "fault", "unused"};

	return end >= OFFLINE_END_DRIVER && end <= OFFLINE_END_UNUSED ? names[end] : "driver";
}

const char *offline_word(int outcome)
{
	static const char *const words[] = {"", "pile", "connector", "used", "nonce", "early",
		"expired", "tariff", "order", "limit", "serial", "replaced", "revoked"};

	return outcome >= OFFLINE_E_PILE && outcome <= OFFLINE_E_REVOKED ? words[outcome] : "form";
}

int offline_start_check(const struct offline_start *start, const struct offline_here *here)
{
	struct tariff tariff;

	if (!str_eq(start->pile, here->pile))
		return OFFLINE_E_PILE;
	if (start->connector_no != here->connector_no)
		return OFFLINE_E_CONNECTOR;
	if (start->order_id <= here->last_order_id)
		return OFFLINE_E_USED;
	if (start->nonce != here->nonces[0] && start->nonce != here->nonces[1])
		return OFFLINE_E_NONCE;
	if (here->now_s != 0 && here->now_s < start->from_s - OFFLINE_CLOCK_S)
		return OFFLINE_E_EARLY;
	if (here->now_s != 0 && here->now_s > start->from_s + start->valid_s + OFFLINE_CLOCK_S)
		return OFFLINE_E_EXPIRED;
	if (start->has_limit_minor && !start->has_tariff && !start->has_limit_dwh)
		return OFFLINE_E_TARIFF;
	return start->has_tariff ? offline_tariff_unpack(&start->tariff, &tariff) : 0;
}

int64_t offline_energy(const struct offline_settlement *settlement)
{
	int64_t sum = 0;

	for (size_t i = 0; i < settlement->runs_dwh_len; i++)
		sum += settlement->runs_dwh[i];
	return sum;
}

int offline_settlement_check(
	const struct offline_settlement *settlement, const struct offline_known *known)
{
	if (known->order_id == 0 || known->order_id != settlement->order_id)
		return OFFLINE_E_ORDER;
	if (!str_eq(settlement->pile, known->pile))
		return OFFLINE_E_PILE;
	if (settlement->connector_no != known->connector_no)
		return OFFLINE_E_CONNECTOR;
	if (settlement->tariff_mark != known->tariff_mark || settlement->runs_dwh_len == 0)
		return OFFLINE_E_TARIFF;
	if ((known->serial != 0 && known->serial != settlement->serial) ||
		(known->serial_order_id != 0 && known->serial_order_id != settlement->order_id))
		return OFFLINE_E_SERIAL;
	if (known->limit_dwh != 0 &&
		offline_energy(settlement) > known->limit_dwh + OFFLINE_SLACK_DWH)
		return OFFLINE_E_LIMIT;
	return 0;
}

/* --- keys --- */

const char *offline_key_state_name(int64_t state)
{
	static const char *const names[] = {"", "offered", "believed", "replaced", "revoked"};

	return state >= OFFLINE_KEY_OFFERED && state <= OFFLINE_KEY_REVOKED ? names[state] : "";
}

int offline_key_begins(int64_t state)
{
	switch ((enum offline_key_state)state) {
	case OFFLINE_KEY_BELIEVED:
		return 0;
	case OFFLINE_KEY_REPLACED:
		return OFFLINE_E_REPLACED;
	case OFFLINE_KEY_OFFERED:
	case OFFLINE_KEY_REVOKED:
		break;
	}
	return OFFLINE_E_REVOKED;
}

int offline_key_settles(
	int64_t state, int64_t until_s, int64_t issued_s, int64_t ended_s, bool *ret_doubtful)
{
	bool before = issued_s <= until_s;

	*ret_doubtful = false;
	switch ((enum offline_key_state)state) {
	case OFFLINE_KEY_BELIEVED:
		return 0;
	case OFFLINE_KEY_REPLACED:
		return before ? 0 : OFFLINE_E_REPLACED;
	case OFFLINE_KEY_OFFERED:
	case OFFLINE_KEY_REVOKED:
		break;
	}
	if (state != OFFLINE_KEY_REVOKED || !before || ended_s > until_s)
		return OFFLINE_E_REVOKED;
	*ret_doubtful = true;
	return 0;
}

/* --- tariff --- */

int64_t offline_mark(struct str tariff_hash)
{
	uint64_t mark = 0;

	for (size_t i = 0; i < 16 && i < tariff_hash.len; i++) {
		char c = tariff_hash.ptr[i];
		unsigned digit = c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);

		mark = mark << 4 | (digit & 15);
	}
	mark &= INT64_MAX;
	return mark == 0 ? 1 : (int64_t)mark;
}

static bool same_price(const struct tariff *tariff, int a, int b)
{
	return tariff->energy_e5[a] == tariff->energy_e5[b] &&
	       tariff->service_e5[a] == tariff->service_e5[b];
}

/* Which pair of prices a half hour has: an earlier one of the day, or a new one. */
static int rate_of(const struct tariff *tariff, int slot, int *rates, int *rates_len)
{
	for (int i = 0; i < *rates_len; i++)
		if (same_price(tariff, rates[i], slot))
			return i;
	rates[*rates_len] = slot;
	return (*rates_len)++;
}

/* The largest power of ten that divides all prices. */
static int64_t common_scale(const struct tariff *tariff, int64_t *ret_scale)
{
	int64_t unit = 1;

	for (*ret_scale = 0; *ret_scale < 9; ++*ret_scale, unit *= 10)
		for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++)
			if (tariff->energy_e5[slot] % (unit * 10) != 0 ||
				tariff->service_e5[slot] % (unit * 10) != 0)
				return unit;
	return unit;
}

int offline_tariff_pack(const struct tariff *tariff, int64_t offset_min, struct arena *arena,
	struct offline_tariff *ret_tariff)
{
	struct offline_tariff packed = {.currency = tariff->currency, .offset_min = offset_min};
	int64_t unit = common_scale(tariff, &packed.scale);
	int rates[LIMIT_TARIFF_SLOTS], rates_len = 0;

	packed.prices = ARENA_ARRAY(arena, int64_t, 2 * OFFLINE_RATES_MAX);
	packed.runs = ARENA_ARRAY(arena, int64_t, LIMIT_TARIFF_SLOTS);
	if (!packed.prices || !packed.runs)
		return FAULT(FAULT_NOMEM, "no room for a tariff");
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++)
		if (slot == 0 || !same_price(tariff, slot - 1, slot))
			packed.runs[packed.runs_len++] =
				rate_of(tariff, slot, rates, &rates_len) * LIMIT_TARIFF_SLOTS +
				slot;
	for (int i = 0; i < rates_len; i++) {
		packed.prices[packed.prices_len++] = tariff->energy_e5[rates[i]] / unit;
		packed.prices[packed.prices_len++] = tariff->service_e5[rates[i]] / unit;
	}
	*ret_tariff = packed;
	return 0;
}

int offline_tariff_unpack(const struct offline_tariff *packed, struct tariff *ret_tariff)
{
	struct tariff tariff = {.currency = packed->currency};
	int64_t unit = 1;
	size_t run = 0;

	for (int64_t i = 0; i < packed->scale; i++)
		unit *= 10;
	if (packed->runs_len == 0 || packed->runs[0] % LIMIT_TARIFF_SLOTS != 0)
		return OFFLINE_E_TARIFF;
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++) {
		size_t rate;

		if (run + 1 < packed->runs_len &&
			packed->runs[run + 1] % LIMIT_TARIFF_SLOTS == slot && slot > 0)
			run++;
		rate = (size_t)(packed->runs[run] / LIMIT_TARIFF_SLOTS);
		if (2 * rate + 1 >= packed->prices_len ||
			packed->prices[2 * rate] > TARIFF_PRICE_MAX / unit ||
			packed->prices[2 * rate + 1] > TARIFF_PRICE_MAX / unit)
			return OFFLINE_E_TARIFF;
		tariff.energy_e5[slot] = packed->prices[2 * rate] * unit;
		tariff.service_e5[slot] = packed->prices[2 * rate + 1] * unit;
	}
	/* a run that was never reached stands out of order */
	if (run + 1 != packed->runs_len || !tariff_valid(&tariff))
		return OFFLINE_E_TARIFF;
	*ret_tariff = tariff;
	return 0;
}

int offline_slot(int64_t offset_min, int64_t at_s)
{
	int64_t local = (at_s + offset_min * 60) % DAY_S;

	return (int)((local + (local < 0 ? DAY_S : 0)) / HALF_HOUR_S);
}

int64_t offline_next_edge(const struct tariff *tariff, int64_t offset_min, int64_t at_s)
{
	int64_t local = at_s + offset_min * 60;
	int64_t half = local / HALF_HOUR_S - (local % HALF_HOUR_S < 0);
	int from = offline_slot(offset_min, at_s);

	for (int i = 1; i <= LIMIT_TARIFF_SLOTS; i++)
		if (!same_price(tariff, from, (from + i) % LIMIT_TARIFF_SLOTS))
			return (half + i) * HALF_HOUR_S - offset_min * 60;
	return 0;
}

size_t offline_edges(const struct tariff *tariff, int64_t offset_min, int64_t begin_s,
	int64_t end_s, int64_t *ret_edges_s, size_t cap)
{
	int64_t edge = offline_next_edge(tariff, offset_min, begin_s);
	size_t count = 0;

	while (edge != 0 && edge < end_s) {
		if (count < cap)
			ret_edges_s[count] = edge;
		count++;
		edge = offline_next_edge(tariff, offset_min, edge);
	}
	return count;
}

int offline_bill(const struct tariff *tariff, int64_t offset_min, int64_t begin_s,
	const int64_t *runs_dwh, size_t runs_len, struct arena *arena, struct bill *ret_bill)
{
	struct usage usage[OFFLINE_RUNS_MAX];
	int64_t at_s = begin_s;

	if (runs_len > OFFLINE_RUNS_MAX)
		return TARIFF_E_USAGE;
	for (size_t i = 0; i < runs_len; i++) {
		usage[i] = (struct usage){.start_us = at_s * 1000000,
			.slot = offline_slot(offset_min, at_s),
			.energy_dwh = runs_dwh[i]};
		at_s = offline_next_edge(tariff, offset_min, at_s);
		if (at_s == 0 && i + 1 < runs_len)
			return TARIFF_E_USAGE; /* a flat price has one run */
	}
	return tariff_bill(tariff, usage, runs_len, 0, arena, ret_bill);
}

int64_t offline_energy_for(const struct tariff *tariff, int64_t amount_minor)
{
	int most = 0;

	for (int slot = 1; slot < LIMIT_TARIFF_SLOTS; slot++)
		if (tariff->energy_e5[slot] + tariff->service_e5[slot] >
			tariff->energy_e5[most] + tariff->service_e5[most])
			most = slot;
	return tariff_energy_for(tariff, most, amount_minor);
}
