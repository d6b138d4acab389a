/* test_vehicles.c - cars as keys on the outside face: what an operator can do, what a driver is
 * asked behind the wallet's link, and what neither gets to see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"

#define WALLET "/w/wallet-token-of-the-test"
#define FORM WALLET "/vehicle"

static const char *text(struct world *w, const char *format, int64_t id)
{
	const char *at = strchr(format, '#');

	return str_dup_z(&w->arena, str_format(&w->arena, "%.*s%lld%s", (int)(at - format), format,
					    (long long)id, at + 1));
}

/* As JSON again, and nobody's form. */
static void as(struct world *w, const char *role)
{
	w->content_type = STR_NULL;
	world_as(w, role);
}

static int64_t add(struct world *w, const char *mac)
{
	struct answer answer;
	int64_t id = 0;

	as(w, "operator");
	answer = world_post(w, text(w, "/v1/members/#/vehicles", w->member),
		str_dup_z(&w->arena, str_format(&w->arena, "{\"mac\":\"%s\"}", mac)), 201);
	assert_true(str_to_i64(world_text(w, answer, "id"), &id));
	return id;
}

static struct answer send(struct world *w, const char *body, int status)
{
	world_as(w, NULL);
	w->content_type = STR("application/x-www-form-urlencoded");
	return world_post(w, FORM, body, status);
}

static void test_policy(void **state)
{
	struct answer answer;
	struct world w;

	world_open(&w, state);
	as(&w, "operator");
	answer = world_get(&w, "/v1/vehicle-policy");
	assert_true(str_is(world_text(&w, answer, "mode"), "off"));
	assert_int_equal(world_int(&w, answer, "single.minor"), 3000);
	answer = world_ask(
		&w, "PUT", "/v1/vehicle-policy", "{\"mode\":\"capped\",\"single_minor\":2500}");
	assert_int_equal(answer.status, 200);
	assert_int_equal(world_int(&w, answer, "single.minor"), 2500);
	answer = world_ask(&w, "PUT", "/v1/vehicle-policy", "{\"mode\":\"always\"}");
	assert_int_equal(answer.status, 422);
	answer = world_ask(
		&w, "PUT", "/v1/vehicle-policy", "{\"mode\":\"capped\",\"single_minor\":5}");
	assert_int_equal(answer.status, 422);
	as(&w, "auditor");
	answer = world_ask(&w, "PUT", "/v1/vehicle-policy", "{\"mode\":\"both\"}");
	assert_int_equal(answer.status, 403);
	answer = world_get(&w, "/v1/vehicle-policy");
	assert_true(str_is(world_text(&w, answer, "mode"), "capped"));
	as(&w, "other");
	answer = world_get(&w, "/v1/vehicle-policy");
	assert_true(str_is(world_text(&w, answer, "mode"), "off"));
	world_close(&w);
}

static void test_desk(void **state)
{
	struct answer answer;
	struct world w;
	int64_t id;

	world_open(&w, state);
	id = add(&w, "02-00-00-00-00-0a");
	answer = world_get(&w, text(&w, "/v1/vehicles/#", id));
	assert_true(str_is(world_text(&w, answer, "vid"), "VID:02000000000A"));
	assert_true(str_is(world_text(&w, answer, "state"), "suspended"));
	/* one that is known is nobody else's; what is no address is told by its field */
	world_post(&w, text(&w, "/v1/members/#/vehicles", w.member), "{\"mac\":\"02000000000A\"}",
		409);
	answer = world_post(
		&w, text(&w, "/v1/members/#/vehicles", w.member), "{\"mac\":\"0200000000\"}", 422);
	assert_true(world_text(&w, answer, "fields.mac").len > 0);
	world_post(&w, text(&w, "/v1/members/#/vehicles", 77), "{\"mac\":\"020000000001\"}", 404);
	/* and a card's number cannot be one */
	world_post(&w, text(&w, "/v1/members/#/tags", w.member), "{\"id_tag\":\"vid:CARD\"}", 422);
	/* the second identity is not shown: seen, it could be copied */
	test_db_exec(w.test, "UPDATE vehicle SET second = 'feedfacefeedfacefeedfacefeedface', "
			     "kind = 'vin', alarm_us = 5");
	answer = world_get(&w, text(&w, "/v1/vehicles?member=#", w.member));
	assert_true(world_has(answer, "\"second_kind\":\"vin\""));
	assert_false(world_has(answer, "feedface"));
	answer = world_get(&w, "/v1/vehicles?format=csv");
	assert_true(world_has(answer, "VID:02000000000A"));
	assert_false(world_has(answer, "feedface"));
	assert_true(world_has(world_get(&w, "/v1/vehicles?state=active"), "\"items\":[]"));
	assert_int_equal(world_get(&w, "/v1/vehicles?state=good").status, 400);
	answer = world_post(&w, text(&w, "/v1/vehicles/#/block", id), "", 200);
	assert_true(str_is(world_text(&w, answer, "state"), "blocked"));
	answer = world_post(&w, text(&w, "/v1/vehicles/#/unblock", id), "", 200);
	assert_true(str_is(world_text(&w, answer, "state"), "suspended"));
	assert_true(world_has(answer, "\"contradicted\":null"));
	as(&w, "auditor");
	assert_int_equal(world_ask(&w, "DELETE", text(&w, "/v1/vehicles/#", id), "").status, 403);
	as(&w, "operator");
	assert_int_equal(world_ask(&w, "DELETE", text(&w, "/v1/vehicles/#", id), "").status, 204);
	assert_int_equal(world_get(&w, text(&w, "/v1/vehicles/#", id)).status, 404);
	as(&w, "admin");
	answer = world_get(&w, "/v1/audit");
	assert_true(world_has(answer, "vehicle.add") && world_has(answer, "vehicle.block") &&
		    world_has(answer, "vehicle.unblock") && world_has(answer, "vehicle.delete"));
	/* the record names the car by its number alone */
	assert_false(world_has(answer, "02000000000A"));
	world_close(&w);
}

