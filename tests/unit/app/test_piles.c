/* test_piles.c - the list of piles by what they do now and by what they are called; a site without
 * price. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
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

/* The price of a site is taken away by null; left out it stays. */
static void test_price_of_a_site(void **state)
{
	struct world w;
	const char *path;
	char body[100];

	world_open(&w, state);
	world_as(&w, "operator");
	path = str_dup_z(&w.arena, str_format(&w.arena, "/v1/sites/%lld", (long long)w.site));
	snprintf(body, sizeof(body), "{\"tariff_series_id\":\"%lld\"}", (long long)w.series);
	assert_int_equal(world_ask(&w, "PATCH", path, body).status, 200);
	assert_int_equal(world_ask(&w, "PATCH", path, "{\"helpline\":\"1\"}").status, 200);
	body[strlen(body) - 1] = 0;
	assert_true(world_has(world_get(&w, path), body + 1));
	assert_int_equal(world_ask(&w, "PATCH", path, "{\"tariff_series_id\":\"\"}").status, 422);
	assert_int_equal(world_ask(&w, "PATCH", path, "{\"tariff_series_id\":null}").status, 200);
	assert_true(world_has(world_get(&w, path), "\"tariff_series_id\":null"));
	/* nothing else takes null for a value */
	assert_int_equal(world_ask(&w, "PATCH", path, "{\"name\":null}").status, 422);
	world_close(&w);
}

static void test_piles_found(void **state)
{
	struct pile pile = {.vendor = STR("Maker"),
		.model = STR("T 200"),
		.serial = STR("4711"),
		.firmware = STR(""),
		.boot_status = STR("Accepted")};
	struct world w;

	world_open(&w, state);
	pile.id = w.pile;
	assert_int_equal(store_pile_boot(w.test->db, &pile), 0);
	world_as(&w, "operator");
	assert_true(world_has(world_get(&w, "/v1/piles?q=mak"), "LAKE-07"));
	assert_true(world_has(world_get(&w, "/v1/piles?q=maker%20t"), "LAKE-07"));
	assert_true(world_has(world_get(&w, "/v1/piles?q=4711"), "LAKE-07"));
	assert_true(world_has(world_get(&w, "/v1/piles?q=lake-07"), "LAKE-07"));
	assert_true(world_has(world_get(&w, "/v1/piles?q=ma_er"), "\"items\":[]"));
	assert_true(world_has(world_get(&w, "/v1/piles?q=mak&state=faulted"), "\"items\":[]"));
	world_as(&w, "other");
	assert_true(world_has(world_get(&w, "/v1/piles?q=mak"), "\"items\":[]"));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_live_states),
		ON_BOTH_ENGINES(test_price_of_a_site),
		ON_BOTH_ENGINES(test_piles_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
