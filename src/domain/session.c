/* session.c - registers into energy per half hour, and what to do when they are odd. Rules:
 * session.h. */
#include "domain/session.h"

#include <string.h>
#include "base/clock.h"
#include "base/fault.h"

int64_t session_time(const struct session_world *world, int64_t at_us, int64_t floor_us, int *flags)
{
	int64_t now = world->now_us > floor_us ? world->now_us : floor_us;
	bool credible = at_us >= floor_us && at_us <= world->now_us + SESSION_AHEAD_US &&
			at_us >= world->now_us - SESSION_OLDEST_US;

	/* Late while connected: a clock in another zone, not a message that had to wait. */
	if (credible && at_us < world->now_us - SESSION_BEHIND_US && at_us > world->online_since_us)
		credible = false;
	if (credible)
		return at_us;
	*flags |= SESSION_CLOCK;
	return now;
}

void session_begin(struct session *session, const struct session_world *world, int64_t at_us,
	int64_t meter_dwh)
{
	session->start_us = session_time(world, at_us, 0, &session->flags);
	if (meter_dwh < 0 || meter_dwh > SESSION_REGISTER_MAX) {
		session->flags |= SESSION_JUMP;
		meter_dwh = 0;
	}
	session->meter_start_dwh = meter_dwh;
	session->meter_last_dwh = meter_dwh;
	session->meter_stop_dwh = -1;
	session->last_us = session->start_us;
	session->stop_us = 0;
	session->aside_dwh = -1;
	session->aside_us = 0;
	session->energy_dwh = 0;
	session->power_w = session->voltage_mv = session->current_ma = session->soc_pct = -1;
	session->open = true;
}

/* Could the register have gone from one reading to the other? */
static bool plausible(const struct session_world *world, int64_t from_dwh, int64_t from_us,
	int64_t to_dwh, int64_t to_us)
{
	int64_t max_w = world->max_w > 0 ? world->max_w : SESSION_MAX_W;
	__int128 most;

	if (to_dwh < from_dwh || to_us < from_us)
		return false;
	/* W x us -> 1/10 Wh is / 3.6e8; a tenth more than the nameplate, and the slack. */
	most = (__int128)max_w * (to_us - from_us) * 11 / 10 / INT64_C(360000000);
	return (__int128)(to_dwh - from_dwh) <= most + SESSION_SLACK_DWH;
}

static int change_add(struct session_change *change, struct arena *arena, const struct usage *usage)
{
	struct usage *grown;

	if (usage->energy_dwh == 0)
		return 0;
	for (size_t i = 0; i < change->usage_len; i++) {
		if (change->usage[i].start_us != usage->start_us)
			continue;
		change->usage[i].energy_dwh += usage->energy_dwh;
		change->usage[i].estimated |= usage->estimated;
		return 0;
	}
	if (change->usage_len == change->usage_cap) {
		change->usage_cap = change->usage_cap ? change->usage_cap * 2 : 4;
		grown = ARENA_ARRAY(arena, struct usage, change->usage_cap);
		if (!grown)
			return FAULT(FAULT_NOMEM, "usage of a session");
		if (change->usage_len > 0)
			memcpy(grown, change->usage, change->usage_len * sizeof(*grown));
		change->usage = grown;
	}
	change->usage[change->usage_len++] = *usage;
	return 0;
}

/* The parts sum exactly because each is the difference of two running totals. */
int session_spread(const struct session_world *world, int64_t from_us, int64_t to_us,
	int64_t energy_dwh, struct arena *arena, struct session_change *change)
{
	int64_t at = from_us;
	int64_t given = 0;

	/* The energy of an instant belongs to the half hour before the edge it stands on, like any
	 * interval's end. */
	if (to_us == from_us)
		at = from_us > 0 ? from_us - 1 : 0;
	for (;;) {
		struct usage usage = {0};
		int64_t start, end, upto;

		if (!world->half_hour(world->context, at, &start, &end, &usage.slot) || end <= at)
			return FAULT(FAULT_BUG, "no half hour around a reading");
		upto = end >= to_us ? energy_dwh
				    : (int64_t)((__int128)energy_dwh * (end - from_us) /
						(to_us - from_us));
		usage.start_us = start;
		usage.energy_dwh = upto - given;
		usage.estimated = end < to_us || at != from_us;
		if (to_us == from_us)
			usage.estimated = false;
		TRY(change_add(change, arena, &usage));
		given = upto;
		if (end >= to_us)
			return 0;
		at = end;
	}
}

