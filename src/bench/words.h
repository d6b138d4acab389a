/* words.h - what the load maker's stations say, for each version of OCPP. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_STEPS 5 /* of a charge: start, three readings, stop */

/* The state of one station's talk. */
struct words_state {
	const char *prefix;
	int number;          /* the station, and its card */
	uint32_t serial;     /* of its last call: the message id */
	uint32_t charge;     /* which charge, from 1; the transaction's name in 2.0.1 */
	int64_t transaction; /* its number in 1.6, as answered */
	int64_t meter_wh;
	int step; /* 0..WORDS_STEPS - 1 */
};
struct words {
	const char *protocol; /* the WebSocket subprotocol */
	/* Each writes one call frame and gives its length (at most `size` - 1). */
	int (*boot)(const struct words_state *state, char *text, size_t size);
	int (*meter)(
		const struct words_state *state, char *text, size_t size); /* outside a charge */
	int (*charge)(const struct words_state *state, char *text, size_t size); /* state->step */
};
/* "1.6" or "2.0.1"; NULL for another name. */
const struct words *words_of(const char *version);
/* Heartbeats are the same everywhere. */
int words_heartbeat(const struct words_state *state, char *text, size_t size);
