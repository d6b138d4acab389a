/* events.c - the security log as one small file, and what of it was told (see events.h).
 *
 *   file = "<seq>|<time>|<type>|<info>" a line; the note "event:told" says how far the server is */
#include "pile/events.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"

#define EVENTS_FILE "events"
#define EVENTS_TOLD STR("event:told")
#define EVENTS_AGAIN_US (10 * US_PER_S)

/* Info comes from outside now and then: no line or bar may break the file. */
static void event_text(char *ret, size_t size, struct str text)
{
	size_t len = text.len < size - 1 ? text.len : size - 1;

	for (size_t i = 0; i < len; i++) {
		char c = text.ptr[i];
		ret[i] = (char)(c >= ' ' && c < 127 && c != '|' ? c : '?');
	}
	ret[len] = 0;
}

static void event_push(struct events *events, const struct event *event)
{
	if (events->len == EVENTS_MAX)
		memmove(events->list, events->list + 1, --events->len * sizeof(events->list[0]));
	events->list = mem_grow(events->list, (events->len + 1) * sizeof(events->list[0]));
	events->list[events->len++] = *event;
	events->next = event->seq + 1;
}

static bool event_read(struct str line, struct event *ret)
{
	struct event event = {.seq = 0};
	struct str seq = str_cut(&line, '|'), at = str_cut(&line, '|'), type = str_cut(&line, '|');
	int64_t number;

	if (!str_to_i64(seq, &number) || number <= 0 || !str_to_i64(at, &event.at_us) ||
		type.len == 0)
		return false;
	event.seq = (uint64_t)number;
	event_text(event.type, sizeof(event.type), type);
	event_text(event.info, sizeof(event.info), line);
	*ret = event;
	return true;
}

static void events_read(struct events *events, struct str text)
{
	while (text.len > 0) {
		struct event event;
		if (event_read(str_cut(&text, '\n'), &event) && event.seq >= events->next)
			event_push(events, &event);
	}
}

static int events_save(struct pile *pile)
{
	struct events *events = &pile->events;
	struct buf text;
	int result;

	buf_init(&text, NULL, SHELF_FILE_MAX);
	for (size_t i = 0; i < events->len; i++)
		buf_format(&text, "%llu|%lld|%s|%s\n", (unsigned long long)events->list[i].seq,
			(long long)events->list[i].at_us, events->list[i].type,
			events->list[i].info);
	result = shelf_put(pile->shelf, EVENTS_FILE, buf_str(&text));
	buf_fini(&text);
	return result;
}

int events_open(struct pile *pile)
{
	struct str told = spool_note_get(&pile->spool, EVENTS_TOLD);
	struct buf text;
	int64_t number = 0;
	int result;

	pile->events = (struct events){.next = 1};
	buf_init(&text, NULL, SHELF_FILE_MAX);
	result = shelf_get(pile->shelf, EVENTS_FILE, &text);
	if (result == 0)
		events_read(&pile->events, buf_str(&text));
	buf_fini(&text);
	if (told.ptr && str_to_i64(told, &number) && number > 0)
		pile->events.told = (uint64_t)number;
	/* numbers go on even when the log was lost */
	if (pile->events.next <= pile->events.told)
		pile->events.next = pile->events.told + 1;
	return result;
}

void events_close(struct pile *pile)
{
	mem_free(pile->events.list);
	pile->events = (struct events){.list = NULL};
}

static bool event_again(const struct pile *pile, const char *type)
{
	const struct events *events = &pile->events;

	for (size_t i = events->len; i > 0; i--) {
		const struct event *event = &events->list[i - 1];
		if (strcmp(event->type, type) == 0)
			return pile->now_us >= event->at_us &&
			       pile->now_us - event->at_us < EVENTS_AGAIN_US;
	}
	return false;
}

void events_add(struct pile *pile, const char *type, const char *format, ...)
{
	struct event event = {.seq = pile->events.next, .at_us = pile->now_us};
	char info[EVENT_INFO_MAX + 1];
	va_list args;

	if (!pile->config.events || event_again(pile, type))
		return;
	va_start(args, format);
	vsnprintf(info, sizeof(info), format, args);
	va_end(args);
	event_text(event.type, sizeof(event.type), str_from(type));
	event_text(event.info, sizeof(event.info), str_from(info));
	event_push(&pile->events, &event);
	LOG_WARN("security event", "pile=%.*s type=%s info=\"%s\"", STR_FMT(pile->config.name),
		event.type, event.info);
	if (events_save(pile) < 0)
		LOG_ERROR("security event not kept", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
}

const struct event *events_head(const struct pile *pile)
{
	for (size_t i = 0; i < pile->events.len; i++)
		if (pile->events.list[i].seq > pile->events.told)
			return &pile->events.list[i];
	return NULL;
}

/* When this cannot be kept the server hears it twice after a restart, which harms nobody. */
void events_told(struct pile *pile)
{
	const struct event *head = events_head(pile);
	struct arena arena;

	if (!head)
		return;
	pile->events.told = head->seq;
	arena_init(&arena, 256);
	if (spool_note(&pile->spool, EVENTS_TOLD,
		    str_format(&arena, "%llu", (unsigned long long)head->seq)) < 0)
		LOG_WARN("event's telling not kept", "pile=%.*s", STR_FMT(pile->config.name));
	arena_fini(&arena);
}

void events_write(const struct pile *pile, int64_t from_us, int64_t until_us, struct buf *ret)
{
	for (size_t i = 0; i < pile->events.len; i++) {
		const struct event *event = &pile->events.list[i];
		if (event->at_us < from_us || (until_us && event->at_us > until_us))
			continue;
		time_write(ret, event->at_us, true);
		buf_format(ret, " %llu %s %s\n", (unsigned long long)event->seq, event->type,
			event->info);
	}
}
