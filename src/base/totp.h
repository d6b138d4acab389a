/* totp.h - codes that change with the time, from a shared secret: HMAC-SHA256 of the number of the
 * time step as in RFC 6238, written with letters and digits as OCPP 2.1 wants it for web payments
 * (its version "v1"). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/crypt.h"
#include "base/str.h"

#define TOTP_VERSION "v1"
#define TOTP_LEN_MAX 32 /* characters of a code: no more bytes are there */

/* The step that a moment lies in; 0 before 1970. */
int64_t totp_step(int64_t now_us, int64_t valid_s);
/* The hash that a step's code is written from. */
void totp_hash(struct str secret, int64_t step, uint8_t ret[SHA256_LEN]);
/* The code of a step: `len` (1 .. TOTP_LEN_MAX) characters and a NUL into `ret`. */
void totp_write(struct str secret, int64_t step, size_t len, char ret[TOTP_LEN_MAX + 1]);
/* Is this the code of that step, the one before or the one after? Clocks differ, and people walk.
 * The whole code is compared whatever it is. */
bool totp_match(struct str secret, int64_t step, struct str code, int64_t *ret_step);
