/* test_server.c - the whole server in one process on SQLite: a pile shakes hands, boots and beats,
 * a browser gets its page, the metrics add up, and it all ends without a trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../net/net_fixture.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "server/server.h"

struct house {
	struct arena arena;
	struct config config;
	struct server *server;
	pthread_t thread;
	struct net_fixture door; /* only its port is used */
	char dir[64];
};

static char payload[65536];

static void set(struct house *house, const char *name, const char *value)
{
	struct buf errors;

	buf_init(&errors, &house->arena, 1024);
	assert_int_equal(
		config_set(&house->config, str_from(name), str_from(value), "test", &errors), 0);
}

static void finish_config(struct house *house)
{
	struct buf errors;

	buf_init(&errors, &house->arena, 1024);
	assert_int_equal(config_finish(&house->config, &errors), 0);
}

static int setup(void **state)
{
	struct house *house = mem_alloc(sizeof(*house));

	log_setup(LOG_LEVEL_ERROR, false);
	arena_init(&house->arena, 1024 * 1024);
	strcpy(house->dir, "/tmp/leyden-server-XXXXXX");
	if (mkdtemp(house->dir) == NULL)
		return -1;
	config_init(&house->config, &house->arena);
	set(house, "data", house->dir);
	set(house, "address", "127.0.0.1");
	set(house, "port", "0");
	set(house, "metrics_port", "0");
	set(house, "demo", "yes");
	set(house, "db_workers", "1");
	*state = house;
	return 0;
}

static int teardown(void **state)
{
	struct house *house = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", house->dir);
	assert_int_equal(system(command), 0);
	arena_fini(&house->arena);
	mem_free(house);
	return 0;
}

static void *run(void *arg)
{
	server_run(arg);
	return NULL;
}

static void start(struct house *house)
{
	if (house->config.db_url.len == 0)
		finish_config(house);
	if (server_new(&house->config, &house->server) < 0)
		fail_msg("%s", fault_text());
	house->door.port = server_port(house->server);
	pthread_create(&house->thread, NULL, run, house->server);
}

static void stop(struct house *house)
{
	server_stop(house->server);
	pthread_join(house->thread, NULL);
	server_free(house->server);
}

/* An upgrade of `path`; the answer's head in `payload`. */
static int knock(struct house *house, const char *path, const char *more)
{
	char text[1024];
	int fd = raw_connect(&house->door);

	snprintf(text, sizeof(text),
		"GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
		"dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
		path, more);
	raw_text(fd, text);
	assert_true(raw_until(fd, payload, sizeof(payload), "\r\n\r\n"));
	return fd;
}

/* Sends a call and reads until its answer, past what the server asks meanwhile. */
static void call(int fd, const char *text, const char *answer)
{
	size_t len;

	raw_frame(fd, 0x81, true, text, strlen(text));
	for (int i = 0; i < 10; i++) {
		assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x81);
		if (payload[1] != '2')
			break;
	}
	if (strncmp(payload, answer, strlen(answer)) != 0)
		fail_msg("%s -> %s", text, payload);
}

static void get(struct house *house, uint16_t port, const char *path, const char *expected)
{
	struct net_fixture door = {.port = port};
	char text[256];
	int fd = raw_connect(&door);

	(void)house;
	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		path);
	raw_text(fd, text);
	assert_true(raw_all(fd, payload, sizeof(payload)) > 0);
	if (strstr(payload, expected) == NULL)
		fail_msg("%s: %.300s", path, payload);
	close(fd);
}

