/* x509_make.c - making keys, requests, certificates and revocation lists. Serial numbers and times
 * come from the caller; the randomness of keys and ECDSA is the library's own. */
#include "base/x509.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "base/x509_parts.h"

#define HOSTS_MAX 512

static const char *library_reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return text != NULL ? text : "unknown";
}

static int library_fault(const char *what)
{
	return FAULT(FAULT_NOMEM, "%s: %s", what, library_reason());
}

int x509_key_new(struct arena *arena, struct str *ret_pem)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long len = 0;

	if (key != NULL && bio != NULL &&
		PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
		len = BIO_get_mem_data(bio, &bytes);
	if (len > 0)
		*ret_pem = str_dup(arena, (struct str){bytes, (size_t)len});
	BIO_free(bio);
	EVP_PKEY_free(key);
	return len > 0 && ret_pem->ptr != NULL ? 0 : library_fault("no private key");
}

static bool put_name(X509_NAME *name, const struct x509_name *from)
{
	static const struct {
		const char *field;
		size_t offset;
	} rows[] = {{"DC", offsetof(struct x509_name, domain)},
		{"C", offsetof(struct x509_name, country)},
		{"O", offsetof(struct x509_name, organisation)},
		{"CN", offsetof(struct x509_name, common_name)}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct str *text = (const void *)((const char *)from + rows[i].offset);

		if (text->len > 0 &&
			X509_NAME_add_entry_by_txt(name, rows[i].field, MBSTRING_UTF8,
				(const unsigned char *)text->ptr, (int)text->len, -1, 0) != 1)
			return false;
	}
	return true;
}

int x509_csr_new(struct arena *arena, struct str key_pem, const struct x509_name *subject,
	struct str *ret_pem)
{
	EVP_PKEY *key = x509_private_key(key_pem);
	X509_REQ *csr = X509_REQ_new();
	unsigned char *der = NULL;
	int len = 0, outcome = key == NULL ? X509_E_FORMAT : 0;

	if (outcome == 0 && csr != NULL && X509_REQ_set_version(csr, X509_REQ_VERSION_1) == 1 &&
		put_name(X509_REQ_get_subject_name(csr), subject) &&
		X509_REQ_set_pubkey(csr, key) == 1 && X509_REQ_sign(csr, key, EVP_sha256()) > 0)
		len = i2d_X509_REQ(csr, &der);
	if (outcome == 0 && len <= 0)
		outcome = library_fault("no signing request");
	if (outcome == 0)
		*ret_pem = pem_write(
			arena, "CERTIFICATE REQUEST", (struct str){(char *)der, (size_t)len});
	OPENSSL_free(der);
	X509_REQ_free(csr);
	EVP_PKEY_free(key);
	return outcome;
}

/* --- certificates --- */

static bool extend(X509 *to, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool added;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, to, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	added = extension != NULL && X509_add_ext(to, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return added;
}

/* Letters a host name or an address may have: the text goes into the library's own notation. */
static bool host_ok(struct str host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '.' || c == ':' || (c == '*' && i == 0)))
			return false;
	}
	return host.len > 0 && host.len <= 253;
}

static bool is_address(struct str host)
{
	bool digits_only = true;

	for (size_t i = 0; i < host.len; i++) {
		if (host.ptr[i] == ':')
			return true;
		digits_only &= host.ptr[i] == '.' || (host.ptr[i] >= '0' && host.ptr[i] <= '9');
	}
	return digits_only;
}

static int put_hosts(X509 *to, struct str hosts)
{
	struct arena arena;
	struct buf text;
	int outcome = 0;

	arena_init(&arena, 4 * HOSTS_MAX);
	buf_init(&text, &arena, 2 * HOSTS_MAX);
	while (hosts.len > 0) {
		struct str host = str_trim(str_cut(&hosts, ','));

		if (!host_ok(host))
			outcome = X509_E_NAME;
		buf_format(&text, "%s%s:%.*s", text.len > 0 ? "," : "",
			is_address(host) ? "IP" : "DNS", STR_FMT(host));
	}
	buf_put_char(&text, '\0');
	if (outcome == 0 &&
		(text.failed || text.len < 2 || !extend(to, NULL, NID_subject_alt_name, text.ptr)))
		outcome = X509_E_NAME;
	arena_fini(&arena);
	ERR_clear_error();
	return outcome;
}

