/* api_vehicles.h - cars as keys on the outside face: bodies and handlers of api_vehicles.c. */
#pragma once
#include "app/api_call.h"
#include "base/field.h"

#define API_VEHICLE_FIELDS(F, S) F(STR, REQ, S, mac, "mac", 40, "its network address, any writing")
FIELD_STRUCT(api_vehicle, API_VEHICLE_FIELDS)
#define API_VEHICLE_POLICY_FIELDS(F, S) \
	F(STR, REQ, S, mode, "mode", 8, "off, capped or both") \
	F(INT, OPT, S, single_minor, "single_minor", (0, 100000000), \
		"most of one charge by the address alone")
FIELD_STRUCT(api_vehicle_policy, API_VEHICLE_POLICY_FIELDS)

int vehicle_get(struct api_call *call);
int vehicle_add(struct api_call *call);
int vehicle_block(struct api_call *call);
int vehicle_unblock(struct api_call *call);
int vehicle_delete(struct api_call *call);
int vehicle_policy_get(struct api_call *call);
int vehicle_policy_put(struct api_call *call);
/* The wallet's page. */
int page_wallet_vehicle(struct api_call *call);
