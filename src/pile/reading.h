/* reading.h - one moment of an outlet's meter as the list of values that are wanted of it, in the
 * house's words (OCPP 1.6's measurands, units and phases), for every version to write down. */
#pragma once
#include "base/arena.h"
#include "pile/pile.h"

#define READING_VALUES 20

struct reading_value {
	int measurand, unit, phase; /* enum ocpp16_*; unit and phase 0: none */
	int64_t value;
	int scale; /* digits behind the point */
};

struct reading {
	int64_t at_us;
	enum spool_context context;
	struct reading_value values[READING_VALUES];
	size_t len;
};

/* Of a journalled sample. */
void reading_of_entry(
	const struct pile *pile, const struct spool_entry *entry, struct reading *ret);
/* Of now. */
void reading_now(const struct pile *pile, const struct outlet *outlet, struct reading *ret);
/* The registers of a message of the journal that is no sample. */
void reading_of_message(
	const struct spool_entry *entry, enum spool_context context, struct reading *ret);
/* The energy register alone. */
void reading_of_register(
	int64_t register_dwh, enum spool_context context, int64_t at_us, struct reading *ret);
