/* rig.h - a whole pile on a bench: simulated hardware, a disk that can die, a clock that stands
 * until it is moved, and a server that is the test itself. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/rng.h"
#include "disk_sim.h"
#include "pile/client.h"
#include "pile/hal/sim.h"
#include "pile/monitor.h"
#include "pile/pile.h"
#include "pile/cost.h"
#include "pile/talk.h"
#include "wire/json.h"

#define RIG_OUTLETS 2
#define RIG_FRAMES 64

struct rig {
	struct clock_fake clock;
	struct disk_sim disk;
	struct shelf shelf;
	bool events, has_password; /* of the configuration, as the next three */
	int64_t profile;
	const char *dir;
	struct str anchors;
	struct rng rng;
	struct sim sims[RIG_OUTLETS];
	struct sim_world worlds[RIG_OUTLETS];
	struct pile pile;
	struct arena arena;
	enum ocpp_version version; /* that both speak */
	enum hal_plug direct;      /* outlets for direct current with this plug; none: AC */
	bool line;                 /* ... and modems: the cars speak over the charging cable */
	bool open;                 /* pile */
	bool connected;            /* as the server sees it */
	bool refuse;               /* connections fail */
	int connects;
	char *frames[RIG_FRAMES]; /* sent by the pile, oldest first */
	size_t frames_len;
};

static inline bool rig_connect(void *context)
{
	struct rig *rig = context;

	rig->connects++;
	if (rig->refuse)
		return false;
	rig->connected = true;
	return true;
}

static inline void rig_send(void *context, struct str text)
{
	struct rig *rig = context;

	assert_true(rig->connected);
	assert_true(rig->frames_len < RIG_FRAMES);
	rig->frames[rig->frames_len] = mem_alloc(text.len + 1);
	memcpy(rig->frames[rig->frames_len++], text.ptr, text.len);
}

static inline void rig_close(void *context, int code, struct str reason)
{
	struct rig *rig = context;

	(void)code;
	rig->connected = false;
	client_closed(&rig->pile, 0, reason);
}

/* Switches the controller on. */
static inline void rig_open(struct rig *rig)
{
	const struct uplink uplink = {rig_connect, rig_send, rig_close, rig};
	struct pile_config config = {.versions = {rig->version},
		.name = STR("RIG-1"),
		.vendor = STR("Leyden"),
		.model = STR("Rig"),
		.serial = STR("1"),
		.firmware = STR("test"),
		.outlets = RIG_OUTLETS,
		.shelf = &rig->shelf,
		.events = rig->events,
		.has_password = rig->has_password,
		.profile = rig->profile,
		.server = STR("ws://first.example/ocpp"),
		.anchors = rig->anchors,
		.dir = rig->dir};
	struct hal hals[RIG_OUTLETS];
	struct disk disk = disk_sim_port(&rig->disk);

	for (int i = 0; i < RIG_OUTLETS; i++) {
		sim_init(&rig->sims[i], &rig->worlds[i], rig->direct ? 200000 : 32000,
			rig->direct ? 1 : 3);
		if (rig->direct)
			sim_direct(&rig->sims[i], rig->direct, 500000);
		if (rig->line)
			sim_line(&rig->sims[i]);
		hals[i] = rig->sims[i].hal;
	}
	assert_int_equal(
		pile_open(&rig->pile, &config, hals, &disk, &rig->clock.clock, &rig->rng), 0);
	client_init(&rig->pile, &uplink);
	rig->open = true;
}

static inline void rig_forget_frames(struct rig *rig)
{
	for (size_t i = 0; i < rig->frames_len; i++)
		mem_free(rig->frames[i]);
	rig->frames_len = 0;
}

/* The controller dies: nothing is said, nothing is written. The world stays. */
static inline void rig_kill(struct rig *rig)
{
	if (rig->open)
		pile_close(&rig->pile);
	for (int i = 0; rig->open && i < RIG_OUTLETS; i++)
		sim_fini(&rig->sims[i]);
	rig->open = false;
	rig->connected = false;
	rig_forget_frames(rig);
}

/* `rig` is zeroed, or filled with what differs. */
static inline void rig_start_with(struct rig *rig, enum ocpp_version version)
{
	rig->version = version;
	clock_fake_init(&rig->clock, INT64_C(1800000000) * US_PER_S);
	disk_sim_init(&rig->disk);
	shelf_open_memory(&rig->shelf);
	rng_init_seeded(&rig->rng, 42);
	arena_init(&rig->arena, LIMIT_JOB_ARENA);
	rig_open(rig);
}

