/* x509.c - reading and checking of certificates, requests and revocation lists. The PEM frame is
 * read by hand, because the library's reader skips whatever it does not know; inside it the DER
 * must be used up to its last byte. */
#include "base/x509.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include "base/civil.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/tpm.h"
#include "base/x509_parts.h"

#define RSA_LEAST_BITS 2048
#define RSA_MOST_BITS 8192 /* verifying with more is a way to keep us busy */
#define PEM_LINE 64
#define DEPTH_MAX 4

const char *x509_word(int outcome)
{
	static const char *const words[] = {"ok", "format", "signature", "weak", "name", "expired",
		"early", "foreign", "revoked", "use", "key"};

	return outcome >= 0 && (size_t)outcome < sizeof(words) / sizeof(words[0]) ? words[outcome]
										  : "fault";
}

void x509_forget_errors(void)
{
	ERR_clear_error();
}

/* --- the PEM frame --- */

static struct str skip_blanks(struct str text)
{
	while (text.len > 0 && strchr(" \t\r\n", text.ptr[0]) != NULL)
		text = str_slice(text, 1, text.len);
	return text;
}

/* Takes "-----BEGIN kind-----" (or END) from the front. */
static bool take_rule(struct str *text, const char *edge, const char *kind)
{
	char rule[64];
	int len = snprintf(rule, sizeof(rule), "-----%s %s-----", edge, kind);

	if (!str_starts(*text, (struct str){rule, (size_t)len}))
		return false;
	*text = str_slice(*text, (size_t)len, text->len);
	return true;
}

bool pem_next(struct arena *arena, struct str *rest, const char *kind, struct str *ret_der)
{
	struct str text = skip_blanks(*rest);
	char *digits = arena_alloc(arena, text.len + 1);
	uint8_t *der = arena_alloc(arena, text.len + 1);
	size_t len = 0, der_len;

	if (digits == NULL || der == NULL || !take_rule(&text, "BEGIN", kind))
		return false;
	while (text.len > 0 && text.ptr[0] != '-') {
		if (strchr(" \t\r\n", text.ptr[0]) == NULL)
			digits[len++] = text.ptr[0];
		text = str_slice(text, 1, text.len);
	}
	if (!take_rule(&text, "END", kind) || len == 0 ||
		!base64_read((struct str){digits, len}, der, len, &der_len))
		return false;
	*rest = skip_blanks(text);
	*ret_der = (struct str){(char *)der, der_len};
	return true;
}

struct str pem_write(struct arena *arena, const char *kind, struct str der)
{
	struct buf digits, out;

	buf_init(&digits, arena, der.len * 4 / 3 + 8);
	base64_write(&digits, der.ptr, der.len);
	buf_init(&out, arena, digits.len * 2 + 128);
	buf_format(&out, "-----BEGIN %s-----\n", kind);
	for (size_t at = 0; at < digits.len; at += PEM_LINE) {
		size_t left = digits.len - at;

		buf_put(&out, digits.ptr + at, left < PEM_LINE ? left : PEM_LINE);
		buf_put_char(&out, '\n');
	}
	buf_format(&out, "-----END %s-----\n", kind);
	return digits.failed || out.failed ? STR_NULL : buf_str(&out);
}

/* --- one certificate --- */

static X509 *certificate_of(struct str der)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	X509 *certificate = d2i_X509(NULL, &at, (long)der.len);

	if (certificate != NULL && at == (const unsigned char *)der.ptr + der.len)
		return certificate;
	X509_free(certificate);
	x509_forget_errors();
	return NULL;
}

X509 *x509_first(struct arena *arena, struct str pem)
{
	struct str der;

	if (pem.len > X509_PEM_MAX || !pem_next(arena, &pem, "CERTIFICATE", &der))
		return NULL;
	return certificate_of(der);
}

