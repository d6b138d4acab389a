/* der.c - controls of what flows back: kept, ranked, begun and ended (see der.h). */
#include "pile/der.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"

#define NOTE_PREFIX "der:"
#define ALL_E6 INT64_C(100000000)

/* --- keeping --- */

static struct str note_key(char room[8 + DER_ID_MAX], const struct der_control *control)
{
	return (struct str){
		room, (size_t)snprintf(room, 8 + DER_ID_MAX, NOTE_PREFIX "%s", control->id)};
}

static int note(struct pile *pile, const struct der_control *control, bool keep)
{
	char room[8 + DER_ID_MAX], value[128];

	snprintf(value, sizeof(value), "%d %lld %lld %lld %lld", control->is_default,
		(long long)control->priority, (long long)control->percent_e6,
		(long long)control->start_s, (long long)control->duration_s);
	return spool_note(&pile->spool, note_key(room, control), keep ? str_from(value) : STR(""));
}

static bool sane(const struct der_control *control)
{
	return control->id[0] != 0 && control->priority >= 0 && control->percent_e6 >= 0 &&
	       control->percent_e6 <= ALL_E6 && control->start_s >= 0 && control->duration_s > 0;
}

static bool read_note(struct str id, struct str text, struct der_control *ret)
{
	int64_t numbers[5];

	*ret = (struct der_control){.id = ""};
	if (id.len == 0 || id.len > DER_ID_MAX)
		return false;
	memcpy(ret->id, id.ptr, id.len);
	for (size_t i = 0; i < 5; i++)
		if (!str_to_i64(str_cut(&text, ' '), &numbers[i]))
			return false;
	ret->is_default = numbers[0] != 0;
	ret->priority = numbers[1];
	ret->percent_e6 = numbers[2];
	ret->start_s = numbers[3];
	ret->duration_s = numbers[4];
	return sane(ret);
}

static void add(struct der *der, const struct der_control *control)
{
	if (!der->list)
		der->list = mem_alloc(DER_MOST * sizeof(*der->list));
	der->list[der->len++] = *control;
}

static void drop(struct der *der, size_t at)
{
	memmove(&der->list[at], &der->list[at + 1], (der->len - at - 1) * sizeof(*der->list));
	der->len--;
}

void der_load(struct pile *pile)
{
	struct str key, value;
	struct der_control control;
	size_t cursor = 0;

	while (spool_note_next(&pile->spool, &cursor, &key, &value)) {
		if (!str_starts(key, STR(NOTE_PREFIX)) || pile->der.len == DER_MOST)
			continue;
		if (read_note(str_slice(key, strlen(NOTE_PREFIX), key.len), value, &control))
			add(&pile->der, &control);
	}
}

void der_free(struct pile *pile)
{
	mem_free(pile->der.list);
	pile->der = (struct der){0};
}

static int place_of(const struct der *der, const char *id)
{
	for (size_t i = 0; i < der->len; i++)
		if (strcmp(der->list[i].id, id) == 0)
			return (int)i;
	return -1;
}

int der_set(struct pile *pile, const struct der_control *control, size_t ret_superseded[DER_MOST],
	size_t *ret_len)
{
	struct der *der = &pile->der;
	bool before[DER_MOST] = {false};
	int same = place_of(der, control->id), result;

	if (!sane(control))
		return DER_E_VALUE;
	if (same < 0 && der->len == DER_MOST)
		return DER_E_FULL;
	result = note(pile, control, true);
	if (result != 0)
		return result;
	if (same >= 0)
		drop(der, (size_t)same);
	for (size_t i = 0; i < der->len; i++)
		before[i] = der_superseded(der, i);
	add(der, control);
	*ret_len = 0;
	for (size_t i = 0; i + 1 < der->len; i++)
		if (!before[i] && der_superseded(der, i))
			ret_superseded[(*ret_len)++] = i;
	der_step(pile);
	return 0;
}

int der_clear(struct pile *pile, bool is_default, struct str id)
{
	struct der *der = &pile->der;
	int count = 0;

	for (size_t i = der->len; i-- > 0;) {
		const struct der_control *control = &der->list[i];

		if (control->is_default != is_default || (id.len > 0 && !str_is(id, control->id)))
			continue;
		TRY(note(pile, control, false));
		drop(der, i);
		count++;
	}
	der_step(pile);
	return count;
}

/* --- who counts --- */

