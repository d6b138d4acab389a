/* test_client.c - conversations of a whole pile with a scripted server: charges by card and from
 * afar, refusals, lost connections, offline hours, power cuts, and servers that say nonsense. */
#include "rig_talk.h"

static void test_charge_by_card(void **state)
{
	struct rig rig;
	char frame[4096];
	const char *energy;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	charge_by_card(&rig);
	rig_run(&rig, 61000);
	rig_expect(&rig, "MeterValues", frame);
	assert_string_equal(rig_part(frame, "3.transactionId"), "4711");
	assert_string_equal(rig_part(frame, "3.meterValue.0.sampledValue.0.measurand"),
		"Energy.Active.Import.Register");
	assert_string_equal(rig_part(frame, "3.meterValue.0.sampledValue.0.unit"), "Wh");
	assert_string_equal(
		rig_part(frame, "3.meterValue.0.sampledValue.0.context"), "Sample.Periodic");
	energy = rig_part(frame, "3.meterValue.0.sampledValue.0.value");
	assert_true(strtol(energy, NULL, 10) > 300);
	rig_answer(&rig, frame, "{}");
	rig_tap(&rig, 1, "OTHER");
	rig_expect(&rig, "Authorize", frame); /* it might be of the same group */
	rig_answer(&rig, frame, "{\"idTagInfo\":{\"status\":\"Accepted\"}}");
	rig_run(&rig, 1000);
	assert_string_equal(rig_status(&rig, 1), "Charging"); /* not their charge */
	rig_tap(&rig, 1, "card-1");                           /* cards are the same in any case */
	rig_run(&rig, 1000);
	assert_false(rig.sims[0].contactor_closed);
	assert_false(rig.sims[0].locked);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.status"), "Finishing");
	rig_answer(&rig, frame, "{}");
	rig_expect(&rig, "StopTransaction", frame);
	assert_string_equal(rig_part(frame, "3.transactionId"), "4711");
	assert_string_equal(rig_part(frame, "3.reason"), "Local");
	assert_true(strtol(rig_part(frame, "3.meterStop"), NULL, 10) > 350);
	rig_answer(&rig, frame, "{}");
	assert_int_equal(rig.pile.spool.count, 0);
	sim_unplug(&rig.sims[0]);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.status"), "Available");
	rig_end(&rig);
}

static void test_refused_card_gets_nothing(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_plug(&rig, 1, 30);
	rig_expect(&rig, "StatusNotification", frame);
	rig_answer(&rig, frame, "{}");
	rig_tap(&rig, 1, "BAD");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, "{\"idTagInfo\":{\"status\":\"Blocked\"}}");
	rig_run(&rig, 3000);
	assert_int_equal(rig.frames_len, 0);
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_REFUSED);
	assert_false(rig.sims[0].contactor_closed);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	rig_end(&rig);
}

