/* test_network.c - other servers in OCPP 2.x: what a slot may hold, how the device model tells it,
 * and that a pile finds its way back when the new server does not take it. */
#include "rig_talk2.h"

#define SLOT(slot, url, profile) \
	"{\"configurationSlot\":" slot ",\"connectionData\":{\"ocppTransport\":\"JSON\"," \
	"\"ocppVersion\":\"OCPP20\",\"ocppCsmsUrl\":\"" url \
	"\",\"messageTimeout\":30,\"securityProfile\":" profile ",\"ocppInterface\":\"Wired0\"}}"

static const char *wish(struct rig *rig, const char *payload)
{
	static char answer[96];
	char frame[4096];

	ask(rig, "SetNetworkProfile", payload, frame);
	snprintf(answer, sizeof(answer), "%s %s", rig_part(frame, "2.status"),
		rig_part(frame, "2.statusInfo.reasonCode"));
	return answer;
}

static const char *set_variable(struct rig *rig, const char *name, const char *value)
{
	static char status[64];
	char text[512], frame[4096];

	snprintf(text, sizeof(text),
		"{\"setVariableData\":[{\"component\":{\"name\":\"OCPPCommCtrlr\"},\"variable\":{"
		"\"name\":\"%s\"},\"attributeValue\":\"%s\"}]}",
		name, value);
	ask(rig, "SetVariables", text, frame);
	snprintf(status, sizeof(status), "%s",
		rig_part(frame, "2.setVariableResult.0.attributeStatus"));
	return status;
}

/* The component's instance, or "" for none. */
static const char *variable(
	struct rig *rig, const char *component, const char *instance, const char *name)
{
	static char value[256];
	char text[512], frame[4096];

	snprintf(text, sizeof(text),
		"{\"getVariableData\":[{\"component\":{\"name\":\"%s\"%s%s%s},\"variable\":{"
		"\"name\":\"%s\"}}]}",
		component, instance[0] ? ",\"instance\":\"" : "", instance, instance[0] ? "\"" : "",
		name);
	ask(rig, "GetVariables", text, frame);
	snprintf(value, sizeof(value), "%s",
		rig_part(frame, "2.getVariableResult.0.attributeValue"));
	return value;
}

static void accept_boot(struct rig *rig)
{
	char frame[4096];

	rig_expect(rig, "BootNotification", frame);
	rig_answer(rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"300}");
	rig_run(rig, 1000);
	answer_all(rig, "StatusNotification", "{}");
}

/* Connections fail until the pile looks for another server. */
static void fail_until(struct rig *rig, int64_t net)
{
	rig->refuse = true;
	for (int i = 0; i < 2000 && rig->pile.access.now.net != net; i++)
		rig_run(rig, 1000);
	assert_int_equal(rig->pile.access.now.net, net);
}

