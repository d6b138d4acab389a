/* test_refusals.c - whose a refused handshake is: the operator's of the pile it named, else
 * nobody's as long as there is more than one operator; and nobody's noise pushes out another one's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/devices.h"
#include "store/lists.h"
#include "store/pile.h"

static void refuse(struct world *w, const char *code, const char *reason)
{
	assert_int_equal(devices_refused(world_ctx(w), str_from(code), STR("192.0.2.1:5"),
				 str_from(reason), STR("In words.")),
		0);
}

static void test_whose(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	refuse(&w, "LAKE-07", "credentials");
	refuse(&w, "STRANGER", "unknown");
	refuse(&w, "not/a/code", "name");
	world_as(&w, "installer");
	answer = world_get(&w, "/v1/refusals");
	assert_true(world_has(answer, "LAKE-07"));
	assert_false(world_has(answer, "STRANGER") || world_has(answer, "not/a/code"));
	answer = world_get(&w, "/v1/attention");
	assert_true(world_has(answer, "LAKE-07"));
	assert_false(world_has(answer, "STRANGER"));
	world_as(&w, "other");
	answer = world_get(&w, "/v1/refusals");
	assert_false(world_has(answer, "LAKE-07") || world_has(answer, "STRANGER"));
	assert_false(world_has(world_get(&w, "/v1/refusals?code=LAKE-07"), "192.0.2.1"));
	assert_false(world_has(world_get(&w, "/v1/attention"), "LAKE-07"));
	world_close(&w);
}

static size_t count_all(struct world *w, enum sql_id sql)
{
	struct list_rows rows;

	assert_int_equal(store_list(w->test->db, sql, NULL, 0, "i", 1000, &w->job, &rows), 0);
	return rows.rows_len;
}

/* A port scan fills its own 200 and no more. */
static void test_noise(void **state)
{
	struct world w;

	world_open(&w, state);
	refuse(&w, "LAKE-07", "credentials");
	for (int i = 0; i < 250; i++)
		refuse(&w, "STRANGER", "unknown");
	assert_int_equal(count_all(&w, SQL_REFUSAL_ALL), 201);
	world_as(&w, "installer");
	assert_true(world_has(world_get(&w, "/v1/refusals"), "LAKE-07"));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_whose),
		ON_BOTH_ENGINES(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
