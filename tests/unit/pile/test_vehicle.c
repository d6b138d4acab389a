/* test_vehicle.c - who a car is: four places that say its MAC compared, names and fingerprints, and
 * things cars say that are no identity. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "pile/vehicle.h"

static const uint8_t mac[6] = {0x00, 0x7d, 0xfa, 0x01, 0x02, 0x03};
static const uint8_t other[6] = {0x00, 0x7d, 0xfa, 0x01, 0x02, 0x04};
static const uint8_t address[16] = {
	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0x7d, 0xfa, 0xff, 0xfe, 0x01, 0x02, 0x03};

static void test_agree(void **state)
{
	struct vehicle vehicle;
	char tag[VEHICLE_TAG + 1];

	(void)state;
	vehicle_init(&vehicle);
	assert_int_equal(vehicle_consistent(&vehicle), VEHICLE_UNKNOWN);
	assert_false(vehicle_tag(&vehicle, tag));
	vehicle_set_mac(&vehicle.source, mac);
	assert_int_equal(vehicle_consistent(&vehicle), VEHICLE_ONE_SOURCE);
	vehicle_set_mac(&vehicle.match, mac);
	vehicle_set_address(&vehicle, address);
	vehicle_set_evccid(&vehicle, mac, 6);
	assert_int_equal(vehicle_consistent(&vehicle), VEHICLE_CONSISTENT);
	assert_true(vehicle_tag(&vehicle, tag));
	assert_string_equal(tag, "VID:007DFA010203");
}

/* Any one of the four that differs is seen. */
static void test_contradict(void **state)
{
	for (int i = 0; i < 4; i++) {
		uint8_t odd[16];
		struct vehicle vehicle;
		(void)state;
		vehicle_init(&vehicle);
		memcpy(odd, address, sizeof(odd));
		odd[15] ^= i == 2;
		vehicle_set_mac(&vehicle.source, i == 0 ? other : mac);
		vehicle_set_mac(&vehicle.match, i == 1 ? other : mac);
		vehicle_set_address(&vehicle, odd);
		vehicle_set_evccid(&vehicle, i == 3 ? other : mac, 6);
		assert_int_equal(vehicle_consistent(&vehicle), VEHICLE_CONTRADICTS);
	}
}

static void test_evccid_forms(void **state)
{
	static const struct {
		size_t len;
		uint8_t bytes[8];
		enum vehicle_check check;
	} rows[] = {
		{6, {0x00, 0x7d, 0xfa, 1, 2, 3}, VEHICLE_CONSISTENT},
		{8, {0x00, 0x7d, 0xfa, 1, 2, 3, 0, 0}, VEHICLE_CONSISTENT},
		{8, {0, 0, 0x00, 0x7d, 0xfa, 1, 2, 3}, VEHICLE_CONSISTENT},
		{8, {0x00, 0x7d, 0xfa, 0xff, 0xfe, 1, 2, 3}, VEHICLE_CONSISTENT},
		{8, {0x10, 0x7d, 0xfa, 0xff, 0xfe, 1, 2, 3}, VEHICLE_CONTRADICTS},
		{8, {9, 9, 9, 9, 9, 9, 9, 9}, VEHICLE_ONE_SOURCE}, /* no MAC: no part in it */
		{4, {9, 9, 9, 9}, VEHICLE_ONE_SOURCE},
		{6, {0, 0, 0, 0, 0, 0}, VEHICLE_ONE_SOURCE},
		{0, {0}, VEHICLE_ONE_SOURCE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vehicle vehicle;
		vehicle_init(&vehicle);
		vehicle_set_mac(&vehicle.match, mac);
		vehicle_set_evccid(&vehicle, rows[i].bytes, rows[i].len);
		assert_int_equal(vehicle_consistent(&vehicle), rows[i].check);
	}
}

static void test_nobody(void **state)
{
	static const uint8_t group[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, none[6];
	static const uint8_t global[16] = {
		0x20, 0x01, 0, 0, 0, 0, 0, 0, 0x02, 0x7d, 0xfa, 0xff, 0xfe, 1, 2, 3};
	static const uint8_t private[16] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
	struct vehicle vehicle;

	(void)state;
	vehicle_init(&vehicle);
	vehicle_set_mac(&vehicle.source, group);
	vehicle_set_mac(&vehicle.source, none);
	vehicle_set_address(&vehicle, global);
	vehicle_set_address(&vehicle, private);
	vehicle_set_evccid(&vehicle, (const uint8_t[9]){1, 2, 3, 4, 5, 6, 7, 8, 9}, 9);
	assert_int_equal(vehicle_consistent(&vehicle), VEHICLE_UNKNOWN);
}

static void test_fingerprint(void **state)
{
	char first[VEHICLE_PRINT + 1], again[VEHICLE_PRINT + 1];
	struct vehicle vehicle, twin;

	(void)state;
	vehicle_init(&vehicle);
	assert_false(vehicle_fingerprint(&vehicle, first));
	vehicle.battery.known = true;
	vehicle.battery.capacity_dwh = 600000;
	vehicle.battery.max_mv = 450000;
	strcpy(vehicle.battery.protocols, "urn:din:70121:2012:MsgDef 2.0 p1;");
	twin = vehicle;
	assert_true(vehicle_fingerprint(&vehicle, first));
	twin.soc_percent = 55; /* what changes is no identity */
	assert_true(vehicle_same(&vehicle, &twin));
	assert_true(vehicle_fingerprint(&twin, again));
	assert_string_equal(first, again);
	assert_int_equal(strlen(first), VEHICLE_PRINT);
	twin.battery.max_mv += 1000;
	assert_false(vehicle_same(&vehicle, &twin));
	assert_true(vehicle_fingerprint(&twin, again));
	assert_string_not_equal(first, again);
	vehicle_set_vin(&vehicle, "LTESTSIM000000001");
	assert_true(vehicle_fingerprint(&vehicle, again));
	assert_string_not_equal(first, again);
}

static void test_vin(void **state)
{
	struct vehicle vehicle;

	(void)state;
	vehicle_init(&vehicle);
	vehicle_set_vin(&vehicle, "");
	vehicle_set_vin(&vehicle, "LTESTSIM00000000");
	vehicle_set_vin(&vehicle, "LTESTSIM 00000001");
	vehicle_set_vin(&vehicle, "LTESTSIM0000000011");
	assert_false(vehicle.vin.known);
	vehicle_set_vin(&vehicle, "LTESTSIM000000001");
	assert_true(vehicle.vin.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agree),
		cmocka_unit_test(test_contradict),
		cmocka_unit_test(test_evccid_forms),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_fingerprint),
		cmocka_unit_test(test_vin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
