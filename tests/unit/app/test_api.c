/* test_api.c - the front desk itself: routes, languages, problems, who may ask what, strict bodies,
 * keys, lists. */
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
#include "base/crypt.h"
#include "store/audit.h"
#include "store/staff.h"

/* --- without a database --- */

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_len; i++) {
		const struct api_route *route = &api_routes[i];
		int status = 0;

		assert_non_null(route->handle);
		assert_true(strlen(route->help) > 0 && strlen(route->answer) > 0);
		assert_int_equal(route->path[0], '/');
		/* a write never hides in a read lane, and reads do not queue behind writes; but a
		 * code of a pile is told by opening its address, once or often */
		if (strcmp(route->method, "GET") == 0 && strcmp(route->path, "/v1/me") != 0 &&
			strcmp(route->path, "/c/{token}") != 0 &&
			strcmp(route->path, "/p/{pile}/{connector}/{code}/{version}") != 0 &&
			strcmp(route->path, "/s/{code}") != 0 &&
			strcmp(route->path, "/S/{code}") != 0)
			assert_int_not_equal(route->lane, API_WRITE);
		if (route->flags & API_MONEY)
			assert_int_equal(route->lane, API_WRITE);
		/* found again by its own path when the braces are filled */
		if (!strchr(route->path, '{'))
			assert_ptr_equal(
				api_find(str_from(route->method), str_from(route->path), &status),
				route);
	}
}

static void test_find(void **state)
{
	int status = 0;

	(void)state;
	assert_string_equal(api_find(STR("GET"), STR("/p/X"), &status)->path, "/p/{pile}");
	assert_string_equal(
		api_find(STR("HEAD"), STR("/p/X/2"), &status)->path, "/p/{pile}/{connector}");
	assert_string_equal(
		api_find(STR("POST"), STR("/p/X/start"), &status)->path, "/p/{pile}/start");
	assert_string_equal(
		api_find(STR("GET"), STR("/console/a/b/c"), &status)->path, "/console/{*}");
	assert_string_equal(api_find(STR("POST"), STR("/v1/tariffs/simulate"), &status)->path,
		"/v1/tariffs/simulate");
	assert_null(api_find(STR("GET"), STR("/p/X/"), &status));
	assert_int_equal(status, 404);
	assert_null(api_find(STR("GET"), STR("/p//start"), &status));
	assert_null(api_find(STR("GET"), STR("/p"), &status));
	assert_null(api_find(STR("GET"), STR(""), &status));
	assert_null(api_find(STR("DELETE"), STR("/v1/sites"), &status));
	assert_int_equal(status, 405);
}

static void language_is(const char *query, const char *cookie, const char *accept, const char *want)
{
	struct http_head head = {0};
	struct arena arena;

	arena_init(&arena, 65536);
	if (cookie)
		head.headers[head.headers_len++] =
			(struct http_header){STR("Cookie"), str_from(cookie)};
	if (accept)
		head.headers[head.headers_len++] =
			(struct http_header){STR("Accept-Language"), str_from(accept)};
	assert_true(str_is(text_lang(&head, str_from(query), &arena), want));
	arena_fini(&arena);
}

static void test_language(void **state)
{
	(void)state;
	language_is("", NULL, NULL, "en");
	language_is("lang=de", "lang=zh-CN", "en", "de");
	language_is("", "lang=zh-CN", "de", "zh-CN");
	language_is("lang=xx", "lang=yy", "fr;q=0.9, de-AT;q=0.8, en;q=0.7", "de");
	language_is("", NULL, "en;q=0, zh-Hans-CN", "zh-CN");
	language_is("", NULL, "deutsch", "en");
	language_is("", NULL, "de;q=nonsense,zh;q=0.1", "zh-CN");
}

static void test_texts_complete(void **state)
{
	static const char *const fields[] = {"unknown", "type", "missing", "length", "enum",
		"bounds", "count", "format", "reference", "zone", "currency", "fixed", "code",
		"past"};
	struct arena arena;

	(void)state;
	arena_init(&arena, 1024 * 1024);
	for (size_t i = 0; i < TEXT_LANGS; i++) {
		struct str lang = str_from(text_langs[i]);

		for (int problem = 1; problem < P_COUNT; problem++) {
			struct str word = str_from(problem_word((enum api_problem)problem));

			assert_true(problem_status((enum api_problem)problem) >= 400);
			assert_true(
				text_join(lang, &arena, "error.", word, ".title", NULL).len > 0);
			assert_true(
				text_join(lang, &arena, "error.", word, ".detail", NULL).len > 0);
		}
		for (size_t j = 0; j < sizeof(fields) / sizeof(fields[0]); j++)
			assert_true(text_join(lang, &arena, "field.", str_from(fields[j]), "", NULL)
					    .len > 0);
	}
	arena_fini(&arena);
}

