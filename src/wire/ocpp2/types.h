/* types.h - OCPP 2.0.1 and 2.1, objects that several blocks use. */
#pragma once
#include "wire/ocpp2/table.h"

/* clang-format off */
#define OCPP2_E_HASH_ALGORITHM(E, B, P)                                                            \
	E(P, SHA256, "SHA256")                                                                     \
	E(P, SHA384, "SHA384")                                                                     \
	E(P, SHA512, "SHA512")
OCPP2_ENUM(ocpp2_hash_algorithm_enum, HASH_ALGORITHM)

#define OCPP2_E_ID_TOKEN(E, B, P)                                                                  \
	E(P, CENTRAL, "Central")                                                                   \
	E(P, E_MAID, "eMAID")                                                                      \
	E(P, ISO14443, "ISO14443")                                                                 \
	E(P, ISO15693, "ISO15693")                                                                 \
	E(P, KEY_CODE, "KeyCode")                                                                  \
	E(P, LOCAL, "Local")                                                                       \
	E(P, MAC_ADDRESS, "MacAddress")                                                            \
	E(P, NO_AUTHORIZATION, "NoAuthorization")
OCPP2_ENUM(ocpp2_id_token_enum, ID_TOKEN)

#define OCPP2_E_AUTHORIZATION_STATUS(E, B, P)                                                      \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, BLOCKED, "Blocked")                                                                   \
	E(P, CONCURRENT_TX, "ConcurrentTx")                                                        \
	E(P, EXPIRED, "Expired")                                                                   \
	E(P, INVALID, "Invalid")                                                                   \
	E(P, NO_CREDIT, "NoCredit")                                                                \
	E(P, NOT_ALLOWED_TYPE_EVSE, "NotAllowedTypeEVSE")                                          \
	E(P, NOT_AT_THIS_LOCATION, "NotAtThisLocation")                                            \
	E(P, NOT_AT_THIS_TIME, "NotAtThisTime")                                                    \
	E(P, UNKNOWN, "Unknown")
OCPP2_ENUM(ocpp2_authorization_status_enum, AUTHORIZATION_STATUS)

#define OCPP2_E_MESSAGE_FORMAT(E, B, P)                                                            \
	E(P, ASCII, "ASCII")                                                                       \
	E(P, HTML, "HTML")                                                                         \
	E(P, URI, "URI")                                                                           \
	E(P, UTF8, "UTF8")                                                                         \
	B(P, QRCODE, "QRCODE")
OCPP2_ENUM(ocpp2_message_format_enum, MESSAGE_FORMAT)

#define OCPP2_E_CHARGING_PROFILE_PURPOSE(E, B, P)                                                  \
	E(P, CHARGING_STATION_EXTERNAL_CONSTRAINTS, "ChargingStationExternalConstraints")          \
	E(P, CHARGING_STATION_MAX_PROFILE, "ChargingStationMaxProfile")                            \
	E(P, TX_DEFAULT_PROFILE, "TxDefaultProfile")                                               \
	E(P, TX_PROFILE, "TxProfile")                                                              \
	B(P, PRIORITY_CHARGING, "PriorityCharging")                                                \
	B(P, LOCAL_GENERATION, "LocalGeneration")
OCPP2_ENUM(ocpp2_charging_profile_purpose_enum, CHARGING_PROFILE_PURPOSE)

#define OCPP2_E_GENERIC_DEVICE_MODEL_STATUS(E, B, P)                                               \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NOT_SUPPORTED, "NotSupported")                                                        \
	E(P, EMPTY_RESULT_SET, "EmptyResultSet")
OCPP2_ENUM(ocpp2_generic_device_model_status_enum, GENERIC_DEVICE_MODEL_STATUS)

#define OCPP2_E_CHARGING_RATE_UNIT(E, B, P)                                                        \
	E(P, W, "W")                                                                               \
	E(P, A, "A")
OCPP2_ENUM(ocpp2_charging_rate_unit_enum, CHARGING_RATE_UNIT)

#define OCPP2_E_GENERIC_STATUS(E, B, P)                                                            \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_generic_status_enum, GENERIC_STATUS)

#define OCPP2_E_COST_KIND(E, B, P)                                                                 \
	E(P, CARBON_DIOXIDE_EMISSION, "CarbonDioxideEmission")                                     \
	E(P, RELATIVE_PRICE_PERCENTAGE, "RelativePricePercentage")                                 \
	E(P, RENEWABLE_GENERATION_PERCENTAGE, "RenewableGenerationPercentage")
OCPP2_ENUM(ocpp2_cost_kind_enum, COST_KIND)

#define OCPP2_E_ENERGY_TRANSFER_MODE(E, B, P)                                                      \
	E(P, DC, "DC")                                                                             \
	E(P, AC_SINGLE_PHASE, "AC_single_phase")                                                   \
	E(P, AC_TWO_PHASE, "AC_two_phase")                                                         \
	E(P, AC_THREE_PHASE, "AC_three_phase")                                                     \
	B(P, AC_BPT, "AC_BPT")                                                                     \
	B(P, AC_BPT_DER, "AC_BPT_DER")                                                             \
	B(P, AC_DER, "AC_DER")                                                                     \
	B(P, DC_BPT, "DC_BPT")                                                                     \
	B(P, DC_ACDP, "DC_ACDP")                                                                   \
	B(P, DC_ACDP_BPT, "DC_ACDP_BPT")                                                           \
	B(P, WPT, "WPT")
