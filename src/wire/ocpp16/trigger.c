/* trigger.c - rows of the OCPP 1.6 RemoteTrigger profile. */
#include "wire/ocpp16/trigger.h"

FIELD_ROWS(ocpp16_trigger_message_req, OCPP16_TRIGGER_MESSAGE_REQ)
FIELD_ROWS(ocpp16_trigger_message_conf, OCPP16_TRIGGER_MESSAGE_CONF)
