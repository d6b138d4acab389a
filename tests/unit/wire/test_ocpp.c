/* test_ocpp.c - the envelope: shapes, ids, codes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "wire/ocpp.h"
#include "wire/ocpp16/core.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static void good_frames(void **state)
{
	struct ocpp_message message;

	(void)state;
	assert_int_equal(
		ocpp_parse(STR(" [2, \"a\\u0031\", \"Heartbeat\", { } ] "), &arena, &message), 0);
	assert_int_equal(message.kind, OCPP_CALL);
	assert_true(str_is(message.id, "a1"));
	assert_true(str_is(message.action, "Heartbeat"));
	assert_true(str_is(message.payload, "{ }"));
	assert_int_equal(
		ocpp_parse(STR("[3,\"1\",{\"status\":\"Accepted\"}]"), &arena, &message), 0);
	assert_int_equal(message.kind, OCPP_RESULT);
	assert_true(str_is(message.payload, "{\"status\":\"Accepted\"}"));
	assert_int_equal(
		ocpp_parse(STR("[4,\"1\",\"NotSupported\",\"no\",{\"a\":1}]"), &arena, &message),
		0);
	assert_int_equal(message.kind, OCPP_ERROR);
	assert_true(str_is(message.code, "NotSupported"));
	assert_true(str_is(message.text, "no"));
	assert_true(str_is(message.details, "{\"a\":1}"));
	assert_int_equal(ocpp_parse(STR("[4,\"1\",\"X\",\"\",null]"), &arena, &message), 0);
}

struct row {
	const char *text;
	int outcome, kind;
	const char *id;
};

static void bad_frames(void **state)
{
	static const struct row rows[] = {
		{"", OCPP_E_JSON, 0, ""},
		{"hello", OCPP_E_JSON, 0, ""},
		{"{}", OCPP_E_SHAPE, 0, ""},
		{"null", OCPP_E_SHAPE, 0, ""},
		{"[]", OCPP_E_SHAPE, 0, ""},
		{"[2]", OCPP_E_SHAPE, 2, ""},
		{"[2,\"1\"]", OCPP_E_SHAPE, 2, "1"},
		{"[2,\"1\",\"A\"]", OCPP_E_SHAPE, 2, "1"},
		{"[2,\"1\",\"A\",{},{}]", OCPP_E_SHAPE, 2, "1"},
		{"[2,\"1\",5,{}]", OCPP_E_SHAPE, 2, "1"},
		{"[2,\"1\",\"A\",{}", OCPP_E_JSON, 2, "1"},
		{"[2,\"1\",\"A\",{}]]", OCPP_E_JSON, 2, "1"},
		{"[2,\"1\",\"A\",{}] x", OCPP_E_JSON, 2, "1"},
		{"[2,\"1\",\"A\",{\"a\":1,\"a\":2}]", OCPP_E_JSON, 2, "1"},
		{"[2,\"1\",\"A\",{\"a\":\"\xff\"}]", OCPP_E_JSON, 2, "1"},
		{"[\"2\",\"1\",\"A\",{}]", OCPP_E_SHAPE, 0, ""},
		{"[2.0,\"1\",\"A\",{}]", OCPP_E_SHAPE, 0, ""},
		{"[1,\"1\",\"A\",{}]", OCPP_E_KIND, 0, "1"},
		{"[5,\"1\"]", OCPP_E_KIND, 0, "1"},
		{"[5,7]", OCPP_E_KIND, 0, ""},
		{"[-2,\"1\",\"A\",{}]", OCPP_E_KIND, 0, "1"},
		{"[2,1,\"A\",{}]", OCPP_E_ID, 2, ""},
		{"[2,null,\"A\",{}]", OCPP_E_ID, 2, ""},
		{"[2,\"\",\"A\",{}]", OCPP_E_ID, 2, ""},
		{"[2,\"0123456789012345678901234567890123456\",\"A\",{}]", OCPP_E_ID, 2, ""},
		{"[3,\"1\"]", OCPP_E_SHAPE, 3, "1"},
		{"[3,\"1\",{},1]", OCPP_E_SHAPE, 3, "1"},
		{"[4,\"1\",\"X\"]", OCPP_E_SHAPE, 4, "1"},
		{"[4,\"1\",\"X\",\"t\"]", OCPP_E_SHAPE, 4, "1"},
		{"[4,\"1\",\"X\",\"t\",5]", OCPP_E_SHAPE, 4, "1"},
		{"[4,\"1\",\"X\",\"t\",{},6]", OCPP_E_SHAPE, 4, "1"},
		{"[4,\"1\",7,\"t\",{}]", OCPP_E_SHAPE, 4, "1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ocpp_message message;
		int outcome = ocpp_parse(str_from(rows[i].text), &arena, &message);

		if (outcome != rows[i].outcome || (int)message.kind != rows[i].kind ||
			!str_is(message.id, rows[i].id))
			fail_msg("%s gives %d kind %d", rows[i].text, outcome, (int)message.kind);
	}
}

static void longest_id(void **state)
{
	struct ocpp_message message;

	(void)state;
	assert_int_equal(ocpp_parse(STR("[2,\"012345678901234567890123456789012345\",\"A\",{}]"),
				 &arena, &message),
		0);
	/* Characters count, not bytes. */
	assert_int_equal(ocpp_parse(STR("[2,\"\xc3\xa9"
					"12345678901234567890123456789012345\",\"A\",{}]"),
				 &arena, &message),
		0);
}

