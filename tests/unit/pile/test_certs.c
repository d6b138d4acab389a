/* test_certs.c - authorities and own certificates of the pile, over the protocol: what is taken,
 * what is not, and what stays after a restart. */
#include "papers.h"
#include "pile/certs.h"
#include "shelf_sim.h"

static const char *install(struct rig *rig, const char *use, struct str pem)
{
	char before[128];

	snprintf(before, sizeof(before), "\"certificateType\":\"%s\",\"certificate\":\"", use);
	return papers_call(rig, "InstallCertificate", before, pem, "\"");
}

static void start(struct rig *rig, struct papers *papers)
{
	rig_start(rig);
	rig_kill(rig);
	rig->events = true;
	rig_open(rig);
	rig_online(rig);
	papers_open(papers);
}

static void end(struct rig *rig, struct papers *papers)
{
	rig_end(rig);
	papers_close(papers);
}

static void test_install_list_delete(void **state)
{
	struct rig rig;
	struct papers papers;
	struct x509_hash hash;
	char payload[1024];
	const char *csms = "CentralSystemRootCertificate";

	(void)state;
	start(&rig, &papers);
	assert_string_equal(
		papers_call(&rig, "GetInstalledCertificateIds",
			"\"certificateType\":\"CentralSystemRootCertificate\"", STR(""), ""),
		"NotFound");
	assert_string_equal(install(&rig, csms, papers.root), "Accepted");
	assert_string_equal(install(&rig, csms, papers.root), "Accepted"); /* there already */
	assert_string_equal(install(&rig, csms, STR("nonsense")), "Rejected");
	assert_string_equal(install(&rig, csms, papers.sub), "Rejected"); /* did not sign itself */
	assert_string_equal(
		install(&rig, csms, papers_issue(&papers, X509_ROOT, STR(""), "Old", -10, -1)),
		"Rejected");
	rig_kill(&rig);
	rig_open(&rig);
	rig_online(&rig);
	assert_string_equal(
		papers_call(&rig, "GetInstalledCertificateIds",
			"\"certificateType\":\"CentralSystemRootCertificate\"", STR(""), ""),
		"Accepted");
	assert_string_equal(
		papers_call(&rig, "GetInstalledCertificateIds",
			"\"certificateType\":\"ManufacturerRootCertificate\"", STR(""), ""),
		"NotFound");
	assert_int_equal(x509_hash(&papers.arena, papers.root, STR(""), &hash), 0);
	for (int turn = 0; turn < 3; turn++) {
		static const char *const wanted[] = {"NotFound", "Accepted", "NotFound"};
		snprintf(payload, sizeof(payload),
			"\"certificateHashData\":{\"hashAlgorithm\":\"%s\","
			"\"issuerNameHash\":\"%.*s\",\"issuerKeyHash\":\"%.*s\",\"serialNumber\":"
			"\"%.*s\"}",
			turn == 0 ? "SHA512" : "SHA256", STR_FMT(hash.issuer_name),
			STR_FMT(hash.issuer_key), STR_FMT(hash.serial));
		assert_string_equal(
			papers_call(&rig, "DeleteCertificate", payload, STR(""), ""), wanted[turn]);
	}
	end(&rig, &papers);
}

static void test_store_is_bounded(void **state)
{
	struct rig rig;
	struct papers papers;
	int taken = 0;

	(void)state;
	start(&rig, &papers);
	for (int i = 0; i < CERTS_MAX + 3; i++) {
		char name[16];
		snprintf(name, sizeof(name), "Root %d", i);
		taken += strcmp(install(&rig, "ManufacturerRootCertificate",
					papers_issue(&papers, X509_ROOT, STR(""), name, -1, 100)),
				 "Accepted") == 0;
	}
	assert_int_equal(taken, CERTS_MAX);
	end(&rig, &papers);
}

/* The installer's own authority stays beside the first one that comes over the protocol. */
static void test_beside_the_installers(void **state)
{
	struct rig rig;
	struct papers papers, other;
	struct x509_hash *list;
	size_t len;

	(void)state;
	start(&rig, &papers);
	papers_open(&other);
	rig_kill(&rig);
	rig.anchors = other.root;
	rig_open(&rig);
	rig_online(&rig);
	assert_string_equal(install(&rig, "CentralSystemRootCertificate", papers.root), "Accepted");
	assert_int_equal(certs_list(&rig.pile, CERTS_CSMS, &papers.arena, &list, &len), 0);
	assert_int_equal(len, 2);
	papers_close(&other);
	end(&rig, &papers);
}

