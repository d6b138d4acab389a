/* ocpp16.h - the OCPP 1.6 front desk: a table of what a pile may say, and the translation between
 * its messages and the conversations. Nothing is decided here. */
#pragma once
#include "app/ctx.h"
#include "wire/ocpp.h"
#include "wire/record.h"

struct ocpp16_route;
/* The route of a message from a pile. NULL when a pile may not say it: then *ret_code is
 * NotImplemented (no such action in OCPP 1.6) or NotSupported (an action, but not one for us). */
const struct ocpp16_route *ocpp16_route(struct str action, enum ocpp_code *ret_code);
/* Light: the answer needs no database and nothing has to be durable first (Heartbeat). */
bool ocpp16_is_light(const struct ocpp16_route *route);
/* Payload -> struct in the arena, by the field table. RECORD_E_* when it is not one. */
int ocpp16_decode(const struct ocpp16_route *route, struct str payload, struct arena *arena,
	void **ret_request, struct record_error *ret_error);

struct ocpp16_reply {
	enum ocpp_code code; /* 0: payload is the answer; else a CALLERROR with `text` */
	struct str payload;
	struct str text;
	struct str note;      /* for the log: a stable word when the answer hides something odd
				 ("foreign") */
	int64_t connector_no; /* what the message was about, for the log; 0 when nothing */
	int64_t order_id;
};
/* Runs a decoded message of a pile; always fills *ret_reply, < 0 only for faults. */
int ocpp16_run(struct ctx *ctx, const struct ocpp16_route *route, int64_t pile_id,
	const void *request, struct ocpp16_reply *ret_reply);
/* The same for a light route, anywhere. */
int ocpp16_run_light(const struct ocpp16_route *route, int64_t now_us, struct arena *arena,
	struct ocpp16_reply *ret_reply);

/* What a pile answered to a command of ours: `payload` of its CALLRESULT, or `error` ("timeout",
 * "offline", "CALLERROR:Code"). Stores it, tells charging, keeps reported settings. *ret_error is
 * the error as stored (an answer of the wrong shape is one too), *ret_order_id the order it was
 * for. */
int ocpp16_answered(struct ctx *ctx, int64_t command_id, struct str payload, struct str error,
	int64_t latency_us, struct str *ret_error, int64_t *ret_order_id);
