/* lane_land.c - from commit to answer. A committed batch still has to reach the disk: facts by one
 * sync of the database's log, frames by the journal lane. While that takes its millisecond the
 * writer runs the next batch; with nothing else to run it does the syncing itself. Answers leave in
 * the order of the commits, and only when both are durable.
 *
 * Readers see a commit before it is durable, so what was read waits for the tide too: nobody is
 * told, and no payment is begun by, something that a power cut could take back. */
#include <stdlib.h>
#include "base/fault.h"
#include "base/log.h"
#include "server/lane_parts.h"

#define LAND_MOST 64 /* flights taken at once: one sync for all */

struct flight *lane_flight(struct lane *lane)
{
	struct flight *flight = &lane->flights[lane->flights_begun % LANE_FLIGHTS];

	while (sem_wait(&lane->flights_free) != 0)
		; /* interrupted by a signal */
	lane->flights_begun++;
	flight->lane = lane;
	return flight;
}

void lane_storing(struct lane *lane, struct flight *flight)
{
	flight->stored = atomic_fetch_add(&lane->lanes->tide.stored, 1) + 1;
}

/* Wakes the readers that wait for the sea to reach them. */
static void wake(struct tide *tide)
{
	if (atomic_load(&tide->waiting) == 0)
		return;
	pthread_mutex_lock(&tide->mutex);
	pthread_cond_broadcast(&tide->cond);
	pthread_mutex_unlock(&tide->mutex);
}

void lane_not_stored(struct lane *lane)
{
	atomic_fetch_sub(&lane->lanes->tide.stored, 1);
	wake(&lane->lanes->tide);
}

void lane_await_tide(struct lanes *lanes)
{
	struct tide *tide = &lanes->tide;
	uint64_t seen = atomic_load(&tide->stored);

	if (!lanes->sqlite || atomic_load(&tide->durable) >= seen)
		return;
	pthread_mutex_lock(&tide->mutex);
	atomic_fetch_add(&tide->waiting, 1);
	while (atomic_load(&tide->durable) < seen &&
		atomic_load(&tide->durable) < atomic_load(&tide->stored))
		pthread_cond_wait(&tide->cond, &tide->mutex);
	atomic_fetch_sub(&tide->waiting, 1);
	pthread_mutex_unlock(&tide->mutex);
}

/* The facts are stored but the frames are not: no answer may claim they are kept. */
static void tell_journal_fault(struct job *jobs, int fault)
{
	for (struct queue_node *node = &jobs->node; node; node = node->next) {
		struct job *job = (struct job *)node;

		if (job->result >= 0 && job->effects.rows)
			job->result = fault;
	}
}

static void finish_all(struct lanes *lanes, struct job *jobs, int fault)
{
	struct queue_node *node = jobs ? &jobs->node : NULL;

	while (node) {
		struct job *job = (struct job *)node;

		node = node->next; /* done() owns the job */
		if (fault < 0) {
			job->result = fault;
			effects_init(&job->effects, &job->arena);
		}
		lane_finish(lanes, job, job->result);
	}
}

/* A log that could not be synced may have a hole, behind which nothing can be believed to last. */
static void sync_or_end(struct lane *lane)
{
	if (db_sync(lane->db) == 0)
		return;
	LOG_ERROR("the disk did not take the log: ending, so that what it holds is read again",
		"text=\"%s\"", fault_text());
	abort();
}

/* The facts are durable; waits for the frames and answers. */
static void answer(struct flight *flight)
{
	struct lane *lane = flight->lane;
	struct lanes *lanes = lane->lanes;
	int kept = journal_await(&flight->journal);

	if (kept < 0)
		tell_journal_fault(flight->jobs, kept);
	finish_all(lanes, flight->jobs, 0);
	sem_post(&lane->flights_free);
}

static void rise(struct lanes *lanes, uint64_t durable)
{
	if (!lanes->sqlite)
		return;
	atomic_store(&lanes->tide.durable, durable);
	wake(&lanes->tide);
}

void lane_land(struct lane *lane, struct flight *flight, struct job *jobs)
{
	struct lanes *lanes = lane->lanes;
	struct lander *lander = &lanes->lander;

	flight->jobs = jobs;
	if (lanes->config.threads && (queue_count(lane->queue) > 0 || lane->waiting ||
					     atomic_load(&lander->under_way) > 0)) {
		atomic_fetch_add(&lander->under_way, 1);
		ASSERT(queue_push(&lander->queue, &flight->node)); /* it holds all there can be */
		return;
	}
	sync_or_end(lane);
	rise(lanes, flight->stored);
	answer(flight);
}

void lane_crash(struct lane *lane, struct job *jobs, int fault)
{
	finish_all(lane->lanes, jobs, fault);
	lane->flights_begun--;
	sem_post(&lane->flights_free);
}

/* One sync per lane for all its flights; on SQLite there is one lane. */
static void land_all(struct lanes *lanes, struct queue_node *node)
{
	struct lane *synced = NULL;
	uint64_t durable = 0;

	for (struct queue_node *at = node; at; at = at->next) {
		struct flight *flight = (struct flight *)at;

		if (flight->lane != synced)
			sync_or_end(flight->lane);
		synced = flight->lane;
		durable = flight->stored;
	}
	rise(lanes, durable);
	while (node) {
		struct flight *flight = (struct flight *)node;

		node = node->next; /* the flight is the writer's again once it has answered */
		answer(flight);
		atomic_fetch_sub(&lanes->lander.under_way, 1);
	}
}

void *lander_thread(void *arg)
{
	struct lanes *lanes = arg;
	struct queue_node *node;
	size_t count;

	while ((node = queue_take(&lanes->lander.queue, LAND_MOST, -1, &count)))
		land_all(lanes, node);
	return NULL;
}
