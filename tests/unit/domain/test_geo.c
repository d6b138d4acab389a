/* test_geo.c - distances that can be looked up, and the odd corners of the globe. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "domain/geo.h"

static void assert_about(int64_t found, int64_t expected)
{
	assert_in_range(
		found, (uint64_t)(expected - expected / 60), (uint64_t)(expected + expected / 60));
}

static void known_distances(void **state)
{
	(void)state;
	/* Berlin to Potsdam, Shanghai to Suzhou, two corners of one car park */
	assert_about(geo_distance_m(525200000, 134050000, 523906000, 130645000), 27200);
	assert_about(geo_distance_m(312304000, 1214737000, 312989000, 1205853000), 84800);
	assert_about(geo_distance_m(525200000, 134050000, 525209000, 134050000), 100);
	assert_int_equal(geo_distance_m(525200000, 134050000, 525200000, 134050000), 0);
}

static void corners(void **state)
{
	(void)state;
	/* over the date line it is not around the world */
	assert_about(geo_distance_m(0, 1799000000, 0, -1799000000), 22239);
	assert_about(geo_distance_m(900000000, 0, 900000000, 1800000000), 0);
	assert_about(geo_distance_m(900000000, 0, -900000000, 0), 20015100);
	assert_int_equal(geo_distance_m(-523906000, -130645000, -525200000, -134050000),
		geo_distance_m(525200000, 134050000, 523906000, 130645000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_distances),
		cmocka_unit_test(corners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
