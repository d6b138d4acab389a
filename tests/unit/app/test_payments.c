/* test_payments.c - attempts to pay: one at a time, one effect however often and in whatever order
 * news comes, asked about until known, and money that comes too late goes back by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "app/billing.h"
#include "base/clock.h"
#include "money_world.h"
#include "store/order.h"
#include "store/payment.h"

static struct payment begin_topup(struct money_world *w, int64_t amount_minor)
{
	struct payment payment;

	assert_int_equal(payments_topup(&w->ctx, WORLD_TENANT, w->member_id, STR("sandbox"),
				 amount_minor, &payment),
		0);
	return payment;
}

/* The courier's next step, now that it is due. */
static struct payment claim(struct money_world *w, int64_t id, bool want_query)
{
	struct payment payment, parent;
	bool query;

	assert_int_equal(payments_claim(&w->ctx, id, &payment, &parent, &query), 0);
	assert_int_equal(query, want_query);
	return payment;
}

static int64_t alarms(struct money_world *w, const char *kind, int64_t payment_id)
{
	struct str subject = str_format(&w->arena, "payment:%lld", (long long)payment_id);
	struct stmt *stmt = stmt_of(w->ctx.db, SQL_ALARM_OPEN_SAME);
	int row;

	stmt_bind_i64(stmt, 1, WORLD_TENANT);
	stmt_bind_str(stmt, 2, str_from(kind));
	stmt_bind_str(stmt, 3, subject);
	row = stmt_step(stmt);
	assert_true(row >= 0);
	if (row == 1)
		stmt_reset(stmt);
	return row;
}

static void test_topup_credits_once(void **state)
{
	struct money_world w;
	struct payment payment;
	struct payment_news news;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	assert_int_equal(payment.state, PAYMENT_CREATED);
	news = world_news(&payment, PAYMENT_SUCCEEDED);
	assert_true(world_apply(&w, &news, &payment));
	for (int i = 0; i < 5; i++)
		assert_false(world_apply(&w, &news, &payment));
	assert_int_equal(world_balance(&w, w.wallet_id), 5000);
	assert_int_equal(payment.next_us, 0);
	world_verify(&w);
	world_close(&w);
}

/* Random news, in any order, any number of times: the wallet gets the money exactly when the first
 * end was a success, and a success after another end goes back in full. */
static void test_any_order(void **state)
{
	static const enum payment_state said[] = {PAYMENT_WAITING, PAYMENT_UNKNOWN, PAYMENT_FAILED,
		PAYMENT_CLOSED, PAYMENT_SUCCEEDED};
	struct money_world w;
	int64_t credited = 0;

	world_open(&w, state);
	for (int round = 0; round < 150; round++) {
		struct payment payment = begin_topup(&w, 100 + round);
		enum payment_state end = PAYMENT_CREATED;

		if (rng_below(&w.rng, 2) == 0)
			claim(&w, payment.id, false);
		for (int i = 0; i < 8; i++) {
			struct payment_news news = world_news(&payment, said[rng_below(&w.rng, 5)]);
			bool changed = world_apply(&w, &news, &payment);

			assert_false(changed && payment_is_final(end));
			if (end == PAYMENT_CREATED && payment_is_final(news.state))
				end = news.state;
			if (payment_is_final(end))
				assert_int_equal(payment.state, end);
		}
		credited += end == PAYMENT_SUCCEEDED ? 100 + round : 0;
		assert_int_equal(world_balance(&w, w.wallet_id), credited);
	}
	world_verify(&w);
	world_close(&w);
}

static void refuse(struct money_world *w, struct payment_news news)
{
	struct payment payment;
	bool changed = true;

	assert_int_equal(payments_apply(&w->ctx, &news, &payment, &changed), PAYMENTS_E_MISMATCH);
	assert_false(changed);
	assert_int_equal(world_balance(w, w->wallet_id), 0);
}

