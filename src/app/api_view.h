/* api_view.h - the JSON of an order and of a pile as docs/api.md describes them. */
#pragma once
#include "app/api_out.h"
#include "app/reads.h"

/* `owner`: 1 or 0 as the member of that name, -1 leaves it out (events go to everybody who
 * listens). */
void view_order(struct out *out, const struct reads_order *view, int owner);
void view_pile(struct out *out, const struct ctx *ctx, const struct reads_pile *pile);
/* Lines and sums of a bill, into the open object. */
void view_bill(struct out *out, const struct bill *bill, struct str currency);
/* The 48 prices of a tariff and its other terms, into the open object. */
void view_terms(struct out *out, const struct tariff *tariff);
