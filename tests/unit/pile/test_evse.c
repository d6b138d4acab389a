/* test_evse.c - the outlet's table as drawn, and the outlet with its simulated hardware: energy
 * flows when it should and under no other circumstances. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/fault.h"
#include "pile/evse.h"
#include "pile/hal/sim.h"

struct bench {
	struct sim sim;
	struct evse evse;
	int64_t ticks_us;
	uint32_t happened; /* all bits since last asked */
};

static void run(struct bench *bench, int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 100) {
		bench->ticks_us += 100 * US_PER_MS;
		sim_step(&bench->sim, 100 * US_PER_MS);
		bench->happened |= evse_step(&bench->evse, bench->ticks_us);
		if (bench->sim.contactor_closed && !(bench->sim.faults & SIM_FAULT_WELDED))
			/* after the signal went off the car gets a moment to let go */
			assert_true(bench->evse.running || !bench->evse.closed_wish ||
				    !evse_signals(&bench->evse));
	}
}

static void start(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	bench->ticks_us = US_PER_S;
	sim_init(&bench->sim, NULL, 32000, 3);
	evse_init(&bench->evse, &bench->sim.hal);
	meter_init(&bench->evse.meter, 0, 0, 22080000);
	run(bench, 500);
	assert_int_equal(bench->evse.state, EVSE_AVAILABLE);
}

static void charge(struct bench *bench)
{
	start(bench);
	sim_plug(&bench->sim, 600000, 20);
	run(bench, 500);
	assert_true(bench->happened & EVSE_H_PLUGGED);
	assert_int_equal(bench->evse.state, EVSE_PREPARING);
	assert_false(bench->sim.contactor_closed);
	evse_claim(&bench->evse, true, bench->ticks_us);
	assert_true(evse_begin(&bench->evse, bench->ticks_us));
	assert_int_equal(bench->evse.state, EVSE_STARTING);
	run(bench, 1000);
	assert_int_equal(bench->evse.state, EVSE_CHARGING);
	assert_true(bench->sim.locked);
}

/* One column per event in the order of enum evse_event; letters as below, '.' = nothing changes. */
static void test_table_is_the_drawing(void **state)
{
	static const char letters[] = "APSCeEFRUX..*"; /* by enum evse_state; * = rest */
	static const char *const want[EVSE_STATES] = {
		/*                     plug unplug claim release begin flow pause hold end fault
		   clear disable enable reserve cancel */
		[EVSE_AVAILABLE] = "P.P......X.U.R.",
		[EVSE_PREPARING] = ".*.*S....X.U...",
		[EVSE_STARTING] = ".....CeEFX.....",
		[EVSE_CHARGING] = "......eEFX.....",
		[EVSE_SUSPENDED_EV] = ".....C.EFX.....",
		[EVSE_SUSPENDED_EVSE] = ".....Ce.FX.....",
		[EVSE_FINISHING] = ".*P......X.U...",
		[EVSE_RESERVED] = "..P......X.U..*",
		[EVSE_UNAVAILABLE] = ".........X..*..",
		[EVSE_FAULTED] = "..........*....",
	};

	(void)state;
	for (int from = 0; from < EVSE_STATES; from++) {
		for (int on = 0; on < EVSE_EVENTS; on++) {
			int to = (int)evse_next((enum evse_state)from, (enum evse_event)on);
			char got = to == from ? '.' : to == EVSE_REST ? '*' : letters[to];
			assert_int_equal(got, want[from][on]);
		}
	}
}

