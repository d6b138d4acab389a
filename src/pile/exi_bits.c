/* exi_bits.c - bits of EXI (exi_bits.h). */
#include "pile/exi_bits.h"

#define EXI_GROUPS 9 /* of seven bits: what fits int64_t */

uint32_t exi_take(struct exi_reader *reader, unsigned bits)
{
	uint32_t value = 0;

	if (reader->bad || bits > reader->len * 8 - reader->at) {
		reader->bad = true;
		return 0;
	}
	while (bits) {
		unsigned left = 8 - (unsigned)(reader->at % 8), step = bits < left ? bits : left;
		unsigned byte = (unsigned)reader->bytes[reader->at / 8] >> (left - step);
		value = value << step | (byte & ((1u << step) - 1));
		reader->at += step;
		bits -= step;
	}
	return value;
}

int64_t exi_take_unsigned(struct exi_reader *reader)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < EXI_GROUPS; i++) {
		uint32_t group = exi_take(reader, 8);
		value |= (uint64_t)(group & 0x7f) << 7 * i;
		if (!(group & 0x80))
			return (int64_t)value;
	}
	reader->bad = true;
	return 0;
}

int64_t exi_take_signed(struct exi_reader *reader)
{
	bool negative = exi_take(reader, 1);
	int64_t value = exi_take_unsigned(reader);

	return negative ? -value - 1 : value;
}

void exi_put(struct exi_writer *writer, uint32_t value, unsigned bits)
{
	if (writer->full || bits > writer->cap * 8 - writer->at) {
		writer->full = true;
		return;
	}
	while (bits) {
		unsigned left = 8 - (unsigned)(writer->at % 8), step = bits < left ? bits : left;
		unsigned part = value >> (bits - step) & ((1u << step) - 1);
		if (left == 8)
			writer->bytes[writer->at / 8] = 0;
		writer->bytes[writer->at / 8] |= (uint8_t)(part << (left - step));
		writer->at += step;
		bits -= step;
	}
}

void exi_put_unsigned(struct exi_writer *writer, uint64_t value)
{
	while (value > 0x7f) {
		exi_put(writer, (uint32_t)(value & 0x7f) | 0x80, 8);
		value >>= 7;
	}
	exi_put(writer, (uint32_t)value, 8);
}

void exi_put_signed(struct exi_writer *writer, int64_t value)
{
	exi_put(writer, value < 0, 1);
	exi_put_unsigned(writer, (uint64_t)(value < 0 ? -(value + 1) : value));
}

size_t exi_written(const struct exi_writer *writer)
{
	return (writer->at + 7) / 8;
}
