/* remote.c - the rows of remote.h. */
#include "wire/ocpp2/remote.h"

/* clang-format off */
OCPP2_WORDS(ocpp2_operational_status_enum, OPERATIONAL_STATUS)
OCPP2_WORDS(ocpp2_change_availability_status_enum, CHANGE_AVAILABILITY_STATUS)
OCPP2_WORDS(ocpp2_connector_status_enum, CONNECTOR_STATUS)
OCPP2_WORDS(ocpp2_message_trigger_enum, MESSAGE_TRIGGER)
OCPP2_WORDS(ocpp2_trigger_message_status_enum, TRIGGER_MESSAGE_STATUS)
OCPP2_WORDS(ocpp2_unlock_status_enum, UNLOCK_STATUS)

OCPP2_ROWS(ocpp2_trigger_message_req, OCPP2_L_TRIGGER_MESSAGE_REQ)
OCPP2_ROWS(ocpp2_trigger_message_conf, OCPP2_L_TRIGGER_MESSAGE_CONF)
OCPP2_ROWS(ocpp2_unlock_connector_req, OCPP2_L_UNLOCK_CONNECTOR_REQ)
OCPP2_ROWS(ocpp2_unlock_connector_conf, OCPP2_L_UNLOCK_CONNECTOR_CONF)
OCPP2_ROWS(ocpp2_change_availability_req, OCPP2_L_CHANGE_AVAILABILITY_REQ)
OCPP2_ROWS(ocpp2_change_availability_conf, OCPP2_L_CHANGE_AVAILABILITY_CONF)
OCPP2_ROWS(ocpp2_status_notification_req, OCPP2_L_STATUS_NOTIFICATION_REQ)
OCPP2_ROWS_EMPTY(ocpp2_status_notification_conf)
/* clang-format on */
