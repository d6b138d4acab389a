/* sim_bms.h - the battery's side of GB/T 27930 in the simulated car: what a car says on the bus,
 * phase by phase, from the same message table as the pile's side (gbt_msg.h). */
#pragma once
#include "pile/gbt_link.h"

enum sim_bms_phase {
	BMS_ASLEEP = 0, /* until the pile says hello */
	BMS_HELLO,
	BMS_WHO,     /* BRM until it is known */
	BMS_TAKES,   /* BCP until the pile's limits are known */
	BMS_CLOSE,   /* BRO, first 00 */
	BMS_CHARGE,  /* BCL, BCS, BSM */
	BMS_STOP,    /* BST */
	BMS_FIGURES, /* BSD */
	BMS_END,
};

/* What the battery is, at a moment. */
struct sim_battery {
	bool wants; /* not full, and asked to charge */
	int32_t now_mv, max_mv, max_ma, mc;
	int32_t soc_percent;
};

struct sim_bms {
	enum sim_bms_phase phase;
	struct gbt_link link;
	int64_t ticks_us, since_us; /* the car's own time */
	int64_t sent_us[GBT_KINDS], heard_us[GBT_KINDS];
	int64_t given_ma; /* as the pile said last */
	bool paused;      /* the pile said so */
	char vin[GBT_VIN + 1];
	struct sim_battery battery;
};

void sim_bms_init(struct sim_bms *bms);
/* A frame of the pile. */
void sim_bms_take(struct sim_bms *bms, const struct hal_can *frame);
/* Time goes on; what is due is in the link afterwards. */
void sim_bms_step(struct sim_bms *bms, const struct sim_battery *battery, int64_t dt_us);
