/* conn.h - the inside of net: what a loop and a connection are made of. For the files of this floor
 * only.
 *
 * A connection is in exactly one state:
 *
 *   accepted --> TLS --> HEAD --> BODY --> BUSY --> HEAD (kept alive) ...
 *                                           |--> STREAM (server-sent events)
 *                                           '--> WS <--- UPGRADING <-- CONNECTING (client)
 *   any --> LINGER (all is said, waits for the peer's end) --> CLOSED --> freed after `closed`
 *
 * Bytes come in through one chunk per loop; only what could not be used yet is kept in conn.in.
 * Bytes go out through conn.out, flushed once per loop turn (conn_flush): first by a direct write,
 * the rest through libuv. Buffers come from the loop's spares and go back when empty, so that an
 * idle connection holds none and a busy one allocates nothing. */
#pragma once
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>
#include <wslay/wslay.h>
#include "base/limits.h"
#include "net/chunked.h"
#include "net/net.h"

#define CONN_CHUNK (64 * 1024)     /* most bytes of one read */
#define CONN_PIPELINE (16 * 1024)  /* bytes kept behind a request that is not answered yet */
#define CONN_OUT_HIGH (64 * 1024)  /* unsent bytes at which we stop reading from the peer */
#define CONN_SPARE_MAX (16 * 1024) /* larger buffers are given back to the system */
#define LOOP_SPARES 256
#define LOOP_TICK_MS 100
#define LOOP_STOP_MS 2500 /* how long a stopping loop waits for goodbyes */
#define CONN_BODY_MS 30000
#define CONN_IDLE_MS 60000
#define CONN_LINGER_MS 1000
#define CONN_WS_CLOSE_MS 2000
#define CONN_WRITE_MS 30000 /* a peer that takes no byte for so long is cut */
#define CONN_STREAM_MS 15000
#define CONN_CONNECT_MS 10000
/* When so many are half open, one gives way only after it was left a while to say something, or to
 * go on after its first word; until then new callers wait in the kernel. So a flood of silent
 * callers evicts itself, and a crowd that comes back after an outage is served in turn instead of
 * pushing itself out for ever. A silent one costs a kilobyte or two: TLS begins with its first
 * byte. */
#define CONN_HALF_OPEN 8192
#define CONN_SILENT_MS 4000
#define CONN_SPOKEN_MS 5000
#define LOOP_FRESH_HIGH 256 /* taken in one turn of the loop, before any of them is heard */
/* A storm of handshakes takes turns with everything else: so much time of a loop's turn, and so
 * many greetings taken in before new callers wait in the kernel. */
#define LOOP_SHAKE_US 5000
#define LOOP_SHAKES_HIGH 256
#define LOOP_SHAKES_LOW 64
#define WS_FRAME_HEAD_MAX 14

enum conn_state {
	CONN_CONNECTING = 1,
	CONN_TLS = 2,
	CONN_HEAD = 3,
	CONN_BODY = 4,
	CONN_BUSY = 5,
	CONN_STREAM = 6,
	CONN_UPGRADING = 7,
	CONN_WS = 8,
	CONN_LINGER = 9,
	CONN_CLOSED = 10,
};
enum conn_pause { /* reasons not to read; reading when none is set */
	PAUSE_APP = 1,
	PAUSE_OUT = 2,
	PAUSE_PIPELINE = 4,
	PAUSE_SHAKE = 8, /* its greeting waits for its turn */
};

struct listener {
	uv_tcp_t tcp;
	struct listener *next;
	struct loop *loop;
	struct listen_config config;
	bool waiting; /* a caller was not accepted yet */
};
/* The request being read or answered. */
struct http_exchange {
	size_t head_len;   /* 0 while the head is not complete */
	bool started;      /* the first bytes of the head came */
	size_t scanned;    /* bytes already searched for the end of the head */
	size_t body_len;   /* body bytes in conn.in behind the head (chunked: decoded) */
	int64_t body_want; /* Content-Length */
	struct chunked chunked;
	bool is_chunked, is_head, keep_alive;
	bool streamed; /* the body goes to the application as it comes */
	int64_t most;  /* bytes of it */
	bool upgrade;  /* a valid WebSocket upgrade: key holds its key */
	char key[24];
};
struct ws_codec; /* websocket.c: a wslay context, held only while a message is on its way in */
struct ws_client;

