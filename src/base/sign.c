/* sign.c - Ed25519 by OpenSSL. */
#include "base/sign.h"

#include <openssl/evp.h>

#include "base/fault.h"

void sign_public(const uint8_t secret[SIGN_KEY_LEN], uint8_t ret[SIGN_KEY_LEN])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, SIGN_KEY_LEN);
	size_t len = SIGN_KEY_LEN;

	/* Fails only without memory or with a broken library, and then nothing may go on. */
	ASSERT(key != NULL && EVP_PKEY_get_raw_public_key(key, ret, &len) == 1);
	EVP_PKEY_free(key);
}

void sign_text(const uint8_t secret[SIGN_KEY_LEN], struct str text, uint8_t ret[SIGN_LEN])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, SIGN_KEY_LEN);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = SIGN_LEN;

	ASSERT(key != NULL && context != NULL &&
		EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		EVP_DigestSign(context, ret, &len, (const unsigned char *)text.ptr, text.len) == 1);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
}

bool sign_verify(
	const uint8_t public_key[SIGN_KEY_LEN], struct str text, const uint8_t signature[SIGN_LEN])
{
	EVP_PKEY *key =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, SIGN_KEY_LEN);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = key != NULL && context != NULL &&
		    EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestVerify(context, signature, SIGN_LEN, (const unsigned char *)text.ptr,
			    text.len) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return good;
}
