/* api_power.h - a site's load on the outside face: bodies and handlers of api_power.c. */
#pragma once
#include "app/api_call.h"
#include "base/field.h"
#include "base/limits.h"

#define API_POWER_FIELDS(F, S) \
	F(INTS, REQ, S, limit_ma, "limit_ma", (0, 4000000, 3, 3), "of each phase") \
	F(INT, OPT, S, limit_w, "limit_w", (0, 10000000), "over all phases; 0 or left out: none") \
	F(INTS, OPT, S, base_ma, "base_ma", (0, 4000000, 3, 3), "what else runs there") \
	F(INT, OPT, S, reserve_ma, "reserve_ma", (0, 4000000), "never given away") \
	F(INT, OPT, S, offline_ma, "offline_ma", (0, 80000), \
		"what a charge may take that nobody can tell: 0, or 6000 and more") \
	F(INT, OPT, S, turn_s, "turn_s", (60, 86400), "a turn where there is not enough for all") \
	F(INTS, OPT, S, hours, "hours", (0, 100, 0, 336), \
		"percent by half hour of local time: 48 of each day, or 336 from Monday on") \
	F(INT, OPT, S, revision, "revision", (0, INT64_MAX), "the revision that was read")
FIELD_STRUCT(api_power, API_POWER_FIELDS)

#define API_OUTLET_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (1, LIMIT_CONNECTORS), "outlet, 1 when left out") \
	F(STR, NIL, S, circuit_id, "circuit_id", 20, "circuit it hangs on; empty: none") \
	F(STR, OPT, S, rotation, "rotation", 3, \
		"RST, STR ...: its L1 first; R, S or T: one phase") \
	F(INT, OPT, S, most_ma, "most_ma", (0, 10000000), \
		"of cable and fuse; 0: as its plate says") \
	F(INT, OPT, S, priority, "priority", (-9, 9), "higher first") \
	F(INT, OPT, S, cap_ma, "cap_ma", (-1, 10000000), "limit by hand; -1: none") \
	F(INT, OPT, S, cap_minutes, "cap_minutes", (1, 100000), "how long; left out: until changed")
FIELD_STRUCT(api_outlet, API_OUTLET_FIELDS)

#define API_CIRCUIT_FIELDS(F, S) \
	F(STR, REQ, S, name, "name", 40, "what its fuse is called") \
	F(INTS, REQ, S, limit_ma, "limit_ma", (0, 4000000, 3, 3), "of each phase") \
	F(INT, OPT, S, revision, "revision", (0, INT64_MAX), "the revision that was read")
FIELD_STRUCT(api_circuit, API_CIRCUIT_FIELDS)

#define API_CIRCUIT_PILES_FIELDS(F, S) \
	F(STRS, REQ, S, pile_ids, "pile_ids", (20, 1, 200), "piles of its site") \
	F(BOOL, OPT, S, inside, "inside", 0, "false: out of it; true when left out")
FIELD_STRUCT(api_circuit_piles, API_CIRCUIT_PILES_FIELDS)

#define API_SIGNAL_FIELDS(F, S) \
	F(TIME, OPT, S, from, "from", 0, "now when left out") \
	F(TIME, REQ, S, until, "until", 0, "when it ends by itself") \
	F(INT, OPT, S, percent, "percent", (0, 100), "of the limit") \
	F(INT, OPT, S, limit_w, "limit_w", (1, 10000000), "over all phases") \
	F(STR, OPT, S, note, "note", 80, "who wants it, and why")
FIELD_STRUCT(api_signal, API_SIGNAL_FIELDS)

int power_get(struct api_call *call);
int power_put(struct api_call *call);
int power_delete(struct api_call *call);
int outlet_power_patch(struct api_call *call);
/* Answers with the load of a site. */
struct site; /* store/site.h */
int power_answer(struct api_call *call, const struct site *site, int status);
/* What became of a change: the problem for an outcome of smart.h (`error` POWER_E_*). */
int power_problem(struct api_call *call, int outcome, int error);

/* --- circuits and signals (api_circuits.c) --- */
int circuit_add(struct api_call *call);
int circuit_patch(struct api_call *call);
int circuit_delete(struct api_call *call);
int circuit_piles(struct api_call *call);
int signal_add(struct api_call *call);
int signal_delete(struct api_call *call);
/* Refuses a profile sent by hand that takes from others; notes that the pile's are not known any
 * more. 0, or the problem. `payload` in the words of any version. */
int power_guard(struct api_call *call, int64_t pile_id, struct str action, struct str payload);
