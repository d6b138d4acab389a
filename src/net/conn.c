/* conn.c - the life of one connection: accepted, read, written once per loop turn, watched by
 * deadlines, closed. */
#include "base/fault.h"
#include "net/conn.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define OUT_MAX (LIMIT_HTTP_REPLY_BYTES + LIMIT_OUTBOUND_BYTES)

void conn_set_user(struct conn *conn, void *user)
{
	conn->user = user;
}

void *conn_user(struct conn *conn)
{
	return conn->user;
}

struct loop *conn_loop(struct conn *conn)
{
	return conn->loop;
}

struct str conn_remote(struct conn *conn)
{
	return (struct str){conn->remote, conn->remote_len};
}

bool conn_is_tls(struct conn *conn)
{
	return conn->ssl != NULL;
}

uint64_t conn_serial(struct conn *conn)
{
	return conn->serial;
}

void conn_deadline(struct conn *conn, int64_t in_ms)
{
	conn->deadline_ms = in_ms == 0 ? 0 : loop_now_ms(conn->loop) + in_ms;
}

/* --- half-open connections: the longest without progress first --- */

static void half_open_add(struct conn *conn)
{
	struct loop *loop = conn->loop;

	conn->half_open = true;
	conn->progress_ms = loop_now_ms(loop);
	conn->prev = loop->half_open_tail;
	if (conn->prev != NULL)
		conn->prev->next = conn;
	else
		loop->half_open_head = conn;
	loop->half_open_tail = conn;
	STAT_ADD(loop->half_open, 1);
}

void conn_settled(struct conn *conn)
{
	struct loop *loop = conn->loop;

	if (!conn->half_open)
		return;
	conn->half_open = false;
	if (conn->prev != NULL)
		conn->prev->next = conn->next;
	else
		loop->half_open_head = conn->next;
	if (conn->next != NULL)
		conn->next->prev = conn->prev;
	else
		loop->half_open_tail = conn->prev;
	conn->prev = conn->next = NULL;
	STAT_ADD(loop->half_open, -1);
}

/* The first bytes of a caller put it at the end of those that may have to give way, and its time
 * begins anew: in a crowd much of it went by before it could speak. */
static void half_open_heard(struct conn *conn)
{
	if (!conn->half_open || conn->greeted)
		return;
	conn_settled(conn);
	half_open_add(conn);
	conn_deadline(conn, conn->listener->config.handshake_us / 1000);
}

/* --- birth --- */

struct conn *conn_new(struct loop *loop, struct listener *listener)
{
	struct conn *conn = mem_alloc(sizeof(*conn));

	conn->loop = loop;
	conn->listener = listener;
	if (!loop_slot_take(loop, conn)) {
		mem_free(conn);
		return NULL;
	}
	uv_tcp_init(&loop->uv, &conn->tcp);
	conn->tcp.data = conn;
	conn->state = CONN_CONNECTING;
	STAT_ADD(loop->open, 1);
	return conn;
}

void conn_set_remote(struct conn *conn)
{
	struct sockaddr_storage peer;
	int len = sizeof(peer), port = 0, written;
	char name[INET6_ADDRSTRLEN] = "?";

	if (uv_tcp_getpeername(&conn->tcp, (struct sockaddr *)&peer, &len) == 0) {
		if (peer.ss_family == AF_INET6) {
			const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&peer;
			const uint8_t *bytes = v6->sin6_addr.s6_addr;

			port = ntohs(v6->sin6_port);
			if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
				inet_ntop(AF_INET, bytes + 12, name, sizeof(name));
			else
				inet_ntop(AF_INET6, bytes, name, sizeof(name));
		} else {
			const struct sockaddr_in *v4 = (const struct sockaddr_in *)&peer;

			port = ntohs(v4->sin_port);
			inet_ntop(AF_INET, &v4->sin_addr, name, sizeof(name));
		}
	}
	written = snprintf(conn->remote, sizeof(conn->remote),
		strchr(name, ':') ? "[%s]:%d" : "%s:%d", name, port);
	conn->remote_len = (uint8_t)(written > 0 ? written : 0);
}

/* May the connection that is longest without progress give way to a new caller? */
static bool gives_way(const struct conn *conn)
{
	if (conn == NULL || conn->shaking)
		return false;
	return loop_now_ms(conn->loop) - conn->progress_ms >=
	       (conn->greeted ? CONN_SPOKEN_MS : conn->listener->config.silent_us / 1000);
}

static bool is_crowded(const struct listener *listener)
{
	return atomic_load_explicit(&listener->loop->half_open, memory_order_relaxed) >=
	       listener->config.max_half_open;
}

static bool is_full(const struct listener *listener)
{
	size_t max = listener->config.max_conns;

	return max > 0 && listener->loop->conns >= max;
}

