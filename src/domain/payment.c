/* payment.c - the edges of a payment attempt, as a table. */
#include "domain/payment.h"

#include "base/fault.h"

#define EDGE(state) (1u << (state))

/* From each state the states it may go to; final ones go nowhere, for ever. */
static const unsigned edges[] = {
	[PAYMENT_CREATED] = EDGE(PAYMENT_SENT) | EDGE(PAYMENT_FAILED) | EDGE(PAYMENT_CLOSED),
	[PAYMENT_SENT] = EDGE(PAYMENT_WAITING) | EDGE(PAYMENT_UNKNOWN) | EDGE(PAYMENT_SUCCEEDED) |
			 EDGE(PAYMENT_FAILED) | EDGE(PAYMENT_CLOSED),
	[PAYMENT_WAITING] = EDGE(PAYMENT_UNKNOWN) | EDGE(PAYMENT_SUCCEEDED) | EDGE(PAYMENT_FAILED) |
			    EDGE(PAYMENT_CLOSED),
	[PAYMENT_UNKNOWN] = EDGE(PAYMENT_WAITING) | EDGE(PAYMENT_SUCCEEDED) | EDGE(PAYMENT_FAILED) |
			    EDGE(PAYMENT_CLOSED),
	[PAYMENT_SUCCEEDED] = 0,
	[PAYMENT_FAILED] = 0,
	[PAYMENT_CLOSED] = 0,
};
static const char *const state_names[] = {
	[PAYMENT_CREATED] = "created",
	[PAYMENT_SENT] = "sent",
	[PAYMENT_WAITING] = "waiting",
	[PAYMENT_UNKNOWN] = "unknown",
	[PAYMENT_SUCCEEDED] = "succeeded",
	[PAYMENT_FAILED] = "failed",
	[PAYMENT_CLOSED] = "closed",
};
static const char *const kind_names[] = {
	[PAYMENT_PAY] = "pay",
	[PAYMENT_PREAUTH] = "preauth",
	[PAYMENT_CAPTURE] = "capture",
	[PAYMENT_RELEASE] = "release",
	[PAYMENT_REFUND] = "refund",
};

static bool state_known(enum payment_state state)
{
	return state >= PAYMENT_CREATED && state <= PAYMENT_CLOSED;
}

bool payment_can(enum payment_state from, enum payment_state to)
{
	return state_known(from) && state_known(to) && (edges[from] & EDGE(to)) != 0;
}

int payment_move(struct payment *payment, enum payment_state to, int64_t now_us)
{
	if (!payment_can(payment->state, to))
		return PAYMENT_E_STATE;
	payment->state = to;
	if (payment_is_final(to))
		payment->done_us = now_us;
	return 0;
}

bool payment_is_final(enum payment_state state)
{
	return state_known(state) && edges[state] == 0;
}

const char *payment_state_name(enum payment_state state)
{
	return state_known(state) ? state_names[state] : "";
}

const char *payment_kind_name(enum payment_kind kind)
{
	return kind >= PAYMENT_PAY && kind <= PAYMENT_REFUND ? kind_names[kind] : "";
}

bool payment_wants_send(const struct payment *payment)
{
	if (payment->state == PAYMENT_CREATED)
		return true;
	if (payment->state != PAYMENT_UNKNOWN)
		return false;
	return str_is(payment->error, PAYMENT_NOT_FOUND) ||
	       (payment->kind >= PAYMENT_CAPTURE && str_starts(payment->error, STR("refused")));
}
