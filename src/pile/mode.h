/* mode.h - how a charge is to go, found step by step in one fixed order: what is plugged gives the
 * connector, the connector the kind of current, the current the way the car is spoken to, and that
 * the way energy is measured. Each step looks only at the one before and at the outlet's wiring, so
 * a wrong plug can never give direct current to an alternating current outlet. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "pile/hal/hal.h"

enum mode_current {
	MODE_CURRENT_NONE = 0, /* this outlet cannot serve this plug */
	MODE_AC_ONE,           /* alternating, one phase */
	MODE_AC_THREE,
	MODE_DC,
};

enum mode_charging {
	MODE_CHARGING_NONE = 0,
	MODE_SIGNAL, /* IEC 61851-1 mode 3: the current is told by the signal's duty */
	MODE_SIMPLE, /* mode 3 with a simplified pilot: no signal, 10 A */
	MODE_CCS,    /* mode 4: duty 5 %, then DIN 70121 or ISO 15118 */
	MODE_GBT,    /* mode 4: GB/T 27930 over CAN */
	MODE_CHADEMO,
	MODE_CHAOJI, /* GB/T 27930 class B over CAN */
};

enum mode_metering {
	MODE_METERING_NONE = 0,
	MODE_METER_ONE, /* alternating current meter, phase L1 */
	MODE_METER_SUM, /* alternating current meter, sum of the phases */
	MODE_METER_DC,  /* direct current meter behind the contactor */
};

struct mode {
	enum hal_plug plug;
	enum mode_current current;
	enum mode_charging charging;
	enum mode_metering metering;
	int32_t max_ma; /* what plug, cable and outlet together carry; 0 when nothing can be served
			 */
	int32_t nominal_mv; /* per phase to neutral; 0 for direct current, whose voltage the car
			       says */
};

/* The choice alone, as the journal keeps it; all zero: nothing is known of it. */
struct mode_choice {
	uint8_t plug, current, charging, metering;
};

/* `plugged` as the outlet's contacts say, or its own connector when they say nothing. */
struct mode mode_choose(const struct hal *hal, const struct hal_plugged *plugged);
/* Stable names for pages, logs and messages. */
const char *mode_plug_word(enum hal_plug plug);
enum hal_plug mode_plug_find(const char *word, size_t len); /* HAL_PLUG_NONE when unknown */
/* Is it a plug for direct current? */
bool mode_direct(enum hal_plug plug);
const char *mode_current_word(enum mode_current current);
const char *mode_charging_word(enum mode_charging charging);
const char *mode_metering_word(enum mode_metering metering);
/* The whole choice in its order, "iec-type2 > ac-3 > signal > ac-phase-sum"; fits the 50 characters
 * OCPP has for it. "" when nothing is plugged. */
#define MODE_TEXT_MAX 50
void mode_text(const struct mode *mode, char ret[MODE_TEXT_MAX + 1]);
struct mode_choice mode_chosen(const struct mode *mode);
void mode_choice_text(const struct mode_choice *choice, char ret[MODE_TEXT_MAX + 1]);
/* False for numbers that none of the steps has. */
bool mode_choice_ok(const struct mode_choice *choice);
