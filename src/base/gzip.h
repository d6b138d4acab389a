/* gzip.h - compressing answers on the way out. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

/* The text as gzip (RFC 1952), all memory from the arena. STR_NULL when that would not be shorter,
 * or the arena is full (then its `failed` is left as it was: the plain text is still fine). */
struct str gzip_text(struct str text, struct arena *arena);
