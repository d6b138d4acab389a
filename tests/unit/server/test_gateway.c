/* test_gateway.c - the piles' front door where time and crowding matter: calls that come faster
 * than they are answered keep their order, a flood is stopped at the socket, garbage of any kind is
 * survived, a link that goes in the middle of everything leaves nothing behind. (What is said in
 * which case: tests/flow.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "app/devices.h"
#include "base/fault.h"
#include "base/log.h"
#include "engines.h"
#include "server/gateway.h"
#include "store/journal.h"
#include "store/pile.h"
#include "store/site.h"

#define HELD_MAX 4096

struct bench {
	struct lanes *lanes;
	struct gateway *gateway;
	struct clock_fake clock;
	struct app_config app;
	struct {
		void (*call)(void *arg);
		void *arg;
	} posted[HELD_MAX];
	size_t posted_len;
	char said[HELD_MAX][160];
	size_t said_len;
	int verdict, closed;
	bool paused, was_paused;
};

static void on_send(void *context, uint64_t link, struct str text)
{
	struct bench *b = context;

	(void)link;
	assert_true(b->said_len < HELD_MAX);
	snprintf(b->said[b->said_len++], sizeof(b->said[0]), "%.*s", STR_FMT(text));
}

static void on_close(void *context, uint64_t link, int code, struct str reason)
{
	(void)link;
	(void)reason;
	((struct bench *)context)->closed = code;
}

static void on_verdict(void *context, uint64_t link, int status, struct str protocol)
{
	(void)link;
	(void)protocol;
	((struct bench *)context)->verdict = status;
}

static void on_pause(void *context, uint64_t link, bool paused)
{
	struct bench *b = context;

	(void)link;
	b->paused = paused;
	b->was_paused |= paused;
}

static void on_post(void *context, void (*call)(void *arg), void *arg)
{
	struct bench *b = context;

	assert_true(b->posted_len < HELD_MAX);
	b->posted[b->posted_len].call = call;
	b->posted[b->posted_len++].arg = arg;
}

static void on_effect(void *context, const struct effect *effect)
{
	gateway_effect(((struct bench *)context)->gateway, effect);
}

static void run_posted(struct bench *b)
{
	for (size_t i = 0; i < b->posted_len; i++)
		b->posted[i].call(b->posted[i].arg);
	b->posted_len = 0;
}

static void pump(struct bench *b)
{
	struct lanes_stats stats;

	do {
		run_posted(b);
		assert_true(lanes_drain(b->lanes) >= 0);
		lanes_stats(b->lanes, &stats);
	} while (b->posted_len > 0 || stats.queued > 0);
}

static void knock(struct bench *b, uint64_t link)
{
	gateway_hello(b->gateway, link,
		&(struct gateway_caller){
			.code = STR("A-07"), .protocols = STR("ocpp1.6"), .remote = STR("here")});
}

static void bench_open(struct bench *b, struct test_db *test)
{
	struct lanes_config lanes = {.db_url = test->url,
		.journal_dir = test->dir,
		.clock = &b->clock.clock,
		.app = &b->app,
		.seed = 5,
		.readers = 1,
		.workers = 1,
		.writers = 1,
		.effect = on_effect,
		.context = b};
	struct gateway_config gateway = {.clock = &b->clock.clock,
		.app = &b->app,
		.ops = {on_send, on_close, on_verdict, on_pause, on_post, b}};

	memset(b, 0, sizeof(*b));
	log_setup(LOG_LEVEL_ERROR + 1, false);
	clock_fake_init(&b->clock, INT64_C(1795000000000000));
	lanes.clock = gateway.clock = &b->clock.clock;
	b->app = (struct app_config){.server_key = STR("key"), .unknown_piles = UNKNOWN_ACCEPT};
	assert_int_equal(db_begin(test->db), 0);
	assert_int_equal(store_tenant_add(test->db, 1, STR("Operator"), STR("CNY"), 1), 0);
	assert_int_equal(db_commit(test->db), 0);
	assert_int_equal(lanes_new(&lanes, &b->lanes), 0);
	gateway.lanes = b->lanes;
	b->gateway = gateway_new(&gateway);
	knock(b, 1);
	pump(b);
	assert_int_equal(b->verdict, 101);
}

static void bench_close(struct bench *b)
{
	gateway_tick(b->gateway);
	gateway_flush_light(b->gateway);
	pump(b);
	lanes_free(b->lanes);
	run_posted(b);
	gateway_free(b->gateway);
}

/* The pattern with its # replaced by a number; its length. */
static size_t fill(char *ret, size_t size, const char *pattern, int number)
{
	const char *mark = strchr(pattern, '#');

	return (size_t)snprintf(
		ret, size, "%.*s%d%s", (int)(mark - pattern), pattern, number, mark + 1);
}