/* Takes the pile's request: the CSR as PEM. */
static struct str take_request(struct rig *rig, struct papers *papers, const char *answer)
{
	char frame[4096];
	struct buf pem;
	const char *at;

	rig_run(rig, 500);
	answer_all(rig, "SecurityEventNotification", "{}");
	rig_expect(rig, "SignCertificate", frame);
	buf_init(&pem, &papers->arena, 8192);
	for (at = strstr(frame, "-----BEGIN"); at && *at != '"'; at++) {
		if (at[0] == '\\' && at[1] == 'n')
			buf_put_char(&pem, '\n'), at++;
		else
			buf_put_char(&pem, *at);
	}
	rig_answer(rig, frame, answer);
	return buf_str(&pem);
}

static const char *give(struct rig *rig, struct str leaf, struct str above)
{
	static char both[16384];
	struct str chain = {both,
		(size_t)snprintf(both, sizeof(both), "%.*s%.*s", STR_FMT(leaf), STR_FMT(above))};

	return papers_call(rig, "CertificateSigned", "\"certificateChain\":\"", chain, "\"");
}

static const char *trigger(struct rig *rig)
{
	return papers_call(rig, "ExtendedTriggerMessage",
		"\"requestedMessage\":\"SignChargePointCertificate\"", STR(""), "");
}

static void test_own_certificate(void **state)
{
	struct rig rig;
	struct papers papers, foreign;
	struct str csr, again, leaf;
	struct x509_csr facts;

	(void)state;
	start(&rig, &papers);
	papers_open(&foreign);
	assert_string_equal(papers_set(&rig, "CpoName", "Lakeside Energy"), "Accepted");
	assert_string_equal(give(&rig, papers.root, STR("")), "Rejected"); /* nothing was asked */
	assert_string_equal(trigger(&rig), "Accepted");
	csr = take_request(&rig, &papers, "{\"status\":\"Accepted\"}");
	assert_int_equal(x509_csr_read(&papers.arena, csr, &facts), 0);
	assert_true(str_is(facts.subject.common_name, "RIG-1"));
	assert_true(str_is(facts.subject.organisation, "Lakeside Energy"));
	/* somebody else's key, another name, an authority, out of time, broken, a strange chain */
	assert_string_equal(give(&rig,
				    papers_issue(&papers, X509_DEVICE,
					    papers_csr(&papers, papers_key(&papers), "RIG-1"),
					    "RIG-1", -1, 700),
				    papers.sub),
		"Rejected");
	assert_string_equal(
		give(&rig, papers_issue(&papers, X509_DEVICE, csr, "RIG-2", -1, 700), papers.sub),
		"Rejected");
	assert_string_equal(
		give(&rig, papers_issue(&papers, X509_DEVICE, csr, "RIG-1", -9, -1), papers.sub),
		"Rejected");
	assert_string_equal(
		give(&rig, papers_issue(&papers, X509_DEVICE, csr, "RIG-1", 9, 700), papers.sub),
		"Rejected");
	assert_string_equal(give(&rig, STR("-----BEGIN CERTIFICATE-----"), STR("")), "Rejected");
	leaf = papers_issue(&papers, X509_DEVICE, csr, "RIG-1", -1, 700);
	assert_string_equal(give(&rig, leaf, foreign.sub), "Rejected");
	assert_int_equal(rig.pile.access.now.slot, 0);
	assert_string_equal(rig.pile.events.list[rig.pile.events.len - 1].type,
		"InvalidChargePointCertificate");
	assert_string_equal(give(&rig, leaf, papers.sub), "Accepted");
	assert_int_equal(rig.pile.access.now.slot, 1);
	assert_false(rig.pile.access.trial); /* below profile 3 nobody sees it */
	assert_string_equal(
		give(&rig, leaf, papers.sub), "Rejected"); /* that key is no request any more */
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.access.now.slot, 1);
	rig_online(&rig);
	/* a successor has a key of its own and goes into the other slot */
	assert_string_equal(trigger(&rig), "Accepted");
	again = take_request(&rig, &papers, "{\"status\":\"Accepted\"}");
	assert_false(str_eq(csr, again));
	assert_string_equal(
		give(&rig, papers_issue(&papers, X509_DEVICE, again, "RIG-1", -1, 700), STR("")),
		"Accepted");
	assert_int_equal(rig.pile.access.now.slot, 2);
	papers_close(&foreign);
	end(&rig, &papers);
}

