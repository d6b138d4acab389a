/* zone.c - civil time of IANA zones (declared in clock.h).
 * ICU knows the rules; each thread remembers, for the zones it used last, the span of time over
 * which the offset stays the same. Most questions are then arithmetic. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include "base/arena.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/fault.h"

#define ZONE_NAME_MAX 64
#define ZONE_CACHE 16

struct zone {
	char name[ZONE_NAME_MAX];
	size_t name_len;
	UCalendar *calendar;    /* NULL: free slot */
	int64_t from_us, to_us; /* the offset holds in [from, to) */
	int offset_s;
	uint64_t used; /* age for replacement */
};
struct zone_cache {
	struct zone zones[ZONE_CACHE];
	uint64_t uses;
};

static pthread_once_t cache_once = PTHREAD_ONCE_INIT;
static pthread_key_t cache_key;

static void cache_free(void *memory)
{
	struct zone_cache *cache = memory;

	for (size_t i = 0; i < ZONE_CACHE; i++)
		if (cache->zones[i].calendar != NULL)
			ucal_close(cache->zones[i].calendar);
	mem_free(cache);
}

/* The main thread's destructor does not run when the process exits by returning from main. */
static void cache_free_last(void)
{
	void *cache = pthread_getspecific(cache_key);

	if (cache != NULL) {
		pthread_setspecific(cache_key, NULL);
		cache_free(cache);
	}
}

static void cache_make_key(void)
{
	ASSERT(pthread_key_create(&cache_key, cache_free) == 0);
	ASSERT(atexit(cache_free_last) == 0);
}

static struct zone_cache *cache_get(void)
{
	struct zone_cache *cache;

	pthread_once(&cache_once, cache_make_key);
	cache = pthread_getspecific(cache_key);
	if (cache == NULL) {
		cache = mem_alloc(sizeof(*cache));
		ASSERT(pthread_setspecific(cache_key, cache) == 0);
	}
	return cache;
}

/* A calendar for a zone of the database; NULL for unknown names and for made-up ones like "GMT+3".
 */
static UCalendar *calendar_open(struct str name)
{
	UChar wide[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX];
	UBool is_system = false;
	UErrorCode error = U_ZERO_ERROR;
	UCalendar *calendar;

	for (size_t i = 0; i < name.len; i++) {
		if ((unsigned char)name.ptr[i] >= 0x80 || name.ptr[i] <= ' ')
			return NULL;
		wide[i] = (UChar)name.ptr[i];
	}
	ucal_getCanonicalTimeZoneID(
		wide, (int32_t)name.len, canonical, ZONE_NAME_MAX, &is_system, &error);
	if (U_FAILURE(error) || !is_system)
		return NULL;
	calendar = ucal_open(wide, (int32_t)name.len, "", UCAL_GREGORIAN, &error);
	if (U_FAILURE(error))
		return NULL;
	return calendar;
}

static struct zone *zone_find(struct str name)
{
	struct zone_cache *cache = cache_get();
	struct zone *oldest = &cache->zones[0];
	UCalendar *calendar;

	if (name.len == 0 || name.len >= ZONE_NAME_MAX)
		return NULL;
	for (size_t i = 0; i < ZONE_CACHE; i++) {
		struct zone *zone = &cache->zones[i];

		if (zone->calendar != NULL && zone->name_len == name.len &&
			memcmp(zone->name, name.ptr, name.len) == 0) {
			zone->used = ++cache->uses;
			return zone;
		}
		if (zone->used < oldest->used)
			oldest = zone;
	}
	calendar = calendar_open(name);
	if (calendar == NULL)
		return NULL;
	if (oldest->calendar != NULL)
		ucal_close(oldest->calendar);
	*oldest = (struct zone){.calendar = calendar, .name_len = name.len};
	memcpy(oldest->name, name.ptr, name.len);
	oldest->used = ++cache->uses;
	return oldest;
}

/* ICU takes and gives times as doubles of milliseconds; they are whole numbers and far from losing
 * digits. */
static bool transition_us(UCalendar *calendar, UTimeZoneTransitionType type, int64_t *ret_us)
{
	UErrorCode error = U_ZERO_ERROR;
	UDate at_ms;

	if (!ucal_getTimeZoneTransitionDate(calendar, type, &at_ms, &error) || U_FAILURE(error))
		return false;
	*ret_us = (int64_t)at_ms * US_PER_MS;
	return true;
}

/* Makes the zone's remembered span hold `at_us`. */
static bool zone_load(struct zone *zone, int64_t at_us)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t offset_ms;

	if (zone->from_us < zone->to_us && at_us >= zone->from_us && at_us < zone->to_us)
		return true;
	ucal_setMillis(zone->calendar, (UDate)civil_floor(at_us, US_PER_MS), &error);
	offset_ms = ucal_get(zone->calendar, UCAL_ZONE_OFFSET, &error) +
		    ucal_get(zone->calendar, UCAL_DST_OFFSET, &error);
	if (U_FAILURE(error))
		return false;
	if (!transition_us(zone->calendar, UCAL_TZ_TRANSITION_PREVIOUS_INCLUSIVE, &zone->from_us))
		zone->from_us = INT64_MIN;
	if (!transition_us(zone->calendar, UCAL_TZ_TRANSITION_NEXT, &zone->to_us))
		zone->to_us = INT64_MAX;
	zone->offset_s = offset_ms / 1000;
	return true;
}

bool zone_exists(struct str zone)
{
	return zone_find(zone) != NULL;
}

bool zone_civil(struct str name, int64_t at_us, struct civil *ret)
{
	struct zone *zone = zone_find(name);
	int64_t local_s, days;
	int second;

	if (zone == NULL || !zone_load(zone, at_us))
		return false;
	local_s = civil_floor(at_us, US_PER_S) + zone->offset_s;
	days = civil_floor(local_s, 86400);
	second = (int)(local_s - days * 86400);
	civil_from_days(days, &ret->year, &ret->month, &ret->day);
	ret->hour = second / 3600;
	ret->minute = second / 60 % 60;
	ret->second = second % 60;
	/* 1970-01-01 was a Thursday. */
	ret->weekday = (int)((days + 3) - civil_floor(days + 3, 7) * 7);
	ret->offset_s = zone->offset_s;
	return true;
}

bool zone_half_hour(
	struct str name, int64_t at_us, int64_t *ret_start_us, int64_t *ret_end_us, int *ret_slot)
{
	struct zone *zone = zone_find(name);
	int64_t half, start_us, end_us;

	if (zone == NULL || !zone_load(zone, at_us))
		return false;
	half = civil_floor(civil_floor(at_us, US_PER_S) + zone->offset_s, 1800);
	start_us = (half * 1800 - zone->offset_s) * US_PER_S;
	end_us = start_us + 1800 * US_PER_S;
	*ret_start_us = start_us > zone->from_us ? start_us : zone->from_us;
	*ret_end_us = end_us < zone->to_us ? end_us : zone->to_us;
	*ret_slot = (int)(half - civil_floor(half, 48) * 48);
	return true;
}
