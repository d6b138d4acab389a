/* money.c - the money simulator: many wallets and orders, a channel that loses, repeats, reorders
 * and delays, and crashes that drop uncommitted work and reopen the database, all from one seed.
 * After every step the books must verify; at the end, when the channel has calmed down, its own
 * books and ours must agree to the cent. The same seed gives the same log.
 *
 *     sim-money [--seed N] [--steps N] [--check-every N] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/billing.h"
#include "app/books.h"
#include "app/verify.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/map.h"
#include "channel.h"
#include "store/member.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/session.h"
#include "store/tariff.h"

#define TENANT 7
#define MEMBERS 12
#define ORDERS_MOST 4096
#define START_US INT64_C(1800000000000000)
#define CALM_ROUNDS 20000

struct sim {
	char dir[64], url[128];
	struct db *db;
	struct arena arena;
	struct effects effects;
	struct rng rng;     /* decides what happens */
	struct rng app_rng; /* given to the conversations */
	struct id_maker ids;
	struct app_config config;
	int64_t now_us;
	struct channel channel;
	int64_t members[MEMBERS], wallets[MEMBERS];
	struct str tariff_hash;
	char tariff_hash_text[80];
	int64_t tariff_id;
	int64_t orders[ORDERS_MOST];
	size_t orders_len;
	int64_t given_minor; /* into wallets, out of nowhere */
	int crash_pct;
	uint8_t log[SHA256_LEN]; /* hash over everything that happened */
	uint64_t steps, crashes;
};

/* --- ground --- */

static _Noreturn void die(const struct sim *sim, const char *what)
{
	fprintf(stderr, "sim-money: step %" PRIu64 ": %s\n%s\n", sim->steps, what, fault_text());
	exit(1);
}

static void must(const struct sim *sim, int result, const char *what)
{
	if (result != 0) {
		fprintf(stderr, "sim-money: %s gave %d\n", what, result);
		die(sim, what);
	}
}

static void log_step(struct sim *sim, const char *what, int64_t a, int64_t b)
{
	char text[SHA256_LEN + 128];
	int len;

	memcpy(text, sim->log, SHA256_LEN);
	len = snprintf(text + SHA256_LEN, sizeof(text) - SHA256_LEN, "%s %" PRId64 " %" PRId64,
		what, a, b);
	sha256(text, SHA256_LEN + (size_t)len, sim->log);
}

static bool chance(struct sim *sim, int percent)
{
	return (int)rng_below(&sim->rng, 100) < percent;
}

static struct ctx ctx_of(struct sim *sim)
{
	return (struct ctx){.db = sim->db,
		.arena = &sim->arena,
		.effects = &sim->effects,
		.rng = &sim->app_rng,
		.ids = &sim->ids,
		.config = &sim->config,
		.now_us = sim->now_us,
		.ledger_shard = (int)(sim->steps % 3)};
}

static void open_db(struct sim *sim)
{
	must(sim, db_open(sim->url, DB_MAIN, DB_WRITE, &sim->db), "open");
}

static struct ctx begin(struct sim *sim)
{
	arena_reset(&sim->arena);
	effects_init(&sim->effects, &sim->arena);
	must(sim, db_begin(sim->db), "begin");
	return ctx_of(sim);
}

/* Ends a conversation: it is stored, or the machine dies just before and nothing of it ever was. */
static bool end(struct sim *sim)
{
	if (!chance(sim, sim->crash_pct)) {
		must(sim, db_commit(sim->db), "commit");
		return true;
	}
	sim->crashes++;
	log_step(sim, "crash", 0, 0);
	db_rollback(sim->db);
	db_close(sim->db);
	open_db(sim);
	return false;
}

/* --- what happens to orders: the money side of charging, in small --- */

static void give_back(struct sim *sim, struct ctx *ctx, struct order *order)
{
	if (order->state == ORDER_CREATED || order->state == ORDER_AUTHORISED)
		must(sim, order_move(order, ORDER_CANCELLED, STR("test"), sim->now_us), "cancel");
	else if (order->state == ORDER_STARTING)
		must(sim, order_move(order, ORDER_FAILED, STR("test"), sim->now_us), "fail");
	must(sim, billing_release(ctx, order), "release");
}

