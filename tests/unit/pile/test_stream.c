/* test_stream.c - periodic event streams of the pile in OCPP 2.1: begun with a monitor, told in one
 * go without an answer, changed, ended, through lost connections and power cuts. */
#include "pile/monitor.h"
#include "pile/stream.h"
#include "rig_talk2.h"

#define WATCH(kind, value, more) \
	"{\"setMonitoringData\":[{\"value\":" value ",\"type\":\"" kind \
	"\",\"severity\":5,\"component\":{\"name\":\"EVSE\",\"evse\":{\"id\":1}},\"variable\":{" \
	"\"name\":\"Power\"}" more "}]}"
#define STREAM(params) ",\"periodicEventStream\":{" params "}"

static const char *watch(struct rig *rig, const char *payload)
{
	static char frame[4096];

	ask(rig, "SetVariableMonitoring", payload, frame);
	return rig_part(frame, "2.setMonitoringResult.0.status");
}

/* The next frame of that action; what else is said is answered. */
static void next(struct rig *rig, const char *action, char frame[4096])
{
	for (int i = 0; i < 400; i++) {
		while (rig_take(rig, frame)) {
			if (strcmp(rig_part(frame, "2"), action) == 0)
				return;
			rig_answer(rig, frame, "{}");
		}
		rig_run(rig, 500);
	}
	fail_msg("no %s", action);
}

static void begun(struct rig *rig)
{
	char frame[4096];

	assert_string_equal(
		watch(rig, WATCH("Periodic", "2", STREAM("\"interval\":10,\"values\":4"))),
		"Accepted");
	next(rig, "OpenPeriodicEventStream", frame);
	assert_string_equal(rig_part(frame, "0"), "2");
	assert_string_equal(rig_part(frame, "3.constantStreamData.id"), "1");
	assert_string_equal(rig_part(frame, "3.constantStreamData.variableMonitoringId"), "1");
	assert_string_equal(rig_part(frame, "3.constantStreamData.params.interval"), "10");
	assert_string_equal(rig_part(frame, "3.constantStreamData.params.values"), "4");
	rig_answer(rig, frame, "{\"status\":\"Accepted\"}");
}