/* The key is on the disk before the request: after power loss the same one is asked for again. */
static void test_request_survives_power_loss(void **state)
{
	struct rig rig;
	struct papers papers;
	struct x509_csr first, second;

	(void)state;
	start(&rig, &papers);
	assert_string_equal(trigger(&rig), "Accepted");
	assert_int_equal(x509_csr_read(&papers.arena,
				 take_request(&rig, &papers, "{\"status\":\"Accepted\"}"), &first),
		0);
	rig_kill(&rig);
	rig_open(&rig);
	rig_online(&rig);
	assert_string_equal(trigger(&rig), "Accepted");
	assert_int_equal(x509_csr_read(&papers.arena,
				 take_request(&rig, &papers, "{\"status\":\"Rejected\"}"), &second),
		0);
	assert_true(str_eq(first.key_hash, second.key_hash));
	rig_run(&rig, 5000);
	assert_int_equal(rig.frames_len, 0); /* refused: no asking on and on */
	end(&rig, &papers);
}

/* One that ends within thirty days asks for its successor by itself. */
static void test_renews_by_itself(void **state)
{
	struct rig rig;
	struct papers papers;
	struct str csr;

	(void)state;
	start(&rig, &papers);
	assert_string_equal(trigger(&rig), "Accepted");
	csr = take_request(&rig, &papers, "{\"status\":\"Accepted\"}");
	assert_string_equal(
		give(&rig, papers_issue(&papers, X509_DEVICE, csr, "RIG-1", -1, 20), STR("")),
		"Accepted");
	rig_kill(&rig);
	rig_open(&rig);
	rig_online(&rig);
	take_request(&rig, &papers, "{\"status\":\"Accepted\"}");
	end(&rig, &papers);
}

/* Power goes at every step of taking the chain: the request goes on, or the certificate is whole.
 */
static void test_power_goes_while_taking(void **state)
{
	struct papers papers;
	int taken = 0;

	(void)state;
	papers_open(&papers);
	for (int64_t budget = 0; budget < 40; budget++) {
		struct rig rig;
		struct shelf_sim sim;
		struct shelf before;
		struct str csr;
		bool good;

		rig_start(&rig);
		rig_kill(&rig);
		before = rig.shelf;
		rig.shelf = shelf_sim_port(&sim);
		rig_open(&rig);
		rig_online(&rig);
		assert_string_equal(trigger(&rig), "Accepted");
		csr = take_request(&rig, &papers, "{\"status\":\"Accepted\"}");
		shelf_sim_arm(&sim, budget);
		good = strcmp(give(&rig, papers_issue(&papers, X509_DEVICE, csr, "RIG-1", -1, 700),
				      papers.sub),
			       "Accepted") == 0;
		rig_kill(&rig);
		shelf_sim_revive(&sim);
		rig_open(&rig);
		taken += good;
		if (good)
			assert_int_equal(rig.pile.access.now.slot, 1);
		if (rig.pile.access.now.slot == 1) {
			struct buf text;
			buf_init(&text, &papers.arena, 32768);
			assert_int_equal(shelf_get(&rig.shelf, certs_file(1), &text), 0);
			assert_int_equal(
				x509_key_fits(str_slice(buf_str(&text),
						      (size_t)(strstr(text.ptr, "-----BEGIN CERT") -
							       text.ptr),
						      text.len),
					buf_str(&text)),
				0);
		}
		rig.shelf = before;
		rig_end(&rig);
		shelf_sim_end(&sim);
	}
	assert_true(taken > 0);
	papers_close(&papers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_install_list_delete),
		cmocka_unit_test(test_store_is_bounded),
		cmocka_unit_test(test_beside_the_installers),
		cmocka_unit_test(test_own_certificate),
		cmocka_unit_test(test_request_survives_power_loss),
		cmocka_unit_test(test_renews_by_itself),
		cmocka_unit_test(test_power_goes_while_taking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
