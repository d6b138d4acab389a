/* hlc.h - the talk with a car over the charging cable: DIN SPEC 70121 (direct current) and ISO
 * 15118-2 (direct and alternating current), paid for outside, without TLS. The car asks, the pile
 * answers; what the car wants stands in struct hal_car, which dc.h serves whoever speaks. Pure:
 * requests and time come in, answers go out.
 *
 *  CLOSED --connection--> HELLO --protocol--> SETUP --who--> SERVICES --what--> SELECT
 *                                                                               | how paid
 *        .--- START <-- limits, alternating --- PARAMETERS <-- granted --- AUTHORISE
 *        v                                          | limits, direct
 *  .--- LOOP <-- PowerDelivery -- PRECHARGE <------ CABLE, until the insulation is proven
 *  '--> PowerDelivery (stop) --> AFTER --SessionStop--> ENDED     (any: FAILED, with a reason)
 *
 * A request that has no place in its phase, or another session's number, is answered with the
 * standard's word for it and ends the talk. Until somebody granted the charge the car is told
 * "ongoing", which is the time in which the pile finds out who it is (vehicle.h) and who pays: at
 * Authorization, or, where the car itself is the key, at ChargeParameterDiscovery, behind which its
 * battery is known as well. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/rng.h"
#include "pile/dc.h"
#include "pile/exi.h"
#include "pile/vehicle.h"

#define HLC_SESSION 8
#define HLC_ID_MAX 32 /* characters of the outlet's name */

enum hlc_phase {
	HLC_CLOSED = 0,
	HLC_HELLO,
	HLC_SETUP,
	HLC_SERVICES,
	HLC_SELECT,
	HLC_AUTHORISE,
	HLC_PARAMETERS,
	HLC_CABLE,
	HLC_PRECHARGE,
	HLC_START,
	HLC_LOOP,
	HLC_AFTER,
	HLC_ENDED,
	HLC_FAILED,
};

/* How the outlet stands when the car asks. */
struct hlc_input {
	bool direct;  /* the outlet gives direct current */
	bool granted; /* a transaction runs and may have energy, nothing is wrong */
	bool look;    /* the car is the key: its battery is asked about before it is granted, so it
			 waits one request later */
	bool probe;   /* alternating current, but the car is talked with as if it were direct, until
			 its battery is known: most cars talk only so. It ends with FAILED */
	bool fault, emergency;
	bool closed; /* the contactor's feedback */
	enum dc_phase dc;
	bool dc_failed;
	struct hal_dc source;
	int32_t max_mv, min_mv; /* of the source */
	int32_t max_ma;         /* of outlet and cable */
	int32_t limit_ma;       /* on offer now; 0 pauses */
	int32_t nominal_mv;     /* alternating: of a phase */
	int phases;
	int64_t register_dwh;      /* of the meter */
	int64_t now_us;            /* wall clock, 0 unknown */
	char name[HLC_ID_MAX + 1]; /* of the outlet: "ZZ*LEY*E1" */
};

struct hlc {
	enum hlc_phase phase;
	const struct exi_schema *schema; /* as agreed in HELLO; NULL before */
	bool direct;
	bool pausing;  /* the car said that it will come back */
	bool renewing; /* it asked for new parameters while it charges */
	uint8_t session[HLC_SESSION];
	int64_t heard_us; /* the last request */
	int64_t held_us;  /* since when one waits for its answer, 0 none does */
	struct hal_car car;
	bool closes; /* alternating: the car has asked for the contactor */
	int32_t soc_percent;
	const char *why; /* of FAILED, for the log */
};

enum hlc_answer {
	HLC_ANSWERED = 0,
	HLC_LATER,  /* ask again at the next step, with the same request */
	HLC_SILENT, /* nothing to say: hang up */
};

void hlc_init(struct hlc *hlc);
/* A connection came; what a paused talk left is kept. */
void hlc_open(struct hlc *hlc, int64_t ticks_us);
/* The connection is gone. */
void hlc_close(struct hlc *hlc);
/* A request, as in its V2GTP packet; the answer as EXI. When the phase is ENDED or FAILED
 * afterwards, the connection is to be closed behind the answer. What is learned of the car goes to
 * `vehicle`. */
enum hlc_answer hlc_take(struct hlc *hlc, const struct hlc_input *input, struct vehicle *vehicle,
	struct rng *rng, const uint8_t *bytes, size_t len, uint8_t *ret, size_t cap,
	size_t *ret_len, int64_t ticks_us);
/* True when the car was silent too long: hang up. */
bool hlc_late(struct hlc *hlc, int64_t ticks_us);
/* Is it on its way to the energy? */
bool hlc_preparing(const struct hlc *hlc);
const char *hlc_word(enum hlc_phase phase);
/* "din-70121" or "iso-15118-2"; "" when nothing is agreed on. */
const char *hlc_protocol(const struct hlc *hlc);
