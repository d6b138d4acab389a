/* test_piles.c - the list of piles by what they do now: online, offline, charging, faulted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api_world.h"
#include "store/pile.h"

static void set_status(struct world *w, const char *status)
{
	const struct connector connector = {
		.pile_id = w->pile, .no = 1, .status = str_from(status), .status_us = WORLD_NOW};

	assert_int_equal(store_connector_status(w->test->db, &connector), 0);
}

/* How many piles a state's list has: 0 or 1 here. */
static int64_t piles_in(struct world *w, const char *state)
{
	struct answer answer = world_get(
		w, str_dup_z(&w->arena, str_format(&w->arena, "/v1/piles?state=%s", state)));

	assert_int_equal(answer.status, 200);
	assert_false(world_has(answer, "\"pending\"")); /* it does nothing before it is let in */
	return world_has(answer, "LAKE-07");
}

static void test_live_states(void **state)
{
	struct world w;

	world_open(&w, state);
	world_as(&w, "auditor");
	assert_int_equal(piles_in(&w, "online"), 1);
	assert_int_equal(piles_in(&w, "offline"), 0);
	assert_int_equal(piles_in(&w, "charging"), 0);
	assert_int_equal(piles_in(&w, "faulted"), 0);
	set_status(&w, "Charging");
	assert_int_equal(piles_in(&w, "charging"), 1);
	assert_int_equal(piles_in(&w, "faulted"), 0);
	set_status(&w, "Faulted");
	assert_int_equal(piles_in(&w, "charging"), 0);
	assert_int_equal(piles_in(&w, "faulted"), 1);
	assert_int_equal(store_pile_offline(w.test->db, w.pile, 0), 0);
	assert_int_equal(piles_in(&w, "offline"), 1);
	assert_int_equal(piles_in(&w, "online"), 0);
	assert_int_equal(piles_in(&w, "faulted"), 0); /* nobody knows any more */
	assert_int_equal(world_get(&w, "/v1/piles?state=asleep").status, 400);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_live_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
