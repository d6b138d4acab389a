/* test_power.c - profiles sent by hand to a pile of a site with a limit: none may allow more than
 * what is kept for its outlet, in whatever words it is said, nor hide what the site tells later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/api_power.h"
#include "domain/power.h"
#include "store/pile.h"
#include "store/power.h"
#include "store/session.h"

#define SHARE_MA 10000
#define OFFLINE_MA 6000

/* A site of 63 A whose one car has 10 A of it, and was told so. */
static void limited(struct world *w, void **state, const char *protocol)
{
	struct connector connector = {
		.pile_id = w->pile, .no = 1, .status = STR("Charging"), .status_us = WORLD_NOW};
	struct outlet_power *outlets;
	struct order order;
	struct answer answer;
	size_t len;

	world_open(w, state);
	order = world_order(w);
	world_pay(w, order.id);
	world_start(w, order.id);
	connector.pile_id = w->pile;
	assert_int_equal(store_pile_online(w->test->db, w->pile, WORLD_NOW, str_from(protocol)), 0);
	assert_int_equal(store_connector_status(w->test->db, &connector), 0);
	world_as(w, "admin");
	answer = world_ask(w, "PUT",
		str_dup_z(&w->arena,
			str_format(&w->arena, "/v1/sites/%lld/power", (long long)w->site)),
		"{\"limit_ma\":[63000,63000,63000],\"offline_ma\":6000}");
	assert_int_equal(answer.status, 200);
	assert_int_equal(store_outlet_powers(w->test->db, &w->arena, w->site, &outlets, &len), 0);
	assert_int_equal(len, 1);
	outlets[0].share_ma = outlets[0].told_ma = outlets[0].may_ma = SHARE_MA;
	outlets[0].default_ma = OFFLINE_MA;
	outlets[0].asked_id = outlets[0].default_asked_id = 0;
	assert_int_equal(store_outlet_power_put(w->test->db, &outlets[0]), 0);
}

static struct outlet_power outlet_of(struct world *w)
{
	struct outlet_power *outlets;
	size_t len;

	assert_int_equal(store_outlet_powers(w->test->db, &w->arena, w->site, &outlets, &len), 0);
	return outlets[0];
}

/* May it be sent as a raw call? */
static bool sent(struct world *w, const char *action, const char *payload)
{
	struct api_call call = {.ctx = world_ctx(w)};
	int result = power_guard(&call, w->pile, str_from(action), str_from(payload));

	if (result != 0 && result != P_SITE_LIMIT)
		print_error("%s: %d\n", payload, result);
	assert_true(result == 0 || result == P_SITE_LIMIT);
	return result == 0;
}

