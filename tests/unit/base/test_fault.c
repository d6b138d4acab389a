/* test_fault.c - the trace a fault leaves. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/fault.h"

static int origin(void)
{
	return FAULT(FAULT_IO, "disk %d is gone", 3);
}

static int middle(int outcome)
{
	if (outcome != 0)
		TRY(outcome > 0 ? outcome : origin());
	return outcome;
}

static void trace_tells_origin_and_frames(void **state)
{
	const char *text;

	(void)state;
	fault_clear();
	assert_string_equal(fault_text(), "");
	assert_int_equal(middle(-1), FAULT_IO);
	text = fault_text();
	assert_ptr_equal(strstr(text, "io: disk 3 is gone at "), text);
	assert_non_null(strstr(text, " < "));
	fault_clear();
	assert_string_equal(fault_text(), "");
}

static void outcomes_leave_no_trace(void **state)
{
	(void)state;
	fault_clear();
	assert_int_equal(middle(7), 7);
	assert_int_equal(middle(0), 0);
	assert_string_equal(fault_text(), "");
}

static void long_traces_are_cut(void **state)
{
	(void)state;
	FAULT(FAULT_BUG, "%2000s", "x");
	for (int i = 0; i < 1000; i++)
		fault_trace(FAULT_BUG, "src/base/somewhere.c", i);
	assert_true(strlen(fault_text()) < 2000);
	FAULT(FAULT_BUSY, "again");
	assert_ptr_equal(strstr(fault_text(), "busy: again"), fault_text());
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(fault_name(FAULT_NOMEM), "nomem");
	assert_string_equal(fault_name(FAULT_CORRUPT), "corrupt");
	assert_string_equal(fault_name(-99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trace_tells_origin_and_frames),
		cmocka_unit_test(outcomes_leave_no_trace),
		cmocka_unit_test(long_traces_are_cut),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
