/* test_inquiries.c - questions for piles over real sockets of this machine: an answer in pieces,
 * one that is too large, one that points elsewhere, nobody there, a server that never answers, and
 * an address of a private network behind a name from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "net/caller.h"
#include "server/inquiries.h"

/* A stranger's server: one connection after another, each answered by what its path asks for. */
struct stranger {
	int fd;
	uint16_t port;
	pthread_t thread;
	_Atomic int visits;
	_Atomic bool heard; /* a question that gets no answer */
	char last[400];     /* the question's head */
};

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static void say_huge(int fd)
{
	static char piece[65536];

	memset(piece, 'x', sizeof(piece));
	say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	for (size_t sent = 0; sent < 2 * CALLER_ANSWER_MAX; sent += sizeof(piece)) {
		if (send(fd, piece, sizeof(piece), MSG_NOSIGNAL) < 0)
			return; /* it was cut: that is what is wanted */
	}
}

/* Byte by byte, as a slow line does. */
static void say_slowly(int fd, const char *text)
{
	for (; *text; text++) {
		char one[2] = {*text, 0};

		say(fd, one);
	}
}

static void answer(struct stranger *stranger, int fd)
{
	char more[64];

	if (strstr(stranger->last, "/pieces"))
		say_slowly(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nvalid");
	else if (strstr(stranger->last, "/huge"))
		say_huge(fd);
	else if (strstr(stranger->last, "/elsewhere"))
		say(fd, "HTTP/1.1 302 Found\r\nLocation: /pieces\r\nContent-Length: 0\r\n\r\n");
	else if (strstr(stranger->last, "/garbage"))
		say(fd, "220 mail.example ready\r\n");
	else {
		atomic_store(&stranger->heard, true);
		while (recv(fd, more, sizeof(more), 0) > 0) {
		}
	}
}

static void *serve(void *arg)
{
	struct stranger *stranger = arg;
	int fd;

	while ((fd = accept(stranger->fd, NULL, NULL)) >= 0) {
		ssize_t len = recv(fd, stranger->last, sizeof(stranger->last) - 1, 0);

		stranger->last[len > 0 ? len : 0] = '\0';
		atomic_fetch_add(&stranger->visits, 1);
		answer(stranger, fd);
		close(fd);
	}
	return NULL;
}

static void stranger_open(struct stranger *stranger)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);

	*stranger = (struct stranger){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	assert_int_equal(bind(stranger->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(stranger->fd, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(listen(stranger->fd, 8), 0);
	stranger->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&stranger->thread, NULL, serve, stranger), 0);
}

static void stranger_close(struct stranger *stranger)
{
	shutdown(stranger->fd, SHUT_RDWR);
	pthread_join(stranger->thread, NULL);
	close(stranger->fd);
}

/* The gateway's thread, and what came back to it. */
struct home {
	struct stranger stranger;
	struct loop *loop;
	struct inquiries *inquiries;
	int status, answers;
	char body[64], why[64];
	size_t body_len;
};

static void came_back(void *arg, const struct inquiry_answer *answer)
{
	struct home *home = arg;

	home->status = answer->status;
	home->answers++;
	home->body_len = answer->body.len;
	snprintf(home->body, sizeof(home->body), "%.*s", STR_FMT(answer->body));
	snprintf(home->why, sizeof(home->why), "%s", answer->why);
	loop_stop(home->loop);
}

static void home_open(struct home *home)
{
	memset(home, 0, sizeof(*home));
	stranger_open(&home->stranger);
	home->loop = loop_new();
	assert_int_equal(inquiries_new(home->loop, &home->inquiries), 0);
}

static void home_close(struct home *home)
{
	inquiries_stop(home->inquiries);
	loop_drain(home->loop);
	inquiries_free(home->inquiries);
	loop_free(home->loop);
	stranger_close(&home->stranger);
}

static void submit(
	struct home *home, const char *host, uint16_t port, const char *path, bool guarded)
{
	struct inquiry_runner runner = inquiries_runner(home->inquiries);
	char url[120];
	struct inquiry inquiry = {.method = STR("POST"),
		.headers = STR("Content-Type: application/ocsp-request\r\n"),
		.body = STR("question"),
		.guarded = guarded};

	snprintf(url, sizeof(url), "http://%s:%d%s", host, port, path);
	inquiry.url = str_from(url);
	runner.run(runner.context, &inquiry, came_back, home);
}

static void ask(struct home *home, const char *path, bool guarded)
{
	submit(home, "127.0.0.1", home->stranger.port, path, guarded);
	assert_int_equal(loop_run(home->loop), 0);
	assert_int_equal(home->answers, 1);
}

static void test_in_pieces(void **state)
{
	struct home home;

	(void)state;
	home_open(&home);
	ask(&home, "/pieces", false);
	assert_int_equal(home.status, 200);
	assert_string_equal(home.body, "valid");
	assert_string_equal(home.why, "");
	assert_non_null(strstr(home.stranger.last, "POST /pieces HTTP/1.1\r\n"));
	assert_non_null(strstr(home.stranger.last, "Content-Type: application/ocsp-request\r\n"));
	home_close(&home);
}

static void test_too_large(void **state)
{
	struct home home;

	(void)state;
	home_open(&home);
	ask(&home, "/huge", false);
	assert_int_equal(home.status, 0);
	assert_int_equal(home.body_len, 0);
	home_close(&home);
}

/* Where it points to is not asked: that could be anywhere. */
static void test_elsewhere(void **state)
{
	struct home home;

	(void)state;
	home_open(&home);
	ask(&home, "/elsewhere", false);
	assert_int_equal(home.status, 302);
	assert_int_equal(atomic_load(&home.stranger.visits), 1);
	home_close(&home);
}

static void test_no_http(void **state)
{
	struct home home;

	(void)state;
	home_open(&home);
	ask(&home, "/garbage", false);
	assert_int_equal(home.status, 0);
	assert_string_equal(home.why, "no answer");
	home_close(&home);
}

static void test_nobody_there(void **state)
{
	struct home home;
	uint16_t port;

	(void)state;
	home_open(&home);
	port = home.stranger.port;
	stranger_close(&home.stranger);
	submit(&home, "127.0.0.1", port, "/", false);
	assert_int_equal(loop_run(home.loop), 0);
	assert_int_equal(home.status, 0);
	assert_string_equal(home.why, "no answer");
	stranger_open(&home.stranger);
	home_close(&home);
}

/* An address that came from outside leads to nobody here, by number or by name. */
static void test_private(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"};

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct home home;

		home_open(&home);
		submit(&home, hosts[i], home.stranger.port, "/pieces", true);
		assert_int_equal(loop_run(home.loop), 0);
		assert_int_equal(home.status, 0);
		assert_int_equal(atomic_load(&home.stranger.visits), 0);
		home_close(&home);
	}
}

/* Who never answers is cut when the server ends, and the pile's question still comes home. */
static void *stop_when_heard(void *arg)
{
	struct home *home = arg;

	while (!atomic_load(&home->stranger.heard))
		usleep(1000);
	inquiries_stop(home->inquiries);
	return NULL;
}

static void test_never(void **state)
{
	struct home home;
	pthread_t stopper;

	(void)state;
	home_open(&home);
	assert_int_equal(pthread_create(&stopper, NULL, stop_when_heard, &home), 0);
	ask(&home, "/never", false);
	pthread_join(stopper, NULL);
	assert_int_equal(home.status, 0);
	home_close(&home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_pieces),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_no_http),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
