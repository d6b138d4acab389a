/* lane_write.c - the write lane: group commit. All that is queued goes into one transaction.
 * Nothing waits for company: while one commit is being synced the next batch gathers.
 *
 * Jobs hardly ever fault, and a savepoint costs a copy of each page a job touches (on PostgreSQL a
 * round trip), so a batch first runs without. When a job faults the batch is rolled back and run
 * again with a savepoint for each job; then the bad one fails alone. What may go wrong:
 *   the job itself            its savepoint is undone, the job gets its fault, the batch goes on
 *   the job is busy           undone and run again at once; on PostgreSQL now with guarded writes
 *   another transaction won   the whole batch is run again; after some attempts each job alone
 *   disk full, database gone  rolled back and tried again, then all jobs of the batch get the
 * fault; the next batch tries anew commit's answer was lost  the jobs get the fault though they may
 * be stored; whoever asks again meets its own keys */
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/lane_parts.h"

#define JOB_ATTEMPTS 4
#define BATCH_ATTEMPTS 4
#define ALONE_ATTEMPTS 12
#define BEGIN_ATTEMPTS 30
#define GUARDED_BATCHES 16 /* after a fault: a storm of bad jobs must not run everything twice */

static int run_plain(struct lane *lane, struct job *job)
{
	struct ctx ctx = lane_ctx(lane, job);
	int result = job->run(job, &ctx);

	if (result >= 0 && job->arena.failed)
		result = FAULT(FAULT_NOMEM, "the job's arena is full");
	job->result = result;
	return result;
}

/* The job behind a savepoint. */
static int run_behind_savepoint(struct lane *lane, struct job *job)
{
	int result;

	TRY(db_savepoint(lane->db));
	result = run_plain(lane, job);
	if (result >= 0)
		TRY(db_savepoint_release(lane->db));
	return result;
}

/* Leaves the job's outcome or own fault in job->result. < 0 only when the whole transaction is
 * lost. */
static int run_guarded(struct lane *lane, struct job *job)
{
	int result = FAULT_BUSY;

	for (int attempt = 0; attempt < JOB_ATTEMPTS && result == FAULT_BUSY; attempt++) {
		if (attempt)
			atomic_fetch_add_explicit(
				&lane->lanes->busy_retries, 1, memory_order_relaxed);
		db_optimistic(lane->db, attempt == 0);
		result = run_behind_savepoint(lane, job);
		job->result = result;
		if (result >= 0)
			return 0;
		if (!db_alive(lane->db))
			return result;
		if (result != FAULT_BUSY || attempt + 1 == JOB_ATTEMPTS)
			LOG_ERROR("job failed", "lane=write text=\"%s\"", fault_text());
		TRY(db_savepoint_undo(lane->db));
	}
	effects_init(&job->effects, &job->arena);
	return 0;
}

/* < 0 when the whole transaction must be rolled back. */
static int run_job(struct lane *lane, struct job *job)
{
	int result;

	if (lane->guarded > 0)
		return run_guarded(lane, job);
	db_optimistic(lane->db, true);
	TRY(result = run_plain(lane, job));
	return 0;
}

/* Runs jobs in order until the batch's time is over; what is left goes to lane->waiting. */
static int run_jobs(
	struct lane *lane, struct job *jobs, struct journal_batch *journal, size_t *ret_len)
{
	const struct clock *clock = lane->lanes->config.clock;
	int64_t until_us = clock_ticks_us(clock) + LIMIT_LANE_BATCH_US;
	struct queue_node *node = &jobs->node;
	size_t len = 0;

	for (;;) {
		struct queue_node *next = node->next;

		TRY(run_job(lane, (struct job *)node));
		len++;
		if (next && clock_ticks_us(clock) >= until_us) {
			ASSERT(!lane->waiting);
			lane->waiting = (struct job *)next;
			node->next = next = NULL;
		}
		journal_add(journal, (struct job *)node);
		if (!next)
			break;
		node = next;
	}
	*ret_len = len;
	return 0;
}

