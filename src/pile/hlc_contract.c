/* hlc_contract.c - Plug & Charge in the talk with a car (ISO 15118-2; drawing in hlc.h): what is
 * offered, the contract's certificates, the proof that the car has its key, a new contract passed
 * on between the car and who makes it, and receipts that the car signs. */
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/x509.h"
#include "pile/exi_sign.h"
#include "pile/hlc_parts.h"

#define CONTRACT_ARENA (64 * 1024)
#define CONTRACT_ANSWER_US (4500 * US_PER_MS) /* a car waits five seconds for these answers */
#define CONTRACT_PAYER_US (55 * US_PER_S)     /* ... and a minute until somebody pays */
#define CONTRACT_RECEIPT_US (5 * US_PER_MIN)
#define CONTRACT_NONE "FAILED_NoCertificateAvailable"

void hlc_papers_init(struct hlc_papers *papers)
{
	memset(papers, 0, sizeof(*papers));
	arena_init(&papers->arena, CONTRACT_ARENA);
}

void hlc_papers_fini(struct hlc_papers *papers)
{
	arena_fini(&papers->arena);
}

static void contract_clear(struct hlc_papers *papers)
{
	hlc_papers_fini(papers);
	hlc_papers_init(papers);
}

void hlc_contract_said(struct hlc *hlc, const char *code)
{
	if (hlc->contract.ask != HLC_ASK_NOTHING)
		hlc->contract.code = code;
}

static void contract_ask(struct hlc_talk *talk, enum hlc_ask ask)
{
	struct hlc_contract *contract = &talk->hlc->contract;

	contract->ask = ask;
	contract->asked_us = talk->ticks_us;
	contract->code = NULL;
}

/* The answer to what was asked, once; until it is there the car waits, but not for ever. */
static const char *contract_wait(struct hlc_talk *talk)
{
	struct hlc_contract *contract = &talk->hlc->contract;
	const char *code = contract->code;

	if (!code && talk->ticks_us - contract->asked_us < CONTRACT_ANSWER_US) {
		talk->later = true;
		return "OK";
	}
	contract->ask = HLC_ASK_NOTHING;
	contract->code = NULL;
	return code ? code : CONTRACT_NONE;
}

/* ---- what is offered, and chosen ---- */

bool hlc_contract_service(const struct hlc *hlc, int64_t service)
{
	return service == HLC_SERVICE_CHARGE ||
	       (service == HLC_SERVICE_PAPER && hlc->contract.offered);
}

void hlc_contract_services(struct hlc_talk *talk, struct exi_node *payments)
{
	struct hlc_contract *contract = &talk->hlc->contract;
	struct exi_doc *out = &talk->out;
	struct exi_node *service;

	contract->offered = talk->input->contract && contract->papers;
	if (!contract->offered)
		return;
	exi_add_word(out, payments, "PaymentOption", "Contract");
	if (!talk->input->contracts)
		return;
	service = exi_add(out, exi_add(out, talk->answer, "ServiceList"), "Service");
	exi_add_number(out, service, "ServiceID", HLC_SERVICE_PAPER);
	exi_add_bytes(out, service, "ServiceName", STR("Certificate"));
	exi_add_word(out, service, "ServiceCategory", "ContractCertificate");
	exi_add_number(out, service, "FreeService", 1);
}

/* Of the service for certificates there are two kinds: the first one, and the next. */
void hlc_contract_parameters(struct hlc_talk *talk)
{
	static const char *const kinds[] = {"Installation", "Update"};
	struct exi_node *list = exi_add(&talk->out, talk->answer, "ServiceParameterList");

	for (int i = 0; i < 2; i++) {
		struct exi_node *set = exi_add(&talk->out, list, "ParameterSet"), *parameter;
		exi_add_number(&talk->out, set, "ParameterSetID", i + 1);
		parameter = exi_add(&talk->out, set, "Parameter");
		exi_add_bytes(&talk->out, parameter, "Name", STR("Service"));
		exi_add_bytes(&talk->out, parameter, "stringValue", str_from(kinds[i]));
	}
}

