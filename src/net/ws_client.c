/* ws_client.c - the calling side of a WebSocket: resolve, connect, TLS, the upgrade request and the
 * server's answer. After that it is a connection like any other. One attempt per call; reconnecting
 * is the caller's business. */
#include "base/crypt.h"
#include "base/fault.h"
#include "base/rng.h"
#include "net/conn.h"
#include <stdio.h>
#include <string.h>

#define CLIENT_ARENA 8192
#define HOST_BYTES 256
#define PATH_BYTES 1024

struct ws_client {
	struct arena arena; /* holds what config points to */
	struct ws_client_config config;
	uv_connect_t connect;
	struct addrinfo *addresses, *next_address;
	char host[HOST_BYTES], path[PATH_BYTES];
	char key[25];
	uint16_t port;
	bool secure, open;
	int status;      /* of the server's answer when it refused */
	const char *why; /* what ended the attempt */
};

size_t ws_client_max_bytes(const struct conn *conn)
{
	size_t max = conn->client->config.ws_max_bytes;

	return max != 0 ? max : LIMIT_FRAME_BYTES;
}

int64_t ws_client_ping_us(const struct conn *conn)
{
	return conn->client->config.ping_us;
}

void ws_client_message(struct conn *conn, struct str text)
{
	conn->client->config.message(conn->client->config.context, conn, text);
}

void ws_client_why(struct conn *conn, const char *why)
{
	if (conn->client->why == NULL)
		conn->client->why = why;
}

static void give_up(struct conn *conn, const char *why)
{
	ws_client_why(conn, why);
	conn_cut(conn);
}

void ws_client_closed(struct conn *conn)
{
	struct ws_client *client = conn->client;
	const char *why = client->why != NULL ? client->why : "connection lost";
	int code = client->open ? (conn->close_code != 0 ? conn->close_code : 1006) : 0;

	client->config.closed(client->config.context, client->open ? conn : NULL, code,
		client->status, str_from(client->open && conn->close_code != 0 ? "closed" : why));
	if (client->addresses != NULL)
		uv_freeaddrinfo(client->addresses);
	arena_fini(&client->arena);
	mem_free(client);
	conn->client = NULL;
}

/* --- the request --- */

static void put_authorization(struct buf *out, const struct ws_client_config *config)
{
	char pair[512];
	size_t len = config->user.len + 1 + config->password.len;

	if (config->user.len == 0 || len > sizeof(pair))
		return;
	memcpy(pair, config->user.ptr, config->user.len);
	pair[config->user.len] = ':';
	if (config->password.len > 0)
		memcpy(pair + config->user.len + 1, config->password.ptr, config->password.len);
	buf_put_str(out, STR("Authorization: Basic "));
	base64_write(out, pair, len);
	buf_put_str(out, STR("\r\n"));
}

static void make_key(struct ws_client *client)
{
	struct buf key = {
		.ptr = client->key, .cap = sizeof(client->key), .max = sizeof(client->key)};
	struct rng rng;
	uint8_t nonce[16];

	rng_init_system(&rng);
	rng.fill(&rng, nonce, sizeof(nonce));
	base64_write(&key, nonce, sizeof(nonce));
	ASSERT(key.len == 24);
}

void ws_client_connected(struct conn *conn)
{
	struct ws_client *client = conn->client;
	bool bare_v6 = strchr(client->host, ':') != NULL;
	struct buf *out;

	conn->state = CONN_UPGRADING;
	out = conn_out(conn);
	if (out == NULL)
		return;
	make_key(client);
	buf_format(out,
		"GET %s HTTP/1.1\r\nHost: %s%s%s:%d\r\nUpgrade: websocket\r\nConnection: "
		"Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %.24s\r\n",
		client->path, bare_v6 ? "[" : "", client->host, bare_v6 ? "]" : "", client->port,
		client->key);
	if (client->config.protocol.len > 0) {
		buf_put_str(out, STR("Sec-WebSocket-Protocol: "));
		buf_put_str(out, client->config.protocol);
		buf_put_str(out, STR("\r\n"));
	}
	put_authorization(out, &client->config);
	buf_put_str(out, STR("\r\n"));
}

/* --- the answer --- */

struct answer {
	int status;
	struct str accept, protocol;
	bool upgrade, connection;
};

