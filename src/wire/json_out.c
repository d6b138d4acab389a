/* json_out.c - the append writer (declared in json.h). */
#include "base/clock.h"
#include "wire/json.h"
#include "wire/scan.h"

#define REPLACEMENT STR("\xEF\xBF\xBD")

void json_out_init(struct json_out *out, struct buf *buf)
{
	*out = (struct json_out){.buf = buf};
}

static void put_escape(struct buf *buf, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char shorts[] = "btn?fr"; /* from 8 on */
	char text[6] = {'\\', (char)c, '0', '0', '0', '0'};

	if (c == 0) {
		buf_put_str(buf, REPLACEMENT); /* our own reader refuses NUL */
	} else if (c == '"' || c == '\\') {
		buf_put(buf, text, 2);
	} else if (c >= 8 && c <= 13 && c != 11) {
		text[1] = shorts[c - 8];
		buf_put(buf, text, 2);
	} else {
		text[1] = 'u';
		text[4] = hex[c >> 4];
		text[5] = hex[c & 15];
		buf_put(buf, text, 6);
	}
}

static void put_quoted(struct buf *buf, struct str text)
{
	const char *at = text.ptr, *end = text.len > 0 ? at + text.len : at;

	if (buf->failed || !buf_reserve(buf, text.len + 2))
		return;
	buf->ptr[buf->len++] = '"';
	while (at < end) {
		const char *plain = at;
		size_t step;

		at = scan_plain(at, end);
		buf_put(buf, plain, (size_t)(at - plain));
		if (at == end)
			break;
		if ((unsigned char)*at < 0x80) {
			put_escape(buf, (unsigned char)*at++);
			continue;
		}
		step = str_utf8_step(at, (size_t)(end - at));
		if (step == 0)
			buf_put_str(buf, REPLACEMENT);
		else
			buf_put(buf, at, step);
		at += step > 0 ? step : 1;
	}
	buf_put_char(buf, '"');
}

void json_put_key(struct json_out *out, struct str key)
{
	if (out->comma)
		buf_put_char(out->buf, ',');
	put_quoted(out->buf, key);
	buf_put_char(out->buf, ':');
	out->comma = false;
}

void json_put_plain_key(struct json_out *out, struct str key)
{
	struct buf *buf = out->buf;

	if (buf->failed || !buf_reserve(buf, key.len + 4))
		return;
	if (out->comma)
		buf->ptr[buf->len++] = ',';
	buf->ptr[buf->len++] = '"';
	memcpy(buf->ptr + buf->len, key.ptr, key.len);
	buf->len += key.len;
	buf->ptr[buf->len++] = '"';
	buf->ptr[buf->len++] = ':';
	out->comma = false;
}

/* What stands before a value; afterwards the next one needs a comma. */
static void begin(struct json_out *out, const char *key)
{
	if (key != NULL)
		json_put_key(out, str_from(key));
	else if (out->comma)
		buf_put_char(out->buf, ',');
	out->comma = true;
}

void json_open_object(struct json_out *out, const char *key)
{
	begin(out, key);
	buf_put_char(out->buf, '{');
	out->comma = false;
}

void json_close_object(struct json_out *out)
{
	buf_put_char(out->buf, '}');
	out->comma = true;
}

void json_open_array(struct json_out *out, const char *key)
{
	begin(out, key);
	buf_put_char(out->buf, '[');
	out->comma = false;
}

void json_close_array(struct json_out *out)
{
	buf_put_char(out->buf, ']');
	out->comma = true;
}

void json_put_str(struct json_out *out, const char *key, struct str text)
{
	begin(out, key);
	put_quoted(out->buf, text);
}

void json_put_int(struct json_out *out, const char *key, int64_t value)
{
	begin(out, key);
	buf_put_i64(out->buf, value);
}

void json_put_bool(struct json_out *out, const char *key, bool value)
{
	begin(out, key);
	buf_put_str(out->buf, value ? STR("true") : STR("false"));
}

void json_put_null(struct json_out *out, const char *key)
{
	begin(out, key);
	buf_put_str(out->buf, STR("null"));
}

void json_put_fixed(struct json_out *out, const char *key, int64_t value, int scale)
{
	while (scale > 0 && value % 10 == 0) {
		value /= 10;
		scale--;
	}
	begin(out, key);
	buf_put_fixed(out->buf, value, scale);
}

void json_put_fixed_text(struct json_out *out, const char *key, int64_t value, int scale)
{
	begin(out, key);
	buf_put_char(out->buf, '"');
	buf_put_fixed(out->buf, value, scale);
	buf_put_char(out->buf, '"');
}

void json_put_id(struct json_out *out, const char *key, int64_t id)
{
	json_put_fixed_text(out, key, id, 0);
}

void json_put_time(struct json_out *out, const char *key, int64_t at_us)
{
	begin(out, key);
	buf_put_char(out->buf, '"');
	/* what is less than a millisecond is not said, so ".000" never is */
	time_write(out->buf, at_us, at_us % US_PER_S >= US_PER_MS);
	buf_put_char(out->buf, '"');
}

void json_put_raw(struct json_out *out, const char *key, struct str raw)
{
	begin(out, key);
	buf_put_str(out->buf, raw);
}
