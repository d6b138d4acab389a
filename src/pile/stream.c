/* stream.c - periodic event streams (see stream.h). */
#include "pile/stream.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/monitor.h"
#include "pile/pile.h"

#define STREAM_PREFIX "stream:"

static struct str stream_key(char room[32], int32_t id)
{
	int len = snprintf(room, 32, STREAM_PREFIX "%d", id);

	return (struct str){room, (size_t)len};
}

struct pile_stream *stream_find(const struct pile *pile, int64_t id)
{
	for (size_t i = 0; pile->streams && id > 0 && i < STREAMS_MAX; i++)
		if (pile->streams[i].state != STREAM_NONE && pile->streams[i].id == id)
			return &pile->streams[i];
	return NULL;
}

int stream_check(int64_t interval_s, int64_t values)
{
	bool nothing = interval_s == 0 && values == 0;

	return nothing || interval_s < 0 || interval_s > STREAM_INTERVAL_MAX_S || values < 0 ||
			       values > STREAM_VALUES_MAX
		       ? STREAM_E_VALUE
		       : 0;
}

/* The memory comes with the first stream: most piles never have one. */
static struct pile_stream *stream_place(struct pile *pile, int32_t id)
{
	struct pile_stream *stream = stream_find(pile, id);

	if (stream)
		return stream;
	if (!pile->streams)
		pile->streams = mem_alloc(STREAMS_MAX * sizeof(*pile->streams));
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (pile->streams[i].state == STREAM_NONE)
			return &pile->streams[i];
	return NULL;
}

static void stream_begin(struct pile *pile, struct pile_stream *stream, int32_t id,
	int64_t interval_s, int64_t values)
{
	if (stream->state != STREAM_OPEN)
		*stream = (struct pile_stream){.id = id, .state = STREAM_WANTED};
	stream->interval_s = interval_s;
	stream->values = values;
	stream->next_us = pile->ticks_us + interval_s * US_PER_S;
}

void streams_open(struct pile *pile)
{
	struct str key, value;
	size_t cursor = 0;

	while (spool_note_next(&pile->spool, &cursor, &key, &value)) {
		int64_t id, interval_s, values;
		struct pile_stream *stream;

		if (!str_starts(key, STR(STREAM_PREFIX)) ||
			!str_to_i64(str_slice(key, strlen(STREAM_PREFIX), key.len), &id) ||
			!monitor_find(pile, id) || !str_to_i64(str_cut(&value, '|'), &interval_s) ||
			!str_to_i64(value, &values) || stream_check(interval_s, values) != 0)
			continue;
		stream = stream_place(pile, (int32_t)id);
		if (stream)
			stream_begin(pile, stream, (int32_t)id, interval_s, values);
	}
}

void streams_free(struct pile *pile)
{
	mem_free(pile->streams);
	pile->streams = NULL;
}

void streams_connected(struct pile *pile)
{
	for (size_t i = 0; pile->streams && i < STREAMS_MAX; i++) {
		struct pile_stream *stream = &pile->streams[i];
		if (stream->state == STREAM_OPEN || stream->state == STREAM_REFUSED)
			stream->state = STREAM_WANTED;
	}
}

int stream_set(struct pile *pile, int32_t id, int64_t interval_s, int64_t values)
{
	int outcome = stream_check(interval_s, values);
	struct pile_stream *stream;
	char key[32], text[64];

	if (outcome != 0)
		return outcome;
	stream = stream_place(pile, id);
	if (!stream)
		return STREAM_E_FULL;
	snprintf(text, sizeof(text), "%lld|%lld", (long long)interval_s, (long long)values);
	TRY(spool_note(&pile->spool, stream_key(key, id), str_from(text)));
	stream_begin(pile, stream, id, interval_s, values);
	return 0;
}

int stream_end(struct pile *pile, int32_t id)
{
	struct pile_stream *stream = stream_find(pile, id);
	char key[32];
	bool told;

	if (!stream)
		return 0;
	TRY(spool_note(&pile->spool, stream_key(key, id), STR_NULL));
	/* what the server never heard of needs no end */
	told = stream->state == STREAM_OPEN || stream->state == STREAM_CLOSING ||
	       (pile->link.call.kind == CALL_STREAM_OPEN && pile->link.stream == id);
	stream->state = told ? STREAM_CLOSING : STREAM_NONE;
	return 0;
}

bool stream_take(struct pile *pile, int32_t id, struct str value)
{
	struct pile_stream *stream = stream_find(pile, id);
	size_t len = value.len < STREAM_VALUE_LEN ? value.len : STREAM_VALUE_LEN - 1;

	if (!stream || stream->state != STREAM_OPEN)
		return false;
	if (stream->len == STREAM_VALUES_MAX) { /* nobody took them: the oldest one goes */
		stream->len--;
		memmove(stream->list, stream->list + 1, stream->len * sizeof(stream->list[0]));
	}
	memset(&stream->list[stream->len], 0, sizeof(stream->list[0]));
	stream->list[stream->len].at_us = pile->now_us;
	if (len > 0)
		memcpy(stream->list[stream->len].text, value.ptr, len);
	stream->len++;
	return true;
}

static bool stream_due(const struct pile *pile, const struct pile_stream *stream)
{
	if (stream->state != STREAM_OPEN || stream->len == 0)
		return false;
	return (stream->values > 0 && (int64_t)stream->len >= stream->values) ||
	       (stream->interval_s > 0 && pile->ticks_us >= stream->next_us);
}

struct pile_stream *stream_next(const struct pile *pile, enum call_kind *ret_kind)
{
	for (size_t i = 0; pile->streams && i < STREAMS_MAX; i++) {
		struct pile_stream *stream = &pile->streams[i];

		*ret_kind = stream->state == STREAM_WANTED    ? CALL_STREAM_OPEN
			    : stream->state == STREAM_CLOSING ? CALL_STREAM_CLOSE
							      : CALL_NONE;
		if (*ret_kind != CALL_NONE || stream_due(pile, stream))
			return stream;
	}
	return NULL;
}

void stream_answered(struct pile *pile, enum call_kind kind, int32_t id, bool taken)
{
	struct pile_stream *stream = stream_find(pile, id);

	if (!stream)
		return;
	if (kind == CALL_STREAM_CLOSE && stream->state == STREAM_CLOSING)
		stream->state = STREAM_NONE;
	if (kind == CALL_STREAM_OPEN && stream->state == STREAM_WANTED) {
		stream->state = taken ? STREAM_OPEN : STREAM_REFUSED;
		stream->next_us = pile->ticks_us + stream->interval_s * US_PER_S;
	}
	if (!taken)
		LOG_WARN("stream not taken", "pile=%.*s stream=%d", STR_FMT(pile->config.name), id);
}

void stream_sent(struct pile *pile, struct pile_stream *stream)
{
	stream->len = 0;
	stream->next_us = pile->ticks_us + stream->interval_s * US_PER_S;
}
