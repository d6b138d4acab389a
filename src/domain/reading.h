/* reading.h - sampled values, as every OCPP version words them, turned into one reading in our
 * integers: registers in 1/10 Wh, power in W, voltage in mV, current in mA. Which of several values
 * counts is decided here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"
#include "domain/session.h"

struct sampled { /* one value as sent; empty texts are absent */
	struct str value;
	struct str context;   /* "Sample.Periodic", "Transaction.End" ... */
	struct str format;    /* "Raw" or "SignedData" */
	struct str measurand; /* empty: Energy.Active.Import.Register */
	struct str phase;     /* "L1", "L2-N", "L1-L2" ... empty: the total */
	struct str location;  /* empty: Outlet */
	struct str unit;
};
/* Reads the values of one moment. Energy: the total at the outlet; without one, the sum of L1, L2
 * and L3. Power and current likewise (current of several phases: the largest); voltage: the total,
 * else the mean of the phases to neutral. A value that is no plain decimal number, is negative or
 * is out of range is left out. */
void reading_from(const struct sampled *values, size_t len, struct reading *ret_reading);
