/* faults.h - what goes wrong under the server: every connection it opens goes through here
 * (--wrap=db_open), so that on either engine any statement or commit can be busy, fail, meet a full
 * disk, or be the last thing the machine ever does. One simulation a process. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
	FAULTS_NONE = 0,
	FAULTS_BUSY = 1,          /* the statement asks to be run again */
	FAULTS_STATEMENT = 2,     /* one statement fails, the transaction lives */
	FAULTS_TRANSACTION = 3,   /* one statement fails and takes the transaction with it */
	FAULTS_COMMIT_UNDONE = 4, /* the commit fails, nothing is stored */
	FAULTS_COMMIT_DONE = 5,   /* the commit is stored, its answer is lost */
	FAULTS_CRASH = 6,         /* the machine stops before the statement or commit */
	FAULTS_CRASH_DONE = 7,    /* the machine stops after a commit, before anyone heard of it */
	/* below SQLite (disk.c) */
	FAULTS_DISK_STOP = 8,  /* the machine stops in the middle of writing */
	FAULTS_DISK_FULL = 9,  /* one write finds no room */
	FAULTS_DISK_SYNC = 10, /* one sync fails */
	FAULTS_KINDS = 11,
};
struct faults {
	enum fault_kind armed;
	uint64_t countdown; /* writes until it strikes */
	bool dead;          /* the machine stopped: nothing works until faults_revive */
	bool full;          /* the disk is full: every write fails */
	int64_t *clock_us;  /* when given, each commit takes `slow_us` of its time */
	int64_t slow_us;
	uint64_t struck[FAULTS_KINDS];
};
extern struct faults faults;

/* Strikes at the `writes`-th write from now (1: the next). */
void faults_arm(enum fault_kind kind, uint64_t writes);
/* Asked by the disk at each write and sync: what strikes there. */
enum fault_kind faults_disk(bool sync);
/* The machine was switched on again; whatever was armed or slow is forgotten. */
void faults_revive(void);