static int believe(struct session *session, const struct session_world *world, int64_t from_us,
	int64_t to_us, int64_t energy_dwh, struct arena *arena, struct session_change *change)
{
	if (energy_dwh == 0)
		return 0;
	if (to_us - from_us > SESSION_GAP_US)
		session->flags |= SESSION_ESTIMATED;
	session->energy_dwh += energy_dwh;
	return session_spread(world, from_us, to_us, energy_dwh, arena, change);
}

void session_show(struct session *session, const struct reading *reading)
{
	if (reading->power_w >= 0)
		session->power_w = reading->power_w;
	if (reading->voltage_mv >= 0)
		session->voltage_mv = reading->voltage_mv;
	if (reading->current_ma >= 0)
		session->current_ma = reading->current_ma;
	if (reading->soc_pct >= 0)
		session->soc_pct = reading->soc_pct;
}

/* Told again, or late: an earlier moment of this session that fits below what is known adds nothing
 * and is nothing odd. */
static bool is_late(const struct session *session, const struct reading *reading)
{
	return reading->at_us >= session->start_us && reading->at_us < session->last_us &&
	       reading->energy_dwh >= session->meter_start_dwh &&
	       reading->energy_dwh <= session->meter_last_dwh;
}

int session_meter(struct session *session, const struct session_world *world,
	const struct reading *reading, struct arena *arena, struct session_change *change)
{
	int64_t register_dwh = reading->energy_dwh;
	int64_t at, from_us, from_dwh;

	session_show(session, reading);
	if (register_dwh < 0 || is_late(session, reading))
		return 0;
	at = session_time(world, reading->at_us, session->last_us, &session->flags);
	if (register_dwh > SESSION_REGISTER_MAX) {
		session->flags |= SESSION_JUMP;
		return 0;
	}
	if (plausible(world, session->meter_last_dwh, session->last_us, register_dwh, at)) {
		from_us = session->last_us;
		from_dwh = session->meter_last_dwh;
	} else if (session->aside_dwh >= 0 &&
		   plausible(world, session->aside_dwh, session->aside_us, register_dwh, at)) {
		/* Two readings agree with each other: the register moved for good. What lies
		 * between is not billed. */
		if (session->aside_dwh < session->meter_last_dwh)
			session->flags |= SESSION_RESET;
		from_us = session->aside_us;
		from_dwh = session->aside_dwh;
	} else {
		session->flags |=
			register_dwh < session->meter_last_dwh ? SESSION_BACKWARDS : SESSION_JUMP;
		session->aside_dwh = register_dwh;
		session->aside_us = at;
		return 0;
	}
	session->meter_last_dwh = register_dwh;
	session->last_us = at;
	session->aside_dwh = -1;
	return believe(session, world, from_us, at, register_dwh - from_dwh, arena, change);
}

/* Takes `excess` back from the youngest half hours. */
static int take_back(struct session *session, int64_t excess, const struct usage *usage,
	size_t usage_len, struct arena *arena, struct session_change *change)
{
	struct usage *all;
	size_t len;

	TRY(session_usage_merge(usage, usage_len, change, arena, &all, &len));
	for (size_t i = len; i > 0 && excess > 0; i--) {
		struct usage part = all[i - 1];
		int64_t amount = part.energy_dwh < excess ? part.energy_dwh : excess;

		part.energy_dwh = -amount;
		TRY(change_add(change, arena, &part));
		excess -= amount;
		session->energy_dwh -= amount;
	}
	return 0;
}

/* The stop register disagrees with the last reading. Does it agree with the start register? Then
 * start and stop, the two the pile itself bills by, decide; else the last reading stands. */
static int reconcile(struct session *session, const struct session_world *world, int64_t at,
	int64_t meter_dwh, const struct usage *usage, size_t usage_len, struct arena *arena,
	struct session_change *change)
{
	int64_t total = meter_dwh - session->meter_start_dwh;
	bool moved = (session->flags & SESSION_JUMP) != 0;
	bool rises = meter_dwh >= session->meter_last_dwh;