OCPP2_ENUM(ocpp2_energy_transfer_mode_enum, ENERGY_TRANSFER_MODE)

#define OCPP2_E_CHARGING_PROFILE_KIND(E, B, P)                                                     \
	E(P, ABSOLUTE, "Absolute")                                                                 \
	E(P, RECURRING, "Recurring")                                                               \
	E(P, RELATIVE, "Relative")                                                                 \
	B(P, DYNAMIC, "Dynamic")
OCPP2_ENUM(ocpp2_charging_profile_kind_enum, CHARGING_PROFILE_KIND)

#define OCPP2_E_RECURRENCY_KIND(E, B, P)                                                           \
	E(P, DAILY, "Daily")                                                                       \
	E(P, WEEKLY, "Weekly")
OCPP2_ENUM(ocpp2_recurrency_kind_enum, RECURRENCY_KIND)

#define OCPP2_E_DAY_OF_WEEK(E, B, P)                                                               \
	E(P, MONDAY, "Monday")                                                                     \
	E(P, TUESDAY, "Tuesday")                                                                   \
	E(P, WEDNESDAY, "Wednesday")                                                               \
	E(P, THURSDAY, "Thursday")                                                                 \
	E(P, FRIDAY, "Friday")                                                                     \
	E(P, SATURDAY, "Saturday")                                                                 \
	E(P, SUNDAY, "Sunday")
OCPP2_ENUM(ocpp2_day_of_week_enum, DAY_OF_WEEK)

#define OCPP2_E_EVSE_KIND(E, B, P)                                                                 \
	E(P, AC, "AC")                                                                             \
	E(P, DC, "DC")
OCPP2_ENUM(ocpp2_evse_kind_enum, EVSE_KIND)

#define OCPP2_E_DER_CONTROL(E, B, P)                                                               \
	E(P, ENTER_SERVICE, "EnterService")                                                        \
	E(P, FREQ_DROOP, "FreqDroop")                                                              \
	E(P, FREQ_WATT, "FreqWatt")                                                                \
	E(P, FIXED_PF_ABSORB, "FixedPFAbsorb")                                                     \
	E(P, FIXED_PF_INJECT, "FixedPFInject")                                                     \
	E(P, FIXED_VAR, "FixedVar")                                                                \
	E(P, GRADIENTS, "Gradients")                                                               \
	E(P, HF_MUST_TRIP, "HFMustTrip")                                                           \
	E(P, HF_MAY_TRIP, "HFMayTrip")                                                             \
	E(P, HV_MUST_TRIP, "HVMustTrip")                                                           \
	E(P, HV_MOM_CESS, "HVMomCess")                                                             \
	E(P, HV_MAY_TRIP, "HVMayTrip")                                                             \
	E(P, LIMIT_MAX_DISCHARGE, "LimitMaxDischarge")                                             \
	E(P, LF_MUST_TRIP, "LFMustTrip")                                                           \
	E(P, LV_MUST_TRIP, "LVMustTrip")                                                           \
	E(P, LV_MOM_CESS, "LVMomCess")                                                             \
	E(P, LV_MAY_TRIP, "LVMayTrip")                                                             \
	E(P, POWER_MONITORING_MUST_TRIP, "PowerMonitoringMustTrip")                                \
	E(P, VOLT_VAR, "VoltVar")                                                                  \
	E(P, VOLT_WATT, "VoltWatt")                                                                \
	E(P, WATT_PF, "WattPF")                                                                    \
	E(P, WATT_VAR, "WattVar")
OCPP2_ENUM(ocpp2_der_control_enum, DER_CONTROL)

#define OCPP2_E_OPERATION_MODE(E, B, P)                                                            \
	E(P, IDLE, "Idle")                                                                         \
	E(P, CHARGING_ONLY, "ChargingOnly")                                                        \
	E(P, CENTRAL_SETPOINT, "CentralSetpoint")                                                  \
	E(P, EXTERNAL_SETPOINT, "ExternalSetpoint")                                                \
	E(P, EXTERNAL_LIMITS, "ExternalLimits")                                                    \
	E(P, CENTRAL_FREQUENCY, "CentralFrequency")                                                \
	E(P, LOCAL_FREQUENCY, "LocalFrequency")                                                    \
	E(P, LOCAL_LOAD_BALANCING, "LocalLoadBalancing")
OCPP2_ENUM(ocpp2_operation_mode_enum, OPERATION_MODE)

#define OCPP2_L_CUSTOM_DATA(F, A, B, R, S)                                                         \
	F(STR, REQ, S, vendor_id, "vendorId", 255)                                                 \
	F(STR, OPT, S, choice, "leydenChoice", 60)