static void test_pattern(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	assert_true(str_is(list_pattern(&arena, STR("50%_A\\"), false), "%50\\%\\_a\\\\%"));
	assert_true(str_is(list_pattern(&arena, STR("ab"), true), "%AB%"));
	assert_int_equal(list_pattern(&arena, STR(""), false).len, 0);
	arena_fini(&arena);
}

/* --- problems --- */

static void test_not_found(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	answer = world_get(&w, "/v1/nothing");
	assert_int_equal(answer.status, 404);
	assert_true(str_is(answer.type, "application/problem+json"));
	assert_true(str_is(world_text(&w, answer, "type"), "urn:leyden:error:not_found"));
	answer = world_ask(&w, "PUT", "/v1/sites", "{}");
	assert_int_equal(answer.status, 405);
	assert_non_null(
		memmem(answer.headers.ptr, answer.headers.len, "Allow: GET, HEAD, POST\r\n", 24));
	w.accept = STR("text/html,application/xhtml+xml");
	w.accept_language = STR("de");
	answer = world_get(&w, "/nothing/here");
	assert_int_equal(answer.status, 404);
	assert_true(str_starts(answer.type, STR("text/html")));
	assert_true(world_has(answer, "<html lang=\"de\">"));
	answer = world_get(&w, "/o/no-such-token");
	assert_int_equal(answer.status, 404);
	assert_true(str_starts(answer.type, STR("text/html")));
	world_close(&w);
}

static void test_fault_answer(void **state)
{
	struct api_response response = {0};
	struct arena arena;

	(void)state;
	arena_init(&arena, 1024 * 1024);
	api_fault(NULL, 503, &arena, &response);
	assert_int_equal(response.status, 503);
	assert_non_null(
		memmem(response.body.ptr, response.body.len, "urn:leyden:error:unavailable", 28));
	api_fault(NULL, 431, &arena, &response);
	assert_int_equal(response.status, 431);
	arena_fini(&arena);
}

/* --- sign-in --- */

static void add_person(struct world *w)
{
	static const uint8_t salt[16] = {3};
	struct staff staff = {
		.id = 77,
		.tenant_id = WORLD_TENANT,
		.login = STR("person"),
		.name = STR("Person"),
		.role = STR("operator"),
		.created_us = 1,
	};

	assert_int_equal(
		password_hash(&w->arena, STR("right password"), salt, &staff.password_hash), 0);
	assert_int_equal(store_staff_add(w->test->db, &staff), 0);
}

static void test_login(void **state)
{
	struct world w;
	struct answer answer;
	struct str token, csrf;
	ptrdiff_t at;

	world_open(&w, state);
	add_person(&w);
	answer = world_post(
		&w, "/v1/login", "{\"login\":\" Person \",\"password\":\"right password\"}", 200);
	assert_true(str_is(world_text(&w, answer, "role"), "operator"));
	assert_true(str_is(world_text(&w, answer, "tenant.currency"), "CNY"));
	assert_null(memmem(answer.body.ptr, answer.body.len, "argon", 5));
	csrf = str_dup(&w.arena, world_text(&w, answer, "csrf"));
	assert_non_null(
		memmem(answer.headers.ptr, answer.headers.len, "HttpOnly; SameSite=Lax", 22));
	at = (const char *)memmem(answer.headers.ptr, answer.headers.len, "session=", 8) -
	     answer.headers.ptr;
	token = str_slice(answer.headers, (size_t)at, answer.headers.len);
	w.cookie = str_dup(&w.arena, str_cut(&token, ';'));
	assert_int_equal(world_get(&w, "/v1/me").status, 200);
	/* the token is stored as a hash only */
	assert_int_equal(world_post(&w, "/v1/logout", "", 403).status, 403);
	w.csrf = csrf;
	world_post(&w, "/v1/logout", "", 200);
	assert_int_equal(world_get(&w, "/v1/me").status, 401);
	world_close(&w);
}