	session->flags |= rises ? SESSION_JUMP : SESSION_BACKWARDS;
	if (!plausible(world, session->meter_start_dwh, session->start_us, meter_dwh, at))
		return 0;
	if (total < session->energy_dwh)
		return take_back(
			session, session->energy_dwh - total, usage, usage_len, arena, change);
	if (moved)
		return 0;
	return believe(
		session, world, session->last_us, at, total - session->energy_dwh, arena, change);
}

int session_end(struct session *session, const struct session_world *world, int64_t at_us,
	int64_t meter_dwh, const struct usage *usage, size_t usage_len, struct arena *arena,
	struct session_change *change)
{
	int64_t at = session_time(world, at_us, session->last_us, &session->flags);

	session->stop_us = at;
	session->open = false;
	if (meter_dwh < 0 || meter_dwh > SESSION_REGISTER_MAX) {
		if (meter_dwh != -1)
			session->flags |= meter_dwh < 0 ? SESSION_BACKWARDS : SESSION_JUMP;
		session->meter_stop_dwh = session->meter_last_dwh;
		return 0;
	}
	session->meter_stop_dwh = meter_dwh;
	if (!plausible(world, session->meter_last_dwh, session->last_us, meter_dwh, at))
		return reconcile(session, world, at, meter_dwh, usage, usage_len, arena, change);
	TRY(believe(session, world, session->last_us, at, meter_dwh - session->meter_last_dwh,
		arena, change));
	session->meter_last_dwh = meter_dwh;
	session->last_us = at;
	return 0;
}

int session_usage_merge(const struct usage *usage, size_t usage_len,
	const struct session_change *change, struct arena *arena, struct usage **ret_usage,
	size_t *ret_len)
{
	struct usage *all = ARENA_ARRAY(arena, struct usage, usage_len + change->usage_len + 1);
	size_t len = usage_len;

	if (!all)
		return FAULT(FAULT_NOMEM, "usage of a session");
	if (usage_len > 0)
		memcpy(all, usage, usage_len * sizeof(*all));
	for (size_t i = 0; i < change->usage_len; i++) {
		const struct usage *add = &change->usage[i];
		size_t at = len;

		while (at > 0 && all[at - 1].start_us > add->start_us)
			at--;
		if (at > 0 && all[at - 1].start_us == add->start_us) {
			all[at - 1].energy_dwh += add->energy_dwh;
			all[at - 1].estimated |= add->estimated;
			continue;
		}
		memmove(all + at + 1, all + at, (len - at) * sizeof(*all));
		all[at] = *add;
		len++;
	}
	*ret_usage = all;
	*ret_len = len;
	return 0;
}

/* Packed: a presence byte, the time in 8 bytes, then each present value as a variable-length
 * integer. */
static size_t put_varint(uint8_t *out, uint64_t value)
{
	size_t len = 0;

	while (value >= 0x80) {
		out[len++] = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	out[len++] = (uint8_t)value;
	return len;
}

static bool get_varint(struct str *packed, int64_t *ret)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		uint8_t byte;

		if (packed->len == 0)
			return false;
		byte = (uint8_t)packed->ptr[0];
		*packed = str_slice(*packed, 1, packed->len);
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret = (int64_t)value;
			return true;
		}
	}
	return false;
}

size_t session_pack(const struct reading *reading, uint8_t ret[SESSION_PACKED_MAX])
{
	const int64_t values[] = {reading->energy_dwh, reading->power_w, reading->voltage_mv,
		reading->current_ma, reading->soc_pct};
	size_t len = 1;

	ret[0] = 0;
	len += put_varint(ret + len, reading->at_us > 0 ? (uint64_t)reading->at_us : 0);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (values[i] < 0)
			continue;
		ret[0] = (uint8_t)(ret[0] | (1u << i));
		len += put_varint(ret + len, (uint64_t)values[i]);
	}
	return len;
}

bool session_unpack(struct str packed, struct reading *ret_reading)
{
	struct reading reading = {0, -1, -1, -1, -1, -1};
	int64_t *values[] = {&reading.energy_dwh, &reading.power_w, &reading.voltage_mv,
		&reading.current_ma, &reading.soc_pct};
	uint8_t present;

	if (packed.len == 0)
		return false;
	present = (uint8_t)packed.ptr[0];
	packed = str_slice(packed, 1, packed.len);
	if (!get_varint(&packed, &reading.at_us))
		return false;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if ((present & (1u << i)) && !get_varint(&packed, values[i]))
			return false;
	}
	if (packed.len != 0)
		return false;
	*ret_reading = reading;
	return true;
}
