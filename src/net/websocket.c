/* websocket.c - RFC 6455 on an upgraded connection. wslay reads (strictly: masks, reserved bits,
 * UTF-8, fragments, control frames, lengths); what we say ourselves is framed here, straight into
 * the connection's output.
 *
 * A wslay context weighs 9 KB, so it is not the connection's: the loop keeps a few, a connection
 * takes one when bytes arrive and gives it back as soon as nothing of a frame or a fragmented
 * message is left inside. An idle connection holds none, and a busy loop allocates none. */
#include "base/crypt.h"
#include "base/fault.h"
#include "net/conn.h"
#include <openssl/rand.h>
#include <string.h>

#define WS_OPCODE_TEXT 1
#define WS_OPCODE_BINARY 2
#define WS_OPCODE_CLOSE 8
#define WS_OPCODE_PING 9
#define WS_REASON_MAX 123
#define WS_MISSED_MAX 2
#define WS_MESSAGE_SPARE (64 * 1024)

struct ws_codec {
	struct ws_codec *next; /* in the loop's spares */
	wslay_event_context_ptr context;
	struct conn *conn;
	const char *bytes; /* what wslay may take now */
	size_t left;
	uint64_t taken; /* bytes wslay took, minus those of the frames it began */
	uint64_t due;   /* bytes of begun frames */
	struct buf message;
	uint8_t opcode; /* of the frame being read */
	bool in_frame;
	bool in_message; /* a fragmented message is open */
	bool binary;
	int fail_code; /* we refuse what came: close with this */
};

static bool is_client(const struct conn *conn)
{
	return conn->client != NULL;
}

static size_t max_bytes(const struct conn *conn)
{
	return is_client(conn) ? ws_client_max_bytes(conn) : conn->listener->config.ws_max_bytes;
}

static int64_t ping_ms(const struct conn *conn)
{
	return (is_client(conn) ? ws_client_ping_us(conn) : conn->listener->config.ping_us) / 1000;
}

/* --- the handshake --- */

void ws_accept_key(const char key[24], char ret[28])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char text[24 + sizeof(guid) - 1], encoded[32];
	uint8_t digest[20];
	struct buf buf = {.ptr = encoded, .cap = sizeof(encoded), .max = sizeof(encoded)};

	memcpy(text, key, 24);
	memcpy(text + 24, guid, sizeof(guid) - 1);
	sha1(text, sizeof(text), digest);
	base64_write(&buf, digest, sizeof(digest));
	ASSERT(buf.len == 28);
	memcpy(ret, encoded, 28);
}

int ws_check(struct conn *conn, const struct http_head *head)
{
	struct str key = http_header(head, "Sec-WebSocket-Key");
	uint8_t nonce[16];
	size_t len;

	(void)conn;
	if (!http_header_has(head, "Upgrade", "websocket") ||
		!http_header_has(head, "Connection", "upgrade"))
		return 426;
	if (!str_is(head->method, "GET") || head->minor != 1)
		return 400;
	if (!str_is(http_header(head, "Sec-WebSocket-Version"), "13"))
		return 426;
	if (key.len != 24 || !base64_read(key, nonce, sizeof(nonce), &len) || len != sizeof(nonce))
		return 400;
	if (head->content_length > 0 || head->chunked)
		return 400;
	return 0;
}

void ws_enter(struct conn *conn)
{
	conn->state = CONN_WS;
	conn_settled(conn);
	conn_deadline(conn, ping_ms(conn));
	STAT_ADD(conn->loop->websockets, 1);
	STAT_ADD(conn->loop->upgrades, 1);
}

bool ws_accept(struct conn *conn, const struct http_head *head, struct str protocol)
{
	char accept[28];
	struct buf *out;

	(void)head;
	if (conn->state != CONN_BUSY || !conn->http.upgrade)
		return conn->state == CONN_CLOSED;
	out = conn_out(conn);
	if (out == NULL)
		return true;
	ws_accept_key(conn->http.key, accept);
	buf_put_str(out, STR("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
			     "Connection: Upgrade\r\nSec-WebSocket-Accept: "));
	buf_put(out, accept, sizeof(accept));
	if (protocol.len > 0) {
		buf_put_str(out, STR("\r\nSec-WebSocket-Protocol: "));
		buf_put_str(out, protocol);
	}
	buf_put_str(out, STR("\r\n\r\n"));
	ws_enter(conn);
	conn_set_paused(conn, PAUSE_PIPELINE, false);
	if (!conn->parsing && conn->in.len > 0) {
		struct buf kept = conn->in;

		conn->in = (struct buf){0};
		ws_input(conn, kept.ptr, kept.len);
		loop_spare_give(conn->loop, &kept);
	}
	return true;
}

