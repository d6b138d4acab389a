/* seal.h - the sandbox channel's signatures: who said what, when, exactly. Three headers go with
 * each message:
 *
 *     Sandbox-Time: 1732190531          seconds since 1970, at most 300 away from the reader's
 * clock Sandbox-Nonce: <16..64 of A-Z a-z 0-9 - _> Sandbox-Signature: <128 hex digits>   Ed25519
 * over  subject LF time LF nonce LF body
 *
 * The subject binds the message to its place: "POST /v1/payments" for a request, "answer 200" for
 * an answer, "notify" for a notification. Reading fails closed: a header that is missing, repeated
 * or malformed is a bad signature. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rng.h"
#include "base/str.h"

#define SEAL_WINDOW_S 300

/* The header lines for a message. `secret_hex` is a private key of 64 hex digits. STR_NULL when the
 * key is not that. */
struct str seal_headers(struct str secret_hex, struct str subject, struct str body, int64_t now_us,
	struct rng *rng, struct arena *arena);
/* Checks a message against `public_hex`. `headers` are lines "Name: value" ended by CRLF; others
 * are passed over. 0, PAY_E_SIGNATURE or PAY_E_STALE (enum pay_outcome). *ret_nonce (may be NULL)
 * is a view into headers. */
int seal_check(struct str public_hex, struct str subject, struct str headers, struct str body,
	int64_t now_us, struct arena *arena, struct str *ret_nonce);
