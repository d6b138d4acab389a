/* test_gbt.c - GB/T 27930 over the simulated bus: the bytes of each message, long messages in
 * packets, a whole charge both ways, and cars that are silent, odd or gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/rng.h"
#include "pile/evse.h"
#include "pile/hal/sim.h"

/* ---- bytes ---- */

static struct gbt_link car_link;

/* What a side of the bus puts on it, as text of the candump tool. */
static void says(struct gbt_link *link, enum gbt_kind kind, union gbt_body body, const char *want)
{
	struct hal_can frame;
	char text[SIM_CAN_TEXT];

	gbt_link_send(link, kind, &body, US_PER_S);
	assert_true(gbt_link_next(link, &frame));
	sim_can_text(&frame, text);
	assert_string_equal(text, want);
	assert_false(gbt_link_next(link, &frame));
}

static void test_bytes(void **state)
{
	struct gbt_link link;

	(void)state;
	gbt_link_init(&link, GBT_PILE, GBT_BMS);
	says(&link, GBT_CHM, (union gbt_body){.chm = {1, 1}}, "1826F456#010100");
	says(&link, GBT_CRM, (union gbt_body){.crm = {GBT_YES, 1, GBT_ABSENT}},
		"1801F456#AA01000000FFFFFF");
	says(&link, GBT_CTS, (union gbt_body){.cts = {58, 59, 23, 31, 12, 2026}},
		"1807F456#58592331122620");
	says(&link, GBT_CML, (union gbt_body){.cml = {750000, 200000, 250000, 0}},
		"1808F456#4C1DD007DC05A00F");
	says(&link, GBT_CRO, (union gbt_body){.ready = {GBT_YES}}, "100AF456#AA");
	says(&link, GBT_CCS, (union gbt_body){.ccs = {380000, 100000, 5, 1}},
		"1812F456#D80EB80B0500FDFF");
	says(&link, GBT_CST, (union gbt_body){.end = {GBT_WHY_FAULT, GBT_FAULT_EMERGENCY, 0}},
		"101AF456#10000100");
	says(&link, GBT_CEM, (union gbt_body){.waits = {.third = 4}}, "081FF456#00000400");
	gbt_link_init(&link, GBT_BMS, GBT_PILE);
	says(&link, GBT_BHM, (union gbt_body){.bhm = {450000}}, "182756F4#9411");
	says(&link, GBT_BRO, (union gbt_body){.ready = {0}}, "100956F4#00");
	says(&link, GBT_BCL, (union gbt_body){.bcl = {400000, 120000, 2}}, "181056F4#A00FF00A02");
	says(&link, GBT_BSM, (union gbt_body){.bsm = {1, 31000, 2, 28000, 3, .allowed = 1}},
		"181356F4#0051014E0200D0");
	says(&link, GBT_BST, (union gbt_body){.end = {GBT_WHY_REACHED, 0, 0}}, "101956F4#01000000");
}

/* Whatever is written is read again: every message, every field, at random. */
static void test_both_ways(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 5);
	for (int i = 0; i < 20000; i++) {
		enum gbt_kind kind = (enum gbt_kind)rng_below(&rng, GBT_KINDS);
		uint8_t bytes[GBT_LONG], again[GBT_LONG];
		union gbt_body body;
		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = (uint8_t)rng_below(&rng, 256);
		if (!gbt_read(kind, bytes, gbt_row(kind)->len, &body))
			fail();
		gbt_write(kind, &body, bytes);
		assert_true(gbt_read(kind, bytes, gbt_row(kind)->len, &body));
		gbt_write(kind, &body, again);
		assert_memory_equal(bytes, again, gbt_row(kind)->len);
		/* shorter than it must be is no message */
		assert_false(gbt_read(kind, bytes, gbt_row(kind)->least - 1u, &body));
	}
}

/* ---- long messages ---- */

static bool deliver(struct gbt_link *from, struct gbt_link *to, int64_t ticks_us, int lose,
	struct gbt_message *ret)
{
	struct hal_can frame;
	bool whole = false;

	for (int i = 1; gbt_link_next(from, &frame); i++)
		if (i != lose && gbt_link_take(to, &frame, ticks_us, ret))
			whole = true;
	return whole;
}

