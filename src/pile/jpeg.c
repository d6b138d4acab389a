/* jpeg.c - libjpeg with its ways out closed: it says errors by a function that must not return, so
 * that function jumps back here; and it believes what a file says of itself, so that is looked at
 * first (see jpeg.h). */
#include "pile/jpeg.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h> /* wants stdio.h before it */

#define JPEG_MEMORY (24L * 1024 * 1024) /* of libjpeg's own */
#define JPEG_SCANS \
	12 /* a progressive picture draws itself so often; a hostile one thousands of times */

struct jpeg_try {
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	struct jpeg_decompress_struct reader;
	jmp_buf out;
};

static void jpeg_failed(j_common_ptr common)
{
	struct jpeg_try *one = common->client_data;

	longjmp(one->out, 1);
}

static void jpeg_silent(j_common_ptr common, int level)
{
	(void)common;
	(void)level;
}

static void jpeg_watch(j_common_ptr common)
{
	struct jpeg_try *one = common->client_data;

	if (one->reader.input_scan_number > JPEG_SCANS)
		longjmp(one->out, 1);
}

static bool jpeg_size(struct jpeg_decompress_struct *reader, uint32_t wide)
{
	if (reader->image_width > JPEG_SIDE_MAX || reader->image_height > JPEG_SIDE_MAX)
		return false;
	reader->scale_num = 1;
	reader->scale_denom = 1;
	while (reader->scale_denom < 8 && reader->image_width / reader->scale_denom > wide)
		reader->scale_denom *= 2;
	reader->out_color_space = JCS_GRAYSCALE;
	reader->dct_method = JDCT_IFAST;
	reader->do_fancy_upsampling = FALSE;
	return true;
}

static bool jpeg_rows(
	struct jpeg_decompress_struct *reader, struct arena *arena, struct picture *ret)
{
	size_t width = reader->output_width;
	uint8_t *grey = arena_alloc(arena, width * reader->output_height);

	if (!grey || reader->output_components != 1)
		return false;
	while (reader->output_scanline < reader->output_height) {
		JSAMPROW row = grey + width * reader->output_scanline;
		if (jpeg_read_scanlines(reader, &row, 1) != 1)
			return false;
	}
	*ret = (struct picture){reader->output_width, reader->output_height, grey};
	return true;
}

bool jpeg_grey(struct str bytes, uint32_t wide, struct arena *arena, struct picture *ret)
{
	struct jpeg_try one = {.progress = {.progress_monitor = jpeg_watch}};
	struct jpeg_decompress_struct *reader = &one.reader;
	bool good;

	reader->err = jpeg_std_error(&one.errors);
	one.errors.error_exit = jpeg_failed;
	one.errors.emit_message = jpeg_silent;
	reader->client_data = &one;
	if (setjmp(one.out)) {
		jpeg_destroy_decompress(reader);
		return false;
	}
	jpeg_create_decompress(reader);
	reader->mem->max_memory_to_use = JPEG_MEMORY;
	reader->progress = &one.progress;
	jpeg_mem_src(reader, (const unsigned char *)bytes.ptr, (unsigned long)bytes.len);
	good = bytes.len > 0 && jpeg_read_header(reader, TRUE) == JPEG_HEADER_OK &&
	       jpeg_size(reader, wide) && jpeg_start_decompress(reader) &&
	       jpeg_rows(reader, arena, ret);
	jpeg_destroy_decompress(reader);
	return good;
}
