/* throttle.h - wrong passwords cost time. Counted per pile and address together, per address, and
 * per pile, in a table of fixed size; forgotten a minute after the first of them. A pile that comes
 * from an address that never failed is let through, however often others tried its name. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define THROTTLE_SLOTS 4096
#define THROTTLE_PAIR 5     /* wrong tries of one pile from one address */
#define THROTTLE_ADDRESS 60 /* of one address: many piles may share one */
#define THROTTLE_PILE 60    /* of one pile, from anywhere */

struct throttle_slot {
	uint64_t hash;
	int64_t from_us;
	uint32_t count;
};
struct throttle {
	struct throttle_slot slots[THROTTLE_SLOTS];
};
/* `remote` is address and port; the port does not count. Must it wait? */
bool throttle_waits(
	const struct throttle *throttle, struct str pile, struct str remote, int64_t now_us);
/* True once a minute for each pile and address: what has to wait is told once, not in a flood. */
bool throttle_first(struct throttle *throttle, struct str pile, struct str remote, int64_t now_us);
/* A wrong try. */
void throttle_failed(struct throttle *throttle, struct str pile, struct str remote, int64_t now_us);
