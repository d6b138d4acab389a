/* test_events.c - the security log: kept through power cuts, told once, bounded, washed away by
 * nobody. */
#include "rig_talk.h"
#include "shelf_sim.h"

static void open_with_events(struct rig *rig)
{
	rig_start(rig);
	rig_kill(rig);
	rig->events = true;
	rig_open(rig);
}

static void test_told_in_order_and_once(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	open_with_events(&rig);
	events_add(&rig.pile, "StartupOfTheDevice", "firmware %s", "1");
	events_add(&rig.pile, "TamperDetectionActivated", "door | open\nhere");
	rig_online(&rig);
	rig_expect(&rig, "SecurityEventNotification", frame);
	assert_string_equal(rig_part(frame, "3.type"), "StartupOfTheDevice");
	assert_string_equal(rig_part(frame, "3.techInfo"), "firmware 1");
	assert_string_equal(rig_part(frame, "3.timestamp"), "2027-01-15T08:00:00Z");
	/* power goes before the answer: told again, the rest behind it */
	rig_kill(&rig);
	rig_open(&rig);
	rig_online(&rig);
	rig_expect(&rig, "SecurityEventNotification", frame);
	assert_string_equal(rig_part(frame, "3.type"), "StartupOfTheDevice");
	rig_answer(&rig, frame, "{}");
	rig_expect(&rig, "SecurityEventNotification", frame);
	assert_string_equal(rig_part(frame, "3.type"), "TamperDetectionActivated");
	assert_string_equal(rig_part(frame, "3.techInfo"), "door ? open?here");
	rig_answer(&rig, frame, "{}");
	rig_run(&rig, 2000);
	assert_int_equal(rig.frames_len, 0);
	rig_kill(&rig);
	rig_open(&rig);
	rig_online(&rig);
	rig_run(&rig, 2000);
	assert_int_equal(rig.frames_len, 0);
	assert_int_equal(rig.pile.events.len, 2);
	assert_int_equal(rig.pile.events.next, 3);
	rig_end(&rig);
}

static void test_server_that_does_not_know_them(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	open_with_events(&rig);
	events_add(&rig.pile, "StartupOfTheDevice", "x");
	rig_online(&rig);
	rig_expect(&rig, "SecurityEventNotification", frame);
	rig_refuse(&rig, frame, "InternalError"); /* could not: again after a minute */
	rig_run(&rig, 50000);
	assert_int_equal(rig.frames_len, 0);
	rig_run(&rig, 15000);
	rig_expect(&rig, "SecurityEventNotification", frame);
	rig_refuse(&rig, frame, "NotImplemented"); /* never will */
	rig_run(&rig, 120000);
	assert_int_equal(rig.frames_len, 0);
	assert_null(events_head(&rig.pile));
	rig_end(&rig);
}

static void test_bounded_and_not_washed_away(void **state)
{
	struct rig rig;
	char type[32];

	(void)state;
	open_with_events(&rig);
	for (int i = 0; i < 50; i++)
		rig_say(&rig, "nonsense"); /* before the connection: not even heard */
	assert_int_equal(rig.pile.events.len, 0);
	rig_online(&rig);
	for (int i = 0; i < 500; i++)
		rig_say(&rig, "nonsense");
	assert_int_equal(rig.pile.events.len, 1);
	assert_string_equal(rig.pile.events.list[0].type, "InvalidMessages");
	for (int i = 0; i < EVENTS_MAX + 30; i++) {
		snprintf(type, sizeof(type), "Type%d", i);
		events_add(&rig.pile, type, "%d", i);
	}
	assert_int_equal(rig.pile.events.len, EVENTS_MAX);
	assert_string_equal(rig.pile.events.list[EVENTS_MAX - 1].info, "229");
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.events.len, EVENTS_MAX);
	assert_int_equal(rig.pile.events.next, EVENTS_MAX + 32);
	rig_end(&rig);
}

static void test_log_as_text(void **state)
{
	struct rig rig;
	struct buf text;

	(void)state;
	open_with_events(&rig);
	events_add(&rig.pile, "A", "one");
	rig_run(&rig, 60000);
	events_add(&rig.pile, "B", "two");
	buf_init(&text, NULL, 4096);
	events_write(&rig.pile, 0, 0, &text);
	assert_true(str_is(buf_str(&text), "2027-01-15T08:00:00.000Z 1 A one\n"
					   "2027-01-15T08:01:00.000Z 2 B two\n"));
	buf_clear(&text);
	events_write(&rig.pile, rig.pile.now_us - US_PER_S, 0, &text);
	assert_true(str_starts(buf_str(&text), STR("2027-01-15T08:01:00.000Z 2 B")));
	buf_clear(&text);
	events_write(&rig.pile, 0, rig.pile.now_us - US_PER_S, &text);
	assert_true(str_is(buf_str(&text), "2027-01-15T08:00:00.000Z 1 A one\n"));
	buf_fini(&text);
	rig_end(&rig);
}

/* Power goes at every step of writing an event: the log before it, or with it. */
static void test_power_goes_at_every_step(void **state)
{
	(void)state;
	for (int64_t budget = 0; budget < 120; budget++) {
		struct rig rig;
		struct shelf_sim sim;
		struct shelf before, shelf = shelf_sim_port(&sim);

		rig_start(&rig);
		rig_kill(&rig);
		before = rig.shelf;
		rig.shelf = shelf;
		rig.events = true;
		rig_open(&rig);
		events_add(&rig.pile, "A", "one");
		shelf_sim_arm(&sim, budget);
		events_add(&rig.pile, "B", "two");
		rig_kill(&rig);
		shelf_sim_revive(&sim);
		rig_open(&rig);
		assert_true(rig.pile.events.len == 1 || rig.pile.events.len == 2);
		assert_string_equal(rig.pile.events.list[0].info, "one");
		if (rig.pile.events.len == 2)
			assert_string_equal(rig.pile.events.list[1].info, "two");
		rig.shelf = before;
		rig_end(&rig);
		shelf_sim_end(&sim);
	}
}

static void test_what_makes_events(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	open_with_events(&rig);
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T09:00:01Z\",\"interval\":"
		"9}");
	assert_int_equal(rig.pile.events.len, 1);
	assert_string_equal(rig.pile.events.list[0].type, "SettingSystemTime");
	rig.refuse = true;
	rig_close(&rig, 0, STR("x"));
	rig_run(&rig, 20000);
	client_closed(&rig.pile, 401, STR("refused"));
	assert_string_equal(rig.pile.events.list[1].type, "FailedToAuthenticateAtCentralSystem");
	client_closed(&rig.pile, 0, STR("certificate_foreign"));
	assert_string_equal(rig.pile.events.list[2].type, "InvalidCentralSystemCertificate");
	client_closed(&rig.pile, 0, STR("tls_version"));
	assert_string_equal(rig.pile.events.list[3].type, "InvalidTLSVersion");
	rig.sims[0].faults |= sim_fault_bit("door", 4);
	rig_run(&rig, 1500);
	assert_string_equal(rig.pile.events.list[4].type, "TamperDetectionActivated");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told_in_order_and_once),
		cmocka_unit_test(test_server_that_does_not_know_them),
		cmocka_unit_test(test_bounded_and_not_washed_away),
		cmocka_unit_test(test_log_as_text),
		cmocka_unit_test(test_power_goes_at_every_step),
		cmocka_unit_test(test_what_makes_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