struct conn {
	uv_tcp_t tcp; /* first: the handle's address is the connection's */
	uv_write_t write;
	struct loop *loop;
	struct listener *listener; /* NULL: we are the client */
	struct ws_client *client;
	SSL *ssl;
	void *user;
	uint64_t serial;
	struct conn *prev, *next; /* half-open list, longest without progress first */
	struct conn *next_dirty, *next_shake;
	int64_t deadline_ms; /* loop time at which conn_expired looks at it; 0 never */
	int64_t write_due_ms;
	int64_t progress_ms; /* while half open: accepted, or first heard */
	size_t write_left;
	struct buf in, out, raw, sending; /* raw: encrypted, not yet handed to the socket */
	struct http_exchange http;
	struct ws_codec *codec;
	int file; /* being sent as the body of an answer, while file_left > 0 */
	int64_t file_left;
	enum conn_state state;
	int close_code; /* WebSocket code for `closed` */
	uint8_t paused;
	uint8_t missed; /* pings without a sign of life */
	bool half_open, dirty, writing, reading, parsing;
	bool greeted; /* the first bytes of a TLS listener's caller came */
	bool shaking; /* in the loop's line of handshakes */
	bool ended;   /* the peer sent its end and waits for our answer */
	bool finish;  /* when all is sent: shut down and linger */
	bool known;   /* the application has seen it: `closed` is owed */
	bool heard;   /* bytes came since the last ping */
	bool close_sent, close_received;
	uint8_t remote_len;
	char remote[54];
};

struct post {
	void (*call)(void *arg);
	void *arg;
};
struct post_list {
	struct post *items;
	size_t len, cap;
};
struct every;
struct tls_trust;
/* Filled while OpenSSL judges a certificate. */
struct tls_failure {
	const char *reason; /* NULL: nothing was noted */
	char name[65];
	char detail[160];
};

struct loop {
	uv_loop_t uv;
	uv_async_t wake;
	uv_prepare_t before;
	uv_check_t after;
	uv_timer_t tick;
	unsigned index;

	pthread_mutex_t mutex; /* guards posts and stop_wanted */
	struct post_list posts;
	bool stop_wanted;

	struct post_list running;
	bool stopping;
	int64_t stop_due_ms;
	struct listener *listeners;
	struct every *everies;

	struct conn **slots; /* by the serial's low bits */
	uint32_t *free_slots;
	size_t slots_len, slots_cap, free_len, walk;
	uint64_t generation;
	size_t conns;
	struct conn *half_open_head, *half_open_tail, *dirty;
	struct conn *shake_head, **shake_tail; /* greetings that wait for their turn */
	size_t shakes;
	size_t fresh;               /* accepted in this turn */
	uint64_t shake_spent_ns;    /* on handshakes in this turn */
	uv_idle_t busy;             /* runs while the line is not empty, so that the turn goes on */
	struct tls_trust *trust;    /* the authorities our own calls believe, last used */
	struct tls_failure failure; /* why the handshake at hand fails */

	struct buf spares[LOOP_SPARES];
	size_t spares_len;
	struct ws_codec *server_codecs, *client_codecs;
	char *chunk;            /* what the socket gave */
	char *plain;            /* the same, decrypted */
	struct str cipher;      /* encrypted bytes the TLS library may still take */
	uint8_t mask_pool[256]; /* random bytes for client masks */
	size_t mask_left;
	char date[32];
	int64_t date_s;

	_Atomic uint64_t accepted, requests, upgrades, refused, evicted, messages_in, messages_out;
	_Atomic uint64_t bytes_in, bytes_out, open, half_open, websockets, streams;
	_Atomic uint64_t handshakes, resumed, shaking;
};

/* One writer (the loop's thread), any reader: no locked instruction needed. */
#define STAT_ADD(counter, n) \
	atomic_store_explicit(&(counter), \
		atomic_load_explicit(&(counter), memory_order_relaxed) + (uint64_t)(n), \
		memory_order_relaxed)

int64_t loop_now_ms(struct loop *loop);
/* --- loop.c: slots and buffers --- */
bool loop_slot_take(struct loop *loop, struct conn *conn);
void loop_slot_give(struct loop *loop, struct conn *conn);
void loop_spare_give(struct loop *loop, struct buf *buf);
void loop_flush(struct loop *loop);
void loop_stay_awake(uv_idle_t *handle);

