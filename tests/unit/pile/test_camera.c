/* test_camera.c - the kernel's cameras, played by a device that is a script: what it says of
 * formats and sizes, the frames it gives, and how it breaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <jpeglib.h>
#include "base/clock.h"
#include "base/rng.h"
#include "pile/hal/linux_parts.h"
#include "pile/jpeg.h"
#include "pile/offline.h"
#include "pile/offline_scan.h"
#include "wire/picture.h"
#include "wire/qr_draw.h"

#define FRAME_MS 33

struct device {
	struct linux_camera_ops ops;
	/* what it is */
	bool plugged;
	uint32_t format; /* the only one it has; 0: whatever is asked */
	uint32_t width, height, stride, length;
	uint32_t capabilities;
	bool frames;        /* it gives some */
	uint32_t bytesused; /* of each; 0: whole */
	uint32_t flags;
	uint32_t index; /* added to the index of a buffer it gives */
	/* what it does */
	uint8_t *memory[LINUX_CAMERA_BUFFERS];
	bool queued[LINUX_CAMERA_BUFFERS];
	int opened, mapped, given;
	bool on;
	int64_t ticks_us, slow_us; /* each time it is asked, so much more went by */
	pthread_mutex_t lock;      /* of the picture, which a test with a thread changes */
	struct picture picture;
};

static int device_open(void *context, const char *path)
{
	struct device *device = context;

	assert_string_equal(path, "/dev/video9");
	device->opened++;
	if (device->plugged)
		return 77;
	errno = ENOENT;
	return -1;
}

static uint32_t device_bytes(const struct device *device)
{
	return device->length ? device->length : device->stride * device->height * 2;
}

static int device_format(struct device *device, struct v4l2_format *format)
{
	struct v4l2_pix_format *pix = &format->fmt.pix;

	if (device->format)
		pix->pixelformat = device->format;
	pix->width = device->width;
	pix->height = device->height;
	pix->bytesperline = device->stride;
	return 0;
}

/* A picture as a camera packs it. */
static size_t packed(const struct picture *picture, bool progressive, uint8_t *ret, size_t room)
{
	struct jpeg_compress_struct writer;
	struct jpeg_error_mgr errors;
	unsigned char *bytes = NULL;
	unsigned long len = 0;

	writer.err = jpeg_std_error(&errors);
	jpeg_create_compress(&writer);
	jpeg_mem_dest(&writer, &bytes, &len);
	writer.image_width = picture->width;
	writer.image_height = picture->height;
	writer.input_components = 1;
	writer.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&writer);
	jpeg_set_quality(&writer, 70, TRUE);
	if (progressive)
		jpeg_simple_progression(&writer);
	jpeg_start_compress(&writer, TRUE);
	while (writer.next_scanline < writer.image_height) {
		JSAMPROW row = picture->grey + (size_t)picture->width * writer.next_scanline;
		jpeg_write_scanlines(&writer, &row, 1);
	}
	jpeg_finish_compress(&writer);
	jpeg_destroy_compress(&writer);
	assert_true(len <= room);
	memcpy(ret, bytes, len);
	free(bytes);
	return len;
}

/* Draws the present picture into the buffer, two bytes a point for YUYV. */
static void device_draw(struct device *device, uint32_t index)
{
	uint32_t step = device->format == V4L2_PIX_FMT_YUYV ? 2 : 1;
	uint8_t *to = device->memory[index];

	memset(to, 0x80, device_bytes(device));
	pthread_mutex_lock(&device->lock);
	if (device->format == V4L2_PIX_FMT_MJPEG && device->picture.grey) {
		device->bytesused =
			(uint32_t)packed(&device->picture, false, to, device_bytes(device));
		pthread_mutex_unlock(&device->lock);
		return;
	}
	for (uint32_t y = 0; y < device->height && y < device->picture.height; y++)
		for (uint32_t x = 0; x < device->width && x < device->picture.width; x++)
			to[y * device->stride + x * step] =
				device->picture.grey[y * device->picture.width + x];
	pthread_mutex_unlock(&device->lock);
}

