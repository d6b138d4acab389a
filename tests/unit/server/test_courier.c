/* test_courier.c - the courier between real lanes and a real sandbox on a real socket: payments
 * arrive, answers come back, silence and errors are followed by questions, and it stops at once
 * whatever is under way. Also the HTTP client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/verify.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/sign.h"
#include "engines.h"
#include "net/caller.h"
#include "net/net.h"
#include "sandbox/desk.h"
#include "server/courier.h"
#include "store/ledger.h"
#include "store/member.h"
#include "store/payment.h"

#define TENANT 7
#define WAIT_MS 10000

struct town {
	struct test_db *test;
	struct loop *loop;
	struct desk *desk;
	pthread_t thread;
	uint16_t port;
	struct lanes *lanes;
	struct courier *courier;
	struct clock clock;
	_Atomic int64_t ahead_us; /* our clock before the system's */
	struct app_config app;
	struct pay_channel_config channel;
	char url[64], merchant_secret[65], merchant_public[65], channel_secret[65],
		channel_public[65];
	int64_t member_id, wallet_id;
};

static int64_t town_now_us(void *context)
{
	struct town *t = context;

	return clock_now_us(&clock_system) + atomic_load(&t->ahead_us);
}

static int64_t town_ticks_us(void *context)
{
	(void)context;
	return clock_ticks_us(&clock_system);
}

static void make_pair(char *ret_secret, char *ret_public)
{
	uint8_t secret[SIGN_KEY_LEN], public_key[SIGN_KEY_LEN];
	struct rng rng;
	struct buf buf;

	rng_init_system(&rng);
	rng.fill(&rng, secret, sizeof(secret));
	sign_public(secret, public_key);
	buf_init(&buf, NULL, 64);
	hex_write(&buf, secret, sizeof(secret));
	memcpy(ret_secret, buf.ptr, 64);
	buf_clear(&buf);
	hex_write(&buf, public_key, sizeof(public_key));
	memcpy(ret_public, buf.ptr, 64);
	buf_fini(&buf);
}

static void *run_loop(void *arg)
{
	loop_run(arg);
	return NULL;
}

/* --- jobs and waiting --- */

struct errand {
	struct job job;
	sem_t over;
	int (*work)(struct ctx *ctx, void *arg);
	void *arg;
	int result;
};

static int errand_run(struct job *job, struct ctx *ctx)
{
	struct errand *errand = job->data;

	return errand->work(ctx, errand->arg);
}

static void errand_done(struct job *job, int result)
{
	struct errand *errand = job->data;

	errand->result = result;
	sem_post(&errand->over);
}

/* Runs `work` as a job and waits for it. */
static int errand(
	struct town *t, enum lane_kind kind, int (*work)(struct ctx *ctx, void *arg), void *arg)
{
	struct errand e = {.work = work, .arg = arg};

	e.job = (struct job){.kind = kind, .run = errand_run, .done = errand_done, .data = &e};
	arena_init(&e.job.arena, LIMIT_JOB_ARENA);
	effects_init(&e.job.effects, &e.job.arena);
	sem_init(&e.over, 0, 0);
	assert_true(lanes_submit(t->lanes, &e.job));
	sem_wait(&e.over);
	sem_destroy(&e.over);
	arena_fini(&e.job.arena);
	return e.result;
}

static int add_member(struct ctx *ctx, void *arg)
{
	struct town *t = arg;
	struct member member = {.id = CTX_ID(ctx),
		.tenant_id = TENANT,
		.name = STR("Member 1"),
		.wallet_token = STR("token-1"),
		.created_us = ctx->now_us};

	TRY(store_member_add(ctx->db, STR("CNY"), CTX_ID(ctx), &member));
	t->member_id = member.id;
	t->wallet_id = member.account_id;
	return 0;
}

struct topup {
	struct town *town;
	int64_t id;
	struct payment payment; /* plain fields only */
	int64_t balance;
};

