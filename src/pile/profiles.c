/* profiles.c - charging profiles of a pile: kept, applied, composed (see profiles.h). */
#include "pile/profiles.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"

#define NOTE_PREFIX "profile:"
#define NOTE_SCRATCH 4096
#define NOTE_NUMBERS 12

/* --- as a note: twelve numbers, then start/limit/phases of each period --- */

static struct str note_key(struct arena *arena, const struct profile *profile)
{
	return str_format(arena, NOTE_PREFIX "%d:%lld:%lld", (int)profile->purpose,
		(long long)profile->connector, (long long)profile->stack_level);
}

static struct str note_text(struct arena *arena, const struct profile *profile)
{
	const int64_t numbers[NOTE_NUMBERS] = {profile->id, profile->connector,
		profile->stack_level, profile->transaction_id, (int64_t)profile->purpose,
		(int64_t)profile->kind, (int64_t)profile->recurs, (int64_t)profile->unit,
		profile->valid_from_s, profile->valid_to_s, profile->start_s, profile->duration_s};
	struct buf text;

	buf_init(&text, arena, SPOOL_NOTE_MAX);
	for (size_t i = 0; i < NOTE_NUMBERS; i++)
		buf_format(&text, "%lld ", (long long)numbers[i]);
	for (size_t i = 0; i < profile->periods_len; i++)
		buf_format(&text, "%lld/%lld/%d ", (long long)profile->periods[i].start_s,
			(long long)profile->periods[i].limit, profile->periods[i].phases);
	return text.failed ? STR_NULL : buf_str(&text);
}

static bool read_period(struct str text, struct profile_period *period)
{
	struct str start = str_cut(&text, '/'), limit = str_cut(&text, '/');
	int64_t phases;

	if (!str_to_i64(start, &period->start_s) || !str_to_i64(limit, &period->limit) ||
		!str_to_i64(text, &phases) || phases < 0 || phases > 3)
		return false;
	period->phases = (int)phases;
	return true;
}

static bool read_note(struct str text, struct profile *ret)
{
	int64_t numbers[NOTE_NUMBERS];

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < NOTE_NUMBERS; i++)
		if (!str_to_i64(str_cut(&text, ' '), &numbers[i]))
			return false;
	ret->id = numbers[0];
	ret->connector = numbers[1];
	ret->stack_level = numbers[2];
	ret->transaction_id = numbers[3];
	ret->purpose = (enum profile_purpose)numbers[4];
	ret->kind = (enum profile_kind)numbers[5];
	ret->recurs = (enum profile_recurs)numbers[6];
	ret->unit = (enum profile_unit)numbers[7];
	ret->valid_from_s = numbers[8];
	ret->valid_to_s = numbers[9];
	ret->start_s = numbers[10];
	ret->duration_s = numbers[11];
	while (text.len > 0) {
		if (ret->periods_len == PROFILE_PERIODS_MAX ||
			!read_period(str_cut(&text, ' '), &ret->periods[ret->periods_len++]))
			return false;
	}
	return profile_check(ret) == 0;
}

/* An empty text forgets it. */
static int note(struct pile *pile, const struct profile *profile, bool keep)
{
	struct arena arena;
	struct str text;
	int result;

	arena_init(&arena, NOTE_SCRATCH);
	text = keep ? note_text(&arena, profile) : STR("");
	result = keep && !text.ptr ? PROFILE_E_MANY
				   : spool_note(&pile->spool, note_key(&arena, profile), text);
	arena_fini(&arena);
	return result;
}

/* --- keeping --- */

static int64_t running_at(struct pile *pile, int64_t connector)
{
	const struct outlet *outlet = pile_outlet(pile, connector);

	return outlet ? outlet->tx : 0;
}

static bool add(struct profiles *profiles, const struct profile *profile)
{
	if (profiles->len == PROFILES_MOST)
		return false;
	if (!profiles->list)
		profiles->list = mem_alloc(PROFILES_MOST * sizeof(*profiles->list));
	profiles->list[profiles->len++] = *profile;
	profiles->looked_s = 0;
	return true;
}

