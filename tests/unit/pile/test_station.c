/* test_station.c - what the standard asks of every station, whatever our own server does with it:
 * required variables and keys with their access, one boot, pauses between connections, states after
 * an absence, cards of one group, the group that ends any charge, certificates that do not come. */
#include "rig_talk2.h"
#include "pile/model.h"
#include "wire/ocpp16/enums.h"

struct wanted {
	const char *component, *variable, *instance, *access;
};

/* Part 2, appendix 2 of OCPP 2.0.1: what is required of every station, and of one that keeps lists,
 * shares power, shows prices and messages, and watches variables. */
static const struct wanted wanted[] = {
	{"AlignedDataCtrlr", "Interval", "", "ReadWrite"},
	{"AlignedDataCtrlr", "Measurands", "", "ReadWrite"},
	{"AlignedDataCtrlr", "TxEndedInterval", "", "ReadWrite"},
	{"AlignedDataCtrlr", "TxEndedMeasurands", "", "ReadWrite"},
	{"AuthCtrlr", "AuthorizeRemoteStart", "", "ReadWrite"},
	{"AuthCtrlr", "LocalAuthorizeOffline", "", "ReadWrite"},
	{"AuthCtrlr", "LocalPreAuthorize", "", "ReadWrite"},
	{"AuthCtrlr", "MasterPassGroupId", "", "ReadWrite"},
	{"ChargingStation", "Available", "", "ReadOnly"},
	{"ChargingStation", "AvailabilityState", "", "ReadOnly"},
	{"ChargingStation", "SupplyPhases", "", "ReadOnly"},
	{"ClockCtrlr", "DateTime", "", "ReadOnly"},
	{"ClockCtrlr", "TimeSource", "", "ReadWrite"},
	{"DeviceDataCtrlr", "BytesPerMessage", "GetReport", "ReadOnly"},
	{"DeviceDataCtrlr", "BytesPerMessage", "GetVariables", "ReadOnly"},
	{"DeviceDataCtrlr", "BytesPerMessage", "SetVariables", "ReadOnly"},
	{"DeviceDataCtrlr", "ItemsPerMessage", "GetReport", "ReadOnly"},
	{"DeviceDataCtrlr", "ItemsPerMessage", "GetVariables", "ReadOnly"},
	{"DeviceDataCtrlr", "ItemsPerMessage", "SetVariables", "ReadOnly"},
	{"DisplayMessageCtrlr", "DisplayMessages", "", "ReadOnly"},
	{"DisplayMessageCtrlr", "SupportedFormats", "", "ReadOnly"},
	{"DisplayMessageCtrlr", "SupportedPriorities", "", "ReadOnly"},
	{"LocalAuthListCtrlr", "BytesPerMessage", "", "ReadOnly"},
	{"LocalAuthListCtrlr", "Enabled", "", "ReadWrite"},
	{"LocalAuthListCtrlr", "Entries", "", "ReadOnly"},
	{"LocalAuthListCtrlr", "ItemsPerMessage", "", "ReadOnly"},
	{"MonitoringCtrlr", "BytesPerMessage", "SetVariableMonitoring", "ReadOnly"},
	{"MonitoringCtrlr", "ItemsPerMessage", "SetVariableMonitoring", "ReadOnly"},
	{"OCPPCommCtrlr", "FileTransferProtocols", "", "ReadOnly"},
	{"OCPPCommCtrlr", "HeartbeatInterval", "", "ReadWrite"},
	{"OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent", "ReadWrite"},
	{"OCPPCommCtrlr", "MessageAttempts", "TransactionEvent", "ReadWrite"},
	{"OCPPCommCtrlr", "MessageTimeout", "Default", "ReadOnly"},
	{"OCPPCommCtrlr", "NetworkConfigurationPriority", "", "ReadWrite"},
	{"OCPPCommCtrlr", "NetworkProfileConnectionAttempts", "", "ReadWrite"},
	{"OCPPCommCtrlr", "OfflineThreshold", "", "ReadWrite"},
	{"OCPPCommCtrlr", "ResetRetries", "", "ReadWrite"},
	{"OCPPCommCtrlr", "RetryBackOffRandomRange", "", "ReadWrite"},
	{"OCPPCommCtrlr", "RetryBackOffRepeatTimes", "", "ReadWrite"},
	{"OCPPCommCtrlr", "RetryBackOffWaitMinimum", "", "ReadWrite"},
	{"OCPPCommCtrlr", "UnlockOnEVSideDisconnect", "", "ReadWrite"},
	{"OCPPCommCtrlr", "WebSocketPingInterval", "", "ReadWrite"},
	{"SampledDataCtrlr", "TxEndedInterval", "", "ReadWrite"},
	{"SampledDataCtrlr", "TxEndedMeasurands", "", "ReadWrite"},
	{"SampledDataCtrlr", "TxStartedMeasurands", "", "ReadWrite"},
	{"SampledDataCtrlr", "TxUpdatedInterval", "", "ReadWrite"},
	{"SampledDataCtrlr", "TxUpdatedMeasurands", "", "ReadWrite"},
	{"SecurityCtrlr", "BasicAuthPassword", "", "WriteOnly"},
	{"SecurityCtrlr", "CertificateEntries", "", "ReadOnly"},
	{"SecurityCtrlr", "Identity", "", "ReadOnly"},
	{"SecurityCtrlr", "OrganizationName", "", "ReadWrite"},
	{"SecurityCtrlr", "SecurityProfile", "", "ReadOnly"},
	{"SmartChargingCtrlr", "Entries", "ChargingProfiles", "ReadOnly"},
	{"SmartChargingCtrlr", "LimitChangeSignificance", "", "ReadWrite"},
	{"SmartChargingCtrlr", "PeriodsPerSchedule", "", "ReadOnly"},
	{"SmartChargingCtrlr", "ProfileStackLevel", "", "ReadOnly"},
	{"SmartChargingCtrlr", "RateUnit", "", "ReadOnly"},
	{"TariffCostCtrlr", "Currency", "", "ReadWrite"},
	{"TariffCostCtrlr", "TariffFallbackMessage", "", "ReadWrite"},
	{"TariffCostCtrlr", "TotalCostFallbackMessage", "", "ReadWrite"},
	{"TxCtrlr", "EVConnectionTimeOut", "", "ReadWrite"},
	{"TxCtrlr", "StopTxOnEVSideDisconnect", "", "ReadWrite"},
	{"TxCtrlr", "StopTxOnInvalidId", "", "ReadWrite"},
	{"TxCtrlr", "TxStartPoint", "", "ReadOnly"},
	{"TxCtrlr", "TxStopPoint", "", "ReadOnly"},
};

