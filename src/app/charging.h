/* charging.h - the conversation around an order. charging_open and charging_close are the only
 * doors: every way to start ends in the first, every way to stop in the second. Knows no OCPP, no
 * SQL, no socket. */
#pragma once
#include "app/ctx.h"
#include "domain/order.h"
#include "domain/payment.h"
#include "domain/session.h"
#include "store/session.h"
#include "domain/token.h"

enum charging_outcome {
	CHARGING_E_PILE = 1,      /* no such pile, or not approved */
	CHARGING_E_OFFLINE = 2,   /* pile not connected: a remote start cannot work now */
	CHARGING_E_CONNECTOR = 3, /* no such connector, faulted or unavailable */
	CHARGING_E_BUSY = 4,      /* another order has this connector */
	CHARGING_E_TARIFF = 5,    /* no price: refusing to charge for nothing */
	CHARGING_E_TOKEN = 6,     /* tag unknown */
	CHARGING_E_BLOCKED = 7,
	CHARGING_E_EXPIRED = 8,
	CHARGING_E_CONCURRENT = 9, /* tag already has a running order */
	CHARGING_E_FUNDS = 10,
	CHARGING_E_AMOUNT = 11,
	CHARGING_E_STATE = 12,     /* not possible in the order's state */
	CHARGING_E_UNKNOWN = 13,   /* no such order or session */
	CHARGING_E_FOREIGN = 14,   /* belongs to another pile or tenant: refused and logged */
	CHARGING_E_UNSETTLED = 15, /* this driver has not settled an earlier offline charge */
	CHARGING_E_CAP = 16,       /* a vehicle's caps leave nothing */
	CHARGING_E_CLONE = 17,     /* a vehicle that contradicts what is known of it */
	CHARGING_E_SECOND = 18,    /* a vehicle's address alone is not enough here */
};
struct open_cmd {
	enum order_starter starter;
	int64_t tenant_id; /* 0: the pile's */
	int64_t pile_id;
	int64_t connector_no;
	enum order_timing timing;
	enum order_source source;
	struct str channel; /* SOURCE_CHANNEL */
	struct str id_tag;  /* RFID */
	int64_t member_id;  /* operator start on a member's account */
	int64_t user_id;
	int64_t limit_minor; /* 0: the default of the site */
	int64_t limit_dwh;
	int64_t most_w;             /* power it may take at most; 0: no limit of its own */
	int64_t limit_s, limit_soc; /* longest charge; percent to stop at; 0: no limit */
	struct str language;
	struct str tariff_hash; /* the hash the driver saw; another one now = CHARGING_E_TARIFF
				   (price changed) */
	struct str reservation; /* token of the reservation this start belongs to */
	int64_t at_us; /* RFID: when it began (a start told late has the price of its time); 0: now
			*/
};
/* Stores the order and secures or asks for the money. After SOURCE_CHANNEL the order is `created`
 * and a payment row is on its way to the courier; otherwise it is authorised and, for a remote
 * starter, already `starting`. */
int charging_open(struct ctx *ctx, const struct open_cmd *cmd, struct order *ret_order);

struct close_cmd {
	int64_t order_id;
	struct str reason; /* "driver", "operator", "limit", "pile:EVDisconnected", "start_timeout"
			      ... */
	int64_t user_id;
	bool force; /* operator: the pile will not tell any more, the last reading is the end */
};
/* Ends an order: asks the pile to stop when it charges; settles when the energy is final; gives
 * money back when it never started. Calling it again is harmless. */
int charging_close(struct ctx *ctx, const struct close_cmd *cmd, struct order *ret_order);

/* What happened to a payment (called after payments_apply): an order goes on with its start, or is
 * cancelled; a top-up raises the limit of the charge its member pays from the wallet. */
int charging_payment(struct ctx *ctx, const struct payment *payment);
/* The answer of a pile to a stored command that belongs to an order. `error` is empty when it was
 * answered. */
int charging_command_done(
	struct ctx *ctx, int64_t order_id, struct str action, bool accepted, struct str error);
