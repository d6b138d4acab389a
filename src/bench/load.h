/* load.h - the load maker: thousands of simulated stations on one thread, as cheap as we can make
 * them, so that what is measured is the server. Raw epoll and hand-made frames; nothing of the
 * server's network code is used here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bench/words.h"

enum load_mode {
	LOAD_IDLE,      /* connect, boot once, stay */
	LOAD_HEARTBEAT, /* Heartbeat as fast as answered, or at a rate */
	LOAD_METER,     /* MeterValues outside a transaction */
	LOAD_CHARGE,    /* StartTransaction, 3 MeterValues, StopTransaction, again and again */
};
struct load_config {
	uint16_t port;
	int piles;      /* connections */
	int active;     /* of them, how many speak in closed loop (one call outstanding each) */
	double seconds; /* how long the loop is measured, after `warm_s` */
	double warm_s;
	double rate; /* > 0: open loop, calls a second over all piles */
	bool tls;
	bool boot; /* send BootNotification after connecting */
	enum load_mode mode;
	const struct words *words; /* of the version spoken */
	const char *prefix;        /* identity prefix: PREFIX00001 */
	int pid;                   /* server process whose CPU and memory are read, 0 none */
	double hold_s;             /* keep connections open that long after the run */
	int flap; /* > 0: one more connection comes and goes all the time, under so many names */
};
struct load_result {
	uint64_t calls, errors, charges;
	double seconds;
	double connect_s, boot_s;
	double p50_ms, p99_ms, max_ms;
	double server_cpu_us; /* per call */
	double rss_start_kb, rss_idle_kb, rss_end_kb;
	int dropped; /* connections the server closed */
	uint64_t flaps;
};
/* Runs one measurement; 0, or a number of connections that could not be made. */
int load_run(const struct load_config *config, struct load_result *ret_result);
/* One line of JSON on stdout. */
void load_print(const struct load_config *config, const struct load_result *result);
