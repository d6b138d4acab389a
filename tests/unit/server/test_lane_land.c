/* test_lane_land.c - between commit and answer. The test's own fdatasync stands before the system's
 * and can be told to wait, so that a batch hangs exactly there: the next batch runs meanwhile, no
 * answer leaves, not even a reader's that saw the commit; then all leave in order. A log that
 * cannot be synced ends the process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <errno.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/log.h"
#include "engines.h"
#include "server/lane.h"

#define PIECES 24

static pthread_mutex_t gate_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_cond = PTHREAD_COND_INITIALIZER;
static bool gate_shut, gate_broken;
static int at_gate;

/* Instead of the library's, for everything in this program. */
int fdatasync(int fd)
{
	pthread_mutex_lock(&gate_mutex);
	at_gate++;
	pthread_cond_broadcast(&gate_cond);
	while (gate_shut)
		pthread_cond_wait(&gate_cond, &gate_mutex);
	pthread_mutex_unlock(&gate_mutex);
	if (gate_broken) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static void shut_gate(bool shut)
{
	pthread_mutex_lock(&gate_mutex);
	gate_shut = shut;
	at_gate = 0;
	pthread_cond_broadcast(&gate_cond);
	pthread_mutex_unlock(&gate_mutex);
}

static void await_gate(void)
{
	pthread_mutex_lock(&gate_mutex);
	while (at_gate == 0)
		pthread_cond_wait(&gate_cond, &gate_mutex);
	pthread_mutex_unlock(&gate_mutex);
}

static void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

struct piece {
	struct job job;
	char key[16];
	_Atomic bool ran, is_done;
	int order; /* in which it was answered, from 1 */
	bool found;
};
static _Atomic int answered;
static _Atomic bool hold_first; /* a job whose key begins with 'f' runs until this is false */

static int run_add(struct job *job, struct ctx *ctx)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_IDEMPOTENCY_ADD);
	struct piece *piece = job->data;

	stmt_bind_str(stmt, 1, str_from(piece->key));
	stmt_bind_str(stmt, 2, STR("hash"));
	stmt_bind_i64(stmt, 3, 200);
	stmt_bind_str(stmt, 4, STR("body"));
	stmt_bind_i64(stmt, 5, ctx->now_us);
	TRY(stmt_run(stmt, NULL));
	while (piece->key[0] == 'f' && hold_first)
		nap();
	piece->ran = true;
	return 0;
}

static int run_find(struct job *job, struct ctx *ctx)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_IDEMPOTENCY_GET);
	struct piece *piece = job->data;
	int step;

	stmt_bind_str(stmt, 1, str_from(piece->key));
	TRY(step = stmt_step(stmt));
	piece->found = step == 1;
	stmt_reset(stmt);
	piece->ran = true;
	return 0;
}

static void done(struct job *job, int result)
{
	struct piece *piece = job->data;

	piece->order = result == 0 ? ++answered : -1;
	arena_fini(&job->arena);
	piece->is_done = true;
}

static void submit(struct lanes *lanes, struct piece *piece, enum lane_kind kind, const char *key)
{
	memset(piece, 0, sizeof(*piece));
	snprintf(piece->key, sizeof(piece->key), "%s", key);
	piece->job = (struct job){.kind = kind,
		.run = kind == LANE_WRITE ? run_add : run_find,
		.done = done,
		.data = piece};
	arena_init(&piece->job.arena, 1 << 20);
	assert_true(lanes_submit(lanes, &piece->job));
}

static struct lanes *open_lanes(struct test_db *test)
{
	const struct lanes_config config = {.db_url = test->url,
		.journal_dir = test->dir,
		.clock = &clock_system,
		.readers = 2,
		.workers = 1,
		.writers = 1,
		.threads = true};
	struct lanes *lanes;

	log_setup(LOG_LEVEL_ERROR + 1, false);
	answered = 0;
	if (lanes_new(&config, &lanes) != 0)
		fail_msg("%s", fault_text());
	return lanes;
}

static void await(const _Atomic bool *flag)
{
	while (!*flag)
		nap();
}

/* While the first batch waits for the disk the second one runs; neither is answered, nor is a
 * reader that sees the first. */
static void test_nothing_leaves_before_it_is_durable(void **state)
{
	struct lanes *lanes = open_lanes(*state);
	struct piece first, reader, later[PIECES];
	char key[16];

	shut_gate(true);
	submit(lanes, &first, LANE_WRITE, "first");
	await_gate();
	submit(lanes, &reader, LANE_READ, "first");
	await(&reader.ran);
	for (int i = 0; i < PIECES; i++) {
		snprintf(key, sizeof(key), "later%d", i);
		submit(lanes, &later[i], LANE_WRITE, key);
	}
	for (int i = 0; i < 10; i++)
		nap();
	assert_true(first.ran);
	assert_false(first.is_done);
	assert_true(reader.found);
	assert_false(reader.is_done);
	shut_gate(false);
	await(&first.is_done);
	await(&reader.is_done);
	for (int i = 0; i < PIECES; i++) {
		await(&later[i].is_done);
		assert_true(later[i].order > first.order);
		assert_true(i == 0 || later[i].order > later[i - 1].order);
	}
	lanes_free(lanes);
}

/* With work waiting, the writer leaves a batch to the lander and runs the next one, although the
 * first is not on the disk; all are answered in order. */
static void test_the_writer_runs_on(void **state)
{
	struct lanes *lanes = open_lanes(*state);
	struct piece first, pieces[PIECES];
	char key[16];

	for (int round = 0; round < 20; round++) {
		shut_gate(true);
		hold_first = true;
		snprintf(key, sizeof(key), "first%d", round);
		submit(lanes, &first, LANE_WRITE, key);
		for (int i = 0; i < PIECES; i++) {
			snprintf(key, sizeof(key), "k%d-%d", round, i);
			submit(lanes, &pieces[i], LANE_WRITE, key);
		}
		hold_first = false;
		for (int i = 0; i < PIECES; i++)
			await(&pieces[i].ran);
		assert_false(first.is_done);
		shut_gate(false);
		await(&first.is_done);
		for (int i = 0; i < PIECES; i++) {
			await(&pieces[i].is_done);
			assert_int_equal(pieces[i].order, first.order + i + 1);
		}
	}
	lanes_free(lanes);
}

static void test_a_log_that_cannot_be_synced_ends_the_process(void **state)
{
	struct test_db *test = *state;
	struct piece piece;
	int status;
	pid_t pid;

	db_close(test->db); /* a connection must not pass through fork */
	pid = fork();
	if (pid == 0) {
		struct lanes *lanes = open_lanes(test);

		signal(SIGABRT, SIG_DFL);
		submit(lanes, &piece, LANE_WRITE, "kept");
		await(&piece.is_done);
		gate_broken = true;
		submit(lanes, &piece, LANE_WRITE, "lost");
		await(&piece.is_done);
		_exit(0); /* an answer: wrong */
	}
	waitpid(pid, &status, 0);
	test->db = test_db_open(test, DB_MAIN, DB_WRITE);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_ENGINE(test_nothing_leaves_before_it_is_durable, "SQLite", test_on_sqlite),
		ON_ENGINE(test_the_writer_runs_on, "SQLite", test_on_sqlite),
		ON_ENGINE(test_a_log_that_cannot_be_synced_ends_the_process, "SQLite",
			test_on_sqlite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
