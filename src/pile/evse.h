/* evse.h - one outlet: reads its hardware, keeps its state, moves contactor, lock, pilot signal and
 * light. It knows a transaction only as "running" and "permitted"; who pays and whom to tell is
 * pile.h's business.
 *
 *              plug/claim            begin               flow
 *   AVAILABLE ------------> PREPARING -----> STARTING ---------> CHARGING <---.
 *    ^  |  ^ <- unplug/release -'               | pause    pause |  ^ flow     | flow
 *    |  |  |                                    |   .------------'  |          |
 *    |  |  | cancel                             v   v               |          |
 *    |  |  '------- RESERVED                  SUSPENDED_EV ---------'          |
 *    |  | reserve --^   | claim -> PREPARING     |  ^ pause                    |
 *    |  |                                        |  |                          |
 *    |  | disable                           hold '--+--> SUSPENDED_EVSE -------'
 *    |  '--------> UNAVAILABLE -- enable --> (rest)  |       | (hold also from STARTING, CHARGING)
 *    |                                               | end   | end
 *    '------------ unplug --- FINISHING <------------'-------'
 *                                '-- claim -> PREPARING (a second transaction without unplugging)
 *   every state -- fault --> FAULTED -- clear --> (rest)
 *   (rest): where the levels say: STARTING while a transaction runs, else UNAVAILABLE, FINISHING,
 *   PREPARING, RESERVED or AVAILABLE. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "pile/cable.h"
#include "pile/dc.h"
#include "pile/filter.h"
#include "pile/foresee.h"
#include "pile/gbt.h"
#include "pile/hal/hal.h"
#include "pile/meter.h"
#include "pile/mode.h"
#include "pile/protect.h"
#include "pile/strategy.h"
#include "pile/vehicle.h"

enum evse_state {
	EVSE_AVAILABLE = 0,
	EVSE_PREPARING,
	EVSE_STARTING,
	EVSE_CHARGING,
	EVSE_SUSPENDED_EV,
	EVSE_SUSPENDED_EVSE,
	EVSE_FINISHING,
	EVSE_RESERVED,
	EVSE_UNAVAILABLE,
	EVSE_FAULTED,
	EVSE_STATES,
	EVSE_REST, /* only as the target of a row: see the drawing */
};

enum evse_event {
	EVSE_ON_PLUG = 0,
	EVSE_ON_UNPLUG,
	EVSE_ON_CLAIM,   /* somebody may charge and is expected */
	EVSE_ON_RELEASE, /* ... did not come */
	EVSE_ON_BEGIN,   /* a transaction runs from now */
	EVSE_ON_FLOW,    /* contactor closed, the car takes energy */
	EVSE_ON_PAUSE,   /* the car does not want energy */
	EVSE_ON_HOLD,    /* we do not give energy */
	EVSE_ON_END,     /* the transaction is over */
	EVSE_ON_FAULT,
	EVSE_ON_CLEAR,
	EVSE_ON_DISABLE,
	EVSE_ON_ENABLE,
	EVSE_ON_RESERVE,
	EVSE_ON_CANCEL,
	EVSE_EVENTS,
};

/* What evse_step saw happen, as bits. */
enum evse_happened {
	EVSE_H_STATE = 1 << 0, /* the state changed */
	EVSE_H_PLUGGED = 1 << 1,
	EVSE_H_UNPLUGGED = 1 << 2,
	EVSE_H_MUST_END = 1 << 3, /* a protection ends the running transaction */
	EVSE_H_TAG = 1 << 4,      /* a card was held to the reader: evse->tag */
	EVSE_H_PROTECT = 1 << 5,  /* protections came or went: evse->protect_changed */
	EVSE_H_POWER = 1 << 6,    /* the current offered changed, or is the first of a charge */
	EVSE_H_NEWS = 1 << 7,     /* of what was learned of heat: evse->news */
	EVSE_H_VEHICLE = 1 << 8,  /* something new is known of the car: evse->vehicle */
};

