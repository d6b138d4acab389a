/* exported.h - energy that a car gave back during a charge: the growth of a second register,
 * counted beside what it took and never set off against it.
 *
 * All that is believed is recorded. Of that, payable is what grew while giving back was allowed,
 * past the highest register seen, and no more than the outlet can let flow in the time in which it
 * was allowed: money goes out for it, so that whatever is odd is recorded, shown and not paid. */
#pragma once
#include "domain/session.h"

enum exported_flag {            /* what was odd; shown to people */
	EXPORTED_BACKWARDS = 1, /* the register went back */
	EXPORTED_JUMP = 2,      /* it grew more than could flow: not even recorded */
	EXPORTED_FORBIDDEN = 4, /* it grew while giving back was not allowed */
	EXPORTED_CAPPED = 8,    /* more than the outlet can in all of the allowed time */
	EXPORTED_CLOCK = 16,    /* a reading of the future was set aside */
};
struct exported {
	int64_t session_id, tenant_id, pile_id, order_id;
	int64_t start_dwh, last_dwh; /* the register, first and last believed */
	int64_t energy_dwh;          /* counted */
	int64_t last_us;             /* of the last reading; 0: none yet */
	int64_t top_dwh;             /* the highest register: what grew once is paid for once */
	int64_t allowed_us;          /* time before last_us in which it was allowed */
	int64_t payable_dwh;         /* of energy_dwh: the sum of its half hours */
	int64_t flags;
};
/* A time in which giving back was allowed, by our clock; until_us 0: still. */
struct exported_right {
	int64_t from_us, until_us;
};
struct exported_world {
	int64_t now_us;
	int64_t max_w; /* what the outlet can; 0: SESSION_MAX_W */
	const struct exported_right *rights;
	size_t rights_len;
};
/* Payable growth of one reading, to be spread over this time. */
struct exported_growth {
	int64_t from_us, to_us;
	int64_t energy_dwh; /* 0: nothing payable */
};
/* Takes a reading. A late one, one without the register, and growth beyond what could flow change
 * nothing but flags; a register that went back begins anew. True when something changed. */
bool exported_take(struct exported *exported, const struct exported_world *world,
	const struct reading *reading, struct exported_growth *ret_growth);
/* The stable word of a flag, for timelines and lists; NULL behind the last one. */
const char *exported_flag_name(size_t index, int64_t *ret_flag);
