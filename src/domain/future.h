/* future.h - shares of a site from now on: its limits change by the hour and by what was signalled,
 * and a pile that loses its network in the meantime has to keep to them by itself. The same rule
 * (share.h) is asked at each moment a limit changes, and what it gives is told to the piles as one
 * plan each (plan.h).
 *
 *   from now       the shares that were decided
 *   each moment    the same cars with that moment's limits; a car that named energy and departure
 *                  has by then what its plan gave it
 *   the last one   for ever: the lowest of all that holds after it
 *
 * No plan is told that could, with all that the other piles hold or might hold, be more than the
 * limit of any moment: a part that does not fit yet stays as it is until others confirmed less.
 *
 * How many steps a pile takes is its own word (`periods`). With one, its plan ends where it would
 * fall, and the pile goes on with its fallback, the default of its outlet. With none, what it is
 * told counts for ever. Pure integers, no clock. */
#pragma once
#include "domain/plan.h"
#include "domain/share.h"

#define FUTURE_MOST PLAN_STEPS
#define FUTURE_AHEAD_S (INT64_C(24) * 3600) /* moments are looked for so far */
/* A plan that could only allow more later than this is not worth a message yet. */
#define FUTURE_LATER_S (INT64_C(12) * 3600)

struct future {
	size_t len;                           /* at least 1: now */
	int64_t from_s[FUTURE_MOST];          /* since 1970 */
	struct share_site sites[FUTURE_MOST]; /* with the same circuits each */
};
struct future_car {
	/* what is known */
	int periods;         /* steps its pile takes, 0: it takes no end either */
	int32_t fallback_ma; /* what it goes on with where a single step ends */
	int64_t left_wh;     /* to have at its departure, 0 not known */
	bool owed;           /* its plan is told although nothing changes */
	/* ... by what it was told: the highest, and the lowest of what is near, from each moment
	 * to the next; -1 nothing */
	int32_t most_ma[FUTURE_MOST], least_ma[FUTURE_MOST];
	/* ... the highest and the lowest of all it might have heard */
	int32_t may_ma[FUTURE_MOST], sure_ma[FUTURE_MOST];
	int32_t now_ma; /* ... and the most it may draw in this moment: it has its time to follow */
	/* what is decided */
	int32_t share_ma[FUTURE_MOST];
};

/* Fills what was told: `told` without steps is nothing; `may` is the higher of all it might have
 * heard, without steps: but what it was told. */
void future_heard(const struct future *future, const struct plan *told, const struct plan *may,
	struct future_car *ret_car);
/* The shares of each moment. cars[] are those of this moment; `work` is room for as many. */
void future_solve(const struct future *future, const struct share_car *cars, size_t len,
	struct future_car *list, struct share_car *work, size_t *order);
/* Which plans may be told now; share_ma[] becomes what is told to those, may_ma[] is raised.
 * `rooms` is room for one more than there are moments. */
void future_steps(const struct future *future, const struct share_car *cars, size_t len,
	struct future_car *list, struct share_room *rooms, bool *ret_send);
/* The decided shares as a plan. True when its pile takes but the first step of two, and an end. */
bool future_plan(const struct future *future, const struct future_car *car, struct plan *ret);
