/* reservation.h - the OCPP 1.6 Reservation profile. */
#pragma once
#include "wire/ocpp16/types.h"

/* clang-format off */
#define OCPP16_RESERVE_NOW_REQ(F, S)                                                               \
	F(INT, REQ, S, connector_id, "connectorId", (0, OCPP16_INT_MAX), "0: any outlet")          \
	F(TIME, REQ, S, expiry_date, "expiryDate", 0, "until when")                                \
	F(STR, REQ, S, id_tag, "idTag", OCPP16_ID_TAG_MAX, "for whom")                             \
	F(STR, OPT, S, parent_id_tag, "parentIdTag", OCPP16_ID_TAG_MAX,                            \
		"group that may use it too")                                                       \
	F(INT, REQ, S, reservation_id, "reservationId", (-OCPP16_INT_MAX, OCPP16_INT_MAX),         \
		"its number")
FIELD_STRUCT(ocpp16_reserve_now_req, OCPP16_RESERVE_NOW_REQ)

#define OCPP16_RESERVE_NOW_CONF(F, S)                                                              \
	F(ENUM, REQ, S, status, "status", ocpp16_reservation_status, "result")
FIELD_STRUCT(ocpp16_reserve_now_conf, OCPP16_RESERVE_NOW_CONF)

#define OCPP16_CANCEL_RESERVATION_REQ(F, S)                                                        \
	F(INT, REQ, S, reservation_id, "reservationId", (-OCPP16_INT_MAX, OCPP16_INT_MAX),         \
		"its number")
FIELD_STRUCT(ocpp16_cancel_reservation_req, OCPP16_CANCEL_RESERVATION_REQ)

#define OCPP16_CANCEL_RESERVATION_CONF(F, S)                                                       \
	F(ENUM, REQ, S, status, "status", ocpp16_cancel_reservation_status, "result")
FIELD_STRUCT(ocpp16_cancel_reservation_conf, OCPP16_CANCEL_RESERVATION_CONF)
/* clang-format on */
