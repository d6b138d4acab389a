/* str.c - borrowed text: comparing, cutting, numbers and UTF-8. */
#include "base/str.h"
#include <stdio.h>
#include <string.h>
#include "base/arena.h"
#include "base/siphash.h"

struct str str_from(const char *text)
{
	return text != NULL ? (struct str){text, strlen(text)} : STR_NULL;
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_is(struct str a, const char *text)
{
	return str_eq(a, str_from(text));
}

static unsigned char ascii_lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared > 0 ? memcmp(a.ptr, b.ptr, shared) : 0;

	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq((struct str){s.ptr, prefix.len}, prefix);
}

static bool ascii_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len > 0 && ascii_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && ascii_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return s.ptr != NULL ? (struct str){s.ptr + from, to - from} : STR_NULL;
}

ptrdiff_t str_find(struct str s, char needle)
{
	const char *found = s.len > 0 ? memchr(s.ptr, needle, s.len) : NULL;

	return found != NULL ? found - s.ptr : -1;
}

struct str str_cut(struct str *s, char sep)
{
	ptrdiff_t at = str_find(*s, sep);
	struct str head = *s;

	if (at < 0) {
		*s = str_slice(*s, s->len, s->len);
	} else {
		head.len = (size_t)at;
		*s = str_slice(*s, (size_t)at + 1, s->len);
	}
	return head;
}

uint64_t str_hash(struct str s)
{
	static const uint64_t no_key[2];

	return siphash(no_key, s.ptr, s.len);
}

size_t str_utf8_step(const char *at, size_t left)
{
	const unsigned char *p = (const unsigned char *)at;
	unsigned char low = 0x80, high = 0xBF;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF)
		len = 2;
	else if (p[0] >= 0xE0 && p[0] <= 0xEF)
		len = 3;
	else if (p[0] >= 0xF0 && p[0] <= 0xF4)
		len = 4;
	else
		return 0;
	if (len > left)
		return 0;
	/* The second byte is where overlong forms, surrogates and values past U+10FFFF show. */
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

struct str str_utf8_cut(struct str s, size_t points)
{
	size_t at = 0;

	while (at < s.len && points > 0) {
		size_t step = str_utf8_step(s.ptr + at, s.len - at);

		if (step == 0)
			break;
		at += step;
		points--;
	}
	return str_slice(s, 0, at);
}

ptrdiff_t str_utf8_len(struct str s)
{
	size_t at = 0;
	ptrdiff_t points = 0;

	while (at < s.len) {
		uint64_t word;
		size_t step;

		if (s.len - at >= sizeof(word)) {
			memcpy(&word, s.ptr + at, sizeof(word));
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				at += sizeof(word);
				points += (ptrdiff_t)sizeof(word);
				continue;
			}
		}
		step = str_utf8_step(s.ptr + at, s.len - at);
		if (step == 0)
			return -1;
		at += step;
		points++;
	}
	return points;
}

bool str_to_i64(struct str s, int64_t *ret)
{
	bool negative = s.len > 0 && s.ptr[0] == '-';
	size_t at = negative ? 1 : 0;
	int64_t value = 0;

	if (at == s.len)
		return false;
	for (; at < s.len; at++) {
		int digit = s.ptr[at] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, negative ? -digit : digit, &value))
			return false;
	}
	*ret = value;
	return true;
}

/* Reads the digits behind the point. They are added to *value until `scale` of them were taken. */
static bool fixed_fraction(struct str digits, int scale, bool round, int sign, int64_t *value)
{
	int taken = 0;

	for (size_t at = 0; at < digits.len; at++) {
		int digit = digits.ptr[at] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if ((size_t)scale > at) {
			if (__builtin_mul_overflow(*value, 10, value) ||
				__builtin_add_overflow(*value, sign * digit, value))
				return false;
			taken++;
		} else if (digit != 0 && !round) {
			return false;
		} else if (at == (size_t)scale && digit >= 5) {
			if (__builtin_add_overflow(*value, sign, value))
				return false;
		}
	}
	for (; taken < scale; taken++)
		if (__builtin_mul_overflow(*value, 10, value))
			return false;
	return true;
}

bool str_to_fixed(struct str s, int scale, bool round, int64_t *ret)
{
	int sign = s.len > 0 && s.ptr[0] == '-' ? -1 : 1;
	struct str digits = sign < 0 ? str_slice(s, 1, s.len) : s;
	bool pointed = str_find(digits, '.') >= 0;
	struct str whole = str_cut(&digits, '.');
	int64_t value = 0;

	if (whole.len == 0 || (pointed && digits.len == 0))
		return false;
	for (size_t at = 0; at < whole.len; at++) {
		int digit = whole.ptr[at] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, sign * digit, &value))
			return false;
	}
	if (!fixed_fraction(digits, scale, round, sign, &value))
		return false;
	*ret = value;
	return true;
}

struct str str_dup(struct arena *arena, struct str s)
{
	char *copy = arena_copy(arena, s.ptr, s.len);

	return copy != NULL ? (struct str){copy, s.len} : STR_NULL;
}

char *str_dup_z(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (copy != NULL && s.len > 0)
		memcpy(copy, s.ptr, s.len);
	return copy;
}

struct str str_format(struct arena *arena, const char *format, ...)
{
	char small[256];
	va_list args, again;
	char *text;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	text = len >= 0 ? arena_alloc(arena, (size_t)len + 1) : NULL;
	if (text != NULL) {
		if ((size_t)len < sizeof(small))
			memcpy(text, small, (size_t)len);
		else
			vsnprintf(text, (size_t)len + 1, format, again);
	}
	va_end(again);
	return text != NULL ? (struct str){text, (size_t)len} : STR_NULL;
}
