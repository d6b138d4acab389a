/* test_web.c - paying on the web at the pile: the code that changes with the time, made of what the
 * server set in the device model, and an outlet kept for whoever pays. */
#include "base/totp.h"
#include "pile/web.h"
#include "rig_talk2.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static const char *set(struct rig *rig, const char *variable, const char *value)
{
	char text[512];
	static char frame[4096];

	snprintf(text, sizeof(text),
		"{\"setVariableData\":[{\"component\":{\"name\":\"WebPaymentsCtrlr\"},"
		"\"variable\":{\"name\":\"%s\"},\"attributeValue\":\"%s\"}]}",
		variable, value);
	ask(rig, "SetVariables", text, frame);
	return rig_part(frame, "2.setVariableResult.0.attributeStatus");
}

static void set_all(struct rig *rig)
{
	assert_string_equal(set(rig, "URLTemplate",
				    "https://pay.example/p/{ChargingStationId}/{evse}/{totp}?"
				    "v={version}&e={maxenergy}"),
		"Accepted");
	assert_string_equal(set(rig, "TOTPVersion", "v1"), "Accepted");
	assert_string_equal(set(rig, "ValidityTime", "30"), "Accepted");
	assert_string_equal(set(rig, "Length", "10"), "Accepted");
	assert_string_equal(set(rig, "SharedSecret", SECRET), "Accepted");
	assert_string_equal(set(rig, "Enabled", "true"), "Accepted");
}

static void expect_code(struct rig *rig, int64_t outlet, bool shown)
{
	char code[TOTP_LEN_MAX + 1], url[200];
	struct arena arena;
	struct str text;

	totp_write(STR(SECRET), totp_step(rig->pile.now_us, 30), 10, code);
	snprintf(url, sizeof(url), "https://pay.example/p/RIG-1/%d/%s?v=v1&e=", (int)outlet, code);
	arena_init(&arena, 4096);
	text = web_code(&rig->pile, outlet, &arena);
	assert_int_equal(text.ptr != NULL, shown);
	if (shown)
		assert_true(str_is(text, url));
	arena_fini(&arena);
}

static void test_the_code_changes(void **state)
{
	char first[400], frame[4096];
	struct arena arena;
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	expect_code(&rig, 1, false);
	set_all(&rig);
	expect_code(&rig, 1, true);
	expect_code(&rig, 2, true);
	arena_init(&arena, 4096);
	snprintf(first, sizeof(first), "%.*s", STR_FMT(web_code(&rig.pile, 1, &arena)));
	rig_run(&rig, 31000);
	while (rig_take(&rig, frame))
		rig_answer(&rig, frame, "{}");
	assert_false(str_is(web_code(&rig.pile, 1, &arena), first));
	arena_fini(&arena);
	expect_code(&rig, 1, true);
	/* read back: all but the secret */
	ask(&rig, "GetVariables",
		"{\"getVariableData\":[{\"component\":{\"name\":\"WebPaymentsCtrlr\"},\"variable\":"
		"{\"name\":\"SharedSecret\"}},{\"component\":{\"name\":\"WebPaymentsCtrlr\"},"
		"\"variable\":{\"name\":\"Length\"}}]}",
		frame);
	assert_string_equal(rig_part(frame, "2.getVariableResult.0.attributeStatus"), "Rejected");
	assert_null(strstr(frame, SECRET));
	assert_string_equal(rig_part(frame, "2.getVariableResult.1.attributeValue"), "10");
	assert_string_equal(set(&rig, "Enabled", "false"), "Accepted");
	expect_code(&rig, 1, false);
	rig_end(&rig);
}

static void test_what_cannot_work_is_refused(void **state)
{
	static const char *const wrong[][2] = {
		{"URLTemplate", "https://pay.example/{evse}"}, /* nothing that changes */
		{"URLTemplate", "javascript:{totp}"},
		{"URLTemplate", "https://pay.example/{totp}/with blanks"},
		{"TOTPVersion", "v2"},
		{"ValidityTime", "5"},
		{"ValidityTime", "3601"},
		{"Length", "5"},
		{"Length", "33"},
		{"SharedSecret", "short"},
		{"Enabled", "perhaps"},
	};
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	set_all(&rig);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_string_equal(set(&rig, wrong[i][0], wrong[i][1]), "Rejected");
	expect_code(&rig, 1, true); /* as before */
	rig_end(&rig);
}

static void test_it_lasts_and_needs_the_network(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	set_all(&rig);
	client_closed(&rig.pile, 0, STR("gone"));
	expect_code(&rig, 1, false); /* a page nobody can open */
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.keys.values[KEY_WEB_ENABLED], 1);
	assert_string_equal(rig.pile.keys.web_secret, SECRET);
	rig_end(&rig);
}

static void test_an_outlet_is_kept_for_who_pays(void **state)
{
	char frame[4096];
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	set_all(&rig);
	ask(&rig, "NotifyWebPaymentStarted", "{\"evseId\":9,\"timeout\":60}", frame);
	ask(&rig, "NotifyWebPaymentStarted", "{\"evseId\":1,\"timeout\":60}", frame);
	assert_string_equal(rig_part(frame, "0"), "3");
	rig_tap(&rig, 1, "CARD-1");
	rig_run(&rig, 500);
	assert_int_equal(rig.pile.outlets[0].claim, CLAIM_NONE);
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_PAYING);
	rig_tap(&rig, 2, "CARD-1"); /* the other one is free */
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, "{\"idTokenInfo\":{\"status\":\"Blocked\"}}");
	/* given up: anybody may again */
	ask(&rig, "NotifyWebPaymentStarted", "{\"evseId\":1,\"timeout\":0}", frame);
	rig_tap(&rig, 1, "CARD-2");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, "{\"idTokenInfo\":{\"status\":\"Blocked\"}}");
	/* paid: the server's start is the one it was kept for, and ends the keeping */
	ask(&rig, "NotifyWebPaymentStarted", "{\"evseId\":1,\"timeout\":60}", frame);
	ask(&rig, "RequestStartTransaction",
		"{\"idToken\":{\"idToken\":\"PAID\",\"type\":\"Central\"},\"remoteStartId\":7,"
		"\"evseId\":1}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	assert_false(web_keeps(&rig.pile, &rig.pile.outlets[0]));
	/* the time is over by itself */
	ask(&rig, "NotifyWebPaymentStarted", "{\"evseId\":2,\"timeout\":1}", frame);
	rig_run(&rig, 1100);
	assert_false(web_keeps(&rig.pile, &rig.pile.outlets[1]));
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_code_changes),
		cmocka_unit_test(test_what_cannot_work_is_refused),
		cmocka_unit_test(test_it_lasts_and_needs_the_network),
		cmocka_unit_test(test_an_outlet_is_kept_for_who_pays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
