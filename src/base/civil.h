/* civil.h - the proleptic Gregorian calendar as arithmetic; shared by clock.c and zone.c. */
#pragma once
#include <stdint.h>

/* Days from 1970-01-01 to the given date (negative before). */
int64_t civil_days(int year, int month, int day);
void civil_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day);

/* Division that rounds towards minus infinity; `unit` > 0. */
static inline int64_t civil_floor(int64_t value, int64_t unit)
{
	return value / unit - (value % unit < 0);
}
