/* x509_ocsp.c - what authorities say of certificates: ours by OCSP (RFC 6960), signed by itself;
 * what the responders of others are asked and say; what revocation lists say. */
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/x509.h"
#include "base/x509_parts.h"

#define DER_MAX (16 * 1024)
#define HASH_MAX 64 /* bytes of SHA-512 */

static const EVP_MD *digest_of(struct str algorithm)
{
	static const struct {
		const char *name;
		const EVP_MD *(*digest)(void);
	} rows[] = {{"SHA256", EVP_sha256}, {"SHA384", EVP_sha384}, {"SHA512", EVP_sha512}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_is(algorithm, rows[i].name))
			return rows[i].digest();
	return NULL;
}

static bool same_hash(const ASN1_OCTET_STRING *ours, struct str hex)
{
	uint8_t theirs[HASH_MAX];
	int len = ASN1_STRING_length(ours);

	return len <= HASH_MAX && hex.len == 2 * (size_t)len &&
	       hex_read(hex, theirs, (size_t)len) &&
	       memcmp(theirs, ASN1_STRING_get0_data(ours), (size_t)len) == 0;
}

static ASN1_INTEGER *number_of(struct str hex)
{
	char digits[X509_SERIAL_LEN * 4 + 1];
	BIGNUM *number = NULL;
	ASN1_INTEGER *value = NULL;

	if (hex.len == 0 || hex.len >= sizeof(digits))
		return NULL;
	memcpy(digits, hex.ptr, hex.len);
	digits[hex.len] = '\0';
	if (BN_hex2bn(&number, digits) == (int)hex.len)
		value = BN_to_ASN1_INTEGER(number, NULL);
	BN_free(number);
	return value;
}

/* The certificate's id under our authority; NULL when the hash data names another issuer. */
static OCSP_CERTID *id_of(const struct x509_ocsp *wish, X509 *ca)
{
	const EVP_MD *digest = digest_of(wish->algorithm);
	ASN1_INTEGER *value = number_of(wish->serial);
	ASN1_OCTET_STRING *name, *key;
	OCSP_CERTID *id = NULL;

	if (digest != NULL && value != NULL)
		id = OCSP_cert_id_new(
			digest, X509_get_subject_name(ca), X509_get0_pubkey_bitstr(ca), value);
	if (id != NULL) {
		OCSP_id_get0_info(&name, NULL, &key, NULL, id);
		if (!same_hash(name, wish->issuer_name) || !same_hash(key, wish->issuer_key)) {
			OCSP_CERTID_free(id);
			id = NULL;
		}
	}
	ASN1_INTEGER_free(value);
	return id;
}

static ASN1_TIME *time_of(int64_t at_us)
{
	return ASN1_TIME_adj(NULL, (time_t)(at_us / US_PER_S), 0, 0);
}

static OCSP_RESPONSE *respond(
	const struct x509_ocsp *wish, X509 *ca, EVP_PKEY *key, OCSP_CERTID *id)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	ASN1_TIME *now = time_of(wish->now_us), *until = time_of(wish->until_us);
	ASN1_TIME *revoked = wish->status == X509_OCSP_REVOKED ? time_of(wish->revoked_us) : NULL;
	OCSP_RESPONSE *response = NULL;

	if (basic != NULL && now != NULL && until != NULL &&
		OCSP_basic_add1_status(basic, id, (int)wish->status,
			revoked != NULL ? OCSP_REVOKED_STATUS_NOSTATUS : 0, revoked, now,
			until) != NULL &&
		OCSP_basic_sign(basic, ca, key, EVP_sha256(), NULL, 0) == 1)
		response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	ASN1_TIME_free(revoked);
	ASN1_TIME_free(until);
	ASN1_TIME_free(now);
	OCSP_BASICRESP_free(basic);
	return response;
}

static int encode(struct arena *arena, OCSP_RESPONSE *response, struct str *ret_base64)
{
	unsigned char *der = NULL;
	int len = i2d_OCSP_RESPONSE(response, &der);
	struct buf buf;

	if (len <= 0 || len > DER_MAX) {
		OPENSSL_free(der);
		return X509_E_FORMAT;
	}
	buf_init(&buf, arena, (size_t)len * 2 + 8);
	base64_write(&buf, der, (size_t)len);
	OPENSSL_free(der);
	if (buf.failed)
		return FAULT(FAULT_NOMEM, "an OCSP response");
	*ret_base64 = buf_str(&buf);
	return 0;
}

