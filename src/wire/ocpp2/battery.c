/* battery.c - the rows of battery.h. */
#include "wire/ocpp2/battery.h"

/* clang-format off */
OCPP21_WORDS(ocpp2_battery_swap_event_enum, BATTERY_SWAP_EVENT)

OCPP21_ROWS(ocpp2_battery_data, OCPP2_L_BATTERY_DATA)
OCPP21_ROWS(ocpp2_battery_swap_req, OCPP2_L_BATTERY_SWAP_REQ)
OCPP21_ROWS_EMPTY(ocpp2_battery_swap_conf)
OCPP21_ROWS(ocpp2_request_battery_swap_req, OCPP2_L_REQUEST_BATTERY_SWAP_REQ)
OCPP21_ROWS(ocpp2_request_battery_swap_conf, OCPP2_L_REQUEST_BATTERY_SWAP_CONF)
/* clang-format on */
