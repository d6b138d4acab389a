/* fuzz_picture.c - any bytes as a picture file; what is read has all its pixels. */
#include "base/arena.h"
#include "base/fault.h"
#include "fuzz.h"
#include "wire/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct picture picture;
	struct arena arena;
	unsigned sum = 0;

	arena_init(&arena, 128 << 20);
	if (picture_read((struct str){(const char *)data, size}, &arena, &picture) == 0) {
		ASSERT(picture.width <= PICTURE_SIDE_MAX && picture.height <= PICTURE_SIDE_MAX);
		for (size_t i = 0; i < (size_t)picture.width * picture.height; i++)
			sum += picture.grey[i];
	}
	arena_fini(&arena);
	return (int)(sum & 0);
}
