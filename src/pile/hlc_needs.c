/* hlc_needs.c - schedules of ISO 15118-2: what the car needs, what it may draw, what it will draw
 * (needs.h). DIN SPEC 70121 has but one value. */
#include <string.h>

#include "base/clock.h"
#include "pile/hlc_parts.h"

#define HLC_PLAN_US (20 * US_PER_S) /* a car waits a minute for its parameters */
#define HLC_DAY_S 86400
#define HLC_DIN_MOST_W 32767 /* DIN tells power in a short */

/* ---- what it needs ---- */

static int64_t hlc_positive(int64_t value)
{
	return value > 0 && value < INT32_MAX ? value : 0;
}

static void hlc_read_dc(const struct exi_node *dc, struct needs *needs)
{
	needs->energy_wh = hlc_positive(hlc_large(dc, "EVEnergyRequest"));
	needs->capacity_wh = hlc_positive(hlc_large(dc, "EVEnergyCapacity"));
	needs->max_w = hlc_positive(hlc_large(dc, "EVMaximumPowerLimit"));
	needs->max_ma = hlc_value(dc, "EVMaximumCurrentLimit", 0);
	needs->max_mv = hlc_value(dc, "EVMaximumVoltageLimit", 0);
	needs->soc_percent = (int32_t)exi_number(exi_get(dc, "DC_EVStatus"), "EVRESSSOC", -1);
	needs->full_percent = (int32_t)exi_number(dc, "FullSOC", -1);
	needs->bulk_percent = (int32_t)exi_number(dc, "BulkSOC", -1);
}

static void hlc_read_ac(const struct exi_node *ac, struct needs *needs)
{
	needs->energy_wh = hlc_positive(hlc_large(ac, "EAmount"));
	needs->max_ma = hlc_value(ac, "EVMaxCurrent", 0);
	needs->min_ma = hlc_value(ac, "EVMinCurrent", 0);
	needs->max_mv = hlc_value(ac, "EVMaxVoltage", 0);
}

void hlc_note_needs(struct hlc_talk *talk, const struct exi_node *group, bool three)
{
	struct hlc *hlc = talk->hlc;

	/* it asks again while it waits: those are the same */
	if (hlc->needs_us != 0 || hlc_is_din(hlc) || !talk->input->granted)
		return;
	hlc->needs = (struct needs){.count = hlc->needs.count + 1,
		.direct = hlc->direct,
		.three = three,
		.said_us = talk->input->now_us,
		.departs_s = hlc_positive(exi_number(group, "DepartureTime", 0)),
		.entries = hlc_positive(exi_number(talk->request, "MaxEntriesSAScheduleTuple", 0)),
		.soc_percent = -1,
		.full_percent = -1,
		.bulk_percent = -1};
	hlc->needs_us = talk->ticks_us;
	if (hlc->direct)
		hlc_read_dc(group, &hlc->needs);
	else
		hlc_read_ac(group, &hlc->needs);
}

bool hlc_awaits_plan(const struct hlc_talk *talk)
{
	const struct hlc *hlc = talk->hlc;

	return hlc->needs_us != 0 && talk->input->plans &&
	       talk->input->planned != hlc->needs.count &&
	       talk->ticks_us - hlc->needs_us < HLC_PLAN_US;
}

/* ---- what it may draw ---- */

static void hlc_put_entry(struct hlc_talk *talk, struct exi_node *schedule, int64_t start_s,
	bool last, int64_t power_mw)
{
	struct exi_doc *out = &talk->out;
	struct exi_node *entry = exi_add(out, schedule, "PMaxScheduleEntry");
	struct exi_node *interval = exi_add(out, entry, "RelativeTimeInterval");
	int64_t power_w = power_mw / 1000;

	exi_add_number(out, interval, "start", start_s);
	if (last)
		exi_add_number(out, interval, "duration", HLC_DAY_S - start_s);
	if (hlc_is_din(talk->hlc))
		exi_add_number(
			out, entry, "PMax", power_w < HLC_DIN_MOST_W ? power_w : HLC_DIN_MOST_W);
	else
		hlc_put(talk, entry, "PMax", power_mw, "W");
}

