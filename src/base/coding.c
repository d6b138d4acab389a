/* coding.c - bytes as text: hex, base64 and base64url (declared in crypt.h). */
#include <string.h>
#include "base/crypt.h"

static const char plain_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void hex_write(struct buf *buf, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = bytes;

	if (!buf_reserve(buf, len * 2))
		return;
	for (size_t i = 0; i < len; i++) {
		buf->ptr[buf->len++] = digits[p[i] >> 4];
		buf->ptr[buf->len++] = digits[p[i] & 15];
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_read(struct str text, uint8_t *ret, size_t len)
{
	if (text.len != len * 2)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (hex_digit(text.ptr[i]) < 0)
			return false;
	for (size_t i = 0; i < len; i++)
		ret[i] =
			(uint8_t)(hex_digit(text.ptr[2 * i]) << 4 | hex_digit(text.ptr[2 * i + 1]));
	return true;
}

static void put_base64(struct buf *buf, const uint8_t *p, size_t len, const char *digits, bool pad)
{
	if (!buf_reserve(buf, (len + 2) / 3 * 4))
		return;
	for (size_t at = 0; at < len; at += 3) {
		size_t part = len - at < 3 ? len - at : 3;
		uint32_t word = (uint32_t)p[at] << 16;

		if (part > 1)
			word |= (uint32_t)p[at + 1] << 8;
		if (part > 2)
			word |= p[at + 2];
		for (size_t i = 0; i < 4; i++) {
			if (i <= part)
				buf->ptr[buf->len++] = digits[word >> (18 - 6 * i) & 63];
			else if (pad)
				buf->ptr[buf->len++] = '=';
		}
	}
}

void base64_write(struct buf *buf, const void *bytes, size_t len)
{
	put_base64(buf, bytes, len, plain_digits, true);
}

void base64url_write(struct buf *buf, const void *bytes, size_t len)
{
	put_base64(buf, bytes, len, url_digits, false);
}

static int digit_value(char c, const char *digits)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == digits[62])
		return 62;
	if (c == digits[63])
		return 63;
	return -1;
}

/* Reads text without padding. A last group of one digit, or with bits set that no byte uses, is not
 * canonical. */
static bool read_base64(
	struct str text, const char *digits, uint8_t *ret, size_t cap, size_t *ret_len)
{
	size_t len = text.len / 4 * 3 + (text.len % 4 > 0 ? text.len % 4 - 1 : 0);
	uint32_t word = 0;
	unsigned bits = 0;
	size_t out = 0;

	if (text.len % 4 == 1 || len > cap)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int value = digit_value(text.ptr[i], digits);

		if (value < 0)
			return false;
		word = word << 6 | (uint32_t)value;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			ret[out++] = (uint8_t)(word >> bits);
		}
	}
	if ((word & ((1u << bits) - 1)) != 0)
		return false;
	*ret_len = out;
	return true;
}

bool base64_read(struct str text, uint8_t *ret, size_t cap, size_t *ret_len)
{
	if (text.len % 4 != 0)
		return false;
	for (int i = 0; i < 2 && text.len > 0 && text.ptr[text.len - 1] == '='; i++)
		text.len--;
	return read_base64(text, plain_digits, ret, cap, ret_len);
}

bool base64url_read(struct str text, uint8_t *ret, size_t cap, size_t *ret_len)
{
	return read_base64(text, url_digits, ret, cap, ret_len);
}
