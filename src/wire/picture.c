/* picture.c - grey pixels of PGM and PNG (see picture.h). */
#include "wire/picture.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/fault.h"

#define PNG_SIGN "\x89PNG\r\n\x1a\n"
#define PNG_CHUNK 12 /* length, type, check sum */
#define PNG_CHANNELS 4

static bool too_large(uint64_t width, uint64_t height)
{
	return width == 0 || height == 0 || width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX;
}

/* --- PGM --- */

/* The next number of the head: blanks and comments are passed over. */
static bool pgm_number(struct str *bytes, uint32_t *ret)
{
	uint64_t value = 0;
	size_t digits = 0;

	while (bytes->len > 0 && strchr(" \t\r\n#", bytes->ptr[0])) {
		if (bytes->ptr[0] == '#')
			(void)str_cut(bytes, '\n');
		else
			*bytes = str_slice(*bytes, 1, bytes->len);
	}
	for (; digits < bytes->len && digits < 6 && bytes->ptr[digits] >= '0' &&
		bytes->ptr[digits] <= '9';
		digits++)
		value = value * 10 + (uint64_t)(bytes->ptr[digits] - '0');
	*bytes = str_slice(*bytes, digits, bytes->len);
	*ret = (uint32_t)value;
	return digits > 0;
}

static int pgm_read(struct str bytes, struct arena *arena, struct picture *ret)
{
	uint32_t most;
	size_t count;

	bytes = str_slice(bytes, 2, bytes.len);
	if (!pgm_number(&bytes, &ret->width) || !pgm_number(&bytes, &ret->height) ||
		!pgm_number(&bytes, &most) || most == 0 || most > 255 || bytes.len == 0)
		return PICTURE_E_FORM;
	if (too_large(ret->width, ret->height))
		return PICTURE_E_SIZE;
	count = (size_t)ret->width * ret->height;
	if (bytes.len - 1 < count)
		return PICTURE_E_FORM;
	ret->grey = arena_alloc(arena, count);
	if (!ret->grey)
		return FAULT(FAULT_NOMEM, "no room for a picture");
	memcpy(ret->grey, bytes.ptr + 1, count); /* one blank ends the head */
	return 0;
}

/* --- PNG --- */

struct png {
	uint32_t width, height;
	unsigned channels;
	struct buf packed; /* all IDAT */
};

