/* api_world.c - two operators and a browser without a socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/charging.h"
#include "app/devices.h"
#include "app/payments.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "store/login.h"
#include "store/member.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/pile.h"
#include "store/session.h"
#include "store/site.h"
#include "store/staff.h"
#include "store/tariff.h"
#include "wire/json.h"

static const char *const role_names[] = {"admin", "operator", "finance", "auditor", "installer"};

struct ctx *world_ctx(struct world *world)
{
	arena_reset(&world->job);
	effects_init(&world->effects, &world->job);
	world->ctx = (struct ctx){
		.db = world->test->db,
		.journal = {world->journal, NULL},
		.arena = &world->job,
		.effects = &world->effects,
		.rng = &world->rng,
		.ids = &world->ids,
		.config = &world->config,
		.now_us = world->ctx.now_us,
	};
	return &world->ctx;
}

static struct str sign_in(struct world *world, int64_t tenant_id, const char *login,
	const char *role, int64_t *ret_id)
{
	struct ctx *ctx = &world->ctx;
	struct staff staff = {
		.id = CTX_ID(ctx),
		.tenant_id = tenant_id,
		.login = str_from(login),
		.name = str_from(login),
		.role = str_from(role),
		.password_hash = STR("$none"),
		.created_us = 1,
	};
	struct str token = rng_token(&world->rng, &world->arena, 32);
	uint8_t digest[SHA256_LEN];
	struct buf hex;

	assert_int_equal(store_staff_add(world->test->db, &staff), 0);
	sha256(token.ptr, token.len, digest);
	buf_init(&hex, &world->arena, 65);
	hex_write(&hex, digest, sizeof(digest));
	assert_int_equal(store_login_add(world->test->db, buf_str(&hex), staff.id,
				 STR("csrf-of-the-test"), WORLD_NOW, WORLD_NOW + 12 * US_PER_HOUR),
		0);
	*ret_id = staff.id;
	return token;
}

static void make_tariff(struct world *world)
{
	struct tariff tariff = {
		.tenant_id = WORLD_TENANT,
		.name = STR("Day and night"),
		.currency = STR("CNY"),
		.idle_e5 = 50000,
		.idle_grace_s = 900,
		.idle_cap_minor = 5000,
		.vat_bp = 1300,
	};

	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		tariff.energy_e5[i] = i < 42 ? 112000 : 70000;
		tariff.service_e5[i] = 40000;
	}
	assert_int_equal(store_tariff_add(world->test->db, &world->arena, CTX_ID(&world->ctx),
				 WORLD_NOW - US_PER_DAY, 0, WORLD_NOW - US_PER_DAY, &tariff),
		0);
	world->series = tariff.series_id;
	world->tariff_hash = str_dup(&world->arena, tariff.hash);
}

static void make_site(struct world *world)
{
	struct site site = {
		.tenant_id = WORLD_TENANT,
		.name = STR("Lakeside"),
		.address = STR("1 <Shore> Road"),
		.zone = STR("Asia/Shanghai"),
		.currency = STR("CNY"),
		.helpline = STR("+86 400 000 0000"),
		.timing = STR("prepay"),
		.default_limit_minor = 10000,
		.created_us = 1,
		.version = 1,
	};

	site.id = world->site = CTX_ID(&world->ctx);
	site.tariff_series_id = world->series;
	assert_int_equal(store_site_add(world->test->db, &site), 0);
}

static int64_t make_pile(
	struct world *world, const char *code, const char *name, enum pile_state state)
{
	struct pile pile = {
		.id = CTX_ID(&world->ctx),
		.tenant_id = WORLD_TENANT,
		.site_id = state == PILE_PENDING ? 0 : world->site,
		.code = str_from(code),
		.name = str_from(name),
		.state = state,
		.created_us = 1,
		.version = 1,
	};
	struct connector connector = {
		.pile_id = pile.id, .no = 1, .status = STR("Preparing"), .status_us = WORLD_NOW};

	assert_int_equal(store_pile_add(world->test->db, &pile), 0);
	assert_int_equal(store_pile_online(world->test->db, pile.id, WORLD_NOW, STR("ocpp1.6")), 0);
	assert_int_equal(store_connector_status(world->test->db, &connector), 0);
	return pile.id;
}

static void make_member(struct world *world)
{
	struct member member = {
		.id = CTX_ID(&world->ctx),
		.tenant_id = WORLD_TENANT,
		.name = STR("Member 1"),
		.phone = STR("+86 100"),
		.wallet_token = STR("wallet-token-of-the-test"),
		.created_us = 1,
		.version = 1,
	};
	struct token token = {.tenant_id = WORLD_TENANT,
		.id_tag = STR("CARD1"),
		.state = STR("active"),
		.created_us = 1};

	assert_int_equal(
		store_member_add(world->test->db, STR("CNY"), CTX_ID(&world->ctx), &member), 0);
	world->member = token.member_id = member.id;
	world->account = member.account_id;
	world->wallet_token = member.wallet_token;
	world->tag = token.id = CTX_ID(&world->ctx);
	assert_int_equal(store_member_tag_add(world->test->db, &token), 0);
}

/* On SQLite the journal is a file of its own, so that the open transaction of the truth is not in
 * its way. */