static void test_charge_pause_finish(void **state)
{
	struct bench bench;
	int64_t before;

	(void)state;
	charge(&bench);
	before = bench.evse.meter.register_dwh;
	run(&bench, 60000);
	/* 3 x 230 V x 31.9 A for a minute are 367 Wh */
	assert_in_range(bench.evse.meter.register_dwh - before, 3600, 3700);
	bench.sim.wants_energy = false;
	run(&bench, 500);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EV);
	assert_false(bench.sim.contactor_closed);
	bench.sim.wants_energy = true;
	run(&bench, 500);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	evse_permit(&bench.evse, false);
	run(&bench, 500);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EVSE);
	assert_false(bench.sim.contactor_closed);
	evse_permit(&bench.evse, true);
	run(&bench, 1000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_false(evse_unlock(&bench.evse)); /* not under load */
	evse_end(&bench.evse, bench.ticks_us);
	run(&bench, 500);
	assert_int_equal(bench.evse.state, EVSE_FINISHING);
	assert_false(bench.sim.contactor_closed);
	assert_false(bench.sim.locked);
	sim_unplug(&bench.sim);
	run(&bench, 500);
	assert_int_equal(bench.evse.state, EVSE_AVAILABLE);
}

static void test_full_battery_tapers_and_stops(void **state)
{
	struct bench bench;
	int32_t early_ma;

	(void)state;
	start(&bench);
	sim_plug(&bench.sim, 100000, 70);
	run(&bench, 500);
	evse_claim(&bench.evse, true, bench.ticks_us);
	assert_true(evse_begin(&bench.evse, bench.ticks_us));
	run(&bench, 10000);
	early_ma = bench.sim.current_ma;
	assert_in_range(early_ma, 30000, 32000);
	run(&bench, 6 * 60 * 1000);
	assert_true(bench.sim.current_ma < early_ma); /* above 80 % */
	for (int i = 0; i < 120 && bench.evse.state == EVSE_CHARGING; i++)
		run(&bench, 60000);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EV);
	assert_int_equal(sim_soc_percent(&bench.sim), 100);
}

/* fault, does it end the transaction, the code, milliseconds until it is seen */
static const struct fault_case {
	uint32_t fault;
	bool ends;
	enum protect_kind kind;
	int64_t ms;
} fault_cases[] = {
	{SIM_FAULT_EMERGENCY, true, PROTECT_EMERGENCY, 200},
	{SIM_FAULT_RESIDUAL, true, PROTECT_RESIDUAL, 200},
	{SIM_FAULT_RESIDUAL_DC, true, PROTECT_RESIDUAL_DC, 200},
	{SIM_FAULT_SURGE, true, PROTECT_SURGE, 500},
	{SIM_FAULT_DOOR, true, PROTECT_DOOR, 1000},
	{SIM_FAULT_WATER, true, PROTECT_WATER, 1000},
	{SIM_FAULT_CABINET, false, PROTECT_CABINET_HEAT, 200000},
	{SIM_FAULT_SENSORS, true, PROTECT_HARDWARE, 2000},
	{SIM_FAULT_METER_JUMP, true, PROTECT_METER, 1000},
	{SIM_FAULT_OVERCURRENT, true, PROTECT_OVERCURRENT, 8000},
	{SIM_FAULT_OVERHEAT, false, PROTECT_OVERHEAT, 200000},
	{SIM_FAULT_METER_FROZEN, true, PROTECT_METER, 20000},
	{SIM_FAULT_METER_BACK, true, PROTECT_METER, 5000},
	{SIM_FAULT_METER_SILENT, true, PROTECT_METER, 5000},
	{SIM_FAULT_DIODE, false, PROTECT_PILOT, 1000},
	{SIM_FAULT_PILOT, false, PROTECT_PILOT, 1000},
	{SIM_FAULT_CONTACTOR_DEAD, true, PROTECT_CONTACTOR_DEAD, 1000},
};

static void test_each_fault_opens_the_contactor(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fault_cases) / sizeof(fault_cases[0]); i++) {
		const struct fault_case *one = &fault_cases[i];
		struct bench bench;

		charge(&bench);
		bench.happened = 0;
		bench.sim.faults |= one->fault;
		run(&bench, one->ms);
		assert_int_equal(protect_first(&bench.evse.protect), one->kind);
		assert_int_equal(bench.evse.state, EVSE_FAULTED);
		assert_false(bench.evse.closed_wish);
		assert_false(bench.sim.contactor_closed);
		assert_int_equal(!!(bench.happened & EVSE_H_MUST_END), one->ends);
		if (one->ends)
			evse_end(&bench.evse, bench.ticks_us);
		assert_int_equal(bench.evse.state, EVSE_FAULTED);
		/* the cause goes away, the car too: free again */
		bench.sim.faults = 0;
		sim_unplug(&bench.sim);
		if (!one->ends)
			evse_end(&bench.evse, bench.ticks_us);
		run(&bench, 200000);
		assert_int_equal(bench.evse.protect.active, 0);
		assert_int_equal(bench.evse.state, EVSE_AVAILABLE);
	}
}

