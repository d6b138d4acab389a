/* provisioning.h - OCPP 2.0.1 and 2.1, block B, heartbeat and data transfer. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_BOOT_REASON(E, B, P)                                                               \
	E(P, APPLICATION_RESET, "ApplicationReset")                                                \
	E(P, FIRMWARE_UPDATE, "FirmwareUpdate")                                                    \
	E(P, LOCAL_RESET, "LocalReset")                                                            \
	E(P, POWER_UP, "PowerUp")                                                                  \
	E(P, REMOTE_RESET, "RemoteReset")                                                          \
	E(P, SCHEDULED_RESET, "ScheduledReset")                                                    \
	E(P, TRIGGERED, "Triggered")                                                               \
	E(P, UNKNOWN, "Unknown")                                                                   \
	E(P, WATCHDOG, "Watchdog")
OCPP2_ENUM(ocpp2_boot_reason_enum, BOOT_REASON)

#define OCPP2_E_REGISTRATION_STATUS(E, B, P)                                                       \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, PENDING, "Pending")                                                                   \
	E(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_registration_status_enum, REGISTRATION_STATUS)

#define OCPP2_E_DATA_TRANSFER_STATUS(E, B, P)                                                      \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, UNKNOWN_MESSAGE_ID, "UnknownMessageId")                                               \
	E(P, UNKNOWN_VENDOR_ID, "UnknownVendorId")
OCPP2_ENUM(ocpp2_data_transfer_status_enum, DATA_TRANSFER_STATUS)

#define OCPP2_E_REPORT_BASE(E, B, P)                                                               \
	E(P, CONFIGURATION_INVENTORY, "ConfigurationInventory")                                    \
	E(P, FULL_INVENTORY, "FullInventory")                                                      \
	E(P, SUMMARY_INVENTORY, "SummaryInventory")
OCPP2_ENUM(ocpp2_report_base_enum, REPORT_BASE)

#define OCPP2_E_COMPONENT_CRITERION(E, B, P)                                                       \
	E(P, ACTIVE, "Active")                                                                     \
	E(P, AVAILABLE, "Available")                                                               \
	E(P, ENABLED, "Enabled")                                                                   \
	E(P, PROBLEM, "Problem")
OCPP2_ENUM(ocpp2_component_criterion_enum, COMPONENT_CRITERION)

#define OCPP2_E_ATTRIBUTE(E, B, P)                                                                 \
	E(P, ACTUAL, "Actual")                                                                     \
	E(P, TARGET, "Target")                                                                     \
	E(P, MIN_SET, "MinSet")                                                                    \
	E(P, MAX_SET, "MaxSet")
OCPP2_ENUM(ocpp2_attribute_enum, ATTRIBUTE)

#define OCPP2_E_GET_VARIABLE_STATUS(E, B, P)                                                       \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, UNKNOWN_COMPONENT, "UnknownComponent")                                                \
	E(P, UNKNOWN_VARIABLE, "UnknownVariable")                                                  \
	E(P, NOT_SUPPORTED_ATTRIBUTE_TYPE, "NotSupportedAttributeType")
OCPP2_ENUM(ocpp2_get_variable_status_enum, GET_VARIABLE_STATUS)

#define OCPP2_E_DATA(E, B, P)                                                                      \
	E(P, STRING, "string")                                                                     \
	E(P, DECIMAL, "decimal")                                                                   \
	E(P, INTEGER, "integer")                                                                   \
	E(P, DATE_TIME, "dateTime")                                                                \
	E(P, BOOLEAN, "boolean")                                                                   \
	E(P, OPTION_LIST, "OptionList")                                                            \
	E(P, SEQUENCE_LIST, "SequenceList")                                                        \
	E(P, MEMBER_LIST, "MemberList")
OCPP2_ENUM(ocpp2_data_enum, DATA)

#define OCPP2_E_MUTABILITY(E, B, P)                                                                \
	E(P, READ_ONLY, "ReadOnly")                                                                \
	E(P, WRITE_ONLY, "WriteOnly")                                                              \
	E(P, READ_WRITE, "ReadWrite")
OCPP2_ENUM(ocpp2_mutability_enum, MUTABILITY)

#define OCPP2_E_RESET(E, B, P)                                                                     \
	E(P, IMMEDIATE, "Immediate")                                                               \
	E(P, ON_IDLE, "OnIdle")                                                                    \
	B(P, IMMEDIATE_AND_RESUME, "ImmediateAndResume")
OCPP2_ENUM(ocpp2_reset_enum, RESET)

#define OCPP2_E_RESET_STATUS(E, B, P)                                                              \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, SCHEDULED, "Scheduled")
OCPP2_ENUM(ocpp2_reset_status_enum, RESET_STATUS)

#define OCPP2_E_APN_AUTHENTICATION(E, B, P)                                                        \
	E(P, CHAP, "CHAP")                                                                         \
	E(P, NONE, "NONE")                                                                         \
	E(P, PAP, "PAP")                                                                           \
	E(P, AUTO, "AUTO")
OCPP2_ENUM(ocpp2_apn_authentication_enum, APN_AUTHENTICATION)

#define OCPP2_E_OCPP_INTERFACE(E, B, P)                                                            \
	E(P, WIRED0, "Wired0")                                                                     \
	E(P, WIRED1, "Wired1")                                                                     \
	E(P, WIRED2, "Wired2")                                                                     \
	E(P, WIRED3, "Wired3")                                                                     \
	E(P, WIRELESS0, "Wireless0")                                                               \
	E(P, WIRELESS1, "Wireless1")                                                               \
	E(P, WIRELESS2, "Wireless2")                                                               \
	E(P, WIRELESS3, "Wireless3")                                                               \
	B(P, ANY, "Any")
OCPP2_ENUM(ocpp2_ocpp_interface_enum, OCPP_INTERFACE)

#define OCPP2_E_OCPP_TRANSPORT(E, B, P)                                                            \
	E(P, JSON, "JSON")                                                                         \
	E(P, SOAP, "SOAP")
OCPP2_ENUM(ocpp2_ocpp_transport_enum, OCPP_TRANSPORT)

#define OCPP2_E_OCPP_VERSION(E, B, P)                                                              \
	E(P, OCPP12, "OCPP12")                                                                     \
	E(P, OCPP15, "OCPP15")                                                                     \
	E(P, OCPP16, "OCPP16")                                                                     \
	E(P, OCPP20, "OCPP20")                                                                     \
	B(P, OCPP201, "OCPP201")                                                                   \
	B(P, OCPP21, "OCPP21")
OCPP2_ENUM(ocpp2_ocpp_version_enum, OCPP_VERSION)

#define OCPP2_E_VPN(E, B, P)                                                                       \
	E(P, IK_EV2, "IKEv2")                                                                      \
	E(P, IP_SEC, "IPSec")                                                                      \
	E(P, L2_TP, "L2TP")                                                                        \
	E(P, PPTP, "PPTP")
OCPP2_ENUM(ocpp2_vpn_enum, VPN)

#define OCPP2_E_SET_NETWORK_PROFILE_STATUS(E, B, P)                                                \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, FAILED, "Failed")
OCPP2_ENUM(ocpp2_set_network_profile_status_enum, SET_NETWORK_PROFILE_STATUS)

#define OCPP2_E_SET_VARIABLE_STATUS(E, B, P)                                                       \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, UNKNOWN_COMPONENT, "UnknownComponent")                                                \
	E(P, UNKNOWN_VARIABLE, "UnknownVariable")                                                  \
	E(P, NOT_SUPPORTED_ATTRIBUTE_TYPE, "NotSupportedAttributeType")                            \
	E(P, REBOOT_REQUIRED, "RebootRequired")
OCPP2_ENUM(ocpp2_set_variable_status_enum, SET_VARIABLE_STATUS)

#define OCPP2_L_MODEM(F, A, B, R, S)                                                               \
	F(STR, OPT, S, iccid, "iccid", 20)                                                         \
	F(STR, OPT, S, imsi, "imsi", 20)
OCPP2_STRUCT(ocpp2_modem, OCPP2_L_MODEM)

#define OCPP2_L_CHARGING_STATION(F, A, B, R, S)                                                    \
	F(STR, REQ, S, model, "model", 20)                                                         \
	F(STR, REQ, S, vendor_name, "vendorName", 50)                                              \
	F(STR, OPT, S, serial_number, "serialNumber", 25)                                          \
	F(OBJ, OPT, S, modem, "modem", ocpp2_modem)                                                \
	F(STR, OPT, S, firmware_version, "firmwareVersion", 50)
OCPP2_STRUCT(ocpp2_charging_station, OCPP2_L_CHARGING_STATION)

#define OCPP2_L_BOOT_NOTIFICATION_REQ(F, A, B, R, S)                                               \
	F(OBJ, REQ, S, charging_station, "chargingStation", ocpp2_charging_station)                \
	F(ENUM, REQ, S, reason, "reason", ocpp2_boot_reason_enum)
OCPP2_STRUCT(ocpp2_boot_notification_req, OCPP2_L_BOOT_NOTIFICATION_REQ)

#define OCPP2_L_BOOT_NOTIFICATION_CONF(F, A, B, R, S)                                              \
	F(TIME, REQ, S, current_time, "currentTime", 0)                                            \
	F(INT, REQ, S, interval, "interval", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(ENUM, REQ, S, status, "status", ocpp2_registration_status_enum)                          \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_boot_notification_conf, OCPP2_L_BOOT_NOTIFICATION_CONF)

#define OCPP2_L_GET_BASE_REPORT_REQ(F, A, B, R, S)                                                 \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(ENUM, REQ, S, report_base, "reportBase", ocpp2_report_base_enum)
OCPP2_STRUCT(ocpp2_get_base_report_req, OCPP2_L_GET_BASE_REPORT_REQ)

#define OCPP2_L_GET_BASE_REPORT_CONF(F, A, B, R, S)                                                \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_device_model_status_enum)                  \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_get_base_report_conf, OCPP2_L_GET_BASE_REPORT_CONF)

#define OCPP2_L_GET_REPORT_REQ(F, A, B, R, S)                                                      \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(LIST, OPT, S, component_variable, "componentVariable",                                   \
		(ocpp2_component_variable, 1, OCPP2_ITEMS_MAX))                                    \
	F(WORDS, OPT, S, component_criteria, "componentCriteria",                                  \
		(ocpp2_component_criterion_enum, 1, 4))
OCPP2_STRUCT(ocpp2_get_report_req, OCPP2_L_GET_REPORT_REQ)

#define OCPP2_L_GET_REPORT_CONF(F, A, B, R, S)                                                     \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_device_model_status_enum)                  \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_get_report_conf, OCPP2_L_GET_REPORT_CONF)

#define OCPP2_L_GET_VARIABLE_DATA(F, A, B, R, S)                                                   \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(ENUM, OPT, S, attribute_type, "attributeType", ocpp2_attribute_enum)
OCPP2_STRUCT(ocpp2_get_variable_data, OCPP2_L_GET_VARIABLE_DATA)

#define OCPP2_L_GET_VARIABLES_REQ(F, A, B, R, S)                                                   \
	F(LIST, REQ, S, get_variable_data, "getVariableData",                                      \
		(ocpp2_get_variable_data, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_get_variables_req, OCPP2_L_GET_VARIABLES_REQ)

#define OCPP2_L_GET_VARIABLE_RESULT(F, A, B, R, S)                                                 \
	F(ENUM, REQ, S, attribute_status, "attributeStatus", ocpp2_get_variable_status_enum)       \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(OBJ, OPT, S, attribute_status_info, "attributeStatusInfo", ocpp2_status_info)            \
	F(ENUM, OPT, S, attribute_type, "attributeType", ocpp2_attribute_enum)                     \
	F(STR, OPT, S, attribute_value, "attributeValue", 2500)
OCPP2_STRUCT(ocpp2_get_variable_result, OCPP2_L_GET_VARIABLE_RESULT)

#define OCPP2_L_GET_VARIABLES_CONF(F, A, B, R, S)                                                  \
	F(LIST, REQ, S, get_variable_result, "getVariableResult",                                  \
		(ocpp2_get_variable_result, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_get_variables_conf, OCPP2_L_GET_VARIABLES_CONF)

#define OCPP2_L_VARIABLE_ATTRIBUTE(F, A, B, R, S)                                                  \
	F(ENUM, OPT, S, type, "type", ocpp2_attribute_enum)                                        \
	F(STR, OPT, S, value, "value", 2500)                                                       \
	F(ENUM, OPT, S, mutability, "mutability", ocpp2_mutability_enum)                           \
	F(BOOL, OPT, S, persistent, "persistent", 0)                                               \
	F(BOOL, OPT, S, constant, "constant", 0)
OCPP2_STRUCT(ocpp2_variable_attribute, OCPP2_L_VARIABLE_ATTRIBUTE)

#define OCPP2_L_VARIABLE_CHARACTERISTICS(F, A, B, R, S)                                            \
	F(ENUM, REQ, S, data_type, "dataType", ocpp2_data_enum)                                    \
	F(BOOL, REQ, S, supports_monitoring, "supportsMonitoring", 0)                              \
	F(STR, OPT, S, unit, "unit", 16)                                                           \
	F(DEC, OPT, S, min_limit_e6, "minLimit", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))               \
	F(DEC, OPT, S, max_limit_e6, "maxLimit", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))               \
	F(STR, OPT, S, values_list, "valuesList", 1000)                                            \
	B(INT, OPT, S, max_elements, "maxElements", (1, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_variable_characteristics, OCPP2_L_VARIABLE_CHARACTERISTICS)

#define OCPP2_L_REPORT_DATA(F, A, B, R, S)                                                         \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(LIST, REQ, S, variable_attribute, "variableAttribute",                                   \
		(ocpp2_variable_attribute, 1, 4))                                                  \
	F(OBJ, OPT, S, variable_characteristics, "variableCharacteristics",                        \
		ocpp2_variable_characteristics)
OCPP2_STRUCT(ocpp2_report_data, OCPP2_L_REPORT_DATA)

#define OCPP2_L_NOTIFY_REPORT_REQ(F, A, B, R, S)                                                   \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(TIME, REQ, S, generated_at, "generatedAt", 0)                                            \
	F(INT, REQ, S, seq_no, "seqNo", (0, OCPP2_INT_MAX))                                        \
	F(LIST, OPT, S, report_data, "reportData", (ocpp2_report_data, 1, OCPP2_ITEMS_MAX))        \
	F(BOOL, OPT, S, tbc, "tbc", 0)
OCPP2_STRUCT(ocpp2_notify_report_req, OCPP2_L_NOTIFY_REPORT_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_report_conf)

#define OCPP2_L_RESET_REQ(F, A, B, R, S)                                                           \
	F(ENUM, REQ, S, type, "type", ocpp2_reset_enum)                                            \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_reset_req, OCPP2_L_RESET_REQ)

#define OCPP2_L_RESET_CONF(F, A, B, R, S)                                                          \
	F(ENUM, REQ, S, status, "status", ocpp2_reset_status_enum)                                 \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_reset_conf, OCPP2_L_RESET_CONF)

#define OCPP2_L_APN(F, A, B, R, S)                                                                 \
	B(STR, REQ, S, apn, "apn", 2000)                                                           \
	R(STR, REQ, S, apn, "apn", 512)                                                            \
	F(ENUM, REQ, S, apn_authentication, "apnAuthentication", ocpp2_apn_authentication_enum)    \
	B(STR, OPT, S, apn_user_name, "apnUserName", 50)                                           \
	R(STR, OPT, S, apn_user_name, "apnUserName", 20)                                           \
	B(STR, OPT, S, apn_password, "apnPassword", 64)                                            \
	R(STR, OPT, S, apn_password, "apnPassword", 20)                                            \
	F(INT, OPT, S, sim_pin, "simPin", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                         \
	F(STR, OPT, S, preferred_network, "preferredNetwork", 6)                                   \
	F(BOOL, OPT, S, use_only_preferred_network, "useOnlyPreferredNetwork", 0)
OCPP2_STRUCT(ocpp2_apn, OCPP2_L_APN)

#define OCPP2_L_VPN(F, A, B, R, S)                                                                 \
	B(STR, REQ, S, server, "server", 2000)                                                     \
	R(STR, REQ, S, server, "server", 512)                                                      \
	B(STR, REQ, S, user, "user", 50)                                                           \
	R(STR, REQ, S, user, "user", 20)                                                           \
	B(STR, REQ, S, password, "password", 64)                                                   \
	R(STR, REQ, S, password, "password", 20)                                                   \
	F(STR, REQ, S, key, "key", 255)                                                            \
	F(ENUM, REQ, S, type, "type", ocpp2_vpn_enum)                                              \
	B(STR, OPT, S, group, "group", 50)                                                         \
	R(STR, OPT, S, group, "group", 20)
OCPP2_STRUCT(ocpp2_vpn, OCPP2_L_VPN)

#define OCPP2_L_NETWORK_CONNECTION_PROFILE(F, A, B, R, S)                                          \
	F(ENUM, REQ, S, ocpp_transport, "ocppTransport", ocpp2_ocpp_transport_enum)                \
	B(STR, REQ, S, ocpp_csms_url, "ocppCsmsUrl", 2000)                                         \
	R(STR, REQ, S, ocpp_csms_url, "ocppCsmsUrl", 512)                                          \
	F(INT, REQ, S, message_timeout, "messageTimeout", (-OCPP2_INT_MAX, OCPP2_INT_MAX))         \
	F(INT, REQ, S, security_profile, "securityProfile", (0, OCPP2_INT_MAX))                    \
	F(ENUM, REQ, S, ocpp_interface, "ocppInterface", ocpp2_ocpp_interface_enum)                \
	F(OBJ, OPT, S, apn, "apn", ocpp2_apn)                                                      \
	B(ENUM, OPT, S, ocpp_version, "ocppVersion", ocpp2_ocpp_version_enum)                      \
	R(ENUM, MUST, S, ocpp_version, "ocppVersion", ocpp2_ocpp_version_enum)                     \
	F(OBJ, OPT, S, vpn, "vpn", ocpp2_vpn)                                                      \
	B(STR, OPT, S, identity, "identity", 48)                                                   \
	B(STR, OPT, S, basic_auth_password, "basicAuthPassword", 64)
OCPP2_STRUCT(ocpp2_network_connection_profile, OCPP2_L_NETWORK_CONNECTION_PROFILE)

#define OCPP2_L_SET_NETWORK_PROFILE_REQ(F, A, B, R, S)                                             \
	F(INT, REQ, S, configuration_slot, "configurationSlot",                                    \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))                                                   \
	F(OBJ, REQ, S, connection_data, "connectionData", ocpp2_network_connection_profile)
OCPP2_STRUCT(ocpp2_set_network_profile_req, OCPP2_L_SET_NETWORK_PROFILE_REQ)

#define OCPP2_L_SET_NETWORK_PROFILE_CONF(F, A, B, R, S)                                            \
	F(ENUM, REQ, S, status, "status", ocpp2_set_network_profile_status_enum)                   \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_set_network_profile_conf, OCPP2_L_SET_NETWORK_PROFILE_CONF)

#define OCPP2_L_SET_VARIABLE_DATA(F, A, B, R, S)                                                   \
	B(STR, REQ, S, attribute_value, "attributeValue", 2500)                                    \
	R(STR, REQ, S, attribute_value, "attributeValue", 1000)                                    \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(ENUM, OPT, S, attribute_type, "attributeType", ocpp2_attribute_enum)
OCPP2_STRUCT(ocpp2_set_variable_data, OCPP2_L_SET_VARIABLE_DATA)

#define OCPP2_L_SET_VARIABLES_REQ(F, A, B, R, S)                                                   \
	F(LIST, REQ, S, set_variable_data, "setVariableData",                                      \
		(ocpp2_set_variable_data, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_set_variables_req, OCPP2_L_SET_VARIABLES_REQ)

#define OCPP2_L_SET_VARIABLE_RESULT(F, A, B, R, S)                                                 \
	F(ENUM, REQ, S, attribute_status, "attributeStatus", ocpp2_set_variable_status_enum)       \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(ENUM, OPT, S, attribute_type, "attributeType", ocpp2_attribute_enum)                     \
	F(OBJ, OPT, S, attribute_status_info, "attributeStatusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_set_variable_result, OCPP2_L_SET_VARIABLE_RESULT)

#define OCPP2_L_SET_VARIABLES_CONF(F, A, B, R, S)                                                  \
	F(LIST, REQ, S, set_variable_result, "setVariableResult",                                  \
		(ocpp2_set_variable_result, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_set_variables_conf, OCPP2_L_SET_VARIABLES_CONF)

OCPP2_STRUCT_EMPTY(ocpp2_heartbeat_req)

#define OCPP2_L_HEARTBEAT_CONF(F, A, B, R, S)                                                      \
	F(TIME, REQ, S, current_time, "currentTime", 0)
OCPP2_STRUCT(ocpp2_heartbeat_conf, OCPP2_L_HEARTBEAT_CONF)

#define OCPP2_L_DATA_TRANSFER_REQ(F, A, B, R, S)                                                   \
	F(STR, REQ, S, vendor_id, "vendorId", 255)                                                 \
	F(STR, OPT, S, message_id, "messageId", 50)                                                \
	F(RAW, OPT, S, data, "data", LIMIT_FRAME_BYTES)
OCPP2_STRUCT(ocpp2_data_transfer_req, OCPP2_L_DATA_TRANSFER_REQ)

#define OCPP2_L_DATA_TRANSFER_CONF(F, A, B, R, S)                                                  \
	F(ENUM, REQ, S, status, "status", ocpp2_data_transfer_status_enum)                         \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(RAW, OPT, S, data, "data", LIMIT_FRAME_BYTES)
OCPP2_STRUCT(ocpp2_data_transfer_conf, OCPP2_L_DATA_TRANSFER_CONF)
/* clang-format on */
