/* test_lane.c - the lanes on both engines, with threads and without: what is answered is stored, a
 * bad job fails alone, conflicts are run again, outages give faults and heal, frames land beside
 * the facts, ends are clean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "engines.h"
#include "pg.h"
#include "server/lane.h"
#include "store/journal.h"

#define NOVEMBER_US INT64_C(1795000000000000) /* 2026-11-18 */

struct bench {
	struct test_db *test;
	struct lanes_config config;
	struct lanes *lanes;
	struct clock_fake clock;
	_Atomic int done, good, faults, outcomes, effects;
	_Atomic int64_t last_of_shard[8];
	_Atomic bool disorder;
	int ack_pipe;
};
struct piece {
	struct job job;
	struct bench *bench;
	char key[40];
	int64_t n;
	int runs;       /* how often run was called */
	int busy_first; /* answers FAULT_BUSY this many times */
	bool waits;     /* done leaves it to the submitter */
	_Atomic bool is_done;
	int64_t found;
};

static void on_effect(void *context, const struct effect *effect)
{
	(void)effect;
	((struct bench *)context)->effects++;
}

static void start(struct bench *bench, struct test_db *test, bool threads)
{
	memset(bench, 0, sizeof(*bench));
	log_setup(LOG_LEVEL_ERROR + 1, false);
	bench->test = test;
	bench->ack_pipe = -1;
	clock_fake_init(&bench->clock, NOVEMBER_US);
	bench->config = (struct lanes_config){
		.db_url = test->url,
		.journal_dir = test->dir,
		.clock = threads ? &clock_system : &bench->clock.clock,
		.readers = 2,
		.workers = 1,
		.writers = 1,
		.threads = threads,
		.effect = on_effect,
		.context = bench,
	};
	if (lanes_new(&bench->config, &bench->lanes) != 0)
		fail_msg("%s", fault_text());
}

static void stop(struct bench *bench)
{
	lanes_free(bench->lanes);
	bench->lanes = NULL;
}

static void piece_done(struct job *job, int result)
{
	struct piece *piece = job->data;
	struct bench *bench = piece->bench;
	int64_t before;

	assert_true(result == job->result);
	if (result < 0)
		bench->faults++;
	else if (result > 0)
		bench->outcomes++;
	else
		bench->good++;
	before = atomic_exchange(&bench->last_of_shard[job->shard % 8], piece->n);
	if (piece->n && before >= piece->n)
		bench->disorder = true;
	if (bench->ack_pipe >= 0 && result == 0 &&
		write(bench->ack_pipe, piece->key, sizeof(piece->key)) < 0)
		_exit(9);
	arena_fini(&job->arena);
	bench->done++;
	if (piece->waits)
		piece->is_done = true;
	else
		mem_free(piece);
}

static int add_key(struct ctx *ctx, const char *key)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_IDEMPOTENCY_ADD);

	stmt_bind_str(stmt, 1, str_from(key));
	stmt_bind_str(stmt, 2, STR("hash"));
	stmt_bind_i64(stmt, 3, 200);
	stmt_bind_str(stmt, 4, STR("body"));
	stmt_bind_i64(stmt, 5, ctx->now_us);
	return stmt_run(stmt, NULL);
}

/* Stores the key; outcome 1 when it was there; leaves an effect and a frame. */
static int run_add(struct job *job, struct ctx *ctx)
{
	struct piece *piece = job->data;
	struct journal_row *row;
	int result;

	piece->runs++;
	TRY(result = add_key(ctx, piece->key));
	if (piece->runs <= piece->busy_first)
		return FAULT(FAULT_BUSY, "the test asks to run again");
	effects_add(ctx->effects, EFFECT_EVENT);
	row = effects_add_row(ctx->effects);
	row->pile_id = 7;
	row->tenant_id = 1;
	row->at_us = ctx->now_us;
	row->from_pile = true;
	row->action = STR("Heartbeat");
	row->message_id = str_from(piece->key);
	row->request = STR("{}");
	row->answer = STR("{}");
	row->error = STR("");
	return result;
}

/* Stores the key, then fails. */
static int run_add_and_fail(struct job *job, struct ctx *ctx)
{
	TRY(run_add(job, ctx));
	return FAULT(FAULT_BUG, "the test wants a fault");
}

static int run_count(struct job *job, struct ctx *ctx)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_IDEMPOTENCY_GET);
	struct piece *piece = job->data;
	int step;

	stmt_bind_str(stmt, 1, str_from(piece->key));
	TRY(step = stmt_step(stmt));
	piece->found = step;
	stmt_reset(stmt);
	return 0;
}

