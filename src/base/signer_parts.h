/* signer_parts.h - what signer.c and signer_tpm.c share. */
#pragma once
#include <openssl/crypto.h>
#include <stdio.h>
#include "base/signer.h"

struct signer_tpm;
struct signer {
	struct sign_secret secret; /* of a file */
	struct sign_key key;
	struct signer_tpm *tpm; /* NULL: a file's key */
};

void signer_tpm_free(struct signer_tpm *tpm);
int signer_tpm_sign(struct signer_tpm *tpm, struct str text, uint8_t ret[SIGN_LEN]);
/* Writes a file whole or not at all, readable by its owner alone, durably. */
int signer_write_file(const char *path, struct str text);
