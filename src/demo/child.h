/* child.h - the programs the demo starts: each with a log file, watched while the demo stands,
 * ended with it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CHILDREN_MAX 8
#define CHILD_ARGS_MAX 32

struct child {
	const char *name;
	pid_t pid;
	char log[512];
};
struct children {
	struct child list[CHILDREN_MAX];
	int count;
};

/* Starts `argv` (NULL ended) with output into DIR/NAME.log. The child dies when the demo does.
 * False: could not start. */
bool child_start(
	struct children *children, const char *name, const char *log_dir, const char *const argv[]);
/* The first child that ended by itself, or NULL. */
struct child *children_dead(struct children *children);
/* Prints the end of a child's log to stderr. */
void child_tell(const struct child *child);
/* Ends all: asks, waits up to `wait_ms`, then insists. True when each left by itself with status 0.
 */
bool children_end(struct children *children, int wait_ms);
/* A free loopback port: `wish` when it is free, else the next ones; 0 when none of a hundred is. */
uint16_t port_free(uint16_t wish);
/* Sleeps, woken early by a signal. */
void nap_ms(int ms);