static void test_required_variables(void **state)
{
	static const char *const accesses[] = {
		[MODEL_READ] = "ReadOnly",
		[MODEL_WRITE] = "WriteOnly",
		[MODEL_READ_WRITE] = "ReadWrite",
	};
	struct model_variable found;
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const struct model_name name = {.component = str_from(wanted[i].component),
			.variable = str_from(wanted[i].variable),
			.instance = str_from(wanted[i].instance)};
		if (model_find(&rig.pile, &name, &found) != MODEL_FOUND)
			fail_msg("no %s.%s", wanted[i].component, wanted[i].variable);
		assert_string_equal(accesses[found.access], wanted[i].access);
	}
	/* of each outlet and its connector */
	for (int64_t evse = 1; evse <= RIG_OUTLETS; evse++) {
		static const char *const names[][2] = {{"EVSE", "Available"},
			{"EVSE", "AvailabilityState"}, {"EVSE", "Power"}, {"EVSE", "SupplyPhases"},
			{"Connector", "Available"}, {"Connector", "AvailabilityState"},
			{"Connector", "ConnectorType"}, {"Connector", "SupplyPhases"}};
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			struct model_name name = {.component = str_from(names[i][0]),
				.variable = str_from(names[i][1]),
				.evse = evse,
				.connector = i >= 4};
			assert_int_equal(model_find(&rig.pile, &name, &found), MODEL_FOUND);
		}
	}
	assert_int_equal(found.access, MODEL_READ);
	rig_end(&rig);
}

