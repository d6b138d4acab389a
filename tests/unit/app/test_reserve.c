/* test_reserve.c - a driver keeps a free connector by plain forms: offered, asked for, held, used,
 * cancelled, over, refused; and everything that must not work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/reservations.h"
#include "base/clock.h"
#include "store/pile.h"
#include "store/reservation.h"

#define FORM "/p/LAKE-07/1/reserve"

static void plug_no(struct world *w, int64_t no, const char *status)
{
	static int64_t later;
	struct connector connector = {.pile_id = w->pile,
		.no = no,
		.status = str_from(status),
		.status_us = WORLD_NOW + ++later};

	assert_int_equal(store_connector_status(w->test->db, &connector), 0);
}

static void plug(struct world *w, const char *status)
{
	plug_no(w, 1, status);
}

static void allow(struct world *w, const char *body, int status)
{
	char path[64];

	world_as(w, "admin");
	w->accept = w->content_type = STR("application/json");
	snprintf(path, sizeof(path), "/v1/sites/%lld", (long long)w->site);
	assert_int_equal(world_ask(w, "PATCH", path, body).status, status);
	world_as(w, NULL);
	w->accept = STR("text/html");
	w->content_type = STR("application/x-www-form-urlencoded");
}

static void open_world(struct world *w, void **state)
{
	world_open(w, state);
	w->remote = STR("203.0.113.7:4711");
	plug(w, "Available");
	allow(w, "{\"reserve_min\":30}", 200);
}

/* What follows `before` in the headers, up to a character that is none of a token. */
static struct str token_after(struct world *w, struct answer answer, const char *before)
{
	const char *at = memmem(answer.headers.ptr, answer.headers.len, before, strlen(before));
	const char *end;

	assert_non_null(at);
	at += strlen(before);
	for (end = at; *end != '\r' && *end != ';'; end++)
		;
	return str_dup(&w->arena, (struct str){at, (size_t)(end - at)});
}

/* Reserves; the browser keeps the cookie it is given. */
static struct str reserve(struct world *w, const char *body)
{
	struct answer answer = world_post(w, FORM, body, 303);
	struct str token = token_after(w, answer, "Location: /r/");

	assert_true(str_eq(token, token_after(w, answer, "reservation=")));
	w->cookie = str_format(&w->arena, "reservation=%.*s", STR_FMT(token));
	return token;
}

static const char *page_of(struct world *w, struct str token, const char *after)
{
	return str_dup_z(&w->arena, str_format(&w->arena, "/r/%.*s%s", STR_FMT(token), after));
}

/* The pile's answer to what was asked last for a reservation. */
static void pile_says(
	struct world *w, struct str token, enum ask_kind kind, enum ask_verdict verdict)
{
	struct ask_answer answer = {.kind = kind, .pile_id = w->pile, .verdict = verdict};
	struct reservation reservation;
	struct ctx *ctx = world_ctx(w);

	assert_int_equal(store_reservation_by_token(ctx->db, ctx->arena, token, &reservation), 0);
	answer.about_id = reservation.id;
	assert_int_equal(reservations_answered(ctx, &answer), 0);
}

