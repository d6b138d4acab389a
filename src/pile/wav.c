/* wav.c - chunks of a RIFF file, little-endian (see wav.h). */
#include "pile/wav.h"

#include <string.h>

#define WAV_PCM 1
#define WAV_FORMAT 16 /* bytes of the "fmt " chunk that count */

static uint32_t wav_u32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint16_t wav_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static void wav_put(uint8_t *at, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static bool wav_format(const uint8_t *at, size_t len, struct wav *wav)
{
	if (len < WAV_FORMAT || wav_u16(at) != WAV_PCM || wav_u16(at + 14) != 16)
		return false;
	wav->channels = wav_u16(at + 2);
	wav->rate = wav_u32(at + 4);
	return (wav->channels == 1 || wav->channels == 2) && wav->rate >= 8000 &&
	       wav->rate <= 48000;
}

bool wav_read(const uint8_t *bytes, size_t len, struct wav *ret)
{
	struct wav wav = {.channels = 0};
	size_t at = 12;

	if (len < 12 || memcmp(bytes, "RIFF", 4) != 0 || memcmp(bytes + 8, "WAVE", 4) != 0)
		return false;
	while (len - at >= 8) {
		size_t size = wav_u32(bytes + at + 4);
		const uint8_t *body = bytes + at + 8;
		/* a file that was cut short is played as far as it goes */
		if (size > len - at - 8)
			size = len - at - 8;
		if (memcmp(bytes + at, "fmt ", 4) == 0 && !wav_format(body, size, &wav))
			return false;
		if (memcmp(bytes + at, "data", 4) == 0 && wav.channels) {
			wav.samples = body;
			wav.len = size - size % (wav.channels * 2u);
			*ret = wav;
			return wav.len > 0;
		}
		at += 8 + size;
		if (size % 2 && at < len)
			at++;
	}
	return false;
}

void wav_head(const struct wav *like, size_t len, uint8_t ret[WAV_HEAD])
{
	uint32_t frame = like->channels * 2u;

	memcpy(ret, "RIFF....WAVEfmt ", 16);
	wav_put(ret + 4, (uint32_t)len + WAV_HEAD - 8, 4);
	wav_put(ret + 16, WAV_FORMAT, 4);
	wav_put(ret + 20, WAV_PCM, 2);
	wav_put(ret + 22, like->channels, 2);
	wav_put(ret + 24, like->rate, 4);
	wav_put(ret + 28, like->rate * frame, 4);
	wav_put(ret + 32, frame, 2);
	wav_put(ret + 34, 16, 2);
	memcpy(ret + 36, "data", 4);
	wav_put(ret + 40, (uint32_t)len, 4);
}

void wav_scale(const uint8_t *samples, size_t len, int32_t percent, uint8_t *ret)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		int32_t sample = (int16_t)wav_u16(samples + i);
		wav_put(ret + i, (uint32_t)(sample * percent / 100), 2);
	}
}