/* What the counts say, and the bounds beside the values. */
static void test_counts_and_bounds(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "SendLocalList",
		"{\"versionNumber\":1,\"updateType\":\"Full\",\"localAuthorizationList\":[{"
		"\"idToken\":{\"idToken\":\"A\",\"type\":\"ISO14443\"},\"idTokenInfo\":{\"status\":"
		"\"Accepted\"}}]}",
		frame);
	ask(&rig, "GetReport",
		"{\"requestId\":1,\"componentVariable\":[{\"component\":{\"name\":"
		"\"LocalAuthListCtrlr\"},\"variable\":{\"name\":\"Entries\"}},{\"component\":{"
		"\"name\":\"EVSE\",\"evse\":{\"id\":1}},\"variable\":{\"name\":\"Power\"}}]}",
		frame);
	rig_run(&rig, 200);
	rig_expect(&rig, "NotifyReport", frame);
	assert_string_equal(rig_part(frame, "3.reportData.0.component.name"), "EVSE");
	assert_true(strtol(rig_part(frame, "3.reportData.0.variableCharacteristics.maxLimit"), NULL,
			    10) >= 3600);
	assert_string_equal(rig_part(frame, "3.reportData.1.variableAttribute.0.value"), "1");
	assert_string_equal(
		rig_part(frame, "3.reportData.1.variableCharacteristics.maxLimit"), "5000");
	rig_end(&rig);
}

