/* test_power.c - a pile without network, without power, without room on its disk: nothing is lost,
 * nothing told twice. */
#include "rig_talk.h"

/* Offline: a known card starts, an unknown one does not; everything is told later, in order, with
 * the same ids when the connection breaks in the middle. */
static void test_offline_hours(void **state)
{
	struct rig rig;
	char frame[4096], id[64];
	int samples = 0;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	charge_by_card(&rig);
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "StopTransaction", frame);
	rig_answer(&rig, frame, "{}");
	rig.refuse = true;
	rig_close(&rig, 1006, STR("gone"));
	rig_tap(&rig, 1, "UNKNOWN");
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_OFFLINE_CARD);
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 200000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	sim_unplug(&rig.sims[0]); /* torn out */
	rig_run(&rig, 60000);
	assert_string_equal(rig_status(&rig, 1), "Available");
	assert_int_equal(rig.frames_len, 0);
	assert_in_range(rig.connects, 4, 20); /* growing pauses */
	rig.refuse = false;
	rig_run(&rig, 60000);
	rig_back(&rig);
	rig_expect(&rig, "StartTransaction", frame);
	snprintf(id, sizeof(id), "%s", rig_part(frame, "1"));
	rig_close(&rig, 1006, STR("gone")); /* before the answer */
	rig_run(&rig, 5000);
	rig_back(&rig);
	rig_expect(&rig, "StartTransaction", frame);
	assert_string_equal(rig_part(frame, "1"), id);
	rig_answer(&rig, frame, "{\"idTagInfo\":{\"status\":\"Accepted\"},\"transactionId\":-5}");
	for (;;) {
		for (int i = 0; i < 100 && rig.frames_len == 0; i++)
			rig_run(&rig, 100);
		assert_true(rig_take(&rig, frame));
		assert_string_equal(rig_part(frame, "3.transactionId"), "-5");
		if (strcmp(rig_part(frame, "2"), "MeterValues") != 0)
			break;
		samples++;
		rig_answer(&rig, frame, "{}");
	}
	assert_string_equal(rig_part(frame, "2"), "StopTransaction");
	assert_string_equal(rig_part(frame, "3.reason"), "EVDisconnected");
	assert_in_range(samples, 3, 4);
	rig_end(&rig);
}

/* Power cut in the middle of a charge: after it the transaction is ended with what was metered,
 * told once. */
static void test_power_cut_ends(void **state)
{
	struct rig rig;
	char frame[4096];
	int64_t metered;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	charge_by_card(&rig);
	rig_run(&rig, 90000);
	answer_all(&rig, "MeterValues", "{}");
	metered = rig.pile.outlets[0].evse.meter.register_dwh;
	rig_kill(&rig);
	rig.clock.at_us += US_PER_HOUR;
	rig_open(&rig);
	rig_run(&rig, 500);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	assert_false(rig.sims[0].contactor_closed);
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T09:02:00Z\",\"interval\":"
		"86400}");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	answer_all(&rig, "MeterValues", "{}");
	rig_expect(&rig, "StopTransaction", frame);
	assert_string_equal(rig_part(frame, "3.reason"), "PowerLoss");
	assert_string_equal(rig_part(frame, "3.transactionId"), "4711");
	assert_int_equal(strtol(rig_part(frame, "3.meterStop"), NULL, 10), metered / 10);
	/* nobody pays for the dark hour */
	assert_true(strcmp(rig_part(frame, "3.timestamp"), "2027-01-15T08:10:00Z") < 0);
	rig_answer(&rig, frame, "{}");
	assert_int_equal(rig.pile.spool.count, 0);
	rig_end(&rig);
}