static int run_write_in_reader(struct job *job, struct ctx *ctx)
{
	return run_add(job, ctx);
}

static int run_frames(struct job *job, struct ctx *ctx)
{
	const struct frame_filter filter = {.tenant_id = 1, .pile_id = 7, .limit = 200};
	struct piece *piece = job->data;
	struct frame *frames;
	size_t len;

	TRY(store_frames(ctx->journal, &filter, ctx->arena, &frames, &len));
	for (size_t i = 1; i < len; i++)
		assert_true(frames[i - 1].id > frames[i].id);
	piece->found = (int64_t)len;
	return 0;
}

/* Reads a number and stores the next one: two at a time must not both read the same. */
static int run_increment(struct job *job, struct ctx *ctx)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_AUDIT_HEAD);
	char old[24] = "", next[24];
	int64_t changed = 0;
	int step;

	(void)job;
	stmt_bind_i64(stmt, 1, 1);
	TRY(step = stmt_step(stmt));
	if (step == 1)
		snprintf(old, sizeof(old), "%.*s", STR_FMT(stmt_str(stmt, 0)));
	stmt_reset(stmt);
	if (step == 0)
		return FAULT(FAULT_BUG, "no number to increment");
	snprintf(next, sizeof(next), "%d", atoi(old) + 1);
	stmt = stmt_of(ctx->db, SQL_AUDIT_HEAD_MOVE);
	stmt_bind_i64(stmt, 1, 1);
	stmt_bind_str(stmt, 2, str_from(next));
	stmt_bind_str(stmt, 3, str_from(old));
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : FAULT(FAULT_BUG, "lost update: %s", old);
}

static struct piece *make(struct bench *bench, enum lane_kind kind,
	int (*run)(struct job *, struct ctx *), const char *key)
{
	struct piece *piece = mem_alloc(sizeof(*piece));

	piece->bench = bench;
	snprintf(piece->key, sizeof(piece->key), "%s", key);
	piece->job = (struct job){.kind = kind, .run = run, .done = piece_done, .data = piece};
	arena_init(&piece->job.arena, LIMIT_JOB_ARENA);
	return piece;
}

