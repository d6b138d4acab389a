/* linux_camera.c - a camera of the kernel (V4L2): frames come into a few mapped buffers, the newest
 * one is looked at a few times a second for QR codes. The looking takes its milliseconds, so it has
 * a thread of its own, as the meter has; the controller takes what was read last. The formats asked
 * for first are those whose brightness stands there as it is, so nothing has to be decoded: GREY,
 * NV12, YU12, YUYV; a camera that has none of them sends JPEG pictures (jpeg.h). Whatever the
 * driver says of sizes is checked before a byte is touched; a camera that is pulled out, or stands
 * still, is looked for again.
 *
 * Everything asked of the kernel goes through linux_camera_ops, which tests play. */
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/siphash.h"
#include "pile/hal/linux_parts.h"
#include "pile/jpeg.h"
#include "pile/offline_scan.h"
#include "wire/picture.h"

#define CAMERA_RETRY_US (5 * US_PER_S)
#define CAMERA_STILL_US (5 * US_PER_S)   /* no frame for so long: begun anew */
#define CAMERA_LOOK_US (200 * US_PER_MS) /* between two looks ... */
#define CAMERA_REST 4 /* ... and so many times as long as the last one took: a fifth of a core */
#define CAMERA_SHARP_MAX 960          /* points a row that are looked at: a code needs no more */
#define CAMERA_JPEG_LEAST 128         /* bytes: less is no picture */
#define CAMERA_AWAY_US (3 * US_PER_S) /* a code that was away so long is shown anew */
#define CAMERA_WAIT_MS 200
#define CAMERA_DRAIN 16 /* frames taken at a time; more than there are buffers */
#define CAMERA_ARENA (16 * 1024 * 1024)

/* ---- the kernel ---- */

static int kernel_open(void *context, const char *path)
{
	(void)context;
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static int kernel_control(void *context, int file, unsigned long request, void *argument)
{
	int result;

	(void)context;
	do {
		result = ioctl(file, request, argument);
	} while (result < 0 && errno == EINTR);
	return result;
}

static void *kernel_map(void *context, int file, size_t len, int64_t offset)
{
	void *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)offset);

	(void)context;
	return at == MAP_FAILED ? NULL : at;
}

static void kernel_unmap(void *context, void *at, size_t len)
{
	(void)context;
	munmap(at, len);
}

static bool kernel_wait(void *context, int file, int ms)
{
	struct pollfd poller = {.fd = file, .events = POLLIN};

	(void)context;
	return poll(&poller, 1, ms) > 0;
}

static int64_t kernel_ticks_us(void *context)
{
	(void)context;
	return clock_ticks_us(&clock_system);
}

static void kernel_close(void *context, int file)
{
	(void)context;
	close(file);
}

static const struct linux_camera_ops camera_kernel = {.open = kernel_open,
	.control = kernel_control,
	.map = kernel_map,
	.unmap = kernel_unmap,
	.wait = kernel_wait,
	.ticks_us = kernel_ticks_us,
	.close = kernel_close};

/* ---- begin and end ---- */

static bool camera_control(struct linux_camera *camera, unsigned long request, void *argument)
{
	return camera->ops->control(camera->ops->context, camera->file, request, argument) == 0;
}

static void camera_stop(struct linux_camera *camera)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (camera->file < 0)
		return;
	(void)camera_control(camera, VIDIOC_STREAMOFF, &type);
	for (uint32_t i = 0; i < camera->buffers_len; i++)
		camera->ops->unmap(
			camera->ops->context, camera->buffers[i].at, camera->buffers[i].len);
	camera->buffers_len = 0;
	camera->ops->close(camera->ops->context, camera->file);
	camera->file = -1;
}

/* Bytes from point to point of brightness in each format we can use; 0 for a format we cannot. */
static uint32_t camera_step(uint32_t format)
{
	switch (format) {
	case V4L2_PIX_FMT_GREY:
	case V4L2_PIX_FMT_NV12:
	case V4L2_PIX_FMT_YUV420:
	case V4L2_PIX_FMT_MJPEG:
	case V4L2_PIX_FMT_JPEG:
		return 1;
	case V4L2_PIX_FMT_YUYV:
		return 2;
	default:
		return 0;
	}
}

