/* book.h - what the sandbox channel remembers: operations by the merchant's number, and how it was
 * told to misbehave. In memory and bounded; the oldest is forgotten when it is full.
 * Single-threaded; the clock is a parameter. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/map.h"
#include "base/rng.h"
#include "base/str.h"
#include "pay/sandbox_wire.h"

#define BOOK_MOST 8192

struct operation {
	char number[SANDBOX_NUMBER_MAX * 4 + 1], parent[SANDBOX_NUMBER_MAX * 4 + 1];
	char merchant[64 * 4 + 1], subject[128 * 4 + 1];
	char currency[3 * 4 + 1], reference[24];
	char notify_url[512 * 4 + 1], return_url[512 * 4 + 1];
	char error[32];
	enum sandbox_kind kind;
	enum sandbox_status state;
	int64_t amount_minor;
	int64_t used_minor; /* of a payment: refunded; of a pre-authorisation: captured, or all when
			       released */
	int64_t created_us, expires_us;
	int64_t succeeds_us; /* a refund that takes its time; 0 none */
	int64_t notify_us;   /* when to tell the merchant; 0 nothing to tell */
	int64_t notify_tries;
	int64_t copies; /* further copies of the same notification to send */
	bool telling;   /* a notification is under way */
};
/* How to misbehave; counts go down as they are used. */
struct faults {
	int64_t lose_notify, duplicate_notify,
		forge_notify; /* how many of the next notifications */
	int64_t delay_notify_ms;
	int64_t answer_500, no_answer, wrong_amount; /* how many of the next answers */
	int64_t refund_pending_ms;
	bool automatic; /* pay at once, without a cashier */
};
struct book {
	struct map by_number, by_reference;
	struct operation *ring[BOOK_MOST];
	size_t next;
	struct faults faults;
	struct rng *rng;
	int64_t retry_us; /* first pause between notifications */
};
enum book_outcome {
	BOOK_E_NOT_FOUND = 1,
	BOOK_E_REUSED = 2, /* the number names another operation */
	BOOK_E_STATE = 3,  /* not possible in the payment's state */
	BOOK_E_AMOUNT = 4, /* more than is left */
};
void book_init(struct book *book, struct rng *rng, int64_t retry_us);
void book_fini(struct book *book);
/* Takes a request. The operation is the caller's to read until the next call. A later step that is
 * refused is no operation: the outcome says why. */
int book_request(struct book *book, const struct sandbox_request *request, int64_t now_us,
	struct operation **ret_operation);
/* Brings an operation up to date (expiry, pending refunds). NULL when there is none. */
struct operation *book_find(struct book *book, struct str number, int64_t now_us);
struct operation *book_at_cashier(struct book *book, struct str reference, int64_t now_us);
/* The payer's button. BOOK_E_STATE when it is over. */
int book_pay(struct book *book, struct operation *operation, bool pay, int64_t now_us);
/* The next operation whose merchant must be told now, marked as under way; NULL when none. */
struct operation *book_due(struct book *book, int64_t now_us);
/* How the notification went: `accepted` ends it, else it is tried again later (15 s, 15 s, 30 s, 3
 * min, 10 min ...). */
void book_told(struct book *book, struct operation *operation, bool accepted, int64_t now_us);
