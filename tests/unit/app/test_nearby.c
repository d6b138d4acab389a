/* test_nearby.c - where else one can charge: the same place first, then by distance, only what is
 * free, has a price, and belongs to the same operator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/charging.h"
#include "app/nearby.h"
#include "store/pile.h"
#include "store/site.h"

static int64_t add_place(
	struct world *w, const char *name, int64_t tenant_id, int64_t latitude_e7, bool known)
{
	struct site site = {.id = id_next(&w->ids, WORLD_NOW),
		.tenant_id = tenant_id,
		.name = str_from(name),
		.zone = STR("Asia/Shanghai"),
		.currency = STR("CNY"),
		.timing = STR("prepay"),
		.tariff_series_id = w->series,
		.latitude_e7 = latitude_e7,
		.longitude_e7 = 1214737000,
		.has_position = known,
		.created_us = WORLD_NOW,
		.version = 1};

	assert_int_equal(store_site_add(w->test->db, &site), 0);
	return site.id;
}

static int64_t add_pile(struct world *w, const char *code, int64_t tenant_id, int64_t site_id,
	const char *status, bool online)
{
	struct pile pile = {.id = id_next(&w->ids, WORLD_NOW),
		.tenant_id = tenant_id,
		.site_id = site_id,
		.code = str_from(code),
		.name = str_from(code),
		.state = PILE_APPROVED,
		.created_us = WORLD_NOW,
		.version = 1};
	struct connector connector = {.pile_id = pile.id,
		.no = 1,
		.plug = STR("CCS2"),
		.max_w = 60000,
		.status = str_from(status),
		.status_us = WORLD_NOW};

	assert_int_equal(store_pile_add(w->test->db, &pile), 0);
	assert_int_equal(store_connector_plate(w->test->db, &connector), 0);
	assert_int_equal(store_connector_status(w->test->db, &connector), 0);
	if (online)
		assert_int_equal(
			store_pile_online(w->test->db, pile.id, WORLD_NOW, STR("ocpp1.6")), 0);
	return pile.id;
}

static size_t look(struct world *w, struct nearby found[NEARBY_MOST])
{
	struct reads_place from;
	size_t len;

	assert_int_equal(reads_place(world_ctx(w), w->pile, &from), 0);
	assert_int_equal(nearby_free(&w->ctx, &from, 1, found, &len), 0);
	return len;
}

static void place_here(struct world *w)
{
	struct site site;

	assert_int_equal(store_site_get(w->test->db, &w->arena, w->site, &site), 0);
	site.latitude_e7 = 312304000;
	site.longitude_e7 = 1214737000;
	site.has_position = true;
	assert_int_equal(store_site_put(w->test->db, &site), 0);
}

static void test_order_of_nearness(void **state)
{
	struct nearby found[NEARBY_MOST];
	struct world w;

	world_open(&w, state);
	assert_int_equal(look(&w, found), 0); /* nothing else is free, and no place is known */
	add_pile(&w, "FAR-1", WORLD_TENANT, add_place(&w, "Far", WORLD_TENANT, 313304000, true),
		"Available", true);
	add_pile(&w, "NEAR-1", WORLD_TENANT, add_place(&w, "Near", WORLD_TENANT, 312404000, true),
		"Available", true);
	add_pile(&w, "LOST-1", WORLD_TENANT, add_place(&w, "Lost", WORLD_TENANT, 0, false),
		"Available", true);
	add_pile(&w, "THEIRS", WORLD_OTHER, add_place(&w, "Theirs", WORLD_OTHER, 312304000, true),
		"Available", true);
	assert_int_equal(look(&w, found), 0); /* where this place is nobody said */
	place_here(&w);
	assert_int_equal(look(&w, found), 2);
	assert_true(str_is(found[0].place.code, "NEAR-1") && found[0].distance_m == 1111);
	assert_true(str_is(found[1].place.code, "FAR-1"));
	add_pile(&w, "HERE-2", WORLD_TENANT, w.site, "Available", true);
	add_pile(&w, "HERE-3", WORLD_TENANT, w.site, "Preparing", true);
	add_pile(&w, "HERE-4", WORLD_TENANT, w.site, "Available", false);
	assert_int_equal(look(&w, found), 3);
	assert_true(str_is(found[0].place.code, "HERE-2") && found[0].distance_m == -1);
	assert_int_equal(found[0].price.total_e5, 152000);
	world_close(&w);
}

static void test_pages(void **state)
{
	struct world w;
	struct order order;
	struct answer answer;
	struct close_cmd cmd = {.reason = STR("payment_timeout")};

	world_open(&w, state);
	add_pile(&w, "HERE-2", WORLD_TENANT, w.site, "Available", true);
	order = world_order(&w);
	answer = world_get(
		&w, str_format(&w.arena, "/v1/public/orders/%.*s%c", STR_FMT(order.token), 0).ptr);
	assert_false(world_has(answer, "HERE-2"));
	cmd.order_id = order.id;
	assert_int_equal(charging_close(world_ctx(&w), &cmd, NULL), 0);
	answer = world_get(
		&w, str_format(&w.arena, "/v1/public/orders/%.*s%c", STR_FMT(order.token), 0).ptr);
	assert_true(str_is(world_text(&w, answer, "nearby.0.code"), "HERE-2"));
	w.accept = STR("text/html");
	answer = world_get(&w, str_format(&w.arena, "/o/%.*s%c", STR_FMT(order.token), 0).ptr);
	assert_true(world_has(answer, "href=\"/p/HERE-2/1\""));
	/* the landing page of a pile that is away shows them too */
	assert_false(world_has(world_get(&w, "/p/LAKE-07"), "HERE-2"));
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	assert_true(world_has(world_get(&w, "/p/LAKE-07"), "href=\"/p/HERE-2/1\""));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_order_of_nearness),
		ON_BOTH_ENGINES(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
