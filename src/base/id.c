/* id.c - time-ordered 63-bit ids. */
#include "base/id.h"
#include "base/clock.h"
#include "base/fault.h"

#define ID_EPOCH_MS INT64_C(1704067200000) /* 2024-01-01T00:00:00Z */
#define ID_NODE_BITS 10
#define ID_SEQUENCE_BITS 12

void id_maker_init(struct id_maker *maker, uint32_t node)
{
	ASSERT(node < 1u << ID_NODE_BITS);
	*maker = (struct id_maker){.node = node};
}

int64_t id_next(struct id_maker *maker, int64_t now_us)
{
	int64_t now_ms = now_us / US_PER_MS - ID_EPOCH_MS;

	if (now_ms < 0)
		now_ms = 0;
	/* A clock that went back, or 4096 ids in one millisecond: go on from where we are. */
	if (now_ms > maker->last_ms) {
		maker->last_ms = now_ms;
		maker->sequence = 0;
	} else if (++maker->sequence == 1u << ID_SEQUENCE_BITS) {
		maker->last_ms++;
		maker->sequence = 0;
	}
	ASSERT(maker->last_ms < INT64_C(1) << 41);
	return maker->last_ms << (ID_NODE_BITS + ID_SEQUENCE_BITS) |
	       (int64_t)maker->node << ID_SEQUENCE_BITS | maker->sequence;
}

int64_t id_time_us(int64_t id)
{
	return ((id >> (ID_NODE_BITS + ID_SEQUENCE_BITS)) + ID_EPOCH_MS) * US_PER_MS;
}

int64_t id_first(int64_t at_us)
{
	int64_t ms = at_us / US_PER_MS - ID_EPOCH_MS;

	return ms > 0 ? ms << (ID_NODE_BITS + ID_SEQUENCE_BITS) : 0;
}
