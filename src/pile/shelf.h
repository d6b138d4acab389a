/* shelf.h - a pile's small files beside its journal, each replaced whole: lists, certificates, the
 * state of an update. Power may go at any byte: a file is the old one or the new one. Files are
 * opened for the moment only, so that a thousand piles do not hold a thousand of each. */
#pragma once
#include "base/str.h"
#include "pile/disk.h"

#define SHELF_FILE_MAX (1024 * 1024)

struct shelf {
	/* The file as a disk of its own; it comes into being empty. */
	int (*open)(void *context, const char *name, struct disk *ret);
	void (*close)(void *context);
	void *context;
};

/* In directory `dir`, which exists. shelf_close is owed. */
void shelf_open_dir(struct shelf *shelf, const char *dir);
/* In memory: gone with the process. shelf_close is owed. */
void shelf_open_memory(struct shelf *shelf);
void shelf_close(struct shelf *shelf);

/* The content, appended to ret; nothing when there is no such file. 0 or a fault. */
int shelf_get(struct shelf *shelf, const char *name, struct buf *ret);
/* Puts a whole new content; empty: there is none any more. Durable on return. 0 or a fault. */
int shelf_put(struct shelf *shelf, const char *name, struct str content);