static void payment_of_order(struct sim *sim, struct ctx *ctx, const struct payment *payment)
{
	struct order order;

	must(sim, store_order_get(sim->db, &sim->arena, payment->order_id, &order), "order");
	if (payment->kind > PAYMENT_PREAUTH || !payment_is_final(payment->state))
		return;
	if (payment->state == PAYMENT_SUCCEEDED) {
		must(sim, billing_received(ctx, &order, payment), "received");
		if (order.state == ORDER_CREATED) {
			must(sim, order_move(&order, ORDER_AUTHORISED, STR(""), sim->now_us),
				"authorise");
			must(sim, order_move(&order, ORDER_STARTING, STR(""), sim->now_us),
				"start");
		} else if (order.state == ORDER_CANCELLED || order.state == ORDER_FAILED) {
			give_back(sim, ctx, &order);
		}
	} else if (order.state == ORDER_CREATED) {
		give_back(sim, ctx, &order);
	}
	must(sim, store_order_put(sim->db, &order), "put order");
}

static void apply(struct sim *sim, struct ctx *ctx, const struct payment_news *news)
{
	struct payment payment;
	bool changed = false;
	int result = payments_apply(ctx, news, &payment, &changed);

	if (result < 0 || result == PAYMENTS_E_MISMATCH)
		die(sim, "apply");
	if (result == 0 && changed && payment.order_id != 0)
		payment_of_order(sim, ctx, &payment);
	log_step(sim, "apply", result, result == 0 ? payment.state : 0);
}

static void add_session(struct sim *sim, struct ctx *ctx, struct order *order, int64_t energy_dwh)
{
	struct session session = {.id = CTX_ID(ctx),
		.tenant_id = TENANT,
		.pile_id = 1,
		.connector_no = 1,
		.order_id = order->id,
		.transaction_id = (int64_t)sim->steps,
		.id_tag = order->start_tag,
		.start_key = order->token,
		.start_us = sim->now_us,
		.stop_us = sim->now_us,
		.energy_dwh = energy_dwh,
		.version = 1};
	struct usage usage = {.start_us = sim->now_us,
		.slot = (int)rng_below(&sim->rng, 48),
		.energy_dwh = energy_dwh};
	struct session_change change = {.usage = &usage, .usage_len = 1, .usage_cap = 1};

	must(sim, store_session_add(sim->db, &session), "session");
	must(sim, store_session_usage_add(sim->db, session.id, &change), "usage");
	order->session_id = session.id;
}

/* --- steps --- */

static void step_give(struct sim *sim)
{
	size_t who = (size_t)rng_below(&sim->rng, MEMBERS);
	int64_t amount = 100 + (int64_t)rng_below(&sim->rng, 5000);
	struct ctx ctx = begin(sim);
	struct transfer gift = {.key = books_key(&ctx, "gift", (int64_t)sim->steps, "sim"),
		.tenant_id = TENANT,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_TOPUP,
		.credit_account = sim->wallets[who],
		.amount_minor = amount,
		.currency = STR("CNY")};

	must(sim,
		books_account(
			&ctx, TENANT, ACCOUNT_BONUS, 0, STR(""), STR("CNY"), &gift.debit_account),
		"bonus");
	must(sim, books_must_post(&ctx, gift, NULL), "gift");
	if (end(sim))
		sim->given_minor += amount;
	log_step(sim, "give", (int64_t)who, amount);
}

static void step_topup(struct sim *sim)
{
	size_t who = (size_t)rng_below(&sim->rng, MEMBERS);
	struct ctx ctx = begin(sim);
	struct payment payment;

	must(sim,
		payments_topup(&ctx, TENANT, sim->members[who], STR("sandbox"),
			100 + (int64_t)rng_below(&sim->rng, 9000), &payment),
		"topup");
	log_step(sim, "topup", payment.id, payment.amount_minor);
	end(sim);
}

static void order_born(struct sim *sim, struct ctx *ctx, struct order *order)
{
	static const struct {
		enum order_source source;
		enum order_timing timing;
	} kinds[] = {{SOURCE_WALLET, TIMING_HOLD}, {SOURCE_WALLET, TIMING_CREDIT},
		{SOURCE_CHANNEL, TIMING_PREPAY}, {SOURCE_CHANNEL, TIMING_HOLD},
		{SOURCE_HOUSE, TIMING_CREDIT}};
	size_t kind = (size_t)rng_below(&sim->rng, 5);

	*order = (struct order){.id = CTX_ID(ctx),
		.tenant_id = TENANT,
		.pile_id = 1,
		.connector_no = 1,
		.state = ORDER_CREATED,
		.starter = STARTER_WEB,
		.timing = kinds[kind].timing,
		.source = kinds[kind].source,
		.token = rng_token(&sim->app_rng, &sim->arena, 16),
		.owner_key = rng_token(&sim->app_rng, &sim->arena, 16),
		.start_tag = rng_token(&sim->app_rng, &sim->arena, 12),
		.currency = STR("CNY"),
		.tariff_id = sim->tariff_id,
		.tariff_hash = sim->tariff_hash,
		.limit_minor = 500 + (int64_t)rng_below(&sim->rng, 5000),
		.created_us = sim->now_us,
		.version = 1};
	if (order->source == SOURCE_WALLET)
		order->member_id = sim->members[rng_below(&sim->rng, MEMBERS)];
	if (order->source == SOURCE_CHANNEL)
		order->channel = STR("sandbox");
}

