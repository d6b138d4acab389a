/* pay.h - the seam behind which payment channels stand. A channel turns a payment into its wire
 * format and back; it never touches the store. The courier calls it outside any transaction, the
 * payment being durable already. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/str.h"
#include "domain/payment.h"

struct pay_request {                           /* what goes out */
	struct str method, url, headers, body; /* headers: CRLF lines */
};
/* What came back or was notified, verified. */
struct pay_result {
	enum payment_state state; /* SUCCEEDED, FAILED, WAITING, CLOSED or UNKNOWN */
	struct str key;           /* our number */
	struct str channel_ref;
	struct str pay_url;
	int64_t amount_minor;
	struct str currency;
	struct str error; /* stable word for the log, empty when fine */
};
enum pay_outcome {
	PAY_E_SIGNATURE = 1, /* not from the channel: refuse, change nothing */
	PAY_E_FORMAT = 2,
	PAY_E_STALE = 3, /* outside the time window */
};
struct pay_channel_config {
	struct str name;     /* "sandbox" */
	struct str endpoint; /* base URL */
	struct str merchant;
	struct str key;      /* our secret or private key text, from a file */
	struct str peer_key; /* the channel's verification key */
	struct str notify_url, return_url;
};
struct pay_channel {
	const char *name;
	/* Builds the call for a payment: create, capture, release, refund (by payment->kind), or a
	 * query of it. */
	int (*request)(const struct pay_channel_config *config, const struct payment *payment,
		bool query, const struct payment *parent, int64_t now_us, struct rng *rng,
		struct arena *arena, struct pay_request *ret_request);
	/* Verifies and reads the answer to such a call. status 0 = no answer (gives UNKNOWN). */
	int (*answer)(const struct pay_channel_config *config, const struct payment *payment,
		int status, struct str headers, struct str body, int64_t now_us,
		struct arena *arena, struct pay_result *ret_result);
	/* Verifies and reads a notification. */
	int (*notify)(const struct pay_channel_config *config, struct str headers, struct str body,
		int64_t now_us, struct arena *arena, struct pay_result *ret_result);
	struct str (*notify_reply)(bool accepted); /* body the channel wants to see */
};
const struct pay_channel *pay_channel_find(struct str name);
