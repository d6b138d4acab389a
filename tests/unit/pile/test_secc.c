/* test_secc.c - the pile's certificate towards cars, asked for and delivered by the server;
 * contracts that cars get through the pile; receipts that cars sign. */
#include "contract_bench.h"

/* ---- the certificate towards cars ---- */

static void test_certificate(void **state)
{
	struct rig *rig = &bench.rig;
	char delete[512];

	(void)state;
	open_bench(OCPP_201, HAL_PLUG_CCS2);
	ask(rig, "GetInstalledCertificateIds", "{\"certificateType\":[\"V2GCertificateChain\"]}",
		bench.frame);
	assert_string_equal(rig_part(bench.frame, "2.status"), "NotFound");
	/* by itself, where it may */
	allow("ISO15118Ctrlr.V2GCertificateInstallationEnabled", "true");
	next("SignCertificate");
	assert_string_equal(rig_part(bench.frame, "3.certificateType"), "V2GCertificate");
	rig_answer(rig, bench.frame, "{\"status\":\"Rejected\"}");
	rig_run(rig, 10000);
	assert_int_equal(rig->frames_len, 0); /* not again at once */
	get_certificate(90);
	assert_string_equal(papers_call(rig, "InstallCertificate",
				    "\"certificateType\":\"V2GRootCertificate\",\"certificate\":\"",
				    bench.v2g.root, "\""),
		"Accepted");
	/* it lasts over a restart */
	rig_kill(rig);
	rig_open(rig);
	assert_non_null(rig->pile.secc.paper);
	rig_expect(rig, "BootNotification", bench.frame);
	rig_answer(rig, bench.frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"86400}");
	rig_run(rig, 2000);
	answer_all(rig, "StatusNotification", "{}");
	ask(rig, "GetInstalledCertificateIds", "{\"certificateType\":[\"V2GCertificateChain\"]}",
		bench.frame);
	assert_string_equal(rig_part(bench.frame, "2.status"), "Accepted");
	assert_string_equal(rig_part(bench.frame, "2.certificateHashDataChain.0.certificateType"),
		"V2GCertificateChain");
	assert_true(strlen(rig_part(bench.frame, "2.certificateHashDataChain.0."
						 "childCertificateHashData.0.serialNumber")) > 0);
	snprintf(delete, sizeof(delete),
		"{\"certificateHashData\":{\"hashAlgorithm\":\"SHA256\",\"issuerNameHash\":\"%s\","
		"\"issuerKeyHash\":\"%s\",\"serialNumber\":\"%s\"}}",
		rig_part(bench.frame,
			"2.certificateHashDataChain.0.certificateHashData.issuerNameHash"),
		rig_part(bench.frame,
			"2.certificateHashDataChain.0.certificateHashData.issuerKeyHash"),
		rig_part(bench.frame,
			"2.certificateHashDataChain.0.certificateHashData.serialNumber"));
	ask(rig, "DeleteCertificate", delete, bench.frame);
	assert_string_equal(rig_part(bench.frame, "2.status"), "Accepted");
	assert_null(rig->pile.secc.paper);
	ask(rig, "DeleteCertificate", delete, bench.frame);
	assert_string_equal(rig_part(bench.frame, "2.status"), "NotFound");
	close_bench();
}

static const char *offered(struct str chain)
{
	return papers_call(&bench.rig, "CertificateSigned",
		"\"certificateType\":\"V2GCertificate\",\"certificateChain\":\"", chain, "\"");
}

static void test_bad_certificate(void **state)
{
	struct str key;

	(void)state;
	open_bench(OCPP_201, HAL_PLUG_CCS2);
	key = papers_key(&bench.v2g);
	/* nothing was asked for */
	assert_string_equal(offered(papers_issue(&bench.v2g, X509_DEVICE,
				    papers_csr(&bench.v2g, key, "X"), "X", -1, 9)),
		"Rejected");
	secc_wish(&bench.rig.pile);
	next("SignCertificate");
	rig_answer(&bench.rig, bench.frame, "{\"status\":\"Accepted\"}");
	/* another key's; an authority; what is none; one that has ended */
	assert_string_equal(offered(papers_issue(&bench.v2g, X509_DEVICE,
				    papers_csr(&bench.v2g, key, "X"), "X", -1, 9)),
		"Rejected");
	assert_string_equal(offered(bench.v2g.sub), "Rejected");
	assert_string_equal(offered(STR("no certificate")), "Rejected");
	assert_string_equal(
		offered(papers_issue(&bench.v2g, X509_DEVICE, long_part("3.csr"), "SECC1", -9, -1)),
		"Rejected");
	/* authorities that did not sign it */
	assert_string_equal(offered(joined(papers_issue(&bench.v2g, X509_DEVICE, long_part("3.csr"),
						   "SECC1", -1, 9),
				    bench.mo.sub)),
		"Rejected");
	assert_null(bench.rig.pile.secc.paper);
	close_bench();
}

/* ---- receipts ---- */

static void test_receipts(void **state)
{
	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	allow("ISO15118Ctrlr.RequestMeteringReceipt", "true");
	rig_plug(&bench.rig, 1, 30);
	charges(good);
	assert_int_equal(talk()->contract.receipt.count, 1);
	for (int i = 0; i < 6; i++) {
		rig_run(&bench.rig, 60000);
		rig_forget_frames(&bench.rig);
		bench.rig.pile.link.call.kind = CALL_NONE;
	}
	assert_int_equal(talk()->contract.receipt.count, 2);
	assert_int_equal(car()->contract->receipts, 2);
	car()->trick = EV_FORGED;
	for (int i = 0; i < 400 && !car()->why[0]; i++) {
		rig_run(&bench.rig, 1000);
		rig_forget_frames(&bench.rig);
		bench.rig.pile.link.call.kind = CALL_NONE;
	}
	assert_string_equal(car()->why, "FAILED_MeteringSignatureNotValid");
	close_bench();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_bad_certificate),
		cmocka_unit_test(test_receipts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
