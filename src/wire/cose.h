/* cose.h - COSE_Sign1 (RFC 9052): one signed message. Algorithms: ES256 (P-256, SHA-256), EdDSA
 * (Ed25519), and SM2 with SM3 under a number from the private range, since none is registered. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/sign.h"
#include "base/str.h"

#define COSE_TAG_SIGN1 18
#define COSE_KID_MAX 32

enum cose_alg { COSE_ES256 = -7, COSE_EDDSA = -8, COSE_SM2 = -65537 };

enum cose_outcome {
	COSE_E_FORM = 1,  /* not a COSE_Sign1 we understand */
	COSE_E_ALG = 2,   /* an algorithm we do not know, or of another kind than the key */
	COSE_E_OPEN = 3,  /* headers that no signature covers */
	COSE_E_FORGED = 4 /* the signature is of another text or key */
};

struct cose_sign1 {
	int64_t alg;
	struct str kid;     /* empty when there is none */
	struct str covered; /* the protected header, as its bytes */
	struct str payload;
	struct str signature; /* SIGN_LEN bytes */
	bool open;            /* the unprotected header holds something */
};

/* Takes a message apart, tagged or not; views into `bytes`. COSE_E_FORM, COSE_E_ALG. */
int cose_read(struct str bytes, struct cose_sign1 *ret_message);
/* Is it signed by this key over this `aad` (which is never sent)? COSE_E_ALG, COSE_E_OPEN unless
 * `open_allowed`, COSE_E_FORGED; fault when the arena is full. */
int cose_verify(const struct cose_sign1 *message, struct str aad, const struct sign_key *key,
	bool open_allowed, struct arena *arena);
/* Who signs: sign() returns 0, or an outcome above 0 of its own, such as "not yet". */
struct cose_hand {
	enum sign_kind kind;
	int (*sign)(void *context, struct str text, uint8_t ret_signature[SIGN_LEN]);
	void *context;
};
/* As cose_sign, by another's hand, whose outcome is passed on: the same call later signs the same
 * bytes. */
int cose_sign_by(const struct cose_hand *hand, struct str kid, struct str aad, struct str payload,
	struct arena *arena, struct buf *buf);
/* Signs and appends the tagged message; `kid` may be empty. FAULT_NOMEM, FAULT_BUG for a key that
 * is none. */
int cose_sign(const struct sign_secret *secret, struct str kid, struct str aad, struct str payload,
	struct arena *arena, struct buf *buf);
