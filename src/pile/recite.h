/* recite.h - figures as rows of recorded words. A sentence with a number in it cannot be recorded
 * whole, so it is put together from parts ("power-is", "40", "5", "kilowatts"), by the grammar of
 * each language: 四十五, forty-five, fünf-und-vierzig. Pure; the parts are names of recordings. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define RECITE_MOST 64 /* parts of one sentence */
#define RECITE_LARGEST 99999999

enum recite_language { RECITE_ZH = 1, RECITE_EN, RECITE_DE }; /* as LeydenVoiceLanguage */

enum recite_unit {
	RECITE_KILOWATTS = 0,
	RECITE_KILOWATT_HOURS,
	RECITE_MINUTES,
	RECITE_YUAN,
	RECITE_JIAO, /* Chinese alone */
	RECITE_FEN,
	RECITE_EUROS,
	RECITE_EURO_CENTS,
	RECITE_DOLLARS,
	RECITE_DOLLAR_CENTS,
	RECITE_UNITS,
};

struct recite {
	const char *parts[RECITE_MOST];
	size_t len;
	bool failed; /* more than it can say; sticky */
};

void recite_part(struct recite *recite, const char *part);
/* "4.5 kilowatts" from 45: whole numbers are said without a fraction. */
void recite_tenths(struct recite *recite, enum recite_language language, enum recite_unit unit,
	int64_t tenths);
/* Money in hundredths of a currency ("CNY", "EUR", "USD"); fails for any other. */
void recite_money(
	struct recite *recite, enum recite_language language, struct str currency, int64_t minor);
/* Can amounts in it be said? */
bool recite_currency(struct str currency);