static void nap_ms(int ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

/* Drains without threads, waits with them, until so many are done. */
static void until_done(struct bench *bench, int count)
{
	for (int i = 0; i < 20000 && bench->done < count; i++) {
		if (!bench->config.threads)
			lanes_drain(bench->lanes);
		else
			nap_ms(1);
	}
	assert_int_equal(bench->done, count);
}

static void submit(struct bench *bench, struct piece *piece)
{
	assert_true(lanes_submit(bench->lanes, &piece->job));
}

/* Runs one job to its end; returns its result and gives *ret_found when wanted. */
static int run_one(struct bench *bench, enum lane_kind kind, int (*run)(struct job *, struct ctx *),
	const char *key, int64_t *ret_found)
{
	struct piece *piece = make(bench, kind, run, key);
	int result;

	piece->waits = true;
	submit(bench, piece);
	for (int i = 0; i < 20000 && !piece->is_done; i++) {
		if (!bench->config.threads)
			lanes_drain(bench->lanes);
		else
			nap_ms(1);
	}
	assert_true(piece->is_done);
	result = piece->job.result;
	if (ret_found)
		*ret_found = piece->found;
	mem_free(piece);
	return result;
}

static bool stored(struct bench *bench, const char *key)
{
	int64_t found = -1;

	assert_int_equal(run_one(bench, LANE_READ, run_count, key, &found), 0);
	return found == 1;
}

/* As stored(), straight from the database: for many keys. */
static bool in_table(struct test_db *test, const char *key)
{
	struct stmt *stmt = stmt_of(test->db, SQL_IDEMPOTENCY_GET);
	int step;

	stmt_bind_str(stmt, 1, str_from(key));
	step = stmt_step(stmt);
	stmt_reset(stmt);
	return step == 1;
}

static void answered_is_stored(struct test_db *test, bool threads)
{
	struct bench bench;
	char key[40];
	int64_t frames = 0;
	struct lanes_stats stats;

	start(&bench, test, threads);
	for (int i = 1; i <= 1500; i++) {
		struct piece *piece;

		snprintf(key, sizeof(key), "key%d", i);
		piece = make(&bench, LANE_WRITE, run_add, key);
		piece->job.shard = (uint64_t)(i % 8);
		piece->n = i;
		submit(&bench, piece);
	}
	until_done(&bench, 1500);
	assert_int_equal(bench.good, 1500);
	assert_int_equal(bench.effects, 1500);
	assert_false(bench.disorder);
	assert_true(stored(&bench, "key1"));
	assert_true(stored(&bench, "key1500"));
	assert_false(stored(&bench, "key1501"));
	assert_int_equal(run_one(&bench, LANE_READ, run_frames, "", &frames), 0);
	assert_int_equal(frames, 200);
	lanes_stats(bench.lanes, &stats);
	assert_true(stats.commits < 1500); /* they were committed in groups */
	assert_true(stats.batch_max <= LIMIT_LANE_BATCH);
	assert_int_equal(stats.queued, 0);
	stop(&bench);
}

static void test_answered_is_stored(void **state)
{
	answered_is_stored(*state, true);
}

static void test_answered_is_stored_without_threads(void **state)
{
	answered_is_stored(*state, false);
}

/* A fault undoes its job alone; a duplicate key is an outcome; both between good jobs of one batch.
 */
static void test_bad_job_fails_alone(void **state)
{
	struct bench bench;
	int64_t frames = 0;

	start(&bench, *state, false);
	submit(&bench, make(&bench, LANE_WRITE, run_add, "first"));
	submit(&bench, make(&bench, LANE_WRITE, run_add_and_fail, "failed"));
	submit(&bench, make(&bench, LANE_WRITE, run_add, "second"));
	submit(&bench, make(&bench, LANE_WRITE, run_add, "first"));
	submit(&bench, make(&bench, LANE_WRITE, run_add, "third"));
	until_done(&bench, 5);
	assert_int_equal(bench.good, 3);
	assert_int_equal(bench.faults, 1);
	assert_int_equal(bench.outcomes, 1);
	assert_int_equal(bench.effects, 4); /* none from the failed one */
	assert_true(stored(&bench, "first") && stored(&bench, "second") && stored(&bench, "third"));
	assert_false(stored(&bench, "failed"));
	assert_int_equal(run_one(&bench, LANE_READ, run_frames, "", &frames), 0);
	assert_int_equal(frames, 4);
	stop(&bench);
}

static void test_busy_runs_again(void **state)
{
	struct bench bench;
	struct piece *piece;
	struct lanes_stats stats;

	start(&bench, *state, false);
	piece = make(&bench, LANE_WRITE, run_add, "twice");
	piece->busy_first = 2;
	submit(&bench, piece);
	until_done(&bench, 1);
	assert_int_equal(bench.good, 1);
	assert_int_equal(bench.effects, 1); /* not one per attempt */
	piece = make(&bench, LANE_WRITE, run_add, "always");
	piece->busy_first = 1000000;
	submit(&bench, piece);
	until_done(&bench, 2);
	assert_int_equal(bench.faults, 1);
	assert_true(stored(&bench, "twice"));
	assert_false(stored(&bench, "always"));
	lanes_stats(bench.lanes, &stats);
	assert_true(stats.busy_retries >= 4);
	stop(&bench);
}

static void test_reader_cannot_write(void **state)
{
	struct bench bench;

	start(&bench, *state, true);
	assert_int_equal(run_one(&bench, LANE_READ, run_write_in_reader, "no", NULL), FAULT_BUG);
	assert_int_equal(run_one(&bench, LANE_WORK, run_write_in_reader, "no", NULL), FAULT_BUG);
	assert_false(stored(&bench, "no"));
	stop(&bench);
}

/* Frames of two months are found together, in one file each on SQLite; older ones are out of reach
 * there. */
static void test_month_changes(void **state)
{
	struct bench bench;
	int64_t frames = 0;

	start(&bench, *state, false);
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "november", NULL), 0);
	bench.clock.at_us += 20 * US_PER_DAY;
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "december", NULL), 0);
	assert_int_equal(run_one(&bench, LANE_READ, run_frames, "", &frames), 0);
	assert_int_equal(frames, 2);
	bench.clock.at_us += 31 * US_PER_DAY;
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "january", NULL), 0);
	assert_int_equal(run_one(&bench, LANE_READ, run_frames, "", &frames), 0);
	if (bench.test->engine == DB_SQLITE) {
		char path[300];

		assert_int_equal(frames, 2);
		snprintf(path, sizeof(path), "%s/journal-202612.db", bench.test->dir);
		assert_int_equal(access(path, R_OK), 0);
		snprintf(path, sizeof(path), "%s/journal-202701.db", bench.test->dir);
		assert_int_equal(access(path, R_OK), 0);
	} else {
		assert_int_equal(frames, 3);
	}
	stop(&bench);
}

