/* disk.h - the disk under SQLite: a file system layer that remembers what was written and not yet
 * synced, so that a power cut can take any of it away. It never syncs for real, which also makes
 * the simulation quick. */
#pragma once
#include "base/rng.h"

/* Every file SQLite opens by default from now on goes through it. */
void disk_install(void);
/* The file whose name ends so was synced past SQLite. */
void disk_synced(const char *end);
/* Power is gone, all files are closed: of what was not synced each write stays or is undone, as
 * chance will have it. Returns how many were undone. */
uint64_t disk_power_cut(struct rng *rng);