/* Asks for a format; what the driver makes of it counts, if it can be used at all. */
static bool camera_format(struct linux_camera *camera, uint32_t format)
{
	struct v4l2_format wish = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	struct v4l2_pix_format *pix = &wish.fmt.pix;
	uint32_t step;

	pix->width = camera->conf->camera_width;
	pix->height = camera->conf->camera_height;
	pix->pixelformat = format;
	pix->field = V4L2_FIELD_NONE;
	if (!camera_control(camera, VIDIOC_S_FMT, &wish))
		return false;
	step = camera_step(pix->pixelformat);
	if (step == 0 || pix->width < LINUX_CAMERA_LEAST || pix->width > LINUX_CAMERA_MOST ||
		pix->height < LINUX_CAMERA_LEAST || pix->height > LINUX_CAMERA_MOST)
		return false;
	camera->width = pix->width;
	camera->height = pix->height;
	camera->step = step;
	camera->jpeg =
		pix->pixelformat == V4L2_PIX_FMT_MJPEG || pix->pixelformat == V4L2_PIX_FMT_JPEG;
	if (camera->jpeg)
		return true;
	camera->stride = pix->bytesperline ? pix->bytesperline : pix->width * step;
	return camera->stride >= pix->width * step && camera->stride <= 16 * LINUX_CAMERA_MOST;
}

/* The least a frame has. */
static size_t camera_frame_bytes(const struct linux_camera *camera)
{
	if (camera->jpeg)
		return CAMERA_JPEG_LEAST;
	return (size_t)camera->stride * (camera->height - 1) + (size_t)camera->width * camera->step;
}