const char *hlc_contract_choose(struct hlc_talk *talk)
{
	struct hlc_contract *contract = &talk->hlc->contract;

	if (!contract->offered)
		return "FAILED_PaymentSelectionInvalid";
	contract->chosen = true;
	talk->hlc->phase = HLC_CONTRACT;
	return "OK";
}

/* ---- the contract ---- */

static bool contract_add(struct hlc_papers *papers, struct buf *chain, const struct exi_node *node)
{
	struct str pem;

	if (x509_from_der(&papers->arena, node->bytes, &pem) != 0)
		return false;
	buf_put_str(chain, pem);
	return true;
}

/* The chain as the car sent it; whether it is good is another's to say. */
static const char *contract_take_chain(struct hlc_talk *talk)
{
	struct hlc_papers *papers = talk->hlc->contract.papers;
	const struct exi_node *given = exi_get(talk->request, "ContractSignatureCertChain");
	const struct exi_node *above = exi_get(given, "SubCertificates");
	struct str emaid = exi_bytes(talk->request, "eMAID");
	struct buf chain;
	bool good;

	contract_clear(papers);
	if (emaid.len == 0 || emaid.len > HLC_EMAID)
		return "FAILED";
	memcpy(papers->emaid, emaid.ptr, emaid.len);
	buf_init(&chain, &papers->arena, X509_PEM_MAX);
	good = contract_add(papers, &chain, exi_get(given, "Certificate"));
	for (const struct exi_node *at = above ? above->first : NULL; at && good; at = at->next)
		good = contract_add(papers, &chain, at);
	papers->chain = good ? buf_str(&chain) : STR("");
	if (!good || chain.failed ||
		x509_sign_key(&papers->arena, papers->chain, &papers->key) != 0)
		return "FAILED_CertChainError";
	return NULL;
}

const char *hlc_on_details(struct hlc_talk *talk)
{
	struct hlc_contract *contract = &talk->hlc->contract;
	const char *code;

	if (contract->ask != HLC_ASK_CHAIN) {
		code = contract_take_chain(talk);
		if (code)
			return code;
		contract_ask(talk, HLC_ASK_CHAIN);
	}
	code = contract_wait(talk);
	if (!talk->later && code[0] == 'O') {
		talk->rng->fill(talk->rng, contract->challenge, HLC_CHALLENGE);
		talk->hlc->phase = HLC_AUTHORISE;
	}
	return code;
}

void hlc_fill_details(struct hlc_talk *talk)
{
	const struct hlc_contract *contract = &talk->hlc->contract;
	bool din = hlc_is_din(talk->hlc);

	exi_add_bytes(&talk->out, talk->answer, "GenChallenge",
		talk->ok ? (struct str){(const char *)contract->challenge, HLC_CHALLENGE}
			 : STR("0000000000000000"));
	exi_add_number(&talk->out, talk->answer, din ? "DateTimeNow" : "EVSETimeStamp",
		talk->input->now_us / US_PER_S);
}

/* Our challenge, signed with the contract's key: whoever has only seen the certificates, or an
 * answer to another challenge, does not get through. */
static const char *contract_prove(struct hlc_talk *talk)
{
	struct hlc_contract *contract = &talk->hlc->contract;
	struct str challenge = exi_bytes(talk->request, "GenChallenge");

	if (challenge.len != HLC_CHALLENGE ||
		!crypt_equal(challenge.ptr, contract->challenge, HLC_CHALLENGE))
		return "FAILED_ChallengeInvalid";
	if (exi_sign_check(talk->header, talk->request, &contract->papers->key) != 0)
		return "FAILED_SignatureError";
	contract->proven = true;
	contract_ask(talk, HLC_ASK_PAYER);
	return "OK";
}

const char *hlc_contract_authorise(struct hlc_talk *talk)
{
	struct hlc_contract *contract = &talk->hlc->contract;

	if (!contract->proven)
		return contract_prove(talk);
	if (contract->code && contract->code[0] != 'O')
		return contract->code;
	if (contract->code && talk->input->granted) {
		contract->ask = HLC_ASK_NOTHING;
		talk->hlc->phase = HLC_PARAMETERS;
	} else if (talk->ticks_us - contract->asked_us >= CONTRACT_PAYER_US) {
		return "FAILED";
	}
	return "OK";
}

/* ---- a new contract for the car ---- */