/* Ids keep growing when the clock was set back over a restart. */
static void test_clock_set_back(void **state)
{
	struct bench bench;
	int64_t frames = 0;

	start(&bench, *state, false);
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "before", NULL), 0);
	stop(&bench);
	start(&bench, *state, false);
	bench.clock.at_us -= 5 * US_PER_DAY;
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "after", NULL), 0);
	assert_int_equal(run_one(&bench, LANE_READ, run_frames, "", &frames), 0);
	assert_int_equal(frames, 2);
	stop(&bench);
}

static void test_queue_is_bounded(void **state)
{
	struct bench bench;
	struct piece *piece;

	start(&bench, *state, false);
	for (int i = 0; i < LIMIT_LANE_QUEUE; i++)
		submit(&bench, make(&bench, LANE_READ, run_count, "x"));
	piece = make(&bench, LANE_READ, run_count, "x");
	assert_false(lanes_submit(bench.lanes, &piece->job));
	lanes_drain(bench.lanes);
	assert_int_equal(bench.done, LIMIT_LANE_QUEUE);
	assert_true(lanes_submit(bench.lanes, &piece->job)); /* room again */
	until_done(&bench, LIMIT_LANE_QUEUE + 1);
	stop(&bench);
}

/* Closing finishes what is queued. */
static void test_closing_finishes(void **state)
{
	struct bench bench;
	char key[40];

	start(&bench, *state, true);
	for (int i = 0; i < 600; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		submit(&bench, make(&bench, LANE_WRITE, run_add, key));
	}
	stop(&bench);
	assert_int_equal(bench.done, 600);
	assert_int_equal(bench.good, 600);
}

static void test_writers_in_conflict(void **state)
{
	struct bench bench;
	struct stmt *stmt;
	char text[24];

	stmt = stmt_of(((struct test_db *)*state)->db, SQL_AUDIT_HEAD_ADD);
	stmt_bind_i64(stmt, 1, 1);
	stmt_bind_str(stmt, 2, STR("0"));
	assert_int_equal(stmt_run(stmt, NULL), 0);
	start(&bench, *state, true);
	stop(&bench);
	bench.config.writers = 4;
	assert_int_equal(lanes_new(&bench.config, &bench.lanes), 0);
	for (int i = 0; i < 200; i++) {
		struct piece *piece = make(&bench, LANE_WRITE, run_increment, "");

		piece->job.shard = (uint64_t)i;
		submit(&bench, piece);
		if (i % 10 == 0)
			nap_ms(1);
	}
	until_done(&bench, 200);
	stop(&bench);
	stmt = stmt_of(bench.test->db, SQL_AUDIT_HEAD);
	stmt_bind_i64(stmt, 1, 1);
	assert_int_equal(stmt_step(stmt), 1);
	snprintf(text, sizeof(text), "%.*s", STR_FMT(stmt_str(stmt, 0)));
	stmt_reset(stmt);
	assert_int_equal(atoi(text), bench.good); /* no update was lost, none counted twice */
	assert_true(bench.good >= 190);           /* and hardly any gave up */
}

static void test_database_stops_and_returns(void **state)
{
	struct bench bench;
	int64_t found = 0;

	start(&bench, *state, true);
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "before", NULL), 0);
	assert_true(stored(&bench, "before"));
	pg_stop();
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "during", NULL), FAULT_IO);
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "during", NULL), FAULT_IO);
	assert_int_equal(run_one(&bench, LANE_READ, run_count, "before", &found), FAULT_IO);
	pg_start();
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "after", NULL), 0);
	assert_true(stored(&bench, "before") && stored(&bench, "after"));
	assert_false(stored(&bench, "during"));
	stop(&bench);
}

/* The disk is full: a limit on file sizes refuses every growing write, as a full disk does. */
static void test_full_disk_heals(void **state)
{
	struct rlimit limit, full;
	struct bench bench;
	char path[300], key[40];
	bool good[100];
	struct stat wal;
	int faults = 0;

	signal(SIGXFSZ, SIG_IGN);
	start(&bench, *state, true);
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "before", NULL), 0);
	snprintf(path, sizeof(path), "%s/leyden.db-wal", bench.test->dir);
	assert_int_equal(stat(path, &wal), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	full = (struct rlimit){.rlim_cur = (rlim_t)wal.st_size, .rlim_max = limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "full%d", i);
		good[i] = run_one(&bench, LANE_WRITE, run_add, key, NULL) == 0;
		faults += !good[i];
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_true(faults > 0);
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "full%d", i);
		assert_true(!good[i] || in_table(bench.test, key));
	}
	assert_int_equal(run_one(&bench, LANE_WRITE, run_add, "after", NULL), 0);
	assert_true(stored(&bench, "before") && stored(&bench, "after"));
	stop(&bench);
}