static int begin_topup(struct ctx *ctx, void *arg)
{
	struct topup *topup = arg;
	struct payment payment;
	int result =
		payments_topup(ctx, TENANT, topup->town->member_id, STR("sandbox"), 5000, &payment);

	TRY(result);
	topup->id = payment.id;
	return result;
}

static int look(struct ctx *ctx, void *arg)
{
	struct topup *topup = arg;
	struct account account;

	TRY(store_payment_get(ctx->db, ctx->arena, topup->id, &topup->payment));
	TRY(store_ledger_account_get(ctx->db, ctx->arena, topup->town->wallet_id, &account));
	topup->balance = account_balance(&account);
	return 0;
}

/* Waits until the payment is in a state. */
static void wait_state(struct topup *topup, enum payment_state state)
{
	for (int i = 0; i < WAIT_MS / 10; i++) {
		assert_int_equal(errand(topup->town, LANE_READ, look, topup), 0);
		if (topup->payment.state == state)
			return;
		usleep(10000);
	}
	fail_msg("payment stays %s", payment_state_name(topup->payment.state));
}

struct ask {
	struct call call;
	sem_t over;
	int status;
};

static void ask_done(struct call *call)
{
	struct ask *ask = call->data;

	ask->status = call->status;
	sem_post(&ask->over);
}

/* One POST, waited for. */
static int post(struct caller *caller, const char *url, const char *body, int64_t timeout_ms)
{
	struct ask ask = {.call = {.method = STR("POST"),
				  .url = str_from(url),
				  .headers = STR("Content-Type: application/json\r\n"),
				  .body = str_from(body),
				  .timeout_ms = timeout_ms,
				  .done = ask_done}};

	ask.call.data = &ask;
	sem_init(&ask.over, 0, 0);
	caller_submit(caller, &ask.call);
	sem_wait(&ask.over);
	sem_destroy(&ask.over);
	return ask.status;
}

static void set_faults(struct town *t, const char *faults)
{
	struct caller_config config = {.most = 1};
	struct caller *caller;
	char url[128];

	snprintf(url, sizeof(url), "%s/admin/faults", t->url);
	assert_int_equal(caller_new(&config, &caller), 0);
	assert_int_equal(post(caller, url, faults, 5000), 200);
	caller_free(caller);
}

static void town_sandbox(struct town *t)
{
	struct desk_config config = {.loop = t->loop = loop_new(),
		.merchant_key = {t->merchant_public, 64},
		.channel_secret = {t->channel_secret, 64},
		.retry_ms = 50,
		.automatic = true};
	struct listen_config listen = {.address = STR("127.0.0.1")};

	assert_int_equal(desk_new(&config, &t->desk), 0);
	listen.handler = desk_handler(t->desk);
	assert_int_equal(loop_listen(t->loop, &listen, &t->port), 0);
	snprintf(t->url, sizeof(t->url), "http://127.0.0.1:%u", (unsigned)t->port);
	desk_set_public_url(t->desk, str_from(t->url));
	pthread_create(&t->thread, NULL, run_loop, t->loop);
}

static void town_open(struct town *t, void **state, int64_t timeout_ms)
{
	struct lanes_config lanes = {.readers = 1, .workers = 1, .writers = 1, .threads = true};
	struct courier_config courier = {.timeout_ms = timeout_ms};

	memset(t, 0, sizeof(*t));
	t->test = *state;
	make_pair(t->merchant_secret, t->merchant_public);
	make_pair(t->channel_secret, t->channel_public);
	town_sandbox(t);
	t->clock = (struct clock){town_now_us, town_ticks_us, t};
	t->app = (struct app_config){.public_url = STR("http://127.0.0.1:1"),
		.server_key = STR("k"),
		.channels = {STR("sandbox")},
		.channels_len = 1};
	t->channel = (struct pay_channel_config){.name = STR("sandbox"),
		.endpoint = str_from(t->url),
		.merchant = STR("leyden"),
		.key = {t->merchant_secret, 64},
		.peer_key = {t->channel_public, 64}};
	lanes.db_url = t->test->url;
	lanes.journal_dir = t->test->engine == DB_SQLITE ? t->test->dir : NULL;
	lanes.clock = &t->clock;
	lanes.app = &t->app;
	assert_int_equal(lanes_new(&lanes, &t->lanes), 0);
	courier.lanes = t->lanes;
	courier.clock = &t->clock;
	courier.app = &t->app;
	courier.channels = (struct courier_channels){&t->channel, 1};
	assert_int_equal(courier_new(&courier, &t->courier), 0);
	assert_int_equal(errand(t, LANE_WRITE, add_member, t), 0);
}

