/* rng.h - randomness as a parameter: the operating system's for secrets, a seeded generator for
 * simulation. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

struct rng {
	void (*fill)(struct rng *rng, void *bytes, size_t len);
	uint64_t state[4];
};

void rng_init_system(struct rng *rng);
void rng_init_seeded(struct rng *rng, uint64_t seed);
uint64_t rng_u64(struct rng *rng);
/* Uniform in [0, below), below > 0. */
uint64_t rng_below(struct rng *rng, uint64_t below);
/* `bytes` random bytes as base64url text without padding, in the arena: 16 bytes give 22
 * characters. */
struct str rng_token(struct rng *rng, struct arena *arena, size_t bytes);