static int device_give(struct device *device, struct v4l2_buffer *buffer)
{
	for (uint32_t i = 0; i < LINUX_CAMERA_BUFFERS && device->frames && device->given == 0;
		i++) {
		if (!device->queued[i])
			continue;
		device->queued[i] = false;
		device_draw(device, i);
		buffer->index = i + device->index;
		buffer->flags = device->flags;
		buffer->bytesused = device->bytesused ? device->bytesused : device_bytes(device);
		device->given++; /* one a look: then it must wait */
		return 0;
	}
	errno = EAGAIN;
	return -1;
}

static int device_control(void *context, int file, unsigned long request, void *argument)
{
	struct device *device = context;
	struct v4l2_buffer *buffer = argument;

	assert_int_equal(file, 77);
	if (!device->plugged) {
		errno = ENODEV;
		return -1;
	}
	switch (request) {
	case VIDIOC_QUERYCAP:
		((struct v4l2_capability *)argument)->capabilities = device->capabilities;
		return 0;
	case VIDIOC_S_FMT:
		return device_format(device, argument);
	case VIDIOC_REQBUFS:
		((struct v4l2_requestbuffers *)argument)->count = LINUX_CAMERA_BUFFERS + 5;
		return 0;
	case VIDIOC_QUERYBUF:
		buffer->length = device_bytes(device);
		buffer->m.offset = buffer->index;
		return 0;
	case VIDIOC_QBUF:
		assert_true(buffer->index < LINUX_CAMERA_BUFFERS);
		device->queued[buffer->index] = true;
		return 0;
	case VIDIOC_DQBUF:
		return device_give(device, buffer);
	case VIDIOC_STREAMON:
	case VIDIOC_STREAMOFF:
		device->on = request == VIDIOC_STREAMON;
		return 0;
	default:
		errno = ENOTTY;
		return -1;
	}
}

static void *device_map(void *context, int file, size_t len, int64_t offset)
{
	struct device *device = context;

	assert_int_equal(file, 77);
	assert_int_equal(len, device_bytes(device));
	assert_in_range(offset, 0, LINUX_CAMERA_BUFFERS - 1);
	device->mapped++;
	device->memory[offset] = mem_alloc(len);
	return device->memory[offset];
}

static void device_unmap(void *context, void *at, size_t len)
{
	struct device *device = context;

	(void)len;
	device->mapped--;
	for (int i = 0; i < LINUX_CAMERA_BUFFERS; i++)
		if (device->memory[i] == at)
			device->memory[i] = NULL;
	mem_free(at);
}

static bool device_wait(void *context, int file, int ms)
{
	struct device *device = context;

	(void)file;
	(void)ms;
	device->given = 0;
	if (!device->frames)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	return device->frames || !device->plugged;
}

static int64_t device_ticks_us(void *context)
{
	struct device *device = context;

	return device->ticks_us += device->slow_us;
}

static void device_close(void *context, int file)
{
	struct device *device = context;

	(void)file;
	memset(device->queued, 0, sizeof(device->queued));
}

/* ---- the bench ---- */

struct bench {
	struct device device;
	struct linux_conf conf;
	struct linux_camera camera;
	struct arena arena;
	int64_t now_us;
};

static void start(struct bench *bench, uint32_t format)
{
	memset(bench, 0, sizeof(*bench));
	arena_init(&bench->arena, 64 << 20);
	bench->now_us = 100 * US_PER_S;
	bench->device = (struct device){.plugged = true,
		.format = format,
		.width = 640,
		.height = 480,
		.stride = 1344, /* wider than a row */
		.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING,
		.frames = true,
		.ops = {device_open, device_control, device_map, device_unmap, device_wait,
			device_ticks_us, device_close, &bench->device}};
	pthread_mutex_init(&bench->device.lock, NULL);
	strcpy(bench->conf.camera, "/dev/video9");
	bench->conf.camera_width = 640;
	bench->conf.camera_height = 480;
	linux_camera_init(&bench->camera, &bench->conf, &bench->device.ops);
}

static void end(struct bench *bench)
{
	linux_camera_fini(&bench->camera);
	assert_int_equal(bench->device.mapped, 0);
	assert_false(bench->device.on);
	pthread_mutex_destroy(&bench->device.lock);
	arena_fini(&bench->arena);
}

