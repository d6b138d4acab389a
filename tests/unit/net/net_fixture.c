/* net_fixture.c - the echo server and the raw socket of net's tests. */
#include "net_fixture.h"
#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/log.h"

/* --- the server --- */

static void on_request(
	void *context, struct conn *conn, const struct http_head *head, struct str body)
{
	struct net_fixture *fixture = context;
	struct http_answer answer = {
		.status = 200, .content_type = STR("text/plain"), .body = STR("hello\n")};

	fixture->requests++;
	if (str_starts(head->path, STR("/ws"))) {
		int status = ws_check(conn, head);

		if (status == 0 && ws_accept(conn, head,
					   http_header_has(head, "Sec-WebSocket-Protocol", "echo")
						   ? STR("echo")
						   : STR_NULL))
			return;
		answer.status = status;
	} else if (str_is(head->path, "/later")) {
		fixture->serial = conn_serial(conn);
		return;
	} else if (str_is(head->path, "/stream")) {
		http_stream(conn, STR("X-Test: 1\r\n"));
		http_stream_send(conn, STR("first"), STR("7"), STR("a\nb"));
		return;
	} else if (str_is(head->path, "/echo")) {
		answer.body = body;
	}
	http_reply(conn, &answer);
}

struct paused {
	struct net_fixture *fixture;
	uint64_t serial;
};

static void resume(void *arg)
{
	struct paused *paused = arg;
	struct conn *conn = loop_conn(paused->fixture->loop, paused->serial);

	if (conn != NULL)
		conn_resume(conn);
	mem_free(paused);
}

static void *resume_later(void *arg)
{
	struct paused *paused = arg;

	usleep(300000);
	loop_post(paused->fixture->loop, resume, paused);
	return NULL;
}

static void say_much(struct conn *conn, size_t len, int times)
{
	char *text = mem_alloc(len);

	memset(text, 'x', len);
	for (int i = 0; i < times; i++)
		ws_send(conn, (struct str){text, len});
	mem_free(text);
}

static void on_message(void *context, struct conn *conn, struct str text)
{
	struct net_fixture *fixture = context;

	fixture->messages++;
	if (str_is(text, "close")) {
		ws_close(conn, 4000, STR("as you wish"));
	} else if (str_is(text, "big")) {
		say_much(conn, 300000, 1);
	} else if (str_is(text, "flood")) {
		say_much(conn, 100000, 30);
	} else if (str_is(text, "pause")) {
		struct paused *paused = mem_alloc(sizeof(*paused));
		pthread_t thread;

		*paused = (struct paused){fixture, conn_serial(conn)};
		conn_pause(conn);
		pthread_create(&thread, NULL, resume_later, paused);
		pthread_detach(thread);
	} else {
		ws_send(conn, text);
	}
}

static void on_closed(void *context, struct conn *conn, int code)
{
	struct net_fixture *fixture = context;

	(void)conn;
	fixture->last_code = code;
	fixture->closed++;
}

static void on_refused(void *context, const struct net_refusal *refusal)
{
	struct net_fixture *fixture = context;

	if (refusal->remote.len == 0 || refusal->detail.len == 0)
		abort();
	pthread_mutex_lock(&fixture->lock);
	snprintf(fixture->reason, sizeof(fixture->reason), "%.*s", STR_FMT(refusal->reason));
	pthread_mutex_unlock(&fixture->lock);
	fixture->refused++;
}

static void answer_now(void *arg)
{
	struct net_fixture *fixture = arg;
	struct conn *conn = loop_conn(fixture->loop, fixture->serial);
	struct http_answer answer = {.status = 200, .body = STR("at last")};

	if (conn != NULL)
		http_reply(conn, &answer);
}

void fixture_answer_later(struct net_fixture *fixture)
{
	loop_post(fixture->loop, answer_now, fixture);
}

static void *run(void *arg)
{
	loop_run(arg);
	return NULL;
}

void fixture_init(struct net_fixture *fixture)
{
	*fixture = (struct net_fixture){.loop = loop_new()};
	pthread_mutex_init(&fixture->lock, NULL);
	log_setup(LOG_LEVEL_ERROR, false);
	fixture->config = (struct listen_config){.address = STR("127.0.0.1"),
		.handler = {on_request, on_message, on_closed, on_refused, fixture},
		.ping_us = 30000000};
}

void fixture_start(struct net_fixture *fixture)
{
	fixture->config.tls = fixture->tls;
	if (loop_listen(fixture->loop, &fixture->config, &fixture->port) != 0)
		abort();
	pthread_create(&fixture->thread, NULL, run, fixture->loop);
}

static void make_certificate(const char *cert_file, const char *key_file)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);
	X509_EXTENSION *names =
		X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
	FILE *file;

	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_set_version(cert, 2);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
	X509_set_issuer_name(cert, name);
	X509_add_ext(cert, names, -1);
	X509_sign(cert, key, EVP_sha256());
	file = fopen(cert_file, "w");
	PEM_write_X509(file, cert);
	fclose(file);
	file = fopen(key_file, "w");
	PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
	X509_EXTENSION_free(names);
	X509_free(cert);
	EVP_PKEY_free(key);
}

