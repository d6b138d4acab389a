/* channel.h - a payment channel inside the simulator: keeps its own books, does what it is asked
 * exactly once per number, and loses, repeats, reorders and delays what it says. */
#pragma once
#include "app/payments.h"
#include "base/rng.h"

#define CHANNEL_MOST 65536
#define CHANNEL_NOTES 64

struct channel_op {
	char number[40], parent[40], currency[4];
	enum payment_kind kind;
	enum payment_state state; /* WAITING, SUCCEEDED, FAILED, CLOSED */
	int64_t amount_minor;
	int64_t used_minor; /* refunded, or captured (all when released) */
	int64_t ready_us;   /* a refund that takes its time */
	int64_t until_us;   /* when the cashier closes */
};
struct channel {
	struct channel_op ops[CHANNEL_MOST];
	size_t len;
	size_t notes[CHANNEL_NOTES]; /* operations whose outcome is still to be told, any order */
	size_t notes_len;
	int fault_pct;       /* how often something goes wrong */
	int64_t taken_minor; /* from drivers, less what went back: the channel's side of the truth
			      */
};
/* One call of the courier. False: the caller gets no answer (the operation may have been done).
 * `ret_news` is what the answer says; its texts live as long as the channel. */
bool channel_call(struct channel *channel, const struct payment *payment,
	const struct payment *parent, bool query, int64_t now_us, struct rng *rng,
	struct payment_news *ret_news);
/* A driver at some open cashier pays or declines. False when nobody is there. */
bool channel_driver(struct channel *channel, int64_t now_us, struct rng *rng);
/* The next notification to arrive, if any: any of those outstanding, perhaps again later, perhaps
 * never. */
bool channel_notify(
	struct channel *channel, int64_t now_us, struct rng *rng, struct payment_news *ret_news);
