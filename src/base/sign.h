/* sign.h - Ed25519 (RFC 8032): keys and signatures as raw bytes. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define SIGN_KEY_LEN 32 /* private seed, and public key */
#define SIGN_LEN 64

/* The public key that belongs to a private one. */
void sign_public(const uint8_t secret[SIGN_KEY_LEN], uint8_t ret[SIGN_KEY_LEN]);
void sign_text(const uint8_t secret[SIGN_KEY_LEN], struct str text, uint8_t ret[SIGN_LEN]);
/* False for anything but a valid signature of exactly this text by this key. */
bool sign_verify(
	const uint8_t public_key[SIGN_KEY_LEN], struct str text, const uint8_t signature[SIGN_LEN]);
