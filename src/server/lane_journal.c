/* lane_journal.c - the journal lane: frames and samples of a batch are written and synced while the
 * write lane commits the facts, so that both syncs cost the time of one. SQLite: a file per month,
 * so that retention is an unlink and the ledger's WAL stays small. Readers look in this month's
 * file and the one before. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/lane_parts.h"
#include "store/journal.h"

#define WRITE_ATTEMPTS 20
#define PARTS_MAX 64 /* taken at once */

static int month_of(int64_t at_us)
{
	time_t at_s = (time_t)(at_us / US_PER_S);
	struct tm tm;

	gmtime_r(&at_s, &tm);
	return (tm.tm_year + 1900) * 100 + tm.tm_mon + 1;
}

int month_before(int month)
{
	return month % 100 == 1 ? month - 100 + 11 : month - 1;
}

void journal_url(const struct lanes *lanes, int month, char ret_url[LANE_URL_MAX + 64])
{
	snprintf(
		ret_url, LANE_URL_MAX + 64, "sqlite:%s/journal-%06d.db", lanes->journal_dir, month);
}

/* A new month: its file is made ready before anybody hears of it. */
static int open_month(struct journal_lane *journal, int64_t now_us)
{
	struct lanes *lanes = journal->lanes;
	char url[LANE_URL_MAX + 64];
	int month = lanes->sqlite ? month_of(now_us) : 0;
	struct db *db = NULL;
	int result;

	if (journal->db && month == journal->month)
		return 0;
	if (lanes->sqlite)
		journal_url(lanes, month, url);
	TRY(db_open(lanes->sqlite ? url : lanes->db_url, DB_JOURNAL, DB_WRITE, &db));
	result = db_migrate(db, now_us);
	if (result < 0) {
		db_close(db);
		return result;
	}
	db_close(journal->db);
	journal->db = db;
	journal->month = month;
	journal->wal_finish_bytes = LANE_WAL_FINISH_BYTES;
	atomic_store(&lanes->journal_month, month);
	journal_unlink_old(lanes, month);
	return 0;
}

/* Frame ids go on behind the newest stored one, even when the clock was set back meanwhile. */
static int go_on_behind_stored_ids(struct journal_lane *journal)
{
	struct stmt *stmt = stmt_of(journal->db, SQL_FRAME_NEWEST);

	TRY(stmt_step(stmt));
	if (!stmt_is_null(stmt, 0))
		(void)id_next(&journal->ids, id_time_us(stmt_i64(stmt, 0)) + US_PER_MS);
	stmt_reset(stmt);
	return 0;
}

int journal_lane_open(struct lanes *lanes)
{
	struct journal_lane *journal = &lanes->journal;

	journal->lanes = lanes;
	arena_init(&journal->arena, LIMIT_JOB_ARENA);
	id_maker_init(&journal->ids, (uint32_t)lanes->config.node);
	TRY(open_month(journal, clock_now_us(lanes->config.clock)));
	return go_on_behind_stored_ids(journal);
}

static int write_frame(struct journal_lane *journal, const struct journal_row *row, int64_t now_us)
{
	const struct frame frame = {
		.id = id_next(&journal->ids, now_us),
		.tenant_id = row->tenant_id,
		.pile_id = row->pile_id,
		.at_us = row->at_us,
		.from_pile = row->from_pile,
		.connector_no = row->connector_no,
		.order_id = row->order_id,
		.action = row->action,
		.message_id = row->message_id,
		.request = row->request,
		.answer = row->answer,
		.error = row->error,
		.latency_us = row->latency_us,
		.repeats = row->repeats,
	};
	int result;

	TRY(result = store_frame_add(journal->db, &frame, &journal->arena));
	return result == 0 ? 0 : FAULT(FAULT_CORRUPT, "journal: frame id used twice");
}

static int write_row(struct journal_lane *journal, const struct journal_row *row, int64_t now_us)
{
	const struct sample sample = {
		.session_id = row->session_id,
		.at_us = row->at_us,
		.pile_id = row->pile_id,
		.connector_no = row->connector_no,
		.packed = row->request,
	};

	if (!row->sample)
		return write_frame(journal, row, now_us);
	TRY(store_sample_add(journal->db, &sample));
	return 0;
}

static int write_part(struct journal_lane *journal, const struct journal_part *part)
{
	int64_t now_us = clock_now_us(journal->lanes->config.clock);
	const struct job *job = part->first;

	for (size_t i = 0; i < part->count; i++) {
		if (i)
			job = (const struct job *)job->node.next;
		if (job->result < 0)
			continue;
		for (struct journal_row *row = job->effects.rows; row; row = row->next)
			TRY(write_row(journal, row, now_us));
	}
	return 0;
}

static int begin(struct journal_lane *journal)
{
	TRY(open_month(journal, clock_now_us(journal->lanes->config.clock)));
	TRY(db_begin(journal->db));
	db_optimistic(journal->db, true);
	arena_reset(&journal->arena);
	return 0;
}

/* Writes a part into the transaction under way. After a fault the rest waits for write_again. */
static void take_part(struct journal_lane *journal, struct journal_part *part)
{
	int result = 0;

	if (!journal->parts) {
		journal->parts_tail = &journal->parts;
		journal->broken = false;
		result = begin(journal);
	}
	part->node.next = NULL;
	*journal->parts_tail = &part->node;
	journal->parts_tail = &part->node.next;
	if (result == 0 && !journal->broken)
		result = write_part(journal, part);
	if (result < 0 && !journal->broken) {
		journal->broken = true;
		if (journal->db)
			db_rollback(journal->db);
	}
}

