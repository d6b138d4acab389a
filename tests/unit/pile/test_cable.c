/* test_cable.c - a car on the charging cable, from the plug to the end: found, known, let wait,
 * charged by DIN 70121 and by ISO 15118-2, direct and alternating; and cars that do it wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "pile/evse.h"
#include "pile/hal/sim.h"

static const uint8_t mac[6] = {0x00, 0x7d, 0xfa, 0x01, 0x02, 0x03};

struct bench {
	struct sim sim;
	struct evse evse;
	struct rng rng;
	int64_t ticks_us;
};

static struct bench bench;

static void run(int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 100) {
		uint32_t happened;

		bench.ticks_us += 100 * US_PER_MS;
		sim_step(&bench.sim, 100 * US_PER_MS);
		happened = evse_step(&bench.evse, bench.ticks_us);
		/* a car that says who it is is no news of heat */
		assert_int_equal((happened & EVSE_H_NEWS) != 0, bench.evse.news != FORESEE_SAME);
		/* no energy without a charge that was granted, talked about and begun */
		if (bench.sim.current_ma > 0 && bench.evse.cable.phase == CABLE_TALK)
			assert_int_equal(bench.evse.cable.hlc.phase, HLC_LOOP);
	}
}

static void open_bench(enum hal_plug plug, unsigned speaks)
{
	cable_fini(&bench.evse.cable);
	sim_fini(&bench.sim);
	memset(&bench, 0, sizeof(bench));
	rng_init_seeded(&bench.rng, 5);
	bench.ticks_us = US_PER_S;
	if (plug == HAL_PLUG_CCS2) {
		sim_init(&bench.sim, NULL, 200000, 1);
		sim_direct(&bench.sim, plug, 750000);
		bench.sim.hal.min_mv = 150000;
	} else {
		sim_init(&bench.sim, NULL, 32000, 3);
	}
	sim_line(&bench.sim);
	sim_ev_name(bench.sim.ev, mac);
	bench.sim.ev->speaks = speaks;
	evse_init(&bench.evse, &bench.sim.hal);
	bench.evse.cable.rng = &bench.rng;
	meter_init(&bench.evse.meter, 0, 0, 150000000);
	run(500);
}

static void plug_in(void)
{
	sim_plug(&bench.sim, 600000, 20);
	run(5000);
}

static void begin(void)
{
	evse_claim(&bench.evse, true, bench.ticks_us);
	assert_true(evse_begin(&bench.evse, bench.ticks_us));
}

/* ---- direct current ---- */

/* The pile knows who it is before anybody pays; then the charge runs, is stopped, and ends. */
static void whole_charge(unsigned speaks, const char *protocol)
{
	struct vehicle *vehicle = &bench.evse.vehicle;
	char tag[VEHICLE_TAG + 1], print[VEHICLE_PRINT + 1];

	open_bench(HAL_PLUG_CCS2, speaks);
	plug_in();
	assert_int_equal(bench.evse.cable.phase, CABLE_TALK);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_AUTHORISE);
	assert_string_equal(hlc_protocol(&bench.evse.cable.hlc), protocol);
	assert_int_equal(vehicle_consistent(vehicle), VEHICLE_CONSISTENT);
	assert_true(vehicle->source.known && vehicle->match.known && vehicle->address.known &&
		    vehicle->evccid.known);
	assert_true(vehicle_tag(vehicle, tag));
	assert_string_equal(tag, "VID:007DFA010203");
	run(30000); /* somebody looks for their card */
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_AUTHORISE);
	assert_int_equal(bench.evse.state, EVSE_PREPARING);
	assert_false(bench.sim.contactor_closed);
	begin();
	run(10000);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_LOOP);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_int_equal(bench.sim.current_ma, 200000);
	assert_int_equal(meter_values(&bench.evse.meter, bench.ticks_us).soc_percent, 20);
	assert_true(vehicle->battery.known);
	assert_int_equal(vehicle->battery.capacity_dwh, 600000);
	assert_int_equal(vehicle->battery.max_mv, 450000);
	assert_int_equal(vehicle->battery.max_ma, 200000);
	assert_true(vehicle_fingerprint(vehicle, print));
	run(60000);
	assert_in_range(bench.evse.meter.register_dwh, 12000, 15000);
	evse_end(&bench.evse, bench.ticks_us);
	run(5000);
	assert_int_equal(bench.evse.cable.phase, CABLE_DONE);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_ENDED);
	assert_string_equal(bench.sim.ev->why, "");
	assert_true(bench.sim.ev->stops);
	assert_false(bench.sim.contactor_closed);
	assert_int_equal(bench.evse.dc.phase, DC_IDLE);
	assert_int_equal(bench.evse.state, EVSE_FINISHING);
	assert_int_equal(bench.evse.protect.active, 0);
	sim_unplug(&bench.sim);
	run(500);
	assert_int_equal(bench.evse.cable.phase, CABLE_OFF);
	assert_int_equal(vehicle_consistent(vehicle), VEHICLE_UNKNOWN);
	assert_int_equal(bench.evse.state, EVSE_AVAILABLE);
}

