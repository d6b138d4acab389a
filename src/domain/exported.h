/* exported.h - energy that a car gave back during a charge: the growth of a second register,
 * counted beside what it took and never set off against it. What a customer owes is what flowed in;
 * what flowed back is recorded whole, for whoever pays for it. */
#pragma once
#include "domain/session.h"

struct exported {
	int64_t session_id, tenant_id, pile_id, order_id;
	int64_t start_dwh, last_dwh; /* the register, first and last believed */
	int64_t energy_dwh;          /* counted */
	int64_t last_us;             /* of the last reading; 0: none yet */
};
/* Takes a reading. A late one, one without the register, and growth beyond what an outlet of
 * `max_w` (0: any) can let flow change nothing; a register that went back begins anew. True when
 * something changed. */
bool exported_take(struct exported *exported, const struct reading *reading, int64_t max_w);
