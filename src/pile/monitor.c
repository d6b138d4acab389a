/* monitor.c - watching variables (see monitor.h). */
#include "pile/monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/stream.h"

#define MONITOR_LEVEL_DEFAULT 9
#define MONITOR_LOOK_US US_PER_S
#define MONITOR_LEVEL_NOTE STR("monitor-level")
#define MONITOR_PREFIX "monitor:"

/* ---- kept ---- */

static struct str monitor_key(char room[32], int32_t id)
{
	int len = snprintf(room, 32, MONITOR_PREFIX "%d", id);

	return (struct str){room, (size_t)len};
}

/* The names are copied, so that the monitor outlives what it was made from. */
static bool monitor_own_names(struct monitor *monitor, const struct model_name *from)
{
	const struct str parts[3] = {from->component, from->variable, from->instance};

	for (int i = 0; i < 3; i++) {
		if (parts[i].len >= sizeof(monitor->names[i]))
			return false;
		memset(monitor->names[i], 0, sizeof(monitor->names[i]));
		if (parts[i].len)
			memcpy(monitor->names[i], parts[i].ptr, parts[i].len);
	}
	return true;
}

static void monitor_point_names(struct monitor *monitor, int64_t evse, bool connector)
{
	monitor->name = (struct model_name){.component = str_from(monitor->names[0]),
		.variable = str_from(monitor->names[1]),
		.instance = str_from(monitor->names[2]),
		.evse = evse,
		.connector = connector};
}

/* "<kind>|<severity>|<transaction>|<value>|<evse>|<connector>|<component>|<variable>|<instance>" */
static int monitor_keep(struct pile *pile, const struct monitor *monitor)
{
	char key[32], text[256];

	snprintf(text, sizeof(text), "%d|%d|%d|%lld|%lld|%d|%s|%s|%s", monitor->kind,
		monitor->severity, monitor->transaction, (long long)monitor->value_milli,
		(long long)monitor->name.evse, monitor->name.connector, monitor->names[0],
		monitor->names[1], monitor->names[2]);
	return spool_note(&pile->spool, monitor_key(key, monitor->id), str_from(text));
}

static bool monitor_read(struct str text, struct monitor *ret)
{
	struct model_name name = {0};
	int64_t numbers[6];

	for (int i = 0; i < 6; i++)
		if (!str_to_i64(str_cut(&text, '|'), &numbers[i]))
			return false;
	name.component = str_cut(&text, '|');
	name.variable = str_cut(&text, '|');
	name.instance = text;
	if (numbers[0] < 0 || numbers[0] >= MONITOR_KINDS || numbers[1] < 0 ||
		numbers[1] > MONITOR_SEVERITY_MAX || !monitor_own_names(ret, &name))
		return false;
	ret->kind = (enum monitor_kind)numbers[0];
	ret->severity = (uint8_t)numbers[1];
	ret->transaction = numbers[2] != 0;
	ret->value_milli = numbers[3];
	ret->name.evse = numbers[4];
	ret->name.connector = numbers[5] != 0;
	return true;
}

static struct monitor *monitor_free_place(struct pile *pile)
{
	for (size_t i = 0; i < MONITORS_MAX; i++)
		if (pile->monitors->list[i].id == 0)
			return &pile->monitors->list[i];
	return NULL;
}

static void monitor_take_up(struct pile *pile, int64_t id, struct str text)
{
	struct monitor read = {.id = (int32_t)id}, *place = monitor_free_place(pile);
	struct model_variable variable;

	if (!place || id <= 0 || id > INT32_MAX || !monitor_read(text, &read))
		return;
	*place = read;
	monitor_point_names(place, read.name.evse, read.name.connector);
	if (model_find(pile, &place->name, &variable) == MODEL_FOUND)
		place->variable = variable.index;
	else
		place->id = 0; /* a program that knows less than the one before */
}