static EVP_PKEY *private_key_in_text(struct str pem)
{
	BIO *bio = pem.len <= X509_PEM_MAX ? BIO_new_mem_buf(pem.ptr, (int)pem.len) : NULL;
	/* An empty passphrase, so that an encrypted key is refused instead of asked for. */
	EVP_PKEY *key = bio != NULL
				? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t) "")
				: NULL;

	BIO_free(bio);
	if (key == NULL)
		x509_forget_errors();
	return key;
}

EVP_PKEY *x509_private_key(struct str pem)
{
	return pem.len <= X509_PEM_MAX && tpm_key_is(pem) ? tpm_key_read(pem)
							  : private_key_in_text(pem);
}

static bool on_named_curve(EVP_PKEY *key, char name[32])
{
	size_t len = 0;

	if (EVP_PKEY_get_group_name(key, name, 32, &len) != 1)
		return false;
	if (strcmp(name, "prime256v1") == 0)
		strcpy(name, "P-256");
	else if (strcmp(name, "secp384r1") == 0)
		strcpy(name, "P-384");
	else if (strcmp(name, "secp521r1") == 0)
		strcpy(name, "P-521");
	else
		return false;
	return true;
}

bool x509_key_strong(EVP_PKEY *key)
{
	char name[32];
	int bits = key != NULL ? EVP_PKEY_get_bits(key) : 0;

	switch (key != NULL ? EVP_PKEY_get_base_id(key) : 0) {
	case EVP_PKEY_RSA:
		return bits >= RSA_LEAST_BITS && bits <= RSA_MOST_BITS;
	case EVP_PKEY_EC:
		return on_named_curve(key, name);
	default:
		return false;
	}
}

static struct str key_name(struct arena *arena, EVP_PKEY *key)
{
	char name[32] = "?";

	if (key == NULL)
		return STR("?");
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && on_named_curve(key, name))
		return str_dup(arena, str_from(name));
	return str_format(arena, "%s %d",
		EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? "RSA" : "key of bits",
		EVP_PKEY_get_bits(key));
}

/* Text of a name's first part of that kind. Controls and what is no text become '?': it is shown
 * and logged. */
static struct str name_part(struct arena *arena, const X509_NAME *name, int nid)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	const ASN1_STRING *value =
		at >= 0 ? X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)) : NULL;
	unsigned char *utf8 = NULL;
	int len = value != NULL ? ASN1_STRING_to_UTF8(&utf8, value) : -1;
	struct str text = STR_NULL;

	if (len > 0 && len <= 4 * X509_NAME_MAX) {
		char *copy = arena_copy(arena, utf8, (size_t)len);

		for (int i = 0; copy != NULL && i < len; i++)
			if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7f)
				copy[i] = '?';
		if (copy != NULL && str_utf8_len((struct str){copy, (size_t)len}) >= 0)
			text = (struct str){copy, (size_t)len};
	}
	OPENSSL_free(utf8);
	x509_forget_errors();
	return text;
}

static void read_name(struct arena *arena, const X509_NAME *from, struct x509_name *ret)
{
	ret->common_name = name_part(arena, from, NID_commonName);
	ret->organisation = name_part(arena, from, NID_organizationName);
}

static bool read_time(const ASN1_TIME *from, int64_t *ret_us)
{
	struct tm tm;

	if (from == NULL || ASN1_TIME_to_tm(from, &tm) != 1)
		return false;
	*ret_us = (civil_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * 86400 +
			  tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec) *
		  US_PER_S;
	return true;
}

static struct str hex_text(struct arena *arena, const void *bytes, size_t len)
{
	struct buf hex;

	buf_init(&hex, arena, 2 * len);
	hex_write(&hex, bytes, len);
	return hex.failed ? STR_NULL : buf_str(&hex);
}

static struct str serial_text(struct arena *arena, const ASN1_INTEGER *serial)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(serial, NULL);
	char *hex = number != NULL ? BN_bn2hex(number) : NULL;
	struct str text = hex != NULL ? str_dup(arena, str_from(hex)) : STR_NULL;

	OPENSSL_free(hex);
	BN_free(number);
	return text;
}

