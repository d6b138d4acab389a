/* test_customer.c - what a pile keeps of a customer, told in parts and forgotten where that may be,
 * in OCPP 2.x. */
#include "pile/tags.h"
#include "rig_talk2.h"
#include "wire/ocpp16/enums.h"

static char told[8192];

/* CustomerInformation with these members; the status. */
static const char *wish(struct rig *rig, const char *members)
{
	static char status[64];
	char frame[4096], text[512];

	snprintf(text, sizeof(text), "{\"requestId\":5,%s}", members);
	ask(rig, "CustomerInformation", text, frame);
	snprintf(status, sizeof(status), "%s", rig_part(frame, "2.status"));
	return status;
}

/* The report, its parts put together; how many there were. */
static int read_report(struct rig *rig)
{
	char frame[4096], seq[16];
	int parts = 0;
	bool more = true;

	told[0] = 0;
	while (more) {
		struct str data;
		rig_expect(rig, "NotifyCustomerInformation", frame);
		assert_string_equal(rig_part(frame, "3.requestId"), "5");
		snprintf(seq, sizeof(seq), "%d", parts++);
		assert_string_equal(rig_part(frame, "3.seqNo"), seq);
		assert_true(json_get_str(str_from(frame), "3.data", &rig->arena, &data));
		assert_true(data.len <= 512 && strlen(told) + data.len < sizeof(told));
		strncat(told, data.ptr, data.len);
		more = strcmp(rig_part(frame, "3.tbc"), "true") == 0;
		rig_answer(rig, frame, "{}");
	}
	return parts;
}

static bool said(const char *text)
{
	return strstr(told, text) != NULL;
}

static void remember(struct rig *rig, const char *tag, const char *parent)
{
	struct tag_verdict verdict = {
		.status = OCPP16_AUTHORIZATION_STATUS_ACCEPTED, .expiry_us = INT64_MAX};

	snprintf(verdict.parent, sizeof(verdict.parent), "%s", parent);
	assert_int_equal(tags_put(&rig->pile.spool, tag, &verdict), 0);
}

static void test_named_wrongly(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	assert_string_equal(wish(&rig, "\"report\":true,\"clear\":false"), "Invalid");
	assert_string_equal(
		wish(&rig, "\"report\":true,\"clear\":false,\"customerIdentifier\":\"A\","
			   "\"idToken\":{\"idToken\":\"A\",\"type\":\"Central\"}"),
		"Invalid");
	assert_string_equal(
		wish(&rig, "\"report\":true,\"clear\":false,\"customerIdentifier\":\"\""),
		"Invalid");
	assert_string_equal(
		wish(&rig, "\"report\":false,\"clear\":false,\"customerIdentifier\":\"A\""),
		"Rejected");
	assert_int_equal(rig.pile.reports_len, 0);
	rig_end(&rig);
}

/* Nothing is kept of a stranger, of a name no card can have, and under a certificate. */
static void test_nothing_kept(void **state)
{
	static const char *const who[] = {
		"\"idToken\":{\"idToken\":\"STRANGER\",\"type\":\"ISO14443\"}",
		"\"customerIdentifier\":\"a name that is much longer than that of any card\"",
		("\"customerCertificate\":{\"hashAlgorithm\":\"SHA256\",\"issuerNameHash\":\"aa\","
		 "\"issuerKeyHash\":\"bb\",\"serialNumber\":\"01\"}")};
	struct rig rig;
	char members[400];

	(void)state;
	online(&rig, OCPP_201);
	remember(&rig, "CARD-1", "");
	for (size_t i = 0; i < 3; i++) {
		snprintf(members, sizeof(members), "\"report\":true,\"clear\":true,%s", who[i]);
		assert_string_equal(wish(&rig, members), "Accepted");
		assert_int_equal(read_report(&rig), 1);
		assert_true(said("nothing is kept here"));
		assert_true(said("forgotten: 0 remembered cards"));
		assert_false(said("CARD-1"));
	}
	rig_end(&rig);
}

