/* listen.c - sockets that wait for callers. Made by hand before libuv gets them, because
 * SO_REUSEPORT must be set between socket() and bind(), and because the first of several loops must
 * notice a foreign owner of the port. */
#include "base/fault.h"
#include "base/log.h"
#include "net/conn.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t len;
};

static int read_address(struct str text, uint16_t port, struct address *ret)
{
	char name[INET6_ADDRSTRLEN + 1];

	if (text.len == 0 || text.len >= sizeof(name))
		return FAULT(FAULT_IO, "not an address: %.*s", STR_FMT(text));
	memcpy(name, text.ptr, text.len);
	name[text.len] = '\0';
	*ret = (struct address){.len = 0};
	if (inet_pton(AF_INET, name, &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons(port);
		ret->len = sizeof(ret->v4);
	} else if (inet_pton(AF_INET6, name, &ret->v6.sin6_addr) == 1) {
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = htons(port);
		ret->len = sizeof(ret->v6);
	} else {
		return FAULT(FAULT_IO, "not an address: %s", name);
	}
	return 0;
}

/* A bound socket, or -1 with errno. */
static int bound_socket(const struct address *address, bool share)
{
	int one = 1,
	    fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (share)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (bind(fd, &address->any, address->len) != 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static int open_socket(
	const struct listen_config *config, const struct address *address, int *ret_fd)
{
	int fd;

	if (config->share == LISTEN_FIRST && config->port != 0) {
		/* Without SO_REUSEPORT the bind fails when anybody else listens there. */
		fd = bound_socket(address, false);
		if (fd < 0)
			return FAULT(FAULT_IO, "cannot listen on %.*s port %d: %s",
				STR_FMT(config->address), config->port, strerror(errno));
		close(fd);
	}
	fd = bound_socket(address, config->share != LISTEN_ALONE);
	if (fd < 0)
		return FAULT(FAULT_IO, "cannot listen on %.*s port %d: %s",
			STR_FMT(config->address), config->port, strerror(errno));
	*ret_fd = fd;
	return 0;
}

static void on_connection(uv_stream_t *server, int status)
{
	struct listener *listener = server->data;

	/* Not accepted, it makes libuv look no further until it is: the others wait in the kernel.
	 */
	if (status == 0 && conn_must_wait(listener))
		listener->waiting = true;
	else if (status == 0)
		conn_accept(listener);
	else
		LOG_WARN("accept failed", "error=%s", uv_strerror(status));
}

void listener_resume(struct listener *listener)
{
	if (!listener->waiting || uv_is_closing((uv_handle_t *)&listener->tcp) ||
		conn_must_wait(listener))
		return;
	listener->waiting = false;
	conn_accept(listener);
}

static void free_listener(uv_handle_t *handle)
{
	mem_free(handle->data);
}

static void fill_defaults(struct listen_config *config)
{
	if (config->ws_max_bytes == 0)
		config->ws_max_bytes = LIMIT_FRAME_BYTES;
	if (config->http_max_body == 0)
		config->http_max_body = LIMIT_HTTP_BODY_BYTES;
	if (config->handshake_us == 0)
		config->handshake_us = LIMIT_HANDSHAKE_US;
	if (config->idle_us == 0)
		config->idle_us = CONN_IDLE_MS * 1000;
	if (config->silent_us == 0)
		config->silent_us = CONN_SILENT_MS * 1000;
	if (config->max_half_open == 0)
		config->max_half_open = CONN_HALF_OPEN;
}

int loop_listen(struct loop *loop, const struct listen_config *config, uint16_t *ret_port)
{
	struct listener *listener;
	struct address address, bound;
	int fd = -1, failed;

	TRY(read_address(config->address, config->port, &address));
	TRY(open_socket(config, &address, &fd));
	listener = mem_alloc(sizeof(*listener));
	listener->loop = loop;
	listener->config = *config;
	listener->config.address = STR_NULL; /* borrowed from the caller, not needed again */
	fill_defaults(&listener->config);
	uv_tcp_init(&loop->uv, &listener->tcp);
	listener->tcp.data = listener;
	failed = uv_tcp_open(&listener->tcp, fd);
	if (failed != 0)
		close(fd);
	else
		failed = uv_listen((uv_stream_t *)&listener->tcp, BACKLOG, on_connection);
	bound = (struct address){.len = sizeof(bound.v6)};
	if (failed != 0 || getsockname(fd, &bound.any, &bound.len) != 0) {
		uv_close((uv_handle_t *)&listener->tcp, free_listener);
		return FAULT(FAULT_IO, "cannot listen on %.*s port %d: %s",
			STR_FMT(config->address), config->port,
			failed != 0 ? uv_strerror(failed) : strerror(errno));
	}
	listener->next = loop->listeners;
	loop->listeners = listener;
	*ret_port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
	return 0;
}
