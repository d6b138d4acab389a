/* test_billing.c - every way an order's money can go: held, paid, captured, refunded, owed, given
 * up; and that the books stand after each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/billing.h"
#include "base/clock.h"
#include "money_world.h"
#include "store/order.h"
#include "store/payment.h"

static void test_wallet_hold_and_settle(void **state)
{
	struct money_world w;
	struct order order;

	world_open(&w, state);
	world_give(&w, 10000);
	order = world_order(&w, SOURCE_WALLET, TIMING_HOLD, 3000);
	assert_int_equal(billing_secure(&w.ctx, &order, 100), 0);
	assert_int_equal(order.limit_minor, 3000);
	assert_int_equal(world_available(&w, w.wallet_id), 7000);
	assert_int_equal(world_balance(&w, w.wallet_id), 10000);
	world_charge(&w, &order, 100000); /* 10 kWh: 5.00 + 3.00 */
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(order.total_minor, 800);
	assert_int_equal(order.paid_minor, 800);
	assert_int_equal(world_available(&w, w.wallet_id), 9200);
	assert_int_equal(world_balance(&w, order.account_id), 0);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_ENERGY, 0)), 500);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_SERVICE, 0)), 300);
	world_verify(&w);
	world_close(&w);
}

static void test_wallet_short(void **state)
{
	struct money_world w;
	struct order order;

	world_open(&w, state);
	world_give(&w, 250);
	order = world_order(&w, SOURCE_WALLET, TIMING_HOLD, 3000);
	assert_int_equal(billing_secure(&w.ctx, &order, 300), BILLING_E_FUNDS);
	assert_int_equal(world_available(&w, w.wallet_id), 250);
	assert_int_equal(billing_secure(&w.ctx, &order, 100), 0);
	assert_int_equal(order.limit_minor, 250);
	assert_int_equal(world_available(&w, w.wallet_id), 0);
	order = world_order(&w, SOURCE_WALLET, TIMING_HOLD, 3000);
	assert_int_equal(billing_secure(&w.ctx, &order, 0), BILLING_E_FUNDS);
	order.member_id = 12345;
	assert_int_equal(billing_secure(&w.ctx, &order, 0), BILLING_E_FUNDS);
	world_close(&w);
}

/* Six holds of 10.00 do not fit on 50.00: holds count against each other. */
static void test_holds_see_holds(void **state)
{
	struct money_world w;

	world_open(&w, state);
	world_give(&w, 5000);
	for (int i = 0; i < 6; i++) {
		struct order order = world_order(&w, SOURCE_WALLET, TIMING_HOLD, 1000);

		assert_int_equal(billing_secure(&w.ctx, &order, 1000), i < 5 ? 0 : BILLING_E_FUNDS);
		assert_int_equal(store_order_put(w.ctx.db, &order), 0);
	}
	world_verify(&w);
	world_close(&w);
}

static void test_debt_paid(void **state)
{
	struct money_world w;
	struct order order;
	int64_t unpaid;

	world_open(&w, state);
	world_give(&w, 500);
	unpaid = world_account(&w, ACCOUNT_UNPAID, 0);
	order = world_order(&w, SOURCE_WALLET, TIMING_HOLD, 500);
	assert_int_equal(billing_secure(&w.ctx, &order, 100), 0);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_UNPAID);
	assert_int_equal(order.paid_minor, 500);
	assert_int_equal(world_balance(&w, unpaid), -300);
	assert_int_equal(world_balance(&w, order.account_id), 0);
	world_verify(&w);
	/* The rest through the channel: exactly the debt, nothing comes back. */
	order.timing = TIMING_PREPAY;
	order.limit_minor = 300;
	world_pay(&w, &order);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(order.paid_minor, 800);
	assert_int_equal(order.refund_minor, 0);
	assert_int_equal(world_balance(&w, unpaid), 0);
	assert_int_equal(store_order_put(w.ctx.db, &order), 0);
	world_verify(&w);
	world_close(&w);
}

