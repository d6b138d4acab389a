/* exported.c - counting what flows back, and how much of it is paid for (exported.h). */
#include "domain/exported.h"

#define US_PER_S INT64_C(1000000)
#define STEP_DWH 1000 /* registers are told in steps of up to so much */

static int64_t flows_dwh(int64_t span_us, int64_t max_w)
{
	int64_t watts = max_w > 0 ? max_w : SESSION_MAX_W;

	return (int64_t)((__int128)watts * 10 * span_us / (3600 * US_PER_S));
}

/* Twice what the outlet can, and a step: more is no reading of this meter. */
static int64_t most_dwh(int64_t span_us, int64_t max_w)
{
	return 2 * flows_dwh(span_us, max_w) + STEP_DWH;
}

/* For all that was allowed together, a tenth more than the nameplate, and one step. */
static int64_t room_dwh(const struct exported *exported, int64_t max_w)
{
	int64_t most = flows_dwh(exported->allowed_us, max_w);
	int64_t left = most + most / 10 + STEP_DWH - exported->payable_dwh;

	return left > 0 ? left : 0;
}

/* How long giving back was allowed between two readings, and from when to when; false: never. */
static bool allowed(const struct exported_world *world, int64_t from_us, int64_t to_us,
	struct exported_growth *growth, int64_t *ret_us)
{
	bool any = false;

	*ret_us = 0;
	for (size_t i = 0; i < world->rights_len; i++) {
		const struct exported_right *right = &world->rights[i];
		int64_t until =
			right->until_us == 0 || right->until_us > to_us ? to_us : right->until_us;
		int64_t since = right->from_us > from_us ? right->from_us : from_us;

		/* one that only touches the interval has no part in it */
		if (since > until || (since == until && from_us != to_us))
			continue;
		*ret_us += until - since;
		if (!any || since < growth->from_us)
			growth->from_us = since;
		if (!any || until > growth->to_us)
			growth->to_us = until;
		any = true;
	}
	return any;
}

static void judge(struct exported *exported, const struct exported_world *world,
	const struct reading *reading, struct exported_growth *growth)
{
	int64_t known =
		exported->top_dwh > exported->last_dwh ? exported->top_dwh : exported->last_dwh;
	int64_t payable = reading->export_dwh > known ? reading->export_dwh - known : 0;
	int64_t span_us, room;
	bool was = allowed(world, exported->last_us, reading->at_us, growth, &span_us);

	exported->allowed_us += span_us;
	if (payable == 0)
		return;
	if (!was) {
		exported->flags |= EXPORTED_FORBIDDEN;
		return;
	}
	room = room_dwh(exported, world->max_w);
	if (payable > room)
		exported->flags |= EXPORTED_CAPPED;
	growth->energy_dwh = payable > room ? room : payable;
	exported->payable_dwh += growth->energy_dwh;
}

static void begin(struct exported *exported, const struct reading *reading)
{
	exported->start_dwh = exported->last_dwh = exported->top_dwh = reading->export_dwh;
	exported->last_us = reading->at_us;
}

static void move(struct exported *exported, const struct reading *reading)
{
	int64_t growth = reading->export_dwh - exported->last_dwh;

	if (growth > 0)
		exported->energy_dwh += growth;
	else if (growth < 0)
		exported->flags |= EXPORTED_BACKWARDS;
	if (reading->export_dwh > exported->top_dwh)
		exported->top_dwh = reading->export_dwh;
	exported->last_dwh = reading->export_dwh;
	exported->last_us = reading->at_us;
}

bool exported_take(struct exported *exported, const struct exported_world *world,
	const struct reading *reading, struct exported_growth *ret_growth)
{
	int64_t before = exported->flags;
	struct exported_growth growth = {0};

	*ret_growth = growth;
	if (!reading->has_export || reading->at_us <= 0)
		return false;
	if (reading->at_us > world->now_us + SESSION_AHEAD_US) {
		exported->flags |= EXPORTED_CLOCK;
		return exported->flags != before;
	}
	if (exported->last_us == 0) {
		begin(exported, reading);
		return true;
	}
	if (reading->at_us < exported->last_us || reading->export_dwh == exported->last_dwh)
		return false;
	if (reading->export_dwh - exported->last_dwh >
		most_dwh(reading->at_us - exported->last_us, world->max_w)) {
		exported->flags |= EXPORTED_JUMP;
		return exported->flags != before;
	}
	judge(exported, world, reading, &growth);
	move(exported, reading);
	*ret_growth = growth;
	return true;
}

static const struct {
	int64_t flag;
	const char *name;
} flag_names[] = {
	{EXPORTED_BACKWARDS, "export_backwards"},
	{EXPORTED_JUMP, "export_jump"},
	{EXPORTED_FORBIDDEN, "export_forbidden"},
	{EXPORTED_CAPPED, "export_capped"},
	{EXPORTED_CLOCK, "export_clock"},
};

const char *exported_flag_name(size_t index, int64_t *ret_flag)
{
	if (index >= sizeof(flag_names) / sizeof(flag_names[0]))
		return NULL;
	*ret_flag = flag_names[index].flag;
	return flag_names[index].name;
}
