/* gbt.c - phases, periods and waits of the pile's side (drawing in gbt.h). */
#include "pile/gbt.h"

#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/fault.h"

#define GBT_NEXT_US (5 * US_PER_S)     /* for most answers */
#define GBT_CLOSE_US (60 * US_PER_S)   /* for the car's contactors */
#define GBT_DEMAND_US US_PER_S         /* without BCL the car is gone */
#define GBT_FIGURES_US (10 * US_PER_S) /* for BSD */
#define GBT_TRIES 3
#define GBT_ENDS 10 /* CSD is sent so often */
#define GBT_ALLOWED 1

const char *gbt_word(enum gbt_phase phase)
{
	static const char *const words[] = {"idle", "hello", "insulation", "identify", "configure",
		"ready", "charge", "end", "waited", "done", "failed"};

	ASSERT(phase <= GBT_FAILED);
	return words[phase];
}

void gbt_init(struct gbt *gbt)
{
	memset(gbt, 0, sizeof(*gbt));
	gbt_link_init(&gbt->link, GBT_PILE, GBT_BMS);
	gbt->battery.max_mc = GBT_ABSENT;
	gbt->battery.allowed = GBT_ALLOWED; /* until the car says otherwise */
	gbt->takes.soc_permille = gbt->takes.now_mv = GBT_ABSENT;
	gbt->state.soc_percent = GBT_ABSENT;
}

void gbt_reset(struct gbt *gbt)
{
	gbt_init(gbt);
}

static void gbt_go(struct gbt *gbt, enum gbt_phase phase, int64_t ticks_us)
{
	gbt->phase = phase;
	gbt->since_us = ticks_us;
}

static bool gbt_heard(const struct gbt *gbt, enum gbt_kind kind)
{
	return gbt->heard_us[kind] >= gbt->since_us && gbt->heard_us[kind] > 0;
}

static bool gbt_late(const struct gbt *gbt, int64_t wait_us, int64_t ticks_us)
{
	return ticks_us - gbt->since_us > wait_us;
}

/* Silent for so long, counted from the phase's beginning where nothing was said in it. */
static bool gbt_silent(const struct gbt *gbt, enum gbt_kind kind, int64_t wait_us, int64_t ticks_us)
{
	int64_t heard_us =
		gbt->heard_us[kind] > gbt->since_us ? gbt->heard_us[kind] : gbt->since_us;

	return ticks_us - heard_us > wait_us;
}

/* ---- what the car says ---- */

static int64_t gbt_least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A voltage the car allows counts with the lowest it ever said. */
static void gbt_allow(struct gbt *gbt, int64_t max_mv)
{
	if (max_mv > 0)
		gbt->max_mv = gbt->max_mv ? gbt_least(gbt->max_mv, max_mv) : max_mv;
}

static void gbt_learn(struct gbt *gbt, enum gbt_kind kind, const union gbt_body *body)
{
	switch (kind) {
	case GBT_BHM:
		gbt_allow(gbt, body->bhm.max_mv);
		break;
	case GBT_BRM:
		gbt->who = body->brm;
		break;
	case GBT_BCP:
		gbt->takes = body->bcp;
		gbt_allow(gbt, body->bcp.max_mv);
		break;
	case GBT_BCL:
		gbt->wants = body->bcl;
		break;
	case GBT_BCS:
		gbt->state = body->bcs;
		break;
	case GBT_BSM:
		gbt->battery = body->bsm;
		break;
	default:
		break;
	}
}

void gbt_take(struct gbt *gbt, const struct hal_can *frame, int64_t ticks_us)
{
	struct gbt_message message;
	union gbt_body body;
	enum gbt_kind kind;

	if (!gbt_link_take(&gbt->link, frame, ticks_us, &message))
		return;
	kind = gbt_kind_of(message.pf, true);
	if (kind == GBT_KINDS || !gbt_read(kind, message.bytes, message.len, &body))
		return;
	/* "not ready" is no answer to "are you ready" */
	if (kind == GBT_BRO && body.ready.ready != GBT_YES && body.ready.ready != 0)
		return;
	gbt_learn(gbt, kind, &body);
	if (kind != GBT_BRO || body.ready.ready == GBT_YES)
		gbt->heard_us[kind] = ticks_us > 0 ? ticks_us : 1;
}

/* ---- what we say ---- */