static void test_suspending_fault_goes_on(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.voltage_mv = 260000;
	run(&bench, 1000);
	assert_int_equal(bench.evse.state, EVSE_FAULTED);
	assert_true(bench.evse.running);
	bench.sim.voltage_mv = 230000;
	run(&bench, 6000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

static void test_latched_until_unplugged(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.faults = SIM_FAULT_RESIDUAL;
	run(&bench, 500);
	evse_end(&bench.evse, bench.ticks_us);
	bench.sim.faults = 0;
	run(&bench, 20000);
	assert_int_equal(bench.evse.state, EVSE_FAULTED);
	assert_false(evse_begin(&bench.evse, bench.ticks_us));
	sim_unplug(&bench.sim);
	run(&bench, 2000);
	assert_int_equal(bench.evse.state, EVSE_AVAILABLE);
}

static void test_welded_contactor_is_seen_when_opening(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.faults = SIM_FAULT_WELDED;
	run(&bench, 5000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING); /* nothing to see yet */
	evse_end(&bench.evse, bench.ticks_us);
	run(&bench, 2000);
	assert_int_equal(bench.evse.state, EVSE_FAULTED);
	assert_int_equal(protect_first(&bench.evse.protect), PROTECT_WELDED);
	assert_true(bench.sim.locked); /* the plug is live: it stays in */
}

static void test_broken_lock_never_closes(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench);
	bench.sim.faults = SIM_FAULT_LOCK;
	sim_plug(&bench.sim, 600000, 20);
	run(&bench, 500);
	evse_claim(&bench.evse, true, bench.ticks_us);
	assert_true(evse_begin(&bench.evse, bench.ticks_us));
	run(&bench, 5000);
	assert_int_equal(protect_first(&bench.evse.protect), PROTECT_LOCK);
	assert_false(bench.sim.contactor_closed);
}

static void test_claims_and_availability(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench);
	assert_false(evse_begin(&bench.evse, bench.ticks_us)); /* no car */
	evse_claim(&bench.evse, true, bench.ticks_us);
	assert_int_equal(bench.evse.state, EVSE_PREPARING);
	evse_claim(&bench.evse, false, bench.ticks_us);
	assert_int_equal(bench.evse.state, EVSE_AVAILABLE);
	evse_reserve(&bench.evse, true, bench.ticks_us);
	assert_int_equal(bench.evse.state, EVSE_RESERVED);
	sim_plug(&bench.sim, 600000, 20);
	run(&bench, 500);
	assert_int_equal(bench.evse.state, EVSE_RESERVED);
	evse_reserve(&bench.evse, false, bench.ticks_us);
	assert_int_equal(bench.evse.state, EVSE_PREPARING);
	evse_operate(&bench.evse, false, bench.ticks_us);
	assert_int_equal(bench.evse.state, EVSE_UNAVAILABLE);
	assert_false(evse_begin(&bench.evse, bench.ticks_us));
	run(&bench, 1000);
	assert_int_equal(bench.evse.state, EVSE_UNAVAILABLE);
	evse_operate(&bench.evse, true, bench.ticks_us);
	assert_int_equal(bench.evse.state, EVSE_PREPARING);
	assert_true(sim_tap(&bench.sim, "CARD", 4));
	bench.happened = 0;
	run(&bench, 100);
	assert_true(bench.happened & EVSE_H_TAG);
	assert_string_equal(bench.evse.tag, "CARD");
	assert_false(sim_tap(&bench.sim, "1234567890123456789012345678901234567", 37));
}

