/* test_reading.c - which of many sampled values counts, and integer scaling of units. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "domain/reading.h"
#include "domain/station.h"
#include "domain/token.h"

#define V(text) \
	{ \
		.value = STR(text) \
	}
#define FIELDS(v, m, p, u) \
	{ \
		.value = STR(v), .measurand = STR(m), .phase = STR(p), .unit = STR(u) \
	}
#define ENERGY "Energy.Active.Import.Register"

static struct reading read_values(const struct sampled *values, size_t len)
{
	struct reading reading = {0};

	reading_from(values, len, &reading);
	return reading;
}

static void energy_units(void **state)
{
	static const struct {
		struct sampled value;
		int64_t dwh;
	} rows[] = {
		{V("1234"), 12340},
		{V("1234.56"), 12346},
		{FIELDS("1234.5678", ENERGY, "", "kWh"), 12345678},
		{FIELDS("1234.56784", ENERGY, "", "kWh"), 12345678},
		{FIELDS("7", ENERGY, "", "Wh"), 70},
		{FIELDS("7", ENERGY, "", "kvarh"), -1},
		{FIELDS("7", "Energy.Active.Export.Register", "", "Wh"), -1},
		{FIELDS("7", "Energy.Active.Import.Interval", "", "Wh"), -1},
		{V("-1"), -1},
		{V("1e3"), -1},
		{V("12,5"), -1},
		{V("NaN"), -1},
		{V(""), -1},
		{V("99999999999999999999"), -1},
		{V("9999999999999"), -1}, /* more than any meter counts */
		{{.value = STR("5"), .location = STR("Inlet")}, -1},
		{{.value = STR("5"), .location = STR("Outlet")}, 50},
		{{.value = STR("5"), .format = STR("SignedData")}, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(read_values(&rows[i].value, 1).energy_dwh, rows[i].dwh);
}

static void phases(void **state)
{
	const struct sampled sums[] = {FIELDS("10", ENERGY, "L1", "Wh"),
		FIELDS("20", ENERGY, "L2", "Wh"), FIELDS("30", ENERGY, "L3", "Wh"),
		FIELDS("99", ENERGY, "N", "Wh"), FIELDS("99", ENERGY, "L1-L2", "Wh")};
	const struct sampled both[] = {FIELDS("10", ENERGY, "L1", "Wh"),
		FIELDS("61", ENERGY, "", "Wh"), FIELDS("30", ENERGY, "L3", "Wh")};
	const struct sampled live[] = {FIELDS("7.4", "Power.Active.Import", "L1", "kW"),
		FIELDS("7.3", "Power.Active.Import", "L2", "kW"),
		FIELDS("229.9", "Voltage", "L1-N", "V"), FIELDS("230.1", "Voltage", "L2-N", "V"),
		FIELDS("400", "Voltage", "L1-L2", "V"), FIELDS("31.9", "Current.Import", "L1", "A"),
		FIELDS("32.0", "Current.Import", "L2", "A"),
		{.value = STR("54"),
			.measurand = STR("SoC"),
			.location = STR("EV"),
			.unit = STR("Percent")},
		FIELDS("40", "Temperature", "", "Celsius"),
		FIELDS("40", "Temperature", "", "Celcius")};
	struct reading reading;

	(void)state;
	assert_int_equal(read_values(sums, 5).energy_dwh, 600);
	assert_int_equal(read_values(both, 3).energy_dwh, 610);
	reading = read_values(live, sizeof(live) / sizeof(live[0]));
	assert_int_equal(reading.energy_dwh, -1);
	assert_int_equal(reading.power_w, 14700);
	assert_int_equal(reading.voltage_mv, 230000);
	assert_int_equal(reading.current_ma, 32000);
	assert_int_equal(reading.soc_pct, 54);
}

static void codes(void **state)
{
	(void)state;
	assert_true(station_code_ok(STR("A-07")));
	assert_true(station_code_ok(STR("CN*LEY*E1.2")));
	assert_true(station_code_ok(STR("a-z_0:1*2|3@4=5+6.7")));
	assert_false(station_code_ok(STR("")));
	assert_false(station_code_ok(STR("..")));
	assert_false(station_code_ok(STR("a/b")));
	assert_false(station_code_ok(STR("<b>x</b>")));
	assert_false(station_code_ok(STR("a b")));
	assert_false(station_code_ok(STR("a\0b")));
	assert_false(station_code_ok(STR("0123456789012345678901234567890123456789012345678")));
	assert_true(connector_can_start(STR("Preparing")));
	assert_true(connector_can_start(STR("")));
	assert_false(connector_can_start(STR("Faulted")));
	assert_false(connector_can_start(STR("Charging")));
	assert_true(connector_occupied(STR("Finishing")));
	assert_false(connector_occupied(STR("Available")));
}

/* The register of what flows back, beside all others. */
static void given_back(void **state)
{
	const struct sampled values[] = {
		{.value = STR("1000")}, {.value = STR("2.5"),
						.unit = STR("kWh"),
						.measurand = STR("Energy.Active.Export.Register")}};
	struct reading reading = {.at_us = 1000000};

	(void)state;
	reading_from(values, 2, &reading);
	assert_int_equal(reading.energy_dwh, 10000);
	assert_true(reading.has_export);
	assert_int_equal(reading.export_dwh, 25000);
	reading_from(values, 1, &reading);
	assert_false(reading.has_export);
}

static void tokens(void **state)
{
	const uint8_t bytes[18] = {0, 31, 255, 7};
	struct token token = {.state = STR("active"), .expires_us = 10};
	struct arena arena;

	(void)state;
	arena_init(&arena, 4096);
	assert_true(str_is(token_normal(&arena, STR(" card-1a ")), "CARD-1A"));
	/* contracts: with and without dashes, and what only looks like one */
	assert_true(str_is(token_normal(&arena, STR("de-8aa-c12345678-9")), "DE8AAC123456789"));
	assert_true(str_is(token_normal(&arena, STR("DE*8AA*12345678")), "DE8AA12345678"));
	assert_true(str_is(token_normal(&arena, STR("DE8AAC123456789")), "DE8AAC123456789"));
	assert_true(str_is(token_normal(&arena, STR("DE-8AA-1234567")), "DE-8AA-1234567"));
	assert_true(str_is(token_normal(&arena, STR("DE-8AA-12345678-")), "DE-8AA-12345678-"));
	assert_true(str_is(token_normal(&arena, STR("DE-8AA*12345678")), "DE-8AA*12345678"));
	assert_true(str_is(token_normal(&arena, STR("--")), "--"));
	assert_true(str_is(token_normal(&arena, STR("")), ""));
	assert_true(token_is_start(token_start(&arena, bytes)));
	assert_false(token_is_start(STR("LY")));
	assert_false(token_is_start(STR("LYAAAAAAAAAAAAAAAAA1")));
	assert_int_equal(token_check(&token, 9), 0);
	assert_int_equal(token_check(&token, 10), TOKEN_E_EXPIRED);
	token.member_blocked = true;
	assert_int_equal(token_check(&token, 9), TOKEN_E_BLOCKED);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(energy_units),
		cmocka_unit_test(phases),
		cmocka_unit_test(codes),
		cmocka_unit_test(given_back),
		cmocka_unit_test(tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
