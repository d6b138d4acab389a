/* core.h - messages of the OCPP 1.6 Core profile: requests (_req) and confirmations (_conf).
 * Connector 0 is the pile as a whole; transaction ids 0 and -1 come from piles that have none: both
 * pass here and are judged by the desk. */
#pragma once
#include "wire/ocpp16/types.h"

/* clang-format off */
#define OCPP16_CONNECTOR (0, OCPP16_INT_MAX)
#define OCPP16_TRANSACTION (-OCPP16_INT_MAX, OCPP16_INT_MAX)
#define OCPP16_REGISTER (-OCPP16_METER_MAX, OCPP16_METER_MAX)

#define OCPP16_AUTHORIZE_REQ(F, S)                                                                 \
	F(STR, REQ, S, id_tag, "idTag", OCPP16_ID_TAG_MAX, "token shown to the reader")
FIELD_STRUCT(ocpp16_authorize_req, OCPP16_AUTHORIZE_REQ)

#define OCPP16_AUTHORIZE_CONF(F, S)                                                                \
	F(OBJ, REQ, S, id_tag_info, "idTagInfo", ocpp16_id_tag_info, "verdict")
FIELD_STRUCT(ocpp16_authorize_conf, OCPP16_AUTHORIZE_CONF)

#define OCPP16_BOOT_NOTIFICATION_REQ(F, S)                                                         \
	F(STR, REQ, S, charge_point_vendor, "chargePointVendor", 20, "maker")                      \
	F(STR, REQ, S, charge_point_model, "chargePointModel", 20, "model")                        \
	F(STR, OPT, S, charge_point_serial_number, "chargePointSerialNumber", 25, "serial")        \
	F(STR, OPT, S, charge_box_serial_number, "chargeBoxSerialNumber", 25, "old serial field")  \
	F(STR, OPT, S, firmware_version, "firmwareVersion", 50, "firmware")                        \
	F(STR, OPT, S, iccid, "iccid", 20, "SIM card")                                             \
	F(STR, OPT, S, imsi, "imsi", 20, "SIM subscriber")                                         \
	F(STR, OPT, S, meter_type, "meterType", 25, "main meter's type")                           \
	F(STR, OPT, S, meter_serial_number, "meterSerialNumber", 25, "main meter's serial")
FIELD_STRUCT(ocpp16_boot_notification_req, OCPP16_BOOT_NOTIFICATION_REQ)

#define OCPP16_BOOT_NOTIFICATION_CONF(F, S)                                                        \
	F(ENUM, REQ, S, status, "status", ocpp16_registration_status, "may it work")               \
	F(TIME, REQ, S, current_time, "currentTime", 0, "server's clock")                          \
	F(INT, REQ, S, interval, "interval", (0, OCPP16_INT_MAX), "seconds between heartbeats")
FIELD_STRUCT(ocpp16_boot_notification_conf, OCPP16_BOOT_NOTIFICATION_CONF)

#define OCPP16_CHANGE_AVAILABILITY_REQ(F, S)                                                       \
	F(INT, REQ, S, connector_id, "connectorId", OCPP16_CONNECTOR, "0: the whole pile")         \
	F(ENUM, REQ, S, type, "type", ocpp16_availability_type, "wanted state")
FIELD_STRUCT(ocpp16_change_availability_req, OCPP16_CHANGE_AVAILABILITY_REQ)

#define OCPP16_CHANGE_AVAILABILITY_CONF(F, S)                                                      \
	F(ENUM, REQ, S, status, "status", ocpp16_availability_status, "done, not, or later")
FIELD_STRUCT(ocpp16_change_availability_conf, OCPP16_CHANGE_AVAILABILITY_CONF)

#define OCPP16_CHANGE_CONFIGURATION_REQ(F, S)                                                      \
	F(STR, REQ, S, key, "key", 50, "name of the setting")                                      \
	F(STR, REQ, S, value, "value", 500, "new value as text")
FIELD_STRUCT(ocpp16_change_configuration_req, OCPP16_CHANGE_CONFIGURATION_REQ)

#define OCPP16_CHANGE_CONFIGURATION_CONF(F, S)                                                     \
	F(ENUM, REQ, S, status, "status", ocpp16_configuration_status, "result")
FIELD_STRUCT(ocpp16_change_configuration_conf, OCPP16_CHANGE_CONFIGURATION_CONF)

FIELD_STRUCT_EMPTY(ocpp16_clear_cache_req)

#define OCPP16_CLEAR_CACHE_CONF(F, S)                                                              \
	F(ENUM, REQ, S, status, "status", ocpp16_clear_cache_status, "result")
