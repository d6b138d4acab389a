/* api_profiles.h - charging profiles by hand in any version, on the outside face: bodies and
 * handlers of api_profiles.c. */
#pragma once
#include "app/api_call.h"
#include "base/field.h"
#include "base/limits.h"

#define API_PURPOSES(E, A, P) \
	E(P, MAXIMUM, "maximum") E(P, STANDARD, "default") E(P, CHARGE, "charge")
FIELD_ENUM_DECLARE(api_purpose, API_PURPOSE, API_PURPOSES)
#define API_RATES(E, A, P) E(P, WATT, "W") E(P, AMPERE, "A")
FIELD_ENUM_DECLARE(api_rate, API_RATE, API_RATES)
#define API_REPEATS(E, A, P) E(P, DAILY, "Daily") E(P, WEEKLY, "Weekly")
FIELD_ENUM_DECLARE(api_repeat, API_REPEAT, API_REPEATS)

#define API_PERIOD_FIELDS(F, S) \
	F(INT, OPT, S, after_s, "after_s", (0, 604800), "from the beginning of the profile") \
	F(DECTEXT, REQ, S, limit_milli, "limit", (3, 0, 10000000000), "W over all phases, or A") \
	F(INT, OPT, S, phases, "phases", (1, 3), "left out: as the pile has them")
FIELD_STRUCT(api_period, API_PERIOD_FIELDS)
#define API_LIMITING_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (0, LIMIT_CONNECTORS), "0 or left out: the pile") \
	F(ENUM, REQ, S, purpose, "purpose", api_purpose, \
		"the pile's maximum; what a charge begins with; the charge that runs") \
	F(ENUM, OPT, S, unit, "unit", api_rate, "of the limits; W when left out") \
	F(LIST, REQ, S, periods, "periods", (api_period, 1, 24), "steps in order, the first at 0") \
	F(TIME, OPT, S, from, "from", 0, "left out: now, or with the charge") \
	F(TIME, OPT, S, until, "until", 0, "left out: until it is taken away") \
	F(ENUM, OPT, S, repeats, "repeats", api_repeat, "left out: once") \
	F(INT, OPT, S, level, "level", (0, 1000), "the highest counts; 1 when left out") \
	F(INT, OPT, S, number, "number", (1, 2147483647), "replaces the profile of this number")
FIELD_STRUCT(api_limiting, API_LIMITING_FIELDS)

#define API_WHICH_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (0, LIMIT_CONNECTORS), \
		"of this outlet; 0: the pile") \
	F(ENUM, OPT, S, purpose, "purpose", api_purpose, "of this purpose") \
	F(INT, OPT, S, level, "level", (0, 2147483647), "of this level") \
	F(INT, OPT, S, number, "number", (0, 2147483647), "this one") \
	F(BOOL, OPT, S, all, "all", 0, "every one: needed when nothing else is said")
FIELD_STRUCT(api_which, API_WHICH_FIELDS)

#define API_FORESEE_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (0, LIMIT_CONNECTORS), "0 or left out: the pile") \
	F(INT, OPT, S, hours, "hours", (1, 168), "how far ahead; 24 when left out") \
	F(ENUM, OPT, S, unit, "unit", api_rate, "of the answer; A when left out")
FIELD_STRUCT(api_foresee, API_FORESEE_FIELDS)

int profile_add(struct api_call *call);
int profiles_clear(struct api_call *call);
int profiles_ask(struct api_call *call);
int schedule_ask(struct api_call *call);
