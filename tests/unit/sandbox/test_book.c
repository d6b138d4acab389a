/* test_book.c - the sandbox channel's rules: one operation per number, nothing given back twice,
 * and bad manners on request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "sandbox/book.h"
#include "sandbox/cashier.h"

#define NOW_US INT64_C(1800000000000000)

static struct rng rng;

static struct sandbox_request request(
	const char *number, enum sandbox_kind kind, int64_t amount, const char *parent)
{
	return (struct sandbox_request){.merchant = STR("leyden"),
		.number = str_from(number),
		.kind = (int)kind,
		.has_parent = parent != NULL,
		.parent = str_from(parent),
		.amount_minor = amount,
		.currency = STR("CNY"),
		.has_notify_url = true,
		.notify_url = STR("http://127.0.0.1:1/n"),
		.has_expires_s = true,
		.expires_s = 900};
}

static int ask(
	struct book *book, struct sandbox_request wish, int64_t now_us, struct operation **ret)
{
	return book_request(book, &wish, now_us, ret);
}

static struct operation *paid(
	struct book *book, const char *number, enum sandbox_kind kind, int64_t amount)
{
	struct operation *op;

	assert_int_equal(ask(book, request(number, kind, amount, NULL), NOW_US, &op), 0);
	assert_int_equal(book_pay(book, op, true, NOW_US), 0);
	return op;
}

static int setup(void **state)
{
	static struct book book;

	rng_init_seeded(&rng, 3);
	book_init(&book, &rng, 15 * US_PER_S);
	*state = &book;
	return 0;
}

static int teardown(void **state)
{
	book_fini(*state);
	return 0;
}

static void test_one_operation_per_number(void **state)
{
	struct book *book = *state;
	struct operation *a, *b;

	assert_int_equal(ask(book, request("P1", SANDBOX_KIND_PAY, 500, NULL), NOW_US, &a), 0);
	assert_int_equal(ask(book, request("P1", SANDBOX_KIND_PAY, 500, NULL), NOW_US, &b), 0);
	assert_ptr_equal(a, b);
	assert_int_equal(
		ask(book, request("P1", SANDBOX_KIND_PAY, 501, NULL), NOW_US, &b), BOOK_E_REUSED);
	assert_int_equal(ask(book, request("P1", SANDBOX_KIND_PREAUTH, 500, NULL), NOW_US, &b),
		BOOK_E_REUSED);
	assert_int_equal(a->state, SANDBOX_WAITING);
	assert_ptr_equal(book_at_cashier(book, str_from(a->reference), NOW_US), a);
	assert_null(book_at_cashier(book, STR("nothing"), NOW_US));
	assert_int_equal(book_pay(book, a, true, NOW_US), 0);
	assert_int_equal(book_pay(book, a, false, NOW_US), BOOK_E_STATE);
	assert_int_equal(a->state, SANDBOX_SUCCEEDED);
}

static void test_cashier_closes(void **state)
{
	struct book *book = *state;
	struct operation *op;

	assert_int_equal(ask(book, request("P1", SANDBOX_KIND_PAY, 500, NULL), NOW_US, &op), 0);
	assert_int_equal(
		book_find(book, STR("P1"), NOW_US + 899 * US_PER_S)->state, SANDBOX_WAITING);
	op = book_find(book, STR("P1"), NOW_US + 900 * US_PER_S);
	assert_int_equal(op->state, SANDBOX_CLOSED);
	assert_int_equal(book_pay(book, op, true, NOW_US), BOOK_E_STATE);
}

static void test_refunds_stay_within(void **state)
{
	struct book *book = *state;
	struct operation *op;

	paid(book, "P1", SANDBOX_KIND_PAY, 500);
	assert_int_equal(ask(book, request("R1", SANDBOX_KIND_REFUND, 300, "P1"), NOW_US, &op), 0);
	assert_int_equal(op->state, SANDBOX_SUCCEEDED);
	assert_int_equal(ask(book, request("R2", SANDBOX_KIND_REFUND, 201, "P1"), NOW_US, &op),
		BOOK_E_AMOUNT);
	assert_int_equal(ask(book, request("R2", SANDBOX_KIND_REFUND, 200, "P1"), NOW_US, &op), 0);
	assert_int_equal(ask(book, request("R1", SANDBOX_KIND_REFUND, 300, "P1"), NOW_US, &op), 0);
	assert_int_equal(
		ask(book, request("R3", SANDBOX_KIND_REFUND, 1, "P1"), NOW_US, &op), BOOK_E_AMOUNT);
	assert_int_equal(ask(book, request("R4", SANDBOX_KIND_REFUND, 1, "P9"), NOW_US, &op),
		BOOK_E_NOT_FOUND);
	assert_int_equal(ask(book, request("R5", SANDBOX_KIND_REFUND, 1, NULL), NOW_US, &op),
		BOOK_E_NOT_FOUND);
}

static void test_captured_or_released_once(void **state)
{
	struct book *book = *state;
	struct operation *op;

	paid(book, "A1", SANDBOX_KIND_PREAUTH, 500);
	assert_int_equal(ask(book, request("C1", SANDBOX_KIND_CAPTURE, 501, "A1"), NOW_US, &op),
		BOOK_E_AMOUNT);
	assert_int_equal(ask(book, request("C1", SANDBOX_KIND_CAPTURE, 100, "A1"), NOW_US, &op), 0);
	assert_int_equal(ask(book, request("C2", SANDBOX_KIND_CAPTURE, 100, "A1"), NOW_US, &op),
		BOOK_E_STATE);
	assert_int_equal(ask(book, request("V1", SANDBOX_KIND_RELEASE, 500, "A1"), NOW_US, &op),
		BOOK_E_STATE);
	assert_int_equal(ask(book, request("R1", SANDBOX_KIND_REFUND, 100, "A1"), NOW_US, &op),
		BOOK_E_STATE);
	assert_int_equal(ask(book, request("A2", SANDBOX_KIND_PREAUTH, 500, NULL), NOW_US, &op), 0);
	assert_int_equal(ask(book, request("C3", SANDBOX_KIND_CAPTURE, 100, "A2"), NOW_US, &op),
		BOOK_E_STATE);
}

static void test_told_until_confirmed(void **state)
{
	struct book *book = *state;
	struct operation *op;
	int64_t now_us = NOW_US;
	int told = 0;

	assert_null(book_due(book, NOW_US));
	op = paid(book, "P1", SANDBOX_KIND_PAY, 500);
	assert_ptr_equal(book_due(book, now_us), op);
	assert_null(book_due(book, now_us)); /* under way */
	book_told(book, op, false, now_us);
	assert_null(book_due(book, now_us + 15 * US_PER_S - 1));
	assert_ptr_equal(book_due(book, now_us + 15 * US_PER_S), op);
	book_told(book, op, true, now_us);
	assert_null(book_due(book, now_us + US_PER_DAY));

	op = paid(book, "P2", SANDBOX_KIND_PAY, 500);
	for (; (op = book_due(book, now_us)) != NULL; now_us += 10 * US_PER_HOUR, told++)
		book_told(book, op, false, now_us);
	assert_int_equal(told, 11);
}