static void test_remote_start_and_stop(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_say(&rig,
		"[2,\"r1\",\"RemoteStartTransaction\",{\"idTag\":\"WEB\",\"connectorId\":2}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(frame, "[3,\"r1\",{\"status\":\"Accepted\"}]");
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.status"), "Preparing");
	rig_answer(&rig, frame, "{}");
	/* a second order for the same outlet is refused */
	rig_say(&rig, "[2,\"r2\",\"RemoteStartTransaction\",{\"idTag\":\"XY\",\"connectorId\":2}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig_plug(&rig, 2, 50);
	rig_expect(&rig, "StartTransaction", frame);
	assert_string_equal(rig_part(frame, "3.idTag"), "WEB");
	assert_string_equal(rig_part(frame, "3.connectorId"), "2");
	rig_answer(&rig, frame, started);
	rig_run(&rig, 3000);
	answer_all(&rig, "StatusNotification", "{}");
	rig_say(&rig, "[2,\"r3\",\"RemoteStopTransaction\",{\"transactionId\":1}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig_say(&rig, "[2,\"r4\",\"RemoteStopTransaction\",{\"transactionId\":4711}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "StopTransaction", frame);
	assert_string_equal(rig_part(frame, "3.reason"), "Remote");
	rig_end(&rig);
}

static void test_remote_start_times_out(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_say(&rig,
		"[2,\"r1\",\"RemoteStartTransaction\",{\"idTag\":\"WEB\",\"connectorId\":1}]");
	assert_true(rig_take(&rig, frame));
	rig_run(&rig, 300);
	answer_all(&rig, "StatusNotification", "{}");
	rig_run(&rig, 61000);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.status"), "Available");
	rig_answer(&rig, frame, "{}");
	rig_plug(&rig, 1, 20); /* too late: nothing starts */
	rig_run(&rig, 2000);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	rig_end(&rig);
}

static void test_server_refuses_after_start(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_plug(&rig, 1, 30);
	rig_expect(&rig, "StatusNotification", frame);
	rig_answer(&rig, frame, "{}");
	rig_tap(&rig, 1, "CARD-1");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, accepted);
	rig_expect(&rig, "StartTransaction", frame);
	rig_answer(&rig, frame, "{\"idTagInfo\":{\"status\":\"Invalid\"},\"transactionId\":9}");
	rig_run(&rig, 1000);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "StopTransaction", frame);
	assert_string_equal(rig_part(frame, "3.reason"), "DeAuthorized");
	assert_false(rig.sims[0].contactor_closed);
	rig_end(&rig);
}

static void test_boot_pending_and_rejected(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_expect(&rig, "BootNotification", frame);
	assert_string_equal(rig_part(frame, "3.chargePointVendor"), "Leyden");
	rig_answer(&rig, frame,
		"{\"status\":\"Pending\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"10}");
	rig_run(&rig, 9000);
	assert_int_equal(rig.frames_len, 0);
	rig_say(&rig, "[2,\"g\",\"GetConfiguration\",{\"key\":[\"HeartbeatInterval\"]}]");
	assert_true(rig_take(&rig, frame)); /* pending answers */
	assert_string_equal(rig_part(frame, "2.configurationKey.0.key"), "HeartbeatInterval");
	rig_run(&rig, 1500);
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Rejected\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"10}");
	rig_say(&rig, "[2,\"g\",\"GetConfiguration\",{}]");
	assert_int_equal(rig.frames_len, 0); /* rejected does not */
	rig_run(&rig, 10500);
	rig_expect(&rig, "BootNotification", frame);
	rig_refuse(&rig, frame, "InternalError");
	rig_run(&rig, 29000);
	assert_int_equal(rig.frames_len, 0);
	rig_run(&rig, 2000);
	rig_online(&rig);
	rig_end(&rig);
}

/* Whatever a server may send: nothing of it changes anything. */
static void test_nonsense_changes_nothing(void **state)
{
	static const char *const nonsense[] = {
		"",
		"null",
		"{}",
		"[",
		"[]",
		"[3]",
		"[3,\"x\"]",
		"[3,\"unknown\",{}]",
		"[4,\"unknown\",\"InternalError\",\"\",{}]",
		"[9,\"x\",{}]",
		"[2,\"x\"]",
		"[3,5,{}]",
		"[2,\"\",\"Reset\",{\"type\":\"Hard\"}]",
		"\xff\xfe",
		"[3,\"a\",{\"b\":1,\"b\":2}]",
		"[2,\"0123456789012345678901234567890123456789\",\"Reset\",{\"type\":\"Hard\"}]",
	};
	static const char *const bad_calls[][2] = {
		{"[2,\"i\",\"Nonsense\",{}]", "NotImplemented"},
		{"[2,\"i\",\"ReserveNow\",{}]", "OccurenceConstraintViolation"},
		{"[2,\"i\",\"Heartbeat\",{}]", "NotSupported"},
		{"[2,\"i\",\"Reset\",{}]", "OccurenceConstraintViolation"},
		{"[2,\"i\",\"Reset\",{\"type\":\"Softly\"}]", "PropertyConstraintViolation"},
		{"[2,\"i\",\"Reset\",{\"type\":3}]", "TypeConstraintViolation"},
		{"[2,\"i\",\"Reset\",{\"type\":\"Hard\",\"more\":1}]", "FormationViolation"},
		{"[2,\"i\",\"Reset\",[]]", "FormationViolation"},
		{"[2,\"i\",\"UnlockConnector\",{\"connectorId\":0}]",
			"PropertyConstraintViolation"},
		{"[2,\"i\",\"RemoteStartTransaction\",{\"idTag\":\"123456789012345678901\"}]",
			"PropertyConstraintViolation"},
	};
	struct rig rig;
	char frame[4096], deep[2048] = "[3,\"d\",";

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	charge_by_card(&rig);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		rig_say(&rig, nonsense[i]);
		while (rig_take(&rig, frame))
			assert_string_equal(rig_part(frame, "0"), "4");
	}
	memset(deep + strlen(deep), '[', 1000);
	rig_say(&rig, deep);
	for (size_t i = 0; i < sizeof(bad_calls) / sizeof(bad_calls[0]); i++) {
		rig_say(&rig, bad_calls[i][0]);
		assert_true(rig_take(&rig, frame));
		assert_string_equal(rig_part(frame, "0"), "4");
		assert_string_equal(rig_part(frame, "1"), "i");
		assert_string_equal(rig_part(frame, "2"), bad_calls[i][1]);
	}
	rig_run(&rig, 2000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	assert_int_equal(rig.pile.reset, RESET_NONE);
	assert_int_equal(rig.pile.outlets[0].tx, 1);
	assert_int_equal(rig.pile.link.state, LINK_OPEN);
	rig_end(&rig);
}

/* Answers that are none to a start: it is asked again, later and later, until a good one comes. */
static void test_bad_answers_to_a_start(void **state)
{
	struct rig rig;
	char frame[4096], id[64];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_say(&rig,
		"[2,\"r1\",\"RemoteStartTransaction\",{\"idTag\":\"WEB\",\"connectorId\":1}]");
	assert_true(rig_take(&rig, frame));
	rig_plug(&rig, 1, 50);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "StartTransaction", frame);
	snprintf(id, sizeof(id), "%s", rig_part(frame, "1"));
	rig_answer(&rig, frame, "{\"transactionId\":5}");
	assert_false(spool_tx(&rig.pile.spool, 1)->confirmed);
	rig_run(&rig, 3000);
	answer_all(&rig, "StatusNotification", "{}");
	assert_int_equal(rig.frames_len, 0); /* not at once again */
	rig_run(&rig, 10000);
	rig_expect(&rig, "StartTransaction", frame);
	assert_string_equal(rig_part(frame, "1"), id);
	rig_refuse(&rig, frame, "InternalError");
	rig_run(&rig, 15000);
	assert_int_equal(rig.frames_len, 0);
	rig_run(&rig, 10000);
	rig_expect(&rig, "StartTransaction", frame);
	rig_answer(&rig, frame, started);
	assert_int_equal(spool_tx(&rig.pile.spool, 1)->server_id, 4711);
	rig_end(&rig);
}

