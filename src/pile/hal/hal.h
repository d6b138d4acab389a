/* hal.h - the hardware of one outlet as one small struct of operations. Everything above it is the
 * same program whether the operations move a relay (hal/linux.h) or a number (hal/sim.h). All
 * quantities are integers with their unit at the end of the name. An operation returns 0, or a
 * fault when the part does not answer; the controller treats a part that does not answer as a
 * reason to open the contactor (protect.h), never as the last value it gave. The operations of the
 * second group may be NULL: then this outlet has no such part. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pile/vehicle.h"

#define HAL_PHASES 3
#define HAL_TAG_MAX 36       /* characters of a card's number: OCPP 2.x; 1.6 takes 20 of them */
#define HAL_CODE_MAX 1400    /* characters of a scanned code: QR version 25 and to spare */
#define HAL_DUTY_OFF 1000    /* permille: steady +12 V, no signal */
#define HAL_DUTY_DIGITAL 50  /* "talk to me": the car must speak before it gets energy */
#define HAL_SAMPLES 64       /* rows of one sensors_read */
#define HAL_ABSENT INT32_MIN /* value of a sensor that is not fitted */

struct hal_pilot {
	int32_t high_mv; /* high level of the control pilot */
	int32_t low_mv;  /* low level while a signal is sent; -12 V through the car's diode */
};

struct hal_meter {
	int64_t register_dwh; /* energy since manufacture, 1/10 Wh; as the meter says, right or
				 wrong */
	int64_t export_dwh;   /* ... and given back, likewise; 0 for a meter that counts one way */
	int64_t power_mw;     /* below 0: the car gives back */
	int32_t voltage_mv[HAL_PHASES];
	int32_t current_ma[HAL_PHASES];
	int32_t frequency_mhz; /* millihertz; 0 for direct current */
	int32_t soc_percent;   /* of the car's battery when the car tells it; -1 unknown */
};

/* The eight sensors beside the meter, taken 100 times a second. */
enum hal_channel {
	HAL_CT_L1 = 0,      /* current transformers, mA */
	HAL_CT_L2,          /* (direct current: L1 alone) */
	HAL_CT_L3,          /* */
	HAL_RESIDUAL_AC,    /* current to earth, uA */
	HAL_RESIDUAL_DC,    /* */
	HAL_TEMP_CONNECTOR, /* thousandths of a degree Celsius */
	HAL_TEMP_CABINET,   /* */
	HAL_HUMIDITY,       /* permille */
	HAL_CHANNELS,
};

struct hal_samples {
	size_t len; /* rows since the last call, oldest first; the newest when there were more */
	int32_t rows[HAL_SAMPLES][HAL_CHANNELS];
};

/* Contacts of the cabinet, as bits; a closed safety loop is 0. */
enum hal_contact {
	HAL_CONTACT_EMERGENCY = 1 << 0, /* emergency stop pressed */
	HAL_CONTACT_SURGE = 1 << 1,     /* the surge arrester is spent */
	HAL_CONTACT_DOOR = 1 << 2,      /* the cabinet is open */
	HAL_CONTACT_WATER = 1 << 3,     /* water, or the pile is tilted */
};

/* What is plugged into the outlet, as the outlet's own contacts tell it. */
enum hal_plug {
	HAL_PLUG_NONE = 0,
	HAL_PLUG_IEC_TYPE1, /* IEC 62196-2 type 1 = SAE J1772 */
	HAL_PLUG_IEC_TYPE2,
	HAL_PLUG_GBT_AC, /* GB/T 20234.2 */
	HAL_PLUG_SAE_J3400,
	HAL_PLUG_CCS1,
	HAL_PLUG_CCS2,
	HAL_PLUG_GBT_DC, /* GB/T 20234.3 */
	HAL_PLUG_CHADEMO,
	HAL_PLUG_CHAOJI, /* GB/T 20234.4 */
	HAL_PLUGS,
};

struct hal_plugged {
	enum hal_plug plug;
	int32_t cable_ma; /* what the cable carries, by its resistor; 0 not told */
};

/* The direct current source. */
struct hal_dc {
	int32_t voltage_mv, current_ma; /* at its terminals now */
	int32_t inlet_mv;               /* behind the contactor: the car's battery */
};

/* What a car asks of a direct current source; from the cable communication (CCS, GB/T 27930). */
struct hal_car {
	bool present;   /* the car speaks */
	bool ready;     /* it closed its own contactors and wants energy */
	bool precharge; /* it will, when it sees its battery's voltage from here (CCS) */
	int32_t target_mv, target_ma;
	int32_t max_mv;     /* never above it */
	int32_t battery_mc; /* temperature of its battery, HAL_ABSENT when not told */
};

struct hal_can {
	uint32_t id; /* 29 bits */
	uint8_t len;
	uint8_t data[8];
};

/* The data line of the charging cable (HomePlug Green PHY): what arrives from the car's side, or is
 * to go there. */
