/* meter.h - the register that is billed: what the meter counts, made steady. It never goes back and
 * never jumps; a meter that does so, stands still under load or stops answering is reported, and
 * what it said is not believed. Counting goes on over restarts: the pile keeps the last register,
 * so a meter that begins at zero again only adds. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "pile/hal/hal.h"

enum meter_trouble {
	METER_T_SILENT = 1 << 0,
	METER_T_BACKWARDS = 1 << 1,
	METER_T_JUMP = 1 << 2,
	METER_T_FROZEN = 1 << 3,
};

struct meter {
	int64_t register_dwh;               /* what counts */
	int64_t raw_dwh;                    /* what the meter said last */
	int64_t export_dwh, export_raw_dwh; /* the same of what was given back */
	struct hal_meter last;
	int64_t read_at_us;   /* monotonic time of the last good answer; 0 none yet */
	int64_t expected_uws; /* energy the power reading promises since the register last moved,
				 microwatt-seconds */
	int64_t trouble_until_us;
	uint32_t trouble;     /* enum meter_trouble bits */
	int64_t max_power_mw; /* more than this for long is no charging, it is a jump */
};

/* `register_dwh` and `raw_dwh` as journalled, both 0 for a new pile. */
void meter_init(struct meter *meter, int64_t register_dwh, int64_t raw_dwh, int64_t max_power_mw);
/* The register of what was given back, as journalled. */
void meter_init_export(struct meter *meter, int64_t export_dwh, int64_t raw_dwh);
/* Takes one answer of the meter (NULL: it did not answer) at monotonic time `ticks_us`. */
void meter_update(struct meter *meter, const struct hal_meter *reading, int64_t ticks_us);
/* The latest values with the register that counts in the place of the raw one. Values older than 10
 * s are zero: a measurement carries its age. */
struct hal_meter meter_values(const struct meter *meter, int64_t ticks_us);
/* The next moment after `now_us` that is a whole multiple of the interval since midnight UTC;
 * INT64_MAX for 0. */
int64_t meter_next_aligned(int64_t now_us, int64_t interval_s);
