/* test_ws_client.c - our WebSocket client against our server, plain and TLS, and against servers
 * that refuse, lie or are not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "net_fixture.h"

struct caller {
	struct loop *loop;
	pthread_t thread;
	struct ws_client_config config;
	char url[128], echoed[64], protocol[32], why[64];
	_Atomic int opened, heard, closed;
	int code, http_status;
};

static void on_open(void *context, struct conn *conn, struct str protocol)
{
	struct caller *caller = context;

	snprintf(caller->protocol, sizeof(caller->protocol), "%.*s", STR_FMT(protocol));
	caller->opened++;
	ws_send(conn, STR("hello"));
}

static void on_message(void *context, struct conn *conn, struct str text)
{
	struct caller *caller = context;

	snprintf(caller->echoed, sizeof(caller->echoed), "%.*s", STR_FMT(text));
	caller->heard++;
	ws_send(conn, STR("close"));
}

static void on_closed(void *context, struct conn *conn, int code, int http_status, struct str why)
{
	struct caller *caller = context;

	(void)conn;
	caller->code = code;
	caller->http_status = http_status;
	snprintf(caller->why, sizeof(caller->why), "%.*s", STR_FMT(why));
	caller->closed++;
}

static void *run(void *arg)
{
	loop_run(arg);
	return NULL;
}

/* One attempt from beginning to end. */
static void attempt(struct caller *caller, const char *url)
{
	caller->loop = loop_new();
	caller->config.url = str_from(url);
	caller->config.protocol = STR("other, echo");
	caller->config.open = on_open;
	caller->config.message = on_message;
	caller->config.closed = on_closed;
	caller->config.context = caller;
	assert_int_equal(ws_client_connect(caller->loop, &caller->config), 0);
	pthread_create(&caller->thread, NULL, run, caller->loop);
	assert_true(wait_for(&caller->closed, 1));
	loop_stop(caller->loop);
	pthread_join(caller->thread, NULL);
	loop_free(caller->loop);
}

static int setup(void **state)
{
	*state = mem_alloc(sizeof(struct net_fixture));
	fixture_init(*state);
	return 0;
}

static int teardown(void **state)
{
	fixture_stop(*state);
	mem_free(*state);
	return 0;
}

static void a_conversation(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost"};
	struct net_fixture *fixture = *state;

	fixture_start(fixture);
	for (size_t i = 0; i < 2; i++) {
		struct caller caller = {
			.config.user = STR("user"), .config.password = STR("pass:word")};
		char url[64];

		snprintf(url, sizeof(url), "ws://%s:%d/ws/a?b=c", hosts[i], fixture->port);
		attempt(&caller, url);
		assert_string_equal(caller.protocol, "echo");
		assert_string_equal(caller.echoed, "hello");
		assert_int_equal(caller.code, 4000);
		assert_int_equal(caller.http_status, 0);
	}
}

static void refusals_are_told(void **state)
{
	struct net_fixture *fixture = *state;
	struct caller refused = {.opened = 0}, nobody = {.opened = 0};
	char url[64];

	fixture_start(fixture);
	snprintf(url, sizeof(url), "ws://127.0.0.1:%d/hello", fixture->port);
	attempt(&refused, url);
	assert_int_equal(refused.http_status, 200);
	assert_int_equal(refused.opened, 0);
	attempt(&nobody, "ws://127.0.0.1:1/x");
	assert_int_equal(nobody.http_status, 0);
	assert_string_equal(nobody.why, "cannot connect");
}

static void over_tls(void **state)
{
	struct net_fixture *fixture = *state;
	struct caller good = {.opened = 0}, stranger = {.opened = 0}, plain = {.opened = 0};
	char url[64], ca[96];

	fixture_start_tls(fixture);
	snprintf(ca, sizeof(ca), "%s/cert.pem", fixture->dir);
	snprintf(url, sizeof(url), "wss://localhost:%d/ws", fixture->port);
	good.config.ca_file = str_from(ca);
	attempt(&good, url);
	assert_string_equal(good.echoed, "hello");
	assert_int_equal(good.code, 4000);
	attempt(&stranger, url); /* the system's authorities do not know this certificate */
	assert_int_equal(stranger.opened, 0);
	snprintf(url, sizeof(url), "ws://localhost:%d/ws", fixture->port);
	attempt(&plain, url);
	assert_int_equal(plain.opened, 0);
	assert_int_equal(tls_server_reload(fixture->tls), 0);
	good = (struct caller){.config.ca_file = str_from(ca)};
	snprintf(url, sizeof(url), "wss://127.0.0.1:%d/ws", fixture->port);
	attempt(&good, url);
	assert_int_equal(good.code, 4000);
}

static void addresses_are_judged(void **state)
{
	static const char *const urls[] = {"http://x/", "ws://", "ws://:80/", "ws://h:0/",
		"ws://h:70000/", "ws://h:8x/", "ws://[::1/", "ws://[::1]8/", "ws://h/a b",
		"wss:/h"};
	struct net_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		struct ws_client_config config = {.url = str_from(urls[i]), .closed = on_closed};

		if (ws_client_connect(fixture->loop, &config) >= 0)
			fail_msg("accepted: %s", urls[i]);
	}
	fixture_start(fixture);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_conversation), TEST(refusals_are_told),
		TEST(over_tls), TEST(addresses_are_judged)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
