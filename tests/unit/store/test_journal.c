/* test_journal.c - frames and samples on both engines: order, filters, paging over two months,
 * hostile text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/fault.h"
#include "engines.h"
#include "store/journal.h"

#define ARENA_MAX (1024 * 1024)

struct journals {
	struct db *both[2]; /* this month's and last month's; on PostgreSQL one is all there is */
	struct arena arena;
};

static struct db *open_journal(struct test_db *test, const char *name)
{
	struct db *db = NULL;
	char url[600];

	if (test->engine == DB_POSTGRES)
		snprintf(url, sizeof(url), "%s", test->url);
	else
		snprintf(url, sizeof(url), "sqlite:%s/%s.db", test->dir, name);
	assert_int_equal(db_open(url, DB_JOURNAL, DB_WRITE, &db), 0);
	assert_int_equal(db_migrate(db, 1), 0);
	return db;
}

static void open_both(struct journals *journals, struct test_db *test)
{
	arena_init(&journals->arena, ARENA_MAX);
	journals->both[0] = open_journal(test, "this");
	journals->both[1] = test->engine == DB_SQLITE ? open_journal(test, "last") : NULL;
}

static void close_both(struct journals *journals)
{
	db_close(journals->both[0]);
	db_close(journals->both[1]);
	arena_fini(&journals->arena);
}

/* Where old rows go. */
static struct db *last_month(struct journals *journals)
{
	return journals->both[1] ? journals->both[1] : journals->both[0];
}

static void add_frame(struct journals *journals, struct db *db, struct frame frame)
{
	frame.tenant_id = frame.tenant_id ? frame.tenant_id : 1;
	assert_int_equal(store_frame_add(db, &frame, &journals->arena), 0);
}

static size_t list(struct journals *journals, struct frame_filter filter, struct frame **ret_frames)
{
	size_t len = 0;

	filter.tenant_id = filter.tenant_id ? filter.tenant_id : 1;
	filter.limit = filter.limit ? filter.limit : 100;
	if (store_frames(journals->both, &filter, &journals->arena, ret_frames, &len) != 0)
		fail_msg("%s", fault_text());
	return len;
}

static void test_frame_returns_whole(void **state)
{
	struct journals journals;
	struct frame *frames;

	open_both(&journals, *state);
	add_frame(&journals, journals.both[0],
		(struct frame){.id = 5,
			.tenant_id = 2,
			.pile_id = 3,
			.at_us = 4,
			.from_pile = true,
			.connector_no = 6,
			.order_id = 7,
			.action = STR("StartTransaction"),
			.message_id = STR("m-1"),
			.request = STR("{\"idTag\":\"\xc3\xa4\"}"),
			.answer = STR("{}"),
			.error = STR("timeout"),
			.latency_us = 8});
	assert_int_equal(
		list(&journals, (struct frame_filter){.tenant_id = 2, .pile_id = 3}, &frames), 1);
	assert_int_equal(frames[0].id, 5);
	assert_int_equal(frames[0].tenant_id, 2);
	assert_int_equal(frames[0].pile_id, 3);
	assert_int_equal(frames[0].at_us, 4);
	assert_true(frames[0].from_pile);
	assert_int_equal(frames[0].connector_no, 6);
	assert_int_equal(frames[0].order_id, 7);
	assert_true(str_is(frames[0].action, "StartTransaction"));
	assert_true(str_is(frames[0].message_id, "m-1"));
	assert_true(str_is(frames[0].request, "{\"idTag\":\"\xc3\xa4\"}"));
	assert_true(str_is(frames[0].answer, "{}"));
	assert_true(str_is(frames[0].error, "timeout"));
	assert_int_equal(frames[0].latency_us, 8);
	close_both(&journals);
}

static void test_pages_run_from_month_to_month(void **state)
{
	struct journals journals;
	struct frame *frames;
	int64_t before = 0, expected = 20;
	size_t len;

	open_both(&journals, *state);
	for (int64_t id = 1; id <= 20; id++)
		add_frame(&journals, id > 8 ? journals.both[0] : last_month(&journals),
			(struct frame){.id = id, .pile_id = 3, .action = STR("Heartbeat")});
	do {
		len = list(&journals,
			(struct frame_filter){.pile_id = 3, .before_id = before, .limit = 3},
			&frames);
		for (size_t i = 0; i < len; i++)
			assert_int_equal(frames[i].id, expected--);
		before = len ? frames[len - 1].id : 0;
	} while (len);
	assert_int_equal(expected, 0);
	close_both(&journals);
}

