/* test_exported.c - what of a second register is recorded, and what of that money goes out for:
 * rights, caps, registers that go back, and random histories against a model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "domain/exported.h"

#define S INT64_C(1000000)
#define NOW (100000 * S)

static const struct exported_right always = {1, 0};

/* A reading at `at_s` seconds before the end of the world; true when something changed. */
static bool take(struct exported *row, const struct exported_right *rights, size_t len,
	int64_t at_s, int64_t dwh, struct exported_growth *ret)
{
	const struct exported_world world = {NOW, 11000, rights, len};
	const struct reading reading = {.at_us = at_s * S, .has_export = true, .export_dwh = dwh};

	return exported_take(row, &world, &reading, ret);
}

static void test_recorded(void **state)
{
	const struct exported_world world = {NOW, 0, NULL, 0};
	const struct reading none = {.at_us = S};
	struct exported row = {.session_id = 1};
	struct exported_growth growth;

	(void)state;
	assert_false(exported_take(&row, &world, &none, &growth));
	assert_true(take(&row, NULL, 0, 1, 25000, &growth));
	assert_int_equal(row.energy_dwh, 0);
	assert_true(take(&row, NULL, 0, 2, 25900, &growth)); /* 90 Wh: a step of the register */
	assert_int_equal(row.energy_dwh, 900);
	assert_true(take(&row, NULL, 0, 3, 99000, &growth)); /* 7 kWh in a second: only noted */
	assert_int_equal(row.flags, EXPORTED_FORBIDDEN | EXPORTED_JUMP);
	assert_false(take(&row, NULL, 0, 3, 99000, &growth));
	assert_int_equal(row.energy_dwh, 900);
	assert_true(take(&row, NULL, 0, 3603, 99000, &growth)); /* ... in an hour */
	assert_int_equal(row.energy_dwh, 74000);
	assert_true(take(&row, NULL, 0, 3604, 10, &growth)); /* it counts on from there */
	assert_true(take(&row, NULL, 0, 3605, 20, &growth));
	assert_int_equal(row.energy_dwh, 74010);
	assert_false(take(&row, NULL, 0, 3604, 30, &growth));  /* late */
	assert_true(take(&row, NULL, 0, 200000, 30, &growth)); /* of the future: noted */
	assert_true(row.flags & EXPORTED_CLOCK);
	assert_int_equal(row.last_us, 3605 * S);
	assert_int_equal(row.payable_dwh, 0);
}

static void test_only_while_allowed(void **state)
{
	const struct exported_right rights[] = {{100 * S, 200 * S}, {300 * S, 0}};
	struct exported row = {.session_id = 1};
	struct exported_growth growth;

	(void)state;
	take(&row, rights, 2, 10, 0, &growth);
	take(&row, rights, 2, 90, 100, &growth); /* before */
	assert_int_equal(growth.energy_dwh, 0);
	assert_int_equal(row.flags, EXPORTED_FORBIDDEN);
	take(&row, rights, 2, 150, 200, &growth); /* an interval that the right began in */
	assert_int_equal(growth.energy_dwh, 100);
	assert_int_equal(growth.from_us, 100 * S);
	assert_int_equal(growth.to_us, 150 * S);
	take(&row, rights, 2, 250, 300, &growth); /* ... and ended in */
	assert_int_equal(growth.energy_dwh, 100);
	assert_int_equal(growth.to_us, 200 * S);
	take(&row, rights, 2, 290, 400, &growth); /* between */
	assert_int_equal(growth.energy_dwh, 0);
	take(&row, rights, 2, 400, 500, &growth);
	assert_int_equal(growth.energy_dwh, 100);
	assert_int_equal(row.energy_dwh, 500);
	assert_int_equal(row.payable_dwh, 300);
	assert_int_equal(row.allowed_us, 200 * S);
}

/* What grew once is paid for once, and a register that goes back and up again brings nothing. */
static void test_register_back_and_up(void **state)
{
	struct exported row = {.session_id = 1};
	struct exported_growth growth;

	(void)state;
	take(&row, &always, 1, 10, 5000, &growth);
	for (int64_t i = 0; i < 20; i++) {
		take(&row, &always, 1, 3600 + 1000 * i, 6000, &growth);
		take(&row, &always, 1, 3601 + 1000 * i, 5000, &growth);
	}
	assert_int_equal(row.energy_dwh, 20000);
	assert_int_equal(row.payable_dwh, 1000);
	assert_true(row.flags & EXPORTED_BACKWARDS);
	take(&row, &always, 1, 90000, 6500, &growth);
	assert_int_equal(growth.energy_dwh, 500);
}

/* Many small steps, each of them believable, are no more than the outlet can. */
static void test_capped(void **state)
{
	struct exported row = {.session_id = 1};
	struct exported_growth growth;

	(void)state;
	for (int64_t i = 0; i <= 3600; i++)
		take(&row, &always, 1, 10 + i, i * 1000, &growth);
	assert_true(row.flags & EXPORTED_CAPPED);
	assert_int_equal(row.energy_dwh, 3600 * 1000);
	assert_int_equal(row.payable_dwh, 110000 * 11 / 10 + 1000); /* 11 kW for an hour */
}

static void test_flag_names(void **state)
{
	int64_t flag, all = 0;
	size_t i;

	(void)state;
	for (i = 0; exported_flag_name(i, &flag) != NULL; i++)
		all |= flag;
	assert_int_equal(i, 5);
	assert_int_equal(all, 31);
}

/* Whatever a meter says: growths sum to what is payable, which is never more than recorded, than
 * the highest register brought, nor than could flow while it was allowed; readings told again
 * change nothing. */
static void test_random_meters(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 7);
	for (int round = 0; round < 2000; round++) {
		struct exported_right rights[3];
		struct exported row = {.session_id = 1};
		struct exported_growth growth;
		int64_t at = 1, dwh = (int64_t)rng_below(&rng, 100000), top = dwh, first = dwh,
			sum = 0;

		for (size_t i = 0; i < 3; i++) {
			rights[i].from_us = (int64_t)(i * 30000 + rng_below(&rng, 20000)) * S;
			rights[i].until_us =
				rights[i].from_us + (int64_t)rng_below(&rng, 10000) * S;
		}
		take(&row, rights, 3, at, dwh, &growth);
		for (int i = 0; i < 60 && at < 99000; i++) {
			at += (int64_t)rng_below(&rng, 3000);
			dwh += rng_below(&rng, 10) == 0 ? -(int64_t)rng_below(&rng, 5000)
							: (int64_t)rng_below(&rng, 9000);
			dwh = dwh < 0 ? 0 : dwh;
			take(&row, rights, 3, at, dwh, &growth);
			top = row.last_dwh > top ? row.last_dwh : top;
			sum += growth.energy_dwh;
			assert_true(growth.energy_dwh >= 0);
			assert_true(growth.from_us <= growth.to_us && growth.to_us <= at * S);
			assert_int_equal(sum, row.payable_dwh);
			take(&row, rights, 3, at, dwh, &growth);
			assert_int_equal(growth.energy_dwh, 0);
		}
		assert_true(row.payable_dwh <= row.energy_dwh);
		assert_true(row.payable_dwh <= top - first);
		assert_true(row.payable_dwh <=
			    row.allowed_us / S * 110000 / 3600 * 11 / 10 + 1000 + 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_only_while_allowed),
		cmocka_unit_test(test_register_back_and_up),
		cmocka_unit_test(test_capped),
		cmocka_unit_test(test_flag_names),
		cmocka_unit_test(test_random_meters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
