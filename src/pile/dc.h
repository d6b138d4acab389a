/* dc.h - direct current, step by step: prove the insulation, bring the source to the battery's
 * voltage, close, follow what the car asks, ramp down before opening, see that the contactor
 * opened. Pure: what to set comes back as values, the caller sets it; what the car asks comes in
 * as struct hal_car, whoever speaks with it (CCS, GB/T 27930).
 *
 *   IDLE --wanted--> CHECK --insulation good--> PRECHARGE --voltages meet--> ENERGY
 *    ^                 |                           |                           | not wanted, or
 *    |                 '------- not wanted --------+------------.              | the car is gone
 *    '------------- 1 s ------------------------ WELD <---------+---- RAMP <---'
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "pile/hal/hal.h"

enum dc_phase { DC_IDLE = 0, DC_CHECK, DC_PRECHARGE, DC_ENERGY, DC_RAMP, DC_WELD };

struct dc_input {
	bool wanted; /* a transaction runs, may have energy, and nothing is wrong */
	bool closed; /* the contactor's feedback */
	struct hal_car car;
	struct hal_dc dc;
	int32_t insulation_kohm; /* HAL_ABSENT: no monitor */
	int32_t limit_ma, max_mv;
};

struct dc {
	enum dc_phase phase;
	int64_t since_us;
	int good;    /* looks in a row with good insulation */
	bool shown;  /* precharge: closed, so that the car sees the voltage */
	bool failed; /* the source did not follow in time; until dc_reset */
};

struct dc_output {
	int32_t set_mv, set_ma;
	bool close;
	bool judge_insulation; /* the voltage stands and the contactor is open: the reading counts
				*/
};

/* `input->dc` and `car` as read now, at monotonic time `ticks_us`; 5 to 20 times a second. */
struct dc_output dc_step(struct dc *dc, const struct dc_input *input, int64_t ticks_us);
/* The car left: a new one begins at the beginning. */
void dc_reset(struct dc *dc);
const char *dc_word(enum dc_phase phase);
