/* test_plan.c - a share with a future: as steps, as text, the higher of two. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "domain/plan.h"

static struct plan plan_of(const char *text)
{
	struct plan plan;

	assert_true(plan_read(str_from(text), &plan));
	return plan;
}

static void steps_as_text(void **state)
{
	struct plan plan = plan_of("100:6000,200:0,300:32000");
	struct arena arena;

	(void)state;
	arena_init(&arena, 4096);
	assert_int_equal(plan.len, 3);
	assert_true(str_is(plan_text(&arena, &plan), "100:6000,200:0,300:32000"));
	assert_true(plan_read(STR(""), &plan));
	assert_int_equal(plan.len, 0);
	assert_true(str_is(plan_text(&arena, &plan), ""));
	arena_fini(&arena);
}

static void texts_that_are_none(void **state)
{
	static const char steps_25[] =
		"1:1,2:2,3:1,4:2,5:1,6:2,7:1,8:2,9:1,10:2,11:1,12:2,13:1,14:2,15:1,16:2,17:1,18:2,"
		"19:1,20:2,21:1,22:2,23:1,24:2,25:1";
	static const char *const bad[] = {"x", "1", "1:", ":1", "1:-1", "2:1,1:2", "1:1,1:2",
		"1:1,,2:2", "1:20000000", "1:1;2:2", steps_25};
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (plan_read(str_from(bad[i]), &plan))
			fail_msg("%s", bad[i]);
	}
}

static void most_and_least(void **state)
{
	struct plan plan = plan_of("100:10,200:5,300:20"), none = {0};

	(void)state;
	assert_int_equal(plan_most(&plan, 0, 1), 10); /* before its first second as well */
	assert_int_equal(plan_most(&plan, 199, 200), 10);
	assert_int_equal(plan_most(&plan, 200, 201), 5);
	assert_int_equal(plan_most(&plan, 150, 250), 10);
	assert_int_equal(plan_least(&plan, 150, 250), 5);
	assert_int_equal(plan_least(&plan, 150, 200), 10);
	assert_int_equal(plan_most(&plan, 250, PLAN_ALWAYS), 20);
	assert_int_equal(plan_least(&plan, 300, PLAN_ALWAYS), 20);
	assert_int_equal(plan_most(&none, 0, PLAN_ALWAYS), -1);
	assert_int_equal(plan_least(&none, 0, PLAN_ALWAYS), -1);
}

static void what_finds_no_room(void **state)
{
	struct plan plan = {0};

	(void)state;
	for (int i = 0; i < PLAN_STEPS; i++)
		plan_add(&plan, i, 100 + i, true);
	assert_int_equal(plan.len, PLAN_STEPS);
	plan_add(&plan, 50, 900, true);
	assert_int_equal(plan.steps[PLAN_STEPS - 1].ma, 100 + PLAN_STEPS - 1);
	plan_add(&plan, 51, 7, true);
	assert_int_equal(plan.steps[PLAN_STEPS - 1].ma, 7);
	plan_add(&plan, 52, 900, false);
	assert_int_equal(plan.steps[PLAN_STEPS - 1].ma, 900);
	assert_int_equal(plan.len, PLAN_STEPS);
}

static struct plan random_plan(struct rng *rng)
{
	struct plan plan = {0};
	int64_t at_s = 0;

	for (uint64_t i = rng_below(rng, PLAN_STEPS + 1); i > 0; i--) {
		at_s += 1 + (int64_t)rng_below(rng, 9);
		plan_add(&plan, at_s, (int32_t)rng_below(rng, 32), true);
	}
	return plan;
}

/* Never lower than one of both, and no higher where there is room for all steps. */
static void either_is_the_higher(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 4);
	for (int round = 0; round < 2000; round++) {
		struct plan a = random_plan(&rng), b = random_plan(&rng), both;
		int64_t from_s = (int64_t)rng_below(&rng, 100);

		plan_either(&a, &b, from_s, &both);
		for (int64_t at_s = from_s; at_s < 300; at_s++) {
			int32_t one = plan_most(&a, at_s, at_s + 1);
			int32_t other = plan_most(&b, at_s, at_s + 1);
			int32_t got = plan_most(&both, at_s, at_s + 1);

			assert_true(got >= one && got >= other);
			if (both.len < PLAN_STEPS)
				assert_true(got == one || got == other);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_as_text),
		cmocka_unit_test(texts_that_are_none),
		cmocka_unit_test(most_and_least),
		cmocka_unit_test(what_finds_no_room),
		cmocka_unit_test(either_is_the_higher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