static void step_order(struct sim *sim)
{
	struct ctx ctx = begin(sim);
	struct payment payment;
	struct order order;
	int result;

	order_born(sim, &ctx, &order);
	result = billing_secure(&ctx, &order, 100);
	if (result == BILLING_E_FUNDS) {
		db_rollback(sim->db);
		log_step(sim, "poor", order.member_id, 0);
		return;
	}
	must(sim, result, "secure");
	if (order.source != SOURCE_CHANNEL) {
		must(sim, order_move(&order, ORDER_AUTHORISED, STR(""), sim->now_us), "authorise");
		must(sim, order_move(&order, ORDER_STARTING, STR(""), sim->now_us), "start");
	}
	must(sim, store_order_add(sim->db, &order), "add order");
	if (order.source == SOURCE_CHANNEL) {
		struct payment wish = {.tenant_id = TENANT,
			.order_id = order.id,
			.kind = order.timing == TIMING_HOLD ? PAYMENT_PREAUTH : PAYMENT_PAY,
			.channel = order.channel,
			.amount_minor = order.limit_minor,
			.currency = order.currency};

		must(sim, payments_begin(&ctx, &wish, &payment), "begin payment");
	}
	log_step(sim, "order", order.id, order.limit_minor);
	if (end(sim) && sim->orders_len < ORDERS_MOST)
		sim->orders[sim->orders_len++] = order.id;
}

/* Somewhere a charge goes on: it begins, fails, is given up, or ends and is settled. */
static void step_progress(struct sim *sim)
{
	struct ctx ctx;
	struct order order;
	struct bill bill;

	if (sim->orders_len == 0)
		return;
	ctx = begin(sim);
	must(sim,
		store_order_get(sim->db, &sim->arena,
			sim->orders[rng_below(&sim->rng, sim->orders_len)], &order),
		"order");
	if (order.state == ORDER_STARTING && chance(sim, 70)) {
		must(sim, order_move(&order, ORDER_CHARGING, STR(""), sim->now_us), "charge");
	} else if (order.state == ORDER_STARTING ||
		   (order.state == ORDER_CREATED && chance(sim, 30))) {
		give_back(sim, &ctx, &order);
	} else if (order.state == ORDER_CHARGING) {
		add_session(sim, &ctx, &order, (int64_t)rng_below(&sim->rng, 900000));
		must(sim, order_move(&order, ORDER_ENDED, STR("test"), sim->now_us), "end");
		must(sim, billing_compute(&ctx, &order, &bill), "bill");
		must(sim, billing_settle(&ctx, &order, &bill), "settle");
	} else if (order.state == ORDER_UNPAID && chance(sim, 30)) {
		must(sim, billing_write_off(&ctx, &order, 1), "write off");
	}
	must(sim, store_order_put(sim->db, &order), "put order");
	log_step(sim, "progress", order.id, order.state);
	end(sim);
}

/* One visit of the courier, which can die between any two of its steps. */
static bool step_courier(struct sim *sim)
{
	struct payment *due, payment, parent;
	struct payment_news news;
	struct ctx ctx = begin(sim);
	size_t count;
	bool query;
	char key[64];

	must(sim, payments_due(&ctx, 8, &due, &count), "due");
	if (count == 0) {
		db_rollback(sim->db);
		return false;
	}
	must(sim,
		payments_claim(
			&ctx, due[rng_below(&sim->rng, count)].id, &payment, &parent, &query),
		"claim");
	snprintf(key, sizeof(key), "%.*s", STR_FMT(payment.key));
	log_step(sim, query ? "query" : "send", payment.id, payment.attempts);
	/* What is not durable is not sent. */
	if (!end(sim))
		return true;
	if (!channel_call(&sim->channel, &payment, &parent, query, sim->now_us, &sim->rng, &news))
		news = (struct payment_news){.state = PAYMENT_UNKNOWN, .error = STR("no_answer")};
	news.key = str_from(key);
	ctx = begin(sim);
	apply(sim, &ctx, &news);
	end(sim);
	return true;
}

