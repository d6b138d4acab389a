/* locallist.h - the OCPP 1.6 LocalAuthListManagement profile. */
#pragma once
#include "wire/ocpp16/types.h"

/* clang-format off */
#define OCPP16_LOCAL_LIST_MAX 4096 /* entries of one message; the frame bounds it too */

FIELD_STRUCT_EMPTY(ocpp16_get_local_list_version_req)

#define OCPP16_GET_LOCAL_LIST_VERSION_CONF(F, S)                                                   \
	F(INT, REQ, S, list_version, "listVersion", (-1, OCPP16_INT_MAX),                          \
		"0: empty, -1: no lists here")
FIELD_STRUCT(ocpp16_get_local_list_version_conf, OCPP16_GET_LOCAL_LIST_VERSION_CONF)

#define OCPP16_AUTHORIZATION_DATA(F, S)                                                            \
	F(STR, REQ, S, id_tag, "idTag", OCPP16_ID_TAG_MAX, "whose entry")                          \
	F(OBJ, OPT, S, id_tag_info, "idTagInfo", ocpp16_id_tag_info,                               \
		"verdict; absent: take it off the list")
FIELD_STRUCT(ocpp16_authorization_data, OCPP16_AUTHORIZATION_DATA)

#define OCPP16_SEND_LOCAL_LIST_REQ(F, S)                                                           \
	F(INT, REQ, S, list_version, "listVersion", (0, OCPP16_INT_MAX),                           \
		"version after this update")                                                       \
	F(LIST, OPT, S, local_authorization_list, "localAuthorizationList",                        \
		(ocpp16_authorization_data, 0, OCPP16_LOCAL_LIST_MAX), "entries")                  \
	F(ENUM, REQ, S, update_type, "updateType", ocpp16_update_type, "all of it, or changes")
FIELD_STRUCT(ocpp16_send_local_list_req, OCPP16_SEND_LOCAL_LIST_REQ)

#define OCPP16_SEND_LOCAL_LIST_CONF(F, S)                                                          \
	F(ENUM, REQ, S, status, "status", ocpp16_update_status, "result")
FIELD_STRUCT(ocpp16_send_local_list_conf, OCPP16_SEND_LOCAL_LIST_CONF)
/* clang-format on */
