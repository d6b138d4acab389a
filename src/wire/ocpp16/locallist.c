/* locallist.c - rows of the OCPP 1.6 LocalAuthListManagement profile. */
#include "wire/ocpp16/locallist.h"

FIELD_ROWS_EMPTY(ocpp16_get_local_list_version_req)
FIELD_ROWS(ocpp16_get_local_list_version_conf, OCPP16_GET_LOCAL_LIST_VERSION_CONF)
FIELD_ROWS(ocpp16_authorization_data, OCPP16_AUTHORIZATION_DATA)
FIELD_ROWS(ocpp16_send_local_list_req, OCPP16_SEND_LOCAL_LIST_REQ)
FIELD_ROWS(ocpp16_send_local_list_conf, OCPP16_SEND_LOCAL_LIST_CONF)
