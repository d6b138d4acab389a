/* sim.h - an outlet and a car made of integers: the `sim` backend of hal.h. The world around the
 * controller (is a car plugged, how full is it, what does the meter count, which part is broken) is
 * one plain struct; a script changes it, sim_step moves it forward by a given time, and the
 * operations of hal.h read it. Energy is exact: power in microwatts times microseconds, carried
 * over until a tenth of a watt-hour is full. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/hal/hal.h"
#include "pile/hal/sim_bms.h"
#include "pile/hal/sim_ev.h"

enum sim_fault {
	SIM_FAULT_EMERGENCY = 1 << 0,      /* emergency stop pressed */
	SIM_FAULT_RESIDUAL = 1 << 1,       /* current leaks to earth */
	SIM_FAULT_OVERCURRENT = 1 << 2,    /* the car takes more than it was told */
	SIM_FAULT_OVERHEAT = 1 << 3,       /* the connector heats up */
	SIM_FAULT_WELDED = 1 << 4,         /* the contactor does not open any more */
	SIM_FAULT_CONTACTOR_DEAD = 1 << 5, /* the contactor does not close */
	SIM_FAULT_LOCK = 1 << 6,           /* the plug lock does not move */
	SIM_FAULT_METER_FROZEN = 1 << 7,   /* the register stands although current flows */
	SIM_FAULT_METER_BACK = 1 << 8,     /* the register runs backwards */
	SIM_FAULT_METER_SILENT = 1 << 9,   /* the meter does not answer */
	SIM_FAULT_DIODE = 1 << 10,         /* no diode at the car's side of the control pilot */
	SIM_FAULT_PILOT = 1 << 11,         /* control pilot shorted to earth: state E */
	SIM_FAULT_RESIDUAL_DC = 1 << 12,   /* direct current leaks to earth */
	SIM_FAULT_RESIDUAL_TEST = 1 << 13, /* the residual current device does not trip */
	SIM_FAULT_INSULATION = 1 << 14,    /* the poles touch earth */
	SIM_FAULT_SURGE = 1 << 15,         /* the surge arrester is spent */
	SIM_FAULT_DOOR = 1 << 16,          /* the cabinet is open */
	SIM_FAULT_WATER = 1 << 17,         /* water in it */
	SIM_FAULT_CABINET = 1 << 18,       /* the cabinet heats up */
	SIM_FAULT_SOURCE = 1 << 19,        /* the direct current source does not start */
	SIM_FAULT_STUBBORN = 1 << 20,      /* the car goes on drawing without a signal */
	SIM_FAULT_SENSORS = 1 << 21,       /* the sensors do not answer */
	SIM_FAULT_METER_JUMP = 1 << 22,    /* the register leaps (once, at each step it is set) */
	SIM_FAULT_CAR_SILENT = 1 << 23,    /* the car says nothing on the bus */
};

#define SIM_CAN_MAX 16    /* of the pile's frames */
#define SIM_CAN_IN_MAX 64 /* of the car's: a tick's worth */
#define SIM_CAN_TEXT 26   /* "1826F456#0001020304050607" and its end */

struct sim_bus {
	struct hal_can in[SIM_CAN_IN_MAX]; /* waiting for the pile, oldest first */
	size_t in_len;
	struct hal_can out[SIM_CAN_MAX]; /* what the pile sent last */
	size_t out_len;
};

/* What is kept over a restart of the program: the world does not stop when the controller does. */
struct sim_world {
	uint32_t magic;
	uint32_t plugged;
	int64_t register_dwh;  /* the meter's own register */
	int64_t register_rest; /* picojoules below one tenth of a watt-hour */
	int64_t battery_dwh;   /* what is in the battery */
	int64_t battery_cap_dwh;
	int64_t battery_rest;
	int64_t export_dwh, export_rest; /* what the meter counted the other way */
};

struct sim {
	struct sim_world *world; /* points to own_world, or into a mapped file */
	struct sim_world own_world;
	struct hal hal;

	/* the car */
	enum hal_plug plug;     /* what it plugs in; HAL_PLUG_NONE: what the outlet has */
	int32_t cable_ma;       /* what its cable carries; 0 not told */
	bool asleep;            /* asks for nothing until -12 V on the pilot wakes it */
	int32_t battery_mc;     /* direct current: told to the source */
	struct vehicle vehicle; /* who it says it is, after identify_us in the plug */
	int64_t identify_us, identified_us;
	bool wants_energy; /* asks for state C */
	bool ventilation;  /* asks for state D instead */
	int32_t car_max_ma;
	uint8_t car_phases;
	int32_t car_back_ma;   /* what it gives back at most, per phase; 0: it only takes */
	int32_t back_set_ma;   /* told */
	bool gives;            /* now */
	int32_t battery_speed; /* of a fast demo: the battery takes its energy so many times */

	/* the grid and the room */
	int32_t voltage_mv;
	int32_t ambient_mc;
	int32_t contact_mc; /* what the rated current adds at the connector: worn contacts more */
	int32_t sensor_slow_s; /* its sensor follows the contacts by so many seconds; 0 at once */
	int32_t drift_ppm;     /* what the meter counts too much */
	int32_t frequency_mhz, humidity_permille, grid_permille;
	uint32_t faults; /* enum sim_fault bits */

