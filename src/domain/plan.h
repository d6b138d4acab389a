/* plan.h - a share with a future: the current of an outlet from one second to the next, as it was
 * told to a pile that follows it by itself. Also as text, "second:milliamperes" with a comma
 * between. No steps: nothing is known but what it has now, and that for ever. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

#define PLAN_STEPS 24 /* no more than a profile has periods */
#define PLAN_ALWAYS INT64_MAX

struct plan_step {
	int64_t from_s; /* since 1970 */
	int32_t ma;
};
/* Steps in order; the first holds before its second as well, the last for ever. */
struct plan {
	struct plan_step steps[PLAN_STEPS];
	size_t len;
};

/* Behind all others; the same current as before adds nothing. What finds no room is joined to the
 * last step: the lower of both when `lower`, else the higher. */
void plan_add(struct plan *plan, int64_t from_s, int32_t ma, bool lower);
/* False when the text is no plan. */
bool plan_read(struct str text, struct plan *ret);
/* STR_NULL when the arena is full. */
struct str plan_text(struct arena *arena, const struct plan *plan);
/* The highest and the lowest from `from_s` until before `to_s` (after it); -1 without steps. */
int32_t plan_most(const struct plan *plan, int64_t from_s, int64_t to_s);
int32_t plan_least(const struct plan *plan, int64_t from_s, int64_t to_s);
/* Wherever it is told one or the other, the higher of both, from `from_s` on; `ret` may
 * be one of them. */
void plan_either(const struct plan *a, const struct plan *b, int64_t from_s, struct plan *ret);
