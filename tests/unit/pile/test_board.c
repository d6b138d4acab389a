/* test_board.c - messages on the display of a whole pile in OCPP 2.x: put, refused, read in parts,
 * taken away, shown by priority, state, time and charge, and kept over restarts. */
#include "pile/board.h"
#include "rig_talk2.h"

static char status[64];

/* SetDisplayMessage with these members beside id and text. */
static const char *put(struct rig *rig, int id, const char *priority, const char *more)
{
	char text[1024], frame[4096];

	snprintf(text, sizeof(text),
		"{\"message\":{\"id\":%d,\"priority\":\"%s\",\"message\":{\"format\":\"UTF8\","
		"\"content\":\"Text %d\"}%s}}",
		id, priority, id, more);
	ask(rig, "SetDisplayMessage", text, frame);
	snprintf(status, sizeof(status), "%s", rig_part(frame, "2.status"));
	return status;
}

/* ... with this message text as JSON. */
static const char *put_text(struct rig *rig, const char *message)
{
	char text[1900], frame[4096];

	snprintf(text, sizeof(text),
		"{\"message\":{\"id\":90,\"priority\":\"NormalCycle\",\"message\":%s}}", message);
	ask(rig, "SetDisplayMessage", text, frame);
	snprintf(status, sizeof(status), "%s", rig_part(frame, "2.status"));
	return status;
}

/* The ids of what is shown, "2 1". */
static const char *shown(struct rig *rig)
{
	static char text[128];
	const struct board_message *list[BOARD_MAX];
	size_t len = board_shown(&rig->pile, list), at = 0;

	text[0] = 0;
	for (size_t i = 0; i < len; i++)
		at += (size_t)snprintf(
			text + at, sizeof(text) - at, "%s%d", i ? " " : "", (int)list[i]->id);
	return text;
}

