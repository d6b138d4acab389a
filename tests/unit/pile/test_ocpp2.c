/* test_ocpp2.c - charges of a whole pile with a scripted server of OCPP 2.0.1 and 2.1: by card and
 * from afar, limits, offline hours, power cuts, and servers that say nonsense. */
#include "rig_talk2.h"

static const char unknown[] = "{\"idTokenInfo\":{\"status\":\"Unknown\"}}";

static void charge_by_card_in(enum ocpp_version version)
{
	struct rig rig;
	char frame[4096], name[64];

	online(&rig, version);
	charge(&rig, name);
	rig_run(&rig, 61000);
	expect_event(&rig, "Updated", "MeterValuePeriodic", frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.transactionId"), name);
	assert_string_equal(rig_part(frame, "3.seqNo"), "2");
	assert_string_equal(rig_part(frame, "3.meterValue.0.sampledValue.0.measurand"),
		"Energy.Active.Import.Register");
	assert_string_equal(
		rig_part(frame, "3.meterValue.0.sampledValue.0.unitOfMeasure.unit"), "Wh");
	assert_true(strtol(rig_part(frame, "3.meterValue.0.sampledValue.0.value"), NULL, 10) > 300);
	rig_answer(&rig, frame, "{\"totalCost\":1.236}");
	assert_string_equal(rig.pile.outlets[0].cost, "1.24");
	rig_tap(&rig, 1, "OTHER");
	rig_expect(&rig, "Authorize", frame); /* it might be of the same group */
	rig_answer(&rig, frame, authorized);
	rig_run(&rig, 1000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	rig_tap(&rig, 1, "card-1");
	rig_run(&rig, 1000);
	expect_event(&rig, "Ended", "StopAuthorized", frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.stoppedReason"), "Local");
	assert_string_equal(rig_part(frame, "3.transactionInfo.chargingState"), "EVConnected");
	assert_string_equal(rig_part(frame, "3.seqNo"), "3");
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), "card-1");
	assert_string_equal(rig_part(frame, "3.meterValue.0.sampledValue.0.value"), "0");
	assert_string_equal(
		rig_part(frame, "3.meterValue.1.sampledValue.0.context"), "Transaction.End");
	assert_true(strtol(rig_part(frame, "3.meterValue.1.sampledValue.0.value"), NULL, 10) > 350);
	rig_answer(&rig, frame, "{\"totalCost\":2.5}");
	assert_int_equal(rig.pile.spool.count, 0);
	assert_string_equal(rig.pile.outlets[0].cost, "2.50");
	sim_unplug(&rig.sims[0]);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.connectorStatus"), "Available");
	rig_end(&rig);
}

static void test_charge_by_card(void **state)
{
	(void)state;
	charge_by_card_in(OCPP_201);
	charge_by_card_in(OCPP_21);
}

static void test_remote_start_and_stop(void **state)
{
	struct rig rig;
	char frame[4096], text[256];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "RequestStartTransaction",
		"{\"idToken\":{\"idToken\":\"0123456789-0123456789-0123456789-ABC\",\"type\":"
		"\"Central\"},\"remoteStartId\":77,\"evseId\":2}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	ask(&rig, "RequestStartTransaction",
		"{\"idToken\":{\"idToken\":\"X\",\"type\":\"Central\"},\"remoteStartId\":78,"
		"\"evseId\":2}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	ask(&rig, "RequestStartTransaction",
		"{\"idToken\":{\"idToken\":\"\",\"type\":\"Central\"},\"remoteStartId\":79,"
		"\"evseId\":1}",
		frame);
	assert_string_equal(rig_part(frame, "2.statusInfo.reasonCode"), "InvalidIdToken");
	rig_plug(&rig, 2, 50);
	answer_all(&rig, "StatusNotification", "{}");
	expect_event(&rig, "Started", "RemoteStart", frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.remoteStartId"), "77");
	assert_string_equal(
		rig_part(frame, "3.idToken.idToken"), "0123456789-0123456789-0123456789-ABC");
	assert_string_equal(rig_part(frame, "3.idToken.type"), "Central");
	assert_string_equal(rig_part(frame, "3.evse.id"), "2");
	rig_answer(&rig, frame, authorized);
	snprintf(text, sizeof(text), "{\"transactionId\":\"%s\"}",
		rig_part(frame, "3.transactionInfo.transactionId"));
	rig_run(&rig, 2000);
	answer_all(&rig, "TransactionEvent", "{}");
	ask(&rig, "GetTransactionStatus", text, frame);
	assert_string_equal(rig_part(frame, "2.ongoingIndicator"), "true");
	ask(&rig, "RequestStopTransaction", "{\"transactionId\":\"no-such\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	ask(&rig, "UnlockConnector", "{\"evseId\":2,\"connectorId\":1}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "OngoingAuthorizedTransaction");
	ask(&rig, "RequestStopTransaction", text, frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 500);
	expect_event(&rig, "Ended", "RemoteStop", frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.stoppedReason"), "Remote");
	ask(&rig, "GetTransactionStatus", text, frame);
	assert_string_equal(rig_part(frame, "2.ongoingIndicator"), "false");
	assert_string_equal(rig_part(frame, "2.messagesInQueue"), "true");
	rig_end(&rig);
}

static void test_server_refuses_after_start(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	rig_plug(&rig, 1, 30);
	answer_all(&rig, "StatusNotification", "{}");
	rig_tap(&rig, 1, "CARD-1");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, authorized);
	expect_event(&rig, "Started", "Authorized", frame);
	rig_answer(&rig, frame, unknown);
	rig_run(&rig, 1000);
	while (strcmp(rig_part(frame, "3.eventType"), "Ended") != 0) {
		rig_expect(&rig, "TransactionEvent", frame);
		rig_answer(&rig, frame, "{}");
	}
	assert_string_equal(rig_part(frame, "3.triggerReason"), "Deauthorized");
	assert_string_equal(rig_part(frame, "3.transactionInfo.stoppedReason"), "DeAuthorized");
	assert_false(rig.sims[0].contactor_closed);
	/* and next time the card is not even asked for offline */
	rig_close(&rig, 1000, STR("away"));
	rig.refuse = true;
	rig_run(&rig, 5000);
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 1000);
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_REFUSED);
	rig_end(&rig);
}

/* A token that is good at another outlet only. */
static void test_token_of_another_outlet(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	rig_plug(&rig, 1, 30);
	answer_all(&rig, "StatusNotification", "{}");
	rig_tap(&rig, 1, "CARD-1");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, "{\"idTokenInfo\":{\"status\":\"Accepted\",\"evseId\":[2]}}");
	rig_run(&rig, 1000);
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_REFUSED);
	rig_end(&rig);
}