static void test_login_lockout(void **state)
{
	struct world w;

	world_open(&w, state);
	add_person(&w);
	for (int i = 0; i < 5; i++)
		world_post(&w, "/v1/login", "{\"login\":\"person\",\"password\":\"wrong\"}", 401);
	/* locked, even with the right password, until the time is over */
	world_post(&w, "/v1/login", "{\"login\":\"person\",\"password\":\"right password\"}", 429);
	w.ctx.now_us += 61 * US_PER_S;
	world_post(&w, "/v1/login", "{\"login\":\"person\",\"password\":\"right password\"}", 200);
	/* success forgets the count */
	world_post(&w, "/v1/login", "{\"login\":\"person\",\"password\":\"wrong\"}", 401);
	world_post(&w, "/v1/login", "{\"login\":\"person\",\"password\":\"right password\"}", 200);
	world_close(&w);
}

/* Whoever tries a login that nobody has meets the same walls at the same steps. */
static void test_login_unknown(void **state)
{
	static const char *const logins[] = {"person", "nobody"};
	struct world w;
	char body[80];

	world_open(&w, state);
	add_person(&w);
	for (size_t i = 0; i < 2; i++) {
		w.remote = str_format(&w.arena, "10.0.0.%zu:1", i);
		snprintf(
			body, sizeof(body), "{\"login\":\"%s\",\"password\":\"wrong\"}", logins[i]);
		for (int round = 0; round < 3; round++) {
			for (int n = round == 0 ? AUTH_LOCK_AFTER : 1; n > 0; n--)
				world_post(&w, "/v1/login", body, 401);
			world_post(&w, "/v1/login", body, 429);
			w.ctx.now_us += (AUTH_LOCK_US << round) + 1;
		}
		/* a day later it begins anew */
		w.ctx.now_us += AUTH_FORGET_US;
		for (int n = 0; n < AUTH_LOCK_AFTER; n++)
			world_post(&w, "/v1/login", body, 401);
		world_post(&w, "/v1/login", body, 429);
	}
	world_close(&w);
}

/* What is remembered of wrong logins is bounded; the newest stay. */
static void test_login_locks_bounded(void **state)
{
	struct login_lock lock = {.failed_count = 5, .locked_until_us = INT64_MAX}, found;
	struct world w;
	char name[32];

	world_open(&w, state);
	for (int i = 0; i < 40; i++) {
		lock.failed_us = WORLD_NOW + i;
		snprintf(name, sizeof(name), "hash%d", i);
		assert_int_equal(store_login_lock_put(w.test->db, str_from(name), &lock), 0);
		assert_int_equal(store_login_lock_prune(w.test->db, 0, 10), 0);
	}
	assert_int_equal(store_login_lock(w.test->db, STR("hash29"), &found), 0);
	assert_int_equal(found.failed_count, 0);
	assert_int_equal(store_login_lock(w.test->db, STR("hash30"), &found), 0);
	assert_int_equal(found.failed_count, 5);
	assert_int_equal(store_login_lock_prune(w.test->db, WORLD_NOW + 38, 10), 0);
	assert_int_equal(store_login_lock(w.test->db, STR("hash38"), &found), 0);
	assert_int_equal(found.failed_count, 0);
	assert_int_equal(store_login_unlock(w.test->db, STR("hash39")), 0);
	assert_int_equal(store_login_lock(w.test->db, STR("hash39"), &found), 0);
	assert_int_equal(found.failed_count, 0);
	world_close(&w);
}

/* What is too old to be at hand is said, never shown as nothing. */
static void test_messages_gone(void **state)
{
	struct world w;
	struct order order;
	char path[80];

	world_open(&w, state);
	w.config.journal_months = 1;
	order = world_order(&w);
	world_as(&w, "operator");
	snprintf(path, sizeof(path), "/v1/piles/%lld/frames?before=%lld", (long long)w.pile,
		(long long)id_first(WORLD_NOW - 60 * US_PER_DAY));
	assert_int_equal(world_get(&w, path).status, 410);
	snprintf(path, sizeof(path), "/v1/piles/%lld/frames?before=%lld", (long long)w.pile,
		(long long)id_first(WORLD_NOW - US_PER_DAY));
	assert_int_equal(world_get(&w, path).status, 200);
	snprintf(path, sizeof(path), "/v1/orders/%lld/timeline", (long long)order.id);
	assert_true(world_has(world_get(&w, path), "\"messages_from\":null"));
	order.created_us -= 90 * US_PER_DAY;
	snprintf(path, sizeof(path), "UPDATE orders SET created_us = %lld",
		(long long)order.created_us);
	test_db_exec(w.test, path);
	snprintf(path, sizeof(path), "/v1/orders/%lld/timeline", (long long)order.id);
	assert_true(world_has(world_get(&w, path), "\"messages_from\":\"2026-10-01T00:00:00Z\""));
	world_close(&w);
}