static void codes(void **state)
{
	static const enum ocpp_code all[] = {OCPP_CODE_NOT_IMPLEMENTED, OCPP_CODE_NOT_SUPPORTED,
		OCPP_CODE_INTERNAL, OCPP_CODE_PROTOCOL, OCPP_CODE_SECURITY, OCPP_CODE_FORMATION,
		OCPP_CODE_PROPERTY, OCPP_CODE_OCCURRENCE, OCPP_CODE_TYPE, OCPP_CODE_GENERIC};

	(void)state;
	assert_true(str_is(
		ocpp_code_name(OCPP_CODE_OCCURRENCE, OCPP_16), "OccurenceConstraintViolation"));
	assert_true(str_is(
		ocpp_code_name(OCPP_CODE_OCCURRENCE, OCPP_201), "OccurrenceConstraintViolation"));
	assert_true(str_is(ocpp_code_name(OCPP_CODE_FORMATION, OCPP_16), "FormationViolation"));
	assert_true(str_is(ocpp_code_name(OCPP_CODE_FORMATION, OCPP_201), "FormatViolation"));
	assert_true(str_is(ocpp_code_name((enum ocpp_code)0, OCPP_16), "GenericError"));
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(ocpp_code_find(ocpp_code_name(all[i], OCPP_16)), all[i]);
		assert_int_equal(ocpp_code_find(ocpp_code_name(all[i], OCPP_201)), all[i]);
	}
	assert_int_equal(ocpp_code_find(STR("Nonsense")), 0);
	assert_int_equal(ocpp_code_of_record(RECORD_E_UNKNOWN), OCPP_CODE_FORMATION);
	assert_int_equal(ocpp_code_of_record(RECORD_E_OBJECT), OCPP_CODE_FORMATION);
	assert_int_equal(ocpp_code_of_record(RECORD_E_TYPE), OCPP_CODE_TYPE);
	assert_int_equal(ocpp_code_of_record(RECORD_E_MISSING), OCPP_CODE_OCCURRENCE);
	assert_int_equal(ocpp_code_of_record(RECORD_E_COUNT), OCPP_CODE_OCCURRENCE);
	assert_int_equal(ocpp_code_of_record(RECORD_E_LENGTH), OCPP_CODE_PROPERTY);
	assert_int_equal(ocpp_code_of_record(RECORD_E_ENUM), OCPP_CODE_PROPERTY);
	assert_int_equal(ocpp_code_of_record(RECORD_E_FORMAT), OCPP_CODE_PROPERTY);
	assert_int_equal(ocpp_code_of_record(99), OCPP_CODE_GENERIC);
}

