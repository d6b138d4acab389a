/* test_picture.c - PGM and PNG as cameras and screens write them: every kind of colour and filter,
 * and damage at any place. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <zlib.h>
#include "base/rng.h"
#include "wire/picture.h"

#define W 5
#define H 6

static void put32(struct buf *buf, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_put_char(buf, (char)(value >> shift));
}

static void chunk(struct buf *buf, const char *type, const void *body, size_t len)
{
	size_t from;

	put32(buf, (uint32_t)len);
	from = buf->len;
	buf_put(buf, type, 4);
	buf_put(buf, body, len);
	put32(buf, (uint32_t)crc32(0, (const Bytef *)buf->ptr + from, (uInt)(len + 4)));
}

/* Filters one row as an encoder does; `above` may be NULL. */
static void filtered(uint8_t *out, const uint8_t *row, const uint8_t *above, size_t len,
	size_t channels, int filter)
{
	for (size_t i = 0; i < len; i++) {
		int a = i >= channels ? row[i - channels] : 0, b = above ? above[i] : 0;
		int c = above && i >= channels ? above[i - channels] : 0;
		int p = a + b - c, pa = p > a ? p - a : a - p, pb = p > b ? p - b : b - p,
		    pc = p > c ? p - c : c - p;
		int guess[] = {0, a, b, (a + b) / 2, pa <= pb && pa <= pc ? a : pb <= pc ? b : c};

		out[i] = (uint8_t)(row[i] - guess[filter]);
	}
}

/* A PNG of so many channels whose rows use the filters in turn. */
static struct str png(struct arena *arena, unsigned channels, const uint8_t *pixels)
{
	static const char types[] = {0, 0, 4, 2, 6};
	uint8_t raw[H * (W * 4 + 1)], packed[1000];
	char head[13] = {0, 0, 0, W, 0, 0, 0, H, 8, types[channels], 0, 0, 0};
	uLongf packed_len = sizeof(packed);
	size_t row = W * channels;
	struct buf buf;

	for (size_t y = 0; y < H; y++) {
		raw[y * (row + 1)] = (uint8_t)(y % 5);
		filtered(raw + y * (row + 1) + 1, pixels + y * row,
			y > 0 ? pixels + (y - 1) * row : NULL, row, channels, (int)(y % 5));
	}
	assert_int_equal(compress(packed, &packed_len, raw, H * (row + 1)), Z_OK);
	buf_init(&buf, arena, 4000);
	buf_put_str(&buf, STR("\x89PNG\r\n\x1a\n"));
	chunk(&buf, "IHDR", head, sizeof(head));
	chunk(&buf, "IDAT", packed, packed_len / 2);
	chunk(&buf, "IDAT", packed + packed_len / 2, packed_len - packed_len / 2);
	chunk(&buf, "IEND", "", 0);
	return buf_str(&buf);
}

static void png_kinds(void **state)
{
	struct arena arena;
	struct rng rng;

	(void)state;
	arena_init(&arena, 16 << 20);
	rng_init_seeded(&rng, 3);
	for (unsigned channels = 1; channels <= 4; channels++) {
		uint8_t pixels[W * H * 4];
		struct picture picture;

		rng.fill(&rng, pixels, sizeof(pixels));
		assert_int_equal(picture_read(png(&arena, channels, pixels), &arena, &picture), 0);
		assert_int_equal(picture.width, W);
		assert_int_equal(picture.height, H);
		for (size_t i = 0; i < W * H; i++) {
			const uint8_t *p = pixels + i * channels;
			unsigned grey = channels >= 3
						? (299u * p[0] + 587u * p[1] + 114u * p[2]) / 1000
						: p[0];
			unsigned cover = channels == 4 ? p[3] : channels == 2 ? p[1] : 255;

			assert_int_equal(
				picture.grey[i], (grey * cover + 255 * (255 - cover)) / 255);
		}
	}
	arena_fini(&arena);
}

static void damage(void **state)
{
	uint8_t pixels[W * H * 4] = {7};
	struct picture picture;
	struct arena arena;
	struct str whole;
	char *copy;

	(void)state;
	arena_init(&arena, 64 << 20);
	whole = png(&arena, 3, pixels);
	copy = str_dup_z(&arena, whole);
	for (size_t len = 0; len < whole.len; len++)
		assert_int_equal(
			picture_read((struct str){copy, len}, &arena, &picture), PICTURE_E_FORM);
	for (size_t bit = 0; bit < whole.len * 8; bit++) {
		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
		assert_int_not_equal(
			picture_read((struct str){copy, whole.len}, &arena, &picture), 0);
		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
	}
	assert_int_equal(picture_read(STR("P5\n9999 10\n255\n"), &arena, &picture), PICTURE_E_SIZE);
	assert_int_equal(picture_read(STR("P5\n0 10\n255\n"), &arena, &picture), PICTURE_E_SIZE);
	assert_int_equal(picture_read(STR("P6\n1 1\n255\n   "), &arena, &picture), PICTURE_E_FORM);
	assert_int_equal(picture_read(STR("P5 # c\n2 1 255\nab"), &arena, &picture), 0);
	assert_memory_equal(picture.grey, "ab", 2);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(png_kinds),
		cmocka_unit_test(damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
