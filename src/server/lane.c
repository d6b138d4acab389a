/* lane.c - the lanes as a whole: opening, handing jobs in, the read and work lanes, closing.
 *
 * Threads: one per writer (one on SQLite), one journal lane, `readers` and `workers`, and on SQLite
 * one checkpointer. Each owns its connection; they meet only in queues. Without threads the same
 * functions run on the caller's thread. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/lane_parts.h"

#define READ_ATTEMPTS 3
#define NODE_LANES 16 /* ids: makers of one process */
#define NODE_MAX 62

struct ctx lane_ctx(struct lane *lane, struct job *job)
{
	struct lanes *lanes = lane->lanes;

	effects_init(&job->effects, &job->arena);
	return (struct ctx){
		.db = lane->db,
		.journal = {lane->journal[0], lane->journal[1]},
		.arena = &job->arena,
		.effects = &job->effects,
		.rng = &lane->rng,
		.ids = &lane->ids,
		.config = lanes->config.app,
		.now_us = clock_now_us(lanes->config.clock),
		.ledger_shard = lane->index,
	};
}

/* Who has a pile's log open is told that it grew. */
static void tell_logged(const struct lanes *lanes, const struct job *job)
{
	int64_t pile_id = 0;

	for (const struct journal_row *row = job->effects.rows; row; row = row->next) {
		if (row->sample || row->pile_id == pile_id)
			continue;
		pile_id = row->pile_id;
		lanes->config.logged(lanes->config.context, pile_id);
	}
}

void lane_finish(struct lanes *lanes, struct job *job, int result)
{
	if (result < 0)
		atomic_fetch_add_explicit(&lanes->faults, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&lanes->jobs, 1, memory_order_relaxed);
	if (lanes->config.effect)
		for (struct effect *effect = job->effects.head; effect; effect = effect->next)
			lanes->config.effect(lanes->config.context, effect);
	if (lanes->config.logged && result >= 0)
		tell_logged(lanes, job);
	job->done(job, result);
}

bool lane_again(struct lane *lane, int result, int attempt, int most)
{
	int64_t most_us = US_PER_MS << (attempt < 6 ? attempt : 6);
	int64_t pause_us;

	if (result == FAULT_IO)
		return attempt == 1;
	if (result != FAULT_BUSY || attempt >= most)
		return false;
	atomic_fetch_add_explicit(&lane->lanes->busy_retries, 1, memory_order_relaxed);
	if (lane->lanes->config.threads) {
		pause_us = most_us / 2 + (int64_t)rng_below(&lane->rng, (uint64_t)most_us);
		nanosleep(&(struct timespec){.tv_nsec = pause_us * 1000}, NULL);
	}
	return true;
}

void lane_care_for_wal(struct db *db, struct wal_gauge *gauge, int64_t *finish_bytes)
{
	int64_t bytes = db_wal_bytes(db);

	if (bytes > *finish_bytes) {
		if (db_checkpoint(db, true, &bytes) < 0)
			LOG_WARN("checkpoint failed", "text=\"%s\"", fault_text());
		/* A reader may have held it up: try again when some more has gathered, not each
		 * time. */
		bytes = db_wal_bytes(db);
		*finish_bytes =
			bytes > 0 ? bytes + LANE_WAL_FINISH_BYTES / 8 : LANE_WAL_FINISH_BYTES;
	}
	atomic_store_explicit(&gauge->bytes, bytes, memory_order_relaxed);
}

/* One job on a read connection, inside a transaction of its own. */
static int read_job(struct lane *lane, struct job *job)
{
	struct ctx ctx;
	int result;

	journal_readers_follow(lane);
	TRY(db_begin(lane->db));
	ctx = lane_ctx(lane, job);
	if (!lane->lanes->sqlite)
		ctx.journal[0] = lane->db;
	result = job->run(job, &ctx);
	if (result >= 0 && job->arena.failed)
		result = FAULT(FAULT_NOMEM, "the job's arena is full");
	if (result < 0) {
		db_rollback(lane->db);
		return result;
	}
	TRY(db_commit(lane->db));
	return result;
}

