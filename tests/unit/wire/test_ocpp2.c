/* test_ocpp2.c - what both columns of the 2.x tables promise: the same struct read by either
 * version, and each version refusing what it does not know; the frames 2.1 added. (Every field with
 * every mistake is tests/mutation; that the tables are the standard's, tests/interop.) */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "base/arena.h"
#include "wire/ocpp.h"
#include "wire/ocpp2/action.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/smart.h"
#include "wire/ocpp2/transaction.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 24);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static int decode(const struct record *record, const char *text, void *ret)
{
	return record_decode(record, str_from(text), RECORD_STRICT, &arena, ret, NULL);
}

static void test_words_become_texts(void **state)
{
	const char *own = "{\"idToken\":{\"idToken\":\"A\",\"type\":\"MyOwn\"}}";
	const char *known = "{\"idToken\":{\"idToken\":\"A\",\"type\":\"eMAID\"}}";
	struct ocpp2_authorize_req req;

	(void)state;
	/* 2.0.1 has a list of kinds, 2.1 leaves them open; both are read as text. */
	assert_int_equal(decode(&ocpp2_authorize_req_201_record, own, &req), RECORD_E_ENUM);
	assert_int_equal(decode(&ocpp2_authorize_req_201_record, known, &req), 0);
	assert_true(str_is(req.id_token.type, "eMAID"));
	assert_int_equal(decode(&ocpp2_authorize_req_21_record, own, &req), 0);
	assert_true(str_is(req.id_token.type, "MyOwn"));
}

