/* display.c - the rows of display.h. */
#include "wire/ocpp2/display.h"

/* clang-format off */
OCPP2_WORDS(ocpp2_clear_message_status_enum, CLEAR_MESSAGE_STATUS)
OCPP2_WORDS(ocpp2_message_priority_enum, MESSAGE_PRIORITY)
OCPP2_WORDS(ocpp2_message_state_enum, MESSAGE_STATE)
OCPP2_WORDS(ocpp2_get_display_messages_status_enum, GET_DISPLAY_MESSAGES_STATUS)
OCPP2_WORDS(ocpp2_display_message_status_enum, DISPLAY_MESSAGE_STATUS)

OCPP2_ROWS(ocpp2_message_info, OCPP2_L_MESSAGE_INFO)
OCPP2_ROWS(ocpp2_set_display_message_req, OCPP2_L_SET_DISPLAY_MESSAGE_REQ)
OCPP2_ROWS(ocpp2_set_display_message_conf, OCPP2_L_SET_DISPLAY_MESSAGE_CONF)
OCPP2_ROWS(ocpp2_get_display_messages_req, OCPP2_L_GET_DISPLAY_MESSAGES_REQ)
OCPP2_ROWS(ocpp2_get_display_messages_conf, OCPP2_L_GET_DISPLAY_MESSAGES_CONF)
OCPP2_ROWS(ocpp2_notify_display_messages_req, OCPP2_L_NOTIFY_DISPLAY_MESSAGES_REQ)
OCPP2_ROWS_EMPTY(ocpp2_notify_display_messages_conf)
OCPP2_ROWS(ocpp2_clear_display_message_req, OCPP2_L_CLEAR_DISPLAY_MESSAGE_REQ)
OCPP2_ROWS(ocpp2_clear_display_message_conf, OCPP2_L_CLEAR_DISPLAY_MESSAGE_CONF)
/* clang-format on */
