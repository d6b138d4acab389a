/* nearby.c - free connectors by nearness. Bounded: a thousand places are compared, a handful is
 * looked into. */
#include "app/nearby.h"

#include <stdlib.h>
#include "base/fault.h"
#include "domain/geo.h"
#include "store/lists.h"
#include "store/site.h"
#include "store/tariff.h"

#define PLACES_MOST 1000
#define PLACES_ASKED 8
#define FREE_MOST 12 /* of one place that are looked at */

struct near_place {
	int64_t site_id;
	int64_t distance_m;
};

static int by_distance(const void *a, const void *b)
{
	const struct near_place *left = a, *right = b;

	return (left->distance_m > right->distance_m) - (left->distance_m < right->distance_m);
}

/* The other places with a position, nearest first; none when this one has no position itself. */
static int other_places(struct ctx *ctx, const struct reads_place *from,
	struct near_place **ret_places, size_t *ret_len)
{
	const struct list_arg args[] = {{from->tenant_id, STR_NULL}, {PLACES_MOST, STR_NULL}};
	struct list_rows rows;
	struct near_place *places;
	struct site site;
	int found = store_site_get(ctx->db, ctx->arena, from->site_id, &site);

	TRY(found);
	*ret_len = 0;
	if (found != 0 || !site.has_position)
		return 0;
	TRY(store_list(
		ctx->db, SQL_READ_POSITIONS, args, 2, "iii", PLACES_MOST, ctx->arena, &rows));
	places = ARENA_ARRAY(ctx->arena, struct near_place, rows.rows_len + 1);
	if (!places)
		return FAULT(FAULT_NOMEM, "places");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		if (row[0].number == from->site_id)
			continue;
		places[(*ret_len)++] = (struct near_place){
			row[0].number, geo_distance_m(site.latitude_e7, site.longitude_e7,
					       row[1].number, row[2].number)};
	}
	qsort(places, *ret_len, sizeof(*places), by_distance);
	*ret_places = places;
	return 0;
}

/* Fills in what a driver chooses by; false when the connector has no price. */
static int look_at(struct ctx *ctx, int64_t pile_id, struct nearby *found, bool *ret_priced)
{
	struct tariff tariff;
	int result = reads_place(ctx, pile_id, &found->place);

	TRY(result);
	*ret_priced = false;
	if (result != 0)
		return 0;
	result = store_tariff_current(
		ctx->db, ctx->arena, found->place.series_id, ctx->now_us, &tariff);
	TRY(result);
	if (result != 0)
		return 0;
	reads_price(&tariff, found->place.zone, ctx->now_us, &found->price);
	found->currency = tariff.currency;
	*ret_priced = found->price.known;
	return 0;
}

struct search {
	const struct reads_place *from;
	int64_t connector_no;
	struct nearby *found;
	size_t len;
};

static int search_place(struct ctx *ctx, struct search *search, int64_t site_id, int64_t distance_m)
{
	const struct list_arg args[] = {
		{site_id, STR_NULL}, {search->from->tenant_id, STR_NULL}, {FREE_MOST, STR_NULL}};
	struct list_rows rows;
	bool priced;

	TRY(store_list(ctx->db, SQL_READ_FREE, args, 3, "iisi", FREE_MOST, ctx->arena, &rows));
	for (size_t i = 0; i < rows.rows_len && search->len < NEARBY_MOST; i++) {
		const struct list_cell *row = list_row(&rows, i);
		struct nearby *found = &search->found[search->len];

		if (row[0].number == search->from->pile_id && row[1].number == search->connector_no)
			continue;
		*found = (struct nearby){.connector_no = row[1].number,
			.plug = row[2].text,
			.max_w = row[3].number,
			.distance_m = distance_m};
		TRY(look_at(ctx, row[0].number, found, &priced));
		search->len += priced;
	}
	return 0;
}

int nearby_free(struct ctx *ctx, const struct reads_place *from, int64_t connector_no,
	struct nearby ret_found[NEARBY_MOST], size_t *ret_len)
{
	struct search search = {from, connector_no, ret_found, 0};
	struct near_place *places = NULL;
	size_t len = 0;

	*ret_len = 0;
	if (from->site_id == 0)
		return 0;
	TRY(search_place(ctx, &search, from->site_id, -1));
	if (search.len < NEARBY_MOST)
		TRY(other_places(ctx, from, &places, &len));
	for (size_t i = 0; i < len && i < PLACES_ASKED && search.len < NEARBY_MOST; i++)
		TRY(search_place(ctx, &search, places[i].site_id, places[i].distance_m));
	*ret_len = search.len;
	return 0;
}
