/* der.h - OCPP 2.0.1 and 2.1, block R of 2.1: control of distributed energy resources. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_DER_CONTROL_STATUS(E, B, P)                                                        \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NOT_SUPPORTED, "NotSupported")                                                        \
	E(P, NOT_FOUND, "NotFound")
OCPP2_ENUM(ocpp2_der_control_status_enum, DER_CONTROL_STATUS)

#define OCPP2_E_GRID_EVENT_FAULT(E, B, P)                                                          \
	E(P, CURRENT_IMBALANCE, "CurrentImbalance")                                                \
	E(P, LOCAL_EMERGENCY, "LocalEmergency")                                                    \
	E(P, LOW_INPUT_POWER, "LowInputPower")                                                     \
	E(P, OVER_CURRENT, "OverCurrent")                                                          \
	E(P, OVER_FREQUENCY, "OverFrequency")                                                      \
	E(P, OVER_VOLTAGE, "OverVoltage")                                                          \
	E(P, PHASE_ROTATION, "PhaseRotation")                                                      \
	E(P, REMOTE_EMERGENCY, "RemoteEmergency")                                                  \
	E(P, UNDER_FREQUENCY, "UnderFrequency")                                                    \
	E(P, UNDER_VOLTAGE, "UnderVoltage")                                                        \
	E(P, VOLTAGE_IMBALANCE, "VoltageImbalance")
OCPP2_ENUM(ocpp2_grid_event_fault_enum, GRID_EVENT_FAULT)

#define OCPP2_E_DER_UNIT(E, B, P)                                                                  \
	E(P, NOT_APPLICABLE, "Not_Applicable")                                                     \
	E(P, PCT_MAX_W, "PctMaxW")                                                                 \
	E(P, PCT_MAX_VAR, "PctMaxVar")                                                             \
	E(P, PCT_W_AVAIL, "PctWAvail")                                                             \
	E(P, PCT_VAR_AVAIL, "PctVarAvail")                                                         \
	E(P, PCT_EFFECTIVE_V, "PctEffectiveV")
OCPP2_ENUM(ocpp2_der_unit_enum, DER_UNIT)

#define OCPP2_E_POWER_DURING_CESSATION(E, B, P)                                                    \
	E(P, ACTIVE, "Active")                                                                     \
	E(P, REACTIVE, "Reactive")
OCPP2_ENUM(ocpp2_power_during_cessation_enum, POWER_DURING_CESSATION)

#define OCPP2_L_DER_CURVE_POINTS(F, A, B, R, S)                                                    \
	F(DEC, REQ, S, x_e6, "x", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                              \
	F(DEC, REQ, S, y_e6, "y", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_der_curve_points, OCPP2_L_DER_CURVE_POINTS)

#define OCPP2_L_HYSTERESIS(F, A, B, R, S)                                                          \
	F(DEC, OPT, S, hysteresis_high_e6, "hysteresisHigh",                                       \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, hysteresis_low_e6, "hysteresisLow", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))     \
	F(DEC, OPT, S, hysteresis_delay_e6, "hysteresisDelay",                                     \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, hysteresis_gradient_e6, "hysteresisGradient",                               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_hysteresis, OCPP2_L_HYSTERESIS)

#define OCPP2_L_REACTIVE_POWER_PARAMS(F, A, B, R, S)                                               \
	F(DEC, OPT, S, v_ref_e6, "vRef", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                       \
	F(BOOL, OPT, S, autonomous_v_ref_enable, "autonomousVRefEnable", 0)                        \
	F(DEC, OPT, S, autonomous_v_ref_time_constant_e6, "autonomousVRefTimeConstant",            \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_reactive_power_params, OCPP2_L_REACTIVE_POWER_PARAMS)

#define OCPP2_L_VOLTAGE_PARAMS(F, A, B, R, S)                                                      \
	F(DEC, OPT, S, hv10_min_mean_value_e6, "hv10MinMeanValue",                                 \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, hv10_min_mean_trip_delay_e6, "hv10MinMeanTripDelay",                        \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(ENUM, OPT, S, power_during_cessation, "powerDuringCessation",                            \
		ocpp2_power_during_cessation_enum)
OCPP2_STRUCT(ocpp2_voltage_params, OCPP2_L_VOLTAGE_PARAMS)

#define OCPP2_L_DER_CURVE(F, A, B, R, S)                                                           \
	F(LIST, REQ, S, curve_data, "curveData", (ocpp2_der_curve_points, 1, 10))                  \
	F(INT, REQ, S, priority, "priority", (0, OCPP2_INT_MAX))                                   \
	F(ENUM, REQ, S, y_unit, "yUnit", ocpp2_der_unit_enum)                                      \
	F(OBJ, OPT, S, hysteresis, "hysteresis", ocpp2_hysteresis)                                 \
	F(OBJ, OPT, S, reactive_power_params, "reactivePowerParams",                               \
		ocpp2_reactive_power_params)                                                       \
	F(OBJ, OPT, S, voltage_params, "voltageParams", ocpp2_voltage_params)                      \
	F(DEC, OPT, S, response_time_e6, "responseTime", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))       \
	F(TIME, OPT, S, start_time, "startTime", 0)                                                \
	F(DEC, OPT, S, duration_e6, "duration", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_der_curve, OCPP2_L_DER_CURVE)

#define OCPP2_L_ENTER_SERVICE(F, A, B, R, S)                                                       \
	F(INT, REQ, S, priority, "priority", (0, OCPP2_INT_MAX))                                   \
	F(DEC, REQ, S, high_voltage_e6, "highVoltage", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))         \
	F(DEC, REQ, S, low_voltage_e6, "lowVoltage", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))           \
	F(DEC, REQ, S, high_freq_e6, "highFreq", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))               \
	F(DEC, REQ, S, low_freq_e6, "lowFreq", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                 \
	F(DEC, OPT, S, delay_e6, "delay", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                      \
	F(DEC, OPT, S, random_delay_e6, "randomDelay", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))         \
	F(DEC, OPT, S, ramp_rate_e6, "rampRate", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_enter_service, OCPP2_L_ENTER_SERVICE)

#define OCPP2_L_FIXED_PF(F, A, B, R, S)                                                            \
	F(INT, REQ, S, priority, "priority", (0, OCPP2_INT_MAX))                                   \
	F(DEC, REQ, S, displacement_e6, "displacement", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))        \
	F(BOOL, REQ, S, excitation, "excitation", 0)                                               \
	F(TIME, OPT, S, start_time, "startTime", 0)                                                \
	F(DEC, OPT, S, duration_e6, "duration", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_fixed_pf, OCPP2_L_FIXED_PF)

#define OCPP2_L_FIXED_VAR(F, A, B, R, S)                                                           \
	F(INT, REQ, S, priority, "priority", (0, OCPP2_INT_MAX))                                   \
	F(DEC, REQ, S, setpoint_e6, "setpoint", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                \
	F(ENUM, REQ, S, unit, "unit", ocpp2_der_unit_enum)                                         \
	F(TIME, OPT, S, start_time, "startTime", 0)                                                \
	F(DEC, OPT, S, duration_e6, "duration", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_fixed_var, OCPP2_L_FIXED_VAR)

#define OCPP2_L_FREQ_DROOP(F, A, B, R, S)                                                          \
	F(INT, REQ, S, priority, "priority", (0, OCPP2_INT_MAX))                                   \
	F(DEC, REQ, S, over_freq_e6, "overFreq", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))               \
	F(DEC, REQ, S, under_freq_e6, "underFreq", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(DEC, REQ, S, over_droop_e6, "overDroop", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(DEC, REQ, S, under_droop_e6, "underDroop", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))           \
	F(DEC, REQ, S, response_time_e6, "responseTime", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))       \
	F(TIME, OPT, S, start_time, "startTime", 0)                                                \
	F(DEC, OPT, S, duration_e6, "duration", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_freq_droop, OCPP2_L_FREQ_DROOP)

#define OCPP2_L_GRADIENT(F, A, B, R, S)                                                            \
	F(INT, REQ, S, priority, "priority", (0, OCPP2_INT_MAX))                                   \
	F(DEC, REQ, S, gradient_e6, "gradient", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                \
	F(DEC, REQ, S, soft_gradient_e6, "softGradient", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_gradient, OCPP2_L_GRADIENT)

#define OCPP2_L_LIMIT_MAX_DISCHARGE(F, A, B, R, S)                                                 \
	F(INT, REQ, S, priority, "priority", (0, OCPP2_INT_MAX))                                   \
	F(DEC, OPT, S, pct_max_discharge_power_e6, "pctMaxDischargePower",                         \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(OBJ, OPT, S, power_monitoring_must_trip, "powerMonitoringMustTrip", ocpp2_der_curve)     \
	F(TIME, OPT, S, start_time, "startTime", 0)                                                \
	F(DEC, OPT, S, duration_e6, "duration", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_limit_max_discharge, OCPP2_L_LIMIT_MAX_DISCHARGE)

#define OCPP2_L_SET_DER_CONTROL_REQ(F, A, B, R, S)                                                 \
	F(BOOL, REQ, S, is_default, "isDefault", 0)                                                \
	F(STR, REQ, S, control_id, "controlId", 36)                                                \
	F(ENUM, REQ, S, control_type, "controlType", ocpp2_der_control_enum)                       \
	F(OBJ, OPT, S, curve, "curve", ocpp2_der_curve)                                            \
	F(OBJ, OPT, S, enter_service, "enterService", ocpp2_enter_service)                         \
	F(OBJ, OPT, S, fixed_pf_absorb, "fixedPFAbsorb", ocpp2_fixed_pf)                           \
	F(OBJ, OPT, S, fixed_pf_inject, "fixedPFInject", ocpp2_fixed_pf)                           \
	F(OBJ, OPT, S, fixed_var, "fixedVar", ocpp2_fixed_var)                                     \
	F(OBJ, OPT, S, freq_droop, "freqDroop", ocpp2_freq_droop)                                  \
	F(OBJ, OPT, S, gradient, "gradient", ocpp2_gradient)                                       \
	F(OBJ, OPT, S, limit_max_discharge, "limitMaxDischarge", ocpp2_limit_max_discharge)
OCPP2_STRUCT(ocpp2_set_der_control_req, OCPP2_L_SET_DER_CONTROL_REQ)

#define OCPP2_L_SET_DER_CONTROL_CONF(F, A, B, R, S)                                                \
	F(ENUM, REQ, S, status, "status", ocpp2_der_control_status_enum)                           \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(STRS, OPT, S, superseded_ids, "supersededIds", (36, 1, 24))
OCPP2_STRUCT(ocpp2_set_der_control_conf, OCPP2_L_SET_DER_CONTROL_CONF)

#define OCPP2_L_GET_DER_CONTROL_REQ(F, A, B, R, S)                                                 \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(BOOL, OPT, S, is_default, "isDefault", 0)                                                \
	F(ENUM, OPT, S, control_type, "controlType", ocpp2_der_control_enum)                       \
	F(STR, OPT, S, control_id, "controlId", 36)
OCPP2_STRUCT(ocpp2_get_der_control_req, OCPP2_L_GET_DER_CONTROL_REQ)

#define OCPP2_L_GET_DER_CONTROL_CONF(F, A, B, R, S)                                                \
	F(ENUM, REQ, S, status, "status", ocpp2_der_control_status_enum)                           \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_get_der_control_conf, OCPP2_L_GET_DER_CONTROL_CONF)

#define OCPP2_L_CLEAR_DER_CONTROL_REQ(F, A, B, R, S)                                               \
	F(BOOL, REQ, S, is_default, "isDefault", 0)                                                \
	F(ENUM, OPT, S, control_type, "controlType", ocpp2_der_control_enum)                       \
	F(STR, OPT, S, control_id, "controlId", 36)
OCPP2_STRUCT(ocpp2_clear_der_control_req, OCPP2_L_CLEAR_DER_CONTROL_REQ)

#define OCPP2_L_CLEAR_DER_CONTROL_CONF(F, A, B, R, S)                                              \
	F(ENUM, REQ, S, status, "status", ocpp2_der_control_status_enum)                           \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_clear_der_control_conf, OCPP2_L_CLEAR_DER_CONTROL_CONF)

#define OCPP2_L_DER_CURVE_GET(F, A, B, R, S)                                                       \
	F(OBJ, REQ, S, curve, "curve", ocpp2_der_curve)                                            \
	F(STR, REQ, S, id, "id", 36)                                                               \
	F(ENUM, REQ, S, curve_type, "curveType", ocpp2_der_control_enum)                           \
	F(BOOL, REQ, S, is_default, "isDefault", 0)                                                \
	F(BOOL, REQ, S, is_superseded, "isSuperseded", 0)
OCPP2_STRUCT(ocpp2_der_curve_get, OCPP2_L_DER_CURVE_GET)

#define OCPP2_L_ENTER_SERVICE_GET(F, A, B, R, S)                                                   \
	F(OBJ, REQ, S, enter_service, "enterService", ocpp2_enter_service)                         \
	F(STR, REQ, S, id, "id", 36)
OCPP2_STRUCT(ocpp2_enter_service_get, OCPP2_L_ENTER_SERVICE_GET)

#define OCPP2_L_FIXED_PF_GET(F, A, B, R, S)                                                        \
	F(OBJ, REQ, S, fixed_pf, "fixedPF", ocpp2_fixed_pf)                                        \
	F(STR, REQ, S, id, "id", 36)                                                               \
	F(BOOL, REQ, S, is_default, "isDefault", 0)                                                \
	F(BOOL, REQ, S, is_superseded, "isSuperseded", 0)
OCPP2_STRUCT(ocpp2_fixed_pf_get, OCPP2_L_FIXED_PF_GET)

#define OCPP2_L_FIXED_VAR_GET(F, A, B, R, S)                                                       \
	F(OBJ, REQ, S, fixed_var, "fixedVar", ocpp2_fixed_var)                                     \
	F(STR, REQ, S, id, "id", 36)                                                               \
	F(BOOL, REQ, S, is_default, "isDefault", 0)                                                \
	F(BOOL, REQ, S, is_superseded, "isSuperseded", 0)
OCPP2_STRUCT(ocpp2_fixed_var_get, OCPP2_L_FIXED_VAR_GET)

#define OCPP2_L_FREQ_DROOP_GET(F, A, B, R, S)                                                      \
	F(OBJ, REQ, S, freq_droop, "freqDroop", ocpp2_freq_droop)                                  \
	F(STR, REQ, S, id, "id", 36)                                                               \
	F(BOOL, REQ, S, is_default, "isDefault", 0)                                                \
	F(BOOL, REQ, S, is_superseded, "isSuperseded", 0)
OCPP2_STRUCT(ocpp2_freq_droop_get, OCPP2_L_FREQ_DROOP_GET)

#define OCPP2_L_GRADIENT_GET(F, A, B, R, S)                                                        \
	F(OBJ, REQ, S, gradient, "gradient", ocpp2_gradient)                                       \
	F(STR, REQ, S, id, "id", 36)
OCPP2_STRUCT(ocpp2_gradient_get, OCPP2_L_GRADIENT_GET)

#define OCPP2_L_LIMIT_MAX_DISCHARGE_GET(F, A, B, R, S)                                             \
	F(STR, REQ, S, id, "id", 36)                                                               \
	F(BOOL, REQ, S, is_default, "isDefault", 0)                                                \
	F(BOOL, REQ, S, is_superseded, "isSuperseded", 0)                                          \
	F(OBJ, REQ, S, limit_max_discharge, "limitMaxDischarge", ocpp2_limit_max_discharge)
OCPP2_STRUCT(ocpp2_limit_max_discharge_get, OCPP2_L_LIMIT_MAX_DISCHARGE_GET)

#define OCPP2_L_REPORT_DER_CONTROL_REQ(F, A, B, R, S)                                              \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(LIST, OPT, S, curve, "curve", (ocpp2_der_curve_get, 1, 24))                              \
	F(LIST, OPT, S, enter_service, "enterService", (ocpp2_enter_service_get, 1, 24))           \
	F(LIST, OPT, S, fixed_pf_absorb, "fixedPFAbsorb", (ocpp2_fixed_pf_get, 1, 24))             \
	F(LIST, OPT, S, fixed_pf_inject, "fixedPFInject", (ocpp2_fixed_pf_get, 1, 24))             \
	F(LIST, OPT, S, fixed_var, "fixedVar", (ocpp2_fixed_var_get, 1, 24))                       \
	F(LIST, OPT, S, freq_droop, "freqDroop", (ocpp2_freq_droop_get, 1, 24))                    \
	F(LIST, OPT, S, gradient, "gradient", (ocpp2_gradient_get, 1, 24))                         \
	F(LIST, OPT, S, limit_max_discharge, "limitMaxDischarge",                                  \
		(ocpp2_limit_max_discharge_get, 1, 24))                                            \
	F(BOOL, OPT, S, tbc, "tbc", 0)
OCPP2_STRUCT(ocpp2_report_der_control_req, OCPP2_L_REPORT_DER_CONTROL_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_report_der_control_conf)

#define OCPP2_L_NOTIFY_DER_ALARM_REQ(F, A, B, R, S)                                                \
	F(ENUM, REQ, S, control_type, "controlType", ocpp2_der_control_enum)                       \
	F(TIME, REQ, S, timestamp, "timestamp", 0)                                                 \
	F(ENUM, OPT, S, grid_event_fault, "gridEventFault", ocpp2_grid_event_fault_enum)           \
	F(BOOL, OPT, S, alarm_ended, "alarmEnded", 0)                                              \
	F(STR, OPT, S, extra_info, "extraInfo", 200)
OCPP2_STRUCT(ocpp2_notify_der_alarm_req, OCPP2_L_NOTIFY_DER_ALARM_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_der_alarm_conf)

#define OCPP2_L_NOTIFY_DER_START_STOP_REQ(F, A, B, R, S)                                           \
	F(STR, REQ, S, control_id, "controlId", 36)                                                \
	F(BOOL, REQ, S, started, "started", 0)                                                     \
	F(TIME, REQ, S, timestamp, "timestamp", 0)                                                 \
	F(STRS, OPT, S, superseded_ids, "supersededIds", (36, 1, 24))
OCPP2_STRUCT(ocpp2_notify_der_start_stop_req, OCPP2_L_NOTIFY_DER_START_STOP_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_der_start_stop_conf)
/* clang-format on */
