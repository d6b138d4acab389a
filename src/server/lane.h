/* lane.h - where jobs run: plain blocking code on a thread that owns its database connections. The
 * write lane takes all that is queued (LIMIT_LANE_BATCH jobs or LIMIT_LANE_BATCH_US), gives each
 * job a savepoint, and commits once. The journal lane writes frames and samples of the same batch
 * in parallel; `done` is called when both are durable. */
#pragma once
#include "app/ctx.h"
#include "base/clock.h"
#include "base/queue.h"

enum lane_kind {
	LANE_WRITE = 0, /* inside the group commit; order kept per shard */
	LANE_READ = 1,  /* read-only connection, runs at once */
	LANE_WORK =
		2, /* slow work on a read connection (password hashing); never blocks the others */
};
struct job {
	struct queue_node node;
	enum lane_kind kind;
	uint64_t shard; /* jobs with equal shard keep their order (a pile's id, an order's pile) */
	struct arena arena;     /* input, work, reply, effects; fini'd by the owner in `done` */
	struct effects effects; /* given to lanes_config.effect after the commit, before `done` */
	/* Lane thread, inside the savepoint. < 0: everything of this job is undone and done gets
	 * the fault (FAULT_BUSY runs it again first). */
	int (*run)(struct job *job, struct ctx *ctx);
	/* Lane thread, when durable. Owns the job from here (usually posts it to its loop). */
	void (*done)(struct job *job, int result);
	void *data;
	int result;
};
struct lanes_config {
	const char *db_url;      /* "sqlite:DIR/leyden.db" or postgresql:// */
	const char *journal_dir; /* SQLite: journal-YYYYMM.db files; NULL on PostgreSQL */
	int journal_months; /* whole months of frames and samples kept beside this one; 0: all */
	const struct clock *clock;
	const struct app_config *app;
	int node;      /* 0..62, one per process that shares a database; goes into ids */
	uint64_t seed; /* 0: system randomness; else seeded (tests) */
	int readers, workers, writers; /* writers > 1 only on PostgreSQL */
	bool threads; /* false: nothing runs until lanes_drain (flow tests, simulator) */
	void (*effect)(void *context, const struct effect *effect); /* after commit, lane thread */
	/* Frames of this pile became durable; lane thread. Once for each run of its rows in a job.
	 * May be NULL. */
	void (*logged)(void *context, int64_t pile_id);
	void *context;
};
struct lanes;
int lanes_new(const struct lanes_config *config, struct lanes **ret_lanes);
/* False when the queue is full or closing: stop reading from where it came; the caller keeps the
 * job. */
bool lanes_submit(struct lanes *lanes, struct job *job);
/* Without threads: runs everything queued now, in batches, on the calling thread. */
int lanes_drain(struct lanes *lanes);
/* Finishes what is queued and stops the threads; from now on lanes_submit says false. The loops,
 * which may still hold answers, are freed after this and before lanes_free. */
void lanes_close(struct lanes *lanes);
/* lanes_close when that was not called yet; closes databases. NULL is fine. */
void lanes_free(struct lanes *lanes);
struct lanes_stats {
	uint64_t commits, jobs, faults, busy_retries, queued, batch_max;
	int64_t commit_us_total;
};
void lanes_stats(struct lanes *lanes, struct lanes_stats *ret_stats);