struct evse {
	const struct hal *hal;
	struct meter meter;
	struct protect protect;
	struct filter filter;
	struct mode mode; /* of what is plugged; kept until it is unplugged */
	struct strategy strategy;
	struct foresee foresee;
	bool foresight;               /* what it says counts */
	enum foresee_news news;       /* of the last step */
	struct strategy_output offer; /* as decided last */
	struct dc dc;
	struct dc_output dc_wish;
	struct hal_car car;     /* direct current: what the car asks */
	struct gbt gbt;         /* ... and where it is spoken with over CAN */
	bool bus_lost;          /* the bus does not answer */
	struct cable cable;     /* ... or over the charging cable */
	struct vehicle vehicle; /* of the plugged car, forgotten when it goes */
	struct hal_dc dc_seen;  /* the source as read last */
	int64_t begun_dwh;      /* the meter when the running transaction began */
	int64_t wall_us;  /* the owner's clock, of the place, for the car's records; 0 unknown */
	int64_t utc_us;   /* the same, for the talk over the cable */
	bool look, probe; /* the car may be the key: hlc.h */
	bool contract, contracts, receipts; /* ... by its contract, likewise */
	bool plans;                         /* a schedule can be asked for (needs.h) ... */
	uint32_t planned;                   /* ... and was for these needs */
	struct needs_schedule schedule;     /* what the car may draw */
	const struct tunnel_paper *paper;   /* for TLS on the cable, NULL without; borrowed */
	char name[HLC_ID_MAX + 1];          /* the outlet's, as cars are told it */
	enum evse_state state;
	char pilot;      /* 'A'..'F' as debounced, '?' before the first answer */
	char pilot_seen; /* last reading, not yet debounced */
	bool plugged;
	bool claimed, reserved, operative, running, permitted, finishing;
	bool remote_stop; /* emergency stop by the operator */
	bool test_failed; /* of the residual current device, since the plug came */
	bool asked;       /* the car asked for energy in this transaction */
	bool woken;       /* it was woken up once */
	bool closed_wish; /* the contactor's coil */
	bool closed;      /* its feedback */
	bool lock_wish, locked;
	bool power_told;    /* of the running transaction: what is offered, and why */
	int32_t limit_ma;   /* what may be taken: the smaller of hardware and operator */
	int32_t base_ma;    /* of the battery formula (strategy.h); 0 not used */
	int32_t profile_ma; /* what charging profiles allow; -1 everything */
	int32_t give_ma;    /* what the car is told to give back now; 0 it takes */
	int32_t back_ma;    /* ... and want the car to give back; 0 nothing */
	int32_t duty_permille;
	int32_t told_ma; /* by that duty: what the car may take until it is told otherwise */
	int32_t connector_mc, cabinet_mc; /* HAL_ABSENT when there is no sensor */
	int32_t grid_permille;
	uint32_t protect_changed; /* by the last step, bits by kind */
	char tag[HAL_TAG_MAX + 1];
	int64_t state_since_us, duty_since_us, read_us;
	int64_t on_us;          /* energy was allowed last, in charges that are talked about */
	int64_t pulse_until_us; /* the pilot is held at -12 V until then */
};

/* `hal` is borrowed for the evse's life. */
void evse_init(struct evse *evse, const struct hal *hal);
/* Reads the hardware, moves the state, sets the hardware. 5 to 20 times a second of monotonic time.
 */
uint32_t evse_step(struct evse *evse, int64_t ticks_us);
/* What came on the bus to the car, and what is due there: also between steps, up to 100 times a
 * second, where a car is spoken with over CAN. */
void evse_bus(struct evse *evse, int64_t ticks_us);
/* Is a car spoken with over CAN now? */
bool evse_on_bus(const struct evse *evse);
/* The same where a car is spoken with over the charging cable (evse_cable.c): as often as there may
 * be news of it. */
void evse_cable(struct evse *evse, int64_t ticks_us);
/* Is there a line to the car, and does its plug have one? */
bool evse_on_cable(const struct evse *evse);
/* May a car that is talked with have the contactor closed (alternating current)? */
bool evse_cable_closes(const struct evse *evse, bool on);
/* The rows of the state machine: where `event` leads from `state`; `state` itself when it changes
 * nothing. */
enum evse_state evse_next(enum evse_state state, enum evse_event event);

/* The controller's wishes; they take effect at once in the state and at the next step in the
 * hardware. */
void evse_claim(struct evse *evse, bool claimed, int64_t ticks_us);
bool evse_begin(struct evse *evse, int64_t ticks_us); /* false when no transaction can begin now */
void evse_end(struct evse *evse, int64_t ticks_us);
void evse_permit(struct evse *evse, bool permitted);
void evse_operate(struct evse *evse, bool operative, int64_t ticks_us);
void evse_reserve(struct evse *evse, bool reserved, int64_t ticks_us);
/* Opens the plug lock; false when a transaction runs or the lock does not move. */
bool evse_unlock(struct evse *evse);
/* Emergency stop from afar, and its release. */
void evse_remote_stop(struct evse *evse, bool on);
/* What may be taken at most now: outlet, plug, cable, operator. 0 when the plug cannot be served.
 */
int32_t evse_hard_ma(const struct evse *evse);
/* May the contactor be closed now? The one place where energy is allowed. */
bool evse_may_close(const struct evse *evse);

/* One look at the whole hardware (evse_look.c): fills what the evse knows, returns what is wrong.
 */
struct protect_look evse_look(struct evse *evse, int64_t ticks_us);
/* The duty that tells a car it may take so much, and never more: HAL_DUTY_OFF below 6 A. */
int32_t evse_duty(int32_t ma);
/* Is the signal on, as told to the car? */
bool evse_signals(const struct evse *evse);
/* A charge runs, may have energy, and nothing is wrong. */
bool evse_wants(const struct evse *evse);

const char *evse_status(enum evse_state state);   /* OCPP ChargePointStatus */
const char *evse_charging(enum evse_state state); /* OCPP 2.x ChargingState */
const char *evse_taken(enum evse_state state);    /* OCPP 2.x ConnectorStatus */
const char *evse_word(enum evse_state state);     /* stable name for pages and logs */
void evse_light(enum evse_state state, enum hal_light *ret_colour, enum hal_motion *ret_motion);
