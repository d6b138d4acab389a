/* strategy.h - how much current the outlet offers now, decided on the pile itself from what it
 * feels: the limits of hardware and operator, heat of connector and cabinet, the battery's
 * temperature, the grid. The formula for the battery (base x (1 + 0.02 x degrees)) is a wish; the
 * hard limits around it are not. Every change has a reason, which goes to the log. Pure: the same
 * inputs give the same answer. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum strategy_reason {
	STRATEGY_FULL = 0,  /* nothing holds back: the operator's or the hardware's limit */
	STRATEGY_BATTERY,   /* the formula asks for less */
	STRATEGY_GRID,      /* the grid operator's signal */
	STRATEGY_PROFILE,   /* a charging profile of the platform */
	STRATEGY_FREQUENCY, /* the mains frequency is low */
	STRATEGY_HEAT,      /* connector warm: in a line between two temperatures */
	STRATEGY_CABINET,   /* cabinet warm */
	STRATEGY_COOLING,   /* was too hot: half the current until it has cooled */
	STRATEGY_FORESIGHT, /* it would get too warm within minutes (foresee.h) */
	STRATEGY_REASONS,
};

struct strategy_input {
	int32_t limit_ma;   /* hard: the smallest of outlet, cable, plug, operator */
	int32_t least_ma;   /* below it the car may as well pause: 6 A for alternating current, 0 */
	int32_t base_ma;    /* of the formula; 0: the formula is not used */
	int32_t profile_ma; /* what charging profiles allow, -1 everything */
	/* what stays cool enough, as learned; 0 nothing said. A guess: it lowers to half the limit
	 * at most, and never raises */
	int32_t foreseen_ma;
	int32_t connector_mc, cabinet_mc, battery_mc; /* HAL_ABSENT when not known */
	int32_t grid_permille;                        /* 1000: everything */
	int32_t frequency_mhz;                        /* 0: not known */
};

struct strategy {
	bool cooling; /* between too hot and cool again */
	bool started;
	int32_t ma; /* as decided last */
	enum strategy_reason reason;
};

struct strategy_output {
	int32_t ma;           /* never above limit_ma; 0 when the grid allows nothing */
	int32_t cool_percent; /* fans */
	enum strategy_reason reason;
	bool changed; /* worth a line in the log: another reason, or 10 % */
};

struct strategy_output strategy_decide(
	struct strategy *strategy, const struct strategy_input *input);
/* The formula alone, in milliamperes; never negative. */
int64_t strategy_formula_ma(int32_t base_ma, int32_t battery_mc);
const char *strategy_word(enum strategy_reason reason);
