/* needs.c - what cars need, between the talk over the cable and the server (see needs.h). */
#include "pile/needs.h"

#include "pile/pile.h"
#include "pile/talk.h"

#define NEEDS_DAY_S 86400

static const struct hlc *talk_of(const struct outlet *outlet)
{
	return &outlet->evse.cable.hlc;
}

static bool can_ask(const struct pile *pile)
{
	return pile->link.state == LINK_OPEN && pile->link.accepted &&
	       pile->link.talk->version != OCPP_16;
}

static void put_schedule(struct pile *pile, struct outlet *outlet)
{
	struct needs_schedule *to = &outlet->evse.schedule;
	struct profiles_schedule from;

	to->len = 0;
	if (!profiles_composite(pile, outlet->number, NEEDS_DAY_S, PROFILE_W, &from))
		return;
	for (size_t i = 0; i < from.len && i < NEEDS_STEPS; i++)
		to->steps[to->len++] =
			(struct needs_step){from.periods[i].start_s, from.periods[i].limit};
	/* what finds no room is joined to the last one at its lowest */
	for (size_t i = NEEDS_STEPS; i < from.len; i++)
		if (from.periods[i].limit < to->steps[NEEDS_STEPS - 1].w)
			to->steps[NEEDS_STEPS - 1].w = from.periods[i].limit;
}

void needs_step(struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];

		if (talk_of(outlet)->needs.count == 0)
			outlet->needs = (struct needs_told){0};
		outlet->evse.plans = can_ask(pile) && outlet->tx != 0;
		outlet->evse.planned = outlet->needs.settled;
		if (talk_of(outlet)->phase == HLC_PARAMETERS)
			put_schedule(pile, outlet);
	}
}

void needs_profiled(struct pile *pile, int64_t connector)
{
	struct outlet *outlet = pile_outlet(pile, connector);

	if (outlet)
		outlet->needs.settled = outlet->needs.asked;
}

struct outlet *needs_due(struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];

		if (outlet->tx != 0 && talk_of(outlet)->needs.count != outlet->needs.asked)
			return outlet;
	}
	return NULL;
}

struct outlet *needs_plan_due(struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];

		if (outlet->tx != 0 && talk_of(outlet)->plan.len > 0 &&
			talk_of(outlet)->plan.count != outlet->needs.plan)
			return outlet;
	}
	return NULL;
}
