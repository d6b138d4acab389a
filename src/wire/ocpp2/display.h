/* display.h - OCPP 2.0.1 and 2.1, block O: messages on the display. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_CLEAR_MESSAGE_STATUS(E, B, P)                                                      \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, UNKNOWN, "Unknown")                                                                   \
	B(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_clear_message_status_enum, CLEAR_MESSAGE_STATUS)

#define OCPP2_E_MESSAGE_PRIORITY(E, B, P)                                                          \
	E(P, ALWAYS_FRONT, "AlwaysFront")                                                          \
	E(P, IN_FRONT, "InFront")                                                                  \
	E(P, NORMAL_CYCLE, "NormalCycle")
OCPP2_ENUM(ocpp2_message_priority_enum, MESSAGE_PRIORITY)

#define OCPP2_E_MESSAGE_STATE(E, B, P)                                                             \
	E(P, CHARGING, "Charging")                                                                 \
	E(P, FAULTED, "Faulted")                                                                   \
	E(P, IDLE, "Idle")                                                                         \
	E(P, UNAVAILABLE, "Unavailable")                                                           \
	B(P, SUSPENDED, "Suspended")                                                               \
	B(P, DISCHARGING, "Discharging")
OCPP2_ENUM(ocpp2_message_state_enum, MESSAGE_STATE)

#define OCPP2_E_GET_DISPLAY_MESSAGES_STATUS(E, B, P)                                               \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, UNKNOWN, "Unknown")
OCPP2_ENUM(ocpp2_get_display_messages_status_enum, GET_DISPLAY_MESSAGES_STATUS)

#define OCPP2_E_DISPLAY_MESSAGE_STATUS(E, B, P)                                                    \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, NOT_SUPPORTED_MESSAGE_FORMAT, "NotSupportedMessageFormat")                            \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NOT_SUPPORTED_PRIORITY, "NotSupportedPriority")                                       \
	E(P, NOT_SUPPORTED_STATE, "NotSupportedState")                                             \
	E(P, UNKNOWN_TRANSACTION, "UnknownTransaction")                                            \
	B(P, LANGUAGE_NOT_SUPPORTED, "LanguageNotSupported")
OCPP2_ENUM(ocpp2_display_message_status_enum, DISPLAY_MESSAGE_STATUS)

#define OCPP2_L_MESSAGE_INFO(F, A, B, R, S)                                                        \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(ENUM, REQ, S, priority, "priority", ocpp2_message_priority_enum)                         \
	F(OBJ, REQ, S, message, "message", ocpp2_message_content)                                  \
	F(OBJ, OPT, S, display, "display", ocpp2_component)                                        \
	F(ENUM, OPT, S, state, "state", ocpp2_message_state_enum)                                  \
	F(TIME, OPT, S, start_date_time, "startDateTime", 0)                                       \
	F(TIME, OPT, S, end_date_time, "endDateTime", 0)                                           \
	F(STR, OPT, S, transaction_id, "transactionId", 36)                                        \
	B(LIST, OPT, S, message_extra, "messageExtra", (ocpp2_message_content, 1, 4))
OCPP2_STRUCT(ocpp2_message_info, OCPP2_L_MESSAGE_INFO)

#define OCPP2_L_SET_DISPLAY_MESSAGE_REQ(F, A, B, R, S)                                             \
	F(OBJ, REQ, S, message, "message", ocpp2_message_info)
OCPP2_STRUCT(ocpp2_set_display_message_req, OCPP2_L_SET_DISPLAY_MESSAGE_REQ)

#define OCPP2_L_SET_DISPLAY_MESSAGE_CONF(F, A, B, R, S)                                            \
	F(ENUM, REQ, S, status, "status", ocpp2_display_message_status_enum)                       \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_set_display_message_conf, OCPP2_L_SET_DISPLAY_MESSAGE_CONF)

#define OCPP2_L_GET_DISPLAY_MESSAGES_REQ(F, A, B, R, S)                                            \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(INTS, OPT, S, id, "id", (0, OCPP2_INT_MAX, 1, OCPP2_ITEMS_MAX))                          \
	F(ENUM, OPT, S, priority, "priority", ocpp2_message_priority_enum)                         \
	F(ENUM, OPT, S, state, "state", ocpp2_message_state_enum)
OCPP2_STRUCT(ocpp2_get_display_messages_req, OCPP2_L_GET_DISPLAY_MESSAGES_REQ)

#define OCPP2_L_GET_DISPLAY_MESSAGES_CONF(F, A, B, R, S)                                           \
	F(ENUM, REQ, S, status, "status", ocpp2_get_display_messages_status_enum)                  \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_get_display_messages_conf, OCPP2_L_GET_DISPLAY_MESSAGES_CONF)

#define OCPP2_L_NOTIFY_DISPLAY_MESSAGES_REQ(F, A, B, R, S)                                         \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(LIST, OPT, S, message_info, "messageInfo", (ocpp2_message_info, 1, OCPP2_ITEMS_MAX))     \
	F(BOOL, OPT, S, tbc, "tbc", 0)
OCPP2_STRUCT(ocpp2_notify_display_messages_req, OCPP2_L_NOTIFY_DISPLAY_MESSAGES_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_display_messages_conf)

#define OCPP2_L_CLEAR_DISPLAY_MESSAGE_REQ(F, A, B, R, S)                                           \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_clear_display_message_req, OCPP2_L_CLEAR_DISPLAY_MESSAGE_REQ)

#define OCPP2_L_CLEAR_DISPLAY_MESSAGE_CONF(F, A, B, R, S)                                          \
	F(ENUM, REQ, S, status, "status", ocpp2_clear_message_status_enum)                         \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_clear_display_message_conf, OCPP2_L_CLEAR_DISPLAY_MESSAGE_CONF)
/* clang-format on */
