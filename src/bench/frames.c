/* frames.c - leyden-frames: how long a pile looks at one frame of its camera. Frames of the
 * sizes that are looked at (a larger one is thinned out first), once with a start code of the
 * largest size in noise, once with nothing but noise, which is what a camera sees all day.
 * Processor time, so that a busy machine does not count. One line of JSON a row. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/rng.h"
#include "pile/offline_scan.h"
#include "wire/offline_code.h"
#include "wire/picture.h"
#include "wire/qr_draw.h"

#define FRAMES 100
#define FRAMES_ARENA (64 * 1024 * 1024)
#define FRAMES_NOISE 16

static void frame_noise(struct picture *picture, struct rng *rng)
{
	size_t len = (size_t)picture->width * picture->height;

	rng->fill(rng, picture->grey, len);
	for (size_t i = 0; i < len; i++)
		picture->grey[i] = (uint8_t)(190 + picture->grey[i] % FRAMES_NOISE);
}

/* A code in the middle, two thirds of the frame high. False when it does not fit. */
static bool frame_code(struct picture *picture, struct str text, struct arena *arena)
{
	size_t modules;
	int version;
	const uint8_t *grid = qr_draw_modules(text, arena, &modules, &version);
	uint32_t side, left, top;

	if (!grid)
		return false;
	side = picture->height * 2 / 3 / (uint32_t)modules;
	left = (picture->width - side * (uint32_t)modules) / 2;
	top = (picture->height - side * (uint32_t)modules) / 2;
	for (uint32_t y = 0; y < side * modules; y++)
		for (uint32_t x = 0; x < side * modules; x++) {
			uint8_t *at = &picture->grey[(size_t)(top + y) * picture->width + left + x];
			if (grid[y / side * modules + x / side])
				*at = (uint8_t)(*at - 160);
		}
	return side > 0;
}

static int64_t frame_time_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int frame_row(uint32_t width, uint32_t height, bool code, struct rng *rng)
{
	char text[OFFLINE_CODE_START_MAX + 1];
	struct picture picture = {width, height, NULL};
	struct str texts[OFFLINE_SCAN_MAX];
	struct arena arena, scratch;
	int64_t from_us;
	int found = 0;

	arena_init(&arena, FRAMES_ARENA);
	arena_init(&scratch, FRAMES_ARENA);
	memset(text, 'A', OFFLINE_CODE_START_MAX);
	text[OFFLINE_CODE_START_MAX] = 0;
	picture.grey = arena_alloc(&arena, (size_t)width * height);
	frame_noise(&picture, rng);
	if (code && !frame_code(&picture, str_from(text), &arena))
		return -1;
	from_us = frame_time_us();
	for (int i = 0; i < FRAMES; i++) {
		found += offline_scan_picture(&picture, &scratch, texts) == 1;
		arena_reset(&scratch);
	}
	printf("{\"width\":%u,\"height\":%u,\"code\":%s,\"us\":%lld,\"read\":%d}\n", width, height,
		code ? "true" : "false", (long long)((frame_time_us() - from_us) / FRAMES), found);
	arena_fini(&scratch);
	arena_fini(&arena);
	return 0;
}

int main(void)
{
	static const uint32_t sizes[][2] = {{640, 480}, {640, 360}, {960, 540}};
	struct rng rng;

	rng_init_seeded(&rng, 1);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (frame_row(sizes[i][0], sizes[i][1], true, &rng) != 0 ||
			frame_row(sizes[i][0], sizes[i][1], false, &rng) != 0)
			return 1;
	return 0;
}
