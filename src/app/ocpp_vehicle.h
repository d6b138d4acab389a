/* ocpp_vehicle.h - what piles tell of a plugged car beside its idTag, in all versions: the second
 * identity. OCPP 1.6 has no field for it: our piles send a DataTransfer before the Authorize;
 * in 2.x it is additionalInfo of the idToken. Front desks only. */
#pragma once
#include "app/ctx.h"
#include "wire/ocpp2/authorization.h"

/* messageId of that DataTransfer, vendorId "leyden". */
#define OCPP_VEHICLE_MESSAGE "vehicle"
enum ocpp_vehicle_outcome { OCPP_VEHICLE_E_FORM = 1 };
/* Its data (docs/autocharge.md), judged and kept. */
int ocpp_vehicle_data(struct ctx *ctx, int64_t pile_id, struct str data);
/* The tag of a 2.x token that is a vehicle's, in its one spelling; empty: it is none. */
struct str ocpp_vehicle_tag(struct arena *arena, const struct ocpp2_id_token *token);
/* Keeps what a 2.x token tells beside it. connector_no 0: not told. With `bare`, also that it tells
 * nothing: what was told before is of a car that may be gone. */
int ocpp_vehicle_token(struct ctx *ctx, int64_t pile_id, int64_t connector_no,
	const struct ocpp2_id_token *token, bool bare);
