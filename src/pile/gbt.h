/* gbt.h - the pile's side of a GB/T 27930 charge: who are you, what do you take, are we ready, so
 * much now, the end. Times and phases stand here; what is in the messages in gbt_msg.h, how they
 * travel in gbt_link.h, what is done with the source in dc.h, which sees a car like any other
 * (struct hal_car). Pure but for taking and giving frames.
 *
 *  IDLE --wanted--> HELLO --BHM, or 5 s--> INSULATION --proven--> IDENTIFY --BRM, BCP--> CONFIGURE
 *   ^                                                                |  ^                  | BRO AA
 *   |                                                     5 s no word|  |again, 3 times    v
 *   |                                                                v  |      BCS, BCL  READY
 *   |  <-- not wanted --- DONE <-- BSD, CSD --- END <-- BST, not   WAITED     .------------'
 *   '------------------ FAILED <---- too often ---'     wanted --- CHARGE <---'          */
#pragma once
#include "pile/dc.h"
#include "pile/gbt_link.h"

enum gbt_phase {
	GBT_IDLE = 0,
	GBT_HELLO,      /* CHM until the car says its highest voltage */
	GBT_INSULATION, /* dc.h proves it; CHM goes on */
	GBT_IDENTIFY,   /* CRM until the car said who it is and what it takes */
	GBT_CONFIGURE,  /* CTS and CML until the car closed its contactors */
	GBT_READY,      /* CRO until the source stands and the car says what it wants */
	GBT_CHARGE,     /* CCS */
	GBT_END,        /* CST, then CSD */
	GBT_WAITED,     /* CEM: an answer did not come; then again from IDENTIFY */
	GBT_DONE,       /* the car or we ended in order */
	GBT_FAILED,     /* the car does not speak */
};

struct gbt_input {
	bool wanted;   /* as in dc.h */
	bool stopping; /* what is not wanted any more was ended by a fault, not by a hand */
	bool emergency;
	enum dc_phase dc;
	struct hal_dc source;
	int32_t max_mv, min_mv; /* of the source */
	int32_t limit_ma;       /* on offer now; 0 pauses the car */
	int64_t energy_dwh;     /* given in this charge */
	int64_t now_us;         /* wall clock of the place, for the car's records; 0 not known */
};

struct gbt {
	enum gbt_phase phase;
	struct gbt_link link;
	int64_t since_us;                                /* of the phase */
	int64_t begun_us;                                /* of the energy */
	int64_t sent_us[GBT_KINDS], heard_us[GBT_KINDS]; /* monotonic, 0 never in this charge */
	bool again;           /* a new charge was wanted while the old one still ended */
	int tries, ends;      /* re-handshakes; CSD sent */
	union gbt_body waits; /* of CEM: what was waited for */
	union gbt_body end;   /* of CST */
	int64_t max_mv;       /* the least of what the car said */
	struct gbt_brm who;
	struct gbt_bcp takes;
	struct gbt_bcl wants;
	struct gbt_bcs state;
	struct gbt_bsm battery;
	bool mismatch; /* our source cannot serve this battery */
};

void gbt_init(struct gbt *gbt);
/* The car left. */
void gbt_reset(struct gbt *gbt);
/* A frame from the bus. */
void gbt_take(struct gbt *gbt, const struct hal_can *frame, int64_t ticks_us);
/* What is due is put into the link; 10 to 100 times a second, gbt_take before. */
void gbt_step(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us);
/* The car as dc.h and the meter want it. */
struct hal_car gbt_car(const struct gbt *gbt);
/* Is it on its way to the energy? */
bool gbt_preparing(const struct gbt *gbt);
/* Its state of charge in percent, -1 unknown. */
int32_t gbt_soc_percent(const struct gbt *gbt);
const char *gbt_word(enum gbt_phase phase);
