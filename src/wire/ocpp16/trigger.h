/* trigger.h - the OCPP 1.6 RemoteTrigger profile. */
#pragma once
#include "wire/ocpp16/types.h"

/* clang-format off */
#define OCPP16_TRIGGER_MESSAGE_REQ(F, S)                                                           \
	F(ENUM, REQ, S, requested_message, "requestedMessage", ocpp16_message_trigger,             \
		"message wanted")                                                                  \
	F(INT, OPT, S, connector_id, "connectorId", (1, OCPP16_INT_MAX), "about which outlet")
FIELD_STRUCT(ocpp16_trigger_message_req, OCPP16_TRIGGER_MESSAGE_REQ)

#define OCPP16_TRIGGER_MESSAGE_CONF(F, S)                                                          \
	F(ENUM, REQ, S, status, "status", ocpp16_trigger_message_status, "will it")
FIELD_STRUCT(ocpp16_trigger_message_conf, OCPP16_TRIGGER_MESSAGE_CONF)
/* clang-format on */