bool conn_must_wait(const struct listener *listener)
{
	const struct loop *loop = listener->loop;

	return loop->shakes >= LOOP_SHAKES_HIGH || loop->fresh >= LOOP_FRESH_HIGH ||
	       (is_crowded(listener) && !gives_way(loop->half_open_head));
}

static void evict(struct conn *conn)
{
	STAT_ADD(conn->loop->evicted, 1);
	conn_refused_why(conn,
		&(struct net_refusal){.reason = STR("evicted"),
			.detail = STR("The door was crowded, and this connection had said nothing "
				      "longest.")});
	conn_cut(conn);
}

void conn_accept(struct listener *listener)
{
	struct loop *loop = listener->loop;
	bool full = is_full(listener) && loop->half_open_head == NULL;
	struct conn *conn;

	if (loop->half_open_head != NULL && (is_crowded(listener) || is_full(listener)))
		evict(loop->half_open_head);
	conn = conn_new(loop, listener);
	if (conn == NULL) {
		listener->waiting = true; /* a million connections on this loop */
		return;
	}
	loop->fresh++;
	if (uv_accept((uv_stream_t *)&listener->tcp, (uv_stream_t *)&conn->tcp) != 0 || full ||
		loop->stopping) {
		conn_cut(conn);
		return;
	}
	STAT_ADD(loop->accepted, 1);
	uv_tcp_nodelay(&conn->tcp, 1);
	conn_set_remote(conn);
	conn->state = CONN_HEAD;
	conn_deadline(conn, listener->config.handshake_us / 1000);
	half_open_add(conn);
	if (listener->config.tls != NULL)
		conn->state = CONN_TLS;
	conn_read_start(conn);
}

/* --- reading --- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	struct conn *conn = handle->data;

	(void)suggested;
	*ret = uv_buf_init(conn->loop->chunk, CONN_CHUNK);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *chunk)
{
	struct conn *conn = stream->data;

	if (len == UV_EOF && conn->state == CONN_BUSY && conn->ssl == NULL) {
		/* The peer has said all it wants to say and waits for our answer. */
		conn->http.keep_alive = false;
		conn->ended = true;
		uv_read_stop(stream);
		conn->reading = false;
		return;
	}
	if (len < 0) {
		if (conn->state == CONN_HEAD && conn->in.len > 0)
			conn_refused(conn, STR_NULL, "closed inside a request");
		conn_cut(conn);
		return;
	}
	if (len == 0)
		return;
	STAT_ADD(conn->loop->bytes_in, len);
	half_open_heard(conn);
	if (conn->state == CONN_TLS && conn->ssl == NULL &&
		!tls_conn_server(conn, conn->listener->config.tls)) {
		conn_cut(conn);
		return;
	}
	if (conn->ssl != NULL) {
		tls_input(conn, chunk->base, (size_t)len);
		return;
	}
	if (!conn->greeted && conn->listener != NULL && tls_is_greeting(chunk->base))
		tls_greeting(conn);
	else
		conn_input(conn, chunk->base, (size_t)len);
	conn->greeted = true;
}

void conn_read_start(struct conn *conn)
{
	if (conn->reading || conn->paused != 0 || conn->ended || conn->state == CONN_CLOSED)
		return;
	conn->reading = uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read) == 0;
	if (!conn->reading)
		conn_cut(conn);
}

void conn_input(struct conn *conn, const char *bytes, size_t len)
{
	if (conn->finish)
		return; /* our last word is on its way */
	switch (conn->state) {
	case CONN_HEAD:
	case CONN_BODY:
	case CONN_BUSY:
		if (conn_keep(conn, bytes, len))
			httpd_input(conn);
		break;
	case CONN_UPGRADING:
		if (conn_keep(conn, bytes, len))
			ws_client_input(conn);
		break;
	case CONN_WS:
		if (conn->paused & (PAUSE_APP | PAUSE_OUT))
			conn_keep(conn, bytes, len);
		else
			ws_input(conn, bytes, len);
		break;
	case CONN_STREAM: /* a listener has nothing to say */
	case CONN_LINGER:
	case CONN_CONNECTING:
	case CONN_TLS:
	case CONN_CLOSED:
		break;
	}
}

bool conn_keep(struct conn *conn, const char *bytes, size_t len)
{
	struct loop *loop = conn->loop;

	if (conn->in.ptr == NULL) {
		if (loop->spares_len > 0)
			conn->in = loop->spares[--loop->spares_len];
		else
			buf_init(&conn->in, NULL, 0);
		/* Head, body and one more chunk; a paused WebSocket holds at most one chunk. */
		conn->in.max = LIMIT_HTTP_HEAD_BYTES + 2 * CONN_CHUNK +
			       (conn->listener != NULL ? conn->listener->config.http_max_body : 0);
	}
	buf_put(&conn->in, bytes, len);
	if (!conn->in.failed)
		return true;
	conn_cut(conn);
	return false;
}

