/* tpm.c - the provider's context, and keys that look like any other to the rest of OpenSSL (see
 * tpm.h). */

/* The method of an EC key is the one way to give a single operation of a key to something else
 * while all others stay where they are; OpenSSL 3 calls it deprecated and has nothing in its
 * place but a provider of one's own. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/tpm.h"

#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <string.h>

#include "base/fault.h"

#define TPM_POINT 65
#define TPM_MARK "-----BEGIN TSS2 PRIVATE KEY-----"

static struct {
	pthread_mutex_t lock; /* of all of it */
	pthread_mutex_t turn; /* of the TPM */
	size_t users;
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *tpm2, *usual;
} tpm_room = {.lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_MUTEX_INITIALIZER};

static void tpm_close(void)
{
	if (tpm_room.tpm2)
		OSSL_PROVIDER_unload(tpm_room.tpm2);
	if (tpm_room.usual)
		OSSL_PROVIDER_unload(tpm_room.usual);
	OSSL_LIB_CTX_free(tpm_room.library);
	tpm_room.tpm2 = tpm_room.usual = NULL;
	tpm_room.library = NULL;
}

OSSL_LIB_CTX *tpm_enter(void)
{
	OSSL_LIB_CTX *library;

	pthread_mutex_lock(&tpm_room.lock);
	if (tpm_room.users == 0) {
		tpm_room.library = OSSL_LIB_CTX_new();
		if (tpm_room.library) {
			tpm_room.tpm2 = OSSL_PROVIDER_load(tpm_room.library, "tpm2");
			tpm_room.usual = OSSL_PROVIDER_load(tpm_room.library, "default");
		}
		if (!tpm_room.tpm2 || !tpm_room.usual)
			tpm_close();
	}
	library = tpm_room.library;
	tpm_room.users += library != NULL;
	pthread_mutex_unlock(&tpm_room.lock);
	return library;
}

void tpm_leave(void)
{
	pthread_mutex_lock(&tpm_room.lock);
	if (--tpm_room.users == 0)
		tpm_close();
	pthread_mutex_unlock(&tpm_room.lock);
}

bool tpm_sign_digest(
	EVP_PKEY *key, const uint8_t *digest, size_t digest_len, uint8_t *ret, size_t *len)
{
	const char *name = digest_len == 64   ? "SHA512"
			   : digest_len == 48 ? "SHA384"
			   : digest_len == 32 ? "SHA256"
					      : NULL;
	OSSL_LIB_CTX *library = name ? tpm_enter() : NULL;
	EVP_PKEY_CTX *context;
	EVP_MD *md;
	bool good;

	if (!library)
		return false;
	pthread_mutex_lock(&tpm_room.turn);
	context = EVP_PKEY_CTX_new_from_pkey(library, key, TPM_PROPERTIES);
	md = EVP_MD_fetch(library, name, "provider=default");
	good = context && md && EVP_PKEY_sign_init(context) == 1 &&
	       EVP_PKEY_CTX_set_signature_md(context, md) == 1 &&
	       EVP_PKEY_sign(context, ret, len, digest, digest_len) == 1;
	EVP_MD_free(md);
	EVP_PKEY_CTX_free(context);
	pthread_mutex_unlock(&tpm_room.turn);
	tpm_leave();
	ERR_clear_error();
	return good;
}

/* ---- keys as text ---- */

int tpm_key_new(struct arena *arena, struct str *ret_pem)
{
	OSSL_LIB_CTX *library = tpm_enter();
	OSSL_ENCODER_CTX *encoder;
	unsigned char *pem = NULL;
	EVP_PKEY *key;
	size_t len = 0;
	bool good;

	if (!library)
		return FAULT(FAULT_IO, "no TPM: OpenSSL's provider tpm2 does not load");
	pthread_mutex_lock(&tpm_room.turn);
	key = EVP_PKEY_Q_keygen(library, TPM_PROPERTIES, "EC", "P-256");
	encoder = key ? OSSL_ENCODER_CTX_new_for_pkey(
				key, EVP_PKEY_KEYPAIR, "PEM", "PrivateKeyInfo", TPM_PROPERTIES)
		      : NULL;
	good = encoder && OSSL_ENCODER_to_data(encoder, &pem, &len) == 1;
	if (good)
		*ret_pem = str_dup(arena, (struct str){(const char *)pem, len});
	OSSL_ENCODER_CTX_free(encoder);
	OPENSSL_free(pem);
	EVP_PKEY_free(key);
	pthread_mutex_unlock(&tpm_room.turn);
	tpm_leave();
	ERR_clear_error();
	return good && ret_pem->ptr ? 0 : FAULT(FAULT_IO, "the TPM makes no key");
}