int x509_ocsp_answer(struct arena *arena, const struct x509_ocsp *wish, struct str *ret_base64)
{
	X509 *ca = x509_first(arena, wish->ca);
	EVP_PKEY *key = x509_private_key(wish->key);
	OCSP_CERTID *id = ca != NULL && key != NULL ? id_of(wish, ca) : NULL;
	OCSP_RESPONSE *response = NULL;
	int outcome = ca == NULL || key == NULL ? X509_E_FORMAT : X509_E_FOREIGN;

	if (id != NULL) {
		response = respond(wish, ca, key, id);
		outcome = response != NULL ? encode(arena, response, ret_base64) : X509_E_FORMAT;
	}
	OCSP_RESPONSE_free(response);
	OCSP_CERTID_free(id);
	EVP_PKEY_free(key);
	X509_free(ca);
	x509_forget_errors();
	return outcome;
}

/* --- responders of others --- */

#define SKEW_US (5 * US_PER_MIN) /* between their clock and ours */

static bool set_hash(ASN1_OCTET_STRING *to, const EVP_MD *digest, struct str hex)
{
	uint8_t bytes[HASH_MAX];
	int len = EVP_MD_get_size(digest);

	return len > 0 && len <= HASH_MAX && hex.len == 2 * (size_t)len &&
	       hex_read(hex, bytes, (size_t)len) && ASN1_OCTET_STRING_set(to, bytes, len) == 1;
}

/* The id of a certificate whose issuer is known by its hashes alone: one of nobody, with the hashes
 * put in. */
static OCSP_CERTID *id_of_hashes(const struct x509_ocsp_id *from)
{
	const EVP_MD *digest = digest_of(from->algorithm);
	X509_NAME *nobody = X509_NAME_new();
	ASN1_BIT_STRING *none = ASN1_BIT_STRING_new();
	ASN1_INTEGER *serial = number_of(from->serial);
	ASN1_OCTET_STRING *name, *key;
	OCSP_CERTID *id = NULL;

	if (digest != NULL && nobody != NULL && none != NULL && serial != NULL)
		id = OCSP_cert_id_new(digest, nobody, none, serial);
	if (id != NULL) {
		OCSP_id_get0_info(&name, NULL, &key, NULL, id);
		if (!set_hash(name, digest, from->issuer_name) ||
			!set_hash(key, digest, from->issuer_key)) {
			OCSP_CERTID_free(id);
			id = NULL;
		}
	}
	ASN1_INTEGER_free(serial);
	ASN1_BIT_STRING_free(none);
	X509_NAME_free(nobody);
	return id;
}

int x509_ocsp_ask(struct arena *arena, const struct x509_ocsp_id *id, struct str *ret_der)
{
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	OCSP_CERTID *what = id_of_hashes(id);
	unsigned char *der = NULL;
	int outcome = X509_E_FORMAT, len;

	if (request != NULL && what != NULL && OCSP_request_add0_id(request, what) != NULL) {
		what = NULL; /* the request's now */
		len = i2d_OCSP_REQUEST(request, &der);
		if (len > 0) {
			*ret_der = str_dup(arena, (struct str){(const char *)der, (size_t)len});
			outcome = ret_der->ptr ? 0 : FAULT(FAULT_NOMEM, "an OCSP request");
		}
	}
	OPENSSL_free(der);
	OCSP_CERTID_free(what);
	OCSP_REQUEST_free(request);
	x509_forget_errors();
	return outcome;
}

static bool moment_of(const ASN1_GENERALIZEDTIME *from, int64_t *ret_us)
{
	struct tm tm;

	if (from == NULL || ASN1_TIME_to_tm(from, &tm) != 1)
		return false;
	*ret_us = (int64_t)timegm(&tm) * US_PER_S;
	return true;
}

/* Was it signed by one whom a root of ours vouches for? 1 yes, 0 nobody we know, -1 forged. */
static int proof_of(struct arena *arena, OCSP_BASICRESP *basic, struct str roots, int64_t now_us)
{
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *known = sk_X509_new_null();
	struct str der;
	X509 *signer = NULL;
	int proof = 0;

	while (store != NULL && known != NULL && pem_next(arena, &roots, "CERTIFICATE", &der)) {
		const unsigned char *at = (const unsigned char *)der.ptr;
		X509 *root = d2i_X509(NULL, &at, (long)der.len);

		if (root == NULL)
			continue;
		X509_STORE_add_cert(store, root);
		if (sk_X509_push(known, root) == 0)
			X509_free(root);
	}
	if (store != NULL && known != NULL && sk_X509_num(known) > 0) {
		X509_VERIFY_PARAM_set_time(
			X509_STORE_get0_param(store), (time_t)(now_us / US_PER_S));
		if (OCSP_basic_verify(basic, known, store, 0) == 1)
			proof = 1;
		else if (OCSP_resp_get0_signer(basic, &signer, known) == 1 &&
			 OCSP_basic_verify(basic, known, store, OCSP_NOVERIFY) != 1)
			proof = -1;
	}
	sk_X509_pop_free(known, X509_free);
	X509_STORE_free(store);
	return proof;
}

