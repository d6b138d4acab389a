/* test_payment.c - a payment takes only the listed edges and never leaves a final state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "domain/payment.h"

/* Row by row as drawn above the enum; columns created sent waiting unknown succeeded failed closed.
 */
static const char *const drawn[] = {
	"",
	".x...xx",
	"..xxxxx",
	"...xxxx",
	"..x.xxx",
	".......",
	".......",
	".......",
};

static void test_every_pair(void **state)
{
	(void)state;
	for (int from = PAYMENT_CREATED; from <= PAYMENT_CLOSED; from++)
		for (int to = PAYMENT_CREATED; to <= PAYMENT_CLOSED; to++)
			assert_int_equal(
				payment_can((enum payment_state)from, (enum payment_state)to),
				drawn[from][to - 1] == 'x');
}

static void test_outside_the_enum(void **state)
{
	struct payment payment = {.state = (enum payment_state)99};

	(void)state;
	assert_false(payment_can((enum payment_state)0, PAYMENT_SENT));
	assert_false(payment_can(PAYMENT_CREATED, (enum payment_state)8));
	assert_false(payment_can((enum payment_state) - 1, PAYMENT_SENT));
	assert_false(payment_is_final((enum payment_state)0));
	assert_int_equal(payment_move(&payment, PAYMENT_SENT, 1), PAYMENT_E_STATE);
	assert_string_equal(payment_state_name((enum payment_state)0), "");
	assert_string_equal(payment_state_name((enum payment_state)8), "");
	assert_string_equal(payment_kind_name((enum payment_kind)6), "");
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(payment_state_name(PAYMENT_UNKNOWN), "unknown");
	assert_string_equal(payment_kind_name(PAYMENT_PREAUTH), "preauth");
}

static void test_final_time_is_stamped_once(void **state)
{
	struct payment payment = {.state = PAYMENT_CREATED};

	(void)state;
	assert_int_equal(payment_move(&payment, PAYMENT_SENT, 5), 0);
	assert_int_equal(payment.done_us, 0);
	assert_int_equal(payment_move(&payment, PAYMENT_SUCCEEDED, 7), 0);
	assert_int_equal(payment.done_us, 7);
	assert_int_equal(payment_move(&payment, PAYMENT_FAILED, 9), PAYMENT_E_STATE);
	assert_int_equal(payment_move(&payment, PAYMENT_SUCCEEDED, 9), PAYMENT_E_STATE);
	assert_int_equal(payment.state, PAYMENT_SUCCEEDED);
	assert_int_equal(payment.done_us, 7);
}

/* Random walks: a final state is reached at most once and is never left. */
static void test_random_walks(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 5);
	for (int walk = 0; walk < 3000; walk++) {
		struct payment payment = {.state = PAYMENT_CREATED};
		int finals = 0;

		for (int step = 0; step < 40; step++) {
			enum payment_state to = (enum payment_state)rng_below(&rng, 10);
			struct payment before = payment;

			if (payment_move(&payment, to, step) != 0)
				assert_memory_equal(&before, &payment, sizeof(payment));
			else
				finals += payment_is_final(payment.state);
		}
		assert_true(finals <= 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_pair),
		cmocka_unit_test(test_outside_the_enum),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_final_time_is_stamped_once),
		cmocka_unit_test(test_random_walks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
