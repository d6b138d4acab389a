/* test_reports.c - reports in parts: joined in any order, bounded, dropped when they never end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "app/reports.h"
#include "money_world.h"

static struct money_world w;

static int part(int64_t request, int64_t seq, bool last, size_t bytes, struct pile_report *ret)
{
	const struct report_part one = {.pile_id = 9,
		.kind = STR("NotifyReport"),
		.request_id = request,
		.seq = seq,
		.last = last,
		.body = STR("{}"),
		.body_bytes = bytes};

	return reports_part(&w.ctx, &one, ret);
}

static void test_any_order(void **state)
{
	struct pile_report report;

	world_open(&w, state);
	assert_int_equal(part(1, 2, true, 10, &report), 0);
	assert_true(str_is(report.state, "open"));
	assert_int_equal(part(1, 0, false, 10, &report), 0);
	assert_int_equal(part(1, 0, false, 10, &report), REPORTS_E_AGAIN);
	assert_int_equal(part(1, 1, false, 10, &report), 0);
	assert_true(str_is(report.state, "done"));
	assert_int_equal(report.parts, 3);
	assert_int_equal(report.bytes, 30);
	/* A part that comes once more changes nothing; much later it begins a new report. */
	assert_int_equal(part(1, 0, false, 10, &report), REPORTS_E_AGAIN);
	w.ctx.now_us += REPORTS_SILENT_US;
	assert_int_equal(part(1, 0, true, 10, &report), 0);
	assert_true(str_is(report.state, "done"));
	assert_int_equal(report.parts, 1);
	world_close(&w);
}

static void test_parts_without_numbers(void **state)
{
	struct pile_report report;

	world_open(&w, state);
	assert_int_equal(part(2, -1, false, 1, &report), 0);
	assert_int_equal(part(2, -1, true, 1, &report), 0);
	assert_true(str_is(report.state, "done"));
	assert_int_equal(report.parts, 2);
	world_close(&w);
}

static void test_never_ends(void **state)
{
	struct pile_report report;

	world_open(&w, state);
	assert_int_equal(part(3, 0, false, 1, &report), 0);
	assert_int_equal(reports_tick(&w.ctx), 0);
	assert_int_equal(part(3, 1, false, 1, &report), 0);
	w.ctx.now_us += REPORTS_SILENT_US + 1;
	assert_int_equal(reports_tick(&w.ctx), 0);
	assert_int_equal(part(3, 2, false, 1, &report), REPORTS_E_DROPPED);
	assert_true(str_is(report.state, "dropped"));
	assert_true(str_is(report.reason, "never_ended"));
	world_close(&w);
}

static void test_too_large(void **state)
{
	struct pile_report report;

	world_open(&w, state);
	assert_int_equal(part(4, 0, false, REPORTS_BYTES_MOST, &report), 0);
	assert_int_equal(part(4, 1, true, 1, &report), REPORTS_E_DROPPED);
	assert_true(str_is(report.reason, "too_large"));
	assert_int_equal(part(5, REPORTS_PARTS_MOST, true, 1, &report), REPORTS_E_DROPPED);
	world_close(&w);
}

static void test_too_many_at_once(void **state)
{
	struct pile_report report;

	world_open(&w, state);
	for (int64_t i = 0; i < REPORTS_OPEN_MOST; i++)
		assert_int_equal(part(100 + i, 0, false, 1, &report), 0);
	assert_int_equal(part(99, 0, false, 1, &report), REPORTS_E_DROPPED);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_any_order),
		ON_BOTH_ENGINES(test_parts_without_numbers),
		ON_BOTH_ENGINES(test_never_ends),
		ON_BOTH_ENGINES(test_too_large),
		ON_BOTH_ENGINES(test_too_many_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
