/* crypt.c - hashes and passwords. */
#include "base/crypt.h"
#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include "base/arena.h"
#include "base/fault.h"

/* The second recommended setting of the OWASP sheet on password storage for argon2id. */
#define ARGON_PASSES 2
#define ARGON_KIB 19456
#define ARGON_LANES 1
#define ARGON_HASH_LEN 32
#define ARGON_TEXT_MAX 256

static void digest(const EVP_MD *kind, const void *bytes, size_t len, uint8_t *ret)
{
	/* Fails only without memory or with a broken library, and then nothing may go on. */
	ASSERT(EVP_Digest(bytes, len, ret, NULL, kind, NULL) == 1);
}

void sha256(const void *bytes, size_t len, uint8_t ret[SHA256_LEN])
{
	digest(EVP_sha256(), bytes, len, ret);
}

void sha1(const void *bytes, size_t len, uint8_t ret[20])
{
	digest(EVP_sha1(), bytes, len, ret);
}

void hmac_sha256(struct str key, struct str text, uint8_t ret[SHA256_LEN])
{
	unsigned int len = SHA256_LEN;
	const char *key_ptr = key.ptr != NULL ? key.ptr : "";

	ASSERT(key.len <= INT32_MAX);
	ASSERT(HMAC(EVP_sha256(), key_ptr, (int)key.len, (const unsigned char *)text.ptr, text.len,
		       ret, &len) != NULL);
}

bool crypt_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

int password_hash(
	struct arena *arena, struct str password, const uint8_t salt[16], struct str *ret_encoded)
{
	char text[ARGON_TEXT_MAX];
	int error = argon2id_hash_encoded(ARGON_PASSES, ARGON_KIB, ARGON_LANES, password.ptr,
		password.len, salt, 16, ARGON_HASH_LEN, text, sizeof(text));
	struct str encoded;

	if (error != ARGON2_OK)
		return FAULT(FAULT_NOMEM, "argon2: %s", argon2_error_message(error));
	encoded = str_dup(arena, str_from(text));
	if (encoded.ptr == NULL)
		return FAULT(FAULT_NOMEM, "no room for a password hash");
	*ret_encoded = encoded;
	return 0;
}

bool password_verify(struct str encoded, struct str password)
{
	char text[ARGON_TEXT_MAX];

	if (encoded.len == 0 || encoded.len >= sizeof(text))
		return false;
	memcpy(text, encoded.ptr, encoded.len);
	text[encoded.len] = '\0';
	return argon2id_verify(text, password.ptr, password.len) == ARGON2_OK;
}

struct str pile_secret_hash(
	struct arena *arena, struct str server_key, struct str pile_code, struct str secret)
{
	uint8_t mac[SHA256_LEN];
	struct buf text, hex;

	/* The NUL keeps (code, secret) apart: neither can hold one. */
	buf_init(&text, arena, pile_code.len + secret.len + 1);
	buf_put_str(&text, pile_code);
	buf_put_char(&text, '\0');
	buf_put_str(&text, secret);
	buf_init(&hex, arena, SHA256_LEN * 2);
	if (text.failed)
		return STR_NULL;
	hmac_sha256(server_key, buf_str(&text), mac);
	hex_write(&hex, mac, sizeof(mac));
	return hex.failed ? STR_NULL : buf_str(&hex);
}
