/* qr_draw.h - a text as a QR code: level M, in the tightest mix of digits, capitals and bytes. */
#pragma once
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

/* Appends an SVG picture, black on white with a quiet zone of 4. False when the text is too long.
 */
bool qr_draw_svg(struct str text, struct buf *svg);
/* The modules, one byte each (1 dark), row by row, without quiet zone; in the arena. *ret_version
 * is 1 to 40. NULL when the text is too long. */
const uint8_t *qr_draw_modules(
	struct str text, struct arena *arena, size_t *ret_width, int *ret_version);