static void test_debt_written_off(void **state)
{
	struct money_world w;
	struct order order;

	world_open(&w, state);
	order = world_order(&w, SOURCE_WALLET, TIMING_CREDIT, 0);
	assert_int_equal(billing_secure(&w.ctx, &order, 0), 0);
	assert_int_equal(billing_write_off(&w.ctx, &order, 5), BILLING_E_STATE);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_UNPAID);
	assert_int_equal(billing_write_off(&w.ctx, &order, 5), 0);
	assert_int_equal(order.state, ORDER_WRITTEN_OFF);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_UNPAID, 0)), 0);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_HOUSE, 0)), -800);
	assert_int_equal(store_order_put(w.ctx.db, &order), 0);
	world_verify(&w);
	world_close(&w);
}

/* Charge first, pay later: the wallet pays at the end. */
static void test_credit_from_wallet(void **state)
{
	struct money_world w;
	struct order order;

	world_open(&w, state);
	world_give(&w, 1000);
	order = world_order(&w, SOURCE_WALLET, TIMING_CREDIT, 0);
	assert_int_equal(billing_secure(&w.ctx, &order, 0), 0);
	assert_int_equal(world_available(&w, w.wallet_id), 1000);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(world_balance(&w, w.wallet_id), 200);
	world_verify(&w);
	world_close(&w);
}

static void test_debt_paid_through_the_channel(void **state)
{
	struct money_world w;
	struct order order;
	struct payment payment, *all;
	size_t count;

	world_open(&w, state);
	order = world_order(&w, SOURCE_WALLET, TIMING_CREDIT, 0);
	assert_int_equal(billing_secure(&w.ctx, &order, 0), 0);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	order.limit_minor = 1000; /* the driver pays more than the 8.00 that are owed */
	payment = world_pay(&w, &order);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(order.paid_minor, 1000);
	assert_int_equal(order.refund_minor, 200);
	assert_int_equal(world_balance(&w, order.account_id), 0);
	assert_int_equal(store_payment_of_order(w.ctx.db, &w.arena, order.id, 10, &all, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(all[1].kind, PAYMENT_REFUND);
	assert_int_equal(all[1].parent_id, payment.id);
	assert_int_equal(store_order_put(w.ctx.db, &order), 0);
	world_verify(&w);
	world_close(&w);
}

static void test_prepay_and_refund(void **state)
{
	struct payment *all, refund;
	struct payment_news news;
	struct money_world w;
	struct order order;
	size_t count;

	world_open(&w, state);
	order = world_order(&w, SOURCE_CHANNEL, TIMING_PREPAY, 5000);
	assert_int_equal(billing_secure(&w.ctx, &order, 0), 0);
	world_pay(&w, &order);
	assert_int_equal(order.paid_minor, 5000);
	assert_int_equal(world_balance(&w, order.account_id), 5000);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(order.refund_minor, 4200);
	assert_int_equal(world_balance(&w, order.account_id), 0);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_CHANNEL, 0)), -800);
	assert_int_equal(store_payment_of_order(w.ctx.db, &w.arena, order.id, 10, &all, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(all[1].kind, PAYMENT_REFUND);
	assert_int_equal(all[1].amount_minor, 4200);
	news = world_news(&all[1], PAYMENT_SUCCEEDED);
	assert_true(world_apply(&w, &news, &refund));
	assert_false(world_apply(&w, &news, &refund));
	world_verify(&w);
	world_close(&w);
}

static void test_preauth_captures_what_was_used(void **state)
{
	struct payment *all;
	struct money_world w;
	struct order order;
	size_t count;

	world_open(&w, state);
	order = world_order(&w, SOURCE_CHANNEL, TIMING_HOLD, 5000);
	assert_int_equal(billing_secure(&w.ctx, &order, 0), 0);
	world_pay(&w, &order);
	assert_int_not_equal(order.hold_id, 0);
	assert_int_equal(world_balance(&w, order.account_id), 0);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.paid_minor, 800);
	assert_int_equal(order.refund_minor, 0);
	assert_int_equal(store_payment_of_order(w.ctx.db, &w.arena, order.id, 10, &all, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(all[1].kind, PAYMENT_CAPTURE);
	assert_int_equal(all[1].amount_minor, 800);
	world_verify(&w);
	order = world_order(&w, SOURCE_CHANNEL, TIMING_HOLD, 5000);
	world_pay(&w, &order);
	world_charge(&w, &order, 0);
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(store_payment_of_order(w.ctx.db, &w.arena, order.id, 10, &all, &count), 0);
	assert_int_equal(all[1].kind, PAYMENT_RELEASE);
	assert_int_equal(all[1].amount_minor, 5000);
	/* Used more than was authorised: never captured above it, the rest is owed. */
	order = world_order(&w, SOURCE_CHANNEL, TIMING_HOLD, 500);
	world_pay(&w, &order);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_UNPAID);
	assert_int_equal(order.paid_minor, 500);
	world_verify(&w);
	world_close(&w);
}

static void test_capture_that_fails_is_owed(void **state)
{
	struct payment *all;
	struct money_world w;
	struct order order;
	size_t count;

	world_open(&w, state);
	order = world_order(&w, SOURCE_CHANNEL, TIMING_HOLD, 5000);
	world_pay(&w, &order);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(store_payment_of_order(w.ctx.db, &w.arena, order.id, 10, &all, &count), 0);
	for (int i = 0; i < 20 && !payment_is_final(all[1].state); i++) {
		struct payment_news news = world_news(&all[1], PAYMENT_FAILED);

		all[1].attempts = i;
		w.ctx.now_us += 2 * US_PER_DAY;
		assert_int_equal(
			payments_claim(&w.ctx, all[1].id, &all[1], &all[0], &(bool){0}), 0);
		world_apply(&w, &news, &all[1]);
	}
	assert_int_equal(all[1].state, PAYMENT_FAILED);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_CHANNEL, 0)), 0);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_UNPAID, 0)), -800);
	world_verify(&w);
	world_close(&w);
}

