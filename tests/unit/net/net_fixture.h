/* net_fixture.h - an echo server on a loop of its own thread, and a raw socket to say anything to
 * it. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include "net/net.h"

struct net_fixture {
	struct loop *loop;
	pthread_t thread;
	struct listen_config config; /* change before fixture_start */
	uint16_t port;
	struct tls_server *tls;
	char dir[64];
	_Atomic int requests, messages, closed, refused, last_code;
	_Atomic uint64_t serial; /* of the last connection that asked for /later */
	pthread_mutex_t lock;
	char reason[64]; /* of the last refusal, under the lock */
};

/* What the server answers:
 *   GET /hello  "hello\n"        POST /echo  the body
 *   /later      nothing, until fixture_answer_later
 *   /stream     server-sent events: one event "first"
 *   /ws/...     WebSocket, protocol "echo" when offered; messages come back; "close" closes with
 * 4000, "pause" stops reading for 300 ms, "big" sends 300,000 bytes, "flood" 3 MB in one go */
void fixture_init(struct net_fixture *fixture);
void fixture_start(struct net_fixture *fixture);
void fixture_start_tls(struct net_fixture *fixture);
void fixture_stop(struct net_fixture *fixture);
void fixture_answer_later(struct net_fixture *fixture);

/* A connected raw socket with a 5 s receive timeout. */
int raw_connect(const struct net_fixture *fixture);
void raw_send(int fd, const void *bytes, size_t len);
void raw_text(int fd, const char *text);
/* Reads until the end of the connection (or the buffer's, or the timeout); returns the length, text
 * NUL terminated. -1: reset. */
long raw_all(int fd, char *to, size_t cap);
/* Reads until `needle` was seen; false at the end, at the timeout. */
bool raw_until(int fd, char *to, size_t cap, const char *needle);
/* An upgraded raw socket. */
int raw_websocket(const struct net_fixture *fixture);
/* Sends one client frame; `head` is the first byte (0x81 text and final ...). */
void raw_frame(int fd, unsigned head, bool masked, const void *payload, size_t len);
/* Reads one server frame: its first byte, or -1 at the end. */
int raw_read_frame(int fd, char *payload, size_t cap, size_t *ret_len);
/* Waits up to 3 s until *counter reaches `least`. */
bool wait_for(_Atomic int *counter, int least);