static void test_what_a_slot_may_hold(void **state)
{
	static const char *const bad_urls[] = {SLOT("1", "http://a.example", "0"),
		SLOT("1", "ws://", "0"), SLOT("1", "ws:///ocpp", "0"), SLOT("1", "ws://a b", "0"),
		SLOT("1", "ws://a.example/x?y", "0"), SLOT("1", "ws://u@a.example", "0"),
		SLOT("1", "ws://a.example|b", "0")};
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	for (size_t i = 0; i < sizeof(bad_urls) / sizeof(bad_urls[0]); i++)
		assert_string_equal(wish(&rig, bad_urls[i]), "Rejected InvalidURL");
	assert_string_equal(
		wish(&rig, SLOT("0", "ws://a.example", "0")), "Rejected InvalidConfSlot");
	assert_string_equal(
		wish(&rig, SLOT("4", "ws://a.example", "0")), "Rejected InvalidConfSlot");
	assert_string_equal(
		wish(&rig, SLOT("-1", "ws://a.example", "0")), "Rejected InvalidConfSlot");
	/* TLS and profile belong together; a password and an authority have to be there */
	assert_string_equal(
		wish(&rig, SLOT("1", "wss://a.example", "0")), "Rejected InvalidProfile");
	assert_string_equal(
		wish(&rig, SLOT("1", "ws://a.example", "2")), "Rejected InvalidProfile");
	assert_string_equal(
		wish(&rig, SLOT("1", "ws://a.example", "1")), "Rejected InvalidProfile");
	assert_string_equal(
		wish(&rig, SLOT("1", "wss://a.example", "2")), "Rejected InvalidProfile");
	assert_string_equal(
		wish(&rig, SLOT("1", "wss://a.example", "4")), "Rejected InvalidProfile");
	assert_string_equal(
		wish(&rig, "{\"configurationSlot\":1,\"connectionData\":{\"ocppTransport\":"
			   "\"SOAP\",\"ocppVersion\":\"OCPP20\",\"ocppCsmsUrl\":\"ws://a\","
			   "\"messageTimeout\":30,\"securityProfile\":0,\"ocppInterface\":"
			   "\"Wired0\"}}"),
		"Rejected UnsupportedTransport");
	assert_string_equal(
		wish(&rig, "{\"configurationSlot\":1,\"connectionData\":{\"ocppTransport\":"
			   "\"JSON\",\"ocppVersion\":\"OCPP15\",\"ocppCsmsUrl\":\"ws://a\","
			   "\"messageTimeout\":30,\"securityProfile\":0,\"ocppInterface\":"
			   "\"Wired0\"}}"),
		"Rejected UnsupportedVersion");
	assert_string_equal(
		wish(&rig, "{\"configurationSlot\":1,\"connectionData\":{\"ocppTransport\":"
			   "\"JSON\",\"ocppVersion\":\"OCPP20\",\"ocppCsmsUrl\":\"ws://a\","
			   "\"messageTimeout\":0,\"securityProfile\":0,\"ocppInterface\":"
			   "\"Wired0\"}}"),
		"Rejected InvalidTimeout");
	assert_null(network_at(&rig.pile, 1));
	assert_string_equal(wish(&rig, SLOT("1", "ws://a.example/ocpp/", "0")), "Accepted ");
	assert_string_equal(network_at(&rig.pile, 1)->url, "ws://a.example/ocpp");
	rig_end(&rig);
}

static void test_name_and_password_of_21(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	assert_string_equal(
		wish(&rig, "{\"configurationSlot\":2,\"connectionData\":{\"ocppTransport\":"
			   "\"JSON\",\"ocppCsmsUrl\":\"ws://b.example\",\"messageTimeout\":60,"
			   "\"securityProfile\":1,\"ocppInterface\":\"Any\",\"identity\":"
			   "\"OTHER-1\",\"basicAuthPassword\":\"too-short\"}}"),
		"Rejected InvalidCredential");
	assert_string_equal(
		wish(&rig, "{\"configurationSlot\":2,\"connectionData\":{\"ocppTransport\":"
			   "\"JSON\",\"ocppCsmsUrl\":\"ws://b.example\",\"messageTimeout\":60,"
			   "\"securityProfile\":1,\"ocppInterface\":\"Any\",\"identity\":"
			   "\"OTHER-1\",\"basicAuthPassword\":\"a-long-enough-password\"}}"),
		"Accepted ");
	assert_string_equal(variable(&rig, "NetworkConfiguration", "2", "Identity"), "OTHER-1");
	assert_string_equal(
		variable(&rig, "NetworkConfiguration", "2", "OcppCsmsUrl"), "ws://b.example");
	assert_string_equal(variable(&rig, "NetworkConfiguration", "2", "MessageTimeout"), "60");
	assert_string_equal(variable(&rig, "NetworkConfiguration", "0", "Identity"), "RIG-1");
	assert_string_equal(variable(&rig, "NetworkConfiguration", "0", "OcppCsmsUrl"),
		"ws://first.example/ocpp");
	assert_string_equal(variable(&rig, "NetworkConfiguration", "1", "OcppCsmsUrl"), "");
	assert_string_equal(
		set_variable(&rig, "NetworkConfigurationPriority", "2"), "RebootRequired");
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.profile, 1);
	assert_string_equal(rig.pile.access.now.secret, "a-long-enough-password");
	accept_boot(&rig);
	assert_int_equal(rig.pile.access.now.net, 2);
	assert_int_equal(network_timeout_us(&rig.pile), 60 * US_PER_S);
	rig_end(&rig);
}

