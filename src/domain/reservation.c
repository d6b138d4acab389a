/* reservation.c - the states of a reservation as a table. */
#include "domain/reservation.h"

#include "base/fault.h"

static const struct {
	enum reservation_state from;
	enum reservation_event event;
	enum reservation_state to;
} rows[] = {
	{RESERVATION_ASKED, RESERVATION_ON_ACCEPTED, RESERVATION_HELD},
	{RESERVATION_ASKED, RESERVATION_ON_REFUSED, RESERVATION_REFUSED},
	{RESERVATION_ASKED, RESERVATION_ON_CANCEL, RESERVATION_CANCELLING},
	{RESERVATION_ASKED, RESERVATION_ON_START, RESERVATION_USED},
	{RESERVATION_ASKED, RESERVATION_ON_GONE, RESERVATION_CANCELLED},
	{RESERVATION_ASKED, RESERVATION_ON_TIME, RESERVATION_EXPIRED},
	{RESERVATION_HELD, RESERVATION_ON_CANCEL, RESERVATION_CANCELLING},
	{RESERVATION_HELD, RESERVATION_ON_START, RESERVATION_USED},
	{RESERVATION_HELD, RESERVATION_ON_GONE, RESERVATION_CANCELLED},
	{RESERVATION_HELD, RESERVATION_ON_TIME, RESERVATION_EXPIRED},
	{RESERVATION_CANCELLING, RESERVATION_ON_GONE, RESERVATION_CANCELLED},
	{RESERVATION_CANCELLING, RESERVATION_ON_START, RESERVATION_USED},
	{RESERVATION_CANCELLING, RESERVATION_ON_TIME, RESERVATION_EXPIRED},
};

enum reservation_state reservation_next(enum reservation_state state, enum reservation_event event)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].from == state && rows[i].event == event)
			return rows[i].to;
	}
	return state;
}

bool reservation_is_open(enum reservation_state state)
{
	return state < RESERVATION_USED;
}

const char *reservation_state_name(enum reservation_state state)
{
	static const char *const names[] = {
		"", "asked", "held", "cancelling", "used", "cancelled", "expired", "refused"};

	ASSERT(state >= RESERVATION_ASKED && state <= RESERVATION_REFUSED);
	return names[state];
}