OCPP2_STRUCT_CUSTOM(ocpp2_custom_data, OCPP2_L_CUSTOM_DATA)

#define OCPP2_L_STATUS_INFO(F, A, B, R, S)                                                         \
	F(STR, REQ, S, reason_code, "reasonCode", 20)                                              \
	B(STR, OPT, S, additional_info, "additionalInfo", 1024)                                    \
	R(STR, OPT, S, additional_info, "additionalInfo", 512)
OCPP2_STRUCT(ocpp2_status_info, OCPP2_L_STATUS_INFO)

#define OCPP2_L_CERTIFICATE_HASH_DATA(F, A, B, R, S)                                               \
	F(ENUM, REQ, S, hash_algorithm, "hashAlgorithm", ocpp2_hash_algorithm_enum)                \
	F(STR, REQ, S, issuer_name_hash, "issuerNameHash", 128)                                    \
	F(STR, REQ, S, issuer_key_hash, "issuerKeyHash", 128)                                      \
	F(STR, REQ, S, serial_number, "serialNumber", 40)
OCPP2_STRUCT(ocpp2_certificate_hash_data, OCPP2_L_CERTIFICATE_HASH_DATA)

#define OCPP2_L_EVSE(F, A, B, R, S)                                                                \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(INT, OPT, S, connector_id, "connectorId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_evse, OCPP2_L_EVSE)

#define OCPP2_L_COMPONENT(F, A, B, R, S)                                                           \
	F(STR, REQ, S, name, "name", 50)                                                           \
	F(OBJ, OPT, S, evse, "evse", ocpp2_evse)                                                   \
	F(STR, OPT, S, instance, "instance", 50)
OCPP2_STRUCT(ocpp2_component, OCPP2_L_COMPONENT)

#define OCPP2_L_VARIABLE(F, A, B, R, S)                                                            \
	F(STR, REQ, S, name, "name", 50)                                                           \
	F(STR, OPT, S, instance, "instance", 50)
OCPP2_STRUCT(ocpp2_variable, OCPP2_L_VARIABLE)

#define OCPP2_L_COMPONENT_VARIABLE(F, A, B, R, S)                                                  \
	F(OBJ, REQ, S, component, "component", ocpp2_component)                                    \
	F(OBJ, OPT, S, variable, "variable", ocpp2_variable)
OCPP2_STRUCT(ocpp2_component_variable, OCPP2_L_COMPONENT_VARIABLE)

#define OCPP2_L_ADDITIONAL_INFO(F, A, B, R, S)                                                     \
	B(STR, REQ, S, additional_id_token, "additionalIdToken", 255)                              \
	R(STR, REQ, S, additional_id_token, "additionalIdToken", 36)                               \
	F(STR, REQ, S, type, "type", 50)
OCPP2_STRUCT(ocpp2_additional_info, OCPP2_L_ADDITIONAL_INFO)

#define OCPP2_L_ID_TOKEN(F, A, B, R, S)                                                            \
	B(STR, REQ, S, id_token, "idToken", 255)                                                   \
	R(STR, REQ, S, id_token, "idToken", 36)                                                    \
	B(STR, REQ, S, type, "type", 20)                                                           \
	R(WORD, REQ, S, type, "type", ocpp2_id_token_enum)                                         \
	F(LIST, OPT, S, additional_info, "additionalInfo",                                         \
		(ocpp2_additional_info, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_id_token, OCPP2_L_ID_TOKEN)

#define OCPP2_L_OCSP_REQUEST_DATA(F, A, B, R, S)                                                   \
	F(ENUM, REQ, S, hash_algorithm, "hashAlgorithm", ocpp2_hash_algorithm_enum)                \
	F(STR, REQ, S, issuer_name_hash, "issuerNameHash", 128)                                    \
	F(STR, REQ, S, issuer_key_hash, "issuerKeyHash", 128)                                      \
	F(STR, REQ, S, serial_number, "serialNumber", 40)                                          \
	B(STR, REQ, S, responder_url, "responderURL", 2000)                                        \
	R(STR, REQ, S, responder_url, "responderURL", 512)
OCPP2_STRUCT(ocpp2_ocsp_request_data, OCPP2_L_OCSP_REQUEST_DATA)

#define OCPP2_L_MESSAGE_CONTENT(F, A, B, R, S)                                                     \
	F(ENUM, REQ, S, format, "format", ocpp2_message_format_enum)                               \
	B(STR, REQ, S, content, "content", 1024)                                                   \
	R(STR, REQ, S, content, "content", 512)                                                    \
	F(STR, OPT, S, language, "language", 8)
OCPP2_STRUCT(ocpp2_message_content, OCPP2_L_MESSAGE_CONTENT)

#define OCPP2_L_ID_TOKEN_INFO(F, A, B, R, S)                                                       \
	F(ENUM, REQ, S, status, "status", ocpp2_authorization_status_enum)                         \
	F(TIME, OPT, S, cache_expiry_date_time, "cacheExpiryDateTime", 0)                          \
	F(INT, OPT, S, charging_priority, "chargingPriority", (-OCPP2_INT_MAX, OCPP2_INT_MAX))     \
	F(STR, OPT, S, language1, "language1", 8)                                                  \
	F(INTS, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX, 1, OCPP2_ITEMS_MAX))                 \
	F(OBJ, OPT, S, group_id_token, "groupIdToken", ocpp2_id_token)                             \
	F(STR, OPT, S, language2, "language2", 8)                                                  \
	F(OBJ, OPT, S, personal_message, "personalMessage", ocpp2_message_content)
