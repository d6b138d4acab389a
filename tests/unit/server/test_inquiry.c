/* test_inquiry.c - which addresses a pile may make us ask, and which networks are nobody's on the
 * public net. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <cmocka.h>

#include "app/inquiry.h"
#include "net/caller.h"

static void test_addresses(void **state)
{
	static const struct {
		const char *hosts, *url;
		bool allowed, guarded;
	} rows[] = {
		{"", "http://ocsp.example/", false, false},
		{"ocsp.example", "http://ocsp.example/", true, false},
		{"a.example , OCSP.example", "https://ocsp.EXAMPLE:8443/x?y", true, false},
		{"ocsp.example", "http://ocsp.example", true, false},
		{"ocsp.example", "http://ocsp.example.evil.example/", false, true},
		{"ocsp.example", "http://evil.example/ocsp.example", false, true},
		{"ocsp.example", "http://ocsp.example@evil.example/", false, false},
		{"ocsp.example", "http://evil.example#ocsp.example", false, false},
		{"ocsp.example", "ftp://ocsp.example/", false, false},
		{"ocsp.example", "file:///etc/passwd", false, false},
		{"ocsp.example", "http://", false, false},
		{"ocsp.example", "http:///ocsp.example", false, false},
		{"ocsp.example", "http://ocsp.example\\@evil.example/", false, false},
		{"ocsp.example", "http://ocsp.example/ x", false, false},
		{"ocsp.example", "http://ocsp.example/\r\nHost: x", false, false},
		{"*", "http://any.example/", true, true},
		{"*", "http://127.0.0.1/", true, true}, /* where it is resolved it is refused */
		{"*", "http://[::1]/", false, false},
		{"*,10.0.0.5", "http://10.0.0.5:80/", true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool guarded = false;

		assert_int_equal(
			inquiry_allowed(str_from(rows[i].hosts), str_from(rows[i].url), &guarded),
			rows[i].allowed);
		if (rows[i].allowed)
			assert_int_equal(guarded, rows[i].guarded);
	}
}

static bool is_public(const char *text)
{
	struct sockaddr_in six_or_four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &six_or_four.sin_addr) == 1)
		return caller_is_public((const struct sockaddr *)&six_or_four);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return caller_is_public((const struct sockaddr *)&six);
}

static void test_networks(void **state)
{
	static const char *const closed[] = {"0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.0.2.1",
		"198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
		"255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2001:db8::1", "2002::1",
		"2001::1"};
	static const char *const open[] = {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1",
		"100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "198.17.0.1",
		"198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
		"::ffff:8.8.8.8", "64:ff9b::808:808"};
	struct sockaddr local = {.sa_family = AF_UNIX};

	(void)state;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
		assert_false(is_public(closed[i]));
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		assert_true(is_public(open[i]));
	assert_false(caller_is_public(&local));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_networks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
