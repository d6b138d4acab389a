/* gbt_msg.h - the messages between a pile and a car's battery by GB/T 27930-2015 (and class A of
 * 2023, which keeps them): what is in them, as integers in the units of this program, and how they
 * lie in bytes, as one table of fields a message. Pure. The car's side is 0xF4 (BMS), ours 0x56. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GBT_PILE 0x56
#define GBT_BMS 0xf4
#define GBT_LONG 64          /* bytes of the longest message that is looked into, and to spare */
#define GBT_ABSENT INT64_MIN /* of a number: not told */
#define GBT_YES 0xaa         /* of CRM, BRO, CRO */
#define GBT_VIN 17
#define GBT_SOFTWARE 8

enum gbt_kind {
	GBT_CHM = 0, /* we are here, version */
	GBT_BHM,     /* so much voltage at most */
	GBT_CRM,     /* do you know us? */
	GBT_BRM,     /* who the car is */
	GBT_BCP,     /* what its battery takes */
	GBT_CTS,     /* the time */
	GBT_CML,     /* what we can give */
	GBT_BRO,     /* the car is ready */
	GBT_CRO,     /* we are ready */
	GBT_BCL,     /* what it wants now */
	GBT_BCS,     /* how its charge goes */
	GBT_CCS,     /* what we give now */
	GBT_BSM,     /* how its battery is */
	GBT_BST,     /* the car ends, and why */
	GBT_CST,     /* we end, and why */
	GBT_BSD,     /* its figures at the end */
	GBT_CSD,     /* ours */
	GBT_BEM,     /* the car waited in vain */
	GBT_CEM,     /* we did */
	GBT_KINDS,
};

struct gbt_chm {
	int64_t minor, major;
};
struct gbt_bhm {
	int64_t max_mv;
};
struct gbt_crm {
	int64_t result, number, region;
};
struct gbt_brm {
	int64_t minor, major, battery, cap_mah, rated_mv, serial, year, month, day, cycles, owned;
	char maker[5], vin[GBT_VIN + 1], software[GBT_SOFTWARE + 1]; /* "" not told */
};
struct gbt_bcp {
	int64_t cell_max_mv, max_ma, energy_dwh, max_mv, max_mc, soc_permille, now_mv;
};
struct gbt_cts {
	int64_t second, minute, hour, day, month, year;
}; /* local time */
struct gbt_cml {
	int64_t max_mv, min_mv, max_ma, min_ma;
};
struct gbt_ready {
	int64_t ready;
}; /* BRO, CRO: 0 or GBT_YES */
struct gbt_bcl {
	int64_t mv, ma, mode;
}; /* mode 1 by voltage, 2 by current */
struct gbt_bcs {
	int64_t mv, ma, cell_mv, group, soc_percent, minutes;
};
struct gbt_ccs {
	int64_t mv, ma, minutes, allowed;
};
struct gbt_bsm {
	int64_t cell, max_mc, max_at, min_mc, min_at;
	int64_t cell_alarm, soc_alarm, current_alarm, heat_alarm, insulation_alarm, plug_alarm;
	int64_t allowed; /* 1: it may be charged */
};
struct gbt_end {
	int64_t why, fault, error;
}; /* BST, CST: two bits a reason */
struct gbt_bsd {
	int64_t soc_percent, cell_min_mv, cell_max_mv, min_mc, max_mc;
};
struct gbt_csd {
	int64_t minutes, energy_dwh, number;
};
struct gbt_waits {
	int64_t first, second, third, fourth;
}; /* BEM, CEM: two bits a wait */

union gbt_body {
	struct gbt_chm chm;
	struct gbt_bhm bhm;
	struct gbt_crm crm;
	struct gbt_brm brm;
	struct gbt_bcp bcp;
	struct gbt_cts cts;
	struct gbt_cml cml;
	struct gbt_ready ready;
	struct gbt_bcl bcl;
	struct gbt_bcs bcs;
	struct gbt_ccs ccs;
	struct gbt_bsm bsm;
	struct gbt_end end;
	struct gbt_bsd bsd;
	struct gbt_csd csd;
	struct gbt_waits waits;
};

/* Reasons of an end: bits of gbt_end.why, and of .fault. */
enum gbt_why {
	GBT_WHY_REACHED = 0x01,
	GBT_WHY_HAND = 0x04,
	GBT_WHY_FAULT = 0x10,
	GBT_WHY_CAR = 0x40
};
enum gbt_fault { GBT_FAULT_EMERGENCY = 0x100, GBT_FAULT_OTHER = 0x400 };

struct gbt_row {
	const char *word;
	uint8_t pf; /* second byte of the identifier: 0x26 of PGN 002600h */
	uint8_t prio;
	uint8_t len; /* bytes we send, and at least get but for the optional end */
	uint8_t least;
	bool from_car;
	const struct gbt_field *fields;
	size_t fields_len;
};

const struct gbt_row *gbt_row(enum gbt_kind kind);
/* GBT_KINDS when there is no such message from that side. */
enum gbt_kind gbt_kind_of(uint8_t pf, bool from_car);
/* False when it is too short. What a message is longer than we know is passed over. */
bool gbt_read(enum gbt_kind kind, const uint8_t *bytes, size_t len, union gbt_body *ret);
/* Writes gbt_row(kind)->len bytes; numbers that do not fit are written as not told. */
void gbt_write(enum gbt_kind kind, const union gbt_body *body, uint8_t ret[GBT_LONG]);
