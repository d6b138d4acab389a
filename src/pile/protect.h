/* protect.h - what must not go on. Each protection is a level, not an event: it is on while its
 * cause lasts (and, for the latched ones, until the car was unplugged and the cause is gone), and
 * any of them keeps the contactor open. The one place that asks is evse_may_close(). Where each
 * begins and ends, how long its cause must last and be gone, codes, words and OCPP errors stand in
 * one table. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum protect_kind {
	PROTECT_EMERGENCY = 0,
	PROTECT_REMOTE_STOP, /* emergency stop by the operator, from afar */
	PROTECT_RESIDUAL,
	PROTECT_RESIDUAL_DC,
	PROTECT_INSULATION,
	PROTECT_SURGE,
	PROTECT_WATER,
	PROTECT_DOOR,
	PROTECT_OVERCURRENT,
	PROTECT_OVERHEAT,
	PROTECT_CABINET_HEAT,
	PROTECT_WELDED,
	PROTECT_CONTACTOR_DEAD,
	PROTECT_OVERVOLTAGE,
	PROTECT_UNDERVOLTAGE,
	PROTECT_METER,
	PROTECT_LOCK,
	PROTECT_PILOT,
	PROTECT_RESIDUAL_TEST, /* the residual current device failed its test */
	PROTECT_SOURCE,        /* the direct current source does not do what it is told */
	PROTECT_CAR,           /* the car does not speak, or its battery does not fit the source */
	PROTECT_HARDWARE,      /* a part does not answer */
	PROTECT_KINDS,
};

/* What is measured against a limit; everything else is seen or not seen. */
#define PROTECT_NO_VALUE INT64_MIN /* not measured now: the cause is absent */

struct protect_row {
	const char *code;       /* shown on the display and sent as vendorErrorCode: "E04" */
	const char *word;       /* stable name, key of the texts in the page */
	const char *ocpp_error; /* ChargePointErrorCode */
	const char *info;       /* English sentence for the operator */
	/* where OCPP 2.x has it: a row of model.c, true while the protection is active */
	const char *component, *variable;
	uint8_t severity; /* 0 danger .. 9 debug, as 2.x counts */
	int8_t side;      /* +1 a cause at or above the limit, -1 at or below, 0 seen or not */
	int64_t raise_at; /* the value that is a cause */
	int64_t clear_at; /* and the value at which it is none any more */
	int64_t raise_us; /* the cause must last this long */
	int64_t clear_us; /* and be gone this long */
	bool latched;     /* stays until the car is unplugged */
	bool ends;        /* ends a running transaction instead of suspending it */
};

/* What one look at the hardware gave. */
struct protect_look {
	uint32_t seen;                 /* causes of side 0, bits by kind */
	int64_t values[PROTECT_KINDS]; /* for the others, in the unit of their row */
};

struct protect {
	uint32_t active; /* bits by protect_kind: energy is blocked while not zero */
	uint32_t causes; /* as last seen */
	int64_t since_us[PROTECT_KINDS]; /* when the cause last changed */
};

const struct protect_row *protect_row(enum protect_kind kind);
/* A look at which nothing is wrong and nothing was measured. */
struct protect_look protect_look_none(void);
/* Takes one look at monotonic time `ticks_us`. `plugged` false releases the latched ones. Returns
 * the kinds that became active or inactive by it, as bits. */
uint32_t protect_update(
	struct protect *protect, const struct protect_look *look, bool plugged, int64_t ticks_us);
/* The most serious active protection (lowest number), or PROTECT_KINDS. */
enum protect_kind protect_first(const struct protect *protect);
/* The most serious one that ends transactions, or PROTECT_KINDS. */
enum protect_kind protect_ending(const struct protect *protect);
/* Does an active protection end transactions? */
bool protect_ends(const struct protect *protect);
