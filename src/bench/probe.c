/* probe.c - leyden-probe: the ceiling. A bare epoll loop which upgrades WebSockets without checking
 * and answers each text frame with a fixed result: what a message costs when nothing is done with
 * it. Baseline of the heartbeat ratio. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/crypt.h"

#define MAX_FDS 20000
#define READ_BYTES 8192

static bool upgraded[MAX_FDS];

static void upgrade(int fd, const char *request)
{
	static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char text[128], reply[512];
	uint8_t digest[20];
	const char *key = strstr(request, "Sec-WebSocket-Key: ");
	struct buf accept;
	if (!key)
		return;
	key += 19;
	int len = snprintf(text, sizeof text, "%.*s%s", (int)strcspn(key, "\r"), key, magic);
	sha1(text, (size_t)len, digest);
	buf_init(&accept, NULL, 64);
	base64_write(&accept, digest, sizeof digest);
	len = snprintf(reply, sizeof reply,
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: %.*s\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n",
		(int)accept.len, accept.ptr);
	buf_fini(&accept);
	if (send(fd, reply, (size_t)len, MSG_NOSIGNAL) == len)
		upgraded[fd] = true;
}

/* Unmasks one small frame in place, picks the id between the first quotes, answers. */
static void answer(int fd, unsigned char *frame, size_t got)
{
	char reply[256];
	size_t head = (frame[1] & 0x7F) == 126 ? 4 : 2;
	unsigned char *mask = frame + head, *text = mask + 4;
	if (got < head + 4 || (frame[0] & 0x0F) != 1)
		return;
	size_t len = got - head - 4;
	for (size_t i = 0; i < len; i++)
		text[i] ^= mask[i & 3];
	char *id = memchr(text, '"', len);
	char *end = id ? memchr(id + 1, '"', len - (size_t)(id + 1 - (char *)text)) : NULL;
	if (!end || end - id > 40)
		return;
	int size = snprintf(reply + 2, sizeof reply - 2,
		"[3,%.*s,{\"currentTime\":\"2026-01-01T00:00:00Z\"}]", (int)(end - id + 1), id);
	reply[0] = (char)0x81;
	reply[1] = (char)size;
	if (send(fd, reply, (size_t)size + 2, MSG_NOSIGNAL) < 0)
		close(fd);
}

static void readable(int fd)
{
	static unsigned char bytes[READ_BYTES];
	ssize_t got = recv(fd, bytes, sizeof bytes - 1, MSG_DONTWAIT);
	if (got <= 0) {
		if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
			upgraded[fd] = false;
			close(fd);
		}
		return;
	}
	bytes[got] = '\0';
	if (!upgraded[fd])
		upgrade(fd, (const char *)bytes);
	else
		answer(fd, bytes, (size_t)got);
}

static int listen_on(uint16_t port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 4096) != 0) {
		perror("leyden-probe");
		exit(1);
	}
	return fd;
}

static void take(int epoll, int listener)
{
	int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	if (fd < 0)
		return;
	if (fd >= MAX_FDS) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	upgraded[fd] = false;
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char **argv)
{
	struct epoll_event events[256];
	struct rlimit files;
	int listener = listen_on(argc > 1 ? (uint16_t)atoi(argv[1]) : 0);
	int epoll = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
	for (;;) {
		int count = epoll_wait(epoll, events, 256, -1);
		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == listener)
				take(epoll, listener);
			else
				readable(events[i].data.fd);
		}
	}
}
