/* test_websocket.c - RFC 6455 against a raw socket: handshakes, frames cut in every way, broken
 * ones, closing, deadlines, back-pressure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "net_fixture.h"

#define BIG 400000

static char payload[BIG];

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

static int close_code(size_t len)
{
	return len < 2 ? 0 : (unsigned char)payload[0] << 8 | (unsigned char)payload[1];
}

static void expect_text(int fd, const char *text)
{
	size_t len;

	assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x81);
	assert_string_equal(payload, text);
}

static void handshakes_are_judged(void **state)
{
	static const struct {
		const char *lines, *status;
	} rows[] = {
		{"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: x, "
		 "echo\r\n",
			"101"},
		{"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
			"426"},
		{"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
			"400"},
		{"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		 "Sec-WebSocket-Key: c2hvcnQ=\r\n",
			"400"},
		{"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ!!\r\n",
			"400"},
		{"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
			"426"},
		{"Upgrade: websocket\r\nConnection: close\r\nSec-WebSocket-Version: 13\r\n"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
			"426"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char head[1024];
		int fd = raw_connect(*state);

		raw_text(fd, "GET /ws HTTP/1.1\r\nHost: x\r\n");
		raw_text(fd, rows[i].lines);
		raw_text(fd, "\r\n");
		assert_true(raw_until(fd, head, sizeof(head), "\r\n\r\n"));
		if (strncmp(head + 9, rows[i].status, 3) != 0)
			fail_msg("row %zu: %s", i, head);
		if (i == 0)
			assert_non_null(strstr(head, "Sec-WebSocket-Protocol: echo\r\n"));
		close(fd);
	}
}

static void messages_come_back_however_they_are_cut(void **state)
{
	static const unsigned char whole[] = {
		0x81, 0x85, 1, 2, 3, 4, 'h' ^ 1, 'e' ^ 2, 'l' ^ 3, 'l' ^ 4, 'o' ^ 1};
	int fd = raw_websocket(*state);
	size_t len;

	for (size_t i = 0; i < sizeof(whole); i++) {
		raw_send(fd, whole + i, 1);
		usleep(500);
	}
	expect_text(fd, "hello");
	raw_frame(fd, 0x01, true, "fr", 2);
	raw_frame(fd, 0x00, true, "", 0);
	raw_frame(fd, 0x89, true, "between", 7);
	assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x8a);
	assert_string_equal(payload, "between");
	raw_frame(fd, 0x80, true, "agment", 6);
	expect_text(fd, "fragment");
	raw_frame(fd, 0x81, true, "", 0);
	expect_text(fd, "");
	raw_frame(fd, 0x81, true, "\xe4\xbd\xa0\xf0\x9f\x94\x8c", 7);
	expect_text(fd, "\xe4\xbd\xa0\xf0\x9f\x94\x8c");
	close(fd);
}

static void sizes_around_every_boundary(void **state)
{
	static const size_t sizes[] = {1, 125, 126, 127, 4080, 4096, 4097, 65535, 65536, 200000};
	static char text[BIG];
	int fd = raw_websocket(*state);

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t len;

		raw_frame(fd, 0x81, true, text, sizes[i]);
		assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x81);
		assert_int_equal(len, sizes[i]);
		assert_memory_equal(payload, text, len);
	}
	close(fd);
}

static void frames_behind_the_handshake_are_heard(void **state)
{
	static const char text[] =
		"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
		"\x81\x82\0\0\0\0ok";
	char head[1024];
	int fd = raw_connect(*state);

	raw_send(fd, text, sizeof(text) - 1);
	assert_true(raw_until(fd, head, sizeof(head), "\r\n\r\n"));
	expect_text(fd, "ok");
	close(fd);
}

static void broken_frames_end_with_their_code(void **state)
{
	static char large[300000];
	const struct {
		unsigned head;
		bool masked;
		const char *bytes;
		size_t len;
		int code;
	} rows[] = {
		{0x81, false, "unmasked", 8, 1002},
		{0xc1, true, "rsv1", 4, 1002},
		{0x83, true, "opcode", 6, 1002},
		{0x80, true, "orphan", 6, 1002},
		{0x09, true, "cut ping", 8, 1002},
		{0x89, true, large, 126, 1002},
		{0x88, true, "x", 1, 1002},
		{0x88, true, "\x13\x88", 2, 1002},
		{0x88, true, "\x03\xe8\xff", 3, 1007},
		{0x81, true, "\xff\xfe", 2, 1007},
		{0x81, true, "\xed\xa0\x80", 3, 1007},
		{0x82, true, "binary", 6, 1003},
		{0x81, true, large, sizeof(large), 1009},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct net_fixture *fixture = *state;
		int fd = raw_websocket(fixture), before = fixture->closed,
		    messages = fixture->messages;
		size_t len = 0;

		raw_frame(fd, rows[i].head, rows[i].masked, rows[i].bytes, rows[i].len);
		if (raw_read_frame(fd, payload, sizeof(payload), &len) != 0x88 ||
			close_code(len) != rows[i].code)
			fail_msg("row %zu: code %d", i, close_code(len));
		assert_int_equal(recv(fd, payload, 1, 0), 0);
		close(fd);
		assert_true(wait_for(&fixture->closed, before + 1));
		assert_int_equal(fixture->last_code, rows[i].code);
		assert_int_equal(fixture->messages, messages);
	}
}

/* Many small fragments must not add up to more than one message may have. */
static void endless_fragments_are_cut(void **state)
{
	static char part[60000];
	int fd = raw_websocket(*state);
	size_t len = 0;

	memset(part, 'a', sizeof(part));
	raw_frame(fd, 0x01, true, part, sizeof(part));
	for (int i = 0; i < 5; i++)
		raw_frame(fd, 0x00, true, part, sizeof(part));
	assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x88);
	assert_int_equal(close_code(len), 1009);
	close(fd);
}

