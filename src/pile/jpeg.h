/* jpeg.h - the brightness of a JPEG picture, as cameras send them: decoded by libjpeg, bounded in
 * size, memory and work whatever the bytes say. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"
#include "wire/picture.h"

#define JPEG_SIDE_MAX 4096

/* False when the bytes are no picture, one too large, or one that takes too much work. A picture
 * wider than `wide` is halved until it is not (or an eighth). Broken data in the middle gives a
 * picture with grey where nothing could be read. */
bool jpeg_grey(struct str bytes, uint32_t wide, struct arena *arena, struct picture *ret);
