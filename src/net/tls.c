/* tls.c - TLS 1.2 and 1.3 by OpenSSL. The library never touches a socket: a small BIO hands it the
 * bytes the loop has read and takes the bytes it wants to send into the connection's raw buffer.
 * Buffers are released while idle.
 *
 * Handshakes are the only thing on a loop that costs much. After an outage all piles come at once:
 * then the greetings stand in a line of which every turn of the loop does some milliseconds, and
 * when the line is long new callers wait in the kernel. What is connected already is served between
 * any two turns. */
#include "base/fault.h"
#include "base/log.h"
#include "base/x509_parts.h"
#include "net/conn.h"
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define HANDSHAKE_RECORD 0x16 /* how every TLS greeting begins */

/* --- the BIO between OpenSSL and a connection --- */

static int bio_read(BIO *bio, char *to, size_t cap, size_t *ret_len)
{
	struct conn *conn = BIO_get_data(bio);
	struct str *from = &conn->loop->cipher;
	size_t take = from->len < cap ? from->len : cap;

	BIO_clear_retry_flags(bio);
	if (take == 0) {
		BIO_set_retry_read(bio);
		return 0;
	}
	memcpy(to, from->ptr, take);
	from->ptr += take;
	from->len -= take;
	*ret_len = take;
	return 1;
}

static int bio_write(BIO *bio, const char *bytes, size_t len, size_t *ret_len)
{
	struct conn *conn = BIO_get_data(bio);
	struct loop *loop = conn->loop;

	BIO_clear_retry_flags(bio);
	if (conn->raw.ptr == NULL) {
		if (loop->spares_len > 0)
			conn->raw = loop->spares[--loop->spares_len];
		else
			buf_init(&conn->raw, NULL, 0);
		conn->raw.max = 2 * (LIMIT_HTTP_REPLY_BYTES + LIMIT_OUTBOUND_BYTES);
	}
	buf_put(&conn->raw, bytes, len);
	*ret_len = len;
	return conn->raw.failed ? 0 : 1;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH;
}

static int bio_create(BIO *bio)
{
	BIO_set_init(bio, 1);
	return 1;
}

static BIO_METHOD *bio_kind;
static pthread_once_t bio_once = PTHREAD_ONCE_INIT;

static void make_bio_kind(void)
{
	bio_kind = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "connection");
	ASSERT(bio_kind != NULL);
	BIO_meth_set_read_ex(bio_kind, bio_read);
	BIO_meth_set_write_ex(bio_kind, bio_write);
	BIO_meth_set_ctrl(bio_kind, bio_ctrl);
	BIO_meth_set_create(bio_kind, bio_create);
}

static bool attach(struct conn *conn, SSL *ssl)
{
	BIO *bio;

	pthread_once(&bio_once, make_bio_kind);
	bio = ssl != NULL ? BIO_new(bio_kind) : NULL;
	if (bio == NULL) {
		SSL_free(ssl);
		return false;
	}
	BIO_set_data(bio, conn);
	SSL_set_bio(ssl, bio, bio);
	SSL_set_app_data(ssl, conn);
	conn->ssl = ssl;
	if (conn->loop->plain == NULL)
		conn->loop->plain = mem_alloc(CONN_CHUNK);
	return true;
}

/* --- one connection --- */

bool tls_conn_server(struct conn *conn, struct tls_server *tls)
{
	if (!attach(conn, tls_server_ssl(tls)))
		return false;
	SSL_set_accept_state(conn->ssl);
	return true;
}

static bool expect_name(SSL *ssl, const char *host)
{
	unsigned char address[16];
	X509_VERIFY_PARAM *verify = SSL_get0_param(ssl);

	if (inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(verify, host) == 1;
	return SSL_set_tlsext_host_name(ssl, host) == 1 && SSL_set1_host(ssl, host) == 1;
}

bool tls_conn_client(struct conn *conn, const char *host, struct str ca_file, struct str cert_file,
	struct str key_file)
{
	SSL_CTX *context = tls_client_context(conn->loop, ca_file, cert_file, key_file);
	SSL *ssl = context != NULL ? SSL_new(context) : NULL;

	SSL_CTX_free(context);
	if (ssl != NULL && !expect_name(ssl, host)) {
		SSL_free(ssl);
		ssl = NULL;
	}
	if (!attach(conn, ssl)) {
		ERR_clear_error();
		return false;
	}
	SSL_set_connect_state(ssl);
	return true;
}

/* --- handshakes that fail --- */

struct reason_row {
	int code;
	const char *reason, *detail;
};
static const struct reason_row reasons[] = {
	{SSL_R_UNSUPPORTED_PROTOCOL, "tls_version",
		"The caller speaks no TLS version that is still safe: 1.2 is the least."},
	{SSL_R_VERSION_TOO_LOW, "tls_version",
		"The caller speaks no TLS version that is still safe: 1.2 is the least."},
	{SSL_R_NO_SHARED_CIPHER, "tls_cipher", "No cipher that both sides know."},
	{SSL_R_NO_SUITABLE_KEY_SHARE, "tls_cipher", "No key exchange that both sides know."},
	{SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, "tls_cipher",
		"The caller cannot check a signature made with our key."},
	{SSL_R_TLSV1_ALERT_UNKNOWN_CA, "server_certificate",
		"The caller does not know the authority of our certificate."},
	{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, "server_certificate",
		"The caller does not accept our certificate."},
	{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "server_certificate",
		"The caller says that our certificate has expired: is its clock right?"},
	{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, "server_certificate",
		"The caller does not accept our certificate."},
	{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, "server_certificate",
		"The caller cannot use our kind of certificate."},
};

static const struct reason_row *reason_of(unsigned long code)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (ERR_GET_LIB(code) == ERR_LIB_SSL && reasons[i].code == ERR_GET_REASON(code))
			return &reasons[i];
	return NULL;
}

