/* wav.h - recordings as files: several of them one after another, at a volume, as one. Only plain
 * 16-bit samples; files come from whoever recorded them, so nothing in them is believed. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAV_HEAD 44
#define WAV_MOST (8u << 20) /* bytes of samples in one announcement: over a minute */

struct wav {
	uint16_t channels;
	uint32_t rate;
	const uint8_t *samples; /* into the file's bytes */
	size_t len;             /* bytes, whole frames */
};

/* False when the bytes are no recording of 1 or 2 channels at 8 to 48 kHz. */
bool wav_read(const uint8_t *bytes, size_t len, struct wav *ret);
/* The head of a file with `len` bytes of samples like those of `like`. */
void wav_head(const struct wav *like, size_t len, uint8_t ret[WAV_HEAD]);
/* Copies samples at a volume in percent. */
void wav_scale(const uint8_t *samples, size_t len, int32_t percent, uint8_t *ret);