static void test_din(void **state)
{
	(void)state;
	whole_charge(EV_DIN, "din-70121");
}

static void test_iso2(void **state)
{
	(void)state;
	whole_charge(EV_ISO2, "iso-15118-2");
}

static void test_best_protocol(void **state)
{
	(void)state;
	whole_charge(EV_DIN | EV_ISO2, "iso-15118-2");
}

/* Where the car is the key, its battery is known before the charge is granted; and other cars of
 * the same kind have the same print, another battery another one. */
static void test_look(void **state)
{
	char print[VEHICLE_PRINT + 1], again[VEHICLE_PRINT + 1];

	(void)state;
	for (int i = 0; i < 4; i++) {
		open_bench(HAL_PLUG_CCS2, i < 2 ? EV_DIN : EV_ISO2);
		bench.evse.look = true;
		sim_plug(&bench.sim, i % 2 ? 800000 : 600000, 20);
		run(5000);
		assert_int_equal(bench.evse.cable.hlc.phase, HLC_PARAMETERS);
		assert_int_equal(bench.evse.vehicle.battery.capacity_dwh, i % 2 ? 800000 : 600000);
		assert_true(vehicle_fingerprint(&bench.evse.vehicle, i % 2 ? again : print));
		assert_false(bench.sim.contactor_closed);
		begin();
		run(10000);
		assert_int_equal(bench.evse.state, EVSE_CHARGING);
		assert_true(vehicle_fingerprint(&bench.evse.vehicle, i % 2 ? again : print));
	}
	assert_string_not_equal(print, again);
}

static void charging(void)
{
	open_bench(HAL_PLUG_CCS2, EV_ISO2);
	plug_in();
	begin();
	run(10000);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_LOOP);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

/* A full battery ends the talk; the charge pauses until somebody ends it. */
static void test_full(void **state)
{
	(void)state;
	charging();
	bench.sim.world->battery_dwh = bench.sim.world->battery_cap_dwh;
	run(5000);
	assert_int_equal(bench.evse.cable.phase, CABLE_DONE);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_ENDED);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EV);
	assert_false(bench.sim.contactor_closed);
	run(120000); /* and it stays so */
	assert_int_equal(bench.evse.cable.phase, CABLE_DONE);
	assert_int_equal(bench.evse.protect.active, 0);
}

