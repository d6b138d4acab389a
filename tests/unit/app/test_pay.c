/* test_pay.c - an unpaid order and its driver: the open amount over the API, by plain forms, from a
 * wallet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/payments.h"
#include "store/order.h"

static bool header_has(struct answer answer, const char *needle)
{
	return memmem(answer.headers.ptr, answer.headers.len, needle, strlen(needle)) != NULL;
}

static const char *path_of(struct world *w, const char *before, struct str token, const char *after)
{
	return str_dup_z(
		&w->arena, str_format(&w->arena, "%s%.*s%s", before, STR_FMT(token), after));
}

/* An order of 100.00 that used more: unpaid. */
static struct order unpaid_order(struct world *w)
{
	struct order order = world_order(w);

	world_pay(w, order.id);
	world_start(w, order.id);
	world_stop(w, order.id, 700000);
	order = world_load(w, order.id);
	assert_int_equal(order.state, ORDER_UNPAID);
	assert_int_equal(order_open_minor(&order), 640); /* 70 kWh at 1.52 are 106.40 */
	return order;
}

static void test_pay_open(void **state)
{
	struct world w;
	struct answer answer;
	struct order order;

	world_open(&w, state);
	order = unpaid_order(&w);
	answer = world_get(&w, path_of(&w, "/v1/public/orders/", order.token, ""));
	assert_int_equal(world_int(&w, answer, "money.open.minor"), 640);
	/* anybody with the link may pay; told twice it is begun once */
	world_post(&w, path_of(&w, "/v1/public/orders/", order.token, "/pay"), "", 200);
	world_post(&w, path_of(&w, "/v1/public/orders/", order.token, "/pay"), "", 200);
	world_post(&w, "/v1/public/orders/nothing/pay", "", 404);
	world_pay(&w, order.id);
	order = world_load(&w, order.id);
	assert_int_equal(order.state, ORDER_SETTLED);
	assert_int_equal(order.paid_minor, 10640);
	answer = world_post(&w, path_of(&w, "/v1/public/orders/", order.token, "/pay"), "", 200);
	assert_int_equal(world_int(&w, answer, "money.open.minor"), 0);
	assert_true(str_is(world_text(&w, answer, "state"), "settled"));
	world_close(&w);
}

static void test_pay_pages(void **state)
{
	struct world w;
	struct answer answer;
	struct order order;

	world_open(&w, state);
	order = unpaid_order(&w);
	w.accept = STR("text/html");
	w.content_type = STR("application/x-www-form-urlencoded");
	answer = world_get(&w, path_of(&w, "/o/", order.token, ""));
	assert_true(world_has(answer, "6.40") && world_has(answer, "/pay\""));
	answer = world_post(&w, path_of(&w, "/o/", order.token, "/pay"), "", 303);
	assert_true(header_has(answer, "?pay=wait"));
	answer = world_get(&w, path_of(&w, "/o/", order.token, "?pay=wait"));
	assert_true(header_has(answer, "Refresh: 1"));
	world_pay(&w, order.id);
	answer = world_get(&w, path_of(&w, "/o/", order.token, "?pay=wait"));
	assert_false(header_has(answer, "Refresh: 1") || world_has(answer, "/pay\""));
	assert_int_equal(world_get(&w, path_of(&w, "/o/", order.token, "/receipt")).status, 200);
	world_close(&w);
}

/* No channel at all: the page still tells what is open, and offers nothing it cannot do. */
static void test_pay_without_channel(void **state)
{
	struct world w;
	struct order order;

	world_open(&w, state);
	order = unpaid_order(&w);
	w.config.channels_len = 0;
	world_post(&w, path_of(&w, "/v1/public/orders/", order.token, "/pay"), "", 409);
	w.accept = STR("text/html");
	assert_false(world_has(world_get(&w, path_of(&w, "/o/", order.token, "")), "/pay\""));
	world_close(&w);
}

static void test_wallet_pays(void **state)
{
	struct world w;
	struct answer answer;
	struct order order;
	struct payment payment;
	const char *body;

	world_open(&w, state);
	order = unpaid_order(&w);
	order.member_id = w.member;
	/* born as a channel order, now the member's: what the wallet pays is any debt of its own */
	assert_int_equal(store_order_put(w.test->db, &order), 0);
	w.accept = STR("text/html");
	w.content_type = STR("application/x-www-form-urlencoded");
	body = path_of(&w, "order=", order.token, "");
	answer = world_get(&w, "/w/wallet-token-of-the-test");
	assert_true(world_has(answer, "6.40"));
	assert_false(world_has(answer, "/pay\""));
	world_post(&w, "/w/wallet-token-of-the-test/pay", body, 409);
	assert_int_equal(payments_topup(world_ctx(&w), WORLD_TENANT, w.member, STR("sandbox"), 1000,
				 &payment),
		0);
	payment.key = str_dup(&w.arena, payment.key);
	assert_int_equal(payments_apply(world_ctx(&w),
				 &(struct payment_news){.key = payment.key,
					 .state = PAYMENT_SUCCEEDED,
					 .currency = STR("CNY"),
					 .amount_minor = 1000},
				 &payment, &(bool){false}),
		0);
	assert_true(world_has(world_get(&w, "/w/wallet-token-of-the-test"), "/pay\""));
	world_post(&w, "/w/wallet-token-of-the-test/pay", "order=nothing", 404);
	world_post(&w, "/w/wrong/pay", body, 404);
	world_post(&w, "/w/wallet-token-of-the-test/pay", body, 303);
	world_post(&w, "/w/wallet-token-of-the-test/pay", body, 303);
	assert_int_equal(world_load(&w, order.id).state, ORDER_SETTLED);
	answer = world_get(&w, "/w/wallet-token-of-the-test?notice=settled");
	assert_true(world_has(answer, "3.60") && world_has(answer, "Thank you"));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_pay_open),
		ON_BOTH_ENGINES(test_pay_pages),
		ON_BOTH_ENGINES(test_pay_without_channel),
		ON_BOTH_ENGINES(test_wallet_pays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
