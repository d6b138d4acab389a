/* needs.h - OCPP 2.0.1 and 2.1, blocks K and Q: what a vehicle needs, plans and may give back. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_NOTIFY_EV_CHARGING_NEEDS_STATUS(E, B, P)                                           \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, PROCESSING, "Processing")                                                             \
	B(P, NO_CHARGING_PROFILE, "NoChargingProfile")
OCPP2_ENUM(ocpp2_notify_ev_charging_needs_status_enum, NOTIFY_EV_CHARGING_NEEDS_STATUS)

#define OCPP2_E_NOTIFY_ALLOWED_ENERGY_TRANSFER_STATUS(E, B, P)                                     \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_notify_allowed_energy_transfer_status_enum, NOTIFY_ALLOWED_ENERGY_TRANSFER_STATUS)

#define OCPP2_E_CONTROL_MODE(E, B, P)                                                              \
	E(P, SCHEDULED_CONTROL, "ScheduledControl")                                                \
	E(P, DYNAMIC_CONTROL, "DynamicControl")
OCPP2_ENUM(ocpp2_control_mode_enum, CONTROL_MODE)

#define OCPP2_E_ISLANDING_DETECTION(E, B, P)                                                       \
	E(P, NO_ANTI_ISLANDING_SUPPORT, "NoAntiIslandingSupport")                                  \
	E(P, RO_CO_F, "RoCoF")                                                                     \
	E(P, UVP_OVP, "UVP_OVP")                                                                   \
	E(P, UFP_OFP, "UFP_OFP")                                                                   \
	E(P, VOLTAGE_VECTOR_SHIFT, "VoltageVectorShift")                                           \
	E(P, ZERO_CROSSING_DETECTION, "ZeroCrossingDetection")                                     \
	E(P, OTHER_PASSIVE, "OtherPassive")                                                        \
	E(P, IMPEDANCE_MEASUREMENT, "ImpedanceMeasurement")                                        \
	E(P, IMPEDANCE_AT_FREQUENCY, "ImpedanceAtFrequency")                                       \
	E(P, SLIP_MODE_FREQUENCY_SHIFT, "SlipModeFrequencyShift")                                  \
	E(P, SANDIA_FREQUENCY_SHIFT, "SandiaFrequencyShift")                                       \
	E(P, SANDIA_VOLTAGE_SHIFT, "SandiaVoltageShift")                                           \
	E(P, FREQUENCY_JUMP, "FrequencyJump")                                                      \
	E(P, RCLQ_FACTOR, "RCLQFactor")                                                            \
	E(P, OTHER_ACTIVE, "OtherActive")
OCPP2_ENUM(ocpp2_islanding_detection_enum, ISLANDING_DETECTION)

#define OCPP2_E_MOBILITY_NEEDS_MODE(E, B, P)                                                       \
	E(P, EVCC, "EVCC")                                                                         \
	E(P, EVCC_SECC, "EVCC_SECC")
OCPP2_ENUM(ocpp2_mobility_needs_mode_enum, MOBILITY_NEEDS_MODE)

#define OCPP2_L_AC_CHARGING_PARAMETERS(F, A, B, R, S)                                              \
	A(INT, REQ, S, energy_amount, "energyAmount", (-OCPP2_INT_MAX, OCPP2_INT_MAX))             \
	B(DEC, REQ, S, energy_amount_e6, "energyAmount", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))       \
	A(INT, REQ, S, ev_min_current, "evMinCurrent", (-OCPP2_INT_MAX, OCPP2_INT_MAX))            \
	B(DEC, REQ, S, ev_min_current_e6, "evMinCurrent", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))      \
	A(INT, REQ, S, ev_max_current, "evMaxCurrent", (-OCPP2_INT_MAX, OCPP2_INT_MAX))            \
	B(DEC, REQ, S, ev_max_current_e6, "evMaxCurrent", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))      \
	A(INT, REQ, S, ev_max_voltage, "evMaxVoltage", (-OCPP2_INT_MAX, OCPP2_INT_MAX))            \
	B(DEC, REQ, S, ev_max_voltage_e6, "evMaxVoltage", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_ac_charging_parameters, OCPP2_L_AC_CHARGING_PARAMETERS)

#define OCPP2_L_DC_CHARGING_PARAMETERS(F, A, B, R, S)                                              \
	A(INT, REQ, S, ev_max_current, "evMaxCurrent", (-OCPP2_INT_MAX, OCPP2_INT_MAX))            \
	B(DEC, REQ, S, ev_max_current_e6, "evMaxCurrent", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))      \
	A(INT, REQ, S, ev_max_voltage, "evMaxVoltage", (-OCPP2_INT_MAX, OCPP2_INT_MAX))            \
	B(DEC, REQ, S, ev_max_voltage_e6, "evMaxVoltage", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))      \
	A(INT, OPT, S, energy_amount, "energyAmount", (-OCPP2_INT_MAX, OCPP2_INT_MAX))             \
	B(DEC, OPT, S, energy_amount_e6, "energyAmount", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))       \
	A(INT, OPT, S, ev_max_power, "evMaxPower", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                \
	B(DEC, OPT, S, ev_max_power_e6, "evMaxPower", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))          \
	F(INT, OPT, S, state_of_charge, "stateOfCharge", (0, 100))                                 \
	A(INT, OPT, S, ev_energy_capacity, "evEnergyCapacity", (-OCPP2_INT_MAX, OCPP2_INT_MAX))    \
	B(DEC, OPT, S, ev_energy_capacity_e6, "evEnergyCapacity",                                  \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(INT, OPT, S, full_soc, "fullSoC", (0, 100))                                              \
	F(INT, OPT, S, bulk_soc, "bulkSoC", (0, 100))
OCPP2_STRUCT(ocpp2_dc_charging_parameters, OCPP2_L_DC_CHARGING_PARAMETERS)

#define OCPP2_L_DER_CHARGING_PARAMETERS(F, A, B, R, S)                                             \
	F(WORDS, OPT, S, ev_supported_der_control, "evSupportedDERControl",                        \
		(ocpp2_der_control_enum, 1, OCPP2_ITEMS_MAX))                                      \
	F(DEC, OPT, S, ev_over_excited_max_discharge_power_e6, "evOverExcitedMaxDischargePower",   \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_over_excited_power_factor_e6, "evOverExcitedPowerFactor",                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_under_excited_max_discharge_power_e6, "evUnderExcitedMaxDischargePower", \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_under_excited_power_factor_e6, "evUnderExcitedPowerFactor",              \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_apparent_power_e6, "maxApparentPower",                                  \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_apparent_power_e6, "maxChargeApparentPower",                     \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_apparent_power_l2_e6, "maxChargeApparentPower_L2",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_apparent_power_l3_e6, "maxChargeApparentPower_L3",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_apparent_power_e6, "maxDischargeApparentPower",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_apparent_power_l2_e6, "maxDischargeApparentPower_L2",         \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_apparent_power_l3_e6, "maxDischargeApparentPower_L3",         \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_reactive_power_e6, "maxChargeReactivePower",                     \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_reactive_power_l2_e6, "maxChargeReactivePower_L2",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_reactive_power_l3_e6, "maxChargeReactivePower_L3",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_charge_reactive_power_e6, "minChargeReactivePower",                     \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_charge_reactive_power_l2_e6, "minChargeReactivePower_L2",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_charge_reactive_power_l3_e6, "minChargeReactivePower_L3",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_reactive_power_e6, "maxDischargeReactivePower",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_reactive_power_l2_e6, "maxDischargeReactivePower_L2",         \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_reactive_power_l3_e6, "maxDischargeReactivePower_L3",         \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_discharge_reactive_power_e6, "minDischargeReactivePower",               \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_discharge_reactive_power_l2_e6, "minDischargeReactivePower_L2",         \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_discharge_reactive_power_l3_e6, "minDischargeReactivePower_L3",         \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, nominal_voltage_e6, "nominalVoltage",                                       \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, nominal_voltage_offset_e6, "nominalVoltageOffset",                          \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_nominal_voltage_e6, "maxNominalVoltage",                                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_nominal_voltage_e6, "minNominalVoltage",                                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(STR, OPT, S, ev_inverter_manufacturer, "evInverterManufacturer", 50)                     \
	F(STR, OPT, S, ev_inverter_model, "evInverterModel", 50)                                   \
	F(STR, OPT, S, ev_inverter_serial_number, "evInverterSerialNumber", 50)                    \
	F(STR, OPT, S, ev_inverter_sw_version, "evInverterSwVersion", 50)                          \
	F(STR, OPT, S, ev_inverter_hw_version, "evInverterHwVersion", 50)                          \
	F(WORDS, OPT, S, ev_islanding_detection_method, "evIslandingDetectionMethod",              \
		(ocpp2_islanding_detection_enum, 1, OCPP2_ITEMS_MAX))                              \
	F(DEC, OPT, S, ev_islanding_trip_time_e6, "evIslandingTripTime",                           \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_maximum_level1_dc_injection_e6, "evMaximumLevel1DCInjection",            \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_duration_level1_dc_injection_e6, "evDurationLevel1DCInjection",          \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_maximum_level2_dc_injection_e6, "evMaximumLevel2DCInjection",            \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_duration_level2_dc_injection_e6, "evDurationLevel2DCInjection",          \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_reactive_susceptance_e6, "evReactiveSusceptance",                        \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_session_total_discharge_energy_available_e6,                             \
		"evSessionTotalDischargeEnergyAvailable",                                          \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_der_charging_parameters, OCPP2_L_DER_CHARGING_PARAMETERS)

#define OCPP2_L_EV_PRICE_RULE(F, A, B, R, S)                                                       \
	F(DEC, REQ, S, energy_fee_e6, "energyFee", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(DEC, REQ, S, power_range_start_e6, "powerRangeStart",                                    \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_ev_price_rule, OCPP2_L_EV_PRICE_RULE)

#define OCPP2_L_EV_ABSOLUTE_PRICE_SCHEDULE_ENTRY(F, A, B, R, S)                                    \
	F(INT, REQ, S, duration, "duration", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(LIST, REQ, S, ev_price_rule, "evPriceRule", (ocpp2_ev_price_rule, 1, 8))
OCPP2_STRUCT(ocpp2_ev_absolute_price_schedule_entry, OCPP2_L_EV_ABSOLUTE_PRICE_SCHEDULE_ENTRY)

#define OCPP2_L_EV_ABSOLUTE_PRICE_SCHEDULE(F, A, B, R, S)                                          \
	F(TIME, REQ, S, time_anchor, "timeAnchor", 0)                                              \
	F(STR, REQ, S, currency, "currency", 3)                                                    \
	F(LIST, REQ, S, ev_absolute_price_schedule_entries, "evAbsolutePriceScheduleEntries",      \
		(ocpp2_ev_absolute_price_schedule_entry, 1, 1024))                                 \
	F(STR, REQ, S, price_algorithm, "priceAlgorithm", 2000)
OCPP2_STRUCT(ocpp2_ev_absolute_price_schedule, OCPP2_L_EV_ABSOLUTE_PRICE_SCHEDULE)

#define OCPP2_L_EV_POWER_SCHEDULE_ENTRY(F, A, B, R, S)                                             \
	F(INT, REQ, S, duration, "duration", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(DEC, REQ, S, power_e6, "power", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_ev_power_schedule_entry, OCPP2_L_EV_POWER_SCHEDULE_ENTRY)

#define OCPP2_L_EV_POWER_SCHEDULE(F, A, B, R, S)                                                   \
	F(LIST, REQ, S, ev_power_schedule_entries, "evPowerScheduleEntries",                       \
		(ocpp2_ev_power_schedule_entry, 1, 1024))                                          \
	F(TIME, REQ, S, time_anchor, "timeAnchor", 0)
OCPP2_STRUCT(ocpp2_ev_power_schedule, OCPP2_L_EV_POWER_SCHEDULE)

#define OCPP2_L_EV_ENERGY_OFFER(F, A, B, R, S)                                                     \
	F(OBJ, REQ, S, ev_power_schedule, "evPowerSchedule", ocpp2_ev_power_schedule)              \
	F(OBJ, OPT, S, ev_absolute_price_schedule, "evAbsolutePriceSchedule",                      \
		ocpp2_ev_absolute_price_schedule)
OCPP2_STRUCT(ocpp2_ev_energy_offer, OCPP2_L_EV_ENERGY_OFFER)

#define OCPP2_L_V2_X_CHARGING_PARAMETERS(F, A, B, R, S)                                            \
	F(DEC, OPT, S, min_charge_power_e6, "minChargePower",                                      \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_charge_power_l2_e6, "minChargePower_L2",                                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_charge_power_l3_e6, "minChargePower_L3",                                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_power_e6, "maxChargePower",                                      \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_power_l2_e6, "maxChargePower_L2",                                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_power_l3_e6, "maxChargePower_L3",                                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_discharge_power_e6, "minDischargePower",                                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_discharge_power_l2_e6, "minDischargePower_L2",                          \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_discharge_power_l3_e6, "minDischargePower_L3",                          \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_power_e6, "maxDischargePower",                                \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_power_l2_e6, "maxDischargePower_L2",                          \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_power_l3_e6, "maxDischargePower_L3",                          \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_charge_current_e6, "minChargeCurrent",                                  \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_charge_current_e6, "maxChargeCurrent",                                  \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_discharge_current_e6, "minDischargeCurrent",                            \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, max_discharge_current_e6, "maxDischargeCurrent",                            \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, min_voltage_e6, "minVoltage", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))           \
	F(DEC, OPT, S, max_voltage_e6, "maxVoltage", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))           \
	F(DEC, OPT, S, ev_target_energy_request_e6, "evTargetEnergyRequest",                       \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_min_energy_request_e6, "evMinEnergyRequest",                             \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_max_energy_request_e6, "evMaxEnergyRequest",                             \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_min_v2_x_energy_request_e6, "evMinV2XEnergyRequest",                     \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, ev_max_v2_x_energy_request_e6, "evMaxV2XEnergyRequest",                     \
		(6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(INT, OPT, S, target_soc, "targetSoC", (0, 100))
OCPP2_STRUCT(ocpp2_v2_x_charging_parameters, OCPP2_L_V2_X_CHARGING_PARAMETERS)

#define OCPP2_L_CHARGING_NEEDS(F, A, B, R, S)                                                      \
	F(ENUM, REQ, S, requested_energy_transfer, "requestedEnergyTransfer",                      \
		ocpp2_energy_transfer_mode_enum)                                                   \
	F(OBJ, OPT, S, ac_charging_parameters, "acChargingParameters",                             \
		ocpp2_ac_charging_parameters)                                                      \
	F(OBJ, OPT, S, dc_charging_parameters, "dcChargingParameters",                             \
		ocpp2_dc_charging_parameters)                                                      \
	F(TIME, OPT, S, departure_time, "departureTime", 0)                                        \
	B(OBJ, OPT, S, der_charging_parameters, "derChargingParameters",                           \
		ocpp2_der_charging_parameters)                                                     \
	B(OBJ, OPT, S, ev_energy_offer, "evEnergyOffer", ocpp2_ev_energy_offer)                    \
	B(OBJ, OPT, S, v2x_charging_parameters, "v2xChargingParameters",                           \
		ocpp2_v2_x_charging_parameters)                                                    \
	B(WORDS, OPT, S, available_energy_transfer, "availableEnergyTransfer",                     \
		(ocpp2_energy_transfer_mode_enum, 1, OCPP2_ITEMS_MAX))                             \
	B(ENUM, OPT, S, control_mode, "controlMode", ocpp2_control_mode_enum)                      \
	B(ENUM, OPT, S, mobility_needs_mode, "mobilityNeedsMode",                                  \
		ocpp2_mobility_needs_mode_enum)
OCPP2_STRUCT(ocpp2_charging_needs, OCPP2_L_CHARGING_NEEDS)

#define OCPP2_L_NOTIFY_EV_CHARGING_NEEDS_REQ(F, A, B, R, S)                                        \
	F(OBJ, REQ, S, charging_needs, "chargingNeeds", ocpp2_charging_needs)                      \
	F(INT, REQ, S, evse_id, "evseId", (1, OCPP2_INT_MAX))                                      \
	F(INT, OPT, S, max_schedule_tuples, "maxScheduleTuples", (0, OCPP2_INT_MAX))               \
	B(TIME, OPT, S, timestamp, "timestamp", 0)
OCPP2_STRUCT(ocpp2_notify_ev_charging_needs_req, OCPP2_L_NOTIFY_EV_CHARGING_NEEDS_REQ)

#define OCPP2_L_NOTIFY_EV_CHARGING_NEEDS_CONF(F, A, B, R, S)                                       \
	F(ENUM, REQ, S, status, "status", ocpp2_notify_ev_charging_needs_status_enum)              \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_notify_ev_charging_needs_conf, OCPP2_L_NOTIFY_EV_CHARGING_NEEDS_CONF)

#define OCPP2_L_NOTIFY_EV_CHARGING_SCHEDULE_REQ(F, A, B, R, S)                                     \
	F(TIME, REQ, S, time_base, "timeBase", 0)                                                  \
	F(OBJ, REQ, S, charging_schedule, "chargingSchedule", ocpp2_charging_schedule)             \
	F(INT, REQ, S, evse_id, "evseId", (1, OCPP2_INT_MAX))                                      \
	B(INT, OPT, S, selected_charging_schedule_id, "selectedChargingScheduleId",                \
		(0, OCPP2_INT_MAX))                                                                \
	B(BOOL, OPT, S, power_tolerance_acceptance, "powerToleranceAcceptance", 0)
OCPP2_STRUCT(ocpp2_notify_ev_charging_schedule_req, OCPP2_L_NOTIFY_EV_CHARGING_SCHEDULE_REQ)

#define OCPP2_L_NOTIFY_EV_CHARGING_SCHEDULE_CONF(F, A, B, R, S)                                    \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_notify_ev_charging_schedule_conf, OCPP2_L_NOTIFY_EV_CHARGING_SCHEDULE_CONF)

#define OCPP2_L_NOTIFY_ALLOWED_ENERGY_TRANSFER_REQ(F, A, B, R, S)                                  \
	F(STR, REQ, S, transaction_id, "transactionId", 36)                                        \
	F(WORDS, REQ, S, allowed_energy_transfer, "allowedEnergyTransfer",                         \
		(ocpp2_energy_transfer_mode_enum, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_notify_allowed_energy_transfer_req, OCPP2_L_NOTIFY_ALLOWED_ENERGY_TRANSFER_REQ)

#define OCPP2_L_NOTIFY_ALLOWED_ENERGY_TRANSFER_CONF(F, A, B, R, S)                                 \
	F(ENUM, REQ, S, status, "status", ocpp2_notify_allowed_energy_transfer_status_enum)        \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_notify_allowed_energy_transfer_conf, OCPP2_L_NOTIFY_ALLOWED_ENERGY_TRANSFER_CONF)

#define OCPP2_L_AFRR_SIGNAL_REQ(F, A, B, R, S)                                                     \
	F(TIME, REQ, S, timestamp, "timestamp", 0)                                                 \
	F(INT, REQ, S, signal, "signal", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_afrr_signal_req, OCPP2_L_AFRR_SIGNAL_REQ)

#define OCPP2_L_AFRR_SIGNAL_CONF(F, A, B, R, S)                                                    \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_afrr_signal_conf, OCPP2_L_AFRR_SIGNAL_CONF)
/* clang-format on */
/* Is a way among these (energyTransferMode) in which the vehicle gives back as well? */
bool ocpp2_lets_back(const struct str *modes, size_t len);
