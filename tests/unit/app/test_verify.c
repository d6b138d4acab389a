/* test_verify.c - a world with every kind of order is clean; then each thing is spoiled in turn,
 * and exactly the check that guards it must notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "app/billing.h"
#include "app/cards.h"
#include "app/surplus.h"
#include "app/verify.h"
#include "money_world.h"
#include "store/exported.h"
#include "store/order.h"
#include "store/payment.h"

/* A commercial card, filled and used. */
static void fill_card(struct money_world *w)
{
	struct token card = {.id = CTX_ID(&w->ctx),
		.tenant_id = WORLD_TENANT,
		.member_id = w->member_id,
		.id_tag = STR("FLEET1"),
		.kind = CARD_COMMERCIAL,
		.state = STR("active"),
		.created_us = w->ctx.now_us};
	struct order order;

	assert_int_equal(cards_add(&w->ctx, STR("CNY"), &card), 0);
	assert_int_equal(cards_fill(&w->ctx, &card, 5000), 0);
	order = world_order(w, SOURCE_CARD, TIMING_HOLD, 3000);
	order.id_tag = card.id_tag;
	assert_int_equal(billing_secure(&w->ctx, &order, 100), 0);
	world_charge(w, &order, 100000);
	world_settle(w, &order);
}

/* A terminal took more than the bill; back to the wallet, or not yet. */
static void fill_surplus(struct money_world *w, bool back)
{
	struct order order = world_order(w, SOURCE_CHANNEL, TIMING_CREDIT, 3000);
	struct payment payment = {.id = CTX_ID(&w->ctx),
		.tenant_id = WORLD_TENANT,
		.order_id = order.id,
		.kind = PAYMENT_PAY,
		.state = PAYMENT_CREATED,
		.channel = STR("terminal"),
		.key = str_format(w->ctx.arena, "T%lld", (long long)order.id),
		.amount_minor = 2500,
		.currency = STR("CNY"),
		.created_us = w->ctx.now_us,
		.version = 1};
	struct surplus wish = {.id = payment.id,
		.tenant_id = WORLD_TENANT,
		.way = STR("wallet"),
		.member_id = w->member_id};

	assert_int_equal(billing_secure(&w->ctx, &order, 0), 0);
	world_charge(w, &order, 70000);
	world_settle(w, &order);
	assert_int_equal(order.state, ORDER_UNPAID);
	assert_int_equal(store_payment_add(w->ctx.db, &payment), 0);
	payment.state = PAYMENT_SUCCEEDED;
	assert_int_equal(store_payment_put(w->ctx.db, &payment), 0);
	assert_int_equal(billing_terminal(&w->ctx, &order, &payment), 0);
	assert_int_equal(store_order_put(w->ctx.db, &order), 0);
	if (back)
		assert_int_equal(surplus_give_back(&w->ctx, &wish), 0);
}

/* A charge that gave back 2 kWh at 1.00 for 1 kWh taken: what is over waits for a guest, or is in
 * the wallet. */
static void fill_feed_in(struct money_world *w, enum order_source source)
{
	struct order order = world_order(w, source, TIMING_HOLD, 3000);
	struct usage usage = {.start_us = w->ctx.now_us, .slot = 10, .energy_dwh = 20000};
	struct session_change change = {.usage = &usage, .usage_len = 1, .usage_cap = 1};
	struct exported_right right = {.from_us = w->ctx.now_us};
	struct exported row = {.tenant_id = WORLD_TENANT,
		.pile_id = 1,
		.order_id = order.id,
		.last_dwh = 25000,
		.top_dwh = 25000,
		.energy_dwh = 25000,
		.payable_dwh = 20000,
		.last_us = w->ctx.now_us};

	if (source == SOURCE_CHANNEL)
		world_pay(w, &order);
	else
		assert_int_equal(billing_secure(&w->ctx, &order, 100), 0);
	world_charge(w, &order, 10000);
	row.session_id = order.session_id;
	assert_int_equal(store_exported_put(w->ctx.db, &row), 0);
	assert_int_equal(store_exported_usage_add(w->ctx.db, row.session_id, &change), 0);
	assert_int_equal(store_exported_right_put(w->ctx.db, row.session_id, &right), 0);
	world_settle(w, &order);
	assert_int_equal(order.credit_minor, 200);
	assert_int_equal(order.state, ORDER_SETTLED);
}