static int commit(struct lane *lane, size_t len)
{
	struct lanes *lanes = lane->lanes;
	int64_t from_us = clock_ticks_us(lanes->config.clock);

	lane->commit_tried = true;
	TRY(db_commit(lane->db));
	atomic_fetch_add_explicit(&lanes->commit_us_total,
		clock_ticks_us(lanes->config.clock) - from_us, memory_order_relaxed);
	atomic_fetch_add_explicit(&lanes->commits, 1, memory_order_relaxed);
	if (len > atomic_load_explicit(&lanes->batch_max, memory_order_relaxed))
		atomic_store_explicit(&lanes->batch_max, len, memory_order_relaxed);
	return 0;
}

/* Runs and commits the batch; the journal is written meanwhile, and both are synced at the same
 * time, later. */
static int run_and_commit(struct lane *lane, struct job *jobs, struct flight *flight)
{
	struct journal_batch *journal = &flight->journal;
	size_t len = 0;
	int result;

	journal_begin(journal, lane->lanes);
	result = run_jobs(lane, jobs, journal, &len);
	journal_end(journal, result < 0);
	if (result < 0) {
		db_rollback(lane->db);
	} else {
		lane_storing(lane, flight);
		result = commit(lane, len);
		if (result < 0)
			lane_not_stored(lane);
	}
	if (result < 0)
		journal_await(journal);
	return result;
}

/* Another process may hold SQLite's one write lock for a while (a command, a backup). */
static int begin(struct lane *lane)
{
	int attempt = 0, result;

	do
		result = db_begin(lane->db);
	while (lane_again(lane, result, ++attempt, BEGIN_ATTEMPTS));
	return result;
}

/* What a failed attempt means: without savepoints the next one is to have them. */
static int learn(struct lane *lane, int result)
{
	bool unknown = result == FAULT_IO && lane->commit_tried;

	if (lane->guarded > 0 || unknown)
		return result;
	lane->guarded = GUARDED_BATCHES;
	return FAULT_BUSY;
}

/* Tries to commit the jobs together, up to `attempts` times while others win. */
static int try_together(struct lane *lane, struct job *jobs, struct flight *flight, int attempts)
{
	int attempt = 0, result;

	do {
		TRY(begin(lane));
		lane->commit_tried = false;
		result = run_and_commit(lane, jobs, flight);
		if (result == 0)
			lane->guarded -= lane->guarded > 0;
		else
			result = learn(lane, result);
		if (result == FAULT_IO && lane->commit_tried)
			break;
	} while (lane_again(lane, result, ++attempt, attempts));
	return result;
}

/* What became of a batch that no further attempt can help. */
static void end_batch(struct lane *lane, struct job *jobs, struct flight *flight, int result)
{
	if (result == 0) {
		lane_land(lane, flight, jobs);
		return;
	}
	LOG_ERROR("commit failed", "text=\"%s\"", fault_text());
	lane_crash(lane, jobs, result);
}

static void write_alone(struct lane *lane, struct job *job)
{
	struct flight *flight = lane_flight(lane);

	end_batch(lane, job, flight, try_together(lane, job, flight, ALONE_ATTEMPTS));
}

static void write_batch(struct lane *lane, struct job *jobs)
{
	struct flight *flight = lane_flight(lane);
	int result = try_together(lane, jobs, flight, BATCH_ATTEMPTS);
	struct queue_node *node = &jobs->node;

	if (result != FAULT_BUSY) {
		end_batch(lane, jobs, flight, result);
		return;
	}
	lane_crash(lane, NULL, 0);
	while (node) {
		struct job *job = (struct job *)node;

		node = node->next;
		job->node.next = NULL;
		write_alone(lane, job);
	}
}

bool lane_write_some(struct lane *lane, int64_t wait_us)
{
	struct job *jobs = lane->waiting;
	size_t count;

	lane->waiting = NULL;
	if (!jobs)
		jobs = (struct job *)queue_take(lane->queue, LIMIT_LANE_BATCH, wait_us, &count);
	if (!jobs)
		return false;
	write_batch(lane, jobs);
	lane_care_for_wal(lane->db, &lane->lanes->main_wal, &lane->wal_finish_bytes);
	return true;
}

void *lane_write_thread(void *lane)
{
	while (lane_write_some(lane, -1))
		;
	return NULL;
}
