/* test_protect.c - the table of protections: limits with hysteresis, debounce, latching, and that
 * every row can be told apart by people and by the server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/field.h"
#include "pile/protect.h"
#include "wire/ocpp16/enums.h"

static int64_t ticks_us;

static void look_for(struct protect *protect, enum protect_kind kind, int64_t value, int64_t ms)
{
	struct protect_look look = protect_look_none();

	if (protect_row(kind)->side == 0)
		look.seen = value ? UINT32_C(1) << kind : 0;
	else
		look.values[kind] = value;
	for (int64_t t = 0; t < ms; t += 100) {
		ticks_us += 100 * US_PER_MS;
		protect_update(protect, &look, true, ticks_us);
	}
}

static bool on(const struct protect *protect, enum protect_kind kind)
{
	return protect->active & UINT32_C(1) << kind;
}

/* Every kind: raised no sooner than its debounce, cleared no sooner than its own, and a latched one
 * only without the plug. */
static void test_every_row(void **state)
{
	(void)state;
	for (int i = 0; i < PROTECT_KINDS; i++) {
		enum protect_kind kind = (enum protect_kind)i;
		const struct protect_row *row = protect_row(kind);
		struct protect protect = {.active = 0};
		int64_t bad = row->side ? row->raise_at : 1, good = row->side ? row->clear_at : 0;
		struct protect_look none = protect_look_none();

		ticks_us += US_PER_MIN;
		look_for(&protect, kind, good, 100);
		if (row->raise_us > 0) {
			look_for(&protect, kind, bad, row->raise_us / US_PER_MS);
			assert_false(on(&protect, kind));
		}
		look_for(&protect, kind, bad, 200);
		assert_true(on(&protect, kind));
		assert_int_equal(protect_first(&protect), kind);
		assert_int_equal(protect_ends(&protect), row->ends);
		if (row->side) /* between the limits: stays */
			look_for(&protect, kind, (bad + good) / 2, 20000);
		assert_true(on(&protect, kind));
		look_for(&protect, kind, good, row->clear_us / US_PER_MS + 200);
		assert_int_equal(on(&protect, kind), row->latched);
		ticks_us += US_PER_S;
		protect_update(&protect, &none, false, ticks_us);
		assert_int_equal(protect.active, 0);
	}
}

static void test_rows_are_told_apart(void **state)
{
	(void)state;
	for (int i = 0; i < PROTECT_KINDS; i++) {
		const struct protect_row *row = protect_row((enum protect_kind)i);
		assert_true(field_enum_value(&ocpp16_charge_point_error_code_names,
				    str_from(row->ocpp_error)) > 0);
		assert_true(strlen(row->info) > 0 && strlen(row->info) <= 50);
		assert_true(row->side <= 0 || row->raise_at > row->clear_at);
		assert_true(row->side >= 0 || row->raise_at < row->clear_at);
		for (int k = 0; k < i; k++) {
			const struct protect_row *other = protect_row((enum protect_kind)k);
			assert_string_not_equal(row->code, other->code);
			assert_string_not_equal(row->word, other->word);
		}
	}
}

static void test_changes_are_told_once(void **state)
{
	struct protect protect = {.active = 0};
	struct protect_look look = protect_look_none();

	(void)state;
	look.seen = 1u << PROTECT_EMERGENCY;
	assert_int_equal(protect_update(&protect, &look, true, 1), 1u << PROTECT_EMERGENCY);
	assert_int_equal(protect_update(&protect, &look, true, 2), 0);
	look.seen = 0;
	assert_int_equal(protect_update(&protect, &look, true, 3), 0);
	assert_int_equal(
		protect_update(&protect, &look, true, 2 * US_PER_S), 1u << PROTECT_EMERGENCY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_rows_are_told_apart),
		cmocka_unit_test(test_changes_are_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
