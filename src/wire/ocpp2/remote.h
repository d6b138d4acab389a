/* remote.h - OCPP 2.0.1 and 2.1, blocks F and G: trigger, unlock, availability, states. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_OPERATIONAL_STATUS(E, B, P)                                                        \
	E(P, INOPERATIVE, "Inoperative")                                                           \
	E(P, OPERATIVE, "Operative")
OCPP2_ENUM(ocpp2_operational_status_enum, OPERATIONAL_STATUS)

#define OCPP2_E_CHANGE_AVAILABILITY_STATUS(E, B, P)                                                \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, SCHEDULED, "Scheduled")
OCPP2_ENUM(ocpp2_change_availability_status_enum, CHANGE_AVAILABILITY_STATUS)

#define OCPP2_E_CONNECTOR_STATUS(E, B, P)                                                          \
	E(P, AVAILABLE, "Available")                                                               \
	E(P, OCCUPIED, "Occupied")                                                                 \
	E(P, RESERVED, "Reserved")                                                                 \
	E(P, UNAVAILABLE, "Unavailable")                                                           \
	E(P, FAULTED, "Faulted")
OCPP2_ENUM(ocpp2_connector_status_enum, CONNECTOR_STATUS)

#define OCPP2_E_MESSAGE_TRIGGER(E, B, P)                                                           \
	E(P, BOOT_NOTIFICATION, "BootNotification")                                                \
	E(P, LOG_STATUS_NOTIFICATION, "LogStatusNotification")                                     \
	E(P, FIRMWARE_STATUS_NOTIFICATION, "FirmwareStatusNotification")                           \
	E(P, HEARTBEAT, "Heartbeat")                                                               \
	E(P, METER_VALUES, "MeterValues")                                                          \
	E(P, SIGN_CHARGING_STATION_CERTIFICATE, "SignChargingStationCertificate")                  \
	E(P, SIGN_V2_G_CERTIFICATE, "SignV2GCertificate")                                          \
	E(P, STATUS_NOTIFICATION, "StatusNotification")                                            \
	E(P, TRANSACTION_EVENT, "TransactionEvent")                                                \
	E(P, SIGN_COMBINED_CERTIFICATE, "SignCombinedCertificate")                                 \
	E(P, PUBLISH_FIRMWARE_STATUS_NOTIFICATION, "PublishFirmwareStatusNotification")            \
	B(P, SIGN_V2_G20_CERTIFICATE, "SignV2G20Certificate")                                      \
	B(P, CUSTOM_TRIGGER, "CustomTrigger")
OCPP2_ENUM(ocpp2_message_trigger_enum, MESSAGE_TRIGGER)

#define OCPP2_E_TRIGGER_MESSAGE_STATUS(E, B, P)                                                    \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NOT_IMPLEMENTED, "NotImplemented")
OCPP2_ENUM(ocpp2_trigger_message_status_enum, TRIGGER_MESSAGE_STATUS)

#define OCPP2_E_UNLOCK_STATUS(E, B, P)                                                             \
	E(P, UNLOCKED, "Unlocked")                                                                 \
	E(P, UNLOCK_FAILED, "UnlockFailed")                                                        \
	E(P, ONGOING_AUTHORIZED_TRANSACTION, "OngoingAuthorizedTransaction")                       \
	E(P, UNKNOWN_CONNECTOR, "UnknownConnector")
OCPP2_ENUM(ocpp2_unlock_status_enum, UNLOCK_STATUS)

#define OCPP2_L_TRIGGER_MESSAGE_REQ(F, A, B, R, S)                                                 \
	F(ENUM, REQ, S, requested_message, "requestedMessage", ocpp2_message_trigger_enum)         \
	F(OBJ, OPT, S, evse, "evse", ocpp2_evse)                                                   \
	B(STR, OPT, S, custom_trigger, "customTrigger", 50)
OCPP2_STRUCT(ocpp2_trigger_message_req, OCPP2_L_TRIGGER_MESSAGE_REQ)

#define OCPP2_L_TRIGGER_MESSAGE_CONF(F, A, B, R, S)                                                \
	F(ENUM, REQ, S, status, "status", ocpp2_trigger_message_status_enum)                       \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_trigger_message_conf, OCPP2_L_TRIGGER_MESSAGE_CONF)

#define OCPP2_L_UNLOCK_CONNECTOR_REQ(F, A, B, R, S)                                                \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(INT, REQ, S, connector_id, "connectorId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_unlock_connector_req, OCPP2_L_UNLOCK_CONNECTOR_REQ)

#define OCPP2_L_UNLOCK_CONNECTOR_CONF(F, A, B, R, S)                                               \
	F(ENUM, REQ, S, status, "status", ocpp2_unlock_status_enum)                                \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_unlock_connector_conf, OCPP2_L_UNLOCK_CONNECTOR_CONF)

#define OCPP2_L_CHANGE_AVAILABILITY_REQ(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, operational_status, "operationalStatus", ocpp2_operational_status_enum)    \
	F(OBJ, OPT, S, evse, "evse", ocpp2_evse)
OCPP2_STRUCT(ocpp2_change_availability_req, OCPP2_L_CHANGE_AVAILABILITY_REQ)

#define OCPP2_L_CHANGE_AVAILABILITY_CONF(F, A, B, R, S)                                            \
	F(ENUM, REQ, S, status, "status", ocpp2_change_availability_status_enum)                   \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_change_availability_conf, OCPP2_L_CHANGE_AVAILABILITY_CONF)

#define OCPP2_L_STATUS_NOTIFICATION_REQ(F, A, B, R, S)                                             \
	F(TIME, REQ, S, timestamp, "timestamp", 0)                                                 \
	F(ENUM, REQ, S, connector_status, "connectorStatus", ocpp2_connector_status_enum)          \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(INT, REQ, S, connector_id, "connectorId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_status_notification_req, OCPP2_L_STATUS_NOTIFICATION_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_status_notification_conf)
/* clang-format on */
