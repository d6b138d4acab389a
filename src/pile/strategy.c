/* strategy.c - the smallest of what each consideration allows (see strategy.h). */
#include "pile/strategy.h"

#include "base/fault.h"
#include "pile/hal/hal.h"

#define STRATEGY_WARM_MC 70000    /* connector: from here in a line */
#define STRATEGY_HOT_MC 85000     /* to the least current here */
#define STRATEGY_COOLING_MC 88000 /* from here half the current ... */
#define STRATEGY_COOL_MC 60000    /* ... until here */
#define STRATEGY_CABINET_WARM_MC 60000
#define STRATEGY_CABINET_HOT_MC 78000
#define STRATEGY_BATTERY_HOT_MC 45000 /* a hot battery gets no more than a warm one */
#define STRATEGY_SENSE_MC 1000000
#define STRATEGY_FREQUENCY_MHZ 49800     /* below it less, in a line ... */
#define STRATEGY_FREQUENCY_LOW_MHZ 49200 /* ... to the least current */
#define STRATEGY_FAN_FROM_MC 40000
#define STRATEGY_FAN_FULL_MC 65000

const char *strategy_word(enum strategy_reason reason)
{
	static const char *const words[STRATEGY_REASONS] = {"full", "battery", "grid", "profile",
		"frequency", "heat", "cabinet", "cooling", "foresight"};

	ASSERT(reason < STRATEGY_REASONS);
	return words[reason];
}

int64_t strategy_formula_ma(int32_t base_ma, int32_t battery_mc)
{
	/* no battery is hotter: a sensor's nonsense must not overflow */
	int64_t mc = battery_mc < STRATEGY_SENSE_MC ? battery_mc : STRATEGY_SENSE_MC;
	/* 0.02 a degree are 20 millionths a thousandth of a degree */
	int64_t factor_ppm = 1000000 + 20 * mc;

	return factor_ppm > 0 ? base_ma * factor_ppm / 1000000 : 0;
}

/* Falls in a line from `full` at `from` to `least` at `to`. */
static int32_t strategy_line(int32_t at, int32_t from, int32_t to, int32_t full, int32_t least)
{
	int64_t span = (int64_t)to - from, gone = (int64_t)at - from;

	if (least > full)
		least = full;
	if ((span > 0) == (gone <= 0) || gone == 0)
		return full;
	if (span > 0 ? gone >= span : gone <= span)
		return least;
	return full - (int32_t)((int64_t)(full - least) * gone / span);
}

static void strategy_lower(struct strategy_output *output, int64_t ma, enum strategy_reason reason)
{
	if (ma >= output->ma)
		return;
	output->ma = ma > 0 ? (int32_t)ma : 0;
	output->reason = reason;
}

static void strategy_battery(struct strategy_output *output, const struct strategy_input *input)
{
	int32_t battery_mc = input->battery_mc;
	int64_t ma;

	if (input->base_ma <= 0 || battery_mc == HAL_ABSENT)
		return;
	if (battery_mc > STRATEGY_BATTERY_HOT_MC)
		battery_mc = STRATEGY_BATTERY_HOT_MC;
	ma = strategy_formula_ma(input->base_ma, battery_mc);
	/* a cold battery is charged slowly, not refused: that is the car's own decision */
	strategy_lower(output, ma > input->least_ma ? ma : input->least_ma, STRATEGY_BATTERY);
}

static void strategy_heat(struct strategy *strategy, struct strategy_output *output,
	const struct strategy_input *input)
{
	int32_t connector_mc = input->connector_mc;

	if (connector_mc != HAL_ABSENT) {
		strategy_lower(output,
			strategy_line(connector_mc, STRATEGY_WARM_MC, STRATEGY_HOT_MC,
				input->limit_ma, input->least_ma),
			STRATEGY_HEAT);
		if (connector_mc >= STRATEGY_COOLING_MC)
			strategy->cooling = true;
		if (connector_mc <= STRATEGY_COOL_MC)
			strategy->cooling = false;
	}
	if (input->cabinet_mc != HAL_ABSENT)
		strategy_lower(output,
			strategy_line(input->cabinet_mc, STRATEGY_CABINET_WARM_MC,
				STRATEGY_CABINET_HOT_MC, input->limit_ma, input->least_ma),
			STRATEGY_CABINET);
	if (strategy->cooling) {
		int32_t half_ma = input->limit_ma / 2;
		strategy_lower(output, half_ma > input->least_ma ? half_ma : input->least_ma,
			STRATEGY_COOLING);
	}
}

/* Whatever the model says, it is a guess inside the limits: no car is starved by it. */
static void strategy_foresee(struct strategy_output *output, const struct strategy_input *input)
{
	int32_t floor_ma =
		input->limit_ma / 2 > input->least_ma ? input->limit_ma / 2 : input->least_ma;

	if (input->foreseen_ma > 0)
		strategy_lower(output,
			input->foreseen_ma > floor_ma ? input->foreseen_ma : floor_ma,
			STRATEGY_FORESIGHT);
}

static int32_t strategy_fans(const struct strategy *strategy, const struct strategy_input *input)
{
	int32_t warmest_mc =
		input->connector_mc > input->cabinet_mc ? input->connector_mc : input->cabinet_mc;

	if (strategy->cooling)
		return 100;
	if (warmest_mc == HAL_ABSENT)
		return 0;
	return 100 - strategy_line(warmest_mc, STRATEGY_FAN_FROM_MC, STRATEGY_FAN_FULL_MC, 100, 0);
}

struct strategy_output strategy_decide(
	struct strategy *strategy, const struct strategy_input *input)
{
	struct strategy_output output = {
		.ma = input->limit_ma > 0 ? input->limit_ma : 0, .reason = STRATEGY_FULL};
	int32_t tenth_ma = strategy->ma / 10;

	strategy_battery(&output, input);
	if (input->frequency_mhz > 0)
		strategy_lower(&output,
			strategy_line(input->frequency_mhz, STRATEGY_FREQUENCY_MHZ,
				STRATEGY_FREQUENCY_LOW_MHZ, input->limit_ma, input->least_ma),
			STRATEGY_FREQUENCY);
	strategy_foresee(&output, input);
	strategy_heat(strategy, &output, input);
	/* last, because these two may go below the least current, down to nothing */
	if (input->profile_ma >= 0)
		strategy_lower(&output, input->profile_ma, STRATEGY_PROFILE);
	strategy_lower(
		&output, (int64_t)input->limit_ma * input->grid_permille / 1000, STRATEGY_GRID);
	output.cool_percent = strategy_fans(strategy, input);
	output.changed = strategy->started && (output.reason != strategy->reason ||
						      output.ma > strategy->ma + tenth_ma ||
						      output.ma < strategy->ma - tenth_ma);
	if (output.changed || !strategy->started) {
		strategy->ma = output.ma;
		strategy->reason = output.reason;
		strategy->started = true;
	}
	return output;
}
