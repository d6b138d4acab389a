/* sim_ev_contract.c - a simulated car that pays by contract (ISO 15118-2, Plug & Charge): its
 * papers, the chain it shows, what it signs, and how it gets a contract of its own (sim_ev.h). */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "base/x509.h"
#include "base/x509_parts.h"
#include "pile/exi_sign.h"
#include "pile/hal/sim_ev.h"
#include "pile/tunnel.h"

#define PAPERS_ARENA (512 * 1024)
#define PAPERS_SEALED 48 /* a start value, and the contract's key sealed behind it */

/* ---- papers ---- */

static void papers_drop(struct sim_ev *ev)
{
	if (!ev->contract)
		return;
	tunnel_free(ev->contract->tunnel);
	tunnel_paper_free(ev->contract->paper);
	arena_fini(&ev->contract->arena);
	mem_free(ev->contract);
	ev->contract = NULL;
}

void sim_ev_fini(struct sim_ev *ev)
{
	if (ev)
		papers_drop(ev);
}

static bool papers_name(struct sim_ev_contract *contract)
{
	struct x509_facts facts;
	struct str name;

	if (contract->chain.len == 0)
		return true;
	if (x509_read(&contract->arena, contract->chain, &facts) != 0)
		return false;
	name = facts.subject.common_name;
	snprintf(contract->emaid, sizeof(contract->emaid), "%.*s", STR_FMT(name));
	return name.len > 0 && name.len < sizeof(contract->emaid);
}

bool sim_ev_give(struct sim_ev *ev, const struct sim_ev_papers *papers)
{
	struct sim_ev_contract *contract;

	papers_drop(ev);
	if (papers->chain.len == 0 && papers->oem.len == 0)
		return true;
	contract = ev->contract = mem_alloc(sizeof(*contract));
	arena_init(&contract->arena, PAPERS_ARENA);
	contract->key = str_dup(&contract->arena, papers->key);
	contract->chain = str_dup(&contract->arena, papers->chain);
	contract->oem_key = str_dup(&contract->arena, papers->oem_key);
	contract->oem = str_dup(&contract->arena, papers->oem);
	contract->paper = tunnel_paper_car(papers->roots, papers->now_us);
	if (contract->paper && papers_name(contract))
		return true;
	papers_drop(ev);
	return false;
}

/* ---- what it says ---- */

bool sim_ev_pays(const struct sim_ev *ev)
{
	return ev->contract && ev->contract->pays;
}

enum sim_ev_say sim_ev_contract_first(const struct sim_ev *ev)
{
	if (!sim_ev_pays(ev))
		return EV_SAY_AUTHORISE;
	return ev->contract->chain.len > 0 ? EV_SAY_DETAILS : EV_SAY_INSTALL;
}

void sim_ev_contract_offered(struct sim_ev *ev, const struct exi_node *answer)
{
	const struct exi_node *options = exi_get(answer, "PaymentOptionList");
	struct sim_ev_contract *contract = ev->contract;

	if (!contract)
		return;
	contract->offered = false;
	for (const struct exi_node *at = options ? options->first : NULL; at; at = at->next)
		contract->offered |= strcmp(at->row->type->words[at->number], "Contract") == 0;
	contract->pays = contract->offered && contract->tunnel &&
			 (contract->chain.len > 0 || exi_get(answer, "ServiceList"));
}

static void fill_chain(struct exi_doc *doc, struct exi_node *parent, struct str pem)
{
	struct exi_node *chain = exi_add(doc, parent, "ContractSignatureCertChain"), *above = NULL;
	struct str der;
	bool first = true;

	while (pem.len > 0 && x509_to_der(doc->arena, &pem, &der) == 0) {
		if (!first && !above)
			above = exi_add(doc, chain, "SubCertificates");
		exi_add_bytes(doc, first ? chain : above, "Certificate", der);
		first = false;
	}
}

/* The certificate it was built with, and a root it believes: by name, the number is 1. */
static void fill_install(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	struct exi_node *root = exi_add(
		doc, exi_add(doc, request, "ListOfRootCertificateIDs"), "RootCertificateID");
	struct str oem = ev->contract->oem, der = STR("");

	exi_add_bytes(doc, request, "Id", STR("ID1"));
	if (x509_to_der(doc->arena, &oem, &der) != 0)
		doc->bad = true;
	exi_add_bytes(doc, request, "OEMProvisioningCert", der);
	exi_add_bytes(doc, root, "X509IssuerName", STR("CN=V2G Root"));
	exi_add_bytes(doc, root, "X509SerialNumber", STR("\0\1"));
}

static void fill_authorise(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	struct sim_ev_contract *contract = ev->contract;
	uint8_t *challenge = arena_copy(doc->arena,
		ev->trick == EV_REPLAY && contract->has_old ? contract->old : contract->challenge,
		sizeof(contract->challenge));

	if (!challenge) {
		doc->bad = true;
		return;
	}
	challenge[0] ^= ev->trick == EV_ALTERED;
	exi_add_bytes(doc, request, "Id", STR("ID1"));
	exi_add_bytes(doc, request, "GenChallenge",
		(struct str){(const char *)challenge, sizeof(contract->challenge)});
}

static void fill_receipt(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	struct exi_node *meter = exi_add(doc, request, "MeterInfo");

	exi_add_bytes(doc, request, "Id", STR("ID1"));
	exi_add_bytes(doc, request, "SessionID",
		(struct str){(const char *)ev->session, sizeof(ev->session)});
	exi_add_bytes(doc, meter, "MeterID", STR("1"));
	exi_add_number(doc, meter, "MeterReading", ev->contract->reading);
}