static void test_long_messages(void **state)
{
	union gbt_body body = {.brm = {.year = 2024, .month = 6, .day = 15, .cap_mah = 150000}},
		       got;
	struct gbt_link car, pile;
	struct gbt_message message;

	(void)state;
	memcpy(body.brm.vin, "LTESTSIM000000001", GBT_VIN);
	for (int lose = 0; lose <= 7; lose++) {
		gbt_link_init(&car, GBT_BMS, GBT_PILE);
		gbt_link_init(&pile, GBT_PILE, GBT_BMS);
		gbt_link_send(&car, GBT_BRM, &body, US_PER_S);
		assert_int_equal(car.out[0].id, 0x1cec56f4);
		assert_memory_equal(car.out[0].data, "\x10\x31\x00\x07\xff\x00\x02\x00", 8);
		deliver(&car, &pile, US_PER_S, 0, &message);
		assert_memory_equal(pile.out[0].data, "\x11\x07\x01\xff\xff\x00\x02\x00", 8);
		deliver(&pile, &car, US_PER_S, 0, &message);
		assert_int_equal(car.out_len, 7);
		if (deliver(&car, &pile, US_PER_S, lose, &message)) {
			assert_int_equal(lose, 0);
		} else {
			/* a lost packet is asked for again; when the last is lost, nobody knows */
			int64_t then_us = lose == 7 ? 3 * US_PER_S : US_PER_S;
			deliver(&pile, &car, US_PER_S, 0, &message);
			if (lose == 7) {
				assert_int_equal(car.out_len, 0);
				gbt_link_send(&car, GBT_BRM, &body, then_us);
				deliver(&car, &pile, then_us, 0, &message);
				deliver(&pile, &car, then_us, 0, &message);
			}
			assert_int_equal(car.out_len, 8 - (lose % 7 ? lose : 1));
			assert_true(deliver(&car, &pile, then_us, 0, &message));
			assert_int_equal(pile.out[0].data[0], 0x13);
		}
		assert_int_equal(message.pf, 0x02);
		assert_int_equal(message.len, 49);
		assert_true(gbt_read(GBT_BRM, message.bytes, message.len, &got));
		assert_string_equal(got.brm.vin, "LTESTSIM000000001");
		assert_int_equal(got.brm.year, 2024);
		assert_int_equal(got.brm.cap_mah, 150000);
	}
}

static void frame_of(struct hal_can *frame, uint32_t id, const char *bytes, uint8_t len)
{
	*frame = (struct hal_can){.id = id, .len = len};
	memcpy(frame->data, bytes, len);
}

/* Announcements that lie, packets nobody asked for, other people's frames. */
static void test_hostile_packets(void **state)
{
	static const char *const lies[] = {"\x10\x08\x00\x02\xff\x00\x02\x00", /* not long */
		"\x10\xff\xff\xff\xff\x00\x02\x00",                            /* 65535 bytes */
		"\x10\x31\x00\x08\xff\x00\x02\x00", /* too many packets */
		"\x10\x31\x00\x00\xff\x00\x02\x00"};
	struct gbt_message message;
	struct gbt_link link;
	struct hal_can frame;

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		gbt_link_init(&link, GBT_PILE, GBT_BMS);
		frame_of(&frame, 0x1cec56f4, lies[i], 8);
		assert_false(gbt_link_take(&link, &frame, 1, &message));
		assert_int_equal(link.out[0].data[0], 0xff); /* abort */
		assert_false(link.in.on);
	}
	gbt_link_init(&link, GBT_PILE, GBT_BMS);
	frame_of(&frame, 0x1ceb56f4, "\x01........", 8);
	assert_false(gbt_link_take(&link, &frame, 1, &message));
	frame_of(&frame, 0x18271234, "\x94\x11", 2);
	assert_false(gbt_link_take(&link, &frame, 1, &message));
	/* the largest that is taken, and a packet that comes too late */
	frame_of(&frame, 0x1cec56f4, "\x10\x58\x02\x56\xff\x00\x15\x00", 8);
	assert_false(gbt_link_take(&link, &frame, 1, &message));
	for (int i = 1; i <= 86; i++) {
		frame_of(&frame, 0x1ceb56f4, "\0tuvwxyz", 8);
		frame.data[0] = (uint8_t)i;
		assert_int_equal(gbt_link_take(&link, &frame, 1, &message), i == 86);
	}
	assert_int_equal(message.len, 600);
	frame_of(&frame, 0x1cec56f4, "\x10\x31\x00\x07\xff\x00\x02\x00", 8);
	assert_false(gbt_link_take(&link, &frame, 1, &message));
	frame_of(&frame, 0x1ceb56f4, "\1tuvwxyz", 8);
	assert_false(gbt_link_take(&link, &frame, 2 * US_PER_S, &message));
	assert_false(link.in.on);
}

