/* net.h - the only room that waits. One struct loop per I/O thread (libuv); connections live and
 * die on their loop. HTTP/1.1, WebSocket (wslay) and TLS (OpenSSL, memory BIOs) share one listener
 * port. Callbacks run on the loop's thread; what is handed in is borrowed until the callback
 * returns. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "wire/http.h" /* struct http_head: the parsed request head */

struct loop;
struct conn; /* one accepted TCP connection; its address is stable until `closed` was called */

struct loop *loop_new(void);
void loop_free(struct loop *loop);
/* Runs until loop_stop (callable from any thread), then closes what is open and returns. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* Runs what was posted to a loop that has ended, on the calling thread. Loops that post to each
 * other are drained, all of them, before the first is freed. */
void loop_drain(struct loop *loop);
/* Runs `call(arg)` on the loop's thread soon. From any thread. */
void loop_post(struct loop *loop, void (*call)(void *arg), void *arg);
/* Calls `tick(arg)` on the loop's thread every `every_ms`. Before loop_run or on the thread. */
int loop_every(struct loop *loop, uint64_t every_ms, void (*tick)(void *arg), void *arg);

/* Files in PEM; the texts are copied. A second certificate of another key type (RSA beside P-256)
 * is chosen by what the client can use. */
struct tls_config {
	struct str cert, key;
	struct str other_cert, other_key; /* empty: none */
	struct str client_ca;             /* who signs clients; empty: none is asked for */
	struct str crl;                   /* their revocation lists; empty: none */
};
struct tls_server; /* shared by loops */
int tls_server_new(const struct tls_config *config, struct tls_server **ret_tls);
/* Reads all files again; open connections stay, new ones and resumed sessions see the new state.
 * After a fault the old state goes on. */
int tls_server_reload(struct tls_server *tls);
/* Has one of the files changed since it was last read (or since this was last true)? */
bool tls_server_changed(struct tls_server *tls);
void tls_server_free(struct tls_server *tls);

/* A handshake or request that net itself turned away: for the connection doctor. */
struct net_refusal {
	struct str remote, path;
	struct str reason; /* stable word: "request", "tls_version", "certificate_expired" ... */
	struct str name;   /* whom the certificate names, empty when none was seen */
	struct str detail; /* in words */
};
/* What the application does with a connection. `user` of a conn is the application's to set. */
struct net_handler {
	/* A complete request (head and body). The answer is given now or later, exactly one of
	 * http_reply, http_stream or ws_accept. Further requests of a kept-alive connection wait
	 * until then. */
	void (*request)(
		void *context, struct conn *conn, const struct http_head *head, struct str body);
	void (*message)(
		void *context, struct conn *conn, struct str text); /* one whole text message */
	/* The connection is gone (any reason); last call for this conn. `code` is the WebSocket
	 * close code or 0. */
	void (*closed)(void *context, struct conn *conn, int code);
	/* May be NULL. The texts are borrowed. */
	void (*refused)(void *context, const struct net_refusal *refusal);
	void *context;
	/* Shall this request's body be given piece by piece (`part`), at most *ret_most bytes, and
	 * `request` be called with an empty body at its end? It may pause the connection until it
	 * knows whether it wants the bytes, and refuse with http_reply_early. NULL: never. */
	bool (*stream)(
		void *context, struct conn *conn, const struct http_head *head, int64_t *ret_most);
	void (*part)(void *context, struct conn *conn, struct str bytes);
};
/* Several loops may listen on one port (SO_REUSEPORT). The first of them checks that nobody else
 * has the port. */
enum listen_share { LISTEN_ALONE = 0, LISTEN_FIRST = 1, LISTEN_FURTHER = 2 };
struct listen_config {
	struct str address; /* "127.0.0.1", "::" */
	uint16_t port;      /* 0: any */
	enum listen_share share;
	struct tls_server *tls; /* NULL: plain */
	bool plain_too;         /* with tls: who begins without it is served as well */
	struct net_handler handler;
	int64_t ping_us; /* WebSocket ping interval; two missed pongs close with 1001 */
	size_t ws_max_bytes, http_max_body; /* 0: LIMIT_FRAME_BYTES, LIMIT_HTTP_BODY_BYTES */
	int64_t handshake_us; /* a new connection's time to its first byte, and from there to its
				 first request; 0: LIMIT_HANDSHAKE_US */
	int64_t idle_us;      /* a kept-alive connection's time to the next request; 0: 60 s */
	size_t max_half_open; /* connections without a request yet: beyond it the one longest
				 without progress is cut, and callers wait while none is; 0: 8192
			       */
	int64_t silent_us;    /* ... and not before it was silent so long; 0: 4 s */
	size_t max_conns;     /* open connections; 0: no bound but the file descriptors */
};
/* *ret_port is the bound port. FAULT_IO when the address cannot be bound. */
int loop_listen(struct loop *loop, const struct listen_config *config, uint16_t *ret_port);

