/* test_forwarded.c - who asks behind a proxy of ours, and that nobody else's header is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/forwarded.h"

#define TRUSTED "127.0.0.1, 10.1.0.0/16,fd00::/8"

static void heard(const char *socket, const char *first, const char *second, const char *expected)
{
	struct http_head head = {.headers_len = 3,
		.headers = {{STR("x-forwarded-for"), str_from(first)}, {STR("Host"), STR("x")},
			{STR("X-Forwarded-For"), str_from(second)}}};
	struct arena arena;
	struct str remote;

	if (!*second)
		head.headers_len = 2;
	if (!*first)
		head.headers[0].name = STR("Accept");
	arena_init(&arena, 4096);
	remote = forwarded_remote(&arena, STR(TRUSTED), &head, str_from(socket));
	if (!str_is(remote, expected))
		print_error("%s | %s | %s: %.*s\n", socket, first, second, STR_FMT(remote));
	assert_true(str_is(remote, expected));
	arena_fini(&arena);
}

static void test_behind_a_proxy(void **state)
{
	(void)state;
	heard("127.0.0.1:99", "203.0.113.7", "", "203.0.113.7:0");
	heard("127.0.0.1:99", "203.0.113.7:4711", "", "203.0.113.7:0");
	heard("10.1.255.3:99", "2001:db8::5", "", "[2001:db8::5]:0");
	heard("[fd00::9]:99", "[2001:db8::5]:80", "", "[2001:db8::5]:0");
	/* two proxies of ours, one behind the other */
	heard("127.0.0.1:99", "203.0.113.7, 10.1.2.3", "", "203.0.113.7:0");
	heard("127.0.0.1:99", "203.0.113.7", "10.1.2.3", "203.0.113.7:0");
}

static void test_nobody_else_is_believed(void **state)
{
	(void)state;
	heard("203.0.113.7:99", "192.0.2.1", "", "203.0.113.7:99");
	heard("10.2.0.1:99", "192.0.2.1", "", "10.2.0.1:99");
	/* what the caller wrote himself stands before what the proxy saw */
	heard("127.0.0.1:99", "192.0.2.1, 203.0.113.7", "", "203.0.113.7:0");
	heard("127.0.0.1:99", "192.0.2.1", "203.0.113.7", "203.0.113.7:0");
	heard("127.0.0.1:99", "", "", "127.0.0.1:99");
	heard("127.0.0.1:99", "unknown", "", "127.0.0.1:99");
	heard("127.0.0.1:99", "203.0.113.7, garbage", "", "127.0.0.1:99");
	heard("127.0.0.1:99", "203.0.113.7,,", "", "127.0.0.1:99");
	heard("127.0.0.1:99", "192.0.2.1, nobody, 10.1.2.3", "", "10.1.2.3:0");
	heard("?:99", "192.0.2.1", "", "?:99");
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
