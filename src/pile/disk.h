/* disk.h - what the journal needs from a disk, as a port: tests put a disk in its place that dies
 * at every byte. One disk holds one file. Durability: what was appended counts only after `sync`
 * returned 0. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

struct disk {
	/* The whole content, appended to ret; nothing when the file does not exist yet. */
	int (*load)(void *context, struct buf *ret);
	/* Writes at `offset`, which is the end as the caller knows it. Not durable yet. */
	int (*append)(void *context, int64_t offset, const void *bytes, size_t len);
	int (*sync)(void *context);
	/* Forgets everything from `length` on, durably. */
	int (*cut)(void *context, int64_t length);
	/* Puts a whole new content in the place of the old, durably and at once: a crash leaves one
	 * or the other. */
	int (*replace)(void *context, const void *bytes, size_t len);
	/* Keeps the present content aside under another name, for people to look at. */
	int (*keep)(void *context, const char *suffix);
	/* Bytes that may still be written; INT64_MAX when not known. */
	int64_t (*free_bytes)(void *context);
	void (*close)(void *context);
	void *context;
};

/* A file `name` in directory `dir` (which must exist). 0 or a fault; disk->close is owed. */
int disk_open_file(struct disk *disk, const char *dir, const char *name);
/* A disk of memory, for load generation and tests: nothing survives the process. */
void disk_open_memory(struct disk *disk);