static void test_mismatch_is_never_credited(void **state)
{
	struct money_world w;
	struct payment payment;
	struct payment_news good, bad;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	good = world_news(&payment, PAYMENT_WAITING);
	world_apply(&w, &good, &payment);
	good.state = PAYMENT_SUCCEEDED;
	bad = good, bad.amount_minor = 5001;
	refuse(&w, bad);
	bad = good, bad.amount_minor = 0;
	refuse(&w, bad);
	bad = good, bad.currency = STR("EUR");
	refuse(&w, bad);
	bad = good, bad.channel_ref = STR("ref-2");
	refuse(&w, bad);
	assert_int_equal(alarms(&w, "payment_mismatch", payment.id), 1);
	assert_int_equal(world_payment(&w, payment.id).state, PAYMENT_WAITING);
	/* The right one still works. */
	assert_true(world_apply(&w, &good, &payment));
	assert_int_equal(world_balance(&w, w.wallet_id), 5000);
	bad = good, bad.key = STR("P1");
	assert_int_equal(
		payments_apply(&w.ctx, &bad, &payment, &(bool){false}), PAYMENTS_E_UNKNOWN);
	world_verify(&w);
	world_close(&w);
}

static void test_one_open_attempt(void **state)
{
	struct payment wish, first, second;
	struct payment_news news;
	struct money_world w;
	struct order order;

	world_open(&w, state);
	order = world_order(&w, SOURCE_CHANNEL, TIMING_PREPAY, 1000);
	wish = (struct payment){.tenant_id = WORLD_TENANT,
		.order_id = order.id,
		.kind = PAYMENT_PAY,
		.channel = STR("sandbox"),
		.amount_minor = 1000,
		.currency = STR("CNY")};
	assert_int_equal(payments_begin(&w.ctx, &wish, &first), 0);
	assert_int_equal(payments_begin(&w.ctx, &wish, &second), PAYMENTS_E_OPEN);
	news = world_news(&first, PAYMENT_UNKNOWN);
	world_apply(&w, &news, &first);
	assert_int_equal(first.state, PAYMENT_UNKNOWN);
	assert_int_equal(payments_begin(&w.ctx, &wish, &second), PAYMENTS_E_OPEN);
	news.state = PAYMENT_FAILED;
	world_apply(&w, &news, &first);
	assert_int_equal(payments_begin(&w.ctx, &wish, &second), 0);
	assert_int_not_equal(first.id, second.id);
	world_verify(&w);
	world_close(&w);
}

static void test_bad_wishes(void **state)
{
	struct payment wish = {.tenant_id = WORLD_TENANT,
		.kind = PAYMENT_PAY,
		.channel = STR("sandbox"),
		.amount_minor = 1000,
		.currency = STR("CNY")};
	struct payment payment, paid;
	struct payment_news news;
	struct money_world w;
	struct order order;

	world_open(&w, state);
	wish.channel = STR("other");
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), PAYMENTS_E_CHANNEL);
	wish.channel = STR("sandbox");
	wish.amount_minor = 0;
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), PAYMENTS_E_AMOUNT);
	wish.amount_minor = INT64_MAX;
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), PAYMENTS_E_AMOUNT);
	wish.amount_minor = 1;
	wish.kind = PAYMENT_PREAUTH;
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), PAYMENTS_E_UNKNOWN);
	assert_int_equal(
		payments_topup(&w.ctx, WORLD_TENANT + 1, w.member_id, STR("sandbox"), 1, &payment),
		PAYMENTS_E_UNKNOWN);
	/* Refunds together never exceed the payment. */
	order = world_order(&w, SOURCE_CHANNEL, TIMING_PREPAY, 1000);
	paid = world_pay(&w, &order);
	wish = (struct payment){.tenant_id = WORLD_TENANT,
		.order_id = order.id,
		.parent_id = paid.id,
		.kind = PAYMENT_REFUND,
		.channel = STR("sandbox"),
		.amount_minor = 600,
		.currency = STR("CNY")};
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), 0);
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), PAYMENTS_E_AMOUNT);
	wish.amount_minor = 401;
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), PAYMENTS_E_AMOUNT);
	wish.amount_minor = 400;
	wish.tenant_id = WORLD_TENANT + 1;
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), PAYMENTS_E_AMOUNT);
	wish.tenant_id = WORLD_TENANT;
	wish.key = STR("same");
	assert_int_equal(payments_begin(&w.ctx, &wish, &payment), 0);
	assert_int_equal(payments_begin(&w.ctx, &wish, &paid), 0);
	assert_int_equal(payment.id, paid.id);
	news = world_news(&payment, PAYMENT_SUCCEEDED);
	world_apply(&w, &news, NULL);
	world_close(&w);
}

