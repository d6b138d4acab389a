/* test_profiles.c - charging profiles at the pile: what the server sets is offered to the car, also
 * without network and after a power loss; hardware limits win; what is reported is what is done. */
#include "base/rng.h"
#include "pile/profiles.h"
#include "rig_talk.h"

static int number;

/* Says one order of the server and returns the status of its answer. */
static const char *order(struct rig *rig, const char *action, const char *payload)
{
	static char frame[4096];
	char text[4096];

	snprintf(text, sizeof(text), "[2,\"o%d\",\"%s\",%s]", ++number, action, payload);
	rig_say(rig, text);
	while (rig_take(rig, frame)) {
		if (rig_part(frame, "0")[0] == '3')
			return rig_part(frame, "2.status");
		if (rig_part(frame, "0")[0] == '4')
			return rig_part(frame, "2");
		rig_answer(rig, frame, "{}");
	}
	fail_msg("no answer to %s", action);
	return "";
}

static const char *set(struct rig *rig, int connector, const char *profile)
{
	char text[2048];

	snprintf(text, sizeof(text), "{\"connectorId\":%d,\"csChargingProfiles\":%s}", connector,
		profile);
	return order(rig, "SetChargingProfile", text);
}

#define TX(id, level, limit) \
	"{\"chargingProfileId\":" id ",\"transactionId\":4711,\"stackLevel\":" level \
	",\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":{\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[{" \
	"\"startPeriod\":0,\"limit\":" limit "}]}}"
#define DEFAULT(id, limit) \
	"{\"chargingProfileId\":" id ",\"stackLevel\":0," \
	"\"chargingProfilePurpose\":\"TxDefaultProfile\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":{\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[{" \
	"\"startPeriod\":0,\"limit\":" limit "}]}}"
#define MOST(id, limit) \
	"{\"chargingProfileId\":" id ",\"stackLevel\":0," \
	"\"chargingProfilePurpose\":\"ChargePointMaxProfile\"," \
	"\"chargingProfileKind\":\"Absolute\",\"chargingSchedule\":{" \
	"\"chargingRateUnit\":\"W\",\"chargingSchedulePeriod\":[{\"startPeriod\":0," \
	"\"limit\":" limit "}]}}"

static int offered(struct rig *rig)
{
	rig_run(rig, 1500);
	return rig->pile.outlets[0].evse.offer.ma;
}

static void rig_charging(struct rig *rig)
{
	rig_start(rig);
	rig_online(rig);
	charge_by_card(rig);
}

static void test_limits_are_offered(void **state)
{
	struct rig rig;

	(void)state;
	rig_charging(&rig);
	assert_int_equal(offered(&rig), 32000);
	assert_string_equal(set(&rig, 1, TX("1", "1", "16.5")), "Accepted");
	assert_int_equal(offered(&rig), 16500);
	/* the same place: it is replaced, and rises too */
	assert_string_equal(set(&rig, 1, TX("1", "1", "20")), "Accepted");
	assert_int_equal(offered(&rig), 20000);
	assert_int_equal(rig.pile.profiles.len, 1);
	/* the whole pile: 6.9 kW are 10 A on three phases */
	assert_string_equal(set(&rig, 0, MOST("2", "6900")), "Accepted");
	assert_int_equal(offered(&rig), 10000);
	/* less than a car can use is a pause, not a small charge */
	assert_string_equal(set(&rig, 1, TX("3", "2", "5.9")), "Accepted");
	assert_int_equal(offered(&rig), 0);
	rig_run(&rig, 10000);
	assert_string_equal(rig_status(&rig, 1), "SuspendedEVSE");
	assert_false(rig.sims[0].contactor_closed);
	/* more than the hardware bears is not offered */
	assert_string_equal(order(&rig, "ClearChargingProfile", "{}"), "Accepted");
	assert_string_equal(order(&rig, "ClearChargingProfile", "{}"), "Unknown");
	assert_string_equal(set(&rig, 1, TX("1", "1", "80")), "Accepted");
	assert_int_equal(offered(&rig), 32000);
	rig_run(&rig, 10000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	rig_end(&rig);
}

static void test_tx_profile_ends_with_its_transaction(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_charging(&rig);
	assert_string_equal(set(&rig, 0, DEFAULT("9", "8")), "Accepted");
	assert_int_equal(offered(&rig), 8000);
	assert_string_equal(set(&rig, 1, TX("1", "0", "20")), "Accepted");
	assert_int_equal(offered(&rig), 20000);
	assert_string_equal(
		order(&rig, "RemoteStopTransaction", "{\"transactionId\":4711}"), "Accepted");
	rig_run(&rig, 10000);
	while (rig_take(&rig, frame))
		rig_answer(&rig, frame, "{}");
	assert_int_equal(rig.pile.profiles.len, 1);
	assert_int_equal(offered(&rig), 8000);
	/* nothing runs now: a profile for it is refused */
	assert_string_equal(set(&rig, 1, TX("1", "0", "20")), "Rejected");
	rig_end(&rig);
}

static void test_power_loss_and_no_network(void **state)
{
	struct rig rig;

	(void)state;
	rig_charging(&rig);
	assert_string_equal(order(&rig, "ChangeConfiguration",
				    "{\"key\":\"LeydenPowerLossResume\",\"value\":\"true\"}"),
		"Accepted");
	assert_string_equal(set(&rig, 1, DEFAULT("9", "10")), "Accepted");
	assert_string_equal(set(&rig, 1, TX("1", "3", "12")), "Accepted");
	assert_int_equal(offered(&rig), 12000);
	rig_kill(&rig);
	rig.refuse = true; /* no network after the power is back */
	rig_open(&rig);
	rig_run(&rig, 3000);
	assert_int_equal(rig.pile.profiles.len, 2);
	assert_int_equal(offered(&rig), 12000);
	rig_run(&rig, 120000);
	assert_int_equal(offered(&rig), 12000);
	/* power goes again, and the charge is not taken up: only the default one is left */
	rig_kill(&rig);
	rig_open(&rig);
	rig.pile.keys.values[KEY_POWER_LOSS_RESUME] = 0;
	pile_stop(&rig.pile, &rig.pile.outlets[0], STOP_LOCAL, "");
	rig_run(&rig, 12000);
	assert_int_equal(rig.pile.profiles.len, 1);
	assert_int_equal(offered(&rig), 10000);
	rig_end(&rig);
}

static void test_bad_ones_are_refused(void **state)
{
	static const struct {
		int connector;
		const char *profile;
	} rows[] = {
		{3, DEFAULT("1", "8")},     /* no such outlet */
		{1, MOST("1", "8000")},     /* a maximum is of the pile */
		{0, TX("1", "0", "8")},     /* a transaction is at an outlet */
		{2, TX("1", "0", "8")},     /* not there */
		{1, TX("1", "9", "8")},     /* level too high */
		{1, DEFAULT("1", "20000")}, /* no outlet is so large */
	};
	struct rig rig;

	(void)state;
	rig_charging(&rig);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(set(&rig, rows[i].connector, rows[i].profile), "Rejected");
	assert_int_equal(rig.pile.profiles.len, 0);
	assert_int_equal(offered(&rig), 32000);
	/* no room for more than were promised */
	for (int i = 0; i < PROFILES_MOST + 2; i++) {
		struct profile profile = {.id = i,
			.connector = 1 + i % 2,
			.stack_level = i / 2 % 9,
			.purpose = PROFILE_DEFAULT,
			.kind = PROFILE_RELATIVE,
			.unit = PROFILE_MA,
			.valid_to_s = PROFILE_NEVER,
			.duration_s = PROFILE_NEVER,
			.periods = {{.limit = 10000}},
			.periods_len = 1};

		assert_int_equal(
			profiles_set(&rig.pile, &profile), i < PROFILES_MOST ? 0 : PROFILE_E_MANY);
	}
	rig_end(&rig);
}

/* What is reported is what the outlet will be offered, second by second. */
static void test_composite_is_what_happens(void **state)
{
	struct profiles_schedule schedule;
	struct rig rig;
	size_t at = 0;

	(void)state;
	rig_charging(&rig);
	assert_string_equal(
		set(&rig, 1,
			"{\"chargingProfileId\":1,\"stackLevel\":1,\"chargingProfilePurpose\":"
			"\"TxProfile\",\"chargingProfileKind\":\"Relative\",\"chargingSchedule\":{"
			"\"duration\":150,\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[{"
			"\"startPeriod\":0,\"limit\":16},{\"startPeriod\":60,\"limit\":8},{"
			"\"startPeriod\":90,\"limit\":24}]}}"),
		"Accepted");
	assert_string_equal(set(&rig, 0, DEFAULT("2", "10")), "Accepted");
	assert_true(profiles_composite(&rig.pile, 1, 300, PROFILE_MA, &schedule));
	assert_int_equal(schedule.duration_s, 300);
	assert_true(schedule.len >= 3);
	for (int64_t s = 0; s < 200; s++) {
		while (rig.pile.now_us / US_PER_S < schedule.start_s + s)
			rig_run(&rig, 100);
		rig_run(&rig, 100);
		rig_forget_frames(&rig);
		if (at + 1 < schedule.len && schedule.periods[at + 1].start_s <= s)
			at++;
		assert_int_equal(rig.pile.outlets[0].evse.profile_ma, schedule.periods[at].limit);
	}
	assert_int_equal(schedule.periods[schedule.len - 1].limit, 10000);
	assert_string_equal(
		order(&rig, "GetCompositeSchedule", "{\"connectorId\":1,\"duration\":60}"),
		"Accepted");
	assert_string_equal(
		order(&rig, "GetCompositeSchedule", "{\"connectorId\":7,\"duration\":60}"),
		"Rejected");
	assert_string_equal(
		order(&rig, "GetCompositeSchedule", "{\"connectorId\":1,\"duration\":0}"),
		"Rejected");
	rig_end(&rig);
}

/* A thousand power losses while profiles come and go: what was accepted is there. */
static void test_kept_through_power_losses(void **state)
{
	struct rig rig;
	struct rng rng;
	int64_t kept[9];

	(void)state;
	rng_init_seeded(&rng, 5);
	rig_start(&rig);
	for (int level = 0; level < 9; level++)
		kept[level] = -1;
	for (int round = 0; round < 300; round++) {
		int level = (int)rng_below(&rng, 9);
		struct profile profile = {.id = level + 1,
			.connector = 2,
			.stack_level = level,
			.purpose = PROFILE_DEFAULT,
			.kind = PROFILE_RELATIVE,
			.unit = PROFILE_MA,
			.valid_to_s = PROFILE_NEVER,
			.duration_s = PROFILE_NEVER,
			.periods = {{.limit = 1 + (int64_t)rng_below(&rng, 32000)}},
			.periods_len = 1};
		struct profile_filter filter = {.has_id = true, .id = level + 1};

		if (rng_below(&rng, 3) == 0) {
			assert_int_equal(profiles_clear(&rig.pile, &filter), kept[level] >= 0);
			kept[level] = -1;
		} else {
			assert_int_equal(profiles_set(&rig.pile, &profile), 0);
			kept[level] = profile.periods[0].limit;
		}
		rig_kill(&rig);
		rig_open(&rig);
		for (level = 0; level < 9; level++) {
			int64_t found = -1;

			for (size_t i = 0; i < rig.pile.profiles.len; i++)
				if (rig.pile.profiles.list[i].stack_level == level)
					found = rig.pile.profiles.list[i].periods[0].limit;
			assert_int_equal(found, kept[level]);
		}
	}
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_are_offered),
		cmocka_unit_test(test_tx_profile_ends_with_its_transaction),
		cmocka_unit_test(test_power_loss_and_no_network),
		cmocka_unit_test(test_bad_ones_are_refused),
		cmocka_unit_test(test_composite_is_what_happens),
		cmocka_unit_test(test_kept_through_power_losses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