/* A server that will never take the start: after the configured attempts the charge's messages are
 * given up, the pile goes on. */
static void test_start_refused_for_good(void **state)
{
	struct rig rig;
	char frame[4096];
	int starts = 0;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_say(&rig, "[2,\"k\",\"ChangeConfiguration\",{\"key\":\"TransactionMessageAttempts\","
		      "\"value\":\"3\"}]");
	assert_true(rig_take(&rig, frame));
	rig_say(&rig,
		"[2,\"r1\",\"RemoteStartTransaction\",{\"idTag\":\"WEB\",\"connectorId\":1}]");
	assert_true(rig_take(&rig, frame));
	rig_plug(&rig, 1, 50);
	for (int i = 0; i < 1500; i++) {
		rig_run(&rig, 100);
		if (!rig_take(&rig, frame))
			continue;
		assert_string_not_equal(rig_part(frame, "2"), "StopTransaction");
		assert_string_not_equal(rig_part(frame, "2"), "MeterValues");
		if (strcmp(rig_part(frame, "2"), "StartTransaction") == 0) {
			starts++;
			rig_refuse(&rig, frame, "FormationViolation");
		} else {
			rig_answer(&rig, frame, "{}");
		}
		if (starts == 3)
			sim_unplug(&rig.sims[0]);
	}
	assert_int_equal(starts, 3);
	assert_int_equal(rig.pile.spool.count, 0);
	assert_int_equal(rig.pile.spool.txs_len, 0);
	rig_end(&rig);
}