/* What each kind may be used for. */
struct extension_row {
	enum x509_kind kind;
	int nid;
	const char *value;
};
static const struct extension_row extension_rows[] = {
	{X509_ROOT, NID_basic_constraints, "critical,CA:TRUE"},
	{X509_ROOT, NID_key_usage, "critical,keyCertSign,cRLSign"},
	{X509_SUB, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
	{X509_SUB, NID_key_usage, "critical,keyCertSign,cRLSign"},
	{X509_DEVICE, NID_basic_constraints, "critical,CA:FALSE"},
	{X509_DEVICE, NID_key_usage, "critical,digitalSignature"},
	{X509_DEVICE, NID_ext_key_usage, "clientAuth"},
	{X509_SERVER, NID_basic_constraints, "critical,CA:FALSE"},
	{X509_SERVER, NID_key_usage, "critical,digitalSignature,keyEncipherment"},
	{X509_SERVER, NID_ext_key_usage, "serverAuth"},
};

static int put_extensions(X509 *to, X509 *issuer, const struct x509_issue *issue)
{
	for (size_t i = 0; i < sizeof(extension_rows) / sizeof(extension_rows[0]); i++) {
		const struct extension_row *row = &extension_rows[i];

		if (row->kind == issue->kind && !extend(to, issuer, row->nid, row->value))
			return library_fault("no extension");
	}
	if (!extend(to, issuer, NID_subject_key_identifier, "hash") ||
		(issue->kind != X509_ROOT &&
			!extend(to, issuer, NID_authority_key_identifier, "keyid:always")))
		return library_fault("no key identifier");
	return issue->kind == X509_SERVER ? put_hosts(to, issue->hosts) : 0;
}

static bool put_serial(X509 *to, const uint8_t bytes[X509_SERIAL_LEN])
{
	uint8_t positive[X509_SERIAL_LEN];
	BIGNUM *number;
	bool done;

	/* Positive, and never shorter than the others. */
	memcpy(positive, bytes, sizeof(positive));
	positive[0] = (uint8_t)((positive[0] & 0x3f) | 0x40);
	number = BN_bin2bn(positive, sizeof(positive), NULL);
	done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(to)) != NULL;
	BN_free(number);
	return done;
}

static bool put_times(X509 *to, int64_t from_us, int64_t until_us)
{
	return ASN1_TIME_set(X509_getm_notBefore(to), (time_t)(from_us / US_PER_S)) != NULL &&
	       ASN1_TIME_set(X509_getm_notAfter(to), (time_t)(until_us / US_PER_S)) != NULL;
}

static int sign_certificate(const struct x509_issue *issue, X509 *to, X509 *issuer,
	EVP_PKEY *subject_key, EVP_PKEY *key)
{
	const X509_NAME *by = X509_get_subject_name(issuer);
	int outcome;

	if (X509_set_version(to, X509_VERSION_3) != 1 || !put_serial(to, issue->serial) ||
		!put_times(to, issue->from_us, issue->until_us) ||
		!put_name(X509_get_subject_name(to), &issue->subject) ||
		X509_set_issuer_name(to, by) != 1 || X509_set_pubkey(to, subject_key) != 1)
		return library_fault("no certificate");
	outcome = put_extensions(to, issuer, issue);
	if (outcome != 0)
		return outcome;
	return X509_sign(to, key, EVP_sha256()) > 0 ? 0 : library_fault("no signature");
}

static EVP_PKEY *csr_key(struct arena *arena, struct str pem)
{
	const unsigned char *at;
	EVP_PKEY *key = NULL;
	X509_REQ *csr;
	struct str der;

	if (!pem_next(arena, &pem, "CERTIFICATE REQUEST", &der))
		return NULL;
	at = (const unsigned char *)der.ptr;
	csr = d2i_X509_REQ(NULL, &at, (long)der.len);
	if (csr != NULL && X509_REQ_get0_pubkey(csr) != NULL)
		key = X509_REQ_get_pubkey(csr);
	X509_REQ_free(csr);
	ERR_clear_error();
	return key;
}

/* Its own name stands above a root, so that the root's comes first into the certificate. */
static int issue_with(struct arena *arena, const struct x509_issue *issue, EVP_PKEY *key,
	EVP_PKEY *subject_key, X509 *issuer, struct str *ret_pem)
{
	X509 *to = X509_new();
	unsigned char *der = NULL;
	int outcome, len;

	if (to == NULL)
		return library_fault("no certificate");
	outcome = sign_certificate(issue, to, issuer != NULL ? issuer : to, subject_key, key);
	len = outcome == 0 ? i2d_X509(to, &der) : 0;
	if (len > 0)
		*ret_pem = pem_write(arena, "CERTIFICATE", (struct str){(char *)der, (size_t)len});
	OPENSSL_free(der);
	X509_free(to);
	return outcome;
}