static void closing_is_answered(void **state)
{
	struct net_fixture *fixture = *state;
	int fd = raw_websocket(fixture);
	size_t len;

	raw_frame(fd, 0x88, true, "\x0f\xa1why", 5);
	assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x88);
	assert_int_equal(close_code(len), 4001);
	assert_int_equal(recv(fd, payload, 1, 0), 0);
	assert_true(wait_for(&fixture->closed, 1));
	assert_int_equal(fixture->last_code, 4001);
	close(fd);
}

/* We close; a peer that never answers is cut after two seconds. */
static void our_closing_does_not_wait_for_ever(void **state)
{
	struct net_fixture *fixture = *state;
	int fd = raw_websocket(fixture), silent = raw_websocket(fixture);
	size_t len;

	raw_frame(fd, 0x81, true, "close", 5);
	assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x88);
	assert_int_equal(close_code(len), 4000);
	raw_frame(fd, 0x88, true, "\x0f\xa0", 2);
	assert_int_equal(recv(fd, payload, 1, 0), 0);
	raw_frame(silent, 0x81, true, "close", 5);
	assert_int_equal(raw_read_frame(silent, payload, sizeof(payload), &len), 0x88);
	assert_int_equal(recv(silent, payload, 1, 0), 0);
	assert_true(wait_for(&fixture->closed, 2));
	close(fd);
	close(silent);
}

static void silence_is_noticed(void **state)
{
	struct net_fixture *fixture = *state;
	int dead, alive;
	size_t len;

	fixture->config.ping_us = 200000;
	fixture_start(fixture);
	dead = raw_websocket(fixture);
	alive = raw_websocket(fixture);
	for (int i = 0; i < 5; i++) {
		int head = raw_read_frame(alive, payload, sizeof(payload), &len);

		assert_int_equal(head, 0x89);
		raw_frame(alive, 0x8a, true, payload, len);
	}
	do {
		len = 0;
	} while (raw_read_frame(dead, payload, sizeof(payload), &len) == 0x89);
	assert_int_equal(close_code(len), 1001);
	raw_frame(alive, 0x81, true, "still here", 10);
	do {
		len = 0;
	} while (raw_read_frame(alive, payload, sizeof(payload), &len) == 0x89);
	assert_string_equal(payload, "still here");
	close(dead);
	close(alive);
}

/* A paused connection hears nothing; what came meanwhile is there afterwards, in order. */
static void pausing_loses_nothing(void **state)
{
	struct net_fixture *fixture = *state;
	int fd = raw_websocket(fixture);
	static char text[3000];
	size_t len;

	memset(text, 'b', sizeof(text));
	raw_frame(fd, 0x81, true, "pause", 5);
	for (int i = 0; i < 100; i++) {
		text[0] = (char)('0' + i % 10);
		raw_frame(fd, 0x81, true, text, sizeof(text));
	}
	usleep(100000);
	assert_true(fixture->messages < 10);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x81);
		assert_int_equal(len, sizeof(text));
		assert_int_equal(payload[0], '0' + i % 10);
	}
	close(fd);
}

static void a_peer_that_does_not_read_is_cut(void **state)
{
	struct net_fixture *fixture = *state;
	int fd = raw_websocket(fixture), other = raw_websocket(fixture);
	size_t len;

	raw_frame(fd, 0x81, true, "flood", 5);
	assert_true(wait_for(&fixture->closed, 1));
	assert_int_equal(fixture->last_code, 1008);
	raw_frame(other, 0x81, true, "big", 3);
	assert_int_equal(raw_read_frame(other, payload, sizeof(payload), &len), 0x81);
	assert_int_equal(len, 300000);
	close(fd);
	close(other);
}

static void a_stopping_server_says_goodbye(void **state)
{
	struct net_fixture *fixture = *state;
	int fd = raw_websocket(fixture);
	size_t len;

	loop_stop(fixture->loop);
	assert_int_equal(raw_read_frame(fd, payload, sizeof(payload), &len), 0x88);
	assert_int_equal(close_code(len), 1001);
	raw_frame(fd, 0x88, true, "\x03\xe9", 2);
	assert_int_equal(recv(fd, payload, 1, 0), 0);
	close(fd);
}

#define STARTED(test) cmocka_unit_test_setup_teardown(test, setup_started, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTED(handshakes_are_judged),
		STARTED(messages_come_back_however_they_are_cut),
		STARTED(sizes_around_every_boundary),
		STARTED(frames_behind_the_handshake_are_heard),
		STARTED(broken_frames_end_with_their_code),
		STARTED(endless_fragments_are_cut),
		STARTED(closing_is_answered),
		STARTED(our_closing_does_not_wait_for_ever),
		cmocka_unit_test_setup_teardown(silence_is_noticed, setup, teardown),
		STARTED(pausing_loses_nothing),
		STARTED(a_peer_that_does_not_read_is_cut),
		STARTED(a_stopping_server_says_goodbye),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