static void test_filters(void **state)
{
	struct journals journals;
	struct frame *frames;

	open_both(&journals, *state);
	add_frame(&journals, journals.both[0],
		(struct frame){.id = 1, .pile_id = 3, .action = STR("Heartbeat")});
	add_frame(&journals, journals.both[0],
		(struct frame){.id = 2, .pile_id = 3, .order_id = 9, .action = STR("MeterValues")});
	add_frame(&journals, journals.both[0],
		(struct frame){
			.id = 3, .pile_id = 3, .action = STR("Reset"), .error = STR("timeout")});
	add_frame(
		&journals, journals.both[0], (struct frame){.id = 4, .pile_id = 4, .order_id = 9});
	add_frame(&journals, journals.both[0],
		(struct frame){.id = 5, .pile_id = 3, .tenant_id = 2, .order_id = 9});
	assert_int_equal(list(&journals, (struct frame_filter){.pile_id = 3}, &frames), 3);
	assert_int_equal(
		list(&journals, (struct frame_filter){.pile_id = 3, .errors_only = true}, &frames),
		1);
	assert_int_equal(frames[0].id, 3);
	assert_int_equal(
		list(&journals, (struct frame_filter){.pile_id = 3, .action = STR("MeterValues")},
			&frames),
		1);
	assert_int_equal(list(&journals, (struct frame_filter){.order_id = 9}, &frames), 2);
	assert_int_equal(frames[0].id, 4);
	assert_int_equal(
		list(&journals, (struct frame_filter){.tenant_id = 2, .order_id = 9}, &frames), 1);
	assert_int_equal(
		list(&journals, (struct frame_filter){.tenant_id = 3, .pile_id = 3}, &frames), 0);
	close_both(&journals);
}

static void test_hostile_text(void **state)
{
	struct journals journals;
	struct frame *frames;

	open_both(&journals, *state);
	add_frame(&journals, journals.both[0],
		(struct frame){.id = 1,
			.pile_id = 3,
			.request = STR("[2,\"\xff\xfe\",\"\xc3\xa4\"]"),
			.answer = {"a\0b", 3},
			.action = STR("'; DROP TABLE frame; --")});
	assert_int_equal(list(&journals, (struct frame_filter){.pile_id = 3}, &frames), 1);
	assert_true(str_is(frames[0].request, "[2,\"??\",\"??\"]"));
	assert_true(str_is(frames[0].answer, "a?b"));
	assert_true(str_is(frames[0].action, "'; DROP TABLE frame; --"));
	close_both(&journals);
}

static void test_same_frame_id_is_an_outcome(void **state)
{
	const struct frame frame = {.id = 1, .pile_id = 3};
	struct journals journals;

	open_both(&journals, *state);
	assert_int_equal(store_frame_add(journals.both[0], &frame, &journals.arena), 0);
	assert_int_equal(store_frame_add(journals.both[0], &frame, &journals.arena), DB_E_UNIQUE);
	close_both(&journals);
}

static void add_sample(struct db *db, int64_t session_id, int64_t at_us, struct str packed)
{
	const struct sample sample = {.session_id = session_id,
		.at_us = at_us,
		.pile_id = 3,
		.connector_no = 1,
		.packed = packed};

	assert_int_equal(store_sample_add(db, &sample), 0);
}

static void test_samples(void **state)
{
	struct journals journals;
	struct sample *samples;
	size_t len = 0;

	open_both(&journals, *state);
	add_sample(last_month(&journals), 1, 10, STR("a"));
	add_sample(last_month(&journals), 1, 20, (struct str){"b\0\xff", 3});
	add_sample(journals.both[0], 1, 30, STR_NULL);
	add_sample(journals.both[0], 1, 40, STR("d"));
	add_sample(journals.both[0], 1, 40, STR("e")); /* told again: replaced */
	add_sample(journals.both[0], 2, 35, STR("other"));
	assert_int_equal(
		store_samples(journals.both, 1, 10, 41, 100, &journals.arena, &samples, &len), 0);
	assert_int_equal(len, 4);
	assert_int_equal(samples[0].at_us, 10);
	assert_int_equal(samples[1].packed.len, 3);
	assert_memory_equal(samples[1].packed.ptr, "b\0\xff", 3);
	assert_int_equal(samples[2].packed.len, 0);
	assert_true(str_is(samples[3].packed, "e"));
	assert_int_equal(
		store_samples(journals.both, 1, 11, 40, 100, &journals.arena, &samples, &len), 0);
	assert_int_equal(len, 2);
	assert_int_equal(
		store_samples(journals.both, 1, 0, 100, 3, &journals.arena, &samples, &len), 0);
	assert_int_equal(len, 3);
	close_both(&journals);
}

static void test_small_arena(void **state)
{
	const struct frame_filter filter = {.tenant_id = 1, .pile_id = 3, .limit = 10};
	struct journals journals;
	struct frame *frames = NULL;
	struct arena small;
	char text[4000];
	size_t len = 0;

	open_both(&journals, *state);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = 'x';
	for (int64_t id = 1; id <= 5; id++)
		add_frame(&journals, journals.both[0],
			(struct frame){.id = id, .pile_id = 3, .request = {text, sizeof(text)}});
	arena_init(&small, 9000);
	assert_int_equal(store_frames(journals.both, &filter, &small, &frames, &len), FAULT_NOMEM);
	arena_fini(&small);
	assert_int_equal(
		list(&journals, filter, &frames), 5); /* and the statement is fit for use */
	close_both(&journals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_frame_returns_whole),
		ON_BOTH_ENGINES(test_pages_run_from_month_to_month),
		ON_BOTH_ENGINES(test_filters),
		ON_BOTH_ENGINES(test_hostile_text),
		ON_BOTH_ENGINES(test_same_frame_id_is_an_outcome),
		ON_BOTH_ENGINES(test_samples),
		ON_BOTH_ENGINES(test_small_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