static void a_pile_comes_and_goes(void **state)
{
	struct house *house = *state;
	int fd, newer;
	size_t len;

	start(house);
	fd = knock(house, "/ocpp/A-01", "Sec-WebSocket-Protocol: ocpp1.6\r\n");
	assert_non_null(strstr(payload, "HTTP/1.1 101 "));
	assert_non_null(strstr(payload, "Sec-WebSocket-Protocol: ocpp1.6\r\n"));
	call(fd,
		"[2,\"1\",\"BootNotification\",{\"chargePointVendor\":\"V\",\"chargePointModel\":"
		"\"M\"}]",
		"[3,\"1\",{\"status\":\"Accepted\"");
	call(fd, "[2,\"2\",\"Heartbeat\",{}]", "[3,\"2\",{\"currentTime\":\"20");
	call(fd, "[2,\"3\",\"Nonsense\",{}]", "[4,\"3\",\"NotImplemented\"");
	newer = knock(house, "/ocpp/A-01", "Sec-WebSocket-Protocol: ocpp1.6\r\n");
	do {
		len = 0;
	} while (raw_read_frame(fd, payload, sizeof(payload), &len) == 0x81);
	assert_int_equal(payload[0] << 8 | (unsigned char)payload[1], 1000);
	close(fd);
	call(newer, "[2,\"4\",\"Heartbeat\",{}]", "[3,\"4\",{");
	stop(house); /* with a pile on the line */
	close(newer);
}

static void strangers_are_refused(void **state)
{
	struct house *house = *state;
	size_t len;
	int fd;

	start(house);
	fd = knock(house, "/ocpp/A-02", "");
	assert_non_null(strstr(payload, " 101 "));
	assert_null(strstr(payload, "Sec-WebSocket-Protocol"));
	assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x88);
	assert_int_equal((unsigned char)payload[0] << 8 | (unsigned char)payload[1], 1002);
	close(fd);
	close(knock(house, "/ocpp/bad%2Fname", "Sec-WebSocket-Protocol: ocpp1.6\r\n"));
	assert_null(strstr(payload, " 101 "));
	close(knock(house, "/ocpp/", "Sec-WebSocket-Protocol: ocpp1.6\r\n"));
	assert_non_null(strstr(payload, " 404 "));
	get(house, house->door.port, "/ocpp/A-01", " 426 ");
	stop(house);
}

static void pages_and_metrics_answer(void **state)
{
	struct house *house = *state;
	uint16_t metrics;

	start(house);
	metrics = server_metrics_port(house->server);
	get(house, house->door.port, "/", "HTTP/1.1 200 ");
	get(house, house->door.port, "/p/A-01", "Lakeside");
	get(house, house->door.port, "/v1/public/piles/A-01", "application/json");
	get(house, house->door.port, "/v1/dashboard", " 401 ");
	get(house, house->door.port, "/metrics", " 404 ");
	get(house, metrics, "/livez", "ok\n");
	get(house, metrics, "/metrics", "leyden_http_answers_total{status=\"2xx\"} 3\n");
	get(house, metrics, "/", " 404 ");
	for (int i = 0; i < 50; i++) {
		get(house, metrics, "/readyz", "HTTP/1.1 ");
		if (strstr(payload, " 200 ") != NULL)
			break;
		usleep(100000);
	}
	assert_non_null(strstr(payload, " 200 "));
	stop(house);
}

static void a_data_directory_has_one_server(void **state)
{
	struct house *house = *state;
	struct server *second = NULL;
	struct stat status;
	char path[96];

	start(house);
	assert_true(server_new(&house->config, &second) < 0);
	assert_non_null(strstr(fault_text(), "another server"));
	snprintf(path, sizeof(path), "%s/server.key", house->dir);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	stop(house);
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(server_new(&house->config, &second) < 0);
	assert_non_null(strstr(fault_text(), "chmod 600"));
}

static void several_loops_share_the_port(void **state)
{
	struct house *house = *state;
	int fds[24];

	set(house, "io_threads", "3");
	start(house);
	for (int i = 0; i < 24; i++) {
		char code[32];

		snprintf(code, sizeof(code), "/ocpp/A-%02d", i % 6 + 1);
		fds[i] = knock(house, code, "Sec-WebSocket-Protocol: ocpp1.6\r\n");
		assert_non_null(strstr(payload, " 101 "));
		if (i >= 18)
			call(fds[i], "[2,\"1\",\"Heartbeat\",{}]", "[3,\"1\",{");
		get(house, house->door.port, "/", " 200 ");
	}
	for (int i = 0; i < 24; i++)
		close(fds[i]);
	stop(house);
}