/* Texts of the library live as long as the program. */
static const char *library_text(unsigned long code)
{
	const char *text = code != 0 ? ERR_reason_error_string(code) : NULL;

	return text != NULL ? text : "the TLS handshake failed";
}

static void handshake_failed(struct conn *conn)
{
	unsigned long code = ERR_get_error();
	const struct tls_failure *failure = &conn->loop->failure;
	const struct reason_row *row = reason_of(code);
	struct net_refusal refusal = {.reason = STR("tls")};

	ERR_clear_error();
	refusal.detail = str_from(library_text(code));
	if (row != NULL) {
		refusal.reason = str_from(row->reason);
		refusal.detail = str_from(row->detail);
	}
	if (failure->reason != NULL) {
		refusal.reason = str_from(failure->reason);
		refusal.name = str_from(failure->name);
		refusal.detail = str_from(failure->detail);
	}
	LOG_DEBUG("tls handshake failed", "remote=%s reason=%.*s detail=\"%.*s\"", conn->remote,
		STR_FMT(refusal.reason), STR_FMT(refusal.detail));
	if (conn->client != NULL)
		ws_client_why(conn, failure->reason != NULL ? failure->reason : library_text(code));
	conn_refused_why(conn, &refusal);
	conn_finish(conn); /* the alert */
}

/* A caller that speaks no TLS at a door that wants it. */
static void without_tls(struct conn *conn, const char *bytes, size_t len)
{
	const struct net_refusal refusal = {.reason = STR("tls_plain"),
		.detail =
			STR("The caller spoke plain HTTP (ws://); this port speaks TLS (wss://).")};

	tls_conn_free(conn);
	conn->state = CONN_HEAD;
	if (conn->listener->config.plain_too) {
		conn_input(conn, bytes, len);
		return;
	}
	conn_refused_why(conn, &refusal);
	if (bytes[0] >= 'A' && bytes[0] <= 'Z')
		httpd_say(conn, 400, "This port speaks TLS: https:// or wss://.");
	else
		conn_cut(conn);
}

void tls_greeting(struct conn *conn)
{
	static const char alert[] = "\x15\x03\x01\x00\x02\x02\x28"; /* fatal, handshake failure */
	const struct net_refusal refusal = {.reason = STR("tls_on_plain"),
		.detail =
			STR("The caller spoke TLS (wss://); this port speaks plain HTTP (ws://).")};
	struct buf *out = conn_out(conn);

	conn_refused_why(conn, &refusal);
	if (out != NULL)
		buf_put(out, alert, sizeof(alert) - 1);
	conn_finish(conn);
}

bool tls_is_greeting(const char *bytes)
{
	return (unsigned char)bytes[0] == HANDSHAKE_RECORD;
}

/* --- handshakes, a few a turn --- */

