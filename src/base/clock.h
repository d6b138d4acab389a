/* clock.h - time as a parameter. All times are microseconds since 1970-01-01T00:00:00Z ("_us",
 * int64_t). */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)
#define US_PER_MIN (60 * US_PER_S)
#define US_PER_HOUR (60 * US_PER_MIN)
#define US_PER_DAY (24 * US_PER_HOUR)
/* 2200-01-01T00:00:00Z: later times are garbage from a dead battery. */
#define TIME_END_US (INT64_C(7258118400) * US_PER_S)

struct clock {
	int64_t (*now_us)(void *context);   /* wall clock, UTC */
	int64_t (*ticks_us)(void *context); /* monotonic, for intervals */
	void *context;
};

extern const struct clock clock_system;
int64_t clock_now_us(const struct clock *clock);
int64_t clock_ticks_us(const struct clock *clock);

/* A clock that stands still until it is moved (tests, simulator). */
struct clock_fake {
	struct clock clock;
	int64_t at_us;
};
void clock_fake_init(struct clock_fake *fake, int64_t at_us);

/* RFC 3339 date-time. Accepts a fraction of any length, Z or an offset, and (quirk of real
 * chargers, reported by *ret_lenient when not NULL) a missing zone, read as UTC. False when it is
 * no valid time from 1970 to 2200. */
bool time_parse(struct str text, int64_t *ret_us, bool *ret_lenient);
/* "2026-11-20T14:02:11Z", with milliseconds when `millis`. */
void time_write(struct buf *buf, int64_t at_us, bool millis);
struct str time_text(struct arena *arena, int64_t at_us);

/* Civil time of an IANA zone (ICU). Thread safe. */
/* The beginning of the UTC month that is `months` months before the one of `at_us`. */
int64_t month_begin(int64_t at_us, int64_t months);
struct civil {
	int year, month, day; /* month 1..12, day 1..31 */
	int hour, minute, second;
	int weekday;  /* 0 Monday .. 6 Sunday */
	int offset_s; /* seconds east of UTC, daylight saving included */
};
/* False when the zone is unknown. */
bool zone_exists(struct str zone);
bool zone_civil(struct str zone, int64_t at_us, struct civil *ret);
/* Start of the half hour of civil time that holds `at_us`, as UTC; half hours never span a change
 * of offset. */
bool zone_half_hour(
	struct str zone, int64_t at_us, int64_t *ret_start_us, int64_t *ret_end_us, int *ret_slot);
