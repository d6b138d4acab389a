/* test_ocpp2_energy.c - OCPP 2.1: a charge that has priority, schedules that are updated, asked for
 * and given up when nobody updates them, and energy that may flow both ways. */
#include "rig_talk2.h"

#define PROFILE(id, level, purpose, kind, extra, period) \
	"{\"evseId\":1,\"chargingProfile\":{\"id\":" id ",\"stackLevel\":" level \
	",\"chargingProfilePurpose\":\"" purpose "\",\"chargingProfileKind\":\"" kind "\"" extra \
	",\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"A\"," \
	"\"chargingSchedulePeriod\":[{\"startPeriod\":0," period "}]}]}}"

static void told(struct rig *rig, const char *action, const char *payload, const char *status)
{
	char frame[4096];

	ask(rig, action, payload, frame);
	if (strcmp(rig_part(frame, "2.status"), status) != 0)
		print_error("%s %s: %s\n", action, payload, frame);
	assert_string_equal(rig_part(frame, "2.status"), status);
}

static void use(struct rig *rig, const char *name, const char *on, const char *status)
{
	char text[256];

	snprintf(text, sizeof(text), "{\"transactionId\":\"%s\",\"activate\":%s}", name, on);
	told(rig, "UsePriorityCharging", text, status);
}

static int32_t profile_ma(struct rig *rig)
{
	return rig->pile.outlets[0].evse.profile_ma;
}

static void test_priority(void **state)
{
	struct rig rig;
	char name[64], frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	use(&rig, "nobody-1", "true", "Rejected");
	charge(&rig, name);
	told(&rig, "SetChargingProfile",
		PROFILE("1", "5", "TxProfile", "Relative", "", "\"limit\":8"), "Accepted");
	use(&rig, name, "true", "NoProfile");
	/* its driver cannot have what is not there, either */
	assert_int_equal(
		profiles_priority(&rig.pile, &rig.pile.outlets[0], true, true), PRIORITY_E_PROFILE);
	told(&rig, "SetChargingProfile",
		PROFILE("2", "0", "PriorityCharging", "Relative", "", "\"limit\":20"), "Accepted");
	assert_int_equal(profile_ma(&rig), 8000);
	use(&rig, name, "true", "Accepted");
	assert_int_equal(profile_ma(&rig), 20000);
	ask(&rig, "GetCompositeSchedule",
		"{\"duration\":60,\"evseId\":1,\"chargingRateUnit\":\"A\"}", frame);
	assert_string_equal(rig_part(frame, "2.schedule.chargingSchedulePeriod.0.limit"), "20");
	use(&rig, name, "true", "Accepted"); /* twice is once */
	/* the server's own word is not told back to it */
	rig_run(&rig, 2000);
	assert_int_equal(answer_all(&rig, "NotifyPriorityCharging", "{}"), 0);
	use(&rig, name, "false", "Accepted");
	assert_int_equal(profile_ma(&rig), 8000);
	/* the driver, at the pile */
	assert_int_equal(profiles_priority(&rig.pile, &rig.pile.outlets[0], true, true), 0);
	rig_expect(&rig, "NotifyPriorityCharging", frame);
	assert_string_equal(rig_part(frame, "3.transactionId"), name);
	assert_string_equal(rig_part(frame, "3.activated"), "true");
	rig_answer(&rig, frame, "{}");
	assert_int_equal(profile_ma(&rig), 20000);
	rig_end(&rig);
}

