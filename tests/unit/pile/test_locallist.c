/* test_locallist.c - the local list: whole and partial updates, versions, bounds, files that are
 * none, and power that goes at every step of an update. */
#include "rig_talk.h"
#include "pile/locallist.h"
#include "shelf_sim.h"
#include "wire/ocpp16/enums.h"

#define GOOD OCPP16_AUTHORIZATION_STATUS_ACCEPTED
#define BLOCKED OCPP16_AUTHORIZATION_STATUS_BLOCKED

static struct locallist_change card(const char *tag, int status)
{
	return (struct locallist_change){.tag = str_from(tag),
		.gone = status == 0,
		.verdict = {.status = status, .expiry_us = INT64_MAX, .parent = "GROUP"}};
}

static int update1(struct locallist *list, bool full, int64_t version, const char *tag, int status)
{
	struct locallist_change change = card(tag, status);

	return locallist_update(list, full, version, &change, 1);
}

static int status_of(const struct locallist *list, const char *tag)
{
	struct tag_verdict verdict;

	return locallist_get(list, tag, 1000, &verdict) ? verdict.status : 0;
}

static void test_full_and_differential(void **state)
{
	struct shelf_sim sim;
	struct shelf shelf = shelf_sim_port(&sim);
	struct locallist list;
	struct locallist_change two[] = {card("Lake1", GOOD), card("LAKE2", BLOCKED)};
	struct tag_verdict verdict;

	(void)state;
	assert_int_equal(locallist_open(&list, &shelf), 0);
	assert_int_equal(list.version, 0);
	assert_int_equal(locallist_update(&list, true, 5, two, 2), 0);
	assert_int_equal(status_of(&list, "lake1"), GOOD); /* cards are the same in any case */
	assert_int_equal(status_of(&list, "LAKE2"), BLOCKED);
	assert_int_equal(status_of(&list, "LAKE3"), 0);
	/* changes follow the version that is here */
	assert_int_equal(update1(&list, false, 5, "LAKE3", GOOD), LOCALLIST_E_VERSION);
	assert_int_equal(update1(&list, false, 4, "LAKE3", GOOD), LOCALLIST_E_VERSION);
	assert_int_equal(update1(&list, false, 6, "LAKE3", GOOD), 0);
	assert_int_equal(update1(&list, false, 7, "LAKE1", 0), 0);
	assert_int_equal(update1(&list, false, 8, "NEVER", 0), 0); /* not there already */
	assert_int_equal(list.len, 2);
	assert_int_equal(status_of(&list, "Lake1"), 0);
	locallist_close(&list);
	/* after a restart it is the same */
	assert_int_equal(locallist_open(&list, &shelf), 0);
	assert_int_equal(list.version, 8);
	assert_int_equal(list.len, 2);
	assert_true(locallist_get(&list, "LAKE3", 1, &verdict));
	assert_string_equal(verdict.parent, "GROUP");
	/* a full one with nothing in it empties the list, whatever the version was */
	assert_int_equal(locallist_update(&list, true, 2, NULL, 0), 0);
	assert_int_equal(list.len, 0);
	assert_int_equal(list.version, 2);
	locallist_close(&list);
	assert_int_equal(locallist_open(&list, &shelf), 0);
	assert_int_equal(list.version, 2);
	locallist_close(&list);
	shelf_sim_end(&sim);
}