/* The next one with the place that follows it, so that what counts later stands later. */
static void drop(struct profiles *profiles, size_t at)
{
	memmove(&profiles->list[at], &profiles->list[at + 1],
		(profiles->len - at - 1) * sizeof(*profiles->list));
	profiles->len--;
	profiles->looked_s = 0;
}

void profiles_load(struct pile *pile)
{
	struct str key, value;
	struct profile profile;
	size_t cursor = 0;

	while (spool_note_next(&pile->spool, &cursor, &key, &value)) {
		if (!str_starts(key, STR(NOTE_PREFIX)))
			continue;
		if (!read_note(value, &profile))
			LOG_WARN("a kept charging profile cannot be read", "pile=%.*s",
				STR_FMT(pile->config.name));
		else if (profile.purpose != PROFILE_TX ||
			 profile.transaction_id == running_at(pile, profile.connector))
			add(&pile->profiles, &profile);
	}
}

void profiles_free(struct pile *pile)
{
	mem_free(pile->profiles.list);
	pile->profiles = (struct profiles){0};
}

static int check(struct pile *pile, struct profile *profile)
{
	int64_t running;
	int outcome;

	if (profile->stack_level < 0 || profile->stack_level > PROFILES_LEVEL_MOST)
		return PROFILE_E_LIMIT;
	outcome = profile_check(profile);
	if (outcome != 0)
		return outcome;
	if (profile->connector != 0 && !pile_outlet(pile, profile->connector))
		return PROFILE_E_PURPOSE;
	if (profile->purpose != PROFILE_TX)
		return 0;
	running = running_at(pile, profile->connector);
	if (profile->transaction_id == 0)
		profile->transaction_id = running;
	return running != 0 && profile->transaction_id == running ? 0 : PROFILE_E_PURPOSE;
}

int profiles_set(struct pile *pile, const struct profile *profile)
{
	struct profiles *profiles = &pile->profiles;
	struct profile young = *profile;
	size_t replaced = 0;
	int result = check(pile, &young);

	if (result != 0)
		return result;
	for (size_t i = 0; i < profiles->len; i++)
		replaced += profile_replaces(&young, &profiles->list[i]);
	if (profiles->len - replaced >= PROFILES_MOST)
		return PROFILE_E_MANY;
	/* The young one first: a power cut between two notes leaves both, and the stricter line is
	 * never lost. One with the same place is the same note. */
	result = note(pile, &young, true);
	if (result != 0)
		return result;
	for (size_t i = profiles->len; i-- > 0;) {
		const struct profile *old = &profiles->list[i];

		if (!profile_replaces(&young, old))
			continue;
		if (old->purpose != young.purpose || old->connector != young.connector ||
			old->stack_level != young.stack_level)
			TRY(note(pile, old, false));
		drop(profiles, i);
	}
	add(profiles, &young);
	profiles_step(pile);
	return 0;
}

int profiles_clear(struct pile *pile, const struct profile_filter *filter)
{
	struct profiles *profiles = &pile->profiles;
	int count = 0;

	for (size_t i = profiles->len; i-- > 0;) {
		if (!profile_matches(&profiles->list[i], filter))
			continue;
		TRY(note(pile, &profiles->list[i], false));
		drop(profiles, i);
		count++;
	}
	profiles_step(pile);
	return count;
}

void profiles_ended(struct pile *pile, const struct outlet *outlet)
{
	struct profiles *profiles = &pile->profiles;

	for (size_t i = profiles->len; i-- > 0;) {
		const struct profile *profile = &profiles->list[i];

		if (profile->purpose != PROFILE_TX || profile->connector != outlet->number)
			continue;
		/* One that stays on the disk is passed over when it is loaded. */
		if (note(pile, profile, false) < 0)
			LOG_WARN("an ended profile stays in the journal", "pile=%.*s why=\"%s\"",
				STR_FMT(pile->config.name), fault_text());
		drop(profiles, i);
	}
}

/* --- applying --- */

static struct profile_view view_of(
	struct pile *pile, const struct outlet *outlet, enum profile_unit unit, int64_t now_s)
{
	struct profile_view view = {.begun_s = now_s, .unit = unit, .phases = 3, .mv = PROFILE_MV};
	const struct spool_tx *tx;

