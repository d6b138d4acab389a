/* sim_bms.c - a well-behaved battery (see sim_bms.h); what cars do wrong is played by tests. */
#include "pile/hal/sim_bms.h"

#include <string.h>

#include "base/clock.h"

#define BMS_CLOSE_US (500 * US_PER_MS) /* its contactors */
#define BMS_LOST_US US_PER_S           /* without CCS the pile is gone */
#define BMS_CELLS 100

void sim_bms_init(struct sim_bms *bms)
{
	memset(bms, 0, sizeof(*bms));
	gbt_link_init(&bms->link, GBT_BMS, GBT_PILE);
	memcpy(bms->vin, "LTESTSIM000000001", GBT_VIN);
}

static void bms_go(struct sim_bms *bms, enum sim_bms_phase phase)
{
	bms->phase = phase;
	bms->since_us = bms->ticks_us;
}

static void bms_say(
	struct sim_bms *bms, enum gbt_kind kind, const union gbt_body *body, int period_ms)
{
	if (bms->sent_us[kind] && bms->ticks_us - bms->sent_us[kind] < period_ms * US_PER_MS)
		return;
	gbt_link_send(&bms->link, kind, body, bms->ticks_us);
	bms->sent_us[kind] = bms->ticks_us;
}

/* What each word of the pile leads to, from one phase only. */
static void bms_hear(struct sim_bms *bms, enum gbt_kind kind, const union gbt_body *body)
{
	bool yes = kind == GBT_CRM ? body->crm.result == GBT_YES : body->ready.ready == GBT_YES;

	if (kind == GBT_CHM && bms->phase == BMS_ASLEEP)
		bms_go(bms, BMS_HELLO);
	/* "do you know us" begins a charge anew, wherever the old one was */
	if (kind == GBT_CRM && !yes && bms->phase != BMS_WHO)
		bms_go(bms, BMS_WHO);
	if (kind == GBT_CRM && yes && bms->phase == BMS_WHO)
		bms_go(bms, BMS_TAKES);
	if (kind == GBT_CML && bms->phase == BMS_TAKES)
		bms_go(bms, BMS_CLOSE);
	if (kind == GBT_CRO && yes && bms->phase == BMS_CLOSE)
		bms_go(bms, BMS_CHARGE);
	if (kind == GBT_CCS) {
		bms->given_ma = body->ccs.ma;
		bms->paused = body->ccs.allowed != 1;
	}
	if (kind == GBT_CST && bms->phase >= BMS_HELLO && bms->phase < BMS_STOP)
		bms_go(bms, BMS_STOP);
	if (kind == GBT_CST && bms->phase == BMS_STOP && bms->ticks_us > bms->since_us)
		bms_go(bms, BMS_FIGURES);
	if (kind == GBT_CSD && bms->phase == BMS_FIGURES)
		bms_go(bms, BMS_END);
}

void sim_bms_take(struct sim_bms *bms, const struct hal_can *frame)
{
	struct gbt_message message;
	union gbt_body body;
	enum gbt_kind kind;

	if (!gbt_link_take(&bms->link, frame, bms->ticks_us, &message))
		return;
	kind = gbt_kind_of(message.pf, false);
	if (kind == GBT_KINDS || !gbt_read(kind, message.bytes, message.len, &body))
		return;
	bms->heard_us[kind] = bms->ticks_us;
	bms_hear(bms, kind, &body);
}

static void bms_who(struct sim_bms *bms)
{
	union gbt_body body = {.brm = {.minor = 1,
				       .major = 1,
				       .battery = 3,
				       .cap_mah = 150000,
				       .rated_mv = 380000,
				       .serial = 1,
				       .year = 2024,
				       .month = 6,
				       .day = 15,
				       .cycles = 12,
				       .owned = 1,
				       .maker = "SIM"}};

	memcpy(body.brm.vin, bms->vin, GBT_VIN);
	bms_say(bms, GBT_BRM, &body, 250);
}

static void bms_takes(struct sim_bms *bms)
{
	const struct sim_battery *battery = &bms->battery;
	const union gbt_body body = {.bcp = {.cell_max_mv = battery->max_mv / BMS_CELLS,
					     .max_ma = battery->max_ma,
					     .energy_dwh = 600000,
					     .max_mv = battery->max_mv,
					     .max_mc = 55000,
					     .soc_permille = battery->soc_percent * 10,
					     .now_mv = battery->now_mv}};

	bms_say(bms, GBT_BCP, &body, 500);
}

static void bms_charge(struct sim_bms *bms)
{
	const struct sim_battery *battery = &bms->battery;
	union gbt_body body = {.bcl = {.mv = battery->now_mv, .ma = battery->max_ma, .mode = 2}};

	bms_say(bms, GBT_BCL, &body, 50);
	body = (union gbt_body){.bcs = {.mv = battery->now_mv,
					.ma = bms->given_ma,
					.cell_mv = battery->now_mv / BMS_CELLS,
					.soc_percent = battery->soc_percent,
					.minutes = 60}};
	bms_say(bms, GBT_BCS, &body, 250);
	body = (union gbt_body){.bsm = {.cell = 1,
					.max_mc = battery->mc,
					.max_at = 1,
					.min_mc = battery->mc,
					.min_at = 1,
					.allowed = 1}};
	bms_say(bms, GBT_BSM, &body, 250);
	if (!battery->wants || bms->ticks_us - bms->since_us > BMS_LOST_US) {
		bool lost = bms->ticks_us - bms->heard_us[GBT_CCS] > BMS_LOST_US;
		if (!battery->wants || lost)
			bms_go(bms, BMS_STOP);
	}
}

static void bms_stop(struct sim_bms *bms)
{
	const union gbt_body body = {
		.end = {.why = bms->battery.wants ? GBT_WHY_CAR : GBT_WHY_REACHED}};

	bms_say(bms, GBT_BST, &body, 10);
}

static void bms_figures(struct sim_bms *bms)
{
	const struct sim_battery *battery = &bms->battery;
	const union gbt_body body = {.bsd = {.soc_percent = battery->soc_percent,
					     .cell_min_mv = battery->now_mv / BMS_CELLS,
					     .cell_max_mv = battery->now_mv / BMS_CELLS,
					     .min_mc = battery->mc,
					     .max_mc = battery->mc}};

	bms_say(bms, GBT_BSD, &body, 250);
}

void sim_bms_step(struct sim_bms *bms, const struct sim_battery *battery, int64_t dt_us)
{
	union gbt_body body = {.bhm = {.max_mv = battery->max_mv}};

	bms->ticks_us += dt_us;
	bms->battery = *battery;
	switch (bms->phase) {
	case BMS_ASLEEP:
	case BMS_END:
		break;
	case BMS_HELLO:
		bms_say(bms, GBT_BHM, &body, 250);
		break;
	case BMS_WHO:
		bms_who(bms);
		break;
	case BMS_TAKES:
		bms_takes(bms);
		break;
	case BMS_CLOSE:
		body.ready.ready = bms->ticks_us - bms->since_us >= BMS_CLOSE_US ? GBT_YES : 0;
		bms_say(bms, GBT_BRO, &body, 250);
		break;
	case BMS_CHARGE:
		bms_charge(bms);
		break;
	case BMS_STOP:
		bms_stop(bms);
		break;
	case BMS_FIGURES:
		bms_figures(bms);
		break;
	}
}
