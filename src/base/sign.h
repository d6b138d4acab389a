/* sign.h - signatures over texts: Ed25519 (RFC 8032), ECDSA on P-256 with SHA-256, and SM2 with SM3
 * (GB/T 32918). Keys are raw bytes; every signature is 64 bytes: Ed25519's own, else r and s. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define SIGN_KEY_LEN 32 /* private seed, and public key */
#define SIGN_LEN 64

/* The public key that belongs to a private one. */
void sign_public(const uint8_t secret[SIGN_KEY_LEN], uint8_t ret[SIGN_KEY_LEN]);
void sign_text(const uint8_t secret[SIGN_KEY_LEN], struct str text, uint8_t ret[SIGN_LEN]);
/* r and s, 32 bytes each, of an ECDSA signature in DER; false when it is none. */
bool sign_raw(const uint8_t *der, size_t len, uint8_t ret[SIGN_LEN]);
/* False for anything but a valid signature of exactly this text by this key. */
bool sign_verify(
	const uint8_t public_key[SIGN_KEY_LEN], struct str text, const uint8_t signature[SIGN_LEN]);

/* --- keys of three kinds --- */

enum sign_kind { SIGN_ED25519 = 1, SIGN_P256 = 2, SIGN_SM2 = 3 };
#define SIGN_KINDS 3
#define SIGN_POINT_LEN 65 /* 4, x, y: the public key on a curve, uncompressed */

struct sign_secret {
	enum sign_kind kind;
	uint8_t bytes[SIGN_KEY_LEN]; /* Ed25519's seed, else the number, big endian */
};
struct sign_key { /* public */
	enum sign_kind kind;
	uint8_t bytes[SIGN_POINT_LEN];
	size_t len; /* SIGN_KEY_LEN or SIGN_POINT_LEN */
};
struct rng;

/* "ed25519", "es256", "sm2". */
const char *sign_kind_name(enum sign_kind kind);
bool sign_kind_parse(struct str name, enum sign_kind *ret_kind);
/* A new private key from the caller's randomness. */
void sign_make(enum sign_kind kind, struct rng *rng, struct sign_secret *ret_secret);
/* False when the bytes are no private key of their kind (0, or not below the curve's order). */
bool sign_key_of(const struct sign_secret *secret, struct sign_key *ret_key);
/* Signs; false for what sign_key_of refuses. On the curves the library's own randomness goes in,
 * so that two signatures of one text differ. */
bool sign_with(const struct sign_secret *secret, struct str text, uint8_t ret[SIGN_LEN]);
/* False for anything but a valid signature of exactly this text by this key. */
bool sign_check(const struct sign_key *key, struct str text, const uint8_t signature[SIGN_LEN]);
