/* step.h - the steps all of charging is made of: move an order and say so, give money back, end the
 * energy, make the bill. The caller has loaded the order and stores it afterwards, except where a
 * comment says otherwise. */
#pragma once
#include "app/ctx.h"
#include "domain/order.h"
#include "domain/session.h"
#include "store/pile.h"
#include "store/session.h"

#define STEP_LEAST_MINOR 100                       /* less in a wallet does not start a charge */
#define STEP_PAY_US (INT64_C(900) * 1000000)       /* a wish nobody paid for is forgotten */
#define STEP_STOP_US (INT64_C(30) * 1000000)       /* a stop without effect is repeated */
#define STEP_LATE_STOP_US (INT64_C(600) * 1000000) /* how long a missing stop is waited for */
#define STEP_IDLE_MOST_US \
	(INT64_C(48) * 3600000000)            /* an idle fee without cap or money limit ends */
#define STEP_MARGIN_US (INT64_C(2) * 1000000) /* a stop at the limit takes this long to arrive */

/* For what must be there: forwards faults, turns any outcome into FAULT_CORRUPT ("... is missing").
 */
int step_must(int result, const char *what);
/* One line of the timeline. `detail` is a JSON object or empty. */
int step_event(struct ctx *ctx, const struct order *order, const char *kind, const char *word,
	struct str detail);
/* Moves the order, writes its timeline, hints at it. FAULT_BUG when the table forbids it: ask
 * order_can first. */
int step_move(struct ctx *ctx, struct order *order, enum order_state to, struct str reason);
/* Hint only. */
int step_tell(struct ctx *ctx, const struct order *order);
/* Money is secured: authorised, the pile is told, starting. CHARGING_E_BUSY when too many commands
 * wait for the pile. */
int step_start(struct ctx *ctx, struct order *order);
/* It never charged: to cancelled or failed, and everything secured goes back. */
int step_give_back(struct ctx *ctx, struct order *order, struct str reason);

/* An alarm about a pile. */
int step_alarm(struct ctx *ctx, const struct place *place, const char *kind, struct str detail);
/* Readings as they came, for the journal of samples; order_id 0: nobody is charged. */
void step_samples(struct ctx *ctx, const struct session *session, int64_t order_id,
	const struct reading *readings, size_t len);
/* Stores a new transaction under a random number of its own. Also one nobody will pay for, since
 * energy may already flow. */
int step_add_session(struct ctx *ctx, struct session *session);
/* The key under which a stop that came first waits for its start. */
struct str step_stop_key(struct ctx *ctx, int64_t pile_id, struct str id_tag);

/* How the domain's session rules see this place. */
struct session_world step_world(struct ctx *ctx, const struct place *place);
/* Energy of a message into its session: stores session and half hours; *ret_usage is all of it now.
 * Writes a warning into the timeline for everything odd that `flags_before` did not have. */
int step_energy(struct ctx *ctx, struct scene *scene, const struct session_change *change,
	const struct usage *before, size_t before_len, int flags_before, struct usage **ret_usage,
	size_t *ret_len);
enum step_ending {
	STEP_OCCUPIED = 0,  /* the plug is in: idle time may begin to cost */
	STEP_UNPLUGGED = 1, /* the bill can be made */
	STEP_LATE_STOP = 2, /* we ended it: the pile's stop may still come */
};
/* All energy of a session, when the caller has it at hand. */
struct step_usage {
	const struct usage *usage;
	size_t len;
};
/* The session of this scene is over (stored already): the order ends, and is settled unless it goes
 * on to cost idle time or a stop may still come. Stores the order. */
int step_end(struct ctx *ctx, struct scene *scene, struct str reason, struct usage *usage,
	size_t usage_len, enum step_ending ending);
/* Idle time runs from `from_us` on: sets when money or cap will be used up, earlier periods
 * counted. */
int step_idle(struct ctx *ctx, struct order *order, int64_t from_us);
/* The idle period that runs ends at `at_us`, or when the money for it was used up; it is kept, and
 * no deadline is left. Harmless when none runs. */
int step_idle_over(struct ctx *ctx, struct order *order, int64_t at_us);
/* Makes and posts the bill of an ended order (`known` NULL: reads its usage). Stores the order. */
int step_settle(struct ctx *ctx, struct order *order, const struct step_usage *known);

/* charging_open for a caller that has the place at hand (charging.c). */
struct open_cmd;
int charging_open_at(struct ctx *ctx, const struct open_cmd *cmd, const struct place *place,
	struct order *ret_order);
