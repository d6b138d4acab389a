/* books.h - what every money conversation does alike: accounts by meaning, postings with keys made
 * from ids, notes on an order's timeline, alarms. */
#pragma once
#include "app/ctx.h"
#include "domain/ledger.h"
#include "store/ledger.h"

/* The account of a kind for an owner (0: the house) and, for channels, a name; opened when it is
 * new. */
int books_account(struct ctx *ctx, int64_t tenant_id, enum account_kind kind, int64_t owner_id,
	struct str name, struct str currency, int64_t *ret_id);
/* "order:4711:energy" - the same step of the same thing always has the same key. */
struct str books_key(struct ctx *ctx, const char *what, int64_t id, const char *step);
/* Posts `wish`; its id and time are filled in here. Outcomes: enum ledger_outcome. *ret_receipt may
 * be NULL. */
int books_post(struct ctx *ctx, struct transfer wish, struct ledger_receipt *ret_receipt);
/* The same for a posting that cannot be refused unless we are wrong: an outcome becomes a fault.
 * *ret_repeated (may be NULL): it was posted before. */
int books_must_post(struct ctx *ctx, struct transfer wish, bool *ret_repeated);
/* A step of money on the order's timeline: kind "payment", a stable word, the amount. order_id 0:
 * nothing. */
int books_note(struct ctx *ctx, int64_t order_id, const char *word, int64_t amount_minor,
	struct str currency);
/* Raises an alarm about "<what>:<id>" once, until it is closed; `why` is a stable word. */
int books_alarm(struct ctx *ctx, int64_t tenant_id, const char *kind, const char *what, int64_t id,
	struct str why);