static void test_report_and_clear(void **state)
{
	struct tag_verdict verdict;
	struct rig rig;
	char frame[4096], name[64], line[128];

	(void)state;
	online(&rig, OCPP_201);
	charge(&rig, name);
	remember(&rig, "OTHER", "");
	ask(&rig, "ReserveNow",
		"{\"id\":9,\"expiryDateTime\":\"2027-01-15T09:00:00Z\",\"idToken\":{\"idToken\":"
		"\"CARD-1\",\"type\":\"ISO14443\"},\"evseId\":2}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 500);
	answer_all(&rig, "StatusNotification", "{}");
	assert_string_equal(wish(&rig, "\"report\":true,\"clear\":false,\"idToken\":{\"idToken\":"
				       "\"card-1\",\"type\":\"ISO14443\"}"),
		"Accepted");
	read_report(&rig);
	assert_true(said("remembered: card CARD-1, Accepted\n"));
	assert_true(said("reservation 9: card CARD-1, outlet 2, until 2027-01-15T09:00:00Z\n"));
	snprintf(line, sizeof(line), "transaction %s: card CARD-1, outlet 1, from ", name);
	assert_true(said(line));
	assert_true(said(" kWh, running\n"));
	assert_false(said("OTHER"));
	assert_true(tags_get(&rig.pile.spool, "CARD-1", rig.pile.now_us, &verdict));

	assert_string_equal(wish(&rig, "\"report\":false,\"clear\":true,\"idToken\":{\"idToken\":"
				       "\"CARD-1\",\"type\":\"ISO14443\"}"),
		"Accepted");
	read_report(&rig);
	assert_true(said("forgotten: 1 remembered cards\n"));
	assert_true(said("kept: 1 reservations, until they end or are cancelled\n"));
	assert_true(said("kept: 1 transactions, for the books, until the server has them\n"));
	assert_false(tags_get(&rig.pile.spool, "CARD-1", rig.pile.now_us, &verdict));
	assert_true(tags_get(&rig.pile.spool, "OTHER", rig.pile.now_us, &verdict));
	assert_int_equal(rig.pile.reserve.len, 1);
	assert_int_equal(rig.pile.spool.txs_len, 1);
	rig_end(&rig);
}

/* A forgotten card is on the disk no more, not even as history. */
static void test_history_goes_too(void **state)
{
	struct rig rig;

	(void)state;
	online(&rig, OCPP_201);
	remember(&rig, "SECRETCARD", "");
	assert_non_null(memmem(
		rig.disk.content.ptr, rig.disk.content.len, "SECRETCARD", strlen("SECRETCARD")));
	assert_string_equal(wish(&rig, "\"report\":false,\"clear\":true,\"idToken\":{\"idToken\":"
				       "\"SECRETCARD\",\"type\":\"ISO14443\"}"),
		"Accepted");
	assert_null(memmem(
		rig.disk.content.ptr, rig.disk.content.len, "SECRETCARD", strlen("SECRETCARD")));
	rig_end(&rig);
}

/* A customer's cards share a group; the list is the server's own. Many cards are many parts. */
static void test_group_in_parts(void **state)
{
	struct rig rig;
	char frame[4096], tag[32];
	int parts;

	(void)state;
	online(&rig, OCPP_21);
	ask(&rig, "SendLocalList",
		"{\"versionNumber\":5,\"updateType\":\"Full\",\"localAuthorizationList\":["
		"{\"idToken\":{\"idToken\":\"LISTED\",\"type\":\"ISO14443\"},\"idTokenInfo\":{"
		"\"status\":\"Accepted\",\"groupIdToken\":{\"idToken\":\"FLEET\",\"type\":"
		"\"Central\"}}}]}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	for (int i = 0; i < 40; i++) {
		snprintf(tag, sizeof(tag), "CARD-%02d", i);
		remember(&rig, tag, i % 2 ? "FLEET" : "");
	}
	assert_string_equal(
		wish(&rig, "\"report\":true,\"clear\":true,\"customerIdentifier\":\"fleet\""),
		"Accepted");
	parts = read_report(&rig);
	assert_in_range(parts, 2, 4);
	assert_true(said("in the server's list 5: card LISTED, Accepted, group FLEET\n"));
	assert_true(said("card CARD-39, Accepted, group FLEET\n"));
	assert_false(said("CARD-38"));
	assert_true(said("forgotten: 20 remembered cards\n"));
	assert_true(said("kept: 1 entries of the server's list, which SendLocalList changes\n"));
	/* a connection that ends takes the rest of a report with it */
	wish(&rig, "\"report\":true,\"clear\":false,\"customerIdentifier\":\"fleet\"");
	rig_close(&rig, 1000, STR("cut"));
	rig_run(&rig, 5000);
	assert_int_equal(rig.pile.reports_len, 0);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named_wrongly),
		cmocka_unit_test(test_nothing_kept),
		cmocka_unit_test(test_report_and_clear),
		cmocka_unit_test(test_history_goes_too),
		cmocka_unit_test(test_group_in_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
