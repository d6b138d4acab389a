/* test_order.c - only listed edges exist, times are stamped once, names go both ways; idle periods
 * add up, and what they cost is what one period of their length costs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "base/arena.h"
#include "base/rng.h"
#include "domain/order.h"
#include "domain/tariff.h"

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

static int64_t fee_of(const struct tariff *tariff, int64_t idle_us, struct arena *arena)
{
	struct bill bill;

	arena_reset(arena);
	assert_int_equal(tariff_bill(tariff, NULL, 0, idle_us / 1000000, arena, &bill), 0);
	return bill.idle_minor;
}

/* One random life: charging and idling by turns. Idle time and fee are looked at after every step
 * and compared with a plain sum. */
static void live(struct rng *rng, const struct tariff *tariff, struct arena *arena)
{
	struct order order = {.state = ORDER_CHARGING};
	int64_t now = 1000000000, sum = 0, paid = 0;
	bool idle = false;

	for (int i = 0; i < 40; i++) {
		int64_t passed = (int64_t)rng_below(rng, 1200) * 1000000;

		now += passed;
		sum += idle ? passed : 0;
		assert_int_equal(order_idle_us(&order, now), sum);
		assert_true(fee_of(tariff, order_idle_us(&order, now), arena) >= paid);
		paid = fee_of(tariff, sum, arena);
		if (idle)
			order_idle_pause(&order, now);
		else
			order.idle_from_us = now;
		idle = !idle;
		assert_int_equal(order_idle_us(&order, now), sum);
	}
	order.idle_until_us = now;
	assert_int_equal(order_idle_us(&order, now + 3600000000), sum);
	if (tariff->idle_cap_minor > 0)
		assert_true(paid <= tariff->idle_cap_minor);
	if (sum / 1000000 <= tariff->idle_grace_s)
		assert_int_equal(paid, 0);
}

static void idle_periods_add_up(void **state)
{
	struct tariff tariff = {.currency = STR("CNY")};
	struct arena arena;
	struct rng rng;

	(void)state;
	arena_init(&arena, 1024 * 1024);
	rng_init_seeded(&rng, 20260302);
	for (int i = 0; i < 300; i++) {
		tariff.idle_e5 = 1 + (int64_t)rng_below(&rng, 200000);
		tariff.idle_grace_s = (int64_t)rng_below(&rng, 3600);
		tariff.idle_cap_minor = (int64_t)rng_below(&rng, 3) * 1000;
		live(&rng, &tariff, &arena);
	}
	arena_fini(&arena);
}

/* Clocks of piles: an end before the beginning takes nothing back. */
static void idle_never_shrinks(void **state)
{
	struct order order = {.idle_from_us = 5000000, .idle_past_us = 7000000};

	(void)state;
	order_idle_pause(&order, 4000000);
	assert_int_equal(order.idle_past_us, 7000000);
	order_idle_pause(&order, 9000000);
	assert_int_equal(order_idle_us(&order, 99000000), 7000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walk_prepaid),
		cmocka_unit_test(refuse_changes_nothing),
		cmocka_unit_test(edges_are_the_drawing),
		cmocka_unit_test(names),
		cmocka_unit_test(idle_periods_add_up),
		cmocka_unit_test(idle_never_shrinks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