/* ---- a charge ---- */

struct bench {
	struct sim sim;
	struct evse evse;
	int64_t ticks_us;
};

static void run(struct bench *bench, int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 100) {
		bench->ticks_us += 100 * US_PER_MS;
		sim_step(&bench->sim, 100 * US_PER_MS);
		evse_step(&bench->evse, bench->ticks_us);
		/* energy only between "we are ready" and the end */
		if (bench->sim.current_ma > 0)
			assert_true(bench->evse.gbt.phase >= GBT_READY);
	}
}

static void plug(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	bench->ticks_us = US_PER_S;
	sim_init(&bench->sim, NULL, 200000, 1);
	sim_direct(&bench->sim, HAL_PLUG_GBT_DC, 750000);
	evse_init(&bench->evse, &bench->sim.hal);
	meter_init(&bench->evse.meter, 0, 0, 150000000);
	bench->evse.wall_us = INT64_C(1800000000) * US_PER_S;
	run(bench, 500);
	sim_plug(&bench->sim, 600000, 20);
	run(bench, 500);
}

static void begin(struct bench *bench)
{
	evse_claim(&bench->evse, true, bench->ticks_us);
	assert_true(evse_begin(&bench->evse, bench->ticks_us));
}

static void charge(struct bench *bench)
{
	plug(bench);
	begin(bench);
	run(bench, 8000);
	assert_int_equal(bench->evse.gbt.phase, GBT_CHARGE);
	assert_int_equal(bench->evse.state, EVSE_CHARGING);
	assert_true(bench->sim.contactor_closed);
}

static void test_whole_charge(void **state)
{
	struct bench bench;

	(void)state;
	plug(&bench);
	assert_int_equal(bench.evse.mode.charging, MODE_GBT);
	assert_int_equal(bench.evse.gbt.phase, GBT_IDLE); /* nobody asked for a charge yet */
	begin(&bench);
	run(&bench, 200);
	assert_int_equal(bench.evse.gbt.phase, GBT_HELLO);
	run(&bench, 500);
	assert_int_equal(bench.evse.dc.phase, DC_CHECK);
	assert_false(bench.sim.contactor_closed);
	run(&bench, 8000);
	assert_int_equal(bench.evse.gbt.phase, GBT_CHARGE);
	assert_string_equal(bench.evse.gbt.who.vin, "LTESTSIM000000001");
	assert_string_equal(bench.evse.vehicle.vin.text, "LTESTSIM000000001");
	assert_int_equal(bench.evse.vehicle.battery.capacity_dwh, 600000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_int_equal(bench.sim.current_ma, 200000);
	assert_int_equal(bench.sim.bms.phase, BMS_CHARGE);
	assert_in_range(bench.sim.bms.given_ma, 199000, 200000);
	assert_int_equal(bench.evse.car.battery_mc, 25000);
	assert_int_equal(meter_values(&bench.evse.meter, bench.ticks_us).soc_percent, 20);
	run(&bench, 60000);
	assert_in_range(bench.evse.meter.register_dwh, 12000, 14000);
	evse_end(&bench.evse, bench.ticks_us);
	run(&bench, 5000);
	assert_int_equal(bench.evse.gbt.phase, GBT_IDLE);
	assert_int_equal(bench.sim.bms.phase, BMS_END);
	assert_int_equal(bench.sim.bms.heard_us[GBT_CEM], 0);
	assert_false(bench.sim.contactor_closed);
	assert_int_equal(bench.evse.protect.active, 0);
	assert_int_equal(bench.evse.state, EVSE_FINISHING);
	sim_fini(&bench.sim);
}

/* The car has enough: it ends, and the charge pauses until somebody ends it. */
static void test_full_battery(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.world->battery_dwh = bench.sim.world->battery_cap_dwh;
	run(&bench, 6000);
	assert_int_equal(bench.evse.gbt.phase, GBT_DONE);
	assert_int_equal(bench.evse.gbt.end.end.why, GBT_WHY_CAR);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EV);
	assert_false(bench.sim.contactor_closed);
	run(&bench, 60000); /* and it stays so */
	assert_int_equal(bench.evse.gbt.phase, GBT_DONE);
	assert_int_equal(bench.evse.protect.active, 0);
}

