/* test_reserve.c - reservations: every answer, who may charge, expiry, restarts, and the start that
 * uses one up. */
#include "rig_talk.h"
#include "pile/tags.h"
#include "wire/ocpp16/enums.h"

static const char *reserve(struct rig *rig, int id, int connector, const char *tag,
	const char *more, const char *until)
{
	static char frame[4096];
	char text[512];

	rig_forget_frames(rig);
	snprintf(text, sizeof(text),
		"[2,\"q\",\"ReserveNow\",{\"connectorId\":%d,\"expiryDate\":\"%s\",\"idTag\":\"%"
		"s\","
		"\"reservationId\":%d%s}]",
		connector, until, tag, id, more);
	rig_say(rig, text);
	assert_true(rig_take(rig, frame));
	return rig_part(frame, "2.status");
}

static const char *reserve_soon(struct rig *rig, int id, int connector, const char *tag)
{
	return reserve(rig, id, connector, tag, "", "2027-01-15T08:10:00Z");
}

static const char *cancel(struct rig *rig, int id)
{
	static char frame[4096];
	char text[128];

	rig_forget_frames(rig);
	snprintf(text, sizeof(text), "[2,\"q\",\"CancelReservation\",{\"reservationId\":%d}]", id);
	rig_say(rig, text);
	assert_true(rig_take(rig, frame));
	return rig_part(frame, "2.status");
}

static void expect_status(struct rig *rig, const char *connector, const char *status)
{
	char frame[4096];

	rig_expect(rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.connectorId"), connector);
	assert_string_equal(rig_part(frame, "3.status"), status);
	rig_answer(rig, frame, "{}");
}

static void test_kept_used_and_told(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(reserve_soon(&rig, 7, 1, "MINE"), "Accepted");
	expect_status(&rig, "1", "Reserved");
	rig_plug(&rig, 1, 30);
	assert_string_equal(rig_status(&rig, 1), "Reserved");
	rig_tap(&rig, 1, "OTHER");
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_RESERVED);
	assert_int_equal(rig.frames_len, 0);
	rig_say(&rig,
		"[2,\"r\",\"RemoteStartTransaction\",{\"idTag\":\"OTHER\",\"connectorId\":1}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig_tap(&rig, 1, "mine");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, accepted);
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "StartTransaction", frame);
	assert_string_equal(rig_part(frame, "3.reservationId"), "7");
	assert_int_equal(rig.pile.reserve.len, 0);
	rig_answer(&rig, frame, started);
	assert_string_equal(cancel(&rig, 7), "Rejected"); /* used up */
	rig_end(&rig);
}

static void test_every_answer(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(reserve_soon(&rig, 1, 9, "A"), "Rejected"); /* no such outlet */
	assert_string_equal(reserve_soon(&rig, 1, 300, "A"), "Rejected");
	assert_string_equal(reserve_soon(&rig, -4, 1, "A"), "Rejected");
	assert_string_equal(reserve_soon(&rig, 1, 1, ""), "Rejected");
	assert_string_equal(reserve(&rig, 1, 1, "A", "", "2027-01-15T07:00:00Z"), "Rejected");
	assert_string_equal(reserve_soon(&rig, 1, 1, "A"), "Accepted");
	assert_string_equal(reserve_soon(&rig, 2, 1, "B"), "Occupied");
	assert_string_equal(reserve_soon(&rig, 1, 2, "A"), "Accepted"); /* the same one moves */
	assert_int_equal(rig.pile.reserve.len, 1);
	assert_string_equal(reserve_soon(&rig, 2, 1, "B"), "Accepted");
	assert_string_equal(cancel(&rig, 2), "Accepted");
	assert_string_equal(cancel(&rig, 2), "Rejected");
	rig_plug(&rig, 1, 10);
	assert_string_equal(reserve_soon(&rig, 3, 1, "C"), "Occupied");
	sim_unplug(&rig.sims[0]);
	rig_run(&rig, 500);
	assert_int_equal(pile_operate(&rig.pile, 1, false), PILE_NOW);
	assert_string_equal(reserve_soon(&rig, 3, 1, "C"), "Unavailable");
	assert_int_equal(pile_operate(&rig.pile, 1, true), PILE_NOW);
	assert_true(pile_emergency(&rig.pile, 1, true));
	rig_run(&rig, 300);
	assert_string_equal(reserve_soon(&rig, 3, 1, "C"), "Faulted");
	rig_end(&rig);
}

static void test_it_ends_by_itself(void **state)
{
	struct rig rig;
	struct reserve_end end;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(reserve(&rig, 1, 1, "A", "", "2027-01-15T08:01:00Z"), "Accepted");
	expect_status(&rig, "1", "Reserved");
	assert_false(reserve_ended(&rig.pile, &end));
	rig_run(&rig, 61000);
	expect_status(&rig, "1", "Available");
	assert_int_equal(rig.pile.reserve.len, 0);
	assert_true(reserve_ended(&rig.pile, &end));
	assert_int_equal(end.id, 1);
	assert_true(end.expired);
	assert_string_equal(reserve_soon(&rig, 2, 1, "A"), "Accepted");
	expect_status(&rig, "1", "Reserved");
	assert_true(pile_emergency(&rig.pile, 1, true));
	rig_run(&rig, 300);
	assert_int_equal(rig.pile.reserve.len, 0);
	assert_true(reserve_ended(&rig.pile, &end));
	assert_int_equal(end.id, 2);
	assert_false(end.expired);
	assert_false(reserve_ended(&rig.pile, &end));
	rig_end(&rig);
}