/* What 2.1 answers to a start ends the charge by itself. */
static void test_limits_end_the_charge(void **state)
{
	static const struct {
		const char *limit, *trigger, *reason;
	} cases[] = {
		{"{\"maxEnergy\":500}", "EnergyLimitReached", "EnergyLimitReached"},
		{"{\"maxTime\":60}", "TimeLimitReached", "TimeLimitReached"},
		{"{\"maxCost\":1.5}", "CostLimitReached", "LocalOutOfCredit"},
		{"{\"maxSoC\":31}", "SoCLimitReached", "SOCLimitReached"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rig rig;
		char frame[4096], answer[256];
		online(&rig, OCPP_21);
		rig.sims[0].battery_speed = 20;
		rig_plug(&rig, 1, 30);
		answer_all(&rig, "StatusNotification", "{}");
		rig_tap(&rig, 1, "CARD-1");
		rig_expect(&rig, "Authorize", frame);
		rig_answer(&rig, frame, authorized);
		expect_event(&rig, "Started", "Authorized", frame);
		snprintf(answer, sizeof(answer),
			"{\"idTokenInfo\":{\"status\":\"Accepted\"},\"transactionLimit\":%s}",
			cases[i].limit);
		rig_answer(&rig, frame, answer);
		/* the limit outlives the program */
		rig_run(&rig, 500);
		assert_true(spool_tx_running(&rig.pile.spool, 1) != NULL);
		for (int seconds = 0; seconds < 600; seconds++) {
			rig_run(&rig, 1000);
			if (!rig_take(&rig, frame))
				continue;
			assert_string_equal(rig_part(frame, "2"), "TransactionEvent");
			if (strcmp(rig_part(frame, "3.eventType"), "Ended") == 0)
				break;
			rig_answer(&rig, frame, "{\"totalCost\":1.5}");
		}
		assert_string_equal(rig_part(frame, "3.triggerReason"), cases[i].trigger);
		assert_string_equal(
			rig_part(frame, "3.transactionInfo.stoppedReason"), cases[i].reason);
		rig_end(&rig);
	}
}

/* A charge without network is told later, marked so, with its numbers in order; the power is cut
 * in the middle and the controller starts anew. */
static void test_offline_charge_is_told_later(void **state)
{
	struct rig rig;
	char frame[4096], name[64];
	int number = 0;

	(void)state;
	online(&rig, OCPP_201);
	rig_plug(&rig, 1, 30);
	answer_all(&rig, "StatusNotification", "{}");
	rig_tap(&rig, 1, "CARD-1");
	rig_expect(&rig, "Authorize", frame);
	rig_close(&rig, 1000, STR("cut"));
	rig.refuse = true;
	rig_run(&rig, 1000);
	/* nobody knows the card yet: the key says whether that matters */
	assert_true(keys_set(&rig.pile.keys, &rig.pile.spool, STR("AllowOfflineTxForUnknownId"),
			    STR("true")) >= 0);
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 70000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	rig_kill(&rig);
	rig_open(&rig);
	rig_run(&rig, 3000);
	assert_true(pile_quiet(&rig.pile));
	rig.refuse = false;
	for (int i = 0; i < 600 && rig.frames_len == 0; i++)
		rig_run(&rig, 100);
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:03:01Z\",\"interval\":"
		"86400}");
	expect_event(&rig, "Started", "Authorized", frame);
	snprintf(name, sizeof(name), "%s", rig_part(frame, "3.transactionInfo.transactionId"));
	for (;;) {
		assert_string_equal(rig_part(frame, "3.offline"), "true");
		assert_string_equal(rig_part(frame, "3.transactionInfo.transactionId"), name);
		assert_int_equal(strtol(rig_part(frame, "3.seqNo"), NULL, 10), number++);
		rig_answer(&rig, frame, "{}");
		if (strcmp(rig_part(frame, "3.eventType"), "Ended") == 0)
			break;
		rig_run(&rig, 200);
		answer_all(&rig, "StatusNotification", "{}");
		rig_expect(&rig, "TransactionEvent", frame);
	}
	assert_true(number >= 4); /* started, charging, a reading, ended */
	assert_string_equal(rig_part(frame, "3.transactionInfo.stoppedReason"), "PowerLoss");
	assert_int_equal(rig.pile.spool.count, 0);
	rig_end(&rig);
}