static void read_and_finish(struct lane *lane, struct job *job)
{
	int attempt = 0, result;

	do {
		effects_init(&job->effects, &job->arena);
		result = read_job(lane, job);
	} while (lane_again(lane, result, ++attempt, READ_ATTEMPTS));
	if (result < 0) {
		LOG_ERROR("job failed", "lane=read text=\"%s\"", fault_text());
		effects_init(&job->effects, &job->arena);
	}
	lane_await_tide(lane->lanes);
	job->result = result;
	lane_finish(lane->lanes, job, result);
}

/* Takes one job; false when the queue is closed and empty. */
static bool read_some(struct lane *lane, int64_t wait_us)
{
	size_t count;
	struct queue_node *node = queue_take(lane->queue, 1, wait_us, &count);

	if (!node)
		return false;
	read_and_finish(lane, (struct job *)node);
	return true;
}

static void *read_thread(void *lane)
{
	while (read_some(lane, -1))
		;
	return NULL;
}

static struct queue *queue_of(struct lanes *lanes, const struct job *job)
{
	switch (job->kind) {
	case LANE_WRITE:
		return &lanes->write_queues[job->shard % (uint64_t)lanes->writers_len];
	case LANE_READ:
		return &lanes->read_queue;
	case LANE_WORK:
		return &lanes->work_queue;
	}
	ASSERT(!"a lane");
}

bool lanes_submit(struct lanes *lanes, struct job *job)
{
	return queue_push(queue_of(lanes, job), &job->node);
}

int lanes_drain(struct lanes *lanes)
{
	uint64_t before = atomic_load(&lanes->jobs);
	bool more = true;

	ASSERT(!lanes->config.threads);
	while (more) {
		more = false;
		for (int i = 0; i < lanes->writers_len; i++)
			more |= lane_write_some(&lanes->writers[i], 0);
		more |= read_some(&lanes->readers[0], 0);
		more |= read_some(&lanes->workers[0], 0);
	}
	return (int)(atomic_load(&lanes->jobs) - before);
}

void lanes_stats(struct lanes *lanes, struct lanes_stats *ret_stats)
{
	*ret_stats = (struct lanes_stats){
		.commits = atomic_load_explicit(&lanes->commits, memory_order_relaxed),
		.jobs = atomic_load_explicit(&lanes->jobs, memory_order_relaxed),
		.faults = atomic_load_explicit(&lanes->faults, memory_order_relaxed),
		.busy_retries = atomic_load_explicit(&lanes->busy_retries, memory_order_relaxed),
		.batch_max = atomic_load_explicit(&lanes->batch_max, memory_order_relaxed),
		.commit_us_total =
			atomic_load_explicit(&lanes->commit_us_total, memory_order_relaxed),
	};
	for (int i = 0; i < lanes->writers_len; i++)
		ret_stats->queued += queue_count(&lanes->write_queues[i]);
	ret_stats->queued += queue_count(&lanes->read_queue) + queue_count(&lanes->work_queue);
}

/* Ids go on behind the newest one stored, even when the clock was set back meanwhile. */
static int go_on_behind_stored_ids(struct lane *lane)
{
	struct stmt *stmt = stmt_of(lane->db, SQL_ID_NEWEST);

	TRY(stmt_step(stmt));
	if (!stmt_is_null(stmt, 0))
		(void)id_next(&lane->ids, id_time_us(stmt_i64(stmt, 0)) + US_PER_MS);
	stmt_reset(stmt);
	return 0;
}

static int open_lane(
	struct lanes *lanes, struct lane *lane, struct queue *queue, enum db_mode mode, int index)
{
	uint64_t stream = (uint64_t)index + (mode == DB_READ ? 100 : 0);

	lane->lanes = lanes;
	lane->queue = queue;
	lane->index = mode == DB_WRITE ? index : 0;
	lane->wal_finish_bytes = LANE_WAL_FINISH_BYTES;
	if (lanes->config.seed)
		rng_init_seeded(&lane->rng, lanes->config.seed + stream);
	else
		rng_init_system(&lane->rng);
	id_maker_init(&lane->ids, (uint32_t)(lanes->config.node * NODE_LANES +
					     (mode == DB_WRITE ? index : NODE_LANES - 1)));
	TRY(db_open(lanes->db_url, DB_MAIN, mode, &lane->db));
	if (mode == DB_WRITE) {
		lane->flights = mem_alloc(sizeof(struct flight) * LANE_FLIGHTS);
		sem_init(&lane->flights_free, 0, LANE_FLIGHTS);
		TRY(db_migrate(lane->db, clock_now_us(lanes->config.clock)));
		TRY(go_on_behind_stored_ids(lane));
		TRY(db_commit_lazily(lane->db));
	}
	return 0;
}

