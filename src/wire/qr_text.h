/* qr_text.h - bytes as text for a QR code: base45 (RFC 9285), whose characters a code packs two in
 * eleven bits, and plain decimal digits, which it packs three in ten bits and which may stand in
 * any URL. Both decode strictly: one text for one sequence of bytes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

void base45_write(struct buf *buf, struct str bytes);
/* False on bad text or when it gives more than `cap` bytes. */
bool base45_read(struct str text, uint8_t *ret, size_t cap, size_t *ret_len);

/* Seven bytes are seventeen digits; the rest of one to six bytes 3, 5, 8, 10, 13 or 15. */
void digits_write(struct buf *buf, struct str bytes);
bool digits_read(struct str text, uint8_t *ret, size_t cap, size_t *ret_len);
