/* cost.h - what a charge costs, calculated at the pile: the tariff the server gave it, and the
 * same pricing function the platform uses (domain/tariff.h). Tariffs are files of the shelf
 * ("tariff.0" for every outlet, "tariff.N" for one); a charge keeps the one it began with until the
 * server changes it. A charge through a restart is not priced here: which energy flowed in which
 * half hour is not journalled, and a guess is no price. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "domain/tariff.h"
#include "pile/pile.h"

#define COST_NAME_MAX 60
#define COST_ROWS 400 /* half hours of one charge: more than a week */

struct cost_tariff {
	char name[COST_NAME_MAX + 1]; /* the server's id, "" none */
	char currency[4];
	int64_t from_us;      /* valid from then on */
	struct tariff tariff; /* its texts point into `currency` */
};

/* Takes up what was kept. */
void cost_open(struct pile *pile);
void cost_close(struct pile *pile);
/* Gives outlet `connector` (0: all) a tariff, kept on return. 0 or a fault. */
int cost_set(struct pile *pile, int64_t connector, const struct cost_tariff *tariff);
int cost_clear(struct pile *pile, int64_t connector);
/* The tariff of an outlet now: its own, else that of all; NULL when there is none. */
const struct cost_tariff *cost_tariff_of(const struct pile *pile, int64_t connector);

/* ---- of a charge ---- */

struct cost_run {
	int64_t tx; /* 0: nothing is priced */
	struct cost_tariff tariff;
	struct usage rows[COST_ROWS];
	size_t rows_len;
	int64_t seen_dwh, seen_us;
	int64_t before_minor; /* by tariffs it had before */
	int64_t charging_s, idle_s;
	bool failed; /* too long, or out of bounds */
};
/* The charge that just began at the outlet. */
void cost_begin(struct pile *pile, struct outlet *outlet);
/* With each step. */
void cost_step(struct pile *pile, struct outlet *outlet);
/* The transaction ends now: its last cost, for display and voice. */
void cost_end(struct pile *pile, struct outlet *outlet);
/* Another tariff from now on. False when nothing is priced there. */
bool cost_change(struct pile *pile, struct outlet *outlet, const struct cost_tariff *tariff);
/* The bill so far; false when there is none. */
bool cost_bill(const struct pile *pile, const struct outlet *outlet, struct arena *arena,
	struct bill *ret, int64_t *ret_total_minor);
/* Minor units as 1/100000 of the currency. */
int64_t cost_in_e5(const struct cost_tariff *tariff, int64_t minor);