static void open_journal(struct world *world)
{
	char url[600];

	if (world->test->engine == DB_POSTGRES) {
		world->journal = test_db_open(world->test, DB_JOURNAL, DB_WRITE);
		return;
	}
	snprintf(url, sizeof(url), "sqlite:%s/journal.db", world->test->dir);
	assert_int_equal(db_open(url, DB_JOURNAL, DB_WRITE, &world->journal), 0);
}

void world_open(struct world *world, void **state)
{
	int64_t ignored;

	*world = (struct world){.test = *state};
	arena_init(&world->arena, 8 * 1024 * 1024);
	arena_init(&world->job, LIMIT_JOB_ARENA);
	rng_init_seeded(&world->rng, 4711);
	id_maker_init(&world->ids, 1);
	world->config = (struct app_config){
		.public_url = STR("http://localhost:8080"),
		.server_key = STR("secret"),
		.start_timeout_us = 60 * US_PER_S,
		.heartbeat_s = 300,
		.sample_s = 30,
		.tariff_required = true,
		.default_currency = STR("CNY"),
		.channels = {STR("sandbox")},
		.channels_len = 1,
		.demo = true,
	};
	open_journal(world);
	assert_int_equal(db_migrate(world->journal, 1), 0);
	world->ctx.now_us = WORLD_NOW;
	world_ctx(world);
	assert_int_equal(db_begin(world->test->db), 0);
	assert_int_equal(
		store_tenant_add(world->test->db, WORLD_TENANT, STR("One"), STR("CNY"), 1), 0);
	assert_int_equal(
		store_tenant_add(world->test->db, WORLD_OTHER, STR("Two"), STR("EUR"), 1), 0);
	for (size_t i = 0; i < 5; i++) {
		world->staff[i].role = role_names[i];
		world->staff[i].token = sign_in(
			world, WORLD_TENANT, role_names[i], role_names[i], &world->staff[i].id);
	}
	world->other_token = sign_in(world, WORLD_OTHER, "other", "admin", &ignored);
	make_tariff(world);
	make_site(world);
	world->pile = make_pile(world, "LAKE-07", "A-07 <b>", PILE_APPROVED);
	world->pile_waiting = make_pile(world, "NEW-1", "NEW-1", PILE_PENDING);
	make_member(world);
	world_as(world, NULL);
}

void world_close(struct world *world)
{
	assert_int_equal(db_commit(world->test->db), 0);
	db_close(world->journal);
	arena_fini(&world->job);
	arena_fini(&world->arena);
}

void world_as(struct world *world, const char *role)
{
	struct str token = STR_NULL;

	for (size_t i = 0; role && i < 5; i++) {
		if (strcmp(role, world->staff[i].role) == 0)
			token = world->staff[i].token;
	}
	if (role && strcmp(role, "other") == 0)
		token = world->other_token;
	world->cookie = token.ptr ? str_format(&world->arena, "a=b; session=%.*s", STR_FMT(token))
				  : STR_NULL;
	world->csrf = token.ptr ? STR("csrf-of-the-test") : STR_NULL;
	world->content_type = STR("application/json");
	world->accept = STR("application/json");
	world->accept_language = STR("en");
	world->remote = STR("203.0.113.7:4711");
	world->idempotency = world->owner_key = world->origin = world->accept_encoding =
		world->fetch_site = STR_NULL;
}

static void put_header(struct http_head *head, const char *name, struct str value)
{
	if (value.ptr)
		head->headers[head->headers_len++] = (struct http_header){str_from(name), value};
}

struct answer world_ask(
	struct world *world, const char *method, const char *target, const char *body)
{
	struct ctx *ctx = world_ctx(world);
	struct http_head *head = ARENA_NEW(&world->job, struct http_head);
	struct api_request request = {
		.head = head, .body = str_from(body ? body : ""), .remote = world->remote};
	struct api_response response = {0};
	const struct api_route *route;
	int status;

	head->method = str_from(method);
	head->target = request.query = str_dup(&world->job, str_from(target));
	head->path = request.path = str_cut(&request.query, '?');
	head->query = request.query;
	put_header(head, "Host", STR("localhost:8080"));
	put_header(head, "Cookie", world->cookie);
	put_header(head, "X-CSRF", world->csrf);
	put_header(head, "Accept", world->accept);
	put_header(head, "Accept-Language", world->accept_language);
	put_header(head, "Accept-Encoding", world->accept_encoding);
	put_header(head, "Content-Type", world->content_type);
	put_header(head, "Idempotency-Key", world->idempotency);
	put_header(head, "Owner-Key", world->owner_key);
	put_header(head, "Origin", world->origin);
	put_header(head, "Sec-Fetch-Site", world->fetch_site);
	if (!api_static(&request, &world->job, &response)) {
		route = api_find(head->method, head->path, &status);
		assert_non_null(route);
		do
			assert_int_equal(api_run(ctx, route, &request, &response), 0);
		while (response.again);
	}
	assert_false(world->job.failed);
	return (struct answer){response.status, response.content_type, response.headers,
		response.body, response.topic, response.log};
}

