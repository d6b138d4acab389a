/* test_ocpp2_model.c - what a server of OCPP 2.x asks of a whole pile: variables, reports,
 * monitors, events, resets and other orders. */
#include "rig_talk2.h"

static void test_variables(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "GetVariables",
		"{\"getVariableData\":["
		"{\"component\":{\"name\":\"OCPPCommCtrlr\"},\"variable\":{\"name\":"
		"\"HeartbeatInterval\"}},"
		"{\"component\":{\"name\":\"securityctrlr\"},\"variable\":{\"name\":"
		"\"BasicAuthPassword\"}},"
		"{\"component\":{\"name\":\"Nothing\"},\"variable\":{\"name\":\"X\"}},"
		"{\"component\":{\"name\":\"TxCtrlr\"},\"variable\":{\"name\":\"X\"}},"
		"{\"component\":{\"name\":\"TxCtrlr\"},\"variable\":{\"name\":"
		"\"TxStartPoint\"},\"attributeType\":\"Target\"},"
		"{\"component\":{\"name\":\"EVSE\",\"evse\":{\"id\":2}},\"variable\":{\"name\":"
		"\"AvailabilityState\"}}]}",
		frame);
	assert_string_equal(rig_part(frame, "2.getVariableResult.0.attributeStatus"), "Accepted");
	assert_string_equal(rig_part(frame, "2.getVariableResult.0.attributeValue"), "86400");
	assert_string_equal(rig_part(frame, "2.getVariableResult.1.attributeStatus"), "Rejected");
	assert_string_equal(
		rig_part(frame, "2.getVariableResult.2.attributeStatus"), "UnknownComponent");
	assert_string_equal(
		rig_part(frame, "2.getVariableResult.3.attributeStatus"), "UnknownVariable");
	assert_string_equal(rig_part(frame, "2.getVariableResult.4.attributeStatus"),
		"NotSupportedAttributeType");
	assert_string_equal(rig_part(frame, "2.getVariableResult.5.attributeValue"), "Available");
	ask(&rig, "SetVariables",
		"{\"setVariableData\":["
		"{\"attributeValue\":\"30\",\"component\":{\"name\":\"SampledDataCtrlr\"},"
		"\"variable\":{\"name\":\"TxUpdatedInterval\"}},"
		"{\"attributeValue\":\"-1\",\"component\":{\"name\":\"SampledDataCtrlr\"},"
		"\"variable\":{\"name\":\"TxUpdatedInterval\"}},"
		"{\"attributeValue\":\"1\",\"component\":{\"name\":\"TxCtrlr\"},"
		"\"variable\":{\"name\":\"TxStartPoint\"}},"
		"{\"attributeValue\":\"16\",\"component\":{\"name\":\"LeydenCtrlr\"},"
		"\"variable\":{\"name\":\"LeydenMaxCurrent\"}}]}",
		frame);
	assert_string_equal(rig_part(frame, "2.setVariableResult.0.attributeStatus"), "Accepted");
	assert_string_equal(rig_part(frame, "2.setVariableResult.1.attributeStatus"), "Rejected");
	assert_string_equal(rig_part(frame, "2.setVariableResult.2.attributeStatus"), "Rejected");
	assert_string_equal(rig_part(frame, "2.setVariableResult.3.attributeStatus"), "Accepted");
	assert_int_equal(rig.pile.keys.values[KEY_SAMPLE_INTERVAL], 30);
	assert_int_equal(rig.pile.outlets[0].evse.limit_ma, 16000);
	rig_end(&rig);
}

