/* cable.h - the Recognition module's way to the car [document A]: from the plug to the talk. SLAC
 * finds the car on the line (slac.h), it asks where to connect (v2gtp.h), then the talk runs
 * (hlc.h), inside TLS where the pile has a certificate for it and the car wants it (tunnel.h). All
 * through the line of the outlet's hardware; what becomes known of the car goes to its struct
 * vehicle.
 *
 *  OFF --plugged--> MATCH --matched--> LINK --connected--> TALK --ended, failed--> DONE
 *                   ^   |               |  ^                '--- line broke off ---> LINK
 *                   |   '-- never asks -+- nobody came --> DEAF (alternating: the signal's duty)
 *                   '------ a charge is wanted and nobody talks: the car is woken ------'  */
#pragma once
#include "pile/hal/hal.h"
#include "pile/hlc.h"
#include "pile/slac.h"

#define CABLE_ROOM 6144 /* the longest request that is taken: a contract with four authorities */
#define CABLE_OUT 12288 /* the longest answer: a new contract, two such chains */

struct tunnel;
struct tunnel_paper;

enum cable_phase { CABLE_OFF = 0, CABLE_MATCH, CABLE_LINK, CABLE_TALK, CABLE_DONE, CABLE_DEAF };

struct cable_input {
	bool plugged;                     /* into an outlet that is in service */
	bool fit;                         /* nothing is wrong: a talk may begin */
	bool wanted;                      /* a charge runs and may have energy */
	const struct tunnel_paper *paper; /* for TLS; NULL: there is none */
	struct hlc_input outlet;
};

/* A connection, while there is one. */
struct cable_stream {
	struct tunnel *tunnel; /* NULL: in clear */
	bool begun;            /* it said something: now it is known which of both */
	struct hlc_papers papers;
	size_t len;
	uint8_t in[CABLE_ROOM]; /* not yet answered */
	uint8_t out[CABLE_OUT];
};

struct cable {
	enum cable_phase phase;
	int64_t since_us;
	struct slac slac;
	struct hlc hlc;
	struct hal_line line;
	struct rng *rng;             /* borrowed; NULL: this outlet does not talk */
	int tries;                   /* since the plug, or since the last charge that went well */
	bool wanted;                 /* as seen last */
	bool wake;                   /* the outlet is to wake the car (-12 V); it clears it */
	bool lost;                   /* the line does not answer */
	struct cable_stream *stream; /* NULL: nobody is connected */
};

void cable_init(struct cable *cable, struct rng *rng);
/* Forgets a connection. The cable may be zeroed. */
void cable_fini(struct cable *cable);
/* Everything that came is answered, what is due is done. 10 to 100 times a second. */
void cable_run(struct cable *cable, const struct hal *hal, const struct cable_input *input,
	struct vehicle *vehicle, int64_t ticks_us);
/* Is the signal "talk to me" to be on? */
bool cable_signals(const struct cable *cable);
/* A car that does not talk gets no signal for a moment, so that it begins anew. */
bool cable_rests(const struct cable *cable, int64_t ticks_us);
/* Does a car talk inside TLS? */
bool cable_closed(const struct cable *cable);
/* Is it on its way to the energy? */
bool cable_preparing(const struct cable *cable);
/* A charge of direct current was wanted, and it could not be talked about. */
bool cable_failed(const struct cable *cable);
const char *cable_word(enum cable_phase phase);
