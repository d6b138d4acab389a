/* diagnostics.h - OCPP 2.0.1 and 2.1, block N: monitors, events, customer information. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_CLEAR_MONITORING_STATUS(E, B, P)                                                   \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NOT_FOUND, "NotFound")
OCPP2_ENUM(ocpp2_clear_monitoring_status_enum, CLEAR_MONITORING_STATUS)

#define OCPP2_E_CUSTOMER_INFORMATION_STATUS(E, B, P)                                               \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, INVALID, "Invalid")
OCPP2_ENUM(ocpp2_customer_information_status_enum, CUSTOMER_INFORMATION_STATUS)

#define OCPP2_E_MONITORING_CRITERION(E, B, P)                                                      \
	E(P, THRESHOLD_MONITORING, "ThresholdMonitoring")                                          \
	E(P, DELTA_MONITORING, "DeltaMonitoring")                                                  \
	E(P, PERIODIC_MONITORING, "PeriodicMonitoring")
OCPP2_ENUM(ocpp2_monitoring_criterion_enum, MONITORING_CRITERION)

#define OCPP2_E_EVENT_NOTIFICATION(E, B, P)                                                        \
	E(P, HARD_WIRED_NOTIFICATION, "HardWiredNotification")                                     \
	E(P, HARD_WIRED_MONITOR, "HardWiredMonitor")                                               \
	E(P, PRECONFIGURED_MONITOR, "PreconfiguredMonitor")                                        \
	E(P, CUSTOM_MONITOR, "CustomMonitor")
OCPP2_ENUM(ocpp2_event_notification_enum, EVENT_NOTIFICATION)

#define OCPP2_E_EVENT_TRIGGER(E, B, P)                                                             \
	E(P, ALERTING, "Alerting")                                                                 \
	E(P, DELTA, "Delta")                                                                       \
	E(P, PERIODIC, "Periodic")
OCPP2_ENUM(ocpp2_event_trigger_enum, EVENT_TRIGGER)

#define OCPP2_E_MONITOR(E, B, P)                                                                   \
	E(P, UPPER_THRESHOLD, "UpperThreshold")                                                    \
	E(P, LOWER_THRESHOLD, "LowerThreshold")                                                    \
	E(P, DELTA, "Delta")                                                                       \
	E(P, PERIODIC, "Periodic")                                                                 \
	E(P, PERIODIC_CLOCK_ALIGNED, "PeriodicClockAligned")                                       \
	B(P, TARGET_DELTA, "TargetDelta")                                                          \
	B(P, TARGET_DELTA_RELATIVE, "TargetDeltaRelative")
OCPP2_ENUM(ocpp2_monitor_enum, MONITOR)

#define OCPP2_E_MONITORING_BASE(E, B, P)                                                           \
	E(P, ALL, "All")                                                                           \
	E(P, FACTORY_DEFAULT, "FactoryDefault")                                                    \
	E(P, HARD_WIRED_ONLY, "HardWiredOnly")
OCPP2_ENUM(ocpp2_monitoring_base_enum, MONITORING_BASE)

#define OCPP2_E_SET_MONITORING_STATUS(E, B, P)                                                     \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, UNKNOWN_COMPONENT, "UnknownComponent")                                                \
	E(P, UNKNOWN_VARIABLE, "UnknownVariable")                                                  \
	E(P, UNSUPPORTED_MONITOR_TYPE, "UnsupportedMonitorType")                                   \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, DUPLICATE, "Duplicate")
OCPP2_ENUM(ocpp2_set_monitoring_status_enum, SET_MONITORING_STATUS)

#define OCPP2_L_SET_MONITORING_BASE_REQ(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, monitoring_base, "monitoringBase", ocpp2_monitoring_base_enum)
OCPP2_STRUCT(ocpp2_set_monitoring_base_req, OCPP2_L_SET_MONITORING_BASE_REQ)

#define OCPP2_L_SET_MONITORING_BASE_CONF(F, A, B, R, S)                                            \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_device_model_status_enum)                  \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_set_monitoring_base_conf, OCPP2_L_SET_MONITORING_BASE_CONF)

#define OCPP2_L_SET_MONITORING_LEVEL_REQ(F, A, B, R, S)                                            \
	F(INT, REQ, S, severity, "severity", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_set_monitoring_level_req, OCPP2_L_SET_MONITORING_LEVEL_REQ)

#define OCPP2_L_SET_MONITORING_LEVEL_CONF(F, A, B, R, S)                                           \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_set_monitoring_level_conf, OCPP2_L_SET_MONITORING_LEVEL_CONF)

#define OCPP2_L_SET_MONITORING_DATA(F, A, B, R, S)                                                 \
	F(DEC, REQ, S, value_e6, "value", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                      \
	F(ENUM, REQ, S, type, "type", ocpp2_monitor_enum)                                          \
	F(INT, REQ, S, severity, "severity", (0, OCPP2_INT_MAX))                                   \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(INT, OPT, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(BOOL, OPT, S, transaction, "transaction", 0)                                             \
	B(OBJ, OPT, S, periodic_event_stream, "periodicEventStream",                               \
		ocpp2_periodic_event_stream_params)
OCPP2_STRUCT(ocpp2_set_monitoring_data, OCPP2_L_SET_MONITORING_DATA)

#define OCPP2_L_SET_VARIABLE_MONITORING_REQ(F, A, B, R, S)                                         \
	F(LIST, REQ, S, set_monitoring_data, "setMonitoringData",                                  \
		(ocpp2_set_monitoring_data, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_set_variable_monitoring_req, OCPP2_L_SET_VARIABLE_MONITORING_REQ)

#define OCPP2_L_SET_MONITORING_RESULT(F, A, B, R, S)                                               \
	F(ENUM, REQ, S, status, "status", ocpp2_set_monitoring_status_enum)                        \
	F(ENUM, REQ, S, type, "type", ocpp2_monitor_enum)                                          \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(INT, REQ, S, severity, "severity", (0, OCPP2_INT_MAX))                                   \
	F(INT, OPT, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_set_monitoring_result, OCPP2_L_SET_MONITORING_RESULT)

#define OCPP2_L_SET_VARIABLE_MONITORING_CONF(F, A, B, R, S)                                        \
	F(LIST, REQ, S, set_monitoring_result, "setMonitoringResult",                              \
		(ocpp2_set_monitoring_result, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_set_variable_monitoring_conf, OCPP2_L_SET_VARIABLE_MONITORING_CONF)

#define OCPP2_L_CLEAR_VARIABLE_MONITORING_REQ(F, A, B, R, S)                                       \
	F(INTS, REQ, S, id, "id", (0, OCPP2_INT_MAX, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_clear_variable_monitoring_req, OCPP2_L_CLEAR_VARIABLE_MONITORING_REQ)

#define OCPP2_L_CLEAR_MONITORING_RESULT(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, status, "status", ocpp2_clear_monitoring_status_enum)                      \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_clear_monitoring_result, OCPP2_L_CLEAR_MONITORING_RESULT)

#define OCPP2_L_CLEAR_VARIABLE_MONITORING_CONF(F, A, B, R, S)                                      \
	F(LIST, REQ, S, clear_monitoring_result, "clearMonitoringResult",                          \
		(ocpp2_clear_monitoring_result, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_clear_variable_monitoring_conf, OCPP2_L_CLEAR_VARIABLE_MONITORING_CONF)

#define OCPP2_L_GET_MONITORING_REPORT_REQ(F, A, B, R, S)                                           \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(LIST, OPT, S, component_variable, "componentVariable",                                   \
		(ocpp2_component_variable, 1, OCPP2_ITEMS_MAX))                                    \
	F(WORDS, OPT, S, monitoring_criteria, "monitoringCriteria",                                \
		(ocpp2_monitoring_criterion_enum, 1, 3))
OCPP2_STRUCT(ocpp2_get_monitoring_report_req, OCPP2_L_GET_MONITORING_REPORT_REQ)

#define OCPP2_L_GET_MONITORING_REPORT_CONF(F, A, B, R, S)                                          \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_device_model_status_enum)                  \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_get_monitoring_report_conf, OCPP2_L_GET_MONITORING_REPORT_CONF)

#define OCPP2_L_VARIABLE_MONITORING(F, A, B, R, S)                                                 \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(BOOL, REQ, S, transaction, "transaction", 0)                                             \
	F(DEC, REQ, S, value_e6, "value", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                      \
	F(ENUM, REQ, S, type, "type", ocpp2_monitor_enum)                                          \
	F(INT, REQ, S, severity, "severity", (0, OCPP2_INT_MAX))                                   \
	B(ENUM, REQ, S, event_notification_type, "eventNotificationType",                          \
		ocpp2_event_notification_enum)
OCPP2_STRUCT(ocpp2_variable_monitoring, OCPP2_L_VARIABLE_MONITORING)

#define OCPP2_L_MONITORING_DATA(F, A, B, R, S)                                                     \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(LIST, REQ, S, variable_monitoring, "variableMonitoring",                                 \
		(ocpp2_variable_monitoring, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_monitoring_data, OCPP2_L_MONITORING_DATA)

#define OCPP2_L_NOTIFY_MONITORING_REPORT_REQ(F, A, B, R, S)                                        \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(INT, REQ, S, seq_no, "seqNo", (0, OCPP2_INT_MAX))                                        \
	F(TIME, REQ, S, generated_at, "generatedAt", 0)                                            \
	F(LIST, OPT, S, monitor, "monitor", (ocpp2_monitoring_data, 1, OCPP2_ITEMS_MAX))           \
	F(BOOL, OPT, S, tbc, "tbc", 0)
OCPP2_STRUCT(ocpp2_notify_monitoring_report_req, OCPP2_L_NOTIFY_MONITORING_REPORT_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_monitoring_report_conf)

#define OCPP2_L_EVENT_DATA(F, A, B, R, S)                                                          \
	F(INT, REQ, S, event_id, "eventId", (0, OCPP2_INT_MAX))                                    \
	F(TIME, REQ, S, timestamp, "timestamp", 0)                                                 \
	F(ENUM, REQ, S, trigger, "trigger", ocpp2_event_trigger_enum)                              \
	F(STR, REQ, S, actual_value, "actualValue", 2500)                                          \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(ENUM, REQ, S, event_notification_type, "eventNotificationType",                          \
		ocpp2_event_notification_enum)                                                     \
	F(OBJ, REQ, S, variable, "variable", ocpp2_variable)                                       \
	F(INT, OPT, S, cause, "cause", (0, OCPP2_INT_MAX))                                         \
	F(STR, OPT, S, tech_code, "techCode", 50)                                                  \
	F(STR, OPT, S, tech_info, "techInfo", 500)                                                 \
	F(BOOL, OPT, S, cleared, "cleared", 0)                                                     \
	F(STR, OPT, S, transaction_id, "transactionId", 36)                                        \
	F(INT, OPT, S, variable_monitoring_id, "variableMonitoringId", (0, OCPP2_INT_MAX))         \
	B(INT, OPT, S, severity, "severity", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_event_data, OCPP2_L_EVENT_DATA)

#define OCPP2_L_NOTIFY_EVENT_REQ(F, A, B, R, S)                                                    \
	F(TIME, REQ, S, generated_at, "generatedAt", 0)                                            \
	F(INT, REQ, S, seq_no, "seqNo", (0, OCPP2_INT_MAX))                                        \
	F(LIST, REQ, S, event_data, "eventData", (ocpp2_event_data, 1, OCPP2_ITEMS_MAX))           \
	F(BOOL, OPT, S, tbc, "tbc", 0)
OCPP2_STRUCT(ocpp2_notify_event_req, OCPP2_L_NOTIFY_EVENT_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_event_conf)

#define OCPP2_L_CUSTOMER_INFORMATION_REQ(F, A, B, R, S)                                            \
	F(INT, REQ, S, request_id, "requestId", (0, OCPP2_INT_MAX))                                \
	F(BOOL, REQ, S, report, "report", 0)                                                       \
	F(BOOL, REQ, S, clear, "clear", 0)                                                         \
	F(OBJ, OPT, S, customer_certificate, "customerCertificate",                                \
		ocpp2_certificate_hash_data)                                                       \
	F(OBJ, OPT, S, id_token, "idToken", ocpp2_id_token)                                        \
	F(STR, OPT, S, customer_identifier, "customerIdentifier", 64)
OCPP2_STRUCT(ocpp2_customer_information_req, OCPP2_L_CUSTOMER_INFORMATION_REQ)

#define OCPP2_L_CUSTOMER_INFORMATION_CONF(F, A, B, R, S)                                           \
	F(ENUM, REQ, S, status, "status", ocpp2_customer_information_status_enum)                  \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_customer_information_conf, OCPP2_L_CUSTOMER_INFORMATION_CONF)

#define OCPP2_L_NOTIFY_CUSTOMER_INFORMATION_REQ(F, A, B, R, S)                                     \
	F(STR, REQ, S, data, "data", 512)                                                          \
	F(INT, REQ, S, seq_no, "seqNo", (0, OCPP2_INT_MAX))                                        \
	F(TIME, REQ, S, generated_at, "generatedAt", 0)                                            \
	F(INT, REQ, S, request_id, "requestId", (0, OCPP2_INT_MAX))                                \
	F(BOOL, OPT, S, tbc, "tbc", 0)
OCPP2_STRUCT(ocpp2_notify_customer_information_req, OCPP2_L_NOTIFY_CUSTOMER_INFORMATION_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_customer_information_conf)
/* clang-format on */