int x509_issue(struct arena *arena, const struct x509_issue *issue, struct str *ret_pem)
{
	bool root = issue->kind == X509_ROOT;
	EVP_PKEY *key = x509_private_key(issue->key);
	EVP_PKEY *subject_key = root ? key : csr_key(arena, issue->csr);
	X509 *issuer = root ? NULL : x509_first(arena, issue->ca);
	int outcome = X509_E_FORMAT;

	if (key != NULL && subject_key != NULL && (root || issuer != NULL)) {
		if (!root && X509_check_private_key(issuer, key) != 1)
			outcome = X509_E_KEY;
		else
			outcome = issue_with(arena, issue, key, subject_key, issuer, ret_pem);
	}
	if (!root)
		EVP_PKEY_free(subject_key);
	X509_free(issuer);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return outcome;
}

/* --- revocation lists --- */

static bool add_revoked(X509_CRL *crl, const struct x509_revoked *row)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)(row->at_us / US_PER_S));
	BIGNUM *number = NULL;
	ASN1_INTEGER *serial = NULL;
	char hex[64];
	bool done = false;

	if (row->serial.len > 0 && row->serial.len < sizeof(hex)) {
		memcpy(hex, row->serial.ptr, row->serial.len);
		hex[row->serial.len] = '\0';
		if (BN_hex2bn(&number, hex) == (int)row->serial.len)
			serial = BN_to_ASN1_INTEGER(number, NULL);
	}
	if (entry != NULL && at != NULL && serial != NULL &&
		X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
		X509_REVOKED_set_revocationDate(entry, at) == 1)
		done = X509_CRL_add0_revoked(crl, entry) == 1;
	if (!done)
		X509_REVOKED_free(entry);
	ASN1_INTEGER_free(serial);
	BN_free(number);
	ASN1_TIME_free(at);
	return done;
}

static bool put_crl_extensions(X509_CRL *crl, X509 *issuer, int64_t number)
{
	ASN1_INTEGER *count = ASN1_INTEGER_new();
	X509V3_CTX context;
	X509_EXTENSION *key_id;
	bool done;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, NULL, NULL, crl, 0);
	key_id = X509V3_EXT_conf_nid(NULL, &context, NID_authority_key_identifier, "keyid:always");
	done = count != NULL && ASN1_INTEGER_set_int64(count, number) == 1 &&
	       X509_CRL_add1_ext_i2d(crl, NID_crl_number, count, 0, 0) == 1 && key_id != NULL &&
	       X509_CRL_add_ext(crl, key_id, -1) == 1;
	X509_EXTENSION_free(key_id);
	ASN1_INTEGER_free(count);
	return done;
}

static int fill_crl(const struct x509_crl *from, X509_CRL *to, X509 *issuer, EVP_PKEY *key)
{
	ASN1_TIME *now = ASN1_TIME_set(NULL, (time_t)(from->now_us / US_PER_S));
	ASN1_TIME *until = ASN1_TIME_set(NULL, (time_t)(from->until_us / US_PER_S));
	bool done = now != NULL && until != NULL &&
		    X509_CRL_set_version(to, X509_CRL_VERSION_2) == 1 &&
		    X509_CRL_set_issuer_name(to, X509_get_subject_name(issuer)) == 1 &&
		    X509_CRL_set1_lastUpdate(to, now) == 1 &&
		    X509_CRL_set1_nextUpdate(to, until) == 1 &&
		    put_crl_extensions(to, issuer, from->number);

	for (size_t i = 0; done && i < from->revoked_len; i++)
		done = add_revoked(to, &from->revoked[i]);
	done = done && X509_CRL_sort(to) == 1 && X509_CRL_sign(to, key, EVP_sha256()) > 0;
	ASN1_TIME_free(until);
	ASN1_TIME_free(now);
	return done ? 0 : library_fault("no revocation list");
}

int x509_crl_new(struct arena *arena, const struct x509_crl *from, struct str *ret_pem)
{
	EVP_PKEY *key = x509_private_key(from->key);
	X509 *issuer = x509_first(arena, from->ca);
	X509_CRL *crl = X509_CRL_new();
	unsigned char *der = NULL;
	int outcome = X509_E_FORMAT, len = 0;

	if (key != NULL && issuer != NULL && crl != NULL) {
		outcome = X509_check_private_key(issuer, key) == 1
				  ? fill_crl(from, crl, issuer, key)
				  : X509_E_KEY;
		len = outcome == 0 ? i2d_X509_CRL(crl, &der) : 0;
	}
	if (len > 0)
		*ret_pem = pem_write(arena, "X509 CRL", (struct str){(char *)der, (size_t)len});
	OPENSSL_free(der);
	X509_CRL_free(crl);
	X509_free(issuer);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return outcome;
}