/* The driver pays what is open on an unpaid order through a channel: begins one payment for exactly
 * that amount, or leaves the one that is under way. A settled order stays as it is (0). When the
 * payment succeeds the order is settled (charging_payment). CHARGING_E_STATE: nothing is owed yet.
 * CHARGING_E_AMOUNT: the channel cannot take it. */
int charging_pay(struct ctx *ctx, int64_t order_id, struct str channel, struct order *ret_order);
/* The same at once from the wallet of its member. CHARGING_E_FOREIGN: another member's order.
 * CHARGING_E_FUNDS: the wallet has less than the whole open amount; nothing is taken. */
int charging_pay_wallet(
	struct ctx *ctx, int64_t order_id, int64_t member_id, struct order *ret_order);
/* A commercial card is swiped: what it has not paid of earlier charges is deducted from its
 * balance, oldest first, each order whole or not at all. */
int charging_deduct_card(struct ctx *ctx, const struct token *card);
/* Gives up the debt of an unpaid order. CHARGING_E_STATE when it is not unpaid. */
int charging_write_off(struct ctx *ctx, int64_t order_id, int64_t user_id);
/* Deadlines: start timeouts, idle time running, holds expiring. Called every second by the timer
 * with a small batch. */
int charging_tick(struct ctx *ctx);

/* --- called by the OCPP desks --- */
struct start_facts {
	int64_t pile_id;
	int64_t connector_no;
	struct str id_tag;
	bool has_reservation;
	int64_t reservation; /* the number it names */
	int64_t meter_dwh;
	int64_t at_us;          /* the pile's time */
	bool terminal;          /* paid at the pile's own terminal: id_tag is its reference */
	int64_t limit_e5;       /* what the terminal secured, 1/100000 of the unit; 0: not told */
	bool contract;          /* id_tag is the eMAID of a vehicle's contract, */
	bool contract_bad;      /* which was refused here: nobody is charged by it */
	int64_t transaction_id; /* the number a 2.x desk has promised it, or 0 */
	const struct reading *reading; /* told with the start: how the car begins; NULL: nothing */
};
/* Same start told twice gives the same session. Unknown or blocked tags still get a session
 * (SESSION_NO_ORDER), since energy may already flow; the outcome says what to answer. ret_scene
 * gets the transaction, its order when it has one and its place, as they stand now. */
int charging_started(struct ctx *ctx, const struct start_facts *facts, struct scene *ret_scene);
/* Readings of a running transaction (number 0: the newest open one of the connector). ret_scene may
 * be NULL; it gets the transaction, its order with the new amounts and its place when there is
 * one, else it is left alone. CHARGING_E_FOREIGN: no transaction of this pile has that number. */
int charging_metered(struct ctx *ctx, int64_t pile_id, int64_t connector_no, int64_t transaction_id,
	const struct reading *readings, size_t readings_len, struct scene *ret_scene);
struct stop_facts {
	int64_t pile_id;
	int64_t transaction_id;
	struct str id_tag;
	int64_t meter_dwh;
	int64_t at_us;
	struct str reason;
	const struct reading *readings; /* transactionData */
	size_t readings_len;
	bool final; /* nothing will be told of the plug: no idle time, the bill is made now */
};
/* ret_scene may be NULL; it gets the transaction that ended, its order and its place, and is left
 * alone when there is none. CHARGING_E_FOREIGN: no transaction of this pile has that number. */
int charging_stopped(struct ctx *ctx, const struct stop_facts *facts, struct scene *ret_scene);
/* A connector's state changed (Available, Preparing, Charging, SuspendedEV, Finishing, Faulted
 * ...). */
int charging_connector(
	struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str status, int64_t at_us);
/* May this tag charge here? Outcome 0 or CHARGING_E_TOKEN/BLOCKED/EXPIRED/CONCURRENT/FUNDS. */
int charging_authorize(struct ctx *ctx, int64_t pile_id, struct str id_tag, struct str *ret_parent,
	int64_t *ret_expires_us);