static void test_nonsense_changes_nothing(void **state)
{
	struct shelf_sim sim;
	struct shelf shelf = shelf_sim_port(&sim);
	struct locallist list;
	struct locallist_change twice[] = {card("A", GOOD), card("a", BLOCKED)};
	struct locallist_change *many = mem_alloc((LOCALLIST_CHANGES_MAX + 1) * sizeof(*many));

	(void)state;
	assert_int_equal(locallist_open(&list, &shelf), 0);
	assert_int_equal(update1(&list, true, 3, "KEPT", GOOD), 0);
	assert_int_equal(locallist_update(&list, true, 4, twice, 2), LOCALLIST_E_REFUSED);
	assert_int_equal(update1(&list, true, 0, "A", GOOD), LOCALLIST_E_REFUSED);
	assert_int_equal(update1(&list, true, -7, "A", GOOD), LOCALLIST_E_REFUSED);
	assert_int_equal(update1(&list, true, 4, "", GOOD), LOCALLIST_E_REFUSED);
	assert_int_equal(update1(&list, true, 4, "A|B", GOOD), LOCALLIST_E_REFUSED);
	assert_int_equal(update1(&list, true, 4, "A\nB", GOOD), LOCALLIST_E_REFUSED);
	assert_int_equal(update1(&list, true, 4, "A", 99), LOCALLIST_E_REFUSED);
	assert_int_equal(update1(&list, true, 4, "GONE", 0), LOCALLIST_E_REFUSED);
	assert_int_equal(
		update1(&list, true, 4, "MORE-CHARACTERS-THAN-A-CARD-MAY-HAVE-IN-ANY-WAY", GOOD),
		LOCALLIST_E_REFUSED);
	assert_int_equal(locallist_update(&list, true, 4, many, LOCALLIST_CHANGES_MAX + 1),
		LOCALLIST_E_REFUSED);
	assert_int_equal(list.version, 3);
	assert_int_equal(status_of(&list, "KEPT"), GOOD);
	assert_int_equal(list.len, 1);
	mem_free(many);
	locallist_close(&list);
	shelf_sim_end(&sim);
}

static void test_bounded(void **state)
{
	struct shelf_sim sim;
	struct shelf shelf = shelf_sim_port(&sim);
	struct locallist list;
	static char names[LOCALLIST_CHANGES_MAX][24];
	static struct locallist_change piece[LOCALLIST_CHANGES_MAX];
	int64_t version = 1;

	(void)state;
	assert_int_equal(locallist_open(&list, &shelf), 0);
	for (int sent = 0; sent < LOCALLIST_MAX; sent += LOCALLIST_CHANGES_MAX) {
		for (int i = 0; i < LOCALLIST_CHANGES_MAX; i++) {
			snprintf(names[i], sizeof(names[i]), "CARD%016d", sent + i);
			piece[i] = card(names[i], GOOD);
		}
		assert_int_equal(locallist_update(&list, version == 1, version, piece,
					 LOCALLIST_CHANGES_MAX),
			0);
		version++;
	}
	assert_int_equal(list.len, LOCALLIST_MAX);
	assert_int_equal(update1(&list, false, version, "ONE-MORE", GOOD), LOCALLIST_E_REFUSED);
	assert_int_equal(update1(&list, false, version, "CARD0000000000000007", BLOCKED), 0);
	locallist_close(&list);
	assert_int_equal(locallist_open(&list, &shelf), 0);
	assert_int_equal(list.len, LOCALLIST_MAX);
	assert_int_equal(status_of(&list, "CARD0000000000000007"), BLOCKED);
	locallist_close(&list);
	shelf_sim_end(&sim);
}

static void test_expired_reads_as_expired(void **state)
{
	struct shelf_sim sim;
	struct shelf shelf = shelf_sim_port(&sim);
	struct locallist list;
	struct locallist_change change = card("A", GOOD);
	struct tag_verdict verdict;

	(void)state;
	change.verdict.expiry_us = 500;
	assert_int_equal(locallist_open(&list, &shelf), 0);
	assert_int_equal(locallist_update(&list, true, 1, &change, 1), 0);
	assert_true(locallist_get(&list, "A", 499, &verdict));
	assert_int_equal(verdict.status, GOOD);
	assert_true(locallist_get(&list, "A", 500, &verdict));
	assert_int_equal(verdict.status, OCPP16_AUTHORIZATION_STATUS_EXPIRED);
	locallist_close(&list);
	shelf_sim_end(&sim);
}

