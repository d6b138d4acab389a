/* events.h - security events: what happened to the pile's security, kept through power cuts until
 * the server was told, and then as the pile's security log. Type names are OCPP's. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

struct pile;

#define EVENTS_MAX 200 /* kept; the oldest go first, told or not */
#define EVENT_INFO_MAX 200

struct event {
	uint64_t seq; /* 1.. */
	int64_t at_us;
	char type[51];
	char info[EVENT_INFO_MAX + 1];
};
struct events {
	struct event *list; /* oldest first */
	size_t len;
	uint64_t next, told; /* told: the newest one the server has answered */
};

/* Takes up the log of before; one that cannot be read begins anew. 0 or a fault of the disk. */
int events_open(struct pile *pile);
void events_close(struct pile *pile);
/* Something happened. The same type within ten seconds is one event, so that nobody can wash the
 * log away. Nothing happens when the pile's configuration keeps no events. */
void events_add(struct pile *pile, const char *type, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The oldest the server was not told; NULL when none. */
const struct event *events_head(const struct pile *pile);
/* The server has heard of it. */
void events_told(struct pile *pile);
/* The events from from_us to until_us (0: no bound) as lines of text. */
void events_write(const struct pile *pile, int64_t from_us, int64_t until_us, struct buf *ret);
