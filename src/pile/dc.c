/* dc.c - the phases of direct current (drawing in dc.h). */
#include "pile/dc.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"

#define DC_TEST_MV 500000 /* insulation is tested at this voltage, or at the source's highest */
#define DC_TEST_MA 1000
#define DC_GOOD_KOHM 100
#define DC_GOOD_LOOKS 10
#define DC_CHECK_US (40 * US_PER_S)
#define DC_PRECHARGE_MA 2000
#define DC_MEET_MV 20000 /* the contactor closes on no greater difference */
#define DC_DEAD_MV 60000 /* an inlet below it has no battery behind it yet */
#define DC_PRECHARGE_US (7 * US_PER_S)
#define DC_OPEN_MA 5000               /* it opens on no greater current ... */
#define DC_RAMP_US (1500 * US_PER_MS) /* ... unless the source does not let go */
#define DC_WELD_US US_PER_S

const char *dc_word(enum dc_phase phase)
{
	static const char *const words[] = {
		"idle", "cable-check", "precharge", "energy", "ramp-down", "weld-check"};

	ASSERT(phase <= DC_WELD);
	return words[phase];
}

void dc_reset(struct dc *dc)
{
	memset(dc, 0, sizeof(*dc));
}

static int32_t dc_least(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static void dc_go(struct dc *dc, enum dc_phase phase, int64_t ticks_us)
{
	dc->phase = phase;
	dc->since_us = ticks_us;
	dc->good = 0;
	dc->shown = false;
}

static struct dc_output dc_check(struct dc *dc, const struct dc_input *input, int64_t ticks_us)
{
	int32_t test_mv = dc_least(DC_TEST_MV, input->max_mv);
	struct dc_output output = {.set_mv = test_mv, .set_ma = DC_TEST_MA};
	bool stands = input->dc.voltage_mv >= test_mv - test_mv / 10 && !input->closed;

	output.judge_insulation = stands;
	if (!input->wanted || !input->car.present) {
		dc_go(dc, DC_WELD, ticks_us);
		return (struct dc_output){0};
	}
	/* without a monitor nothing is proven, so nothing goes on */
	if (stands && input->insulation_kohm != HAL_ABSENT &&
		input->insulation_kohm >= DC_GOOD_KOHM)
		dc->good++;
	else
		dc->good = 0;
	if (dc->good >= DC_GOOD_LOOKS)
		dc_go(dc, DC_PRECHARGE, ticks_us);
	else if (ticks_us - dc->since_us > DC_CHECK_US)
		dc->failed = true;
	return output;
}

/* A car that closes its contactors only when it sees its battery's voltage (CCS): ours close first,
 * on an inlet that is dead, and open again when the car turns away. */
static struct dc_output dc_show(
	struct dc *dc, const struct dc_input *input, struct dc_output output, int64_t ticks_us)
{
	int32_t off_mv = input->dc.voltage_mv - output.set_mv;
	bool stands = off_mv >= -DC_MEET_MV && off_mv <= DC_MEET_MV;

	dc->shown = dc->shown || (stands && input->dc.inlet_mv < DC_DEAD_MV);
	output.close = dc->shown;
	if (stands)
		dc->since_us = ticks_us; /* now it is the car's turn */
	else if (ticks_us - dc->since_us > DC_PRECHARGE_US)
		dc->failed = true;
	return output;
}

static struct dc_output dc_precharge(struct dc *dc, const struct dc_input *input, int64_t ticks_us)
{
	int32_t target_mv =
		dc_least(input->car.target_mv, dc_least(input->car.max_mv, input->max_mv));
	struct dc_output output = {.set_mv = target_mv, .set_ma = DC_PRECHARGE_MA};
	int32_t apart_mv = input->dc.voltage_mv - input->dc.inlet_mv;

	if (!input->wanted || !input->car.present) {
		dc_go(dc, DC_WELD, ticks_us);
		return (struct dc_output){0};
	}
	if (!(input->car.ready || input->car.precharge) || target_mv <= 0) {
		dc->since_us = ticks_us; /* the car takes its time */
		return (struct dc_output){0};
	}
	if (input->car.precharge)
		return dc_show(dc, input, output, ticks_us);
	if (apart_mv >= -DC_MEET_MV && apart_mv <= DC_MEET_MV &&
		input->dc.voltage_mv >= target_mv - DC_MEET_MV) {
		dc_go(dc, DC_ENERGY, ticks_us);
		output.close = true;
	} else if (ticks_us - dc->since_us > DC_PRECHARGE_US) {
		dc->failed = true;
	}
	return output;
}

static struct dc_output dc_energy(struct dc *dc, const struct dc_input *input, int64_t ticks_us)
{
	const struct hal_car *car = &input->car;
	struct dc_output output = {.close = true};

	output.set_mv = dc_least(car->target_mv, dc_least(car->max_mv, input->max_mv));
	if (!input->wanted || !car->present || !car->ready) {
		dc_go(dc, DC_RAMP, ticks_us);
		return output; /* no current, still closed */
	}
	output.set_ma = dc_least(car->target_ma, input->limit_ma);
	if (output.set_ma < 0)
		output.set_ma = 0;
	return output;
}

static struct dc_output dc_ramp(struct dc *dc, const struct dc_input *input, int64_t ticks_us)
{
	struct dc_output output = {.set_mv = input->dc.voltage_mv, .close = true};

	if (input->dc.current_ma <= DC_OPEN_MA || ticks_us - dc->since_us >= DC_RAMP_US) {
		dc_go(dc, DC_WELD, ticks_us);
		return (struct dc_output){0};
	}
	return output;
}

struct dc_output dc_step(struct dc *dc, const struct dc_input *input, int64_t ticks_us)
{
	if (dc->failed)
		return (struct dc_output){0};
	switch (dc->phase) {
	case DC_IDLE:
		if (input->wanted && input->car.present)
			dc_go(dc, DC_CHECK, ticks_us);
		break;
	case DC_CHECK:
		return dc_check(dc, input, ticks_us);
	case DC_PRECHARGE:
		return dc_precharge(dc, input, ticks_us);
	case DC_ENERGY:
		return dc_energy(dc, input, ticks_us);
	case DC_RAMP:
		return dc_ramp(dc, input, ticks_us);
	case DC_WELD:
		/* a contactor that stays closed is seen by its feedback (protect.h) */
		if (ticks_us - dc->since_us >= DC_WELD_US && !input->closed)
			dc_go(dc, DC_IDLE, ticks_us);
		break;
	}
	return (struct dc_output){0};
}