/* --- speaking --- */

static void mask_key(struct loop *loop, uint8_t key[4])
{
	if (loop->mask_left < 4) {
		ASSERT(RAND_bytes(loop->mask_pool, sizeof(loop->mask_pool)) == 1);
		loop->mask_left = sizeof(loop->mask_pool);
	}
	loop->mask_left -= 4;
	memcpy(key, loop->mask_pool + loop->mask_left, 4);
}

static size_t frame_head(uint8_t *head, uint8_t opcode, size_t len, bool masked)
{
	size_t used = 2;

	head[0] = (uint8_t)(0x80 | opcode);
	if (len < 126) {
		head[1] = (uint8_t)len;
	} else if (len <= 0xffff) {
		head[1] = 126;
		head[2] = (uint8_t)(len >> 8);
		head[3] = (uint8_t)len;
		used = 4;
	} else {
		head[1] = 127;
		for (size_t i = 0; i < 8; i++)
			head[2 + i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
		used = 10;
	}
	if (masked)
		head[1] |= 0x80;
	return used;
}

static void put_frame(struct conn *conn, uint8_t opcode, struct str payload)
{
	struct buf *out = conn_out(conn);
	uint8_t head[WS_FRAME_HEAD_MAX];
	size_t used, start;

	if (out == NULL || !buf_reserve(out, payload.len + sizeof(head)))
		return;
	used = frame_head(head, opcode, payload.len, is_client(conn));
	if (is_client(conn)) {
		mask_key(conn->loop, head + used);
		used += 4;
	}
	buf_put(out, head, used);
	start = out->len;
	buf_put_str(out, payload);
	if (is_client(conn))
		for (size_t i = start; i < out->len; i++)
			out->ptr[i] =
				(char)(out->ptr[i] ^ (char)head[used - 4 + ((i - start) & 3)]);
}

static bool is_overfull(struct conn *conn, size_t more)
{
	size_t waiting = conn->out.len + conn->raw.len + (conn->writing ? conn->write_left : 0);

	return waiting + more > LIMIT_OUTBOUND_BYTES;
}

void ws_send(struct conn *conn, struct str text)
{
	if (conn->state != CONN_WS || conn->close_sent)
		return;
	if (is_overfull(conn, text.len)) {
		conn->close_code = 1008; /* a peer that does not read what it is sent */
		conn_cut(conn);
		return;
	}
	put_frame(conn, WS_OPCODE_TEXT, text);
	STAT_ADD(conn->loop->messages_out, 1);
}

void ws_close(struct conn *conn, int code, struct str reason)
{
	char payload[2 + WS_REASON_MAX];
	size_t len = reason.len < WS_REASON_MAX ? reason.len : WS_REASON_MAX;

	if (conn->state != CONN_WS || conn->close_sent)
		return;
	payload[0] = (char)(code >> 8);
	payload[1] = (char)code;
	memcpy(payload + 2, reason.ptr, len);
	put_frame(conn, WS_OPCODE_CLOSE, (struct str){payload, len + 2});
	conn->close_sent = true;
	conn->close_code = code;
	conn_deadline(conn, CONN_WS_CLOSE_MS);
	/* A paused connection still has to hear the answer. */
	conn_set_paused(conn, PAUSE_APP, false);
}

void ws_ping(struct conn *conn)
{
	if (conn->close_sent || ping_ms(conn) == 0) {
		conn_cut(conn);
		return;
	}
	if (conn->heard)
		conn->missed = 0;
	else if (++conn->missed >= WS_MISSED_MAX) {
		ws_close(conn, 1001, STR("no answer to pings"));
		return;
	}
	conn->heard = false;
	if (!is_overfull(conn, 8))
		put_frame(conn, WS_OPCODE_PING, STR("ly"));
	conn_deadline(conn, ping_ms(conn));
}

/* --- hearing --- */

static ssize_t on_take(
	wslay_event_context_ptr context, uint8_t *to, size_t cap, int flags, void *user)
{
	struct ws_codec *codec = user;
	size_t take = codec->left < cap ? codec->left : cap;

	(void)flags;
	if (take == 0 || (codec->conn->paused & (PAUSE_APP | PAUSE_OUT))) {
		wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	memcpy(to, codec->bytes, take);
	codec->bytes += take;
	codec->left -= take;
	codec->taken += take;
	return (ssize_t)take;
}

/* wslay answers pings and closes by itself. */
static ssize_t on_give(
	wslay_event_context_ptr context, const uint8_t *bytes, size_t len, int flags, void *user)
{
	struct ws_codec *codec = user;
	struct conn *conn = codec->conn;
	struct buf *out;

	(void)context;
	(void)flags;
	if (conn->close_sent || codec->fail_code != 0)
		return (ssize_t)len; /* our own goodbye was said, or is about to be */
	if (is_overfull(conn, len))
		conn_cut(conn); /* pings without end from a peer that takes no pong */
	out = conn_out(conn);
	if (out != NULL)
		buf_put(out, bytes, len);
	return (ssize_t)len;
}

static int on_mask(wslay_event_context_ptr context, uint8_t *to, size_t len, void *user)
{
	struct ws_codec *codec = user;

	(void)context;
	for (size_t i = 0; i < len; i++) {
		uint8_t key[4];

		mask_key(codec->conn->loop, key);
		to[i] = key[0];
	}
	return 0;
}

static void fail(struct ws_codec *codec, int code)
{
	codec->fail_code = code;
	wslay_event_shutdown_read(codec->context);
}

static void on_frame(wslay_event_context_ptr context,
	const struct wslay_event_on_frame_recv_start_arg *frame, void *user)
{
	struct ws_codec *codec = user;
	size_t head = 2;

	(void)context;
	if (frame->payload_length > 0xffff)
		head += 8;
	else if (frame->payload_length >= 126)
		head += 2;
	if (!is_client(codec->conn))
		head += 4;
	codec->due += head + frame->payload_length;
	codec->in_frame = true;
	codec->opcode = frame->opcode;
	if (frame->opcode == WS_OPCODE_CLOSE && frame->payload_length == 1)
		fail(codec, 1002); /* half a close code, which wslay lets pass */
	if (wslay_is_ctrl_frame(frame->opcode))
		return;
	codec->in_message = true;
	if (frame->opcode == WS_OPCODE_BINARY)
		fail(codec, 1003);
	else if (codec->message.len + frame->payload_length > max_bytes(codec->conn))
		fail(codec, 1009);
}

static void on_chunk(wslay_event_context_ptr context,
	const struct wslay_event_on_frame_recv_chunk_arg *chunk, void *user)
{
	struct ws_codec *codec = user;

	(void)context;
	if (!wslay_is_ctrl_frame(codec->opcode) && codec->fail_code == 0)
		buf_put(&codec->message, chunk->data, chunk->data_length);
}

static void on_frame_end(wslay_event_context_ptr context, void *user)
{
	struct ws_codec *codec = user;

	(void)context;
	codec->in_frame = false;
}

static void on_message(wslay_event_context_ptr context,
	const struct wslay_event_on_msg_recv_arg *message, void *user)
{
	struct ws_codec *codec = user;
	struct conn *conn = codec->conn;

	(void)context;
	if (message->opcode == WS_OPCODE_CLOSE) {
		conn->close_received = true;
		if (!conn->close_sent)
			conn->close_code = message->status_code == 0 ? 1005 : message->status_code;
		return;
	}
	if (message->opcode != WS_OPCODE_TEXT)
		return;
	codec->in_message = false;
	if (conn->state == CONN_WS && !conn->close_sent && codec->fail_code == 0) {
		STAT_ADD(conn->loop->messages_in, 1);
		if (is_client(conn))
			ws_client_message(conn, buf_str(&codec->message));
		else
			conn->listener->config.handler.message(
				conn->listener->config.handler.context, conn,
				buf_str(&codec->message));
	}
	buf_clear(&codec->message);
}

/* --- codecs: taken from and given to the loop --- */

static struct ws_codec *codec_new(bool client)
{
	static const struct wslay_event_callbacks callbacks = {
		on_take, on_give, on_mask, on_frame, on_chunk, on_frame_end, on_message};
	struct ws_codec *codec = mem_alloc(sizeof(*codec));
	int failed = client ? wslay_event_context_client_init(&codec->context, &callbacks, codec)
			    : wslay_event_context_server_init(&codec->context, &callbacks, codec);

	ASSERT(failed == 0);
	wslay_event_config_set_no_buffering(codec->context, 1);
	buf_init(&codec->message, NULL, LIMIT_FRAME_BYTES * 64);
	return codec;
}

static void codec_free(struct ws_codec *codec)
{
	wslay_event_context_free(codec->context);
	buf_fini(&codec->message);
	mem_free(codec);
}

static struct ws_codec *codec_take(struct conn *conn)
{
	struct ws_codec **spares =
		is_client(conn) ? &conn->loop->client_codecs : &conn->loop->server_codecs;
	struct ws_codec *codec = *spares;

	if (codec != NULL)
		*spares = codec->next;
	else
		codec = codec_new(is_client(conn));
	codec->next = NULL;
	codec->conn = conn;
	conn->codec = codec;
	return codec;
}

/* Nothing of the peer's is inside: the next bytes begin a frame and a message. */
static bool codec_is_clean(const struct ws_codec *codec)
{
	return !codec->in_frame && !codec->in_message && codec->taken == codec->due &&
	       codec->left == 0 && codec->fail_code == 0 &&
	       wslay_event_get_read_enabled(codec->context) &&
	       wslay_event_get_write_enabled(codec->context) &&
	       !wslay_event_want_write(codec->context);
}

static void codec_give(struct conn *conn)
{
	struct ws_codec *codec = conn->codec;
	struct ws_codec **spares =
		is_client(conn) ? &conn->loop->client_codecs : &conn->loop->server_codecs;

	if (codec->message.cap > WS_MESSAGE_SPARE) {
		buf_fini(&codec->message);
		buf_init(&codec->message, NULL, LIMIT_FRAME_BYTES * 64);
	}
	codec->taken = codec->due = 0;
	codec->conn = NULL;
	codec->next = *spares;
	*spares = codec;
	conn->codec = NULL;
}

void ws_codec_drop(struct conn *conn)
{
	if (conn->codec == NULL || conn->parsing)
		return; /* ws_input, which is using it, drops it at its end */
	codec_free(conn->codec);
	conn->codec = NULL;
}

void ws_codecs_fini(struct loop *loop)
{
	struct ws_codec **lists[] = {&loop->server_codecs, &loop->client_codecs};

	for (size_t i = 0; i < 2; i++) {
		while (*lists[i] != NULL) {
			struct ws_codec *codec = *lists[i];

			*lists[i] = codec->next;
			codec_free(codec);
		}
	}
}

static struct str fail_reason(int code)
{
	if (code == 1003)
		return STR("text only");
	return code == 1009 ? STR("message too big") : STR("malformed frame");
}

/* What the bytes just read mean for the connection as a whole. */
static void after_input(struct conn *conn, struct ws_codec *codec)
{
	if (conn->state != CONN_WS)
		return;
	if (codec->fail_code != 0)
		ws_close(conn, codec->fail_code, fail_reason(codec->fail_code));
	if (conn->close_received || codec->fail_code != 0) {
		/* The server ends the connection first (RFC 6455 7.1.1); a client waits a little.
		 */
		conn_finish(conn);
		return;
	}
	if (wslay_event_get_read_enabled(codec->context))
		return;
	conn->close_code = wslay_event_get_status_code_sent(codec->context);
	conn_finish(conn);
}

void ws_input(struct conn *conn, const char *bytes, size_t len)
{
	struct ws_codec *codec = conn->codec != NULL ? conn->codec : codec_take(conn);
	int failed;

	conn->heard = true;
	conn->parsing = true;
	codec->bytes = bytes;
	codec->left = len;
	failed = wslay_event_recv(codec->context);
	if (failed != 0 && codec->fail_code == 0)
		codec->fail_code = 1002; /* a frame that breaks the rules of framing itself */
	if (wslay_event_want_write(codec->context))
		wslay_event_send(
			codec->context); /* pongs, the answer to a close, the reason of a failure */
	conn->parsing = false;
	after_input(conn, codec);
	if (conn->state == CONN_WS && !conn->finish) {
		if (codec->left > 0 && codec->fail_code == 0)
			conn_keep(conn, codec->bytes, codec->left);
		codec->left = 0;
	}
	if (conn->state != CONN_WS)
		ws_codec_drop(conn);
	else if (codec_is_clean(codec))
		codec_give(conn);
}
