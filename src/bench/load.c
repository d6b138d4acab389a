/* load.c - the load maker's loop: connect, upgrade, boot, then calls in closed or open loop with
 * their latencies. */
#include "bench/load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/arena.h"
#include "bench/station.h"

#define LATENCIES_MAX 5000000
#define SHAKING_MAX 256 /* connections under way at a time */

enum pile_phase { PHASE_COMING, PHASE_BOOT, PHASE_READY, PHASE_WAITING };
struct bench_pile {
	struct station station; /* first: stations are piles */
	enum pile_phase phase;
	struct words_state talk;
	uint64_t sent_ns;
	bool active;
};
struct load {
	const struct load_config *config;
	struct load_result *result;
	struct bench_pile *piles;
	struct stations stations;
	struct station flapping; /* under a name nobody else uses */
	int ready, booted;
	bool measuring;
	uint32_t *latencies; /* microseconds */
	size_t latencies_len;
};

static uint64_t now_ns(void)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static double seconds_since(uint64_t from_ns)
{
	return (double)(now_ns() - from_ns) / 1e9;
}

/* --- the server seen from outside: CPU and memory from /proc --- */

static double process_cpu_s(int pid)
{
	char path[64], text[1024];
	unsigned long user = 0, system = 0;
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *file = pid ? fopen(path, "r") : NULL;
	if (!file)
		return 0;
	size_t len = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[len] = '\0';
	const char *after = strrchr(text, ')');
	if (!after || sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			      &user, &system) != 2)
		return 0;
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double process_rss_kb(int pid)
{
	char path[64];
	long size = 0, resident = 0;
	snprintf(path, sizeof path, "/proc/%d/statm", pid);
	FILE *file = pid ? fopen(path, "r") : NULL;
	if (!file)
		return 0;
	if (fscanf(file, "%ld %ld", &size, &resident) != 2)
		resident = 0;
	fclose(file);
	return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1024;
}

/* --- calls --- */

static void pile_send(struct load *load, struct bench_pile *pile, const char *text, int len)
{
	pile->sent_ns = now_ns();
	station_send(&load->stations, &pile->station, text, (size_t)len);
}

static void send_boot(struct load *load, struct bench_pile *pile)
{
	char text[512];
	int len = load->config->words->boot(&pile->talk, text, sizeof text);
	pile_send(load, pile, text, len);
}

static int call_text(struct load *load, struct bench_pile *pile, char *text, size_t size)
{
	struct words_state *talk = &pile->talk;
	talk->serial++;
	if (load->config->mode == LOAD_HEARTBEAT || load->config->mode == LOAD_IDLE)
		return words_heartbeat(talk, text, size);
	if (load->config->mode == LOAD_METER || (talk->step > 0 && talk->step < WORDS_STEPS - 1))
		talk->meter_wh += 7;
	if (load->config->mode == LOAD_METER)
		return load->config->words->meter(talk, text, size);
	talk->charge += talk->step == 0;
	return load->config->words->charge(talk, text, size);
}

static void send_call(struct load *load, struct bench_pile *pile)
{
	char text[1024];
	int len = call_text(load, pile, text, sizeof text);
	pile->phase = PHASE_WAITING;
	pile_send(load, pile, text, len);
}

static void note_answer(struct load *load, struct bench_pile *pile, const char *text)
{
	bool error = text[1] == '4';
	if (load->config->mode == LOAD_CHARGE) {
		struct words_state *talk = &pile->talk;
		const char *found = talk->step == 0 ? strstr(text, "\"transactionId\":") : NULL;
		if (found)
			talk->transaction = atoll(found + 16);
		if (talk->step == 0 && !strstr(text, "\"Accepted\""))
			error = true;
		load->result->charges += talk->step == WORDS_STEPS - 1 && load->measuring;
		talk->step = (talk->step + 1) % WORDS_STEPS;
	}
	pile->phase = PHASE_READY;
	if (!load->measuring)
		return;
	load->result->calls++;
	load->result->errors += error;
	if (load->latencies_len < LATENCIES_MAX)
		load->latencies[load->latencies_len++] =
			(uint32_t)((now_ns() - pile->sent_ns) / 1000);
}