static bool camera_map(struct linux_camera *camera, uint32_t index)
{
	struct v4l2_buffer buffer = {
		.index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
	void *at;

	if (!camera_control(camera, VIDIOC_QUERYBUF, &buffer) ||
		buffer.length < camera_frame_bytes(camera))
		return false;
	at = camera->ops->map(
		camera->ops->context, camera->file, buffer.length, (int64_t)buffer.m.offset);
	if (!at)
		return false;
	camera->buffers[index].at = at;
	camera->buffers[index].len = buffer.length;
	camera->buffers_len = index + 1;
	return camera_control(camera, VIDIOC_QBUF, &buffer);
}

static bool camera_stream(struct linux_camera *camera)
{
	static const uint32_t formats[] = {V4L2_PIX_FMT_GREY, V4L2_PIX_FMT_NV12,
		V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG, V4L2_PIX_FMT_JPEG};
	struct v4l2_capability can = {.driver = ""};
	struct v4l2_requestbuffers request = {.count = LINUX_CAMERA_BUFFERS,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP};
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	size_t i = 0;

	if (!camera_control(camera, VIDIOC_QUERYCAP, &can) ||
		!(can.capabilities & V4L2_CAP_VIDEO_CAPTURE) ||
		!(can.capabilities & V4L2_CAP_STREAMING))
		return false;
	while (i < sizeof(formats) / sizeof(formats[0]) && !camera_format(camera, formats[i]))
		i++;
	if (i == sizeof(formats) / sizeof(formats[0]) ||
		!camera_control(camera, VIDIOC_REQBUFS, &request) || request.count == 0)
		return false;
	for (uint32_t k = 0; k < request.count && k < LINUX_CAMERA_BUFFERS; k++)
		if (!camera_map(camera, k))
			return false;
	return camera_control(camera, VIDIOC_STREAMON, &type);
}

static void camera_start(struct linux_camera *camera, int64_t now_us)
{
	if (now_us < camera->retry_us)
		return;
	camera->retry_us = now_us + CAMERA_RETRY_US;
	camera->file = camera->ops->open(camera->ops->context, camera->conf->camera);
	if (camera->file < 0)
		return;
	camera->frame_us = now_us;
	if (camera_stream(camera)) {
		LOG_INFO("camera on", "device=%s width=%u height=%u", camera->conf->camera,
			camera->width, camera->height);
		return;
	}
	LOG_WARN("camera not usable", "device=%s", camera->conf->camera);
	camera_stop(camera);
}

static void camera_lost(struct linux_camera *camera, int64_t now_us, const char *why)
{
	LOG_WARN("camera gone", "device=%s why=\"%s\"", camera->conf->camera, why);
	camera_stop(camera);
	camera->retry_us = now_us + CAMERA_RETRY_US;
}

/* ---- frames ---- */

/* The brightness alone, without the driver's padding; of a large frame every second point, or every
 * third. */
static bool camera_grey(struct linux_camera *camera, uint32_t index, struct picture *ret)
{
	uint32_t every = (camera->width + CAMERA_SHARP_MAX - 1) / CAMERA_SHARP_MAX;
	uint32_t width = camera->width / every, height = camera->height / every;
	const uint8_t *from = camera->buffers[index].at;
	uint8_t *to = arena_alloc(&camera->arena, (size_t)width * height);

	if (!to)
		return false;
	*ret = (struct picture){width, height, to};
	for (uint32_t y = 0; y < height; y++, from += (size_t)camera->stride * every)
		for (uint32_t x = 0; x < width; x++)
			*to++ = from[(size_t)x * every * camera->step];
	return true;
}

/* A code that stays in view is no news. Remembered by hash; of more than fit the oldest goes. */
static bool camera_is_new(struct linux_camera *camera, struct str text, int64_t now_us)
{
	static const uint64_t key[2] = {0x6c657964656e2d63, 0x616d6572612d3031};
	uint64_t hash = siphash(key, text.ptr, text.len);
	size_t oldest = 0;
	bool is_new;

	for (size_t i = 0; i < LINUX_CAMERA_SEEN; i++) {
		if (camera->seen[i].at_us < camera->seen[oldest].at_us)
			oldest = i;
		if (camera->seen[i].hash != hash || camera->seen[i].at_us == 0)
			continue;
		is_new = now_us - camera->seen[i].at_us >= CAMERA_AWAY_US;
		camera->seen[i].at_us = now_us;
		return is_new;
	}
	camera->seen[oldest].hash = hash;
	camera->seen[oldest].at_us = now_us;
	return true;
}

static bool camera_picture(
	struct linux_camera *camera, uint32_t index, uint32_t used, struct picture *ret)
{
	struct str bytes = {camera->buffers[index].at, used};

	if (camera->jpeg)
		return jpeg_grey(bytes, CAMERA_SHARP_MAX, &camera->arena, ret);
	return camera_grey(camera, index, ret);
}

static void camera_scan(struct linux_camera *camera, uint32_t index, uint32_t used, int64_t now_us)
{
	struct str texts[OFFLINE_SCAN_MAX];
	struct picture picture;
	struct buf lines;
	int64_t from_us = camera->ops->ticks_us(camera->ops->context), took_us;
	size_t count;

	buf_init(&lines, &camera->arena, HAL_CODE_MAX + 1);
	count = camera_picture(camera, index, used, &picture)
			? offline_scan_picture(&picture, &camera->arena, texts)
			: 0;
	for (size_t i = 0; i < count; i++) {
		if (texts[i].len == 0 || lines.len + texts[i].len + 1 > HAL_CODE_MAX ||
			memchr(texts[i].ptr, 0, texts[i].len) ||
			memchr(texts[i].ptr, '\n', texts[i].len) ||
			!camera_is_new(camera, texts[i], now_us))
			continue;
		if (lines.len > 0)
			buf_put_str(&lines, STR("\n"));
		buf_put_str(&lines, texts[i]);
	}
	if (lines.len > 0) {
		pthread_mutex_lock(&camera->lock);
		memcpy(camera->text, lines.ptr, lines.len);
		camera->text[lines.len] = 0;
		pthread_mutex_unlock(&camera->lock);
	}
	arena_reset(&camera->arena);
	took_us = camera->ops->ticks_us(camera->ops->context) - from_us;
	camera->look_us =
		now_us + took_us +
		(took_us * CAMERA_REST > CAMERA_LOOK_US ? took_us * CAMERA_REST : CAMERA_LOOK_US);
}

/* Takes what waits and gives it back at once, so that a frame is never older than a look takes; one
 * that is whole is looked at when it is time again. False: the device does not answer. */
static bool camera_take(struct linux_camera *camera, int64_t now_us)
{
	for (int i = 0; i < CAMERA_DRAIN; i++) {
		struct v4l2_buffer buffer = {
			.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
		bool whole;

		if (!camera_control(camera, VIDIOC_DQBUF, &buffer))
			return errno == EAGAIN;
		if (buffer.index >= camera->buffers_len)
			return false;
		whole = !(buffer.flags & V4L2_BUF_FLAG_ERROR) &&
			buffer.bytesused >= camera_frame_bytes(camera) &&
			buffer.bytesused <= camera->buffers[buffer.index].len;
		if (whole) {
			camera->frame_us = now_us;
			if (now_us >= camera->look_us)
				camera_scan(camera, buffer.index, buffer.bytesused, now_us);
		}
		if (!camera_control(camera, VIDIOC_QBUF, &buffer))
			return false;
	}
	return true;
}

void linux_camera_look(struct linux_camera *camera, int64_t now_us)
{
	if (camera->file < 0) {
		camera_start(camera, now_us);
		return;
	}
	if (camera->ops->wait(camera->ops->context, camera->file, CAMERA_WAIT_MS) &&
		!camera_take(camera, now_us))
		camera_lost(camera, now_us, "does not answer");
	else if (now_us - camera->frame_us > CAMERA_STILL_US)
		camera_lost(camera, now_us, "no frames");
}

/* ---- the thread ---- */

static bool camera_ended(struct linux_camera *camera)
{
	bool end;

	pthread_mutex_lock(&camera->lock);
	end = camera->end;
	pthread_mutex_unlock(&camera->lock);
	return end;
}

static void *camera_thread(void *arg)
{
	const struct timespec pause = {.tv_nsec = CAMERA_WAIT_MS * US_PER_MS * 1000};
	struct linux_camera *camera = arg;

	while (!camera_ended(camera)) {
		linux_camera_look(camera, clock_ticks_us(&clock_system));
		if (camera->file < 0)
			nanosleep(&pause, NULL);
	}
	return NULL;
}

void linux_camera_init(struct linux_camera *camera, const struct linux_conf *conf,
	const struct linux_camera_ops *ops)
{
	memset(camera, 0, sizeof(*camera));
	camera->conf = conf;
	camera->ops = ops ? ops : &camera_kernel;
	camera->file = -1;
	arena_init(&camera->arena, CAMERA_ARENA);
	pthread_mutex_init(&camera->lock, NULL);
}

int linux_camera_run(struct linux_camera *camera)
{
	if (pthread_create(&camera->thread, NULL, camera_thread, camera) != 0)
		return FAULT(FAULT_IO, "no thread for the camera");
	camera->threaded = true;
	return 0;
}

void linux_camera_fini(struct linux_camera *camera)
{
	if (!camera->ops)
		return;
	if (camera->threaded) {
		pthread_mutex_lock(&camera->lock);
		camera->end = true;
		pthread_mutex_unlock(&camera->lock);
		pthread_join(camera->thread, NULL);
	}
	camera_stop(camera);
	pthread_mutex_destroy(&camera->lock);
	arena_fini(&camera->arena);
	memset(camera, 0, sizeof(*camera));
}

void linux_camera_read(struct linux_camera *camera, char ret_code[HAL_CODE_MAX + 1])
{
	pthread_mutex_lock(&camera->lock);
	memcpy(ret_code, camera->text, strlen(camera->text) + 1);
	camera->text[0] = 0;
	pthread_mutex_unlock(&camera->lock);
}
