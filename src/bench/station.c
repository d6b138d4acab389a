/* station.c - connecting, handshake, upgrade and frames of the load maker's stations. */
#include "bench/station.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/arena.h"

#define MAX_EVENTS 256

void stations_init(struct stations *stations, bool tls)
{
	struct rlimit files = {0};
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to sockets whose peer died */
	stations->epoll = epoll_create1(0);
	stations->ssl = tls ? SSL_CTX_new(TLS_client_method()) : NULL;
	if (stations->ssl)
		SSL_CTX_set_mode(stations->ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
}

void stations_close(struct stations *stations)
{
	SSL_CTX_free(stations->ssl);
	close(stations->epoll);
}

void station_drop(struct station *station)
{
	if (station->state == STATION_DOWN)
		return;
	SSL_free(station->ssl);
	close(station->fd);
	mem_free(station->in);
	station->ssl = NULL;
	station->in = NULL;
	station->in_len = 0;
	station->state = STATION_DOWN;
}

static void gone(struct stations *stations, struct station *station)
{
	if (station->state == STATION_DOWN)
		return;
	station_drop(station);
	stations->events->gone(stations->context, station);
}

/* --- bytes --- */

static bool put(struct station *station, const char *bytes, size_t len)
{
	ssize_t sent = station->ssl ? SSL_write(station->ssl, bytes, (int)len)
				    : send(station->fd, bytes, len, MSG_NOSIGNAL);
	return sent == (ssize_t)len;
}

/* > 0 bytes, 0 nothing now, -1 gone */
static ssize_t get(struct station *station, char *bytes, size_t size)
{
	ssize_t got;
	if (station->ssl) {
		got = SSL_read(station->ssl, bytes, (int)size);
		if (got > 0)
			return got;
		return SSL_get_error(station->ssl, (int)got) == SSL_ERROR_WANT_READ ? 0 : -1;
	}
	got = recv(station->fd, bytes, size, 0);
	if (got > 0)
		return got;
	return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
}

/* A masked text frame; the mask is zero, which is legal and costs nothing. */
bool station_send(struct stations *stations, struct station *station, const char *text, size_t len)
{
	char frame[STATION_FRAME_MAX + 16];
	size_t head = 2;
	if (station->state != STATION_OPEN || len > STATION_FRAME_MAX)
		return false;
	frame[0] = (char)0x81;
	if (len < 126) {
		frame[1] = (char)(0x80 | len);
	} else {
		frame[1] = (char)(0x80 | 126);
		frame[2] = (char)(len >> 8);
		frame[3] = (char)(len & 0xFF);
		head = 4;
	}
	memset(frame + head, 0, 4);
	memcpy(frame + head + 4, text, len);
	if (put(station, frame, head + 4 + len))
		return true;
	gone(stations, station);
	return false;
}

bool station_accept(struct stations *stations, struct station *station, const char *text)
{
	char reply[256];
	const char *id = strchr(text, '"');
	const char *end = id ? strchr(id + 1, '"') : NULL;
	if (!end)
		return true;
	int len = snprintf(
		reply, sizeof reply, "[3,%.*s,{\"status\":\"Accepted\"}]", (int)(end - id + 1), id);
	return station_send(stations, station, reply, (size_t)len);
}

/* --- what comes in --- */

/* Takes whole frames off the front of the buffer; pings are answered, a close ends the station. */
static int take_frames(struct stations *stations, struct station *station, char *bytes, int len)
{
	int at = 0;
	while (len - at >= 2 && station->state == STATION_OPEN) {
		int opcode = bytes[at] & 0x0F, head = 2;
		int size = bytes[at + 1] & 0x7F;
		if (size == 126) {
			if (len - at < 4)
				break;
			size = ((unsigned char)bytes[at + 2] << 8) | (unsigned char)bytes[at + 3];
			head = 4;
		}
		if (size > STATION_FRAME_MAX - 16 || len - at < head + size)
			break;
		char saved = bytes[at + head + size];
		bytes[at + head + size] = '\0';
		if (opcode == 1)
			stations->events->text(stations->context, station, bytes + at + head);
		else if (opcode == 8)
			gone(stations, station);
		else if (opcode == 9 && !put(station, "\x8a\x80\0\0\0\0", 6))
			gone(stations, station);
		if (station->state != STATION_OPEN)
			return 0;
		bytes[at + head + size] = saved;
		at += head + size;
	}
	return at;
}

/* The server's answer to the upgrade; the bytes it took, -1 when it is no upgrade. */
static int take_upgrade(struct stations *stations, struct station *station, const char *bytes)
{
	const char *end = strstr(bytes, "\r\n\r\n");
	if (!end)
		return 0;
	if (strncmp(bytes, "HTTP/1.1 101", 12) != 0)
		return -1;
	station->state = STATION_OPEN;
	stations->events->opened(stations->context, station);
	return (int)(end + 4 - bytes);
}

/* Keeps what is no whole frame yet; the buffer is a shared one when nothing is left over. */
static void keep_rest(struct station *station, const char *rest, int len)
{
	station->in_len = len;
	if (len > 0) {
		if (!station->in)
			station->in = mem_alloc(STATION_FRAME_MAX);
		memmove(station->in, rest, (size_t)len);
	} else if (station->in) {
		mem_free(station->in);
		station->in = NULL;
	}
}

static void take_bytes(struct stations *stations, struct station *station)
{
	do {
		char *bytes = station->in ? station->in : stations->spare;
		ssize_t got = get(station, bytes + station->in_len,
			(size_t)(STATION_FRAME_MAX - 1 - station->in_len));
		int used = 0;
		if (got == 0)
			return;
		if (got > 0) {
			bytes[station->in_len + got] = '\0';
			if (station->state == STATION_UPGRADING)
				used = take_upgrade(stations, station, bytes);
		}
		if (got < 0 || used < 0) {
			gone(stations, station);
			return;
		}
		int len = station->in_len + (int)got;
		if (station->state == STATION_OPEN)
			used += take_frames(stations, station, bytes + used, len - used);
		if (station->state == STATION_DOWN)
			return;
		keep_rest(station, bytes + used, len - used);
	} while (station->ssl && SSL_pending(station->ssl) > 0);
}

/* --- on the way up --- */

static bool send_upgrade(struct stations *stations, struct station *station)
{
	char request[512];
	int len = snprintf(request, sizeof request,
		"GET /ocpp/%s%05d HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Key: bGV5ZGVuLWJlbmNoLWtleQ==\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
		stations->prefix, station->number, stations->protocol);
	station->state = STATION_UPGRADING;
	return put(station, request, (size_t)len);
}

static bool shake(struct stations *stations, struct station *station)
{
	int done = SSL_connect(station->ssl);
	if (done == 1)
		return send_upgrade(stations, station);
	int why = SSL_get_error(station->ssl, done);
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

/* The socket says whether it is connected; from then on only reading is waited for. */
static bool connected(struct stations *stations, struct station *station)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = station};
	int error = 0;
	socklen_t size = sizeof error;
	if (getsockopt(station->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0 ||
		epoll_ctl(stations->epoll, EPOLL_CTL_MOD, station->fd, &event) != 0)
		return false;
	if (!stations->ssl)
		return send_upgrade(stations, station);
	station->ssl = SSL_new(stations->ssl);
	SSL_set_fd(station->ssl, station->fd);
	station->state = STATION_SHAKING;
	return shake(stations, station);
}

static void station_event(struct stations *stations, struct station *station)
{
	bool fine = true;
	if (station->state == STATION_CONNECTING)
		fine = connected(stations, station);
	else if (station->state == STATION_SHAKING)
		fine = shake(stations, station);
	else if (station->state != STATION_DOWN)
		take_bytes(stations, station);
	if (!fine)
		gone(stations, station);
}

bool station_connect(struct stations *stations, struct station *station)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(stations->port)};
	struct sockaddr_in from = {.sin_family = AF_INET};
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = station};
	int one = 1;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* a source address holds about 28,000 ports: spread over some */
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 256u * (unsigned)(1 + station->number % 8));
	station->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (station->fd < 0)
		return false;
	station->state = STATION_CONNECTING;
	setsockopt(station->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
	setsockopt(station->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (bind(station->fd, (struct sockaddr *)&from, sizeof from) == 0 &&
		(connect(station->fd, (struct sockaddr *)&to, sizeof to) == 0 ||
			errno == EINPROGRESS) &&
		epoll_ctl(stations->epoll, EPOLL_CTL_ADD, station->fd, &event) == 0)
		return true;
	station_drop(station);
	return false;
}

void stations_poll(struct stations *stations, int wait_ms)
{
	struct epoll_event events[MAX_EVENTS];
	int count = epoll_wait(stations->epoll, events, MAX_EVENTS, wait_ms);
	for (int i = 0; i < count; i++)
		station_event(stations, events[i].data.ptr);
}