static void test_login_rate(void **state)
{
	struct world w;

	world_open(&w, state);
	for (int i = 0; i < 20; i++) {
		char body[100];

		snprintf(body, sizeof(body), "{\"login\":\"nobody%d\",\"password\":\"x\"}", i);
		w.remote = str_format(&w.arena, "198.51.100.1:%d", 1000 + i);
		world_post(&w, "/v1/login", body, 401);
	}
	world_post(&w, "/v1/login", "{\"login\":\"nobody\",\"password\":\"x\"}", 429);
	w.remote = STR("198.51.100.2:1");
	world_post(&w, "/v1/login", "{\"login\":\"nobody\",\"password\":\"x\"}", 401);
	w.remote = STR("198.51.100.1:1");
	w.ctx.now_us += 11 * 60 * US_PER_S;
	world_post(&w, "/v1/login", "{\"login\":\"nobody\",\"password\":\"x\"}", 401);
	world_close(&w);
}

static void test_session_ends(void **state)
{
	struct world w;

	world_open(&w, state);
	world_as(&w, "admin");
	assert_int_equal(world_get(&w, "/v1/me").status, 200);
	w.ctx.now_us += 11 * US_PER_HOUR;
	assert_int_equal(world_get(&w, "/v1/me").status, 200); /* used: goes on */
	w.ctx.now_us += 11 * US_PER_HOUR;
	assert_int_equal(world_get(&w, "/v1/dashboard").status, 200);
	w.ctx.now_us += 2 * US_PER_HOUR;
	assert_int_equal(world_get(&w, "/v1/dashboard").status, 401);
	world_close(&w);
}

/* --- every route: nobody, the wrong role, the other operator --- */

static void fill_path(char *path, size_t size, const char *pattern, int64_t id)
{
	size_t len = 0;

	for (const char *at = pattern; *at && len + 24 < size; at++) {
		if (*at != '{') {
			path[len++] = *at;
			continue;
		}
		len += (size_t)snprintf(path + len, size - len, "%lld", (long long)id);
		at = strchr(at, '}');
	}
	path[len] = '\0';
}

static void test_permissions(void **state)
{
	struct world w;

	world_open(&w, state);
	for (size_t i = 0; i < api_routes_len; i++) {
		const struct api_route *route = &api_routes[i];
		char path[200];

		if (!route->roles)
			continue;
		fill_path(path, sizeof(path), route->path, 1);
		world_as(&w, NULL);
		assert_int_equal(world_ask(&w, route->method, path, "{}").status, 401);
		for (size_t j = 0; j < 5; j++) {
			int role = auth_role(str_from(w.staff[j].role));
			struct answer answer;

			if (strcmp(route->path, "/v1/logout") == 0)
				continue;
			world_as(&w, w.staff[j].role);
			answer = world_ask(&w, route->method, path, "{}");
			if (!(route->roles & role))
				assert_int_equal(answer.status, 403);
			else
				assert_int_not_equal(answer.status, 403);
			w.csrf = STR("csrf-of-the-tesT");
			answer = world_ask(&w, route->method, path, "{}");
			if ((route->roles & role) && strcmp(route->method, "GET") != 0)
				assert_true(str_is(
					world_text(&w, answer, "type"), "urn:leyden:error:csrf"));
		}
	}
	world_close(&w);
}

static int64_t id_for(const struct world *w, const char *path, int64_t order)
{
	if (strstr(path, "/sites/"))
		return w->site;
	if (strstr(path, "/piles/"))
		return w->pile;
	if (strstr(path, "/orders/"))
		return order;
	if (strstr(path, "/tariffs/"))
		return w->series;
	if (strstr(path, "/members/"))
		return w->member;
	if (strstr(path, "/tags/"))
		return w->tag;
	return 0;
}