/* --- conn.c --- */
struct conn *conn_new(struct loop *loop, struct listener *listener);
void conn_accept(struct listener *listener);
/* Must a new caller wait in the kernel at this moment? Asked again in every turn of the loop. */
bool conn_must_wait(const struct listener *listener);
void conn_read_start(struct conn *conn);
/* Plain bytes of the peer, whatever the transport. */
void conn_input(struct conn *conn, const char *bytes, size_t len);
/* The buffer to append output to (marks the connection for the flush), or NULL when nothing more is
 * sent. */
struct buf *conn_out(struct conn *conn);
/* Keeps bytes for later in conn.in; cuts the connection when they are too many. */
bool conn_keep(struct conn *conn, const char *bytes, size_t len);
/* Ends a polite conversation: what is queued is sent, then the socket is shut down and closed. */
void conn_finish(struct conn *conn);
/* Ends it now. */
void conn_cut(struct conn *conn);
void conn_deadline(struct conn *conn, int64_t in_ms);
void conn_set_paused(struct conn *conn, enum conn_pause why, bool paused);
void conn_flush(struct conn *conn);
void conn_expired(struct conn *conn);
void conn_settled(struct conn *conn); /* no longer half open */
/* `detail` in words; the reason is "request". */
void conn_refused(struct conn *conn, struct str path, const char *detail);
void conn_refused_why(struct conn *conn, const struct net_refusal *refusal);
/* Takes in callers that had to wait. */
void listener_resume(struct listener *listener);
void conn_set_remote(struct conn *conn);
void conn_goodbye(struct conn *conn); /* the loop is stopping */
void conn_write_check(struct conn *conn);

/* --- httpd.c --- */
void httpd_input(struct conn *conn);
void httpd_refuse(struct conn *conn, int status, const char *reason);
/* The same without a word to the connection doctor. */
void httpd_say(struct conn *conn, int status, const char *text);
void httpd_stream_comment(struct conn *conn);
/* More of the file that is being sent into conn.out; false when there is none. */
bool httpd_file_more(struct conn *conn);
void httpd_file_drop(struct conn *conn);

/* --- websocket.c --- */
void ws_input(struct conn *conn, const char *bytes, size_t len);
void ws_enter(struct conn *conn);
void ws_ping(struct conn *conn);
void ws_codec_drop(struct conn *conn);
void ws_codecs_fini(struct loop *loop);
void ws_accept_key(const char key[24], char ret[28]);

/* --- tls.c --- */
bool tls_conn_server(struct conn *conn, struct tls_server *tls);
bool tls_conn_client(struct conn *conn, const char *host, struct str ca_file, struct str cert_file,
	struct str key_file);
void tls_input(struct conn *conn, const char *bytes, size_t len);
/* Encrypts conn.out into conn.raw. False: the connection is broken. */
bool tls_output(struct conn *conn);
void tls_goodbye(struct conn *conn);
void tls_conn_free(struct conn *conn);
/* The line of waiting handshakes moves on, as far as this turn's time goes. */
void tls_shakes(struct loop *loop);
void tls_leave_line(struct conn *conn);
/* Do these first bytes of a caller begin a TLS handshake? */
bool tls_is_greeting(const char *bytes);
/* Turns away a TLS caller at a plain port. */
void tls_greeting(struct conn *conn);
void tls_trust_free(struct tls_trust *trust);

/* --- tls_context.c --- */
/* A connection's part of the server's state, ready to be used by tls.c. */
SSL *tls_server_ssl(struct tls_server *tls);
/* Our own calls. NULL when a file cannot be used. */
SSL_CTX *tls_client_context(
	struct loop *loop, struct str ca_file, struct str cert_file, struct str key_file);
/* The word and the words of a failure inside OpenSSL's verification. */
const char *tls_verify_reason(int error);

/* --- ws_client.c --- */
void ws_client_connected(struct conn *conn);            /* transport is up: send the request */
void ws_client_why(struct conn *conn, const char *why); /* the first reason counts */
void ws_client_input(struct conn *conn);
void ws_client_closed(struct conn *conn);
void ws_client_message(struct conn *conn, struct str text);
size_t ws_client_max_bytes(const struct conn *conn);
int64_t ws_client_ping_us(const struct conn *conn);
