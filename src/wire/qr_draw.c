/* qr_draw.c - QR codes by libqrencode (see qr_draw.h). */
#include "wire/qr_draw.h"

#include <qrencode.h>
#include <string.h>

#define QR_QUIET 4
#define QR_TEXT_MAX 2000

static QRcode *draw(struct str text)
{
	char plain[QR_TEXT_MAX + 1];

	if (text.len == 0 || text.len > QR_TEXT_MAX)
		return NULL;
	memcpy(plain, text.ptr, text.len);
	plain[text.len] = '\0';
	return QRcode_encodeString(plain, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
}

bool qr_draw_svg(struct str text, struct buf *svg)
{
	QRcode *code = draw(text);
	int full;

	if (!code)
		return false;
	full = code->width + 2 * QR_QUIET;
	buf_format(svg,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		"shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
		"<path fill=\"#000\" d=\"",
		full, full, full, full);
	for (int y = 0; y < code->width; y++) {
		for (int x = 0; x < code->width;) {
			int run = 0;

			while (x + run < code->width && code->data[y * code->width + x + run] & 1)
				run++;
			if (run > 0)
				buf_format(svg, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, run,
					run);
			x += run + 1;
		}
	}
	buf_put_str(svg, STR("\"/></svg>"));
	QRcode_free(code);
	return !svg->failed;
}

const uint8_t *qr_draw_modules(
	struct str text, struct arena *arena, size_t *ret_width, int *ret_version)
{
	QRcode *code = draw(text);
	uint8_t *modules;
	size_t count;

	if (!code)
		return NULL;
	count = (size_t)code->width * (size_t)code->width;
	modules = arena_alloc(arena, count);
	for (size_t i = 0; modules && i < count; i++)
		modules[i] = code->data[i] & 1;
	*ret_width = (size_t)code->width;
	*ret_version = code->version;
	QRcode_free(code);
	return modules;
}
