/* storm.h - all stations come back at once after the server was away, each with a transaction under
 * way whose end it has in memory. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "bench/words.h"

struct storm_config {
	uint16_t port;
	int piles;
	bool tls;
	const struct words *words;
	const char *prefix; /* stations and cards */
	double limit_s;     /* gives up after so long */
};
/* Charges begin on all stations, "charging" is printed on stdout; then the server may go away.
 * When it is back all stations connect at the same moment and tell the rest of their charges; one
 * line of JSON says how long that took. 0, or 1 when something was refused or never answered. */
int storm_run(const struct storm_config *config);
