/* test_httpd.c - HTTP/1.1 against a real socket: what a client may do, and what a hostile one gets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/limits.h"
#include "net_fixture.h"

static int setup(void **state)
{
	struct net_fixture *fixture = mem_alloc(sizeof(*fixture));

	fixture_init(fixture);
	*state = fixture;
	return 0;
}

static int setup_started(void **state)
{
	setup(state);
	fixture_start(*state);
	return 0;
}

static int teardown(void **state)
{
	fixture_stop(*state);
	mem_free(*state);
	return 0;
}

/* Sends `text`, reads everything up to the end of the connection. */
static void ask(struct net_fixture *fixture, const char *text, char *answer, size_t cap)
{
	int fd = raw_connect(fixture);

	raw_text(fd, text);
	if (raw_all(fd, answer, cap) < 0)
		fail_msg("no orderly end after: %.60s", text);
	close(fd);
}

static void requests_are_answered(void **state)
{
	char answer[4096];

	ask(*state, "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer,
		sizeof(answer));
	assert_non_null(strstr(answer, "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(answer, "Content-Length: 6\r\n"));
	assert_non_null(strstr(answer, "Date: "));
	assert_non_null(strstr(answer, "Connection: close\r\n\r\nhello\n"));
	ask(*state, "HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer,
		sizeof(answer));
	assert_non_null(strstr(answer, "Content-Length: 6\r\n"));
	assert_null(strstr(answer, "hello"));
}

static void bodies_arrive_whole(void **state)
{
	char answer[4096];

	ask(*state,
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: "
		"close\r\n\r\nabcde",
		answer, sizeof(answer));
	assert_non_null(strstr(answer, "\r\n\r\nabcde"));
	ask(*state,
		"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
		"close\r\n\r\n"
		"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
		answer, sizeof(answer));
	assert_non_null(strstr(answer, "\r\n\r\nabcde"));
}

static void a_byte_at_a_time_is_fine(void **state)
{
	static const char text[] =
		"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
		"Connection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
	char answer[4096];
	int fd = raw_connect(*state);

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		raw_send(fd, text + i, 1);
		usleep(300);
	}
	assert_true(raw_all(fd, answer, sizeof(answer)) > 0);
	assert_non_null(strstr(answer, "\r\n\r\nabc"));
	close(fd);
}

static void pipelined_requests_keep_their_order(void **state)
{
	char answer[8192], *at = answer;

	ask(*state,
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1"
		"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		"chunked\r\n\r\n1\r\n2\r\n0\r\n\r\n"
		"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n3",
		answer, sizeof(answer));
	for (const char **part = (const char *[]){"\r\n\r\n1HTTP", "\r\n\r\n2HTTP", "hello\nHTTP",
		     "\r\n\r\n3", NULL};
		*part != NULL; part++) {
		at = strstr(at, *part);
		assert_non_null(at);
	}
}

/* A request behind one that is not answered yet waits, however much of it there is. */
static void later_requests_wait(void **state)
{
	struct net_fixture *fixture = *state;
	char answer[8192], many[64];
	int fd = raw_connect(fixture);

	raw_text(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 2000; i++) {
		snprintf(many, sizeof(many), "GET /%04d HTTP/1.1\r\nHost: x\r\n\r\n", i);
		raw_text(fd, many);
	}
	assert_true(wait_for(&fixture->requests, 1));
	usleep(50000);
	assert_int_equal(fixture->requests, 1);
	fixture_answer_later(fixture);
	assert_true(raw_until(fd, answer, sizeof(answer), "at last"));
	assert_true(wait_for(&fixture->requests, 2001));
	close(fd);
}

static void expectations_are_met(void **state)
{
	char answer[4096];
	int fd = raw_connect(*state);

	raw_text(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: "
		     "100-continue\r\nConnection: close\r\n\r\n");
	assert_true(raw_until(fd, answer, sizeof(answer), "\r\n\r\n"));
	assert_string_equal(answer, "HTTP/1.1 100 Continue\r\n\r\n");
	raw_text(fd, "abc");
	assert_true(raw_all(fd, answer, sizeof(answer)) > 0);
	assert_non_null(strstr(answer, "\r\n\r\nabc"));
	close(fd);
}

/* Each with the status it deserves; the connection ends, and nothing behind it is taken for a
 * request. */
static void bad_requests_are_refused(void **state)
{
	static const struct {
		const char *text, *status;
	} rows[] = {
		{"GET / HTTP/1.1\nHost: x\n\n", " 400 "},
		{"GET / HTTP/1.1\r\n\r\n", " 400 "},
		{"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", " 400 "},
		{"GET / HTTP/1.1\r\nHost : x\r\n\r\n", " 400 "},
		{"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", " 400 "},
		{"GET / HTTP/2.0\r\nHost: x\r\n\r\n", " 505 "},
		{"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
		 "chunked\r\n\r\n0\r\n\r\nGET /smuggled "
		 "HTTP/1.1\r\nHost: x\r\n\r\n",
			" 400 "},
		{"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: "
		 "6\r\n\r\nabcde",
			" 400 "},
		{"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nabcde", " 400 "},
		{"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", " 400 "},
		{"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
			" 501 "},
		{"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n",
			" 400 "},
		{"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", " 413 "},
		{"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n",
			" 413 "},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct net_fixture *fixture = *state;
		char answer[4096];
		int before = fixture->requests;

		ask(fixture, rows[i].text, answer, sizeof(answer));
		if (strstr(answer, rows[i].status) == NULL ||
			strstr(answer, "HTTP/1.1 ") != answer ||
			strstr(answer + 1, "HTTP/1.1 ") != NULL)
			fail_msg("row %zu: %s", i, answer);
		assert_int_equal(fixture->requests, before);
		assert_non_null(strstr(answer, "Connection: close"));
	}
}

static void large_heads_are_refused(void **state)
{
	char answer[4096], large[LIMIT_HTTP_HEAD_BYTES + 100];
	int fd = raw_connect(*state);

	memset(large, 'a', sizeof(large));
	raw_text(fd, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
	raw_send(fd, large, sizeof(large));
	assert_true(raw_all(fd, answer, sizeof(answer)) > 0);
	assert_non_null(strstr(answer, " 431 "));
	close(fd);
}

/* An early refusal reaches a client that is still sending. */
static void a_refused_upload_hears_why(void **state)
{
	char answer[4096], part[4096];
	int fd = raw_connect(*state);

	memset(part, 'a', sizeof(part));
	raw_text(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n");
	for (int i = 0; i < 200; i++)
		raw_send(fd, part, sizeof(part));
	assert_true(raw_until(fd, answer, sizeof(answer), "\r\n\r\n"));
	assert_non_null(strstr(answer, " 413 "));
	close(fd);
}

static void slow_heads_are_cut(void **state)
{
	struct net_fixture *fixture = *state;
	char answer[4096];
	int fd, silent;

	fixture->config.handshake_us = 300000;
	fixture_start(fixture);
	silent = raw_connect(fixture);
	fd = raw_connect(fixture);
	raw_text(fd, "GET / HTTP/1.1\r\nHos");
	assert_true(raw_all(fd, answer, sizeof(answer)) > 0);
	assert_non_null(strstr(answer, " 408 "));
	assert_true(raw_all(silent, answer, sizeof(answer)) >= 0);
	assert_true(fixture->refused >= 2);
	close(fd);
	close(silent);
}

static void idle_connections_are_cut(void **state)
{
	struct net_fixture *fixture = *state;
	char answer[4096];
	int fd;

	fixture->config.idle_us = 300000;
	fixture_start(fixture);
	fd = raw_connect(fixture);
	raw_text(fd, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(raw_until(fd, answer, sizeof(answer), "hello\n"));
	assert_int_equal(raw_all(fd, answer, sizeof(answer)), 0);
	assert_true(wait_for(&fixture->closed, 1));
	close(fd);
}

/* A thousand silent callers cannot keep one out that speaks. */
static void half_open_connections_are_bounded(void **state)
{
	struct net_fixture *fixture = *state;
	struct net_stats stats;
	char answer[4096];
	int fds[1000], fd;

	fixture->config.max_half_open = 100;
	fixture->config.silent_us = 50 * 1000;
	fixture_start(fixture);
	for (int i = 0; i < 1000; i++)
		fds[i] = raw_connect(fixture);
	fd = raw_connect(fixture);
	raw_text(fd, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(raw_until(fd, answer, sizeof(answer), "hello\n"));
	loop_stats(fixture->loop, &stats);
	assert_true(stats.half_open <= 100);
	assert_true(stats.evicted >= 900);
	for (int i = 0; i < 1000; i++)
		close(fds[i]);
	close(fd);
}

/* Everybody comes back in one moment: those that are too many wait for their turn, nobody pushes
 * another out. */
static void a_crowd_is_served_in_turn(void **state)
{
	struct net_fixture *fixture = *state;
	struct net_stats stats;
	char answer[4096];
	int fds[600];

	fixture->config.max_half_open = 20;
	fixture_start(fixture);
	for (int i = 0; i < 600; i++)
		fds[i] = raw_connect(fixture);
	for (int i = 0; i < 600; i++)
		raw_text(fds[i], "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 600; i++) {
		assert_true(raw_until(fds[i], answer, sizeof(answer), "hello\n"));
		close(fds[i]);
	}
	loop_stats(fixture->loop, &stats);
	assert_int_equal(stats.evicted, 0);
}

static void streams_speak_until_the_server_stops(void **state)
{
	char answer[4096];
	int fd = raw_connect(*state);

	raw_text(fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(
		raw_until(fd, answer, sizeof(answer), "event: first\nid: 7\ndata: a\ndata: b\n\n"));
	assert_non_null(strstr(answer, "Content-Type: text/event-stream"));
	assert_non_null(strstr(answer, "X-Test: 1"));
	loop_stop(((struct net_fixture *)*state)->loop);
	assert_int_equal(raw_all(fd, answer, sizeof(answer)), 0);
	close(fd);
}

static void a_stopping_server_answers_what_it_was_asked(void **state)
{
	struct net_fixture *fixture = *state;
	char answer[4096];
	int fd = raw_connect(fixture), idle = raw_connect(fixture);

	raw_text(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(wait_for(&fixture->requests, 1));
	loop_stop(fixture->loop);
	assert_int_equal(raw_all(idle, answer, sizeof(answer)), 0);
	fixture_answer_later(fixture);
	assert_true(raw_all(fd, answer, sizeof(answer)) > 0);
	assert_non_null(strstr(answer, "at last"));
	assert_non_null(strstr(answer, "Connection: close"));
	close(fd);
	close(idle);
}

static void a_client_that_ends_its_side_is_answered(void **state)
{
	struct net_fixture *fixture = *state;
	char answer[4096];
	int fd = raw_connect(fixture);

	raw_text(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(wait_for(&fixture->requests, 1));
	shutdown(fd, SHUT_WR);
	usleep(50000);
	fixture_answer_later(fixture);
	assert_true(raw_all(fd, answer, sizeof(answer)) > 0);
	assert_non_null(strstr(answer, "at last"));
	close(fd);
}

static void a_late_answer_does_not_reach_a_stranger(void **state)
{
	struct net_fixture *fixture = *state;
	char answer[4096];
	struct net_stats stats;
	int fd = raw_connect(fixture), stranger;
	struct linger hard = {1, 0};

	raw_text(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(wait_for(&fixture->requests, 1));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
	assert_true(wait_for(&fixture->closed, 1));
	stranger = raw_connect(fixture);
	raw_text(stranger, "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	fixture_answer_later(fixture);
	assert_true(raw_all(stranger, answer, sizeof(answer)) > 0);
	assert_null(strstr(answer, "at last"));
	close(stranger);
	loop_stats(fixture->loop, &stats);
	assert_int_equal(stats.accepted, 2);
}

#define STARTED(test) cmocka_unit_test_setup_teardown(test, setup_started, teardown)
#define PREPARED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTED(requests_are_answered),
		STARTED(bodies_arrive_whole),
		STARTED(a_byte_at_a_time_is_fine),
		STARTED(pipelined_requests_keep_their_order),
		STARTED(later_requests_wait),
		STARTED(expectations_are_met),
		STARTED(bad_requests_are_refused),
		STARTED(large_heads_are_refused),
		STARTED(a_refused_upload_hears_why),
		PREPARED(slow_heads_are_cut),
		PREPARED(idle_connections_are_cut),
		PREPARED(half_open_connections_are_bounded),
		PREPARED(a_crowd_is_served_in_turn),
		STARTED(streams_speak_until_the_server_stops),
		STARTED(a_stopping_server_answers_what_it_was_asked),
		STARTED(a_client_that_ends_its_side_is_answered),
		STARTED(a_late_answer_does_not_reach_a_stranger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
