/* geo.c - distances in integers: a degree of latitude is 111.2 km, one of longitude shrinks with
 * the cosine of the latitude, which a table of ten-degree steps gives well enough. */
#include "domain/geo.h"

#include <stdlib.h>

#define DEGREE_E7 INT64_C(10000000)
#define CIRCLE_E7 (360 * DEGREE_E7)
#define METRES_PER_DEGREE INT64_C(111195)

static const int64_t cosines_e4[] = {10000, 9848, 9397, 8660, 7660, 6428, 5000, 3420, 1736, 0, 0};

static int64_t cosine_e4(int64_t latitude_e7)
{
	int64_t angle = llabs(latitude_e7) > 90 * DEGREE_E7 ? 90 * DEGREE_E7 : llabs(latitude_e7);
	int64_t step = 10 * DEGREE_E7, at = angle / step;

	return cosines_e4[at] + (cosines_e4[at + 1] - cosines_e4[at]) * (angle - at * step) / step;
}

static int64_t square_root(int64_t value)
{
	int64_t root = 0;

	for (int64_t bit = INT64_C(1) << 30; bit > 0; bit >>= 1)
		if ((root + bit) * (root + bit) <= value)
			root += bit;
	return root;
}

int64_t geo_distance_m(
	int64_t latitude_e7, int64_t longitude_e7, int64_t to_latitude_e7, int64_t to_longitude_e7)
{
	int64_t north = llabs(latitude_e7 - to_latitude_e7);
	int64_t east = llabs(longitude_e7 - to_longitude_e7) % CIRCLE_E7;

	if (east > CIRCLE_E7 / 2)
		east = CIRCLE_E7 - east;
	north = north * METRES_PER_DEGREE / DEGREE_E7;
	east = east * METRES_PER_DEGREE / DEGREE_E7 *
	       cosine_e4((latitude_e7 + to_latitude_e7) / 2) / 10000;
	return square_root(north * north + east * east);
}
