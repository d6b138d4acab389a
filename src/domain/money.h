/* money.h - integers only: amounts in minor units, energy in 1/10 Wh ("_dwh"), prices in 1/100000
 * of the currency unit per kWh ("_e5") or per minute, so that a product is exact (1e-9 of the
 * unit). One rounding: half up, once per fee. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define DWH_PER_KWH INT64_C(10000)
#define DWH_PER_WH INT64_C(10)
#define PRICE_SCALE 5
#define MONEY_MAX INT64_C(1000000000000) /* no single amount is larger, in minor units */

enum money_outcome {
	MONEY_E_OVERFLOW = 1,
};

/* Digits after the point of an ISO 4217 currency (2 for CNY and EUR, 0 for JPY); -1 when unknown.
 */
int currency_digits(struct str currency);
/* Strict amount text: "12.34", no sign, no exponent, no more digits than the currency has. */
bool money_parse(struct str text, struct str currency, int64_t *ret_minor);
/* A price per kWh or minute, in 1/100000 of the unit: two decimals, more only where they are not
 * zero. */
void money_write_price(struct buf *buf, int64_t e5);
void money_write(struct buf *buf, int64_t minor, struct str currency); /* "12.34" */
/* energy x price, exact, in 1e-9 of the unit. MONEY_E_OVERFLOW beyond int64. */
int money_exact(int64_t energy_dwh, int64_t price_e5, int64_t *ret_nano);
/* Rounds 1e-9 units half up to minor units of a currency with `digits`. */
int64_t money_round(int64_t nano, int digits);
/* Splits `total` over `count` exact parts so that the shares sum to it and each is within one unit
 * of its exact value: largest remainder, earlier part first on a tie. */
void money_spread(
	int64_t total, const int64_t *exact_nano, size_t count, int digits, int64_t *ret_shares);
