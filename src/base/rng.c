/* rng.c - randomness: the operating system's, or xoshiro256** from a seed for simulation. */
#include "base/rng.h"
#include <string.h>
#include <sys/random.h>
#include "base/arena.h"
#include "base/crypt.h"
#include "base/fault.h"

static void fill_system(struct rng *rng, void *bytes, size_t len)
{
	unsigned char *at = bytes;

	(void)rng;
	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0)
			continue; /* a signal; anything else cannot happen with these flags */
		at += got;
		len -= (size_t)got;
	}
}

static uint64_t rotate(uint64_t value, int bits)
{
	return value << bits | value >> (64 - bits);
}

static uint64_t seeded_next(struct rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t carry = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= carry;
	s[3] = rotate(s[3], 45);
	return result;
}

static void fill_seeded(struct rng *rng, void *bytes, size_t len)
{
	unsigned char *at = bytes;

	while (len > 0) {
		uint64_t word = seeded_next(rng);
		size_t part = len < sizeof(word) ? len : sizeof(word);

		memcpy(at, &word, part);
		at += part;
		len -= part;
	}
}

void rng_init_system(struct rng *rng)
{
	*rng = (struct rng){.fill = fill_system};
}

void rng_init_seeded(struct rng *rng, uint64_t seed)
{
	*rng = (struct rng){.fill = fill_seeded};
	/* splitmix64 spreads the seed: neighbouring seeds give unrelated streams, and the state is
	 * never all zero. */
	for (size_t i = 0; i < 4; i++) {
		uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		rng->state[i] = z ^ (z >> 31);
	}
}

uint64_t rng_u64(struct rng *rng)
{
	uint64_t word;

	rng->fill(rng, &word, sizeof(word));
	return word;
}

uint64_t rng_below(struct rng *rng, uint64_t below)
{
	uint64_t least, word;

	ASSERT(below > 0);
	/* The lowest 2^64 mod below words are thrown away, so that every result is equally likely.
	 */
	least = (UINT64_C(0) - below) % below;
	do {
		word = rng_u64(rng);
	} while (word < least);
	return word % below;
}

struct str rng_token(struct rng *rng, struct arena *arena, size_t bytes)
{
	unsigned char random[64];
	struct buf buf;

	ASSERT(bytes <= sizeof(random));
	rng->fill(rng, random, bytes);
	buf_init(&buf, arena, bytes * 2 + 4);
	base64url_write(&buf, random, bytes);
	return buf.failed ? STR_NULL : buf_str(&buf);
}
