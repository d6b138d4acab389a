/* box.c - AES-256-GCM with a key derived from the server's key and the label. Layout before base64:
 * nonce (12), ciphertext, tag (16). */
#include "base/box.h"

#include <openssl/evp.h>
#include <string.h>
#include "base/arena.h"
#include "base/crypt.h"
#include "base/fault.h"

#define NONCE_LEN 12
#define TAG_LEN 16

static void box_key(struct str key, struct str label, uint8_t ret[SHA256_LEN])
{
	char text[128] = "box:";

	ASSERT(label.len <= sizeof(text) - 4);
	memcpy(text + 4, label.ptr, label.len);
	hmac_sha256(key, (struct str){text, 4 + label.len}, ret);
}

struct str box_seal(
	struct arena *arena, struct rng *rng, struct str key, struct str label, struct str text)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t *bytes = arena_alloc(arena, NONCE_LEN + text.len + TAG_LEN), secret[SHA256_LEN];
	struct buf out;
	int len = 0;

	ASSERT(context != NULL && text.len <= BOX_TEXT_MAX);
	buf_init(&out, arena, (text.len + NONCE_LEN + TAG_LEN) * 4 / 3 + 8);
	if (bytes != NULL) {
		rng->fill(rng, bytes, NONCE_LEN);
		box_key(key, label, secret);
		/* Fails only with a broken library, and then no secret may be written. */
		ASSERT(EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), secret, bytes, NULL) == 1);
		ASSERT(EVP_EncryptUpdate(context, bytes + NONCE_LEN, &len,
			       (const unsigned char *)text.ptr, (int)text.len) == 1);
		ASSERT(EVP_EncryptFinal_ex(context, bytes + NONCE_LEN + len, &len) == 1);
		ASSERT(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_LEN,
			       bytes + NONCE_LEN + text.len) == 1);
		base64_write(&out, bytes, NONCE_LEN + text.len + TAG_LEN);
		explicit_bzero(secret, sizeof(secret));
	}
	EVP_CIPHER_CTX_free(context);
	return bytes == NULL || out.failed ? STR_NULL : buf_str(&out);
}

bool box_open(struct arena *arena, struct str key, struct str label, struct str sealed,
	struct str *ret_text)
{
	EVP_CIPHER_CTX *context;
	uint8_t *bytes = arena_alloc(arena, sealed.len + 1), secret[SHA256_LEN];
	char *text;
	size_t len;
	int done = 0, rest = 0;
	bool good;

	if (bytes == NULL || !base64_read(sealed, bytes, sealed.len, &len) ||
		len < NONCE_LEN + TAG_LEN || len > BOX_TEXT_MAX + NONCE_LEN + TAG_LEN)
		return false;
	len -= NONCE_LEN + TAG_LEN;
	text = arena_alloc(arena, len + 1);
	if (text == NULL)
		return false;
	context = EVP_CIPHER_CTX_new();
	box_key(key, label, secret);
	good = context != NULL &&
	       EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), secret, bytes, NULL) == 1 &&
	       EVP_DecryptUpdate(
		       context, (unsigned char *)text, &done, bytes + NONCE_LEN, (int)len) == 1 &&
	       EVP_CIPHER_CTX_ctrl(
		       context, EVP_CTRL_GCM_SET_TAG, TAG_LEN, bytes + NONCE_LEN + len) == 1 &&
	       EVP_DecryptFinal_ex(context, (unsigned char *)text + done, &rest) == 1;
	explicit_bzero(secret, sizeof(secret));
	EVP_CIPHER_CTX_free(context);
	if (good)
		*ret_text = (struct str){text, len};
	return good;
}
