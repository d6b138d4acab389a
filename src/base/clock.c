/* clock.c - clocks, and times as RFC 3339 text. */
#include "base/clock.h"
#include <time.h>
#include "base/arena.h"
#include "base/civil.h"
#include "base/fault.h"

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	ASSERT(clock_gettime(id, &now) == 0);
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

static int64_t system_now_us(void *context)
{
	(void)context;
	return read_clock(CLOCK_REALTIME);
}

static int64_t system_ticks_us(void *context)
{
	(void)context;
	return read_clock(CLOCK_MONOTONIC);
}

const struct clock clock_system = {.now_us = system_now_us, .ticks_us = system_ticks_us};

int64_t clock_now_us(const struct clock *clock)
{
	return clock->now_us(clock->context);
}

int64_t clock_ticks_us(const struct clock *clock)
{
	return clock->ticks_us(clock->context);
}

static int64_t fake_us(void *context)
{
	const struct clock_fake *fake = context;

	return fake->at_us;
}

void clock_fake_init(struct clock_fake *fake, int64_t at_us)
{
	fake->at_us = at_us;
	fake->clock = (struct clock){.now_us = fake_us, .ticks_us = fake_us, .context = fake};
}

int64_t civil_days(int year, int month, int day)
{
	/* Years begin in March, so that the leap day is the last of its year. */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

void civil_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = (int)(yoe + era * 400 + (*ret_month <= 2));
}

static int month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Takes `digits` digits from the front of *s. */
static bool take_number(struct str *s, int digits, int *ret)
{
	int value = 0;

	if (s->len < (size_t)digits)
		return false;
	for (int i = 0; i < digits; i++) {
		if (s->ptr[i] < '0' || s->ptr[i] > '9')
			return false;
		value = value * 10 + (s->ptr[i] - '0');
	}
	*s = str_slice(*s, (size_t)digits, s->len);
	*ret = value;
	return true;
}

static bool take_char(struct str *s, char wanted)
{
	char c = s->len > 0 ? s->ptr[0] : '\0';

	if (c >= 'a' && c <= 'z')
		c = (char)(c - ('a' - 'A'));
	if (c != wanted)
		return false;
	*s = str_slice(*s, 1, s->len);
	return true;
}

/* Fractions longer than microseconds are cut, not rounded: a time must not move into the next
 * second. */
static bool take_fraction(struct str *s, int64_t *ret_us)
{
	int64_t unit = US_PER_S / 10, us = 0;
	int digit;

	if (!take_char(s, '.'))
		return true;
	if (!take_number(s, 1, &digit))
		return false;
	do {
		us += digit * unit;
		unit /= 10;
	} while (take_number(s, 1, &digit));
	*ret_us = us;
	return true;
}

static bool take_zone(struct str *s, int *ret_offset_s, bool *ret_missing)
{
	int hour, minute;
	bool west;

	*ret_missing = s->len == 0;
	*ret_offset_s = 0;
	if (s->len == 0 || take_char(s, 'Z'))
		return s->len == 0;
	west = take_char(s, '-');
	if (!west && !take_char(s, '+'))
		return false;
	if (!take_number(s, 2, &hour) || !take_char(s, ':') || !take_number(s, 2, &minute))
		return false;
	if (hour > 23 || minute > 59)
		return false;
	*ret_offset_s = (hour * 60 + minute) * (west ? -60 : 60);
	return s->len == 0;
}

bool time_parse(struct str text, int64_t *ret_us, bool *ret_lenient)
{
	int year, month, day, hour, minute, second, offset_s;
	int64_t fraction_us = 0, at_s;
	bool missing;

	if (!take_number(&text, 4, &year) || !take_char(&text, '-') ||
		!take_number(&text, 2, &month) || !take_char(&text, '-') ||
		!take_number(&text, 2, &day) || !take_char(&text, 'T') ||
		!take_number(&text, 2, &hour) || !take_char(&text, ':') ||
		!take_number(&text, 2, &minute) || !take_char(&text, ':') ||
		!take_number(&text, 2, &second) || !take_fraction(&text, &fraction_us) ||
		!take_zone(&text, &offset_s, &missing))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	at_s = civil_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset_s;
	/* A leap second exists only at the end of a UTC day and counts as the first second of the
	 * next. */
	if (second == 60 && at_s % 86400 != 0)
		return false;
	if (at_s < 0 || at_s >= TIME_END_US / US_PER_S)
		return false;
	*ret_us = at_s * US_PER_S + fraction_us;
	if (ret_lenient != NULL)
		*ret_lenient = missing;
	return true;
}

static char *put_number(char *at, int value, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		at[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return at + digits;
}

void time_write(struct buf *buf, int64_t at_us, bool millis)
{
	int64_t at_s = civil_floor(at_us, US_PER_S);
	int64_t days = civil_floor(at_s, 86400);
	int second = (int)(at_s - days * 86400);
	int year, month, day;
	char text[32];
	char *at = text;

	civil_from_days(days, &year, &month, &day);
	at = put_number(at, year, 4);
	*at++ = '-';
	at = put_number(at, month, 2);
	*at++ = '-';
	at = put_number(at, day, 2);
	*at++ = 'T';
	at = put_number(at, second / 3600, 2);
	*at++ = ':';
	at = put_number(at, second / 60 % 60, 2);
	*at++ = ':';
	at = put_number(at, second % 60, 2);
	if (millis) {
		*at++ = '.';
		at = put_number(at, (int)((at_us - at_s * US_PER_S) / US_PER_MS), 3);
	}
	*at++ = 'Z';
	buf_put(buf, text, (size_t)(at - text));
}

struct str time_text(struct arena *arena, int64_t at_us)
{
	struct buf buf;

	buf_init(&buf, arena, 32);
	time_write(&buf, at_us, false);
	return buf_str(&buf);
}

int64_t month_begin(int64_t at_us, int64_t months)
{
	int year, month, day;
	int64_t count;

	civil_from_days(civil_floor(at_us, US_PER_DAY), &year, &month, &day);
	count = (int64_t)year * 12 + month - 1 - months;
	return civil_days((int)civil_floor(count, 12),
		       (int)(count - 12 * civil_floor(count, 12)) + 1, 1) *
	       US_PER_DAY;
}