static void test_offered(void **state)
{
	struct world w;
	struct answer answer;

	open_world(&w, state);
	assert_true(world_has(world_get(&w, "/p/LAKE-07"), "href=\"/p/LAKE-07/1/reserve\""));
	answer = world_get(&w, FORM);
	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "value=\"15\""));
	assert_true(world_has(answer, "value=\"30\""));
	assert_false(world_has(answer, "value=\"60\""));
	assert_true(world_has(answer, "20:30")); /* of the site's clock */
	assert_true(world_has(answer, "Reserve A-07 &lt;b&gt;"));
	assert_false(world_has(answer, "{minutes}"));
	assert_false(world_has(answer, "{until}"));
	plug(&w, "Preparing");
	assert_false(world_has(world_get(&w, "/p/LAKE-07"), "/reserve\""));
	assert_int_equal(world_get(&w, FORM).status, 409);
	plug(&w, "Available");
	assert_int_equal(store_pile_setting(w.test->db, w.pile, STR("SupportedFeatureProfiles"),
				 STR("Core, RemoteTrigger"), true, WORLD_NOW),
		0);
	assert_false(world_has(world_get(&w, "/p/LAKE-07"), "/reserve\""));
	assert_int_equal(world_get(&w, FORM).status, 409);
	assert_int_equal(store_pile_setting(w.test->db, w.pile, STR("SupportedFeatureProfiles"),
				 STR("Core, Reservation"), true, WORLD_NOW),
		0);
	assert_int_equal(world_get(&w, FORM).status, 200);
	allow(&w, "{\"reserve_min\":0}", 200);
	assert_false(world_has(world_get(&w, "/p/LAKE-07"), "/reserve\""));
	answer = world_get(&w, FORM);
	assert_int_equal(answer.status, 409);
	assert_false(world_has(answer, "<form"));
	world_post(&w, FORM, "minutes=5", 409);
	allow(&w, "{\"reserve_min\":241}", 422);
	allow(&w, "{\"reserve_min\":-1}", 422);
	allow(&w, "{\"reserve_min\":30}", 200);
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	assert_false(world_has(world_get(&w, "/p/LAKE-07"), "/reserve\""));
	world_post(&w, FORM, "minutes=5", 409);
	assert_int_equal(world_get(&w, "/p/NEW-1/1/reserve").status, 404);
	assert_int_equal(world_get(&w, "/p/LAKE-07/9/reserve").status, 404);
	assert_int_equal(world_get(&w, "/p/LAKE-07/x/reserve").status, 404);
	world_close(&w);
}

static void test_bad_forms(void **state)
{
	static const char *const bodies[] = {"", "minutes=", "minutes=0", "minutes=-5",
		"minutes=31", "minutes=9999999999999999999", "minutes=1x", "minutes=%00", "m=5"};
	struct world w;

	open_world(&w, state);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		assert_true(world_has(world_post(&w, FORM, bodies[i], 422), "role=\"alert\""));
	w.fetch_site = STR("cross-site");
	world_post(&w, FORM, "minutes=15", 403);
	world_close(&w);
}

static void test_held_and_used(void **state)
{
	struct world w;
	struct answer answer;
	struct str token;
	char body[200];

	open_world(&w, state);
	token = reserve(&w, "minutes=15");
	answer = world_get(&w, page_of(&w, token, ""));
	assert_true(world_has(answer, "s-waiting"));
	assert_non_null(memmem(answer.headers.ptr, answer.headers.len, "Refresh: 2", 10));
	pile_says(&w, token, ASK_RESERVE, ASK_ACCEPTED);
	plug(&w, "Reserved");
	answer = world_get(&w, page_of(&w, token, ""));
	assert_true(world_has(answer, "20:15"));
	assert_true(world_has(answer, "href=\"/p/LAKE-07/1\""));
	assert_true(world_has(answer, "/cancel\""));
	answer = world_get(&w, "/p/LAKE-07/1");
	assert_true(world_has(answer, "s-free"));
	assert_true(world_has(answer, "id=\"go\""));
	assert_true(world_has(answer, page_of(&w, token, "\"")));
	/* somebody else, and somebody with another's or an invented ticket, cannot start */
	snprintf(body, sizeof(body),
		"connector=1&amount=5000&match=yes&timing=prepay&channel=sandbox&tariff_hash=%.*s",
		STR_FMT(w.tariff_hash));
	w.cookie = STR("reservation=AAAAAAAAAAAAAAAAAAAAAA");
	answer = world_get(&w, "/p/LAKE-07/1");
	assert_true(world_has(answer, "s-busy"));
	assert_false(world_has(answer, "id=\"go\""));
	world_post(&w, "/p/LAKE-07/start", body, 409);
	w.cookie = STR_NULL;
	world_post(&w, "/p/LAKE-07/start", body, 409);
	w.cookie = str_format(&w.arena, "reservation=%.*s", STR_FMT(token));
	world_post(&w, "/p/LAKE-07/start", body, 303);
	/* it starts once */
	answer = world_get(&w, page_of(&w, token, ""));
	assert_false(world_has(answer, "href=\"/p/LAKE-07/1\""));
	assert_true(world_has(answer, "href=\"/o/"));
	world_close(&w);
}

