/* reservations.h - the conversation about keeping a connector free: asked of the pile, held until a
 * time, used by a start, cancelled or expired. Nothing is charged for it. */
#pragma once
#include "app/ask.h"
#include "domain/reservation.h"

enum reservations_outcome {
	RESERVATIONS_E_PILE = 1,      /* no such pile of this operator, or not approved */
	RESERVATIONS_E_OFFLINE = 2,   /* it cannot be told */
	RESERVATIONS_E_CONNECTOR = 3, /* no such connector, or not free */
	RESERVATIONS_E_TAKEN = 4,     /* somebody else has it */
	RESERVATIONS_E_TIME = 5,      /* too short or too long */
	RESERVATIONS_E_MANY = 6,      /* this person holds enough */
	RESERVATIONS_E_UNKNOWN = 7,
	RESERVATIONS_E_STATE = 8,
	RESERVATIONS_E_TAG = 9,
	RESERVATIONS_E_RATE = 10, /* asked too often from this address */
};
struct reservation_wish {
	int64_t tenant_id; /* 0: the pile's (drivers) */
	int64_t pile_id, connector_no;
	struct str id_tag; /* a card; empty: a tag of its own, for a start from its page */
	int64_t until_us;
	int64_t user_id;   /* operator */
	struct str remote; /* driver's address; bounds how many one holds, and how often one asks */
	struct str held;   /* page of the one this browser made before; while that is open it gets
			      no other */
	int64_t longest_us; /* 0: what any may last */
};
/* False: the pile said that it keeps no reservations. One that never said is asked. */
int reservations_possible(struct ctx *ctx, int64_t pile_id, bool *ret_possible);
int reservations_open(
	struct ctx *ctx, const struct reservation_wish *wish, struct reservation *ret_reservation);
/* By id (operator) or by token (driver, id 0, tenant 0). */
int reservations_cancel(struct ctx *ctx, int64_t tenant_id, int64_t id, struct str token,
	struct reservation *ret_reservation);
/* Whom a start at this connector must be: 0 free for all (or reserved for `id_tag` or `token`),
 * RESERVATIONS_E_TAKEN. *ret_reservation id 0 when there is none. */
int reservations_check(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str token,
	struct reservation *ret_reservation);
/* An order was opened for it; its start is the reservation's. */
int reservations_order(struct ctx *ctx, struct reservation *reservation, int64_t order_id);
/* A transaction began: the reservation it names (number below 0: none), or that of its tag, is used
 * up. */
int reservations_started(struct ctx *ctx, int64_t pile_id, int64_t connector_no, int64_t number,
	struct str id_tag, int64_t order_id);
/* The pile says of itself that one is over (OCPP 2.0.1), removed or expired. */
int reservations_reported(struct ctx *ctx, int64_t pile_id, int64_t number, bool expired);
int reservations_answered(struct ctx *ctx, const struct ask_answer *answer);
int reservations_tick(struct ctx *ctx);