static void say(struct bench *b, const char *pattern, int number)
{
	char text[256];

	gateway_text(b->gateway, 1, (struct str){text, fill(text, sizeof(text), pattern, number)});
}

#define STATUS \
	"[2,\"#\",\"StatusNotification\",{\"connectorId\":1,\"errorCode\":\"NoError\"," \
	"\"status\":\"Available\"}]"

/* A pile that does not wait for answers: they come in its order, and while too many wait it is not
 * read from. Light calls do not overtake. */
static void flood_keeps_order(void **state)
{
	struct bench *b = mem_alloc(sizeof(*b));
	char expected[32];

	bench_open(b, *state);
	for (int i = 0; i < 15; i++)
		say(b, i % 3 == 2 ? "[2,\"#\",\"Heartbeat\",{}]" : STATUS, i);
	assert_int_equal(b->said_len, 0); /* nothing is durable yet */
	assert_false(b->was_paused);
	for (int i = 15; i < 20; i++)
		say(b, STATUS, i);
	assert_true(b->paused);
	pump(b);
	assert_false(b->paused);
	assert_int_equal(b->said_len, 20);
	for (int i = 0; i < 20; i++) {
		snprintf(expected, sizeof(expected), "[3,\"%d\",{", i);
		assert_true(str_starts(str_from(b->said[i]), str_from(expected)));
	}
	bench_close(b);
	mem_free(b);
}

/* The same question while its answer is in the lane, and after: one run, one answer each time it
 * can be given. */
static void question_repeated(void **state)
{
	struct bench *b = mem_alloc(sizeof(*b));

	bench_open(b, *state);
	say(b, STATUS, 1);
	say(b, STATUS, 1);
	say(b, STATUS, 1);
	pump(b);
	assert_int_equal(b->said_len, 1);
	say(b, STATUS, 1);
	assert_int_equal(b->said_len, 2); /* at once, without the lane */
	assert_string_equal(b->said[0], b->said[1]);
	bench_close(b);
	mem_free(b);
}

struct log_look {
	struct job job;
	struct frame *frames;
	size_t len;
};

static int run_look(struct job *job, struct ctx *ctx)
{
	struct frame_filter filter = {.tenant_id = 1, .action = STR("Heartbeat"), .limit = 100};
	struct log_look *look = job->data;
	struct pile pile;

	TRY(store_pile_by_code(ctx->db, ctx->arena, STR("A-07"), &pile));
	filter.pile_id = pile.id;
	return store_frames(ctx->journal, &filter, ctx->arena, &look->frames, &look->len);
}

static void look_done(struct job *job, int result)
{
	(void)job;
	assert_int_equal(result, 0);
}

static void look_at_log(struct bench *b, struct log_look *look)
{
	*look = (struct log_look){
		.job = {.kind = LANE_READ, .run = run_look, .done = look_done, .data = look}};
	arena_init(&look->job.arena, 1 << 20);
	b->clock.at_us += US_PER_S;
	gateway_tick(b->gateway);
	pump(b);
	assert_true(lanes_submit(b->lanes, &look->job));
	pump(b);
}

/* A pile that says Heartbeat over and over has a row that lists them, not a row each; another
 * payload, and what comes later, has a row of its own. */
