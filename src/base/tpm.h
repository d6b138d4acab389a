/* tpm.h - keys that never leave the machine's TPM 2.0, by OpenSSL's provider "tpm2" (Debian's
 * tpm2-openssl). The provider lives in a library context of its own, one for the whole process: a
 * TPM serves one at a time, and in a context that is shared with TLS it would get all the hashes of
 * a handshake as well, until its memory is full. */
#pragma once
#include <stdbool.h>
#include <openssl/evp.h>
#include "base/arena.h"
#include "base/str.h"

#define TPM_PROPERTIES "?provider=tpm2"

/* The context with the provider in it; NULL when there is none, or no TPM. tpm_leave is owed after
 * any other answer. From any thread. */
OSSL_LIB_CTX *tpm_enter(void);
void tpm_leave(void);
/* Signs a digest of 32, 48 or 64 bytes in the TPM, as DER; false when it does not. Waits its turn,
 * and then as long as the TPM takes. `len` is the room and becomes the length. */
bool tpm_sign_digest(
	EVP_PKEY *key, const uint8_t *digest, size_t digest_len, uint8_t *ret, size_t *len);

/* A new P-256 key, as text that only this TPM can use. 0 or a fault. */
int tpm_key_new(struct arena *arena, struct str *ret_pem);
/* Is it a key of a TPM? */
bool tpm_key_is(struct str pem);
/* The key for any use of OpenSSL's (requests, TLS); its signing goes to the TPM. NULL: not a key of
 * this machine's. */
EVP_PKEY *tpm_key_read(struct str pem);
