/* admin_wire.h - the messages by which tests tell the sandbox how to behave. */
#pragma once
#include "base/field.h"
#include "pay/sandbox_wire.h"

#define ADMIN_COUNT (0, 1000000)
#define ADMIN_MS (0, 86400000)
#define SANDBOX_FAULTS_FIELDS(F, S) \
	F(INT, OPT, S, lose_notify, "lose_notify", ADMIN_COUNT, "next notifications not sent") \
	F(INT, OPT, S, duplicate_notify, "duplicate_notify", ADMIN_COUNT, "next ones sent thrice") \
	F(INT, OPT, S, forge_notify, "forge_notify", ADMIN_COUNT, "next ones wrongly signed") \
	F(INT, OPT, S, delay_notify_ms, "delay_notify_ms", ADMIN_MS, "pause before the first") \
	F(INT, OPT, S, answer_500, "answer_500", ADMIN_COUNT, \
		"next requests done but answered 500") \
	F(INT, OPT, S, no_answer, "no_answer", ADMIN_COUNT, "next requests done but not answered") \
	F(INT, OPT, S, wrong_amount, "wrong_amount", ADMIN_COUNT, "next messages one unit off") \
	F(INT, OPT, S, refund_pending_ms, "refund_pending_ms", ADMIN_MS, "refunds take so long") \
	F(BOOL, OPT, S, automatic, "auto", 0, "payments succeed at once")
FIELD_STRUCT(sandbox_faults, SANDBOX_FAULTS_FIELDS)

#define SANDBOX_BUTTON_LIST(E, A, P) \
	E(P, PAY, "pay") \
	E(P, DECLINE, "decline")
FIELD_ENUM_DECLARE(sandbox_button, BUTTON, SANDBOX_BUTTON_LIST)
#define SANDBOX_PRESS_FIELDS(F, S) \
	F(STR, REQ, S, number, "number", SANDBOX_NUMBER_MAX, "which payment") \
	F(ENUM, REQ, S, action, "action", sandbox_button, "which button")
FIELD_STRUCT(sandbox_press, SANDBOX_PRESS_FIELDS)
