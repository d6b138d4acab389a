/* firmware.h - the OCPP 1.6 FirmwareManagement profile. */
#pragma once
#include "wire/ocpp16/types.h"

/* clang-format off */
#define OCPP16_URI_MAX 2048 /* the standard gives addresses no length */
#define OCPP16_RETRIES (0, 1000)
#define OCPP16_SECONDS (0, OCPP16_INT_MAX)

#define OCPP16_GET_DIAGNOSTICS_REQ(F, S)                                                           \
	F(STR, REQ, S, location, "location", OCPP16_URI_MAX, "where the file is to be put")        \
	F(INT, OPT, S, retries, "retries", OCPP16_RETRIES, "attempts; absent: the pile decides")   \
	F(INT, OPT, S, retry_interval, "retryInterval", OCPP16_SECONDS,                            \
		"seconds between attempts")                                                        \
	F(TIME, OPT, S, start_time, "startTime", 0, "oldest entry wanted")                         \
	F(TIME, OPT, S, stop_time, "stopTime", 0, "newest entry wanted")
FIELD_STRUCT(ocpp16_get_diagnostics_req, OCPP16_GET_DIAGNOSTICS_REQ)

#define OCPP16_GET_DIAGNOSTICS_CONF(F, S)                                                          \
	F(STR, OPT, S, file_name, "fileName", 255, "name of the file; absent: nothing there")
FIELD_STRUCT(ocpp16_get_diagnostics_conf, OCPP16_GET_DIAGNOSTICS_CONF)

#define OCPP16_DIAGNOSTICS_STATUS_NOTIFICATION_REQ(F, S)                                           \
	F(ENUM, REQ, S, status, "status", ocpp16_diagnostics_status, "how far the upload is")
FIELD_STRUCT(ocpp16_diagnostics_status_notification_req, OCPP16_DIAGNOSTICS_STATUS_NOTIFICATION_REQ)

FIELD_STRUCT_EMPTY(ocpp16_diagnostics_status_notification_conf)

#define OCPP16_UPDATE_FIRMWARE_REQ(F, S)                                                           \
	F(STR, REQ, S, location, "location", OCPP16_URI_MAX, "where the file lies")                \
	F(INT, OPT, S, retries, "retries", OCPP16_RETRIES, "attempts; absent: the pile decides")   \
	F(TIME, REQ, S, retrieve_date, "retrieveDate", 0, "not fetched before")                    \
	F(INT, OPT, S, retry_interval, "retryInterval", OCPP16_SECONDS, "seconds between attempts")
FIELD_STRUCT(ocpp16_update_firmware_req, OCPP16_UPDATE_FIRMWARE_REQ)

FIELD_STRUCT_EMPTY(ocpp16_update_firmware_conf)

#define OCPP16_FIRMWARE_STATUS_NOTIFICATION_REQ(F, S)                                              \
	F(ENUM, REQ, S, status, "status", ocpp16_firmware_status, "how far the update is")
FIELD_STRUCT(ocpp16_firmware_status_notification_req, OCPP16_FIRMWARE_STATUS_NOTIFICATION_REQ)

FIELD_STRUCT_EMPTY(ocpp16_firmware_status_notification_conf)
/* clang-format on */