FIELD_STRUCT(ocpp16_clear_cache_conf, OCPP16_CLEAR_CACHE_CONF)

#define OCPP16_DATA_TRANSFER_REQ(F, S)                                                             \
	F(STR, REQ, S, vendor_id, "vendorId", 255, "whose message it is")                          \
	F(STR, OPT, S, message_id, "messageId", 50, "which one")                                   \
	F(STR, OPT, S, data, "data", LIMIT_FRAME_BYTES, "anything as text")
FIELD_STRUCT(ocpp16_data_transfer_req, OCPP16_DATA_TRANSFER_REQ)

#define OCPP16_DATA_TRANSFER_CONF(F, S)                                                            \
	F(ENUM, REQ, S, status, "status", ocpp16_data_transfer_status, "result")                   \
	F(STR, OPT, S, data, "data", LIMIT_FRAME_BYTES, "anything as text")
FIELD_STRUCT(ocpp16_data_transfer_conf, OCPP16_DATA_TRANSFER_CONF)

#define OCPP16_GET_CONFIGURATION_REQ(F, S)                                                         \
	F(STRS, OPT, S, key, "key", (50, 0, OCPP16_KEYS_MAX), "settings asked for; absent: all")
FIELD_STRUCT(ocpp16_get_configuration_req, OCPP16_GET_CONFIGURATION_REQ)

#define OCPP16_GET_CONFIGURATION_CONF(F, S)                                                        \
	F(LIST, OPT, S, configuration_key, "configurationKey",                                     \
		(ocpp16_key_value, 0, OCPP16_KEYS_MAX), "settings known")                          \
	F(STRS, OPT, S, unknown_key, "unknownKey", (50, 0, OCPP16_KEYS_MAX), "settings not known")
FIELD_STRUCT(ocpp16_get_configuration_conf, OCPP16_GET_CONFIGURATION_CONF)

FIELD_STRUCT_EMPTY(ocpp16_heartbeat_req)

#define OCPP16_HEARTBEAT_CONF(F, S)                                                                \
	F(TIME, REQ, S, current_time, "currentTime", 0, "server's clock")
FIELD_STRUCT(ocpp16_heartbeat_conf, OCPP16_HEARTBEAT_CONF)

#define OCPP16_METER_VALUES_REQ(F, S)                                                              \
	F(INT, REQ, S, connector_id, "connectorId", OCPP16_CONNECTOR, "0: the main meter")         \
	F(INT, OPT, S, transaction_id, "transactionId", OCPP16_TRANSACTION, "its charge")        \
	F(LIST, REQ, S, meter_value, "meterValue",                                                 \
		(ocpp16_meter_value, 0, OCPP16_METER_VALUES_MAX), "readings by time")
FIELD_STRUCT(ocpp16_meter_values_req, OCPP16_METER_VALUES_REQ)
FIELD_STRUCT_EMPTY(ocpp16_meter_values_conf)

#define OCPP16_REMOTE_START_TRANSACTION_REQ(F, S)                                                  \
	F(INT, OPT, S, connector_id, "connectorId", OCPP16_CONNECTOR, "where; absent: any")        \
	F(STR, REQ, S, id_tag, "idTag", OCPP16_ID_TAG_MAX, "on whose account")                     \
	F(OBJ, OPT, S, charging_profile, "chargingProfile", ocpp16_charging_profile,               \
		"limits for this charge")
FIELD_STRUCT(ocpp16_remote_start_transaction_req, OCPP16_REMOTE_START_TRANSACTION_REQ)

#define OCPP16_REMOTE_START_TRANSACTION_CONF(F, S)                                                 \
	F(ENUM, REQ, S, status, "status", ocpp16_remote_start_stop_status, "will it try")
FIELD_STRUCT(ocpp16_remote_start_transaction_conf, OCPP16_REMOTE_START_TRANSACTION_CONF)

#define OCPP16_REMOTE_STOP_TRANSACTION_REQ(F, S)                                                   \
	F(INT, REQ, S, transaction_id, "transactionId", OCPP16_TRANSACTION, "charge to end")
FIELD_STRUCT(ocpp16_remote_stop_transaction_req, OCPP16_REMOTE_STOP_TRANSACTION_REQ)

#define OCPP16_REMOTE_STOP_TRANSACTION_CONF(F, S)                                                  \
	F(ENUM, REQ, S, status, "status", ocpp16_remote_start_stop_status, "will it try")
FIELD_STRUCT(ocpp16_remote_stop_transaction_conf, OCPP16_REMOTE_STOP_TRANSACTION_CONF)

