/* protect.h - what must not go on. Each protection is a level, not an event: it is on while its
 * cause lasts (and, for the latched ones, until the car was unplugged and the cause is gone), and
 * any of them keeps the contactor open. The one place that asks is evse_may_close(). Codes, words
 * and OCPP errors of each stand in one table. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum protect_kind {
	PROTECT_EMERGENCY = 0,
	PROTECT_RESIDUAL,
	PROTECT_OVERCURRENT,
	PROTECT_OVERHEAT,
	PROTECT_WELDED,
	PROTECT_CONTACTOR_DEAD,
	PROTECT_OVERVOLTAGE,
	PROTECT_UNDERVOLTAGE,
	PROTECT_METER,
	PROTECT_LOCK,
	PROTECT_PILOT,
	PROTECT_HARDWARE, /* a part does not answer */
	PROTECT_KINDS,
};

struct protect_row {
	const char *code;       /* shown on the display and sent as vendorErrorCode: "E04" */
	const char *word;       /* stable name, key of the texts in the page */
	const char *ocpp_error; /* ChargePointErrorCode */
	const char *info;       /* English sentence for the operator */
	int64_t raise_us;       /* the cause must last this long */
	int64_t clear_us;       /* and be gone this long */
	bool latched;           /* stays until the car is unplugged */
	bool ends;              /* ends a running transaction instead of suspending it */
};

struct protect {
	uint32_t active; /* bits by protect_kind: energy is blocked while not zero */
	uint32_t causes; /* as last seen */
	int64_t since_us[PROTECT_KINDS]; /* when the cause last changed */
};

const struct protect_row *protect_row(enum protect_kind kind);
/* Takes the causes seen now (bits by kind) at monotonic time `ticks_us`. `plugged` false releases
 * the latched ones. */
void protect_update(struct protect *protect, uint32_t causes, bool plugged, int64_t ticks_us);
/* The most serious active protection (lowest number), or PROTECT_KINDS. */
enum protect_kind protect_first(const struct protect *protect);
/* Does an active protection end transactions? */
bool protect_ends(const struct protect *protect);
