/* test_control.c - playing the car by commands: what it says of itself, and lines that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "pile/control.h"
#include "pile/fleet.h"

/* Four bytes each: as many characters as a number has, and more than its room. */
#define WIDE "\xf0\x9f\x94\x8c"
#define WIDE_17 WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE WIDE

static struct {
	struct fleet fleet;
	struct arena arena;
} bench;

static int open_bench(void **state)
{
	static const enum ocpp_version versions[PILE_VERSIONS] = {OCPP_16};
	const struct fleet_config config = {
		.outlets = 1, .speed = 1, .max_ma = 32000, .phases = 3, .line = true};

	(void)state;
	arena_init(&bench.arena, LIMIT_JOB_ARENA);
	return fleet_init(&bench.fleet, &config, &clock_system) == 0 &&
			       fleet_add(&bench.fleet, "C-1", versions) == 0
		       ? 0
		       : -1;
}

static int close_bench(void **state)
{
	(void)state;
	fleet_fini(&bench.fleet);
	arena_fini(&bench.arena);
	return 0;
}

static void told(const char *line, const char *expected)
{
	struct str answer = control_command(&bench.fleet, STR(""), str_from(line), &bench.arena);

	if (!str_is(answer, expected))
		fail_msg("%s: %.*s", line, STR_FMT(answer));
}

static const struct sim *sim(void)
{
	return &bench.fleet.units[0]->sims[0];
}

static void test_car(void **state)
{
	(void)state;
	told("{\"do\":\"plug\",\"vin\":\"LTESTCAR000000001\",\"kwh\":70}", "{\"ok\":true}");
	assert_true(sim()->world->plugged);
	assert_int_equal(sim()->world->battery_cap_dwh, 700000);
	told("{\"do\":\"plug\"}", "{\"ok\":false,\"error\":\"a car is plugged in already\"}");
	told("{\"do\":\"unplug\"}", "{\"ok\":true}");
	told("{\"do\":\"unplug\"}", "{\"ok\":false,\"error\":\"no car is plugged in\"}");
}

static void test_no_car(void **state)
{
	static const char *const said[] = {"\"vin\":\"" WIDE_17 "\"", "\"vin\":\"\"",
		"\"vin\":\"SHORT\"", "\"mac\":\"0200\"", "\"mac\":\"02000000000G\"",
		"\"mac\":\"030000000001\"", "\"mac\":\"" WIDE WIDE WIDE "\""};
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		snprintf(line, sizeof(line), "{\"do\":\"plug\",%s}", said[i]);
		told(line, "{\"ok\":false,\"error\":\"no address, or no number\"}");
		assert_false(sim()->world->plugged);
	}
}

/* All of a talk is looked at before anything is changed. */
static void test_talk(void **state)
{
	unsigned speaks = sim()->ev->speaks;

	(void)state;
	told("{\"do\":\"talk\",\"protocol\":\"din\",\"trick\":\"juggle\"}",
		"{\"ok\":false,\"error\":\"no such trick\"}");
	told("{\"do\":\"talk\",\"protocol\":\"din\",\"evccid\":\"" WIDE WIDE "\"}",
		"{\"ok\":false,\"error\":\"no hex digits\"}");
	told("{\"do\":\"talk\",\"protocol\":\"din\",\"evccid\":\"0102030405060708" WIDE "\"}",
		"{\"ok\":false,\"error\":\"evccid: is too long\"}");
	assert_int_equal(sim()->ev->speaks, speaks);
	told("{\"do\":\"talk\",\"protocol\":\"din\",\"evccid\":\"0102030405060708\"}",
		"{\"ok\":true}");
	assert_int_equal(sim()->ev->speaks, EV_DIN);
	assert_int_equal(sim()->ev->evccid_len, 8);
}

static void test_no_command(void **state)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{"{\"do\":\"fly\"}", "no such command"},
		{"{\"do\":\"plug\",\"outlet\":2}", "no such outlet"},
		{"{\"do\":\"plug\",\"pile\":\"C-2\"}", "no such pile"},
		{"{\"do\":\"voltage\",\"value\":1000001}", "0 to 1000000 mV"},
		{"{\"do\":\"gives\",\"value\":32001}", "0 to what the outlet carries, in mA"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char expected[128];

		snprintf(expected, sizeof(expected), "{\"ok\":false,\"error\":\"%s\"}",
			cases[i].why);
		told(cases[i].line, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_car),
		cmocka_unit_test(test_no_car),
		cmocka_unit_test(test_talk),
		cmocka_unit_test(test_no_command),
	};

	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
