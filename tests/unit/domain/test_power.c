/* test_power.c - what a site's limit is at a time: hours of a day and of a week, what was
 * signalled, circuits among its outlets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "domain/power.h"

static struct site_power power_of(struct str hours)
{
	return (struct site_power){.limit_ma = {63000, 63000, 63000},
		.limit_w = 40000,
		.turn_s = 900,
		.offline_ma = 6000,
		.hours = hours};
}

/* `count` numbers: a half hour's own number modulo 101. */
static struct str numbers(char *text, int count)
{
	size_t len = 0;

	for (int i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, 5, "%s%d", i > 0 ? "," : "", i % 101);
	return (struct str){text, len};
}

static void hours_of_a_day(void **state)
{
	char text[2048];
	struct site_power power = power_of(numbers(text, POWER_SLOTS));

	(void)state;
	assert_int_equal(power_check(&power), 0);
	assert_int_equal(power_percent(&power, 0), 0);
	assert_int_equal(power_percent(&power, 47), 47);
	assert_int_equal(power_percent(&power, 48), 0); /* Tuesday */
	assert_int_equal(power_percent(&power, 335), 47);
	power.hours = STR("");
	assert_int_equal(power_percent(&power, 100), 100);
}

static void hours_of_a_week(void **state)
{
	char text[2048];
	struct site_power power = power_of(numbers(text, POWER_WEEK_SLOTS));

	(void)state;
	assert_int_equal(power_check(&power), 0);
	assert_int_equal(power_percent(&power, 48), 48);
	assert_int_equal(power_percent(&power, 335), 335 % 101);
}

static void hours_that_are_none(void **state)
{
	static const int counts[] = {1, 47, 49, 335, 337, 400};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct site_power power = power_of(numbers(text, counts[i]));

		assert_int_equal(power_check(&power), POWER_E_HOURS);
	}
	for (const char *bad = "x"; bad; bad = *bad == 'x' ? "101" : *bad == '1' ? "-1" : NULL) {
		struct site_power power = power_of(str_from(bad));

		assert_int_equal(power_check(&power), POWER_E_HOURS);
	}
}

static void the_lowest_holds(void **state)
{
	struct site_power power = power_of(STR(""));
	struct power_bound bound = {.percent = 80}, other = {.percent = 50, .limit_w = 9000};
	struct share_site site;

	(void)state;
	power_bound_lower(&bound, &other);
	other = (struct power_bound){.percent = 60, .limit_w = 12000};
	power_bound_lower(&bound, &other);
	assert_int_equal(bound.percent, 50);
	assert_int_equal(bound.limit_w, 9000);
	site = power_site(&power, &bound);
	assert_int_equal(site.limit_ma[0], 31500);
	assert_int_equal(site.limit_w, 9000); /* less than half of 40 kW */
	bound.limit_w = 0;
	assert_int_equal(power_site(&power, &bound).limit_w, 20000);
	bound.percent = 0;
	site = power_site(&power, &bound);
	assert_int_equal(site.limit_ma[2], 0);
	assert_int_equal(site.limit_w, 1); /* 0 would be none */
	power.limit_w = 0;
	bound = (struct power_bound){.percent = 100, .limit_w = 4200};
	assert_int_equal(power_site(&power, &bound).limit_w, 4200);
}