void monitors_open(struct pile *pile)
{
	struct str key, value, level = spool_note_get(&pile->spool, MONITOR_LEVEL_NOTE);
	size_t cursor = 0;
	int64_t number;

	memset(pile->monitors, 0, sizeof(*pile->monitors));
	pile->monitors->level = MONITOR_LEVEL_DEFAULT;
	if (str_to_i64(level, &number) && number >= 0 && number <= MONITOR_SEVERITY_MAX)
		pile->monitors->level = (uint8_t)number;
	while (spool_note_next(&pile->spool, &cursor, &key, &value))
		if (str_starts(key, STR(MONITOR_PREFIX)) &&
			str_to_i64(str_slice(key, strlen(MONITOR_PREFIX), key.len), &number))
			monitor_take_up(pile, number, value);
}

/* ---- set and cleared ---- */

const struct monitor *monitor_find(const struct pile *pile, int64_t id)
{
	for (size_t i = 0; id > 0 && i < MONITORS_MAX; i++)
		if (pile->monitors->list[i].id == id)
			return &pile->monitors->list[i];
	return NULL;
}

static int32_t monitor_new_id(const struct pile *pile)
{
	int32_t id = 1;

	while (monitor_find(pile, id))
		id++;
	return id;
}

static bool monitor_same(const struct monitor *a, const struct monitor *b, size_t variable)
{
	return a->id && a->id != b->id && a->kind == b->kind && a->severity == b->severity &&
	       a->variable == variable;
}

/* Can this be watched for? */
static int monitor_check(
	struct pile *pile, const struct monitor *wanted, struct model_variable *ret)
{
	bool timed = wanted->kind == MONITOR_PERIODIC || wanted->kind == MONITOR_ALIGNED;
	enum model_found found = model_find(pile, &wanted->name, ret);

	if (found != MODEL_FOUND)
		return found == MODEL_NO_COMPONENT ? MONITOR_E_COMPONENT : MONITOR_E_VARIABLE;
	if (wanted->kind >= MONITOR_KINDS || (!timed && !ret->numeric) ||
		ret->access == MODEL_WRITE)
		return MONITOR_E_KIND;
	if (wanted->severity > MONITOR_SEVERITY_MAX ||
		(timed && (wanted->value_milli < 1000 || wanted->value_milli % 1000)) ||
		(wanted->kind == MONITOR_DELTA && wanted->value_milli <= 0))
		return MONITOR_E_VALUE;
	if (wanted->id && !monitor_find(pile, wanted->id))
		return MONITOR_E_UNKNOWN;
	for (size_t i = 0; i < MONITORS_MAX; i++)
		if (monitor_same(&pile->monitors->list[i], wanted, ret->index))
			return MONITOR_E_DUPLICATE;
	return 0;
}

int monitor_set(struct pile *pile, const struct monitor *wanted, int32_t *ret_id)
{
	struct monitor one = *wanted, *place = NULL;
	struct model_variable variable;
	int outcome = monitor_check(pile, wanted, &variable);

	if (outcome != 0)
		return outcome;
	if (!monitor_own_names(&one, &wanted->name))
		return MONITOR_E_VARIABLE;
	for (size_t i = 0; i < MONITORS_MAX && wanted->id; i++)
		if (pile->monitors->list[i].id == wanted->id)
			place = &pile->monitors->list[i];
	if (!place)
		place = monitor_free_place(pile);
	if (!place)
		return MONITOR_E_FULL;
	one.id = wanted->id ? wanted->id : monitor_new_id(pile);
	one.variable = variable.index;
	TRY(monitor_keep(pile, &one));
	*place = one;
	monitor_point_names(place, wanted->name.evse, wanted->name.connector);
	*ret_id = one.id;
	return 0;
}

int monitor_clear(struct pile *pile, int32_t id)
{
	char key[32];

	for (size_t i = 0; i < MONITORS_MAX; i++) {
		if (id <= 0 || pile->monitors->list[i].id != id)
			continue;
		TRY(stream_end(pile, id));
		TRY(spool_note(&pile->spool, monitor_key(key, id), STR_NULL));
		memset(&pile->monitors->list[i], 0, sizeof(pile->monitors->list[i]));
		return 0;
	}
	return MONITOR_E_UNKNOWN;
}

int monitors_clear(struct pile *pile)
{
	for (size_t i = 0; i < MONITORS_MAX; i++)
		if (pile->monitors->list[i].id)
			TRY(monitor_clear(pile, pile->monitors->list[i].id));
	return 0;
}