/* Is what came back an answer to this car, of this kind? Its own code then counts. */
static const char *contract_passed(struct hlc_talk *talk, struct str answer)
{
	const struct hlc *hlc = talk->hlc;
	struct exi_doc doc = {.schema = &exi_iso2, .arena = talk->out.arena};
	const struct exi_node *body;
	struct str session;

	if (answer.len == 0 || exi_read(&doc, (const uint8_t *)answer.ptr, answer.len) != 0)
		return CONTRACT_NONE;
	session = exi_bytes(exi_get(doc.root, "Header"), "SessionID");
	body = exi_get(exi_get(doc.root, "Body"), hlc->contract.papers->update
							  ? "CertificateUpdateRes"
							  : "CertificateInstallationRes");
	if (!body || session.len != HLC_SESSION ||
		memcmp(session.ptr, hlc->session, HLC_SESSION) != 0)
		return CONTRACT_NONE;
	talk->whole = answer;
	return exi_word(body, "ResponseCode");
}

const char *hlc_on_install(struct hlc_talk *talk)
{
	struct hlc_contract *contract = &talk->hlc->contract;
	struct hlc_papers *papers = contract->papers;
	const char *code;

	if (!talk->input->contracts)
		return CONTRACT_NONE;
	if (contract->ask != HLC_ASK_PAPER) {
		contract_clear(papers);
		papers->request = str_dup(&papers->arena, talk->raw);
		papers->update = strcmp(talk->request->row->name, "CertificateUpdateReq") == 0;
		contract_ask(talk, HLC_ASK_PAPER);
	}
	code = contract_wait(talk);
	if (talk->later || code[0] != 'O')
		return code;
	return contract_passed(talk, papers->answer);
}

static void contract_named(
	struct hlc_talk *talk, const char *name, const char *id, struct str content)
{
	struct exi_node *node = exi_add(&talk->out, talk->answer, name);

	exi_add_bytes(&talk->out, node, "Id", str_from(id));
	exi_add_bytes(&talk->out, node, "CONTENT", content);
}

/* There is none: the standard wants its places filled all the same. */
void hlc_fill_install(struct hlc_talk *talk)
{
	static const char *const chains[] = {
		"SAProvisioningCertificateChain", "ContractSignatureCertChain"};

	for (int i = 0; i < 2; i++) {
		struct exi_node *chain = exi_add(&talk->out, talk->answer, chains[i]);
		exi_add_bytes(&talk->out, chain, "Certificate", STR("0"));
	}
	contract_named(talk, "ContractSignatureEncryptedPrivateKey", "id1", STR("0"));
	contract_named(talk, "DHpublickey", "id2", STR("0"));
	contract_named(talk, "eMAID", "id3", STR("00000000000000"));
}

/* ---- receipts ---- */

bool hlc_contract_receipt(struct hlc_talk *talk)
{
	struct hlc_contract *contract = &talk->hlc->contract;

	if (!talk->input->receipts || !contract->proven || !talk->input->granted)
		return false;
	if (!contract->receipt.wanted && talk->ticks_us < contract->receipt.next_us)
		return false;
	contract->receipt.wanted = true;
	contract->receipt.reading_dwh = talk->input->register_dwh;
	return true;
}

/* The car signs what it was told the meter says. */
const char *hlc_on_receipt(struct hlc_talk *talk)
{
	struct hlc_contract *contract = &talk->hlc->contract;
	const struct exi_node *meter = exi_get(talk->request, "MeterInfo");
	struct str session = exi_bytes(talk->request, "SessionID");

	if (!contract->receipt.wanted)
		return "FAILED_SequenceError";
	if (session.len != HLC_SESSION ||
		memcmp(session.ptr, talk->hlc->session, HLC_SESSION) != 0 ||
		exi_number(meter, "MeterReading", -1) != contract->receipt.reading_dwh / 10 ||
		exi_sign_check(talk->header, talk->request, &contract->papers->key) != 0)
		return "FAILED_MeteringSignatureNotValid";
	contract->receipt.wanted = false;
	contract->receipt.next_us = talk->ticks_us + CONTRACT_RECEIPT_US;
	contract->receipt.count++;
	return "OK";
}