/* Takes up what was kept while reading was paused. */
static void resume_input(struct conn *conn)
{
	struct buf kept = conn->in;

	if (conn->state != CONN_WS) {
		if (conn->state == CONN_HEAD || conn->state == CONN_BODY)
			httpd_input(conn);
		return;
	}
	if (kept.len == 0)
		return;
	conn->in = (struct buf){0};
	ws_input(conn, kept.ptr, kept.len);
	loop_spare_give(conn->loop, &kept);
}

void conn_set_paused(struct conn *conn, enum conn_pause why, bool paused)
{
	uint8_t was = conn->paused;

	conn->paused = (uint8_t)(paused ? was | why : was & ~why);
	if (conn->paused == was || conn->state == CONN_CLOSED)
		return;
	if (paused && conn->reading) {
		uv_read_stop((uv_stream_t *)&conn->tcp);
		conn->reading = false;
	}
	if (conn->paused == 0) {
		if ((was & (PAUSE_APP | PAUSE_OUT)) && !conn->parsing)
			resume_input(conn);
		conn_read_start(conn);
	}
}

void conn_pause(struct conn *conn)
{
	conn_set_paused(conn, PAUSE_APP, true);
}

void conn_resume(struct conn *conn)
{
	conn_set_paused(conn, PAUSE_APP, false);
}

/* --- writing --- */

struct buf *conn_out(struct conn *conn)
{
	struct loop *loop = conn->loop;

	if (conn->state == CONN_CLOSED || conn->state == CONN_LINGER || conn->finish)
		return NULL;
	if (conn->out.ptr == NULL) {
		if (loop->spares_len > 0)
			conn->out = loop->spares[--loop->spares_len];
		else
			buf_init(&conn->out, NULL, 0);
		conn->out.max = OUT_MAX;
	}
	if (!conn->dirty) {
		conn->dirty = true;
		conn->next_dirty = loop->dirty;
		loop->dirty = conn;
	}
	return &conn->out;
}

static void leave_state(struct conn *conn)
{
	if (conn->state == CONN_WS)
		STAT_ADD(conn->loop->websockets, -1);
	else if (conn->state == CONN_STREAM)
		STAT_ADD(conn->loop->streams, -1);
	ws_codec_drop(conn);
}

/* Everything was handed to the kernel. */
static void drained(struct conn *conn)
{
	if (conn->file_left > 0)
		return; /* conn_flush goes on with the file */
	if (conn->finish && conn->state != CONN_LINGER) {
		int fd;

		leave_state(conn);
		conn->state = CONN_LINGER;
		conn_deadline(conn, CONN_LINGER_MS);
		if (uv_fileno((uv_handle_t *)&conn->tcp, &fd) == 0)
			shutdown(fd, SHUT_WR);
		conn->paused = 0;
		if (conn->ended)
			conn_cut(conn);
		else
			conn_read_start(conn);
	} else if (conn->paused & PAUSE_OUT) {
		conn_set_paused(conn, PAUSE_OUT, false);
	}
}

static void on_written(uv_write_t *write, int status)
{
	struct conn *conn = write->data;

	conn->writing = false;
	loop_spare_give(conn->loop, &conn->sending);
	if (status != 0)
		conn_cut(conn);
	else
		conn_flush(conn);
}

static void write_rest(struct conn *conn, struct buf *from, size_t sent)
{
	uv_buf_t rest;

	conn->sending = *from;
	*from = (struct buf){0};
	rest = uv_buf_init(conn->sending.ptr + sent, (unsigned)(conn->sending.len - sent));
	conn->write.data = conn;
	conn->writing = true;
	conn->write_left = rest.len;
	conn->write_due_ms = loop_now_ms(conn->loop) + CONN_WRITE_MS;
	if (uv_write(&conn->write, (uv_stream_t *)&conn->tcp, &rest, 1, on_written) != 0) {
		conn->writing = false;
		conn_cut(conn);
	}
}

static void flush_once(struct conn *conn)
{
	struct buf *from = conn->ssl != NULL ? &conn->raw : &conn->out;
	uv_buf_t bytes;
	int sent;

	if (conn->state == CONN_CLOSED || conn->state == CONN_CONNECTING)
		return;
	if (conn->out.failed || (conn->ssl != NULL && !tls_output(conn))) {
		conn_cut(conn);
		return;
	}
	if (conn->writing) {
		if (from->len + conn->write_left > CONN_OUT_HIGH)
			conn_set_paused(conn, PAUSE_OUT, true);
		return;
	}
	if (from->len == 0) {
		loop_spare_give(conn->loop, from);
		drained(conn);
		return;
	}
	bytes = uv_buf_init(from->ptr, (unsigned)from->len);
	sent = uv_try_write((uv_stream_t *)&conn->tcp, &bytes, 1);
	if (sent == UV_EAGAIN)
		sent = 0;
	if (sent < 0) {
		conn_cut(conn);
		return;
	}
	STAT_ADD(conn->loop->bytes_out, from->len);
	if ((size_t)sent < from->len) {
		write_rest(conn, from, (size_t)sent);
		return;
	}
	loop_spare_give(conn->loop, from);
	drained(conn);
}