static void test_required_becomes_optional(void **state)
{
	const char *without =
		"{\"evseId\":1,\"chargingProfile\":{\"id\":1,\"stackLevel\":0,"
		"\"chargingProfilePurpose\":\"TxProfile\","
		"\"chargingProfileKind\":\"Absolute\",\"chargingSchedule\":[{\"id\":1,"
		"\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":["
		"{\"startPeriod\":0}]}]}}";
	const char *with = "{\"evseId\":1,\"chargingProfile\":{\"id\":1,\"stackLevel\":0,"
			   "\"chargingProfilePurpose\":\"TxProfile\","
			   "\"chargingProfileKind\":\"Absolute\",\"chargingSchedule\":[{\"id\":1,"
			   "\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":["
			   "{\"startPeriod\":0,\"limit\":16.5}]}]}}";
	struct ocpp2_set_charging_profile_req req;
	const struct ocpp2_charging_schedule_period *period;

	(void)state;
	assert_int_equal(decode(&ocpp2_set_charging_profile_req_201_record, without, &req),
		RECORD_E_MISSING);
	assert_int_equal(decode(&ocpp2_set_charging_profile_req_21_record, without, &req), 0);
	period = req.charging_profile.charging_schedule[0].charging_schedule_period;
	assert_false(period->has_limit_milli);
	/* A field that 2.0.1 requires counts as present there too. */
	assert_int_equal(decode(&ocpp2_set_charging_profile_req_201_record, with, &req), 0);
	period = req.charging_profile.charging_schedule[0].charging_schedule_period;
	assert_true(period->has_limit_milli);
	assert_int_equal(period->limit_milli, 16500);
}

static void test_later_fields_and_words(void **state)
{
	const char *text = "{\"eventType\":\"Ended\",\"timestamp\":\"2026-03-02T02:00:00Z\","
			   "\"triggerReason\":\"CostLimitReached\",\"seqNo\":1,"
			   "\"transactionInfo\":{\"transactionId\":\"t\"}}";
	const char *field = "{\"eventType\":\"Ended\",\"timestamp\":\"2026-03-02T02:00:00Z\","
			    "\"triggerReason\":\"Authorized\",\"seqNo\":1,"
			    "\"transactionInfo\":{\"transactionId\":\"t\",\"tariffId\":\"x\"}}";
	struct ocpp2_transaction_event_req req;

	(void)state;
	assert_int_equal(
		decode(&ocpp2_transaction_event_req_201_record, text, &req), RECORD_E_ENUM);
	assert_int_equal(decode(&ocpp2_transaction_event_req_21_record, text, &req), 0);
	assert_int_equal(req.trigger_reason, OCPP2_TRIGGER_REASON_COST_LIMIT_REACHED);
	assert_int_equal(
		decode(&ocpp2_transaction_event_req_201_record, field, &req), RECORD_E_UNKNOWN);
	assert_int_equal(decode(&ocpp2_transaction_event_req_21_record, field, &req), 0);
	assert_true(str_is(req.transaction_info.tariff_id, "x"));
}

static void test_custom_data_is_anybodys(void **state)
{
	const char *text = "{\"customData\":{\"vendorId\":\"v\",\"more\":{\"a\":[1,null]}}}";
	struct ocpp2_clear_cache_req req;
	struct buf buf;

	(void)state;
	assert_int_equal(decode(&ocpp2_clear_cache_req_201_record, text, &req), 0);
	assert_true(req.has_custom_data && str_is(req.custom_data.vendor_id, "v"));
	buf_init(&buf, &arena, 1024);
	assert_int_equal(record_encode(&ocpp2_clear_cache_req_201_record, &req, &buf, NULL), 0);
	assert_true(str_is(buf_str(&buf), "{\"customData\":{\"vendorId\":\"v\"}}"));
	assert_int_equal(
		decode(&ocpp2_clear_cache_req_201_record, "{\"customData\":{\"x\":1}}", &req),
		RECORD_E_MISSING);
	assert_int_equal(decode(&ocpp2_clear_cache_req_201_record,
				 "{\"customData\":{\"vendorId\":\"v\",\"a\":1,\"a\":2}}", &req),
		RECORD_E_JSON);
}

static void test_catalogue(void **state)
{
	size_t v201 = 0, v21 = 0;

	(void)state;
	for (size_t i = 0; i < ocpp2_actions_len; i++) {
		v201 += ocpp2_action_req(OCPP_201, &ocpp2_actions[i]) != NULL;
		v21 += ocpp2_action_req(OCPP_21, &ocpp2_actions[i]) != NULL;
		assert_true(ocpp2_actions[i].from_station || ocpp2_actions[i].from_server);
	}
	assert_int_equal(v201, 64);
	assert_int_equal(v21, 91);
	assert_null(ocpp2_action_find(OCPP_201, STR("SetDefaultTariff")));
	assert_non_null(ocpp2_action_find(OCPP_21, STR("SetDefaultTariff")));
	assert_null(ocpp2_action_find(OCPP_21, STR("StartTransaction")));
}

static void test_frames_of_21(void **state)
{
	struct ocpp_message message;

	(void)state;
	assert_int_equal(
		ocpp_parse_in(OCPP_201, STR("[6,\"1\",\"A\",{}]"), &arena, &message), OCPP_E_KIND);
	assert_int_equal(ocpp_parse_in(OCPP_21, STR("[6,\"1\",\"A\",{}]"), &arena, &message), 0);
	assert_int_equal(message.kind, OCPP_SEND);
	assert_true(str_is(message.action, "A"));
	assert_int_equal(ocpp_parse_in(OCPP_21, STR("[5,\"1\",\"FormatViolation\",\"x\",{}]"),
				 &arena, &message),
		0);
	assert_int_equal(message.kind, OCPP_RESULT_ERROR);
	assert_true(str_is(message.code, "FormatViolation"));
	assert_int_equal(ocpp_parse_in(OCPP_21, STR("[5,\"1\",\"F\",\"x\"]"), &arena, &message),
		OCPP_E_SHAPE);
	assert_int_equal(
		ocpp_parse_in(OCPP_21, STR("[7,\"1\",\"A\",{}]"), &arena, &message), OCPP_E_KIND);
}

static void test_versions_by_name(void **state)
{
	(void)state;
	assert_int_equal(ocpp_version_of(STR("ocpp2.0.1")), OCPP_201);
	assert_int_equal(ocpp_version_of(STR("ocpp2.0")), 0);
	assert_int_equal(ocpp_version_of(STR("")), 0);
	assert_true(str_is(ocpp_protocol(OCPP_21), "ocpp2.1"));
	assert_true(str_is(ocpp_code_name(OCPP_CODE_FORMATION, OCPP_21), "FormatViolation"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_become_texts),
		cmocka_unit_test(test_required_becomes_optional),
		cmocka_unit_test(test_later_fields_and_words),
		cmocka_unit_test(test_custom_data_is_anybodys),
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_frames_of_21),
		cmocka_unit_test(test_versions_by_name),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
