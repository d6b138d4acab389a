/* record.h - the form of recorded statements, shared by record.c (writes) and replay.c (reads). */
#pragma once
#include <stdint.h>

enum record_kind {
	RECORD_TEXT = 1, /* a statement: its text follows */
	RECORD_RUN = 2,  /* it was run: its values follow, `steps` steps were taken */
};
struct record_head {
	uint32_t kind;
	uint32_t id;
	uint32_t steps;
	uint32_t len; /* bytes that follow */
};
enum record_value_kind { RECORD_NULL = 0, RECORD_I64 = 1, RECORD_STR = 2, RECORD_BLOB = 3 };
struct record_value {
	int64_t number;
	uint32_t len; /* bytes that follow, for texts and blobs */
	uint32_t kind;
};