static void test_values_flow(void **state)
{
	char frame[4096];
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	ask(&rig, "GetPeriodicEventStream", "{}", frame);
	assert_string_equal(rig_part(frame, "2.constantStreamData"), "");
	begun(&rig);
	ask(&rig, "GetPeriodicEventStream", "{}", frame);
	assert_string_equal(rig_part(frame, "2.constantStreamData.0.id"), "1");
	/* four values, two seconds apart, in one frame that nobody answers */
	next(&rig, "NotifyPeriodicEventStream", frame);
	assert_string_equal(rig_part(frame, "0"), "6");
	assert_string_equal(rig_part(frame, "3.id"), "1");
	assert_string_equal(rig_part(frame, "3.pending"), "0");
	assert_string_equal(rig_part(frame, "3.data.0.t"), "0");
	assert_string_equal(rig_part(frame, "3.data.3.v"), "0");
	assert_string_equal(rig_part(frame, "3.data.4"), "");
	assert_int_equal(rig.pile.link.call.kind, CALL_NONE);
	/* and the next ones come without a word of the server */
	next(&rig, "NotifyPeriodicEventStream", frame);
	assert_int_equal(rig.pile.alerts_len, 0);
	/* fewer, later: only the time counts now */
	ask(&rig, "AdjustPeriodicEventStream", "{\"id\":1,\"params\":{\"interval\":6}}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	next(&rig, "NotifyPeriodicEventStream", frame);
	next(&rig, "NotifyPeriodicEventStream", frame);
	assert_string_equal(rig_part(frame, "3.data.4"), "");
	ask(&rig, "AdjustPeriodicEventStream", "{\"id\":2,\"params\":{\"interval\":6}}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	ask(&rig, "AdjustPeriodicEventStream", "{\"id\":1,\"params\":{\"values\":61}}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	/* it ends with its monitor */
	ask(&rig, "ClearVariableMonitoring", "{\"id\":[1]}", frame);
	next(&rig, "ClosePeriodicEventStream", frame);
	assert_string_equal(rig_part(frame, "3.id"), "1");
	rig_answer(&rig, frame, "{}");
	rig_run(&rig, 20000);
	assert_null(stream_find(&rig.pile, 1));
	rig_end(&rig);
}

static void test_what_cannot_flow_is_refused(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	assert_string_equal(watch(&rig, WATCH("UpperThreshold", "7000", STREAM("\"values\":4"))),
		"UnsupportedMonitorType");
	assert_string_equal(watch(&rig, WATCH("Periodic", "2", STREAM(""))), "Rejected");
	assert_string_equal(
		watch(&rig, WATCH("Periodic", "2", STREAM("\"values\":61"))), "Rejected");
	assert_string_equal(
		watch(&rig, WATCH("Periodic", "2", STREAM("\"interval\":86401"))), "Rejected");
	assert_null(monitor_find(&rig.pile, 1));
	/* the server has no room: plain events instead */
	assert_string_equal(
		watch(&rig, WATCH("Periodic", "2", STREAM("\"values\":4"))), "Accepted");
	next(&rig, "OpenPeriodicEventStream", frame);
	rig_answer(&rig, frame, "{\"status\":\"Rejected\"}");
	next(&rig, "NotifyEvent", frame);
	assert_string_equal(rig_part(frame, "3.eventData.0.variableMonitoringId"), "1");
	rig_end(&rig);
}

static void test_a_lost_connection_and_a_power_cut(void **state)
{
	char frame[4096];
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	begun(&rig);
	rig.connected = false;
	client_closed(&rig.pile, 0, STR("gone"));
	for (int i = 0; i < 50 && !rig.connected; i++)
		rig_run(&rig, 500);
	next(&rig, "OpenPeriodicEventStream", frame); /* the server may have forgotten it */
	rig_answer(&rig, frame, "{\"status\":\"Accepted\"}");
	next(&rig, "NotifyPeriodicEventStream", frame);
	rig_kill(&rig);
	rig_open(&rig);
	assert_non_null(stream_find(&rig.pile, 1));
	assert_int_equal(stream_find(&rig.pile, 1)->state, STREAM_WANTED);
	assert_int_equal(stream_find(&rig.pile, 1)->values, 4);
	rig_end(&rig);
}

/* A server that never takes anything: the newest values stay, bounded. */
static void test_values_are_bounded(void **state)
{
	struct pile_stream *stream;
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	begun(&rig);
	stream = stream_find(&rig.pile, 1);
	for (int i = 0; i < 3 * STREAM_VALUES_MAX; i++)
		assert_true(stream_take(&rig.pile, 1,
			i == 3 * STREAM_VALUES_MAX - 1
				? STR("a value that is longer than what is kept of one")
				: STR("1")));
	assert_int_equal(stream->len, STREAM_VALUES_MAX);
	assert_string_equal(stream->list[0].text, "1");
	assert_int_equal(strlen(stream->list[STREAM_VALUES_MAX - 1].text), STREAM_VALUE_LEN - 1);
	for (int32_t id = 2; id <= STREAMS_MAX; id++)
		assert_int_equal(stream_set(&rig.pile, id, 1, 0), 0);
	assert_int_equal(stream_set(&rig.pile, STREAMS_MAX + 1, 1, 0), STREAM_E_FULL);
	assert_int_equal(stream_set(&rig.pile, 1, 0, 0), STREAM_E_VALUE);
	assert_false(stream_take(&rig.pile, 99, STR("1")));
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_flow),
		cmocka_unit_test(test_what_cannot_flow_is_refused),
		cmocka_unit_test(test_a_lost_connection_and_a_power_cut),
		cmocka_unit_test(test_values_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
