/* test_access.c - security profile and password: what is taken, never down, and back when the new
 * one does not connect. */
#include "papers.h"
#include "pile/access.h"

#define KEY_1 "0123456789abcdef0123"
#define KEY_2 "fedcba98765432100123"

static const char *password(struct rig *rig)
{
	static char text[64];

	snprintf(text, sizeof(text), "%.*s", STR_FMT(access_password(&rig->pile, STR("first"))));
	return text;
}

/* The present connection ends and the next ones come to nothing. */
static void fail_connections(struct rig *rig, int count)
{
	rig_run(rig, 500); /* the reconnect that was wished for */
	rig->connected = false;
	for (int i = 0; i < count; i++)
		client_closed(&rig->pile, 401, STR("refused"));
	rig->pile.link.next_connect_us = 0;
	rig->pile.link.tries = 0;
	rig_forget_frames(rig);
}

static void test_profile_goes_up_only(void **state)
{
	struct rig rig;
	struct papers papers;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	papers_open(&papers);
	assert_string_equal(papers_set(&rig, "SecurityProfile", "x"), "Rejected");
	assert_string_equal(papers_set(&rig, "SecurityProfile", "4"), "Rejected");
	assert_string_equal(papers_set(&rig, "SecurityProfile", "-1"), "Rejected");
	assert_string_equal(papers_set(&rig, "SecurityProfile", "0"), "Accepted"); /* is so */
	assert_string_equal(papers_set(&rig, "SecurityProfile", "1"), "Rejected"); /* no password */
	assert_string_equal(papers_set(&rig, "AuthorizationKey", KEY_1), "Accepted");
	rig_run(&rig, 500);
	rig_online(&rig);
	assert_string_equal(
		papers_set(&rig, "SecurityProfile", "2"), "Rejected"); /* no authority */
	assert_string_equal(papers_set(&rig, "SecurityProfile", "1"), "Accepted");
	rig_run(&rig, 500);
	rig_online(&rig);
	assert_string_equal(papers_set(&rig, "SecurityProfile", "0"), "Rejected"); /* no way down */
	assert_string_equal(
		papers_call(&rig, "InstallCertificate",
			"\"certificateType\":\"CentralSystemRootCertificate\",\"certificate\":\"",
			papers.root, "\""),
		"Accepted");
	assert_string_equal(
		papers_set(&rig, "SecurityProfile", "3"), "Rejected"); /* no certificate */
	assert_string_equal(papers_set(&rig, "SecurityProfile", "2"), "Accepted");
	assert_int_equal(rig.pile.access.now.profile, 2);
	rig_run(&rig, 500);
	rig_online(&rig);
	assert_false(rig.pile.access.trial);
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.profile, 2);
	assert_int_equal(rig.pile.keys.values[KEY_SECURITY_PROFILE], 2);
	rig_end(&rig);
	papers_close(&papers);
}

static void test_password_falls_back(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	assert_string_equal(papers_set(&rig, "AuthorizationKey", "short"), "Rejected");
	assert_string_equal(
		papers_set(&rig, "AuthorizationKey", "with a blank in it at all"), "Rejected");
	assert_string_equal(password(&rig), "first");
	assert_string_equal(papers_set(&rig, "AuthorizationKey", KEY_1), "Accepted");
	assert_string_equal(password(&rig), KEY_1);
	assert_true(rig.pile.access.trial);
	rig_run(&rig, 500);
	rig_online(&rig);
	assert_false(rig.pile.access.trial);
	assert_string_equal(papers_set(&rig, "AuthorizationKey", KEY_2), "Accepted");
	fail_connections(&rig, ACCESS_TRIES - 1);
	assert_string_equal(password(&rig), KEY_2);
	client_closed(&rig.pile, 401, STR("refused"));
	assert_string_equal(password(&rig), KEY_1);
	/* also that one fails: in turn, nobody is locked out; and a restart changes nothing */
	fail_connections(&rig, ACCESS_TRIES);
	assert_string_equal(password(&rig), KEY_2);
	rig_kill(&rig);
	rig_open(&rig);
	assert_string_equal(password(&rig), KEY_2);
	assert_true(rig.pile.access.trial);
	fail_connections(&rig, ACCESS_TRIES);
	assert_string_equal(password(&rig), KEY_1);
	rig_online(&rig);
	assert_false(rig.pile.access.trial);
	fail_connections(&rig, 50); /* proved: an outage of the server changes nothing */
	assert_string_equal(password(&rig), KEY_1);
	rig_end(&rig);
}

static void test_profile_falls_back(void **state)
{
	struct rig rig;
	struct papers papers;

	(void)state;
	rig_start(&rig);
	papers_open(&papers);
	rig_kill(&rig);
	rig.anchors = papers.root;
	rig.has_password = true;
	rig.profile = 1;
	rig_open(&rig);
	rig_online(&rig);
	assert_int_equal(rig.pile.access.now.profile, 1);
	assert_string_equal(papers_set(&rig, "SecurityProfile", "2"), "Accepted");
	fail_connections(&rig, ACCESS_TRIES);
	assert_int_equal(rig.pile.access.now.profile, 1);
	rig_online(&rig);
	assert_false(rig.pile.access.trial);
	assert_int_equal(rig.pile.keys.values[KEY_SECURITY_PROFILE], 1);
	/* two changes before either was tried: back is what was proved */
	assert_string_equal(papers_set(&rig, "AuthorizationKey", KEY_1), "Accepted");
	assert_string_equal(papers_set(&rig, "SecurityProfile", "2"), "Accepted");
	fail_connections(&rig, ACCESS_TRIES);
	assert_int_equal(rig.pile.access.now.profile, 1);
	assert_string_equal(password(&rig), "first");
	rig_end(&rig);
	papers_close(&papers);
}

/* Power goes at every step of a change: the state before it or after it, never a mixture. */
static void test_power_goes_while_changing(void **state)
{
	(void)state;
	for (int64_t budget = 0; budget < 160; budget++) {
		struct rig rig;
		bool good;

		rig_start(&rig);
		rig_online(&rig);
		rig.disk.budget = budget;
		good = strcmp(papers_set(&rig, "AuthorizationKey", KEY_1), "Accepted") == 0;
		rig_kill(&rig);
		disk_sim_revive(&rig.disk);
		rig_open(&rig);
		if (good || rig.pile.access.trial) {
			assert_true(rig.pile.access.trial);
			assert_string_equal(password(&rig), KEY_1);
			assert_string_equal(rig.pile.access.other.secret, "");
		} else {
			assert_string_equal(password(&rig), "first");
		}
		rig_end(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profile_goes_up_only),
		cmocka_unit_test(test_password_falls_back),
		cmocka_unit_test(test_profile_falls_back),
		cmocka_unit_test(test_power_goes_while_changing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
