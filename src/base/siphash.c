/* siphash.c - SipHash with one compression and three finalisation rounds, little endian machines.
 */
#include "base/siphash.h"
#include <string.h>

struct sip {
	uint64_t a, b, c, d;
};

static inline uint64_t rotate(uint64_t value, int bits)
{
	return value << bits | value >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
	s->a += s->b;
	s->b = rotate(s->b, 13) ^ s->a;
	s->a = rotate(s->a, 32);
	s->c += s->d;
	s->d = rotate(s->d, 16) ^ s->c;
	s->a += s->d;
	s->d = rotate(s->d, 21) ^ s->a;
	s->c += s->b;
	s->b = rotate(s->b, 17) ^ s->c;
	s->c = rotate(s->c, 32);
}

static inline void sip_word(struct sip *s, uint64_t word)
{
	s->d ^= word;
	sip_round(s);
	s->a ^= word;
}

uint64_t siphash(const uint64_t key[2], const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	size_t whole = len & ~(size_t)7;
	uint64_t word;
	struct sip s = {
		.a = key[0] ^ UINT64_C(0x736f6d6570736575),
		.b = key[1] ^ UINT64_C(0x646f72616e646f6d),
		.c = key[0] ^ UINT64_C(0x6c7967656e657261),
		.d = key[1] ^ UINT64_C(0x7465646279746573),
	};

	for (size_t at = 0; at < whole; at += 8) {
		memcpy(&word, p + at, 8);
		sip_word(&s, word);
	}
	word = (uint64_t)len << 56;
	for (size_t at = whole; at < len; at++)
		word |= (uint64_t)p[at] << (8 * (at - whole));
	sip_word(&s, word);
	s.c ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.a ^ s.b ^ s.c ^ s.d;
}