/* In a child: answers keys through the pipe until it is killed. */
static void answer_until_killed(struct test_db *test, int pipe_end, int round)
{
	struct bench bench;
	char key[40];

	start(&bench, test, true);
	bench.ack_pipe = pipe_end;
	for (int i = 0;; i++) {
		struct piece *piece;

		snprintf(key, sizeof(key), "r%d-%d", round, i);
		piece = make(&bench, LANE_WRITE, run_add, key);
		while (!lanes_submit(bench.lanes, &piece->job))
			nap_ms(1);
		if (i - bench.done > 300)
			nap_ms(1);
	}
}

/* Has this file or schema the frame of that message? */
static int run_frame_exists(struct job *job, struct ctx *ctx)
{
	struct frame_filter filter = {.tenant_id = 1, .pile_id = 7, .limit = 200};
	struct piece *piece = job->data;
	struct frame *frames;
	size_t len = 200;

	piece->found = 0;
	while (len == 200 && !piece->found) {
		TRY(store_frames(ctx->journal, &filter, ctx->arena, &frames, &len));
		for (size_t i = 0; i < len; i++)
			piece->found |= str_is(frames[i].message_id, piece->key);
		filter.before_id = len ? frames[len - 1].id : 0;
	}
	return 0;
}

/* kill -9 in full flight: everything that was answered is there, facts and frames. */
static void test_killed_loses_nothing_answered(void **state)
{
	struct test_db *test = *state;
	char key[40], last[40];

	for (int round = 0; round < 4; round++) {
		int ends[2], answered = 0;
		struct bench bench;
		int64_t found = 0;
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		db_close(test->db); /* a connection must not pass through fork */
		pid = fork();
		if (pid == 0) {
			close(ends[0]);
			answer_until_killed(test, ends[1], round);
		}
		close(ends[1]);
		while (answered < 150 + 170 * round &&
			read(ends[0], key, sizeof(key)) == sizeof(key))
			answered++;
		kill(pid, SIGKILL);
		while (read(ends[0], key, sizeof(key)) == sizeof(key)) {
			answered++;
			memcpy(last, key, sizeof(last));
		}
		close(ends[0]);
		waitpid(pid, NULL, 0);
		assert_true(answered > 100);
		test->db = test_db_open(test, DB_MAIN, DB_WRITE);
		start(&bench, test, true);
		for (int i = 0; i < answered; i++) {
			snprintf(key, sizeof(key), "r%d-%d", round, i);
			assert_true(in_table(test, key));
		}
		assert_int_equal(run_one(&bench, LANE_READ, run_frame_exists, key, &found), 0);
		assert_int_equal(found, 1);
		stop(&bench);
	}
}

static void test_bad_configurations(void **state)
{
	struct test_db *test = *state;
	struct lanes_config config = {.db_url = test->url, .clock = &clock_system};
	struct lanes *lanes = NULL;

	log_setup(LOG_LEVEL_ERROR + 1, false);
	assert_int_equal(lanes_new(&config, &lanes), FAULT_BUG); /* no directory for journals */
	config.journal_dir = "/nowhere/at/all";
	assert_int_equal(lanes_new(&config, &lanes), FAULT_IO);
	config.journal_dir = test->dir;
	config.node = 63;
	assert_int_equal(lanes_new(&config, &lanes), FAULT_BUG);
	config.node = 0;
	config.db_url = "sqlite:/nowhere/at/all/leyden.db";
	assert_int_equal(lanes_new(&config, &lanes), FAULT_IO);
	assert_null(lanes);
	lanes_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_answered_is_stored),
		ON_BOTH_ENGINES(test_answered_is_stored_without_threads),
		ON_BOTH_ENGINES(test_bad_job_fails_alone),
		ON_BOTH_ENGINES(test_busy_runs_again),
		ON_BOTH_ENGINES(test_reader_cannot_write),
		ON_BOTH_ENGINES(test_month_changes),
		ON_BOTH_ENGINES(test_clock_set_back),
		ON_BOTH_ENGINES(test_closing_finishes),
		ON_BOTH_ENGINES(test_killed_loses_nothing_answered),
		ON_ENGINE(test_queue_is_bounded, "SQLite", test_on_sqlite),
		ON_ENGINE(test_full_disk_heals, "SQLite", test_on_sqlite),
		ON_ENGINE(test_bad_configurations, "SQLite", test_on_sqlite),
		ON_ENGINE(test_writers_in_conflict, "PostgreSQL", test_on_postgres),
		ON_ENGINE(test_database_stops_and_returns, "PostgreSQL", test_on_postgres),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
