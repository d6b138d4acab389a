/* hal.h - the hardware of one outlet as one small struct of operations. Everything above it is the
 * same program whether the operations move a relay (a real pile) or a number (hal/sim.h). All
 * quantities are integers with their unit at the end of the name. An operation returns 0, or a
 * fault when the part does not answer; the controller treats a part that does not answer as a
 * reason to open the contactor (protect.h), never as the last value it gave. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HAL_PHASES 3
#define HAL_TAG_MAX 20    /* characters of a card's number: OCPP's idToken */
#define HAL_DUTY_OFF 1000 /* permille: steady +12 V, no signal */

struct hal_pilot {
	int32_t high_mv; /* high level of the control pilot */
	int32_t low_mv;  /* low level while a signal is sent; -12 V through the car's diode */
};

struct hal_meter {
	int64_t register_dwh; /* energy since manufacture, 1/10 Wh; as the meter says, right or
				 wrong */
	int64_t power_mw;
	int32_t voltage_mv[HAL_PHASES];
	int32_t current_ma[HAL_PHASES];
	int32_t frequency_mhz; /* millihertz */
	int32_t soc_percent;   /* of the car's battery when the car tells it; -1 unknown */
};

enum hal_sensor { HAL_SENSOR_CONNECTOR = 0, HAL_SENSOR_CABINET = 1 };

enum hal_light { HAL_LIGHT_OFF = 0, HAL_LIGHT_RED, HAL_LIGHT_YELLOW, HAL_LIGHT_GREEN };
enum hal_motion { HAL_MOTION_STEADY = 0, HAL_MOTION_BREATHE, HAL_MOTION_ROTATE, HAL_MOTION_SPLIT };

struct hal_ops {
	int (*pilot_read)(void *context, struct hal_pilot *ret);
	/* Duty of the 1 kHz signal; HAL_DUTY_OFF for none, 0 for state F (the pile is not
	 * available). */
	int (*pilot_set)(void *context, int32_t duty_permille);
	int (*contactor_set)(void *context, bool closed);
	/* What the auxiliary contact says, which is how a welded contactor is seen. */
	int (*contactor_read)(void *context, bool *ret_closed);
	int (*lock_set)(void *context, bool locked);
	int (*lock_read)(void *context, bool *ret_locked);
	int (*meter_read)(void *context, struct hal_meter *ret);
	int (*temperature_read)(void *context, enum hal_sensor sensor, int32_t *ret_mc);
	int (*residual_read)(
		void *context, int32_t *ret_ua); /* direct or alternating, the larger */
	int (*emergency_read)(void *context, bool *ret_pressed);
	int (*light_set)(void *context, enum hal_light colour, enum hal_motion motion);
	/* A card held to the reader since the last call: its number, NUL terminated; "" when none.
	 */
	int (*reader_read)(void *context, char ret_tag[HAL_TAG_MAX + 1]);
};

struct hal {
	const struct hal_ops *ops;
	void *context;
	int32_t max_ma; /* current the cable, the contactor and the fuse allow per phase */
	uint8_t phases; /* wired: 1 or 3 */
};
