/* offline_settle.c - second generation module: what was charged, signed, as the settlement code. */
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/signer.h"
#include "pile/offline.h"
#include "wire/offline_code.h"
#include "wire/qr_draw.h"

#define OFFLINE_VERSION_MAX 10
#define OFFLINE_SETTLE_WAIT_US (60 * US_PER_S) /* a TPM that has not signed by then is broken */
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

static int offline_settlement_text(struct offline *offline, struct offline_outlet *at,
	const struct cose_hand *hand, int64_t end_s, struct str *ret_text)
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
	return offline_make(offline, OFFLINE_CODE_SETTLEMENT, hand, &offline_settlement_record,
		&settlement, ret_text);
}

/* A signature of zeros is as long as any. */
static int offline_blank(void *context, struct str text, uint8_t ret_signature[SIGN_LEN])
{
	(void)context;
	(void)text;
	memset(ret_signature, 0, SIGN_LEN);
	return 0;
}

bool offline_fits(struct offline *offline, const struct offline_outlet *at)
{
	struct offline_outlet *more = arena_copy(&offline->scratch, at, sizeof(*at));
	const struct cose_hand blank = {offline->hand.kind, offline_blank, NULL};
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
	if (offline_settlement_text(
		    offline, more, &blank, more->begin_s + OFFLINE_LASTS_MAX_S, &text) != 0)
		return false;
	(void)qr_draw_modules(text, &offline->scratch, &width, &version);
	return version <= OFFLINE_VERSION_MAX;
}

/* The settlement as it will stand, made on a copy: while the TPM signs, nothing has changed yet. */
static int offline_settle_copy(struct offline *offline, struct offline_outlet *at, int64_t end_us,
	int64_t register_dwh, struct str *ret_text)
{
	at->tariff.currency = str_from(at->currency);
	if (at->phase == OFFLINE_CLAIMED)
		at->end = OFFLINE_END_UNUSED;
	else if (at->end == 0)
		at->end = OFFLINE_END_FAULT; /* the power went, and with it the reason */
	if (at->phase == OFFLINE_CLAIMED)
		at->run_from_dwh = register_dwh;
	offline_close_runs(at, end_us / US_PER_S, register_dwh);
	return offline_settlement_text(offline, at, &offline->hand, end_us / US_PER_S, ret_text);
}

/* Is the TPM still at it, and worth waiting for? */
static bool offline_settle_waits(
	const struct offline *offline, struct offline_outlet *at, int64_t end_us, int result)
{
	int64_t ticks_us = offline->pile->ticks_us;

	if (result != SIGNER_E_LATER && result != SIGNER_E_FAILED)
		return false;
	if (!at->settling_us) {
		at->settling_us = end_us;
		at->settling_since_us = ticks_us;
	}
	return ticks_us - at->settling_since_us < OFFLINE_SETTLE_WAIT_US;
}

void offline_settle(
	struct offline *offline, struct offline_outlet *at, int64_t end_us, int64_t register_dwh)
{
	struct offline_outlet *settled = arena_copy(&offline->scratch, at, sizeof(*at));
	struct str text = STR_NULL;
	int result;

	if (!settled)
		return;
	if (at->settling_us)
		end_us = at->settling_us; /* the same bytes as before */
	result = offline_settle_copy(offline, settled, end_us, register_dwh, &text);
	if (offline_settle_waits(offline, at, end_us, result))
		return;
	*at = *settled;
	at->tariff.currency = str_from(at->currency);
	at->settling_us = 0;
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
