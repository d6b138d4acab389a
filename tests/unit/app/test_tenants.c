/* test_tenants.c - everything of one operator that has a number of its own is there for that
 * operator and not there for another: read, changed, ended, or named in a body; and every list of
 * the other one stays empty although there is something to show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/api_call.h"
#include "app/api_lists.h"
#include "store/pile.h"

/* One noun of the table of routes: where a number of it stands, and the number. */
struct thing {
	const char *noun;
	int64_t id;
};
struct belongings {
	struct thing things[32];
	size_t len;
};

static void own(struct belongings *all, const char *noun, int64_t id)
{
	assert_true(id > 0 && all->len < 32);
	all->things[all->len++] = (struct thing){noun, id};
}

static int64_t of(const struct belongings *all, const char *noun)
{
	for (size_t i = 0; i < all->len; i++) {
		if (strcmp(all->things[i].noun, noun) == 0)
			return all->things[i].id;
	}
	return 0;
}

static const char *text(struct world *w, const char *format, int64_t id)
{
	const char *at = strchr(format, '#');

	return str_dup_z(&w->arena, str_format(&w->arena, "%.*s%lld%s", (int)(at - format), format,
					    (long long)id, at + 1));
}

/* Does it as the first operator, who must be able to; returns the number of what came of it. */
static int64_t make(
	struct world *w, const char *path, const char *body, int status, const char *field)
{
	struct answer answer = world_post(w, path, body, status);
	int64_t id = 0;

	assert_true(str_to_i64(world_text(w, answer, field), &id));
	return id;
}

static void speak(struct world *w, const char *protocol, int64_t no)
{
	struct connector connector = {
		.pile_id = w->pile, .no = no, .status = STR("Available"), .status_us = WORLD_NOW};

	assert_int_equal(store_pile_online(w->test->db, w->pile, WORLD_NOW, str_from(protocol)), 0);
	assert_int_equal(store_connector_status(w->test->db, &connector), 0);
}

/* What no desk makes but piles and the server themselves. */
static void insert_told(struct world *w, struct belongings *all)
{
	static const char rows[] =
		"INSERT INTO certificate (id, tenant_id, pile_id, kind, state, csr, created_us) "
		"VALUES (4001, 1000, #, 'pile', 'requested', 'CSR', 1);"
		"INSERT INTO alarm (id, tenant_id, at_us, kind, subject, detail) "
		"VALUES (4002, 1000, 1, 'fault', 'pile:LAKE-07', '');"
		"INSERT INTO security_event (id, tenant_id, pile_id, at_us, kind) "
		"SELECT 4003, 1000, id, 1, 'Tamper' FROM pile WHERE code = 'LAKE-07';"
		"INSERT INTO settlement (id, tenant_id, pile_id, reference, name, status, "
		"amount_e5, settled_us, order_id, payment_id, state, reason, due_us, at_us, body) "
		"SELECT 4004, 1000, id, 'r', 'n', 'Settled', 1, 1, 0, 0, 'odd', '', 0, 1, '{}' "
		"FROM pile WHERE code = 'LAKE-07';"
		"INSERT INTO battery_swap (id, tenant_id, pile_id, at_us, request_id, event, "
		"id_tag, evse, serial, soc_e6, soh_e6, info) "
		"SELECT 4005, 1000, id, 1, 1, 'BatteryIn', 'x', 1, 's', 1, 1, '' "
		"FROM pile WHERE code = 'LAKE-07';"
		"INSERT INTO surplus (id, tenant_id, order_id, amount_minor, currency, "
		"at_us, way, member_id, reference, staff_id, done_us) "
		"SELECT 4006, 1000, MIN(id), 100, 'CNY', 1, '', 0, '', 0, 0 FROM orders;";

	test_db_exec(w->test, text(w, rows, w->pile));
	own(all, "certificates", 4001);
	own(all, "alarms", 4002);
	own(all, "surplus", 4006);
}

static void make_firmware(struct world *w, struct belongings *all)
{
	char body[120];

	own(all, "firmware",
		make(w, "/v1/firmware", "{\"name\":\"F\",\"version\":\"2\"}", 201, "id"));
	test_db_exec(w->test, "UPDATE firmware SET state = 'ready', md5 = 'm'");
	snprintf(body, sizeof(body), "{\"name\":\"C\",\"firmware_id\":\"%lld\"}",
		(long long)of(all, "firmware"));
	own(all, "campaigns", make(w, "/v1/campaigns", body, 201, "id"));
	snprintf(body, sizeof(body), "{\"firmware_id\":\"%lld\"}", (long long)of(all, "firmware"));
	own(all, "publications",
		make(w, text(w, "/v1/piles/#/publications", w->pile), body, 202, "id"));
	test_db_exec(w->test, "UPDATE publication SET state = 'published'");
}

