/* tls.c - TLS 1.2 and 1.3 by OpenSSL. The library never touches a socket: a small BIO hands it the
 * bytes the loop has read and takes the bytes it wants to send into the connection's raw buffer.
 * Buffers are released while idle. */
#include "base/fault.h"
#include "base/log.h"
#include "net/conn.h"
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define PATH_BYTES 4096

struct tls_server {
	pthread_mutex_t mutex;
	SSL_CTX *context;
	char cert_file[PATH_BYTES], key_file[PATH_BYTES], client_ca_file[PATH_BYTES];
};

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
	conn->ssl = ssl;
	if (conn->loop->plain == NULL)
		conn->loop->plain = mem_alloc(CONN_CHUNK);
	return true;
}

static const char *ssl_error(void)
{
	unsigned long code = ERR_get_error();
	const char *text = code != 0 ? ERR_reason_error_string(code) : NULL;

	if (code != 0 && ERR_SYSTEM_ERROR(code))
		text = strerror(ERR_GET_REASON(code));
	ERR_clear_error();
	return text != NULL ? text : "unknown";
}

/* --- the server's certificate --- */

static void set_common(SSL_CTX *context)
{
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_options(context,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set1_groups_list(context, "P-256:X25519:P-384");
	SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
}

static SSL_CTX *make_context(const struct tls_server *tls)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (context == NULL)
		return NULL;
	set_common(context);
	SSL_CTX_set_num_tickets(context, 1);
	SSL_CTX_set_session_id_context(context, (const unsigned char *)"leyden", 6);
	if (SSL_CTX_use_certificate_chain_file(context, tls->cert_file) == 1 &&
		SSL_CTX_use_PrivateKey_file(context, tls->key_file, SSL_FILETYPE_PEM) == 1 &&
		SSL_CTX_check_private_key(context) == 1) {
		if (tls->client_ca_file[0] == '\0')
			return context;
		/* Browsers use the same port: a client certificate is checked when given, not
		 * demanded. */
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
		if (SSL_CTX_load_verify_locations(context, tls->client_ca_file, NULL) == 1)
			return context;
	}
	SSL_CTX_free(context);
	return NULL;
}

static bool copy_path(char to[PATH_BYTES], struct str path)
{
	if (path.len >= PATH_BYTES)
		return false;
	if (path.len > 0)
		memcpy(to, path.ptr, path.len);
	to[path.len] = '\0';
	return true;
}

int tls_server_new(struct str cert_file, struct str key_file, struct str client_ca_file,
	struct tls_server **ret_tls)
{
	struct tls_server *tls = mem_alloc(sizeof(*tls));

	pthread_mutex_init(&tls->mutex, NULL);
	if (copy_path(tls->cert_file, cert_file) && copy_path(tls->key_file, key_file) &&
		copy_path(tls->client_ca_file, client_ca_file))
		tls->context = make_context(tls);
	if (tls->context == NULL) {
		tls_server_free(tls);
		return FAULT(FAULT_IO, "certificate %.*s with key %.*s cannot be used: %s",
			STR_FMT(cert_file), STR_FMT(key_file), ssl_error());
	}
	*ret_tls = tls;
	return 0;
}

int tls_server_reload(struct tls_server *tls)
{
	SSL_CTX *fresh = make_context(tls), *old;

	if (fresh == NULL)
		return FAULT(FAULT_IO, "certificate %s with key %s cannot be used: %s",
			tls->cert_file, tls->key_file, ssl_error());
	pthread_mutex_lock(&tls->mutex);
	old = tls->context;
	tls->context = fresh;
	pthread_mutex_unlock(&tls->mutex);
	SSL_CTX_free(old); /* open connections hold their own reference */
	return 0;
}

void tls_server_free(struct tls_server *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->context);
	pthread_mutex_destroy(&tls->mutex);
	mem_free(tls);
}

/* --- one connection --- */

bool tls_conn_server(struct conn *conn, struct tls_server *tls)
{
	SSL *ssl;

	pthread_mutex_lock(&tls->mutex);
	ssl = SSL_new(tls->context);
	pthread_mutex_unlock(&tls->mutex);
	if (!attach(conn, ssl))
		return false;
	SSL_set_accept_state(ssl);
	return true;
}

static SSL_CTX *client_context(struct str ca_file, struct str cert_file, struct str key_file)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	char path[PATH_BYTES];
	bool ok;

	if (context == NULL)
		return NULL;
	set_common(context);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	if (ca_file.len > 0)
		ok = copy_path(path, ca_file) &&
		     SSL_CTX_load_verify_locations(context, path, NULL) == 1;
	else
		ok = SSL_CTX_set_default_verify_paths(context) == 1;
	if (ok && cert_file.len > 0)
		ok = copy_path(path, cert_file) &&
		     SSL_CTX_use_certificate_chain_file(context, path) == 1 &&
		     copy_path(path, key_file) &&
		     SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) == 1;
	if (ok)
		return context;
	SSL_CTX_free(context);
	return NULL;
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
	SSL_CTX *context = client_context(ca_file, cert_file, key_file);
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

/* True when the handshake is done. */
static bool shake_hands(struct conn *conn)
{
	int done = SSL_do_handshake(conn->ssl);
	int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(conn->ssl, done);

	conn_out(conn); /* what it wants to say leaves with this turn */
	if (done == 1) {
		if (conn->client != NULL) {
			ws_client_connected(conn);
		} else {
			conn->state = CONN_HEAD;
		}
		return true;
	}
	if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
		const char *reason = ssl_error();

		LOG_DEBUG("tls handshake failed", "remote=%s reason=\"%s\"", conn->remote, reason);
		conn_refused(conn, STR_NULL, "tls handshake failed");
		conn_finish(conn); /* the alert */
	}
	return false;
}

void tls_input(struct conn *conn, const char *bytes, size_t len)
{
	struct loop *loop = conn->loop;
	int got;

	if (conn->state == CONN_LINGER || conn->finish)
		return;
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
