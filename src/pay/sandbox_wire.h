/* sandbox_wire.h - the messages of the sandbox channel, JSON by field tables; both ends use these
 * rows.
 *
 *     POST /v1/payments             a request: pay, preauth, capture, release or refund     ->
 * state GET  /v1/payments/<number>    how does it stand                                       ->
 * state, or 404 and error POST <notify_url>             a state, told by the channel ->
 * {"code":"OK"}
 *
 * A number is for ever one operation: the same request again gives its state, another one is
 * refused. */
#pragma once
#include "base/field.h"

#define SANDBOX_KIND_LIST(E, A, P) \
	E(P, PAY, "pay") \
	E(P, PREAUTH, "preauth") \
	E(P, CAPTURE, "capture") \
	E(P, RELEASE, "release") \
	E(P, REFUND, "refund")
#define SANDBOX_STATE_LIST(E, A, P) \
	E(P, WAITING, "waiting") \
	E(P, SUCCEEDED, "succeeded") \
	E(P, FAILED, "failed") \
	E(P, CLOSED, "closed")
FIELD_ENUM_DECLARE(sandbox_kind, SANDBOX_KIND, SANDBOX_KIND_LIST)
FIELD_ENUM_DECLARE(sandbox_status, SANDBOX, SANDBOX_STATE_LIST)

#define SANDBOX_AMOUNT_MAX INT64_C(1000000000000)
#define SANDBOX_NUMBER_MAX 32

#define SANDBOX_REQUEST_FIELDS(F, S) \
	F(STR, REQ, S, merchant, "merchant", 64, "who asks") \
	F(STR, REQ, S, number, "number", SANDBOX_NUMBER_MAX, \
		"the asker's number, unique for ever") \
	F(ENUM, REQ, S, kind, "kind", sandbox_kind, "what to do") \
	F(STR, OPT, S, parent, "parent", SANDBOX_NUMBER_MAX, "the payment a later step is about") \
	F(INT, REQ, S, amount_minor, "amount_minor", (1, SANDBOX_AMOUNT_MAX), "minor units") \
	F(STR, REQ, S, currency, "currency", 3, "ISO 4217") \
	F(STR, OPT, S, subject, "subject", 128, "what the payer reads") \
	F(STR, OPT, S, notify_url, "notify_url", 512, "where the channel tells the outcome") \
	F(STR, OPT, S, return_url, "return_url", 512, "where the payer goes afterwards") \
	F(INT, OPT, S, expires_s, "expires_s", (1, 86400), "how long the cashier stays open")
FIELD_STRUCT(sandbox_request, SANDBOX_REQUEST_FIELDS)

#define SANDBOX_STATE_FIELDS(F, S) \
	F(STR, REQ, S, merchant, "merchant", 64, "who asked") \
	F(STR, REQ, S, number, "number", SANDBOX_NUMBER_MAX, "the asker's number") \
	F(ENUM, REQ, S, state, "state", sandbox_status, "how it stands") \
	F(STR, REQ, S, reference, "reference", 64, "the channel's number") \
	F(INT, REQ, S, amount_minor, "amount_minor", (1, SANDBOX_AMOUNT_MAX), "minor units") \
	F(STR, REQ, S, currency, "currency", 3, "ISO 4217") \
	F(STR, OPT, S, pay_url, "pay_url", 1024, "the cashier") \
	F(STR, OPT, S, error, "error", 64, "why it failed: a stable word")
FIELD_STRUCT(sandbox_state, SANDBOX_STATE_FIELDS)

#define SANDBOX_ERROR_FIELDS(F, S) \
	F(STR, REQ, S, number, "number", SANDBOX_NUMBER_MAX, \
		"the asker's number, empty when unread") \
	F(STR, REQ, S, error, "error", 64, "stable word: not_found, number_reused, bad_request ...")
FIELD_STRUCT(sandbox_error, SANDBOX_ERROR_FIELDS)