/* Draws a code of `text`, its corner at x, y, each module `side` points. */
static void draw(struct picture *picture, const char *text, uint32_t x, uint32_t y, uint32_t side,
	struct arena *arena)
{
	size_t width;
	int version;
	const uint8_t *modules = qr_draw_modules(str_from(text), arena, &width, &version);

	assert_non_null(modules);
	for (uint32_t v = 0; v < width * side; v++)
		for (uint32_t u = 0; u < width * side; u++)
			picture->grey[(y + v) * picture->width + x + u] =
				modules[(size_t)(v / side) * width + u / side] ? 20 : 230;
}

static struct picture blank(struct bench *bench)
{
	struct picture picture = {640, 480, arena_alloc(&bench->arena, (size_t)640 * 480)};

	assert_non_null(picture.grey);
	memset(picture.grey, 230, (size_t)640 * 480);
	return picture;
}

static void hold(struct bench *bench, const char *text)
{
	struct picture picture = blank(bench);

	if (text)
		draw(&picture, text, 60, 60, 6, &bench->arena);
	pthread_mutex_lock(&bench->device.lock);
	bench->device.picture = picture;
	pthread_mutex_unlock(&bench->device.lock);
}

/* What came in so many milliseconds, looks following each other as frames do. */
static const char *seen(struct bench *bench, int64_t ms)
{
	static char all[4 * HAL_CODE_MAX];
	char one[HAL_CODE_MAX + 1];

	all[0] = 0;
	for (int64_t t = 0; t < ms; t += FRAME_MS) {
		bench->now_us += FRAME_MS * US_PER_MS;
		linux_camera_look(&bench->camera, bench->now_us);
		linux_camera_read(&bench->camera, one);
		if (one[0] && strlen(all) + strlen(one) + 2 < sizeof(all))
			strcat(strcat(all, all[0] ? "|" : ""), one);
	}
	return all;
}

static const uint32_t formats[] = {V4L2_PIX_FMT_GREY, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_YUV420,
	V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG};

static void test_every_format(void **state)
{
	struct bench bench;

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		start(&bench, formats[i]);
		hold(&bench, "HELLO PILE");
		assert_string_equal(seen(&bench, 500), "HELLO PILE");
		end(&bench);
	}
}

/* Pictures that are cut, spoilt or lie about their size: no crash, and nothing is read that is not
 * there. Whole ones are as they were packed, wide ones smaller. */
static void test_jpeg(void **state)
{
	struct picture picture = {1280, 720, NULL}, back;
	uint8_t *bytes = mem_alloc(1 << 20), *bad;
	struct arena arena;
	struct rng rng;
	size_t len;

	(void)state;
	arena_init(&arena, 64 << 20);
	rng_init_seeded(&rng, 4);
	picture.grey = arena_alloc(&arena, (size_t)1280 * 720);
	for (size_t i = 0; i < (size_t)1280 * 720; i++)
		picture.grey[i] = i / 160 % 2 ? 20 : 230;
	for (int progressive = 0; progressive < 2; progressive++) {
		len = packed(&picture, progressive, bytes, 1 << 20);
		assert_true(jpeg_grey((struct str){(char *)bytes, len}, 1280, &arena, &back));
		assert_int_equal(back.width, 1280);
		assert_in_range(back.grey[80], 215, 245);
		assert_in_range(back.grey[240], 5, 35);
		assert_true(jpeg_grey((struct str){(char *)bytes, len}, 960, &arena, &back));
		assert_int_equal(back.width, 640);
		assert_int_equal(back.height, 360);
	}
	picture.width = 64;
	picture.height = 48;
	len = packed(&picture, false, bytes, 1 << 20);
	for (size_t cut = 0; cut < len; cut += 1 + cut / 20) {
		bad = mem_alloc(cut ? cut : 1); /* of its own size: reading behind it is seen */
		memcpy(bad, bytes, cut);
		(void)jpeg_grey((struct str){(char *)bad, cut}, 960, &arena, &back);
		mem_free(bad);
	}
	for (int i = 0; i < 3000; i++) {
		bad = mem_alloc(len);
		memcpy(bad, bytes, len);
		for (int k = 0; k < 4; k++)
			bad[rng_below(&rng, i % 2 ? len : 200)] = (uint8_t)rng_below(&rng, 256);
		(void)jpeg_grey((struct str){(char *)bad, len}, 960, &arena, &back);
		mem_free(bad);
		arena_reset(&arena);
	}
	assert_false(jpeg_grey(STR(""), 960, &arena, &back));
	assert_false(jpeg_grey(STR("\xff\xd8\xff\xd9"), 960, &arena, &back));
	mem_free(bytes);
	arena_fini(&arena);
}

