/* offline_scan.c - second scan module: reads the start code a phone shows (see offline_scan.h). */
#include "pile/offline_scan.h"

#include <fcntl.h>
#include <unistd.h>
#include <zbar.h>

#include "pile/offline.h"
#include "wire/offline_code.h"
#include "wire/picture.h"

static bool is_known(const struct str *texts, size_t len, struct str text)
{
	for (size_t i = 0; i < len; i++)
		if (str_eq(texts[i], text))
			return true;
	return false;
}

static size_t take_symbols(
	zbar_image_t *image, struct arena *arena, struct str ret_texts[OFFLINE_SCAN_MAX])
{
	size_t count = 0;

	for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
		symbol && count < OFFLINE_SCAN_MAX; symbol = zbar_symbol_next(symbol)) {
		struct str text = {
			zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol)};

		if (zbar_symbol_get_type(symbol) != ZBAR_QRCODE || is_known(ret_texts, count, text))
			continue;
		ret_texts[count++] = str_dup(arena, text);
	}
	return count;
}

size_t offline_scan_picture(
	const struct picture *picture, struct arena *arena, struct str ret_texts[OFFLINE_SCAN_MAX])
{
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	size_t count = 0;

	/* only QR codes: a bar code in the background would cost time and help nobody */
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, picture->width, picture->height);
	zbar_image_set_data(image, picture->grey, (size_t)picture->width * picture->height, NULL);
	if (zbar_scan_image(scanner, image) > 0)
		count = take_symbols(image, arena, ret_texts);
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	return count;
}

const char *offline_scan_choose(const struct str *texts, size_t count, struct str *ret_text)
{
	struct str start = STR_NULL;

	for (size_t i = 0; i < count; i++) {
		if (offline_code_kind(texts[i]) != OFFLINE_CODE_START)
			continue;
		if (start.ptr)
			return "two";
		start = texts[i];
	}
	if (!start.ptr)
		return count > 0 ? "form" : "none";
	*ret_text = start;
	return NULL;
}

const char *offline_scan_frame(
	struct offline *offline, const struct picture *picture, struct arena *arena)
{
	struct str texts[OFFLINE_SCAN_MAX], start = STR_NULL;
	const char *word =
		offline_scan_choose(texts, offline_scan_picture(picture, arena, texts), &start);

	return word ? word : offline_show(offline, start);
}

const char *offline_scan_bytes(struct offline *offline, struct str bytes, struct arena *arena)
{
	struct picture picture;

	if (picture_read(bytes, arena, &picture) != 0)
		return "picture";
	return offline_scan_frame(offline, &picture, arena);
}

const char *offline_scan_file(struct offline *offline, struct str path, struct arena *arena)
{
	char *name = str_dup_z(arena, path);
	char *bytes = arena_alloc(arena, PICTURE_BYTES_MAX);
	int file = name && bytes ? open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	size_t len = 0;
	ssize_t got;

	if (file < 0)
		return "picture";
	while (len < PICTURE_BYTES_MAX &&
		(got = read(file, bytes + len, PICTURE_BYTES_MAX - len)) > 0)
		len += (size_t)got;
	close(file);
	return offline_scan_bytes(offline, (struct str){bytes, len}, arena);
}
