/* disk_sim.h - a disk that dies on command: after a set number of bytes written or steps done,
 * everything that was not synced is lost, torn, or left as garbage. */
#pragma once
#include "base/arena.h"
#include "base/fault.h"
#include "pile/disk.h"
#include <stdbool.h>
#include <string.h>

enum disk_sim_tail {
	DISK_SIM_LOST,    /* unsynced bytes vanish */
	DISK_SIM_KEPT,    /* unsynced bytes up to the point of death are there */
	DISK_SIM_GARBAGE, /* ... followed by noise where the rest would stand */
	DISK_SIM_ZEROES,  /* ... followed by zeroes */
	DISK_SIM_TAILS,
};

struct disk_sim {
	struct buf content;
	size_t synced;  /* bytes of content that survive for sure */
	int64_t budget; /* bytes and steps until death; -1 immortal */
	enum disk_sim_tail tail;
	bool dead;
	bool kept; /* a damaged copy was put aside */
	int64_t free_bytes;
	unsigned syncs;
};

static inline void disk_sim_init(struct disk_sim *sim)
{
	memset(sim, 0, sizeof(*sim));
	buf_init(&sim->content, NULL, 1 << 24);
	sim->budget = -1;
	sim->free_bytes = INT64_MAX;
}

static inline void disk_sim_die(struct disk_sim *sim, size_t reached, size_t intended)
{
	size_t rest = intended > reached ? intended - reached : 0;

	sim->dead = true;
	if (sim->tail == DISK_SIM_LOST)
		sim->content.len = sim->synced;
	for (size_t i = 0; i < rest && sim->tail == DISK_SIM_GARBAGE; i++)
		buf_put_char(&sim->content, (char)(0x5a ^ i));
	for (size_t i = 0; i < rest && sim->tail == DISK_SIM_ZEROES; i++)
		buf_put_char(&sim->content, 0);
}

/* One step costs one of the budget. False when this is where the machine dies. */
static inline bool disk_sim_step(struct disk_sim *sim)
{
	if (sim->dead)
		return false;
	if (sim->budget == 0) {
		disk_sim_die(sim, 0, 0);
		return false;
	}
	sim->budget -= sim->budget > 0;
	return true;
}

static inline int disk_sim_load(void *context, struct buf *ret)
{
	struct disk_sim *sim = context;

	buf_put_str(ret, buf_str(&sim->content));
	return 0;
}

static inline int disk_sim_append(void *context, int64_t offset, const void *bytes, size_t len)
{
	struct disk_sim *sim = context;

	ASSERT(offset == (int64_t)sim->content.len || sim->dead);
	for (size_t i = 0; i < len; i++) {
		if (!sim->dead && sim->budget == 0)
			disk_sim_die(sim, i, len);
		if (sim->dead)
			return FAULT(FAULT_IO, "power is gone");
		sim->budget -= sim->budget > 0;
		buf_put_char(&sim->content, ((const char *)bytes)[i]);
	}
	return 0;
}

static inline int disk_sim_sync(void *context)
{
	struct disk_sim *sim = context;

	if (!disk_sim_step(sim))
		return FAULT(FAULT_IO, "power is gone");
	sim->synced = sim->content.len;
	sim->syncs++;
	return 0;
}

static inline int disk_sim_cut(void *context, int64_t length)
{
	struct disk_sim *sim = context;

	if (!disk_sim_step(sim))
		return FAULT(FAULT_IO, "power is gone");
	if (sim->content.len > (size_t)length)
		sim->content.len = (size_t)length;
	sim->synced = sim->content.len;
	return 0;
}

/* Old or new: the rename is the one step that decides. */
static inline int disk_sim_replace(void *context, const void *bytes, size_t len)
{
	struct disk_sim *sim = context;

	for (int step = 0; step < 3; step++)
		if (!disk_sim_step(sim))
			return FAULT(FAULT_IO, "power is gone");
	buf_clear(&sim->content);
	buf_put(&sim->content, bytes, len);
	sim->synced = len;
	if (!disk_sim_step(sim))
		return FAULT(FAULT_IO, "power is gone");
	return 0;
}

static inline int disk_sim_keep(void *context, const char *suffix)
{
	(void)suffix;
	((struct disk_sim *)context)->kept = true;
	return 0;
}

static inline int64_t disk_sim_free(void *context)
{
	return ((struct disk_sim *)context)->free_bytes;
}

static inline void disk_sim_close(void *context)
{
	(void)context; /* the platters stay */
}

static inline struct disk disk_sim_port(struct disk_sim *sim)
{
	return (struct disk){
		.load = disk_sim_load,
		.append = disk_sim_append,
		.sync = disk_sim_sync,
		.cut = disk_sim_cut,
		.replace = disk_sim_replace,
		.keep = disk_sim_keep,
		.free_bytes = disk_sim_free,
		.close = disk_sim_close,
		.context = sim,
	};
}

/* The machine is switched on again: what was not synced is as the tail says. */
static inline void disk_sim_revive(struct disk_sim *sim)
{
	sim->dead = false;
	sim->budget = -1;
	sim->synced = sim->content.len;
	sim->content.failed = false;
}