/* 5 s, 15 s, 1 min, 5 min, 1 h, then daily. */
static void test_asked_until_known(void **state)
{
	static const int64_t pauses_s[] = {5, 15, 60, 300, 3600, 86400, 86400};
	struct money_world w;
	struct payment payment;
	struct payment_news news;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	claim(&w, payment.id, false);
	/* Marked: nobody else sends it meanwhile; a crash shows after a minute. */
	assert_int_equal(payments_claim(&w.ctx, payment.id, &payment, &payment, &(bool){0}),
		PAYMENTS_E_UNKNOWN);
	news = world_news(&payment, PAYMENT_UNKNOWN);
	news.error = STR("no_answer");
	for (size_t i = 0; i < sizeof(pauses_s) / sizeof(pauses_s[0]); i++) {
		world_apply(&w, &news, &payment);
		assert_int_equal(payment.state, PAYMENT_UNKNOWN);
		assert_int_equal(payment.next_us, w.ctx.now_us + pauses_s[i] * US_PER_S);
		w.ctx.now_us = payment.next_us;
		claim(&w, payment.id, true);
	}
	news.state = PAYMENT_SUCCEEDED;
	assert_true(world_apply(&w, &news, &payment));
	assert_int_equal(world_balance(&w, w.wallet_id), 5000);
	world_verify(&w);
	world_close(&w);
}

static void test_crash_while_sending(void **state)
{
	struct money_world w;
	struct payment payment;
	struct payment_news news;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	payment = claim(&w, payment.id, false);
	assert_int_equal(payment.state, PAYMENT_SENT);
	w.ctx.now_us += US_PER_MIN;
	payment = claim(&w, payment.id, true);
	/* It never arrived: sent again under the same number. */
	news = world_news(&payment, PAYMENT_UNKNOWN);
	news.error = STR(PAYMENT_NOT_FOUND);
	world_apply(&w, &news, &payment);
	w.ctx.now_us = payment.next_us;
	claim(&w, payment.id, false);
	world_close(&w);
}

static void test_cashier_closes(void **state)
{
	struct money_world w;
	struct payment payment;
	struct payment_news news;
	int asked = 0;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	claim(&w, payment.id, false);
	news = world_news(&payment, PAYMENT_WAITING);
	assert_true(world_apply(&w, &news, &payment));
	assert_true(str_is(payment.pay_url, "http://localhost/cashier"));
	while (payment.state == PAYMENT_WAITING) {
		w.ctx.now_us = payment.next_us;
		assert_true(w.ctx.now_us <= payment.created_us + 15 * US_PER_MIN);
		claim(&w, payment.id, true);
		world_apply(&w, &news, &payment);
		asked++;
	}
	assert_int_equal(payment.state, PAYMENT_CLOSED);
	assert_int_equal(w.ctx.now_us, payment.created_us + 15 * US_PER_MIN);
	assert_true(asked >= 4);
	/* Closed by our clock, not by the channel's word: three more questions, then never again.
	 */
	for (asked = 0; payment.next_us != 0; asked++) {
		assert_true(payment.next_us > w.ctx.now_us);
		w.ctx.now_us = payment.next_us;
		claim(&w, payment.id, true);
		assert_false(world_apply(&w, &news, &payment));
		assert_int_equal(payment.state, PAYMENT_CLOSED);
	}
	assert_int_equal(asked, 3);
	assert_int_equal(payments_claim(&w.ctx, payment.id, &payment, &payment, &(bool){0}),
		PAYMENTS_E_UNKNOWN);
	world_close(&w);
}

/* Paid in the moment between our clock and the channel's: found by a later question, and given
 * back. */
static void test_paid_while_closing(void **state)
{
	struct money_world w;
	struct payment payment, refund;
	struct payment_news news;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	claim(&w, payment.id, false);
	w.ctx.now_us = payment.created_us + 15 * US_PER_MIN;
	news = world_news(&payment, PAYMENT_WAITING);
	world_apply(&w, &news, &payment);
	assert_int_equal(payment.state, PAYMENT_CLOSED);
	w.ctx.now_us = payment.next_us;
	claim(&w, payment.id, true);
	news.state = PAYMENT_SUCCEEDED;
	world_apply(&w, &news, &payment);
	assert_int_equal(payment.next_us, 0);
	assert_int_equal(store_payment_by_key(w.ctx.db, &w.arena,
				 str_format(&w.arena, "R%lld", (long long)payment.id), &refund),
		0);
	assert_int_equal(world_balance(&w, w.wallet_id), 0);
	world_verify(&w);
	world_close(&w);
}