/* Orders of all kinds: settled, unpaid, cancelled, still running; payments in every direction. */
static void fill(struct money_world *w)
{
	struct order order;
	struct payment payment;
	struct payment_news news;

	world_give(w, 10000);
	order = world_order(w, SOURCE_WALLET, TIMING_HOLD, 3000);
	assert_int_equal(billing_secure(&w->ctx, &order, 100), 0);
	world_charge(w, &order, 100000);
	world_settle(w, &order);
	order = world_order(w, SOURCE_CHANNEL, TIMING_PREPAY, 3000);
	world_pay(w, &order);
	world_charge(w, &order, 70000);
	world_settle(w, &order);
	order = world_order(w, SOURCE_CHANNEL, TIMING_HOLD, 300);
	world_pay(w, &order);
	world_charge(w, &order, 70000);
	world_settle(w, &order);
	order = world_order(w, SOURCE_CHANNEL, TIMING_PREPAY, 3000);
	world_pay(w, &order);
	world_move(&order, ORDER_CANCELLED, w->ctx.now_us);
	assert_int_equal(billing_release(&w->ctx, &order), 0);
	assert_int_equal(store_order_put(w->ctx.db, &order), 0);
	order = world_order(w, SOURCE_WALLET, TIMING_HOLD, 1000);
	assert_int_equal(billing_secure(&w->ctx, &order, 100), 0);
	world_move(&order, ORDER_CHARGING, w->ctx.now_us);
	assert_int_equal(store_order_put(w->ctx.db, &order), 0);
	assert_int_equal(
		payments_topup(&w->ctx, WORLD_TENANT, w->member_id, STR("sandbox"), 777, &payment),
		0);
	news = world_news(&payment, PAYMENT_SUCCEEDED);
	world_apply(w, &news, NULL);
	fill_card(w);
	fill_surplus(w, true);
	fill_surplus(w, false);
	fill_feed_in(w, SOURCE_WALLET);
	fill_feed_in(w, SOURCE_CHANNEL);
}

/* Runs verify and gives the names of the checks that failed, blank separated. */
static void failures(struct money_world *w, char *ret, size_t size)
{
	struct verify_check *checks;
	size_t len, at = 0;

	assert_int_equal(verify_run(&w->ctx, WORLD_TENANT, &checks, &len), 0);
	ret[0] = '\0';
	for (size_t i = 0; i < len; i++)
		if (!checks[i].ok)
			at += (size_t)snprintf(
				ret + at, size - at, "%s%s", at > 0 ? " " : "", checks[i].name);
	assert_int_equal(verify_ok(checks, len), ret[0] == '\0');
}