/* One that stays in view is one; away for three seconds it counts anew. Another one beside it does
 * not make the first one new. */
static void test_stays_in_view(void **state)
{
	struct bench bench;
	struct picture both;

	(void)state;
	start(&bench, V4L2_PIX_FMT_YUYV);
	hold(&bench, "FIRST");
	assert_string_equal(seen(&bench, 10000), "FIRST");
	both = blank(&bench);
	draw(&both, "FIRST", 20, 100, 6, &bench.arena);
	draw(&both, "SECOND", 400, 100, 6, &bench.arena);
	bench.device.picture = both;
	assert_string_equal(seen(&bench, 2000), "SECOND");
	hold(&bench, NULL);
	assert_string_equal(seen(&bench, 2000), "");
	hold(&bench, "FIRST");
	assert_string_equal(seen(&bench, 2000), "");
	hold(&bench, NULL);
	assert_string_equal(seen(&bench, 4000), "");
	hold(&bench, "FIRST");
	assert_string_equal(seen(&bench, 1000), "FIRST");
	end(&bench);
}

/* Two new ones in one look come together, so that nobody is served by chance. */
static void test_two_at_once(void **state)
{
	struct bench bench;
	struct picture both;
	const char *text;

	(void)state;
	start(&bench, V4L2_PIX_FMT_GREY);
	both = blank(&bench);
	draw(&both, "ONE", 20, 100, 6, &bench.arena);
	draw(&both, "TWO", 400, 100, 6, &bench.arena);
	bench.device.picture = both;
	text = seen(&bench, 2000);
	assert_true(strcmp(text, "ONE\nTWO") == 0 || strcmp(text, "TWO\nONE") == 0);
	end(&bench);
}

static void test_nonsense_is_nothing(void **state)
{
	struct bench bench;
	struct picture half;
	struct rng rng;

	(void)state;
	start(&bench, V4L2_PIX_FMT_YUYV);
	half = blank(&bench);
	draw(&half, "HALF A CODE", 60, 60, 6, &bench.arena);
	memset(half.grey + 640 * 110, 230, (size_t)640 * 370);
	bench.device.picture = half;
	assert_string_equal(seen(&bench, 2000), "");
	rng_init_seeded(&rng, 3);
	rng.fill(&rng, half.grey, (size_t)640 * 480);
	assert_string_equal(seen(&bench, 2000), "");
	/* frames cut short, and such the driver itself calls bad */
	hold(&bench, "GOOD");
	bench.device.bytesused = 640 * 480;
	assert_string_equal(seen(&bench, 2000), "");
	bench.device.bytesused = 0;
	bench.device.flags = V4L2_BUF_FLAG_ERROR;
	assert_string_equal(seen(&bench, 2000), "");
	bench.device.flags = 0;
	assert_string_equal(seen(&bench, 2000), "GOOD");
	end(&bench);
}

/* Thirty frames a second, but no more than five are looked at; on a slow machine, where a look
 * takes a fifth of a second, one. */
static void test_looks_are_few(void **state)
{
	struct bench bench;
	char text[16];

	(void)state;
	for (int slow = 0; slow < 2; slow++) {
		int got = 0;

		start(&bench, V4L2_PIX_FMT_GREY);
		bench.device.slow_us = slow ? 200 * US_PER_MS : 0;
		for (int i = 0; i < 90; i++) {
			snprintf(text, sizeof(text), "FRAME %d", i);
			hold(&bench, text);
			got += seen(&bench, FRAME_MS)[0] != 0;
		}
		assert_in_range(got, slow ? 3 : 10, slow ? 4 : 16);
		end(&bench);
	}
}

