/* lane_checkpoint.c - moves committed pages from the WAL into the database files in the background,
 * on connections of its own, so that the writers hardly ever have to. Passive checkpoints never
 * wait for anybody nor make anybody wait. */
#include <time.h>
#include "base/fault.h"
#include "base/log.h"
#include "server/lane_parts.h"

#define EVERY_US (100 * US_PER_MS)
#define WORTH_BYTES (INT64_C(1) << 20) /* less waits for the quiet time */
#define QUIET_US (2 * US_PER_S)

/* One file under care. */
struct care {
	struct wal_gauge *gauge;
	struct db *db;
	int64_t seen_bytes; /* of the WAL at the last checkpoint */
	int64_t done_ticks_us;
};

static void checkpoint(struct care *care, int64_t ticks_us)
{
	int64_t bytes = atomic_load_explicit(&care->gauge->bytes, memory_order_relaxed);
	int64_t grown = bytes >= care->seen_bytes ? bytes - care->seen_bytes : bytes;

	if (!care->db || grown == 0)
		return;
	if (grown < WORTH_BYTES && ticks_us - care->done_ticks_us < QUIET_US)
		return;
	if (db_checkpoint(care->db, false, &bytes) < 0)
		LOG_WARN("checkpoint failed", "text=\"%s\"", fault_text());
	care->seen_bytes = bytes;
	care->done_ticks_us = ticks_us;
}

static void open_care(struct care *care, const char *url, enum db_schema schema)
{
	db_close(care->db);
	care->db = NULL;
	care->seen_bytes = 0;
	if (db_open(url, schema, DB_WRITE, &care->db) < 0)
		LOG_WARN("checkpointer cannot open", "text=\"%s\"", fault_text());
}

/* Sleeps until the next round; false when it is time to end. */
static bool pause_round(struct checkpointer *checkpointer)
{
	struct timespec until;
	bool stop;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += EVERY_US * 1000;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_mutex_lock(&checkpointer->mutex);
	if (!checkpointer->stop)
		pthread_cond_timedwait(&checkpointer->cond, &checkpointer->mutex, &until);
	stop = checkpointer->stop;
	pthread_mutex_unlock(&checkpointer->mutex);
	return !stop;
}

void *checkpointer_thread(void *arg)
{
	struct lanes *lanes = arg;
	struct care truth = {.gauge = &lanes->main_wal}, journal = {.gauge = &lanes->journal_wal};
	char url[LANE_URL_MAX + 64];
	int month = 0;

	open_care(&truth, lanes->db_url, DB_MAIN);
	while (pause_round(&lanes->checkpointer)) {
		int64_t ticks_us = clock_ticks_us(lanes->config.clock);
		int now = atomic_load(&lanes->journal_month);

		if (now != month) {
			journal_url(lanes, now, url);
			open_care(&journal, url, DB_JOURNAL);
			month = now;
		}
		checkpoint(&truth, ticks_us);
		checkpoint(&journal, ticks_us);
	}
	db_close(truth.db);
	db_close(journal.db);
	return NULL;
}