/* The grid or a profile says no for a while: the car hears "not now" and goes on afterwards. */
static void test_pause(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.grid_permille = 0;
	run(&bench, 3000);
	assert_int_equal(bench.sim.current_ma, 0);
	assert_true(bench.sim.bms.paused);
	assert_int_equal(bench.evse.state, EVSE_SUSPENDED_EVSE);
	assert_int_equal(bench.evse.gbt.phase, GBT_CHARGE);
	bench.sim.grid_permille = 500;
	run(&bench, 3000);
	assert_int_equal(bench.sim.current_ma, 100000);
	assert_false(bench.sim.bms.paused);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
}

static void test_emergency_tells_the_car_why(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.faults = SIM_FAULT_EMERGENCY;
	run(&bench, 300);
	assert_false(bench.sim.contactor_closed);
	assert_int_equal(bench.evse.gbt.end.end.why, GBT_WHY_FAULT);
	assert_int_equal(bench.evse.gbt.end.end.fault, GBT_FAULT_EMERGENCY);
	assert_true(bench.sim.bms.heard_us[GBT_CST] > 0);
}

/* A car that falls silent gets no energy a second later, is asked again three times, and then the
 * outlet says what is wrong. */
static void test_silent_car(void **state)
{
	struct bench bench;

	(void)state;
	charge(&bench);
	bench.sim.faults = SIM_FAULT_CAR_SILENT;
	run(&bench, 2700);
	assert_int_equal(bench.evse.gbt.phase, GBT_WAITED);
	assert_int_equal(bench.evse.gbt.waits.waits.third, 4);
	assert_int_equal(bench.sim.dc_set_ma, 0);
	assert_false(bench.sim.contactor_closed);
	bench.sim.faults = 0; /* it comes back: the charge goes on */
	run(&bench, 20000);
	assert_int_equal(bench.evse.gbt.phase, GBT_CHARGE);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	bench.sim.faults = SIM_FAULT_CAR_SILENT;
	run(&bench, 90000);
	assert_int_equal(protect_first(&bench.evse.protect), PROTECT_CAR);
	assert_int_equal(bench.evse.state, EVSE_FAULTED);
	assert_false(bench.sim.contactor_closed);
	bench.sim.faults = 0;
	evse_end(&bench.evse, bench.ticks_us);
	sim_unplug(&bench.sim);
	run(&bench, 2000);
	assert_int_equal(bench.evse.state, EVSE_AVAILABLE);
}

/* One that never speaks at all. */
static void test_mute_car(void **state)
{
	struct bench bench;

	(void)state;
	plug(&bench);
	bench.sim.faults = SIM_FAULT_CAR_SILENT;
	begin(&bench);
	run(&bench, 90000);
	assert_int_equal(protect_first(&bench.evse.protect), PROTECT_CAR);
	assert_false(bench.sim.contactor_closed);
}

/* ---- a car played frame by frame ---- */

struct talk {
	struct gbt gbt;
	struct gbt_input input;
	int64_t ticks_us;
	int said[GBT_KINDS];
	union gbt_body last[GBT_KINDS];
};

static void talk_init(struct talk *talk)
{
	memset(talk, 0, sizeof(*talk));
	gbt_init(&talk->gbt);
	gbt_link_init(&car_link, GBT_BMS, GBT_PILE);
	talk->ticks_us = US_PER_S;
	talk->input = (struct gbt_input){
		.wanted = true, .max_mv = 750000, .min_mv = 200000, .limit_ma = 250000};
}

static void talk_run(struct talk *talk, int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 10) {
		struct gbt_message message;
		struct hal_can frame;
		talk->ticks_us += 10 * US_PER_MS;
		gbt_step(&talk->gbt, &talk->input, talk->ticks_us);
		while (gbt_link_next(&talk->gbt.link, &frame)) {
			enum gbt_kind kind;
			if (!gbt_link_take(&car_link, &frame, talk->ticks_us, &message))
				continue;
			kind = gbt_kind_of(message.pf, false);
			assert_int_not_equal(kind, GBT_KINDS);
			assert_true(gbt_read(kind, message.bytes, message.len, &talk->last[kind]));
			talk->said[kind]++;
		}
	}
}