struct answer world_get(struct world *world, const char *target)
{
	return world_ask(world, "GET", target, NULL);
}

struct answer world_post(struct world *world, const char *target, const char *body, int status)
{
	struct answer answer = world_ask(world, "POST", target, body);

	if (answer.status != status)
		print_error("POST %s: %d %.*s\n", target, answer.status, STR_FMT(answer.body));
	assert_int_equal(answer.status, status);
	return answer;
}

struct str world_text(struct world *world, struct answer answer, const char *path)
{
	struct str text = STR_NULL;

	if (!json_get_str(answer.body, path, &world->job, &text)) {
		print_error("no text at %s in %.*s\n", path, STR_FMT(answer.body));
		fail();
	}
	return text;
}

int64_t world_int(struct world *world, struct answer answer, const char *path)
{
	int64_t number = 0;

	if (!json_get_int(answer.body, path, &world->job, &number)) {
		print_error("no number at %s in %.*s\n", path, STR_FMT(answer.body));
		fail();
	}
	return number;
}

bool world_has(struct answer answer, const char *needle)
{
	return answer.body.len > 0 &&
	       memmem(answer.body.ptr, answer.body.len, needle, strlen(needle)) != NULL;
}

struct order world_load(struct world *world, int64_t order_id)
{
	struct order order;

	assert_int_equal(store_order_get(world->test->db, &world->arena, order_id, &order), 0);
	return order;
}

struct order world_order(struct world *world)
{
	struct open_cmd cmd = {
		.starter = STARTER_WEB,
		.pile_id = world->pile,
		.connector_no = 1,
		.timing = TIMING_PREPAY,
		.source = SOURCE_CHANNEL,
		.channel = STR("sandbox"),
		.limit_minor = 10000,
		.language = STR("en"),
	};
	struct order order;

	assert_int_equal(charging_open(world_ctx(world), &cmd, &order), 0);
	return world_load(world, order.id);
}

void world_pay(struct world *world, int64_t order_id)
{
	struct ctx *ctx = world_ctx(world);
	struct payment *payments, payment, parent;
	struct payment_news news;
	size_t count;
	bool changed, query;

	assert_int_equal(
		store_payment_of_order(ctx->db, ctx->arena, order_id, 10, &payments, &count), 0);
	assert_true(count > 0);
	assert_int_equal(payments_claim(ctx, payments[count - 1].id, &payment, &parent, &query), 0);
	news = (struct payment_news){
		.key = payment.key,
		.state = PAYMENT_SUCCEEDED,
		.channel_ref = STR("ref-1"),
		.currency = payment.currency,
		.amount_minor = payment.amount_minor,
	};
	assert_int_equal(payments_apply(ctx, &news, &payment, &changed), 0);
	assert_true(changed);
	assert_int_equal(charging_payment(ctx, &payment), 0);
}

void world_start(struct world *world, int64_t order_id)
{
	struct order order = world_load(world, order_id);
	struct start_facts facts = {
		.pile_id = order.pile_id,
		.connector_no = order.connector_no,
		.id_tag = order.start_tag,
		.meter_dwh = 1000000,
		.at_us = world->ctx.now_us,
	};
	struct scene scene;

	assert_int_equal(charging_command_done(world_ctx(world), order_id,
				 STR("RemoteStartTransaction"), true, STR("")),
		0);
	assert_int_equal(charging_started(world_ctx(world), &facts, &scene), 0);
}

void world_stop(struct world *world, int64_t order_id, int64_t dwh)
{
	struct order order = world_load(world, order_id);
	struct session session;
	struct stop_facts facts;

	assert_int_equal(
		store_session_get(world->test->db, &world->arena, order.session_id, &session), 0);
	world->ctx.now_us += 20 * US_PER_MIN;
	facts = (struct stop_facts){
		.pile_id = order.pile_id,
		.transaction_id = session.transaction_id,
		.id_tag = order.start_tag,
		.meter_dwh = 1000000 + dwh,
		.at_us = world->ctx.now_us,
		.reason = STR("Local"),
	};
	assert_int_equal(charging_stopped(world_ctx(world), &facts, NULL), 0);
	assert_int_equal(charging_connector(world_ctx(world), order.pile_id, order.connector_no,
				 STR("Available"), world->ctx.now_us),
		0);
}