#define OCPP16_RESET_REQ(F, S) F(ENUM, REQ, S, type, "type", ocpp16_reset_type, "how hard")
FIELD_STRUCT(ocpp16_reset_req, OCPP16_RESET_REQ)

#define OCPP16_RESET_CONF(F, S)                                                                    \
	F(ENUM, REQ, S, status, "status", ocpp16_reset_status, "will it")
FIELD_STRUCT(ocpp16_reset_conf, OCPP16_RESET_CONF)

#define OCPP16_START_TRANSACTION_REQ(F, S)                                                         \
	F(INT, REQ, S, connector_id, "connectorId", OCPP16_CONNECTOR, "where")                     \
	F(STR, REQ, S, id_tag, "idTag", OCPP16_ID_TAG_MAX, "on whose account")                     \
	F(INT, REQ, S, meter_start, "meterStart", OCPP16_REGISTER, "register in Wh")               \
	F(TIME, REQ, S, timestamp, "timestamp", 0, "when it began")                                \
	F(INT, OPT, S, reservation_id, "reservationId", OCPP16_TRANSACTION, "reservation used up")
FIELD_STRUCT(ocpp16_start_transaction_req, OCPP16_START_TRANSACTION_REQ)

#define OCPP16_START_TRANSACTION_CONF(F, S)                                                        \
	F(OBJ, REQ, S, id_tag_info, "idTagInfo", ocpp16_id_tag_info, "verdict")                    \
	F(INT, REQ, S, transaction_id, "transactionId", OCPP16_TRANSACTION, "number we gave")
FIELD_STRUCT(ocpp16_start_transaction_conf, OCPP16_START_TRANSACTION_CONF)

#define OCPP16_STATUS_NOTIFICATION_REQ(F, S)                                                       \
	F(INT, REQ, S, connector_id, "connectorId", OCPP16_CONNECTOR, "0: the whole pile")         \
	F(ENUM, REQ, S, error_code, "errorCode", ocpp16_charge_point_error_code, "what is wrong")  \
	F(ENUM, REQ, S, status, "status", ocpp16_charge_point_status, "state of the outlet")       \
	F(TIME, OPT, S, timestamp, "timestamp", 0, "when it changed")                              \
	F(STR, OPT, S, info, "info", 50, "free text")                                              \
	F(STR, OPT, S, vendor_id, "vendorId", 255, "maker of the code below")                      \
	F(STR, OPT, S, vendor_error_code, "vendorErrorCode", 50, "maker's own code")
FIELD_STRUCT(ocpp16_status_notification_req, OCPP16_STATUS_NOTIFICATION_REQ)
FIELD_STRUCT_EMPTY(ocpp16_status_notification_conf)

#define OCPP16_STOP_TRANSACTION_REQ(F, S)                                                          \
	F(INT, REQ, S, transaction_id, "transactionId", OCPP16_TRANSACTION, "charge that ended")   \
	F(STR, OPT, S, id_tag, "idTag", OCPP16_ID_TAG_MAX, "token that ended it")                  \
	F(INT, REQ, S, meter_stop, "meterStop", OCPP16_REGISTER, "register in Wh")                 \
	F(TIME, REQ, S, timestamp, "timestamp", 0, "when it ended")                                \
	F(ENUM, OPT, S, reason, "reason", ocpp16_reason, "Local if absent")                        \
	F(LIST, OPT, S, transaction_data, "transactionData",                                       \
		(ocpp16_meter_value, 0, OCPP16_METER_VALUES_MAX), "readings of the charge")
FIELD_STRUCT(ocpp16_stop_transaction_req, OCPP16_STOP_TRANSACTION_REQ)

#define OCPP16_STOP_TRANSACTION_CONF(F, S)                                                         \
	F(OBJ, OPT, S, id_tag_info, "idTagInfo", ocpp16_id_tag_info, "verdict")
FIELD_STRUCT(ocpp16_stop_transaction_conf, OCPP16_STOP_TRANSACTION_CONF)

#define OCPP16_UNLOCK_CONNECTOR_REQ(F, S)                                                          \
	F(INT, REQ, S, connector_id, "connectorId", (1, OCPP16_INT_MAX), "which outlet")
FIELD_STRUCT(ocpp16_unlock_connector_req, OCPP16_UNLOCK_CONNECTOR_REQ)

#define OCPP16_UNLOCK_CONNECTOR_CONF(F, S)                                                         \
	F(ENUM, REQ, S, status, "status", ocpp16_unlock_status, "result")
FIELD_STRUCT(ocpp16_unlock_connector_conf, OCPP16_UNLOCK_CONNECTOR_CONF)
/* clang-format on */
