/* keyprint.h - a public key's fingerprint as people compare it: sixteen letters and digits in
 * groups of four ("K7QF-2M4X-9TWD-H3PR"), eighty bits of the SHA-256 of the key. Nobody makes a
 * second key with the same one. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

#define KEYPRINT_LEN 19

/* From the key's SHA-256 in hex. False, and empty text, when that is none. */
bool keyprint_of(struct str key_hash, char ret[KEYPRINT_LEN + 1]);
/* Did a person type this one? Case, blanks and dashes do not count. */
bool keyprint_same(struct str typed, const char *print);