/* A card that charged once is known without network, and its charge is told with its token. */
static void test_known_card_charges_offline(void **state)
{
	struct rig rig;
	char frame[4096], name[64];

	(void)state;
	online(&rig, OCPP_201);
	charge(&rig, name);
	rig_tap(&rig, 1, "CARD-1");
	expect_event(&rig, "Ended", "StopAuthorized", frame);
	rig_answer(&rig, frame, authorized);
	sim_unplug(&rig.sims[0]);
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	rig_close(&rig, 1000, STR("cut"));
	rig.refuse = true;
	rig_run(&rig, 500);
	rig_plug(&rig, 1, 40);
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 4000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 1500);
	sim_unplug(&rig.sims[0]);
	rig_run(&rig, 500);
	rig.refuse = false;
	for (int i = 0; i < 1200 && rig.frames_len == 0; i++)
		rig_run(&rig, 100);
	answer_all(&rig, "StatusNotification", "{}"); /* the connection broke: no second boot */
	expect_event(&rig, "Started", "Authorized", frame);
	assert_string_equal(rig_part(frame, "3.offline"), "true");
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), "CARD-1");
	rig_answer(&rig, frame, authorized);
	for (int i = 0; i < 100 && rig.pile.spool.count > 0; i++) {
		rig_run(&rig, 100);
		answer_all(&rig, "StatusNotification", "{}");
		answer_all(&rig, "TransactionEvent", "{}");
	}
	assert_int_equal(rig.pile.spool.count, 0);
	/* the last word is how the outlet is now */
	for (int i = 0; i < 10 && rig.frames_len == 0; i++)
		rig_run(&rig, 100);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.connectorStatus"), "Available");
	rig_end(&rig);
}

/* Answers that are none, and the power cut between message and answer: the same message comes again
 * under the same id and number. */
static void test_message_is_repeated_as_it_was(void **state)
{
	struct rig rig;
	char frame[4096], first[4096];

	(void)state;
	online(&rig, OCPP_21);
	rig_plug(&rig, 1, 30);
	answer_all(&rig, "StatusNotification", "{}");
	rig_tap(&rig, 1, "CARD-1");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, authorized);
	expect_event(&rig, "Started", "Authorized", first);
	rig_answer(&rig, first, "{\"idTokenInfo\":{\"status\":\"Sure\"}}");
	assert_false(spool_tx(&rig.pile.spool, 1)->confirmed);
	rig_run(&rig, 15000);
	rig_expect(&rig, "TransactionEvent", frame);
	assert_string_equal(frame, first);
	rig_kill(&rig);
	rig_open(&rig);
	for (int i = 0; i < 600 && rig.frames_len == 0; i++)
		rig_run(&rig, 100);
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:03:01Z\",\"interval\":"
		"86400}");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "TransactionEvent", frame);
	assert_string_equal(frame, first);
	rig_end(&rig);
}