OCPP2_STRUCT(ocpp2_id_token_info, OCPP2_L_ID_TOKEN_INFO)

#define OCPP2_L_TARIFF_CONDITIONS(F, A, B, R, S)                                                   \
	F(STR, OPT, S, start_time_of_day, "startTimeOfDay", OCPP2_TEXT_MAX)                        \
	F(STR, OPT, S, end_time_of_day, "endTimeOfDay", OCPP2_TEXT_MAX)                            \
	F(WORDS, OPT, S, day_of_week, "dayOfWeek", (ocpp2_day_of_week_enum, 1, 7))                 \
	F(STR, OPT, S, valid_from_date, "validFromDate", OCPP2_TEXT_MAX)                           \
	F(STR, OPT, S, valid_to_date, "validToDate", OCPP2_TEXT_MAX)                               \
	F(ENUM, OPT, S, evse_kind, "evseKind", ocpp2_evse_kind_enum)                               \
	F(DEC, OPT, S, min_energy_e5, "minEnergy", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(DEC, OPT, S, max_energy_e5, "maxEnergy", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(DEC, OPT, S, min_current_e5, "minCurrent", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))           \
	F(DEC, OPT, S, max_current_e5, "maxCurrent", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))           \
	F(DEC, OPT, S, min_power_e5, "minPower", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))               \
	F(DEC, OPT, S, max_power_e5, "maxPower", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))               \
	F(INT, OPT, S, min_time, "minTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                       \
	F(INT, OPT, S, max_time, "maxTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                       \
	F(INT, OPT, S, min_charging_time, "minChargingTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))      \
	F(INT, OPT, S, max_charging_time, "maxChargingTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))      \
	F(INT, OPT, S, min_idle_time, "minIdleTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))              \
	F(INT, OPT, S, max_idle_time, "maxIdleTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_tariff_conditions, OCPP2_L_TARIFF_CONDITIONS)

#define OCPP2_L_TARIFF_ENERGY_PRICE(F, A, B, R, S)                                                 \
	F(DEC, REQ, S, price_kwh_e5, "priceKwh", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))               \
	F(OBJ, OPT, S, conditions, "conditions", ocpp2_tariff_conditions)
OCPP2_STRUCT(ocpp2_tariff_energy_price, OCPP2_L_TARIFF_ENERGY_PRICE)

#define OCPP2_L_TAX_RATE(F, A, B, R, S)                                                            \
	F(STR, REQ, S, type, "type", 20)                                                           \
	F(DEC, REQ, S, tax_e5, "tax", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                          \
	F(INT, OPT, S, stack, "stack", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_tax_rate, OCPP2_L_TAX_RATE)

#define OCPP2_L_TARIFF_ENERGY(F, A, B, R, S)                                                       \
	F(LIST, REQ, S, prices, "prices", (ocpp2_tariff_energy_price, 1, OCPP2_ITEMS_MAX))         \
	F(LIST, OPT, S, tax_rates, "taxRates", (ocpp2_tax_rate, 1, 5))
OCPP2_STRUCT(ocpp2_tariff_energy, OCPP2_L_TARIFF_ENERGY)

#define OCPP2_L_TARIFF_TIME_PRICE(F, A, B, R, S)                                                   \
	F(DEC, REQ, S, price_minute_e5, "priceMinute", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))         \
	F(OBJ, OPT, S, conditions, "conditions", ocpp2_tariff_conditions)
OCPP2_STRUCT(ocpp2_tariff_time_price, OCPP2_L_TARIFF_TIME_PRICE)

#define OCPP2_L_TARIFF_TIME(F, A, B, R, S)                                                         \
	F(LIST, REQ, S, prices, "prices", (ocpp2_tariff_time_price, 1, OCPP2_ITEMS_MAX))           \
	F(LIST, OPT, S, tax_rates, "taxRates", (ocpp2_tax_rate, 1, 5))
OCPP2_STRUCT(ocpp2_tariff_time, OCPP2_L_TARIFF_TIME)