static void gbt_say(
	struct gbt *gbt, enum gbt_kind kind, const union gbt_body *body, int ms, int64_t ticks_us)
{
	if (gbt->sent_us[kind] && ticks_us - gbt->sent_us[kind] < ms * US_PER_MS)
		return;
	gbt_link_send(&gbt->link, kind, body, ticks_us);
	gbt->sent_us[kind] = ticks_us > 0 ? ticks_us : 1;
	gbt->ends += kind == GBT_CSD;
}

static void gbt_say_hello(struct gbt *gbt, int64_t ticks_us)
{
	const union gbt_body body = {.chm = {.minor = 1, .major = 1}};

	gbt_say(gbt, GBT_CHM, &body, 250, ticks_us);
}

static void gbt_say_known(struct gbt *gbt, int64_t ticks_us)
{
	union gbt_body body = {.crm = {.number = 1, .region = GBT_ABSENT}};

	body.crm.result = gbt->heard_us[GBT_BRM] ? GBT_YES : 0;
	gbt_say(gbt, GBT_CRM, &body, 250, ticks_us);
}

static void gbt_say_limits(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	union gbt_body body = {.cml = {.max_mv = input->max_mv,
				       .min_mv = input->min_mv,
				       .max_ma = input->limit_ma,
				       .min_ma = 0}};
	int year, month, day;
	int64_t second = input->now_us / US_PER_S % 86400;

	gbt_say(gbt, GBT_CML, &body, 250, ticks_us);
	if (input->now_us <= 0)
		return;
	civil_from_days(input->now_us / US_PER_DAY, &year, &month, &day);
	body = (union gbt_body){
		.cts = {second % 60, second / 60 % 60, second / 3600, day, month, year}};
	gbt_say(gbt, GBT_CTS, &body, 500, ticks_us);
}

static void gbt_say_ready(struct gbt *gbt, bool ready, int64_t ticks_us)
{
	const union gbt_body body = {.ready = {ready ? GBT_YES : 0}};

	gbt_say(gbt, GBT_CRO, &body, 250, ticks_us);
}

static int64_t gbt_minutes(const struct gbt *gbt, int64_t ticks_us)
{
	return gbt->begun_us ? (ticks_us - gbt->begun_us) / US_PER_MIN : 0;
}

static void gbt_say_state(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	const union gbt_body body = {.ccs = {.mv = input->source.voltage_mv,
					     .ma = input->source.current_ma,
					     .minutes = gbt_minutes(gbt, ticks_us),
					     .allowed = input->limit_ma > 0}};

	gbt_say(gbt, GBT_CCS, &body, 50, ticks_us);
}

static void gbt_say_figures(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	const union gbt_body body = {.csd = {.minutes = gbt_minutes(gbt, ticks_us),
					     .energy_dwh = input->energy_dwh,
					     .number = 1}};

	gbt_say(gbt, GBT_CSD, &body, 250, ticks_us);
}

/* ---- the phases ---- */

/* An answer did not come: tell the car which, and begin again, but not for ever. */
static void gbt_waited(struct gbt *gbt, union gbt_body waits, int64_t ticks_us)
{
	gbt->waits = waits;
	gbt_go(gbt, GBT_WAITED, ticks_us);
}

/* Bits of CEM: two a wait, 01 for the one that was too long. */
static const union gbt_body gbt_wait_brm = {.waits = {.first = 1}};
static const union gbt_body gbt_wait_bcp = {.waits = {.second = 1}};
static const union gbt_body gbt_wait_bro = {.waits = {.second = 4}};
static const union gbt_body gbt_wait_bcs = {.waits = {.third = 1}};
static const union gbt_body gbt_wait_bcl = {.waits = {.third = 4}};
static const union gbt_body gbt_wait_bst = {.waits = {.third = 16}};
static const union gbt_body gbt_wait_bsd = {.waits = {.fourth = 1}};

static void gbt_end(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	bool car = gbt->heard_us[GBT_BST] >= gbt->begun_us && gbt->heard_us[GBT_BST];

	gbt->end = (union gbt_body){.end = {.why = GBT_WHY_HAND}};
	if (car)
		gbt->end.end.why = GBT_WHY_CAR;
	if (input->stopping || gbt->mismatch)
		gbt->end.end = (struct gbt_end){.why = GBT_WHY_FAULT,
			.fault = input->emergency ? GBT_FAULT_EMERGENCY : GBT_FAULT_OTHER};
	gbt->again = !input->wanted;
	gbt->ends = 0;
	if (!car)
		gbt->heard_us[GBT_BST] = 0;
	gbt->heard_us[GBT_BSD] = 0;
	gbt_go(gbt, GBT_END, ticks_us);
}