static void talk_say(struct talk *talk, enum gbt_kind kind, union gbt_body body)
{
	struct gbt_message message;
	struct hal_can frame;

	gbt_link_send(&car_link, kind, &body, talk->ticks_us);
	while (gbt_link_next(&car_link, &frame)) {
		gbt_take(&talk->gbt, &frame, talk->ticks_us);
		while (gbt_link_next(&talk->gbt.link, &frame))
			(void)gbt_link_take(&car_link, &frame, talk->ticks_us, &message);
	}
}

static void talk_to_configure(struct talk *talk, int64_t now_mv)
{
	talk_init(talk);
	talk_run(talk, 1000);
	talk_say(talk, GBT_BHM, (union gbt_body){.bhm = {450000}});
	talk_run(talk, 50);
	talk->input.dc = DC_PRECHARGE;
	talk_run(talk, 300);
	talk_say(talk, GBT_BRM, (union gbt_body){.brm = {.year = 2024}});
	talk_run(talk, 300);
	talk_say(talk, GBT_BCP,
		(union gbt_body){.bcp = {.max_mv = 430000,
					 .now_mv = now_mv,
					 .max_mc = 55000,
					 .soc_permille = 555}});
	talk_run(talk, 600);
}

/* Each word has its period, its order and its answer; the times of each wait. */
static void test_periods_and_waits(void **state)
{
	struct talk talk;

	(void)state;
	talk_init(&talk);
	talk_run(&talk, 1000);
	assert_in_range(talk.said[GBT_CHM], 4, 5);
	assert_int_equal(talk.said[GBT_CRM], 0);
	talk_run(&talk, 5000); /* no BHM: it goes on without */
	assert_int_equal(talk.gbt.phase, GBT_INSULATION);
	talk_to_configure(&talk, 370000);
	assert_int_equal(talk.gbt.phase, GBT_CONFIGURE);
	assert_int_equal(talk.last[GBT_CRM].crm.result, GBT_YES);
	assert_int_equal(talk.last[GBT_CML].cml.max_mv, 750000);
	assert_int_equal(gbt_soc_percent(&talk.gbt), 55);
	assert_int_equal(gbt_car(&talk.gbt).max_mv, 430000); /* the least it said */
	assert_false(gbt_car(&talk.gbt).ready);
	talk_say(&talk, GBT_BRO, (union gbt_body){.ready = {0}});
	talk_run(&talk, 30000);
	assert_int_equal(talk.gbt.phase, GBT_CONFIGURE); /* it may take a minute */
	talk_say(&talk, GBT_BRO, (union gbt_body){.ready = {GBT_YES}});
	talk_run(&talk, 300);
	assert_int_equal(talk.gbt.phase, GBT_READY);
	assert_int_equal(gbt_car(&talk.gbt).target_mv, 370000);
	assert_int_equal(talk.last[GBT_CRO].ready.ready, 0);
	talk.input.dc = DC_ENERGY;
	talk_run(&talk, 300);
	assert_int_equal(talk.last[GBT_CRO].ready.ready, GBT_YES);
	talk_say(&talk, GBT_BCL, (union gbt_body){.bcl = {400000, 80000, 2}});
	talk_say(&talk, GBT_BCS, (union gbt_body){.bcs = {.soc_percent = 56}});
	talk.said[GBT_CCS] = 0;
	talk_run(&talk, 900);
	assert_int_equal(talk.gbt.phase, GBT_CHARGE);
	assert_in_range(talk.said[GBT_CCS], 16, 19);
	assert_int_equal(gbt_car(&talk.gbt).target_ma, 80000);
	assert_int_equal(gbt_soc_percent(&talk.gbt), 56);
	talk_run(&talk, 300); /* a second without a demand */
	assert_int_equal(talk.gbt.phase, GBT_WAITED);
	assert_false(gbt_car(&talk.gbt).present);
}