void conn_set_user(struct conn *conn, void *user);
void *conn_user(struct conn *conn);
struct loop *conn_loop(struct conn *conn);
struct str conn_remote(struct conn *conn); /* "203.0.113.7:4711" */
bool conn_is_tls(struct conn *conn);
/* What is known of the peer by TLS. Texts in the arena. */
struct conn_peer {
	bool tls;
	struct str transport; /* "TLSv1.3 TLS_AES_128_GCM_SHA256", empty without TLS */
	bool certified;       /* it showed a certificate that our authorities vouch for */
	struct str common_name, organisation, serial;
	int64_t until_us; /* its end */
};
void conn_peer(struct conn *conn, struct arena *arena, struct conn_peer *ret_peer);
/* A number never used again in this process: keeps late replies away from a reused address. */
uint64_t conn_serial(struct conn *conn);
/* The open connection of this loop with that number, or NULL when it is gone. On the loop's thread.
 */
struct conn *loop_conn(struct loop *loop, uint64_t serial);
/* Which loop (loop_index of loop_new's order) a serial belongs to. */
unsigned conn_serial_loop(uint64_t serial);
unsigned loop_index(const struct loop *loop);
/* Cuts the connection without a word. */
void conn_drop(struct conn *conn);
/* Stop / go on reading from the socket (back-pressure). */
void conn_pause(struct conn *conn);
void conn_resume(struct conn *conn);

struct http_answer {
	int status;
	struct str content_type;
	struct str extra_headers; /* whole lines, each ended by CRLF */
	struct str body;
	bool close;
	bool has_file; /* the body is `file_bytes` of an open file, which is closed when sent */
	int file;
	int64_t file_bytes;
};
void http_reply(struct conn *conn, const struct http_answer *answer);
/* Answers a request whose streamed body has not come to its end; the connection ends with it. */
void http_reply_early(struct conn *conn, const struct http_answer *answer);
/* Server-sent events: headers now, then http_stream_send any time until closed. A comment is sent
 * every 15 s. */
void http_stream(struct conn *conn, struct str extra_headers);
void http_stream_send(struct conn *conn, struct str event, struct str id, struct str data);
void http_stream_end(struct conn *conn);
/* Is the request just received a WebSocket upgrade (RFC 6455 4.2.1)? 0 yes, else the status of the
 * refusal: 400, or 426 when the version is not 13 or it asks for no upgrade at all. */
int ws_check(struct conn *conn, const struct http_head *head);
/* Completes the WebSocket handshake; `protocol` empty leaves the header out. `head` may be NULL
 * when the verdict comes later than the request. False when it was no valid upgrade (then the
 * caller still owes an http_reply). */
bool ws_accept(struct conn *conn, const struct http_head *head, struct str protocol);
void ws_send(struct conn *conn, struct str text);
/* Starts the closing handshake; the socket is cut after 2 s at the latest. */
void ws_close(struct conn *conn, int code, struct str reason);

/* What one loop has done and holds. Counters only grow; readable from any thread. */
struct net_stats {
	uint64_t accepted, requests, upgrades, refused, evicted, messages_in, messages_out,
		bytes_in, bytes_out, handshakes, resumed; /* TLS: done, of them resumed */
	uint64_t open, half_open, websockets, streams,
		shaking; /* waiting for their TLS handshake */
};
void loop_stats(struct loop *loop, struct net_stats *ret_stats);

/* WebSocket client (the pile). Reconnecting is the caller's business. */
struct ws_client_config {
	struct str url;            /* ws://host:port/path or wss:// */
	struct str protocol;       /* subprotocols offered, comma separated */
	struct str user, password; /* Basic, when user is not empty */
	struct str ca_file;        /* wss: trust anchor; empty = system */
	struct str cert_file, key_file;
	int64_t ping_us;     /* 0: no pings */
	size_t ws_max_bytes; /* 0: LIMIT_FRAME_BYTES */
	void (*open)(void *context, struct conn *conn, struct str protocol);
	void (*message)(void *context, struct conn *conn, struct str text);
	/* Also called when connecting failed (conn may be NULL); http_status is the refusal's
	 * status or 0. */
	void (*closed)(void *context, struct conn *conn, int code, int http_status, struct str why);
	void *context;
};
int ws_client_connect(struct loop *loop, const struct ws_client_config *config);