static bool step_notify(struct sim *sim)
{
	struct payment_news news;
	struct ctx ctx;

	if (sim->channel.notes_len == 0)
		return false;
	if (!channel_notify(&sim->channel, sim->now_us, &sim->rng, &news))
		return true;
	ctx = begin(sim);
	apply(sim, &ctx, &news);
	end(sim);
	return true;
}

static void step_time(struct sim *sim)
{
	static const int64_t jumps_s[] = {1, 5, 20, 90, 600, 4000, 90000};
	struct ctx ctx;

	sim->now_us += jumps_s[rng_below(&sim->rng, 7)] * US_PER_S;
	ctx = begin(sim);
	must(sim, billing_tick(&ctx), "tick");
	log_step(sim, "time", sim->now_us, 0);
	end(sim);
}

/* --- checks --- */

static void check(struct sim *sim)
{
	struct verify_check *checks;
	struct ctx ctx = begin(sim);
	size_t len;

	must(sim, verify_run(&ctx, 0, &checks, &len), "verify");
	for (size_t i = 0; i < len; i++)
		if (!checks[i].ok) {
			fprintf(stderr, "sim-money: %s: %.*s\n", checks[i].name,
				STR_FMT(checks[i].detail));
			die(sim, "the books do not verify");
		}
	db_rollback(sim->db);
}

static int64_t balance_of(
	struct sim *sim, struct ctx *ctx, enum account_kind kind, const char *name)
{
	struct account account;
	int64_t id;

	must(sim, books_account(ctx, TENANT, kind, 0, str_from(name), STR("CNY"), &id), "account");
	must(sim, store_ledger_account_get(sim->db, &sim->arena, id, &account), "balance");
	return account_balance(&account);
}

/* The channel behaves now and time passes, until nothing is left to do. */
static void calm_down(struct sim *sim)
{
	sim->channel.fault_pct = 0;
	sim->crash_pct = 0;
	for (int i = 0; i < CALM_ROUNDS; i++) {
		bool busy = step_courier(sim);

		busy = step_notify(sim) || busy;
		sim->steps++;
		if (!busy) {
			struct ctx ctx = begin(sim);
			struct payment *due;
			size_t count;

			ctx.now_us = INT64_MAX;
			must(sim, payments_due(&ctx, 1, &due, &count), "due");
			db_rollback(sim->db);
			if (count == 0)
				return;
			sim->now_us += US_PER_HOUR;
		}
	}
	die(sim, "payments never come to an end");
}

/* For whoever looks for the reason: each operation of the channel beside our payment. */
static void explain(struct sim *sim)
{
	for (size_t i = 0; i < sim->channel.len; i++) {
		const struct channel_op *op = &sim->channel.ops[i];
		struct payment payment;

		must(sim,
			store_payment_by_key(sim->db, &sim->arena, str_from(op->number), &payment),
			"payment");
		if (op->state != payment.state)
			fprintf(stderr, "  %s %s %" PRId64 ": channel %s, we %s\n", op->number,
				payment_kind_name(op->kind), op->amount_minor,
				payment_state_name(op->state), payment_state_name(payment.state));
	}
}

/* Our book of the channel against the channel's own. */
static void compare(struct sim *sim)
{
	struct ctx ctx = begin(sim);
	int64_t ours = -balance_of(sim, &ctx, ACCOUNT_CHANNEL, "sandbox");

	if (ours != sim->channel.taken_minor) {
		fprintf(stderr, "sim-money: channel took %" PRId64 ", our books say %" PRId64 "\n",
			sim->channel.taken_minor, ours);
		explain(sim);
		die(sim, "the channel's books differ from ours");
	}
	if (-balance_of(sim, &ctx, ACCOUNT_BONUS, "") != sim->given_minor)
		die(sim, "gifts differ");
	db_rollback(sim->db);
	log_step(sim, "taken", ours, sim->given_minor);
}

/* --- life --- */

