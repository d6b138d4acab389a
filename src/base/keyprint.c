/* keyprint.c - fingerprints of keys for people (see keyprint.h). */
#include "base/keyprint.h"

#include <stdint.h>
#include <string.h>

#include "base/crypt.h"

#define KEYPRINT_BYTES 10

/* Without letters and digits that look alike. */
static const char keyprint_letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

bool keyprint_of(struct str key_hash, char ret[KEYPRINT_LEN + 1])
{
	uint8_t bytes[SHA256_LEN];
	size_t at = 0;

	memset(ret, 0, KEYPRINT_LEN + 1);
	if (key_hash.len != 2 * SHA256_LEN || !hex_read(key_hash, bytes, SHA256_LEN))
		return false;
	for (size_t i = 0; i < KEYPRINT_BYTES * 8 / 5; i++) {
		size_t bit = i * 5;
		unsigned two = (unsigned)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];

		if (i > 0 && i % 4 == 0)
			ret[at++] = '-';
		ret[at++] = keyprint_letters[two >> (11 - bit % 8) & 31];
	}
	return true;
}

static char keyprint_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool keyprint_same(struct str typed, const char *print)
{
	for (size_t i = 0; i < typed.len; i++) {
		if (typed.ptr[i] == ' ' || typed.ptr[i] == '-')
			continue;
		while (*print == '-')
			print++;
		if (*print == 0 || keyprint_upper(typed.ptr[i]) != *print++)
			return false;
	}
	return *print == 0 && typed.len > 0;
}