int monitors_level(struct pile *pile, uint8_t level)
{
	char text[4];

	if (level > MONITOR_SEVERITY_MAX)
		return MONITOR_E_VALUE;
	snprintf(text, sizeof(text), "%d", level);
	TRY(spool_note(&pile->spool, MONITOR_LEVEL_NOTE, str_from(text)));
	pile->monitors->level = level;
	return 0;
}

/* ---- looking ---- */

static void monitor_tell(struct pile *pile, const struct monitor *monitor,
	const struct model_variable *variable, bool cleared)
{
	struct outlet *outlet = pile_outlet(pile, variable->evse);
	struct pile_alert event = {.connector = (uint8_t)variable->evse,
		.protect = PROTECT_KINDS,
		.tx = outlet ? outlet->tx : 0,
		.cleared = cleared,
		.monitor = monitor->id};
	struct arena arena;
	struct str value;

	if (monitor->severity > pile->monitors->level)
		return;
	arena_init(&arena, 4096);
	value = model_value(pile, variable, &arena);
	memcpy(event.value, value.ptr ? value.ptr : "",
		value.len < sizeof(event.value) ? value.len : sizeof(event.value) - 1);
	arena_fini(&arena);
	pile_alert(pile, &event);
}

/* A threshold is told when it is passed, and once more when that is over. */
static void monitor_threshold(struct pile *pile, struct monitor *monitor,
	const struct model_variable *variable, int64_t now_milli)
{
	bool high = monitor->kind == MONITOR_UPPER ? now_milli > monitor->value_milli
						   : now_milli < monitor->value_milli;

	if (high != monitor->high)
		monitor_tell(pile, monitor, variable, !high);
	monitor->high = high;
}

static void monitor_delta(struct pile *pile, struct monitor *monitor,
	const struct model_variable *variable, int64_t now_milli)
{
	if (monitor->known && llabs(now_milli - monitor->last_milli) < monitor->value_milli)
		return;
	if (monitor->known)
		monitor_tell(pile, monitor, variable, false);
	monitor->known = true;
	monitor->last_milli = now_milli;
}

/* Its value goes into its stream; false when it has none. */
static bool monitor_stream(
	struct pile *pile, const struct monitor *monitor, const struct model_variable *variable)
{
	struct arena arena;
	bool taken;

	if (!stream_find(pile, monitor->id))
		return false;
	arena_init(&arena, 4096);
	taken = stream_take(pile, monitor->id, model_value(pile, variable, &arena));
	arena_fini(&arena);
	return taken;
}

static void monitor_timed(
	struct pile *pile, struct monitor *monitor, const struct model_variable *variable)
{
	int64_t interval_us = monitor->value_milli * US_PER_MS;
	bool first = monitor->next_us == 0;

	if (!first && pile->now_us < monitor->next_us)
		return;
	monitor->next_us = monitor->kind == MONITOR_ALIGNED
				   ? meter_next_aligned(pile->now_us, interval_us / US_PER_S)
				   : pile->now_us + interval_us;
	if (!first && !monitor_stream(pile, monitor, variable))
		monitor_tell(pile, monitor, variable, false);
}

static void monitor_look(struct pile *pile, struct monitor *monitor)
{
	struct model_variable variable;
	struct outlet *outlet;
	int64_t now_milli;

	if (!model_at(pile, monitor->variable, &variable))
		return;
	outlet = pile_outlet(pile, variable.evse);
	if (monitor->transaction && outlet && !outlet->tx)
		return;
	if (monitor->kind == MONITOR_PERIODIC || monitor->kind == MONITOR_ALIGNED)
		monitor_timed(pile, monitor, &variable);
	else if (!model_number(pile, &variable, &now_milli))
		return;
	else if (monitor->kind == MONITOR_DELTA)
		monitor_delta(pile, monitor, &variable, now_milli);
	else
		monitor_threshold(pile, monitor, &variable, now_milli);
}

void monitors_step(struct pile *pile)
{
	struct monitors *monitors = pile->monitors;

	if (pile->ticks_us < monitors->next_us)
		return;
	monitors->next_us = pile->ticks_us + MONITOR_LOOK_US;
	for (size_t i = 0; i < MONITORS_MAX; i++)
		if (monitors->list[i].id)
			monitor_look(pile, &monitors->list[i]);
}
