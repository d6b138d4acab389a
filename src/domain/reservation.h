/* reservation.h - a connector kept free for somebody, as a value.
 *
 *   ASKED --accepted--> HELD --start--> USED
 *     |                  | '--cancel--> CANCELLING --accepted, lost--> CANCELLED
 *     |                  '--time--> EXPIRED        '--rejected--> CANCELLED (the pile forgot it)
 *     |--refused, lost--> REFUSED    (CANCELLING --time--> EXPIRED, --start--> USED)
 *     '--cancel--> CANCELLING */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

enum reservation_state {
	RESERVATION_ASKED = 1,
	RESERVATION_HELD = 2,
	RESERVATION_CANCELLING = 3,
	RESERVATION_USED = 4,
	RESERVATION_CANCELLED = 5,
	RESERVATION_EXPIRED = 6,
	RESERVATION_REFUSED = 7,
};
enum reservation_event {
	RESERVATION_ON_ACCEPTED = 0,
	RESERVATION_ON_REFUSED,
	RESERVATION_ON_CANCEL,
	RESERVATION_ON_GONE, /* the pile let it go, or never heard of it */
	RESERVATION_ON_START,
	RESERVATION_ON_TIME,
	RESERVATION_EVENTS,
};
struct reservation {
	int64_t id, tenant_id, pile_id, connector_no;
	int64_t number; /* what the pile calls it */
	enum reservation_state state;
	struct str reason; /* stable word of a refusal */
	struct str token;  /* of its page */
	struct str id_tag, parent;
	int64_t member_id, user_id;
	struct str remote; /* address it was asked from, empty for operators */
	int64_t order_id;
	int64_t created_us, until_us, done_us;
	int64_t version;
};
/* Where `event` leads; the state itself when it changes nothing. */
enum reservation_state reservation_next(enum reservation_state state, enum reservation_event event);
bool reservation_is_open(enum reservation_state state);
const char *reservation_state_name(enum reservation_state state);
