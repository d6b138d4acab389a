/* test_keep.c - retention of the journal by the fake clock: on SQLite files of months go, and
 * nothing else does; on PostgreSQL rows go a few at a time; what is younger stays on both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/fault.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/log.h"
#include "engines.h"
#include "server/lane_parts.h"
#include "store/journal.h"

#define NOVEMBER_US INT64_C(1795000000000000) /* 2026-11-18 */

struct keep {
	struct test_db *test;
	struct clock_fake clock;
	struct lanes *lanes;
};

static void start(struct keep *keep, void **state, int months)
{
	struct lanes_config config = {.journal_months = months, .writers = 1};

	log_setup(LOG_LEVEL_ERROR + 1, false);
	keep->test = *state;
	clock_fake_init(&keep->clock, NOVEMBER_US);
	config.db_url = keep->test->url;
	config.journal_dir = keep->test->dir;
	config.clock = &keep->clock.clock;
	if (lanes_new(&config, &keep->lanes) != 0)
		fail_msg("%s", fault_text());
}

static int add_row(struct job *job, struct ctx *ctx)
{
	struct journal_row *row = effects_add_row(ctx->effects);

	(void)job;
	row->tenant_id = 1;
	row->pile_id = 7;
	row->at_us = ctx->now_us;
	row->action = row->message_id = STR("Heartbeat");
	row->request = row->answer = STR("{}");
	return 0;
}

static void free_job(struct job *job, int result)
{
	assert_int_equal(result, 0);
	arena_fini(&job->arena);
	mem_free(job);
}

/* One message at the present time, through the lanes. */
static void one_message(struct keep *keep)
{
	struct job *job = mem_alloc(sizeof(*job));

	arena_init(&job->arena, LIMIT_JOB_ARENA);
	effects_init(&job->effects, &job->arena);
	job->kind = LANE_WRITE;
	job->run = add_row;
	job->done = free_job;
	assert_true(lanes_submit(keep->lanes, job));
	lanes_drain(keep->lanes);
}

static bool file_exists(struct keep *keep, const char *name, bool make)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", keep->test->dir, name);
	file = fopen(path, make ? "w" : "r");
	if (file)
		fclose(file);
	return file != NULL;
}

static void test_months(void **state)
{
	(void)state;
	assert_int_equal(journal_first_month(202611, 13), 202510);
	assert_int_equal(journal_first_month(202611, 11), 202512);
	assert_int_equal(journal_first_month(202611, 10), 202601);
	assert_int_equal(journal_first_month(202601, 1), 202512);
	assert_int_equal(month_begin(NOVEMBER_US, 0), INT64_C(1793491200000000));
	assert_int_equal(month_begin(NOVEMBER_US, 11), INT64_C(1764547200000000));
}

static void test_files_go(void **state)
{
	static const char *const gone[] = {
		"journal-202509.db", "journal-202509.db-wal", "journal-202401.db-shm"};
	static const char *const stay[] = {"journal-202511.db", "journal-202509.db.bak",
		"journal-2025.db", "journal-2025091.db", "old-journal-202509.db", "leyden.db"};
	struct keep keep;

	keep.test = *state;
	for (size_t i = 0; i < 3; i++)
		assert_true(file_exists(&keep, gone[i], true));
	for (size_t i = 0; i < 5; i++)
		assert_true(file_exists(&keep, stay[i], true));
	assert_true(file_exists(&keep, "journal-202510.db", true));
	start(&keep, state, 13);
	one_message(&keep);
	for (size_t i = 0; i < 3; i++)
		assert_false(file_exists(&keep, gone[i], false));
	for (size_t i = 0; i < 6; i++)
		assert_true(file_exists(&keep, stay[i], false));
	assert_true(file_exists(&keep, "journal-202510.db", false));
	/* December: the thirteenth month before it is November 2025 */
	keep.clock.at_us += 20 * US_PER_DAY;
	one_message(&keep);
	assert_false(file_exists(&keep, "journal-202510.db", false));
	assert_true(file_exists(&keep, "journal-202511.db", false));
	assert_true(file_exists(&keep, "journal-202611.db", false));
	lanes_free(keep.lanes);
}

static void test_for_ever(void **state)
{
	struct keep keep = {.test = *state};

	assert_true(file_exists(&keep, "journal-202401.db", true));
	start(&keep, state, 0);
	one_message(&keep);
	assert_true(file_exists(&keep, "journal-202401.db", false));
	lanes_free(keep.lanes);
}

static void add_old(struct db *db, struct arena *arena, int64_t at_us, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		struct frame frame = {.id = id_first(at_us) + i,
			.tenant_id = 1,
			.pile_id = 7,
			.at_us = at_us,
			.action = STR("Heartbeat")};
		struct sample sample = {
			.session_id = id_first(at_us), .at_us = at_us + i, .pile_id = 7};

		assert_int_equal(store_frame_add(db, &frame, arena), 0);
		assert_int_equal(store_sample_add(db, &sample), 0);
	}
}

static size_t frames_of(struct keep *keep, struct arena *arena)
{
	struct frame_filter filter = {.tenant_id = 1, .pile_id = 7, .limit = 4000};
	struct db *const journals[2] = {keep->lanes->journal.db, NULL};
	struct frame *frames;
	size_t len;

	assert_int_equal(store_frames(journals, &filter, arena, &frames, &len), 0);
	return len;
}

static void test_rows_go(void **state)
{
	struct keep keep;
	struct arena arena;
	struct db *db;
	size_t before;

	start(&keep, state, 1);
	arena_init(&arena, 16 * 1024 * 1024);
	db = keep.lanes->journal.db;
	assert_int_equal(db_begin(db), 0);
	add_old(db, &arena, NOVEMBER_US - 60 * US_PER_DAY, 1200);
	add_old(db, &arena, NOVEMBER_US - 40 * US_PER_DAY, 5); /* October is kept */
	assert_int_equal(db_commit(db), 0);
	before = frames_of(&keep, &arena);
	assert_int_equal(before, 1205);
	/* a few hundred after each commit, at most once a second */
	one_message(&keep);
	one_message(&keep);
	assert_int_equal(frames_of(&keep, &arena), 1205 + 2 - 500);
	for (int i = 0; i < 3; i++) {
		keep.clock.at_us += 2 * US_PER_S;
		one_message(&keep);
	}
	assert_int_equal(frames_of(&keep, &arena), 5 + 5);
	arena_fini(&arena);
	lanes_free(keep.lanes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_months),
		ON_ENGINE(test_files_go, "SQLite", test_on_sqlite),
		ON_ENGINE(test_for_ever, "SQLite", test_on_sqlite),
		ON_ENGINE(test_rows_go, "PostgreSQL", test_on_postgres),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
