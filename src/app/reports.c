/* reports.c - reports that a pile sends in parts. */
#include "app/reports.h"

#include "app/tell.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/pile.h"

static int drop(struct ctx *ctx, struct pile_report *report, struct str reason)
{
	LOG_WARN("report dropped", "pile=%lld kind=%.*s request=%lld reason=%.*s",
		(long long)report->pile_id, STR_FMT(report->kind), (long long)report->request_id,
		STR_FMT(reason));
	report->state = STR("dropped");
	report->reason = reason;
	report->at_us = ctx->now_us;
	TRY(store_report_drop_parts(ctx->db, report));
	return store_report_put(ctx->db, report);
}

/* Whoever asked for it looks at a page that waits for it. */
static int tell_done(struct ctx *ctx, int64_t pile_id)
{
	struct place place;
	int found = store_pile_place(ctx->db, ctx->arena, pile_id, 0, &place);

	TRY(found);
	if (found != 0)
		return 0;
	return tell(ctx, place.tenant_id, "pile", pile_id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(place.code)));
}

/* The report as it stands, or a new one. */
static int open_report(struct ctx *ctx, int64_t pile_id, struct str kind, int64_t request_id,
	struct pile_report *ret_report)
{
	int64_t open;
	int found = store_report_get(ctx->db, ctx->arena, pile_id, kind, request_id, ret_report);

	TRY(found);
	if (found == 0)
		return 0;
	*ret_report = (struct pile_report){.pile_id = pile_id,
		.kind = kind,
		.request_id = request_id,
		.state = STR("open"),
		.last_seq = -1,
		.begun_us = ctx->now_us,
		.at_us = ctx->now_us};
	TRY(store_report_open_count(ctx->db, pile_id, &open));
	return open < REPORTS_OPEN_MOST ? 0 : REPORTS_E_DROPPED;
}

/* A pile that counts its requests from the beginning after a reset begins a new report under an old
 * number; one that only repeats a part does so at once. */
static bool begins_again(const struct ctx *ctx, const struct pile_report *report, int64_t seq)
{
	if (seq < 0)
		return true;
	return seq == 0 && ctx->now_us - report->at_us >= REPORTS_SILENT_US;
}

int reports_part(struct ctx *ctx, const struct report_part *part, struct pile_report *ret_report)
{
	struct pile_report *report = ret_report;
	int64_t seq = part->seq;
	bool is_new;
	int outcome = open_report(ctx, part->pile_id, part->kind, part->request_id, report);

	if (outcome != 0)
		return outcome;
	if (!str_is(report->state, "open") && begins_again(ctx, report, seq)) {
		TRY(store_report_drop_parts(ctx->db, report));
		*report = (struct pile_report){.pile_id = part->pile_id,
			.kind = part->kind,
			.request_id = part->request_id,
			.state = STR("open"),
			.last_seq = -1,
			.begun_us = ctx->now_us};
	}
	if (str_is(report->state, "done"))
		return REPORTS_E_AGAIN;
	if (!str_is(report->state, "open"))
		return REPORTS_E_DROPPED;
	if (seq < 0)
		seq = report->parts;
	if (report->parts >= REPORTS_PARTS_MOST || seq >= REPORTS_PARTS_MOST ||
		report->bytes + (int64_t)part->body_bytes > REPORTS_BYTES_MOST) {
		TRY(drop(ctx, report, STR("too_large")));
		return REPORTS_E_DROPPED;
	}
	TRY(store_report_part(ctx->db, report, seq, part->body, &is_new));
	if (!is_new)
		return REPORTS_E_AGAIN;
	report->parts++;
	report->bytes += (int64_t)part->body_bytes;
	report->at_us = ctx->now_us;
	if (part->last)
		report->last_seq = seq;
	if (report->last_seq >= 0 && report->parts == report->last_seq + 1)
		report->state = STR("done");
	TRY(store_report_put(ctx->db, report));
	return str_is(report->state, "done") ? tell_done(ctx, report->pile_id) : 0;
}

int reports_expect(struct ctx *ctx, int64_t pile_id, struct str kind, int64_t request_id,
	struct str reason, struct pile_report *ret_report)
{
	int outcome = open_report(ctx, pile_id, kind, request_id, ret_report);

	if (outcome != 0)
		return outcome;
	ret_report->reason = reason;
	return store_report_put(ctx->db, ret_report);
}

int reports_tick(struct ctx *ctx)
{
	struct pile_report reports[STORE_REPORTS_MOST];
	size_t len;

	TRY(store_report_silent(
		ctx->db, ctx->arena, ctx->now_us - REPORTS_SILENT_US, reports, &len));
	for (size_t i = 0; i < len; i++)
		TRY(drop(ctx, &reports[i], STR("never_ended")));
	return 0;
}
