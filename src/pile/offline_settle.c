/* offline_settle.c - second generation module: what was charged, signed, as the settlement code. */
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/offline.h"
#include "wire/offline_code.h"
#include "wire/qr_draw.h"

#define OFFLINE_VERSION_MAX 10
#define OFFLINE_SHOWN_US (30 * US_PER_MIN) /* how long an outlet shows it, unless it is settled */

/* Edges that were seen in the very last moment may lie at the end: those are no run of their own. A
 * pile that was without power over an edge gave no energy then, so its run is empty. */
static void offline_close_runs(struct offline_outlet *at, int64_t end_s, int64_t register_dwh)
{
	int64_t edges[OFFLINE_RUNS_MAX];
	size_t count = 0;

	at->runs_dwh[at->runs_len++] =
		register_dwh > at->run_from_dwh ? register_dwh - at->run_from_dwh : 0;
	if (at->start.has_tariff)
		count = offline_edges(&at->tariff, at->start.tariff.offset_min, at->begin_s, end_s,
			edges, OFFLINE_RUNS_MAX);
	while (at->runs_len > count + 1) {
		at->runs_dwh[at->runs_len - 2] += at->runs_dwh[at->runs_len - 1];
		at->runs_len--;
	}
	while (at->runs_len < count + 1 && at->runs_len < OFFLINE_RUNS_MAX)
		at->runs_dwh[at->runs_len++] = 0;
}

static struct str offline_settlement_text(
	struct offline *offline, struct offline_outlet *at, int64_t end_s)
{
	struct offline_settlement settlement = {.pile = offline->pile->config.name,
		.connector_no = at->outlet->number,
		.order_id = at->last_order_id,
		.serial = at->serial,
		.begin_s = at->begin_s,
		.lasted_s = end_s > at->begin_s ? end_s - at->begin_s : 0,
		.register_dwh = at->register_dwh,
		.runs_dwh = at->runs_dwh,
		.runs_dwh_len = at->runs_len,
		.tariff_mark = at->start.tariff_mark,
		.reason = at->end};
	struct bill bill;

	if (at->start.has_tariff &&
		offline_bill(&at->tariff, at->start.tariff.offset_min, at->begin_s, at->runs_dwh,
			at->runs_len, &offline->scratch, &bill) == 0) {
		settlement.has_amount_minor = true;
		settlement.amount_minor = bill.total_minor;
	}
	return offline_make(
		offline, OFFLINE_CODE_SETTLEMENT, &offline_settlement_record, &settlement);
}

bool offline_fits(struct offline *offline, const struct offline_outlet *at)
{
	struct offline_outlet *more = arena_copy(&offline->scratch, at, sizeof(*at));
	int version = OFFLINE_VERSION_MAX + 1;
	struct str text;
	size_t width;

	if (more)
		more->tariff.currency = str_from(more->currency);
	if (!more || more->runs_len + 2 > OFFLINE_RUNS_MAX)
		return false;
	more->end = OFFLINE_END_TIME;
	more->runs_dwh[more->runs_len++] = OFFLINE_ENERGY_MAX / 100;
	more->runs_dwh[more->runs_len++] = OFFLINE_ENERGY_MAX / 100;
	text = offline_settlement_text(offline, more, more->begin_s + OFFLINE_LASTS_MAX_S);
	if (text.ptr == NULL)
		return false;
	(void)qr_draw_modules(text, &offline->scratch, &width, &version);
	return version <= OFFLINE_VERSION_MAX;
}

void offline_settle(
	struct offline *offline, struct offline_outlet *at, int64_t end_us, int64_t register_dwh)
{
	struct str text;

	if (at->phase == OFFLINE_CLAIMED)
		at->end = OFFLINE_END_UNUSED;
	else if (at->end == 0)
		at->end = OFFLINE_END_FAULT; /* the power went, and with it the reason */
	if (at->phase == OFFLINE_CLAIMED)
		at->run_from_dwh = register_dwh;
	offline_close_runs(at, end_us / US_PER_S, register_dwh);
	text = offline_settlement_text(offline, at, end_us / US_PER_S);
	if (text.ptr == NULL) {
		LOG_ERROR("settlement not made", "pile=%.*s serial=%lld",
			STR_FMT(offline->pile->config.name), (long long)at->serial);
		text = STR("");
	}
	memset(at->settlement, 0, sizeof(at->settlement));
	memcpy(at->settlement, text.ptr, text.len);
	at->settlement_until_us = offline->pile->now_us + OFFLINE_SHOWN_US;
	at->phase = OFFLINE_IDLE;
	LOG_INFO("offline charge ended", "pile=%.*s connector=%d serial=%lld end=%s",
		STR_FMT(offline->pile->config.name), at->outlet->number, (long long)at->serial,
		offline_end_name(at->end));
	if (offline_note_write(offline, at) < 0)
		LOG_WARN("settlement not journalled", "why=\"%s\"", fault_text());
}
