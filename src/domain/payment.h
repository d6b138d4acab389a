/* payment.h - one attempt to move money through a channel, as a state machine. UNKNOWN is a state:
 * it is queried until it is known, and no second attempt is made meanwhile.
 *
 *   created --> sent --> waiting (driver at the cashier) --> succeeded
 *      |         |          |    \--> failed | closed
 *      |         +--> unknown <--/
 *      +--> failed
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

enum payment_kind {
	PAYMENT_PAY = 1,     /* money now (prepay, top-up) */
	PAYMENT_PREAUTH = 2, /* hold on the driver's card or account */
	PAYMENT_CAPTURE = 3, /* take part of a hold, release the rest */
	PAYMENT_RELEASE = 4, /* give a whole hold back */
	PAYMENT_REFUND = 5,  /* give money back */
};
enum payment_state {
	PAYMENT_CREATED = 1,
	PAYMENT_SENT = 2,
	PAYMENT_WAITING = 3,
	PAYMENT_UNKNOWN = 4,
	PAYMENT_SUCCEEDED = 5,
	PAYMENT_FAILED = 6,
	PAYMENT_CLOSED = 7,
};
struct payment {
	int64_t id;
	int64_t tenant_id;
	int64_t order_id;  /* 0 for a top-up */
	int64_t member_id; /* top-up */
	int64_t tag_id;    /* top-up of a commercial card; 0: of the member's wallet */
	int64_t parent_id; /* capture, release, refund: the payment they refer to */
	enum payment_kind kind;
	enum payment_state state;
	struct str channel;
	struct str
		key; /* our number at the channel (out_trade_no), unique, durable before sending */
	struct str channel_ref;
	struct str pay_url; /* where the driver pays */
	int64_t amount_minor;
	struct str currency;
	struct str error;
	int64_t attempts;
	int64_t next_us; /* next query or retry */
	int64_t created_us, done_us;
	int64_t version;
};
enum payment_outcome {
	PAYMENT_E_STATE = 1,
	PAYMENT_E_MISMATCH =
		2, /* a notification whose amount, currency or number differs: never credited */
};
bool payment_can(enum payment_state from, enum payment_state to);
int payment_move(struct payment *payment, enum payment_state to, int64_t now_us);
bool payment_is_final(enum payment_state state);
const char *payment_state_name(enum payment_state state);
const char *payment_kind_name(enum payment_kind kind);
/* payment->error of an attempt the channel has never heard of. */
#define PAYMENT_NOT_FOUND "not_found"
/* Must the next step send it (again, under the same number) rather than ask how it stands? True
 * before the first sending, when the channel has never heard of it, and when a capture, release or
 * refund was refused. */
bool payment_wants_send(const struct payment *payment);