static void test_bad_manners(void **state)
{
	struct book *book = *state;
	struct operation *op;

	book->faults.lose_notify = 1;
	book->faults.duplicate_notify = 1;
	book->faults.refund_pending_ms = 1000;
	op = paid(book, "P1", SANDBOX_KIND_PAY, 500);
	assert_null(book_due(book, NOW_US)); /* lost */
	op = paid(book, "P2", SANDBOX_KIND_PAY, 500);
	for (int i = 0; i < 3; i++) {
		assert_ptr_equal(book_due(book, NOW_US), op);
		book_told(book, op, true, NOW_US);
	}
	assert_null(book_due(book, NOW_US));
	assert_int_equal(ask(book, request("R1", SANDBOX_KIND_REFUND, 300, "P1"), NOW_US, &op), 0);
	assert_int_equal(op->state, SANDBOX_WAITING);
	assert_int_equal(book_find(book, STR("R1"), NOW_US + US_PER_S)->state, SANDBOX_SUCCEEDED);
	assert_non_null(book_due(book, NOW_US + US_PER_S));
	book->faults.automatic = true;
	assert_int_equal(ask(book, request("P3", SANDBOX_KIND_PAY, 500, NULL), NOW_US, &op), 0);
	assert_int_equal(op->state, SANDBOX_SUCCEEDED);
}

/* Full, it forgets the oldest and goes on. */
static void test_bounded(void **state)
{
	struct book *book = *state;
	struct operation *op;
	char number[32];

	for (int i = 0; i < BOOK_MOST + 10; i++) {
		snprintf(number, sizeof(number), "N%d", i);
		assert_int_equal(
			ask(book, request(number, SANDBOX_KIND_PAY, 1, NULL), NOW_US, &op), 0);
	}
	assert_null(book_find(book, STR("N9"), NOW_US));
	assert_non_null(book_find(book, STR("N10"), NOW_US));
	assert_int_equal(book->by_number.count, BOOK_MOST);
}

static bool holds(const struct buf *buf, const char *text)
{
	return memmem(buf->ptr, buf->len, text, strlen(text)) != NULL;
}

static void test_cashier_page(void **state)
{
	struct book *book = *state;
	struct sandbox_request wish = request("P1", SANDBOX_KIND_PAY, 123456, NULL);
	struct operation *op;
	struct buf page;

	wish.has_subject = true;
	wish.subject = STR("<script>alert(1)</script>\"&");
	assert_int_equal(ask(book, wish, NOW_US, &op), 0);
	buf_init(&page, NULL, 65536);
	for (int language = CASHIER_ZH; language <= CASHIER_DE; language++) {
		buf_clear(&page);
		cashier_page(&page, op, (enum cashier_language)language);
		assert_false(page.failed);
		assert_true(holds(&page, "1234.56"));
		assert_true(holds(&page, "value=\"pay\""));
		assert_false(holds(&page, "<script"));
		assert_true(holds(&page, "&lt;script&gt;"));
	}
	book_pay(book, op, true, NOW_US);
	buf_clear(&page);
	cashier_page(&page, op, CASHIER_DE);
	assert_false(holds(&page, "<button"));
	assert_true(holds(&page, "Bezahlt"));
	buf_clear(&page);
	cashier_page(&page, NULL, CASHIER_EN);
	assert_true(holds(&page, "no such payment"));
	buf_fini(&page);
	assert_int_equal(cashier_language(STR("de"), STR("zh-CN")), CASHIER_DE);
	assert_int_equal(
		cashier_language(STR_NULL, STR("fr-FR, zh-CN;q=0.8, en;q=0.5")), CASHIER_ZH);
	assert_int_equal(cashier_language(STR_NULL, STR_NULL), CASHIER_EN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_operation_per_number, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cashier_closes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refunds_stay_within, setup, teardown),
		cmocka_unit_test_setup_teardown(test_captured_or_released_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_told_until_confirmed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_manners, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cashier_page, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