/* Our schedule within what the outlet can at all, with as many entries as the car takes; what finds
 * no room is joined to the last at its lowest. */
static struct needs_schedule hlc_offer(const struct hlc_talk *talk, int64_t most_w)
{
	const struct needs_schedule *from = talk->input->schedule;
	struct needs_schedule offer = {
		.count = talk->hlc->needs.count, .steps = {{0, most_w}}, .len = 1};
	size_t most = NEEDS_STEPS;

	if (hlc_is_din(talk->hlc) || !from || from->len == 0)
		return offer;
	if (talk->hlc->needs.entries > 0 && talk->hlc->needs.entries < NEEDS_STEPS)
		most = (size_t)talk->hlc->needs.entries;
	offer.len = 0;
	for (size_t i = 0; i < from->len; i++) {
		struct needs_step step = from->steps[i];

		step.w = step.w < most_w ? step.w : most_w;
		if (offer.len < most)
			offer.steps[offer.len++] = step;
		else if (step.w < offer.steps[most - 1].w)
			offer.steps[most - 1].w = step.w;
	}
	return offer;
}

void hlc_put_schedule(struct hlc_talk *talk, int64_t most_mw)
{
	struct exi_doc *out = &talk->out;
	struct exi_node *list = exi_add(out, talk->answer, "SAScheduleList");
	struct exi_node *tuple = exi_add(out, list, "SAScheduleTuple");
	struct exi_node *schedule = exi_add(out, tuple, "PMaxSchedule");
	struct needs_schedule offer = hlc_offer(talk, most_mw / 1000);

	exi_add_number(out, tuple, "SAScheduleTupleID", 1);
	if (hlc_is_din(talk->hlc))
		exi_add_number(out, schedule, "PMaxScheduleID", 1);
	for (size_t i = 0; i < offer.len; i++)
		hlc_put_entry(talk, schedule, offer.steps[i].from_s, i + 1 == offer.len,
			offer.steps[i].w * 1000);
	talk->hlc->offer = offer;
}

/* ---- what it will draw ---- */

/* The least that was offered from one second until before another. */
static int64_t hlc_offered_w(const struct needs_schedule *offer, int64_t from_s, int64_t to_s)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < offer->len; i++) {
		bool ended = i + 1 < offer->len && offer->steps[i + 1].from_s <= from_s;

		if (!ended && (i == 0 || offer->steps[i].from_s < to_s) &&
			offer->steps[i].w < least)
			least = offer->steps[i].w;
	}
	return least;
}

static bool hlc_within(const struct needs_schedule *offer, const struct needs_schedule *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		int64_t to_s = i + 1 < plan->len ? plan->steps[i + 1].from_s : HLC_DAY_S;

		if (plan->steps[i].from_s < (i > 0 ? plan->steps[i - 1].from_s + 1 : 0) ||
			plan->steps[i].w > hlc_offered_w(offer, plan->steps[i].from_s, to_s))
			return false;
	}
	return true;
}

bool hlc_take_plan(struct hlc_talk *talk)
{
	const struct exi_node *profile = exi_get(talk->request, "ChargingProfile");
	struct needs_schedule plan = {.count = talk->hlc->needs.count};

	for (const struct exi_node *at = profile ? profile->first : NULL; at; at = at->next) {
		if (plan.len == NEEDS_STEPS)
			return false;
		plan.steps[plan.len++] =
			(struct needs_step){exi_number(at, "ChargingProfileEntryStart", 0),
				hlc_large(at, "ChargingProfileEntryMaxPower")};
	}
	if (!hlc_within(&talk->hlc->offer, &plan))
		return false;
	talk->hlc->plan = plan;
	return true;
}
