/* siphash.h - SipHash-1-3: a keyed hash that an attacker without the key cannot steer. */
#pragma once
#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const uint64_t key[2], const void *bytes, size_t len);