/* Nothing stands above the maxima, the outside's limit and the hardware. */
static void test_priority_has_bounds(void **state)
{
	struct rig rig;
	char name[64];

	(void)state;
	online(&rig, OCPP_21);
	charge(&rig, name);
	told(&rig, "SetChargingProfile",
		PROFILE("2", "0", "PriorityCharging", "Relative", "", "\"limit\":500"), "Accepted");
	use(&rig, name, "true", "Accepted");
	rig_run(&rig, 6000);
	answer_all(&rig, "TransactionEvent", "{}");
	assert_int_equal(
		rig.pile.outlets[0].evse.offer.ma, evse_hard_ma(&rig.pile.outlets[0].evse));
	told(&rig, "SetChargingProfile",
		"{\"evseId\":0,\"chargingProfile\":{\"id\":9,\"stackLevel\":0,"
		"\"chargingProfilePurpose\":\"ChargingStationMaxProfile\","
		"\"chargingProfileKind\":\"Absolute\",\"chargingSchedule\":[{\"id\":1,"
		"\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[{\"startPeriod\":0,"
		"\"limit\":10}]}]}}",
		"Accepted");
	assert_int_equal(profile_ma(&rig), 10000);
	/* it ends with the charge, and the next one has none */
	pile_stop(&rig.pile, &rig.pile.outlets[0], STOP_REMOTE, "");
	rig_run(&rig, 2000);
	assert_false(rig.pile.outlets[0].priority);
	rig_end(&rig);
}

static void test_updates(void **state)
{
	static const struct {
		const char *payload, *status;
		int32_t ma;
	} cases[] = {
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":12.5}}", "Accepted",
			12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{}}", "Accepted", 12500},
		{"{\"chargingProfileId\":7,\"scheduleUpdate\":{\"limit\":9}}", "Rejected", 12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":-9}}", "Rejected", 12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":99999999}}", "Rejected",
			12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":9,\"limit_L2\":6}}",
			"Rejected", 12500},
		{"{\"chargingProfileId\":2,\"scheduleUpdate\":{\"limit\":9}}", "Rejected", 12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":0}}", "Accepted", 0},
	};
	struct rig rig;
	char name[64], frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	charge(&rig, name);
	told(&rig, "SetChargingProfile",
		PROFILE("1", "5", "TxProfile", "Dynamic", "", "\"limit\":16"), "Accepted");
	told(&rig, "SetChargingProfile",
		PROFILE("2", "0", "TxDefaultProfile", "Relative", "", "\"limit\":6"), "Accepted");
	assert_int_equal(profile_ma(&rig), 16000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		told(&rig, "UpdateDynamicSchedule", cases[i].payload, cases[i].status);
		assert_int_equal(profile_ma(&rig), cases[i].ma);
	}
	/* a dynamic profile has one period */
	told(&rig, "SetChargingProfile",
		PROFILE("3", "6", "TxProfile", "Dynamic", "",
			"\"limit\":16},{\"startPeriod\":60,\"limit\":8"),
		"Rejected");
	/* what was updated is there after a restart */
	profiles_free(&rig.pile);
	profiles_load(&rig.pile);
	profiles_step(&rig.pile);
	assert_int_equal(profile_ma(&rig), 0);
	ask(&rig, "GetCompositeSchedule",
		"{\"duration\":60,\"evseId\":1,\"chargingRateUnit\":\"A\"}", frame);
	assert_string_equal(rig_part(frame, "2.schedule.chargingSchedulePeriod.0.limit"), "0");
	rig_end(&rig);
}

/* Time passes; statuses and readings are answered, anything else stays. */
static bool pulled(struct rig *rig, int seconds, char frame[4096])
{
	for (int i = 0; i < seconds; i++) {
		rig_run(rig, 1000);
		answer_all(rig, "StatusNotification", "{}");
		answer_all(rig, "TransactionEvent", "{}");
		if (rig->frames_len > 0) {
			rig_expect(rig, "PullDynamicScheduleUpdate", frame);
			return true;
		}
	}
	return false;
}

