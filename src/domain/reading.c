/* reading.c - choosing and scaling sampled values. */
#include "domain/reading.h"

/* What we look for, and the digits that remain after the point in each unit it may be sent in. */
enum kind { KIND_ENERGY, KIND_POWER, KIND_VOLTAGE, KIND_CURRENT, KIND_SOC, KIND_EXPORT, KINDS };

static const struct {
	const char *measurand;
	enum kind kind;
	const char *unit; /* empty: also when no unit is sent */
	bool when_absent;
	int scale;
} reading_rows[] = {
	{"Energy.Active.Import.Register", KIND_ENERGY, "Wh", true, 1},
	{"Energy.Active.Import.Register", KIND_ENERGY, "kWh", false, 4},
	{"Power.Active.Import", KIND_POWER, "W", true, 0},
	{"Power.Active.Import", KIND_POWER, "kW", false, 3},
	{"Voltage", KIND_VOLTAGE, "V", true, 3},
	{"Current.Import", KIND_CURRENT, "A", true, 3},
	{"SoC", KIND_SOC, "Percent", true, 0},
	{"Energy.Active.Export.Register", KIND_EXPORT, "Wh", true, 1},
	{"Energy.Active.Export.Register", KIND_EXPORT, "kWh", false, 4},
};

/* The largest believable value of each kind, in our units. */
static const int64_t reading_most[KINDS] = {
	[KIND_ENERGY] = SESSION_REGISTER_MAX,
	[KIND_POWER] = 10000000,  /* 10 MW */
	[KIND_VOLTAGE] = 2000000, /* 2 kV */
	[KIND_CURRENT] = 5000000, /* 5 kA */
	[KIND_SOC] = 100,
	[KIND_EXPORT] = SESSION_REGISTER_MAX,
};

struct tally {
	int64_t total; /* -1: none seen */
	int64_t sum, largest;
	unsigned phases; /* bit per phase seen */
};

/* 1, 2, 3 for a phase (to neutral or not); 0 for the total; -1 for anything else (N, L1-L2). */
static int phase_of(struct str phase)
{
	if (phase.len == 0)
		return 0;
	if (phase.len < 2 || phase.ptr[0] != 'L' || phase.ptr[1] < '1' || phase.ptr[1] > '3')
		return -1;
	if (phase.len == 2 || str_is(str_slice(phase, 2, phase.len), "-N"))
		return phase.ptr[1] - '0';
	return -1;
}

static void tally_add(struct tally *tally, int phase, int64_t value)
{
	unsigned bit = 1u << phase;

	if (phase == 0) {
		tally->total = value;
		return;
	}
	if (tally->phases & bit)
		return; /* the same phase twice (L1 and L1-N): the first counts */
	tally->phases |= bit;
	tally->sum += value;
	if (value > tally->largest)
		tally->largest = value;
}

static bool location_ok(enum kind kind, struct str location)
{
	if (kind == KIND_SOC)
		return true;
	return location.len == 0 || str_is(location, "Outlet");
}

static void take(struct tally tallies[KINDS], const struct sampled *sampled)
{
	struct str measurand = sampled->measurand.len > 0 ? sampled->measurand
							  : STR("Energy.Active.Import.Register");
	int phase = phase_of(sampled->phase);
	int64_t value;

	if (phase < 0 || str_is(sampled->format, "SignedData"))
		return;
	for (size_t i = 0; i < sizeof(reading_rows) / sizeof(reading_rows[0]); i++) {
		enum kind kind = reading_rows[i].kind;

		if (!str_is(measurand, reading_rows[i].measurand) ||
			!location_ok(kind, sampled->location))
			continue;
		if (!(sampled->unit.len == 0 ? reading_rows[i].when_absent
					     : str_is(sampled->unit, reading_rows[i].unit)))
			continue;
		if (!str_to_fixed(str_trim(sampled->value), reading_rows[i].scale, true, &value))
			return;
		if (value < 0 || value > reading_most[kind])
			return;
		tally_add(&tallies[kind], phase, value);
		return;
	}
}

static int phase_count(unsigned phases)
{
	return __builtin_popcount(phases);
}

void reading_from(const struct sampled *values, size_t len, struct reading *ret_reading)
{
	struct tally tallies[KINDS];
	const struct tally *t;

	for (size_t i = 0; i < KINDS; i++)
		tallies[i] = (struct tally){.total = -1};
	for (size_t i = 0; i < len; i++)
		take(tallies, &values[i]);
	for (size_t i = 0; i < KINDS; i++) {
		struct tally *tally = &tallies[i];

		if (tally->total >= 0 || tally->phases == 0)
			continue;
		switch ((enum kind)i) {
		case KIND_VOLTAGE:
			tally->total = tally->sum / phase_count(tally->phases);
			break;
		case KIND_CURRENT:
		case KIND_SOC:
			tally->total = tally->largest;
			break;
		case KIND_ENERGY:
		case KIND_EXPORT:
		case KIND_POWER:
		case KINDS:
			tally->total = tally->sum;
			break;
		}
	}
	t = tallies;
	ret_reading->energy_dwh = t[KIND_ENERGY].total;
	ret_reading->power_w = t[KIND_POWER].total;
	ret_reading->voltage_mv = t[KIND_VOLTAGE].total;
	ret_reading->current_ma = t[KIND_CURRENT].total;
	ret_reading->soc_pct = t[KIND_SOC].total;
	ret_reading->has_export = t[KIND_EXPORT].total >= 0;
	ret_reading->export_dwh = ret_reading->has_export ? t[KIND_EXPORT].total : 0;
}
