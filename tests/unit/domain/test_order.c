/* test_order.c - only listed edges exist, times are stamped once, names go both ways. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "domain/order.h"

static void walk_prepaid(void **state)
{
	static const enum order_state path[] = {ORDER_AUTHORISED, ORDER_STARTING, ORDER_CHARGING,
		ORDER_SUSPENDED, ORDER_CHARGING, ORDER_STOPPING, ORDER_ENDED, ORDER_SETTLED};
	struct order order = {.state = ORDER_CREATED};

	(void)state;
	for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++)
		assert_int_equal(order_move(&order, path[i], STR_NULL, (int64_t)i + 1), 0);
	assert_int_equal(order.authorised_us, 1);
	assert_int_equal(order.starting_us, 2);
	assert_int_equal(order.started_us, 3); /* not 5: the first time of charging counts */
	assert_int_equal(order.stopped_us, 6);
	assert_int_equal(order.ended_us, 7);
	assert_int_equal(order.settled_us, 8);
	assert_true(order_is_final(order.state));
}

static void refuse_changes_nothing(void **state)
{
	struct order order = {.state = ORDER_FAILED, .reason = STR("start_timeout"), .ended_us = 5};

	(void)state;
	assert_int_equal(order_move(&order, ORDER_CHARGING, STR("x"), 9), ORDER_E_STATE);
	assert_int_equal(order.state, ORDER_FAILED);
	assert_true(str_is(order.reason, "start_timeout"));
	assert_int_equal(order.started_us, 0);
	assert_int_equal(order.ended_us, 5);
}

/* The drawing in order.h, edge by edge, and not one more. */
static void edges_are_the_drawing(void **state)
{
	static const struct {
		enum order_state from, to;
	} edges[] = {{ORDER_CREATED, ORDER_AUTHORISED}, {ORDER_CREATED, ORDER_CANCELLED},
		{ORDER_AUTHORISED, ORDER_STARTING}, {ORDER_AUTHORISED, ORDER_CANCELLED},
		{ORDER_STARTING, ORDER_CHARGING}, {ORDER_STARTING, ORDER_FAILED},
		{ORDER_CHARGING, ORDER_SUSPENDED}, {ORDER_CHARGING, ORDER_STOPPING},
		{ORDER_CHARGING, ORDER_ENDED}, {ORDER_SUSPENDED, ORDER_CHARGING},
		{ORDER_SUSPENDED, ORDER_STOPPING}, {ORDER_SUSPENDED, ORDER_ENDED},
		{ORDER_STOPPING, ORDER_ENDED}, {ORDER_ENDED, ORDER_SETTLED},
		{ORDER_ENDED, ORDER_UNPAID}, {ORDER_UNPAID, ORDER_SETTLED},
		{ORDER_UNPAID, ORDER_WRITTEN_OFF}};
	int found = 0;

	(void)state;
	for (int from = ORDER_CREATED; from <= ORDER_WRITTEN_OFF; from++) {
		for (int to = ORDER_CREATED; to <= ORDER_WRITTEN_OFF; to++)
			found += order_can((enum order_state)from, (enum order_state)to);
	}
	assert_int_equal(found, sizeof(edges) / sizeof(edges[0]));
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		assert_true(order_can(edges[i].from, edges[i].to));
	assert_false(order_can((enum order_state)0, ORDER_CREATED));
	assert_false(order_can(ORDER_CREATED, (enum order_state)99));
}

static void names(void **state)
{
	enum order_state parsed = ORDER_CREATED;

	(void)state;
	for (int i = ORDER_CREATED; i <= ORDER_WRITTEN_OFF; i++) {
		assert_true(order_state_parse(
			str_from(order_state_name((enum order_state)i)), &parsed));
		assert_int_equal(parsed, i);
	}
	assert_false(order_state_parse(STR("Charging"), &parsed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walk_prepaid),
		cmocka_unit_test(refuse_changes_nothing),
		cmocka_unit_test(edges_are_the_drawing),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
