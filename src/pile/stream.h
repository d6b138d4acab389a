/* stream.h - periodic event streams of OCPP 2.1: the values of a timed monitor gathered and told
 * many at a time, without an answer, instead of an event each. A stream has its monitor's number.
 * What the server asked for is kept as a note ("stream:<id>"); values are not: a stream is a
 * picture of now. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/link.h"

#define STREAMS_MAX 8
#define STREAM_VALUES_MAX 60
#define STREAM_INTERVAL_MAX_S 86400
#define STREAM_VALUE_LEN 32

enum stream_state {
	STREAM_NONE = 0, /* a free place */
	STREAM_WANTED,   /* the server is to be told that it opens */
	STREAM_OPEN,
	STREAM_REFUSED, /* the server does not take it: its monitor gives events */
	STREAM_CLOSING, /* the server is to be told that it is over */
};

struct pile_stream {
	int32_t id; /* of its monitor */
	enum stream_state state;
	int64_t interval_s,
		values; /* sent so often, or when there are so many; 0: does not count */
	struct {
		int64_t at_us;
		char text[STREAM_VALUE_LEN];
	} list[STREAM_VALUES_MAX]; /* oldest first */
	size_t len;
	int64_t next_us; /* monotonic: when they are sent */
};

struct pile;

enum stream_outcome {
	STREAM_E_VALUE = 1, /* neither time nor number, or beyond what fits here */
	STREAM_E_FULL,
	STREAM_E_UNKNOWN,
};

/* Takes up what was kept. */
void streams_open(struct pile *pile);
void streams_free(struct pile *pile);
/* A new connection: what is open is opened again there. */
void streams_connected(struct pile *pile);
/* Can a stream be like that? 0 or STREAM_E_VALUE. */
int stream_check(int64_t interval_s, int64_t values);
/* Wants a stream of a monitor, or changes an open one. STREAM_E_*, or a fault when it cannot be
 * kept. */
int stream_set(struct pile *pile, int32_t id, int64_t interval_s, int64_t values);
/* The monitor is gone. A fault when that cannot be kept. */
int stream_end(struct pile *pile, int32_t id);
/* A value of a monitor; false when it has no open stream, and is to be told as an event. */
bool stream_take(struct pile *pile, int32_t id, struct str value);
struct pile_stream *stream_find(const struct pile *pile, int64_t id);
/* The next one that has something to say, and with which call: CALL_STREAM_OPEN, CALL_STREAM_CLOSE,
 * or CALL_NONE with values to be sent. NULL: nothing. */
struct pile_stream *stream_next(const struct pile *pile, enum call_kind *ret_kind);
/* The server answered a stream's opening or closing, or (not `taken`) refused it. */
void stream_answered(struct pile *pile, enum call_kind kind, int32_t id, bool taken);
/* Its values were sent. */
void stream_sent(struct pile *pile, struct pile_stream *stream);