/* The old list or the new one, whatever the step at which the power goes. */
static void test_power_goes_at_every_step(void **state)
{
	int deaths = 0;

	(void)state;
	for (int64_t budget = 0; budget < 400; budget++) {
		struct shelf_sim sim;
		struct shelf shelf = shelf_sim_port(&sim);
		struct locallist list;
		struct locallist_change fresh[] = {card("NEW1", GOOD), card("NEW2", GOOD)};
		int result;

		assert_int_equal(locallist_open(&list, &shelf), 0);
		assert_int_equal(update1(&list, true, 1, "OLD", GOOD), 0);
		shelf_sim_arm(&sim, budget);
		result = locallist_update(&list, true, 2, fresh, 2);
		deaths += shelf_sim_dead(&sim);
		if (result < 0) /* what is in use is what was there */
			assert_int_equal(status_of(&list, "OLD"), GOOD);
		locallist_close(&list);
		shelf_sim_revive(&sim);
		assert_int_equal(locallist_open(&list, &shelf), 0);
		if (result == 0 || list.version == 2) {
			assert_int_equal(list.version, 2);
			assert_int_equal(list.len, 2);
			assert_int_equal(status_of(&list, "OLD"), 0);
		} else {
			assert_int_equal(list.version, 1);
			assert_int_equal(status_of(&list, "OLD"), GOOD);
		}
		locallist_close(&list);
		shelf_sim_end(&sim);
		if (result == 0)
			break;
	}
	assert_true(deaths >= 4);
}

static void test_damaged_file_is_no_list(void **state)
{
	static const char *const files[] = {"version 3 1\nAccepted||GROUP|A",
		"version 3 2\nAccepted|||A\n", "version 3 1\nAccepted|||A\nAccepted|||B\n",
		"version 0 0\n", "version 3\n", "noise", "version 3 1\nPerhaps|||A\n",
		"version 3 1\nAccepted|x||A\n", "version 3 1\nAccepted|||\n",
		"version 3 99999999\n", "version 3 2\nAccepted|||A\nAccepted|||a\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct shelf shelf;
		struct locallist list;

		shelf_open_memory(&shelf);
		assert_int_equal(shelf_put(&shelf, "locallist", str_from(files[i])), 0);
		assert_int_equal(locallist_open(&list, &shelf), 0);
		assert_int_equal(list.version, 0);
		assert_int_equal(list.len, 0);
		assert_int_equal(update1(&list, true, 9, "A", GOOD), 0);
		locallist_close(&list);
		shelf_close(&shelf);
	}
}

/* ---- in the conversation ---- */

static const char *ask(struct rig *rig, const char *action, const char *payload, const char *part)
{
	static char frame[4096];
	char text[4096];

	rig_forget_frames(rig);
	snprintf(text, sizeof(text), "[2,\"q\",\"%s\",%s]", action, payload);
	rig_say(rig, text);
	assert_true(rig_take(rig, frame));
	return rig_part(frame, part);
}

static const char *send_list(struct rig *rig, const char *payload)
{
	return ask(rig, "SendLocalList", payload, "2.status");
}

static void test_server_keeps_the_list(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(ask(&rig, "GetLocalListVersion", "{}", "2.listVersion"), "0");
	assert_string_equal(send_list(&rig, "{\"listVersion\":3,\"updateType\":\"Full\","
					    "\"localAuthorizationList\":[{\"idTag\":\"A\","
					    "\"idTagInfo\":{\"status\":\"Accepted\"}}]}"),
		"Accepted");
	assert_string_equal(send_list(&rig, "{\"listVersion\":3,\"updateType\":\"Differential\"}"),
		"VersionMismatch");
	assert_string_equal(send_list(&rig, "{\"listVersion\":4,\"updateType\":\"Differential\","
					    "\"localAuthorizationList\":[{\"idTag\":\"B\","
					    "\"idTagInfo\":{\"status\":\"Blocked\"}}]}"),
		"Accepted");
	assert_string_equal(send_list(&rig, "{\"listVersion\":5,\"updateType\":\"Full\","
					    "\"localAuthorizationList\":[{\"idTag\":\"A\"}]}"),
		"Failed");
	assert_string_equal(ask(&rig, "GetLocalListVersion", "{}", "2.listVersion"), "4");
	rig_kill(&rig);
	rig_open(&rig);
	rig_online(&rig);
	assert_string_equal(ask(&rig, "GetLocalListVersion", "{}", "2.listVersion"), "4");
	assert_string_equal(
		ask(&rig, "ChangeConfiguration",
			"{\"key\":\"LocalAuthListEnabled\",\"value\":\"false\"}", "2.status"),
		"Accepted");
	assert_string_equal(ask(&rig, "GetLocalListVersion", "{}", "2.listVersion"), "-1");
	assert_string_equal(
		send_list(&rig, "{\"listVersion\":5,\"updateType\":\"Full\"}"), "NotSupported");
	rig_end(&rig);
}

