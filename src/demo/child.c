/* child.c - starting, watching and ending the programs of the demo. */
#include "demo/child.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOG_TAIL_BYTES 1500

static void become(const char *log, const char *const argv[])
{
	int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setpgid(0, 0); /* Ctrl-C reaches the demo alone, which then ends its children in order */
	if (out < 0 || in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(126);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

bool child_start(
	struct children *children, const char *name, const char *log_dir, const char *const argv[])
{
	if (children->count == CHILDREN_MAX)
		return false;
	struct child *child = &children->list[children->count];
	child->name = name;
	snprintf(child->log, sizeof child->log, "%s/%s.log", log_dir, name);
	child->pid = fork();
	if (child->pid == 0)
		become(child->log, argv);
	if (child->pid < 0)
		return false;
	children->count++;
	return true;
}

struct child *children_dead(struct children *children)
{
	int status;
	for (int i = 0; i < children->count; i++) {
		struct child *child = &children->list[i];
		if (child->pid > 0 && waitpid(child->pid, &status, WNOHANG) == child->pid) {
			child->pid = 0;
			return child;
		}
	}
	return NULL;
}

void child_tell(const struct child *child)
{
	char text[LOG_TAIL_BYTES + 1];
	FILE *file = fopen(child->log, "r");
	fprintf(stderr, "%s ended by itself. The end of %s:\n", child->name, child->log);
	if (!file)
		return;
	if (fseek(file, -LOG_TAIL_BYTES, SEEK_END) != 0)
		rewind(file);
	size_t len = fread(text, 1, LOG_TAIL_BYTES, file);
	fclose(file);
	fprintf(stderr, "%.*s\n", (int)len, text);
}

void nap_ms(int ms)
{
	struct timespec wait = {ms / 1000, (long)(ms % 1000) * 1000000};
	nanosleep(&wait, NULL);
}

/* Waits for one child; true when it left with status 0 in time. */
static bool child_wait(struct child *child, int *wait_ms)
{
	int status = 0;
	for (;;) {
		if (waitpid(child->pid, &status, WNOHANG) == child->pid)
			return WIFEXITED(status) && WEXITSTATUS(status) == 0;
		if (*wait_ms <= 0)
			break;
		nap_ms(20);
		*wait_ms -= 20;
	}
	kill(child->pid, SIGKILL);
	waitpid(child->pid, &status, 0);
	return false;
}

bool children_end(struct children *children, int wait_ms)
{
	bool clean = true;
	/* last started first: piles before the server, the server before the sandbox */
	for (int i = children->count - 1; i >= 0; i--) {
		struct child *child = &children->list[i];
		int left_ms = wait_ms;
		if (child->pid <= 0)
			continue;
		kill(child->pid, SIGTERM);
		if (!child_wait(child, &left_ms)) {
			fprintf(stderr, "%s did not end cleanly, see %s\n", child->name,
				child->log);
			clean = false;
		}
		child->pid = 0;
	}
	children->count = 0;
	return clean;
}

static bool port_is_free(uint16_t port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	bool free_now =
		fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 1) == 0;
	if (fd >= 0)
		close(fd);
	return free_now;
}

uint16_t port_free(uint16_t wish)
{
	for (int i = 0; i < 100; i++) {
		if (port_is_free((uint16_t)(wish + i)))
			return (uint16_t)(wish + i);
	}
	return 0;
}
