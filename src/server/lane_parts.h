/* lane_parts.h - inside the lane engine only: what its files share. */
#pragma once
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include "base/limits.h"
#include "base/rng.h"
#include "server/lane.h"

#define LANE_WRITERS_MAX 8
#define LANE_READERS_MAX 32
#define LANE_URL_MAX 1024
#define JOURNAL_PART_JOBS 16
#define LANE_FLIGHTS 4 /* batches of a writer between commit and answer, at most */
#define LANE_WAL_FINISH_BYTES (INT64_C(32) << 20)

struct lanes;
struct journal_batch;

/* One thread's share of a lane: its connection and what it gives to jobs. */
struct lane {
	struct lanes *lanes;
	struct queue *queue;
	pthread_t thread;
	bool started;
	struct db *db;
	struct db *journal[2]; /* readers on SQLite; opened for `journal_month` */
	int journal_month;
	struct rng rng;
	struct id_maker ids;
	int index;
	struct job *waiting; /* a writer's jobs that did not fit the last commit */
	size_t waiting_len;
	int guarded;              /* a writer's next batches that give each job a savepoint */
	bool commit_tried;        /* the batch under way may be stored: never run it again */
	int64_t wal_finish_bytes; /* a writer finishes the checkpoint above this */
	struct flight *flights;   /* a writer's LANE_FLIGHTS, used in turn */
	uint64_t flights_begun;
	sem_t flights_free;
};
/* Some jobs of a commit whose rows are handed to the journal lane while later jobs still run. */
struct journal_part {
	struct queue_node node;
	struct journal_batch *batch;
	struct job *first;
	size_t count; /* jobs from `first`; those with result >= 0 and rows count */
	bool last;
};
/* The rows of one commit, on their way through the journal lane; lives on the writer's stack. */
struct journal_batch {
	struct lanes *lanes;
	struct journal_part parts[LIMIT_LANE_BATCH / JOURNAL_PART_JOBS + 1];
	size_t parts_len;
	struct job *first; /* jobs not handed over yet */
	size_t count;
	bool has_rows; /* among those */
	bool aborted;  /* the facts were rolled back: rows are not wanted */
	int result;
	sem_t durable;
};
/* A committed batch on its way to the disk. While it is synced the writer runs the next one. */
struct flight {
	struct queue_node node;
	struct lane *lane;
	struct job *jobs;
	uint64_t stored; /* lanes->stored as of this batch */
	struct journal_batch journal;
};
/* The thread that makes batches durable and lets their answers out, in order. */
struct lander {
	struct queue queue;
	pthread_t thread;
	bool started;
	_Atomic uint64_t under_way; /* flights handed over and not landed */
};
/* What readers may answer from: SQLite shows a commit before it is durable. */
struct tide {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	_Atomic uint64_t stored;  /* batches whose commit was begun (and not undone) */
	_Atomic uint64_t durable; /* of these */
	_Atomic int waiting;
};
struct journal_lane {
	struct lanes *lanes;
	struct queue queue;
	pthread_t thread;
	bool started;
	struct queue_node *parts, **parts_tail; /* of the transaction under way */
	bool broken;                            /* it failed: its parts are to be written again */
	struct db *db;
	int month; /* of the open file; 0 on PostgreSQL */
	struct id_maker ids;
	struct arena arena;
	int64_t wal_finish_bytes;
	int64_t purge_us; /* when old rows are looked for next (PostgreSQL) */
};
/* What must be moved from a WAL into its file, told from the writing thread to the checkpointer. */
struct wal_gauge {
	_Atomic int64_t bytes;
};
struct checkpointer {
	struct lanes *lanes;
	pthread_t thread;
	bool started;
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool stop;
};
struct lanes {
	struct lanes_config config;
	char db_url[LANE_URL_MAX];
	char journal_dir[LANE_URL_MAX];
	bool sqlite;
	bool closed; /* the caller's thread only */
	struct queue write_queues[LANE_WRITERS_MAX];
	struct queue read_queue, work_queue;
	struct lane writers[LANE_WRITERS_MAX], readers[LANE_READERS_MAX], workers[LANE_READERS_MAX];
	int writers_len, readers_len, workers_len;
	struct journal_lane journal;
	_Atomic int journal_month; /* whose file is ready to be read; year * 100 + month */
	struct wal_gauge main_wal, journal_wal;
	struct checkpointer checkpointer;
	struct lander lander;
	struct tide tide;
	_Atomic uint64_t commits, jobs, faults, busy_retries, batch_max;
	_Atomic int64_t commit_us_total;
};

/* lane.c */
struct ctx lane_ctx(struct lane *lane, struct job *job);
/* Lets the effects of a successful job out and gives the job back. */
void lane_finish(struct lanes *lanes, struct job *job, int result);
/* Shall what gave `result` be tried again after `attempt` attempts (1..)? While busy, up to `most`
 * times; after an I/O fault once, because an idle connection may have died without our noticing.
 * Pauses longer each time with threads. */
bool lane_again(struct lane *lane, int result, int attempt, int most);
/* Finishes a checkpoint when the connection's WAL has grown too long, and tells the gauge. */
void lane_care_for_wal(struct db *db, struct wal_gauge *gauge, int64_t *finish_bytes);

/* lane_write.c */
void *lane_write_thread(void *lane);
/* Takes what is queued and commits it; false when there was nothing. Waits up to wait_us for the
 * first job. */
bool lane_write_some(struct lane *lane, int64_t wait_us);

/* lane_land.c */
/* A free flight for the writer's next batch; waits while too many are under way. */
struct flight *lane_flight(struct lane *lane);
/* The batch of this flight is about to be committed, or was not after all. */
void lane_storing(struct lane *lane, struct flight *flight);
void lane_not_stored(struct lane *lane);
/* The batch is committed: makes it durable and answers, here when the writer has nothing else to
 * do, else on the lander's thread. */
void lane_land(struct lane *lane, struct flight *flight, struct job *jobs);
/* Nothing was committed: all jobs get the fault, and the flight is free again. */
void lane_crash(struct lane *lane, struct job *jobs, int fault);
void *lander_thread(void *lanes);
/* What a reader saw may have been committed but not be durable yet: waits until it is. */
void lane_await_tide(struct lanes *lanes);

/* lane_journal.c */
int journal_lane_open(struct lanes *lanes);
void *journal_lane_thread(void *journal);
void journal_lane_close(struct lanes *lanes);
void journal_begin(struct journal_batch *batch, struct lanes *lanes);
/* A job of the batch is done: its rows go over, several jobs at a time. */
void journal_add(struct journal_batch *batch, struct job *job);
/* No more jobs: the rest goes over and is to be made durable, or forgotten when `aborted`. */
void journal_end(struct journal_batch *batch, bool aborted);
/* Waits until that has happened; 0 or the journal's fault. */
int journal_await(struct journal_batch *batch);
/* Makes lane->journal match the months there are. */
void journal_readers_follow(struct lane *lane);
/* lane_keep.c */
/* The oldest month (year * 100 + month) that is kept beside `month`. */
int journal_first_month(int month, int months_kept);
/* SQLite: unlinks the files of months that are over and done. */
void journal_unlink_old(const struct lanes *lanes, int month);
/* PostgreSQL: forgets a few old rows when it is time. Between two transactions of the lane. */
void journal_purge(struct journal_lane *journal);
/* "sqlite:DIR/journal-YYYYMM.db" */
void journal_url(const struct lanes *lanes, int month, char ret_url[LANE_URL_MAX + 64]);
int month_before(int month);

/* lane_checkpoint.c */
void *checkpointer_thread(void *lanes);