/* All parts of the transaction once more. */
static int write_again(struct journal_lane *journal)
{
	int result = begin(journal);

	for (struct queue_node *node = journal->parts; node && result == 0; node = node->next) {
		struct journal_part *part = (struct journal_part *)node;

		if (!part->batch->aborted)
			result = write_part(journal, part);
	}
	if (result == 0)
		return db_commit(journal->db);
	if (journal->db)
		db_rollback(journal->db);
	return result;
}

/* Once more after an I/O fault: the connection may have died while idle. Should the commit have
 * reached the disk all the same, frames are there twice, which is better than not at all. */
static int commit(struct journal_lane *journal)
{
	int result = journal->broken ? FAULT_IO : db_commit(journal->db);
	bool io_seen = false;

	for (int attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
		if (result != FAULT_BUSY && (result != FAULT_IO || io_seen))
			break;
		io_seen |= result == FAULT_IO;
		result = write_again(journal);
	}
	if (result < 0)
		LOG_ERROR("journal not written", "text=\"%s\"", fault_text());
	return result;
}

/* Ends the transaction and tells those whose last part was in it. Parts of other writers' batches
 * may be in it too: they are kept with it, and a fault is remembered for them. */
static void finish(struct journal_lane *journal, bool wanted)
{
	struct queue_node *node = journal->parts;
	int result = 0;

	if (wanted)
		result = commit(journal);
	else if (journal->db)
		db_rollback(journal->db);
	journal->parts = NULL;
	while (node) {
		struct journal_part *part = (struct journal_part *)node;
		struct journal_batch *batch = part->batch;

		node = node->next; /* the parts are gone as soon as their owner hears */
		if (result < 0)
			batch->result = result;
		if (part->last)
			sem_post(&batch->durable);
	}
	journal_purge(journal);
	if (journal->db)
		lane_care_for_wal(
			journal->db, &journal->lanes->journal_wal, &journal->wal_finish_bytes);
}

/* Takes parts in order; ends the transaction when a batch is complete. */
static void take_parts(struct journal_lane *journal, struct queue_node *node)
{
	bool complete = false, wanted = journal->lanes->writers_len > 1;

	while (node) {
		struct journal_part *part = (struct journal_part *)node;

		node = node->next;
		take_part(journal, part);
		complete |= part->last;
		wanted |= part->last && !part->batch->aborted;
	}
	if (complete)
		finish(journal, wanted);
}

void *journal_lane_thread(void *arg)
{
	struct journal_lane *journal = arg;
	struct queue_node *node;
	size_t count;

	while ((node = queue_take(&journal->queue, PARTS_MAX, -1, &count)))
		take_parts(journal, node);
	return NULL;
}

void journal_lane_close(struct lanes *lanes)
{
	struct journal_lane *journal = &lanes->journal;

	queue_close(&journal->queue);
	if (journal->started)
		pthread_join(journal->thread, NULL);
	db_close(journal->db);
	queue_fini(&journal->queue);
	arena_fini(&journal->arena);
}

void journal_begin(struct journal_batch *batch, struct lanes *lanes)
{
	batch->lanes = lanes;
	batch->parts_len = 0;
	batch->count = 0;
	batch->has_rows = false;
	batch->aborted = false;
	batch->result = 0;
}

/* Without threads the part is written here and now. */
static void hand_over(struct journal_batch *batch, bool last)
{
	struct journal_part *part = &batch->parts[batch->parts_len];

	ASSERT(batch->parts_len < sizeof(batch->parts) / sizeof(batch->parts[0]));
	if (batch->parts_len++ == 0)
		sem_init(&batch->durable, 0, 0);
	*part = (struct journal_part){
		.batch = batch, .first = batch->first, .count = batch->count, .last = last};
	batch->count = 0;
	batch->has_rows = false;
	if (batch->lanes->config.threads)
		ASSERT(queue_push(
			&batch->lanes->journal.queue, &part->node)); /* it holds all there can be */
	else
		take_parts(&batch->lanes->journal, &part->node);
}

void journal_add(struct journal_batch *batch, struct job *job)
{
	if (batch->count++ == 0)
		batch->first = job;
	batch->has_rows |= job->result >= 0 && job->effects.rows;
	if (batch->count < JOURNAL_PART_JOBS)
		return;
	if (batch->has_rows)
		hand_over(batch, false);
	batch->count = 0;
}

void journal_end(struct journal_batch *batch, bool aborted)
{
	batch->aborted = aborted;
	if (batch->parts_len || batch->has_rows)
		hand_over(batch, true);
}

int journal_await(struct journal_batch *batch)
{
	if (!batch->parts_len)
		return 0;
	while (sem_wait(&batch->durable) != 0)
		; /* interrupted by a signal */
	sem_destroy(&batch->durable);
	return batch->result;
}

static struct db *open_reader(const struct lanes *lanes, int month)
{
	char url[LANE_URL_MAX + 64];
	struct db *db = NULL;

	journal_url(lanes, month, url);
	if (access(url + sizeof("sqlite:") - 1, R_OK) != 0)
		return NULL;
	if (db_open(url, DB_JOURNAL, DB_READ, &db) < 0)
		LOG_WARN("journal not readable", "month=%06d text=\"%s\"", month, fault_text());
	return db;
}

void journal_readers_follow(struct lane *lane)
{
	int month = atomic_load(&lane->lanes->journal_month);

	for (int i = 0; i < 2; i++)
		if (lane->journal[i])
			db_rollback(lane->journal[i]); /* ends walks that a job left open */
	if (!lane->lanes->sqlite || month == lane->journal_month)
		return;
	db_close(lane->journal[0]);
	db_close(lane->journal[1]);
	lane->journal[0] = open_reader(lane->lanes, month);
	lane->journal[1] = open_reader(lane->lanes, month_before(month));
	lane->journal_month = month;
}