static void test_heat_lowers_the_signal(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.ambient_mc = 50000;
	bench.sim.connector_mc = 78000;
	run(&bench, 8000);
	assert_in_range(sim_duty_ma(bench.evse.duty_permille), 6000, 25000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

static void begin(struct bench *bench)
{
	evse_claim(&bench->evse, true, bench->ticks_us);
	assert_true(evse_begin(&bench->evse, bench->ticks_us));
}

/* A car that goes on drawing gets six seconds, then the contactor opens under load. */
static void test_stubborn_car_is_cut_off(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.faults = SIM_FAULT_STUBBORN;
	evse_end(&bench.evse, bench.ticks_us);
	run(&bench, 5000);
	assert_true(bench.sim.contactor_closed);
	assert_true(bench.sim.locked);
	run(&bench, 2000);
	assert_false(bench.sim.contactor_closed);
	/* an emergency does not wait */
	charge(&bench);
	bench.sim.faults = SIM_FAULT_STUBBORN | SIM_FAULT_EMERGENCY;
	run(&bench, 200);
	assert_false(bench.evse.closed_wish);
}

static void test_remote_stop_and_release(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	evse_remote_stop(&bench.evse, true);
	run(&bench, 200);
	assert_int_equal(protect_first(&bench.evse.protect), PROTECT_REMOTE_STOP);
	assert_false(bench.sim.contactor_closed);
	assert_true(bench.happened & EVSE_H_MUST_END);
	evse_end(&bench.evse, bench.ticks_us);
	assert_false(evse_begin(&bench.evse, bench.ticks_us));
	evse_remote_stop(&bench.evse, false);
	run(&bench, 1000);
	begin(&bench);
	run(&bench, 1000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

static void test_residual_test_guards_the_start(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench);
	bench.sim.faults = SIM_FAULT_RESIDUAL_TEST;
	sim_plug(&bench.sim, 600000, 20);
	run(&bench, 500);
	assert_int_equal(protect_first(&bench.evse.protect), PROTECT_RESIDUAL_TEST);
	assert_false(evse_begin(&bench.evse, bench.ticks_us));
	bench.sim.faults = 0;
	run(&bench, 3000);
	assert_int_equal(bench.evse.state, EVSE_FAULTED); /* until the next plug is tested */
	sim_unplug(&bench.sim);
	run(&bench, 500);
	sim_plug(&bench.sim, 600000, 20);
	run(&bench, 500);
	assert_int_equal(bench.evse.protect.active, 0);
	begin(&bench);
}

static void test_ventilation(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.ventilation = true;
	run(&bench, 1000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	bench.sim.hal.unventilated = true; /* the same car in a closed garage */
	run(&bench, 1000);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EVSE);
	assert_false(bench.sim.contactor_closed);
}

static void test_sleeping_car_is_woken_once(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench);
	bench.sim.asleep = true;
	sim_plug(&bench.sim, 600000, 20);
	run(&bench, 500);
	begin(&bench);
	run(&bench, 25000);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EV);
	run(&bench, 12000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_true(bench.evse.plugged);
	/* one that has charged is not woken again */
	bench.sim.wants_energy = false;
	bench.sim.asleep = true;
	run(&bench, 60000);
	assert_true(bench.sim.asleep);
}

static void test_cable_and_one_phase(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench);
	bench.sim.cable_ma = 13000;
	sim_plug(&bench.sim, 600000, 20);
	run(&bench, 500);
	begin(&bench);
	run(&bench, 1000);
	assert_in_range(bench.sim.current_ma, 12500, 13000);
	assert_int_equal(bench.evse.mode.current, MODE_AC_THREE);
	assert_int_equal(bench.evse.mode.metering, MODE_METER_SUM);
}

static void test_simple_pilot(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench);
	bench.sim.hal.simple_pilot = true;
	bench.sim.wants_energy = false;
	sim_plug(&bench.sim, 600000, 20);
	bench.sim.wants_energy = false;
	run(&bench, 500);
	begin(&bench);
	run(&bench, 500);
	assert_false(bench.sim.contactor_closed);
	bench.sim.wants_energy = true;
	run(&bench, 1000);
	assert_int_equal(bench.evse.mode.charging, MODE_SIMPLE);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_int_equal(bench.sim.duty_permille, HAL_DUTY_OFF);
	assert_int_equal(bench.sim.current_ma, 10000);
}