static int read_single(
	OCSP_BASICRESP *basic, OCSP_CERTID *what, int64_t now_us, struct x509_ocsp_said *ret_said)
{
	ASN1_GENERALIZEDTIME *this_update = NULL, *next_update = NULL;
	int64_t from_us;
	int status;

	if (OCSP_resp_find_status(basic, what, &status, NULL, NULL, &this_update, &next_update) !=
		1)
		return X509_E_FOREIGN;
	if (status < X509_OCSP_GOOD || status > X509_OCSP_UNKNOWN ||
		!moment_of(this_update, &from_us))
		return X509_E_FORMAT;
	ret_said->status = (enum x509_ocsp_status)status;
	ret_said->until_us = 0;
	if (next_update != NULL && !moment_of(next_update, &ret_said->until_us))
		return X509_E_FORMAT;
	if (from_us > now_us + SKEW_US)
		return X509_E_EARLY;
	return next_update != NULL && ret_said->until_us < now_us - SKEW_US ? X509_E_EXPIRED : 0;
}

int x509_ocsp_read(struct arena *arena, const struct x509_ocsp_id *id, struct str der,
	struct str roots, int64_t now_us, struct x509_ocsp_said *ret_said)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	OCSP_RESPONSE *response = der.len > 0 && der.len <= DER_MAX
					  ? d2i_OCSP_RESPONSE(NULL, &at, (long)der.len)
					  : NULL;
	OCSP_BASICRESP *basic = response != NULL && OCSP_response_status(response) ==
							    OCSP_RESPONSE_STATUS_SUCCESSFUL
					? OCSP_response_get1_basic(response)
					: NULL;
	OCSP_CERTID *what = id_of_hashes(id);
	int outcome = X509_E_FORMAT, proof;

	if (basic != NULL && what != NULL)
		outcome = read_single(basic, what, now_us, ret_said);
	if (outcome == 0) {
		proof = proof_of(arena, basic, roots, now_us);
		ret_said->proven = proof > 0;
		outcome = proof < 0 ? X509_E_SIGNATURE : encode(arena, response, &ret_said->base64);
	}
	OCSP_CERTID_free(what);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	x509_forget_errors();
	return outcome;
}

/* --- revocation lists --- */

/* Is this the certificate whose name and key have these hashes? */
static bool is_issuer(X509 *issuer, const struct x509_ocsp_id *id)
{
	const EVP_MD *digest = digest_of(id->algorithm);
	OCSP_CERTID *own = OCSP_cert_id_new(digest, X509_get_subject_name(issuer),
		X509_get0_pubkey_bitstr(issuer), X509_get0_serialNumber(issuer));
	ASN1_OCTET_STRING *name = NULL, *key = NULL;
	bool same = own != NULL && OCSP_id_get0_info(&name, NULL, &key, NULL, own) == 1 &&
		    same_hash(name, id->issuer_name) && same_hash(key, id->issuer_key);

	OCSP_CERTID_free(own);
	return same;
}

static X509 *find_issuer(struct arena *arena, const struct x509_ocsp_id *id, struct str anchors)
{
	struct str der;

	while (pem_next(arena, &anchors, "CERTIFICATE", &der)) {
		const unsigned char *at = (const unsigned char *)der.ptr;
		X509 *issuer = d2i_X509(NULL, &at, (long)der.len);

		if (issuer != NULL && is_issuer(issuer, id))
			return issuer;
		X509_free(issuer);
	}
	return NULL;
}

/* Made by this issuer, and neither of tomorrow nor run out. */
static bool counts(X509_CRL *crl, X509 *issuer, int64_t now_us)
{
	time_t now = (time_t)(now_us / 1000000);
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);

	return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0 &&
	       X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1 &&
	       X509_cmp_time(X509_CRL_get0_lastUpdate(crl), &now) < 0 && next != NULL &&
	       X509_cmp_time(next, &now) > 0;
}

static int64_t until_of(const X509_CRL *crl, int64_t now_us)
{
	ASN1_TIME *now = ASN1_TIME_set(NULL, (time_t)(now_us / 1000000));
	int days = 0, seconds = 0;

	if (now != NULL)
		ASN1_TIME_diff(&days, &seconds, now, X509_CRL_get0_nextUpdate(crl));
	ASN1_TIME_free(now);
	return now_us + ((int64_t)days * 86400 + seconds) * 1000000;
}

