/* price.h - what a kWh costs at an outlet, for its display: now, and the step of the frozen tariff
 * that comes next. Told by the server with the running cost, or read from a start code when there
 * is no network; from then on the clock alone turns the steps, so a pile that loses its network
 * still shows the right price. Nothing is billed by it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "domain/tariff.h"

#define PRICE_STEPS 6
#define PRICE_TEXT 24 /* "1.52 CNY" and its end */

struct price {
	char now[PRICE_TEXT]; /* "" not known */
	struct {
		int64_t at_us;
		char text[PRICE_TEXT];
	} steps[PRICE_STEPS]; /* changes that come, soonest first */
	size_t steps_len;
};

void price_forget(struct price *price);
/* Takes what the server told: members "price" and "steps" ([{"at","price"}]). Anything that is no
 * price is passed over, and then nothing changes. */
void price_take(struct price *price, struct str json, struct arena *arena);
/* From the prices of a start code, for a station `offset_min` ahead of UTC. */
void price_of_tariff(
	struct price *price, const struct tariff *tariff, int64_t offset_min, int64_t now_us);
/* The steps whose time has come are the price. */
void price_turn(struct price *price, int64_t now_us);