static struct str hash_text(struct arena *arena, const unsigned char *bytes, int len)
{
	uint8_t hash[SHA256_LEN];

	if (len <= 0)
		return STR_NULL;
	sha256(bytes, (size_t)len, hash);
	return hex_text(arena, hash, sizeof(hash));
}

static struct str key_hash(struct arena *arena, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = key != NULL ? i2d_PUBKEY(key, &der) : 0;
	struct str hash = hash_text(arena, der, len);

	OPENSSL_free(der);
	return hash;
}

int x509_facts_of(struct arena *arena, X509 *from, struct x509_facts *ret)
{
	unsigned char *der = NULL;
	int len = i2d_X509(from, &der);
	struct x509_facts facts = {.serial = serial_text(arena, X509_get0_serialNumber(from)),
		.key = key_name(arena, X509_get0_pubkey(from)),
		.key_hash = key_hash(arena, X509_get0_pubkey(from)),
		.authority = X509_check_ca(from) == 1,
		.self_signed = (X509_get_extension_flags(from) & EXFLAG_SS) != 0};

	if (len <= 0)
		return X509_E_FORMAT;
	facts.pem = pem_write(arena, "CERTIFICATE", (struct str){(char *)der, (size_t)len});
	facts.fingerprint = hash_text(arena, der, len);
	OPENSSL_free(der);
	read_name(arena, X509_get_subject_name(from), &facts.subject);
	read_name(arena, X509_get_issuer_name(from), &facts.issuer);
	x509_forget_errors();
	if (!read_time(X509_get0_notBefore(from), &facts.from_us) ||
		!read_time(X509_get0_notAfter(from), &facts.until_us) || facts.key_hash.len == 0 ||
		facts.pem.len == 0 || facts.serial.len == 0)
		return X509_E_FORMAT;
	*ret = facts;
	return 0;
}

int x509_read_all(
	struct arena *arena, struct str pem, struct x509_facts **ret_facts, size_t *ret_len)
{
	struct x509_facts *facts = ARENA_ARRAY(arena, struct x509_facts, X509_CHAIN_MAX);
	size_t len = 0;
	struct str der;

	if (facts == NULL)
		return FAULT(FAULT_NOMEM, "no room for certificates");
	if (pem.len > X509_PEM_MAX)
		return X509_E_FORMAT;
	do {
		X509 *certificate =
			len < X509_CHAIN_MAX && pem_next(arena, &pem, "CERTIFICATE", &der)
				? certificate_of(der)
				: NULL;
		int outcome = certificate != NULL ? x509_facts_of(arena, certificate, &facts[len])
						  : X509_E_FORMAT;

		X509_free(certificate);
		if (outcome != 0)
			return outcome;
		len++;
	} while (pem.len > 0);
	*ret_facts = facts;
	*ret_len = len;
	return 0;
}

int x509_read(struct arena *arena, struct str pem, struct x509_facts *ret_facts)
{
	struct x509_facts *all;
	size_t len;
	int outcome = x509_read_all(arena, pem, &all, &len);

	if (outcome == 0)
		*ret_facts = all[0];
	return outcome;
}

/* --- requests --- */