static void test_no_answer_means_no_connection(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_plug(&rig, 1, 30);
	rig_expect(&rig, "StatusNotification", frame);
	rig_run(&rig, 29000);
	assert_true(rig.connected);
	rig_run(&rig, 2000);
	assert_false(rig.connected && rig.pile.link.accepted);
	rig_run(&rig, 3000);
	rig_back(&rig);
	rig_end(&rig);
}

static void test_orders(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_say(&rig, "[2,\"1\",\"TriggerMessage\",{\"requestedMessage\":\"StatusNotification\","
		      "\"connectorId\":2}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.connectorId"), "2");
	rig_answer(&rig, frame, "{}");
	rig_say(&rig, "[2,\"2\",\"TriggerMessage\",{\"requestedMessage\":\"MeterValues\"}]");
	assert_true(rig_take(&rig, frame));
	for (int i = 0; i < 2; i++) {
		rig_expect(&rig, "MeterValues", frame);
		assert_string_equal(
			rig_part(frame, "3.meterValue.0.sampledValue.0.context"), "Trigger");
		assert_string_equal(rig_part(frame, "3.transactionId"), "");
		rig_answer(&rig, frame, "{}");
	}
	rig_say(&rig, "[2,\"3\",\"TriggerMessage\",{\"requestedMessage\":\"Heartbeat\"}]");
	assert_true(rig_take(&rig, frame));
	rig_expect(&rig, "Heartbeat", frame);
	rig_answer(&rig, frame, "{\"currentTime\":\"2027-01-15T08:00:02Z\"}");
	rig_say(&rig, "[2,\"4\",\"TriggerMessage\",{\"requestedMessage\":"
		      "\"FirmwareStatusNotification\"}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_expect(&rig, "FirmwareStatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.status"), "Idle");
	rig_answer(&rig, frame, "{}");
	rig_say(&rig, "[2,\"5\",\"TriggerMessage\",{\"requestedMessage\":\"Heartbeat\","
		      "\"connectorId\":9}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig_say(&rig, "[2,\"6\",\"UnlockConnector\",{\"connectorId\":9}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "NotSupported");
	rig_say(&rig, "[2,\"7\",\"UnlockConnector\",{\"connectorId\":1}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Unlocked");
	rig_say(&rig, "[2,\"8\",\"DataTransfer\",{\"vendorId\":\"other\"}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "UnknownVendorId");
	rig_say(&rig,
		"[2,\"9\",\"DataTransfer\",{\"vendorId\":\"leyden\",\"messageId\":\"display\","
		"\"data\":\"{\\\"connector\\\":1,\\\"cost\\\":\\\"3.20 CNY\\\"}\"}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	assert_string_equal(rig.pile.outlets[0].cost, "3.20 CNY");
	rig_say(&rig, "[2,\"10\",\"ClearCache\",{}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_end(&rig);
}

static void test_availability_waits_for_the_charge(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	charge_by_card(&rig);
	rig_say(&rig,
		"[2,\"a\",\"ChangeAvailability\",{\"connectorId\":0,\"type\":\"Inoperative\"}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Scheduled");
	rig_run(&rig, 2000);
	answer_all(&rig, "StatusNotification", "{}");
	assert_string_equal(rig_status(&rig, 1), "Charging");
	assert_string_equal(rig_status(&rig, 2), "Unavailable");
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 1000);
	assert_string_equal(rig_status(&rig, 1), "Unavailable");
	/* it stays so over a restart */
	rig_kill(&rig);
	rig_open(&rig);
	rig_run(&rig, 500);
	assert_string_equal(rig_status(&rig, 1), "Unavailable");
	rig_run(&rig, 500);
	rig_take(&rig, frame);
	rig_say(&rig,
		"[2,\"b\",\"ChangeAvailability\",{\"connectorId\":0,\"type\":\"Operative\"}]");
	rig_run(&rig, 500);
	assert_string_equal(rig_status(&rig, 2), "Available");
	rig_say(&rig,
		"[2,\"c\",\"ChangeAvailability\",{\"connectorId\":7,\"type\":\"Operative\"}]");
	rig_end(&rig);
}

static void test_reset_ends_charges_first(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	charge_by_card(&rig);
	rig_say(&rig, "[2,\"x\",\"Reset\",{\"type\":\"Soft\"}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 500);
	assert_true(pile_quiet(&rig.pile));
	assert_int_equal(rig.pile.reset, RESET_SOFT);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "StopTransaction", frame);
	assert_string_equal(rig_part(frame, "3.reason"), "SoftReset");
	rig_end(&rig);
}

static void test_emergency_stop(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	charge_by_card(&rig);
	rig.sims[0].faults = SIM_FAULT_EMERGENCY;
	rig_run(&rig, 300);
	assert_false(rig.sims[0].contactor_closed);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.status"), "Faulted");
	assert_string_equal(rig_part(frame, "3.errorCode"), "OtherError");
	assert_string_equal(rig_part(frame, "3.vendorErrorCode"), "E01");
	rig_answer(&rig, frame, "{}");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "StopTransaction", frame);
	assert_string_equal(rig_part(frame, "3.reason"), "EmergencyStop");
	rig_end(&rig);
}

/* The clock of the pile is a year behind: the server's rules. */
/* What goes wrong at an outlet reaches the server with its code, its sentence and the standard's
 * word for it, and so does that it is over. */
static void test_faults_are_told(void **state)
{
	static const struct {
		uint32_t fault;
		enum protect_kind kind;
	} rows[] = {{SIM_FAULT_EMERGENCY, PROTECT_EMERGENCY},
		{SIM_FAULT_RESIDUAL, PROTECT_RESIDUAL},
		{SIM_FAULT_RESIDUAL_DC, PROTECT_RESIDUAL_DC}, {SIM_FAULT_SURGE, PROTECT_SURGE},
		{SIM_FAULT_WATER, PROTECT_WATER}, {SIM_FAULT_DOOR, PROTECT_DOOR},
		{SIM_FAULT_METER_SILENT, PROTECT_METER}, {SIM_FAULT_PILOT, PROTECT_PILOT},
		{SIM_FAULT_SENSORS, PROTECT_HARDWARE}};
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct protect_row *row = protect_row(rows[i].kind);

		rig.sims[0].faults = rows[i].fault;
		rig_expect(&rig, "StatusNotification", frame);
		assert_string_equal(rig_part(frame, "3.status"), "Faulted");
		assert_string_equal(rig_part(frame, "3.errorCode"), row->ocpp_error);
		assert_string_equal(rig_part(frame, "3.vendorErrorCode"), row->code);
		assert_string_equal(rig_part(frame, "3.info"), row->info);
		rig_answer(&rig, frame, "{}");
		rig.sims[0].faults = 0;
		rig_run(&rig, 500);
		rig_expect(&rig, "StatusNotification", frame);
		assert_string_equal(rig_part(frame, "3.status"), "Available");
		assert_string_equal(rig_part(frame, "3.errorCode"), "NoError");
		rig_answer(&rig, frame, "{}");
		rig_run(&rig, 2000);
	}
	rig_end(&rig);
}

static void test_server_clock_rules(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2028-01-15T08:00:00Z\",\"interval\":"
		"60}");
	rig_expect(&rig, "StatusNotification", frame);
	rig_answer(&rig, frame, "{}");
	rig_run(&rig, 1000);
	answer_all(&rig, "StatusNotification", "{}");
	rig_plug(&rig, 1, 10);
	rig_expect(&rig, "StatusNotification", frame);
	assert_memory_equal(rig_part(frame, "3.timestamp"), "2028-01-15", 10);
	rig_answer(&rig, frame, "{}");
	rig_run(&rig, 60000);
	rig_expect(&rig, "Heartbeat", frame); /* the interval of the boot answer */
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charge_by_card),
		cmocka_unit_test(test_refused_card_gets_nothing),
		cmocka_unit_test(test_remote_start_and_stop),
		cmocka_unit_test(test_remote_start_times_out),
		cmocka_unit_test(test_server_refuses_after_start),
		cmocka_unit_test(test_boot_pending_and_rejected),
		cmocka_unit_test(test_nonsense_changes_nothing),
		cmocka_unit_test(test_bad_answers_to_a_start),
		cmocka_unit_test(test_start_refused_for_good),
		cmocka_unit_test(test_no_answer_means_no_connection),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_availability_waits_for_the_charge),
		cmocka_unit_test(test_reset_ends_charges_first),
		cmocka_unit_test(test_emergency_stop),
		cmocka_unit_test(test_faults_are_told),
		cmocka_unit_test(test_server_clock_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
