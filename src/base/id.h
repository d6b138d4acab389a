/* id.h - time-ordered 63-bit ids made by us: 41 bits of milliseconds since 2024, 10 bits of node,
 * 12 of sequence. Positive, unique per node, increasing per maker; stored as BIGINT, written as
 * decimal text in JSON. */
#pragma once
#include <stdint.h>

struct id_maker {
	int64_t last_ms;
	uint32_t sequence;
	uint32_t node; /* 0..1023 */
};
void id_maker_init(struct id_maker *maker, uint32_t node);
int64_t id_next(struct id_maker *maker, int64_t now_us);
/* The creation time an id carries, in microseconds. */
int64_t id_time_us(int64_t id);
/* The least id that a moment can have: what is older has a smaller one. */
int64_t id_first(int64_t at_us);