/* A limit with a circuit and a signal. */
static void make_limit(struct world *w, struct belongings *all)
{
	struct answer answer = world_ask(w, "PUT", text(w, "/v1/sites/#/power", w->site),
		"{\"limit_ma\":[63000,63000,63000]}");

	assert_int_equal(answer.status, 200);
	own(all, "circuits",
		make(w, text(w, "/v1/sites/#/circuits", w->site),
			"{\"name\":\"Garage\",\"limit_ma\":[16000,16000,16000]}", 201,
			"circuits.0.id"));
	own(all, "signals",
		make(w, text(w, "/v1/sites/#/signals", w->site),
			"{\"percent\":50,\"until\":\"2026-11-19T13:00:00Z\"}", 201,
			"signals.0.id"));
}

/* One of everything, each in a state in which its own operator could go on with it. */
static void fill(struct world *w, struct belongings *all)
{
	struct order order;

	*all = (struct belongings){0};
	order = world_order(w);
	world_pay(w, order.id);
	world_as(w, "admin");
	speak(w, "ocpp1.6", 2);
	own(all, "sites", w->site);
	own(all, "piles", w->pile);
	own(all, "orders", order.id);
	own(all, "tariffs", w->series);
	own(all, "members", w->member);
	own(all, "tags", w->tag);
	own(all, "commands",
		make(w, text(w, "/v1/piles/#/actions/unlock", w->pile), "", 202, "command_id"));
	own(all, "reservations",
		make(w, text(w, "/v1/piles/#/reservations", w->pile),
			"{\"minutes\":30,\"connector\":2}", 201, "id"));
	own(all, "logs", make(w, text(w, "/v1/piles/#/logs", w->pile), "{}", 202, "id"));
	test_db_exec(w->test, "UPDATE upload SET state = 'received'");
	own(all, "setups",
		make(w, "/v1/setups",
			text(w, "{\"name\":\"S\",\"values\":[],\"piles\":[\"#\"]}", w->pile), 201,
			"id"));
	speak(w, "ocpp2.1", 2);
	own(all, "displays",
		make(w, text(w, "/v1/piles/#/displays", w->pile), "{\"content\":\"Hello\"}", 201,
			"id"));
	own(all, "vehicles",
		make(w, text(w, "/v1/members/#/vehicles", w->member), "{\"mac\":\"020000000001\"}",
			201, "id"));
	make_firmware(w, all);
	insert_told(w, all);
	make_limit(w, all);
}

/* --- by number --- */

/* A body that is fine, so that only the operator can be the reason. */
static const char *body_of(const char *path)
{
	if (strstr(path, "/import"))
		return "{\"chain\":\"PEM\"}";
	if (strstr(path, "/surplus/"))
		return "{\"way\":\"terminal\",\"reference\":\"r\"}";
	if (strstr(path, "/circuits/{id}/piles"))
		return "{\"pile_ids\":[\"1\"]}";
	if (strstr(path, "/circuits"))
		return "{\"name\":\"Garage\",\"limit_ma\":[16000,16000,16000]}";
	if (strstr(path, "/signals"))
		return "{\"percent\":50,\"until\":\"2026-11-19T13:00:00Z\"}";
	if (strcmp(path, "/v1/setups/{id}") == 0)
		return "{\"name\":\"S\",\"values\":[]}";
	return "{}";
}

/* The number of the first braces; 0 where they name nothing of an operator's. */
static int64_t id_in(const struct belongings *all, const char *pattern)
{
	struct str path = str_from(pattern), noun;

	str_cut(&path, '/');
	str_cut(&path, '/');
	noun = str_cut(&path, '/');
	for (size_t i = 0; i < all->len; i++) {
		if (str_is(noun, all->things[i].noun))
			return all->things[i].id;
	}
	return 0;
}

static const char *path_of(struct world *w, const char *pattern, int64_t id)
{
	struct buf path;

	buf_init(&path, &w->arena, 200);
	for (const char *at = pattern; *at; at++) {
		if (*at != '{') {
			buf_put_char(&path, *at);
			continue;
		}
		buf_format(&path, "%lld", (long long)id);
		at = strchr(at, '}');
	}
	return str_dup_z(&w->arena, buf_str(&path));
}

/* What test_api.c asks of sites, piles, orders, members and cards is not asked again. */
static bool is_plain(const char *pattern)
{
	static const char *const others[] = {
		"/sites/", "/piles/", "/orders/", "/members/", "/tags/", "/ocpp/actions/"};

	for (size_t i = 0; i < 6; i++) {
		if (strstr(pattern, others[i]))
			return false;
	}
	return strncmp(pattern, "/v1/", 4) == 0 && strchr(pattern, '{');
}

