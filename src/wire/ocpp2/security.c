/* security.c - the rows of security.h. */
#include "wire/ocpp2/security.h"

/* clang-format off */
OCPP2_WORDS(ocpp2_certificate_signing_use_enum, CERTIFICATE_SIGNING_USE)
OCPP2_WORDS(ocpp2_certificate_signed_status_enum, CERTIFICATE_SIGNED_STATUS)

OCPP2_ROWS(ocpp2_certificate_signed_req, OCPP2_L_CERTIFICATE_SIGNED_REQ)
OCPP2_ROWS(ocpp2_certificate_signed_conf, OCPP2_L_CERTIFICATE_SIGNED_CONF)
OCPP2_ROWS(ocpp2_sign_certificate_req, OCPP2_L_SIGN_CERTIFICATE_REQ)
OCPP2_ROWS(ocpp2_sign_certificate_conf, OCPP2_L_SIGN_CERTIFICATE_CONF)
OCPP2_ROWS(ocpp2_security_event_notification_req, OCPP2_L_SECURITY_EVENT_NOTIFICATION_REQ)
OCPP2_ROWS_EMPTY(ocpp2_security_event_notification_conf)
/* clang-format on */