/* Whatever a server may send: nothing of it changes anything. */
static void test_nonsense_changes_nothing(void **state)
{
	static const char *const bad_calls[][2] = {
		{"[2,\"i\",\"Nonsense\",{}]", "NotImplemented"},
		{"[2,\"i\",\"RemoteStartTransaction\",{\"idTag\":\"X\"}]", "NotImplemented"},
		{"[2,\"i\",\"SetDefaultTariff\",{}]", "NotImplemented"}, /* 2.1 */
		{"[2,\"i\",\"Heartbeat\",{}]", "NotSupported"},
		{"[2,\"i\",\"PublishFirmware\",{}]", "NotSupported"},
		{"[2,\"i\",\"Reset\",{}]", "OccurrenceConstraintViolation"},
		{"[2,\"i\",\"Reset\",{\"type\":\"Hard\"}]", "PropertyConstraintViolation"},
		{"[2,\"i\",\"Reset\",{\"type\":\"ImmediateAndResume\"}]",
			"PropertyConstraintViolation"},
		{"[2,\"i\",\"Reset\",{\"type\":3}]", "TypeConstraintViolation"},
		{"[2,\"i\",\"Reset\",{\"type\":\"OnIdle\",\"more\":1}]", "FormatViolation"},
		{"[2,\"i\",\"Reset\",[]]", "FormatViolation"},
		{"[2,\"i\",\"GetVariables\",{\"getVariableData\":[]}]",
			"OccurrenceConstraintViolation"},
	};
	struct rig rig;
	char frame[4096], name[64];

	(void)state;
	online(&rig, OCPP_201);
	charge(&rig, name);
	for (size_t i = 0; i < sizeof(bad_calls) / sizeof(bad_calls[0]); i++) {
		rig_say(&rig, bad_calls[i][0]);
		assert_true(rig_take(&rig, frame));
		assert_string_equal(rig_part(frame, "0"), "4");
		assert_string_equal(rig_part(frame, "2"), bad_calls[i][1]);
	}
	rig_run(&rig, 2000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	assert_int_equal(rig.pile.reset, RESET_NONE);
	rig_end(&rig);
}

/* A charge that 1.6 gave a number is told to its end in 1.6, whatever the pile would rather speak.
 */
static void test_versions_offered(void **state)
{
	const enum ocpp_version all[] = {OCPP_21, OCPP_201, OCPP_16};
	struct rig rig;
	int64_t tx;

	(void)state;
	rig_start_as(&rig, OCPP_21);
	memcpy(rig.pile.config.versions, all, sizeof(all));
	assert_true(str_is(talk_offer(&rig.pile, &rig.arena), "ocpp2.1,ocpp2.0.1,ocpp1.6"));
	assert_int_equal(spool_start(&rig.pile.spool, 1, "T", 0, 1, -1, NULL, &tx), 0);
	assert_true(str_is(talk_offer(&rig.pile, &rig.arena), "ocpp2.1,ocpp2.0.1,ocpp1.6"));
	assert_int_equal(spool_confirm(&rig.pile.spool, tx, 4711, true), 0);
	assert_true(str_is(talk_offer(&rig.pile, &rig.arena), "ocpp1.6"));
	assert_int_equal(spool_confirm(&rig.pile.spool, tx, SPOOL_OWN_NAME, true), 0);
	assert_true(str_is(talk_offer(&rig.pile, &rig.arena), "ocpp2.1,ocpp2.0.1"));
	rig.pile.link.tries = 6; /* a server that takes none of them */
	assert_true(str_is(talk_offer(&rig.pile, &rig.arena), "ocpp2.1,ocpp2.0.1,ocpp1.6"));
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charge_by_card),
		cmocka_unit_test(test_remote_start_and_stop),
		cmocka_unit_test(test_server_refuses_after_start),
		cmocka_unit_test(test_token_of_another_outlet),
		cmocka_unit_test(test_limits_end_the_charge),
		cmocka_unit_test(test_offline_charge_is_told_later),
		cmocka_unit_test(test_known_card_charges_offline),
		cmocka_unit_test(test_message_is_repeated_as_it_was),
		cmocka_unit_test(test_nonsense_changes_nothing),
		cmocka_unit_test(test_versions_offered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