static void test_grid_and_frequency(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.grid_permille = 500;
	run(&bench, 6000);
	assert_in_range(bench.sim.current_ma, 15000, 16000);
	assert_int_equal(bench.evse.offer.reason, STRATEGY_GRID);
	assert_true(bench.happened & EVSE_H_POWER);
	/* the signal keeps its value for 5 s: until then the car does no wrong by it */
	run(&bench, 6000);
	bench.sim.grid_permille = 900;
	run(&bench, 1500);
	bench.sim.grid_permille = 400;
	run(&bench, 3000);
	assert_int_equal(bench.evse.offer.ma, 12800);
	assert_true(bench.sim.current_ma > 20000);
	assert_false(bench.evse.protect.causes & 1u << PROTECT_OVERCURRENT);
	run(&bench, 3000);
	assert_in_range(bench.sim.current_ma, 12000, 12800);
	bench.sim.grid_permille = 100; /* 3.2 A cannot be told: the car pauses */
	run(&bench, 1000);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EVSE);
	bench.sim.grid_permille = 1000;
	run(&bench, 6000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	bench.sim.frequency_mhz = 49500;
	run(&bench, 6000);
	assert_int_equal(bench.evse.offer.reason, STRATEGY_FREQUENCY);
	assert_in_range(bench.sim.current_ma, 18000, 20000);
}

static void direct(struct bench *bench, enum hal_plug plug)
{
	memset(bench, 0, sizeof(*bench));
	bench->ticks_us = US_PER_S;
	sim_init(&bench->sim, NULL, 200000, 1);
	sim_direct(&bench->sim, plug, 920000);
	evse_init(&bench->evse, &bench->sim.hal);
	meter_init(&bench->evse.meter, 0, 0, 184000000);
	run(bench, 500);
	sim_plug(&bench->sim, 600000, 20);
	run(bench, 500);
	begin(bench);
}

static void test_direct_current(void **state)
{
	static const enum hal_plug plugs[] = {HAL_PLUG_CCS2, HAL_PLUG_CCS1};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bench bench;
		direct(&bench, plugs[i]);
		assert_int_equal(bench.evse.mode.current, MODE_DC);
		assert_int_equal(bench.evse.mode.metering, MODE_METER_DC);
		run(&bench, 300);
		assert_int_equal(bench.evse.dc.phase, DC_CHECK);
		assert_false(bench.sim.contactor_closed);
		run(&bench, 5000);
		assert_int_equal(bench.evse.dc.phase, DC_ENERGY);
		assert_int_equal(bench.evse.state, EVSE_CHARGING);
		assert_in_range(bench.sim.dc_mv, 372000, 373000); /* 20 % full */
		assert_int_equal(bench.sim.current_ma, 200000);
		run(&bench, 60000); /* 372 V x 200 A for a minute are 1.24 kWh */
		assert_in_range(bench.evse.meter.register_dwh, 12000, 14000);
		evse_end(&bench.evse, bench.ticks_us);
		run(&bench, 3000);
		assert_false(bench.sim.contactor_closed);
		assert_int_equal(bench.sim.dc_set_ma, 0);
		assert_int_equal(bench.evse.protect.active, 0);
		assert_int_equal(bench.evse.state, EVSE_FINISHING);
	}
}