static struct str cut_line(struct str *text)
{
	struct str line = str_cut(text, '\n');

	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool list_has(struct str list, const char *token)
{
	while (list.len > 0)
		if (str_eq_nocase(str_trim(str_cut(&list, ',')), str_from(token)))
			return true;
	return false;
}

static bool read_answer(struct str head, struct answer *ret)
{
	struct str line = cut_line(&head);
	int64_t status;

	*ret = (struct answer){0};
	if (line.len < 12 || !str_starts(line, STR("HTTP/1.1 ")) ||
		!str_to_i64(str_slice(line, 9, 12), &status) || status < 100 || status > 599)
		return false;
	ret->status = (int)status;
	while (head.len > 0) {
		struct str value = cut_line(&head), name = str_cut(&value, ':');

		value = str_trim(value);
		if (str_eq_nocase(name, STR("Upgrade")))
			ret->upgrade = list_has(value, "websocket");
		else if (str_eq_nocase(name, STR("Connection")))
			ret->connection = list_has(value, "upgrade");
		else if (str_eq_nocase(name, STR("Sec-WebSocket-Accept")))
			ret->accept = value;
		else if (str_eq_nocase(name, STR("Sec-WebSocket-Protocol")))
			ret->protocol = value;
	}
	return true;
}

static bool was_offered(struct str offered, struct str protocol)
{
	while (offered.len > 0)
		if (str_eq(str_trim(str_cut(&offered, ',')), protocol))
			return true;
	return false;
}

static const char *judge(struct conn *conn, const struct answer *answer)
{
	struct ws_client *client = conn->client;
	char accept[28];

	if (answer->status != 101) {
		client->status = answer->status;
		return "refused by the server";
	}
	ws_accept_key(client->key, accept);
	if (!answer->upgrade || !answer->connection ||
		!str_eq(answer->accept, (struct str){accept, sizeof(accept)}))
		return "not a WebSocket server";
	if (answer->protocol.len > 0 && !was_offered(client->config.protocol, answer->protocol))
		return "subprotocol was not offered";
	return NULL;
}

void ws_client_input(struct conn *conn)
{
	struct ws_client *client = conn->client;
	char *end = memmem(conn->in.ptr, conn->in.len, "\r\n\r\n", 4);
	struct answer answer;
	const char *wrong;
	struct buf kept;
	size_t head;

	if (end == NULL) {
		if (conn->in.len > LIMIT_HTTP_HEAD_BYTES)
			give_up(conn, "answer too large");
		return;
	}
	head = (size_t)(end - conn->in.ptr) + 4;
	if (!read_answer((struct str){conn->in.ptr, head - 2}, &answer)) {
		give_up(conn, "not an HTTP server");
		return;
	}
	wrong = judge(conn, &answer);
	if (wrong != NULL) {
		give_up(conn, wrong);
		return;
	}
	kept = conn->in;
	conn->in = (struct buf){0};
	client->open = true;
	ws_enter(conn);
	client->config.open(client->config.context, conn, answer.protocol);
	if (conn->state == CONN_WS && kept.len > head)
		ws_input(conn, kept.ptr + head, kept.len - head);
	loop_spare_give(conn->loop, &kept);
}

/* --- connecting --- */

/* A lookup in flight. It knows its connection by number only, since that may be gone when the
 * answer comes. */
struct lookup {
	uv_getaddrinfo_t request;
	struct loop *loop;
	uint64_t serial;
};

static void try_next_address(struct conn *conn);

/* The same attempt on a fresh socket, for the host's next address. */
static void try_again(struct conn *conn)
{
	struct conn *fresh = conn_new(conn->loop, NULL);

	if (fresh == NULL) {
		give_up(conn, "cannot connect");
		return;
	}
	fresh->client = conn->client;
	fresh->deadline_ms = conn->deadline_ms;
	conn->client = NULL;
	conn_cut(conn);
	try_next_address(fresh);
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct conn *conn = connect->data;
	struct ws_client *client = conn->client;

	if (conn->state == CONN_CLOSED)
		return;
	if (status != 0 && client->next_address != NULL) {
		try_again(conn);
		return;
	}
	if (status != 0) {
		give_up(conn, "cannot connect");
		return;
	}
	uv_tcp_nodelay(&conn->tcp, 1);
	conn_set_remote(conn);
	conn_read_start(conn);
	if (!client->secure) {
		ws_client_connected(conn);
		return;
	}
	conn->state = CONN_TLS;
	if (tls_conn_client(conn, client->host, client->config.ca_file, client->config.cert_file,
		    client->config.key_file))
		tls_input(conn, "", 0);
	else
		give_up(conn, "tls files cannot be used");
}

static void connect_to(struct conn *conn, const struct sockaddr *address)
{
	conn->client->connect.data = conn;
	if (uv_tcp_connect(&conn->client->connect, &conn->tcp, address, on_connected) != 0)
		give_up(conn, "cannot connect");
}

static void try_next_address(struct conn *conn)
{
	struct ws_client *client = conn->client;
	struct addrinfo *address = client->next_address;

	client->next_address = address->ai_next;
	connect_to(conn, address->ai_addr);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
	struct lookup *lookup = request->data;
	struct conn *conn = loop_conn(lookup->loop, lookup->serial);

	mem_free(lookup);
	if (conn == NULL || status != 0) {
		uv_freeaddrinfo(addresses);
		if (conn != NULL)
			give_up(conn, "no such host");
		return;
	}
	conn->client->addresses = addresses;
	conn->client->next_address = addresses;
	try_next_address(conn);
}

static void resolve(struct conn *conn)
{
	struct lookup *lookup = mem_alloc(sizeof(*lookup));
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	char service[8];

	lookup->loop = conn->loop;
	lookup->serial = conn->serial;
	lookup->request.data = lookup;
	snprintf(service, sizeof(service), "%d", conn->client->port);
	if (uv_getaddrinfo(&conn->loop->uv, &lookup->request, on_resolved, conn->client->host,
		    service, &hints) != 0) {
		mem_free(lookup);
		give_up(conn, "no such host");
	}
}

static void begin(struct conn *conn)
{
	struct ws_client *client = conn->client;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (uv_ip4_addr(client->host, client->port, &v4) == 0)
		connect_to(conn, (const struct sockaddr *)&v4);
	else if (uv_ip6_addr(client->host, client->port, &v6) == 0)
		connect_to(conn, (const struct sockaddr *)&v6);
	else
		resolve(conn);
}

/* --- the URL --- */

static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] <= 0x20 || (unsigned char)text.ptr[i] >= 0x7f)
			return false;
	return true;
}