static void test_cancelled(void **state)
{
	struct world w;
	struct answer answer;
	struct str token;

	open_world(&w, state);
	token = reserve(&w, "minutes=15");
	pile_says(&w, token, ASK_RESERVE, ASK_ACCEPTED);
	world_post(&w, "/r/AAAAAAAAAAAAAAAAAAAAAA/cancel", "", 404);
	assert_int_equal(world_get(&w, "/r/AAAAAAAAAAAAAAAAAAAAAA").status, 404);
	assert_int_equal(world_get(&w, "/r/x%00").status, 404);
	world_post(&w, page_of(&w, token, "/cancel"), "", 303);
	answer = world_get(&w, page_of(&w, token, ""));
	assert_true(world_has(answer, "s-waiting"));
	assert_false(world_has(answer, "/cancel\""));
	pile_says(&w, token, ASK_RESERVE_CANCEL, ASK_ACCEPTED);
	world_post(&w, page_of(&w, token, "/cancel"), "", 303); /* twice does no harm */
	answer = world_get(&w, page_of(&w, token, ""));
	assert_true(world_has(answer, "s-unavailable"));
	assert_true(world_has(answer, "Cancelled"));
	reserve(&w, "minutes=5"); /* the old ticket does not count any more */
	world_close(&w);
}

static void test_refused_and_over(void **state)
{
	struct world w;
	struct answer answer;
	struct str token;

	open_world(&w, state);
	token = reserve(&w, "minutes=15");
	pile_says(&w, token, ASK_RESERVE, ASK_OCCUPIED);
	answer = world_get(&w, page_of(&w, token, ""));
	assert_true(world_has(answer, "s-fault"));
	assert_true(world_has(answer, "Somebody was faster"));
	token = reserve(&w, "minutes=5");
	pile_says(&w, token, ASK_RESERVE, ASK_MISMATCH); /* a word without a sentence of its own */
	assert_true(world_has(world_get(&w, page_of(&w, token, "")), "The pile did not agree"));
	token = reserve(&w, "minutes=5");
	pile_says(&w, token, ASK_RESERVE, ASK_ACCEPTED);
	w.ctx.now_us += 6 * US_PER_MIN;
	answer = world_get(&w, page_of(&w, token, "")); /* before the timer has looked */
	assert_true(world_has(answer, "The time is over"));
	assert_false(world_has(answer, "/cancel\""));
	assert_true(world_has(world_get(&w, "/p/LAKE-07"), "/reserve\""));
	world_close(&w);
}

static void test_limits(void **state)
{
	struct world w;
	struct str token;

	open_world(&w, state);
	token = reserve(&w, "minutes=15");
	pile_says(&w, token, ASK_RESERVE, ASK_ACCEPTED);
	w.accept = STR("text/html");
	/* the same connector for somebody else */
	w.cookie = STR_NULL;
	assert_true(world_has(world_post(&w, FORM, "minutes=5", 409), "Somebody else"));
	plug_no(&w, 2, "Available");
	/* a second one from the same browser, elsewhere: told where the first is */
	w.cookie = str_format(&w.arena, "reservation=%.*s", STR_FMT(token));
	assert_true(world_has(world_post(&w, "/p/LAKE-07/2/reserve", "minutes=5", 409),
		page_of(&w, token, "\"")));
	world_post(&w, page_of(&w, token, "/cancel"), "", 303);
	pile_says(&w, token, ASK_RESERVE_CANCEL, ASK_ACCEPTED);
	for (int i = 0; i < 11; i++) {
		token = reserve(&w, "minutes=5");
		pile_says(&w, token, ASK_RESERVE, ASK_REJECTED);
	}
	assert_true(world_has(world_post(&w, FORM, "minutes=5", 429), "try again later"));
	w.remote = STR("203.0.113.7:4712"); /* another port is the same address */
	world_post(&w, FORM, "minutes=5", 429);
	w.remote = STR("203.0.113.8:4711");
	reserve(&w, "minutes=5");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_offered),
		ON_BOTH_ENGINES(test_bad_forms),
		ON_BOTH_ENGINES(test_held_and_used),
		ON_BOTH_ENGINES(test_cancelled),
		ON_BOTH_ENGINES(test_refused_and_over),
		ON_BOTH_ENGINES(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