/* Every variable is told once, in parts, each part once. */
static void test_report_in_parts(void **state)
{
	struct rig rig;
	char frame[4096];
	size_t count = 0;
	int part = 0;

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "GetBaseReport", "{\"requestId\":5,\"reportBase\":\"FullInventory\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	do {
		char *whole;
		rig_run(&rig, 200);
		assert_true(rig.frames_len == 1);
		whole = rig.frames[0];
		assert_string_equal(rig_part(whole, "2"), "NotifyReport");
		assert_string_equal(rig_part(whole, "3.requestId"), "5");
		assert_int_equal(strtol(rig_part(whole, "3.seqNo"), NULL, 10), part++);
		for (const char *at = whole; (at = strstr(at, "\"variableAttribute\"")); at++)
			count++;
		snprintf(frame, sizeof(frame), "[3,\"%s\",{}]", rig_part(whole, "1"));
		if (strcmp(rig_part(whole, "3.tbc"), "false") == 0)
			part = -part;
		rig_forget_frames(&rig);
		rig_say(&rig, frame);
	} while (part > 0);
	assert_true(part < -2);
	assert_int_equal(count, model_count(&rig.pile));
	rig_run(&rig, 2000);
	assert_int_equal(rig.frames_len, 0);
	ask(&rig, "GetReport",
		"{\"requestId\":6,\"componentVariable\":[{\"component\":{\"name\":\"Nothing\"}}]}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "EmptyResultSet");
	ask(&rig, "GetReport",
		"{\"requestId\":7,\"componentVariable\":[{\"component\":{\"name\":\"EVSE\","
		"\"evse\":{\"id\":2}},\"variable\":{\"name\":\"Power\"}}]}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 200);
	rig_expect(&rig, "NotifyReport", frame);
	assert_string_equal(rig_part(frame, "3.reportData.0.component.evse.id"), "2");
	assert_string_equal(rig_part(frame, "3.reportData.1"), "");
	rig_end(&rig);
}

static void test_faults_are_events(void **state)
{
	struct rig rig;
	char frame[4096], name[64];

	(void)state;
	online(&rig, OCPP_21);
	charge(&rig, name);
	rig.sims[0].faults = SIM_FAULT_EMERGENCY;
	rig_run(&rig, 2000);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.connectorStatus"), "Faulted");
	rig_answer(&rig, frame, "{}");
	do {
		rig_expect(&rig, "TransactionEvent", frame);
		rig_answer(&rig, frame, "{}");
	} while (strcmp(rig_part(frame, "3.eventType"), "Ended") != 0);
	assert_string_equal(rig_part(frame, "3.transactionInfo.stoppedReason"), "EmergencyStop");
	rig_expect(&rig, "NotifyEvent", frame);
	assert_string_equal(rig_part(frame, "3.eventData.0.techCode"), "E01");
	assert_string_equal(rig_part(frame, "3.eventData.0.actualValue"), "true");
	assert_string_equal(rig_part(frame, "3.eventData.0.transactionId"), name);
	assert_string_equal(rig_part(frame, "3.eventData.0.component.evse.id"), "1");
	rig_answer(&rig, frame, "{}");
	rig.sims[0].faults = 0;
	sim_unplug(&rig.sims[0]);
	rig_run(&rig, 5000);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "NotifyEvent", frame);
	assert_string_equal(rig_part(frame, "3.eventData.0.cleared"), "true");
	rig_end(&rig);
}

