/* reading.c - the values that are wanted of a moment (see reading.h). */
#include "pile/reading.h"

#include <string.h>

#include "wire/ocpp16/enums.h"

static void reading_add(
	struct reading *reading, int measurand, int unit, int phase, int64_t value, int scale)
{
	if (reading->len == READING_VALUES)
		return;
	while (scale > 0 && value % 10 == 0) {
		value /= 10;
		scale--;
	}
	reading->values[reading->len++] =
		(struct reading_value){measurand, unit, phase, value, scale};
}

static void reading_phases(struct reading *reading, int measurand, int unit, const int phases[3],
	const int32_t values[HAL_PHASES], const int32_t present[HAL_PHASES])
{
	for (int i = 0; i < HAL_PHASES; i++)
		if (present[i] != 0)
			reading_add(reading, measurand, unit, phases[i], values[i], 3);
}

struct reading_source {
	const struct hal_meter *meter;
	int64_t register_dwh;
	int32_t temperature_mc;
	int32_t offered_ma;
	int64_t measurands;
	bool exports; /* what was given back is told as well */
	int64_t export_dwh;
};

static void reading_all(struct reading *reading, const struct reading_source *source)
{
	static const int to_neutral[3] = {OCPP16_PHASE_L1_N, OCPP16_PHASE_L2_N, OCPP16_PHASE_L3_N};
	static const int lines[3] = {OCPP16_PHASE_L1, OCPP16_PHASE_L2, OCPP16_PHASE_L3};
	const struct hal_meter *meter = source->meter;
	int64_t set = source->measurands;
#define WANTED(name) (set & INT64_C(1) << OCPP16_MEASURAND_##name)

	if (WANTED(ENERGY_ACTIVE_IMPORT_REGISTER))
		reading_add(reading, OCPP16_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER,
			OCPP16_UNIT_OF_MEASURE_WH, 0, source->register_dwh, 1);
	if (WANTED(POWER_ACTIVE_IMPORT))
		reading_add(reading, OCPP16_MEASURAND_POWER_ACTIVE_IMPORT, OCPP16_UNIT_OF_MEASURE_W,
			0, meter->power_mw > 0 ? meter->power_mw / 1000 : 0, 0);
	if (WANTED(POWER_ACTIVE_IMPORT) && meter->power_mw < 0)
		reading_add(reading, OCPP16_MEASURAND_POWER_ACTIVE_EXPORT, OCPP16_UNIT_OF_MEASURE_W,
			0, -meter->power_mw / 1000, 0);
	if (WANTED(VOLTAGE))
		reading_phases(reading, OCPP16_MEASURAND_VOLTAGE, OCPP16_UNIT_OF_MEASURE_V,
			to_neutral, meter->voltage_mv, meter->voltage_mv);
	if (WANTED(CURRENT_IMPORT))
		reading_phases(reading,
			meter->power_mw < 0 ? OCPP16_MEASURAND_CURRENT_EXPORT
					    : OCPP16_MEASURAND_CURRENT_IMPORT,
			OCPP16_UNIT_OF_MEASURE_AMPERE, lines, meter->current_ma, meter->voltage_mv);
	if (WANTED(CURRENT_OFFERED))
		reading_add(reading, OCPP16_MEASURAND_CURRENT_OFFERED,
			OCPP16_UNIT_OF_MEASURE_AMPERE, 0, source->offered_ma, 3);
	if (WANTED(SOC) && meter->soc_percent >= 0)
		reading_add(reading, OCPP16_MEASURAND_SOC, OCPP16_UNIT_OF_MEASURE_PERCENT, 0,
			meter->soc_percent, 0);
	if (WANTED(TEMPERATURE) && source->temperature_mc != HAL_ABSENT)
		reading_add(reading, OCPP16_MEASURAND_TEMPERATURE, OCPP16_UNIT_OF_MEASURE_CELSIUS,
			0, source->temperature_mc / 100, 1);
	if (WANTED(FREQUENCY) && meter->frequency_mhz > 0)
		reading_add(reading, OCPP16_MEASURAND_FREQUENCY, 0, 0, meter->frequency_mhz, 3);
#undef WANTED
	/* the energy register stands in for an empty choice, because a list may not be empty */
	if (reading->len == 0)
		reading_add(reading, OCPP16_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER,
			OCPP16_UNIT_OF_MEASURE_WH, 0, source->register_dwh, 1);
	if (source->exports)
		reading_add(reading, OCPP16_MEASURAND_ENERGY_ACTIVE_EXPORT_REGISTER,
			OCPP16_UNIT_OF_MEASURE_WH, 0, source->export_dwh, 1);
}

static void reading_begin(struct reading *reading, enum spool_context context, int64_t at_us)
{
	reading->len = 0;
	reading->context = context;
	reading->at_us = at_us;
}

void reading_of_entry(const struct pile *pile, const struct spool_entry *entry, struct reading *ret)
{
	enum key_id key = entry->why == SPOOL_CLOCK ? KEY_ALIGNED_DATA : KEY_SAMPLED_DATA;
	size_t index = (size_t)entry->connector - 1;
	struct reading_source source = {&entry->meter, entry->register_dwh, entry->temperature_mc,
		index < pile->outlets_len ? pile->outlets[index].evse.limit_ma : 0,
		pile->keys.values[key], entry->facts.exports, entry->facts.export_dwh};

	reading_begin(ret, (enum spool_context)entry->why, entry->at_us);
	reading_all(ret, &source);
}

void reading_now(const struct pile *pile, const struct outlet *outlet, struct reading *ret)
{
	struct hal_meter values = meter_values(&outlet->evse.meter, pile->ticks_us);
	struct reading_source source = {&values, values.register_dwh, outlet->evse.connector_mc,
		outlet->evse.limit_ma, pile->keys.values[KEY_SAMPLED_DATA], outlet->hal.back_ma > 0,
		values.export_dwh};

	reading_begin(ret, SPOOL_TRIGGER, pile->now_us);
	reading_all(ret, &source);
}

void reading_of_register(
	int64_t register_dwh, enum spool_context context, int64_t at_us, struct reading *ret)
{
	const struct hal_meter none = {.soc_percent = -1};
	struct reading_source source = {&none, register_dwh, HAL_ABSENT, 0, 0, false, 0};

	reading_begin(ret, context, at_us);
	reading_all(ret, &source);
}

void reading_of_message(
	const struct spool_entry *entry, enum spool_context context, struct reading *ret)
{
	const struct hal_meter none = {.soc_percent = -1};
	struct reading_source source = {&none, entry->register_dwh, HAL_ABSENT, 0, 0,
		entry->facts.exports, entry->facts.export_dwh};

	reading_begin(ret, context, entry->at_us);
	reading_all(ret, &source);
}
