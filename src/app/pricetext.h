/* pricetext.h - a price in words, as piles show it. */
#pragma once
#include "base/arena.h"
#include "domain/tariff.h"

#define PRICETEXT_MAX 500 /* bytes: what 2.0.1 lets a message hold */

/* "00:00 0.80 EUR, 08:00 1.52 EUR per kWh. Idle time ..." in one of the languages of the
 * catalogue. At most PRICETEXT_MAX bytes. */
struct str pricetext(struct arena *arena, struct str lang, const struct tariff *tariff);