static void test_driver(void **state)
{
	struct answer answer;
	struct world w;
	int64_t id;

	world_open(&w, state);
	world_as(&w, NULL);
	assert_false(world_has(world_get(&w, WALLET), "cars-title"));
	id = add(&w, "02000000C0DE");
	test_db_exec(w.test, "UPDATE vehicle SET seen_us = 1795089600000000");
	world_as(&w, NULL);
	answer = world_get(&w, WALLET);
	assert_true(world_has(answer, "Last seen: 2026-11-19"));
	assert_true(world_has(answer, "with your card. May"));
	assert_true(world_has(answer, "C0DE") && world_has(answer, "waits for you"));
	assert_true(world_has(answer, FORM));
	assert_false(world_has(answer, "02000000C0DE"));
	answer = send(&w, text(&w, "do=agree&car=#&charge=12%2C50&day=40", id), 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_agreed"));
	answer = world_get(&w, WALLET "?notice=car_agreed");
	assert_true(world_has(answer, "value=\"12.50\"") && world_has(answer, "value=\"40.00\""));
	assert_true(world_has(answer, "Saved."));
	/* no amounts: refused in words, nothing changed */
	answer = send(&w, text(&w, "do=agree&car=#&charge=lots", id), 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_amount"));
	answer = send(&w, text(&w, "do=agree&car=#&charge=-5", id), 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_amount"));
	answer = send(&w, text(&w, "do=agree&car=#&charge=0.10", id), 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_amount"));
	assert_true(world_has(world_get(&w, WALLET), "value=\"12.50\""));
	answer = send(&w, text(&w, "do=present&car=#", id), 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_present"));
	send(&w, text(&w, "do=sell&car=#", id), 404);
	send(&w, "do=agree&car=999", 404);
	send(&w, "", 404);
	world_post(&w, "/w/wrong/vehicle", text(&w, "do=remove&car=#", id), 404);
	as(&w, "operator");
	world_post(&w, text(&w, "/v1/vehicles/#/block", id), "", 200);
	answer = send(&w, text(&w, "do=agree&car=#", id), 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_state"));
	send(&w, text(&w, "do=remove&car=#", id), 303);
	assert_false(world_has(world_get(&w, WALLET), "C0DE"));
	world_close(&w);
}

/* A driver types an address, where the operator lets cars start. */
static void test_typed(void **state)
{
	struct answer answer;
	struct world w;

	world_open(&w, state);
	answer = send(&w, "do=add&mac=0200000000AB", 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_state"));
	as(&w, "operator");
	answer = world_ask(&w, "PUT", "/v1/vehicle-policy", "{\"mode\":\"both\"}");
	assert_int_equal(answer.status, 200);
	assert_true(world_has(world_get(&w, WALLET), "name=\"mac\""));
	answer = send(&w, "do=add&mac=cafe", 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_format"));
	answer = send(&w, "do=add", 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_format"));
	answer = send(&w, "do=add&mac=02%3A00%3A00%3A00%3A00%3Aab", 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_added"));
	answer = world_get(&w, WALLET "?notice=car_added");
	assert_true(world_has(answer, "00AB") && world_has(answer, "waits for you"));
	assert_true(world_has(answer, "was typed in") && !world_has(answer, "with your card. May"));
	answer = send(&w, "do=add&mac=0200000000AB", 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_taken"));
	for (int i = 0; i < 7; i++)
		send(&w, text(&w, "do=add&mac=02000000010#", i), 303);
	answer = send(&w, "do=add&mac=020000000200", 303);
	assert_true(world_has((struct answer){.body = answer.headers}, "notice=car_state"));
	world_close(&w);
}

/* Whose wallet it is decides, whatever number is named. */
static void test_another_members(void **state)
{
	struct world w;
	int64_t id;

	world_open(&w, state);
	id = add(&w, "020000000001");
	test_db_exec(w.test, "UPDATE vehicle SET member_id = 5");
	send(&w, text(&w, "do=agree&car=#", id), 404);
	send(&w, text(&w, "do=present&car=#", id), 404);
	send(&w, text(&w, "do=remove&car=#", id), 404);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_policy),
		ON_BOTH_ENGINES(test_desk),
		ON_BOTH_ENGINES(test_driver),
		ON_BOTH_ENGINES(test_typed),
		ON_BOTH_ENGINES(test_another_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
