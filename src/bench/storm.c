/* storm.c - the outage: a crowd of stations in the middle of their charges loses the server, and
 * finds it again all in the same moment. */
#include "bench/storm.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/arena.h"
#include "bench/station.h"

#define BEGUN_STEPS 2      /* start and one reading, before the outage */
#define COMING_MAX 256     /* connections under way at a time, before the outage */
#define RETRY_S 1.0        /* refused or broken off: again after this and up to as much again */
#define PROBE_NUMBER 99999 /* the station that only looks whether the server is back */

enum guest_talk { GUEST_SILENT, GUEST_BOOT, GUEST_CALL, GUEST_DONE };
struct guest {
	struct station station; /* first: stations are guests */
	struct words_state words;
	enum guest_talk talk;
	uint64_t retry_ns;   /* while down */
	bool opened, booted; /* counted */
};
struct storm {
	const struct storm_config *config;
	struct stations stations;
	struct guest *guests;
	struct guest probe;
	int steps; /* how far every charge may go */
	int open, booted, done;
	uint64_t from_ns;
	double open_s, booted_s, done_s; /* since from_ns, when the last one had */
	uint64_t errors, broken;
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

/* --- one guest --- */

static void say(struct storm *storm, struct guest *guest)
{
	const struct words *words = storm->config->words;
	char text[1024];
	int len;
	if (guest->talk == GUEST_BOOT) {
		len = words->boot(&guest->words, text, sizeof text);
	} else if (guest->words.step < storm->steps) {
		guest->talk = GUEST_CALL;
		len = words->charge(&guest->words, text, sizeof text);
	} else {
		guest->talk = GUEST_DONE;
		storm->done_s = seconds_since(storm->from_ns);
		storm->done++;
		return;
	}
	station_send(&storm->stations, &guest->station, text, (size_t)len);
}

static void guest_opened(void *context, struct station *station)
{
	struct storm *storm = context;
	struct guest *guest = (struct guest *)station;
	if (guest == &storm->probe)
		return;
	if (!guest->opened)
		storm->open_s = seconds_since(storm->from_ns);
	storm->open += !guest->opened;
	guest->opened = true;
	guest->talk = GUEST_BOOT;
	say(storm, guest);
}

/* An answered call is told; the next one has a number of its own. A call that was cut off is told
 * again under its old number, as a station does. */
static void answered(struct storm *storm, struct guest *guest, const char *text)
{
	struct words_state *words = &guest->words;
	const char *number = words->step == 0 ? strstr(text, "\"transactionId\":") : NULL;
	storm->errors += text[1] != '3' || (words->step == 0 && !strstr(text, "\"Accepted\""));
	if (number)
		words->transaction = atoll(number + 16);
	words->step++;
	words->serial++;
	words->meter_wh += 7;
}

static void guest_text(void *context, struct station *station, char *text)
{
	struct storm *storm = context;
	struct guest *guest = (struct guest *)station;
	if (text[0] != '[' || guest == &storm->probe)
		return;
	if (text[1] == '2') {
		station_accept(&storm->stations, station, text);
		return;
	}
	if (guest->talk == GUEST_BOOT) {
		storm->errors += !strstr(text, "\"Accepted\"");
		if (!guest->booted)
			storm->booted_s = seconds_since(storm->from_ns);
		storm->booted += !guest->booted;
		guest->booted = true;
		guest->talk = GUEST_CALL;
	} else if (guest->talk == GUEST_CALL) {
		answered(storm, guest, text);
	} else {
		return;
	}
	say(storm, guest);
}

static void guest_gone(void *context, struct station *station)
{
	struct storm *storm = context;
	struct guest *guest = (struct guest *)station;
	guest->retry_ns = now_ns() + (uint64_t)((RETRY_S + drand48()) * 1e9);
	if (guest == &storm->probe)
		return;
	storm->broken++;
	guest->talk = GUEST_SILENT;
}

static const struct station_events guest_events = {guest_opened, guest_text, guest_gone};

/* --- all of them --- */

static bool in_time(const struct storm *storm)
{
	return seconds_since(storm->from_ns) < storm->config->limit_s;
}

static void begin(struct storm *storm, int steps)
{
	storm->steps = steps;
	storm->open = storm->booted = storm->done = 0;
	storm->broken = 0;
	for (int i = 0; i < storm->config->piles; i++)
		storm->guests[i].opened = storm->guests[i].booted = false;
	storm->from_ns = now_ns();
}

/* Every charge begins. */
static void begin_all(struct storm *storm)
{
	begin(storm, BEGUN_STEPS);
	for (int i = 0; i < storm->config->piles; i++) {
		struct guest *guest = &storm->guests[i];
		guest->station.number = guest->words.number = i + 1;
		guest->words.prefix = storm->config->prefix;
		guest->words.charge = 1;
		guest->words.meter_wh = 1000;
		station_connect(&storm->stations, &guest->station);
		while (i - storm->open > COMING_MAX && in_time(storm))
			stations_poll(&storm->stations, 10);
	}
	while (storm->done < storm->config->piles && in_time(storm))
		stations_poll(&storm->stations, 50);
}

/* Waits until nobody is connected any more, and then for the server to be back. */
static void sit_out(struct storm *storm)
{
	struct station *probe = &storm->probe.station;
	int up = storm->config->piles;
	storm->from_ns = now_ns();
	while (up > 0 && in_time(storm)) {
		stations_poll(&storm->stations, 20);
		up = 0;
		for (int i = 0; i < storm->config->piles; i++)
			up += storm->guests[i].station.state != STATION_DOWN;
	}
	probe->number = PROBE_NUMBER;
	while (probe->state != STATION_OPEN && in_time(storm)) {
		if (probe->state == STATION_DOWN)
			station_connect(&storm->stations, probe);
		stations_poll(&storm->stations, 20);
	}
	station_drop(probe);
}

static void come_back(struct storm *storm)
{
	int piles = storm->config->piles;
	begin(storm, WORDS_STEPS);
	for (int i = 0; i < piles; i++)
		if (!station_connect(&storm->stations, &storm->guests[i].station))
			guest_gone(storm, &storm->guests[i].station);
	while (storm->done < piles && in_time(storm)) {
		stations_poll(&storm->stations, 10);
		for (int i = 0; i < piles && storm->broken > 0; i++) {
			struct guest *guest = &storm->guests[i];
			if (guest->station.state == STATION_DOWN && guest->retry_ns <= now_ns() &&
				!station_connect(&storm->stations, &guest->station))
				guest_gone(storm, &guest->station);
		}
	}
}

int storm_run(const struct storm_config *config)
{
	struct storm storm = {.config = config};
	int piles = config->piles;
	storm.guests = mem_alloc((size_t)piles * sizeof *storm.guests);
	storm.stations = (struct stations){.port = config->port,
		.prefix = config->prefix,
		.protocol = config->words->protocol,
		.events = &guest_events,
		.context = &storm};
	stations_init(&storm.stations, config->tls);
	begin_all(&storm);
	bool fine = storm.done == piles;
	if (fine) {
		puts("charging");
		fflush(stdout);
		sit_out(&storm);
		come_back(&storm);
		fine = storm.done == piles && storm.errors == 0;
	}
	printf("{\"piles\":%d,\"open\":%d,\"booted\":%d,\"done\":%d,\"open_s\":%.2f,\"booted_s\":%."
	       "2f,"
	       "\"done_s\":%.2f,\"errors\":%llu,\"broken\":%llu}\n",
		piles, storm.open, storm.booted, storm.done, storm.open_s, storm.booted_s,
		storm.done_s, (unsigned long long)storm.errors, (unsigned long long)storm.broken);
	for (int i = 0; i < piles; i++)
		station_drop(&storm.guests[i].station);
	stations_close(&storm.stations);
	mem_free(storm.guests);
	return fine ? 0 : 1;
}