static int open_all(struct lanes *lanes)
{
	for (int i = 0; i < lanes->writers_len; i++)
		TRY(open_lane(lanes, &lanes->writers[i], &lanes->write_queues[i], DB_WRITE, i));
	TRY(journal_lane_open(lanes));
	for (int i = 0; i < lanes->readers_len; i++)
		TRY(open_lane(lanes, &lanes->readers[i], &lanes->read_queue, DB_READ, i));
	for (int i = 0; i < lanes->workers_len; i++)
		TRY(open_lane(lanes, &lanes->workers[i], &lanes->work_queue, DB_READ, 50 + i));
	return 0;
}

static int start_thread(
	pthread_t *thread, bool *started, void *(*run)(void *), void *arg, const char *name)
{
	if (pthread_create(thread, NULL, run, arg))
		return FAULT(FAULT_NOMEM, "cannot start thread %s", name);
	pthread_setname_np(*thread, name);
	*started = true;
	return 0;
}

static int start_lane(struct lane *lane, void *(*run)(void *), const char *name)
{
	return start_thread(&lane->thread, &lane->started, run, lane, name);
}

static int start_all(struct lanes *lanes)
{
	struct journal_lane *journal = &lanes->journal;
	struct checkpointer *checkpointer = &lanes->checkpointer;

	TRY(start_thread(
		&journal->thread, &journal->started, journal_lane_thread, journal, "lane-journal"));
	TRY(start_thread(
		&lanes->lander.thread, &lanes->lander.started, lander_thread, lanes, "lane-land"));
	for (int i = 0; i < lanes->writers_len; i++)
		TRY(start_lane(&lanes->writers[i], lane_write_thread, "lane-write"));
	for (int i = 0; i < lanes->readers_len; i++)
		TRY(start_lane(&lanes->readers[i], read_thread, "lane-read"));
	for (int i = 0; i < lanes->workers_len; i++)
		TRY(start_lane(&lanes->workers[i], read_thread, "lane-work"));
	if (lanes->sqlite)
		TRY(start_thread(&checkpointer->thread, &checkpointer->started, checkpointer_thread,
			lanes, "checkpointer"));
	return 0;
}

static int clamp(int value, int least, int most)
{
	return value < least ? least : value > most ? most : value;
}

static int check_config(const struct lanes_config *config)
{
	bool sqlite = str_starts(str_from(config->db_url), STR("sqlite:"));

	if (config->node < 0 || config->node > NODE_MAX)
		return FAULT(FAULT_BUG, "node number %d is not in 0..%d", config->node, NODE_MAX);
	if (sqlite && !config->journal_dir)
		return FAULT(FAULT_BUG, "SQLite needs a directory for its journals");
	if (strlen(config->db_url) >= LANE_URL_MAX ||
		(sqlite && strlen(config->journal_dir) >= LANE_URL_MAX))
		return FAULT(FAULT_BUG, "database URL or directory too long");
	return 0;
}

