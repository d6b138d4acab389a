/* x509_proof.c - signatures of certificates' keys: over files, known by their hash, and over texts
 * (sign.h). */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>
#include "base/x509_parts.h"

static bool digest_signed(
	EVP_PKEY *key, int padding, const uint8_t digest[SHA256_LEN], struct str signature)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	bool good = context != NULL && EVP_PKEY_verify_init(context) == 1 &&
		    (padding == 0 || EVP_PKEY_CTX_set_rsa_padding(context, padding) == 1) &&
		    EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
		    EVP_PKEY_verify(context, (const unsigned char *)signature.ptr, signature.len,
			    digest, SHA256_LEN) == 1;

	EVP_PKEY_CTX_free(context);
	x509_forget_errors();
	return good;
}

int x509_signed_by(struct arena *arena, struct str chain, const uint8_t digest[SHA256_LEN],
	struct str signature)
{
	X509 *certificate = x509_first(arena, chain);
	EVP_PKEY *key = certificate != NULL ? X509_get0_pubkey(certificate) : NULL;
	bool rsa = key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
	int outcome = key == NULL ? X509_E_FORMAT : X509_E_SIGNATURE;

	if (key != NULL && !x509_key_strong(key))
		outcome = X509_E_WEAK;
	else if (key != NULL &&
		 (digest_signed(key, rsa ? RSA_PKCS1_PADDING : 0, digest, signature) ||
			 (rsa && digest_signed(key, RSA_PKCS1_PSS_PADDING, digest, signature))))
		outcome = 0;
	X509_free(certificate);
	return outcome;
}

static bool on_p256(const EVP_PKEY *key)
{
	char name[32];
	size_t len;

	return key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(key, name, sizeof(name), &len) == 1 &&
	       strcmp(name, "prime256v1") == 0;
}

/* The point is asked for as its coordinates: a certificate may hold it in another form. */
static bool point_of(const EVP_PKEY *key, struct sign_key *ret)
{
	BIGNUM *x = NULL, *y = NULL;
	bool good = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
		    BN_bn2binpad(x, ret->bytes + 1, SIGN_KEY_LEN) == SIGN_KEY_LEN &&
		    BN_bn2binpad(y, ret->bytes + 1 + SIGN_KEY_LEN, SIGN_KEY_LEN) == SIGN_KEY_LEN;

	ret->kind = SIGN_P256;
	ret->bytes[0] = 4;
	ret->len = SIGN_POINT_LEN;
	BN_free(x);
	BN_free(y);
	return good;
}

int x509_sign_key(struct arena *arena, struct str chain, struct sign_key *ret_key)
{
	X509 *certificate = x509_first(arena, chain);
	EVP_PKEY *key = certificate != NULL ? X509_get0_pubkey(certificate) : NULL;
	int outcome = certificate == NULL ? X509_E_FORMAT : X509_E_WEAK;

	if (on_p256(key) && point_of(key, ret_key))
		outcome = 0;
	X509_free(certificate);
	x509_forget_errors();
	return outcome;
}

int x509_sign_secret(struct str key_pem, struct sign_secret *ret_secret)
{
	EVP_PKEY *key = x509_private_key(key_pem);
	BIGNUM *number = NULL;
	bool good = on_p256(key) &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
		    BN_bn2binpad(number, ret_secret->bytes, SIGN_KEY_LEN) == SIGN_KEY_LEN;

	ret_secret->kind = SIGN_P256;
	BN_clear_free(number);
	EVP_PKEY_free(key);
	x509_forget_errors();
	return good ? 0 : X509_E_FORMAT;
}

int x509_from_der(struct arena *arena, struct str der, struct str *ret_pem)
{
	struct x509_facts facts;
	struct str pem = der.len <= X509_PEM_MAX ? pem_write(arena, "CERTIFICATE", der) : STR_NULL;
	int outcome = pem.len > 0 ? x509_read(arena, pem, &facts) : X509_E_FORMAT;

	if (outcome == 0)
		*ret_pem = facts.pem;
	return outcome;
}

int x509_to_der(struct arena *arena, struct str *rest, struct str *ret_der)
{
	return pem_next(arena, rest, "CERTIFICATE", ret_der) ? 0 : X509_E_FORMAT;
}

bool x509_split(struct str pem, struct str *ret_key, struct str *ret_chain)
{
	static const struct str mark = {"-----BEGIN CERTIFICATE-----", 27};

	for (size_t i = 1; i + mark.len <= pem.len; i++)
		if (memcmp(pem.ptr + i, mark.ptr, mark.len) == 0) {
			*ret_key = str_slice(pem, 0, i);
			*ret_chain = str_slice(pem, i, pem.len);
			return true;
		}
	return false;
}