static void test_monitors(void **state)
{
	static const char set[] =
		"{\"setMonitoringData\":["
		"{\"value\":1000,\"type\":\"UpperThreshold\",\"severity\":5,\"component\":{"
		"\"name\":\"EVSE\",\"evse\":{\"id\":1}},\"variable\":{\"name\":\"Power\"}},"
		"{\"value\":1000,\"type\":\"UpperThreshold\",\"severity\":5,\"component\":{"
		"\"name\":\"EVSE\",\"evse\":{\"id\":1}},\"variable\":{\"name\":\"Power\"}},"
		"{\"value\":1,\"type\":\"UpperThreshold\",\"severity\":5,\"component\":{"
		"\"name\":\"TxCtrlr\"},\"variable\":{\"name\":\"TxStartPoint\"}},"
		"{\"value\":1,\"type\":\"Delta\",\"severity\":12,\"component\":{"
		"\"name\":\"EVSE\",\"evse\":{\"id\":1}},\"variable\":{\"name\":\"Power\"}},"
		"{\"value\":1,\"type\":\"Delta\",\"severity\":2,\"component\":{"
		"\"name\":\"EVSE\",\"evse\":{\"id\":9}},\"variable\":{\"name\":\"Power\"}}]}";
	static const char *const results[] = {
		"Accepted", "Duplicate", "UnsupportedMonitorType", "Rejected", "UnknownComponent"};
	struct rig rig;
	char frame[4096], name[64], path[64];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "SetVariableMonitoring", set, frame);
	for (int i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "2.setMonitoringResult.%d.status", i);
		assert_string_equal(rig_part(frame, path), results[i]);
	}
	assert_string_equal(rig_part(frame, "2.setMonitoringResult.0.id"), "1");
	/* it outlives the program */
	rig_kill(&rig);
	rig_open(&rig);
	assert_non_null(monitor_find(&rig.pile, 1));
	rig_run(&rig, 500);
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:03Z\",\"interval\":"
		"86400}");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	charge(&rig, name);
	rig_run(&rig, 5000);
	rig_expect(&rig, "NotifyEvent", frame);
	assert_string_equal(rig_part(frame, "3.eventData.0.variableMonitoringId"), "1");
	assert_string_equal(rig_part(frame, "3.eventData.0.trigger"), "Alerting");
	assert_string_equal(rig_part(frame, "3.eventData.0.variable.name"), "Power");
	assert_string_equal(rig_part(frame, "3.eventData.0.severity"), ""); /* 2.1 */
	rig_answer(&rig, frame, "{}");
	ask(&rig, "GetMonitoringReport", "{\"requestId\":8}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_expect(&rig, "NotifyMonitoringReport", frame);
	assert_string_equal(rig_part(frame, "3.monitor.0.variableMonitoring.0.value"), "1000");
	rig_answer(&rig, frame, "{}");
	ask(&rig, "SetMonitoringLevel", "{\"severity\":4}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	ask(&rig, "SetMonitoringLevel", "{\"severity\":10}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig_tap(&rig, 1, "CARD-1"); /* the power falls: too unimportant to be told now */
	rig_run(&rig, 5000);
	while (rig_take(&rig, frame))
		assert_string_not_equal(rig_part(frame, "2"), "NotifyEvent");
	ask(&rig, "ClearVariableMonitoring", "{\"id\":[1,2]}", frame);
	assert_string_equal(rig_part(frame, "2.clearMonitoringResult.0.status"), "Accepted");
	assert_string_equal(rig_part(frame, "2.clearMonitoringResult.1.status"), "NotFound");
	ask(&rig, "GetMonitoringReport", "{\"requestId\":8}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "EmptyResultSet");
	rig_end(&rig);
}

static void test_resets(void **state)
{
	struct rig rig;
	char frame[4096], name[64];

	(void)state;
	online(&rig, OCPP_201);
	charge(&rig, name);
	ask(&rig, "Reset", "{\"type\":\"OnIdle\",\"evseId\":1}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	ask(&rig, "Reset", "{\"type\":\"OnIdle\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Scheduled");
	ask(&rig, "RequestStartTransaction",
		"{\"idToken\":{\"idToken\":\"X\",\"type\":\"Central\"},\"remoteStartId\":1,"
		"\"evseId\":2}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig_run(&rig, 2000);
	assert_int_equal(rig.pile.reset, RESET_NONE);
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 2000);
	assert_int_equal(rig.pile.reset, RESET_SOFT);
	assert_int_equal(rig.pile.link.boot_reason, BOOT_SCHEDULED_RESET);
	rig_end(&rig);
	online(&rig, OCPP_201);
	charge(&rig, name);
	ask(&rig, "Reset", "{\"type\":\"Immediate\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 500);
	assert_int_equal(rig.pile.reset, RESET_HARD);
	rig_expect(&rig, "TransactionEvent", frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.stoppedReason"), "ImmediateReset");
	rig_end(&rig);
}

static void test_orders(void **state)
{
	struct rig rig;
	char frame[4096], name[64], text[128];

	(void)state;
	online(&rig, OCPP_201);
	charge(&rig, name);
	ask(&rig, "ChangeAvailability", "{\"operationalStatus\":\"Inoperative\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Scheduled");
	rig_run(&rig, 500);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.evseId"), "2");
	assert_string_equal(rig_part(frame, "3.connectorStatus"), "Unavailable");
	rig_answer(&rig, frame, "{}");
	ask(&rig, "ChangeAvailability",
		"{\"operationalStatus\":\"Operative\",\"evse\":{\"id\":2,\"connectorId\":3}}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	ask(&rig, "ChangeAvailability", "{\"operationalStatus\":\"Operative\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	ask(&rig, "TriggerMessage",
		"{\"requestedMessage\":\"TransactionEvent\",\"evse\":{\"id\":1}}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	expect_event(&rig, "Updated", "Trigger", frame);
	rig_answer(&rig, frame, "{}");
	ask(&rig, "TriggerMessage",
		"{\"requestedMessage\":\"StatusNotification\",\"evse\":{\"id\":2,\"connectorId\":1}"
		"}",
		frame);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.evseId"), "2");
	rig_answer(&rig, frame, "{}");
	ask(&rig, "TriggerMessage", "{\"requestedMessage\":\"BootNotification\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	ask(&rig, "TriggerMessage", "{\"requestedMessage\":\"MeterValues\",\"evse\":{\"id\":7}}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	snprintf(text, sizeof(text), "{\"totalCost\":3.999,\"transactionId\":\"%s\"}", name);
	ask(&rig, "CostUpdated", text, frame);
	assert_string_equal(rig_part(frame, "0"), "3");
	assert_string_equal(rig.pile.outlets[0].cost, "4.00");
	ask(&rig, "CostUpdated", "{\"totalCost\":1,\"transactionId\":\"none\"}", frame);
	assert_string_equal(rig.pile.outlets[0].cost, "4.00");
	ask(&rig, "DataTransfer", "{\"vendorId\":\"other\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "UnknownVendorId");
	ask(&rig, "DataTransfer",
		"{\"vendorId\":\"leyden\",\"messageId\":\"display\",\"data\":\"{\\\"connector\\\":"
		"1,\\\"cost\\\":\\\"3.20 CNY\\\"}\"}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	assert_string_equal(rig.pile.outlets[0].cost, "3.20 CNY");
	ask(&rig, "ClearCache", "{}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	ask(&rig, "UnlockConnector", "{\"evseId\":2,\"connectorId\":1}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Unlocked");
	ask(&rig, "UnlockConnector", "{\"evseId\":2,\"connectorId\":2}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "UnknownConnector");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_report_in_parts),
		cmocka_unit_test(test_faults_are_events),
		cmocka_unit_test(test_monitors),
		cmocka_unit_test(test_resets),
		cmocka_unit_test(test_orders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