#define OCPP2_L_TARIFF_CONDITIONS_FIXED(F, A, B, R, S)                                             \
	F(STR, OPT, S, start_time_of_day, "startTimeOfDay", OCPP2_TEXT_MAX)                        \
	F(STR, OPT, S, end_time_of_day, "endTimeOfDay", OCPP2_TEXT_MAX)                            \
	F(WORDS, OPT, S, day_of_week, "dayOfWeek", (ocpp2_day_of_week_enum, 1, 7))                 \
	F(STR, OPT, S, valid_from_date, "validFromDate", OCPP2_TEXT_MAX)                           \
	F(STR, OPT, S, valid_to_date, "validToDate", OCPP2_TEXT_MAX)                               \
	F(ENUM, OPT, S, evse_kind, "evseKind", ocpp2_evse_kind_enum)                               \
	F(STR, OPT, S, payment_brand, "paymentBrand", 20)                                          \
	F(STR, OPT, S, payment_recognition, "paymentRecognition", 20)
OCPP2_STRUCT(ocpp2_tariff_conditions_fixed, OCPP2_L_TARIFF_CONDITIONS_FIXED)

#define OCPP2_L_TARIFF_FIXED_PRICE(F, A, B, R, S)                                                  \
	F(DEC, REQ, S, price_fixed_e5, "priceFixed", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))           \
	F(OBJ, OPT, S, conditions, "conditions", ocpp2_tariff_conditions_fixed)
OCPP2_STRUCT(ocpp2_tariff_fixed_price, OCPP2_L_TARIFF_FIXED_PRICE)

#define OCPP2_L_TARIFF_FIXED(F, A, B, R, S)                                                        \
	F(LIST, REQ, S, prices, "prices", (ocpp2_tariff_fixed_price, 1, OCPP2_ITEMS_MAX))          \
	F(LIST, OPT, S, tax_rates, "taxRates", (ocpp2_tax_rate, 1, 5))
OCPP2_STRUCT(ocpp2_tariff_fixed, OCPP2_L_TARIFF_FIXED)