static void test_survives_restart_and_ends_in_the_dark(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(reserve_soon(&rig, 5, 2, "MINE"), "Accepted");
	assert_string_equal(
		reserve(&rig, 6, 1, "X", ",\"parentIdTag\":\"G\"", "2027-01-15T08:01:00Z"),
		"Accepted");
	rig_kill(&rig);
	rig_open(&rig);
	rig_run(&rig, 300);
	assert_int_equal(rig.pile.reserve.len, 2);
	assert_string_equal(rig_status(&rig, 2), "Reserved");
	assert_string_equal(rig_status(&rig, 1), "Reserved");
	rig_kill(&rig);
	rig.clock.at_us += 120 * US_PER_S;
	rig_open(&rig);
	rig_run(&rig, 300);
	assert_int_equal(rig.pile.reserve.len, 1);
	assert_string_equal(rig_status(&rig, 1), "Available");
	rig_end(&rig);
}

/* Kept for a group: an unknown card's group is asked of the server, offline nobody else gets in. */
static void test_group(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(
		reserve(&rig, 8, 1, "X", ",\"parentIdTag\":\"FLEET\"", "2027-01-15T09:00:00Z"),
		"Accepted");
	expect_status(&rig, "1", "Reserved");
	rig_plug(&rig, 1, 30);
	rig_tap(&rig, 1, "STRANGER");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(
		&rig, frame, "{\"idTagInfo\":{\"status\":\"Accepted\",\"parentIdTag\":\"ELSE\"}}");
	rig_run(&rig, 500);
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_RESERVED);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	rig_tap(&rig, 1, "MATE");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(
		&rig, frame, "{\"idTagInfo\":{\"status\":\"Accepted\",\"parentIdTag\":\"fleet\"}}");
	rig_run(&rig, 2000);
	assert_non_null(spool_tx_running(&rig.pile.spool, 1));
	rig_end(&rig);
}

static void test_any_outlet(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(reserve_soon(&rig, 1, 0, "MINE"), "Accepted");
	rig_run(&rig, 500);
	assert_int_equal(rig.frames_len, 0); /* no single outlet is Reserved */
	assert_int_equal(reserve_right(&rig.pile, &rig.pile.outlets[0], "OTHER", ""), RESERVE_FREE);
	/* one outlet taken: the last one is promised */
	rig_say(&rig,
		"[2,\"r\",\"RemoteStartTransaction\",{\"idTag\":\"OTHER\",\"connectorId\":1}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	assert_int_equal(
		reserve_right(&rig.pile, &rig.pile.outlets[1], "THIRD", ""), RESERVE_OTHERS);
	assert_int_equal(reserve_right(&rig.pile, &rig.pile.outlets[1], "mine", ""), RESERVE_OWN);
	assert_string_equal(reserve_soon(&rig, 2, 0, "THIRD"), "Occupied");
	rig_say(&rig, "[2,\"s\",\"RemoteStartTransaction\",{\"idTag\":\"MINE\"}]");
	while (rig_take(&rig, frame) && frame[1] != '3')
		;
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_plug(&rig, 2, 40);
	rig_run(&rig, 2000);
	assert_non_null(spool_tx_running(&rig.pile.spool, 2));
	assert_int_equal(rig.pile.reserve.len, 0);
	rig_end(&rig);
}

static void test_too_many(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(reserve_soon(&rig, 1, 0, "A"), "Accepted");
	assert_string_equal(reserve_soon(&rig, 2, 0, "B"), "Accepted");
	assert_string_equal(
		reserve_soon(&rig, 3, 0, "C"), "Occupied"); /* two outlets, two promises */
	assert_string_equal(reserve_soon(&rig, 4, 1, "D"), "Accepted");
	assert_int_equal(reserve_right(&rig.pile, &rig.pile.outlets[1], "E", ""), RESERVE_OTHERS);
	rig_end(&rig);
}

/* Power goes at every step of the start that uses a reservation: it never counts twice. */
static void test_used_once_through_power_cuts(void **state)
{
	(void)state;
	for (int64_t budget = 0; budget < 400; budget += 7) {
		struct rig rig;
		bool running;

		rig_start(&rig);
		rig_online(&rig);
		assert_string_equal(reserve_soon(&rig, 9, 1, "MINE"), "Accepted");
		rig_forget_frames(&rig);
		assert_false(pile_remote_start(&rig.pile, 1, "OTHER"));
		assert_true(pile_remote_start(&rig.pile, 1, "MINE"));
		rig.disk.budget = budget;
		sim_plug(&rig.sims[0], 600000, 20);
		rig_run(&rig, 2000);
		rig_kill(&rig);
		disk_sim_revive(&rig.disk);
		rig_open(&rig);
		running = spool_entry_of(&rig.pile.spool, 1, SPOOL_START) != NULL;
		assert_int_equal(rig.pile.reserve.len, running ? 0 : 1);
		rig_end(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_used_and_told),
		cmocka_unit_test(test_every_answer),
		cmocka_unit_test(test_it_ends_by_itself),
		cmocka_unit_test(test_survives_restart_and_ends_in_the_dark),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_any_outlet),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_used_once_through_power_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