static void take_text(void *context, struct station *station, char *text)
{
	struct load *load = context;
	struct bench_pile *pile = (struct bench_pile *)station;
	if (text[0] != '[' || station == &load->flapping)
		return;
	if (text[1] == '2') {
		station_accept(&load->stations, station, text);
		return;
	}
	if (pile->phase == PHASE_BOOT) {
		pile->phase = PHASE_READY;
		load->booted++;
		return;
	}
	if (pile->phase != PHASE_WAITING)
		return;
	note_answer(load, pile, text);
	if (pile->active && load->config->rate <= 0 && load->measuring)
		send_call(load, pile);
}

static void pile_gone(void *context, struct station *station)
{
	struct load *load = context;
	load->result->dropped += station != &load->flapping;
}

static void pile_opened(void *context, struct station *station)
{
	struct load *load = context;
	struct bench_pile *pile = (struct bench_pile *)station;
	if (station == &load->flapping)
		return;
	load->ready++;
	pile->phase = PHASE_READY;
	if (load->config->boot) {
		pile->phase = PHASE_BOOT;
		send_boot(load, pile);
	}
}

static const struct station_events pile_events = {pile_opened, take_text, pile_gone};

/* All connections, a bounded number of handshakes under way at a time. */
static int connect_all(struct load *load)
{
	int failed = 0;
	uint64_t from = now_ns();
	for (int i = 0; i < load->config->piles; i++) {
		struct bench_pile *pile = &load->piles[i];
		pile->talk = (struct words_state){
			.prefix = load->config->prefix, .number = i + 1, .meter_wh = 1000};
		pile->active = i < load->config->active;
		pile->station.number = i + 1;
		failed += !station_connect(&load->stations, &pile->station);
		while (i + 1 - failed - load->ready - load->result->dropped > SHAKING_MAX &&
			seconds_since(from) < 120)
			stations_poll(&load->stations, 10);
	}
	while (load->ready + failed + load->result->dropped < load->config->piles &&
		seconds_since(from) < 120)
		stations_poll(&load->stations, 10);
	load->result->connect_s = seconds_since(from);
	while (load->config->boot &&
		load->booted + failed + load->result->dropped < load->config->piles &&
		seconds_since(from) < 120)
		stations_poll(&load->stations, 10);
	load->result->boot_s = seconds_since(from);
	return failed;
}

/* One connection that comes and goes: down again as soon as it was up. */
static void flap(struct load *load)
{
	struct station *station = &load->flapping;
	if (load->config->flap == 0)
		return;
	if (station->state == STATION_OPEN) {
		station_drop(station);
		load->result->flaps++;
	}
	if (station->state != STATION_DOWN)
		return;
	station->number = 90000 + (int)(load->result->flaps % (uint64_t)load->config->flap);
	station_connect(&load->stations, station);
}

static bool idle(const struct bench_pile *pile)
{
	return pile->station.state == STATION_OPEN && pile->phase == PHASE_READY;
}

/* Open loop: a call is due every 1/rate seconds whatever the answers do; a pile still waiting
 * passes its turn on. */
static void open_loop(struct load *load, uint64_t from, double seconds)
{
	uint64_t sent = 0;
	int next = 0;
	while (seconds_since(from) < seconds) {
		uint64_t due = (uint64_t)(seconds_since(from) * load->config->rate);
		while (sent < due) {
			struct bench_pile *pile = NULL;
			for (int tries = 0; tries < load->config->active && !pile; tries++) {
				struct bench_pile *one =
					&load->piles[next++ % load->config->active];
				pile = idle(one) ? one : NULL;
			}
			if (!pile)
				break;
			send_call(load, pile);
			sent++;
		}
		flap(load);
		stations_poll(&load->stations, 1);
	}
}

static void closed_loop(struct load *load, uint64_t from, double seconds)
{
	for (int i = 0; i < load->config->active; i++) {
		if (idle(&load->piles[i]))
			send_call(load, &load->piles[i]);
	}
	while (seconds_since(from) < seconds) {
		flap(load);
		stations_poll(&load->stations, load->config->flap > 0 ? 1 : 50);
	}
}