static inline void rig_start_as(struct rig *rig, enum ocpp_version version)
{
	memset(rig, 0, sizeof(*rig));
	rig_start_with(rig, version);
}

static inline void rig_start(struct rig *rig)
{
	rig_start_as(rig, OCPP_16);
}

static inline void rig_end(struct rig *rig)
{
	rig_kill(rig);
	buf_fini(&rig->disk.content);
	shelf_close(&rig->shelf);
	arena_fini(&rig->arena);
}

static inline void rig_run(struct rig *rig, int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 100) {
		rig->clock.at_us += 100 * US_PER_MS;
		for (int i = 0; i < RIG_OUTLETS; i++)
			sim_step(&rig->sims[i], 100 * US_PER_MS);
		pile_step(&rig->pile);
		if (rig->connected && rig->pile.link.state == LINK_CONNECTING)
			client_opened(&rig->pile, rig->version);
		client_step(&rig->pile, &rig->arena);
		arena_reset(&rig->arena);
	}
}

/* The server says something. */
static inline void rig_say(struct rig *rig, const char *text)
{
	client_message(&rig->pile, str_from(text), &rig->arena);
	arena_reset(&rig->arena);
}

/* Takes the oldest frame of the pile into `ret`; false when there is none. */
static inline bool rig_take(struct rig *rig, char ret[4096])
{
	if (rig->frames_len == 0)
		return false;
	snprintf(ret, 4096, "%s", rig->frames[0]);
	mem_free(rig->frames[0]);
	rig->frames_len--;
	memmove(rig->frames, rig->frames + 1, rig->frames_len * sizeof(rig->frames[0]));
	return true;
}

/* A part of a frame by path ("3.transactionId") as text; "" when absent. Strings come without
 * quotes. */
static inline const char *rig_part(const char *frame, const char *path)
{
	static char part[8][512];
	static int turn;
	struct arena arena;
	struct str found;
	char *room = part[turn++ % 8];

	arena_init(&arena, 1 << 20);
	found = json_get(str_from(frame), path, &arena);
	if (found.len >= 2 && found.ptr[0] == '"')
		found = str_slice(found, 1, found.len - 1);
	snprintf(room, 512, "%.*s", STR_FMT(found));
	arena_fini(&arena);
	return room;
}

/* Waits (up to 60 s of its clock) for the pile's next call, which must be `action`. */
static inline void rig_expect(struct rig *rig, const char *action, char ret[4096])
{
	for (int i = 0; i < 600 && rig->frames_len == 0; i++)
		rig_run(rig, 100);
	if (!rig_take(rig, ret))
		fail_msg("no %s came", action);
	if (strcmp(rig_part(ret, "2"), action) != 0)
		fail_msg("wanted %s, got %s", action, ret);
}

static inline void rig_answer(struct rig *rig, const char *frame, const char *payload)
{
	char text[4096];

	snprintf(text, sizeof(text), "[3,\"%s\",%s]", rig_part(frame, "1"), payload);
	rig_say(rig, text);
}

static inline void rig_refuse(struct rig *rig, const char *frame, const char *code)
{
	char text[4096];

	snprintf(text, sizeof(text), "[4,\"%s\",\"%s\",\"\",{}]", rig_part(frame, "1"), code);
	rig_say(rig, text);
}

/* Boots and answers the first statuses: the pile is at work. */
static inline void rig_online(struct rig *rig)
{
	char frame[4096];

	rig_expect(rig, "BootNotification", frame);
	rig_answer(rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"86400}");
	for (int i = 0; i <= RIG_OUTLETS; i++) {
		rig_expect(rig, "StatusNotification", frame);
		rig_answer(rig, frame, "{}");
	}
}

/* After a connection that only broke: no boot, but the states. */
static inline void rig_back(struct rig *rig)
{
	char frame[4096];

	for (int i = 0; i <= RIG_OUTLETS; i++) {
		rig_expect(rig, "StatusNotification", frame);
		rig_answer(rig, frame, "{}");
	}
}

static inline void rig_plug(struct rig *rig, int outlet, int soc)
{
	sim_plug(&rig->sims[outlet - 1], 600000, soc);
	rig_run(rig, 500);
}

static inline void rig_tap(struct rig *rig, int outlet, const char *tag)
{
	assert_true(sim_tap(&rig->sims[outlet - 1], tag, strlen(tag)));
	rig_run(rig, 200);
}

static inline const char *rig_status(struct rig *rig, int outlet)
{
	return evse_status(rig->pile.outlets[outlet - 1].evse.state);
}
