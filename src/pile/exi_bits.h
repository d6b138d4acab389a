/* exi_bits.h - single bits in and out, highest first, and the numbers EXI makes of them. A reader
 * that runs past its end, and a writer past its room, remember it; what they give then is 0. Pure.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exi_reader {
	const uint8_t *bytes;
	size_t len;
	size_t at; /* bits taken */
	bool bad;  /* past the end, or a number larger than 63 bits */
};

struct exi_writer {
	uint8_t *bytes;
	size_t cap;
	size_t at; /* bits put */
	bool full;
};

/* At most 32 bits. */
uint32_t exi_take(struct exi_reader *reader, unsigned bits);
/* Unsigned Integer of EXI: seven bits a byte, lowest first. Signed: the sign, then the magnitude,
 * one less when it is negative. */
int64_t exi_take_unsigned(struct exi_reader *reader);
int64_t exi_take_signed(struct exi_reader *reader);

void exi_put(struct exi_writer *writer, uint32_t value, unsigned bits);
void exi_put_unsigned(struct exi_writer *writer, uint64_t value);
void exi_put_signed(struct exi_writer *writer, int64_t value);
/* Bytes begun. */
size_t exi_written(const struct exi_writer *writer);