void sim_ev_contract_fill(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	switch (ev->say) {
	case EV_SAY_INSTALL:
		fill_install(ev, doc, request);
		break;
	case EV_SAY_DETAILS:
		exi_add_bytes(doc, request, "eMAID", str_from(ev->contract->emaid));
		fill_chain(doc, request, ev->contract->chain);
		break;
	case EV_SAY_AUTHORISE:
		fill_authorise(ev, doc, request);
		break;
	default:
		fill_receipt(ev, doc, request);
		break;
	}
}

void sim_ev_contract_sign(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *header,
	const struct exi_node *request)
{
	bool install = ev->say == EV_SAY_INSTALL;
	struct sign_secret secret;

	if ((!install && ev->say != EV_SAY_AUTHORISE && ev->say != EV_SAY_RECEIPT) ||
		ev->trick == EV_UNSIGNED)
		return;
	if (x509_sign_secret(install ? ev->contract->oem_key : ev->contract->key, &secret) != 0) {
		doc->bad = true;
		return;
	}
	secret.bytes[SIGN_KEY_LEN - 1] ^= ev->trick == EV_FORGED;
	exi_sign(doc, header, request, &secret);
}

/* ---- a contract of its own ---- */

static EVP_PKEY *point_key(struct str point)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	char group[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(
			OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point.ptr, point.len),
		OSSL_PARAM_construct_end()};

	if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	return key;
}

/* What both sides know of each other's keys, made into one for the seal: SHA-256 over a counter,
 * the shared secret, and the standard's three bytes. */
static bool shared_key(struct str own_key, struct str point, uint8_t ret[16])
{
	uint8_t text[4 + 32 + 3] = {0, 0, 0, 1}, digest[SHA256_LEN];
	EVP_PKEY *own = x509_private_key(own_key), *other = point_key(point);
	EVP_PKEY_CTX *context = own ? EVP_PKEY_CTX_new(own, NULL) : NULL;
	size_t len = 32;
	bool good = context && other && EVP_PKEY_derive_init(context) == 1 &&
		    EVP_PKEY_derive_set_peer(context, other) == 1 &&
		    EVP_PKEY_derive(context, text + 4, &len) == 1 && len == 32;

	memcpy(text + 36, "\1UV", 3);
	sha256(text, sizeof(text), digest);
	memcpy(ret, digest, 16);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(other);
	EVP_PKEY_free(own);
	x509_forget_errors();
	return good;
}

static bool unseal(const uint8_t key[16], struct str sealed, uint8_t ret[SIGN_KEY_LEN])
{
	const unsigned char *bytes = (const unsigned char *)sealed.ptr;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int len = 0;
	bool good = context && sealed.len == PAPERS_SEALED &&
		    EVP_DecryptInit_ex(context, EVP_aes_128_cbc(), NULL, key, bytes) == 1 &&
		    EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
		    EVP_DecryptUpdate(context, ret, &len, bytes + 16, SIGN_KEY_LEN) == 1 &&
		    len == SIGN_KEY_LEN;

	EVP_CIPHER_CTX_free(context);
	return good;
}

/* The key as PEM, as all others are. */
static bool secret_pem(struct arena *arena, const uint8_t number[SIGN_KEY_LEN], struct str *ret)
{
	/* PKCS #8 around an EC key without its point, which follows from the number */
	static const uint8_t head[] = {0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a,
		0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
		0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20};
	uint8_t der[sizeof(head) + SIGN_KEY_LEN];

	memcpy(der, head, sizeof(head));
	memcpy(der + sizeof(head), number, SIGN_KEY_LEN);
	*ret = pem_write(arena, "PRIVATE KEY", (struct str){(const char *)der, sizeof(der)});
	return ret->len > 0;
}

static bool take_chain(struct arena *arena, const struct exi_node *chain, struct str *ret)
{
	const struct exi_node *above = exi_get(chain, "SubCertificates");
	const struct exi_node *at = exi_get(chain, "Certificate");
	struct buf text;
	struct str pem;

	buf_init(&text, arena, X509_PEM_MAX);
	if (x509_from_der(arena, at->bytes, &pem) != 0)
		return false;
	buf_put_str(&text, pem);
	for (at = above ? above->first : NULL; at; at = at->next) {
		if (x509_from_der(arena, at->bytes, &pem) != 0)
			return false;
		buf_put_str(&text, pem);
	}
	*ret = buf_str(&text);
	return !text.failed;
}

static bool take_contract(struct sim_ev_contract *contract, const struct exi_node *answer)
{
	const struct exi_node *chain = exi_get(answer, "ContractSignatureCertChain");
	struct str sealed =
		exi_bytes(exi_get(answer, "ContractSignatureEncryptedPrivateKey"), "CONTENT");
	struct str point = exi_bytes(exi_get(answer, "DHpublickey"), "CONTENT");
	uint8_t key[16], number[SIGN_KEY_LEN];

	return take_chain(&contract->arena, chain, &contract->chain) &&
	       shared_key(contract->oem_key, point, key) && unseal(key, sealed, number) &&
	       secret_pem(&contract->arena, number, &contract->key) &&
	       x509_key_fits(contract->chain, contract->key) == 0 && papers_name(contract);
}

bool sim_ev_contract_take(struct sim_ev *ev, const struct exi_node *answer)
{
	struct sim_ev_contract *contract = ev->contract;
	struct str challenge = exi_bytes(answer, "GenChallenge");

	if (!contract)
		return true; /* it only plays */
	if (strcmp(answer->row->name, "CertificateInstallationRes") == 0)
		return take_contract(contract, answer);
	if (challenge.len != sizeof(contract->challenge))
		return false;
	memcpy(contract->challenge, challenge.ptr, challenge.len);
	if (!contract->has_old)
		memcpy(contract->old, challenge.ptr, challenge.len);
	contract->has_old = true;
	return true;
}
