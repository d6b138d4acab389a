/* test_http.c - request heads: the good, the broken and the smuggled. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "base/limits.h"
#include "wire/http.h"

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

static int parse(const char *text, struct http_head *head, size_t *used)
{
	return http_head_parse(str_from(text), head, used);
}

static void a_usual_request(void **state)
{
	static const char text[] =
		"GET /p/A1?x=1&y=%20 HTTP/1.1\r\nHost: example.org:8080\r\n"
		"Cookie: a=1; session=\"abc\"; b=2\r\nX-Empty:\r\n"
		"Connection: keep-alive, Upgrade\r\nUpgrade:  websocket \t\r\n\r\nBODY";
	struct http_head head;
	size_t used = 0;

	(void)state;
	assert_int_equal(parse(text, &head, &used), 0);
	assert_int_equal(used, sizeof(text) - 1 - 4);
	assert_true(str_is(head.method, "GET"));
	assert_true(str_is(head.target, "/p/A1?x=1&y=%20"));
	assert_true(str_is(head.path, "/p/A1"));
	assert_true(str_is(head.query, "x=1&y=%20"));
	assert_int_equal(head.minor, 1);
	assert_int_equal(head.content_length, -1);
	assert_false(head.chunked);
	assert_true(head.keep_alive);
	assert_true(str_is(http_header(&head, "HOST"), "example.org:8080"));
	assert_true(str_is(http_header(&head, "upgrade"), "websocket"));
	assert_true(http_header(&head, "x-empty").ptr != NULL);
	assert_true(http_header(&head, "absent").ptr == NULL);
	assert_true(http_header_has(&head, "connection", "upgrade"));
	assert_false(http_header_has(&head, "connection", "up"));
	assert_true(str_is(http_cookie(&head, "session"), "abc"));
	assert_true(str_is(http_cookie(&head, "b"), "2"));
	assert_true(http_cookie(&head, "essio").ptr == NULL);
}

static void incomplete_at_every_byte(void **state)
{
	static const char text[] = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
	struct http_head head;
	size_t used = 0;

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		char *exact = malloc(len + 1);

		memcpy(exact, text, len);
		assert_int_equal(
			http_head_parse((struct str){exact, len}, &head, &used), HTTP_E_MORE);
		free(exact);
	}
	assert_int_equal(parse(text, &head, &used), 0);
	assert_int_equal(head.content_length, 3);
}

struct row {
	const char *text;
	int outcome;
};

#define GET "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"
static const struct row rows[] = {
	{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
	{"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
	{"GET / HTTP/1.0\r\n\r\n", 0},
	{"GET / HTTP/1.7\r\nHost: a\r\n\r\n", 0},
	{"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 0},
	{"GET http://a:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n", 0},
	{"GET / HTTP/1.1\r\nHost:\r\n\r\n", 0},
	{"GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 0},
	{GET "X: \xc3\xa9\r\n\r\n", 0},
	{POST "Transfer-Encoding: Chunked\r\n\r\n", 0},
	{POST "Content-Length: 0\r\n\r\n", 0},
	{POST "Expect: 100-Continue\r\n\r\n", 0},
	{"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/1.1\nHost: a\n\n", HTTP_E_BAD},
	{"GET / HTTP/1.1\r\nHost: a\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/1.1\rHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"\n", HTTP_E_BAD},
	{"GET / HTTP/1.1\r\n\r\n", HTTP_E_BAD},
	{GET "Host: b\r\n\r\n", HTTP_E_BAD},
	{GET "host: a\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", HTTP_E_BAD},
	{GET " folded: x\r\n\r\n", HTTP_E_BAD},
	{GET "X: a\r\n b\r\n\r\n", HTTP_E_BAD},
	{GET "X : a\r\n\r\n", HTTP_E_BAD},
	{GET "X\t: a\r\n\r\n", HTTP_E_BAD},
	{GET ": a\r\n\r\n", HTTP_E_BAD},
	{GET "nocolon\r\n\r\n", HTTP_E_BAD},
	{GET "X(y): a\r\n\r\n", HTTP_E_BAD},
	{GET "X: a\x01\r\n\r\n", HTTP_E_BAD},
	{GET "X: a\x7f\r\n\r\n", HTTP_E_BAD},
	{POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\n", HTTP_E_BAD},
	{POST "Content-Length: 3, 3\r\n\r\n", HTTP_E_BAD},
	{POST "Content-Length: +3\r\n\r\n", HTTP_E_BAD},
	{POST "Content-Length: -3\r\n\r\n", HTTP_E_BAD},
	{POST "Content-Length: 0x3\r\n\r\n", HTTP_E_BAD},
	{POST "Content-Length:\r\n\r\n", HTTP_E_BAD},
	{POST "Content-Length: 9999999999999999\r\n\r\n", HTTP_E_BAD},
	{POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_E_BAD},
	{POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_E_BAD},
	{POST "Transfer-Encoding: gzip, chunked\r\n\r\n", HTTP_E_NOT_IMPLEMENTED},
	{POST "Transfer-Encoding: xchunked\r\n\r\n", HTTP_E_NOT_IMPLEMENTED},
	{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_E_BAD},
	{POST "Expect: something\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", HTTP_E_VERSION},
	{"GET / HTTP/0.9\r\nHost: a\r\n\r\n", HTTP_E_VERSION},
	{"GET / http/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/1.\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET / HTTP/11\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET /\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{" GET / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET x HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET * HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_E_BAD},
	{"\x16\x03\x01\x02", HTTP_E_MORE},
	{"\x16\x03\x01\n", HTTP_E_BAD},
};

static void strictness(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_head head;
		size_t used;
		int outcome = parse(rows[i].text, &head, &used);

		if (outcome != rows[i].outcome)
			fail_msg("%s gives %d", rows[i].text, outcome);
	}
}

static void nul_is_refused(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n";
	struct http_head head;
	size_t used;

	(void)state;
	assert_int_equal(
		http_head_parse((struct str){text, sizeof(text) - 1}, &head, &used), HTTP_E_BAD);
}

static void sizes_are_bounded(void **state)
{
	struct http_head head;
	struct buf buf;
	size_t used;

	(void)state;
	buf_init(&buf, NULL, 100000);
	buf_put_str(&buf, STR("GET / HTTP/1.1\r\nHost: a\r\n"));
	for (int i = 0; i < HTTP_MAX_HEADERS - 1; i++)
		buf_format(&buf, "X%d: y\r\n", i);
	buf_put_str(&buf, STR("\r\n"));
	assert_int_equal(http_head_parse(buf_str(&buf), &head, &used), 0);
	assert_int_equal(head.headers_len, HTTP_MAX_HEADERS);
	buf.len -= 2;
	buf_put_str(&buf, STR("One: more\r\n\r\n"));
	assert_int_equal(http_head_parse(buf_str(&buf), &head, &used), HTTP_E_TOO_LARGE);
	buf_clear(&buf);
	buf_put_str(&buf, STR("GET /"));
	while (buf.len < LIMIT_HTTP_HEAD_BYTES)
		buf_put_char(&buf, 'a');
	assert_int_equal(http_head_parse(buf_str(&buf), &head, &used), HTTP_E_TOO_LARGE);
	buf.len--;
	assert_int_equal(http_head_parse(buf_str(&buf), &head, &used), HTTP_E_MORE);
	buf_fini(&buf);
}

static void keep_alive_rules(void **state)
{
	struct http_head head;
	size_t used;

	(void)state;
	parse(GET "Connection: close\r\n\r\n", &head, &used);
	assert_false(head.keep_alive);
	parse(GET "Connection: foo\r\nConnection: x,CLOSE\r\n\r\n", &head, &used);
	assert_false(head.keep_alive);
	parse("GET / HTTP/1.0\r\n\r\n", &head, &used);
	assert_false(head.keep_alive);
	parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", &head, &used);
	assert_true(head.keep_alive);
	parse(POST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n", &head, &used);
	assert_true(head.expect_continue);
}

static void two_requests_in_a_row(void **state)
{
	static const char text[] =
		"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_head head;
	size_t used, again;

	(void)state;
	assert_int_equal(parse(text, &head, &used), 0);
	assert_true(str_is(head.path, "/1"));
	assert_int_equal(parse(text + used, &head, &again), 0);
	assert_true(str_is(head.path, "/2"));
	assert_int_equal(used + again, sizeof(text) - 1);
}

static void decoding(void **state)
{
	(void)state;
	assert_true(str_is(http_decode(&arena, STR("a%20b+c%C3%A9"), false), "a b+c\xc3\xa9"));
	assert_true(str_is(http_decode(&arena, STR("a%20b+c"), true), "a b c"));
	assert_true(http_decode(&arena, STR(""), false).ptr != NULL);
	assert_null(http_decode(&arena, STR("%"), false).ptr);
	assert_null(http_decode(&arena, STR("%4"), false).ptr);
	assert_null(http_decode(&arena, STR("%4g"), false).ptr);
	assert_null(http_decode(&arena, STR("%00"), false).ptr);
	assert_null(http_decode(&arena, STR("%ff"), false).ptr);
	assert_null(http_decode(&arena, STR("%c0%af"), false).ptr);
	assert_true(str_is(http_decode(&arena, STR("%41"), false), "A"));
}

static void parameters(void **state)
{
	struct str query = STR("a=1&b=x%20y+z&a=2&c&%64=4&bad=%zz&=5");

	(void)state;
	assert_true(str_is(http_param(&arena, query, "a"), "1"));
	assert_true(str_is(http_param(&arena, query, "b"), "x y z"));
	assert_true(str_is(http_param(&arena, query, "c"), ""));
	assert_true(http_param(&arena, query, "c").ptr != NULL);
	assert_true(str_is(http_param(&arena, query, "d"), "4"));
	assert_null(http_param(&arena, query, "bad").ptr);
	assert_null(http_param(&arena, query, "e").ptr);
	assert_null(http_param(&arena, STR_NULL, "e").ptr);
	assert_null(http_param(&arena,
		STR("1&2&3&4&5&6&7&8&9&1&2&3&4&5&6&7&8&9&1&2&3&4&5&6&7&8&9&"
		    "1&2&3&4&5&a=1"),
		"a")
			    .ptr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_usual_request),
		cmocka_unit_test(incomplete_at_every_byte),
		cmocka_unit_test(strictness),
		cmocka_unit_test(nul_is_refused),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test(keep_alive_rules),
		cmocka_unit_test(two_requests_in_a_row),
		cmocka_unit_test(decoding),
		cmocka_unit_test(parameters),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