static void found(struct sim *sim)
{
	struct tariff tariff = {.tenant_id = TENANT,
		.name = STR("Standard"),
		.currency = STR("CNY"),
		.vat_bp = 1300};
	struct ctx ctx = begin(sim);

	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		tariff.energy_e5[i] = 30000 + 1234 * i;
		tariff.service_e5[i] = 20000 + 77 * (i % 5);
	}
	must(sim, store_tariff_add(sim->db, &sim->arena, CTX_ID(&ctx), 0, 0, sim->now_us, &tariff),
		"tariff");
	sim->tariff_id = tariff.id;
	snprintf(
		sim->tariff_hash_text, sizeof(sim->tariff_hash_text), "%.*s", STR_FMT(tariff.hash));
	sim->tariff_hash = str_from(sim->tariff_hash_text);
	for (size_t i = 0; i < MEMBERS; i++) {
		struct member member = {.id = CTX_ID(&ctx),
			.tenant_id = TENANT,
			.name = STR("Member"),
			.wallet_token = rng_token(&sim->app_rng, &sim->arena, 16),
			.created_us = sim->now_us};

		must(sim, store_member_add(sim->db, STR("CNY"), CTX_ID(&ctx), &member), "member");
		sim->members[i] = member.id;
		sim->wallets[i] = member.account_id;
	}
	must(sim, db_commit(sim->db), "found");
}

static void live(struct sim *sim, uint64_t steps, uint64_t check_every)
{
	for (sim->steps = 1; sim->steps <= steps; sim->steps++) {
		uint64_t what = rng_below(&sim->rng, 100);

		if (what < 6)
			step_give(sim);
		else if (what < 14)
			step_topup(sim);
		else if (what < 26)
			step_order(sim);
		else if (what < 44)
			step_progress(sim);
		else if (what < 66)
			step_courier(sim);
		else if (what < 78)
			log_step(sim, "driver",
				channel_driver(&sim->channel, sim->now_us, &sim->rng), 0);
		else if (what < 90)
			step_notify(sim);
		else
			step_time(sim);
		if (sim->steps % check_every == 0)
			check(sim);
	}
}

static void open_world(struct sim *sim, uint64_t seed)
{
	const char *base = getenv("TMPDIR");

	memset(sim, 0, sizeof(*sim));
	snprintf(sim->dir, sizeof(sim->dir), "%.40s/leyden-sim-XXXXXX",
		base != NULL ? base : "/tmp");
	if (mkdtemp(sim->dir) == NULL)
		die(sim, "no temporary directory");
	snprintf(sim->url, sizeof(sim->url), "sqlite:%s/sim.db", sim->dir);
	map_fix_key(seed);
	arena_init(&sim->arena, 64 * 1024 * 1024);
	rng_init_seeded(&sim->rng, seed);
	rng_init_seeded(&sim->app_rng, seed + 1);
	id_maker_init(&sim->ids, 1);
	sim->config = (struct app_config){.public_url = STR("http://localhost"),
		.server_key = STR("k"),
		.channels = {STR("sandbox")},
		.channels_len = 1};
	sim->now_us = START_US;
	sim->channel.fault_pct = 20;
	sim->crash_pct = 8;
	open_db(sim);
	must(sim, db_migrate(sim->db, sim->now_us), "migrate");
}

static void close_world(struct sim *sim)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[128];

	db_close(sim->db);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/sim.db%s", sim->dir, ends[i]);
		unlink(path);
	}
	rmdir(sim->dir);
	arena_fini(&sim->arena);
}

static void run(uint64_t seed, uint64_t steps, uint64_t check_every, uint8_t ret_log[SHA256_LEN])
{
	static struct sim sim;

	open_world(&sim, seed);
	found(&sim);
	live(&sim, steps, check_every);
	calm_down(&sim);
	check(&sim);
	compare(&sim);
	printf("seed %" PRIu64 ": %" PRIu64 " steps, %zu orders, %zu channel operations, %" PRIu64
	       " crashes, channel holds %" PRId64 ", log %02x%02x%02x%02x\n",
		seed, sim.steps, sim.orders_len, sim.channel.len, sim.crashes,
		sim.channel.taken_minor, sim.log[0], sim.log[1], sim.log[2], sim.log[3]);
	memcpy(ret_log, sim.log, SHA256_LEN);
	close_world(&sim);
}

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 10);
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, steps = 400, every = 1;
	uint8_t first[SHA256_LEN], second[SHA256_LEN];

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--seed") == 0)
			seed = number(argv[i + 1]);
		else if (strcmp(argv[i], "--steps") == 0)
			steps = number(argv[i + 1]);
		else if (strcmp(argv[i], "--check-every") == 0)
			every = number(argv[i + 1]);
	}
	if (steps == 0 || every == 0)
		return 2;
	run(seed, steps, every, first);
	run(seed, steps, steps, second);
	if (memcmp(first, second, SHA256_LEN) != 0) {
		fprintf(stderr, "sim-money: seed %" PRIu64 " gives two different logs\n", seed);
		return 1;
	}
	return 0;
}
