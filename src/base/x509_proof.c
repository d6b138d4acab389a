/* x509_proof.c - signatures of certificates' keys over files, known by their hash. */
#include <openssl/evp.h>
#include <openssl/rsa.h>
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