/* The newest list that counts: an older one may hold still and know less. NULL: none counts. */
static X509_CRL *newest(struct arena *arena, struct str crls, X509 *issuer, int64_t now_us)
{
	X509_CRL *found = NULL;
	struct str der;

	while (pem_next(arena, &crls, "X509 CRL", &der)) {
		const unsigned char *at = (const unsigned char *)der.ptr;
		X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.len);

		if (crl != NULL && counts(crl, issuer, now_us) &&
			(found == NULL || ASN1_TIME_compare(X509_CRL_get0_lastUpdate(crl),
						  X509_CRL_get0_lastUpdate(found)) >= 0)) {
			X509_CRL_free(found);
			found = crl;
		} else {
			X509_CRL_free(crl);
		}
	}
	return found;
}

int x509_crl_from(struct arena *arena, struct str bytes, size_t most, struct str *ret_pem)
{
	struct str rest = bytes, der = bytes;
	const unsigned char *at;
	X509_CRL *crl;

	if (str_starts(str_trim(bytes), STR("-----BEGIN")) &&
		(!pem_next(arena, &rest, "X509 CRL", &der) || rest.len > 0))
		return X509_E_FORMAT;
	if (der.len == 0 || der.len > most)
		return X509_E_FORMAT;
	at = (const unsigned char *)der.ptr;
	crl = d2i_X509_CRL(NULL, &at, (long)der.len);
	if (crl == NULL || (const char *)at != der.ptr + der.len) {
		X509_CRL_free(crl);
		x509_forget_errors();
		return X509_E_FORMAT;
	}
	X509_CRL_free(crl);
	*ret_pem = pem_write(arena, "X509 CRL", der);
	return ret_pem->ptr != NULL ? 0 : FAULT(FAULT_NOMEM, "no room for a list");
}

int x509_crl_known(struct arena *arena, struct str pem, struct str authorities)
{
	int outcome = X509_E_FOREIGN;
	const unsigned char *at;
	X509_CRL *crl;
	struct str der;

	if (!pem_next(arena, &pem, "X509 CRL", &der))
		return X509_E_FORMAT;
	at = (const unsigned char *)der.ptr;
	crl = d2i_X509_CRL(NULL, &at, (long)der.len);
	while (crl != NULL && outcome != 0 && pem_next(arena, &authorities, "CERTIFICATE", &der)) {
		X509 *issuer;

		at = (const unsigned char *)der.ptr;
		issuer = d2i_X509(NULL, &at, (long)der.len);
		if (issuer != NULL &&
			X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) ==
				0 &&
			X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1)
			outcome = 0;
		X509_free(issuer);
	}
	X509_CRL_free(crl);
	x509_forget_errors();
	return outcome;
}

int x509_crl_says(struct arena *arena, const struct x509_ocsp_id *id, struct str anchors,
	struct str crls, int64_t now_us, bool *ret_revoked, int64_t *ret_until_us)
{
	ASN1_INTEGER *serial = number_of(id->serial);
	X509_REVOKED *entry = NULL;
	X509_CRL *crl = NULL;
	int outcome = X509_E_FOREIGN;
	X509 *issuer;

	if (serial == NULL || digest_of(id->algorithm) == NULL) {
		ASN1_INTEGER_free(serial);
		x509_forget_errors();
		return X509_E_FORMAT;
	}
	issuer = find_issuer(arena, id, anchors);
	if (issuer != NULL)
		crl = newest(arena, crls, issuer, now_us);
	if (crl != NULL) {
		*ret_revoked = X509_CRL_get0_by_serial(crl, &entry, serial) == 1;
		*ret_until_us = until_of(crl, now_us);
		outcome = 0;
	}
	X509_CRL_free(crl);
	X509_free(issuer);
	ASN1_INTEGER_free(serial);
	x509_forget_errors();
	return outcome;
}

int x509_responder(struct arena *arena, struct str pem, struct str *ret_url)
{
	X509 *certificate = x509_first(arena, pem);
	STACK_OF(OPENSSL_STRING) *urls = certificate != NULL ? X509_get1_ocsp(certificate) : NULL;
	int outcome = X509_E_FORMAT;

	if (urls != NULL && sk_OPENSSL_STRING_num(urls) > 0) {
		*ret_url = str_dup(arena, str_from(sk_OPENSSL_STRING_value(urls, 0)));
		outcome = ret_url->ptr != NULL && str_utf8_len(*ret_url) > 0 ? 0 : X509_E_FORMAT;
	}
	X509_email_free(urls);
	X509_free(certificate);
	x509_forget_errors();
	return outcome;
}