void fixture_start_tls(struct net_fixture *fixture)
{
	char cert[96], key[96];

	strcpy(fixture->dir, "/tmp/leyden-net-XXXXXX");
	if (mkdtemp(fixture->dir) == NULL)
		abort();
	snprintf(cert, sizeof(cert), "%s/cert.pem", fixture->dir);
	snprintf(key, sizeof(key), "%s/key.pem", fixture->dir);
	make_certificate(cert, key);
	if (tls_server_new(&(struct tls_config){.cert = str_from(cert), .key = str_from(key)},
		    &fixture->tls) != 0)
		abort();
	fixture_start(fixture);
}

void fixture_stop(struct net_fixture *fixture)
{
	char path[96];

	loop_stop(fixture->loop);
	pthread_join(fixture->thread, NULL);
	loop_free(fixture->loop);
	tls_server_free(fixture->tls);
	if (fixture->dir[0] == '\0')
		return;
	snprintf(path, sizeof(path), "%s/cert.pem", fixture->dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/key.pem", fixture->dir);
	unlink(path);
	rmdir(fixture->dir);
}

/* --- the raw socket --- */

int raw_connect(const struct net_fixture *fixture)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(fixture->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval wait = {.tv_sec = 5};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		abort();
	return fd;
}

void raw_send(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		at += sent;
		len -= (size_t)sent;
	}
}

void raw_text(int fd, const char *text)
{
	raw_send(fd, text, strlen(text));
}

long raw_all(int fd, char *to, size_t cap)
{
	size_t len = 0;

	while (len + 1 < cap) {
		ssize_t got = recv(fd, to + len, cap - len - 1, 0);

		if (got < 0) {
			to[len] = '\0';
			return -1;
		}
		if (got == 0)
			break;
		len += (size_t)got;
	}
	to[len] = '\0';
	return (long)len;
}

bool raw_until(int fd, char *to, size_t cap, const char *needle)
{
	size_t len = 0;

	while (len + 1 < cap) {
		ssize_t got = recv(fd, to + len, 1, 0);

		if (got <= 0)
			break;
		len += (size_t)got;
		to[len] = '\0';
		if (len >= strlen(needle) && strcmp(to + len - strlen(needle), needle) == 0)
			return true;
	}
	to[len] = '\0';
	return false;
}

int raw_websocket(const struct net_fixture *fixture)
{
	char head[1024];
	int fd = raw_connect(fixture);

	raw_text(fd,
		"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, "
		"Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
	if (!raw_until(fd, head, sizeof(head), "\r\n\r\n") ||
		strstr(head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == NULL)
		abort();
	return fd;
}

void raw_frame(int fd, unsigned head, bool masked, const void *payload, size_t len)
{
	static const unsigned char key[4] = {0x37, 0xfa, 0x21, 0x3d};
	unsigned char *bytes = mem_alloc(len + 14);
	size_t at = 2;

	bytes[0] = (unsigned char)head;
	bytes[1] = masked ? 0x80 : 0;
	if (len < 126) {
		bytes[1] |= (unsigned char)len;
	} else if (len < 65536) {
		bytes[1] |= 126;
		bytes[2] = (unsigned char)(len >> 8);
		bytes[3] = (unsigned char)len;
		at = 4;
	} else {
		bytes[1] |= 127;
		for (int i = 0; i < 8; i++)
			bytes[2 + i] = (unsigned char)((uint64_t)len >> (56 - 8 * i));
		at = 10;
	}
	if (masked) {
		memcpy(bytes + at, key, 4);
		at += 4;
	}
	for (size_t i = 0; i < len; i++)
		bytes[at + i] = (unsigned char)(((const unsigned char *)payload)[i] ^
						(masked ? key[i & 3] : 0));
	raw_send(fd, bytes, at + len);
	mem_free(bytes);
}

static bool read_exactly(int fd, void *to, size_t len)
{
	char *at = to;

	while (len > 0) {
		ssize_t got = recv(fd, at, len, 0);

		if (got <= 0)
			return false;
		at += got;
		len -= (size_t)got;
	}
	return true;
}

int raw_read_frame(int fd, char *payload, size_t cap, size_t *ret_len)
{
	unsigned char head[10];
	uint64_t len;

	if (!read_exactly(fd, head, 2))
		return -1;
	len = head[1] & 0x7f;
	if (len == 126) {
		if (!read_exactly(fd, head + 2, 2))
			return -1;
		len = (uint64_t)head[2] << 8 | head[3];
	} else if (len == 127) {
		if (!read_exactly(fd, head + 2, 8))
			return -1;
		len = 0;
		for (int i = 2; i < 10; i++)
			len = len << 8 | head[i];
	}
	if (len >= cap || !read_exactly(fd, payload, len))
		return -1;
	payload[len] = '\0';
	*ret_len = len;
	return head[0];
}

bool wait_for(_Atomic int *counter, int least)
{
	for (int i = 0; i < 300; i++) {
		if (*counter >= least)
			return true;
		usleep(10000);
	}
	return false;
}
