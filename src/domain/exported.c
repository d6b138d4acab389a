/* exported.c - counting what flows back (exported.h). */
#include "domain/exported.h"

#define US_PER_S INT64_C(1000000)
#define STEP_DWH 1000 /* registers are told in steps of up to so much */

/* Twice what the outlet can, and a step. */
static int64_t most_dwh(int64_t span_us, int64_t max_w)
{
	int64_t watts = max_w > 0 ? max_w : SESSION_MAX_W;

	return (int64_t)((__int128)2 * watts * 10 * span_us / (3600 * US_PER_S)) + STEP_DWH;
}

bool exported_take(struct exported *exported, const struct reading *reading, int64_t max_w)
{
	int64_t growth = reading->export_dwh - exported->last_dwh;

	if (!reading->has_export || reading->at_us <= 0)
		return false;
	if (exported->last_us == 0) {
		exported->start_dwh = exported->last_dwh = reading->export_dwh;
		exported->last_us = reading->at_us;
		return true;
	}
	if (reading->at_us < exported->last_us || growth == 0)
		return false;
	if (growth > most_dwh(reading->at_us - exported->last_us, max_w))
		return false;
	if (growth > 0)
		exported->energy_dwh += growth;
	exported->last_dwh = reading->export_dwh;
	exported->last_us = reading->at_us;
	return true;
}