static bool digest_strong(int nid)
{
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

static int judge_csr(X509_REQ *csr)
{
	EVP_PKEY *key = X509_REQ_get0_pubkey(csr);
	int digest = NID_undef;

	if (key == NULL)
		return X509_E_FORMAT;
	if (!x509_key_strong(key))
		return X509_E_WEAK;
	/* PSS says its digest in parameters, not in its name. */
	if (OBJ_find_sigid_algs(X509_REQ_get_signature_nid(csr), &digest, NULL) == 1 &&
		digest != NID_undef && !digest_strong(digest))
		return X509_E_WEAK;
	return X509_REQ_verify(csr, key) == 1 ? 0 : X509_E_SIGNATURE;
}

/* Some piles write the header of older tools. */
static bool csr_der(struct arena *arena, struct str pem, struct str *ret_der)
{
	struct str rest = pem;

	if (pem_next(arena, &rest, "CERTIFICATE REQUEST", ret_der))
		return rest.len == 0;
	rest = pem;
	return pem_next(arena, &rest, "NEW CERTIFICATE REQUEST", ret_der) && rest.len == 0;
}

int x509_csr_read(struct arena *arena, struct str pem, struct x509_csr *ret_csr)
{
	const unsigned char *at;
	struct str der;
	X509_REQ *csr;
	int outcome;

	if (pem.len > X509_PEM_MAX || !csr_der(arena, pem, &der))
		return X509_E_FORMAT;
	at = (const unsigned char *)der.ptr;
	csr = d2i_X509_REQ(NULL, &at, (long)der.len);
	outcome = csr != NULL && at == (const unsigned char *)der.ptr + der.len ? judge_csr(csr)
										: X509_E_FORMAT;
	if (outcome == 0) {
		EVP_PKEY *key = X509_REQ_get0_pubkey(csr);

		ret_csr->pem = pem_write(arena, "CERTIFICATE REQUEST", der);
		ret_csr->key = key_name(arena, key);
		ret_csr->key_hash = key_hash(arena, key);
		read_name(arena, X509_REQ_get_subject_name(csr), &ret_csr->subject);
		if (ret_csr->pem.len == 0 || ret_csr->key_hash.len == 0)
			outcome = FAULT(FAULT_NOMEM, "no room for a signing request");
	}
	X509_REQ_free(csr);
	x509_forget_errors();
	return outcome;
}

/* --- checking a chain --- */

static int verify_outcome(int error)
{
	switch (error) {
	case X509_V_OK:
		return 0;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return X509_E_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return X509_E_EARLY;
	case X509_V_ERR_CERT_REVOKED:
		return X509_E_REVOKED;
	case X509_V_ERR_INVALID_PURPOSE:
	case X509_V_ERR_INVALID_CA:
	case X509_V_ERR_PATH_LENGTH_EXCEEDED:
	case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
		return X509_E_USE;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return X509_E_WEAK;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		return X509_E_SIGNATURE;
	default:
		return X509_E_FOREIGN;
	}
}

static STACK_OF(X509) * read_stack(struct arena *arena, struct str pem)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	struct str der;

	while (stack != NULL && pem.len > 0) {
		X509 *one = sk_X509_num(stack) < X509_CHAIN_MAX &&
					    pem_next(arena, &pem, "CERTIFICATE", &der)
				    ? certificate_of(der)
				    : NULL;

		if (one == NULL || sk_X509_push(stack, one) == 0) {
			X509_free(one);
			sk_X509_pop_free(stack, X509_free);
			return NULL;
		}
	}
	return stack;
}

static X509_CRL *crl_of(struct str der)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.len);

	if (crl != NULL && at == (const unsigned char *)der.ptr + der.len)
		return crl;
	X509_CRL_free(crl);
	x509_forget_errors();
	return NULL;
}

static bool add_crls(struct arena *arena, X509_STORE *store, struct str pem)
{
	struct str der;

	for (pem = skip_blanks(pem); pem.len > 0;) {
		X509_CRL *crl = pem.len <= X509_CRL_MAX && pem_next(arena, &pem, "X509 CRL", &der)
					? crl_of(der)
					: NULL;
		bool added = crl != NULL && X509_STORE_add_crl(store, crl) == 1;

		X509_CRL_free(crl);
		if (!added)
			return false;
	}
	return true;
}

/* No list, or an old one, is no reason to keep a pile out: what the lists say counts, what they do
 * not say is not held against anybody. */
static int forgive_lists(int ok, X509_STORE_CTX *context)
{
	int error = X509_STORE_CTX_get_error(context);

	if (ok == 1 ||
		(error != X509_V_ERR_UNABLE_TO_GET_CRL && error != X509_V_ERR_CRL_HAS_EXPIRED))
		return ok;
	X509_STORE_CTX_set_error(context, X509_V_OK);
	return 1;
}