/* A body that is fine, so that only the tenant can be the reason. */
static const char *body_for(const char *path)
{
	static const struct {
		const char *part, *body;
	} bodies[] = {
		{"/actions/availability", "{\"type\":\"Operative\"}"},
		{"/actions/trigger", "{\"message\":\"Heartbeat\"}"},
		{"/actions/change-configuration", "{\"key\":\"k\",\"value\":\"v\"}"},
		{"/actions/change-variable",
			"{\"component\":\"c\",\"variable\":\"v\",\"value\":\"1\"}"},
		{"/actions/data-transfer", "{\"vendor_id\":\"v\"}"}, {"/hold", "{}"},
		{"/password", "{}"}, {"/security/upgrade", "{\"profile\":2}"},
		{"/security/lower", "{\"profile\":1}"}, {"/close", "{\"reason\":\"because\"}"},
		{"/priority", "{\"on\":true}"}, {"/topup", "{\"amount\":{\"minor\":100}}"},
		{"/tags", "{\"id_tag\":\"XYZ\"}"}, {"/vehicles", "{\"mac\":\"020000000001\"}"},
		{"/actions/change-variable",
			"{\"component\":\"c\",\"variable\":\"v\",\"value\":\"1\"}"},
		{"/security/upgrade", "{\"profile\":1}"},
		{"/meter-keys", "{\"connector\":1,\"public_key\":\"00\"}"},
		{"/security/lower", "{\"profile\":0}"}, {"/local-list", "{\"wanted\":true}"},
		{"/web-code/renew", ""}, {"/web-code", "{\"mode\":\"off\"}"},
		{"/monitors/base", "{\"base\":\"All\"}"}, {"/monitors/level", "{\"severity\":4}"},
		{"/{id}/monitors", "{\"component\":\"c\",\"variable\":\"v\",\"kind\":\"Delta\","
				   "\"value\":\"1\",\"severity\":4}"},
		{"/network",
			"{\"slot\":1,\"url\":\"ws://x\",\"profile\":1,\"interface\":\"Wired0\"}"},
		{"/{id}/displays", "{\"content\":\"Hello\"}"},
		{"/{id}/controls/clear", "{\"default\":true}"}, {"/{id}/controls/read", "{}"},
		{"/{id}/controls",
			"{\"kind\":\"LimitMaxDischarge\",\"default\":true,\"percent\":\"50\"}"},
		{"/afrr", "{\"signal\":1}"}, {"/give-back", "{\"back\":true}"},
		{"/streams/read", ""}, {"/streams/{number}", "{\"every_s\":5}"},
		{"/battery-swap", "{\"id_tag\":\"CARD1\"}"}, {"/profiles/clear", "{\"all\":true}"},
		{"/profiles/read", "{}"},
		{"/{id}/profiles", "{\"purpose\":\"default\",\"periods\":[{\"limit\":\"7000\"}]}"},
		{"/{id}/publications", "{\"firmware_id\":\"1\"}"},
		{"/anchors/read", "{\"kind\":\"csms\"}"},
		{"/anchors/delete",
			"{\"algorithm\":\"SHA256\",\"name_hash\":\"aa\",\"key_hash\":\"bb\","
			"\"serial\":\"01\"}"},
		{"/{id}/anchors", "{\"kind\":\"csms\",\"certificate\":\"PEM\"}"},
		{"/reservations", "{\"minutes\":15}"},
		{"/surplus/{id}/back", "{\"way\":\"terminal\",\"reference\":\"r\"}"},
		{"/circuits/{id}/piles", "{\"pile_ids\":[\"1\"]}"},
		{"/circuits", "{\"name\":\"Garage\",\"limit_ma\":[16000,16000,16000]}"},
		{"/signals", "{\"percent\":50,\"until\":\"2026-11-19T13:00:00Z\"}"},
		{"/sites/{id}/power", "{\"limit_ma\":[63000,63000,63000]}"},
		{"/v1/members/{id}", "{\"priority\":true}"}, /* (paths below it come before) */
	};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		if (strstr(path, bodies[i].part))
			return bodies[i].body;
	}
	return "{}";
}

