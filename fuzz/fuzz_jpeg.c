/* fuzz_jpeg.c - any bytes as a camera's JPEG frame; what is read has all its points. */
#include "base/arena.h"
#include "base/fault.h"
#include "fuzz.h"
#include "pile/jpeg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct picture picture;
	struct arena arena;
	unsigned sum = 0;

	arena_init(&arena, 16 << 20);
	if (jpeg_grey((struct str){(const char *)data, size}, 960, &arena, &picture)) {
		ASSERT(picture.width <= JPEG_SIDE_MAX && picture.height <= JPEG_SIDE_MAX);
		for (size_t i = 0; i < (size_t)picture.width * picture.height; i++)
			sum += picture.grey[i];
	}
	arena_fini(&arena);
	return (int)(sum & 0);
}