static void test_house(void **state)
{
	struct money_world w;
	struct order order;

	world_open(&w, state);
	order = world_order(&w, SOURCE_HOUSE, TIMING_CREDIT, 0);
	assert_int_equal(billing_secure(&w.ctx, &order, 0), 0);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(order.paid_minor, 0);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_HOUSE, 0)), -800);
	world_verify(&w);
	world_close(&w);
}

/* A start that fails: everything comes back, and asking again changes nothing. */
static void test_release(void **state)
{
	struct payment *all;
	struct money_world w;
	struct order order;
	size_t count;

	world_open(&w, state);
	world_give(&w, 1000);
	order = world_order(&w, SOURCE_WALLET, TIMING_HOLD, 800);
	assert_int_equal(billing_secure(&w.ctx, &order, 100), 0);
	world_move(&order, ORDER_FAILED, w.ctx.now_us);
	for (int i = 0; i < 3; i++)
		assert_int_equal(billing_release(&w.ctx, &order), 0);
	assert_int_equal(world_available(&w, w.wallet_id), 1000);
	assert_int_equal(world_transfers(&w, order.id), 2);
	assert_int_equal(store_order_put(w.ctx.db, &order), 0);

	order = world_order(&w, SOURCE_CHANNEL, TIMING_PREPAY, 800);
	assert_int_equal(billing_release(&w.ctx, &order), 0); /* nothing came yet */
	world_pay(&w, &order);
	world_move(&order, ORDER_CANCELLED, w.ctx.now_us);
	for (int i = 0; i < 3; i++)
		assert_int_equal(billing_release(&w.ctx, &order), 0);
	assert_int_equal(order.refund_minor, 800);
	assert_int_equal(world_transfers(&w, order.id), 2);
	assert_int_equal(store_payment_of_order(w.ctx.db, &w.arena, order.id, 10, &all, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(store_order_put(w.ctx.db, &order), 0);

	order = world_order(&w, SOURCE_CHANNEL, TIMING_HOLD, 800);
	world_pay(&w, &order);
	world_move(&order, ORDER_FAILED, w.ctx.now_us);
	for (int i = 0; i < 2; i++)
		assert_int_equal(billing_release(&w.ctx, &order), 0);
	assert_int_equal(store_payment_of_order(w.ctx.db, &w.arena, order.id, 10, &all, &count), 0);
	assert_int_equal(all[1].kind, PAYMENT_RELEASE);
	assert_int_equal(store_order_put(w.ctx.db, &order), 0);
	world_verify(&w);
	world_close(&w);
}

/* Settled orders are never released again, nor settled twice. */
static void test_settle_once(void **state)
{
	struct money_world w;
	struct order order, again;
	struct bill bill;
	int64_t transfers;

	world_open(&w, state);
	order = world_order(&w, SOURCE_CHANNEL, TIMING_PREPAY, 5000);
	world_pay(&w, &order);
	world_charge(&w, &order, 100000);
	again = order;
	assert_int_equal(billing_compute(&w.ctx, &order, &bill), 0);
	assert_int_equal(billing_settle(&w.ctx, &order, &bill), 0);
	transfers = world_transfers(&w, order.id);
	assert_int_equal(transfers, 4); /* paid, refund, energy, service */
	/* The same step done again from the same state: every key is there already. */
	assert_int_equal(billing_settle(&w.ctx, &again, &bill), 0);
	assert_int_equal(world_transfers(&w, order.id), transfers);
	assert_int_equal(billing_settle(&w.ctx, &order, &bill), BILLING_E_STATE);
	assert_int_equal(billing_release(&w.ctx, &order), BILLING_E_STATE);
	assert_int_equal(store_order_put(w.ctx.db, &order), 0);
	world_verify(&w);
	world_close(&w);
}

static void test_idle_fee(void **state)
{
	struct money_world w;
	struct order order;

	world_open(&w, state);
	order = world_order(&w, SOURCE_CHANNEL, TIMING_PREPAY, 5000);
	world_pay(&w, &order);
	order.idle_from_us = w.ctx.now_us;
	w.ctx.now_us += 25 * US_PER_MIN;
	order.idle_until_us = w.ctx.now_us;
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.idle_minor, 500);
	assert_int_equal(order.total_minor, 1300);
	assert_int_equal(world_balance(&w, world_account(&w, ACCOUNT_IDLE, 0)), 500);
	world_verify(&w);
	world_close(&w);
}

/* A hold nobody resolved gives the money back after a week; the bill is then taken straight from
 * the wallet. */
static void test_hold_expires(void **state)
{
	struct money_world w;
	struct order order;

	world_open(&w, state);
	world_give(&w, 1000);
	order = world_order(&w, SOURCE_WALLET, TIMING_HOLD, 1000);
	assert_int_equal(billing_secure(&w.ctx, &order, 100), 0);
	assert_int_equal(billing_tick(&w.ctx), 0);
	assert_int_equal(world_available(&w, w.wallet_id), 0);
	w.ctx.now_us += 8 * US_PER_DAY;
	assert_int_equal(billing_tick(&w.ctx), 0);
	assert_int_equal(world_available(&w, w.wallet_id), 1000);
	assert_int_equal(billing_tick(&w.ctx), 0);
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(order.paid_minor, 800);
	assert_int_equal(world_available(&w, w.wallet_id), 200);
	world_verify(&w);
	world_close(&w);
}

/* Settling just after the expiry, before the tick came by. */
static void test_hold_late_before_the_tick(void **state)
{
	struct money_world w;
	struct order order;

	world_open(&w, state);
	world_give(&w, 2000);
	order = world_order(&w, SOURCE_WALLET, TIMING_HOLD, 1000);
	assert_int_equal(billing_secure(&w.ctx, &order, 100), 0);
	w.ctx.now_us += 8 * US_PER_DAY;
	world_charge(&w, &order, 100000);
	world_settle(&w, &order);
	assert_int_equal(order.paid_minor, 800);
	assert_int_equal(billing_tick(&w.ctx), 0);
	assert_int_equal(world_available(&w, w.wallet_id), 1200);
	world_verify(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_wallet_hold_and_settle),
		ON_BOTH_ENGINES(test_wallet_short),
		ON_BOTH_ENGINES(test_holds_see_holds),
		ON_BOTH_ENGINES(test_debt_paid),
		ON_BOTH_ENGINES(test_debt_written_off),
		ON_BOTH_ENGINES(test_credit_from_wallet),
		ON_BOTH_ENGINES(test_debt_paid_through_the_channel),
		ON_BOTH_ENGINES(test_prepay_and_refund),
		ON_BOTH_ENGINES(test_preauth_captures_what_was_used),
		ON_BOTH_ENGINES(test_capture_that_fails_is_owed),
		ON_BOTH_ENGINES(test_house),
		ON_BOTH_ENGINES(test_release),
		ON_BOTH_ENGINES(test_settle_once),
		ON_BOTH_ENGINES(test_idle_fee),
		ON_BOTH_ENGINES(test_hold_expires),
		ON_BOTH_ENGINES(test_hold_late_before_the_tick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
