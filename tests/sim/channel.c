/* channel.c - the simulated payment channel. */
#include "channel.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"

#define CASHIER_OPEN_US (900 * US_PER_S)

static bool chance(struct rng *rng, int percent)
{
	return (int)rng_below(rng, 100) < percent;
}

static struct channel_op *find(struct channel *channel, struct str number)
{
	for (size_t i = channel->len; i > 0; i--) /* mostly a young one */
		if (str_is(number, channel->ops[i - 1].number))
			return &channel->ops[i - 1];
	return NULL;
}

static void note(struct channel *channel, const struct channel_op *op)
{
	if (channel->notes_len < CHANNEL_NOTES)
		channel->notes[channel->notes_len++] = (size_t)(op - channel->ops);
}

static void refresh(struct channel *channel, struct channel_op *op, int64_t now_us)
{
	if (op->state == PAYMENT_WAITING && op->ready_us != 0 && now_us >= op->ready_us) {
		op->state = PAYMENT_SUCCEEDED;
		channel->taken_minor -= op->amount_minor;
		note(channel, op);
	} else if (op->state == PAYMENT_WAITING && op->until_us != 0 && now_us >= op->until_us) {
		op->state = PAYMENT_CLOSED;
	}
}

static struct payment_news say(const struct channel_op *op)
{
	return (struct payment_news){.key = str_from(op->number),
		.state = op->state,
		.channel_ref = str_from(op->number),
		.pay_url = op->state == PAYMENT_WAITING && op->kind <= PAYMENT_PREAUTH
				   ? STR("http://localhost/cashier")
				   : STR(""),
		.error = op->state == PAYMENT_FAILED ? STR("declined") : STR(""),
		.currency = str_from(op->currency),
		.amount_minor = op->amount_minor};
}

/* A later step on a payment: the money moves here and now, or, for some refunds, in a while. */
static bool step(struct channel *channel, struct channel_op *op, struct channel_op *parent,
	int64_t now_us, struct rng *rng)
{
	bool refund = op->kind == PAYMENT_REFUND;

	if (parent == NULL || parent->state != PAYMENT_SUCCEEDED ||
		op->amount_minor > parent->amount_minor - parent->used_minor)
		return false;
	parent->used_minor += refund ? op->amount_minor : parent->amount_minor;
	op->state = PAYMENT_SUCCEEDED;
	if (refund && chance(rng, channel->fault_pct)) {
		op->state = PAYMENT_WAITING;
		op->ready_us = now_us + (int64_t)rng_below(rng, 7200) * US_PER_S;
	} else if (refund) {
		channel->taken_minor -= op->amount_minor;
	} else if (op->kind == PAYMENT_CAPTURE) {
		channel->taken_minor += op->amount_minor;
	}
	return true;
}

static struct channel_op *create(struct channel *channel, const struct payment *payment,
	const struct payment *parent, int64_t now_us, struct rng *rng)
{
	struct channel_op *op = &channel->ops[channel->len];

	ASSERT(channel->len < CHANNEL_MOST);
	memset(op, 0, sizeof(*op));
	snprintf(op->number, sizeof(op->number), "%.*s", STR_FMT(payment->key));
	snprintf(op->currency, sizeof(op->currency), "%.*s", STR_FMT(payment->currency));
	op->kind = payment->kind;
	op->amount_minor = payment->amount_minor;
	op->state = PAYMENT_WAITING;
	op->until_us = payment->kind <= PAYMENT_PREAUTH ? now_us + CASHIER_OPEN_US : 0;
	channel->len++;
	if (payment->kind > PAYMENT_PREAUTH &&
		!step(channel, op, find(channel, parent->key), now_us, rng)) {
		channel->len--;
		return NULL;
	}
	return op;
}

bool channel_call(struct channel *channel, const struct payment *payment,
	const struct payment *parent, bool query, int64_t now_us, struct rng *rng,
	struct payment_news *ret_news)
{
	struct channel_op *op = find(channel, payment->key);

	if (chance(rng, channel->fault_pct))
		return false; /* it never arrived */
	if (op != NULL) {
		refresh(channel, op, now_us);
		ASSERT(op->amount_minor == payment->amount_minor && op->kind == payment->kind);
	} else if (!query) {
		op = create(channel, payment, parent, now_us, rng);
	}
	if (chance(rng, channel->fault_pct))
		return false; /* the answer was lost */
	if (op != NULL)
		*ret_news = say(op);
	else
		*ret_news = (struct payment_news){.key = payment->key,
			.state = query ? PAYMENT_UNKNOWN : PAYMENT_FAILED,
			.error = query ? STR(PAYMENT_NOT_FOUND) : STR("wrong_state")};
	return true;
}

bool channel_driver(struct channel *channel, int64_t now_us, struct rng *rng)
{
	size_t start = channel->len > 0 ? (size_t)rng_below(rng, channel->len) : 0;

	for (size_t n = 0; n < channel->len; n++) {
		struct channel_op *op = &channel->ops[(start + n) % channel->len];

		refresh(channel, op, now_us);
		if (op->state != PAYMENT_WAITING || op->kind > PAYMENT_PREAUTH)
			continue;
		op->state = chance(rng, 85) ? PAYMENT_SUCCEEDED : PAYMENT_FAILED;
		if (op->state == PAYMENT_SUCCEEDED && op->kind == PAYMENT_PAY)
			channel->taken_minor += op->amount_minor;
		note(channel, op);
		if (chance(rng, channel->fault_pct))
			note(channel, op);
		return true;
	}
	return false;
}

bool channel_notify(
	struct channel *channel, int64_t now_us, struct rng *rng, struct payment_news *ret_news)
{
	size_t at;

	if (channel->notes_len == 0)
		return false;
	at = (size_t)rng_below(rng, channel->notes_len);
	refresh(channel, &channel->ops[channel->notes[at]], now_us);
	*ret_news = say(&channel->ops[channel->notes[at]]);
	/* Mostly it is done with; sometimes it comes again. */
	if (!chance(rng, channel->fault_pct / 2))
		channel->notes[at] = channel->notes[--channel->notes_len];
	return !chance(rng, channel->fault_pct);
}
