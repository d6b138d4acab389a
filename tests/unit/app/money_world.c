/* money_world.c - builds and drives the world of the money tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "money_world.h"

#include "app/billing.h"
#include "app/books.h"
#include "app/verify.h"
#include "store/member.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/session.h"
#include "store/tariff.h"

static void world_tariff(struct money_world *w)
{
	w->tariff = (struct tariff){.tenant_id = WORLD_TENANT,
		.name = STR("Standard"),
		.currency = STR("CNY"),
		.idle_e5 = 50000,
		.idle_grace_s = 900,
		.idle_cap_minor = 2000,
		.vat_bp = 1300};
	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		w->tariff.energy_e5[i] = 50000;
		w->tariff.service_e5[i] = 30000;
		w->tariff.back_e5[i] = 100000;
	}
	assert_int_equal(store_tariff_add(w->ctx.db, &w->arena, CTX_ID(&w->ctx), 0, 0,
				 w->ctx.now_us, &w->tariff),
		0);
}

void world_open(struct money_world *w, void **state)
{
	struct member member;

	memset(w, 0, sizeof(*w));
	w->test = *state;
	arena_init(&w->arena, 64 * 1024 * 1024);
	effects_init(&w->effects, &w->arena);
	rng_init_seeded(&w->rng, 99);
	id_maker_init(&w->ids, 1);
	w->config = (struct app_config){.public_url = STR("http://localhost"),
		.server_key = STR("key"),
		.channels = {STR("sandbox")},
		.channels_len = 1,
		.default_currency = STR("CNY")};
	w->ctx = (struct ctx){.db = w->test->db,
		.arena = &w->arena,
		.effects = &w->effects,
		.rng = &w->rng,
		.ids = &w->ids,
		.config = &w->config,
		.now_us = WORLD_START_US};
	assert_int_equal(db_begin(w->ctx.db), 0);
	world_tariff(w);
	member = (struct member){.id = CTX_ID(&w->ctx),
		.tenant_id = WORLD_TENANT,
		.name = STR("Member 1"),
		.wallet_token = STR("wallet-token-1"),
		.created_us = w->ctx.now_us};
	assert_int_equal(store_member_add(w->ctx.db, STR("CNY"), CTX_ID(&w->ctx), &member), 0);
	w->member_id = member.id;
	w->wallet_id = member.account_id;
}

void world_close(struct money_world *w)
{
	assert_int_equal(db_commit(w->ctx.db), 0);
	arena_fini(&w->arena);
}

int64_t world_account(struct money_world *w, enum account_kind kind, int64_t owner_id)
{
	int64_t id = 0;

	assert_int_equal(
		books_account(&w->ctx, WORLD_TENANT, kind, owner_id,
			kind == ACCOUNT_CHANNEL ? STR("sandbox") : STR(""), STR("CNY"), &id),
		0);
	return id;
}

void world_give(struct money_world *w, int64_t amount_minor)
{
	struct transfer gift = {.key = books_key(&w->ctx, "gift", ++w->next_no, "test"),
		.tenant_id = WORLD_TENANT,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_TOPUP,
		.debit_account = world_account(w, ACCOUNT_BONUS, 0),
		.credit_account = w->wallet_id,
		.amount_minor = amount_minor,
		.currency = STR("CNY")};

	assert_int_equal(books_must_post(&w->ctx, gift, NULL), 0);
}

struct order world_order(struct money_world *w, enum order_source source, enum order_timing timing,
	int64_t limit_minor)
{
	struct order order = {.id = CTX_ID(&w->ctx),
		.tenant_id = WORLD_TENANT,
		.pile_id = 1,
		.connector_no = 1,
		.state = ORDER_CREATED,
		.starter = STARTER_WEB,
		.timing = timing,
		.source = source,
		.token = rng_token(&w->rng, &w->arena, 16),
		.owner_key = rng_token(&w->rng, &w->arena, 16),
		.start_tag = rng_token(&w->rng, &w->arena, 12),
		.member_id = source == SOURCE_WALLET ? w->member_id : 0,
		.channel = source == SOURCE_CHANNEL ? STR("sandbox") : STR(""),
		.currency = STR("CNY"),
		.tariff_id = w->tariff.id,
		.tariff_hash = w->tariff.hash,
		.limit_minor = limit_minor,
		.created_us = w->ctx.now_us,
		.version = 1};

	assert_int_equal(store_order_add(w->ctx.db, &order), 0);
	return order;
}

void world_move(struct order *order, enum order_state to, int64_t now_us)
{
	static const enum order_state way[] = {
		ORDER_AUTHORISED, ORDER_STARTING, ORDER_CHARGING, ORDER_ENDED};

	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]) && order->state != to; i++)
		if (order_can(order->state, to))
			assert_int_equal(order_move(order, to, STR(""), now_us), 0);
		else if (order_can(order->state, way[i]))
			assert_int_equal(order_move(order, way[i], STR(""), now_us), 0);
	if (order->state != to)
		assert_int_equal(order_move(order, to, STR(""), now_us), 0);
}

void world_charge(struct money_world *w, struct order *order, int64_t energy_dwh)
{
	struct session session = {.id = CTX_ID(&w->ctx),
		.tenant_id = WORLD_TENANT,
		.pile_id = 1,
		.connector_no = 1,
		.order_id = order->id,
		.transaction_id = ++w->next_no,
		.id_tag = order->start_tag,
		.start_key = order->token,
		.start_us = w->ctx.now_us,
		.stop_us = w->ctx.now_us,
		.energy_dwh = energy_dwh,
		.version = 1};
	struct usage usage = {.start_us = w->ctx.now_us, .slot = 10, .energy_dwh = energy_dwh};
	struct session_change change = {.usage = &usage, .usage_len = 1, .usage_cap = 1};

	assert_int_equal(store_session_add(w->ctx.db, &session), 0);
	assert_int_equal(store_session_usage_add(w->ctx.db, session.id, &change), 0);
	order->session_id = session.id;
	world_move(order, ORDER_ENDED, w->ctx.now_us);
	assert_int_equal(store_order_put(w->ctx.db, order), 0);
}

void world_settle(struct money_world *w, struct order *order)
{
	struct bill bill;

	assert_int_equal(billing_compute(&w->ctx, order, &bill), 0);
	assert_int_equal(billing_settle(&w->ctx, order, &bill), 0);
	assert_int_equal(store_order_put(w->ctx.db, order), 0);
}

struct payment_news world_news(const struct payment *payment, enum payment_state state)
{
	return (struct payment_news){.key = payment->key,
		.state = state,
		.channel_ref = STR("ref-1"),
		.pay_url = STR("http://localhost/cashier"),
		.currency = payment->currency,
		.amount_minor = payment->amount_minor};
}

bool world_apply(
	struct money_world *w, const struct payment_news *news, struct payment *ret_payment)
{
	struct payment payment;
	bool changed = false;

	assert_int_equal(payments_apply(&w->ctx, news, &payment, &changed), 0);
	if (ret_payment != NULL)
		*ret_payment = payment;
	return changed;
}

struct payment world_payment(struct money_world *w, int64_t id)
{
	struct payment payment;

	assert_int_equal(store_payment_get(w->ctx.db, &w->arena, id, &payment), 0);
	return payment;
}

struct payment world_pay(struct money_world *w, struct order *order)
{
	struct payment wish = {.tenant_id = WORLD_TENANT,
		.order_id = order->id,
		.kind = order->timing == TIMING_HOLD ? PAYMENT_PREAUTH : PAYMENT_PAY,
		.channel = STR("sandbox"),
		.amount_minor = order->limit_minor,
		.currency = STR("CNY")};
	struct payment payment;
	struct payment_news news;

	assert_int_equal(payments_begin(&w->ctx, &wish, &payment), 0);
	news = world_news(&payment, PAYMENT_SUCCEEDED);
	assert_true(world_apply(w, &news, &payment));
	assert_int_equal(billing_received(&w->ctx, order, &payment), 0);
	return payment;
}

int64_t world_balance(struct money_world *w, int64_t account_id)
{
	struct account account;

	assert_int_equal(store_ledger_account_get(w->ctx.db, &w->arena, account_id, &account), 0);
	return account_balance(&account);
}

int64_t world_available(struct money_world *w, int64_t account_id)
{
	struct account account;

	assert_int_equal(store_ledger_account_get(w->ctx.db, &w->arena, account_id, &account), 0);
	return account_available(&account);
}

void world_verify(struct money_world *w)
{
	struct verify_check *checks;
	size_t len;

	assert_int_equal(verify_run(&w->ctx, 0, &checks, &len), 0);
	for (size_t i = 0; i < len; i++)
		if (!checks[i].ok)
			fail_msg("%s: %.*s", checks[i].name, STR_FMT(checks[i].detail));
}

int64_t world_transfers(struct money_world *w, int64_t order_id)
{
	struct transfer_list list;

	assert_int_equal(store_ledger_transfers(
				 w->ctx.db, &w->arena, TRANSFERS_OF_ORDER, order_id, 0, 100, &list),
		0);
	return (int64_t)list.len;
}