static uint32_t big32(const char *at)
{
	const uint8_t *p = (const uint8_t *)at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int png_head(struct str body, struct png *png)
{
	static const unsigned channels[] = {1, 0, 3, 0, 2, 0, 4}; /* by colour type, no palette */
	uint8_t type;

	if (body.len != 13)
		return PICTURE_E_FORM;
	png->width = big32(body.ptr);
	png->height = big32(body.ptr + 4);
	type = (uint8_t)body.ptr[9];
	if (body.ptr[8] != 8 || type > 6 || channels[type] == 0 || body.ptr[10] != 0 ||
		body.ptr[11] != 0 || body.ptr[12] != 0)
		return PICTURE_E_FORM;
	png->channels = channels[type];
	return too_large(png->width, png->height) ? PICTURE_E_SIZE : 0;
}

static int png_chunks(struct str bytes, struct png *png)
{
	bytes = str_slice(bytes, sizeof(PNG_SIGN) - 1, bytes.len);
	for (bool first = true; bytes.len >= PNG_CHUNK; first = false) {
		uint32_t len = big32(bytes.ptr), check;
		struct str type = str_slice(bytes, 4, 8), body;

		if (len > bytes.len - PNG_CHUNK)
			return PICTURE_E_FORM;
		body = str_slice(bytes, 8, 8 + len);
		check = big32(bytes.ptr + 8 + len);
		if (crc32(0, (const Bytef *)type.ptr, 4 + len) != check)
			return PICTURE_E_FORM;
		if (first != str_is(type, "IHDR"))
			return PICTURE_E_FORM;
		if (first) {
			int result = png_head(body, png);

			if (result != 0)
				return result;
		}
		if (str_is(type, "IDAT"))
			buf_put_str(&png->packed, body);
		if (str_is(type, "IEND"))
			return png->packed.failed ? PICTURE_E_SIZE : 0;
		bytes = str_slice(bytes, PNG_CHUNK + len, bytes.len);
	}
	return PICTURE_E_FORM;
}

/* The predictor of PNG: the neighbour nearest to left + above - corner. */
static uint8_t paeth(int left, int above, int corner)
{
	int guess = left + above - corner;
	int by_left = abs(guess - left), by_above = abs(guess - above);
	int by_corner = abs(guess - corner);

	if (by_left <= by_above && by_left <= by_corner)
		return (uint8_t)left;
	return (uint8_t)(by_above <= by_corner ? above : corner);
}

/* Undoes the filter of one row in place; `above` is the row before, or NULL. */
static bool png_row(uint8_t *row, const uint8_t *above, size_t len, size_t channels, int filter)
{
	for (size_t i = 0; i < len; i++) {
		int left = i >= channels ? row[i - channels] : 0;
		int up = above ? above[i] : 0;
		int corner = above && i >= channels ? above[i - channels] : 0;

		switch (filter) {
		case 0:
			return true;
		case 1:
			row[i] = (uint8_t)(row[i] + left);
			break;
		case 2:
			row[i] = (uint8_t)(row[i] + up);
			break;
		case 3:
			row[i] = (uint8_t)(row[i] + (left + up) / 2);
			break;
		case 4:
			row[i] = (uint8_t)(row[i] + paeth(left, up, corner));
			break;
		default:
			return false;
		}
	}
	return true;
}

/* Grey of one pixel; what is see-through lies on white. */
static uint8_t png_grey(const uint8_t *p, unsigned channels)
{
	unsigned grey = channels >= 3 ? (299u * p[0] + 587u * p[1] + 114u * p[2]) / 1000 : p[0];
	unsigned cover = channels == 4 ? p[3] : channels == 2 ? p[1] : 255;

	return (uint8_t)((grey * cover + 255 * (255 - cover)) / 255);
}

static int png_pixels(const struct png *png, uint8_t *raw, struct picture *ret)
{
	size_t row_len = (size_t)png->width * png->channels;
	const uint8_t *above = NULL;

	for (size_t y = 0; y < png->height; y++) {
		uint8_t *row = raw + y * (row_len + 1) + 1;

		if (!png_row(row, above, row_len, png->channels, row[-1]))
			return PICTURE_E_FORM;
		for (size_t x = 0; x < png->width; x++)
			ret->grey[y * png->width + x] =
				png_grey(row + x * png->channels, png->channels);
		above = row;
	}
	return 0;
}

static int png_read(struct str bytes, struct arena *arena, struct picture *ret)
{
	struct png png = {0};
	uLongf raw_len;
	uint8_t *raw;
	int result;

	buf_init(&png.packed, arena, PICTURE_BYTES_MAX);
	result = png_chunks(bytes, &png);
	if (result != 0)
		return result;
	raw_len = (uLongf)(((size_t)png.width * png.channels + 1) * png.height);
	if (raw_len > (uLongf)PNG_CHANNELS * PICTURE_BYTES_MAX)
		return PICTURE_E_SIZE;
	raw = arena_alloc(arena, raw_len);
	ret->width = png.width;
	ret->height = png.height;
	ret->grey = arena_alloc(arena, (size_t)png.width * png.height);
	if (!raw || !ret->grey)
		return FAULT(FAULT_NOMEM, "no room for a picture");
	if (uncompress(raw, &raw_len, (const Bytef *)png.packed.ptr, png.packed.len) != Z_OK ||
		raw_len != ((size_t)png.width * png.channels + 1) * png.height)
		return PICTURE_E_FORM;
	return png_pixels(&png, raw, ret);
}

int picture_read(struct str bytes, struct arena *arena, struct picture *ret_picture)
{
	if (bytes.len > PICTURE_BYTES_MAX)
		return PICTURE_E_SIZE;
	if (str_starts(bytes, STR("P5")))
		return pgm_read(bytes, arena, ret_picture);
	if (bytes.len > 8 && memcmp(bytes.ptr, PNG_SIGN, 8) == 0)
		return png_read(bytes, arena, ret_picture);
	return PICTURE_E_FORM;
}