static int verify(X509 *leaf, STACK_OF(X509) * chain, STACK_OF(X509) * anchors, X509_STORE *store,
	int purpose, int64_t now_us)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int outcome = X509_E_FOREIGN;

	for (int i = 0; i < sk_X509_num(anchors); i++)
		X509_STORE_add_cert(store, sk_X509_value(anchors, i));
	if (context != NULL && X509_STORE_CTX_init(context, store, leaf, chain) == 1) {
		param = X509_STORE_CTX_get0_param(context);
		X509_VERIFY_PARAM_set_time(param, (time_t)(now_us / US_PER_S));
		X509_VERIFY_PARAM_set_purpose(param, purpose);
		X509_VERIFY_PARAM_set_depth(param, DEPTH_MAX);
		X509_VERIFY_PARAM_set_auth_level(param, 2); /* 112 bits: RSA 2048, SHA-256 */
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CRL_CHECK |
							   X509_V_FLAG_CRL_CHECK_ALL |
							   X509_V_FLAG_PARTIAL_CHAIN);
		X509_STORE_CTX_set_verify_cb(context, forgive_lists);
		outcome = X509_verify_cert(context) == 1
				  ? 0
				  : verify_outcome(X509_STORE_CTX_get_error(context));
	}
	X509_STORE_CTX_free(context);
	x509_forget_errors();
	return outcome;
}

static int check_for(struct arena *arena, struct str chain, struct str anchors, struct str crls,
	int purpose, int64_t now_us)
{
	STACK_OF(X509) *certificates = read_stack(arena, chain),
		       *roots = read_stack(arena, anchors);
	X509_STORE *store = X509_STORE_new();
	int outcome = X509_E_FORMAT;

	if (certificates != NULL && roots != NULL && store != NULL &&
		sk_X509_num(certificates) > 0 && add_crls(arena, store, crls)) {
		X509 *leaf = sk_X509_value(certificates, 0);

		outcome = X509_check_ca(leaf) != 0
				  ? X509_E_USE
				  : verify(leaf, certificates, roots, store, purpose, now_us);
	}
	X509_STORE_free(store);
	sk_X509_pop_free(roots, X509_free);
	sk_X509_pop_free(certificates, X509_free);
	return outcome;
}

int x509_check(
	struct arena *arena, struct str chain, struct str anchors, struct str crls, int64_t now_us)
{
	return check_for(arena, chain, anchors, crls, X509_PURPOSE_SSL_CLIENT, now_us);
}

int x509_check_signer(struct arena *arena, struct str chain, struct str anchors, int64_t now_us)
{
	return check_for(arena, chain, anchors, STR(""), X509_PURPOSE_ANY, now_us);
}

int x509_key_fits(struct str chain, struct str key)
{
	struct arena arena;
	EVP_PKEY *private_key = x509_private_key(key);
	X509 *certificate;
	int outcome = X509_E_FORMAT;

	arena_init(&arena, 4 * X509_PEM_MAX);
	certificate = x509_first(&arena, chain);
	if (certificate != NULL && private_key != NULL)
		outcome = X509_check_private_key(certificate, private_key) == 1 ? 0 : X509_E_KEY;
	EVP_PKEY_free(private_key);
	X509_free(certificate);
	arena_fini(&arena);
	x509_forget_errors();
	return outcome;
}

/* --- hash data --- */

