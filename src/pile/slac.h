/* slac.h - which car hangs on this cable (SLAC of ISO 15118-3): the pile's side. Cars shout so that
 * also the neighbour's modem hears them; the car compares how loud it arrived where, and asks the
 * loudest one for its network's key. Management frames of HomePlug Green PHY, raw Ethernet of type
 * 88E1. Pure: frames and time come in, frames to send are taken out; randomness is a parameter.
 *
 *  OFF --begin--> KEY --key is set, or not--> WAIT --PARM.REQ--> RUN --MATCH.REQ--> MATCHED
 *                                              ^  |               |                   |
 *                                              |  '- 40 s -> FAILED                   |
 *                                              '--- run ended --- + <-- PARM.REQ -----'
 *
 * Several cars may shout at once, so there is a run for each (struct slac_run): asked, sounding,
 * told, answered. A car that begins anew begins its run anew, whatever it was in. Who it is counts
 * only when it matched: before, it may be the car next door. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/rng.h"

#define SLAC_FRAME_MAX \
	130 /* of frames we make; longer ones that come are read by their beginning */
#define SLAC_FRAME_LEAST 60
#define SLAC_OUT 6
#define SLAC_RUNS 3
#define SLAC_GROUPS 58
#define SLAC_SOUNDS 10
#define SLAC_MAC 6

/* Message types; what they are for stands in slac.c. */
enum slac_type {
	SLAC_SET_KEY_REQ = 0x6008,
	SLAC_SET_KEY_CNF = 0x6009,
	SLAC_PARM_REQ = 0x6064,
	SLAC_PARM_CNF = 0x6065,
	SLAC_START_IND = 0x606a,
	SLAC_CHAR_IND = 0x606e,
	SLAC_CHAR_RSP = 0x606f,
	SLAC_SOUND_IND = 0x6076,
	SLAC_VALIDATE_REQ = 0x6078,
	SLAC_VALIDATE_CNF = 0x6079,
	SLAC_MATCH_REQ = 0x607c,
	SLAC_MATCH_CNF = 0x607d,
	SLAC_PROFILE_IND = 0x6086,
};

enum slac_phase { SLAC_OFF = 0, SLAC_KEY, SLAC_WAIT, SLAC_RUN, SLAC_MATCHED, SLAC_FAILED };

struct slac_frame {
	size_t len;
	uint8_t bytes[SLAC_FRAME_MAX];
};

enum slac_step { SLAC_ASKED = 0, SLAC_SOUNDING, SLAC_TOLD, SLAC_ANSWERED };

struct slac_run {
	bool on;
	enum slac_step step;
	uint8_t car[SLAC_MAC]; /* whose frames they are */
	uint8_t id[8];
	int64_t since_us; /* of the step */
	int tries;        /* CHAR.IND sent */
	uint32_t profiles;
	uint32_t sums[SLAC_GROUPS];
};

struct slac {
	enum slac_phase phase;
	int64_t since_us;
	uint8_t own[SLAC_MAC];
	uint8_t key[16], network[7]; /* of this plugging */
	int tries;                   /* SET_KEY sent */
	bool modem;                  /* it answered */
	bool busy;                   /* set by the owner: the matched car is being talked with */
	struct slac_run runs[SLAC_RUNS];
	uint8_t source[SLAC_MAC], match[SLAC_MAC]; /* of the car that matched: from and inside */
	uint8_t matched_id[8];
	struct slac_frame out[SLAC_OUT];
	size_t out_len;
};

/* A car was plugged in: a new key for the network, which the modem is told. */
void slac_begin(struct slac *slac, const uint8_t own[SLAC_MAC], struct rng *rng, int64_t ticks_us);
void slac_end(struct slac *slac);
/* A frame from the line, of any length. */
void slac_take(struct slac *slac, const uint8_t *frame, size_t len, int64_t ticks_us);
/* Waits that are over; 10 to 100 times a second. */
void slac_step(struct slac *slac, int64_t ticks_us);
/* The oldest frame to send; false when there is none. */
bool slac_next(struct slac *slac, struct slac_frame *ret);
/* Has a car begun to shout? */
bool slac_heard(const struct slac *slac);
const char *slac_word(enum slac_phase phase);

/* ---- frames, for either side ---- */

#define SLAC_PAYLOAD 19 /* where the payload begins */

/* An empty frame of that type with so many bytes of payload. */
void slac_frame(struct slac_frame *frame, const uint8_t to[SLAC_MAC], const uint8_t from[SLAC_MAC],
	enum slac_type type, size_t payload);
/* Type of a frame; 0 when it is none of these, or shorter than its type's payload has to be. */
uint16_t slac_type(const uint8_t *frame, size_t len);
/* The network's name that a key gives. */
void slac_network(const uint8_t key[16], uint8_t ret[7]);
