/* x509_ocsp.c - what our own authority says of its certificates, as an OCSP response (RFC 6960)
 * that piles hand on to vehicles. Signed by the authority itself: no responder certificate is
 * needed. */
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <string.h>

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

/* The certificate's id under our authority; NULL when the hash data names another issuer. */
static OCSP_CERTID *id_of(const struct x509_ocsp *wish, X509 *ca)
{
	const EVP_MD *digest = digest_of(wish->algorithm);
	char serial[X509_SERIAL_LEN * 4 + 1];
	BIGNUM *number = NULL;
	ASN1_INTEGER *value = NULL;
	ASN1_OCTET_STRING *name, *key;
	OCSP_CERTID *id = NULL;

	if (digest == NULL || wish->serial.len == 0 || wish->serial.len >= sizeof(serial))
		return NULL;
	memcpy(serial, wish->serial.ptr, wish->serial.len);
	serial[wish->serial.len] = '\0';
	if (BN_hex2bn(&number, serial) == (int)wish->serial.len)
		value = BN_to_ASN1_INTEGER(number, NULL);
	if (value != NULL)
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
	BN_free(number);
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
