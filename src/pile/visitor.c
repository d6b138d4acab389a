/* visitor.c - the simulated driver (see visitor.h). */
#include "pile/visitor.h"

#include <string.h>

static int64_t visitor_pause(struct rng *rng, int64_t least_s, int64_t most_s)
{
	return least_s * US_PER_S +
	       (int64_t)rng_below(rng, (uint64_t)((most_s - least_s) * US_PER_S));
}

/* One card of the list by chance. */
static bool visitor_choose(struct visitor *visitor, const struct str *tags, struct rng *rng)
{
	struct str list = *tags, one = STR_NULL;
	uint64_t count = 1, chosen;

	for (size_t i = 0; i < list.len; i++)
		count += list.ptr[i] == ',';
	chosen = rng_below(rng, count);
	for (uint64_t i = 0; i <= chosen; i++)
		one = str_trim(str_cut(&list, ','));
	if (one.len == 0 || one.len > HAL_TAG_MAX)
		return false;
	memset(visitor->tag, 0, sizeof(visitor->tag));
	memcpy(visitor->tag, one.ptr, one.len);
	return true;
}

static void visitor_go(struct visitor *visitor, enum visitor_state state, int64_t next_us)
{
	visitor->state = state;
	visitor->next_us = next_us;
}

void visitor_step(struct visitor *visitor, struct sim *sim, const struct outlet *outlet,
	const struct str *tags, struct rng *rng, int64_t ticks_us)
{
	if (!visitor->on && visitor->state == VISITOR_AWAY)
		return;
	if (visitor->next_us == 0)
		visitor->next_us = ticks_us + visitor_pause(rng, 2, 60);
	if (visitor->state == VISITOR_CHARGING && !outlet->tx) /* ended by somebody else */
		visitor_go(visitor, VISITOR_LEAVING, ticks_us + visitor_pause(rng, 2, 6));
	if (ticks_us < visitor->next_us)
		return;
	switch (visitor->state) {
	case VISITOR_AWAY:
		visitor->next_us = ticks_us + visitor_pause(rng, 20, 90);
		if (outlet->evse.state != EVSE_AVAILABLE || !visitor_choose(visitor, tags, rng))
			return;
		sim_plug(sim, 400000 + (int64_t)rng_below(rng, 400000),
			15 + (int32_t)rng_below(rng, 50));
		visitor_go(visitor, VISITOR_PLUGGED, ticks_us + visitor_pause(rng, 2, 8));
		return;
	case VISITOR_PLUGGED:
		sim_tap(sim, visitor->tag, strlen(visitor->tag));
		visitor_go(visitor, VISITOR_TAPPED, ticks_us + visitor_pause(rng, 20, 30));
		return;
	case VISITOR_TAPPED:
		/* refused or lost: goes away */
		visitor_go(visitor, outlet->tx ? VISITOR_CHARGING : VISITOR_LEAVING,
			ticks_us + visitor_pause(rng, 60, 300));
		return;
	case VISITOR_CHARGING:
		sim_tap(sim, visitor->tag, strlen(visitor->tag));
		visitor_go(visitor, VISITOR_LEAVING, ticks_us + visitor_pause(rng, 5, 15));
		return;
	case VISITOR_LEAVING:
		sim_unplug(sim);
		visitor_go(visitor, VISITOR_AWAY, ticks_us + visitor_pause(rng, 20, 90));
		return;
	}
}