static bool read_port(struct str text, struct ws_client *client)
{
	int64_t port = client->secure ? 443 : 80;

	if (text.len > 0 && (!str_to_i64(text, &port) || port < 1 || port > 65535))
		return false;
	client->port = (uint16_t)port;
	return true;
}

/* ws://host[:port]/path, wss://, the host possibly in brackets. */
static bool read_url(struct str url, struct ws_client *client)
{
	struct str host, path;
	ptrdiff_t end;

	client->secure = str_starts(url, STR("wss://"));
	if ((!client->secure && !str_starts(url, STR("ws://"))) || !is_plain(url))
		return false;
	url = str_slice(url, client->secure ? 6 : 5, url.len);
	end = str_find(url, '/');
	host = end < 0 ? url : str_slice(url, 0, (size_t)end);
	path = end < 0 ? STR("/") : str_slice(url, (size_t)end, url.len);
	if (str_starts(host, STR("["))) {
		end = str_find(host, ']');
		if (end < 0)
			return false;
		url = str_slice(host, (size_t)end + 1, host.len);
		host = str_slice(host, 1, (size_t)end);
		if (url.len > 0 && url.ptr[0] != ':')
			return false;
	} else {
		end = str_find(host, ':');
		url = end < 0 ? STR_NULL : str_slice(host, (size_t)end, host.len);
		host = end < 0 ? host : str_slice(host, 0, (size_t)end);
	}
	if (host.len == 0 || host.len >= HOST_BYTES || path.len >= PATH_BYTES)
		return false;
	memcpy(client->host, host.ptr, host.len);
	memcpy(client->path, path.ptr, path.len);
	return read_port(url.len > 0 ? str_slice(url, 1, url.len) : STR_NULL, client);
}

static void copy_config(struct ws_client *client, const struct ws_client_config *config)
{
	struct arena *arena = &client->arena;

	client->config = *config;
	client->config.url = STR_NULL;
	client->config.protocol = str_dup(arena, config->protocol);
	client->config.user = str_dup(arena, config->user);
	client->config.password = str_dup(arena, config->password);
	client->config.ca_file = str_dup(arena, config->ca_file);
	client->config.cert_file = str_dup(arena, config->cert_file);
	client->config.key_file = str_dup(arena, config->key_file);
}

int ws_client_connect(struct loop *loop, const struct ws_client_config *config)
{
	struct ws_client *client = mem_alloc(sizeof(*client));
	struct conn *conn;

	arena_init(&client->arena, CLIENT_ARENA);
	copy_config(client, config);
	if (client->arena.failed || !read_url(config->url, client)) {
		arena_fini(&client->arena);
		mem_free(client);
		return FAULT(FAULT_BUG, "not a WebSocket URL: %.*s", STR_FMT(config->url));
	}
	conn = loop->stopping ? NULL : conn_new(loop, NULL);
	if (conn == NULL) {
		arena_fini(&client->arena);
		mem_free(client);
		return FAULT(FAULT_NOMEM, "no connection left");
	}
	conn->client = client;
	conn_deadline(conn, CONN_CONNECT_MS);
	begin(conn);
	return 0;
}