	/* what the controller set, and what followed */
	int32_t duty_permille;
	bool contactor_coil, contactor_closed;
	bool lock_coil, locked;
	enum hal_light light;
	enum hal_motion motion;
	int32_t current_ma;                  /* per phase now */
	int32_t connector_mc, cabinet_mc;    /* as the sensors feel it */
	int32_t pin_mc;                      /* the contacts themselves */
	int64_t coil_us;                     /* since the coil changed: a contactor needs 30 ms */
	int32_t dc_set_mv, dc_set_ma, dc_mv; /* the source: told, and now */
	int32_t cool_percent, display_percent;
	char tag[HAL_TAG_MAX + 1];
	char *code;       /* before the camera, SIM's own memory; NULL none */
	char spoken[200]; /* last sentence said */
	int32_t spoken_volume;

	struct sim_bus bus; /* direct current only */
	struct sim_bms bms; /* GB/T only: the battery that speaks on it */
	struct sim_ev *ev;  /* the car on the data line; NULL: the outlet has none. SIM's own */
	struct hal_ops line_ops;     /* of an outlet that has */
	struct sim_outside *outside; /* the car is a real one; NULL: it is played. SIM's own */

	/* the waveforms, 100 rows a second of the world's own time */
	int64_t wave_us, wave_rest_us;
	struct hal_samples waves; /* since the last look */
};

/* `world` may be NULL: then the world lives and dies with the struct. */
void sim_init(struct sim *sim, struct sim_world *world, int32_t max_ma, uint8_t phases);
/* Moves the world forward. `dt_us` is at most one second of its own time; the caller scales it for
 * a fast demo. */
void sim_step(struct sim *sim, int64_t dt_us);
/* A car that gives energy back (sim_back.c): told, and what flows in `dt_us`; false when it takes.
 */
int sim_back_set(void *context, int32_t ma, bool *ret_does);
bool sim_back_step(struct sim *sim, int64_t dt_us);
void sim_plug(struct sim *sim, int64_t battery_cap_dwh, int32_t soc_percent);
void sim_unplug(struct sim *sim);
/* Who the plugged car says it is, so long after it was plugged; forgotten when it leaves. */
void sim_vehicle(struct sim *sim, const struct vehicle *vehicle, int64_t identify_us);
/* Holds a code before the camera; false when it is too long or another one is still there. */
bool sim_show(struct sim *sim, struct str code);
void sim_fini(struct sim *sim);
/* Direct current instead of alternating: a source of so many volts, and its plug. */
void sim_direct(struct sim *sim, enum hal_plug plug, int32_t max_mv);
/* The outlet gets a modem, and its cars speak over the charging cable. After sim_direct, before the
 * hal is used. */
void sim_line(struct sim *sim);
/* The modem and the car on it are gone; there may be none. */
void sim_line_end(struct sim *sim);
/* The outlet's car stands beyond the network interface (it needs a link-local address), and speaks
 * for itself; who plugs it in says so here as well (sim_outside.c). After sim_direct, before the
 * hal is used. 0 or a fault that says what the interface lacks. */
int sim_outside(struct sim *sim, const char *interface);
/* What such a car makes of the pilot and its contactors. */
void sim_outside_step(struct sim *sim);
void sim_outside_end(struct sim *sim);
/* The address of the simulated outlet's modem. */
void sim_line_mac(uint8_t ret_mac[SLAC_MAC]);
/* What the car and the modem have to say of `dt_us` (sim_line.c). */
void sim_line_step(
	struct sim *sim, const struct sim_battery *battery, int32_t inlet_mv, int64_t dt_us);
/* Does the car speak over the charging cable? */
bool sim_talks(const struct sim *sim);
/* What it takes now by that talk: its own contactors, or state C; always where it does not talk. */
bool sim_talk_takes(const struct sim *sim);
/* Puts a frame on the bus ("1826F456#030101"); false when it is none, or the bus is full. */
bool sim_can_put(struct sim *sim, struct str text);
void sim_can_text(const struct hal_can *frame, char ret[SIM_CAN_TEXT]);
/* The battery's words of `dt_us` go onto the bus. */
void sim_can_step(struct sim *sim, const struct sim_battery *battery, int64_t dt_us);
/* The operations of hal.h (sim_can.c). */
int sim_can_send(void *context, const struct hal_can *frame);
int sim_can_receive(void *context, struct hal_can *ret, bool *ret_got);
/* Holds a card to the reader. False when the number is empty, too long, or another card is still
 * being read. */
bool sim_tap(struct sim *sim, const char *tag, size_t len);
int32_t sim_soc_percent(const struct sim *sim);
/* Bit of a fault's name ("overcurrent"), 0 when there is none of that name; and the name of a bit.
 */
uint32_t sim_fault_bit(const char *name, size_t len);
const char *sim_fault_word(uint32_t bit);
/* The amperes a duty of the control pilot allows (IEC 61851-1 table), in milliamperes; 0 when none.
 */
int32_t sim_duty_ma(int32_t duty_permille);

/* Worlds of one pile in a small mapped file, so that a killed controller finds its car and its
 * meter where they were. `path` NULL: memory only. 0 or a fault. */
int sim_worlds_map(const char *path, size_t count, struct sim_world **ret_worlds);
void sim_worlds_unmap(struct sim_world *worlds, size_t count, bool file);
