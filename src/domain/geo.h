/* geo.h - how far apart two places are: good enough to say which charger is nearer. */
#pragma once
#include <stdint.h>

/* Metres between two positions in 1/10000000 of a degree, within about one percent up to a few
 * hundred kilometres; never less than 0. */
int64_t geo_distance_m(
	int64_t latitude_e7, int64_t longitude_e7, int64_t to_latitude_e7, int64_t to_longitude_e7);