static void run_loop(struct load *load, double seconds)
{
	load->measuring = true;
	if (load->config->rate > 0)
		open_loop(load, now_ns(), seconds);
	else
		closed_loop(load, now_ns(), seconds);
	load->measuring = false;
	uint64_t from = now_ns(); /* let what is under way come in */
	while (seconds_since(from) < 0.3)
		stations_poll(&load->stations, 20);
}

static int by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return left < right ? -1 : left > right;
}

static void sum_up(struct load *load)
{
	struct load_result *result = load->result;
	size_t count = load->latencies_len;
	if (count == 0)
		return;
	qsort(load->latencies, count, sizeof *load->latencies, by_value);
	result->p50_ms = load->latencies[count / 2] / 1e3;
	result->p99_ms = load->latencies[(size_t)((double)(count - 1) * 0.99)] / 1e3;
	result->max_ms = load->latencies[count - 1] / 1e3;
}

static void measure(struct load *load)
{
	const struct load_config *config = load->config;
	if (config->mode == LOAD_IDLE)
		return;
	run_loop(load, config->warm_s);
	load->result->calls = load->result->errors = load->result->charges = 0;
	load->latencies_len = 0;
	double cpu = process_cpu_s(config->pid);
	uint64_t from = now_ns();
	run_loop(load, config->seconds);
	load->result->seconds = seconds_since(from) - 0.3;
	if (load->result->calls > 0)
		load->result->server_cpu_us =
			(process_cpu_s(config->pid) - cpu) * 1e6 / (double)load->result->calls;
	sum_up(load);
}

int load_run(const struct load_config *config, struct load_result *ret_result)
{
	struct load load = {.config = config, .result = ret_result};
	memset(ret_result, 0, sizeof *ret_result);
	load.piles = mem_alloc((size_t)config->piles * sizeof *load.piles);
	load.latencies = mem_alloc(LATENCIES_MAX * sizeof *load.latencies);
	load.stations = (struct stations){.port = config->port,
		.prefix = config->prefix,
		.protocol = config->words->protocol,
		.events = &pile_events,
		.context = &load};
	stations_init(&load.stations, config->tls);
	ret_result->rss_start_kb = process_rss_kb(config->pid);
	int failed = connect_all(&load);
	ret_result->rss_idle_kb = process_rss_kb(config->pid);
	measure(&load);
	ret_result->rss_end_kb = process_rss_kb(config->pid);
	uint64_t from = now_ns();
	while (seconds_since(from) < config->hold_s)
		stations_poll(&load.stations, 50);
	station_drop(&load.flapping);
	for (int i = 0; i < config->piles; i++)
		station_drop(&load.piles[i].station);
	stations_close(&load.stations);
	mem_free(load.latencies);
	mem_free(load.piles);
	return failed;
}

void load_print(const struct load_config *config, const struct load_result *result)
{
	double rate = result->seconds > 0 ? (double)result->calls / result->seconds : 0;
	printf("{\"piles\":%d,\"active\":%d,\"calls\":%llu,\"errors\":%llu,\"charges\":%llu,"
	       "\"calls_per_s\":%.0f,"
	       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"server_cpu_us\":%.2f,\"connect_"
	       "s\":%.2f,"
	       "\"boot_s\":%.2f,\"rss_start_kb\":%.0f,\"rss_idle_kb\":%.0f,\"rss_end_kb\":%.0f,"
	       "\"dropped\":%d,\"flaps\":%llu}\n",
		config->piles, config->active, (unsigned long long)result->calls,
		(unsigned long long)result->errors, (unsigned long long)result->charges, rate,
		result->p50_ms, result->p99_ms, result->max_ms, result->server_cpu_us,
		result->connect_s, result->boot_s, result->rss_start_kb, result->rss_idle_kb,
		result->rss_end_kb, result->dropped, (unsigned long long)result->flaps);
	fflush(stdout);
}