/* 1.6: keys that a server may write, and the values they take. */
static void test_required_keys(void **state)
{
	static const char *const writable[] = {"AuthorizeRemoteTxRequests",
		"ClockAlignedDataInterval", "ConnectionTimeOut", "ConnectorPhaseRotation",
		"HeartbeatInterval", "LocalAuthorizeOffline", "LocalPreAuthorize",
		"MeterValuesAlignedData", "MeterValuesSampledData", "MeterValueSampleInterval",
		"ResetRetries", "StopTransactionOnEVSideDisconnect", "StopTransactionOnInvalidId",
		"StopTxnAlignedData", "StopTxnSampledData", "TransactionMessageAttempts",
		"TransactionMessageRetryInterval", "UnlockConnectorOnEVSideDisconnect",
		"LocalAuthListEnabled"};
	static const char *const readable[] = {"GetConfigurationMaxKeys", "NumberOfConnectors",
		"SupportedFeatureProfiles", "LocalAuthListMaxLength", "SendLocalListMaxLength",
		"ChargeProfileMaxStackLevel", "ChargingScheduleAllowedChargingRateUnit",
		"ChargingScheduleMaxPeriods", "MaxChargingProfilesInstalled"};
	struct rig rig;

	(void)state;
	for (size_t i = 0; i < sizeof(writable) / sizeof(writable[0]); i++)
		assert_false(key_row(key_find(str_from(writable[i])))->readonly);
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		assert_true(key_row(key_find(str_from(readable[i])))->readonly);
	rig_start(&rig);
#define SET(name, value) keys_set(&rig.pile.keys, &rig.pile.spool, STR(name), STR(value))
	assert_int_equal(SET("ConnectorPhaseRotation", "0.RST, 1.TRS"),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_string_equal(rig.pile.keys.rotation, "0.RST, 1.TRS");
	assert_int_equal(SET("ConnectorPhaseRotation", "NotApplicable"),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(
		SET("ConnectorPhaseRotation", "0.RSV"), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("ConnectorPhaseRotation", ""), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("UnlockConnectorOnEVSideDisconnect", "true"),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(SET("UnlockConnectorOnEVSideDisconnect", "false"),
		OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(
		SET("TariffCostCtrlr.Currency", "EURO"), OCPP16_CONFIGURATION_STATUS_REJECTED);
#undef SET
	rig_end(&rig);
}

/* 1.6 tells a password as digits of its bytes; the bytes are shown to the server, also after a
 * restart, and whatever is spoken then. What is no digits is the password itself. */
static void test_password_of_digits(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_say(&rig, "[2,\"k\",\"ChangeConfiguration\",{\"key\":\"AuthorizationKey\",\"value\":"
		      "\"4F43415F4F4354545F61646D696E5F74657374\"}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	assert_true(str_is(access_password(&rig.pile, STR("first")), "OCA_OCTT_admin_test"));
	rig_kill(&rig);
	rig_open(&rig);
	assert_true(str_is(access_password(&rig.pile, STR("first")), "OCA_OCTT_admin_test"));
	rig_end(&rig);
	online(&rig, OCPP_201);
	ask(&rig, "SetVariables",
		"{\"setVariableData\":[{\"attributeValue\":"
		"\"4F43415F4F4354545F61646D696E5F74657374\","
		"\"component\":{\"name\":\"SecurityCtrlr\"},\"variable\":{\"name\":"
		"\"BasicAuthPassword\"}}]}",
		frame);
	assert_true(str_is(access_password(&rig.pile, STR("first")),
		"4F43415F4F4354545F61646D696E5F74657374"));
	rig_end(&rig);
}

static const char *set(struct rig *rig, const char *component, const char *variable, int value)
{
	static char frame[4096];
	char text[300];

	snprintf(text, sizeof(text),
		"{\"setVariableData\":[{\"attributeValue\":\"%d\",\"component\":{\"name\":\"%s\"},"
		"\"variable\":{\"name\":\"%s\"}}]}",
		value, component, variable);
	ask(rig, "SetVariables", text, frame);
	return rig_part(frame, "2.setVariableResult.0.attributeStatus");
}

/* B04: after a short absence only what changed is told, after a long one all; no boot in either. */
static void test_states_after_an_absence(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	assert_string_equal(set(&rig, "OCPPCommCtrlr", "OfflineThreshold", 60), "Accepted");
	rig.refuse = true;
	rig_close(&rig, 1006, STR("gone"));
	rig_plug(&rig, 2, 30);
	rig.refuse = false;
	rig_run(&rig, 20000);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.evseId"), "2");
	assert_string_equal(rig_part(frame, "3.connectorStatus"), "Occupied");
	rig_answer(&rig, frame, "{}");
	rig_run(&rig, 3000);
	assert_int_equal(rig.frames_len, 0);
	rig.refuse = true;
	rig_close(&rig, 1006, STR("gone"));
	rig_run(&rig, 70000);
	rig.refuse = false;
	for (int evse = 1; evse <= RIG_OUTLETS; evse++) {
		for (int i = 0; i < 20 && rig.frames_len == 0; i++)
			rig_run(&rig, 10000);
		rig_expect(&rig, "StatusNotification", frame);
		assert_int_equal(strtol(rig_part(frame, "3.evseId"), NULL, 10), evse);
		rig_answer(&rig, frame, "{}");
	}
	rig_end(&rig);
}

/* OCPP-J: the least pause, doubled so many times, and no other when nothing is left to chance. */
static void test_pauses_between_connections(void **state)
{
	static const int pauses_s[] = {4, 8, 16, 16, 16};
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	assert_string_equal(set(&rig, "OCPPCommCtrlr", "RetryBackOffWaitMinimum", 4), "Accepted");
	assert_string_equal(set(&rig, "OCPPCommCtrlr", "RetryBackOffRandomRange", 0), "Accepted");
	assert_string_equal(set(&rig, "OCPPCommCtrlr", "RetryBackOffRepeatTimes", 2), "Accepted");
	rig.refuse = true;
	rig_close(&rig, 1006, STR("gone"));
	for (size_t i = 0; i < sizeof(pauses_s) / sizeof(pauses_s[0]); i++) {
		int before = rig.connects;
		rig_run(&rig, pauses_s[i] * 1000 - 400);
		assert_int_equal(rig.connects, before);
		rig_run(&rig, 400);
		assert_int_equal(rig.connects, before + 1);
	}
	rig_end(&rig);
}

/* C09 and 1.6's parent: another card is asked about, and one of the group ends the charge. */
static void test_card_of_the_group_ends(void **state)
{
	struct rig rig;
	char frame[4096], name[64];

	(void)state;
	online(&rig, OCPP_201);
	rig_plug(&rig, 1, 30);
	answer_all(&rig, "StatusNotification", "{}");
	rig_tap(&rig, 1, "CARD-1");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame,
		"{\"idTokenInfo\":{\"status\":\"Accepted\",\"groupIdToken\":{\"idToken\":\"G\","
		"\"type\":\"Central\"}}}");
	expect_event(&rig, "Started", "Authorized", frame);
	snprintf(name, sizeof(name), "%s", rig_part(frame, "3.transactionInfo.transactionId"));
	rig_answer(&rig, frame,
		"{\"idTokenInfo\":{\"status\":\"Accepted\",\"groupIdToken\":{\"idToken\":\"G\","
		"\"type\":\"Central\"}}}");
	rig_run(&rig, 2000);
	answer_all(&rig, "TransactionEvent", "{}");
	/* a stranger, a card nobody accepts, and one of another group change nothing */
	static const char blocked[] = "{\"idTokenInfo\":{\"status\":\"Blocked\",\"groupIdToken\":{"
				      "\"idToken\":\"G\",\"type\":\"Central\"}}}";
	static const char foreign[] = "{\"idTokenInfo\":{\"status\":\"Accepted\",\"groupIdToken\":{"
				      "\"idToken\":\"H\",\"type\":\"Central\"}}}";
	static const char *const answers[] = {authorized, blocked, foreign};
	for (size_t i = 0; i < 3; i++) {
		char tag[16];
		snprintf(tag, sizeof(tag), "OTHER-%zu", i);
		rig_tap(&rig, 1, tag);
		rig_expect(&rig, "Authorize", frame);
		assert_string_equal(rig_part(frame, "3.idToken.idToken"), tag);
		rig_answer(&rig, frame, answers[i]);
		rig_run(&rig, 3000);
		assert_string_equal(rig_status(&rig, 1), "Charging");
		answer_all(&rig, "TransactionEvent", "{}");
	}
	rig_tap(&rig, 1, "CARD-2");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame,
		"{\"idTokenInfo\":{\"status\":\"Accepted\",\"groupIdToken\":{\"idToken\":\"G\","
		"\"type\":\"Central\"}}}");
	expect_event(&rig, "Ended", "StopAuthorized", frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.stoppedReason"), "Local");
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), "CARD-2");
	assert_string_equal(rig_part(frame, "3.transactionInfo.transactionId"), name);
	rig_end(&rig);
}

/* C16: a card of the master group ends any charge, and begins none. */
static void test_master_pass(void **state)
{
	static const char master[] =
		"{\"idTokenInfo\":{\"status\":\"Accepted\",\"groupIdToken\":{\"idToken\":"
		"\"MASTER\",\"type\":\"Central\"}}}";
	struct rig rig;
	char frame[4096], name[64];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "SetVariables",
		"{\"setVariableData\":[{\"attributeValue\":\"MASTER\",\"component\":{\"name\":"
		"\"AuthCtrlr\"},\"variable\":{\"name\":\"MasterPassGroupId\"}}]}",
		frame);
	assert_string_equal(rig_part(frame, "2.setVariableResult.0.attributeStatus"), "Accepted");
	charge(&rig, name);
	rig_run(&rig, 2000);
	answer_all(&rig, "TransactionEvent", authorized);
	rig_tap(&rig, 1, "GUARD");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, master);
	expect_event(&rig, "Ended", "StopAuthorized", frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.stoppedReason"), "MasterPass");
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), "GUARD");
	rig_answer(&rig, frame, "{}");
	rig_run(&rig, 2000);
	answer_all(&rig, "StatusNotification", "{}");
	rig_tap(&rig, 1, "GUARD");
	for (int i = 0; i < 50 && rig.frames_len == 0; i++)
		rig_run(&rig, 100);
	if (rig_take(&rig, frame))
		rig_answer(&rig, frame, master);
	rig_run(&rig, 3000);
	while (rig_take(&rig, frame))
		assert_string_not_equal(rig_part(frame, "2"), "TransactionEvent");
	assert_int_equal(rig.pile.outlets[0].tx, 0);
	rig_end(&rig);
}