static void test_read_in_parts_and_taken_away(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "GetDisplayMessages", "{\"requestId\":1}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Unknown");
	for (int id = 1; id <= 5; id++)
		assert_string_equal(put(&rig, id, id == 5 ? "InFront" : "NormalCycle",
					    id == 2 ? ",\"state\":\"Idle\"" : ""),
			"Accepted");
	ask(&rig, "GetDisplayMessages", "{\"requestId\":7}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_expect(&rig, "NotifyDisplayMessages", frame);
	assert_string_equal(rig_part(frame, "3.requestId"), "7");
	assert_string_equal(rig_part(frame, "3.tbc"), "true");
	assert_string_equal(rig_part(frame, "3.messageInfo.3.message.content"), "Text 4");
	assert_string_equal(rig_part(frame, "3.messageInfo.4"), "");
	rig_answer(&rig, frame, "{}");
	rig_expect(&rig, "NotifyDisplayMessages", frame);
	assert_string_equal(rig_part(frame, "3.tbc"), "false");
	assert_string_equal(rig_part(frame, "3.messageInfo.0.priority"), "InFront");
	rig_answer(&rig, frame, "{}");
	/* by id, priority and state; all given ones must fit */
	ask(&rig, "GetDisplayMessages", "{\"requestId\":8,\"id\":[2,3],\"state\":\"Idle\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_expect(&rig, "NotifyDisplayMessages", frame);
	assert_string_equal(rig_part(frame, "3.messageInfo.0.id"), "2");
	assert_string_equal(rig_part(frame, "3.messageInfo.1"), "");
	rig_answer(&rig, frame, "{}");
	ask(&rig, "GetDisplayMessages", "{\"requestId\":9,\"priority\":\"AlwaysFront\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Unknown");
	/* what is taken away between question and report leaves an empty part, not a wrong one */
	ask(&rig, "GetDisplayMessages", "{\"requestId\":10,\"id\":[5]}", frame);
	ask(&rig, "ClearDisplayMessage", "{\"id\":5}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_expect(&rig, "NotifyDisplayMessages", frame);
	assert_string_equal(rig_part(frame, "3.messageInfo"), "");
	rig_answer(&rig, frame, "{}");
	ask(&rig, "ClearDisplayMessage", "{\"id\":5}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Unknown");
	rig_end(&rig);
}

static void test_refused(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	assert_string_equal(put_text(&rig, "{\"format\":\"HTML\",\"content\":\"<b>x</b>\"}"),
		"NotSupportedMessageFormat");
	assert_string_equal(put_text(&rig, "{\"format\":\"URI\",\"content\":\"http://x.example\"}"),
		"NotSupportedMessageFormat");
	assert_string_equal(
		put_text(&rig, "{\"format\":\"UTF8\",\"content\":\" \\n \"}"), "Rejected");
	assert_string_equal(
		put_text(&rig, "{\"format\":\"UTF8\",\"content\":\"a\\u0007b\"}"), "Rejected");
	assert_string_equal(
		put_text(&rig, "{\"format\":\"ASCII\",\"content\":\"Gr\\u00fc\\u00dfe\"}"),
		"Rejected");
	assert_string_equal(
		put(&rig, 1, "NormalCycle", ",\"endDateTime\":\"2027-01-15T07:00:00Z\""),
		"Rejected");
	assert_string_equal(put(&rig, 1, "NormalCycle",
				    ",\"startDateTime\":\"2027-01-16T08:00:00Z\","
				    "\"endDateTime\":\"2027-01-16T08:00:00Z\""),
		"Rejected");
	assert_string_equal(put(&rig, 1, "NormalCycle", ",\"transactionId\":\"nobody's\""),
		"UnknownTransaction");
	assert_string_equal(
		put(&rig, 1, "NormalCycle", ",\"display\":{\"name\":\"Billboard\"}"), "Rejected");
	assert_string_equal(put(&rig, 1, "NormalCycle",
				    ",\"display\":{\"name\":\"Display\",\"evse\":{\"id\":9}}"),
		"Rejected");
	assert_int_equal(board_count(&rig.pile), 0);
	/* 2.0.1 has no word against a language: the text is shown as it is */
	assert_string_equal(
		put_text(&rig, "{\"format\":\"UTF8\",\"language\":\"fr\",\"content\":\"Bonjour\"}"),
		"Accepted");
	for (int id = 1; id < BOARD_MAX; id++)
		assert_string_equal(put(&rig, id, "NormalCycle", ""), "Accepted");
	assert_string_equal(put(&rig, 50, "NormalCycle", ""), "Rejected");
	assert_string_equal(put(&rig, 3, "InFront", ""), "Accepted"); /* takes its own place */
	assert_int_equal(board_count(&rig.pile), BOARD_MAX);
	rig_end(&rig);
}

static void test_words_of_21(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	assert_string_equal(
		put_text(&rig, "{\"format\":\"UTF8\",\"language\":\"fr\",\"content\":\"Bonjour\"}"),
		"LanguageNotSupported");
	assert_string_equal(
		put(&rig, 1, "NormalCycle", ",\"state\":\"Discharging\""), "NotSupportedState");
	assert_string_equal(put(&rig, 1, "NormalCycle",
				    ",\"messageExtra\":[{\"format\":\"UTF8\",\"content\":\"x\"}]"),
		"Rejected"); /* two texts without a language */
	assert_string_equal(put(&rig, 1, "NormalCycle",
				    ",\"messageExtra\":[{\"format\":\"HTML\",\"language\":\"de\","
				    "\"content\":\"x\"}]"),
		"NotSupportedMessageFormat");
	assert_string_equal(
		put(&rig, 1, "NormalCycle",
			",\"state\":\"Suspended\",\"messageExtra\":[{\"format\":\"QRCODE\","
			"\"language\":\"de\",\"content\":\"https://x.example/hilfe\"},"
			"{\"format\":\"UTF8\",\"language\":\"zh-CN\",\"content\":"
			"\"\\u5145\\u7535\"}]"),
		"Accepted");
	ask(&rig, "GetDisplayMessages", "{\"requestId\":1}", frame);
	rig_expect(&rig, "NotifyDisplayMessages", frame);
	assert_string_equal(rig_part(frame, "3.messageInfo.0.messageExtra.0.format"), "QRCODE");
	assert_string_equal(rig_part(frame, "3.messageInfo.0.messageExtra.1.language"), "zh-CN");
	assert_string_equal(rig_part(frame, "3.messageInfo.0.state"), "Suspended");
	rig_answer(&rig, frame, "{}");
	/* the same told to a server of 2.0.1: what that has no words for is left out */
	rig_close(&rig, 1000, STR("cut"));
	rig.version = OCPP_201;
	rig_expect(&rig, "BootNotification", frame);
	rig_answer(&rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:20Z\",\"interval\":"
		"300}");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	ask(&rig, "GetDisplayMessages", "{\"requestId\":2}", frame);
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "NotifyDisplayMessages", frame);
	assert_string_equal(rig_part(frame, "3.messageInfo.0.message.content"), "Text 1");
	assert_string_equal(rig_part(frame, "3.messageInfo.0.messageExtra"), "");
	assert_string_equal(rig_part(frame, "3.messageInfo.0.state"), "");
	rig_end(&rig);
}

static void test_priorities(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	put(&rig, 1, "NormalCycle", "");
	put(&rig, 2, "InFront", "");
	put(&rig, 3, "NormalCycle", "");
	put(&rig, 4, "InFront", "");
	assert_string_equal(shown(&rig), "2 4 1 3");
	put(&rig, 5, "AlwaysFront", "");
	assert_string_equal(shown(&rig), "5");
	put(&rig, 6, "AlwaysFront", ""); /* the newer takes the older's place */
	assert_string_equal(shown(&rig), "6");
	assert_null(board_find(&rig.pile, 5));
	ask(&rig, "ClearDisplayMessage", "{\"id\":6}", frame);
	put(&rig, 1, "NormalCycle", ""); /* the same id again: the newest of its kind */
	assert_string_equal(shown(&rig), "2 4 3 1");
	/* the other outlet's message is not this one's */
	put(&rig, 7, "InFront", ",\"display\":{\"name\":\"display\",\"evse\":{\"id\":2}}");
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 7)), 1 << 2);
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 2)), 1 << 1 | 1 << 2);
	rig_end(&rig);
}

