/* plan.c - a share with a future (see plan.h). */
#include "domain/plan.h"

#define PLAN_MA_MOST 10000000
#define PLAN_TEXT (PLAN_STEPS * 32)

void plan_add(struct plan *plan, int64_t from_s, int32_t ma, bool lower)
{
	struct plan_step *last = plan->len > 0 ? &plan->steps[plan->len - 1] : NULL;

	if (last && last->ma == ma)
		return;
	if (plan->len < PLAN_STEPS)
		plan->steps[plan->len++] = (struct plan_step){from_s, ma};
	else if (lower ? ma < last->ma : ma > last->ma)
		last->ma = ma;
}

bool plan_read(struct str text, struct plan *ret)
{
	ret->len = 0;
	while (text.len > 0) {
		struct str step = str_cut(&text, ',');
		struct str second = str_cut(&step, ':');
		int64_t from_s, ma;

		if (ret->len == PLAN_STEPS || !str_to_i64(second, &from_s) ||
			!str_to_i64(step, &ma) || ma < 0 || ma > PLAN_MA_MOST ||
			(ret->len > 0 && from_s <= ret->steps[ret->len - 1].from_s))
			return false;
		ret->steps[ret->len++] = (struct plan_step){from_s, (int32_t)ma};
	}
	return true;
}

struct str plan_text(struct arena *arena, const struct plan *plan)
{
	struct buf text;

	buf_init(&text, arena, PLAN_TEXT);
	for (size_t i = 0; i < plan->len; i++)
		buf_format(&text, "%s%lld:%d", i > 0 ? "," : "", (long long)plan->steps[i].from_s,
			plan->steps[i].ma);
	return text.failed ? STR_NULL : buf_str(&text);
}

/* Does step i hold somewhere from `from_s` until before `to_s`? */
static bool holds(const struct plan *plan, size_t i, int64_t from_s, int64_t to_s)
{
	bool began = i == 0 || plan->steps[i].from_s < to_s;
	bool ended = i + 1 < plan->len && plan->steps[i + 1].from_s <= from_s;

	return began && !ended;
}

int32_t plan_most(const struct plan *plan, int64_t from_s, int64_t to_s)
{
	int32_t most = -1;

	for (size_t i = 0; i < plan->len; i++) {
		if (holds(plan, i, from_s, to_s) && plan->steps[i].ma > most)
			most = plan->steps[i].ma;
	}
	return most;
}

int32_t plan_least(const struct plan *plan, int64_t from_s, int64_t to_s)
{
	int32_t least = -1;

	for (size_t i = 0; i < plan->len; i++) {
		if (holds(plan, i, from_s, to_s) && (least < 0 || plan->steps[i].ma < least))
			least = plan->steps[i].ma;
	}
	return least;
}

void plan_either(const struct plan *a, const struct plan *b, int64_t from_s, struct plan *ret)
{
	struct plan both = {0};
	size_t at_a = 0, at_b = 0;
	int64_t at_s = from_s;

	while (at_s != PLAN_ALWAYS) {
		int32_t one = plan_most(a, at_s, at_s + 1), other = plan_most(b, at_s, at_s + 1);
		int64_t next_s = PLAN_ALWAYS;

		plan_add(&both, at_s, one > other ? one : other, false);
		while (at_a < a->len && a->steps[at_a].from_s <= at_s)
			at_a++;
		while (at_b < b->len && b->steps[at_b].from_s <= at_s)
			at_b++;
		if (at_a < a->len)
			next_s = a->steps[at_a].from_s;
		if (at_b < b->len && b->steps[at_b].from_s < next_s)
			next_s = b->steps[at_b].from_s;
		at_s = next_s;
	}
	*ret = both;
}