/* A channel that is silent at the closing time leaves the payment unknown: no answer is no end. */
static void test_silence_is_no_end(void **state)
{
	struct money_world w;
	struct payment payment;
	struct payment_news news;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	claim(&w, payment.id, false);
	news = world_news(&payment, PAYMENT_WAITING);
	world_apply(&w, &news, &payment);
	w.ctx.now_us = payment.created_us + 20 * US_PER_MIN;
	claim(&w, payment.id, true);
	news.state = PAYMENT_UNKNOWN;
	world_apply(&w, &news, &payment);
	assert_int_equal(payment.state, PAYMENT_UNKNOWN);
	assert_true(payment.next_us > w.ctx.now_us);
	world_close(&w);
}

static void test_late_success_goes_back(void **state)
{
	struct payment payment, refund;
	struct payment_news news;
	struct money_world w;
	int result;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	news = world_news(&payment, PAYMENT_CLOSED);
	world_apply(&w, &news, &payment);
	news.state = PAYMENT_SUCCEEDED;
	for (int i = 0; i < 3; i++)
		assert_false(world_apply(&w, &news, &payment));
	assert_int_equal(payment.state, PAYMENT_CLOSED);
	assert_int_equal(world_balance(&w, w.wallet_id), 0);
	result = store_payment_by_key(
		w.ctx.db, &w.arena, str_format(&w.arena, "R%lld", (long long)payment.id), &refund);
	assert_int_equal(result, 0);
	assert_int_equal(refund.kind, PAYMENT_REFUND);
	assert_int_equal(refund.amount_minor, 5000);
	assert_int_equal(alarms(&w, "payment_late", payment.id), 1);
	world_verify(&w);
	world_close(&w);
}

static void test_late_success_of_an_order(void **state)
{
	struct payment wish, payment, refund;
	struct payment_news news;
	struct money_world w;
	struct order order;

	world_open(&w, state);
	for (int i = 0; i < 2; i++) {
		order = world_order(&w, SOURCE_CHANNEL, i == 0 ? TIMING_PREPAY : TIMING_HOLD, 1000);
		assert_int_equal(billing_secure(&w.ctx, &order, 0), 0);
		wish = (struct payment){.tenant_id = WORLD_TENANT,
			.order_id = order.id,
			.kind = i == 0 ? PAYMENT_PAY : PAYMENT_PREAUTH,
			.channel = STR("sandbox"),
			.amount_minor = 1000,
			.currency = STR("CNY")};
		assert_int_equal(payments_begin(&w.ctx, &wish, &payment), 0);
		news = world_news(&payment, PAYMENT_FAILED);
		world_apply(&w, &news, &payment);
		world_move(&order, ORDER_CANCELLED, w.ctx.now_us);
		assert_int_equal(store_order_put(w.ctx.db, &order), 0);
		news.state = PAYMENT_SUCCEEDED;
		assert_false(world_apply(&w, &news, &payment));
		assert_int_equal(store_payment_by_key(w.ctx.db, &w.arena,
					 str_format(&w.arena, "%c%lld", i == 0 ? 'R' : 'V',
						 (long long)payment.id),
					 &refund),
			0);
		assert_int_equal(refund.amount_minor, 1000);
		assert_int_equal(world_balance(&w, order.account_id), 0);
	}
	world_verify(&w);
	world_close(&w);
}

static void test_contradiction_raises_an_alarm(void **state)
{
	struct money_world w;
	struct payment payment;
	struct payment_news news;

	world_open(&w, state);
	payment = begin_topup(&w, 5000);
	news = world_news(&payment, PAYMENT_SUCCEEDED);
	world_apply(&w, &news, &payment);
	news.state = PAYMENT_FAILED;
	assert_false(world_apply(&w, &news, &payment));
	assert_int_equal(payment.state, PAYMENT_SUCCEEDED);
	assert_int_equal(alarms(&w, "payment_contradiction", payment.id), 1);
	assert_int_equal(world_balance(&w, w.wallet_id), 5000);
	world_close(&w);
}

