/* test_secc.c - the pile's certificate towards cars, asked for and delivered by the server;
 * contracts that cars get through the pile; receipts that cars sign. */
#include "contract_bench.h"
#include "base/x509_parts.h"

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

/* ---- contracts that cars get through the pile ---- */

#define OEM "OEM-0001"

static struct str oem_key, oem, asked; /* asked: the car's request as the server got it */

static void open_install(void)
{
	open_bench(OCPP_201, HAL_PLUG_CCS2);
	trust_mo();
	get_certificate(90);
	allow("ISO15118Ctrlr.ContractInstallationEnabled", "true");
	oem_key = papers_key(&bench.mo);
	oem = papers_issue(
		&bench.mo, X509_DEVICE, papers_csr(&bench.mo, oem_key, OEM), OEM, -1, 3650);
	assert_true(sim_ev_give(car(), &(struct sim_ev_papers){.oem_key = oem_key,
					       .oem = oem,
					       .roots = bench.v2g.root,
					       .now_us = PAPERS_NOW}));
}

/* The request comes to the server as it was: signed by the car's own certificate. */
static struct exi_doc car_asks(void)
{
	struct exi_doc doc = {.schema = &exi_iso2, .arena = &bench.mo.arena};
	uint8_t *bytes = arena_alloc(&bench.mo.arena, 4096);
	struct sign_key key;
	size_t len = 0;

	rig_plug(&bench.rig, 1, 30);
	next("Get15118EVCertificate");
	assert_string_equal(rig_part(bench.frame, "3.action"), "Install");
	assert_string_equal(
		rig_part(bench.frame, "3.iso15118SchemaVersion"), "urn:iso:15118:2:2013:MsgDef");
	assert_true(base64_read(long_part("3.exiRequest"), bytes, 4096, &len));
	asked = (struct str){(const char *)bytes, len};
	assert_int_equal(exi_read(&doc, bytes, len), 0);
	assert_int_equal(x509_sign_key(&bench.mo.arena, oem, &key), 0);
	assert_int_equal(
		exi_sign_check(exi_get(doc.root, "Header"), exi_get(doc.root, "Body")->first, &key),
		0);
	return doc;
}

/* The contract's key, sealed for the car's certificate with a key of the moment. */
static void seal(uint8_t ret_sealed[48], uint8_t ret_point[SIGN_POINT_LEN])
{
	struct str moment = papers_key(&bench.mo);
	uint8_t text[39] = {0, 0, 0, 1}, digest[SHA256_LEN];
	EVP_PKEY *own = x509_private_key(moment);
	X509 *theirs = x509_first(&bench.mo.arena, oem);
	EVP_PKEY_CTX *derive = EVP_PKEY_CTX_new(own, NULL);
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	struct sign_secret secret, number;
	struct sign_key point;
	size_t len = 32;
	int out = 0;

	assert_int_equal(x509_sign_secret(moment, &secret), 0);
	assert_true(sign_key_of(&secret, &point));
	memcpy(ret_point, point.bytes, SIGN_POINT_LEN);
	assert_int_equal(EVP_PKEY_derive_init(derive), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(derive, X509_get0_pubkey(theirs)), 1);
	assert_int_equal(EVP_PKEY_derive(derive, text + 4, &len), 1);
	memcpy(text + 36, "\1UV", 3);
	sha256(text, sizeof(text), digest);
	assert_int_equal(x509_sign_secret(bench.key, &number), 0);
	memset(ret_sealed, 7, 16);
	assert_int_equal(
		EVP_EncryptInit_ex(cipher, EVP_aes_128_cbc(), NULL, digest, ret_sealed), 1);
	EVP_CIPHER_CTX_set_padding(cipher, 0);
	assert_int_equal(
		EVP_EncryptUpdate(cipher, ret_sealed + 16, &out, number.bytes, SIGN_KEY_LEN), 1);
	assert_int_equal(out, SIGN_KEY_LEN);
	EVP_CIPHER_CTX_free(cipher);
	EVP_PKEY_CTX_free(derive);
	EVP_PKEY_free(own);
	X509_free(theirs);
}

static void put_named(struct exi_doc *doc, struct exi_node *answer, const char *name,
	const char *id, struct str content)
{
	struct exi_node *node = exi_add(doc, answer, name);

	exi_add_bytes(doc, node, "Id", str_from(id));
	exi_add_bytes(doc, node, "CONTENT", content);
}