void conn_flush(struct conn *conn)
{
	flush_once(conn);
	while (conn->file_left > 0 && !conn->writing && conn->state != CONN_CLOSED &&
		httpd_file_more(conn))
		flush_once(conn);
}

/* A peer that lets nothing through for long is cut. */
void conn_write_check(struct conn *conn)
{
	size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&conn->tcp);
	int64_t now_ms = loop_now_ms(conn->loop);

	if (left != conn->write_left) {
		conn->write_left = left;
		conn->write_due_ms = now_ms + CONN_WRITE_MS;
	} else if (now_ms >= conn->write_due_ms) {
		conn_cut(conn);
	}
}

/* --- deadlines and death --- */

void conn_refused_why(struct conn *conn, const struct net_refusal *refusal)
{
	struct net_refusal whole = *refusal;
	const struct net_handler *handler;

	if (conn->listener == NULL)
		return;
	handler = &conn->listener->config.handler;
	STAT_ADD(conn->loop->refused, 1);
	whole.remote = conn_remote(conn);
	if (handler->refused != NULL)
		handler->refused(handler->context, &whole);
}

void conn_refused(struct conn *conn, struct str path, const char *detail)
{
	conn_refused_why(
		conn, &(struct net_refusal){
			      .reason = STR("request"), .path = path, .detail = str_from(detail)});
}

void conn_expired(struct conn *conn)
{
	if (conn->finish) {
		conn_cut(conn);
		return;
	}
	switch (conn->state) {
	case CONN_HEAD:
		if (conn->in.len == 0 && !conn->half_open)
			conn_cut(conn); /* a kept-alive connection nobody needs */
		else
			httpd_refuse(conn, 408, "request head too slow");
		break;
	case CONN_BODY:
		httpd_refuse(conn, 408, "request body too slow");
		break;
	case CONN_TLS:
		if (conn->shaking) { /* it is we who are slow */
			conn_deadline(conn, CONN_CONNECT_MS);
			break;
		}
		conn_refused_why(conn,
			&(struct net_refusal){.reason = STR("tls_slow"),
				.detail = STR("The TLS handshake was begun but not finished.")});
		conn_cut(conn);
		break;
	case CONN_STREAM:
		httpd_stream_comment(conn);
		break;
	case CONN_WS:
		ws_ping(conn);
		break;
	case CONN_BUSY:
	case CONN_CLOSED:
		break;
	case CONN_CONNECTING:
	case CONN_UPGRADING:
	case CONN_LINGER:
		conn_cut(conn);
		break;
	}
}

void conn_goodbye(struct conn *conn)
{
	switch (conn->state) {
	case CONN_WS:
		ws_close(conn, 1001, STR("server stopping"));
		break;
	case CONN_STREAM:
		http_stream_end(conn);
		break;
	case CONN_BODY:
	case CONN_BUSY:
		conn->http.keep_alive = false;
		break;
	case CONN_LINGER:
		break;
	default:
		conn_cut(conn);
	}
}

void conn_finish(struct conn *conn)
{
	if (conn_out(conn) == NULL)
		return;
	if (conn->ssl != NULL)
		tls_goodbye(conn);
	conn->finish = true;
	conn_deadline(conn, CONN_WRITE_MS);
}

static void on_closed(uv_handle_t *handle)
{
	struct conn *conn = handle->data;
	struct loop *loop = conn->loop;

	if (conn->client != NULL) {
		ws_client_closed(conn);
	} else if (conn->known) {
		const struct net_handler *handler = &conn->listener->config.handler;

		if (handler->closed != NULL)
			handler->closed(handler->context, conn, conn->close_code);
	}
	httpd_file_drop(conn);
	tls_conn_free(conn);
	loop_spare_give(loop, &conn->in);
	loop_spare_give(loop, &conn->out);
	loop_spare_give(loop, &conn->raw);
	loop_spare_give(loop, &conn->sending);
	loop_slot_give(loop, conn);
	mem_free(conn);
}

void conn_cut(struct conn *conn)
{
	if (conn->state == CONN_CLOSED)
		return;
	conn_settled(conn);
	tls_leave_line(conn);
	leave_state(conn);
	conn->state = CONN_CLOSED;
	STAT_ADD(conn->loop->open, -1);
	if (!uv_is_closing((uv_handle_t *)&conn->tcp))
		uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

void conn_drop(struct conn *conn)
{
	conn_cut(conn);
}
