/* signer.h - a private key that signs and never shows itself: in a file of its own, or in a
 * TPM 2.0, where the file only holds what that one TPM can use. A file's key signs at once; a TPM
 * takes up to half a second, so it works in a thread of its own and the caller asks again. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/sign.h"
#include "base/str.h"

enum signer_outcome {
	SIGNER_E_LATER = 1, /* the TPM is at work: ask again with the same text */
	SIGNER_E_FAILED,    /* the TPM did not sign; a new call tries again */
};

struct signer;
struct rng;

/* The key in the file at `path`, made there (readable by its owner alone) when there is none.
 * `path` NULL: a key that dies with the process. P-256 or SM2. 0 or a fault. */
int signer_open_file(
	const char *path, enum sign_kind kind, struct rng *rng, struct signer **ret_signer);
/* The same with a P-256 key inside the TPM that OpenSSL's provider "tpm2" reaches. 0 or a fault:
 * no provider, no TPM, or a key of another TPM. */
int signer_open_tpm(const char *path, struct signer **ret_signer);
void signer_free(struct signer *signer);

/* Is the key one of a TPM? */
bool signer_is_tpm(const struct signer *signer);
struct sign_key signer_key(const struct signer *signer);
/* Signs. 0, or an outcome of a TPM's key. */
int signer_sign(struct signer *signer, struct str text, uint8_t ret[SIGN_LEN]);
