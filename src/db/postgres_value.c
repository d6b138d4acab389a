/* postgres_value.c - PostgreSQL's binary form of the few types we meet. */
#include <stdbool.h>
#include "base/fault.h"
#include "db/postgres_value.h"

#define NUMERIC_HEAD 8 /* digit count, weight, sign, display scale: 16 bits each */
#define NUMERIC_BASE 10000
#define NUMERIC_NEGATIVE 0x4000

static uint64_t read_be(const char *bytes, int len)
{
	uint64_t value = 0;

	for (int i = 0; i < len; i++)
		value = value << 8 | (uint8_t)bytes[i];
	return value;
}

void pg_write_i64(char ret[8], int64_t value)
{
	for (int i = 0; i < 8; i++)
		ret[i] = (char)((uint64_t)value >> (56 - 8 * i) & 0xff);
}

/* Digits are base 10000, the first weighs 10000^weight; digits behind the point must not exist. */
static int64_t read_numeric(const char *bytes, int len)
{
	int digits = (int)read_be(bytes, 2);
	int weight = (int16_t)read_be(bytes + 2, 2);
	unsigned sign = (unsigned)read_be(bytes + 4, 2);
	__int128 value = 0;

	ASSERT(len >= NUMERIC_HEAD + 2 * digits && digits <= weight + 1 && weight < 6);
	ASSERT(sign == 0 || sign == NUMERIC_NEGATIVE);
	for (int i = 0; i <= weight; i++)
		value = value * NUMERIC_BASE +
			(i < digits ? (int)read_be(bytes + NUMERIC_HEAD + 2 * i, 2) : 0);
	value = sign ? -value : value;
	ASSERT(value >= INT64_MIN && value <= INT64_MAX);
	return (int64_t)value;
}

int64_t pg_read_i64(uint32_t oid, const char *bytes, int len)
{
	switch (oid) {
	case PG_OID_INT8:
		return (int64_t)read_be(bytes, 8);
	case PG_OID_INT4:
		return (int32_t)read_be(bytes, 4);
	case PG_OID_INT2:
		return (int16_t)read_be(bytes, 2);
	case PG_OID_BOOL:
		return bytes[0] != 0;
	case PG_OID_NUMERIC:
		return read_numeric(bytes, len);
	default:
		ASSERT(!"an integer column");
	}
}