static void circuits_of_outlets(void **state)
{
	struct power_circuit circuits[] = {
		{.id = 7, .name = STR("A"), .limit_ma = {20000, 21000, 22000}},
		{.id = 9, .name = STR("B"), .limit_ma = {32000, 32000, 32000}}};
	struct outlet_power outlets[] = {
		{.circuit_id = 9, .online = true, .default_ma = 6000, .default_sent_ma = 6000},
		{.circuit_id = 7, .online = true, .default_ma = -1, .default_sent_ma = -1},
		{.circuit_id = 8, .online = true, .default_ma = 0},
		{.circuit_id = 0, .online = true, .default_ma = 0}};
	struct share_circuit shares[2];

	(void)state;
	power_circuits(circuits, 2, outlets, 4, shares);
	assert_int_equal(shares[0].limit_ma[2], 22000);
	assert_int_equal(shares[0].reserve_ma, POWER_UNKNOWN_MA); /* never told its default */
	assert_int_equal(shares[1].reserve_ma, 6000);
	assert_int_equal(power_start_ma(outlets, 4, 0), POWER_UNKNOWN_MA);
	assert_int_equal(power_circuit_of(&outlets[0], circuits, 2), 2);
	assert_int_equal(power_circuit_of(&outlets[1], circuits, 2), 1);
	assert_int_equal(power_circuit_of(&outlets[2], circuits, 2), 0); /* of another site */
	assert_int_equal(power_circuit_of(&outlets[3], circuits, 2), 0);
}

static void what_an_outlet_can(void **state)
{
	struct outlet_power outlet = {.max_w = 22000, .plug = STR("Type 2")};

	(void)state;
	assert_int_equal(power_plate_ma(&outlet), 31884);
	outlet.most_ma = 16000; /* an operator's word lowers its plate, and never raises it */
	assert_int_equal(power_plate_ma(&outlet), 16000);
	outlet.most_ma = 63000;
	assert_int_equal(power_plate_ma(&outlet), 31884);
	outlet.max_w = 7400; /* which may all flow in one phase */
	assert_int_equal(power_plate_ma(&outlet), 32173);
}

static void circuits_that_are_none(void **state)
{
	struct power_circuit circuit = {.name = STR("Garage"), .limit_ma = {6000, 6000, 6000}};

	(void)state;
	assert_int_equal(power_circuit_check(&circuit), 0);
	circuit.limit_ma[1] = 5900;
	assert_int_equal(power_circuit_check(&circuit), POWER_E_LIMIT);
	circuit.limit_ma[1] = POWER_SITE_MOST_MA + 1;
	assert_int_equal(power_circuit_check(&circuit), POWER_E_LIMIT);
	circuit.limit_ma[1] = 6000;
	circuit.name = STR("");
	assert_int_equal(power_circuit_check(&circuit), POWER_E_LIMIT);
	circuit.name = STR("\xff");
	assert_int_equal(power_circuit_check(&circuit), POWER_E_LIMIT);
}

/* Watts over all phases bound each phase's share: by the phases the car draws from, else by three,
 * so that it is never more; a small outlet may have but one. */
static void a_start_with_a_bound(void **state)
{
	struct outlet_power outlet = {.plug = STR("Type2"),
		.max_w = 22000,
		.rotation = STR("RST"),
		.cap_ma = -1,
		.external_ma = -1,
		.charge_most_w = 11000};

	(void)state;
	assert_int_equal(power_start_most_ma(&outlet), 15942);
	assert_int_equal(power_car(&outlet, 0).most_ma, 15942);
	outlet.car_phases = 1;
	assert_int_equal(power_start_most_ma(&outlet), 47826);
	assert_int_equal(power_car(&outlet, 0).most_ma, power_plate_ma(&outlet));
	outlet.car_phases = 0;
	outlet.max_w = 7400;
	outlet.charge_most_w = 3680;
	assert_int_equal(power_start_most_ma(&outlet), 16000);
	outlet.plug = STR("CCS2");
	assert_int_equal(power_start_most_ma(&outlet), 5333);
	outlet.charge_most_w = 0;
	assert_int_equal(power_car(&outlet, 0).most_ma, power_plate_ma(&outlet));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_of_a_day),
		cmocka_unit_test(hours_of_a_week),
		cmocka_unit_test(hours_that_are_none),
		cmocka_unit_test(the_lowest_holds),
		cmocka_unit_test(circuits_of_outlets),
		cmocka_unit_test(circuits_that_are_none),
		cmocka_unit_test(what_an_outlet_can),
		cmocka_unit_test(a_start_with_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