static void gbt_begin(struct gbt *gbt, int64_t ticks_us)
{
	gbt_init(gbt);
	gbt_go(gbt, GBT_HELLO, ticks_us);
}

static void gbt_hello(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	gbt_say_hello(gbt, ticks_us);
	/* older cars do not say BHM: after five seconds it goes on without */
	if (gbt->phase == GBT_HELLO &&
		(gbt_heard(gbt, GBT_BHM) || gbt_late(gbt, GBT_NEXT_US, ticks_us)))
		gbt_go(gbt, GBT_INSULATION, ticks_us);
	else if (gbt->phase == GBT_INSULATION && input->dc == DC_PRECHARGE)
		gbt_go(gbt, GBT_IDENTIFY, ticks_us);
}

static void gbt_identify(struct gbt *gbt, int64_t ticks_us)
{
	gbt_say_known(gbt, ticks_us);
	if (!gbt->heard_us[GBT_BRM]) {
		if (gbt_late(gbt, GBT_NEXT_US, ticks_us))
			gbt_waited(gbt, gbt_wait_brm, ticks_us);
		return;
	}
	if (gbt->heard_us[GBT_BCP])
		gbt_go(gbt, GBT_CONFIGURE, ticks_us);
	else if (ticks_us - gbt->heard_us[GBT_BRM] > GBT_NEXT_US &&
		 gbt_late(gbt, GBT_NEXT_US, ticks_us))
		gbt_waited(gbt, gbt_wait_bcp, ticks_us);
}

static void gbt_configure(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	gbt->mismatch = gbt->takes.now_mv < input->min_mv || gbt->takes.now_mv > input->max_mv ||
			gbt->max_mv <= 0;
	if (gbt->mismatch) {
		gbt_end(gbt, input, ticks_us);
		return;
	}
	gbt_say_limits(gbt, input, ticks_us);
	if (gbt_heard(gbt, GBT_BRO))
		gbt_go(gbt, GBT_READY, ticks_us);
	else if (gbt_late(gbt, GBT_CLOSE_US, ticks_us))
		gbt_waited(gbt, gbt_wait_bro, ticks_us);
}

static void gbt_ready(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	bool stands = input->dc == DC_ENERGY;

	gbt_say_ready(gbt, stands, ticks_us);
	if (!stands) {
		gbt->since_us = ticks_us; /* dc.h watches the source's time */
		return;
	}
	if (gbt_heard(gbt, GBT_BCL) && gbt_heard(gbt, GBT_BCS)) {
		gbt->begun_us = ticks_us;
		gbt_go(gbt, GBT_CHARGE, ticks_us);
	} else if (gbt_silent(gbt, GBT_BCS, GBT_NEXT_US, ticks_us)) {
		gbt_waited(gbt, gbt_wait_bcs, ticks_us);
	} else if (gbt_silent(gbt, GBT_BCL, GBT_DEMAND_US, ticks_us)) {
		gbt_waited(gbt, gbt_wait_bcl, ticks_us);
	}
}

static void gbt_charge(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	gbt_say_state(gbt, input, ticks_us);
	if (gbt_heard(gbt, GBT_BST))
		gbt_end(gbt, input, ticks_us);
	else if (gbt_silent(gbt, GBT_BCL, GBT_DEMAND_US, ticks_us))
		gbt_waited(gbt, gbt_wait_bcl, ticks_us);
	else if (gbt_silent(gbt, GBT_BCS, GBT_NEXT_US, ticks_us))
		gbt_waited(gbt, gbt_wait_bcs, ticks_us);
}

/* CST until the car ends, too; then its figures and ours. What does not come any more is said once
 * and not begun again: the charge is over either way. */