static void test_priority(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	assert_string_equal(wish(&rig, SLOT("1", "ws://a.example", "0")), "Accepted ");
	assert_string_equal(
		variable(&rig, "OCPPCommCtrlr", "", "NetworkConfigurationPriority"), "0");
	assert_string_equal(set_variable(&rig, "NetworkConfigurationPriority", "2,0"), "Rejected");
	assert_string_equal(set_variable(&rig, "NetworkConfigurationPriority", "1,1"), "Rejected");
	assert_string_equal(set_variable(&rig, "NetworkConfigurationPriority", ""), "Rejected");
	assert_string_equal(set_variable(&rig, "NetworkConfigurationPriority", "9"), "Rejected");
	assert_string_equal(
		set_variable(&rig, "NetworkConfigurationPriority", "1,0"), "RebootRequired");
	assert_string_equal(
		variable(&rig, "OCPPCommCtrlr", "", "NetworkConfigurationPriority"), "1,0");
	/* it waits for the start that the server chooses */
	rig_run(&rig, 5000);
	assert_int_equal(rig.pile.access.now.net, 0);
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.net, 1);
	assert_true(rig.pile.access.trial);
	accept_boot(&rig);
	assert_false(rig.pile.access.trial);
	assert_string_equal(variable(&rig, "OCPPCommCtrlr", "", "ActiveNetworkProfile"), "1");
	/* the slot in use stays as it is */
	assert_string_equal(
		wish(&rig, SLOT("1", "ws://b.example", "0")), "Rejected InvalidConfSlot");
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.net, 1); /* proved: not tried once more */
	assert_false(rig.pile.access.trial);
	/* and when it is gone some day, the next of the priority is tried */
	fail_until(&rig, 0);
	rig.refuse = false;
	accept_boot(&rig);
	assert_false(rig.pile.access.trial);
	assert_int_equal(rig.pile.access.now.net, 0);
	rig_end(&rig);
}

/* A server that never takes the pile: the one that did is asked again, also over a power cut, and
 * every slot has its turn. */
static void test_way_back(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	assert_string_equal(wish(&rig, SLOT("1", "ws://a.example", "0")), "Accepted ");
	assert_string_equal(wish(&rig, SLOT("2", "ws://b.example", "0")), "Accepted ");
	assert_string_equal(
		set_variable(&rig, "NetworkProfileConnectionAttempts", "2"), "Accepted");
	assert_string_equal(
		set_variable(&rig, "NetworkConfigurationPriority", "1,2"), "RebootRequired");
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.net, 1);
	fail_until(&rig, 2);
	fail_until(&rig, 0);
	assert_true(rig.pile.access.trial);
	fail_until(&rig, 1); /* everything once more */
	fail_until(&rig, 2);
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.net, 2);
	fail_until(&rig, 0);
	rig.refuse = false;
	accept_boot(&rig);
	assert_false(rig.pile.access.trial);
	assert_int_equal(rig.pile.access.now.net, 0);
	/* the next start tries what the server wanted again */
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.net, 1);
	rig_end(&rig);
}

/* A connection that the pile itself ends, as for a reset, is no failure of the server on trial, be
 * the server's yes to the boot still on its way. */
static void test_own_end_is_no_failure(void **state)
{
	char frame[4096];
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	assert_string_equal(wish(&rig, SLOT("1", "ws://a.example", "0")), "Accepted ");
	assert_string_equal(
		set_variable(&rig, "NetworkProfileConnectionAttempts", "1"), "Accepted");
	assert_string_equal(
		set_variable(&rig, "NetworkConfigurationPriority", "1,0"), "RebootRequired");
	rig_kill(&rig);
	rig_open(&rig);
	rig_expect(&rig, "BootNotification", frame);
	client_leave(&rig.pile, 1012, STR("reset"));
	assert_int_equal(rig.pile.link.state, LINK_DOWN);
	assert_int_equal(rig.pile.access.now.net, 1);
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.net, 1);
	assert_true(rig.pile.access.trial);
	/* when the server hangs up it is one */
	rig_expect(&rig, "BootNotification", frame);
	rig_close(&rig, 1006, STR("gone"));
	assert_int_equal(rig.pile.access.now.net, 0);
	rig_end(&rig);
}

/* 2.1 has the field only for old schemas, and servers write what they like into it. */
static void test_version_is_ignored_by_21(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	assert_string_equal(wish(&rig, SLOT("1", "ws://a.example/ocpp", "0")), "Accepted ");
	assert_string_equal(network_at(&rig.pile, 1)->url, "ws://a.example/ocpp");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_slot_may_hold),
		cmocka_unit_test(test_name_and_password_of_21),
		cmocka_unit_test(test_priority),
		cmocka_unit_test(test_way_back),
		cmocka_unit_test(test_own_end_is_no_failure),
		cmocka_unit_test(test_version_is_ignored_by_21),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