#define HAL_PACKET_MAX 600 /* bytes; longer frames come cut, a stream in parts */
enum hal_wire {
	HAL_WIRE_FRAME = 0, /* Ethernet of type 88E1: modem and SLAC */
	HAL_WIRE_QUESTION,  /* datagram of port 15118, from and to address and port */
	HAL_WIRE_OPENED,    /* a car connected, from this address: an older connection is gone */
	HAL_WIRE_STREAM,    /* bytes of the connection */
	HAL_WIRE_CLOSED,    /* it is gone; sent: hang up when everything is told */
};
struct hal_packet {
	enum hal_wire wire;
	uint8_t address[16]; /* IPv6 */
	uint16_t port;
	uint16_t len;
	uint8_t bytes[HAL_PACKET_MAX];
};

/* Our own end of it. */
struct hal_line {
	uint8_t mac[6];
	uint8_t address[16]; /* link-local */
	uint16_t port;       /* TCP, where a car may connect */
};

enum hal_light { HAL_LIGHT_OFF = 0, HAL_LIGHT_RED, HAL_LIGHT_YELLOW, HAL_LIGHT_GREEN };
enum hal_motion { HAL_MOTION_STEADY = 0, HAL_MOTION_BREATHE, HAL_MOTION_ROTATE, HAL_MOTION_SPLIT };

struct hal_speech {
	const char *language; /* "zh", "en", "de" */
	const char *text;
	/* names of recordings which together say the same; 0: there are none for this */
	const char *const *parts;
	size_t parts_len;
	int32_t volume; /* percent */
};

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
	int (*sensors_read)(void *context, struct hal_samples *ret);
	int (*contacts_read)(void *context, uint32_t *ret_contacts);

	/* ---- NULL when the outlet has no such part ---- */

	int (*plug_read)(void *context, struct hal_plugged *ret);
	/* Presses the test button of the residual current device; false when it did not trip. */
	int (*residual_test)(void *context, bool *ret_passed);
	/* Resistance between the poles and earth while the contactor is open. */
	int (*insulation_read)(void *context, int32_t *ret_kohm);
	int (*dc_set)(void *context, int32_t voltage_mv, int32_t current_ma);
	int (*dc_read)(void *context, struct hal_dc *ret);
	int (*car_read)(void *context, struct hal_car *ret);
	/* Adds what the outlet's modem knows of the plugged car; nothing when it knows nothing. */
	int (*vehicle_read)(void *context, struct vehicle *ret);
	/* One data frame on the bus to the car's battery or the rectifiers; does not wait. */
	int (*can_send)(void *context, const struct hal_can *frame);
	/* The oldest frame not yet taken; *ret_got false: nothing waits. */
	int (*can_receive)(void *context, struct hal_can *ret, bool *ret_got);
	/* The data line to the car; all three or none. They do not wait: what cannot be sent at
	 * once is a fault, as is a line that is down. */
	int (*line_look)(void *context, struct hal_line *ret);
	int (*line_send)(void *context, const struct hal_packet *packet);
	int (*line_receive)(void *context, struct hal_packet *ret, bool *ret_got);
	/* What the grid operator's signal allows, permille of the rated current. */
	int (*grid_read)(void *context, int32_t *ret_permille);
	/* Tells the car to give back so much per phase, 0 nothing; at every step. False in ret_does
	 * when it does not: it takes energy only, or has none to give. */
	int (*back_set)(void *context, int32_t ma, bool *ret_does);
	/* Fans, percent. */
	int (*cool_set)(void *context, int32_t percent);
	int (*light_set)(void *context, enum hal_light colour, enum hal_motion motion);
	/* Brightness of the display, percent. */
	int (*display_set)(void *context, int32_t percent);
	/* A card held to the reader since the last call: its number, NUL terminated; "" when none.
	 */
	int (*reader_read)(void *context, char ret_tag[HAL_TAG_MAX + 1]);
	/* A code the camera or scanner saw since the last call; "" when none. Codes a camera saw
	 * in one look come together, a line each. One that stays in view is told once, until it was
	 * away for some seconds. */
	int (*camera_read)(void *context, char ret_code[HAL_CODE_MAX + 1]);
	/* Says a sentence; does not wait, and a new one ends the one before. */
	int (*speak)(void *context, const struct hal_speech *speech);
};

struct hal {
	const struct hal_ops *ops;
	void *context;
	int32_t max_ma; /* current the cable, the contactor and the fuse allow per phase */
	uint8_t phases; /* wired: 1 or 3 */
	/* The outlet's own connector, which also answers when plug_read is NULL; HAL_PLUG_NONE
	 * stands for IEC type 2. */
	enum hal_plug plug;
	bool simple_pilot;      /* a pilot without signal: on and off by the resistor alone, 10 A */
	bool unventilated;      /* a closed room: a car that asks for ventilation gets nothing */
	int32_t max_mv, min_mv; /* of the direct current source */
	int32_t back_ma;        /* what may flow back to the grid per phase; 0: one way only */
};
