/* tariff.h - price by time of use: 48 half-hour slots of the station's civil day, each with an
 * energy and a service price; an idle fee per minute after a grace time; and what is paid for
 * energy that a car gives back, by the same slots. A tariff version never changes; it is known by
 * the hash of its text. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "base/limits.h"

struct tariff {
	int64_t id;
	int64_t tenant_id;
	int64_t series_id; /* versions of one tariff share it */
	int64_t version;
	struct str name;
	struct str currency;
	int64_t energy_e5[LIMIT_TARIFF_SLOTS]; /* per kWh, slot 0 = 00:00-00:30 station time */
	int64_t service_e5[LIMIT_TARIFF_SLOTS];
	int64_t idle_e5; /* per minute */
	int64_t idle_grace_s;
	int64_t idle_cap_minor; /* most idle fee of one order; 0 = no cap */
	int64_t vat_bp;         /* value added tax contained in prices, 1/100 of a percent */
	int64_t back_e5[LIMIT_TARIFF_SLOTS]; /* paid per kWh given back; 0: nothing */
	int64_t back_vat_bp; /* tax contained in that: 0 for private persons, who owe none */
	struct str hash;     /* SHA-256 hex of tariff_text() */
	int64_t created_us;
};

/* Bounds of a sane tariff: what an editor may enter and what tariff_read accepts. */
#define TARIFF_PRICE_MAX INT64_C(1000000000) /* 10000 units per kWh or minute */
#define TARIFF_GRACE_MAX_S INT64_C(604800)   /* a week */
#define TARIFF_VAT_MAX_BP INT64_C(10000)

enum tariff_outcome {
	TARIFF_E_OVERFLOW = 1, /* equals MONEY_E_OVERFLOW */
	TARIFF_E_USAGE = 2,    /* a usage row with an impossible slot or negative energy */
	TARIFF_E_TEXT = 3,     /* not the canonical text of a valid tariff */
};

/* Energy that flowed in one half hour of station time. */
struct usage {
	int64_t start_us; /* UTC start of the half hour */
	int slot;         /* 0..47 in station time */
	int64_t energy_dwh;
	bool estimated; /* an edge was interpolated inside a sample interval */
};
struct bill_line {
	int64_t start_us;
	int slot;
	int64_t energy_dwh;
	int64_t energy_e5, service_e5;
	int64_t energy_minor, service_minor; /* shares; columns sum to the bill's totals exactly */
	bool estimated;
};
/* Energy given back in one half hour, and the share of the credit it is worth. */
struct back_line {
	int64_t start_us;
	int slot;
	int64_t energy_dwh;
	int64_t price_e5, minor;
	bool estimated;
};
struct bill {
	struct bill_line *lines;
	size_t lines_len;
	int64_t energy_dwh;
	int64_t energy_minor, service_minor, idle_minor, total_minor;
	int64_t idle_s;    /* billable seconds after grace */
	int64_t vat_minor; /* contained in the total */
	struct back_line *back;
	size_t back_len;
	int64_t back_dwh;         /* given back and paid for */
	int64_t credit_minor;     /* what that is worth; beside the total, never inside it */
	int64_t credit_vat_minor; /* contained in the credit */
};

/* All prices, times and the currency within bounds? */
bool tariff_valid(const struct tariff *tariff);
/* Canonical text (what is hashed and stored) and back. The text holds everything that makes a price
 * and nothing else: a new name is the same price. Reading fills those fields and the hash, and
 * clears the others; any text which is not exactly what tariff_text would write is TARIFF_E_TEXT.
 * STR_NULL when the arena is full. */
struct str tariff_text(struct arena *arena, const struct tariff *tariff);
int tariff_read(struct str text, struct arena *arena, struct tariff *ret_tariff);
/* The same for a text that was written by tariff_text and is known by its hash: in half the time,
 * for every reading of a meter asks for a price. TARIFF_E_TEXT when it is not what was hashed. */
int tariff_read_known(
	struct str text, struct str hash, struct arena *arena, struct tariff *ret_tariff);
/* SHA-256 of the text as 64 hex digits. */
struct str tariff_hash(struct arena *arena, struct str text);
/* The one pricing function: quote, live display, receipt and refund all call it. idle_s is the
 * whole idle time (grace is taken off here); idle time is billed by the second. Each fee is rounded
 * once; lines are shares of it. Outcomes TARIFF_E_OVERFLOW, TARIFF_E_USAGE. */
int tariff_bill(const struct tariff *tariff, const struct usage *usage, size_t usage_len,
	int64_t idle_s, struct arena *arena, struct bill *ret_bill);
/* Is energy that cars give back paid for by this tariff? */
bool tariff_buys(const struct tariff *tariff);
/* Adds to a bill what its car gave back: the same rules, rounded once. The total stays what was
 * charged: two deliveries, each with a tax of its own. Outcomes as of tariff_bill; on one the bill
 * is unchanged. */
int tariff_credit(const struct tariff *tariff, const struct usage *back, size_t back_len,
	struct arena *arena, struct bill *bill);
/* What is left to pay of a total when a credit is set off against it, and what is left to pay out.
 */
int64_t tariff_due(int64_t total_minor, int64_t credit_minor);
int64_t tariff_over(int64_t total_minor, int64_t credit_minor);
/* What the same costs before any rounding, in 1/100000 of the unit, to the nearest: what somebody
 * else who knows the prices must come to. Outcomes as of tariff_bill. */
int tariff_exact_e5(const struct tariff *tariff, const struct usage *usage, size_t usage_len,
	int64_t idle_s, int64_t *ret_e5);
/* Is a total that somebody else calculated ours? Yes when it is the bill's, or lies within half a
 * minor unit of the exact one: we round each fee, others round once or not at all. */
bool tariff_agrees(struct str currency, int64_t theirs_e5, int64_t bill_minor, int64_t exact_e5);
/* Energy that `amount_minor` buys at the price of `slot`, rounded down (display only); -1 when that
 * slot is free. */
int64_t tariff_energy_for(const struct tariff *tariff, int slot, int64_t amount_minor);
/* First change of total price after `slot`: the later slot index (may be < slot: tomorrow), or -1
 * when flat. */
int tariff_next_change(const struct tariff *tariff, int slot);
