/* httpd.c - the server's side of HTTP/1.1 on one connection: collects a request, hands it to the
 * application, sends the answer, goes on with the next. Heads are judged by wire/http.h; what is
 * wrong is answered here and closed. */
#include "base/fault.h"
#include "net/conn.h"
#include <string.h>
#include <time.h>
#include <unistd.h>

struct status_text {
	int status;
	const char *text;
};
static const struct status_text status_texts[] = {{100, "Continue"}, {101, "Switching Protocols"},
	{200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"},
	{301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
	{307, "Temporary Redirect"}, {308, "Permanent Redirect"}, {400, "Bad Request"},
	{401, "Unauthorized"}, {402, "Payment Required"}, {403, "Forbidden"}, {404, "Not Found"},
	{405, "Method Not Allowed"}, {406, "Not Acceptable"}, {408, "Request Timeout"},
	{409, "Conflict"}, {410, "Gone"}, {411, "Length Required"}, {412, "Precondition Failed"},
	{413, "Content Too Large"}, {415, "Unsupported Media Type"}, {417, "Expectation Failed"},
	{422, "Unprocessable Content"}, {426, "Upgrade Required"}, {428, "Precondition Required"},
	{429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"},
	{503, "Service Unavailable"}, {504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"}};

static const char *status_text(int status)
{
	for (size_t i = 0; i < sizeof(status_texts) / sizeof(*status_texts); i++)
		if (status_texts[i].status == status)
			return status_texts[i].text;
	return "Status";
}

/* --- answering --- */

static struct str date_text(struct loop *loop)
{
	time_t now = time(NULL);
	struct tm utc;

	if (loop->date_s != now) {
		gmtime_r(&now, &utc);
		strftime(loop->date, sizeof(loop->date), "%a, %d %b %Y %H:%M:%S GMT", &utc);
		loop->date_s = now;
	}
	return str_from(loop->date);
}

static void put_status_line(struct conn *conn, struct buf *out, int status)
{
	buf_put_str(out, STR("HTTP/1.1 "));
	buf_put_i64(out, status);
	buf_put_char(out, ' ');
	buf_put_str(out, str_from(status_text(status)));
	buf_put_str(out, STR("\r\nDate: "));
	buf_put_str(out, date_text(conn->loop));
	buf_put_str(out, STR("\r\n"));
}

static void put_answer(
	struct conn *conn, struct buf *out, const struct http_answer *answer, bool keep)
{
	bool bodiless = answer->status == 204 || answer->status == 304;

	put_status_line(conn, out, answer->status);
	if (answer->content_type.len > 0) {
		buf_put_str(out, STR("Content-Type: "));
		buf_put_str(out, answer->content_type);
		buf_put_str(out, STR("\r\n"));
	}
	if (!bodiless) {
		buf_put_str(out, STR("Content-Length: "));
		buf_put_i64(out, answer->has_file ? answer->file_bytes : (int64_t)answer->body.len);
		buf_put_str(out, STR("\r\n"));
	}
	if (!keep)
		buf_put_str(out, STR("Connection: close\r\n"));
	buf_put_str(out, answer->extra_headers);
	buf_put_str(out, STR("\r\n"));
	if (!bodiless && !conn->http.is_head)
		buf_put_str(out, answer->body);
}

/* --- files as bodies: read as fast as the peer takes them --- */

void httpd_file_drop(struct conn *conn)
{
	if (conn->file_left > 0)
		close(conn->file);
	conn->file_left = 0;
}

bool httpd_file_more(struct conn *conn)
{
	size_t most = conn->file_left < CONN_CHUNK ? (size_t)conn->file_left : CONN_CHUNK;
	struct buf *out = conn_out(conn);
	ssize_t got = -1;

	if (out != NULL && buf_reserve(out, most))
		got = read(conn->file, out->ptr + out->len, most);
	if (got <= 0) { /* shorter than it was: the length is said already */
		conn_cut(conn);
		return false;
	}
	out->len += (size_t)got;
	conn->file_left -= got;
	if (conn->file_left == 0) {
		close(conn->file);
		conn_finish(conn);
	}
	return true;
}

static void begin_file(struct conn *conn, const struct http_answer *answer)
{
	if (!answer->has_file)
		return;
	if (conn->http.is_head || answer->file_bytes == 0) {
		close(answer->file);
		return;
	}
	conn->file = answer->file;
	conn->file_left = answer->file_bytes;
}

void http_reply_early(struct conn *conn, const struct http_answer *answer)
{
	struct http_answer last = *answer;

	ASSERT(conn->state == CONN_BODY && conn->http.streamed);
	last.close = true;
	conn->state = CONN_BUSY;
	http_reply(conn, &last);
}

void http_reply(struct conn *conn, const struct http_answer *answer)
{
	struct buf *out = conn_out(conn);
	bool keep = conn->http.keep_alive && !answer->close && !conn->loop->stopping &&
		    !answer->has_file;

	if (out == NULL) {
		if (answer->has_file)
			close(answer->file);
		return; /* gone while the answer was made */
	}
	ASSERT(conn->state == CONN_BUSY);
	put_answer(conn, out, answer, keep);
	begin_file(conn, answer);
	if (conn->file_left > 0)
		return; /* its end is the connection's */
	if (!keep) {
		conn_finish(conn);
		return;
	}
	conn->state = CONN_HEAD;
	conn_deadline(conn, conn->listener->config.idle_us / 1000);
	if (!conn->parsing)
		httpd_input(conn);
}

void httpd_refuse(struct conn *conn, int status, const char *reason)
{
	conn_refused(conn, STR_NULL, reason);
	httpd_say(conn, status, reason);
}

void httpd_say(struct conn *conn, int status, const char *text)
{
	struct buf *out = conn_out(conn);
	struct http_answer answer = {.status = status,
		.content_type = STR("text/plain; charset=utf-8"),
		.body = str_from(text)};

	if (out == NULL)
		return;
	conn->http.is_head = false;
	put_answer(conn, out, &answer, false);
	conn_finish(conn);
}

/* --- server-sent events --- */

void http_stream(struct conn *conn, struct str extra_headers)
{
	struct buf *out = conn_out(conn);

	if (out == NULL)
		return;
	ASSERT(conn->state == CONN_BUSY);
	put_status_line(conn, out, 200);
	buf_put_str(out, STR("Content-Type: text/event-stream\r\nCache-Control: no-store\r\n"
			     "X-Accel-Buffering: no\r\nConnection: close\r\n"));
	buf_put_str(out, extra_headers);
	buf_put_str(out, STR("\r\n"));
	if (conn->http.is_head || conn->loop->stopping) {
		conn_finish(conn);
		return;
	}
	conn->state = CONN_STREAM;
	STAT_ADD(conn->loop->streams, 1);
	conn_set_paused(conn, PAUSE_PIPELINE, false);
	conn_deadline(conn, CONN_STREAM_MS);
}

static bool is_slow_listener(struct conn *conn, size_t more)
{
	size_t waiting = conn->out.len + conn->raw.len + (conn->writing ? conn->write_left : 0);

	if (waiting + more <= LIMIT_OUTBOUND_BYTES)
		return false;
	conn_cut(conn);
	return true;
}

static void put_field(struct buf *out, const char *name, struct str value)
{
	if (value.len == 0)
		return;
	buf_put_str(out, str_from(name));
	buf_put_str(out, value);
	buf_put_char(out, '\n');
}

void http_stream_send(struct conn *conn, struct str event, struct str id, struct str data)
{
	struct buf *out;

	if (conn->state != CONN_STREAM || is_slow_listener(conn, data.len))
		return;
	out = conn_out(conn);
	if (out == NULL)
		return;
	put_field(out, "event: ", event);
	put_field(out, "id: ", id);
	while (data.len > 0) {
		buf_put_str(out, STR("data: "));
		buf_put_str(out, str_cut(&data, '\n'));
		buf_put_char(out, '\n');
	}
	buf_put_char(out, '\n');
	conn_deadline(conn, CONN_STREAM_MS);
}

void httpd_stream_comment(struct conn *conn)
{
	struct buf *out;

	if (is_slow_listener(conn, 3))
		return;
	out = conn_out(conn);
	if (out != NULL)
		buf_put_str(out, STR(":\n\n"));
	conn_deadline(conn, CONN_STREAM_MS);
}

void http_stream_end(struct conn *conn)
{
	if (conn->state == CONN_STREAM)
		conn_finish(conn);
}

/* --- reading --- */

/* Is the end of the head there? Looks at every byte once. */
static bool head_may_be_complete(struct conn *conn)
{
	size_t from = conn->http.scanned > 3 ? conn->http.scanned - 3 : 0;
	bool first = conn->http.scanned == 0;
	void *end = memmem(conn->in.ptr + from, conn->in.len - from, "\r\n\r\n", 4);

	conn->http.scanned = conn->in.len;
	/* The first bytes are judged at once: a TLS hello on a plain port need not wait for its
	 * deadline. */
	return end != NULL || first || conn->in.len > LIMIT_HTTP_HEAD_BYTES;
}

static const char *refusal_text(int status)
{
	switch (status) {
	case HTTP_E_TOO_LARGE:
		return "request head too large";
	case HTTP_E_VERSION:
		return "only version 1.1 is spoken here";
	case HTTP_E_NOT_IMPLEMENTED:
		return "transfer coding not known";
	default:
		return "malformed request head";
	}
}

static void expect_body(struct conn *conn, const struct http_head *head)
{
	struct http_exchange *http = &conn->http;
	struct buf *out;

	conn->state = CONN_BODY;
	conn_deadline(conn, CONN_BODY_MS);
	if (!head->expect_continue || head->minor == 0 || conn->in.len > http->head_len)
		return;
	out = conn_out(conn);
	if (out != NULL)
		buf_put_str(out, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

/* Does the application want this body as it comes? */
static void offer_stream(struct conn *conn, const struct http_head *head)
{
	const struct net_handler *handler = &conn->listener->config.handler;
	struct http_exchange *http = &conn->http;
	int64_t most = 0;

	if (handler->stream == NULL)
		return;
	http->streamed = true; /* it may refuse at once */
	if (!handler->stream(handler->context, conn, head, &most)) {
		http->streamed = false;
		return;
	}
	http->most = most;
	conn->known = true;
	conn_settled(conn);
}

/* True when the connection moved on. */
static bool read_head(struct conn *conn)
{
	struct http_exchange *http = &conn->http;
	struct http_head head;
	size_t used = 0;
	int outcome;

	if (conn->in.len == 0 || !head_may_be_complete(conn))
		return false;
	outcome = http_head_parse(buf_str(&conn->in), &head, &used);
	if (outcome == HTTP_E_MORE && conn->in.len <= LIMIT_HTTP_HEAD_BYTES) {
		if (!conn->half_open && conn->deadline_ms != 0 && !http->started)
			conn_deadline(conn, conn->listener->config.handshake_us / 1000);
		http->started = true;
		return false;
	}
	if (outcome != 0) {
		if (outcome == HTTP_E_MORE)
			outcome = HTTP_E_TOO_LARGE;
		httpd_refuse(conn, outcome, refusal_text(outcome));
		return false;
	}
	*http = (struct http_exchange){.head_len = used,
		.is_chunked = head.chunked,
		.is_head = str_is(head.method, "HEAD"),
		.keep_alive = head.keep_alive,
		.most = (int64_t)conn->listener->config.http_max_body,
		.body_want = head.content_length > 0 ? head.content_length : 0};
	conn->state = CONN_BODY;
	if (http->is_chunked || http->body_want > 0)
		offer_stream(conn, &head);
	if (http->body_want > http->most) {
		httpd_refuse(conn, 413, "request body too large");
		return false;
	}
	if (conn->finish)
		return false; /* refused on the spot */
	if (http->is_chunked || http->body_want > 0)
		expect_body(conn, &head);
	return true;
}

/* 0 when the body is complete, 1 when more must come, else a status. */
static int collect_body(struct conn *conn)
{
	struct http_exchange *http = &conn->http;
	size_t start, len, decoded;
	int outcome;

	if (!http->is_chunked) {
		http->body_len = (size_t)http->body_want;
		return conn->in.len - http->head_len >= http->body_len ? 0 : 1;
	}
	start = http->head_len + http->body_len;
	len = conn->in.len - start;
	outcome = chunked_decode(&http->chunked, conn->in.ptr + start, &len,
		conn->listener->config.http_max_body - http->body_len, &decoded);
	conn->in.len = start + len;
	http->body_len += decoded;
	if (outcome == CHUNKED_E_BAD)
		return 400;
	return outcome == CHUNKED_E_LARGE ? 413 : outcome;
}

static void deliver(struct conn *conn)
{
	const struct net_handler *handler = &conn->listener->config.handler;
	struct http_exchange *http = &conn->http;
	size_t held = http->streamed ? 0 : http->body_len;
	struct str body = {conn->in.ptr + http->head_len, held};
	size_t whole = http->head_len + held, used;
	struct http_head head;
	int outcome = http_head_parse(buf_str(&conn->in), &head, &used);

	ASSERT(outcome == 0);
	http->upgrade = ws_check(conn, &head) == 0;
	if (http->upgrade)
		memcpy(http->key, http_header(&head, "Sec-WebSocket-Key").ptr, sizeof(http->key));
	conn->state = CONN_BUSY;
	conn->known = true;
	conn_settled(conn);
	conn_deadline(conn, 0);
	STAT_ADD(conn->loop->requests, 1);
	handler->request(handler->context, conn, &head, body);
	buf_consume(&conn->in, whole);
	/* `http` now describes the request just given; its scan mark belongs to the next one. */
	http->scanned = 0;
	http->started = false;
	if (conn->in.len == 0)
		loop_spare_give(conn->loop, &conn->in);
}

/* As collect_body, for a body that is handed on. */
static int stream_body(struct conn *conn)
{
	const struct net_handler *handler = &conn->listener->config.handler;
	struct http_exchange *http = &conn->http;
	size_t start = http->head_len, len = conn->in.len - start, part = len;
	int64_t left = http->body_want - (int64_t)http->body_len;
	int outcome;

	if (http->is_chunked) {
		outcome = chunked_decode(&http->chunked, conn->in.ptr + start, &len,
			(size_t)http->most - http->body_len, &part);
		conn->in.len = start + len;
	} else {
		if ((int64_t)part > left)
			part = (size_t)left;
		outcome = (int64_t)part == left ? 0 : 1;
	}
	if (part > 0) {
		handler->part(handler->context, conn, (struct str){conn->in.ptr + start, part});
		memmove(conn->in.ptr + start, conn->in.ptr + start + part,
			conn->in.len - start - part);
		conn->in.len -= part;
		http->body_len += part;
		conn_deadline(conn, CONN_BODY_MS);
	}
	if (outcome == CHUNKED_E_BAD)
		return 400;
	return outcome == CHUNKED_E_LARGE ? 413 : outcome;
}

static bool read_body(struct conn *conn)
{
	int outcome = conn->http.streamed ? stream_body(conn) : collect_body(conn);

	if (outcome == 0) {
		deliver(conn);
		return true;
	}
	if (outcome != 1)
		httpd_refuse(conn, outcome,
			outcome == 413 ? "request body too large" : "malformed request body");
	return false;
}

static bool step(struct conn *conn)
{
	if (conn->finish || (conn->paused & PAUSE_APP))
		return false;
	if (conn->state == CONN_HEAD)
		return read_head(conn);
	if (conn->state == CONN_BODY)
		return read_body(conn);
	return false;
}

void httpd_input(struct conn *conn)
{
	if (conn->parsing)
		return;
	conn->parsing = true;
	while (step(conn))
		;
	conn->parsing = false;
	if (conn->state == CONN_WS && conn->in.len > 0) {
		/* Accepted at once, and the first frames came with the request. */
		struct buf kept = conn->in;

		conn->in = (struct buf){0};
		ws_input(conn, kept.ptr, kept.len);
		loop_spare_give(conn->loop, &kept);
	}
	conn_set_paused(
		conn, PAUSE_PIPELINE, conn->state == CONN_BUSY && conn->in.len > CONN_PIPELINE);
}