static void heartbeats_share_a_row(void **state)
{
	struct bench *b = mem_alloc(sizeof(*b));
	struct log_look look;

	bench_open(b, *state);
	say(b, "[2,\"h#\",\"Heartbeat\",{}]", 0); /* a sign of life */
	look_at_log(b, &look);
	assert_int_equal(look.len, 1);
	assert_int_equal(look.frames[0].repeats.len, 0);
	arena_fini(&look.job.arena);
	for (int i = 1; i <= 4; i++) {
		say(b, "[2,\"h\\\"#\",\"Heartbeat\",{}]", i);
		b->clock.at_us += 1000;
	}
	look_at_log(b, &look);
	assert_int_equal(look.len, 2);
	assert_true(str_is(look.frames[0].message_id, "h\"1"));
	assert_true(str_is(look.frames[0].repeats,
		"[[\"h\\\"2\",1795000001001000,0],[\"h\\\"3\",1795000001002000,0],"
		"[\"h\\\"4\",1795000001003000,0]]"));
	arena_fini(&look.job.arena);
	for (int i = 0; i < 100; i++)
		say(b, "[2,\"m#\",\"Heartbeat\",{}]", i);
	look_at_log(b, &look);
	assert_int_equal(look.len, 5); /* 100 in rows of 49 */
	arena_fini(&look.job.arena);
	bench_close(b);
	mem_free(b);
}

/* Links come and go at every moment of a handshake and of a call; nothing leaks, the last one
 * stands. */
static void links_at_every_moment(void **state)
{
	struct bench *b = mem_alloc(sizeof(*b));
	struct gateway_stats stats;

	bench_open(b, *state);
	say(b, STATUS, 1);
	say(b, STATUS, 2);
	gateway_closed(b->gateway, 1, 1006); /* one in the lane, one waiting */
	knock(b, 2);
	gateway_closed(b->gateway, 2, 1006); /* before the verdict */
	gateway_text(b->gateway, 2, STR("[2,\"x\",\"Heartbeat\",{}]"));
	knock(b, 3);
	gateway_text(b->gateway, 3, STR("[2,\"x\",\"Heartbeat\",{}]")); /* too early */
	pump(b);
	assert_int_equal(b->said_len, 0);
	gateway_closed(b->gateway, 99, 1000);
	gateway_closed(b->gateway, 1, 1000);
	gateway_text(b->gateway, 3, STR("[2,\"x\",\"Heartbeat\",{}]"));
	assert_int_equal(b->said_len, 1);
	gateway_stats(b->gateway, &stats);
	assert_int_equal(stats.links, 1);
	b->clock.at_us += 5 * US_PER_S;
	bench_close(b);
	mem_free(b);
}

/* 20,000 frames made by cutting, doubling and flipping good ones: none is answered twice, the pile
 * goes on afterwards. */
static void garbage(void **state)
{
	static const char *const seeds[] = {STATUS, "[2,\"#\",\"Heartbeat\",{}]",
		"[3,\"#\",{\"status\":\"Accepted\"}]", "[4,\"#\",\"GenericError\",\"\",{}]",
		("[2,\"#\",\"MeterValues\",{\"connectorId\":1,\"meterValue\":[{\"timestamp\":"
		 "\"2026-11-18T00:00:00Z\",\"sampledValue\":[{\"value\":\"1\"}]}]}]")};
	struct bench *b = mem_alloc(sizeof(*b));
	struct rng rng;

	rng_init_seeded(&rng, 11);
	bench_open(b, *state);
	for (int i = 0; i < 20000; i++) {
		char text[300];
		size_t len;

		len = fill(text, sizeof(text), seeds[rng_below(&rng, 5)], i);
		for (uint64_t n = rng_below(&rng, 4); n > 0; n--)
			text[rng_below(&rng, len)] = (char)rng_u64(&rng);
		len -= rng_below(&rng, 5) == 0 ? rng_below(&rng, len) : 0;
		b->said_len = 0;
		gateway_text(b->gateway, 1, (struct str){text, len});
		pump(b);
		assert_true(b->said_len <= 1);
		if (i % 500 == 0)
			gateway_tick(b->gateway);
	}
	b->said_len = 0;
	say(b, "[2,\"end#\",\"Heartbeat\",{}]", 1);
	assert_int_equal(b->said_len, 1);
	assert_true(str_starts(str_from(b->said[0]), STR("[3,\"end1\"")));
	bench_close(b);
	mem_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(flood_keeps_order),
		ON_BOTH_ENGINES(question_repeated),
		ON_BOTH_ENGINES(heartbeats_share_a_row),
		ON_BOTH_ENGINES(links_at_every_moment),
		ON_ENGINE(garbage, "SQLite", test_on_sqlite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