	if (!outlet)
		return view;
	tx = outlet->tx ? spool_tx(&pile->spool, outlet->tx) : NULL;
	view.connector = outlet->number;
	view.phases = outlet->hal.phases > 0 ? outlet->hal.phases : 3;
	if (tx) {
		view.transaction_id = tx->id;
		view.begun_s = tx->started_us / US_PER_S;
	}
	return view;
}

/* How many outlets share what the pile as a whole may take. */
static int64_t sharers(const struct pile *pile, const struct outlet *outlet)
{
	int64_t count = 0;

	for (size_t i = 0; i < pile->outlets_len; i++)
		count += pile->outlets[i].tx != 0 || &pile->outlets[i] == outlet;
	return count;
}

/* The current that carries `watts` into a battery: by its voltage, or, before that is known, by the
 * highest there may be. */
static int64_t direct_ma(const struct outlet *outlet, int64_t watts)
{
	struct hal_meter values = meter_values(&outlet->evse.meter, outlet->evse.read_us);
	int64_t mv = values.voltage_mv[0] > 0 ? values.voltage_mv[0] : outlet->hal.max_mv;

	return mv > 0 ? watts * 1000000 / mv : 0;
}

static void limit_outlet(struct pile *pile, struct outlet *outlet, int64_t now_s)
{
	bool direct = outlet->hal.max_mv > 0;
	enum profile_unit unit = direct ? PROFILE_W : PROFILE_MA;
	struct profile_view own = view_of(pile, outlet, unit, now_s);
	struct profile_view whole = view_of(pile, NULL, unit, now_s);
	struct profile_limit limit, shared;
	int64_t most;

	profile_at(pile->profiles.list, pile->profiles.len, &own, now_s, &limit);
	profile_at(pile->profiles.list, pile->profiles.len, &whole, now_s, &shared);
	most = limit.limit;
	if (shared.limit != PROFILE_NO_LIMIT && shared.limit / sharers(pile, outlet) < most)
		most = shared.limit / sharers(pile, outlet);
	if (most != PROFILE_NO_LIMIT && direct)
		most = direct_ma(outlet, most);
	outlet->evse.profile_ma = most < INT32_MAX ? (int32_t)most : -1;
}

void profiles_step(struct pile *pile)
{
	int64_t now_s = pile->now_us / US_PER_S;

	if (now_s == pile->profiles.looked_s)
		return;
	pile->profiles.looked_s = now_s;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		if (pile->profiles.len == 0)
			pile->outlets[i].evse.profile_ma = -1;
		else
			limit_outlet(pile, &pile->outlets[i], now_s);
	}
}

/* --- the composite schedule --- */

static int64_t hardware_limit(const struct outlet *outlet, const struct profile_view *view)
{
	const struct evse *evse = &outlet->evse;
	int64_t ma = evse->plugged && evse->mode.max_ma > 0 ? evse_hard_ma(evse) : evse->limit_ma;
	int64_t watts = ma * outlet->hal.max_mv / 1000000;

	if (outlet->hal.max_mv > 0)
		return profile_convert(watts, PROFILE_W, view->unit, view->phases, view->mv);
	return profile_convert(ma, PROFILE_MA, view->unit, view->phases, view->mv);
}

bool profiles_composite(struct pile *pile, int64_t connector, int64_t duration_s,
	enum profile_unit unit, struct profiles_schedule *ret)
{
	const struct outlet *outlet = connector != 0 ? pile_outlet(pile, connector) : NULL;
	int64_t now_s = pile->now_us / US_PER_S, everything = 0;
	struct profile_view view;

	if ((connector != 0 && !outlet) || duration_s <= 0)
		return false;
	view = view_of(pile, outlet, unit, now_s);
	for (size_t i = 0; i < pile->outlets_len; i++)
		if (!outlet || outlet == &pile->outlets[i])
			everything += hardware_limit(&pile->outlets[i], &view);
	*ret = (struct profiles_schedule){.start_s = now_s, .unit = unit};
	ret->len = profile_composite(pile->profiles.list, pile->profiles.len, &view, now_s,
		duration_s, everything, ret->periods, PROFILES_PERIODS_ANSWERED, &ret->duration_s);
	return true;
}
