/* meter.c - from what a meter says to what is billed (see meter.h). */
#include "pile/meter.h"

#include <string.h>

#include "base/clock.h"

#define METER_TENTH_WH_UWS INT64_C(360000000) /* microwatt-seconds in 0.1 Wh */
#define METER_FROZEN_DWH 200 /* energy promised while the register stands: frozen */
#define METER_SILENT_US (3 * US_PER_S)
#define METER_STALE_US (10 * US_PER_S)
#define METER_TROUBLE_US (10 * US_PER_S) /* how long a strange answer is remembered */
#define METER_MARGIN_DWH 100             /* a meter may report in steps of this size */

void meter_init(struct meter *meter, int64_t register_dwh, int64_t raw_dwh, int64_t max_power_mw)
{
	memset(meter, 0, sizeof(*meter));
	meter->register_dwh = register_dwh;
	meter->raw_dwh = raw_dwh;
	meter->max_power_mw = max_power_mw;
	meter->last.soc_percent = -1;
}

void meter_init_export(struct meter *meter, int64_t export_dwh, int64_t raw_dwh)
{
	meter->export_dwh = export_dwh;
	meter->export_raw_dwh = raw_dwh;
}

static void meter_strange(struct meter *meter, uint32_t trouble, int64_t ticks_us)
{
	meter->trouble |= trouble;
	meter->trouble_until_us = ticks_us + METER_TROUBLE_US;
}

/* The most the register can have moved in `span_us`: twice the outlet's power, and a step. */
static int64_t meter_most_dwh(const struct meter *meter, int64_t span_us)
{
	int64_t span_ms = span_us / US_PER_MS;

	/* milliwatts times milliseconds are microwatt-seconds */
	return 2 * meter->max_power_mw * span_ms / METER_TENTH_WH_UWS + METER_MARGIN_DWH;
}

static void meter_count(struct meter *meter, int64_t raw_dwh, int64_t ticks_us)
{
	int64_t delta_dwh = raw_dwh - meter->raw_dwh;
	bool first = meter->read_at_us == 0;

	meter->raw_dwh = raw_dwh;
	if (delta_dwh < 0) {
		/* at the first answer a smaller register is a new meter; later it is a broken one
		 */
		if (!first)
			meter_strange(meter, METER_T_BACKWARDS, ticks_us);
		else
			meter->register_dwh += raw_dwh;
		return;
	}
	if (!first && delta_dwh > meter_most_dwh(meter, ticks_us - meter->read_at_us)) {
		meter_strange(meter, METER_T_JUMP, ticks_us);
		return;
	}
	meter->register_dwh += delta_dwh;
	if (delta_dwh > 0)
		meter->expected_uws = 0;
}

/* By the same rules: never back, never in a jump, on over another meter. */
static void meter_count_export(struct meter *meter, int64_t raw_dwh, int64_t ticks_us)
{
	int64_t delta_dwh = raw_dwh - meter->export_raw_dwh;
	bool first = meter->read_at_us == 0;

	meter->export_raw_dwh = raw_dwh;
	if (first && delta_dwh < 0)
		meter->export_dwh += raw_dwh;
	else if (delta_dwh < 0)
		meter_strange(meter, METER_T_BACKWARDS, ticks_us);
	else if (!first && delta_dwh > meter_most_dwh(meter, ticks_us - meter->read_at_us))
		meter_strange(meter, METER_T_JUMP, ticks_us);
	else
		meter->export_dwh += delta_dwh;
}

static void meter_watch_frozen(struct meter *meter, int64_t power_mw, int64_t span_us)
{
	/* without load nothing is promised, and an old promise is forgotten */
	meter->expected_uws =
		power_mw > 0 ? meter->expected_uws + power_mw * (span_us / US_PER_MS) : 0;
	if (meter->expected_uws > METER_FROZEN_DWH * METER_TENTH_WH_UWS)
		meter->trouble |= METER_T_FROZEN;
	else
		meter->trouble &= ~(uint32_t)METER_T_FROZEN;
}

void meter_update(struct meter *meter, const struct hal_meter *reading, int64_t ticks_us)
{
	if (ticks_us >= meter->trouble_until_us)
		meter->trouble &= ~(uint32_t)(METER_T_BACKWARDS | METER_T_JUMP);
	if (!reading) {
		if (ticks_us - meter->read_at_us > METER_SILENT_US)
			meter->trouble |= METER_T_SILENT;
		return;
	}
	meter->trouble &= ~(uint32_t)METER_T_SILENT;
	if (meter->read_at_us)
		meter_watch_frozen(meter, reading->power_mw, ticks_us - meter->read_at_us);
	meter_count(meter, reading->register_dwh, ticks_us);
	meter_count_export(meter, reading->export_dwh, ticks_us);
	meter->last = *reading;
	meter->read_at_us = ticks_us > 0 ? ticks_us : 1;
}

struct hal_meter meter_values(const struct meter *meter, int64_t ticks_us)
{
	struct hal_meter values = {.soc_percent = -1};

	if (meter->read_at_us && ticks_us - meter->read_at_us <= METER_STALE_US)
		values = meter->last;
	values.register_dwh = meter->register_dwh;
	values.export_dwh = meter->export_dwh;
	return values;
}

int64_t meter_next_aligned(int64_t now_us, int64_t interval_s)
{
	int64_t midnight_us = now_us - now_us % US_PER_DAY;
	int64_t next_us;

	if (interval_s <= 0)
		return INT64_MAX;
	next_us = midnight_us +
		  ((now_us - midnight_us) / (interval_s * US_PER_S) + 1) * (interval_s * US_PER_S);
	return next_us < midnight_us + US_PER_DAY ? next_us : midnight_us + US_PER_DAY;
}