static void put_chain(
	struct exi_doc *doc, struct exi_node *answer, const char *name, struct str pem)
{
	struct exi_node *chain = exi_add(doc, answer, name), *above = NULL;
	struct str der;
	bool first = true;

	for (; pem.len > 0; first = false) {
		assert_int_equal(x509_to_der(&bench.mo.arena, &pem, &der), 0);
		if (!first && !above)
			above = exi_add(doc, chain, "SubCertificates");
		exi_add_bytes(doc, first ? chain : above, "Certificate", der);
	}
}

/* What a pool of contracts makes of it, for a session. */
static void pool_answers(struct str session)
{
	struct exi_doc doc = {.schema = &exi_iso2, .arena = &bench.mo.arena};
	struct exi_node *root = exi_begin(&doc, "V2G_Message"), *answer;
	uint8_t sealed[48], point[SIGN_POINT_LEN], bytes[4096];
	char payload[4000];
	struct buf text;
	size_t len;

	contract_of(EMAID, -1, 365);
	seal(sealed, point);
	exi_add_bytes(&doc, exi_add(&doc, root, "Header"), "SessionID", session);
	answer = exi_add(&doc, exi_add(&doc, root, "Body"), "CertificateInstallationRes");
	exi_add_word(&doc, answer, "ResponseCode", "OK");
	put_chain(&doc, answer, "SAProvisioningCertificateChain", bench.mo.sub);
	put_chain(&doc, answer, "ContractSignatureCertChain", bench.chain);
	put_named(&doc, answer, "ContractSignatureEncryptedPrivateKey", "id1",
		(struct str){(char *)sealed, 48});
	put_named(&doc, answer, "DHpublickey", "id2", (struct str){(char *)point, SIGN_POINT_LEN});
	put_named(&doc, answer, "eMAID", "id3", STR(EMAID));
	assert_int_equal(exi_write(&doc, bytes, sizeof(bytes), &len), 0);
	buf_init(&text, &bench.mo.arena, 8192);
	base64_write(&text, bytes, len);
	snprintf(payload, sizeof(payload), "{\"status\":\"Accepted\",\"exiResponse\":\"%.*s\"}",
		STR_FMT(buf_str(&text)));
	rig_answer(&bench.rig, bench.frame, payload);
}

/* The car gets its contract, and pays by it in the same talk. */
static void test_install(void **state)
{
	struct exi_doc doc;

	(void)state;
	open_install();
	doc = car_asks();
	pool_answers(exi_bytes(exi_get(doc.root, "Header"), "SessionID"));
	charges(good);
	assert_string_equal(car()->contract->emaid, EMAID);
	close_bench();
}

static void test_install_fails(void **state)
{
	static const char *const answers[] = {
		"{\"status\":\"Failed\",\"exiResponse\":\"\"}",
		"{\"status\":\"Accepted\",\"exiResponse\":\"no base64\"}",
		"{\"status\":\"Accepted\",\"exiResponse\":\"AAAA\"}",
		"{\"nothing\":1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		open_install();
		car_asks();
		rig_answer(&bench.rig, bench.frame, answers[i]);
		gives_up("FAILED_NoCertificateAvailable");
		assert_int_equal(outlet()->tx, 0);
		close_bench();
	}
	/* an answer to another talk */
	open_install();
	car_asks();
	pool_answers(STR("12345678"));
	gives_up("FAILED_NoCertificateAvailable");
	close_bench();
	/* too late: the car has not waited, and what comes is nobody's */
	open_install();
	car_asks();
	gives_up("FAILED_NoCertificateAvailable");
	pool_answers(STR("12345678"));
	rig_run(&bench.rig, 3000);
	assert_int_equal(outlet()->tx, 0);
	close_bench();
}

static void test_install_not_offered(void **state)
{
	(void)state;
	open_install();
	allow("ISO15118Ctrlr.ContractInstallationEnabled", "false");
	rig_plug(&bench.rig, 1, 30);
	rig_run(&bench.rig, 8000);
	assert_int_equal(talk()->phase, HLC_AUTHORISE);
	assert_false(talk()->contract.chosen);
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
		cmocka_unit_test(test_install),
		cmocka_unit_test(test_install_fails),
		cmocka_unit_test(test_install_not_offered),
		cmocka_unit_test(test_receipts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