#define TX_16(level, unit, period) \
	"{\"connectorId\":1,\"csChargingProfiles\":{\"chargingProfileId\":7,\"stackLevel\":" level \
	",\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":{\"chargingRateUnit\":\"" unit \
	"\",\"chargingSchedulePeriod\":[{\"startPeriod\":0," period "}]}}}"
#define START_16(limit) \
	"{\"idTag\":\"CARD1\",\"chargingProfile\":{\"chargingProfileId\":7,\"stackLevel\":1," \
	"\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":{\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[" \
	"{\"startPeriod\":0,\"limit\":" limit "}]}}}"

static void test_by_hand_16(void **state)
{
	struct outlet_power outlet;
	struct world w;

	limited(&w, state, "ocpp1.6");
	assert_false(sent(&w, "SetChargingProfile", TX_16("1", "A", "\"limit\":10.1")));
	assert_int_equal(outlet_of(&w).told_ma, SHARE_MA);
	/* above ours it would stay when the share falls */
	assert_false(sent(&w, "SetChargingProfile", TX_16("2", "A", "\"limit\":8")));
	/* nobody knows that the car draws from three phases: 3.6 kW may be 15.7 A of one */
	assert_false(sent(&w, "SetChargingProfile", TX_16("1", "W", "\"limit\":3600")));
	assert_false(sent(
		&w, "SetChargingProfile", TX_16("1", "W", "\"limit\":3600,\"numberPhases\":3")));
	/* a start has as much as any start may take */
	assert_false(sent(&w, "RemoteStartTransaction", START_16("6.1")));
	assert_true(sent(&w, "RemoteStartTransaction", START_16("6")));
	assert_true(sent(&w, "RemoteStartTransaction", "{\"idTag\":\"CARD1\"}"));
	assert_true(sent(&w, "SetChargingProfile", TX_16("1", "W", "\"limit\":2300")));
	assert_true(sent(&w, "SetChargingProfile", TX_16("1", "A", "\"limit\":10")));
	outlet = outlet_of(&w);
	assert_int_equal(outlet.told_ma, -1);
	assert_int_equal(power_may_ma(&outlet, WORLD_NOW), 32000); /* counted whole */
	world_close(&w);
}

/* What is on its way when somebody clears all does not count as told when its answer comes: the
 * pile forgets it a moment later. */
static void test_cleared_behind(void **state)
{
	struct outlet_power outlet;
	struct world w;

	limited(&w, state, "ocpp1.6");
	outlet = outlet_of(&w);
	outlet.default_ma = -1; /* refused, say */
	outlet.asked_id = outlet.default_asked_id = 77;
	outlet.sent_ma = 8000;
	assert_int_equal(store_outlet_power_put(w.test->db, &outlet), 0);
	assert_true(sent(&w, "ClearChargingProfile", "{}"));
	outlet = outlet_of(&w);
	assert_int_equal(outlet.told_ma, -1);
	assert_int_equal(outlet.asked_id, 0);
	assert_int_equal(outlet.default_asked_id, 0);
	assert_int_equal(power_may_ma(&outlet, WORLD_NOW), 32000);
	world_close(&w);
}

#define SET_21(purpose, level, period) \
	"{\"evseId\":1,\"chargingProfile\":{\"id\":7,\"stackLevel\":" level \
	",\"chargingProfilePurpose\":\"" purpose "\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"A\"," \
	"\"chargingSchedulePeriod\":[{\"startPeriod\":0" period "}]}]}}"

static void test_by_hand_21(void **state)
{
	struct world w;

	limited(&w, state, "ocpp2.1");
	test_db_exec(w.test, "UPDATE connector SET evse = 1, outlet = 1");
	assert_true(sent(&w, "SetChargingProfile", SET_21("TxProfile", "1", ",\"limit\":10")));
	assert_false(sent(&w, "SetChargingProfile", SET_21("TxProfile", "1", ",\"limit\":11")));
	assert_false(sent(&w, "SetChargingProfile",
		SET_21("TxProfile", "1", ",\"limit\":10,\"limit_L2\":11")));
	assert_false(sent(&w, "SetChargingProfile",
		SET_21("TxProfile", "1",
			",\"operationMode\":\"CentralSetpoint\",\"setpoint\":11")));
	assert_false(sent(&w, "SetChargingProfile", SET_21("TxProfile", "1", "")));
	assert_false(
		sent(&w, "SetChargingProfile", SET_21("PriorityCharging", "1", ",\"limit\":6")));
	assert_false(
		sent(&w, "SetChargingProfile", SET_21("LocalGeneration", "1", ",\"limit\":6")));
	assert_false(
		sent(&w, "SetChargingProfile", SET_21("TxDefaultProfile", "0", ",\"limit\":6.1")));
	assert_true(
		sent(&w, "SetChargingProfile", SET_21("TxDefaultProfile", "0", ",\"limit\":6")));
	assert_true(sent(&w, "SetChargingProfile",
		SET_21("ChargingStationExternalConstraints", "9", ",\"limit\":32")));
	assert_false(sent(&w, "UpdateDynamicSchedule",
		"{\"chargingProfileId\":1001,\"scheduleUpdate\":{\"limit\":32}}"));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_by_hand_16),
		ON_BOTH_ENGINES(test_cleared_behind),
		ON_BOTH_ENGINES(test_by_hand_21),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