bool tpm_key_is(struct str pem)
{
	return str_starts(pem, STR(TPM_MARK));
}

/* The key inside: what signs. */
static EVP_PKEY *tpm_inner(OSSL_LIB_CTX *library, struct str pem)
{
	const unsigned char *at = (const unsigned char *)pem.ptr;
	EVP_PKEY *key = NULL;
	OSSL_DECODER_CTX *decoder;
	size_t left = pem.len;

	pthread_mutex_lock(&tpm_room.turn);
	decoder = OSSL_DECODER_CTX_new_for_pkey(
		&key, "PEM", NULL, "EC", EVP_PKEY_KEYPAIR, library, TPM_PROPERTIES);
	if (decoder && OSSL_DECODER_from_data(decoder, &at, &left) != 1) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	OSSL_DECODER_CTX_free(decoder);
	pthread_mutex_unlock(&tpm_room.turn);
	return key;
}

/* ---- the key outside: a public key whose signing is done by the inner one ---- */

static pthread_once_t tpm_once = PTHREAD_ONCE_INIT;
static EC_KEY_METHOD *tpm_method;
static int tpm_slot = -1;

static int tpm_method_sign(int type, const unsigned char *digest, int digest_len,
	unsigned char *ret, unsigned int *ret_len, const BIGNUM *unused_inverse,
	const BIGNUM *unused_r, EC_KEY *key)
{
	EVP_PKEY *inner = EC_KEY_get_ex_data(key, tpm_slot);
	size_t len = (size_t)ECDSA_size(key);

	(void)type;
	(void)unused_inverse;
	(void)unused_r;
	if (!inner || digest_len < 0 ||
		!tpm_sign_digest(inner, digest, (size_t)digest_len, ret, &len))
		return 0;
	*ret_len = (unsigned int)len;
	return 1;
}

static void tpm_inner_free(
	void *parent, void *inner, CRYPTO_EX_DATA *data, int slot, long argl, void *argp)
{
	(void)parent;
	(void)data;
	(void)slot;
	(void)argl;
	(void)argp;
	if (!inner)
		return;
	EVP_PKEY_free(inner);
	tpm_leave();
}

static void tpm_prepare(void)
{
	tpm_slot = EC_KEY_get_ex_new_index(0, NULL, NULL, NULL, tpm_inner_free);
	tpm_method = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
	ASSERT(tpm_slot >= 0 && tpm_method);
	EC_KEY_METHOD_set_sign(tpm_method, tpm_method_sign, NULL, NULL);
}

/* Takes the inner key, and with it the place in the room. */
static EVP_PKEY *tpm_outer(EVP_PKEY *inner)
{
	uint8_t point[TPM_POINT];
	EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
	EVP_PKEY *outer = EVP_PKEY_new();
	size_t len = 0;
	bool good =
		key && outer &&
		EVP_PKEY_get_octet_string_param(inner, "pub", point, sizeof(point), &len) == 1 &&
		EC_KEY_oct2key(key, point, len, NULL) == 1 &&
		EC_KEY_set_method(key, tpm_method) == 1 &&
		EC_KEY_set_ex_data(key, tpm_slot, inner) == 1;

	if (good && EVP_PKEY_assign_EC_KEY(outer, key) == 1)
		return outer;
	if (!good) {
		EVP_PKEY_free(inner);
		tpm_leave();
	}
	EC_KEY_free(key);
	EVP_PKEY_free(outer);
	return NULL;
}

EVP_PKEY *tpm_key_read(struct str pem)
{
	OSSL_LIB_CTX *library = tpm_enter();
	EVP_PKEY *inner, *outer;

	if (!library)
		return NULL;
	pthread_once(&tpm_once, tpm_prepare);
	inner = tpm_inner(library, pem);
	if (!inner)
		tpm_leave();
	outer = inner ? tpm_outer(inner) : NULL;
	ERR_clear_error();
	return outer;
}