static int clean(struct ctx *ctx, void *arg)
{
	struct verify_check *checks;
	size_t len;

	(void)arg;
	TRY(verify_run(ctx, 0, &checks, &len));
	return verify_ok(checks, len) ? 0 : 1;
}

static void town_close(struct town *t)
{
	assert_int_equal(errand(t, LANE_READ, clean, NULL), 0);
	courier_free(t->courier);
	lanes_free(t->lanes);
	loop_stop(t->loop);
	pthread_join(t->thread, NULL);
	desk_stop(t->desk);
	loop_free(t->loop);
	desk_free(t->desk);
}

/* Until the sandbox is asked again: our clock jumps to when that is due. */
static void later(struct town *t, int64_t seconds)
{
	atomic_fetch_add(&t->ahead_us, seconds * US_PER_S);
	courier_hint(t->courier);
}

static void test_paid_at_once(void **state)
{
	struct town t;
	struct topup topup = {.town = &t};

	town_open(&t, state, 5000);
	assert_int_equal(errand(&t, LANE_WRITE, begin_topup, &topup), 0);
	courier_hint(t.courier);
	wait_state(&topup, PAYMENT_SUCCEEDED);
	assert_int_equal(topup.balance, 5000);
	town_close(&t);
}

/* No hint at all: the poll finds it. */
static void test_found_by_the_poll(void **state)
{
	struct town t;
	struct topup topup = {.town = &t};

	town_open(&t, state, 5000);
	assert_int_equal(errand(&t, LANE_WRITE, begin_topup, &topup), 0);
	wait_state(&topup, PAYMENT_SUCCEEDED);
	town_close(&t);
}

/* The channel did it but said 500, said nothing, or said a wrong amount: never credited twice,
 * never lost. */
static void test_bad_manners(void **state)
{
	static const char *const faults[] = {"{\"answer_500\":1}", "{\"no_answer\":1}"};
	struct town t;

	town_open(&t, state, 300);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct topup topup = {.town = &t};

		set_faults(&t, faults[i]);
		assert_int_equal(errand(&t, LANE_WRITE, begin_topup, &topup), 0);
		courier_hint(t.courier);
		wait_state(&topup, PAYMENT_UNKNOWN);
		later(&t, 6);
		wait_state(&topup, PAYMENT_SUCCEEDED);
		assert_int_equal(topup.balance, 5000 * (int64_t)(i + 1));
	}
	town_close(&t);
}

static void test_wrong_amount(void **state)
{
	struct town t;
	struct topup topup = {.town = &t};

	town_open(&t, state, 5000);
	set_faults(&t, "{\"wrong_amount\":1}");
	assert_int_equal(errand(&t, LANE_WRITE, begin_topup, &topup), 0);
	courier_hint(t.courier);
	wait_state(&topup, PAYMENT_SENT);
	usleep(300000);
	assert_int_equal(errand(&t, LANE_READ, look, &topup), 0);
	assert_int_equal(topup.payment.state, PAYMENT_SENT);
	assert_int_equal(topup.balance, 0);
	later(&t, 61);
	wait_state(&topup, PAYMENT_SUCCEEDED);
	assert_int_equal(topup.balance, 5000);
	town_close(&t);
}

