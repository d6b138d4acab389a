/* shelf_sim.h - a shelf whose files are disks that die together: after a set number of bytes and
 * steps the power is gone, and what was not synced is as the tail says. */
#pragma once
#include "disk_sim.h"
#include "pile/shelf.h"

#define SHELF_SIM_FILES 12

struct shelf_sim {
	char names[SHELF_SIM_FILES][64];
	struct disk_sim disks[SHELF_SIM_FILES];
	size_t len;
	int64_t budget; /* of the next opened file; -1 immortal */
	int last;       /* the file opened last: its remaining budget counts */
};

static inline int shelf_sim_open(void *context, const char *name, struct disk *ret)
{
	struct shelf_sim *sim = context;
	size_t at = 0;

	if (sim->last >= 0 && sim->budget >= 0) {
		sim->budget = sim->disks[sim->last].budget;
		if (sim->disks[sim->last].dead)
			return FAULT(FAULT_IO, "power is gone");
	}
	while (at < sim->len && strcmp(sim->names[at], name) != 0)
		at++;
	ASSERT(at < SHELF_SIM_FILES);
	if (at == sim->len) {
		snprintf(sim->names[at], sizeof(sim->names[at]), "%s", name);
		disk_sim_init(&sim->disks[at]);
		sim->len++;
	}
	sim->disks[at].budget = sim->budget;
	sim->last = (int)at;
	*ret = disk_sim_port(&sim->disks[at]);
	return 0;
}

/* The bytes and steps until death, counted from now. */
static inline void shelf_sim_arm(struct shelf_sim *sim, int64_t budget)
{
	sim->budget = budget;
	sim->last = -1;
}

static inline bool shelf_sim_dead(const struct shelf_sim *sim)
{
	return sim->last >= 0 && sim->disks[sim->last].dead;
}

static inline void shelf_sim_revive(struct shelf_sim *sim)
{
	for (size_t i = 0; i < sim->len; i++)
		disk_sim_revive(&sim->disks[i]);
	shelf_sim_arm(sim, -1);
}

static inline struct shelf shelf_sim_port(struct shelf_sim *sim)
{
	memset(sim, 0, sizeof(*sim));
	shelf_sim_arm(sim, -1);
	return (struct shelf){.open = shelf_sim_open, .context = sim};
}

static inline void shelf_sim_end(struct shelf_sim *sim)
{
	for (size_t i = 0; i < sim->len; i++)
		buf_fini(&sim->disks[i].content);
}