static int64_t end_s(const struct der_control *control)
{
	return control->duration_s >= DER_NEVER - control->start_s
		       ? DER_NEVER
		       : control->start_s + control->duration_s;
}

static bool meet(const struct der_control *a, const struct der_control *b)
{
	if (a->is_default || b->is_default)
		return a->is_default == b->is_default;
	return a->start_s < end_s(b) && b->start_s < end_s(a);
}

/* Younger ones stand behind older ones. */
static bool before(const struct der *der, size_t a, size_t b)
{
	int64_t rank_a = der->list[a].priority, rank_b = der->list[b].priority;

	return rank_a != rank_b ? rank_a < rank_b : a > b;
}

bool der_superseded(const struct der *der, size_t at)
{
	for (size_t i = 0; i < der->len; i++)
		if (i != at && meet(&der->list[i], &der->list[at]) && before(der, i, at))
			return true;
	return false;
}

static const struct der_control *counting(const struct der *der, int64_t now_s, bool is_default)
{
	int found = -1;

	for (size_t i = 0; i < der->len; i++) {
		const struct der_control *control = &der->list[i];
		bool is_time = control->is_default ||
			       (now_s >= control->start_s && now_s < end_s(control));

		if (control->is_default == is_default && is_time &&
			(found < 0 || before(der, i, (size_t)found)))
			found = (int)i;
	}
	return found < 0 ? NULL : &der->list[found];
}

int64_t der_percent_e6(const struct der *der, int64_t now_s)
{
	const struct der_control *control = counting(der, now_s, false);

	if (!control)
		control = counting(der, now_s, true);
	return control ? control->percent_e6 : ALL_E6;
}

/* --- what happens --- */

/* The oldest gives way: what is now matters more than what was. */
static struct der_news *add_news(struct pile *pile, bool started)
{
	struct der *der = &pile->der;

	if (der->news_len == DER_NEWS)
		der_told(pile);
	der->news[der->news_len] = (struct der_news){.started = started, .at_us = pile->now_us};
	return &der->news[der->news_len++];
}

void der_told(struct pile *pile)
{
	struct der *der = &pile->der;

	if (der->news_len == 0)
		return;
	der->news_len--;
	memmove(der->news, der->news + 1, der->news_len * sizeof(der->news[0]));
}

static void step_active(struct pile *pile, int64_t now_s)
{
	struct der *der = &pile->der;
	const struct der_control *now = counting(der, now_s, false);
	struct der_news *news;

	if (strcmp(now ? now->id : "", der->active) == 0)
		return;
	if (der->active[0]) {
		news = add_news(pile, false);
		memcpy(news->id, der->active, sizeof(news->id));
	}
	der->active[0] = 0;
	if (now) {
		memcpy(der->active, now->id, sizeof(der->active));
		news = add_news(pile, true);
		memcpy(news->id, now->id, sizeof(news->id));
	}
	pile->profiles.looked_s = 0;
}

static void step_alarm(struct pile *pile, bool over, bool now, bool *told)
{
	struct der_news *news;

	if (now == *told)
		return;
	*told = now;
	news = add_news(pile, now);
	news->alarm = true;
	news->over = over;
}

/* Scheduled ones whose time is over are forgotten; one that stays on the disk ends again. */
static void forget_ended(struct pile *pile, int64_t now_s)
{
	struct der *der = &pile->der;

	for (size_t i = der->len; i-- > 0;) {
		if (der->list[i].is_default || now_s < end_s(&der->list[i]))
			continue;
		if (note(pile, &der->list[i], false) < 0)
			LOG_WARN("an ended control stays in the journal", "pile=%.*s why=\"%s\"",
				STR_FMT(pile->config.name), fault_text());
		drop(der, i);
	}
}

void der_step(struct pile *pile)
{
	int64_t now_s = pile->now_us / US_PER_S;
	bool over = false, under = false;

	for (size_t i = 0; i < pile->outlets_len; i++) {
		const struct outlet *outlet = &pile->outlets[i];

		if (outlet->hal.back_ma <= 0)
			continue;
		over = over || outlet->evse.protect.active >> PROTECT_OVERVOLTAGE & 1;
		under = under || outlet->evse.protect.active >> PROTECT_UNDERVOLTAGE & 1;
	}
	step_alarm(pile, true, over, &pile->der.over);
	step_alarm(pile, false, under, &pile->der.under);
	forget_ended(pile, now_s);
	step_active(pile, now_s);
}
