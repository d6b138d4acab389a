/* profiles.c - charging profiles of a pile: kept, applied, composed (see profiles.h). */
#include "pile/profiles.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"

#define NOTE_PREFIX "profile:"
#define NOTE_PRIORITY "priority:"
#define NOTE_BACK "back:"
#define NOTE_SCRATCH 4096
#define NOTE_NUMBERS 12

/* --- as a note: twelve numbers, then start/limit/phases of each period, and behind those of 2.1
 * /mode/setpoint/back (back -1: not said); "+offline/ends/interval/updated" where there is one ---
 */

static struct str note_key(struct arena *arena, const struct profile *profile)
{
	return str_format(arena, NOTE_PREFIX "%d:%lld:%lld", (int)profile->purpose,
		(long long)profile->connector, (long long)profile->stack_level);
}

static void put_period(struct buf *text, const struct profile_period *period)
{
	buf_format(text, "%lld/%lld/%d", (long long)period->start_s, (long long)period->limit,
		period->phases);
	if (period->mode != PROFILE_CHARGING || period->has_back)
		buf_format(text, "/%d/%lld/%lld", (int)period->mode, (long long)period->setpoint,
			(long long)(period->has_back ? period->back : -1));
	buf_put_char(text, ' ');
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
	if (profile->kind == PROFILE_DYNAMIC || profile->has_offline)
		buf_format(&text, "+%lld/%d/%lld/%lld ",
			(long long)(profile->has_offline ? profile->offline_s : -1),
			profile->offline_ends, (long long)profile->interval_s,
			(long long)profile->updated_s);
	for (size_t i = 0; i < profile->periods_len; i++)
		put_period(&text, &profile->periods[i]);
	return text.failed ? STR_NULL : buf_str(&text);
}

static bool read_period(struct str text, struct profile_period *period)
{
	struct str start = str_cut(&text, '/'), limit = str_cut(&text, '/');
	struct str phase = str_cut(&text, '/'), kind = str_cut(&text, '/');
	struct str setpoint = str_cut(&text, '/');
	int64_t phases, mode = PROFILE_CHARGING, back = -1;

	if (!str_to_i64(start, &period->start_s) || !str_to_i64(limit, &period->limit) ||
		!str_to_i64(phase, &phases) || phases < 0 || phases > 3)
		return false;
	period->phases = (int)phases;
	if (kind.len > 0 &&
		(!str_to_i64(kind, &mode) || mode < 0 || mode > PROFILE_SETPOINT ||
			!str_to_i64(setpoint, &period->setpoint) || !str_to_i64(text, &back)))
		return false;
	period->mode = (enum profile_mode)mode;
	period->has_back = back >= 0;
	period->back = back >= 0 ? back : 0;
	return true;
}

