/* vehicles.h - cars that pay by being plugged in (Autocharge): the server's half of document A's
 * Determination module (whose account is it?) and of its Payment module (what may it take from
 * it?). An address can be copied by anybody: what it is worth the operator says (vid_policy), the
 * driver caps, and a second identity, where one is known, must agree. Outcomes are charging's. */
#pragma once
#include "app/ctx.h"
#include "domain/order.h"
#include "domain/vid.h"
#include "store/pile.h"
#include "store/vehicle.h"

#define VEHICLES_ENROL_US (60 * US_PER_S)     /* a card so soon after a refused car belongs to it */
#define VEHICLES_TOLD_US (5 * US_PER_MIN)     /* what a pile told of a car holds so long */
#define VEHICLES_PRESENT_US (10 * US_PER_MIN) /* a driver who says so stands by the car */
#define VEHICLES_GUESSES 5                    /* unknown ones of an outlet until all are refused */
#define VEHICLES_GUESS_US (10 * US_PER_MIN)   /* ... for this long */
#define VEHICLES_OF_MEMBER 8
#define VEHICLES_SINGLE_MINOR 3000 /* proposed to an operator who never said */

/* One spelling for every tag: a vehicle's (vid_normal), or a card's. */
struct str vehicles_tag(struct ctx *ctx, struct str id_tag);
/* A pile tells what it saw of a car (vid normal, texts checked by vid_second): kept for its start,
 * and for the card that may follow. connector_no 0: not told. */
int vehicles_told(struct ctx *ctx, const struct vehicle_sight *sight);
/* The outlet is empty: what was told of a car there is not the next one's, nor is a card that comes
 * now the driver's of the one before. */
int vehicles_gone(struct ctx *ctx, int64_t pile_id, int64_t connector_no);
/* May this vehicle charge here (connector_no 0: not told)? 0, or a charging outcome; *ret_until_us:
 * how long a pile may remember that. */
int vehicles_authorize(
	struct ctx *ctx, const struct place *place, struct str vid, int64_t *ret_until_us);
/* A charge begins by it: opens the order within its caps. */
int vehicles_open(struct ctx *ctx, const struct place *place, int64_t connector_no, struct str vid,
	int64_t at_us, struct order *ret_order);
/* A charge of a member began: was a car refused at this outlet a moment before? Then it is kept,
 * suspended, until the member agrees. */
int vehicles_enrol(struct ctx *ctx, const struct order *order);

enum vehicles_outcome {
	VEHICLES_E_NONE = 1,  /* no such vehicle of theirs */
	VEHICLES_E_TAKEN = 2, /* somebody has it */
	VEHICLES_E_FULL = 3,
	VEHICLES_E_FORMAT = 4,
	VEHICLES_E_STATE = 5,
	VEHICLES_E_AMOUNT = 6,
};
/* --- its driver, behind the wallet's link --- */
/* Agrees to a suspended one, or changes the caps of an active one. */
int vehicles_agree(
	struct ctx *ctx, int64_t member_id, int64_t id, int64_t charge_minor, int64_t day_minor);
/* "I stand by this car": a second layer for the next ten minutes. */
int vehicles_present(struct ctx *ctx, int64_t member_id, int64_t id);
/* Forgets it. */
int vehicles_remove(struct ctx *ctx, int64_t member_id, int64_t id);
/* --- the operator --- */
/* A vehicle by hand, an operator's or its driver's; it waits for the driver's consent like one that
 * was seen. */
int vehicles_add(
	struct ctx *ctx, int64_t tenant_id, int64_t member_id, struct str mac, int64_t *ret_id);
/* Blocks it, or lets it charge again and clears its contradiction; one nobody agreed to stays so.
 */
int vehicles_block(struct ctx *ctx, int64_t tenant_id, int64_t id, bool blocked);
int vehicles_drop(struct ctx *ctx, int64_t tenant_id, int64_t id);
int vehicles_set_policy(struct ctx *ctx, int64_t tenant_id, const struct vid_policy *policy);
