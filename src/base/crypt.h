/* crypt.h - hashes, signatures, passwords and text codings; OpenSSL and libargon2 underneath. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define SHA256_LEN 32

void sha256(const void *bytes, size_t len, uint8_t ret[SHA256_LEN]);
void hmac_sha256(struct str key, struct str text, uint8_t ret[SHA256_LEN]);
void sha1(const void *bytes, size_t len, uint8_t ret[20]);  /* RFC 6455 accept key only */
bool crypt_equal(const void *a, const void *b, size_t len); /* constant time */

void hex_write(struct buf *buf, const void *bytes, size_t len); /* lower case */
bool hex_read(struct str text, uint8_t *ret, size_t len);       /* exactly len bytes */
void base64_write(struct buf *buf, const void *bytes, size_t len);
void base64url_write(struct buf *buf, const void *bytes, size_t len); /* no padding */
/* Strict decoding (canonical, padding required for base64, refused for url). *ret_len <= cap. False
 * on bad text. */
bool base64_read(struct str text, uint8_t *ret, size_t cap, size_t *ret_len);
bool base64url_read(struct str text, uint8_t *ret, size_t cap, size_t *ret_len);

/* People's passwords: argon2id, encoded text ("$argon2id$..."). Costs tens of milliseconds: worker
 * lane only. */
int password_hash(
	struct arena *arena, struct str password, const uint8_t salt[16], struct str *ret_encoded);
bool password_verify(struct str encoded, struct str password);
/* A pile's password is a long random key: keyed SHA-256 as 64 hex digits, about a microsecond. */
struct str pile_secret_hash(
	struct arena *arena, struct str server_key, struct str pile_code, struct str secret);
