/* buf.c - the growing byte buffer with a named maximum. */
#include <stdio.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"

#define BUF_FIRST 256

void buf_init(struct buf *buf, struct arena *arena, size_t max)
{
	*buf = (struct buf){.max = max, .arena = arena};
}

void buf_fini(struct buf *buf)
{
	if (buf->arena == NULL)
		mem_free(buf->ptr);
	*buf = (struct buf){.max = buf->max, .arena = buf->arena};
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
}

/* Storage always has one byte more than `cap`, so that formatting may end with a NUL. */
static bool buf_grow(struct buf *buf, size_t need)
{
	size_t cap = buf->cap > 0 ? buf->cap : BUF_FIRST;
	char *ptr;

	while (cap < need)
		cap *= 2;
	if (cap > buf->max)
		cap = buf->max;
	if (buf->arena != NULL) {
		ptr = arena_alloc(buf->arena, cap + 1);
		if (ptr != NULL && buf->len > 0)
			memcpy(ptr, buf->ptr, buf->len);
	} else {
		ptr = mem_grow(buf->ptr, cap + 1);
	}
	if (ptr == NULL)
		return false;
	buf->ptr = ptr;
	buf->cap = cap;
	return true;
}

bool buf_reserve(struct buf *buf, size_t more)
{
	if (more <= buf->cap - buf->len)
		return true;
	if (more <= buf->max && buf->len <= buf->max - more && buf_grow(buf, buf->len + more))
		return true;
	buf->failed = true;
	return false;
}

void buf_put(struct buf *buf, const void *bytes, size_t len)
{
	if (len == 0 || buf->failed || !buf_reserve(buf, len))
		return;
	memcpy(buf->ptr + buf->len, bytes, len);
	buf->len += len;
}

void buf_put_str(struct buf *buf, struct str s)
{
	buf_put(buf, s.ptr, s.len);
}

void buf_put_char(struct buf *buf, char c)
{
	if (buf->failed || !buf_reserve(buf, 1))
		return;
	buf->ptr[buf->len++] = c;
}

void buf_put_i64(struct buf *buf, int64_t value)
{
	buf_put_fixed(buf, value, 0);
}

void buf_put_fixed(struct buf *buf, int64_t value, int scale)
{
	char text[48];
	size_t at = sizeof(text);
	uint64_t rest = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
	int digits = 0;

	do {
		if (digits == scale && digits > 0)
			text[--at] = '.';
		text[--at] = (char)('0' + (int)(rest % 10));
		rest /= 10;
		digits++;
	} while (rest > 0 || digits <= scale);
	if (value < 0)
		text[--at] = '-';
	buf_put(buf, text + at, sizeof(text) - at);
}

void buf_format(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vformat(buf, format, args);
	va_end(args);
}

void buf_vformat(struct buf *buf, const char *format, va_list args)
{
	va_list again;
	int len;

	if (buf->failed || !buf_reserve(buf, 1))
		return;
	va_copy(again, args);
	len = vsnprintf(buf->ptr + buf->len, buf->cap - buf->len + 1, format, args);
	if (len < 0) {
		buf->failed = true;
	} else if ((size_t)len > buf->cap - buf->len) {
		if (buf_reserve(buf, (size_t)len))
			vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
	}
	va_end(again);
	if (!buf->failed)
		buf->len += (size_t)len;
}

void buf_consume(struct buf *buf, size_t len)
{
	if (len >= buf->len) {
		buf->len = 0;
		return;
	}
	memmove(buf->ptr, buf->ptr + len, buf->len - len);
	buf->len -= len;
}

struct str buf_str(const struct buf *buf)
{
	return (struct str){buf->ptr, buf->len};
}
