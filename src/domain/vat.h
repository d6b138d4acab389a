/* vat.h - VAT numbers of the European Union and Northern Ireland: is a number well formed, and do
 * its check digits fit? Whether anybody has it only a registry knows. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"

enum vat_outcome {
	VAT_E_COUNTRY = 1,  /* begins with no country that has such numbers */
	VAT_E_FORMAT = 2,   /* not the shape of that country's numbers */
	VAT_E_CHECKSUM = 3, /* the check digits do not fit */
};
/* The number as it is written officially: capitals, no blanks, dots or dashes. */
struct str vat_normal(struct arena *arena, struct str number);
/* Judges a normal number. Countries that give numbers without check digits to some (persons in
 * Bulgaria, Czechia and Latvia, old Irish numbers) have these judged by their shape alone. */
int vat_check(struct str number);
/* The stable word of an outcome, at most 20 characters: "UnknownCountry" ... */
const char *vat_word(int outcome);
