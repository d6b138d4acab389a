/* main.c - leyden-demo: starts the platform, the payment sandbox and a row of piles on this machine, makes one complete charge,
 * shows the way around, and ends everything when the person leaves. `./dev run` calls it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#include "base/arena.h"
#include "demo/call.h"
#include "demo/child.h"
#include "demo/play.h"

#define END_WAIT_MS 10000
#define PATH_BYTES 512

struct demo {
	const char *bin, *data;
	bool once, color;
	uint16_t port, sandbox_port, pile_port, metrics_port;
	struct children children;
	struct play play;
};

static volatile bool stop;

static void on_signal(int number)
{
	(void)number;
	stop = true;
}

static int usage(void)
{
	fputs("usage: leyden-demo --bin DIR --data DIR [--port N] [--once]\n", stderr);
	return 2;
}

static bool parse(struct demo *demo, int argc, char **argv)
{
	demo->port = 8080;
	for (int i = 1; i < argc; i++) {
		bool more = i + 1 < argc;
		if (strcmp(argv[i], "--once") == 0)
			demo->once = true;
		else if (more && strcmp(argv[i], "--bin") == 0)
			demo->bin = argv[++i];
		else if (more && strcmp(argv[i], "--data") == 0)
			demo->data = argv[++i];
		else if (more && strcmp(argv[i], "--port") == 0)
			demo->port = (uint16_t)atoi(argv[++i]);
		else
			return false;
	}
	return demo->bin && demo->data && demo->port > 0;
}

static bool make_dir(const char *data, const char *below)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "%s%s%s", data, below[0] ? "/" : "", below);
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;
	fprintf(stderr, "cannot make %s: %s\n", path, strerror(errno));
	return false;
}

/* One demo per data folder: the second one says so instead of breaking the first. */
static bool take_lock(const char *data)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "%s/demo.lock", data);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	fprintf(stderr, "another demo is using %s; end it first\n", data);
	return false;
}

static bool choose_ports(struct demo *demo)
{
	uint16_t wish = demo->port;
	demo->port = port_free(wish);
	demo->metrics_port = port_free((uint16_t)(demo->port + 1));
	demo->sandbox_port = port_free((uint16_t)(demo->metrics_port + 1));
	demo->pile_port = port_free((uint16_t)(demo->sandbox_port + 1));
	if (!demo->port || !demo->metrics_port || !demo->sandbox_port || !demo->pile_port) {
		fprintf(stderr, "no free ports from %d on\n", wish);
		return false;
	}
	if (demo->port != wish)
		printf("    port %d is taken, using %d\n", wish, demo->port);
	snprintf(demo->play.server, sizeof demo->play.server, "http://localhost:%d", demo->port);
	snprintf(demo->play.piles, sizeof demo->play.piles, "http://localhost:%d", demo->pile_port);
	return true;
}

/* Starts DIR/NAME/PROGRAM with the arguments given; false with the reason said. */
static bool start(struct demo *demo, const char *name, const char *program, char *const args[])
{
	char path[PATH_BYTES], logs[PATH_BYTES];
	char *argv[CHILD_ARGS_MAX];
	int count = 1;
	snprintf(path, sizeof path, "%s/%s", demo->bin, program);
	snprintf(logs, sizeof logs, "%s/logs", demo->data);
	argv[0] = path;
	for (int i = 0; args[i] && count < CHILD_ARGS_MAX - 1; i++)
		argv[count++] = args[i];
	argv[count] = NULL;
	if (child_start(&demo->children, name, logs, argv))
		return true;
	fprintf(stderr, "cannot start %s\n", path);
	return false;
}

static bool nap_or_dead(struct demo *demo, int ms)
{
	struct timespec wait = {ms / 1000, (long)(ms % 1000) * 1000000};
	nanosleep(&wait, NULL);
	struct child *dead = children_dead(&demo->children);
	if (dead)
		child_tell(dead);
	return dead != NULL;
}

/* Waits until a URL answers with 200. */
static bool wait_url(struct demo *demo, const char *url)
{
	struct arena arena;
	bool up = false;
	arena_init(&arena, 1024 * 1024);
	for (int i = 0; i < 600 && !up && !stop; i++) {
		up = call_get(&arena, url).status == 200;
		arena_reset(&arena);
		if (!up && nap_or_dead(demo, 50))
			break;
	}
	arena_fini(&arena);
	return up;
}

/* Runs a program to its end with our own output; its exit status. */
static int run(const struct demo *demo, const char *program, char *const args[])
{
	char path[PATH_BYTES];
	char *argv[CHILD_ARGS_MAX];
	int count = 1, status = 0;
	snprintf(path, sizeof path, "%s/%s", demo->bin, program);
	argv[0] = path;
	for (int i = 0; args[i] && count < CHILD_ARGS_MAX - 1; i++)
		argv[count++] = args[i];
	argv[count] = NULL;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		execv(path, argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
