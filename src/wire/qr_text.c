/* qr_text.c - base45 and digits (see qr_text.h). */
#include "wire/qr_text.h"

#include <string.h>

static const char base45_letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

void base45_write(struct buf *buf, struct str bytes)
{
	const uint8_t *p = (const uint8_t *)bytes.ptr;

	for (size_t i = 0; i < bytes.len; i += 2) {
		bool pair = i + 1 < bytes.len;
		unsigned word = pair ? p[i] * 256u + p[i + 1] : p[i];

		buf_put_char(buf, base45_letters[word % 45]);
		buf_put_char(buf, base45_letters[word / 45 % 45]);
		if (pair)
			buf_put_char(buf, base45_letters[word / 2025]);
	}
}

static int base45_value(char c)
{
	const char *at = c != '\0' ? strchr(base45_letters, c) : NULL;

	return at ? (int)(at - base45_letters) : -1;
}

bool base45_read(struct str text, uint8_t *ret, size_t cap, size_t *ret_len)
{
	size_t out = 0;

	if (text.len % 3 == 1 || text.len / 3 * 2 + (text.len % 3 != 0) > cap)
		return false;
	for (size_t i = 0; i < text.len; i += 3) {
		size_t part = text.len - i < 3 ? 2 : 3;
		unsigned word = 0, scale = 1;

		for (size_t k = 0; k < part; k++, scale *= 45) {
			int value = base45_value(text.ptr[i + k]);

			if (value < 0)
				return false;
			word += (unsigned)value * scale;
		}
		if (word > (part == 3 ? 0xffffu : 0xffu))
			return false;
		if (part == 3)
			ret[out++] = (uint8_t)(word >> 8);
		ret[out++] = (uint8_t)word;
	}
	*ret_len = out;
	return true;
}

#define DIGITS_BLOCK 7
/* Digits that hold so many bytes: 256^n values need ceil(n * 2.408) digits. */
static const uint8_t digits_of[DIGITS_BLOCK + 1] = {0, 3, 5, 8, 10, 13, 15, 17};

void digits_write(struct buf *buf, struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i += DIGITS_BLOCK) {
		size_t part = bytes.len - i < DIGITS_BLOCK ? bytes.len - i : DIGITS_BLOCK;
		uint64_t word = 0;

		for (size_t k = 0; k < part; k++)
			word = word << 8 | (uint8_t)bytes.ptr[i + k];
		buf_format(buf, "%0*llu", digits_of[part], (unsigned long long)word);
	}
}

static bool digits_block(struct str text, size_t bytes, uint8_t *ret)
{
	uint64_t word = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		word = word * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	if (word >> (8 * bytes) != 0)
		return false;
	for (size_t k = bytes; k-- > 0; word >>= 8)
		ret[k] = (uint8_t)word;
	return true;
}

bool digits_read(struct str text, uint8_t *ret, size_t cap, size_t *ret_len)
{
	size_t out = 0;

	while (text.len > 0) {
		size_t part = DIGITS_BLOCK;

		while (part > 0 && digits_of[part] > text.len)
			part--;
		/* a rest of digits that no number of bytes makes: too short or too long */
		if (part == 0 || (part < DIGITS_BLOCK && digits_of[part] != text.len) ||
			out + part > cap ||
			!digits_block(str_slice(text, 0, digits_of[part]), part, ret + out))
			return false;
		out += part;
		text = str_slice(text, digits_of[part], text.len);
	}
	*ret_len = out;
	return true;
}