/* A channel we cannot believe (its key is not the agreed one) stays unknown for ever and is never
 * credited. */
static void test_wrong_key(void **state)
{
	struct town t;
	struct topup topup = {.town = &t};

	town_open(&t, state, 5000);
	t.channel.peer_key = (struct str){t.merchant_public, 64};
	assert_int_equal(errand(&t, LANE_WRITE, begin_topup, &topup), 0);
	courier_hint(t.courier);
	wait_state(&topup, PAYMENT_UNKNOWN);
	assert_int_equal(topup.balance, 0);
	town_close(&t);
}

/* Stopping does not wait for a channel that is silent; the payment is asked about at the next
 * start. */
static void test_stop_under_way(void **state)
{
	struct town t;
	struct topup topup = {.town = &t};
	int64_t began_us;

	town_open(&t, state, 60000);
	set_faults(&t, "{\"no_answer\":1}");
	assert_int_equal(errand(&t, LANE_WRITE, begin_topup, &topup), 0);
	courier_hint(t.courier);
	wait_state(&topup, PAYMENT_SENT);
	began_us = clock_ticks_us(&clock_system);
	courier_stop(t.courier);
	assert_true(clock_ticks_us(&clock_system) - began_us < 5 * US_PER_S);
	courier_hint(t.courier);
	assert_int_equal(errand(&t, LANE_READ, look, &topup), 0);
	assert_int_equal(topup.payment.state, PAYMENT_SENT);
	assert_true(topup.payment.next_us > 0);
	town_close(&t);
}

static void test_notify(void **state)
{
	static const char body[] =
		"{\"merchant\":\"leyden\",\"number\":\"P1\",\"state\":\"succeeded\","
		"\"reference\":\"r\",\"amount_minor\":5,\"currency\":\"CNY\"}";
	struct courier_channels channels;
	struct payment_news news;
	struct str yes, no;
	struct arena arena;
	struct town t;

	(void)state;
	memset(&t, 0, sizeof(t));
	make_pair(t.channel_secret, t.channel_public);
	t.channel = (struct pay_channel_config){.name = STR("sandbox"),
		.merchant = STR("leyden"),
		.peer_key = {t.channel_public, 64}};
	channels = (struct courier_channels){&t.channel, 1};
	arena_init(&arena, 1 << 20);
	assert_int_equal(courier_notify(&channels, STR("sandbox"), STR(""), str_from(body), 1,
				 &arena, &news, &yes, &no),
		PAY_E_SIGNATURE);
	assert_true(str_is(no, "{\"code\":\"REFUSED\"}"));
	assert_true(courier_notify(&channels, STR("other"), STR(""), str_from(body), 1, &arena,
			    &news, &yes, &no) > 0);
	arena_fini(&arena);
}

static void test_caller_errors(void **state)
{
	struct caller_config config = {.most = 4};
	struct caller *caller;

	(void)state;
	assert_int_equal(caller_new(&config, &caller), 0);
	assert_int_equal(post(caller, "http://127.0.0.1:1/", "", 2000), 0);
	assert_int_equal(post(caller, "file:///etc/hostname", "", 2000), 0);
	assert_int_equal(post(caller, "", "", 2000), 0);
	assert_int_equal(post(caller, "http://", "", 2000), 0);
	caller_stop(caller);
	assert_int_equal(post(caller, "http://127.0.0.1:1/", "", 2000), 0);
	caller_free(caller);
	caller_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_paid_at_once),
		ON_ENGINE(test_found_by_the_poll, "SQLite", test_on_sqlite),
		ON_BOTH_ENGINES(test_bad_manners),
		ON_ENGINE(test_wrong_amount, "SQLite", test_on_sqlite),
		ON_ENGINE(test_wrong_key, "SQLite", test_on_sqlite),
		ON_ENGINE(test_stop_under_way, "SQLite", test_on_sqlite),
		cmocka_unit_test(test_notify),
		cmocka_unit_test(test_caller_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
