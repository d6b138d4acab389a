/* control.c - the control socket and standard input, looked at once a tick: a handful of local
 * clients needs no event machinery (see control.h). */
#include "pile/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/fleet.h"

#define CONTROL_CLIENTS 8
#define CONTROL_LINE_MAX 4096

struct control_client {
	int in, out; /* -1: free */
	struct buf line;
};

struct control {
	struct fleet *fleet;
	int listener;
	struct sockaddr_un address;
	struct control_client clients[CONTROL_CLIENTS];
};

static void control_drop(struct control_client *client)
{
	if (client->in > 0)
		close(client->in);
	buf_fini(&client->line);
	client->in = client->out = -1;
}

static void control_take(struct control *control, int in, int out)
{
	for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
		struct control_client *client = &control->clients[i];
		if (client->in >= 0)
			continue;
		client->in = in;
		client->out = out;
		buf_init(&client->line, NULL, CONTROL_LINE_MAX);
		return;
	}
	close(in);
}

static int control_listen(struct control *control, const char *path)
{
	control->address.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(control->address.sun_path))
		return FAULT(FAULT_IO, "control socket path too long: %s", path);
	memcpy(control->address.sun_path, path, strlen(path) + 1);
	unlink(path);
	control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (control->listener < 0 ||
		bind(control->listener, (struct sockaddr *)&control->address,
			sizeof(control->address)) != 0 ||
		listen(control->listener, CONTROL_CLIENTS) != 0)
		return FAULT(FAULT_IO, "cannot listen on %s: %m", path);
	return 0;
}

int control_new(
	struct fleet *fleet, const char *path, bool standard_input, struct control **ret_control)
{
	struct control *control = mem_alloc(sizeof(*control));
	int result;

	control->fleet = fleet;
	control->listener = -1;
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		control->clients[i].in = control->clients[i].out = -1;
	result = path ? control_listen(control, path) : 0;
	if (result < 0) {
		control_free(control);
		return fault_trace(result, __FILE__, __LINE__);
	}
	if (standard_input)
		control_take(control, STDIN_FILENO, STDOUT_FILENO);
	*ret_control = control;
	return 0;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (control->clients[i].in >= 0)
			control_drop(&control->clients[i]);
	if (control->listener >= 0) {
		close(control->listener);
		unlink(control->address.sun_path);
	}
	mem_free(control);
}

static void control_say(struct control_client *client, struct str answer)
{
	struct part {
		const char *at;
		size_t len;
	} parts[] = {{answer.ptr, answer.len}, {"\n", 1}};

	for (size_t i = 0; i < 2; i++) {
		while (parts[i].len > 0) {
			ssize_t done = write(client->out, parts[i].at, parts[i].len);
			if (done <= 0)
				return; /* who does not read does not get */
			parts[i].at += done;
			parts[i].len -= (size_t)done;
		}
	}
}

static void control_lines(struct control *control, struct control_client *client)
{
	struct arena *arena = &control->fleet->scratch;
	ptrdiff_t end;

	while (client->in >= 0 && (end = str_find(buf_str(&client->line), '\n')) >= 0) {
		struct str line = str_trim(str_slice(buf_str(&client->line), 0, (size_t)end));
		if (line.len > 0)
			control_say(client, control_command(control->fleet, STR_NULL, line, arena));
		arena_reset(arena);
		buf_consume(&client->line, (size_t)end + 1);
	}
}

/* Reads what is there; the descriptor itself may block, so it is asked first. */
static void control_read(struct control *control, struct control_client *client)
{
	struct pollfd ready = {.fd = client->in, .events = POLLIN};
	char part[1024];
	ssize_t got;

	while (client->in >= 0 && poll(&ready, 1, 0) == 1) {
		got = read(client->in, part, sizeof(part));
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			control_drop(client);
			return;
		}
		buf_put(&client->line, part, (size_t)got);
		control_lines(control, client);
		if (client->line.failed) {
			control_drop(client); /* a line without end */
			return;
		}
	}
}

void control_step(struct control *control)
{
	int accepted;

	if (!control)
		return;
	while (control->listener >= 0 && (accepted = accept4(control->listener, NULL, NULL,
						  SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		control_take(control, accepted, accepted);
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (control->clients[i].in >= 0)
			control_read(control, &control->clients[i]);
}
