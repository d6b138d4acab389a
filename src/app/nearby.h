/* nearby.h - where else one can charge right now: free connectors at the same place, then at the
 * operator's other places by distance. */
#pragma once
#include "app/reads.h"

#define NEARBY_MOST 3
struct nearby {
	struct reads_place place;
	struct reads_price price;
	struct str currency;
	int64_t connector_no;
	struct str plug;
	int64_t max_w;
	int64_t distance_m; /* -1: the same place */
};
/* At most NEARBY_MOST of them, nearest first, each with a price; none is no outcome. The connector
 * one stands at is left out. */
int nearby_free(struct ctx *ctx, const struct reads_place *from, int64_t connector_no,
	struct nearby ret_found[NEARBY_MOST], size_t *ret_len);