/* Giving money back is tried again under the same number until a person must look. */
static void test_refund_is_tried_again(void **state)
{
	struct payment paid, refund;
	struct payment_news news;
	struct money_world w;
	struct order order;
	int sent = 0;

	world_open(&w, state);
	order = world_order(&w, SOURCE_CHANNEL, TIMING_PREPAY, 1000);
	paid = world_pay(&w, &order);
	world_move(&order, ORDER_CANCELLED, w.ctx.now_us);
	assert_int_equal(billing_release(&w.ctx, &order), 0);
	assert_int_equal(store_order_put(w.ctx.db, &order), 0);
	assert_int_equal(store_payment_by_key(w.ctx.db, &w.arena,
				 str_format(&w.arena, "R%lld", (long long)paid.id), &refund),
		0);
	news = world_news(&refund, PAYMENT_FAILED);
	news.error = STR("bal<ance>");
	while (!payment_is_final(refund.state)) {
		claim(&w, refund.id, false);
		sent++;
		world_apply(&w, &news, &refund);
		if (!payment_is_final(refund.state)) {
			assert_true(str_is(refund.error, "refused.bal_ance_"));
			w.ctx.now_us = refund.next_us;
		}
	}
	assert_int_equal(sent, 8);
	assert_int_equal(refund.state, PAYMENT_FAILED);
	assert_int_equal(alarms(&w, "refund_failed", refund.id), 1);
	world_verify(&w);
	world_close(&w);
}

static void test_due_oldest_first(void **state)
{
	struct payment first, second, *due;
	struct money_world w;
	size_t count;

	world_open(&w, state);
	first = begin_topup(&w, 100);
	w.ctx.now_us += US_PER_S;
	second = begin_topup(&w, 200);
	assert_int_equal(payments_due(&w.ctx, 10, &due, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(due[0].id, first.id);
	assert_int_equal(payments_due(&w.ctx, 1, &due, &count), 0);
	assert_int_equal(count, 1);
	claim(&w, first.id, false);
	assert_int_equal(payments_due(&w.ctx, 10, &due, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(due[0].id, second.id);
	world_close(&w);
}

static void test_return_link(void **state)
{
	struct app_config app = {.public_url = STR("https://a.example"), .server_key = STR("k")};
	struct app_config other = {.server_key = STR("l")};
	struct arena arena;
	struct str url, key = STR("P17"), proof;

	(void)state;
	arena_init(&arena, 4096);
	url = payments_return_url(&app, key, &arena);
	assert_true(str_starts(url, STR("https://a.example/back/P17?proof=")));
	proof = str_slice(url, sizeof("https://a.example/back/P17?proof=") - 1, url.len);
	assert_true(payments_return_ok(&app, key, proof));
	assert_false(payments_return_ok(&app, STR("P18"), proof));
	assert_false(payments_return_ok(&other, key, proof));
	assert_false(payments_return_ok(&app, key, STR("")));
	assert_false(payments_return_ok(&app, key, str_slice(proof, 0, 30)));
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_topup_credits_once),
		ON_BOTH_ENGINES(test_any_order),
		ON_BOTH_ENGINES(test_mismatch_is_never_credited),
		ON_BOTH_ENGINES(test_one_open_attempt),
		ON_BOTH_ENGINES(test_bad_wishes),
		ON_BOTH_ENGINES(test_asked_until_known),
		ON_BOTH_ENGINES(test_crash_while_sending),
		ON_BOTH_ENGINES(test_cashier_closes),
		ON_BOTH_ENGINES(test_paid_while_closing),
		ON_BOTH_ENGINES(test_silence_is_no_end),
		ON_BOTH_ENGINES(test_late_success_goes_back),
		ON_BOTH_ENGINES(test_late_success_of_an_order),
		ON_BOTH_ENGINES(test_contradiction_raises_an_alarm),
		ON_BOTH_ENGINES(test_refund_is_tried_again),
		ON_BOTH_ENGINES(test_due_oldest_first),
		cmocka_unit_test(test_return_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