static void test_times(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	put(&rig, 1, "NormalCycle",
		",\"startDateTime\":\"2027-01-15T08:01:00Z\",\"endDateTime\":"
		"\"2027-01-15T08:02:00Z\"");
	put(&rig, 2, "NormalCycle", ",\"endDateTime\":\"2027-01-15T09:00:00Z\"");
	assert_string_equal(shown(&rig), "2");
	rig_run(&rig, 65000);
	assert_string_equal(shown(&rig), "1 2");
	rig_run(&rig, 60000);
	assert_string_equal(shown(&rig), "2");
	assert_int_equal(board_count(&rig.pile), 1); /* what has ended is gone */
	/* a clock that nobody confirmed takes nothing away, it only hides */
	rig_kill(&rig);
	rig.clock.at_us += 2 * US_PER_HOUR;
	rig.refuse = true;
	rig_open(&rig);
	rig_run(&rig, 1000);
	assert_string_equal(shown(&rig), "");
	assert_int_equal(board_count(&rig.pile), 1);
	rig_end(&rig);
}

static void test_states_and_charges(void **state)
{
	struct rig rig;
	char frame[4096], name[64], more[128];

	(void)state;
	online(&rig, OCPP_201);
	put(&rig, 1, "NormalCycle", ",\"state\":\"Idle\"");
	put(&rig, 2, "NormalCycle", ",\"state\":\"Charging\"");
	put(&rig, 3, "NormalCycle", ",\"state\":\"Faulted\"");
	put(&rig, 4, "NormalCycle", ",\"state\":\"Unavailable\"");
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 1)), 1 << 1 | 1 << 2);
	assert_string_equal(shown(&rig), "1");
	charge(&rig, name);
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 1)), 1 << 2);
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 2)), 1 << 1);
	snprintf(more, sizeof(more), ",\"transactionId\":\"%s\"", name);
	assert_string_equal(put(&rig, 5, "InFront", more), "Accepted");
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 5)), 1 << 1);
	/* a pause is part of the charge in 2.0.1 */
	rig.sims[0].wants_energy = false;
	rig_run(&rig, 3000);
	assert_string_equal(rig_status(&rig, 1), "SuspendedEV");
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 2)), 1 << 1);
	rig.sims[1].faults = SIM_FAULT_EMERGENCY;
	rig_run(&rig, 1000);
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 3)), 1 << 2);
	sim_unplug(&rig.sims[0]);
	rig_run(&rig, 5000);
	assert_null(board_find(&rig.pile, 5)); /* gone with its charge */
	assert_non_null(board_find(&rig.pile, 2));
	answer_all(&rig, "TransactionEvent", "{}");
	ask(&rig, "ChangeAvailability",
		"{\"operationalStatus\":\"Inoperative\",\"evse\":{\"id\":1}}", frame);
	rig_run(&rig, 1000);
	assert_int_equal(board_outlets(&rig.pile, board_find(&rig.pile, 4)), 1 << 1);
	rig_end(&rig);
}

/* Over a restart everything stays as it was, in its order; hostile text is only text. */
static void test_restart(void **state)
{
	struct rig rig;
	struct ocpp2_message_info info;

	(void)state;
	online(&rig, OCPP_201);
	put(&rig, 4, "NormalCycle", ",\"state\":\"Idle\"");
	assert_string_equal(put_text(&rig, "{\"format\":\"UTF8\",\"content\":\"</script><img src=x "
					   "onerror=alert(1)>|1|\\n\\\"\"}"),
		"Accepted");
	put(&rig, 2, "InFront", "");
	assert_string_equal(shown(&rig), "2 4 90");
	rig_kill(&rig);
	rig_open(&rig);
	rig_run(&rig, 300);
	assert_string_equal(shown(&rig), "2 4 90");
	assert_true(board_read(board_find(&rig.pile, 90), &rig.arena, &info));
	assert_true(str_is(info.message.content, "</script><img src=x onerror=alert(1)>|1|\n\""));
	arena_reset(&rig.arena);
	/* a file that somebody spoiled: the good lines count */
	assert_int_equal(shelf_put(&rig.shelf, "board",
				 STR("0|0|{\"id\":1}\n0|0|{\"id\":8,\"priority\":\"InFront\","
				     "\"message\":{\"format\":\"UTF8\",\"content\":\"x\"}}\nxx\n")),
		0);
	rig_kill(&rig);
	rig_open(&rig);
	rig_run(&rig, 300);
	assert_string_equal(shown(&rig), "8");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_in_parts_and_taken_away),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_words_of_21),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_states_and_charges),
		cmocka_unit_test(test_restart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