static void test_power_cut_resumes(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_say(&rig,
		"[2,\"k\",\"ChangeConfiguration\",{\"key\":\"LeydenPowerLossResume\",\"value\":"
		"\"true\"}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	charge_by_card(&rig);
	rig_run(&rig, 30000);
	rig_kill(&rig);
	rig.clock.at_us += 20 * US_PER_S;
	rig_open(&rig);
	rig_run(&rig, 3000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	assert_int_equal(rig.pile.outlets[0].tx, 1);
	/* a second cut with the car gone: ended */
	rig_kill(&rig);
	sim_unplug(&rig.sims[0]);
	rig.worlds[0].plugged = 0;
	rig_open(&rig);
	rig_run(&rig, 65000);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	assert_int_equal(rig.pile.outlets[0].tx, 0);
	rig_end(&rig);
}

static void test_storage_gone_means_no_start(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig.disk.free_bytes = 0;
	rig_say(&rig,
		"[2,\"r1\",\"RemoteStartTransaction\",{\"idTag\":\"WEB\",\"connectorId\":1}]");
	assert_true(rig_take(&rig, frame));
	rig_plug(&rig, 1, 50);
	rig_run(&rig, 2000);
	assert_false(rig.sims[0].contactor_closed);
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_STORAGE);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	rig_end(&rig);
}

/* Answers whatever the pile says for a while. */
static void answer_anything(struct rig *rig, int64_t ms)
{
	char frame[4096];

	for (int64_t t = 0; t < ms; t += 100) {
		rig_run(rig, 100);
		while (rig_take(rig, frame)) {
			const char *action = rig_part(frame, "2");
			rig_answer(rig, frame,
				strcmp(action, "StartTransaction") == 0 ? started
				: strcmp(action, "Authorize") == 0      ? accepted
									: "{}");
		}
	}
}

/* The disk fills while a car charges: that charge goes on and ends as usual, nobody new is let in,
 * and the server and the display say so until there is room again. */
static void test_disk_fills_during_a_charge(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	charge_by_card(&rig);
	rig.disk.free_bytes = 1000;
	rig_run(&rig, 6000);
	assert_true(rig.sims[0].contactor_closed);
	assert_int_equal(rig.pile.outlets[0].evse.state, EVSE_CHARGING);
	/* the other outlet is closed, and says why */
	assert_int_equal(rig.pile.outlets[1].evse.state, EVSE_UNAVAILABLE);
	assert_int_equal(rig.pile.outlets[1].notice, NOTICE_STORAGE);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.connectorId"), "2");
	assert_string_equal(rig_part(frame, "3.status"), "Unavailable");
	rig_answer(&rig, frame, "{}");
	answer_anything(&rig, 500);
	rig_tap(&rig, 2, "CARD-2");
	assert_int_equal(rig.pile.outlets[1].claim, CLAIM_NONE);
	rig_say(&rig, "[2,\"r2\",\"RemoteStartTransaction\",{\"idTag\":\"W\",\"connectorId\":2}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	/* the charge ends as always, and its stop is told */
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "StopTransaction", frame);
	assert_string_equal(rig_part(frame, "3.reason"), "Local");
	rig_answer(&rig, frame, "{}");
	answer_anything(&rig, 1000);
	assert_int_equal(rig.pile.outlets[0].evse.state, EVSE_UNAVAILABLE);
	assert_false(rig.sims[0].contactor_closed);
	/* room again: open again, without anybody's order */
	rig.disk.free_bytes = INT64_MAX;
	answer_anything(&rig, 6000);
	assert_int_equal(rig.pile.outlets[1].evse.state, EVSE_AVAILABLE);
	rig_plug(&rig, 2, 50);
	rig_tap(&rig, 2, "CARD-2");
	answer_anything(&rig, 3000);
	assert_true(rig.sims[1].contactor_closed);
	rig_end(&rig);
}

/* The clock comes back years in the past: times in the journal never go back with it, and the
 * server's word ends it. */
static void test_clock_years_off(void **state)
{
	struct rig rig;
	char frame[4096];
	int64_t before_us;

	(void)state;
	rig_start(&rig);
	rig.worlds[0].register_dwh = 5000; /* something to write down */
	rig_run(&rig, 2000);
	before_us = rig.pile.now_us;
	rig_kill(&rig);
	rig.clock.at_us -= INT64_C(9) * 365 * US_PER_DAY;
	rig_open(&rig);
	rig_run(&rig, 500);
	assert_true(rig.pile.now_us >= before_us - 2 * US_PER_S);
	assert_true(rig.pile.now_us < before_us + US_PER_MIN);
	assert_false(rig.pile.link.clock_told);
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2031-05-05T05:05:05Z\",\"interval\":"
		"300}");
	rig_run(&rig, 100);
	assert_true(rig.pile.link.clock_told);
	assert_true(rig.pile.now_us > INT64_C(1935723900) * US_PER_S);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offline_hours),
		cmocka_unit_test(test_power_cut_ends),
		cmocka_unit_test(test_power_cut_resumes),
		cmocka_unit_test(test_storage_gone_means_no_start),
		cmocka_unit_test(test_disk_fills_during_a_charge),
		cmocka_unit_test(test_clock_years_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