#define OCPP2_L_PRICE(F, A, B, R, S)                                                               \
	F(DEC, OPT, S, excl_tax_e5, "exclTax", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                 \
	F(DEC, OPT, S, incl_tax_e5, "inclTax", (5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                 \
	F(LIST, OPT, S, tax_rates, "taxRates", (ocpp2_tax_rate, 1, 5))
OCPP2_STRUCT(ocpp2_price, OCPP2_L_PRICE)

#define OCPP2_L_TARIFF(F, A, B, R, S)                                                              \
	F(STR, REQ, S, tariff_id, "tariffId", 60)                                                  \
	F(STR, REQ, S, currency, "currency", 3)                                                    \
	F(LIST, OPT, S, description, "description", (ocpp2_message_content, 1, 10))                \
	F(OBJ, OPT, S, energy, "energy", ocpp2_tariff_energy)                                      \
	F(TIME, OPT, S, valid_from, "validFrom", 0)                                                \
	F(OBJ, OPT, S, charging_time, "chargingTime", ocpp2_tariff_time)                           \
	F(OBJ, OPT, S, idle_time, "idleTime", ocpp2_tariff_time)                                   \
	F(OBJ, OPT, S, fixed_fee, "fixedFee", ocpp2_tariff_fixed)                                  \
	F(OBJ, OPT, S, reservation_time, "reservationTime", ocpp2_tariff_time)                     \
	F(OBJ, OPT, S, reservation_fixed, "reservationFixed", ocpp2_tariff_fixed)                  \
	F(OBJ, OPT, S, min_cost, "minCost", ocpp2_price)                                           \
	F(OBJ, OPT, S, max_cost, "maxCost", ocpp2_price)
OCPP2_STRUCT(ocpp2_tariff, OCPP2_L_TARIFF)

#define OCPP2_L_V2_X_FREQ_WATT_POINT(F, A, B, R, S)                                                \
	F(DEC, REQ, S, frequency_e6, "frequency", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))              \
	F(DEC, REQ, S, power_e6, "power", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_v2_x_freq_watt_point, OCPP2_L_V2_X_FREQ_WATT_POINT)

#define OCPP2_L_V2_X_SIGNAL_WATT_POINT(F, A, B, R, S)                                              \
	F(INT, REQ, S, signal, "signal", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                          \
	F(DEC, REQ, S, power_e6, "power", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_v2_x_signal_watt_point, OCPP2_L_V2_X_SIGNAL_WATT_POINT)

#define OCPP2_L_CHARGING_SCHEDULE_PERIOD(F, A, B, R, S)                                            \
	F(INT, REQ, S, start_period, "startPeriod", (-OCPP2_INT_MAX, OCPP2_INT_MAX))               \
	B(DEC, OPT, S, limit_milli, "limit", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                   \
	R(DEC, MUST, S, limit_milli, "limit", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                  \
	F(INT, OPT, S, number_phases, "numberPhases", (0, 3))                                      \
	F(INT, OPT, S, phase_to_use, "phaseToUse", (0, 3))                                         \
	B(DEC, OPT, S, limit_l2_milli, "limit_L2", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	B(DEC, OPT, S, limit_l3_milli, "limit_L3", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	B(DEC, OPT, S, discharge_limit_milli, "dischargeLimit", (3, -OCPP2_DEC_MAX, 0))            \
	B(DEC, OPT, S, discharge_limit_l2_milli, "dischargeLimit_L2", (3, -OCPP2_DEC_MAX, 0))      \
	B(DEC, OPT, S, discharge_limit_l3_milli, "dischargeLimit_L3", (3, -OCPP2_DEC_MAX, 0))      \
	B(DEC, OPT, S, setpoint_milli, "setpoint", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	B(DEC, OPT, S, setpoint_l2_milli, "setpoint_L2", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))       \
	B(DEC, OPT, S, setpoint_l3_milli, "setpoint_L3", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))       \
	B(DEC, OPT, S, setpoint_reactive_milli, "setpointReactive",                                \
		(3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	B(DEC, OPT, S, setpoint_reactive_l2_milli, "setpointReactive_L2",                          \
		(3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	B(DEC, OPT, S, setpoint_reactive_l3_milli, "setpointReactive_L3",                          \
		(3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	B(BOOL, OPT, S, preconditioning_request, "preconditioningRequest", 0)                      \
	B(BOOL, OPT, S, evse_sleep, "evseSleep", 0)                                                \
	B(DEC, OPT, S, v2x_baseline_milli, "v2xBaseline", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))      \
	B(ENUM, OPT, S, operation_mode, "operationMode", ocpp2_operation_mode_enum)                \
	B(LIST, OPT, S, v2x_freq_watt_curve, "v2xFreqWattCurve",                                   \
		(ocpp2_v2_x_freq_watt_point, 1, 20))                                               \
	B(LIST, OPT, S, v2x_signal_watt_curve, "v2xSignalWattCurve",                               \
		(ocpp2_v2_x_signal_watt_point, 1, 20))
OCPP2_STRUCT(ocpp2_charging_schedule_period, OCPP2_L_CHARGING_SCHEDULE_PERIOD)

#define OCPP2_L_RELATIVE_TIME_INTERVAL(F, A, B, R, S)                                              \
	F(INT, REQ, S, start, "start", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                            \
	F(INT, OPT, S, duration, "duration", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_relative_time_interval, OCPP2_L_RELATIVE_TIME_INTERVAL)

#define OCPP2_L_COST(F, A, B, R, S)                                                                \
	F(ENUM, REQ, S, cost_kind, "costKind", ocpp2_cost_kind_enum)                               \
	F(INT, REQ, S, amount, "amount", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                          \
	F(INT, OPT, S, amount_multiplier, "amountMultiplier", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_cost, OCPP2_L_COST)

#define OCPP2_L_CONSUMPTION_COST(F, A, B, R, S)                                                    \
	F(DEC, REQ, S, start_value_e6, "startValue", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))           \
	F(LIST, REQ, S, cost, "cost", (ocpp2_cost, 1, 3))
OCPP2_STRUCT(ocpp2_consumption_cost, OCPP2_L_CONSUMPTION_COST)

#define OCPP2_L_SALES_TARIFF_ENTRY(F, A, B, R, S)                                                  \
	F(OBJ, REQ, S, relative_time_interval, "relativeTimeInterval",                             \
		ocpp2_relative_time_interval)                                                      \
	F(INT, OPT, S, e_price_level, "ePriceLevel", (0, OCPP2_INT_MAX))                           \
	F(LIST, OPT, S, consumption_cost, "consumptionCost", (ocpp2_consumption_cost, 1, 3))
OCPP2_STRUCT(ocpp2_sales_tariff_entry, OCPP2_L_SALES_TARIFF_ENTRY)

#define OCPP2_L_SALES_TARIFF(F, A, B, R, S)                                                        \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(LIST, REQ, S, sales_tariff_entry, "salesTariffEntry",                                    \
		(ocpp2_sales_tariff_entry, 1, 1024))                                               \
	F(STR, OPT, S, sales_tariff_description, "salesTariffDescription", 32)                     \
	F(INT, OPT, S, num_e_price_levels, "numEPriceLevels", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_sales_tariff, OCPP2_L_SALES_TARIFF)

#define OCPP2_L_LIMIT_AT_SOC(F, A, B, R, S)                                                        \
	F(INT, REQ, S, soc, "soc", (0, 100))                                                       \
	F(DEC, REQ, S, limit_e6, "limit", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_limit_at_soc, OCPP2_L_LIMIT_AT_SOC)

#define OCPP2_L_RATIONAL_NUMBER(F, A, B, R, S)                                                     \
	F(INT, REQ, S, exponent, "exponent", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(INT, REQ, S, value, "value", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_rational_number, OCPP2_L_RATIONAL_NUMBER)

#define OCPP2_L_PRICE_RULE(F, A, B, R, S)                                                          \
	F(OBJ, REQ, S, energy_fee, "energyFee", ocpp2_rational_number)                             \
	F(OBJ, REQ, S, power_range_start, "powerRangeStart", ocpp2_rational_number)                \
	F(INT, OPT, S, parking_fee_period, "parkingFeePeriod", (-OCPP2_INT_MAX, OCPP2_INT_MAX))    \
	F(INT, OPT, S, carbon_dioxide_emission, "carbonDioxideEmission", (0, OCPP2_INT_MAX))       \
	F(INT, OPT, S, renewable_generation_percentage, "renewableGenerationPercentage",           \
		(0, 100))                                                                          \
	F(OBJ, OPT, S, parking_fee, "parkingFee", ocpp2_rational_number)
OCPP2_STRUCT(ocpp2_price_rule, OCPP2_L_PRICE_RULE)

#define OCPP2_L_PRICE_RULE_STACK(F, A, B, R, S)                                                    \
	F(INT, REQ, S, duration, "duration", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(LIST, REQ, S, price_rule, "priceRule", (ocpp2_price_rule, 1, 8))
OCPP2_STRUCT(ocpp2_price_rule_stack, OCPP2_L_PRICE_RULE_STACK)

#define OCPP2_L_TAX_RULE(F, A, B, R, S)                                                            \
	F(INT, REQ, S, tax_rule_id, "taxRuleID", (0, OCPP2_INT_MAX))                               \
	F(BOOL, REQ, S, applies_to_energy_fee, "appliesToEnergyFee", 0)                            \
	F(BOOL, REQ, S, applies_to_parking_fee, "appliesToParkingFee", 0)                          \
	F(BOOL, REQ, S, applies_to_overstay_fee, "appliesToOverstayFee", 0)                        \
	F(BOOL, REQ, S, applies_to_minimum_maximum_cost, "appliesToMinimumMaximumCost", 0)         \
	F(OBJ, REQ, S, tax_rate, "taxRate", ocpp2_rational_number)                                 \
	F(STR, OPT, S, tax_rule_name, "taxRuleName", 100)                                          \
	F(BOOL, OPT, S, tax_included_in_price, "taxIncludedInPrice", 0)
OCPP2_STRUCT(ocpp2_tax_rule, OCPP2_L_TAX_RULE)

#define OCPP2_L_OVERSTAY_RULE(F, A, B, R, S)                                                       \
	F(OBJ, REQ, S, overstay_fee, "overstayFee", ocpp2_rational_number)                         \
	F(INT, REQ, S, start_time, "startTime", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(INT, REQ, S, overstay_fee_period, "overstayFeePeriod",                                   \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))                                                   \
	F(STR, OPT, S, overstay_rule_description, "overstayRuleDescription", 32)
OCPP2_STRUCT(ocpp2_overstay_rule, OCPP2_L_OVERSTAY_RULE)

#define OCPP2_L_OVERSTAY_RULE_LIST(F, A, B, R, S)                                                  \
	F(LIST, REQ, S, overstay_rule, "overstayRule", (ocpp2_overstay_rule, 1, 5))                \
	F(OBJ, OPT, S, overstay_power_threshold, "overstayPowerThreshold",                         \
		ocpp2_rational_number)                                                             \
	F(INT, OPT, S, overstay_time_threshold, "overstayTimeThreshold",                           \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_overstay_rule_list, OCPP2_L_OVERSTAY_RULE_LIST)

#define OCPP2_L_ADDITIONAL_SELECTED_SERVICES(F, A, B, R, S)                                        \
	F(OBJ, REQ, S, service_fee, "serviceFee", ocpp2_rational_number)                           \
	F(STR, REQ, S, service_name, "serviceName", 80)
OCPP2_STRUCT(ocpp2_additional_selected_services, OCPP2_L_ADDITIONAL_SELECTED_SERVICES)

#define OCPP2_L_ABSOLUTE_PRICE_SCHEDULE(F, A, B, R, S)                                             \
	F(TIME, REQ, S, time_anchor, "timeAnchor", 0)                                              \
	F(INT, REQ, S, price_schedule_id, "priceScheduleID", (0, OCPP2_INT_MAX))                   \
	F(STR, REQ, S, currency, "currency", 3)                                                    \
	F(STR, REQ, S, language, "language", 8)                                                    \
	F(STR, REQ, S, price_algorithm, "priceAlgorithm", 2000)                                    \
	F(LIST, REQ, S, price_rule_stacks, "priceRuleStacks",                                      \
		(ocpp2_price_rule_stack, 1, 1024))                                                 \
	F(STR, OPT, S, price_schedule_description, "priceScheduleDescription", 160)                \
	F(OBJ, OPT, S, minimum_cost, "minimumCost", ocpp2_rational_number)                         \
	F(OBJ, OPT, S, maximum_cost, "maximumCost", ocpp2_rational_number)                         \
	F(LIST, OPT, S, tax_rules, "taxRules", (ocpp2_tax_rule, 1, 10))                            \
	F(OBJ, OPT, S, overstay_rule_list, "overstayRuleList", ocpp2_overstay_rule_list)           \
	F(LIST, OPT, S, additional_selected_services, "additionalSelectedServices",                \
		(ocpp2_additional_selected_services, 1, 5))
OCPP2_STRUCT(ocpp2_absolute_price_schedule, OCPP2_L_ABSOLUTE_PRICE_SCHEDULE)

#define OCPP2_L_PRICE_LEVEL_SCHEDULE_ENTRY(F, A, B, R, S)                                          \
	F(INT, REQ, S, duration, "duration", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(INT, REQ, S, price_level, "priceLevel", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_price_level_schedule_entry, OCPP2_L_PRICE_LEVEL_SCHEDULE_ENTRY)

#define OCPP2_L_PRICE_LEVEL_SCHEDULE(F, A, B, R, S)                                                \
	F(LIST, REQ, S, price_level_schedule_entries, "priceLevelScheduleEntries",                 \
		(ocpp2_price_level_schedule_entry, 1, 100))                                        \
	F(TIME, REQ, S, time_anchor, "timeAnchor", 0)                                              \
	F(INT, REQ, S, price_schedule_id, "priceScheduleId", (0, OCPP2_INT_MAX))                   \
	F(INT, REQ, S, number_of_price_levels, "numberOfPriceLevels", (0, OCPP2_INT_MAX))          \
	F(STR, OPT, S, price_schedule_description, "priceScheduleDescription", 32)
OCPP2_STRUCT(ocpp2_price_level_schedule, OCPP2_L_PRICE_LEVEL_SCHEDULE)

#define OCPP2_L_CHARGING_SCHEDULE(F, A, B, R, S)                                                   \
	F(INT, REQ, S, id, "id", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                                  \
	F(ENUM, REQ, S, charging_rate_unit, "chargingRateUnit", ocpp2_charging_rate_unit_enum)     \
	F(LIST, REQ, S, charging_schedule_period, "chargingSchedulePeriod",                        \
		(ocpp2_charging_schedule_period, 1, 1024))                                         \
	F(TIME, OPT, S, start_schedule, "startSchedule", 0)                                        \
	F(INT, OPT, S, duration, "duration", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(DEC, OPT, S, min_charging_rate_milli, "minChargingRate",                                 \
		(3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(OBJ, OPT, S, sales_tariff, "salesTariff", ocpp2_sales_tariff)                            \
	B(OBJ, OPT, S, limit_at_soc, "limitAtSoC", ocpp2_limit_at_soc)                             \
	B(DEC, OPT, S, power_tolerance_milli, "powerTolerance",                                    \
		(3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	B(INT, OPT, S, signature_id, "signatureId", (0, OCPP2_INT_MAX))                            \
	B(STR, OPT, S, digest_value, "digestValue", 88)                                            \
	B(BOOL, OPT, S, use_local_time, "useLocalTime", 0)                                         \
	B(INT, OPT, S, randomized_delay, "randomizedDelay", (0, OCPP2_INT_MAX))                    \
	B(OBJ, OPT, S, absolute_price_schedule, "absolutePriceSchedule",                           \
		ocpp2_absolute_price_schedule)                                                     \
	B(OBJ, OPT, S, price_level_schedule, "priceLevelSchedule", ocpp2_price_level_schedule)
OCPP2_STRUCT(ocpp2_charging_schedule, OCPP2_L_CHARGING_SCHEDULE)

#define OCPP2_L_CHARGING_PROFILE(F, A, B, R, S)                                                    \
	F(INT, REQ, S, id, "id", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                                  \
	F(INT, REQ, S, stack_level, "stackLevel", (0, OCPP2_INT_MAX))                              \
	F(ENUM, REQ, S, charging_profile_purpose, "chargingProfilePurpose",                        \
		ocpp2_charging_profile_purpose_enum)                                               \
	F(ENUM, REQ, S, charging_profile_kind, "chargingProfileKind",                              \
		ocpp2_charging_profile_kind_enum)                                                  \
	F(LIST, REQ, S, charging_schedule, "chargingSchedule", (ocpp2_charging_schedule, 1, 3))    \
	F(ENUM, OPT, S, recurrency_kind, "recurrencyKind", ocpp2_recurrency_kind_enum)             \
	F(TIME, OPT, S, valid_from, "validFrom", 0)                                                \
	F(TIME, OPT, S, valid_to, "validTo", 0)                                                    \
	F(STR, OPT, S, transaction_id, "transactionId", 36)                                        \
	B(INT, OPT, S, max_offline_duration, "maxOfflineDuration",                                 \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))                                                   \
	B(BOOL, OPT, S, invalid_after_offline_duration, "invalidAfterOfflineDuration", 0)          \
	B(INT, OPT, S, dyn_update_interval, "dynUpdateInterval",                                   \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))                                                   \
	B(TIME, OPT, S, dyn_update_time, "dynUpdateTime", 0)                                       \
	B(STR, OPT, S, price_schedule_signature, "priceScheduleSignature", 256)
OCPP2_STRUCT(ocpp2_charging_profile, OCPP2_L_CHARGING_PROFILE)

#define OCPP2_L_PERIODIC_EVENT_STREAM_PARAMS(F, A, B, R, S)                                        \
	F(INT, OPT, S, interval, "interval", (0, OCPP2_INT_MAX))                                   \
	F(INT, OPT, S, values, "values", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_periodic_event_stream_params, OCPP2_L_PERIODIC_EVENT_STREAM_PARAMS)
/* clang-format on */