static bool signed_by(X509 *certificate, X509 *issuer)
{
	bool yes = X509_NAME_cmp(
			   X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0 &&
		   X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;

	x509_forget_errors();
	return yes;
}

static X509 *find_issuer(X509 *certificate, const STACK_OF(X509) * among)
{
	for (int i = 0; i < sk_X509_num(among); i++)
		if (signed_by(certificate, sk_X509_value(among, i)))
			return sk_X509_value(among, i);
	return NULL;
}

static struct str lower(struct arena *arena, struct str hex)
{
	char *copy = arena_copy(arena, hex.ptr, hex.len);
	size_t zeros = 0;

	for (size_t i = 0; copy != NULL && i < hex.len; i++)
		copy[i] = (char)(copy[i] >= 'A' && copy[i] <= 'F' ? copy[i] + 32 : copy[i]);
	while (copy != NULL && zeros + 1 < hex.len && copy[zeros] == '0')
		zeros++;
	return copy != NULL ? (struct str){copy + zeros, hex.len - zeros} : STR_NULL;
}

static int hash_with(struct arena *arena, X509 *certificate, X509 *issuer, struct x509_hash *ret)
{
	const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr(issuer);
	unsigned char *name = NULL;
	int len = i2d_X509_NAME(X509_get_issuer_name(certificate), &name);
	uint8_t digest[SHA256_LEN];

	/* RFC 6960: the name as the certificate spells it, the key's bits without their frame. */
	ret->issuer_name = hash_text(arena, name, len);
	OPENSSL_free(name);
	sha256(key->data, (size_t)key->length, digest);
	ret->issuer_key = hex_text(arena, digest, sizeof(digest));
	ret->serial = lower(arena, serial_text(arena, X509_get0_serialNumber(certificate)));
	if (ret->issuer_name.len == 0 || ret->issuer_key.len == 0 || ret->serial.len == 0)
		return FAULT(FAULT_NOMEM, "no room for a certificate's hashes");
	return 0;
}

int x509_hash(struct arena *arena, struct str chain, struct str anchors, struct x509_hash *ret)
{
	STACK_OF(X509) *certificates = read_stack(arena, chain),
		       *roots = read_stack(arena, anchors);
	int outcome = X509_E_FORMAT;

	if (certificates != NULL && roots != NULL && sk_X509_num(certificates) > 0) {
		X509 *leaf = sk_X509_value(certificates, 0);
		X509 *issuer = find_issuer(leaf, certificates);

		if (issuer == NULL)
			issuer = find_issuer(leaf, roots);
		outcome = issuer != NULL ? hash_with(arena, leaf, issuer, ret) : X509_E_FOREIGN;
	}
	sk_X509_pop_free(roots, X509_free);
	sk_X509_pop_free(certificates, X509_free);
	return outcome;
}

/* --- revocation lists --- */

static int judge_crl(struct arena *arena, X509_CRL *crl, struct str authority)
{
	X509 *issuer;
	bool good;

	if (authority.len == 0)
		return 0;
	issuer = x509_first(arena, authority);
	if (issuer == NULL)
		return X509_E_FORMAT;
	good = X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
	X509_free(issuer);
	x509_forget_errors();
	return good ? 0 : X509_E_SIGNATURE;
}

int x509_crl_read(
	struct arena *arena, struct str pem, struct str authority, struct x509_crl_facts *ret_facts)
{
	struct x509_crl_facts facts = {0};
	X509_CRL *crl;
	struct str der;
	int outcome;

	if (pem.len > X509_CRL_MAX || !pem_next(arena, &pem, "X509 CRL", &der) || pem.len > 0)
		return X509_E_FORMAT;
	crl = crl_of(der);
	if (crl == NULL)
		return X509_E_FORMAT;
	outcome = judge_crl(arena, crl, authority);
	read_name(arena, X509_CRL_get_issuer(crl), &facts.issuer);
	if (outcome == 0 && !read_time(X509_CRL_get0_lastUpdate(crl), &facts.from_us))
		outcome = X509_E_FORMAT;
	if (X509_CRL_get0_nextUpdate(crl) != NULL)
		read_time(X509_CRL_get0_nextUpdate(crl), &facts.until_us);
	facts.revoked = (size_t)(X509_CRL_get_REVOKED(crl) != NULL
					 ? sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl))
					 : 0);
	X509_CRL_free(crl);
	if (outcome == 0)
		*ret_facts = facts;
	return outcome;
}
