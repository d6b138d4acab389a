/* test_mask.c - secrets leave no trace in what is kept, and nothing else is touched. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/arena.h"
#include "base/box.h"
#include "base/mask.h"

static void check(const char *text, const char *shown)
{
	struct arena arena;
	struct str got = str_from(text);
	bool found;

	arena_init(&arena, 65536);
	found = mask_secrets(&arena, str_from(text), &got);
	assert_int_equal(found, strcmp(text, shown) != 0);
	assert_int_equal(got.len, strlen(shown));
	assert_memory_equal(got.ptr, shown, got.len);
	arena_fini(&arena);
}

static void settings_of_both_versions(void **state)
{
	(void)state;
	check("{\"key\":\"AuthorizationKey\",\"value\":\"secret\"}",
		"{\"key\":\"AuthorizationKey\",\"value\":\"******\"}");
	check("{\"value\":\"secret\",\"key\":\"authorizationkey\"}",
		"{\"value\":\"******\",\"key\":\"authorizationkey\"}");
	check("{\"configurationKey\":[{\"key\":\"A\",\"value\":\"x\"},{\"key\":"
	      "\"AuthorizationKey\",\"value\":\"y\"}]}",
		"{\"configurationKey\":[{\"key\":\"A\",\"value\":\"x\"},{\"key\":"
		"\"AuthorizationKey\",\"value\":\"*\"}]}");
	check("{\"setVariableData\":[{\"attributeValue\":\"abc\",\"component\":{\"name\":"
	      "\"SecurityCtrlr\"},\"variable\":{\"name\":\"BasicAuthPassword\"}},{"
	      "\"attributeValue\":\"30\",\"variable\":{\"name\":\"Interval\"}}]}",
		"{\"setVariableData\":[{\"attributeValue\":\"***\",\"component\":{\"name\":"
		"\"SecurityCtrlr\"},\"variable\":{\"name\":\"BasicAuthPassword\"}},{"
		"\"attributeValue\":\"30\",\"variable\":{\"name\":\"Interval\"}}]}");
	check("{\"connectionData\":{\"apn\":{\"apnPassword\" : "
	      "\"pw\"},\"vpn\":{\"password\":\"p\",\"key\":\"k\"},\"basicAuthPassword\":\"zz\"}}",
		"{\"connectionData\":{\"apn\":{\"apnPassword\" : "
		"\"**\"},\"vpn\":{\"password\":\"*\",\"key\":\"*\"},\"basicAuthPassword\":\"**\"}"
		"}");
}

/* Reports have name and value in objects of their own, and a value for each attribute. */
static void reports_of_variables(void **state)
{
	(void)state;
	check("{\"reportData\":[{\"variable\":{\"name\":\"SharedSecret\"},\"variableAttribute\":["
	      "{\"type\":\"Actual\",\"value\":\"ab\"},{\"value\":\"cd\",\"type\":\"Target\"}]},{"
	      "\"variable\":{\"name\":\"Length\"},\"variableAttribute\":[{\"value\":\"10\"}]}]}",
		"{\"reportData\":[{\"variable\":{\"name\":\"SharedSecret\"},\"variableAttribute\":["
		"{\"type\":\"Actual\",\"value\":\"**\"},{\"value\":\"**\",\"type\":\"Target\"}]},{"
		"\"variable\":{\"name\":\"Length\"},\"variableAttribute\":[{\"value\":\"10\"}]}]}");
	check("[{\"variableAttribute\":[{\"value\":\"10\"}],\"variable\":{\"name\":\"Length\"}},{"
	      "\"variableAttribute\":[{\"value\":\"ab\"}],\"variable\":{\"name\":"
	      "\"BasicAuthPassword\"}}]",
		"[{\"variableAttribute\":[{\"value\":\"10\"}],\"variable\":{\"name\":\"Length\"}},{"
		"\"variableAttribute\":[{\"value\":\"**\"}],\"variable\":{\"name\":"
		"\"BasicAuthPassword\"}}]");
}

static void the_rest_stays(void **state)
{
	(void)state;
	check("", "");
	check("{}", "{}");
	check("{\"key\":\"HeartbeatInterval\",\"value\":\"300\"}",
		"{\"key\":\"HeartbeatInterval\",\"value\":\"300\"}");
	check("{\"key\":[\"AuthorizationKey\"]}", "{\"key\":[\"AuthorizationKey\"]}");
	check("}}}}", "}}}}");
	check("{{{{\"", "{{{{\"");
}

static void broken_texts_too(void **state)
{
	(void)state;
	check("[2,\"1\",\"ChangeConfiguration\",{\"key\":\"AuthorizationKey\",\"value\":\"sec",
		"[2,\"1\",\"ChangeConfiguration\",{\"key\":\"AuthorizationKey\",\"value\":\"***");
	check("{\"key\":\"AuthorizationKey\",\"value\":\"a\\\"b\\\\\"}",
		"{\"key\":\"AuthorizationKey\",\"value\":\"******\"}");
	check("{\"key\":\"AuthorizationKey\",\"value\":\"a\\",
		"{\"key\":\"AuthorizationKey\",\"value\":\"**");
}

static void deep_objects_do_no_harm(void **state)
{
	char text[512] = "";

	(void)state;
	for (int i = 0; i < 60; i++)
		strcat(text, "{\"a\":");
	strcat(text, "{\"key\":\"AuthorizationKey\",\"value\":\"s\"}");
	for (int i = 0; i < 60; i++)
		strcat(text, "}");
	check(text, text);
}

static void boxes_open_with_their_key_only(void **state)
{
	struct arena arena;
	struct rng rng;
	struct str sealed, text, again;
	char *changed;

	(void)state;
	arena_init(&arena, 65536);
	rng_init_seeded(&rng, 1);
	sealed = box_seal(&arena, &rng, STR("key"), STR("command:1"), STR("hello"));
	again = box_seal(&arena, &rng, STR("key"), STR("command:1"), STR("hello"));
	assert_false(str_eq(sealed, again));
	assert_true(box_open(&arena, STR("key"), STR("command:1"), sealed, &text));
	assert_true(str_is(text, "hello"));
	assert_false(box_open(&arena, STR("kez"), STR("command:1"), sealed, &text));
	assert_false(box_open(&arena, STR("key"), STR("command:2"), sealed, &text));
	assert_false(box_open(&arena, STR("key"), STR("command:1"), STR(""), &text));
	assert_false(box_open(&arena, STR("key"), STR("command:1"), STR("AAAA"), &text));
	changed = str_dup_z(&arena, sealed);
	changed[3] = changed[3] == 'A' ? 'B' : 'A';
	assert_false(box_open(&arena, STR("key"), STR("command:1"), str_from(changed), &text));
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_of_both_versions),
		cmocka_unit_test(reports_of_variables),
		cmocka_unit_test(the_rest_stays),
		cmocka_unit_test(broken_texts_too),
		cmocka_unit_test(deep_objects_do_no_harm),
		cmocka_unit_test(boxes_open_with_their_key_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
