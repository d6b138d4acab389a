/* postgres_value.h - PostgreSQL's binary form of the few types we meet. */
#pragma once
#include <stdint.h>

enum pg_oid {
	PG_OID_BOOL = 16,
	PG_OID_BYTEA = 17,
	PG_OID_NAME = 19,
	PG_OID_INT8 = 20,
	PG_OID_INT2 = 21,
	PG_OID_INT4 = 23,
	PG_OID_TEXT = 25,
	PG_OID_UNKNOWN = 705,
	PG_OID_VARCHAR = 1043,
	PG_OID_NUMERIC = 1700,
};
void pg_write_i64(char ret[8], int64_t value);
/* An integer, a truth value or a whole NUMERIC (what SUM gives). Another type, a fraction or a
 * number out of range is a mistake in the statement and asserts. */
int64_t pg_read_i64(uint32_t oid, const char *bytes, int len);
