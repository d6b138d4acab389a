/* station.c - rules on piles and connectors that need no history. */
#include "domain/station.h"

#include "base/fault.h"
#include "base/limits.h"

static bool code_char(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c == '-' || c == '_' || c == '.' || c == ':' || c == '*' || c == '|' || c == '@' ||
	       c == '=' || c == '+';
}

bool station_code_ok(struct str code)
{
	if (code.len < 1 || code.len > LIMIT_PILE_CODE)
		return false;
	for (size_t i = 0; i < code.len; i++) {
		if (!code_char(code.ptr[i]))
			return false;
	}
	/* "." and ".." would change the path they stand in. */
	return !str_is(code, ".") && !str_is(code, "..");
}

const char *pile_state_name(enum pile_state state)
{
	switch (state) {
	case PILE_PENDING:
		return "pending";
	case PILE_APPROVED:
		return "approved";
	case PILE_REJECTED:
		return "rejected";
	case PILE_RETIRED:
		return "retired";
	}
	ASSERT(!"no such pile state");
	return "";
}

bool connector_can_start(struct str status)
{
	return status.len == 0 || str_is(status, "Available") || str_is(status, "Preparing") ||
	       str_is(status, "Finishing") || str_is(status, "Reserved");
}

bool connector_occupied(struct str status)
{
	return status.len > 0 && !str_is(status, "Available") && !str_is(status, "Reserved");
}
