/* test_reservation.c - the states of a reservation: every row, and that nothing else moves. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "domain/reservation.h"

static void the_usual_ways(void **state)
{
	enum reservation_state at = RESERVATION_ASKED;

	(void)state;
	at = reservation_next(at, RESERVATION_ON_ACCEPTED);
	assert_int_equal(at, RESERVATION_HELD);
	assert_int_equal(reservation_next(at, RESERVATION_ON_START), RESERVATION_USED);
	assert_int_equal(reservation_next(at, RESERVATION_ON_TIME), RESERVATION_EXPIRED);
	at = reservation_next(at, RESERVATION_ON_CANCEL);
	assert_int_equal(at, RESERVATION_CANCELLING);
	assert_int_equal(reservation_next(at, RESERVATION_ON_GONE), RESERVATION_CANCELLED);
	/* the car was faster than the cancellation */
	assert_int_equal(reservation_next(at, RESERVATION_ON_START), RESERVATION_USED);
	assert_int_equal(
		reservation_next(RESERVATION_ASKED, RESERVATION_ON_REFUSED), RESERVATION_REFUSED);
}

static void what_is_over_stays_over(void **state)
{
	(void)state;
	for (int at = RESERVATION_USED; at <= RESERVATION_REFUSED; at++) {
		assert_false(reservation_is_open((enum reservation_state)at));
		for (int event = 0; event < RESERVATION_EVENTS; event++)
			assert_int_equal(reservation_next((enum reservation_state)at,
						 (enum reservation_event)event),
				at);
	}
	for (int at = RESERVATION_ASKED; at < RESERVATION_USED; at++)
		assert_true(reservation_is_open((enum reservation_state)at));
	/* a late acceptance does not take a cancellation back */
	assert_int_equal(reservation_next(RESERVATION_CANCELLING, RESERVATION_ON_ACCEPTED),
		RESERVATION_CANCELLING);
	assert_int_equal(
		reservation_next(RESERVATION_HELD, RESERVATION_ON_REFUSED), RESERVATION_HELD);
}

static void names_are_their_own(void **state)
{
	(void)state;
	for (int a = RESERVATION_ASKED; a <= RESERVATION_REFUSED; a++)
		for (int b = a + 1; b <= RESERVATION_REFUSED; b++)
			assert_string_not_equal(reservation_state_name((enum reservation_state)a),
				reservation_state_name((enum reservation_state)b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_ways),
		cmocka_unit_test(what_is_over_stays_over),
		cmocka_unit_test(names_are_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
