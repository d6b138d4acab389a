/* price.c - the price on the display and its next step (see price.h). */
#include "pile/price.h"

#include <string.h>

#include "base/clock.h"
#include "domain/money.h"
#include "domain/offline.h"
#include "wire/record.h"

#define PRICE_STEP(F, S) \
	F(TIME, REQ, S, at, "at", 0, "from then on") \
	F(STR, REQ, S, price, "price", PRICE_TEXT - 1, "of a kWh")
FIELD_STRUCT(price_step, PRICE_STEP)
FIELD_ROWS(price_step, PRICE_STEP)
#define PRICE_TOLD(F, S) \
	F(STR, REQ, S, price, "price", PRICE_TEXT - 1, "of a kWh now") \
	F(LIST, OPT, S, steps, "steps", (price_step, 0, PRICE_STEPS), "soonest first")
FIELD_STRUCT(price_told, PRICE_TOLD)
FIELD_ROWS(price_told, PRICE_TOLD)

static void price_text(char ret[PRICE_TEXT], struct str text)
{
	memset(ret, 0, PRICE_TEXT);
	memcpy(ret, text.ptr, text.len < PRICE_TEXT ? text.len : PRICE_TEXT - 1);
}

void price_forget(struct price *price)
{
	*price = (struct price){.steps_len = 0};
}

void price_take(struct price *price, struct str json, struct arena *arena)
{
	struct price_told told;

	if (record_decode(&price_told_record, json, RECORD_LENIENT, arena, &told, NULL) != 0)
		return;
	for (size_t i = 1; i < told.steps_len; i++)
		if (told.steps[i].at_us <= told.steps[i - 1].at_us)
			return;
	price_forget(price);
	price_text(price->now, told.price);
	for (size_t i = 0; i < told.steps_len; i++) {
		price->steps[i].at_us = told.steps[i].at_us;
		price_text(price->steps[i].text, told.steps[i].price);
	}
	price->steps_len = told.steps_len;
}

static void price_at(
	char ret[PRICE_TEXT], const struct tariff *tariff, int64_t offset_min, int64_t at_s)
{
	int slot = offline_slot(offset_min, at_s);
	struct arena arena;
	struct buf text;

	arena_init(&arena, 1024);
	buf_init(&text, &arena, PRICE_TEXT - 1);
	money_write_price(&text, tariff->energy_e5[slot] + tariff->service_e5[slot]);
	buf_format(&text, " %.*s", STR_FMT(tariff->currency));
	price_text(ret, text.failed ? STR("") : buf_str(&text));
	arena_fini(&arena);
}

void price_of_tariff(
	struct price *price, const struct tariff *tariff, int64_t offset_min, int64_t now_us)
{
	int64_t at_s = now_us / US_PER_S;

	price_forget(price);
	price_at(price->now, tariff, offset_min, at_s);
	while (price->steps_len < PRICE_STEPS) {
		at_s = offline_next_edge(tariff, offset_min, at_s);
		if (at_s == 0)
			return;
		price->steps[price->steps_len].at_us = at_s * US_PER_S;
		price_at(price->steps[price->steps_len++].text, tariff, offset_min, at_s);
	}
}

void price_turn(struct price *price, int64_t now_us)
{
	while (price->steps_len > 0 && price->steps[0].at_us <= now_us) {
		memcpy(price->now, price->steps[0].text, PRICE_TEXT);
		memmove(&price->steps[0], &price->steps[1],
			--price->steps_len * sizeof(price->steps[0]));
	}
}