static void test_other_tenant(void **state)
{
	struct world w;
	struct order order;
	size_t checked = 0;

	world_open(&w, state);
	order = world_order(&w);
	world_pay(&w, order.id);
	world_as(&w, "other");
	for (size_t i = 0; i < api_routes_len; i++) {
		const struct api_route *route = &api_routes[i];
		int64_t id = id_for(&w, route->path, order.id);
		struct answer answer;
		char path[200];

		if (!route->roles || !strchr(route->path, '{') || !id)
			continue;
		fill_path(path, sizeof(path), route->path, id);
		answer = world_ask(&w, route->method, path, body_for(route->path));
		if (answer.status != 404)
			print_error("%s %s: %d\n", route->method, path, answer.status);
		assert_int_equal(answer.status, 404);
		checked++;
	}
	assert_true(checked >= 25);
	/* and no list shows anything of the first operator's */
	for (size_t i = 0; i < api_routes_len; i++) {
		if (!api_routes[i].list || strchr(api_routes[i].path, '{'))
			continue;
		assert_true(world_has(world_get(&w, api_routes[i].path), "\"items\":[]"));
	}
	world_close(&w);
}

/* --- bodies --- */

static void test_strict_bodies(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	world_as(&w, "admin");
	answer = world_post(&w, "/v1/sites", "{\"name\":\"X\",\"colour\":\"red\"}", 422);
	assert_true(world_text(&w, answer, "fields.colour").len > 0);
	answer = world_post(&w, "/v1/sites", "{\"name\":5}", 422);
	assert_true(world_text(&w, answer, "fields.name").len > 0);
	answer = world_post(&w, "/v1/sites", "{\"default_limit\":{\"minor\":-1}}", 422);
	assert_true(world_has(answer, "{\"default_limit.minor\":\""));
	world_post(&w, "/v1/sites", "{\"name\":\"X\",\"name\":\"Y\"}", 400);
	world_post(&w, "/v1/sites", "{", 400);
	world_post(&w, "/v1/sites", "[]", 400);
	w.content_type = STR("text/plain");
	world_post(&w, "/v1/sites", "{\"name\":\"X\"}", 415);
	w.content_type = STR("application/json; charset=utf-8");
	w.origin = STR("http://elsewhere.example");
	world_post(&w, "/v1/sites", "{\"name\":\"X\",\"zone\":\"UTC\"}", 403);
	w.origin = STR("http://localhost:8080");
	world_post(&w, "/v1/sites", "{\"name\":\"X\",\"zone\":\"UTC\"}", 201);
	world_close(&w);
}

static void test_headers(void **state)
{
	static const char *const wanted[] = {"X-Content-Type-Options: nosniff\r\n",
		"Referrer-Policy: same-origin\r\n", "frame-ancestors 'none'",
		"Cache-Control: no-store\r\n"};
	struct world w;

	world_open(&w, state);
	world_as(&w, "admin");
	for (size_t i = 0; i < 4; i++) {
		struct answer answer = world_get(&w, "/v1/me");

		assert_non_null(memmem(
			answer.headers.ptr, answer.headers.len, wanted[i], strlen(wanted[i])));
		answer = world_get(&w, "/p/LAKE-07");
		assert_non_null(memmem(
			answer.headers.ptr, answer.headers.len, wanted[i], strlen(wanted[i])));
	}
	world_close(&w);
}

static void test_openapi(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	answer = world_get(&w, "/v1/openapi.json");
	assert_int_equal(answer.status, 200);
	assert_true(json_valid(answer.body, &w.job));
	for (size_t i = 0; i < api_routes_len; i++) {
		char quoted[200];

		snprintf(quoted, sizeof(quoted), "\"%s\":{", api_routes[i].path);
		assert_true(world_has(answer, quoted));
		snprintf(quoted, sizeof(quoted), "\"summary\":\"%s\"", api_routes[i].help);
		assert_true(world_has(answer, quoted));
	}
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_language),
		cmocka_unit_test(test_texts_complete),
		cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_fault_answer),
		ON_BOTH_ENGINES(test_not_found),
		ON_BOTH_ENGINES(test_login),
		ON_BOTH_ENGINES(test_login_lockout),
		ON_BOTH_ENGINES(test_login_unknown),
		ON_BOTH_ENGINES(test_login_locks_bounded),
		ON_BOTH_ENGINES(test_messages_gone),
		ON_BOTH_ENGINES(test_login_rate),
		ON_BOTH_ENGINES(test_session_ends),
		ON_BOTH_ENGINES(test_permissions),
		ON_BOTH_ENGINES(test_other_tenant),
		ON_BOTH_ENGINES(test_strict_bodies),
		ON_BOTH_ENGINES(test_headers),
		ON_BOTH_ENGINES(test_openapi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
