/* transaction.h - OCPP 2.0.1 and 2.1, blocks E, F, I, J: transactions, readings, cost. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_LOCATION(E, B, P)                                                                  \
	E(P, BODY, "Body")                                                                         \
	E(P, CABLE, "Cable")                                                                       \
	E(P, EV, "EV")                                                                             \
	E(P, INLET, "Inlet")                                                                       \
	E(P, OUTLET, "Outlet")                                                                     \
	B(P, UPSTREAM, "Upstream")
OCPP2_ENUM(ocpp2_location_enum, LOCATION)

#define OCPP2_E_MEASURAND(E, B, P)                                                                 \
	E(P, CURRENT_EXPORT, "Current.Export")                                                     \
	E(P, CURRENT_IMPORT, "Current.Import")                                                     \
	E(P, CURRENT_OFFERED, "Current.Offered")                                                   \
	E(P, ENERGY_ACTIVE_EXPORT_REGISTER, "Energy.Active.Export.Register")                       \
	E(P, ENERGY_ACTIVE_IMPORT_REGISTER, "Energy.Active.Import.Register")                       \
	E(P, ENERGY_REACTIVE_EXPORT_REGISTER, "Energy.Reactive.Export.Register")                   \
	E(P, ENERGY_REACTIVE_IMPORT_REGISTER, "Energy.Reactive.Import.Register")                   \
	E(P, ENERGY_ACTIVE_EXPORT_INTERVAL, "Energy.Active.Export.Interval")                       \
	E(P, ENERGY_ACTIVE_IMPORT_INTERVAL, "Energy.Active.Import.Interval")                       \
	E(P, ENERGY_ACTIVE_NET, "Energy.Active.Net")                                               \
	E(P, ENERGY_REACTIVE_EXPORT_INTERVAL, "Energy.Reactive.Export.Interval")                   \
	E(P, ENERGY_REACTIVE_IMPORT_INTERVAL, "Energy.Reactive.Import.Interval")                   \
	E(P, ENERGY_REACTIVE_NET, "Energy.Reactive.Net")                                           \
	E(P, ENERGY_APPARENT_NET, "Energy.Apparent.Net")                                           \
	E(P, ENERGY_APPARENT_IMPORT, "Energy.Apparent.Import")                                     \
	E(P, ENERGY_APPARENT_EXPORT, "Energy.Apparent.Export")                                     \
	E(P, FREQUENCY, "Frequency")                                                               \
	E(P, POWER_ACTIVE_EXPORT, "Power.Active.Export")                                           \
	E(P, POWER_ACTIVE_IMPORT, "Power.Active.Import")                                           \
	E(P, POWER_FACTOR, "Power.Factor")                                                         \
	E(P, POWER_OFFERED, "Power.Offered")                                                       \
	E(P, POWER_REACTIVE_EXPORT, "Power.Reactive.Export")                                       \
	E(P, POWER_REACTIVE_IMPORT, "Power.Reactive.Import")                                       \
	E(P, SO_C, "SoC")                                                                          \
	E(P, VOLTAGE, "Voltage")                                                                   \
	B(P, CURRENT_EXPORT_OFFERED, "Current.Export.Offered")                                     \
	B(P, CURRENT_EXPORT_MINIMUM, "Current.Export.Minimum")                                     \
	B(P, CURRENT_IMPORT_OFFERED, "Current.Import.Offered")                                     \
	B(P, CURRENT_IMPORT_MINIMUM, "Current.Import.Minimum")                                     \
	B(P, DISPLAY_PRESENT_SOC, "Display.PresentSOC")                                            \
	B(P, DISPLAY_MINIMUM_SOC, "Display.MinimumSOC")                                            \
	B(P, DISPLAY_TARGET_SOC, "Display.TargetSOC")                                              \
	B(P, DISPLAY_MAXIMUM_SOC, "Display.MaximumSOC")                                            \
	B(P, DISPLAY_REMAINING_TIME_TO_MINIMUM_SOC, "Display.RemainingTimeToMinimumSOC")           \
	B(P, DISPLAY_REMAINING_TIME_TO_TARGET_SOC, "Display.RemainingTimeToTargetSOC")             \
	B(P, DISPLAY_REMAINING_TIME_TO_MAXIMUM_SOC, "Display.RemainingTimeToMaximumSOC")           \
	B(P, DISPLAY_CHARGING_COMPLETE, "Display.ChargingComplete")                                \
	B(P, DISPLAY_BATTERY_ENERGY_CAPACITY, "Display.BatteryEnergyCapacity")                     \
	B(P, DISPLAY_INLET_HOT, "Display.InletHot")                                                \
	B(P, ENERGY_ACTIVE_IMPORT_CABLE_LOSS, "Energy.Active.Import.CableLoss")                    \
	B(P, ENERGY_ACTIVE_IMPORT_LOCAL_GENERATION_REGISTER,                                       \
		"Energy.Active.Import.LocalGeneration.Register")                                   \
	B(P, ENERGY_ACTIVE_SETPOINT_INTERVAL, "Energy.Active.Setpoint.Interval")                   \
	B(P, ENERGY_REQUEST_TARGET, "EnergyRequest.Target")                                        \
	B(P, ENERGY_REQUEST_MINIMUM, "EnergyRequest.Minimum")                                      \
	B(P, ENERGY_REQUEST_MAXIMUM, "EnergyRequest.Maximum")                                      \
	B(P, ENERGY_REQUEST_MINIMUM_V2_X, "EnergyRequest.Minimum.V2X")                             \
	B(P, ENERGY_REQUEST_MAXIMUM_V2_X, "EnergyRequest.Maximum.V2X")                             \
	B(P, ENERGY_REQUEST_BULK, "EnergyRequest.Bulk")                                            \
	B(P, POWER_ACTIVE_SETPOINT, "Power.Active.Setpoint")                                       \
	B(P, POWER_ACTIVE_RESIDUAL, "Power.Active.Residual")                                       \
	B(P, POWER_EXPORT_MINIMUM, "Power.Export.Minimum")                                         \
	B(P, POWER_EXPORT_OFFERED, "Power.Export.Offered")                                         \
	B(P, POWER_IMPORT_OFFERED, "Power.Import.Offered")                                         \
	B(P, POWER_IMPORT_MINIMUM, "Power.Import.Minimum")                                         \
	B(P, VOLTAGE_MINIMUM, "Voltage.Minimum")                                                   \
	B(P, VOLTAGE_MAXIMUM, "Voltage.Maximum")
OCPP2_ENUM(ocpp2_measurand_enum, MEASURAND)

#define OCPP2_E_PHASE(E, B, P)                                                                     \
	E(P, L1, "L1")                                                                             \
	E(P, L2, "L2")                                                                             \
	E(P, L3, "L3")                                                                             \
	E(P, N, "N")                                                                               \
	E(P, L1_N, "L1-N")                                                                         \
	E(P, L2_N, "L2-N")                                                                         \
	E(P, L3_N, "L3-N")                                                                         \
	E(P, L1_L2, "L1-L2")                                                                       \
	E(P, L2_L3, "L2-L3")                                                                       \
	E(P, L3_L1, "L3-L1")
OCPP2_ENUM(ocpp2_phase_enum, PHASE)

#define OCPP2_E_READING_CONTEXT(E, B, P)                                                           \
	E(P, INTERRUPTION_BEGIN, "Interruption.Begin")                                             \
	E(P, INTERRUPTION_END, "Interruption.End")                                                 \
	E(P, OTHER, "Other")                                                                       \
	E(P, SAMPLE_CLOCK, "Sample.Clock")                                                         \
	E(P, SAMPLE_PERIODIC, "Sample.Periodic")                                                   \
	E(P, TRANSACTION_BEGIN, "Transaction.Begin")                                               \
	E(P, TRANSACTION_END, "Transaction.End")                                                   \
	E(P, TRIGGER, "Trigger")
OCPP2_ENUM(ocpp2_reading_context_enum, READING_CONTEXT)

#define OCPP2_E_REQUEST_START_STOP_STATUS(E, B, P)                                                 \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_request_start_stop_status_enum, REQUEST_START_STOP_STATUS)

#define OCPP2_E_CHARGING_STATE(E, B, P)                                                            \
	E(P, CHARGING, "Charging")                                                                 \
	E(P, EV_CONNECTED, "EVConnected")                                                          \
	E(P, SUSPENDED_EV, "SuspendedEV")                                                          \
	E(P, SUSPENDED_EVSE, "SuspendedEVSE")                                                      \
	E(P, IDLE, "Idle")
OCPP2_ENUM(ocpp2_charging_state_enum, CHARGING_STATE)

#define OCPP2_E_REASON(E, B, P)                                                                    \
	E(P, DE_AUTHORIZED, "DeAuthorized")                                                        \
	E(P, EMERGENCY_STOP, "EmergencyStop")                                                      \
	E(P, ENERGY_LIMIT_REACHED, "EnergyLimitReached")                                           \
	E(P, EV_DISCONNECTED, "EVDisconnected")                                                    \
	E(P, GROUND_FAULT, "GroundFault")                                                          \
	E(P, IMMEDIATE_RESET, "ImmediateReset")                                                    \
	E(P, LOCAL, "Local")                                                                       \
	E(P, LOCAL_OUT_OF_CREDIT, "LocalOutOfCredit")                                              \
	E(P, MASTER_PASS, "MasterPass")                                                            \
	E(P, OTHER, "Other")                                                                       \
	E(P, OVERCURRENT_FAULT, "OvercurrentFault")                                                \
	E(P, POWER_LOSS, "PowerLoss")                                                              \
	E(P, POWER_QUALITY, "PowerQuality")                                                        \
	E(P, REBOOT, "Reboot")                                                                     \
	E(P, REMOTE, "Remote")                                                                     \
	E(P, SOC_LIMIT_REACHED, "SOCLimitReached")                                                 \
	E(P, STOPPED_BY_EV, "StoppedByEV")                                                         \
	E(P, TIME_LIMIT_REACHED, "TimeLimitReached")                                               \
	E(P, TIMEOUT, "Timeout")                                                                   \
	B(P, REQ_ENERGY_TRANSFER_REJECTED, "ReqEnergyTransferRejected")
OCPP2_ENUM(ocpp2_reason_enum, REASON)

#define OCPP2_E_TRANSACTION_EVENT(E, B, P)                                                         \
	E(P, ENDED, "Ended")                                                                       \
	E(P, STARTED, "Started")                                                                   \
	E(P, UPDATED, "Updated")
OCPP2_ENUM(ocpp2_transaction_event_enum, TRANSACTION_EVENT)

#define OCPP2_E_TRIGGER_REASON(E, B, P)                                                            \
	E(P, AUTHORIZED, "Authorized")                                                             \
	E(P, CABLE_PLUGGED_IN, "CablePluggedIn")                                                   \
	E(P, CHARGING_RATE_CHANGED, "ChargingRateChanged")                                         \
	E(P, CHARGING_STATE_CHANGED, "ChargingStateChanged")                                       \
	E(P, DEAUTHORIZED, "Deauthorized")                                                         \
	E(P, ENERGY_LIMIT_REACHED, "EnergyLimitReached")                                           \
	E(P, EV_COMMUNICATION_LOST, "EVCommunicationLost")                                         \
	E(P, EV_CONNECT_TIMEOUT, "EVConnectTimeout")                                               \
	E(P, METER_VALUE_CLOCK, "MeterValueClock")                                                 \
	E(P, METER_VALUE_PERIODIC, "MeterValuePeriodic")                                           \
	E(P, TIME_LIMIT_REACHED, "TimeLimitReached")                                               \
	E(P, TRIGGER, "Trigger")                                                                   \
	E(P, UNLOCK_COMMAND, "UnlockCommand")                                                      \
	E(P, STOP_AUTHORIZED, "StopAuthorized")                                                    \
	E(P, EV_DEPARTED, "EVDeparted")                                                            \
	E(P, EV_DETECTED, "EVDetected")                                                            \
	E(P, REMOTE_STOP, "RemoteStop")                                                            \
	E(P, REMOTE_START, "RemoteStart")                                                          \
	E(P, ABNORMAL_CONDITION, "AbnormalCondition")                                              \
	E(P, SIGNED_DATA_RECEIVED, "SignedDataReceived")                                           \
	E(P, RESET_COMMAND, "ResetCommand")                                                        \
	B(P, COST_LIMIT_REACHED, "CostLimitReached")                                               \
	B(P, LIMIT_SET, "LimitSet")                                                                \
	B(P, OPERATION_MODE_CHANGED, "OperationModeChanged")                                       \
	B(P, RUNNING_COST, "RunningCost")                                                          \
	B(P, SO_C_LIMIT_REACHED, "SoCLimitReached")                                                \
	B(P, TARIFF_CHANGED, "TariffChanged")                                                      \
	B(P, TARIFF_NOT_ACCEPTED, "TariffNotAccepted")                                             \
	B(P, TX_RESUMED, "TxResumed")
OCPP2_ENUM(ocpp2_trigger_reason_enum, TRIGGER_REASON)

#define OCPP2_E_COST_DIMENSION(E, B, P)                                                            \
	E(P, ENERGY, "Energy")                                                                     \
	E(P, MAX_CURRENT, "MaxCurrent")                                                            \
	E(P, MIN_CURRENT, "MinCurrent")                                                            \
	E(P, MAX_POWER, "MaxPower")                                                                \
	E(P, MIN_POWER, "MinPower")                                                                \
	E(P, IDLE_T_IME, "IdleTIme")                                                               \
	E(P, CHARGING_TIME, "ChargingTime")
OCPP2_ENUM(ocpp2_cost_dimension_enum, COST_DIMENSION)

#define OCPP2_E_PRECONDITIONING_STATUS(E, B, P)                                                    \
	E(P, UNKNOWN, "Unknown")                                                                   \
	E(P, READY, "Ready")                                                                       \
	E(P, NOT_READY, "NotReady")                                                                \
	E(P, PRECONDITIONING, "Preconditioning")
OCPP2_ENUM(ocpp2_preconditioning_status_enum, PRECONDITIONING_STATUS)

#define OCPP2_E_TARIFF_COST(E, B, P)                                                               \
	E(P, NORMAL_COST, "NormalCost")                                                            \
	E(P, MIN_COST, "MinCost")                                                                  \
	E(P, MAX_COST, "MaxCost")
OCPP2_ENUM(ocpp2_tariff_cost_enum, TARIFF_COST)

#define OCPP2_L_SIGNED_METER_VALUE(F, A, B, R, S)                                                  \
	B(STR, REQ, S, signed_meter_data, "signedMeterData", 32768)                                \
	R(STR, REQ, S, signed_meter_data, "signedMeterData", 2500)                                 \
	F(STR, REQ, S, encoding_method, "encodingMethod", 50)                                      \
	B(STR, OPT, S, signing_method, "signingMethod", 50)                                        \
	R(STR, MUST, S, signing_method, "signingMethod", 50)                                       \
	B(STR, OPT, S, public_key, "publicKey", 2500)                                              \
	R(STR, MUST, S, public_key, "publicKey", 2500)
OCPP2_STRUCT(ocpp2_signed_meter_value, OCPP2_L_SIGNED_METER_VALUE)

#define OCPP2_L_UNIT_OF_MEASURE(F, A, B, R, S)                                                     \
	F(STR, OPT, S, unit, "unit", 20)                                                           \
	F(INT, OPT, S, multiplier, "multiplier", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_unit_of_measure, OCPP2_L_UNIT_OF_MEASURE)

#define OCPP2_L_SAMPLED_VALUE(F, A, B, R, S)                                                       \
	F(DEC, REQ, S, value_e6, "value", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                      \
	F(ENUM, OPT, S, context, "context", ocpp2_reading_context_enum)                            \
	F(ENUM, OPT, S, measurand, "measurand", ocpp2_measurand_enum)                              \
	F(ENUM, OPT, S, phase, "phase", ocpp2_phase_enum)                                          \
	F(ENUM, OPT, S, location, "location", ocpp2_location_enum)                                 \
	F(OBJ, OPT, S, signed_meter_value, "signedMeterValue", ocpp2_signed_meter_value)           \
	F(OBJ, OPT, S, unit_of_measure, "unitOfMeasure", ocpp2_unit_of_measure)
OCPP2_STRUCT(ocpp2_sampled_value, OCPP2_L_SAMPLED_VALUE)

#define OCPP2_L_METER_VALUE(F, A, B, R, S)                                                         \
	F(LIST, REQ, S, sampled_value, "sampledValue",                                             \
		(ocpp2_sampled_value, 1, OCPP2_ITEMS_MAX))                                         \
	F(TIME, REQ, S, timestamp, "timestamp", 0)
OCPP2_STRUCT(ocpp2_meter_value, OCPP2_L_METER_VALUE)

#define OCPP2_L_TRANSACTION_LIMIT(F, A, B, R, S)                                                   \
	F(DEC, OPT, S, max_cost_e5, "maxCost", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                 \
	F(DEC, OPT, S, max_energy_e5, "maxEnergy", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(INT, OPT, S, max_time, "maxTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                       \
	F(INT, OPT, S, max_soc, "maxSoC", (0, 100))
OCPP2_STRUCT(ocpp2_transaction_limit, OCPP2_L_TRANSACTION_LIMIT)

#define OCPP2_L_TRANSACTION(F, A, B, R, S)                                                         \
	F(STR, REQ, S, transaction_id, "transactionId", 36)                                        \
	F(ENUM, OPT, S, charging_state, "chargingState", ocpp2_charging_state_enum)                \
	F(INT, OPT, S, time_spent_charging, "timeSpentCharging",                                   \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))                                                   \
	F(ENUM, OPT, S, stopped_reason, "stoppedReason", ocpp2_reason_enum)                        \
	F(INT, OPT, S, remote_start_id, "remoteStartId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))          \
	B(ENUM, OPT, S, operation_mode, "operationMode", ocpp2_operation_mode_enum)                \
	B(STR, OPT, S, tariff_id, "tariffId", 60)                                                  \
	B(OBJ, OPT, S, transaction_limit, "transactionLimit", ocpp2_transaction_limit)
OCPP2_STRUCT(ocpp2_transaction, OCPP2_L_TRANSACTION)

#define OCPP2_L_COST_DIMENSION(F, A, B, R, S)                                                      \
	F(ENUM, REQ, S, type, "type", ocpp2_cost_dimension_enum)                                   \
	F(DEC, REQ, S, volume_e6, "volume", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_cost_dimension, OCPP2_L_COST_DIMENSION)

#define OCPP2_L_CHARGING_PERIOD(F, A, B, R, S)                                                     \
	F(TIME, REQ, S, start_period, "startPeriod", 0)                                            \
	F(LIST, OPT, S, dimensions, "dimensions", (ocpp2_cost_dimension, 1, OCPP2_ITEMS_MAX))      \
	F(STR, OPT, S, tariff_id, "tariffId", 60)
OCPP2_STRUCT(ocpp2_charging_period, OCPP2_L_CHARGING_PERIOD)

#define OCPP2_L_TOTAL_PRICE(F, A, B, R, S)                                                         \
	F(DEC, OPT, S, excl_tax_e5, "exclTax", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                 \
	F(DEC, OPT, S, incl_tax_e5, "inclTax", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_total_price, OCPP2_L_TOTAL_PRICE)

#define OCPP2_L_TOTAL_COST(F, A, B, R, S)                                                          \
	F(STR, REQ, S, currency, "currency", 3)                                                    \
	F(ENUM, REQ, S, type_of_cost, "typeOfCost", ocpp2_tariff_cost_enum)                        \
	F(OBJ, REQ, S, total, "total", ocpp2_total_price)                                          \
	F(OBJ, OPT, S, fixed, "fixed", ocpp2_price)                                                \
	F(OBJ, OPT, S, energy, "energy", ocpp2_price)                                              \
	F(OBJ, OPT, S, charging_time, "chargingTime", ocpp2_price)                                 \
	F(OBJ, OPT, S, idle_time, "idleTime", ocpp2_price)                                         \
	F(OBJ, OPT, S, reservation_time, "reservationTime", ocpp2_price)                           \
	F(OBJ, OPT, S, reservation_fixed, "reservationFixed", ocpp2_price)
OCPP2_STRUCT(ocpp2_total_cost, OCPP2_L_TOTAL_COST)

#define OCPP2_L_TOTAL_USAGE(F, A, B, R, S)                                                         \
	F(DEC, REQ, S, energy_e5, "energy", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                    \
	F(INT, REQ, S, charging_time, "chargingTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))             \
	F(INT, REQ, S, idle_time, "idleTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                     \
	F(INT, OPT, S, reservation_time, "reservationTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_total_usage, OCPP2_L_TOTAL_USAGE)

#define OCPP2_L_COST_DETAILS(F, A, B, R, S)                                                        \
	F(OBJ, REQ, S, total_cost, "totalCost", ocpp2_total_cost)                                  \
	F(OBJ, REQ, S, total_usage, "totalUsage", ocpp2_total_usage)                               \
	F(LIST, OPT, S, charging_periods, "chargingPeriods",                                       \
		(ocpp2_charging_period, 1, OCPP2_ITEMS_MAX))                                       \
	F(BOOL, OPT, S, failure_to_calculate, "failureToCalculate", 0)                             \
	F(STR, OPT, S, failure_reason, "failureReason", 500)
OCPP2_STRUCT(ocpp2_cost_details, OCPP2_L_COST_DETAILS)

#define OCPP2_L_TRANSACTION_EVENT_REQ(F, A, B, R, S)                                               \
	F(ENUM, REQ, S, event_type, "eventType", ocpp2_transaction_event_enum)                     \
	F(TIME, REQ, S, timestamp, "timestamp", 0)                                                 \
	F(ENUM, REQ, S, trigger_reason, "triggerReason", ocpp2_trigger_reason_enum)                \
	F(INT, REQ, S, seq_no, "seqNo", (0, OCPP2_INT_MAX))                                        \
	F(OBJ, REQ, S, transaction_info, "transactionInfo", ocpp2_transaction)                     \
	F(LIST, OPT, S, meter_value, "meterValue", (ocpp2_meter_value, 1, OCPP2_ITEMS_MAX))        \
	F(BOOL, OPT, S, offline, "offline", 0)                                                     \
	F(INT, OPT, S, number_of_phases_used, "numberOfPhasesUsed", (0, 3))                        \
	F(INT, OPT, S, cable_max_current, "cableMaxCurrent", (-OCPP2_INT_MAX, OCPP2_INT_MAX))      \
	F(INT, OPT, S, reservation_id, "reservationId", (0, OCPP2_INT_MAX))                        \
	F(OBJ, OPT, S, evse, "evse", ocpp2_evse)                                                   \
	F(OBJ, OPT, S, id_token, "idToken", ocpp2_id_token)                                        \
	B(OBJ, OPT, S, cost_details, "costDetails", ocpp2_cost_details)                            \
	B(ENUM, OPT, S, preconditioning_status, "preconditioningStatus",                           \
		ocpp2_preconditioning_status_enum)                                                 \
	B(BOOL, OPT, S, evse_sleep, "evseSleep", 0)
OCPP2_STRUCT(ocpp2_transaction_event_req, OCPP2_L_TRANSACTION_EVENT_REQ)

#define OCPP2_L_TRANSACTION_EVENT_CONF(F, A, B, R, S)                                              \
	F(DEC, OPT, S, total_cost_e5, "totalCost", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(INT, OPT, S, charging_priority, "chargingPriority", (-OCPP2_INT_MAX, OCPP2_INT_MAX))     \
	F(OBJ, OPT, S, id_token_info, "idTokenInfo", ocpp2_id_token_info)                          \
	F(OBJ, OPT, S, updated_personal_message, "updatedPersonalMessage",                         \
		ocpp2_message_content)                                                             \
	B(OBJ, OPT, S, transaction_limit, "transactionLimit", ocpp2_transaction_limit)             \
	B(LIST, OPT, S, updated_personal_message_extra, "updatedPersonalMessageExtra",             \
		(ocpp2_message_content, 1, 4))
OCPP2_STRUCT(ocpp2_transaction_event_conf, OCPP2_L_TRANSACTION_EVENT_CONF)

#define OCPP2_L_GET_TRANSACTION_STATUS_REQ(F, A, B, R, S)                                          \
	F(STR, OPT, S, transaction_id, "transactionId", 36)
OCPP2_STRUCT(ocpp2_get_transaction_status_req, OCPP2_L_GET_TRANSACTION_STATUS_REQ)

#define OCPP2_L_GET_TRANSACTION_STATUS_CONF(F, A, B, R, S)                                         \
	F(BOOL, REQ, S, messages_in_queue, "messagesInQueue", 0)                                   \
	F(BOOL, OPT, S, ongoing_indicator, "ongoingIndicator", 0)
OCPP2_STRUCT(ocpp2_get_transaction_status_conf, OCPP2_L_GET_TRANSACTION_STATUS_CONF)

#define OCPP2_L_METER_VALUES_REQ(F, A, B, R, S)                                                    \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(LIST, REQ, S, meter_value, "meterValue", (ocpp2_meter_value, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_meter_values_req, OCPP2_L_METER_VALUES_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_meter_values_conf)

#define OCPP2_L_REQUEST_START_TRANSACTION_REQ(F, A, B, R, S)                                       \
	F(OBJ, REQ, S, id_token, "idToken", ocpp2_id_token)                                        \
	F(INT, REQ, S, remote_start_id, "remoteStartId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))          \
	F(INT, OPT, S, evse_id, "evseId", (1, OCPP2_INT_MAX))                                      \
	F(OBJ, OPT, S, group_id_token, "groupIdToken", ocpp2_id_token)                             \
	F(OBJ, OPT, S, charging_profile, "chargingProfile", ocpp2_charging_profile)
OCPP2_STRUCT(ocpp2_request_start_transaction_req, OCPP2_L_REQUEST_START_TRANSACTION_REQ)

#define OCPP2_L_REQUEST_START_TRANSACTION_CONF(F, A, B, R, S)                                      \
	F(ENUM, REQ, S, status, "status", ocpp2_request_start_stop_status_enum)                    \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(STR, OPT, S, transaction_id, "transactionId", 36)
OCPP2_STRUCT(ocpp2_request_start_transaction_conf, OCPP2_L_REQUEST_START_TRANSACTION_CONF)

#define OCPP2_L_REQUEST_STOP_TRANSACTION_REQ(F, A, B, R, S)                                        \
	F(STR, REQ, S, transaction_id, "transactionId", 36)
OCPP2_STRUCT(ocpp2_request_stop_transaction_req, OCPP2_L_REQUEST_STOP_TRANSACTION_REQ)

#define OCPP2_L_REQUEST_STOP_TRANSACTION_CONF(F, A, B, R, S)                                       \
	F(ENUM, REQ, S, status, "status", ocpp2_request_start_stop_status_enum)                    \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_request_stop_transaction_conf, OCPP2_L_REQUEST_STOP_TRANSACTION_CONF)

#define OCPP2_L_COST_UPDATED_REQ(F, A, B, R, S)                                                    \
	F(DEC, REQ, S, total_cost_e5, "totalCost", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(STR, REQ, S, transaction_id, "transactionId", 36)
OCPP2_STRUCT(ocpp2_cost_updated_req, OCPP2_L_COST_UPDATED_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_cost_updated_conf)
/* clang-format on */