static bool read_dynamic(struct str text, struct profile *profile)
{
	struct str offline = str_cut(&text, '/'), ends = str_cut(&text, '/');
	struct str interval = str_cut(&text, '/');

	if (!str_to_i64(offline, &profile->offline_s) ||
		!str_to_i64(interval, &profile->interval_s) ||
		!str_to_i64(text, &profile->updated_s))
		return false;
	profile->has_offline = profile->offline_s >= 0;
	profile->offline_s = profile->has_offline ? profile->offline_s : 0;
	profile->offline_ends = str_is(ends, "1");
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
	if (text.len > 0 && text.ptr[0] == '+') {
		struct str extra = str_cut(&text, ' ');

		if (!read_dynamic(str_slice(extra, 1, extra.len), ret))
			return false;
	}
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

/* --- for whom it is asked --- */

static struct profile_view view_of(
	struct pile *pile, const struct outlet *outlet, enum profile_unit unit, int64_t now_s)
{
	struct profile_view view = {.begun_s = now_s,
		.unit = unit,
		.phases = 3,
		.mv = PROFILE_MV,
		.offline_from_s = pile->profiles.offline_from_s};
	const struct spool_tx *tx;

	if (!outlet)
		return view;
	tx = outlet->tx ? spool_tx(&pile->spool, outlet->tx) : NULL;
	view.connector = outlet->number;
	view.phases = outlet->hal.phases > 0 ? outlet->hal.phases : 3;
	if (tx) {
		view.transaction_id = tx->id;
		view.begun_s = tx->started_us / US_PER_S;
		view.priority = outlet->priority;
	}
	return view;
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

/* A word that holds for the running charge of an outlet, noted with the charge's number, so that it
 * is nobody else's after a restart. */
static struct str word_key(char room[32], const char *word, const struct outlet *outlet)
{
	return (struct str){room, (size_t)snprintf(room, 32, "%s%d", word, outlet->number)};
}

static int note_word(struct pile *pile, const char *word, const struct outlet *outlet, bool on)
{
	char room[32], number[24];

	snprintf(number, sizeof(number), "%lld", (long long)outlet->tx);
	return spool_note(
		&pile->spool, word_key(room, word, outlet), on ? str_from(number) : STR_NULL);
}

static bool noted_word(struct pile *pile, const char *word, const struct outlet *outlet)
{
	char room[32];
	int64_t tx;
	struct str note = spool_note_get(&pile->spool, word_key(room, word, outlet));

	return outlet->tx != 0 && str_to_i64(note, &tx) && tx == outlet->tx;
}

static void load_words(struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];

		outlet->priority = noted_word(pile, NOTE_PRIORITY, outlet);
		outlet->allows_back = noted_word(pile, NOTE_BACK, outlet);
	}
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
	load_words(pile);
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
	if (profile->kind == PROFILE_DYNAMIC && profile->updated_s == 0)
		profile->updated_s = pile->now_us / US_PER_S;
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

int profiles_update(struct pile *pile, int64_t id, const struct profile_update *update)
{
	struct profiles *profiles = &pile->profiles;

	for (size_t i = 0; i < profiles->len; i++) {
		struct profile young = profiles->list[i];
		int result;

		if (young.id != id || young.purpose == PROFILE_EXTERNAL)
			continue;
		result = profile_update(&young, update, pile->now_us / US_PER_S);
		if (result != 0)
			return result;
		result = note(pile, &young, true);
		if (result != 0)
			return result;
		profiles->list[i] = young;
		profiles->looked_s = 0;
		profiles_step(pile);
		return 0;
	}
	return PROFILE_E_DYNAMIC;
}

struct profile *profiles_due(struct pile *pile)
{
	int64_t now_s = pile->now_us / US_PER_S;

	for (size_t i = 0; i < pile->profiles.len; i++) {
		struct profile *profile = &pile->profiles.list[i];
		int64_t last_s = profile->asked_s > profile->updated_s ? profile->asked_s
								       : profile->updated_s;

		if (profile->kind == PROFILE_DYNAMIC && profile->interval_s > 0 &&
			now_s >= last_s + profile->interval_s)
			return profile;
	}
	return NULL;
}

static bool has_priority_profile(struct pile *pile, const struct outlet *outlet)
{
	struct profile_view view = view_of(pile, outlet, PROFILE_MA, pile->now_us / US_PER_S);
	struct profile_limit limit;

	view.priority = true;
	profile_at(pile->profiles.list, pile->profiles.len, &view, pile->now_us / US_PER_S, &limit);
	return limit.prior;
}

int profiles_priority(struct pile *pile, struct outlet *outlet, bool on, bool local)
{
	if (outlet->tx == 0)
		return PRIORITY_E_CHARGE;
	if (on && !has_priority_profile(pile, outlet))
		return PRIORITY_E_PROFILE;
	if (outlet->priority == on)
		return 0;
	TRY(note_word(pile, NOTE_PRIORITY, outlet, on));
	outlet->priority = on;
	outlet->priority_due = local ? outlet->tx : 0;
	pile->profiles.looked_s = 0;
	profiles_step(pile);
	return 0;
}

int profiles_allow_back(struct pile *pile, struct outlet *outlet, bool on)
{
	if (outlet->allows_back == on)
		return 0;
	TRY(note_word(pile, NOTE_BACK, outlet, on));
	outlet->allows_back = on;
	pile->profiles.looked_s = 0;
	profiles_step(pile);
	return 0;
}

void profiles_ended(struct pile *pile, struct outlet *outlet)
{
	struct profiles *profiles = &pile->profiles;

	if ((outlet->priority && note_word(pile, NOTE_PRIORITY, outlet, false) < 0) ||
		(outlet->allows_back && note_word(pile, NOTE_BACK, outlet, false) < 0))
		LOG_WARN("a word for an ended charge stays in the journal", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
	outlet->priority = false;
	outlet->allows_back = false;

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

/* How much the car is to give back: only by a set point, only for a charge that was allowed to, and
 * never more than any line lets. */
static int32_t wanted_back_ma(struct pile *pile, const struct outlet *outlet,
	const struct profile_limit *limit, int64_t shared_back)
{
	int64_t back =
		limit->mode == PROFILE_SETPOINT && limit->setpoint < 0 ? -limit->setpoint : 0;
	int64_t most_ma = outlet->hal.back_ma *
			  der_percent_e6(&pile->der, pile->now_us / US_PER_S) / INT64_C(100000000);

	if (!outlet->allows_back)
		return 0;
	if (limit->back < back)
		back = limit->back;
	if (shared_back != PROFILE_NO_LIMIT && shared_back / sharers(pile, outlet) < back)
		back = shared_back / sharers(pile, outlet);
	if (outlet->hal.max_mv > 0)
		back = direct_ma(outlet, back);
	return back < most_ma ? (int32_t)back : (int32_t)most_ma;
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
	if (limit.mode == PROFILE_SETPOINT && limit.setpoint < most)
		most = limit.setpoint > 0 ? limit.setpoint : 0;
	if (shared.limit != PROFILE_NO_LIMIT && shared.limit / sharers(pile, outlet) < most)
		most = shared.limit / sharers(pile, outlet);
	if (most != PROFILE_NO_LIMIT && direct)
		most = direct_ma(outlet, most);
	outlet->evse.profile_ma = most < INT32_MAX ? (int32_t)most : -1;
	outlet->evse.back_ma = wanted_back_ma(pile, outlet, &limit, shared.back);
}

/* Looks whether there is network; what holds only so long without is forgotten then. */
static void note_offline(struct pile *pile, int64_t now_s)
{
	struct profiles *profiles = &pile->profiles;
	bool online = pile->link.state == LINK_OPEN && pile->link.accepted;

	if (online)
		profiles->offline_from_s = 0;
	else if (profiles->offline_from_s == 0)
		profiles->offline_from_s = now_s;
	for (size_t i = profiles->len; !online && i-- > 0;) {
		const struct profile *profile = &profiles->list[i];

		if (!profile->has_offline || !profile->offline_ends ||
			now_s < profiles->offline_from_s + profile->offline_s)
			continue;
		if (note(pile, profile, false) < 0)
			return; /* tried again in a second */
		drop(profiles, i);
	}
}

void profiles_step(struct pile *pile)
{
	int64_t now_s = pile->now_us / US_PER_S;

	if (now_s == pile->profiles.looked_s)
		return;
	note_offline(pile, now_s);
	pile->profiles.looked_s = now_s;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		if (pile->profiles.len == 0) {
			pile->outlets[i].evse.profile_ma = -1;
			pile->outlets[i].evse.back_ma = 0;
		} else {
			limit_outlet(pile, &pile->outlets[i], now_s);
		}
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
