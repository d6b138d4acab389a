/* battery.h - OCPP 2.0.1 and 2.1, block S of 2.1: battery swap. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_BATTERY_SWAP_EVENT(E, B, P)                                                        \
	E(P, BATTERY_IN, "BatteryIn")                                                              \
	E(P, BATTERY_OUT, "BatteryOut")                                                            \
	E(P, BATTERY_OUT_TIMEOUT, "BatteryOutTimeout")
OCPP2_ENUM(ocpp2_battery_swap_event_enum, BATTERY_SWAP_EVENT)

#define OCPP2_L_BATTERY_DATA(F, A, B, R, S)                                                        \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(STR, REQ, S, serial_number, "serialNumber", 50)                                          \
	F(DEC, REQ, S, so_c_e6, "soC", (6, 0, 100000000))                                          \
	F(DEC, REQ, S, so_h_e6, "soH", (6, 0, 100000000))                                          \
	F(TIME, OPT, S, production_date, "productionDate", 0)                                      \
	F(STR, OPT, S, vendor_info, "vendorInfo", 500)
OCPP2_STRUCT(ocpp2_battery_data, OCPP2_L_BATTERY_DATA)

#define OCPP2_L_BATTERY_SWAP_REQ(F, A, B, R, S)                                                    \
	F(LIST, REQ, S, battery_data, "batteryData", (ocpp2_battery_data, 1, OCPP2_ITEMS_MAX))     \
	F(ENUM, REQ, S, event_type, "eventType", ocpp2_battery_swap_event_enum)                    \
	F(OBJ, REQ, S, id_token, "idToken", ocpp2_id_token)                                        \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_battery_swap_req, OCPP2_L_BATTERY_SWAP_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_battery_swap_conf)

#define OCPP2_L_REQUEST_BATTERY_SWAP_REQ(F, A, B, R, S)                                            \
	F(OBJ, REQ, S, id_token, "idToken", ocpp2_id_token)                                        \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_request_battery_swap_req, OCPP2_L_REQUEST_BATTERY_SWAP_REQ)

#define OCPP2_L_REQUEST_BATTERY_SWAP_CONF(F, A, B, R, S)                                           \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_request_battery_swap_conf, OCPP2_L_REQUEST_BATTERY_SWAP_CONF)
/* clang-format on */