/* True when the handshake is done. */
static bool shake_hands(struct conn *conn)
{
	struct loop *loop = conn->loop;
	uint64_t from_ns = uv_hrtime();
	int done, error;

	loop->failure.reason = NULL;
	done = SSL_do_handshake(conn->ssl);
	error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(conn->ssl, done);
	conn_out(conn); /* what it wants to say leaves with this turn */
	if (done != 1 && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
		handshake_failed(conn);
	loop->shake_spent_ns += uv_hrtime() - from_ns;
	if (done != 1)
		return false;
	STAT_ADD(loop->handshakes, 1);
	STAT_ADD(loop->resumed, SSL_session_reused(conn->ssl) ? 1 : 0);
	if (conn->client != NULL)
		ws_client_connected(conn);
	else
		conn->state = CONN_HEAD;
	return true;
}

static void take_input(struct conn *conn, const char *bytes, size_t len);

static bool must_wait(const struct loop *loop)
{
	return loop->shake_head != NULL || loop->shake_spent_ns > LOOP_SHAKE_US * 1000;
}

static void stand_in_line(struct conn *conn, const char *bytes, size_t len)
{
	struct loop *loop = conn->loop;

	if (!conn_keep(conn, bytes, len))
		return;
	conn_set_paused(conn, PAUSE_SHAKE, true);
	if (conn->shaking)
		return;
	conn->shaking = true;
	conn->next_shake = NULL;
	*loop->shake_tail = conn;
	loop->shake_tail = &conn->next_shake;
	loop->shakes++;
	STAT_ADD(loop->shaking, 1);
	uv_idle_start(&loop->busy, loop_stay_awake);
}

void tls_leave_line(struct conn *conn)
{
	struct loop *loop = conn->loop;
	struct conn **at = &loop->shake_head;

	if (!conn->shaking)
		return;
	while (*at != conn)
		at = &(*at)->next_shake;
	*at = conn->next_shake;
	if (loop->shake_tail == &conn->next_shake)
		loop->shake_tail = at;
	conn->shaking = false;
	loop->shakes--;
	STAT_ADD(loop->shaking, -1);
}

void tls_shakes(struct loop *loop)
{
	loop->shake_spent_ns = 0;
	while (loop->shake_head != NULL && loop->shake_spent_ns <= LOOP_SHAKE_US * 1000) {
		struct conn *conn = loop->shake_head;
		struct buf kept = conn->in;

		tls_leave_line(conn);
		conn->in = (struct buf){0};
		take_input(conn, kept.ptr, kept.len);
		loop_spare_give(loop, &kept);
		conn_set_paused(conn, PAUSE_SHAKE, false);
	}
	if (loop->shake_head == NULL)
		uv_idle_stop(&loop->busy);
}

void tls_input(struct conn *conn, const char *bytes, size_t len)
{
	if (conn->state == CONN_LINGER || conn->finish)
		return;
	if (!conn->greeted && conn->listener != NULL) {
		conn->greeted = true;
		if (!tls_is_greeting(bytes)) {
			without_tls(conn, bytes, len);
			return;
		}
	}
	if (conn->state == CONN_TLS && must_wait(conn->loop))
		stand_in_line(conn, bytes, len);
	else
		take_input(conn, bytes, len);
}

static void take_input(struct conn *conn, const char *bytes, size_t len)
{
	struct loop *loop = conn->loop;
	int got = 0;

	loop->cipher = (struct str){bytes, len};
	ERR_clear_error();
	if (conn->state == CONN_TLS && !shake_hands(conn))
		return;
	while (conn->state != CONN_CLOSED && !conn->finish) {
		got = SSL_read(conn->ssl, loop->plain, CONN_CHUNK);
		if (got <= 0)
			break;
		conn_input(conn, loop->plain, (size_t)got);
	}
	if (conn->state == CONN_CLOSED || conn->finish)
		return;
	if (conn->raw.len > 0)
		conn_out(conn); /* tickets and key updates */
	switch (SSL_get_error(conn->ssl, got)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		break;
	default:
		if (conn->client != NULL && ERR_peek_error() != 0)
			ws_client_why(conn, library_text(ERR_peek_error()));
		ERR_clear_error();
		conn_cut(conn);
	}
}

bool tls_output(struct conn *conn)
{
	size_t done = 0;

	if (conn->out.len == 0)
		return !conn->raw.failed;
	if (!SSL_is_init_finished(conn->ssl))
		return true;
	ERR_clear_error();
	while (done < conn->out.len) {
		size_t left = conn->out.len - done;
		int put = SSL_write(
			conn->ssl, conn->out.ptr + done, left > INT32_MAX ? INT32_MAX : (int)left);

		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	loop_spare_give(conn->loop, &conn->out);
	return !conn->raw.failed;
}

void tls_goodbye(struct conn *conn)
{
	ERR_clear_error();
	if (SSL_is_init_finished(conn->ssl) && tls_output(conn))
		SSL_shutdown(conn->ssl);
	ERR_clear_error();
}

void tls_conn_free(struct conn *conn)
{
	SSL_free(conn->ssl);
	conn->ssl = NULL;
}

/* --- who is there --- */

static struct str transport_of(struct arena *arena, const SSL *ssl)
{
	return str_format(arena, "%s %s", SSL_get_version(ssl), SSL_get_cipher_name(ssl));
}

void conn_peer(struct conn *conn, struct arena *arena, struct conn_peer *ret_peer)
{
	struct conn_peer peer = {.tls = conn->ssl != NULL};
	X509 *certificate = peer.tls ? SSL_get0_peer_certificate(conn->ssl) : NULL;
	struct x509_facts facts;

	if (peer.tls)
		peer.transport = transport_of(arena, conn->ssl);
	/* A resumed session brings the certificate it began with. */
	if (certificate != NULL && SSL_get_verify_result(conn->ssl) == X509_V_OK &&
		x509_facts_of(arena, certificate, &facts) == 0) {
		peer.certified = true;
		peer.common_name = facts.subject.common_name;
		peer.organisation = facts.subject.organisation;
		peer.serial = facts.serial;
		peer.until_us = facts.until_us;
	}
	*ret_peer = peer;
}