static void give_list(struct rig *rig)
{
	assert_string_equal(send_list(rig, "{\"listVersion\":1,\"updateType\":\"Full\","
					   "\"localAuthorizationList\":[{\"idTag\":\"GOOD\","
					   "\"idTagInfo\":{\"status\":\"Accepted\","
					   "\"parentIdTag\":\"G\"}},{\"idTag\":\"MATE\","
					   "\"idTagInfo\":{\"status\":\"Accepted\","
					   "\"parentIdTag\":\"G\"}},{\"idTag\":\"BAD\","
					   "\"idTagInfo\":{\"status\":\"Blocked\"}}]}"),
		"Accepted");
}

/* Offline the list decides, also against what the cache remembers. */
static void test_offline_the_list_decides(void **state)
{
	struct rig rig;
	struct tag_verdict good = {.status = GOOD, .expiry_us = INT64_MAX};

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	give_list(&rig);
	assert_int_equal(tags_put(&rig.pile.spool, "BAD", &good), 0); /* of earlier days */
	rig.refuse = true;
	rig_close(&rig, 0, STR("gone"));
	rig_plug(&rig, 1, 30);
	rig_tap(&rig, 1, "BAD");
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_REFUSED);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	rig_tap(&rig, 1, "good");
	rig_run(&rig, 2000);
	assert_non_null(spool_tx_running(&rig.pile.spool, 1));
	rig_tap(&rig, 1, "MATE"); /* of the same group: may stop it */
	rig_run(&rig, 3000);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	/* LocalAuthorizeOffline off: not even the list */
	assert_int_equal(keys_set(&rig.pile.keys, &rig.pile.spool, STR("LocalAuthorizeOffline"),
				 STR("false")),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	rig_plug(&rig, 2, 30);
	rig_tap(&rig, 2, "GOOD");
	assert_int_equal(rig.pile.outlets[1].notice, NOTICE_REFUSED);
	rig_end(&rig);
}

static void test_list_switched_off_is_not_asked(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	give_list(&rig);
	assert_string_equal(
		ask(&rig, "ChangeConfiguration",
			"{\"key\":\"LocalAuthListEnabled\",\"value\":\"false\"}", "2.status"),
		"Accepted");
	rig.refuse = true;
	rig_close(&rig, 0, STR("gone"));
	rig_plug(&rig, 1, 30);
	rig_tap(&rig, 1, "GOOD");
	assert_int_equal(rig.pile.outlets[0].notice, NOTICE_OFFLINE_CARD);
	rig_end(&rig);
}

/* LocalPreAuthorize: no question before the start; a conflict with the list is told. */
static void test_pre_authorized_and_conflict(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	give_list(&rig);
	assert_string_equal(
		ask(&rig, "ChangeConfiguration",
			"{\"key\":\"LocalPreAuthorize\",\"value\":\"true\"}", "2.status"),
		"Accepted");
	rig_plug(&rig, 1, 30);
	rig_expect(&rig, "StatusNotification", frame);
	rig_answer(&rig, frame, "{}");
	rig_tap(&rig, 1, "GOOD");
	rig_expect(&rig, "StartTransaction", frame);
	rig_answer(&rig, frame, "{\"idTagInfo\":{\"status\":\"Blocked\"},\"transactionId\":4711}");
	rig_expect(&rig, "StatusNotification", frame);
	while (strcmp(rig_part(frame, "3.errorCode"), "LocalListConflict") != 0) {
		rig_answer(&rig, frame, "{}");
		rig_expect(&rig, "StatusNotification", frame);
	}
	assert_string_equal(rig_part(frame, "3.connectorId"), "0");
	/* the list's card is not in the cache as well */
	struct tag_verdict verdict;
	assert_false(tags_get(&rig.pile.spool, "GOOD", rig.pile.now_us, &verdict));
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_and_differential),
		cmocka_unit_test(test_nonsense_changes_nothing),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_expired_reads_as_expired),
		cmocka_unit_test(test_power_goes_at_every_step),
		cmocka_unit_test(test_damaged_file_is_no_list),
		cmocka_unit_test(test_server_keeps_the_list),
		cmocka_unit_test(test_offline_the_list_decides),
		cmocka_unit_test(test_list_switched_off_is_not_asked),
		cmocka_unit_test(test_pre_authorized_and_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