static void test_asks_for_updates(void **state)
{
	struct rig rig;
	char name[64], frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	charge(&rig, name);
	told(&rig, "SetChargingProfile",
		PROFILE("1", "5", "TxProfile", "Dynamic", ",\"dynUpdateInterval\":30",
			"\"limit\":16"),
		"Accepted");
	assert_false(pulled(&rig, 25, frame));
	assert_true(pulled(&rig, 10, frame));
	assert_string_equal(rig_part(frame, "3.chargingProfileId"), "1");
	rig_answer(&rig, frame, "{\"status\":\"Accepted\",\"scheduleUpdate\":{\"limit\":10}}");
	assert_int_equal(profile_ma(&rig), 10000);
	/* refused, and nonsense: it stays as it is, and asks again when it is time */
	assert_true(pulled(&rig, 40, frame));
	rig_answer(&rig, frame, "{\"status\":\"Rejected\"}");
	assert_false(pulled(&rig, 25, frame));
	assert_true(pulled(&rig, 10, frame));
	rig_answer(&rig, frame, "{\"status\":\"Accepted\",\"scheduleUpdate\":{\"limit\":-1}}");
	assert_int_equal(profile_ma(&rig), 10000);
	rig_end(&rig);
}

/* A schedule that holds so long after its last update ends when none comes; one that holds so long
 * without network, when that is away. */
static void test_updates_stop(void **state)
{
	struct rig rig;
	char name[64], frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	charge(&rig, name);
	told(&rig, "SetChargingProfile",
		PROFILE("2", "0", "TxDefaultProfile", "Relative", "", "\"limit\":6"), "Accepted");
	told(&rig, "SetChargingProfile",
		"{\"evseId\":1,\"chargingProfile\":{\"id\":1,\"stackLevel\":5,"
		"\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Dynamic\","
		"\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"A\",\"duration\":60,"
		"\"chargingSchedulePeriod\":[{\"startPeriod\":0,\"limit\":16}]}]}}",
		"Accepted");
	assert_false(pulled(&rig, 50, frame));
	assert_int_equal(profile_ma(&rig), 16000);
	/* the composite schedule knows the end */
	ask(&rig, "GetCompositeSchedule",
		"{\"duration\":60,\"evseId\":1,\"chargingRateUnit\":\"A\"}", frame);
	assert_string_equal(rig_part(frame, "2.schedule.chargingSchedulePeriod.1.limit"), "6");
	told(&rig, "UpdateDynamicSchedule",
		"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":14}}", "Accepted");
	assert_false(pulled(&rig, 50, frame));
	assert_int_equal(profile_ma(&rig), 14000);
	assert_false(pulled(&rig, 15, frame));
	assert_int_equal(profile_ma(&rig), 6000);
	/* without network */
	told(&rig, "SetChargingProfile",
		PROFILE("1", "5", "TxProfile", "Dynamic",
			",\"maxOfflineDuration\":20,\"invalidAfterOfflineDuration\":true",
			"\"limit\":16"),
		"Accepted");
	assert_int_equal(profile_ma(&rig), 16000);
	client_closed(&rig.pile, 0, STR("cut"));
	rig.pile.link.next_connect_us = INT64_MAX;
	rig_run(&rig, 15000);
	assert_int_equal(profile_ma(&rig), 16000);
	rig_run(&rig, 10000);
	assert_int_equal(profile_ma(&rig), 6000);
	assert_int_equal(rig.pile.profiles.len, 1);
	rig_end(&rig);
}

/* 2.0.1 knows none of it. */
static void test_older_version(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "UsePriorityCharging", "{\"transactionId\":\"x\",\"activate\":true}", frame);
	assert_string_equal(rig_part(frame, "0"), "4");
	ask(&rig, "SetChargingProfile",
		PROFILE("2", "0", "PriorityCharging", "Relative", "", "\"limit\":6"), frame);
	assert_string_equal(rig_part(frame, "0"), "4");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_priority),
		cmocka_unit_test(test_priority_has_bounds),
		cmocka_unit_test(test_updates),
		cmocka_unit_test(test_asks_for_updates),
		cmocka_unit_test(test_updates_stop),
		cmocka_unit_test(test_older_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
