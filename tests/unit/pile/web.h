/* web.h - a web server for tests, one connection at a time, that may behave badly. */
#pragma once
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum web_mode {
	WEB_GOOD = 0,
	WEB_MISSING,  /* 404 */
	WEB_ENDLESS,  /* bytes for ever */
	WEB_SILENT,   /* takes the request and says nothing */
	WEB_SHORT,    /* ends before all that was announced */
	WEB_ELSEWHERE /* sends the caller to another place */
};

struct web {
	int listener, port;
	pthread_t thread;
	atomic_int mode, hits, stop;
	char body[4096];
	atomic_size_t body_len;
	char got[65536]; /* of the last request, with its body */
	atomic_size_t got_len;
};

static inline void web_send(int peer, const void *bytes, size_t len)
{
	(void)!send(peer, bytes, len, MSG_NOSIGNAL);
}

static inline void web_answer(struct web *web, int peer)
{
	char head[256];
	size_t len = web->body_len;

	switch (atomic_load(&web->mode)) {
	case WEB_MISSING:
		web_send(peer, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 39);
		return;
	case WEB_ELSEWHERE:
		web_send(peer,
			"HTTP/1.1 302 Go\r\nLocation: file:///etc/passwd\r\nContent-Length: "
			"0\r\n\r\n",
			69);
		return;
	case WEB_ENDLESS:
		web_send(peer, "HTTP/1.1 200 OK\r\n\r\n", 19);
		memset(head, 'x', sizeof(head));
		while (!web->stop && send(peer, head, sizeof(head), MSG_NOSIGNAL) > 0)
			;
		return;
	case WEB_SILENT:
		while (!web->stop && recv(peer, head, 1, MSG_DONTWAIT) != 0)
			usleep(10000);
		return;
	default:
		snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
			len + (web->mode == WEB_SHORT ? 100 : 0));
		web_send(peer, head, strlen(head));
		web_send(peer, web->body, len);
	}
}

/* Reads the head, and of a body what Content-Length says. */
static inline void web_read(struct web *web, int peer)
{
	size_t want = 0, len = 0;
	char *end = NULL, *length;

	web->got_len = 0;
	while (len < sizeof(web->got) - 1 && (!end || len < want)) {
		ssize_t got = recv(peer, web->got + len, sizeof(web->got) - 1 - len, 0);
		if (got <= 0)
			break;
		len += (size_t)got;
		web->got[len] = 0;
		end = strstr(web->got, "\r\n\r\n");
		length = strcasestr(web->got, "content-length:");
		if (end)
			want = (size_t)(end - web->got) + 4 +
			       (length ? strtoul(length + 15, NULL, 10) : 0);
		if (end && strcasestr(web->got, "expect: 100"))
			web_send(peer, "HTTP/1.1 100 Continue\r\n\r\n", 25);
	}
	web->got_len = len;
}

static inline void *web_run(void *arg)
{
	struct web *web = arg;

	while (!web->stop) {
		int peer = accept(web->listener, NULL, NULL);
		if (peer < 0)
			continue;
		if (!web->stop) {
			web->hits++;
			web_read(web, peer);
			web_answer(web, peer);
		}
		close(peer);
	}
	return NULL;
}

static inline void web_start(struct web *web, const void *body, size_t len)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t size = sizeof(at);

	memset(web, 0, sizeof(*web));
	memcpy(web->body, body, len);
	web->body_len = len;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	web->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(web->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(web->listener, 8), 0);
	assert_int_equal(getsockname(web->listener, (struct sockaddr *)&at, &size), 0);
	web->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&web->thread, NULL, web_run, web), 0);
}

static inline void web_stop(struct web *web)
{
	web->stop = 1;
	shutdown(web->listener, SHUT_RDWR);
	pthread_join(web->thread, NULL);
	close(web->listener);
}