static void test_direct_current_faults(void **state)
{
	struct bench bench;

	(void)state;
	direct(&bench, HAL_PLUG_CCS2);
	bench.sim.faults = SIM_FAULT_INSULATION;
	run(&bench, 5000);
	assert_int_equal(protect_first(&bench.evse.protect), PROTECT_INSULATION);
	assert_false(bench.sim.contactor_closed);
	direct(&bench, HAL_PLUG_CCS2);
	bench.sim.faults = SIM_FAULT_SOURCE;
	run(&bench, 45000);
	assert_int_equal(protect_first(&bench.evse.protect), PROTECT_SOURCE);
	assert_false(bench.sim.contactor_closed);
	/* the seams: known, refused */
	memset(&bench, 0, sizeof(bench));
	bench.ticks_us = US_PER_S;
	sim_init(&bench.sim, NULL, 200000, 1);
	sim_direct(&bench.sim, HAL_PLUG_CHAOJI, 920000);
	evse_init(&bench.evse, &bench.sim.hal);
	meter_init(&bench.evse.meter, 0, 0, 184000000);
	sim_plug(&bench.sim, 600000, 20);
	run(&bench, 500);
	assert_int_equal(bench.evse.mode.charging, MODE_CHAOJI);
	evse_claim(&bench.evse, true, bench.ticks_us);
	assert_false(evse_begin(&bench.evse, bench.ticks_us));
}

/* A plug for direct current never starts an outlet that has none. */
static void test_wrong_plug(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench);
	bench.sim.plug = HAL_PLUG_CCS2;
	sim_plug(&bench.sim, 600000, 20);
	run(&bench, 500);
	assert_int_equal(bench.evse.mode.current, MODE_CURRENT_NONE);
	evse_claim(&bench.evse, true, bench.ticks_us);
	assert_false(evse_begin(&bench.evse, bench.ticks_us));
}

/* IEC 61851-1: what each duty means, the edges of every range. */
static void test_signal_table(void **state)
{
	static const struct {
		int32_t permille, ma;
	} rows[] = {{0, 0}, {29, 0}, {30, 0}, {50, 0}, {70, 0}, {79, 0}, {80, 6000}, {99, 6000},
		{100, 6000}, {101, 6060}, {266, 15960}, {500, 30000}, {850, 51000}, {851, 52750},
		{900, 65000}, {960, 80000}, {961, 80000}, {970, 80000}, {971, 0}, {1000, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(sim_duty_ma(rows[i].permille), rows[i].ma);
}

/* Both ways over the whole range: a car is never told more than there is, and hardly less. */
static void test_signal_both_ways(void **state)
{
	int32_t before = 0;

	(void)state;
	for (int32_t ma = 0; ma < 6000; ma++)
		assert_int_equal(evse_duty(ma), HAL_DUTY_OFF);
	for (int32_t ma = 6000; ma <= 100000; ma++) {
		int32_t duty = evse_duty(ma), told = sim_duty_ma(duty);

		assert_in_range(duty, 100, 960);
		assert_true(duty >= before); /* more current, never a smaller duty */
		assert_true(told <= ma);
		/* a step of the signal is 60 mA, above 52.75 A 250 mA; from 51 A up to there
		 * there is none */
		assert_true(told >= (ma >= 80000          ? 80000
					    : ma >= 52750 ? ma - 250
					    : ma >= 51000 ? 51000
							  : ma - 60));
		before = duty;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_the_drawing),
		cmocka_unit_test(test_charge_pause_finish),
		cmocka_unit_test(test_full_battery_tapers_and_stops),
		cmocka_unit_test(test_each_fault_opens_the_contactor),
		cmocka_unit_test(test_suspending_fault_goes_on),
		cmocka_unit_test(test_latched_until_unplugged),
		cmocka_unit_test(test_welded_contactor_is_seen_when_opening),
		cmocka_unit_test(test_broken_lock_never_closes),
		cmocka_unit_test(test_claims_and_availability),
		cmocka_unit_test(test_heat_lowers_the_signal),
		cmocka_unit_test(test_stubborn_car_is_cut_off),
		cmocka_unit_test(test_remote_stop_and_release),
		cmocka_unit_test(test_residual_test_guards_the_start),
		cmocka_unit_test(test_ventilation),
		cmocka_unit_test(test_sleeping_car_is_woken_once),
		cmocka_unit_test(test_cable_and_one_phase),
		cmocka_unit_test(test_simple_pilot),
		cmocka_unit_test(test_grid_and_frequency),
		cmocka_unit_test(test_direct_current),
		cmocka_unit_test(test_direct_current_faults),
		cmocka_unit_test(test_wrong_plug),
		cmocka_unit_test(test_signal_table),
		cmocka_unit_test(test_signal_both_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