static void writing(void **state)
{
	struct ocpp16_heartbeat_conf conf = {.current_time_us = INT64_C(1795183331000000)};
	struct ocpp16_authorize_req req = {.id_tag = STR("ANNA")};
	struct buf buf;

	(void)state;
	buf_init(&buf, &arena, 4096);
	assert_int_equal(ocpp_encode_call(&buf, STR("1\""), STR("Authorize"),
				 &ocpp16_authorize_req_record, &req),
		0);
	assert_true(str_is(buf_str(&buf), "[2,\"1\\\"\",\"Authorize\",{\"idTag\":\"ANNA\"}]"));
	buf_clear(&buf);
	assert_int_equal(
		ocpp_encode_result(&buf, STR("7"), &ocpp16_heartbeat_conf_record, &conf), 0);
	assert_true(str_is(buf_str(&buf), "[3,\"7\",{\"currentTime\":\"2026-11-20T14:02:11Z\"}]"));
	buf_clear(&buf);
	ocpp_write_error(&buf, STR("7"), OCPP_CODE_OCCURRENCE, OCPP_16, STR("a \"b\""), STR_NULL);
	assert_true(str_is(
		buf_str(&buf), "[4,\"7\",\"OccurenceConstraintViolation\",\"a \\\"b\\\"\",{}]"));
	buf_clear(&buf);
	ocpp_write_call(&buf, STR("9"), STR("ClearCache"), STR_NULL);
	assert_true(str_is(buf_str(&buf), "[2,\"9\",\"ClearCache\",{}]"));
	buf_clear(&buf);
	ocpp_write_result(&buf, STR("9"), STR("{\"a\":1}"));
	assert_true(str_is(buf_str(&buf), "[3,\"9\",{\"a\":1}]"));
	req.id_tag = STR("012345678901234567890");
	assert_int_equal(ocpp_encode_call(&buf, STR("1"), STR("Authorize"),
				 &ocpp16_authorize_req_record, &req),
		RECORD_E_LENGTH);
}

static void long_descriptions_are_cut(void **state)
{
	struct ocpp_message message;
	char text[1000];
	struct buf buf;

	(void)state;
	memset(text, 'x', sizeof(text));
	buf_init(&buf, &arena, 4096);
	ocpp_write_error(&buf, STR("7"), OCPP_CODE_GENERIC, OCPP_16,
		(struct str){text, sizeof(text)}, STR("{\"a\":[]}"));
	assert_int_equal(ocpp_parse(buf_str(&buf), &arena, &message), 0);
	assert_int_equal(message.text.len, 255);
	assert_true(str_is(message.details, "{\"a\":[]}"));
}

/* An absent payload may be written as null where nothing is required. */
static void null_payloads(void **state)
{
	struct ocpp16_heartbeat_req heartbeat;
	struct ocpp16_authorize_req authorize;
	struct record_error error;

	(void)state;
	assert_int_equal(
		ocpp_payload(&ocpp16_heartbeat_req_record, STR("null"), &arena, &heartbeat, &error),
		0);
	assert_int_equal(
		ocpp_payload(&ocpp16_authorize_req_record, STR("null"), &arena, &authorize, &error),
		RECORD_E_OBJECT);
	assert_int_equal(ocpp_code_of_record((int)error.kind), OCPP_CODE_FORMATION);
	assert_int_equal(
		ocpp_payload(&ocpp16_heartbeat_req_record, STR("[]"), &arena, &heartbeat, &error),
		RECORD_E_OBJECT);
}

static void no_memory_is_a_fault(void **state)
{
	struct ocpp_message message;
	struct arena small;

	(void)state;
	arena_init(&small, 8);
	assert_true(
		ocpp_parse(STR("[2,\"aaaaaaaaaaaaaaaaaaaa\\n\",\"A\",{}]"), &small, &message) < 0);
	arena_fini(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_frames),
		cmocka_unit_test(bad_frames),
		cmocka_unit_test(longest_id),
		cmocka_unit_test(codes),
		cmocka_unit_test(writing),
		cmocka_unit_test(long_descriptions_are_cut),
		cmocka_unit_test(null_payloads),
		cmocka_unit_test(no_memory_is_a_fault),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