static void gbt_finish(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	bool ended = gbt->heard_us[GBT_BST] > 0, told = gbt->heard_us[GBT_BSD] > 0;

	if (!told)
		gbt_say(gbt, GBT_CST, &gbt->end, 10, ticks_us);
	else if (gbt->ends < GBT_ENDS)
		gbt_say_figures(gbt, input, ticks_us);
	else
		gbt_go(gbt, gbt->mismatch ? GBT_FAILED : GBT_DONE, ticks_us);
	if (told || (ended ? !gbt_late(gbt, GBT_FIGURES_US, ticks_us)
			   : !gbt_late(gbt, GBT_NEXT_US, ticks_us)))
		return;
	gbt_say(gbt, GBT_CEM, ended ? &gbt_wait_bsd : &gbt_wait_bst, 0, ticks_us);
	gbt_go(gbt, gbt->mismatch ? GBT_FAILED : GBT_DONE, ticks_us);
}

static void gbt_wait(struct gbt *gbt, int64_t ticks_us)
{
	gbt_say(gbt, GBT_CEM, &gbt->waits, 250, ticks_us);
	if (!gbt_late(gbt, GBT_NEXT_US, ticks_us))
		return;
	if (++gbt->tries > GBT_TRIES) {
		gbt_go(gbt, GBT_FAILED, ticks_us);
		return;
	}
	memset(gbt->heard_us, 0, sizeof(gbt->heard_us));
	gbt_go(gbt, GBT_INSULATION, ticks_us);
}

void gbt_step(struct gbt *gbt, const struct gbt_input *input, int64_t ticks_us)
{
	bool running = gbt->phase > GBT_IDLE && gbt->phase < GBT_END;

	if ((running || gbt->phase == GBT_WAITED) && !input->wanted)
		gbt_end(gbt, input, ticks_us);
	gbt->again = gbt->again || !input->wanted;
	switch (gbt->phase) {
	case GBT_IDLE:
		if (input->wanted)
			gbt_begin(gbt, ticks_us);
		break;
	case GBT_HELLO:
	case GBT_INSULATION:
		gbt_hello(gbt, input, ticks_us);
		break;
	case GBT_IDENTIFY:
		gbt_identify(gbt, ticks_us);
		break;
	case GBT_CONFIGURE:
		gbt_configure(gbt, input, ticks_us);
		break;
	case GBT_READY:
		gbt_ready(gbt, input, ticks_us);
		break;
	case GBT_CHARGE:
		gbt_charge(gbt, input, ticks_us);
		break;
	case GBT_END:
		gbt_finish(gbt, input, ticks_us);
		break;
	case GBT_WAITED:
		gbt_wait(gbt, ticks_us);
		break;
	case GBT_DONE:
	case GBT_FAILED:
		if (gbt->again)
			gbt_go(gbt, GBT_IDLE, ticks_us);
		break;
	}
}

/* ---- the car as the others see it ---- */

struct hal_car gbt_car(const struct gbt *gbt)
{
	struct hal_car car = {.battery_mc = HAL_ABSENT};
	bool speaks = gbt->phase >= GBT_INSULATION && gbt->phase <= GBT_CHARGE;

	car.present = speaks;
	car.ready = gbt->phase == GBT_READY || gbt->phase == GBT_CHARGE;
	if (gbt->max_mv > 0 && gbt->max_mv < INT32_MAX)
		car.max_mv = (int32_t)gbt->max_mv;
	if (gbt->phase == GBT_READY && gbt->takes.now_mv != GBT_ABSENT)
		car.target_mv = (int32_t)gbt->takes.now_mv;
	if (gbt->phase == GBT_CHARGE && gbt->wants.mv > 0) {
		car.target_mv = (int32_t)gbt->wants.mv;
		/* a battery that says no gets nothing, and so does one in alarm */
		if (gbt->wants.ma > 0 && gbt->battery.allowed == GBT_ALLOWED)
			car.target_ma = (int32_t)gbt->wants.ma;
	}
	if (gbt->battery.max_mc != GBT_ABSENT)
		car.battery_mc = (int32_t)gbt->battery.max_mc;
	return car;
}

bool gbt_preparing(const struct gbt *gbt)
{
	return (gbt->phase > GBT_IDLE && gbt->phase < GBT_CHARGE) || gbt->phase == GBT_WAITED;
}

int32_t gbt_soc_percent(const struct gbt *gbt)
{
	if (gbt->state.soc_percent >= 0 && gbt->state.soc_percent <= 100)
		return (int32_t)gbt->state.soc_percent;
	if (gbt->takes.soc_permille >= 0 && gbt->takes.soc_permille <= 1000)
		return (int32_t)(gbt->takes.soc_permille / 10);
	return -1;
}
