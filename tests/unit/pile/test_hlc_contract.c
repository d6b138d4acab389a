/* test_hlc_contract.c - what is passed on in the talk with a car: a new contract for it, and
 * answers that are none. */
#include "hlc_bench.h"

static struct hlc_papers papers;

static void to_contract(void)
{
	open_bench(true);
	hlc_papers_fini(&papers);
	hlc_papers_init(&papers);
	bench.hlc.contract.papers = &papers;
	bench.input.contract = bench.input.contracts = true;
	hello(iso2, 2, 0, 1, true);
	setup("OK_NewSessionEstablished");
	request("ServiceDiscoveryReq");
	assert_non_null(exi_get(answered("OK"), "ServiceList"));
	request("ServiceDetailReq");
	exi_add_number(&bench.out, bench.request, "ServiceID", 2);
	assert_non_null(exi_get(answered("OK"), "ServiceParameterList"));
	select_payment("PaymentServiceSelectionReq", "Contract", 2);
	answered("OK");
	assert_int_equal(bench.hlc.phase, HLC_CONTRACT);
}

/* A new contract in the place of one that ends soon; the car says what it has. */
static void ask_update(void)
{
	struct exi_node *node;

	request("CertificateUpdateReq");
	exi_add_bytes(&bench.out, bench.request, "Id", STR("ID1"));
	node = exi_add(&bench.out, bench.request, "ContractSignatureCertChain");
	exi_add_bytes(&bench.out, node, "Certificate", STR("c"));
	exi_add_bytes(&bench.out, bench.request, "eMAID", STR("ZZLEYC12345678X"));
	node = exi_add(&bench.out, bench.request, "ListOfRootCertificateIDs");
	node = exi_add(&bench.out, node, "RootCertificateID");
	exi_add_bytes(&bench.out, node, "X509IssuerName", STR("CN=R"));
	exi_add_bytes(&bench.out, node, "X509SerialNumber", STR("\0\1"));
	assert_int_equal(send_request(), HLC_LATER);
	assert_int_equal(bench.hlc.contract.ask, HLC_ASK_PAPER);
	assert_true(papers.update);
	assert_true(papers.request.len > 20);
}

static void put_named(struct exi_doc *doc, struct exi_node *answer, const char *name)
{
	struct exi_node *node = exi_add(doc, answer, name);

	exi_add_bytes(doc, node, "Id", STR("x"));
	exi_add_bytes(doc, node, "CONTENT", STR("y"));
}

/* As who makes contracts answers; the talk gets the bytes. */
static void another_says(const char *name, const char *code)
{
	static uint8_t bytes[ROOM];
	struct exi_doc doc = {.schema = &exi_iso2, .arena = &bench.arena};
	struct exi_node *root = exi_begin(&doc, "V2G_Message"), *answer;
	size_t len;

	exi_add_bytes(&doc, exi_add(&doc, root, "Header"), "SessionID",
		(struct str){(char *)bench.session, 8});
	answer = exi_add(&doc, exi_add(&doc, root, "Body"), name);
	exi_add_word(&doc, answer, "ResponseCode", code);
	exi_add_bytes(&doc, exi_add(&doc, answer, "SAProvisioningCertificateChain"), "Certificate",
		STR("a"));
	exi_add_bytes(
		&doc, exi_add(&doc, answer, "ContractSignatureCertChain"), "Certificate", STR("b"));
	put_named(&doc, answer, "ContractSignatureEncryptedPrivateKey");
	put_named(&doc, answer, "DHpublickey");
	put_named(&doc, answer, "eMAID");
	assert_int_equal(exi_write(&doc, bytes, sizeof(bytes), &len), 0);
	papers.answer = (struct str){(char *)bytes, len};
	hlc_contract_said(&bench.hlc, "OK");
}

static void test_update(void **state)
{
	(void)state;
	to_contract();
	ask_update();
	another_says("CertificateUpdateRes", "OK");
	answered("OK");
	assert_int_equal(bench.hlc.phase, HLC_CONTRACT); /* it pays by it next */
	to_contract();
	ask_update();
	another_says("CertificateUpdateRes", "FAILED_ContractCanceled");
	failed("FAILED_ContractCanceled");
	to_contract(); /* an answer to another question */
	ask_update();
	another_says("CertificateInstallationRes", "OK");
	failed("FAILED_NoCertificateAvailable");
	to_contract(); /* nobody answers in time */
	ask_update();
	bench.ticks_us += 5 * US_PER_S;
	failed("FAILED_NoCertificateAvailable");
	to_contract(); /* what nobody asked for is passed over */
	hlc_contract_said(&bench.hlc, "FAILED");
	ask_update();
	hlc_papers_fini(&papers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_update)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_fini(&bench.arena);
	return failed;
}