static void test_odd_demands(void **state)
{
	struct talk talk;

	(void)state;
	talk_to_configure(&talk, 370000);
	talk_say(&talk, GBT_BRO, (union gbt_body){.ready = {GBT_YES}});
	talk_run(&talk, 100);
	talk.input.dc = DC_ENERGY;
	talk_run(&talk, 100);
	talk_say(&talk, GBT_BCS, (union gbt_body){.bcs = {.soc_percent = 180}});
	talk_say(&talk, GBT_BCL, (union gbt_body){.bcl = {GBT_ABSENT, GBT_ABSENT, 2}});
	talk_run(&talk, 100);
	assert_int_equal(talk.gbt.phase, GBT_CHARGE);
	assert_int_equal(gbt_car(&talk.gbt).target_ma, 0); /* not told is nothing */
	assert_int_equal(gbt_car(&talk.gbt).target_mv, 0);
	assert_int_equal(gbt_soc_percent(&talk.gbt), 55);
	talk_say(&talk, GBT_BCL, (union gbt_body){.bcl = {400000, -50000, 2}});
	assert_int_equal(gbt_car(&talk.gbt).target_ma, 0); /* the other way is not this plug's */
	talk_say(&talk, GBT_BCL, (union gbt_body){.bcl = {6000000, 50000, 2}});
	assert_int_equal(gbt_car(&talk.gbt).max_mv, 430000); /* dc.h keeps to the least */
	talk_say(&talk, GBT_BSM, (union gbt_body){.bsm = {.max_mc = 48000, .allowed = 0}});
	assert_int_equal(gbt_car(&talk.gbt).target_ma, 0);
	assert_int_equal(gbt_car(&talk.gbt).battery_mc, 48000);
	talk_say(&talk, GBT_BSM, (union gbt_body){.bsm = {.max_mc = 48000, .allowed = 1}});
	assert_int_equal(gbt_car(&talk.gbt).target_ma, 50000);
}

/* A battery our source cannot reach is told so and refused. */
static void test_mismatch(void **state)
{
	struct talk talk;

	(void)state;
	talk_to_configure(&talk, 100000);
	assert_true(talk.gbt.mismatch);
	assert_int_equal(talk.gbt.phase, GBT_END);
	assert_int_equal(talk.last[GBT_CST].end.why, GBT_WHY_FAULT);
	assert_int_equal(talk.said[GBT_CML], 0);
	talk_run(&talk, 6000);
	assert_int_equal(talk.gbt.phase, GBT_FAILED);
	talk.input.wanted = false;
	talk_run(&talk, 20);
	assert_int_equal(talk.gbt.phase, GBT_IDLE);
}

/* Anything at all on the bus, for hours: no crash, and no current that nobody was asked for. */
static void test_noise(void **state)
{
	struct talk talk;
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 9);
	talk_init(&talk);
	for (int i = 0; i < 200000; i++) {
		struct hal_can frame = {.id = 0x56f4, .len = (uint8_t)rng_below(&rng, 9)};
		struct hal_car car;
		enum gbt_kind kind = (enum gbt_kind)rng_below(&rng, GBT_KINDS);
		uint8_t pf = rng_below(&rng, 3) ? gbt_row(kind)->pf
						: (uint8_t)(0xeb + rng_below(&rng, 2));
		frame.id |= (uint32_t)pf << 16 | (uint32_t)rng_below(&rng, 8) << 26;
		for (int k = 0; k < 8; k++)
			frame.data[k] = (uint8_t)rng_below(&rng, rng_below(&rng, 2) ? 256 : 20);
		gbt_take(&talk.gbt, &frame, talk.ticks_us);
		talk.input.dc = (enum dc_phase)rng_below(&rng, 6);
		talk.input.wanted = rng_below(&rng, 100) > 0;
		talk_run(&talk, 10);
		car = gbt_car(&talk.gbt);
		assert_true(car.target_ma >= 0 && car.max_mv >= 0 && car.target_mv >= 0);
		if (talk.gbt.phase != GBT_CHARGE)
			assert_int_equal(car.target_ma, 0);
		assert_in_range(gbt_soc_percent(&talk.gbt) + 1, 0, 101);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_long_messages),
		cmocka_unit_test(test_hostile_packets),
		cmocka_unit_test(test_whole_charge),
		cmocka_unit_test(test_full_battery),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_emergency_tells_the_car_why),
		cmocka_unit_test(test_silent_car),
		cmocka_unit_test(test_mute_car),
		cmocka_unit_test(test_periods_and_waits),
		cmocka_unit_test(test_odd_demands),
		cmocka_unit_test(test_mismatch),
		cmocka_unit_test(test_noise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
