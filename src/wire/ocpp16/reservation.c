/* reservation.c - rows of the OCPP 1.6 Reservation profile. */
#include "wire/ocpp16/reservation.h"

FIELD_ROWS(ocpp16_reserve_now_req, OCPP16_RESERVE_NOW_REQ)
FIELD_ROWS(ocpp16_reserve_now_conf, OCPP16_RESERVE_NOW_CONF)
FIELD_ROWS(ocpp16_cancel_reservation_req, OCPP16_CANCEL_RESERVATION_REQ)
FIELD_ROWS(ocpp16_cancel_reservation_conf, OCPP16_CANCEL_RESERVATION_CONF)