/* Less is told in the loop; nothing at all for a while does not end the talk. */
static void test_less(void **state)
{
	(void)state;
	charging();
	bench.sim.grid_permille = 500;
	run(2000);
	assert_int_equal(bench.sim.current_ma, 100000);
	bench.sim.grid_permille = 0;
	run(3000);
	assert_int_equal(bench.sim.current_ma, 0);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EVSE);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_LOOP);
	bench.sim.grid_permille = 1000;
	run(3000);
	assert_int_equal(bench.sim.current_ma, 200000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

/* The permission is taken back: the car is asked to stop. When it comes again, the car is woken. */
static void test_permission(void **state)
{
	(void)state;
	charging();
	evse_permit(&bench.evse, false);
	run(6000);
	assert_int_equal(bench.evse.cable.phase, CABLE_DONE);
	assert_false(bench.sim.contactor_closed);
	evse_permit(&bench.evse, true);
	run(20000);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_LOOP);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

static void test_emergency(void **state)
{
	(void)state;
	charging();
	bench.sim.faults = SIM_FAULT_EMERGENCY;
	run(300);
	assert_false(bench.sim.contactor_closed);
	assert_int_equal(bench.sim.current_ma, 0);
	run(3000);
	assert_true(bench.evse.protect.active != 0);
}

static void test_insulation(void **state)
{
	(void)state;
	open_bench(HAL_PLUG_CCS2, EV_DIN);
	plug_in();
	bench.sim.faults = SIM_FAULT_INSULATION;
	begin();
	run(5000);
	assert_false(bench.sim.contactor_closed);
	assert_true(bench.evse.protect.active & 1u << PROTECT_INSULATION);
}

/* The car leaves in the middle: nothing of it stays. */
static void test_torn_out(void **state)
{
	(void)state;
	charging();
	sim_unplug(&bench.sim);
	run(1000);
	assert_false(bench.sim.contactor_closed);
	assert_int_equal(bench.evse.cable.phase, CABLE_OFF);
	assert_int_equal(bench.sim.ev->phase, EV_ASLEEP);
}

/* Nobody came with a card for so long that the car gave up: the charge wakes it. */
static void test_late_card(void **state)
{
	(void)state;
	open_bench(HAL_PLUG_CCS2, EV_DIN);
	plug_in();
	run(70000);
	assert_string_equal(bench.sim.ev->why, "told to wait too long");
	assert_int_not_equal(bench.evse.cable.phase, CABLE_TALK);
	/* it is called a few times, then left alone */
	run(600000);
	assert_int_equal(bench.evse.cable.phase, CABLE_DEAF);
	assert_int_equal(bench.evse.duty_permille, HAL_DUTY_OFF);
	assert_int_equal(bench.evse.protect.active, 0);
	begin();
	run(20000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

/* ---- cars that do it wrong ---- */

static void misbehaves(enum sim_ev_trick trick, const char *why)
{
	open_bench(HAL_PLUG_CCS2, EV_ISO2);
	bench.sim.ev->trick = trick;
	sim_plug(&bench.sim, 600000, 20);
	run(1500);
	begin();
	for (int i = 0; i < 100 && bench.evse.cable.hlc.phase != HLC_FAILED; i++)
		run(100);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_FAILED);
	assert_string_equal(bench.evse.cable.hlc.why, why);
	assert_false(bench.sim.contactor_closed);
	/* it is tried again, and in the end that is a fault of the car */
	run(200000);
	assert_true(bench.evse.protect.active & 1u << PROTECT_CAR);
	assert_false(bench.sim.contactor_closed);
	sim_unplug(&bench.sim);
	run(3000);
	assert_false(bench.evse.protect.active & 1u << PROTECT_CAR);
}

static void test_sequence(void **state)
{
	(void)state;
	misbehaves(EV_SEQUENCE, "FAILED_SequenceError");
}

static void test_stranger(void **state)
{
	(void)state;
	misbehaves(EV_STRANGER, "FAILED_UnknownSession");
}

static void test_garbage(void **state)
{
	(void)state;
	misbehaves(EV_GARBAGE, "an element that cannot come here");
}

static void test_contract(void **state)
{
	(void)state;
	misbehaves(EV_CONTRACT, "FAILED_PaymentSelectionInvalid");
}

/* Silent in the loop, connection open: energy stops long before the standard's minute is over. */
static void test_mute(void **state)
{
	(void)state;
	charging();
	bench.sim.ev->trick = EV_MUTE;
	run(3000);
	assert_int_equal(bench.sim.current_ma, 0);
	assert_false(bench.sim.contactor_closed);
}

static void test_hang_up(void **state)
{
	(void)state;
	charging();
	bench.sim.ev->trick = EV_HANG_UP;
	run(2500);
	assert_int_equal(bench.sim.current_ma, 0);
	assert_false(bench.sim.contactor_closed);
	bench.sim.ev->trick = EV_HONEST; /* and it is found again */
	run(60000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

/* One that does not speak at all is no charge of direct current. */
static void test_silent(void **state)
{
	(void)state;
	open_bench(HAL_PLUG_CCS2, EV_DIN);
	bench.sim.faults = SIM_FAULT_CAR_SILENT;
	plug_in();
	begin();
	run(180000);
	assert_int_equal(bench.evse.cable.phase, CABLE_DEAF);
	assert_true(bench.evse.protect.active & 1u << PROTECT_CAR);
	assert_int_equal(vehicle_consistent(&bench.evse.vehicle), VEHICLE_UNKNOWN);
}

/* A copied MAC: what the car says in one place differs from the others. */
static void test_clone(void **state)
{
	static const uint8_t other[6] = {0x00, 0x7d, 0xfa, 0x09, 0x09, 0x09};

	(void)state;
	for (int i = 0; i < 3; i++) {
		open_bench(HAL_PLUG_CCS2, EV_DIN);
		memcpy(i == 0    ? bench.sim.ev->evccid
			: i == 1 ? bench.sim.ev->match
				 : bench.sim.ev->address,
			other, 6);
		plug_in();
		assert_int_equal(vehicle_consistent(&bench.evse.vehicle), VEHICLE_CONTRADICTS);
	}
}

/* ---- alternating current ---- */

static void test_ac(void **state)
{
	char tag[VEHICLE_TAG + 1];

	(void)state;
	open_bench(HAL_PLUG_IEC_TYPE2, EV_DIN | EV_ISO2);
	bench.sim.car_phases = 1;
	plug_in();
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_AUTHORISE);
	assert_string_equal(hlc_protocol(&bench.evse.cable.hlc), "iso-15118-2");
	assert_true(vehicle_tag(&bench.evse.vehicle, tag));
	assert_string_equal(tag, "VID:007DFA010203");
	begin();
	run(5000);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_LOOP);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_int_equal(bench.evse.duty_permille, HAL_DUTY_DIGITAL);
	assert_int_equal(bench.sim.current_ma, 32000);
	bench.sim.grid_permille = 500;
	run(3000);
	assert_int_equal(bench.sim.current_ma, 16000);
	evse_end(&bench.evse, bench.ticks_us);
	run(5000);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_ENDED);
	assert_false(bench.sim.contactor_closed);
	assert_int_equal(bench.evse.protect.active, 0);
	assert_int_equal(bench.evse.state, EVSE_FINISHING);
}

/* Most cars do not speak on alternating current: after ten seconds the signal tells the current. */
static void test_ac_without_words(void **state)
{
	(void)state;
	open_bench(HAL_PLUG_IEC_TYPE2, EV_ISO2);
	bench.sim.ev->on = false;
	plug_in();
	begin();
	run(3000);
	assert_int_equal(bench.evse.duty_permille, HAL_DUTY_DIGITAL);
	assert_false(bench.sim.contactor_closed);
	run(10000);
	assert_int_equal(bench.evse.cable.phase, CABLE_DEAF);
	assert_int_equal(bench.evse.duty_permille, 533);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_int_equal(bench.sim.current_ma, 31980);
}

/* Asked as if there were direct current, until its battery is known; then the signal, as ever. */
static void test_ac_probe(void **state)
{
	(void)state;
	open_bench(HAL_PLUG_IEC_TYPE2, EV_DIN);
	bench.sim.car_phases = 1;
	bench.evse.look = bench.evse.probe = true;
	plug_in();
	assert_int_equal(bench.evse.cable.phase, CABLE_DEAF);
	assert_int_equal(vehicle_consistent(&bench.evse.vehicle), VEHICLE_CONSISTENT);
	assert_true(bench.evse.vehicle.evccid.known);
	assert_int_equal(bench.evse.vehicle.battery.capacity_dwh, 600000);
	assert_false(bench.sim.contactor_closed);
	begin();
	run(10000);
	assert_int_equal(bench.evse.duty_permille, 533);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_int_equal(bench.sim.current_ma, 31980);
	assert_int_equal(bench.evse.protect.active, 0);
	/* without it such a car is known by its address alone */
	open_bench(HAL_PLUG_IEC_TYPE2, EV_DIN);
	bench.evse.look = true;
	plug_in();
	assert_true(bench.evse.vehicle.match.known);
	assert_false(bench.evse.vehicle.battery.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_din),
		cmocka_unit_test(test_iso2),
		cmocka_unit_test(test_best_protocol),
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_less),
		cmocka_unit_test(test_permission),
		cmocka_unit_test(test_emergency),
		cmocka_unit_test(test_insulation),
		cmocka_unit_test(test_torn_out),
		cmocka_unit_test(test_late_card),
		cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_stranger),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_contract),
		cmocka_unit_test(test_mute),
		cmocka_unit_test(test_hang_up),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_clone),
		cmocka_unit_test(test_ac),
		cmocka_unit_test(test_ac_without_words),
		cmocka_unit_test(test_ac_probe),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	cable_fini(&bench.evse.cable);
	sim_fini(&bench.sim);
	return failed;
}
