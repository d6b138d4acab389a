/* ocpp2_contract.c - contracts of cars and certificates towards them in OCPP 2.x: Authorize with a
 * contract, Get15118EVCertificate, SignCertificate (V2GCertificate). The pile's own part is in
 * contract.h and secc.h. */
#include "base/crypt.h"
#include "base/fault.h"
#include "base/x509.h"
#include "pile/contract.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/secc.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/certificate.h"
#include "wire/ocpp2/security.h"

#define CONTRACT_HASHES 4 /* the message has room for so many */
#define CONTRACT_SCHEMA "urn:iso:15118:2:2013:MsgDef"
#define CONTRACT_EXI_MAX 13000

/* ---- who pays ---- */

/* The certificates as their responders know them; none when one has no responder. Lists of what was
 * revoked lie at the server, so then it gets the chain itself, if it may. */
static int contract_hashes(struct talk *talk, struct str chain, struct ocpp2_authorize_req *req)
{
	struct ocpp2_ocsp_request_data *list =
		ARENA_ARRAY(talk->arena, struct ocpp2_ocsp_request_data, CONTRACT_HASHES);
	struct str mo, v2g, roots;
	struct x509_facts *facts;
	size_t len;
	int outcome = x509_read_all(talk->arena, chain, &facts, &len);

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for hashes");
	TRY(outcome);
	TRY(certs_anchors(talk->pile, CERTS_MO, talk->arena, &mo));
	TRY(certs_anchors(talk->pile, CERTS_V2G, talk->arena, &v2g));
	roots = str_format(talk->arena, "%.*s%.*s%.*s", STR_FMT(chain), STR_FMT(mo), STR_FMT(v2g));
	for (size_t i = 0; outcome == 0 && i < len; i++) {
		struct x509_hash hash;
		struct str url;
		if (i == CONTRACT_HASHES || x509_responder(talk->arena, facts[i].pem, &url) != 0 ||
			x509_hash(talk->arena, facts[i].pem, roots, &hash) != 0)
			return 0;
		list[i] = (struct ocpp2_ocsp_request_data){
			.hash_algorithm = OCPP2_HASH_ALGORITHM_SHA256,
			.issuer_name_hash = hash.issuer_name,
			.issuer_key_hash = hash.issuer_key,
			.serial_number = hash.serial,
			.responder_url = url};
	}
	req->has_iso15118_certificate_hash_data = outcome == 0 && len > 0;
	req->iso15118_certificate_hash_data = list;
	req->iso15118_certificate_hash_data_len = len;
	return 0;
}

int ocpp2_say_contract(
	struct talk *talk, const struct outlet *outlet, struct ocpp2_authorize_req *req)
{
	struct str chain = contract_papers(outlet);

	if (chain.len > 0 && !outlet->contract.central)
		TRY(contract_hashes(talk, chain, req));
	req->has_certificate =
		contract_tells(talk->pile, outlet, req->has_iso15118_certificate_hash_data);
	req->certificate = req->has_certificate ? chain : STR_NULL;
	return 0;
}

/* The talk's words for what the server says of the certificates. */
static const char *contract_word(int status)
{
	switch (status) {
	case OCPP2_AUTHORIZE_CERTIFICATE_STATUS_ACCEPTED:
		return "OK";
	case OCPP2_AUTHORIZE_CERTIFICATE_STATUS_SIGNATURE_ERROR:
		return "FAILED_SignatureError";
	case OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CERTIFICATE_EXPIRED:
		return "FAILED_CertificateExpired";
	case OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CERTIFICATE_REVOKED:
		return "FAILED_CertificateRevoked";
	case OCPP2_AUTHORIZE_CERTIFICATE_STATUS_NO_CERTIFICATE_AVAILABLE:
		return "FAILED_NoCertificateAvailable";
	case OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CONTRACT_CANCELLED:
		return "FAILED_ContractCanceled";
	default:
		return "FAILED_CertChainError";
	}
}

bool ocpp2_hear_contract(
	struct talk *talk, struct outlet *outlet, const struct ocpp2_authorize_conf *conf)
{
	bool missing = conf->has_certificate_status &&
		       conf->certificate_status ==
			       OCPP2_AUTHORIZE_CERTIFICATE_STATUS_NO_CERTIFICATE_AVAILABLE;

	return contract_judged(talk->pile, outlet,
		conf->has_certificate_status ? contract_word(conf->certificate_status) : NULL,
		missing);
}

/* ---- a contract for a car ---- */

static int say_paper(struct talk *talk, void *out)
{
	struct outlet *outlet = pile_outlet(talk->pile, talk->about->connector);
	const struct hlc_papers *papers = outlet->evse.cable.hlc.contract.papers;
	struct ocpp2_get15118_ev_certificate_req *req = out;
	struct buf text;

	buf_init(&text, talk->arena, papers->request.len * 2 + 8);
	base64_write(&text, papers->request.ptr, papers->request.len);
	req->iso15118_schema_version = STR(CONTRACT_SCHEMA);
	req->action =
		papers->update ? OCPP2_CERTIFICATE_ACTION_UPDATE : OCPP2_CERTIFICATE_ACTION_INSTALL;
	req->exi_request = buf_str(&text);
	outlet->contract.sent = true;
	return text.failed ? FAULT(FAULT_NOMEM, "no room for a car's request") : 0;
}

static bool hear_paper(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_get15118_ev_certificate_conf *conf = in;
	struct outlet *outlet = pile_outlet(talk->pile, talk->pile->link.call.connector);
	uint8_t *bytes = arena_alloc(talk->arena, CONTRACT_EXI_MAX);
	size_t len = 0;

	(void)ret;
	if (bytes && conf->status == OCPP2_ISO15118_EV_CERTIFICATE_STATUS_ACCEPTED &&
		!base64_read(conf->exi_response, bytes, CONTRACT_EXI_MAX, &len))
		len = 0;
	contract_came(outlet, (struct str){(const char *)bytes, len});
	return true;
}

/* ---- the certificate towards cars ---- */

static int say_sign(struct talk *talk, void *out)
{
	struct ocpp2_sign_certificate_req *req = out;

	req->has_certificate_type = true;
	req->certificate_type = OCPP2_CERTIFICATE_SIGNING_USE_V2_G_CERTIFICATE;
	return secc_request(talk->pile, talk->arena, &req->csr);
}

static bool hear_sign(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_sign_certificate_conf *conf = in;

	(void)ret;
	secc_requested(talk->pile, conf->status == OCPP2_GENERIC_STATUS_ACCEPTED);
	return true;
}

static const struct talk_say contract_rows[] = {
	{CALL_PAPER, "Get15118EVCertificate", say_paper, hear_paper},
	{CALL_SIGN_SECC, "SignCertificate", say_sign, hear_sign},
};
const struct talk_says ocpp2_contract_says = TALK_ROWS(contract_rows);
