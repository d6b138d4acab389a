/* box.h - short secrets that must be read again later, closed with the server's key (AES-256-GCM).
 */
#pragma once
#include <stdbool.h>
#include "base/rng.h"
#include "base/str.h"

struct arena;

#define BOX_TEXT_MAX (64 * 1024)

/* The text as base64 that only box_open with the same key and label reads. Empty when the arena is
 * full. */
struct str box_seal(
	struct arena *arena, struct rng *rng, struct str key, struct str label, struct str text);
/* False when it was changed, or closed with another key or label. */
bool box_open(struct arena *arena, struct str key, struct str label, struct str sealed,
	struct str *ret_text);
