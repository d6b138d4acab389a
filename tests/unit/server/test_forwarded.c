/* test_forwarded.c - who asks behind a proxy of ours, and that nobody else's header is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/forwarded.h"

#define TRUSTED "127.0.0.1, 10.1.0.0/16,fd00::/8"

struct hearing {
	const char *socket, *first, *second, *expected; /* "" is a header that is not there */
};

static void heard(const struct hearing *one)
{
	struct http_head head = {.headers_len = *one->second ? 3 : 2,
		.headers = {{*one->first ? STR("x-forwarded-for") : STR("Accept"),
				    str_from(one->first)},
			{STR("Host"), STR("x")}, {STR("X-Forwarded-For"), str_from(one->second)}}};
	struct arena arena;
	struct str remote;

	arena_init(&arena, 4096);
	remote = forwarded_remote(&arena, STR(TRUSTED), &head, str_from(one->socket));
	if (!str_is(remote, one->expected))
		fail_msg("%s | %s | %s: %.*s", one->socket, one->first, one->second,
			STR_FMT(remote));
	arena_fini(&arena);
}

static void test_behind_a_proxy(void **state)
{
	static const struct hearing hearings[] = {
		{"127.0.0.1:99", "203.0.113.7", "", "203.0.113.7:0"},
		{"127.0.0.1:99", "203.0.113.7:4711", "", "203.0.113.7:0"},
		{"10.1.255.3:99", "2001:db8::5", "", "[2001:db8::5]:0"},
		{"[fd00::9]:99", "[2001:db8::5]:80", "", "[2001:db8::5]:0"},
		/* two proxies of ours, one behind the other */
		{"127.0.0.1:99", "203.0.113.7, 10.1.2.3", "", "203.0.113.7:0"},
		{"127.0.0.1:99", "203.0.113.7", "10.1.2.3", "203.0.113.7:0"},
		/* what the caller wrote himself stands before what the proxy saw */
		{"127.0.0.1:99", "192.0.2.1, 203.0.113.7", "", "203.0.113.7:0"},
		{"127.0.0.1:99", "192.0.2.1", "203.0.113.7", "203.0.113.7:0"},
		/* what the proxy says is no address: the last one that is counts */
		{"127.0.0.1:99", "", "", "127.0.0.1:99"},
		{"127.0.0.1:99", "unknown", "", "127.0.0.1:99"},
		{"127.0.0.1:99", "203.0.113.7, garbage", "", "127.0.0.1:99"},
		{"127.0.0.1:99", "203.0.113.7,,", "", "127.0.0.1:99"},
		{"127.0.0.1:99", "192.0.2.1, nobody, 10.1.2.3", "", "10.1.2.3:0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hearings) / sizeof(hearings[0]); i++)
		heard(&hearings[i]);
}

static void test_nobody_else_is_believed(void **state)
{
	static const struct hearing hearings[] = {
		{"203.0.113.7:99", "192.0.2.1", "", "203.0.113.7:99"},
		{"10.2.0.1:99", "192.0.2.1", "", "10.2.0.1:99"},
		{"?:99", "192.0.2.1", "", "?:99"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hearings) / sizeof(hearings[0]); i++)
		heard(&hearings[i]);
}

static void test_rules(void **state)
{
	static const char seventeen[] =
		"1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,"
		"1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1";
	static const char *const good[] = {
		"", "127.0.0.1", "::1", "10.0.0.0/8 , 0.0.0.0/0", "fd00::/7"};
	static const char *const bad[] = {"proxy.example", "10.0.0.0/33", "::1/129", "10.0.0.0/-1",
		"10.0.0.0/x", "1,2", "127.0.0.1,,::1", seventeen};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(forwarded_rules_ok(str_from(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(forwarded_rules_ok(str_from(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_behind_a_proxy),
		cmocka_unit_test(test_nobody_else_is_believed),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