/* What stands behind `mark` in `text`, up to a character of `end`. */
static void take(const char *text, const char *mark, const char *end, char *to, size_t cap)
{
	const char *from = strstr(text, mark);
	size_t len;

	assert_non_null(from);
	from += strlen(mark);
	len = strcspn(from, end);
	assert_true(len > 0 && len < cap);
	memcpy(to, from, len);
	to[len] = '\0';
}

/* Signs in as the demo's operator; leaves the cookie. */
static void sign_in(struct house *house, char *cookie, size_t cap)
{
	char path[96], text[1024], login[64], password[64], body[256];
	FILE *file;
	int fd;

	snprintf(path, sizeof(path), "%s/demo-login", house->dir);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	take(text, "login: ", "\r\n", login, sizeof(login));
	take(text, "password: ", "\r\n", password, sizeof(password));
	snprintf(body, sizeof(body), "{\"login\":\"%s\",\"password\":\"%s\"}", login, password);
	fd = raw_connect(&house->door);
	snprintf(text, sizeof(text),
		"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
		"Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
		strlen(body), body);
	raw_text(fd, text);
	assert_true(raw_all(fd, payload, sizeof(payload)) > 0);
	close(fd);
	take(payload, "Set-Cookie: ", ";", cookie, cap);
}

static int ask(struct house *house, const char *path, const char *cookie)
{
	char text[512];
	int fd = raw_connect(&house->door);

	snprintf(text, sizeof(text),
		"GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nConnection: close\r\n\r\n", path,
		cookie);
	raw_text(fd, text);
	return fd;
}

static int count_of(const char *text, const char *word)
{
	int count = 0;

	for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
		count++;
	return count;
}

static void an_open_log_is_told_when_it_grows(void **state)
{
	struct house *house = *state;
	char cookie[256], id[32], path[96];
	int fd, pile, log, others, hints;
	int64_t from_us, seconds;

	start(house);
	sign_in(house, cookie, sizeof(cookie));
	fd = ask(house, "/v1/piles?q=A-01", cookie);
	assert_true(raw_all(fd, payload, sizeof(payload)) > 0);
	close(fd);
	take(payload, "{\"items\":[{\"id\":\"", "\"", id, sizeof(id));
	pile = knock(house, "/ocpp/A-01", "Sec-WebSocket-Protocol: ocpp1.6\r\n");
	snprintf(path, sizeof(path), "/events/console?log=%s", id);
	from_us = clock_ticks_us(&clock_system);
	log = ask(house, path, cookie);
	assert_true(raw_until(log, payload, sizeof(payload), "\r\n\r\n"));
	others = ask(house, "/events/console", cookie);
	assert_true(raw_until(others, payload, sizeof(payload), "\r\n\r\n"));
	close(ask(house, "/events/console?log=1", cookie));
	/* a flood of frames is one hint at once and one a second for all the rest */
	for (int i = 0; i < 200; i++)
		call(pile, "[2,\"n\",\"Nonsense\",{}]", "[4,\"n\",\"NotImplemented\"");
	snprintf(path, sizeof(path), "data: {\"id\":\"%s\"}", id);
	assert_true(raw_until(log, payload, sizeof(payload), path));
	hints = count_of(payload, "event: frame\n");
	assert_true(hints > 0);
	usleep(1500 * 1000);
	seconds = (clock_ticks_us(&clock_system) - from_us) / US_PER_S;
	stop(house); /* ends the streams: all that was said is there */
	assert_true(raw_all(log, payload, sizeof(payload)) >= 0);
	hints += count_of(payload, "event: frame\n");
	assert_in_range(hints, 1, seconds + 2);
	assert_true(raw_all(others, payload, sizeof(payload)) >= 0);
	assert_int_equal(count_of(payload, "event: frame\n"), 0);
	close(log);
	close(others);
	close(pile);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_pile_comes_and_goes), TEST(strangers_are_refused),
		TEST(pages_and_metrics_answer), TEST(a_data_directory_has_one_server),
		TEST(several_loops_share_the_port), TEST(an_open_log_is_told_when_it_grows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