static const struct {
	const char *spoil; /* SQL */
	const char *want;  /* the checks that must fail, all of them */
} rows[] = {
	{"UPDATE balance SET credits_posted = credits_posted + 1 WHERE account_id = "
	 "(SELECT id FROM account WHERE kind = 4)",
		"sums balances"},
	{"UPDATE balance SET debits_pending = debits_pending + 1 WHERE account_id = "
	 "(SELECT id FROM account WHERE kind = 1)",
		"sums balances"},
	{"UPDATE transfer SET currency = 'EUR' WHERE id = (SELECT MIN(id) FROM transfer)",
		"transfers"},
	{"UPDATE transfer SET tenant_id = 8 WHERE id = (SELECT MAX(id) FROM transfer WHERE code = "
	 "4)",
		""}, /* seen by the other tenant's check, and by all together */
	{"INSERT INTO transfer (id, key, tenant_id, kind, code, debit_account, credit_account, "
	 "amount_minor, "
	 "currency, at_us) SELECT 1, 'x', 7, 1, 10, w.id, e.id, 1000000, 'CNY', 5 FROM account w, "
	 "account e "
	 "WHERE w.kind = 1 AND e.kind = 4",
		"balances limits"},
	{"UPDATE transfer SET amount_minor = 1000000 WHERE kind = 3 AND code = 3 AND payment_id = "
	 "0",
		"balances limits holds orders_zero"},
	{"UPDATE transfer SET order_id = 1 WHERE kind = 3 AND code = 3 AND payment_id = 0",
		"holds cards"},
	{"DELETE FROM hold_open", "watched"},
	{"UPDATE hold_open SET expires_us = expires_us + 1", "watched"},
	{"UPDATE orders SET state = 8 WHERE state = 4", "orders_holds"},
	{"UPDATE orders SET energy_minor = energy_minor + 1, total_minor = total_minor + 1 WHERE "
	 "id = "
	 "(SELECT MIN(id) FROM orders WHERE state = 8)",
		"orders_fees bills"},
	{"UPDATE orders SET total_minor = total_minor + 1 WHERE id = "
	 "(SELECT MIN(id) FROM orders WHERE state = 8)",
		"orders_fees bills"},
	{"UPDATE orders SET idle_from_us = 1, idle_until_us = 9000000000 WHERE id = "
	 "(SELECT MIN(id) FROM orders WHERE state = 8)",
		"bills"},
	{"UPDATE session_usage SET energy_dwh = energy_dwh + 10000 WHERE session_id = "
	 "(SELECT MIN(session_id) FROM session_usage)",
		"bills energy"},
	{"UPDATE session SET energy_dwh = energy_dwh + 1 WHERE id = (SELECT MIN(id) FROM session)",
		"energy"},
	{"UPDATE payment SET amount_minor = amount_minor + 1 WHERE kind = 1 AND member_id <> 0",
		"payments"},
	{"UPDATE payment SET state = 7 WHERE kind = 1 AND member_id <> 0", "payments"},
	{"UPDATE transfer SET payment_id = 0 WHERE code = 1 AND payment_id <> 0",
		"payments channels"},
	{"UPDATE payment SET amount_minor = 100000 WHERE kind = 5 AND id = "
	 "(SELECT MIN(id) FROM payment WHERE kind = 5)",
		"payments refunds"},
	{"UPDATE payment SET state = 3 WHERE kind = 1 AND order_id <> 0; "
	 "UPDATE payment SET order_id = (SELECT MIN(order_id) FROM payment WHERE kind = 1 AND "
	 "order_id <> 0) "
	 "WHERE kind = 1 AND order_id <> 0",
		"payments attempts"},
	{"UPDATE tag SET account_id = 0 WHERE kind = 1", "cards"},
	{"UPDATE account SET owner_id = owner_id + 1 WHERE kind = 10", "cards"},
	{"UPDATE tag SET id_tag = 'OTHER' WHERE kind = 1", "cards"},
	{"UPDATE surplus SET amount_minor = amount_minor + 1 WHERE way = ''", "surplus"},
	{"UPDATE surplus SET way = 'wallet', member_id = 1 WHERE way = ''", "surplus"},
	{"UPDATE surplus SET way = '' WHERE way = 'wallet'", "surplus"},
	{"UPDATE surplus SET way = 'terminal', reference = 'X' WHERE way = 'wallet'", "surplus"},
	{"UPDATE surplus SET member_id = member_id + 1 WHERE way = 'wallet'", "surplus"},
	{"UPDATE surplus SET currency = 'EUR' WHERE way = ''", "surplus"},
	{"DELETE FROM surplus WHERE way = ''", "surplus"},
	{"UPDATE surplus SET kind = 'terminal' WHERE kind = 'feed_in'; UPDATE surplus SET way = "
	 "'till' WHERE way = ''",
		"surplus"},
	{"UPDATE orders SET credit_minor = credit_minor + 1 WHERE id = (SELECT MIN(id) FROM orders "
	 "WHERE credit_minor > 0)",
		"orders_fees bills"},
	{"UPDATE session_back SET energy_dwh = energy_dwh + 5000 WHERE session_id = (SELECT "
	 "MIN(session_id) FROM session_back)",
		"bills exported"},
	{"UPDATE session_export SET energy_dwh = payable_dwh - 1", "exported"},
	{"UPDATE session_back_right SET from_us = from_us + 7200000000", "exported"},
	{"UPDATE session_back_right SET until_us = 1", "exported"},
	{"DELETE FROM session_export", "exported"},
	{"UPDATE transfer SET code = 10 WHERE code = 11 AND credit_account IN (SELECT id FROM "
	 "account WHERE kind = 1)",
		"orders_fees"},
	{"UPDATE tariff SET text = replace(text, 'vat 1300', 'vat 1301')", "bills tariffs"},
	{"UPDATE tariff SET hash = 'x'", "bills tariffs"},
};

static void test_each_thing_spoiled(void **state)
{
	struct money_world w;
	char got[512];

	world_open(&w, state);
	fill(&w);
	failures(&w, got, sizeof(got));
	assert_string_equal(got, "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(db_savepoint(w.ctx.db), 0);
		test_db_exec(w.test, rows[i].spoil);
		failures(&w, got, sizeof(got));
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s\n  gives \"%s\" instead of \"%s\"", rows[i].spoil, got,
				rows[i].want);
		assert_int_equal(db_savepoint_undo(w.ctx.db), 0);
	}
	failures(&w, got, sizeof(got));
	assert_string_equal(got, "");
	world_close(&w);
}

/* Balances per operator: one operator's spoiled books are not the other's finding. */
static void test_tenants_apart(void **state)
{
	struct money_world w;
	struct verify_check *checks;
	size_t len;

	world_open(&w, state);
	fill(&w);
	test_db_exec(w.test,
		"UPDATE balance SET credits_posted = credits_posted + 1 WHERE account_id = "
		"(SELECT id FROM account WHERE kind = 4)");
	assert_int_equal(verify_run(&w.ctx, WORLD_TENANT + 1, &checks, &len), 0);
	assert_true(verify_ok(checks, len));
	assert_int_equal(verify_run(&w.ctx, 0, &checks, &len), 0);
	assert_false(verify_ok(checks, len));
	assert_string_equal(checks[0].name, "sums");
	assert_int_equal(checks[0].bad, 1);
	assert_true(str_starts(checks[0].detail, STR("1 wrong, first account ")));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_each_thing_spoiled),
		ON_BOTH_ENGINES(test_tenants_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