/* A frame of many points is read all the same, from fewer of them. */
static void test_large_frame(void **state)
{
	struct bench bench;
	struct picture large = {1920, 1080, NULL};

	(void)state;
	start(&bench, V4L2_PIX_FMT_YUYV);
	bench.device.width = 1920;
	bench.device.height = 1080;
	bench.device.stride = 3840;
	large.grey = arena_alloc(&bench.arena, (size_t)1920 * 1080);
	memset(large.grey, 230, (size_t)1920 * 1080);
	draw(&large, "LARGE", 300, 200, 10, &bench.arena);
	bench.device.picture = large;
	assert_string_equal(seen(&bench, 500), "LARGE");
	end(&bench);
}

/* Pulled out in the middle, put in again; and one that stands still. */
static void test_comes_and_goes(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, V4L2_PIX_FMT_YUYV);
	hold(&bench, "FIRST");
	assert_string_equal(seen(&bench, 500), "FIRST");
	bench.device.plugged = false;
	hold(&bench, "SECOND");
	assert_string_equal(seen(&bench, 60000), "");
	assert_int_equal(bench.device.mapped, 0);
	assert_in_range(bench.device.opened, 8, 14); /* looked for every five seconds */
	bench.device.plugged = true;
	assert_string_equal(seen(&bench, 6000), "SECOND");
	bench.device.opened = 0;
	bench.device.frames = false;
	assert_string_equal(seen(&bench, 4000), "");
	assert_int_equal(bench.device.opened, 0);
	assert_string_equal(seen(&bench, 8000), "");
	assert_in_range(bench.device.opened, 1, 2);
	bench.device.frames = true;
	hold(&bench, "THIRD");
	assert_string_equal(seen(&bench, 12000), "THIRD");
	/* a buffer nobody knows */
	bench.device.index = 7;
	assert_string_equal(seen(&bench, 100), "");
	assert_int_equal(bench.device.mapped, 0);
	end(&bench);
}

static void test_unusable_devices(void **state)
{
	static const struct device rows[] = {
		{.format = V4L2_PIX_FMT_H264, .width = 640, .height = 480, .stride = 640},
		{.width = 0, .height = 480, .stride = 640},
		{.width = 640, .height = 32, .stride = 640},
		{.width = 1u << 20, .height = 480, .stride = 1u << 20},
		{.width = 640, .height = UINT32_MAX, .stride = 640},
		{.format = V4L2_PIX_FMT_GREY, .width = 640, .height = 480, .stride = 639},
		{.format = V4L2_PIX_FMT_GREY, .width = 640, .height = 480, .stride = UINT32_MAX},
		{.format = V4L2_PIX_FMT_GREY,
			.width = 640,
			.height = 480,
			.stride = 640,
			.length = 640 * 479},
		{.width = 640, .height = 480, .stride = 640, .capabilities = V4L2_CAP_STREAMING},
		{.width = 640,
			.height = 480,
			.stride = 640,
			.capabilities = V4L2_CAP_VIDEO_CAPTURE},
	};
	struct bench bench;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(&bench, rows[i].format);
		bench.device.width = rows[i].width;
		bench.device.height = rows[i].height;
		bench.device.stride = rows[i].stride;
		bench.device.length = rows[i].length;
		if (rows[i].capabilities)
			bench.device.capabilities = rows[i].capabilities;
		assert_string_equal(seen(&bench, 1000), "");
		assert_int_equal(bench.device.mapped, 0);
		assert_int_equal(bench.device.opened, 1);
		end(&bench);
	}
}

/* The same with its own thread and the real clock. */
static void test_thread(void **state)
{
	struct bench bench;
	char code[HAL_CODE_MAX + 1] = "";

	(void)state;
	start(&bench, V4L2_PIX_FMT_YUYV);
	hold(&bench, "IN ITS THREAD");
	assert_int_equal(linux_camera_run(&bench.camera), 0);
	for (int i = 0; i < 1000 && !code[0]; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		linux_camera_read(&bench.camera, code);
	}
	assert_string_equal(code, "IN ITS THREAD");
	end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_format),
		cmocka_unit_test(test_jpeg),
		cmocka_unit_test(test_stays_in_view),
		cmocka_unit_test(test_two_at_once),
		cmocka_unit_test(test_nonsense_is_nothing),
		cmocka_unit_test(test_looks_are_few),
		cmocka_unit_test(test_large_frame),
		cmocka_unit_test(test_comes_and_goes),
		cmocka_unit_test(test_unusable_devices),
		cmocka_unit_test(test_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
