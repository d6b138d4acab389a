/* hlc.h - the talk with a car over the charging cable: DIN SPEC 70121 (direct current) and ISO
 * 15118-2 (direct and alternating current), paid for outside or by the car's contract. The car
 * asks, the pile answers; what the car wants stands in struct hal_car, which dc.h serves whoever
 * speaks. Pure: requests and time come in, answers go out.
 *
 *  CLOSED --connection--> HELLO --protocol--> SETUP --who--> SERVICES --what--> SELECT
 *                                                            how paid: contract |
 *                                                          .--- CONTRACT <------|
 *                                                          |  proven, valid     | outside
 *                                                          v                    v
 *        .--- START <-- limits, alternating --- PARAMETERS <-- granted --- AUTHORISE
 *        v                                          | limits, direct
 *  .--- LOOP <-- PowerDelivery -- PRECHARGE <------ CABLE, until the insulation is proven
 *  '--> PowerDelivery (stop) --> AFTER --SessionStop--> ENDED     (any: FAILED, with a reason)
 *
 * A request that has no place in its phase, or another session's number, is answered with the
 * standard's word for it and ends the talk. Until somebody granted the charge the car is told
 * "ongoing", which is the time in which the pile finds out who it is (vehicle.h) and who pays: at
 * Authorization, or, where the car itself is the key, at ChargeParameterDiscovery, behind which its
 * battery is known as well.
 *
 * A contract (Plug & Charge, hlc_contract.c) is offered only inside TLS. The car shows its chain of
 * certificates and proves with a signature over our challenge that it has the key; what others have
 * to say to that (is the chain good, who pays, a new contract for it) the talk asks for, and waits.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rng.h"
#include "base/sign.h"
#include "pile/dc.h"
#include "pile/exi.h"
#include "pile/needs.h"
#include "pile/vehicle.h"

#define HLC_SESSION 8
#define HLC_ID_MAX 32 /* characters of the outlet's name */
#define HLC_EMAID 15
#define HLC_CHALLENGE 16

enum hlc_phase {
	HLC_CLOSED = 0,
	HLC_HELLO,
	HLC_SETUP,
	HLC_SERVICES,
	HLC_SELECT,
	HLC_CONTRACT,
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
	bool contract;  /* Plug & Charge may be offered: it is allowed, and the line is closed by
			   TLS */
	bool contracts; /* ... and new contracts may be asked for */
	bool receipts;  /* ... and the car is to sign what the meter says */
	bool closed;    /* the contactor's feedback */
	enum dc_phase dc;
	bool dc_failed;
	struct hal_dc source;
	int32_t max_mv, min_mv; /* of the source */
	int32_t max_ma;         /* of outlet and cable */
	int32_t limit_ma;       /* on offer now; 0 pauses */
	int32_t nominal_mv;     /* alternating: of a phase */
	int phases;
	bool plans;       /* somebody can be asked for a schedule ... */
	uint32_t planned; /* ... and these needs wait for nothing more (needs.h) */
	const struct needs_schedule *schedule; /* what the car may draw; borrowed, NULL unknown */
	int64_t register_dwh;                  /* of the meter */
	int64_t now_us;                        /* wall clock, 0 unknown */
	char name[HLC_ID_MAX + 1];             /* of the outlet: "ZZ*LEY*E1" */
};

/* What the talk waits for somebody to decide. */
enum hlc_ask {
	HLC_ASK_NOTHING = 0,
	HLC_ASK_CHAIN, /* are the contract's certificates good? papers->chain, papers->emaid */
	HLC_ASK_PAYER, /* the car has the key: does somebody pay for it? */
	HLC_ASK_PAPER, /* a contract for the car: papers->request, the answer to papers->answer */
};

/* What of a contract is too much to keep for cars that have none; lives with the connection. */
struct hlc_papers {
	struct arena arena;
	struct str chain; /* PEM, the contract first */
	char emaid[HLC_EMAID + 1];
	struct sign_key key;        /* the contract's */
	struct str request, answer; /* documents as they came: bytes of EXI */
	bool update;                /* of a contract, else the first one */
};

struct hlc_contract {
	bool offered; /* the car was told that it may */
	bool chosen;
	bool proven; /* it has the contract's key */
	enum hlc_ask ask;
	int64_t asked_us;
	const char *code; /* the answer: the standard's word, NULL none yet */
	uint8_t challenge[HLC_CHALLENGE];
	struct hlc_papers *papers; /* the connection's; NULL: no contracts on it */
	struct {
		bool wanted;         /* the next request is one */
		int64_t next_us;     /* not before, monotonic; 0: at once */
		int64_t reading_dwh; /* as told */
		uint32_t count;      /* signed, in this talk */
	} receipt;
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
	bool closes;                 /* alternating: the car has asked for the contactor */
	struct needs needs;          /* of the car */
	int64_t needs_us;            /* said in this ChargeParameterDiscovery; 0 not yet */
	struct needs_schedule offer; /* what the car was offered last ... */
	struct needs_schedule plan;  /* ... and will draw of it; empty: it did not say */
	int32_t soc_percent;
	const char *why; /* of FAILED, for the log */
	struct hlc_contract contract;
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
/* Memory of a connection's papers: zeroed at first, given back at its end. */
void hlc_papers_init(struct hlc_papers *papers);
void hlc_papers_fini(struct hlc_papers *papers);
/* The answer to what the contract waits for: "OK", "OK_CertificateExpiresSoon" or a word of
 * failure, which lives for ever. An answer to nothing is passed over. */
void hlc_contract_said(struct hlc *hlc, const char *code);
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
