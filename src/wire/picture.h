/* picture.h - what a camera sees, as grey pixels: read from PGM (P5) and PNG (8 bits per channel,
 * not interlaced). Bounded: whatever the file says, no more than PICTURE_SIDE_MAX squared. */
#pragma once
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

#define PICTURE_SIDE_MAX 4096
#define PICTURE_BYTES_MAX (16 * 1024 * 1024)

struct picture {
	uint32_t width, height;
	uint8_t *grey; /* row by row, in the arena */
};
enum picture_outcome {
	PICTURE_E_FORM = 1, /* neither format, damaged, or cut */
	PICTURE_E_SIZE = 2, /* too large */
};
/* Returns 0, PICTURE_E_*, or FAULT_NOMEM. */
int picture_read(struct str bytes, struct arena *arena, struct picture *ret_picture);