static void test_by_number(void **state)
{
	struct belongings all;
	struct answer answer;
	struct world w;

	world_open(&w, state);
	fill(&w, &all);
	for (size_t i = 0; i < api_routes_len; i++) {
		const struct api_route *route = &api_routes[i];
		int64_t id = id_in(&all, route->path);

		if (!route->roles || !is_plain(route->path))
			continue;
		if (id == 0)
			print_error("nothing of %s is tried\n", route->path);
		assert_int_not_equal(id, 0);
		world_as(&w, "other");
		answer = world_ask(
			&w, route->method, path_of(&w, route->path, id), body_of(route->path));
		if (answer.status != 404 && !(route->list && world_has(answer, "\"items\":[]")))
			print_error("%s %s: %d\n", route->method, route->path, answer.status);
		assert_true(
			answer.status == 404 || (route->list && world_has(answer, "\"items\":[]")));
		if (strcmp(route->method, "GET") != 0)
			continue;
		world_as(&w, "admin");
		answer = world_get(&w, path_of(&w, route->path, id));
		assert_int_equal(answer.status, 200);
		assert_false(world_has(answer, "\"items\":[]"));
	}
	world_close(&w);
}

/* --- lists --- */

/* Is there nothing to see in the list, whatever of the first operator's it is asked about? */
static void sees_nothing(struct world *w, const struct belongings *all, const char *path)
{
	static const char *const asked[][2] = {
		{"pile", "piles"}, {"site", "sites"}, {"member", "members"}, {"order", "orders"}};
	struct answer answer = world_get(w, path);

	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "\"items\":[]"));
	for (size_t i = 0; i < 4; i++) {
		struct str one = str_format(&w->arena, "%s?%s=%lld", path, asked[i][0],
			(long long)of(all, asked[i][1]));

		answer = world_get(w, str_dup_z(&w->arena, one));
		assert_true(world_has(answer, "\"items\":[]"));
	}
	answer = world_get(w, str_dup_z(&w->arena, str_format(&w->arena, "%s?account=%lld", path,
							   (long long)w->account)));
	assert_true(world_has(answer, "\"items\":[]"));
}

static void test_lists(void **state)
{
	struct belongings all;
	struct world w;
	size_t shown = 0;

	world_open(&w, state);
	fill(&w, &all);
	for (size_t i = 0; i < api_routes_len; i++) {
		const char *path = api_routes[i].path;

		if (!api_routes[i].list || strchr(path, '{'))
			continue;
		world_as(&w, "other");
		sees_nothing(&w, &all, path);
		world_as(&w, "admin");
		shown += !world_has(world_get(&w, path), "\"items\":[]");
	}
	/* the others have nothing yet: costs, prices in piles, lists of cards, refusals */
	if (shown < 20)
		print_error("%zu lists\n", shown);
	assert_true(shown >= 20);
	world_close(&w);
}

/* --- named in a body --- */

static void refused(struct world *w, const char *path, const char *format, int64_t id)
{
	struct answer answer = world_ask(w, "POST", path, text(w, format, id));

	if (answer.status != 422)
		print_error("%s %s: %d\n", path, format, answer.status);
	assert_int_equal(answer.status, 422);
}

static void test_in_bodies(void **state)
{
	struct belongings all;
	struct world w;
	int64_t site, pile, file;
	struct str both;

	world_open(&w, state);
	fill(&w, &all);
	world_as(&w, "other");
	site = make(&w, "/v1/sites", "{\"name\":\"X\",\"zone\":\"UTC\"}", 201, "id");
	pile = make(&w, "/v1/piles", text(&w, "{\"code\":\"OTHER-1\",\"site_id\":\"#\"}", site),
		201, "id");
	file = make(&w, "/v1/firmware", "{\"name\":\"F\",\"version\":\"2\"}", 201, "id");
	test_db_exec(w.test, "UPDATE firmware SET state = 'ready', md5 = 'm'");
	w.pile = pile;
	speak(&w, "ocpp2.1", 1);
	refused(&w, "/v1/sites", "{\"name\":\"Y\",\"zone\":\"UTC\",\"tariff_series_id\":\"#\"}",
		w.series);
	refused(&w, "/v1/piles", "{\"code\":\"OTHER-2\",\"site_id\":\"#\"}", w.site);
	refused(&w, "/v1/setups", "{\"name\":\"S\",\"values\":[],\"piles\":[\"#\"]}",
		of(&all, "piles"));
	refused(&w, "/v1/campaigns", "{\"name\":\"C\",\"firmware_id\":\"#\"}",
		of(&all, "firmware"));
	both = str_format(&w.arena, "{\"name\":\"C\",\"firmware_id\":\"%lld\",\"piles\":[\"#\"]}",
		(long long)file);
	refused(&w, "/v1/campaigns", str_dup_z(&w.arena, both), of(&all, "piles"));
	refused(&w, text(&w, "/v1/piles/#/publications", pile), "{\"firmware_id\":\"#\"}",
		of(&all, "firmware"));
	refused(&w, text(&w, "/v1/piles/#/actions/start", pile), "{\"member_id\":\"#\"}", w.member);
	refused(&w, text(&w, "/v1/piles/#/reservations", pile),
		"{\"minutes\":30,\"id_tag\":\"CARD1\",\"connector\":#}", 1);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_by_number),
		ON_BOTH_ENGINES(test_lists),
		ON_BOTH_ENGINES(test_in_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
