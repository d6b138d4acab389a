/* reports.h - reports that a pile sends in parts: joined, bounded, and dropped with a reason when
 * they never end. Knows no OCPP. */
#pragma once
#include "app/ctx.h"
#include "store/model.h"

#define REPORTS_PARTS_MOST 5000
#define REPORTS_BYTES_MOST (8 * 1024 * 1024) /* of one report */
#define REPORTS_OPEN_MOST 20                 /* of one pile */
#define REPORTS_SILENT_US (INT64_C(600) * 1000000)

enum reports_outcome {
	REPORTS_E_AGAIN = 1,   /* this part was here before: nothing to do */
	REPORTS_E_DROPPED = 2, /* too large, too many, or dropped before: not kept */
};
struct report_part {
	int64_t pile_id;
	struct str kind;
	int64_t request_id;
	int64_t seq; /* -1: parts carry no number, they come in order */
	bool last;
	struct str body;   /* empty when the caller keeps the content itself */
	size_t body_bytes; /* what it would take */
};
/* Takes a part; *ret_report tells the state after it ("done": complete). */
int reports_part(struct ctx *ctx, const struct report_part *part, struct pile_report *ret_report);
/* A report was asked for: `reason` is kept with it ("inventory"). */
int reports_expect(struct ctx *ctx, int64_t pile_id, struct str kind, int64_t request_id,
	struct str reason, struct pile_report *ret_report);
/* Drops reports that went silent. Called by the timer. */
int reports_tick(struct ctx *ctx);
