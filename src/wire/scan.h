/* scan.h - finds the bytes of a text that JSON treats specially, eight at a time. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SCAN_ONES UINT64_C(0x0101010101010101)
#define SCAN_HIGH UINT64_C(0x8080808080808080)

/* Bit 7 of every byte (the lowest is exact, higher ones may be false) that is a control, quote,
 * backslash or not ASCII. */
static inline uint64_t scan_word(uint64_t word)
{
	uint64_t quote = word ^ SCAN_ONES * '"';
	uint64_t slash = word ^ SCAN_ONES * '\\';

	return ((~quote & (quote - SCAN_ONES)) | (~slash & (slash - SCAN_ONES)) |
		       (~word & (word - SCAN_ONES * 0x20)) | word) &
	       SCAN_HIGH;
}

static inline int scan_special(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\' || c >= 0x80;
}

/* The first special byte in [at, end), or end. */
static inline const char *scan_plain(const char *at, const char *end)
{
	while (end - at >= 8) {
		uint64_t word, hits;

		memcpy(&word, at, sizeof(word));
		hits = scan_word(word);
		if (hits != 0)
			return at + (__builtin_ctzll(hits) >> 3);
		at += 8;
	}
	while (at < end && !scan_special((unsigned char)*at))
		at++;
	return at;
}