static void init_lanes(struct lanes *lanes, const struct lanes_config *config)
{
	pthread_condattr_t attr;

	lanes->config = *config;
	lanes->sqlite = str_starts(str_from(config->db_url), STR("sqlite:"));
	snprintf(lanes->db_url, sizeof(lanes->db_url), "%s", config->db_url);
	snprintf(lanes->journal_dir, sizeof(lanes->journal_dir), "%s",
		config->journal_dir ? config->journal_dir : "");
	lanes->writers_len = lanes->sqlite ? 1 : clamp(config->writers, 1, LANE_WRITERS_MAX);
	lanes->readers_len = clamp(config->threads ? config->readers : 1, 1, LANE_READERS_MAX);
	lanes->workers_len = clamp(config->threads ? config->workers : 1, 1, LANE_READERS_MAX);
	for (int i = 0; i < LANE_WRITERS_MAX; i++)
		queue_init(&lanes->write_queues[i], LIMIT_LANE_QUEUE);
	queue_init(&lanes->read_queue, LIMIT_LANE_QUEUE);
	queue_init(&lanes->work_queue, LIMIT_LANE_QUEUE);
	queue_init(&lanes->journal.queue,
		LANE_FLIGHTS * LANE_WRITERS_MAX * (LIMIT_LANE_BATCH / JOURNAL_PART_JOBS + 1));
	queue_init(&lanes->lander.queue, LANE_FLIGHTS * LANE_WRITERS_MAX);
	pthread_mutex_init(&lanes->tide.mutex, NULL);
	pthread_cond_init(&lanes->tide.cond, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&lanes->checkpointer.mutex, NULL);
	pthread_cond_init(&lanes->checkpointer.cond, &attr);
	pthread_condattr_destroy(&attr);
}

int lanes_new(const struct lanes_config *config, struct lanes **ret_lanes)
{
	struct lanes *lanes;
	int result;

	TRY(check_config(config));
	lanes = mem_alloc(sizeof(*lanes));
	init_lanes(lanes, config);
	result = open_all(lanes);
	if (result == 0 && config->threads)
		result = start_all(lanes);
	if (result < 0) {
		lanes_free(lanes);
		return result;
	}
	*ret_lanes = lanes;
	return 0;
}

static void stop_checkpointer(struct checkpointer *checkpointer)
{
	pthread_mutex_lock(&checkpointer->mutex);
	checkpointer->stop = true;
	pthread_cond_signal(&checkpointer->cond);
	pthread_mutex_unlock(&checkpointer->mutex);
	if (checkpointer->started)
		pthread_join(checkpointer->thread, NULL);
	pthread_cond_destroy(&checkpointer->cond);
	pthread_mutex_destroy(&checkpointer->mutex);
}

static void join_lanes(struct lane *lanes, int len)
{
	for (int i = 0; i < len; i++)
		if (lanes[i].started)
			pthread_join(lanes[i].thread, NULL);
}

static void close_lanes(struct lane *lanes, int len)
{
	for (int i = 0; i < len; i++) {
		db_close(lanes[i].journal[0]);
		db_close(lanes[i].journal[1]);
		db_close(lanes[i].db);
		if (lanes[i].flights)
			sem_destroy(&lanes[i].flights_free);
		mem_free(lanes[i].flights);
	}
}

void lanes_close(struct lanes *lanes)
{
	if (lanes->closed)
		return;
	lanes->closed = true;
	for (int i = 0; i < LANE_WRITERS_MAX; i++)
		queue_close(&lanes->write_queues[i]);
	queue_close(&lanes->read_queue);
	queue_close(&lanes->work_queue);
	if (!lanes->config.threads && lanes->writers[0].db && lanes->readers[0].db &&
		lanes->workers[0].db)
		lanes_drain(lanes);
	join_lanes(lanes->writers, lanes->writers_len);
	queue_close(&lanes->lander.queue);
	if (lanes->lander.started)
		pthread_join(lanes->lander.thread, NULL);
	join_lanes(lanes->readers, lanes->readers_len);
	join_lanes(lanes->workers, lanes->workers_len);
}

void lanes_free(struct lanes *lanes)
{
	if (!lanes)
		return;
	lanes_close(lanes);
	stop_checkpointer(&lanes->checkpointer);
	journal_lane_close(lanes);
	/* The writer last: closing the last connection tidies the WAL away. */
	close_lanes(lanes->readers, lanes->readers_len);
	close_lanes(lanes->workers, lanes->workers_len);
	close_lanes(lanes->writers, lanes->writers_len);
	for (int i = 0; i < LANE_WRITERS_MAX; i++)
		queue_fini(&lanes->write_queues[i]);
	queue_fini(&lanes->read_queue);
	queue_fini(&lanes->work_queue);
	queue_fini(&lanes->lander.queue);
	pthread_cond_destroy(&lanes->tide.cond);
	pthread_mutex_destroy(&lanes->tide.mutex);
	mem_free(lanes);
}