/* A02: no chain came for a request: it is sent again, after twice as long each time, and not for
 * ever. */
static void test_certificate_that_does_not_come(void **state)
{
	struct rig rig;
	char frame[4096];
	int64_t asked_us, pause_s = 10;

	(void)state;
	online(&rig, OCPP_201);
	assert_string_equal(set(&rig, "SecurityCtrlr", "CertSigningWaitMinimum", 10), "Accepted");
	assert_string_equal(set(&rig, "SecurityCtrlr", "CertSigningRepeatTimes", 2), "Accepted");
	ask(&rig, "TriggerMessage", "{\"requestedMessage\":\"SignChargingStationCertificate\"}",
		frame);
	for (int i = 0; i < 3; i++) {
		asked_us = rig.pile.ticks_us;
		rig_expect(&rig, "SignCertificate", frame);
		rig_answer(&rig, frame, "{\"status\":\"Accepted\"}");
		if (i > 0)
			assert_in_range(rig.pile.ticks_us - asked_us, (pause_s - 1) * US_PER_S,
				(pause_s + 2) * US_PER_S);
		pause_s *= i > 0 ? 2 : 1;
	}
	rig_run(&rig, 200000);
	assert_int_equal(rig.frames_len, 0);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_required_variables),
		cmocka_unit_test(test_counts_and_bounds),
		cmocka_unit_test(test_required_keys),
		cmocka_unit_test(test_password_of_digits),
		cmocka_unit_test(test_states_after_an_absence),
		cmocka_unit_test(test_pauses_between_connections),
		cmocka_unit_test(test_card_of_the_group_ends),
		cmocka_unit_test(test_master_pass),
		cmocka_unit_test(test_certificate_that_does_not_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
